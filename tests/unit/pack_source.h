/* A small pack with something in every field, for the tests of packs. */
#pragma once
#include <pellucid/pack.h>

enum { PACK_SOURCES = 2, PACK_PASSAGES = 7, PACK_ENTITIES = 4, PACK_RELATIONS = 4, PACK_RULES = 2, PACK_TERMS = 3, PACK_CASES = 2, PACK_DIM = 3 };

extern const pel_pack_header pack_header;
extern const pel_source pack_sources[PACK_SOURCES];
extern const pel_passage pack_passages[PACK_PASSAGES];
extern const pel_entity pack_entities[PACK_ENTITIES];
extern const pel_relation pack_relations[PACK_RELATIONS];
extern const pel_rule pack_rules[PACK_RULES];
extern const pel_vocabulary pack_terms[PACK_TERMS];
extern const pel_pack_case pack_cases[PACK_CASES];

/* The encoder of the tests: passage i (from 0) has a 1 at i % 3. */
extern const pel_pack_encoder pack_encoder;

/* Builds it; all rows are expected to be taken. */
pel_status pack_build(const char *path, bool force, pel_error *err);
