/* What a viewer knows of a trace before anyone has chosen anything: loaded at once, on the document's thread, and then
 * free of it. */
#pragma once
#include "src/analysis/view_heads.h"
#include "src/analysis/view_tokens.h"

typedef struct pel_overview {
  char *model, *hash, *note; /* safe to draw; hash "" while the trace is open */
  bool complete;
  uint32_t n_rows, n_tokens, n_layers, n_recorded_layers;
  uint32_t *windows;    /* [n_layers]: keys that a query may see; 0: all */
  pel_heads_view heads; /* log scale */
  pel_tokens_view signals[PEL_SIGNALS]; /* n is 0 where the trace has nothing of it */
} pel_overview;

/* Owned by the caller: pel_overview_free. */
pel_status pel_overview_load(pel_trace *trace, const pel_progress *progress, pel_overview **out, pel_error *err);
void pel_overview_free(pel_overview *overview);
