#include "src/cli/eval_kg_explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/cli/picture.h"
#include "src/plot/explaincurve.h"

enum { COUNTS = 6, PARTS = PEL_EXPLAINCURVE_PANELS };
static const uint32_t counts[COUNTS] = {0, 1, 3, 10, 30, 100};
static const char *const parts[PARTS] = {[PEL_EXPLAINCURVE_DELETION] = "deletion", [PEL_EXPLAINCURVE_INSERTION] = "insertion"};

typedef double curve[COUNTS];

typedef struct study {
  curve (*of)[PARTS][PEL_GNN_RANKINGS]; /* [asked] */
  uint32_t asked;                       /* whose answer is reached */
  curve means[PARTS][PEL_GNN_RANKINGS]; /* NAN: none was reached */
  pel_interval intervals[PARTS][PEL_GNN_RANKINGS][COUNTS]; /* NAN: too few were asked */
} study;

static pel_status ask(study *s, const kg_set *set, pel_gnn *gnn, const pel_triple *t, bool backwards, uint64_t random, pel_error *err) {
  uint32_t subject = backwards ? t->object : t->subject, answer = backwards ? t->subject : t->object, relation = t->relation + (backwards ? set->relations.n : 0);
  curve(*one)[PEL_GNN_RANKINGS] = s->of[s->asked];
  for (int r = 0; r < PEL_GNN_RANKINGS; r++)
    PEL_TRY(pel_gnn_curves(gnn, set->ask, subject, relation, answer, (pel_gnn_ranking)r, random, counts, COUNTS, one[PEL_EXPLAINCURVE_DELETION][r], one[PEL_EXPLAINCURVE_INSERTION][r], err));
  s->asked += one[PEL_EXPLAINCURVE_DELETION][0][0] > 0; /* not reached: nothing to explain */
  return PEL_OK;
}

/* ---- means over questions ---- */

/* Each question is a group of its own. */
static pel_status find_intervals(study *s, pel_error *err) {
  uint32_t *group = pel_alloc(s->asked, sizeof *group);
  if (!group) return pel_fail_memory(err, "intervals", s->asked * sizeof *group);
  for (uint32_t i = 0; i < s->asked; i++) group[i] = i;
  pel_status status = pel_cluster_bootstrap(s->of[0][0][0], group, s->asked, sizeof s->means / sizeof(double), s->intervals[0][0], err);
  free(group);
  return status;
}

static pel_status find_means(study *s, pel_error *err) {
  for (int part = 0; part < PARTS; part++)
    for (int r = 0; r < PEL_GNN_RANKINGS; r++)
      for (int i = 0; i < COUNTS; i++) {
        s->means[part][r][i] = s->asked ? 0 : NAN;
        for (uint32_t q = 0; q < s->asked; q++) s->means[part][r][i] += s->of[q][part][r][i] / s->asked;
        s->intervals[part][r][i] = (pel_interval){NAN, NAN};
      }
  return s->asked > 1 ? find_intervals(s, err) : PEL_OK;
}

/* The mean over counts but 0. */
static double area(const double *shares) {
  double sum = 0;
  for (int i = 1; i < COUNTS; i++) sum += shares[i] / (COUNTS - 1);
  return sum;
}

/* The mean of one ranking's areas less another's with half its 95 % interval, over the same questions. */
static void paired(const study *s, int part, int ranking, int less, double *mean, double *half) {
  double sum = 0, squares = 0;
  for (uint32_t i = 0; i < s->asked; i++) sum += area(s->of[i][part][ranking]) - area(s->of[i][part][less]);
  *mean = s->asked ? sum / s->asked : NAN;
  for (uint32_t i = 0; i < s->asked; i++) {
    double off = area(s->of[i][part][ranking]) - area(s->of[i][part][less]) - *mean;
    squares += off * off;
  }
  *half = s->asked > 1 ? 1.96 * sqrt(squares / (s->asked - 1) / s->asked) : NAN;
}

/* ---- telling ---- */

static void add_difference(struct json_object *o, const study *s, int part, int ranking, int less, const char *than) {
  double mean, half;
  char name[60];
  paired(s, part, ranking, less, &mean, &half);
  if (!isfinite(mean) || !isfinite(half)) return;
  struct json_object *d = json_object_new_object();
  json_object_object_add(d, "value", json_object_new_double(mean));
  json_object_object_add(d, "low", json_object_new_double(mean - half));
  json_object_object_add(d, "high", json_object_new_double(mean + half));
  snprintf(name, sizeof name, "%s_less_%s", parts[part], than);
  json_object_object_add(o, name, d);
}

static void add_curve(struct json_object *o, const study *s, int part, int r) {
  struct json_object *means = json_object_new_array(), *intervals = json_object_new_array();
  char name[60];
  for (int i = 0; i < COUNTS; i++) {
    const pel_interval *x = &s->intervals[part][r][i];
    struct json_object *interval = json_object_new_object();
    json_object_array_add(means, s->asked ? json_object_new_double(s->means[part][r][i]) : NULL);
    cli_add_number(interval, "low", x->low);
    cli_add_number(interval, "high", x->high);
    json_object_array_add(intervals, interval);
  }
  json_object_object_add(o, parts[part], means);
  snprintf(name, sizeof name, "%s_intervals", parts[part]);
  json_object_object_add(o, name, intervals);
}

