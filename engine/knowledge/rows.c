/* Rows of a pack, each checked as it is read: a file that passed its schema's check may still hold anything. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/pack.h"

typedef struct place { /* of a value, for the error */
  pel_pack *pack;
  pel_kb_table table;
  int64_t id;
  const char *column;
} place;

static pel_status wrong(const place *at, const char *fault, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: table %s, row %lld: %s %s; the pack is damaged, build it anew", at->pack->path,
                  pel_kb_layouts[at->table].table, (long long)at->id, at->column, fault);
}

static pel_status take_text(const place *at, const pel_kb_column *c, sqlite3_stmt *st, int i, char *to, pel_error *err) {
  const char *text = sqlite3_column_type(st, i) == SQLITE_TEXT ? (const char *)sqlite3_column_text(st, i) : NULL;
  if (!text) return wrong(at, "is no text", err);
  const char *fault = pel_kb_text_fault(c, text, (size_t)sqlite3_column_bytes(st, i));
  if (fault) return wrong(at, fault, err);
  memcpy(to, &text, sizeof text);
  return PEL_OK;
}

static pel_status take_integer(const place *at, const pel_kb_column *c, sqlite3_stmt *st, int i, char *to, pel_error *err) {
  if (sqlite3_column_type(st, i) != SQLITE_INTEGER) return wrong(at, "is no whole number", err);
  int64_t value = sqlite3_column_int64(st, i);
  if (c->kind == PEL_KB_FLAG) {
    if (value != 0 && value != 1) return wrong(at, "is neither 0 nor 1", err);
    *(bool *)to = value == 1;
    return PEL_OK;
  }
  if (c->kind == PEL_KB_ID && (value < (c->needed ? 1 : 0) || value > at->pack->n[c->to])) return wrong(at, "names a row that is not there", err);
  memcpy(to, &value, sizeof value);
  return PEL_OK;
}

static pel_status take_weight(const place *at, sqlite3_stmt *st, int i, char *to, pel_error *err) {
  double value = NAN;
  int type = sqlite3_column_type(st, i);
  if (type != SQLITE_NULL) {
    if (type != SQLITE_FLOAT && type != SQLITE_INTEGER) return wrong(at, "is no number", err);
    value = sqlite3_column_double(st, i);
    if (!(value >= 0 && value <= 1)) return wrong(at, "is not in [0, 1]", err);
  }
  memcpy(to, &value, sizeof value);
  return PEL_OK;
}

static pel_status take_type(const place *at, sqlite3_stmt *st, int i, char *to, pel_error *err) {
  const char *name = sqlite3_column_type(st, i) == SQLITE_TEXT ? (const char *)sqlite3_column_text(st, i) : NULL;
  pel_term_type type;
  if (!name || !pel_kb_term_type(name, &type)) return wrong(at, "is no type of a term", err);
  memcpy(to, &type, sizeof type);
  return PEL_OK;
}

pel_status pel_pack_take_row(pel_pack *pack, pel_kb_table table, sqlite3_stmt *st, pel_kb_row *row, pel_error *err) {
  const pel_kb_layout *l = &pel_kb_layouts[table];
  row->id = sqlite3_column_int64(st, 0);
  for (int i = 0; i < l->n; i++) {
    const pel_kb_column *c = &l->columns[i];
    place at = {pack, table, row->id, c->name};
    char *to = (char *)row + c->offset;
    switch (c->kind) {
      case PEL_KB_LINE:
      case PEL_KB_TEXT:
      case PEL_KB_DATE: PEL_TRY(take_text(&at, c, st, i + 1, to, err)); break;
      case PEL_KB_WEIGHT: PEL_TRY(take_weight(&at, st, i + 1, to, err)); break;
      case PEL_KB_TERM_TYPE: PEL_TRY(take_type(&at, st, i + 1, to, err)); break;
      default: PEL_TRY(take_integer(&at, c, st, i + 1, to, err));
    }
  }
  return PEL_OK;
}

