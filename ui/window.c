#include "ui/window.h"

#include <glib/gi18n.h>

#include "src/core/overview.h"
#include "ui/head_grid.h"
#include "ui/head_table.h"
#include "ui/map_view.h"
#include "ui/transcript.h"

struct _PelWindow {
  AdwApplicationWindow parent;
  AdwWindowTitle *title;
  GtkStack *pages; /* "welcome", "loading", "error", "trace" */
  AdwStatusPage *error;
  GtkWidget *spinner, *heads;
  PelHeadGrid *grid;
  PelHeadTable *table;
  PelMapView *map;
  PelTranscript *transcript;
  GtkLabel *readout, *facts;
  pel_document *document;
  pel_overview *overview;
  uint32_t layer, head;
  GtkNativeDialog *dialog; /* while it is open */
  guint follow; /* timeout while the trace is still being written */
  bool asking;  /* whether it has grown */
};

G_DEFINE_FINAL_TYPE(PelWindow, pel_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- a trace ---- */

static void close_trace(PelWindow *self) {
  g_clear_handle_id(&self->follow, g_source_remove);
  self->asking = false;
  pel_head_grid_set_overview(self->grid, NULL);
  pel_head_table_set_overview(self->table, NULL);
  pel_transcript_set_overview(self->transcript, NULL);
  pel_map_view_widget_set_trace(self->map, NULL, NULL);
  g_clear_pointer(&self->document, pel_document_close);
  g_clear_pointer(&self->overview, pel_overview_free);
}

/* In the header bar and, for the task bar and whoever cannot see the page, as the window's own title. */
static void set_titles(PelWindow *self, const char *what, const char *subtitle) {
  char *name = g_path_get_basename(pel_document_path(self->document)), *shown = g_filename_display_name(name);
  char *title = g_strdup_printf("%s%s – Pellucid", shown, what);
  gtk_window_set_title(GTK_WINDOW(self), title);
  adw_window_title_set_title(self->title, shown);
  adw_window_title_set_subtitle(self->title, subtitle);
  g_free(name);
  g_free(shown);
  g_free(title);
}

static void show_error(PelWindow *self, const char *text) {
  char *safe = g_markup_escape_text(text, -1); /* the page's description is markup */
  set_titles(self, _(" can't be shown"), "");
  adw_status_page_set_description(self->error, safe);
  gtk_stack_set_visible_child_name(self->pages, "error");
  g_free(safe);
}

static void choose_head(PelWindow *self, uint32_t layer, uint32_t head) {
  self->layer = layer, self->head = head;
  pel_head_grid_mark(self->grid, layer, head);
  pel_head_table_mark(self->table, layer, head);
  pel_map_view_widget_set_head(self->map, layer, head);
}

/* The first head that was recorded, from `at` on in steps of `by`; the same stays where there is none that way. */
static void move_head(PelWindow *self, int64_t at, int64_t by) {
  const pel_heads_view *v = &self->overview->heads;
  int64_t n = (int64_t)v->n_layers * v->n_heads;
  for (; at >= 0 && at < n; at += by)
    if (v->heads[at].state == PEL_HEAD_RECORDED) {
      choose_head(self, (uint32_t)(at / v->n_heads), (uint32_t)(at % v->n_heads));
      return;
    }
}

/* What is always said: how much of the model is in the file, and which file. */
static void show_facts(PelWindow *self) {
  const pel_overview *o = self->overview;
  GString *s = g_string_new(NULL);
  g_string_append_printf(s, _("%u tokens"), o->n_tokens);
  if (o->n_recorded_layers < o->n_layers) g_string_append_printf(s, _(" · %u of %u layers recorded"), o->n_recorded_layers, o->n_layers);
  else g_string_append_printf(s, _(" · all %u layers recorded"), o->n_layers);
  if (!o->complete) g_string_append(s, _(" · not closed: still being written, or cut short"));
  else g_string_append_printf(s, _(" · trace %.8s…"), o->hash);
  if (*o->note) g_string_append_printf(s, " · %s", o->note);
  gtk_label_set_text(self->facts, s->str);
  g_string_free(s, TRUE);
}

static void show_trace(PelWindow *self, pel_overview *overview) {
  self->overview = overview;
  set_titles(self, "", overview->model);
  pel_head_grid_set_overview(self->grid, overview);
  pel_head_table_set_overview(self->table, overview);
  pel_transcript_set_overview(self->transcript, overview);
  pel_map_view_widget_set_trace(self->map, self->document, overview);
  show_facts(self);
  move_head(self, 0, 1);
  gtk_stack_set_visible_child_name(self->pages, "trace");
}

static gboolean follow(gpointer window);

typedef struct loading {
  PelWindow *window; /* not held: a window that goes closes its document, and nothing comes back */
  pel_overview *overview;
  uint32_t n_tokens, n_rows; /* what is shown */
} loading;

static bool go_on(double fraction, void *document) {
  (void)fraction;
  return !pel_document_cancelled(document);
}

static pel_status load_overview(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  loading *l = data;
  pel_progress progress = {go_on, document};
  return pel_overview_load(trace, &progress, &l->overview, err);
}

static void overview_loaded(pel_status status, const pel_error *err, void *data) {
  loading *l = data;
  gtk_spinner_stop(GTK_SPINNER(l->window->spinner));
  if (status != PEL_OK) {
    show_error(l->window, err->text);
    return;
  }
  show_trace(l->window, l->overview);
  if (!l->overview->complete) l->window->follow = g_timeout_add_seconds(1, follow, l->window);
  l->overview = NULL;
}

static void free_loading(gpointer data) {
  loading *l = data;
  pel_overview_free(l->overview);
  g_free(l);
}

/* ---- a trace that is still being written ---- */

static pel_status look_for_more(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  const loading *l = data;
  bool grew;
  pel_status status = pel_trace_refresh(trace, &grew, err);
  const pel_trace_info *i = pel_trace_get_info(trace); /* compared with what is shown: a load may have failed before */
  bool same = !i->complete && i->n_tokens == l->n_tokens && i->n_rows == l->n_rows;
  return status == PEL_OK && !same ? load_overview(document, trace, data, err) : status;
}

/* A reader that comes in the middle of a commit asks again a second later. */
static void looked_for_more(pel_status status, const pel_error *err, void *data) {
  loading *l = data;
  PelWindow *self = l->window;
  (void)err;
  self->asking = false;
  if (status != PEL_OK || !l->overview) return;
  pel_overview *before = self->overview;
  self->overview = l->overview;
  l->overview = NULL;
  pel_head_grid_set_overview(self->grid, self->overview);
  pel_head_grid_mark(self->grid, self->layer, self->head);
  pel_head_table_set_overview(self->table, self->overview);
  pel_head_table_mark(self->table, self->layer, self->head);
  pel_transcript_grow(self->transcript, self->overview);
  pel_map_view_widget_grow(self->map, self->overview);
  pel_overview_free(before);
  show_facts(self);
  if (self->overview->complete) g_clear_handle_id(&self->follow, g_source_remove);
}

static gboolean follow(gpointer window) {
  PelWindow *self = window;
  if (self->asking) return G_SOURCE_CONTINUE;
  loading *l = g_new0(loading, 1);
  *l = (loading){self, NULL, self->overview->n_tokens, self->overview->n_rows};
  self->asking = true;
  pel_document_run(self->document, &(pel_work){look_for_more, looked_for_more, free_loading, l});
  return G_SOURCE_CONTINUE;
}

void pel_window_open(PelWindow *self, const char *path) {
  close_trace(self);
  gtk_stack_set_visible_child_name(self->pages, "loading");
  gtk_spinner_start(GTK_SPINNER(self->spinner));
  self->document = pel_document_open(path, NULL, NULL);
  loading *l = g_new0(loading, 1);
  l->window = self;
  pel_document_run(self->document, &(pel_work){load_overview, overview_loaded, free_loading, l});
}

/* ---- opening ---- */

static void chosen_file(GtkNativeDialog *dialog, int response, PelWindow *self) {
  if (response == GTK_RESPONSE_ACCEPT) {
    GFile *file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
    char *path = file ? g_file_get_path(file) : NULL;
    if (path) pel_window_open(self, path);
    g_free(path);
    g_clear_object(&file);
  }
  self->dialog = NULL;
  g_object_unref(dialog);
}

static void open_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (PEL_WINDOW(widget)->dialog) return;
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new(_("Open a trace"), GTK_WINDOW(widget), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new();
  gtk_file_filter_set_name(filter, _("Traces (*.pel)"));
  gtk_file_filter_add_pattern(filter, "*.pel");
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
  g_object_unref(filter);
  PEL_WINDOW(widget)->dialog = GTK_NATIVE_DIALOG(dialog);
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(chosen_file), widget);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static gboolean dropped(GtkDropTarget *target, const GValue *value, double x, double y, PelWindow *self) {
  (void)target, (void)x, (void)y;
  GSList *files = g_value_get_boxed(value);
  char *path = files ? g_file_get_path(files->data) : NULL;
  if (path) pel_window_open(self, path);
  g_free(path);
  return path != NULL;
}

/* ---- between the views ---- */

static void head_chosen(gpointer from, guint layer, guint head, PelWindow *self) {
  (void)from;
  choose_head(self, layer, head);
}

static void described(PelMapView *map, const char *sentence, PelWindow *self) {
  (void)map;
  gtk_label_set_text(self->readout, sentence);
}

static void locked(PelMapView *map, gboolean on, guint row, guint key, PelWindow *self) {
  uint32_t at = 0;
  const float *weights = pel_map_view_widget_get_row(map, &at);
  pel_transcript_set_row(self->transcript, weights, at);
  pel_transcript_mark(self->transcript, on, row, key);
}

static void token_chosen(PelTranscript *transcript, guint token, PelWindow *self) {
  (void)transcript;
  if (token < self->overview->n_rows) pel_map_view_widget_lock(self->map, true, token, token);
}

static void scale_changed(GtkDropDown *drop, GParamSpec *pspec, PelWindow *self) {
  (void)pspec;
  pel_map_view_widget_set_scale(self->map, gtk_drop_down_get_selected(drop) == 0 ? PEL_SCALE_LOG : PEL_SCALE_LINEAR);
}

static void sink_toggled(GtkToggleButton *button, PelWindow *self) {
  pel_map_view_widget_set_no_sink(self->map, gtk_toggle_button_get_active(button));
}

static void dark_changed(AdwStyleManager *manager, GParamSpec *pspec, PelWindow *self) {
  (void)pspec;
  bool dark = adw_style_manager_get_dark(manager);
  pel_head_grid_set_dark(self->grid, dark);
  pel_map_view_widget_set_dark(self->map, dark);
  pel_transcript_set_dark(self->transcript, dark);
}

static void find_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (PEL_WINDOW(widget)->overview) pel_transcript_find(PEL_WINDOW(widget)->transcript);
}

