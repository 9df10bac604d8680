/* The stages of a run as bars over time, each below the one that it is part of. An item a stage. */
#pragma once
#include "src/analysis/caption.h"
#include "src/analysis/stage_times.h"
#include "src/plot/diagram.h"

typedef struct pel_timeline_data { /* borrowed until the diagram is freed */
  const pel_reasoning *reasoning;
  uint32_t most; /* stages that are drawn; 0: 120 */
} pel_timeline_data;

/* Its layout is PEL_ERR_UNSUPPORTED when there are no stages. */
pel_diagram_maker pel_timeline_maker(const pel_timeline_data *data);
pel_status pel_caption_timeline(const pel_timeline_data *data, const char *trace_hash, pel_caption *out, pel_error *err);
const char *pel_stage_word(pel_span_kind kind); /* "retrieval", "evaluation", ...: English, marked for the catalogue */
#define PEL_TIMELINE_RULE "a stage keeps how long it took, not when it began: those of one parent are drawn one after another, by their numbers"
