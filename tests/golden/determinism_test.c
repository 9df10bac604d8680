/* The same tokens give the same bits: one at a time or in batches, on one thread or two, with all probes asked or none,
 * at every kernel level; and the same seed gives the same text.
 * Needs nothing outside the repository:  determinism_test tests/data/reference   (or PELLUCID_SOURCE_ROOT).
 * With PELLUCID_MODEL_SMOLLM2 the real model is tested too (about a quarter of a minute). It runs itself again for each kernel
 * level, with PELLUCID_KERNELS set. */
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/model/session.h"
#include "tests/golden/reference.h"

enum { TOKENS_MOST = 600 };

/* What a run left behind: a digest of each token's logits, and one of everything that the probes were shown. */
typedef struct traces {
  uint64_t logits[TOKENS_MOST]; /* 0: not seen */
  _Atomic uint64_t shown[PEL_SITES];
  uint32_t n_vocab;
} traces;

typedef struct plan {
  const uint32_t *batches; /* ends with 0, which repeats the last but one */
  int threads;
  bool probes, logits_probe;
} plan;

static uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static uint64_t digest(const float *values, size_t n) {
  uint64_t sum = 1;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    sum = mix(sum + bits + i);
  }
  return sum;
}

/* ---- a probe that asks for everything ---- */

/* Sums of value x weight modulo 2^64: whatever the order, and a tile may come in parts. */
static void add_f32(traces *t, const pel_event *e, uint64_t place, const float *values, size_t n) {
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    sum += bits * mix(place + i);
  }
  atomic_fetch_add(&t->shown[e->site], sum);
}

static void add_f16(traces *t, const pel_event *e, uint64_t place, const uint16_t *values, size_t n) {
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += values[i] * mix(place + i);
  atomic_fetch_add(&t->shown[e->site], sum);
}

static void add_attention(traces *t, const pel_event *e, uint64_t layer) {
  const pel_attention_rows *a = &e->attention;
  for (uint32_t r = 0; r < e->n_rows; r++) {
    uint64_t row = layer + ((uint64_t)(e->first + r) << 20);
    size_t heads = (size_t)r * a->n_head;
    add_f16(t, e, row, a->q + heads * a->head_dim, (size_t)a->n_head * a->head_dim);
    add_f16(t, e, row + (1 << 18), a->k + (size_t)r * a->n_kv_head * a->head_dim, (size_t)a->n_kv_head * a->head_dim);
    const float *each[] = {a->m, a->z, a->entropy, a->sink};
    for (int i = 0; i < 4; i++) add_f32(t, e, row + (1 << 19) + (uint64_t)i * 1024, each[i] + heads, a->n_head);
  }
}

static void add_columns(traces *t, const pel_event *e, uint64_t layer) {
  const pel_attention_columns *c = &e->columns;
  uint64_t place = layer + ((uint64_t)c->head << 32) + ((uint64_t)(e->first / PEL_TILE) << 20), sum = 0;
  for (uint32_t i = 0; i < c->n_keys; i++) sum += c->sum[i] * mix(place + c->first_key + i);
  atomic_fetch_add(&t->shown[e->site], sum);
}

static void add_weights(traces *t, const pel_event *e, uint64_t layer) {
  const pel_attention_weights *w = &e->weights;
  uint64_t place = layer + ((uint64_t)e->first << 20) + ((uint64_t)w->head << 44) + w->first_key;
  add_f32(t, e, place, w->weights, w->n_keys); /* what is forbidden is 0 and adds nothing */
}

static bool shows(void *user, const pel_event *e) {
  traces *t = user;
  uint64_t layer = mix(e->layer + 1);
  for (uint32_t r = 0; r < e->n_rows; r++) {
    uint64_t row = layer + ((uint64_t)(e->first + r) << 20);
    if (e->site == PEL_SITE_LOGITS) t->logits[e->first + r] = digest(e->logits.values + (size_t)r * e->logits.width, e->logits.width);
    if (e->site == PEL_SITE_RESIDUAL) add_f32(t, e, row, e->residual.values + (size_t)r * e->residual.width, e->residual.width);
    if (e->site == PEL_SITE_VALUE_NORMS)
      add_f16(t, e, row, e->value_norms.norm + (size_t)r * e->value_norms.n_head, e->value_norms.n_head);
  }
  if (e->site == PEL_SITE_ATTENTION) add_attention(t, e, layer);
  if (e->site == PEL_SITE_COLUMNS) add_columns(t, e, layer);
  if (e->site == PEL_SITE_WEIGHTS) add_weights(t, e, layer);
  return true;
}

static bool asks_all(void *user, pel_site site, uint32_t layer) {
  (void)user, (void)site, (void)layer;
  return true;
}

static bool asks_logits(void *user, pel_site site, uint32_t layer) {
  (void)user, (void)layer;
  return site == PEL_SITE_LOGITS;
}

