#include "engine/knowledge/hash.h"

#include <string.h>

#include "engine/knowledge/layout.h"

typedef struct hasher {
  struct sha256_ctx sha;
  uint64_t bytes, most;
  int (*step)(void *user);
  void *user;
} hasher;

static void put_tag(hasher *h, char tag) { sha256_update(&h->sha, 1, (const uint8_t *)&tag); }

static void put_u64(hasher *h, uint64_t v) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(v >> 8 * i);
  sha256_update(&h->sha, 8, bytes);
}

static void put_bytes(hasher *h, char tag, const void *data, size_t size) {
  put_tag(h, tag);
  put_u64(h, size);
  if (size) sha256_update(&h->sha, size, data);
  h->bytes += size;
}

static void put_column(hasher *h, sqlite3_stmt *st, int i) {
  double real;
  uint64_t bits;
  switch (sqlite3_column_type(st, i)) {
    case SQLITE_INTEGER:
      put_tag(h, 'I');
      put_u64(h, (uint64_t)sqlite3_column_int64(st, i));
      break;
    case SQLITE_FLOAT:
      real = sqlite3_column_double(st, i);
      memcpy(&bits, &real, sizeof bits);
      put_tag(h, 'R');
      put_u64(h, bits);
      break;
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

static int hash_table(hasher *h, sqlite3 *db, const char *name, const char *select) {
  sqlite3_stmt *st;
  int rc = sqlite3_prepare_v2(db, select, -1, &st, NULL);
  if (rc != SQLITE_OK) return rc;
  put_bytes(h, '#', name, strlen(name));
  while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
    put_tag(h, '=');
    h->bytes += 2; /* the least that a row takes: rows without a text end, too */
    for (int i = 0; i < sqlite3_column_count(st); i++) put_column(h, st, i);
    if (h->bytes > h->most) rc = SQLITE_CORRUPT;
    else if (h->step && !h->step(h->user)) rc = SQLITE_INTERRUPT;
    if (rc != SQLITE_ROW) break;
  }
  sqlite3_finalize(st);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int pel_pack_hash(sqlite3 *db, uint64_t most_bytes, char out[PEL_PACK_HASH_HEX], int (*step)(void *user), void *user) {
  /* Left out: which program wrote the file, and the hash itself. */
  static const char *const others[][2] = {
      {"calibration", "SELECT name, value FROM calibration ORDER BY name"},
      {"embedding", "SELECT first, dim, data FROM embedding ORDER BY first"},
      {"passage_length", "SELECT first, data FROM passage_length ORDER BY first"},
      {"posting", "SELECT word, first, data FROM posting ORDER BY word, first"},
  };
  static const char title[] = "pellucid pack 1\n", hex[] = "0123456789abcdef";
  hasher h = {.most = most_bytes, .step = step, .user = user};
  sha256_init(&h.sha);
  sha256_update(&h.sha, sizeof title - 1, (const uint8_t *)title);
  int rc = hash_table(&h, db, "pack", "SELECT key, value FROM pack WHERE key NOT IN ('generator', 'hash') ORDER BY key");
  char sql[400];
  for (int t = 0; t < PEL_KB_TABLES && rc == SQLITE_OK; t++)
    rc = hash_table(&h, db, pel_kb_layouts[t].table, pel_kb_select(sql, sizeof sql, (pel_kb_table)t, "ORDER BY id"));
  for (int i = 0; i < 4 && rc == SQLITE_OK; i++) rc = hash_table(&h, db, others[i][0], others[i][1]);
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&h.sha, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest && rc == SQLITE_OK; i++) out[2 * i] = hex[digest[i] >> 4], out[2 * i + 1] = hex[digest[i] & 15];
  if (rc == SQLITE_OK) out[PEL_PACK_HASH_HEX - 1] = 0;
  return rc;
}
