#include "engine/knowledge/case.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/names.h"
#include "engine/base/status.h"
#include "engine/knowledge/json_document.h"
#include "engine/knowledge/phenopacket.h"
#include "engine/logic/decimal.h"
#include "engine/logic/utf8.h"

enum { MOST_FACTS = 100000 };

static const char *const case_keys[] = {"pellucid_case", "title", "as_of", "question", "asks", "text", "facts", "$schema", NULL};
static const char *const fact_keys[] = {"id", "says", "term", "quantity", "choice", "date_of", "value", "unit", "date", "span", "by", "document", NULL};

/* Which of the four it is. */
static pel_status read_form(const pel_doc_place *at, pel_case_fact *f, pel_error *err) {
  static const char *const forms[] = {"term", "quantity", "choice", "date_of"};
  int found = -1;
  pel_doc_place place;
  for (int i = 0; i < 4; i++) {
    if (!pel_doc_member(at, forms[i], &place)) continue;
    if (found >= 0) return pel_doc_fail(&place, err, "a fact is either a \"%s\" or a \"%s\"; make two facts of it", forms[found], forms[i]);
    found = i;
  }
  if (found < 0) return pel_doc_fail(at, err, "a fact needs one of \"term\", \"quantity\", \"choice\", \"date_of\"");
  f->form = (pel_fact_form)found;
  return pel_doc_line(at, forms[found], true, &f->name, err);
}

static pel_status read_number(const pel_doc_place *at, pel_case_fact *f, pel_error *err) {
  if (!json_object_is_type(at->value, json_type_int) && !json_object_is_type(at->value, json_type_double))
    return pel_doc_fail(at, err, "a number is expected here, or null when it is unknown");
  f->value = json_object_get_string(at->value);
  pel_number n;
  const char *wrong = pel_decimal_parse(f->value, strlen(f->value), &n);
  if (wrong) return pel_doc_fail(at, err, "\"%.40s%s\" %s", f->value, strlen(f->value) > 40 ? "..." : "", wrong);
  pel_number_clear(&n);
  return PEL_OK;
}

static pel_status read_value(const pel_doc_place *at, pel_case_fact *f, pel_error *err) {
  pel_doc_place value;
  bool there = pel_doc_member(at, "value", &value);
  f->known = true;
  f->value = "true";
  if (there && !value.value) return f->known = false, f->value = "", PEL_OK;
  if (f->form == PEL_FACT_TERM) {
    if (!there) return PEL_OK;
    if (!json_object_is_type(value.value, json_type_boolean)) return pel_doc_fail(&value, err, "true, false or null (unknown) is expected here");
    f->denied = !json_object_get_boolean(value.value);
    f->value = f->denied ? "false" : "true";
    return PEL_OK;
  }
  if (!there) return pel_doc_fail(at, err, "\"value\" is missing; null when it is unknown");
  if (f->form == PEL_FACT_QUANTITY) return read_number(&value, f, err);
  return f->form == PEL_FACT_DATE ? pel_doc_date(at, "value", true, &f->value, err) : pel_doc_line(at, "value", true, &f->value, err);
}

static pel_status read_span(const pel_doc_place *at, int64_t length, pel_case_fact *f, pel_error *err) {
  pel_doc_place span;
  if (!pel_doc_member(at, "span", &span)) return PEL_OK;
  bool two = json_object_is_type(span.value, json_type_array) && json_object_array_length(span.value) == 2;
  struct json_object *from = two ? json_object_array_get_idx(span.value, 0) : NULL, *to = two ? json_object_array_get_idx(span.value, 1) : NULL;
  if (!json_object_is_type(from, json_type_int) || !json_object_is_type(to, json_type_int))
    return pel_doc_fail(&span, err, "two numbers are expected here: the first character and the one after the last");
  f->from = json_object_get_int64(from);
  f->to = json_object_get_int64(to);
  if (f->from < 0 || f->to <= f->from || f->to > length)
    return pel_doc_fail(&span, err, "[%lld, %lld] does not lie in the text, which has %lld characters", (long long)f->from, (long long)f->to, (long long)length);
  return PEL_OK;
}

/* `ids`: those of the facts before it. */
static pel_status read_fact(pel_case *c, const pel_doc_place *at, size_t i, int64_t length, pel_names *ids, pel_error *err) {
  pel_case_fact *f = &c->facts[i];
  PEL_TRY(pel_doc_is_object(at, err));
  PEL_TRY(pel_doc_known_keys(at, fact_keys, err));
  PEL_TRY(read_form(at, f, err));
  PEL_TRY(read_value(at, f, err));
  PEL_TRY(pel_doc_line(at, "id", false, &f->id, err));
  PEL_TRY(pel_doc_line(at, "says", false, &f->says, err));
  PEL_TRY(pel_doc_line(at, "unit", false, &f->unit, err));
  PEL_TRY(pel_doc_line(at, "by", false, &f->by, err));
  PEL_TRY(pel_doc_line(at, "document", false, &f->document, err));
  PEL_TRY(pel_doc_date(at, "date", false, &f->date, err));
  pel_doc_place unit;
  if (*f->unit && f->form != PEL_FACT_QUANTITY && pel_doc_member(at, "unit", &unit)) return pel_doc_fail(&unit, err, "only a quantity has a unit");
  if (!*f->id) {
    snprintf(c->ids[i], sizeof c->ids[i], "fact %zu", i + 1);
    f->id = c->ids[i];
  }
  uint32_t number;
  if (!pel_names_number(ids, f->id, &number)) return pel_fail_memory(err, "a case", strlen(f->id));
  if (number != i) return pel_doc_fail(at, err, "a fact before it has the id \"%.60s\", too", f->id);
  return read_span(at, length, f, err);
}

