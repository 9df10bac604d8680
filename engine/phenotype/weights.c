/* Learnt weights as a file: JSON of the form that docs/methods.md shows. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/format/json.h"
#include "engine/phenotype/differential.h"
#include "engine/phenotype/weights_builtin.h"

enum { FORMAT = 2, FILE_MOST = 1 << 16 };
_Static_assert((int)PEL_FEATURES <= (int)PEL_PHENOTYPE_WEIGHTS, "the public struct has room for every feature");

const pel_phenotype_weights *pel_phenotype_weights_builtin(void) { return &builtin; }

const char *pel_phenotype_weights_excluded(const pel_phenotype_weights *w) {
  if (w->weight[PEL_F_ASKED] > 0 || w->weight[PEL_F_ASKED_CONTENT] > 0) return "may also count for a disease that has them: somebody looked for them";
  for (int k = PEL_F_EXCLUDED_OFTEN; k <= PEL_F_ASKED_CONTENT; k++)
    if (w->weight[k] < 0) return "count against a disease that has them";
  return "do not change the order of the diseases; one that a disease always has refutes it";
}

/* ---- reading ---- */

typedef struct seen {
  bool version, weight[PEL_FEATURES], weights, calibration, part[PEL_RATING_INPUTS], offset, ece, cases, bins;
} seen;

static bool finite_number(pel_json *j, double *out) {
  double value;
  if (!pel_json_double(j, &value)) return false;
  if (!isfinite(value) || fabs(value) > 1e6) return pel_json_fail(j, "a number of at most a million is expected");
  *out = value;
  return true;
}

static void read_weights(pel_json *j, pel_phenotype_weights *w, seen *s) {
  char name[64];
  s->weights = true;
  if (!pel_json_enter(j, '{')) return;
  while (pel_json_more(j, '}')) {
    int k = 0;
    if (!pel_json_key(j, name, sizeof name)) return;
    while (k < PEL_FEATURES && strcmp(pel_feature_of((pel_feature)k)->name, name) != 0) k++;
    if (k == PEL_FEATURES) {
      pel_json_fail(j, "this weight's name is not known");
      return;
    }
    if (!finite_number(j, &w->weight[k])) return;
    if (pel_feature_of((pel_feature)k)->sign < 0 && w->weight[k] > 0) pel_json_fail(j, "this weight may not be above 0");
    s->weight[k] = true;
  }
}

/* [n, mean confidence, right ones] a bin. */
static void read_bins(pel_json *j, pel_confidence_bin *bins) {
  size_t i = 0;
  if (!pel_json_enter(j, '[')) return;
  for (; pel_json_more(j, ']'); i++) {
    double v[3];
    int k = 0;
    if (!pel_json_enter(j, '[')) return;
    for (; pel_json_more(j, ']'); k++)
      if (!finite_number(j, &v[k % 3])) return;
    if (i == PEL_RELIABILITY_BINS || k != 3 || !(v[0] >= 0 && v[0] <= 1e6 && v[0] == floor(v[0]) && v[1] >= 0 && v[1] <= 1 && v[2] >= 0 && v[2] <= v[0])) {
      pel_json_fail(j, "15 bins are expected, each [cases, mean confidence, right ones]");
      return;
    }
    bins[i] = pel_reliability_kept((int)i, v[0], v[1], v[2]);
  }
  if (!j->fault && i != PEL_RELIABILITY_BINS) pel_json_fail(j, "15 bins are expected, each [cases, mean confidence, right ones]");
}

/* {"share": [slope, mean], ...} */
static void read_parts(pel_json *j, pel_phenotype_weights *w, seen *s) {
  char name[64];
  if (!pel_json_enter(j, '{')) return;
  while (pel_json_more(j, '}')) {
    int k = 0;
    if (!pel_json_key(j, name, sizeof name)) return;
    while (k < PEL_RATING_INPUTS && strcmp(pel_rating_input_of((pel_rating_input)k)->name, name) != 0) k++;
    if (k == PEL_RATING_INPUTS) {
      pel_json_fail(j, "this part's name is not known");
      return;
    }
    double v[2];
    int n = 0;
    if (!pel_json_enter(j, '[')) return;
    for (; pel_json_more(j, ']'); n++)
      if (!finite_number(j, &v[n % 2])) return;
    if (n != 2) {
      pel_json_fail(j, "a part's slope and mean are expected");
      return;
    }
    w->slope[k] = v[0], w->mean[k] = v[1];
    s->part[k] = true;
  }
}

