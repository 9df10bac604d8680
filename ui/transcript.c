#include "ui/transcript.h"

#include <glib/gi18n.h>
#include <string.h>

#include "src/plot/theme.h"
#include "ui/words.h"

#define TINTS 17
#define LINE_MOST 2000            /* characters */
#define PARAGRAPHS_MOST 50000
#define BYTES_MOST (1u << 20)
#define BY_ROW PEL_SIGNALS /* the last choice of the menu */

struct _PelTranscript {
  GtkWidget parent;
  GtkWidget *box, *view, *by, *search_bar, *search;
  GtkTextBuffer *buffer;
  GtkTextTag *tints[TINTS], *query_tag, *key_tag, *segment_tag, *found_tag, *bands[PEL_SEGMENT_KINDS];
  const pel_overview *overview;
  bool dark;
  struct place {
    int start, end; /* characters of the buffer */
  } *places;        /* [n] */
  uint32_t n;
  float *row; /* [row_tokens]: the locked row's numbers, for each token its unit's */
  uint32_t row_tokens;
  float row_most;
  uint32_t colored_from, colored_to; /* tokens that have their colour */
  guint coloring; /* idle */
  double place; /* to come back to when the text has grown; -1: the end */
  guint coming_back;
  bool marked; /* a query is marked: this one */
  uint32_t marked_row;
  bool hovered;
  uint32_t hovered_token;
};

G_DEFINE_FINAL_TYPE(PelTranscript, pel_transcript, GTK_TYPE_WIDGET)

