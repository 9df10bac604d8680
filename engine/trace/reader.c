#include "engine/trace/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/checked.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/schema.h"

enum { TEXT_CHUNK = 65536, MOST_PARAMETERS = 4096 };

/* ---- errors ---- */

pel_status pel_trace_bad(const pel_trace *t, pel_error *err, const char *table, const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return pel_fail(err, PEL_ERR_INPUT, "%s: table %s: %s; the file is damaged", t->path, table, text);
}

pel_status pel_trace_sql_error(const pel_trace *t, int rc, const char *table, pel_error *err) {
  switch (rc & 0xff) {
    case SQLITE_NOMEM: return pel_fail_memory(err, "the trace's database", 0);
    case SQLITE_BUSY:
      return pel_fail(err, PEL_ERR_IO, "%s: another program keeps the trace locked; try again", t->path);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      /* A page behind the end of a shortened file reads as an error of the system's. */
      return pel_fail(err, (rc >> 8) == (SQLITE_IOERR_SHORT_READ >> 8) ? PEL_ERR_INPUT : PEL_ERR_IO,
                      "%s: table %s: cannot be read (%s)", t->path, table, sqlite3_errmsg(t->db));
    case SQLITE_INTERRUPT: return pel_trace_bad(t, err, table, "reading it does not come to an end");
    default: return pel_trace_bad(t, err, table, "cannot be read (%.120s)", sqlite3_errmsg(t->db));
  }
}

/* ---- statements and strings ---- */

static const char *const statements[PEL_READ_COUNT] = {
    [PEL_READ_QUERY] =
        "SELECT data FROM attention_query WHERE seq = 0 AND layer = ?1 AND head = ?2 AND block = ?3",
    [PEL_READ_KEY] =
        "SELECT data FROM attention_key WHERE seq = 0 AND layer = ?1 AND head = ?2 AND block = ?3",
    [PEL_READ_STATISTIC] =
        "SELECT data FROM attention_row WHERE seq = 0 AND layer = ?1 AND head = ?2 AND block = ?3",
    [PEL_READ_TAIL] =
        "SELECT first, data FROM tail WHERE seq = 0 AND layer = ?1 AND first >= ?2 AND first < ?3 ORDER BY "
        "first",
    [PEL_READ_TOKEN] =
        "SELECT pos, id, piece, segment, logprob, entropy, margin FROM token"
        " WHERE seq = 0 AND pos >= ?1 AND pos < ?2 ORDER BY pos",
    [PEL_READ_ALTERNATIVE] =
        "SELECT pos, rank, id, logprob, piece FROM alternative"
        " WHERE seq = 0 AND pos >= ?1 AND pos < ?2 ORDER BY pos, rank",
    [PEL_READ_RECEIVED] =
        "SELECT data FROM received WHERE seq = 0 AND layer = ?1 AND head = ?2 AND block = ?3",
    [PEL_READ_PYRAMID] = "SELECT block, side, data FROM pyramid WHERE seq = 0 AND layer = ?1 AND head = ?2",
    [PEL_READ_BATCH] =
        "SELECT first, n FROM batch WHERE seq = 0 AND first > ?1 ORDER BY first LIMIT 1 OFFSET ?2",
};

pel_status pel_trace_statement(pel_trace *t, int which, sqlite3_stmt **out, pel_error *err) {
  t->ticks = 0;
  if (!t->sql[which]) {
    int rc =
        sqlite3_prepare_v3(t->db, statements[which], -1, SQLITE_PREPARE_PERSISTENT, &t->sql[which], NULL);
    if (rc != SQLITE_OK) return pel_trace_sql_error(t, rc, "sqlite_schema", err);
  }
  *out = t->sql[which];
  return PEL_OK;
}

char *pel_text_add(pel_text **texts, const void *data, size_t size) {
  if (!*texts || (*texts)->size - (*texts)->used < size + 1) {
    size_t room = size + 1 > TEXT_CHUNK ? size + 1 : TEXT_CHUNK;
    pel_text *chunk = malloc(sizeof *chunk + room);
    if (!chunk) return NULL;
    *chunk = (pel_text){.next = *texts, .size = room};
    *texts = chunk;
  }
  char *copy = (*texts)->bytes + (*texts)->used;
  if (size) memcpy(copy, data, size);
  copy[size] = 0;
  (*texts)->used += size + 1;
  return copy;
}

