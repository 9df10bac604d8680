/* The sampler: greedy, seeds, cuts, penalty; and the statistics of a distribution against plain double arithmetic. */
#include <math.h>
#include <pellucid/model.h>

#include "engine/base/rng.h"
#include "tests/check.h"

enum { N = 5000 };
static float logits[N];

static void fill(uint64_t seed, float spread) {
  pel_rng rng = {seed};
  for (int i = 0; i < N; i++) logits[i] = spread * (float)(pel_rng_uniform(&rng) * 2 - 1);
}

static pel_sampler *make(pel_sampler_options o) {
  pel_error err;
  pel_sampler *s = NULL;
  CHECK_MSG(pel_sampler_create(&o, N, &s, &err) == PEL_OK, "%s", err.text);
  return s;
}

static void greedy_takes_the_largest(void) {
  fill(1, 3);
  logits[77] = 9;
  pel_sampler *s = make((pel_sampler_options){.top_p = 1, .repeat_penalty = 1});
  CHECK(pel_sampler_pick(s, logits) == 77);
  logits[12] = 9; /* a tie goes to the lower id */
  CHECK(pel_sampler_pick(s, logits) == 12);
  pel_sampler_destroy(s);
  s = make((pel_sampler_options){.top_p = 1, .repeat_penalty = 4});
  pel_sampler_accept(s, 12);
  CHECK(pel_sampler_pick(s, logits) == 77);
  pel_sampler_destroy(s);
}

static void a_seed_fixes_the_choice(void) {
  pel_sampler_options o = {.temperature = 1, .top_p = 0.9f, .repeat_penalty = 1, .seed = 5};
  pel_sampler *a = make(o), *b = make(o);
  o.seed = 6;
  pel_sampler *c = make(o);
  int same = 0;
  for (int i = 0; i < 50; i++) {
    fill((uint64_t)i, 4);
    pel_token_id x = pel_sampler_pick(a, logits);
    CHECK(x == pel_sampler_pick(b, logits));
    same += x == pel_sampler_pick(c, logits);
  }
  CHECK(same < 25);
  pel_sampler_destroy(a), pel_sampler_destroy(b), pel_sampler_destroy(c);
}

/* Frequencies over many draws against the exact distribution, for each kind of cut. */
static void draws_follow_the_distribution(void) {
  static const float p[] = {0.4f, 0.3f, 0.15f, 0.1f, 0.05f};
  struct { uint32_t k; float top_p, min_p; int kept; } cases[] = {{0, 1, 0, 5}, {2, 1, 0, 2}, {0, 0.69f, 0, 2}, {0, 0.71f, 0, 3}, {0, 1, 0.3f, 3}};
  for (int i = 0; i < N; i++) logits[i] = -200;
  for (int i = 0; i < 5; i++) logits[i * 900] = logf(p[i]);
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    pel_sampler *s = make((pel_sampler_options){.temperature = 1, .top_k = cases[c].k, .top_p = cases[c].top_p,
                                                .min_p = cases[c].min_p, .repeat_penalty = 1, .seed = c});
    int counts[5] = {0}, draws = 4000;
    for (int i = 0; i < draws; i++) {
      pel_token_id id = pel_sampler_pick(s, logits);
      CHECK(id % 900 == 0);
      counts[id / 900]++;
    }
    float kept = 0;
    for (int i = 0; i < cases[c].kept; i++) kept += p[i];
    for (int i = 0; i < 5; i++) {
      float want = i < cases[c].kept ? p[i] / kept : 0;
      CHECK_MSG(fabsf((float)counts[i] / (float)draws - want) < 0.035f && (want > 0 || !counts[i]), "case %zu token %d: %d", c, i, counts[i]);
    }
    pel_sampler_destroy(s);
  }
}

static void statistics_are_right(void) {
  fill(9, 12);
  logits[4321] = 14;
  float logprob;
  pel_logit_stats stats;
  pel_logit_statistics(logits, N, 17, &logprob, &stats);
  double peak = 14, z = 0, h = 0;
  for (int i = 0; i < N; i++) z += exp((double)logits[i] - peak);
  for (int i = 0; i < N; i++) {
    double q = exp((double)logits[i] - peak) / z;
    if (q > 0) h -= q * log(q);
  }
  CHECK(fabs((double)logprob - ((double)logits[17] - peak - log(z))) < 1e-5);
  CHECK_MSG(fabs((double)stats.entropy - h) < 1e-4, "%g %g", (double)stats.entropy, h);
  CHECK(stats.top[0] == 4321);
  CHECK(fabs((double)stats.margin - (exp((double)stats.top_logprob[0]) - exp((double)stats.top_logprob[1]))) < 1e-5);
  for (int i = 1; i < 5; i++) CHECK(stats.top_logprob[i] <= stats.top_logprob[i - 1]);
}

static void refuses_nonsense(void) {
  pel_error err;
  pel_sampler *s = NULL;
  pel_sampler_options bad[] = {{.temperature = -1, .top_p = 1, .repeat_penalty = 1}, {.temperature = NAN, .top_p = 1, .repeat_penalty = 1},
                               {.top_p = 0, .repeat_penalty = 1}, {.top_p = 1, .min_p = 2, .repeat_penalty = 1}, {.top_p = 1, .repeat_penalty = 0}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(pel_sampler_create(&bad[i], N, &s, &err) == PEL_ERR_USAGE && !s);
}

int main(void) {
  RUN(greedy_takes_the_largest);
  RUN(a_seed_fixes_the_choice);
  RUN(draws_follow_the_distribution);
  RUN(statistics_are_right);
  RUN(refuses_nonsense);
  return check_result();
}
