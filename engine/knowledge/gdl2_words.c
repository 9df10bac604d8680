/* How the steps of a guideline read, once its rules are clauses: as vocabulary of the type step, and of the values that they pass on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/gdl2.h"
#include "engine/knowledge/import.h"

enum { LINE_BYTES = 4096 };

/* A clause's head up to its body or its dot; owned by the caller. */
static char *head_of(const char *clause) {
  int depth = 0;
  bool quoted = false;
  const char *at = clause;
  for (; *at && (depth > 0 || quoted || (strncmp(at, " :-", 3) != 0 && *at != '.')); at++) {
    if (*at == '"' && (at == clause || at[-1] != '\\')) quoted = !quoted;
    else if (!quoted) depth += (*at == '(') - (*at == ')');
  }
  return strndup(clause, (size_t)(at - clause));
}

pel_status pel_gdl2_step_words(const pel_gdl2_clause *c, const char *label, pel_gdl2_add_term add, void *user, pel_error *err) {
  char says[LINE_BYTES + 64], denied[LINE_BYTES + 64];
  if (c->part == PEL_GDL2_GUIDELINE) return PEL_OK;
  char *head = head_of(c->text);
  bool sets = head && (c->part == PEL_GDL2_THEN || c->part == PEL_GDL2_DEFAULTS);
  bool constant = sets && strstr(head, "(_, "), kept = sets && strstr(head, "Old, Old)");
  if (sets) snprintf(says, sizeof says, "set by rule \xe2\x80\x9c%.*s\xe2\x80\x9d%s", LINE_BYTES - 8, label, constant ? "" : ": {New}");
  else snprintf(says, sizeof says, "rule \xe2\x80\x9c%.*s\xe2\x80\x9d applies", LINE_BYTES - 8, label);
  snprintf(denied, sizeof denied, "rule \xe2\x80\x9c%.*s\xe2\x80\x9d does not apply", LINE_BYTES - 8, label);
  pel_vocabulary row = {.term = head, .says = says, .denied = sets ? "" : denied, .type = PEL_TERM_STEP};
  pel_status status = !head ? pel_fail_memory(err, "a term", 64) : kept ? PEL_OK : add(user, &row, err);
  free(head);
  return status;
}

/* ---- values of elements ---- */

static pel_status add_value(const pel_gdl2_guideline *g, const pel_gdl2_element *e, const char *predicate, const char *value, const char *says, pel_term_type type,
                            pel_gdl2_add_term add, void *user, pel_error *err) {
  pel_gdl2_out term = {0};
  pel_gdl2_putf(&term, "%s_%s(", g->slug, predicate), pel_gdl2_put_name(&term, e->code), pel_gdl2_putf(&term, ", %s)", value);
  pel_vocabulary row = {.term = pel_buffer_text(&term.buffer), .says = says, .type = type};
  pel_status status = term.failed ? pel_fail_memory(err, "a term", 64) : add(user, &row, err);
  free(term.buffer.text);
  return status;
}

pel_status pel_gdl2_element_words(const pel_gdl2_guideline *g, const pel_gdl2_element *e, pel_gdl2_add_term add, void *user, pel_error *err) {
  char lacks[LINE_BYTES], concludes[LINE_BYTES];
  const char *text = *pel_gdl2_text(g, e->code) ? pel_gdl2_text(g, e->code) : e->code;
  bool output = pel_gdl2_is_output(g, e);
  snprintf(lacks, sizeof lacks, "nothing is given for: %.*s", LINE_BYTES - 64, text);
  snprintf(concludes, sizeof concludes, "%.*s: {Value}", LINE_BYTES - 64, text);
  PEL_TRY(add_value(g, e, "value", "null", output ? "" : pel_import_line(lacks), PEL_TERM_STEP, add, user, err));
  PEL_TRY(add_value(g, e, "value", "Value", "", PEL_TERM_STEP, add, user, err));
  PEL_TRY(add_value(g, e, "given", "Value", "", PEL_TERM_STEP, add, user, err));
  return output ? add_value(g, e, "conclude", "Value", pel_import_line(concludes), PEL_TERM_TEXT, add, user, err) : PEL_OK;
}