typedef void (*any_each)(void); /* converted back before it is called */

static bool call(pel_kb_table table, any_each each, void *user, const pel_kb_row *row) {
  switch (table) {
    case PEL_KB_SOURCE: return ((bool (*)(void *, const pel_source *))each)(user, &row->source);
    case PEL_KB_PASSAGE: return ((bool (*)(void *, const pel_passage *))each)(user, &row->passage);
    case PEL_KB_ENTITY: return ((bool (*)(void *, const pel_entity *))each)(user, &row->entity);
    case PEL_KB_RELATION: return ((bool (*)(void *, const pel_relation *))each)(user, &row->relation);
    case PEL_KB_RULE: return ((bool (*)(void *, const pel_rule *))each)(user, &row->rule);
    case PEL_KB_VOCABULARY: return ((bool (*)(void *, const pel_vocabulary *))each)(user, &row->vocabulary);
    default: return ((bool (*)(void *, const pel_pack_case *))each)(user, &row->test);
  }
}

static uint64_t row_bytes(sqlite3_stmt *st) {
  uint64_t bytes = 0;
  for (int i = 0; i < sqlite3_column_count(st); i++)
    if (sqlite3_column_type(st, i) == SQLITE_TEXT) bytes += (uint64_t)sqlite3_column_bytes(st, i);
  return bytes;
}

/* `subset`: not all rows, so that ids may leave some out. */
static pel_status walk(pel_pack *pack, pel_kb_table table, sqlite3_stmt *st, bool subset, any_each each, void *user, pel_error *err) {
  int64_t last = 0;
  uint64_t bytes = 0;
  int rc;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
    pel_kb_row row;
    int64_t id = sqlite3_column_int64(st, 0);
    if (id > pack->n[table] || (subset ? id <= last : id != last + 1))
      return pel_fail(err, PEL_ERR_INPUT, "%s: table %s: row %lld after row %lld; the pack is damaged, build it anew", pack->path,
                      pel_kb_layouts[table].table, (long long)id, (long long)last);
    last = id;
    if ((bytes += row_bytes(st)) > pack->file_size) /* rows that share their pages */
      return pel_fail(err, PEL_ERR_INPUT, "%s: table %s holds more text than the file has bytes; it is damaged", pack->path,
                      pel_kb_layouts[table].table);
    PEL_TRY(pel_pack_take_row(pack, table, st, &row, err));
    if (!call(table, each, user, &row)) return PEL_OK;
    pel_pack_rewind(pack); /* a row came, and fewer than the file has bytes can come: it is on its way */
  }
  if (rc != SQLITE_DONE) return pel_pack_fail(pack, rc, pel_kb_layouts[table].table, err);
  if (!subset && last != pack->n[table])
    return pel_fail(err, PEL_ERR_INPUT, "%s: table %s ends after row %lld of %lld; the pack is damaged, build it anew", pack->path,
                    pel_kb_layouts[table].table, (long long)last, (long long)pack->n[table]);
  return PEL_OK;
}

static pel_status each_row(pel_pack *pack, pel_kb_table table, const char *rest, int64_t parameter, any_each each, void *user, pel_error *err) {
  char sql[400];
  sqlite3_stmt *st;
  pel_pack_rewind(pack);
  PEL_TRY(pel_pack_prepare(pack, pel_kb_select(sql, sizeof sql, table, rest), &st, err));
  if (parameter) sqlite3_bind_int64(st, 1, parameter);
  pel_status status = walk(pack, table, st, parameter != 0, each, user, err);
  sqlite3_finalize(st);
  return status;
}

#define EACH(function, type, table)                                                                                              \
  pel_status function(pel_pack *pack, bool (*each)(void *user, const type *row), void *user, pel_error *err) { \
    return each_row(pack, table, "ORDER BY id", 0, (any_each)each, user, err);                                                   \
  }
