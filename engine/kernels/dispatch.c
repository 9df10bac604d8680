#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/kernels/levels.h"

/* __builtin_cpu_supports asks both cpuid and xgetbv: an extension whose registers the system does not save is
 * reported as absent. No level uses AMX, which would need the system's permission on top. */
static bool may_run(const pel_kernels *level) {
#if defined(__x86_64__)
  if (level == &pel_kernels_avx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (level == &pel_kernels_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
#endif
  return level == &pel_kernels_ref;
}

static const pel_kernels *const levels[] = {
    &pel_kernels_ref,
#if defined(__x86_64__)
    &pel_kernels_avx2,
    &pel_kernels_avx512,
#endif
};
enum { N_LEVELS = sizeof levels / sizeof *levels };

const pel_kernels *pel_kernels_named(const char *name) {
  for (int i = 0; i < N_LEVELS; i++)
    if (strcmp(levels[i]->name, name) == 0 && may_run(levels[i])) return levels[i];
  return NULL;
}

static const pel_kernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void) {
  const char *name = getenv("PELLUCID_KERNELS");
  chosen = name ? pel_kernels_named(name) : NULL;
  for (int i = N_LEVELS - 1; !chosen; i--)
    if (may_run(levels[i])) chosen = levels[i];
}

const pel_kernels *pel_kernels_get(void) {
  pthread_once(&once, choose);
  return chosen;
}
