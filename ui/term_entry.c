#include "ui/term_entry.h"

#include <glib/gi18n.h>

enum { MOST = 30 };

struct _PelTermEntry {
  GtkWidget parent;
  GtkWidget *box, *entry, *scroller, *list, *said, *fault;
  const pel_pack_terms *terms;
  pel_terms_kind kind;
  char *shown_for; /* what was searched for when the rows were made */
  bool adds, setting;
};

G_DEFINE_FINAL_TYPE(PelTermEntry, pel_term_entry, GTK_TYPE_WIDGET)

enum { PICKED, TYPED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *text_of(PelTermEntry *self) { return gtk_editable_get_text(GTK_EDITABLE(self->entry)); }

static void say(GtkWidget *label, const char *text) {
  gtk_label_set_text(GTK_LABEL(label), text);
  gtk_widget_set_visible(label, *text != 0);
}

static void name(GtkWidget *widget, const char *text) { gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1); }

/* ---- what is picked ---- */

static void empty_list(PelTermEntry *self) {
  GtkWidget *row;
  while ((row = GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->list), 0)))) gtk_list_box_remove(GTK_LIST_BOX(self->list), row);
  gtk_widget_set_visible(self->scroller, FALSE);
}

static void set_text(PelTermEntry *self, const char *text) {
  self->setting = true;
  gtk_editable_set_text(GTK_EDITABLE(self->entry), text);
  gtk_editable_set_position(GTK_EDITABLE(self->entry), -1);
  self->setting = false;
  g_free(self->shown_for);
  self->shown_for = g_strdup(text);
}

static void say_key(PelTermEntry *self, guint term) {
  const pel_pack_term *t = term == PEL_NO_TERM_ROW ? NULL : pel_pack_terms_get(self->terms, term);
  char *text = t ? g_strdup_printf("%s · %s", t->key, t->type) : g_strdup("");
  say(self->said, text);
  g_free(text);
}

void pel_term_entry_show(PelTermEntry *self, const char *key) {
  guint term = self->terms && *key ? pel_pack_terms_find(self->terms, key) : PEL_NO_TERM_ROW;
  empty_list(self);
  set_text(self, term == PEL_NO_TERM_ROW ? key : pel_pack_terms_get(self->terms, term)->label);
  say_key(self, term);
}

static void pick(PelTermEntry *self, GtkWidget *row, bool excluded) {
  char *key = g_strdup(g_object_get_data(G_OBJECT(row), "key"));
  gtk_widget_grab_focus(self->entry); /* before the row goes */
  pel_term_entry_show(self, self->adds ? "" : key);
  say(self->fault, "");
  g_signal_emit(self, signals[PICKED], 0, key, excluded);
  g_free(key);
}

/* The row that the keys are in, or the first. */
static GtkWidget *current(PelTermEntry *self) {
  GtkWidget *row = gtk_widget_get_focus_child(self->list);
  return row ? row : GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->list), 0));
}

static void row_activated(GtkListBox *list, GtkListBoxRow *row, PelTermEntry *self) {
  (void)list;
  pick(self, GTK_WIDGET(row), false);
}

static GtkWidget *row_of(GtkWidget *inside) { return gtk_widget_get_ancestor(inside, GTK_TYPE_LIST_BOX_ROW); }
static void observed(GtkWidget *button, PelTermEntry *self) { pick(self, row_of(button), false); }
static void excluded(GtkWidget *button, PelTermEntry *self) { pick(self, row_of(button), true); }

/* ---- rows ---- */

static GtkWidget *line(const char *text, const char *style) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  if (style) gtk_widget_add_css_class(label, style), gtk_widget_add_css_class(label, "dim-label");
  return label;
}

static void add_button(GtkWidget *box, const char *word, const char *label, GCallback call, PelTermEntry *self) {
  GtkWidget *button = gtk_button_new_with_label(word);
  char *heard = g_strdup_printf("%s: %s", word, label);
  name(button, heard);
  gtk_widget_add_css_class(button, "flat"), gtk_widget_add_css_class(button, "caption");
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  g_signal_connect(button, "clicked", call, self);
  gtk_box_append(GTK_BOX(box), button);
  g_free(heard);
}

