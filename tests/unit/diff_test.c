/* Two reasonings side by side: what was changed is found, all of it and nothing else, in time that grows with their size. */
#include "src/analysis/diff.h"

#include <math.h>
#include <time.h>

#include "engine/base/rng.h"
#include "tests/check.h"
#include "tests/unit/fake_reasoning.h"

static pel_error err;

/* ---- trees with terms of their own ---- */

typedef struct grown {
  pel_reasoning *r;
  char *text; /* [n_nodes] terms and sentences */
} grown;

#define TEXT 64

static grown grow(uint32_t n, uint64_t seed) {
  grown g = {fake_tree(n, 5, seed), calloc(2 * (size_t)n, TEXT)};
  for (uint32_t i = 0; i < n; i++) {
    char *term = g.text + 2 * (size_t)i * TEXT, *says = term + TEXT;
    snprintf(term, TEXT, "step(n%u, %u)", i, i % 97);
    snprintf(says, TEXT, "Step %u of the case has the value %u", i, i % 97);
    g.r->nodes[i].term = term;
    g.r->nodes[i].says = says;
    g.r->nodes[i].kind = i == 0 ? PEL_NODE_CONCLUSION : i % 3 ? PEL_NODE_CLAIM : PEL_NODE_FACT;
    g.r->nodes[i].state = PEL_STATE_HOLDS;
  }
  return g;
}

static void cut(grown g) {
  free(g.text);
  fake_free(g.r);
}

static pel_logic_tree *tree_of(const pel_reasoning *r) {
  pel_logic_tree *t = NULL;
  CHECK_MSG(pel_logic_tree_build(r, &t, &err) == PEL_OK, "%s", err.text);
  return t;
}

static pel_diff *compare(const pel_logic_tree *a, const pel_logic_tree *b) {
  pel_diff *d = NULL;
  CHECK_MSG(pel_diff_build(a, b, &d, &err) == PEL_OK, "%s", err.text);
  return d;
}

/* The same nodes under other ids: each id i becomes to[i], without those where to[i] is 0. */
static pel_reasoning *renumbered(const pel_reasoning *r, const uint32_t *to, uint32_t n_left) {
  pel_reasoning *out = calloc(1, sizeof *out);
  out->nodes = calloc(n_left + 1, sizeof *out->nodes);
  out->edges = calloc(r->n_edges + 1, sizeof *out->edges);
  out->n_nodes = n_left;
  for (size_t i = 0; i < r->n_nodes; i++)
    if (to[i + 1]) out->nodes[to[i + 1] - 1] = r->nodes[i], out->nodes[to[i + 1] - 1].id = to[i + 1];
  for (uint32_t id = 1; id <= n_left; id++) /* sorted by from */
    for (size_t i = 0; i < r->n_edges && n_left < 3000; i++)
      if (to[r->edges[i].from] == id && to[r->edges[i].to]) {
        out->edges[out->n_edges] = r->edges[i];
        out->edges[out->n_edges].from = id;
        out->edges[out->n_edges++].to = to[r->edges[i].to];
      }
  return out;
}

/* ---- tests ---- */

static void test_same(void) {
  pel_logic_tree *a = tree_of(fake_spouse()), *b = tree_of(fake_spouse()), *c = tree_of(fake_curb());
  pel_diff *d = compare(a, b), *e = compare(a, c);
  CHECK_MSG(d->n_entries == 0, "%zu", d->n_entries);
  for (uint32_t i = 0; i < a->n_nodes; i++) CHECK(d->of_a[i] == i && d->of_b[i] == i);
  CHECK(e->n_entries > 20 && e->entries[0].subject == PEL_DIFF_CONCLUSION && e->entries[0].what & PEL_CHANGE_WORDS);
  pel_diff_free(d);
  pel_diff_free(e);
  pel_logic_tree_free(a), pel_logic_tree_free(b), pel_logic_tree_free(c);
}

