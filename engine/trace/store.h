/* The writer thread's half: gathers rows into blocks of one head and writes them.
 *
 * A full block of queries or keys is written once. What has not filled its block yet goes, at each commit, as
 * one piece a layer into table `tail`, and leaves it when the block is written. So every byte is written at
 * most twice, however often commits follow, and a commit holds all layers of every row that table `sequence`
 * counts. Memory: one block of each recorded head (18 MB of queries and keys, 8 MB of statistics for 30
 * layers of 9 heads of 64). */
#pragma once
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "engine/trace/hash.h"
#include "engine/trace/layout.h"
#include "engine/trace/pyramid.h"
#include "engine/trace/ring.h"
#include "engine/trace/writer.h"

/* Kinds of messages. */
enum {
  /* m, z, entropy, sink [n, n_q] f32; q [n, n_q, head_dim], k [n, n_k, head_dim] f16 */
  PEL_MESSAGE_ATTENTION = 1,
  PEL_MESSAGE_NORMS, /* [n, n_q] f16 */
  PEL_MESSAGE_TOKEN, /* pel_token_message, then its texts */
  PEL_MESSAGE_BATCH, /* first, n */
};

typedef struct pel_token_message {
  int32_t id, segment;
  float logprob, entropy, margin;
  uint32_t piece_size, n_alternatives;
  struct {
    int32_t id;
    float logprob;
    uint32_t piece_size;
  } alternatives[PEL_TRACE_ALTERNATIVES];
} pel_token_message;

typedef struct pel_block_digests { /* of the blocks of one head, in order */
  struct {
    pel_digest digest;
    uint32_t size;
  } *items;
  size_t n, capacity;
} pel_block_digests;

typedef struct pel_layer_store {
  uint16_t *q, *k;           /* [n_q, block, head_dim], [n_k, block, head_dim]: the open block */
  pel_statistic *statistics; /* [statistics_capacity, n_q] from row statistics_base on */
  size_t statistics_capacity;
  uint32_t rows, norm_rows;   /* rows known so far */
  uint32_t base;              /* first row of the open block of queries and keys */
  uint32_t statistics_base;   /* first row whose statistics are not in a block yet */
  uint32_t tail_end;          /* rows below are in blocks or in `tail` */
  pel_block_digests *digests; /* [n_q queries, n_k keys, n_q statistics] */
} pel_layer_store;

enum {
  PEL_SQL_TOKEN,
  PEL_SQL_ALTERNATIVE,
  PEL_SQL_BATCH,
  PEL_SQL_QUERY,
  PEL_SQL_KEY,
  PEL_SQL_ROW,
  PEL_SQL_TAIL,
  PEL_SQL_TAIL_DELETE,
  PEL_SQL_SEQUENCE,
  PEL_SQL_PROVENANCE,
  PEL_SQL_RECEIVED,
  PEL_SQL_PYRAMID,
  PEL_SQL_COUNT
};

typedef struct pel_store {
  sqlite3 *db;
  char *path;
  sqlite3_stmt *sql[PEL_SQL_COUNT];
  pel_layer_layout *layouts; /* [n_layers] borrowed from the writer */
  pel_layer_store *layers;   /* [n_layers] */
  uint32_t n_layers, n_context, n_prompt;
  uint32_t n_tokens;
  void *scratch; /* one block, or a piece of tail */
  size_t scratch_size;
  size_t pending; /* bytes since the last commit */
  bool in_transaction, dirty;
  double blocked_since; /* another program holds a lock on the file since then; 0: no */
  atomic_int failed;    /* a pel_status; `error` is complete when it is set */
  pel_error error;
  bool disk_full;
} pel_store;

/* Creates the file with its header and commits it. */
pel_status pel_store_open(pel_store *store, const char *path, bool force, const pel_trace_header *header,
                          pel_layer_layout *layouts, pel_error *err);
/* Takes one message. After a failure (store->failed) messages are ignored. */
void pel_store_take(pel_store *store, const pel_message *message);
/* Whether all layers are between batches of one kind of event, so that a commit may follow. */
bool pel_store_may_commit(const pel_store *store);
/* False when another program's lock is in the way (try again later) or writing has failed. */
bool pel_store_commit(pel_store *store);
/* Sums of one head for the last tables, or NULL when there are none; by place in the layer's q_heads. */
typedef const pel_pyramid_sums *(*pel_store_sums)(void *user, uint32_t layer, uint32_t q_index,
                                                  uint32_t n_rows);
/* Writes what is left and closes the file. Returns the first failure. */
pel_status pel_store_close(pel_store *store, uint32_t n_prompt, const char *note, pel_store_sums sums,
                           void *user, pel_error *err);
/* Releases memory; the file is closed as it is. */
void pel_store_clear(pel_store *store);

/* ---- between store.c, store_open.c and store_close.c ---- */

bool pel_store_begin(pel_store *store);
bool pel_store_fail(pel_store *store, int rc, const char *what); /* always false */
bool pel_store_fail_memory(pel_store *store, const char *what);  /* always false */
bool pel_store_run(pel_store *store, int sql, const char *what); /* steps and resets a bound statement */
bool pel_store_exec(pel_store *store, const char *sql, const char *what);
void *pel_store_scratch(pel_store *store, size_t size);
bool pel_store_set(pel_store *store, const char *key, const char *value); /* table provenance */
/* Writes one block and keeps its digest. */
bool pel_store_block(pel_store *store, int sql, uint32_t layer, uint32_t head, uint32_t block,
                     const void *data, size_t size, pel_block_digests *digests);
/* Writes the statistics of n rows from statistics_base on as one block for each head. */
bool pel_store_statistics(pel_store *store, uint32_t layer, uint32_t n);
bool pel_store_flush_statistics(pel_store *store, uint32_t layer); /* all full blocks of complete rows */
bool pel_store_queries_and_keys(pel_store *store, uint32_t layer, uint32_t n);
bool pel_store_delete_tail(pel_store *store, uint32_t layer, uint32_t first, uint32_t end);
void pel_store_fill_norms(pel_store *store, uint32_t layer,
                          uint32_t end); /* rows without a norm up to `end` get NaN */
