/* Searches on problems whose answer is known by hand: values, bandits, tic-tac-toe, what is read off, records, limits. */
#include <math.h>
#include <stdlib.h>

#include "engine/base/status.h"
#include "engine/search/deepening.h"
#include "engine/search/explain.h"
#include "engine/search/proof_number.h"
#include "engine/search/puct.h"
#include "tests/check.h"
#include "tests/unit/goal_source.h"

static goal_source source;
static const pel_search_limits patient = {.expansions = 1000000, .seconds = -1, .seed = 3};

static int add(pel_goal_kind kind, pel_goal_status leaf, double prior, double value) {
  source.goals[source.n] = (source_goal){.kind = kind, .leaf = leaf, .prior = prior, .value = value, .weight = 1};
  return source.n++;
}

static void under(int parent, int child) { source.goals[parent].child[source.goals[parent].n++] = child; }

static pel_goal_seen node_of(const pel_search *s, int goal) { return pel_search_node_at(s, pel_search_find(s, goal_source_key(goal))); }

/* ---- values by hand ---- */

static void scores_by_hand(void) {
  /* N = 100, n = 4, P = 0.2: (ln (19753 / 19652) + 1.25) x 0.2 x 10 / 5 = 1.25512635 x 0.4 = 0.50205054 */
  CHECK(fabs(pel_puct_score(1.25, 0.5, 0.2, 100, 4) - 1.00205054) < 1e-7);
  CHECK(fabs(pel_puct_score(1.25, 0, 1, 0, 0) - (log(19654.0 / 19652.0) + 1.25)) < 1e-12);
}

static void values_by_hand(void) {
  source.n = 0;
  int root = add(PEL_GOAL_OR, PEL_GOAL_OPEN, 1, 0.5), a = add(PEL_GOAL_AND, PEL_GOAL_OPEN, 0.75, 0.6), b = add(PEL_GOAL_AND, PEL_GOAL_OPEN, 0.25, 0.4);
  int p = add(PEL_GOAL_OR, PEL_GOAL_PROVED, 1, 0.5), q = add(PEL_GOAL_OR, PEL_GOAL_PROVED, 1, 0.8), r = add(PEL_GOAL_OR, PEL_GOAL_PROVED, 1, 0.9);
  under(root, a), under(root, b), under(a, p), under(a, q), under(b, r);
  source.goals[a].weight = 0.9;
  pel_goal_problem problem = goal_source_problem(&source);
  pel_search *s;
  pel_search_limits one = patient;
  one.simulations = 2;
  /* 1: the root is expanded, value its guess 0.5. 2: of two unvisited children the one with the greater prior, expanded: proved, 0.9 x 0.5 x 0.8. */
  CHECK(pel_search_puct(&problem, &one, NULL, NULL, &s, NULL) == PEL_OK);
  CHECK(s->status == PEL_GOAL_PROVED && s->simulations == 2 && s->expansions == 2);
  CHECK(fabs(node_of(s, a).q - 0.36) < 1e-12 && fabs(s->value - 0.36) < 1e-12);
  CHECK(node_of(s, root).n == 2 && fabs(node_of(s, root).w - 0.86) < 1e-12);
  CHECK(node_of(s, a).first_visit == 2 && node_of(s, b).n == 0 && fabs(node_of(s, a).prior - 0.75) < 1e-6);
  CHECK(s->n_values == 2 && fabs(s->value_at[0] - 0.5) < 1e-12 && fabs(s->value_at[1] - 0.36) < 1e-12);
  pel_search_free(s);
  /* Going on finds that the other way is worth more: the greatest proved child counts. */
  pel_puct_options on = {.go_on = true};
  CHECK(pel_search_puct(&problem, &patient, &on, NULL, &s, NULL) == PEL_OK);
  CHECK(s->end == PEL_END_EXHAUSTED && fabs(s->value - 0.9) < 1e-12);
  pel_goal_proof *proof;
  CHECK(pel_search_proof(s, PEL_PROOF_GREATEST_VALUE, &proof, NULL) == PEL_OK);
  CHECK(fabs(proof->value - 0.9) < 1e-12 && proof->leaves == 1 && pel_goal_replay(&problem, proof, NULL) == PEL_OK);
  pel_goal_proof_free(proof);
  pel_search_free(s);
}

