#include "engine/encoder/encoder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

enum {
  GROUP_TOKENS = 96,  /* enough for the products to run at full speed, small enough for the second cache */
  SLICE_TEXTS = 4096, /* texts whose tokens are held at once */
};

char *pel_encoder_path(const char *folder, const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = pel_alloc(size, 1);
  if (path) snprintf(path, size, "%s/%s", folder, name);
  return path;
}

/* ---- opening ---- */

/* The folder of the model's files, the caller's (free): the path itself, or where the file lies. */
static char *folder_of(const char *path) {
  struct stat info;
  const char *slash = strrchr(path, '/');
  if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) return strdup(path);
  return slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
}

static pel_status load_weights(pel_encoder *e, const char *path, pel_error *err) {
  pel_safetensors *file;
  uint8_t digest[32];
  PEL_TRY(pel_safetensors_open(path, &file, err));
  pel_status status = pel_encoder_weights_load(file, &e->config, &e->weights, err);
  if (status == PEL_OK) {
    pel_safetensors_digest(file, digest);
    for (size_t i = 0; i < sizeof digest; i++) snprintf(e->sha256 + 2 * i, 3, "%02x", digest[i]);
  }
  pel_safetensors_close(file);
  return status;
}

static pel_status load_vocabulary(pel_encoder *e, const char *path, pel_error *err) {
  PEL_TRY(pel_wordpiece_open(path, &e->wordpiece, err));
  size_t n = pel_wordpiece_count(e->wordpiece);
  if (n <= e->config.n_vocab) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: %zu lines, config.json says %u tokens; take both files from one model", path,
                  n, e->config.n_vocab);
}

static pel_status make_threads(pel_encoder *e, int threads, pel_error *err) {
  PEL_TRY(pel_pool_create(threads > 0 ? threads : pel_cpu_count(), &e->pool, err));
  int n = pel_pool_threads(e->pool);
  e->scratch = pel_alloc((size_t)n, sizeof *e->scratch);
  if (!e->scratch) return pel_fail_memory(err, "encoder", (size_t)n * sizeof *e->scratch);
  for (int i = 0; i < n; i++)
    if (!pel_encoder_scratch_init(&e->config, &e->scratch[i]))
      return pel_fail_memory(err, "encoder's buffers", (size_t)e->config.n_tokens * e->config.n_ff * sizeof(float));
  return PEL_OK;
}

static pel_status open_folder(pel_encoder *e, const char *folder, const char *weights, const char *vocabulary,
                              int threads, pel_error *err) {
  PEL_TRY(pel_kernels_check(err));
  e->kernels = pel_kernels_get();
  e->group_tokens = GROUP_TOKENS;
  PEL_TRY(pel_encoder_config_read(folder, &e->config, err));
  PEL_TRY(load_vocabulary(e, vocabulary, err));
  PEL_TRY(load_weights(e, weights, err));
  return make_threads(e, threads, err);
}

pel_status pel_encoder_open(const char *path, const pel_encoder_options *options, pel_encoder **out, pel_error *err) {
  pel_encoder *e = pel_alloc(1, sizeof *e);
  char *folder = folder_of(path), *weights = folder ? pel_encoder_path(folder, "model.safetensors") : NULL;
  char *vocabulary = folder ? pel_encoder_path(folder, "vocab.txt") : NULL;
  struct stat info;
  bool file = stat(path, &info) == 0 && S_ISREG(info.st_mode);
  pel_status status = e && weights && vocabulary ? PEL_OK : pel_fail_memory(err, "encoder", sizeof *e);
  if (status == PEL_OK)
    status = open_folder(e, folder, file ? path : weights, vocabulary, options ? options->threads : 0, err);
  if (status == PEL_OK) *out = e;
  else pel_encoder_close(e);
  free(folder);
  free(weights);
  free(vocabulary);
  return status;
}

void pel_encoder_close(pel_encoder *e) {
  if (!e) return;
  for (int i = 0; e->scratch && i < pel_pool_threads(e->pool); i++) pel_encoder_scratch_clear(&e->scratch[i]);
  free(e->scratch);
  pel_pool_destroy(e->pool);
  pel_encoder_weights_clear(&e->weights, e->config.n_layers);
  pel_wordpiece_close(e->wordpiece);
  free(e);
}

