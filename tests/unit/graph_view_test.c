/* What a deduction over a graph attended to: which entities, in which layer, in the same places each time; circles and the most rows of a trace. */
#include "src/plot/graph_plot.h"

#include <math.h>
#include <time.h>

#include "src/core/export_tree.h"
#include "tests/unit/diagram_check.h"
#include "tests/unit/fake_diagnosis.h"

static pel_graph_view *build(const pel_reasoning *r, uint32_t top) {
  pel_graph_view *v = NULL;
  CHECK_MSG(pel_graph_view_build(r, 0, top, &v, &err) == PEL_OK, "%s", err.text);
  if (!v) exit(1);
  return v;
}

static pel_diagram *lay(const pel_graph_view *v, double unit) { return lay_out(pel_graph_plot_maker(v), 0, 0, unit); }

static void check_view(const pel_graph_view *v, uint32_t top) {
  uint32_t shown = 0, hidden = 0;
  for (uint32_t i = 0; i < v->n_items && !check_failures; i++) {
    const pel_graph_item *it = &v->items[i];
    CHECK(it->layer < v->n_layers && (i == 0 || it->layer == v->items[i - 1].layer || (it->layer == v->items[i - 1].layer + 1 && it->place == 0)));
    if (i && it->layer == v->items[i - 1].layer) CHECK(it->place == v->items[i - 1].place + 1 && !v->items[i - 1].more);
    if (!it->more) CHECK(v->item_of[it->node] == i);
    shown += !it->more, hidden += it->hidden;
  }
  CHECK_MSG(shown == v->n_shown && shown <= top && shown + hidden == v->n_nodes, "%u shown, %u hidden, of %u", shown, hidden, v->n_nodes);
  for (uint32_t i = 0; i < v->n_lines && !check_failures; i++) {
    const pel_graph_line *l = &v->lines[i];
    const pel_graph_edge *e = &v->reasoning->graph_edges[l->first];
    CHECK(v->items[l->from].node + 1 == e->from && v->items[l->to].node + 1 == e->to && l->n_steps >= 1 && l->from != l->to);
  }
}

/* No two cards overlap; layers stand side by side; paths below; all of it inside. */
static void check_layout(const pel_graph_view *v, const pel_diagram *d) {
  double bottom = 0;
  for (uint32_t i = 0; i < d->n_items && !check_failures; i++) {
    pel_box b, before;
    CHECK(pel_diagram_box(d, i, &b) && b.x >= 0 && b.y >= -1e-6 && b.x + b.w <= d->width + 1e-6 && b.y + b.h <= d->height + 1e-6);
    if (i >= v->n_items) CHECK(b.y >= bottom);
    if (i && i < v->n_items && pel_diagram_box(d, i - 1, &before)) CHECK(v->items[i].layer == v->items[i - 1].layer ? b.y > before.y + before.h : b.x > before.x + before.w);
    bottom = fmax(bottom, i < v->n_items ? b.y + b.h : 0);
  }
}

static void test_graphs(void) {
  for (uint64_t seed = 0; seed < 150 && !check_failures; seed++) {
    uint32_t n = 1 + (uint32_t)(seed * 11 % 200), top = 1 + (uint32_t)(seed * 5 % 50);
    pel_reasoning *r = fake_graph(n, n * (uint32_t)(seed % 5), 3, seed);
    pel_graph_view *v = build(r, top), *again = build(r, top);
    check_view(v, top);
    CHECK(v->n_items == again->n_items && memcmp(v->items, again->items, v->n_items * sizeof *v->items) == 0 && v->n_lines == again->n_lines);
    pel_diagram *d = lay(v, seed % 2 ? 1 : 0.3);
    check_layout(v, d);
    for (uint32_t i = 0; i < d->n_items; i++) free(pel_diagram_describe(d, i));
    pel_diagram_free(d);
    pel_graph_view_free(v), pel_graph_view_free(again);
    fake_views_free(r);
  }
}

static void test_diagnosis(void) {
  pel_graph_view *v = build(fake_diagnosis(), 0);
  pel_diagram *d = lay(v, 1);
  check_view(v, PEL_GRAPH_TOP);
  check_layout(v, d);
  CHECK(v->n_layers == 3 && v->n_shown == 21 && v->n_paths == 4 && v->n_lines == 40);
  for (uint32_t i = 0; i < v->n_items; i++) {
    const pel_graph_node *n = &v->reasoning->graph_nodes[v->items[i].node];
    CHECK(v->items[i].layer == (pel_graph_is_asked(n) ? 0u : pel_graph_is_answer(n) ? 2u : 1u));
  }
  uint32_t dravet = v->item_of[9], seizure = v->item_of[0];
  CHECK(v->items[dravet].place == 0); /* the best answer first */
  CHECK(says(d, dravet, "Dravet syndrome, disease MONDO:0100135; an answer, score 0.860; reached from Febrile seizure (has phenotype, against its direction, attention 0.77)"));
  CHECK(says(d, seizure, "Febrile seizure, phenotype HP:0002373; asked; leads on to Dravet syndrome (has phenotype"));
  CHECK(says(d, v->n_items + 1, "path 2, score 0.740: Febrile seizure \xe2\x80\x93 associated with \xe2\x86\x90 SCN1A \xe2\x80\x93 causes \xe2\x86\x92 Dravet syndrome; rule: the finding is linked"));
  CHECK(pel_diagram_node(d, dravet) == 7 && pel_diagram_node(d, v->n_items) == 7 && pel_diagram_item_of(d, 2) == seizure);
  uint32_t marked = 0;
  for (uint32_t i = 0; i < v->n_lines; i++) marked += v->lines[i].paths != 0;
  CHECK(marked == 6 && v->lines[v->n_lines - 1].paths);
  CHECK(pel_diagram_step(d, seizure, 1, 0) != PEL_DIAGRAM_NONE && v->items[pel_diagram_step(d, seizure, 1, 0)].layer == 1);
  pel_diagram_free(d);
  pel_graph_view_free(v);
}

