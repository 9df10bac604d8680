/* Small files from outside, whole in memory. */
#pragma once
#include <pellucid/status.h>
#include <stddef.h>

/* Reads a regular file of at most `most` bytes; `what` names its kind in messages ("vocabulary"). *out is owned by the caller
 * (free) and has a zero byte behind its last. */
pel_status pel_file_read(const char *path, const char *what, size_t most, char **out, size_t *size, pel_error *err);
