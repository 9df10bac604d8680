/* Reads everything of a pack through every function of its reader, and searches. For files that may hold anything. */
#pragma once
#include <pellucid/pack.h>

/* The first failure, or PEL_OK. `check`: pel_pack_check, too. */
pel_status pack_read_all(const char *path, bool check, pel_error *err);
