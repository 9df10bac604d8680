#include "ui/pack_dialog.h"

#include <glib/gi18n.h>

#include "src/core/packs.h"

struct _PelPackDialog {
  AdwWindow parent;
  GtkWidget *list, *none;
  GtkNativeDialog *chooser;
};

G_DEFINE_FINAL_TYPE(PelPackDialog, pel_pack_dialog, ADW_TYPE_WINDOW)

static guint chosen_signal;

static void take(PelPackDialog *self, const char *path) {
  char *copy = g_strdup(path); /* the row goes with the window */
  g_signal_emit(self, chosen_signal, 0, copy);
  gtk_window_close(GTK_WINDOW(self));
  g_free(copy);
}

static void activated(GtkListBox *list, GtkListBoxRow *row, PelPackDialog *self) {
  (void)list;
  take(self, g_object_get_data(G_OBJECT(row), "path"));
}

static void add_pack(PelPackDialog *self, const pel_pack_found *p) {
  GtkWidget *row = adw_action_row_new();
  char *title = g_markup_escape_text(p->title, -1), *below = g_strdup_printf(_("version %s · %s"), p->version, p->path), *safe = g_markup_escape_text(below, -1);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), safe);
  adw_action_row_set_subtitle_lines(ADW_ACTION_ROW(row), 1);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, p->title, -1);
  g_object_set_data_full(G_OBJECT(row), "path", g_strdup(p->path), g_free);
  gtk_list_box_append(GTK_LIST_BOX(self->list), row);
  g_free(title), g_free(below), g_free(safe);
}

/* ---- looking for them ---- */

static void look(GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  (void)source, (void)data, (void)cancellable;
  g_task_return_pointer(task, pel_packs_find(), (GDestroyNotify)g_ptr_array_unref);
}

static void found(GObject *source, GAsyncResult *result, gpointer data) {
  PelPackDialog *self = PEL_PACK_DIALOG(source);
  GPtrArray *packs = g_task_propagate_pointer(G_TASK(result), NULL);
  (void)data;
  for (guint i = 0; self->list && i < packs->len; i++) add_pack(self, g_ptr_array_index(packs, i));
  if (self->list) {
    gtk_widget_set_visible(self->list, packs->len > 0);
    gtk_label_set_text(GTK_LABEL(self->none), packs->len ? "" : _("No pack was found on this machine. Choose a file."));
    gtk_widget_set_visible(self->none, !packs->len);
    if (packs->len) gtk_widget_grab_focus(GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->list), 0)));
  }
  g_ptr_array_unref(packs);
}

/* ---- another file ---- */

static void chose(GtkNativeDialog *dialog, int response, PelPackDialog *self) {
  GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
  char *path = file ? g_file_get_path(file) : NULL;
  g_clear_object(&file);
  g_clear_object(&self->chooser);
  if (path) take(self, path);
  g_free(path);
}

static void other_clicked(GtkButton *button, PelPackDialog *self) {
  (void)button;
  if (self->chooser) return;
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(_("Choose a pack"), GTK_WINDOW(self), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Choose"), _("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new();
  gtk_file_filter_set_name(filter, _("Knowledge packs (*.pack)"));
  gtk_file_filter_add_pattern(filter, "*.pack");
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
  g_object_unref(filter);
  self->chooser = GTK_NATIVE_DIALOG(dialog);
  gtk_native_dialog_set_modal(self->chooser, TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(chose), self);
  gtk_native_dialog_show(self->chooser);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelPackDialog *self = PEL_PACK_DIALOG(object);
  if (self->chooser) gtk_native_dialog_destroy(self->chooser);
  g_clear_object(&self->chooser);
  self->list = NULL;
  G_OBJECT_CLASS(pel_pack_dialog_parent_class)->dispose(object);
}

static void pel_pack_dialog_class_init(PelPackDialogClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_add_binding_action(GTK_WIDGET_CLASS(class), GDK_KEY_Escape, 0, "window.close", NULL);
  chosen_signal = g_signal_new("chosen", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void pel_pack_dialog_init(PelPackDialog *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *inner = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12), *scroller = gtk_scrolled_window_new();
  GtkWidget *other = gtk_button_new_with_mnemonic(_("Another _file…"));
  self->list = gtk_list_box_new();
  self->none = gtk_label_new(_("Looking for packs…"));
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(self->list, "boxed-list"), gtk_widget_add_css_class(self->none, "dim-label");
  gtk_widget_set_visible(self->list, FALSE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Knowledge packs"), -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(other), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Choose the file of a pack"), -1);
  g_signal_connect(self->list, "row-activated", G_CALLBACK(activated), self);
  g_signal_connect(other, "clicked", G_CALLBACK(other_clicked), self);
  gtk_widget_set_halign(other, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(inner), self->list), gtk_box_append(GTK_BOX(inner), self->none), gtk_box_append(GTK_BOX(inner), other);
  gtk_widget_set_margin_start(inner, 18), gtk_widget_set_margin_end(inner, 18), gtk_widget_set_margin_top(inner, 18), gtk_widget_set_margin_bottom(inner, 18);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), inner);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_box_append(GTK_BOX(box), adw_header_bar_new()), gtk_box_append(GTK_BOX(box), scroller);
  adw_window_set_content(ADW_WINDOW(self), box);
  gtk_window_set_default_size(GTK_WINDOW(self), 560, 380);
  gtk_window_set_title(GTK_WINDOW(self), _("Audit a case against a pack"));
}

GtkWidget *pel_pack_dialog_new(GtkWindow *parent) {
  PelPackDialog *self = g_object_new(PEL_TYPE_PACK_DIALOG, "transient-for", parent, "modal", TRUE, NULL);
  GTask *task = g_task_new(self, NULL, found, NULL);
  g_task_run_in_thread(task, look);
  g_object_unref(task);
  return GTK_WIDGET(self);
}
