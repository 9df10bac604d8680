#include "engine/trace/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/trace/store.h"

#define RING_BYTES (8u << 20) /* small enough to stay in cache between the two threads */
#define COMMIT_BYTES (32u << 20)
#define COMMIT_SECONDS 0.4 /* from the first thing that is not on disk; leaves the commit itself a tenth */

typedef struct head_sums {
  pthread_mutex_t lock;
  pel_pyramid_sums sums;
} head_sums;

struct pel_trace_writer {
  pel_store store; /* the writer thread's, until it is joined */
  pel_layer_layout *layouts;
  uint32_t n_layers;
  head_sums **heads; /* [n_layers] of [n_q] */
  pel_ring *ring;
  pel_probe probe;
  pthread_t thread;
  pthread_mutex_t lock; /* of `error` */
  pel_error error;      /* what went wrong on the caller's side */
  atomic_int failed;
};

/* ---- the writer thread ---- */

static void *run(void *user) {
  pel_trace_writer *w = user;
  pthread_setname_np(pthread_self(), "trace-writer");
  pel_store *s = &w->store;
  double due = 0, not_before = 0;
  bool waiting = false; /* something is not on disk, and `due` says when it has to be */
  for (;;) {
    bool ended;
    double now = pel_clock_seconds(), pause = due - now;
    if (pause < 0.02) pause = due > now ? due - now : 0.02; /* due, but in the middle of a batch */
    const pel_message *m = pel_ring_next(w->ring, waiting ? pause : -1, &ended);
    if (ended) return NULL;
    if (m) {
      pel_store_take(s, m);
      pel_ring_release(w->ring);
    }
    now = pel_clock_seconds();
    if (s->dirty && !waiting) due = now + COMMIT_SECONDS;
    waiting = s->dirty && !atomic_load(&s->failed);
    if (waiting && now >= not_before && (now >= due || s->pending > COMMIT_BYTES) && pel_store_may_commit(s)) {
      waiting = !pel_store_commit(s);
      due = pel_clock_seconds() + 0.1; /* a reader was in the way: soon again */
      not_before = waiting ? due : 0;
    }
  }
}

/* ---- the probe ---- */

static bool misuse(pel_trace_writer *w, pel_status status, const char *text, uint32_t layer) {
  pthread_mutex_lock(&w->lock);
  if (!atomic_load(&w->failed)) {
    pel_fail(&w->error, status, "%s: layer %u: %s", w->store.path, layer, text);
    atomic_store(&w->failed, (int)status);
  }
  pthread_mutex_unlock(&w->lock);
  return false;
}

static bool ask(void *user, pel_site site, uint32_t layer) {
  const pel_trace_writer *w = user;
  if (layer >= w->n_layers || !w->layouts[layer].n_q) return false;
  return site == PEL_SITE_ATTENTION || site == PEL_SITE_COLUMNS || site == PEL_SITE_VALUE_NORMS;
}

/* out [n, n_some, width] takes the heads of `some` out of from [n, n_all, width]; all bytes. */
static void gather(char *out, const void *from, uint32_t n, uint32_t n_all, const uint16_t *some,
                   uint32_t n_some, size_t width) {
  if (n_some == n_all) {
    memcpy(out, from, (size_t)n * n_all * width);
    return;
  }
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n_some; j++)
      memcpy(out + ((size_t)i * n_some + j) * width,
             (const char *)from + ((size_t)i * n_all + some[j]) * width, width);
}

static void send_rows(pel_trace_writer *w, const pel_event *e, uint32_t from, uint32_t n) {
  const pel_layer_layout *l = &w->layouts[e->layer];
  const pel_attention_rows *a = &e->attention;
  size_t head = (size_t)l->shape.head_dim * 2, values = (size_t)n * l->n_q;
  pel_message *m =
      pel_ring_reserve(w->ring, values * 4 * sizeof(float) + (size_t)n * (l->n_q + l->n_k) * head);
  m->kind = PEL_MESSAGE_ATTENTION, m->layer = e->layer, m->first = e->first + from, m->n = n;
  char *out = pel_message_data(m);
  const float *const statistics[] = {a->m, a->z, a->entropy, a->sink};
  for (int i = 0; i < 4; i++, out += values * sizeof(float))
    gather(out, statistics[i] + (size_t)from * a->n_head, n, a->n_head, l->q_heads, l->n_q, sizeof(float));
  gather(out, a->q + (size_t)from * a->n_head * l->shape.head_dim, n, a->n_head, l->q_heads, l->n_q, head);
  out += values * head;
  gather(out, a->k + (size_t)from * a->n_kv_head * l->shape.head_dim, n, a->n_kv_head, l->k_heads, l->n_k,
         head);
  pel_ring_publish(w->ring);
}

