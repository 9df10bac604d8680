/* Chain rules against enumeration: every body of at most three steps, every pair of entities, every path. */
#include "engine/graph/chain_rule.h"

#include <math.h>

#include "engine/base/rng.h"
#include "tests/check.h"

enum { ENTITIES = 11, RELATIONS = 3, WALKS = 2 * RELATIONS, BODIES = WALKS + WALKS * WALKS + WALKS * WALKS * WALKS };

typedef struct body {
  uint32_t length, steps[3];
} body;

static pel_graph *random_graph(uint64_t seed, uint32_t entities, uint32_t relations, size_t n) {
  pel_rng rng = {seed};
  pel_triple *all = calloc(n, sizeof *all);
  pel_graph *g = NULL;
  for (size_t i = 0; i < n; i++) /* loops and copies among them */
    all[i] = (pel_triple){(uint32_t)(pel_rng_next(&rng) % entities), (uint32_t)(pel_rng_next(&rng) % relations), (uint32_t)(pel_rng_next(&rng) % entities)};
  CHECK(pel_graph_create(entities, relations, all, n, &g, NULL) == PEL_OK);
  free(all);
  return g;
}

static body body_at(int i) {
  body b = {1, {0}};
  for (int n = WALKS; i >= n; n *= WALKS) i -= n, b.length++;
  for (uint32_t k = 0; k < b.length; k++) b.steps[k] = (uint32_t)(i % WALKS), i /= WALKS;
  return b;
}

/* Paths of a body from x to y that visit nothing twice. */
static int paths(const pel_graph *g, const body *b, uint32_t x, uint32_t y) {
  if (x == y) return 0;
  if (b->length == 1) return pel_graph_has(g, x, b->steps[0], y);
  int n = 0;
  for (uint32_t a = 0; a < ENTITIES; a++) {
    if (a == x || a == y || !pel_graph_has(g, x, b->steps[0], a)) continue;
    if (b->length == 2) n += pel_graph_has(g, a, b->steps[1], y);
    for (uint32_t z = 0; b->length == 3 && z < ENTITIES; z++)
      n += z != x && z != a && z != y && pel_graph_has(g, a, b->steps[1], z) && pel_graph_has(g, z, b->steps[2], y);
  }
  return n;
}

static const pel_chain_rule *find(const pel_chain_rule *all, size_t n, uint32_t head, const body *b) {
  for (size_t i = 0; i < n; i++)
    if (all[i].head == head && all[i].length == b->length && !memcmp(all[i].body, b->steps, b->length * sizeof *b->steps)) return &all[i];
  return NULL;
}

static pel_chain_rules *mine(const pel_graph *g, uint32_t length, uint32_t support, double confidence, uint32_t threads) {
  pel_chain_rules *rules = NULL;
  pel_mined done;
  CHECK(pel_chain_rules_mine(g, &(pel_mining){.length = length, .support = support, .confidence = confidence, .threads = threads}, &rules, &done, NULL) == PEL_OK);
  CHECK(!done.sampled && rules && done.found == rules->n);
  return rules;
}

/* Every rule of enough support and confidence is there, with its counts, and no other. */
static void check_counts(const pel_graph *g, uint32_t length, uint32_t support, double confidence) {
  pel_chain_rules *rules = mine(g, length, support, confidence, 2);
  size_t n, expected = 0;
  const pel_chain_rule *all = pel_chain_rules_all(rules, &n);
  for (int i = 0; i < BODIES; i++) {
    body b = body_at(i);
    uint64_t pairs = 0, known[RELATIONS] = {0};
    if (b.length > length) continue;
    for (uint32_t x = 0; x < ENTITIES; x++)
      for (uint32_t y = 0; y < ENTITIES; y++) {
        if (!paths(g, &b, x, y)) continue;
        pairs++;
        for (uint32_t h = 0; h < RELATIONS; h++) known[h] += pel_graph_has(g, x, h, y);
      }
    for (uint32_t h = 0; h < RELATIONS; h++) {
      bool is = known[h] >= support && (double)known[h] / ((double)pairs + 10) >= confidence && !(b.length == 1 && b.steps[0] == h);
      const pel_chain_rule *found = find(all, n, h, &b);
      expected += is;
      CHECK((found != NULL) == is);
      if (found && is) CHECK(found->pairs == pairs && found->support == known[h] && found->confidence == (double)known[h] / ((double)pairs + 10));
    }
  }
  CHECK_MSG(n == expected, "%zu rules, not %zu", n, expected);
  pel_chain_rules_free(rules);
}

