/* Pictures of reasoning against pictures that were looked at and kept; as plot_golden_test.c.
 *
 *   tree_golden_test --regenerate     writes them anew: look at each before keeping it */
#include "src/core/export_tree.h"
#include "tests/check.h"
#include "tests/golden/pictures.h"
#include "tests/unit/fake_reasoning.h"

static const pel_reasoning_origin origin = {"3f9c0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7", "2025-01-02T03:04:05Z", ""};
#pragma GCC diagnostic ignored "-Wmissing-braces"
static bool regenerate;

static const struct golden {
  const char *name;
  const pel_reasoning *(*of)(void); /* NULL: a generated tree */
  bool retrieval;
  pel_tree_choice choice;
  pel_export_options options;
} goldens[] = {
    {"tree-light", fake_spouse, false, {0}, {0}},
    {"tree-dark-down", fake_curb, false, {.direction = PEL_TREE_DOWN}, {.dark = true}},
    {"tree-collapsed", fake_spouse, false, {.collapsed = (const int64_t[]){4}, .n_collapsed = 1}, {.width = 900, .height = 560}},
    {"tree-pruned", NULL, false, {.cover = 0.4}, {.width = 1200, .height = 800}},
    {"retrieval", fake_spouse, true, {0}, {0}},
    {"retrieval-dark", fake_spouse, true, {0}, {.dark = true, .palette = PEL_PALETTE_CIVIDIS, .width = 760, .height = 300}},
};

static pel_status make(const struct golden *g, const char *path, pel_error *err) {
  pel_reasoning *made = g->of ? NULL : fake_tree(160, 4, 8);
  pel_export_options o = g->options;
  o.force = true;
  pel_status status = g->retrieval ? pel_export_retrieval_of(g->of(), &origin, &o, &g->choice, path, err)
                                   : pel_export_tree_of(made ? made : g->of(), &origin, &o, &g->choice, path, err);
  fake_free(made);
  return status;
}

static void check_golden(const struct golden *g, const char *root) {
  const char *temporary = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
  char kept[512], fresh[512];
  pel_error err = {0};
  double mean = 0, far_share = 0;
  snprintf(kept, sizeof kept, "%s/tests/data/golden/%s.png", root, g->name);
  snprintf(fresh, sizeof fresh, "%s/pellucid-%s.png", temporary, g->name);
  CHECK_MSG(make(g, regenerate ? kept : fresh, &err) == PEL_OK, "%s", err.text);
  if (regenerate) return;
  bool same_size = compare(kept, fresh, &mean, &far_share);
  bool good = same_size && mean <= MEAN_MAX && far_share <= FAR_SHARE;
  CHECK_MSG(good, "%s: %s, mean difference %.3f (%.1f allowed), far pixels %.3f %% (%.1f %%); see %s", g->name,
            same_size ? "same size" : "other size or unreadable", mean, MEAN_MAX, far_share * 100, FAR_SHARE * 100, fresh);
  if (good) unlink(fresh);
}

int main(int argc, char **argv) {
  const char *root = getenv("PELLUCID_SOURCE_ROOT") ? getenv("PELLUCID_SOURCE_ROOT") : ".";
  regenerate = argc > 1 && strcmp(argv[1], "--regenerate") == 0;
  pin_fonts();
  for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
    check_failures_before = check_failures;
    check_golden(&goldens[i], root);
    printf("%s %s\n", check_failures == check_failures_before ? "ok" : "not ok", goldens[i].name);
  }
  remove_pinned();
  return check_result();
}
