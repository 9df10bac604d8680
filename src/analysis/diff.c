#include "src/analysis/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/analysis/diff_align.h"
#include "src/analysis/diff_match.h"
#include "src/analysis/tree_words.h"

const char *pel_diff_subject_name(pel_diff_subject subject) {
  static const char *const names[] = {"conclusion", "fact", "step", "link", "rule", "source", "passage", "text", "lookup"};
  return (unsigned)subject < PEL_DIFF_SUBJECTS ? names[subject] : "";
}

const char *pel_change_name(unsigned bit) {
  static const char *const names[PEL_CHANGES] = {"state", "kind", "words", "binding", "note", "rule", "place", "origin", "confidence", "weight",
                                                 "moved", "text", "version", "dates", "use"};
  for (unsigned i = 0; i < PEL_CHANGES; i++)
    if (bit == 1u << i) return names[i];
  return "";
}

static void add(pel_diff *d, pel_diff_subject subject, uint32_t a, uint32_t b, unsigned what) {
  pel_diff_entry *grown = d->failed ? NULL : pel_grow(d->entries, &d->room, d->n_entries + 1, sizeof *grown);
  if (!grown) {
    d->failed = true;
    return;
  }
  d->entries = grown;
  grown[d->n_entries++] = (pel_diff_entry){subject, a, b, what};
}

/* ---- what differs in a pair ---- */

static unsigned differs(unsigned bit, const char *x, const char *y) { return strcmp(x, y) ? bit : 0; }
static unsigned differ_numbers(unsigned bit, double x, double y) { return x == y || (isnan(x) && isnan(y)) ? 0 : bit; }

static unsigned compare_passages(const pel_reasoning *ra, const pel_passage *x, const pel_reasoning *rb, const pel_passage *y) {
  if (!x || !y) return x == y ? 0 : PEL_CHANGE_PLACE;
  const pel_source *s = pel_passage_source(ra, x), *t = pel_passage_source(rb, y);
  unsigned what = differs(PEL_CHANGE_PLACE, x->path, y->path) | differs(PEL_CHANGE_PLACE, x->text, y->text) |
                  differs(PEL_CHANGE_PLACE, x->valid_from, y->valid_from) | differs(PEL_CHANGE_PLACE, x->valid_to, y->valid_to);
  if (!s || !t) return s == t ? what : what | PEL_CHANGE_PLACE;
  return what | differs(PEL_CHANGE_PLACE, s->title, t->title); /* another version is said of the source, once */
}

static unsigned compare_clauses(const pel_clause *x, const pel_clause *y) {
  if (!x || !y) return x == y ? 0 : PEL_CHANGE_RULE;
  return differs(PEL_CHANGE_RULE, x->label, y->label) | differs(PEL_CHANGE_RULE, x->text, y->text) |
         differs(PEL_CHANGE_RULE, x->valid_from, y->valid_from) | differs(PEL_CHANGE_RULE, x->valid_to, y->valid_to);
}

/* Words of other texts are compared as texts, once, not fact by fact. */
static unsigned compare_origins(const pel_diff *d, const pel_node *x, const pel_node *y) {
  unsigned what = differs(PEL_CHANGE_ORIGIN, x->by, y->by) | differs(PEL_CHANGE_ORIGIN, x->date, y->date);
  if (!x->document || !y->document) return x->document == y->document ? what : what | PEL_CHANGE_ORIGIN;
  const pel_document *p = &d->a->reasoning->documents[x->document - 1], *q = &d->b->reasoning->documents[y->document - 1];
  bool moved = x->to - x->from != y->to - y->from;
  return what | differs(PEL_CHANGE_ORIGIN, p->name, q->name) | (moved ? PEL_CHANGE_ORIGIN : 0);
}

