/* A phenopacket as a case, and what is wrong with one. */
#include <pellucid/audit.h>

#include "tests/check.h"

static const char PACKET[] =
    "{\"id\": \"patient 7\", \"subject\": {\"id\": \"s\", \"sex\": \"MALE\"}, \"phenotypicFeatures\": ["
    "{\"type\": {\"id\": \"HP:0001250\", \"label\": \"Seizure\"}, \"onset\": {\"age\": {\"iso8601duration\": \"P1Y\"}}},"
    "{\"type\": {\"id\": \"HP:0001249\", \"label\": \"Intellectual disability\"}, \"excluded\": true},"
    "{\"type\": {\"id\": \"HP:0000252\"}, \"negated\": true}],"
    "\"interpretations\": [{\"diagnosis\": {\"disease\": {\"id\": \"OMIM:1\", \"label\": \"the answer\"}}}],"
    "\"metaData\": {\"created\": \"2024-03-01T09:00:00.5Z\"}}";

static void features_become_findings(void) {
  pel_case *c = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_case_parse("p.json", PACKET, strlen(PACKET), &c, &err) == PEL_OK, "%s", err.text);
  if (!c) return;
  const pel_case_info *i = pel_case_get_info(c);
  CHECK_STR(i->title, "patient 7");
  CHECK_STR(i->as_of, "2024-03-01");
  CHECK_STR(i->question, "diagnosis(Disease)");
  CHECK_STR(i->json, PACKET); /* as given */
  CHECK(i->n_facts == 3);
  const pel_case_fact *f = pel_case_get_fact(c, 0), *g = pel_case_get_fact(c, 1), *h = pel_case_get_fact(c, 2);
  CHECK_STR(f->name, "finding('HP:0001250')");
  CHECK_STR(f->says, "Seizure");
  CHECK(f->known && !f->denied && g->known && g->denied && h->denied);
  CHECK_STR(h->says, "");
  pel_case_close(c);
}

static void refused(const char *json, const char *text) {
  pel_case *c = NULL;
  pel_error err = {0};
  pel_status status = pel_case_parse("p.json", json, strlen(json), &c, &err);
  CHECK_MSG(status == PEL_ERR_INPUT && strstr(err.text, text), "%d, not '%s': %s", (int)status, text, err.text);
  if (status == PEL_OK) pel_case_close(c);
}

static void faults_are_named(void) {
#define META ", \"metaData\": {\"created\": \"2024-03-01T09:00:00Z\"}}"
  refused("{\"phenotypicFeatures\": []}", "metaData");
  refused("{\"phenotypicFeatures\": [], \"metaData\": {\"created\": \"yesterday\"}}", "2024-03-01T09");
  refused("{\"phenotypicFeatures\": [], \"metaData\": {\"created\": \"2024-02-31T09:00:00Z\"}}", "2024-02-31");
  refused("{\"phenotypicFeatures\": {}" META, "$.phenotypicFeatures");
  refused("{\"phenotypicFeatures\": [3]" META, "$.phenotypicFeatures[0]");
  refused("{\"phenotypicFeatures\": [{}]" META, "type");
  refused("{\"phenotypicFeatures\": [{\"type\": {\"id\": \"seizure\"}}]" META, "HP:0001250");
  refused("{\"phenotypicFeatures\": [{\"type\": {\"id\": \"HP:1') :- a, b('\"}}]" META, "HP:0001250");
  refused("{\"phenotypicFeatures\": [{\"type\": {\"id\": \"HP:1\"}, \"excluded\": 1}]" META, "$.phenotypicFeatures[0].excluded");
}

int main(void) {
  RUN(features_become_findings);
  RUN(faults_are_named);
  return check_result();
}