/* ---- runs ---- */

static pel_token_id token_at(uint32_t i, uint32_t n_vocab) { return (pel_token_id)(mix(i + 77) % n_vocab); }

static bool run(pel_model *model, const plan *p, uint32_t n, traces *t) {
  pel_session *session;
  pel_error err = {0};
  memset(t, 0, sizeof *t);
  t->n_vocab = pel_model_get_info(model)->n_vocab;
  bool ok = pel_session_create(model, n, p->threads, &session, &err) == PEL_OK;
  CHECK_MSG(ok, "%s", err.text);
  pel_probe all = {t, asks_all, shows}, logits_only = {t, asks_logits, shows};
  const pel_probe *probes[] = {p->probes ? &all : &logits_only};
  const uint32_t *size = p->batches;
  for (uint32_t at = 0; ok && at < n;) {
    pel_token_id ids[PEL_BATCH_MAX];
    uint32_t count = n - at < *size ? n - at : *size;
    const float *logits;
    for (uint32_t i = 0; i < count; i++) ids[i] = token_at(at + i, t->n_vocab);
    ok = pel_session_eval(session, ids, count, probes, p->probes || p->logits_probe, &logits, &err) == PEL_OK;
    CHECK_MSG(ok, "%s", err.text);
    at += count;
    uint64_t last = ok ? digest(logits, t->n_vocab) : 0;
    CHECK(!t->logits[at - 1] || t->logits[at - 1] == last); /* what the probe saw is what eval returns */
    t->logits[at - 1] = last;
    size += size[1] != 0;
  }
  if (ok) pel_session_destroy(session);
  return ok;
}

static const uint32_t ones[] = {1, 0}, whole[] = {512, 0}, mixed[] = {1, 2, 3, 4, 5, 7, 31, 32, 33, 64, 1, 100, 0};

static void check_same(const traces *a, const traces *b, uint32_t n, const char *what) {
  uint32_t compared = 0, different = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (!a->logits[i] || !b->logits[i]) continue;
    compared++;
    different += a->logits[i] != b->logits[i];
  }
  CHECK_MSG(compared > 5 && !different, "%s: logits of %u of %u tokens have other bits", what, different, compared);
}

static void check_shown(traces *a, traces *b, const char *what) {
  for (int site = 0; site < PEL_SITES; site++)
    CHECK_MSG(a->shown[site] == b->shown[site], "%s: site %d was shown other bits", what, site);
}

static void check_model(const char *path, uint32_t n) {
  static traces alone, other, probed, probed_alone;
  pel_model *model;
  pel_error err = {0};
  bool ok = pel_model_open(path, NULL, &model, &err) == PEL_OK;
  CHECK_MSG(ok, "%s", err.text);
  if (!ok) return;
  run(model, &(plan){ones, 1, false, false}, n, &alone);
  run(model, &(plan){whole, 1, false, true}, n, &other);
  check_same(&alone, &other, n, "one at a time and in batches of 512");
  run(model, &(plan){mixed, 2, false, true}, n, &other);
  check_same(&alone, &other, n, "one thread and uneven batches on two");
  run(model, &(plan){mixed, 2, false, false}, n, &other);
  check_same(&alone, &other, n, "without any probe");
  run(model, &(plan){whole, 2, true, false}, n, &probed);
  check_same(&alone, &probed, n, "all probes on two threads");
  run(model, &(plan){ones, 1, true, false}, n, &probed_alone);
  check_same(&alone, &probed_alone, n, "all probes one at a time");
  check_shown(&probed, &probed_alone, "512 a batch on two threads, one at a time on one");
  run(model, &(plan){mixed, 2, true, false}, n, &other);
  check_shown(&probed, &other, "uneven batches");
  for (int site = 0; site < PEL_SITES; site++) CHECK_MSG(site == PEL_SITE_LOGITS || probed.shown[site], "site %d", site);
  pel_model_close(model);
}

/* ---- the same seed ---- */

static float temperature = 1;

static void generate(pel_model *model, uint64_t seed, int threads, uint32_t n, pel_token_id *out) {
  pel_session *session;
  pel_sampler *sampler;
  pel_error err = {0};
  pel_sampler_options o = {.temperature = temperature, .top_k = 50, .top_p = 0.95f, .min_p = 0.01f, .repeat_penalty = 1.1f, .seed = seed};
  uint32_t n_vocab = pel_model_get_info(model)->n_vocab;
  bool ok = pel_session_create(model, n + 1, threads, &session, &err) == PEL_OK;
  CHECK_MSG(ok, "%s", err.text);
  CHECK(pel_sampler_create(&o, n_vocab, &sampler, &err) == PEL_OK);
  pel_token_id id = token_at(0, n_vocab);
  for (uint32_t i = 0; ok && i < n; i++) {
    const float *logits;
    CHECK(pel_session_eval(session, &id, 1, NULL, 0, &logits, &err) == PEL_OK);
    out[i] = id = pel_sampler_pick(sampler, logits);
    pel_sampler_accept(sampler, id);
  }
  pel_sampler_destroy(sampler);
  pel_session_destroy(session);
}

