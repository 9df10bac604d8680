/* A case that asks a pack's graph, as a form: terms found while their words are typed, findings added, taken away, saved and opened again, links asked for, what is wrong at its place.
 *
 * usage: graph_form_test [X.pack]: of a pack, how long the form and the search of a few words take */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "src/core/case_form.h"
#include "tests/check.h"

static pel_error err;
static char medical[] = "/tmp/graph-form-XXXXXX", drugs[] = "/tmp/graph-form-XXXXXX", ruled[] = "/tmp/graph-form-XXXXXX";

static const pel_entity entities[] = {
    {.key = "HP:0000118", .label = "Phenotypic abnormality", .type = "phenotype", .synonyms = "Organ abnormality"},
    {.key = "HP:0001250", .label = "Seizure", .type = "phenotype", .synonyms = "Epileptic seizure\nFits"},
    {.key = "HP:0002197", .label = "Generalized-onset seizure", .type = "phenotype", .synonyms = "Generalised seizures"},
    {.key = "HP:0000252", .label = "Microcephaly", .type = "phenotype", .synonyms = "Small head"},
    {.key = "HP:0000973", .label = "Cutis laxa of Sj\xc3\xb6gren", .type = "phenotype", .synonyms = ""},
    {.key = "OMIM:1", .label = "Seizure disease", .type = "disease", .synonyms = ""},
    {.key = "OMIM:2", .label = "O'Hara disease", .type = "disease", .synonyms = ""},
};
enum { N_ENTITIES = sizeof entities / sizeof *entities };

static void build(char *path, const char *relation, bool typed, const char *rule) {
  pel_pack_header header = {.name = "g", .title = "G", .version = "1", .language = "en", .advice = "", .generator = "t"};
  pel_pack_builder *b;
  int64_t ids[N_ENTITIES];
  close(mkstemp(path));
  unlink(path);
  CHECK_MSG(pel_pack_builder_create(path, false, &header, &b, &err) == PEL_OK, "%s", err.text);
  for (int i = 0; i < N_ENTITIES; i++) {
    pel_entity e = entities[i];
    if (!typed) e.type = "thing";
    CHECK_MSG(pel_pack_add_entity(b, &e, &ids[i], &err) == PEL_OK, "%s", err.text);
  }
  const pel_relation edges[] = {{.subject = ids[1], .relation = "is_a", .object = ids[0], .qualifier = ""}, {.subject = ids[5], .relation = relation, .object = ids[1], .qualifier = ""},
                                {.subject = ids[6], .relation = relation, .object = ids[3], .qualifier = ""}};
  for (size_t i = 0; i < G_N_ELEMENTS(edges); i++) CHECK_MSG(pel_pack_add_relation(b, &edges[i], NULL, &err) == PEL_OK, "%s", err.text);
  pel_rule row = {.file = "r.pl", .line = 1, .label = "", .text = rule, .valid_from = "", .valid_to = ""};
  if (rule) CHECK_MSG(pel_pack_add_rule(b, &row, NULL, &err) == PEL_OK, "%s", err.text);
  CHECK_MSG(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK, "%s", err.text);
}

static pel_case_form *open_form(const char *path) {
  pel_case_form *f = NULL;
  CHECK_MSG(pel_case_form_open(path, &f, &err) == PEL_OK, "%s", err.text);
  return f;
}

static const char *first(const pel_case_form *f, pel_terms_kind kind, const char *words, guint *all) {
  pel_term_hit hit;
  return pel_pack_terms_search(f->terms, kind, words, &hit, 1, all) ? pel_pack_terms_get(f->terms, hit.term)->key : "";
}

static void test_search(void) {
  pel_case_form *f = open_form(medical);
  guint all;
  CHECK_STR(first(f, PEL_TERMS_FINDINGS, "seiz", &all), "HP:0001250"); /* a label's beginning before a synonym's, no disease */
  CHECK_MSG(all == 2, "%u", all);
  CHECK_STR(first(f, PEL_TERMS_ALL, "seizure", &all), "HP:0001250"); /* the whole label */
  CHECK_MSG(all == 3, "%u", all);
  CHECK_STR(first(f, PEL_TERMS_FINDINGS, "  ONSET  seiz ", NULL), "HP:0002197"); /* in any order, in any case */
  CHECK_STR(first(f, PEL_TERMS_FINDINGS, "cephaly", NULL), "HP:0000252");      /* within a word */
  CHECK_STR(first(f, PEL_TERMS_FINDINGS, "sjogren", NULL), "HP:0000973");      /* without its accent */
  CHECK_STR(first(f, PEL_TERMS_FINDINGS, "hp:0000252", NULL), "HP:0000252");
  CHECK_STR(first(f, PEL_TERMS_FINDINGS, "head seizure", &all), ""); /* not in one name */
  CHECK_STR(first(f, PEL_TERMS_FINDINGS, " ", &all), "");
  CHECK(all == 0);
  pel_term_hit hits[3];
  CHECK(pel_pack_terms_search(f->terms, PEL_TERMS_FINDINGS, "fits", hits, 3, NULL) == 1);
  CHECK_STR(hits[0].synonym, "Fits"); /* by which it was found */
  CHECK(pel_pack_terms_named(f->terms, PEL_TERMS_ALL, "o'hara DISEASE ") == pel_pack_terms_find(f->terms, "OMIM:2"));
  CHECK(pel_pack_terms_named(f->terms, PEL_TERMS_ALL, "fits") == PEL_NO_TERM_ROW); /* a synonym is no name of its own */
  pel_case_form_free(f);
}

