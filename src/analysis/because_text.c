#include "src/analysis/because_text.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "src/analysis/model_answer.h"
#include "src/analysis/tree_words.h"

#define RIGHT_COLUMN 86 /* of plain text: where places stand, if the claim leaves room */
#define LIST_MOST 40    /* assumptions and unknowns that are named one by one */
#define INDENT_MOST 24
#define DOT " \xc2\xb7 "
#define EM_DASH " \xe2\x80\x94 "

typedef struct page {
  const pel_logic_tree *t;
  const pel_reasoning *r;
  const pel_because_options *o;
  pel_string s;
  const pel_source *source; /* of the conclusion at hand: not named again below it */
} page;

/* ---- marks of the two forms ---- */

/* Characters that Markdown would take for marks are escaped. */
static void add_text(page *p, const char *text) {
  if (!p->o->markdown) {
    pel_string_add(&p->s, text);
    return;
  }
  for (; *text; text++) {
    if (strchr("\\`*_[]<>#|~", *text)) pel_string_add(&p->s, "\\");
    pel_string_add_bytes(&p->s, text, 1);
  }
}

static void add_taken(page *p, pel_string *part) {
  if (part->failed) p->s.failed = true;
  if (part->text) add_text(p, part->text);
  pel_string_clear(part);
}

static void strong(page *p) {
  if (p->o->markdown) pel_string_add(&p->s, "**");
}

