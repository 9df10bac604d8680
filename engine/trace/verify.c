/* Is this trace what its run made? SQLite's own check, the logical hash, then every softmax row again from Q
 * and K, and the overviews from the rows. Rows are shared out by key head to two threads, each with its own
 * reader. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/hash.h"
#include "engine/trace/reader.h"
#include "engine/trace/reasoning.h"
#include "engine/trace/rebuild.h"

#define SHARE_INTEGRITY 0.05
#define SHARE_HASH 0.10

typedef struct verification {
  pel_trace *trace;
  bool (*progress)(double fraction, void *user);
  void *user;
  double fraction;
  pel_verify_report report;
  char hash[PEL_HASH_HEX]; /* of the contents */
  pthread_mutex_t lock; /* of the report */
  _Atomic uint32_t next_unit;
  _Atomic uint64_t rows_done;
  uint64_t rows_all;
  atomic_bool cancelled;
  bool faulty;
} verification;

__attribute__((format(printf, 2, 3))) static void fault(verification *v, const char *format, ...) {
  char text[sizeof v->report.first_fault];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  pthread_mutex_lock(&v->lock);
  if (!v->faulty) memcpy(v->report.first_fault, text, sizeof text);
  v->faulty = true;
  pthread_mutex_unlock(&v->lock);
}

static bool tell(verification *v, double fraction) {
  v->fraction = fraction;
  if (v->progress && !v->progress(fraction, v->user)) atomic_store(&v->cancelled, true);
  return !atomic_load(&v->cancelled);
}

/* While SQLite is at work on one long statement. */
static bool still_wanted(void *user) {
  verification *v = user;
  return tell(v, v->fraction);
}

/* ---- the database ---- */

