/* A recorded search as a tree: which nodes, where, what is said, its numbers at any simulation; circles and the most rows that a trace may have. */
#include "src/plot/search_tree.h"

#include <math.h>
#include <time.h>

#include "src/analysis/search_replay.h"
#include "src/core/export_tree.h"
#include "tests/unit/diagram_check.h"
#include "tests/unit/fake_diagnosis.h"

static pel_search_view *build(const pel_reasoning *r, uint32_t top) {
  pel_search_view *v = NULL;
  CHECK_MSG(pel_search_view_build(r, 0, top, &v, &err) == PEL_OK, "%s", err.text);
  if (!v) exit(1);
  return v;
}

static pel_diagram *lay(const pel_search_view *v, double unit) { return lay_out(pel_search_tree_maker(v), 0, 0, unit); }

/* Every node at most once, children after their parent, a `more` at most and last; a shown node's children are shown, or counted. */
static void check_tree(const pel_search_view *v, uint32_t top) {
  uint32_t shown = 0;
  for (uint32_t i = 0; i < v->n_items && !check_failures; i++) {
    const pel_search_item *it = &v->items[i];
    CHECK((i == 0) == (it->parent == PEL_SEARCH_NONE) && (i == 0 || (it->parent < i && it->depth == v->items[it->parent].depth + 1)));
    CHECK(i + it->span <= v->n_items && (i == 0 || i + it->span <= it->parent + v->items[it->parent].span));
    if (it->more) CHECK(it->hidden > 0 && it->span == 1 && v->item_of[it->node] == PEL_SEARCH_NONE);
    else CHECK(v->item_of[it->node] == i);
    shown += !it->more;
  }
  CHECK(shown == v->n_shown && shown <= top && v->n_shown <= v->n_nodes);
  for (uint32_t i = 0; i < v->n_cross && !check_failures; i++) CHECK(v->cross[i].from < v->n_items && v->cross[i].to < v->n_items && v->items[v->cross[i].to].parent != v->cross[i].from);
}

/* No two cards overlap; a child lies beyond its parent; all of it inside. */
static void check_layout(const pel_search_view *v, const pel_diagram *d) {
  double *end = malloc((v->n_items + 1) * sizeof *end);
  for (uint32_t i = 0; i <= v->n_items; i++) end[i] = -INFINITY;
  for (uint32_t i = 0; i < v->n_items && !check_failures; i++) { /* in reading order a layer's cards lie from the top down */
    pel_box b, parent;
    CHECK(pel_diagram_box(d, i, &b) && b.x >= 0 && b.y >= -1e-6 && b.x + b.w <= d->width + 1e-6 && b.y + b.h <= d->height + 1e-6);
    CHECK_MSG(b.y > end[v->items[i].depth], "item %u begins at %g, the one before ends at %g", i, b.y, end[v->items[i].depth]);
    end[v->items[i].depth] = b.y + b.h;
    if (i && pel_diagram_box(d, v->items[i].parent, &parent)) CHECK(b.x > parent.x + parent.w);
  }
  free(end);
}

static void test_trees(void) {
  for (uint64_t seed = 0; seed < 120 && !check_failures; seed++) {
    uint32_t n = 1 + (uint32_t)(seed * 13 % 300), top = 1 + (uint32_t)(seed * 7 % 60);
    pel_reasoning *r = fake_search(n, n * (1 + (uint32_t)seed % 4), 30, seed);
    pel_search_view *v = build(r, top);
    check_tree(v, top);
    for (int64_t at = 0; at < 30; at += 9) {
      pel_search_view_at(v, at);
      pel_diagram *d = lay(v, seed % 2 ? 1 : 0.2);
      check_layout(v, d);
      for (uint32_t i = 0; i < d->n_items; i++) free(pel_diagram_describe(d, i));
      pel_diagram_free(d);
    }
    pel_search_view_free(v);
    fake_views_free(r);
  }
}

/* What is counted anew after all simulations is what the search counted. */
static void test_replay(void) {
  const pel_reasoning *r = fake_diagnosis();
  int64_t *visits = malloc(r->n_search_nodes * sizeof *visits), *again = malloc(r->n_search_nodes * sizeof *again);
  double *totals = malloc(r->n_search_nodes * sizeof *totals);
  pel_search_replay *p, *q;
  CHECK(pel_search_replay_new(r, 5, &p) && pel_search_replay_new(r, 5, &q));
  CHECK(pel_search_replay_count(p) == 300);
  for (int64_t at = 1; at <= 300; at++) pel_search_replay_to(p, at, visits, totals); /* one step each ... */
  for (size_t i = 0; i < r->n_search_nodes; i++) CHECK(visits[i] == r->search_nodes[i].visits && fabs(totals[i] - r->search_nodes[i].total) < 1e-9);
  pel_search_replay_to(p, 120, visits, totals); /* ... back, ... */
  pel_search_replay_to(q, 120, again, totals);  /* ... and at once */
  CHECK(memcmp(visits, again, r->n_search_nodes * sizeof *visits) == 0 && visits[0] == 120);
  pel_search_replay_to(q, 0, again, totals);
  CHECK(again[0] == 300);
  pel_search_replay_free(p), pel_search_replay_free(q);
  free(visits), free(again), free(totals);
}

