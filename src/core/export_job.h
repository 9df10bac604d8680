/* An export in a thread of its own, over a reader of its own: the window stays free, and so does the open document. */
#pragma once
#include "src/core/export_command.h"

typedef struct pel_export_job pel_export_job;

typedef struct pel_export_state {
  double fraction;
  bool ended;
  pel_status status;
  char error[600];
} pel_export_state;

/* `changed` is called on the main loop. Options, trace and output are copied. */
pel_export_job *pel_export_job_start(pel_export_what what, const pel_export_options *options, const char *trace, const char *output,
                                     void (*changed)(void *user), void *user);
/* The same of a reasoning. */
pel_export_job *pel_export_job_start_reasoning(pel_export_what what, const pel_export_options *options, const pel_tree_choice *choice, const char *trace,
                                               const char *output, void (*changed)(void *user), void *user);
void pel_export_job_get(pel_export_job *job, pel_export_state *out);
void pel_export_job_stop(pel_export_job *job);    /* nothing is written */
void pel_export_job_release(pel_export_job *job); /* takes NULL; nothing is called back, one that goes on is stopped */
