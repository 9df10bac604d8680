/* Searches against brute force on random problems: statuses, proofs that replay, corrupted ones that do not.
 *
 * usage: search_random_test [PROBLEMS OF EACH KIND] */
#include <stdlib.h>

#include "engine/search/deepening.h"
#include "engine/search/explain.h"
#include "engine/search/proof_number.h"
#include "engine/search/puct.h"
#include "tests/check.h"
#include "tests/unit/goal_source.h"

static int problems = 1000;
static goal_source source;
static pel_goal_status truth[SOURCE_MOST];
static pel_rng rng = {2024};
static long n_proofs, n_refutations, n_corrupted, n_undecided, n_by[4], n_searches, n_expansions, most_expansions, n_goals;

static const pel_search_limits wide = {.expansions = 100000, .seconds = -1, .simulations = 200000, .seed = 5};

static pel_goal_proof *proof_of(const pel_search *s) {
  pel_goal_proof *proof = NULL;
  if (s->status == PEL_GOAL_PROVED) CHECK(pel_search_proof(s, PEL_PROOF_FEWEST_LEAVES, &proof, NULL) == PEL_OK);
  if (s->status == PEL_GOAL_REFUTED) CHECK(pel_search_refutation(s, &proof, NULL) == PEL_OK);
  return proof;
}

/* A copy without one step. */
static void check_dropped(const pel_goal_problem *p, const pel_goal_proof *proof) {
  size_t drop = (size_t)(pel_rng_next(&rng) % proof->n_steps);
  pel_goal_proof other = *proof;
  other.steps = malloc(proof->n_steps * sizeof *other.steps);
  other.n_steps = 0;
  for (size_t i = 0; i < proof->n_steps; i++)
    if (i != drop) other.steps[other.n_steps++] = proof->steps[i];
  CHECK(pel_goal_replay(p, &other, NULL) == PEL_ERR_CHECK);
  n_corrupted++;
  free(other.steps);
}

/* A child becomes another goal: one that does not hold, or is not a child. */
static void check_changed(const pel_goal_problem *p, const pel_goal_proof *proof) {
  if (!proof->n_children) return;
  size_t at = (size_t)(pel_rng_next(&rng) % proof->n_children);
  uint64_t was = proof->children[at], now = goal_source_key((int)(pel_rng_next(&rng) % (uint64_t)source.n));
  if (now == was || truth[goal_source_goal(now)] == proof->shows) return;
  proof->children[at] = now;
  CHECK(pel_goal_replay(p, proof, NULL) == PEL_ERR_CHECK);
  n_corrupted++;
  proof->children[at] = was;
}

static void check_claim(const pel_goal_problem *p, pel_goal_proof *proof) {
  pel_goal_status was = proof->shows;
  proof->shows = was == PEL_GOAL_PROVED ? PEL_GOAL_REFUTED : PEL_GOAL_PROVED;
  CHECK(pel_goal_replay(p, proof, NULL) != PEL_OK);
  proof->shows = was;
  n_corrupted++;
}

