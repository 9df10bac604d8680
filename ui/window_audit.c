/* A case that is audited from the window: the form, the run in a thread, where the reasoning goes. What a case says stays out of lists and logs. */
#include <glib/gi18n.h>
#include <string.h>

#include "src/core/outfile.h"
#include "src/core/private_folder.h"
#include "src/core/settings.h"
#include "ui/pack_dialog.h"
#include "ui/window_parts.h"

/* ---- the list of recent files: GTK's file dialogs add to it by themselves, and later ---- */

static GHashTable *kept_out; /* addresses */

static void drop_from_recent(GtkRecentManager *manager, gpointer user) {
  (void)user;
  if (pel_settings_remember_audits()) return;
  GList *items = gtk_recent_manager_get_items(manager);
  for (GList *i = items; i; i = i->next) {
    const char *uri = gtk_recent_info_get_uri(i->data);
    bool out = kept_out && g_hash_table_contains(kept_out, uri);
    if (out || gtk_recent_info_has_group(i->data, PEL_RECENT_AUDITS)) gtk_recent_manager_remove_item(manager, uri, NULL);
  }
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
}

void pel_window_keep_out(const char *path) {
  GtkRecentManager *manager = gtk_recent_manager_get_default();
  char *absolute = g_canonicalize_filename(path, NULL), *uri = g_filename_to_uri(absolute, NULL, NULL);
  if (!kept_out) {
    kept_out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_signal_connect(manager, "changed", G_CALLBACK(drop_from_recent), NULL);
  }
  if (uri) g_hash_table_add(kept_out, uri);
  drop_from_recent(manager, NULL);
  g_free(absolute);
}

static void remember_changed(GSimpleAction *action, GVariant *value, gpointer window) {
  bool on = g_variant_get_boolean(value), done = pel_settings_set_remember_audits(on);
  if (done) g_simple_action_set_state(action, value);
  if (done && !on) drop_from_recent(gtk_recent_manager_get_default(), NULL); /* those from before as well */
  pel_window_toast(window, !done ? _("The setting could not be written.") : on ? _("Audits are now remembered among recent files.") : _("Audits are no longer remembered among recent files."));
}

/* ---- a form, made in a thread: a pack may be large ---- */

typedef struct making {
  char *pack, *path;
  pel_case_form *form;
  pel_error err, case_err;
} making;

static void free_making(gpointer data) {
  making *m = data;
  pel_case_form_free(m->form);
  g_free(m->pack), g_free(m->path);
  g_free(m);
}

static void make(GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  making *m = data;
  pel_case *c;
  (void)source, (void)cancellable;
  if (pel_case_form_open(m->pack, &m->form, &m->err) == PEL_OK && m->path && pel_case_open(m->path, &c, &m->case_err) == PEL_OK) {
    const char *json = pel_case_get_info(c)->json;
    pel_case_form_read(m->form, m->path, json, strlen(json), &m->case_err);
    pel_case_close(c);
  }
  g_task_return_boolean(task, TRUE);
}

static void show_case(PelWindow *self) {
  gtk_window_set_title(GTK_WINDOW(self), _("A case – Pellucid"));
  adw_window_title_set_title(self->title, _("A case"));
  adw_window_title_set_subtitle(self->title, pel_case_page_get_form(self->audit.page)->pack_title);
  gtk_stack_set_visible_child_name(self->pages, "case");
  pel_case_page_focus(self->audit.page);
}

/* ---- what is filled in and nowhere else ---- */

/* `json` NULL: as the form is now. */
static void remember_saved(PelWindow *self, const char *json) {
  g_free(self->audit.saved);
  self->audit.saved = json ? g_strdup(json) : pel_case_form_write(pel_case_page_get_form(self->audit.page), NULL);
}

static bool is_unsaved(PelWindow *self) {
  pel_case_form *form = pel_case_page_get_form(self->audit.page);
  char *now = form && self->audit.saved ? pel_case_form_write(form, NULL) : NULL;
  bool unsaved = now && strcmp(now, self->audit.saved);
  g_free(now);
  return unsaved;
}