static bool show_attention(pel_trace_writer *w, const pel_event *e) {
  const pel_layer_layout *l = &w->layouts[e->layer];
  const pel_attention_rows *a = &e->attention;
  if (a->n_head != l->shape.n_head || a->n_kv_head != l->shape.n_kv_head || a->head_dim != l->shape.head_dim)
    return misuse(w, PEL_ERR_USAGE, "the model's heads are not those of the trace's header", e->layer);
  uint32_t most = (uint32_t)(pel_ring_most(w->ring) / pel_layout_token_bytes(l));
  for (uint32_t from = 0; from < e->n_rows;) {
    uint32_t n = e->n_rows - from < most ? e->n_rows - from : most;
    send_rows(w, e, from, n);
    from += n;
  }
  return true;
}

static bool show_norms(pel_trace_writer *w, const pel_event *e) {
  const pel_layer_layout *l = &w->layouts[e->layer];
  if (e->value_norms.n_head != l->shape.n_head)
    return misuse(w, PEL_ERR_USAGE, "the value norms' heads are not those of the trace's header", e->layer);
  if (!e->n_rows) return true;
  pel_message *m = pel_ring_reserve(w->ring, (size_t)e->n_rows * l->n_q * 2);
  m->kind = PEL_MESSAGE_NORMS, m->layer = e->layer, m->first = e->first, m->n = e->n_rows;
  gather(pel_message_data(m), e->value_norms.norm, e->n_rows, l->shape.n_head, l->q_heads, l->n_q, 2);
  pel_ring_publish(w->ring);
  return true;
}

/* Several threads at once, one lock a head: the sums are integers, so their order does not matter. */
static bool show_columns(pel_trace_writer *w, const pel_event *e) {
  const pel_layer_layout *l = &w->layouts[e->layer];
  const pel_attention_columns *c = &e->columns;
  if (c->head >= l->shape.n_head)
    return misuse(w, PEL_ERR_USAGE, "column sums of a head that is not there", e->layer);
  int index = l->q_index[c->head];
  if (index < 0) return true;
  head_sums *head = &w->heads[e->layer][index];
  pthread_mutex_lock(&head->lock);
  bool ok =
      pel_pyramid_sums_add(&head->sums, e->first, e->n_rows, c->first_key, c->n_keys, c->sum, c->block_max);
  pthread_mutex_unlock(&head->lock);
  return ok || misuse(w, PEL_ERR_MEMORY,
                      "out of memory for the pyramid; use a smaller --ctx or fewer --heads", e->layer);
}

static bool show(void *user, const pel_event *e) {
  pel_trace_writer *w = user;
  if (atomic_load(&w->failed) || atomic_load(&w->store.failed)) return false;
  if (!ask(w, e->site, e->layer)) return true;
  switch (e->site) {
    case PEL_SITE_ATTENTION: return show_attention(w, e);
    case PEL_SITE_COLUMNS: return show_columns(w, e);
    case PEL_SITE_VALUE_NORMS: return show_norms(w, e);
    default: return true;
  }
}

const pel_probe *pel_trace_writer_probe(pel_trace_writer *w) { return &w->probe; }

/* ---- tokens ---- */

static pel_status check_token(const pel_trace_writer *w, const pel_trace_token *t, size_t *size,
                              pel_error *err) {
  bool ok = pel_trace_segment_name(t->segment) && t->piece_size <= PEL_TRACE_MOST_PIECE &&
            t->n_alternatives <= PEL_TRACE_ALTERNATIVES;
  size_t sum = sizeof(pel_token_message) + t->piece_size;
  for (uint32_t i = 0; ok && i < t->n_alternatives; i++) {
    ok = t->alternatives[i].piece_size <= PEL_TRACE_MOST_PIECE;
    sum += t->alternatives[i].piece_size;
  }
  if (!ok)
    return pel_fail(err, PEL_ERR_USAGE, "%s: a token that the trace cannot hold (text too long)",
                    w->store.path);
  *size = sum;
  return PEL_OK;
}

