#include "ui/tiles.h"

#include <stdatomic.h>

#include "src/plot/palette.h"

#define KEEP 160 /* tiles: at most 110 MB */

typedef struct entry { /* shared by the cache and the work that makes it */
  gatomicrefcount references;
  pel_tiles *owner; /* NULL once the cache has let go; main loop only */
  uint64_t key;
  uint32_t block, i, j, n_rows;
  pel_tile_look look;
  atomic_bool unwanted;
  bool asked, made, failed; /* main loop only, like all below; `tile` is the thread's until made or failed */
  uint64_t seen; /* frame */
  pel_document *document;
  pel_tile tile;
} entry;

struct pel_tiles {
  pel_document *document;
  uint32_t n_rows;
  void (*ready)(void *);
  void *user;
  pel_tile_look look;
  GHashTable *entries; /* uint64_t* -> entry */
  uint64_t frame;
  uint32_t pending;
};

static void unref(entry *e) {
  if (!g_atomic_ref_count_dec(&e->references)) return;
  pel_map_view_clear(&e->tile.view);
  if (e->tile.image) cairo_surface_destroy(e->tile.image);
  g_free(e);
}

static void let_go(gpointer data) {
  entry *e = data;
  if (e->owner && e->asked && !e->made && !e->failed) e->owner->pending--;
  e->owner = NULL;
  e->unwanted = true;
  unref(e);
}

static uint64_t key_of(uint32_t block, uint32_t i, uint32_t j) {
  return (uint64_t)__builtin_ctz(block) << 56 | (uint64_t)i << 28 | j;
}

pel_tiles *pel_tiles_new(pel_document *document, uint32_t n_rows, void (*ready)(void *), void *user) {
  pel_tiles *t = g_new0(pel_tiles, 1);
  *t = (pel_tiles){.document = document, .n_rows = n_rows, .ready = ready, .user = user};
  t->entries = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, let_go);
  return t;
}

void pel_tiles_free(pel_tiles *t) {
  if (!t) return;
  g_hash_table_unref(t->entries);
  g_free(t);
}

static bool same_look(const pel_tile_look *a, const pel_tile_look *b) {
  return a->layer == b->layer && a->head == b->head && a->scale == b->scale && a->low == b->low && a->high == b->high &&
         a->no_sink == b->no_sink && a->dark == b->dark && a->palette == b->palette;
}

void pel_tiles_set_look(pel_tiles *t, const pel_tile_look *look) {
  if (same_look(&t->look, look)) return;
  t->look = *look;
  g_hash_table_remove_all(t->entries);
}

/* ---- making one: on the document's thread ---- */

static bool go_on(double fraction, void *user) {
  const entry *e = user;
  (void)fraction;
  return !e->unwanted && !pel_document_cancelled(e->document);
}

static float value_of(const pel_tile_look *look, float weight) {
  if (look->scale == PEL_SCALE_LOG) return pel_log_value(weight, look->low, look->high);
  return look->high > look->low ? (weight - look->low) / (look->high - look->low) : 0;
}

static void paint(entry *e) {
  const pel_map_view *v = &e->tile.view;
  const pel_theme *theme = pel_theme_get(e->look.dark);
  uint32_t forbidden = pel_rgb_pack(pel_theme_forbidden(theme, e->look.palette));
  uint32_t hidden = pel_rgb_pack(pel_theme_hidden(theme, e->look.palette)), colors[256];
  for (int i = 0; i < 256; i++) colors[i] = pel_rgb_pack(pel_palette_color(e->look.palette, (float)i / 255));
  cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)v->n_cols, (int)v->n_rows);
  unsigned char *pixels = cairo_image_surface_get_data(image);
  int stride = cairo_image_surface_get_stride(image);
  for (uint32_t r = 0; pixels && r < v->n_rows; r++)
    for (uint32_t c = 0; c < v->n_cols; c++) {
      size_t at = (size_t)r * v->n_cols + c;
      float value = CLAMP(value_of(&e->look, v->weights[at]), 0, 1);
      uint32_t *out = (uint32_t *)(pixels + (size_t)r * (size_t)stride) + c;
      *out = v->kinds[at] == PEL_CELL_WEIGHT ? colors[(int)(value * 255 + 0.5f)] : v->kinds[at] == PEL_CELL_HIDDEN ? hidden : forbidden;
    }
  cairo_surface_mark_dirty(image);
  e->tile.image = image;
}

