#include "src/core/case_form.h"

#include <string.h>

#include "src/core/case_form_parts.h"

/* ---- fields ---- */

void case_answer_clear(pel_form_answer *a) {
  g_free(a->value), g_free(a->unit), g_free(a->by), g_free(a->date);
  *a = (pel_form_answer){0};
}

void case_answer_copy(const pel_form_answer *from, pel_form_answer *to) {
  pel_form_answer made = {from->is, g_strdup(from->value), g_strdup(from->unit), g_strdup(from->by), g_strdup(from->date)};
  case_answer_clear(to);
  *to = made;
}

void case_field_set_fault(pel_form_field *field, char *fault) {
  g_free(field->fault);
  field->fault = fault;
}

void case_field_free(pel_form_field *f) {
  if (!f) return;
  g_free(f->name), g_free(f->label), g_free(f->says), g_free(f->denied), g_free(f->asks), g_free(f->unit), g_free(f->allowed);
  g_strfreev(f->choices), g_strfreev(f->choice_words), g_strfreev(f->variables);
  case_answer_clear(&f->now), case_answer_clear(&f->was);
  g_free(f->id), g_free(f->case_says), g_free(f->document), g_free(f->fault), g_free(f->key);
  g_free(f);
}

static void no_answer(pel_form_answer *a, const char *unit) { *a = (pel_form_answer){PEL_NOT_SAID, g_strdup(""), g_strdup(unit), g_strdup(""), g_strdup("")}; }

static pel_form_field *finish_field(pel_form_field *f) {
  no_answer(&f->now, f->unit), no_answer(&f->was, f->unit);
  f->id = g_strdup(""), f->case_says = g_strdup(""), f->document = g_strdup("");
  f->at = f->written = -1;
  return f;
}

pel_form_field *case_field_copy(const pel_form_field *of) {
  pel_form_field *f = g_new0(pel_form_field, 1);
  *f = (pel_form_field){.form = of->form, .type = of->type, .name = g_strdup(of->name), .label = g_strdup(of->label), .says = g_strdup(of->says),
                        .denied = g_strdup(of->denied), .asks = g_strdup(of->asks), .unit = g_strdup(of->unit), .allowed = g_strdup(of->allowed),
                        .choices = g_strdupv(of->choices), .choice_words = g_strdupv(of->choice_words), .key = g_strdup(of->key), .own = true};
  return finish_field(f);
}

/* ---- words ---- */

/* A term of a trace or a case for people: what the vocabulary says for it, or its own text. */
static char *value_words(const pel_case_form *f, const char *value) {
  const char *says = g_hash_table_lookup(f->words, value);
  char *text = pel_term_unquote(value);
  if (says) return g_free(text), g_strdup(says);
  return g_strdelimit(text, "_", ' ');
}

char *case_form_fill(const pel_case_form *f, const char *sentence, GHashTable *bound, const char *otherwise) {
  GString *s = g_string_new(NULL);
  for (const char *c = sentence; *c;) {
    const char *end = *c == '{' ? strchr(c, '}') : NULL;
    if (!end) {
      g_string_append_c(s, *c++);
      continue;
    }
    char *name = g_strndup(c + 1, (gsize)(end - c - 1)), *words = NULL;
    const char *value = bound ? g_hash_table_lookup(bound, name) : NULL;
    g_string_append(s, value ? (words = value_words(f, value)) : otherwise ? otherwise : name);
    g_free(words), g_free(name);
    c = end + 1;
  }
  return g_string_free(s, FALSE);
}

/* ---- a word of the vocabulary becomes a field ---- */

static const char *const functors[] = {NULL, "quantity", "choice", "date_of"};

/* Which of the four ways a fact has to say this term; the name that it says it of. */
static pel_fact_form form_of(const char *term, char **name) {
  char *functor = NULL, **arguments = NULL;
  pel_fact_form form = PEL_FACT_TERM;
  if (pel_term_split(term, &functor, &arguments) && g_strv_length(arguments) == 2)
    for (int i = 1; i < 4; i++)
      if (!strcmp(functor, functors[i])) form = (pel_fact_form)i;
  *name = form == PEL_FACT_TERM ? g_strdup(term) : g_strdup(arguments[0]);
  g_free(functor), g_strfreev(arguments);
  return form;
}

