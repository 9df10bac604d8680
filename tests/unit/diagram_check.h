/* What the tests of diagrams share: the look and the origin of what they draw, a layout, what an item says. */
#pragma once
#include "src/core/export_tree.h"
#include "src/plot/diagram.h"
#include "tests/check.h"

static pel_error err;
static const pel_plot_style style = {.palette = PEL_PALETTE_VIRIDIS};
static const pel_reasoning_origin origin = {"3f9c0a1b2c3d4e5f", "2025-01-02T03:04:05Z", ""};

/* Freed by the caller; a test ends here without one. */
static inline pel_diagram *lay_out(pel_diagram_maker maker, double width, double height, double unit) {
  pel_diagram *d = NULL;
  CHECK_MSG(maker.layout(maker.data, &style, &(pel_diagram_room){width, height, unit}, &d, &err) == PEL_OK, "%s", err.text);
  if (!d) exit(1);
  return d;
}

static inline bool says(const pel_diagram *d, uint32_t item, const char *part) {
  char *text = pel_diagram_describe(d, item);
  bool found = text && strstr(text, part);
  if (!found) printf("  said: %s\n", text ? text : "nothing");
  free(text);
  return found;
}
