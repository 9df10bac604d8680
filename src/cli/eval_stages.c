#include "src/cli/eval_stages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/cli/cli.h"

bool stages_take(const char *set, const char *const nothing[PEL_PHENOTYPE_STAGES], const char *word, stages_worth *w) {
  for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++) {
    if (strcmp(word, pel_phenotype_stage_name((pel_phenotype_stage)s))) continue;
    if (nothing[s]) return cli_usage(&cli_eval, "eval %s: %s: there is nothing to leave out", set, nothing[s]) == CLI_OK;
    return w->asked[s] = true;
  }
  return cli_usage(&cli_eval, "eval %s: --without takes retrieve, deduce or verify, not '%s'", set, word) == CLI_OK;
}

bool stages_any(const stages_worth *w) {
  for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++)
    if (w->asked[s]) return true;
  return false;
}

void stages_compare(stages_worth *w, pel_phenotype_stage stage, int figure, const eval_measure *whole, const eval_measure *without) {
  stage_worth *x = &w->without[stage];
  eval_estimate e = eval_estimate_of(without, whole);
  w->whole[figure] = eval_ratio(whole);
  x->value[figure] = eval_ratio(without), x->change[figure] = e.micro;
  x->interval[figure] = (pel_interval){e.micro_low, e.micro_high};
}

/* ---- cases as they come ---- */

bool stages_count(stage_tally *t, size_t unit, int pipeline, int figure, double value) {
  if (unit >= t->n) {
    void *grown = pel_grow(t->cells, &t->room, unit + 1, sizeof *t->cells);
    if (!grown) return false;
    t->cells = grown;
    memset(t->cells + t->n, 0, (unit + 1 - t->n) * sizeof *t->cells);
    t->n = unit + 1;
  }
  t->cells[unit][pipeline][figure][0] += value;
  t->cells[unit][pipeline][figure][1]++;
  return true;
}

/* Units without a case of this figure are left out, so that no resample is without any. */
static void take(const stage_tally *t, int pipeline, int figure, eval_measure *out) {
  out->n = 0;
  for (size_t i = 0; i < t->n; i++) {
    const double *cell = t->cells[i][pipeline][figure];
    if (cell[1] == 0) continue;
    out->over[out->n] = cell[0];
    out->under[out->n++] = cell[1];
  }
}

pel_status stages_measure(const stage_tally *t, stages_worth *w, pel_error *err) {
  eval_measure whole = {0}, without = {0};
  bool enough = eval_measure_new(&whole, t->n + 1) && eval_measure_new(&without, t->n + 1);
  for (int k = 0; k < w->n_figures && enough; k++) {
    take(t, STAGE_WHOLE, k, &whole);
    for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++) {
      if (!w->asked[s]) continue;
      take(t, s, k, &without);
      stages_compare(w, (pel_phenotype_stage)s, k, &whole, &without);
    }
  }
  eval_measure_clear(&whole), eval_measure_clear(&without);
  return enough ? PEL_OK : pel_fail_memory(err, "the figures", t->n * sizeof(double));
}

void stage_tally_clear(stage_tally *t) {
  free(t->cells);
  *t = (stage_tally){0};
}

/* ---- as text and JSON ---- */

static void put(double value, const stage_figure *f, bool sign) {
  char text[40];
  printf("%s%s", sign && value >= 0 ? "+" : "", isfinite(value) ? pel_format_fixed(text, sizeof text, f->unit * value, f->digits) : "-");
}

void stages_print(const stages_worth *w) {
  printf("\nwhat a stage is worth: the figure of the whole; without a stage, and what that changes\n");
  for (int k = 0; k < w->n_figures; k++) {
    const stage_figure *f = &w->figures[k];
    printf("%-42s whole ", f->says), put(w->whole[k], f, false);
    for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++) {
      const stage_worth *x = &w->without[s];
      if (!w->asked[s]) continue;
      printf("; without %s ", pel_phenotype_stage_name((pel_phenotype_stage)s)), put(x->value[k], f, false);
      printf(", "), put(x->change[k], f, true), printf(" ["), put(x->interval[k].low, f, true), printf(", "), put(x->interval[k].high, f, true), printf("]");
    }
    putchar('\n');
  }
}

struct json_object *stages_json(const stages_worth *w) {
  struct json_object *all = json_object_new_object(), *whole = json_object_new_object();
  for (int k = 0; k < w->n_figures; k++) cli_add_number(whole, w->figures[k].name, w->whole[k]);
  json_object_object_add(all, "whole", whole);
  for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++) {
    if (!w->asked[s]) continue;
    struct json_object *o = json_object_new_object();
    for (int k = 0; k < w->n_figures; k++) {
      struct json_object *f = json_object_new_object();
      cli_add_number(f, "value", w->without[s].value[k]), cli_add_number(f, "change", w->without[s].change[k]);
      cli_add_number(f, "change_low", w->without[s].interval[k].low), cli_add_number(f, "change_high", w->without[s].interval[k].high);
      json_object_object_add(o, w->figures[k].name, f);
    }
    char name[32];
    snprintf(name, sizeof name, "without_%s", pel_phenotype_stage_name((pel_phenotype_stage)s));
    json_object_object_add(all, name, o);
  }
  return all;
}
