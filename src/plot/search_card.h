/* One card of a search's tree. Lengths are px x unit. */
#pragma once
#include "src/analysis/search_view.h"
#include "src/plot/diagram.h"

#define PEL_SEARCH_CARD_WIDTH 226.0

double pel_search_card_height(const pel_diagram *diagram, const pel_search_view *view, uint32_t item);
void pel_search_card_draw(const pel_diagram *diagram, pel_canvas *canvas, const pel_search_view *view, uint32_t item, pel_box box);
/* Around a card: the simulation that is looked at went through it. */
void pel_search_card_mark(const pel_diagram *diagram, pel_canvas *canvas, const pel_search_view *view, uint32_t item, pel_box box);
/* The border alone, of a goal (any) or a way (all): for a legend. */
void pel_search_card_sample(const pel_diagram *diagram, pel_canvas *canvas, pel_search_kind kind, pel_box box, double unit, pel_rgb color);
/* A colour as it is on a dim card. */
pel_rgb pel_search_dimmed(const pel_theme *theme, pel_rgb color, bool dim);
