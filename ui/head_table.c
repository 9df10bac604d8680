#include "ui/head_table.h"

#include <glib/gi18n.h>

/* ---- one head ---- */

enum { LAYER, HEAD, ENTROPY, SINK, RECEIVED, N_COLUMNS };
static const char *const titles[] = {N_("Layer"), N_("Head"), N_("Entropy"), N_("Sink"), N_("Received")};

#define PEL_TYPE_HEAD_ITEM (pel_head_item_get_type())
G_DECLARE_FINAL_TYPE(PelHeadItem, pel_head_item, PEL, HEAD_ITEM, GObject)
struct _PelHeadItem {
  GObject parent;
  double number[N_COLUMNS];
};
G_DEFINE_FINAL_TYPE(PelHeadItem, pel_head_item, G_TYPE_OBJECT)
static void pel_head_item_class_init(PelHeadItemClass *class) { (void)class; }
static void pel_head_item_init(PelHeadItem *self) { (void)self; }

static PelHeadItem *item_new(uint32_t layer, uint32_t head, const pel_head_summary *s) {
  PelHeadItem *item = g_object_new(PEL_TYPE_HEAD_ITEM, NULL);
  const double numbers[] = {layer, head, (double)s->entropy, 100 * (double)s->sink, (double)s->received_max};
  for (int i = 0; i < N_COLUMNS; i++) item->number[i] = numbers[i];
  return item;
}

/* ---- the table ---- */

struct _PelHeadTable {
  GtkWidget parent;
  GtkWidget *scroller, *view;
  GListStore *items;
  GtkSingleSelection *selection;
  bool filling;
};

G_DEFINE_FINAL_TYPE(PelHeadTable, pel_head_table, GTK_TYPE_WIDGET)

static guint chosen_signal;

static void cell_made(GtkSignalListItemFactory *f, GtkListItem *cell, gpointer column) {
  (void)f, (void)column;
  GtkWidget *label = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(label), 1);
  gtk_widget_add_css_class(label, "numeric");
  gtk_list_item_set_child(cell, label);
}

static void cell_bound(GtkSignalListItemFactory *f, GtkListItem *cell, gpointer column) {
  (void)f;
  int i = GPOINTER_TO_INT(column);
  const PelHeadItem *item = gtk_list_item_get_item(cell);
  char text[32];
  g_snprintf(text, sizeof text, i == LAYER || i == HEAD ? "%.0f" : i == ENTROPY ? "%.2f" : i == SINK ? "%.1f %%" : "%.1f", item->number[i]);
  gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(cell)), text);
}

static gint by_number(gconstpointer a, gconstpointer b, gpointer column) {
  double x = ((const PelHeadItem *)a)->number[GPOINTER_TO_INT(column)], y = ((const PelHeadItem *)b)->number[GPOINTER_TO_INT(column)];
  return x < y ? -1 : x > y;
}

static void add_column(PelHeadTable *self, int i) {
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_signal_connect(factory, "setup", G_CALLBACK(cell_made), GINT_TO_POINTER(i));
  g_signal_connect(factory, "bind", G_CALLBACK(cell_bound), GINT_TO_POINTER(i));
  GtkColumnViewColumn *column = gtk_column_view_column_new(_(titles[i]), factory);
  GtkSorter *sorter = GTK_SORTER(gtk_custom_sorter_new(by_number, GINT_TO_POINTER(i), NULL));
  gtk_column_view_column_set_sorter(column, sorter);
  gtk_column_view_column_set_expand(column, TRUE);
  gtk_column_view_append_column(GTK_COLUMN_VIEW(self->view), column);
  g_object_unref(sorter);
  g_object_unref(column);
}

static void selected(GObject *selection, GParamSpec *pspec, PelHeadTable *self) {
  (void)pspec;
  const PelHeadItem *item = gtk_single_selection_get_selected_item(GTK_SINGLE_SELECTION(selection));
  if (item && !self->filling) g_signal_emit(self, chosen_signal, 0, (guint)item->number[LAYER], (guint)item->number[HEAD]);
}

void pel_head_table_set_overview(PelHeadTable *self, const pel_overview *overview) {
  self->filling = true;
  g_list_store_remove_all(self->items);
  const pel_heads_view *v = overview ? &overview->heads : NULL;
  for (uint32_t l = 0; v && l < v->n_layers; l++)
    for (uint32_t h = 0; h < v->n_heads; h++) {
      const pel_head_summary *s = &v->heads[pel_heads_index(v, l, h)];
      if (s->state != PEL_HEAD_RECORDED) continue;
      PelHeadItem *item = item_new(l, h, s);
      g_list_store_append(self->items, item);
      g_object_unref(item);
    }
  self->filling = false;
}

void pel_head_table_mark(PelHeadTable *self, uint32_t layer, uint32_t head) {
  GListModel *rows = G_LIST_MODEL(self->selection);
  self->filling = true;
  for (guint i = 0; i < g_list_model_get_n_items(rows); i++) {
    PelHeadItem *item = g_list_model_get_item(rows, i);
    if ((uint32_t)item->number[LAYER] == layer && (uint32_t)item->number[HEAD] == head) gtk_single_selection_set_selected(self->selection, i);
    g_object_unref(item);
  }
  self->filling = false;
}

static void dispose(GObject *object) {
  PelHeadTable *self = PEL_HEAD_TABLE(object);
  g_clear_pointer(&self->scroller, gtk_widget_unparent);
  g_clear_object(&self->items);
  g_clear_object(&self->selection);
  G_OBJECT_CLASS(pel_head_table_parent_class)->dispose(object);
}

static void pel_head_table_class_init(PelHeadTableClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  chosen_signal = g_signal_new("chosen", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void pel_head_table_init(PelHeadTable *self) {
  self->items = g_list_store_new(PEL_TYPE_HEAD_ITEM);
  self->view = gtk_column_view_new(NULL);
  gtk_widget_add_css_class(self->view, "data-table");
  for (int i = 0; i < N_COLUMNS; i++) add_column(self, i);
  GtkSorter *sorter = gtk_column_view_get_sorter(GTK_COLUMN_VIEW(self->view));
  GtkSortListModel *sorted = gtk_sort_list_model_new(g_object_ref(G_LIST_MODEL(self->items)), g_object_ref(sorter));
  self->selection = gtk_single_selection_new(G_LIST_MODEL(sorted));
  gtk_single_selection_set_autoselect(self->selection, FALSE);
  gtk_single_selection_set_can_unselect(self->selection, TRUE);
  gtk_column_view_set_model(GTK_COLUMN_VIEW(self->view), GTK_SELECTION_MODEL(self->selection));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Heads as a table"), -1);
  g_signal_connect(self->selection, "notify::selected-item", G_CALLBACK(selected), self);
  self->scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), self->view);
  gtk_widget_set_parent(self->scroller, GTK_WIDGET(self));
}

GtkWidget *pel_head_table_new(void) { return g_object_new(PEL_TYPE_HEAD_TABLE, NULL); }
