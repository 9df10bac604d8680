/* Everything known of the chosen node: what it says, its rule, the words it rests on, what leads to it and what it leads to, what people say
 * of it; and a form to say something. Signals: "chosen" (gint64 node: an edge was followed), "reviewed" (gint verdict, name, reason). */
#pragma once
#include "src/core/reasoned.h"
#include "ui/review_form.h"

#define PEL_TYPE_NODE_INSPECTOR (pel_node_inspector_get_type())
G_DECLARE_FINAL_TYPE(PelNodeInspector, pel_node_inspector, PEL, NODE_INSPECTOR, GtkWidget)

GtkWidget *pel_node_inspector_new(void);
/* Borrowed until the next call; NULL: nothing. */
void pel_node_inspector_set_reasoned(PelNodeInspector *inspector, const pel_reasoned *reasoned);
void pel_node_inspector_set_dark(PelNodeInspector *inspector, bool dark);
void pel_node_inspector_show(PelNodeInspector *inspector, int64_t node); /* 0: none */
void pel_node_inspector_refresh(PelNodeInspector *inspector);            /* there are other reviews */
void pel_node_inspector_set_kept(PelNodeInspector *inspector, bool kept); /* false: the reasoning goes away, a review would be lost */
PelReviewForm *pel_node_inspector_get_form(PelNodeInspector *inspector);
