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
#include "tests/golden/pictures.h"
#include "tests/unit/fake_trace.h"

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
