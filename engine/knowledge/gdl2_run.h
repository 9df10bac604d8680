/* A guideline's clauses in the interpreter, and the cases of its test files: one reading of both for whoever runs them or makes a pack's cases of them. */
#pragma once
#include "engine/knowledge/gdl2.h"
#include "engine/knowledge/gdl2_yaml.h"
#include "engine/logic/machine.h"

typedef struct pel_gdl2_run {
  pel_gdl2_guideline *g;
  pel_program *program;
  bool spans; /* its clauses measure a month or a year from the present on */
  pel_status (*look)(void *user, pel_machine *answered, pel_error *err); /* at each answer, its proof recorded; NULL: nobody does */
  void *user;
} pel_gdl2_run;

/* Reads a guideline and loads its clauses, which are those that a pack gets. `out` is zeroed by the caller, and is to be closed also after a failure. */
pel_status pel_gdl2_run_open(const char *guideline, pel_gdl2_run *out, pel_error *err);
void pel_gdl2_run_close(pel_gdl2_run *r);

/* The facts of a case, in place of those before: what is given, and what the present is. */
pel_status pel_gdl2_run_case(pel_gdl2_run *r, const char *now, const pel_gdl2_case *test, pel_error *err);
/* The same of clauses as they are written: slug_given(...) each, with its dot. */
pel_status pel_gdl2_run_facts(pel_gdl2_run *r, const char *now, const char *clauses, pel_error *err);
/* What is concluded for an element, as text; "" when nothing is. NULL, and `reason` filled in, when it could not be run. Owned by the caller. */
char *pel_gdl2_run_conclude(pel_gdl2_run *r, const char *element, char *reason, size_t size);

/* What an input of a test file is for the rules: slug_given(gt0005, ordinal(1, "local", "at0010", "Present")) */
void pel_gdl2_put_given(pel_gdl2_out *o, const pel_gdl2_guideline *g, const pel_gdl2_pair *input);
/* What the present is for them: gdl2_now(date_time(...)) */
void pel_gdl2_put_now(pel_gdl2_out *o, const char *now);
/* Whether the guideline reads the present. */
bool pel_gdl2_needs_now(const pel_gdl2_guideline *g);
/* Whether an expected output and one that is printed are the same. */
bool pel_gdl2_same(const char *expected, const char *got);

/* Of the paths of guidelines the one that a test file is for: that of its own name, or the one that it names. NULL when there is none. */
const char *pel_gdl2_guideline_of(const char *path, const pel_gdl2_tests *tests, const char *const *guidelines, size_t n);
