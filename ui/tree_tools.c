#include "ui/tree_tools.h"

#include <glib/gi18n.h>

#include "ui/reasoning_words.h"
#include "ui/words.h"

#define LEAST 50.0 /* per cent */

struct _PelTreeTools {
  GtkWidget parent;
  GtkWidget *box, *cover, *hidden, *search_bar, *search, *found, *direction;
  PelTreeCanvas *canvas; /* held */
  const pel_reasoned *of;
  GArray *matches; /* gint64 nodes in reading order, of the search */
  guint match;     /* the one that is shown, from 1; 0: none */
  guint timer;     /* of the slider: one layout for many steps */
  bool setting;
};

G_DEFINE_FINAL_TYPE(PelTreeTools, pel_tree_tools, GTK_TYPE_WIDGET)

/* ---- share ---- */

static void say_hidden(PelTreeTools *self) {
  char *hidden = self->of ? pel_words_hidden(self->of->tree) : g_strdup("");
  gtk_label_set_text(GTK_LABEL(self->hidden), hidden);
  gtk_widget_set_tooltip_text(self->hidden, hidden);
  g_free(hidden);
}

double pel_tree_tools_get_cover(PelTreeTools *self) { return gtk_range_get_value(GTK_RANGE(self->cover)) / 100; }

static gboolean apply_cover(gpointer data) {
  PelTreeTools *self = data;
  self->timer = 0;
  pel_tree_canvas_cover(self->canvas, pel_tree_tools_get_cover(self));
  return G_SOURCE_REMOVE;
}

static void covered(GtkRange *range, PelTreeTools *self) {
  (void)range;
  if (!self->setting && !self->timer) self->timer = g_timeout_add(30, apply_cover, self);
}

static char *cover_text(GtkScale *scale, double value, gpointer user) {
  (void)scale, (void)user;
  return g_strdup_printf(_("%.0f %%"), value);
}

/* ---- search ---- */

static void say_found(PelTreeTools *self) {
  const char *text = gtk_editable_get_text(GTK_EDITABLE(self->search));
  char *said = !*text ? g_strdup("") : self->matches->len ? g_strdup_printf(_("%u of %u"), self->match, self->matches->len) : g_strdup(_("nothing found"));
  gtk_label_set_text(GTK_LABEL(self->found), said);
  g_free(said);
}

void pel_tree_tools_find_next(PelTreeTools *self, int by) {
  guint n = self->matches->len;
  if (!n) return;
  self->match = self->match ? (self->match - 1 + (by > 0 ? 1 : n - 1)) % n + 1 : 1;
  pel_tree_canvas_choose(self->canvas, g_array_index(self->matches, gint64, self->match - 1));
  say_found(self);
}

static void search_changed(GtkSearchEntry *entry, PelTreeTools *self) {
  const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));
  gint64 first = 0, at = 0;
  g_array_set_size(self->matches, 0);
  self->match = 0;
  while (self->of && *text && (at = pel_logic_tree_search(self->of->tree, text, at)) && at != first) {
    if (!first) first = at;
    g_array_append_val(self->matches, at);
  }
  pel_tree_tools_find_next(self, 1);
  say_found(self);
}

static void search_next(GtkWidget *widget, PelTreeTools *self) {
  (void)widget;
  pel_tree_tools_find_next(self, 1);
}

static void search_before(GtkWidget *widget, PelTreeTools *self) {
  (void)widget;
  pel_tree_tools_find_next(self, -1);
}

static void search_ended(GtkSearchEntry *entry, PelTreeTools *self) {
  (void)entry;
  gtk_search_bar_set_search_mode(GTK_SEARCH_BAR(self->search_bar), FALSE);
  gtk_widget_grab_focus(GTK_WIDGET(self->canvas));
}

static gboolean search_key(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelTreeTools *self) {
  (void)c, (void)code;
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || !(state & GDK_SHIFT_MASK)) return FALSE;
  pel_tree_tools_find_next(self, -1);
  return TRUE;
}

void pel_tree_tools_find(PelTreeTools *self) {
  gtk_search_bar_set_search_mode(GTK_SEARCH_BAR(self->search_bar), TRUE);
  gtk_widget_grab_focus(self->search);
}

/* ---- the rest ---- */

