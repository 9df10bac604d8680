/* What leaves the window: pictures and numbers of what it shows, as files or on the clipboard, and the command that makes the same. */
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "src/core/private_folder.h"
#include "ui/view_page.h"
#include "ui/window_parts.h"

#define CLIPBOARD_CELLS 1000000 /* numbers that may go to the clipboard as text */

/* ---- what is on the screen, as options of an export ---- */

static pel_range part(pel_range seen, uint32_t n) { return seen.start == 0 && seen.end == n ? (pel_range){0, 0} : seen; }

static pel_export_options shown_map(PelWindow *self) {
  const pel_look *l = pel_map_widget_get_look(self->map);
  const pel_viewport *p = pel_map_widget_get_viewport(self->map);
  return (pel_export_options){.of = l->of, .rows = part(pel_viewport_rows(p), p->n), .cols = part(pel_viewport_cols(p), p->n), .scale = l->scale,
                              .low = l->low, .high = l->high, .no_sink = l->no_sink, .palette = l->palette, .dark = l->dark};
}

static pel_export_options options_of(PelWindow *self, pel_export_what what) {
  const pel_look *l = pel_map_widget_get_look(self->map);
  pel_export_options o = {.scale = PEL_SCALE_LOG, .palette = l->palette, .dark = l->dark};
  int signal = pel_transcript_get_signal(self->transcript);
  if (what == PEL_EXPORT_ATTENTION) return shown_map(self);
  if (what == PEL_EXPORT_TOKENS) o.by = signal < PEL_SIGNALS ? (pel_signal)signal : PEL_SIGNAL_LOGPROB;
  return o;
}

/* Is anything of this kind there? */
static bool can_export(PelWindow *self, pel_export_what what) {
  if (!self->viewing) return false;
  return pel_export_is_reasoning(what) ? pel_view_page_has(pel_window_reasoned(self), what) : pel_window_overview(self) != NULL;
}

/* What the view that is shown would export first. */
pel_export_what pel_window_shown(PelWindow *self) {
  if (pel_window_is_evidence(self)) return PEL_EXPORT_RETRIEVAL;
  return pel_window_is_reasoning(self) ? pel_reasoning_page_get_view(self->reasoning) : PEL_EXPORT_ATTENTION;
}

static char *suggested_name(PelWindow *self, pel_export_what what) {
  const pel_map_choice *of = &pel_map_widget_get_look(self->map)->of;
  if (pel_export_is_reasoning(what)) return g_strdup_printf("%s.svg", pel_export_word(what));
  if (what == PEL_EXPORT_HEADS) return g_strdup("heads.png");
  if (what == PEL_EXPORT_TOKENS) return g_strdup("tokens.png");
  if (of->average == PEL_AVERAGE_ALL) return g_strdup("mean.png");
  if (of->average == PEL_AVERAGE_LAYER) return g_strdup_printf("layer-%u-mean.png", of->layer);
  return g_strdup_printf("layer-%u-head-%u.png", of->layer, of->head);
}

/* ---- a job ---- */

typedef enum destination { TO_FILE, TO_CLIPBOARD_PICTURE, TO_CLIPBOARD_TEXT } destination;

typedef struct leaving {
  PelWindow *window; /* held */
  pel_export_job *job;
  pel_job_row *row;
  destination to;
  char *output;
} leaving;

static void stop(void *user) { pel_export_job_stop(((leaving *)user)->job); }

static void put_on_clipboard(leaving *l) {
  GdkClipboard *clipboard = gtk_widget_get_clipboard(GTK_WIDGET(l->window));
  char *data = NULL;
  gsize size = 0;
  if (!g_file_get_contents(l->output, &data, &size, NULL)) return;
  GBytes *bytes = g_bytes_new_take(data, size);
  GdkContentProvider *content = gdk_content_provider_new_for_bytes(l->to == TO_CLIPBOARD_TEXT ? "text/plain;charset=utf-8" : "image/png", bytes);
  gdk_clipboard_set_content(clipboard, content);
  g_object_unref(content);
  g_bytes_unref(bytes);
}

static void say_end(leaving *l, const pel_export_state *state) {
  char *text;
  if (state->status == PEL_ERR_CANCELLED) text = g_strdup(_("Export stopped; nothing was written"));
  else if (state->status != PEL_OK) text = g_strdup_printf(_("Export failed: %s"), state->error);
  else if (l->to == TO_CLIPBOARD_PICTURE) text = g_strdup(_("Picture copied"));
  else if (l->to == TO_CLIPBOARD_TEXT) text = g_strdup(_("Numbers copied"));
  else text = g_strdup_printf(_("Written: %s"), l->output);
  pel_window_toast(l->window, text);
  g_free(text);
}

