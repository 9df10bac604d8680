/* What a case asks a pack's graph, and the findings that it tells of. */
#include <string.h>

#include "src/core/case_form_parts.h"

/* ---- what the pack's graph can be asked ---- */

typedef struct looking {
  bool diagnosis, linked; /* that a rule defines them: then it is asked by its rules */
} looking;

static bool look_at_rule(void *user, const pel_rule *rule) {
  looking *l = user;
  char *squeezed = pel_term_squeeze(rule->text), *body = strstr(squeezed, ":-"), *functor = NULL, **arguments = NULL;
  if (body) *body = 0;
  else if (g_str_has_suffix(squeezed, ".")) squeezed[strlen(squeezed) - 1] = 0;
  if (pel_term_split(squeezed, &functor, &arguments)) {
    l->diagnosis = l->diagnosis || (!strcmp(functor, "diagnosis") && g_strv_length(arguments) == 1);
    l->linked = l->linked || (!strcmp(functor, "linked") && g_strv_length(arguments) == 3);
  }
  g_free(squeezed), g_free(functor), g_strfreev(arguments);
  return true;
}

static bool has_relation(const pel_case_form *f, const char *name) {
  for (size_t i = 0; i < f->relations.n; i++)
    if (!strcmp(f->relations.items[i].name, name)) return true;
  return false;
}

pel_status case_form_read_graph(pel_case_form *f, pel_pack *pack, pel_error *err) {
  looking l = {0};
  if (!pel_pack_get_info(pack)->n_edges) return PEL_OK;
  pel_status status = pel_pack_terms_read(pack, &f->terms, err);
  if (status == PEL_OK) status = pel_relation_kinds_count(pack, &f->relations, err);
  if (status == PEL_OK) status = pel_pack_rules(pack, look_at_rule, &l, err);
  if (status != PEL_OK) return status;
  bool medical = pel_pack_terms_count(f->terms, PEL_TERMS_FINDINGS) && pel_pack_terms_count(f->terms, PEL_TERMS_DISEASES) && has_relation(f, "has_phenotype");
  f->diagnoses = medical && !l.diagnosis;
  f->links = f->relations.n && !l.linked;
  return PEL_OK;
}

void case_form_free_graph(pel_case_form *f) {
  case_form_clear_graph_faults(f);
  pel_pack_terms_free(f->terms);
  pel_relation_kinds_clear(&f->relations);
}

/* ---- the question ---- */

static const char *const open_names[] = {"Subject", "", "Object"};

/* A name of the graph as the rules write it, quoted where it has to be. */
static char *atom(const char *text) {
  bool plain = g_ascii_islower(*text);
  for (const char *c = text; *c && plain; c++) plain = g_ascii_isalnum(*c) || *c == '_';
  if (plain) return g_strdup(text);
  GString *s = g_string_new("'");
  for (const char *c = text; *c; c++) {
    if (*c == '\'' || *c == '\\') g_string_append_c(s, '\\');
    g_string_append_c(s, *c);
  }
  return g_string_free(g_string_append_c(s, '\''), FALSE);
}

static char *end_of(const pel_form_asked *a, pel_form_place place, const char *otherwise) { return *a->part[place] ? atom(a->part[place]) : g_strdup(otherwise); }

static char *goal_of(const pel_form_asked *a) {
  char *subject = end_of(a, PEL_PLACE_SUBJECT, open_names[0]), *relation = atom(a->part[PEL_PLACE_RELATION]);
  char *object = end_of(a, PEL_PLACE_OBJECT, a->kind == PEL_ASKS_DIAGNOSIS ? "Disease" : open_names[2]), *goal;
  if (a->kind == PEL_ASKS_DIAGNOSIS) goal = g_strdup_printf("diagnosis(%s)", object);
  else goal = g_strdup_printf("linked(%s, %s, %s)", subject, relation, object);
  g_free(subject), g_free(relation), g_free(object);
  return goal;
}

/* The pack's word for a key. */
static const char *word_of(const pel_case_form *f, const char *key) {
  guint at = pel_pack_terms_find(f->terms, key);
  return at == PEL_NO_TERM_ROW ? key : pel_pack_terms_get(f->terms, at)->label;
}

