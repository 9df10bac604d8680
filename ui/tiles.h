/* Squares of one head's map, computed on the document's thread and kept.
 *
 * A tile is 256 x 256 cells; a cell is the largest of block x block weights, block a power of two. What is not there yet is
 * asked for, and `ready` is called when it came. */
#pragma once
#include <cairo.h>

#include "src/core/document.h"
#include "src/plot/theme.h"
#include "src/analysis/view_map.h"

#define PEL_TILE_CELLS 256

typedef struct pel_tile_look { /* everything that pixels depend on */
  uint32_t layer, head;
  pel_scale scale; /* log or linear */
  float low, high;
  bool no_sink, dark;
  pel_palette palette;
} pel_tile_look;

typedef struct pel_tile {
  pel_map_view view;      /* exact weights of the cells */
  cairo_surface_t *image; /* one pixel a cell; NULL: not there yet, or it failed */
} pel_tile;

typedef struct pel_tiles pel_tiles;

pel_tiles *pel_tiles_new(pel_document *document, uint32_t n_rows, void (*ready)(void *), void *user);
void pel_tiles_free(pel_tiles *tiles);
/* Another look drops what is there; tiles on their way are told to stop. */
void pel_tiles_set_look(pel_tiles *tiles, const pel_tile_look *look);
/* Between begin and end of a frame: tiles that nobody asked for are stopped, the longest unseen ones go. */
void pel_tiles_begin(pel_tiles *tiles);
void pel_tiles_end(pel_tiles *tiles);
/* The tile (i down, j across) of a block size, or NULL while it is on its way. Borrowed until the frame ends. */
const pel_tile *pel_tiles_get(pel_tiles *tiles, uint32_t block, uint32_t i, uint32_t j);
/* The exact weight of one pair when its tile is there. */
bool pel_tiles_weight(pel_tiles *tiles, uint32_t row, uint32_t key, float *weight);
uint32_t pel_tiles_pending(const pel_tiles *tiles);
