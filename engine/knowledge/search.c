/* Ranking of passages by BM25 (Robertson, Walker, Jones, Hancock-Beaulieu, Gatford, Okapi at TREC-3, 1994), each word of the question
 * counted once. The index is a stranger's: each number of it is checked before it is used. */
#include "engine/knowledge/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/index.h"
#include "engine/knowledge/pack.h"
#include "engine/knowledge/words.h"

static const double k1 = 1.2, b = 0.75;

static pel_status damaged(pel_pack *pack, const char *table, const char *what, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: table %s: %s; the pack is damaged, build it anew", pack->path, table, what);
}

static pel_status take_lengths(pel_pack *pack, sqlite3_stmt *st, uint32_t *lengths, pel_error *err) {
  int64_t n = pack->n[PEL_KB_PASSAGE], at = 0;
  int rc;
  while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
    int64_t rows = n - at < PEL_KB_LENGTH_ROWS ? n - at : PEL_KB_LENGTH_ROWS;
    const void *data = sqlite3_column_type(st, 1) == SQLITE_BLOB ? sqlite3_column_blob(st, 1) : NULL;
    if (rows < 1 || sqlite3_column_int64(st, 0) != at + 1 || !data || sqlite3_column_bytes(st, 1) != rows * (int)sizeof *lengths)
      return damaged(pack, "passage_length", "a block does not fit", err);
    memcpy(lengths + at, data, (size_t)rows * sizeof *lengths);
    at += rows;
  }
  if (rc != SQLITE_DONE) return pel_pack_fail(pack, rc, "table passage_length", err);
  return at == n ? PEL_OK : damaged(pack, "passage_length", "it ends before the last passage", err);
}

static pel_status load(pel_pack *pack, pel_error *err) {
  if (pack->lengths) return PEL_OK;
  size_t n = (size_t)pack->n[PEL_KB_PASSAGE];
  sqlite3_stmt *st;
  if (!pack->scores) pack->scores = pel_alloc(n + 1, sizeof *pack->scores);
  if (!pack->touched) pack->touched = pel_alloc(n + 1, sizeof *pack->touched);
  uint32_t *lengths = pel_alloc(n, sizeof *lengths);
  if (!pack->scores || !pack->touched || !lengths) {
    free(lengths);
    return pel_fail_memory(err, "scores of passages", n * 20);
  }
  pel_status status = pel_pack_prepare(pack, "SELECT first, data FROM passage_length ORDER BY first", &st, err);
  if (status == PEL_OK) status = take_lengths(pack, st, lengths, err);
  if (status == PEL_OK) status = pack->word ? PEL_OK : pel_pack_prepare(pack, "SELECT first, data FROM posting WHERE word = ?1 ORDER BY first", &pack->word, err);
  sqlite3_finalize(st);
  if (status != PEL_OK) {
    free(lengths);
    return status;
  }
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += lengths[i];
  pack->mean_length = n && sum > 0 ? sum / (double)n : 1;
  pack->lengths = lengths;
  return PEL_OK;
}

/* ---- the question ---- */

typedef struct question {
  char (*words)[PEL_WORD_BYTES + 1];
  size_t n, capacity;
  size_t *slots, n_slots; /* index + 1 of a word by its hash, so that each is taken once */
  bool failed;
} question;

static size_t *find_slot(question *q, const char *word) {
  uint64_t h = 14695981039346656037u;
  for (const char *c = word; *c; c++) h = (h ^ (unsigned char)*c) * 1099511628211u;
  size_t i = (size_t)(h ^ h >> 32) & (q->n_slots - 1);
  while (q->slots[i] && strcmp(q->words[q->slots[i] - 1], word) != 0) i = (i + 1) & (q->n_slots - 1);
  return &q->slots[i];
}

