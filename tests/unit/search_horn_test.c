/* Facts and rules as goals: against forward chaining, in closed and open worlds; the best proof's value; planted proofs. */
#include "engine/search/horn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/rng.h"
#include "engine/search/deepening.h"
#include "engine/search/explain.h"
#include "engine/search/proof_number.h"
#include "engine/search/puct.h"
#include "tests/check.h"
#include "tests/unit/planted_source.h"

enum { ATOMS = 60, RULES = 150, BODY = 3 };

static const pel_search_limits patient = {.expansions = 200000, .simulations = 500000, .seconds = -1, .seed = 11};

typedef struct program {
  int n_atoms, n_rules;
  double fact[ATOMS]; /* 0: not given */
  bool denied[ATOMS];
  int head[RULES], n_body[RULES];
  uint32_t body[RULES][BODY];
  double confidence[RULES];
} program;

static int below(pel_rng *rng, int n) { return (int)(pel_rng_next(rng) % (uint64_t)n); }

static void random_program(program *p, pel_rng *rng) {
  double share = 0.05 + 0.3 * pel_rng_uniform(rng);
  *p = (program){.n_atoms = 5 + below(rng, ATOMS - 5)};
  p->n_rules = p->n_atoms + below(rng, 3 * p->n_atoms / 2);
  if (p->n_rules > RULES) p->n_rules = RULES;
  for (int i = 1; i < p->n_atoms; i++) {
    if (pel_rng_uniform(rng) < share) p->fact[i] = 0.25 + 0.75 * pel_rng_uniform(rng);
    else p->denied[i] = below(rng, 6) == 0;
  }
  for (int r = 0; r < p->n_rules; r++) {
    p->head[r] = below(rng, p->n_atoms);
    p->n_body[r] = below(rng, 12) ? 1 + below(rng, BODY) : 0;
    p->confidence[r] = 0.3 + 0.7 * pel_rng_uniform(rng);
    for (int i = 0; i < p->n_body[r]; i++) p->body[r][i] = (uint32_t)below(rng, p->n_atoms);
    if (p->n_body[r] == 0 && p->denied[p->head[r]]) p->n_body[r] = 1;
  }
}

static pel_horn *build(const program *p) {
  pel_horn *h;
  CHECK(pel_horn_create((uint32_t)p->n_atoms, &h, NULL) == PEL_OK);
  for (int i = 0; i < p->n_atoms; i++) {
    if (p->fact[i] > 0) CHECK(pel_horn_fact(h, (uint32_t)i, p->fact[i], NULL) == PEL_OK);
    if (p->denied[i]) CHECK(pel_horn_deny(h, (uint32_t)i, NULL) == PEL_OK);
  }
  for (int r = 0; r < p->n_rules; r++) CHECK(pel_horn_rule(h, (uint32_t)p->head[r], p->body[r], (size_t)p->n_body[r], p->confidence[r], NULL, NULL) == PEL_OK);
  return h;
}

/* The greatest product of any proof of each atom, by forward chaining; 0: none. What is denied stays so. */
static void forward(const program *p, double *value) {
  for (int i = 0; i < p->n_atoms; i++) value[i] = p->fact[i];
  for (bool changed = true; changed;) {
    changed = false;
    for (int r = 0; r < p->n_rules; r++) {
      double v = p->confidence[r];
      for (int i = 0; i < p->n_body[r]; i++) v *= value[p->body[r][i]];
      if (p->denied[p->head[r]] || v <= value[p->head[r]] * (1 + 1e-12)) continue;
      value[p->head[r]] = v;
      changed = true;
    }
  }
}

/* In an open world an atom may be true unless it is denied, or rules with denied parts are no matter: something else may conclude it. */
static pel_goal_status expected(const program *p, const double *value, bool closed) {
  if (value[0] > 0) return PEL_GOAL_PROVED;
  return closed || p->denied[0] ? PEL_GOAL_REFUTED : PEL_GOAL_UNKNOWN;
}

