#include "engine/reason/expected.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/expected.h"

static void put(pel_text_out *out, const char *text) { pel_put(out, text, strlen(text)); }

static void note(pel_text_out *out, const char *what, const char *expected, const char *got) {
  const char *const parts[] = {out->size ? "; " : "", what, ": expected ", expected, ", got ", got};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) put(out, parts[i]);
}

/* The character that counts next: blanks between tokens do not, those within quotes do. */
static char next_char(const char **at, char *quote) {
  while (!*quote && (**at == ' ' || **at == '\n' || **at == '\t')) ++*at;
  char c = **at;
  if (!c) return 0;
  ++*at;
  if (*quote ? c == *quote : c == '\'' || c == '"') *quote = *quote ? 0 : c;
  return c;
}

/* "a(1, b)" and "a(1,b)" are one answer. */
static bool same_term(const char *a, const char *b) {
  char in_a = 0, in_b = 0;
  for (;;) {
    char x = next_char(&a, &in_a), y = next_char(&b, &in_b);
    if (x != y) return false;
    if (!x) return true;
  }
}

static void put_all(pel_text_out *out, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (i) put(out, ", ");
    put(out, list[i]);
  }
  if (!n) put(out, "none");
}

/* `whole`: there may be no others. */
static pel_status compare_list(const pel_doc_place *expected, const char *key, const char *what, const char *const *got, size_t n_got, bool whole, pel_text_out *out, pel_error *err) {
  pel_doc_place list;
  size_t n;
  const char *text = "";
  pel_text_out all = {.most = 1 << 20};
  if (!pel_doc_member(expected, key, &list)) return PEL_OK;
  PEL_TRY(pel_doc_array(expected, key, false, &list, &n, err));
  bool *met = pel_alloc(n_got + 1, 1);
  pel_status status = met ? PEL_OK : pel_fail_memory(err, "a comparison", n_got);
  put_all(&all, got, n_got);
  for (size_t i = 0; i < n && status == PEL_OK; i++) {
    bool there = false;
    text = json_object_get_string(json_object_array_get_idx(list.value, i));
    for (size_t j = 0; j < n_got; j++)
      if (same_term(text, got[j])) met[j] = there = true;
    if (!there) note(out, what, text, all.text ? all.text : "");
  }
  for (size_t j = 0; j < n_got && status == PEL_OK && whole; j++)
    if (!met[j]) note(out, what, "no other", got[j]);
  free(met);
  free(all.text);
  return status;
}

/* ---- the tree ---- */

static char *place_of(const pel_reasoning *r, int64_t passage) { /* "lim2003 Abstract" */
  const pel_passage *p = &r->passages[passage - 1];
  const char *key = p->source ? r->sources[p->source - 1].key : "";
  pel_text_out out = {.most = 1 << 20};
  put(&out, key);
  if (*key) put(&out, " ");
  put(&out, p->path);
  if (out.full) return free(out.text), NULL;
  return out.text;
}

/* Places that the nodes cite, each once. A rule that is not in force is named in the tree but is nothing that it rests on: `excluded` takes the places of those alone. */
static pel_status take_cited(const pel_reasoning *r, bool excluded, char **places, size_t *n, pel_error *err) {
  bool *cited = pel_alloc(r->n_passages + 1, 1);
  *n = 0;
  if (!cited) return pel_fail_memory(err, "a comparison", r->n_passages);
  for (size_t i = 0; i < r->n_nodes; i++) {
    const pel_node *node = &r->nodes[i];
    if ((node->state == PEL_STATE_EXCLUDED) != excluded) continue;
    cited[node->passage] = true;
    if (node->clause) cited[r->clauses[node->clause - 1].passage] = true;
  }
  bool ok = true;
  for (size_t i = 1; i <= r->n_passages && ok; i++)
    if (cited[i]) ok = (places[*n] = place_of(r, (int64_t)i)) != NULL, *n += ok;
  free(cited);
  return ok ? PEL_OK : pel_fail_memory(err, "a comparison", r->n_passages);
}

static pel_status compare_places(const pel_doc_place *expected, const char *key, const char *what, const pel_reasoning *r, bool excluded, pel_text_out *out, pel_error *err) {
  char **places = pel_alloc(r->n_passages + 1, sizeof *places);
  size_t n = 0;
  pel_status status = places ? take_cited(r, excluded, places, &n, err) : pel_fail_memory(err, "a comparison", r->n_passages);
  if (status == PEL_OK) status = compare_list(expected, key, what, (const char *const *)places, n, false, out, err);
  for (size_t i = 0; i < n; i++) free(places[i]);
  free(places);
  return status;
}

static pel_status compare_tree(const pel_doc_place *expected, const pel_reasoning *r, pel_text_out *out, pel_error *err) {
  const char **assumed = pel_alloc(r->n_nodes + 1, sizeof *assumed);
  size_t n_assumed = 0;
  if (!assumed) return pel_fail_memory(err, "a comparison", r->n_nodes);
  for (size_t i = 0; i < r->n_nodes; i++)
    if (r->nodes[i].kind == PEL_NODE_ASSUMPTION) assumed[n_assumed++] = r->nodes[i].term;
  pel_status status = compare_list(expected, "assumes", "assumed", assumed, n_assumed, false, out, err);
  free(assumed);
  if (status == PEL_OK) status = compare_places(expected, "cites", "cited", r, false, out, err);
  return status == PEL_OK ? compare_places(expected, "not_in_force", "not in force", r, true, out, err) : status;
}

bool pel_expected_needs_tree(const pel_doc_place *expected) {
  pel_doc_place at;
  static const char *const keys[] = {"cites", "assumes", "not_in_force"};
  bool any = false;
  for (size_t i = 0; i < 3 && json_object_is_type(expected->value, json_type_object); i++) any |= pel_doc_member(expected, keys[i], &at);
  return any;
}

pel_status pel_expected_compare(const pel_doc_place *expected, const pel_audit_result *r, const pel_reasoning *tree, pel_text_out *out, pel_error *err) {
  const char *state;
  pel_doc_place matters;
  PEL_TRY(pel_expected_check(expected, err));
  PEL_TRY(pel_doc_line(expected, "state", true, &state, err));
  if (strcmp(state, pel_node_state_name(r->state)) != 0) note(out, "state", state, pel_node_state_name(r->state));
  PEL_TRY(compare_list(expected, "answers", "answer", (const char *const *)r->answers, r->n_answers, true, out, err));
  PEL_TRY(compare_list(expected, "missing", "missing", (const char *const *)r->missing, r->n_missing, true, out, err));
  if (pel_doc_member(expected, "matters", &matters)) {
    bool any = false;
    for (size_t i = 0; i < r->n_missing; i++) any |= r->matters[i];
    if (any != (bool)json_object_get_boolean(matters.value)) note(out, "whether what is missing matters", any ? "no" : "yes", any ? "yes" : "no");
  }
  if (tree) PEL_TRY(compare_tree(expected, tree, out, err));
  if (!r->checked) note(out, "the proof", "that it follows", "that it does not");
  return out->full ? pel_fail_memory(err, "a comparison", out->size) : PEL_OK;
}
