/* What the map loads of itself: the overview underneath, and how much of the attention is in view. */
#include <glib/gi18n.h>
#include <math.h>

#include "ui/map_parts.h"

/* ---- how much is in view ---- */

typedef struct share_job {
  PelMapWidget *self; /* strong */
  pel_overview *overview;
  pel_look look;
  pel_range rows, cols;
  pel_map_share share;
} share_job;

static void free_share(gpointer data) {
  share_job *j = data;
  g_object_unref(j->self);
  pel_overview_unref(j->overview);
  g_free(j);
}

static bool not_closed(double fraction, void *document) {
  (void)fraction;
  return !pel_document_cancelled(document);
}

static pel_status load_share(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  share_job *j = data;
  pel_progress progress = {not_closed, document};
  return pel_map_share_load(trace, &j->look.of, &j->overview->units[j->look.of.level], j->rows, j->cols, j->look.no_sink, &progress, &j->share, err);
}

/* Cells that nothing is drawn of: too much to compute, and no overview in their place. */
static bool is_blank(const PelMapWidget *self) { return self->tiles && pel_tiles_coarse(self->tiles) && !self->ground.n_rows; }

static void say_what_is_hidden(PelMapWidget *self, GString *s) {
  bool coarse = self->tiles && pel_tiles_coarse(self->tiles), blocks = self->ground.block > 1;
  if (self->look.no_sink) g_string_append(s, coarse && blocks ? _(" · key 0 (sink) hidden, in the overview with its block") : _(" · key 0 (sink) hidden"));
  if (is_blank(self)) g_string_append(s, _(" · not drawn: so many weights take too long here; an export computes them"));
  else if (coarse) g_string_append_printf(s, _(" · overview in blocks of %u, to about 3 %%: zoom in for exact weights"), self->ground.block);
  if (self->tiles && pel_tiles_error(self->tiles)) g_string_append_printf(s, _(" · can't be read: %s"), pel_tiles_error(self->tiles));
}

/* What the picture leaves out is said with what it shows; until the share in view is known there are dots. */
static void say(PelMapWidget *self, const share_job *j) {
  GString *s = g_string_new(NULL);
  double share = !j ? 0 : is_blank(self) ? 0 : 100 * CLAMP(j->share.share, 0, 1);
  if (!j) g_string_append(s, "…");
  else g_string_append_printf(s, j->share.exact || is_blank(self) ? _("%.1f %% of these queries' attention in view") : _("about %.0f %% of these queries' attention in view"), share);
  say_what_is_hidden(self, s);
  if (g_strcmp0(s->str, self->share) != 0) {
    g_free(self->share);
    self->share = g_strdup(s->str);
    g_signal_emit_by_name(self, "shared", self->share);
  }
  g_string_free(s, TRUE);
}

static void take_share(pel_status status, const pel_error *err, void *data) {
  share_job *j = data;
  PelMapWidget *self = j->self;
  (void)err;
  if (j != self->share_asked) return;
  self->share_asked = NULL;
  if (status == PEL_OK) say(self, j);
}

gboolean pel_map_want_share(gpointer data) {
  PelMapWidget *self = data;
  self->share_timer = 0;
  pel_range rows = pel_viewport_rows(&self->port), cols = pel_viewport_cols(&self->port);
  if (!self->document || !self->has_head || rows.end <= rows.start || cols.end <= cols.start) return G_SOURCE_REMOVE;
  share_job *j = g_new0(share_job, 1);
  *j = (share_job){g_object_ref(self), pel_overview_ref(self->overview), self->look, rows, cols, {0, false}};
  self->share_asked = j;
  pel_document_run(self->document, &(pel_work){load_share, take_share, free_share, j});
  return G_SOURCE_REMOVE;
}

void pel_map_say_share(PelMapWidget *self) { say(self, NULL); }

/* ---- the overview underneath, and colours ---- */

typedef struct ground_job {
  PelMapWidget *self; /* strong */
  pel_overview *overview;
  pel_map_choice of;
  pel_map_view view;
} ground_job;

static void free_ground(gpointer data) {
  ground_job *j = data;
  g_object_unref(j->self);
  pel_overview_unref(j->overview);
  pel_map_view_clear(&j->view);
  g_free(j);
}

static pel_status load_ground(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  ground_job *j = data;
  pel_progress progress = {not_closed, document};
  return pel_map_overview_load(trace, &j->of, &j->overview->units[j->of.level], &progress, &j->view, err);
}

/* Nothing of another map may stand under this one's name. */
static void show_fault(PelMapWidget *self, const pel_map_choice *of, const char *why) {
  self->error = g_strdup_printf(_("This map can't be read: %s"), why);
  self->has_ground = self->has_head = self->pointed = self->locked = false;
  self->look.of = *of;
  pel_map_view_clear(&self->ground);
  g_clear_pointer(&self->ground_image, cairo_surface_destroy);
  pel_tiles_set_look(self->tiles, &self->look);
  pel_map_describe(self);
  g_signal_emit_by_name(self, "shared", self->error);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void take_ground(pel_status status, const pel_error *err, void *data) {
  ground_job *j = data;
  PelMapWidget *self = j->self;
  if (j != self->ground_asked) return;
  self->ground_asked = NULL;
  g_clear_pointer(&self->error, g_free);
  if (status != PEL_OK) {
    show_fault(self, &j->of, err->text);
    return;
  }
  bool same = self->has_ground && pel_same_choice(&self->ground.of, &j->of);
  float high = self->ground.max_weight;
  pel_map_view_clear(&self->ground);
  self->ground = j->view;
  if (same) self->ground.max_weight = fmaxf(high, j->view.max_weight); /* a map that grows keeps its colours where it can */
  j->view = (pel_map_view){0};
  pel_map_take_choice(self, &j->of);
}

void pel_map_want_ground(PelMapWidget *self) {
  ground_job *j = g_new0(ground_job, 1);
  *j = (ground_job){.self = g_object_ref(self), .overview = pel_overview_ref(self->overview), .of = self->wanted};
  self->ground_asked = j;
  pel_document_run(self->document, &(pel_work){load_ground, take_ground, free_ground, j});
}
