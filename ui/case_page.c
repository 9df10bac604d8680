#include "ui/case_page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/asked_rows.h"
#include "ui/case_fields.h"
#include "ui/case_findings.h"
#include "ui/words.h"

struct _PelCasePage {
  GtkWidget parent;
  GtkWidget *box, *scroller, *pack, *advice, *error, *title, *as_of, *question, *goal, *asks, *more, *keep, *run, *faults[PEL_HEADS];
  GtkTextBuffer *text;
  PelCaseFields *fields;
  PelCaseFindings *findings;
  pel_asked_rows *asked;
  pel_case_form *form;
  char *own_goal, *own_asks; /* the question that the last entry of the list stands for */
  bool setting;
};

G_DEFINE_FINAL_TYPE(PelCasePage, pel_case_page, GTK_TYPE_WIDGET)

enum { RUN, OPEN_CASE, SAVE_CASE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- between the form and what is shown ---- */

static void say_faults(PelCasePage *self) {
  for (int i = 0; i < PEL_HEADS; i++) {
    const char *fault = self->form && self->form->faults[i] ? _(self->form->faults[i]) : "";
    gtk_label_set_text(GTK_LABEL(self->faults[i]), fault);
    gtk_widget_set_visible(self->faults[i], *fault != 0);
  }
}

static void head_changed(PelCasePage *self, pel_form_head head, const char *text) {
  if (self->setting || !self->form) return;
  pel_case_form_set_head(self->form, head, text);
  say_faults(self);
}

static void title_changed(GtkEditable *e, PelCasePage *self) { head_changed(self, PEL_HEAD_TITLE, gtk_editable_get_text(e)); }
static void as_of_changed(GtkEditable *e, PelCasePage *self) { head_changed(self, PEL_HEAD_AS_OF, gtk_editable_get_text(e)); }
/* The last entry of the list stands for a question that is none of the pack's. */
static void name_own(PelCasePage *self, const char *words) {
  GtkStringList *list = GTK_STRING_LIST(gtk_drop_down_get_model(GTK_DROP_DOWN(self->question)));
  const char *const last[] = {*words ? words : _("Choose a question"), NULL};
  gtk_string_list_splice(list, self->form->questions->len, 1, last);
}

/* By hand: then it is another question than that of the list, and its words are not that one's. */
static void goal_changed(GtkEditable *e, PelCasePage *self) {
  const char *goal = gtk_editable_get_text(e);
  head_changed(self, PEL_HEAD_QUESTION, goal);
  if (self->setting || !self->form) return;
  self->setting = true;
  guint listed = gtk_drop_down_get_selected(GTK_DROP_DOWN(self->question)), own = self->form->questions->len;
  if (listed < own) {
    gtk_editable_set_text(GTK_EDITABLE(self->asks), "");
    pel_case_form_set_head(self->form, PEL_HEAD_ASKS, "");
  }
  name_own(self, goal);
  gtk_drop_down_set_selected(GTK_DROP_DOWN(self->question), own);
  g_free(self->own_goal);
  self->own_goal = g_strdup(goal);
  self->setting = false;
  pel_asked_rows_refresh(self->asked);
}
static void asks_changed(GtkEditable *e, PelCasePage *self) { head_changed(self, PEL_HEAD_ASKS, gtk_editable_get_text(e)); }

static void text_changed(GtkTextBuffer *buffer, PelCasePage *self) {
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(buffer, &start, &end);
  char *text = gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
  head_changed(self, PEL_HEAD_TEXT, text);
  g_free(text);
}

static void question_changed(GtkDropDown *drop, GParamSpec *pspec, PelCasePage *self) {
  guint at = gtk_drop_down_get_selected(drop);
  (void)pspec;
  if (self->setting || !self->form || at > self->form->questions->len) return;
  const pel_form_question *q = at < self->form->questions->len ? g_ptr_array_index(self->form->questions, at) : NULL;
  const char *goal = q ? q->goal : self->own_goal ? self->own_goal : "", *asks = q ? q->asks : self->own_asks ? self->own_asks : "";
  self->setting = true;
  gtk_editable_set_text(GTK_EDITABLE(self->goal), goal);
  gtk_editable_set_text(GTK_EDITABLE(self->asks), asks);
  self->setting = false;
  head_changed(self, PEL_HEAD_QUESTION, goal);
  head_changed(self, PEL_HEAD_ASKS, asks);
  pel_asked_rows_refresh(self->asked);
}

/* The questions in words; the last entry stands for one that was written by hand. */
static void fill_questions(PelCasePage *self) {
  GtkStringList *list = gtk_string_list_new(NULL);
  guint chosen = self->form->questions->len;
  for (guint i = 0; i < self->form->questions->len; i++) {
    const pel_form_question *q = g_ptr_array_index(self->form->questions, i);
    gtk_string_list_append(list, *q->asks ? _(q->asks) : q->goal); /* what every graph can be asked is in the catalogue */
    if (chosen == self->form->questions->len && !g_strcmp0(q->goal, self->form->heads[PEL_HEAD_QUESTION])) chosen = i;
  }
  bool own = *self->form->heads[PEL_HEAD_QUESTION] && chosen == self->form->questions->len;
  g_free(self->own_goal), g_free(self->own_asks);
  self->own_goal = g_strdup(own ? self->form->heads[PEL_HEAD_QUESTION] : ""), self->own_asks = g_strdup(own ? self->form->heads[PEL_HEAD_ASKS] : "");
  gtk_string_list_append(list, own && *self->form->heads[PEL_HEAD_ASKS] ? self->form->heads[PEL_HEAD_ASKS] : own ? self->form->heads[PEL_HEAD_QUESTION] : _("Choose a question"));
  gtk_drop_down_set_model(GTK_DROP_DOWN(self->question), G_LIST_MODEL(list));
  gtk_drop_down_set_selected(GTK_DROP_DOWN(self->question), chosen);
  g_object_unref(list);
}

static void show_question(PelCasePage *self) {
  gtk_editable_set_text(GTK_EDITABLE(self->goal), self->form->heads[PEL_HEAD_QUESTION]);
  gtk_editable_set_text(GTK_EDITABLE(self->asks), self->form->heads[PEL_HEAD_ASKS]);
  fill_questions(self);
}

/* What the graph is asked was changed in its rows. */
static void asked_changed(void *user) {
  PelCasePage *self = user;
  self->setting = true;
  show_question(self);
  self->setting = false;
  say_faults(self);
}

/* A graph without words of its own has nothing but findings to fill in. */
static void show_lists(PelCasePage *self) {
  guint findings = 0;
  for (guint i = 0; i < self->form->fields->len; i++) findings += pel_case_form_field(self->form, i)->key != NULL;
  gtk_widget_set_visible(GTK_WIDGET(self->findings), self->form->diagnoses);
  gtk_widget_set_visible(GTK_WIDGET(self->fields), !self->form->terms || findings < self->form->fields->len);
}

void pel_case_page_refill(PelCasePage *self) {
  pel_case_form *f = self->form;
  if (!f) return;
  self->setting = true;
  gtk_label_set_text(GTK_LABEL(self->pack), f->pack_title);
  gtk_label_set_text(GTK_LABEL(self->advice), f->advice);
  gtk_editable_set_text(GTK_EDITABLE(self->title), f->heads[PEL_HEAD_TITLE]);
  gtk_editable_set_text(GTK_EDITABLE(self->as_of), f->heads[PEL_HEAD_AS_OF]);
  gtk_text_buffer_set_text(self->text, f->heads[PEL_HEAD_TEXT], -1);
  show_question(self);
  self->setting = false;
  show_lists(self);
  say_faults(self);
  pel_case_page_say(self, "");
  pel_asked_rows_set_form(self->asked, f);
  pel_case_findings_set_form(self->findings, f);
  pel_case_fields_set_form(self->fields, f);
}

static void forget_form(PelCasePage *self) {
  pel_asked_rows_set_form(self->asked, NULL);
  pel_case_findings_set_form(self->findings, NULL);
  pel_case_fields_set_form(self->fields, NULL);
}

void pel_case_page_set_form(PelCasePage *self, pel_case_form *form) {
  pel_case_form *before = self->form;
  self->form = form;
  if (!form) forget_form(self);
  pel_case_page_refill(self);
  pel_case_form_free(before);
}

pel_case_form *pel_case_page_get_form(PelCasePage *self) { return self->form; }

/* ---- what is wrong ---- */

/* A fault of the entries in the fold unfolds it. */
static void go_to_fault(PelCasePage *self) {
  GtkWidget *const heads[PEL_HEADS] = {self->title, self->as_of, self->question, self->asks, NULL};
  for (int i = 0; i < PEL_HEADS; i++) {
    if (!self->form->faults[i]) continue;
    if (i == PEL_HEAD_ASKS || i == PEL_HEAD_TEXT || (i == PEL_HEAD_QUESTION && *self->form->heads[i])) gtk_expander_set_expanded(GTK_EXPANDER(self->more), TRUE);
    if (heads[i]) gtk_widget_grab_focus(heads[i]);
    return;
  }
  if (pel_asked_rows_focus_fault(self->asked)) return;
  for (guint i = 0; i < self->form->fields->len; i++)
    if (pel_case_form_field(self->form, i)->fault) {
      if (!pel_case_findings_focus(self->findings, i)) pel_case_fields_focus(self->fields, i);
      return;
    }
  if (self->form->graph_faults[PEL_PLACE_FINDINGS]) pel_case_findings_find(self->findings);
}

static void refresh_faults(PelCasePage *self) {
  say_faults(self);
  pel_asked_rows_say(self->asked);
  pel_case_findings_refresh(self->findings);
  pel_case_fields_refresh(self->fields);
}

bool pel_case_page_check(PelCasePage *self) {
  guint n = self->form ? pel_case_form_check(self->form) : 0, form = n;
  refresh_faults(self);
  n += self->form && !pel_case_findings_check(self->findings);
  char *text = n ? g_strdup_printf(ngettext("%u thing has to be mended first.", "%u things have to be mended first.", n), n) : NULL;
  pel_case_page_say(self, text ? text : "");
  if (form) go_to_fault(self);
  else if (n) pel_case_findings_find(self->findings);
  g_free(text);
  return self->form && !n;
}

void pel_case_page_say(PelCasePage *self, const char *error) {
  bool placed = *error && self->form && pel_case_form_take_error(self->form, error);
  gtk_label_set_text(GTK_LABEL(self->error), placed ? _("The case could not be audited; see below what is wrong.") : error);
  gtk_widget_set_visible(self->error, *error != 0);
  if (!placed) return;
  refresh_faults(self);
  go_to_fault(self);
}

void pel_case_page_set_busy(PelCasePage *self, bool busy) { gtk_widget_set_sensitive(self->run, !busy); }
void pel_case_page_find(PelCasePage *self) {
  if (gtk_widget_get_visible(GTK_WIDGET(self->fields))) pel_case_fields_find(self->fields);
  else if (gtk_widget_get_visible(GTK_WIDGET(self->findings))) pel_case_findings_find(self->findings);
}
void pel_case_page_focus(PelCasePage *self) { gtk_widget_grab_focus(self->title); }

/* ---- buttons ---- */

static void run_clicked(GtkButton *button, PelCasePage *self) {
  (void)button;
  if (pel_case_page_check(self)) g_signal_emit(self, signals[RUN], 0, gtk_check_button_get_active(GTK_CHECK_BUTTON(self->keep)));
}

static void open_clicked(GtkButton *button, PelCasePage *self) {
  (void)button;
  g_signal_emit(self, signals[OPEN_CASE], 0);
}

static void save_clicked(GtkButton *button, PelCasePage *self) {
  (void)button;
  if (pel_case_page_check(self)) g_signal_emit(self, signals[SAVE_CASE], 0);
}

static void run_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelCasePage *self = PEL_CASE_PAGE(widget);
  (void)name, (void)parameter;
  if (gtk_widget_get_sensitive(self->run)) run_clicked(NULL, self);
}

