#include "ui/transcript.h"

#include <glib/gi18n.h>
#include <string.h>

#include "src/plot/theme.h"

#define TINTS 17
#define BY_ROW PEL_SIGNALS /* the last choice of the menu */

struct _PelTranscript {
  GtkWidget parent;
  GtkWidget *box, *view, *by, *search_bar, *search;
  GtkTextBuffer *buffer;
  GtkTextTag *tints[TINTS], *query_tag, *key_tag, *segment_tag, *found_tag;
  const pel_overview *overview;
  bool dark;
  struct place {
    int start, end; /* characters of the buffer */
  } *places;        /* [n] */
  uint32_t n;
  float *row; /* [row_index + 1] */
  uint32_t row_index;
  double place; /* to come back to when the text has grown; -1: the end */
  guint coming_back;
  bool marked; /* a query is marked: this one */
  uint32_t marked_row;
};

G_DEFINE_FINAL_TYPE(PelTranscript, pel_transcript, GTK_TYPE_WIDGET)

static guint token_signal;

/* ---- text ---- */

/* Puts the running text's paragraphs in, each segment under its name, and notes where each token is. */
static void fill(PelTranscript *self) {
  const pel_tokens_view *v = &self->overview->signals[PEL_SIGNAL_LOGPROB];
  const pel_running_text *text = &v->text;
  self->n = v->n;
  self->places = g_new0(struct place, v->n + 1);
  size_t span = 0;
  for (size_t p = 0; p < text->n_paragraphs; p++) {
    const pel_paragraph *paragraph = &text->paragraphs[p];
    GtkTextIter end;
    gtk_text_buffer_get_end_iter(self->buffer, &end);
    if (paragraph->opens_segment) {
      gtk_text_buffer_insert_with_tags(self->buffer, &end, pel_segment_name(paragraph->segment), -1, self->segment_tag, NULL);
      gtk_text_buffer_insert(self->buffer, &end, "\n", 1);
    }
    int first = gtk_text_iter_get_offset(&end);
    gtk_text_buffer_insert(self->buffer, &end, text->text + paragraph->start, (int)(paragraph->end - paragraph->start));
    gtk_text_buffer_insert(self->buffer, &end, "\n", 1);
    uint32_t at = paragraph->start;
    int offset = first;
    for (; span < text->n_spans && text->spans[span].start < paragraph->end; span++) {
      const pel_text_span *s = &text->spans[span];
      uint32_t start = MAX(s->start, paragraph->start), stop = MIN(s->end, paragraph->end);
      if (start > at) offset += (int)g_utf8_strlen(text->text + at, start - at), at = start;
      int length = (int)g_utf8_strlen(text->text + start, stop - start);
      struct place *place = &self->places[s->token];
      if (place->end == 0) place->start = offset;
      place->end = offset + length;
      if (s->end > paragraph->end) break; /* a token of several newlines goes on in the next paragraph */
    }
  }
  for (uint32_t t = 1; t < v->n; t++) /* a token without characters stands behind the one before */
    if (self->places[t].end == 0) self->places[t].start = self->places[t].end = self->places[t - 1].end;
}

static void iters_of(PelTranscript *self, uint32_t token, GtkTextIter *start, GtkTextIter *end) {
  gtk_text_buffer_get_iter_at_offset(self->buffer, start, self->places[token].start);
  gtk_text_buffer_get_iter_at_offset(self->buffer, end, self->places[token].end);
}

/* ---- colour ---- */

static void set_tint(GtkTextTag *tag, const pel_theme *theme, float value) {
  pel_rgb ink, paper = pel_theme_tint(theme, PEL_PALETTE_VIRIDIS, value, &ink);
  GdkRGBA back = {paper.r, paper.g, paper.b, 1}, front = {ink.r, ink.g, ink.b, 1};
  g_object_set(tag, "background-rgba", &back, "foreground-rgba", &front, NULL);
}

