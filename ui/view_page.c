#include "ui/view_page.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "src/plot/graph_plot.h"
#include "src/plot/reliability.h"
#include "src/plot/search_tree.h"
#include "src/plot/timeline.h"
#include "ui/diagram_canvas.h"
#include "ui/reasoning_words.h"

struct _PelViewPage {
  GtkWidget parent;
  pel_export_what what;
  GtkWidget *box, *stack, *bar, *scrubber;
  GtkLabel *moment, *note;
  PelDiagramCanvas *canvas;
  pel_reasoned *of; /* borrowed */
  pel_timeline_data time;
  pel_reliability_data trust;
  bool choosing, setting;
  guint timer; /* of the scrubber: one count for many steps */
};

G_DEFINE_FINAL_TYPE(PelViewPage, pel_view_page, GTK_TYPE_WIDGET)

enum { CHOSEN, FOLLOWED, DESCRIBED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- what is there ---- */

bool pel_view_page_has(const pel_reasoned *of, pel_export_what what) {
  if (!of) return false;
  switch (what) {
    case PEL_EXPORT_TREE: return true;
    case PEL_EXPORT_RETRIEVAL: return of->reasoning->n_retrieved > 0;
    case PEL_EXPORT_SEARCH: return of->search != NULL;
    case PEL_EXPORT_GRAPH: return of->graph != NULL;
    case PEL_EXPORT_TIMELINE: return of->reasoning->n_spans > 0;
    case PEL_EXPORT_RELIABILITY: return of->reasoning->n_reliability > 0;
    default: return false;
  }
}

bool pel_view_page_is_empty(PelViewPage *self) { return !pel_view_page_has(self->of, self->what); }

static const char *name_of(pel_export_what what) {
  switch (what) {
    case PEL_EXPORT_SEARCH: return _("Search");
    case PEL_EXPORT_GRAPH: return _("Graph");
    case PEL_EXPORT_TIMELINE: return _("Time");
    default: return _("Calibration");
  }
}

static const char *empty_words(pel_export_what what) {
  switch (what) {
    case PEL_EXPORT_SEARCH: return _("No search is recorded here: the rules alone decided, or the audit was made without one.");
    case PEL_EXPORT_GRAPH: return _("Nothing was deduced over a graph here: the pack has none, or the audit did not use it.");
    case PEL_EXPORT_TIMELINE: return _("No stages are recorded here.");
    default: return _("No calibration was used here: nothing in this reasoning has a percentage that could be checked.");
  }
}

static pel_diagram_maker maker_of(PelViewPage *self) {
  switch (self->what) {
    case PEL_EXPORT_SEARCH: return pel_search_tree_maker(self->of->search);
    case PEL_EXPORT_GRAPH: return pel_graph_plot_maker(self->of->graph);
    case PEL_EXPORT_TIMELINE: return pel_timeline_maker(&self->time);
    default: return pel_reliability_maker(&self->trust);
  }
}

/* ---- what has to be known to read it ---- */

/* The simulation that is looked at, and how far counting its like leads to what the search recorded. */
static void add_moment(GString *s, const pel_search_view *v) {
  const pel_search_agreement *a = &v->agreement;
  if (v->by_proof_numbers) {
    g_string_append_printf(s, _(" Simulation %lld: %u nodes, %u of them shown."), (long long)v->at, v->path_nodes, v->path_shown);
    g_string_append(s, _(" Visits are those of the moment; states, and how much is left to prove, are those at the end."));
  } else {
    g_string_append_printf(s, _(" Simulation %lld: %u nodes, %u of them shown, value %.3f."), (long long)v->at, v->path_nodes, v->path_shown, v->path_value);
    g_string_append(s, _(" Visits and values are those of the moment; states are those at the end."));
  }
  if (!v->all_kept) return;
  if (a->values && !v->by_proof_numbers)
    g_string_append_printf(s, _(" The search recorded another value for %u of %u nodes than all simulations add up to: what is decided, and what needs all its parts, has a value of its own."), a->values, a->nodes);
  if (a->visits) g_string_append_printf(s, _(" It recorded another number of visits for %u: a path that ended in a circle does not count for its end."), a->visits);
}

static char *search_note(const pel_search_view *v) {
  GString *s = g_string_new(NULL);
  g_string_append_printf(s, _("%u of %u nodes shown, those visited most."), v->n_shown, v->n_nodes);
  if (!v->all_kept) g_string_append_printf(s, _(" The trace keeps %lld simulations, not all."), (long long)v->n_simulations);
  if (v->at) add_moment(s, v);
  return g_string_free(s, FALSE);
}

static char *graph_note(const pel_graph_view *v) {
  if (pel_graph_has_attention(v)) return g_strdup_printf(_("%u of %u entities shown; wider lines have more attention, the best paths are numbered."), v->n_shown, v->n_nodes);
  return g_strdup_printf(_("%u of %u entities shown; the best paths are numbered, no attention is recorded."), v->n_shown, v->n_nodes);
}

static char *calibration_note(const pel_reasoning *r) {
  pel_reliability_sum sum;
  if (!pel_reliability_sum_of(r, 0, &sum)) return g_strdup("");
  return g_strdup_printf(_("%zu bins, of which %zu have a 95 %% interval that does not hold their mean confidence."), sum.n_bins, sum.outside);
}

static void say_note(PelViewPage *self) {
  char *text = NULL;
  gtk_widget_set_visible(GTK_WIDGET(self->note), !pel_view_page_is_empty(self));
  if (pel_view_page_is_empty(self)) return;
  switch (self->what) {
    case PEL_EXPORT_SEARCH: text = search_note(self->of->search); break;
    case PEL_EXPORT_GRAPH: text = graph_note(self->of->graph); break;
    case PEL_EXPORT_TIMELINE: text = g_strdup(_("A stage keeps how long it took, not when it began: those of one parent are drawn one after another, by their numbers.")); break;
    default: text = calibration_note(self->of->reasoning); break;
  }
  gtk_label_set_text(self->note, text);
  g_free(text);
}

/* ---- the moment of the search ---- */

int64_t pel_view_page_get_at(PelViewPage *self) { return self->what == PEL_EXPORT_SEARCH && self->of && self->of->search ? self->of->search->at : 0; }

/* In the label, and at the beginning of what is heard of the picture. */
static void say_moment(PelViewPage *self) {
  const pel_plot_style style = {.translate = pel_words_translate};
  char *text = pel_search_moment(self->of->search, &style), *name = g_strdup_printf("%s (%s)", name_of(self->what), text ? text : "");
  gtk_label_set_text(self->moment, text ? text : "");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->scrubber), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text ? text : "", -1);
  pel_diagram_canvas_set_name(self->canvas, name);
  g_free(name);
  free(text);
}