static bool grow_slots(question *q) {
  if (q->n * 2 < q->n_slots) return true;
  size_t *before = q->slots;
  q->n_slots = q->n_slots ? q->n_slots * 2 : 64;
  q->slots = pel_alloc(q->n_slots, sizeof *q->slots);
  for (size_t i = 0; q->slots && i < q->n; i++) *find_slot(q, q->words[i]) = i + 1;
  free(before);
  return q->slots != NULL;
}

static bool take_word(void *user, const char *word, size_t size) {
  question *q = user;
  q->failed = true;
  if (!grow_slots(q)) return false;
  size_t *slot = find_slot(q, word);
  if (!*slot) {
    void *grown = pel_grow(q->words, &q->capacity, q->n + 1, sizeof *q->words);
    if (!grown) return false;
    q->words = grown;
    memcpy(q->words[q->n], word, size + 1);
    *slot = ++q->n;
  }
  q->failed = false;
  return true;
}

/* ---- one word ---- */

typedef struct posting {
  int64_t passage;
  double count;
} posting;

typedef struct postings {
  posting *items;
  size_t n, capacity;
} postings;

static pel_status take_block(pel_pack *pack, const uint8_t *at, const uint8_t *end, int64_t first, postings *p, pel_error *err) {
  int64_t n = pack->n[PEL_KB_PASSAGE], last = first - 1;
  if (at == end || first < 1 || (p->n && first <= p->items[p->n - 1].passage)) return damaged(pack, "posting", "a block out of order", err);
  while (at < end) {
    uint64_t step, count;
    if (!pel_index_number(&at, end, &step) || !pel_index_number(&at, end, &count) || !step || !count || step > (uint64_t)n ||
        last + (int64_t)step > n || count > pack->lengths[last + (int64_t)step - 1])
      return damaged(pack, "posting", "a block that does not fit the passages", err);
    posting *items = pel_grow(p->items, &p->capacity, p->n + 1, sizeof *items);
    if (!items) return pel_fail_memory(err, "postings", p->n * sizeof *items);
    p->items = items;
    last += (int64_t)step;
    items[p->n++] = (posting){last, (double)count};
  }
  return PEL_OK;
}

static pel_status take_postings(pel_pack *pack, const char *word, postings *p, pel_error *err) {
  sqlite3_stmt *st = pack->word;
  p->n = 0;
  sqlite3_bind_text(st, 1, word, -1, SQLITE_STATIC);
  pel_status status = PEL_OK;
  int rc = SQLITE_DONE;
  while (status == PEL_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
    if (sqlite3_column_type(st, 1) != SQLITE_BLOB) status = damaged(pack, "posting", "a block that is no blob", err);
    const uint8_t *data = status == PEL_OK ? sqlite3_column_blob(st, 1) : NULL;
    if (status == PEL_OK) status = take_block(pack, data, data + sqlite3_column_bytes(st, 1), sqlite3_column_int64(st, 0), p, err);
  }
  sqlite3_reset(st);
  sqlite3_clear_bindings(st);
  return status == PEL_OK && rc != SQLITE_DONE ? pel_pack_fail(pack, rc, "table posting", err) : status;
}

static double idf_of(const pel_pack *pack, double df) {
  double n = (double)pack->n[PEL_KB_PASSAGE];
  return log1p((n - df + 0.5) / (df + 0.5));
}

static size_t add_scores(pel_pack *pack, const postings *p, size_t n_touched) {
  double idf = idf_of(pack, (double)p->n);
  for (size_t i = 0; i < p->n; i++) {
    int64_t id = p->items[i].passage;
    double tf = p->items[i].count, share = pack->lengths[id - 1] / pack->mean_length;
    if (pack->scores[id] == 0) pack->touched[n_touched++] = id;
    pack->scores[id] += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * share));
  }
  return n_touched;
}

/* ---- the best ---- */

static bool is_worse(pel_hit x, pel_hit y) { return x.score < y.score || (x.score == y.score && x.passage > y.passage); }

