/* Reviews: entries that are only ever appended, each with the hash of the one before, the first with that of the trace. Who
 * changes an entry, takes one out of the middle or changes the trace breaks the chain from there on. (Who writes all hashes
 * anew, or drops the last entries, does not: for that a copy of the last hash has to be kept elsewhere.) */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/base/status.h"
#include "engine/trace/connection.h"
#include "engine/trace/hash.h"
#include "engine/trace/reasoning.h"
#include "engine/trace/schema.h"

/* Texts count with their lengths, so that no two entries give the same bytes. */
static void hash_entry(const pel_review *r, char out[PEL_HASH_HEX]) {
  pel_hash h;
  pel_hash_start(&h, PEL_HASH_REVIEW);
  pel_hash_text(&h, r->previous);
  pel_hash_integer(&h, r->id);
  pel_hash_integer(&h, r->node);
  pel_hash_text(&h, r->verdict);
  pel_hash_text(&h, r->name);
  pel_hash_text(&h, r->date);
  pel_hash_text(&h, r->reason);
  pel_hash_finish(&h, out);
}

/* ---- the chain ---- */

typedef struct chain {
  const char *path;
  int64_t n;               /* good entries so far */
  char last[PEL_HASH_HEX]; /* the hash that the next one must name */
} chain;

static pel_status broken(const chain *c, const char *what, pel_error *err) {
  return pel_fail(err, PEL_ERR_CHECK, "%s: review %lld: %s; the chain is broken there", c->path, (long long)c->n + 1, what);
}

static pel_status check_link(chain *c, const pel_review *r, pel_error *err) {
  char hex[PEL_HASH_HEX];
  if (r->id != c->n + 1) return broken(c, "it is missing", err);
  if (strcmp(r->previous, c->last) != 0)
    return broken(c, c->n ? "it does not follow the entry before it" : "it is not of this trace, or the trace was changed", err);
  hash_entry(r, hex);
  if (strcmp(r->hash, hex) != 0) return broken(c, "it was changed", err);
  memcpy(c->last, hex, sizeof hex);
  c->n++;
  return PEL_OK;
}

/* The row as it lies in the file: what is wrong with it is a broken link, whatever it is. */
static bool read_entry(sqlite3_stmt *st, pel_review *out) {
  const char *texts[6] = {NULL};
  if (sqlite3_column_type(st, 0) != SQLITE_INTEGER || sqlite3_column_type(st, 1) != SQLITE_INTEGER) return false;
  for (int i = 0; i < 6; i++) {
    texts[i] = sqlite3_column_type(st, i + 2) == SQLITE_TEXT ? (const char *)sqlite3_column_text(st, i + 2) : NULL;
    if (!texts[i] || strlen(texts[i]) != (size_t)sqlite3_column_bytes(st, i + 2)) return false;
  }
  *out = (pel_review){sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1), texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]};
  return true;
}

/* *rc is the failure of SQLite's, if that is what went wrong: PEL_OK is returned then. `ticks` is set back at each entry. */
static pel_status walk(sqlite3 *db, uint64_t *ticks, chain *c, int *rc, pel_error *err) {
  char sql[512];
  sqlite3_stmt *st;
  pel_status status = PEL_OK;
  pel_span_select(PEL_ROW_REVIEW, sql);
  *ticks = 0;
  *rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
  if (*rc != SQLITE_OK) return PEL_OK;
  while (status == PEL_OK && (*rc = sqlite3_step(st)) == SQLITE_ROW) {
    pel_review r;
    *ticks = 0;
    if (c->n >= pel_span_tables[PEL_ROW_REVIEW].most) status = broken(c, "there are more entries than a trace can have", err);
    else status = read_entry(st, &r) ? check_link(c, &r, err) : broken(c, "it has a value of the wrong type", err);
  }
  sqlite3_finalize(st);
  if (*rc == SQLITE_DONE || *rc == SQLITE_ROW) *rc = SQLITE_OK;
  return status;
}

