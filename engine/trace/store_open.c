/* Creating the file: header, statements, the settings of the connection. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/file.h"
#include "engine/trace/schema.h"
#include "engine/trace/store.h"

static const char *const statements[PEL_SQL_COUNT] = {
    [PEL_SQL_TOKEN] = "INSERT INTO token VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [PEL_SQL_ALTERNATIVE] = "INSERT INTO alternative VALUES (0, ?1, ?2, ?3, ?4, ?5)",
    [PEL_SQL_BATCH] = "INSERT OR REPLACE INTO batch VALUES (0, ?1, ?2)",
    [PEL_SQL_QUERY] = "INSERT OR REPLACE INTO attention_query VALUES (0, ?1, ?2, ?3, ?4)",
    [PEL_SQL_KEY] = "INSERT OR REPLACE INTO attention_key VALUES (0, ?1, ?2, ?3, ?4)",
    [PEL_SQL_ROW] = "INSERT OR REPLACE INTO attention_row VALUES (0, ?1, ?2, ?3, ?4)",
    [PEL_SQL_TAIL] = "INSERT INTO tail VALUES (0, ?1, ?2, ?3)",
    [PEL_SQL_TAIL_DELETE] = "DELETE FROM tail WHERE seq = 0 AND layer = ?1 AND first >= ?2 AND first < ?3",
    [PEL_SQL_SEQUENCE] = "INSERT OR REPLACE INTO sequence VALUES (0, ?1, ?2, ?3, ?4)",
    [PEL_SQL_PROVENANCE] = "INSERT OR REPLACE INTO provenance VALUES (?1, ?2)",
    [PEL_SQL_RECEIVED] = "INSERT INTO received VALUES (0, ?1, ?2, ?3, ?4)",
    [PEL_SQL_PYRAMID] = "INSERT INTO pyramid VALUES (0, ?1, ?2, ?3, ?4, ?5)",
};

static pel_status claim_path(const char *path, bool force, pel_error *err) {
  if (force && unlink(path) != 0 && errno != ENOENT) return pel_fail_errno(err, path, "cannot replace the file");
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && errno == EEXIST)
    return pel_fail(err, PEL_ERR_IO, "%s: the file exists; choose another name or use --force", path);
  if (fd < 0) return pel_fail_errno(err, path, "cannot create the trace");
  close(fd);
  pel_file_remove_journal(path);
  return PEL_OK;
}

/* The last block of each head ends in a page of its own, on average half empty: for a short run, whose blocks are short,
 * smaller pages keep that loss to a few per cent. Long runs take 8 KiB, where reading and writing cost least. */
static int page_size(const pel_store *s) {
  size_t most = 0;
  for (uint32_t i = 0; i < s->n_layers; i++) {
    const pel_layer_layout *l = &s->layouts[i];
    uint32_t rows = s->n_context && s->n_context < l->block ? s->n_context : l->block;
    if (l->n_q && (size_t)rows * l->shape.head_dim * 2 > most) most = (size_t)rows * l->shape.head_dim * 2;
  }
  int size = 512;
  while (size < 8192 && (size_t)size * 16 <= most) size *= 2;
  return size;
}

static bool configure(pel_store *s) {
  char sql[256];
  snprintf(sql, sizeof sql,
           "PRAGMA page_size = %d; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL;"
           "PRAGMA cache_spill = OFF; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY",
           page_size(s));
  sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_busy_timeout(s->db, 500);
  /* Spilling would take the exclusive lock long before the commit and shut readers out; transactions are
   * small. */
  return pel_store_exec(s, sql, "settings");
}

static bool write_layers(pel_store *s) {
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(s->db, "INSERT INTO layer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", -1,
                              &st, NULL);
  for (uint32_t i = 0; i < s->n_layers && rc == SQLITE_OK; i++) {
    const pel_layer_layout *l = &s->layouts[i];
    uint8_t heads[PEL_TRACE_MAX_HEADS / 8] = {0};
    for (uint32_t j = 0; j < l->n_q; j++) heads[l->q_heads[j] / 8] |= (uint8_t)(1u << l->q_heads[j] % 8);
    sqlite3_bind_int64(st, 1, i);
    sqlite3_bind_int64(st, 2, l->n_q > 0);
    sqlite3_bind_int64(st, 3, l->shape.n_head);
    sqlite3_bind_int64(st, 4, l->shape.n_kv_head);
    sqlite3_bind_int64(st, 5, l->shape.head_dim);
    sqlite3_bind_int64(st, 6, l->shape.window);
    sqlite3_bind_double(st, 7, (double)l->shape.scale);
    sqlite3_bind_double(st, 8, (double)l->shape.softcap);
    sqlite3_bind_int64(st, 9, l->block);
    sqlite3_bind_blob(st, 10, heads, (int)((l->shape.n_head + 7) / 8), SQLITE_TRANSIENT);
    if (sqlite3_step(st) == SQLITE_ROW) break;
    rc = sqlite3_reset(st);
  }
  sqlite3_finalize(st);
  return rc == SQLITE_OK ? true : pel_store_fail(s, rc, "table layer");
}