static void add_choices(const pel_case_form *form, pel_form_field *f) {
  if (f->type != PEL_TERM_CHOICE || !*f->allowed) return;
  GPtrArray *words = g_ptr_array_new();
  f->choices = g_strsplit(f->allowed, "|", -1);
  for (char **c = f->choices; *c; c++) {
    const char *says = g_hash_table_lookup(form->words, *c);
    g_ptr_array_add(words, says ? g_strdup(says) : g_strdelimit(g_strdup(*c), "_", ' '));
  }
  g_ptr_array_add(words, NULL);
  f->choice_words = (char **)g_ptr_array_free(words, FALSE);
}

static pel_term_type type_of(pel_fact_form form, const pel_vocabulary *row) {
  if (form == PEL_FACT_QUANTITY) return PEL_TERM_QUANTITY;
  if (form == PEL_FACT_DATE) return PEL_TERM_DATE;
  if (form == PEL_FACT_CHOICE) return row->type == PEL_TERM_CHOICE && *row->allowed ? PEL_TERM_CHOICE : PEL_TERM_TEXT;
  return PEL_TERM_YESNO;
}

static pel_form_field *make_field(const pel_case_form *form, const pel_vocabulary *row) {
  pel_form_field *f = g_new0(pel_form_field, 1);
  char *term = pel_term_squeeze(row->term), *name;
  f->form = form_of(term, &name);
  f->type = type_of(f->form, row);
  f->variables = pel_term_variables(name);
  f->name = f->form != PEL_FACT_TERM && !f->variables ? pel_term_unquote(name) : g_strdup(name);
  f->says = g_strdup(row->says), f->denied = g_strdup(row->denied), f->asks = g_strdup(row->asks);
  f->unit = g_strdup(f->form == PEL_FACT_QUANTITY ? row->unit : ""), f->allowed = g_strdup(row->allowed);
  f->label = case_form_fill(form, *row->asks ? row->asks : row->says, NULL, f->variables ? NULL : "…");
  if (!*f->label) g_free(f->label), f->label = g_strdelimit(g_strdup(f->name), "_", ' ');
  g_free(term), g_free(name);
  return finish_field(f);
}

/* ---- the pack ---- */

typedef struct opening {
  pel_case_form *form;
  GPtrArray *goals; /* terms of the vocabulary that can be asked for but are not a case's to say */
} opening;

static bool take_word(void *user, const pel_vocabulary *row) {
  opening *o = user;
  char *term = pel_term_squeeze(row->term), **variables = pel_term_variables(term);
  if (!variables && *row->says && !g_hash_table_contains(o->form->words, term)) g_hash_table_insert(o->form->words, g_strdup(term), g_strdup(row->says));
  if (row->askable) g_ptr_array_add(o->form->fields, make_field(o->form, row));
  else if (*row->asks) {
    pel_form_question *q = g_new0(pel_form_question, 1);
    *q = (pel_form_question){g_strdup(row->term), case_form_fill(o->form, row->asks, NULL, "…")};
    g_ptr_array_add(o->goals, q);
  }
  g_free(term), g_strfreev(variables);
  return true;
}

static void free_question(gpointer data) {
  pel_form_question *q = data;
  g_free(q->goal), g_free(q->asks), g_free(q);
}

/* A goal under other names of variables is the same question. */
static bool asked_already(GPtrArray *questions, const char *goal) {
  for (guint i = 0; i < questions->len; i++)
    if (pel_term_same(((const pel_form_question *)g_ptr_array_index(questions, i))->goal, goal)) return true;
  return false;
}

static bool take_case(void *user, const pel_pack_case *row) {
  pel_case_form *f = user;
  pel_case *c;
  pel_error err;
  if (pel_case_parse(row->name, row->text, strlen(row->text), &c, &err) != PEL_OK) return true;
  const pel_case_info *info = pel_case_get_info(c);
  if (!asked_already(f->questions, info->question)) {
    pel_form_question *q = g_new0(pel_form_question, 1);
    *q = (pel_form_question){g_strdup(info->question), g_strdup(*info->asks ? info->asks : info->question)};
    g_ptr_array_add(f->questions, q);
  }
  pel_case_close(c);
  return true;
}

static void name_choices(pel_case_form *form) {
  for (guint i = 0; i < form->fields->len; i++) add_choices(form, pel_case_form_field(form, i));
}

