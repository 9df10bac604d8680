/* Tokens are read in chunks as they are asked for; a chunk that a growing file has not filled yet is
 * continued. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/reader.h"
#include "engine/trace/schema.h"

static bool column_i32(sqlite3_stmt *st, int i, int32_t *out) {
  sqlite3_int64 v = sqlite3_column_int64(st, i);
  if (sqlite3_column_type(st, i) != SQLITE_INTEGER || v < INT32_MIN || v > INT32_MAX) return false;
  *out = (int32_t)v;
  return true;
}

static bool column_number(sqlite3_stmt *st, int i, float *out) {
  int type = sqlite3_column_type(st, i);
  *out = type == SQLITE_NULL ? NAN : (float)sqlite3_column_double(st, i);
  return type == SQLITE_NULL || type == SQLITE_FLOAT;
}

static pel_status keep_piece(pel_trace *t, sqlite3_stmt *st, int i, const char *table, uint32_t pos,
                             const char **piece, size_t *size, pel_error *err) {
  if (sqlite3_column_type(st, i) != SQLITE_BLOB)
    return pel_trace_bad(t, err, table, "row %u: `piece` is no blob", pos);
  const void *data = sqlite3_column_blob(st, i);
  *size = (size_t)sqlite3_column_bytes(st, i);
  if (*size > PEL_TRACE_MOST_PIECE)
    return pel_trace_bad(t, err, table, "row %u: a piece of %zu bytes; a token has at most %d", pos, *size, PEL_TRACE_MOST_PIECE);
  return pel_trace_keep(t, data, *size, piece, err);
}

static pel_status read_token(pel_trace *t, sqlite3_stmt *st, uint32_t pos, pel_trace_token *out,
                             pel_error *err) {
  pel_trace_token token = {0};
  if (sqlite3_column_type(st, 0) != SQLITE_INTEGER || sqlite3_column_int64(st, 0) != pos)
    return pel_trace_bad(t, err, "token", "row %u is missing", pos);
  const char *segment =
      sqlite3_column_type(st, 3) == SQLITE_TEXT ? (const char *)sqlite3_column_text(st, 3) : "";
  int kind = pel_trace_segment_kind(segment ? segment : "");
  if (kind < 0 && t->minor > PEL_TRACE_MINOR) kind = PEL_SEGMENT_TEXT; /* a later version may know more kinds */
  if (kind < 0)
    return pel_trace_bad(t, err, "token", "row %u: segment '%.20s' is unknown", pos, segment ? segment : "");
  token.segment = (pel_segment_kind)kind;
  if (!column_i32(st, 1, &token.id) || !column_number(st, 4, &token.logprob) ||
      !column_number(st, 5, &token.entropy) || !column_number(st, 6, &token.margin))
    return pel_trace_bad(t, err, "token", "row %u has a value of the wrong type", pos);
  PEL_TRY(keep_piece(t, st, 2, "token", pos, &token.piece, &token.piece_size, err));
  *out = token;
  return PEL_OK;
}

static pel_status read_tokens(pel_trace *t, pel_token_chunk *chunk, uint32_t first, uint32_t end,
                              pel_error *err) {
  sqlite3_stmt *st;
  PEL_TRY(pel_trace_statement(t, PEL_READ_TOKEN, &st, err));
  sqlite3_bind_int64(st, 1, first);
  sqlite3_bind_int64(st, 2, end);
  pel_status status = PEL_OK;
  for (uint32_t pos = first; pos < end && status == PEL_OK; pos++) {
    int rc = sqlite3_step(st);
    pel_trace_token token;
    if (rc == SQLITE_ROW)
      status = read_token(t, st, pos, &token, err);
    else
      status = rc == SQLITE_DONE ? pel_trace_bad(t, err, "token", "row %u is missing", pos)
                                 : pel_trace_sql_error(t, rc, "token", err);
    if (status != PEL_OK) break;
    void *grown = pel_grow(chunk->items, &chunk->capacity, chunk->n + 1, sizeof *chunk->items);
    if (!grown) {
      status = pel_fail_memory(err, "tokens of the trace", chunk->capacity * sizeof *chunk->items);
      break;
    }
    chunk->items = grown;
    chunk->items[chunk->n++] = token;
  }
  sqlite3_reset(st);
  return status;
}