static unsigned compare_places_in_tree(const pel_diff *d, uint32_t a, uint32_t b) {
  const pel_tree_node *x = &d->a->nodes[a], *y = &d->b->nodes[b];
  if (x->parent == PEL_TREE_NONE || y->parent == PEL_TREE_NONE) return x->parent == y->parent ? 0 : PEL_CHANGE_MOVED;
  bool same_edge = d->a->reasoning->edges[x->edge].kind == d->b->reasoning->edges[y->edge].kind;
  return d->of_a[x->parent] == y->parent && same_edge ? 0 : PEL_CHANGE_MOVED;
}

static unsigned compare_nodes(const pel_diff *d, uint32_t a, uint32_t b) {
  const pel_reasoning *ra = d->a->reasoning, *rb = d->b->reasoning;
  const pel_node *x = &ra->nodes[a], *y = &rb->nodes[b];
  unsigned what = (x->state != y->state ? PEL_CHANGE_STATE : 0) | (x->kind != y->kind ? PEL_CHANGE_KIND : 0);
  what |= differs(PEL_CHANGE_WORDS, x->says, y->says) | differs(PEL_CHANGE_BINDING, x->term, y->term) | differs(PEL_CHANGE_NOTE, x->note, y->note);
  what |= compare_clauses(pel_node_clause(ra, x), pel_node_clause(rb, y));
  what |= compare_passages(ra, pel_node_passage(d->a, a), rb, pel_node_passage(d->b, b));
  what |= compare_origins(d, x, y) | compare_places_in_tree(d, a, b);
  what |= differ_numbers(PEL_CHANGE_CONFIDENCE, x->confidence, y->confidence) | differ_numbers(PEL_CHANGE_CONFIDENCE, x->low, y->low) |
          differ_numbers(PEL_CHANGE_CONFIDENCE, x->high, y->high) | differs(PEL_CHANGE_CONFIDENCE, x->event, y->event);
  return what | differ_numbers(PEL_CHANGE_WEIGHT, x->weight, y->weight);
}

static pel_diff_subject subject_of(const pel_node *n) {
  if (n->kind == PEL_NODE_CONCLUSION) return PEL_DIFF_CONCLUSION;
  return n->kind == PEL_NODE_FACT || n->kind == PEL_NODE_QUESTION ? PEL_DIFF_FACT : PEL_DIFF_STEP;
}

/* ---- nodes in reading order ---- */

typedef struct placed { /* an entry with its place in the reading order of both */
  uint32_t order, late, order_b;
  pel_diff_entry entry;
} placed;

static int by_place(const void *x, const void *y) {
  const placed *a = x, *b = y;
  if (a->order != b->order) return a->order < b->order ? -1 : 1;
  if (a->late != b->late) return a->late < b->late ? -1 : 1;
  return a->order_b < b->order_b ? -1 : a->order_b > b->order_b;
}

static size_t place_nodes(const pel_diff *d, placed *out) {
  size_t n = 0;
  for (uint32_t v = 0; v < d->a->n_nodes; v++) {
    uint32_t w = d->of_a[v];
    unsigned what = w == PEL_TREE_NONE ? 0 : compare_nodes(d, v, w);
    if (w == PEL_TREE_NONE || what) out[n++] = (placed){d->a->nodes[v].order, 0, 0, {subject_of(&d->a->reasoning->nodes[v]), v, w, what}};
  }
  for (uint32_t i = 0, anchor = 0; i < d->b->n_nodes; i++) { /* behind the last one before it that is in both */
    uint32_t w = d->b->reading[i], v = d->of_b[w];
    if (v != PEL_TREE_NONE) anchor = d->a->nodes[v].order;
    else out[n++] = (placed){anchor, 1, i, {subject_of(&d->b->reasoning->nodes[w]), PEL_TREE_NONE, w, 0}};
  }
  qsort(out, n, sizeof *out, by_place);
  return n;
}

/* While the next entry stands below the one at hand, that one is a consequence. */
static size_t find_beginning(const pel_diff *d, const placed *p, size_t n) {
  size_t i = 0;
  while (i + 1 < n && p[i].entry.a != PEL_TREE_NONE && p[i + 1].order <= p[i].order + d->a->nodes[p[i].entry.a].n_below) i++;
  return i;
}