static pel_status load(pel_case_form *form, pel_pack *pack, pel_error *err) {
  opening o = {form, g_ptr_array_new_with_free_func(free_question)};
  pel_status status = pel_pack_vocabulary(pack, take_word, &o, err);
  if (status == PEL_OK) status = pel_pack_cases(pack, take_case, form, err);
  if (status == PEL_OK) status = case_form_read_graph(form, pack, err);
  name_choices(form);
  for (guint i = 0; i < o.goals->len; i++) {
    pel_form_question *q = g_ptr_array_index(o.goals, i);
    if (asked_already(form->questions, q->goal)) continue;
    pel_form_question *copy = g_new0(pel_form_question, 1);
    *copy = (pel_form_question){g_strdup(q->goal), g_strdup(q->asks)};
    g_ptr_array_add(form->questions, copy);
  }
  g_ptr_array_unref(o.goals);
  if (status == PEL_OK) case_form_add_graph_questions(form);
  return status;
}

pel_status pel_case_form_open(const char *path, pel_case_form **out, pel_error *err) {
  pel_pack *pack;
  pel_status status = pel_pack_open(path, &pack, err);
  if (status != PEL_OK) return status;
  const pel_pack_info *info = pel_pack_get_info(pack);
  pel_case_form *f = g_new0(pel_case_form, 1);
  *f = (pel_case_form){.pack_path = g_strdup(path), .pack_title = g_strdup(*info->title ? info->title : info->name), .pack_sha256 = g_strdup(info->sha256), .advice = g_strdup(info->advice)};
  f->fields = g_ptr_array_new_with_free_func((GDestroyNotify)case_field_free);
  f->questions = g_ptr_array_new_with_free_func(free_question);
  f->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (int i = 0; i < PEL_HEADS; i++) f->heads[i] = g_strdup("");
  f->read_text = g_strdup("");
  status = load(f, pack, err);
  pel_pack_close(pack);
  if (status == PEL_OK) *out = f;
  else pel_case_form_free(f);
  return status;
}

void pel_case_form_free(pel_case_form *f) {
  if (!f) return;
  g_free(f->pack_path), g_free(f->pack_title), g_free(f->pack_sha256), g_free(f->advice);
  g_ptr_array_unref(f->fields), g_ptr_array_unref(f->questions);
  g_hash_table_unref(f->words);
  for (int i = 0; i < PEL_HEADS; i++) g_free(f->heads[i]), g_free(f->faults[i]);
  g_free(f->read_text);
  case_form_free_graph(f);
  g_free(f);
}

/* ---- answers ---- */

guint pel_case_form_index(const pel_case_form *f, const pel_form_field *field) {
  guint i = G_MAXUINT;
  return g_ptr_array_find(f->fields, field, &i) ? i : G_MAXUINT;
}

void pel_case_form_set_head(pel_case_form *f, pel_form_head head, const char *text) {
  char *copy = g_strdup(text);
  g_free(f->heads[head]);
  f->heads[head] = copy;
  g_clear_pointer(&f->faults[head], g_free);
  if (head == PEL_HEAD_QUESTION) case_form_clear_graph_faults(f);
}

static void set(char **at, const char *text) {
  char *copy = g_strdup(text ? text : "");
  g_free(*at);
  *at = copy;
}

void pel_case_form_answer(pel_case_form *form, guint i, pel_answer is, const char *value) {
  pel_form_field *f = pel_case_form_field(form, i);
  f->now.is = is;
  if (value) set(&f->now.value, value);
  g_clear_pointer(&f->fault, g_free);
  if (f->key) g_clear_pointer(&form->graph_faults[PEL_PLACE_FINDINGS], g_free);
}

void pel_case_form_set_unit(pel_case_form *form, guint i, const char *unit) {
  set(&pel_case_form_field(form, i)->now.unit, unit);
  g_clear_pointer(&pel_case_form_field(form, i)->fault, g_free);
}

void pel_case_form_set_by(pel_case_form *form, guint i, const char *by) { set(&pel_case_form_field(form, i)->now.by, by); }

void pel_case_form_set_date(pel_case_form *form, guint i, const char *date) {
  set(&pel_case_form_field(form, i)->now.date, date);
  g_clear_pointer(&pel_case_form_field(form, i)->fault, g_free);
}

/* ---- instances ---- */

guint case_form_insert(pel_case_form *form, guint at, pel_form_field *field) {
  if (at > form->fields->len) at = form->fields->len;
  g_ptr_array_insert(form->fields, (int)at, field);
  return at;
}

guint case_form_find(const pel_case_form *form, pel_fact_form kind, const char *name, bool free_only) {
  for (guint i = 0; i < form->fields->len; i++) {
    const pel_form_field *f = pel_case_form_field(form, i);
    if (f->form == kind && !f->variables && !strcmp(f->name, name) && !(free_only && f->at >= 0)) return i;
  }
  return G_MAXUINT;
}

