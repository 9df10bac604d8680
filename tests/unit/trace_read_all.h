/* Reads all that a trace's public functions give, in bounded time: for files that nobody trusts. */
#pragma once
#include <pellucid/trace.h>

/* The first failure, or PEL_OK. Weights that are no numbers in [0, 1] count as a failed check. */
pel_status trace_read_all(const char *path, bool verify, pel_error *err);
