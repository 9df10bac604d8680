/* Rows into a pack, each checked before it is written: what a reader would refuse is refused here, with the row's name. */
#include "engine/knowledge/builder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"

pel_status pel_builder_fail(const pel_pack_builder *b, int rc, const char *what, pel_error *err) {
  switch (rc & 0xff) {
    case SQLITE_NOMEM: return pel_fail_memory(err, "the pack's database", 0);
    case SQLITE_FULL: return pel_fail(err, PEL_ERR_IO, "%s: %s: the disk is full; nothing is left of the pack", b->path, what);
    case SQLITE_TOOBIG: return pel_fail(err, PEL_ERR_INPUT, "%s: %s: too large for a pack", b->path, what);
    case SQLITE_INTERRUPT: return pel_fail(err, PEL_ERR_CANCELLED, "%s: cancelled; nothing is left of the pack", b->path);
    default: return pel_fail(err, PEL_ERR_IO, "%s: %s: cannot write the pack (%s)", b->path, what, sqlite3_errstr(rc));
  }
}

pel_status pel_builder_look_up(const pel_pack_builder *b, double fraction, pel_error *err) {
  if (!b->watch || b->watch(fraction, b->watch_user)) return PEL_OK;
  return pel_builder_fail(b, SQLITE_INTERRUPT, "", err);
}

void pel_pack_builder_watch(pel_pack_builder *b, bool (*progress)(double fraction, void *user), void *user) {
  b->watch = progress;
  b->watch_user = user;
}

/* ---- checks ---- */

static const char *text_of(const pel_kb_row *row, const pel_kb_column *c) {
  const char *text;
  memcpy(&text, (const char *)row + c->offset, sizeof text);
  return text ? text : "";
}

static int64_t integer_of(const pel_kb_row *row, const pel_kb_column *c) {
  int64_t value;
  memcpy(&value, (const char *)row + c->offset, sizeof value);
  return value;
}

static double weight_of(const pel_kb_row *row, const pel_kb_column *c) {
  double value;
  memcpy(&value, (const char *)row + c->offset, sizeof value);
  return value;
}

static pel_term_type type_of(const pel_kb_row *row, const pel_kb_column *c) {
  pel_term_type type;
  memcpy(&type, (const char *)row + c->offset, sizeof type);
  return type;
}

static const char *fault_of(const pel_pack_builder *b, const pel_kb_column *c, const pel_kb_row *row) {
  switch (c->kind) {
    case PEL_KB_ID: {
      int64_t id = integer_of(row, c);
      return id < (c->needed ? 1 : 0) || id > b->n[c->to] ? "names a row that was not added" : NULL;
    }
    case PEL_KB_WEIGHT: {
      double w = weight_of(row, c);
      return isnan(w) || (w >= 0 && w <= 1) ? NULL : "is not in [0, 1]";
    }
    case PEL_KB_TERM_TYPE: return *pel_term_type_name(type_of(row, c)) ? NULL : "is no type of a term";
    case PEL_KB_INTEGER:
    case PEL_KB_FLAG: return NULL;
    default: return pel_kb_text_fault(c, text_of(row, c), strlen(text_of(row, c)));
  }
}

/* What the row is called in an error: the first of its texts that says something, cut to fit. */
static const char *name_of(const pel_kb_layout *l, const pel_kb_row *row) {
  for (int i = 0; i < l->n; i++) {
    bool text = l->columns[i].kind == PEL_KB_LINE || l->columns[i].kind == PEL_KB_TEXT;
    const char *name = text ? text_of(row, &l->columns[i]) : "";
    if (*name && pel_kb_is_utf8(name, strlen(name))) return name;
  }
  return "";
}

static pel_status refuse(const pel_pack_builder *b, pel_kb_table table, const pel_kb_row *row, const char *column, const char *fault,
                         pel_error *err) {
  const pel_kb_layout *l = &pel_kb_layouts[table];
  return pel_fail(err, PEL_ERR_INPUT, "%s %lld (%.80s): %s %s", l->table, (long long)b->n[table] + 1, name_of(l, row), column, fault);
}

