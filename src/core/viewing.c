#include "src/core/viewing.h"

#include <sys/stat.h>

#include "engine/base/status.h"
#include "src/core/memory_left.h"

#define LOOK_MS 1000 /* between two looks at a file that grows, at least */

struct pel_viewing {
  pel_document *document;
  pel_overview *overview;
  pel_reasoned *reasoned;
  pel_heads_job *heads;
  pel_viewing_events events;
  void *user;
  bool patient;
  guint timer;
  gint64 heads_started; /* monotonic time */
};

typedef struct look { /* one at a time */
  pel_viewing *viewing;   /* not held: one that is closed closes its document, and nothing comes back */
  uint32_t n_tokens, n_rows; /* what is known; both 0: nothing */
  pel_overview *overview;
  pel_reasoned *reasoned;
  bool first;             /* nothing is known */
  bool empty;             /* open, and nothing in it yet */
  gint64 began;
} look;

static void free_look(gpointer data) {
  look *l = data;
  pel_overview_unref(l->overview);
  pel_reasoned_free(l->reasoned);
  g_free(l);
}

/* About what exploring a trace takes: the reader's cache, tiles, thumbnails, the text. GTK ends the program where there is no memory for
 * what it draws, so a limit that is too low is said beforehand. */
static uint64_t memory_needed(const char *path, const pel_trace_info *i) {
  struct stat st;
  uint64_t file = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0, n = i->n_tokens;
  return (16u << 20) + MIN(file, 48u << 20) + MIN(5 * n * n, 34u << 20) + 700 * n + 64ull * 64 * 9 * i->n_layers * i->n_head_max;
}

static pel_status check_memory(const char *path, const pel_trace_info *i, pel_error *err) {
  uint64_t needed = memory_needed(path, i), left = pel_memory_left();
  if (needed <= left) return PEL_OK;
  return pel_fail(err, PEL_ERR_MEMORY, "%s: to explore it takes about %.0f MB, and this process may use only %.0f MB more; raise its memory limit", path,
                  (double)needed / 1e6, (double)left / 1e6);
}

static pel_status load(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  look *l = data;
  bool grew;
  pel_status status = pel_trace_refresh(trace, &grew, err);
  if (status != PEL_OK) return status;
  const pel_trace_info *i = pel_trace_get_info(trace); /* compared with what is known: a look may have failed before */
  l->empty = !i->complete && i->n_rows == 0;
  bool same = !i->complete && i->n_tokens == l->n_tokens && i->n_rows == l->n_rows;
  if (l->empty || same) return PEL_OK;
  if (l->first && i->complete && (status = pel_reasoned_load(trace, &l->reasoned, err)) != PEL_OK) return status;
  if (l->reasoned && !i->n_layers) return PEL_OK; /* there was no model */
  if (l->n_tokens == 0 && (status = check_memory(pel_document_path(document), i, err)) != PEL_OK) return status;
  return pel_overview_load(trace, &l->overview, err);
}

static gboolean look_again(gpointer data);

static void more(void *user) {
  pel_viewing *v = user;
  v->events.more(v->user);
}

/* Reading all heads of a trace that still grows takes as long each time: at most a third of the time goes there. */
static void start_heads(pel_viewing *v, const pel_overview *before) {
  gint64 now = g_get_monotonic_time();
  bool busy = v->heads && !pel_heads_job_done(v->heads), early = now - v->heads_started < 10 * G_USEC_PER_SEC;
  if (before && !v->overview->complete && busy) pel_heads_job_retarget(v->heads, v->overview);
  if (before && !v->overview->complete && (busy || early)) return;
  pel_heads_job_stop(v->heads);
  v->heads_started = now;
  v->heads = pel_heads_job_start(v->document, v->overview, more, v);
}

static void take(pel_viewing *v, look *l) {
  pel_overview *before = v->overview;
  v->overview = l->overview;
  if (l->reasoned) v->reasoned = l->reasoned;
  l->overview = NULL, l->reasoned = NULL;
  if (!v->overview) {
    v->events.opened(v->user);
    return;
  }
  if (before) pel_overview_inherit(v->overview, before);
  start_heads(v, before);
  if (before) v->events.grew(v->user);
  else v->events.opened(v->user);
  pel_overview_unref(before);
}

/* A reader that comes in the middle of a commit asks again a little later. */
static void loaded(pel_status status, const pel_error *err, void *data) {
  look *l = data;
  pel_viewing *v = l->viewing;
  gint64 took = (g_get_monotonic_time() - l->began) / 1000;
  if (status != PEL_OK && l->first && !v->patient) {
    v->events.failed(err->text, v->user);
    return;
  }
  if (status == PEL_OK && (l->overview || l->reasoned)) take(v, l);
  else if (l->first) v->events.waiting(v->user);
  if (v->overview ? !v->overview->complete : !v->reasoned) v->timer = g_timeout_add((guint)MAX(LOOK_MS, 2 * took), look_again, v);
}

static void ask(pel_viewing *v) {
  look *l = g_new0(look, 1);
  *l = (look){.viewing = v, .first = !v->overview && !v->reasoned, .began = g_get_monotonic_time()};
  if (v->overview) l->n_tokens = v->overview->n_tokens, l->n_rows = v->overview->n_rows;
  pel_document_run(v->document, &(pel_work){load, loaded, free_look, l});
}

static gboolean look_again(gpointer data) {
  pel_viewing *v = data;
  v->timer = 0;
  ask(v);
  return G_SOURCE_REMOVE;
}

pel_viewing *pel_viewing_open(const char *path, bool patient, const pel_viewing_events *events, void *user) {
  pel_viewing *v = g_new0(pel_viewing, 1);
  *v = (pel_viewing){.document = pel_document_open(path, NULL, NULL), .events = *events, .user = user, .patient = patient};
  ask(v);
  return v;
}

void pel_viewing_close(pel_viewing *v) {
  if (!v) return;
  g_clear_handle_id(&v->timer, g_source_remove);
  pel_heads_job_stop(v->heads);
  pel_document_close(v->document);
  pel_overview_unref(v->overview);
  pel_reasoned_free(v->reasoned);
  g_free(v);
}

void pel_viewing_expect_no_more(pel_viewing *v) { v->patient = false; }
pel_document *pel_viewing_document(pel_viewing *v) { return v->document; }
pel_overview *pel_viewing_overview(pel_viewing *v) { return v->overview; }
pel_reasoned *pel_viewing_reasoned(pel_viewing *v) { return v->reasoned; }
