#include "engine/reason/tell.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/calls.h"
#include "engine/logic/utf8.h"

enum { LINE = PEL_TOLD_LINE };

static const char SUPPOSED[] = "so in that case";

/* Control characters, and those that turn what is shown another way or cannot be seen. */
static bool is_unseen(uint32_t c) {
  return c < 32 || (c >= 127 && c < 160) || c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

void pel_told_line(const char *from, char out[PEL_TOLD_LINE]) {
  static const char cut[] = "\xe2\x80\xa6"; /* ... */
  size_t n = 0, bytes;
  uint32_t c;
  if (!from) from = "";
  const char *end = from + strlen(from);
  for (bool whole = true; from < end && n < LINE - 8; from += bytes ? bytes : 1) {
    bytes = pel_utf8_decode(from, end, &c);
    if (!bytes && whole) memcpy(out + n, cut, 3), n += 3;
    else if (bytes && is_unseen(c)) out[n++] = ' ';
    else if (bytes) memcpy(out + n, from, bytes), n += bytes;
    whole = bytes;
  }
  if (from < end) memcpy(out + n, cut, 3), n += 3;
  out[n] = 0;
}

pel_status pel_tell_node(pel_teller *t, pel_node node, int64_t *id) {
  node.weight = node.confidence = node.low = node.high = NAN;
  return pel_tell_rated_node(t, node, id);
}

pel_status pel_tell_rated_node(pel_teller *t, pel_node node, int64_t *id) {
  char says[LINE], note[LINE], term[LINE], by[LINE];
  pel_told_line(node.says, says);
  if (says[0] >= 'a' && says[0] <= 'z') says[0] = (char)(says[0] - 32);
  pel_told_line(node.note, note);
  pel_told_line(node.term, term);
  pel_told_line(node.by, by);
  node.says = says;
  node.note = note;
  node.term = term;
  node.by = by;
  if (!node.date) node.date = "";
  if (!node.event) node.event = "";
  node.id = ++t->n_nodes;
  node.span = t->span;
  *id = node.id;
  return t->sink->put(t->sink->user, PEL_ROW_NODE, &node, t->err);
}

pel_status pel_tell_edge(pel_teller *t, int64_t from, int64_t to, pel_edge_kind kind, const char *label) {
  if (!from || !to || from == to) return PEL_OK;
  for (size_t i = t->n_edges; i-- > 0 && t->n_edges - i < 64;)
    if (t->edges[i].from == from && t->edges[i].to == to && t->edges[i].kind == kind) return PEL_OK;
  pel_edge *edges = pel_grow(t->edges, &t->edges_capacity, t->n_edges + 1, sizeof *edges);
  if (!edges) return pel_fail_memory(t->err, "the tree's edges", sizeof *edges);
  t->edges = edges;
  char line[LINE];
  pel_told_line(label, line);
  char *copy = strdup(line);
  if (!copy) return pel_fail_memory(t->err, "the tree's edges", strlen(line));
  edges[t->n_edges++] = (pel_edge){.from = from, .to = to, .kind = kind, .label = copy, .weight = NAN};
  return PEL_OK;
}

pel_status pel_tell_weighted_edge(pel_teller *t, int64_t from, int64_t to, pel_edge_kind kind, const char *label, double weight) {
  size_t before = t->n_edges;
  PEL_TRY(pel_tell_edge(t, from, to, kind, label));
  if (t->n_edges > before) t->edges[before].weight = weight;
  return PEL_OK;
}

static int by_from(const void *x, const void *y) {
  const pel_edge *a = x, *b = y;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->order > b->order) - (a->order < b->order);
}

pel_status pel_tell_finish(pel_teller *t) {
  for (size_t i = 0; i < t->n_edges; i++) t->edges[i].order = (int32_t)i;
  if (t->n_edges) qsort(t->edges, t->n_edges, sizeof *t->edges, by_from);
  int32_t order = 0;
  for (size_t i = 0; i < t->n_edges; i++) {
    order = i && t->edges[i].from == t->edges[i - 1].from ? order + 1 : 0;
    pel_edge e = t->edges[i];
    e.order = order;
    PEL_TRY(t->sink->put(t->sink->user, PEL_ROW_EDGE, &e, t->err));
  }
  return PEL_OK;
}

