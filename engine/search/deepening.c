#include "engine/search/deepening.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/goal_list.h"
#include "engine/search/run.h"

enum { MOST_DEPTH = 1000 };

/* The answers to "is it proved?" and "is it not refuted?". */
typedef struct answers {
  goal_answer to[2];
} answers;

typedef struct deepening {
  search_run run;
  uint64_t path[MOST_DEPTH + 1];
  uint32_t most_depth, most_children;
  bool deeper; /* something was cut at this depth */
  bool ended;
} deepening;

static answers leaf_answers(pel_goal_status status) {
  goal_answer proved = status == PEL_GOAL_PROVED ? GOAL_TRUE : GOAL_FALSE, kept = status == PEL_GOAL_REFUTED ? GOAL_FALSE : GOAL_TRUE;
  return (answers){{proved, kept}};
}

static bool complete(const answers *a) { return a->to[0] && a->to[1]; }

/* Joins a child's answers: of an OR goal true wins, of an AND goal false, and undecided stays above the rest. */
static void join(pel_goal_kind kind, answers *into, const answers *child) {
  goal_answer wins = kind == PEL_GOAL_OR ? GOAL_TRUE : GOAL_FALSE;
  for (int q = 0; q < 2; q++)
    if (child->to[q] == wins || (into->to[q] != wins && child->to[q] == GOAL_UNDECIDED)) into->to[q] = child->to[q];
}

static bool won(pel_goal_kind kind, const answers *a) {
  goal_answer wins = kind == PEL_GOAL_OR ? GOAL_TRUE : GOAL_FALSE;
  return a->to[0] == wins && a->to[1] == wins;
}

static int by_prior(const void *x, const void *y, void *user) {
  const pel_goal *a = x, *b = y;
  uint64_t seed = *(const uint64_t *)user, s = pel_goal_tie(seed, a->key), t = pel_goal_tie(seed, b->key);
  if (a->prior != b->prior) return a->prior > b->prior ? -1 : 1;
  return s < t ? -1 : s > t;
}

static bool on_path(const deepening *s, uint64_t key, uint32_t depth) {
  for (uint32_t i = 0; i <= depth; i++)
    if (s->path[i] == key) return true;
  return false;
}

static pel_status visit(deepening *s, const pel_goal *goal, uint32_t depth, answers *out, pel_error *err);

static pel_status visit_children(deepening *s, const pel_goal *goal, uint32_t depth, const pel_goal_list *list, answers *out, pel_error *err) {
  goal_answer rest = goal->kind == PEL_GOAL_OR ? GOAL_FALSE : GOAL_TRUE;
  answers a = {{rest, rest}}, cut = leaf_answers(PEL_GOAL_UNKNOWN);
  if (list->cut) join(goal->kind, &a, &cut);
  for (size_t i = 0; i < list->n && !s->ended && !won(goal->kind, &a); i++) {
    answers child = {{GOAL_FALSE, GOAL_FALSE}};
    if (!on_path(s, list->goals[i].key, depth)) PEL_TRY(visit(s, &list->goals[i], depth + 1, &child, err));
    join(goal->kind, &a, &child);
  }
  *out = s->ended ? (answers){{GOAL_UNDECIDED, GOAL_UNDECIDED}} : a;
  return PEL_OK;
}

static pel_status visit(deepening *s, const pel_goal *goal, uint32_t depth, answers *out, pel_error *err) {
  *out = (answers){{GOAL_UNDECIDED, GOAL_UNDECIDED}};
  if (goal->status != PEL_GOAL_OPEN) {
    *out = leaf_answers(goal->status);
    return PEL_OK;
  }
  if (depth >= s->most_depth) {
    s->deeper = true;
    return PEL_OK;
  }
  s->ended = pel_run_spent(&s->run, true);
  if (s->ended) return PEL_OK;
  s->run.g->expansions++;
  s->path[depth] = goal->key;
  pel_goal_list list = {.most = s->most_children};
  pel_status status = pel_goal_list_ask(&list, s->run.g->problem, goal->key, err);
  uint64_t seed = s->run.limits->seed;
  if (status == PEL_OK && goal->kind == PEL_GOAL_OR && list.n) qsort_r(list.goals, list.n, sizeof *list.goals, by_prior, &seed);
  if (status == PEL_OK) status = visit_children(s, goal, depth, &list, out, err);
  free(list.goals);
  return status;
}

static pel_status deepen(deepening *s, pel_deepening *counts, pel_error *err) {
  const pel_search_limits *limits = s->run.limits;
  uint32_t last = limits->depth ? limits->depth < MOST_DEPTH ? limits->depth : MOST_DEPTH : 64;
  const goal_node *node = &s->run.g->nodes[0];
  pel_goal root = {.key = node->key, .kind = (pel_goal_kind)node->kind, .status = (pel_goal_status)node->leaf};
  answers a = {{GOAL_UNDECIDED, GOAL_UNDECIDED}};
  for (s->most_depth = 1; s->most_depth <= last && !s->ended && !complete(&a); s->most_depth++) {
    uint64_t before = s->run.g->expansions;
    s->deeper = false;
    PEL_TRY(visit(s, &root, 0, &a, err));
    counts->rounds++;
    counts->last_expansions = s->run.g->expansions - before;
  }
  if (!s->ended && !complete(&a)) s->run.out->end = PEL_END_DEPTH;
  for (int q = 0; q < 2; q++)
    if (a.to[q]) pel_goals_answer(s->run.g, 0, (goal_question)q, a.to[q]);
  pel_goals_follow(s->run.g);
  return PEL_OK;
}

pel_status pel_search_deepening(const pel_goal_problem *problem, const pel_search_limits *limits, pel_search **out, pel_deepening *counts, pel_error *err) {
  deepening *s = pel_alloc(1, sizeof *s);
  pel_deepening own = {0};
  if (!s) return pel_fail_memory(err, "a search", sizeof *s);
  s->most_children = limits->children ? limits->children : 100000;
  pel_status status = pel_run_start(problem, limits, NULL, &s->run, err);
  if (status == PEL_OK) {
    status = deepen(s, &own, err);
    if (status == PEL_OK) status = pel_run_finish(&s->run, out, err);
    else pel_run_abandon(&s->run);
  }
  if (status == PEL_OK && counts) *counts = own;
  free(s);
  return status;
}
