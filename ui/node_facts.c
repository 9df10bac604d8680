#include "ui/node_facts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "src/analysis/model_answer.h"
#include "src/analysis/tree_words.h"
#include "src/plot/theme.h"
#include "src/plot/tree_look.h"
#include "ui/reasoning_words.h"

#define AROUND 400 /* characters of a long text that are shown on either side of a fact */
#define WHOLE 1200 /* characters of one that is shown whole */

GtkWidget *pel_node_text(GtkBox *box, const char *text, const char *style) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable(GTK_LABEL(label), TRUE);
  if (style) gtk_widget_add_css_class(label, style);
  gtk_box_append(box, label);
  return label;
}

GtkWidget *pel_node_heading(GtkBox *box, const char *text) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_add_css_class(label, "heading");
  gtk_widget_set_margin_top(label, 8);
  gtk_box_append(box, label);
  return label;
}

GtkWidget *pel_node_button(GtkBox *box, const char *claim, int64_t node) {
  GtkWidget *button = gtk_button_new(), *label = gtk_label_new(claim);
  PangoAttrList *plain = pango_attr_list_new();
  pango_attr_list_insert(plain, pango_attr_weight_new(PANGO_WEIGHT_NORMAL));
  gtk_label_set_attributes(GTK_LABEL(label), plain);
  pango_attr_list_unref(plain);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_button_set_child(GTK_BUTTON(button), label);
  gtk_widget_add_css_class(button, "flat");
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, claim, -1);
  g_object_set_data(G_OBJECT(button), "node", GSIZE_TO_POINTER((gsize)node));
  gtk_box_append(box, button);
  return button;
}

/* One that adds nothing when there is nothing to say. */
static void add_text(GtkBox *box, const char *text, const char *style) {
  if (*text) pel_node_text(box, text, style);
}

