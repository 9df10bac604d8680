#include "ui/review_form.h"

#include <glib/gi18n.h>

struct _PelReviewForm {
  GtkWidget parent;
  GtkWidget *box, *name, *reason, *buttons[PEL_VERDICTS], *hint, *error;
  bool busy, withdrawable;
};

G_DEFINE_FINAL_TYPE(PelReviewForm, pel_review_form, GTK_TYPE_WIDGET)

static guint given_signal;
static char *remembered; /* the name, for the session */

static void refresh(PelReviewForm *self) {
  bool named = *gtk_editable_get_text(GTK_EDITABLE(self->name)) != 0;
  for (int i = 0; i < PEL_VERDICTS; i++)
    gtk_widget_set_sensitive(self->buttons[i], named && !self->busy && (i != PEL_VERDICT_WITHDRAWN || self->withdrawable));
  gtk_widget_set_visible(self->hint, !named);
}

void pel_review_form_set_busy(PelReviewForm *self, bool busy) {
  self->busy = busy;
  refresh(self);
}

void pel_review_form_set_withdrawable(PelReviewForm *self, bool withdrawable) {
  self->withdrawable = withdrawable;
  refresh(self);
}

void pel_review_form_say(PelReviewForm *self, const char *error) {
  gtk_label_set_text(GTK_LABEL(self->error), error);
  gtk_widget_set_visible(self->error, *error != 0);
}

void pel_review_form_clear(PelReviewForm *self) {
  gtk_editable_set_text(GTK_EDITABLE(self->reason), "");
  pel_review_form_say(self, "");
}

static void clicked(GtkButton *button, PelReviewForm *self) {
  int verdict = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "verdict"));
  const char *name = gtk_editable_get_text(GTK_EDITABLE(self->name));
  g_free(remembered);
  remembered = g_strdup(name);
  pel_review_form_say(self, "");
  g_signal_emit(self, given_signal, 0, verdict, name, gtk_editable_get_text(GTK_EDITABLE(self->reason)));
}

/* ---- object ---- */

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_REVIEW_FORM(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_review_form_parent_class)->dispose(object);
}

static void pel_review_form_class_init(PelReviewFormClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  given_signal = g_signal_new("given", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
}

static GtkWidget *entry(PelReviewForm *self, const char *name) {
  GtkWidget *e = gtk_entry_new();
  gtk_entry_set_placeholder_text(GTK_ENTRY(e), name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(e), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append(GTK_BOX(self->box), e);
  return e;
}

static GtkWidget *note(PelReviewForm *self, const char *text, const char *style) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class(label, style);
  gtk_box_append(GTK_BOX(self->box), label);
  return label;
}

static void add_buttons(PelReviewForm *self) {
  const char *const labels[PEL_VERDICTS] = {_("_Accept"), _("_Dispute"), _("Needs _evidence"), _("_Withdraw")};
  const char *const names[PEL_VERDICTS] = {_("Accept this node"), _("Dispute this node"), _("This node needs evidence"), _("Withdraw what was said of this node")};
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_homogeneous(GTK_GRID(grid), TRUE);
  gtk_grid_set_column_spacing(GTK_GRID(grid), 6), gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  for (int i = 0; i < PEL_VERDICTS; i++) {
    self->buttons[i] = gtk_button_new_with_mnemonic(labels[i]);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, names[i], -1);
    g_object_set_data(G_OBJECT(self->buttons[i]), "verdict", GINT_TO_POINTER(i));
    g_signal_connect(self->buttons[i], "clicked", G_CALLBACK(clicked), self);
    gtk_grid_attach(GTK_GRID(grid), self->buttons[i], i % 2, i / 2, 1, 1);
  }
  gtk_box_append(GTK_BOX(self->box), grid);
}

static void pel_review_form_init(PelReviewForm *self) {
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  self->name = entry(self, _("Your name"));
  self->reason = entry(self, _("Reason"));
  add_buttons(self);
  self->hint = note(self, _("A review needs a name. It is added to the file and cannot be taken out of it."), "dim-label");
  self->error = note(self, "", "error");
  gtk_widget_set_visible(self->error, FALSE);
  if (remembered) gtk_editable_set_text(GTK_EDITABLE(self->name), remembered);
  g_signal_connect_swapped(self->name, "changed", G_CALLBACK(refresh), self);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  refresh(self);
}

GtkWidget *pel_review_form_new(void) { return g_object_new(PEL_TYPE_REVIEW_FORM, NULL); }
