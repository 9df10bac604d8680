#include "engine/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "engine/base/checked.h"

void *pel_alloc(size_t n, size_t size) {
  uint64_t bytes;
  if (!pel_mul(n, size, &bytes) || bytes > PTRDIFF_MAX) return NULL;
  return calloc(1, bytes ? bytes : 1);
}

void *pel_alloc_aligned(size_t n, size_t size) {
  uint64_t bytes;
  if (!pel_mul(n, size, &bytes) || !pel_align_up(bytes ? bytes : 1, 64, &bytes) || bytes > PTRDIFF_MAX)
    return NULL;
  void *p = aligned_alloc(64, bytes);
  if (p) memset(p, 0, bytes);
  return p;
}

void *pel_grow(void *array, size_t *capacity, size_t need, size_t size) {
  if (need <= *capacity && array) return array;
  size_t next = *capacity < 16 ? 16 : *capacity;
  while (next < need) {
    if (next > PTRDIFF_MAX / 2) return NULL;
    next *= 2;
  }
  uint64_t bytes;
  if (!pel_mul(next, size, &bytes) || bytes > PTRDIFF_MAX) return NULL;
  void *grown = realloc(array, bytes);
  if (grown) *capacity = next;
  return grown;
}

static uint64_t read_number(const char *path, const char *label, uint64_t unit) {
  FILE *f = fopen(path, "re");
  if (!f) return UINT64_MAX;
  char line[256];
  uint64_t value = UINT64_MAX;
  size_t length = strlen(label);
  while (fgets(line, sizeof line, f)) {
    if (strncmp(line, label, length) != 0) continue;
    char *end;
    unsigned long long n = strtoull(line + length, &end, 10);
    if (end != line + length) value = n * unit;
    break;
  }
  fclose(f);
  return value;
}

static uint64_t minimum(uint64_t a, uint64_t b) { return a < b ? a : b; }

uint64_t pel_memory_available(void) {
  uint64_t least = read_number("/proc/meminfo", "MemAvailable:", 1024);
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    uint64_t used = read_number("/proc/self/status", "VmSize:", 1024);
    if (used == UINT64_MAX) used = 0;
    least = minimum(least, limit.rlim_cur > used ? limit.rlim_cur - used : 0);
  }
  uint64_t ceiling = read_number("/sys/fs/cgroup/memory.max", "", 1);
  if (ceiling != UINT64_MAX) {
    uint64_t used = read_number("/sys/fs/cgroup/memory.current", "", 1);
    uint64_t reclaimable = read_number("/sys/fs/cgroup/memory.stat", "inactive_file ", 1); /* page cache */
    if (used == UINT64_MAX) used = 0;
    if (reclaimable != UINT64_MAX) used = used > reclaimable ? used - reclaimable : 0;
    least = minimum(least, ceiling > used ? ceiling - used : 0);
  }
  return least;
}

uint64_t pel_memory_peak(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}
