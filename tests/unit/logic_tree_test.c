/* The logic tree: order, numbers, influence, pruning, what is shown, its words. */
#include "src/analysis/logic_tree.h"

#include <math.h>
#include <time.h>

#include "src/analysis/because_text.h"
#include "tests/check.h"
#include "tests/unit/fake_reasoning.h"

static pel_error err;

static pel_logic_tree *build(const pel_reasoning *r) {
  pel_logic_tree *t = NULL;
  CHECK_MSG(pel_logic_tree_build(r, &t, &err) == PEL_OK, "%s", err.text);
  if (!t) exit(1);
  return t;
}

static void update(pel_logic_tree *t) { CHECK(pel_logic_tree_update(t, &err) == PEL_OK); }

static const char *number(const pel_logic_tree *t, int64_t id) {
  static char out[PEL_TREE_NUMBER];
  return pel_tree_number(t, (uint32_t)(id - 1), out);
}

/* What holds of any tree. */
static void check_sound(const pel_logic_tree *t) {
  uint32_t n_nodes = 0, hidden = 0;
  for (uint32_t i = 0; i < t->n_items; i++) {
    const pel_tree_item *item = &t->items[i];
    CHECK(item->parent == PEL_TREE_NONE || item->parent < i);
    CHECK(item->depth == (item->parent == PEL_TREE_NONE ? 0 : t->items[item->parent].depth + 1));
    CHECK(item->span >= 1 && i + item->span <= t->n_items && item->node < t->n_nodes);
    CHECK(item->parent == PEL_TREE_NONE || i + item->span <= item->parent + t->items[item->parent].span);
    if (item->kind == PEL_ITEM_NODE) {
      CHECK(t->item_of[item->node] == i);
      n_nodes++;
    }
    hidden += item->hidden;
  }
  CHECK(n_nodes == t->n_shown);
  CHECK_MSG(n_nodes + hidden == t->n_nodes, "%u shown + %u hidden of %u", n_nodes, hidden, t->n_nodes);
  CHECK(t->covered >= -1e-9 && t->covered <= 1 + 1e-9);
}

static void test_order_and_numbers(void) {
  pel_logic_tree *t = build(fake_spouse());
  check_sound(t);
  CHECK(t->n_roots == 1 && t->n_shown == 17 && t->covered > 0.999999);
  CHECK_STR(number(t, 1), "");
  CHECK_STR(number(t, 4), "2");
  CHECK_STR(number(t, 6), "2.2");
  CHECK_STR(number(t, 8), "2.2.2"); /* the fact before it stands under 2.1 */
  CHECK_STR(number(t, 15), "2.3.2");
  CHECK_STR(number(t, 17), "6");
  int64_t path[4];
  CHECK(pel_logic_tree_path(t, 8, path, 4) == 4 && path[0] == 1 && path[1] == 4 && path[2] == 6 && path[3] == 8);
  CHECK(pel_logic_tree_path(t, 99, path, 4) == 0);
  CHECK(pel_logic_tree_search(t, "CHARLIE", 0) == 5 && pel_logic_tree_search(t, "charlie", 5) == 6 && pel_logic_tree_search(t, "charlie", 6) == 5);
  CHECK(pel_logic_tree_search(t, "2.2.2", 0) == 8 && pel_logic_tree_search(t, "no such words", 0) == 0);
  pel_logic_tree_free(t);
}

static void test_influence(void) {
  pel_logic_tree *t = build(fake_curb());
  CHECK(fabs((double)t->nodes[0].influence - 1) < 1e-6);
  /* weights 0.25 0.25 0.25 0.05 0.2 0.31, the others their mean; would change counts a quarter */
  double mean = 1.31 / 6, sum = 1.31 + 2 * mean + mean / 4;
  CHECK(fabs((double)t->nodes[1].influence - 0.25 / sum) < 1e-6);
  CHECK(fabs((double)t->nodes[5].influence - (0.2 + mean / 4) / sum) < 1e-6);
  CHECK(fabs((double)t->nodes[6].influence - (0.25 + 0.31) / sum) < 1e-6); /* reached from two */
  pel_logic_tree_free(t);
  pel_reasoning given = *fake_curb();
  pel_node nodes[10];
  memcpy(nodes, given.nodes, sizeof nodes);
  given.nodes = nodes;
  nodes[2].weight = 0.875;
  t = build(&given);
  CHECK((double)t->nodes[2].influence == 0.875);
  pel_logic_tree_free(t);
}

