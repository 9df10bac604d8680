/* Which pack a case is audited against: those of this machine, or any file. Signal: "chosen" (path); the dialog then closes. */
#pragma once
#include <adwaita.h>

#define PEL_TYPE_PACK_DIALOG (pel_pack_dialog_get_type())
G_DECLARE_FINAL_TYPE(PelPackDialog, pel_pack_dialog, PEL, PACK_DIALOG, AdwWindow)

GtkWidget *pel_pack_dialog_new(GtkWindow *parent);
