/* A pool of threads that share out numbered chunks of one job at a time.
 *
 * Helpers spin for a few microseconds after a job, then sleep, so that a run of short jobs is cheap and an idle
 * engine costs nothing. A helper that does not come, or is held up inside a chunk because the machine is busy, is
 * noticed by the share of time that the caller waits at joins: the pool then works alone for a while and tries again. */
#pragma once
#include <pellucid/status.h>
#include <stddef.h>

typedef struct pel_pool pel_pool;

/* Works on chunks lo .. hi-1; `thread` is 0 .. n_threads-1 and picks scratch memory. */
typedef void (*pel_pool_fn)(void *job, size_t lo, size_t hi, int thread);

/* n_threads counts the caller; 1 .. PEL_POOL_MAX. *out is owned by the caller. */
#define PEL_POOL_MAX 64
pel_status pel_pool_create(int n_threads, pel_pool **out, pel_error *err);
void pel_pool_destroy(pel_pool *pool);
int pel_pool_threads(const pel_pool *pool);

/* Runs fn over 0 .. n-1 in chunks of `grain`; returns when all are done. One caller at a time. */
void pel_pool_run(pel_pool *pool, size_t n, size_t grain, pel_pool_fn fn, void *job);

/* Processors that this process may run on, at least 1. */
int pel_cpu_count(void);