static void test_prune(void) {
  pel_reasoning *r = fake_tree(3000, 4, 11);
  pel_logic_tree *t = build(r);
  uint32_t before = 0;
  static const double shares[] = {0.5, 0.8, 0.95, 0.99, 1};
  for (int i = 0; i < 5; i++) {
    CHECK(pel_logic_tree_cover(t, shares[i], &err) == PEL_OK);
    update(t);
    check_sound(t);
    CHECK_MSG(t->covered >= shares[i] - 1e-6, "%g of %g", t->covered, shares[i]);
    CHECK(t->n_shown > before);
    before = t->n_shown;
  }
  CHECK(before == 3000);
  pel_logic_tree_cover(t, 0.5, &err);
  update(t);
  for (uint32_t i = 0; i < t->n_items; i++) /* a stub names the best of what it hides */
    if (t->items[i].kind == PEL_ITEM_MORE) CHECK(!t->nodes[t->items[i].node].kept && t->items[i].hidden > 0);
  pel_logic_tree_free(t);
  fake_free(r);
}

static void test_collapse(void) {
  pel_logic_tree *t = build(fake_spouse());
  pel_logic_tree_collapse(t, 4, true);
  update(t);
  check_sound(t);
  uint32_t item = pel_logic_tree_item(t, 4);
  CHECK(t->items[item].hidden == 7 && t->items[item].n_children == 0 && pel_logic_tree_item(t, 8) == PEL_TREE_NONE);
  pel_logic_tree_reveal(t, 8);
  update(t);
  CHECK(pel_logic_tree_item(t, 8) != PEL_TREE_NONE && t->n_shown == 17);
  pel_logic_tree_collapse_others(t, 6);
  update(t);
  check_sound(t);
  CHECK(pel_logic_tree_item(t, 8) != PEL_TREE_NONE && pel_logic_tree_item(t, 3) == PEL_TREE_NONE && pel_logic_tree_item(t, 12) == PEL_TREE_NONE);
  pel_logic_tree_expand_all(t);
  pel_logic_tree_collapse_below(t, 1);
  update(t);
  check_sound(t);
  CHECK(t->n_shown == 7);
  pel_logic_tree_expand_all(t);
  pel_logic_tree_collapse(t, 1, true);
  pel_logic_tree_collapse(t, -4, true);
  update(t);
  CHECK(t->n_items == 1);
  pel_logic_tree_free(t);
}

static void test_stubs_open(void) {
  pel_reasoning *r = fake_tree(2000, 6, 5);
  pel_logic_tree *t = build(r);
  pel_logic_tree_cover(t, 0.4, &err);
  update(t);
  for (uint32_t i = 0; i < t->n_items; i++) {
    const pel_tree_item stub = t->items[i];
    if (stub.kind != PEL_ITEM_MORE || stub.parent == PEL_TREE_NONE) continue;
    uint32_t before = t->n_shown;
    int64_t parent = t->items[stub.parent].node + 1;
    pel_logic_tree_open(t, parent, true);
    update(t);
    check_sound(t);
    CHECK(t->n_shown > before && pel_logic_tree_item(t, stub.node + 1) != PEL_TREE_NONE);
    pel_logic_tree_open(t, parent, false);
    update(t);
    CHECK(t->n_shown == before);
    break;
  }
  pel_logic_tree_free(t);
  fake_free(r);
}

static void test_tangles(void) {
  for (uint64_t seed = 0; seed < 10000; seed++) {
    uint32_t n = 1 + (uint32_t)(seed % 40);
    pel_reasoning *r = fake_tangle(n, (uint32_t)(seed % 97), seed);
    pel_logic_tree *t = build(r);
    check_sound(t);
    pel_logic_tree_collapse(t, (int64_t)(seed % (n + 2)), true);
    pel_logic_tree_open(t, (int64_t)(seed % 7), true);
    pel_logic_tree_cover(t, (double)(seed % 11) / 10, &err);
    update(t);
    check_sound(t);
    pel_because_options o = {.markdown = seed & 1, .quotations = true, .trace = "ab"};
    char *text = pel_because_text(t, &o);
    CHECK(text && *text);
    free(text);
    pel_logic_tree_free(t);
    fake_free(r);
    if (check_failures) return;
  }
}

static void test_deep(void) { /* a chain of 200,000 nodes needs no stack */
  const uint32_t n = 200000;
  pel_reasoning *r = fake_tangle(n, 0, 1);
  r->edges = realloc(r->edges, n * sizeof *r->edges);
  for (uint32_t i = 1; i < n; i++) r->edges[r->n_edges++] = (pel_edge){i, i + 1, PEL_EDGE_BECAUSE, 0, "", NAN};
  pel_logic_tree *t = build(r);
  check_sound(t);
  CHECK(strncmp(number(t, n), "\xe2\x80\xa6", 3) == 0);
  pel_logic_tree_free(t);
  fake_free(r);
}

