#include "ui/token_card.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

#include "ui/words.h"

#define PIECE_MOST 200u                /* bytes of a token that are shown */

typedef struct facts { /* on their way */
  PelTokenCard *self;  /* strong */
  uint32_t token;
  gint stale; /* atomic */
  char *label, *alternatives[PEL_TRACE_ALTERNATIVES];
  pel_trace_token t; /* its pointers are not the main loop's */
} facts;

struct _PelTokenCard {
  GtkWidget parent;
  GtkWidget *box;
  GtkLabel *title, *facts, *alternatives;
  pel_document *document;
  facts *asked; /* not owned */
  uint32_t token;
  bool shown;
};

G_DEFINE_FINAL_TYPE(PelTokenCard, pel_token_card, GTK_TYPE_WIDGET)

static guint said_signal;

static void free_facts(gpointer data) {
  facts *f = data;
  g_object_unref(f->self);
  free(f->label);
  for (int i = 0; i < PEL_TRACE_ALTERNATIVES; i++) free(f->alternatives[i]);
  g_free(f);
}

static pel_status load(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  facts *f = data;
  (void)document;
  if (g_atomic_int_get(&f->stale)) return err->status = PEL_ERR_CANCELLED;
  pel_status status = pel_trace_get_token(trace, f->token, &f->t, err);
  if (status != PEL_OK) return status;
  f->label = pel_token_label(f->t.piece, MIN(f->t.piece_size, PIECE_MOST));
  for (uint32_t i = 0; i < f->t.n_alternatives; i++)
    f->alternatives[i] = pel_token_label(f->t.alternatives[i].piece, MIN(f->t.alternatives[i].piece_size, PIECE_MOST));
  return PEL_OK;
}

static void quote(const char *label, char *out, size_t size) { pel_label_quote(label ? label : "", out, size); }

static char *alternatives_text(const facts *f, const char *between) {
  GString *s = g_string_new(NULL);
  char label[80];
  for (uint32_t i = 0; i < f->t.n_alternatives; i++) {
    quote(f->alternatives[i], label, sizeof label);
    g_string_append_printf(s, "%s" PEL_LEFT_TO_RIGHT, i ? between : "");
    g_string_append_printf(s, _("%s %.1f %%"), label, 100 * exp(MIN((double)f->t.alternatives[i].logprob, 0)));
  }
  return g_string_free(s, FALSE);
}

static void append_number(GString *s, const char *format, float number) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  if (!isnan(number)) g_string_append_printf(s, format, (double)number);
#pragma GCC diagnostic pop
}

/* Nobody stops with Tab at a label without text. */
static void set_text(GtkLabel *label, const char *text) {
  gtk_label_set_text(label, text);
  gtk_label_set_selectable(label, *text != 0);
}

static void show_facts(PelTokenCard *self, const facts *f) {
  char label[120];
  quote(f->label, label, sizeof label);
  char *title = g_strdup_printf(PEL_LEFT_TO_RIGHT "%u  %s", f->token, label), *alternatives = alternatives_text(f, "\n");
  GString *s = g_string_new(pel_words_segment(f->t.segment));
  append_number(s, _("\nprobability %.1f %%"), 100 * expf(MIN(f->t.logprob, 0)));
  append_number(s, _("\nentropy %.2f nats"), f->t.entropy);
  append_number(s, _("\nmargin %.2f"), f->t.margin);
  set_text(self->title, title);
  set_text(self->facts, s->str);
  set_text(self->alternatives, alternatives);
  char *inline_alternatives = alternatives_text(f, " · ");
  char *sentence = *inline_alternatives ? g_strdup_printf(_("%s, likely here: %s"), title, inline_alternatives) : g_strdup(title);
  g_signal_emit(self, said_signal, 0, sentence, f->token);
  g_free(sentence);
  g_free(inline_alternatives);
  g_free(title);
  g_free(alternatives);
  g_string_free(s, TRUE);
}

static void loaded(pel_status status, const pel_error *err, void *data) {
  facts *f = data;
  (void)err;
  if (f != f->self->asked) return;
  f->self->asked = NULL;
  if (status == PEL_OK) show_facts(f->self, f);
}

void pel_token_card_show(PelTokenCard *self, uint32_t token) {
  if (!self->document || (self->shown && self->token == token)) return;
  if (self->asked) g_atomic_int_set(&self->asked->stale, 1);
  facts *f = g_new0(facts, 1);
  f->self = g_object_ref(self), f->token = token;
  self->token = token, self->shown = true, self->asked = f;
  pel_document_run(self->document, &(pel_work){load, loaded, free_facts, f});
}

void pel_token_card_set_document(PelTokenCard *self, pel_document *document) {
  self->document = document;
  self->asked = NULL, self->shown = false;
  set_text(self->title, document ? _("Point at the map or the text") : "");
  set_text(self->facts, "");
  set_text(self->alternatives, "");
}

/* ---- object ---- */

static void dispose(GObject *object) {
  g_clear_pointer(&PEL_TOKEN_CARD(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(pel_token_card_parent_class)->dispose(object);
}

static void pel_token_card_class_init(PelTokenCardClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  said_signal = g_signal_new("said", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
}

static GtkLabel *add_label(PelTokenCard *self, const char *style) {
  GtkWidget *label = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class(label, style);
  gtk_box_append(GTK_BOX(self->box), label);
  return GTK_LABEL(label);
}

static void pel_token_card_init(PelTokenCard *self) {
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  self->title = add_label(self, "heading");
  self->facts = add_label(self, "dim-label");
  self->alternatives = add_label(self, "numeric");
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *pel_token_card_new(void) { return g_object_new(PEL_TYPE_TOKEN_CARD, NULL); }