static void add_folded(GtkBox *box, const char *title, const char *text) {
  if (!*text) return;
  GtkWidget *expander = gtk_expander_new(title), *inner = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  pel_node_text(GTK_BOX(inner), text, "monospace");
  gtk_accessible_update_property(GTK_ACCESSIBLE(expander), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_expander_set_child(GTK_EXPANDER(expander), inner);
  gtk_box_append(box, expander);
}

/* ---- the claim ---- */

/* Why it is open, where its state does not say so already. */
static void add_open(GString *s, const char *why) {
  if (why && !strcmp(why, "missing")) g_string_append(s, _(" · open: missing"));
  else if (why && strcmp(why, "in conflict") != 0) g_string_append_printf(s, _(" · open: %s"), pel_words_verdict(why));
}

static void add_state(GtkBox *box, const pel_reasoned *r, const pel_node *node) {
  const pel_tree_node *t = &r->tree->nodes[node->id - 1];
  bool explained = node->kind == PEL_NODE_CONCLUSION && *node->note; /* the note says what the state means here */
  GString *s = g_string_new(pel_words_translate(pel_kind_word(node->kind)));
  g_string_append_printf(s, " · %s", _(explained ? pel_state_word(node->state) : pel_node_sentence(node)));
  if (t->parent != PEL_TREE_NONE) g_string_append_printf(s, _(" · %.3f of the influence"), (double)t->influence);
  add_open(s, pel_reasoned_open_point(r, node->id));
  pel_node_text(box, s->str, "dim-label");
  g_string_free(s, TRUE);
}

/* What follows a semicolon elsewhere stands by itself here. */
static void add_note(GtkBox *box, const char *note) {
  if (!*note) return;
  const char *rest = g_utf8_next_char(note);
  char first[8] = {0};
  g_unichar_to_utf8(g_unichar_totitle(g_utf8_get_char(note)), first);
  bool name = g_ascii_isdigit(*rest) || *rest == '.'; /* "f7: ..." */
  char *text = name ? g_strdup(note) : g_strconcat(first, rest, NULL);
  pel_node_text(box, text, NULL);
  g_free(text);
}

static void add_rule(GtkBox *box, const pel_reasoning *r, const pel_node *node) {
  const pel_clause *c = pel_node_clause(r, node);
  if (c) {
    char *force = pel_words_in_force(c->valid_from, c->valid_to);
    pel_node_heading(box, _("Rule"));
    add_text(box, c->label, NULL);
    add_text(box, force, "dim-label");
    add_folded(box, _("The rule as written"), c->text);
    g_free(force);
  }
  add_folded(box, _("The claim as the rules write it"), node->term);
}

/* A number only where one was calibrated; of what a rule concludes, that it follows. */
static void add_confidence(GtkBox *box, const pel_node *node) {
  pel_string number = {0};
  bool deduced = pel_follows(node);
  pel_add_confidence(&number, node);
  if (!number.size && !deduced) return;
  pel_node_heading(box, _("Confidence"));
  add_text(box, number.size ? number.text : _("Follows if its facts hold"), NULL);
  pel_string_clear(&number);
}

/* Whether a model's answer is the pack's, and where it looked; the answer itself is the title, and whole in its document. */
static void add_model(GtkBox *box, const pel_reasoning *r, int64_t id) {
  pel_model_answer a;
  char facts[40], passages[40];
  if (!pel_is_model_answer(r, (uint32_t)(id - 1)) || !pel_model_answer_read(r, (uint32_t)(id - 1), &a)) return;
  char *claim = g_strdup_printf(_("%s; nothing rests on its words."), _(pel_model_claim_words(&a)));
  char *looked = g_strdup_printf(_("Its attention while it answered: facts %s, passages %s; the rest lay on the prompt's other words and on its own."),
                                 pel_share_text(a.on_facts, facts), pel_share_text(a.on_passages, passages));
  pel_node_heading(box, _("A language model's answer"));
  add_text(box, a.model, "dim-label");
  add_text(box, claim, NULL);
  if (a.n_looked) add_text(box, looked, NULL);
  g_free(claim), g_free(looked);
  pel_model_answer_clear(&a);
}

void pel_node_facts_add(GtkBox *box, const pel_reasoned *r, int64_t id) {
  const pel_node *node = &r->reasoning->nodes[id - 1];
  char *title = pel_words_node(r->tree, (uint32_t)(id - 1));
  pel_node_text(box, title, "title-4");
  add_state(box, r, node);
  add_note(box, node->note);
  add_model(box, r->reasoning, id);
  add_confidence(box, node);
  add_rule(box, r->reasoning, node);
  g_free(title);
}

/* ---- the source ---- */

static void add_field(GString *s, const char *name, const char *value) {
  if (*value) g_string_append_printf(s, "%s%s: %s", s->len ? "\n" : "", name, value);
}

static void add_source(GtkBox *box, const pel_source *source) {
  GString *s = g_string_new(NULL);
  add_text(box, source->title, NULL);
  add_field(s, _("Publisher"), source->publisher);
  add_field(s, _("Version"), source->version);
  add_field(s, _("Licence"), source->licence);
  add_field(s, _("Retrieved"), source->retrieved);
  add_field(s, _("Address"), source->url);
  add_field(s, _("SHA-256"), source->sha256);
  add_text(box, s->str, "caption");
  g_string_free(s, TRUE);
}

void pel_node_passage_add(GtkBox *box, const pel_reasoned *r, const pel_passage *p) {
  const pel_source *source = pel_passage_source(r->reasoning, p);
  char *place = g_strconcat(p->path, *p->path && *p->label ? " · " : "", p->label, NULL), *force = pel_words_in_force(p->valid_from, p->valid_to);
  pel_node_heading(box, _("Source"));
  add_text(box, place, NULL);
  add_text(box, force, "dim-label");
  GtkWidget *words = pel_node_text(box, p->text, "pel-quotation");
  gtk_widget_set_margin_start(words, 10);
  if (source) add_source(box, source);
  g_free(place), g_free(force);
}

/* ---- where a fact was found ---- */

static const char *step_back(const char *text, const char *at, int n) {
  while (n-- > 0 && at > text) at = g_utf8_prev_char(at);
  return at;
}

static const char *step_on(const char *at, int n) {
  while (n-- > 0 && *at) at = g_utf8_next_char(at);
  return at;
}

/* The document around the words, which stand out by ground, weight and line. */
static void add_document(GtkBox *box, const pel_document *d, const char *start, size_t size, bool dark) {
  bool whole = g_utf8_strlen(d->text, -1) <= WHOLE;
  const char *from = whole ? d->text : step_back(d->text, start, AROUND), *end = whole ? d->text + strlen(d->text) : step_on(start + size, AROUND);
  char *part = g_strndup(from, (gsize)(end - from)), *text = g_strconcat(from > d->text ? "…" : "", part, *end ? "…" : "", NULL);
  GtkWidget *label = pel_node_text(box, text, NULL);
  pel_rgb ground = pel_state_tint(pel_theme_get(dark), PEL_STATE_ASSUMED, dark ? 0.45f : 0.3f);
  PangoAttribute *attributes[] = {pango_attr_background_new((guint16)(ground.r * 65535), (guint16)(ground.g * 65535), (guint16)(ground.b * 65535)),
                                  pango_attr_weight_new(PANGO_WEIGHT_BOLD), pango_attr_underline_new(PANGO_UNDERLINE_SINGLE)};
  PangoAttrList *list = pango_attr_list_new();
  guint at = (guint)(start - from) + (from > d->text ? 3 : 0);
  for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++) {
    attributes[i]->start_index = at, attributes[i]->end_index = at + (guint)size;
    pango_attr_list_insert(list, attributes[i]);
  }
  gtk_label_set_attributes(GTK_LABEL(label), list);
  pango_attr_list_unref(list);
  gtk_widget_set_margin_start(label, 10);
  g_free(part), g_free(text);
}

static void add_origin(GtkBox *box, const pel_reasoned *r, const pel_node *node, bool dark) {
  const pel_reasoning *all = r->reasoning;
  const pel_document *d = node->document >= 1 && node->document <= (int64_t)all->n_documents ? &all->documents[node->document - 1] : NULL;
  const char *start, *name = d ? _(pel_document_words(d->name)) : "";
  size_t size;
  if (!d && !*node->by && !*node->date) return;
  GString *s = g_string_new(name);
  if (d && node->to > node->from) g_string_append_printf(s, _(", characters %lld to %lld"), (long long)node->from, (long long)node->to);
  if (*node->by && g_strcmp0(node->by, pel_document_words("text"))) g_string_append_printf(s, _("%ssaid by %s"), s->len ? ", " : "", node->by);
  if (*node->date) g_string_append_printf(s, "%s%s", s->len ? ", " : "", node->date);
  pel_node_heading(box, _("Where it comes from"));
  add_text(box, s->str, "dim-label");
  if (d && pel_text_part(d->text, node->from, node->to, &start, &size)) add_document(box, d, start, size, dark);
  g_string_free(s, TRUE);
}

void pel_node_sources_add(GtkBox *box, const pel_reasoned *r, int64_t id, bool dark) {
  const pel_passage *p = pel_node_passage(r->tree, (uint32_t)(id - 1));
  if (p) pel_node_passage_add(box, r, p);
  add_origin(box, r, &r->reasoning->nodes[id - 1], dark);
}