static void set_colors(PelTranscript *self) {
  const pel_theme *theme = pel_theme_get(self->dark);
  for (int i = 0; i < TINTS; i++) set_tint(self->tints[i], theme, (float)i / (TINTS - 1));
}

/* 0 .. 1 for colour, or -1: nothing is known of this token. */
static float value_of(const PelTranscript *self, guint by, uint32_t token) {
  if (by < PEL_SIGNALS) return token < self->overview->signals[by].n ? self->overview->signals[by].items[token].value : -1;
  if (!self->row || token > self->row_index) return -1;
  return pel_log_value(self->row[token], 1e-4f, 1);
}

static void color(PelTranscript *self) {
  guint by = gtk_drop_down_get_selected(GTK_DROP_DOWN(self->by));
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(self->buffer, &start, &end);
  for (int i = 0; i < TINTS; i++) gtk_text_buffer_remove_tag(self->buffer, self->tints[i], &start, &end);
  for (uint32_t t = 0; t < self->n; t++) {
    float value = value_of(self, by, t);
    if (value < 0) continue;
    iters_of(self, t, &start, &end);
    gtk_text_buffer_apply_tag(self->buffer, self->tints[(int)(CLAMP(value, 0, 1) * (TINTS - 1) + 0.5f)], &start, &end);
  }
}

static void by_changed(GObject *by, GParamSpec *pspec, PelTranscript *self) {
  (void)by, (void)pspec;
  if (self->overview) color(self);
}

void pel_transcript_set_row(PelTranscript *self, const float *weights, uint32_t row) {
  g_clear_pointer(&self->row, g_free);
  if (weights) self->row = g_memdup2(weights, (row + 1) * sizeof *weights), self->row_index = row;
  if (self->overview && gtk_drop_down_get_selected(GTK_DROP_DOWN(self->by)) == BY_ROW) color(self);
}

void pel_transcript_mark(PelTranscript *self, bool on, uint32_t row, uint32_t key) {
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(self->buffer, &start, &end);
  gtk_text_buffer_remove_tag(self->buffer, self->query_tag, &start, &end);
  gtk_text_buffer_remove_tag(self->buffer, self->key_tag, &start, &end);
  bool moved = !self->marked || self->marked_row != row;
  self->marked = on && row < self->n && key < self->n, self->marked_row = row;
  if (!self->marked) return;
  iters_of(self, key, &start, &end);
  gtk_text_buffer_apply_tag(self->buffer, self->key_tag, &start, &end);
  iters_of(self, row, &start, &end);
  gtk_text_buffer_apply_tag(self->buffer, self->query_tag, &start, &end);
  if (moved) gtk_text_view_scroll_to_iter(GTK_TEXT_VIEW(self->view), &start, 0.1, FALSE, 0, 0);
}

void pel_transcript_set_dark(PelTranscript *self, bool dark) {
  self->dark = dark;
  set_colors(self);
}

void pel_transcript_set_overview(PelTranscript *self, const pel_overview *overview) {
  self->overview = overview;
  self->n = 0;
  g_clear_pointer(&self->places, g_free);
  g_clear_pointer(&self->row, g_free);
  gtk_text_buffer_set_text(self->buffer, "", 0);
  if (!overview) {
    self->marked = false;
    return;
  }
  fill(self);
  color(self);
}

static gboolean restore_place(gpointer data) {
  PelTranscript *self = data;
  GtkAdjustment *a = gtk_scrollable_get_vadjustment(GTK_SCROLLABLE(self->view));
  double end = gtk_adjustment_get_upper(a) - gtk_adjustment_get_page_size(a);
  gtk_adjustment_set_value(a, self->place < 0 ? end : self->place);
  self->coming_back = 0;
  return G_SOURCE_REMOVE;
}

void pel_transcript_grow(PelTranscript *self, const pel_overview *overview) {
  GtkAdjustment *a = gtk_scrollable_get_vadjustment(GTK_SCROLLABLE(self->view));
  double value = gtk_adjustment_get_value(a), end = gtk_adjustment_get_upper(a) - gtk_adjustment_get_page_size(a);
  self->place = value >= end - 4 ? -1 : value;
  pel_transcript_set_overview(self, overview);
  if (!self->coming_back) self->coming_back = g_idle_add_full(G_PRIORITY_LOW, restore_place, self, NULL); /* when the text has been laid out */
}