static void tell_json(const study *s, struct json_object *o) {
  struct json_object *all = json_object_new_object(), *list = json_object_new_array(), *by = json_object_new_object();
  for (int i = 0; i < COUNTS; i++) json_object_array_add(list, json_object_new_int64(counts[i]));
  json_object_object_add(all, "questions", json_object_new_int64(s->asked));
  json_object_object_add(all, "facts", list);
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
    struct json_object *one = json_object_new_object();
    for (int part = 0; part < PARTS; part++) add_curve(one, s, part, r);
    for (int part = 0; part < PARTS && r != PEL_GNN_AT_RANDOM; part++) add_difference(one, s, part, r, PEL_GNN_AT_RANDOM, "random");
    for (int part = 0; part < PARTS && r != PEL_GNN_BY_SHORTEST_PATH; part++) add_difference(one, s, part, r, PEL_GNN_BY_SHORTEST_PATH, "shortest_path");
    json_object_object_add(by, pel_gnn_ranking_name((pel_gnn_ranking)r), one);
  }
  json_object_object_add(all, "rankings", by);
  json_object_object_add(o, "explanations", all);
}

static void tell_mean(FILE *f, double mean, pel_interval interval) {
  char text[80], a[40], b[40], c[40];
  pel_format_fixed(a, sizeof a, mean, 3);
  if (isnan(interval.low)) fprintf(f, "%22s", a);
  if (isnan(interval.low)) return;
  snprintf(text, sizeof text, "%s [%s, %s]", a, pel_format_fixed(b, sizeof b, interval.low, 3), pel_format_fixed(c, sizeof c, interval.high, 3));
  fprintf(f, "%22s", text);
}

static void tell_text(const study *s, char *text, size_t size) {
  static const char *const says[PARTS] = {"facts taken out", "facts left alone"};
  FILE *f = fmemopen(text, size, "w");
  if (!f) return;
  fprintf(f, "\n\nthe answer's mean share when facts are taken out (deletion, less is better) or alone are left (insertion, more is better); %u questions whose answer is reached, intervals of 95 %% over them", s->asked);
  for (int part = 0; part < PARTS && s->asked; part++) {
    fprintf(f, "\n%-16s", says[part]);
    for (int i = 0; i < COUNTS; i++) fprintf(f, "%22u", counts[i]);
    for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
      fprintf(f, "\n  %-14s", pel_gnn_ranking_name((pel_gnn_ranking)r));
      for (int i = 0; i < COUNTS; i++) tell_mean(f, s->means[part][r][i], s->intervals[part][r][i]);
    }
  }
  fclose(f);
}

/* ---- the picture ---- */

static void draw_curves(const void *plot, pel_canvas *canvas) { pel_explaincurve_draw(plot, canvas); }

static pel_status draw(const study *s, const kg_set *set, const kg_curves *curves, pel_error *err) {
  const pel_plot_style style = {.theme = pel_theme_get(curves->dark)};
  pel_explaincurve_data data = {.set = set->name, .questions = s->asked, .counts = counts, .n = COUNTS};
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
    data.names[r] = pel_gnn_ranking_name((pel_gnn_ranking)r);
    for (int part = 0; part < PARTS; part++) data.lines[part][r] = (pel_explaincurve_line){s->means[part][r], s->intervals[part][r]};
  }
  pel_picture picture = {.width = 1000, .height = 480, .draw = draw_curves};
  pel_explaincurve *plot;
  PEL_TRY(pel_explaincurve_layout(&data, &style, picture.width, picture.height, &plot, err));
  char *words = pel_explaincurve_describe(plot);
  picture.title = pel_explaincurve_title(plot), picture.description = words ? words : "", picture.plot = plot;
  pel_status status = cli_draw_picture(curves->path, picture, curves->file, err);
  free(words);
  pel_explaincurve_free(plot);
  return status;
}

/* ---- all of it ---- */

static pel_status ask_all(study *s, const kg_set *set, pel_gnn *gnn, size_t asked, pel_error *err) {
  size_t all = set->test.n;
  s->of = pel_alloc(asked, sizeof *s->of);
  if (!s->of) return pel_fail_memory(err, "curves", asked * sizeof *s->of);
  for (size_t i = 0; i < asked; i++) {
    if (!cli_progress_fraction((double)i / (double)asked, "taking facts away")) return pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    PEL_TRY(ask(s, set, gnn, &set->test.items[i * all / asked], i % 2, i, err));
  }
  return find_means(s, err);
}

pel_status kg_explain(const kg_set *set, pel_gnn *gnn, uint32_t n, const kg_curves *curves, struct json_object *o, char *text, size_t size, pel_error *err) {
  study s = {0};
  pel_status status = ask_all(&s, set, gnn, n < set->test.n ? n : set->test.n, err);
  if (status == PEL_OK) {
    tell_json(&s, o);
    tell_text(&s, text, size);
    if (curves) status = draw(&s, set, curves, err);
  }
  free(s.of);
  return status;
}
