/* Passages of a pack as rows of a trace: each once, its source before it. All stages of a pipeline share one. */
#pragma once
#include <pellucid/pack.h>

typedef struct pel_cite pel_cite;

/* Borrows the pack and what `sink` points into. The ids of sources and passages in the trace are this object's to give. */
pel_status pel_cite_create(pel_pack *pack, const pel_span_sink *sink, pel_cite **out, pel_error *err);
void pel_cite_free(pel_cite *cite); /* NULL is allowed */

/* *id: the trace's number of the pack's passage, whose row, and that of its source, are put on first use. */
pel_status pel_cite_passage(pel_cite *cite, int64_t passage, int64_t *id, pel_error *err);
/* Where it stands in its source ("s. 121(a)"), "" before its row was put. Borrowed. */
const char *pel_cite_place(const pel_cite *cite, int64_t passage);
/* The same for a source alone. */
pel_status pel_cite_source(pel_cite *cite, int64_t source, int64_t *id, pel_error *err);
