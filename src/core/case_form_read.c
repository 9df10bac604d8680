/* A case into the form. */
#include <stdio.h>
#include <string.h>

#include "src/core/case_form_parts.h"

static void clear_field(pel_form_field *f) {
  case_answer_clear(&f->now), case_answer_clear(&f->was);
  f->now = (pel_form_answer){PEL_NOT_SAID, g_strdup(""), g_strdup(f->unit), g_strdup(""), g_strdup("")};
  case_answer_copy(&f->now, &f->was);
  g_free(f->id), g_free(f->case_says), g_free(f->document);
  f->id = g_strdup(""), f->case_says = g_strdup(""), f->document = g_strdup("");
  f->from = f->to = 0, f->at = f->written = -1;
  g_clear_pointer(&f->fault, g_free);
}

void pel_case_form_clear(pel_case_form *form) {
  for (guint i = form->fields->len; i-- > 0;) {
    if (pel_case_form_field(form, i)->own) g_ptr_array_remove_index(form->fields, i);
    else clear_field(pel_case_form_field(form, i));
  }
  for (int i = 0; i < PEL_HEADS; i++) pel_case_form_set_head(form, (pel_form_head)i, "");
  g_free(form->read_text), form->read_text = g_strdup("");
}

/* A field of the fact's own kind, for what no word of the pack covers or one that was said before. */
static guint add_own(pel_case_form *form, const pel_case_fact *f, const char *name) {
  static const pel_term_type types[] = {PEL_TERM_YESNO, PEL_TERM_QUANTITY, PEL_TERM_TEXT, PEL_TERM_DATE};
  guint alike = case_form_find(form, f->form, name, false);
  pel_form_field *made;
  if (alike != G_MAXUINT) {
    made = case_field_copy(pel_case_form_field(form, alike));
    return case_form_insert(form, alike + 1, made);
  }
  pel_form_field plain = {.form = f->form, .type = types[f->form], .name = (char *)name, .label = (char *)(*f->says ? f->says : name), .says = (char *)(f->form == PEL_FACT_TERM ? f->says : ""),
                          .denied = (char *)"", .asks = (char *)"", .unit = (char *)"", .allowed = (char *)""};
  made = case_field_copy(&plain);
  case_form_note_finding(form, made);
  return case_form_insert(form, form->fields->len, made);
}

static guint field_of(pel_case_form *form, const pel_case_fact *f) {
  char *name = f->form == PEL_FACT_TERM ? pel_term_squeeze(f->name) : g_strdup(f->name);
  guint at = case_form_find(form, f->form, name, true);
  if (at == G_MAXUINT && case_form_find(form, f->form, name, false) == G_MAXUINT) {
    GHashTable *bound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    char *value = f->form == PEL_FACT_TERM ? g_strdup(name) : pel_term_value(name);
    guint pattern = value ? case_form_find_pattern(form, f->form, value, bound) : G_MAXUINT;
    if (pattern != G_MAXUINT) at = case_form_add_instance(form, pattern, bound);
    g_free(value);
    g_hash_table_unref(bound);
  }
  if (at == G_MAXUINT) at = add_own(form, f, name);
  g_free(name);
  return at;
}

static pel_answer answer_of(const pel_case_fact *f) {
  if (!f->known) return PEL_SAID_UNKNOWN;
  if (f->form != PEL_FACT_TERM) return PEL_SAID_VALUE;
  return f->denied ? PEL_SAID_NO : PEL_SAID_YES;
}

static void take_fact(pel_case_form *form, const pel_case_fact *fact, size_t place) {
  pel_form_field *f = pel_case_form_field(form, field_of(form, fact));
  char numbered[32];
  snprintf(numbered, sizeof numbered, "fact %zu", place + 1);
  const char *unit = *fact->unit || fact->known ? fact->unit : f->unit; /* a value without a unit is not the pack's to complete */
  pel_form_answer a = {answer_of(fact), (char *)(fact->form == PEL_FACT_TERM ? "" : fact->value), (char *)unit, (char *)fact->by, (char *)fact->date};
  case_answer_copy(&a, &f->now), case_answer_copy(&a, &f->was);
  g_free(f->id), g_free(f->case_says), g_free(f->document);
  f->id = g_strdup(strcmp(fact->id, numbered) ? fact->id : ""); /* the reader's own number is not the case's */
  char *words = pel_form_field_words(form, f, &f->now); /* of an unknown one the form writes them itself */
  f->case_says = g_strdup(!fact->known && !strcmp(words, fact->says) ? "" : fact->says);
  f->document = g_strdup(fact->document);
  f->from = fact->from, f->to = fact->to, f->at = (int)place;
  g_free(words);
}

pel_status pel_case_form_read(pel_case_form *form, const char *name, const char *json, size_t size, pel_error *err) {
  pel_case *c;
  pel_status status = pel_case_parse(name, json, size, &c, err);
  if (status != PEL_OK) return status;
  const pel_case_info *info = pel_case_get_info(c);
  const char *const heads[PEL_HEADS] = {info->title, info->as_of, info->question, info->asks, info->text};
  pel_case_form_clear(form);
  for (int i = 0; i < PEL_HEADS; i++) pel_case_form_set_head(form, (pel_form_head)i, heads[i]);
  g_free(form->read_text), form->read_text = g_strdup(info->text);
  for (size_t i = 0; i < info->n_facts; i++) take_fact(form, pel_case_get_fact(c, i), i);
  pel_case_close(c);
  return PEL_OK;
}

void pel_case_form_settle(pel_case_form *form) {
  for (guint i = 0; i < form->fields->len; i++) {
    pel_form_field *f = pel_case_form_field(form, i);
    case_answer_copy(&f->now, &f->was);
  }
}

bool pel_form_field_changed(const pel_form_field *f) {
  bool valued = f->now.is == PEL_SAID_VALUE;
  return f->now.is != f->was.is || (valued && (strcmp(f->now.value, f->was.value) || (f->form == PEL_FACT_QUANTITY && strcmp(f->now.unit, f->was.unit)))) ||
         (f->now.is != PEL_NOT_SAID && strcmp(f->now.date, f->was.date));
}
