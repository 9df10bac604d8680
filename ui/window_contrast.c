/* Two reasonings side by side: what would be if a fact were otherwise, or another trace. The open trace stays open; the other one is read beside it, and
 * one of the two is shown with marks at what differs. A bar above them says in words what changed. */
#include <glib/gi18n.h>
#include <string.h>

#include "src/core/packs.h"
#include "src/core/private_folder.h"
#include "ui/case_words.h"
#include "ui/what_if_dialog.h"
#include "ui/window_parts.h"

#define REVEALED 60 /* marked nodes that are unfolded at once */

/* ---- the bar ---- */

static char *bar_text(PelWindow *self) {
  pel_window_contrast *c = &self->contrast;
  if (!c->of) return g_strdup(self->audit.private_path ? _("This reasoning is not kept: it goes away with the window.") : "");
  char *end = pel_contrast_words_end(c->of), *name = g_filename_display_basename(c->path), *text;
  if (c->supposed) text = g_strdup_printf(_("What if: %s. %s"), c->changes, end);
  else text = g_strdup_printf(_("Compared with %s. %s"), name, end);
  g_free(end), g_free(name);
  return text;
}

void pel_window_say_bar(PelWindow *self) {
  pel_window_contrast *c = &self->contrast;
  char *text = bar_text(self);
  bool two = c->of != NULL, lost = self->audit.private_path && !two;
  gtk_label_set_text(GTK_LABEL(c->said), text);
  gtk_accessible_update_property(GTK_ACCESSIBLE(c->said), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_button_set_label(GTK_BUTTON(c->side), c->in_b ? c->supposed ? _("_Show recorded") : _("_Show the first") : c->supposed ? _("_Show changed") : _("_Show the second"));
  gtk_button_set_label(GTK_BUTTON(c->back), c->supposed ? _("_Back to recorded") : _("E_nd the comparison"));
  gtk_widget_set_visible(c->side, two), gtk_widget_set_visible(c->back, two);
  gtk_widget_set_visible(c->again, two && c->supposed);
  gtk_widget_set_visible(c->keep, (two && c->supposed) || lost);
  gtk_widget_set_visible(c->edit, lost && pel_case_page_get_form(self->audit.page));
  gtk_widget_set_visible(c->bar, *text != 0);
  g_free(text);
}

/* ---- which side ---- */

static void show_side(PelWindow *self, bool in_b, gint64 node) {
  pel_window_contrast *c = &self->contrast;
  if (!c->of) return;
  c->in_b = in_b;
  pel_reasoning_page_set_side(self->reasoning, pel_viewing_document(in_b ? c->other : self->viewing), c->of, in_b, c->supposed);
  pel_evidence_page_set_reasoned(self->evidence, pel_window_reasoned(self));
  if (node) pel_reasoning_page_choose(self->reasoning, node);
  pel_window_say_bar(self);
  pel_window_say_open(self);
}

void pel_window_contrast_turn(PelWindow *self, gint64 node) {
  pel_window_contrast *c = &self->contrast;
  if (!c->of) return;
  if (!node) node = pel_contrast_nearest(c->of, c->in_b, pel_reasoning_page_get_chosen(self->reasoning));
  show_side(self, !c->in_b, node);
}

void pel_window_contrast_clear(PelWindow *self) {
  pel_window_contrast *c = &self->contrast;
  if (!c->other) return;
  if (self->viewing) pel_reasoning_page_set_trace(self->reasoning, pel_viewing_document(self->viewing), pel_viewing_reasoned(self->viewing));
  else pel_reasoning_page_set_trace(self->reasoning, NULL, NULL);
  c->in_b = false;
  pel_evidence_page_set_reasoned(self->evidence, pel_window_reasoned(self));
  g_clear_pointer(&c->of, pel_contrast_free);
  g_clear_pointer(&c->other, pel_viewing_close);
  if (c->supposed) pel_private_remove(c->path);
  g_clear_pointer(&c->path, g_free);
  g_clear_pointer(&c->changes, g_free);
  c->supposed = false;
  pel_window_say_bar(self);
}

/* Where something differs is seen at once, as far as it is not too much. */
static void reveal(const pel_reasoned *r, const pel_mark *marks) {
  pel_error err;
  for (uint32_t i = 0, n = 0; i < r->tree->n_nodes && n < REVEALED; i++) {
    uint32_t v = r->tree->reading[i];
    if (marks[v].kind == PEL_MARK_NONE && !marks[v].missing) continue;
    pel_logic_tree_reveal(r->tree, (int64_t)v + 1);
    n++;
  }
  if (pel_logic_tree_update(r->tree, &err) != PEL_OK) g_warning("%s", err.text);
}

static void other_opened(void *user) {
  PelWindow *self = user;
  pel_window_contrast *c = &self->contrast;
  pel_reasoned *a = pel_viewing_reasoned(self->viewing), *b = pel_viewing_reasoned(c->other);
  pel_error err = {0};
  if (!b) pel_window_toast(self, _("That trace holds no reasoning, so there is nothing to compare."));
  if (!b || pel_contrast_make(a, b, &c->of, &err) != PEL_OK) {
    if (b) pel_window_toast(self, err.text);
    pel_window_contrast_clear(self);
    return;
  }
  reveal(b, c->of->marks_b);
  pel_reasoning_page_set_trace(self->reasoning, NULL, NULL); /* while the tree of what is shown changes */
  reveal(a, c->of->marks_a);
  gtk_stack_set_visible_child_name(self->views, "reasoning");
  show_side(self, true, 0);
  pel_reasoning_page_show_differences(self->reasoning);
  gtk_widget_grab_focus(GTK_WIDGET(pel_reasoning_page_get_canvas(self->reasoning)));
  if (!c->supposed) pel_window_keep_out(c->path);
}

static void other_failed(const char *text, void *user) {
  PelWindow *self = user;
  pel_window_toast(self, text);
  pel_window_contrast_clear(self);
}

static void nothing(void *user) { (void)user; }

void pel_window_contrast_open(PelWindow *self, const char *path, const char *supposed) {
  static const pel_viewing_events events = {nothing, other_opened, other_failed, nothing, nothing};
  pel_window_contrast *c = &self->contrast;
  if (!self->viewing || !pel_viewing_reasoned(self->viewing)) {
    if (supposed) pel_private_remove(path);
    return;
  }
  char *changes = g_strdup(supposed), *copy = g_strdup(path);
  pel_window_contrast_clear(self);
  c->path = copy, c->changes = changes, c->supposed = supposed != NULL;
  c->other = pel_viewing_open(copy, false, &events, self);
}

/* ---- what if ---- */

static void run_what_if(PelWhatIfDialog *dialog, PelWindow *self) {
  char *path = pel_private_path("what-if.pel"), *json = pel_case_form_write(self->contrast.form, "what if");
  (void)dialog;
  if (path && !self->audit.run) g_free(self->audit.changes), self->audit.changes = pel_case_words_changes(self->contrast.form);
  if (path) pel_window_start_audit(self, self->contrast.form, json, path, true, true);
  else pel_window_toast(self, _("A private folder cannot be made, so nothing can be tried."));
  g_free(path), g_free(json);
}

/* The node, or the first below it in reading order of which one may suppose something else; 0: none. */
static gint64 supposable_at(const pel_reasoned *r, gint64 id) {
  const pel_logic_tree *t = r->tree;
  if (id < 1 || id > t->n_nodes) return 0;
  uint32_t from = t->nodes[id - 1].order;
  for (uint32_t i = from; i <= from + t->nodes[id - 1].n_below && i < t->n_nodes; i++)
    if (pel_reasoned_supposable(r, (gint64)t->reading[i] + 1)) return (gint64)t->reading[i] + 1;
  return 0;
}

/* A fact's note begins with the name that the case has for it; otherwise it is found by its term. */
static guint field_of(PelWindow *self) {
  const pel_reasoned *r = pel_window_reasoned(self);
  gint64 chosen = pel_reasoning_page_get_chosen(self->reasoning), id = r ? supposable_at(r, chosen) : 0;
  if (!id || (id != chosen && self->contrast.of)) return G_MAXUINT; /* what was supposed already stands first */
  const pel_node *n = &r->reasoning->nodes[id - 1];
  pel_case_form *f = self->contrast.form;
  for (guint i = 0; i < f->fields->len; i++) {
    const pel_form_field *field = pel_case_form_field(f, i);
    char *name = pel_form_field_id(field);
    size_t size = strlen(name);
    bool named = !field->variables && g_str_has_prefix(n->note, name) && (!n->note[size] || n->note[size] == ':' || n->note[size] == ' ');
    g_free(name);
    if (n->kind == PEL_NODE_FACT && named) return i;
    if (n->kind == PEL_NODE_QUESTION && field->was.is == PEL_SAID_UNKNOWN && !strcmp(n->term, field->name)) return i;
  }
  return pel_case_form_field_for(f, n->term, n->says);
}

/* The dialog shows the form: it goes first. */
void pel_window_drop_supposed(PelWindow *self) {
  pel_window_contrast *c = &self->contrast;
  if (c->dialog) gtk_window_destroy(GTK_WINDOW(c->dialog));
  g_clear_pointer(&c->form, pel_case_form_free);
}

static void ask(PelWindow *self) {
  if (self->contrast.dialog) gtk_window_destroy(GTK_WINDOW(self->contrast.dialog));
  GtkWidget *dialog = self->contrast.dialog = pel_what_if_dialog_new(GTK_WINDOW(self), self->contrast.form, field_of(self));
  g_object_add_weak_pointer(G_OBJECT(dialog), (gpointer *)&self->contrast.dialog);
  g_signal_connect_object(dialog, "run", G_CALLBACK(run_what_if), self, 0);
  gtk_window_present(GTK_WINDOW(dialog));
}

void pel_window_contrast_failed(PelWindow *self, const char *error) {
  if (self->contrast.form && pel_case_form_take_error(self->contrast.form, error)) ask(self);
  else pel_window_toast(self, error);
}

typedef struct finding {
  char *sha256, *folder, *pack, *json;
  pel_case_form *form;
  pel_error err;
} finding;

static void free_finding(gpointer data) {
  finding *f = data;
  pel_case_form_free(f->form);
  g_free(f->sha256), g_free(f->folder), g_free(f->pack), g_free(f->json);
  g_free(f);
}

static void find(GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  finding *f = data;
  (void)source, (void)cancellable;
  if (!f->pack) f->pack = pel_packs_find_hash(f->sha256, f->folder);
  if (f->pack && pel_case_form_open(f->pack, &f->form, &f->err) == PEL_OK && pel_case_form_read(f->form, "the case", f->json, strlen(f->json), &f->err) != PEL_OK)
    g_clear_pointer(&f->form, pel_case_form_free);
  g_task_return_boolean(task, TRUE);
}

static void ask_for_pack(PelWindow *self);

static void found(GObject *source, GAsyncResult *result, gpointer data) {
  PelWindow *self = PEL_WINDOW(source);
  finding *f = g_task_get_task_data(G_TASK(result));
  pel_reasoned *r = self->viewing ? pel_viewing_reasoned(self->viewing) : NULL;
  (void)data;
  self->audit.busy = false;
  if (!r || strcmp(r->pack_sha256, f->sha256)) return; /* another trace is open by now */
  if (!f->pack) ask_for_pack(self);
  else if (!f->form) pel_window_toast(self, f->err.text);
  else if (strcmp(f->form->pack_sha256, f->sha256)) {
    char *text = g_strdup_printf(_("That is another pack (%.8s…) than the one that this reasoning rests on (%.8s…); it was not used."), f->form->pack_sha256, f->sha256);
    pel_window_toast(self, text);
    g_free(text);
  } else {
    pel_window_drop_supposed(self);
    self->contrast.form = g_steal_pointer(&f->form);
    ask(self);
  }
}

/* `pack` NULL: it is looked for by its hash. */
static void load_form(PelWindow *self, const char *pack) {
  const pel_reasoned *r = pel_viewing_reasoned(self->viewing);
  if (self->audit.busy) return;
  finding *f = g_new0(finding, 1);
  *f = (finding){.sha256 = g_strdup(r->pack_sha256), .folder = g_path_get_dirname(self->path), .pack = g_strdup(pack), .json = g_strdup(pel_reasoned_case(r))};
  GTask *task = g_task_new(self, NULL, found, NULL);
  g_task_set_task_data(task, f, free_finding);
  self->audit.busy = true;
  g_task_run_in_thread(task, find);
  g_object_unref(task);
}

static void what_if_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  const pel_reasoned *r = self->viewing ? pel_viewing_reasoned(self->viewing) : NULL;
  (void)name, (void)parameter;
  if (!r) return;
  if (self->contrast.of && !self->contrast.supposed && self->contrast.in_b) pel_window_contrast_turn(self, 0); /* what may be supposed is the first one's */
  if (!pel_reasoned_case(r) || !*r->pack_sha256) pel_window_toast(self, _("This trace does not hold its case, so nothing can be supposed."));
  else if (self->contrast.form) ask(self);
  else load_form(self, NULL);
}

