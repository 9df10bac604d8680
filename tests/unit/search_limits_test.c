/* Problems that never end, lie, fail or are cancelled; records; bounded memory.
 *
 * usage: search_limits_test [SIMULATIONS OF THE LONG RUN] */
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/deepening.h"
#include "engine/search/explain.h"
#include "engine/search/proof_number.h"
#include "engine/search/puct.h"
#include "tests/check.h"
#include "tests/unit/goal_source.h"

static long long_run = 1000000;

/* An endless problem: OR and AND in turn, `children` each, nothing ever decided but by `leaves`. */
typedef struct endless {
  uint64_t children;
  pel_goal_kind kind;  /* of the root */
  bool same_kind;
  long asked, fail_at; /* call that fails; 0: none */
  long cancel_at, offered;
  double number; /* prior and value of every goal */
} endless;

static pel_status endless_root(void *user, pel_goal *root, pel_error *err) {
  const endless *e = user;
  (void)err;
  *root = (pel_goal){.key = 1, .kind = e->kind, .prior = e->number, .value = e->number, .weight = 1};
  return PEL_OK;
}

static pel_goal_kind kind_at(const endless *e, uint64_t key) { return e->same_kind || !(key >> 60) ? e->kind : (pel_goal_kind)!e->kind; }

static pel_status endless_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  endless *e = user;
  if (++e->asked == e->fail_at) return pel_fail(err, PEL_ERR_INPUT, "no more is known");
  uint64_t flip = e->same_kind ? 0 : (key ^ 1ull << 60) & 1ull << 60;
  for (uint64_t i = 0; i < e->children; i++) {
    uint64_t hashed = pel_goal_tie(key, i) >> 5 | flip;
    hashed = flip ? hashed | 1ull << 60 : hashed & ~(1ull << 60);
    pel_goal goal = {.key = hashed, .kind = kind_at(e, hashed), .prior = e->number, .value = e->number, .weight = 1};
    e->offered++;
    if (!pel_goal_list_add(children, &goal)) break;
  }
  return PEL_OK;
}

static pel_goal_problem endless_problem(endless *e) { return (pel_goal_problem){.user = e, .root = endless_root, .expand = endless_expand}; }

static bool cancel_later(void *user) {
  endless *e = user;
  return e->cancel_at && e->asked >= e->cancel_at;
}

/* The three searches by number. */
static pel_status run(int which, const pel_goal_problem *p, const pel_search_limits *limits, pel_search **out, pel_error *err) {
  if (which == 0) return pel_search_proof_number(p, limits, NULL, NULL, out, err);
  return which == 1 ? pel_search_puct(p, limits, NULL, NULL, out, err) : pel_search_deepening(p, limits, out, NULL, err);
}

static void endless_problems_end(void) {
  for (int which = 0; which < 3; which++)
    for (int shape = 0; shape < 6; shape++) {
      endless e = {.children = shape % 3 == 0 ? 1 : shape % 3 == 1 ? 3 : 50, .same_kind = shape >= 3, .number = 0.5};
      pel_goal_problem p = endless_problem(&e);
      pel_search *s;
      pel_search_limits limits = {.expansions = 3000, .seconds = -1};
      CHECK(run(which, &p, &limits, &s, NULL) == PEL_OK);
      CHECK(s->status == PEL_GOAL_UNKNOWN && (s->end == PEL_END_EXPANSIONS || (which == 2 && s->end == PEL_END_DEPTH)) && s->expansions <= 3000);
      pel_search_free(s);
      limits = (pel_search_limits){.expansions = 1u << 30, .seconds = 0.05};
      CHECK(run(which, &p, &limits, &s, NULL) == PEL_OK);
      CHECK(s->status == PEL_GOAL_UNKNOWN && (s->end == PEL_END_TIME || s->end == PEL_END_DEPTH || s->cut));
      pel_search_free(s);
    }
}

static void depth_is_a_limit(void) {
  for (int which = 0; which < 2; which++) {
    endless e = {.children = 1, .number = 0.5};
    pel_goal_problem p = endless_problem(&e);
    pel_search *s;
    pel_search_limits limits = {.expansions = 5000, .seconds = -1, .depth = 100};
    CHECK(run(which, &p, &limits, &s, NULL) == PEL_OK);
    CHECK(s->status == PEL_GOAL_UNKNOWN && s->end == PEL_END_SETTLED && s->cut && s->expansions == 100);
    pel_search_free(s);
  }
}