enum { TOKEN, HOVERED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- text ---- */

/* Where a paragraph's character stands: lines are broken every LINE_MOST characters, for a text view lays out whole lines. */
static int shown_at(int first, int character) { return first + character + character / LINE_MOST; }

static void insert(PelTranscript *self, const char *text, gssize size, GtkTextTag *band, GtkTextTag *more) {
  GtkTextIter end;
  gtk_text_buffer_get_end_iter(self->buffer, &end);
  gtk_text_buffer_insert_with_tags(self->buffer, &end, text, (int)size, band, more, NULL);
}

static void insert_paragraph(PelTranscript *self, const char *text, size_t size, GtkTextTag *band) {
  const char *end = text + size;
  while (text < end) {
    const char *stop = text;
    for (int i = 0; i < LINE_MOST && stop < end; i++) stop = g_utf8_next_char(stop);
    insert(self, text, stop - text, band, NULL);
    insert(self, "\n", 1, band, NULL);
    text = stop;
  }
}

/* Notes where the tokens of a paragraph are whose first character stands at `first`; *span is the first that may be in it. */
static void place_tokens(PelTranscript *self, const pel_paragraph *paragraph, int first, size_t *span) {
  const pel_running_text *text = &self->overview->text;
  uint32_t at = paragraph->start;
  int character = 0;
  for (; *span < text->n_spans && text->spans[*span].start < paragraph->end; ++*span) {
    const pel_text_span *s = &text->spans[*span];
    uint32_t start = MAX(s->start, paragraph->start), stop = MIN(s->end, paragraph->end);
    if (start > at) character += (int)g_utf8_strlen(text->text + at, start - at), at = start;
    int length = (int)g_utf8_strlen(text->text + start, stop - start);
    struct place *place = &self->places[s->token];
    if (place->end == 0) place->start = shown_at(first, character);
    if (length) place->end = shown_at(first, character + length - 1) + 1;
    if (s->end > paragraph->end) break; /* a token of several newlines goes on in the next paragraph */
  }
}

/* Puts the running text's paragraphs in, each segment under its name, and notes where each token is. A text that no view could hold
 * is cut, and says so. */
static void fill(PelTranscript *self) {
  const pel_running_text *text = &self->overview->text;
  self->n = self->overview->n_tokens;
  self->places = g_new0(struct place, self->n + 1);
  size_t span = 0, p = 0;
  for (; p < text->n_paragraphs && p < PARAGRAPHS_MOST && text->paragraphs[p].start < BYTES_MOST; p++) {
    const pel_paragraph *paragraph = &text->paragraphs[p];
    GtkTextTag *band = self->bands[paragraph->segment < PEL_SEGMENT_KINDS ? paragraph->segment : PEL_SEGMENT_TEXT];
    if (paragraph->opens_segment) {
      insert(self, pel_words_segment(paragraph->segment), -1, band, self->segment_tag);
      insert(self, "\n", 1, band, NULL);
    }
    int first = gtk_text_buffer_get_char_count(self->buffer);
    size_t size = MIN(paragraph->end - paragraph->start, BYTES_MOST);
    while (size && size < paragraph->end - paragraph->start && (text->text[paragraph->start + size] & 0xc0) == 0x80) size--;
    insert_paragraph(self, text->text + paragraph->start, size, band);
    pel_paragraph shown = *paragraph;
    shown.end = paragraph->start + (uint32_t)size;
    place_tokens(self, &shown, first, &span);
  }
  if (p < text->n_paragraphs || text->size > BYTES_MOST) insert(self, _("… the text goes on, but is not shown any further"), -1, self->segment_tag, NULL);
  for (uint32_t t = 1; t < self->n; t++) /* a token without characters, or not shown, stands behind the one before */
    if (self->places[t].end == 0) self->places[t].start = self->places[t].end = self->places[t - 1].end;
}

static void iters_of(PelTranscript *self, uint32_t token, GtkTextIter *start, GtkTextIter *end) {
  gtk_text_buffer_get_iter_at_offset(self->buffer, start, self->places[token].start);
  gtk_text_buffer_get_iter_at_offset(self->buffer, end, self->places[token].end);
}

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

/* ---- colour ---- */

static void set_tint(GtkTextTag *tag, const pel_theme *theme, float value) {
  pel_rgb ink, paper = pel_theme_tint(theme, PEL_PALETTE_VIRIDIS, value, &ink);
  GdkRGBA back = {paper.r, paper.g, paper.b, 1}, front = {ink.r, ink.g, ink.b, 1};
  g_object_set(tag, "background-rgba", &back, "foreground-rgba", &front, NULL);
}

static void set_colors(PelTranscript *self) {
  const pel_theme *theme = pel_theme_get(self->dark);
  for (int i = 0; i < TINTS; i++) set_tint(self->tints[i], theme, (float)i / (TINTS - 1));
  for (int k = 0; k < PEL_SEGMENT_KINDS; k++) {
    pel_rgb c = pel_rgb_mix(theme->paper, theme->segments[k], 0.12f);
    GdkRGBA band = {c.r, c.g, c.b, 1};
    g_object_set(self->bands[k], "paragraph-background-rgba", &band, NULL);
  }
}

/* 0 .. 1 for colour, or -1: nothing is known of this token. */
static float value_of(const PelTranscript *self, guint by, uint32_t token) {
  if (by < PEL_SIGNALS) return token < self->overview->signals[by].n ? self->overview->signals[by].items[token].value : -1;
  if (!self->row || token >= self->row_tokens) return -1;
  return pel_log_value(self->row[token], self->row_most * 1e-4f, self->row_most);
}

static void color_tokens(PelTranscript *self, uint32_t from, uint32_t to) {
  guint by = gtk_drop_down_get_selected(GTK_DROP_DOWN(self->by));
  GtkTextIter start, end;
  for (uint32_t t = from; t < to; t++) {
    float value = value_of(self, by, t);
    if (value < 0) continue;
    iters_of(self, t, &start, &end);
    gtk_text_buffer_apply_tag(self->buffer, self->tints[(int)(CLAMP(value, 0, 1) * (TINTS - 1) + 0.5f)], &start, &end);
  }
}

/* The tokens that are seen, with a page more on both sides, so that scrolling finds them coloured. */
static void seen_tokens(PelTranscript *self, uint32_t *from, uint32_t *to) {
  GdkRectangle seen;
  GtkTextIter first, last;
  gtk_text_view_get_visible_rect(GTK_TEXT_VIEW(self->view), &seen);
  gtk_text_view_get_iter_at_location(GTK_TEXT_VIEW(self->view), &first, 0, MAX(0, seen.y - seen.height));
  gtk_text_view_get_iter_at_location(GTK_TEXT_VIEW(self->view), &last, seen.width, seen.y + 2 * seen.height);
  token_at(self, gtk_text_iter_get_offset(&first), from);
  token_at(self, gtk_text_iter_get_offset(&last), to);
  *to = MIN(*to + 1, self->n);
  *from = MIN(*from, *to);
}

static gboolean color_what_is_seen(gpointer data) {
  PelTranscript *self = data;
  uint32_t from, to;
  self->coloring = 0;
  if (!self->overview) return G_SOURCE_REMOVE;
  seen_tokens(self, &from, &to);
  if (self->colored_to > self->colored_from && from <= self->colored_to && to >= self->colored_from) { /* what joins is added */
    if (from < self->colored_from) color_tokens(self, from, self->colored_from);
    if (to > self->colored_to) color_tokens(self, self->colored_to, to);
    self->colored_from = MIN(from, self->colored_from), self->colored_to = MAX(to, self->colored_to);
  } else {
    GtkTextIter start, end;
    gtk_text_buffer_get_bounds(self->buffer, &start, &end);
    for (int i = 0; i < TINTS; i++) gtk_text_buffer_remove_tag(self->buffer, self->tints[i], &start, &end);
    color_tokens(self, from, to);
    self->colored_from = from, self->colored_to = to;
  }
  return G_SOURCE_REMOVE;
}

static void queue_color(PelTranscript *self) {
  if (!self->coloring) self->coloring = g_idle_add_full(GTK_PRIORITY_RESIZE + 15, color_what_is_seen, self, NULL); /* after layout, before drawing */
}

static void color(PelTranscript *self) {
  self->colored_from = self->colored_to = 0;
  queue_color(self);
}

static void scrolled(GtkAdjustment *a, PelTranscript *self) {
  (void)a;
  if (self->overview) queue_color(self);
}

static void by_changed(GObject *by, GParamSpec *pspec, PelTranscript *self) {
  (void)by, (void)pspec;
  if (self->overview) color(self);
}

int pel_transcript_get_signal(PelTranscript *self) { return (int)gtk_drop_down_get_selected(GTK_DROP_DOWN(self->by)); }

void pel_transcript_refresh(PelTranscript *self) {
  int by = pel_transcript_get_signal(self);
  if (self->overview && (by == PEL_SIGNAL_RECEIVED || by == PEL_SIGNAL_SINK)) color(self);
}

void pel_transcript_set_row(PelTranscript *self, const float *weights, uint32_t row, const pel_units *units) {
  g_clear_pointer(&self->row, g_free);
  self->row_tokens = 0, self->row_most = 0;
  if (weights) {
    self->row_tokens = pel_units_tokens(units, (pel_range){0, row + 1}).end;
    self->row = g_new(float, self->row_tokens);
    for (uint32_t t = 0; t < self->row_tokens; t++) {
      self->row[t] = weights[pel_units_at(units, t)];
      self->row_most = MAX(self->row_most, self->row[t]);
    }
  }
  if (self->overview && pel_transcript_get_signal(self) == BY_ROW) color(self);
}

static void mark_tokens(PelTranscript *self, GtkTextTag *tag, pel_range tokens) {
  GtkTextIter start, end, unused;
  iters_of(self, tokens.start, &start, &unused);
  iters_of(self, tokens.end - 1, &unused, &end);
  gtk_text_buffer_apply_tag(self->buffer, tag, &start, &end);
}

void pel_transcript_mark(PelTranscript *self, bool on, pel_range query, pel_range key) {
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(self->buffer, &start, &end);
  gtk_text_buffer_remove_tag(self->buffer, self->query_tag, &start, &end);
  gtk_text_buffer_remove_tag(self->buffer, self->key_tag, &start, &end);
  bool moved = !self->marked || self->marked_row != query.start;
  self->marked = on && query.end <= self->n && key.end <= self->n && query.end > query.start && key.end > key.start;
  self->marked_row = query.start;
  if (!self->marked) return;
  mark_tokens(self, self->key_tag, key);
  mark_tokens(self, self->query_tag, query);
  iters_of(self, query.start, &start, &end);
  if (moved) gtk_text_view_scroll_to_iter(GTK_TEXT_VIEW(self->view), &start, 0.1, FALSE, 0, 0);
}

void pel_transcript_set_dark(PelTranscript *self, bool dark) {
  self->dark = dark;
  set_colors(self);
}

void pel_transcript_set_overview(PelTranscript *self, const pel_overview *overview) {
  self->overview = overview;
  self->n = self->colored_from = self->colored_to = 0;
  self->hovered = false;
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

static void come_back(PelTranscript *self, double place) {
  self->place = place;
  if (!self->coming_back) self->coming_back = g_idle_add_full(G_PRIORITY_LOW, restore_place, self, NULL); /* when the text has been laid out */
}

void pel_transcript_show_end(PelTranscript *self) { come_back(self, -1); }

void pel_transcript_grow(PelTranscript *self, const pel_overview *overview) {
  GtkAdjustment *a = gtk_scrollable_get_vadjustment(GTK_SCROLLABLE(self->view));
  double value = gtk_adjustment_get_value(a), end = gtk_adjustment_get_upper(a) - gtk_adjustment_get_page_size(a);
  pel_transcript_set_overview(self, overview);
  come_back(self, value >= end - 4 ? -1 : value);
}

/* ---- hands ---- */

static bool token_under(PelTranscript *self, double x, double y, uint32_t *token) {
  GtkTextIter iter;
  int bx, by;
  gtk_text_view_window_to_buffer_coords(GTK_TEXT_VIEW(self->view), GTK_TEXT_WINDOW_WIDGET, (int)x, (int)y, &bx, &by);
  return gtk_text_view_get_iter_at_location(GTK_TEXT_VIEW(self->view), &iter, bx, by) && token_at(self, gtk_text_iter_get_offset(&iter), token);
}

static void moved(GtkEventControllerMotion *c, double x, double y, PelTranscript *self) {
  uint32_t token;
  (void)c;
  if (!token_under(self, x, y, &token) || (self->hovered && token == self->hovered_token)) return;
  self->hovered = true, self->hovered_token = token;
  gtk_widget_set_has_tooltip(self->view, FALSE);
  g_signal_emit(self, signals[HOVERED], 0, token);
}

void pel_transcript_say(PelTranscript *self, const char *sentence, uint32_t token) {
  if (self->hovered && token == self->hovered_token) gtk_widget_set_tooltip_text(self->view, sentence);
}

static void clicked(GtkGestureClick *g, int times, double x, double y, PelTranscript *self) {
  uint32_t token;
  (void)g, (void)times;
  if (gtk_text_buffer_get_has_selection(self->buffer)) return; /* somebody selects text */
  if (token_under(self, x, y, &token)) g_signal_emit(self, signals[TOKEN], 0, token);
}

/* From the keyboard: Return chooses the token at the caret. */
static gboolean pressed(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, PelTranscript *self) {
  (void)c, (void)code, (void)state;
  GtkTextIter iter;
  uint32_t token;
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) return FALSE;
  gtk_text_buffer_get_iter_at_mark(self->buffer, &iter, gtk_text_buffer_get_insert(self->buffer));
  if (token_at(self, gtk_text_iter_get_offset(&iter), &token)) g_signal_emit(self, signals[TOKEN], 0, token);
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
  g_clear_handle_id(&self->coloring, g_source_remove);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_pointer(&self->places, g_free);
  g_clear_pointer(&self->row, g_free);
  G_OBJECT_CLASS(pel_transcript_parent_class)->dispose(object);
}

static void pel_transcript_class_init(PelTranscriptClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[TOKEN] = g_signal_new("token", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[HOVERED] = g_signal_new("hovered", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void make_tags(PelTranscript *self) {
  for (int k = 0; k < PEL_SEGMENT_KINDS; k++) self->bands[k] = gtk_text_buffer_create_tag(self->buffer, NULL, NULL);
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
  GtkEventController *motion = gtk_event_controller_motion_new();
  g_signal_connect(motion, "motion", G_CALLBACK(moved), self);
  gtk_widget_add_controller(self->view, motion);
  gtk_widget_add_controller(self->view, GTK_EVENT_CONTROLLER(click));
  gtk_widget_add_controller(self->view, key);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->view);
  gtk_widget_set_vexpand(scroller, TRUE);
  GtkAdjustment *a = gtk_scrollable_get_vadjustment(GTK_SCROLLABLE(self->view));
  g_signal_connect(a, "value-changed", G_CALLBACK(scrolled), self);
  g_signal_connect(a, "changed", G_CALLBACK(scrolled), self);
  return scroller;
}

static GtkWidget *make_bar(PelTranscript *self) {
  const char *names[PEL_SIGNALS + 2] = {NULL};
  for (int i = 0; i < PEL_SIGNALS; i++) names[i] = pel_words_signal(i);
  names[BY_ROW] = _("Locked query");
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8), *label = gtk_label_new_with_mnemonic(_("_Colour by"));
  self->by = gtk_drop_down_new_from_strings(names);
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), self->by);
  pel_words_name_drop_down(self->by, _("Colour the text by"));
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
