/* Choosing the next token: penalty, temperature, top-k, top-p, min-p, then one draw. */
#include <math.h>
#include <pellucid/model.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"

#define RECENT 64

typedef struct candidate {
  pel_token_id id;
  float logit;
} candidate;

struct pel_sampler {
  pel_sampler_options options;
  uint32_t n_vocab;
  pel_rng rng;
  candidate *candidates; /* [n_vocab] */
  pel_token_id recent[RECENT];
  uint32_t n_recent;
};

static pel_status check_options(const pel_sampler_options *o, pel_error *err) {
  if (!(o->temperature >= 0 && o->temperature <= 100)) return pel_fail(err, PEL_ERR_USAGE, "the temperature must be 0 to 100");
  if (!(o->top_p > 0 && o->top_p <= 1)) return pel_fail(err, PEL_ERR_USAGE, "top-p must be above 0 and at most 1");
  if (!(o->min_p >= 0 && o->min_p <= 1)) return pel_fail(err, PEL_ERR_USAGE, "min-p must be 0 to 1");
  if (!(o->repeat_penalty > 0 && o->repeat_penalty <= 100)) return pel_fail(err, PEL_ERR_USAGE, "the repeat penalty must be above 0 and at most 100");
  return PEL_OK;
}

pel_status pel_sampler_create(const pel_sampler_options *options, uint32_t n_vocab, pel_sampler **out, pel_error *err) {
  PEL_TRY(check_options(options, err));
  pel_sampler *s = pel_alloc(1, sizeof *s);
  candidate *candidates = pel_alloc(n_vocab, sizeof *candidates);
  if (!s || !candidates) {
    free(s);
    free(candidates);
    return pel_fail_memory(err, "sampler", n_vocab * sizeof *candidates);
  }
  *s = (pel_sampler){.options = *options, .n_vocab = n_vocab, .rng = {options->seed}, .candidates = candidates};
  *out = s;
  return PEL_OK;
}

void pel_sampler_destroy(pel_sampler *s) {
  if (!s) return;
  free(s->candidates);
  free(s);
}

void pel_sampler_accept(pel_sampler *s, pel_token_id id) { s->recent[s->n_recent++ % RECENT] = id; }

/* Divides positive and multiplies negative logits of recent tokens (Keskar et al. 2019), each token once. */
static void penalise(pel_sampler *s) {
  uint32_t n = s->n_recent < RECENT ? s->n_recent : RECENT;
  for (uint32_t i = 0; i < n && s->options.repeat_penalty != 1; i++) {
    bool seen = false;
    for (uint32_t j = 0; j < i; j++) seen |= s->recent[j] == s->recent[i];
    pel_token_id id = s->recent[i];
    if (seen || id < 0 || (uint32_t)id >= s->n_vocab) continue;
    float *logit = &s->candidates[id].logit;
    *logit = *logit > 0 ? *logit / s->options.repeat_penalty : *logit * s->options.repeat_penalty;
  }
}

/* Larger logits first; ties by id, so that the order does not depend on the C library's sort. */
static int by_logit(const void *a, const void *b) {
  const candidate *x = a, *y = b;
  if (x->logit != y->logit) return x->logit > y->logit ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

static pel_token_id most_likely(const pel_sampler *s) {
  const candidate *best = &s->candidates[0];
  for (uint32_t i = 1; i < s->n_vocab; i++)
    if (s->candidates[i].logit > best->logit || isnan(best->logit)) best = &s->candidates[i];
  return best->id;
}

/* How many of the sorted candidates stay: top-k, then min-p, then top-p. `p` gets their unnormalised weights. */
static uint32_t cut(const pel_sampler *s, double *total) {
  const pel_sampler_options *o = &s->options;
  uint32_t n = o->top_k && o->top_k < s->n_vocab ? o->top_k : s->n_vocab;
  double peak = (double)s->candidates[0].logit, sum = 0, kept = 0;
  for (uint32_t i = 0; i < n; i++) {
    double w = exp(((double)s->candidates[i].logit - peak) / (double)o->temperature);
    if (w < (double)o->min_p || !(w > 0)) n = i > 0 ? i : 1;
    else sum += w;
  }
  for (uint32_t i = 0; i < n; i++) {
    kept += exp(((double)s->candidates[i].logit - peak) / (double)o->temperature);
    if (kept >= (double)o->top_p * sum) n = i + 1;
  }
  *total = kept;
  return n;
}

pel_token_id pel_sampler_pick(pel_sampler *s, const float *logits) {
  for (uint32_t i = 0; i < s->n_vocab; i++) s->candidates[i] = (candidate){(pel_token_id)i, isnan(logits[i]) ? -INFINITY : logits[i]};
  penalise(s);
  if (s->options.temperature == 0) return most_likely(s);
  qsort(s->candidates, s->n_vocab, sizeof *s->candidates, by_logit);
  double total, target;
  uint32_t n = cut(s, &total);
  target = pel_rng_uniform(&s->rng) * total;
  for (uint32_t i = 0; i < n; i++) {
    target -= exp(((double)s->candidates[i].logit - (double)s->candidates[0].logit) / (double)s->options.temperature);
    if (target < 0) return s->candidates[i].id;
  }
  return s->candidates[n - 1].id;
}

void pel_logit_statistics(const float *logits, uint32_t n, pel_token_id id, float *logprob, pel_logit_stats *out) {
  candidate top[6];
  uint32_t n_top = 0;
  double peak = -INFINITY, z = 0, h = 0;
  for (uint32_t i = 0; i < n; i++) {
    if ((double)logits[i] > peak) peak = (double)logits[i];
    if (n_top == 5 && !(logits[i] > top[4].logit)) continue;
    uint32_t at = n_top < 5 ? n_top++ : 4;
    for (; at > 0 && logits[i] > top[at - 1].logit; at--) top[at] = top[at - 1];
    top[at] = (candidate){(pel_token_id)i, logits[i]};
  }
  for (uint32_t i = 0; i < n; i++) {
    double x = (double)logits[i] - peak;
    if (x < -40) continue; /* below 1e-17 of the peak */
    double e = exp(x);
    z += e;
    h += e * x;
  }
  double log_z = log(z);
  *logprob = (float)((double)logits[id] - peak - log_z);
  out->entropy = (float)(log_z - h / z);
  out->margin = (float)((exp((double)top[0].logit - peak) - (n_top > 1 ? exp((double)top[1].logit - peak) : 0)) / z);
  for (uint32_t i = 0; i < 5; i++) {
    out->top[i] = i < n_top ? top[i].id : -1;
    out->top_logprob[i] = i < n_top ? (float)((double)top[i].logit - peak - log_z) : NAN;
  }
}
