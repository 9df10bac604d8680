/* The stages of a run in reading order, and when each ran as far as a trace can tell.
 *
 * A stage keeps how long it took and not when it began. Stages of one parent are taken to run one after another in the order of their numbers, from
 * the beginning of their parent on. */
#pragma once
#include "engine/base/status.h"
#include <pellucid/reasoning.h>

typedef struct pel_stage_time {
  uint32_t span;  /* index into reasoning->spans */
  uint32_t depth; /* 0: belongs to the run itself */
  double start;   /* seconds from the beginning of the run */
  double seconds;
  double inner;   /* what the stages in it took together */
} pel_stage_time;

typedef struct pel_stage_times {
  pel_stage_time *stages; /* parents before what is in them */
  uint32_t n;
  double total; /* to the end of the last one */
} pel_stage_times;

pel_status pel_stage_times_make(const pel_reasoning *reasoning, pel_stage_times *out, pel_error *err);
void pel_stage_times_clear(pel_stage_times *times);

/* "340 ms", "12.3 s": about three digits. */
char *pel_seconds_text(double seconds, char out[40]);
typedef enum pel_stage_end { PEL_STAGE_OK, PEL_STAGE_UNKNOWN, PEL_STAGE_STOPPED } pel_stage_end;
pel_stage_end pel_stage_end_of(const pel_span *span); /* by its status */
