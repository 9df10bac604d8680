#include "ui/record_dialog.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/statvfs.h>

#include "src/core/recording.h"

#define DELAY_MS 300 /* without a key: then the prompt is worth counting */

struct _PelRecordDialog {
  AdwWindow parent;
  GtkWidget *model, *predict, *temperature, *chat, *start, *output;
  GtkTextBuffer *prompt;
  GtkLabel *estimate, *error;
  GtkStringList *models; /* paths; shown by their names */
  char *folder;          /* where the trace goes */
  guint timer;
  guint asked; /* number of the newest question */
  GtkNativeDialog *chooser;
};

G_DEFINE_FINAL_TYPE(PelRecordDialog, pel_record_dialog, ADW_TYPE_WINDOW)

static guint start_signal;

/* ---- what is chosen ---- */

static const char *model_path(PelRecordDialog *self) {
  guint at = adw_combo_row_get_selected(ADW_COMBO_ROW(self->model));
  return at == GTK_INVALID_LIST_POSITION ? NULL : gtk_string_list_get_string(self->models, at);
}

static char *prompt_text(PelRecordDialog *self) {
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(self->prompt, &start, &end);
  return gtk_text_buffer_get_text(self->prompt, &start, &end, FALSE);
}

static uint32_t predict(PelRecordDialog *self) { return (uint32_t)gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(self->predict)); }

static bool raw(PelRecordDialog *self) { return !gtk_switch_get_active(GTK_SWITCH(self->chat)); }

/* A relative name lies in the folder of recordings. */
static char *output_path(PelRecordDialog *self) {
  const char *name = gtk_editable_get_text(GTK_EDITABLE(self->output));
  return g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(self->folder, name, NULL);
}

/* ---- the estimate ---- */

typedef struct question {
  guint number;
  char *model, *prompt, *folder;
  uint32_t n_predict;
  bool raw;
  pel_recording_estimate answer;
  pel_error err;
  pel_status status;
} question;

static void free_question(gpointer data) {
  question *q = data;
  g_free(q->model);
  g_free(q->prompt);
  g_free(q->folder);
  g_free(q);
}

static void answer(GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  question *q = data;
  (void)source, (void)cancellable;
  pel_recording_options o = {.model = q->model, .prompt = q->prompt, .n_predict = q->n_predict, .raw = q->raw};
  q->status = pel_recording_estimate_load(&o, &q->answer, &q->err);
  g_task_return_boolean(task, TRUE);
}

static char *duration(double seconds) {
  if (seconds < 90) return g_strdup_printf(_("%.0f s"), seconds < 1 ? 1 : seconds);
  if (seconds < 5400) return g_strdup_printf(_("%.0f min"), seconds / 60);
  return g_strdup_printf(_("%.1f h"), seconds / 3600);
}

static void show_estimate(PelRecordDialog *self, const question *q) {
  const pel_recording_estimate *e = &q->answer;
  char *most = g_format_size(e->plan.trace_bytes_most), *each = g_format_size(e->plan.trace_bytes_a_token), *time = duration(e->seconds);
  GString *s = g_string_new(NULL);
  g_string_append_printf(s, _("%u tokens of prompt, up to %u in all. The trace takes %s a token, at most %s."), e->plan.n_prompt, e->plan.n_context, each, most);
  g_string_append_printf(s, e->measured ? _(" About %s, as fast as this model ran here last.") : _(" Roughly %s, guessed from the model's size."), time);
  struct statvfs disk;
  if (statvfs(q->folder, &disk) == 0 && (double)disk.f_bavail * (double)disk.f_frsize < (double)e->plan.trace_bytes_most) {
    char *room = g_format_size((guint64)disk.f_bavail * disk.f_frsize);
    g_string_append_printf(s, _(" The disk has only %s left."), room);
    g_free(room);
  }
  gtk_label_set_text(self->estimate, s->str);
  gtk_label_set_text(self->error, "");
  gtk_widget_set_sensitive(self->start, TRUE);
  g_string_free(s, TRUE);
  g_free(most);
  g_free(each);
  g_free(time);
}

