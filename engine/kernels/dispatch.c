#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/kernels/levels.h"

#if defined(__x86_64__)
/* VNNI by its own cpuid bit (clang 14 does not know its name); it uses no state beyond AVX-512's, which
 * __builtin_cpu_supports has asked the system about. */
static bool has_vnni(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && c & 1u << 11;
}

/* Likewise; its registers are those of AVX. */
static bool has_f16c(void) {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C;
}
#endif

/* __builtin_cpu_supports asks both cpuid and xgetbv: an extension whose registers the system does not save is
 * reported as absent. No level uses AMX, which would need the system's permission on top. */
static bool may_run(const pel_kernels *level) {
#if defined(__x86_64__)
  if (level == &pel_kernels_avx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
  if (level == &pel_kernels_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           has_vnni();
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

pel_status pel_kernels_check(pel_error *err) {
  const char *name = getenv("PELLUCID_KERNELS");
  if (!name || pel_kernels_named(name)) return PEL_OK;
  return pel_fail(err, PEL_ERR_USAGE, "PELLUCID_KERNELS=%s: this machine runs ref%s%s", name,
                  pel_kernels_named("avx2") ? ", avx2" : "", pel_kernels_named("avx512") ? ", avx512" : "");
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
