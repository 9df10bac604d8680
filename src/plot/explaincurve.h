/* Deletion and insertion curves beside each other: the answer's share when the first facts of each ranking are taken out, and when they alone are left, with
 * 95 % intervals as bands. A ranking is told by its name at the line's end, by dash, by mark and by colour. */
#pragma once
#include <pellucid/confidence.h>
#include <pellucid/gnn.h>

#include "src/analysis/caption.h"
#include "src/plot/canvas.h"
#include "src/plot/theme.h"

enum { PEL_EXPLAINCURVE_DELETION, PEL_EXPLAINCURVE_INSERTION, PEL_EXPLAINCURVE_PANELS };

typedef struct pel_explaincurve_line { /* of a ranking, in a panel */
  const double *means;           /* [n] */
  const pel_interval *intervals; /* [n]; NAN: not known */
} pel_explaincurve_line;

typedef struct pel_explaincurve_data { /* borrowed while it is drawn */
  const char *set;        /* that was asked, for the caption */
  uint32_t questions;     /* whose means these are */
  const uint32_t *counts; /* [n] facts, rising */
  size_t n;
  const char *names[PEL_GNN_RANKINGS];
  pel_explaincurve_line lines[PEL_EXPLAINCURVE_PANELS][PEL_GNN_RANKINGS];
} pel_explaincurve_data;

typedef struct pel_explaincurve pel_explaincurve;

/* PEL_ERR_UNSUPPORTED when no question was explained. */
pel_status pel_explaincurve_layout(const pel_explaincurve_data *data, const pel_plot_style *style, double width, double height, pel_explaincurve **out, pel_error *err);
void pel_explaincurve_free(pel_explaincurve *plot);
void pel_explaincurve_draw(const pel_explaincurve *plot, pel_canvas *canvas);
const char *pel_explaincurve_title(const pel_explaincurve *plot);
/* The caption and every mean, for who cannot see it. Owned by the caller; NULL: no memory. */
char *pel_explaincurve_describe(const pel_explaincurve *plot);
