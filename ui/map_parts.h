/* Inside the map: what its state and its drawing share. */
#pragma once
#include "src/plot/canvas.h"
#include "src/plot/type.h"
#include "ui/map_widget.h"

/* Rooms for the axes: the same at every zoom, so that the map does not jump; sentences need more than words. */
static inline double pel_map_left(pel_level level) { return level >= PEL_LEVEL_SENTENCE ? 190 : 112; }
static inline double pel_map_top(pel_level level) { return level >= PEL_LEVEL_SENTENCE ? 150 : 96; }

typedef struct row_data { /* numbers of one row */
  PelMapWidget *self;       /* strong while it is on its way */
  pel_overview *overview;
  pel_map_choice of;
  uint32_t row;
  float *shown, *other; /* [row + 1]: as chosen, and with the value's norm the other way round; other may be NULL */
  gint stale;           /* atomic: nobody waits for it any more */
} row_data;

struct _PelMapWidget {
  GtkWidget parent;
  pel_document *document;
  pel_overview *overview;
  pel_tiles *tiles;
  pel_look look;
  float user_low, user_high; /* both 0: colours by themselves */
  bool has_head;
  pel_viewport port;
  bool pointed, locked;
  uint32_t row, key; /* what is pointed at, or locked */
  double pointer_x, pointer_y, drag_x, drag_y;
  pel_map_view ground; /* has_ground */
  bool has_ground;
  cairo_surface_t *ground_image;
  struct ground_job *ground_asked; /* on their way, not owned; an answer to an older one is dropped */
  struct share_job *share_asked;
  row_data *asked;
  row_data *rows; /* numbers of one row, when they came */
  guint share_timer;
  char *share; /* the sentence */
  pel_type *type;
  char *description;
};

uint32_t pel_map_units(const PelMapWidget *self);
void pel_map_paint(PelMapWidget *self, GtkSnapshot *snapshot);
