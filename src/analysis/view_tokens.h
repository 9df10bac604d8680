/* One number for every token, and the text that they make: what a coloured transcript shows. */
#pragma once
#include "src/analysis/progress.h"
#include "src/analysis/token_label.h"

typedef enum pel_signal {
  PEL_SIGNAL_LOGPROB,  /* ln p of the token given those before it */
  PEL_SIGNAL_ENTROPY,  /* of the distribution that it was drawn from, nats */
  PEL_SIGNAL_MARGIN,   /* p(first) - p(second) of that distribution */
  PEL_SIGNAL_RECEIVED, /* attention mass that it received as a key, from all queries */
  PEL_SIGNAL_SINK,     /* weight that it put on key 0 as a query */
  PEL_SIGNALS
} pel_signal;

const char *pel_signal_name(pel_signal signal); /* "logprob", "entropy", "margin", "received", "sink" */
bool pel_signal_parse(const char *name, pel_signal *out);
const char *pel_signal_title(pel_signal signal); /* with its unit, for a colour bar */

typedef struct pel_tokens_options {
  pel_range rows; /* both 0: all */
  pel_signal signal;
  bool one_head; /* received and sink: of this layer and head; otherwise the mean over recorded heads */
  uint32_t layer, head;
  bool no_text; /* the signal alone: labels and text stay empty */
} pel_tokens_options;

typedef struct pel_token_item {
  pel_token_id id;
  pel_segment_kind segment;
  float logprob, entropy, margin; /* NaN: not recorded */
  float signal;                   /* NaN: not recorded */
  float value;                    /* 0 .. 1 for colour; -1: not recorded */
} pel_token_item;

typedef struct pel_tokens_view {
  pel_range rows;
  uint32_t n, n_tokens;
  pel_signal signal;
  bool one_head;
  uint32_t layer, head, n_mean_heads; /* received, sink: heads in the mean */
  bool log;                           /* received spans decades */
  float low, high;                    /* the signal at values 0 and 1 (logprob: high < low) */
  bool clipped;                       /* signals beyond low or high are drawn as that end */
  pel_token_item *items;              /* [n] */
  pel_labels labels;
  pel_running_text text;
} pel_tokens_view;

pel_status pel_tokens_view_load(pel_trace *trace, const pel_tokens_options *options,
                                const pel_progress *progress, pel_tokens_view *out, pel_error *err);
void pel_tokens_view_clear(pel_tokens_view *view);
