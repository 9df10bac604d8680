/* What lies on the disk under a trace's name, looked at without SQLite. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Reads the first `size` bytes of a regular file, never waiting: a name may lead to a pipe. Returns how many came, or -1 with
 * errno set; when it is no regular file -1 with errno 0. *st is the file's when it was opened. */
ssize_t pel_file_head(const char *path, void *head, size_t size, struct stat *st);

/* The name of SQLite's journal beside the file. Owned by the caller; NULL: out of memory. */
char *pel_file_journal(const char *path);

/* A trace, or an empty file: a slip of the hand must not cost a model. */
bool pel_file_is_replaceable(const char *path);
/* Where a trace of this name is to be written (pel_file_target); what is there already is a trace, and `force` given. *out is owned
 * by the caller. */
pel_status pel_file_claim(const char *path, bool force, char **out, pel_error *err);
/* A journal that an earlier file of this name left behind must not be played into a new one. */
void pel_file_remove_journal(const char *path);
