/* What is known of one token: its text, how likely it was, what else might have come. Loaded on the document's thread. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/document.h"

#define PEL_TYPE_TOKEN_CARD (pel_token_card_get_type())
G_DECLARE_FINAL_TYPE(PelTokenCard, pel_token_card, PEL, TOKEN_CARD, GtkWidget)

/* Signal "said" (const char *sentence, guint token): the same in one sentence, when it came. */
GtkWidget *pel_token_card_new(void);
void pel_token_card_set_document(PelTokenCard *self, pel_document *document); /* borrowed until the next call; NULL empties */
void pel_token_card_show(PelTokenCard *self, uint32_t token);