static void heads_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  gtk_widget_set_visible(self->heads, !gtk_widget_get_visible(self->heads));
}

/* "win.step" (i): heads forward or back; a whole layer is n_heads of them. */
static void step_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name;
  if (!self->overview) return;
  const pel_heads_view *v = &self->overview->heads;
  int by = g_variant_get_int32(parameter), step = ABS(by) == 1 ? by : by / 2 * (int)v->n_heads;
  move_head(self, (int64_t)self->layer * v->n_heads + self->head + step, step);
}

/* ---- the parts ---- */

static GtkWidget *named(GtkWidget *widget, const char *name) {
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return widget;
}

static GtkWidget *make_header(PelWindow *self) {
  const char *const scales[] = {_("Log scale"), _("Linear scale"), NULL};
  GtkWidget *bar = adw_header_bar_new(), *open = named(gtk_button_new_with_mnemonic(_("_Open")), _("Open a trace"));
  GtkWidget *scale = named(gtk_drop_down_new_from_strings(scales), _("Scale of the weights"));
  GtkWidget *sink = named(gtk_toggle_button_new_with_mnemonic(_("Hide _sink")), _("Hide the sink"));
  self->title = ADW_WINDOW_TITLE(adw_window_title_new("Pellucid", ""));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
  gtk_widget_set_tooltip_text(sink, _("Leave key 0 out of the picture: it often takes attention that has nowhere to go"));
  g_signal_connect(scale, "notify::selected", G_CALLBACK(scale_changed), self);
  g_signal_connect(sink, "toggled", G_CALLBACK(sink_toggled), self);
  adw_header_bar_set_title_widget(ADW_HEADER_BAR(bar), GTK_WIDGET(self->title));
  adw_header_bar_pack_start(ADW_HEADER_BAR(bar), open);
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), scale);
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), sink);
  return bar;
}