static void direction_toggled(GtkToggleButton *button, PelTreeTools *self) {
  pel_tree_canvas_set_direction(self->canvas, gtk_toggle_button_get_active(button) ? PEL_TREE_DOWN : PEL_TREE_RIGHT);
}

static void fit_clicked(GtkButton *button, PelTreeTools *self) {
  (void)button;
  pel_tree_canvas_zoom(self->canvas, 0);
}

static void unfold_clicked(GtkButton *button, PelTreeTools *self) {
  (void)button;
  pel_tree_canvas_unfold_all(self->canvas);
}

static void below_clicked(GtkButton *button, PelTreeTools *self) {
  (void)button;
  pel_tree_canvas_fold_below(self->canvas);
}

static void others_clicked(GtkButton *button, PelTreeTools *self) {
  (void)button;
  pel_tree_canvas_fold_others(self->canvas);
}

static void find_clicked(GtkButton *button, PelTreeTools *self) {
  (void)button;
  pel_tree_tools_find(self);
}

void pel_tree_tools_set_reasoned(PelTreeTools *self, const pel_reasoned *reasoned) {
  g_clear_handle_id(&self->timer, g_source_remove);
  self->of = reasoned;
  self->setting = true;
  g_array_set_size(self->matches, 0);
  self->match = 0;
  gtk_editable_set_text(GTK_EDITABLE(self->search), "");
  gtk_search_bar_set_search_mode(GTK_SEARCH_BAR(self->search_bar), FALSE);
  if (reasoned) gtk_range_set_value(GTK_RANGE(self->cover), 100 * reasoned->tree->cover);
  self->setting = false;
  say_hidden(self);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelTreeTools *self = PEL_TREE_TOOLS(object);
  g_clear_handle_id(&self->timer, g_source_remove);
  if (self->canvas) g_signal_handlers_disconnect_by_data(self->canvas, self);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->canvas);
  g_clear_pointer(&self->matches, g_array_unref);
  G_OBJECT_CLASS(pel_tree_tools_parent_class)->dispose(object);
}

static void pel_tree_tools_class_init(PelTreeToolsClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void name_it(GtkWidget *widget, const char *name, const char *tip) {
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text(widget, tip);
}

static void add_button(PelTreeTools *self, GtkWidget *bar, GtkWidget *button, const char *icon, const char *name, const char *tip, GCallback call) {
  gtk_button_set_icon_name(GTK_BUTTON(button), icon);
  name_it(button, name, tip);
  gtk_widget_add_css_class(button, "flat");
  g_signal_connect(button, GTK_IS_TOGGLE_BUTTON(button) ? "toggled" : "clicked", call, self);
  gtk_box_append(GTK_BOX(bar), button);
}

/* What is hidden is said whole or not at all: the line below the tree says it, too. */
static void hidden_measure(GtkWidget *box, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline) {
  GtkWidget *label = gtk_widget_get_first_child(box);
  gtk_widget_measure(label, orientation, orientation == GTK_ORIENTATION_VERTICAL ? -1 : for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) *minimum = 0;
  *minimum_baseline = *natural_baseline = -1;
}

static void hidden_allocate(GtkWidget *box, int width, int height, int baseline) {
  GtkWidget *label = gtk_widget_get_first_child(box);
  int wanted;
  (void)baseline;
  gtk_widget_measure(label, GTK_ORIENTATION_HORIZONTAL, -1, &wanted, NULL, NULL, NULL);
  gtk_widget_set_child_visible(label, wanted <= width);
  gtk_widget_size_allocate(label, &(GtkAllocation){0, 0, MAX(wanted, width), height}, -1);
}

static GtkWidget *make_hidden(PelTreeTools *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  self->hidden = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(self->hidden), 0);
  gtk_widget_add_css_class(self->hidden, "dim-label"), gtk_widget_add_css_class(self->hidden, "numeric");
  gtk_widget_set_layout_manager(box, gtk_custom_layout_new(NULL, hidden_measure, hidden_allocate));
  gtk_widget_set_overflow(box, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand(box, TRUE);
  gtk_box_append(GTK_BOX(box), self->hidden);
  return box;
}

static GtkWidget *make_bar(PelTreeTools *self) {
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2), *show = gtk_label_new(_("Show"));
  self->cover = gtk_scale_new_with_range(GTK_ORIENTATION_HORIZONTAL, LEAST, 100, 1);
  gtk_scale_set_draw_value(GTK_SCALE(self->cover), TRUE);
  gtk_scale_set_value_pos(GTK_SCALE(self->cover), GTK_POS_RIGHT);
  gtk_scale_set_format_value_func(GTK_SCALE(self->cover), cover_text, NULL, NULL);
  gtk_widget_set_size_request(self->cover, 130, -1);
  name_it(self->cover, _("Share of the influence that is shown"), _("The fewest nodes that carry this share of the influence on the conclusion"));
  gtk_box_append(GTK_BOX(bar), show), gtk_box_append(GTK_BOX(bar), self->cover), gtk_box_append(GTK_BOX(bar), make_hidden(self));
  self->direction = gtk_toggle_button_new();
  add_button(self, bar, self->direction, "go-down-symbolic", _("Top down"), _("Let the tree grow down instead of to the right"), G_CALLBACK(direction_toggled));
  add_button(self, bar, gtk_button_new(), "list-remove-symbolic", _("Fold the reasons"), _("Fold every reason of the chosen node"), G_CALLBACK(below_clicked));
  add_button(self, bar, gtk_button_new(), "view-restore-symbolic", _("Fold all others"), _("Fold what neither leads to the chosen node nor hangs below it"), G_CALLBACK(others_clicked));
  add_button(self, bar, gtk_button_new(), "list-add-symbolic", _("Unfold all"), _("Unfold everything that was folded"), G_CALLBACK(unfold_clicked));
  add_button(self, bar, gtk_button_new(), "zoom-fit-best-symbolic", _("Show the whole tree"), _("Show the whole tree (F)"), G_CALLBACK(fit_clicked));
  add_button(self, bar, gtk_button_new(), "edit-find-symbolic", _("Find a node"), _("Find a node (Ctrl+F)"), G_CALLBACK(find_clicked));
  gtk_widget_set_margin_start(bar, 10), gtk_widget_set_margin_end(bar, 6);
  gtk_widget_set_margin_top(bar, 4), gtk_widget_set_margin_bottom(bar, 4);
  g_signal_connect(self->cover, "value-changed", G_CALLBACK(covered), self);
  return bar;
}

