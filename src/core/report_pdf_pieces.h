/* A long text in pieces: what is set at once stays short, however long a stranger's text is, and what no page needs is left out
 * and counted.
 *
 *   text_pieces at = {.block = b, .most = 100000};
 *   for (text_piece piece; pieces_next (&at, &piece); pieces_clear (&piece)) ...   // piece.block: like b, its runs a part of b's */
#pragma once
#include "src/analysis/report.h"

#define PIECE_SIZE 6000 /* bytes that are set at once; a line's end counts as PIECE_LINE */
#define PIECE_LINE 60
#define PIECE_WORD 600 /* bytes without a place where a line may end: what breaks them sets them anew for each line */

typedef struct text_pieces {
  const pel_report_block *block;
  unsigned cell;  /* of TABLE and ROW; all runs of what has no cells have cell 0 */
  size_t most;    /* what is shown of it, counted like PIECE_SIZE */
  bool single;    /* what is shown is one piece, which can be longer */
  bool failed;    /* no memory */
  /* private */
  size_t run, at, used;
  bool begun, ended;
} text_pieces;

typedef struct text_piece {
  pel_report_block block; /* runs and what they are of are the piece's own, or borrowed where `whole` */
  bool first, whole;
} text_piece;

/* A text without words is one piece too. */
bool pieces_next(text_pieces *pieces, text_piece *out);
void pieces_clear(text_piece *piece);
