#include "ui/reasoning_page.h"

#include <glib/gi18n.h>

#include "ui/because_list.h"
#include "ui/difference_list.h"
#include "ui/node_inspector.h"
#include "ui/reasoning_words.h"
#include "ui/tree_tools.h"
#include "ui/view_page.h"

#define N_VIEWS 4 /* besides the tree */
#define WALK_MOST 200 /* chosen nodes that are remembered */

struct _PelReasoningPage {
  GtkWidget parent;
  GtkWidget *box, *left;
  GtkLabel *question, *about, *readout, *reviews, *facts;
  PelBecauseList *text;
  PelDifferenceList *differences;
  GtkWidget *stack, *switcher; /* the text, and what differs where there are two reasonings */
  const pel_contrast *contrast;
  bool in_b;
  PelTreeCanvas *canvas;
  PelTreeTools *tools;
  GtkStack *middle;            /* "tree", "search", ...: names of what an export would call it */
  PelViewPage *views[N_VIEWS]; /* as in view_kinds */
  GtkWidget *tabs[N_VIEWS + 1]; /* the tree's first */
  PelNodeInspector *inspector;
  pel_document *document;
  pel_reasoned *of;
  GArray *walked; /* gint64 nodes; `step` are before and at the present one */
  guint step;
  bool walking;
};

G_DEFINE_FINAL_TYPE(PelReasoningPage, pel_reasoning_page, GTK_TYPE_WIDGET)

static guint reviewed_signal, other_side_signal, turned_signal;
static const pel_export_what view_kinds[N_VIEWS] = {PEL_EXPORT_SEARCH, PEL_EXPORT_GRAPH, PEL_EXPORT_TIMELINE, PEL_EXPORT_RELIABILITY};

/* ---- what is said ---- */

static void say_reviews(PelReasoningPage *self) {
  size_t n = self->of->reasoning->n_reviews;
  GString *s = g_string_new(NULL);
  g_string_append_printf(s, ngettext("%zu review", "%zu reviews", n), n);
  if (self->of->chain_fault) g_string_append_printf(s, _(" · the chain of reviews is broken: %s"), self->of->chain_fault);
  else if (n) g_string_append(s, _(" · chain holds"));
  g_string_append_printf(s, ngettext(" · %u open point", " · %u open points", self->of->n_open), self->of->n_open);
  gtk_label_set_text(self->reviews, s->str);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self->reviews), s->str);
  (self->of->chain_fault ? gtk_widget_add_css_class : gtk_widget_remove_css_class)(GTK_WIDGET(self->reviews), "error");
  g_string_free(s, TRUE);
}

static void say_facts(PelReasoningPage *self) {
  const pel_logic_tree *t = self->of->tree;
  char *hidden = pel_words_hidden(t), *text = g_strdup_printf(_("%u of %u nodes shown · %s · trace %.8s…"), t->n_shown, t->n_nodes, hidden, self->of->hash);
  gtk_label_set_text(self->facts, text);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self->facts), text);
  g_free(text), g_free(hidden);
}

static void described(GObject *from, const char *sentence, PelReasoningPage *self) {
  (void)from;
  gtk_label_set_text(self->readout, sentence);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self->readout), sentence);
}

/* ---- one selection ---- */

static void remember(PelReasoningPage *self, gint64 node) {
  if (self->walking || !node || (self->step && g_array_index(self->walked, gint64, self->step - 1) == node)) return;
  g_array_set_size(self->walked, self->step);
  g_array_append_val(self->walked, node);
  if (self->walked->len > WALK_MOST) g_array_remove_index(self->walked, 0);
  self->step = self->walked->len;
}

static void tree_chose(PelTreeCanvas *canvas, gint64 node, PelReasoningPage *self) {
  pel_because_list_choose(self->text, pel_tree_canvas_get_item(canvas));
  pel_node_inspector_show(self->inspector, node);
  for (int i = 0; i < N_VIEWS; i++) pel_view_page_choose(self->views[i], node);
  remember(self, node);
}

static void text_chose(PelBecauseList *list, guint item, PelReasoningPage *self) {
  (void)list;
  pel_tree_canvas_choose_item(self->canvas, item, true);
}

static void text_followed(PelBecauseList *list, guint item, PelReasoningPage *self) {
  (void)list;
  pel_tree_canvas_follow(self->canvas, item);
}

