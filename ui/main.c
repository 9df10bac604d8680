/* pellucid-desktop [run.pel]: the window. */
#include <locale.h>

#include "ui/window.h"

static void activate(GApplication *app, gpointer user) {
  (void)user;
  gtk_window_present(GTK_WINDOW(pel_window_new(ADW_APPLICATION(app))));
}

static void open_files(GApplication *app, GFile **files, int n, const char *hint, gpointer user) {
  (void)hint, (void)user;
  for (int i = 0; i < n; i++) {
    GtkWidget *window = pel_window_new(ADW_APPLICATION(app));
    char *path = g_file_get_path(files[i]);
    gtk_window_present(GTK_WINDOW(window));
    if (path) pel_window_open(PEL_WINDOW(window), path);
    g_free(path);
  }
}

int main(int argc, char **argv) {
  setlocale(LC_ALL, "");
  AdwApplication *app = adw_application_new("io.github.pellucid.Pellucid", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  g_signal_connect(app, "activate", G_CALLBACK(activate), NULL);
  g_signal_connect(app, "open", G_CALLBACK(open_files), NULL);
  int status = g_application_run(G_APPLICATION(app), argc, argv);
  g_object_unref(app);
  return status;
}
