#include "engine/trace/ring.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/checked.h"
#include "engine/base/clock.h"
#include "engine/base/mem.h"

/* A consumer that was woken for each message would take turns with the model's threads dozens of times a
 * token: it looks by itself every so often, and is woken only when much has gathered. */
#define LOOK_NS 40000000u
#define MUCH(r) ((r)->capacity / 8)

enum { KIND_SKIP = UINT32_MAX }; /* fills the rest of the ring when a message does not fit before its end */

struct pel_ring {
  char *bytes;
  size_t capacity;
  pthread_mutex_t producer; /* held from reserve to publish */
  pthread_mutex_t lock;
  pthread_cond_t filled, freed;
  uint64_t head, tail; /* bytes ever published and released; place = modulo capacity */
  size_t reserved;
  bool ended;
  _Atomic uint64_t waited_ns;
};

static size_t message_bytes(size_t size) { return PEL_MESSAGE_HEAD + pel_round_up(size, 64); }

pel_ring *pel_ring_new(size_t capacity) {
  pel_ring *r = pel_alloc(1, sizeof *r);
  if (!r) return NULL;
  r->capacity = pel_round_up(capacity, 64);
  r->bytes = aligned_alloc(64, r->capacity); /* not touched here: a short run uses little of it */
  if (!r->bytes) {
    free(r);
    return NULL;
  }
  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&r->filled, &attr);
  pthread_cond_init(&r->freed, &attr);
  pthread_condattr_destroy(&attr);
  pthread_mutex_init(&r->producer, NULL);
  pthread_mutex_init(&r->lock, NULL);
  return r;
}

void pel_ring_free(pel_ring *r) {
  if (!r) return;
  pthread_mutex_destroy(&r->producer);
  pthread_mutex_destroy(&r->lock);
  pthread_cond_destroy(&r->filled);
  pthread_cond_destroy(&r->freed);
  free(r->bytes);
  free(r);
}

size_t pel_ring_most(const pel_ring *r) { return r->capacity / 4 - PEL_MESSAGE_HEAD; }

double pel_ring_waited(const pel_ring *r) { return (double)atomic_load(&r->waited_ns) * 1e-9; }

static void wait_for_room(pel_ring *r, uint64_t need) {
  if (r->capacity - (r->head - r->tail) >= need) return;
  uint64_t from = pel_clock_ns();
  pthread_cond_signal(&r->filled);
  while (r->capacity - (r->head - r->tail) < need) pthread_cond_wait(&r->freed, &r->lock);
  atomic_fetch_add(&r->waited_ns, pel_clock_ns() - from);
}

pel_message *pel_ring_reserve(pel_ring *r, size_t size) {
  pthread_mutex_lock(&r->producer);
  pthread_mutex_lock(&r->lock);
  size_t need = message_bytes(size), at = r->head % r->capacity;
  if (at + need > r->capacity) {
    size_t rest = r->capacity - at;
    wait_for_room(r, rest);
    ((pel_message *)(r->bytes + at))->kind = KIND_SKIP;
    r->head += rest;
    at = 0;
  }
  wait_for_room(r, need);
  r->reserved = need;
  pthread_mutex_unlock(&r->lock);
  pel_message *m = (pel_message *)(r->bytes + at);
  *m = (pel_message){.size = size};
  return m;
}

void pel_ring_publish(pel_ring *r) {
  pthread_mutex_lock(&r->lock);
  r->head += r->reserved;
  if (r->head - r->tail > MUCH(r)) pthread_cond_signal(&r->filled);
  pthread_mutex_unlock(&r->lock);
  pthread_mutex_unlock(&r->producer);
}

void pel_ring_end(pel_ring *r) {
  pthread_mutex_lock(&r->lock);
  r->ended = true;
  pthread_cond_signal(&r->filled);
  pthread_mutex_unlock(&r->lock);
}

/* Under the lock: steps over a skipped rest. */
static pel_message *oldest(pel_ring *r) {
  while (r->tail != r->head) {
    size_t at = r->tail % r->capacity;
    pel_message *m = (pel_message *)(r->bytes + at);
    if (m->kind != KIND_SKIP) return m;
    r->tail += r->capacity - at;
    pthread_cond_broadcast(&r->freed);
  }
  return NULL;
}

/* Waits for the signal or until the next look, whichever comes first; false once `deadline` is over. */
static bool wait_a_while(pel_ring *r, uint64_t deadline) {
  uint64_t now = pel_clock_ns(), until = now + LOOK_NS < deadline ? now + LOOK_NS : deadline;
  if (now >= deadline) return false;
  struct timespec t = {.tv_sec = (time_t)(until / 1000000000u), .tv_nsec = (long)(until % 1000000000u)};
  pthread_cond_timedwait(&r->filled, &r->lock, &t);
  return true;
}

const pel_message *pel_ring_next(pel_ring *r, double timeout, bool *ended) {
  uint64_t deadline = timeout < 0 ? UINT64_MAX : pel_clock_ns() + (uint64_t)(timeout * 1e9);
  pthread_mutex_lock(&r->lock);
  pel_message *m;
  while (!(m = oldest(r)) && !r->ended && wait_a_while(r, deadline)) continue;
  *ended = !m && r->ended;
  pthread_mutex_unlock(&r->lock);
  return m;
}

void pel_ring_release(pel_ring *r) {
  pthread_mutex_lock(&r->lock);
  pel_message *m = oldest(r);
  if (m) r->tail += message_bytes(m->size);
  pthread_cond_broadcast(&r->freed);
  pthread_mutex_unlock(&r->lock);
}
