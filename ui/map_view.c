#include "ui/map_view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "src/analysis/caption.h"
#include "src/plot/axis.h"
#include "src/plot/canvas.h"

#define LEFT 112.0 /* rooms for the axes: fixed, so that the map does not jump while it zooms */
#define TOP 96.0
#define CELL_MOST 48.0 /* px */
#define CELL_READ 16.0

struct _PelMapView {
  GtkWidget parent;
  pel_document *document;
  const pel_overview *overview;
  pel_tiles *tiles;
  pel_tile_look look;
  bool has_head;
  double cell, x, y; /* px a token; the token at the map's upper left corner */
  bool fitted;       /* the whole map is shown, whatever the size */
  bool pointed, locked;
  uint32_t row, key; /* what is pointed at, or locked */
  double pointer_x, pointer_y, drag_x, drag_y;
  cairo_surface_t *thumb;
  pel_type *type;
  char *description;
  struct row_data *rows; /* weights of one row, when they came */
  struct row_data *asked; /* the request on its way, not owned; an answer to an older one is dropped */
};

G_DEFINE_FINAL_TYPE(PelMapView, pel_map_view_widget, GTK_TYPE_WIDGET)

enum { DESCRIBED, LOCKED, N_SIGNALS };
static guint signals[N_SIGNALS];

static uint32_t n_rows(const PelMapView *self) { return self->overview ? self->overview->n_rows : 0; }
static double map_width(PelMapView *self) { return fmax(1, gtk_widget_get_width(GTK_WIDGET(self)) - LEFT - 8); }
static double map_height(PelMapView *self) { return fmax(1, gtk_widget_get_height(GTK_WIDGET(self)) - TOP - 8); }
static double fit_cell(PelMapView *self) { return fmin(fmin(map_width(self), map_height(self)) / fmax(1, n_rows(self)), CELL_MOST); }

/* ---- one row's weights: for the exact value and its rank ---- */

typedef struct row_data {
  PelMapView *self; /* strong */
  uint32_t layer, head, row;
  float *weights; /* [row + 1] */
} row_data;

static void free_row(gpointer data) {
  row_data *r = data;
  g_clear_object(&r->self);
  g_free(r->weights);
  g_free(r);
}

static pel_status load_row(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  row_data *r = data;
  (void)document;
  return pel_trace_map(trace, r->layer, r->head, (pel_range){r->row, r->row + 1}, (pel_range){0, r->row + 1}, r->weights, err);
}

static void describe(PelMapView *self);

static void take_row(pel_status status, const pel_error *err, void *data) {
  row_data *r = data, *kept;
  PelMapView *self = r->self;
  (void)err;
  if (r != self->asked) return;
  self->asked = NULL;
  if (status != PEL_OK) return;
  kept = g_new(row_data, 1);
  *kept = *r;
  kept->self = NULL;
  r->weights = NULL;
  if (self->rows) free_row(self->rows);
  self->rows = kept;
  describe(self);
  if (self->locked) g_signal_emit(self, signals[LOCKED], 0, TRUE, self->row, self->key);
}

/* Whether these are weights of the row that is pointed at. */
static bool is_this_row(const PelMapView *self, const row_data *r) {
  return r && r->row == self->row && r->layer == self->look.layer && r->head == self->look.head;
}

static void want_row(PelMapView *self) {
  if (is_this_row(self, self->rows) || is_this_row(self, self->asked) || !self->document || !self->has_head || self->row >= n_rows(self)) return;
  row_data *r = g_new(row_data, 1);
  *r = (row_data){g_object_ref(self), self->look.layer, self->look.head, self->row, g_new(float, self->row + 1)};
  self->asked = r;
  pel_document_run(self->document, &(pel_work){load_row, take_row, free_row, r});
}

const float *pel_map_view_widget_get_row(PelMapView *self, uint32_t *row) {
  if (!self->locked || !is_this_row(self, self->rows)) return NULL;
  *row = self->row;
  return self->rows->weights;
}

/* ---- what is pointed at, in words ---- */

