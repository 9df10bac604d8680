#include "ui/tiles.h"

#include <glib/gi18n.h>
#include <stdatomic.h>

#include "src/plot/palette.h"

#define KEEP 128                     /* tiles that are not seen: at most 34 MB */
#define WORK_MOST (1ull << 28)       /* weights of one tile of tokens: some seconds; the overview can stand in its place */
#define WORK_MOST_UNITS (1ull << 34) /* of larger units, which have none: some minutes, giving way to everything else */
#define WORK_LONG (1ull << 24)       /* from here on a tile gives way */
#define RETRY (5 * G_USEC_PER_SEC)

typedef struct entry { /* shared by the cache and the work that makes it */
  gatomicrefcount references;
  pel_tiles *owner; /* NULL once the cache has let go; main loop only */
  uint64_t key;
  uint32_t block, i, j;
  pel_look look;
  atomic_bool unwanted;
  bool asked, made, too_much, is_long; /* main loop only, like all below; `tile` is the thread's until it was made */
  gint64 failed_at; /* 0: it did not */
  uint64_t seen; /* frame */
  pel_document *document;
  pel_overview *overview; /* held: its units are read */
  pel_tile tile;
} entry;

struct pel_tiles {
  pel_document *document;
  pel_overview *overview;
  void (*ready)(void *);
  void *user;
  pel_look look;
  GHashTable *entries; /* uint64_t* -> entry */
  uint64_t frame;
  bool coarse;
  char *error; /* of the tiles of the last frame */
};

static void unref(gpointer data) {
  entry *e = data;
  if (!g_atomic_ref_count_dec(&e->references)) return;
  pel_map_view_clear(&e->tile.view);
  if (e->tile.image) cairo_surface_destroy(e->tile.image);
  pel_overview_unref(e->overview);
  g_free(e);
}

static void let_go(gpointer data) {
  entry *e = data;
  e->owner = NULL;
  e->unwanted = true;
  unref(e);
}

static uint64_t key_of(uint32_t block, uint32_t i, uint32_t j) {
  return (uint64_t)__builtin_ctz(block) << 56 | (uint64_t)i << 28 | j;
}

pel_tiles *pel_tiles_new(pel_document *document, pel_overview *overview, void (*ready)(void *), void *user) {
  pel_tiles *t = g_new0(pel_tiles, 1);
  *t = (pel_tiles){.document = document, .overview = pel_overview_ref(overview), .ready = ready, .user = user};
  t->entries = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, let_go);
  return t;
}

void pel_tiles_free(pel_tiles *t) {
  if (!t) return;
  g_hash_table_unref(t->entries);
  pel_overview_unref(t->overview);
  g_free(t->error);
  g_free(t);
}

bool pel_same_choice(const pel_map_choice *a, const pel_map_choice *b) {
  return a->layer == b->layer && a->head == b->head && a->average == b->average && a->value_weighted == b->value_weighted && a->level == b->level;
}

static bool same_look(const pel_look *a, const pel_look *b) {
  return pel_same_choice(&a->of, &b->of) && a->scale == b->scale && a->low == b->low && a->high == b->high &&
         a->no_sink == b->no_sink && a->dark == b->dark && a->palette == b->palette;
}

void pel_tiles_set_look(pel_tiles *t, const pel_look *look) {
  if (same_look(&t->look, look)) return;
  t->look = *look;
  g_hash_table_remove_all(t->entries);
}

static pel_range range_of(const pel_overview *overview, const entry *e, uint32_t at) {
  uint64_t n = overview->units[e->look.of.level].n, start = (uint64_t)at * PEL_TILE_CELLS * e->block;
  return (pel_range){(uint32_t)MIN(start, n), (uint32_t)MIN(start + (uint64_t)PEL_TILE_CELLS * e->block, n)};
}

static gboolean at_the_end(gpointer key, gpointer value, gpointer user) {
  const entry *e = value;
  (void)key, (void)user;
  return range_of(e->overview, e, e->i).end >= e->overview->units[e->look.of.level].n;
}

void pel_tiles_grow(pel_tiles *t, pel_overview *overview) {
  g_hash_table_foreach_remove(t->entries, at_the_end, NULL);
  pel_overview_ref(overview);
  pel_overview_unref(t->overview);
  t->overview = overview;
}

/* ---- making one: on the document's thread ---- */

static bool go_on(double fraction, void *user) {
  const entry *e = user;
  (void)fraction;
  return !e->unwanted && !pel_document_cancelled(e->document) && !(e->is_long && pel_document_waiting(e->document, PEL_URGENCY_SLOW));
}

cairo_surface_t *pel_cells_image(const pel_map_view *v, pel_palette palette, bool dark) {
  const pel_theme *theme = pel_theme_get(dark);
  uint32_t forbidden = pel_rgb_pack(pel_theme_forbidden(theme, palette));
  uint32_t hidden = pel_rgb_pack(pel_theme_hidden(theme, palette)), colors[256];
  for (int i = 0; i < 256; i++) colors[i] = pel_rgb_pack(pel_palette_color(palette, (float)i / 255));
  cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)v->n_cols, (int)v->n_rows);
  unsigned char *pixels = cairo_image_surface_get_data(image);
  if (!pixels) {
    cairo_surface_destroy(image);
    return NULL;
  }
  int stride = cairo_image_surface_get_stride(image);
  for (uint32_t r = 0; r < v->n_rows; r++)
    for (uint32_t c = 0; c < v->n_cols; c++) {
      size_t at = (size_t)r * v->n_cols + c;
      uint32_t *out = (uint32_t *)(pixels + (size_t)r * (size_t)stride) + c;
      *out = v->kinds[at] == PEL_CELL_WEIGHT ? colors[(int)(v->values[at] * 255 + 0.5f)] : v->kinds[at] == PEL_CELL_HIDDEN ? hidden : forbidden;
    }
  cairo_surface_mark_dirty(image);
  return image;
}

