#include "tests/unit/pack_source.h"

#include <math.h>
#include <string.h>

const pel_pack_header pack_header = {"tiny", "A tiny pack", "2024.1", "en", "No advice at all.", "the tests"};

const pel_source pack_sources[PACK_SOURCES] = {
    {.key = "irc", .title = "Internal Revenue Code \xc2\xa7 2", .publisher = "Congress", .version = "2016", .url = "https://example.org/irc",
     .licence = "public domain", .retrieved = "2024-02-29", .sha256 = "00ff"},
    {.key = "hpo", .title = "", .publisher = "", .version = "", .url = "", .licence = "", .retrieved = "", .sha256 = ""}};

const pel_passage pack_passages[PACK_PASSAGES] = {
    {.source = 1, .path = "s. 2(a)", .label = "Surviving spouse", .text = "A taxpayer whose spouse died\n\tin either of the two years before.",
     .valid_from = "1954-08-16", .valid_to = "2016-12-31"},
    {.source = 1, .path = "s. 2(b)", .label = "", .text = "Head of a household: the household, its head; THE HOUSEHOLDS' heads.", .valid_from = "", .valid_to = ""},
    {.source = 2, .path = "HP:0001250", .label = "Seizure", .text = "A seizure is an intermittent abnormality of nervous system physiology.",
     .valid_from = "2020-01-01", .valid_to = ""},
    {.source = 2, .path = "HP:1", .label = "", .text = "M\xc3\xa9ni\xc3\xa8re disease, na\xc3\xafve and caf\xc3\xa9", .valid_from = "", .valid_to = "2099-12-31"},
    {.source = 0, .path = "", .label = "", .text = "?!", .valid_from = "", .valid_to = ""},
    {.source = 0, .path = "cjk", .label = "", .text = "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e 45 mmHg", .valid_from = "", .valid_to = ""},
    {.source = 1, .path = "s. 2(c)", .label = "", .text = "The spouse, a spouse, any spouse of the taxpayer", .valid_from = "", .valid_to = ""}};

const pel_entity pack_entities[PACK_ENTITIES] = {{.key = "HP:0001250", .label = "Seizure", .type = "phenotype", .synonyms = "Fit\nEpileptic seizure"},
                                                 {.key = "ORPHA:558", .label = "Marfan syndrome", .type = "disease", .synonyms = ""},
                                                 {.key = "HP:2", .label = "", .type = "", .synonyms = ""},
                                                 {.key = "\xc3\xa9", .label = "e", .type = "letter", .synonyms = ""}};

const pel_relation pack_relations[PACK_RELATIONS] = {
    {.subject = 2, .object = 1, .relation = "has_phenotype", .weight = 0.25, .negated = false, .qualifier = "onset: HP:3", .passage = 3},
    {.subject = 2, .object = 3, .relation = "has_phenotype", .weight = NAN, .negated = true, .qualifier = "", .passage = 0},
    {.subject = 1, .object = 3, .relation = "is_a", .weight = 0, .negated = false, .qualifier = "", .passage = 0},
    {.subject = 1, .object = 1, .relation = "same", .weight = 1, .negated = false, .qualifier = "", .passage = 7}};

const pel_rule pack_rules[PACK_RULES] = {
    {.file = "s2.pl", .line = 12, .label = "surviving spouse", .text = "s2_a(P, Y) :-\n\tdied(S, D),\n\tspouse(P, S).", .passage = 1,
     .valid_from = "1954-08-16", .valid_to = "", .priority = 0},
    {.file = "", .line = 0, .label = "", .text = "a.", .passage = 0, .valid_from = "", .valid_to = "", .priority = -3}};

const pel_vocabulary pack_terms[PACK_TERMS] = {
    {.term = "quantity(urea, Value)", .says = "the urea is {Value}", .denied = "", .asks = "What is the blood urea?", .type = PEL_TERM_QUANTITY,
     .unit = "mmol/L", .allowed = "0..300", .askable = true},
    {.term = "severity(S)", .says = "it is {S}", .denied = "it is not {S}", .asks = "", .type = PEL_TERM_CHOICE, .unit = "", .allowed = "mild|severe", .askable = false},
    {.term = "died(Person, Date)", .says = "{Person} died on {Date}", .denied = "", .asks = "", .type = PEL_TERM_DATE, .unit = "", .allowed = "", .askable = true}};

const pel_pack_case pack_cases[PACK_CASES] = {{.name = "alice", .text = "{ \"pellucid_case\": 1, \"as_of\": \"2016-12-31\", \"question\": \"s2_a(P, 2016)\" }\n", .expected = "{\"state\": \"holds\"}"},
                                              {.name = "bob", .text = "{\"pellucid_case\": 1, \"as_of\": \"2016-12-31\", \"question\": \"a\"}", .expected = "{\"state\": \"unknown\", \"missing\": []}"}};

static pel_status embed(void *user, const char *const *texts, const size_t *sizes, size_t n, float *out, pel_error *err) {
  (void)user, (void)err;
  for (size_t i = 0; i < n; i++) {
    if (strlen(texts[i]) != sizes[i]) return PEL_ERR_USAGE;
    for (size_t j = 0; j < PACK_DIM; j++) out[i * PACK_DIM + j] = i % PACK_DIM == j;
  }
  return PEL_OK;
}

const pel_pack_encoder pack_encoder = {.name = "ones", .dim = PACK_DIM, .embed = embed};

#define ADD_ALL(rows, n, function) \
  for (int i = 0; i < n && status == PEL_OK; i++) status = function(b, &rows[i], NULL, err)

pel_status pack_build(const char *path, bool force, pel_error *err) {
  pel_pack_builder *b;
  pel_status status = pel_pack_builder_create(path, force, &pack_header, &b, err);
  if (status != PEL_OK) return status;
  ADD_ALL(pack_sources, PACK_SOURCES, pel_pack_add_source);
  ADD_ALL(pack_passages, PACK_PASSAGES, pel_pack_add_passage);
  ADD_ALL(pack_entities, PACK_ENTITIES, pel_pack_add_entity);
  ADD_ALL(pack_relations, PACK_RELATIONS, pel_pack_add_relation);
  ADD_ALL(pack_rules, PACK_RULES, pel_pack_add_rule);
  ADD_ALL(pack_terms, PACK_TERMS, pel_pack_add_vocabulary);
  ADD_ALL(pack_cases, PACK_CASES, pel_pack_add_case);
  if (status == PEL_OK) return pel_pack_builder_finish(b, &pack_encoder, NULL, NULL, err);
  pel_pack_builder_abandon(b);
  return status;
}
