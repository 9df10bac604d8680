#include "ui/node_inspector.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "src/analysis/tree_words.h"
#include "ui/node_facts.h"
#include "ui/reasoning_words.h"

#define MOST 40 /* edges that are listed in each direction */

struct _PelNodeInspector {
  GtkWidget parent;
  GtkWidget *scroller, *about, *relations, *reviews, *form, *form_title, *what_if;
  const pel_reasoned *of;
  int64_t node; /* 0: none */
  bool dark, passing;
};

G_DEFINE_FINAL_TYPE(PelNodeInspector, pel_node_inspector, GTK_TYPE_WIDGET)

enum { CHOSEN, REVIEWED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void empty(GtkWidget *box) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child(box))) gtk_box_remove(GTK_BOX(box), child);
}

/* ---- edges ---- */

static void edge_clicked(GtkButton *button, PelNodeInspector *self) {
  g_signal_emit(self, signals[CHOSEN], 0, (gint64)GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(button), "node")));
}

/* What an edge says of itself, without saying the claim again where it begins with it. */
static void add_label(GString *s, const char *says, const char *label) {
  size_t n = strlen(says);
  if (!*label) return;
  if (g_ascii_strncasecmp(label, says, n) == 0) g_string_append(s, label + n);
  else g_string_append_printf(s, strchr(label, '(') ? " – %s" : " (%s)", label);
}

/* "Confusion scores 1 (one way), weight 0.40" */
static void add_edge(PelNodeInspector *self, const pel_edge *e, int64_t other) {
  char *claim = pel_words_node(self->of->tree, (uint32_t)(other - 1));
  GString *s = g_string_new(claim);
  add_label(s, self->of->reasoning->nodes[other - 1].says, e->label);
  char weight[40];
  if (isfinite(e->weight) && e->weight != 1) g_string_append_printf(s, _(", weight %s"), pel_share_text(e->weight, weight));
  GtkWidget *button = pel_node_button(GTK_BOX(self->relations), s->str, other);
  g_signal_connect(button, "clicked", G_CALLBACK(edge_clicked), self);
  g_string_free(s, TRUE);
  g_free(claim);
}

static void add_rest(PelNodeInspector *self, size_t n) {
  if (n <= MOST) return;
  char *text = g_strdup_printf(_("and %zu more"), n - MOST);
  pel_node_text(GTK_BOX(self->relations), text, "dim-label");
  g_free(text);
}

static const char *relation(pel_edge_kind kind, bool out) {
  switch (kind) {
    case PEL_EDGE_UNLESS: return out ? _("Exceptions") : _("It is an exception to");
    case PEL_EDGE_CITES: return out ? _("It cites") : _("It is cited by");
    case PEL_EDGE_CONTRADICTS: return out ? _("It is contradicted by") : _("It contradicts");
    case PEL_EDGE_WOULD_CHANGE: return out ? _("Would change it") : _("It would change");
    case PEL_EDGE_ATTENDED: return out ? _("What the model looked at") : _("The model looked at it for");
    default: return out ? _("It rests on") : _("It leads to");
  }
}

static void add_kind(PelNodeInspector *self, pel_edge_kind kind, bool out) {
  const pel_reasoning *r = self->of->reasoning;
  size_t n = 0;
  for (size_t i = 0; i < r->n_edges; i++) {
    const pel_edge *e = &r->edges[i];
    if (e->kind != kind || (out ? e->from : e->to) != self->node) continue;
    if (n++ == 0) pel_node_heading(GTK_BOX(self->relations), relation(kind, out));
    if (n <= MOST) add_edge(self, e, out ? e->to : e->from);
  }
  add_rest(self, n);
}

static void fill_relations(PelNodeInspector *self) {
  for (int out = 1; out >= 0; out--)
    for (int kind = 0; kind < PEL_EDGE_KINDS; kind++) add_kind(self, (pel_edge_kind)kind, out);
}

/* ---- reviews ---- */