/* ---- hands ---- */

/* The token that has the character, by bisection: tokens lie in order. */
static bool token_at(const PelTranscript *self, int offset, uint32_t *token) {
  uint32_t lo = 0, hi = self->n;
  while (lo < hi) {
    uint32_t middle = lo + (hi - lo) / 2;
    if (self->places[middle].end <= offset) lo = middle + 1;
    else hi = middle;
  }
  *token = lo;
  return lo < self->n && self->places[lo].start <= offset;
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelTranscript *self) {
  GtkTextIter iter;
  int bx, by;
  uint32_t token;
  (void)g, (void)times;
  if (gtk_text_buffer_get_has_selection(self->buffer)) return; /* somebody selects text */
  gtk_text_view_window_to_buffer_coords(GTK_TEXT_VIEW(self->view), GTK_TEXT_WINDOW_WIDGET, (int)x, (int)y, &bx, &by);
  if (!gtk_text_view_get_iter_at_location(GTK_TEXT_VIEW(self->view), &iter, bx, by)) return;
  if (token_at(self, gtk_text_iter_get_offset(&iter), &token)) g_signal_emit(self, token_signal, 0, token);
}

/* From the keyboard: Return chooses the token at the caret. */
static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelTranscript *self) {
  (void)c, (void)code, (void)state;
  GtkTextIter iter;
  uint32_t token;
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) return FALSE;
  gtk_text_buffer_get_iter_at_mark(self->buffer, &iter, gtk_text_buffer_get_insert(self->buffer));
  if (token_at(self, gtk_text_iter_get_offset(&iter), &token)) g_signal_emit(self, token_signal, 0, token);
  return TRUE;
}

static void search(PelTranscript *self, bool next) {
  const char *what = gtk_editable_get_text(GTK_EDITABLE(self->search));
  GtkTextIter from, start, end, first, last;
  gtk_text_buffer_get_bounds(self->buffer, &first, &last);
  gtk_text_buffer_remove_tag(self->buffer, self->found_tag, &first, &last);
  if (!*what) return;
  gtk_text_buffer_get_iter_at_mark(self->buffer, &from, gtk_text_buffer_get_insert(self->buffer));
  if (next) gtk_text_iter_forward_char(&from);
  bool found = gtk_text_iter_forward_search(&from, what, GTK_TEXT_SEARCH_CASE_INSENSITIVE, &start, &end, NULL) ||
               gtk_text_iter_forward_search(&first, what, GTK_TEXT_SEARCH_CASE_INSENSITIVE, &start, &end, NULL);
  if (found) {
    gtk_text_buffer_place_cursor(self->buffer, &start);
    gtk_text_buffer_apply_tag(self->buffer, self->found_tag, &start, &end);
    gtk_text_view_scroll_to_iter(GTK_TEXT_VIEW(self->view), &start, 0.1, FALSE, 0, 0);
  }
  if (found) gtk_widget_remove_css_class(self->search, "error");
  else gtk_widget_add_css_class(self->search, "error");
}

static void search_changed(GtkSearchEntry *entry, PelTranscript *self) {
  (void)entry;
  search(self, false);
}

static void search_next(GtkSearchEntry *entry, PelTranscript *self) {
  (void)entry;
  search(self, true);
}

/* Escape: the caret is at what was found, so the keys go there. */
static void search_ended(GtkSearchEntry *entry, PelTranscript *self) {
  (void)entry;
  gtk_search_bar_set_search_mode(GTK_SEARCH_BAR(self->search_bar), FALSE);
  gtk_widget_grab_focus(self->view);
}

