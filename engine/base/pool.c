#include "engine/base/pool.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"

enum {
  SPIN_ROUNDS = 4000,        /* about 20 us between jobs before a helper sleeps */
  YIELD_NS = 300000,         /* waiting longer than this at a join, the caller offers its processor */
  WINDOW_NS = 20000000,      /* time in jobs after which the waiting is judged */
  ALONE_NS_FIRST = 20000000, /* work alone for 20 ms, doubling up to 2 s while it keeps happening */
  ALONE_NS_MOST = 2000000000,
};

typedef struct helper {
  pel_pool *pool;
  pthread_t thread;
  int index;
} helper;

struct pel_pool {
  _Alignas(64) _Atomic uint32_t generation; /* changes with each job; helpers sleep on it */
  _Atomic uint32_t sleepers;
  _Alignas(64) _Atomic size_t next;   /* first chunk not taken */
  _Alignas(64) _Atomic uint32_t busy; /* helpers inside the current job */
  _Atomic bool closed;                /* the current job takes no further helper */
  _Alignas(64) size_t n, grain;
  pel_pool_fn fn;
  void *job;
  _Atomic bool stop;
  uint64_t alone_until, alone_ns;
  uint64_t job_ns, waited_ns; /* of the current window: time in shared jobs, and of it the waiting at their joins */
  int n_helpers;
  helper helpers[];
};

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

int pel_cpu_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int n = CPU_COUNT(&set);
  return n < 1 ? 1 : n > PEL_POOL_MAX ? PEL_POOL_MAX : n;
}

static void work(pel_pool *pool, int thread) {
  for (;;) {
    size_t lo = atomic_fetch_add_explicit(&pool->next, pool->grain, memory_order_relaxed);
    if (lo >= pool->n) return;
    size_t hi = lo + pool->grain < pool->n ? lo + pool->grain : pool->n;
    pool->fn(pool->job, lo, hi, thread);
  }
}

/* Enters the current job unless it has closed: `busy` is raised first, so that the caller either sees the helper or
 * the helper sees the closing. */
static void join_job(pel_pool *pool, int thread) {
  atomic_fetch_add(&pool->busy, 1);
  if (!atomic_load(&pool->closed)) work(pool, thread);
  atomic_fetch_sub(&pool->busy, 1);
}

static void sleep_until_job(pel_pool *pool, uint32_t seen) {
  atomic_fetch_add(&pool->sleepers, 1);
  while (atomic_load(&pool->generation) == seen && !atomic_load(&pool->stop))
    syscall(SYS_futex, &pool->generation, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
  atomic_fetch_sub(&pool->sleepers, 1);
}

static void *helper_main(void *argument) {
  helper *self = argument;
  pel_pool *pool = self->pool;
  uint32_t seen = 0;
  pthread_setname_np(pthread_self(), "pool");
  while (!atomic_load(&pool->stop)) {
    int spins = 0;
    while (atomic_load(&pool->generation) == seen && spins++ < SPIN_ROUNDS) relax();
    if (atomic_load(&pool->generation) == seen) sleep_until_job(pool, seen);
    seen = atomic_load(&pool->generation);
    if (!atomic_load(&pool->stop)) join_job(pool, self->index);
  }
  return NULL;
}

static void wake(pel_pool *pool) {
  atomic_fetch_add(&pool->generation, 1);
  if (atomic_load(&pool->sleepers)) syscall(SYS_futex, &pool->generation, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

/* Waits for helpers that are inside the job. */
static void wait_for_helpers(pel_pool *pool) {
  for (int i = 0; i < 200 && atomic_load(&pool->busy); i++) relax();
  if (!atomic_load(&pool->busy)) return;
  uint64_t start = pel_clock_ns(), waited = 0;
  for (uint32_t round = 1; atomic_load(&pool->busy); round++) {
    relax();
    if (round % 64 == 0) waited = pel_clock_ns() - start;
    if (waited > YIELD_NS) sched_yield(); /* the helper may need this very processor */
  }
  pool->waited_ns += pel_clock_ns() - start;
}

/* While the caller waits for a helper that does not get to run, nobody works: with a share f of the time lost so, two
 * threads do 2 (1 - f) of what one does. Above f = 0.6 the pool works alone for a while, then tries again. */
static void judge(pel_pool *pool, uint64_t start) {
  uint64_t now = pel_clock_ns();
  pool->job_ns += now - start;
  if (pool->job_ns < WINDOW_NS) return;
  if (pool->waited_ns > pool->job_ns / 10 * 6) {
    pool->alone_ns = pool->alone_ns ? pool->alone_ns * 2 : ALONE_NS_FIRST;
    if (pool->alone_ns > ALONE_NS_MOST) pool->alone_ns = ALONE_NS_MOST;
    pool->alone_until = now + pool->alone_ns;
  } else {
    pool->alone_ns = 0;
  }
  pool->job_ns = pool->waited_ns = 0;
}

void pel_pool_run(pel_pool *pool, size_t n, size_t grain, pel_pool_fn fn, void *job) {
  if (!n) return;
  if (grain < 1) grain = 1;
  uint64_t start = pool->n_helpers && n > grain ? pel_clock_ns() : 0;
  if (!start || start < pool->alone_until) {
    fn(job, 0, n, 0);
    return;
  }
  pool->n = n, pool->grain = grain, pool->fn = fn, pool->job = job;
  atomic_store(&pool->next, 0);
  atomic_store(&pool->closed, false);
  wake(pool);
  work(pool, 0);
  atomic_store(&pool->closed, true);
  wait_for_helpers(pool);
  judge(pool, start);
}

pel_status pel_pool_create(int n_threads, pel_pool **out, pel_error *err) {
  if (n_threads < 1 || n_threads > PEL_POOL_MAX)
    return pel_fail(err, PEL_ERR_USAGE, "%d threads: the count must be 1 to %d", n_threads, PEL_POOL_MAX);
  size_t bytes = sizeof(pel_pool) + (size_t)(n_threads - 1) * sizeof(helper);
  pel_pool *pool = pel_alloc_aligned(bytes, 1);
  if (!pool) return pel_fail_memory(err, "thread pool", bytes);
  atomic_store(&pool->closed, true);
  for (int i = 0; i < n_threads - 1; i++) {
    pool->helpers[i] = (helper){.pool = pool, .index = i + 1};
    if (pthread_create(&pool->helpers[i].thread, NULL, helper_main, &pool->helpers[i]) != 0) break;
    pool->n_helpers++; /* fewer helpers than asked for only makes the work slower */
  }
  *out = pool;
  return PEL_OK;
}

int pel_pool_threads(const pel_pool *pool) { return pool->n_helpers + 1; }

void pel_pool_destroy(pel_pool *pool) {
  if (!pool) return;
  atomic_store(&pool->stop, true);
  wake(pool);
  for (int i = 0; i < pool->n_helpers; i++) pthread_join(pool->helpers[i].thread, NULL);
  free(pool);
}