static void test_what_can_be_asked(void) {
  pel_case_form *f = open_form(medical), *g = open_form(drugs), *r = open_form(ruled);
  CHECK(f->diagnoses && f->links && f->questions->len == 2);
  CHECK_STR(f->heads[PEL_HEAD_QUESTION], "diagnosis(Disease)"); /* an empty case asks it */
  CHECK(!g->diagnoses && g->links && g->questions->len == 1);
  CHECK_STR(g->heads[PEL_HEAD_QUESTION], "linked(Subject, treats, Object)");
  CHECK(!r->diagnoses && r->links); /* its rules answer that themselves */
  pel_case_form_free(f), pel_case_form_free(g), pel_case_form_free(r);
}

static guint add(pel_case_form *f, const char *key, pel_answer is) { return pel_case_form_add_finding(f, pel_pack_terms_find(f->terms, key), is); }

static void test_findings(void) {
  pel_case_form *f = open_form(medical), *g = open_form(medical);
  pel_case_form_set_head(f, PEL_HEAD_AS_OF, "2024-03-01");
  CHECK(pel_case_form_check(f) == 1 && f->graph_faults[PEL_PLACE_FINDINGS]); /* nothing observed */
  guint seizure = add(f, "HP:0001250", PEL_SAID_YES), head = add(f, "HP:0000252", PEL_SAID_NO);
  CHECK(seizure != head && add(f, "HP:0001250", PEL_SAID_YES) == seizure); /* each once */
  CHECK_STR(pel_case_form_field(f, seizure)->label, "Seizure");
  pel_case_form_set_document(f, seizure, "letter of 3 May");
  pel_case_form_set_says(f, head, "the head is not small");
  pel_case_form_set_date(f, head, "2024-02-01");
  CHECK_MSG(pel_case_form_check(f) == 0, "%u", pel_case_form_check(f));
  char *once = pel_case_form_write(f, NULL);
  CHECK_MSG(strstr(once, "{\"says\": \"Seizure\", \"term\": \"finding('HP:0001250')\", \"value\": true, \"document\": \"letter of 3 May\"}") != NULL, "%s", once ? once : "");
  CHECK_MSG(strstr(once, "{\"says\": \"the head is not small\", \"term\": \"finding('HP:0000252')\", \"value\": false, \"date\": \"2024-02-01\"}") != NULL, "%s", once);
  CHECK(strstr(once, "\"question\": \"diagnosis(Disease)\"") != NULL);
  CHECK_MSG(pel_case_form_read(g, "again", once, strlen(once), &err) == PEL_OK, "%s", err.text);
  char *twice = pel_case_form_write(g, NULL);
  CHECK_STR(once, twice);
  g_free(twice);
  pel_case_form_answer(g, add(g, "HP:0000252", PEL_NOT_SAID), PEL_NOT_SAID, NULL); /* taken away */
  twice = pel_case_form_write(g, NULL);
  CHECK(!strstr(twice, "0000252") && strstr(twice, "0001250"));
  g_free(once), g_free(twice);
  pel_case_form_free(f), pel_case_form_free(g);
}

