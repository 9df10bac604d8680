/* Frame times of the window's logic tree: opens a trace, shows all of its nodes, then pans and zooms frame after frame.
 *
 *   tree_bench run.pel [FRAMES]           under Xvfb, say: see tests/bench/tree.sh
 *
 * "Loaded": the reasoning is read and made a tree, on the document's thread. "First picture": in a window
 * that is there already, from asking for the file, reading included, to the end of the first frame that shows the tree. "All": from asking for every node to the end of the frame that has them. A frame's time is what the main loop spends on it,
 * from the frame clock's before-paint to its after-paint, with GSK_RENDERER=cairo all in software. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "src/core/reasoned.h"
#include "ui/tree_canvas.h"
#include "ui/window.h"

typedef enum stage { STARTING, WAITING, FIRST, ALL, MOVING, DONE } stage;

typedef struct bench {
  const char *path;
  int frames, frame;
  double loaded, first, first_cpu, all;
  gint64 cpu, began, paint_began, settle_until;
  PelTreeCanvas *canvas;
  GtkWidget *window;
  double *times;
  stage stage;
} bench;

static double ms_since(gint64 then) { return (double)(g_get_monotonic_time() - then) / 1000; }

/* What the process has worked, in us: on a machine that others use, too, it says more than the clock. */
static gint64 worked(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

static GtkWidget *find(GtkWidget *widget, GType type) {
  if (g_type_is_a(G_OBJECT_TYPE(widget), type)) return widget;
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child; child = gtk_widget_get_next_sibling(child)) {
    GtkWidget *found = find(child, type);
    if (found) return found;
  }
  return NULL;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The same work as the window's, apart from it. */
static void load_alone(bench *b) {
  pel_trace *trace;
  pel_reasoned *r = NULL;
  pel_error err;
  gint64 then = g_get_monotonic_time();
  if (pel_trace_open(b->path, &trace, &err) != PEL_OK || pel_reasoned_load(trace, &r, &err) != PEL_OK || !r) {
    fprintf(stderr, "%s\n", r ? err.text : "no reasoning");
    exit(1);
  }
  b->loaded = ms_since(then);
  printf("nodes           %u, of which %u are shown at first\n", r->tree->n_nodes, r->tree->n_shown);
  pel_reasoned_free(r);
  pel_trace_close(trace);
}

static void report(bench *b) {
  qsort(b->times, (size_t)b->frames, sizeof *b->times, ascending);
  printf("loaded          %.0f ms\nfirst picture   %.0f ms, reading included, of which %.0f ms of work\nall             %.0f ms from asking for every node to their picture\n", b->loaded, b->first, b->first_cpu, b->all);
  printf("frames          %d: median %.1f ms, 95th percentile %.1f ms, 99th %.1f ms, longest %.1f ms\n", b->frames, b->times[b->frames / 2],
         b->times[b->frames * 95 / 100], b->times[b->frames * 99 / 100], b->times[b->frames - 1]);
}

/* At reading size through the cards, then out to the whole tree and in again, ten times. */
static void move_on(bench *b) {
  int part = b->frames / 10 + 1, at = b->frame % part;
  if (at == 0) pel_tree_canvas_zoom(b->canvas, 1 / pel_tree_canvas_get_scale(b->canvas));
  else if (at < part / 2) pel_tree_canvas_pan(b->canvas, at % 20 ? 3 : 280, 40);
  else pel_tree_canvas_zoom(b->canvas, at < part * 3 / 4 ? 0.93 : 1 / 0.93);
}

static gboolean tick(GtkWidget *widget, GdkFrameClock *clock, gpointer user) {
  bench *b = user;
  (void)widget, (void)clock;
  if (b->stage == MOVING) move_on(b);
  return G_SOURCE_CONTINUE;
}

static void before_paint(GdkFrameClock *clock, bench *b) {
  (void)clock;
  b->paint_began = g_get_monotonic_time();
}

static void after_paint(GdkFrameClock *clock, bench *b) {
  (void)clock;
  gint64 now = g_get_monotonic_time();
  if (b->stage == STARTING && now > b->settle_until) {
    b->stage = WAITING;
    b->began = now, b->cpu = worked();
    pel_window_open(PEL_WINDOW(b->window), b->path);
    return;
  }
  bool seen = b->stage == WAITING && gtk_widget_get_mapped(GTK_WIDGET(b->canvas)) && pel_tree_canvas_get_chosen(b->canvas);
  if (seen) b->first = ms_since(b->began), b->first_cpu = (double)(worked() - b->cpu) / 1000, b->stage = FIRST, b->settle_until = now + G_USEC_PER_SEC;
  else if (b->stage == FIRST && now > b->settle_until) {
    b->began = now;
    pel_tree_canvas_cover(b->canvas, 1);
    b->stage = ALL;
  } else if (b->stage == ALL) b->all = ms_since(b->began), b->stage = MOVING;
  else if (b->stage == MOVING && b->frame < b->frames) b->times[b->frame++] = ms_since(b->paint_began);
  if (b->stage != MOVING || b->frame < b->frames) return;
  b->stage = DONE;
  report(b);
  gtk_window_destroy(GTK_WINDOW(b->window));
}

static void activate(GApplication *app, gpointer user) {
  bench *b = user;
  b->window = pel_window_new(ADW_APPLICATION(app));
  gtk_window_present(GTK_WINDOW(b->window));
  b->canvas = PEL_TREE_CANVAS(find(b->window, PEL_TYPE_TREE_CANVAS));
  GdkFrameClock *clock = gtk_widget_get_frame_clock(b->window);
  g_signal_connect(clock, "before-paint", G_CALLBACK(before_paint), b);
  g_signal_connect(clock, "after-paint", G_CALLBACK(after_paint), b);
  gtk_widget_add_tick_callback(b->window, tick, b, NULL);
  b->settle_until = g_get_monotonic_time() + 2 * G_USEC_PER_SEC;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fputs("usage: tree_bench run.pel [FRAMES]\n", stderr);
    return 2;
  }
  bench b = {.path = argv[1], .frames = argc > 2 ? atoi(argv[2]) : 600};
  b.times = g_new0(double, b.frames + 1);
  load_alone(&b);
  AdwApplication *app = adw_application_new(NULL, G_APPLICATION_NON_UNIQUE);
  g_signal_connect(app, "activate", G_CALLBACK(activate), &b);
  int status = g_application_run(G_APPLICATION(app), 1, argv);
  g_object_unref(app);
  g_free(b.times);
  return status;
}
