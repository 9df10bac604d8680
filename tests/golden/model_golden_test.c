/* Tiny models of every architecture against stored logits and attention maps of another implementation
 * (PELLUCID_FIXTURES/golden), in the all-f32 mode, in the normal mode, and from quantised files. */
#include <json-c/json.h>
#include <math.h>

#include "engine/base/mem.h"
#include "engine/model/session.h"
#include "tests/check.h"
#include "tests/golden/nmse.h"

#define N_TOKENS 100

typedef struct golden {
  struct json_object *json;
  float *values;
  pel_token_id ids[N_TOKENS];
} golden;

static const char *fixtures;

static bool load(const char *name, golden *g) {
  char path[512];
  snprintf(path, sizeof path, "%s/golden/%s.json", fixtures, name);
  g->json = json_object_from_file(path);
  snprintf(path, sizeof path, "%s/golden/%s.bin", fixtures, name);
  FILE *f = fopen(path, "rb");
  CHECK_MSG(g->json && f, "%s", path);
  if (!g->json || !f) return false;
  fseek(f, 0, SEEK_END);
  long size = ftell(f);
  rewind(f);
  g->values = pel_alloc((size_t)size, 1);
  CHECK(fread(g->values, 1, (size_t)size, f) == (size_t)size);
  fclose(f);
  struct json_object *tokens = json_object_object_get(g->json, "tokens");
  for (int i = 0; i < N_TOKENS; i++) g->ids[i] = json_object_get_int(json_object_array_get_idx(tokens, (size_t)i));
  return true;
}

static void unload(golden *g) {
  json_object_put(g->json);
  free(g->values);
}

static const float *tensor(const golden *g, const char *name) {
  struct json_object *t = json_object_object_get(json_object_object_get(g->json, "tensors"), name);
  return t ? g->values + json_object_get_int64(json_object_object_get(t, "offset")) : NULL;
}

/* What the run showed. */
typedef struct seen {
  const golden *g;
  uint32_t n_vocab, n_head;
  float *logits; /* [N_TOKENS, n_vocab] */
  double worst_weight, residual_error, residual_size;
} seen;

static bool asks(void *user, pel_site site, uint32_t layer) {
  (void)user, (void)layer;
  return site == PEL_SITE_LOGITS || site == PEL_SITE_WEIGHTS || site == PEL_SITE_RESIDUAL;
}

static void see_weights(seen *s, const pel_event *e) {
  char name[32];
  snprintf(name, sizeof name, "kq_soft_max-%u", e->layer);
  const float *want = tensor(s->g, name) + ((size_t)e->weights.head * N_TOKENS + e->first) * N_TOKENS;
  double worst = 0;
  for (uint32_t key = 0; key < N_TOKENS; key++) {
    bool shown = key >= e->weights.first_key && key < e->weights.first_key + e->weights.n_keys;
    double got = shown ? (double)e->weights.weights[key - e->weights.first_key] : 0;
    worst = fmax(worst, fabs(got - (double)want[key]));
  }
  if (worst > s->worst_weight) s->worst_weight = worst;
}

static void see_residual(seen *s, const pel_event *e) {
  char name[32];
  snprintf(name, sizeof name, "l_out-%u", e->layer);
  const float *want = tensor(s->g, name);
  if (!want) return;
  want += (size_t)e->first * e->residual.width;
  for (size_t i = 0; i < (size_t)e->n_rows * e->residual.width; i++) {
    double d = (double)e->residual.values[i] - (double)want[i];
    s->residual_error += d * d;
    s->residual_size += (double)want[i] * (double)want[i];
  }
}

static bool shows(void *user, const pel_event *e) {
  seen *s = user;
  if (e->site == PEL_SITE_WEIGHTS) see_weights(s, e);
  if (e->site == PEL_SITE_RESIDUAL) see_residual(s, e);
  if (e->site == PEL_SITE_LOGITS)
    memcpy(s->logits + (size_t)e->first * s->n_vocab, e->logits.values, (size_t)e->n_rows * s->n_vocab * 4);
  return true;
}