static void changed(void *user) {
  leaving *l = user;
  pel_export_state state;
  pel_export_job_get(l->job, &state);
  pel_jobs_update(l->row, state.fraction, "");
  if (!state.ended) return;
  if (state.status == PEL_OK && l->to != TO_FILE) put_on_clipboard(l);
  if (l->to != TO_FILE) g_unlink(l->output);
  say_end(l, &state);
  pel_jobs_end(l->row);
  pel_export_job_release(l->job);
  g_application_release(g_application_get_default());
  g_object_unref(l->window);
  g_free(l->output);
  g_free(l);
}

static pel_export_job *start(PelWindow *self, pel_export_what what, const pel_export_options *options, const char *output, leaving *l) {
  if (!pel_export_is_reasoning(what)) return pel_export_job_start(what, options, pel_window_shown_path(self), output, changed, l);
  pel_tree_choice choice;
  pel_reasoning_page_get_choice(self->reasoning, &choice);
  choice.closing = NULL; /* the command that makes the same file has no word for it */
  pel_export_job *job = pel_export_job_start_reasoning(what, options, &choice, pel_window_shown_path(self), output, changed, l);
  pel_reasoning_page_clear_choice(&choice);
  return job;
}

static void leave(PelWindow *self, pel_export_what what, const pel_export_options *options, const char *output, destination to) {
  leaving *l = g_new0(leaving, 1);
  *l = (leaving){.window = g_object_ref(self), .to = to, .output = g_strdup(output)};
  char *name = g_filename_display_basename(output), *title = to == TO_FILE ? g_strdup_printf(_("Exporting %s"), name) : g_strdup(_("Copying"));
  l->row = pel_jobs_add(self->jobs, title, stop, l);
  g_application_hold(g_application_get_default()); /* the last window may close: the file is written to its end */
  l->job = start(self, what, options, output, l);
  g_free(title);
  g_free(name);
}

/* ---- to a file ---- */

static void add_filter(GtkFileChooser *chooser, const char *name, const char *pattern) {
  GtkFileFilter *filter = gtk_file_filter_new();
  gtk_file_filter_set_name(filter, name);
  gtk_file_filter_add_pattern(filter, pattern);
  gtk_file_chooser_add_filter(chooser, filter);
  g_object_unref(filter);
}

static void chosen(GtkNativeDialog *dialog, int response, PelWindow *self) {
  GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
  char *path = file ? g_file_get_path(file) : NULL;
  pel_export_what what = (pel_export_what)GPOINTER_TO_INT(g_object_get_data(G_OBJECT(dialog), "what"));
  g_clear_object(&file);
  g_clear_object(&self->dialog);
  if (path && can_export(self, what)) {
    pel_export_options o = options_of(self, what);
    o.force = true; /* the dialog has asked */
    if (pel_export_is_reasoning(what)) pel_window_keep_out(path); /* what a case says */
    leave(self, what, &o, path, TO_FILE);
  }
  g_free(path);
}

static const char *kinds_of_files(pel_export_what what) {
  switch (what) {
    case PEL_EXPORT_TREE: return _("Pictures, graphs and text (svg, pdf, png, graphml, dot, json, md)");
    case PEL_EXPORT_SEARCH: case PEL_EXPORT_GRAPH: return _("Pictures and graphs (svg, pdf, png, graphml, dot, json)");
    case PEL_EXPORT_TIMELINE: return _("Pictures, data and text (svg, pdf, png, csv, json, md)");
    case PEL_EXPORT_RETRIEVAL: case PEL_EXPORT_RELIABILITY: return _("Pictures and data (svg, pdf, png, csv, json)");
    default: return _("Pictures and data (png, svg, pdf, csv, npy, json)");
  }
}

static void ask_file(PelWindow *self, pel_export_what what) {
  if (self->dialog || !can_export(self, what)) return;
  if (what == PEL_EXPORT_TOKENS && pel_transcript_get_signal(self->transcript) == PEL_SIGNALS) {
    pel_window_toast(self, _("A locked query's colours are not a signal of the trace: choose another colour for the text, or export the map"));
    return;
  }
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(_("Export: the suffix chooses the format"), GTK_WINDOW(self), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), _("_Cancel"));
  char *name = suggested_name(self, what);
  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), name);
  add_filter(GTK_FILE_CHOOSER(dialog), kinds_of_files(what), "*");
  g_object_set_data(G_OBJECT(dialog), "what", GINT_TO_POINTER(what));
  self->dialog = GTK_NATIVE_DIALOG(dialog);
  gtk_native_dialog_set_modal(self->dialog, TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(chosen), self);
  gtk_native_dialog_show(self->dialog);
  g_free(name);
}

static void export_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name;
  ask_file(PEL_WINDOW(widget), (pel_export_what)g_variant_get_int32(parameter));
}

/* What the view shows: the map or the tree. */
static void export_shown_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  ask_file(PEL_WINDOW(widget), pel_window_shown(PEL_WINDOW(widget)));
}

/* ---- to the clipboard ---- */

/* By way of a file that nobody else can read. */
static void copy(PelWindow *self, const char *name, destination to) {
  char *path = NULL;
  pel_export_what what = pel_window_shown(self);
  if (!can_export(self, what)) return;
  path = pel_private_path(name);
  if (!path) {
    pel_window_toast(self, _("There is no room for a temporary file"));
    return;
  }
  pel_export_options o = options_of(self, what);
  o.force = true;
  leave(self, what, &o, path, to);
  g_free(path);
}

