/* Small files from outside, whole in memory; and where output under a name goes. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Reads a regular file of at most `most` bytes; `what` names its kind in messages ("vocabulary"). *out is owned by the caller
 * (free) and has a zero byte behind its last. */
pel_status pel_file_read(const char *path, const char *what, size_t most, char **out, size_t *size, pel_error *err);

/* The place that output under this name goes to: a symbolic link is followed, also to where nothing is yet, so that the link stays
 * what it is. PEL_ERR_USAGE where a folder, a device or a pipe is. *out is owned by the caller (free). */
pel_status pel_file_target(const char *path, char **out, bool *exists, pel_error *err);
