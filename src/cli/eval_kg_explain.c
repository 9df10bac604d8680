#include "src/cli/eval_kg_explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"

enum { COUNTS = 6 };
static const uint32_t counts[COUNTS] = {0, 1, 3, 10, 30, 100};

typedef struct means { /* of one ranking */
  double deletion[COUNTS], insertion[COUNTS];
  double *areas[2]; /* [asked] of each: the mean over counts but 0, for deletion and insertion */
} means;

typedef struct study {
  means by[PEL_GNN_RANKINGS];
  uint32_t asked; /* whose answer is reached */
} study;

static double area(const double *curve) {
  double sum = 0;
  for (int i = 1; i < COUNTS; i++) sum += curve[i] / (COUNTS - 1);
  return sum;
}

static pel_status ask(study *s, const kg_set *set, pel_gnn *gnn, const pel_triple *t, bool backwards, uint64_t random, pel_error *err) {
  uint32_t subject = backwards ? t->object : t->subject, answer = backwards ? t->subject : t->object, relation = t->relation + (backwards ? set->relations.n : 0);
  double deletion[PEL_GNN_RANKINGS][COUNTS], insertion[PEL_GNN_RANKINGS][COUNTS];
  for (int r = 0; r < PEL_GNN_RANKINGS; r++)
    PEL_TRY(pel_gnn_curves(gnn, set->ask, subject, relation, answer, (pel_gnn_ranking)r, random, counts, COUNTS, deletion[r], insertion[r], err));
  if (deletion[0][0] <= 0) return PEL_OK; /* not reached: nothing to explain */
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
    means *m = &s->by[r];
    for (int i = 0; i < COUNTS; i++) m->deletion[i] += deletion[r][i], m->insertion[i] += insertion[r][i];
    m->areas[0][s->asked] = area(deletion[r]);
    m->areas[1][s->asked] = area(insertion[r]);
  }
  s->asked++;
  return PEL_OK;
}

/* The mean of a less b with half its 95 % interval, over the same questions. */
static void paired(const double *a, const double *b, uint32_t n, double *mean, double *half) {
  double sum = 0, squares = 0;
  for (uint32_t i = 0; i < n; i++) sum += a[i] - b[i];
  *mean = n ? sum / n : NAN;
  for (uint32_t i = 0; i < n; i++) squares += (a[i] - b[i] - *mean) * (a[i] - b[i] - *mean);
  *half = n > 1 ? 1.96 * sqrt(squares / (n - 1) / n) : NAN;
}

/* ---- telling ---- */

static struct json_object *json_curve(const double *sums, uint32_t n) {
  struct json_object *list = json_object_new_array();
  for (int i = 0; i < COUNTS; i++) json_object_array_add(list, json_object_new_double(n ? sums[i] / n : 0));
  return list;
}

static void add_difference(struct json_object *o, const char *name, const means *a, const means *b, int which, uint32_t n) {
  double mean, half;
  paired(a->areas[which], b->areas[which], n, &mean, &half);
  if (!isfinite(mean) || !isfinite(half)) return;
  struct json_object *d = json_object_new_object();
  json_object_object_add(d, "value", json_object_new_double(mean));
  json_object_object_add(d, "low", json_object_new_double(mean - half));
  json_object_object_add(d, "high", json_object_new_double(mean + half));
  json_object_object_add(o, name, d);
}

static void tell_json(const study *s, struct json_object *o) {
  struct json_object *all = json_object_new_object(), *list = json_object_new_array(), *by = json_object_new_object();
  for (int i = 0; i < COUNTS; i++) json_object_array_add(list, json_object_new_int64(counts[i]));
  json_object_object_add(all, "questions", json_object_new_int64(s->asked));
  json_object_object_add(all, "facts", list);
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
    struct json_object *one = json_object_new_object();
    json_object_object_add(one, "deletion", json_curve(s->by[r].deletion, s->asked));
    json_object_object_add(one, "insertion", json_curve(s->by[r].insertion, s->asked));
    if (r != PEL_GNN_AT_RANDOM) {
      add_difference(one, "deletion_less_random", &s->by[r], &s->by[PEL_GNN_AT_RANDOM], 0, s->asked);
      add_difference(one, "insertion_less_random", &s->by[r], &s->by[PEL_GNN_AT_RANDOM], 1, s->asked);
    }
    if (r != PEL_GNN_BY_SHORTEST_PATH) {
      add_difference(one, "deletion_less_shortest_path", &s->by[r], &s->by[PEL_GNN_BY_SHORTEST_PATH], 0, s->asked);
      add_difference(one, "insertion_less_shortest_path", &s->by[r], &s->by[PEL_GNN_BY_SHORTEST_PATH], 1, s->asked);
    }
    json_object_object_add(by, pel_gnn_ranking_name((pel_gnn_ranking)r), one);
  }
  json_object_object_add(all, "rankings", by);
  json_object_object_add(o, "explanations", all);
}

static void tell_text(const study *s, char *text, size_t size) {
  FILE *f = fmemopen(text, size, "w");
  if (!f) return;
  char number[40];
  fprintf(f, "the answer's share when facts are taken out (deletion, less is better) or alone are left (insertion, more is better); %u questions\n%-24s", s->asked, "");
  for (int part = 0; part < 2; part++)
    for (int i = 0; i < COUNTS; i++) fprintf(f, "%s%6u", part && !i ? "   |" : "", counts[i]);
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
    fprintf(f, "\n  %-22s", pel_gnn_ranking_name((pel_gnn_ranking)r));
    for (int part = 0; part < 2; part++)
      for (int i = 0; i < COUNTS; i++)
        fprintf(f, "%s%6s", part && !i ? "   |" : "", pel_format_fixed(number, sizeof number, (part ? s->by[r].insertion : s->by[r].deletion)[i] / (s->asked ? s->asked : 1), 3));
  }
  fclose(f);
}

/* ---- all of it ---- */

static bool make_study(study *s, uint32_t n) {
  bool made = true;
  for (int r = 0; r < PEL_GNN_RANKINGS; r++)
    for (int i = 0; i < 2; i++) made = (s->by[r].areas[i] = pel_alloc(n, sizeof(double))) && made;
  return made;
}

pel_status kg_explain(const kg_set *set, pel_gnn *gnn, uint32_t n, struct json_object *o, char *text, size_t size, pel_error *err) {
  study s = {0};
  size_t all = set->test.n, asked = n < all ? n : all;
  pel_status status = make_study(&s, (uint32_t)asked) ? PEL_OK : pel_fail_memory(err, "curves", asked * sizeof(double));
  for (size_t i = 0; i < asked && status == PEL_OK; i++) {
    if (!cli_progress_fraction((double)i / (double)asked, "taking facts away")) status = pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    if (status == PEL_OK) status = ask(&s, set, gnn, &set->test.items[i * all / asked], i % 2, i, err);
  }
  if (status == PEL_OK) {
    tell_json(&s, o);
    tell_text(&s, text, size);
  }
  for (int r = 0; r < PEL_GNN_RANKINGS; r++) free(s.by[r].areas[0]), free(s.by[r].areas[1]);
  return status;
}
