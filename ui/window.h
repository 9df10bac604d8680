/* One window, one trace: heads at the left, the map, the transcript under it, the inspector at the right, the read-out at the bottom. */
#pragma once
#include <adwaita.h>

#define PEL_TYPE_WINDOW (pel_window_get_type())
G_DECLARE_FINAL_TYPE(PelWindow, pel_window, PEL, WINDOW, AdwApplicationWindow)

GtkWidget *pel_window_new(AdwApplication *application);
/* Shows a file instead of what is there; what cannot be read is said in the window. */
/* A case to be filled in against a pack; `path` of a case file, or NULL for an empty one. */
void pel_window_new_case(PelWindow *self, const char *pack, const char *path);
void pel_window_open(PelWindow *self, const char *path);
