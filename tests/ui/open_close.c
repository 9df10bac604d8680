/* Opens and closes a trace in a real window again and again, and prints how much memory is in use after each time:
 *   open_close run.pel TIMES
 * A leak shows as growth: the caller compares the middle with the end. Every third time it is closed before it was read. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/window.h"

typedef struct state {
  AdwApplication *app;
  const char *path;
  int left;
  GtkWidget *window;
} state;

static gboolean next(gpointer user) {
  state *s = user;
  if (s->window) gtk_window_destroy(GTK_WINDOW(s->window));
  s->window = NULL;
  malloc_trim(0);
  printf("%zu\n", mallinfo2().uordblks);
  if (s->left-- == 0) {
    g_application_release(G_APPLICATION(s->app));
    return G_SOURCE_REMOVE;
  }
  s->window = pel_window_new(s->app);
  gtk_window_present(GTK_WINDOW(s->window));
  pel_window_open(PEL_WINDOW(s->window), s->path);
  g_timeout_add(s->left % 3 ? 700 : 40, next, s);
  return G_SOURCE_REMOVE;
}

static void activate(GApplication *app, gpointer user) {
  g_application_hold(app);
  g_timeout_add(10, next, user);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  state s = {.app = adw_application_new(NULL, G_APPLICATION_NON_UNIQUE), .path = argv[1], .left = atoi(argv[2])};
  g_signal_connect(s.app, "activate", G_CALLBACK(activate), &s);
  int status = g_application_run(G_APPLICATION(s.app), 1, argv);
  g_object_unref(s.app);
  return status;
}