void pel_text_free(pel_text *texts) {
  while (texts) {
    pel_text *next = texts->next;
    free(texts);
    texts = next;
  }
}

pel_status pel_trace_keep(pel_trace *t, const void *data, size_t size, const char **out, pel_error *err) {
  t->text_bytes += size;
  if (t->text_bytes > t->file_size + TEXT_CHUNK)
    return pel_trace_bad(t, err, "token", "its texts are longer than the file");
  const char *copy = pel_text_add(&t->texts, data, size);
  if (!copy) return pel_fail_memory(err, "texts of the trace", size);
  *out = copy;
  return PEL_OK;
}

static pel_status keep_column(pel_trace *t, sqlite3_stmt *st, int i, const char *table, const char **out,
                              pel_error *err) {
  if (sqlite3_column_type(st, i) != SQLITE_TEXT) return pel_trace_bad(t, err, table, "a value is not a text");
  const void *text = sqlite3_column_text(st, i);
  return pel_trace_keep(t, text, (size_t)sqlite3_column_bytes(st, i), out, err);
}

/* ---- what the header tables say ---- */

static pel_status prepare(pel_trace *t, const char *sql, const char *table, sqlite3_stmt **out,
                          pel_error *err) {
  t->ticks = 0;
  int rc = sqlite3_prepare_v2(t->db, sql, -1, out, NULL);
  return rc == SQLITE_OK ? PEL_OK : pel_trace_sql_error(t, rc, table, err);
}

/* Rows of two texts. */
static pel_status read_pairs(pel_trace *t, const char *table, const char *sql, size_t most,
                             pel_parameter **out, size_t *n_out, pel_error *err) {
  sqlite3_stmt *st;
  PEL_TRY(prepare(t, sql, table, &st, err));
  pel_parameter *pairs = NULL;
  size_t n = 0, capacity = 0;
  pel_status status = PEL_OK;
  int rc;
  while (status == PEL_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
    void *grown = pel_grow(pairs, &capacity, n + 1, sizeof *pairs);
    if (grown) pairs = grown;
    if (!grown)
      status = pel_fail_memory(err, "parameters of the trace", n * sizeof *pairs);
    else if (n >= most)
      status = pel_trace_bad(t, err, table, "more than %zu rows", most);
    else
      status = keep_column(t, st, 0, table, &pairs[n].name, err);
    if (status == PEL_OK) status = keep_column(t, st, 1, table, &pairs[n].value, err);
    n++;
  }
  if (status == PEL_OK && rc != SQLITE_DONE) status = pel_trace_sql_error(t, rc, table, err);
  sqlite3_finalize(st);
  if (status != PEL_OK) {
    free(pairs);
    return status;
  }
  *out = pairs;
  *n_out = n;
  return PEL_OK;
}

static const char *find(const pel_parameter *pairs, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(pairs[i].name, name) == 0) return pairs[i].value;
  return NULL;
}

static const char *const origin_keys[PEL_TRACE_ORIGINS] = {
    "question", "case", "case_sha256", "pack", "pack_version", "pack_sha256", "reasoning_generator", "reasoning_created"};

static pel_status read_provenance(pel_trace *t, pel_trace_info *info, pel_error *err) {
  pel_parameter *pairs;
  size_t n;
  PEL_TRY(
      read_pairs(t, "provenance", "SELECT key, value FROM provenance ORDER BY key", 1000, &pairs, &n, err));
  const char *complete = find(pairs, n, "complete");
  const struct {
    const char *key, **value;
  } wanted[] = {
      {"model_name", &info->model_name},
      {"model_file", &info->model_file},
      {"model_sha256", &info->model_sha256},
      {"architecture", &info->architecture},
      {"created", &info->created},
      {"generator", &info->generator},
      {"kernels", &info->kernels},
      {"hash", &info->hash},
      {"note", &info->note},
  };
  pel_status status = PEL_OK;
  for (int i = 0; i < PEL_TRACE_ORIGINS; i++)
    t->origin[i] = (pel_parameter){origin_keys[i], find(pairs, n, origin_keys[i])};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted && status == PEL_OK; i++) {
    const char *value = find(pairs, n, wanted[i].key);
    if (value)
      *wanted[i].value = value;
    else
      status = pel_trace_bad(t, err, "provenance", "the row '%s' is missing", wanted[i].key);
  }
  if (status == PEL_OK && (!complete || (strcmp(complete, "0") != 0 && strcmp(complete, "1") != 0)))
    status = pel_trace_bad(t, err, "provenance", "the row 'complete' is neither 0 nor 1");
  if (status == PEL_OK) info->complete = complete[0] == '1';
  /* A writer puts the hash and "complete" into one commit: one without the other was changed by someone. */
  if (status == PEL_OK && !info->complete && info->hash[0])
    status = pel_trace_bad(t, err, "provenance", "there is a hash, but 'complete' says that the trace was never closed");
  if (status == PEL_OK && t->minor > PEL_TRACE_MINOR && !info->note[0])
    info->note = "written by a later version of Pellucid; what this version does not know is not shown";
  free(pairs);
  return status;
}

