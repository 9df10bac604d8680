/* Pictures of a search, a graph, stages and a calibration against pictures that were looked at and kept; as plot_golden_test.c.
 *
 *   views_golden_test --regenerate     writes them anew: look at each before keeping it */
#include "src/core/export_tree.h"
#include "tests/check.h"
#include "tests/golden/pictures.h"
#include "tests/unit/fake_diagnosis.h"

static const pel_reasoning_origin origin = {"3f9c0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7", "2025-01-02T03:04:05Z", ""};
#pragma GCC diagnostic ignored "-Wmissing-braces"

typedef pel_status export_of(const pel_reasoning *, const pel_reasoning_origin *, const pel_export_options *, const pel_tree_choice *, const char *, pel_error *);

static const struct golden {
  const char *name;
  export_of *export;
  pel_tree_choice choice;
  pel_export_options options;
} goldens[] = {
    {"reliability", pel_export_reliability_of, {0}, {0}},
    {"reliability-dark", pel_export_reliability_of, {0}, {.dark = true, .width = 700, .height = 460}},
    {"timeline", pel_export_timeline_of, {0}, {0}},
    {"search", pel_export_search_of, {.top = 24}, {0}},
    {"graph", pel_export_graph_of, {0}, {0}},
    {"graph-dark", pel_export_graph_of, {.top = 12}, {.dark = true, .width = 760, .height = 460}},
    {"search-dark-at", pel_export_search_of, {.top = 16, .at = 25}, {.dark = true, .width = 1000, .height = 700}},
    {"timeline-dark", pel_export_timeline_of, {0}, {.dark = true, .width = 640, .height = 300}},
};

static void check_golden(const struct golden *g, const char *root, bool regenerate) {
  const char *temporary = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
  char kept[512], fresh[512];
  pel_error err = {0};
  double mean = 0, far_share = 0;
  pel_export_options o = g->options;
  o.force = true;
  snprintf(kept, sizeof kept, "%s/tests/data/golden/%s.png", root, g->name);
  snprintf(fresh, sizeof fresh, "%s/pellucid-%s.png", temporary, g->name);
  CHECK_MSG(g->export(fake_diagnosis(), &origin, &o, &g->choice, regenerate ? kept : fresh, &err) == PEL_OK, "%s", err.text);
  if (regenerate) return;
  bool same_size = compare(kept, fresh, &mean, &far_share);
  bool good = same_size && mean <= MEAN_MAX && far_share <= FAR_SHARE;
  CHECK_MSG(good, "%s: %s, mean difference %.3f (%.1f allowed), far pixels %.3f %% (%.1f %%); see %s", g->name, same_size ? "same size" : "other size or unreadable", mean,
            MEAN_MAX, far_share * 100, FAR_SHARE * 100, fresh);
  if (good) unlink(fresh);
}

int main(int argc, char **argv) {
  const char *root = getenv("PELLUCID_SOURCE_ROOT") ? getenv("PELLUCID_SOURCE_ROOT") : ".";
  bool regenerate = argc > 1 && strcmp(argv[1], "--regenerate") == 0;
  pin_fonts();
  for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
    check_failures_before = check_failures;
    check_golden(&goldens[i], root, regenerate);
    printf("%s %s\n", check_failures == check_failures_before ? "ok" : "not ok", goldens[i].name);
  }
  remove_pinned();
  return check_result();
}