/* ---- files ---- */

typedef enum purpose { TO_KEEP, TO_COMPARE, TO_FIND_PACK } purpose;

/* `source`: as it was when the question was asked. */
static void keep(PelWindow *self, const char *source, const char *path) {
  bool other = g_strcmp0(source, self->audit.private_path) != 0;
  GFile *from = g_file_new_for_path(source), *to = g_file_new_for_path(path);
  GError *error = NULL;
  bool kept = g_file_copy(from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  char *text = kept ? g_strdup_printf(_("Kept in %s"), path) : g_strdup(error->message);
  pel_window_keep_out(path);
  if (kept && !other) pel_window_open(self, path);
  pel_window_toast(self, text);
  g_clear_error(&error);
  g_object_unref(from), g_object_unref(to);
  g_free(text);
}

static void chose(GtkNativeDialog *dialog, int response, PelWindow *self) {
  GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
  char *path = file ? g_file_get_path(file) : NULL;
  purpose what = (purpose)GPOINTER_TO_INT(g_object_get_data(G_OBJECT(dialog), "purpose"));
  bool same = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(dialog), "trace")) == self->trace; /* otherwise another trace is open by now */
  char *source = g_strdup(g_object_get_data(G_OBJECT(dialog), "source"));
  g_clear_object(&file);
  g_clear_object(&self->dialog);
  if (path && self->viewing && what == TO_KEEP) keep(self, source, path);
  else if (path && self->viewing && what == TO_COMPARE) pel_window_contrast_open(self, path, NULL);
  else if (path && self->viewing && same) load_form(self, path);
  g_free(path), g_free(source);
}