static void edge_followed(PelNodeInspector *inspector, gint64 node, PelReasoningPage *self) {
  (void)inspector;
  pel_tree_canvas_choose(self->canvas, node);
}

static void tree_changed(PelTreeCanvas *canvas, PelReasoningPage *self) {
  (void)canvas;
  pel_because_list_refill(self->text);
  say_facts(self);
}

void pel_reasoning_page_walk(PelReasoningPage *self, int by) {
  guint to = self->step + (guint)by;
  if (!self->of || to < 1 || to > self->walked->len) return;
  self->step = to;
  self->walking = true;
  pel_tree_canvas_choose(self->canvas, g_array_index(self->walked, gint64, to - 1));
  self->walking = false;
}

/* In reading order after what is chosen, around the end. */
void pel_reasoning_page_next_open(PelReasoningPage *self) {
  if (!self->of) return;
  const pel_logic_tree *t = self->of->tree;
  int64_t at = pel_tree_canvas_get_chosen(self->canvas);
  uint32_t start = at ? t->nodes[at - 1].order : 0;
  for (uint32_t i = 1; i <= t->n_nodes; i++) {
    int64_t id = (int64_t)t->reading[(start + i) % t->n_nodes] + 1;
    if (!pel_reasoned_open_point(self->of, id)) continue;
    pel_tree_canvas_choose(self->canvas, id);
    return;
  }
}

/* ---- which view ---- */

pel_export_what pel_reasoning_page_get_view(PelReasoningPage *self) {
  const char *name = gtk_stack_get_visible_child_name(self->middle);
  for (int i = 0; i < N_VIEWS; i++)
    if (!g_strcmp0(name, pel_export_word(view_kinds[i]))) return view_kinds[i];
  return PEL_EXPORT_TREE;
}

void pel_reasoning_page_set_view(PelReasoningPage *self, pel_export_what view) { gtk_stack_set_visible_child_name(self->middle, pel_export_word(view)); }

GtkWidget *pel_reasoning_page_get_focus(PelReasoningPage *self) {
  for (int i = 0; i < N_VIEWS; i++)
    if (pel_reasoning_page_get_view(self) == view_kinds[i]) return pel_view_page_get_focus(self->views[i]);
  return GTK_WIDGET(self->canvas);
}

static void view_turned(GtkStack *middle, GParamSpec *pspec, PelReasoningPage *self) {
  (void)middle, (void)pspec;
  gtk_label_set_text(self->readout, "");
  for (int i = 0; i <= N_VIEWS; i++)
    if (pel_reasoning_page_get_view(self) == (i ? view_kinds[i - 1] : PEL_EXPORT_TREE)) gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->tabs[i]), TRUE);
  for (int i = 0; i < N_VIEWS; i++)
    if (pel_reasoning_page_get_view(self) == view_kinds[i]) pel_view_page_say(self->views[i]);
  if (self->of && pel_reasoning_page_get_view(self) == PEL_EXPORT_TREE) pel_tree_canvas_choose_item(self->canvas, pel_tree_canvas_get_item(self->canvas), false);
  g_signal_emit(self, turned_signal, 0);
}

static void view_chose(PelViewPage *view, gint64 node, PelReasoningPage *self) {
  (void)view;
  pel_tree_canvas_choose(self->canvas, node);
}

/* Return, or a second click: to the tree. */
static void view_followed(PelViewPage *view, gint64 node, PelReasoningPage *self) {
  (void)view;
  pel_reasoning_page_set_view(self, PEL_EXPORT_TREE);
  pel_tree_canvas_choose(self->canvas, node);
  gtk_widget_grab_focus(GTK_WIDGET(self->canvas));
}

/* The line at the bottom is that of the view that is seen. */
static void view_described(PelViewPage *view, const char *sentence, PelReasoningPage *self) {
  if (gtk_stack_get_visible_child(self->middle) == GTK_WIDGET(view)) described(G_OBJECT(view), sentence, self);
}

static void tree_described(PelTreeCanvas *canvas, const char *sentence, PelReasoningPage *self) {
  if (pel_reasoning_page_get_view(self) == PEL_EXPORT_TREE) described(G_OBJECT(canvas), sentence, self);
}

/* ---- reviews ---- */

