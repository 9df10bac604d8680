/* What a viewer knows of a trace before anyone has chosen anything, loaded on the document's thread and then free of it.
 *
 * pel_overview_load brings what the text alone tells: quick, whatever the trace's length. What must read all heads comes later:
 * pel_heads_job fills `heads` and the signals of attention, then the scores of each head, as work in the background.
 * An overview changes on the main loop only (a job's parts are taken over there); units never change. */
#pragma once
#include "src/analysis/head_scores.h"
#include "src/analysis/view_heads.h"
#include "src/analysis/view_tokens.h"
#include "src/core/document.h"

typedef struct pel_overview {
  gatomicrefcount references;
  char *model, *hash, *note; /* safe to draw; hash "" while the trace is open */
  bool complete;
  uint32_t n_rows, n_tokens, n_prompt, n_layers, n_recorded_layers;
  uint32_t *windows;           /* [n_layers]: keys that a query may see; 0: all */
  pel_units units[PEL_LEVELS];   /* of the tokens that have attention */
  pel_labels labels[PEL_LEVELS]; /* of all units; of all tokens, which may be one more */
  pel_heads_view heads;        /* log scale; sizes and states at first, the rest (has_heads) later */
  bool has_heads;
  char *fault; /* why a head, or what needs all of them, can't be read; NULL: all can */
  pel_head_scores *scores; /* [n_layers, n_heads] or NULL: not yet; n_rows 0 for heads that were not recorded */
  pel_running_text text;
  pel_tokens_view signals[PEL_SIGNALS]; /* without labels and text; n is 0 where the trace has nothing of it, or not yet */
} pel_overview;

pel_status pel_overview_load(pel_trace *trace, pel_overview **out, pel_error *err);
pel_overview *pel_overview_ref(pel_overview *overview);
void pel_overview_unref(pel_overview *overview); /* any thread; takes NULL */
/* Takes over what an overview of the same, shorter trace knew of its heads, until more is known. */
void pel_overview_inherit(pel_overview *overview, pel_overview *before);

/* Reads all heads for this overview in the background and gives way to other work. `changed` is called on the main loop when
 * something more is there. Stop it before the overview is let go. */
typedef struct pel_heads_job pel_heads_job;
pel_heads_job *pel_heads_job_start(pel_document *document, pel_overview *overview, void (*changed)(void *user), void *user);
/* From now on the parts go into this one: the same trace, longer. */
void pel_heads_job_retarget(pel_heads_job *job, pel_overview *overview);
bool pel_heads_job_done(const pel_heads_job *job);
void pel_heads_job_stop(pel_heads_job *job);             /* takes NULL */
