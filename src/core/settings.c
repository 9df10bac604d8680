#include "src/core/settings.h"

#include <glib.h>

#define GROUP "window"
#define REMEMBER "remember-audits"

static char *settings_path(void) { return g_build_filename(g_get_user_config_dir(), "pellucid", "settings.ini", NULL); }

static GKeyFile *load(void) {
  char *path = settings_path();
  GKeyFile *file = g_key_file_new();
  g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  g_free(path);
  return file;
}

bool pel_settings_remember_audits(void) {
  GKeyFile *file = load();
  bool on = g_key_file_get_boolean(file, GROUP, REMEMBER, NULL);
  g_key_file_unref(file);
  return on;
}

bool pel_settings_set_remember_audits(bool on) {
  GKeyFile *file = load();
  char *path = settings_path(), *folder = g_path_get_dirname(path);
  g_key_file_set_boolean(file, GROUP, REMEMBER, on);
  bool done = g_mkdir_with_parents(folder, 0700) == 0 && g_key_file_save_to_file(file, path, NULL);
  g_key_file_unref(file);
  g_free(folder), g_free(path);
  return done;
}