static void check_replay(const pel_goal_problem *problem, const pel_search *s) {
  pel_goal_proof *proof = NULL;
  pel_error err = {0};
  if (s->status == PEL_GOAL_UNKNOWN) return;
  pel_status status = s->status == PEL_GOAL_PROVED ? pel_search_proof(s, PEL_PROOF_GREATEST_VALUE, &proof, &err) : pel_search_refutation(s, &proof, &err);
  CHECK_MSG(status == PEL_OK && pel_goal_replay(problem, proof, &err) == PEL_OK, "%s", err.text);
  pel_goal_proof_free(proof);
}

/* Going on finds the best proof there is, and never ends with less than the first one, however strongly the search prefers the near. */
static void check_value(const pel_goal_problem *problem, double decay, double first, double value) {
  pel_puct_options on = {.go_on = true, .decay = decay};
  pel_search *s;
  pel_goal_proof *proof;
  CHECK(pel_search_puct(problem, &patient, &on, NULL, &s, NULL) == PEL_OK);
  CHECK_MSG(s->end == PEL_END_EXHAUSTED && s->status == PEL_GOAL_PROVED, "%s", pel_search_end_name(s->end));
  CHECK(pel_search_proof(s, PEL_PROOF_GREATEST_VALUE, &proof, NULL) == PEL_OK);
  CHECK_MSG(fabs(proof->value - value) < 1e-9, "%.12g, but %.12g can be had", proof->value, value);
  CHECK(s->value >= first - 1e-12 && s->value <= value + 1e-9);
  pel_goal_proof_free(proof);
  pel_search_free(s);
}

static void check_critical(const program *p, const pel_goal_problem *problem, const pel_search *s) {
  pel_goal_proof *proof;
  pel_critical *critical;
  size_t n;
  CHECK(pel_search_proof(s, PEL_PROOF_FEWEST_LEAVES, &proof, NULL) == PEL_OK);
  CHECK(pel_goal_critical(problem, &patient, proof, &critical, &n, NULL) == PEL_OK);
  for (size_t i = 0; i < n; i++) {
    program without = *p;
    double value[ATOMS];
    without.fact[pel_horn_id_of(critical[i].leaf)] = 0;
    forward(&without, value);
    CHECK(critical[i].decided && critical[i].critical == (value[0] == 0));
  }
  free(critical);
  pel_goal_proof_free(proof);
}

static void like_forward_chaining(void) {
  pel_rng rng = {5};
  int count[4] = {0};
  for (int i = 0; i < 3000; i++) {
    program p;
    double value[ATOMS];
    random_program(&p, &rng);
    pel_horn *h = build(&p);
    pel_horn_query query = {.horn = h, .closed_world = i % 2};
    pel_goal_problem problem = pel_horn_problem(&query);
    pel_search *pn, *mc;
    forward(&p, value);
    pel_goal_status truth = expected(&p, value, query.closed_world);
    CHECK(pel_search_proof_number(&problem, &patient, NULL, NULL, &pn, NULL) == PEL_OK && pel_search_puct(&problem, &patient, NULL, NULL, &mc, NULL) == PEL_OK);
    CHECK_MSG(pn->status == truth && mc->status == truth, "%s, %s, expected %s", pel_goal_status_name(pn->status), pel_goal_status_name(mc->status), pel_goal_status_name(truth));
    CHECK((pn->end == PEL_END_DECIDED || pn->end == PEL_END_SETTLED) && (mc->end == PEL_END_DECIDED || mc->end == PEL_END_SETTLED));
    count[truth]++;
    check_replay(&problem, pn);
    check_replay(&problem, mc);
    if (truth == PEL_GOAL_PROVED) {
      check_value(&problem, (double[]){0, 1, 0.01}[i % 3], mc->value, value[0]);
      check_critical(&p, &problem, pn);
    }
    pel_search_free(pn);
    pel_search_free(mc);
    pel_horn_free(h);
  }
  printf("  %d proved, %d refuted, %d unknown\n", count[PEL_GOAL_PROVED], count[PEL_GOAL_REFUTED], count[PEL_GOAL_UNKNOWN]);
}

