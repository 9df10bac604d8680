/* Between profiles.c and profiles_read.c: one disease's profile while it is made. */
#pragma once
#include "engine/phenotype/profiles.h"

typedef struct pel_profile_scratch {
  uint32_t *at; /* [terms]: 1 + its place in `implied`; all 0 between profiles */
  pel_annotation *annotations;
  pel_implied *implied;
  uint32_t *denied;
  size_t n_annotations, n_implied, n_denied, annotations_room, implied_room, denied_room;
} pel_profile_scratch;

bool pel_profile_scratch_create(const pel_profiles *p, pel_profile_scratch *s);
void pel_profile_scratch_clear(pel_profile_scratch *s);
/* From the disease's rows but those that cite `without` (NULL: all). false: out of memory. */
bool pel_profile_build(const pel_profiles *p, uint32_t disease, const char *without, pel_profile_scratch *s);
