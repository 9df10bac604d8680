/* pellucid-desktop [run.pel], pellucid-desktop --kb PACK [CASE.json]: the window. */
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>

#include "src/core/auditing.h"
#include "src/core/private_folder.h"
#include "src/core/recording.h"
#include "src/core/thread.h"
#include "ui/window.h"

static char *pack; /* of --kb, or NULL: files are traces */

static void about(GSimpleAction *action, GVariant *parameter, gpointer app) {
  (void)action, (void)parameter;
  GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(app));
  adw_show_about_window(window, "application-name", "Pellucid", "application-icon", "io.github.pellucid.Pellucid", "version", PEL_VERSION, "developer-name",
                        _("The Pellucid developers"), "license-type", GTK_LICENSE_APACHE_2_0, "comments",
                        _("Records what a reasoning model does, exactly, and shows why it concluded what it did."), NULL);
}

/* Asked to end: what is being recorded is closed first. */
static gboolean quit(gpointer app) {
  GList *windows;
  while ((windows = gtk_application_get_windows(GTK_APPLICATION(app)))) gtk_window_destroy(windows->data);
  g_application_quit(app);
  return G_SOURCE_REMOVE;
}

static void startup(GApplication *app, gpointer user) {
  static const GActionEntry actions[] = {{.name = "about", .activate = about}};
  (void)user;
  g_action_map_add_action_entries(G_ACTION_MAP(app), actions, G_N_ELEMENTS(actions), app);
  pel_private_clean();
  g_unix_signal_add(SIGTERM, quit, app);
  g_unix_signal_add(SIGINT, quit, app);
}

static GtkWidget *new_window(GApplication *app) {
  GtkWidget *window = pel_window_new(ADW_APPLICATION(app));
  GtkBuilder *builder = gtk_builder_new_from_resource("/io/github/pellucid/Pellucid/shortcuts.ui");
  gtk_application_window_set_help_overlay(GTK_APPLICATION_WINDOW(window), GTK_SHORTCUTS_WINDOW(gtk_builder_get_object(builder, "shortcuts")));
  g_object_unref(builder);
  gtk_window_present(GTK_WINDOW(window));
  return window;
}

static void activate(GApplication *app, gpointer user) {
  (void)user;
  GtkWidget *window = new_window(app);
  if (pack) pel_window_new_case(PEL_WINDOW(window), pack, NULL);
}

static void open_files(GApplication *app, GFile **files, int n, const char *hint, gpointer user) {
  (void)hint, (void)user;
  for (int i = 0; i < n; i++) {
    GtkWidget *window = new_window(app);
    char *path = g_file_get_path(files[i]);
    if (path && pack) pel_window_new_case(PEL_WINDOW(window), pack, path);
    else if (path) pel_window_open(PEL_WINDOW(window), path);
    g_free(path);
  }
}

static const GOptionEntry options[] = {
    {"kb", 0, 0, G_OPTION_ARG_FILENAME, &pack, N_("Audit a case against this knowledge pack; the files are then cases"), N_("PACK")}, {0}};

int main(int argc, char **argv) {
  pel_thread_small_stacks();
  setlocale(LC_ALL, "");
  const char *catalogues = g_getenv("PELLUCID_LOCALES"); /* of a build that is not installed */
  bindtextdomain("pellucid", catalogues ? catalogues : PEL_LOCALES);
  bind_textdomain_codeset("pellucid", "UTF-8");
  textdomain("pellucid");
  AdwApplication *app = adw_application_new("io.github.pellucid.Pellucid", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  g_application_add_main_option_entries(G_APPLICATION(app), options);
  g_application_set_option_context_parameter_string(G_APPLICATION(app), _("[FILE…]"));
  g_signal_connect(app, "startup", G_CALLBACK(startup), NULL);
  g_signal_connect(app, "activate", G_CALLBACK(activate), NULL);
  g_signal_connect(app, "open", G_CALLBACK(open_files), NULL);
  int status = g_application_run(G_APPLICATION(app), argc, argv);
  pel_recording_wait_all();
  pel_auditing_wait_all();
  pel_private_end();
  g_object_unref(app);
  g_free(pack);
  return status;
}