static pel_range range_of(const entry *e, uint32_t at) {
  uint64_t start = (uint64_t)at * PEL_TILE_CELLS * e->block, end = start + (uint64_t)PEL_TILE_CELLS * e->block;
  return (pel_range){(uint32_t)start, (uint32_t)MIN(end, e->n_rows)};
}

static pel_status load(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  entry *e = data;
  (void)document;
  pel_progress progress = {go_on, e};
  pel_map_options o = {.of = {.layer = e->look.layer, .head = e->look.head}, .rows = range_of(e, e->i), .cols = range_of(e, e->j),
                       .scale = PEL_SCALE_LINEAR, .no_sink = e->look.no_sink, .max_rows = PEL_TILE_CELLS, .max_cols = PEL_TILE_CELLS};
  if (!go_on(0, e)) {
    err->status = PEL_ERR_CANCELLED;
    return PEL_ERR_CANCELLED;
  }
  pel_status status = pel_map_view_load(trace, &o, &progress, &e->tile.view, err);
  if (status == PEL_OK) paint(e);
  return status;
}

static void loaded(pel_status status, const pel_error *err, void *data) {
  entry *e = data;
  (void)err;
  e->made = status == PEL_OK && e->tile.image;
  e->failed = !e->made;
  if (!e->owner) return;
  e->owner->pending--;
  e->owner->ready(e->owner->user);
}

static void unref_entry(gpointer data) { unref(data); }

/* ---- frames ---- */

void pel_tiles_begin(pel_tiles *t) { t->frame++; }

const pel_tile *pel_tiles_get(pel_tiles *t, uint32_t block, uint32_t i, uint32_t j) {
  uint64_t key = key_of(block, i, j);
  entry *e = g_hash_table_lookup(t->entries, &key);
  if (!e) {
    e = g_new0(entry, 1);
    *e = (entry){.owner = t, .key = key, .block = block, .i = i, .j = j, .n_rows = t->n_rows, .look = t->look, .document = t->document};
    g_atomic_ref_count_init(&e->references);
    g_hash_table_insert(t->entries, &e->key, e);
  }
  e->seen = t->frame;
  if (!e->asked) {
    e->asked = true;
    t->pending++;
    g_atomic_ref_count_inc(&e->references);
    pel_document_run(t->document, &(pel_work){load, loaded, unref_entry, e});
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
  g_hash_table_iter_init(&each, t->entries);
  while (g_hash_table_iter_next(&each, NULL, &value)) {
    entry *e = value;
    if (e->seen == t->frame) continue;
    g_ptr_array_add(e->made || e->failed ? kept : gone, e); /* not seen and not made yet: not wanted */
  }
  if (kept->len > KEEP) {
    g_ptr_array_sort(kept, older_first);
    for (guint k = 0; k < kept->len - KEEP; k++) g_ptr_array_add(gone, kept->pdata[k]);
  }
  for (guint k = 0; k < gone->len; k++) g_hash_table_remove(t->entries, &((entry *)gone->pdata[k])->key);
  g_ptr_array_unref(gone);
  g_ptr_array_unref(kept);
}

bool pel_tiles_weight(pel_tiles *t, uint32_t row, uint32_t key, float *weight) {
  uint64_t at = key_of(1, row / PEL_TILE_CELLS, key / PEL_TILE_CELLS);
  const entry *e = g_hash_table_lookup(t->entries, &at);
  if (!e || !e->made || e->tile.view.block != 1) return false;
  *weight = e->tile.view.weights[(size_t)(row % PEL_TILE_CELLS) * e->tile.view.n_cols + key % PEL_TILE_CELLS];
  return true;
}

uint32_t pel_tiles_pending(const pel_tiles *t) { return t->pending; }