static void copy_picture_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  copy(PEL_WINDOW(widget), "copied.png", TO_CLIPBOARD_PICTURE);
}

static void copy_numbers_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  const pel_viewport *p = pel_map_widget_get_viewport(self->map);
  pel_range rows = pel_viewport_rows(p), cols = pel_viewport_cols(p);
  (void)name, (void)parameter;
  pel_export_what what = pel_window_shown(self);
  if (what != PEL_EXPORT_ATTENTION) {
    bool graph = what == PEL_EXPORT_SEARCH || what == PEL_EXPORT_GRAPH;
    copy(self, what == PEL_EXPORT_TREE ? "copied.md" : graph ? "copied.json" : "copied.csv", TO_CLIPBOARD_TEXT);
    return;
  }
  if ((uint64_t)(rows.end - rows.start) * (cols.end - cols.start) > CLIPBOARD_CELLS) pel_window_toast(self, _("Too many numbers for the clipboard: zoom in, or export them to a file"));
  else copy(self, "copied.csv", TO_CLIPBOARD_TEXT);
}

static char *command_of(PelWindow *self, pel_export_what what, const pel_export_options *o, const char *trace, const char *output) {
  if (!pel_export_is_reasoning(what)) return pel_export_command(what, o, trace, output);
  pel_tree_choice choice;
  pel_reasoning_page_get_choice(self->reasoning, &choice);
  char *command = pel_export_command_reasoning(what, o, &choice, trace, output);
  pel_reasoning_page_clear_choice(&choice);
  return command;
}

static void copy_command_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  pel_export_what what = pel_window_shown(self);
  if (!can_export(self, what)) return;
  pel_export_options o = options_of(self, what);
  char *trace = g_canonicalize_filename(pel_window_shown_path(self), NULL), *output = suggested_name(self, what);
  char *command = command_of(self, what, &o, trace, output), *text = g_strdup_printf(_("Copied: %s"), command);
  gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), command);
  pel_window_toast(self, text);
  g_free(text);
  g_free(command);
  g_free(output);
  g_free(trace);
}

/* ---- */

static void add_reasoning(GMenu *files, const pel_reasoned *r) {
  static const struct {
    pel_export_what what;
    const char *label;
  } all[] = {{PEL_EXPORT_TREE, N_("Export the tree shown…")},     {PEL_EXPORT_SEARCH, N_("Export the search…")},     {PEL_EXPORT_GRAPH, N_("Export the graph…")},
             {PEL_EXPORT_TIMELINE, N_("Export where the time went…")}, {PEL_EXPORT_RELIABILITY, N_("Export the calibration…")}, {PEL_EXPORT_RETRIEVAL, N_("Export what was retrieved…")}};
  for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
    char *action = g_strdup_printf("win.export(%d)", (int)all[i].what);
    if (pel_view_page_has(r, all[i].what)) g_menu_append(files, _(all[i].label), action);
    g_free(action);
  }
}

GMenuModel *pel_window_export_menu(pel_export_what shown, const pel_reasoned *reasoned) {
  GMenu *menu = g_menu_new(), *files = g_menu_new(), *copies = g_menu_new();
  if (pel_export_is_reasoning(shown)) {
    add_reasoning(files, reasoned);
  } else {
    g_menu_append(files, _("Export the map shown…"), "win.export(0)");
    g_menu_append(files, _("Export all heads…"), "win.export(1)");
    g_menu_append(files, _("Export the text…"), "win.export(2)");
  }
  g_menu_append(copies, _("Copy the picture"), "win.copy-picture");
  g_menu_append(copies, shown == PEL_EXPORT_TREE ? _("Copy the reasoning in words") : _("Copy the numbers"), "win.copy-numbers");
  g_menu_append(copies, _("Copy as command"), "win.copy-command");
  g_menu_append_section(menu, NULL, G_MENU_MODEL(files));
  g_menu_append_section(menu, NULL, G_MENU_MODEL(copies));
  g_object_unref(files);
  g_object_unref(copies);
  return G_MENU_MODEL(menu);
}

void pel_window_export_class(GtkWidgetClass *widget) {
  gtk_widget_class_install_action(widget, "win.export", "i", export_action);
  gtk_widget_class_install_action(widget, "win.export-shown", NULL, export_shown_action);
  gtk_widget_class_install_action(widget, "win.copy-picture", NULL, copy_picture_action);
  gtk_widget_class_install_action(widget, "win.copy-numbers", NULL, copy_numbers_action);
  gtk_widget_class_install_action(widget, "win.copy-command", NULL, copy_command_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_e, GDK_CONTROL_MASK, "win.export-shown", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_c, GDK_CONTROL_MASK, "win.copy-picture", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.copy-command", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_n, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.copy-numbers", NULL);
}