static void read_calibration(pel_json *j, pel_phenotype_weights *w, seen *s) {
  char name[64];
  s->calibration = true;
  if (!pel_json_enter(j, '{')) return;
  while (pel_json_more(j, '}')) {
    if (!pel_json_key(j, name, sizeof name)) return;
    if (!strcmp(name, "parts")) read_parts(j, w, s);
    else if (!strcmp(name, "other_slope")) finite_number(j, &w->other_slope);
    else if (!strcmp(name, "other_offset")) finite_number(j, &w->other_offset);
    else if (!strcmp(name, "offset")) s->offset = finite_number(j, &w->offset);
    else if (!strcmp(name, "cases")) s->cases = pel_json_u64(j, &w->cases);
    else if (!strcmp(name, "publications")) pel_json_u64(j, &w->publications);
    else if (!strcmp(name, "right")) finite_number(j, &w->right);
    else if (!strcmp(name, "ece")) s->ece = finite_number(j, &w->ece);
    else if (!strcmp(name, "bins")) read_bins(j, w->bins), s->bins = true;
    else if (!strcmp(name, "other_bins")) read_bins(j, w->other_bins);
    else pel_json_skip(j);
  }
}

static void read_all(pel_json *j, pel_phenotype_weights *w, seen *s) {
  char name[64];
  uint64_t version = 0;
  if (!pel_json_enter(j, '{')) return;
  while (pel_json_more(j, '}')) {
    if (!pel_json_key(j, name, sizeof name)) return;
    if (!strcmp(name, "pellucid_phenotype")) {
      if (pel_json_u64(j, &version) && version != FORMAT) pel_json_fail(j, "this version of the file is not known; learn the weights anew");
      s->version = true;
    } else if (!strcmp(name, "learnt_from")) pel_json_string(j, w->learnt_from, sizeof w->learnt_from);
    else if (!strcmp(name, "catalogue")) pel_json_string(j, w->catalogue, sizeof w->catalogue);
    else if (!strcmp(name, "diseases")) pel_json_u64(j, &w->diseases);
    else if (!strcmp(name, "weights")) read_weights(j, w, s);
    else if (!strcmp(name, "calibration")) read_calibration(j, w, s);
    else pel_json_skip(j);
  }
}

pel_status pel_phenotype_weights_parse(const char *name, const char *text, size_t size, pel_phenotype_weights *out, pel_error *err) {
  pel_json j = {.text = text, .size = size};
  pel_phenotype_weights w = {0};
  seen s = {0};
  read_all(&j, &w, &s);
  if (!pel_json_end(&j)) return pel_fail(err, PEL_ERR_INPUT, "%s: byte %zu: %s", name, j.at, j.fault);
  const char *lacks = !s.version ? "pellucid_phenotype" : !s.weights ? "weights" : !s.calibration ? "calibration" : NULL;
  for (int k = 0; k < PEL_FEATURES && !lacks; k++)
    if (!s.weight[k]) lacks = pel_feature_of((pel_feature)k)->name;
  for (int k = 0; k < PEL_RATING_INPUTS && !lacks; k++)
    if (!s.part[k]) lacks = pel_rating_input_of((pel_rating_input)k)->name;
  if (!lacks) lacks = !s.offset ? "offset" : !s.cases ? "cases" : !s.ece ? "ece" : !s.bins ? "bins" : NULL;
  if (lacks) return pel_fail(err, PEL_ERR_INPUT, "%s: '%s' is not in it; learn the weights anew", name, lacks);
  *out = w;
  return PEL_OK;
}