static char *append(char *out, const char *text, size_t size) {
  if (size) memcpy(out, text, size);
  return out + size;
}

pel_status pel_trace_writer_token(pel_trace_writer *w, const pel_trace_token *t, pel_error *err) {
  PEL_TRY(pel_trace_writer_status(w, err));
  size_t size = 0;
  PEL_TRY(check_token(w, t, &size, err));
  pel_message *m = pel_ring_reserve(w->ring, size);
  m->kind = PEL_MESSAGE_TOKEN;
  pel_token_message *out = pel_message_data(m);
  *out = (pel_token_message){.id = t->id,
                             .segment = (int32_t)t->segment,
                             .logprob = t->logprob,
                             .entropy = t->entropy,
                             .margin = t->margin,
                             .piece_size = (uint32_t)t->piece_size,
                             .n_alternatives = t->n_alternatives};
  char *text = append((char *)(out + 1), t->piece, t->piece_size);
  for (uint32_t i = 0; i < t->n_alternatives; i++) {
    const pel_trace_alternative *a = &t->alternatives[i];
    out->alternatives[i].id = a->id;
    out->alternatives[i].logprob = a->logprob;
    out->alternatives[i].piece_size = (uint32_t)a->piece_size;
    text = append(text, a->piece, a->piece_size);
  }
  pel_ring_publish(w->ring);
  return PEL_OK;
}

pel_status pel_trace_writer_batch(pel_trace_writer *w, uint32_t first, uint32_t n, pel_error *err) {
  PEL_TRY(pel_trace_writer_status(w, err));
  pel_message *m = pel_ring_reserve(w->ring, 0);
  m->kind = PEL_MESSAGE_BATCH, m->first = first, m->n = n;
  pel_ring_publish(w->ring);
  return PEL_OK;
}

double pel_trace_writer_waited(const pel_trace_writer *w) { return pel_ring_waited(w->ring); }

pel_status pel_trace_writer_status(pel_trace_writer *w, pel_error *err) {
  pel_status status = (pel_status)atomic_load(&w->store.failed);
  if (status != PEL_OK) {
    if (err) *err = w->store.error;
    return status;
  }
  status = (pel_status)atomic_load(&w->failed);
  if (status != PEL_OK && err) {
    pthread_mutex_lock(&w->lock);
    *err = w->error;
    pthread_mutex_unlock(&w->lock);
  }
  return status;
}

/* ---- open and close ---- */

static void free_writer(pel_trace_writer *w) {
  if (!w) return;
  for (uint32_t i = 0; w->layouts && i < w->n_layers; i++) {
    for (uint32_t j = 0; w->heads && w->heads[i] && j < w->layouts[i].n_q; j++) {
      pel_pyramid_sums_clear(&w->heads[i][j].sums);
      pthread_mutex_destroy(&w->heads[i][j].lock);
    }
    if (w->heads) free(w->heads[i]);
    pel_layout_clear(&w->layouts[i]);
  }
  free(w->heads);
  free(w->layouts);
  pel_ring_free(w->ring);
  pthread_mutex_destroy(&w->lock);
  free(w);
}

static pel_status make_layer(pel_trace_writer *w, const pel_trace_header *h, uint32_t layer, const char *path,
                             pel_error *err) {
  uint8_t heads[PEL_TRACE_MAX_HEADS / 8];
  memset(heads, 0xff, sizeof heads);
  const pel_trace_layer *shape = &h->layers[layer];
  for (uint32_t i = 0; h->head_mask && i < shape->n_head && i < PEL_TRACE_MAX_HEADS; i++)
    if (!(h->head_mask[i / 64] >> i % 64 & 1)) heads[i / 8] &= (uint8_t) ~(1u << i % 8);
  PEL_TRY(pel_layout_init(&w->layouts[layer], shape, heads, layer, path, err));
  uint32_t n_q = w->layouts[layer].n_q;
  w->heads[layer] = pel_alloc(n_q, sizeof **w->heads);
  if (!w->heads[layer]) return pel_fail_memory(err, "heads of a layer", n_q * sizeof **w->heads);
  for (uint32_t j = 0; j < n_q; j++) {
    pthread_mutex_init(&w->heads[layer][j].lock, NULL);
    pel_pyramid_sums_init(&w->heads[layer][j].sums);
  }
  return PEL_OK;
}

