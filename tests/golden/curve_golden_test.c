/* The picture of deletion and insertion curves against one that was looked at and kept; as plot_golden_test.c.
 *
 *   curve_golden_test --regenerate     writes them anew: look at each before keeping it */
#include "src/plot/picture.h"
#include "tests/check.h"
#include "tests/golden/pictures.h"
#include "tests/unit/fake_curves.h"

static bool put(const void *data, size_t size, void *user) { return fwrite(data, 1, size, user) == size; }
static void draw(const void *plot, pel_canvas *canvas) { pel_explaincurve_draw(plot, canvas); }

static void write_picture(const char *path, bool dark, double width, double height) {
  const pel_plot_style style = {.theme = pel_theme_get(dark)};
  pel_explaincurve *plot;
  FILE *f = fopen(path, "wb");
  CHECK_MSG(f, "%s", path);
  CHECK(pel_explaincurve_layout(fake_curves(), &style, width, height, &plot, NULL) == PEL_OK);
  pel_picture picture = {.format = PEL_PICTURE_PNG, .width = width, .height = height, .title = "t", .description = "d", .draw = draw, .plot = plot};
  CHECK(pel_picture_write(&picture, put, f, NULL) == PEL_OK);
  fclose(f);
  pel_explaincurve_free(plot);
}

static void check_golden(const char *root, const char *name, bool dark, double width, double height, bool regenerate) {
  const char *temporary = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
  char kept[512], fresh[512];
  double mean = 0, far_share = 0;
  snprintf(kept, sizeof kept, "%s/tests/data/golden/%s.png", root, name);
  snprintf(fresh, sizeof fresh, "%s/pellucid-%s.png", temporary, name);
  check_failures_before = check_failures;
  write_picture(regenerate ? kept : fresh, dark, width, height);
  if (!regenerate) {
    bool same_size = compare(kept, fresh, &mean, &far_share), good = same_size && mean <= MEAN_MAX && far_share <= FAR_SHARE;
    CHECK_MSG(good, "%s: %s, mean difference %.3f (%.1f allowed), far pixels %.3f %% (%.1f %%); see %s", name, same_size ? "same size" : "other size or unreadable", mean, MEAN_MAX,
              far_share * 100, FAR_SHARE * 100, fresh);
    if (good) unlink(fresh);
  }
  printf("%s %s\n", check_failures == check_failures_before ? "ok" : "not ok", name);
}

int main(int argc, char **argv) {
  const char *root = getenv("PELLUCID_SOURCE_ROOT") ? getenv("PELLUCID_SOURCE_ROOT") : ".";
  bool regenerate = argc > 1 && strcmp(argv[1], "--regenerate") == 0;
  pin_fonts();
  check_golden(root, "explaincurve", false, 1000, 480, regenerate);
  check_golden(root, "explaincurve-dark", true, 720, 380, regenerate);
  remove_pinned();
  return check_result();
}
