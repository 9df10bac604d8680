/* Real models on a real text against the f32 reference of another implementation (PELLUCID_FIXTURES/real): log-probabilities
 * of up to 4,096 positions, and logits against our own all-f32 run of the same file. Slow: a few minutes. */
#include <json-c/json.h>
#include <math.h>

#include "engine/base/mem.h"
#include "engine/model/session.h"
#include "tests/check.h"

typedef struct real {
  const char *file;
  struct json_object *json;
  pel_token_id *ids;
  float *logprob; /* of token i + 1 */
  uint32_t n, n_vocab;
  double error_sum, error_most;
  uint32_t n_errors;
} real;

static double member(const real *r, const char *name) {
  return json_object_get_double(json_object_object_get(json_object_object_get(r->json, "llama_cpp"), name));
}

static bool load(real *r, const char *model_variable, const char *name) {
  char path[512];
  r->file = getenv(model_variable);
  snprintf(path, sizeof path, "%s/real/%s.json", getenv("PELLUCID_FIXTURES"), name);
  r->json = json_object_from_file(path);
  if (!r->file || !r->json) {
    printf("skipped: %s or %s is missing\n", model_variable, path);
    return false;
  }
  struct json_object *ids = json_object_object_get(r->json, "tokens"), *lp = json_object_object_get(r->json, "logprob");
  r->n = (uint32_t)json_object_array_length(ids);
  const char *limit = getenv("PELLUCID_REAL_TOKENS");
  if (limit && (uint32_t)atoi(limit) < r->n) r->n = (uint32_t)atoi(limit);
  r->ids = pel_alloc(r->n, sizeof *r->ids);
  r->logprob = pel_alloc(r->n, sizeof *r->logprob);
  size_t offset = json_object_array_length(ids) - json_object_array_length(lp); /* the first token has none */
  for (uint32_t i = 0; i < r->n; i++) r->ids[i] = json_object_get_int(json_object_array_get_idx(ids, i));
  for (uint32_t i = 0; i + offset < r->n; i++) r->logprob[i] = (float)json_object_get_double(json_object_array_get_idx(lp, i));
  return true;
}

static bool asks(void *user, pel_site site, uint32_t layer) {
  (void)user, (void)layer;
  return site == PEL_SITE_LOGITS;
}

static bool compare_logprobs(void *user, const pel_event *e) {
  real *r = user;
  for (uint32_t i = 0; i < e->n_rows; i++) {
    uint32_t at = e->first + i;
    if (at + 1 >= r->n) break;
    float logprob;
    pel_logit_stats stats;
    pel_logit_statistics(e->logits.values + (size_t)i * r->n_vocab, r->n_vocab, r->ids[at + 1], &logprob, &stats);
    double error = fabs((double)logprob - (double)r->logprob[at]);
    r->error_sum += error;
    if (error > r->error_most) r->error_most = error;
    r->n_errors++;
  }
  return true;
}

static void run_prompt(const real *r, pel_session *session, uint32_t from, uint32_t to, const pel_probe *probe) {
  pel_error err = {0};
  for (uint32_t at = from; at < to; at += PEL_BATCH_MAX) {
    uint32_t n = to - at < PEL_BATCH_MAX ? to - at : PEL_BATCH_MAX;
    pel_status status = pel_session_eval(session, r->ids + at, n, &probe, probe ? 1 : 0, NULL, &err);
    CHECK_MSG(status == PEL_OK, "%s", err.text);
    if (status != PEL_OK) return;
  }
}

static void logprobs(real *r) {
  pel_error err = {0};
  pel_model *model;
  pel_session *session;
  pel_status status = pel_model_open(r->file, NULL, &model, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  if (status != PEL_OK) return;
  r->n_vocab = pel_model_get_info(model)->n_vocab;
  CHECK_MSG(pel_session_create(model, r->n, 0, &session, &err) == PEL_OK, "%s", err.text);
  pel_probe probe = {r, asks, compare_logprobs};
  run_prompt(r, session, 0, r->n, &probe);
  double mean = r->error_sum / r->n_errors;
  printf("# %u tokens: log-probability error mean %.5f (peer %.5f), largest %.4f (peer %.4f)\n", r->n, mean,
         member(r, "logprob_mae"), r->error_most, member(r, "logprob_max"));
  CHECK_MSG(mean <= member(r, "logprob_mae"), "%g", mean);
  CHECK_MSG(r->error_most <= member(r, "logprob_max"), "%g", r->error_most);
  pel_session_destroy(session);
  pel_model_close(model);
}

/* Logits of the last 64-token slices of each kind of run, far into the text. */
typedef struct slice {
  float *logits; /* [n, n_vocab] */
  uint32_t n_vocab, first, n;
} slice;

static bool keep(void *user, const pel_event *e) {
  slice *s = user;
  if (e->first >= s->first) memcpy(s->logits + (size_t)(e->first - s->first) * s->n_vocab, e->logits.values, (size_t)e->n_rows * s->n_vocab * 4);
  return true;
}

static void logits_run(const real *r, bool exact, uint32_t n, slice *s) {
  pel_error err = {0};
  pel_model *model;
  pel_session *session;
  pel_status status = exact ? pel_model_open_widened(r->file, &model, &err) : pel_model_open(r->file, NULL, &model, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  if (status != PEL_OK) exit(check_result());
  s->n_vocab = pel_model_get_info(model)->n_vocab;
  s->n = n < 64 ? n : 64;
  s->first = n - s->n;
  s->logits = pel_alloc((size_t)s->n * s->n_vocab, 4);
  status = (exact ? pel_session_create_exact : pel_session_create)(model, n, 0, &session, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  run_prompt(r, session, 0, s->first, NULL);
  pel_probe probe = {s, asks, keep};
  run_prompt(r, session, s->first, n, &probe);
  pel_session_destroy(session);
  pel_model_close(model);
}

static void logits(real *r) {
  static const uint32_t lengths[] = {64, 576};
  for (int i = 0; i < 2; i++) {
    uint32_t n = lengths[i] < r->n ? lengths[i] : r->n;
    slice exact, normal;
    logits_run(r, true, n, &exact);
    logits_run(r, false, n, &normal);
    double sum = 0;
    for (uint32_t t = 0; t < exact.n; t++) {
      double error = 0, size = 0;
      for (uint32_t v = 0; v < exact.n_vocab; v++) {
        double a = (double)exact.logits[(size_t)t * exact.n_vocab + v], b = (double)normal.logits[(size_t)t * exact.n_vocab + v];
        error += (a - b) * (a - b);
        size += a * a;
      }
      sum += error / size / exact.n;
    }
    printf("# logits of tokens %u to %u: mean NMSE to f32 %.3e (peer over its whole text %.3e)\n", exact.first, n, sum, member(r, "logit_nmse_mean"));
    CHECK_MSG(sum <= member(r, "logit_nmse_mean"), "%g", sum);
    free(exact.logits);
    free(normal.logits);
  }
}

static void check_model(const char *variable, const char *name) {
  real r = {0};
  if (!load(&r, variable, name)) return;
  logprobs(&r);
  logits(&r);
  json_object_put(r.json);
  free(r.ids);
  free(r.logprob);
}

static void smollm2(void) { check_model("PELLUCID_MODEL_SMOLLM2", "smollm2-135m-instruct-q4_1"); }
static void gemma3(void) { check_model("PELLUCID_MODEL_GEMMA3", "gemma-3-270m-q4_k_m"); }

int main(void) {
  check_need("PELLUCID_FIXTURES");
  RUN(smollm2);
  RUN(gemma3);
  return check_result();
}
