/* The logical hash of a pack: SHA-256 over its documented tables in documented order, independent of how SQLite lays out its pages. The
 * exact definition is in docs/pack-format.md. */
#pragma once
#include <nettle/sha2.h>
#include <sqlite3.h>
#include <stdint.h>

#define PEL_PACK_HASH_HEX (2 * SHA256_DIGEST_SIZE + 1)

/* `most_bytes`: of values, after which the file is taken for damaged. `step` (may be NULL) is called now and then; false stops with
 * SQLITE_INTERRUPT. Returns an SQLite code. */
int pel_pack_hash(sqlite3 *db, uint64_t most_bytes, char out[PEL_PACK_HASH_HEX], int (*step)(void *user), void *user);
