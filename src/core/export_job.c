#include "src/core/export_job.h"

#include <glib.h>
#include <stdatomic.h>

#include "src/core/thread.h"

#define NOTIFY_US 100000

struct pel_export_job {
  gatomicrefcount references; /* the owner, the thread, each call on its way */
  pel_export_what what;
  pel_export_options options;
  pel_tree_choice choice; /* of a reasoning; its lists are the job's */
  char *trace, *output;
  void (*changed)(void *user); /* NULL once released; main loop only */
  void *user;
  GMutex lock;
  pel_export_state state;
  gint64 notified;
  atomic_bool stop;
};

static void unref(pel_export_job *j) {
  if (!g_atomic_ref_count_dec(&j->references)) return;
  g_free((int64_t *)j->choice.collapsed);
  g_free((int64_t *)j->choice.opened);
  g_free(j->trace);
  g_free(j->output);
  g_mutex_clear(&j->lock);
  g_free(j);
}

static gboolean tell(gpointer data) {
  pel_export_job *j = data;
  if (j->changed) j->changed(j->user);
  unref(j);
  return G_SOURCE_REMOVE;
}

static void notify(pel_export_job *j) {
  j->notified = g_get_monotonic_time();
  g_atomic_ref_count_inc(&j->references);
  g_idle_add_full(G_PRIORITY_DEFAULT, tell, j, NULL);
}

static bool step(double fraction, void *user) {
  pel_export_job *j = user;
  g_mutex_lock(&j->lock);
  j->state.fraction = fraction;
  g_mutex_unlock(&j->lock);
  if (g_get_monotonic_time() - j->notified > NOTIFY_US) notify(j);
  return !j->stop;
}

static pel_status run(pel_export_job *j, pel_error *err) {
  pel_trace *trace;
  pel_status status = pel_trace_open(j->trace, &trace, err);
  if (status != PEL_OK) return status;
  j->options.progress = (pel_progress){step, j};
  switch (j->what) {
    case PEL_EXPORT_HEADS: status = pel_export_heads(trace, &j->options, j->output, err); break;
    case PEL_EXPORT_TOKENS: status = pel_export_tokens(trace, &j->options, j->output, err); break;
    case PEL_EXPORT_TREE: status = pel_export_tree(trace, &j->options, &j->choice, j->output, err); break;
    case PEL_EXPORT_RETRIEVAL: status = pel_export_retrieval(trace, &j->options, &j->choice, j->output, err); break;
    case PEL_EXPORT_RELIABILITY: status = pel_export_reliability(trace, &j->options, &j->choice, j->output, err); break;
    case PEL_EXPORT_TIMELINE: status = pel_export_timeline(trace, &j->options, &j->choice, j->output, err); break;
    case PEL_EXPORT_SEARCH: status = pel_export_search(trace, &j->options, &j->choice, j->output, err); break;
    case PEL_EXPORT_GRAPH: status = pel_export_graph(trace, &j->options, &j->choice, j->output, err); break;
    default: status = pel_export_attention(trace, &j->options, j->output, err); break;
  }
  pel_trace_close(trace);
  return status;
}

static gpointer serve(gpointer data) {
  pel_export_job *j = data;
  pel_error err = {0};
  pel_status status = run(j, &err);
  g_mutex_lock(&j->lock);
  j->state.ended = true, j->state.fraction = 1, j->state.status = status;
  if (status != PEL_OK) g_strlcpy(j->state.error, err.text, sizeof j->state.error);
  g_mutex_unlock(&j->lock);
  notify(j);
  unref(j);
  return NULL;
}

pel_export_job *pel_export_job_start(pel_export_what what, const pel_export_options *options, const char *trace, const char *output,
                                     void (*changed)(void *user), void *user) {
  return pel_export_job_start_reasoning(what, options, &(pel_tree_choice){0}, trace, output, changed, user);
}

static int64_t *copy_ids(const int64_t *ids, size_t n) { return n ? g_memdup2(ids, n * sizeof *ids) : NULL; }

pel_export_job *pel_export_job_start_reasoning(pel_export_what what, const pel_export_options *options, const pel_tree_choice *choice, const char *trace,
                                               const char *output, void (*changed)(void *user), void *user) {
  pel_export_job *j = g_new0(pel_export_job, 1);
  *j = (pel_export_job){.what = what, .options = *options, .choice = *choice, .trace = g_strdup(trace), .output = g_strdup(output), .changed = changed, .user = user};
  j->choice.collapsed = copy_ids(choice->collapsed, choice->n_collapsed);
  j->choice.opened = copy_ids(choice->opened, choice->n_opened);
  g_mutex_init(&j->lock);
  g_atomic_ref_count_init(&j->references);
  g_atomic_ref_count_inc(&j->references);
  pel_thread_start("export", serve, j);
  return j;
}

void pel_export_job_get(pel_export_job *j, pel_export_state *out) {
  g_mutex_lock(&j->lock);
  *out = j->state;
  g_mutex_unlock(&j->lock);
}

void pel_export_job_stop(pel_export_job *j) { j->stop = true; }

void pel_export_job_release(pel_export_job *j) {
  if (!j) return;
  j->stop = true;
  j->changed = NULL;
  unref(j);
}
