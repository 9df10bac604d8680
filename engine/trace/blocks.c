/* Blocks of one head, from their table or from the tail of a trace that is not closed, in a small cache. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/kernels/row.h"
#include "engine/trace/reader.h"

enum { BORROWED = 8 }; /* most recent blocks, which a caller may still hold */

static const char *const tables[] = {"attention_query", "attention_key", "attention_row"};

static size_t row_bytes(const pel_layer_layout *l, pel_block_kind kind) {
  return kind == PEL_BLOCK_STATISTIC ? sizeof(pel_statistic) : (size_t)l->shape.head_dim * 2;
}

static uint32_t head_of(const pel_layer_layout *l, pel_block_kind kind, uint32_t index) {
  return kind == PEL_BLOCK_KEY ? l->k_heads[index] : l->q_heads[index];
}

/* ---- reading ---- */

/* Where to put raw rows [n, row]: keys are packed afterwards. */
static pel_status copy_row(pel_trace *t, sqlite3_stmt *st, const pel_block *b, void *rows, bool *found,
                           pel_error *err) {
  const pel_layer_layout *l = &t->layouts[b->layer];
  size_t row = row_bytes(l, b->kind), need = b->n * row;
  uint32_t head = head_of(l, b->kind, b->index);
  sqlite3_bind_int64(st, 1, b->layer);
  sqlite3_bind_int64(st, 2, head);
  sqlite3_bind_int64(st, 3, b->block);
  int rc = sqlite3_step(st);
  *found = rc == SQLITE_ROW;
  if (rc == SQLITE_DONE) return PEL_OK;
  if (rc != SQLITE_ROW) return pel_trace_sql_error(t, rc, tables[b->kind], err);
  bool blob = sqlite3_column_type(st, 0) == SQLITE_BLOB;
  const void *data = blob ? sqlite3_column_blob(st, 0) : NULL;
  size_t size = data ? (size_t)sqlite3_column_bytes(st, 0) : 0;
  /* A block of a run that goes on may hold rows that do not count yet. */
  bool fits = t->info.complete ? size == need : size >= need && size <= l->block * row && size % row == 0;
  if (!data || !fits)
    return pel_trace_bad(t, err, tables[b->kind],
                         "layer %u head %u block %u has %zu bytes of data where %zu belong", b->layer, head,
                         b->block, size, need);
  memcpy(rows, data, need);
  return PEL_OK;
}

static size_t piece_offset(const pel_layer_layout *l, pel_block_kind kind, uint32_t n, uint32_t index) {
  switch (kind) {
    case PEL_BLOCK_QUERY: return pel_tail_query(l, n, index);
    case PEL_BLOCK_KEY: return pel_tail_key(l, n, index);
    default: return pel_tail_statistic(l, n, index);
  }
}

static pel_status copy_piece(pel_trace *t, sqlite3_stmt *st, const pel_block *b, uint32_t *have, char *rows,
                             pel_error *err) {
  const pel_layer_layout *l = &t->layouts[b->layer];
  size_t token = pel_layout_token_bytes(l), row = row_bytes(l, b->kind);
  sqlite3_int64 first = sqlite3_column_int64(st, 0);
  const char *data = sqlite3_column_type(st, 1) == SQLITE_BLOB ? sqlite3_column_blob(st, 1) : NULL;
  size_t size = data ? (size_t)sqlite3_column_bytes(st, 1) : 0, n = size / token;
  if (first != (sqlite3_int64)b->block * l->block + *have || !n || size % token || n > l->block - *have)
    return pel_trace_bad(t, err, "tail",
                         "layer %u: the piece from row %lld on is out of place or of wrong size", b->layer,
                         (long long)first);
  size_t take = n < b->n - *have ? n : b->n - *have;
  memcpy(rows + *have * row, data + piece_offset(l, b->kind, (uint32_t)n, b->index), take * row);
  *have += (uint32_t)take;
  return PEL_OK;
}

static pel_status copy_tail(pel_trace *t, const pel_block *b, char *rows, pel_error *err) {
  sqlite3_stmt *st;
  const pel_layer_layout *l = &t->layouts[b->layer];
  PEL_TRY(pel_trace_statement(t, PEL_READ_TAIL, &st, err));
  sqlite3_bind_int64(st, 1, b->layer);
  sqlite3_bind_int64(st, 2, (sqlite3_int64)b->block * l->block);
  sqlite3_bind_int64(st, 3, ((sqlite3_int64)b->block + 1) * l->block);
  uint32_t have = 0;
  pel_status status = PEL_OK;
  int rc = SQLITE_DONE;
  while (status == PEL_OK && have < b->n && (rc = sqlite3_step(st)) == SQLITE_ROW)
    status = copy_piece(t, st, b, &have, rows, err);
  if (status == PEL_OK && have < b->n)
    status = rc == SQLITE_DONE
                 ? pel_trace_bad(t, err, tables[b->kind], "layer %u head %u block %u is missing", b->layer,
                                 head_of(l, b->kind, b->index), b->block)
                 : pel_trace_sql_error(t, rc, "tail", err);
  sqlite3_reset(st);
  return status;
}