static void review_done(pel_status status, const char *error, void *user) {
  PelReasoningPage *self = user;
  PelReviewForm *form = pel_node_inspector_get_form(self->inspector);
  pel_review_form_set_busy(form, false);
  if (status == PEL_OK && !*error) pel_review_form_clear(form);
  else pel_review_form_say(form, error);
  pel_node_inspector_refresh(self->inspector);
  pel_tree_canvas_refresh(self->canvas);
  pel_because_list_refill(self->text);
  pel_because_list_choose(self->text, pel_tree_canvas_get_item(self->canvas));
  for (int i = 0; i < N_VIEWS; i++) pel_view_page_set_reasoned(self->views[i], self->of); /* the rows were read anew */
  say_reviews(self);
  g_signal_emit(self, reviewed_signal, 0);
}

static void review_given(PelNodeInspector *inspector, int verdict, const char *name, const char *reason, PelReasoningPage *self) {
  if (!self->of) return;
  pel_review entry = {.node = pel_tree_canvas_get_chosen(self->canvas), .verdict = pel_verdict_name((pel_verdict)verdict), .name = name, .reason = reason};
  pel_review_form_set_busy(pel_node_inspector_get_form(inspector), true);
  pel_reasoned_review(self->of, self->document, &entry, review_done, self);
}

/* ---- beside another reasoning ---- */

static int64_t node_of(const pel_contrast_line *l, bool in_b) { return in_b ? l->node_b : l->node_a; }

static void difference_chosen(PelDifferenceList *list, guint line, PelReasoningPage *self) {
  const pel_contrast_line *l = &self->contrast->lines[line];
  (void)list;
  int64_t here = node_of(l, self->in_b), there = node_of(l, !self->in_b);
  if (!here && there) here = pel_contrast_nearest(self->contrast, !self->in_b, there);
  if (here) pel_tree_canvas_choose(self->canvas, here);
  if (!node_of(l, self->in_b) && there) described(G_OBJECT(list), _("This stood below what is chosen now. Return shows it in the other reasoning."), self);
}

static void difference_followed(PelDifferenceList *list, guint line, PelReasoningPage *self) {
  const pel_contrast_line *l = &self->contrast->lines[line];
  int64_t here = node_of(l, self->in_b), there = node_of(l, !self->in_b);
  (void)list;
  if (here || there) g_signal_emit(self, other_side_signal, 0, (gint64)(there ? there : pel_contrast_nearest(self->contrast, self->in_b, here)));
}

static void set_contrast(PelReasoningPage *self, const pel_contrast *contrast, bool in_b, bool supposed) {
  const pel_mark *marks = !contrast ? NULL : in_b ? contrast->marks_b : contrast->marks_a;
  bool other = self->contrast != contrast;
  self->contrast = contrast, self->in_b = in_b;
  pel_tree_canvas_set_marks(self->canvas, marks, in_b);
  pel_because_list_set_marks(self->text, marks, in_b);
  pel_node_inspector_set_kept(self->inspector, !(contrast && supposed && in_b));
  if (other) pel_difference_list_set_contrast(self->differences, contrast, supposed);
  gtk_widget_set_visible(self->switcher, contrast != NULL);
}

void pel_reasoning_page_choose(PelReasoningPage *self, int64_t node) { pel_tree_canvas_choose(self->canvas, node); }
int64_t pel_reasoning_page_get_chosen(PelReasoningPage *self) { return pel_tree_canvas_get_chosen(self->canvas); }
void pel_reasoning_page_show_differences(PelReasoningPage *self) { gtk_stack_set_visible_child_name(GTK_STACK(self->stack), "differences"); }

/* ---- a trace ---- */

static void clear(PelReasoningPage *self) {
  g_array_set_size(self->walked, 0);
  self->step = 0;
  gtk_label_set_text(self->readout, "");
  gtk_label_set_text(self->reviews, "");
  gtk_label_set_text(self->facts, "");
  pel_review_form_set_busy(pel_node_inspector_get_form(self->inspector), false);
}

