/* What a map shows: a rectangle of exact weights of a head, or of a mean of heads, made ready for colour.
 *
 *   pel_map_options o = {.of = {.layer = 3, .head = 1}, .rows = {0, n}, .cols = {0, n}, .scale = PEL_SCALE_LOG,
 *                        .max_rows = 1024, .max_cols = 1024};
 *   pel_map_view v;
 *   if (pel_map_view_load (trace, &o, &v, &err) == PEL_OK) { ... pel_map_view_clear (&v); }
 *
 * A rectangle larger than max_rows x max_cols is drawn in blocks: each cell is then the largest of block x
 * block exact weights, so that single strong links survive. It is read in bands of rows: memory is bounded by
 * the cells plus one band, whatever the trace's length. */
#pragma once
#include "src/analysis/map_source.h"
#include "src/analysis/progress.h"

typedef enum pel_scale {
  PEL_SCALE_LOG,    /* log10 of the weight, over five decades at most */
  PEL_SCALE_LINEAR, /* weight / largest weight drawn */
  PEL_SCALE_ROW,    /* weight / largest weight of its whole row, a hidden sink left out */
  PEL_SCALE_RANK,   /* rank among the weights of its whole row, a hidden sink left out: 1 the largest, 1/n the
                       smallest; ties share the best */
  PEL_SCALES
} pel_scale;

const char *pel_scale_name(pel_scale scale); /* "log", "linear", "row", "rank" */
bool pel_scale_parse(const char *name, pel_scale *out);

/* Row and rank: a weight is coloured by its place in its whole row. */
static inline bool pel_scale_by_row(pel_scale scale) { return scale == PEL_SCALE_ROW || scale == PEL_SCALE_RANK; }

typedef enum pel_cell_kind {
  PEL_CELL_WEIGHT,
  PEL_CELL_FORBIDDEN, /* causality or the window lets no query of this cell see its keys */
  PEL_CELL_HIDDEN,    /* key 0, left out on request */
} pel_cell_kind;

typedef struct pel_map_options {
  pel_map_choice of;
  const pel_units *units; /* of of.level; NULL: they are loaded */
  pel_range rows, cols;   /* queries and keys, in units of the level; both 0: all */
  pel_scale scale;
  float low, high;             /* what colours 0 and 1 stand for; both 0: chosen from what is drawn */
  bool no_sink;                /* leave key 0 out of the picture, its colour range and its ranks */
  uint32_t max_rows, max_cols; /* cells at most; 0: no limit */
} pel_map_options;

typedef struct pel_map_view {
  pel_map_choice of;
  uint32_t n_heads; /* in the mean */
  pel_range rows, cols;
  uint32_t n_units;        /* that the whole map has, each way */
  uint32_t window;         /* the layer's, in tokens; 0: none */
  uint32_t block;          /* units that one cell stands for, each way */
  uint32_t n_rows, n_cols; /* cells */
  float *weights;          /* [n_rows, n_cols]: largest weight of the cell; 0 where kind is not WEIGHT */
  float *values;           /* [n_rows, n_cols]: 0 .. 1 for colour */
  uint8_t *kinds;          /* [n_rows, n_cols]: pel_cell_kind */
  pel_scale scale;
  float low, high;    /* what values 0 and 1 stand for: weights, shares of the row's largest, or ranks */
  bool clipped;       /* what is under `low` is drawn as `low` */
  bool clipped_above; /* what is over `high` is drawn as `high` */
  bool sink_hidden;   /* asked for, and key 0 is in the rectangle */
  bool sink_alone;    /* and is a column of its own, which is then not drawn */
  float max_weight;   /* largest weight drawn */
  double mass_share;  /* of these rows' attention, raw, that falls on the keys drawn */
} pel_map_view;

pel_status pel_map_view_load(pel_trace *trace, const pel_map_options *options, const pel_progress *progress,
                             pel_map_view *out, pel_error *err);
/* The same without weights: sizes, ranges and block as load would give them, for laying out a page. */
pel_status pel_map_view_plan(pel_trace *trace, const pel_map_options *options, pel_map_view *out,
                             pel_error *err);
void pel_map_view_clear(pel_map_view *view);

/* Rank of a drawn weight in its row of cells (1: the largest; ties share the best) and how many weights the
 * row has. False where there is no weight. */
bool pel_map_view_rank(const pel_map_view *view, uint32_t row, uint32_t col, uint32_t *rank, uint32_t *of);

/* Turns an empty range (0, 0) into all n units and checks it; `what`: "rows", "cols". */
pel_status pel_check_range(uint32_t n, pel_level level, const char *what, pel_range *range, pel_error *err);
/* Rows that have attention: one less than the tokens when the last one was never run through the model. */
uint32_t pel_attention_rows_of(const pel_trace *trace);
/* log10 scale between low and high, clamped to 0 .. 1. */
float pel_log_value(float weight, float low, float high);
/* Largest first. */
void pel_sort_weights(float *weights, uint32_t n);
/* Share of n > 0 sorted weights that are not larger: 1 for the largest, 1 / n for the smallest of n different ones. */
float pel_rank_value(const float *sorted, uint32_t n, float weight);
/* Room for n_rows x n_cols cells, all 0. */
pel_status pel_map_view_allocate(pel_map_view *view, pel_error *err);
/* The colour of a weight, a share or a rank: log between low and high on the log scale, linear on the others. */
float pel_scale_value(pel_scale scale, float quantity, float low, float high);
