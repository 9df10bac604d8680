/* What pictures show, where it stands and what is said of it. */
#include "src/analysis/caption.h"
#include "src/plot/headgrid.h"
#include "src/plot/heatmap.h"
#include "src/plot/picture.h"
#include "src/plot/ticks.h"
#include "src/plot/tokenflow.h"
#include "tests/check.h"
#include "tests/unit/fake_trace.h"

#include <math.h>

static pel_error err;

#define CHECK_OK(call) CHECK_MSG((call) == PEL_OK, "%s", err.text)

/* ---- colours ---- */

static void test_palettes_rise_in_lightness(void) {
  for (int p = 0; p < PEL_PALETTE_DIVERGING; p++)
    for (int i = 1; i <= 64; i++) {
      float before = pel_rgb_lab(pel_palette_color((pel_palette)p, (float)(i - 1) / 64)).l;
      float here = pel_rgb_lab(pel_palette_color((pel_palette)p, (float)i / 64)).l;
      CHECK_MSG(here > before, "%s at %d/64: %g after %g", pel_palette_name((pel_palette)p), i, (double)here,
                (double)before);
    }
}

static void test_diverging_peaks_in_its_middle(void) {
  float last = -1;
  for (int i = 0; i <= 32; i++) {
    float below = pel_rgb_lab(pel_palette_color(PEL_PALETTE_DIVERGING, (float)i / 64)).l;
    float above = pel_rgb_lab(pel_palette_color(PEL_PALETTE_DIVERGING, 1 - (float)i / 64)).l;
    CHECK(below > last);
    CHECK_MSG(fabsf(below - above) < 6, "%g and %g", (double)below, (double)above);
    last = below;
  }
}

static void test_palette_names_and_ends(void) {
  pel_palette p;
  CHECK(pel_palette_parse("cividis", &p) && p == PEL_PALETTE_CIVIDIS);
  CHECK(!pel_palette_parse("jet", &p));
  CHECK(pel_rgb_pack(pel_palette_color(PEL_PALETTE_VIRIDIS, 0)) == 0x440154);
  CHECK(pel_rgb_pack(pel_palette_color(PEL_PALETTE_VIRIDIS, 1)) == 0xfde725);
  CHECK(pel_rgb_pack(pel_palette_color(PEL_PALETTE_VIRIDIS, NAN)) == 0x440154);
  CHECK(pel_rgb_pack(pel_palette_color(PEL_PALETTE_MAGMA, 7)) == 0xfcfdbf);
}

static void test_forbidden_is_in_no_palette(void) {
  for (int dark = 0; dark < 2; dark++)
    for (int p = 0; p < PEL_PALETTES; p++) {
      const pel_theme *theme = pel_theme_get(dark);
      float least = 1000;
      pel_rgb forbidden = pel_theme_forbidden(theme, (pel_palette)p);
      for (int i = 0; i <= 256; i++)
        least = fminf(least, pel_rgb_distance(forbidden, pel_palette_color((pel_palette)p, (float)i / 256)));
      CHECK_MSG(least > 10, "%s, %s: %g", pel_palette_name((pel_palette)p), dark ? "dark" : "light",
                (double)least);
      CHECK(pel_rgb_distance(forbidden, pel_theme_hidden(theme, (pel_palette)p)) > 8);
    }
}

static void test_text_is_readable_on_every_tint(void) {
  for (int dark = 0; dark < 2; dark++)
    for (int p = 0; p < PEL_PALETTES; p++)
      for (int i = 0; i <= 100; i++) {
        pel_rgb ink, tint = pel_theme_tint(pel_theme_get(dark), (pel_palette)p, (float)i / 100, &ink);
        CHECK_MSG(pel_rgb_contrast(ink, tint) >= 4.3f, "%s %d: %g", pel_palette_name((pel_palette)p), i,
                  (double)pel_rgb_contrast(ink, tint));
      }
}

/* ---- ticks ---- */

