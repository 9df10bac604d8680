#include "ui/window.h"

#include <glib/gi18n.h>

#include "ui/window_parts.h"

G_DEFINE_FINAL_TYPE(PelWindow, pel_window, ADW_TYPE_APPLICATION_WINDOW)

pel_overview *pel_window_overview(PelWindow *self) { return self->viewing ? pel_viewing_overview(self->viewing) : NULL; }

/* ---- what is said ---- */

void pel_window_set_titles(PelWindow *self, const char *what, const char *subtitle) {
  char *name = self->audit.private_path ? g_strdup(_("An audit that is not kept")) : g_path_get_basename(self->path), *shown = g_filename_display_name(name);
  char *title = g_strdup_printf("%s%s – Pellucid", shown, what);
  gtk_window_set_title(GTK_WINDOW(self), title);
  adw_window_title_set_title(self->title, shown);
  adw_window_title_set_subtitle(self->title, subtitle);
  g_free(name);
  g_free(shown);
  g_free(title);
}

void pel_window_show_error(PelWindow *self, const char *text) {
  char *safe = g_markup_escape_text(text, -1); /* the page's description is markup */
  gtk_spinner_stop(GTK_SPINNER(self->spinner));
  pel_window_set_titles(self, _(" can't be shown"), "");
  adw_status_page_set_description(self->error, safe);
  gtk_stack_set_visible_child_name(self->pages, "error");
  g_free(safe);
}

void pel_window_toast(PelWindow *self, const char *text) {
  char *safe = g_markup_escape_text(text, -1);
  AdwToast *toast = adw_toast_new(safe);
  adw_toast_set_timeout(toast, 8);
  adw_toast_overlay_add_toast(self->toasts, toast);
  g_free(safe);
}

/* ---- a trace ---- */

void pel_window_close_trace(PelWindow *self) {
  self->trace++;
  pel_window_contrast_clear(self); /* shows the open trace alone, which is then taken away as well */
  pel_window_clear_views(self);
  pel_window_attention_clear(self);
  pel_window_drop_supposed(self);
  g_clear_pointer(&self->viewing, pel_viewing_close);
  pel_window_audit_forget(self);
  gtk_widget_set_visible(self->trace_tools, FALSE);
}

static void opened(void *user) {
  PelWindow *self = user;
  pel_overview *o = pel_window_overview(self);
  gtk_spinner_stop(GTK_SPINNER(self->spinner));
  pel_window_set_titles(self, "", o ? o->model : pel_viewing_reasoned(self->viewing)->about);
  if (o) pel_window_attention_show(self);
  pel_window_show_views(self);
  gtk_widget_set_visible(self->trace_tools, TRUE);
  gtk_stack_set_visible_child_name(self->pages, "trace");
  pel_window_say_bar(self);
  pel_window_remember(self);
}

static void grew(void *user) { pel_window_attention_grow(user); }
static void more(void *user) { pel_window_attention_refresh(user); }

static void waiting(void *user) {
  PelWindow *self = user;
  adw_status_page_set_description(self->loading, _("The recording has begun. Its first tokens will show here."));
  pel_window_set_titles(self, _(" begins"), "");
}

static void failed(const char *text, void *user) { pel_window_show_error(user, text); }

void pel_window_view(PelWindow *self, const char *path, bool patient) {
  static const pel_viewing_events events = {waiting, opened, failed, grew, more};
  char *copy = g_strdup(path); /* may be self->path */
  pel_window_close_trace(self);
  g_free(self->path);
  self->path = copy;
  adw_status_page_set_description(self->loading, "");
  gtk_stack_set_visible_child_name(self->pages, "loading");
  gtk_spinner_start(GTK_SPINNER(self->spinner));
  self->viewing = pel_viewing_open(path, patient, &events, self);
}

void pel_window_open(PelWindow *self, const char *path) { pel_window_view(self, path, false); }

