/* A retrieval as rows of a trace. */
#pragma once
#include <pellucid/retrieve.h>

#include "engine/reason/cite.h"

enum { PEL_RECORD_EXCLUDED = 10 }; /* the best that were left out: enough to see what nearly counted */

/* Puts what `cite` has not put yet, the attributes, the support and the best excluded ones, then the stages `span` (RETRIEVER "retrieve") and
 * `span` + 1 (RERANKER "weigh"), both children of `parent`. */
pel_status pel_retrieval_record(const pel_retrieval *found, const char *question, int64_t span, int64_t parent, pel_cite *cite,
                                const pel_span_sink *sink, pel_error *err);