static void rank_of(const PelMapView *self, uint32_t *rank, uint32_t *of) {
  const float *w = self->rows->weights;
  uint32_t first = self->look.no_sink ? 1 : 0;
  uint32_t window = self->overview->windows[self->look.layer];
  if (window && self->row + 1 > window) first = MAX(first, self->row + 1 - window);
  *rank = 1, *of = self->row + 1 - MIN(first, self->row + 1);
  for (uint32_t k = first; k <= self->row; k++) *rank += w[k] > w[self->key];
}

static const char *label_at(const PelMapView *self, uint32_t position) {
  return pel_labels_at(&self->overview->signals[PEL_SIGNAL_LOGPROB].labels, position);
}

static char *sentence(PelMapView *self) {
  char query[80], key[80], number[40];
  const pel_tile_look *l = &self->look;
  if (!self->overview || !self->has_head) return g_strdup("");
  if (!self->pointed && !self->locked) return g_strdup_printf(_("Layer %u, head %u"), l->layer, l->head);
  pel_label_quote(label_at(self, self->row), query, sizeof query);
  pel_label_quote(label_at(self, self->key), key, sizeof key);
  GString *s = g_string_new(NULL);
  g_string_printf(s, _("Layer %u, head %u · query %u “%s” → key %u “%s”"), l->layer, l->head, self->row, query, self->key, key);
  uint32_t window = self->overview->windows[l->layer], rank, of;
  if (self->key > self->row) g_string_append(s, _(": later than the query, not visible"));
  else if (window && self->key + window <= self->row) g_string_append(s, _(": outside the layer's window"));
  else if (is_this_row(self, self->rows)) {
    rank_of(self, &rank, &of);
    pel_weight_text(number, sizeof number, (double)self->rows->weights[self->key]);
    if (l->no_sink && self->key == 0) g_string_append_printf(s, _(": %s, hidden as the sink"), number);
    else g_string_append_printf(s, _(": %s, rank %u of %u"), number, rank, of);
    if (l->no_sink && self->row > 0)
      g_string_append_printf(s, _(" · %.1f %% of this query's mass is drawn, the rest is the hidden sink"), 100 * (1 - (double)self->rows->weights[0]));
  }
  if (self->locked) g_string_append(s, _(" · locked"));
  return g_string_free(s, FALSE);
}

static void describe(PelMapView *self) {
  char *text = sentence(self);
  if (g_strcmp0(text, self->description) == 0) {
    g_free(text);
    return;
  }
  g_free(self->description);
  self->description = text;
  char *heard = g_strdup_printf("%s: %s", _("Attention map"), text); /* a change of name is what screen readers say */
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  g_free(heard);
  g_signal_emit(self, signals[DESCRIBED], 0, text);
}

/* ---- where things are ---- */

static void clamp_view(PelMapView *self) {
  double n = n_rows(self), w = map_width(self) / self->cell, h = map_height(self) / self->cell;
  self->x = CLAMP(self->x, 0, fmax(0, n - w));
  self->y = CLAMP(self->y, 0, fmax(0, n - h));
}

static void settle(PelMapView *self) {
  if (self->fitted) self->cell = fit_cell(self), self->x = self->y = 0;
  clamp_view(self);
}

static bool pick(PelMapView *self, double px, double py, uint32_t *row, uint32_t *key) {
  double x = self->x + (px - LEFT) / self->cell, y = self->y + (py - TOP) / self->cell;
  if (!self->has_head || px < LEFT || py < TOP || x >= n_rows(self) || y >= n_rows(self)) return false;
  *key = (uint32_t)x, *row = (uint32_t)y;
  return true;
}