/* ---- the library ---- */

/* How the library's steps and values read. All else in it is passed over. */
static const pel_vocabulary library_words[] = {
    {.term = "gdl2_equal(A, B)", .says = "{A} equals {B}", .denied = "{A} does not equal {B}", .type = PEL_TERM_STEP},
    {.term = "gdl2_different(A, B)", .says = "{A} differs from {B}", .denied = "{A} does not differ from {B}", .type = PEL_TERM_STEP},
    {.term = "gdl2_less(A, B)", .says = "{A} is less than {B}", .denied = "{A} is not less than {B}", .type = PEL_TERM_STEP},
    {.term = "gdl2_greater(A, B)", .says = "{A} is more than {B}", .denied = "{A} is not more than {B}", .type = PEL_TERM_STEP},
    {.term = "gdl2_at_most(A, B)", .says = "{A} is at most {B}", .denied = "{A} is not at most {B}", .type = PEL_TERM_STEP},
    {.term = "gdl2_at_least(A, B)", .says = "{A} is at least {B}", .denied = "{A} is not at least {B}", .type = PEL_TERM_STEP},
    {.term = "gdl2_is(Value, Expression)", .says = "{Expression} = {Value}", .denied = "{Expression} has no value", .type = PEL_TERM_STEP},
    {.term = "gdl2_is_a(Value, Codes)", .says = "{Value} is one of {Codes}", .denied = "{Value} is none of {Codes}", .type = PEL_TERM_STEP},
    {.term = "count(Number)", .says = "{Number}", .type = PEL_TERM_TEXT},
    {.term = "real(Number)", .says = "{Number}", .type = PEL_TERM_TEXT},
    {.term = "ordinal(Number, Terminology, Code, Label)", .says = "{Label} ({Number})", .type = PEL_TERM_TEXT},
    {.term = "coded(Terminology, Code, Label)", .says = "{Label}", .type = PEL_TERM_TEXT},
    {.term = "code(Code)", .says = "{Code}", .type = PEL_TERM_TEXT},
    {.term = "text(Text)", .says = "{Text}", .type = PEL_TERM_TEXT},
    {.term = "boolean(Value)", .says = "{Value}", .type = PEL_TERM_TEXT},
    {.term = "quantity(Magnitude, \"\", Precision)", .says = "{Magnitude}", .type = PEL_TERM_TEXT},
    {.term = "quantity(Magnitude, Unit, Precision)", .says = "{Magnitude} {Unit}", .type = PEL_TERM_TEXT},
    {.term = "proportion(Numerator, Denominator, Kind)", .says = "{Numerator}/{Denominator}", .type = PEL_TERM_TEXT},
    {.term = "date_time(Seconds, Clock, Zone)", .says = "a point in time", .type = PEL_TERM_TEXT},
    {.term = "null", .says = "nothing", .type = PEL_TERM_TEXT},
    {.term = "date_of(now, Day)", .says = "today is {Day}", .asks = "What is today's date?", .type = PEL_TERM_DATE, .askable = true},
};

pel_status pel_gdl2_library_words(pel_gdl2_add_term add, void *user, pel_error *err) {
  for (size_t i = 0; i < sizeof library_words / sizeof *library_words; i++) PEL_TRY(add(user, &library_words[i], err));
  return PEL_OK;
}

void pel_gdl2_passed_over(const char *clause, const char *last, char *term, size_t size) {
  char *head = head_of(clause);
  size_t name = head ? strcspn(head, "(") : 0;
  int depth = 0, n = snprintf(term, size, "%.*s(_", (int)name, head ? head : "");
  bool quoted = false;
  for (const char *at = head ? head + name : ""; *at; at++) {
    if (*at == '"') quoted = !quoted;
    else if (!quoted) depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
    if (!quoted && depth == 1 && *at == ',') n += snprintf(term + n, size - (size_t)n, ", _");
  }
  snprintf(term + n, size - (size_t)n, ")");
  for (size_t i = 0; i < sizeof library_words / sizeof *library_words; i++)
    if (strncmp(library_words[i].term, term, name + 1) == 0) *term = 0;
  if (strcmp(term, last) == 0) *term = 0;
  free(head);
}