static pel_status load(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  entry *e = data;
  const pel_look *l = &e->look;
  (void)document;
  pel_progress progress = {go_on, e};
  pel_map_options o = {.of = l->of, .units = &e->overview->units[l->of.level], .rows = range_of(e->overview, e, e->i),
                       .cols = range_of(e->overview, e, e->j), .scale = l->scale, .low = l->low, .high = l->high, .no_sink = l->no_sink,
                       .max_rows = PEL_TILE_CELLS, .max_cols = PEL_TILE_CELLS};
  if (e->unwanted) return err->status = PEL_ERR_CANCELLED;
  pel_status status = pel_map_view_load(trace, &o, &progress, &e->tile.view, err);
  if (status == PEL_OK) e->tile.image = pel_cells_image(&e->tile.view, l->palette, l->dark);
  pel_map_view_clear(&e->tile.view); /* the image is all that is drawn: a third of the memory */
  return status;
}

static void loaded(pel_status status, const pel_error *err, void *data) {
  entry *e = data;
  pel_tiles *t = e->owner;
  e->made = status == PEL_OK && e->tile.image;
  if (!t) return;
  e->asked = false;
  if (!e->made && status != PEL_ERR_CANCELLED) { /* one that gave way is asked for again */
    e->failed_at = g_get_monotonic_time();
    g_free(t->error);
    t->error = g_strdup(status == PEL_OK ? _("no memory for a picture of this part") : err->text);
  }
  t->ready(t->user);
}

/* ---- frames ---- */

void pel_tiles_begin(pel_tiles *t) {
  t->frame++;
  t->coarse = false;
}

static double work_of(const pel_tiles *t, const entry *e) {
  const pel_look *l = &e->look;
  const pel_units *units = &t->overview->units[l->of.level];
  pel_range rows = range_of(t->overview, e, e->i), cols = pel_scale_by_row(l->scale) ? (pel_range){0, rows.end} : range_of(t->overview, e, e->j);
  pel_range r = pel_units_tokens(units, rows), c = pel_units_tokens(units, cols);
  double heads = l->of.average == PEL_AVERAGE_NONE ? 1 : l->of.average == PEL_AVERAGE_ALL ? t->overview->heads.n_recorded : t->overview->heads.n_heads;
  return (double)(r.end - r.start) * (c.end - c.start) * heads * (l->of.value_weighted ? 2 : 1);
}

static entry *new_entry(pel_tiles *t, uint32_t block, uint32_t i, uint32_t j) {
  entry *e = g_new0(entry, 1);
  *e = (entry){.owner = t, .key = key_of(block, i, j), .block = block, .i = i, .j = j, .look = t->look, .document = t->document};
  e->overview = pel_overview_ref(t->overview);
  double work = work_of(t, e);
  e->too_much = work > (double)(t->look.of.level == PEL_LEVEL_TOKEN ? WORK_MOST : WORK_MOST_UNITS);
  e->is_long = work > (double)WORK_LONG;
  g_atomic_ref_count_init(&e->references);
  g_hash_table_insert(t->entries, &e->key, e);
  return e;
}

const pel_tile *pel_tiles_get(pel_tiles *t, uint32_t block, uint32_t i, uint32_t j) {
  uint64_t key = key_of(block, i, j);
  entry *e = g_hash_table_lookup(t->entries, &key);
  if (!e) e = new_entry(t, block, i, j);
  e->seen = t->frame;
  t->coarse |= e->too_much;
  bool again = e->failed_at && g_get_monotonic_time() - e->failed_at > RETRY;
  if (!e->asked && !e->made && !e->too_much && (!e->failed_at || again)) {
    e->asked = true;
    e->failed_at = 0;
    g_atomic_ref_count_inc(&e->references);
    pel_document_run_later(t->document, e->is_long ? PEL_URGENCY_SLOW : PEL_URGENCY_NOW, &(pel_work){load, loaded, unref, e});
  }
  return e->made ? &e->tile : NULL;
}

static gint older_first(gconstpointer a, gconstpointer b) {
  const entry *x = *(entry *const *)a, *y = *(entry *const *)b;
  return x->seen < y->seen ? -1 : x->seen > y->seen;
}

void pel_tiles_end(pel_tiles *t) {
  GPtrArray *gone = g_ptr_array_new(), *kept = g_ptr_array_new();
  GHashTableIter each;
  gpointer value;
  bool failed = false;
  g_hash_table_iter_init(&each, t->entries);
  while (g_hash_table_iter_next(&each, NULL, &value)) {
    entry *e = value;
    failed |= e->seen == t->frame && e->failed_at;
    if (e->seen == t->frame) continue;
    g_ptr_array_add(e->made ? kept : gone, e); /* not seen and not made yet: not wanted */
  }
  if (kept->len > KEEP) {
    g_ptr_array_sort(kept, older_first);
    for (guint k = 0; k < kept->len - KEEP; k++) g_ptr_array_add(gone, kept->pdata[k]);
  }
  for (guint k = 0; k < gone->len; k++) g_hash_table_remove(t->entries, &((entry *)gone->pdata[k])->key);
  if (!failed) g_clear_pointer(&t->error, g_free);
  g_ptr_array_unref(gone);
  g_ptr_array_unref(kept);
}

bool pel_tiles_coarse(const pel_tiles *t) { return t->coarse; }
const char *pel_tiles_error(const pel_tiles *t) { return t->error; }
