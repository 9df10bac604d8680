/* Stages with their times and the reliability of confidences: the numbers, the layouts, what is said, what files say. */
#include <math.h>

#include "src/analysis/confidence_makeup.h"
#include "src/analysis/reliability.h"
#include "src/analysis/stage_times.h"
#include "src/core/export_tree.h"
#include "src/plot/diagram_page.h"
#include "src/plot/reliability.h"
#include "src/plot/timeline.h"
#include "tests/unit/diagram_check.h"
#include "tests/unit/fake_diagnosis.h"

/* ---- reliability ---- */

static void test_error(void) {
  pel_reliability bins[4] = {{1, 3, 0, 0.5, 10, 0.4, 0.5, 0.2, 0.8}, {2, 3, 0.5, 1, 30, 0.9, 0.6, 0.4, 0.8}, {3, 4, 0, 1, 0, NAN, NAN, NAN, NAN}, {4, 5, 0, 1, INT64_MAX, 1, 0, 0, 0}};
  pel_reasoning r = {.reliability = bins, .n_reliability = 4};
  pel_reliability_sum s;
  CHECK(pel_reliability_sum_of(&r, 0, &s) && s.span == 3 && s.first == 0 && s.n_bins == 2 && s.n == 40);
  CHECK(fabs(s.error - (10 * 0.1 + 30 * 0.3) / 40) < 1e-12 && s.worst_bin == 1 && s.outside == 1);
  CHECK(pel_reliability_sum_of(&r, 4, &s) && s.n == 0 && isnan(s.error) && s.n_bins == 1);
  CHECK(pel_reliability_sum_of(&r, 5, &s) && s.n == INT64_MAX && s.error == 1);
  CHECK(!pel_reliability_sum_of(&r, 9, &s));
  r.n_reliability = 0;
  CHECK(!pel_reliability_sum_of(&r, 0, &s));
}

static void test_makeup(void) {
  pel_reliability bins[2] = {{1, 3, 0, 0.5, 10, 0.4, 0.5, 0.2, 0.8}, {2, 3, 0.5, 1, 30, 0.9, 0.6, 0.4, 0.8}};
  pel_attribute said[] = {{2, "confidence of the first answer", "0.9"}, {3, "confidence of the first answer", "0.25"}, {3, "no answer below", "0.5"}, {3, "log odds of the mean case", "-1"},
                          {3, "log odds by deduce: its share", "0.75"}, {3, "log odds by verify: what fits", "-0.848612"}, {3, "log odds by nobody", "no number"}, {3, "calibrated on cases", "40"}};
  pel_reasoning r = {.reliability = bins, .n_reliability = 2, .attributes = said, .n_attributes = 8};
  pel_reliability_data data = {&r, 0};
  pel_confidence_makeup m;
  CHECK(pel_confidence_makeup_of(&r, 3, &m) && m.n == 2 && m.confidence == 0.25 && m.level == 0.5 && m.usual == -1);
  CHECK_STR(m.parts[1].says, "verify: what fits");
  CHECK(fabs(1 / (1 + exp(-(m.usual + m.parts[0].adds + m.parts[1].adds))) - m.confidence) < 1e-6);
  pel_diagram *d = lay_out(pel_reliability_maker(&data), 0, 0, 1);
  CHECK(d->n_items == 6); /* two bins; the mean case, two parts, the sum */
  CHECK(says(d, 2, "the mean case: log odds -1.00"));
  CHECK(says(d, 3, "deduce: its share: adds +0.75 to the log odds"));
  CHECK(says(d, 5, "this conclusion: log odds -1.10, a confidence of 25 %"));
  pel_box bin, part;
  CHECK(pel_diagram_box(d, 1, &bin) && pel_diagram_box(d, 2, &part) && part.x > bin.x + bin.w);
  pel_diagram_free(d);
  d = lay_out(pel_reliability_maker(&data), 500, 400, 1); /* no room beside it */
  CHECK(d->n_items == 2);
  pel_diagram_free(d);
  said[3].value = "nan"; /* nothing to begin from: the confidence is marked, and no more */
  CHECK(pel_confidence_makeup_of(&r, 3, &m) && m.n == 0);
  said[1].value = "1.5";
  CHECK(!pel_confidence_makeup_of(&r, 3, &m) && !pel_confidence_makeup_of(&r, 7, &m));
}