static GtkWidget *make_search(PelTreeTools *self) {
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkEventController *keys = gtk_event_controller_key_new();
  self->search = gtk_search_entry_new();
  self->found = gtk_label_new("");
  self->search_bar = gtk_search_bar_new();
  name_it(self->search, _("Find in the reasoning"), NULL);
  gtk_widget_set_hexpand(self->search, TRUE);
  gtk_widget_add_css_class(self->found, "numeric");
  gtk_box_append(GTK_BOX(row), self->search), gtk_box_append(GTK_BOX(row), self->found);
  add_button(self, row, gtk_button_new(), "go-up-symbolic", _("The one before"), _("The one before (Shift+Return)"), G_CALLBACK(search_before));
  add_button(self, row, gtk_button_new(), "go-down-symbolic", _("The next one"), _("The next one (Return)"), G_CALLBACK(search_next));
  gtk_search_bar_set_child(GTK_SEARCH_BAR(self->search_bar), row);
  gtk_search_bar_connect_entry(GTK_SEARCH_BAR(self->search_bar), GTK_EDITABLE(self->search));
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller(self->search, keys);
  g_signal_connect(keys, "key-pressed", G_CALLBACK(search_key), self);
  g_signal_connect(self->search, "search-changed", G_CALLBACK(search_changed), self);
  g_signal_connect(self->search, "stop-search", G_CALLBACK(search_ended), self);
  g_signal_connect(self->search, "activate", G_CALLBACK(search_next), self);
  g_signal_connect(self->search, "previous-match", G_CALLBACK(search_before), self);
  g_signal_connect(self->search, "next-match", G_CALLBACK(search_next), self);
  return self->search_bar;
}

static void pel_tree_tools_init(PelTreeTools *self) {
  self->matches = g_array_new(FALSE, FALSE, sizeof(gint64));
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(self->box), make_bar(self));
  gtk_box_append(GTK_BOX(self->box), make_search(self));
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_tree_tools_new(PelTreeCanvas *canvas) {
  PelTreeTools *self = g_object_new(PEL_TYPE_TREE_TOOLS, NULL);
  self->canvas = g_object_ref(canvas);
  g_signal_connect_swapped(canvas, "changed", G_CALLBACK(say_hidden), self);
  return GTK_WIDGET(self);
}