static gboolean look_at(gpointer data) {
  PelViewPage *self = data;
  self->timer = 0;
  pel_search_view_at(self->of->search, (int64_t)gtk_range_get_value(GTK_RANGE(self->scrubber)));
  say_moment(self);
  say_note(self);
  pel_diagram_canvas_refresh(self->canvas);
  return G_SOURCE_REMOVE;
}

static void scrubbed(GtkRange *range, PelViewPage *self) {
  (void)range;
  if (!self->setting && self->of && self->of->search && !self->timer) self->timer = g_timeout_add(20, look_at, self);
}

/* Above the search, where there is more than one moment. */
static void set_scrubber(PelViewPage *self) {
  pel_search_view *v = self->what == PEL_EXPORT_SEARCH && self->of ? self->of->search : NULL;
  bool shown = v && v->n_simulations > 1;
  if (!self->bar) return;
  gtk_widget_set_visible(self->bar, v != NULL);
  gtk_widget_set_visible(self->scrubber, shown);
  if (!v) return;
  self->setting = true;
  pel_search_view_at(v, 0);
  gtk_range_set_range(GTK_RANGE(self->scrubber), 1, shown ? (double)v->n_simulations : 2);
  gtk_range_set_increments(GTK_RANGE(self->scrubber), 1, MAX(1, (double)v->n_simulations / 20));
  gtk_range_set_value(GTK_RANGE(self->scrubber), (double)v->n_simulations);
  self->setting = false;
  say_moment(self);
}