static void means_and_products(void) {
  source.n = 0;
  int root = add(PEL_GOAL_AND, PEL_GOAL_OPEN, 1, 0.5), a = add(PEL_GOAL_OR, PEL_GOAL_OPEN, 1, 0.3), b = add(PEL_GOAL_OR, PEL_GOAL_OPEN, 1, 0.7);
  int c = add(PEL_GOAL_OR, PEL_GOAL_OPEN, 1, 0.9), d = add(PEL_GOAL_OR, PEL_GOAL_REFUTED, 1, 0);
  under(root, a), under(root, b), under(a, c), under(b, d), under(c, d);
  pel_goal_problem problem = goal_source_problem(&source);
  pel_search *s;
  pel_search_limits two = patient;
  two.simulations = 2;
  /* 1: the AND root has 0.3 x 0.7. 2: fail first: a, which has its guess 0.3 as its first value. */
  CHECK(pel_search_puct(&problem, &two, NULL, NULL, &s, NULL) == PEL_OK);
  CHECK(node_of(s, a).n == 1 && node_of(s, b).n == 0 && fabs(node_of(s, a).q - 0.3) < 1e-12);
  CHECK(fabs(node_of(s, root).w - 0.42) < 1e-12 && fabs(s->value - 0.21) < 1e-12);
  pel_search_free(s);
  /* 3: a again, c below it is refuted, and with it everything. */
  two.simulations = 3;
  CHECK(pel_search_puct(&problem, &two, NULL, NULL, &s, NULL) == PEL_OK);
  CHECK(s->status == PEL_GOAL_REFUTED && s->value == 0 && node_of(s, a).q == 0 && node_of(s, b).status == PEL_GOAL_OPEN);
  pel_search_free(s);
}

/* ---- a bandit: arms that are sampled and never decided ---- */

enum { ARMS = 10 };
static double arm_chance(uint64_t arm) { return arm == 7 ? 0.6 : 0.3 + 0.02 * (double)(arm % 10); }

static pel_status bandit_root(void *user, pel_goal *root, pel_error *err) {
  (void)user, (void)err;
  *root = (pel_goal){.key = 0, .value = 0.5};
  return PEL_OK;
}

static pel_status bandit_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  (void)user, (void)err;
  uint64_t n = key ? 2000 : ARMS; /* an arm's own children do not fit, so that it stays as it is */
  for (uint64_t i = 0; i < n; i++) {
    pel_goal goal = {.key = key * 10000 + i + 1, .prior = 1, .value = 0.5};
    pel_goal_list_add(children, &goal);
  }
  return PEL_OK;
}

static double bandit_sample(void *user, uint64_t key, uint64_t random) {
  (void)user;
  return key && (double)(random >> 11) * 0x1p-53 < arm_chance(key) ? 1 : 0;
}

static void best_arm_is_visited_most(void) {
  const pel_goal_problem problem = {.root = bandit_root, .expand = bandit_expand, .sample = bandit_sample};
  int best = 0, seeds = getenv("PELLUCID_BANDIT_SEEDS") ? atoi(getenv("PELLUCID_BANDIT_SEEDS")) : 1000;
  for (int seed = 0; seed < seeds; seed++) {
    pel_search *s;
    pel_search_limits limits = {.expansions = 100, .simulations = 10000, .seconds = -1, .bytes = 60000, .seed = (uint64_t)seed};
    CHECK(pel_search_puct(&problem, &limits, NULL, NULL, &s, NULL) == PEL_OK);
    CHECK(s->full && s->simulations == 10000 && s->end == PEL_END_SIMULATIONS);
    size_t child, most_visited = 0;
    uint64_t visits, most = 0;
    for (size_t i = 0; pel_search_child(s, 0, i, &child, &visits, NULL); i++)
      if (visits > most) most = visits, most_visited = child;
    best += pel_search_node_at(s, most_visited).key == 7;
    pel_search_free(s);
  }
  printf("  best arm most visited in %d of %d seeds\n", best, seeds);
  CHECK(best * 100 >= seeds * 99);
}

/* ---- tic-tac-toe: a key is the board in base 3, and which question is asked of it ---- */

static uint64_t board_key(const int *board, bool draw_counts) {
  uint64_t key = draw_counts;
  for (int i = 0; i < 9; i++) key = key * 3 + (uint64_t)board[i];
  return key;
}

