#include "ui/evidence_page.h"

#include <glib/gi18n.h>

#include "src/analysis/tree_words.h"
#include "src/plot/retrieval.h"
#include "ui/node_facts.h"
#include "ui/reasoning_words.h"
#include "ui/retrieval_view.h"

#define MOST 30 /* nodes that are listed */

struct _PelEvidencePage {
  GtkWidget parent;
  GtkWidget *box, *side, *about;
  GtkLabel *readout, *facts;
  PelRetrievalView *view;
  const pel_reasoned *of;
};

G_DEFINE_FINAL_TYPE(PelEvidencePage, pel_evidence_page, GTK_TYPE_WIDGET)

static guint followed_signal;

static void empty(GtkWidget *box) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child(box))) gtk_box_remove(GTK_BOX(box), child);
}

/* ---- the passage that is chosen ---- */

static void node_clicked(GtkButton *button, PelEvidencePage *self) {
  g_signal_emit(self, followed_signal, 0, (gint64)GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(button), "node")));
}

/* In reading order. */
static void add_users(PelEvidencePage *self, const pel_passage *p) {
  const pel_logic_tree *t = self->of->tree;
  size_t n = 0;
  for (uint32_t i = 0; i < t->n_nodes; i++) {
    uint32_t v = t->reading[i];
    if (pel_node_passage(t, v) != p) continue;
    if (n++ == 0) pel_node_heading(GTK_BOX(self->about), _("What rests on it"));
    if (n > MOST) continue;
    char *claim = pel_words_node(t, v);
    GtkWidget *button = pel_node_button(GTK_BOX(self->about), claim, (int64_t)v + 1);
    g_signal_connect(button, "clicked", G_CALLBACK(node_clicked), self);
    g_free(claim);
  }
  if (!n) pel_node_text(GTK_BOX(self->about), _("Nothing in the reasoning rests on it."), "dim-label");
  if (n <= MOST) return;
  char *rest = g_strdup_printf(_("and %zu more"), n - MOST);
  pel_node_text(GTK_BOX(self->about), rest, "dim-label");
  g_free(rest);
}

static const pel_passage *passage_at(const PelEvidencePage *self, guint row) {
  const pel_reasoning *r = self->of->reasoning;
  int64_t id = row < r->n_retrieved ? r->retrieved[row].passage : 0;
  return id >= 1 && id <= (int64_t)r->n_passages ? &r->passages[id - 1] : NULL;
}

static void chosen(PelRetrievalView *view, guint row, PelEvidencePage *self) {
  const pel_passage *p = self->of ? passage_at(self, row) : NULL;
  (void)view;
  empty(self->about);
  if (!p) return;
  pel_node_passage_add(GTK_BOX(self->about), self->of, p);
  add_users(self, p);
}

/* Return, or a second click: the first node that rests on it. */
static void followed(PelRetrievalView *view, guint row, PelEvidencePage *self) {
  const pel_passage *p = self->of ? passage_at(self, row) : NULL;
  (void)view;
  for (uint32_t i = 0; p && i < self->of->tree->n_nodes; i++) {
    uint32_t v = self->of->tree->reading[i];
    if (pel_node_passage(self->of->tree, v) != p) continue;
    g_signal_emit(self, followed_signal, 0, (gint64)v + 1);
    return;
  }
}

static void described(PelRetrievalView *view, const char *sentence, PelEvidencePage *self) {
  (void)view;
  gtk_label_set_text(self->readout, sentence);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self->readout), sentence);
}

/* ---- a trace ---- */

static void say_facts(PelEvidencePage *self, int64_t span) {
  size_t found, weighted;
  pel_retrieval_counts(self->of->reasoning, span, &found, &weighted);
  char *text = g_strdup_printf(_("%zu found, %zu with weight; the rules do not use them · trace %.8s…"), found, weighted, self->of->hash);
  gtk_label_set_text(self->facts, text);
  g_free(text);
}

void pel_evidence_page_set_reasoned(PelEvidencePage *self, const pel_reasoned *reasoned) {
  self->of = reasoned;
  empty(self->about);
  gtk_label_set_text(self->readout, "");
  gtk_label_set_text(self->facts, "");
  pel_retrieval_view_set_reasoned(self->view, reasoned);
  if (!reasoned || !reasoned->reasoning->n_retrieved) return;
  int64_t span = pel_retrieval_span(reasoned->reasoning, 0);
  size_t first;
  pel_retrieval_rows(reasoned->reasoning, span, &first);
  say_facts(self, span);
  pel_retrieval_view_choose(self->view, first);
}

void pel_evidence_page_set_dark(PelEvidencePage *self, bool dark) { pel_retrieval_view_set_dark(self->view, dark); }
void pel_evidence_page_toggle_side(PelEvidencePage *self) { gtk_widget_set_visible(self->side, !gtk_widget_get_visible(self->side)); }
GtkWidget *pel_evidence_page_get_view(PelEvidencePage *self) { return GTK_WIDGET(self->view); }

/* ---- object ---- */

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_EVIDENCE_PAGE(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_evidence_page_parent_class)->dispose(object);
}

static void pel_evidence_page_class_init(PelEvidencePageClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  followed_signal = g_signal_new("followed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static GtkLabel *line(GtkWidget *box, const char *style) {
  GtkWidget *label = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  if (style) gtk_widget_add_css_class(label, style);
  gtk_box_append(GTK_BOX(box), label);
  return GTK_LABEL(label);
}

static GtkWidget *make_readout(PelEvidencePage *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  self->readout = line(box, NULL);
  self->facts = line(box, "dim-label");
  gtk_label_set_selectable(self->readout, TRUE);
  gtk_widget_set_margin_start(box, 12), gtk_widget_set_margin_end(box, 12);
  gtk_widget_set_margin_top(box, 4), gtk_widget_set_margin_bottom(box, 4);
  return box;
}

static GtkWidget *make_side(PelEvidencePage *self) {
  self->side = gtk_scrolled_window_new();
  self->about = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_margin_start(self->about, 12), gtk_widget_set_margin_end(self->about, 12);
  gtk_widget_set_margin_bottom(self->about, 12);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->side), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->side), self->about);
  gtk_widget_set_size_request(self->side, 290, -1);
  return self->side;
}

static void pel_evidence_page_init(PelEvidencePage *self) {
  GtkWidget *scroller = gtk_scrolled_window_new(), *body = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->view = PEL_RETRIEVAL_VIEW(pel_retrieval_view_new());
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), GTK_WIDGET(self->view));
  gtk_widget_set_hexpand(scroller, TRUE), gtk_widget_set_vexpand(body, TRUE);
  gtk_box_append(GTK_BOX(body), scroller);
  gtk_box_append(GTK_BOX(body), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
  gtk_box_append(GTK_BOX(body), make_side(self));
  gtk_box_append(GTK_BOX(self->box), body);
  gtk_box_append(GTK_BOX(self->box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(self->box), make_readout(self));
  g_signal_connect(self->view, "described", G_CALLBACK(described), self);
  g_signal_connect(self->view, "chosen", G_CALLBACK(chosen), self);
  g_signal_connect(self->view, "followed", G_CALLBACK(followed), self);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_evidence_page_new(void) { return g_object_new(PEL_TYPE_EVIDENCE_PAGE, NULL); }