static void dark_changed(AdwStyleManager *manager, GParamSpec *pspec, PelWindow *self) {
  bool dark = adw_style_manager_get_dark(manager);
  (void)pspec;
  pel_heads_panel_set_dark(self->heads, dark);
  pel_map_widget_set_dark(self->map, dark);
  pel_transcript_set_dark(self->transcript, dark);
  pel_reasoning_page_set_dark(self->reasoning, dark);
  pel_evidence_page_set_dark(self->evidence, dark);
}

/* ---- actions ---- */

static void find_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (!g_strcmp0(gtk_stack_get_visible_child_name(PEL_WINDOW(widget)->pages), "case")) pel_case_page_find(PEL_WINDOW(widget)->audit.page);
  else if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_find(PEL_WINDOW(widget)->reasoning); /* in the tree */
  else if (!pel_window_is_evidence(PEL_WINDOW(widget)) && pel_window_overview(PEL_WINDOW(widget))) pel_transcript_find(PEL_WINDOW(widget)->transcript);
}

static void toggle(GtkWidget *part) { gtk_widget_set_visible(part, !gtk_widget_get_visible(part)); }

static void heads_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_toggle_text(PEL_WINDOW(widget)->reasoning);
  else if (!pel_window_is_evidence(PEL_WINDOW(widget))) toggle(GTK_WIDGET(PEL_WINDOW(widget)->heads));
}

static void inspector_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_toggle_inspector(PEL_WINDOW(widget)->reasoning);
  else if (pel_window_is_evidence(PEL_WINDOW(widget))) pel_evidence_page_toggle_side(PEL_WINDOW(widget)->evidence);
  else toggle(GTK_WIDGET(PEL_WINDOW(widget)->inspector));
}

static void map_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  PelWindow *self = PEL_WINDOW(widget);
  GtkWidget *main = GTK_WIDGET(self->map);
  if (pel_window_is_reasoning(self)) main = pel_reasoning_page_get_focus(self->reasoning);
  else if (pel_window_is_evidence(self)) main = pel_evidence_page_get_view(self->evidence);
  gtk_widget_grab_focus(main);
}

/* ---- the parts ---- */

static GtkWidget *named(GtkWidget *widget, const char *name) {
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return widget;
}

static GtkWidget *menu_button(const char *icon, const char *name, GMenuModel *menu) {
  GtkWidget *button = named(gtk_menu_button_new(), name);
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), icon);
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), menu);
  gtk_widget_set_tooltip_text(button, name);
  g_object_unref(menu);
  return button;
}

static GMenuModel *main_menu(void) {
  GMenu *menu = g_menu_new();
  g_menu_append(menu, _("Recent traces and the demo"), "win.welcome");
  g_menu_append(menu, _("Audit a case…"), "win.audit");
  GMenuItem *back = g_menu_item_new(_("Back to the case"), "win.case");
  g_menu_item_set_attribute(back, "hidden-when", "s", "action-disabled");
  g_menu_append_item(menu, back);
  g_object_unref(back);
  g_menu_append(menu, _("Compare with…"), "win.compare");
  g_menu_append(menu, _("What if…"), "win.what-if");
  g_menu_append(menu, _("Remember audits among recent files"), "win.remember-audits");
  g_menu_append(menu, _("Show or hide the left side"), "win.heads");
  g_menu_append(menu, _("Show or hide the inspector"), "win.inspector");
  g_menu_append(menu, _("Keyboard shortcuts"), "win.show-help-overlay");
  g_menu_append(menu, _("About Pellucid"), "app.about");
  return G_MENU_MODEL(menu);
}

static GtkWidget *action_button(const char *label, const char *name, const char *action) {
  GtkWidget *button = named(gtk_button_new_with_mnemonic(label), name);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  return button;
}