static bool write_parameters(pel_store *s, const pel_trace_header *h) {
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(s->db, "INSERT OR REPLACE INTO parameter VALUES (?1, ?2)", -1, &st, NULL);
  for (size_t i = 0; i < h->n_parameters && rc == SQLITE_OK; i++) {
    sqlite3_bind_text(st, 1, h->parameters[i][0], -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, h->parameters[i][1] ? h->parameters[i][1] : "", -1, SQLITE_STATIC);
    sqlite3_step(st);
    rc = sqlite3_reset(st);
  }
  sqlite3_finalize(st);
  return rc == SQLITE_OK ? true : pel_store_fail(s, rc, "table parameter");
}

static bool write_header(pel_store *s, const pel_trace_header *h) {
  char sha[PEL_HASH_HEX];
  pel_hash_hex(h->model_sha256, sha);
  const char *const entries[][2] = {
      {"model_name", h->model_name},
      {"model_file", h->model_file},
      {"model_sha256", sha},
      {"architecture", h->architecture},
      {"kernels", h->kernels},
      {"generator", h->generator},
      {"created", h->created},
      {"complete", "0"},
      {"hash", ""},
      {"note", ""},
  };
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
    if (!pel_store_set(s, entries[i][0], entries[i][1] ? entries[i][1] : "")) return false;
  return write_parameters(s, h) && write_layers(s);
}

static bool create_tables(pel_store *s, const pel_trace_header *h) {
  int rc = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  if (rc == SQLITE_OK) rc = pel_schema_create(s->db);
  if (rc != SQLITE_OK) return pel_store_fail(s, rc, "tables");
  s->in_transaction = true;
  for (int i = 0; i < PEL_SQL_COUNT; i++) {
    rc = sqlite3_prepare_v3(s->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &s->sql[i], NULL);
    if (rc != SQLITE_OK) return pel_store_fail(s, rc, "statements");
  }
  return write_header(s, h) && pel_store_commit(s);
}

static bool make_layers(pel_store *s) {
  s->layers = pel_alloc(s->n_layers, sizeof *s->layers);
  if (!s->layers) return pel_store_fail_memory(s, "layers");
  for (uint32_t i = 0; i < s->n_layers; i++) {
    const pel_layer_layout *l = &s->layouts[i];
    pel_layer_store *ls = &s->layers[i];
    if (!l->n_q) continue;
    size_t head = (size_t)l->block * l->shape.head_dim;
    ls->q = pel_alloc(l->n_q, head * sizeof *ls->q);
    ls->k = pel_alloc(l->n_k, head * sizeof *ls->k);
    ls->digests = pel_alloc(2 * (size_t)l->n_q + l->n_k, sizeof *ls->digests);
    if (!ls->q || !ls->k || !ls->digests) return pel_store_fail_memory(s, "blocks of a layer");
  }
  return true;
}

pel_status pel_store_open(pel_store *s, const char *name, bool force, const pel_trace_header *header,
                          pel_layer_layout *layouts, pel_error *err) {
  *s = (pel_store){.layouts = layouts, .n_layers = header->n_layers, .n_context = header->n_context};
  pel_status status = pel_file_claim(name, force, &s->path, err);
  if (status == PEL_OK) status = claim_path(s->path, force, err);
  if (status != PEL_OK) {
    pel_store_clear(s);
    return status;
  }
  /* SQLite gives some names a meaning (":memory:", "file:..."); none that begins with a folder. */
  char *path = s->path, *plain = NULL;
  if (asprintf(&plain, "%s%s", *path == '/' ? "" : "./", path) < 0) plain = NULL;
  int rc = plain ? sqlite3_open_v2(plain, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL)
                 : SQLITE_NOMEM;
  free(plain);
  bool ok = rc == SQLITE_OK ? configure(s) : pel_store_fail(s, rc, "open");
  if (ok && create_tables(s, header) && make_layers(s)) return PEL_OK;
  status = s->error.status ? s->error.status : PEL_ERR_IO;
  if (err) *err = s->error;
  s->path = NULL; /* kept: the file goes when it is closed */
  pel_store_clear(s);
  unlink(path); /* claimed by this call, and of no use */
  pel_file_remove_journal(path);
  free(path);
  return status;
}