/* In the language of cases, as the pack's own questions are. */
static char *words_of(const pel_case_form *f, const pel_form_asked *a) {
  const char *subject = *a->part[0] ? word_of(f, a->part[0]) : "what", *object = *a->part[2] ? word_of(f, a->part[2]) : "what";
  if (a->kind == PEL_ASKS_DIAGNOSIS) return *a->part[2] ? g_strdup_printf("Does %s explain these findings?", object) : g_strdup(N_("Which disease explains these findings?"));
  if (!*a->part[0] && !*a->part[2]) return g_strdup(N_("What is linked with what?"));
  char *relation = g_strdelimit(g_strdup(a->part[PEL_PLACE_RELATION]), "_", ' '), *first = g_strdup_printf("%s %s %s?", subject, relation, object);
  char *upper = *a->part[0] ? NULL : g_strconcat("What", first + strlen("what"), NULL);
  g_free(relation);
  if (!upper) return first;
  g_free(first);
  return upper;
}

void pel_case_form_ask(pel_case_form *form, const pel_form_asked *asked) {
  char *goal = goal_of(asked), *words = words_of(form, asked);
  pel_case_form_set_head(form, PEL_HEAD_QUESTION, goal);
  pel_case_form_set_head(form, PEL_HEAD_ASKS, words);
  g_free(goal), g_free(words);
}

static bool is_variable(const char *term) { return g_ascii_isupper(*term) || *term == '_'; }

/* Only names and variables; anything else is the rules' reader's to refuse. */
static bool take_part(pel_form_asked *out, pel_form_place place, const char *term) {
  char *functor = NULL, **arguments = NULL;
  bool compound = pel_term_split(term, &functor, &arguments);
  g_free(functor), g_strfreev(arguments);
  g_free(out->part[place]);
  out->part[place] = is_variable(term) ? g_strdup("") : pel_term_unquote(term);
  return !compound;
}

void pel_form_asked_clear(pel_form_asked *a) {
  for (int i = 0; i < PEL_PLACE_FINDINGS; i++) g_clear_pointer(&a->part[i], g_free);
}

void pel_case_form_asked(const pel_case_form *f, pel_form_asked *out) {
  char *squeezed = pel_term_squeeze(f->heads[PEL_HEAD_QUESTION]), *functor = NULL, **arguments = NULL;
  bool taken = false;
  *out = (pel_form_asked){.part = {g_strdup(""), g_strdup(""), g_strdup("")}};
  if (pel_term_split(squeezed, &functor, &arguments)) {
    guint n = g_strv_length(arguments);
    if (f->diagnoses && n == 1 && !strcmp(functor, "diagnosis")) {
      taken = take_part(out, PEL_PLACE_OBJECT, arguments[0]);
      out->kind = PEL_ASKS_DIAGNOSIS;
    } else if (f->links && n == 3 && !strcmp(functor, "linked") && !is_variable(arguments[1])) {
      taken = true;
      for (int i = 0; i < 3; i++) taken = take_part(out, (pel_form_place)i, arguments[i]) && taken;
      out->kind = PEL_ASKS_LINK;
    }
  }
  if (!taken) {
    pel_form_asked_clear(out);
    *out = (pel_form_asked){.part = {g_strdup(""), g_strdup(""), g_strdup("")}};
  }
  g_free(squeezed), g_free(functor), g_strfreev(arguments);
}

static void add_question(pel_case_form *f, const pel_form_asked *asked) {
  pel_form_question *q = g_new0(pel_form_question, 1);
  *q = (pel_form_question){goal_of(asked), words_of(f, asked)};
  g_ptr_array_add(f->questions, q);
}

/* What a graph without words of its own can be asked; an empty case of it asks the first of these. */
void case_form_add_graph_questions(pel_case_form *f) {
  guint before = f->questions->len;
  if (f->diagnoses) add_question(f, &(pel_form_asked){PEL_ASKS_DIAGNOSIS, {"", "", ""}});
  if (f->links) add_question(f, &(pel_form_asked){PEL_ASKS_LINK, {"", f->relations.items[0].name, ""}});
  if (f->fields->len || f->questions->len == before) return;
  const pel_form_question *first = g_ptr_array_index(f->questions, before);
  pel_case_form_set_head(f, PEL_HEAD_QUESTION, first->goal);
  pel_case_form_set_head(f, PEL_HEAD_ASKS, first->asks);
}