static void test_ticks(void) {
  pel_ticks t;
  pel_ticks_linear(0, 0.93, 5, &t);
  CHECK(t.n == 5);
  CHECK_STR(t.text[1], "0.2");
  pel_ticks_linear(0, -10, 5, &t);
  CHECK(t.n == 6);
  CHECK_STR(t.text[0], "−10");
  CHECK(fabs(t.at[0] - 1) < 1e-9);
  pel_ticks_log(9.3e-6, 0.93, 8, &t);
  CHECK(t.n == 5);
  CHECK_STR(t.text[0], "10⁻⁵");
  CHECK_STR(t.text[4], "10⁻¹");
  pel_ticks_log(1e-5, 1, 2, &t);
  CHECK(t.n == 2);
  CHECK(pel_ticks_step(4096, 130) == 200 && pel_ticks_step(10, 0.5) == 1);
  pel_ticks_linear(1, 1, 5, &t);
  CHECK(t.n == 0);
}

/* ---- the picture of one head ---- */

static pel_map_view load_map(pel_trace *trace, pel_map_options o) {
  pel_map_view v = {0};
  CHECK_OK(pel_map_view_load(trace, &o, NULL, &v, &err));
  return v;
}

typedef struct map_picture {
  pel_trace *trace;
  pel_map_view view;
  pel_labels rows, cols;
  pel_caption caption;
  pel_heatmap_data data;
} map_picture;

static void open_map(map_picture *m, uint32_t n, pel_map_options o) {
  m->trace = fake_trace_new(n);
  m->view = load_map(m->trace, o);
  CHECK_OK(pel_labels_load(m->trace, m->view.rows, &m->rows, &err));
  CHECK_OK(pel_labels_load(m->trace, m->view.cols, &m->cols, &err));
  pel_caption_map(m->trace, &m->view, &m->caption);
  m->data = (pel_heatmap_data){&m->view, &m->rows, &m->cols, &m->caption};
}

static void close_map(map_picture *m) {
  pel_map_view_clear(&m->view);
  pel_labels_clear(&m->rows);
  pel_labels_clear(&m->cols);
  pel_trace_close(m->trace);
}

static void draw_once(void (*draw)(const void *, pel_canvas *), const void *plot, int width, int height) {
  pel_canvas_cairo canvas;
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create(surface);
  draw(plot, pel_canvas_cairo_init(&canvas, cr));
  CHECK_MSG(cairo_status(cr) == CAIRO_STATUS_SUCCESS, "%s", cairo_status_to_string(cairo_status(cr)));
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
}

static void draw_heatmap(const void *plot, pel_canvas *canvas) { pel_heatmap_draw(plot, canvas); }
static void draw_headgrid(const void *plot, pel_canvas *canvas) { pel_headgrid_draw(plot, canvas); }
static void draw_tokenflow(const void *plot, pel_canvas *canvas) { pel_tokenflow_draw(plot, canvas); }

static const double sizes[][2] = {{1, 1},     {16, 16},    {60, 20},     {20, 300},   {200, 120},
                                  {400, 400}, {1000, 300}, {1600, 1200}, {16384, 40}, {40, 3000}};

static void test_heatmap_at_every_size(void) {
  const pel_map_options shapes[] = {{.rows = {0, 40}},
                                    {.rows = {0, 1}, .cols = {0, 1}},
                                    {.rows = {39, 40}, .cols = {0, 40}},
                                    {.rows = {0, 40}, .cols = {3, 4}},
                                    {.of.layer = 1, .no_sink = true, .max_rows = 7, .max_cols = 7}};
  pel_plot_style style = {0};
  for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
    map_picture m;
    open_map(&m, FAKE_TOKENS, shapes[k]);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      pel_heatmap *p = NULL;
      CHECK_OK(pel_heatmap_layout(&m.data, &style, sizes[i][0], sizes[i][1], &p, &err));
      pel_box map = pel_heatmap_map_box(p);
      CHECK_MSG(map.x >= -0.01 && map.y >= -0.01 && map.x + map.w <= sizes[i][0] + 0.01 &&
                    map.y + map.h <= sizes[i][1] + 0.01,
                "shape %zu, %g x %g: map %g %g %g %g", k, sizes[i][0], sizes[i][1], map.x, map.y, map.w,
                map.h);
      for (uint32_t r = 0; r < m.view.n_rows; r++)
        for (uint32_t c = 0; c < m.view.n_cols; c++) {
          pel_box b = pel_heatmap_cell_box(p, (pel_cell){r, c});
          pel_cell got = {99, 99};
          CHECK(pel_heatmap_pick(p, b.x + b.w / 2, b.y + b.h / 2, &got) && got.row == r && got.col == c);
        }
      pel_cell none;
      CHECK(!pel_heatmap_pick(p, map.x - 0.5, map.y, &none) &&
            !pel_heatmap_pick(p, map.x, map.y + map.h + 0.5, &none));
      draw_once(draw_heatmap, p, (int)fmin(sizes[i][0], 2000), (int)fmin(sizes[i][1], 2000));
      pel_heatmap_free(p);
    }
    close_map(&m);
  }
}

