/* What if some facts were otherwise: the facts of a case, each with what was recorded, to be changed and run again. Signal: "run". */
#pragma once
#include <adwaita.h>

#include "src/core/case_form.h"

#define PEL_TYPE_WHAT_IF_DIALOG (pel_what_if_dialog_get_type())
G_DECLARE_FINAL_TYPE(PelWhatIfDialog, pel_what_if_dialog, PEL, WHAT_IF_DIALOG, AdwWindow)

/* `form` lives longer than the dialog; `field` stands first, G_MAXUINT: none. */
GtkWidget *pel_what_if_dialog_new(GtkWindow *parent, pel_case_form *form, guint field);
