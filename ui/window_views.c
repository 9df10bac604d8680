/* The views of one trace: where the model looked, and why something was concluded. */
#include <glib/gi18n.h>

#include "ui/view_page.h"
#include "ui/window_parts.h"

bool pel_window_is_reasoning(const PelWindow *self) { return g_strcmp0(gtk_stack_get_visible_child_name(self->views), "reasoning") == 0; }

pel_reasoned *pel_window_reasoned(PelWindow *self) {
  pel_viewing *shown = self->contrast.in_b ? self->contrast.other : self->viewing;
  return shown ? pel_viewing_reasoned(shown) : NULL;
}

const char *pel_window_shown_path(PelWindow *self) { return self->contrast.in_b ? self->contrast.path : self->path; }

bool pel_window_is_evidence(const PelWindow *self) { return g_strcmp0(gtk_stack_get_visible_child_name(self->views), "evidence") == 0; }

/* ---- open points ---- */

void pel_window_say_open(PelWindow *self) {
  pel_reasoned *r = pel_window_reasoned(self);
  bool shown = r && r->n_open > 0 && pel_window_is_reasoning(self);
  gtk_widget_set_visible(self->open_points, shown);
  if (!shown) return;
  char *label = g_strdup_printf(ngettext("%u open", "%u open", r->n_open), r->n_open);
  char *heard = g_strdup_printf(ngettext("%u open point: go to it", "%u open points: go to the next", r->n_open), r->n_open);
  gtk_button_set_label(GTK_BUTTON(self->open_points), label);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->open_points), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  gtk_widget_set_tooltip_text(self->open_points, heard);
  g_free(heard);
  g_free(label);
}

static void other_side(PelReasoningPage *page, gint64 node, PelWindow *self) {
  (void)page;
  pel_window_contrast_turn(self, node);
}

/* ---- between the views ---- */

static void evidence_followed(PelEvidencePage *page, gint64 node, PelWindow *self) {
  (void)page;
  PelTreeCanvas *canvas = pel_reasoning_page_get_canvas(self->reasoning);
  gtk_stack_set_visible_child_name(self->views, "reasoning");
  pel_reasoning_page_set_view(self->reasoning, PEL_EXPORT_TREE);
  pel_tree_canvas_choose(canvas, node);
  gtk_widget_grab_focus(GTK_WIDGET(canvas));
}

/* The reasoning was read anew: what was laid out from the old one goes. */
static void reviewed(PelReasoningPage *page, PelWindow *self) {
  (void)page;
  pel_evidence_page_set_reasoned(self->evidence, pel_window_reasoned(self));
  pel_window_say_open(self);
}

/* ---- which one ---- */

/* Filled anew only when it says something else: GTK keeps some of each menu that a button had. */
static guint menu_key(PelWindow *self) {
  pel_export_what shown = pel_window_shown(self);
  guint key = pel_export_is_reasoning(shown) ? 1 + (shown == PEL_EXPORT_TREE) : 0;
  for (int what = PEL_EXPORT_TREE; key && what <= PEL_EXPORT_GRAPH; what++) key |= pel_view_page_has(pel_window_reasoned(self), (pel_export_what)what) ? 4u << what : 0;
  return key;
}

static void fill_menu(PelWindow *self) {
  guint key = menu_key(self);
  if (key == self->menu_key) return;
  self->menu_key = key;
  GMenuModel *menu = pel_window_export_menu(pel_window_shown(self), pel_window_reasoned(self));
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(self->trace_tools), menu);
  g_object_unref(menu);
}

static void turned(GtkStack *views, GParamSpec *pspec, PelWindow *self) {
  (void)views, (void)pspec;
  fill_menu(self);
  pel_window_say_open(self);
}

static void middle_turned(PelReasoningPage *page, PelWindow *self) {
  (void)page;
  fill_menu(self);
}

static void offer(PelWindow *self, GtkWidget *page, bool there) { gtk_stack_page_set_visible(gtk_stack_get_page(self->views, page), there); }

void pel_window_show_views(PelWindow *self) {
  pel_reasoned *r = pel_window_reasoned(self);
  bool run = pel_window_overview(self) != NULL, looked_up = r && r->reasoning->n_retrieved > 0;
  pel_reasoning_page_set_trace(self->reasoning, pel_viewing_document(self->viewing), r);
  pel_evidence_page_set_reasoned(self->evidence, r);
  offer(self, gtk_stack_get_child_by_name(self->views, "attention"), run);
  offer(self, GTK_WIDGET(self->reasoning), r != NULL);
  offer(self, GTK_WIDGET(self->evidence), looked_up);
  gtk_widget_set_visible(self->view_switcher, r && (run || looked_up));
  gtk_stack_set_visible_child_name(self->views, r ? "reasoning" : "attention");
  fill_menu(self);
  pel_window_say_open(self);
  if (r) gtk_widget_grab_focus(GTK_WIDGET(pel_reasoning_page_get_canvas(self->reasoning)));
}

