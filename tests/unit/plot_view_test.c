/* What is shown, computed from a trace: labels, running text, values on every scale. */
#include "src/analysis/caption.h"
#include "tests/check.h"
#include "tests/unit/fake_trace.h"

#include <math.h>

static pel_error err;

#define CHECK_OK(call) CHECK_MSG((call) == PEL_OK, "%s", err.text)

/* ---- tokens as text ---- */

static void check_label(const char *bytes, size_t size, const char *want) {
  char *label = pel_token_label(bytes, size);
  CHECK_STR(label, want);
  free(label);
}

#define LABEL(bytes, want) check_label(bytes, sizeof bytes - 1, want)

static void test_labels(void) {
  LABEL("cat", "cat");
  LABEL(" cat", "␣cat");
  LABEL("  ", "␣␣");
  LABEL("\n", "↵");
  LABEL("\r\n", "␍↵");
  LABEL("\t", "⇥");
  LABEL("", "∅");
  LABEL("\xe4", "<E4>");
  LABEL("a\xe4\xb8", "a<E4><B8>");
  LABEL("\x07", "<07>");
  LABEL("\0", "<00>");
  LABEL("\xe2\x80\xae", "<U+202E>");
  LABEL("\xc2\xa0", "<U+00A0>");
  LABEL("\xef\xbb\xbf", "<U+FEFF>");
  LABEL("中国", "中国");
  LABEL("قطة", "قطة");
  LABEL("👩‍🔬", "👩‍🔬");
  LABEL("\xe2\x80\x8d", "<U+200D>");
  LABEL("\xcc\x81", "◌\xcc\x81");
  LABEL("e\xcc\x81", "e\xcc\x81");
  LABEL("\xed\xa0\x80", "<ED><A0><80>"); /* a surrogate is no character */
  LABEL("\xf4\x90\x80\x80", "<F4><90><80><80>");
}

static void test_quotes(void) {
  char out[64], small[12];
  pel_label_quote("cat", out, sizeof out);
  CHECK_STR(out, "cat");
  pel_label_quote("قطة", out, sizeof out);
  CHECK_STR(out, "\u2068قطة\u2069");
  pel_label_quote("中中中中中", small, sizeof small);
  CHECK_STR(small, "中中…");
  pel_label_quote("قطةقطةقطة", small, sizeof small);
  CHECK(pel_utf8_valid(small, strlen(small)));
  CHECK(strncmp(small, "\u2068", 3) == 0 && strcmp(small + strlen(small) - 3, "\u2069") == 0);
}

static void test_running_text_joins_cut_characters(void) {
  const pel_text_piece pieces[] = {{"a\xe4", 2, PEL_SEGMENT_TEXT},
                                   {"\xb8", 1, PEL_SEGMENT_TEXT},
                                   {"\xad"
                                    "b\n",
                                    3, PEL_SEGMENT_TEXT},
                                   {"\xff", 1, PEL_SEGMENT_USER},
                                   {"", 0, PEL_SEGMENT_USER},
                                   {"x\xe4\xb8", 3, PEL_SEGMENT_USER},
                                   {"\xad", 1, PEL_SEGMENT_ANSWER}};
  pel_running_text t;
  CHECK_OK(pel_running_text_build(pieces, 7, &t, &err));
  CHECK_STR(t.text, "a中b↵<FF>x<E4><B8><AD>");
  CHECK(t.n_paragraphs == 3);
  CHECK(t.paragraphs[0].opens_segment && t.paragraphs[1].opens_segment &&
        t.paragraphs[2].segment == PEL_SEGMENT_ANSWER);
  CHECK(t.n_spans == 8);
  CHECK(t.spans[1].token == 0 && t.spans[1].parts == 3 && t.spans[1].part == 0);
  CHECK(t.spans[2].token == 1 && t.spans[2].start == 1 && t.spans[2].end == 4);
  CHECK(t.spans[3].token == 2 && t.spans[3].part == 2);
  pel_running_text_clear(&t);
}

static void test_running_text_of_all_bytes(void) {
  char bytes[512];
  pel_text_piece pieces[512];
  for (int i = 0; i < 512; i++) {
    bytes[i] = (char)(i * 37 + (i >> 3));
    pieces[i] = (pel_text_piece){bytes + i, 1, (pel_segment_kind)(i / 100)};
  }
  pel_running_text t;
  CHECK_OK(pel_running_text_build(pieces, 512, &t, &err));
  CHECK(pel_utf8_valid(t.text, t.size) && !strchr(t.text, '\n'));
  uint32_t at = 0;
  for (size_t i = 0; i < t.n_paragraphs; i++) {
    CHECK(t.paragraphs[i].start == at);
    at = t.paragraphs[i].end;
  }
  CHECK(at == t.size);
  pel_running_text_clear(&t);
  CHECK_OK(pel_running_text_build(NULL, 0, &t, &err));
  CHECK(t.n_spans == 0 && t.text[0] == 0);
  pel_running_text_clear(&t);
}