static bool has_line(const int *b, int who) {
  static const int lines[8][3] = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}};
  for (int i = 0; i < 8; i++)
    if (b[lines[i][0]] == who && b[lines[i][1]] == who && b[lines[i][2]] == who) return true;
  return false;
}

static pel_goal board_goal(const int *board, bool draw_counts) {
  int moves = 0;
  for (int i = 0; i < 9; i++) moves += board[i] != 0;
  pel_goal goal = {.key = board_key(board, draw_counts), .kind = moves % 2 ? PEL_GOAL_AND : PEL_GOAL_OR, .prior = 1, .value = 0.5, .weight = 1};
  if (has_line(board, 1)) goal.status = PEL_GOAL_PROVED, goal.value = 1;
  else if (has_line(board, 2)) goal.status = PEL_GOAL_REFUTED;
  else if (moves == 9) goal.status = draw_counts ? PEL_GOAL_PROVED : PEL_GOAL_REFUTED, goal.value = draw_counts;
  return goal;
}

static pel_status board_root(void *user, pel_goal *root, pel_error *err) {
  (void)err;
  *root = board_goal((int[9]){0}, *(const bool *)user);
  return PEL_OK;
}

static pel_status board_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  (void)err;
  int board[9], moves = 0;
  for (int i = 8; i >= 0; i--, key /= 3) {
    board[i] = (int)(key % 3);
    moves += board[i] != 0;
  }
  for (int i = 0; i < 9; i++) {
    if (board[i]) continue;
    board[i] = 1 + moves % 2;
    pel_goal child = board_goal(board, *(const bool *)user);
    pel_goal_list_add(children, &child);
    board[i] = 0;
  }
  return PEL_OK;
}

static void tic_tac_toe_is_a_draw(void) {
  for (int draws = 0; draws < 2; draws++) {
    bool counts = draws;
    const pel_goal_problem problem = {.user = &counts, .root = board_root, .expand = board_expand};
    pel_goal_status expected = draws ? PEL_GOAL_PROVED : PEL_GOAL_REFUTED;
    pel_search *pn, *mc, *deep;
    CHECK(pel_search_proof_number(&problem, &patient, NULL, NULL, &pn, NULL) == PEL_OK && pn->status == expected);
    CHECK(pel_search_puct(&problem, &patient, NULL, NULL, &mc, NULL) == PEL_OK && mc->status == expected && mc->value == draws);
    CHECK(pel_search_deepening(&problem, &patient, &deep, NULL, NULL) == PEL_OK && deep->status == expected);
    printf("  %s: proof numbers %llu, Monte-Carlo %llu, deepening %llu expansions\n", draws ? "X does not lose" : "X wins", (unsigned long long)pn->expansions,
      (unsigned long long)mc->expansions, (unsigned long long)deep->expansions);
    pel_goal_proof *proof;
    CHECK((draws ? pel_search_proof(mc, PEL_PROOF_FEWEST_LEAVES, &proof, NULL) : pel_search_refutation(mc, &proof, NULL)) == PEL_OK);
    CHECK(pel_goal_replay(&problem, proof, NULL) == PEL_OK);
    pel_goal_proof_free(proof);
    pel_search_free(pn);
    pel_search_free(mc);
    pel_search_free(deep);
  }
}

/* ---- what is read off ---- */

/* The same question by brute force: fewest leaves of a proof of a tree that is known whole. */
static double fewest_leaves(const pel_goal_status *truth, int id) {
  const source_goal *g = &source.goals[id];
  double sum = 0, least = INFINITY;
  if (truth[id] != PEL_GOAL_PROVED) return INFINITY;
  if (g->leaf) return 1;
  for (int i = 0; i < g->n; i++) {
    double child = fewest_leaves(truth, g->child[i]);
    sum += child;
    if (child < least) least = child;
  }
  return g->kind == PEL_GOAL_OR ? least : sum;
}