/* One edit of a kind at a time. 1,000 of them: the entry is the edited node, with that change and no other. */
static void test_each_edit_is_found(void) {
  static const unsigned bits[] = {PEL_CHANGE_STATE, PEL_CHANGE_WORDS, PEL_CHANGE_BINDING, PEL_CHANGE_NOTE, PEL_CHANGE_ORIGIN, PEL_CHANGE_CONFIDENCE, PEL_CHANGE_WEIGHT};
  pel_rng rng = {11};
  for (uint32_t round = 0; round < 1000; round++) {
    uint32_t n = 20 + pel_rng_next(&rng) % 200, v = pel_rng_next(&rng) % n;
    unsigned bit = bits[round % 7];
    grown g = grow(n, round), h = grow(n, round);
    pel_node *x = &h.r->nodes[v];
    if (bit == PEL_CHANGE_STATE) x->state = PEL_STATE_UNKNOWN;
    if (bit == PEL_CHANGE_WORDS) x->says = "Something else altogether";
    if (bit == PEL_CHANGE_BINDING) x->term = "step(other, 3)";
    if (bit == PEL_CHANGE_NOTE) x->note = "for another reason";
    if (bit == PEL_CHANGE_ORIGIN) x->by = "somebody else";
    if (bit == PEL_CHANGE_CONFIDENCE) x->confidence = 0.5;
    if (bit == PEL_CHANGE_WEIGHT) x->weight = 0.25;
    pel_logic_tree *a = tree_of(g.r), *b = tree_of(h.r);
    pel_diff *d = compare(a, b);
    CHECK_MSG(d->n_entries == 1 && d->entries[0].a == v && d->entries[0].b == v && d->entries[0].what == bit, "round %u: %zu entries, node %u, %u instead of %u",
              round, d->n_entries, d->n_entries ? d->entries[0].a : 0, d->n_entries ? d->entries[0].what : 0, bit);
    pel_diff_free(d);
    pel_logic_tree_free(a), pel_logic_tree_free(b);
    cut(g), cut(h);
  }
}

/* Nodes taken out, ids shuffled: only those that went are only in one, and what hung below them moved. */
static void test_taken_out(void) {
  pel_rng rng = {23};
  for (uint32_t round = 0; round < 60; round++) {
    uint32_t n = 30 + pel_rng_next(&rng) % 300, left = 0;
    grown g = grow(n, round + 5000);
    uint32_t *to = calloc(n + 1, sizeof *to);
    for (uint32_t id = 1; id <= n; id++)
      if (id == 1 || pel_rng_next(&rng) % 10) to[id] = ++left;
    for (uint32_t i = 2; i <= n; i++) { /* the conclusion stays the first */
      uint32_t k = 2 + pel_rng_next(&rng) % (n - 1), t = to[i];
      to[i] = to[k], to[k] = t;
    }
    pel_reasoning *r = renumbered(g.r, to, left);
    pel_logic_tree *a = tree_of(g.r), *b = tree_of(r);
    pel_diff *d = compare(a, b);
    uint32_t gone = 0;
    for (uint32_t v = 0; v < n; v++) CHECK_MSG(d->of_a[v] == (to[v + 1] ? to[v + 1] - 1 : PEL_TREE_NONE), "round %u, node %u", round, v);
    for (size_t i = 0; i < d->n_nodes; i++) {
      const pel_diff_entry *e = &d->entries[i];
      gone += e->b == PEL_TREE_NONE;
      CHECK(e->a != PEL_TREE_NONE && (e->b == PEL_TREE_NONE || e->what == PEL_CHANGE_MOVED));
    }
    CHECK_MSG(gone == n - left, "%u instead of %u", gone, n - left);
    pel_diff_free(d);
    pel_logic_tree_free(a), pel_logic_tree_free(b);
    fake_free(r), free(to), cut(g);
  }
}

