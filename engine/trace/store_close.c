/* The end of a recording: open blocks become short blocks, rows that not all layers have go, then the
 * overview tables and the hash. Or, after a failure: the last commit with a note. */
#include <stdio.h>

#include "engine/trace/store.h"

enum { COMMIT_BYTES = 32 << 20 };

static bool commit_now(pel_store *s) {
  while (!pel_store_commit(s))
    if (atomic_load(&s->failed)) return false;
  return true;
}

/* ---- rows ---- */

/* Keeps the first `size` bytes of a block that was written full. A run that was cancelled inside a batch
 * needs it: its first layers have rows that the last ones never saw. */
static bool cut_block(pel_store *s, const char *table, uint32_t layer, uint32_t head, uint32_t block,
                      size_t size, pel_block_digests *digests) {
  char sql[200];
  sqlite3_stmt *st;
  snprintf(
      sql, sizeof sql,
      "UPDATE %s SET data = substr (data, 1, ?1) WHERE seq = 0 AND layer = ?2 AND head = ?3 AND block = ?4"
      " RETURNING data",
      table);
  int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
  if (rc != SQLITE_OK) return pel_store_fail(s, rc, table);
  sqlite3_bind_int64(st, 1, (sqlite3_int64)size);
  sqlite3_bind_int64(st, 2, layer);
  sqlite3_bind_int64(st, 3, head);
  sqlite3_bind_int64(st, 4, block);
  rc = sqlite3_step(st);
  if (rc == SQLITE_ROW && (size_t)sqlite3_column_bytes(st, 0) == size) {
    pel_hash_blob(sqlite3_column_blob(st, 0), size, &digests->items[block].digest);
    digests->items[block].size = (uint32_t)size;
    rc = sqlite3_step(st);
  }
  sqlite3_finalize(st);
  return rc == SQLITE_DONE ? true : pel_store_fail(s, rc, table);
}

static bool cut_table(pel_store *s, const char *table, uint32_t layer, uint32_t n_rows, const uint16_t *heads,
                      uint32_t n_heads, size_t row_bytes, pel_block_digests *digests) {
  uint32_t block = s->layouts[layer].block, whole = (n_rows + block - 1) / block, rest = n_rows % block;
  char sql[160];
  snprintf(sql, sizeof sql, "DELETE FROM %s WHERE seq = 0 AND layer = %u AND block >= %u", table, layer,
           whole);
  if (!pel_store_exec(s, sql, table)) return false;
  for (uint32_t j = 0; j < n_heads; j++) {
    pel_block_digests *d = &digests[j];
    if (d->n < whole) continue; /* the last one is still open and will be written short */
    d->n = whole;
    if (rest && !cut_block(s, table, layer, heads[j], whole - 1, rest * row_bytes, d)) return false;
  }
  return true;
}

static bool finish_layer(pel_store *s, uint32_t layer, uint32_t n_rows) {
  const pel_layer_layout *l = &s->layouts[layer];
  pel_layer_store *ls = &s->layers[layer];
  size_t row = (size_t)l->shape.head_dim * 2;
  if (n_rows < ls->base || n_rows < ls->statistics_base) {
    if (!cut_table(s, "attention_query", layer, n_rows, l->q_heads, l->n_q, row, ls->digests) ||
        !cut_table(s, "attention_key", layer, n_rows, l->k_heads, l->n_k, row, ls->digests + l->n_q) ||
        !cut_table(s, "attention_row", layer, n_rows, l->q_heads, l->n_q, sizeof(pel_statistic),
                   ls->digests + l->n_q + l->n_k))
      return false;
  }
  if (n_rows > ls->base && !pel_store_queries_and_keys(s, layer, n_rows - ls->base)) return false;
  if (n_rows > ls->statistics_base && !pel_store_statistics(s, layer, n_rows - ls->statistics_base))
    return false;
  ls->rows = ls->norm_rows = ls->tail_end = n_rows;
  return true;
}