static pel_search_agreement compared(const pel_reasoning *r) {
  pel_search_agreement a;
  pel_search_replay *p;
  CHECK(pel_search_replay_new(r, 5, &p) && pel_search_replay_compare(p, &a));
  pel_search_replay_free(p);
  return a;
}

/* Where the file has other numbers than the simulations, that is known. */
static void test_agreement(void) {
  pel_reasoning r = *fake_diagnosis();
  pel_search_node *nodes = malloc(r.n_search_nodes * sizeof *nodes);
  memcpy(nodes, r.search_nodes, r.n_search_nodes * sizeof *nodes);
  pel_search_agreement a = compared(&r);
  CHECK_MSG(a.nodes == 54 && !a.visits && !a.values, "%u %u %u", a.nodes, a.visits, a.values);
  r.search_nodes = nodes;
  nodes[0].total += 1;                    /* a value of its own */
  nodes[1].visits++, nodes[1].total += nodes[1].total / (double)(nodes[1].visits - 1); /* the same value of one visit more */
  a = compared(&r);
  CHECK_MSG(a.visits == 1 && a.values == 1, "%u %u", a.visits, a.values);
  free(nodes);
}

/* The simulation that is looked at, node by node. */
static void test_path(void) {
  const pel_reasoning *r = fake_diagnosis();
  pel_search_view *v = build(r, 0);
  CHECK(v->path_nodes == 0 && v->items[0].path_from == PEL_SEARCH_NONE && !pel_search_view_met(v, 0)); /* the end is no simulation */
  for (int64_t at = 1; at < 300; at += 7) {
    pel_search_view_at(v, at);
    const pel_simulation *s = NULL;
    for (size_t i = 0, n = 0; i < r->n_simulations && !s; i++)
      if (r->simulations[i].span == v->span && (int64_t)++n == at) s = &r->simulations[i];
    uint32_t nodes = 0, shown = 0, node, marked = 0, before = PEL_SEARCH_NONE;
    for (const char *c = s->path; pel_search_path_next(&c, r->n_search_nodes, &node); nodes++) {
      uint32_t item = v->item_of[node];
      CHECK(pel_search_view_met(v, node) && v->visits[node] > 0);
      shown += item != PEL_SEARCH_NONE;
      if (item != PEL_SEARCH_NONE) CHECK(v->items[item].path_from == (before == PEL_SEARCH_NONE ? item : before));
      before = item;
    }
    for (uint32_t i = 0; i < v->n_items; i++) marked += v->items[i].path_from != PEL_SEARCH_NONE;
    CHECK_MSG(nodes > 1 && v->path_nodes == nodes && v->path_shown == shown && marked == shown && v->path_value == s->value, "%u %u %u", nodes, shown, marked);
  }
  pel_search_view_free(v);
}

static void test_diagnosis(void) {
  pel_search_view *v = build(fake_diagnosis(), 0);
  pel_diagram *d = lay(v, 1);
  check_tree(v, PEL_SEARCH_TOP);
  check_layout(v, d);
  CHECK(v->n_shown == 40 && v->n_nodes == 54 && v->all_kept && v->n_cross > 10);
  CHECK(v->items[0].line_from == 0 && v->items[1].line_from == 0 && v->items[1].node == 1); /* to the first disease, which holds */
  CHECK(says(d, 0, "Some disease explains the findings; one way is enough; holds; 300 of 300 visits, value 0.8") && says(d, 0, "on the line searched most"));
  uint32_t west = v->item_of[5];
  CHECK(says(d, west, "West syndrome; all parts needed; refuted") && pel_search_is_dim(v, west) && !pel_search_is_dim(v, 1));
  CHECK(pel_diagram_node(d, 1) == 7 && pel_diagram_item_of(d, 7) == 1 && pel_diagram_item_of(d, 99) == PEL_DIAGRAM_NONE);
  CHECK(pel_diagram_step(d, 0, 1, 0) != PEL_DIAGRAM_NONE && pel_diagram_step(d, 0, -1, 0) == PEL_DIAGRAM_NONE);
  pel_search_view_at(v, 20);
  CHECK(says(d, 0, "20 of 20 visits") && says(d, west, "not visited by any simulation so far")); /* the same layout, other numbers */
  char *moment = pel_search_moment(v, &style);
  CHECK_STR(moment, "after 20 of 300 simulations");
  free(moment);
  pel_diagram_free(d);
  pel_search_view_free(v);
}