static void compare_trees(pel_diff *d) {
  placed *p = pel_alloc((size_t)d->a->n_nodes + d->b->n_nodes, sizeof *p);
  size_t n = p ? place_nodes(d, p) : 0;
  if (!p) d->failed = true;
  for (size_t i = 0; i < n; i++) add(d, p[i].entry.subject, p[i].entry.a, p[i].entry.b, p[i].entry.what);
  d->n_nodes = d->n_entries;
  if (n) d->begins = find_beginning(d, p, n);
  free(p);
}

/* ---- the other tables: by name ---- */

typedef struct table {
  pel_diff *d;
  pel_diff_subject subject;
  unsigned (*compare)(const pel_diff *d, uint32_t a, uint32_t b);
  bool *in_a, *in_b; /* [n] has a pair */
} table;

static void take_row(void *user, uint32_t a, uint32_t b) {
  table *t = user;
  t->in_a[a] = t->in_b[b] = true;
  unsigned what = t->compare(t->d, a, b);
  if (what) add(t->d, t->subject, a, b, what);
}

typedef uint64_t row_key(const pel_reasoning *r, uint32_t i);

static match_item *items_of(const pel_reasoning *r, size_t n, row_key *key) {
  match_item *items = pel_alloc(n + 1, sizeof *items);
  for (size_t i = 0; items && i < n; i++) items[i] = (match_item){key(r, (uint32_t)i), (uint32_t)i};
  return items;
}

static void compare_table(pel_diff *d, pel_diff_subject subject, size_t n_a, size_t n_b, row_key *key,
                          unsigned (*compare)(const pel_diff *, uint32_t, uint32_t)) {
  match_item *a = items_of(d->a->reasoning, n_a, key), *b = items_of(d->b->reasoning, n_b, key);
  table t = {d, subject, compare, pel_alloc(n_a + 1, 1), pel_alloc(n_b + 1, 1)};
  if (a && b && t.in_a && t.in_b) {
    match_pairs(a, n_a, b, n_b, false, take_row, &t);
    for (size_t i = 0; i < n_a; i++)
      if (!t.in_a[i]) add(d, subject, (uint32_t)i, PEL_TREE_NONE, 0);
    for (size_t i = 0; i < n_b; i++)
      if (!t.in_b[i]) add(d, subject, PEL_TREE_NONE, (uint32_t)i, 0);
  } else
    d->failed = true;
  free(a), free(b), free(t.in_a), free(t.in_b);
}

static uint64_t clause_key(const pel_reasoning *r, uint32_t i) {
  const pel_clause *c = &r->clauses[i];
  return match_text(*c->label ? 1 : 2, *c->label ? c->label : c->text);
}
static uint64_t source_key(const pel_reasoning *r, uint32_t i) {
  return match_text(3, *r->sources[i].key ? r->sources[i].key : r->sources[i].title);
}
static uint64_t passage_key(const pel_reasoning *r, uint32_t i) {
  const pel_passage *p = &r->passages[i];
  uint64_t source = p->source ? source_key(r, (uint32_t)(p->source - 1)) : 4;
  return match_text(match_text(source, p->path), *p->path ? "" : p->label);
}
static uint64_t document_key(const pel_reasoning *r, uint32_t i) { return match_text(5, r->documents[i].name); }
static uint64_t retrieved_key(const pel_reasoning *r, uint32_t i) {
  const pel_retrieved *c = &r->retrieved[i];
  return match_text(passage_key(r, (uint32_t)(c->passage - 1)), r->spans[c->span - 1].name);
}

