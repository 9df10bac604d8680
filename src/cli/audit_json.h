/* pellucid audit --json. */
#pragma once
#include <pellucid/audit.h>
#include <pellucid/trace.h>

/* Prints it to standard output. `output`: the file that keeps the trace, NULL for none. */
pel_status cli_audit_json(const pel_audit_result *result, pel_trace *trace, const pel_reasoning *reasoning, const char *output, pel_error *err);
