/* The sentence encoder on all-MiniLM-L6-v2 against the reference implementation (tests/data/reference/minilm.json, made by
 * tests/data/make_encoder_reference.py): the same tokens, and vectors within 1e-4; then the same bits on one thread or more, in
 * groups of any size, in any company and at every kernel level. Needs PELLUCID_MODEL_MINILM, the model's folder. */
#include <math.h>

#include "engine/encoder/encoder.h"
#include "tests/golden/reference.h"

enum { TEXTS_MAX = 128 };

static const char *folder;
static pel_encoder *encoder;
static reference stored;
static char *texts[TEXTS_MAX];
static size_t sizes[TEXTS_MAX], n_texts, dim;

static pel_encoder *opened(const char *path, int threads) {
  pel_encoder *e = NULL;
  pel_error err = {0};
  pel_status status = pel_encoder_open(path, &(pel_encoder_options){.threads = threads}, &e, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  return e;
}

static void embed(pel_encoder *e, size_t first, size_t n, float *out) {
  pel_error err = {0};
  pel_status status = pel_encoder_embed(e, (const char *const *)texts + first, sizes + first, n, out, NULL, NULL, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
}

/* ---- the stored texts ---- */

static struct json_object *member(const char *name) { return json_object_object_get(stored.json, name); }

static void read_text(size_t i, struct json_object *text) {
  struct json_object *hex = json_object_is_type(text, json_type_object) ? json_object_object_get(text, "hex") : NULL;
  const char *from = json_object_get_string(hex ? hex : text);
  size_t n = (size_t)json_object_get_string_len(hex ? hex : text);
  sizes[i] = hex ? n / 2 : n;
  texts[i] = pel_alloc(n + 1, 1);
  if (!hex) memcpy(texts[i], from, n);
  for (size_t j = 0; hex && j < n / 2; j++) {
    unsigned byte;
    CHECK(sscanf(from + 2 * j, "%2x", &byte) == 1);
    texts[i][j] = (char)byte;
  }
}

static bool read_texts(void) {
  if (!reference_load("minilm", &stored)) return false;
  n_texts = json_object_array_length(member("texts"));
  CHECK(n_texts >= 60 && n_texts <= TEXTS_MAX);
  for (size_t i = 0; i < n_texts; i++) read_text(i, json_object_array_get_idx(member("texts"), i));
  return n_texts <= TEXTS_MAX;
}

/* ---- against the reference ---- */

static void tokens_are_the_references(void) {
  for (size_t i = 0; i < n_texts; i++) {
    struct json_object *want = json_object_array_get_idx(member("ids"), i);
    pel_token_id ids[256];
    size_t n = pel_wordpiece_encode(encoder->wordpiece, texts[i], sizes[i], ids, 256);
    CHECK_MSG(n == json_object_array_length(want), "text %zu: %zu tokens, not %zu", i, n, json_object_array_length(want));
    for (size_t j = 0; j < n && j < json_object_array_length(want); j++)
      CHECK_MSG(ids[j] == json_object_get_int(json_object_array_get_idx(want, j)), "text %zu token %zu: %d", i, j, ids[j]);
  }
}

static void vectors_are_the_references(void) {
  const float *want = reference_tensor(&stored, "vectors");
  float *got = pel_alloc(n_texts * dim, sizeof *got);
  double worst = 0;
  size_t where = 0;
  embed(encoder, 0, n_texts, got);
  for (size_t i = 0; i < n_texts * dim; i++) {
    double error = fabs((double)got[i] - (double)want[i]);
    if (!(error <= worst)) worst = error, where = i / dim;
  }
  printf("# %zu texts: largest difference %.2g, in text %zu\n", n_texts, worst, where);
  CHECK_MSG(worst < 1e-4, "%g in text %zu", worst, where);
  free(got);
}

static void vectors_have_length_one(void) {
  float *v = pel_alloc(dim, sizeof *v);
  double square = 0;
  embed(encoder, 0, 1, v);
  for (size_t i = 0; i < dim; i++) square += (double)v[i] * (double)v[i];
  CHECK_MSG(fabs(square - 1) < 1e-6, "%g", square);
  free(v);
}

/* ---- the same bits ---- */

static void same_bits(void) {
  static const char *const levels[] = {"ref", "avx2", "avx512"};
  size_t count = n_texts, n;
  const char *limit = getenv("PELLUCID_ENCODER_TEXTS"); /* under a sanitizer all would take minutes */
  if (limit && (size_t)atoi(limit) < count) count = (size_t)atoi(limit);
  n = count * dim;
  float *want = pel_alloc(n, sizeof *want), *got = pel_alloc(n, sizeof *got);
  embed(encoder, 0, count, want);
  for (size_t i = 0; i < count; i++) embed(encoder, i, 1, got + i * dim);
  CHECK_MSG(memcmp(want, got, n * sizeof *got) == 0, "one at a time");
  static const uint32_t groups[] = {17, 100000, 200};
  for (int threads = 1; threads <= 3; threads++) {
    pel_encoder *e = opened(folder, threads);
    if (!e) break;
    e->group_tokens = groups[threads - 1];
    memset(got, 0, n * sizeof *got);
    embed(e, 0, count, got);
    CHECK_MSG(memcmp(want, got, n * sizeof *got) == 0, "%d threads, groups of %u tokens", threads, e->group_tokens);
    pel_encoder_close(e);
  }
  const pel_kernels *chosen = encoder->kernels;
  for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
    size_t some = l ? count : 8; /* without an fma instruction the reference is slow */
    encoder->kernels = pel_kernels_named(levels[l]);
    if (!encoder->kernels) continue;
    memset(got, 0, n * sizeof *got);
    embed(encoder, 0, some, got);
    CHECK_MSG(memcmp(want, got, some * dim * sizeof *got) == 0, "level %s", levels[l]);
  }
  encoder->kernels = chosen;
  free(want), free(got);
}

/* What the first texts give at any machine: a change here is a change of what every user sees. */
static void bits_are_those_of_every_machine(void) {
  uint64_t hash = 0xcbf29ce484222325u;
  float *v = pel_alloc(8 * dim, sizeof *v);
  embed(encoder, 0, 8, v);
  for (size_t i = 0; i < 8 * dim; i++) {
    uint32_t bits;
    memcpy(&bits, &v[i], 4);
    for (int b = 0; b < 4; b++) hash = (hash ^ (bits >> 8 * b & 0xff)) * 0x100000001b3u;
  }
  CHECK_MSG(hash == 0x4dd22888165bd7b6u, "%#llx", (unsigned long long)hash);
  free(v);
}

/* ---- the rest of the interface ---- */

static bool stops(double fraction, void *user) {
  CHECK(fraction > 0 && fraction <= 1);
  return --*(int *)user > 0;
}

static void progress_can_cancel(void) {
  float *v = pel_alloc(n_texts * dim, sizeof *v);
  pel_error err = {0};
  int calls = 2;
  CHECK(pel_encoder_embed(encoder, (const char *const *)texts, sizes, n_texts, v, stops, &calls, &err) == PEL_ERR_CANCELLED);
  CHECK(calls == 0 && err.text[0]);
  calls = 1000000;
  CHECK(pel_encoder_embed(encoder, (const char *const *)texts, sizes, 3, v, stops, &calls, &err) == PEL_OK);
  CHECK(calls < 1000000);
  CHECK(pel_encoder_embed(encoder, NULL, NULL, 0, NULL, NULL, NULL, &err) == PEL_OK);
  free(v);
}

static void opens_by_folder_or_file(void) {
  char path[4200];
  snprintf(path, sizeof path, "%s/model.safetensors", folder);
  pel_encoder *e = opened(path, 1);
  CHECK(e && strlen(pel_encoder_sha256(e)) == 64);
  if (e) CHECK_STR(pel_encoder_sha256(e), pel_encoder_sha256(encoder));
  pel_encoder_close(e);
  pel_error err = {0};
  CHECK(pel_encoder_open("/nonexistent/folder", NULL, &e, &err) == PEL_ERR_IO);
  CHECK_MSG(strstr(err.text, "/nonexistent/folder/config.json"), "%s", err.text);
}

int main(int argc, char **argv) {
  folder = check_need("PELLUCID_MODEL_MINILM");
  reference_find(argc, argv);
  encoder = opened(folder, 2);
  if (!encoder || !read_texts()) return 1;
  dim = pel_encoder_dim(encoder);
  CHECK(dim == 384 && pel_encoder_tokens_max(encoder) == 256);
  RUN(tokens_are_the_references);
  RUN(vectors_are_the_references);
  RUN(vectors_have_length_one);
  RUN(same_bits);
  RUN(bits_are_those_of_every_machine);
  RUN(progress_can_cancel);
  RUN(opens_by_folder_or_file);
  for (size_t i = 0; i < n_texts; i++) free(texts[i]);
  reference_unload(&stored);
  pel_encoder_close(encoder);
  return check_result();
}