static void counts_are_those_of_enumeration(void) {
  for (uint64_t seed = 1; seed <= 6; seed++) {
    pel_graph *g = random_graph(seed, ENTITIES, RELATIONS, 12 + 9 * seed);
    check_counts(g, 3, 1, 1e-9);
    check_counts(g, 3, 2, 0.2);
    check_counts(g, 2, 1, 0.1);
    check_counts(g, 1, 1, 1e-9);
    pel_graph_free(g);
  }
}

/* ---- answers ---- */

typedef struct reached {
  double all[3000];
  size_t n;
} reached;

static body turned(const pel_graph *g, const pel_chain_rule *r, bool backwards) {
  body b = {.length = r->length};
  pel_chain_rule_way(g, r, backwards, b.steps);
  return b;
}

/* The confidences that speak for an answer, the greatest first as the rules are. */
static void collect(const pel_graph *g, const pel_chain_rules *rules, uint32_t s, uint32_t relation, uint32_t o, reached *out) {
  bool backwards = relation >= RELATIONS;
  uint32_t head = backwards ? relation - RELATIONS : relation;
  out->n = 0;
  for (size_t i = rules->first[head]; i < rules->first[head + 1]; i++) {
    body b = turned(g, &rules->items[i], backwards);
    if (paths(g, &b, s, o) && out->n < 3000) out->all[out->n++] = rules->items[i].confidence;
  }
}

static int compare(const reached *a, const reached *b) {
  for (size_t i = 0; i < a->n && i < b->n; i++)
    if (a->all[i] != b->all[i]) return a->all[i] > b->all[i] ? 1 : -1;
  return a->n > b->n ? 1 : -(a->n < b->n);
}

static void answers_are_in_the_order_of_their_confidences(void) {
  static reached a, b;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    pel_graph *g = random_graph(seed + 20, ENTITIES, RELATIONS, 30 + 8 * seed);
    pel_chain_rules *rules = mine(g, 3, 2, 0.05, 1);
    double scores[ENTITIES];
    for (uint32_t r = 0; r < WALKS; r++)
      for (uint32_t s = 0; s < ENTITIES; s++) {
        CHECK(pel_chain_rules_score(rules, g, s, r, scores, NULL) == PEL_OK);
        for (uint32_t x = 0; x < ENTITIES; x++)
          for (uint32_t y = 0; y < x; y++) {
            collect(g, rules, s, r, x, &a), collect(g, rules, s, r, y, &b);
            int c = compare(&a, &b);
            CHECK(c == (scores[x] > scores[y]) - (scores[x] < scores[y]));
            CHECK(a.n ? scores[x] >= a.all[0] && scores[x] < a.all[0] + 1e-12 : scores[x] == 0);
          }
      }
    CHECK(rules->n > 20);
    pel_chain_rules_free(rules);
    pel_graph_free(g);
  }
}

static void check_reason(const pel_graph *g, const double *weights, const pel_chain_reason *why, uint32_t s, uint32_t relation, uint32_t o) {
  body b = turned(g, why->rule, relation >= RELATIONS);
  uint32_t at = s, visited[4] = {s};
  double weight = 1;
  for (uint32_t i = 0; i < b.length; i++) {
    const pel_triple *t = &g->triples[why->triples[i]];
    bool backwards = b.steps[i] >= RELATIONS;
    CHECK(t->relation == b.steps[i] - (backwards ? RELATIONS : 0) && (backwards ? t->object : t->subject) == at);
    at = visited[i + 1] = backwards ? t->subject : t->object;
    for (uint32_t k = 0; k <= i; k++) CHECK(visited[k] != at);
    if (!isnan(weights[why->triples[i]])) weight *= weights[why->triples[i]];
    uint32_t subject = relation >= RELATIONS ? o : s, object = relation >= RELATIONS ? s : o;
    CHECK(!(t->subject == subject && t->object == object && t->relation == relation % RELATIONS));
  }
  CHECK(at == o && weight == why->weight && why->paths == (uint64_t)paths(g, &b, s, o));
}

