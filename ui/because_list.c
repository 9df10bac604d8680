#include "ui/because_list.h"

#include <glib/gi18n.h>

#include "src/plot/tree_look.h"
#include "ui/case_words.h"
#include "ui/reasoning_words.h"

#define INDENT 14      /* px a level */
#define INDENT_MOST 9  /* levels */
#define ICON 14
#define ROOM 8        /* px at either side */
#define NARROW 60     /* px that a row's text has at least */

/* ---- rows: no more than the number of an item ---- */

#define TYPE_ROW (because_row_get_type())
G_DECLARE_FINAL_TYPE(BecauseRow, because_row, BECAUSE, ROW, GObject)
struct _BecauseRow {
  GObject parent;
  guint item;
};
G_DEFINE_FINAL_TYPE(BecauseRow, because_row, G_TYPE_OBJECT)
static void because_row_class_init(BecauseRowClass *class) { (void)class; }
static void because_row_init(BecauseRow *self) { (void)self; }

#define TYPE_ROWS (because_rows_get_type())
G_DECLARE_FINAL_TYPE(BecauseRows, because_rows, BECAUSE, ROWS, GObject)
struct _BecauseRows {
  GObject parent;
  guint n;
};

static GType rows_item_type(GListModel *model) {
  (void)model;
  return TYPE_ROW;
}

static guint rows_n_items(GListModel *model) { return BECAUSE_ROWS(model)->n; }

static gpointer rows_item(GListModel *model, guint at) {
  if (at >= BECAUSE_ROWS(model)->n) return NULL;
  BecauseRow *row = g_object_new(TYPE_ROW, NULL);
  row->item = at;
  return row;
}

static void rows_interface(GListModelInterface *model) {
  model->get_item_type = rows_item_type;
  model->get_n_items = rows_n_items;
  model->get_item = rows_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(BecauseRows, because_rows, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, rows_interface))
static void because_rows_class_init(BecauseRowsClass *class) { (void)class; }
static void because_rows_init(BecauseRows *self) { (void)self; }

/* ---- the list ---- */

struct _PelBecauseList {
  GtkWidget parent;
  GtkWidget *scroller, *view;
  GtkSingleSelection *selection;
  BecauseRows *rows; /* the selection's */
  const pel_reasoned *of;
  const pel_mark *marks;
  bool dark, setting, marks_in_b;
};

G_DEFINE_FINAL_TYPE(PelBecauseList, pel_because_list, GTK_TYPE_WIDGET)

enum { CHOSEN, FOLLOWED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void draw_sign(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data) {
  PelBecauseList *self = data;
  pel_canvas_cairo canvas;
  int state = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(area), "state")) - 1;
  if (state < 0) return;
  pel_state_icon(pel_canvas_cairo_init(&canvas, cr), pel_theme_get(self->dark), (pel_node_state)state, (pel_point){width / 2.0, height / 2.0}, MIN(width, height));
}

static GtkWidget *text_label(const char *style) {
  GtkWidget *label = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  if (style) gtk_widget_add_css_class(label, style);
  return label;
}

/* Texts one under another, which take the width that there is. To ask a label how wide it would like to be sets its text many times over, and
 * a list makes hundreds of rows at once. */
static GtkSizeRequestMode texts_mode(GtkWidget *box) {
  (void)box;
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int text_height(GtkWidget *child, int width) {
  int height = 0;
  if (gtk_widget_should_layout(child)) gtk_widget_measure(child, GTK_ORIENTATION_VERTICAL, MAX(width, NARROW), &height, NULL, NULL, NULL);
  return height;
}

static void texts_measure(GtkWidget *box, GtkOrientation orientation, int width, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline) {
  int size = NARROW;
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    size = 0;
    for (GtkWidget *child = gtk_widget_get_first_child(box); child; child = gtk_widget_get_next_sibling(child)) size += text_height(child, width);
  }
  *minimum = *natural = size;
  *minimum_baseline = *natural_baseline = -1;
}