static void answered(AdwMessageDialog *dialog, const char *response, PelWindow *self) {
  const char *pack = g_object_get_data(G_OBJECT(dialog), "pack");
  if (strcmp(response, "discard")) return;
  remember_saved(self, NULL);
  if (pack) pel_window_new_case(self, pack, g_object_get_data(G_OBJECT(dialog), "case"));
  else gtk_window_close(GTK_WINDOW(self));
}

/* True: it asks whether what is filled in may go; then another case is made, or (pack NULL) the window closed. */
static bool asks_first(PelWindow *self, const char *pack, const char *path) {
  if (!is_unsaved(self)) return false;
  GtkWidget *dialog = adw_message_dialog_new(GTK_WINDOW(self), _("The case is not saved"), _("What was filled in would be lost."));
  adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(dialog), "cancel", _("_Cancel"), "discard", _("_Discard"), NULL);
  adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full(G_OBJECT(dialog), "pack", g_strdup(pack), g_free);
  g_object_set_data_full(G_OBJECT(dialog), "case", g_strdup(path), g_free);
  g_signal_connect_object(dialog, "response", G_CALLBACK(answered), self, 0);
  gtk_window_present(GTK_WINDOW(dialog));
  return true;
}

static gboolean close_asked(GtkWindow *window, gpointer data) {
  (void)data;
  return asks_first(PEL_WINDOW(window), NULL, NULL);
}

static void made(GObject *source, GAsyncResult *result, gpointer data) {
  PelWindow *self = PEL_WINDOW(source);
  making *m = g_task_get_task_data(G_TASK(result));
  (void)data;
  if (!self->views) return; /* the window is gone */
  self->audit.busy = false;
  if (!m->form) {
    pel_window_toast(self, m->err.text);
    return;
  }
  if (!*m->form->heads[PEL_HEAD_AS_OF]) {
    GDateTime *now = g_date_time_new_now_local();
    char *today = g_date_time_format(now, "%Y-%m-%d");
    pel_case_form_set_head(m->form, PEL_HEAD_AS_OF, today);
    g_free(today);
    g_date_time_unref(now);
  }
  if (*m->case_err.text && pel_case_page_get_form(self->audit.page)) { /* what is filled in stays */
    pel_window_toast(self, m->case_err.text);
    return;
  }
  pel_window_close_trace(self);
  pel_case_page_set_form(self->audit.page, g_steal_pointer(&m->form));
  pel_case_page_say(self->audit.page, m->case_err.text);
  gtk_widget_action_set_enabled(GTK_WIDGET(self), "win.case", TRUE);
  remember_saved(self, NULL);
  show_case(self);
}

void pel_window_new_case(PelWindow *self, const char *pack, const char *path) {
  if (self->audit.busy) return;
  making *m = g_new0(making, 1);
  *m = (making){.pack = g_strdup(pack), .path = g_strdup(path)};
  GTask *task = g_task_new(self, NULL, made, NULL);
  g_task_set_task_data(task, m, free_making);
  self->audit.busy = true;
  if (path) pel_window_keep_out(path);
  g_task_run_in_thread(task, make);
  g_object_unref(task);
}

static void pack_chosen(PelPackDialog *dialog, const char *path, PelWindow *self) {
  (void)dialog;
  if (!asks_first(self, path, NULL)) pel_window_new_case(self, path, NULL);
}

static void audit_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  GtkWidget *dialog = pel_pack_dialog_new(GTK_WINDOW(widget));
  (void)name, (void)parameter;
  g_signal_connect_object(dialog, "chosen", G_CALLBACK(pack_chosen), widget, 0);
  gtk_window_present(GTK_WINDOW(dialog));
}

static void case_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  if (!pel_case_page_get_form(self->audit.page)) return;
  pel_window_close_trace(self);
  show_case(self);
}

/* ---- the run ---- */

