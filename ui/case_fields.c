#include "ui/case_fields.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/case_row.h"

#define MOST 300 /* rows at once */

struct _PelCaseFields {
  GtkWidget parent;
  GtkWidget *box, *search, *list, *said;
  GtkToggleButton *answered;
  pel_case_form *form;
  GPtrArray *rows; /* pel_case_row, those shown */
  const pel_form_field *pinned;
  char *shown_for; /* what was searched for when the rows were made */
  bool compare;
};

G_DEFINE_FINAL_TYPE(PelCaseFields, pel_case_fields, GTK_TYPE_WIDGET)

static guint changed_signal;
static void fill(PelCaseFields *self);

/* ---- which ---- */

static bool contains(const char *text, const char *folded) {
  char *lower = g_utf8_casefold(text, -1);
  bool found = strstr(lower, folded) != NULL;
  g_free(lower);
  return found;
}

static bool is_answered(const pel_form_field *f) { return f->now.is != PEL_NOT_SAID || f->was.is != PEL_NOT_SAID || f->fault; }

static bool is_shown(PelCaseFields *self, const pel_form_field *f, const char *folded) {
  if (f->key && !self->compare) return false; /* the findings are listed apart */
  if (f == self->pinned) return true;
  if (*folded) return contains(f->label, folded) || contains(f->says, folded) || contains(f->name, folded);
  return (!self->compare && !gtk_toggle_button_get_active(self->answered)) || is_answered(f);
}

/* ---- rows ---- */

static void answered(pel_form_field *field, void *user) {
  (void)field;
  g_signal_emit(user, changed_signal, 0);
}

static pel_case_row *row_of(PelCaseFields *self, const pel_form_field *field) {
  for (guint i = 0; i < self->rows->len; i++)
    if (pel_case_row_field(g_ptr_array_index(self->rows, i)) == field) return g_ptr_array_index(self->rows, i);
  return NULL;
}

static void filled(pel_form_field *pattern, const char *const *values, void *user) {
  PelCaseFields *self = user;
  char *fault;
  guint at = pel_case_form_instance(self->form, pel_case_form_index(self->form, pattern), values, &fault);
  if (at == G_MAXUINT) pel_case_row_say(row_of(self, pattern), fault);
  else {
    const pel_form_field *f = pel_case_form_field(self->form, at);
    if (f->form == PEL_FACT_TERM && f->now.is == PEL_NOT_SAID) pel_case_form_answer(self->form, at, PEL_SAID_YES, NULL);
    pel_case_fields_focus(self, at);
    g_signal_emit(self, changed_signal, 0);
  }
  g_free(fault);
}

static void add_row(PelCaseFields *self, pel_form_field *field) {
  static const pel_case_row_events events = {answered, filled};
  pel_case_row *row = pel_case_row_new(self->form, field, self->compare, &events, self);
  if (self->rows->len) gtk_box_append(GTK_BOX(self->list), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(self->list), pel_case_row_widget(row));
  g_ptr_array_add(self->rows, row);
}

static void say_rest(PelCaseFields *self, guint left_out, guint n) {
  char *text = left_out ? g_strdup_printf(ngettext("%u more: search for it", "%u more: search for them", left_out), left_out)
               : n      ? g_strdup("")
               : *gtk_editable_get_text(GTK_EDITABLE(self->search)) ? g_strdup(_("No field has these words."))
                        : g_strdup(_("Nothing is said yet. Search for what you want to say."));
  gtk_label_set_text(GTK_LABEL(self->said), text);
  gtk_widget_set_visible(self->said, *text != 0);
  gtk_widget_set_visible(self->list, n > 0);
  g_free(text);
}

/* What was asked for, what is supposed, the rest. */
static int round_of(PelCaseFields *self, const pel_form_field *f) { return f == self->pinned ? 0 : self->compare && pel_form_field_changed(f) ? 1 : 2; }

static void fill(PelCaseFields *self) {
  GtkWidget *child;
  char *folded = g_utf8_casefold(gtk_editable_get_text(GTK_EDITABLE(self->search)), -1);
  guint n = 0;
  g_free(self->shown_for);
  self->shown_for = g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->search)));
  g_ptr_array_set_size(self->rows, 0);
  while ((child = gtk_widget_get_first_child(self->list))) gtk_box_remove(GTK_BOX(self->list), child);
  for (int round = 0; self->form && round < 3; round++)
    for (guint i = 0; i < self->form->fields->len; i++) {
      pel_form_field *f = pel_case_form_field(self->form, i);
      if (round_of(self, f) != round || !is_shown(self, f, g_strstrip(folded))) continue;
      if (n++ < MOST) add_row(self, f);
    }
  say_rest(self, n > MOST ? n - MOST : 0, n);
  g_free(folded);
}