static GtkWidget *make_heads(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6), *stack = gtk_stack_new(), *switcher = gtk_stack_switcher_new();
  GtkWidget *scroller = gtk_scrolled_window_new();
  self->grid = PEL_HEAD_GRID(pel_head_grid_new());
  self->table = PEL_HEAD_TABLE(pel_head_table_new());
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), GTK_WIDGET(self->grid));
  gtk_stack_add_titled(GTK_STACK(stack), scroller, "grid", _("Grid"));
  gtk_stack_add_titled(GTK_STACK(stack), GTK_WIDGET(self->table), "table", _("Table"));
  gtk_stack_switcher_set_stack(GTK_STACK_SWITCHER(switcher), GTK_STACK(stack));
  gtk_widget_set_halign(switcher, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top(switcher, 6);
  gtk_widget_set_vexpand(stack, TRUE);
  g_signal_connect(self->grid, "chosen", G_CALLBACK(head_chosen), self);
  g_signal_connect(self->table, "chosen", G_CALLBACK(head_chosen), self);
  gtk_box_append(GTK_BOX(box), switcher);
  gtk_box_append(GTK_BOX(box), stack);
  gtk_widget_set_size_request(box, 260, -1);
  return self->heads = box;
}

static GtkWidget *make_map_and_text(PelWindow *self) {
  GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);
  self->map = PEL_MAP_VIEW(pel_map_view_widget_new());
  self->transcript = PEL_TRANSCRIPT(pel_transcript_new());
  gtk_widget_set_size_request(GTK_WIDGET(self->map), 320, 220);
  gtk_widget_set_size_request(GTK_WIDGET(self->transcript), -1, 110);
  gtk_paned_set_start_child(GTK_PANED(paned), GTK_WIDGET(self->map));
  gtk_paned_set_end_child(GTK_PANED(paned), GTK_WIDGET(self->transcript));
  gtk_paned_set_resize_end_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_position(GTK_PANED(paned), 520);
  g_signal_connect(self->map, "described", G_CALLBACK(described), self);
  g_signal_connect(self->map, "locked", G_CALLBACK(locked), self);
  g_signal_connect(self->transcript, "token", G_CALLBACK(token_chosen), self);
  return paned;
}