static void test_heatmap_chosen_size_has_whole_cells(void) {
  const uint32_t counts[] = {1, 2, 7, 40, 64, 100, 333, 900};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    map_picture m;
    pel_plot_style style = {0};
    double width, height;
    pel_heatmap *p = NULL;
    open_map(&m, counts[i], (pel_map_options){0});
    pel_heatmap_size(&m.data, &style, &width, &height);
    CHECK_OK(pel_heatmap_layout(&m.data, &style, width, height, &p, &err));
    pel_box cell = pel_heatmap_cell_box(p, (pel_cell){0, 0});
    CHECK_MSG(cell.w >= 1 && cell.w == floor(cell.w) && cell.w == cell.h && cell.x == floor(cell.x) &&
                  cell.y == floor(cell.y),
              "%u tokens: %g x %g", counts[i], cell.w, cell.h);
    if (counts[i] <= 64) CHECK_MSG(cell.w >= 12, "%u tokens: %g", counts[i], cell.w);
    pel_heatmap_free(p);
    close_map(&m);
  }
}

/* Every px of a cell has the cell's colour: no smoothing, no seams. */
static void test_cells_are_crisp(void) {
  map_picture m;
  pel_plot_style style = {0};
  pel_canvas_cairo canvas;
  double width, height;
  pel_heatmap *p = NULL;
  for (uint32_t n = 20; n <= 140; n += 60) { /* rectangles, then an image */
    open_map(&m, n, (pel_map_options){.of.layer = 0, .of.head = 4});
    pel_heatmap_size(&m.data, &style, &width, &height);
    CHECK_OK(pel_heatmap_layout(&m.data, &style, width, height, &p, &err));
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    cairo_t *cr = cairo_create(surface);
    pel_heatmap_draw(p, pel_canvas_cairo_init(&canvas, cr));
    cairo_surface_flush(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface), wrong = 0;
    for (uint32_t i = 0; i < n * n; i++) {
      pel_box b = pel_heatmap_cell_box(p, (pel_cell){i / n, i % n});
      bool seen = m.view.kinds[i] == PEL_CELL_WEIGHT;
      uint32_t want = pel_rgb_pack(seen ? pel_palette_color(style.palette, m.view.values[i])
                                        : pel_theme_forbidden(pel_theme_get(false), style.palette));
      for (int y = (int)b.y; y < (int)(b.y + b.h); y++)
        for (int x = (int)b.x; x < (int)(b.x + b.w); x++) {
          uint32_t got;
          memcpy(&got, data + (size_t)y * (size_t)stride + (size_t)x * 4, 4);
          for (int k = 0; k < 24; k += 8)
            wrong += abs((int)(got >> k & 255) - (int)(want >> k & 255)) > 1;
        }
    }
    CHECK_MSG(wrong == 0, "%u tokens: %d px", n, wrong);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    pel_heatmap_free(p);
    close_map(&m);
  }
}

static void check_cell(const pel_heatmap *p, uint32_t row, uint32_t col, const char *want) {
  char *text = pel_heatmap_describe(p, (pel_cell){row, col});
  CHECK_STR(text, want);
  free(text);
}