/* ---- findings ---- */

void case_form_note_finding(const pel_case_form *form, pel_form_field *f) {
  char *functor = NULL, **arguments = NULL;
  bool is = form->diagnoses && f->form == PEL_FACT_TERM && !f->variables && pel_term_split(f->name, &functor, &arguments) && !strcmp(functor, "finding") && g_strv_length(arguments) == 1;
  if (is && !is_variable(arguments[0])) {
    f->key = pel_term_unquote(arguments[0]);
    guint at = pel_pack_terms_find(form->terms, f->key);
    const char *label = at != PEL_NO_TERM_ROW ? pel_pack_terms_get(form->terms, at)->label : strcmp(f->label, f->name) ? f->label : f->key;
    char *copy = g_strdup(label);
    g_free(f->label), g_free(f->says);
    f->label = copy, f->says = g_strdup(copy);
  }
  g_free(functor), g_strfreev(arguments);
}

guint pel_case_form_add_finding(pel_case_form *form, guint term, pel_answer is) {
  const pel_pack_term *t = pel_pack_terms_get(form->terms, term);
  char *key = atom(t->key), *finding = g_strdup_printf("finding(%s)", key);
  guint at = pel_case_form_field_for(form, finding, t->label);
  if (at != G_MAXUINT) pel_case_form_answer(form, at, is, NULL);
  g_free(key), g_free(finding);
  return at;
}

void pel_case_form_set_document(pel_case_form *form, guint i, const char *document) {
  pel_form_field *f = pel_case_form_field(form, i);
  g_free(f->document);
  f->document = g_strdup(document);
  g_clear_pointer(&f->fault, g_free);
}

void pel_case_form_set_says(pel_case_form *form, guint i, const char *says) {
  pel_form_field *f = pel_case_form_field(form, i);
  g_free(f->case_says);
  f->case_says = g_strdup(says);
  g_clear_pointer(&f->fault, g_free);
}

/* ---- what is wrong ---- */

void case_form_clear_graph_faults(pel_case_form *f) {
  for (int i = 0; i < PEL_PLACES; i++) g_clear_pointer(&f->graph_faults[i], g_free);
}

static char *missing(const char *key) { return g_strdup_printf(_("The pack has no term “%s”; search for what it has."), key); }

char *case_form_check_finding(const pel_case_form *form, const pel_form_field *f) {
  return pel_pack_terms_find(form->terms, f->key) == PEL_NO_TERM_ROW ? missing(f->key) : NULL;
}

static void check_end(pel_case_form *f, const pel_form_asked *a, pel_form_place place) {
  if (*a->part[place] && pel_pack_terms_find(f->terms, a->part[place]) == PEL_NO_TERM_ROW) f->graph_faults[place] = missing(a->part[place]);
}

static bool is_observed(const pel_case_form *f) {
  for (guint i = 0; i < f->fields->len; i++)
    if (pel_case_form_field(f, i)->key && pel_case_form_field(f, i)->now.is == PEL_SAID_YES) return true;
  return false;
}

guint case_form_check_graph(pel_case_form *f) {
  pel_form_asked a;
  guint n = 0;
  case_form_clear_graph_faults(f);
  pel_case_form_asked(f, &a);
  if (a.kind != PEL_ASKS_RULES) check_end(f, &a, PEL_PLACE_OBJECT);
  if (a.kind == PEL_ASKS_LINK) {
    check_end(f, &a, PEL_PLACE_SUBJECT);
    if (!has_relation(f, a.part[PEL_PLACE_RELATION])) f->graph_faults[PEL_PLACE_RELATION] = g_strdup_printf(_("The pack has no edges “%s”."), a.part[PEL_PLACE_RELATION]);
    if (!*a.part[PEL_PLACE_SUBJECT] && !*a.part[PEL_PLACE_OBJECT]) f->graph_faults[PEL_PLACE_SUBJECT] = g_strdup(N_("Name one end at least."));
  }
  if (a.kind == PEL_ASKS_DIAGNOSIS && !is_observed(f)) f->graph_faults[PEL_PLACE_FINDINGS] = g_strdup(N_("A diagnosis needs one finding at least that was observed."));
  pel_form_asked_clear(&a);
  for (int i = 0; i < PEL_PLACES; i++) n += f->graph_faults[i] != NULL;
  return n;
}