static void test_many_edits_at_once(void) {
  enum { NODES = 30000, EDITS = 1000 };
  grown g = grow(NODES, 7), h = grow(NODES, 7);
  pel_rng rng = {31};
  static bool edited[NODES];
  uint32_t n = 0;
  while (n < EDITS) {
    uint32_t v = pel_rng_next(&rng) % NODES;
    if (edited[v]) continue;
    edited[v] = true;
    if (n++ % 2) h.r->nodes[v].state = PEL_STATE_REFUTED;
    else h.r->nodes[v].note = "changed";
  }
  pel_logic_tree *a = tree_of(g.r), *b = tree_of(h.r);
  struct timespec t0, t1;
  clock_gettime(CLOCK_MONOTONIC, &t0);
  pel_diff *d = compare(a, b);
  clock_gettime(CLOCK_MONOTONIC, &t1);
  double seconds = (double)(t1.tv_sec - t0.tv_sec) + 1e-9 * (double)(t1.tv_nsec - t0.tv_nsec);
  printf("  note: %d nodes with %d edits compared in %.3f s\n", NODES, EDITS, seconds);
  CHECK(d->n_entries == EDITS);
  for (size_t i = 0; i < d->n_nodes; i++) {
    CHECK(d->entries[i].a == d->entries[i].b && edited[d->entries[i].a]);
    CHECK(i == 0 || a->nodes[d->entries[i - 1].a].order < a->nodes[d->entries[i].a].order);
  }
  CHECK_MSG(seconds < 5, "%.1f s", seconds);
  pel_diff_free(d);
  pel_logic_tree_free(a), pel_logic_tree_free(b);
  cut(g), cut(h);
}

/* 30,000 children of one node, all of one term: no pair of loops. */
static void test_alike(void) {
  enum { NODES = 30000 };
  pel_reasoning *r = fake_tree(NODES, 3, 1), *s;
  for (size_t i = 0; i < r->n_nodes; i++) r->nodes[i].says = "The same", r->nodes[i].kind = i ? PEL_NODE_CLAIM : PEL_NODE_CONCLUSION, r->nodes[i].state = PEL_STATE_HOLDS;
  r->n_edges = 0;
  for (uint32_t i = 1; i < NODES; i++) r->edges[r->n_edges++] = (pel_edge){1, i + 1, PEL_EDGE_BECAUSE, (int32_t)i, "", NAN};
  s = fake_tree(NODES, 3, 1);
  memcpy(s->nodes, r->nodes, NODES * sizeof *s->nodes);
  memcpy(s->edges, r->edges, r->n_edges * sizeof *s->edges);
  s->n_edges = r->n_edges;
  s->nodes[777].state = PEL_STATE_UNKNOWN;
  pel_logic_tree *a = tree_of(r), *b = tree_of(s);
  pel_diff *d = compare(a, b);
  CHECK_MSG(d->n_entries == 1 && d->entries[0].b == 777, "%zu", d->n_entries);
  pel_diff_free(d);
  pel_logic_tree_free(a), pel_logic_tree_free(b);
  fake_free(r), fake_free(s);
}

static void test_tangles(void) { /* whatever a file holds */
  for (uint64_t seed = 0; seed < 40; seed++) {
    pel_reasoning *r = fake_tangle(80, 200, seed), *s = fake_tangle(90, 150, seed + 1000);
    pel_logic_tree *a = tree_of(r), *b = tree_of(s), *c = tree_of(r);
    pel_diff *d = compare(a, b), *same = compare(a, c);
    CHECK_MSG(same->n_entries == 0, "%zu", same->n_entries);
    for (uint32_t i = 0; i < a->n_nodes; i++) CHECK(d->of_a[i] == PEL_TREE_NONE || d->of_b[d->of_a[i]] == i);
    CHECK(d->begins < d->n_nodes);
    pel_diff_free(d), pel_diff_free(same);
    pel_logic_tree_free(a), pel_logic_tree_free(b), pel_logic_tree_free(c);
    fake_free(r), fake_free(s);
  }
}

int main(void) {
  RUN(test_same);
  RUN(test_each_edit_is_found);
  RUN(test_taken_out);
  RUN(test_many_edits_at_once);
  RUN(test_alike);
  RUN(test_tangles);
  return check_result();
}
