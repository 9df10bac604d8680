/* The term of a case's fact: read, and judged by whether a case may say it. */
#pragma once
#include "engine/logic/program.h"

typedef struct pel_fact_term {
  pel_cell term; /* on the heap, without any neg/1 around it */
  bool denied;   /* the text has neg/1 around it, an odd number of times */
  bool rule;     /* it has a body; the text of it is text[0, size) */
  size_t size;
} pel_fact_term;

/* One term, with or without a dot. It may be a rule, and it must not be about what the language of the rules defines itself. `err` says what is wrong, without a place. */
pel_status pel_fact_term_read(pel_heap *heap, const char *text, pel_fact_term *out, pel_error *err);