static void branching_is_a_limit(void) {
  for (int which = 0; which < 3; which++) {
    endless e = {.children = 1u << 30, .number = 0.5};
    pel_goal_problem p = endless_problem(&e);
    pel_search *s;
    pel_search_limits limits = {.expansions = 12, .seconds = -1, .bytes = 4 << 20};
    CHECK(run(which, &p, &limits, &s, NULL) == PEL_OK);
    CHECK(s->status == PEL_GOAL_UNKNOWN && s->peak_bytes <= 4 << 20);
    CHECK(e.offered <= (long)(100001 * (s->expansions + 1)));
    pel_search_free(s);
  }
}

static void failures_come_out(void) {
  for (int which = 0; which < 3; which++)
    for (long at = 1; at < 60; at++) {
      endless e = {.children = 4, .fail_at = at, .number = 0.5};
      pel_goal_problem p = endless_problem(&e);
      pel_search *s = NULL;
      pel_error err = {0};
      pel_search_limits limits = {.expansions = 2000, .seconds = -1};
      CHECK(run(which, &p, &limits, &s, &err) == PEL_ERR_INPUT && !s);
      CHECK_STR(err.text, "no more is known");
      CHECK(e.asked == at);
      e = (endless){.children = 4, .cancel_at = at, .number = 0.5};
      limits.cancelled = cancel_later, limits.user = &e;
      CHECK(run(which, &p, &limits, &s, NULL) == PEL_OK && s->end == PEL_END_CANCELLED && s->status == PEL_GOAL_UNKNOWN && e.asked == at);
      pel_search_free(s);
    }
}

static void strange_numbers_do_no_harm(void) {
  const double strange[] = {NAN, INFINITY, -INFINITY, -1, 1e308, 0};
  for (int which = 0; which < 3; which++)
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
      endless e = {.children = 5, .number = strange[i]};
      pel_goal_problem p = endless_problem(&e);
      pel_search *s;
      pel_search_limits limits = {.expansions = 300, .seconds = -1};
      CHECK(run(which, &p, &limits, &s, NULL) == PEL_OK && s->value >= 0 && s->value <= 1);
      pel_search_free(s);
    }
  pel_search *s = NULL;
  endless e = {.children = 2, .number = 0.5};
  pel_goal_problem p = endless_problem(&e);
  CHECK(pel_search_puct(&p, &(pel_search_limits){.seconds = NAN}, NULL, NULL, &s, NULL) == PEL_ERR_USAGE && !s);
  CHECK(pel_search_puct(&p, &(pel_search_limits){0}, &(pel_puct_options){.c = NAN}, NULL, &s, NULL) == PEL_ERR_USAGE && !s);
  for (int i = 0; i < 3; i++)
    CHECK(pel_search_puct(&p, &(pel_search_limits){0}, &(pel_puct_options){.decay = (double[]){NAN, -0.1, 1.1}[i]}, NULL, &s, NULL) == PEL_ERR_USAGE && !s);
}

/* ---- goals that contradict themselves ---- */

static pel_status liar_root(void *user, pel_goal *root, pel_error *err) {
  (void)user, (void)err;
  *root = (pel_goal){.key = 1};
  return PEL_OK;
}

static pel_status liar_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  int lie = *(const int *)user;
  (void)err;
  pel_goal a = {.key = 2}, b = {.key = 2};
  if (lie == 0) b.kind = PEL_GOAL_AND;
  if (lie == 1) b.status = PEL_GOAL_PROVED;
  if (lie == 2) b.kind = (pel_goal_kind)7;
  if (lie == 3) b.status = (pel_goal_status)9;
  if (lie == 4) b = (pel_goal){.key = 1, .kind = PEL_GOAL_AND};
  if (key == 1) pel_goal_list_add(children, &a);
  if (key == 2 || lie > 1) pel_goal_list_add(children, &b);
  return PEL_OK;
}

static void contradictions_are_refused(void) {
  for (int which = 0; which < 2; which++)
    for (int lie = 0; lie < 5; lie++) {
      pel_goal_problem p = {.user = &lie, .root = liar_root, .expand = liar_expand};
      pel_search *s = NULL;
      CHECK(run(which, &p, &(pel_search_limits){0}, &s, NULL) == PEL_ERR_USAGE && !s);
    }
}

/* ---- records ---- */

typedef struct record {
  uint64_t simulations, nodes, length, visits_of_root;
  bool sound;
  long fail_at;
} record;

static pel_status take_simulation(void *user, const pel_goal_descent *s, pel_error *err) {
  record *r = user;
  r->sound &= s->number == ++r->simulations && s->length > 0 && s->path[0] == 1 && s->value >= 0 && s->value <= 1;
  r->length += s->length;
  return r->fail_at && (long)r->simulations == r->fail_at ? pel_fail(err, PEL_ERR_IO, "the record is full") : PEL_OK;
}

static pel_status take_node(void *user, const pel_goal_seen *n, pel_error *err) {
  record *r = user;
  (void)err;
  r->sound &= n->id == r->nodes++ && (n->parent < n->id || n->id == 0) && (n->n == 0) == (n->first_visit == 0) && n->q >= 0 && n->q <= 1;
  if (n->id == 0) r->visits_of_root = n->n;
  return PEL_OK;
}

