#include "src/analysis/tree_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/analysis/model_answer.h"

#define QUOTE_MOST 120 /* bytes of a fact's words that are quoted beside it */
#define N_(String) (String) /* for the catalogue: the window translates them */
#define EN_DASH "\xe2\x80\x93"

const char *pel_state_sentence(pel_node_state state) {
  switch (state) {
    case PEL_STATE_HOLDS: return N_("holds");
    case PEL_STATE_REFUTED: return N_("refuted: its opposite is proved");
    case PEL_STATE_NOT_FOUND: return N_("nothing found that says so");
    case PEL_STATE_UNKNOWN: return N_("not known");
    case PEL_STATE_ASSUMED: return N_("assumed: nothing found that says otherwise");
    case PEL_STATE_EXCLUDED: return N_("not in force on the date of the case");
    case PEL_STATE_OVERRIDDEN: return N_("set aside: an exception applies");
    case PEL_STATE_CONFLICT: return N_("in conflict: both proved and refuted");
    case PEL_STATE_LIKELY: return N_("likely: supported, not proved");
    default: return "";
  }
}

const char *pel_edge_lead(const pel_reasoning *r, const pel_edge *edge) {
  switch (edge->kind) {
    case PEL_EDGE_UNLESS: return N_("Exception: ");
    case PEL_EDGE_CITES: return pel_is_model_answer(r, (uint32_t)(edge->to - 1)) ? "" : N_("Source: ");
    case PEL_EDGE_CONTRADICTS: return N_("Contradicted by: ");
    case PEL_EDGE_WOULD_CHANGE: return N_("Would change it: ");
    case PEL_EDGE_ATTENDED: return N_("Looked at: ");
    default: return "";
  }
}

const char *pel_verdict_words(pel_node_state state, bool assumes) {
  switch (state) {
    case PEL_STATE_HOLDS: return assumes ? "YES, if the facts and the assumptions below hold" : "YES, if the facts below hold";
    case PEL_STATE_REFUTED:
      return assumes ? "NO, if the facts and the assumptions below hold: its opposite is proved" : "NO, if the facts below hold: its opposite is proved";
    case PEL_STATE_UNKNOWN: return "NOT DECIDED";
    case PEL_STATE_NOT_FOUND: return "NOTHING FOUND that says so";
    case PEL_STATE_ASSUMED: return "ASSUMED, nothing found that says otherwise";
    case PEL_STATE_EXCLUDED: return "NO: the rule was not in force on the date of the case";
    case PEL_STATE_OVERRIDDEN: return "NO: an exception applies";
    case PEL_STATE_CONFLICT: return "IN CONFLICT: both proved and refuted";
    case PEL_STATE_LIKELY: return "LIKELY: supported by what is found, not proved";
    default: return "";
  }
}

const char *pel_node_sentence(const pel_node *n) {
  return n->kind == PEL_NODE_CHECK && n->state == PEL_STATE_REFUTED ? N_("does not hold") : pel_state_sentence(n->state);
}

/* ---- what is assumed, missing, in conflict ---- */

static bool is_conclusion(const pel_logic_tree *t, uint32_t v) { return t->reasoning->nodes[v].kind == PEL_NODE_CONCLUSION; }

bool pel_is_assumption(const pel_logic_tree *t, uint32_t v) {
  const pel_node *n = &t->reasoning->nodes[v];
  return n->kind == PEL_NODE_ASSUMPTION || (n->state == PEL_STATE_ASSUMED && !is_conclusion(t, v));
}

bool pel_tree_assumes(const pel_logic_tree *t) {
  for (uint32_t v = 0; v < t->n_nodes; v++)
    if (pel_is_assumption(t, v)) return true;
  return false;
}

bool pel_is_missing(const pel_logic_tree *t, uint32_t v) {
  const pel_node *n = &t->reasoning->nodes[v];
  uint32_t edge = t->nodes[v].edge;
  if (pel_is_assumption(t, v) || (edge != PEL_TREE_NONE && t->reasoning->edges[edge].kind == PEL_EDGE_WOULD_CHANGE)) return false; /* what is only supposed */
  return n->kind == PEL_NODE_QUESTION || (n->kind == PEL_NODE_FACT && n->state == PEL_STATE_UNKNOWN);
}

