/* The pages besides a trace, and the ways to open one: dialog, drop, recent files, the demo. */
#include <glib/gi18n.h>

#include "src/core/settings.h"
#include "ui/window_parts.h"

#define RECENT_MOST 6
#define MIME "application/x-pellucid-trace"

/* ---- recent files: the desktop's own list ---- */

void pel_window_remember(PelWindow *self) {
  if (pel_window_reasoned(self) && !pel_settings_remember_audits()) {
    pel_window_keep_out(self->path);
    return;
  }
  if (self->audit.private_path) return;
  char *absolute = g_canonicalize_filename(self->path, NULL), *uri = g_filename_to_uri(absolute, NULL, NULL);
  /* GTK 4.8 looks at the first byte of the group's address and takes 0 for the end of the list: this address is odd. */
  static _Alignas(2) char group[] = " " PEL_RECENT_AUDITS;
  char *groups[] = {group + 1, NULL};
  GtkRecentData data = {.groups = pel_window_reasoned(self) ? groups : NULL, .mime_type = (char *)MIME, .app_name = (char *)"Pellucid", .app_exec = (char *)"pellucid-desktop %f"};
  if (uri) gtk_recent_manager_add_full(gtk_recent_manager_get_default(), uri, &data);
  g_free(uri);
  g_free(absolute);
}

static gint newest_first(gconstpointer a, gconstpointer b) {
  return g_date_time_compare(gtk_recent_info_get_visited((GtkRecentInfo *)b), gtk_recent_info_get_visited((GtkRecentInfo *)a));
}

static void recent_activated(GtkListBox *list, GtkListBoxRow *row, PelWindow *self) {
  (void)list;
  pel_window_open(self, g_object_get_data(G_OBJECT(row), "path"));
}

static void add_recent(GtkWidget *list, const char *path) {
  GtkWidget *row = adw_action_row_new();
  char *name = g_filename_display_basename(path), *folder = g_path_get_dirname(path), *shown = g_filename_display_name(folder);
  char *safe_name = g_markup_escape_text(name, -1), *safe_folder = g_markup_escape_text(shown, -1);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), safe_name);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), safe_folder);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
  g_object_set_data_full(G_OBJECT(row), "path", g_strdup(path), g_free);
  gtk_list_box_append(GTK_LIST_BOX(list), row);
  g_free(safe_folder);
  g_free(safe_name);
  g_free(shown);
  g_free(folder);
  g_free(name);
}

static void fill_recent(PelWindow *self) {
  GList *items = g_list_sort(gtk_recent_manager_get_items(gtk_recent_manager_get_default()), newest_first);
  GtkWidget *child;
  int n = 0;
  while ((child = gtk_widget_get_first_child(self->recent))) gtk_list_box_remove(GTK_LIST_BOX(self->recent), child);
  for (GList *i = items; i; i = i->next) {
    GtkRecentInfo *info = i->data;
    char *path = g_str_has_suffix(gtk_recent_info_get_uri(info), ".pel") ? g_filename_from_uri(gtk_recent_info_get_uri(info), NULL, NULL) : NULL;
    if (path && n < RECENT_MOST && g_file_test(path, G_FILE_TEST_IS_REGULAR)) add_recent(self->recent, path), n++;
    g_free(path);
  }
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
  gtk_widget_set_visible(self->recent, n > 0);
}

/* ---- the demo ---- */

/* The demo that was recorded here, the sample that was installed, or the one beside a program that was not. */
static char *find_demo(void) {
  char *mine = g_build_filename(g_get_user_data_dir(), "pellucid", "demo", "sky.pel", NULL), *found = g_file_test(mine, G_FILE_TEST_EXISTS) ? g_strdup(mine) : NULL;
  const char *const *folders = g_get_system_data_dirs();
  for (; !found && *folders; folders++) {
    char *path = g_build_filename(*folders, "pellucid", "samples", "short.pel", NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) found = g_strdup(path);
    g_free(path);
  }
  char *program = g_file_read_link("/proc/self/exe", NULL), *folder = program ? g_path_get_dirname(program) : NULL;
  static const char *const beside[] = {"../share/pellucid/samples", "../../data/samples"};
  for (size_t i = 0; !found && folder && i < G_N_ELEMENTS(beside); i++) {
    char *path = g_build_filename(folder, beside[i], "short.pel", NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) found = g_canonicalize_filename(path, NULL);
    g_free(path);
  }
  g_free(folder);
  g_free(program);
  g_free(mine);
  return found;
}

static void demo_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  char *path = find_demo();
  (void)name, (void)parameter;
  if (path) pel_window_open(PEL_WINDOW(widget), path);
  else pel_window_toast(PEL_WINDOW(widget), _("The demo is not installed here. Record a model instead."));
  g_free(path);
}

/* ---- dialog and drop ---- */