static void test_heatmap_describes(void) {
  map_picture m;
  pel_plot_style style = {0};
  pel_heatmap *p = NULL;
  open_map(&m, FAKE_TOKENS, (pel_map_options){.of.layer = 0, .of.head = 0, .no_sink = true});
  CHECK_OK(pel_heatmap_layout(&m.data, &style, 800, 800, &p, &err));
  char want[200], number[32];
  uint32_t rank, of;
  CHECK(pel_map_view_rank(&m.view, 22, 11, &rank, &of) && of == 22);
  pel_weight_text(number, sizeof number, (double)m.view.weights[22 * 40 + 11]);
  snprintf(want, sizeof want, "query 22 '␣cat' -> key 11 '␣cat': %s, rank %u of 22", number, rank);
  check_cell(p, 22, 11, want);
  check_cell(p, 3, 0, "query 3 'You' -> key 0 '<|im_start|>': hidden (key 0)");
  check_cell(p, 3, 6, "query 3 'You' cannot see key 6 '.' (later)");
  check_cell(p, 16, 17, "query 16 '\u2068␣ال\u2069' cannot see key 17 '\u2068قطة\u2069' (later)");
  check_cell(p, 40, 0, "");
  pel_heatmap_free(p);
  close_map(&m);
  open_map(&m, FAKE_TOKENS, (pel_map_options){.of.layer = 1, .max_rows = 5, .max_cols = 5});
  CHECK_OK(pel_heatmap_layout(&m.data, &style, 800, 800, &p, &err));
  check_cell(p, 4, 0, "queries 32-39 cannot see keys 0-7 (later, or outside the window)");
  pel_heatmap_free(p);
  close_map(&m);
}

static void test_caption_states_what_was_done(void) {
  map_picture m;
  open_map(&m, FAKE_TOKENS,
           (pel_map_options){
               .of.layer = 1, .of.head = 3, .rows = {4, 30}, .no_sink = true, .max_rows = 13, .max_cols = 13});
  char *text = pel_caption_text(&m.caption);
  const char *const facts[] = {"Attention, layer 1, head 3",
                               "Fake <135M> & co",
                               "queries 4–29 of 40",
                               "all 40 keys",
                               "log scale, ",
                               "window of 8 keys",
                               "each cell is the largest of 4×4 weights",
                               "key 0 (sink) hidden",
                               "% of these rows' attention drawn",
                               "trace 3f9c0a1b2c3d"};
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    CHECK_MSG(strstr(text, facts[i]), "%s not in %s", facts[i], text);
  CHECK(!strstr(text, "3f9c0a1b2c3d4"));
  free(text);
  close_map(&m);
}

/* ---- all heads ---- */

/* A model's worth of heads, by hand: 30 layers x 9, some with fewer. */
static pel_heads_view many_heads(void) {
  pel_heads_view v = {.n_layers = 30,
                      .n_heads = 9,
                      .n_tokens = 24,
                      .side = 24,
                      .block = 1,
                      .scale = PEL_SCALE_LOG,
                      .low = 1e-5f,
                      .high = 1};
  v.heads = calloc(270, sizeof *v.heads);
  v.values = calloc(270 * 24 * 24, sizeof *v.values);
  v.weights = calloc(270 * 24 * 24, sizeof *v.weights);
  for (uint32_t i = 0; i < 270; i++) {
    v.heads[i].state = i / 9 == 7                 ? PEL_HEAD_NOT_RECORDED
                       : i % 9 == 8 && i / 9 > 20 ? PEL_HEAD_ABSENT
                                                  : PEL_HEAD_RECORDED;
    for (uint32_t k = 0; k < 24 * 24; k++)
      v.values[i * 576 + k] = k % 24 > k / 24 ? PEL_THUMB_FORBIDDEN : (float)((k * (i + 3)) % 97) / 97;
  }
  return v;
}

static void test_headgrid_at_every_size(void) {
  pel_heads_view v = many_heads();
  pel_caption caption = {.title = "Attention of all heads", .facts = {"model", "log scale"}, .n_facts = 2};
  pel_headgrid_data data = {.view = &v, .caption = &caption};
  pel_plot_style style = {0};
  for (size_t i = 0; i <= sizeof sizes / sizeof *sizes; i++) {
    pel_headgrid *p = NULL;
    double width, height;
    pel_headgrid_size(&data, &style, &width, &height);
    if (i < sizeof sizes / sizeof *sizes) width = sizes[i][0], height = sizes[i][1];
    CHECK_OK(pel_headgrid_layout(&data, &style, width, height, &p, &err));
    for (uint32_t l = 0; l < 30; l++)
      for (uint32_t h = 0; h < 9; h++) {
        pel_box b = pel_headgrid_head_box(p, (pel_head_place){l, h});
        CHECK_MSG(b.x >= -0.01 && b.y >= -0.01 && b.x + b.w <= width + 0.01 && b.y + b.h <= height + 0.01,
                  "%g x %g", width, height);
        pel_head_place got = {99, 99};
        bool there = pel_headgrid_pick(p, b.x + b.w / 2, b.y + b.h / 2, &got);
        CHECK(there == (v.heads[l * 9 + h].state != PEL_HEAD_ABSENT));
        if (there) CHECK(got.layer == l && got.head == h);
      }
    draw_once(draw_headgrid, p, (int)fmin(width, 2000), (int)fmin(height, 2000));
    pel_headgrid_free(p);
  }
  pel_heads_view_clear(&v);
}

