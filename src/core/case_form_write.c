/* The form as a case file. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "src/analysis/tree_words.h"
#include "src/core/case_form_parts.h"

/* ---- words ---- */

/* The same sentence with its value in it. */
static char *with_value(const pel_case_form *form, const pel_form_field *f, const pel_form_answer *a) {
  const char *open = strchr(f->says, '{'), *close = open ? strchr(open, '}') : NULL;
  bool other_unit = f->form == PEL_FACT_QUANTITY && strcmp(a->unit, f->unit);
  if (!close || strchr(close, '{') || other_unit) return g_strconcat(f->label, " ", a->value, f->form == PEL_FACT_QUANTITY && *a->unit ? " " : "", f->form == PEL_FACT_QUANTITY ? a->unit : "", NULL);
  GHashTable *bound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert(bound, g_strndup(open + 1, (gsize)(close - open - 1)), g_strdup(a->value));
  char *words = case_form_fill(form, f->says, bound, NULL);
  g_hash_table_unref(bound);
  return words;
}

char *pel_form_field_words(const pel_case_form *form, const pel_form_field *f, const pel_form_answer *a) {
  if (a->is == PEL_SAID_VALUE) return with_value(form, f, a);
  if (a->is == PEL_SAID_NO && *f->denied) return g_strdup(f->denied);
  if (f->form == PEL_FACT_TERM && *f->says) return g_strdup(f->says);
  return g_strdup(f->label);
}

char *pel_form_field_id(const pel_form_field *f) {
  if (*f->id) return g_strdup(f->id);
  return f->at >= 0 ? g_strdup_printf("fact %d", f->at + 1) : g_strdup_printf("what if %d", f->number ? f->number : f->written + 1);
}

/* The name to write: "" where the reader's own does. What is supposed is compared with what was read, so that all keep their names
 * when one is taken out. */
static char *id_to_write(const pel_form_field *f, const char *supposed_by) {
  if (supposed_by) return pel_form_field_id(f);
  return !*f->id && f->number ? g_strdup_printf("fact %d", f->number) : g_strdup(f->id);
}

/* The first number from `n` on that makes a name which no fact has. */
static int take_free(GHashTable *taken, const char *word, int n) {
  for (;; n++) {
    char *name = g_strdup_printf("%s %d", word, n);
    if (g_hash_table_add(taken, name)) return n; /* the table has the name either way */
  }
}

/* A fact without a name of its own has that of its place, unless another was read with it: a supposition was kept, a fact taken out. */
static void number(GPtrArray *said, const char *supposed_by) {
  GHashTable *taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < said->len; i++) {
    const pel_form_field *f = g_ptr_array_index(said, i);
    if (*f->id || (supposed_by && f->at >= 0)) g_hash_table_add(taken, pel_form_field_id(f));
  }
  for (guint i = 0; i < said->len; i++) {
    pel_form_field *f = g_ptr_array_index(said, i);
    char *plain = g_strdup_printf("fact %u", i + 1);
    f->number = 0;
    if (!*f->id && supposed_by && f->at < 0) f->number = take_free(taken, "what if", (int)i + 1);
    else if (!*f->id && !supposed_by && g_hash_table_contains(taken, plain)) f->number = take_free(taken, "fact", (int)said->len + 1);
    g_free(plain);
  }
  g_hash_table_unref(taken);
}

/* ---- JSON ---- */

