/* Deletion and insertion curves: what the picture names, where its parts stand, what it says to who cannot see it; one question, one count, no room. */
#include "src/plot/explaincurve.h"

#include <math.h>
#include <stdlib.h>

#include "src/plot/picture.h"
#include "tests/check.h"
#include "tests/unit/fake_curves.h"

static const pel_plot_style light = {0};

static bool keep(const void *data, size_t size, void *user) { return fwrite(data, 1, size, user) == size; }
static void draw(const void *plot, pel_canvas *canvas) { pel_explaincurve_draw(plot, canvas); }

static char *svg_of(const pel_explaincurve_data *data, const pel_plot_style *style, double width, double height) {
  char *text = NULL;
  size_t size;
  pel_explaincurve *plot;
  FILE *f = open_memstream(&text, &size);
  CHECK(pel_explaincurve_layout(data, style, width, height, &plot, NULL) == PEL_OK);
  pel_picture picture = {.format = PEL_PICTURE_SVG, .width = width, .height = height, .title = pel_explaincurve_title(plot), .description = "d", .draw = draw, .plot = plot};
  CHECK(pel_picture_write(&picture, keep, f, NULL) == PEL_OK);
  fclose(f);
  pel_explaincurve_free(plot);
  return text;
}

static int times(const char *text, const char *part) {
  int n = 0;
  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
  return n;
}

/* Where the k-th text of these words stands; NAN: there are fewer. */
static pel_point place_of(const char *svg, const char *words, int k) {
  char end[80];
  pel_point at = {NAN, NAN};
  snprintf(end, sizeof end, ">%s</text>", words);
  const char *found = strstr(svg, end);
  while (found && k--) found = strstr(found + 1, end);
  if (!found) return at;
  while (found > svg && strncmp(found, "<text", 5)) found--;
  sscanf(strstr(found, " x=\"") + 4, "%lf", &at.x);
  sscanf(strstr(found, " y=\"") + 4, "%lf", &at.y);
  return at;
}

static void it_names_what_it_shows(void) {
  char *svg = svg_of(fake_curves(), &light, 1000, 480);
  const char *const once[] = {"Deletion: less is better", "Insertion: more is better", "facts taken out (spaced as log (1 + n))", "facts left alone (spaced as log (1 + n))",
                              "the whole graph: 0.800", "made_up", "120 questions", "bands: 95 % intervals"};
  for (size_t i = 0; i < sizeof once / sizeof *once; i++) CHECK_MSG(times(svg, once[i]) == 1, "%s: %d times", once[i], times(svg, once[i]));
  CHECK(times(svg, "mean share, 0 to 1") == 2 && times(svg, ">100</text>") == 2 && !strstr(svg, "nan"));
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) CHECK(isfinite(place_of(svg, fake_curves()->names[r], 1).x));
  free(svg);
}

/* Without colour too: a dash of its own, or a whole line, in each panel. */
static void rankings_differ_by_more_than_colour(void) {
  char *svg = svg_of(fake_curves(), &light, 1000, 480);
  CHECK(times(svg, "stroke-dasharray=\"10 4\"") == 2 && times(svg, "stroke-dasharray=\"5 3\"") == 2 && times(svg, "stroke-dasharray=\"1.5 3\"") == 2 && times(svg, "stroke-dasharray") == 6);
  CHECK(times(svg, "fill-opacity=\"0.16\"") == 8);
  free(svg);
}

static void names_stand_beside_their_lines(void) {
  char *svg = svg_of(fake_curves(), &light, 1000, 480);
  for (int panel = 0; panel < 2; panel++) {
    pel_point at[PEL_GNN_RANKINGS];
    for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
      const double *means = fake_curves()->lines[panel][r].means;
      at[r] = place_of(svg, fake_curves()->names[r], panel);
      CHECK_MSG(at[r].x > (panel ? 800 : 400) && at[r].x < (panel ? 960 : 480), "%g", at[r].x);
      for (int other = 0; other < r; other++) {
        CHECK_MSG(fabs(at[r].y - at[other].y) > 13.9, "%g and %g", at[r].y, at[other].y);
        CHECK((at[r].y < at[other].y) == (means[5] > fake_curves()->lines[panel][other].means[5]));
      }
    }
  }
  free(svg);
}

static void who_cannot_see_it_is_told(void) {
  pel_explaincurve *plot;
  CHECK(pel_explaincurve_layout(fake_curves(), &light, 1000, 480, &plot, NULL) == PEL_OK);
  char *words = pel_explaincurve_describe(plot);
  CHECK_MSG(strstr(words, "made_up") && strstr(words, "120 questions") &&
                strstr(words, "Deletion: less is better. The answer's mean share with 0, 1, 3, 10, 30, 100 facts taken out: attention 0.800, 0.720, 0.700, 0.520, 0.250, 0.030; gradient 0.800") &&
                strstr(words, "facts left alone: attention 0.000, 0.280") && strstr(words, "random 0.000, 0.020, 0.070, 0.210, 0.410, 0.650"),
            "%s", words);
  free(words);
  pel_explaincurve_free(plot);
}

/* Of one question no interval is known: no band, and no word of one. */
static void one_question_has_no_band(void) {
  static const pel_interval unknown[6] = {{NAN, NAN}, {NAN, NAN}, {NAN, NAN}, {NAN, NAN}, {NAN, NAN}, {NAN, NAN}};
  pel_explaincurve_data data = *fake_curves();
  data.questions = 1;
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) data.lines[0][r].intervals = data.lines[1][r].intervals = unknown;
  char *svg = svg_of(&data, &light, 1000, 480);
  CHECK(!strstr(svg, "fill-opacity") && !strstr(svg, "bands") && !strstr(svg, "nan") && times(svg, "stroke-dasharray") == 6);
  CHECK(strstr(svg, "1 question whose answer is reached"));
  free(svg);
}

static void little_to_draw_and_little_room(void) {
  const pel_plot_style dark = {.theme = pel_theme_get(true)};
  pel_explaincurve_data data = *fake_curves();
  pel_explaincurve *plot = NULL;
  char *tiny = svg_of(&data, &dark, 60, 40);
  CHECK(tiny && !strstr(tiny, "nan"));
  data.n = 1; /* 0 facts: nowhere to go */
  char *one = svg_of(&data, &light, 1000, 480);
  CHECK(!strstr(one, "nan") && !strstr(one, "stroke-dasharray"));
  free(tiny), free(one);
  data.questions = 0;
  CHECK(pel_explaincurve_layout(&data, &light, 1000, 480, &plot, NULL) == PEL_ERR_UNSUPPORTED);
}

int main(void) {
  RUN(it_names_what_it_shows);
  RUN(rankings_differ_by_more_than_colour);
  RUN(names_stand_beside_their_lines);
  RUN(who_cannot_see_it_is_told);
  RUN(one_question_has_no_band);
  RUN(little_to_draw_and_little_room);
  return check_result();
}