static pel_status read_alternative(pel_trace *t, sqlite3_stmt *st, pel_token_chunk *chunk, uint32_t base,
                                   uint32_t end, pel_error *err) {
  sqlite3_int64 pos = sqlite3_column_int64(st, 0), rank = sqlite3_column_int64(st, 1);
  bool ok = pos >= base && pos < end && (size_t)(pos - base) < chunk->n;
  pel_trace_token *token = ok ? &chunk->items[pos - base] : NULL;
  if (!ok || rank != token->n_alternatives || rank >= PEL_TRACE_ALTERNATIVES)
    return pel_trace_bad(t, err, "alternative", "rank %lld of token %lld is out of place", (long long)rank,
                         (long long)pos);
  pel_trace_alternative a = {0};
  if (!column_i32(st, 2, &a.id) || !column_number(st, 3, &a.logprob))
    return pel_trace_bad(t, err, "alternative", "a value of token %lld has the wrong type", (long long)pos);
  PEL_TRY(keep_piece(t, st, 4, "alternative", (uint32_t)pos, &a.piece, &a.piece_size, err));
  token->alternatives[token->n_alternatives++] = a;
  return PEL_OK;
}

static pel_status read_alternatives(pel_trace *t, pel_token_chunk *chunk, uint32_t base, uint32_t first,
                                    uint32_t end, pel_error *err) {
  sqlite3_stmt *st;
  PEL_TRY(pel_trace_statement(t, PEL_READ_ALTERNATIVE, &st, err));
  sqlite3_bind_int64(st, 1, first);
  sqlite3_bind_int64(st, 2, end);
  pel_status status = PEL_OK;
  int rc = SQLITE_DONE;
  while (status == PEL_OK && (rc = sqlite3_step(st)) == SQLITE_ROW)
    status = read_alternative(t, st, chunk, base, end, err);
  if (status == PEL_OK && rc != SQLITE_DONE) status = pel_trace_sql_error(t, rc, "alternative", err);
  sqlite3_reset(st);
  return status;
}

static pel_status load_chunk(pel_trace *t, uint32_t index, pel_error *err) {
  size_t n_chunks = (t->info.n_tokens + PEL_TOKEN_CHUNK - 1) / PEL_TOKEN_CHUNK, before = t->n_chunks;
  if (n_chunks > before) {
    pel_token_chunk *grown = realloc(t->chunks, n_chunks * sizeof *grown);
    if (!grown) return pel_fail_memory(err, "tokens of the trace", n_chunks * sizeof *grown);
    memset(grown + before, 0, (n_chunks - before) * sizeof *grown);
    t->chunks = grown;
    t->n_chunks = n_chunks;
  }
  pel_token_chunk *chunk = &t->chunks[index];
  uint32_t base = index * PEL_TOKEN_CHUNK, first = base + (uint32_t)chunk->n, end = base + PEL_TOKEN_CHUNK;
  size_t had = chunk->n;
  if (end > t->info.n_tokens) end = t->info.n_tokens;
  PEL_TRY(pel_trace_begin(t, err));
  pel_status status = read_tokens(t, chunk, first, end, err);
  if (status == PEL_OK) status = read_alternatives(t, chunk, base, first, end, err);
  pel_trace_end(t);
  if (status != PEL_OK) chunk->n = had;
  return status;
}

pel_status pel_trace_get_token(pel_trace *t, uint32_t position, pel_trace_token *out, pel_error *err) {
  if (position >= t->info.n_tokens)
    return pel_fail(err, PEL_ERR_USAGE, "%s: token %u is asked for; the trace has %u", t->path, position,
                    t->info.n_tokens);
  uint32_t index = position / PEL_TOKEN_CHUNK, at = position % PEL_TOKEN_CHUNK;
  if (index >= t->n_chunks || at >= t->chunks[index].n) PEL_TRY(load_chunk(t, index, err));
  *out = t->chunks[index].items[at];
  return PEL_OK;
}

void pel_trace_free_tokens(pel_trace *t) {
  for (size_t i = 0; i < t->n_chunks; i++) free(t->chunks[i].items);
  free(t->chunks);
}