bool pel_teller_is_late(const pel_teller *t) {
  return (t->deadline > 0 && pel_clock_seconds() > t->deadline) || (t->cancelled && t->cancelled(t->user));
}

void pel_teller_clear(pel_teller *t) {
  for (size_t i = 0; i < t->n_told; i++) free(t->told[i].key);
  for (size_t i = 0; i < t->n_edges; i++) free((char *)t->edges[i].label);
  free(t->told);
  free(t->told_slots);
  free(t->edges);
  free(t->clause_ids);
  free(t->event_nodes);
  *t = (pel_teller){0};
}

/* The trace's number of a clause of the pack; its passage and source come before it. */
pel_status pel_tell_clause(pel_teller *t, uint32_t clause, int64_t *id, int64_t *passage) {
  const pel_rule_row *r = pel_world_rule(t->w, clause);
  *id = *passage = 0;
  if (!r) return PEL_OK;
  if (r->passage) PEL_TRY(pel_cite_passage(t->cite, r->passage, passage, t->err));
  if (clause >= t->n_clause_ids) {
    int64_t *ids = realloc(t->clause_ids, (size_t)(clause + 1) * sizeof *ids);
    if (!ids) return pel_fail_memory(t->err, "the rules", clause);
    memset(ids + t->n_clause_ids, 0, (clause + 1 - t->n_clause_ids) * sizeof *ids);
    t->clause_ids = ids;
    t->n_clause_ids = clause + 1;
  }
  if (!t->clause_ids[clause]) {
    char label[LINE];
    pel_told_line(r->label, label);
    pel_clause row = {.id = ++t->n_clauses, .label = label, .text = r->text, .passage = *passage, .valid_from = r->from, .valid_to = r->to};
    PEL_TRY(t->sink->put(t->sink->user, PEL_ROW_CLAUSE, &row, t->err));
    t->clause_ids[clause] = row.id;
  }
  *id = t->clause_ids[clause];
  return PEL_OK;
}

static size_t told_slot(const pel_teller *t, const char *key) {
  uint64_t h = 0xcbf29ce484222325u;
  for (const char *c = key; *c; c++) h = (h ^ (unsigned char)*c) * 0x100000001b3u;
  size_t at = (h ^ h >> 29) & t->told_mask;
  while (t->told_slots[at] && strcmp(t->told[t->told_slots[at] - 1].key, key) != 0) at = (at + 1) & t->told_mask;
  return at;
}

static int64_t find_told(const pel_teller *t, const char *key) {
  uint32_t slot = t->told_slots ? t->told_slots[told_slot(t, key)] : 0;
  return slot ? t->told[slot - 1].node : 0;
}

static bool grow_told(pel_teller *t) {
  if (t->told_slots && (t->n_told + 1) * 2 <= t->told_mask) return true;
  size_t size = t->told_slots ? (t->told_mask + 1) * 2 : 256;
  uint32_t *slots = pel_alloc(size, sizeof *slots);
  if (!slots) return false;
  free(t->told_slots);
  t->told_slots = slots;
  t->told_mask = size - 1;
  for (size_t i = 0; i < t->n_told; i++) slots[told_slot(t, t->told[i].key)] = (uint32_t)i + 1;
  return true;
}

pel_status pel_keep_told(pel_teller *t, const char *key, int64_t node) {
  struct pel_told *told = pel_grow(t->told, &t->told_capacity, t->n_told + 1, sizeof *told);
  char *copy = strdup(key);
  if (told) t->told = told;
  if (!told || !copy || !grow_told(t)) return free(copy), pel_fail_memory(t->err, "the tree", sizeof *told);
  t->told_slots[told_slot(t, copy)] = (uint32_t)t->n_told + 1;
  told[t->n_told++] = (struct pel_told){copy, node};
  return PEL_OK;
}