static bool column_u32(sqlite3_stmt *st, int i, uint32_t most, uint32_t *out) {
  sqlite3_int64 v = sqlite3_column_int64(st, i);
  if (sqlite3_column_type(st, i) != SQLITE_INTEGER || v < 0 || v > (sqlite3_int64)most) return false;
  *out = (uint32_t)v;
  return true;
}

static pel_status read_layer(pel_trace *t, sqlite3_stmt *st, uint32_t layer, pel_error *err) {
  pel_trace_layer s = {0};
  uint32_t number, recorded, block;
  bool ok = column_u32(st, 0, PEL_TRACE_MAX_LAYERS, &number) && number == layer &&
            column_u32(st, 1, 1, &recorded) && column_u32(st, 2, PEL_TRACE_MAX_HEADS, &s.n_head) &&
            column_u32(st, 3, PEL_TRACE_MAX_HEADS, &s.n_kv_head) &&
            column_u32(st, 4, PEL_TRACE_MAX_HEAD_DIM, &s.head_dim) &&
            column_u32(st, 5, 1u << 30, &s.window) && sqlite3_column_type(st, 6) == SQLITE_FLOAT &&
            sqlite3_column_type(st, 7) == SQLITE_FLOAT && column_u32(st, 8, UINT32_MAX, &block) &&
            sqlite3_column_type(st, 9) == SQLITE_BLOB;
  if (!ok) return pel_trace_bad(t, err, "layer", "row %u has a value out of its range", layer);
  s.scale = (float)sqlite3_column_double(st, 6);
  s.softcap = (float)sqlite3_column_double(st, 7);
  s.recorded = recorded != 0;
  const uint8_t *heads = sqlite3_column_blob(st, 9);
  if ((uint32_t)sqlite3_column_bytes(st, 9) != (s.n_head + 7) / 8 || !heads)
    return pel_trace_bad(t, err, "layer", "row %u: `heads` is not one bit a head", layer);
  pel_layer_layout *l = &t->layouts[layer];
  PEL_TRY(pel_layout_init(l, &s, heads, layer, t->path, err));
  if (l->block != block) return pel_trace_bad(t, err, "layer", "row %u: `block` is not %u", layer, l->block);
  l->shape.recorded = l->n_q > 0;
  t->info.n_layers = layer + 1;
  if (s.n_head > t->info.n_head_max) t->info.n_head_max = s.n_head;
  t->info.n_recorded_layers += l->n_q > 0;
  return PEL_OK;
}

static pel_status read_layers(pel_trace *t, pel_error *err) {
  t->layouts = pel_alloc(PEL_TRACE_MAX_LAYERS, sizeof *t->layouts);
  if (!t->layouts)
    return pel_fail_memory(err, "layers of the trace", PEL_TRACE_MAX_LAYERS * sizeof *t->layouts);
  sqlite3_stmt *st;
  PEL_TRY(prepare(t,
                  "SELECT layer, recorded, n_head, n_kv_head, head_dim, window, scale, softcap, block, heads"
                  " FROM layer ORDER BY layer",
                  "layer", &st, err));
  pel_status status = PEL_OK;
  int rc;
  uint32_t n = 0;
  while (status == PEL_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
    status = n < PEL_TRACE_MAX_LAYERS
                 ? read_layer(t, st, n, err)
                 : pel_trace_bad(t, err, "layer", "more than %u rows", PEL_TRACE_MAX_LAYERS);
    n++;
  }
  if (status == PEL_OK && rc != SQLITE_DONE) status = pel_trace_sql_error(t, rc, "layer", err);
  sqlite3_finalize(st);
  return status;
}