bool pel_follows(const pel_node *n) {
  return n->clause && (n->kind == PEL_NODE_CLAIM || n->kind == PEL_NODE_CONCLUSION) && (n->state == PEL_STATE_HOLDS || n->state == PEL_STATE_REFUTED);
}

/* A check of a conclusion says what the conclusion says. */
static bool is_about_conclusion(const pel_logic_tree *t, uint32_t v) {
  uint32_t edge = t->nodes[v].edge;
  return t->reasoning->nodes[v].kind == PEL_NODE_CHECK && edge != PEL_TREE_NONE && is_conclusion(t, (uint32_t)(t->reasoning->edges[edge].from - 1));
}

bool pel_is_conflict(const pel_logic_tree *t, uint32_t v) {
  return t->reasoning->nodes[v].state == PEL_STATE_CONFLICT && !is_conclusion(t, v) && !is_about_conclusion(t, v);
}

/* ---- places ---- */

const pel_source *pel_passage_source(const pel_reasoning *r, const pel_passage *p) {
  return p && p->source >= 1 && p->source <= (int64_t)r->n_sources ? &r->sources[p->source - 1] : NULL;
}

const pel_clause *pel_node_clause(const pel_reasoning *r, const pel_node *node) {
  return node->clause >= 1 && node->clause <= (int64_t)r->n_clauses ? &r->clauses[node->clause - 1] : NULL;
}

static const pel_passage *passage_at(const pel_reasoning *r, int64_t id) {
  return id >= 1 && id <= (int64_t)r->n_passages ? &r->passages[id - 1] : NULL;
}

static const pel_passage *own_passage(const pel_reasoning *r, const pel_node *node) {
  const pel_clause *clause = pel_node_clause(r, node);
  const pel_passage *p = clause ? passage_at(r, clause->passage) : NULL;
  return p ? p : passage_at(r, node->passage);
}

const pel_passage *pel_node_passage(const pel_logic_tree *t, uint32_t v) {
  const pel_reasoning *r = t->reasoning;
  const pel_passage *p = own_passage(r, &r->nodes[v]);
  for (uint32_t i = t->out_start[v]; !p && i < t->out_start[v + 1]; i++) {
    const pel_edge *e = &r->edges[t->out[i]];
    if (e->kind == PEL_EDGE_CITES) p = own_passage(r, &r->nodes[e->to - 1]);
  }
  return p;
}

void pel_add_place(pel_string *s, const pel_logic_tree *t, uint32_t v, const pel_source *but) {
  const pel_reasoning *r = t->reasoning;
  const pel_passage *p = pel_node_passage(t, v);
  const pel_clause *clause = pel_node_clause(r, &r->nodes[v]);
  const pel_source *source = pel_passage_source(r, p);
  const char *path = p ? (*p->path ? p->path : p->label) : "", *label = clause ? clause->label : "";
  size_t before = s->size;
  if (source && source != but) pel_string_add_sentence(s, source->title);
  if (*path) {
    if (s->size > before) pel_string_add(s, ", ");
    pel_string_add_sentence(s, path);
  }
  if (*label && strcmp(label, path) != 0) {
    if (s->size > before) pel_string_add(s, ": ");
    pel_string_add_sentence(s, label);
  }
}

/* ---- origins ---- */

bool pel_text_part(const char *text, int64_t from, int64_t to, const char **start, size_t *size) {
  int64_t at = -1;
  const char *p = text, *first = NULL;
  if (from < 0 || to <= from) return false;
  for (;; p++) {
    if (((unsigned char)*p & 0xc0) == 0x80) continue; /* inside a character */
    at++;
    if (at == from) first = p;
    if (at == to || !*p) break;
  }
  if (at != to || !first || first == p) return false;
  *start = first;
  *size = (size_t)(p - first);
  return true;
}