static void answered(GObject *source, GAsyncResult *result, gpointer data) {
  PelRecordDialog *self = PEL_RECORD_DIALOG(source);
  const question *q = g_task_get_task_data(G_TASK(result));
  (void)data;
  if (q->number != self->asked || !self->estimate) return;
  if (q->status == PEL_OK) {
    show_estimate(self, q);
    return;
  }
  gtk_label_set_text(self->estimate, "");
  gtk_label_set_text(self->error, q->err.text);
}

/* Of the trace to be; it may not be there yet. */
static char *existing_folder(PelRecordDialog *self) {
  char *path = output_path(self);
  while (!g_file_test(path, G_FILE_TEST_IS_DIR) && strcmp(path, "/") && strcmp(path, ".")) {
    char *above = g_path_get_dirname(path);
    g_free(path);
    path = above;
  }
  return path;
}

static gboolean ask(gpointer data) {
  PelRecordDialog *self = data;
  self->timer = 0;
  char *prompt = prompt_text(self);
  const char *model = model_path(self);
  if (!model || !*prompt) {
    gtk_label_set_text(self->estimate, model ? _("Write a prompt.") : _("Choose a model."));
    g_free(prompt);
    return G_SOURCE_REMOVE;
  }
  question *q = g_new0(question, 1);
  *q = (question){.number = ++self->asked, .model = g_strdup(model), .prompt = prompt, .folder = existing_folder(self), .n_predict = predict(self), .raw = raw(self)};
  GTask *task = g_task_new(self, NULL, answered, NULL);
  g_task_set_task_data(task, q, free_question);
  g_task_run_in_thread(task, answer);
  g_object_unref(task);
  return G_SOURCE_REMOVE;
}

static void something_changed(PelRecordDialog *self) {
  g_clear_handle_id(&self->timer, g_source_remove);
  gtk_widget_set_sensitive(self->start, FALSE);
  self->asked++;
  self->timer = g_timeout_add(DELAY_MS, ask, self);
}

/* ---- choosing a file ---- */

static void add_model(PelRecordDialog *self, const char *path) {
  gtk_string_list_append(self->models, path);
  adw_combo_row_set_selected(ADW_COMBO_ROW(self->model), g_list_model_get_n_items(G_LIST_MODEL(self->models)) - 1);
}

static void chose(GtkNativeDialog *dialog, int response, PelRecordDialog *self) {
  GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
  char *path = file ? g_file_get_path(file) : NULL;
  if (path) add_model(self, path);
  g_free(path);
  g_clear_object(&file);
  g_clear_object(&self->chooser);
}

static void choose_model(GtkButton *button, PelRecordDialog *self) {
  (void)button;
  if (self->chooser) return;
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(_("Choose a model"), GTK_WINDOW(self), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Choose"), _("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new();
  gtk_file_filter_set_name(filter, _("Models (*.gguf)"));
  gtk_file_filter_add_pattern(filter, "*.gguf");
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
  g_object_unref(filter);
  self->chooser = GTK_NATIVE_DIALOG(dialog);
  gtk_native_dialog_set_modal(self->chooser, TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(chose), self);
  gtk_native_dialog_show(self->chooser);
}

/* ---- starting ---- */

static void start(GtkButton *button, PelRecordDialog *self) {
  (void)button;
  char *prompt = prompt_text(self), *output = output_path(self), *folder = g_path_get_dirname(output);
  pel_recording_options o = {.model = model_path(self), .prompt = prompt, .output = output, .n_predict = predict(self), .raw = raw(self),
                             .temperature = (float)gtk_spin_button_get_value(GTK_SPIN_BUTTON(self->temperature))};
  if (g_mkdir_with_parents(folder, 0700) != 0 || g_file_test(output, G_FILE_TEST_EXISTS)) {
    char *text = g_strdup_printf(g_file_test(output, G_FILE_TEST_EXISTS) ? _("%s exists: choose another name.") : _("%s: its folder can't be made."), output);
    gtk_label_set_text(self->error, text);
    g_free(text);
  } else {
    g_signal_emit(self, start_signal, 0, &o);
    gtk_window_close(GTK_WINDOW(self));
  }
  g_free(folder);
  g_free(output);
  g_free(prompt);
}

static void start_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelRecordDialog *self = PEL_RECORD_DIALOG(widget);
  (void)name, (void)parameter;
  if (gtk_widget_get_sensitive(self->start)) start(NULL, self);
}

