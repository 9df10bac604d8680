#include "ui/tree_canvas.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "ui/paper.h"
#include "ui/reasoning_words.h"
#include "ui/tree_parts.h"

G_DEFINE_FINAL_TYPE(PelTreeCanvas, pel_tree_canvas, GTK_TYPE_WIDGET)

enum { CHOSEN, CHANGED, DESCRIBED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const pel_tree_item *items_of(const PelTreeCanvas *self) { return self->of->tree->items; }
static uint32_t n_items(const PelTreeCanvas *self) { return self->plot ? self->of->tree->n_items : 0; }

static int64_t item_id(const PelTreeCanvas *self, uint32_t item) {
  if (item >= n_items(self)) return 0;
  const pel_tree_item *i = &items_of(self)[item];
  if (i->kind != PEL_ITEM_MORE) return (int64_t)i->node + 1;
  return i->parent == PEL_TREE_NONE ? 0 : (int64_t)items_of(self)[i->parent].node + 1;
}

int64_t pel_tree_canvas_get_chosen(PelTreeCanvas *self) { return item_id(self, self->at); }
uint32_t pel_tree_canvas_get_item(PelTreeCanvas *self) { return self->at; }

/* ---- what is said ---- */

static void say(PelTreeCanvas *self, char *text, bool chosen) {
  if (chosen) {
    char *heard = g_strdup_printf(_("Logic tree: %s"), text ? text : "");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text ? text : "", -1);
    g_free(heard);
  }
  g_signal_emit(self, signals[DESCRIBED], 0, text ? text : "");
  free(text);
}

void pel_tree_canvas_say(PelTreeCanvas *self, uint32_t item) {
  bool chosen = item == PEL_TREE_NONE || item == self->at;
  if (item == PEL_TREE_NONE) item = self->at;
  say(self, self->plot ? pel_tree_canvas_with_mark(self, item, pel_logictree_describe(self->plot, item)) : NULL, chosen);
}

void pel_tree_canvas_say_edge(PelTreeCanvas *self, uint32_t item) { say(self, pel_logictree_describe_edge(self->plot, item), false); }

/* ---- layout ---- */

