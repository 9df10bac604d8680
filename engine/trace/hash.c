#include "engine/trace/hash.h"

#include <string.h>


static void put_tag(pel_hash *h, char tag) { sha256_update(&h->sha, 1, (const uint8_t *)&tag); }

static void put_u64(pel_hash *h, uint64_t v) { sha256_update(&h->sha, 8, (const uint8_t *)&v); }

static void put_bytes(pel_hash *h, char tag, const void *data, size_t size) {
  put_tag(h, tag);
  put_u64(h, size);
  sha256_update(&h->sha, size, data);
}

void pel_hash_text(pel_hash *h, const char *text) { put_bytes(h, 'T', text, strlen(text)); }

void pel_hash_integer(pel_hash *h, int64_t v) {
  put_tag(h, 'I');
  put_u64(h, (uint64_t)v);
}

static void put_real(pel_hash *h, double v) {
  uint64_t bits;
  memcpy(&bits, &v, 8);
  put_tag(h, 'R');
  put_u64(h, bits);
}

static void put_column(pel_hash *h, sqlite3_stmt *st, int i) {
  switch (sqlite3_column_type(st, i)) {
    case SQLITE_INTEGER: pel_hash_integer(h, sqlite3_column_int64(st, i)); break;
    case SQLITE_FLOAT: put_real(h, sqlite3_column_double(st, i)); break;
    case SQLITE_NULL: put_tag(h, 'N'); break;
    case SQLITE_TEXT: {
      const void *text = sqlite3_column_text(st, i);
      put_bytes(h, 'T', text, (size_t)sqlite3_column_bytes(st, i));
      break;
    }
    default: {
      const void *blob = sqlite3_column_blob(st, i);
      put_bytes(h, 'B', blob, (size_t)sqlite3_column_bytes(st, i));
    }
  }
}

/* Left out: when and by which program on which machine it was written (and whether it is closed, and the
 * hash). */
static const struct {
  const char *name, *select;
} small_tables[] = {
    {"provenance",
     "SELECT key, value FROM provenance"
     " WHERE key IN ('architecture', 'model_name', 'model_sha256', 'note', 'question', 'case', 'case_sha256', 'pack',"
     " 'pack_version', 'pack_sha256') ORDER BY key"},
    {"parameter", "SELECT name, value FROM parameter WHERE substr(name, 1, 8) <> 'machine.' ORDER BY name"},
    {"layer",
     "SELECT layer, recorded, n_head, n_kv_head, head_dim, window, scale, softcap, block, heads"
     " FROM layer ORDER BY layer"},
    {"sequence", "SELECT seq, n_context, n_prompt, n_tokens, n_rows FROM sequence ORDER BY seq"},
    {"token", "SELECT seq, pos, id, piece, segment, logprob, entropy, margin FROM token ORDER BY seq, pos"},
    {"alternative", "SELECT seq, pos, rank, id, logprob, piece FROM alternative ORDER BY seq, pos, rank"},
    {"batch", "SELECT seq, first, n FROM batch ORDER BY seq, first"},
};

/* The tables of reasoning. How long a stage took is left out, and so are the reviews, which have a chain of their own. */
static const struct {
  const char *name, *select;
  int since; /* minor version */
} reasoning_tables[] = {
    {"span", "SELECT id, parent, kind, name, status FROM span ORDER BY id", 1},
    {"attribute", "SELECT id, span, name, value FROM attribute ORDER BY id", 1},
    {"source",
     "SELECT id, key, title, publisher, version, url, licence, retrieved, sha256 FROM source ORDER BY id", 1},
    {"passage", "SELECT id, source, path, label, text, valid_from, valid_to FROM passage ORDER BY id", 1},
    {"document", "SELECT id, name, text FROM document ORDER BY id", 1},
    {"clause", "SELECT id, label, text, passage, valid_from, valid_to FROM clause ORDER BY id", 1},
    {"node",
     "SELECT id, span, kind, state, says, note, term, clause, passage, document, char_from, char_to, said_by, date,"
     " weight, confidence, low, high, event FROM node ORDER BY id", 1},
    {"edge", "SELECT from_node, place, to_node, kind, label, weight FROM edge ORDER BY from_node, place", 1},
    {"retrieved",
     "SELECT span, rank, passage, lexical, dense, fused, gate, weight, margin FROM retrieved ORDER BY span, rank", 1},
    {"resolution", "SELECT id, span, goal, parent, outcome, clause, text FROM resolution ORDER BY id", 1},
    {"proof_step", "SELECT id, node, kind, clause, text, uses FROM proof_step ORDER BY id", 1},
    {"graph_node", "SELECT id, span, key, label, type, role, score, node FROM graph_node ORDER BY id", 2},
    {"graph_edge",
     "SELECT id, span, from_node, to_node, layer, relation, backwards, attention, weight, passage FROM graph_edge ORDER BY id", 2},
    {"graph_path", "SELECT id, span, answer, edges, rule, score FROM graph_path ORDER BY id", 2},
    {"search_node",
     "SELECT id, span, kind, state, says, visits, total, prior, proof, disproof, first, node FROM search_node ORDER BY id", 2},
    {"search_edge", "SELECT from_node, place, to_node FROM search_edge ORDER BY from_node, place", 2},
    {"simulation", "SELECT id, span, path, value FROM simulation ORDER BY id", 2},
    {"reliability",
     "SELECT id, span, low, high, n, confidence, accuracy, accuracy_low, accuracy_high FROM reliability ORDER BY id", 2},
};