/* ---- the parts ---- */

static void add_row(GtkWidget *list, const char *title, GtkWidget *control) {
  GtkWidget *row = adw_action_row_new();
  gtk_widget_set_valign(control, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), control);
  adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), control);
  gtk_list_box_append(GTK_LIST_BOX(list), row);
}

static GtkWidget *spin_row(PelRecordDialog *self, GtkWidget *list, const char *title, double least, double most, double step, double value, int digits) {
  GtkWidget *spin = gtk_spin_button_new_with_range(least, most, step);
  gtk_spin_button_set_digits(GTK_SPIN_BUTTON(spin), (guint)digits);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(spin), value);
  add_row(list, title, spin);
  g_signal_connect_swapped(spin, "value-changed", G_CALLBACK(something_changed), self);
  return spin;
}

static GtkWidget *switch_row(PelRecordDialog *self, GtkWidget *list, const char *title) {
  GtkWidget *toggle = gtk_switch_new();
  gtk_switch_set_active(GTK_SWITCH(toggle), TRUE);
  add_row(list, title, toggle);
  g_signal_connect_swapped(toggle, "notify::active", G_CALLBACK(something_changed), self);
  return toggle;
}

static char *file_name(gpointer item, const char *path) {
  (void)item;
  return g_filename_display_basename(path ? path : "");
}

static void make_model_row(PelRecordDialog *self, GtkWidget *list) {
  GtkWidget *choose = gtk_button_new_with_label(_("Choose a file…"));
  char **found = pel_recording_models();
  self->models = gtk_string_list_new((const char *const *)found);
  g_strfreev(found);
  self->model = adw_combo_row_new();
  GtkExpression *path = gtk_property_expression_new(GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkExpression *name = gtk_cclosure_expression_new(G_TYPE_STRING, NULL, 1, &path, G_CALLBACK(file_name), NULL, NULL);
  adw_combo_row_set_expression(ADW_COMBO_ROW(self->model), name);
  gtk_expression_unref(name);
  adw_combo_row_set_model(ADW_COMBO_ROW(self->model), G_LIST_MODEL(self->models));
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->model), _("Model"));
  gtk_widget_set_valign(choose, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix(ADW_ACTION_ROW(self->model), choose);
  g_signal_connect(choose, "clicked", G_CALLBACK(choose_model), self);
  g_signal_connect_swapped(self->model, "notify::selected", G_CALLBACK(something_changed), self);
  gtk_list_box_append(GTK_LIST_BOX(list), self->model);
}

static GtkWidget *make_list(PelRecordDialog *self) {
  GtkWidget *list = gtk_list_box_new();
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(list, "boxed-list");
  make_model_row(self, list);
  self->predict = spin_row(self, list, _("Tokens to generate at most"), 0, 1 << 20, 16, 256, 0);
  self->temperature = spin_row(self, list, _("Temperature (0: the most likely token)"), 0, 2, 0.1, 0, 1);
  self->chat = switch_row(self, list, _("A chat message, in the model's own template"));
  self->output = adw_entry_row_new();
  GDateTime *now = g_date_time_new_now_local();
  char *name = g_date_time_format(now, "%Y-%m-%d-%H%M%S.pel");
  gtk_editable_set_text(GTK_EDITABLE(self->output), name);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->output), _("Trace file, in your folder of recordings"));
  gtk_list_box_append(GTK_LIST_BOX(list), self->output);
  g_signal_connect_swapped(self->output, "changed", G_CALLBACK(something_changed), self);
  g_free(name);
  g_date_time_unref(now);
  return list;
}

