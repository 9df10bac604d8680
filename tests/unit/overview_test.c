/* Whole maps at once, shares of attention, scores of heads, the copied command, the part in view. */
#include "src/analysis/head_scores.h"
#include "src/analysis/map_overview.h"
#include "src/core/export_command.h"
#include "tests/check.h"
#include "tests/unit/fake_trace.h"
#include "ui/viewport.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static pel_error err;

#define CHECK_OK(call) CHECK_MSG((call) == PEL_OK, "%s", err.text)

static void row_of(pel_trace *trace, uint32_t layer, uint32_t head, uint32_t row, float *out) {
  CHECK_OK(pel_trace_map(trace, layer, head, (pel_range){row, row + 1}, (pel_range){0, row + 1}, out, &err));
}

/* ---- overviews ---- */

static void test_small_overviews_are_exact(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  float row[FAKE_TOKENS];
  pel_map_choice of = {.layer = 0, .head = 1};
  pel_map_view v;
  CHECK_OK(pel_map_overview_load(trace, &of, NULL, NULL, &v, &err));
  CHECK(v.block == 1 && v.n_rows == FAKE_TOKENS && v.high == v.max_weight);
  row_of(trace, 0, 1, 30, row);
  for (uint32_t c = 0; c <= 30; c++) CHECK(v.weights[30 * FAKE_TOKENS + c] == row[c]);
  pel_map_view_recolor(&v, PEL_SCALE_ROW, 0, 1, true);
  CHECK(v.kinds[0] == PEL_CELL_HIDDEN);
  pel_map_view_recolor(&v, PEL_SCALE_LINEAR, 0, 1, false);
  CHECK(v.kinds[0] == PEL_CELL_WEIGHT && v.values[30 * FAKE_TOKENS + 2] == row[2]);
  pel_map_view_clear(&v);
  pel_trace_close(trace);
}

/* In stored blocks: no cell is less than the largest weight in it, but for the 3 % of its code. */
static void check_bounds(pel_trace *trace, uint32_t n, pel_map_choice of) {
  pel_map_view v, exact;
  CHECK_OK(pel_map_overview_load(trace, &of, NULL, NULL, &v, &err));
  CHECK(v.block > 1 && v.n_rows == (n + v.block - 1) / v.block);
  pel_map_options o = {.of = of, .scale = PEL_SCALE_LINEAR, .max_rows = v.n_rows, .max_cols = v.n_rows};
  CHECK_OK(pel_map_view_load(trace, &o, NULL, &exact, &err));
  CHECK(exact.block == v.block);
  for (size_t i = 0; i < (size_t)v.n_rows * v.n_cols; i++) {
    CHECK(v.kinds[i] == exact.kinds[i]);
    if (v.kinds[i] == PEL_CELL_WEIGHT) CHECK_MSG(v.weights[i] >= exact.weights[i] * 0.96f, "%g under %g", (double)v.weights[i], (double)exact.weights[i]);
    CHECK(v.weights[i] <= v.high);
  }
  pel_map_view_clear(&v);
  pel_map_view_clear(&exact);
}

static void test_large_overviews_bound_their_cells(void) {
  enum { N = 2048 };
  pel_trace *trace = fake_trace_new_plain(N);
  check_bounds(trace, N, (pel_map_choice){.layer = 0, .head = 1});
  check_bounds(trace, N, (pel_map_choice){.layer = 0, .head = 1, .value_weighted = true});
  check_bounds(trace, N, (pel_map_choice){.layer = 1, .average = PEL_AVERAGE_LAYER});
  pel_map_choice words = {.layer = 0, .head = 1, .level = PEL_LEVEL_WORD, .value_weighted = true};
  pel_map_view v;
  CHECK_OK(pel_map_overview_load(trace, &words, NULL, NULL, &v, &err));
  CHECK(v.n_rows == 0 && v.high > 0); /* no cells: no stored block is a word */
  pel_map_view_clear(&v);
  pel_trace_close(trace);
}

static void test_shares(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  float row[FAKE_TOKENS];
  double sum = 0;
  pel_map_choice of = {.layer = 0, .head = 1};
  pel_map_share share;
  for (uint32_t r = 20; r < 30; r++) {
    row_of(trace, 0, 1, r, row);
    for (uint32_t c = 1; c < 12; c++) sum += (double)row[c];
  }
  CHECK_OK(pel_map_share_load(trace, &of, NULL, (pel_range){20, 30}, (pel_range){0, 12}, true, NULL, &share, &err));
  CHECK(share.exact && fabs(share.share - sum / 10) < 1e-6);
  pel_trace_close(trace);
  trace = fake_trace_new_plain(5000); /* too many weights for an exact sum */
  CHECK_OK(pel_map_share_load(trace, &of, NULL, (pel_range){0, 5000}, (pel_range){0, 5000}, false, NULL, &share, &err));
  CHECK_MSG(!share.exact && fabs(share.share - 1) < 0.03, "%g", share.share);
  pel_trace_close(trace);
}

/* ---- heads ---- */