static void test_phenopacket(void) {
  static const char packet[] = "{\"id\": \"patient 1\", \"phenotypicFeatures\": [{\"type\": {\"id\": \"HP:0001250\", \"label\": \"Seizure\"}}, {\"type\": {\"id\": \"HP:0000252\", \"label\": \"Microcephaly\"}, \"excluded\": true},"
                               "{\"type\": {\"id\": \"HP:9999999\", \"label\": \"Odd thing\"}}], \"metaData\": {\"created\": \"2024-03-01T00:00:00Z\"}}";
  pel_case_form *f = open_form(medical);
  CHECK_MSG(pel_case_form_read(f, "packet", packet, strlen(packet), &err) == PEL_OK, "%s", err.text);
  CHECK(f->fields->len == 3);
  const pel_form_field *odd = pel_case_form_field(f, 2);
  CHECK_STR(odd->label, "Odd thing");
  CHECK_STR(odd->key, "HP:9999999");
  CHECK(pel_case_form_field(f, 1)->now.is == PEL_SAID_NO && pel_case_form_check(f) == 1);
  CHECK_STR(odd->fault ? odd->fault : "", "The pack has no term “HP:9999999”; search for what it has.");
  pel_case_form_answer(f, 2, PEL_NOT_SAID, NULL);
  CHECK(pel_case_form_check(f) == 0);
  char *json = pel_case_form_write(f, NULL);
  CHECK(strstr(json, "\"pellucid_case\": 1") && strstr(json, "finding('HP:0000252')\", \"value\": false") && !strstr(json, "9999999"));
  g_free(json);
  pel_case_form_free(f);
}

static void ask(pel_case_form *f, const char *subject, const char *relation, const char *object) {
  pel_case_form_ask(f, &(pel_form_asked){PEL_ASKS_LINK, {(char *)subject, (char *)relation, (char *)object}});
}

static void test_links(void) {
  pel_case_form *f = open_form(drugs);
  pel_form_asked a;
  pel_case_form_set_head(f, PEL_HEAD_AS_OF, "2024-03-01");
  CHECK(pel_case_form_check(f) == 1 && f->graph_faults[PEL_PLACE_SUBJECT]);
  ask(f, "OMIM:1", "positively correlated with", "");
  CHECK_STR(f->heads[PEL_HEAD_QUESTION], "linked('OMIM:1', 'positively correlated with', Object)");
  CHECK_STR(f->heads[PEL_HEAD_ASKS], "Seizure disease positively correlated with what?");
  CHECK(pel_case_form_check(f) == 1 && f->graph_faults[PEL_PLACE_RELATION]);
  ask(f, "", "treats", "it's \\ odd");
  CHECK_STR(f->heads[PEL_HEAD_QUESTION], "linked(Subject, treats, 'it\\'s \\\\ odd')");
  CHECK(pel_case_form_check(f) == 1);
  CHECK_STR(f->graph_faults[PEL_PLACE_OBJECT], "The pack has no term “it's \\ odd”; search for what it has.");
  pel_case_form_asked(f, &a);
  CHECK(a.kind == PEL_ASKS_LINK && !*a.part[0] && !strcmp(a.part[1], "treats") && !strcmp(a.part[2], "it's \\ odd"));
  pel_form_asked_clear(&a);
  ask(f, "", "treats", "HP:0001250");
  CHECK_STR(f->heads[PEL_HEAD_ASKS], "What treats Seizure?");
  CHECK(pel_case_form_check(f) == 0);
  static const char *const others[] = {"", "linked", "linked(a)", "linked(A, R, B)", "linked(f(x), treats, B)", "linked(a, b, c, d)", "diagnosis(X)", "linked((a"};
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
    pel_case_form_set_head(f, PEL_HEAD_QUESTION, others[i]);
    pel_case_form_asked(f, &a);
    CHECK_MSG(a.kind == PEL_ASKS_RULES && !*a.part[0] && !*a.part[2], "%s", others[i]);
    pel_form_asked_clear(&a);
  }
  pel_case_form_free(f);
}

static void measure(const char *path) {
  static const char *const words[] = {"s", "se", "seizure", "abnormal of", "cephaly", "a e", "hp:00012"};
  double start = pel_clock_seconds();
  pel_case_form *f = open_form(path);
  printf("%u terms: a form in %.0f ms\n", pel_pack_terms_count(f->terms, PEL_TERMS_ALL), 1e3 * (pel_clock_seconds() - start));
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    pel_term_hit hits[30];
    guint all;
    start = pel_clock_seconds();
    pel_pack_terms_search(f->terms, PEL_TERMS_FINDINGS, words[i], hits, 30, &all);
    printf("\"%s\": %u terms in %.2f ms\n", words[i], all, 1e3 * (pel_clock_seconds() - start));
  }
  pel_case_form_free(f);
}

int main(int argc, char **argv) {
  if (argc > 1) return measure(argv[1]), 0;
  build(medical, "has_phenotype", true, NULL);
  build(drugs, "treats", false, NULL);
  build(ruled, "has_phenotype", true, "diagnosis(D) :- finding(D).");
  RUN(test_search);
  RUN(test_what_can_be_asked);
  RUN(test_findings);
  RUN(test_phenopacket);
  RUN(test_links);
  unlink(medical), unlink(drugs), unlink(ruled);
  return check_result();
}