/* ---- one selection ---- */

static int64_t node_of(PelViewPage *self, uint32_t item) {
  const pel_diagram *plot = pel_diagram_canvas_get_plot(self->canvas);
  return plot ? pel_diagram_node(plot, item) : 0;
}

static void item_chosen(PelDiagramCanvas *canvas, guint item, PelViewPage *self) {
  int64_t node = node_of(self, item);
  (void)canvas;
  if (!self->choosing && node) g_signal_emit(self, signals[CHOSEN], 0, (gint64)node);
}

static void item_followed(PelDiagramCanvas *canvas, guint item, PelViewPage *self) {
  int64_t node = node_of(self, item);
  (void)canvas;
  if (node) g_signal_emit(self, signals[FOLLOWED], 0, (gint64)node);
}

static void described(PelDiagramCanvas *canvas, const char *sentence, PelViewPage *self) {
  (void)canvas;
  g_signal_emit(self, signals[DESCRIBED], 0, sentence);
}

void pel_view_page_choose(PelViewPage *self, int64_t node) {
  const pel_diagram *plot = pel_diagram_canvas_get_plot(self->canvas);
  uint32_t at = pel_diagram_canvas_get_item(self->canvas), item = plot ? pel_diagram_item_of(plot, node) : PEL_DIAGRAM_NONE;
  if (item == PEL_DIAGRAM_NONE || (at != PEL_DIAGRAM_NONE && node_of(self, at) == node)) return; /* one of several that stand for it stays */
  self->choosing = true;
  pel_diagram_canvas_choose(self->canvas, item, true);
  self->choosing = false;
}

/* ---- a trace ---- */

void pel_view_page_set_reasoned(PelViewPage *self, pel_reasoned *reasoned) {
  g_clear_handle_id(&self->timer, g_source_remove);
  self->of = reasoned;
  if (reasoned) self->time = (pel_timeline_data){.reasoning = reasoned->reasoning}, self->trust = (pel_reliability_data){.reasoning = reasoned->reasoning};
  bool empty = pel_view_page_is_empty(self);
  gtk_stack_set_visible_child_name(GTK_STACK(self->stack), empty ? "empty" : "view");
  set_scrubber(self);
  say_note(self);
  pel_diagram_maker maker = empty ? (pel_diagram_maker){0} : maker_of(self);
  self->choosing = true;
  pel_diagram_canvas_set_maker(self->canvas, empty ? NULL : &maker);
  self->choosing = false;
}

void pel_view_page_say(PelViewPage *self) { pel_diagram_canvas_refresh(self->canvas); }
void pel_view_page_set_dark(PelViewPage *self, bool dark) { pel_diagram_canvas_set_dark(self->canvas, dark); }
GtkWidget *pel_view_page_get_focus(PelViewPage *self) { return GTK_WIDGET(self->canvas); }

/* ---- object ---- */

static void dispose(GObject *object) {
  PelViewPage *self = PEL_VIEW_PAGE(object);
  g_clear_handle_id(&self->timer, g_source_remove);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_view_page_parent_class)->dispose(object);
}

