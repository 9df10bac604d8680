/* One card of a logic tree: how large it is, and how it is drawn. Lengths are px x unit. */
#pragma once
#include "src/analysis/logic_tree.h"
#include "src/plot/card_text.h"
#include "src/plot/theme.h"

typedef struct pel_card_pens { /* what all cards share */
  pel_type *type;
  const pel_card_metrics *metrics;
  const pel_plot_style *style;
  const pel_theme *theme;
  double unit;
} pel_card_pens;

typedef struct pel_card_size {
  float w, h;
} pel_card_size;

#define PEL_CARD_PORT 21.0 /* where edges meet a card whose neighbours are aligned at their beginning */

/* Without setting any text. */
pel_card_size pel_card_measure(const pel_card_metrics *metrics, const pel_logic_tree *tree, uint32_t item);
/* In full. */
void pel_card_draw(const pel_card_pens *pens, pel_canvas *canvas, const pel_logic_tree *tree, uint32_t item, pel_box box);
/* For small scales: colour, sign and number in large letters. */
void pel_card_draw_brief(const pel_card_pens *pens, pel_canvas *canvas, const pel_logic_tree *tree, uint32_t item, pel_box box);
/* "+12" beside the middle of a collapsed card's end, below it when the tree grows down. Cards keep their size when they are collapsed. */
void pel_card_badge(const pel_card_pens *pens, pel_canvas *canvas, uint32_t hidden, pel_point at, bool down);
/* The border of a kind, whole, in a colour that no state has: for a legend. */
void pel_card_sample(const pel_card_pens *pens, pel_canvas *canvas, pel_node_kind kind, pel_box box);