/* Runs the golden tokens; one thread, so that the probe needs no lock. */
static bool run(const char *file, const golden *g, bool exact, seen *s) {
  char path[512];
  snprintf(path, sizeof path, "%s/golden/%s.gguf", fixtures, file);
  pel_error err = {0};
  pel_model *model;
  pel_session *session;
  if (pel_model_open(path, NULL, &model, &err) != PEL_OK) {
    CHECK_MSG(false, "%s", err.text);
    return false;
  }
  *s = (seen){.g = g, .n_vocab = pel_model_get_info(model)->n_vocab};
  s->logits = pel_alloc((size_t)N_TOKENS * s->n_vocab, 4);
  pel_status status = (exact ? pel_session_create_exact : pel_session_create)(model, N_TOKENS, 1, &session, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  if (status == PEL_OK) session->gelu_by_half = exact; /* as the stored values have it */
  pel_probe probe = {s, asks, shows};
  const pel_probe *probes[] = {&probe};
  status = pel_session_eval(session, g->ids, N_TOKENS, probes, 1, NULL, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  pel_session_destroy(session);
  pel_model_close(model);
  return status == PEL_OK;
}

static const char *const archs[] = {"llama", "qwen2", "qwen3", "gemma3"};

/* Every attention entry within 1e-5; for gemma3 within 2e-4, because the stored run took GELU from a table of f16: a
 * last-bit difference before it now and then picks the next entry, 2^-11 away. tests/golden/reference_test.c holds
 * gemma3 to 1e-5 against an implementation that computes GELU. */
static void in_f32(void) {
  for (int a = 0; a < 4; a++) {
    double weights_most = strcmp(archs[a], "gemma3") ? 1e-5 : 2e-4;
    char name[64];
    golden g;
    seen s;
    snprintf(name, sizeof name, "tiny-%s-f32", archs[a]);
    if (!load(name, &g) || !run(name, &g, true, &s)) continue;
    double error = nmse(s.logits, tensor(&g, "logits"), (size_t)N_TOKENS * s.n_vocab);
    printf("# %-14s all f32: logits NMSE %.2e, attention %.2e, residual NMSE %.2e\n", name, error, s.worst_weight,
           s.residual_error / s.residual_size);
    CHECK_MSG(error < 1e-6, "%s: logits NMSE %g", name, error);
    CHECK_MSG(s.worst_weight < weights_most, "%s: attention differs by %g", name, s.worst_weight);
    CHECK_MSG(s.residual_error < 1e-6 * s.residual_size, "%s: residual", name);
    free(s.logits);
    unload(&g);
  }
}

/* Queries, keys and values rounded to f16: 2^-11 of each value. The bounds are ten times what was measured. */
static void in_normal_mode(void) {
  for (int a = 0; a < 4; a++) {
    char name[64];
    golden g;
    seen s;
    snprintf(name, sizeof name, "tiny-%s-f32", archs[a]);
    if (!load(name, &g) || !run(name, &g, false, &s)) continue;
    double error = nmse(s.logits, tensor(&g, "logits"), (size_t)N_TOKENS * s.n_vocab);
    printf("# %-14s normal: logits NMSE %.2e, attention %.2e\n", name, error, s.worst_weight);
    CHECK_MSG(error < 1e-5, "%s: logits NMSE %g", name, error);
    CHECK_MSG(s.worst_weight < 5e-3, "%s: attention differs by %g", name, s.worst_weight);
    free(s.logits);
    unload(&g);
  }
}

/* A quantised file may be no further from the f32 file than the other implementation's run of it is. */
static void from_quantised_files(void) {
  static const char *const types[] = {"Q8_0", "Q4_0", "Q4_K_M"};
  for (int a = 0; a < 4; a++)
    for (int t = 0; t < 3; t++) {
      char f32[64], name[64];
      golden truth, peer;
      seen s;
      snprintf(f32, sizeof f32, "tiny-%s-f32", archs[a]);
      snprintf(name, sizeof name, "tiny-%s-%s", archs[a], types[t]);
      if (!load(f32, &truth) || !load(name, &peer) || !run(name, &peer, false, &s)) continue;
      size_t n = (size_t)N_TOKENS * s.n_vocab;
      double ours = nmse(s.logits, tensor(&truth, "logits"), n);
      double theirs = nmse(tensor(&peer, "logits"), tensor(&truth, "logits"), n);
      printf("# %-18s logits NMSE to f32: %.4e, stored peer's %.4e\n", name, ours, theirs);
      CHECK_MSG(ours <= theirs, "%s: %g, the peer has %g", name, ours, theirs);
      free(s.logits);
      unload(&truth);
      unload(&peer);
    }
}

int main(void) {
  fixtures = check_need("PELLUCID_FIXTURES");
  RUN(in_f32);
  RUN(in_normal_mode);
  RUN(from_quantised_files);
  return check_result();
}
