#include "engine/base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

static pel_status read_all(int fd, const char *path, char *data, size_t size, pel_error *err) {
  for (size_t at = 0; at < size;) {
    ssize_t n = read(fd, data + at, size - at);
    if (n < 0) return pel_fail_errno(err, path, "can't read");
    if (n == 0)
      return pel_fail(err, PEL_ERR_IO, "%s: offset %zu: the file became shorter while it was read; try again", path,
                      at);
    at += (size_t)n;
  }
  return PEL_OK;
}

static pel_status check_kind(int fd, const char *path, const char *what, size_t most, size_t *size, pel_error *err) {
  struct stat info;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    return pel_fail(err, PEL_ERR_INPUT, "%s: not a regular file; a %s is due here", path, what);
  if ((unsigned long long)info.st_size > most)
    return pel_fail(err, PEL_ERR_INPUT, "%s: %lld bytes is too long for a %s, which has at most %zu", path,
                    (long long)info.st_size, what, most);
  *size = (size_t)info.st_size;
  return PEL_OK;
}

pel_status pel_file_read(const char *path, const char *what, size_t most, char **out, size_t *out_size,
                         pel_error *err) {
  size_t size = 0;
  char *data = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return pel_fail_errno(err, path, "can't open");
  pel_status status = check_kind(fd, path, what, most, &size, err);
  if (status == PEL_OK && !(data = pel_alloc(size + 1, 1))) status = pel_fail_memory(err, what, size + 1);
  if (status == PEL_OK) status = read_all(fd, path, data, size, err);
  close(fd);
  if (status != PEL_OK) {
    free(data);
    return status;
  }
  *out = data, *out_size = size;
  return PEL_OK;
}
