/* The picture of a logic tree: no two cards overlap, order and stability of places, picking, words; and of a retrieval. */
#include "src/plot/logictree.h"

#include <math.h>
#include <time.h>

#include "src/plot/retrieval.h"
#include "src/plot/tree_page.h"
#include "src/plot/tree_place.h"
#include "tests/check.h"
#include "tests/unit/fake_reasoning.h"

static pel_error err;
static const pel_plot_style style = {.palette = PEL_PALETTE_VIRIDIS};

static pel_logic_tree *build(const pel_reasoning *r) {
  pel_logic_tree *t = NULL;
  if (pel_logic_tree_build(r, &t, &err) != PEL_OK) exit(1);
  return t;
}

static pel_logictree *lay(const pel_logic_tree *t, pel_tree_direction direction, bool flush) {
  pel_logictree *p = NULL;
  pel_logictree_options o = {.direction = direction, .flush = flush};
  CHECK_MSG(pel_logictree_layout(t, &style, &o, &p, &err) == PEL_OK, "%s", err.text);
  if (!p) exit(1);
  return p;
}

static pel_box box_of(const pel_logictree *p, uint32_t item) {
  pel_box b = {0};
  CHECK(pel_logictree_box(p, item, &b));
  return b;
}

/* Layers keep their order across, cards of one do not overlap, a child lies beyond its parent. */
static void check_layout(const pel_logic_tree *t, const pel_logictree *p, bool down) {
  uint32_t deepest = 0;
  for (uint32_t i = 0; i < t->n_items; i++) deepest = t->items[i].depth > deepest ? t->items[i].depth : deepest;
  double *end = malloc((deepest + 1) * sizeof *end);
  for (uint32_t i = 0; i <= deepest; i++) end[i] = -INFINITY;
  pel_box all = pel_logictree_extent(p);
  for (uint32_t i = 0; i < t->n_items && !check_failures; i++) {
    pel_box b = box_of(p, i);
    double from = down ? b.x : b.y, size = down ? b.w : b.h;
    CHECK_MSG(from > end[t->items[i].depth], "item %u begins at %g, the one before ends at %g", i, from, end[t->items[i].depth]);
    end[t->items[i].depth] = from + size;
    CHECK(b.x >= -1e-6 && b.y >= -1e-6 && b.x + b.w <= all.w + 1e-3 && b.y + b.h <= all.h + 1e-3);
    if (t->items[i].parent == PEL_TREE_NONE) continue;
    pel_box parent = box_of(p, t->items[i].parent);
    CHECK(down ? b.y > parent.y + parent.h : b.x > parent.x + parent.w);
  }
  free(end);
}

static void test_layouts(void) {
  for (uint64_t seed = 0; seed < 300 && !check_failures; seed++) {
    uint32_t n = 1 + (uint32_t)(seed * 7 % 400);
    pel_reasoning *r = seed % 3 ? fake_tree(n, 1 + seed % 6, seed) : fake_tangle(n, n * 2, seed);
    pel_logic_tree *t = build(r);
    pel_logic_tree_cover(t, seed % 2 ? 1 : 0.7, &err);
    pel_logic_tree_update(t, &err);
    for (int k = 0; k < 4; k++) {
      pel_logictree *p = lay(t, k & 1 ? PEL_TREE_DOWN : PEL_TREE_RIGHT, k & 2);
      check_layout(t, p, k & 1);
      pel_logictree_free(p);
    }
    pel_logic_tree_free(t);
    fake_free(r);
  }
}

static void test_middle(void) { /* three leaves: the parent stands in their middle, or at the first */
  const pel_place_node nodes[] = {{PEL_PLACE_NONE, 4, 10}, {0, 1, 20}, {0, 1, 30}, {0, 1, 20}};
  double at[4];
  CHECK(pel_tree_place(nodes, 4, (pel_place_gaps){5, 9}, false, at, &err) == PEL_OK);
  CHECK(at[1] == 0 && at[2] == 25 && at[3] == 60 && at[0] == 35);
  CHECK(pel_tree_place(nodes, 4, (pel_place_gaps){5, 9}, true, at, &err) == PEL_OK);
  CHECK(at[0] == 0 && at[1] == 0 && at[3] == 60);
  CHECK(pel_tree_place(nodes, 0, (pel_place_gaps){5, 9}, true, at, &err) == PEL_OK);
}

