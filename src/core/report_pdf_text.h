/* Words of a report set in a column: lines for a page to take, with the places of links in them. */
#pragma once
#include "src/analysis/report.h"
#include <pango/pangocairo.h>

typedef struct set_text {
  PangoLayout *layout; /* NULL: nothing is set */
  const pel_report_run *runs;
  size_t n_runs;
  unsigned cell;
  int n_lines, next; /* the first line that is not on a page yet */
} set_text;

typedef struct text_style {
  double size;
  bool bold;
  double width;
} text_style;

/* The runs of one cell (all runs of what has no cells have cell 0), borrowed until set_clear. */
void set_make(set_text *s, PangoContext *context, const pel_report_block *block, unsigned cell, const text_style *style);
void set_clear(set_text *s);

/* Height of the lines from `first` on, at most `n` of them. */
double set_height(const set_text *s, int first, int n);
/* How many of the lines from s->next on fit into `room`. */
int set_fits(const set_text *s, double room);
/* Draws `n` lines from s->next on with their top at x, y, and moves s->next; links and the places that links lead to are marked. */
void set_draw(set_text *s, cairo_t *cr, double x, double y, int n, bool dry);

/* Marks a place that links lead to. */
void pdf_place(cairo_t *cr, const char *id, double x, double y);
