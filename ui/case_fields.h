/* The fields of a case's form but its findings, which are beside them only to be compared, with a search over them. Only a few hundred rows are made at once; the rest is found by its words.
 * Signal: "changed": an answer is another one. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/case_form.h"

#define PEL_TYPE_CASE_FIELDS (pel_case_fields_get_type())
G_DECLARE_FINAL_TYPE(PelCaseFields, pel_case_fields, PEL, CASE_FIELDS, GtkWidget)

/* `compare`: what was recorded stands at each, and only what was recorded or changed is shown until something is searched for. */
GtkWidget *pel_case_fields_new(bool compare);
void pel_case_fields_set_form(PelCaseFields *fields, pel_case_form *form); /* borrowed; NULL: none */
void pel_case_fields_refresh(PelCaseFields *fields); /* faults */
/* Shows it whatever is searched for, and puts the keys there; G_MAXUINT: the first that is shown. */
void pel_case_fields_focus(PelCaseFields *fields, guint field);
void pel_case_fields_pin(PelCaseFields *fields, guint field); /* it stands first */
void pel_case_fields_find(PelCaseFields *fields);
