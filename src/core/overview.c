#include "src/core/overview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

static pel_status load_header(pel_trace *trace, pel_overview *o, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  o->model = pel_text_safe(info->model_name, strlen(info->model_name));
  o->note = pel_text_safe(info->note, strlen(info->note));
  o->hash = strdup(info->hash);
  o->windows = pel_alloc(info->n_layers ? info->n_layers : 1, sizeof *o->windows);
  if (!o->model || !o->note || !o->hash || !o->windows) return pel_fail_memory(err, "the trace's header", 0);
  o->complete = info->complete;
  o->n_rows = info->n_rows, o->n_tokens = info->n_tokens, o->n_prompt = info->n_prompt;
  o->n_layers = info->n_layers, o->n_recorded_layers = info->n_recorded_layers;
  for (uint32_t l = 0; l < o->n_layers; l++) o->windows[l] = pel_trace_get_layer(trace, l)->window;
  return PEL_OK;
}

static pel_status load_signals(pel_trace *trace, pel_overview *o, pel_error *err) {
  static const pel_signal recorded[] = {PEL_SIGNAL_LOGPROB, PEL_SIGNAL_ENTROPY, PEL_SIGNAL_MARGIN};
  for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
    pel_tokens_options options = {.signal = recorded[i], .no_text = i > 0};
    PEL_TRY(pel_tokens_view_load(trace, &options, NULL, &o->signals[recorded[i]], err));
  }
  pel_tokens_view *first = &o->signals[recorded[0]]; /* its text is everyone's */
  o->text = first->text, o->labels[PEL_LEVEL_TOKEN] = first->labels;
  first->text = (pel_running_text){0}, first->labels = (pel_labels){0};
  return PEL_OK;
}

static pel_status load(pel_trace *trace, pel_overview *o, pel_error *err) {
  PEL_TRY(load_header(trace, o, err));
  PEL_TRY(pel_heads_view_plan(trace, PEL_SCALE_LOG, &o->heads, err));
  PEL_TRY(load_signals(trace, o, err));
  for (int level = 0; level < PEL_LEVELS; level++) {
    PEL_TRY(pel_units_load(trace, (pel_level)level, &o->units[level], err));
    if (level == PEL_LEVEL_TOKEN) continue;
    PEL_TRY(pel_units_labels(trace, &o->units[level], (pel_range){0, o->units[level].n}, &o->labels[level], err));
  }
  return PEL_OK;
}

pel_status pel_overview_load(pel_trace *trace, pel_overview **out, pel_error *err) {
  pel_overview *o = pel_alloc(1, sizeof *o);
  if (!o) return pel_fail_memory(err, "an overview", sizeof *o);
  g_atomic_ref_count_init(&o->references);
  pel_status status = load(trace, o, err);
  if (status != PEL_OK) {
    pel_overview_unref(o);
    return status;
  }
  *out = o;
  return PEL_OK;
}

pel_overview *pel_overview_ref(pel_overview *o) {
  g_atomic_ref_count_inc(&o->references);
  return o;
}

void pel_overview_unref(pel_overview *o) {
  if (!o || !g_atomic_ref_count_dec(&o->references)) return;
  free(o->model);
  free(o->hash);
  free(o->note);
  free(o->windows);
  free(o->scores);
  g_free(o->fault);
  for (int level = 0; level < PEL_LEVELS; level++) {
    pel_units_clear(&o->units[level]);
    pel_labels_clear(&o->labels[level]);
  }
  pel_heads_view_clear(&o->heads);
  pel_running_text_clear(&o->text);
  for (int s = 0; s < PEL_SIGNALS; s++) pel_tokens_view_clear(&o->signals[s]);
  free(o);
}

void pel_overview_inherit(pel_overview *o, pel_overview *before) {
  if (before->has_heads && before->heads.n_layers == o->heads.n_layers && before->heads.n_heads == o->heads.n_heads) {
    pel_heads_view_clear(&o->heads);
    o->heads = before->heads, o->has_heads = true;
    before->heads = (pel_heads_view){0}, before->has_heads = false;
  }
  free(o->scores);
  o->scores = before->scores, before->scores = NULL;
  for (int s = PEL_SIGNAL_RECEIVED; s <= PEL_SIGNAL_SINK; s++) {
    pel_tokens_view_clear(&o->signals[s]);
    o->signals[s] = before->signals[s], before->signals[s] = (pel_tokens_view){0};
  }
}

/* ---- what needs all heads ---- */

typedef enum stage { THUMBS, SIGNALS, SCORES, DONE } stage;

struct pel_heads_job {
  gatomicrefcount references; /* the owner, and the work on its way */
  pel_document *document;
  pel_overview *overview; /* held; NULL once the owner has let go (main loop only) */
  void (*changed)(void *user);
  void *user;
  stage stage;

  /* the worker's between two `done`s */
  pel_heads_reader *reader;
  pel_heads_view heads;
  pel_tokens_view received, sink;
  pel_copy_keys copies;
  pel_head_scores *scores;
  size_t n_heads, next; /* heads of the model, the next one to score */
};

static void unref_job(gpointer data) {
  pel_heads_job *j = data;
  if (!g_atomic_ref_count_dec(&j->references)) return;
  pel_heads_reader_close(j->reader);
  pel_heads_view_clear(&j->heads);
  pel_tokens_view_clear(&j->received);
  pel_tokens_view_clear(&j->sink);
  free(j->copies.key);
  free(j->scores);
  g_free(j);
}

