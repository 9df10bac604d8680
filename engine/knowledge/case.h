/* A case file in memory. */
#pragma once
#include <pellucid/audit.h>

struct pel_case {
  pel_case_info info;
  pel_case_fact *facts;
  char *json, *name;
  char sha256[65];
  char (*ids)[32]; /* of facts without an id */
  struct json_object *root; /* the strings are borrowed from it */
};