static void test_not_all_kept(void) {
  pel_reasoning r = *fake_diagnosis();
  pel_caption c;
  r.simulations += 100, r.n_simulations = 150;
  pel_search_view *v = build(&r, 10);
  CHECK(!v->all_kept && v->n_simulations == 150);
  pel_search_view_at(v, 30);
  pel_caption_search(v, "abc", &c);
  char *text = pel_caption_text(&c);
  CHECK_MSG(strstr(text, "of the 300 visits of the root 150 simulations are kept; the numbers count these"), "%s", text);
  free(text);
  pel_search_view_free(v);
}

static void test_circles(void) { /* a loop of two, one onto itself, a chain as deep as it gets */
  pel_search_node nodes[2] = {{1, 1, PEL_SEARCH_ANY, PEL_STATE_UNKNOWN, "a", 2, 1, NAN, 1, 1, 0, 0}, {2, 1, PEL_SEARCH_ALL, PEL_STATE_UNKNOWN, "b", 1, 1, NAN, 1, 1, 0, 0}};
  pel_search_edge edges[4] = {{1, 1, 0}, {1, 2, 1}, {2, 1, 0}, {2, 2, 1}};
  pel_reasoning r = {.search_nodes = nodes, .n_search_nodes = 2, .search_edges = edges, .n_search_edges = 4};
  pel_search_view *v = build(&r, 0);
  check_tree(v, 40);
  CHECK(v->n_items == 2 && v->n_cross == 1 && v->items[1].line_from == 0);
  pel_search_view_free(v);
  uint32_t n = 5000;
  pel_reasoning *chain = fake_search(n, n - 1, 0, 3);
  for (uint32_t i = 0; i < n - 1; i++) chain->search_edges[i] = (pel_search_edge){i + 1, i + 2, 0};
  v = build(chain, 99999);
  check_tree(v, PEL_SEARCH_TOP_MOST);
  CHECK(v->n_shown == PEL_SEARCH_TOP_MOST && v->items[v->n_items - 1].depth == PEL_SEARCH_TOP_MOST);
  pel_diagram *d = lay(v, 0.05);
  check_layout(v, d);
  pel_diagram_free(d);
  pel_search_view_free(v);
  fake_views_free(chain);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void test_most_rows(void) {
  double start = now();
  pel_reasoning *r = fake_search(1000000, 4000000, 1000000, 5);
  double made = now();
  pel_search_view *v = build(r, PEL_SEARCH_TOP_MOST);
  pel_search_view_at(v, 999999);
  pel_search_view_at(v, 500000);
  pel_diagram *d = lay(v, 1);
  double seconds = now() - made;
  printf("  1,000,000 nodes, 4,000,000 edges, 1,000,000 simulations: %.2f s (made in %.2f s)\n", seconds, made - start);
  CHECK_MSG(seconds < 20, "%.1f s", seconds);
  check_tree(v, PEL_SEARCH_TOP_MOST);
  CHECK(d->n_items <= 2 * PEL_SEARCH_TOP_MOST && v->n_cross <= 4000);
  pel_diagram_free(d);
  pel_search_view_free(v);
  for (uint32_t i = 0; i < 4000000; i++) r->search_edges[i] = (pel_search_edge){1, i % 1000000 + 1, (int32_t)i}; /* all from one */
  v = build(r, 40);
  check_tree(v, 40);
  CHECK(v->items[v->n_items - 1].more && v->items[v->n_items - 1].hidden == 1000000 - 40);
  pel_search_view_free(v);
  fake_views_free(r);
}

static void test_refused(void) {
  const pel_export_options o = {0};
  pel_reasoning none = {0};
  pel_search_view *v;
  CHECK(pel_search_view_build(&none, 0, 0, &v, &err) == PEL_ERR_UNSUPPORTED && pel_search_view_build(fake_diagnosis(), 3, 0, &v, &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_search_of(&none, &origin, &o, &(pel_tree_choice){0}, "/nowhere/x.svg", &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_search_of(fake_diagnosis(), &origin, &o, &(pel_tree_choice){.span = 3}, "/nowhere/x.svg", &err) == PEL_ERR_USAGE);
  CHECK(pel_export_search_of(fake_diagnosis(), &origin, &o, &(pel_tree_choice){.at = 301}, "/nowhere/x.svg", &err) == PEL_ERR_USAGE);
  CHECK_MSG(strstr(err.text, "the trace keeps 300"), "%s", err.text);
}

int main(void) {
  RUN(test_trees);
  RUN(test_replay);
  RUN(test_agreement);
  RUN(test_path);
  RUN(test_diagnosis);
  RUN(test_not_all_kept);
  RUN(test_circles);
  RUN(test_most_rows);
  RUN(test_refused);
  return check_result();
}