static void show(PelReasoningPage *self, pel_document *document, pel_reasoned *reasoned) {
  self->document = document, self->of = reasoned;
  clear(self);
  pel_node_inspector_set_reasoned(self->inspector, reasoned);
  pel_because_list_set_reasoned(self->text, reasoned);
  pel_tree_canvas_set_reasoned(self->canvas, reasoned);
  pel_tree_tools_set_reasoned(self->tools, reasoned);
  for (int i = 0; i < N_VIEWS; i++) pel_view_page_set_reasoned(self->views[i], reasoned);
  gtk_label_set_text(self->question, reasoned ? reasoned->question : "");
  gtk_label_set_text(self->about, reasoned ? reasoned->about : "");
  gtk_widget_set_visible(GTK_WIDGET(self->question), reasoned && *reasoned->question);
  gtk_widget_set_visible(GTK_WIDGET(self->about), reasoned && *reasoned->about);
  if (!reasoned) return;
  say_reviews(self);
  say_facts(self);
  tree_chose(self->canvas, pel_tree_canvas_get_chosen(self->canvas), self);
  g_signal_emit(self, turned_signal, 0); /* other views may be there */
}

void pel_reasoning_page_set_trace(PelReasoningPage *self, pel_document *document, pel_reasoned *reasoned) {
  gtk_stack_set_visible_child_name(GTK_STACK(self->stack), "text");
  pel_reasoning_page_set_view(self, PEL_EXPORT_TREE);
  show(self, document, reasoned);
  set_contrast(self, NULL, false, false);
}

void pel_reasoning_page_set_side(PelReasoningPage *self, pel_document *document, const pel_contrast *contrast, bool in_b, bool supposed) {
  show(self, document, (pel_reasoned *)(in_b ? contrast->b : contrast->a));
  set_contrast(self, contrast, in_b, supposed);
}

void pel_reasoning_page_set_dark(PelReasoningPage *self, bool dark) {
  pel_tree_canvas_set_dark(self->canvas, dark);
  for (int i = 0; i < N_VIEWS; i++) pel_view_page_set_dark(self->views[i], dark);
  pel_because_list_set_dark(self->text, dark);
  pel_node_inspector_set_dark(self->inspector, dark);
  if (self->of) pel_because_list_choose(self->text, pel_tree_canvas_get_item(self->canvas));
}

PelTreeCanvas *pel_reasoning_page_get_canvas(PelReasoningPage *self) { return self->canvas; }
void pel_reasoning_page_find(PelReasoningPage *self) {
  pel_reasoning_page_set_view(self, PEL_EXPORT_TREE);
  pel_tree_tools_find(self->tools);
}

static void toggle(gpointer part) { gtk_widget_set_visible(part, !gtk_widget_get_visible(part)); }
void pel_reasoning_page_toggle_text(PelReasoningPage *self) { toggle(self->left); }
void pel_reasoning_page_toggle_inspector(PelReasoningPage *self) { toggle(self->inspector); }

void pel_reasoning_page_get_choice(PelReasoningPage *self, pel_tree_choice *out) {
  const pel_logic_tree *t = self->of->tree;
  GArray *collapsed = g_array_new(FALSE, FALSE, sizeof(gint64)), *opened = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (gint64 id = 1; id <= t->n_nodes; id++) {
    if (t->nodes[id - 1].collapsed) g_array_append_val(collapsed, id);
    if (t->nodes[id - 1].opened) g_array_append_val(opened, id);
  }
  *out = (pel_tree_choice){.direction = pel_tree_canvas_get_direction(self->canvas), .cover = t->cover, .all = t->cover >= 1, .n_collapsed = collapsed->len, .n_opened = opened->len};
  out->collapsed = (int64_t *)(gpointer)g_array_free(collapsed, FALSE);
  out->opened = (int64_t *)(gpointer)g_array_free(opened, FALSE);
  out->at = pel_view_page_get_at(self->views[0]);
  if (*self->of->advice) out->closing = self->of->advice;
}

void pel_reasoning_page_clear_choice(pel_tree_choice *choice) {
  g_free((int64_t *)choice->collapsed);
  g_free((int64_t *)choice->opened);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelReasoningPage *self = PEL_REASONING_PAGE(object);
  if (self->canvas) g_signal_handlers_disconnect_by_data(self->canvas, self);
  if (self->middle) g_signal_handlers_disconnect_by_data(self->middle, self);
  for (int i = 0; i < N_VIEWS; i++)
    if (self->views[i]) g_signal_handlers_disconnect_by_data(self->views[i], self), self->views[i] = NULL;
  for (int i = 0; i <= N_VIEWS; i++)
    if (self->tabs[i]) g_signal_handlers_disconnect_by_data(self->tabs[i], self), self->tabs[i] = NULL;
  self->middle = NULL;
  self->canvas = NULL;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->walked, g_array_unref);
  G_OBJECT_CLASS(pel_reasoning_page_parent_class)->dispose(object);
}