static bool finish_rows(pel_store *s, uint32_t *n_rows) {
  uint32_t n = UINT32_MAX;
  for (uint32_t i = 0; i < s->n_layers; i++) {
    if (!s->layouts[i].n_q) continue;
    pel_store_fill_norms(s, i, s->layers[i].rows);
    if (!pel_store_flush_statistics(s, i)) return false;
    if (s->layers[i].rows < n) n = s->layers[i].rows;
  }
  if (n == UINT32_MAX) n = 0;
  if (n > s->n_tokens) n = s->n_tokens;
  /* The tail goes first: its pages are free for the short blocks. */
  if (!pel_store_begin(s) || !pel_store_exec(s, "DELETE FROM tail", "table tail")) return false;
  for (uint32_t i = 0; i < s->n_layers; i++) {
    s->layers[i].tail_end = 0;
    if (s->layouts[i].n_q && !finish_layer(s, i, n)) return false;
  }
  *n_rows = n;
  return commit_now(s);
}

/* ---- overview tables and hash ---- */

static bool write_received(pel_store *s, pel_hash *hash, uint32_t layer, uint32_t head, uint32_t n_rows,
                           const pel_pyramid_sums *sums) {
  static const uint32_t block = PEL_TRACE_RECEIVED_BLOCK;
  sqlite3_stmt *st = s->sql[PEL_SQL_RECEIVED];
  float *data = pel_store_scratch(s, block * sizeof *data);
  if (!data) return false;
  for (uint32_t first = 0; first < n_rows; first += block) {
    uint32_t n = n_rows - first < block ? n_rows - first : block;
    pel_pyramid_received(sums, first, n, data);
    int64_t numbers[] = {0, layer, head, first / block};
    pel_digest digest;
    pel_hash_blob(data, n * sizeof *data, &digest);
    pel_hash_block(hash, numbers, 4, n * sizeof *data, &digest);
    for (int i = 1; i < 4; i++) sqlite3_bind_int64(st, i, numbers[i]);
    sqlite3_bind_blob(st, 4, data, (int)(n * sizeof *data), SQLITE_STATIC);
    s->pending += n * sizeof *data;
    if (!pel_store_begin(s) || !pel_store_run(s, PEL_SQL_RECEIVED, "table received")) return false;
  }
  return true;
}

static bool write_pyramid(pel_store *s, pel_hash *hash, uint32_t layer, uint32_t head, uint32_t n_rows,
                          const pel_pyramid_sums *sums) {
  sqlite3_stmt *st = s->sql[PEL_SQL_PYRAMID];
  uint32_t side = pel_pyramid_side(n_rows);
  size_t size = 2 * pel_triangle(side);
  uint8_t *data = pel_store_scratch(s, size);
  if (!data) return false;
  pel_pyramid_encode(sums, n_rows, data);
  int64_t numbers[] = {0, layer, head, pel_pyramid_block(n_rows), side};
  pel_digest digest;
  pel_hash_blob(data, size, &digest);
  pel_hash_block(hash, numbers, 5, size, &digest);
  for (int i = 1; i < 5; i++) sqlite3_bind_int64(st, i, numbers[i]);
  sqlite3_bind_blob(st, 5, data, (int)size, SQLITE_STATIC);
  s->pending += size;
  return pel_store_begin(s) && pel_store_run(s, PEL_SQL_PYRAMID, "table pyramid");
}

typedef bool (*write_overview)(pel_store *, pel_hash *, uint32_t, uint32_t, uint32_t,
                               const pel_pyramid_sums *);

static bool overview_table(pel_store *s, pel_hash *hash, const char *name, write_overview write,
                           uint32_t n_rows, pel_store_sums sums, void *user) {
  pel_hash_table(hash, name);
  for (uint32_t i = 0; i < s->n_layers && n_rows; i++)
    for (uint32_t j = 0; j < s->layouts[i].n_q; j++) {
      const pel_pyramid_sums *p = sums(user, i, j, n_rows);
      if (p && !write(s, hash, i, s->layouts[i].q_heads[j], n_rows, p)) return false;
      if (s->pending > COMMIT_BYTES && !commit_now(s)) return false;
    }
  return true;
}