static void test_headgrid_describes(void) {
  pel_heads_view v = many_heads();
  pel_caption caption = {.title = "t"};
  pel_headgrid_data data = {.view = &v, .caption = &caption};
  pel_plot_style style = {0};
  pel_headgrid *p = NULL;
  v.heads[3 * 9 + 2] = (pel_head_summary){PEL_HEAD_RECORDED, 0.451f, 1.2f, 12.34f, 5, 1};
  CHECK_OK(pel_headgrid_layout(&data, &style, 800, 800, &p, &err));
  char *text = pel_headgrid_describe(p, (pel_head_place){3, 2});
  CHECK_STR(text, "layer 3, head 2: 45.1 % of its attention on key 0, mean entropy 1.20 nats, key 5 received "
                  "most (12.3 queries' worth)");
  free(text);
  text = pel_headgrid_describe(p, (pel_head_place){7, 0});
  CHECK_STR(text, "layer 7, head 0: not recorded");
  free(text);
  pel_headgrid_free(p);
  pel_heads_view_clear(&v);
}

/* ---- text flow ---- */

static void check_flow(const pel_tokens_view *v, const pel_tokenflow *p, double width, double height) {
  for (uint32_t i = 0; i < v->n - pel_tokenflow_left_out(p); i++) {
    pel_box boxes[64];
    uint32_t n = pel_tokenflow_boxes(p, i, boxes, 64), got;
    for (uint32_t k = 0; k < n && k < 64; k++) {
      CHECK_MSG(boxes[k].x >= -0.5 && boxes[k].x + boxes[k].w <= width + 30 &&
                    boxes[k].y + boxes[k].h <= height + 0.5,
                "token %u at %g", i, width);
      CHECK(pel_tokenflow_pick(p, boxes[k].x + boxes[k].w / 2, boxes[k].y + boxes[k].h / 2, &got) &&
            got == i);
    }
  }
}

static void test_tokenflow_wraps(void) {
  pel_trace *trace = fake_trace_new(200);
  pel_tokens_view v;
  pel_caption caption;
  pel_plot_style style = {0};
  CHECK_OK(pel_tokens_view_load(trace, &(pel_tokens_options){.signal = PEL_SIGNAL_ENTROPY}, NULL, &v, &err));
  pel_caption_tokens(trace, &v, &caption);
  pel_tokenflow_data data = {&v, &caption};
  uint32_t last = 0;
  for (double width = 1600; width >= 100; width /= 2) {
    pel_tokenflow *p = NULL;
    double height;
    pel_tokenflow_size(&data, &style, 16384, &width, &height);
    CHECK_OK(pel_tokenflow_layout(&data, &style, width, height, &p, &err));
    CHECK_MSG(pel_tokenflow_left_out(p) == 0, "%g: %u left out", width, pel_tokenflow_left_out(p));
    CHECK_MSG(pel_tokenflow_lines(p) >= last, "%g: %u lines", width, pel_tokenflow_lines(p));
    if (width > 300) last = pel_tokenflow_lines(p); /* narrower ones drop the gutter and gain room */
    check_flow(&v, p, width, height);
    for (uint32_t i = 0; i < v.n; i++)
      CHECK_MSG(pel_tokenflow_boxes(p, i, NULL, 0) > 0, "token %u has no box", i);
    draw_once(draw_tokenflow, p, (int)width, (int)fmin(height, 3000));
    pel_tokenflow_free(p);
  }
  pel_tokens_view_clear(&v);
  pel_trace_close(trace);
}