static void pel_reasoning_page_class_init(PelReasoningPageClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  reviewed_signal = g_signal_new("reviewed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  other_side_signal = g_signal_new("other-side", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  turned_signal = g_signal_new("turned", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkLabel *add_label(GtkWidget *box, const char *style, bool wraps) {
  GtkWidget *label = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  if (wraps) gtk_label_set_wrap(GTK_LABEL(label), TRUE), gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  else gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  if (style) gtk_widget_add_css_class(label, style);
  gtk_box_append(GTK_BOX(box), label);
  return GTK_LABEL(label);
}

static GtkWidget *make_left(PelReasoningPage *self) {
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  self->left = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->text = PEL_BECAUSE_LIST(pel_because_list_new());
  self->differences = PEL_DIFFERENCE_LIST(pel_difference_list_new());
  self->stack = gtk_stack_new();
  self->switcher = gtk_stack_switcher_new();
  self->question = add_label(head, "heading", true);
  self->about = add_label(head, "caption", true);
  gtk_widget_add_css_class(GTK_WIDGET(self->about), "dim-label");
  gtk_widget_set_margin_start(head, 12), gtk_widget_set_margin_end(head, 12);
  gtk_widget_set_margin_top(head, 8), gtk_widget_set_margin_bottom(head, 8);
  gtk_stack_add_titled(GTK_STACK(self->stack), GTK_WIDGET(self->text), "text", _("Because"));
  gtk_stack_add_titled(GTK_STACK(self->stack), GTK_WIDGET(self->differences), "differences", _("Differences"));
  gtk_stack_switcher_set_stack(GTK_STACK_SWITCHER(self->switcher), GTK_STACK(self->stack));
  gtk_widget_set_halign(self->switcher, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_bottom(self->switcher, 6);
  gtk_widget_set_visible(self->switcher, FALSE);
  gtk_widget_set_vexpand(self->stack, TRUE);
  gtk_box_append(GTK_BOX(self->left), head);
  gtk_box_append(GTK_BOX(self->left), self->switcher);
  gtk_box_append(GTK_BOX(self->left), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(self->left), self->stack);
  g_signal_connect(self->text, "chosen", G_CALLBACK(text_chose), self);
  g_signal_connect(self->text, "followed", G_CALLBACK(text_followed), self);
  g_signal_connect(self->differences, "chosen", G_CALLBACK(difference_chosen), self);
  g_signal_connect(self->differences, "followed", G_CALLBACK(difference_followed), self);
  return self->left;
}

static GtkWidget *make_tree(PelReasoningPage *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->canvas = PEL_TREE_CANVAS(pel_tree_canvas_new());
  self->tools = PEL_TREE_TOOLS(pel_tree_tools_new(self->canvas));
  gtk_widget_set_size_request(GTK_WIDGET(self->canvas), 280, 200);
  gtk_widget_set_vexpand(GTK_WIDGET(self->canvas), TRUE);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->tools));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->canvas));
  g_signal_connect(self->canvas, "chosen", G_CALLBACK(tree_chose), self);
  g_signal_connect(self->canvas, "changed", G_CALLBACK(tree_changed), self);
  g_signal_connect(self->canvas, "described", G_CALLBACK(tree_described), self);
  return box;
}

static void tab_toggled(GtkToggleButton *tab, PelReasoningPage *self) {
  for (int i = 0; i <= N_VIEWS && gtk_toggle_button_get_active(tab); i++)
    if (GTK_WIDGET(tab) == self->tabs[i]) pel_reasoning_page_set_view(self, i ? view_kinds[i - 1] : PEL_EXPORT_TREE);
}