static void test_limits(void) { /* the asked, the answers and the paths stay; the rest is counted */
  pel_graph_view *v = build(fake_diagnosis(), 12);
  pel_diagram *d = lay(v, 1);
  uint32_t more = 0;
  for (uint32_t i = 0; i < v->n_items; i++)
    if (v->items[i].more) more = i;
  CHECK(more && v->items[more].hidden == 9 && says(d, more, "9 more entities"));
  for (uint32_t i = 0; i < v->reasoning->n_graph_nodes; i++)
    if (*v->reasoning->graph_nodes[i].role) CHECK(v->item_of[i] != PEL_GRAPH_NONE);
  pel_diagram_free(d);
  pel_graph_view_free(v);
}

static void test_same_steps(void) { /* one line a relation, with the largest attention; nothing asked; a circle */
  pel_graph_node nodes[3] = {{1, 1, "a", "", "", "", NAN, 0}, {2, 1, "b", "", "", "", NAN, 0}, {3, 2, "c", "", "", "", NAN, 0}};
  pel_graph_edge edges[6] = {{1, 1, 1, 2, 1, "is", 0, 0.2, NAN, 0}, {2, 1, 1, 2, 2, "is", 0, 0.6, NAN, 0}, {3, 1, 1, 2, 1, "has", 0, NAN, NAN, 0},
                             {4, 1, 2, 1, 1, "is", 0, 0.1, NAN, 0}, {5, 1, 1, 1, 1, "is", 0, 0.9, NAN, 0}, {6, 1, 2, 3, 1, "is", 0, 0.9, NAN, 0}};
  pel_reasoning r = {.graph_nodes = nodes, .n_graph_nodes = 3, .graph_edges = edges, .n_graph_edges = 6};
  pel_graph_view *v = build(&r, 0);
  CHECK(v->n_nodes == 2 && v->n_lines == 3 && v->n_layers == 2);
  CHECK(v->lines[2].attention == 0.6 && v->lines[2].n_steps == 2 && isnan(v->lines[0].attention));
  pel_graph_view_free(v);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void test_most_rows(void) {
  pel_reasoning *r = fake_graph(100000, 1000000, 100000, 5);
  double start = now();
  pel_graph_view *v = build(r, PEL_GRAPH_TOP_MOST);
  pel_diagram *d = lay(v, 1);
  printf("  100,000 entities, 1,000,000 steps: %.2f s\n", now() - start);
  CHECK_MSG(now() - start < 20, "%.1f s", now() - start);
  check_view(v, PEL_GRAPH_TOP_MOST);
  CHECK(v->n_lines <= 4 * PEL_GRAPH_TOP_MOST);
  pel_diagram_free(d);
  pel_graph_view_free(v);
  for (uint32_t i = 0; i < 1000000; i++) { /* all between few, each with a relation of its own way */
    r->graph_edges[i].from = i % 40 + 1, r->graph_edges[i].to = i / 40 % 40 + 1;
    if (i < 100000) r->graph_paths[i].edges = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30";
  }
  start = now();
  v = build(r, 1000);
  d = lay(v, 1);
  CHECK_MSG(now() - start < 20, "%.1f s", now() - start);
  pel_diagram_free(d);
  pel_graph_view_free(v);
  for (uint32_t i = 0; i < 1000000; i++) r->graph_edges[i].from = i % 100000 + 1, r->graph_edges[i].to = (i + 1) % 100000 + 1; /* a chain */
  for (uint32_t i = 0; i < 100000; i++) r->graph_nodes[i].role = i ? "" : "asked";
  start = now();
  v = build(r, 1000);
  check_view(v, 1000);
  CHECK_MSG(now() - start < 20, "%.1f s", now() - start);
  pel_graph_view_free(v);
  fake_views_free(r);
}

static void test_refused(void) {
  const pel_export_options o = {0};
  pel_reasoning none = {0};
  pel_graph_view *v;
  CHECK(pel_graph_view_build(&none, 0, 0, &v, &err) == PEL_ERR_UNSUPPORTED && pel_graph_view_build(fake_diagnosis(), 3, 0, &v, &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_graph_of(&none, &origin, &o, &(pel_tree_choice){0}, "/nowhere/x.svg", &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_graph_of(fake_diagnosis(), &origin, &o, &(pel_tree_choice){.span = 3}, "/nowhere/x.svg", &err) == PEL_ERR_USAGE);
}

int main(void) {
  RUN(test_graphs);
  RUN(test_diagnosis);
  RUN(test_limits);
  RUN(test_same_steps);
  RUN(test_most_rows);
  RUN(test_refused);
  return check_result();
}
