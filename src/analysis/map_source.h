/* The numbers of a map: of one head or the mean of many, raw or weighted by what each key's value carries, of
 * tokens or of larger units; always from the exact weights.
 *
 *   pel_map_source a;
 *   pel_map_choice what = {.layer = 3, .average = PEL_AVERAGE_LAYER, .level = PEL_LEVEL_WORD};
 *   if (pel_map_source_open (trace, &what, NULL, &a, &err) == PEL_OK) {
 *     pel_map_source_rows (&a, rows, cols, NULL, out, &err);       // [rows, cols] of units
 *     pel_map_source_close (&a);
 *   }
 *
 * Definitions (docs/methods.md): w(i, j) is the head's weight, or the mean over the chosen heads that were recorded.
 * Value-weighted: w(i, j) times the norm of key j's value as that head's output projection sees it
 * (Kobayashi et al. 2020), then the mean. Units: M(a, b) = 1 / |a| sum over i in a, j in b of w(i, j), so that a
 * row of raw weights still sums to 1. Sums are double precision, rounded once; a single raw head at the level of
 * tokens is passed on bit for bit. */
#pragma once
#include "src/analysis/progress.h"
#include "src/analysis/units.h"

typedef enum pel_average {
  PEL_AVERAGE_NONE,  /* one head */
  PEL_AVERAGE_LAYER, /* the mean over the recorded heads of a layer */
  PEL_AVERAGE_ALL,   /* the mean over all recorded heads */
} pel_average;

bool pel_average_parse(const char *name, pel_average *out); /* "layer", "all" */

typedef struct pel_map_choice { /* which numbers */
  uint32_t layer, head;     /* head counts without average, layer unless that is ALL */
  pel_average average;
  bool value_weighted;
  pel_level level;
} pel_map_choice;

typedef struct pel_head_place {
  uint32_t layer, head;
} pel_head_place;

typedef struct pel_map_source {
  pel_trace *trace; /* borrowed */
  pel_map_choice of;
  pel_head_place *heads; /* [n_heads] */
  uint32_t n_heads;
  uint32_t window;  /* the largest of their layers, in tokens; 0: all keys before the query */
  pel_units units;  /* owned when they were loaded here */
  bool owns_units;
  bool no_sink; /* may be set after open: token 0 is left out of every sum of units */
} pel_map_source;

/* Checks that what is chosen was recorded. `units` (may be NULL: they are loaded) is borrowed until close and
 * of the chosen level. */
pel_status pel_map_source_open(pel_trace *trace, const pel_map_choice *of, const pel_units *units, pel_map_source *out,
                              pel_error *err);
void pel_map_source_close(pel_map_source *attention); /* takes one that was never opened, if zeroed */

/* Units that the map has, each way. */
uint32_t pel_map_source_size(const pel_map_source *attention);
/* The columns that row `row` may see. */
pel_range pel_map_source_visible(const pel_map_source *attention, uint32_t row);
/* `progress` (NULL: nobody watches) is asked after each band of weights, always with fraction 0: false cancels.
 * out [rows, cols]; 0 where no query of the row sees a key of the column. What a damaged trace may give that is no
 * number is 0 as well. */
pel_status pel_map_source_rows(const pel_map_source *source, pel_range rows, pel_range cols, const pel_progress *progress,
                               float *out, pel_error *err);
/* Weights that must be computed for this rectangle: what it costs. */
double pel_map_source_work(const pel_map_source *attention, pel_range rows, pel_range cols);

/* A trace may hold reasoning alone; PEL_ERR_USAGE then. */
pel_status pel_check_run(const pel_trace *trace, pel_error *err);
/* Checks layer and head, and that the head was recorded; the text names what the trace has. */
pel_status pel_check_head(const pel_trace *trace, uint32_t layer, uint32_t head, pel_error *err);