static void texts_allocate(GtkWidget *box, int width, int height, int baseline) {
  int y = 0;
  (void)height, (void)baseline;
  for (GtkWidget *child = gtk_widget_get_first_child(box); child; child = gtk_widget_get_next_sibling(child)) {
    int high = text_height(child, width);
    if (!high) continue;
    gtk_widget_size_allocate(child, &(GtkAllocation){0, y, MAX(width, NARROW), high}, -1);
    y += high;
  }
}

typedef struct row_parts {
  GtkWidget *sign, *number, *claim, *where;
} row_parts;

static void setup(GtkSignalListItemFactory *factory, GtkListItem *row, PelBecauseList *self) {
  row_parts *p = g_new0(row_parts, 1);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 1);
  (void)factory;
  p->sign = gtk_drawing_area_new();
  p->number = gtk_label_new("");
  p->claim = text_label(NULL);
  p->where = text_label("caption");
  gtk_widget_add_css_class(p->where, "dim-label");
  gtk_widget_add_css_class(p->number, "numeric");
  gtk_drawing_area_set_content_width(GTK_DRAWING_AREA(p->sign), ICON);
  gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(p->sign), ICON);
  gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(p->sign), draw_sign, self, NULL);
  gtk_widget_set_valign(p->sign, GTK_ALIGN_START), gtk_widget_set_margin_top(p->sign, 3);
  gtk_widget_set_valign(p->number, GTK_ALIGN_START);
  gtk_widget_set_margin_end(box, ROOM);
  gtk_widget_set_margin_top(box, 2), gtk_widget_set_margin_bottom(box, 2);
  gtk_widget_set_layout_manager(texts, gtk_custom_layout_new(texts_mode, texts_measure, texts_allocate));
  gtk_widget_set_hexpand(texts, TRUE);
  gtk_box_append(GTK_BOX(texts), p->claim), gtk_box_append(GTK_BOX(texts), p->where);
  gtk_box_append(GTK_BOX(box), p->sign), gtk_box_append(GTK_BOX(box), p->number), gtk_box_append(GTK_BOX(box), texts);
  g_object_set_data_full(G_OBJECT(row), "parts", p, g_free);
  gtk_list_item_set_child(row, box);
}

static void bind(GtkSignalListItemFactory *factory, GtkListItem *row, PelBecauseList *self) {
  row_parts *p = g_object_get_data(G_OBJECT(row), "parts");
  guint at = BECAUSE_ROW(gtk_list_item_get_item(row))->item;
  (void)factory;
  if (!self->of || at >= self->of->tree->n_items) return;
  const pel_logic_tree *t = self->of->tree;
  const pel_tree_item *item = &t->items[at];
  bool node = item->kind == PEL_ITEM_NODE;
  char *number = node ? pel_words_number(t, item->node) : g_strdup(""), *claim = pel_words_claim(t, at);
  char *where = node ? pel_words_where(t, item->node) : g_strdup(""), *review = node ? pel_words_review(self->of, (int64_t)item->node + 1) : g_strdup("");
  char *mark = node && self->marks ? pel_mark_words(&self->marks[item->node], self->marks_in_b) : g_strdup("");
  char *below = g_strconcat(mark, *mark && *where ? "\n" : "", where, (*mark || *where) && *review ? "\n" : "", *review ? "✎ " : "", review, NULL);
  g_object_set_data(G_OBJECT(p->sign), "state", GINT_TO_POINTER(node ? (int)t->reasoning->nodes[item->node].state + 1 : 0));
  gtk_label_set_text(GTK_LABEL(p->number), number);
  gtk_label_set_text(GTK_LABEL(p->claim), claim);
  gtk_label_set_text(GTK_LABEL(p->where), below);
  GtkWidget *widget = gtk_widget_get_ancestor(p->sign, g_type_from_name("GtkListItemWidget"));
  char *heard = g_strconcat(number, *number ? " " : "", claim, *below ? "; " : "", below, NULL);
  if (widget) gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  g_free(heard);
  gtk_widget_set_visible(p->number, *number != 0);
  gtk_widget_set_visible(p->where, *below != 0);
  gtk_widget_set_margin_start(p->sign, (int)(ROOM + MIN(item->depth, INDENT_MOST) * INDENT));
  (item->depth ? gtk_widget_remove_css_class : gtk_widget_add_css_class)(p->claim, "heading");
  gtk_widget_queue_draw(p->sign);
  g_free(number), g_free(claim), g_free(where), g_free(review), g_free(mark), g_free(below);
}

