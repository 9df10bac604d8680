/* The logical hash: SHA-256 over the documented tables in documented order, independent of how SQLite lays
 * out its pages. A large blob counts by its own SHA-256, so that a writer need not read back what it wrote.
 * The exact definition is in docs/trace-format.md. */
#pragma once
#include <nettle/sha2.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEL_HASH_HEX (2 * SHA256_DIGEST_SIZE + 1)

typedef struct pel_hash {
  struct sha256_ctx sha;
} pel_hash;

typedef struct pel_digest {
  uint8_t bytes[SHA256_DIGEST_SIZE];
} pel_digest;

void pel_hash_blob(const void *data, size_t size, pel_digest *out);
void pel_hash_hex(const uint8_t bytes[SHA256_DIGEST_SIZE], char out[PEL_HASH_HEX]);

#define PEL_HASH_TRACE "pellucid trace 1\n"
#define PEL_HASH_REVIEW "pellucid review 1\n"

/* `title` says what is hashed, so that no two kinds of things have the same hash. */
void pel_hash_start(pel_hash *hash, const char *title);
/* One value, as a column of a table counts. */
void pel_hash_text(pel_hash *hash, const char *text);
void pel_hash_integer(pel_hash *hash, int64_t value);
/* The tables of small rows, all of them, read from the database. Returns an SQLite code. */
int pel_hash_small_tables(pel_hash *hash, sqlite3 *db);
/* One of the tables of large blobs: its name, then its rows in order of the primary key. */
void pel_hash_table(pel_hash *hash, const char *name);
/* `numbers`: the columns before `data`. */
void pel_hash_block(pel_hash *hash, const int64_t *numbers, size_t n_numbers, size_t size,
                    const pel_digest *digest);
void pel_hash_finish(pel_hash *hash, char out[PEL_HASH_HEX]);

/* The tables of large blobs in hash order, with the SELECT that yields their rows in order, `data` last. */
#define PEL_HASH_BLOB_TABLES 5
extern const struct pel_blob_table {
  const char *name, *select;
  int n_numbers;
} pel_blob_tables[PEL_HASH_BLOB_TABLES];
/* The whole hash of a closed trace, read from the database. `step` (may be NULL) is called for each blob and each row of reasoning; false
 * stops with SQLITE_INTERRUPT. Returns an SQLite code. */
int pel_hash_database(sqlite3 *db, char out[PEL_HASH_HEX], bool (*step)(void *user), void *user);
