/* openEHR GDL2 guidelines: what one holds, and how its rules become Horn clauses. docs/pack-format.md says what the clauses look like.
 *
 * A guideline is read (gdl2_read.c), each of its expressions is parsed (gdl2_expression.c), and the rules are written as clauses (gdl2_rules.c,
 * gdl2_goals.c) for whoever takes them: a pack (import_gdl2.c) or a program (gdl2_tests.c). Nothing here evaluates an expression: that is the
 * interpreter's work, by the clauses and those of gdl2_library.pl. */
#pragma once
#include "engine/knowledge/import.h"

enum { PEL_GDL2_EXPRESSION_BYTES = 1 << 14, PEL_GDL2_DEPTH = 200 };

/* ---- expressions ---- */

typedef enum pel_gdl2_kind {
  PEL_GDL2_NULL, PEL_GDL2_BOOLEAN, /* value: 0 or 1 */
  PEL_GDL2_NUMBER,                 /* text: digits with a point or an exponent; unit: of a quantity, NULL without; "100,2": the rest of a proportion */
  PEL_GDL2_TEXT,                   /* text */
  PEL_GDL2_CODED,                  /* terminology, code, text: the label, NULL without */
  PEL_GDL2_ORDINAL,                /* the same, and number */
  PEL_GDL2_ELEMENT,                /* code: gt0005; attribute: "magnitude", NULL without */
  PEL_GDL2_NOW,                    /* attribute */
  PEL_GDL2_UNARY,                  /* op: "!", "-", "fired", a function's name; left */
  PEL_GDL2_BINARY,                 /* op; left, right */
} pel_gdl2_kind;

typedef struct pel_gdl2_node {
  pel_gdl2_kind kind;
  const char *op; /* static */
  char *text, *unit, *terminology, *code, *attribute, *number;
  int value;
  struct pel_gdl2_node *left, *right;
  struct pel_gdl2_node *made; /* the one made before it: all are freed together */
} pel_gdl2_node;

typedef struct pel_gdl2_expression {
  char *source;                /* as in the guideline */
  pel_gdl2_node *root;         /* of an assignment: "=" with an element on its left */
  pel_gdl2_node *nodes;        /* the last one made */
  size_t leftover;             /* column of text after the expression, which GDL2's own reader passes over; 0: none */
} pel_gdl2_expression;

/* Parses e->source. `what` is what an error puts before its column: file and JSON path. */
pel_status pel_gdl2_parse(pel_gdl2_expression *e, const char *what, pel_error *err);
void pel_gdl2_expression_clear(pel_gdl2_expression *e);

/* ---- guidelines ---- */

typedef struct pel_gdl2_list {
  pel_gdl2_expression *items;
  size_t n, capacity;
} pel_gdl2_list;

typedef struct pel_gdl2_texts {
  char **items;
  size_t n, capacity;
} pel_gdl2_texts;

typedef struct pel_gdl2_element {
  char *code, *type, *binding; /* "gt0005", "DV_QUANTITY" or NULL, "gt0002" */
  char *path, *model;          /* where it stands in its archetype, and which that is: elements of one place share what is given */
  pel_gdl2_texts units, allowed;
} pel_gdl2_element;

typedef struct pel_gdl2_rule {
  char *code, *description;
  int64_t priority;
  size_t order; /* in the file */
  pel_gdl2_list when, then;
} pel_gdl2_rule;

typedef struct pel_gdl2_term { /* of the ontology, in the chosen language */
  char *language, *code, *text, *description;
} pel_gdl2_term;

typedef struct pel_gdl2_binding { /* codes of a terminology that stand for a term */
  char *terminology, *code;
  pel_gdl2_texts codes;
} pel_gdl2_binding;

typedef struct pel_gdl2_detail {
  char *language, *name, *text; /* "en", "purpose", ... */
} pel_gdl2_detail;

typedef struct pel_gdl2_guideline {
  char *path; /* of the file */
  char *id, *concept, *language, *references;
  char *slug; /* the id as the start of a Prolog name: "curb_65_v1" */
  pel_gdl2_element *elements;
  size_t n_elements, elements_capacity;
  pel_gdl2_rule *rules; /* by priority, the greatest first */
  size_t n_rules, rules_capacity;
  pel_gdl2_term *terms;
  size_t n_terms, terms_capacity;
  pel_gdl2_binding *bindings;
  size_t n_bindings, bindings_capacity;
  pel_gdl2_detail *details;
  size_t n_details, details_capacity;
  pel_gdl2_list preconditions, defaults;
  pel_gdl2_texts models;  /* of bindings: code, then model */
  pel_gdl2_texts outputs; /* codes of the bindings that are for output */
} pel_gdl2_guideline;

/* Reads a guideline and parses all of its expressions; those that have none are refused. `b` may be NULL. Owned by the caller. */
pel_status pel_gdl2_read(const char *path, const pel_pack_builder *b, pel_gdl2_guideline **out, pel_error *err);
void pel_gdl2_free(pel_gdl2_guideline *g);