static void records_are_whole(void) {
  for (int which = 0; which < 2; which++) {
    endless e = {.children = 6, .number = 0.5};
    pel_goal_problem p = endless_problem(&e);
    record r = {.sound = true};
    pel_search_sink sink = {.user = &r, .simulation = take_simulation, .node = take_node};
    pel_search_limits limits = {.expansions = 500, .seconds = -1};
    pel_search *s = NULL;
    CHECK((which ? pel_search_puct(&p, &limits, NULL, &sink, &s, NULL) : pel_search_proof_number(&p, &limits, NULL, &sink, &s, NULL)) == PEL_OK);
    CHECK(r.sound && r.simulations == 500 && r.simulations == s->simulations && r.nodes == pel_search_nodes(s) && r.visits_of_root == 500);
    pel_search_free(s);
    s = NULL;
    r = (record){.sound = true, .fail_at = 20};
    CHECK((which ? pel_search_puct(&p, &limits, NULL, &sink, &s, NULL) : pel_search_proof_number(&p, &limits, NULL, &sink, &s, NULL)) == PEL_ERR_IO && !s);
    CHECK(r.simulations == 20);
  }
}

static void same_seed_same_search(void) {
  uint64_t first[3] = {0};
  for (int again = 0; again < 3; again++) {
    endless e = {.children = 6, .number = 0.5};
    pel_goal_problem p = endless_problem(&e);
    pel_search *s;
    pel_search_limits limits = {.expansions = 400, .seconds = -1, .seed = again == 2 ? 8 : 7};
    CHECK(pel_search_puct(&p, &limits, NULL, NULL, &s, NULL) == PEL_OK);
    for (size_t i = 0; i < pel_search_nodes(s); i++) {
      pel_goal_seen n = pel_search_node_at(s, i);
      first[again] = pel_goal_tie(first[again], n.key + n.n * 31 + n.first_visit);
    }
    pel_search_free(s);
  }
  CHECK(first[0] == first[1] && first[0] != first[2]);
}

/* ---- goals that rest on themselves ---- */

static void circles_prove_nothing(void) {
  static goal_source source;
  for (int which = 0; which < 3; which++)
    for (int kinds = 0; kinds < 4; kinds++) {
      source.n = 2;
      source.goals[0] = (source_goal){.kind = kinds & 1, .n = 1, .child = {1}, .value = 0.5};
      source.goals[1] = (source_goal){.kind = kinds >> 1, .n = 2, .child = {0, 1}, .value = 0.5};
      pel_goal_problem p = goal_source_problem(&source);
      pel_search *s;
      CHECK(run(which, &p, &(pel_search_limits){.seconds = -1}, &s, NULL) == PEL_OK && s->status == PEL_GOAL_REFUTED);
      pel_goal_proof *proof;
      if (which < 2) {
        CHECK(pel_search_refutation(s, &proof, NULL) == PEL_OK && pel_goal_replay(&p, proof, NULL) == PEL_OK);
        pel_goal_proof_free(proof);
      }
      pel_search_free(s);
    }
}

static void many_simulations_in_bounded_memory(void) {
  endless e = {.children = 8, .number = 0.5};
  pel_goal_problem p = endless_problem(&e);
  pel_search *s;
  pel_search_limits limits = {.expansions = UINT64_MAX, .simulations = (uint64_t)long_run, .seconds = -1, .bytes = 32 << 20};
  CHECK(pel_search_puct(&p, &limits, NULL, NULL, &s, NULL) == PEL_OK);
  CHECK(s->full && s->simulations == (uint64_t)long_run && s->end == PEL_END_SIMULATIONS && s->peak_bytes <= 32 << 20);
  printf("  %llu simulations, %llu expansions, %zu goals: at most %.1f MB for goals, %.1f MB for the process\n", (unsigned long long)s->simulations,
    (unsigned long long)s->expansions, pel_search_nodes(s), (double)s->peak_bytes / 1048576, (double)pel_memory_peak() / 1048576);
  CHECK(s->n_values >= 10);
  pel_search_free(s);
}

int main(int argc, char **argv) {
  if (argc > 1) long_run = atol(argv[1]);
  RUN(many_simulations_in_bounded_memory);
  RUN(endless_problems_end);
  RUN(depth_is_a_limit);
  RUN(branching_is_a_limit);
  RUN(failures_come_out);
  RUN(strange_numbers_do_no_harm);
  RUN(contradictions_are_refused);
  RUN(records_are_whole);
  RUN(same_seed_same_search);
  RUN(circles_prove_nothing);
  return check_result();
}