static void save_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  save_clicked(NULL, PEL_CASE_PAGE(widget));
}

/* ---- the parts ---- */

static GtkWidget *named(GtkWidget *widget, const char *name) {
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return widget;
}

static GtkWidget *label(const char *text, const char *style) {
  GtkWidget *l = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(l), 0);
  gtk_label_set_wrap(GTK_LABEL(l), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(l), PANGO_WRAP_WORD_CHAR);
  if (style) gtk_widget_add_css_class(l, style);
  return l;
}

/* A name, its control, and below what is wrong with it. */
static void add_row(PelCasePage *self, GtkGrid *grid, int row, const char *name, GtkWidget *control, pel_form_head head) {
  GtkWidget *title = label(name, "dim-label");
  gtk_label_set_xalign(GTK_LABEL(title), 1);
  gtk_widget_set_hexpand(control, TRUE);
  self->faults[head] = label("", "error");
  gtk_widget_add_css_class(self->faults[head], "caption");
  gtk_widget_set_visible(self->faults[head], FALSE);
  gtk_grid_attach(grid, title, 0, 2 * row, 1, 1);
  gtk_grid_attach(grid, GTK_IS_DROP_DOWN(control) ? control : named(control, name), 1, 2 * row, 1, 1); /* a drop-down says what is chosen, too */
  gtk_grid_attach(grid, self->faults[head], 1, 2 * row + 1, 1, 1);
}