static GtkWidget *make_prompt(PelRecordDialog *self) {
  GtkWidget *view = gtk_text_view_new(), *scroller = gtk_scrolled_window_new(), *frame = gtk_frame_new(NULL);
  self->prompt = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
  gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), 8), gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), 8);
  gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Prompt"), -1);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), view);
  gtk_widget_set_size_request(scroller, -1, 120);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_frame_set_child(GTK_FRAME(frame), scroller);
  g_signal_connect_swapped(self->prompt, "changed", G_CALLBACK(something_changed), self);
  gtk_window_set_focus(GTK_WINDOW(self), view);
  return frame;
}

static GtkLabel *make_label(const char *style) {
  GtkWidget *label = gtk_label_new("");
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, style);
  return GTK_LABEL(label);
}

static void dispose(GObject *object) {
  PelRecordDialog *self = PEL_RECORD_DIALOG(object);
  g_clear_handle_id(&self->timer, g_source_remove);
  if (self->chooser) gtk_native_dialog_destroy(self->chooser);
  g_clear_object(&self->chooser);
  g_clear_object(&self->models);
  g_clear_pointer(&self->folder, g_free);
  self->estimate = NULL;
  G_OBJECT_CLASS(pel_record_dialog_parent_class)->dispose(object);
}

static void pel_record_dialog_class_init(PelRecordDialogClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_add_binding_action(GTK_WIDGET_CLASS(class), GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_install_action(GTK_WIDGET_CLASS(class), "dialog.start", NULL, start_action);
  start_signal = g_signal_new("start", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void pel_record_dialog_init(PelRecordDialog *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *bar = adw_header_bar_new(), *inner = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12), *said = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->folder = g_build_filename(g_get_user_data_dir(), "pellucid", "recordings", NULL);
  self->start = gtk_button_new_with_mnemonic(_("_Record"));
  self->estimate = make_label("dim-label");
  self->error = make_label("error");
  GtkWidget *prompt = make_prompt(self);
  gtk_widget_add_css_class(self->start, "suggested-action");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->start), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Start recording"), -1);
  gtk_widget_set_tooltip_text(self->start, _("Ctrl+Enter"));
  gtk_widget_set_sensitive(self->start, FALSE);
  g_signal_connect(self->start, "clicked", G_CALLBACK(start), self);
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), self->start);
  gtk_box_append(GTK_BOX(inner), prompt);
  gtk_box_append(GTK_BOX(inner), make_list(self));
  gtk_box_append(GTK_BOX(said), GTK_WIDGET(self->estimate));
  gtk_box_append(GTK_BOX(said), GTK_WIDGET(self->error));
  gtk_widget_set_size_request(said, -1, 84); /* whatever is said, nothing above it moves */
  gtk_box_append(GTK_BOX(inner), said);
  gtk_widget_set_margin_start(inner, 18), gtk_widget_set_margin_end(inner, 18);
  gtk_widget_set_margin_top(inner, 12), gtk_widget_set_margin_bottom(inner, 18);
  gtk_box_append(GTK_BOX(box), bar);
  gtk_box_append(GTK_BOX(box), inner);
  adw_window_set_content(ADW_WINDOW(self), box);
  gtk_window_set_title(GTK_WINDOW(self), _("Record a model"));
  gtk_window_set_default_size(GTK_WINDOW(self), 560, 620);
  gtk_window_set_modal(GTK_WINDOW(self), TRUE);
  GtkEventController *keys = gtk_shortcut_controller_new();
  gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys), gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Return, GDK_CONTROL_MASK), gtk_named_action_new("dialog.start")));
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE); /* before the prompt takes it for a new line */
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
  something_changed(self);
}

GtkWidget *pel_record_dialog_new(GtkWindow *parent) { return g_object_new(PEL_TYPE_RECORD_DIALOG, "transient-for", parent, NULL); }
