/* Pictures against pictures: what is drawn today must look like what was looked at and kept.
 *
 * Fonts are pinned to Debian's DejaVu by a fontconfig file of our own. Another version of cairo, pango or
 * freetype may shade an edge otherwise: the mean difference and the number of far pixels are bounded, not
 * every byte.
 *
 *   plot_golden_test                  compares; on failure the new picture is left in $TMPDIR, with its path
 * printed plot_golden_test --regenerate     writes the pictures anew: look at each before keeping it Runs in
 * the source root, or takes its path from PELLUCID_SOURCE_ROOT. */
#include "src/core/export.h"
#include "tests/check.h"
#include "tests/unit/fake_trace.h"

#include <cairo.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEJAVU "/usr/share/fonts/truetype/dejavu"
#define MEAN_MAX 1.0    /* of 255, over all channels */
#define FAR_VALUE 48    /* a channel this far off is a far one ... */
#define FAR_SHARE 0.002 /* ... and at most so many pixels may have one */

static bool regenerate;

typedef enum picture { MAP, HEADS, TOKENS } picture;

static const struct golden {
  const char *name;
  picture picture;
  bool mixed;
  uint32_t n_tokens;
  pel_export_options options;
} goldens[] = {
    {"map-light", MAP, false, 12, {.of.layer = 0, .of.head = 1}},
    {"map-window-dark",
     MAP,
     true,
     14,
     {.of.layer = 1, .of.head = 5, .no_sink = true, .dark = true, .scale = PEL_SCALE_LINEAR}},
    {"map-blocks",
     MAP,
     false,
     700,
     {.of.layer = 0, .of.head = 3, .palette = PEL_PALETTE_CIVIDIS, .width = 360, .height = 330}},
    {"map-row-grey",
     MAP,
     false,
     40,
     {.of.layer = 3,
      .of.head = 2,
      .scale = PEL_SCALE_ROW,
      .palette = PEL_PALETTE_GREY,
      .rows = {20, 32},
      .cols = {10, 32}}},
    {"map-sentences",
     MAP,
     false,
     40,
     {.of = {.layer = 0, .average = PEL_AVERAGE_LAYER, .value_weighted = true, .level = PEL_LEVEL_SENTENCE},
      .low = 0.01f,
      .high = 0.5f}},
    {"map-tiny", MAP, false, 12, {.of.layer = 0, .of.head = 0, .width = 48, .height = 40}},
    {"heads", HEADS, false, 30, {.scale = PEL_SCALE_LOG}},
    {"heads-dark",
     HEADS,
     false,
     200,
     {.scale = PEL_SCALE_LOG, .dark = true, .palette = PEL_PALETTE_MAGMA, .width = 420, .height = 360}},
    {"tokens-light", TOKENS, true, 13, {.by = PEL_SIGNAL_LOGPROB}},
    {"tokens-dark", TOKENS, false, 60, {.by = PEL_SIGNAL_RECEIVED, .dark = true, .width = 480}},
};

/* Only DejaVu, whatever else the system has; without it the test cannot say anything. */
static void pin_fonts(void) {
  static char folder[] = "/tmp/pellucid-fonts-XXXXXX", path[64];
  if (access(DEJAVU "/DejaVuSans.ttf", R_OK) != 0) {
    printf("skipped: " DEJAVU "/DejaVuSans.ttf is not there (package fonts-dejavu-core)\n");
    exit(77);
  }
  if (!mkdtemp(folder)) exit(1);
  snprintf(path, sizeof path, "%s/fonts.conf", folder);
  FILE *f = fopen(path, "w");
  if (!f) exit(1);
  fprintf(f,
          "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><dir>" DEJAVU "</dir>"
          "<cachedir>%s</cachedir></fontconfig>\n",
          folder);
  fclose(f);
  setenv("FONTCONFIG_FILE", path, 1);
  unsetenv("FONTCONFIG_PATH");
  setenv("LC_ALL", "C.UTF-8", 1);
}

static void remove_pinned(void) {
  char command[128];
  const char *path = getenv("FONTCONFIG_FILE");
  if (!path || strncmp(path, "/tmp/pellucid-fonts-", 20) != 0) return;
  snprintf(command, sizeof command, "rm -rf %.*s", (int)(strrchr(path, '/') - path), path);
  if (system(command) != 0) printf("  note: %s was left behind\n", path);
}

static pel_status make(const struct golden *g, const char *path, pel_error *err) {
  pel_trace *trace = g->mixed ? fake_trace_new(g->n_tokens) : fake_trace_new_plain(g->n_tokens);
  pel_export_options o = g->options;
  o.force = true;
  pel_status status = g->picture == MAP     ? pel_export_attention(trace, &o, path, err)
                      : g->picture == HEADS ? pel_export_heads(trace, &o, path, err)
                                            : pel_export_tokens(trace, &o, path, err);
  pel_trace_close(trace);
  return status;
}

/* Mean and far share; false when sizes differ or a file is no picture. */
static bool compare(const char *a_path, const char *b_path, double *mean, double *far_share) {
  cairo_surface_t *a = cairo_image_surface_create_from_png(a_path),
                  *b = cairo_image_surface_create_from_png(b_path);
  int width = cairo_image_surface_get_width(a), height = cairo_image_surface_get_height(a);
  bool same = cairo_surface_status(a) == CAIRO_STATUS_SUCCESS &&
              cairo_surface_status(b) == CAIRO_STATUS_SUCCESS && width == cairo_image_surface_get_width(b) &&
              height == cairo_image_surface_get_height(b) && width > 0;
  double sum = 0, far_pixels = 0;
  for (int y = 0; same && y < height; y++) {
    const unsigned char *p =
        cairo_image_surface_get_data(a) + (size_t)y * (size_t)cairo_image_surface_get_stride(a);
    const unsigned char *q =
        cairo_image_surface_get_data(b) + (size_t)y * (size_t)cairo_image_surface_get_stride(b);
    for (int x = 0; x < width; x++) {
      bool is_far = false;
      for (int k = 0; k < 3; k++) {
        int difference = abs(p[4 * x + k] - q[4 * x + k]);
        sum += difference;
        is_far |= difference > FAR_VALUE;
      }
      far_pixels += is_far;
    }
  }
  if (same) {
    *mean = sum / ((double)width * height * 3);
    *far_share = far_pixels / ((double)width * height);
  }
  cairo_surface_destroy(a);
  cairo_surface_destroy(b);
  return same;
}

static void check_golden(const struct golden *g, const char *root) {
  const char *temporary = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
  char kept[512], fresh[512];
  pel_error err = {0};
  double mean = 0, far_share = 0;
  snprintf(kept, sizeof kept, "%s/tests/data/golden/%s.png", root, g->name);
  snprintf(fresh, sizeof fresh, "%s/pellucid-golden-%s.png", temporary, g->name);
  CHECK_MSG(make(g, regenerate ? kept : fresh, &err) == PEL_OK, "%s", err.text);
  if (regenerate) return;
  bool same_size = compare(kept, fresh, &mean, &far_share);
  bool good = same_size && mean <= MEAN_MAX && far_share <= FAR_SHARE;
  CHECK_MSG(good, "%s: %s, mean difference %.3f (%.1f allowed), far pixels %.3f %% (%.1f %%); see %s",
            g->name, same_size ? "same size" : "other size or unreadable", mean, MEAN_MAX, far_share * 100,
            FAR_SHARE * 100, fresh);
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