/* Every row of attention takes its bytes in the file: a count that the file's size cannot hold is a lie. */
static pel_status check_counts(const pel_trace *t, uint32_t n_tokens, uint32_t n_rows, pel_error *err) {
  uint64_t row = 0, need;
  for (uint32_t i = 0; i < t->info.n_layers; i++)
    if (t->layouts[i].n_q) row += pel_layout_token_bytes(&t->layouts[i]);
  bool ok = pel_mul(row, n_rows, &need) && need <= t->file_size && (uint64_t)n_tokens * 4 <= t->file_size;
  if (ok) return PEL_OK;
  return pel_trace_bad(t, err, "sequence",
                       "%u tokens and %u rows of attention do not fit into a file of this size", n_tokens,
                       n_rows);
}

static pel_status read_sequence(pel_trace *t, pel_trace_info *info, pel_error *err) {
  sqlite3_stmt *st;
  PEL_TRY(prepare(t, "SELECT n_prompt, n_tokens, n_rows FROM sequence WHERE seq = 0", "sequence", &st, err));
  int rc = sqlite3_step(st);
  uint32_t n_prompt = 0, n_tokens = 0, n_rows = 0;
  bool found = rc == SQLITE_ROW;
  bool ok = found && column_u32(st, 0, PEL_TRACE_MAX_TOKENS, &n_prompt) &&
            column_u32(st, 1, PEL_TRACE_MAX_TOKENS, &n_tokens) &&
            column_u32(st, 2, PEL_TRACE_MAX_TOKENS, &n_rows);
  sqlite3_finalize(st);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return pel_trace_sql_error(t, rc, "sequence", err);
  /* Reasoning alone has neither layers nor a sequence; a run of a model has both. */
  bool alone = t->minor >= PEL_TRACE_REASONING_MINOR && !t->info.n_layers && !found;
  if (!alone && !t->info.n_layers) return pel_trace_bad(t, err, "layer", "is empty");
  if (!alone && !ok) return pel_trace_bad(t, err, "sequence", "row 0 is missing or has a count out of its range");
  PEL_TRY(check_counts(t, n_tokens, n_rows, err));
  info->n_tokens = n_tokens;
  info->n_prompt = n_prompt < n_tokens ? n_prompt : n_tokens;
  /* While a run goes on, attention may be ahead of the tokens: a row counts when both are there. */
  info->n_rows = n_rows < n_tokens ? n_rows : n_tokens;
  return PEL_OK;
}

/* Only a closed trace knows how many tokens were prompt. Until then: those before the first generated one. */
static pel_status guess_prompt(pel_trace *t, pel_error *err) {
  pel_trace_token token;
  if (t->info.complete || t->info.n_prompt) return PEL_OK;
  for (uint32_t i = 0; i < t->info.n_tokens; i++) {
    PEL_TRY(pel_trace_get_token(t, i, &token, err));
    if (token.segment == PEL_SEGMENT_THINK || token.segment == PEL_SEGMENT_ANSWER) break;
    t->info.n_prompt = i + 1;
  }
  return PEL_OK;
}

/* A reader that follows a run for hours must not keep the same texts again and again. */
static pel_status read_changed_provenance(pel_trace *t, pel_trace_info *info, pel_error *err) {
  pel_trace_info before = *info;
  pel_parameter origin[PEL_TRACE_ORIGINS];
  memcpy(origin, t->origin, sizeof origin);
  pel_text *texts = t->texts;
  size_t used = texts ? texts->used : 0;
  uint64_t bytes = t->text_bytes;
  PEL_TRY(read_provenance(t, info, err));
  if (!before.note || before.complete != info->complete || strcmp(before.note, info->note) != 0)
    return PEL_OK;
  *info = before;
  memcpy(t->origin, origin, sizeof origin);
  t->text_bytes = bytes;
  if (t->texts == texts) t->texts->used = used;
  return PEL_OK;
}

static pel_status read_counts(pel_trace *t, pel_error *err) {
  struct stat st;
  if (stat(t->path, &st) == 0 && st.st_ino == t->inode && st.st_dev == t->device)
    t->file_size = (uint64_t)st.st_size;
  pel_trace_info info = t->info;
  PEL_TRY(read_changed_provenance(t, &info, err));
  PEL_TRY(read_sequence(t, &info, err));
  if (info.n_tokens < t->info.n_tokens || info.n_rows < t->info.n_rows)
    return pel_trace_bad(t, err, "sequence", "it has fewer tokens than before: the trace was replaced; open it again");
  t->info = info;
  return guess_prompt(t, err);
}