static void end(PelWindow *self, const pel_auditing_state *s) {
  char *output = g_strdup(pel_auditing_output(self->audit.run));
  bool supposing = self->audit.supposing;
  g_clear_pointer(&self->audit.row, pel_jobs_end);
  g_clear_pointer(&self->audit.run, pel_auditing_release);
  pel_case_page_set_busy(self->audit.page, false);
  bool gone = supposing && self->audit.trace != self->trace; /* the trace that it was supposed of */
  if (s->status == PEL_OK && !supposing && !self->audit.secret) remember_saved(self, self->audit.running);
  if (gone) pel_private_remove(output);
  else if (s->status == PEL_ERR_CANCELLED) pel_window_toast(self, _("The audit was stopped; nothing was written."));
  else if (s->status != PEL_OK && supposing) pel_window_contrast_failed(self, s->error);
  else if (s->status != PEL_OK) {
    pel_case_page_say(self->audit.page, s->error);
    if (g_strcmp0(gtk_stack_get_visible_child_name(self->pages), "case")) pel_window_toast(self, s->error);
  }
  else if (supposing) pel_window_contrast_open(self, output, self->audit.changes);
  else {
    pel_window_view(self, output, false); /* forgets the private file of what was shown before */
    self->audit.private_path = self->audit.secret ? g_strdup(output) : NULL;
  }
  g_free(output);
}

static void changed(void *user) {
  PelWindow *self = user;
  pel_auditing_state state;
  pel_auditing_get(self->audit.run, &state);
  if (state.ended) {
    end(self, &state);
    return;
  }
  char *text = g_strdup_printf(_("looking for a conclusion, %.0f s"), state.seconds);
  pel_jobs_update(self->audit.row, 0, text);
  g_free(text);
}

static void stop(void *user) { pel_auditing_stop(((PelWindow *)user)->audit.run); }

void pel_window_start_audit(PelWindow *self, pel_case_form *form, const char *json, const char *output, bool secret, bool supposing) {
  pel_auditing_options o = {.pack = form->pack_path, .pack_sha256 = form->pack_sha256, .json = json, .output = output, .force = !secret, .secret = secret};
  if (self->audit.run) {
    pel_window_toast(self, _("An audit is running. Stop it first, or wait for its end."));
    return;
  }
  g_free(self->audit.running);
  self->audit.running = g_strdup(json);
  self->audit.supposing = supposing, self->audit.secret = secret, self->audit.trace = self->trace;
  self->audit.row = pel_jobs_add(self->jobs, supposing ? _("What if…") : _("Auditing a case"), stop, self);
  pel_case_page_set_busy(self->audit.page, true);
  self->audit.run = pel_auditing_start(&o, changed, self);
}

static void run_into(PelWindow *self, const char *output, bool secret) {
  pel_case_form *form = pel_case_page_get_form(self->audit.page);
  char *json = pel_case_form_write(form, NULL);
  pel_window_start_audit(self, form, json, output, secret, false);
  g_free(json);
}

/* ---- files ---- */

typedef enum purpose { TO_RUN, TO_SAVE, TO_OPEN } purpose;

static void save_case(PelWindow *self, const char *path) {
  pel_outfile *file;
  pel_error err;
  char *json = pel_case_form_write(pel_case_page_get_form(self->audit.page), NULL);
  pel_status status = pel_outfile_open(path, true, &file, &err);
  if (status == PEL_OK) {
    pel_outfile_puts(file, json);
    status = pel_outfile_commit(file, &err);
  }
  pel_window_keep_out(path);
  if (status == PEL_OK) remember_saved(self, json);
  pel_window_toast(self, status == PEL_OK ? _("The case is saved.") : err.text);
  g_free(json);
}

static void open_case(PelWindow *self, const char *path) {
  char *pack = g_strdup(pel_case_page_get_form(self->audit.page)->pack_path);
  if (!asks_first(self, pack, path)) pel_window_new_case(self, pack, path);
  g_free(pack);
}

static void chose(GtkNativeDialog *dialog, int response, PelWindow *self) {
  GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
  char *path = file ? g_file_get_path(file) : NULL;
  purpose what = (purpose)GPOINTER_TO_INT(g_object_get_data(G_OBJECT(dialog), "purpose"));
  g_clear_object(&file);
  g_clear_object(&self->dialog);
  if (path && what == TO_OPEN) open_case(self, path);
  else if (path && what == TO_SAVE) save_case(self, path);
  else if (path) pel_window_keep_out(path), run_into(self, path, false);
  g_free(path);
}