static GtkWidget *make_header(PelWindow *self) {
  GtkWidget *bar = adw_header_bar_new();
  self->title = ADW_WINDOW_TITLE(adw_window_title_new("Pellucid", ""));
  self->jobs = PEL_JOBS(pel_jobs_new());
  self->trace_tools = menu_button("document-save-symbolic", _("Export"), pel_window_export_menu(PEL_EXPORT_ATTENTION, NULL));
  gtk_widget_set_visible(self->trace_tools, FALSE);
  adw_header_bar_set_title_widget(ADW_HEADER_BAR(bar), GTK_WIDGET(self->title));
  adw_header_bar_pack_start(ADW_HEADER_BAR(bar), action_button(_("_Open"), _("Open a trace"), "win.open"));
  adw_header_bar_pack_start(ADW_HEADER_BAR(bar), action_button(_("_Record"), _("Record a model"), "win.record"));
  GtkWidget *menu = menu_button("open-menu-symbolic", _("Menu"), main_menu());
  gtk_menu_button_set_primary(GTK_MENU_BUTTON(menu), TRUE); /* F10 */
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), menu);
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), self->trace_tools);
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), GTK_WIDGET(self->jobs));
  pel_window_add_view_tools(self, ADW_HEADER_BAR(bar));
  return bar;
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelWindow *self = PEL_WINDOW(object);
  pel_window_record_dispose(self);
  pel_window_audit_dispose(self);
  if (self->viewing) pel_window_close_trace(self);
  if (self->views) g_signal_handlers_disconnect_by_data(self->views, self);
  self->views = NULL;
  pel_window_contrast_dispose(self);
  if (self->dialog) gtk_native_dialog_destroy(self->dialog);
  g_clear_object(&self->dialog);
  g_clear_pointer(&self->path, g_free);
  g_signal_handlers_disconnect_by_data(adw_style_manager_get_default(), self);
  G_OBJECT_CLASS(pel_window_parent_class)->dispose(object);
}

static void pel_window_class_init(PelWindowClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_install_action(widget, "win.find", NULL, find_action);
  gtk_widget_class_install_action(widget, "win.heads", NULL, heads_action);
  gtk_widget_class_install_action(widget, "win.inspector", NULL, inspector_action);
  gtk_widget_class_install_action(widget, "win.map", NULL, map_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_f, GDK_CONTROL_MASK, "win.find", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_F9, 0, "win.heads", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_F9, GDK_SHIFT_MASK, "win.inspector", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_question, 0, "win.show-help-overlay", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_question, GDK_SHIFT_MASK, "win.show-help-overlay", NULL);
  pel_window_attention_class(widget);
  pel_window_pages_class(widget);
  pel_window_views_class(widget);
  pel_window_export_class(widget);
  pel_window_record_class(widget);
  pel_window_audit_class(widget);
  pel_window_contrast_class(widget);
}

/* Before the panes get it, which have F6 for a walk of their own. */
static void add_map_key(PelWindow *self) {
  GtkEventController *keys = gtk_shortcut_controller_new();
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys), gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_F6, 0), gtk_named_action_new("win.map")));
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
}

static void pel_window_init(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_window_set_default_size(GTK_WINDOW(self), 1280, 800);
  gtk_window_set_title(GTK_WINDOW(self), "Pellucid");
  self->pages = GTK_STACK(gtk_stack_new());
  self->toasts = ADW_TOAST_OVERLAY(adw_toast_overlay_new());
  gtk_box_append(GTK_BOX(box), make_header(self));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->toasts));
  adw_toast_overlay_set_child(self->toasts, GTK_WIDGET(self->pages));
  gtk_widget_set_vexpand(GTK_WIDGET(self->toasts), TRUE);
  pel_window_add_views(self, pel_window_make_attention(self));
  pel_window_add_pages(self, pel_window_make_bar(self, GTK_WIDGET(self->views)));
  pel_window_add_case(self);
  adw_application_window_set_content(ADW_APPLICATION_WINDOW(self), box);
  add_map_key(self);
  AdwStyleManager *style = adw_style_manager_get_default();
  g_signal_connect(style, "notify::dark", G_CALLBACK(dark_changed), self);
  dark_changed(style, NULL, self);
}

GtkWidget *pel_window_new(AdwApplication *application) { return g_object_new(PEL_TYPE_WINDOW, "application", application, NULL); }