/* ---- numbers ---- */

static void test_numbers(void) {
  char out[32];
  CHECK_STR(pel_weight_text(out, sizeof out, 0.12341), "0.1234");
  CHECK_STR(pel_weight_text(out, sizeof out, 1.23e-5), "1.2e-05");
  CHECK_STR(pel_weight_text(out, sizeof out, 9.97e-5), "1.0e-04");
  CHECK_STR(pel_weight_text(out, sizeof out, 0), "0");
  CHECK_STR(pel_weight_text(out, sizeof out, (double)NAN), "not a number");
  CHECK_STR(pel_quantity_text(out, sizeof out, -3.14159), "-3.14");
}

/* ---- one head ---- */

static pel_map_view load_map(pel_trace *trace, pel_map_options o) {
  pel_map_view v = {0};
  CHECK_OK(pel_map_view_load(trace, &o, NULL, &v, &err));
  return v;
}

static void test_map_values_of_every_scale(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  for (int scale = 0; scale < PEL_SCALES; scale++)
    for (int no_sink = 0; no_sink < 2; no_sink++) {
      pel_map_view v = load_map(
          trace, (pel_map_options){.of.layer = 1, .of.head = 2, .scale = (pel_scale)scale, .no_sink = no_sink});
      float most = 0;
      for (size_t i = 0; i < 40 * 40; i++) {
        uint32_t row = (uint32_t)i / 40, col = (uint32_t)i % 40;
        pel_range seen = pel_trace_visible(trace, 1, row);
        int kind = col < seen.start || col >= seen.end ? PEL_CELL_FORBIDDEN
                   : no_sink && col == 0               ? PEL_CELL_HIDDEN
                                                       : PEL_CELL_WEIGHT;
        CHECK(v.kinds[i] == kind);
        CHECK(v.values[i] >= 0 && v.values[i] <= 1);
        if (kind != PEL_CELL_WEIGHT) CHECK(v.values[i] == 0 && v.weights[i] == 0);
        most = fmaxf(most, v.values[i]);
      }
      CHECK(most == 1);
      CHECK(no_sink ? v.mass_share < 0.999 : fabs(v.mass_share - 1) < 1e-5);
      pel_map_view_clear(&v);
    }
  pel_trace_close(trace);
}

static void test_map_ranks(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  pel_map_view v = load_map(trace, (pel_map_options){.of.layer = 0, .of.head = 4, .scale = PEL_SCALE_RANK});
  for (uint32_t row = 0; row < 40; row++)
    for (uint32_t col = 0; col <= row; col++) {
      uint32_t rank, of;
      CHECK(pel_map_view_rank(&v, row, col, &rank, &of));
      CHECK(of == row + 1);
      CHECK(fabsf(v.values[row * 40 + col] - (float)(of - rank + 1) / (float)of) < 1e-6f);
    }
  uint32_t rank, of;
  CHECK(!pel_map_view_rank(&v, 3, 4, &rank, &of) && !pel_map_view_rank(&v, 40, 0, &rank, &of));
  pel_map_view_clear(&v);
  pel_trace_close(trace);
}

static void test_map_blocks_keep_the_largest(void) {
  enum { N = 1300 }; /* several bands of rows, and a last block cut short */
  pel_trace *trace = fake_trace_new_plain(N);
  pel_map_view v = load_map(trace, (pel_map_options){.of.layer = 0,
                                                     .of.head = 1,
                                                     .scale = PEL_SCALE_LINEAR,
                                                     .no_sink = true,
                                                     .max_rows = 100,
                                                     .max_cols = 400});
  CHECK(v.block == 13 && v.n_rows == 100 && v.n_cols == 100);
  float *row = malloc(N * sizeof *row), *want = calloc(100 * 100, sizeof *want);
  double mass = 0;
  for (uint32_t r = 0; r < N; r++) {
    CHECK_OK(pel_trace_map(trace, 0, 1, (pel_range){r, r + 1}, (pel_range){0, N}, row, &err));
    for (uint32_t c = 1; c <= r; c++) {
      size_t cell = (size_t)(r / 13) * 100 + c / 13;
      want[cell] = fmaxf(want[cell], row[c]);
      mass += (double)row[c];
    }
  }
  for (size_t i = 0; i < 100 * 100; i++)
    CHECK(v.weights[i] == want[i]);
  CHECK(fabs(v.mass_share - mass / N) < 1e-9);
  free(row);
  free(want);
  pel_map_view_clear(&v);
  pel_trace_close(trace);
}