/* A heap whose root is the worst of those kept. */
static void sink(pel_hit *heap, size_t n, size_t i) {
  for (;;) {
    size_t worst = i, left = 2 * i + 1;
    if (left < n && is_worse(heap[left], heap[worst])) worst = left;
    if (left + 1 < n && is_worse(heap[left + 1], heap[worst])) worst = left + 1;
    if (worst == i) return;
    pel_hit hold = heap[i];
    heap[i] = heap[worst], heap[worst] = hold;
    i = worst;
  }
}

static int best_first(const void *x, const void *y) { return is_worse(*(const pel_hit *)x, *(const pel_hit *)y) ? 1 : -1; }

static void clear_scores(pel_pack *pack, size_t n_touched) {
  for (size_t i = 0; i < n_touched; i++) pack->scores[pack->touched[i]] = 0;
}

static size_t take_best(pel_pack *pack, size_t n_touched, size_t most, pel_hit *hits) {
  size_t n = 0;
  for (size_t i = 0; i < n_touched; i++) {
    pel_hit hit = {pack->touched[i], pack->scores[pack->touched[i]]};
    pack->scores[hit.passage] = 0;
    if (n < most) {
      hits[n++] = hit;
      if (n == most)
        for (size_t j = n / 2; j-- > 0;) sink(hits, n, j);
    } else if (most && is_worse(hits[0], hit)) {
      hits[0] = hit;
      sink(hits, n, 0);
    }
  }
  if (n) qsort(hits, n, sizeof *hits, best_first);
  return n;
}

/* Scores of all passages for the text into pack->scores, those that are not 0 listed in pack->touched. Whoever calls it clears them. */
static pel_status score_all(pel_pack *pack, const char *text, size_t *n_touched, pel_error *err) {
  question q = {0};
  postings p = {0};
  pel_pack_rewind(pack);
  pel_status status = load(pack, err);
  if (status == PEL_OK && !pel_words(text, strlen(text), pack->stems, take_word, &q) && q.failed)
    status = pel_fail_memory(err, "words of the question", strlen(text));
  for (size_t i = 0; i < q.n && status == PEL_OK; i++) {
    pel_pack_rewind(pack);
    status = take_postings(pack, q.words[i], &p, err);
    if (status == PEL_OK && p.n) *n_touched = add_scores(pack, &p, *n_touched);
  }
  free(q.words);
  free(q.slots);
  free(p.items);
  return status;
}

pel_status pel_pack_search(pel_pack *pack, const char *text, size_t most, pel_hit *hits, size_t *n_hits, pel_error *err) {
  size_t n_touched = 0;
  pel_status status = score_all(pack, text, &n_touched, err);
  size_t n = take_best(pack, n_touched, status == PEL_OK ? most : 0, hits);
  if (status == PEL_OK) *n_hits = n;
  return status;
}

pel_status pel_pack_scores(pel_pack *pack, const char *text, const int64_t *ids, size_t n, double *scores, pel_error *err) {
  size_t n_touched = 0;
  for (size_t i = 0; i < n; i++)
    if (ids[i] < 1 || ids[i] > pack->n[PEL_KB_PASSAGE]) return pel_fail(err, PEL_ERR_USAGE, "%s: no passage %lld", pack->path, (long long)ids[i]);
  pel_status status = score_all(pack, text, &n_touched, err);
  for (size_t i = 0; i < n && status == PEL_OK; i++) scores[i] = pack->scores[ids[i]];
  clear_scores(pack, n_touched);
  return status;
}

bool pel_pack_words(const pel_pack *pack, const char *text, bool (*each)(void *user, const char *word, size_t size), void *user) {
  return pel_words(text, strlen(text), pack->stems, each, user);
}

pel_status pel_pack_word_idf(pel_pack *pack, const char *word, double *idf, pel_error *err) {
  postings p = {0};
  pel_pack_rewind(pack);
  pel_status status = load(pack, err);
  if (status == PEL_OK) status = take_postings(pack, word, &p, err);
  if (status == PEL_OK) *idf = idf_of(pack, (double)p.n);
  free(p.items);
  return status;
}
