/* A word on a node: accept, dispute, ask for evidence, take back. Signal: "given" (gint verdict, name, reason). The name is kept while the
 * program runs, never on disk. */
#pragma once
#include <gtk/gtk.h>

#include "src/analysis/review_points.h"

#define PEL_TYPE_REVIEW_FORM (pel_review_form_get_type())
G_DECLARE_FINAL_TYPE(PelReviewForm, pel_review_form, PEL, REVIEW_FORM, GtkWidget)

GtkWidget *pel_review_form_new(void);
void pel_review_form_set_withdrawable(PelReviewForm *form, bool withdrawable); /* there is a word to take back */
void pel_review_form_set_busy(PelReviewForm *form, bool busy);
void pel_review_form_say(PelReviewForm *form, const char *error); /* "": nothing went wrong */
void pel_review_form_clear(PelReviewForm *form);                  /* the reason and the error */
