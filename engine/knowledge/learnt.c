/* What was learnt for a pack, as texts in its table `calibration`: into a pack that is built, and out of one. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/status.h"
#include "engine/knowledge/builder.h"
#include "engine/knowledge/pack.h"

enum { MOST = PEL_KB_VALUE_BYTES - 4096 }; /* a row has its name, too */

const char *pel_learnt_name(pel_learnt_kind kind) {
  static const char *const names[] = {"phenotype", "chains", "links"};
  return (unsigned)kind < PEL_LEARNT_KINDS ? names[kind] : "";
}

/* ---- in ---- */

static pel_status insert(pel_pack_builder *b, const char *name, const char *text, pel_error *err) {
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(b->db, "INSERT INTO calibration VALUES (?1, ?2)", -1, &st, NULL);
  if (rc != SQLITE_OK) return pel_builder_fail(b, rc, "calibration", err);
  sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text(st, 2, text, -1, SQLITE_STATIC);
  sqlite3_step(st);
  rc = sqlite3_finalize(st);
  if ((rc & 0xff) == SQLITE_CONSTRAINT) return pel_fail(err, PEL_ERR_INPUT, "two files of the kind '%s' were learnt; a pack keeps one", name);
  return rc == SQLITE_OK ? PEL_OK : pel_builder_fail(b, rc, "calibration", err);
}

pel_status pel_pack_add_learnt(pel_pack_builder *b, pel_learnt_kind kind, const char *text, pel_error *err) {
  size_t size = strlen(text);
  if ((unsigned)kind >= PEL_LEARNT_KINDS) return pel_fail(err, PEL_ERR_USAGE, "no such kind of what is learnt: %d", (int)kind);
  if (size > MOST) return pel_fail(err, PEL_ERR_INPUT, "what was learnt (%s) has %zu bytes, a pack keeps at most %d; keep fewer rules", pel_learnt_name(kind), size, (int)MOST);
  if (!pel_kb_is_utf8(text, size)) return pel_fail(err, PEL_ERR_INPUT, "what was learnt (%s) is not UTF-8", pel_learnt_name(kind));
  return insert(b, pel_learnt_name(kind), text, err);
}

/* By what its writer begins with. */
static bool find_kind(const char *text, pel_learnt_kind *out) {
  static const char *const signs[] = {"\"pellucid_phenotype\"", "# Pellucid chain rules,", "# Pellucid link confidence,"};
  for (int k = 0; k < PEL_LEARNT_KINDS; k++) {
    const char *at = strstr(text, signs[k]);
    if (at && at - text < 400) return *out = (pel_learnt_kind)k, true;
  }
  return false;
}

pel_status pel_import_learnt(pel_pack_builder *b, const char *path, pel_import *done, pel_error *err) {
  char *text;
  size_t size;
  pel_learnt_kind kind;
  PEL_TRY(pel_file_read(path, "learnt file", MOST, &text, &size, err));
  pel_error inner = {0};
  pel_status status = PEL_OK;
  if (strlen(text) != size) status = pel_fail(err, PEL_ERR_INPUT, "%s: holds a zero byte; what was learnt is text", path);
  else if (!find_kind(text, &kind)) status = pel_fail(err, PEL_ERR_INPUT, "%s: is none of the files that pellucid learn rules, learn links and eval phenopackets --save write", path);
  else if ((status = pel_pack_add_learnt(b, kind, text, &inner)) != PEL_OK) pel_fail(err, status, "%s: %s", path, inner.text);
  free(text);
  done->learnt += status == PEL_OK;
  return status;
}

/* ---- out ---- */

static pel_status take(pel_pack *pack, sqlite3_stmt *st, const char *name, char **out, pel_error *err) {
  const char *text = sqlite3_column_type(st, 0) == SQLITE_TEXT ? (const char *)sqlite3_column_text(st, 0) : NULL;
  size_t size = text ? (size_t)sqlite3_column_bytes(st, 0) : 0;
  if (!text || strlen(text) != size || !pel_kb_is_utf8(text, size)) return pel_fail(err, PEL_ERR_INPUT, "%s: table calibration, '%s': is no text; the pack is damaged, build it anew", pack->path, name);
  *out = strdup(text);
  return *out ? PEL_OK : pel_fail_memory(err, "what was learnt", size);
}

pel_status pel_pack_learnt(pel_pack *pack, pel_learnt_kind kind, char **out, pel_error *err) {
  sqlite3_stmt *st;
  *out = NULL;
  pel_pack_rewind(pack);
  PEL_TRY(pel_pack_prepare(pack, "SELECT value FROM calibration WHERE name = ?1", &st, err));
  sqlite3_bind_text(st, 1, pel_learnt_name(kind), -1, SQLITE_STATIC);
  int rc = sqlite3_step(st);
  pel_status status = rc == SQLITE_ROW ? take(pack, st, pel_learnt_name(kind), out, err) : rc == SQLITE_DONE ? PEL_OK : pel_pack_fail(pack, rc, "calibration", err);
  sqlite3_finalize(st);
  return status;
}