static void words_of_the_builder(void) {
  pel_horn *h;
  pel_error err;
  CHECK(pel_horn_create(4, &h, NULL) == PEL_OK);
  uint32_t one[] = {1}, itself[] = {2, 0}, far[] = {9}, number;
  CHECK(pel_horn_fact(h, 4, 1, &err) == PEL_ERR_USAGE && pel_horn_fact(h, 0, 0, &err) == PEL_ERR_USAGE && pel_horn_fact(h, 0, NAN, &err) == PEL_ERR_USAGE);
  CHECK(pel_horn_rule(h, 0, far, 1, 1, NULL, &err) == PEL_ERR_USAGE && pel_horn_rule(h, 0, one, 1, 1.5, NULL, &err) == PEL_ERR_USAGE);
  CHECK(pel_horn_fact(h, 2, 1, NULL) == PEL_OK && pel_horn_deny(h, 2, &err) == PEL_ERR_USAGE);
  CHECK(pel_horn_deny(h, 3, NULL) == PEL_OK && pel_horn_fact(h, 3, 1, &err) == PEL_ERR_USAGE);
  CHECK(pel_horn_rule(h, 0, itself, 2, 0.9, &number, NULL) == PEL_OK && number == 0);
  pel_horn_query query = {.horn = h};
  pel_goal_problem p = pel_horn_problem(&query);
  pel_search *s;
  /* The only rule restates the goal: it counts for nothing, and in an open world that is not a refutation. */
  CHECK(pel_search_proof_number(&p, &patient, NULL, NULL, &s, NULL) == PEL_OK && s->status == PEL_GOAL_UNKNOWN && s->expansions == 0);
  pel_search_free(s);
  CHECK(pel_horn_rule(h, 0, one, 1, 0.9, &number, NULL) == PEL_OK && number == 1 && pel_horn_rule(h, 1, itself, 1, 0.8, NULL, NULL) == PEL_OK);
  CHECK(pel_search_proof_number(&p, &patient, NULL, NULL, &s, NULL) == PEL_OK && s->status == PEL_GOAL_PROVED && fabs(s->value - 0.72) < 1e-12);
  CHECK(pel_search_find(s, pel_horn_key(PEL_HORN_RULE, 1)) != SIZE_MAX && pel_search_find(s, pel_horn_key(PEL_HORN_RULE, 0)) == SIZE_MAX);
  CHECK(pel_horn_part_of(pel_horn_key(PEL_HORN_ELSE, 3)) == PEL_HORN_ELSE && pel_horn_id_of(pel_horn_key(PEL_HORN_ELSE, 3)) == 3);
  pel_search_free(s);
  query.goal = 7;
  CHECK(pel_search_proof_number(&p, &patient, NULL, NULL, &s, &err) == PEL_ERR_USAGE);
  pel_horn_free(h);
}

