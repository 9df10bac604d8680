#include "ui/what_if_dialog.h"

#include <glib/gi18n.h>

#include "ui/case_fields.h"
#include "ui/case_words.h"
#include "ui/term_entry.h"

struct _PelWhatIfDialog {
  AdwWindow parent;
  GtkWidget *run, *said;
  PelCaseFields *fields;
  PelTermEntry *finding; /* of a graph: one that the case does not have is supposed */
  pel_case_form *form;
};

G_DEFINE_FINAL_TYPE(PelWhatIfDialog, pel_what_if_dialog, ADW_TYPE_WINDOW)

static guint run_signal;

static void say(PelWhatIfDialog *self) {
  char *changes = pel_case_words_changes(self->form), *text = *changes ? g_strdup_printf(_("What if: %s."), changes) : g_strdup(_("Change what you want to suppose."));
  gtk_label_set_text(GTK_LABEL(self->said), text);
  gtk_widget_set_sensitive(self->run, *changes != 0);
  g_free(changes), g_free(text);
}

static void finding_picked(PelTermEntry *entry, const char *key, gboolean excluded, PelWhatIfDialog *self) {
  (void)entry;
  guint at = pel_case_form_add_finding(self->form, pel_pack_terms_find(self->form->terms, key), excluded ? PEL_SAID_NO : PEL_SAID_YES);
  if (at == G_MAXUINT) return;
  pel_case_fields_pin(self->fields, at);
  say(self);
}

static void run(PelWhatIfDialog *self) {
  if (!gtk_widget_get_sensitive(self->run)) return;
  bool faults = false;
  pel_case_form_check(self->form);
  for (guint i = 0; i < self->form->fields->len && !faults; i++)
    if (pel_case_form_field(self->form, i)->fault && pel_form_field_changed(pel_case_form_field(self->form, i))) {
      pel_case_fields_focus(self->fields, i);
      faults = true;
    }
  pel_case_fields_refresh(self->fields);
  if (faults) return;
  g_signal_emit(self, run_signal, 0);
  gtk_window_close(GTK_WINDOW(self));
}

static void run_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  run(PEL_WHAT_IF_DIALOG(widget));
}

static void find_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  pel_case_fields_find(PEL_WHAT_IF_DIALOG(widget)->fields);
}

static void dispose(GObject *object) {
  PelWhatIfDialog *self = PEL_WHAT_IF_DIALOG(object);
  if (self->fields) pel_case_fields_set_form(self->fields, NULL), pel_term_entry_set_terms(self->finding, NULL, PEL_TERMS_ALL);
  self->fields = NULL;
  G_OBJECT_CLASS(pel_what_if_dialog_parent_class)->dispose(object);
}

static void pel_what_if_dialog_class_init(PelWhatIfDialogClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_install_action(widget, "dialog.run", NULL, run_action);
  gtk_widget_class_install_action(widget, "dialog.find", NULL, find_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Return, GDK_CONTROL_MASK, "dialog.run", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "dialog.run", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_f, GDK_CONTROL_MASK, "dialog.find", NULL);
  run_signal = g_signal_new("run", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void pel_what_if_dialog_init(PelWhatIfDialog *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *bar = adw_header_bar_new(), *scroller = gtk_scrolled_window_new(), *inner = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  self->fields = PEL_CASE_FIELDS(pel_case_fields_new(true));
  self->run = gtk_button_new_with_mnemonic(_("R_un"));
  self->said = gtk_label_new("");
  gtk_widget_add_css_class(self->run, "suggested-action");
  gtk_widget_set_tooltip_text(self->run, _("Run the audit with these changes (Ctrl+Return)"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->run), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Run with these changes"), -1);
  gtk_label_set_xalign(GTK_LABEL(self->said), 0), gtk_label_set_wrap(GTK_LABEL(self->said), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(self->said), PANGO_WRAP_WORD_CHAR);
  g_signal_connect_swapped(self->run, "clicked", G_CALLBACK(run), self);
  g_signal_connect_swapped(self->fields, "changed", G_CALLBACK(say), self);
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), self->run);
  self->finding = PEL_TERM_ENTRY(pel_term_entry_new(_("Suppose a finding"), _("Words of a sign or symptom that is to be supposed"), true));
  g_signal_connect(self->finding, "picked", G_CALLBACK(finding_picked), self);
  gtk_box_append(GTK_BOX(inner), self->said), gtk_box_append(GTK_BOX(inner), GTK_WIDGET(self->finding)), gtk_box_append(GTK_BOX(inner), GTK_WIDGET(self->fields));
  gtk_widget_set_margin_start(inner, 18), gtk_widget_set_margin_end(inner, 18), gtk_widget_set_margin_top(inner, 12), gtk_widget_set_margin_bottom(inner, 18);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), inner);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_box_append(GTK_BOX(box), bar), gtk_box_append(GTK_BOX(box), scroller);
  adw_window_set_content(ADW_WINDOW(self), box);
  gtk_window_set_default_size(GTK_WINDOW(self), 760, 600);
  gtk_window_set_title(GTK_WINDOW(self), _("What if…"));
}

GtkWidget *pel_what_if_dialog_new(GtkWindow *parent, pel_case_form *form, guint field) {
  PelWhatIfDialog *self = g_object_new(PEL_TYPE_WHAT_IF_DIALOG, "transient-for", parent, "modal", TRUE, NULL);
  self->form = form;
  gtk_widget_set_visible(GTK_WIDGET(self->finding), form->diagnoses);
  pel_term_entry_set_terms(self->finding, form->diagnoses ? form->terms : NULL, PEL_TERMS_FINDINGS);
  pel_case_fields_set_form(self->fields, form);
  if (field != G_MAXUINT) pel_case_fields_pin(self->fields, field);
  pel_case_fields_focus(self->fields, field);
  say(self);
  return GTK_WIDGET(self);
}