/* The keys under which things are told: of a rule's or fact's instance, of what is assumed or checked not to be so, of what is missing. */
static char *make_key(const char *kind, const char *term) {
  char *key = NULL;
  return asprintf(&key, "%s:%s", kind, term) < 0 ? NULL : key;
}

int64_t pel_told(const pel_teller *t, const char *key) { return find_told(t, key); }

int64_t pel_told_missing(const pel_teller *t, const char *goal) {
  char *key = make_key("?", goal);
  int64_t id = key ? find_told(t, key) : 0;
  free(key);
  return id;
}

pel_status pel_keep_missing(pel_teller *t, const char *goal, int64_t node) {
  char *key = make_key("?", goal);
  pel_status status = key ? pel_keep_told(t, key, node) : pel_fail_memory(t->err, "the tree", strlen(goal));
  free(key);
  return status;
}

/* ---- one event as a node ---- */

typedef struct text {
  char *says, *term;
} text;

static bool phrase_goal(const pel_teller *t, const pel_heap *h, pel_cell goal, bool denied, text *out) {
  pel_text_out says = {.most = 8000}, term = {.most = 1 << 16};
  pel_phrase(t->w, h, goal, denied, &says, NULL);
  pel_write(h, goal, PEL_WRITE_QUOTED, &term);
  out->says = says.text;
  out->term = term.text;
  return says.text && term.text;
}

static void clear_text(text *x) {
  free(x->says);
  free(x->term);
}

static pel_status tell_fact(pel_teller *t, const pel_case_fact *f, const text *x, pel_node_state state, int64_t *id) {
  char note[LINE];
  const char *about = state == PEL_STATE_UNKNOWN && t->about_facts ? t->about_facts[f - pel_case_get_fact(t->w->of, 0)] : "";
  snprintf(note, sizeof note, "%s%s%s%s%s%s%s", f->id, *f->says ? ": " : "", f->says, *f->document ? " \xc2\xb7 " : "", f->document, *about ? "; " : "", about);
  pel_node n = {.kind = PEL_NODE_FACT, .state = state, .says = x->says, .note = note, .term = x->term, .by = *f->by ? f->by : "the case", .date = f->date};
  if (f->to > f->from && t->document) n.document = t->document, n.from = f->from, n.to = f->to;
  return pel_tell_node(t, n, id);
}

/* A rule's instance, or a fact of the case or of the pack. *known: it was told before, with all that is under it. */
static pel_status tell_rule(pel_teller *t, const pel_heap *h, const pel_event *e, bool supposed, int64_t *id, bool *known) {
  const pel_case_fact *f = pel_world_fact(t->w, e->clause);
  int64_t clause = 0, passage = 0;
  text x = {0};
  char number[16], *key = NULL;
  *known = false;
  PEL_TRY(pel_tell_clause(t, e->clause, &clause, &passage));
  snprintf(number, sizeof number, "%u", e->clause);
  if (!phrase_goal(t, h, e->goal, false, &x) || !(key = make_key(number, x.term))) return clear_text(&x), pel_fail_memory(t->err, "the tree", LINE);
  *id = find_told(t, key);
  *known = *id != 0;
  pel_status status = PEL_OK;
  if (!*known) {
    bool bodiless = t->w->program->clauses[e->clause].body == pel_make_atom(PEL_ATOM_TRUE);
    pel_node_state state = supposed ? PEL_STATE_UNKNOWN : PEL_STATE_HOLDS;
    pel_node n = {.kind = bodiless ? PEL_NODE_FACT : PEL_NODE_CLAIM, .state = state, .note = supposed && !bodiless ? SUPPOSED : "", .says = x.says, .term = x.term, .clause = clause, .passage = passage,
                  .by = bodiless && !f ? "the pack" : ""};
    status = f ? tell_fact(t, f, &x, state, id) : pel_tell_node(t, n, id);
    if (status == PEL_OK) status = pel_keep_told(t, key, *id);
  }
  free(key);
  clear_text(&x);
  return status;
}

