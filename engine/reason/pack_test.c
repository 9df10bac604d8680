/* A pack's own cases: each is audited, and held against what the pack says that it should conclude. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/json_document.h"
#include "engine/reason/audit.h"

typedef struct testing {
  pel_pack *pack;
  bool (*each)(void *user, const char *name, bool passed, const char *difference);
  void *user;
  size_t failed;
  bool go;
  pel_status status;
  pel_error *err;
} testing;

static void note(char out[600], const char *what, const char *expected, const char *got) {
  size_t n = strlen(out);
  snprintf(out + n, 600 - n, "%s%s: expected %.150s, got %.150s", n ? "; " : "", what, expected, got);
}

static bool has(char *const *list, size_t n, const char *text) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i], text) == 0) return true;
  return false;
}

/* The same text without the blanks between tokens: "a(1, b)" and "a(1,b)" are one answer. */
static void squeeze(const char *text, char out[400]) {
  size_t n = 0;
  for (; *text && n < 399; text++)
    if (*text != ' ') out[n++] = *text;
  out[n] = 0;
}

static bool has_answer(const pel_audit_result *r, const char *text) {
  char wanted[400], got[400];
  squeeze(text, wanted);
  for (size_t i = 0; i < r->n_answers; i++) {
    squeeze(r->answers[i], got);
    if (strcmp(wanted, got) == 0) return true;
  }
  return false;
}

static pel_status compare(const pel_doc_place *root, const pel_audit_result *r, char out[600], pel_error *err) {
  static const char *const keys[] = {"state", "answers", "missing", "matters", "assumes", "cites", NULL};
  const char *state;
  pel_doc_place list, item;
  size_t n;
  PEL_TRY(pel_doc_is_object(root, err));
  PEL_TRY(pel_doc_known_keys(root, keys, err));
  PEL_TRY(pel_doc_line(root, "state", true, &state, err));
  if (strcmp(state, pel_node_state_name(r->state)) != 0) note(out, "state", state, pel_node_state_name(r->state));
  PEL_TRY(pel_doc_array(root, "answers", false, &list, &n, err));
  for (size_t i = 0; i < n; i++) {
    pel_doc_item(&list, i, &item);
    const char *text = json_object_get_string(item.value);
    if (!has_answer(r, text)) note(out, "answer", text, r->n_answers ? r->answers[0] : "none");
  }
  PEL_TRY(pel_doc_array(root, "missing", false, &list, &n, err));
  for (size_t i = 0; i < n; i++) {
    pel_doc_item(&list, i, &item);
    const char *text = json_object_get_string(item.value);
    if (!has(r->missing, r->n_missing, text)) note(out, "missing", text, r->n_missing ? r->missing[0] : "nothing");
  }
  if (pel_doc_member(root, "matters", &item) && json_object_is_type(item.value, json_type_boolean)) {
    bool any = false;
    for (size_t i = 0; i < r->n_missing; i++) any |= r->matters[i];
    if (any != (bool)json_object_get_boolean(item.value)) note(out, "whether what is missing matters", any ? "no" : "yes", any ? "yes" : "no");
  }
  if (!r->checked) note(out, "the proof", "that it follows", "that it does not");
  return PEL_OK;
}

static pel_status run_one(testing *t, const pel_pack_case *row, char out[600], pel_error *err) {
  pel_case *of;
  struct json_object *json;
  pel_audit_options o = PEL_AUDIT_DEFAULTS;
  pel_audit_result result = {0};
  PEL_TRY(pel_case_parse(row->name, row->text, strlen(row->text), &of, err));
  o.given = of;
  o.pack = t->pack;
  o.retrieve = false;
  pel_status status = pel_audit(&o, &result, err);
  pel_case_close(of);
  PEL_TRY(status);
  status = pel_doc_parse(row->name, row->expected, strlen(row->expected), &json, err);
  pel_doc_place root = {.file = row->name, .path = "expected", .value = json};
  if (status == PEL_OK) {
    status = compare(&root, &result, out, err);
    json_object_put(json);
  }
  pel_audit_result_clear(&result);
  return status;
}

typedef struct kept {
  char *name, *text, *expected;
} kept;

typedef struct kept_list {
  kept *items;
  size_t n;
} kept_list;

static bool keep(void *user, const pel_pack_case *row) {
  kept_list *l = user;
  kept *items = realloc(l->items, (l->n + 1) * sizeof *items);
  if (!items) return false;
  l->items = items;
  items[l->n++] = (kept){strdup(row->name), strdup(row->text), strdup(row->expected)};
  return true;
}

pel_status pel_pack_test(const char *path, bool (*each)(void *user, const char *name, bool passed, const char *difference), void *user, pel_error *err) {
  testing t = {.each = each, .user = user, .go = true};
  kept_list cases = {0};
  PEL_TRY(pel_pack_open(path, &t.pack, err));
  pel_status status = pel_pack_cases(t.pack, keep, &cases, err); /* kept apart: the audits read the pack meanwhile */
  for (size_t i = 0; i < cases.n; i++) {
    kept *k = &cases.items[i];
    char difference[600] = "";
    pel_error one = {0};
    if (status == PEL_OK && t.go && k->name && k->text && k->expected) {
      pel_pack_case row = {.name = k->name, .text = k->text, .expected = k->expected};
      if (run_one(&t, &row, difference, &one) != PEL_OK) snprintf(difference, sizeof difference, "%s", one.text);
      t.failed += *difference != 0;
      t.go = each(user, k->name, !*difference, difference);
    }
    free(k->name), free(k->text), free(k->expected);
  }
  free(cases.items);
  pel_pack_close(t.pack);
  if (status == PEL_OK && t.failed) return pel_fail(err, PEL_ERR_CHECK, "%s: %zu of its %zu cases did not come out as the pack expects", path, t.failed, cases.n);
  return status;
}