static pel_status read_rows(pel_trace *t, const pel_block *b, void *rows, pel_error *err) {
  static const int which[] = {PEL_READ_QUERY, PEL_READ_KEY, PEL_READ_STATISTIC};
  sqlite3_stmt *st;
  bool found;
  PEL_TRY(pel_trace_statement(t, which[b->kind], &st, err));
  pel_status status = copy_row(t, st, b, rows, &found, err);
  sqlite3_reset(st);
  if (status != PEL_OK || found) return status;
  if (t->info.complete)
    return pel_trace_bad(t, err, tables[b->kind], "layer %u head %u block %u is missing", b->layer,
                         head_of(&t->layouts[b->layer], b->kind, b->index), b->block);
  return copy_tail(t, b, rows, err);
}

/* One transaction while the file grows: a piece must not move from the tail into a block between two looks.
 */
static pel_status read_rows_at_once(pel_trace *t, const pel_block *b, void *rows, pel_error *err) {
  PEL_TRY(pel_trace_begin(t, err));
  pel_status status = read_rows(t, b, rows, err);
  pel_trace_end(t);
  return status;
}

static pel_status fill(pel_trace *t, pel_block *b, pel_error *err) {
  const pel_layer_layout *l = &t->layouts[b->layer];
  size_t row = row_bytes(l, b->kind), bytes = b->n * row;
  if (b->kind == PEL_BLOCK_KEY) bytes = pel_key_blocks(b->n) * PEL_KEYS * row;
  b->data = pel_alloc_aligned(bytes, 1);
  void *raw = b->kind == PEL_BLOCK_KEY ? malloc(b->n * row) : b->data;
  pel_status status = b->data && raw ? read_rows_at_once(t, b, raw, err)
                                     : pel_fail_memory(err, "a block of the trace", bytes);
  if (status == PEL_OK && b->kind == PEL_BLOCK_KEY)
    pel_pack_keys(raw, l->shape.head_dim, 0, b->n, l->shape.head_dim, b->keys);
  if (raw != b->data) free(raw);
  b->bytes = bytes + sizeof *b;
  return status;
}

/* ---- cache ---- */

static pel_block **bucket_of(pel_trace *t, pel_block_kind kind, uint32_t layer, uint32_t index,
                             uint32_t block) {
  uint64_t h =
      ((uint64_t)layer << 34 ^ (uint64_t)index << 22 ^ (uint64_t)kind << 20 ^ block) * 0x9e3779b97f4a7c15u;
  return &t->buckets[h >> 54];
}

static void unlink_order(pel_trace *t, pel_block *b) {
  if (b->newer)
    b->newer->older = b->older;
  else
    t->newest = b->older;
  if (b->older)
    b->older->newer = b->newer;
  else
    t->oldest = b->newer;
}

static void link_newest(pel_trace *t, pel_block *b) {
  b->newer = NULL;
  b->older = t->newest;
  if (t->newest)
    t->newest->newer = b;
  else
    t->oldest = b;
  t->newest = b;
}

static void drop(pel_trace *t, pel_block *b) {
  pel_block **at = bucket_of(t, b->kind, b->layer, b->index, b->block);
  while (*at != b) at = &(*at)->chain;
  *at = b->chain;
  unlink_order(t, b);
  t->cache_bytes -= b->bytes;
  t->n_cached--;
  free(b->data);
  free(b);
}

void pel_trace_free_blocks(pel_trace *t) {
  while (t->oldest) drop(t, t->oldest);
}

pel_status pel_trace_block(pel_trace *t, pel_block_kind kind, uint32_t layer, uint32_t index, uint32_t block,
                           const pel_block **out, pel_error *err) {
  const pel_layer_layout *l = &t->layouts[layer];
  uint32_t first = block * l->block,
           n = t->info.n_rows - first < l->block ? t->info.n_rows - first : l->block;
  pel_block **bucket = bucket_of(t, kind, layer, index, block), *b = *bucket;
  while (b && !(b->kind == kind && b->layer == layer && b->index == index && b->block == block)) b = b->chain;
  if (b && b->n < n) { /* the file has grown since */
    drop(t, b);
    b = NULL;
  }
  if (b) {
    if (b != t->newest) {
      unlink_order(t, b);
      link_newest(t, b);
    }
    *out = b;
    return PEL_OK;
  }
  b = pel_alloc(1, sizeof *b);
  if (!b) return pel_fail_memory(err, "a block of the trace", sizeof *b);
  *b = (pel_block){.kind = kind, .layer = layer, .index = index, .block = block, .n = n};
  pel_status status = fill(t, b, err);
  if (status != PEL_OK) {
    free(b->data);
    free(b);
    return status;
  }
  while (t->n_cached > BORROWED && t->cache_bytes + b->bytes > PEL_CACHE_BYTES) drop(t, t->oldest);
  b->chain = *bucket;
  *bucket = b;
  link_newest(t, b);
  t->cache_bytes += b->bytes;
  t->n_cached++;
  *out = b;
  return PEL_OK;
}
