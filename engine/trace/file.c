#include "engine/trace/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

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
