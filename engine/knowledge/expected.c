#include "engine/knowledge/expected.h"

#include <string.h>

#include "engine/base/status.h"

/* What an audit may conclude, in the words that a trace has for it. */
static const char *const states[] = {"holds", "refuted", "not found", "unknown", "conflict", "likely", NULL};

static pel_status check_state(const pel_doc_place *expected, pel_error *err) {
  const char *state;
  pel_doc_place at;
  PEL_TRY(pel_doc_line(expected, "state", true, &state, err));
  for (const char *const *s = states; *s; s++)
    if (strcmp(*s, state) == 0) return PEL_OK;
  pel_doc_member(expected, "state", &at);
  return pel_doc_fail(&at, err, "\"%.40s\" is no conclusion; there are holds, refuted, not found, unknown, conflict and likely", state);
}

static pel_status check_texts(const pel_doc_place *expected, const char *key, pel_error *err) {
  pel_doc_place list, item;
  size_t n;
  PEL_TRY(pel_doc_array(expected, key, false, &list, &n, err));
  for (size_t i = 0; i < n; i++) {
    pel_doc_item(&list, i, &item);
    if (!json_object_is_type(item.value, json_type_string)) return pel_doc_fail(&item, err, "a text in quotes is expected here");
    if (strlen(json_object_get_string(item.value)) != (size_t)json_object_get_string_len(item.value)) return pel_doc_fail(&item, err, "a NUL has no place in a text");
  }
  return PEL_OK;
}

pel_status pel_expected_check(const pel_doc_place *expected, pel_error *err) {
  static const char *const lists[] = {"answers", "missing", "assumes", "cites", "not_in_force"};
  static const char *const keys[] = {"state", "answers", "missing", "matters", "assumes", "cites", "not_in_force", NULL};
  pel_doc_place matters;
  PEL_TRY(pel_doc_is_object(expected, err));
  PEL_TRY(pel_doc_known_keys(expected, keys, err));
  PEL_TRY(check_state(expected, err));
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) PEL_TRY(check_texts(expected, lists[i], err));
  if (pel_doc_member(expected, "matters", &matters) && !json_object_is_type(matters.value, json_type_boolean)) return pel_doc_fail(&matters, err, "true or false is expected here");
  return PEL_OK;
}
