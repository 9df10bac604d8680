#include "src/core/contrast.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/core/diff_parts.h"

/* That it stands elsewhere, or weighs more, is no difference for a reader. */
static bool is_slight(const pel_diff_entry *e) {
  return e->subject == PEL_DIFF_EDGE || (e->subject <= PEL_DIFF_STEP && e->what && !(e->what & ~(unsigned)(PEL_CHANGE_WEIGHT | PEL_CHANGE_MOVED)));
}

static pel_status mark(pel_contrast *c, pel_error *err) {
  const pel_diff *d = c->diff;
  c->marks_a = pel_alloc(d->a->n_nodes + 1, sizeof *c->marks_a);
  c->marks_b = pel_alloc(d->b->n_nodes + 1, sizeof *c->marks_b);
  if (!c->marks_a || !c->marks_b) return pel_fail_memory(err, "a comparison", d->a->n_nodes);
  for (size_t i = 0; i < d->n_nodes; i++) {
    const pel_diff_entry *e = &d->entries[i];
    const pel_node *x = e->a == PEL_TREE_NONE ? NULL : &d->a->reasoning->nodes[e->a], *y = e->b == PEL_TREE_NONE ? NULL : &d->b->reasoning->nodes[e->b];
    pel_mark_kind kind = !x || !y ? PEL_MARK_ALONE : e->what & PEL_CHANGE_STATE ? PEL_MARK_STATE : is_slight(e) ? PEL_MARK_NONE : PEL_MARK_OTHER;
    if (x) c->marks_a[e->a] = (pel_mark){kind, y ? y->state : x->state, c->marks_a[e->a].missing};
    if (y) c->marks_b[e->b] = (pel_mark){kind, x ? x->state : y->state, c->marks_b[e->b].missing};
    c->n_steps += e->subject != PEL_DIFF_CONCLUSION && kind != PEL_MARK_NONE;
  }
  return PEL_OK;
}

/* The parent of what is only there, where it is here as well, says how many it lacks. */
static void count_missing(const pel_logic_tree *there, const uint32_t *pairs, pel_mark *here) {
  for (uint32_t v = 0; v < there->n_nodes; v++) {
    uint32_t parent = there->nodes[v].parent;
    if (pairs[v] == PEL_TREE_NONE && parent != PEL_TREE_NONE && pairs[parent] != PEL_TREE_NONE) here[pairs[parent]].missing++;
  }
}

/* A rule by its name alone: how it is written is for the inspector. */
static void says(pel_string *s, const pel_comparison *words, const pel_diff_entry *e, bool in_b) {
  const pel_reasoning *r = in_b ? words->b.reasoning : words->a.reasoning;
  uint32_t i = in_b ? e->b : e->a;
  if (e->subject == PEL_DIFF_RULE && i != PEL_TREE_NONE && *r->clauses[i].label) pel_string_add_sentence(s, r->clauses[i].label);
  else comparison_says(s, words, e, in_b);
}

static pel_status write_lines(pel_contrast *c, pel_error *err) {
  const pel_diff *d = c->diff;
  pel_comparison words = {.a = {.reasoning = c->a->reasoning, .tree = c->a->tree}, .b = {.reasoning = c->b->reasoning, .tree = c->b->tree}};
  c->lines = pel_alloc(d->n_entries + 1, sizeof *c->lines);
  if (!c->lines) return pel_fail_memory(err, "a comparison", d->n_entries);
  for (size_t i = 0; i < d->n_entries; i++) {
    const pel_diff_entry *e = &d->entries[i];
    pel_string a = {0}, b = {0};
    bool node = i < d->n_nodes;
    if (i == d->begins) c->begins = c->n_lines;
    if (is_slight(e)) continue;
    c->n_nodes += node;
    says(&a, &words, e, false), says(&b, &words, e, true);
    pel_contrast_line *l = &c->lines[c->n_lines++];
    *l = (pel_contrast_line){.subject = e->subject, .what = e->what, .node_a = node && e->a != PEL_TREE_NONE ? (int64_t)e->a + 1 : 0,
                             .node_b = node && e->b != PEL_TREE_NONE ? (int64_t)e->b + 1 : 0, .says_a = pel_string_take(&a), .says_b = pel_string_take(&b)};
    if (!l->says_a) l->says_a = strdup("");
    if (!l->says_b) l->says_b = strdup("");
  }
  return PEL_OK;
}

pel_status pel_contrast_make(const pel_reasoned *a, const pel_reasoned *b, pel_contrast **out, pel_error *err) {
  pel_contrast *c = pel_alloc(1, sizeof *c);
  if (!c) return pel_fail_memory(err, "a comparison", sizeof *c);
  c->a = a, c->b = b;
  pel_status status = pel_diff_build(a->tree, b->tree, &c->diff, err);
  if (status == PEL_OK) status = mark(c, err);
  if (status == PEL_OK) status = write_lines(c, err);
  if (status == PEL_OK) {
    count_missing(a->tree, c->diff->of_a, c->marks_b);
    count_missing(b->tree, c->diff->of_b, c->marks_a);
    *out = c;
  } else
    pel_contrast_free(c);
  return status;
}

void pel_contrast_free(pel_contrast *c) {
  if (!c) return;
  for (size_t i = 0; i < c->n_lines; i++) free(c->lines[i].says_a), free(c->lines[i].says_b);
  pel_diff_free(c->diff);
  free(c->lines), free(c->marks_a), free(c->marks_b);
  free(c);
}

int64_t pel_contrast_other(const pel_contrast *c, bool in_b, int64_t node) {
  const pel_logic_tree *t = in_b ? c->b->tree : c->a->tree;
  if (node < 1 || node > t->n_nodes) return 0;
  uint32_t other = (in_b ? c->diff->of_b : c->diff->of_a)[node - 1];
  return other == PEL_TREE_NONE ? 0 : (int64_t)other + 1;
}

int64_t pel_contrast_nearest(const pel_contrast *c, bool in_b, int64_t node) {
  const pel_logic_tree *t = in_b ? c->b->tree : c->a->tree;
  while (node >= 1 && node <= t->n_nodes) {
    int64_t other = pel_contrast_other(c, in_b, node);
    if (other) return other;
    node = t->nodes[node - 1].parent == PEL_TREE_NONE ? 0 : (int64_t)t->nodes[node - 1].parent + 1;
  }
  return 0;
}
