/* The test files of GDL2 guidelines. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pel_gdl2_pair {
  char *element, *name, *value; /* "gt0016", "Risk assessment", as written */
  int64_t line;                 /* in the file */
} pel_gdl2_pair;

typedef struct pel_gdl2_pairs {
  pel_gdl2_pair *items;
  size_t n, capacity;
} pel_gdl2_pairs;

typedef struct pel_gdl2_case {
  char *id;
  int64_t line;
  pel_gdl2_pairs given, expected;
} pel_gdl2_case;

typedef struct pel_gdl2_tests {
  char *guideline;  /* id of the first that it names, or NULL */
  char *now;        /* or NULL */
  int64_t now_line;
  pel_gdl2_case *cases;
  size_t n, capacity;
  bool mended;      /* the file is YAML only once tabs are spaces and a colon has a space after it */
} pel_gdl2_tests;

/* Reads a test file as YAML from a stranger. Owned by the caller. */
pel_status pel_gdl2_tests_read(const char *path, pel_gdl2_tests **out, pel_error *err);
void pel_gdl2_tests_free(pel_gdl2_tests *t);