static void smallest_proofs_of_trees(void) {
  pel_rng rng = {99};
  int checked = 0;
  for (int i = 0; i < 3000; i++) {
    pel_goal_status truth[SOURCE_MOST];
    goal_source_tree(&source, &rng, 7, false);
    goal_source_truth(&source, truth);
    if (truth[0] != PEL_GOAL_PROVED || source.n < 8) continue;
    pel_goal_problem problem = goal_source_problem(&source);
    pel_search *s;
    pel_puct_options on = {.go_on = true};
    pel_goal_proof *proof;
    CHECK(pel_search_puct(&problem, &patient, &on, NULL, &s, NULL) == PEL_OK && s->end == PEL_END_EXHAUSTED);
    CHECK(pel_search_proof(s, PEL_PROOF_FEWEST_LEAVES, &proof, NULL) == PEL_OK);
    CHECK_MSG(proof->leaves == fewest_leaves(truth, 0), "%g leaves, %g are enough", proof->leaves, fewest_leaves(truth, 0));
    CHECK(pel_goal_replay(&problem, proof, NULL) == PEL_OK);
    pel_goal_proof_free(proof);
    pel_search_free(s);
    checked++;
  }
  printf("  %d trees\n", checked);
  CHECK(checked > 100);
}

static void leaves_that_matter(void) {
  source.n = 0; /* root = (a and b) or (a and c): only a is critical */
  int root = add(PEL_GOAL_OR, PEL_GOAL_OPEN, 1, 0.5), x = add(PEL_GOAL_AND, PEL_GOAL_OPEN, 0.6, 0.5), y = add(PEL_GOAL_AND, PEL_GOAL_OPEN, 0.4, 0.5);
  int a = add(PEL_GOAL_OR, PEL_GOAL_PROVED, 1, 1), b = add(PEL_GOAL_OR, PEL_GOAL_PROVED, 1, 1), c = add(PEL_GOAL_OR, PEL_GOAL_PROVED, 1, 1);
  under(root, x), under(root, y), under(x, a), under(x, b), under(y, a), under(y, c);
  pel_goal_problem problem = goal_source_problem(&source);
  pel_search *s;
  pel_goal_proof *proof;
  pel_critical *critical;
  size_t n, *line, length;
  CHECK(pel_search_proof_number(&problem, &patient, NULL, NULL, &s, NULL) == PEL_OK);
  CHECK(pel_search_proof(s, PEL_PROOF_FEWEST_LEAVES, &proof, NULL) == PEL_OK && proof->leaves == 2);
  CHECK(pel_goal_critical(&problem, &patient, proof, &critical, &n, NULL) == PEL_OK && n == 2);
  for (size_t i = 0; i < n; i++) CHECK(critical[i].decided && critical[i].critical == (critical[i].leaf == goal_source_key(a)));
  CHECK(pel_search_principal(s, &line, &length, NULL) == PEL_OK && length == 3 && line[0] == 0);
  free(line);
  free(critical);
  pel_goal_proof_free(proof);
  pel_search_free(s);
}

static void why_it_does_not_hold(void) {
  source.n = 0;
  int root = add(PEL_GOAL_OR, PEL_GOAL_OPEN, 1, 0.5), x = add(PEL_GOAL_AND, PEL_GOAL_OPEN, 0.9, 0.5), y = add(PEL_GOAL_AND, PEL_GOAL_OPEN, 0.1, 0.5);
  int a = add(PEL_GOAL_OR, PEL_GOAL_PROVED, 1, 1), b = add(PEL_GOAL_OR, PEL_GOAL_OPEN, 1, 0.4), no = add(PEL_GOAL_OR, PEL_GOAL_REFUTED, 1, 1);
  under(root, x), under(root, y), under(x, a), under(x, b), under(b, no), under(y, no);
  pel_goal_problem problem = goal_source_problem(&source);
  pel_search *s;
  pel_why_not why;
  CHECK(pel_search_puct(&problem, &patient, NULL, NULL, &s, NULL) == PEL_OK && s->status == PEL_GOAL_REFUTED);
  CHECK(pel_search_why_not(s, &why) && pel_search_node_at(s, why.child).key == goal_source_key(x) && pel_search_node_at(s, why.part).key == goal_source_key(b));
  CHECK(why.child_status == PEL_GOAL_REFUTED && why.part_status == PEL_GOAL_REFUTED);
  double p = 2.0 / 3; /* x twice, y once */
  CHECK_MSG(fabs(pel_search_entropy(s) + p * log(p) + (1 - p) * log(1 - p)) < 1e-9, "%g", pel_search_entropy(s));
  pel_search_free(s);
}

int main(void) {
  RUN(scores_by_hand);
  RUN(values_by_hand);
  RUN(means_and_products);
  RUN(best_arm_is_visited_most);
  RUN(tic_tac_toe_is_a_draw);
  RUN(smallest_proofs_of_trees);
  RUN(leaves_that_matter);
  RUN(why_it_does_not_hold);
  return check_result();
}
