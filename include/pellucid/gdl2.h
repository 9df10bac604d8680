/* openEHR GDL2 guidelines against their test files: inputs go in, the guideline's clauses run in the interpreter of the rules, and what they conclude is
 * held against what the test expects. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef enum pel_gdl2_outcome { PEL_GDL2_EQUAL, PEL_GDL2_DIFFERENT, PEL_GDL2_NOT_RUN } pel_gdl2_outcome;

typedef struct pel_gdl2_result {  /* of one expected output; strings are valid during the call */
  const char *file;               /* the test file's name */
  const char *test_case;
  const char *element, *name;     /* "gt0016", "Risk assessment"; "" for a case that expects no output at all */
  const char *expected, *got;     /* as GDL2 prints them; got is "" for nothing */
  const char *reason;             /* why it was not run, or "" */
  pel_gdl2_outcome outcome;
  bool checked;                   /* the independent checker accepts the proof of what is got; true where nothing is */
} pel_gdl2_result;

typedef struct pel_gdl2_totals { /* zeroed by the caller, added to */
  int64_t guidelines, cases;
  int64_t outputs, equal, different, not_run;
  int64_t silent, silent_equal; /* cases that expect no output, and those that give none */
  int64_t proofs, accepted;     /* of what is got; those that the independent checker accepts */
  int64_t absent;               /* test files whose guideline is not there: their cases are not counted */
  int64_t mended;               /* test files that are YAML only after a mend */
  int64_t dated;                /* test files whose present had to be chosen */
} pel_gdl2_totals;

/* Runs every case of a test file (YAML). `guidelines` are the paths of the guidelines that it may name. `each` may be NULL; false ends it with
 * PEL_ERR_CANCELLED. A file that cannot be read, and a case that cannot be run, is no error but a result that was not run. */
PEL_API pel_status pel_gdl2_check(const char *tests, const char *const *guidelines, size_t n_guidelines,
                                  bool (*each)(void *user, const pel_gdl2_result *result), void *user, pel_gdl2_totals *totals, pel_error *err);

#ifdef __cplusplus
}
#endif