static void test_reliability_layout(void) {
  pel_reliability_data data = {fake_diagnosis(), 0};
  for (int k = 0; k < 4; k++) {
    pel_diagram *d = lay_out(pel_reliability_maker(&data), k == 0 ? 0 : 80 + 300 * k, k == 0 ? 0 : 40 + 180 * k * k, 1);
    pel_box before = {0}, b;
    CHECK(d->n_items == 15);
    for (uint32_t i = 0; i < d->n_items; i++, before = b) {
      CHECK(pel_diagram_box(d, i, &b) && b.x >= before.x + before.w - 1e-6 && b.x + b.w <= d->width && b.y >= 0 && b.y + b.h <= d->height);
      CHECK(pel_diagram_pick(d, b.x + b.w / 2, b.y + 10, 0) == i);
    }
    CHECK(pel_diagram_step(d, 3, 1, 0) == 4 && pel_diagram_step(d, 3, -1, 0) == 2 && pel_diagram_step(d, 14, 1, 0) == PEL_DIAGRAM_NONE);
    CHECK(!pel_diagram_box(d, 15, &b) && !pel_diagram_describe(d, 15));
    pel_diagram_free(d);
  }
  pel_diagram *d = lay_out(pel_reliability_maker(&data), 0, 0, 1);
  CHECK(says(d, 7, "no cases") && says(d, 11, "131 cases; mean confidence 0.773, 0.658 were right (95 % interval 0.573 to 0.734); fewer were right than it said"));
  CHECK(says(d, 0, "confidence 0.00 to 0.07: 388 cases") && says(d, 0, "the interval holds the confidence"));
  pel_diagram_free(d);
}

/* ---- stages ---- */

static void test_order(void) { /* a child belongs to its parent, siblings follow each other, the clock never runs backwards */
  pel_span spans[] = {{1, 0, PEL_SPAN_CHAIN, "a", "ok", 4}, {2, 1, PEL_SPAN_LLM, "b", "ok", 1}, {3, 0, PEL_SPAN_CHAIN, "c", "ok", 2},
                      {4, 1, PEL_SPAN_LLM, "d", "ok", 1},   {5, 2, PEL_SPAN_LLM, "e", "ok", 0.5}, {6, 5, PEL_SPAN_LLM, "f", "ok", -7}, {7, 9, PEL_SPAN_LLM, "g", "ok", NAN}};
  static const uint32_t order[] = {0, 1, 4, 5, 3, 2, 6}, depth[] = {0, 1, 2, 3, 1, 0, 0};
  static const double start[] = {0, 0, 0, 0, 1, 4, 6};
  pel_reasoning r = {.spans = spans, .n_spans = 7};
  pel_stage_times t;
  CHECK(pel_stage_times_make(&r, &t, &err) == PEL_OK && t.n == 7 && t.total == 6);
  for (uint32_t i = 0; i < 7; i++) CHECK_MSG(t.stages[i].span == order[i] && t.stages[i].depth == depth[i] && t.stages[i].start == start[i], "stage %u: %u %u %g", i, t.stages[i].span, t.stages[i].depth, t.stages[i].start);
  CHECK(t.stages[0].inner == 2 && t.stages[3].seconds == 0);
  pel_stage_times_clear(&t);
  r.n_spans = 0;
  CHECK(pel_stage_times_make(&r, &t, &err) == PEL_OK && t.n == 0);
  pel_stage_times_clear(&t);
}

static void test_deep(void) { /* as many stages as a trace may have, each in the one before: no recursion, and only some are drawn */
  uint32_t n = 100000;
  pel_span *spans = calloc(n, sizeof *spans);
  for (uint32_t i = 0; i < n; i++) spans[i] = (pel_span){i + 1, i, PEL_SPAN_CHAIN, "deep", "ok", 1};
  pel_reasoning r = {.spans = spans, .n_spans = n};
  pel_timeline_data data = {.reasoning = &r};
  pel_diagram *d = lay_out(pel_timeline_maker(&data), 0, 0, 1);
  CHECK(d->n_items == 120 && d->height < 4000);
  pel_diagram_free(d);
  free(spans);
}

static void test_seconds(void) {
  static const struct { double seconds; const char *text; } known[] = {{0, "0 s"}, {-1, "0 s"}, {-0.0, "0 s"}, {NAN, "0 s"}, {2.5e-5, "25.0 \xc2\xb5s"}, {0.0087, "8.70 ms"}, {0.41, "410 ms"},
                                                                       {0.9996, "1.00 s"}, {12.34, "12.3 s"}, {1234.5, "1234 s"}, {1e300, "1000000000000000 s"}};
  char text[40];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) CHECK_STR(pel_seconds_text(known[i].seconds, text), known[i].text);
}

