/* Tiny models against values from transformers: Llama 3, YaRN and linear scaling, sliding windows, tanh GELU.
 * Needs nothing outside the repository:  reference_test tests/data/reference [--far]   (or PELLUCID_SOURCE_ROOT).
 * Two seconds; with --far, which goes on to position 32,768, about half a minute (for the suite slow). */
#include <math.h>

#include "engine/model/session.h"
#include "tests/golden/nmse.h"
#include "tests/golden/reference.h"

#define SHORT 64

static bool far_too;

/* ---- rotary embedding alone ---- */

static double number(struct json_object *o, const char *name, double fallback) {
  struct json_object *value;
  return json_object_object_get_ex(o, name, &value) ? json_object_get_double(value) : fallback;
}

static pel_rope_config rope_of(struct json_object *o) {
  static const struct { const char *name; pel_rope_scaling scaling; } kinds[] = {
      {"default", PEL_ROPE_PLAIN}, {"linear", PEL_ROPE_LINEAR}, {"llama3", PEL_ROPE_LLAMA3}, {"yarn", PEL_ROPE_YARN}};
  pel_rope_config c = {.base = (float)number(o, "rope_theta", 0), .factor = (float)number(o, "factor", 1),
                       .low_freq_factor = (float)number(o, "low_freq_factor", 1),
                       .high_freq_factor = (float)number(o, "high_freq_factor", 4),
                       .beta_fast = (float)number(o, "beta_fast", 32), .beta_slow = (float)number(o, "beta_slow", 1),
                       .attn_factor = 1, .ext_factor = 1,
                       .original_context = (uint32_t)number(o, "original_max_position_embeddings", 0),
                       .dims = (uint32_t)number(o, "dims", 0)};
  const char *kind = json_object_get_string(json_object_object_get(o, "rope_type"));
  for (int i = 0; i < 4; i++)
    if (!strcmp(kind, kinds[i].name)) c.scaling = kinds[i].scaling;
  return c;
}

/* The reference takes a frequency through a power, a reciprocal and a blend in f32, each a rounding of up to 2^-23; ours
 * is rounded once. Measured: up to 2.8e-7. */
#define FREQUENCY_TOLERANCE (6 * 0x1p-23)

/* Turns the stored vector with neighbours or halves as partners; the result is in the order of halves. */
static void turn(const pel_rope_config *config, uint32_t position, const float *x, bool neighbours, float *out) {
  pel_rope rope;
  pel_rope_config c = *config;
  uint32_t half = c.dims / 2;
  float cosine[256], sine[256], mixed[512];
  c.neighbours = neighbours;
  CHECK(pel_rope_init(&rope, &c, NULL, NULL) == PEL_OK);
  pel_rope_angles(&rope, position, cosine, sine);
  for (uint32_t i = 0; i < half; i++) {
    mixed[neighbours ? 2 * i : i] = x[i];
    mixed[neighbours ? 2 * i + 1 : i + half] = x[i + half];
  }
  pel_rope_turn(&rope, cosine, sine, mixed);
  for (uint32_t i = 0; i < half; i++) {
    out[i] = mixed[neighbours ? 2 * i : i];
    out[i + half] = mixed[neighbours ? 2 * i + 1 : i + half];
  }
  pel_rope_clear(&rope);
}

static double check_frequencies(const char *name, const pel_rope_config *c, const float *want, double magnitude) {
  pel_rope rope;
  double worst = 0;
  CHECK(pel_rope_init(&rope, c, NULL, NULL) == PEL_OK);
  for (uint32_t i = 0; i < c->dims / 2; i++)
    worst = fmax(worst, fabs((double)rope.frequency[i] / (double)want[i] - 1));
  CHECK_MSG(worst <= FREQUENCY_TOLERANCE, "%s: frequencies differ by %g", name, worst);
  CHECK_MSG(fabs((double)rope.magnitude / magnitude - 1) < 1e-6, "%s: magnitude %g, not %g", name,
            (double)rope.magnitude, magnitude);
  pel_rope_clear(&rope);
  return worst;
}

/* Two f32 products position x frequency are apart by the difference of the frequencies and one rounding each, so a
 * vector turned by them by that angle; at position 32,767 this allows 0.03 radians in the fastest pair. */
static double check_turned(const char *name, const pel_rope_config *c, uint32_t position, const float *frequency,
                           const float *x, const float *want, double magnitude, bool neighbours) {
  float got[512];
  double worst = 0;
  uint32_t half = c->dims / 2;
  turn(c, position, x, neighbours, got);
  for (uint32_t i = 0; i < c->dims; i++) {
    uint32_t pair = i % half;
    double length = hypot((double)x[pair], (double)x[pair + half]) * magnitude;
    double angle = (double)position * (double)frequency[pair] * (FREQUENCY_TOLERANCE + 0x1p-23);
    double error = fabs((double)got[i] - (double)want[i]);
    CHECK_MSG(error <= length * (angle + 0x1p-21), "%s at %u: element %u is %g, not %g", name, position, i,
              (double)got[i], (double)want[i]);
    worst = fmax(worst, error);
  }
  return worst;
}