/* Code points, as a measure of width. */
static size_t count_characters(const char *text, size_t size) {
  size_t n = 0;
  for (size_t i = 0; i < size; i++) n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

/* Between a claim and its place: the right column, or a dash. */
static void to_place(page *p, size_t line_start) {
  if (p->o->markdown) {
    pel_string_add(&p->s, EM_DASH);
    return;
  }
  size_t width = count_characters(p->s.text + line_start, p->s.size - line_start);
  pel_string_add(&p->s, "  ");
  for (; width + 2 < RIGHT_COLUMN; width++) pel_string_add(&p->s, " ");
}

/* Ends a paragraph's line; Markdown joins lines that nothing separates. */
static void end_line(page *p) { pel_string_add(&p->s, p->o->markdown ? "\n\n" : "\n"); }

/* ---- the conclusion ---- */

static void add_sentence(page *p, const char *text) {
  pel_string part = {0};
  pel_string_add_sentence(&part, text);
  add_taken(p, &part);
}

/* After a colon only where the text is not one already: "; note". */
static void add_note(page *p, const pel_node *node) {
  if (!*node->note) return;
  pel_string_add(&p->s, "; ");
  add_sentence(p, node->note);
}

/* Calls `add` into a part of its own and puts `before` in front of it when anything came. */
static bool add_part(page *p, const char *before, pel_string *part) {
  bool any = part->size > 0;
  if (any) pel_string_add(&p->s, before);
  add_taken(p, part);
  return any;
}

static void put_conclusion(page *p, uint32_t v) {
  const pel_node *node = &p->r->nodes[v];
  size_t start = p->s.size;
  pel_string part = {0};
  if (p->t->nodes[v].number) {
    char number[PEL_TREE_NUMBER];
    pel_string_addf(&p->s, "%s  ", pel_tree_number(p->t, v, number));
  }
  strong(p);
  add_sentence(p, node->says);
  pel_string_add(&p->s, ": ");
  add_text(p, pel_verdict_words(node->state, pel_tree_assumes(p->t)));
  strong(p);
  add_note(p, node);
  pel_string_add(&p->s, ".");
  pel_add_confidence(&part, node);
  if (add_part(p, " ", &part)) pel_string_add(&p->s, ".");
  pel_add_place(&part, p->t, v, NULL);
  if (part.size && *node->date) pel_string_addf(&part, ", as in force %s", node->date);
  if (part.size) to_place(p, start);
  add_taken(p, &part);
  end_line(p);
  pel_add_review(&part, p->r, node->id);
  if (add_part(p, "Reviewed: ", &part)) {
    pel_string_add(&p->s, ".");
    end_line(p);
  }
}

/* ---- what is assumed, missing, in conflict ---- */

typedef bool chooses(const pel_logic_tree *t, uint32_t v);

static void put_all(page *p, uint32_t from, uint32_t n, const char *lead, chooses *chosen) {
  uint32_t found = 0;
  for (uint32_t i = from; i < from + n; i++) {
    uint32_t v = p->t->reading[i];
    if (!chosen(p->t, v) || found++ >= LIST_MOST) continue;
    strong(p);
    pel_string_addf(&p->s, "%s:", lead);
    strong(p);
    pel_string_add(&p->s, " ");
    add_sentence(p, p->r->nodes[v].says);
    if (*p->r->nodes[v].note) {
      pel_string_add(&p->s, " (");
      add_sentence(p, p->r->nodes[v].note);
      pel_string_add(&p->s, ")");
    }
    pel_string_add(&p->s, ".");
    end_line(p);
  }
  if (found <= LIST_MOST) return;
  pel_string_addf(&p->s, "%s: %u more.", lead, found - LIST_MOST);
  end_line(p);
}

/* ---- one claim a line ---- */

static void begin_line(page *p, const pel_tree_item *item, uint32_t base) {
  uint32_t depth = item->depth - base - 1, most = depth < INDENT_MOST ? depth : INDENT_MOST;
  char number[PEL_TREE_NUMBER];
  for (uint32_t i = 0; i < most; i++) pel_string_add(&p->s, p->o->markdown ? "  " : "   ");
  if (p->o->markdown) pel_string_add(&p->s, "- ");
  if (item->kind != PEL_ITEM_NODE) return;
  pel_tree_number(p->t, item->node, number);
  strong(p);
  pel_string_add(&p->s, number);
  strong(p);
  if (*number) pel_string_add(&p->s, p->o->markdown ? " " : "  ");
}

static void put_more(page *p, const pel_tree_item *item) {
  pel_string_addf(&p->s, "+%u more, the foremost of them: ", item->hidden);
  add_sentence(p, p->r->nodes[item->node].says);
  pel_string_add(&p->s, ".\n");
}

static void put_reference(page *p, const pel_tree_item *item) {
  char number[PEL_TREE_NUMBER];
  const pel_edge *e = &p->r->edges[item->edge];
  pel_tree_number(p->t, item->node, number);
  add_text(p, pel_edge_lead(p->r, e));
  if (*number) {
    pel_string_addf(&p->s, "see %s: ", number);
    add_sentence(p, p->r->nodes[item->node].says);
  } else
    pel_string_add(&p->s, "see the conclusion");
  pel_string_add(&p->s, ".\n");
}

static bool is_exception(const page *p, const pel_tree_item *item) {
  return item->edge != PEL_TREE_NONE && p->r->edges[item->edge].kind == PEL_EDGE_UNLESS;
}

/* The state in words, where it says more than that the line is so. */
static void add_state(page *p, const pel_tree_item *item, const pel_node *node) {
  if (node->kind == PEL_NODE_CHECK && node->state == PEL_STATE_UNKNOWN && !*node->term) return; /* a warning: it says itself what is not known */
  if (node->kind == PEL_NODE_ASSUMPTION && node->state == PEL_STATE_ASSUMED)
    pel_string_add(&p->s, ": assumed"); /* what that means is said at the top */
  else if (node->state != PEL_STATE_HOLDS)
    pel_string_addf(&p->s, ": %s", pel_node_sentence(node));
  else if (is_exception(p, item))
    pel_string_add(&p->s, ": applies");
  else if (node->kind == PEL_NODE_CHECK)
    pel_string_add(&p->s, ": passed");
}

static void add_where(page *p, uint32_t v, size_t start) {
  const pel_node *node = &p->r->nodes[v];
  pel_string where = {0};
  pel_add_place(&where, p->t, v, p->source);
  size_t place = where.size;
  pel_string origin = {0};
  if (node->kind == PEL_NODE_FACT || node->document) pel_add_origin(&origin, p->r, node, true);
  if (place && origin.size) pel_string_add(&where, DOT);
  if (origin.size) pel_string_add(&where, origin.text);
  pel_string_clear(&origin);
  if (where.size) to_place(p, start);
  add_taken(p, &where);
}

static void put_node(page *p, const pel_tree_item *item, size_t start) {
  const pel_node *node = &p->r->nodes[item->node];
  pel_string part = {0};
  if (item->edge != PEL_TREE_NONE) add_text(p, pel_edge_lead(p->r, &p->r->edges[item->edge]));
  add_sentence(p, node->says);
  add_state(p, item, node);
  add_note(p, node);
  pel_string_add(&p->s, ".");
  pel_add_confidence(&part, node);
  if (add_part(p, " ", &part)) pel_string_add(&p->s, ".");
  if (item->hidden) pel_string_addf(&p->s, " (+%u)", item->hidden);
  pel_add_review(&part, p->r, node->id);
  if (add_part(p, " [", &part)) pel_string_add(&p->s, "]");
  add_where(p, item->node, start);
  pel_string_add(&p->s, "\n");
}

/* Sources stand in the places, what would change it in a line of its own, what a model said and looked at in a block after the tree. */
static bool is_line(const page *p, const pel_tree_item *item) {
  if (item->edge == PEL_TREE_NONE) return true;
  const pel_edge *e = &p->r->edges[item->edge];
  bool heard = e->kind == PEL_EDGE_ATTENDED && pel_is_model_answer(p->r, (uint32_t)(e->from - 1));
  return e->kind != PEL_EDGE_CITES && e->kind != PEL_EDGE_WOULD_CHANGE && !heard;
}

static void put_below(page *p, uint32_t root) {
  const pel_tree_item *items = p->t->items;
  uint32_t end = root + items[root].span;
  for (uint32_t i = root + 1; i < end;) {
    size_t start = p->s.size;
    if (!is_line(p, &items[i])) {
      i += items[i].span;
      continue;
    }
    begin_line(p, &items[i], items[root].depth);
    if (items[i].kind == PEL_ITEM_MORE) put_more(p, &items[i]);
    if (items[i].kind == PEL_ITEM_REFERENCE) put_reference(p, &items[i]);
    if (items[i].kind == PEL_ITEM_NODE) put_node(p, &items[i], start);
    i++;
  }
  if (p->o->markdown && end > root + 1) pel_string_add(&p->s, "\n");
}

/* ---- after the tree ---- */

static void put_would_change(page *p, uint32_t v) {
  bool any = false;
  for (uint32_t i = p->t->out_start[v]; i < p->t->out_start[v + 1]; i++) {
    const pel_edge *e = &p->r->edges[p->t->out[i]];
    if (e->kind != PEL_EDGE_WOULD_CHANGE) continue;
    if (!any) {
      strong(p);
      pel_string_add(&p->s, "What would change it:");
      strong(p);
      end_line(p);
    }
    pel_string_add(&p->s, p->o->markdown ? "- " : "   ");
    any = true;
    add_sentence(p, *e->label ? e->label : p->r->nodes[e->to - 1].says);
    pel_string_add(&p->s, ".\n");
  }
  if (any && p->o->markdown) pel_string_add(&p->s, "\n");
}

/* Its lines, set apart. */
static void put_words(page *p, const char *text) {
  const char *const lead = p->o->markdown ? "> " : "    ";
  pel_string line = {0};
  pel_string_add(&p->s, lead);
  for (; *text; text++) {
    if (*text != '\n') pel_string_add_bytes(&line, text, 1);
    else add_taken(p, &line), pel_string_add(&p->s, p->o->markdown ? "  \n" : "\n"), pel_string_add(&p->s, lead);
  }
  add_taken(p, &line);
  pel_string_add(&p->s, p->o->markdown ? "\n\n" : "\n");
}

/* "0.0912  f2: The blood urea is 8.1 mmol/L" */
static void put_looked(page *p, const pel_edge *e) {
  const pel_node *to = &p->r->nodes[e->to - 1];
  char number[40];
  pel_string_addf(&p->s, p->o->markdown ? "- **%s** " : "   %-8s ", pel_share_text(e->weight, number));
  if (*e->label) add_sentence(p, e->label), pel_string_add(&p->s, ": ");
  add_sentence(p, to->says);
  if (to->state != PEL_STATE_HOLDS) pel_string_addf(&p->s, ": %s", pel_state_sentence(to->state));
  pel_string_add(&p->s, ".\n");
}

static void put_model(page *p, const pel_model_answer *a) {
  char facts[40], passages[40];
  pel_string_add(&p->s, "\n");
  strong(p);
  pel_string_add(&p->s, "A language model");
  strong(p);
  if (*a->model) pel_string_add(&p->s, ", "), add_sentence(p, a->model), pel_string_add(&p->s, ",");
  pel_string_addf(&p->s, " was asked the same. %s; nothing above rests on its words:", pel_model_claim_words(a));
  end_line(p);
  put_words(p, *a->text ? a->text : "(nothing)");
  if (!a->n_looked) return;
  pel_string_addf(&p->s, "What it looked at while it answered, as shares of its attention: facts %s, passages %s; the rest lay on the prompt's other words and on its own.",
                  pel_share_text(a->on_facts, facts), pel_share_text(a->on_passages, passages));
  end_line(p);
  for (size_t i = 0; i < a->n_looked; i++) put_looked(p, a->looked[i]);
  if (p->o->markdown) pel_string_add(&p->s, "\n");
}

/* Never left out with what is not shown. */
static void put_models(page *p) {
  pel_model_answer a;
  for (uint32_t from = 0; pel_model_answer_read(p->r, from, &a); from = from + 1) {
    from = a.node;
    put_model(p, &a);
    pel_model_answer_clear(&a);
  }
}

static void put_quotation(page *p, const pel_passage *q) {
  const pel_source *source = pel_passage_source(p->r, q);
  pel_string part = {0};
  if (source) pel_string_add_sentence(&part, source->title);
  if (source && *q->path) pel_string_add(&part, " ");
  pel_string_add_sentence(&part, q->path);
  if (*q->label) pel_string_add(&part, ", ");
  pel_string_add_sentence(&part, q->label);
  if (source && *source->version) pel_string_addf(&part, ", version %s", source->version);
  if (*q->valid_from || *q->valid_to)
    pel_string_addf(&part, ", in force %s to %s", *q->valid_from ? q->valid_from : "the beginning", *q->valid_to ? q->valid_to : "now");
  if (source && *source->retrieved) pel_string_addf(&part, ", retrieved %s", source->retrieved);
  strong(p);
  add_taken(p, &part);
  strong(p);
  if (source && *source->url) pel_string_addf(&p->s, p->o->markdown ? " <%s>" : "  %s", source->url);
  pel_string_add(&p->s, p->o->markdown ? "\n\n> " : "\n    ");
  for (const char *c = q->text; *c; c++) {
    pel_string_add_bytes(&p->s, c, 1);
    if (*c == '\n') pel_string_add(&p->s, p->o->markdown ? "> " : "    ");
  }
  pel_string_add(&p->s, "\n\n");
}

/* Each passage that a shown node rests on, once, in reading order. */
static void put_quotations(page *p, uint32_t first, uint32_t end) {
  bool *put = pel_alloc(p->r->n_passages, sizeof *put), any = false;
  if (!put) p->s.failed = true;
  for (uint32_t i = first; put && i < end; i++) {
    const pel_tree_item *item = &p->t->items[i];
    const pel_passage *q = item->kind == PEL_ITEM_NODE ? pel_node_passage(p->t, item->node) : NULL;
    if (!q || put[q - p->r->passages]) continue;
    if (!any) pel_string_add(&p->s, p->o->markdown ? "## Quotations\n\n" : "\nQuotations\n\n");
    put[q - p->r->passages] = any = true;
    put_quotation(p, q);
  }
  free(put);
}

/* Of what rules conclude there is no percentage, and that is said. */
static void put_confidence(page *p) {
  bool follows = false;
  for (uint32_t v = 0; v < p->t->n_nodes; v++) follows |= pel_follows(&p->r->nodes[v]);
  if (!follows) return;
  pel_string_add(&p->s, "Confidence: each step by a rule follows if its facts hold; it has no probability.");
  end_line(p);
}

static void put_end(page *p) {
  const pel_logic_tree *t = p->t;
  put_confidence(p);
  char share[32];
  if (t->n_shown < t->n_nodes)
    pel_string_addf(&p->s, "Shown: %u of %u nodes, which carry %s of the influence on the conclusion.", t->n_shown, t->n_nodes,
                    pel_format_fixed(share, sizeof share, t->covered, 3)),
        end_line(p);
  if (p->o->trace && *p->o->trace) {
    pel_string_addf(&p->s, "Trace %s.", p->o->trace);
    end_line(p);
  }
  if (p->o->closing && *p->o->closing) {
    add_text(p, p->o->closing);
    end_line(p);
  }
}

/* ---- whole ---- */

/* What nothing leads to is a line; a conclusion is a page's beginning, and so is the first root of all. */
static void put_root(page *p, uint32_t item) {
  if (item && p->r->nodes[p->t->items[item].node].kind != PEL_NODE_CONCLUSION) {
    char number[PEL_TREE_NUMBER];
    size_t start = p->s.size;
    strong(p);
    pel_string_add(&p->s, pel_tree_number(p->t, p->t->items[item].node, number));
    strong(p);
    pel_string_add(&p->s, "  ");
    put_node(p, &p->t->items[item], start);
    put_below(p, item);
    return;
  }
  uint32_t v = p->t->items[item].node, from = p->t->nodes[v].order, n = p->t->nodes[v].n_below + 1;
  p->source = pel_passage_source(p->r, pel_node_passage(p->t, v));
  put_conclusion(p, v);
  put_all(p, from, n, "Assumed", pel_is_assumption);
  put_all(p, from, n, "Missing", pel_is_missing);
  put_all(p, from, n, "In conflict", pel_is_conflict);
  put_below(p, item);
  put_would_change(p, v);
}

static void put_heading(page *p) {
  if (!p->o->asks || !*p->o->asks) return;
  if (p->o->markdown) pel_string_add(&p->s, "# ");
  add_sentence(p, p->o->asks);
  pel_string_add(&p->s, "\n\n");
}

static char *finish(page *p, uint32_t first, uint32_t end) {
  if (p->o->quotations) put_quotations(p, first, end);
  put_end(p);
  return pel_string_take(&p->s);
}

char *pel_because_text(const pel_logic_tree *t, const pel_because_options *o) {
  page p = {.t = t, .r = t->reasoning, .o = o};
  put_heading(&p);
  for (uint32_t i = 0; i < t->n_items; i += t->items[i].span) {
    if (i) pel_string_add(&p.s, "\n");
    if (t->items[i].kind == PEL_ITEM_NODE) put_root(&p, i);
    if (t->items[i].kind == PEL_ITEM_MORE) put_more(&p, &t->items[i]);
  }
  put_models(&p);
  return finish(&p, 0, t->n_items);
}

char *pel_because_text_of(const pel_logic_tree *t, int64_t id, const pel_because_options *o) {
  page p = {.t = t, .r = t->reasoning, .o = o};
  uint32_t item = pel_logic_tree_item(t, id);
  if (item == PEL_TREE_NONE) return pel_string_take(&p.s);
  put_root(&p, item);
  return finish(&p, item, item + t->items[item].span);
}