static GtkWidget *entry(PelCasePage *self, GCallback changed) {
  GtkWidget *e = gtk_entry_new();
  g_signal_connect(e, "changed", changed, self);
  return e;
}

static GtkGrid *new_grid(void) {
  GtkWidget *grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(grid), 12), gtk_grid_set_row_spacing(GTK_GRID(grid), 4);
  return GTK_GRID(grid);
}

static GtkWidget *make_text(PelCasePage *self) {
  GtkWidget *view = gtk_text_view_new(), *scroller = gtk_scrolled_window_new(), *frame = gtk_frame_new(NULL);
  self->text = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
  gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), 8), gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), 6);
  named(view, _("Text of the case"));
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), view);
  gtk_widget_set_size_request(scroller, -1, 110);
  gtk_frame_set_child(GTK_FRAME(frame), scroller);
  g_signal_connect(self->text, "changed", G_CALLBACK(text_changed), self);
  return frame;
}

static GtkWidget *make_question(PelCasePage *self) {
  self->question = pel_words_drop_down(_("Question"));
  g_signal_connect(self->question, "notify::selected", G_CALLBACK(question_changed), self);
  return self->question;
}

static GtkWidget *make_head(PelCasePage *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6), *inner = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkGrid *grid = new_grid(), *more = new_grid();
  self->title = entry(self, G_CALLBACK(title_changed)), self->as_of = entry(self, G_CALLBACK(as_of_changed));
  self->goal = entry(self, G_CALLBACK(goal_changed)), self->asks = entry(self, G_CALLBACK(asks_changed));
  gtk_entry_set_placeholder_text(GTK_ENTRY(self->as_of), "2016-12-31");
  gtk_widget_add_css_class(self->goal, "monospace");
  add_row(self, grid, 0, _("Title"), self->title, PEL_HEAD_TITLE);
  add_row(self, grid, 1, _("As of"), self->as_of, PEL_HEAD_AS_OF);
  make_question(self);
  add_row(self, grid, 2, _("Question"), self->question, PEL_HEAD_QUESTION);
  self->asked = pel_asked_rows_new(grid, 6, asked_changed, self);
  add_row(self, more, 0, _("In words"), self->asks, PEL_HEAD_ASKS);
  GtkWidget *fault = self->faults[PEL_HEAD_QUESTION];
  add_row(self, more, 1, _("As the rules write it"), self->goal, PEL_HEAD_QUESTION);
  gtk_grid_remove(more, self->faults[PEL_HEAD_QUESTION]);
  self->faults[PEL_HEAD_QUESTION] = fault;
  add_row(self, more, 2, _("Text of the case"), make_text(self), PEL_HEAD_TEXT);
  gtk_box_append(GTK_BOX(inner), GTK_WIDGET(more));
  self->more = named(gtk_expander_new(_("The question by hand, the case as a text")), _("The question by hand, the case as a text"));
  gtk_expander_set_child(GTK_EXPANDER(self->more), inner);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(grid)), gtk_box_append(GTK_BOX(box), self->more);
  return box;
}

