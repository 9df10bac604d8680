/* Everything known of what is chosen: where it lies in the whole map, what its colours mean, the token, and where it looks most. */
#pragma once
#include "ui/map_widget.h"

#define PEL_TYPE_INSPECTOR (pel_inspector_get_type())
G_DECLARE_FINAL_TYPE(PelInspector, pel_inspector, PEL, INSPECTOR, GtkWidget)

GtkWidget *pel_inspector_new(PelMapWidget *map); /* held */
/* Both borrowed until the next call; NULL, NULL empties. A longer overview of the same trace comes this way, too. */
void pel_inspector_set_trace(PelInspector *self, pel_document *document, const pel_overview *overview);
void pel_inspector_show_token(PelInspector *self, uint32_t token);
/* Signal "token-said" (const char *sentence, guint token): see PelTokenCard. */
