/* Published cases with findings and a diagnosis, for pellucid eval phenopackets. */
#pragma once
#include <pellucid/phenotype.h>
#include <stddef.h>

typedef struct phenopackets {
  pel_phenotype_example *examples; /* strings owned */
  size_t n, room;
  size_t without_diagnosis; /* passed over */
} phenopackets;

#define PHENOPACKETS_FILE "phenopackets.compact.jsonl"

/* FOLDER/phenopackets.compact.jsonl, or a file of that form: an object a line with "observed" and "excluded", arrays of [key, label], "disease", an array of [key, label], and "pmid", an
 * array of keys. Errors name file, line and member. */
pel_status phenopackets_read(const char *path, phenopackets *out, pel_error *err);
void phenopackets_clear(phenopackets *p);
