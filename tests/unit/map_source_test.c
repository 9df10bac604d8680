/* The numbers of a map: means of heads, value-weighted, by units, against sums written out from the exact weights. */
#include "src/analysis/map_source.h"
#include "src/analysis/view_map.h"
#include "tests/check.h"
#include "tests/unit/fake_trace.h"

#include <math.h>

#define N FAKE_TOKENS

static pel_error err;

#define CHECK_OK(call) CHECK_MSG((call) == PEL_OK, "%s", err.text)

/* w(i, j), or with the norm: straight from the trace. */
static double plain(pel_trace *trace, pel_head_place h, uint32_t row, uint32_t key, bool weighted) {
  float w, norm = 1;
  CHECK_OK(pel_trace_map(trace, h.layer, h.head, (pel_range){row, row + 1}, (pel_range){key, key + 1}, &w, &err));
  if (weighted) CHECK_OK(pel_trace_keys(trace, h.layer, h.head, (pel_range){key, key + 1}, NULL, &norm, &err));
  return (double)w * (double)norm;
}

static double mean(pel_trace *trace, const pel_map_source *s, uint32_t row, uint32_t key) {
  double sum = 0;
  for (uint32_t i = 0; i < s->n_heads; i++) sum += plain(trace, s->heads[i], row, key, s->of.value_weighted);
  return sum / s->n_heads;
}

static double unit_mass(pel_trace *trace, const pel_map_source *s, uint32_t a, uint32_t b) {
  pel_range rows = pel_units_tokens(&s->units, (pel_range){a, a + 1}), keys = pel_units_tokens(&s->units, (pel_range){b, b + 1});
  double sum = 0;
  for (uint32_t i = rows.start; i < rows.end; i++)
    for (uint32_t j = keys.start; j < keys.end; j++) sum += mean(trace, s, i, j);
  return sum / (rows.end - rows.start);
}

static void check_choice(pel_trace *trace, pel_map_choice of, uint32_t n_heads) {
  pel_map_source s;
  CHECK_OK(pel_map_source_open(trace, &of, NULL, &s, &err));
  CHECK(s.n_heads == n_heads);
  uint32_t n = pel_map_source_size(&s);
  pel_range rows = {n / 3, n}, cols = {1, n - n / 4};
  float *out = malloc(sizeof *out * n * n);
  CHECK_OK(pel_map_source_rows(&s, rows, cols, NULL, out, &err));
  for (uint32_t r = rows.start; r < rows.end; r++)
    for (uint32_t c = cols.start; c < cols.end; c++) {
      double want = unit_mass(trace, &s, r, c), got = (double)out[(r - rows.start) * (cols.end - cols.start) + c - cols.start];
      CHECK_MSG(fabs(got - want) <= 1e-6 * fabs(want) + 1e-12, "%u %u: %g, not %g", r, c, got, want);
      pel_range seen = pel_map_source_visible(&s, r);
      if (c < seen.start || c >= seen.end) CHECK(got == 0);
    }
  free(out);
  pel_map_source_close(&s);
}

static void test_every_choice(void) {
  pel_trace *trace = fake_trace_new(N);
  for (int level = 0; level < PEL_LEVELS; level++)
    for (int weighted = 0; weighted < 2; weighted++) {
      pel_map_choice of = {.layer = 1, .head = 2, .value_weighted = weighted, .level = (pel_level)level};
      check_choice(trace, of, 1);
      of.average = PEL_AVERAGE_LAYER;
      check_choice(trace, of, FAKE_HEADS);
      of.layer = 3; /* one of its heads was not recorded */
      check_choice(trace, of, FAKE_HEADS - 1);
    }
  check_choice(trace, (pel_map_choice){.average = PEL_AVERAGE_ALL}, 2 * FAKE_HEADS + FAKE_HEADS - 1);
  pel_trace_close(trace);
}

static void test_rows_sum_to_one(void) {
  pel_trace *trace = fake_trace_new(N);
  for (int level = 0; level < PEL_LEVELS; level++) {
    pel_map_source s;
    pel_map_choice of = {.average = PEL_AVERAGE_ALL, .level = (pel_level)level};
    CHECK_OK(pel_map_source_open(trace, &of, NULL, &s, &err));
    uint32_t n = pel_map_source_size(&s);
    float *out = malloc(sizeof *out * n * n);
    CHECK_OK(pel_map_source_rows(&s, (pel_range){0, n}, (pel_range){0, n}, NULL, out, &err));
    for (uint32_t r = 0; r < n; r++) {
      double sum = 0;
      for (uint32_t c = 0; c < n; c++) sum += (double)out[r * n + c];
      CHECK_MSG(fabs(sum - 1) < 1e-5, "row %u sums to %g", r, sum);
    }
    free(out);
    pel_map_source_close(&s);
  }
  pel_trace_close(trace);
}

