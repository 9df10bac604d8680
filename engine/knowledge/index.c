#include "engine/knowledge/index.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/knowledge/pack.h"
#include "engine/knowledge/words.h"

enum {
  MOST_BYTES = 64 << 20, /* of postings before they are written */
  BLOCK_BYTES = 1 << 20  /* of one word */
};

typedef struct entry { /* a word and its postings since the last write */
  char word[PEL_WORD_BYTES + 1];
  uint8_t *data;
  size_t size, capacity;
  int64_t first, last; /* passages in data */
  uint64_t count;      /* of the word in passage `open`, not yet in data */
  int64_t open;
} entry;

struct pel_index {
  sqlite3_stmt *posting, *length;
  bool stems;
  entry **slots; /* open addressing by the word's hash */
  size_t n_slots, n_words, bytes;
  int64_t passage;
  uint32_t words; /* of this passage */
  uint32_t lengths[PEL_KB_LENGTH_ROWS];
  entry **seen; /* words of this passage */
  size_t n_seen, seen_capacity;
  int rc;
};

pel_index *pel_index_new(sqlite3 *db, bool stems) {
  pel_index *x = pel_alloc(1, sizeof *x);
  if (!x) return NULL;
  x->stems = stems;
  x->n_slots = 1 << 14;
  x->slots = pel_alloc(x->n_slots, sizeof *x->slots);
  bool ok = x->slots && sqlite3_prepare_v2(db, "INSERT INTO posting VALUES (?1, ?2, ?3)", -1, &x->posting, NULL) == SQLITE_OK &&
            sqlite3_prepare_v2(db, "INSERT INTO passage_length VALUES (?1, ?2)", -1, &x->length, NULL) == SQLITE_OK;
  if (ok) return x;
  pel_index_free(x);
  return NULL;
}

static void clear_words(pel_index *x) {
  for (size_t i = 0; x->slots && i < x->n_slots; i++) {
    if (x->slots[i]) free(x->slots[i]->data);
    free(x->slots[i]);
    x->slots[i] = NULL;
  }
  x->n_words = x->bytes = 0;
}

void pel_index_free(pel_index *x) {
  if (!x) return;
  clear_words(x);
  sqlite3_finalize(x->posting);
  sqlite3_finalize(x->length);
  free(x->slots);
  free(x->seen);
  free(x);
}

static size_t hash_word(const char *word) {
  uint64_t h = 14695981039346656037u; /* FNV-1a */
  for (; *word; word++) h = (h ^ (unsigned char)*word) * 1099511628211u;
  return (size_t)(h ^ h >> 32);
}

static entry **find_slot(entry **slots, size_t n, const char *word) {
  size_t i = hash_word(word) & (n - 1);
  while (slots[i] && strcmp(slots[i]->word, word) != 0) i = (i + 1) & (n - 1);
  return &slots[i];
}

static bool grow_slots(pel_index *x) {
  if (x->n_words * 2 < x->n_slots) return true;
  size_t n = x->n_slots * 2;
  entry **slots = pel_alloc(n, sizeof *slots);
  for (size_t i = 0; slots && i < x->n_slots; i++)
    if (x->slots[i]) *find_slot(slots, n, x->slots[i]->word) = x->slots[i];
  if (!slots) return false;
  free(x->slots);
  x->slots = slots, x->n_slots = n;
  return true;
}

static entry *find_entry(pel_index *x, const char *word, size_t size) {
  entry **slot = grow_slots(x) ? find_slot(x->slots, x->n_slots, word) : NULL;
  if (!slot || *slot) return slot ? *slot : NULL;
  entry *e = pel_alloc(1, sizeof *e);
  if (!e) return NULL;
  memcpy(e->word, word, size + 1);
  x->bytes += sizeof *e + sizeof(entry *) * 2;
  x->n_words++;
  return *slot = e;
}