static unsigned compare_rule(const pel_diff *d, uint32_t a, uint32_t b) {
  const pel_clause *x = &d->a->reasoning->clauses[a], *y = &d->b->reasoning->clauses[b];
  return differs(PEL_CHANGE_TEXT, x->text, y->text) | differs(PEL_CHANGE_DATES, x->valid_from, y->valid_from) |
         differs(PEL_CHANGE_DATES, x->valid_to, y->valid_to);
}
static unsigned compare_source(const pel_diff *d, uint32_t a, uint32_t b) {
  const pel_source *x = &d->a->reasoning->sources[a], *y = &d->b->reasoning->sources[b];
  return differs(PEL_CHANGE_VERSION, x->version, y->version) | differs(PEL_CHANGE_TEXT, x->sha256, y->sha256) |
         differs(PEL_CHANGE_WORDS, x->title, y->title);
}
static unsigned compare_passage(const pel_diff *d, uint32_t a, uint32_t b) {
  const pel_passage *x = &d->a->reasoning->passages[a], *y = &d->b->reasoning->passages[b];
  return differs(PEL_CHANGE_TEXT, x->text, y->text) | differs(PEL_CHANGE_DATES, x->valid_from, y->valid_from) |
         differs(PEL_CHANGE_DATES, x->valid_to, y->valid_to);
}
static unsigned compare_document(const pel_diff *d, uint32_t a, uint32_t b) {
  return differs(PEL_CHANGE_TEXT, d->a->reasoning->documents[a].text, d->b->reasoning->documents[b].text);
}
static unsigned compare_retrieved(const pel_diff *d, uint32_t a, uint32_t b) {
  const pel_retrieved *x = &d->a->reasoning->retrieved[a], *y = &d->b->reasoning->retrieved[b];
  return ((x->weight > 0) != (y->weight > 0) ? PEL_CHANGE_USED : 0) | differ_numbers(PEL_CHANGE_WEIGHT, x->weight, y->weight);
}

static void compare_tables(pel_diff *d) {
  const pel_reasoning *a = d->a->reasoning, *b = d->b->reasoning;
  compare_table(d, PEL_DIFF_RULE, a->n_clauses, b->n_clauses, clause_key, compare_rule);
  compare_table(d, PEL_DIFF_SOURCE, a->n_sources, b->n_sources, source_key, compare_source);
  compare_table(d, PEL_DIFF_PASSAGE, a->n_passages, b->n_passages, passage_key, compare_passage);
  compare_table(d, PEL_DIFF_DOCUMENT, a->n_documents, b->n_documents, document_key, compare_document);
  compare_table(d, PEL_DIFF_RETRIEVED, a->n_retrieved, b->n_retrieved, retrieved_key, compare_retrieved);
}

/* ---- edges beside the tree ---- */

static bool in_tree(const pel_logic_tree *t, const pel_edge *e) {
  uint32_t to = (uint32_t)(e->to - 1), edge = t->nodes[to].edge;
  return edge != PEL_TREE_NONE && &t->reasoning->edges[edge] == e;
}

/* Of edges between nodes that are in both: by the first one's numbers. What hangs on a node that is only in one goes with it. */
static match_item *edge_items(const pel_diff *d, bool in_b, size_t *n) {
  const pel_logic_tree *t = in_b ? d->b : d->a;
  match_item *items = pel_alloc(t->reasoning->n_edges + 1, sizeof *items);
  *n = 0;
  for (size_t i = 0; items && i < t->reasoning->n_edges; i++) {
    const pel_edge *e = &t->reasoning->edges[i];
    uint32_t from = (uint32_t)(e->from - 1), to = (uint32_t)(e->to - 1);
    if ((in_b ? d->of_b : d->of_a)[from] == PEL_TREE_NONE || (in_b ? d->of_b : d->of_a)[to] == PEL_TREE_NONE) continue;
    if (in_b) from = d->of_b[from], to = d->of_b[to];
    items[(*n)++] = (match_item){match_number(match_number(from + 1ull, to), e->kind), (uint32_t)i};
  }
  return items;
}

static unsigned compare_edge(const pel_diff *d, uint32_t a, uint32_t b) {
  const pel_edge *x = &d->a->reasoning->edges[a], *y = &d->b->reasoning->edges[b];
  return differs(PEL_CHANGE_WORDS, x->label, y->label) | differ_numbers(PEL_CHANGE_WEIGHT, x->weight, y->weight);
}