void pel_window_clear_views(PelWindow *self) {
  pel_reasoning_page_set_trace(self->reasoning, NULL, NULL);
  pel_evidence_page_set_reasoned(self->evidence, NULL);
  gtk_widget_set_visible(self->view_switcher, FALSE);
  gtk_widget_set_visible(self->open_points, FALSE);
}

void pel_window_add_views(PelWindow *self, GtkWidget *attention) {
  self->reasoning = PEL_REASONING_PAGE(pel_reasoning_page_new());
  gtk_stack_add_titled(self->views, attention, "attention", _("Attention"));
  self->evidence = PEL_EVIDENCE_PAGE(pel_evidence_page_new());
  gtk_stack_add_titled(self->views, GTK_WIDGET(self->reasoning), "reasoning", _("Reasoning"));
  gtk_stack_add_titled(self->views, GTK_WIDGET(self->evidence), "evidence", _("Evidence"));
  g_signal_connect(self->evidence, "followed", G_CALLBACK(evidence_followed), self);
  g_signal_connect(self->reasoning, "reviewed", G_CALLBACK(reviewed), self);
  g_signal_connect(self->reasoning, "other-side", G_CALLBACK(other_side), self);
  g_signal_connect(self->reasoning, "turned", G_CALLBACK(middle_turned), self);
}

/* Before the export's menu is filled; the stack exists from here on. */
void pel_window_add_view_tools(PelWindow *self, AdwHeaderBar *bar) {
  self->views = GTK_STACK(gtk_stack_new());
  self->view_switcher = gtk_stack_switcher_new();
  self->open_points = gtk_button_new();
  gtk_stack_switcher_set_stack(GTK_STACK_SWITCHER(self->view_switcher), self->views);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(self->open_points), "win.next-open");
  gtk_widget_set_visible(self->view_switcher, FALSE), gtk_widget_set_visible(self->open_points, FALSE);
  adw_header_bar_pack_start(bar, self->view_switcher);
  adw_header_bar_pack_end(bar, self->open_points);
  g_signal_connect(self->views, "notify::visible-child", G_CALLBACK(turned), self);
}

/* ---- actions ---- */

static void next_open_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_next_open(PEL_WINDOW(widget)->reasoning);
}

/* "win.walk" (i): -1 back, 1 forth through what was chosen. */
static void walk_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name;
  if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_walk(PEL_WINDOW(widget)->reasoning, g_variant_get_int32(parameter));
}

/* "win.view" (s) */
static void view_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name;
  GtkWidget *page = gtk_stack_get_child_by_name(self->views, g_variant_get_string(parameter, NULL));
  if (!gtk_widget_get_visible(self->view_switcher) || !gtk_stack_page_get_visible(gtk_stack_get_page(self->views, page))) return;
  gtk_stack_set_visible_child(self->views, page);
  if (pel_window_is_evidence(self)) gtk_widget_grab_focus(pel_evidence_page_get_view(self->evidence));
  else if (pel_window_is_reasoning(self)) gtk_widget_grab_focus(pel_reasoning_page_get_focus(self->reasoning));
}

/* "win.reasoning-view" (s): what an export calls it. */
static void reasoning_view_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  const char *word = g_variant_get_string(parameter, NULL);
  (void)name;
  if (!pel_window_is_reasoning(self) || !pel_window_reasoned(self)) return;
  for (int what = PEL_EXPORT_TREE; what <= PEL_EXPORT_GRAPH; what++)
    if (!g_strcmp0(word, pel_export_word((pel_export_what)what))) pel_reasoning_page_set_view(self->reasoning, (pel_export_what)what);
  gtk_widget_grab_focus(pel_reasoning_page_get_focus(self->reasoning));
}

void pel_window_views_class(GtkWidgetClass *widget) {
  gtk_widget_class_install_action(widget, "win.next-open", NULL, next_open_action);
  gtk_widget_class_install_action(widget, "win.walk", "i", walk_action);
  gtk_widget_class_install_action(widget, "win.view", "s", view_action);
  gtk_widget_class_install_action(widget, "win.reasoning-view", "s", reasoning_view_action);
  static const pel_export_what tabs[] = {PEL_EXPORT_TREE, PEL_EXPORT_SEARCH, PEL_EXPORT_GRAPH, PEL_EXPORT_TIMELINE, PEL_EXPORT_RELIABILITY};
  for (guint i = 0; i < G_N_ELEMENTS(tabs); i++)
    gtk_widget_class_add_binding_action(widget, GDK_KEY_1 + i, GDK_CONTROL_MASK, "win.reasoning-view", "s", pel_export_word(tabs[i]));
  gtk_widget_class_add_binding_action(widget, GDK_KEY_n, GDK_CONTROL_MASK, "win.next-open", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Left, GDK_ALT_MASK, "win.walk", "i", -1);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Right, GDK_ALT_MASK, "win.walk", "i", 1);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_1, GDK_ALT_MASK, "win.view", "s", "attention");
  gtk_widget_class_add_binding_action(widget, GDK_KEY_2, GDK_ALT_MASK, "win.view", "s", "reasoning");
  gtk_widget_class_add_binding_action(widget, GDK_KEY_3, GDK_ALT_MASK, "win.view", "s", "evidence");
}