#define SELECT_BLOCKS(table) \
  { #table, "SELECT seq, layer, head, block, data FROM " #table " ORDER BY seq, layer, head, block", 4 }

const struct pel_blob_table pel_blob_tables[PEL_HASH_BLOB_TABLES] = {
    SELECT_BLOCKS(attention_query),
    SELECT_BLOCKS(attention_key),
    SELECT_BLOCKS(attention_row),
    SELECT_BLOCKS(received),
    {"pyramid", "SELECT seq, layer, head, block, side, data FROM pyramid ORDER BY seq, layer, head", 5},
};

void pel_hash_blob(const void *data, size_t size, pel_digest *out) {
  struct sha256_ctx sha;
  sha256_init(&sha);
  sha256_update(&sha, size, data);
  sha256_digest(&sha, SHA256_DIGEST_SIZE, out->bytes);
}

void pel_hash_hex(const uint8_t bytes[SHA256_DIGEST_SIZE], char out[PEL_HASH_HEX]) {
  for (int i = 0; i < SHA256_DIGEST_SIZE; i++) {
    out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  out[PEL_HASH_HEX - 1] = 0;
}

void pel_hash_start(pel_hash *h, const char *title) {
  sha256_init(&h->sha);
  sha256_update(&h->sha, strlen(title), (const uint8_t *)title);
}

void pel_hash_table(pel_hash *h, const char *name) { put_bytes(h, '#', name, strlen(name)); }

/* `name`: of the table, put before its first row; NULL: the caller has done so. */
static int hash_rows(pel_hash *h, sqlite3 *db, const char *name, const char *select, bool (*step)(void *), void *user) {
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(db, select, -1, &st, NULL);
  if (rc != SQLITE_OK) return rc;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
    if (name) pel_hash_table(h, name);
    name = NULL;
    put_tag(h, '=');
    for (int i = 0; i < sqlite3_column_count(st); i++) put_column(h, st, i);
    if (step && !step(user)) {
      rc = SQLITE_INTERRUPT;
      break;
    }
  }
  sqlite3_finalize(st);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int pel_hash_small_tables(pel_hash *h, sqlite3 *db) {
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof small_tables / sizeof *small_tables && rc == SQLITE_OK; i++) {
    pel_hash_table(h, small_tables[i].name);
    rc = hash_rows(h, db, NULL, small_tables[i].select, NULL, NULL);
  }
  return rc;
}

void pel_hash_block(pel_hash *h, const int64_t *numbers, size_t n_numbers, size_t size,
                    const pel_digest *digest) {
  put_tag(h, '=');
  for (size_t i = 0; i < n_numbers; i++) pel_hash_integer(h, numbers[i]);
  put_tag(h, 'D');
  put_u64(h, size);
  sha256_update(&h->sha, SHA256_DIGEST_SIZE, digest->bytes);
}

void pel_hash_finish(pel_hash *h, char out[PEL_HASH_HEX]) {
  uint8_t bytes[SHA256_DIGEST_SIZE];
  sha256_digest(&h->sha, sizeof bytes, bytes);
  pel_hash_hex(bytes, out);
}

static int hash_blob_rows(pel_hash *h, sqlite3 *db, const struct pel_blob_table *table, bool (*step)(void *),
                          void *user) {
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(db, table->select, -1, &st, NULL);
  if (rc != SQLITE_OK) return rc;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
    int64_t numbers[5];
    for (int i = 0; i < table->n_numbers; i++) numbers[i] = sqlite3_column_int64(st, i);
    pel_digest digest;
    const void *data = sqlite3_column_blob(st, table->n_numbers);
    size_t size = (size_t)sqlite3_column_bytes(st, table->n_numbers);
    pel_hash_blob(data, size, &digest);
    pel_hash_block(h, numbers, (size_t)table->n_numbers, size, &digest);
    if (step && !step(user)) {
      rc = SQLITE_INTERRUPT;
      break;
    }
  }
  sqlite3_finalize(st);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* A table without rows leaves no mark, so that a trace without reasoning has the hash that it had before there were these
 * tables; a file from before has none of them. */
static int hash_reasoning(pel_hash *h, sqlite3 *db, bool (*step)(void *), void *user) {
  int version = 0;
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL);
  if (rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW) version = sqlite3_column_int(st, 0);
  sqlite3_finalize(st);
  for (size_t i = 0; i < sizeof reasoning_tables / sizeof *reasoning_tables && rc == SQLITE_OK; i++)
    if (reasoning_tables[i].since <= version % 1000)
      rc = hash_rows(h, db, reasoning_tables[i].name, reasoning_tables[i].select, step, user);
  return rc;
}

int pel_hash_database(sqlite3 *db, char out[PEL_HASH_HEX], bool (*step)(void *user), void *user) {
  pel_hash h;
  pel_hash_start(&h, PEL_HASH_TRACE);
  int rc = pel_hash_small_tables(&h, db);
  for (int i = 0; i < PEL_HASH_BLOB_TABLES && rc == SQLITE_OK; i++) {
    pel_hash_table(&h, pel_blob_tables[i].name);
    rc = hash_blob_rows(&h, db, &pel_blob_tables[i], step, user);
  }
  if (rc == SQLITE_OK) rc = hash_reasoning(&h, db, step, user);
  if (rc == SQLITE_OK) pel_hash_finish(&h, out);
  return rc;
}
