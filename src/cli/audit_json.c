/* What an audit concluded, as JSON: the conclusion, the tree line by line, what is assumed and missing, and what would change it. */
#include "src/cli/audit_json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/analysis/logic_tree.h"
#include "src/analysis/model_answer.h"
#include "src/analysis/tree_words.h"

static struct json_object *strings(char *const *list, size_t n) {
  struct json_object *o = json_object_new_array();
  for (size_t i = 0; i < n; i++) json_object_array_add(o, json_object_new_string(list[i]));
  return o;
}

static struct json_object *number(double v) {
  char text[40];
  return json_object_new_double_s(v, pel_format_double(text, sizeof text, v));
}

/* A fact by its id, a passage by its place; the share of the answer's attention on it. */
static struct json_object *looked_at(const pel_reasoning *r, const pel_edge *e) {
  struct json_object *o = json_object_new_object();
  const pel_node *to = &r->nodes[e->to - 1];
  const pel_passage *p = to->passage >= 1 && to->passage <= (int64_t)r->n_passages ? &r->passages[to->passage - 1] : NULL;
  bool passage = pel_looked_at_passage(r, e);
  json_object_object_add(o, passage ? "passage" : "fact", json_object_new_string(!passage ? e->label : p ? p->path : ""));
  json_object_object_add(o, "says", json_object_new_string(to->says));
  if (to->state != PEL_STATE_HOLDS) json_object_object_add(o, "state", json_object_new_string(pel_node_state_name(to->state)));
  json_object_object_add(o, "weight", number(e->weight));
  return o;
}

/* NULL without a model. */
static struct json_object *model_json(const pel_reasoning *r) {
  pel_model_answer a;
  if (!pel_model_answer_read(r, 0, &a)) return NULL;
  struct json_object *o = json_object_new_object(), *list = json_object_new_array();
  json_object_object_add(o, "name", json_object_new_string(a.model));
  json_object_object_add(o, "answer", json_object_new_string(a.text));
  json_object_object_add(o, "claim", json_object_new_string(a.claim));
  json_object_object_add(o, "attention_on_facts", number(a.on_facts));
  json_object_object_add(o, "attention_on_passages", number(a.on_passages));
  for (size_t i = 0; i < a.n_looked; i++) json_object_array_add(list, looked_at(r, a.looked[i]));
  json_object_object_add(o, "attention", list);
  pel_model_answer_clear(&a);
  return o;
}

static void add_text(struct json_object *o, const char *key, const char *text) { json_object_object_add(o, key, json_object_new_string(text ? text : "")); }

/* As the calling tree has it: "1.2"; of a reference the number that it refers to. */
static struct json_object *line_of(const pel_logic_tree *t, const pel_tree_item *item) {
  const pel_reasoning *r = t->reasoning;
  const pel_node *n = &r->nodes[item->node];
  struct json_object *o = json_object_new_object();
  char text[PEL_TREE_NUMBER];
  pel_string part = {0};
  add_text(o, "number", pel_tree_number(t, item->node, text));
  json_object_object_add(o, "depth", json_object_new_uint64(item->depth));
  add_text(o, "because", item->edge == PEL_TREE_NONE ? "" : pel_edge_kind_name(r->edges[item->edge].kind));
  if (item->kind == PEL_ITEM_REFERENCE) return json_object_object_add(o, "see", json_object_new_boolean(true)), add_text(o, "says", n->says), o;
  add_text(o, "kind", pel_node_kind_name(n->kind));
  add_text(o, "state", pel_node_state_name(n->state));
  add_text(o, "says", n->says);
  add_text(o, "note", n->note);
  pel_add_place(&part, t, item->node, NULL);
  add_text(o, "source", part.text);
  pel_string_clear(&part);
  pel_add_origin(&part, r, n, true);
  add_text(o, "origin", part.text);
  pel_string_clear(&part);
  pel_add_confidence(&part, n);
  if (part.size || pel_follows(n)) add_text(o, "confidence", part.size ? part.text : PEL_FOLLOWS);
  pel_string_clear(&part);
  return o;
}

/* The whole tree, whatever its size. */
static pel_status add_tree(struct json_object *o, const pel_reasoning *r, pel_error *err) {
  pel_logic_tree *t;
  struct json_object *lines = json_object_new_array(), *assumed = json_object_new_array(), *change = json_object_new_array();
  pel_status status = pel_logic_tree_build(r, &t, err);
  if (status == PEL_OK) status = pel_logic_tree_cover(t, 1, err);
  if (status == PEL_OK) status = pel_logic_tree_update(t, err);
  for (uint32_t i = 0; status == PEL_OK && i < t->n_items; i++)
    if (t->items[i].edge == PEL_TREE_NONE || r->edges[t->items[i].edge].kind != PEL_EDGE_WOULD_CHANGE) json_object_array_add(lines, line_of(t, &t->items[i]));
  for (uint32_t v = 0; status == PEL_OK && v < t->n_nodes; v++)
    if (pel_is_assumption(t, v)) json_object_array_add(assumed, json_object_new_string(r->nodes[v].says));
  for (size_t i = 0; i < r->n_edges; i++)
    if (r->edges[i].kind == PEL_EDGE_WOULD_CHANGE) json_object_array_add(change, json_object_new_string(r->edges[i].label));
  json_object_object_add(o, "assumed", assumed);
  json_object_object_add(o, "would_change", change);
  json_object_object_add(o, "tree", lines);
  pel_logic_tree_free(t);
  return status;
}

pel_status cli_audit_json(const pel_audit_result *r, pel_trace *trace, const pel_reasoning *reasoning, const char *output, pel_error *err) {
  struct json_object *o = json_object_new_object(), *missing = json_object_new_array();
  add_text(o, "question", pel_trace_provenance(trace, "question"));
  json_object_object_add(o, "state", json_object_new_string(pel_node_state_name(r->state)));
  json_object_object_add(o, "says", json_object_new_string(r->says ? r->says : ""));
  json_object_object_add(o, "reason", json_object_new_string(r->reason ? r->reason : ""));
  json_object_object_add(o, "answers", strings(r->answers, r->n_answers));
  for (size_t i = 0; i < r->n_missing; i++) {
    struct json_object *m = json_object_new_object();
    json_object_object_add(m, "fact", json_object_new_string(r->missing[i]));
    json_object_object_add(m, "matters", json_object_new_boolean(r->matters[i]));
    json_object_array_add(missing, m);
  }
  json_object_object_add(o, "missing", missing);
  json_object_object_add(o, "warnings", strings(r->warnings, r->n_warnings));
  json_object_object_add(o, "proof_steps", json_object_new_uint64(r->n_steps));
  json_object_object_add(o, "proof_assumptions", json_object_new_uint64(r->n_assumptions));
  json_object_object_add(o, "proof_checked", json_object_new_boolean(r->checked));
  json_object_object_add(o, "runs", json_object_new_uint64(r->runs));
  json_object_object_add(o, "model", model_json(reasoning));
  json_object_object_add(o, "trace", output ? json_object_new_string(output) : NULL);
  const char *hash = pel_trace_get_info(trace)->hash, *advice = pel_trace_parameter(trace, "pack.advice");
  json_object_object_add(o, "hash", *hash ? json_object_new_string(hash) : NULL);
  pel_status status = add_tree(o, reasoning, err);
  add_text(o, "advice", advice && *advice ? advice : "This is no advice.");
  if (status == PEL_OK) puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
  return status;
}

