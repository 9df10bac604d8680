/* Reading what a pipeline recorded: every value checked as it comes, every reference against the rows before it, texts bounded
 * by the size of the file that they are in. One pass over each table. */
#include "engine/trace/reasoning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/schema.h"

bool pel_reasoning_has_tables(const pel_trace *t) { return t->minor >= PEL_TRACE_REASONING_MINOR; }

/* ---- one row ---- */

static pel_status bad(const pel_row_reader *r, pel_error *err, const char *column, const char *what) {
  return pel_trace_bad(r->trace, err, pel_span_tables[r->table].name, "row %lld: `%s` %s", (long long)r->check->n[r->table] + 1, column,
                       what);
}

static pel_status read_text(const pel_row_reader *r, int i, const pel_column *c, const char **out, pel_error *err) {
  if (sqlite3_column_type(r->st, i) != SQLITE_TEXT) return bad(r, err, c->name, "is no text");
  const char *text = (const char *)sqlite3_column_text(r->st, i);
  size_t size = (size_t)sqlite3_column_bytes(r->st, i);
  if (!text) return pel_fail_memory(err, "texts of the trace", size);
  if (strlen(text) != size) return bad(r, err, c->name, "holds a zero byte");
  if (r->texts) {
    *r->text_bytes += size;
    if (*r->text_bytes > r->most_text) return bad(r, err, c->name, "and the texts before it are longer than the file");
    text = size ? pel_text_add(r->texts, text, size) : "";
    if (!text) return pel_fail_memory(err, "texts of the trace", size);
  }
  *out = text;
  return PEL_OK;
}

static pel_status read_word(const pel_row_reader *r, int i, const pel_column *c, uint32_t *out, pel_error *err) {
  const char *text = sqlite3_column_type(r->st, i) == SQLITE_TEXT ? (const char *)sqlite3_column_text(r->st, i) : NULL;
  for (uint32_t w = 0; text && w < c->n_words; w++)
    if (strcmp(text, c->words[w]) == 0) {
      *out = w;
      return PEL_OK;
    }
  return bad(r, err, c->name, "is none of the words that stand there");
}

static pel_status read_integer(const pel_row_reader *r, int i, const pel_column *c, void *out, pel_error *err) {
  int64_t v = sqlite3_column_int64(r->st, i);
  if (sqlite3_column_type(r->st, i) != SQLITE_INTEGER) return bad(r, err, c->name, "is no integer");
  if (c->type != PEL_COLUMN_PLACE) {
    *(int64_t *)out = v;
    return PEL_OK;
  }
  if (v < 0 || v > INT32_MAX) return bad(r, err, c->name, "is out of range");
  *(int32_t *)out = (int32_t)v;
  return PEL_OK;
}

static pel_status read_column(const pel_row_reader *r, int i, const pel_column *c, void *out, pel_error *err) {
  switch (c->type) {
    case PEL_COLUMN_WORD: return read_word(r, i, c, out, err);
    case PEL_COLUMN_SHORT:
    case PEL_COLUMN_TEXT: return read_text(r, i, c, out, err);
    case PEL_COLUMN_REAL:
    case PEL_COLUMN_SHARE:
    case PEL_COLUMN_NUMBER: {
      int type = sqlite3_column_type(r->st, i);
      if (type != SQLITE_FLOAT && (type != SQLITE_NULL || c->type == PEL_COLUMN_NUMBER)) return bad(r, err, c->name, "is no number");
      *(double *)out = type == SQLITE_NULL ? NAN : sqlite3_column_double(r->st, i);
      return PEL_OK;
    }
    default: return read_integer(r, i, c, out, err);
  }
}

pel_status pel_row_reader_open(pel_row_reader *r, pel_error *err) {
  char sql[512];
  pel_span_select(r->table, sql);
  r->trace->ticks = 0;
  int rc = sqlite3_prepare_v2(r->trace->db, sql, -1, &r->st, NULL);
  return rc == SQLITE_OK ? PEL_OK : pel_trace_sql_error(r->trace, rc, pel_span_tables[r->table].name, err);
}

pel_status pel_row_reader_next(pel_row_reader *r, void *row, bool *end, pel_error *err) {
  const pel_span_table *t = &pel_span_tables[r->table];
  r->trace->ticks = 0; /* the count of rows is bounded, and so is the work for one */
  int rc = sqlite3_step(r->st);
  *end = rc == SQLITE_DONE;
  if (*end) return PEL_OK;
  if (rc != SQLITE_ROW) return pel_trace_sql_error(r->trace, rc, t->name, err);
  for (int i = 0; i < t->n_columns; i++)
    PEL_TRY(read_column(r, i, &t->columns[i], pel_column_member(&t->columns[i], row), err));
  return pel_row_check_next(r->check, r->table, row, err);
}

void pel_row_reader_close(pel_row_reader *r) {
  sqlite3_finalize(r->st);
  r->st = NULL;
}

/* ---- all of it ---- */

/* Where the rows of a table go in a pel_reasoning. */
static void *find_array(pel_reasoning *r, int table, size_t **n) {
  switch (table) {
#define ARRAY(row, member) \
  case PEL_ROW_##row: *n = &r->n_##member; return &r->member;
    ARRAY(SPAN, spans)
    ARRAY(ATTRIBUTE, attributes)
    ARRAY(SOURCE, sources)
    ARRAY(PASSAGE, passages)
    ARRAY(DOCUMENT, documents)
    ARRAY(CLAUSE, clauses)
    ARRAY(NODE, nodes)
    ARRAY(EDGE, edges)
    ARRAY(RETRIEVED, retrieved)
    ARRAY(PROOF_STEP, steps)
    ARRAY(GRAPH_NODE, graph_nodes)
    ARRAY(GRAPH_EDGE, graph_edges)
    ARRAY(GRAPH_PATH, graph_paths)
    ARRAY(SEARCH_NODE, search_nodes)
    ARRAY(SEARCH_EDGE, search_edges)
    ARRAY(SIMULATION, simulations)
    ARRAY(RELIABILITY, reliability)
    ARRAY(REVIEW, reviews)
#undef ARRAY
    default: return NULL;
  }
}