/* Another layout of the tree as it is now. What `anchor` names stays under the eye. */
static void lay_out(PelTreeCanvas *self, int64_t anchor) {
  pel_error err;
  pel_logictree *plot = NULL;
  pel_plot_style style = {.theme = pel_theme_get(self->dark), .translate = pel_words_translate};
  pel_logictree_options options = {.direction = self->direction, .flush = true, .unit = self->unit};
  pel_point by;
  if (!self->of) return;
  if (pel_logictree_layout(self->of->tree, &style, &options, &plot, &err) != PEL_OK) {
    g_clear_pointer(&self->plot, pel_logictree_free);
    say(self, strdup(err.text), true);
    return;
  }
  bool held = anchor && self->plot && pel_logictree_moved(self->plot, plot, anchor, &by);
  g_clear_pointer(&self->plot, pel_logictree_free);
  self->plot = plot;
  self->pointed = PEL_TREE_NONE;
  if (held) pel_tree_canvas_move_to(self, self->x + by.x, self->y + by.y);
  else pel_tree_canvas_place(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

/* Something folded or unfolded. The chosen node stays chosen, or the nearest above it that is still shown. */
static void update(PelTreeCanvas *self) {
  pel_error err;
  pel_logic_tree *t = self->of->tree;
  int64_t chosen = pel_tree_canvas_get_chosen(self), seen = chosen;
  if (pel_logic_tree_update(t, &err) != PEL_OK) {
    g_clear_pointer(&self->plot, pel_logictree_free);
    say(self, strdup(err.text), true);
    return;
  }
  while (seen && pel_logic_tree_item(t, seen) == PEL_TREE_NONE) seen = t->nodes[seen - 1].parent == PEL_TREE_NONE ? 0 : (int64_t)t->nodes[seen - 1].parent + 1;
  self->at = seen ? pel_logic_tree_item(t, seen) : t->n_items ? 0 : PEL_TREE_NONE;
  lay_out(self, seen);
  pel_tree_canvas_say(self, PEL_TREE_NONE);
  g_signal_emit(self, signals[CHANGED], 0);
  g_signal_emit(self, signals[CHOSEN], 0, pel_tree_canvas_get_chosen(self)); /* its item's number is another one */
}

void pel_tree_canvas_set_reasoned(PelTreeCanvas *self, pel_reasoned *reasoned) {
  g_clear_pointer(&self->plot, pel_logictree_free);
  self->of = reasoned;
  pel_tree_canvas_set_marks(self, NULL, false);
  self->at = self->pointed = PEL_TREE_NONE;
  self->placed = self->fitted = false;
  self->scale = 1;
  if (!reasoned) return;
  self->at = reasoned->tree->n_items ? 0 : PEL_TREE_NONE;
  lay_out(self, 0);
  pel_tree_canvas_say(self, PEL_TREE_NONE);
}

void pel_tree_canvas_set_dark(PelTreeCanvas *self, bool dark) {
  self->dark = dark;
  if (self->of) lay_out(self, pel_tree_canvas_get_chosen(self));
}

void pel_tree_canvas_set_direction(PelTreeCanvas *self, pel_tree_direction direction) {
  if (self->direction == direction) return;
  self->direction = direction;
  if (!self->of) return;
  self->placed = false;
  lay_out(self, 0);
  pel_tree_canvas_show_item(self, self->at);
}

pel_tree_direction pel_tree_canvas_get_direction(PelTreeCanvas *self) { return self->direction; }
void pel_tree_canvas_refresh(PelTreeCanvas *self) { gtk_widget_queue_draw(GTK_WIDGET(self)); }

/* ---- what is chosen ---- */

void pel_tree_canvas_choose_item(PelTreeCanvas *self, uint32_t item, bool show) {
  if (item >= n_items(self)) return;
  uint32_t before = self->at;
  self->at = item;
  if (show) self->pointed = PEL_TREE_NONE; /* what a hand points at lies elsewhere now */
  if (show) pel_tree_canvas_show_item(self, item);
  pel_tree_canvas_say(self, PEL_TREE_NONE);
  gtk_widget_queue_draw(GTK_WIDGET(self));
  if (item != before) g_signal_emit(self, signals[CHOSEN], 0, pel_tree_canvas_get_chosen(self));
}

void pel_tree_canvas_choose(PelTreeCanvas *self, int64_t node) {
  if (!self->plot) return;
  if (node && pel_logic_tree_item(self->of->tree, node) == PEL_TREE_NONE) {
    pel_logic_tree_reveal(self->of->tree, node);
    update(self);
  }
  uint32_t item = node ? pel_logic_tree_item(self->of->tree, node) : 0;
  if (item != PEL_TREE_NONE) pel_tree_canvas_choose_item(self, item, true);
}

/* The next or last card in the same layer, whoever its parent is. */
static uint32_t beside(PelTreeCanvas *self, int by) {
  const pel_tree_item *items = items_of(self);
  for (int64_t i = (int64_t)self->at + by; i >= 0 && i < n_items(self); i += by)
    if (items[i].depth == items[self->at].depth) return (uint32_t)i;
  return PEL_TREE_NONE;
}

bool pel_tree_canvas_step(PelTreeCanvas *self, pel_tree_step step) {
  uint32_t to = PEL_TREE_NONE;
  if (self->at >= n_items(self)) return false;
  const pel_tree_item *item = &items_of(self)[self->at];
  if (step == PEL_STEP_PARENT) to = item->parent;
  if (step == PEL_STEP_CHILD && item->n_children) to = self->at + 1;
  if (step == PEL_STEP_BEFORE || step == PEL_STEP_AFTER) to = beside(self, step == PEL_STEP_AFTER ? 1 : -1);
  if (to == PEL_TREE_NONE) return false;
  pel_tree_canvas_choose_item(self, to, true);
  return true;
}

/* ---- folding ---- */

void pel_tree_canvas_open(PelTreeCanvas *self, int64_t node) {
  if (!self->plot || !node) return;
  pel_logic_tree_open(self->of->tree, node, true);
  update(self);
}

void pel_tree_canvas_follow(PelTreeCanvas *self, uint32_t item) {
  if (item >= n_items(self)) return;
  pel_tree_item i = items_of(self)[item];
  int64_t id = (int64_t)i.node + 1;
  if (i.kind == PEL_ITEM_REFERENCE) pel_tree_canvas_choose(self, id);
  else if (i.kind == PEL_ITEM_MORE && i.parent != PEL_TREE_NONE) pel_tree_canvas_open(self, (int64_t)items_of(self)[i.parent].node + 1);
  else if (i.kind == PEL_ITEM_MORE) pel_tree_canvas_choose(self, id); /* roots that are not shown */
  else if (self->of->tree->nodes[i.node].n_below) {
    pel_logic_tree_collapse(self->of->tree, id, !self->of->tree->nodes[i.node].collapsed);
    update(self);
  }
}

void pel_tree_canvas_toggle(PelTreeCanvas *self) { pel_tree_canvas_follow(self, self->at); }

void pel_tree_canvas_cover(PelTreeCanvas *self, double share) {
  pel_error err;
  if (!self->plot) return;
  if (pel_logic_tree_cover(self->of->tree, share, &err) == PEL_OK) update(self);
}

void pel_tree_canvas_fold_below(PelTreeCanvas *self) {
  if (!self->plot) return;
  pel_logic_tree_collapse_below(self->of->tree, pel_tree_canvas_get_chosen(self));
  update(self);
}

void pel_tree_canvas_fold_others(PelTreeCanvas *self) {
  if (!self->plot) return;
  pel_logic_tree_collapse_others(self->of->tree, pel_tree_canvas_get_chosen(self));
  update(self);
}

void pel_tree_canvas_unfold_all(PelTreeCanvas *self) {
  if (!self->plot) return;
  pel_logic_tree_expand_all(self->of->tree);
  update(self);
}

/* ---- object ---- */

static void rescaled(PelTreeCanvas *self) {
  double unit = pel_text_scaling(GTK_WIDGET(self));
  if (unit == self->unit) return;
  self->unit = unit;
  if (self->of) lay_out(self, pel_tree_canvas_get_chosen(self));
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) { pel_tree_canvas_paint(PEL_TREE_CANVAS(widget), snapshot); }

static void size_allocate(GtkWidget *widget, int width, int height, int baseline) {
  PelTreeCanvas *self = PEL_TREE_CANVAS(widget);
  (void)width, (void)height, (void)baseline;
  if (!self->placed || self->fitted) pel_tree_canvas_place(self);
}

static void dispose(GObject *object) {
  PelTreeCanvas *self = PEL_TREE_CANVAS(object);
  g_clear_pointer(&self->plot, pel_logictree_free);
  g_clear_pointer(&self->type, pel_type_free);
  g_clear_pointer(&self->marked, g_array_unref);
  self->of = NULL;
  G_OBJECT_CLASS(pel_tree_canvas_parent_class)->dispose(object);
}

static void pel_tree_canvas_class_init(PelTreeCanvasClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  GType type = G_TYPE_FROM_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  widget->snapshot = snapshot;
  widget->size_allocate = size_allocate;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
  signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[CHANGED] = g_signal_new("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DESCRIBED] = g_signal_new("described", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void pel_tree_canvas_init(PelTreeCanvas *self) {
  GtkWidget *widget = GTK_WIDGET(self);
  self->type = pel_type_new();
  self->unit = pel_text_scaling(widget);
  self->scale = 1;
  self->at = self->pointed = PEL_TREE_NONE;
  gtk_widget_set_focusable(widget, TRUE);
  gtk_widget_set_overflow(widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Logic tree"), -1);
  g_signal_connect(widget, "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw), NULL);
  g_signal_connect_object(gtk_widget_get_settings(widget), "notify::gtk-xft-dpi", G_CALLBACK(rescaled), self, G_CONNECT_SWAPPED);
  pel_tree_canvas_add_hands(self);
}

GtkWidget *pel_tree_canvas_new(void) { return g_object_new(PEL_TYPE_TREE_CANVAS, NULL); }
