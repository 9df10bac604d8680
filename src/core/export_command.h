/* The command line that makes the same file: what is on the screen, to be kept in a notebook or a paper. */
#pragma once
#include "src/core/export_tree.h"

typedef enum pel_export_what {
  PEL_EXPORT_ATTENTION,
  PEL_EXPORT_HEADS,
  PEL_EXPORT_TOKENS,
  PEL_EXPORT_TREE, /* from here on: of a reasoning */
  PEL_EXPORT_RETRIEVAL,
  PEL_EXPORT_RELIABILITY,
  PEL_EXPORT_TIMELINE,
  PEL_EXPORT_SEARCH,
  PEL_EXPORT_GRAPH
} pel_export_what;

static inline bool pel_export_is_reasoning(pel_export_what what) { return what >= PEL_EXPORT_TREE; }
const char *pel_export_word(pel_export_what what); /* of the command line: "attention", ..., "graph" */

/* "pellucid export 'run.pel' attention --layer 3 ... -o 'out.png'", for a POSIX shell; owned by the caller (g_free). Options
 * that are the command's own defaults are left out; `force` is never said. */
char *pel_export_command(pel_export_what what, const pel_export_options *options, const char *trace, const char *output);
/* The same of a reasoning. */
char *pel_export_command_reasoning(pel_export_what what, const pel_export_options *options, const pel_tree_choice *choice, const char *trace,
                                   const char *output);
