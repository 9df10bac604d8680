/* Frame times of the real window: opens a trace, then pans and zooms it frame after frame, and prints what that took.
 *
 *   window_bench run.pel [FRAMES]           under Xvfb, say: see tests/bench/window.sh
 *
 * "First picture": from the start of the program, and from the opening of the file, to the end of the first frame that shows the map.
 * A frame's time is what the main loop spends on it, from the frame clock's before-paint to its after-paint: layout, drawing,
 * the renderer. With GSK_RENDERER=cairo that is all in software. Between two frames the clock waits for its next tick. */
#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/map_widget.h"
#include "ui/window.h"

typedef struct bench {
  const char *path;
  int frames, frame;
  gint64 started, opened, paint_began;
  double first_from_start, first_from_open;
  PelMapWidget *map;
  GtkWidget *window;
  double *times; /* [frames] ms */
  double settle_until;
  bool measuring;
} bench;

static double ms_since(gint64 then) { return (double)(g_get_monotonic_time() - then) / 1000; }

static PelMapWidget *find_map(GtkWidget *widget) {
  if (PEL_IS_MAP_WIDGET(widget)) return PEL_MAP_WIDGET(widget);
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child; child = gtk_widget_get_next_sibling(child)) {
    PelMapWidget *found = find_map(child);
    if (found) return found;
  }
  return NULL;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static long status_kib(const char *name) {
  char line[256];
  long value = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, name, strlen(name))) value = strtol(line + strlen(name), NULL, 10);
  if (file) fclose(file);
  return value;
}

static void report(bench *b) {
  qsort(b->times, (size_t)b->frames, sizeof *b->times, ascending);
  printf("first picture   %.0f ms after the file was opened, %.0f ms after the program started\n", b->first_from_open, b->first_from_start);
  printf("frames          %d: median %.1f ms, 95th percentile %.1f ms, 99th %.1f ms, longest %.1f ms\n", b->frames, b->times[b->frames / 2],
         b->times[b->frames * 95 / 100], b->times[b->frames * 99 / 100], b->times[b->frames - 1]);
  printf("memory          %ld MB at most (VmHWM), %ld MB now, of which %ld MB are the program's own (RssAnon)\n", status_kib("VmHWM:") / 1024,
         status_kib("VmRSS:") / 1024, status_kib("RssAnon:") / 1024);
}

/* A path through the map: into it down to single cells with their labels, along the diagonal, across, and out again, ten times. */
static void move_on(bench *b) {
  const pel_viewport *p = pel_map_widget_get_viewport(b->map);
  double t = (double)(b->frame % (b->frames / 10 + 1)) / (b->frames / 10 + 1), n = p->n;
  double into = pow(PEL_CELL_READ / fmin(PEL_CELL_READ, fmin(p->width, p->height) / n), 4 / (double)(b->frames / 10)); /* to cells with labels */
  if (t < 0.25) pel_map_widget_zoom(b->map, into);
  else if (t < 0.5) pel_map_widget_move_to(b->map, n * t, n * (t - 0.15));
  else if (t < 0.75) pel_map_widget_move_to(b->map, p->y + p->height / p->cell / 2 + 12 / p->cell, p->x + p->width / p->cell / 2 + 9 / p->cell);
  else pel_map_widget_zoom(b->map, 1 / into);
}

static gboolean tick(GtkWidget *widget, GdkFrameClock *clock, gpointer user) {
  bench *b = user;
  (void)widget, (void)clock;
  if (b->measuring) move_on(b);
  return G_SOURCE_CONTINUE;
}

static void before_paint(GdkFrameClock *clock, bench *b) {
  (void)clock;
  b->paint_began = g_get_monotonic_time();
}

static void after_paint(GdkFrameClock *clock, bench *b) {
  (void)clock;
  if (!b->first_from_open && pel_map_widget_get_ground(b->map) && gtk_widget_get_mapped(GTK_WIDGET(b->map))) {
    b->first_from_open = ms_since(b->opened);
    b->first_from_start = ms_since(b->started);
    b->settle_until = g_get_monotonic_time() + 1.0 * G_USEC_PER_SEC;
  }
  if (b->first_from_open && !b->measuring && g_get_monotonic_time() > b->settle_until) b->measuring = true;
  else if (b->measuring && b->frame < b->frames) b->times[b->frame++] = ms_since(b->paint_began);
  if (b->frame < b->frames) return;
  report(b);
  gtk_window_destroy(GTK_WINDOW(b->window));
  b->frame = 0, b->measuring = false;
}

static void activate(GApplication *app, gpointer user) {
  bench *b = user;
  b->window = pel_window_new(ADW_APPLICATION(app));
  gtk_window_present(GTK_WINDOW(b->window));
  b->map = find_map(b->window);
  GdkFrameClock *clock = gtk_widget_get_frame_clock(b->window);
  g_signal_connect(clock, "before-paint", G_CALLBACK(before_paint), b);
  g_signal_connect(clock, "after-paint", G_CALLBACK(after_paint), b);
  gtk_widget_add_tick_callback(b->window, tick, b, NULL);
  b->opened = g_get_monotonic_time();
  pel_window_open(PEL_WINDOW(b->window), b->path);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fputs("usage: window_bench run.pel [FRAMES]\n", stderr);
    return 2;
  }
  bench b = {.path = argv[1], .frames = argc > 2 ? atoi(argv[2]) : 1000, .started = g_get_monotonic_time()};
  b.times = g_new0(double, b.frames + 1);
  AdwApplication *app = adw_application_new(NULL, G_APPLICATION_NON_UNIQUE);
  g_signal_connect(app, "activate", G_CALLBACK(activate), &b);
  int status = g_application_run(G_APPLICATION(app), 1, argv);
  g_object_unref(app);
  g_free(b.times);
  return status;
}
