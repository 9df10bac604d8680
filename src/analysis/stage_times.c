#include "src/analysis/stage_times.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"

#define NONE UINT32_MAX

/* A file's times are any numbers: what is none, or negative, takes no time. */
static double seconds_of(const pel_span *s) { return isfinite(s->seconds) && s->seconds > 0 ? s->seconds : 0; }

typedef struct family { /* of a stage, children by ascending id */
  uint32_t first, last, next;
} family;

/* The family of place n is that of the run. A parent comes before what is in it, or it is none. */
static void link_stages(const pel_reasoning *r, family *f, uint32_t n) {
  for (uint32_t i = 0; i <= n; i++) f[i] = (family){NONE, NONE, NONE};
  for (uint32_t i = 0; i < n; i++) {
    int64_t parent = r->spans[i].parent;
    family *p = &f[parent >= 1 && parent <= (int64_t)i ? parent - 1 : n];
    if (p->last == NONE) p->first = i;
    else f[p->last].next = i;
    p->last = i;
  }
}

static void place_stages(const pel_reasoning *r, const family *f, uint32_t n, uint32_t *open, pel_stage_times *out) {
  uint32_t depth = 0, at = f[n].first;
  double clock = 0;
  while (at != NONE || depth) {
    if (at == NONE) { /* the end of a family: on with the next one of the stage that it is in */
      pel_stage_time *s = &out->stages[open[--depth]];
      clock = s->start + s->seconds;
      at = f[s->span].next;
      continue;
    }
    pel_stage_time *s = &out->stages[out->n];
    *s = (pel_stage_time){at, depth, clock, seconds_of(&r->spans[at]), 0};
    if (depth) out->stages[open[depth - 1]].inner += s->seconds;
    out->total = fmax(out->total, clock + s->seconds);
    open[depth++] = out->n++;
    at = f[at].first;
  }
}

pel_status pel_stage_times_make(const pel_reasoning *r, pel_stage_times *out, pel_error *err) {
  uint32_t n = (uint32_t)r->n_spans;
  family *f = pel_alloc((size_t)n + 1, sizeof *f);
  uint32_t *open = pel_alloc((size_t)n + 1, sizeof *open);
  pel_stage_times times = {.stages = pel_alloc(n, sizeof *times.stages)};
  bool good = f && open && times.stages;
  if (good) {
    link_stages(r, f, n);
    place_stages(r, f, n, open, &times);
    *out = times;
  } else
    free(times.stages);
  free(f);
  free(open);
  return good ? PEL_OK : pel_fail_memory(err, "the stages of a run", n * sizeof *times.stages);
}

void pel_stage_times_clear(pel_stage_times *times) {
  free(times->stages);
  *times = (pel_stage_times){0};
}

char *pel_seconds_text(double seconds, char out[40]) {
  char number[32];
  double v = seconds;
  const char *unit = "s";
  if (!isfinite(v) || !(v > 0)) v = 0; /* no -0 either */
  if (v > 0 && v < 0.9995e-3) v *= 1e6, unit = "\xc2\xb5s";
  else if (v > 0 && v < 0.9995) v *= 1e3, unit = "ms";
  int digits = v <= 0 || v >= 99.95 ? 0 : v < 9.995 ? 2 : 1;
  snprintf(out, 40, "%.31s %s", pel_format_fixed(number, sizeof number, fmin(v, 1e15), digits), unit);
  return out;
}

pel_stage_end pel_stage_end_of(const pel_span *s) {
  if (!strcmp(s->status, "ok") || !*s->status) return PEL_STAGE_OK;
  return strncmp(s->status, "unknown", 7) ? PEL_STAGE_STOPPED : PEL_STAGE_UNKNOWN;
}
