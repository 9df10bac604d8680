#include "ui/case_findings.h"

#include <glib/gi18n.h>

#include "ui/case_row.h"
#include "ui/term_entry.h"

enum { MOST = 300 }; /* rows at once */

struct _PelCaseFindings {
  GtkWidget parent;
  GtkWidget *box, *list, *said;
  PelTermEntry *entry;
  pel_case_form *form;
  GPtrArray *rows; /* pel_case_row */
  guint idle;      /* a row that was taken away goes when its own button is through */
};

G_DEFINE_FINAL_TYPE(PelCaseFindings, pel_case_findings, GTK_TYPE_WIDGET)

static guint changed_signal;

/* ---- rows ---- */

static pel_case_row *row_of(PelCaseFindings *self, const pel_form_field *field) {
  for (guint i = 0; i < self->rows->len; i++)
    if (pel_case_row_field(g_ptr_array_index(self->rows, i)) == field) return g_ptr_array_index(self->rows, i);
  return NULL;
}

static void fill(PelCaseFindings *self);

static gboolean fill_again(gpointer data) {
  PelCaseFindings *self = data;
  self->idle = 0;
  pel_term_entry_focus(self->entry); /* before the row goes that has the keys */
  fill(self);
  return G_SOURCE_REMOVE;
}

static void answered(pel_form_field *field, void *user) {
  PelCaseFindings *self = user;
  if (field->now.is == PEL_NOT_SAID && !self->idle) self->idle = g_idle_add(fill_again, self);
  g_signal_emit(self, changed_signal, 0);
}

static void add_row(PelCaseFindings *self, pel_form_field *field) {
  static const pel_case_row_events events = {.changed = answered};
  pel_case_row *row = pel_case_row_new(self->form, field, false, &events, self);
  if (self->rows->len) gtk_box_append(GTK_BOX(self->list), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(self->list), pel_case_row_widget(row));
  g_ptr_array_add(self->rows, row);
}

static void say_rest(PelCaseFindings *self, guint n) {
  char *text = n > MOST ? g_strdup_printf(ngettext("%u more is not shown", "%u more are not shown", n - MOST), n - MOST) : n ? g_strdup("") : g_strdup(_("No finding yet."));
  gtk_label_set_text(GTK_LABEL(self->said), text);
  gtk_widget_set_visible(self->said, *text != 0);
  gtk_widget_set_visible(self->list, n > 0);
  g_free(text);
}

static void fill(PelCaseFindings *self) {
  GtkWidget *child;
  guint n = 0;
  g_ptr_array_set_size(self->rows, 0);
  while ((child = gtk_widget_get_first_child(self->list))) gtk_box_remove(GTK_BOX(self->list), child);
  for (guint i = 0; self->form && i < self->form->fields->len; i++) {
    pel_form_field *f = pel_case_form_field(self->form, i);
    if (f->key && f->now.is != PEL_NOT_SAID && n++ < MOST) add_row(self, f);
  }
  say_rest(self, n);
}

/* ---- adding ---- */

static void picked(PelTermEntry *entry, const char *key, gboolean excluded, PelCaseFindings *self) {
  (void)entry;
  guint term = self->form ? pel_pack_terms_find(self->form->terms, key) : PEL_NO_TERM_ROW;
  if (term == PEL_NO_TERM_ROW) return;
  pel_case_form_add_finding(self->form, term, excluded ? PEL_SAID_NO : PEL_SAID_YES);
  fill(self);
  g_signal_emit(self, changed_signal, 0);
}

/* ---- object ---- */

void pel_case_findings_set_form(PelCaseFindings *self, pel_case_form *form) {
  g_clear_handle_id(&self->idle, g_source_remove);
  self->form = form;
  pel_term_entry_set_terms(self->entry, form && form->diagnoses ? form->terms : NULL, PEL_TERMS_FINDINGS);
  fill(self);
  pel_case_findings_refresh(self);
}

void pel_case_findings_refresh(PelCaseFindings *self) {
  const char *fault = self->form ? self->form->graph_faults[PEL_PLACE_FINDINGS] : NULL;
  pel_term_entry_say(self->entry, fault ? _(fault) : "");
  for (guint i = 0; i < self->rows->len; i++) pel_case_row_refresh(g_ptr_array_index(self->rows, i));
}

bool pel_case_findings_check(PelCaseFindings *self) {
  bool done = !gtk_widget_get_visible(GTK_WIDGET(self)) || pel_term_entry_is_empty(self->entry);
  if (!done) pel_term_entry_say(self->entry, _("This is not among the findings yet: Enter adds what it finds, or take it out."));
  return done;
}

void pel_case_findings_find(PelCaseFindings *self) { pel_term_entry_focus(self->entry); }

bool pel_case_findings_focus(PelCaseFindings *self, guint field) {
  pel_case_row *row = self->form && field < self->form->fields->len ? row_of(self, pel_case_form_field(self->form, field)) : NULL;
  if (row) pel_case_row_focus(row);
  return row != NULL;
}

static void dispose(GObject *object) {
  PelCaseFindings *self = PEL_CASE_FINDINGS(object);
  g_clear_handle_id(&self->idle, g_source_remove);
  self->form = NULL;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS(pel_case_findings_parent_class)->dispose(object);
}

static void pel_case_findings_class_init(PelCaseFindingsClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  changed_signal = g_signal_new("changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *label(const char *text, const char *style) {
  GtkWidget *l = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(l), 0);
  gtk_label_set_wrap(GTK_LABEL(l), TRUE);
  gtk_widget_add_css_class(l, style);
  return l;
}

static void pel_case_findings_init(PelCaseFindings *self) {
  GtkWidget *hint = label(_("Enter adds what is found as observed, Shift+Enter as excluded; arrows lead through the list."), "caption");
  self->rows = g_ptr_array_new();
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  self->entry = PEL_TERM_ENTRY(pel_term_entry_new(_("Add a finding"), _("Words of a sign or symptom"), true));
  self->list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->said = label("", "dim-label");
  gtk_widget_add_css_class(hint, "dim-label");
  gtk_widget_add_css_class(self->list, "card");
  g_signal_connect(self->entry, "picked", G_CALLBACK(picked), self);
  GtkWidget *const parts[] = {label(_("Findings"), "heading"), GTK_WIDGET(self->entry), hint, self->list, self->said};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) gtk_box_append(GTK_BOX(self->box), parts[i]);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_case_findings_new(void) { return g_object_new(PEL_TYPE_CASE_FINDINGS, NULL); }