static void add_row(PelTermEntry *self, const pel_term_hit *hit) {
  const pel_pack_term *t = pel_pack_terms_get(self->terms, hit->term);
  GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  char *key = self->kind == PEL_TERMS_ALL && *t->type ? g_strdup_printf("%s · %s", t->key, t->type) : g_strdup(t->key);
  char *below = hit->synonym ? g_strdup_printf(_("%s · also called %s"), key, hit->synonym) : g_strdup(key), *heard = g_strdup_printf("%s, %s", t->label, below);
  gtk_box_append(GTK_BOX(words), line(t->label, NULL)), gtk_box_append(GTK_BOX(words), line(below, "caption"));
  gtk_widget_set_hexpand(words, TRUE);
  gtk_box_append(GTK_BOX(box), words);
  if (self->adds) {
    add_button(box, _("Observed"), t->label, G_CALLBACK(observed), self);
    add_button(box, _("Excluded"), t->label, G_CALLBACK(excluded), self);
  }
  gtk_widget_set_margin_start(box, 8), gtk_widget_set_margin_end(box, 8), gtk_widget_set_margin_top(box, 3), gtk_widget_set_margin_bottom(box, 3);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  g_object_set_data_full(G_OBJECT(row), "key", g_strdup(t->key), g_free);
  name(row, heard);
  gtk_list_box_append(GTK_LIST_BOX(self->list), row);
  g_free(key), g_free(below), g_free(heard);
}

static void search(PelTermEntry *self) {
  pel_term_hit hits[MOST];
  guint all = 0, n = self->terms ? pel_pack_terms_search(self->terms, self->kind, text_of(self), hits, MOST, &all) : 0;
  empty_list(self);
  for (guint i = 0; i < n; i++) add_row(self, &hits[i]);
  gtk_widget_set_visible(self->scroller, n > 0);
  char *text = all > n ? g_strdup_printf(ngettext("%u more: type more of its words", "%u more: type more of their words", all - n), all - n)
               : n || pel_term_entry_is_empty(self) ? g_strdup("")
                              : g_strdup(_("No term of the pack has these words."));
  say(self->said, text);
  g_free(self->shown_for);
  self->shown_for = g_strdup(text_of(self));
  g_free(text);
}

static void search_left(PelTermEntry *self) {
  if (!self->setting && self->terms && g_strcmp0(self->shown_for, text_of(self))) search(self);
}

static void changed(PelTermEntry *self) {
  if (self->setting) return;
  say(self->fault, "");
  g_signal_emit(self, signals[TYPED], 0, text_of(self));
}

/* ---- keys ---- */

static void activated(PelTermEntry *self) {
  search_left(self);
  if (current(self)) pick(self, current(self), false);
}

static gboolean key(GtkEventControllerKey *c, guint value, guint code, GdkModifierType state, PelTermEntry *self) {
  bool enter = value == GDK_KEY_Return || value == GDK_KEY_KP_Enter, shift = state & GDK_SHIFT_MASK;
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) return FALSE;
  bool in_entry = !gtk_widget_get_focus_child(self->list);
  if (self->adds && enter && shift) {
    search_left(self);
    if (current(self)) pick(self, current(self), true);
    return TRUE;
  }
  if (value == GDK_KEY_Down && in_entry) {
    search_left(self);
    if (current(self)) gtk_widget_grab_focus(current(self));
    return current(self) != NULL;
  }
  if (value == GDK_KEY_Escape && gtk_widget_get_visible(self->scroller)) {
    gtk_widget_grab_focus(self->entry);
    empty_list(self);
    return TRUE;
  }
  return FALSE;
}

static gboolean past_the_end(GtkWidget *list, GtkDirectionType direction, PelTermEntry *self) {
  (void)list;
  if (direction == GTK_DIR_UP) gtk_widget_grab_focus(self->entry);
  return direction == GTK_DIR_UP;
}

