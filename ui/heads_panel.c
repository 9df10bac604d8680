#include "ui/heads_panel.h"

#include <glib/gi18n.h>

#include "ui/head_grid.h"
#include "ui/head_table.h"

struct _PelHeadsPanel {
  GtkWidget parent;
  GtkWidget *box, *stack;
  GtkScrolledWindow *scroller; /* of the grid */
  PelHeadGrid *grid;
  PelHeadTable *table;
  PelHeadFilter *filter;
  const pel_overview *overview;
  bool marked;
  bool table_filled; /* hundreds of rows of widgets: not before somebody looks */
  uint32_t layer, head;
};

G_DEFINE_FINAL_TYPE(PelHeadsPanel, pel_heads_panel, GTK_TYPE_WIDGET)

enum { CHOSEN, FILTERED, N_SIGNALS };
static guint signals[N_SIGNALS];

void pel_heads_panel_mark(PelHeadsPanel *self, uint32_t layer, uint32_t head) {
  self->marked = true, self->layer = layer, self->head = head;
  pel_head_grid_mark(self->grid, layer, head);
  if (self->table_filled) pel_head_table_mark(self->table, layer, head);
  double top, bottom;
  if (pel_head_grid_span(self->grid, &top, &bottom)) gtk_adjustment_clamp_page(gtk_scrolled_window_get_vadjustment(self->scroller), top, bottom);
}

static void chosen(gpointer from, guint layer, guint head, PelHeadsPanel *self) {
  (void)from;
  g_signal_emit(self, signals[CHOSEN], 0, layer, head);
}

static void fill_table(PelHeadsPanel *self) {
  bool seen = g_strcmp0(gtk_stack_get_visible_child_name(GTK_STACK(self->stack)), "table") == 0;
  if (!seen || self->table_filled) return;
  pel_head_table_set_overview(self->table, self->overview, pel_head_filter_get_passes(self->filter));
  if (self->marked && self->overview) pel_head_table_mark(self->table, self->layer, self->head);
  self->table_filled = true;
}

static void filtered(PelHeadFilter *filter, PelHeadsPanel *self) {
  pel_head_grid_set_passes(self->grid, pel_head_filter_get_passes(filter));
  self->table_filled = false;
  if (!self->overview) pel_head_table_set_overview(self->table, NULL, NULL);
  else fill_table(self);
  g_signal_emit(self, signals[FILTERED], 0);
}

void pel_heads_panel_set_overview(PelHeadsPanel *self, const pel_overview *overview) {
  self->overview = overview;
  self->marked = self->marked && overview;
  pel_head_grid_set_overview(self->grid, overview);
  pel_head_filter_set_overview(self->filter, overview); /* says "changed", which fills the table */
}

void pel_heads_panel_set_dark(PelHeadsPanel *self, bool dark) {
  pel_head_grid_set_dark(self->grid, dark);
  pel_head_filter_set_dark(self->filter, dark);
}

const char *pel_heads_panel_get_filter(PelHeadsPanel *self) { return pel_head_filter_get_words(self->filter); }

/* Through the heads alone in reading order; a mean is left for the first head beside it. */
bool pel_heads_panel_next(PelHeadsPanel *self, int heads, int layers, uint32_t *layer, uint32_t *head) {
  const pel_heads_view *v = &self->overview->heads;
  const bool *passes = pel_head_filter_get_passes(self->filter);
  int64_t n = (int64_t)v->n_layers * v->n_heads, by = heads + (int64_t)layers * v->n_heads;
  int64_t at = MIN(*layer, v->n_layers - 1) * (int64_t)v->n_heads + MIN(*head, v->n_heads - 1);
  for (at += by; at >= 0 && at < n; at += by) {
    if (v->heads[at].state != PEL_HEAD_RECORDED || (passes && !passes[at])) continue;
    *layer = (uint32_t)(at / v->n_heads), *head = (uint32_t)(at % v->n_heads);
    return true;
  }
  return false;
}

/* ---- object ---- */

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_HEADS_PANEL(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_heads_panel_parent_class)->dispose(object);
}

static void pel_heads_panel_class_init(PelHeadsPanelClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new("chosen", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[FILTERED] = g_signal_new("filtered", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void pel_heads_panel_init(PelHeadsPanel *self) {
  GtkWidget *stack = self->stack = gtk_stack_new(), *switcher = gtk_stack_switcher_new(), *scroller = gtk_scrolled_window_new();
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  self->grid = PEL_HEAD_GRID(pel_head_grid_new());
  self->table = PEL_HEAD_TABLE(pel_head_table_new());
  self->filter = PEL_HEAD_FILTER(pel_head_filter_new());
  self->scroller = GTK_SCROLLED_WINDOW(scroller);
  gtk_scrolled_window_set_child(self->scroller, GTK_WIDGET(self->grid));
  gtk_viewport_set_scroll_to_focus(GTK_VIEWPORT(gtk_scrolled_window_get_child(self->scroller)), FALSE); /* it is taller than the window */
  gtk_stack_add_titled(GTK_STACK(stack), scroller, "grid", _("Grid"));
  gtk_stack_add_titled(GTK_STACK(stack), GTK_WIDGET(self->table), "table", _("Table"));
  gtk_stack_switcher_set_stack(GTK_STACK_SWITCHER(switcher), GTK_STACK(stack));
  gtk_widget_set_halign(switcher, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top(switcher, 6);
  gtk_widget_set_vexpand(stack, TRUE);
  g_signal_connect(self->grid, "chosen", G_CALLBACK(chosen), self);
  g_signal_connect(self->table, "chosen", G_CALLBACK(chosen), self);
  g_signal_connect(self->filter, "changed", G_CALLBACK(filtered), self);
  g_signal_connect_swapped(stack, "notify::visible-child", G_CALLBACK(fill_table), self);
  gtk_box_append(GTK_BOX(self->box), switcher);
  gtk_box_append(GTK_BOX(self->box), stack);
  gtk_box_append(GTK_BOX(self->box), GTK_WIDGET(self->filter));
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_widget_set_size_request(GTK_WIDGET(self), 236, -1);
}

GtkWidget *pel_heads_panel_new(void) { return g_object_new(PEL_TYPE_HEADS_PANEL, NULL); }
