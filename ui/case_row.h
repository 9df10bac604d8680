/* A field of a case's form as widgets: the question, what may be answered, who says so, what is wrong, what was recorded. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/case_form.h"

typedef struct pel_case_row pel_case_row;

typedef struct pel_case_row_events {
  void (*changed)(pel_form_field *field, void *user);
  void (*filled)(pel_form_field *pattern, const char *const *values, void *user); /* a pattern's variables were filled in */
} pel_case_row_events;

/* `compare`: says what was recorded, and marks what is otherwise now. Lives as long as its widget, which nobody holds yet. */
pel_case_row *pel_case_row_new(pel_case_form *form, pel_form_field *field, bool compare, const pel_case_row_events *events, void *user);
GtkWidget *pel_case_row_widget(pel_case_row *row);
const pel_form_field *pel_case_row_field(const pel_case_row *row);
void pel_case_row_refresh(pel_case_row *row); /* what is said below the question */
void pel_case_row_say(pel_case_row *row, const char *fault); /* of a pattern that could not be filled in */
void pel_case_row_focus(pel_case_row *row);
