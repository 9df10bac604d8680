/* Inside of an open trace, shared by the reader's files. */
#pragma once
#include <sqlite3.h>
#include <sys/types.h>

#include "engine/trace/layout.h"
#include "engine/trace/pyramid.h"

typedef enum pel_block_kind { PEL_BLOCK_QUERY, PEL_BLOCK_KEY, PEL_BLOCK_STATISTIC } pel_block_kind;

/* Rows of one head, unpacked. Borrowed until eight further blocks have been asked for. */
typedef struct pel_block {
  pel_block_kind kind;
  uint32_t layer, index, block; /* index: place in q_heads or k_heads */
  uint32_t n;                   /* rows in it */
  union {
    void *data;
    uint16_t *queries;         /* [n, head_dim] */
    uint16_t *keys;            /* blocks of 16 keys, as engine/kernels/row.h wants them; zeros behind row n */
    pel_statistic *statistics; /* [n] */
  };
  size_t bytes;
  struct pel_block *chain, *newer, *older;
} pel_block;

#define PEL_CACHE_BUCKETS 1024
#define PEL_CACHE_BYTES (48u << 20)
#define PEL_TOKEN_CHUNK 1024u

typedef struct pel_text { /* strings live until close */
  struct pel_text *next;
  size_t used, size;
  char bytes[];
} pel_text;

typedef struct pel_parameter {
  const char *name, *value;
} pel_parameter;

typedef struct pel_token_chunk {
  pel_trace_token *items;
  size_t n, capacity;
} pel_token_chunk;

#define PEL_TRACE_ORIGINS 8 /* rows of provenance that a reasoning pipeline adds */

enum {
  PEL_READ_QUERY,
  PEL_READ_KEY,
  PEL_READ_STATISTIC,
  PEL_READ_TAIL,
  PEL_READ_TOKEN,
  PEL_READ_ALTERNATIVE,
  PEL_READ_RECEIVED,
  PEL_READ_PYRAMID,
  PEL_READ_BATCH,
  PEL_READ_COUNT
};

struct pel_trace {
  sqlite3 *db;
  char *path;
  dev_t device;
  ino_t inode;
  uint64_t file_size;
  int minor; /* version of the file; later ones than PEL_TRACE_MINOR say that there is more */
  pel_trace_info info;
  pel_layer_layout *layouts; /* [info.n_layers] */
  pel_parameter *parameters;
  size_t n_parameters;
  pel_parameter origin[PEL_TRACE_ORIGINS]; /* what pel_trace_provenance knows */
  pel_text *texts;
  uint64_t text_bytes;
  sqlite3_stmt *sql[PEL_READ_COUNT];
  pel_token_chunk *chunks;
  size_t n_chunks;
  uint32_t batch_index, batch_first; /* the batch that was last asked for */

  pel_block *buckets[PEL_CACHE_BUCKETS], *newest, *oldest;
  size_t cache_bytes, n_cached;

  /* the head that was last rebuilt, for a trace without overview tables */
  pel_pyramid_sums sums;
  uint32_t sums_layer, sums_head, sums_rows;
  bool sums_valid;

  unsigned depth;               /* of pel_trace_begin */
  uint64_t ticks, most_ticks;   /* work that SQLite has done in this call, in steps of the progress handler */
  bool (*progress)(void *user); /* asked now and then while SQLite works; false interrupts */
  void *progress_user;
};

/* ---- reader.c ---- */
/* Copies text, terminated, into the first of a list of chunks, which may get a new first one. NULL: out of memory. */
char *pel_text_add(pel_text **texts, const void *data, size_t size);
void pel_text_free(pel_text *texts);
/* PEL_ERR_INPUT that names file, table and row. */
__attribute__((format(printf, 4, 5))) pel_status pel_trace_bad(const pel_trace *t, pel_error *err,
                                                               const char *table, const char *format, ...);
pel_status pel_trace_sql_error(const pel_trace *t, int rc, const char *table, pel_error *err);
/* A cached statement, ready to be bound. */
pel_status pel_trace_statement(pel_trace *t, int which, sqlite3_stmt **out, pel_error *err);
/* Copies text; the sum of all is bounded by the file's size. Terminated. */
pel_status pel_trace_keep(pel_trace *t, const void *data, size_t size, const char **out, pel_error *err);
pel_status pel_trace_head(const pel_trace *t, uint32_t layer, uint32_t head, uint32_t *q_index,
                          pel_error *err);
pel_status pel_trace_check_range(const pel_trace *t, pel_range range, const char *what, pel_error *err);

/* ---- open.c ---- */
/* Opens the file and checks its schema. Afterwards a read transaction is open: pel_trace_end. */
pel_status pel_trace_connect(pel_trace *t, pel_error *err);
/* What is read between the two is of one commit. They nest; of a closed trace they do nothing. */
pel_status pel_trace_begin(pel_trace *t, pel_error *err);
void pel_trace_end(pel_trace *t);

/* ---- tokens.c ---- */
void pel_trace_free_tokens(pel_trace *t);

/* ---- blocks.c ---- */
pel_status pel_trace_block(pel_trace *t, pel_block_kind kind, uint32_t layer, uint32_t index, uint32_t block,
                           const pel_block **out, pel_error *err);
void pel_trace_free_blocks(pel_trace *t);

/* ---- overview.c ---- */
/* As stored; *found is false when the file has none. */
pel_status pel_trace_stored_received(pel_trace *t, uint32_t layer, uint32_t head, pel_range keys, float *out,
                                     bool *found, pel_error *err);
/* The codes as stored, owned by the caller (free); NULL when the file has none. */
pel_status pel_trace_stored_pyramid(pel_trace *t, uint32_t layer, uint32_t head, uint8_t **codes,
                                    pel_error *err);
/* Stored, or else made again. */
pel_status pel_trace_received(pel_trace *t, uint32_t layer, uint32_t head, pel_range keys, float *out,
                              pel_error *err);
