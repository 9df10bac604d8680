/* The report of a trace's reasoning as one file: HTML that works without a network, or PDF. The suffix of the path chooses.
 * The file appears whole or not at all. */
#pragma once
#include "engine/base/status.h"
#include <pellucid/trace.h>

typedef enum pel_paper { PEL_PAPER_A4, PEL_PAPER_LETTER } pel_paper;

typedef struct pel_report_options {
  pel_paper paper;
  bool force;       /* replace an existing file */
  const char *name; /* of the trace, as the report names it; NULL: "run.pel" */
  bool (*cancelled)(void *user); /* asked often; NULL: never */
  void *user;
} pel_report_options;

/* PEL_ERR_CANCELLED: nothing was written. PEL_ERR_CHECK when the file was written but the trace's hash or the chain of its reviews does not hold: the report says so too. */
pel_status pel_report_export(pel_trace *trace, const pel_report_options *options, const char *path, pel_error *err);