/* The best weight of a body's paths between two, by trying every triple for every step. */
static double best_weight(const pel_graph *g, const double *weights, const body *b, uint32_t at, uint32_t o, uint32_t depth, uint32_t *visited) {
  double best = -1;
  visited[depth] = at;
  for (size_t t = 0; t < g->n_triples; t++) {
    bool backwards = b->steps[depth] >= RELATIONS;
    const pel_triple *e = &g->triples[t];
    uint32_t from = backwards ? e->object : e->subject, to = backwards ? e->subject : e->object;
    if (e->relation != b->steps[depth] - (backwards ? RELATIONS : 0) || from != at) continue;
    bool again = depth + 1 < b->length && to == o;
    for (uint32_t k = 0; k <= depth; k++) again |= to == visited[k];
    if (again || (depth + 1 == b->length && to != o)) continue;
    double rest = depth + 1 == b->length ? 1 : best_weight(g, weights, b, to, o, depth + 1, visited);
    double weight = rest < 0 ? -1 : (isnan(weights[t]) ? 1 : weights[t]) * rest;
    if (weight > best) best = weight;
  }
  return best;
}

static void reasons_are_paths_of_the_graph(void) {
  static reached a;
  static pel_chain_reason reasons[3000];
  pel_graph *g = random_graph(5, ENTITIES, RELATIONS, 48);
  pel_chain_rules *rules = mine(g, 3, 2, 0.05, 1);
  double weights[48];
  size_t n, few;
  for (size_t i = 0; i < g->n_triples; i++) weights[i] = i % 5 ? (double)(1 + i % 7) / 8 : NAN; /* powers of two below: products are exact */
  for (uint32_t r = 0; r < WALKS; r++)
    for (uint32_t s = 0; s < ENTITIES; s++)
      for (uint32_t o = 0; o < ENTITIES; o++) {
        CHECK(pel_chain_rules_explain(rules, g, weights, s, r, o, 3000, reasons, &n, NULL) == PEL_OK);
        collect(g, rules, s, r, o, &a);
        CHECK(n == a.n && (s != o || !n));
        for (size_t i = 0; i < n; i++) {
          uint32_t visited[4];
          body b = turned(g, reasons[i].rule, r >= RELATIONS);
          CHECK(reasons[i].rule->confidence == a.all[i]);
          check_reason(g, weights, &reasons[i], s, r, o);
          CHECK(reasons[i].weight == best_weight(g, weights, &b, s, o, 0, visited));
        }
        CHECK(pel_chain_rules_explain(rules, g, NULL, s, r, o, 2, reasons, &few, NULL) == PEL_OK && few == (n < 2 ? n : 2));
      }
  pel_chain_rules_free(rules);
  pel_graph_free(g);
}

/* ---- threads, limits, a sample ---- */

static bool same(const pel_chain_rules *a, const pel_chain_rules *b) { /* field by field: what lies between fields is anything */
  bool is = a->n == b->n;
  for (size_t i = 0; is && i < a->n; i++) is = !pel_chain_rule_compare(&a->items[i], &b->items[i]) && a->items[i].pairs == b->items[i].pairs;
  return is;
}

static int by_worth(const void *a, const void *b) { return pel_chain_rule_compare(a, b); }

static void threads_and_limits(void) {
  pel_graph *g = random_graph(9, 200, 6, 1500);
  pel_chain_rules *one = mine(g, 3, 2, 0.01, 1), *four = mine(g, 3, 2, 0.01, 4), *few;
  pel_mined done;
  CHECK(one->n > 100 && same(one, four));
  CHECK(pel_chain_rules_mine(g, &(pel_mining){.threads = 3, .most = 50}, &few, &done, NULL) == PEL_OK);
  CHECK(few->n == 50 && done.found == one->n);
  qsort(four->items, four->n, sizeof *four->items, by_worth);
  for (size_t i = 0; i < few->n; i++) CHECK(pel_chain_rule_compare(&few->items[i], &four->items[49]) <= 0);
  pel_chain_rules_free(one), pel_chain_rules_free(four), pel_chain_rules_free(few);
  pel_graph_free(g);
}