static void pel_view_page_class_init(PelViewPageClass *class) {
  GType type = G_TYPE_FROM_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[FOLLOWED] = g_signal_new("followed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[DESCRIBED] = g_signal_new("described", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void pel_view_page_init(PelViewPage *self) { self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0); }

static void fit_clicked(GtkButton *button, PelViewPage *self) {
  (void)button;
  pel_diagram_canvas_zoom(self->canvas, 0);
}

static GtkWidget *make_bar(PelViewPage *self) {
  GtkWidget *fit = gtk_button_new_from_icon_name("zoom-fit-best-symbolic"), *label = gtk_label_new(_("Simulations"));
  self->bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  self->scrubber = gtk_scale_new_with_range(GTK_ORIENTATION_HORIZONTAL, 1, 2, 1);
  self->moment = GTK_LABEL(gtk_label_new(""));
  gtk_label_set_ellipsize(self->moment, PANGO_ELLIPSIZE_END);
  gtk_scale_set_draw_value(GTK_SCALE(self->scrubber), FALSE);
  gtk_range_set_round_digits(GTK_RANGE(self->scrubber), 0);
  gtk_widget_set_hexpand(self->scrubber, TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->scrubber), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The search after so many simulations"), -1);
  gtk_widget_set_tooltip_text(self->scrubber, _("The search after so many simulations: arrows step, Home is the first, End the end"));
  gtk_widget_add_css_class(GTK_WIDGET(self->moment), "numeric"), gtk_widget_add_css_class(GTK_WIDGET(self->moment), "dim-label");
  gtk_accessible_update_property(GTK_ACCESSIBLE(fit), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show the whole search"), -1);
  gtk_widget_set_tooltip_text(fit, _("Show the whole search (F)"));
  gtk_widget_add_css_class(fit, "flat");
  gtk_box_append(GTK_BOX(self->bar), label), gtk_box_append(GTK_BOX(self->bar), self->scrubber);
  gtk_box_append(GTK_BOX(self->bar), GTK_WIDGET(self->moment)), gtk_box_append(GTK_BOX(self->bar), fit);
  gtk_widget_set_margin_start(self->bar, 10), gtk_widget_set_margin_end(self->bar, 6);
  g_signal_connect(self->scrubber, "value-changed", G_CALLBACK(scrubbed), self);
  g_signal_connect(fit, "clicked", G_CALLBACK(fit_clicked), self);
  return self->bar;
}

static GtkWidget *make_note(PelViewPage *self) {
  self->note = GTK_LABEL(gtk_label_new(""));
  gtk_label_set_xalign(self->note, 0);
  gtk_label_set_wrap(self->note, TRUE);
  gtk_widget_add_css_class(GTK_WIDGET(self->note), "caption"), gtk_widget_add_css_class(GTK_WIDGET(self->note), "dim-label");
  gtk_widget_set_margin_start(GTK_WIDGET(self->note), 12), gtk_widget_set_margin_end(GTK_WIDGET(self->note), 12);
  gtk_widget_set_margin_top(GTK_WIDGET(self->note), 4), gtk_widget_set_margin_bottom(GTK_WIDGET(self->note), 4);
  return GTK_WIDGET(self->note);
}

static GtkWidget *empty_label(const char *text, const char *style) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 60);
  gtk_widget_add_css_class(label, style);
  return label;
}

static GtkWidget *make_empty(pel_export_what what) {
  GtkWidget *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append(GTK_BOX(page), empty_label(name_of(what), "title-2"));
  gtk_box_append(GTK_BOX(page), empty_label(empty_words(what), "body"));
  gtk_widget_set_valign(page, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start(page, 24), gtk_widget_set_margin_end(page, 24);
  return page;
}

GtkWidget *pel_view_page_new(pel_export_what what) {
  PelViewPage *self = g_object_new(PEL_TYPE_VIEW_PAGE, NULL);
  self->what = what;
  self->stack = gtk_stack_new();
  self->canvas = PEL_DIAGRAM_CANVAS(pel_diagram_canvas_new(name_of(what)));
  gtk_widget_set_size_request(GTK_WIDGET(self->canvas), 280, 200);
  gtk_stack_add_named(GTK_STACK(self->stack), GTK_WIDGET(self->canvas), "view");
  gtk_stack_add_named(GTK_STACK(self->stack), make_empty(what), "empty");
  gtk_widget_set_vexpand(self->stack, TRUE), gtk_widget_set_hexpand(self->stack, TRUE);
  if (what == PEL_EXPORT_SEARCH) gtk_box_append(GTK_BOX(self->box), make_bar(self));
  gtk_box_append(GTK_BOX(self->box), self->stack);
  gtk_box_append(GTK_BOX(self->box), make_note(self));
  g_signal_connect(self->canvas, "chosen", G_CALLBACK(item_chosen), self);
  g_signal_connect(self->canvas, "followed", G_CALLBACK(item_followed), self);
  g_signal_connect(self->canvas, "described", G_CALLBACK(described), self);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  pel_view_page_set_reasoned(self, NULL);
  return GTK_WIDGET(self);
}