static void check_integrity(verification *v) {
  sqlite3_stmt *st;
  pel_trace *t = v->trace;
  t->ticks = 0;
  int rc = sqlite3_prepare_v2(t->db, "PRAGMA integrity_check (1)", -1, &st, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(st);
  const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
  if (!text)
    fault(v, "SQLite cannot check the file: %.120s", sqlite3_errmsg(t->db));
  else if (strcmp(text, "ok") != 0)
    fault(v, "SQLite's check: %.150s", text);
  sqlite3_finalize(st);
}

static void check_hash(verification *v) {
  pel_trace *t = v->trace;
  char *hex = v->hash;
  v->report.hash_present = t->info.hash[0] != 0;
  if (t->info.complete && !v->report.hash_present)
    fault(v, "table provenance: the hash of a closed trace is missing");
  if (!v->report.hash_present || v->faulty) return;
  t->ticks = 0;
  int rc = pel_hash_database(t->db, hex, still_wanted, v);
  if (atomic_load(&v->cancelled)) return;
  if (rc != SQLITE_OK)
    fault(v, "the hash cannot be taken: %.120s", sqlite3_errmsg(t->db));
  else if (strcmp(hex, t->info.hash) != 0)
    fault(v, "the logical hash is %.16s..., the trace says %.16s...", hex, t->info.hash);
  else
    v->report.hash_matches = true;
}

/* Texts and numbers of the tokens are read as any reader would. */
static void check_tokens(verification *v) {
  pel_trace_token token;
  pel_error error;
  for (uint32_t i = 0; i < v->trace->info.n_tokens; i++)
    if (pel_trace_get_token(v->trace, i, &token, &error) != PEL_OK) {
      fault(v, "%.190s", error.text);
      return;
    }
}

static bool pass_over(void *user, const pel_resolution *r) {
  verification *v = user;
  return r->goal > 0 && tell(v, v->fraction);
}

/* The reasoning and its reviews are read as any reader would, the search included. */
static void check_reasoning(verification *v) {
  pel_reasoning *r = NULL;
  pel_error error;
  pel_status status = pel_reasoning_read(v->trace, &r, &error);
  pel_reasoning_free(r);
  if (status == PEL_OK) status = pel_reasoning_resolutions(v->trace, pass_over, v, &error);
  if (status == PEL_OK) status = pel_review_check(v->trace, NULL, &error);
  if (status == PEL_OK) return;
  size_t path = strlen(v->trace->path); /* every fault is told with it */
  bool named = strncmp(error.text, v->trace->path, path) == 0 && error.text[path] == ':';
  fault(v, "%.190s", error.text + (named ? path + 2 : 0));
}

/* ---- rows ---- */

typedef struct head_check {
  verification *v;
  pel_trace *t; /* the thread's own reader */
  uint32_t layer, q_index;
  bool main; /* the thread that may call `progress` */
  uint64_t checked, wrong;
  bool unreadable;
} head_check;

/* The same bits: every step of the definition is one correctly rounded operation. */
static const char *row_fault(const pel_statistic *s, const pel_rebuilt_row *row) {
  if (memcmp(&s->m, &row->m, 4) != 0) return "m";
  if (memcmp(&s->z, &row->z, 4) != 0) return "z";
  if (memcmp(&s->entropy, &row->entropy, 4) != 0) return "entropy";
  if (s->sink != pel_float_to_half(row->sink)) return "sink";
  return NULL;
}

static bool check_row(void *user, const pel_rebuilt_row *row) {
  head_check *c = user;
  uint32_t block = c->t->layouts[c->layer].block;
  const pel_block *b;
  pel_error error;
  if (pel_trace_block(c->t, PEL_BLOCK_STATISTIC, c->layer, c->q_index, row->row / block, &b, &error) !=
      PEL_OK) {
    fault(c->v, "%.190s", error.text);
    c->unreadable = true;
    return false;
  }
  const char *what = row_fault(&b->statistics[row->row % block], row);
  c->checked++;
  if (what) {
    c->wrong++;
    fault(c->v, "layer %u head %u row %u: %s is not what Q and K give", c->layer,
          c->t->layouts[c->layer].q_heads[c->q_index], row->row, what);
  }
  if (row->row % 256) return true;
  atomic_fetch_add(&c->v->rows_done, 256);
  double done = (double)atomic_load(&c->v->rows_done) / (double)c->v->rows_all;
  if (c->main)
    tell(c->v, SHARE_INTEGRITY + SHARE_HASH + (1 - SHARE_INTEGRITY - SHARE_HASH) * (done < 1 ? done : 1));
  return !atomic_load(&c->v->cancelled);
}

static void compare_received(head_check *c, uint32_t head, const pel_pyramid_sums *sums) {
  uint32_t n = c->t->info.n_rows;
  bool found = false;
  pel_error error;
  float *stored = pel_alloc(n, sizeof *stored), *again = pel_alloc(n, sizeof *again);
  if (!stored || !again)
    fault(c->v, "out of memory");
  else if (pel_trace_stored_received(c->t, c->layer, head, (pel_range){0, n}, stored, &found, &error) !=
           PEL_OK)
    fault(c->v, "%.190s", error.text);
  if (found) {
    pel_pyramid_received(sums, 0, n, again);
    if (memcmp(stored, again, n * sizeof *stored) != 0)
      fault(c->v, "layer %u head %u: the received mass is not what Q and K give", c->layer, head);
  }
  free(stored);
  free(again);
}

static void compare_pyramid(head_check *c, uint32_t head, const pel_pyramid_sums *sums) {
  uint8_t *stored = NULL, *again = NULL;
  pel_error error;
  size_t size = 2 * pel_triangle(pel_pyramid_side(c->t->info.n_rows));
  if (pel_trace_stored_pyramid(c->t, c->layer, head, &stored, &error) != PEL_OK)
    fault(c->v, "%.190s", error.text);
  if (stored && (again = pel_alloc(size, 1))) {
    pel_pyramid_encode(sums, c->t->info.n_rows, again);
    if (memcmp(stored, again, size) != 0)
      fault(c->v, "layer %u head %u: the pyramid is not what Q and K give", c->layer, head);
  }
  free(stored);
  free(again);
}

static void check_head(verification *v, pel_rebuild *r, uint32_t layer, uint32_t q_index, bool main) {
  head_check c = {.v = v, .t = r->trace, .layer = layer, .q_index = q_index, .main = main};
  pel_pyramid_sums sums;
  pel_error error;
  pel_pyramid_sums_init(&sums);
  pel_status status = pel_rebuild_head(r, layer, q_index, &sums, check_row, &c, &error);
  if (status != PEL_OK && status != PEL_ERR_CANCELLED) fault(v, "%.190s", error.text);
  if (status == PEL_OK && r->trace->info.n_rows) {
    compare_received(&c, r->trace->layouts[layer].q_heads[q_index], &sums);
    compare_pyramid(&c, r->trace->layouts[layer].q_heads[q_index], &sums);
  }
  pel_pyramid_sums_clear(&sums);
  pthread_mutex_lock(&v->lock);
  v->report.rows_checked += c.checked;
  v->report.rows_wrong += c.wrong;
  pthread_mutex_unlock(&v->lock);
}

/* A unit of work is one key head: its query heads share the unpacked keys. */
static bool find_unit(const pel_trace *t, uint32_t unit, uint32_t *layer, uint32_t *k_index) {
  for (uint32_t i = 0; i < t->info.n_layers; i++) {
    if (unit < t->layouts[i].n_k) {
      *layer = i, *k_index = unit;
      return true;
    }
    unit -= t->layouts[i].n_k;
  }
  return false;
}

static void check_heads(verification *v, pel_trace *t, bool main) {
  pel_rebuild r;
  uint32_t layer, k_index;
  pel_rebuild_init(&r, t);
  while (!atomic_load(&v->cancelled) && find_unit(t, atomic_fetch_add(&v->next_unit, 1), &layer, &k_index)) {
    const pel_layer_layout *l = &t->layouts[layer];
    uint32_t group = l->shape.n_head / l->shape.n_kv_head;
    for (uint32_t j = 0; j < l->n_q && !atomic_load(&v->cancelled); j++)
      if (l->q_heads[j] / group == l->k_heads[k_index]) check_head(v, &r, layer, j, main);
  }
  pel_rebuild_clear(&r);
}

typedef struct helper {
  verification *v;
  pel_trace *t;
} helper;

static void *run_helper(void *user) {
  helper *h = user;
  check_heads(h->v, h->t, false);
  return NULL;
}

/* The same file, still in the state that this reader knows. */
static pel_trace *open_second(const pel_trace *t) {
  pel_trace *second = NULL;
  if (pel_trace_open(t->path, &second, NULL) != PEL_OK) return NULL;
  bool same = second->inode == t->inode && second->device == t->device &&
              second->info.complete == t->info.complete && second->info.n_rows == t->info.n_rows &&
              second->info.n_layers == t->info.n_layers;
  if (same) return second;
  pel_trace_close(second);
  return NULL;
}

static void check_rows(verification *v) {
  pel_trace *t = v->trace;
  for (uint32_t i = 0; i < t->info.n_layers; i++) v->rows_all += (uint64_t)t->layouts[i].n_q * t->info.n_rows;
  pthread_t thread;
  helper h = {v, v->rows_all > 10000 ? open_second(t) : NULL};
  bool helped = h.t && pthread_create(&thread, NULL, run_helper, &h) == 0;
  check_heads(v, t, true);
  if (helped) pthread_join(thread, NULL);
  pel_trace_close(h.t);
}

pel_status pel_trace_verify(pel_trace *t, bool (*progress)(double fraction, void *user), void *user,
                            pel_verify_report *report, pel_error *err) {
  verification v = {.trace = t, .progress = progress, .user = user, .lock = PTHREAD_MUTEX_INITIALIZER};
  PEL_TRY(pel_trace_begin(t, err));
  t->progress = still_wanted;
  t->progress_user = &v;
  uint64_t most_ticks = t->most_ticks;
  t->most_ticks += t->file_size / 1000; /* every column of every row is looked at */
  if (tell(&v, 0)) check_integrity(&v);
  if (tell(&v, SHARE_INTEGRITY)) check_hash(&v);
  t->progress = NULL;
  t->most_ticks = most_ticks;
  if (tell(&v, SHARE_INTEGRITY + SHARE_HASH) && !v.faulty) check_reasoning(&v);
  pel_trace_end(t);
  if (tell(&v, SHARE_INTEGRITY + SHARE_HASH) && !v.faulty) check_tokens(&v);
  if (!atomic_load(&v.cancelled)) check_rows(&v);
  if (!atomic_load(&v.cancelled)) tell(&v, 1);
  pthread_mutex_destroy(&v.lock);
  if (atomic_load(&v.cancelled))
    return pel_fail(err, PEL_ERR_CANCELLED, "%s: the check was cancelled", t->path);
  *report = v.report;
  if (v.faulty) return pel_fail(err, PEL_ERR_CHECK, "%s: %s", t->path, v.report.first_fault);
  return PEL_OK;
}

pel_status pel_trace_check_hash(pel_trace *t, bool (*progress)(double fraction, void *user), void *user, char out[PEL_TRACE_HASH],
                                pel_error *err) {
  verification v = {.trace = t, .progress = progress, .user = user, .lock = PTHREAD_MUTEX_INITIALIZER};
  _Static_assert(PEL_TRACE_HASH == PEL_HASH_HEX, "a hash in hexadecimal digits");
  PEL_TRY(pel_trace_begin(t, err));
  t->progress = still_wanted;
  t->progress_user = &v;
  uint64_t most_ticks = t->most_ticks;
  t->most_ticks += t->file_size / 1000;
  check_hash(&v);
  t->progress = NULL;
  t->most_ticks = most_ticks;
  pel_trace_end(t);
  pthread_mutex_destroy(&v.lock);
  if (atomic_load(&v.cancelled)) return pel_fail(err, PEL_ERR_CANCELLED, "%s: the check was cancelled", t->path);
  memcpy(out, v.hash, sizeof v.hash);
  return v.faulty ? pel_fail(err, PEL_ERR_CHECK, "%s: %s", t->path, v.report.first_fault) : PEL_OK;
}
