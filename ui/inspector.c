#include "ui/inspector.h"

#include <glib/gi18n.h>

#include "src/analysis/caption.h"
#include "ui/color_bar.h"
#include "ui/minimap.h"
#include "ui/token_card.h"
#include "ui/words.h"

#define MOST 8                       /* keys that are listed */

struct _PelInspector {
  GtkWidget parent;
  GtkWidget *scroller, *list;
  PelTokenCard *card;
  GtkLabel *list_title;
  PelMapWidget *map; /* held */
  const pel_overview *overview;
};

G_DEFINE_FINAL_TYPE(PelInspector, pel_inspector, GTK_TYPE_WIDGET)

static guint said_signal;

/* ---- where the locked row looks most ---- */

static void empty_list(PelInspector *self) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child(self->list))) gtk_box_remove(GTK_BOX(self->list), child);
  gtk_label_set_text(self->list_title, "");
}

static void key_clicked(GtkButton *button, PelInspector *self) {
  uint32_t row, key;
  if (pel_map_widget_get_locked(self->map, &row, &key))
    pel_map_widget_lock(self->map, true, row, GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "key")));
}

static void add_key(PelInspector *self, uint32_t key, float weight) {
  char number[40];
  const pel_look *look = pel_map_widget_get_look(self->map);
  char name[80];
  pel_label_quote(pel_labels_at(&self->overview->labels[look->of.level], key), name, sizeof name);
  pel_weight_text(number, sizeof number, (double)weight);
  char *text = g_strdup_printf(PEL_LEFT_TO_RIGHT "%s  %u  %s", number, key, name);
  GtkWidget *button = gtk_button_new_with_label(text), *label = gtk_button_get_child(GTK_BUTTON(button));
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class(button, "flat");
  gtk_widget_add_css_class(label, "body");
  g_object_set_data(G_OBJECT(button), "key", GUINT_TO_POINTER(key));
  g_signal_connect(button, "clicked", G_CALLBACK(key_clicked), self);
  gtk_box_append(GTK_BOX(self->list), button);
  g_free(text);
}

/* The largest first; `from` leaves a hidden sink out. */
static uint32_t find_most(const float *w, uint32_t from, uint32_t end, uint32_t out[MOST]) {
  uint32_t n = 0;
  for (uint32_t k = from; k < end; k++) {
    if (!(w[k] > 0) || (n == MOST && w[k] <= w[out[n - 1]])) continue;
    uint32_t at = n < MOST ? n++ : n - 1;
    for (; at > 0 && w[k] > w[out[at - 1]]; at--) out[at] = out[at - 1];
    out[at] = k;
  }
  return n;
}

static void locked(PelMapWidget *map, gboolean on, guint row, guint key, PelInspector *self) {
  uint32_t at, most[MOST];
  const float *w = on ? pel_map_widget_get_row(map, &at) : NULL;
  const pel_look *look = pel_map_widget_get_look(map);
  (void)key;
  if (!on || !self->overview) {
    empty_list(self);
    return;
  }
  pel_inspector_show_token(self, pel_units_tokens(&self->overview->units[look->of.level], (pel_range){row, row + 1}).start);
  if (!w) return;
  GtkWidget *focus = GTK_WIDGET(gtk_root_get_focus(gtk_widget_get_root(GTK_WIDGET(self))));
  bool held = focus && gtk_widget_is_ancestor(focus, self->list);
  empty_list(self);
  bool alone = pel_units_sink_alone(&self->overview->units[look->of.level]); /* else only its share was left out */
  uint32_t n = find_most(w, look->no_sink && alone ? 1 : 0, at + 1, most);
  for (uint32_t i = 0; i < n; i++) add_key(self, most[i], w[most[i]]);
  gtk_label_set_text(self->list_title, look->of.value_weighted ? _("It takes most from") : _("It looks most at"));
  if (held) gtk_widget_grab_focus(GTK_WIDGET(map));
}

static void pointed(PelMapWidget *map, gboolean on, guint row, guint key, PelInspector *self) {
  const pel_look *look = pel_map_widget_get_look(map);
  (void)key;
  if (on && self->overview) pel_inspector_show_token(self, pel_units_tokens(&self->overview->units[look->of.level], (pel_range){row, row + 1}).start);
}

static void said(PelTokenCard *card, const char *sentence, guint token, PelInspector *self) {
  (void)card;
  g_signal_emit(self, said_signal, 0, sentence, token);
}

void pel_inspector_show_token(PelInspector *self, uint32_t token) { pel_token_card_show(self->card, token); }

void pel_inspector_set_trace(PelInspector *self, pel_document *document, const pel_overview *overview) {
  bool same = self->overview && overview;
  self->overview = overview;
  if (same) return;
  pel_token_card_set_document(self->card, document);
  empty_list(self);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelInspector *self = PEL_INSPECTOR(object);
  if (self->map) g_signal_handlers_disconnect_by_data(self->map, self);
  g_clear_pointer(&self->scroller, gtk_widget_unparent);
  g_clear_object(&self->map);
  G_OBJECT_CLASS(pel_inspector_parent_class)->dispose(object);
}

static void pel_inspector_class_init(PelInspectorClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  said_signal = g_signal_new("token-said", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
}

static void pel_inspector_init(PelInspector *self) { (void)self; }

GtkWidget *pel_inspector_new(PelMapWidget *map) {
  PelInspector *self = g_object_new(PEL_TYPE_INSPECTOR, NULL);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  self->map = g_object_ref(map);
  self->scroller = gtk_scrolled_window_new();
  self->card = PEL_TOKEN_CARD(pel_token_card_new());
  self->list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->list_title = GTK_LABEL(gtk_label_new(""));
  gtk_label_set_xalign(self->list_title, 0);
  gtk_widget_add_css_class(GTK_WIDGET(self->list_title), "heading");
  gtk_box_append(GTK_BOX(box), pel_minimap_new(map));
  gtk_box_append(GTK_BOX(box), pel_color_bar_new(map));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->card));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->list_title));
  gtk_box_append(GTK_BOX(box), self->list);
  gtk_widget_set_margin_start(box, 10), gtk_widget_set_margin_end(box, 10);
  gtk_widget_set_margin_top(box, 8), gtk_widget_set_margin_bottom(box, 8);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), box);
  gtk_widget_set_parent(self->scroller, GTK_WIDGET(self));
  gtk_widget_set_size_request(GTK_WIDGET(self), 208, -1);
  g_signal_connect(map, "locked", G_CALLBACK(locked), self);
  g_signal_connect(map, "pointed", G_CALLBACK(pointed), self);
  g_signal_connect(self->card, "said", G_CALLBACK(said), self);
  return GTK_WIDGET(self);
}
