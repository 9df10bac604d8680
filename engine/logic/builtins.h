/* The tables of built-in predicates, one file a kind. */
#pragma once
#include "engine/logic/machine.h"

typedef struct pel_builtin_entry {
  const char *name;
  uint32_t arity;
  pel_builtin call;
} pel_builtin_entry;

/* Each ends with a NULL name. */
extern const pel_builtin_entry pel_builtins_type[], pel_builtins_arithmetic[], pel_builtins_term[], pel_builtins_text[], pel_builtins_text_split[], pel_builtins_text_case[], pel_builtins_list[],
    pel_builtins_date[], pel_builtins_format[];

/* The predicates that are written as rules themselves. */
extern const char pel_library_text[];

/* Helpers that several kinds share. */

/* A list with an end, and [] there. */
bool pel_is_list(const pel_heap *h, pel_cell c);

/* A proper list as an array of dereferenced items, owned by the caller (free). An outcome other than PEL_TRUE was thrown. */
pel_outcome pel_list_items(pel_machine *m, pel_cell list, pel_cell **items, size_t *n);