/* An interval that ends before it starts would never be in force. */
static const pel_kb_column *find_backwards(const pel_kb_layout *l, const pel_kb_row *row) {
  for (int i = 0; i + 1 < l->n; i++) {
    const pel_kb_column *from = &l->columns[i], *to = &l->columns[i + 1];
    if (from->kind != PEL_KB_DATE || to->kind != PEL_KB_DATE) continue;
    if (*text_of(row, from) && *text_of(row, to) && strcmp(text_of(row, from), text_of(row, to)) > 0) return to;
  }
  return NULL;
}

static pel_status check(const pel_pack_builder *b, pel_kb_table table, const pel_kb_row *row, pel_error *err) {
  const pel_kb_layout *l = &pel_kb_layouts[table];
  for (int i = 0; i < l->n; i++) {
    const char *fault = fault_of(b, &l->columns[i], row);
    if (fault) return refuse(b, table, row, l->columns[i].name, fault, err);
  }
  const pel_kb_column *to = find_backwards(l, row);
  return to ? refuse(b, table, row, to->name, "is before valid_from", err) : PEL_OK;
}

/* ---- writing ---- */

static void bind(sqlite3_stmt *st, int i, const pel_kb_column *c, const pel_kb_row *row) {
  switch (c->kind) {
    case PEL_KB_ID:
    case PEL_KB_INTEGER: sqlite3_bind_int64(st, i, integer_of(row, c)); break;
    case PEL_KB_FLAG: sqlite3_bind_int(st, i, *(const bool *)((const char *)row + c->offset)); break;
    case PEL_KB_WEIGHT:
      if (isnan(weight_of(row, c))) sqlite3_bind_null(st, i);
      else sqlite3_bind_double(st, i, weight_of(row, c) + 0.0); /* no -0 */
      break;
    case PEL_KB_TERM_TYPE: sqlite3_bind_text(st, i, pel_term_type_name(type_of(row, c)), -1, SQLITE_STATIC); break;
    default: sqlite3_bind_text(st, i, text_of(row, c), -1, SQLITE_STATIC);
  }
}

static pel_status add(pel_pack_builder *b, pel_kb_table table, const void *row, int64_t *id, pel_error *err) {
  const pel_kb_layout *l = &pel_kb_layouts[table];
  PEL_TRY(check(b, table, row, err));
  sqlite3_stmt *st = b->insert[table];
  sqlite3_bind_int64(st, 1, b->n[table] + 1);
  for (int i = 0; i < l->n; i++) bind(st, i + 2, &l->columns[i], row);
  sqlite3_step(st);
  int rc = sqlite3_reset(st);
  sqlite3_clear_bindings(st);
  if ((rc & 0xff) == SQLITE_CONSTRAINT) return refuse(b, table, row, "key", "is there already", err);
  if (rc != SQLITE_OK) return pel_builder_fail(b, rc, l->table, err);
  b->n[table]++;
  if (id) *id = b->n[table];
  return PEL_OK;
}

pel_status pel_pack_add_source(pel_pack_builder *b, const pel_source *row, int64_t *id, pel_error *err) {
  return add(b, PEL_KB_SOURCE, row, id, err);
}

pel_status pel_pack_add_passage(pel_pack_builder *b, const pel_passage *row, int64_t *id, pel_error *err) {
  return add(b, PEL_KB_PASSAGE, row, id, err);
}

pel_status pel_pack_add_rule(pel_pack_builder *b, const pel_rule *row, int64_t *id, pel_error *err) {
  return add(b, PEL_KB_RULE, row, id, err);
}

pel_status pel_pack_add_vocabulary(pel_pack_builder *b, const pel_vocabulary *row, int64_t *id, pel_error *err) {
  return add(b, PEL_KB_VOCABULARY, row, id, err);
}

pel_status pel_pack_add_relation(pel_pack_builder *b, const pel_relation *row, int64_t *id, pel_error *err) {
  return add(b, PEL_KB_RELATION, row, id, err);
}

pel_status pel_pack_add_case(pel_pack_builder *b, const pel_pack_case *row, int64_t *id, pel_error *err) {
  return add(b, PEL_KB_CASE, row, id, err);
}

