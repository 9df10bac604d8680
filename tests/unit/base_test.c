/* engine/base: checked arithmetic, numbers in any locale, halves, the thread pool, random numbers. */
#include <locale.h>
#include <math.h>
#include <stdatomic.h>

#include "engine/base/checked.h"
#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/pool.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"
#include "tests/check.h"

static void checked_arithmetic(void) {
  uint64_t out = 7;
  CHECK(pel_mul(1u << 20, 1u << 20, &out) && out == 1ull << 40);
  CHECK(!pel_mul(1ull << 40, 1ull << 40, &out) && out == 1ull << 40);
  CHECK(!pel_add(UINT64_MAX, 1, &out) && out == 1ull << 40);
  CHECK(pel_align_up(33, 32, &out) && out == 64);
  CHECK(!pel_align_up(UINT64_MAX, 32, &out) && out == 64);
  CHECK(pel_alloc(SIZE_MAX / 2, 4) == NULL && pel_alloc_aligned(SIZE_MAX, 2) == NULL);
}

static void memory_in_words(void) {
  pel_error err;
  CHECK(pel_fail_memory(&err, "a report", 12) == PEL_ERR_MEMORY && strstr(err.text, "a report (12 bytes);") && !strstr(err.text, "--ctx"));
  pel_fail_memory(&err, "a report", 0);
  CHECK(strstr(err.text, "a report;") != NULL);
}

static void numbers_round_trip(void) {
  pel_rng rng = {3};
  char text[64];
  double back;
  for (int i = 0; i < 20000; i++) {
    uint64_t bits = pel_rng_next(&rng);
    double d;
    memcpy(&d, &bits, 8);
    if (isnan(d)) continue;
    CHECK(pel_parse_double(pel_format_double(text, sizeof text, d), &back) && back == d);
    float f;
    memcpy(&f, &bits, 4);
    if (isnan(f)) continue;
    CHECK(pel_parse_double(pel_format_float(text, sizeof text, f), &back) && (float)back == f);
  }
  CHECK_STR(pel_format_double(text, sizeof text, 0.1), "0.1");
  CHECK_STR(pel_format_fixed(text, sizeof text, 1234.5678, 2), "1234.57");
  static const struct {
    double value;
    const char *text;
  } significant[] = {{0.0037, "0.00370"}, {0.091, "0.0910"}, {0.5, "0.500"}, {1, "1.00"}, {12, "12.0"}, {1234.5, "1234"}, {0, "0.00"}, {-0.0123456, "-0.0123"}, {2e-10, "0.000000000200"}};
  for (size_t i = 0; i < sizeof significant / sizeof *significant; i++) CHECK_STR(pel_format_significant(text, sizeof text, significant[i].value, 3), significant[i].text);
  CHECK(!pel_parse_double("", &back) && !pel_parse_double("1,5", &back) && !pel_parse_double("1.5x", &back));
}

/* The same under a locale with a decimal comma, when the system has one. */
static void numbers_in_any_locale(void) {
  const char *names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C"};
  int i = 0;
  while (!setlocale(LC_ALL, names[i])) i++;
  printf("# locale %s: 1.5 prints as %.1f\n", names[i], 1.5);
  numbers_round_trip();
  setlocale(LC_ALL, "C");
}

static void halves_round_to_even(void) {
  CHECK(pel_float_to_half(1.0f) == 0x3c00 && pel_float_to_half(-2.0f) == 0xc000);
  CHECK(pel_float_to_half(65504.0f) == 0x7bff && pel_float_to_half(65520.0f) == 0x7c00 && pel_float_to_half(65519.9f) == 0x7bff);
  CHECK(pel_float_to_half(0x1p-24f) == 1 && pel_float_to_half(0x1p-25f) == 0 && pel_float_to_half(0x1.8p-25f) == 1);
  CHECK(pel_float_to_half(1.0f + 0x1p-11f) == 0x3c00 && pel_float_to_half(1.0f + 0x1.8p-10f) == 0x3c02);
  for (uint32_t h = 0; h < 65536; h++) {
    float f = pel_half_to_float((uint16_t)h);
    if (!isnan(f)) CHECK(pel_float_to_half(f) == h);
  }
}

typedef struct count_job {
  _Atomic uint32_t *hits;
  _Atomic uint32_t threads;
} count_job;

static void count(void *job, size_t lo, size_t hi, int thread) {
  count_job *c = job;
  atomic_fetch_or(&c->threads, 1u << thread);
  for (size_t i = lo; i < hi; i++) atomic_fetch_add(&c->hits[i], 1);
}

/* Every chunk runs exactly once, whatever the thread count, over many short jobs. */
static void pool_runs_every_chunk_once(void) {
  pel_error err;
  for (int threads = 1; threads <= 4; threads++) {
    pel_pool *pool;
    CHECK(pel_pool_create(threads, &pool, &err) == PEL_OK && pel_pool_threads(pool) == threads);
    static _Atomic uint32_t hits[300];
    memset((void *)hits, 0, sizeof hits);
    count_job job = {hits, 0};
    for (int round = 0; round < 2000; round++) pel_pool_run(pool, 1 + (size_t)round % 300, 1 + (size_t)round % 7, count, &job);
    uint32_t expected[300] = {0};
    for (int round = 0; round < 2000; round++)
      for (int i = 0; i < 1 + round % 300; i++) expected[i]++;
    for (int i = 0; i < 300; i++) CHECK(hits[i] == expected[i]);
    CHECK(job.threads & 1u && job.threads < 1u << threads);
    pel_pool_destroy(pool);
  }
  pel_pool *none;
  CHECK(pel_pool_create(0, &none, &err) == PEL_ERR_USAGE && pel_pool_create(1000, &none, &err) == PEL_ERR_USAGE);
}

static void errors_are_one_line(void) {
  pel_error err;
  CHECK(pel_fail(&err, PEL_ERR_INPUT, "%s", "a\nb\x1b[31mc") == PEL_ERR_INPUT);
  CHECK_STR(err.text, "a?b?[31mc");
  CHECK(pel_fail(NULL, PEL_ERR_IO, "nobody listens") == PEL_ERR_IO);
}

int main(void) {
  RUN(checked_arithmetic);
  RUN(memory_in_words);
  RUN(numbers_round_trip);
  RUN(numbers_in_any_locale);
  RUN(halves_round_to_even);
  RUN(pool_runs_every_chunk_once);
  RUN(errors_are_one_line);
  return check_result();
}
