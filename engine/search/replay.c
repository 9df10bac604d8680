#include "engine/search/replay.h"

#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/goal_list.h"

typedef struct known {
  uint64_t goal;
  size_t step; /* from 1 */
  pel_goal_kind kind;
} known;

typedef struct checker {
  const pel_goal_problem *problem;
  const pel_goal_proof *proof;
  pel_goal_list list;
  known *goals; /* [n_steps], by goal, then by step */
  size_t n;
} checker;

static int by_goal(const void *a, const void *b) {
  const known *x = a, *y = b;
  if (x->goal != y->goal) return x->goal < y->goal ? -1 : 1;
  return x->step < y->step ? -1 : x->step > y->step;
}

static int by_key(const void *a, const void *b) {
  uint64_t x = ((const pel_goal *)a)->key, y = ((const pel_goal *)b)->key;
  return x < y ? -1 : x > y;
}

static int by_number(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/* The first step that shows this goal, or NULL. */
static const known *shown(const checker *c, uint64_t goal) {
  size_t lo = 0, hi = c->n;
  while (lo < hi) {
    size_t middle = lo + (hi - lo) / 2;
    if (c->goals[middle].goal < goal) lo = middle + 1;
    else hi = middle;
  }
  return lo < c->n && c->goals[lo].goal == goal ? &c->goals[lo] : NULL;
}

static pel_status reject(const checker *c, size_t step, const char *why, pel_error *err) {
  return pel_fail(err, PEL_ERR_CHECK, "step %zu, goal %llu: %s", step + 1, (unsigned long long)c->proof->steps[step].goal, why);
}

/* Whether a real child, as the problem describes it, is shown by what may be used at this step. */
static bool child_holds(const checker *c, const pel_goal *child, size_t step) {
  if (child->status != PEL_GOAL_OPEN) return child->status == c->proof->shows;
  const known *k = shown(c, child->key);
  return k && k->kind == child->kind && (c->proof->shows == PEL_GOAL_REFUTED || k->step <= step);
}

/* All children, each listed exactly as often as the problem gives it. Both lists are sorted here. */
static pel_status check_all(checker *c, size_t step, uint64_t *listed, pel_error *err) {
  const pel_goal_step *s = &c->proof->steps[step];
  if (c->list.cut) return reject(c, step, "it has more children than a checker reads", err);
  if (c->list.n != s->n) return reject(c, step, "not all its children are listed", err);
  if (s->n) {
    qsort(listed, s->n, sizeof *listed, by_number);
    qsort(c->list.goals, c->list.n, sizeof *c->list.goals, by_key);
  }
  for (size_t i = 0; i < s->n; i++) {
    if (listed[i] != c->list.goals[i].key) return reject(c, step, "a listed child is none of its children", err);
    if (!child_holds(c, &c->list.goals[i], step)) return reject(c, step, "one of its children is not shown before it", err);
  }
  return PEL_OK;
}

static pel_status check_one(const checker *c, size_t step, const uint64_t *listed, pel_error *err) {
  if (c->proof->steps[step].n != 1) return reject(c, step, "it needs exactly one child", err);
  for (size_t i = 0; i < c->list.n; i++)
    if (c->list.goals[i].key == listed[0])
      return child_holds(c, &c->list.goals[i], step) ? PEL_OK : reject(c, step, "its child is not shown before it", err);
  return reject(c, step, "the listed child is none of its children", err);
}

static pel_status check_step(checker *c, size_t step, pel_error *err) {
  const pel_goal_step *s = &c->proof->steps[step];
  if (s->first > c->proof->n_children || s->n > c->proof->n_children - s->first) return reject(c, step, "its children are not in the list", err);
  PEL_TRY(pel_goal_list_ask(&c->list, c->problem, s->goal, err));
  uint64_t *listed = pel_alloc(s->n, sizeof *listed);
  if (!listed) return pel_fail_memory(err, "a proof's step", s->n * sizeof *listed);
  for (size_t i = 0; i < s->n; i++) listed[i] = c->proof->children[s->first + i];
  bool all = (s->kind == PEL_GOAL_AND) == (c->proof->shows == PEL_GOAL_PROVED);
  pel_status status = all ? check_all(c, step, listed, err) : check_one(c, step, listed, err);
  free(listed);
  return status;
}

static pel_status check_root(const checker *c, const pel_goal *root, pel_error *err) {
  const pel_goal_proof *p = c->proof;
  if (root->status != PEL_GOAL_OPEN)
    return root->status == p->shows && !p->n_steps ? PEL_OK : pel_fail(err, PEL_ERR_CHECK, "the root is a leaf and is not what the proof shows");
  if (!p->n_steps || p->steps[p->n_steps - 1].goal != root->key || p->steps[p->n_steps - 1].kind != root->kind)
    return pel_fail(err, PEL_ERR_CHECK, "the last step is not about the root");
  return PEL_OK;
}

static pel_status check(checker *c, pel_error *err) {
  const pel_goal_proof *p = c->proof;
  pel_goal root = {0};
  if (p->shows != PEL_GOAL_PROVED && p->shows != PEL_GOAL_REFUTED) return pel_fail(err, PEL_ERR_USAGE, "a proof shows a proof or a refutation");
  PEL_TRY(c->problem->root(c->problem->user, &root, err));
  PEL_TRY(check_root(c, &root, err));
  for (size_t i = 0; i < p->n_steps; i++) c->goals[i] = (known){p->steps[i].goal, i + 1, p->steps[i].kind};
  qsort(c->goals, p->n_steps, sizeof *c->goals, by_goal);
  c->n = p->n_steps;
  for (size_t i = 1; i < c->n; i++)
    if (c->goals[i].goal == c->goals[i - 1].goal) return reject(c, c->goals[i].step - 1, "it is shown twice", err);
  for (size_t i = 0; i < p->n_steps; i++) PEL_TRY(check_step(c, i, err));
  return PEL_OK;
}

pel_status pel_goal_replay(const pel_goal_problem *problem, const pel_goal_proof *proof, pel_error *err) {
  checker c = {.problem = problem, .proof = proof, .list = {.most = UINT32_MAX}, .goals = pel_alloc(proof->n_steps, sizeof *c.goals)};
  pel_status status = c.goals ? check(&c, err) : pel_fail_memory(err, "the steps of a proof", proof->n_steps * sizeof *c.goals);
  free(c.goals);
  free(c.list.goals);
  return status;
}

void pel_goal_proof_free(pel_goal_proof *proof) {
  if (!proof) return;
  free(proof->steps);
  free(proof->children);
  free(proof);
}
