/* The files that sources were read from: their SHA-256, and looking for them again. */
#include <dirent.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/pack.h"

enum { HEX = PEL_SHA256_HEX, MOST_FOLDERS = 16, MOST_FILES = 100000 };

pel_status pel_pack_file_sha256(const char *path, char out[PEL_SHA256_HEX], pel_error *err) {
  struct sha256_ctx sha;
  uint8_t bytes[1 << 14], digest[SHA256_DIGEST_SIZE];
  FILE *f = fopen(path, "rbe");
  if (!f) return pel_fail_errno(err, path, "cannot read the file");
  sha256_init(&sha);
  for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;) sha256_update(&sha, n, bytes);
  bool failed = ferror(f);
  if (failed) pel_fail_errno(err, path, "cannot read the file");
  fclose(f);
  if (failed) return PEL_ERR_IO;
  sha256_digest(&sha, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
  return PEL_OK;
}

/* ---- looking for them ---- */

typedef struct found {
  char sha256[HEX];
  char *path;
} found;

typedef struct files {
  found *items;
  size_t n, capacity;
  bool (*each)(void *user, const char *key, const char *sha256, const char *file);
  void *user;
} files;

static pel_status keep_file(files *all, const char *path, pel_error *err) {
  if (all->n >= MOST_FILES) return pel_fail(err, PEL_ERR_USAGE, "%s: one file too many: name the folder of the sources alone", path);
  found *items = pel_grow(all->items, &all->capacity, all->n + 1, sizeof *items);
  if (!items) return pel_fail_memory(err, "files", sizeof *items);
  all->items = items;
  PEL_TRY(pel_pack_file_sha256(path, items[all->n].sha256, err));
  if (!(items[all->n].path = strdup(path))) return pel_fail_memory(err, "files", strlen(path));
  all->n++;
  return PEL_OK;
}

static pel_status hash_folder(files *all, const char *folder, int depth, pel_error *err) {
  DIR *dir = opendir(folder);
  if (!dir) return pel_fail_errno(err, folder, "cannot read the folder");
  pel_status status = PEL_OK;
  for (struct dirent *e; status == PEL_OK && (e = readdir(dir));) {
    char path[4096];
    struct stat st;
    if (e->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", folder, e->d_name) >= (int)sizeof path || lstat(path, &st) != 0) continue;
    if (S_ISDIR(st.st_mode) && depth < MOST_FOLDERS) status = hash_folder(all, path, depth + 1, err);
    else if (S_ISREG(st.st_mode)) status = keep_file(all, path, err);
  }
  closedir(dir);
  return status;
}

static bool look_for(void *user, const pel_source *row) {
  const files *all = user;
  const char *file = *row->sha256 ? NULL : "";
  for (size_t i = 0; i < all->n && *row->sha256; i++) /* of two files alike the first by name */
    if (strcasecmp(all->items[i].sha256, row->sha256) == 0 && (!file || strcmp(all->items[i].path, file) < 0)) file = all->items[i].path;
  return all->each(all->user, row->key, row->sha256, file);
}

pel_status pel_pack_check_sources(pel_pack *pack, const char *folder, bool (*each)(void *user, const char *key, const char *sha256, const char *file), void *user, pel_error *err) {
  files all = {.each = each, .user = user};
  pel_status status = folder ? hash_folder(&all, folder, 0, err) : PEL_OK;
  if (status == PEL_OK) status = pel_pack_sources(pack, look_for, &all, err);
  for (size_t i = 0; i < all.n; i++) free(all.items[i].path);
  free(all.items);
  return status;
}
