/* A case as a form: a field for each term of the pack's vocabulary that a case may say, filled in from a case file, written as one.
 *
 *   pel_case_form *f;
 *   pel_case_form_open ("tax.pack", &f, &err);
 *   pel_case_form_read (f, "alice.json", json, size, &err);      // or an empty form
 *   pel_case_form_answer (f, i, PEL_SAID_VALUE, "8.1");
 *   if (!pel_case_form_check (f)) json = pel_case_form_write (f, NULL);    // g_free; the same content gives the same bytes
 *
 * A term with variables is a pattern: it is no fact itself, filling its variables in makes one. What a case says and no
 * word of the pack covers is a field as well. All texts are the pack's and the case's own; a fault is an English sentence, marked for the
 * catalogue where it stands alone. One form serves one thread at a time. */
#pragma once
#include <glib.h>
#include <pellucid/audit.h>

#include "src/core/pack_terms.h"
#include "src/core/relation_kinds.h"

typedef enum pel_answer { PEL_NOT_SAID, PEL_SAID_YES, PEL_SAID_NO, PEL_SAID_UNKNOWN, PEL_SAID_VALUE } pel_answer;

typedef struct pel_form_answer {
  pel_answer is;
  char *value; /* of PEL_SAID_VALUE, as typed */
  char *unit;  /* of a quantity */
  char *by, *date;
} pel_form_answer;

typedef struct pel_form_field {
  pel_fact_form form;
  pel_term_type type; /* what is asked for: a yes or no, a number, ... */
  char *name;         /* the term, or the name of the quantity, choice or date, as a fact of a case has it */
  char *label;        /* the question, or the sentence */
  char *says, *denied, *asks; /* with {Variable} */
  char *unit, *allowed;
  char **choices, **choice_words; /* what a choice may be, and in words */
  char **variables;   /* NULL: none; otherwise a pattern */
  pel_form_answer now, was; /* was: as read from the case */
  char *id, *case_says, *document; /* of the case's fact, "" for none */
  int64_t from, to;   /* its span */
  int at;             /* its place in the case that was read, or -1 */
  int written;        /* its place in what was written last, or -1 */
  int number;         /* in the name that it was given for that, where its place would give another's; 0: none */
  char *key;          /* a finding of the pack's graph: the term that it names; NULL: none */
  bool own;           /* not of the vocabulary as it is: an instance, a second word on the same, a term of the case alone */
  char *fault;        /* NULL: none */
} pel_form_field;

typedef struct pel_form_question {
  char *goal, *asks;
} pel_form_question;

/* What the pack's graph is asked: keys, "" for what is asked for. */
typedef enum pel_form_ask { PEL_ASKS_RULES, PEL_ASKS_DIAGNOSIS, PEL_ASKS_LINK } pel_form_ask;
typedef enum pel_form_place { PEL_PLACE_SUBJECT, PEL_PLACE_RELATION, PEL_PLACE_OBJECT, PEL_PLACE_FINDINGS, PEL_PLACES } pel_form_place;

typedef struct pel_form_asked {
  pel_form_ask kind;
  char *part[PEL_PLACE_FINDINGS]; /* of a diagnosis the object is the disease */
} pel_form_asked;

typedef enum pel_form_head { PEL_HEAD_TITLE, PEL_HEAD_AS_OF, PEL_HEAD_QUESTION, PEL_HEAD_ASKS, PEL_HEAD_TEXT, PEL_HEADS } pel_form_head;

typedef struct pel_case_form {
  char *pack_path, *pack_title, *pack_sha256, *advice;
  GPtrArray *fields;    /* pel_form_field */
  GPtrArray *questions; /* pel_form_question: what the pack's own cases ask, then what its vocabulary can */
  GHashTable *words;    /* term without variables -> says */
  char *heads[PEL_HEADS];
  char *read_text; /* that of the case which was read: the spans point into it */
  char *faults[PEL_HEADS]; /* NULL: none */
  pel_pack_terms *terms;   /* of a pack with a graph; NULL: rules alone */
  pel_relation_kinds relations;
  bool diagnoses, links;         /* what its graph, not its rules, can be asked */
  char *graph_faults[PEL_PLACES]; /* NULL: none */
} pel_case_form;

pel_status pel_case_form_open(const char *pack, pel_case_form **out, pel_error *err);
void pel_case_form_free(pel_case_form *form);
/* Fills the form in from a case; what was in it before is gone. The form is as it was on failure. */
pel_status pel_case_form_read(pel_case_form *form, const char *name, const char *json, size_t size, pel_error *err);
/* Nothing said, nothing asked. */
void pel_case_form_clear(pel_case_form *form);

static inline pel_form_field *pel_case_form_field(const pel_case_form *f, guint i) { return g_ptr_array_index(f->fields, i); }
guint pel_case_form_index(const pel_case_form *form, const pel_form_field *field); /* G_MAXUINT: not there any more */
void pel_case_form_set_head(pel_case_form *form, pel_form_head head, const char *text);
/* `value` NULL: keeps the one that is there. Clears the field's fault. */
void pel_case_form_answer(pel_case_form *form, guint i, pel_answer is, const char *value);
void pel_case_form_set_unit(pel_case_form *form, guint i, const char *unit);
void pel_case_form_set_by(pel_case_form *form, guint i, const char *by);
void pel_case_form_set_date(pel_case_form *form, guint i, const char *date);
/* The number of the field that a pattern becomes with its variables filled in (one that is there already, or a new one); G_MAXUINT with
 * *fault (g_free) set when a value cannot stand there. */
guint pel_case_form_instance(pel_case_form *form, guint pattern, const char *const *values, char **fault);
/* The field for a term as rules and traces write it, "quantity(urea, 81r10)"; a new one, labelled `says`, where nothing fits. G_MAXUINT: it is no term that a case could say. */
guint pel_case_form_field_for(pel_case_form *form, const char *term, const char *says);

/* ---- the pack's graph (case_form_graph.c) ---- */

/* The field for a finding, a new one where the case has none of this term; it is answered. */
guint pel_case_form_add_finding(pel_case_form *form, guint term, pel_answer is);
void pel_case_form_set_document(pel_case_form *form, guint i, const char *document);
void pel_case_form_set_says(pel_case_form *form, guint i, const char *says);
/* What the form's question asks the graph; kind PEL_ASKS_RULES with empty parts where it does not. */
void pel_case_form_asked(const pel_case_form *form, pel_form_asked *out);
void pel_form_asked_clear(pel_form_asked *asked);
/* Makes it the question, with words for it. */
void pel_case_form_ask(pel_case_form *form, const pel_form_asked *asked);

/* Checks all; returns how many faults there are, and says them at their places. */
guint pel_case_form_check(pel_case_form *form);
/* Puts an error of an audit where it belongs; false when it names no place of the form. */
bool pel_case_form_take_error(pel_case_form *form, const char *text);
bool pel_form_field_changed(const pel_form_field *field); /* against what was read */
/* Makes the answers of now those that a change is measured against. */
void pel_case_form_settle(pel_case_form *form);
/* JSON of docs/case-format.md. What differs from what was read, or whose words stand elsewhere now, no longer points into the case's text; `supposed_by` (may be NULL) is then who
 * says so. */
char *pel_case_form_write(pel_case_form *form, const char *supposed_by);

/* The name that a case's reader gives to its fact. g_free. */
char *pel_form_field_id(const pel_form_field *field);
/* What a field says with an answer: "the blood urea is 8.1 mmol/L", "the patient is not newly confused"; the label for what is not said or not known. */
char *pel_form_field_words(const pel_case_form *form, const pel_form_field *field, const pel_form_answer *answer);