const pel_gdl2_element *pel_gdl2_find_element(const pel_gdl2_guideline *g, const char *code);
bool pel_gdl2_is_output(const pel_gdl2_guideline *g, const pel_gdl2_element *e);
/* A term in the guideline's words: English where there is English, "" for none. */
const char *pel_gdl2_text(const pel_gdl2_guideline *g, const char *code);
const char *pel_gdl2_term_description(const pel_gdl2_guideline *g, const char *code);
const char *pel_gdl2_detail_of(const pel_gdl2_guideline *g, const char *name);

/* ---- clauses ---- */

typedef enum pel_gdl2_part { PEL_GDL2_GUIDELINE, PEL_GDL2_PRECONDITIONS, PEL_GDL2_DEFAULTS, PEL_GDL2_WHEN, PEL_GDL2_THEN } pel_gdl2_part;

typedef struct pel_gdl2_clause {
  const char *text;      /* with its closing dot */
  const char *label;     /* in the guideline's words */
  const char *source;    /* the expressions that it stands for, a line each; "" for none */
  const char *code;      /* of the rule: "gt0033", or of the element that is concluded */
  pel_gdl2_part part;
  int64_t priority;
} pel_gdl2_clause;

/* Gives every clause of the guideline, in order. The status of `each` other than PEL_OK ends it and is returned. */
typedef pel_status (*pel_gdl2_each)(void *user, const pel_gdl2_clause *clause, pel_error *err);
pel_status pel_gdl2_clauses(const pel_gdl2_guideline *g, pel_gdl2_each each, void *user, pel_error *err);

/* The clauses that every guideline rests on. */
extern const char pel_gdl2_library[];

/* ---- words ---- */

/* Takes an entry of the vocabulary; its strings are the caller's. */
typedef pel_status (*pel_gdl2_add_term)(void *user, const pel_vocabulary *row, pel_error *err);
/* How a rule's conditions and assignments read, by its label: as steps, which assume nothing about the world. */
pel_status pel_gdl2_step_words(const pel_gdl2_clause *c, const char *label, pel_gdl2_add_term add, void *user, pel_error *err);
/* How an element's values read: on their way through the rules they are passed over, but it is said where nothing is given. */
pel_status pel_gdl2_element_words(const pel_gdl2_guideline *g, const pel_gdl2_element *e, pel_gdl2_add_term add, void *user, pel_error *err);
/* How the library's comparisons and values read. */
pel_status pel_gdl2_library_words(pel_gdl2_add_term add, void *user, pel_error *err);
/* "gdl2_number(_, _, _)" for a clause of gdl2_number/3, a step that is passed over; "" when it is `last` again, or has words of its own. */
void pel_gdl2_passed_over(const char *clause, const char *last, char *term, size_t size);

/* ---- pieces that the writers of clauses share ---- */

/* Something written piece by piece; `failed` once there was no memory. */
typedef struct pel_gdl2_out {
  pel_buffer buffer;
  bool failed;
} pel_gdl2_out;

void pel_gdl2_put(pel_gdl2_out *o, const char *text);
__attribute__((format(printf, 2, 3))) void pel_gdl2_putf(pel_gdl2_out *o, const char *format, ...);
void pel_gdl2_put_string(pel_gdl2_out *o, const char *text, size_t size); /* "..." of the rules' syntax */
/* "2.40" as "12r5", "-3" as "-3"; false when it is no number. */
bool pel_gdl2_put_number(pel_gdl2_out *o, const char *text, size_t size);
/* A code or an id as part of a name: "gt0003.1" becomes "gt0003_1". */
void pel_gdl2_put_name(pel_gdl2_out *o, const char *text);

/* How goals name the variables that hold elements' values. */
typedef struct pel_gdl2_names {
  const pel_gdl2_guideline *g;
  void (*put)(void *user, pel_gdl2_out *o, const char *code, bool fired); /* an element's variable, or that of whether a rule has fired */
  bool (*is_set)(void *user, const char *code); /* whether some rule sets the element */
  void *user;
  int made; /* variables of the goals' own, so far */
} pel_gdl2_names;

/* The goals that make a condition hold. */
void pel_gdl2_put_condition(pel_gdl2_out *o, pel_gdl2_names *names, const pel_gdl2_node *n);
/* The goals of an assignment, which make New of Old. `quantity`: the rule gives the element a unit or a precision, too; `rounded`: it has given a
 * precision and does nothing more to the element, so that its magnitude is rounded to that. */
void pel_gdl2_put_assignment(pel_gdl2_out *o, pel_gdl2_names *names, const pel_gdl2_node *assignment, bool quantity, bool rounded);
/* Calls `each` for every element that a node reads, with `fired` for a rule that is asked about. */
void pel_gdl2_reads(const pel_gdl2_node *n, void (*each)(void *user, const char *code, bool fired), void *user);

/* A value as test files and GDL2 itself write it ("145,mm[Hg]", "1|local::at0011|Present|", "2019-01-01T00:00+01:00") as a term. `type` is that of
 * its element, or NULL. */
void pel_gdl2_put_value(pel_gdl2_out *o, const char *text, const char *type);
