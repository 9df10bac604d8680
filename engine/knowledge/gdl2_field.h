/* What an input of a guideline is for a case: a field of the form, with its options or its unit. */
#pragma once
#include "engine/knowledge/gdl2.h"

typedef struct pel_gdl2_field {
  char *name;          /* "curb_65_v1_gt0005" */
  pel_term_type type;
  const char *unit;    /* of a quantity, "" without; the guideline's */
  char **options;      /* of a choice, as GDL2 writes them: "1|local::at0010|Present|" */
  size_t n_options, capacity;
} pel_gdl2_field;

/* `out` is to be cleared also after a failure. */
pel_status pel_gdl2_field_of(const pel_gdl2_guideline *g, const pel_gdl2_element *e, pel_gdl2_field *out, pel_error *err);
void pel_gdl2_field_clear(pel_gdl2_field *f);

/* "Yes" of "1|local::at0011|Yes|", without bars; NULL when there is no label. Owned by the caller. */
char *pel_gdl2_label(const char *value);
