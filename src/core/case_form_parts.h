/* Inside the form of a case: case_form.c makes it from a pack, case_form_read.c fills it in from a case, case_form_check.c says what is wrong,
 * case_form_write.c writes it. */
#pragma once
#include "src/core/case_form.h"
#include "src/core/term_text.h"

#define N_(text) text                        /* translated where it is shown */
#define _(text) g_dgettext("pellucid", text) /* with a value in it: here; English where nobody chose a language, as on the command line */

/* A copy without answers, which the caller adds. */
pel_form_field *case_field_copy(const pel_form_field *of);
void case_field_free(pel_form_field *field);
void case_answer_clear(pel_form_answer *answer);
void case_answer_copy(const pel_form_answer *from, pel_form_answer *to);
void case_field_set_fault(pel_form_field *field, char *fault); /* takes it */
/* "{Person} is {Value} years old" with values in the domain's words. g_free. */
char *case_form_fill(const pel_case_form *form, const char *sentence, GHashTable *bound, const char *otherwise);
/* A pattern with what its variables are, added to the form behind it; `bound` name -> value as the rules write it. */
guint case_form_add_instance(pel_case_form *form, guint pattern, GHashTable *bound);
guint case_form_insert(pel_case_form *form, guint at, pel_form_field *field);
/* The field of a fact that a case names so and none has answered yet; G_MAXUINT: none. */
guint case_form_find(const pel_case_form *form, pel_fact_form kind, const char *name, bool free_only);
guint case_form_find_pattern(const pel_case_form *form, pel_fact_form kind, const char *name, GHashTable *bound);