static GtkWidget *button(const char *text, const char *name, GCallback call, PelCasePage *self) {
  GtkWidget *b = named(gtk_button_new_with_mnemonic(text), name);
  g_signal_connect(b, "clicked", call, self);
  return b;
}

static GtkWidget *make_bar(PelCasePage *self) {
  GtkWidget *bar = gtk_action_bar_new();
  self->run = button(_("R_un"), _("Run the audit"), G_CALLBACK(run_clicked), self);
  self->keep = gtk_check_button_new_with_mnemonic(_("_Keep the reasoning in a file"));
  gtk_widget_add_css_class(self->run, "suggested-action");
  gtk_widget_set_tooltip_text(self->run, _("Run the audit (Ctrl+Return)"));
  gtk_widget_set_tooltip_text(self->keep, _("Otherwise it is shown from a private file, which goes away when the window does"));
  gtk_action_bar_pack_start(GTK_ACTION_BAR(bar), button(_("Open _case…"), _("Open a case"), G_CALLBACK(open_clicked), self));
  gtk_action_bar_pack_start(GTK_ACTION_BAR(bar), button(_("_Save case…"), _("Save the case"), G_CALLBACK(save_clicked), self));
  gtk_action_bar_pack_end(GTK_ACTION_BAR(bar), self->run);
  gtk_action_bar_pack_end(GTK_ACTION_BAR(bar), self->keep);
  return bar;
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelCasePage *self = PEL_CASE_PAGE(object);
  if (self->box) forget_form(self);
  g_clear_pointer(&self->form, pel_case_form_free);
  self->setting = true; /* what goes away is no change */
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->own_goal, g_free);
  g_clear_pointer(&self->own_asks, g_free);
  G_OBJECT_CLASS(pel_case_page_parent_class)->dispose(object);
}

