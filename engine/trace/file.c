#include "engine/trace/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/status.h"
#include "engine/trace/schema.h"

ssize_t pel_file_head(const char *path, void *head, size_t size, struct stat *st) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return -1;
  errno = 0;
  ssize_t got = fstat(fd, st) == 0 && S_ISREG(st->st_mode) ? read(fd, head, size) : -1;
  int reason = errno;
  close(fd);
  errno = reason;
  return got;
}

char *pel_file_journal(const char *path) {
  char *journal;
  return asprintf(&journal, "%s-journal", path) < 0 ? NULL : journal;
}

void pel_file_remove_journal(const char *path) {
  char *journal = pel_file_journal(path);
  if (journal) unlink(journal);
  free(journal);
}

bool pel_file_is_replaceable(const char *path) {
  unsigned char head[72];
  struct stat st;
  ssize_t n = pel_file_head(path, head, sizeof head, &st);
  if (n == 0) return true;
  uint32_t id = (uint32_t)head[68] << 24 | (uint32_t)head[69] << 16 | (uint32_t)head[70] << 8 | head[71]; /* SQLite's header */
  return n == sizeof head && memcmp(head, "SQLite format 3", 16) == 0 && id == PEL_TRACE_APPLICATION_ID;
}

pel_status pel_file_claim(const char *path, bool force, char **out, pel_error *err) {
  bool exists;
  char *target;
  PEL_TRY(pel_file_target(path, &target, &exists, err));
  pel_status status = PEL_OK;
  if (exists && !force)
    status = pel_fail(err, PEL_ERR_IO, "%s: the file exists; choose another name or use --force", path);
  else if (exists && !pel_file_is_replaceable(target))
    status = pel_fail(err, PEL_ERR_IO, "%s: is no trace, and --force replaces nothing else; choose another name", path);
  if (status == PEL_OK) *out = target;
  else free(target);
  return status;
}
