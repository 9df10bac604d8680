#include "engine/trace/store.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/connection.h"

/* ---- failures ---- */

/* The first failure counts. The open transaction goes, so that the file stays what the last commit made it.
 */
static bool fail(pel_store *s, const pel_error *error) {
  if (atomic_load(&s->failed)) return false;
  s->error = *error;
  if (s->db && !sqlite3_get_autocommit(s->db)) sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
  s->in_transaction = false;
  atomic_store(&s->failed, (int)error->status);
  return false;
}

bool pel_store_fail(pel_store *s, int rc, const char *what) {
  pel_error error;
  bool full = pel_connection_is_full(s->db, rc);
  s->disk_full = s->disk_full || full;
  if (full)
    pel_fail(&error, PEL_ERR_IO,
             "%s: disk full while writing %s; the trace holds what fitted, free some space", s->path, what);
  else if (rc == SQLITE_NOMEM)
    pel_fail_memory(&error, what, 0);
  else
    pel_fail(&error, PEL_ERR_IO, "%s: cannot write %s: %s", s->path, what,
             s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
  return fail(s, &error);
}

bool pel_store_fail_memory(pel_store *s, const char *what) {
  pel_error error;
  pel_fail_memory(&error, what, 0);
  return fail(s, &error);
}

static bool fail_order(pel_store *s, uint32_t layer, uint32_t first, uint32_t expected) {
  pel_error error;
  pel_fail(&error, PEL_ERR_USAGE,
           "%s: rows from %u on came for layer %u where row %u was next; rows come in order", s->path, first,
           layer, expected);
  return fail(s, &error);
}

/* ---- statements ---- */

bool pel_store_exec(pel_store *s, const char *sql, const char *what) {
  int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK ? true : pel_store_fail(s, rc, what);
}

/* A reader in the middle of its reading is waited for, but not for ever. */
static bool blocked_for_long(pel_store *s) {
  if (s->blocked_since == 0) s->blocked_since = pel_clock_seconds();
  return pel_clock_seconds() - s->blocked_since > 60;
}

bool pel_store_begin(pel_store *s) {
  if (s->in_transaction) return true;
  int rc;
  do rc = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  while (rc == SQLITE_BUSY && !blocked_for_long(s));
  if (rc != SQLITE_OK) return pel_store_fail(s, rc, "a transaction");
  s->blocked_since = 0;
  s->in_transaction = true;
  return true;
}

bool pel_store_run(pel_store *s, int sql, const char *what) {
  int rc = sqlite3_step(s->sql[sql]);
  if (rc != SQLITE_DONE) pel_store_fail(s, rc, what);
  sqlite3_reset(s->sql[sql]);
  s->dirty = true;
  return rc == SQLITE_DONE;
}

bool pel_store_set(pel_store *s, const char *key, const char *value) {
  sqlite3_bind_text(s->sql[PEL_SQL_PROVENANCE], 1, key, -1, SQLITE_STATIC);
  sqlite3_bind_text(s->sql[PEL_SQL_PROVENANCE], 2, value, -1, SQLITE_STATIC);
  return pel_store_run(s, PEL_SQL_PROVENANCE, "table provenance");
}

void *pel_store_scratch(pel_store *s, size_t size) {
  if (size <= s->scratch_size) return s->scratch;
  void *grown = realloc(s->scratch, size);
  if (!grown) {
    pel_store_fail_memory(s, "a block of the trace");
    return NULL;
  }
  s->scratch = grown;
  s->scratch_size = size;
  return grown;
}

bool pel_store_block(pel_store *s, int sql, uint32_t layer, uint32_t head, uint32_t block, const void *data,
                     size_t size, pel_block_digests *digests) {
  if (!pel_store_begin(s)) return false;
  void *items = pel_grow(digests->items, &digests->capacity, (size_t)block + 1, sizeof *digests->items);
  if (!items) return pel_store_fail_memory(s, "hashes of the trace");
  digests->items = items;
  pel_hash_blob(data, size, &digests->items[block].digest);
  digests->items[block].size = (uint32_t)size;
  digests->n = (size_t)block + 1;
  sqlite3_bind_int64(s->sql[sql], 1, layer);
  sqlite3_bind_int64(s->sql[sql], 2, head);
  sqlite3_bind_int64(s->sql[sql], 3, block);
  sqlite3_bind_blob(s->sql[sql], 4, data, (int)size, SQLITE_STATIC);
  s->pending += size;
  return pel_store_run(s, sql, "a block of attention");
}

/* ---- blocks of a layer ---- */

bool pel_store_delete_tail(pel_store *s, uint32_t layer, uint32_t first, uint32_t end) {
  if (!pel_store_begin(s)) return false;
  sqlite3_bind_int64(s->sql[PEL_SQL_TAIL_DELETE], 1, layer);
  sqlite3_bind_int64(s->sql[PEL_SQL_TAIL_DELETE], 2, first);
  sqlite3_bind_int64(s->sql[PEL_SQL_TAIL_DELETE], 3, end);
  return pel_store_run(s, PEL_SQL_TAIL_DELETE, "table tail");
}

/* The tail goes first: its pages are free for the blocks that take its place, and the file does not grow for
 * both. */
bool pel_store_queries_and_keys(pel_store *s, uint32_t layer, uint32_t n) {
  const pel_layer_layout *l = &s->layouts[layer];
  pel_layer_store *ls = &s->layers[layer];
  uint32_t block = ls->base / l->block, head_dim = l->shape.head_dim;
  if (ls->tail_end > ls->base && !pel_store_delete_tail(s, layer, ls->base, ls->base + l->block))
    return false;
  size_t size = (size_t)n * head_dim * 2, stride = (size_t)l->block * head_dim;
  for (uint32_t j = 0; j < l->n_q; j++)
    if (!pel_store_block(s, PEL_SQL_QUERY, layer, l->q_heads[j], block, ls->q + j * stride, size,
                         &ls->digests[j]))
      return false;
  for (uint32_t j = 0; j < l->n_k; j++)
    if (!pel_store_block(s, PEL_SQL_KEY, layer, l->k_heads[j], block, ls->k + j * stride, size,
                         &ls->digests[l->n_q + j]))
      return false;
  ls->base += n;
  return true;
}

/* One head's records out of the rows' [n, n_q]. */
static void pick_statistics(const pel_layer_store *ls, uint32_t n_q, uint32_t q_index, uint32_t first,
                            uint32_t n, char *out) {
  const pel_statistic *from = ls->statistics + (size_t)(first - ls->statistics_base) * n_q + q_index;
  for (uint32_t i = 0; i < n; i++) memcpy(out + i * sizeof *from, from + (size_t)i * n_q, sizeof *from);
}

bool pel_store_statistics(pel_store *s, uint32_t layer, uint32_t n) {
  const pel_layer_layout *l = &s->layouts[layer];
  pel_layer_store *ls = &s->layers[layer];
  char *records = pel_store_scratch(s, n * sizeof *ls->statistics);
  if (!records) return false;
  for (uint32_t j = 0; j < l->n_q; j++) {
    pick_statistics(ls, l->n_q, j, ls->statistics_base, n, records);
    if (!pel_store_block(s, PEL_SQL_ROW, layer, l->q_heads[j], ls->statistics_base / l->block, records,
                         n * sizeof *ls->statistics, &ls->digests[l->n_q + l->n_k + j]))
      return false;
  }
  uint32_t end = ls->rows > ls->norm_rows ? ls->rows : ls->norm_rows, next = ls->statistics_base + n;
  if (end > next)
    memmove(ls->statistics, ls->statistics + (size_t)n * l->n_q,
            (size_t)(end - next) * l->n_q * sizeof *ls->statistics);
  ls->statistics_base = next;
  if (ls->tail_end < next) ls->tail_end = next;
  return true;
}

static uint32_t complete_rows(const pel_layer_store *ls) {
  return ls->rows < ls->norm_rows ? ls->rows : ls->norm_rows;
}

bool pel_store_flush_statistics(pel_store *s, uint32_t layer) {
  const pel_layer_store *ls = &s->layers[layer];
  uint32_t block = s->layouts[layer].block;
  while (complete_rows(ls) >= ls->statistics_base + block)
    if (!pel_store_statistics(s, layer, block)) return false;
  return true;
}

static bool grow_statistics(pel_store *s, uint32_t layer, uint32_t end) {
  pel_layer_store *ls = &s->layers[layer];
  size_t n_q = s->layouts[layer].n_q, capacity = ls->statistics_capacity * n_q;
  void *grown =
      pel_grow(ls->statistics, &capacity, (size_t)(end - ls->statistics_base) * n_q, sizeof *ls->statistics);
  if (!grown) return pel_store_fail_memory(s, "statistics of a layer");
  ls->statistics = grown;
  ls->statistics_capacity = capacity / n_q;
  return true;
}

/* Room for records up to `end`, without a norm until one comes. */
static bool open_rows(pel_store *s, uint32_t layer, uint32_t end) {
  pel_layer_store *ls = &s->layers[layer];
  uint32_t known = ls->rows > ls->norm_rows ? ls->rows : ls->norm_rows;
  if (!grow_statistics(s, layer, end)) return false;
  size_t n_q = s->layouts[layer].n_q;
  for (size_t i = (size_t)(known - ls->statistics_base) * n_q; i < (size_t)(end - ls->statistics_base) * n_q;
       i++)
    ls->statistics[i] = (pel_statistic){.value_norm = PEL_HALF_NAN};
  return true;
}

void pel_store_fill_norms(pel_store *s, uint32_t layer, uint32_t end) {
  pel_layer_store *ls = &s->layers[layer];
  if (ls->norm_rows < end) ls->norm_rows = end; /* open_rows has put NaN there */
}

/* ---- messages ---- */

static void scatter(uint16_t *to, const uint16_t *from, uint32_t n, uint32_t n_heads, size_t head_dim,
                    size_t stride) {
  for (uint32_t h = 0; h < n_heads; h++)
    for (uint32_t i = 0; i < n; i++)
      memcpy(to + h * stride + i * head_dim, from + ((size_t)i * n_heads + h) * head_dim, head_dim * 2);
}

static bool take_queries_and_keys(pel_store *s, const pel_message *m) {
  const pel_layer_layout *l = &s->layouts[m->layer];
  pel_layer_store *ls = &s->layers[m->layer];
  size_t head_dim = l->shape.head_dim, stride = l->block * head_dim;
  const uint16_t *q = (const uint16_t *)pel_message_data(m) + (size_t)m->n * l->n_q * 4 * sizeof(float) / 2;
  const uint16_t *k = q + (size_t)m->n * l->n_q * head_dim;
  for (uint32_t done = 0; done < m->n;) {
    uint32_t at = m->first + done - ls->base, n = m->n - done < l->block - at ? m->n - done : l->block - at;
    scatter(ls->q + at * head_dim, q + (size_t)done * l->n_q * head_dim, n, l->n_q, head_dim, stride);
    scatter(ls->k + at * head_dim, k + (size_t)done * l->n_k * head_dim, n, l->n_k, head_dim, stride);
    done += n;
    if (at + n == l->block && !pel_store_queries_and_keys(s, m->layer, l->block)) return false;
  }
  return true;
}

static bool take_attention(pel_store *s, const pel_message *m) {
  const pel_layer_layout *l = &s->layouts[m->layer];
  pel_layer_store *ls = &s->layers[m->layer];
  if (m->first != ls->rows) return fail_order(s, m->layer, m->first, ls->rows);
  /* The norms of the batch before did not come: nobody will tell them now. */
  if (ls->norm_rows < ls->rows) pel_store_fill_norms(s, m->layer, ls->rows);
  if (!pel_store_flush_statistics(s, m->layer)) return false;
  uint32_t end = m->first + m->n;
  if (end > ls->norm_rows && !open_rows(s, m->layer, end)) return false;
  size_t values = (size_t)m->n * l->n_q;
  const float *stat = pel_message_data(m);
  pel_statistic *record = ls->statistics + (size_t)(m->first - ls->statistics_base) * l->n_q;
  for (size_t i = 0; i < values; i++) {
    record[i].m = stat[i];
    record[i].z = stat[values + i];
    record[i].entropy = stat[2 * values + i];
    record[i].sink = pel_float_to_half(stat[3 * values + i]);
  }
  if (!take_queries_and_keys(s, m)) return false;
  ls->rows = end;
  s->dirty = true;
  return pel_store_flush_statistics(s, m->layer);
}

static bool take_norms(pel_store *s, const pel_message *m) {
  const pel_layer_layout *l = &s->layouts[m->layer];
  pel_layer_store *ls = &s->layers[m->layer];
  if (m->first < ls->norm_rows) return fail_order(s, m->layer, m->first, ls->norm_rows);
  uint32_t end = m->first + m->n;
  if (end > ls->rows && !open_rows(s, m->layer, end)) return false;
  const uint16_t *norm = pel_message_data(m);
  pel_statistic *record = ls->statistics + (size_t)(m->first - ls->statistics_base) * l->n_q;
  for (size_t i = 0; i < (size_t)m->n * l->n_q; i++) record[i].value_norm = norm[i];
  ls->norm_rows = end;
  s->dirty = true;
  return pel_store_flush_statistics(s, m->layer);
}

static void bind_number(sqlite3_stmt *st, int i, float v) {
  sqlite3_bind_double(st, i, (double)v);
} /* NaN: NULL */

static bool take_token(pel_store *s, const pel_message *m) {
  const pel_token_message *t = pel_message_data(m);
  const char *text = (const char *)(t + 1);
  sqlite3_stmt *st = s->sql[PEL_SQL_TOKEN];
  if (!pel_store_begin(s)) return false;
  sqlite3_bind_int64(st, 1, s->n_tokens);
  sqlite3_bind_int64(st, 2, t->id);
  sqlite3_bind_blob(st, 3, text, (int)t->piece_size, SQLITE_STATIC);
  sqlite3_bind_text(st, 4, pel_trace_segment_name((pel_segment_kind)t->segment), -1, SQLITE_STATIC);
  bind_number(st, 5, t->logprob);
  bind_number(st, 6, t->entropy);
  bind_number(st, 7, t->margin);
  if (!pel_store_run(s, PEL_SQL_TOKEN, "table token")) return false;
  text += t->piece_size;
  st = s->sql[PEL_SQL_ALTERNATIVE];
  for (uint32_t i = 0; i < t->n_alternatives; i++) {
    sqlite3_bind_int64(st, 1, s->n_tokens);
    sqlite3_bind_int64(st, 2, i);
    sqlite3_bind_int64(st, 3, t->alternatives[i].id);
    bind_number(st, 4, t->alternatives[i].logprob);
    sqlite3_bind_blob(st, 5, text, (int)t->alternatives[i].piece_size, SQLITE_STATIC);
    text += t->alternatives[i].piece_size;
    if (!pel_store_run(s, PEL_SQL_ALTERNATIVE, "table alternative")) return false;
  }
  s->n_tokens++;
  return true;
}

static bool take_batch(pel_store *s, const pel_message *m) {
  if (!pel_store_begin(s)) return false;
  sqlite3_bind_int64(s->sql[PEL_SQL_BATCH], 1, m->first);
  sqlite3_bind_int64(s->sql[PEL_SQL_BATCH], 2, m->n);
  return pel_store_run(s, PEL_SQL_BATCH, "table batch");
}

void pel_store_take(pel_store *s, const pel_message *m) {
  if (atomic_load(&s->failed)) return;
  switch (m->kind) {
    case PEL_MESSAGE_ATTENTION: take_attention(s, m); break;
    case PEL_MESSAGE_NORMS: take_norms(s, m); break;
    case PEL_MESSAGE_TOKEN: take_token(s, m); break;
    case PEL_MESSAGE_BATCH: take_batch(s, m); break;
    default: break;
  }
}

/* ---- commits ---- */

bool pel_store_may_commit(const pel_store *s) {
  for (uint32_t i = 0; i < s->n_layers; i++)
    if (s->layouts[i].n_q && s->layers[i].base != s->layers[i].statistics_base) return false;
  return true;
}

static uint32_t consistent_rows(const pel_store *s) {
  uint32_t n = UINT32_MAX;
  for (uint32_t i = 0; i < s->n_layers; i++)
    if (s->layouts[i].n_q && complete_rows(&s->layers[i]) < n) n = complete_rows(&s->layers[i]);
  return n == UINT32_MAX ? 0 : n;
}

/* n rows from `first` on, of the open block of a layer. */
static bool write_piece(pel_store *s, uint32_t layer, uint32_t first, uint32_t n) {
  const pel_layer_layout *l = &s->layouts[layer];
  const pel_layer_store *ls = &s->layers[layer];
  size_t head_dim = l->shape.head_dim, stride = l->block * head_dim, at = (first - ls->base) * head_dim;
  size_t size = n * pel_layout_token_bytes(l);
  char *data = pel_store_scratch(s, size);
  if (!data) return false;
  for (uint32_t j = 0; j < l->n_q; j++) {
    memcpy(data + pel_tail_query(l, n, j), ls->q + j * stride + at, n * head_dim * 2);
    pick_statistics(ls, l->n_q, j, first, n, data + pel_tail_statistic(l, n, j));
  }
  for (uint32_t j = 0; j < l->n_k; j++)
    memcpy(data + pel_tail_key(l, n, j), ls->k + j * stride + at, n * head_dim * 2);
  sqlite3_bind_int64(s->sql[PEL_SQL_TAIL], 1, layer);
  sqlite3_bind_int64(s->sql[PEL_SQL_TAIL], 2, first);
  sqlite3_bind_blob(s->sql[PEL_SQL_TAIL], 3, data, (int)size, SQLITE_STATIC);
  s->pending += size;
  return pel_store_run(s, PEL_SQL_TAIL, "table tail");
}

/* Rows tail_end .. n_rows - 1 of a layer, in pieces that stay well below a reader's limit for one value. */
static bool write_tail(pel_store *s, uint32_t layer, uint32_t n_rows) {
  pel_layer_store *ls = &s->layers[layer];
  uint32_t most = (uint32_t)(PEL_TRACE_TAIL_BYTES / pel_layout_token_bytes(&s->layouts[layer]));
  uint32_t first = ls->tail_end > ls->base ? ls->tail_end : ls->base;
  while (first < n_rows) {
    uint32_t n = n_rows - first < most ? n_rows - first : most;
    if (!write_piece(s, layer, first, n)) return false;
    first += n;
    ls->tail_end = first;
  }
  return true;
}

static bool write_counts(pel_store *s, uint32_t n_rows) {
  sqlite3_stmt *st = s->sql[PEL_SQL_SEQUENCE];
  sqlite3_bind_int64(st, 1, s->n_context);
  sqlite3_bind_int64(st, 2, s->n_prompt);
  sqlite3_bind_int64(st, 3, s->n_tokens);
  sqlite3_bind_int64(st, 4, n_rows);
  return pel_store_run(s, PEL_SQL_SEQUENCE, "table sequence");
}

bool pel_store_commit(pel_store *s) {
  if (atomic_load(&s->failed) || !pel_store_begin(s)) return false;
  uint32_t n_rows = s->layers ? consistent_rows(s) : 0;
  for (uint32_t i = 0; i < s->n_layers && s->layers; i++)
    if (s->layouts[i].n_q && !write_tail(s, i, n_rows)) return false;
  if (!write_counts(s, n_rows)) return false;
  int rc = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
  if (rc == SQLITE_BUSY && !blocked_for_long(s)) return false;
  if (rc != SQLITE_OK) return pel_store_fail(s, rc, "a commit");
  s->blocked_since = 0;
  s->in_transaction = s->dirty = false;
  s->pending = 0;
  return true;
}

void pel_store_clear(pel_store *s) {
  for (int i = 0; i < PEL_SQL_COUNT; i++) sqlite3_finalize(s->sql[i]);
  sqlite3_close(s->db);
  for (uint32_t i = 0; s->layers && i < s->n_layers; i++) {
    pel_layer_store *ls = &s->layers[i];
    size_t n = 2 * (size_t)s->layouts[i].n_q + s->layouts[i].n_k;
    for (size_t j = 0; ls->digests && j < n; j++) free(ls->digests[j].items);
    free(ls->digests);
    free(ls->q);
    free(ls->k);
    free(ls->statistics);
  }
  free(s->layers);
  free(s->scratch);
  free(s->path);
  s->layers = NULL;
  s->db = NULL;
  s->path = NULL;
  s->scratch = NULL;
}