static pel_status read_header(pel_trace *t, pel_error *err) {
  PEL_TRY(read_layers(t, err));
  PEL_TRY(read_counts(t, err));
  return read_pairs(t, "parameter", "SELECT name, value FROM parameter ORDER BY name", MOST_PARAMETERS,
                    &t->parameters, &t->n_parameters, err);
}

/* ---- public ---- */

pel_status pel_trace_open(const char *path, pel_trace **out, pel_error *err) {
  pel_trace *t = pel_alloc(1, sizeof *t);
  if (!t) return pel_fail_memory(err, "a trace", sizeof *t);
  pel_pyramid_sums_init(&t->sums);
  t->path = strdup(path);
  pel_status status = t->path ? pel_trace_connect(t, err) : pel_fail_memory(err, "a path", strlen(path));
  if (status == PEL_OK) {
    status = read_header(t, err);
    pel_trace_end(t);
  }
  if (status != PEL_OK) {
    pel_trace_close(t);
    return status;
  }
  *out = t;
  return PEL_OK;
}

void pel_trace_close(pel_trace *t) {
  if (!t) return;
  for (int i = 0; i < PEL_READ_COUNT; i++) sqlite3_finalize(t->sql[i]);
  sqlite3_close(t->db);
  pel_trace_free_blocks(t);
  pel_trace_free_tokens(t);
  pel_pyramid_sums_clear(&t->sums);
  for (uint32_t i = 0; t->layouts && i < PEL_TRACE_MAX_LAYERS; i++) pel_layout_clear(&t->layouts[i]);
  free(t->layouts);
  free(t->parameters);
  pel_text_free(t->texts);
  free(t->path);
  free(t);
}

pel_status pel_trace_refresh(pel_trace *t, bool *grew, pel_error *err) {
  pel_trace_info before = t->info;
  PEL_TRY(pel_trace_begin(t, err));
  pel_status status = before.complete ? PEL_OK : read_counts(t, err);
  pel_trace_end(t);
  if (status != PEL_OK) return status;
  *grew = t->info.n_tokens != before.n_tokens || t->info.n_rows != before.n_rows ||
          t->info.complete != before.complete;
  return PEL_OK;
}

const pel_trace_info *pel_trace_get_info(const pel_trace *t) { return &t->info; }

const pel_trace_layer *pel_trace_get_layer(const pel_trace *t, uint32_t layer) {
  return layer < t->info.n_layers ? &t->layouts[layer].shape : NULL;
}

bool pel_trace_has_head(const pel_trace *t, uint32_t layer, uint32_t head) {
  return layer < t->info.n_layers && head < t->layouts[layer].shape.n_head &&
         t->layouts[layer].q_index[head] >= 0;
}

const char *pel_trace_parameter(const pel_trace *t, const char *name) {
  return find(t->parameters, t->n_parameters, name);
}

bool pel_trace_parameter_at(const pel_trace *t, size_t i, const char **name, const char **value) {
  if (i >= t->n_parameters) return false;
  *name = t->parameters[i].name;
  *value = t->parameters[i].value;
  return true;
}

const char *pel_trace_provenance(const pel_trace *t, const char *key) {
  return find(t->origin, PEL_TRACE_ORIGINS, key);
}

pel_range pel_trace_visible(const pel_trace *t, uint32_t layer, uint32_t row) {
  if (layer >= t->info.n_layers || row == UINT32_MAX) return (pel_range){0, 0};
  return pel_layer_visible(&t->layouts[layer].shape, row);
}

pel_status pel_trace_head(const pel_trace *t, uint32_t layer, uint32_t head, uint32_t *q_index,
                          pel_error *err) {
  if (!pel_trace_has_head(t, layer, head))
    return pel_fail(err, PEL_ERR_USAGE, "%s: layer %u head %u is not in this trace", t->path, layer, head);
  *q_index = (uint32_t)t->layouts[layer].q_index[head];
  return PEL_OK;
}

pel_status pel_trace_check_range(const pel_trace *t, pel_range range, const char *what, pel_error *err) {
  if (range.start <= range.end && range.end <= t->info.n_rows) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE, "%s: %s %u to %u are asked for; the trace has 0 to %u", t->path, what,
                  range.start, range.end, t->info.n_rows);
}
