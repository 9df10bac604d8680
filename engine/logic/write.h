/* Terms as text. */
#pragma once
#include "engine/logic/machine.h"

typedef struct pel_text_out {
  char *text; /* NUL-terminated; freed by the caller */
  size_t size, capacity;
  size_t most;  /* bytes; more stops the writing */
  bool full;    /* it was stopped, or there was no memory */
} pel_text_out;

enum {
  PEL_WRITE_QUOTED = 1, PEL_WRITE_IGNORE_OPS = 2, PEL_WRITE_NUMBERVARS = 4,
  PEL_WRITE_RAW = 8, /* in quotes nothing is escaped: quotes and backslashes are doubled */
  PEL_WRITE_HEX = 16, /* escapes as \x1B\ instead of \u001B */
};

void pel_put(pel_text_out *o, const char *text, size_t size);
/* False: too long, or too deep. Variables are written as _G12, or by `names` (may be NULL) when that gives one. */
bool pel_write(const pel_heap *h, pel_cell c, int options, pel_text_out *out);
/* An atom's text as it is read back. */
void pel_write_atom(const pel_heap *h, uint32_t atom, bool quoted, pel_text_out *out);
