#include "src/core/private_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
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

/* Takes it away when the one who made it is gone. The lock is held meanwhile: who is just making it waits for it, and then sees that it is no more. Without a lock file it
 * is being made, or was never finished: only an old one goes. */
static void remove_left(const char *path) {
  GStatBuf info;
  if (g_lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid()) return;
  char *file = g_build_filename(path, LOCK, NULL);
  int fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  bool left = fd >= 0 ? flock(fd, LOCK_EX | LOCK_NB) == 0 : errno == ENOENT && g_get_real_time() / G_USEC_PER_SEC - info.st_mtime > 60;
  if (left) remove_all(path);
  if (fd >= 0) close(fd);
  g_free(file);
}

void pel_private_clean(void) {
  GDir *dir = g_dir_open(root(), 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir))) {
    char *path = g_str_has_prefix(name, PREFIX) ? g_build_filename(root(), name, NULL) : NULL;
    if (path) remove_left(path);
    g_free(path);
  }
  if (dir) g_dir_close(dir);
}

/* Locked, and still the file of that name. */
static bool hold(int fd, const char *file) {
  GStatBuf named, held;
  return flock(fd, LOCK_EX) == 0 && fstat(fd, &held) == 0 && g_lstat(file, &named) == 0 && named.st_ino == held.st_ino && named.st_dev == held.st_dev;
}

/* *again: somebody took it for left over before it was locked. */
static bool try_make(bool *again) {
  char *path = g_build_filename(root(), PREFIX "XXXXXX", NULL);
  g_mkdir_with_parents(root(), 0700);
  *again = false;
  if (!g_mkdtemp_full(path, 0700)) return g_free(path), false;
  char *file = g_build_filename(path, LOCK, NULL);
  lock = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (lock >= 0 && hold(lock, file)) folder = path;
  else g_rmdir(path), g_free(path);
  *again = !folder && lock >= 0;
  if (*again) close(lock), lock = -1;
  g_free(file);
  return folder != NULL;
}

static bool make(void) {
  bool again = true;
  for (int i = 0; i < 20 && again; i++)
    if (try_make(&again)) return true;
  return false;
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