/* Of two rules of equal worth the one with the greater prior is looked at more, whatever their confidences say; values stay. */
static void priors_lead(void) {
  for (int better = 0; better < 2; better++) {
    pel_horn *h;
    pel_search *s;
    uint32_t first[] = {1, 2}, second[] = {3, 4}, rules[2];
    CHECK(pel_horn_create(5, &h, NULL) == PEL_OK);
    for (uint32_t i = 1; i < 5; i++) CHECK(pel_horn_rule(h, i, (const uint32_t[]){i % 4 + 1}, 1, 0.5, NULL, NULL) == PEL_OK); /* in circles: never decided */
    CHECK(pel_horn_rule(h, 0, first, 2, 0.7, &rules[0], NULL) == PEL_OK && pel_horn_rule(h, 0, second, 2, 0.7, &rules[1], NULL) == PEL_OK);
    CHECK(pel_horn_prior(h, rules[better], 0.9, NULL) == PEL_OK && pel_horn_prior(h, rules[1 - better], 0.01, NULL) == PEL_OK);
    pel_horn_query query = {.horn = h};
    pel_goal_problem p = pel_horn_problem(&query);
    pel_search_limits limits = {.simulations = 12, .seconds = -1};
    CHECK(pel_search_puct(&p, &limits, NULL, NULL, &s, NULL) == PEL_OK);
    pel_goal_seen more = pel_search_node_at(s, pel_search_find(s, pel_horn_key(PEL_HORN_RULE, rules[better]))), less = pel_search_node_at(s, pel_search_find(s, pel_horn_key(PEL_HORN_RULE, rules[1 - better])));
    CHECK_MSG(more.n > less.n && more.prior > 10 * less.prior, "%d visits beside %d", (int)more.n, (int)less.n);
    pel_search_free(s);
    pel_error err;
    CHECK(pel_horn_prior(h, 99, 1, &err) == PEL_ERR_USAGE && pel_horn_prior(h, rules[0], -1, &err) == PEL_ERR_USAGE && pel_horn_prior(h, rules[0], NAN, &err) == PEL_ERR_USAGE);
    pel_horn_free(h);
  }
}

/* Goals that proof numbers, Monte-Carlo and deepening expand until they have the planted proof; the first two replay. */
static void find_planted(const planted_shape *shape, uint64_t seed, uint64_t expansions[3]) {
  pel_horn *h = planted_horn(shape, seed);
  pel_horn_query query = {.horn = h, .closed_world = true};
  pel_goal_problem p = pel_horn_problem(&query);
  pel_search *s[3];
  CHECK(pel_search_proof_number(&p, &patient, NULL, NULL, &s[0], NULL) == PEL_OK && pel_search_puct(&p, &patient, NULL, NULL, &s[1], NULL) == PEL_OK &&
        pel_search_deepening(&p, &patient, &s[2], NULL, NULL) == PEL_OK);
  for (int k = 0; k < 3; k++) {
    CHECK(s[k]->status == PEL_GOAL_PROVED);
    expansions[k] = s[k]->expansions;
    if (k < 2) check_replay(&p, s[k]);
    pel_search_free(s[k]);
  }
  pel_horn_free(h);
}

static void planted_proofs_are_found(void) {
  const planted_shape shapes[] = {{.depth = 3, .body = 2, .distractors = 2, .blind = 2, .known = 0.5}, {.depth = 4, .body = 2, .distractors = 4, .blind = 2, .known = 0.5, .informed = 1},
    {.depth = 4, .body = 2, .distractors = 4, .blind = 2, .known = 0.5, .informed = 1, .circles = true}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    uint64_t expansions[3] = {0};
    for (uint64_t seed = 1; seed <= 15; seed++) {
      uint64_t each[3];
      find_planted(&shapes[i], seed, each);
      for (int k = 0; k < 3; k++) expansions[k] += each[k];
    }
    CHECK(expansions[1] < expansions[2] && expansions[0] < expansions[2] && expansions[1] <= 2 * expansions[0]);
  }
}

static int by_size(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/* Where all that leads nowhere is deeper than the proof, a search that prefers the near finds it sooner than one that does not. */
static void proofs_nearer_than_what_leads_nowhere(void) {
  enum { SEEDS = 20 };
  const planted_shape shapes[] = {{.depth = 3, .body = 2, .distractors = 8, .blind = 4, .known = 0.6, .informed = 1}, {.depth = 3, .body = 2, .distractors = 8, .blind = 4, .known = 0.6, .certain = true}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    uint64_t expansions[3][SEEDS];
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      uint64_t each[3];
      find_planted(&shapes[i], 500 + seed, each);
      for (int k = 0; k < 3; k++) expansions[k][seed] = each[k];
    }
    uint64_t median[3]; /* the upper one */
    for (int k = 0; k < 3; k++) {
      qsort(expansions[k], SEEDS, sizeof **expansions, by_size);
      median[k] = expansions[k][SEEDS / 2];
    }
    printf("  medians: proof numbers %d, Monte-Carlo %d, deepening %d expansions\n", (int)median[0], (int)median[1], (int)median[2]);
    CHECK(median[1] < median[2] && median[1] <= 2 * median[0]);
  }
}