/* Buttons as narrow as their words: a GtkStackSwitcher's are too wide for a small window. */
static void add_tab(PelReasoningPage *self, GtkWidget *row, int i, const char *title) {
  self->tabs[i] = gtk_toggle_button_new_with_label(title);
  if (i) gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(self->tabs[i]), GTK_TOGGLE_BUTTON(self->tabs[0]));
  else gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->tabs[0]), TRUE);
  gtk_box_append(GTK_BOX(row), self->tabs[i]);
  g_signal_connect(self->tabs[i], "toggled", G_CALLBACK(tab_toggled), self);
}

static void add_view(PelReasoningPage *self, GtkWidget *row, int i, const char *title) {
  self->views[i] = PEL_VIEW_PAGE(pel_view_page_new(view_kinds[i]));
  gtk_stack_add_named(self->middle, GTK_WIDGET(self->views[i]), pel_export_word(view_kinds[i]));
  g_signal_connect(self->views[i], "chosen", G_CALLBACK(view_chose), self);
  g_signal_connect(self->views[i], "followed", G_CALLBACK(view_followed), self);
  g_signal_connect(self->views[i], "described", G_CALLBACK(view_described), self);
  add_tab(self, row, i + 1, title);
}

static GtkWidget *make_middle(PelReasoningPage *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  self->middle = GTK_STACK(gtk_stack_new());
  gtk_stack_add_named(self->middle, make_tree(self), pel_export_word(PEL_EXPORT_TREE));
  add_tab(self, row, 0, _("Tree"));
  add_view(self, row, 0, _("Search"));
  add_view(self, row, 1, _("Graph"));
  add_view(self, row, 2, _("Time"));
  add_view(self, row, 3, _("Calibration"));
  gtk_widget_add_css_class(row, "linked");
  gtk_widget_set_halign(row, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top(row, 6), gtk_widget_set_margin_bottom(row, 2);
  gtk_widget_set_vexpand(GTK_WIDGET(self->middle), TRUE), gtk_widget_set_hexpand(box, TRUE);
  gtk_box_append(GTK_BOX(box), row);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->middle));
  g_signal_connect(self->middle, "notify::visible-child", G_CALLBACK(view_turned), self);
  return box;
}

static GtkWidget *make_readout(PelReasoningPage *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2), *below = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 18);
  self->readout = add_label(box, NULL, false);
  gtk_label_set_selectable(self->readout, TRUE);
  self->reviews = add_label(below, "dim-label", false);
  self->facts = add_label(below, "dim-label", false);
  gtk_widget_set_hexpand(GTK_WIDGET(self->reviews), TRUE);
  gtk_box_append(GTK_BOX(box), below);
  gtk_widget_set_margin_start(box, 12), gtk_widget_set_margin_end(box, 12);
  gtk_widget_set_margin_top(box, 4), gtk_widget_set_margin_bottom(box, 4);
  return box;
}

static GtkWidget *paned(GtkWidget *start, GtkWidget *end, bool resize_start, int position) {
  GtkWidget *p = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL);
  gtk_paned_set_start_child(GTK_PANED(p), start);
  gtk_paned_set_end_child(GTK_PANED(p), end);
  gtk_paned_set_resize_start_child(GTK_PANED(p), resize_start);
  gtk_paned_set_resize_end_child(GTK_PANED(p), !resize_start);
  gtk_paned_set_shrink_start_child(GTK_PANED(p), FALSE);
  gtk_paned_set_shrink_end_child(GTK_PANED(p), FALSE);
  gtk_paned_set_position(GTK_PANED(p), position);
  return p;
}

static void pel_reasoning_page_init(PelReasoningPage *self) {
  self->walked = g_array_new(FALSE, FALSE, sizeof(gint64));
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->inspector = PEL_NODE_INSPECTOR(pel_node_inspector_new());
  GtkWidget *right = paned(make_middle(self), GTK_WIDGET(self->inspector), true, 680);
  GtkWidget *body = paned(make_left(self), right, false, 310);
  gtk_widget_set_vexpand(body, TRUE);
  gtk_box_append(GTK_BOX(self->box), body);
  gtk_box_append(GTK_BOX(self->box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(self->box), make_readout(self));
  g_signal_connect(self->inspector, "chosen", G_CALLBACK(edge_followed), self);
  g_signal_connect(self->inspector, "reviewed", G_CALLBACK(review_given), self);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_reasoning_page_new(void) { return g_object_new(PEL_TYPE_REASONING_PAGE, NULL); }
