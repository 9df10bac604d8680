/* What is said of a case's facts and of two reasonings side by side, in the user's language. Strings that are not const: g_free. */
#pragma once
#include <gtk/gtk.h>

#include "src/core/case_form.h"
#include "src/core/contrast.h"

const char *pel_case_words_said(const pel_form_field *field, pel_answer answer); /* "Yes", "Observed", "Not said", ... */
/* "yes", "8.1 mmol/L", "not said" */
char *pel_case_words_answer(const pel_form_field *field, const pel_form_answer *answer);
/* "“Bob died in 2014” is no", of every fact that was changed, one after the other. */
char *pel_case_words_changes(pel_case_form *form);

/* "was: holds", "new", "not there", "changed"; "" for none. `in_b`: of the changed side. */
char *pel_mark_words(const pel_mark *mark, bool in_b);
/* "changed: She is confused (was: holds, now: unknown)" of a line of differences. */
char *pel_contrast_words_line(const pel_contrast *contrast, const pel_contrast_line *line);
/* "Conclusion: was “holds”, is “not found”. 3 steps differ." */
char *pel_contrast_words_end(const pel_contrast *contrast);