pel_status pel_tell_case_fact_as(pel_teller *t, size_t fact, const char *says, int64_t *id) {
  const pel_case_fact *f = pel_case_get_fact(t->w->of, fact);
  text x = {.says = (char *)says, .term = (char *)f->name};
  char key[40];
  snprintf(key, sizeof key, "fact %zu", fact);
  PEL_TRY(tell_fact(t, f, &x, PEL_STATE_HOLDS, id));
  return pel_keep_told(t, key, *id);
}

pel_status pel_tell_case_fact(pel_teller *t, size_t fact, int64_t *id) {
  const pel_case_fact *f = pel_case_get_fact(t->w->of, fact);
  char key[40];
  snprintf(key, sizeof key, "fact %zu", fact);
  *id = find_told(t, key);
  if (*id) return PEL_OK;
  for (size_t i = 0; i < t->n_told; i++) {
    char *end;
    unsigned long clause = strtoul(t->told[i].key, &end, 10);
    if (end != t->told[i].key && *end == ':' && pel_world_fact(t->w, (uint32_t)clause) == f) return *id = t->told[i].node, PEL_OK;
  }
  char *words = pel_phrase_fact(t->w, fact, false);
  text x = {.says = words, .term = (char *)f->name};
  pel_status status = words ? tell_fact(t, f, &x, f->known ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN, id) : pel_fail_memory(t->err, "a fact", LINE);
  free(words);
  return status;
}

/* That a goal does not hold is an assumption about the world, unless it is computed: then it is a check, or, of the interpreter's own predicates, nothing to tell. */
typedef enum absence { ABSENT_ASSUMED, ABSENT_CHECKED, ABSENT_SILENT } absence;

/* Whether all that a goal asks for is computed by the language itself or by steps. */
static bool is_computed(const pel_teller *t, const pel_heap *h, pel_cell goal, int depth) {
  goal = pel_deref(h, goal);
  const pel_term_words *entry = pel_phrase_entry(t->w, h, goal);
  if (entry && entry->type == PEL_TERM_STEP) return true;
  if (pel_is_atom(goal)) {
    uint32_t f = pel_functor_find(&t->w->program->symbols, (uint32_t)pel_index(goal), 0), number = f == PEL_NO_SYMBOL ? 0 : t->w->program->symbols.functors[f].predicate;
    return number && (t->w->program->predicates[number - 1].kind == PEL_PREDICATE_BUILTIN || t->w->program->predicates[number - 1].library);
  }
  if (pel_tag(goal) != PEL_TAG_STRUCT || depth > 100) return false;
  const pel_functor f = *pel_functor_of(h, goal);
  const pel_predicate *own = f.predicate ? &t->w->program->predicates[f.predicate - 1] : NULL;
  uint32_t goals = pel_goals_of(pel_atom_text(&t->w->program->symbols, f.atom), f.arity);
  if (goals == UINT32_MAX) return false;
  for (uint32_t i = 0; i < f.arity; i++)
    if ((goals >> i & 1) && !is_computed(t, h, pel_arg(h, goal, i), depth + 1)) return false;
  return goals || (own && (own->kind != PEL_PREDICATE_CLAUSES || own->library) && own->kind != PEL_PREDICATE_UNDEFINED);
}

static absence absence_of(const pel_teller *t, const pel_heap *h, pel_cell goal, bool numbers) {
  const pel_term_words *entry = pel_phrase_entry(t->w, h, goal);
  if (numbers) return ABSENT_CHECKED;
  if (entry && entry->type == PEL_TERM_STEP) return *entry->says ? ABSENT_CHECKED : ABSENT_SILENT;
  return is_computed(t, h, goal, 0) ? ABSENT_SILENT : ABSENT_ASSUMED;
}

bool pel_tells_assumption(const pel_teller *t, const pel_heap *h, pel_cell goal) {
  pel_text_out arithmetic = {.most = 4000};
  bool numbers = pel_phrase_arithmetic(t->w, h, goal, &arithmetic);
  free(arithmetic.text);
  return absence_of(t, h, goal, numbers) == ABSENT_ASSUMED;
}