static void ask_file(PelWindow *self, purpose what, const char *title, const char *kind, const char *pattern) {
  if (self->dialog) return;
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(title, GTK_WINDOW(self), what == TO_KEEP ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN,
                                                             what == TO_KEEP ? _("_Keep") : _("_Open"), _("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new();
  gtk_file_filter_set_name(filter, kind);
  gtk_file_filter_add_pattern(filter, pattern);
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
  g_object_unref(filter);
  if (what == TO_KEEP) gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), self->contrast.of ? "what-if.pel" : "audit.pel");
  g_object_set_data(G_OBJECT(dialog), "purpose", GINT_TO_POINTER(what));
  g_object_set_data(G_OBJECT(dialog), "trace", GUINT_TO_POINTER(self->trace));
  if (what == TO_KEEP) g_object_set_data_full(G_OBJECT(dialog), "source", g_strdup(self->contrast.of && self->contrast.supposed ? self->contrast.path : self->audit.private_path), g_free);
  self->dialog = GTK_NATIVE_DIALOG(dialog);
  gtk_native_dialog_set_modal(self->dialog, TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(chose), self);
  gtk_native_dialog_show(self->dialog);
}

static void ask_for_pack(PelWindow *self) {
  pel_window_toast(self, _("The pack that this reasoning rests on is not on this machine. Choose its file."));
  ask_file(self, TO_FIND_PACK, _("Choose the pack of this reasoning"), _("Knowledge packs (*.pack)"), "*.pack");
}

