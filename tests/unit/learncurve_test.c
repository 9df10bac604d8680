/* The loss curve: drawn, picked, described; epochs without a validation leave a gap. */
#include "src/plot/learncurve.h"

#include <math.h>
#include <stdlib.h>

#include "src/plot/picture.h"
#include "tests/check.h"

static pel_gnn_epoch epochs[] = {{2.5, NAN, 3}, {1.25, 0.5, 6}, {1, 0.75, 9}, {0.9, 0.7, 12}};

static bool keep(const void *data, size_t size, void *user) {
  FILE *f = user;
  return fwrite(data, 1, size, f) == size;
}

static void draw(const void *plot, pel_canvas *canvas) { pel_learncurve_draw(plot, canvas); }

static char *svg_of(const pel_learncurve *plot) {
  char *text = NULL;
  size_t size;
  FILE *f = open_memstream(&text, &size);
  pel_picture picture = {.format = PEL_PICTURE_SVG, .width = 500, .height = 400, .title = "t", .description = "d", .draw = draw, .plot = plot};
  CHECK(pel_picture_write(&picture, keep, f, NULL) == PEL_OK);
  fclose(f);
  return text;
}

static void it_says_what_was_learnt(void) {
  const pel_plot_style style = {0};
  pel_learncurve_data data = {.title = "How it learnt", .epochs = epochs, .n = 4, .best = 3};
  pel_learncurve *plot;
  CHECK(pel_learncurve_layout(&data, &style, 500, 400, &plot, NULL) == PEL_OK);
  char *svg = svg_of(plot), *third = pel_learncurve_describe(plot, 3), *first = pel_learncurve_describe(plot, 1);
  CHECK(strstr(svg, "How it learnt") && strstr(svg, "kept epoch: 3 (0.750)") && strstr(svg, "loss, nats an answer") && strstr(svg, "validation MRR") && !strstr(svg, "nan"));
  CHECK_STR(third, "Epoch 3: loss 1.000, validation MRR 0.750, 9 s");
  CHECK_STR(first, "Epoch 1: loss 2.500, 3 s");
  CHECK(!pel_learncurve_describe(plot, 0) && !pel_learncurve_describe(plot, 5));
  CHECK(pel_learncurve_pick(plot, 59, 200) == 1 && pel_learncurve_pick(plot, 482, 200) == 4 && !pel_learncurve_pick(plot, 10, 200) && !pel_learncurve_pick(plot, 200, 5));
  free(svg), free(first), free(third);
  pel_learncurve_free(plot);
}

static void one_epoch_and_none(void) {
  const pel_plot_style style = {.theme = pel_theme_get(true)};
  pel_learncurve_data data = {.title = "", .epochs = epochs, .n = 1};
  pel_learncurve *plot = NULL;
  CHECK(pel_learncurve_layout(&data, &style, 120, 90, &plot, NULL) == PEL_OK);
  char *svg = svg_of(plot);
  CHECK(svg && !strstr(svg, "nan"));
  free(svg);
  pel_learncurve_free(plot);
  data.n = 0;
  CHECK(pel_learncurve_layout(&data, &style, 500, 400, &plot, NULL) == PEL_ERR_UNSUPPORTED);
}

int main(void) {
  RUN(it_says_what_was_learnt);
  RUN(one_epoch_and_none);
  return check_result();
}
