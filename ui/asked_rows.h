/* What a pack's graph is asked, as rows in the head of a case's form: the two ends of a link and its relation, or the disease. Shown as far as the question is one to the graph. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/case_form.h"

typedef struct pel_asked_rows pel_asked_rows;

/* Four rows of the grid from `row` on; lives as long as the grid. `changed`: another question was made of the rows. */
pel_asked_rows *pel_asked_rows_new(GtkGrid *grid, int row, void (*changed)(void *user), void *user);
void pel_asked_rows_set_form(pel_asked_rows *rows, pel_case_form *form); /* borrowed; NULL: none */
void pel_asked_rows_refresh(pel_asked_rows *rows);                       /* the question is another one */
void pel_asked_rows_say(pel_asked_rows *rows);                           /* faults */
bool pel_asked_rows_focus_fault(pel_asked_rows *rows);                   /* false: there is none */
