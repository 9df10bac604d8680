#include "src/core/recording.h"

#include <stdatomic.h>
#include <string.h>

#include "src/core/thread.h"

#define NOTIFY_US 100000 /* between two calls of `changed`, at least */
#define SPEEDS "speeds.ini"

struct pel_recording {
  gatomicrefcount references; /* the owner, the thread, each call on its way */
  pel_recording_options options;
  void (*changed)(void *user); /* NULL once released; main loop only */
  void *user;
  GMutex lock;
  pel_recording_state state;
  gint64 phase_began, notified;
  atomic_bool stop;
};

static GMutex all_lock;
static GCond all_ended;
static int n_running;

/* ---- life ---- */

static void unref(pel_recording *r) {
  if (!g_atomic_ref_count_dec(&r->references)) return;
  const pel_recording_options *o = &r->options;
  g_free((char *)o->model);
  g_free((char *)o->prompt);
  g_free((char *)o->system);
  g_free((char *)o->output);
  g_mutex_clear(&r->lock);
  g_free(r);
}

static gboolean tell(gpointer data) {
  pel_recording *r = data;
  if (r->changed) r->changed(r->user);
  unref(r);
  return G_SOURCE_REMOVE;
}

static void notify(pel_recording *r, bool at_once) {
  gint64 now = g_get_monotonic_time();
  if (!at_once && now - r->notified < NOTIFY_US) return;
  r->notified = now;
  g_atomic_ref_count_inc(&r->references);
  g_idle_add_full(G_PRIORITY_DEFAULT, tell, r, NULL);
}

static void enter(pel_recording *r, pel_recording_phase phase) {
  r->state.phase = phase;
  r->state.fraction = 0;
  r->phase_began = g_get_monotonic_time();
}

/* ---- what the engine tells, on the thread ---- */

static bool loading(double fraction, void *user) {
  pel_recording *r = user;
  g_mutex_lock(&r->lock);
  r->state.fraction = fraction;
  g_mutex_unlock(&r->lock);
  notify(r, false);
  return !r->stop;
}

static void started(void *user, const pel_record_plan *plan) {
  pel_recording *r = user;
  g_mutex_lock(&r->lock);
  r->state.plan = *plan;
  enter(r, PEL_RECORDING_PROMPT);
  g_mutex_unlock(&r->lock);
  notify(r, true);
}

static void progressed(void *user, uint32_t done, uint32_t total) {
  pel_recording *r = user;
  g_mutex_lock(&r->lock);
  r->state.n_prompt = done;
  r->state.fraction = total ? (double)done / total : 1;
  if (done == total && r->state.phase == PEL_RECORDING_PROMPT) enter(r, PEL_RECORDING_TEXT);
  g_mutex_unlock(&r->lock);
  notify(r, false);
}

static void wrote(void *user, const char *bytes, size_t size) {
  pel_recording *r = user;
  (void)bytes, (void)size;
  g_mutex_lock(&r->lock);
  r->state.n_generated++;
  r->state.fraction = r->options.n_predict ? (double)r->state.n_generated / r->options.n_predict : 1;
  g_mutex_unlock(&r->lock);
  notify(r, false);
}

static bool stopped(void *user) { return ((pel_recording *)user)->stop; }

/* ---- speeds of models, kept for the next estimate ---- */

static char *speeds_path(void) { return g_build_filename(g_get_user_state_dir(), "pellucid", SPEEDS, NULL); }

static char *model_key(const char *model) { /* a group's name: without brackets and control characters */
  char *name = g_path_get_basename(model);
  for (char *c = name; *c; c++)
    if (*c == '[' || *c == ']' || (unsigned char)*c < ' ') *c = '_';
  return name;
}