static void check_seed(const char *path, uint32_t n) {
  pel_token_id first[64], again[64], other[64];
  pel_model *model;
  pel_error err = {0};
  bool ok = pel_model_open(path, NULL, &model, &err) == PEL_OK;
  CHECK_MSG(ok, "%s", err.text);
  if (!ok) return;
  generate(model, 7, 1, n, first);
  generate(model, 7, 2, n, again);
  generate(model, 8, 1, n, other);
  CHECK_MSG(!memcmp(first, again, n * sizeof *first), "the same seed gave another text");
  CHECK_MSG(memcmp(first, other, n * sizeof *first) != 0, "another seed gave the same text");
  pel_model_close(model);
}

/* ---- kernel levels ---- */

/* In the child: one line that stands for everything a run did. */
static int print_digest(const char *path, uint32_t n) {
  static traces t;
  pel_model *model;
  pel_error err = {0};
  pel_token_id text[16];
  if (pel_model_open(path, NULL, &model, &err) != PEL_OK || !run(model, &(plan){mixed, 2, true, false}, n, &t)) return 1;
  generate(model, 7, 1, 16, text);
  uint64_t sum = 0;
  for (uint32_t i = 0; i < n; i++) sum = mix(sum + t.logits[i]);
  for (int i = 0; i < 16; i++) sum = mix(sum + (uint64_t)text[i]);
  for (int i = 0; i < PEL_SITES; i++) sum = mix(sum + t.shown[i]);
  printf("%s %016llx\n", pel_kernels_get()->name, (unsigned long long)sum);
  pel_model_close(model);
  return check_result();
}

static const char *self;

static bool ask_child(const char *level, const char *path, uint32_t n, char *name, char *sum) {
  char count[16], line[64] = "";
  int ends[2];
  snprintf(count, sizeof count, "%u", n);
  fflush(stdout);
  if (pipe(ends) != 0) return false;
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    setenv("PELLUCID_KERNELS", level, 1);
    execl(self, self, "--digest", path, count, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  FILE *f = fdopen(ends[0], "r");
  bool read_one = f && fgets(line, sizeof line, f) && sscanf(line, "%15s %31s", name, sum) == 2;
  if (f) fclose(f);
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return read_one && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void check_levels(const char *path, uint32_t n) {
  static const char *const levels[] = {"avx2", "avx512"};
  char name[16], plain[32], sum[32];
  CHECK(ask_child("ref", path, n, name, plain));
  CHECK_STR(name, "ref");
  for (int i = 0; i < 2; i++) {
    if (!pel_kernels_named(levels[i])) {
      printf("# this machine has no %s\n", levels[i]);
      continue;
    }
    CHECK(ask_child(levels[i], path, n, name, sum));
    CHECK_STR(name, levels[i]);
    CHECK_MSG(!strcmp(sum, plain), "%s gives other bits than ref", levels[i]);
  }
}

/* ---- */

static const char *const tiny[] = {"llama3-freqs", "yarn", "gemma3"};

static void each_tiny(void (*check)(const char *, uint32_t), uint32_t n) {
  for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) {
    char path[4200];
    snprintf(path, sizeof path, "%s", reference_path(tiny[i], ".gguf"));
    check(path, n);
  }
}

static void tiny_models(void) { each_tiny(check_model, 580); }
static void tiny_models_at_each_kernel_level(void) { each_tiny(check_levels, 300); }
/* Random weights make one token nearly certain: warmer, so that the draw decides. */
static void tiny_models_with_a_seed(void) {
  temperature = 20;
  each_tiny(check_seed, 64);
  temperature = 1;
}


static const char *real_path;
static void real_model(void) { check_model(real_path, 80); }
static void real_model_at_each_kernel_level(void) { check_levels(real_path, 16); }
static void real_model_with_a_seed(void) { check_seed(real_path, 24); }

int main(int argc, char **argv) {
  if (argc == 4 && !strcmp(argv[1], "--digest")) return print_digest(argv[2], (uint32_t)atoi(argv[3]));
  self = "/proc/self/exe";
  reference_find(argc, argv);
  RUN(tiny_models);
  RUN(tiny_models_at_each_kernel_level);
  RUN(tiny_models_with_a_seed);
  real_path = getenv("PELLUCID_MODEL_SMOLLM2");
  if (!real_path || !*real_path) {
    printf("# PELLUCID_MODEL_SMOLLM2 is not set: the real model is left out\n");
    return check_result();
  }
  RUN(real_model);
  RUN(real_model_at_each_kernel_level);
  RUN(real_model_with_a_seed);
  return check_result();
}