static void ask_file(PelWindow *self, purpose what) {
  const char *const titles[] = {_("Keep the reasoning"), _("Save the case"), _("Open a case")};
  if (self->dialog) return;
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(titles[what], GTK_WINDOW(self), what == TO_OPEN ? GTK_FILE_CHOOSER_ACTION_OPEN : GTK_FILE_CHOOSER_ACTION_SAVE,
                                                             what == TO_OPEN ? _("_Open") : _("_Save"), _("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new();
  gtk_file_filter_set_name(filter, what == TO_RUN ? _("Traces (*.pel)") : _("Cases (*.json)"));
  gtk_file_filter_add_pattern(filter, what == TO_RUN ? "*.pel" : "*.json");
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
  g_object_unref(filter);
  if (what != TO_OPEN) gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), what == TO_RUN ? "audit.pel" : "case.json");
  g_object_set_data(G_OBJECT(dialog), "purpose", GINT_TO_POINTER(what));
  self->dialog = GTK_NATIVE_DIALOG(dialog);
  gtk_native_dialog_set_modal(self->dialog, TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(chose), self);
  gtk_native_dialog_show(self->dialog);
}

static void run_case(PelCasePage *page, gboolean keep, PelWindow *self) {
  (void)page;
  if (keep) {
    ask_file(self, TO_RUN);
    return;
  }
  char *path = pel_private_path("audit.pel");
  if (path) run_into(self, path, true);
  else pel_window_toast(self, _("A private folder cannot be made. Keep the reasoning in a file instead."));
  g_free(path);
}

static void open_clicked(PelCasePage *page, PelWindow *self) {
  (void)page;
  ask_file(self, TO_OPEN);
}

static void save_clicked(PelCasePage *page, PelWindow *self) {
  (void)page;
  ask_file(self, TO_SAVE);
}

/* ---- parts of the window ---- */

void pel_window_add_case(PelWindow *self) {
  GSimpleAction *remember = g_simple_action_new_stateful("remember-audits", NULL, g_variant_new_boolean(pel_settings_remember_audits()));
  g_signal_connect_object(remember, "change-state", G_CALLBACK(remember_changed), self, 0);
  g_action_map_add_action(G_ACTION_MAP(self), G_ACTION(remember));
  g_object_unref(remember);
  self->audit.page = PEL_CASE_PAGE(pel_case_page_new());
  gtk_stack_add_named(self->pages, GTK_WIDGET(self->audit.page), "case");
  g_signal_connect_object(self->audit.page, "run", G_CALLBACK(run_case), self, 0);
  g_signal_connect_object(self->audit.page, "open-case", G_CALLBACK(open_clicked), self, 0);
  g_signal_connect_object(self->audit.page, "save-case", G_CALLBACK(save_clicked), self, 0);
  gtk_widget_action_set_enabled(GTK_WIDGET(self), "win.case", FALSE); /* until there is one */
  g_signal_connect(self, "close-request", G_CALLBACK(close_asked), NULL);
}

void pel_window_audit_forget(PelWindow *self) {
  pel_private_remove(self->audit.private_path);
  g_clear_pointer(&self->audit.private_path, g_free);
}

void pel_window_audit_dispose(PelWindow *self) {
  g_clear_pointer(&self->audit.run, pel_auditing_release);
  g_clear_pointer(&self->audit.row, pel_jobs_end);
  g_clear_pointer(&self->audit.changes, g_free);
  g_clear_pointer(&self->audit.running, g_free);
  g_clear_pointer(&self->audit.saved, g_free);
}

void pel_window_audit_class(GtkWidgetClass *widget) {
  gtk_widget_class_install_action(widget, "win.audit", NULL, audit_action);
  gtk_widget_class_install_action(widget, "win.case", NULL, case_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_u, GDK_CONTROL_MASK, "win.audit", NULL);
}
