#include "src/core/packs.h"

#include <string.h>

static void free_found(gpointer data) {
  pel_pack_found *p = data;
  g_free(p->path), g_free(p->title), g_free(p->version), g_free(p->sha256);
  g_free(p);
}

static bool is_there(GPtrArray *list, const char *sha256) {
  for (guint i = 0; i < list->len; i++)
    if (!strcmp(((pel_pack_found *)g_ptr_array_index(list, i))->sha256, sha256)) return true;
  return false;
}

static void add_pack(GPtrArray *list, const char *path) {
  pel_pack *pack;
  pel_error err;
  if (pel_pack_open(path, &pack, &err) != PEL_OK) return;
  const pel_pack_info *info = pel_pack_get_info(pack);
  if (!is_there(list, info->sha256)) {
    pel_pack_found *p = g_new0(pel_pack_found, 1);
    *p = (pel_pack_found){g_strdup(path), g_strdup(*info->title ? info->title : info->name), g_strdup(info->version), g_strdup(info->sha256)};
    g_ptr_array_add(list, p);
  }
  pel_pack_close(pack);
}

static gint by_name(gconstpointer a, gconstpointer b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* In the order of names: which of two equal packs is taken does not depend on the disk. */
static void add_folder(GPtrArray *list, const char *folder) {
  GDir *dir = g_dir_open(folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  const char *name;
  while (dir && (name = g_dir_read_name(dir)))
    if (g_str_has_suffix(name, ".pack")) g_ptr_array_add(names, g_build_filename(folder, name, NULL));
  if (dir) g_dir_close(dir);
  g_ptr_array_sort(names, by_name);
  for (guint i = 0; i < names->len; i++) add_pack(list, g_ptr_array_index(names, i));
  g_ptr_array_unref(names);
}

static void add_beside_program(GPtrArray *list) {
  static const char *const beside[] = {"../share/pellucid/packs", "../data"};
  char *program = g_file_read_link("/proc/self/exe", NULL), *folder = program ? g_path_get_dirname(program) : NULL;
  for (size_t i = 0; folder && i < G_N_ELEMENTS(beside); i++) {
    char *joined = g_build_filename(folder, beside[i], NULL), *path = g_canonicalize_filename(joined, NULL);
    add_folder(list, path);
    g_free(joined), g_free(path);
  }
  g_free(program), g_free(folder);
}

static gint by_title(gconstpointer a, gconstpointer b) {
  const pel_pack_found *x = *(pel_pack_found *const *)a, *y = *(pel_pack_found *const *)b;
  int order = strcmp(x->title, y->title);
  return order ? order : strcmp(x->version, y->version);
}

GPtrArray *pel_packs_find(void) {
  static const char *const mine[] = {"packs", "demo"}; /* demo: what ./start builds */
  GPtrArray *list = g_ptr_array_new_with_free_func(free_found);
  const char *chosen = g_getenv("PELLUCID_PACKS");
  if (chosen && *chosen) add_folder(list, chosen);
  for (size_t i = 0; i < G_N_ELEMENTS(mine); i++) {
    char *folder = g_build_filename(g_get_user_data_dir(), "pellucid", mine[i], NULL);
    add_folder(list, folder);
    g_free(folder);
  }
  for (const char *const *data = g_get_system_data_dirs(); *data; data++) {
    char *folder = g_build_filename(*data, "pellucid", "packs", NULL);
    add_folder(list, folder);
    g_free(folder);
  }
  add_beside_program(list);
  g_ptr_array_sort(list, by_title);
  return list;
}

char *pel_packs_find_hash(const char *sha256, const char *folder) {
  GPtrArray *list = pel_packs_find();
  char *path = NULL;
  if (folder) add_folder(list, folder);
  for (guint i = 0; i < list->len && !path; i++) {
    const pel_pack_found *p = g_ptr_array_index(list, i);
    if (!strcmp(p->sha256, sha256)) path = g_strdup(p->path);
  }
  g_ptr_array_unref(list);
  return path;
}