static void test_head_scores(void) {
  pel_trace *trace = fake_trace_new_plain(200);
  pel_copy_keys copies;
  pel_head_scores s;
  CHECK_OK(pel_copy_keys_load(trace, &copies, &err));
  CHECK_OK(pel_head_scores_load(trace, 0, 2, &copies, NULL, &s, &err));
  double distance = 0, previous = 0, induction = 0;
  uint32_t n_copies = 0;
  float row[200];
  for (uint32_t i = 0; i < 200; i++) {
    pel_trace_token a, b;
    row_of(trace, 0, 2, i, row);
    for (uint32_t j = 0; j <= i; j++) distance += (double)row[j] * (i - j);
    if (i) previous += (double)row[i - 1];
    CHECK_OK(pel_trace_get_token(trace, i, &a, &err));
    for (uint32_t j = i; j-- > 0;) {
      CHECK_OK(pel_trace_get_token(trace, j, &b, &err));
      if (a.id != b.id) continue;
      if (j + 1 < i) induction += (double)row[j + 1], n_copies++;
      break;
    }
  }
  CHECK(s.n_rows == 200 && s.n_copies == n_copies && n_copies > 0);
  CHECK(fabs((double)s.distance - distance / 200) < 1e-3 && fabs((double)s.previous - previous / 199) < 1e-6);
  CHECK_MSG(fabs((double)s.induction - induction / n_copies) < 1e-6, "%g, not %g", (double)s.induction, induction / n_copies);
  free(copies.key);
  pel_trace_close(trace);
  trace = fake_trace_new_plain(5000); /* evenly spaced queries of a longer text */
  CHECK_OK(pel_copy_keys_load(trace, &copies, &err));
  CHECK_OK(pel_head_scores_load(trace, 1, 0, &copies, NULL, &s, &err));
  CHECK(s.n_rows > PEL_SCORE_ROWS / 2 && s.n_rows <= PEL_SCORE_ROWS && s.distance < FAKE_WINDOW);
  free(copies.key);
  pel_trace_close(trace);
}

/* ---- commands ---- */

static void check_command(pel_export_what what, pel_export_options o, const char *trace, const char *output, const char *want) {
  char *got = pel_export_command(what, &o, trace, output);
  CHECK_STR(got, want);
  free(got);
}

static void test_commands(void) {
  check_command(PEL_EXPORT_ATTENTION, (pel_export_options){.of = {.layer = 3, .head = 1}}, "run.pel", "a.png", "pellucid export run.pel attention --layer 3 --head 1 -o a.png");
  check_command(PEL_EXPORT_ATTENTION,
                (pel_export_options){.of = {.layer = 3, .average = PEL_AVERAGE_LAYER, .value_weighted = true, .level = PEL_LEVEL_WORD}, .rows = {2, 9}, .cols = {0, 4},
                                     .scale = PEL_SCALE_LINEAR, .low = 0, .high = 0.1f, .no_sink = true, .palette = PEL_PALETTE_MAGMA, .width = 640, .height = 480, .dark = true},
                "it's here.pel", "-x.png",
                "pellucid export 'it'\\''s here.pel' attention --layer 3 --average layer --value-weighted --level word --rows 2:9 --cols 0:4 --scale linear --range 0:0.1 "
                "--no-sink --palette magma --size 640x480 --dark -o ./-x.png");
  check_command(PEL_EXPORT_ATTENTION, (pel_export_options){.of = {.average = PEL_AVERAGE_ALL}}, "run.pel", "a.png", "pellucid export run.pel attention --average all -o a.png");
  check_command(PEL_EXPORT_TOKENS, (pel_export_options){.by = PEL_SIGNAL_ENTROPY}, "run.pel", "t.png", "pellucid export run.pel tokens --by entropy -o t.png");
  check_command(PEL_EXPORT_HEADS, (pel_export_options){.dark = true}, "run.pel", "h.png", "pellucid export run.pel heads --dark -o h.png");
}

/* ---- the part in view ---- */

static void test_viewport(void) {
  pel_viewport v = {.fitted = true};
  uint32_t row, key;
  pel_viewport_resize(&v, 500, 400, 100);
  CHECK(v.fitted && v.cell == 4 && pel_viewport_rows(&v).end == 100);
  pel_viewport_zoom(&v, 16, 200, 100);
  CHECK(!v.fitted && v.cell == 16);
  CHECK(pel_viewport_pick(&v, 200, 100, &row, &key) && row == 25 && key == 50); /* what was there stayed there */
  pel_viewport_move_to(&v, -5, 1e9);
  CHECK(v.x == 0 && v.y == 100 - 400.0 / 16);
  pel_viewport_show_cell(&v, 3, 90);
  CHECK(pel_viewport_rows(&v).start <= 3 && pel_viewport_cols(&v).start <= 90 && pel_viewport_cols(&v).end > 90);
  CHECK(!pel_viewport_pick(&v, 501, 10, &row, &key));
  pel_viewport_zoom(&v, 0, 10, 10);
  CHECK(v.fitted && v.x == 0 && v.cell == 4);
  pel_viewport_resize(&v, 500, 400, 3); /* few cells do not grow without end */
  CHECK(v.cell == PEL_CELL_MOST);
  pel_viewport_resize(&v, 0, 0, 0);
  CHECK(v.cell > 0 && pel_viewport_rows(&v).end == 0 && !pel_viewport_pick(&v, 0, 0, &row, &key));
}

int main(void) {
  RUN(test_small_overviews_are_exact);
  RUN(test_large_overviews_bound_their_cells);
  RUN(test_shares);
  RUN(test_head_scores);
  RUN(test_commands);
  RUN(test_viewport);
  return check_result();
}