static void test_map_refusals(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  pel_map_view v;
  const struct {
    pel_map_options o;
    const char *says;
  } cases[] = {
      {{.of.layer = 9}, "layers 0-3"},           {{.of.layer = 2}, "recorded layers: 0-1, 3"},
      {{.of.layer = 0, .of.head = 6}, "heads 0-5"}, {{.of.layer = 3, .of.head = 4}, "was not recorded"},
      {{.rows = {5, 5}}, "rows 5:5"},         {{.cols = {0, 41}}, "from 0 to 40"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    CHECK(pel_map_view_load(trace, &cases[i].o, NULL, &v, &err) == PEL_ERR_USAGE);
    CHECK_MSG(strstr(err.text, cases[i].says), "%s", err.text);
  }
  fake_trace_fail_map(trace, 1);
  CHECK(pel_map_view_load(trace, &(pel_map_options){0}, NULL, &v, &err) == PEL_ERR_INPUT);
  pel_trace_close(trace);
}

static bool stop(double fraction, void *user) {
  (void)fraction, (void)user;
  return false;
}

static void test_cancelling(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  pel_progress progress = {stop, NULL};
  pel_map_view v;
  pel_heads_view h;
  pel_tokens_view t;
  CHECK(pel_map_view_load(trace, &(pel_map_options){0}, &progress, &v, &err) == PEL_ERR_CANCELLED);
  CHECK(pel_heads_view_load(trace, PEL_SCALE_LOG, 0, &progress, &h, &err) == PEL_ERR_CANCELLED);
  CHECK(pel_tokens_view_load(trace, &(pel_tokens_options){.signal = PEL_SIGNAL_SINK}, &progress, &t, &err) ==
        PEL_ERR_CANCELLED);
  pel_trace_close(trace);
}

/* ---- all heads, all tokens ---- */

static void test_heads_view(void) {
  for (uint32_t n = FAKE_TOKENS; n < 1000; n += 700) { /* exact, then from stored blocks */
    pel_trace *trace = fake_trace_new(n);
    pel_heads_view v;
    CHECK_OK(pel_heads_view_load(trace, PEL_SCALE_LOG, 20, NULL, &v, &err));
    CHECK(v.side <= 20 && v.n_recorded == 17 && v.n_recorded_layers == 3 && v.exact == (n == FAKE_TOKENS));
    CHECK((uint64_t)v.side * v.block >= n);
    CHECK(v.heads[pel_heads_index(&v, 2, 1)].state == PEL_HEAD_NOT_RECORDED &&
          v.heads[pel_heads_index(&v, 3, 4)].state == PEL_HEAD_NOT_RECORDED);
    const pel_head_summary *s = &v.heads[pel_heads_index(&v, 0, 0)];
    CHECK(s->sink > 0.3f && s->sink <= 1 && s->received_key == 0 && s->received_max > 0.3f * (float)n &&
          s->entropy > 0);
    const float *thumb = v.values + pel_heads_index(&v, 0, 3) * v.side * v.side;
    for (uint32_t r = 0; r < v.side; r++)
      for (uint32_t c = 0; c < v.side; c++)
        CHECK((thumb[r * v.side + c] == PEL_THUMB_FORBIDDEN) == (c > r));
    pel_heads_view_clear(&v);
    CHECK(pel_heads_view_load(trace, PEL_SCALE_RANK, 20, NULL, &v, &err) == PEL_ERR_USAGE);
    pel_trace_close(trace);
  }
}

static void test_tokens_view(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  for (int s = 0; s < PEL_SIGNALS; s++) {
    pel_tokens_view v;
    CHECK_OK(pel_tokens_view_load(trace, &(pel_tokens_options){.signal = (pel_signal)s}, NULL, &v, &err));
    CHECK(v.n == FAKE_TOKENS && v.n_mean_heads == (s >= PEL_SIGNAL_RECEIVED ? 17u : 0u));
    CHECK(s >= PEL_SIGNAL_RECEIVED ? v.items[0].value >= 0 : v.items[0].value == -1);
    for (uint32_t i = 1; i < v.n; i++)
      CHECK(v.items[i].value >= 0 && v.items[i].value <= 1);
    pel_tokens_view_clear(&v);
  }
  pel_tokens_view v;
  pel_tokens_options wrong = {.signal = PEL_SIGNAL_LOGPROB, .one_head = true};
  CHECK(pel_tokens_view_load(trace, &wrong, NULL, &v, &err) == PEL_ERR_USAGE);
  wrong = (pel_tokens_options){.signal = PEL_SIGNAL_SINK, .one_head = true, .layer = 2};
  CHECK(pel_tokens_view_load(trace, &wrong, NULL, &v, &err) == PEL_ERR_USAGE);
  pel_trace_close(trace);
}

int main(void) {
  RUN(test_labels);
  RUN(test_quotes);
  RUN(test_running_text_joins_cut_characters);
  RUN(test_running_text_of_all_bytes);
  RUN(test_numbers);
  RUN(test_map_values_of_every_scale);
  RUN(test_map_ranks);
  RUN(test_map_blocks_keep_the_largest);
  RUN(test_map_refusals);
  RUN(test_cancelling);
  RUN(test_heads_view);
  RUN(test_tokens_view);
  return check_result();
}
