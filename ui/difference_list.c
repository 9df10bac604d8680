#include "ui/difference_list.h"

#include <glib/gi18n.h>

#include "ui/case_words.h"

struct _PelDifferenceList {
  GtkWidget parent;
  GtkWidget *box, *head, *view;
  GtkStringList *texts;
  GtkSingleSelection *selection;
  GArray *lines; /* guint, of the contrast */
  const pel_contrast *of;
  bool setting;
};

G_DEFINE_FINAL_TYPE(PelDifferenceList, pel_difference_list, GTK_TYPE_WIDGET)

enum { CHOSEN, FOLLOWED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user) {
  GtkWidget *label = gtk_label_new("");
  (void)factory, (void)user;
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_size_request(label, 60, -1);
  gtk_widget_set_margin_start(label, 6), gtk_widget_set_margin_end(label, 6);
  gtk_widget_set_margin_top(label, 3), gtk_widget_set_margin_bottom(label, 3);
  gtk_list_item_set_child(item, label);
}

static void bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user) {
  (void)factory, (void)user;
  gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)), gtk_string_object_get_string(GTK_STRING_OBJECT(gtk_list_item_get_item(item))));
}

static guint line_at(PelDifferenceList *self, guint at) { return at < self->lines->len ? g_array_index(self->lines, guint, at) : G_MAXUINT; }

static void selected(GtkSingleSelection *selection, GParamSpec *pspec, PelDifferenceList *self) {
  guint line = line_at(self, gtk_single_selection_get_selected(selection));
  (void)pspec;
  if (!self->setting && line != G_MAXUINT) g_signal_emit(self, signals[CHOSEN], 0, line);
}

static void activated(GtkListView *view, guint at, PelDifferenceList *self) {
  (void)view;
  if (line_at(self, at) != G_MAXUINT) g_signal_emit(self, signals[FOLLOWED], 0, line_at(self, at));
}

static char *line_text(PelDifferenceList *self, guint i) {
  char *line = pel_contrast_words_line(self->of, &self->of->lines[i]), *text;
  if (i == self->of->begins && i < self->of->n_nodes) text = g_strdup_printf(i ? _("%s\nThe differences above come from here.") : _("%s\nThe first difference."), line);
  else if (i == 0 && self->of->n_nodes) text = g_strdup_printf(_("%s\nThe first difference."), line);
  else text = g_strdup(line);
  g_free(line);
  return text;
}

static void fill(PelDifferenceList *self, bool supposed) {
  for (guint i = 0; self->of && i < self->of->n_lines; i++) {
    if (supposed && self->of->lines[i].subject == PEL_DIFF_DOCUMENT) continue;
    char *text = line_text(self, i);
    gtk_string_list_append(self->texts, text);
    g_array_append_val(self->lines, i);
    g_free(text);
  }
}

void pel_difference_list_set_contrast(PelDifferenceList *self, const pel_contrast *contrast, bool supposed) {
  self->setting = true;
  gtk_string_list_splice(self->texts, 0, g_list_model_get_n_items(G_LIST_MODEL(self->texts)), NULL);
  g_array_set_size(self->lines, 0);
  self->of = contrast;
  fill(self, supposed);
  char *head = self->lines->len ? g_strdup_printf(ngettext("%u difference", "%u differences", self->lines->len), self->lines->len) : g_strdup(_("Nothing differs."));
  gtk_label_set_text(GTK_LABEL(self->head), head);
  gtk_single_selection_set_selected(self->selection, GTK_INVALID_LIST_POSITION);
  self->setting = false;
  g_free(head);
}

static void dispose(GObject *object) {
  PelDifferenceList *self = PEL_DIFFERENCE_LIST(object);
  self->of = NULL;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->lines, g_array_unref);
  G_OBJECT_CLASS(pel_difference_list_parent_class)->dispose(object);
}

static void pel_difference_list_class_init(PelDifferenceListClass *class) {
  GType type = G_TYPE_FROM_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FOLLOWED] = g_signal_new("followed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void pel_difference_list_init(PelDifferenceList *self) {
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  GtkWidget *scroller = gtk_scrolled_window_new();
  self->lines = g_array_new(FALSE, FALSE, sizeof(guint));
  self->texts = gtk_string_list_new(NULL);
  self->selection = gtk_single_selection_new(G_LIST_MODEL(self->texts));
  gtk_single_selection_set_autoselect(self->selection, FALSE);
  gtk_single_selection_set_can_unselect(self->selection, TRUE);
  g_signal_connect(factory, "setup", G_CALLBACK(setup), NULL);
  g_signal_connect(factory, "bind", G_CALLBACK(bind), NULL);
  g_signal_connect_object(self->selection, "notify::selected", G_CALLBACK(selected), self, 0);
  self->view = gtk_list_view_new(GTK_SELECTION_MODEL(self->selection), factory);
  g_signal_connect(self->view, "activate", G_CALLBACK(activated), self);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What differs"), -1);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  self->head = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(self->head), 0);
  gtk_widget_add_css_class(self->head, "dim-label");
  gtk_widget_set_margin_start(self->head, 12);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->view);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_box_append(GTK_BOX(self->box), self->head), gtk_box_append(GTK_BOX(self->box), scroller);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_difference_list_new(void) { return g_object_new(PEL_TYPE_DIFFERENCE_LIST, NULL); }