static void compare_edges(pel_diff *d) {
  size_t n_a, n_b;
  match_item *a = edge_items(d, false, &n_a), *b = edge_items(d, true, &n_b);
  table t = {d, PEL_DIFF_EDGE, compare_edge, pel_alloc(d->a->reasoning->n_edges + 1, 1), pel_alloc(d->b->reasoning->n_edges + 1, 1)};
  if (a && b && t.in_a && t.in_b) {
    match_pairs(a, n_a, b, n_b, false, take_row, &t);
    for (size_t i = 0; i < n_a; i++)
      if (!t.in_a[a[i].index] && !in_tree(d->a, &d->a->reasoning->edges[a[i].index])) add(d, PEL_DIFF_EDGE, a[i].index, PEL_TREE_NONE, 0);
    for (size_t i = 0; i < n_b; i++)
      if (!t.in_b[b[i].index] && !in_tree(d->b, &d->b->reasoning->edges[b[i].index])) add(d, PEL_DIFF_EDGE, PEL_TREE_NONE, b[i].index, 0);
  } else
    d->failed = true;
  free(a), free(b), free(t.in_a), free(t.in_b);
}

/* ---- whole ---- */

static int by_row(const void *x, const void *y) {
  const pel_diff_entry *a = x, *b = y;
  if (a->subject != b->subject) return a->subject < b->subject ? -1 : 1;
  if (a->a != b->a) return a->a < b->a ? -1 : 1;
  return a->b < b->b ? -1 : a->b > b->b;
}

static bool start(pel_diff *d) {
  d->of_a = pel_alloc(d->a->n_nodes, sizeof *d->of_a);
  d->of_b = pel_alloc(d->b->n_nodes, sizeof *d->of_b);
  if (!d->of_a || !d->of_b) return false;
  memset(d->of_a, 0xff, d->a->n_nodes * sizeof *d->of_a); /* PEL_TREE_NONE */
  memset(d->of_b, 0xff, d->b->n_nodes * sizeof *d->of_b);
  return diff_align(d);
}

pel_status pel_diff_build(const pel_logic_tree *a, const pel_logic_tree *b, pel_diff **out, pel_error *err) {
  pel_diff *d = pel_alloc(1, sizeof *d);
  if (!d) return pel_fail_memory(err, "a comparison", sizeof *d);
  d->a = a;
  d->b = b;
  d->failed = !start(d);
  if (!d->failed) {
    compare_trees(d);
    compare_edges(d);
    compare_tables(d);
    if (d->n_entries > d->n_nodes) qsort(d->entries + d->n_nodes, d->n_entries - d->n_nodes, sizeof *d->entries, by_row);
  }
  if (d->failed) {
    pel_diff_free(d);
    return pel_fail_memory(err, "a comparison", ((size_t)a->n_nodes + b->n_nodes) * sizeof(pel_diff_entry));
  }
  *out = d;
  return PEL_OK;
}

void pel_diff_free(pel_diff *d) {
  if (!d) return;
  free(d->of_a);
  free(d->of_b);
  free(d->entries);
  free(d);
}

/* ---- tokens ---- */

pel_status pel_diff_tokens_find(pel_trace *a, pel_trace *b, pel_diff_tokens *out, pel_error *err) {
  uint32_t n_a = pel_trace_get_info(a)->n_tokens, n_b = pel_trace_get_info(b)->n_tokens;
  *out = (pel_diff_tokens){.compared = n_a && n_b};
  if (!out->compared) return PEL_OK;
  for (; out->position < n_a && out->position < n_b; out->position++) {
    pel_trace_token x, y;
    PEL_TRY(pel_trace_get_token(a, out->position, &x, err));
    PEL_TRY(pel_trace_get_token(b, out->position, &y, err));
    if (x.id != y.id || x.piece_size != y.piece_size || memcmp(x.piece, y.piece, x.piece_size)) break;
  }
  out->differ = out->position < n_a || out->position < n_b;
  return PEL_OK;
}