size_t pel_encoder_dim(const pel_encoder *e) { return e->config.n_embd; }
size_t pel_encoder_tokens_max(const pel_encoder *e) { return e->config.n_tokens; }
const char *pel_encoder_sha256(const pel_encoder *e) { return e->sha256; }

/* ---- embedding ---- */

/* The tokens of up to SLICE_TEXTS texts, and how they are shared out. */
typedef struct slice {
  pel_encoder *e;
  pel_token_id *ids;
  size_t capacity;
  size_t start[SLICE_TEXTS + 1]; /* text i: ids[start[i]] .. ids[start[i + 1] - 1] */
  size_t group[SLICE_TEXTS + 1]; /* group g: texts group[g] .. group[g + 1] - 1 */
  size_t n, n_groups;
  float *out;           /* of the slice's first text */
  size_t before, total; /* texts of the whole call: done with earlier slices, all */
  bool (*progress)(double, void *);
  void *user;
  _Atomic size_t done;
  _Atomic bool cancelled, bad;
} slice;

static bool tokenize(slice *s, const char *const *texts, const size_t *sizes) {
  for (size_t i = 0; i < s->n; i++) {
    size_t most = s->e->config.n_tokens, at = s->start[i];
    pel_token_id *grown = pel_grow(s->ids, &s->capacity, at + most, sizeof *grown);
    if (!grown) return false;
    s->ids = grown;
    s->start[i + 1] =
        at + pel_wordpiece_encode(s->e->wordpiece, texts[i], sizes ? sizes[i] : strlen(texts[i]), s->ids + at, most);
  }
  return true;
}

static void make_groups(slice *s) {
  size_t most = s->e->group_tokens < s->e->config.n_tokens ? s->e->group_tokens : s->e->config.n_tokens;
  s->n_groups = 0;
  for (size_t i = 0; i < s->n; i++)
    if (i == 0 || s->start[i + 1] - s->start[s->group[s->n_groups - 1]] > most) s->group[s->n_groups++] = i;
  s->group[s->n_groups] = s->n;
}

static void run_groups(void *job, size_t lo, size_t hi, int thread) {
  slice *s = job;
  for (size_t g = lo; g < hi && !s->cancelled; g++) {
    size_t first = s->group[g], n = s->group[g + 1] - first;
    pel_encoder_group group = {s->ids, s->start + first, n};
    if (!pel_encoder_forward(s->e, &group, &s->e->scratch[thread], s->out + first * s->e->config.n_embd)) s->bad = true;
    s->done += n;
    if (thread == 0 && s->progress && !s->progress((double)(s->before + s->done) / (double)s->total, s->user))
      s->cancelled = true;
  }
}

static pel_status run_slice(slice *s, const char *const *texts, const size_t *sizes, pel_error *err) {
  s->done = 0;
  if (!tokenize(s, texts, sizes)) return pel_fail_memory(err, "tokens", s->capacity * sizeof *s->ids);
  make_groups(s);
  pel_pool_run(s->e->pool, s->n_groups, 1, run_groups, s);
  if (s->cancelled) return pel_fail(err, PEL_ERR_CANCELLED, "the embedding was cancelled");
  if (s->bad)
    return pel_fail(err, PEL_ERR_INPUT,
                    "the encoder gives no number for a text; its weights are damaged, download the model again");
  return PEL_OK;
}

pel_status pel_encoder_embed(pel_encoder *e, const char *const *texts, const size_t *sizes, size_t n, float *out,
                             bool (*progress)(double, void *), void *user, pel_error *err) {
  slice *s = pel_alloc(1, sizeof *s);
  if (!s) return pel_fail_memory(err, "texts", sizeof *s);
  s->e = e, s->progress = progress, s->user = user, s->total = n;
  pel_status status = PEL_OK;
  for (size_t at = 0; at < n && status == PEL_OK; at += s->n) {
    s->n = n - at < SLICE_TEXTS ? n - at : SLICE_TEXTS;
    s->before = at, s->out = out + at * e->config.n_embd;
    status = run_slice(s, texts + at, sizes ? sizes + at : NULL, err);
  }
  if (status == PEL_OK && progress && !progress(1, user))
    status = pel_fail(err, PEL_ERR_CANCELLED, "the embedding was cancelled");
  free(s->ids);
  free(s);
  return status;
}
