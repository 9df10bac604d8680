/* Squares of a map, computed on the document's thread and kept.
 *
 * A tile is 256 x 256 cells; a cell is the largest of block x block weights, block a power of two. What is not there yet is
 * asked for, and `ready` is called when it came. A tile that would cost too much to make exactly is never asked for: the
 * overview stays in its place, and pel_tiles_coarse () says so. */
#pragma once
#include <cairo.h>

#include "src/core/overview.h"
#include "src/plot/theme.h"

#define PEL_TILE_CELLS 256

typedef struct pel_look { /* everything that a cell's colour depends on */
  pel_map_choice of;
  pel_scale scale;
  float low, high;
  bool no_sink, dark;
  pel_palette palette;
} pel_look;

/* Whether two choices are the same map. */
bool pel_same_choice(const pel_map_choice *a, const pel_map_choice *b);

typedef struct pel_tile {
  pel_map_view view;      /* where its cells are; their numbers are not kept */
  cairo_surface_t *image; /* one pixel a cell; NULL: not there yet, or it failed */
} pel_tile;

typedef struct pel_tiles pel_tiles;

pel_tiles *pel_tiles_new(pel_document *document, pel_overview *overview, void (*ready)(void *), void *user);
void pel_tiles_free(pel_tiles *tiles);
/* Another look drops what is there; tiles on their way are told to stop. */
void pel_tiles_set_look(pel_tiles *tiles, const pel_look *look);
/* The same trace, longer now: only tiles at the old end are dropped. */
void pel_tiles_grow(pel_tiles *tiles, pel_overview *overview);
/* Between begin and end of a frame: tiles that nobody asked for are stopped, the longest unseen ones go. */
void pel_tiles_begin(pel_tiles *tiles);
void pel_tiles_end(pel_tiles *tiles);
/* The tile (i down, j across) of a block size, or NULL while it is on its way. Borrowed until the frame ends. */
const pel_tile *pel_tiles_get(pel_tiles *tiles, uint32_t block, uint32_t i, uint32_t j);
/* Of the last frame: whether a tile was left to the overview because it costs too much, and why one failed (NULL: none did). */
bool pel_tiles_coarse(const pel_tiles *tiles);
const char *pel_tiles_error(const pel_tiles *tiles);

/* An image of a view's cells, a pixel each; NULL when there is no memory. Owned by the caller. */
cairo_surface_t *pel_cells_image(const pel_map_view *view, pel_palette palette, bool dark);