static GtkWidget *make_readout(PelWindow *self) {
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 18);
  self->readout = GTK_LABEL(gtk_label_new(""));
  self->facts = GTK_LABEL(gtk_label_new(""));
  gtk_label_set_ellipsize(self->readout, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign(self->readout, 0);
  gtk_label_set_selectable(self->readout, TRUE);
  gtk_widget_set_hexpand(GTK_WIDGET(self->readout), TRUE);
  gtk_widget_add_css_class(GTK_WIDGET(self->facts), "dim-label");
  gtk_box_append(GTK_BOX(bar), GTK_WIDGET(self->readout));
  gtk_box_append(GTK_BOX(bar), GTK_WIDGET(self->facts));
  gtk_widget_set_margin_start(bar, 12), gtk_widget_set_margin_end(bar, 12);
  gtk_widget_set_margin_top(bar, 4), gtk_widget_set_margin_bottom(bar, 4);
  return bar;
}

static GtkWidget *make_trace(PelWindow *self) {
  GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_paned_set_start_child(GTK_PANED(paned), make_heads(self));
  gtk_paned_set_end_child(GTK_PANED(paned), make_map_and_text(self));
  gtk_paned_set_resize_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_position(GTK_PANED(paned), 380);
  gtk_widget_set_vexpand(paned, TRUE);
  gtk_box_append(GTK_BOX(box), paned);
  gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(box), make_readout(self));
  return box;
}

