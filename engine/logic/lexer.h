/* Tokens of the rules' syntax. */
#pragma once
#include "engine/logic/reader.h"

enum {
  PEL_TOKEN_END,   /* of the text */
  PEL_TOKEN_DOT,   /* of a clause */
  PEL_TOKEN_ATOM,  /* a name or symbols; value: the atom */
  PEL_TOKEN_QUOTED, /* the same in quotes: never an operator before a bracket's end */
  PEL_TOKEN_VAR,
  PEL_TOKEN_VALUE, /* a number, a string, codes: value is the term */
  PEL_TOKEN_OPEN,  /* ( after layout */
  PEL_TOKEN_OPEN_CALL, /* ( right after a name */
  PEL_TOKEN_CLOSE, PEL_TOKEN_OPEN_LIST, PEL_TOKEN_CLOSE_LIST, PEL_TOKEN_OPEN_CURLY, PEL_TOKEN_CLOSE_CURLY,
  PEL_TOKEN_COMMA, PEL_TOKEN_BAR,
  PEL_TOKEN_FAULT, /* r->fault says what */
};

/* Reads the next token into r->token. */
void pel_lex(pel_reader *r);
/* The token is a fault from now on; `name` is SWI-Prolog's name of it, as a term's text. */
void pel_lex_fault(pel_reader *r, size_t at, const char *name, const char *what);