static void test_units_cover_the_tokens(void) {
  pel_trace *trace = fake_trace_new(N);
  uint32_t before = N + 1;
  for (int level = 0; level < PEL_LEVELS; level++) {
    pel_units u;
    CHECK_OK(pel_units_load(trace, (pel_level)level, &u, &err));
    CHECK(u.n > 0 && u.n <= before && (level == 0) == !u.starts);
    before = u.n;
    CHECK(pel_units_tokens(&u, (pel_range){0, u.n}).start == 0 && pel_units_tokens(&u, (pel_range){0, u.n}).end == N);
    for (uint32_t i = 0; i < u.n; i++) {
      pel_range t = pel_units_tokens(&u, (pel_range){i, i + 1});
      CHECK(t.end > t.start);
      for (uint32_t k = t.start; k < t.end; k++) CHECK(pel_units_at(&u, k) == i);
    }
    pel_labels labels;
    CHECK_OK(pel_units_labels(trace, &u, (pel_range){0, u.n}, &labels, &err));
    for (uint32_t i = 0; i < u.n; i++) CHECK(pel_utf8_valid(labels.text[i], strlen(labels.text[i])) && *labels.text[i]);
    pel_labels_clear(&labels);
    pel_units_clear(&u);
  }
  pel_trace_close(trace);
}

/* The whole row counts for the row scales, whatever part of it is drawn. */
static void test_row_scales_do_not_depend_on_the_part_drawn(void) {
  pel_trace *trace = fake_trace_new(N);
  for (int scale = PEL_SCALE_ROW; scale <= PEL_SCALE_RANK; scale++) {
    pel_map_options o = {.of = {.layer = 0, .head = 1}, .scale = (pel_scale)scale};
    pel_map_view all, part;
    CHECK_OK(pel_map_view_load(trace, &o, NULL, &all, &err));
    o.rows = (pel_range){10, 30}, o.cols = (pel_range){5, 12};
    CHECK_OK(pel_map_view_load(trace, &o, NULL, &part, &err));
    for (uint32_t r = 10; r < 30; r++)
      for (uint32_t c = 5; c < 12; c++) CHECK(part.values[(r - 10) * 7 + c - 5] == all.values[r * N + c]);
    CHECK(part.mass_share < 1);
    pel_map_view_clear(&all);
    pel_map_view_clear(&part);
  }
  pel_trace_close(trace);
}

static void test_colour_range(void) {
  pel_trace *trace = fake_trace_new(N);
  pel_map_options o = {.of = {.layer = 0, .head = 1}, .scale = PEL_SCALE_LINEAR, .low = 0.01f, .high = 0.05f};
  pel_map_view v;
  CHECK_OK(pel_map_view_load(trace, &o, NULL, &v, &err));
  CHECK(v.low == 0.01f && v.high == 0.05f && v.clipped && v.clipped_above);
  for (size_t i = 0; i < (size_t)N * N; i++)
    if (v.kinds[i] == PEL_CELL_WEIGHT) {
      float want = (v.weights[i] - 0.01f) / (0.05f - 0.01f);
      CHECK(v.values[i] == (want < 0 ? 0 : want > 1 ? 1 : want));
    }
  pel_map_view_clear(&v);
  o.low = 0.2f, o.high = 0.1f;
  CHECK(pel_map_view_load(trace, &o, NULL, &v, &err) == PEL_ERR_USAGE);
  o = (pel_map_options){.of = {.layer = 0}, .scale = PEL_SCALE_LOG, .low = 0, .high = 0.1f};
  CHECK(pel_map_view_load(trace, &o, NULL, &v, &err) == PEL_ERR_USAGE);
  pel_trace_close(trace);
}

/* Larger units lose only token 0 to a hidden sink, not the whole unit. */
static void test_hidden_sink_of_units(void) {
  pel_trace *trace = fake_trace_new(N);
  pel_map_options o = {.of = {.layer = 0, .head = 1, .level = PEL_LEVEL_SEGMENT}, .scale = PEL_SCALE_LINEAR, .no_sink = true};
  pel_map_view v;
  double sum = 0;
  CHECK_OK(pel_map_view_load(trace, &o, NULL, &v, &err));
  CHECK(v.sink_hidden);
  for (uint32_t r = 0; r < N; r++) sum += 1 - plain(trace, (pel_head_place){0, 1}, r, 0, false);
  CHECK_MSG(fabs(v.mass_share - sum / N) < 1e-5, "%g, not %g", v.mass_share, sum / N);
  pel_map_view_clear(&v);
  pel_trace_close(trace);
}

static void test_refusals(void) {
  pel_trace *trace = fake_trace_new(N);
  pel_map_source s;
  const pel_map_choice wrong[] = {{.layer = 2, .average = PEL_AVERAGE_LAYER}, {.layer = 9, .average = PEL_AVERAGE_LAYER}, {.layer = 0, .head = 6}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    CHECK(pel_map_source_open(trace, &wrong[i], NULL, &s, &err) == PEL_ERR_USAGE);
  pel_trace_close(trace);
}

int main(void) {
  RUN(test_every_choice);
  RUN(test_rows_sum_to_one);
  RUN(test_units_cover_the_tokens);
  RUN(test_row_scales_do_not_depend_on_the_part_drawn);
  RUN(test_colour_range);
  RUN(test_hidden_sink_of_units);
  RUN(test_refusals);
  return check_result();
}