/* Blocks by the digests that were taken as they were written. `place`: where the table's heads start in
 * `digests`. */
static void hash_blocks(pel_store *s, pel_hash *hash, const char *name, int table) {
  pel_hash_table(hash, name);
  for (uint32_t i = 0; i < s->n_layers; i++) {
    const pel_layer_layout *l = &s->layouts[i];
    uint32_t n = table == PEL_SQL_KEY ? l->n_k : l->n_q;
    uint32_t place = table == PEL_SQL_QUERY ? 0 : table == PEL_SQL_KEY ? l->n_q : l->n_q + l->n_k;
    const uint16_t *heads = table == PEL_SQL_KEY ? l->k_heads : l->q_heads;
    for (uint32_t j = 0; j < n; j++) {
      const pel_block_digests *d = &s->layers[i].digests[place + j];
      for (size_t b = 0; b < d->n; b++) {
        int64_t numbers[] = {0, i, heads[j], (int64_t)b};
        pel_hash_block(hash, numbers, 4, d->items[b].size, &d->items[b].digest);
      }
    }
  }
}

static bool finish(pel_store *s, const char *note, pel_store_sums sums, void *user) {
  uint32_t n_rows;
  pel_hash hash;
  char hex[PEL_HASH_HEX];
  if (!pel_store_begin(s) || !pel_store_set(s, "note", note) || !finish_rows(s, &n_rows)) return false;
  pel_hash_start(&hash, PEL_HASH_TRACE);
  int rc = pel_hash_small_tables(&hash, s->db);
  if (rc != SQLITE_OK) return pel_store_fail(s, rc, "the hash");
  hash_blocks(s, &hash, "attention_query", PEL_SQL_QUERY);
  hash_blocks(s, &hash, "attention_key", PEL_SQL_KEY);
  hash_blocks(s, &hash, "attention_row", PEL_SQL_ROW);
  if (!overview_table(s, &hash, "received", write_received, n_rows, sums, user) ||
      !overview_table(s, &hash, "pyramid", write_pyramid, n_rows, sums, user))
    return false;
  pel_hash_finish(&hash, hex);
  return pel_store_begin(s) && pel_store_set(s, "hash", hex) && pel_store_set(s, "complete", "1") &&
         commit_now(s);
}

/* ---- after a failure ---- */

static void leave_note(pel_store *s) {
  static const char *const sql =
      "BEGIN IMMEDIATE; UPDATE sequence SET n_prompt = min (%u, n_tokens);"
      "INSERT OR REPLACE INTO provenance VALUES ('note', %Q); COMMIT";
  char *text =
      sqlite3_mprintf(sql, s->n_prompt, s->disk_full ? "disk full: cut short" : "cut short: writing failed");
  if (!text) return;
  /* The rollback gave back what the failed commit had taken; should even this not fit, the trace lacks its
   * note. */
  if (sqlite3_exec(s->db, text, NULL, NULL, NULL) != SQLITE_OK)
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_free(text);
}

pel_status pel_store_close(pel_store *s, uint32_t n_prompt, const char *note, pel_store_sums sums, void *user,
                           pel_error *err) {
  s->n_prompt = n_prompt < s->n_tokens ? n_prompt : s->n_tokens;
  if (!atomic_load(&s->failed)) finish(s, note, sums, user);
  pel_status status = (pel_status)atomic_load(&s->failed);
  if (status != PEL_OK) leave_note(s);
  for (int i = 0; i < PEL_SQL_COUNT; i++) {
    sqlite3_finalize(s->sql[i]);
    s->sql[i] = NULL;
  }
  sqlite3_exec(s->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL); /* takes the empty journal away */
  if (status != PEL_OK && err) *err = s->error;
  pel_store_clear(s);
  return status;
}