static pel_status read_table(pel_row_reader *reader, void **rows, size_t *n, pel_error *err) {
  size_t size = pel_span_tables[reader->table].row_size, capacity = 0;
  PEL_TRY(pel_row_reader_open(reader, err));
  for (;;) {
    bool end;
    char *grown = pel_grow(*rows, &capacity, *n + 1, size);
    if (!grown) return pel_fail_memory(err, "reasoning of the trace", *n * size);
    *rows = grown;
    PEL_TRY(pel_row_reader_next(reader, grown + *n * size, &end, err));
    if (end) return PEL_OK;
    ++*n;
  }
}

static pel_status count_rows(pel_trace *t, int table, size_t *n, pel_error *err) {
  const pel_span_table *what = &pel_span_tables[table];
  char *sql = sqlite3_mprintf("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %lld)", what->name, (long long)what->most + 1);
  sqlite3_stmt *st = NULL;
  t->ticks = 0;
  int rc = sql ? sqlite3_prepare_v2(t->db, sql, -1, &st, NULL) : SQLITE_NOMEM;
  sqlite3_free(sql);
  if (rc == SQLITE_OK) rc = sqlite3_step(st);
  sqlite3_int64 count = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
  sqlite3_finalize(st);
  if (rc != SQLITE_ROW) return pel_trace_sql_error(t, rc, what->name, err);
  if (count > what->most) return pel_trace_bad(t, err, what->name, "more than %lld rows", (long long)what->most);
  *n = (size_t)count;
  return PEL_OK;
}

/* Of now: a trace may have been added to since it was opened. */
static uint64_t file_size(const pel_trace *t) {
  struct stat st;
  return stat(t->path, &st) == 0 && st.st_ino == t->inode && st.st_dev == t->device ? (uint64_t)st.st_size : t->file_size;
}

static pel_status read_tables(pel_trace *t, pel_reasoning *out, pel_row_check *check, pel_error *err) {
  uint64_t bytes = 0, most = file_size(t);
  for (int table = 0; table < PEL_SPAN_TABLES; table++) {
    size_t *n;
    void **rows = find_array(out, table, &n), *array;
    if (!rows || pel_span_tables[table].since > t->minor) continue;
    memcpy(&array, rows, sizeof array);
    pel_row_reader reader = {t, table, NULL, check, (pel_text **)&out->strings, &bytes, most};
    pel_status status = read_table(&reader, &array, n, err);
    memcpy(rows, &array, sizeof array);
    pel_row_reader_close(&reader);
    if (status != PEL_OK) return status;
  }
  return count_rows(t, PEL_ROW_RESOLUTION, &out->n_resolutions, err);
}

pel_status pel_reasoning_read(pel_trace *t, pel_reasoning **out, pel_error *err) {
  pel_reasoning *r = pel_alloc(1, sizeof *r);
  if (!r) return pel_fail_memory(err, "reasoning of the trace", sizeof *r);
  pel_row_check check = {.path = t->path, .status = PEL_ERR_INPUT};
  pel_status status = PEL_OK;
  if (pel_reasoning_has_tables(t)) {
    status = pel_trace_begin(t, err);
    if (status == PEL_OK) {
      status = read_tables(t, r, &check, err);
      pel_trace_end(t);
    }
  }
  pel_row_check_clear(&check);
  if (status == PEL_OK) *out = r;
  else pel_reasoning_free(r);
  return status;
}

void pel_reasoning_free(pel_reasoning *r) {
  if (!r) return;
  free(r->spans), free(r->attributes), free(r->sources), free(r->passages), free(r->documents), free(r->clauses);
  free(r->nodes), free(r->edges), free(r->retrieved), free(r->steps), free(r->reviews);
  free(r->graph_nodes), free(r->graph_edges), free(r->graph_paths), free(r->search_nodes), free(r->search_edges), free(r->simulations), free(r->reliability);
  pel_text_free(r->strings);
  free(r);
}

/* ---- the search, which may be long ---- */

static pel_status stream(pel_trace *t, bool (*each)(void *user, const pel_resolution *r), void *user, pel_error *err) {
  pel_row_check check = {.path = t->path, .status = PEL_ERR_INPUT};
  pel_row_reader reader = {.trace = t, .table = PEL_ROW_RESOLUTION, .check = &check};
  size_t n_spans, n_clauses;
  PEL_TRY(count_rows(t, PEL_ROW_SPAN, &n_spans, err));
  PEL_TRY(count_rows(t, PEL_ROW_CLAUSE, &n_clauses, err));
  check.n[PEL_ROW_SPAN] = (int64_t)n_spans, check.n[PEL_ROW_CLAUSE] = (int64_t)n_clauses;
  pel_status status = pel_row_reader_open(&reader, err);
  bool end = false;
  while (status == PEL_OK) {
    pel_resolution row;
    status = pel_row_reader_next(&reader, &row, &end, err);
    if (status != PEL_OK || end || !each(user, &row)) break;
  }
  pel_row_reader_close(&reader);
  return status;
}

pel_status pel_reasoning_resolutions(pel_trace *t, bool (*each)(void *user, const pel_resolution *r), void *user, pel_error *err) {
  if (!pel_reasoning_has_tables(t)) return PEL_OK;
  PEL_TRY(pel_trace_begin(t, err));
  pel_status status = stream(t, each, user, err);
  pel_trace_end(t);
  return status;
}
