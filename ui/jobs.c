#include "ui/jobs.h"

#include <glib/gi18n.h>

struct _PelJobs {
  GtkWidget parent;
  GtkWidget *button, *list;
  guint n;
};

G_DEFINE_FINAL_TYPE(PelJobs, pel_jobs, GTK_TYPE_WIDGET)

struct pel_job_row {
  PelJobs *jobs; /* held */
  GtkWidget *box, *bar, *text, *button;
  void (*stop)(void *user);
  void *user;
};

static void count(PelJobs *self, int by) {
  self->n += (guint)by;
  char *label = g_strdup_printf(ngettext("%u job", "%u jobs", self->n), self->n);
  gtk_menu_button_set_label(GTK_MENU_BUTTON(self->button), label);
  gtk_widget_set_visible(GTK_WIDGET(self), self->n > 0);
  if (!self->n) gtk_menu_button_popdown(GTK_MENU_BUTTON(self->button));
  g_free(label);
}

static void stop_clicked(GtkButton *button, pel_job_row *row) {
  gtk_widget_set_sensitive(GTK_WIDGET(button), FALSE);
  gtk_label_set_text(GTK_LABEL(row->text), _("stopping…"));
  row->stop(row->user);
}

static GtkWidget *label(const char *text, const char *style) {
  GtkWidget *l = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(l), 0);
  gtk_label_set_ellipsize(GTK_LABEL(l), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars(GTK_LABEL(l), 44);
  gtk_widget_add_css_class(l, style);
  return l;
}

pel_job_row *pel_jobs_add(PelJobs *self, const char *title, void (*stop)(void *user), void *user) {
  pel_job_row *row = g_new0(pel_job_row, 1);
  *row = (pel_job_row){.jobs = g_object_ref(self), .stop = stop, .user = user};
  row->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  row->bar = gtk_progress_bar_new();
  row->text = label("", "dim-label");
  row->button = gtk_button_new_with_label(_("Stop"));
  char *heard = g_strdup_printf(_("Stop: %s"), title);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row->button), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_free(heard);
  gtk_widget_set_halign(row->button, GTK_ALIGN_END);
  g_signal_connect(row->button, "clicked", G_CALLBACK(stop_clicked), row);
  gtk_box_append(GTK_BOX(row->box), label(title, "heading"));
  gtk_box_append(GTK_BOX(row->box), row->bar);
  gtk_box_append(GTK_BOX(row->box), row->text);
  gtk_box_append(GTK_BOX(row->box), row->button);
  gtk_box_append(GTK_BOX(self->list), row->box);
  count(self, 1);
  return row;
}

void pel_jobs_update(pel_job_row *row, double fraction, const char *text) {
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(row->bar), CLAMP(fraction, 0, 1));
  if (gtk_widget_get_sensitive(row->button)) gtk_label_set_text(GTK_LABEL(row->text), text);
}

void pel_jobs_end(pel_job_row *row) {
  if (row->jobs->list) gtk_box_remove(GTK_BOX(row->jobs->list), row->box);
  if (row->jobs->button) count(row->jobs, -1);
  g_object_unref(row->jobs);
  g_free(row);
}

static void dispose(GObject *object) {
  PelJobs *self = PEL_JOBS(object);
  self->list = NULL;
  g_clear_pointer(&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_jobs_parent_class)->dispose(object);
}

static void pel_jobs_class_init(PelJobsClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void pel_jobs_init(PelJobs *self) {
  GtkWidget *popover = gtk_popover_new();
  self->button = gtk_menu_button_new();
  self->list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_size_request(self->list, 300, -1);
  gtk_popover_set_child(GTK_POPOVER(popover), self->list);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(self->button), popover);
  gtk_widget_set_parent(self->button, GTK_WIDGET(self));
  gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
}

GtkWidget *pel_jobs_new(void) { return g_object_new(PEL_TYPE_JOBS, NULL); }