static pel_status make_layers(pel_trace_writer *w, const pel_trace_header *h, const char *path,
                              pel_error *err) {
  if (!h->n_layers || h->n_layers > PEL_TRACE_MAX_LAYERS)
    return pel_fail(err, PEL_ERR_USAGE, "%s: %u layers; a trace holds 1 to 1024", path, h->n_layers);
  if (h->n_context > PEL_TRACE_MAX_TOKENS)
    return pel_fail(err, PEL_ERR_USAGE, "%s: a context of %u tokens; a trace holds 16777216", path,
                    h->n_context);
  w->layouts = pel_alloc(h->n_layers, sizeof *w->layouts);
  w->heads = pel_alloc(h->n_layers, sizeof *w->heads);
  w->ring = pel_ring_new(RING_BYTES);
  if (!w->layouts || !w->heads || !w->ring) return pel_fail_memory(err, "the trace's ring", RING_BYTES);
  w->n_layers = h->n_layers;
  uint32_t recorded = 0;
  for (uint32_t i = 0; i < h->n_layers; i++) {
    PEL_TRY(make_layer(w, h, i, path, err));
    recorded += w->layouts[i].n_q;
  }
  if (!recorded) return pel_fail(err, PEL_ERR_USAGE, "%s: no head of any layer is to be recorded", path);
  return PEL_OK;
}

pel_status pel_trace_writer_open(const char *path, bool force, const pel_trace_header *header,
                                 pel_trace_writer **out, pel_error *err) {
  pel_trace_writer *w = pel_alloc(1, sizeof *w);
  if (!w) return pel_fail_memory(err, "the trace's writer", sizeof *w);
  pthread_mutex_init(&w->lock, NULL);
  pel_status status = make_layers(w, header, path, err);
  if (status == PEL_OK) status = pel_store_open(&w->store, path, force, header, w->layouts, err);
  if (status != PEL_OK) {
    free_writer(w);
    return status;
  }
  w->probe = (pel_probe){.user = w, .ask = ask, .show = show};
  if (pthread_create(&w->thread, NULL, run, w) != 0) {
    pel_store_clear(&w->store);
    free_writer(w);
    return pel_fail(err, PEL_ERR_MEMORY, "%s: cannot start the writer's thread", path);
  }
  *out = w;
  return PEL_OK;
}

/* Sums of one head, when they are of exactly the rows that the trace holds. A run that was cancelled inside a
 * batch leaves layers whose sums know more; these have no overview in the file, and a reader makes it from Q
 * and K. */
static const pel_pyramid_sums *get_sums(void *user, uint32_t layer, uint32_t q_index, uint32_t n_rows) {
  pel_trace_writer *w = user;
  pel_pyramid_sums *p = &w->heads[layer][q_index].sums;
  if (p->rows != n_rows || p->end != n_rows || !pel_pyramid_sums_flush(p)) return NULL;
  return p;
}

pel_status pel_trace_writer_close(pel_trace_writer *w, uint32_t n_prompt, const char *note, pel_error *err) {
  if (!w) return PEL_OK;
  pel_ring_end(w->ring);
  pthread_join(w->thread, NULL);
  pel_error error;
  pel_status misused = (pel_status)atomic_load(&w->failed);
  const char *text = note ? note : "";
  if (misused != PEL_OK && !*text) text = w->error.text;
  pel_status status = pel_store_close(&w->store, n_prompt, text, get_sums, w, &error);
  if (status == PEL_OK && misused != PEL_OK) status = misused, error = w->error;
  if (status != PEL_OK && err) *err = error;
  free_writer(w);
  return status;
}