static void test_stable(void) { /* what is read before an expanded node stays; what comes after keeps its order */
  pel_reasoning *r = fake_tree(400, 4, 21);
  pel_logic_tree *t = build(r);
  pel_logic_tree_cover(t, 1, &err);
  uint32_t chosen = 0;
  for (uint32_t i = 1; i < 400; i++)
    if (t->nodes[i].n_below > 4 && t->nodes[i].n_below < 40 && t->nodes[i].order > 100) chosen = i;
  CHECK(chosen > 0);
  pel_logic_tree_collapse(t, chosen + 1, true);
  pel_logic_tree_update(t, &err);
  pel_logictree *before = lay(t, PEL_TREE_RIGHT, true);
  pel_logic_tree_collapse(t, chosen + 1, false);
  pel_logic_tree_update(t, &err);
  pel_logictree *now = lay(t, PEL_TREE_RIGHT, true);
  pel_point by;
  for (uint32_t i = 0; i < 400; i++) {
    if (!pel_logictree_moved(before, now, i + 1, &by)) continue;
    CHECK_MSG(by.x == 0, "node %u moved along by %g", i + 1, by.x);
    if (t->nodes[i].order <= t->nodes[chosen].order) CHECK_MSG(fabs(by.y) < 1e-6, "node %u moved by %g", i + 1, by.y);
    CHECK(by.y >= -1e-6);
  }
  CHECK(pel_logictree_moved(before, now, chosen + 1, &by) && fabs(by.y) < 1e-6);
  CHECK(!pel_logictree_moved(before, now, 0, &by) && !pel_logictree_moved(before, now, 4000, &by));
  pel_logictree_free(before);
  pel_logictree_free(now);
  pel_logic_tree_free(t);
  fake_free(r);
}

static void test_pick(void) {
  pel_logic_tree *t = build(fake_spouse());
  for (int k = 0; k < 4; k++) {
    pel_logictree *p = lay(t, k & 1 ? PEL_TREE_DOWN : PEL_TREE_RIGHT, k & 2);
    pel_tree_hit hit;
    for (uint32_t i = 0; i < t->n_items; i++) {
      pel_box b = box_of(p, i);
      CHECK(pel_logictree_pick(p, b.x + b.w / 2, b.y + b.h / 2, 30, &hit) && hit.item == i && hit.kind != PEL_HIT_EDGE);
      CHECK((hit.kind == PEL_HIT_REFERENCE) == (t->items[i].kind == PEL_ITEM_REFERENCE));
    }
    pel_box root = box_of(p, 0);
    CHECK(pel_logictree_pick(p, root.x - 20, root.y + 5, 30, &hit) && hit.item == 0);
    CHECK(!pel_logictree_pick(p, -300, -300, 30, &hit));
    uint32_t first = 1;
    pel_box child = box_of(p, first);
    double x = k & 1 ? child.x + (k & 2 ? 21 : child.w / 2) : child.x - 25, y = k & 1 ? child.y - 15 : child.y + (k & 2 ? 21 : child.h / 2);
    CHECK_MSG(pel_logictree_pick(p, x, y, 30, &hit) && hit.kind == PEL_HIT_EDGE && hit.item == first, "layout %d", k);
    pel_logictree_free(p);
  }
  pel_logic_tree_free(t);
}

static void check_says(char *text, const char *words) {
  CHECK_MSG(text && strstr(text, words), "\"%s\" in \"%s\"", words, text ? text : "nothing");
  free(text);
}

static void test_describe(void) {
  pel_logic_tree *t = build(fake_spouse());
  pel_logictree *p = lay(t, PEL_TREE_RIGHT, true);
  uint32_t item = pel_logic_tree_item(t, 6);
  check_says(pel_logictree_describe(p, item), "2.2 claim: Charlie is her dependent; holds; because of 3 reasons: Charlie is her son; He had");
  check_says(pel_logictree_describe(p, item), "2 of 3 below 2 She kept up");
  check_says(pel_logictree_describe(p, item), "s. 152(a)(1)");
  check_says(pel_logictree_describe(p, pel_logic_tree_item(t, 12)), "nothing found that says so");
  check_says(pel_logictree_describe(p, pel_logic_tree_item(t, 3)), "characters 61\xe2\x80\x93" "90");
  check_says(pel_logictree_describe_edge(p, item), "because, s. 152: from She kept up");
  check_says(pel_logictree_describe(p, item + 1), "see 2.1 Charlie is her son; 1 of 3 below 2.2");
  CHECK(pel_logictree_describe(p, 9999) == NULL && pel_logictree_describe_edge(p, 0) == NULL);
  pel_logictree_free(p);
  pel_logic_tree_free(t);
}

/* ---- drawing ---- */

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void draw_at(const pel_logictree *p, cairo_surface_t *surface, double x, double y, double scale) {
  cairo_t *cr = cairo_create(surface);
  pel_canvas_cairo canvas;
  cairo_set_source_rgb(cr, 1, 1, 1);
  cairo_paint(cr);
  cairo_scale(cr, scale, scale);
  cairo_translate(cr, -x, -y);
  pel_box clip = {x, y, cairo_image_surface_get_width(surface) / scale, cairo_image_surface_get_height(surface) / scale};
  pel_logictree_draw(p, pel_canvas_cairo_init(&canvas, cr), &clip, scale);
  CHECK(cairo_status(cr) == CAIRO_STATUS_SUCCESS);
  cairo_destroy(cr);
}

