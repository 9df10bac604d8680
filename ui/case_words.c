#include "ui/case_words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "src/core/term_text.h"
#include "src/plot/tree_look.h"
#include "ui/reasoning_words.h"

const char *pel_case_words_said(const pel_form_field *f, pel_answer answer) {
  switch (answer) {
    case PEL_SAID_YES: return f->key ? _("Observed") : _("Yes");
    case PEL_SAID_NO: return f->key ? _("Excluded") : _("No");
    case PEL_SAID_UNKNOWN: return _("Unknown");
    case PEL_SAID_VALUE: return _("Value");
    default: return _("Not said");
  }
}

static const char *choice_words(const pel_form_field *f, const char *value) {
  for (guint i = 0; f->choices && f->choices[i]; i++)
    if (!g_strcmp0(f->choices[i], value)) return f->choice_words[i];
  return value;
}

char *pel_case_words_answer(const pel_form_field *f, const pel_form_answer *a) {
  switch (a->is) {
    case PEL_SAID_YES: return g_strdup(f->key ? _("observed") : _("yes"));
    case PEL_SAID_NO: return g_strdup(f->key ? _("excluded") : _("no"));
    case PEL_SAID_UNKNOWN: return g_strdup(_("unknown"));
    case PEL_NOT_SAID: return g_strdup(_("not said"));
    default: break;
  }
  if (f->form == PEL_FACT_QUANTITY && *a->unit) return g_strdup_printf("%s %s", a->value, a->unit);
  return g_strdup(choice_words(f, a->value));
}

/* A yes or no is about a sentence; the rest answers a question. */
static void add_change(GString *s, const pel_form_field *f) {
  char *answer = pel_case_words_answer(f, &f->now);
  bool sentence = f->form == PEL_FACT_TERM && *f->says;
  g_string_append_printf(s, sentence ? _("“%s” is %s") : _("“%s” %s"), sentence ? f->says : f->label, answer);
  g_free(answer);
}

char *pel_case_words_changes(pel_case_form *form) {
  GString *s = g_string_new(NULL);
  for (guint i = 0; i < form->fields->len; i++) {
    const pel_form_field *f = pel_case_form_field(form, i);
    if (!pel_form_field_changed(f)) continue;
    if (s->len) g_string_append(s, _("; "));
    add_change(s, f);
  }
  return g_string_free(s, FALSE);
}

/* ---- two reasonings ---- */

static const char *state_word(pel_node_state state) { return pel_words_translate(pel_state_word(state)); }

char *pel_mark_words(const pel_mark *m, bool in_b) {
  GString *s = g_string_new(NULL);
  if (m->kind == PEL_MARK_STATE) g_string_append_printf(s, in_b ? _("≠ was: %s") : _("≠ becomes: %s"), state_word(m->there));
  if (m->kind == PEL_MARK_OTHER) g_string_append(s, _("≈ changed"));
  if (m->kind == PEL_MARK_ALONE) g_string_append(s, in_b ? _("+ new") : _("− gone"));
  if (m->missing) {
    if (s->len) g_string_append(s, " · ");
    g_string_append_printf(s, in_b ? ngettext("− %u gone below", "− %u gone below", m->missing) : ngettext("+ %u new below", "+ %u new below", m->missing), m->missing);
  }
  return g_string_free(s, FALSE);
}

static const char *subject_word(pel_diff_subject subject) {
  static const char *const words[PEL_DIFF_SUBJECTS] = {N_("conclusion"), N_("fact"), N_("step"), N_("link"), N_("rule"), N_("source"), N_("passage"), N_("text"), N_("lookup")};
  return (unsigned)subject < PEL_DIFF_SUBJECTS ? _(words[subject]) : "";
}

static void add_what(GString *s, unsigned what) {
  static const char *const words[PEL_CHANGES] = {N_("state"), N_("kind"), N_("wording"), N_("values"), N_("note"), N_("rule"), N_("place in the source"), N_("origin"), N_("confidence"),
                                                 N_("weight"), N_("place in the tree"), N_("text"), N_("version"), N_("dates"), N_("use")};
  bool first = true;
  for (unsigned i = 0; i < PEL_CHANGES; i++) {
    if (!(what & 1u << i)) continue;
    g_string_append_printf(s, "%s%s", first ? "" : _(", "), _(words[i]));
    first = false;
  }
}

char *pel_contrast_words_line(const pel_contrast *c, const pel_contrast_line *l) {
  GString *s = g_string_new(NULL);
  const char *subject = subject_word(l->subject);
  if (!l->what) {
    g_string_append_printf(s, *l->says_b ? _("+ new %s: %s") : _("− gone %s: %s"), subject, *l->says_b ? l->says_b : l->says_a);
    return g_string_free(s, FALSE);
  }
  g_string_append_printf(s, _("≠ %s: %s"), subject, l->says_b);
  if (g_strcmp0(l->says_a, l->says_b)) g_string_append_printf(s, _(" (was: %s)"), l->says_a);
  if (l->what & PEL_CHANGE_STATE && l->node_a && l->node_b)
    g_string_append_printf(s, _(" · was “%s”, is “%s”"), state_word(c->a->reasoning->nodes[l->node_a - 1].state), state_word(c->b->reasoning->nodes[l->node_b - 1].state));
  else {
    g_string_append(s, " · ");
    add_what(s, l->what);
  }
  return g_string_free(s, FALSE);
}

static const pel_node *conclusion_of(const pel_reasoned *r) {
  for (size_t i = 0; i < r->reasoning->n_nodes; i++)
    if (r->reasoning->nodes[i].kind == PEL_NODE_CONCLUSION) return &r->reasoning->nodes[i];
  return NULL;
}

/* By the rules' question where both traces have it: its words may differ where it does not, and the other way round. */
static void add_asked(GString *s, const pel_reasoned *a, const pel_reasoned *b) {
  bool goals = a->goal && b->goal && *a->goal && *b->goal, days = a->as_of && b->as_of && *a->as_of && *b->as_of;
  if (goals ? !pel_term_same(a->goal, b->goal) : g_strcmp0(a->question, b->question) != 0) g_string_append(s, _("Another question was asked. "));
  if (days && strcmp(a->as_of, b->as_of)) g_string_append_printf(s, _("Asked for another day: was %s, is %s. "), a->as_of, b->as_of);
}

char *pel_contrast_words_end(const pel_contrast *c) {
  GString *s = g_string_new(NULL);
  const pel_node *a = conclusion_of(c->a), *b = conclusion_of(c->b);
  add_asked(s, c->a, c->b);
  if (a && b) {
    bool same = a->state == b->state, words = !g_strcmp0(a->says, b->says);
    if (!same) g_string_append_printf(s, _("Conclusion: was “%s”, is “%s”. "), state_word(a->state), state_word(b->state));
    else if (words) g_string_append_printf(s, _("The conclusion stays “%s”. "), state_word(a->state));
    else g_string_append_printf(s, _("Conclusion: was “%s”, is “%s”. "), a->says, b->says);
  }
  if (!c->n_lines) g_string_append(s, _("Nothing differs."));
  else g_string_append_printf(s, ngettext("%zu step differs.", "%zu steps differ.", c->n_steps), c->n_steps);
  return g_string_free(s, FALSE);
}
