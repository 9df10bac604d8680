#include "src/core/memory_left.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

/* A field of /proc/self/status, in bytes; 0 where there is none. */
static uint64_t status_bytes(const char *field) {
  char *text = NULL;
  uint64_t value = 0;
  if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL)) return 0;
  const char *line = strstr(text, field);
  if (line) value = g_ascii_strtoull(line + strlen(field), NULL, 10) * 1024;
  g_free(text);
  return value;
}

static uint64_t limit_left(int limit, const char *field) {
  struct rlimit r;
  if (getrlimit((__rlimit_resource_t)limit, &r) != 0 || r.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  uint64_t used = status_bytes(field);
  return r.rlim_cur > used ? r.rlim_cur - used : 0;
}

static bool read_number(const char *group, const char *name, uint64_t *out) {
  char *path = g_strconcat("/sys/fs/cgroup", group, "/", name, NULL), *text = NULL;
  bool found = g_file_get_contents(path, &text, NULL, NULL) && g_ascii_isdigit(*text);
  if (found) *out = g_ascii_strtoull(text, NULL, 10);
  g_free(text);
  g_free(path);
  return found;
}

/* Version 2 alone; the group's own limit, not those above it. */
static uint64_t group_left(void) {
  char *text = NULL;
  uint64_t most, now, left = UINT64_MAX;
  if (!g_file_get_contents("/proc/self/cgroup", &text, NULL, NULL)) return left;
  char *group = g_str_has_prefix(text, "0::") ? g_strstrip(text + 3) : NULL;
  if (group && read_number(group, "memory.max", &most) && read_number(group, "memory.current", &now)) left = most > now ? most - now : 0;
  g_free(text);
  return left;
}

uint64_t pel_memory_left(void) {
  uint64_t data = limit_left(RLIMIT_DATA, "VmData:"), space = limit_left(RLIMIT_AS, "VmSize:"), group = group_left();
  return MIN(data, MIN(space, group));
}