static uint32_t functor_number(const pel_heap *h, pel_cell goal) {
  if (pel_is_atom(goal)) return pel_functor_find(&h->program->symbols, (uint32_t)pel_index(goal), 0);
  return pel_tag(goal) == PEL_TAG_STRUCT || pel_tag(goal) == PEL_TAG_PATTERN ? (uint32_t)pel_index(*pel_cells_at(h, pel_index(goal))) : PEL_NO_SYMBOL;
}

/* Whether the case says of such a thing that it is not known. A denial is such a thing when what is denied is. */
static bool may_be(const pel_teller *t, const pel_heap *h, pel_cell goal) {
  goal = pel_deref(h, goal);
  const pel_program *p = t->w->program;
  pel_heap constants = {.program = t->w->program};
  bool denial = pel_is_compound(h, goal, PEL_ATOM_NEG, 1);
  uint32_t f = functor_number(h, goal), inner = denial ? functor_number(h, pel_arg(h, goal, 0)) : PEL_NO_SYMBOL, number = f == PEL_NO_SYMBOL ? 0 : p->symbols.functors[f].predicate;
  for (size_t i = 0; number && i < p->predicates[number - 1].n_clauses; i++) {
    const pel_rule_clause *c = &p->clauses[p->predicates[number - 1].clauses[i]];
    if (c->undecided && (!denial || inner == PEL_NO_SYMBOL || functor_number(&constants, pel_cells_at(&constants, pel_index(c->head))[1]) == inner)) return true;
  }
  return false;
}

/* Whether it hangs on what is not known: asked with nothing supposed, the rules come to it. */
static bool hangs_on_unknown(const pel_teller *t, const pel_heap *h, pel_cell goal) {
  pel_text_out query = {.most = 1 << 16};
  pel_logic_limits limits = {100000, (uint64_t)64 << 20, 100000, 1};
  pel_unknowns nothing;
  pel_machine *m = NULL;
  if (t->w->n_unknown == 0 || pel_teller_is_late(t) || pel_world_unknowns(t->w, &nothing, NULL) != PEL_OK) return false;
  bool ok = pel_write(h, goal, PEL_WRITE_QUOTED, &query) && pel_machine_create(t->w->program, &limits, &m, NULL) == PEL_OK;
  if (ok) m->unknowns = &nothing;
  bool stopped = ok && pel_machine_ask(m, query.text, NULL) == PEL_OK && pel_machine_next(m) == PEL_ANSWER_STOPPED && m->stopped == PEL_STOPPED_UNDECIDED;
  pel_machine_destroy(m);
  pel_unknowns_clear(&nothing);
  free(query.text);
  return stopped;
}

/* Nothing found that says ... */
static pel_status tell_absent(pel_teller *t, const pel_heap *h, const pel_event *e, int64_t *id, pel_edge_kind *edge) {
  pel_cell inner = pel_arg(h, e->goal, 0);
  pel_text_out arithmetic = {.most = 4000};
  bool numbers = pel_phrase_arithmetic(t->w, h, inner, &arithmetic);
  absence kind = absence_of(t, h, inner, numbers);
  text x = {0};
  char says[LINE], *key = NULL;
  if (kind == ABSENT_SILENT) return free(arithmetic.text), PEL_OK;
  if (!phrase_goal(t, h, inner, kind == ABSENT_CHECKED && !numbers, &x)) return free(arithmetic.text), clear_text(&x), pel_fail_memory(t->err, "the tree", LINE);
  if (numbers) snprintf(says, sizeof says, "not so: %.1700s", arithmetic.text);
  else snprintf(says, sizeof says, "%s%.1700s", kind == ABSENT_ASSUMED ? "Nothing found that says: " : "", x.says);
  pel_node assumed = {.kind = PEL_NODE_ASSUMPTION, .state = PEL_STATE_ASSUMED, .says = says, .term = x.term, .note = "taken as not so"};
  if (kind == ABSENT_ASSUMED && (may_be(t, h, inner) || hangs_on_unknown(t, h, inner))) assumed.kind = PEL_NODE_CLAIM, assumed.state = PEL_STATE_UNKNOWN, assumed.note = SUPPOSED;
  pel_node checked = {.kind = PEL_NODE_CHECK, .state = PEL_STATE_HOLDS, .says = says, .term = x.term, .note = ""};
  free(arithmetic.text);
  if (kind == ABSENT_ASSUMED) *edge = PEL_EDGE_UNLESS;
  key = make_key(kind == ABSENT_ASSUMED ? "-" : "#", x.term);
  *id = key ? find_told(t, key) : 0;
  pel_status status = key ? PEL_OK : pel_fail_memory(t->err, "the tree", LINE);
  if (status == PEL_OK && !*id) {
    status = pel_tell_node(t, kind == ABSENT_ASSUMED ? assumed : checked, id);
    if (status == PEL_OK) status = pel_keep_told(t, key, *id);
  }
  free(key);
  clear_text(&x);
  return status;
}