static void fill_reviews(PelNodeInspector *self) {
  const pel_reasoning *r = self->of->reasoning;
  bool any = false;
  for (size_t i = 0; i < r->n_reviews; i++) {
    const pel_review *v = &r->reviews[i];
    if (v->node != self->node) continue;
    if (!any) pel_node_heading(GTK_BOX(self->reviews), _("Reviews"));
    any = true;
    bool timed = strlen(v->date) >= 16 && v->date[10] == 'T';
    char *head = timed ? g_strdup_printf(_("%s by %s, %.10s at %.5s UTC"), pel_words_verdict(v->verdict), v->name, v->date, v->date + 11)
                       : g_strdup_printf(_("%s by %s, %s"), pel_words_verdict(v->verdict), v->name, v->date);
    char *text = g_strconcat(head, *v->reason ? "\n" : "", v->reason, NULL);
    pel_node_text(GTK_BOX(self->reviews), text, NULL);
    g_free(head), g_free(text);
  }
  pel_review_form_set_withdrawable(PEL_REVIEW_FORM(self->form), self->of->last[self->node] != NULL);
}

/* ---- all ---- */

void pel_node_inspector_refresh(PelNodeInspector *self) {
  bool shown = self->of && self->node >= 1 && self->node <= (int64_t)self->of->reasoning->n_nodes;
  empty(self->about), empty(self->relations), empty(self->reviews);
  gtk_widget_set_visible(self->form, shown && !self->passing), gtk_widget_set_visible(self->form_title, shown && !self->passing);
  gtk_widget_set_visible(self->what_if, shown && pel_reasoned_supposable(self->of, self->node));
  if (!shown) return;
  pel_node_facts_add(GTK_BOX(self->about), self->of, self->node);
  pel_node_sources_add(GTK_BOX(self->about), self->of, self->node, self->dark);
  fill_relations(self);
  fill_reviews(self);
}

void pel_node_inspector_show(PelNodeInspector *self, int64_t node) {
  if (node == self->node) return;
  self->node = node;
  pel_review_form_clear(PEL_REVIEW_FORM(self->form));
  pel_node_inspector_refresh(self);
  gtk_adjustment_set_value(gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(self->scroller)), 0);
}

void pel_node_inspector_set_reasoned(PelNodeInspector *self, const pel_reasoned *reasoned) {
  self->of = reasoned;
  self->node = 0;
  pel_review_form_clear(PEL_REVIEW_FORM(self->form));
  pel_node_inspector_refresh(self);
}

void pel_node_inspector_set_dark(PelNodeInspector *self, bool dark) {
  self->dark = dark;
  pel_node_inspector_refresh(self);
}

void pel_node_inspector_set_kept(PelNodeInspector *self, bool kept) {
  self->passing = !kept;
  pel_node_inspector_refresh(self);
}

PelReviewForm *pel_node_inspector_get_form(PelNodeInspector *self) { return PEL_REVIEW_FORM(self->form); }

static void given(PelReviewForm *form, int verdict, const char *name, const char *reason, PelNodeInspector *self) {
  (void)form;
  g_signal_emit(self, signals[REVIEWED], 0, verdict, name, reason);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_NODE_INSPECTOR(object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_node_inspector_parent_class)->dispose(object);
}

static void pel_node_inspector_class_init(PelNodeInspectorClass *class) {
  GType type = G_TYPE_FROM_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[REVIEWED] = g_signal_new("reviewed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
}

static void pel_node_inspector_init(PelNodeInspector *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  self->scroller = gtk_scrolled_window_new();
  self->about = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  self->relations = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->reviews = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  self->form = pel_review_form_new();
  self->what_if = gtk_button_new_with_mnemonic(_("What _if it were otherwise…"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(self->what_if), "win.what-if");
  gtk_widget_set_tooltip_text(self->what_if, _("Suppose something else and run the audit again (Ctrl+I)"));
  gtk_box_append(GTK_BOX(box), self->about);
  gtk_box_append(GTK_BOX(box), self->what_if);
  gtk_box_append(GTK_BOX(box), self->relations);
  gtk_box_append(GTK_BOX(box), self->reviews);
  self->form_title = pel_node_heading(GTK_BOX(box), _("Your review"));
  gtk_box_append(GTK_BOX(box), self->form);
  gtk_widget_set_margin_start(box, 12), gtk_widget_set_margin_end(box, 12);
  gtk_widget_set_margin_top(box, 8), gtk_widget_set_margin_bottom(box, 12);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), box);
  gtk_widget_set_parent(self->scroller, GTK_WIDGET(self));
  gtk_widget_set_size_request(GTK_WIDGET(self), 280, -1);
  g_signal_connect(self->form, "given", G_CALLBACK(given), self);
  pel_node_inspector_refresh(self);
}

GtkWidget *pel_node_inspector_new(void) { return g_object_new(PEL_TYPE_NODE_INSPECTOR, NULL); }