static bool nobody_waits(double fraction, void *user) {
  const pel_heads_job *j = user;
  (void)fraction;
  return !pel_document_waiting(j->document, PEL_URGENCY_BACKGROUND);
}

static pel_status read_thumbs(pel_heads_job *j, pel_trace *trace, pel_error *err) {
  pel_progress progress = {nobody_waits, j};
  if (!j->reader) PEL_TRY(pel_heads_reader_open(trace, PEL_SCALE_LOG, 64, true, &j->reader, err));
  return pel_heads_reader_run(j->reader, &progress, &j->heads, err);
}

static pel_status read_signals(pel_heads_job *j, pel_trace *trace, pel_error *err) {
  pel_progress progress = {nobody_waits, j};
  pel_tokens_options received = {.signal = PEL_SIGNAL_RECEIVED, .no_text = true}, sink = {.signal = PEL_SIGNAL_SINK, .no_text = true};
  if (!j->received.n) PEL_TRY(pel_tokens_view_load(trace, &received, &progress, &j->received, err));
  return pel_tokens_view_load(trace, &sink, &progress, &j->sink, err);
}

static pel_status read_scores(pel_heads_job *j, pel_trace *trace, pel_error *err) {
  pel_progress progress = {nobody_waits, j};
  if (!j->copies.key) PEL_TRY(pel_copy_keys_load(trace, &j->copies, err));
  if (!j->scores) j->scores = pel_alloc(j->n_heads ? j->n_heads : 1, sizeof *j->scores);
  if (!j->scores) return pel_fail_memory(err, "the heads' scores", j->n_heads * sizeof *j->scores);
  uint32_t n_heads = pel_trace_get_info(trace)->n_head_max;
  for (; j->next < j->n_heads; j->next++) {
    size_t i = j->next;
    uint32_t l = (uint32_t)(i / n_heads), h = (uint32_t)(i % n_heads);
    if (!pel_trace_has_head(trace, l, h)) continue;
    pel_status status = pel_head_scores_load(trace, l, h, &j->copies, &progress, &j->scores[i], err);
    if (status == PEL_ERR_INPUT) j->scores[i] = (pel_head_scores){NAN, NAN, NAN, 0, 0}; /* the others can be read */
    else if (status != PEL_OK) return status;
  }
  return PEL_OK;
}

static pel_status work(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  pel_heads_job *j = data;
  (void)document;
  switch (j->stage) {
    case THUMBS: return read_thumbs(j, trace, err);
    case SIGNALS: return read_signals(j, trace, err);
    default: return read_scores(j, trace, err);
  }
}

static void take_parts(pel_heads_job *j) {
  pel_overview *o = j->overview;
  if (j->stage == THUMBS) {
    pel_heads_view_clear(&o->heads);
    o->heads = j->heads, o->has_heads = true;
    j->heads = (pel_heads_view){0};
  } else if (j->stage == SIGNALS) {
    pel_tokens_view_clear(&o->signals[PEL_SIGNAL_RECEIVED]);
    pel_tokens_view_clear(&o->signals[PEL_SIGNAL_SINK]);
    o->signals[PEL_SIGNAL_RECEIVED] = j->received, o->signals[PEL_SIGNAL_SINK] = j->sink;
    j->received = j->sink = (pel_tokens_view){0};
  } else {
    free(o->scores);
    o->scores = j->scores;
    j->scores = NULL;
  }
}

static void done(pel_status status, const pel_error *err, void *data);

static void queue(pel_heads_job *j) {
  g_atomic_ref_count_inc(&j->references);
  pel_document_run_later(j->document, PEL_URGENCY_BACKGROUND, &(pel_work){work, done, unref_job, j});
}

static void done(pel_status status, const pel_error *err, void *data) {
  pel_heads_job *j = data;
  if (!j->overview) return;
  if (status == PEL_OK) {
    take_parts(j);
    j->stage++;
  } else if (status != PEL_ERR_CANCELLED) { /* what can be read is read */
    if (!j->overview->fault) j->overview->fault = g_strdup(err->text);
    j->stage++;
  }
  if (j->stage != DONE) queue(j);
  if (status != PEL_ERR_CANCELLED) j->changed(j->user);
}

pel_heads_job *pel_heads_job_start(pel_document *document, pel_overview *overview, void (*changed)(void *user), void *user) {
  pel_heads_job *j = g_new0(pel_heads_job, 1);
  *j = (pel_heads_job){.document = document, .overview = pel_overview_ref(overview), .changed = changed, .user = user};
  g_atomic_ref_count_init(&j->references);
  j->n_heads = (size_t)overview->heads.n_layers * overview->heads.n_heads;
  queue(j);
  return j;
}

void pel_heads_job_retarget(pel_heads_job *j, pel_overview *overview) {
  pel_overview_ref(overview);
  pel_overview_unref(j->overview);
  j->overview = overview;
}

bool pel_heads_job_done(const pel_heads_job *j) { return j->stage == DONE; }

void pel_heads_job_stop(pel_heads_job *j) {
  if (!j) return;
  g_clear_pointer(&j->overview, pel_overview_unref);
  unref_job(j);
}