static pel_status tell_builtin(pel_teller *t, const pel_heap *h, const pel_event *e, bool supposed, int64_t *id) {
  pel_text_out says = {.most = 4000}, term = {.most = 1 << 16};
  pel_status status = PEL_OK;
  *id = 0;
  if (pel_phrase_arithmetic(t->w, h, e->goal, &says)) {
    pel_write(h, e->goal, PEL_WRITE_QUOTED, &term);
    pel_node n = {.kind = PEL_NODE_CHECK, .state = supposed ? PEL_STATE_UNKNOWN : PEL_STATE_HOLDS, .note = supposed ? SUPPOSED : "", .says = says.text, .term = term.text};
    status = pel_tell_node(t, n, id);
  }
  free(says.text);
  free(term.text);
  return status;
}

static pel_status tell_collect(pel_teller *t, const pel_heap *h, const pel_event *e, int64_t *id) {
  text x = {0};
  size_t n_items = 0;
  char says[LINE];
  for (pel_cell l = pel_arg(h, e->goal, 2); pel_is_compound(h, l, PEL_ATOM_DOT, 2); l = pel_arg(h, l, 1)) n_items++;
  if (!phrase_goal(t, h, pel_arg(h, e->goal, 1), false, &x)) return clear_text(&x), pel_fail_memory(t->err, "the tree", LINE);
  snprintf(says, sizeof says, "All that is found, %zu: %.1600s", n_items, x.says);
  pel_node n = {.kind = PEL_NODE_CLAIM, .state = PEL_STATE_HOLDS, .says = says, .term = x.term, .note = "what nothing says is taken not to be so"};
  pel_status status = pel_tell_node(t, n, id);
  clear_text(&x);
  return status;
}

/* Of the interpreter's own predicates, and those of a pack's machinery, no step is told: what they rest on stands in their place. */
static bool is_passed_over(const pel_teller *t, const pel_heap *h, const pel_event *e) {
  if (e->kind != PEL_EVENT_RULE) return false;
  if (e->clause < t->w->program->n_library) return true;
  const pel_term_words *entry = pel_phrase_entry(t->w, h, e->goal);
  return entry && entry->type == PEL_TERM_STEP && !*entry->says;
}

/* What a step computes within itself is no line of its own; what it assumes is. */
static bool is_within_step(const pel_teller *t, const pel_machine *m, const pel_event *e) {
  if (e->parent == PEL_NO_EVENT || (e->kind != PEL_EVENT_BUILTIN && e->kind != PEL_EVENT_ABSENT)) return false;
  const pel_event *parent = &m->events[e->parent];
  const pel_term_words *entry = parent->kind == PEL_EVENT_RULE ? pel_phrase_entry(t->w, &m->heap, parent->goal) : NULL;
  if (!entry || entry->type != PEL_TERM_STEP) return false;
  return e->kind == PEL_EVENT_BUILTIN || absence_of(t, &m->heap, pel_arg(&m->heap, e->goal, 0), false) != ABSENT_ASSUMED;
}

