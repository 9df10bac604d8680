/* Inside the form of a case: case_form.c makes it from a pack, case_form_graph.c has what a graph is asked and told, case_form_read.c fills it in from a case,
 * case_form_check.c says what is wrong, case_form_write.c writes it. */
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

/* ---- case_form_graph.c ---- */

/* What the pack's graph can be asked, and its terms. */
pel_status case_form_read_graph(pel_case_form *form, pel_pack *pack, pel_error *err);
void case_form_add_graph_questions(pel_case_form *form);
/* Marks a field that says a finding of the graph, and gives it the term's label. */
void case_form_note_finding(const pel_case_form *form, pel_form_field *field);
void case_form_free_graph(pel_case_form *form);
void case_form_clear_graph_faults(pel_case_form *form);
/* How many faults there are in what the graph is asked; they stand at their places. */
guint case_form_check_graph(pel_case_form *form);
/* Of a finding; NULL: none. */
char *case_form_check_finding(const pel_case_form *form, const pel_form_field *field);
