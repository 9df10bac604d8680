#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/nn/path_compute.h"

extern const pel_path_level pel_path_level_plain, pel_path_level_double_, pel_path_level_avx2;

void pel_path_work_clear(pel_path_work *work) {
  free(work->memory);
  *work = (pel_path_work){0};
}

pel_status pel_path_work_need(pel_path_work *work, size_t bytes, pel_error *err) {
  if (work->memory && work->bytes >= bytes) return PEL_OK;
  pel_path_work_clear(work);
  size_t room = bytes + bytes / 4; /* queries differ: some room, so that few of them allocate */
  work->memory = pel_alloc_aligned(room, 1);
  if (!work->memory) return pel_fail_memory(err, "the numbers of a query", room);
  work->bytes = room;
  return PEL_OK;
}

size_t pel_path_turned_total(const pel_path_shape *s) {
  size_t d = s->dim, a = s->attention;
  return s->layers * (3 * a * d + d * d) + 6 * d * d;
}

static bool has_avx2(void) {
#if defined(PEL_PATH_AVX2)
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

const pel_path_level *pel_path_level_named(const char *name) {
  if (!strcmp(name, "plain")) return &pel_path_level_plain;
  if (!strcmp(name, "double")) return &pel_path_level_double_;
#if defined(PEL_PATH_AVX2)
  if (!strcmp(name, "avx2") && has_avx2()) return &pel_path_level_avx2;
#endif
  return NULL;
}

const pel_path_level *pel_path_level_best(void) {
  return has_avx2() ? pel_path_level_named("avx2") : &pel_path_level_plain;
}