static void add_text(GString *s, const char *text) {
  struct json_object *o = json_object_new_string(text);
  g_string_append(s, json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

static void add_member(GString *s, const char *key, const char *text) {
  if (!*text) return;
  g_string_append_printf(s, "\"%s\": ", key);
  add_text(s, text);
  g_string_append(s, ", ");
}

static void add_value(GString *s, const pel_form_field *f) {
  g_string_append(s, "\"value\": ");
  switch (f->now.is) {
    case PEL_SAID_UNKNOWN: g_string_append(s, "null"); break;
    case PEL_SAID_YES: g_string_append(s, "true"); break;
    case PEL_SAID_NO: g_string_append(s, "false"); break;
    default:
      if (f->form == PEL_FACT_QUANTITY) g_string_append(s, f->now.value);
      else add_text(s, f->now.value);
  }
}

/* Whether the text still has the words that the fact was taken from, at their place. */
static bool stands(const pel_case_form *form, const pel_form_field *f) {
  const char *then, *now;
  const char *text = form->heads[PEL_HEAD_TEXT];
  size_t n, m;
  if (!strcmp(form->read_text, text)) return f->to > f->from;
  return pel_text_part(form->read_text, f->from, f->to, &then, &n) && pel_text_part(text, f->from, f->to, &now, &m) && n == m && !memcmp(then, now, n);
}

static void add_fact(GString *s, const pel_case_form *form, const pel_form_field *f, const char *supposed_by) {
  static const char *const keys[] = {"term", "quantity", "choice", "date_of"};
  bool changed = f->at < 0 || pel_form_field_changed(f), kept = !changed || (f->key && !supposed_by); /* of a finding the form shows them, and they can be mended there */
  char *words = f->now.is == PEL_SAID_UNKNOWN ? pel_form_field_words(form, f, &f->now) : NULL;
  char *id = id_to_write(f, supposed_by);
  g_string_append(s, "    {");
  add_member(s, "id", id);
  add_member(s, "says", kept && *f->case_says ? f->case_says : words ? words : f->key ? f->label : "");
  add_member(s, keys[f->form], f->name);
  add_value(s, f);
  g_string_append(s, ", ");
  if (f->form == PEL_FACT_QUANTITY) add_member(s, "unit", f->now.unit);
  add_member(s, "date", f->now.date);
  if (!changed && stands(form, f)) g_string_append_printf(s, "\"span\": [%lld, %lld], ", (long long)f->from, (long long)f->to);
  add_member(s, "by", changed && supposed_by ? supposed_by : f->now.by);
  if (kept) add_member(s, "document", f->document);
  g_string_truncate(s, s->len - 2);
  g_string_append_c(s, '}');
  g_free(words), g_free(id);
}

static int by_place(gconstpointer a, gconstpointer b) { /* the case's own order, then the form's */
  const pel_form_field *x = *(pel_form_field *const *)a, *y = *(pel_form_field *const *)b;
  if (x->at >= 0 && y->at >= 0) return x->at - y->at;
  if (x->at >= 0 || y->at >= 0) return x->at >= 0 ? -1 : 1;
  return x->written - y->written;
}

static GPtrArray *in_order(pel_case_form *form) {
  GPtrArray *said = g_ptr_array_new();
  for (guint i = 0; i < form->fields->len; i++) {
    pel_form_field *f = pel_case_form_field(form, i);
    f->written = (int)i;
    if (f->now.is != PEL_NOT_SAID && !f->variables) g_ptr_array_add(said, f);
    else f->written = -1;
  }
  g_ptr_array_sort(said, by_place);
  for (guint i = 0; i < said->len; i++) ((pel_form_field *)g_ptr_array_index(said, i))->written = (int)i;
  return said;
}

char *pel_case_form_write(pel_case_form *form, const char *supposed_by) {
  static const char *const keys[PEL_HEADS] = {"title", "as_of", "question", "asks", "text"};
  GString *s = g_string_new("{\n  \"pellucid_case\": 1,\n");
  GPtrArray *said = in_order(form);
  number(said, supposed_by);
  for (int i = 0; i < PEL_HEADS; i++) {
    if (!*form->heads[i]) continue;
    g_string_append_printf(s, "  \"%s\": ", keys[i]);
    add_text(s, form->heads[i]);
    g_string_append(s, ",\n");
  }
  g_string_append(s, "  \"facts\": [");
  for (guint i = 0; i < said->len; i++) {
    g_string_append(s, i ? ",\n" : "\n");
    add_fact(s, form, g_ptr_array_index(said, i), supposed_by);
  }
  g_string_append(s, said->len ? "\n  ]\n}\n" : "]\n}\n");
  g_ptr_array_unref(said);
  return g_string_free(s, FALSE);
}