guint case_form_find_pattern(const pel_case_form *form, pel_fact_form kind, const char *name, GHashTable *bound) {
  for (guint i = 0; i < form->fields->len; i++) {
    const pel_form_field *f = pel_case_form_field(form, i);
    g_hash_table_remove_all(bound);
    if (f->form == kind && f->variables && pel_term_matches(f->name, name, bound)) return i;
  }
  return G_MAXUINT;
}

static const char *bound_value(void *user, const char *name) { return g_hash_table_lookup(user, name); }

guint case_form_add_instance(pel_case_form *form, guint pattern, GHashTable *bound) {
  const pel_form_field *of = pel_case_form_field(form, pattern);
  pel_form_field *f = case_field_copy(of);
  char *name = pel_term_fill(of->name, bound_value, bound);
  g_free(f->name), g_free(f->label), g_free(f->says), g_free(f->denied), g_free(f->asks);
  f->name = of->form == PEL_FACT_TERM ? g_strdup(name) : pel_term_unquote(name);
  f->says = case_form_fill(form, of->says, bound, NULL), f->denied = case_form_fill(form, of->denied, bound, NULL), f->asks = case_form_fill(form, of->asks, bound, NULL);
  f->label = g_strdup(*f->asks ? f->asks : f->says);
  g_free(name);
  guint at = pattern + 1;
  while (at < form->fields->len && pel_case_form_field(form, at)->own) at++;
  return case_form_insert(form, at, f);
}

guint pel_case_form_instance(pel_case_form *form, guint pattern, const char *const *values, char **fault) {
  const pel_form_field *of = pel_case_form_field(form, pattern);
  GHashTable *bound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  guint at = G_MAXUINT;
  *fault = NULL;
  for (guint i = 0; of->variables[i] && !*fault; i++) {
    char *value = pel_term_value(values[i]);
    if (value) g_hash_table_insert(bound, g_strdup(of->variables[i]), value);
    else *fault = g_strdup_printf(_("%s: write a name, a number or a date"), of->variables[i]);
  }
  if (!*fault) {
    char *raw = pel_term_fill(of->name, bound_value, bound), *name = of->form == PEL_FACT_TERM ? g_strdup(raw) : pel_term_unquote(raw);
    at = case_form_find(form, of->form, name, false);
    if (at == G_MAXUINT) at = case_form_add_instance(form, pattern, bound);
    g_free(raw), g_free(name);
  }
  g_hash_table_unref(bound);
  return at;
}

/* neg(x) is about x. */
static char *affirmed(const char *term) {
  char *functor = NULL, **arguments = NULL, *inner = NULL;
  if (pel_term_split(term, &functor, &arguments) && !strcmp(functor, "neg") && g_strv_length(arguments) == 1) inner = g_strdup(arguments[0]);
  g_free(functor), g_strfreev(arguments);
  return inner ? inner : g_strdup(term);
}

guint pel_case_form_field_for(pel_case_form *form, const char *term, const char *says) {
  char *squeezed = pel_term_squeeze(term), *about = affirmed(squeezed), *raw, *name, **variables;
  pel_fact_form kind = form_of(about, &raw);
  GHashTable *bound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  name = kind == PEL_FACT_TERM ? g_strdup(raw) : pel_term_unquote(raw);
  variables = pel_term_variables(raw);
  guint at = variables || !*name ? G_MAXUINT : case_form_find(form, kind, name, false), pattern;
  if (at == G_MAXUINT && !variables && *name) {
    if ((pattern = case_form_find_pattern(form, kind, raw, bound)) != G_MAXUINT) at = case_form_add_instance(form, pattern, bound);
    else if (kind == PEL_FACT_TERM) {
      pel_form_field *f = g_new0(pel_form_field, 1);
      *f = (pel_form_field){.form = kind, .type = PEL_TERM_YESNO, .name = g_strdup(name), .label = g_strdup(*says ? says : name), .says = g_strdup(says), .denied = g_strdup(""),
                            .asks = g_strdup(""), .unit = g_strdup(""), .allowed = g_strdup(""), .own = true};
      case_form_note_finding(form, f);
      at = case_form_insert(form, form->fields->len, finish_field(f));
    }
  }
  g_hash_table_unref(bound), g_strfreev(variables), g_free(squeezed), g_free(about), g_free(raw), g_free(name);
  return at;
}
