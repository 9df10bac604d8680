#include "engine/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* ---- the place of output ---- */

enum { MOST_LINKS = 40 }; /* as many as the kernel follows */

/* What the link says, seen from the link's own folder. NULL with errno set. */
static char *one_link_on(const char *link) {
  char leads[PATH_MAX];
  ssize_t n = readlink(link, leads, sizeof leads - 1);
  if (n < 0) return NULL;
  leads[n] = 0;
  const char *slash = strrchr(link, '/');
  int folder = slash && *leads != '/' ? (int)(slash - link) + 1 : 0;
  char *next = NULL;
  return asprintf(&next, "%.*s%s", folder, link, leads) < 0 ? NULL : next;
}

static bool is_same_file(const char *a, const char *b) {
  struct stat x, y;
  bool there = stat(a, &x) == 0;
  if (there != (stat(b, &y) == 0)) return false;
  return !there || (x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

static pel_status follow(const char *path, char **out, pel_error *err) {
  struct stat st;
  char *at = strdup(path);
  for (int i = 0; at && i <= MOST_LINKS && lstat(at, &st) == 0 && S_ISLNK(st.st_mode); i++) {
    char *next = i < MOST_LINKS ? one_link_on(at) : (errno = ELOOP, NULL);
    free(at);
    if (!(at = next)) return pel_fail_errno(err, path, "cannot follow the symbolic link");
  }
  if (!at) return pel_fail_memory(err, "a path", strlen(path));
  /* What a link under /proc says is no path. */
  if (!is_same_file(path, at)) {
    pel_status status = pel_fail(err, PEL_ERR_USAGE, "%s: the symbolic link leads to no file's name; name another file", path);
    free(at);
    return status;
  }
  *out = at;
  return PEL_OK;
}

pel_status pel_file_target(const char *path, char **out, bool *exists, pel_error *err) {
  struct stat st;
  bool there = stat(path, &st) == 0;
  /* Where others may write too the kernel refuses to follow a stranger's link; so does this. */
  if (!there && errno != ENOENT) return pel_fail_errno(err, path, "cannot create");
  if (there && S_ISDIR(st.st_mode)) return pel_fail(err, PEL_ERR_USAGE, "%s: is a folder; name a file in it", path);
  if (there && !S_ISREG(st.st_mode))
    return pel_fail(err, PEL_ERR_USAGE, "%s: is no regular file (a device or a pipe); name another", path);
  PEL_TRY(follow(path, out, err));
  *exists = there;
  return PEL_OK;
}