/* Columns that are empty in the pack take what the row says. */
static pel_status fill_entity(pel_pack_builder *b, int64_t id, const pel_entity *row, pel_error *err) {
  sqlite3_stmt *st = b->fill_entity;
  sqlite3_bind_int64(st, 1, id);
  sqlite3_bind_text(st, 2, row->label ? row->label : "", -1, SQLITE_STATIC);
  sqlite3_bind_text(st, 3, row->type ? row->type : "", -1, SQLITE_STATIC);
  sqlite3_bind_text(st, 4, row->synonyms ? row->synonyms : "", -1, SQLITE_STATIC);
  sqlite3_step(st);
  int rc = sqlite3_reset(st);
  sqlite3_clear_bindings(st);
  return rc == SQLITE_OK ? PEL_OK : pel_builder_fail(b, rc, "entity", err);
}

static bool says(const char *text) { return text && *text; }

pel_status pel_pack_add_entity(pel_pack_builder *b, const pel_entity *row, int64_t *id, pel_error *err) {
  pel_kb_row checked = {.entity = *row};
  PEL_TRY(check(b, PEL_KB_ENTITY, &checked, err));
  sqlite3_stmt *st = b->find_entity;
  sqlite3_bind_text(st, 1, row->key, -1, SQLITE_STATIC);
  int rc = sqlite3_step(st);
  int64_t found = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
  bool fills = found && ((says(row->label) && sqlite3_column_int(st, 1)) || (says(row->type) && sqlite3_column_int(st, 2)) ||
                         (says(row->synonyms) && sqlite3_column_int(st, 3)));
  rc = sqlite3_reset(st);
  sqlite3_clear_bindings(st);
  if (rc != SQLITE_OK) return pel_builder_fail(b, rc, "entity", err);
  if (!found) return add(b, PEL_KB_ENTITY, &checked, id, err);
  if (fills) PEL_TRY(fill_entity(b, found, row, err));
  if (id) *id = found;
  return PEL_OK;
}

int64_t pel_builder_source(pel_pack_builder *b, const char *key) {
  sqlite3_bind_text(b->find_source, 1, key, -1, SQLITE_STATIC);
  int64_t id = sqlite3_step(b->find_source) == SQLITE_ROW ? sqlite3_column_int64(b->find_source, 0) : 0;
  sqlite3_reset(b->find_source);
  return id;
}

int64_t pel_pack_builder_passage(pel_pack_builder *b, const char *source, const char *path) {
  int64_t id = 0, from = source && *source ? pel_builder_source(b, source) : 0;
  if (!from && source && *source) return 0;
  sqlite3_bind_int64(b->find_passage, 1, from);
  sqlite3_bind_text(b->find_passage, 2, path ? path : "", -1, SQLITE_STATIC);
  if (sqlite3_step(b->find_passage) == SQLITE_ROW) id = sqlite3_column_int64(b->find_passage, 0);
  sqlite3_reset(b->find_passage);
  return id;
}

void pel_builder_passage_dates(pel_pack_builder *b, int64_t passage, char from[PEL_KB_DATE_SIZE], char to[PEL_KB_DATE_SIZE]) {
  char *const out[] = {from, to};
  sqlite3_bind_int64(b->find_dates, 1, passage);
  bool found = sqlite3_step(b->find_dates) == SQLITE_ROW;
  for (int i = 0; i < 2; i++) {
    const char *text = found ? (const char *)sqlite3_column_text(b->find_dates, i) : NULL;
    snprintf(out[i], PEL_KB_DATE_SIZE, "%s", text ? text : "");
  }
  sqlite3_reset(b->find_dates);
}

pel_status pel_builder_declarations(pel_pack_builder *b, bool (*each)(void *user, const char *text), void *user, pel_error *err) {
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(b->db, "SELECT text FROM rule WHERE substr (text, 1, 2) = ':-' ORDER BY id", -1, &st, NULL);
  bool go = true;
  while (rc == SQLITE_OK && go && sqlite3_step(st) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(st, 0);
    if (text) go = each(user, text);
  }
  if (rc == SQLITE_OK) rc = sqlite3_finalize(st);
  return rc == SQLITE_OK ? PEL_OK : pel_builder_fail(b, rc, "rule", err);
}