static void focus_left(PelTermEntry *self) { empty_list(self); }

static void focus_came(PelTermEntry *self) {
  if (self->adds && *text_of(self) && !gtk_widget_get_visible(self->scroller)) search(self);
}

/* ---- object ---- */

void pel_term_entry_set_terms(PelTermEntry *self, const pel_pack_terms *terms, pel_terms_kind kind) {
  self->terms = terms, self->kind = kind;
  pel_term_entry_show(self, "");
  say(self->fault, "");
}

void pel_term_entry_say(PelTermEntry *self, const char *fault) { say(self->fault, fault); }

bool pel_term_entry_is_empty(PelTermEntry *self) {
  char *words = g_strstrip(g_strdup(text_of(self)));
  bool empty = !*words;
  g_free(words);
  return empty;
}

void pel_term_entry_focus(PelTermEntry *self) { gtk_widget_grab_focus(self->entry); }

static void dispose(GObject *object) {
  PelTermEntry *self = PEL_TERM_ENTRY(object);
  self->terms = NULL;
  self->setting = true;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->shown_for, g_free);
  G_OBJECT_CLASS(pel_term_entry_parent_class)->dispose(object);
}

static void pel_term_entry_class_init(PelTermEntryClass *class) {
  GType type = G_TYPE_FROM_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[PICKED] = g_signal_new("picked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[TYPED] = g_signal_new("typed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void listen(PelTermEntry *self) {
  GtkEventController *keys = gtk_event_controller_key_new(), *focus = gtk_event_controller_focus_new();
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect(keys, "key-pressed", G_CALLBACK(key), self);
  g_signal_connect_swapped(focus, "leave", G_CALLBACK(focus_left), self);
  g_signal_connect_swapped(focus, "enter", G_CALLBACK(focus_came), self);
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
  gtk_widget_add_controller(GTK_WIDGET(self), focus);
  g_signal_connect_swapped(self->entry, "changed", G_CALLBACK(changed), self);
  g_signal_connect_swapped(self->entry, "search-changed", G_CALLBACK(search_left), self);
  g_signal_connect_swapped(self->entry, "activate", G_CALLBACK(activated), self);
  g_signal_connect(self->list, "row-activated", G_CALLBACK(row_activated), self);
  g_signal_connect(self->list, "keynav-failed", G_CALLBACK(past_the_end), self);
}

static void pel_term_entry_init(PelTermEntry *self) {
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  self->entry = gtk_search_entry_new();
  self->list = gtk_list_box_new();
  self->scroller = gtk_scrolled_window_new();
  self->said = line("", "caption");
  self->fault = line("", NULL);
  gtk_widget_add_css_class(self->fault, "error"), gtk_widget_add_css_class(self->fault, "caption");
  gtk_label_set_wrap(GTK_LABEL(self->fault), TRUE);
  gtk_label_set_ellipsize(GTK_LABEL(self->fault), PANGO_ELLIPSIZE_NONE);
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(self->scroller, "card");
  gtk_widget_set_overflow(self->scroller, GTK_OVERFLOW_HIDDEN);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(self->scroller), 300);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->scroller), self->list);
  gtk_widget_set_visible(self->scroller, FALSE), gtk_widget_set_visible(self->said, FALSE), gtk_widget_set_visible(self->fault, FALSE);
  GtkWidget *const parts[] = {self->entry, self->scroller, self->said, self->fault};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) gtk_box_append(GTK_BOX(self->box), parts[i]);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  listen(self);
}

GtkWidget *pel_term_entry_new(const char *title, const char *hint, bool adds) {
  PelTermEntry *self = g_object_new(PEL_TYPE_TERM_ENTRY, NULL);
  self->adds = adds;
  char *found = g_strdup_printf(_("Terms found: %s"), title);
  name(self->entry, title);
  name(self->list, found);
  g_object_set(self->entry, "placeholder-text", hint, NULL);
  g_free(found);
  return GTK_WIDGET(self);
}