/* Circles, and memory for a part of what is searched: it may give up, but never says what is not so. */
static void planted_proofs_in_little_memory(void) {
  const planted_shape shape = {.depth = 4, .body = 2, .distractors = 4, .blind = 2, .known = 0.5, .circles = true};
  int proved = 0, forgot = 0;
  for (uint64_t seed = 1; seed <= 40; seed++) {
    pel_horn *h = planted_horn(&shape, seed);
    pel_horn_query query = {.horn = h, .closed_world = true};
    pel_goal_problem p = pel_horn_problem(&query);
    pel_search *s;
    pel_search_limits tight = {.expansions = 20000, .seconds = -1, .bytes = 40000 + 5000 * (seed % 8), .seed = seed};
    CHECK(pel_search_proof_number(&p, &tight, NULL, NULL, &s, NULL) == PEL_OK && s->peak_bytes <= tight.bytes);
    CHECK(s->status == PEL_GOAL_PROVED || s->end == PEL_END_MEMORY || s->end == PEL_END_EXPANSIONS);
    check_replay(&p, s);
    forgot += s->forgotten > 0;
    proved += s->status == PEL_GOAL_PROVED && s->forgotten > 0;
    pel_search_free(s);
    pel_horn_free(h);
  }
  printf("  %d of 40 forgot goals, %d of these found the proof\n", forgot, proved);
  CHECK(forgot > 0 && proved > 0);
}

/* Each way to a proved root is decided only where that is asked for; an atom that is left open is never refuted, in a closed world either. */
static void test_horn_every_way(void) {
  pel_horn *h;
  CHECK(pel_horn_create(8, &h, NULL) == PEL_OK);
  for (uint32_t way = 1; way <= 3; way++) CHECK(pel_horn_rule(h, 0, &way, 1, 1, NULL, NULL) == PEL_OK);
  for (uint32_t way = 1; way <= 3; way++) CHECK(pel_horn_rule(h, way, (const uint32_t[]){way + 3}, 1, 1, NULL, NULL) == PEL_OK);
  CHECK(pel_horn_rule(h, 4, NULL, 0, 1, NULL, NULL) == PEL_OK && pel_horn_rule(h, 5, (const uint32_t[]){7}, 1, 1, NULL, NULL) == PEL_OK && pel_horn_open(h, 6, NULL) == PEL_OK);
  CHECK(pel_horn_open(h, 8, NULL) == PEL_ERR_USAGE);
  pel_horn_query query = {.horn = h, .goal = 0, .closed_world = true};
  pel_goal_problem problem = pel_horn_problem(&query);
  static const pel_goal_status expected[] = {PEL_GOAL_PROVED, PEL_GOAL_REFUTED, PEL_GOAL_UNKNOWN};
  for (int go_on = 0; go_on < 2; go_on++) {
    const pel_proof_number_options how = {.go_on = go_on};
    pel_search *s;
    int decided = 0;
    CHECK(pel_search_proof_number(&problem, &patient, &how, NULL, &s, NULL) == PEL_OK);
    CHECK(s->status == PEL_GOAL_PROVED && s->end == PEL_END_DECIDED);
    for (uint32_t way = 0; way < 3; way++) decided += pel_search_node_at(s, pel_search_find(s, pel_horn_key(PEL_HORN_RULE, way))).status == expected[way];
    CHECK(go_on ? decided == 3 : decided < 3);
    pel_search_free(s);
  }
  pel_horn_free(h);
}

int main(void) {
  RUN(test_horn_every_way);
  RUN(words_of_the_builder);
  RUN(priors_lead);
  RUN(like_forward_chaining);
  RUN(planted_proofs_are_found);
  RUN(proofs_nearer_than_what_leads_nowhere);
  RUN(planted_proofs_in_little_memory);
  return check_result();
}
