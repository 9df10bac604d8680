/* A slow reader of the ring: the producer waits, nothing is lost or reordered, and the time is counted. */
#include "engine/trace/ring.h"

#include <pthread.h>
#include <time.h>

#include "tests/check.h"

enum { MESSAGES = 3000, MOST = 900 };

typedef struct slow_reader {
  pel_ring *ring;
  uint32_t next, wrong;
} slow_reader;

static size_t size_of(uint32_t i) { return 1 + i * 37 % MOST; }

static void *read_slowly(void *user) {
  slow_reader *r = user;
  for (;;) {
    bool ended;
    const pel_message *m = pel_ring_next(r->ring, -1, &ended);
    if (ended) return NULL;
    const unsigned char *bytes = pel_message_data(m);
    r->wrong += m->first != r->next || m->size != size_of(r->next);
    for (size_t i = 0; i < m->size; i++) r->wrong += bytes[i] != (unsigned char)(r->next + i);
    r->next++;
    if (r->next % 16 == 0) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* the disk is slow */
    pel_ring_release(r->ring);
  }
}

static void a_slow_reader_loses_nothing(void) {
  slow_reader r = {.ring = pel_ring_new(16384)};
  pthread_t thread;
  CHECK(r.ring && pthread_create(&thread, NULL, read_slowly, &r) == 0);
  for (uint32_t i = 0; i < MESSAGES; i++) {
    pel_message *m = pel_ring_reserve(r.ring, size_of(i));
    m->kind = 1, m->first = i;
    unsigned char *bytes = pel_message_data(m);
    for (size_t k = 0; k < size_of(i); k++) bytes[k] = (unsigned char)(i + k);
    pel_ring_publish(r.ring);
  }
  pel_ring_end(r.ring);
  pthread_join(thread, NULL);
  CHECK_MSG(r.next == MESSAGES && !r.wrong, "%u of %d, %u wrong", r.next, MESSAGES, r.wrong);
  CHECK_MSG(pel_ring_waited(r.ring) > 0.02, "waited %g s", pel_ring_waited(r.ring));
  pel_ring_free(r.ring);
}

int main(void) {
  RUN(a_slow_reader_loses_nothing);
  return check_result();
}