static void a_sample_is_near_the_whole(void) {
  pel_graph *g = random_graph(3, 3000, 2, 12000);
  pel_chain_rules *whole = mine(g, 2, 1, 1e-9, 2), *one, *two;
  pel_mined done, again;
  pel_mining how = {.length = 2, .support = 1, .confidence = 1e-9, .work = 50000, .threads = 1};
  CHECK(pel_chain_rules_mine(g, &how, &one, &done, NULL) == PEL_OK);
  CHECK(done.sampled && done.starts < done.all / 2 && done.work <= how.work);
  how.threads = 4;
  CHECK(pel_chain_rules_mine(g, &how, &two, &again, NULL) == PEL_OK && same(one, two) && again.starts == done.starts);
  for (size_t i = 0; i < whole->n; i++)
    for (size_t k = 0; k < one->n; k++) {
      const pel_chain_rule *w = &whole->items[i], *s = &one->items[k];
      if (w->head == s->head && w->length == s->length && !memcmp(w->body, s->body, sizeof w->body))
        CHECK_MSG(fabs((double)s->pairs / (double)w->pairs - 1) < 0.25, "%llu pairs for %llu", (unsigned long long)s->pairs, (unsigned long long)w->pairs);
    }
  pel_chain_rules_free(whole), pel_chain_rules_free(one), pel_chain_rules_free(two);
  pel_graph_free(g);
}

static bool stop(double fraction, void *user) {
  (void)user;
  return fraction < 0;
}

static void refusals(void) {
  pel_graph *g = random_graph(1, 50, 2, 200);
  pel_chain_rules *rules = NULL;
  pel_error err;
  double scores[50];
  CHECK(pel_chain_rules_mine(g, &(pel_mining){.progress = stop}, &rules, NULL, &err) == PEL_ERR_CANCELLED && !rules);
  CHECK(pel_chain_rules_mine(g, &(pel_mining){.length = 4}, &rules, NULL, &err) == PEL_ERR_USAGE);
  const pel_chain_rule own = {.head = 1, .length = 1, .body = {1}}, far = {.head = 0, .length = 1, .body = {4}}, odd = {.head = 0, .length = 1, .body = {1}, .support = 2, .pairs = 1};
  const pel_chain_rule twice[] = {{.head = 0, .length = 1, .body = {1}}, {.head = 1, .length = 1, .body = {0}}, {.head = 0, .length = 1, .body = {1, 3}, .confidence = 1}};
  CHECK(pel_chain_rules_create(2, &own, 1, &rules, &err) == PEL_ERR_USAGE && strstr(err.text, "the body is the head"));
  CHECK(pel_chain_rules_create(2, &far, 1, &rules, &err) == PEL_ERR_USAGE);
  CHECK(pel_chain_rules_create(2, &odd, 1, &rules, &err) == PEL_ERR_USAGE);
  CHECK(pel_chain_rules_create(2, twice, 3, &rules, &err) == PEL_ERR_USAGE && strstr(err.text, "rules 0 and 2 are the same") && !rules);
  CHECK(pel_chain_rules_create(2, twice, 2, &rules, &err) == PEL_OK);
  CHECK(pel_chain_rules_score(rules, g, 50, 0, scores, &err) == PEL_ERR_USAGE);
  CHECK(pel_chain_rules_score(rules, g, 0, 4, scores, &err) == PEL_ERR_USAGE);
  pel_chain_rules_free(rules);
  pel_graph_free(g);
  CHECK(pel_graph_create(0, 0, NULL, 0, &g, NULL) == PEL_OK);
  CHECK(pel_chain_rules_mine(g, &(pel_mining){.length = 3}, &rules, NULL, &err) == PEL_OK && rules->n == 0);
  pel_chain_rules_free(rules);
  pel_chain_rules_free(NULL);
  pel_graph_free(g);
}

int main(void) {
  RUN(counts_are_those_of_enumeration);
  RUN(answers_are_in_the_order_of_their_confidences);
  RUN(reasons_are_paths_of_the_graph);
  RUN(threads_and_limits);
  RUN(a_sample_is_near_the_whole);
  RUN(refusals);
  return check_result();
}