const char *pel_document_words(const char *name) {
  if (!strcmp(name, "text")) return N_("case text");
  if (!strcmp(name, "case")) return N_("case file");
  if (!strcmp(name, "answer")) return N_("the model's answer");
  return name;
}

static void add_span(pel_string *s, const pel_reasoning *r, const pel_node *node, bool quoted) {
  const pel_document *d = &r->documents[node->document - 1];
  const char *start;
  size_t size;
  if (node->to <= node->from) {
    pel_string_add(s, pel_document_words(d->name));
    return;
  }
  quoted = quoted && pel_text_part(d->text, node->from, node->to, &start, &size) && size <= QUOTE_MOST;
  if (quoted) {
    pel_string words = {0};
    pel_string_add_bytes(&words, start, size);
    pel_string_add(s, "\xe2\x80\x9c");
    if (words.text) pel_string_add_sentence(s, words.text);
    pel_string_add(s, "\xe2\x80\x9d (");
    pel_string_clear(&words);
  }
  pel_string_addf(s, "%s, characters %lld" EN_DASH "%lld%s", pel_document_words(d->name), (long long)node->from, (long long)node->to,
                  quoted ? ")" : "");
}

void pel_add_origin(pel_string *s, const pel_reasoning *r, const pel_node *node, bool quoted) {
  size_t before = s->size;
  bool found = node->document >= 1 && node->document <= (int64_t)r->n_documents;
  if (found) add_span(s, r, node, quoted);
  bool said = found && strcmp(node->by, pel_document_words(r->documents[node->document - 1].name)) == 0;
  if (*node->by && !said) {
    pel_string_add(s, s->size > before ? ", " : "");
    pel_string_add_sentence(s, node->by);
  }
  if (*node->date) {
    pel_string_add(s, s->size > before ? ", " : "");
    pel_string_add_sentence(s, node->date);
  }
}

/* ---- passages that were looked up ---- */

void pel_retrieval_counts(const pel_reasoning *r, int64_t span, size_t *found, size_t *weighted) {
  long long candidates = -1, support = -1;
  *found = *weighted = 0;
  for (size_t i = 0; i < r->n_attributes; i++) {
    const pel_attribute *a = &r->attributes[i];
    if (a->span != span) continue;
    if (!strcmp(a->name, "candidates")) candidates = atoll(a->value);
    if (!strcmp(a->name, "support")) support = atoll(a->value);
  }
  for (size_t i = 0; i < r->n_retrieved; i++)
    if (r->retrieved[i].span == span) ++*found, *weighted += r->retrieved[i].weight > 0;
  if (support == (long long)*weighted && candidates >= (long long)*found) *found = (size_t)candidates; /* otherwise the stage counts something else */
}

/* ---- numbers and reviews ---- */

char *pel_share_text(double share, char out[40]) { return pel_format_significant(out, 40, share, 3); }

static const char *percent(char out[32], double share) {
  double v = share * 100;
  return pel_format_fixed(out, 32, v, v > 0 && (v < 1 || (v > 99 && v < 100)) ? 1 : 0);
}

void pel_add_confidence(pel_string *s, const pel_node *node) {
  char a[32], b[32];
  if (!isfinite(node->confidence)) return;
  pel_string_addf(s, "%s %% (", percent(a, node->confidence));
  pel_string_add_sentence(s, node->event);
  pel_string_addf(s, "; 95 %% interval %s to %s %%)", percent(a, node->low), percent(b, node->high));
}

void pel_add_review(pel_string *s, const pel_reasoning *r, int64_t id) {
  for (size_t i = r->n_reviews; i-- > 0;) {
    const pel_review *v = &r->reviews[i];
    if (v->node != id) continue;
    pel_string_addf(s, "%s by %s, %.10s", v->verdict, *v->name ? v->name : "somebody", v->date);
    if (*v->reason) pel_string_add(s, ": ");
    pel_string_add_sentence(s, v->reason);
    return;
  }
}