/* The search waits for the hand to rest; whoever goes on to the rows waits no more. */
static void search_left(PelCaseFields *self) {
  if (self->form && g_strcmp0(self->shown_for, gtk_editable_get_text(GTK_EDITABLE(self->search)))) fill(self);
}

static void search_activated(PelCaseFields *self) {
  search_left(self);
  bool pinned_first = self->rows->len > 1 && *self->shown_for && pel_case_row_field(g_ptr_array_index(self->rows, 0)) == self->pinned;
  if (self->rows->len) pel_case_row_focus(g_ptr_array_index(self->rows, pinned_first ? 1 : 0));
}

void pel_case_fields_set_form(PelCaseFields *self, pel_case_form *form) {
  self->form = form;
  self->pinned = NULL;
  fill(self);
}

void pel_case_fields_refresh(PelCaseFields *self) {
  for (guint i = 0; i < self->rows->len; i++) pel_case_row_refresh(g_ptr_array_index(self->rows, i));
}

void pel_case_fields_pin(PelCaseFields *self, guint field) {
  self->pinned = field < self->form->fields->len ? pel_case_form_field(self->form, field) : NULL;
  fill(self);
}

void pel_case_fields_focus(PelCaseFields *self, guint field) {
  if (field >= self->form->fields->len) {
    if (self->rows->len) pel_case_row_focus(g_ptr_array_index(self->rows, 0));
    return;
  }
  const pel_form_field *f = pel_case_form_field(self->form, field);
  if (!row_of(self, f)) {
    gtk_editable_set_text(GTK_EDITABLE(self->search), "");
    gtk_toggle_button_set_active(self->answered, FALSE);
    fill(self);
  }
  if (!row_of(self, f)) pel_case_fields_pin(self, field);
  if (row_of(self, f)) pel_case_row_focus(row_of(self, f));
}

void pel_case_fields_find(PelCaseFields *self) { gtk_widget_grab_focus(self->search); }

/* ---- object ---- */

static void dispose(GObject *object) {
  PelCaseFields *self = PEL_CASE_FIELDS(object);
  self->form = NULL;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->rows, g_ptr_array_unref);
  g_clear_pointer(&self->shown_for, g_free);
  G_OBJECT_CLASS(pel_case_fields_parent_class)->dispose(object);
}

static void pel_case_fields_class_init(PelCaseFieldsClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  changed_signal = g_signal_new("changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void pel_case_fields_init(PelCaseFields *self) {
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *answered = gtk_toggle_button_new_with_label(_("Only what is said"));
  GtkEventController *focus = gtk_event_controller_focus_new();
  self->rows = g_ptr_array_new();
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  self->search = gtk_search_entry_new();
  self->list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->said = gtk_label_new("");
  self->answered = GTK_TOGGLE_BUTTON(answered);
  gtk_widget_add_css_class(self->list, "card");
  gtk_widget_add_css_class(self->said, "dim-label");
  gtk_widget_set_hexpand(self->search, TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search among the facts"), -1);
  g_object_set(self->search, "placeholder-text", _("Search among the facts"), NULL);
  g_signal_connect_swapped(self->search, "search-changed", G_CALLBACK(search_left), self);
  g_signal_connect_swapped(self->search, "activate", G_CALLBACK(search_activated), self);
  g_signal_connect_swapped(focus, "leave", G_CALLBACK(search_left), self);
  gtk_widget_add_controller(self->search, focus);
  g_signal_connect_swapped(answered, "toggled", G_CALLBACK(fill), self);
  gtk_box_append(GTK_BOX(bar), self->search), gtk_box_append(GTK_BOX(bar), answered);
  gtk_box_append(GTK_BOX(self->box), bar);
  gtk_box_append(GTK_BOX(self->box), self->list), gtk_box_append(GTK_BOX(self->box), self->said);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_case_fields_new(bool compare) {
  PelCaseFields *self = g_object_new(PEL_TYPE_CASE_FIELDS, NULL);
  self->compare = compare;
  gtk_widget_set_visible(GTK_WIDGET(self->answered), !compare);
  if (compare) g_object_set(self->search, "placeholder-text", _("Search for another fact to suppose"), NULL);
  return GTK_WIDGET(self);
}