static void rotary_embedding(void) {
  reference r;
  if (!reference_load("rope", &r)) return;
  struct json_object *cases = json_object_object_get(r.json, "cases"), *at = json_object_object_get(r.json, "positions");
  for (size_t n = 0; n < json_object_array_length(cases); n++) {
    struct json_object *o = json_object_array_get_idx(cases, n);
    const char *name = json_object_get_string(json_object_object_get(o, "name"));
    char frequency_name[64], x_name[64], turned_name[64];
    snprintf(frequency_name, sizeof frequency_name, "%s/frequency", name);
    snprintf(x_name, sizeof x_name, "%s/x", name);
    snprintf(turned_name, sizeof turned_name, "%s/turned", name);
    const float *frequency = reference_tensor(&r, frequency_name), *x = reference_tensor(&r, x_name);
    pel_rope_config c = rope_of(o);
    double magnitude = number(o, "magnitude", 1);
    printf("# rope %-10s frequencies within %.1e;", name, check_frequencies(name, &c, frequency, magnitude));
    for (size_t p = 0; p < json_object_array_length(at); p++) {
      uint32_t position = (uint32_t)json_object_get_int(json_object_array_get_idx(at, p));
      const float *want = reference_tensor(&r, turned_name) + p * c.dims;
      double halves = check_turned(name, &c, position, frequency, x, want, magnitude, false);
      double neighbours = check_turned(name, &c, position, frequency, x, want, magnitude, true);
      printf(" at %u %.1e", position, fmax(halves, neighbours));
    }
    putchar('\n');
  }
  reference_unload(&r);
}

/* ---- whole models ---- */

typedef struct seen {
  const float *attention; /* [layers, heads, SHORT (SHORT + 1) / 2] */
  float *logits;          /* [SHORT, n_vocab], or of the positions from first_kept on */
  uint32_t n_vocab, n_head, first_kept;
  double worst_weight;
  uint64_t weights_seen;
} seen;

static bool asks(void *user, pel_site site, uint32_t layer) {
  (void)layer;
  return site == PEL_SITE_LOGITS || (site == PEL_SITE_WEIGHTS && ((seen *)user)->attention);
}

static void see_weights(seen *s, const pel_event *e) {
  uint32_t row = e->first;
  const float *want = s->attention + ((size_t)e->layer * s->n_head + e->weights.head) * (SHORT * (SHORT + 1) / 2) + row * (row + 1) / 2;
  for (uint32_t key = 0; key <= row; key++) {
    bool shown = key >= e->weights.first_key && key < e->weights.first_key + e->weights.n_keys;
    double got = shown ? (double)e->weights.weights[key - e->weights.first_key] : 0;
    s->worst_weight = fmax(s->worst_weight, fabs(got - (double)want[key]));
    s->weights_seen++;
  }
}

static bool shows(void *user, const pel_event *e) {
  seen *s = user;
  if (e->site == PEL_SITE_WEIGHTS) see_weights(s, e);
  for (uint32_t i = 0; e->site == PEL_SITE_LOGITS && i < e->n_rows; i++)
    if (e->first + i >= s->first_kept)
      memcpy(s->logits + (size_t)(e->first + i - s->first_kept) * s->n_vocab, e->logits.values + (size_t)i * s->n_vocab,
             s->n_vocab * sizeof(float));
  return true;
}

/* Takes tokens up to `end`; logits from first_kept on are shown to the probe. One thread, so that it needs no lock. */
static void take_tokens(pel_session *session, const reference *r, uint32_t end, seen *s) {
  pel_probe probe = {s, asks, shows};
  const pel_probe *probes[] = {&probe};
  pel_token_id ids[PEL_BATCH_MAX];
  pel_error err = {0};
  for (uint32_t at = pel_session_position(session); at < end;) {
    uint32_t stop = at < s->first_kept ? s->first_kept : end, n = stop - at < PEL_BATCH_MAX ? stop - at : PEL_BATCH_MAX;
    for (uint32_t i = 0; i < n; i++) ids[i] = reference_token(r, at + i, s->n_vocab);
    pel_status status = pel_session_eval(session, ids, n, probes, at < s->first_kept ? 0 : 1, NULL, &err);
    CHECK_MSG(status == PEL_OK, "%s", err.text);
    if (status != PEL_OK) return;
    at += n;
  }
}