static void pel_case_page_class_init(PelCasePageClass *class) {
  GType type = G_TYPE_FROM_CLASS(class);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action(widget, "case.run", NULL, run_action);
  gtk_widget_class_install_action(widget, "case.save", NULL, save_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Return, GDK_CONTROL_MASK, "case.run", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "case.run", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_s, GDK_CONTROL_MASK, "case.save", NULL);
  signals[RUN] = g_signal_new("run", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[OPEN_CASE] = g_signal_new("open-case", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SAVE_CASE] = g_signal_new("save-case", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void pel_case_page_init(PelCasePage *self) {
  GtkWidget *inner = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12), *clamp = adw_clamp_new(), *names = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->scroller = gtk_scrolled_window_new();
  self->pack = label("", "title-4"), self->advice = label("", "caption"), self->error = label("", "error");
  gtk_widget_add_css_class(self->advice, "dim-label");
  self->fields = PEL_CASE_FIELDS(pel_case_fields_new(false));
  gtk_box_append(GTK_BOX(names), self->pack), gtk_box_append(GTK_BOX(names), self->advice);
  gtk_box_append(GTK_BOX(inner), names), gtk_box_append(GTK_BOX(inner), self->error);
  self->findings = PEL_CASE_FINDINGS(pel_case_findings_new());
  gtk_box_append(GTK_BOX(inner), make_head(self)), gtk_box_append(GTK_BOX(inner), GTK_WIDGET(self->findings)), gtk_box_append(GTK_BOX(inner), GTK_WIDGET(self->fields));
  gtk_widget_set_margin_start(inner, 18), gtk_widget_set_margin_end(inner, 18), gtk_widget_set_margin_top(inner, 12), gtk_widget_set_margin_bottom(inner, 18);
  adw_clamp_set_maximum_size(ADW_CLAMP(clamp), 900);
  adw_clamp_set_child(ADW_CLAMP(clamp), inner);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), clamp);
  gtk_widget_set_vexpand(self->scroller, TRUE);
  gtk_box_append(GTK_BOX(self->box), self->scroller), gtk_box_append(GTK_BOX(self->box), make_bar(self));
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_case_page_new(void) { return g_object_new(PEL_TYPE_CASE_PAGE, NULL); }