static void test_timeline_layout(void) {
  pel_timeline_data data = {.reasoning = fake_diagnosis()};
  pel_diagram *d = lay_out(pel_timeline_maker(&data), 0, 0, 1);
  pel_box before = {0}, b;
  CHECK(d->n_items == 8);
  for (uint32_t i = 0; i < d->n_items; i++, before = b) {
    CHECK(pel_diagram_box(d, i, &b) && b.y >= before.y + before.h && b.y + b.h <= d->height);
    CHECK(pel_diagram_pick(d, b.x + b.w / 2, b.y + b.h / 2, 0) == i);
  }
  CHECK(says(d, 4, "5 search for a proof and a refutation, sequence: unknown: 300 simulations were made; 467 ms, 0.512 of the whole, of these 321 ms in its parts; simulations: 300"));
  CHECK(says(d, 7, "cancelled"));
  pel_diagram_free(d);
  d = lay_out(pel_timeline_maker(&data), 500, 110, 1); /* lower than it: fewer rows */
  CHECK(d->n_items == 2 && d->height <= 110);
  pel_diagram_free(d);
  pel_reasoning none = {0};
  pel_timeline_data empty = {.reasoning = &none};
  pel_diagram_maker maker = pel_timeline_maker(&empty);
  CHECK(maker.layout(maker.data, &style, &(pel_diagram_room){0}, &d, &err) == PEL_ERR_UNSUPPORTED);
}

/* ---- files ---- */

static char folder[] = "/tmp/pellucid-stages-XXXXXX";

static const char *at(const char *name) {
  static char paths[4][512];
  static unsigned next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static char *read_file(const char *path) {
  static char text[1 << 20];
  FILE *f = fopen(path, "rb");
  text[f ? fread(text, 1, sizeof text - 1, f) : 0] = 0;
  if (f) fclose(f);
  return text;
}

static void test_files(void) {
  static const char *const stages[] = {"t.png", "t.svg", "t.pdf", "t.csv", "t.json", "t.md"}, *const trust[] = {"r.png", "r.svg", "r.pdf", "r.csv", "r.json"};
  const pel_export_options o = {.force = true};
  const pel_reasoning none = {0};
  if (!mkdtemp(folder)) exit(1);
  for (int i = 0; i < 6; i++) CHECK_MSG(pel_export_timeline_of(fake_diagnosis(), &origin, &o, &(pel_tree_choice){0}, at(stages[i]), &err) == PEL_OK, "%s", err.text);
  for (int i = 0; i < 5; i++) CHECK_MSG(pel_export_reliability_of(fake_diagnosis(), &origin, &o, &(pel_tree_choice){0}, at(trust[i]), &err) == PEL_OK, "%s", err.text);
  CHECK(strstr(read_file(at("t.csv")), "\r\n6,5,EVALUATOR,prove,ok,0.372,0.312\r\n"));
  CHECK(strstr(read_file(at("t.md")), "    - 6 prove (evaluation): 312 ms\n"));
  CHECK(strstr(read_file(at("t.json")), "\"one after another") || strstr(read_file(at("t.json")), "one after another"));
  CHECK(strstr(read_file(at("r.csv")), "\r\n0.4666666666666667,0.5333333333333333,0,,,,\r\n"));
  CHECK(strstr(read_file(at("r.json")), "\"span\": 8, \"n\": 2140, \"expected_calibration_error\": 0.0201"));
  CHECK(strstr(read_file(at("r.svg")), ">share that was right</text>"));
  CHECK(pel_export_reliability_of(fake_diagnosis(), &origin, &o, &(pel_tree_choice){.span = 2}, at("x.svg"), &err) == PEL_ERR_USAGE);
  CHECK(pel_export_reliability_of(&none, &origin, &o, &(pel_tree_choice){0}, at("x.svg"), &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_timeline_of(&none, &origin, &o, &(pel_tree_choice){0}, at("x.svg"), &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_timeline_of(fake_diagnosis(), &origin, &o, &(pel_tree_choice){0}, at("x.graphml"), &err) == PEL_ERR_USAGE);
  char command[600];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  CHECK(system(command) == 0);
}

int main(void) {
  RUN(test_error);
  RUN(test_makeup);
  RUN(test_reliability_layout);
  RUN(test_order);
  RUN(test_deep);
  RUN(test_seconds);
  RUN(test_timeline_layout);
  RUN(test_files);
  return check_result();
}
