#include "ui/head_table.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/head_grid.h"
#include "ui/head_measure.h"

/* ---- one head ---- */

enum { LAYER, HEAD, FIRST_MEASURE, N_COLUMNS = FIRST_MEASURE + PEL_MEASURES };

#define PEL_TYPE_HEAD_ITEM (pel_head_item_get_type())
G_DECLARE_FINAL_TYPE(PelHeadItem, pel_head_item, PEL, HEAD_ITEM, GObject)
struct _PelHeadItem {
  GObject parent;
  uint32_t layer, head;
  bool all_layers, all_heads; /* a mean */
  double measure[PEL_MEASURES];
};
G_DEFINE_FINAL_TYPE(PelHeadItem, pel_head_item, G_TYPE_OBJECT)
static void pel_head_item_class_init(PelHeadItemClass *class) { (void)class; }
static void pel_head_item_init(PelHeadItem *self) { (void)self; }

static PelHeadItem *item_new(const pel_overview *o, uint32_t layer, uint32_t head) {
  PelHeadItem *item = g_object_new(PEL_TYPE_HEAD_ITEM, NULL);
  item->layer = layer, item->head = head;
  item->all_layers = layer == o->heads.n_layers, item->all_heads = head == o->heads.n_heads;
  for (int m = 0; m < PEL_MEASURES; m++) item->measure[m] = pel_measure_value(o, (pel_head_measure)m, layer, head);
  return item;
}

static char *text_of(const PelHeadItem *item, int column) {
  if (column == LAYER) return item->all_layers ? g_strdup(_("all")) : g_strdup_printf("%u", item->layer);
  if (column == HEAD) return item->all_heads ? g_strdup(_("mean")) : g_strdup_printf("%u", item->head);
  return pel_measure_text((pel_head_measure)(column - FIRST_MEASURE), item->measure[column - FIRST_MEASURE]);
}

static double number_of(const PelHeadItem *item, int column) {
  return column == LAYER ? item->layer : column == HEAD ? item->head : item->measure[column - FIRST_MEASURE];
}

/* ---- the table ---- */

struct _PelHeadTable {
  GtkWidget parent;
  GtkWidget *scroller, *view;
  GListStore *items;
  GtkSingleSelection *selection;
  bool filling;
  guint sorted; /* column, by the keys; N_COLUMNS: none yet */
  GtkSortType order;
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
  char *text = text_of(gtk_list_item_get_item(cell), GPOINTER_TO_INT(column));
  gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(cell)), text);
  g_free(text);
}

/* What is not known comes last. */
static gint by_number(gconstpointer a, gconstpointer b, gpointer column) {
  double x = number_of(a, GPOINTER_TO_INT(column)), y = number_of(b, GPOINTER_TO_INT(column));
  if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
  return x < y ? -1 : x > y;
}

static void add_column(PelHeadTable *self, int i) {
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_signal_connect(factory, "setup", G_CALLBACK(cell_made), GINT_TO_POINTER(i));
  g_signal_connect(factory, "bind", G_CALLBACK(cell_bound), GINT_TO_POINTER(i));
  GtkColumnViewColumn *column = gtk_column_view_column_new(i == LAYER ? _("Layer") : i == HEAD ? _("Head") : pel_measure_name((pel_head_measure)(i - FIRST_MEASURE)), factory);
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
  if (item && !self->filling) g_signal_emit(self, chosen_signal, 0, item->layer, item->head);
}

static void add_items(GPtrArray *items, const pel_overview *o, const bool *passes) {
  const pel_heads_view *v = &o->heads;
  for (uint32_t l = 0; l <= v->n_layers; l++)
    for (uint32_t h = l < v->n_layers ? 0 : v->n_heads; h <= v->n_heads; h++) {
      bool mean = h == v->n_heads;
      if (!pel_head_grid_has(o, l, h) || (passes && (mean || !passes[pel_heads_index(v, l, h)]))) continue;
      g_ptr_array_add(items, item_new(o, l, h));
    }
}

void pel_head_table_set_overview(PelHeadTable *self, const pel_overview *overview, const bool *passes) {
  GPtrArray *items = g_ptr_array_new_with_free_func(g_object_unref);
  if (overview) add_items(items, overview, passes);
  self->filling = true;
  g_list_store_splice(self->items, 0, g_list_model_get_n_items(G_LIST_MODEL(self->items)), items->pdata, items->len);
  self->filling = false;
  g_ptr_array_unref(items);
}

void pel_head_table_mark(PelHeadTable *self, uint32_t layer, uint32_t head) {
  GListModel *rows = G_LIST_MODEL(self->selection);
  guint found = GTK_INVALID_LIST_POSITION;
  for (guint i = 0; i < g_list_model_get_n_items(rows) && found == GTK_INVALID_LIST_POSITION; i++) {
    PelHeadItem *item = g_list_model_get_item(rows, i);
    if (item->layer == layer && item->head == head) found = i;
    g_object_unref(item);
  }
  self->filling = true;
  gtk_single_selection_set_selected(self->selection, found);
  self->filling = false;
}

/* The headers answer to the mouse alone. */
static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelHeadTable *self) {
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || (key != GDK_KEY_s && key != GDK_KEY_S)) return FALSE;
  if (key == GDK_KEY_S) self->order = self->order == GTK_SORT_ASCENDING ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING;
  else self->sorted = self->sorted >= N_COLUMNS - 1 ? 0 : self->sorted + 1;
  GtkColumnViewColumn *column = g_list_model_get_item(gtk_column_view_get_columns(GTK_COLUMN_VIEW(self->view)), MIN(self->sorted, N_COLUMNS - 1));
  gtk_column_view_sort_by_column(GTK_COLUMN_VIEW(self->view), column, self->order);
  char *said = g_strdup_printf(self->order == GTK_SORT_ASCENDING ? _("Heads as a table, by %s, smallest first") : _("Heads as a table, by %s, largest first"), gtk_column_view_column_get_title(column));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
  g_object_unref(column);
  g_free(said);
  return TRUE;
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
  GtkEventController *keys = gtk_event_controller_key_new();
  self->items = g_list_store_new(PEL_TYPE_HEAD_ITEM);
  self->sorted = N_COLUMNS;
  g_signal_connect(keys, "key-pressed", G_CALLBACK(pressed), self);
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
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