static void test_speed(void) {
  pel_reasoning *r = fake_tree(30000, 5, 3);
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  pel_logic_tree *t = build(r);
  clock_gettime(CLOCK_MONOTONIC, &b);
  double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
  printf("  30,000 nodes: built in %.1f ms, %u shown\n", ms, t->n_shown);
  CHECK_MSG(ms < 2000, "%g ms", ms); /* with room for a sanitizer and a busy machine */
  pel_logic_tree_free(t);
  fake_free(r);
}

static void test_refused(void) {
  pel_reasoning none = {0};
  pel_logic_tree *t = NULL;
  CHECK(pel_logic_tree_build(&none, &t, &err) == PEL_ERR_UNSUPPORTED && t == NULL);
  pel_reasoning bad = *fake_spouse(); /* edges to nowhere are left out: the reader refuses them */
  pel_edge edges[] = {{0, 1, PEL_EDGE_BECAUSE, 0, "", NAN}, {1, 99, PEL_EDGE_BECAUSE, 0, "", NAN}, {-4, 2, PEL_EDGE_BECAUSE, 0, "", NAN}, {3, 3, PEL_EDGE_BECAUSE, 0, "", NAN}};
  bad.edges = edges;
  bad.n_edges = 4;
  t = build(&bad);
  check_sound(t);
  CHECK(t->n_roots == 17);
  pel_logic_tree_free(t);
}

/* ---- because-text ---- */

static char *slurp(const char *name) {
  char path[512];
  const char *root = getenv("PELLUCID_SOURCE_ROOT") ? getenv("PELLUCID_SOURCE_ROOT") : ".";
  snprintf(path, sizeof path, "%s/tests/data/golden/%s", root, name);
  FILE *f = fopen(path, getenv("PELLUCID_REGENERATE") ? "wb" : "rb");
  if (!f) return NULL;
  char *text = calloc(1, 1 << 16);
  if (!getenv("PELLUCID_REGENERATE") && !fread(text, 1, (1 << 16) - 1, f)) text[0] = 0;
  fclose(f);
  return text;
}

static void check_text(const char *name, const pel_reasoning *r, const pel_because_options *o) {
  pel_logic_tree *t = build(r);
  char *fresh = pel_because_text(t, o), *kept = slurp(name);
  if (getenv("PELLUCID_REGENERATE")) {
    char path[512];
    snprintf(path, sizeof path, "%s/tests/data/golden/%s", getenv("PELLUCID_SOURCE_ROOT") ? getenv("PELLUCID_SOURCE_ROOT") : ".", name);
    FILE *f = fopen(path, "wb");
    if (f) fputs(fresh, f), fclose(f);
  } else
    CHECK_MSG(kept && strcmp(kept, fresh) == 0, "%s is not:\n%s", name, fresh);
  CHECK(strstr(fresh, "t(X)") == NULL); /* no term of a rule */
  free(fresh);
  free(kept);
  pel_logic_tree_free(t);
}

static void test_because_text(void) {
  pel_because_options plain = {.asks = "Was Alice a surviving spouse in 2016?", .trace = "3f9c", .closing = "This is no advice."};
  check_text("because-spouse.txt", fake_spouse(), &plain);
  pel_because_options quoted = {.markdown = true, .quotations = true, .trace = "3f9c"};
  check_text("because-spouse.md", fake_spouse(), &quoted);
  pel_because_options markdown = {.markdown = true};
  check_text("because-curb.md", fake_curb(), &markdown);
}

static void test_because_part(void) {
  pel_logic_tree *t = build(fake_spouse());
  pel_because_options o = {0};
  char *text = pel_because_text_of(t, 6, &o);
  CHECK(text && strstr(text, "2.2.1") && strstr(text, "see 2.1") && !strstr(text, "remarried"));
  free(text);
  text = pel_because_text_of(t, 99, &o);
  CHECK(text && !*text);
  free(text);
  pel_logic_tree_free(t);
}

int main(void) {
  RUN(test_order_and_numbers);
  RUN(test_influence);
  RUN(test_prune);
  RUN(test_collapse);
  RUN(test_stubs_open);
  RUN(test_tangles);
  RUN(test_deep);
  RUN(test_speed);
  RUN(test_refused);
  RUN(test_because_text);
  RUN(test_because_part);
  return check_result();
}
