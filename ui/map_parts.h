/* Inside the map: what its files share. map_widget.c has the state, the signals and the hands; map_paint.c the picture; map_row.c the
 * row that is pointed at; map_load.c the overview underneath and the share in view. */
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
  bool no_sink;
  float *shown, *other; /* [row + 1]: as chosen, and with the value's norm the other way round; other may be NULL */
  gint stale;           /* atomic: nobody waits for it any more */
} row_data;

struct _PelMapWidget {
  GtkWidget parent;
  pel_document *document;
  pel_overview *overview;
  pel_tiles *tiles;
  pel_look look;          /* what is drawn */
  pel_map_choice wanted;  /* what is asked for; the same, once its overview came */
  char *error;            /* why the wanted map can't be read: said in its place */
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

/* map_widget.c */
uint32_t pel_map_units(const PelMapWidget *self);
void pel_map_take_choice(PelMapWidget *self, const pel_map_choice *of); /* its overview is there: from now on this is drawn */
void pel_map_look_again(PelMapWidget *self); /* the look or the overview has changed */
void pel_map_emit_locked(PelMapWidget *self, bool on);

/* map_paint.c */
void pel_map_paint(PelMapWidget *self, GtkSnapshot *snapshot);

/* map_row.c */
void pel_map_want_row(PelMapWidget *self); /* numbers of the row that is pointed at, unless they are there */
bool pel_map_is_this_row(const PelMapWidget *self, const row_data *row);
void pel_map_free_row(gpointer row);
void pel_map_describe(PelMapWidget *self);

/* map_load.c */
void pel_map_want_ground(PelMapWidget *self);
gboolean pel_map_want_share(gpointer self); /* once nobody moves the view: a timeout */
void pel_map_say_share(PelMapWidget *self);