static bool open_both(const char *file, uint32_t context, bool exact, pel_model **model, pel_session **session) {
  pel_error err = {0};
  bool ok = pel_model_open(reference_path(file, ".gguf"), NULL, model, &err) == PEL_OK;
  CHECK_MSG(ok, "%s", err.text);
  if (!ok) return false;
  ok = (exact ? pel_session_create_exact : pel_session_create)(*model, context, 1, session, &err) == PEL_OK;
  CHECK_MSG(ok, "%s", err.text);
  if (!ok) pel_model_close(*model);
  return ok;
}

typedef struct bounds {
  double logits, weights;
} bounds;

static void compare_short(const char *file, const reference *r, bool exact, bounds most) {
  pel_model *model;
  pel_session *session;
  if (!open_both(file, SHORT, exact, &model, &session)) return;
  seen s = {.attention = reference_tensor(r, "attention"), .n_vocab = pel_model_get_info(model)->n_vocab,
            .n_head = pel_model_get_layer(model, 0)->n_head};
  s.logits = pel_alloc((size_t)SHORT * s.n_vocab, sizeof *s.logits);
  take_tokens(session, r, SHORT, &s);
  double error = nmse(s.logits, reference_tensor(r, "logits"), (size_t)SHORT * s.n_vocab);
  printf("# %-13s %s: logits NMSE %.1e, %llu attention entries within %.1e\n", file, exact ? "all f32" : "normal ", error,
         (unsigned long long)s.weights_seen, s.worst_weight);
  CHECK_MSG(error < most.logits, "%s: logits NMSE %g", file, error);
  CHECK_MSG(s.worst_weight < most.weights, "%s: attention differs by %g", file, s.worst_weight);
  CHECK(s.weights_seen == (uint64_t)pel_model_get_info(model)->n_layers * s.n_head * SHORT * (SHORT + 1) / 2);
  free(s.logits);
  pel_session_destroy(session);
  pel_model_close(model);
}

/* The normal mode rounds queries, keys and values to f16 (2^-11 of each): ten times what was measured. */
static void compare_model(const char *file, const char *values) {
  reference r;
  if (!reference_load(values, &r)) return;
  compare_short(file, &r, true, (bounds){1e-10, 1e-5});
  compare_short(file, &r, false, (bounds){5e-6, 2e-2});
  reference_unload(&r);
}

/* Logits of the four tokens from `position` on. Without its scaling the model is wrong there by an NMSE of 0.07 or more
 * (the stored `plain` values), thousands of times the bound. What is left in f32 is the reference's own rounding of the
 * angles, up to 2^-12 at 4,096 and 2^-9 at 32,768 in the fastest pair. */
static void compare_far(const char *file, const char *values) {
  static const struct { uint32_t stored, position; bool exact, slow; } runs[] = {
      {0, 100, true, false}, {1, 4096, false, false}, {1, 4096, true, true}, {2, 32764, false, true}};
  reference r;
  pel_model *model;
  pel_session *session;
  if (!reference_load(values, &r)) return;
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    uint32_t position = runs[i].position;
    bool exact = runs[i].exact;
    if (runs[i].slow && !far_too) continue;
    if (!open_both(file, position + 4, exact, &model, &session)) break;
    seen s = {.n_vocab = pel_model_get_info(model)->n_vocab, .first_kept = position};
    size_t n = (size_t)4 * s.n_vocab;
    s.logits = pel_alloc(n, sizeof *s.logits);
    take_tokens(session, &r, position + 4, &s);
    const float *want = reference_tensor(&r, "far") + runs[i].stored * n;
    double error = nmse(s.logits, want, n), unscaled = nmse(reference_tensor(&r, "plain") + runs[i].stored * n, want, n);
    printf("# %-13s %s at %u: logits NMSE %.1e (%.2f without scaling)\n", file, exact ? "all f32" : "normal ", position,
           error, unscaled);
    CHECK_MSG(error < (exact ? 1e-8 : 1e-5), "%s at %u: logits NMSE %g", file, position, error);
    CHECK(unscaled > 0.05);
    free(s.logits);
    pel_session_destroy(session);
    pel_model_close(model);
  }
  reference_unload(&r);
}

static void llama3_as_tensor(void) {
  compare_model("llama3-freqs", "llama3-freqs");
  compare_far("llama3-freqs", "llama3-freqs");
}

static void llama3_as_keys(void) {
  compare_model("llama3-keys", "llama3-freqs");
  compare_far("llama3-keys", "llama3-freqs");
}

static void yarn(void) {
  compare_model("yarn", "yarn");
  compare_far("yarn", "yarn");
}

static void gemma3(void) { compare_model("gemma3", "gemma3"); }

int main(int argc, char **argv) {
  reference_find(argc, argv);
  for (int i = 1; i < argc; i++) far_too |= !strcmp(argv[i], "--far");
  RUN(rotary_embedding);
  RUN(llama3_as_tensor);
  RUN(llama3_as_keys);
  RUN(yarn);
  RUN(gemma3);
  return check_result();
}