/* Of now: reasoning may have been added since the trace was opened. */
static int read_hash(pel_trace *t, chain *c) {
  sqlite3_stmt *st;
  t->ticks = 0;
  int rc = sqlite3_prepare_v2(t->db, "SELECT value FROM provenance WHERE key = 'hash'", -1, &st, NULL);
  if (rc != SQLITE_OK) return rc;
  const char *hash = (rc = sqlite3_step(st)) == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
  if (hash && strlen(hash) == sizeof c->last - 1) memcpy(c->last, hash, sizeof c->last);
  sqlite3_finalize(st);
  return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static pel_status check_chain(pel_trace *t, chain *c, pel_error *err) {
  pel_status status = PEL_OK;
  int rc = read_hash(t, c);
  if (rc == SQLITE_OK) status = walk(t->db, &t->ticks, c, &rc, err);
  return rc == SQLITE_OK ? status : pel_trace_sql_error(t, rc, "review", err);
}

pel_status pel_review_check(pel_trace *t, size_t *checked, pel_error *err) {
  chain c = {.path = t->path};
  pel_status status = PEL_OK;
  if (pel_reasoning_has_tables(t)) {
    PEL_TRY(pel_trace_begin(t, err));
    status = check_chain(t, &c, err);
    pel_trace_end(t);
  }
  if (checked && (status == PEL_OK || status == PEL_ERR_CHECK)) *checked = (size_t)c.n;
  return status;
}

/* ---- appending ---- */

static pel_status check_entry(const char *path, const pel_review *r, pel_error *err) {
  static const char *const verdicts[] = {"accepted", "disputed", "needs evidence", "withdrawn"};
  bool known = false;
  for (int i = 0; i < 4; i++) known = known || (r->verdict && strcmp(r->verdict, verdicts[i]) == 0);
  if (!known)
    return pel_fail(err, PEL_ERR_USAGE, "%s: the verdict is none of accepted, disputed, needs evidence, withdrawn", path);
  if (!r->name || !*r->name) return pel_fail(err, PEL_ERR_USAGE, "%s: a review needs the name of who gives it", path);
  PEL_TRY(pel_text_check(path, "the name", r->name, PEL_SPAN_MOST_SHORT, PEL_ERR_USAGE, err));
  PEL_TRY(pel_text_check(path, "the date", r->date ? r->date : "", PEL_SPAN_MOST_SHORT, PEL_ERR_USAGE, err));
  return pel_text_check(path, "the reason", r->reason ? r->reason : "", PEL_SPAN_MOST_TEXT, PEL_ERR_USAGE, err);
}

static pel_status check_node(pel_edit *e, int64_t node, pel_error *err) {
  sqlite3_int64 found = 0;
  if (e->minor >= PEL_TRACE_REASONING_MINOR) {
    sqlite3_stmt *st;
    int rc = sqlite3_prepare_v2(e->db, "SELECT count(*) FROM node WHERE id = ?1", -1, &st, NULL);
    if (rc != SQLITE_OK) return pel_edit_failed(e, rc, "table node", err);
    sqlite3_bind_int64(st, 1, node);
    rc = sqlite3_step(st);
    found = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);
    if (rc != SQLITE_ROW) return pel_edit_failed(e, rc, "table node", err);
  }
  return found ? PEL_OK : pel_fail(err, PEL_ERR_USAGE, "%s: node %lld is not in this trace", e->path, (long long)node);
}

static pel_status insert(pel_edit *e, const pel_review *r, pel_error *err) {
  char sql[512];
  sqlite3_stmt *st;
  pel_span_insert(PEL_ROW_REVIEW, sql);
  int rc = sqlite3_prepare_v2(e->db, sql, -1, &st, NULL);
  if (rc != SQLITE_OK) return pel_edit_failed(e, rc, "table review", err);
  const char *const texts[] = {r->verdict, r->name, r->date, r->reason, r->previous, r->hash};
  sqlite3_bind_int64(st, 1, r->id);
  sqlite3_bind_int64(st, 2, r->node);
  for (int i = 0; i < 6; i++) sqlite3_bind_text(st, i + 3, texts[i], -1, SQLITE_STATIC);
  sqlite3_step(st);
  rc = sqlite3_finalize(st);
  return rc == SQLITE_OK ? PEL_OK : pel_edit_failed(e, rc, "table review", err);
}

static pel_status append(pel_edit *e, const pel_review *given, pel_error *err) {
  chain c = {.path = e->path};
  char now[32], hash[PEL_HASH_HEX];
  int rc = SQLITE_OK;
  PEL_TRY(check_node(e, given->node, err));
  memcpy(c.last, e->hash, sizeof c.last);
  PEL_TRY(walk(e->db, &e->ticks, &c, &rc, err));
  if (rc != SQLITE_OK) return pel_edit_failed(e, rc, "table review", err);
  PEL_TRY(pel_edit_check_hash(e, err));
  if (c.n >= pel_span_tables[PEL_ROW_REVIEW].most)
    return pel_fail(err, PEL_ERR_USAGE, "%s: holds %lld reviews, and no room for more", e->path, (long long)c.n);
  time_t seconds = time(NULL);
  struct tm utc;
  strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
  pel_review r = *given;
  r.id = c.n + 1;
  r.previous = c.last;
  r.hash = hash;
  if (!r.date || !*r.date) r.date = now;
  if (!r.reason) r.reason = "";
  hash_entry(&r, hash);
  PEL_TRY(insert(e, &r, err));
  return pel_edit_commit(e, err);
}

pel_status pel_review_append(const char *path, const pel_review *review, pel_error *err) {
  pel_edit e;
  PEL_TRY(check_entry(path, review, err));
  PEL_TRY(pel_edit_begin(&e, path, err));
  pel_status status = append(&e, review, err);
  pel_edit_end(&e);
  return status;
}
