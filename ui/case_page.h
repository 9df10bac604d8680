/* A case to be audited: its title, day and question, and a field for each fact that the pack knows. Signals: "run" (bool keep in a file), "open-case",
 * "save-case". */
#pragma once
#include <gtk/gtk.h>

#include "src/core/case_form.h"

#define PEL_TYPE_CASE_PAGE (pel_case_page_get_type())
G_DECLARE_FINAL_TYPE(PelCasePage, pel_case_page, PEL, CASE_PAGE, GtkWidget)

GtkWidget *pel_case_page_new(void);
void pel_case_page_set_form(PelCasePage *page, pel_case_form *form); /* taken; NULL: none */
pel_case_form *pel_case_page_get_form(PelCasePage *page);            /* borrowed; or NULL */
void pel_case_page_refill(PelCasePage *page);                        /* another case was read into the form */
/* Checks all of it; false: what is wrong stands at its place, and the keys are there. */
bool pel_case_page_check(PelCasePage *page);
/* An audit's error, at the field that it names or above all; "" takes it away. */
void pel_case_page_say(PelCasePage *page, const char *error);
void pel_case_page_set_busy(PelCasePage *page, bool busy);
void pel_case_page_find(PelCasePage *page);
void pel_case_page_focus(PelCasePage *page);