static void chosen_file(GtkNativeDialog *dialog, int response, PelWindow *self) {
  GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
  char *path = file ? g_file_get_path(file) : NULL;
  g_clear_object(&file);
  g_clear_object(&self->dialog);
  if (path) pel_window_open(self, path);
  g_free(path);
}

static void open_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  if (self->dialog) return;
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new(_("Open a trace"), GTK_WINDOW(widget), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new();
  gtk_file_filter_set_name(filter, _("Traces (*.pel)"));
  gtk_file_filter_add_pattern(filter, "*.pel");
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
  g_object_unref(filter);
  self->dialog = GTK_NATIVE_DIALOG(dialog);
  gtk_native_dialog_set_modal(self->dialog, TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(chosen_file), widget);
  gtk_native_dialog_show(self->dialog);
}

static gboolean dropped(GtkDropTarget *target, const GValue *value, double x, double y, PelWindow *self) {
  (void)target, (void)x, (void)y;
  GSList *files = g_value_get_boxed(value);
  char *path = files ? g_file_get_path(files->data) : NULL;
  if (path) pel_window_open(self, path);
  g_free(path);
  return path != NULL;
}

/* ---- the pages ---- */

static GtkWidget *pill(const char *label, const char *action, bool suggested) {
  GtkWidget *button = gtk_button_new_with_mnemonic(label);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  gtk_widget_add_css_class(button, "pill");
  if (suggested) gtk_widget_add_css_class(button, "suggested-action");
  return button;
}

static AdwStatusPage *status_page(const char *title, const char *text, GtkWidget *child) {
  GtkWidget *page = adw_status_page_new();
  adw_status_page_set_title(ADW_STATUS_PAGE(page), title);
  adw_status_page_set_description(ADW_STATUS_PAGE(page), text);
  adw_status_page_set_child(ADW_STATUS_PAGE(page), child);
  return ADW_STATUS_PAGE(page);
}

static GtkWidget *make_welcome(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 24), *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12), *clamp = adw_clamp_new();
  gtk_box_append(GTK_BOX(buttons), pill(_("Open a _trace…"), "win.open", true));
  gtk_box_append(GTK_BOX(buttons), pill(_("Record a _model…"), "win.record", false));
  gtk_box_append(GTK_BOX(buttons), pill(_("_Audit a case…"), "win.audit", false));
  gtk_box_append(GTK_BOX(buttons), pill(_("Look at the _demo"), "win.demo", false));
  gtk_widget_set_halign(buttons, GTK_ALIGN_CENTER);
  self->recent = gtk_list_box_new();
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(self->recent), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(self->recent, "boxed-list");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->recent), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Recent traces"), -1);
  g_signal_connect(self->recent, "row-activated", G_CALLBACK(recent_activated), self);
  adw_clamp_set_maximum_size(ADW_CLAMP(clamp), 520);
  adw_clamp_set_child(ADW_CLAMP(clamp), self->recent);
  gtk_box_append(GTK_BOX(box), buttons);
  gtk_box_append(GTK_BOX(box), clamp);
  return GTK_WIDGET(status_page(_("See where a model looked"), _("Open a trace or drop it here, or record a model while it answers."), box));
}

void pel_window_add_pages(PelWindow *self, GtkWidget *trace_page) {
  GtkWidget *again = pill(_("Open another _trace…"), "win.open", true);
  gtk_widget_set_halign(again, GTK_ALIGN_CENTER);
  self->spinner = gtk_spinner_new();
  gtk_widget_set_size_request(self->spinner, 32, 32);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reading the trace"), -1);
  self->loading = status_page(_("Reading the trace"), "", self->spinner);
  self->error = status_page(_("This file can't be shown"), "", again);
  gtk_stack_add_named(self->pages, make_welcome(self), "welcome");
  gtk_stack_add_named(self->pages, GTK_WIDGET(self->loading), "loading");
  gtk_stack_add_named(self->pages, GTK_WIDGET(self->error), "error");
  gtk_stack_add_named(self->pages, trace_page, "trace");
  fill_recent(self);
  GtkDropTarget *drop = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect(drop, "drop", G_CALLBACK(dropped), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drop));
}

static void welcome_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  pel_window_close_trace(self);
  fill_recent(self);
  gtk_window_set_title(GTK_WINDOW(self), "Pellucid");
  adw_window_title_set_title(self->title, "Pellucid");
  adw_window_title_set_subtitle(self->title, "");
  gtk_stack_set_visible_child_name(self->pages, "welcome");
}

void pel_window_pages_class(GtkWidgetClass *widget) {
  gtk_widget_class_install_action(widget, "win.open", NULL, open_action);
  gtk_widget_class_install_action(widget, "win.demo", NULL, demo_action);
  gtk_widget_class_install_action(widget, "win.welcome", NULL, welcome_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Home, GDK_ALT_MASK, "win.welcome", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_o, GDK_CONTROL_MASK, "win.open", NULL);
}
