/* Texts inside built-in predicates: taken from terms of several kinds, made into terms of several forms. */
#pragma once
#include "engine/logic/builtins.h"

typedef struct pel_text {
  char *s; /* NUL after the end; freed by who took it */
  size_t size;
} pel_text;

/* What a text may be given as. */
enum { PEL_FROM_ATOM = 1, PEL_FROM_STRING = 2, PEL_FROM_NUMBER = 4, PEL_FROM_LIST = 8, PEL_FROM_ATOMIC = 7, PEL_FROM_ALL = 15 };

/* PEL_TRUE, or what is no such text was thrown: an unbound argument, or a type error of `type`. */
pel_outcome pel_take_text(pel_machine *m, pel_cell c, int from, const char *type, pel_text *out);
/* The same without an error: PEL_FAIL. */
pel_outcome pel_try_text(pel_machine *m, pel_cell c, int from, pel_text *out);

typedef enum pel_text_form { PEL_AS_ATOM, PEL_AS_STRING, PEL_AS_CODES, PEL_AS_CHARS } pel_text_form;

/* 0: no room. */
pel_cell pel_make_text(pel_machine *m, pel_text_form form, const char *s, size_t size);
/* That a text is what `c` is bound to already, in whatever form, or to be bound to in this one. */
pel_outcome pel_unify_text(pel_machine *m, pel_cell c, pel_text_form form, const pel_text *t);

/* That `c` is a list of codes or characters, which may be open, or a string: PEL_TRUE; else an error was thrown, of `type` when it is no list.
 * *open: parts of it are unbound. */
pel_outcome pel_check_codes(pel_machine *m, pel_cell c, const char *type, bool *open);