EACH(pel_pack_sources, pel_source, PEL_KB_SOURCE)
EACH(pel_pack_passages, pel_passage, PEL_KB_PASSAGE)
EACH(pel_pack_entities, pel_entity, PEL_KB_ENTITY)
EACH(pel_pack_rules, pel_rule, PEL_KB_RULE)
EACH(pel_pack_vocabulary, pel_vocabulary, PEL_KB_VOCABULARY)
EACH(pel_pack_cases, pel_pack_case, PEL_KB_CASE)

pel_status pel_pack_relations(pel_pack *pack, int64_t entity, bool backwards, bool (*each)(void *user, const pel_relation *relation),
                              void *user, pel_error *err) {
  const char *rest = !entity ? "ORDER BY id" : backwards ? "WHERE object = ?1 ORDER BY id" : "WHERE subject = ?1 ORDER BY id";
  return each_row(pack, PEL_KB_RELATION, rest, entity, (any_each)each, user, err);
}

/* ---- one row ---- */

static pel_status one_row(pel_pack *pack, pel_kb_table table, int64_t id, pel_kb_row *row, pel_error *err) {
  char sql[400];
  pel_pack_rewind(pack);
  if (!pack->one[table]) PEL_TRY(pel_pack_prepare(pack, pel_kb_select(sql, sizeof sql, table, "WHERE id = ?1"), &pack->one[table], err));
  sqlite3_stmt *st = pack->one[table];
  sqlite3_reset(st);
  sqlite3_bind_int64(st, 1, id);
  int rc = id >= 1 && id <= pack->n[table] ? sqlite3_step(st) : SQLITE_DONE;
  if (rc == SQLITE_ROW) return pel_pack_take_row(pack, table, st, row, err);
  if (rc != SQLITE_DONE) return pel_pack_fail(pack, rc, pel_kb_layouts[table].table, err);
  return pel_fail(err, PEL_ERR_USAGE, "%s: no %s %lld; the pack has 1 to %lld", pack->path, pel_kb_layouts[table].table, (long long)id,
                  (long long)pack->n[table]);
}

pel_status pel_pack_passage(pel_pack *pack, int64_t id, pel_passage *out, pel_error *err) {
  pel_kb_row row;
  PEL_TRY(one_row(pack, PEL_KB_PASSAGE, id, &row, err));
  *out = row.passage;
  return PEL_OK;
}

pel_status pel_pack_source(pel_pack *pack, int64_t id, pel_source *out, pel_error *err) {
  pel_kb_row row;
  PEL_TRY(one_row(pack, PEL_KB_SOURCE, id, &row, err));
  *out = row.source;
  return PEL_OK;
}

pel_status pel_pack_entity(pel_pack *pack, int64_t id, pel_entity *out, pel_error *err) {
  pel_kb_row row;
  PEL_TRY(one_row(pack, PEL_KB_ENTITY, id, &row, err));
  *out = row.entity;
  return PEL_OK;
}

pel_status pel_pack_relation(pel_pack *pack, int64_t id, pel_relation *out, pel_error *err) {
  pel_kb_row row;
  PEL_TRY(one_row(pack, PEL_KB_RELATION, id, &row, err));
  *out = row.relation;
  return PEL_OK;
}

pel_status pel_pack_find_entity(pel_pack *pack, const char *key, int64_t *id, pel_error *err) {
  pel_pack_rewind(pack);
  if (!pack->find_entity) PEL_TRY(pel_pack_prepare(pack, "SELECT id FROM entity WHERE key = ?1", &pack->find_entity, err));
  sqlite3_stmt *st = pack->find_entity;
  sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
  int rc = sqlite3_step(st);
  int64_t found = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
  sqlite3_reset(st);
  sqlite3_clear_bindings(st);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return pel_pack_fail(pack, rc, "table entity", err);
  if (found < 0 || found > pack->n[PEL_KB_ENTITY] || (rc == SQLITE_ROW && !found))
    return pel_fail(err, PEL_ERR_INPUT, "%s: table entity: its index names row %lld; the pack is damaged, build it anew", pack->path,
                    (long long)found);
  *id = found;
  return PEL_OK;
}