static void test_draw_anything(void) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 400, 300);
  for (uint64_t seed = 0; seed < 200; seed++) {
    pel_reasoning *r = fake_tangle(1 + (uint32_t)(seed % 60), (uint32_t)(seed % 150), seed);
    pel_logic_tree *t = build(r);
    pel_logictree *p = lay(t, seed & 1 ? PEL_TREE_DOWN : PEL_TREE_RIGHT, seed & 2);
    static const double scales[] = {1, 0.3, 0.05, 3};
    draw_at(p, surface, (double)(seed % 5) * 100 - 100, (double)(seed % 7) * 50, scales[seed % 4]);
    for (uint32_t i = 0; i < t->n_items; i++) free(pel_logictree_describe(p, i));
    pel_logictree_free(p);
    pel_logic_tree_free(t);
    fake_free(r);
  }
  cairo_surface_destroy(surface);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Views all over a large tree, each around a card; says what a frame took. */
static void pan(const pel_logic_tree *t, const pel_logictree *p, const char *what, double scale) {
  enum { FRAMES = 100 };
  double ms[FRAMES];
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1280, 800);
  for (uint32_t i = 0; i < FRAMES; i++) {
    pel_box b = box_of(p, (uint32_t)((uint64_t)i * t->n_items / FRAMES));
    double start = milliseconds();
    draw_at(p, surface, b.x + b.w / 2 - 640 / scale, b.y + b.h / 2 - 400 / scale, scale);
    ms[i] = milliseconds() - start;
  }
  qsort(ms, FRAMES, sizeof *ms, by_value);
  printf("  %s, scale %g: frame median %.1f ms, 99th of 100 %.1f ms\n", what, scale, ms[FRAMES / 2], ms[FRAMES - 2]);
  CHECK(ms[FRAMES / 2] < 500); /* a bound for sanitizers and busy machines; what is printed counts */
  cairo_surface_destroy(surface);
}

static void test_speed(void) {
  pel_reasoning *r = fake_tree(30000, 5, 3);
  double start = milliseconds();
  pel_logic_tree *t = build(r);
  pel_logic_tree_cover(t, 1, &err);
  pel_logic_tree_update(t, &err);
  pel_logictree *p = lay(t, PEL_TREE_RIGHT, true);
  double ms = milliseconds() - start;
  printf("  30,000 nodes: built and laid out in %.0f ms\n", ms);
  CHECK(ms < 5000);
  static const double scales[] = {1, 0.5, 0.3, 0.1, 0.02};
  for (int i = 0; i < 5; i++) pan(t, p, "to the right", scales[i]);
  pel_logictree_free(p);
  p = lay(t, PEL_TREE_DOWN, false);
  pan(t, p, "down", 0.5);
  pel_logictree_free(p);
  pel_logic_tree_free(t);
  fake_free(r);
}

/* ---- retrieval ---- */

static void test_retrieval(void) {
  const pel_reasoning *r = fake_spouse();
  pel_caption caption;
  pel_caption_retrieval(r, 2, "3f9c", &caption);
  CHECK_STR(caption.facts[0], "6 found, 3 with weight; the rules do not use them");
  pel_retrieval_data d = {.reasoning = r, .caption = &caption};
  double width, height;
  pel_retrieval *p;
  pel_retrieval_size(&d, &style, &width, &height);
  CHECK(pel_retrieval_layout(&d, &style, width, height, &p, &err) == PEL_OK);
  size_t row = 99, seen = 0;
  for (double y = 0; y < height; y += 4) {
    size_t at;
    if (!pel_retrieval_pick(p, width / 2, y, &at) || at == row) continue;
    CHECK(at == seen++);
    row = at;
  }
  CHECK(seen == 6);
  check_says(pel_retrieval_describe(p, 1), "rank 2, s. 2(a)(1)(A), Internal Revenue Code: weight 0.310; margin 0.411");
  check_says(pel_retrieval_describe(p, 4), "near miss, weight 0; margin -0.210");
  CHECK(pel_retrieval_describe(p, 6) == NULL);
  pel_retrieval_free(p);
  d.span = 1;
  CHECK(pel_retrieval_layout(&d, &style, width, height, &p, &err) == PEL_ERR_UNSUPPORTED);
}

int main(void) {
  RUN(test_middle);
  RUN(test_layouts);
  RUN(test_stable);
  RUN(test_pick);
  RUN(test_describe);
  RUN(test_draw_anything);
  RUN(test_retrieval);
  RUN(test_speed);
  return check_result();
}