static void zoom_to(PelMapView *self, double cell, double px, double py) {
  double least = fit_cell(self), x = self->x + (px - LEFT) / self->cell, y = self->y + (py - TOP) / self->cell;
  self->fitted = cell <= least;
  self->cell = CLAMP(cell, least, fmax(least, CELL_MOST));
  self->x = x - (px - LEFT) / self->cell;
  self->y = y - (py - TOP) / self->cell;
  settle(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void bring_into_view(PelMapView *self) {
  double w = map_width(self) / self->cell, h = map_height(self) / self->cell;
  if (self->key < self->x || self->key + 1 > self->x + w) self->x = self->key + 0.5 - w / 2;
  if (self->row < self->y || self->row + 1 > self->y + h) self->y = self->row + 0.5 - h / 2;
  settle(self);
}

void pel_map_view_widget_lock(PelMapView *self, bool on, uint32_t row, uint32_t key) {
  if (on && (row >= n_rows(self) || key >= n_rows(self))) return;
  self->locked = on;
  if (on) {
    self->row = row, self->key = key;
    bring_into_view(self);
    want_row(self);
  }
  describe(self);
  g_signal_emit(self, signals[LOCKED], 0, on, self->row, self->key);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* ---- drawing ---- */

/* An image of one pixel a cell, `block` tokens each, over these rows and keys. A last cell may stand for fewer. */
static void draw_cells(const PelMapView *self, cairo_t *cr, cairo_surface_t *image, pel_range rows, pel_range cols, double block) {
  double x = (cols.start - self->x) * self->cell, y = (rows.start - self->y) * self->cell;
  cairo_save(cr);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE); /* or seams would show between tiles */
  cairo_rectangle(cr, x, y, (cols.end - cols.start) * self->cell, (rows.end - rows.start) * self->cell);
  cairo_clip(cr);
  cairo_translate(cr, x, y);
  cairo_scale(cr, block * self->cell, block * self->cell);
  cairo_set_source_surface(cr, image, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_paint(cr);
  cairo_restore(cr);
}

static void draw_thumb(const PelMapView *self, cairo_t *cr) {
  pel_range all = {0, n_rows(self)};
  if (self->thumb) draw_cells(self, cr, self->thumb, all, all, self->overview->heads.block);
}

/* Tokens that a cell stands for: the smallest power of two that gives cells of at least a pixel. */
static uint32_t block_of(const PelMapView *self) {
  uint32_t block = 1;
  while (block * self->cell < 0.75) block *= 2;
  return block;
}

/* Above the diagonal nothing is; the thumbnail's blocks that reach over it are covered. */
static void draw_forbidden(PelMapView *self, pel_canvas *canvas, double row, double key, double span) {
  pel_box box = {(key - self->x) * self->cell, (row - self->y) * self->cell, span * self->cell, span * self->cell};
  pel_canvas_fill(canvas, box, pel_theme_forbidden(pel_theme_get(self->look.dark), self->look.palette));
}

static void draw_tiles(PelMapView *self, cairo_t *cr, pel_canvas *canvas) {
  uint32_t block = block_of(self);
  double span = PEL_TILE_CELLS * (double)block, n = n_rows(self);
  double right = fmin(n, self->x + map_width(self) / self->cell), bottom = fmin(n, self->y + map_height(self) / self->cell);
  pel_tiles_begin(self->tiles);
  for (uint32_t i = (uint32_t)(self->y / span); i * span < bottom; i++)
    for (uint32_t j = (uint32_t)(self->x / span); j * span < right; j++) {
      const pel_tile *tile = j > i ? NULL : pel_tiles_get(self->tiles, block, i, j);
      if (tile) draw_cells(self, cr, tile->image, tile->view.rows, tile->view.cols, tile->view.block);
      else if (j > i) draw_forbidden(self, canvas, i * span, j * span, span);
    }
  pel_tiles_end(self->tiles);
}

static void draw_cross(PelMapView *self, pel_canvas *canvas, const pel_theme *theme) {
  if (!self->pointed && !self->locked) return;
  double x = (self->key - self->x) * self->cell, y = (self->row - self->y) * self->cell, side = fmax(self->cell, 3);
  double end = n_rows(self) * self->cell;
  pel_canvas_line(canvas, 0, y + self->cell / 2, fmin(x, map_width(self)), y + self->cell / 2, 1, theme->accent);
  pel_canvas_line(canvas, x + self->cell / 2, fmax(0, y + self->cell), x + self->cell / 2, fmin(end, map_height(self)), 1, theme->accent);
  pel_canvas_frame(canvas, (pel_box){x - 1, y - 1, side + 2, side + 2}, self->locked ? 2 : 1, theme->accent);
}

static void draw_axis(PelMapView *self, pel_canvas *canvas, const pel_theme *theme, pel_side side) {
  double from = side == PEL_SIDE_LEFT ? self->y : self->x, room = side == PEL_SIDE_LEFT ? map_height(self) : map_width(self);
  uint32_t start = (uint32_t)from, end = (uint32_t)fmin(n_rows(self), ceil(from + room / self->cell));
  if (end <= start) return;
  pel_axis axis = {.side = side, .range = {start, end}, .block = 1, .labels = &self->overview->signals[PEL_SIGNAL_LOGPROB].labels,
                   .name = side == PEL_SIDE_LEFT ? _("query") : _("key")};
  double measured = pel_axis_measure(&axis, self->type, self->cell, true), most = side == PEL_SIDE_LEFT ? LEFT : TOP;
  if (measured > most) axis.text_room = fmax(0, axis.text_room - (measured - most));
  double at = (start - from) * self->cell, length = (end - start) * self->cell;
  pel_axis_draw(&axis, self->type, canvas, side == PEL_SIDE_LEFT ? (pel_box){LEFT, TOP + at, 1, length} : (pel_box){LEFT + at, TOP, length, 1}, theme);
}

static void draw_axes(PelMapView *self, cairo_t *cr, pel_canvas *canvas, const pel_theme *theme) {
  cairo_save(cr);
  cairo_rectangle(cr, 0, TOP, LEFT, map_height(self));
  cairo_clip(cr);
  draw_axis(self, canvas, theme, PEL_SIDE_LEFT);
  cairo_restore(cr);
  cairo_save(cr);
  cairo_rectangle(cr, LEFT, 0, map_width(self), TOP);
  cairo_clip(cr);
  draw_axis(self, canvas, theme, PEL_SIDE_TOP);
  cairo_restore(cr);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  PelMapView *self = PEL_MAP_VIEW(widget);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  if (!self->tiles || !self->has_head || width < LEFT + 20 || height < TOP + 20) return;
  settle(self);
  cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  const pel_theme *theme = pel_theme_get(self->look.dark);
  pel_canvas_cairo canvas;
  pel_canvas *c = pel_canvas_cairo_init(&canvas, cr);
  pel_canvas_fill(c, (pel_box){0, 0, width, height}, theme->paper);
  draw_axes(self, cr, c, theme);
  double extent = n_rows(self) * self->cell;
  cairo_save(cr);
  cairo_translate(cr, LEFT, TOP);
  cairo_rectangle(cr, 0, 0, fmin(map_width(self), extent), fmin(map_height(self), extent));
  cairo_clip(cr);
  pel_canvas_fill(c, (pel_box){0, 0, width, height}, pel_theme_forbidden(theme, self->look.palette));
  draw_thumb(self, cr);
  draw_tiles(self, cr, c);
  draw_cross(self, c, theme);
  cairo_restore(cr);
  pel_canvas_frame(c, (pel_box){LEFT - 1, TOP - 1, fmin(map_width(self), extent) + 2, fmin(map_height(self), extent) + 2}, 1, theme->frame);
  if (gtk_widget_is_focus(widget)) pel_canvas_frame(c, (pel_box){1, 1, width - 2, height - 2}, 2, theme->accent);
  cairo_destroy(cr);
}

/* ---- head and look ---- */

static void make_thumb(PelMapView *self) {
  g_clear_pointer(&self->thumb, cairo_surface_destroy);
  const pel_heads_view *v = &self->overview->heads;
  size_t at = pel_heads_index(v, self->look.layer, self->look.head);
  const float *values = v->values + at * v->side * v->side;
  pel_rgb forbidden = pel_theme_forbidden(pel_theme_get(self->look.dark), self->look.palette);
  self->thumb = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)v->side, (int)v->side);
  unsigned char *pixels = cairo_image_surface_get_data(self->thumb);
  int stride = cairo_image_surface_get_stride(self->thumb);
  for (uint32_t r = 0; r < v->side; r++)
    for (uint32_t c = 0; c < v->side; c++) {
      float value = values[(size_t)r * v->side + c];
      ((uint32_t *)(pixels + (size_t)r * (size_t)stride))[c] = pel_rgb_pack(value < 0 ? forbidden : pel_palette_color(self->look.palette, value));
    }
  cairo_surface_mark_dirty(self->thumb);
}

static void look_again(PelMapView *self) {
  if (!self->overview || !self->has_head) return;
  const pel_heads_view *v = &self->overview->heads;
  self->look.high = v->heads[pel_heads_index(v, self->look.layer, self->look.head)].max_weight;
  self->look.low = self->look.scale == PEL_SCALE_LOG ? self->look.high * 1e-5f : 0;
  pel_tiles_set_look(self->tiles, &self->look);
  make_thumb(self);
  if (self->locked) want_row(self);
  describe(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void ready(void *user) { gtk_widget_queue_draw(GTK_WIDGET(user)); }

void pel_map_view_widget_set_trace(PelMapView *self, pel_document *document, const pel_overview *overview) {
  g_clear_pointer(&self->tiles, pel_tiles_free);
  g_clear_pointer(&self->thumb, cairo_surface_destroy);
  g_clear_pointer(&self->rows, free_row);
  self->document = document, self->overview = overview;
  self->has_head = self->pointed = self->locked = false;
  self->fitted = true;
  self->asked = NULL;
  if (document) self->tiles = pel_tiles_new(document, overview->n_rows, ready, self);
  describe(self);
}

void pel_map_view_widget_grow(PelMapView *self, const pel_overview *overview) {
  self->overview = overview;
  pel_tiles_free(self->tiles);
  self->tiles = pel_tiles_new(self->document, overview->n_rows, ready, self);
  look_again(self);
  if (self->locked) g_signal_emit(self, signals[LOCKED], 0, TRUE, self->row, self->key); /* the text is new, its marks are gone */
}

void pel_map_view_widget_set_head(PelMapView *self, uint32_t layer, uint32_t head) {
  self->look.layer = layer, self->look.head = head;
  self->has_head = self->overview != NULL;
  look_again(self);
}

void pel_map_view_widget_set_scale(PelMapView *self, pel_scale scale) {
  self->look.scale = scale;
  look_again(self);
}

void pel_map_view_widget_set_no_sink(PelMapView *self, bool no_sink) {
  self->look.no_sink = no_sink;
  look_again(self);
}

void pel_map_view_widget_set_dark(PelMapView *self, bool dark) {
  self->look.dark = dark;
  look_again(self);
}

/* ---- hands ---- */

static void point_at(PelMapView *self, bool on, double x, double y) {
  uint32_t row = 0, key = 0;
  self->pointer_x = x, self->pointer_y = y;
  if (self->locked) return;
  self->pointed = on && pick(self, x, y, &row, &key);
  if (self->pointed) {
    self->row = row, self->key = key;
    want_row(self);
  }
  describe(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void moved(GtkEventControllerMotion *c, double x, double y, PelMapView *self) {
  (void)c;
  point_at(self, true, x, y);
}

static void left(GtkEventControllerMotion *c, PelMapView *self) {
  (void)c;
  point_at(self, false, self->pointer_x, self->pointer_y);
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelMapView *self) {
  uint32_t row, key;
  (void)g;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  if (!pick(self, x, y, &row, &key)) return;
  if (times == 2) zoom_to(self, self->cell * 4, x, y);
  else pel_map_view_widget_lock(self, true, row, key);
}

static void drag_begin(GtkGestureDrag *g, double x, double y, PelMapView *self) {
  (void)g, (void)x, (void)y;
  self->drag_x = self->x, self->drag_y = self->y;
}

static void drag_update(GtkGestureDrag *g, double dx, double dy, PelMapView *self) {
  /* From here on it is no click, which would lock the cell under it. */
  if (gtk_drag_check_threshold(GTK_WIDGET(self), 0, 0, (int)dx, (int)dy)) gtk_gesture_set_state(GTK_GESTURE(g), GTK_EVENT_SEQUENCE_CLAIMED);
  self->x = self->drag_x - dx / self->cell;
  self->y = self->drag_y - dy / self->cell;
  settle(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static gboolean scrolled(GtkEventControllerScroll *c, double dx, double dy, PelMapView *self) {
  GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(c));
  if (state & GDK_CONTROL_MASK) zoom_to(self, self->cell * pow(1.25, -dy), self->pointer_x, self->pointer_y);
  else {
    self->x += dx * 60 / self->cell, self->y += dy * 60 / self->cell;
    settle(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
  }
  return TRUE;
}

static bool step(PelMapView *self, int rows, int keys) {
  int64_t n = n_rows(self);
  if (!n) return false;
  int64_t row = self->locked ? self->row : n - 1, key = self->locked ? self->key : 0;
  if (self->locked) row = CLAMP(row + rows, 0, n - 1), key = CLAMP(key + keys, 0, n - 1);
  pel_map_view_widget_lock(self, true, (uint32_t)row, (uint32_t)key);
  return true;
}

static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelMapView *self) {
  int by = state & GDK_SHIFT_MASK ? 10 : 1;
  double middle_x = LEFT + map_width(self) / 2, middle_y = TOP + map_height(self) / 2;
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || !self->has_head) return FALSE;
  if (self->locked) {
    middle_x = LEFT + (self->key + 0.5 - self->x) * self->cell;
    middle_y = TOP + (self->row + 0.5 - self->y) * self->cell;
  }
  switch (key) {
    case GDK_KEY_Up: return step(self, -by, 0);
    case GDK_KEY_Down: return step(self, by, 0);
    case GDK_KEY_Left: return step(self, 0, -by);
    case GDK_KEY_Right: return step(self, 0, by);
    case GDK_KEY_plus: case GDK_KEY_KP_Add: zoom_to(self, self->cell * 1.5, middle_x, middle_y); return TRUE;
    case GDK_KEY_minus: case GDK_KEY_KP_Subtract: zoom_to(self, self->cell / 1.5, middle_x, middle_y); return TRUE;
    case GDK_KEY_0: zoom_to(self, 0, middle_x, middle_y); return TRUE;
    case GDK_KEY_1: zoom_to(self, CELL_READ, middle_x, middle_y); return TRUE;
    case GDK_KEY_Escape:
      if (!self->locked) return FALSE;
      pel_map_view_widget_lock(self, false, 0, 0);
      return TRUE;
    default: return FALSE;
  }
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelMapView *self = PEL_MAP_VIEW(object);
  g_clear_pointer(&self->tiles, pel_tiles_free);
  g_clear_pointer(&self->thumb, cairo_surface_destroy);
  g_clear_pointer(&self->rows, free_row);
  g_clear_pointer(&self->type, pel_type_free);
  g_clear_pointer(&self->description, g_free);
  G_OBJECT_CLASS(pel_map_view_widget_parent_class)->dispose(object);
}

static void pel_map_view_widget_class_init(PelMapViewClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
  signals[DESCRIBED] = g_signal_new("described", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[LOCKED] = g_signal_new("locked", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_BOOLEAN, G_TYPE_UINT, G_TYPE_UINT);
}

static void add(PelMapView *self, gpointer controller) { gtk_widget_add_controller(GTK_WIDGET(self), controller); }

static void pel_map_view_widget_init(PelMapView *self) {
  self->cell = 1, self->fitted = true;
  self->look.scale = PEL_SCALE_LOG;
  self->type = pel_type_new();
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Attention map"), -1);
  GtkEventController *motion = gtk_event_controller_motion_new(), *key = gtk_event_controller_key_new();
  GtkEventController *scroll = gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *click = gtk_gesture_click_new(), *drag = gtk_gesture_drag_new();
  g_signal_connect(motion, "motion", G_CALLBACK(moved), self);
  g_signal_connect(motion, "leave", G_CALLBACK(left), self);
  g_signal_connect(click, "released", G_CALLBACK(clicked), self);
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), self);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update), self);
  g_signal_connect(scroll, "scroll", G_CALLBACK(scrolled), self);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), self);
  add(self, motion), add(self, key), add(self, scroll), add(self, click), add(self, drag);
}

GtkWidget *pel_map_view_widget_new(void) { return g_object_new(PEL_TYPE_MAP_VIEW, NULL); }