static pel_status read_facts(pel_case *c, const pel_doc_place *facts, size_t n, pel_error *err) {
  int64_t length = (int64_t)pel_utf8_length(c->info.text, strlen(c->info.text));
  pel_names ids = {0};
  pel_status status = PEL_OK;
  for (size_t i = 0; i < n && status == PEL_OK; i++) {
    pel_doc_place fact;
    pel_doc_item(facts, i, &fact);
    status = read_fact(c, &fact, i, length, &ids, err);
    c->info.n_facts = i + (status == PEL_OK);
  }
  pel_names_clear(&ids);
  return status;
}

static pel_status read_case(pel_case *c, const pel_doc_place *root, pel_error *err) {
  pel_doc_place version, facts;
  size_t n;
  PEL_TRY(pel_doc_is_object(root, err));
  PEL_TRY(pel_doc_known_keys(root, case_keys, err));
  if (!pel_doc_member(root, "pellucid_case", &version)) return pel_doc_fail(root, err, "\"pellucid_case\": 1 is missing: is this a case file?");
  if (!json_object_is_type(version.value, json_type_int) || json_object_get_int(version.value) != 1) return pel_doc_fail(&version, err, "only version 1 of the case format is known");
  PEL_TRY(pel_doc_line(root, "title", false, &c->info.title, err));
  PEL_TRY(pel_doc_date(root, "as_of", true, &c->info.as_of, err));
  PEL_TRY(pel_doc_line(root, "question", true, &c->info.question, err));
  PEL_TRY(pel_doc_line(root, "asks", false, &c->info.asks, err));
  PEL_TRY(pel_doc_text(root, "text", false, &c->info.text, err));
  PEL_TRY(pel_doc_array(root, "facts", false, &facts, &n, err));
  if (n > MOST_FACTS) return pel_doc_fail(&facts, err, "%zu facts; at most %d are read", n, MOST_FACTS);
  c->facts = pel_alloc(n + 1, sizeof *c->facts);
  c->ids = pel_alloc(n + 1, sizeof *c->ids);
  if (!c->facts || !c->ids) return pel_fail_memory(err, "a case", n * sizeof *c->facts);
  return read_facts(c, &facts, n, err);
}

static void hash_of(const char *text, char out[65]) {
  struct sha256_ctx sha;
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_init(&sha);
  sha256_update(&sha, strlen(text), (const uint8_t *)text);
  sha256_digest(&sha, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* The case that a phenopacket makes stands in its place. */
static pel_status convert(pel_case *c, pel_doc_place *root, pel_error *err) {
  struct json_object *made;
  PEL_TRY(pel_phenopacket_case(root, &made, err));
  json_object_put(c->root);
  root->value = c->root = made;
  return PEL_OK;
}

pel_status pel_case_parse(const char *name, const char *json, size_t size, pel_case **out, pel_error *err) {
  pel_case *c = pel_alloc(1, sizeof *c);
  if (!c) return pel_fail_memory(err, "a case", sizeof *c);
  c->info = (pel_case_info){"", "", "", "", "", "", "", "", 0};
  pel_status status = pel_doc_parse(name, json, size, &c->root, err);
  pel_doc_place root = {.file = name, .path = "$", .value = c->root};
  if (status == PEL_OK && pel_is_phenopacket(&root)) status = convert(c, &root, err);
  if (status == PEL_OK) status = read_case(c, &root, err);
  if (status == PEL_OK && (!(c->json = strndup(json, size)) || !(c->name = strdup(name)))) status = pel_fail_memory(err, "a case", size);
  if (status != PEL_OK) {
    pel_case_close(c);
    return status;
  }
  hash_of(c->json, c->sha256);
  c->info.json = c->json;
  c->info.name = c->name;
  c->info.sha256 = c->sha256;
  *out = c;
  return PEL_OK;
}

pel_status pel_case_open(const char *path, pel_case **out, pel_error *err) {
  char *text;
  struct json_object *root;
  PEL_TRY(pel_doc_load(path, &text, &root, err));
  json_object_put(root);
  pel_status status = pel_case_parse(path, text, strlen(text), out, err);
  free(text);
  return status;
}

void pel_case_close(pel_case *c) {
  if (!c) return;
  json_object_put(c->root);
  free(c->facts);
  free(c->ids);
  free(c->json);
  free(c->name);
  free(c);
}

const pel_case_info *pel_case_get_info(const pel_case *c) { return &c->info; }
const pel_case_fact *pel_case_get_fact(const pel_case *c, size_t i) { return i < c->info.n_facts ? &c->facts[i] : NULL; }
