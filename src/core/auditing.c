#include "src/core/auditing.h"

#include <glib/gstdio.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"
#include "src/core/thread.h"

#define NOTIFY_US 200000 /* between two calls of `changed`, at least */

struct pel_auditing {
  gatomicrefcount references; /* the owner, the thread, each call on its way */
  char *pack, *pack_sha256, *json, *output;
  bool force, secret;
  void (*changed)(void *user); /* NULL once released; main loop only */
  void *user;
  GMutex lock;
  pel_auditing_state state;
  gint64 began, notified;
  atomic_bool stop;
};

static GMutex all_lock;
static GCond all_ended;
static int n_running;

static void unref(pel_auditing *a) {
  if (!g_atomic_ref_count_dec(&a->references)) return;
  g_free(a->pack), g_free(a->pack_sha256), g_free(a->json), g_free(a->output);
  g_mutex_clear(&a->lock);
  g_free(a);
}

static gboolean tell(gpointer data) {
  pel_auditing *a = data;
  if (a->changed) a->changed(a->user);
  unref(a);
  return G_SOURCE_REMOVE;
}

static void notify(pel_auditing *a) {
  a->notified = g_get_monotonic_time();
  g_atomic_ref_count_inc(&a->references);
  g_idle_add_full(G_PRIORITY_DEFAULT, tell, a, NULL);
}

static bool progress(double fraction, void *user) {
  pel_auditing *a = user;
  (void)fraction; /* how long the rules will search is not known before */
  if (g_get_monotonic_time() - a->notified > NOTIFY_US) notify(a);
  return !a->stop;
}

static pel_status audit_with(pel_auditing *a, pel_pack *pack, const pel_case *of, pel_audit_result *result, pel_error *err) {
  char generator[64];
  pel_audit_options o = PEL_AUDIT_DEFAULTS;
  const char *sha256 = pel_pack_get_info(pack)->sha256;
  if (*a->pack_sha256 && strcmp(sha256, a->pack_sha256))
    return pel_fail(err, PEL_ERR_CHECK, "%s: this is another pack (%.8s…) than the one that is needed (%.8s…)", a->pack, sha256, a->pack_sha256);
  snprintf(generator, sizeof generator, "pellucid-desktop %s", pel_version());
  o.given = of, o.pack = pack, o.output = a->output, o.force = a->force, o.generator = generator, o.progress = progress, o.user = a;
  pel_status status = pel_audit(&o, result, err);
  return status;
}

static pel_status run(pel_auditing *a, pel_audit_result *result, pel_error *err) {
  pel_case *of;
  pel_pack *pack;
  pel_status status = pel_case_parse("the case", a->json, strlen(a->json), &of, err);
  if (status != PEL_OK) return status;
  status = pel_pack_open(a->pack, &pack, err);
  if (status == PEL_OK) {
    status = audit_with(a, pack, of, result, err);
    pel_pack_close(pack);
  }
  pel_case_close(of);
  if (status == PEL_OK && a->secret && g_chmod(a->output, 0600) != 0) status = pel_fail(err, PEL_ERR_IO, "%s: cannot be made the user's alone", a->output);
  if (status != PEL_OK && a->secret) g_unlink(a->output); /* a file that somebody named is replaced when the audit has ended, or not at all */
  return status;
}

static gpointer serve(gpointer data) {
  pel_auditing *a = data;
  pel_audit_result result = {0};
  pel_error err = {0};
  pel_status status = run(a, &result, &err);
  g_mutex_lock(&a->lock);
  a->state.ended = true, a->state.status = a->stop && status != PEL_OK ? PEL_ERR_CANCELLED : status, a->state.state = result.state;
  if (status != PEL_OK) g_strlcpy(a->state.error, err.text, sizeof a->state.error);
  g_mutex_unlock(&a->lock);
  pel_audit_result_clear(&result);
  notify(a);
  unref(a);
  g_mutex_lock(&all_lock);
  n_running--;
  g_cond_broadcast(&all_ended);
  g_mutex_unlock(&all_lock);
  return NULL;
}

pel_auditing *pel_auditing_start(const pel_auditing_options *o, void (*changed)(void *user), void *user) {
  pel_auditing *a = g_new0(pel_auditing, 1);
  a->pack = g_strdup(o->pack), a->pack_sha256 = g_strdup(o->pack_sha256 ? o->pack_sha256 : ""), a->json = g_strdup(o->json), a->output = g_strdup(o->output);
  a->force = o->force, a->secret = o->secret, a->changed = changed, a->user = user;
  g_mutex_init(&a->lock);
  g_atomic_ref_count_init(&a->references);
  g_atomic_ref_count_inc(&a->references);
  a->began = a->notified = g_get_monotonic_time();
  g_mutex_lock(&all_lock);
  n_running++;
  g_mutex_unlock(&all_lock);
  pel_thread_start("audit", serve, a);
  return a;
}

void pel_auditing_get(pel_auditing *a, pel_auditing_state *out) {
  g_mutex_lock(&a->lock);
  *out = a->state;
  g_mutex_unlock(&a->lock);
  out->seconds = (double)(g_get_monotonic_time() - a->began) / G_USEC_PER_SEC;
}

void pel_auditing_stop(pel_auditing *a) { a->stop = true; }
const char *pel_auditing_output(const pel_auditing *a) { return a->output; }

void pel_auditing_release(pel_auditing *a) {
  if (!a) return;
  a->stop = true;
  a->changed = NULL;
  unref(a);
}

void pel_auditing_wait_all(void) {
  g_mutex_lock(&all_lock);
  while (n_running > 0) g_cond_wait(&all_ended, &all_lock);
  g_mutex_unlock(&all_lock);
}