/* ---- choosing ---- */

static void selected(GtkSingleSelection *selection, GParamSpec *pspec, PelBecauseList *self) {
  guint at = gtk_single_selection_get_selected(selection);
  (void)pspec;
  if (!self->setting && at != GTK_INVALID_LIST_POSITION) g_signal_emit(self, signals[CHOSEN], 0, at);
}

static void activated(GtkListView *view, guint at, PelBecauseList *self) {
  (void)view;
  g_signal_emit(self, signals[FOLLOWED], 0, at);
}

void pel_because_list_choose(PelBecauseList *self, uint32_t item) {
  bool setting = self->setting;
  if (gtk_single_selection_get_selected(self->selection) == item && !self->setting) return;
  self->setting = true;
  gtk_single_selection_set_selected(self->selection, item == PEL_TREE_NONE ? GTK_INVALID_LIST_POSITION : item);
  self->setting = setting;
  if (item < self->rows->n) gtk_widget_activate_action(self->view, "list.scroll-to-item", "u", item);
}

void pel_because_list_refill(PelBecauseList *self) {
  guint before = self->rows->n, at = gtk_single_selection_get_selected(self->selection);
  self->setting = true;
  self->rows->n = self->of ? self->of->tree->n_items : 0;
  g_list_model_items_changed(G_LIST_MODEL(self->rows), 0, before, self->rows->n);
  if (self->rows->n == before && at < before) gtk_single_selection_set_selected(self->selection, at);
  self->setting = false;
}

void pel_because_list_set_marks(PelBecauseList *self, const pel_mark *marks, bool in_b) {
  self->marks = marks, self->marks_in_b = in_b;
  pel_because_list_refill(self);
}

void pel_because_list_set_reasoned(PelBecauseList *self, const pel_reasoned *reasoned) {
  self->of = reasoned;
  self->marks = NULL;
  pel_because_list_refill(self);
}

void pel_because_list_set_dark(PelBecauseList *self, bool dark) {
  self->dark = dark;
  if (self->of) pel_because_list_refill(self);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_BECAUSE_LIST(object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_because_list_parent_class)->dispose(object);
}

static void pel_because_list_class_init(PelBecauseListClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new("chosen", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FOLLOWED] = g_signal_new("followed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void pel_because_list_init(PelBecauseList *self) {
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  self->rows = g_object_new(TYPE_ROWS, NULL);
  self->selection = gtk_single_selection_new(G_LIST_MODEL(self->rows));
  gtk_single_selection_set_autoselect(self->selection, FALSE);
  gtk_single_selection_set_can_unselect(self->selection, TRUE);
  g_signal_connect(factory, "setup", G_CALLBACK(setup), self);
  g_signal_connect(factory, "bind", G_CALLBACK(bind), self);
  g_signal_connect_object(self->selection, "notify::selected", G_CALLBACK(selected), self, 0);
  self->view = gtk_list_view_new(GTK_SELECTION_MODEL(self->selection), factory);
  g_signal_connect(self->view, "activate", G_CALLBACK(activated), self);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The reasoning in words"), -1);
  self->scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), self->view);
  gtk_widget_set_parent(self->scroller, GTK_WIDGET(self));
  gtk_widget_set_size_request(GTK_WIDGET(self), 236, -1);
}

GtkWidget *pel_because_list_new(void) { return g_object_new(PEL_TYPE_BECAUSE_LIST, NULL); }