static void compare_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  if (!self->viewing || !pel_viewing_reasoned(self->viewing)) pel_window_toast(self, _("Open a trace with a reasoning first."));
  else ask_file(self, TO_COMPARE, _("Compare with another trace"), _("Traces (*.pel)"), "*.pel");
}

static void keep_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  if ((self->contrast.of && self->contrast.supposed) || self->audit.private_path) ask_file(self, TO_KEEP, _("Keep the reasoning"), _("Traces (*.pel)"), "*.pel");
}

static void side_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  pel_window_contrast_turn(PEL_WINDOW(widget), 0);
}

/* What was supposed is supposed no more. */
static void recorded_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  if (!self->contrast.other) return;
  pel_window_contrast_clear(self);
  pel_window_drop_supposed(self);
  pel_window_say_open(self);
  gtk_widget_grab_focus(GTK_WIDGET(pel_reasoning_page_get_canvas(self->reasoning)));
}

/* ---- parts of the window ---- */

static GtkWidget *bar_button(GtkWidget *bar, const char *label, const char *action, const char *tip) {
  GtkWidget *button = gtk_button_new_with_mnemonic(label);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  gtk_widget_set_tooltip_text(button, tip);
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(bar), button);
  return button;
}

GtkWidget *pel_window_make_bar(PelWindow *self, GtkWidget *views) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  pel_window_contrast *c = &self->contrast;
  c->bar = bar;
  c->said = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(c->said), 0), gtk_label_set_wrap(GTK_LABEL(c->said), TRUE), gtk_label_set_wrap_mode(GTK_LABEL(c->said), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable(GTK_LABEL(c->said), TRUE);
  gtk_widget_set_hexpand(c->said, TRUE);
  gtk_box_append(GTK_BOX(bar), c->said);
  c->side = bar_button(bar, "", "win.side", _("Show the other of the two (Ctrl+D)"));
  c->again = bar_button(bar, _("Change _more…"), "win.what-if", _("Suppose something else, or more (Ctrl+I)"));
  c->edit = bar_button(bar, _("Edit the _case"), "win.case", NULL);
  c->keep = bar_button(bar, _("_Keep as a file…"), "win.keep", NULL);
  c->back = bar_button(bar, "", "win.recorded", _("What was opened, alone (Ctrl+Backspace)"));
  gtk_button_set_use_underline(GTK_BUTTON(c->side), TRUE), gtk_button_set_use_underline(GTK_BUTTON(c->back), TRUE);
  gtk_widget_set_margin_start(bar, 12), gtk_widget_set_margin_end(bar, 12), gtk_widget_set_margin_top(bar, 6), gtk_widget_set_margin_bottom(bar, 6);
  gtk_widget_set_visible(bar, FALSE);
  gtk_widget_set_vexpand(views, TRUE);
  gtk_box_append(GTK_BOX(box), bar), gtk_box_append(GTK_BOX(box), views);
  return box;
}

void pel_window_contrast_dispose(PelWindow *self) {
  pel_window_contrast *c = &self->contrast;
  g_clear_pointer(&c->of, pel_contrast_free);
  g_clear_pointer(&c->other, pel_viewing_close);
  if (c->supposed) pel_private_remove(c->path);
  g_clear_pointer(&c->path, g_free);
  g_clear_pointer(&c->changes, g_free);
  pel_window_drop_supposed(self);
}

void pel_window_contrast_class(GtkWidgetClass *widget) {
  gtk_widget_class_install_action(widget, "win.what-if", NULL, what_if_action);
  gtk_widget_class_install_action(widget, "win.compare", NULL, compare_action);
  gtk_widget_class_install_action(widget, "win.keep", NULL, keep_action);
  gtk_widget_class_install_action(widget, "win.side", NULL, side_action);
  gtk_widget_class_install_action(widget, "win.recorded", NULL, recorded_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_i, GDK_CONTROL_MASK, "win.what-if", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_m, GDK_CONTROL_MASK, "win.compare", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_d, GDK_CONTROL_MASK, "win.side", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_BackSpace, GDK_CONTROL_MASK, "win.recorded", NULL);
}
