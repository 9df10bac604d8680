#include "engine/knowledge/phenopacket.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"

enum { MOST_FEATURES = 100000, DATE = 10 };

bool pel_is_phenopacket(const pel_doc_place *root) {
  pel_doc_place place;
  return json_object_is_type(root->value, json_type_object) && pel_doc_member(root, "phenotypicFeatures", &place) && !pel_doc_member(root, "pellucid_case", &place);
}

/* "HP:0001250": what stands between quotes in a term without being quoted itself. */
static bool is_curie(const char *text) {
  const char *colon = strchr(text, ':');
  if (!colon || colon == text || !colon[1] || strlen(text) > 100) return false;
  for (const char *c = text; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr(":_.-", *c)) return false;
  return true;
}

static pel_status read_flag(const pel_doc_place *feature, const char *key, bool *out, pel_error *err) {
  pel_doc_place flag;
  if (!pel_doc_member(feature, key, &flag)) return PEL_OK;
  if (!json_object_is_type(flag.value, json_type_boolean)) return pel_doc_fail(&flag, err, "true or false is expected here");
  *out = json_object_get_boolean(flag.value);
  return PEL_OK;
}

static void set_text(struct json_object *o, const char *key, const char *text) { json_object_object_add(o, key, json_object_new_string(text)); }

static pel_status add_feature(const pel_doc_place *feature, struct json_object *facts, pel_error *err) {
  pel_doc_place type;
  const char *id, *label;
  char term[140];
  bool excluded = false;
  PEL_TRY(pel_doc_is_object(feature, err));
  if (!pel_doc_member(feature, "type", &type)) return pel_doc_fail(feature, err, "\"type\" is missing: which finding is it?");
  PEL_TRY(pel_doc_is_object(&type, err));
  PEL_TRY(pel_doc_line(&type, "id", true, &id, err));
  PEL_TRY(pel_doc_line(&type, "label", false, &label, err));
  if (!is_curie(id)) return pel_doc_fail(&type, err, "\"%.60s\" is no identifier such as HP:0001250", id);
  PEL_TRY(read_flag(feature, "excluded", &excluded, err)); /* of version 2 */
  PEL_TRY(read_flag(feature, "negated", &excluded, err));  /* of version 1 */
  snprintf(term, sizeof term, "finding('%s')", id);
  struct json_object *fact = json_object_new_object();
  set_text(fact, "term", term);
  json_object_object_add(fact, "value", json_object_new_boolean(!excluded));
  if (*label) set_text(fact, "says", label);
  set_text(fact, "by", "the phenopacket");
  json_object_array_add(facts, fact);
  return PEL_OK;
}

/* The day of metaData.created, "2024-03-01T09:00:00Z". */
static pel_status read_day(const pel_doc_place *root, char out[DATE + 1], pel_error *err) {
  pel_doc_place meta;
  const char *created;
  if (!pel_doc_member(root, "metaData", &meta)) return pel_doc_fail(root, err, "\"metaData\" is missing: the day on which the case is asked about is its \"created\"");
  PEL_TRY(pel_doc_is_object(&meta, err));
  PEL_TRY(pel_doc_line(&meta, "created", true, &created, err));
  if (strlen(created) < DATE || (created[DATE] && created[DATE] != 'T')) return pel_doc_fail(&meta, err, "\"created\" is no time such as 2024-03-01T09:00:00Z");
  snprintf(out, DATE + 1, "%s", created);
  return PEL_OK;
}

static pel_status add_features(const pel_doc_place *root, struct json_object *facts, pel_error *err) {
  pel_doc_place list, feature;
  size_t n;
  PEL_TRY(pel_doc_array(root, "phenotypicFeatures", true, &list, &n, err));
  if (n > MOST_FEATURES) return pel_doc_fail(&list, err, "%zu features; at most %d are read", n, MOST_FEATURES);
  for (size_t i = 0; i < n; i++) {
    pel_doc_item(&list, i, &feature);
    PEL_TRY(add_feature(&feature, facts, err));
  }
  return PEL_OK;
}

pel_status pel_phenopacket_case(const pel_doc_place *root, struct json_object **out, pel_error *err) {
  char day[DATE + 1];
  const char *id;
  PEL_TRY(pel_doc_line(root, "id", false, &id, err));
  PEL_TRY(read_day(root, day, err));
  struct json_object *c = json_object_new_object(), *facts = json_object_new_array();
  json_object_object_add(c, "pellucid_case", json_object_new_int(1));
  set_text(c, "title", *id ? id : "phenopacket");
  set_text(c, "as_of", day);
  set_text(c, "question", "diagnosis(Disease)");
  set_text(c, "asks", "Which disease explains these findings?");
  json_object_object_add(c, "facts", facts);
  pel_status status = add_features(root, facts, err);
  if (status == PEL_OK) *out = c;
  else json_object_put(c);
  return status;
}
