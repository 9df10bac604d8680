/* How many goals each search expands on planted proofs among rules that lead nowhere.
 *
 * usage: search_bench [SEEDS (50) [FIRST (1)]] */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/search/deepening.h"
#include "engine/search/proof_number.h"
#include "engine/search/puct.h"
#include "tests/unit/planted_source.h"

enum { PROOF_NUMBERS, SUMS, MONTE_CARLO, NO_DECAY, HOPE_ALONE, DEEPENING, SEARCHES };

typedef struct tally {
  double *expansions[SEARCHES]; /* [seeds] */
  double *last;                 /* of deepening's last round alone */
  double seconds[SEARCHES];
  int unproved[SEARCHES];
} tally;

static const struct {
  const char *name;
  planted_shape shape;
} shapes[] = {
  {"depth 3, 2 distractors", {.depth = 3, .body = 2, .distractors = 2, .blind = 2, .known = 0.5, .informed = 0}},
  {"depth 3, 2 distractors, priors say something", {.depth = 3, .body = 2, .distractors = 2, .blind = 2, .known = 0.5, .informed = 1}},
  {"depth 4, 4 distractors", {.depth = 4, .body = 2, .distractors = 4, .blind = 2, .known = 0.5, .informed = 0}},
  {"depth 4, 4 distractors, priors say something", {.depth = 4, .body = 2, .distractors = 4, .blind = 2, .known = 0.5, .informed = 1}},
  {"depth 4, 4 distractors, circles", {.depth = 4, .body = 2, .distractors = 4, .blind = 2, .known = 0.5, .informed = 1, .circles = true}},
  {"depth 3, 8 distractors of depth 4", {.depth = 3, .body = 2, .distractors = 8, .blind = 4, .known = 0.6, .informed = 1}},
  {"the same, every confidence 1", {.depth = 3, .body = 2, .distractors = 8, .blind = 4, .known = 0.6, .certain = true}},
  {"the same, confidences speak against the proof", {.depth = 3, .body = 2, .distractors = 8, .blind = 4, .known = 0.6, .informed = -1}},
  {"depth 3, bodies of 3, 4 distractors", {.depth = 3, .body = 3, .distractors = 4, .blind = 2, .known = 0.6, .informed = 1}},
};

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double median(double *x, int n) {
  qsort(x, (size_t)n, sizeof *x, by_size);
  return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static double sum(const double *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) s += x[i];
  return s;
}

static pel_status run(const pel_goal_problem *p, int which, const pel_search_limits *limits, pel_search **s, pel_deepening *counts) {
  static const pel_proof_number_options sums = {.sum = true};
  static const pel_puct_options no_decay = {.decay = 1}, hope_alone = {.c = 1e-9};
  const pel_puct_options *how = which == NO_DECAY ? &no_decay : which == HOPE_ALONE ? &hope_alone : NULL;
  if (which == DEEPENING) return pel_search_deepening(p, limits, s, counts, NULL);
  if (which == PROOF_NUMBERS || which == SUMS) return pel_search_proof_number(p, limits, which == SUMS ? &sums : NULL, NULL, s, NULL);
  return pel_search_puct(p, limits, how, NULL, s, NULL);
}

static void search(const pel_goal_problem *p, int which, uint64_t seed, int at, tally *t) {
  pel_search_limits limits = {.expansions = 2000000, .seconds = 20, .bytes = (uint64_t)1 << 30, .seed = seed};
  pel_deepening counts = {0};
  pel_search *s;
  double start = pel_clock_seconds();
  if (run(p, which, &limits, &s, &counts) != PEL_OK) abort();
  t->seconds[which] += pel_clock_seconds() - start;
  t->expansions[which][at] = (double)s->expansions;
  t->unproved[which] += s->status != PEL_GOAL_PROVED;
  if (which == DEEPENING) t->last[at] = (double)counts.last_expansions;
  pel_search_free(s);
}

static void measure(const char *name, const planted_shape *shape, int seeds, int first, tally *t) {
  for (int i = 0; i < SEARCHES; i++) t->seconds[i] = t->unproved[i] = 0;
  for (int seed = 0; seed < seeds; seed++) {
    pel_horn *horn = planted_horn(shape, (uint64_t)(first + seed));
    pel_horn_query query = {.horn = horn, .closed_world = true};
    pel_goal_problem p = pel_horn_problem(&query);
    for (int which = 0; which < SEARCHES; which++) search(&p, which, (uint64_t)(first + seed - 1), seed, t);
    pel_horn_free(horn);
  }
  double all_pn = sum(t->expansions[PROOF_NUMBERS], seeds), all_mc = sum(t->expansions[MONTE_CARLO], seeds), all_deep = sum(t->expansions[DEEPENING], seeds);
  int fewer = 0, twice = 0;
  for (int i = 0; i < seeds; i++) {
    fewer += t->expansions[MONTE_CARLO][i] < t->expansions[DEEPENING][i];
    twice += t->expansions[MONTE_CARLO][i] <= 2 * t->expansions[PROOF_NUMBERS][i];
  }
  printf("| %s |", name);
  for (int i = 0; i < SEARCHES; i++) printf(" %.0f |", median(t->expansions[i], seeds));
  printf(" %.0f | %.2f | %.3f | %d, %d of %d |", median(t->last, seeds), all_mc / all_pn, all_mc / all_deep, fewer, twice, seeds);
  printf(" %.1f, %.1f, %.1f |", 1e3 * t->seconds[PROOF_NUMBERS] / seeds, 1e3 * t->seconds[MONTE_CARLO] / seeds, 1e3 * t->seconds[DEEPENING] / seeds);
  for (int i = 0; i < SEARCHES; i++)
    if (t->unproved[i]) printf(" search %d left %d undecided", i, t->unproved[i]);
  printf("\n");
  fflush(stdout);
}

int main(int argc, char **argv) {
  int seeds = argc > 1 ? atoi(argv[1]) : 50, first = argc > 2 ? atoi(argv[2]) : 1;
  tally t;
  for (int i = 0; i < SEARCHES; i++) t.expansions[i] = calloc((size_t)seeds, sizeof(double));
  t.last = calloc((size_t)seeds, sizeof(double));
  printf("| planted proof | proof numbers | the same, sums | Monte-Carlo | no decay | hope alone | deepening | its last round |"
         " Monte-Carlo / proof numbers | / deepening | fewer than deepening, at most twice proof numbers | ms each |\n");
  printf("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) measure(shapes[i].name, &shapes[i].shape, seeds, first, &t);
  printf("peak memory %.0f MB\n", (double)pel_memory_peak() / 1048576);
  for (int i = 0; i < SEARCHES; i++) free(t.expansions[i]);
  free(t.last);
  return 0;
}
