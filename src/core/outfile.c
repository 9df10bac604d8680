#include "src/core/outfile.h"

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BUFFER 65536
#define NAME_TRIES 64

struct pel_outfile {
  char *path, *directory;
  char *temporary; /* NULL while the file has no name */
  int fd;
  bool force, failed;
  pel_error error;
  size_t used;
  unsigned char buffer[BUFFER];
};

/* ---- names ---- */

static char *directory_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return strdup(".");
  return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* A name in the same directory that nothing else is likely to have; the kernel decides (O_EXCL). */
static char *temporary_name(const pel_outfile *f, unsigned attempt) {
  const char *slash = strrchr(f->path, '/'), *base = slash ? slash + 1 : f->path;
  struct timespec now;
  char *name = NULL;
  clock_gettime(CLOCK_MONOTONIC, &now);
  unsigned mark = (unsigned)now.tv_nsec * 2654435761u + attempt * 40503u;
  if (asprintf(&name, "%s/.%.200s.%ld-%08x.part", f->directory, base, (long)getpid(), mark) < 0) return NULL;
  return name;
}

/* ---- open ---- */

static bool can_name_later(void) { return access("/proc/self/fd", X_OK) == 0; }

static int open_named(pel_outfile *f) {
  for (unsigned i = 0; i < NAME_TRIES; i++) {
    char *name = temporary_name(f, i);
    if (!name) {
      errno = ENOMEM;
      return -1;
    }
    int fd = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (fd >= 0) {
      f->temporary = name;
      return fd;
    }
    free(name);
    if (errno != EEXIST) return -1;
  }
  return -1;
}

static int open_nameless(pel_outfile *f) {
#ifdef O_TMPFILE
  if (can_name_later()) return open(f->directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
#endif
  errno = EOPNOTSUPP;
  return -1;
}

static pel_status find_target(pel_outfile *f, const char *path, pel_error *err) {
  bool exists;
  PEL_TRY(pel_file_target(path, &f->path, &exists, err));
  if (exists && !f->force)
    return pel_fail(err, PEL_ERR_IO, "%s: exists already; choose another name or use --force", path);
  f->directory = directory_of(f->path);
  return f->directory ? PEL_OK : pel_fail_memory(err, "a file name", strlen(path));
}

static void release(pel_outfile *f) {
  if (f->fd >= 0) close(f->fd);
  if (f->temporary) unlink(f->temporary);
  free(f->temporary);
  free(f->path);
  free(f->directory);
  free(f);
}

pel_status pel_outfile_open(const char *path, bool force, pel_outfile **out, pel_error *err) {
  pel_outfile *f = pel_alloc(1, sizeof *f);
  if (!f) return pel_fail_memory(err, "an output file", sizeof *f);
  f->fd = -1;
  f->force = force;
  pel_status status = find_target(f, path, err);
  if (status == PEL_OK) {
    f->fd = open_nameless(f);
    if (f->fd < 0)
      f->fd = open_named(f); /* a file system without nameless files, or a real reason: it says which */
    if (f->fd < 0) status = pel_fail_errno(err, path, "cannot create");
  }
  if (status != PEL_OK) {
    release(f);
    return status;
  }
  *out = f;
  return PEL_OK;
}

/* ---- write ---- */

static void keep_errno(pel_outfile *f, const char *what) {
  if (f->failed) return;
  f->failed = true;
  pel_fail_errno(&f->error, f->path, what);
}

static bool write_all(pel_outfile *f, const unsigned char *data, size_t size) {
  while (size && !f->failed) {
    ssize_t n = write(f->fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      keep_errno(f, "cannot write");
      break;
    }
    data += n;
    size -= (size_t)n;
  }
  return !f->failed;
}

static bool flush(pel_outfile *f) {
  size_t n = f->used;
  f->used = 0;
  return write_all(f, f->buffer, n);
}

bool pel_outfile_write(pel_outfile *f, const void *data, size_t size) {
  if (f->failed) return false;
  if (size > BUFFER - f->used && !flush(f)) return false;
  if (size > BUFFER) return write_all(f, data, size);
  memcpy(f->buffer + f->used, data, size);
  f->used += size;
  return true;
}

bool pel_outfile_puts(pel_outfile *f, const char *text) { return pel_outfile_write(f, text, strlen(text)); }

bool pel_outfile_failed(const pel_outfile *f) { return f->failed; }

pel_status pel_outfile_error(const pel_outfile *f, pel_error *err) {
  if (!f->failed) return PEL_OK;
  if (err) *err = f->error;
  return f->error.status;
}

/* ---- commit ---- */

static int link_nameless(const pel_outfile *f, const char *to) {
  char from[64];
  snprintf(from, sizeof from, "/proc/self/fd/%d", f->fd);
  return linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
}

/* Gives a nameless file a hidden name first: only rename can replace. */
static bool name_hidden(pel_outfile *f) {
  for (unsigned i = 0; i < NAME_TRIES; i++) {
    char *name = temporary_name(f, i);
    if (!name) return false;
    if (link_nameless(f, name) == 0) {
      f->temporary = name;
      return true;
    }
    free(name);
    if (errno != EEXIST) return false;
  }
  return false;
}

/* A hidden file gets its real name unless that exists; link + unlink where the file system lacks the one
 * call. */
static bool rename_new(pel_outfile *f) {
  if (renameat2(AT_FDCWD, f->temporary, AT_FDCWD, f->path, RENAME_NOREPLACE) == 0) {
    free(f->temporary);
    f->temporary = NULL;
    return true;
  }
  if (errno != EINVAL && errno != ENOSYS) return false;
  return link(f->temporary, f->path) == 0; /* release removes the hidden name */
}

static bool take_name(pel_outfile *f) {
  if (!f->force) return f->temporary ? rename_new(f) : link_nameless(f, f->path) == 0;
  if (!f->temporary && !name_hidden(f)) return false;
  if (rename(f->temporary, f->path) != 0) return false;
  free(f->temporary);
  f->temporary = NULL;
  return true;
}

static void sync_directory(const pel_outfile *f) {
  int fd = open(f->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd); /* some file systems refuse; the file itself is safe */
  close(fd);
}

pel_status pel_outfile_commit(pel_outfile *f, pel_error *err) {
  if (flush(f) && fsync(f->fd) != 0) keep_errno(f, "cannot write");
  if (!f->failed && !take_name(f)) {
    if (errno == EEXIST) {
      f->failed = true;
      pel_fail(&f->error, PEL_ERR_IO, "%s: exists already; choose another name or use --force", f->path);
    } else
      keep_errno(f, "cannot create");
  }
  pel_status status = pel_outfile_error(f, err);
  if (status == PEL_OK) sync_directory(f);
  release(f);
  return status;
}

void pel_outfile_discard(pel_outfile *file) {
  if (file) release(file);
}
