/* The findings of a case that asks a pack's graph for a diagnosis: searched for among the pack's terms, added as observed or excluded, listed, taken away. Signal: "changed". */
#pragma once
#include <gtk/gtk.h>

#include "src/core/case_form.h"

#define PEL_TYPE_CASE_FINDINGS (pel_case_findings_get_type())
G_DECLARE_FINAL_TYPE(PelCaseFindings, pel_case_findings, PEL, CASE_FINDINGS, GtkWidget)

GtkWidget *pel_case_findings_new(void);
void pel_case_findings_set_form(PelCaseFindings *findings, pel_case_form *form); /* borrowed; NULL: none */
void pel_case_findings_refresh(PelCaseFindings *findings);                       /* faults */
/* False: words stand in the entry that were not made a finding; it says so. */
bool pel_case_findings_check(PelCaseFindings *findings);
void pel_case_findings_find(PelCaseFindings *findings);
bool pel_case_findings_focus(PelCaseFindings *findings, guint field); /* false: it is none of them */
