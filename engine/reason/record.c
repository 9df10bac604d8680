#include "engine/reason/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"

typedef struct attribute_writer {
  const pel_span_sink *sink;
  int64_t span;
  pel_error *err;
  pel_status status;
} attribute_writer;

static void put_text(attribute_writer *w, const char *name, const char *value) {
  pel_attribute row = {.span = w->span, .name = name, .value = value};
  if (w->status == PEL_OK) w->status = w->sink->put(w->sink->user, PEL_ROW_ATTRIBUTE, &row, w->err);
}

static void put_number(attribute_writer *w, const char *name, double value) {
  char text[40];
  put_text(w, name, pel_format_double(text, sizeof text, value));
}

static void put_count(attribute_writer *w, const char *name, size_t value) {
  char text[24];
  snprintf(text, sizeof text, "%zu", value);
  put_text(w, name, text);
}

static pel_status put_attributes(const pel_retrieval *f, const char *question, int64_t span, const pel_span_sink *sink, pel_error *err) {
  attribute_writer w = {.sink = sink, .span = span, .err = err};
  bool dense = strcmp(f->dense, "none") != 0;
  put_text(&w, "question", question);
  put_text(&w, "lexical", "BM25");
  put_text(&w, "dense", f->dense);
  if (dense) put_text(&w, "encoder", f->encoder);
  put_count(&w, "candidates", f->n);
  w.span = span + 1;
  put_text(&w, "method", pel_retrieve_map_name(f->map));
  put_text(&w, "gate", pel_retrieve_gate_name(f->gate));
  put_number(&w, "alpha", f->alpha);
  put_number(&w, "temperature", 1 / f->sharpness);
  put_count(&w, "candidates", f->n); /* again: who counts the support says of how many */
  put_count(&w, "support", f->support);
  if (f->n) put_number(&w, "threshold", f->threshold);
  return w.status;
}

static pel_status put_passages(const pel_retrieval *f, int64_t span, pel_cite *cite, const pel_span_sink *sink, pel_error *err) {
  size_t n = f->support + PEL_RECORD_EXCLUDED < f->n ? f->support + PEL_RECORD_EXCLUDED : f->n;
  for (size_t i = 0; i < n; i++) {
    const pel_retrieved_passage *p = &f->items[i];
    pel_retrieved row = {.span = span, .rank = (int32_t)i + 1, .lexical = p->lexical, .dense = p->dense, .fused = p->attended,
                         .gate = p->gate, .weight = p->weight, .margin = p->margin};
    PEL_TRY(pel_cite_passage(cite, p->passage, &row.passage, err));
    PEL_TRY(sink->put(sink->user, PEL_ROW_RETRIEVED, &row, err));
  }
  return PEL_OK;
}

pel_status pel_retrieval_record(const pel_retrieval *f, const char *question, int64_t span, int64_t parent, pel_cite *cite,
                                const pel_span_sink *sink, pel_error *err) {
  char *asked = strdup(question);
  if (!asked) return pel_fail_memory(err, "the question", strlen(question));
  pel_blank_controls(asked); /* a question may hold what a row may not */
  pel_span found = {.id = span, .parent = parent, .kind = PEL_SPAN_RETRIEVER, .name = "retrieve", .status = "ok",
                    .seconds = f->seconds_lexical + f->seconds_dense};
  pel_span weighed = {.id = span + 1, .parent = parent, .kind = PEL_SPAN_RERANKER, .name = "weigh", .status = "ok", .seconds = f->seconds_rest};
  if (!f->n) weighed.status = "unknown: nothing in the pack bears on the question";
  pel_status status = put_attributes(f, asked, span, sink, err);
  if (status == PEL_OK) status = put_passages(f, span + 1, cite, sink, err);
  if (status == PEL_OK) status = sink->put(sink->user, PEL_ROW_SPAN, &found, err);
  if (status == PEL_OK) status = sink->put(sink->user, PEL_ROW_SPAN, &weighed, err);
  free(asked);
  return status;
}