static void check_proof(const pel_goal_problem *p, const pel_search *s) {
  pel_error err = {0};
  pel_goal_proof *proof = proof_of(s);
  if (!proof) return;
  pel_status status = pel_goal_replay(p, proof, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  if (s->status == PEL_GOAL_PROVED) n_proofs++;
  else n_refutations++;
  if (proof->n_steps) {
    check_dropped(p, proof);
    check_changed(p, proof);
    check_claim(p, proof);
  }
  pel_goal_proof_free(proof);
}

/* Every status that a search has found is true, of whatever goal. */
static void check_nodes(const pel_search *s) {
  for (size_t i = 0; i < pel_search_nodes(s); i++) {
    pel_goal_seen n = pel_search_node_at(s, i);
    CHECK(n.status == PEL_GOAL_OPEN || n.status == truth[goal_source_goal(n.key)]);
  }
}

static void check_search(const pel_goal_problem *p, pel_status status, pel_search **result, bool must_decide) {
  CHECK(status == PEL_OK);
  if (status != PEL_OK) return;
  pel_search *s = *result;
  bool decided = s->end == PEL_END_DECIDED || s->end == PEL_END_SETTLED;
  CHECK_MSG(decided || !must_decide, "ended by %s after %llu expansions", pel_search_end_name(s->end), (unsigned long long)s->expansions);
  if (decided) CHECK_MSG(s->status == truth[0], "%s, but it is %s", pel_goal_status_name(s->status), pel_goal_status_name(truth[0]));
  n_searches++;
  n_expansions += (long)s->expansions;
  if ((long)s->expansions > most_expansions) most_expansions = (long)s->expansions;
  n_goals += source.n;
  n_undecided += !decided;
  n_by[s->status]++;
  check_nodes(s);
  if (decided) check_proof(p, s);
  pel_search_free(s);
}

static void check_problem(bool deep) {
  pel_goal_problem p = goal_source_problem(&source);
  pel_search *s = NULL;
  pel_proof_number_options sums = {.sum = true};
  goal_source_truth(&source, truth);
  check_search(&p, pel_search_proof_number(&p, &wide, NULL, NULL, &s, NULL), &s, true);
  check_search(&p, pel_search_proof_number(&p, &wide, &sums, NULL, &s, NULL), &s, true);
  check_search(&p, pel_search_puct(&p, &wide, NULL, NULL, &s, NULL), &s, true);
  if (!deep) return;
  CHECK(pel_search_deepening(&p, &wide, &s, NULL, NULL) == PEL_OK);
  CHECK(s->end != PEL_END_DECIDED || s->status == truth[0]);
  CHECK(s->end == PEL_END_DECIDED || s->end == PEL_END_SETTLED || s->end == PEL_END_EXPANSIONS);
  pel_search_free(s);
}

static void trees(void) {
  for (int i = 0; i < problems; i++) {
    do goal_source_tree(&source, &rng, 8, i % 2 == 0);
    while (source.n < (i % 4 ? 40 : 2));
    check_problem(true);
  }
}

static void graphs_without_circles(void) {
  for (int i = 0; i < problems; i++) {
    goal_source_graph(&source, &rng, 4 + i % 60, false, i % 2 == 0);
    check_problem(false);
  }
}

static void graphs_with_circles(void) {
  for (int i = 0; i < problems; i++) {
    goal_source_graph(&source, &rng, 3 + i % 120, true, i % 2 == 0);
    check_problem(i % 120 < 6);
  }
}

/* With children, depths and memory cut off less is decided, and still nothing wrong. */
static void what_is_cut_off_is_not_decided(void) {
  long cut = 0, full = 0, decided = 0;
  for (int i = 0; i < problems; i++) {
    pel_search_limits tight = {.expansions = 3000, .simulations = 3000, .seconds = -1};
    if (i % 3 == 0) tight.children = 2;
    else if (i % 3 == 1) tight.depth = 3 + (uint32_t)i % 5;
    else tight.bytes = 14000 + (uint64_t)(i % 16) * 500;
    pel_search *s[2];
    pel_goal_problem p = goal_source_problem(&source);
    if (i % 2) goal_source_tree(&source, &rng, 8, i % 4 == 1);
    else goal_source_graph(&source, &rng, 20 + i % 300, true, i % 4 == 0);
    goal_source_truth(&source, truth);
    CHECK(pel_search_proof_number(&p, &tight, NULL, NULL, &s[0], NULL) == PEL_OK && pel_search_puct(&p, &tight, NULL, NULL, &s[1], NULL) == PEL_OK);
    for (int k = 0; k < 2; k++) {
      for (size_t n = 0; n < pel_search_nodes(s[k]); n++) {
        pel_goal_seen node = pel_search_node_at(s[k], n);
        CHECK((node.status != PEL_GOAL_PROVED && node.status != PEL_GOAL_REFUTED) || node.status == truth[goal_source_goal(node.key)]);
      }
      CHECK(!tight.bytes || s[k]->peak_bytes <= tight.bytes);
      cut += s[k]->cut;
      full += s[k]->full;
      decided += s[k]->status != PEL_GOAL_UNKNOWN;
      check_proof(&p, s[k]);
      pel_search_free(s[k]);
    }
  }
  printf("  %d problems twice: %ld cut, %ld full, %ld decided\n", problems, cut, full, decided);
  CHECK(cut && full && decided);
}

/* A full tree of four children a goal, OR and AND in turn, seven deep: goal k has the children 4 k + 1 .. 4 k + 4. */
typedef struct full_tree {
  uint64_t seed;
  double chance; /* of a leaf to be proved */
} full_tree;

enum { FULL_INNER = 1 + 4 + 16 + 64 + 256 + 1024 + 4096 };

static pel_goal full_goal(const full_tree *t, uint64_t key) {
  int depth = 0;
  for (uint64_t k = key; k; k = (k - 1) / 4) depth++;
  pel_rng leaf = {t->seed + key};
  pel_goal goal = {.key = key, .kind = depth % 2 ? PEL_GOAL_AND : PEL_GOAL_OR, .prior = 1, .value = 0.5, .weight = 1};
  if (key >= FULL_INNER) goal.status = pel_rng_uniform(&leaf) < t->chance ? PEL_GOAL_PROVED : PEL_GOAL_REFUTED;
  return goal;
}

static pel_status full_root(void *user, pel_goal *root, pel_error *err) {
  (void)err;
  *root = full_goal(user, 0);
  return PEL_OK;
}

static pel_status full_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  (void)err;
  for (uint64_t c = 4 * key + 1; c <= 4 * key + 4; c++) {
    pel_goal goal = full_goal(user, c);
    pel_goal_list_add(children, &goal);
  }
  return PEL_OK;
}