pel_status pel_phenotype_weights_read(const char *path, pel_phenotype_weights *out, pel_error *err) {
  char *text;
  size_t size;
  PEL_TRY(pel_file_read(path, "weights", FILE_MOST, &text, &size, err));
  pel_status status = pel_phenotype_weights_parse(path, text, size, out, err);
  free(text);
  return status;
}

/* ---- writing ---- */

typedef struct text {
  char *at;
  size_t n, room;
  bool failed;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *t, const char *format, ...) {
  char line[512];
  va_list list;
  va_start(list, format);
  int n = vsnprintf(line, sizeof line, format, list);
  va_end(list);
  void *grown = t->failed || n < 0 || (size_t)n >= sizeof line ? NULL : pel_grow(t->at, &t->room, t->n + (size_t)n + 1, 1);
  if (!grown) {
    t->failed = true;
    return;
  }
  t->at = grown;
  memcpy(t->at + t->n, line, (size_t)n + 1);
  t->n += (size_t)n;
}

static void add_number(text *t, const char *name, double value, const char *end) {
  char number[40];
  add(t, "\"%s\": %s%s", name, pel_format_double(number, sizeof number, value), end);
}

static void add_part(text *t, pel_rating_input k, const pel_phenotype_weights *w) {
  char slope[40], mean[40];
  add(t, "\"%s\": [%s, %s]%s", pel_rating_input_of(k)->name, pel_format_double(slope, sizeof slope, w->slope[k]), pel_format_double(mean, sizeof mean, w->mean[k]), k + 1 < PEL_RATING_INPUTS ? ", " : "},\n    ");
}

static void add_string(text *t, const char *value) {
  add(t, "\"");
  for (; *value; value++) {
    if (*value == '"' || *value == '\\') add(t, "\\%c", *value);
    else if ((unsigned char)*value < 32) add(t, " ");
    else add(t, "%c", *value);
  }
  add(t, "\"");
}

static void add_bins(text *t, const char *name, const pel_confidence_bin *bins, const char *end) {
  add(t, "\"%s\": [", name);
  for (int i = 0; i < PEL_RELIABILITY_BINS; i++) {
    const pel_confidence_bin *b = &bins[i];
    char number[40];
    add(t, "%s[%zu, %s, %.0f]", i ? ", " : "", b->n, b->n ? pel_format_double(number, sizeof number, b->confidence) : "0", b->n ? b->accuracy * (double)b->n : 0);
  }
  add(t, "]%s", end);
}

pel_status pel_phenotype_weights_text(const pel_phenotype_weights *w, char **out, pel_error *err) {
  text t = {0};
  add(&t, "{\n  \"pellucid_phenotype\": %d,\n  \"learnt_from\": ", FORMAT);
  add_string(&t, w->learnt_from);
  add(&t, ",\n  \"catalogue\": ");
  add_string(&t, w->catalogue);
  add(&t, ",\n  \"diseases\": %llu,\n  \"calibration\": {", (unsigned long long)w->diseases);
  add_number(&t, "offset", w->offset, ", \"parts\": {");
  for (int k = 0; k < PEL_RATING_INPUTS; k++) add_part(&t, (pel_rating_input)k, w);
  add_number(&t, "other_offset", w->other_offset, ", ");
  add_number(&t, "other_slope", w->other_slope, ",\n    ");
  add(&t, "\"cases\": %llu, \"publications\": %llu, ", (unsigned long long)w->cases, (unsigned long long)w->publications);
  add_number(&t, "right", w->right, ", ");
  add_number(&t, "ece", w->ece, ",\n    ");
  add_bins(&t, "bins", w->bins, ",\n    ");
  add_bins(&t, "other_bins", w->other_bins, "},\n  \"weights\": {\n");
  for (int k = 0; k < PEL_FEATURES; k++) {
    add(&t, "    ");
    add_number(&t, pel_feature_of((pel_feature)k)->name, w->weight[k], k + 1 < PEL_FEATURES ? ",\n" : "\n");
  }
  add(&t, "  }\n}\n");
  if (t.failed) {
    free(t.at);
    return pel_fail_memory(err, "the weights", t.n);
  }
  *out = t.at;
  return PEL_OK;
}