static pel_status tell_event(pel_teller *t, const pel_machine *m, const pel_event *e, bool supposed, int64_t *id, bool *known, pel_edge_kind *edge) {
  const pel_heap *h = &m->heap;
  *known = false;
  *id = 0;
  *edge = PEL_EDGE_BECAUSE;
  if (is_within_step(t, m, e) || is_passed_over(t, h, e)) return PEL_OK;
  if (e->kind == PEL_EVENT_ABSENT) return tell_absent(t, h, e, id, edge);
  if (e->kind == PEL_EVENT_BUILTIN) return tell_builtin(t, h, e, supposed, id);
  if (e->kind == PEL_EVENT_COLLECT) return tell_collect(t, h, e, id);
  return tell_rule(t, h, e, supposed, id, known);
}

static bool has_unknown(const pel_heap *h, pel_cell goal) {
  for (uint32_t i = 0; pel_tag(goal) == PEL_TAG_STRUCT && i < pel_functor_of(h, goal)->arity; i++)
    if (pel_is_compound(h, pel_arg(h, goal, i), PEL_ATOM_UNKNOWN, 1)) return true;
  return false;
}

/* Which events rest on what is not known: the facts themselves, comparisons with them, and all that uses those. */
static void mark_supposed(const pel_teller *t, const pel_machine *m, bool *supposed) {
  for (size_t i = m->n_events; i-- > 0;) {
    const pel_event *e = &m->events[i];
    bool fact = e->kind == PEL_EVENT_RULE && (t->w->program->clauses[e->clause].undecided || (pel_world_fact(t->w, e->clause) && has_unknown(&m->heap, e->goal)));
    if (fact || (e->kind == PEL_EVENT_BUILTIN && has_unknown(&m->heap, e->goal))) supposed[i] = true;
    if (supposed[i] && e->parent != PEL_NO_EVENT) supposed[e->parent] = true;
  }
}

/* By which rule of the pack an event is a premise of what is above it: where that stands. */
static const char *rule_place(const pel_teller *t, const pel_machine *m, const pel_event *e) {
  for (uint32_t i = e->parent; i != PEL_NO_EVENT; i = m->events[i].parent) {
    const pel_rule_row *r = m->events[i].kind == PEL_EVENT_RULE ? pel_world_rule(t->w, m->events[i].clause) : NULL;
    if (r) return r->passage ? pel_cite_place(t->cite, r->passage) : "";
  }
  return "";
}

pel_status pel_tell_proof(pel_teller *t, const pel_machine *m, int64_t under, uint32_t root) {
  free(t->event_nodes);
  t->n_event_nodes = m->n_events;
  t->event_nodes = pel_alloc(m->n_events + 1, sizeof *t->event_nodes);
  bool *closed = pel_alloc(m->n_events + 1, 1); /* told before, so what is under it is there */
  bool *supposed = pel_alloc(m->n_events + 1, 1);
  pel_status status = t->event_nodes && closed && supposed ? PEL_OK : pel_fail_memory(t->err, "the tree", m->n_events);
  if (status == PEL_OK) mark_supposed(t, m, supposed);
  for (size_t i = 0; status == PEL_OK && i < m->n_events; i++) {
    const pel_event *e = &m->events[i];
    bool top = e->parent == PEL_NO_EVENT;
    int64_t parent = top ? under : t->event_nodes[e->parent], id;
    bool known;
    pel_edge_kind edge;
    if (i == root || (!top && closed[e->parent])) {
      closed[i] = i != root;
      t->event_nodes[i] = parent;
      continue;
    }
    status = tell_event(t, m, e, supposed[i], &id, &known, &edge);
    closed[i] = known;
    t->event_nodes[i] = id ? id : parent;
    if (status == PEL_OK && id) status = pel_tell_edge(t, parent, id, edge, rule_place(t, m, e));
  }
  free(closed);
  free(supposed);
  return status;
}