static bool count_word(void *user, const char *word, size_t size) {
  pel_index *x = user;
  entry *e = find_entry(x, word, size);
  x->words++;
  if (e && e->open == x->passage) {
    e->count++;
    return true;
  }
  entry **seen = e ? pel_grow(x->seen, &x->seen_capacity, x->n_seen + 1, sizeof *seen) : NULL;
  if (!seen) {
    x->rc = SQLITE_NOMEM;
    return false;
  }
  x->seen = seen;
  seen[x->n_seen++] = e;
  e->open = x->passage, e->count = 1;
  return true;
}

static void put_number(entry *e, uint64_t v) {
  for (; v >= 0x80; v >>= 7) e->data[e->size++] = (uint8_t)(v | 0x80);
  e->data[e->size++] = (uint8_t)v;
}

static int write_entry(pel_index *x, entry *e) {
  if (e->size == 0) return SQLITE_OK;
  sqlite3_bind_text(x->posting, 1, e->word, -1, SQLITE_STATIC);
  sqlite3_bind_int64(x->posting, 2, e->first);
  sqlite3_bind_blob(x->posting, 3, e->data, (int)e->size, SQLITE_STATIC);
  sqlite3_step(x->posting);
  e->size = 0;
  return sqlite3_reset(x->posting);
}

static int add_posting(pel_index *x, entry *e) {
  uint8_t *data = pel_grow(e->data, &e->capacity, e->size + 20, 1);
  if (!data) return SQLITE_NOMEM;
  e->data = data;
  if (e->size == 0) e->first = x->passage, e->last = x->passage - 1;
  size_t before = e->size;
  put_number(e, (uint64_t)(x->passage - e->last));
  put_number(e, e->count);
  e->last = x->passage;
  x->bytes += e->size - before;
  return e->size >= BLOCK_BYTES ? write_entry(x, e) : SQLITE_OK;
}

static int by_word(const void *a, const void *b) { return strcmp((*(entry *const *)a)->word, (*(entry *const *)b)->word); }

/* In order of words, so that the tree grows at its end. */
static int write_all(pel_index *x) {
  entry **sorted = pel_alloc(x->n_words, sizeof *sorted);
  if (!sorted) return SQLITE_NOMEM;
  size_t n = 0;
  for (size_t i = 0; i < x->n_slots; i++)
    if (x->slots[i]) sorted[n++] = x->slots[i];
  qsort(sorted, n, sizeof *sorted, by_word);
  int rc = SQLITE_OK;
  for (size_t i = 0; i < n && rc == SQLITE_OK; i++) rc = write_entry(x, sorted[i]);
  free(sorted);
  clear_words(x);
  return rc;
}

static int write_lengths(pel_index *x) {
  int64_t n = (x->passage - 1) % PEL_KB_LENGTH_ROWS + 1;
  sqlite3_bind_int64(x->length, 1, x->passage - n + 1);
  sqlite3_bind_blob(x->length, 2, x->lengths, (int)((size_t)n * sizeof *x->lengths), SQLITE_STATIC);
  sqlite3_step(x->length);
  return sqlite3_reset(x->length);
}

int pel_index_add(pel_index *x, const pel_passage *p) {
  x->passage++;
  x->words = 0, x->n_seen = 0;
  if (!pel_words(p->label, strlen(p->label), x->stems, count_word, x)) return x->rc;
  if (!pel_words(p->text, strlen(p->text), x->stems, count_word, x)) return x->rc;
  int rc = SQLITE_OK;
  for (size_t i = 0; i < x->n_seen && rc == SQLITE_OK; i++) rc = add_posting(x, x->seen[i]);
  x->lengths[(x->passage - 1) % PEL_KB_LENGTH_ROWS] = x->words;
  if (rc == SQLITE_OK && x->passage % PEL_KB_LENGTH_ROWS == 0) rc = write_lengths(x);
  return rc == SQLITE_OK && x->bytes > MOST_BYTES ? write_all(x) : rc;
}

int pel_index_finish(pel_index *x) {
  int rc = x->passage % PEL_KB_LENGTH_ROWS ? write_lengths(x) : SQLITE_OK;
  return rc == SQLITE_OK ? write_all(x) : rc;
}
