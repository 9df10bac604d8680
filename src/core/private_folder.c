#include "src/core/private_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <sys/file.h>
#include <unistd.h>

#define PREFIX "pellucid-private-"
#define LOCK "lock" /* held as long as the program lives */

static const char *chosen; /* NULL: the user's own */
static char *folder;
static int lock = -1;
static unsigned counter;

static const char *root(void) { return chosen ? chosen : g_get_user_runtime_dir(); }

void pel_private_place(const char *place) { chosen = place; }

static void remove_all(const char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir))) {
    char *file = g_build_filename(path, name, NULL);
    g_unlink(file); /* there are no folders in it */
    g_free(file);
  }
  if (dir) g_dir_close(dir);
  g_rmdir(path);
}

/* Is the one who made it gone? Without a lock file it is just being made, or was never finished: only an old one is taken away. */
static bool is_left(const char *path) {
  GStatBuf info;
  if (g_lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid()) return false;
  char *file = g_build_filename(path, LOCK, NULL);
  int fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  bool left = fd >= 0 ? flock(fd, LOCK_EX | LOCK_NB) == 0 : errno == ENOENT && g_get_real_time() / G_USEC_PER_SEC - info.st_mtime > 60;
  if (fd >= 0) close(fd);
  g_free(file);
  return left;
}

void pel_private_clean(void) {
  GDir *dir = g_dir_open(root(), 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir))) {
    char *path = g_str_has_prefix(name, PREFIX) ? g_build_filename(root(), name, NULL) : NULL;
    if (path && is_left(path)) remove_all(path);
    g_free(path);
  }
  if (dir) g_dir_close(dir);
}

static bool make(void) {
  char *path = g_build_filename(root(), PREFIX "XXXXXX", NULL);
  g_mkdir_with_parents(root(), 0700);
  if (!g_mkdtemp_full(path, 0700)) return g_free(path), false;
  char *file = g_build_filename(path, LOCK, NULL);
  lock = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_free(file);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) return g_rmdir(path), g_free(path), false;
  folder = path;
  return true;
}

char *pel_private_path(const char *name) {
  if (!folder && !make()) return NULL;
  char *numbered = g_strdup_printf("%u-%s", ++counter, name), *path = g_build_filename(folder, numbered, NULL);
  g_free(numbered);
  return path;
}

void pel_private_remove(const char *path) {
  if (path) g_unlink(path);
}

void pel_private_end(void) {
  if (!folder) return;
  remove_all(folder);
  close(lock);
  g_clear_pointer(&folder, g_free);
  lock = -1;
}