static void test_tokenflow_at_every_size(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  pel_tokens_view v;
  pel_caption caption;
  pel_plot_style style = {.theme = pel_theme_get(true)};
  CHECK_OK(pel_tokens_view_load(trace, &(pel_tokens_options){.signal = PEL_SIGNAL_RECEIVED}, NULL, &v, &err));
  pel_caption_tokens(trace, &v, &caption);
  pel_tokenflow_data data = {&v, &caption};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    pel_tokenflow *p = NULL;
    uint32_t token;
    CHECK_OK(pel_tokenflow_layout(&data, &style, sizes[i][0], sizes[i][1], &p, &err));
    check_flow(&v, p, sizes[i][0], sizes[i][1]);
    CHECK(!pel_tokenflow_pick(p, -5, 5, &token));
    draw_once(draw_tokenflow, p, (int)fmin(sizes[i][0], 2000), (int)fmin(sizes[i][1], 2000));
    pel_tokenflow_free(p);
  }
  pel_tokenflow *p = NULL;
  CHECK_OK(pel_tokenflow_layout(&data, &style, 700, 160, &p, &err));
  CHECK(pel_tokenflow_left_out(p) > 0 && pel_tokenflow_lines(p) > 0);
  pel_tokenflow_free(p);
  pel_tokens_view_clear(&v);
  pel_trace_close(trace);
}

static void test_tokenflow_describes(void) {
  pel_trace *trace = fake_trace_new(FAKE_TOKENS);
  pel_tokens_view v;
  pel_caption caption;
  pel_plot_style style = {0};
  pel_tokenflow *p = NULL;
  CHECK_OK(pel_tokens_view_load(trace, &(pel_tokens_options){.rows = {0, 20}}, NULL, &v, &err));
  pel_caption_tokens(trace, &v, &caption);
  v.items[11].logprob = -0.231f, v.items[11].entropy = 1.2f, v.items[11].margin = 0.51f;
  CHECK_OK(pel_tokenflow_layout(&(pel_tokenflow_data){&v, &caption}, &style, 700, 700, &p, &err));
  char *text = pel_tokenflow_describe(p, 11);
  CHECK_STR(text, "token 11 '␣cat' (user): log probability -0.23, entropy 1.20 nats, margin 0.51");
  free(text);
  text = pel_tokenflow_describe(p, 0);
  CHECK_STR(text, "token 0 '<|im_start|>' (template): nothing recorded");
  free(text);
  pel_tokenflow_free(p);
  pel_tokens_view_clear(&v);
  pel_trace_close(trace);
}

/* ---- sizes ---- */

static void test_picture_sizes(void) {
  CHECK(pel_picture_check_size(PEL_PICTURE_PNG, 16, 16384, &err) == PEL_OK);
  CHECK(pel_picture_check_size(PEL_PICTURE_PNG, 15, 100, &err) == PEL_ERR_USAGE);
  CHECK(pel_picture_check_size(PEL_PICTURE_SVG, 100, 16385, &err) == PEL_ERR_USAGE);
  CHECK(pel_picture_check_size(PEL_PICTURE_PNG, 16384, 16384, &err) == PEL_ERR_USAGE);
  CHECK_MSG(strstr(err.text, "MiB"), "%s", err.text);
  CHECK(pel_picture_check_size(PEL_PICTURE_PDF, 16384, 16384, &err) == PEL_OK);
  CHECK(pel_picture_check_size(PEL_PICTURE_PDF, (double)NAN, 100, &err) == PEL_ERR_USAGE);
}

int main(void) {
  RUN(test_palettes_rise_in_lightness);
  RUN(test_diverging_peaks_in_its_middle);
  RUN(test_palette_names_and_ends);
  RUN(test_forbidden_is_in_no_palette);
  RUN(test_text_is_readable_on_every_tint);
  RUN(test_ticks);
  RUN(test_heatmap_at_every_size);
  RUN(test_heatmap_chosen_size_has_whole_cells);
  RUN(test_cells_are_crisp);
  RUN(test_heatmap_describes);
  RUN(test_caption_states_what_was_done);
  RUN(test_headgrid_at_every_size);
  RUN(test_headgrid_describes);
  RUN(test_tokenflow_wraps);
  RUN(test_tokenflow_at_every_size);
  RUN(test_tokenflow_describes);
  RUN(test_picture_sizes);
  return check_result();
}