static bool full_truth(const full_tree *t, uint64_t key) {
  pel_goal goal = full_goal(t, key);
  if (goal.status) return goal.status == PEL_GOAL_PROVED;
  for (uint64_t c = 4 * key + 1; c <= 4 * key + 4; c++)
    if (full_truth(t, c) == (goal.kind == PEL_GOAL_OR)) return goal.kind == PEL_GOAL_OR;
  return goal.kind == PEL_GOAL_AND;
}

static void replay(const pel_goal_problem *p, const pel_search *s) {
  pel_error err = {0};
  pel_goal_proof *proof = proof_of(s);
  CHECK_MSG(proof && pel_goal_replay(p, proof, &err) == PEL_OK, "%s", err.text);
  pel_goal_proof_free(proof);
}

/* Too little memory for what is searched: goals are forgotten and asked again, and what is decided is still right. */
static void little_memory(void) {
  long forgotten = 0, decided = 0, of = problems < 10000 ? problems / 20 : 500;
  for (int i = 0; i < of; i++) {
    full_tree t = {pel_rng_next(&rng), 0.35 + 0.06 * (i % 5)};
    pel_goal_problem p = {.user = &t, .root = full_root, .expand = full_expand};
    pel_search *s = NULL;
    pel_search_limits tight = {.expansions = 200000, .seconds = -1, .bytes = 30000 + (uint64_t)(i % 7) * 15000, .seed = (uint64_t)i};
    CHECK(pel_search_proof_number(&p, &tight, NULL, NULL, &s, NULL) == PEL_OK);
    CHECK(s->peak_bytes <= tight.bytes);
    bool is_decided = s->end == PEL_END_DECIDED;
    forgotten += s->forgotten > 0;
    decided += is_decided && s->forgotten > 0;
    if (is_decided) {
      CHECK((s->status == PEL_GOAL_PROVED) == full_truth(&t, 0));
      replay(&p, s);
    } else {
      CHECK(s->end == PEL_END_MEMORY || s->end == PEL_END_EXPANSIONS);
    }
    pel_search_free(s);
  }
  printf("  %ld of %ld searches forgot goals, %ld of these decided\n", forgotten, of, decided);
  CHECK(forgotten > 0 && decided > 0);
}

int main(int argc, char **argv) {
  if (argc > 1) problems = atoi(argv[1]);
  RUN(trees);
  RUN(graphs_without_circles);
  RUN(graphs_with_circles);
  RUN(what_is_cut_off_is_not_decided);
  RUN(little_memory);
  printf("  %ld searches of problems of %.1f goals, %.1f of them expanded, at most %ld\n", n_searches,
    (double)n_goals / (double)n_searches, (double)n_expansions / (double)n_searches, most_expansions);
  printf("  %ld proofs and %ld refutations replayed, %ld corrupted ones rejected; %ld proved, %ld refuted, %ld unknown, %ld not decided\n",
    n_proofs, n_refutations, n_corrupted, n_by[PEL_GOAL_PROVED], n_by[PEL_GOAL_REFUTED], n_by[PEL_GOAL_UNKNOWN], n_undecided);
  return check_result();
}