static void keep_speeds(const char *model, double prefill, double decode) {
  if (!(prefill > 0) || !(decode > 0)) return;
  char *path = speeds_path(), *folder = g_path_get_dirname(path), *key = model_key(model);
  GKeyFile *file = g_key_file_new();
  g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
  g_key_file_set_double(file, key, "prefill", prefill);
  g_key_file_set_double(file, key, "decode", decode);
  if (g_mkdir_with_parents(folder, 0700) == 0) g_key_file_save_to_file(file, path, NULL); /* a convenience: no harm without it */
  g_key_file_unref(file);
  g_free(key);
  g_free(folder);
  g_free(path);
}

static bool known_speeds(const char *model, double *prefill, double *decode) {
  char *path = speeds_path(), *key = model_key(model);
  GKeyFile *file = g_key_file_new();
  bool there = g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
  if (there) *prefill = g_key_file_get_double(file, key, "prefill", NULL), *decode = g_key_file_get_double(file, key, "decode", NULL);
  g_key_file_unref(file);
  g_free(key);
  g_free(path);
  return there && *prefill > 0 && *decode > 0;
}

/* ---- the run ---- */

static pel_status run(pel_recording *r, pel_record_result *result, pel_error *err) {
  char generator[64];
  pel_model *model;
  const pel_recording_options *o = &r->options;
  pel_model_options load = {.n_context = o->n_predict, .progress = loading, .user = r};
  pel_record_options record = PEL_RECORD_DEFAULTS;
  if (pel_model_open(o->model, &load, &model, err) != PEL_OK) return err->status;
  g_snprintf(generator, sizeof generator, "pellucid-desktop %s", pel_version());
  record.prompt = o->prompt, record.prompt_size = strlen(o->prompt);
  record.system = o->system, record.system_size = o->system ? strlen(o->system) : 0;
  record.n_predict = o->n_predict, record.output = o->output, record.force = o->force, record.raw = o->raw, record.generator = generator;
  record.sampler.temperature = o->temperature, record.sampler.seed = o->seed;
  record.user = r, record.on_start = started, record.on_progress = progressed, record.on_text = wrote, record.cancelled = stopped;
  pel_status status = pel_record(model, &record, result, err);
  pel_model_close(model);
  return status;
}

static void finish(pel_recording *r, pel_status status, const pel_error *err, const pel_record_result *result) {
  double prefill = result->prefill_seconds > 0 ? result->n_prompt / result->prefill_seconds : 0;
  double decode = result->n_generated > 8 && result->decode_seconds > 0 ? (result->n_generated - 1) / result->decode_seconds : 0;
  keep_speeds(r->options.model, prefill, decode);
  g_mutex_lock(&r->lock);
  enter(r, PEL_RECORDING_ENDED);
  r->state.fraction = 1;
  r->state.status = status, r->state.stop = result->stop;
  if (status != PEL_OK) g_strlcpy(r->state.error, err->text, sizeof r->state.error);
  if (result->n_prompt) r->state.n_prompt = result->n_prompt, r->state.n_generated = result->n_generated;
  r->state.prefill_speed = prefill, r->state.decode_speed = decode;
  g_mutex_unlock(&r->lock);
}

static gpointer serve(gpointer data) {
  pel_recording *r = data;
  pel_record_result result = {0};
  pel_error err = {0};
  pel_status status = run(r, &result, &err);
  finish(r, status, &err, &result);
  notify(r, true);
  unref(r);
  g_mutex_lock(&all_lock);
  n_running--;
  g_cond_broadcast(&all_ended);
  g_mutex_unlock(&all_lock);
  return NULL;
}

pel_recording *pel_recording_start(const pel_recording_options *o, void (*changed)(void *user), void *user) {
  pel_recording *r = g_new0(pel_recording, 1);
  r->options = *o;
  r->options.model = g_strdup(o->model), r->options.prompt = g_strdup(o->prompt);
  r->options.system = g_strdup(o->system), r->options.output = g_strdup(o->output);
  r->changed = changed, r->user = user;
  g_mutex_init(&r->lock);
  g_atomic_ref_count_init(&r->references);
  g_atomic_ref_count_inc(&r->references);
  enter(r, PEL_RECORDING_LOADING);
  g_mutex_lock(&all_lock);
  n_running++;
  g_mutex_unlock(&all_lock);
  pel_thread_start("record", serve, r);
  return r;
}