void pel_transcript_find(PelTranscript *self) {
  gtk_search_bar_set_search_mode(GTK_SEARCH_BAR(self->search_bar), TRUE);
  gtk_widget_grab_focus(self->search);
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelTranscript *self = PEL_TRANSCRIPT(object);
  g_clear_handle_id(&self->coming_back, g_source_remove);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->places, g_free);
  g_clear_pointer(&self->row, g_free);
  G_OBJECT_CLASS(pel_transcript_parent_class)->dispose(object);
}

static void pel_transcript_class_init(PelTranscriptClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  token_signal = g_signal_new("token", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void make_tags(PelTranscript *self) {
  self->segment_tag = gtk_text_buffer_create_tag(self->buffer, NULL, "scale", 0.8, "weight", 600, "pixels-above-lines", 8, NULL);
  for (int i = 0; i < TINTS; i++) self->tints[i] = gtk_text_buffer_create_tag(self->buffer, NULL, NULL);
  self->key_tag = gtk_text_buffer_create_tag(self->buffer, NULL, "underline", PANGO_UNDERLINE_DOUBLE, NULL);
  self->query_tag = gtk_text_buffer_create_tag(self->buffer, NULL, "weight", 800, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  self->found_tag = gtk_text_buffer_create_tag(self->buffer, NULL, "background", "#f9c23c", "foreground", "#000000", NULL);
  set_colors(self);
}

static GtkWidget *make_view(PelTranscript *self) {
  self->view = gtk_text_view_new();
  self->buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(self->view));
  gtk_text_view_set_editable(GTK_TEXT_VIEW(self->view), FALSE);
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(self->view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin(GTK_TEXT_VIEW(self->view), 12);
  gtk_text_view_set_right_margin(GTK_TEXT_VIEW(self->view), 12);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Transcript"), -1);
  make_tags(self);
  GtkGesture *click = gtk_gesture_click_new();
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(click, "released", G_CALLBACK(clicked), self);
  g_signal_connect(key, "key-pressed", G_CALLBACK(pressed), self);
  gtk_widget_add_controller(self->view, GTK_EVENT_CONTROLLER(click));
  gtk_widget_add_controller(self->view, key);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->view);
  gtk_widget_set_vexpand(scroller, TRUE);
  return scroller;
}

static GtkWidget *make_bar(PelTranscript *self) {
  const char *const names[] = {_("Log-probability"), _("Entropy"), _("Margin"), _("Received attention"), _("Weight on the sink"), _("Locked query"), NULL};
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8), *label = gtk_label_new_with_mnemonic(_("_Colour by"));
  self->by = gtk_drop_down_new_from_strings(names);
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), self->by);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->by), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Colour the text by"), -1);
  g_signal_connect(self->by, "notify::selected", G_CALLBACK(by_changed), self);
  gtk_widget_set_margin_start(bar, 12);
  gtk_box_append(GTK_BOX(bar), label);
  gtk_box_append(GTK_BOX(bar), self->by);
  return bar;
}

static GtkWidget *make_search(PelTranscript *self) {
  self->search = gtk_search_entry_new();
  self->search_bar = gtk_search_bar_new();
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Find in the text"), -1);
  gtk_search_bar_set_child(GTK_SEARCH_BAR(self->search_bar), self->search);
  gtk_search_bar_connect_entry(GTK_SEARCH_BAR(self->search_bar), GTK_EDITABLE(self->search));
  g_signal_connect(self->search, "search-changed", G_CALLBACK(search_changed), self);
  g_signal_connect(self->search, "stop-search", G_CALLBACK(search_ended), self);
  g_signal_connect(self->search, "activate", G_CALLBACK(search_next), self);
  return self->search_bar;
}

static void pel_transcript_init(PelTranscript *self) {
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *view = make_view(self);
  gtk_box_append(GTK_BOX(self->box), make_bar(self));
  gtk_box_append(GTK_BOX(self->box), make_search(self));
  gtk_box_append(GTK_BOX(self->box), view);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_transcript_new(void) { return g_object_new(PEL_TYPE_TRANSCRIPT, NULL); }
