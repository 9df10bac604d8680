#include "src/core/document.h"

#include <stdatomic.h>

#include "src/core/thread.h"

typedef struct job {
  pel_document *document;
  pel_work work;
  pel_status status;
  pel_error error;
} job;

struct pel_document {
  char *path;
  pel_trace *trace; /* the thread's own */
  GMutex lock;
  GCond filled;
  GQueue jobs[PEL_URGENCIES]; /* the next at the head */
  atomic_bool closed;
  gatomicrefcount references; /* the owner, the thread, each result on its way */
};

static void unref(pel_document *d) {
  if (!g_atomic_ref_count_dec(&d->references)) return;
  g_mutex_clear(&d->lock);
  g_cond_clear(&d->filled);
  g_free(d->path);
  g_free(d);
}

static void free_job(job *j) {
  if (j->work.free_data) j->work.free_data(j->work.data);
  unref(j->document);
  g_free(j);
}

static job *new_job(pel_document *d, const pel_work *work) {
  job *j = g_new0(job, 1);
  g_atomic_ref_count_inc(&d->references);
  *j = (job){.document = d, .work = *work};
  return j;
}

/* On the main loop. */
static gboolean deliver(gpointer data) {
  job *j = data;
  if (!j->document->closed && j->work.done) j->work.done(j->status, &j->error, j->work.data);
  free_job(j);
  return G_SOURCE_REMOVE;
}

static job *take(pel_document *d) {
  job *j = NULL;
  for (int u = 0; u < PEL_URGENCIES && !j; u++) j = g_queue_pop_head(&d->jobs[u]);
  return j;
}

static job *next_job(pel_document *d) {
  job *j = NULL;
  g_mutex_lock(&d->lock);
  while (!d->closed && !(j = take(d))) g_cond_wait(&d->filled, &d->lock);
  g_mutex_unlock(&d->lock);
  return j;
}

static gpointer serve(gpointer data) {
  pel_document *d = data;
  job *j;
  while ((j = next_job(d))) {
    if (!d->trace) j->status = pel_trace_open(d->path, &d->trace, &j->error);
    if (j->status == PEL_OK && j->work.work) j->status = j->work.work(d, d->trace, j->work.data, &j->error);
    g_idle_add_full(G_PRIORITY_DEFAULT, deliver, j, NULL);
  }
  pel_trace_close(d->trace);
  unref(d);
  return NULL;
}

pel_document *pel_document_open(const char *path, pel_done_func opened, void *data) {
  pel_document *d = g_new0(pel_document, 1);
  d->path = g_strdup(path);
  g_mutex_init(&d->lock);
  g_cond_init(&d->filled);
  for (int u = 0; u < PEL_URGENCIES; u++) g_queue_init(&d->jobs[u]);
  g_atomic_ref_count_init(&d->references);
  g_atomic_ref_count_inc(&d->references);
  pel_document_run(d, &(pel_work){.done = opened, .data = data});
  pel_thread_start("trace", serve, d);
  return d;
}

void pel_document_run(pel_document *d, const pel_work *work) { pel_document_run_later(d, PEL_URGENCY_NOW, work); }

void pel_document_run_later(pel_document *d, pel_urgency urgency, const pel_work *work) {
  job *j = new_job(d, work);
  g_mutex_lock(&d->lock);
  if (urgency == PEL_URGENCY_BACKGROUND) g_queue_push_tail(&d->jobs[urgency], j);
  else g_queue_push_head(&d->jobs[urgency], j);
  g_cond_signal(&d->filled);
  g_mutex_unlock(&d->lock);
}

bool pel_document_waiting(pel_document *d, pel_urgency mine) {
  g_mutex_lock(&d->lock);
  bool waiting = d->closed;
  for (int u = 0; u < (int)mine; u++) waiting |= !g_queue_is_empty(&d->jobs[u]);
  g_mutex_unlock(&d->lock);
  return waiting;
}

void pel_document_close(pel_document *d) {
  if (!d) return;
  GQueue dropped = G_QUEUE_INIT;
  g_mutex_lock(&d->lock);
  d->closed = true;
  job *j;
  while ((j = take(d))) g_queue_push_tail(&dropped, j);
  g_cond_signal(&d->filled);
  g_mutex_unlock(&d->lock);
  while ((j = g_queue_pop_head(&dropped))) free_job(j);
  unref(d);
}

bool pel_document_cancelled(const pel_document *d) { return d->closed; }
const char *pel_document_path(const pel_document *d) { return d->path; }
