#include "tests/unit/fake_curves.h"

#include <math.h>

enum { N = 6 };
static const uint32_t counts[N] = {0, 1, 3, 10, 30, 100};

/* Deletion, insertion; attention, gradient, shortest path, random. */
static const double means[PEL_EXPLAINCURVE_PANELS][PEL_GNN_RANKINGS][N] = {
    {{.8, .72, .7, .52, .25, .03}, {.8, .76, .73, .65, .57, .42}, {.8, .73, .69, .54, .22, .01}, {.8, .79, .76, .69, .58, .43}},
    {{0, .28, .66, .74, .76, .79}, {0, .1, .22, .48, .63, .7}, {0, .64, .67, .72, .77, .78}, {0, .02, .07, .21, .41, .65}},
};

const pel_explaincurve_data *fake_curves(void) {
  static pel_interval intervals[PEL_EXPLAINCURVE_PANELS][PEL_GNN_RANKINGS][N];
  static pel_explaincurve_data data = {.set = "made_up", .questions = 120, .counts = counts, .n = N, .names = {"attention", "gradient", "shortest path", "random"}};
  for (int panel = 0; panel < PEL_EXPLAINCURVE_PANELS; panel++)
    for (int r = 0; r < PEL_GNN_RANKINGS; r++) {
      for (int i = 0; i < N; i++) intervals[panel][r][i] = (pel_interval){fmax(0, 0.95 * means[panel][r][i] - 0.01), fmin(1, 1.05 * means[panel][r][i] + 0.01)};
      data.lines[panel][r] = (pel_explaincurve_line){means[panel][r], intervals[panel][r]};
    }
  return &data;
}