void pel_recording_get(pel_recording *r, pel_recording_state *out) {
  g_mutex_lock(&r->lock);
  *out = r->state;
  out->seconds = (double)(g_get_monotonic_time() - r->phase_began) / G_USEC_PER_SEC;
  g_mutex_unlock(&r->lock);
}

void pel_recording_stop(pel_recording *r) { r->stop = true; }

void pel_recording_release(pel_recording *r) {
  if (!r) return;
  r->stop = true;
  r->changed = NULL;
  unref(r);
}

void pel_recording_wait_all(void) {
  g_mutex_lock(&all_lock);
  while (n_running > 0) g_cond_wait(&all_ended, &all_lock);
  g_mutex_unlock(&all_lock);
}

/* ---- before ---- */

static pel_status count_prompt(const pel_recording_options *o, uint32_t *n, pel_error *err) {
  pel_tokenizer *tokenizer;
  pel_prompt prompt;
  pel_status status = pel_tokenizer_open(o->model, &tokenizer, err);
  if (status != PEL_OK) return status;
  status = pel_chat_build(tokenizer, o->raw ? "none" : NULL, o->system, o->system ? strlen(o->system) : 0, o->prompt, strlen(o->prompt), false, &prompt, err);
  if (status == PEL_OK) {
    *n = (uint32_t)prompt.n;
    pel_prompt_clear(&prompt);
  }
  pel_tokenizer_close(tokenizer);
  return status;
}

/* Without a measured speed: two cores of a desktop compute some 60 G multiply-adds a second with a batch of tokens, and read 12 GB
 * of weights a second one token at a time. */
static double guess_seconds(const pel_recording_estimate *e, uint32_t n_predict) {
  double prefill = 60e9 / (double)MAX(e->model.n_parameters, 1), decode = 12e9 / (double)MAX(e->model.packed_bytes, 1);
  return e->plan.n_prompt / prefill + n_predict / decode;
}

pel_status pel_recording_estimate_load(const pel_recording_options *o, pel_recording_estimate *out, pel_error *err) {
  pel_recording_estimate e = {0};
  uint32_t n_prompt = 0;
  double prefill, decode;
  pel_status status = pel_model_inspect(o->model, &e.model, err);
  if (status == PEL_OK) status = count_prompt(o, &n_prompt, err);
  if (status != PEL_OK) return status;
  e.plan = pel_record_estimate(&e.model, n_prompt, o->n_predict);
  e.measured = known_speeds(o->model, &prefill, &decode);
  e.seconds = e.measured ? n_prompt / prefill + o->n_predict / decode : guess_seconds(&e, o->n_predict);
  *out = e;
  return PEL_OK;
}

static char *models_folder(void) {
  const char *chosen = g_getenv("PELLUCID_MODELS");
  return chosen && *chosen ? g_strdup(chosen) : g_build_filename(g_get_user_data_dir(), "pellucid", "models", NULL);
}

static gint by_name(gconstpointer a, gconstpointer b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* A model's first or only part. */
static bool is_model(const char *name) {
  const char *of = strstr(name, "-of-");
  return g_str_has_suffix(name, ".gguf") && (!of || (of - name >= 6 && !strncmp(of - 6, "-00001", 6)));
}

char **pel_recording_models(void) {
  GPtrArray *found = g_ptr_array_new();
  char *folder = models_folder();
  GDir *dir = g_dir_open(folder, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir)))
    if (is_model(name)) g_ptr_array_add(found, g_build_filename(folder, name, NULL));
  if (dir) g_dir_close(dir);
  g_free(folder);
  g_ptr_array_sort(found, by_name);
  g_ptr_array_add(found, NULL);
  return (char **)g_ptr_array_free(found, FALSE);
}
