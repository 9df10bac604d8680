/* Asks for what a recording needs: a model, a prompt, how much, where to; says before what it will take in size and time.
 * Signal "start" (gpointer pel_recording_options *, borrowed): the person has decided; the window closes itself. */
#pragma once
#include <adwaita.h>

#define PEL_TYPE_RECORD_DIALOG (pel_record_dialog_get_type())
G_DECLARE_FINAL_TYPE(PelRecordDialog, pel_record_dialog, PEL, RECORD_DIALOG, AdwWindow)

GtkWidget *pel_record_dialog_new(GtkWindow *parent);
