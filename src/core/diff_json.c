/* The difference of two traces as JSON: its members are in diff_text.h. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/diff_parts.h"

static void add_text(struct json_object *o, const char *name, const char *value) {
  json_object_object_add(o, name, json_object_new_string(value ? value : ""));
}

static void add_taken(struct json_object *o, const char *name, pel_string *part) {
  char *text = pel_string_take(part);
  add_text(o, name, text);
  free(text);
}

static struct json_object *side_json(const pel_comparison *c, const pel_diff_entry *e, bool in_b) {
  const pel_logic_tree *t = in_b ? c->b.tree : c->a.tree;
  uint32_t i = in_b ? e->b : e->a;
  pel_string part = {0};
  char number[PEL_TREE_NUMBER];
  if (i == PEL_TREE_NONE) return NULL;
  struct json_object *o = json_object_new_object();
  if (e->subject <= PEL_DIFF_STEP) {
    json_object_object_add(o, "node", json_object_new_int64((int64_t)i + 1));
    add_text(o, "number", pel_tree_number(t, i, number));
    add_text(o, "state", pel_node_state_name(t->reasoning->nodes[i].state));
    comparison_reason(&part, c, e, in_b);
    add_taken(o, "reason", &part);
  }
  comparison_says(&part, c, e, in_b);
  add_taken(o, "says", &part);
  return o;
}

static struct json_object *entry_json(const pel_comparison *c, const pel_diff_entry *e) {
  struct json_object *o = json_object_new_object(), *what = json_object_new_array();
  add_text(o, "subject", pel_diff_subject_name(e->subject));
  add_text(o, "change", e->a == PEL_TREE_NONE ? "only in b" : e->b == PEL_TREE_NONE ? "only in a" : "changed");
  for (unsigned i = 0; i < PEL_CHANGES; i++)
    if (e->what & 1u << i) json_object_array_add(what, json_object_new_string(pel_change_name(1u << i)));
  json_object_object_add(o, "what", what);
  json_object_object_add(o, "a", side_json(c, e, false));
  json_object_object_add(o, "b", side_json(c, e, true));
  return o;
}

static struct json_object *file_json(const compared_side *s) {
  struct json_object *o = json_object_new_object();
  add_text(o, "file", s->name);
  add_text(o, "trace", pel_trace_get_info(s->trace)->hash);
  return o;
}

static struct json_object *counts_json(const pel_diff *d) {
  struct json_object *o = json_object_new_object();
  int64_t n[PEL_DIFF_SUBJECTS] = {0};
  for (size_t i = 0; i < d->n_entries; i++) n[d->entries[i].subject]++;
  for (int i = 0; i < PEL_DIFF_SUBJECTS; i++) json_object_object_add(o, pel_diff_subject_name((pel_diff_subject)i), json_object_new_int64(n[i]));
  return o;
}

static struct json_object *settings_json(const pel_comparison *c) {
  struct json_object *list = json_object_new_array();
  for (size_t i = 0; i < c->n_settings; i++) {
    struct json_object *o = json_object_new_object();
    add_text(o, "name", c->settings[i].name);
    add_text(o, "a", c->settings[i].a);
    add_text(o, "b", c->settings[i].b);
    json_object_array_add(list, o);
  }
  return list;
}

static struct json_object *tokens_json(const pel_comparison *c) {
  if (!c->tokens.differ) return NULL;
  struct json_object *o = json_object_new_object();
  char *a = comparison_token(c, false), *b = comparison_token(c, true);
  json_object_object_add(o, "position", json_object_new_int64(c->tokens.position));
  add_text(o, "a", a);
  add_text(o, "b", b);
  free(a), free(b);
  return o;
}

char *comparison_json(const pel_comparison *c) {
  const pel_diff *d = c->diff;
  struct json_object *o = json_object_new_object(), *changes = json_object_new_array();
  add_text(o, "format", "pellucid diff");
  json_object_object_add(o, "version", json_object_new_int64(1));
  json_object_object_add(o, "a", file_json(&c->a));
  json_object_object_add(o, "b", file_json(&c->b));
  json_object_object_add(o, "same", json_object_new_boolean(pel_comparison_same(c)));
  json_object_object_add(o, "counts", counts_json(d));
  json_object_object_add(o, "first", d->n_nodes ? entry_json(c, &d->entries[0]) : NULL);
  json_object_object_add(o, "begins", d->n_nodes ? entry_json(c, &d->entries[d->begins]) : NULL);
  for (size_t i = 0; i < d->n_entries; i++) json_object_array_add(changes, entry_json(c, &d->entries[i]));
  json_object_object_add(o, "changes", changes);
  json_object_object_add(o, "settings", settings_json(c));
  json_object_object_add(o, "tokens", tokens_json(c));
  const char *text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
  pel_string s = {0};
  if (text) pel_string_add(&s, text), pel_string_add(&s, "\n");
  json_object_put(o);
  return pel_string_take(&s);
}