static GtkWidget *make_status(const char *title, const char *text) {
  GtkWidget *page = adw_status_page_new(), *open = gtk_button_new_with_mnemonic(_("_Open a trace…"));
  adw_status_page_set_title(ADW_STATUS_PAGE(page), title);
  adw_status_page_set_description(ADW_STATUS_PAGE(page), text);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
  gtk_widget_add_css_class(open, "pill");
  gtk_widget_add_css_class(open, "suggested-action");
  gtk_widget_set_halign(open, GTK_ALIGN_CENTER);
  adw_status_page_set_child(ADW_STATUS_PAGE(page), open);
  return page;
}

static void make_pages(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *pages = gtk_stack_new();
  self->pages = GTK_STACK(pages);
  self->spinner = named(gtk_spinner_new(), _("Reading the trace"));
  self->error = ADW_STATUS_PAGE(make_status(_("This file can't be shown"), ""));
  gtk_stack_add_named(self->pages, make_status(_("See where a model looked"), _("Open a trace that <tt>pellucid record</tt> wrote, or drop it here.")), "welcome");
  gtk_stack_add_named(self->pages, self->spinner, "loading");
  gtk_stack_add_named(self->pages, GTK_WIDGET(self->error), "error");
  gtk_stack_add_named(self->pages, make_trace(self), "trace");
  gtk_widget_set_vexpand(pages, TRUE);
  gtk_box_append(GTK_BOX(box), make_header(self));
  gtk_box_append(GTK_BOX(box), pages);
  adw_application_window_set_content(ADW_APPLICATION_WINDOW(self), box);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelWindow *self = PEL_WINDOW(object);
  if (self->document) close_trace(self);
  if (self->dialog) gtk_native_dialog_destroy(self->dialog);
  g_clear_object(&self->dialog);
  g_signal_handlers_disconnect_by_data(adw_style_manager_get_default(), self);
  G_OBJECT_CLASS(pel_window_parent_class)->dispose(object);
}

static void bind_step(GtkWidgetClass *widget, guint key, int by) {
  gtk_widget_class_add_binding_action(widget, key, 0, "win.step", "i", by);
}

static void pel_window_class_init(PelWindowClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_install_action(widget, "win.open", NULL, open_action);
  gtk_widget_class_install_action(widget, "win.find", NULL, find_action);
  gtk_widget_class_install_action(widget, "win.heads", NULL, heads_action);
  gtk_widget_class_install_action(widget, "win.step", "i", step_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_o, GDK_CONTROL_MASK, "win.open", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_f, GDK_CONTROL_MASK, "win.find", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_F9, 0, "win.heads", NULL);
  bind_step(widget, GDK_KEY_bracketleft, -1), bind_step(widget, GDK_KEY_bracketright, 1);
  bind_step(widget, GDK_KEY_braceleft, -2), bind_step(widget, GDK_KEY_braceright, 2);
}

static void pel_window_init(PelWindow *self) {
  gtk_window_set_default_size(GTK_WINDOW(self), 1280, 800);
  gtk_window_set_title(GTK_WINDOW(self), "Pellucid");
  make_pages(self);
  GtkDropTarget *drop = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect(drop, "drop", G_CALLBACK(dropped), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drop));
  AdwStyleManager *style = adw_style_manager_get_default();
  g_signal_connect(style, "notify::dark", G_CALLBACK(dark_changed), self);
  dark_changed(style, NULL, self);
}

GtkWidget *pel_window_new(AdwApplication *application) { return g_object_new(PEL_TYPE_WINDOW, "application", application, NULL); }
