#include "ui/reasoning_words.h"

#include <glib/gi18n.h>
#include <math.h>

#include "src/analysis/tree_words.h"
#include "src/plot/tree_look.h"

const char *pel_words_translate(const char *word) { return *word ? _(word) : ""; }

const char *pel_words_verdict(const char *verdict) {
  static const char *const words[PEL_VERDICTS] = {N_("accepted"), N_("disputed"), N_("needs evidence"), N_("withdrawn")};
  for (int i = 0; i < PEL_VERDICTS; i++)
    if (!g_strcmp0(verdict, words[i])) return _(words[i]);
  return verdict;
}

char *pel_words_number(const pel_logic_tree *t, uint32_t node) {
  char number[PEL_TREE_NUMBER];
  return g_strdup(pel_tree_number(t, node, number));
}

char *pel_words_node(const pel_logic_tree *t, uint32_t node) {
  char number[PEL_TREE_NUMBER];
  pel_tree_number(t, node, number);
  return g_strconcat(number, *number ? "  " : "", t->reasoning->nodes[node].says, NULL);
}

/* ---- claims ---- */

static void add_sentence(GString *s, const char *text) {
  pel_string part = {0};
  pel_string_add_sentence(&part, text);
  if (part.text) g_string_append(s, part.text);
  pel_string_clear(&part);
}

/* The state, where it says more than that the line is so. */
static void add_state(GString *s, const pel_node *node, bool exception) {
  if (node->kind == PEL_NODE_ASSUMPTION && node->state == PEL_STATE_ASSUMED) g_string_append(s, _(": assumed"));
  else if (node->kind == PEL_NODE_CONCLUSION && *node->note && node->state != PEL_STATE_HOLDS) g_string_append_printf(s, ": %s", _(pel_state_word(node->state))); /* its note says why */
  else if (node->state != PEL_STATE_HOLDS) g_string_append_printf(s, ": %s", _(pel_node_sentence(node)));
  else if (exception) g_string_append(s, _(": applies"));
  else if (node->kind == PEL_NODE_CHECK) g_string_append(s, _(": passed"));
}

static char *more_claim(const pel_logic_tree *t, const pel_tree_item *item) {
  GString *s = g_string_new(NULL);
  g_string_append_printf(s, ngettext("+%u more: ", "+%u more, the foremost of them: ", item->hidden), item->hidden);
  add_sentence(s, t->reasoning->nodes[item->node].says);
  return g_string_free(s, FALSE);
}

static void add_reference(GString *s, const pel_logic_tree *t, const pel_tree_item *item) {
  char *number = pel_words_number(t, item->node);
  if (*number) g_string_append_printf(s, _("see %s: "), number);
  else g_string_append(s, _("see the conclusion: "));
  g_free(number);
}

char *pel_words_claim(const pel_logic_tree *t, uint32_t at) {
  const pel_tree_item *item = &t->items[at];
  if (item->kind == PEL_ITEM_MORE) return more_claim(t, item);
  const pel_node *node = &t->reasoning->nodes[item->node];
  const pel_edge *edge = item->edge == PEL_TREE_NONE ? NULL : &t->reasoning->edges[item->edge];
  pel_string part = {0};
  GString *s = g_string_new(edge ? pel_words_translate(pel_edge_lead(t->reasoning, edge)) : "");
  if (item->kind == PEL_ITEM_REFERENCE) add_reference(s, t, item);
  add_sentence(s, node->says);
  if (item->kind == PEL_ITEM_REFERENCE) return g_string_free(s, FALSE);
  add_state(s, node, edge && edge->kind == PEL_EDGE_UNLESS);
  if (*node->note) g_string_append(s, "; "), add_sentence(s, node->note);
  pel_add_confidence(&part, node);
  if (part.size) g_string_append_printf(s, " · %s", part.text);
  pel_string_clear(&part);
  if (item->hidden) g_string_append_printf(s, " (+%u)", item->hidden);
  return g_string_free(s, FALSE);
}

/* ---- origins ---- */

static void add_origin(GString *s, const pel_reasoning *r, const pel_node *node) {
  const pel_document *d = node->document >= 1 && node->document <= (int64_t)r->n_documents ? &r->documents[node->document - 1] : NULL;
  const char *name = d ? pel_document_words(d->name) : "", *start;
  size_t size;
  if (d && pel_text_part(d->text, node->from, node->to, &start, &size) && size <= 120) {
    char *words = g_strndup(start, size);
    g_string_append(s, "“"), add_sentence(s, words), g_string_append(s, "” ");
    g_free(words);
  }
  if (d && node->to > node->from) g_string_append_printf(s, _("(%s, characters %lld–%lld)"), _(name), (long long)node->from, (long long)node->to);
  else if (d) g_string_append(s, _(name));
  if (*node->by && g_strcmp0(node->by, name)) g_string_append(s, s->len ? ", " : ""), add_sentence(s, node->by);
  if (*node->date) g_string_append(s, s->len ? ", " : ""), add_sentence(s, node->date);
}

/* The source of the conclusion that a node belongs to, which is not named again in each line. */
static const pel_source *known_source(const pel_logic_tree *t, uint32_t v) {
  uint32_t root = v;
  while (t->nodes[root].parent != PEL_TREE_NONE) root = t->nodes[root].parent;
  return root == v ? NULL : pel_passage_source(t->reasoning, pel_node_passage(t, root));
}

char *pel_words_where(const pel_logic_tree *t, uint32_t v) {
  const pel_node *node = &t->reasoning->nodes[v];
  pel_string place = {0};
  GString *origin = g_string_new(NULL);
  pel_add_place(&place, t, v, known_source(t, v));
  if (node->kind == PEL_NODE_FACT || node->document) add_origin(origin, t->reasoning, node);
  char *where = g_strconcat(place.text ? place.text : "", place.size && origin->len ? " · " : "", origin->str, NULL);
  pel_string_clear(&place);
  g_string_free(origin, TRUE);
  return where;
}

char *pel_words_review(const pel_reasoned *r, int64_t id) {
  const pel_review *v = id >= 1 && id <= (int64_t)r->reasoning->n_nodes ? r->last[id] : NULL;
  if (!v) return g_strdup("");
  GString *s = g_string_new(NULL);
  g_string_append_printf(s, _("%s by %s, %.10s"), pel_words_verdict(v->verdict), v->name, v->date);
  if (*v->reason) g_string_append(s, ": "), add_sentence(s, v->reason);
  return g_string_free(s, FALSE);
}

char *pel_words_in_force(const char *from, const char *to) {
  if (*from && *to) return g_strdup_printf(_("in force from %s to %s"), from, to);
  if (*from) return g_strdup_printf(_("in force from %s"), from);
  if (*to) return g_strdup_printf(_("in force until %s"), to);
  return g_strdup("");
}

char *pel_words_hidden(const pel_logic_tree *t) {
  uint32_t hidden = t->n_nodes - t->n_shown;
  if (!hidden) return g_strdup(_("nothing hidden"));
  return g_strdup_printf(_("%u hidden, %.3f of the influence"), hidden, fmax(0, 1 - t->covered));
}