/* ---- embeddings ---- */

static pel_status take_block(pel_pack *pack, sqlite3_stmt *st, int64_t first, uint32_t dim, float *to, pel_error *err) {
  int64_t rows = pack->n[PEL_KB_PASSAGE] - first + 1;
  if (rows > PEL_KB_EMBEDDING_ROWS) rows = PEL_KB_EMBEDDING_ROWS;
  size_t size = (size_t)rows * dim * sizeof *to;
  const void *data = sqlite3_column_type(st, 2) == SQLITE_BLOB ? sqlite3_column_blob(st, 2) : NULL;
  if (rows < 1 || sqlite3_column_int64(st, 0) != first || sqlite3_column_int64(st, 1) != (int64_t)dim || !data ||
      (size_t)sqlite3_column_bytes(st, 2) != size)
    return pel_fail(err, PEL_ERR_INPUT, "%s: table embedding: the block of passage %lld does not fit; the pack is damaged, build it anew",
                    pack->path, (long long)first);
  memcpy(to, data, size);
  for (size_t i = 0; i < size / sizeof *to; i++)
    if (!isfinite(to[i])) return pel_fail(err, PEL_ERR_INPUT, "%s: table embedding: a value after passage %lld is no number", pack->path, (long long)first);
  return PEL_OK;
}

static pel_status take_blocks(pel_pack *pack, sqlite3_stmt *st, float **out, uint32_t *dim, pel_error *err) {
  int rc = sqlite3_step(st);
  int64_t width = rc == SQLITE_ROW ? sqlite3_column_int64(st, 1) : 0, n = pack->n[PEL_KB_PASSAGE];
  if (rc == SQLITE_DONE) {
    *out = NULL, *dim = 0;
    return PEL_OK;
  }
  if (rc == SQLITE_ROW && (width < 1 || width > PEL_KB_EMBEDDING_DIM || (uint64_t)n * (uint64_t)width > pack->file_size / sizeof(float)))
    return pel_fail(err, PEL_ERR_INPUT, "%s: table embedding: %lld numbers for each of %lld passages do not fit into the file", pack->path,
                    (long long)width, (long long)n);
  float *all = rc == SQLITE_ROW ? pel_alloc((size_t)n * (size_t)width, sizeof *all) : NULL;
  if (rc == SQLITE_ROW && !all) return pel_fail_memory(err, "embeddings", (size_t)n * (size_t)width * sizeof *all);
  pel_status status = PEL_OK;
  int64_t first = 1;
  for (; rc == SQLITE_ROW && status == PEL_OK; first += PEL_KB_EMBEDDING_ROWS) {
    status = take_block(pack, st, first, (uint32_t)width, all + (first - 1) * width, err);
    rc = sqlite3_step(st);
  }
  if (status == PEL_OK && rc != SQLITE_DONE) status = pel_pack_fail(pack, rc, "table embedding", err);
  if (status == PEL_OK && first <= n) status = pel_fail(err, PEL_ERR_INPUT, "%s: table embedding ends before passage %lld", pack->path, (long long)first);
  if (status == PEL_OK) *out = all, *dim = (uint32_t)width;
  else free(all);
  return status;
}

pel_status pel_pack_embeddings(pel_pack *pack, float **out, uint32_t *dim, pel_error *err) {
  sqlite3_stmt *st;
  pel_pack_rewind(pack);
  PEL_TRY(pel_pack_prepare(pack, "SELECT first, dim, data FROM embedding ORDER BY first", &st, err));
  pel_status status = take_blocks(pack, st, out, dim, err);
  sqlite3_finalize(st);
  return status;
}
