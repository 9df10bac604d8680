/* The numbered tree: one claim a line, each with its state, its place in the source, the origin of its fact. */
#include <string.h>
#include <stdlib.h>

#include "engine/base/number.h"
#include "src/analysis/report_parts.h"
#include "src/analysis/tree_words.h"

#define DOT " \xc2\xb7 "
#define DASH " \xe2\x80\x94 "

static void begin_claim(report_page *p, const pel_tree_item *item, uint32_t depth) {
  char number[PEL_TREE_NUMBER];
  pel_report_block *b = report_block(p, PEL_REPORT_CLAIM, depth);
  if (!b) return;
  b->state = p->r->nodes[item->node].state;
  if (item->kind != PEL_ITEM_NODE) return;
  report_block_id(p, "n%u", item->node + 1);
  pel_tree_number(p->t, item->node, number);
  if (*number && !(b->number = strdup(number))) p->out->failed = true;
}

static void put_reference(report_page *p, const pel_tree_item *item) {
  const pel_edge *e = &p->r->edges[item->edge];
  report_run(p, 0, NULL, pel_edge_lead(p->r, e));
  if (e->kind == PEL_EDGE_WOULD_CHANGE && *e->label) {
    report_sentence(p, 0, NULL, e->label);
    report_run(p, 0, NULL, " (see ");
    report_node_link(p, item->node);
    report_run(p, 0, NULL, ").");
    return;
  }
  report_run(p, 0, NULL, "see ");
  report_node_link(p, item->node);
  report_run(p, 0, NULL, ": ");
  report_sentence(p, 0, NULL, p->r->nodes[item->node].says);
  report_run(p, 0, NULL, ".");
}

static void put_more(report_page *p, const pel_tree_item *item) {
  report_runf(p, PEL_RUN_MUTED, "+%u more, the foremost of them: ", item->hidden);
  report_sentence(p, PEL_RUN_MUTED, NULL, p->r->nodes[item->node].says);
  report_run(p, PEL_RUN_MUTED, NULL, ".");
}

/* The state in words, where it says more than that the line is so. */
static void put_state(report_page *p, const pel_tree_item *item, const pel_node *n) {
  bool exception = item->edge != PEL_TREE_NONE && p->r->edges[item->edge].kind == PEL_EDGE_UNLESS;
  if (n->kind == PEL_NODE_CONCLUSION) report_runf(p, PEL_RUN_STRONG, ": %s", pel_verdict_words(n->state, pel_tree_assumes(p->t)));
  else if (n->kind == PEL_NODE_ASSUMPTION && n->state == PEL_STATE_ASSUMED) report_run(p, PEL_RUN_STRONG, NULL, ": assumed");
  else if (n->state != PEL_STATE_HOLDS) report_runf(p, PEL_RUN_STRONG, ": %s", pel_node_sentence(n));
  else if (exception) report_run(p, PEL_RUN_STRONG, NULL, ": applies");
  else if (n->kind == PEL_NODE_CHECK) report_run(p, 0, NULL, ": passed");
}

static void put_review(report_page *p, const pel_review *v) {
  if (!v) return;
  report_runf(p, PEL_RUN_STRONG, " [%s", v->verdict);
  report_run(p, 0, NULL, " by ");
  report_run(p, 0, NULL, *v->name ? v->name : "somebody");
  report_runf(p, 0, ", %.10s", v->date);
  if (*v->reason) report_run(p, 0, NULL, ": "), report_sentence(p, 0, NULL, v->reason);
  report_run(p, PEL_RUN_STRONG, NULL, "]");
}

static void put_node(report_page *p, const pel_tree_item *item) {
  const pel_node *n = &p->r->nodes[item->node];
  pel_string part = {0};
  if (item->edge != PEL_TREE_NONE) report_run(p, 0, NULL, pel_edge_lead(p->r, &p->r->edges[item->edge]));
  report_sentence(p, n->kind == PEL_NODE_CONCLUSION ? PEL_RUN_STRONG : 0, NULL, n->says);
  put_state(p, item, n);
  if (*n->note) report_run(p, 0, NULL, "; "), report_sentence(p, 0, NULL, n->note);
  report_run(p, 0, NULL, ".");
  pel_add_confidence(&part, n);
  if (part.size) report_run(p, 0, NULL, " "), report_taken(p, 0, NULL, &part), report_run(p, 0, NULL, ".");
  if (item->hidden) report_runf(p, PEL_RUN_MUTED, " (+%u)", item->hidden);
  bool place = report_place(p, item->node, DASH);
  report_fact_origin(p, item->node, place ? DOT : DASH);
  put_review(p, p->last[n->id]);
}

/* Sources stand in the places: here they would say the same again. What is said of them is not lost with them. What a model said has a chapter. */
static bool is_line(const report_page *p, const pel_tree_item *item) {
  if (report_is_model(p, item)) return false;
  if (item->edge == PEL_TREE_NONE || p->r->edges[item->edge].kind != PEL_EDGE_CITES) return true;
  const pel_node *n = &p->r->nodes[item->node];
  return n->kind != PEL_NODE_SOURCE || p->last[n->id] || (item->kind == PEL_ITEM_NODE && item->n_children);
}

static void put_extent(report_page *p) {
  const pel_logic_tree *t = p->t;
  char share[32];
  if (t->n_shown == t->n_nodes) return;
  report_block(p, PEL_REPORT_TEXT, 0);
  report_runf(p, PEL_RUN_MUTED, "Shown here: %u of %u nodes, which carry %s of the influence on the conclusion.", t->n_shown, t->n_nodes,
              pel_format_fixed(share, sizeof share, t->covered, 3));
}

void report_tree(report_page *p) {
  const pel_logic_tree *t = p->t;
  report_heading(p, 2, "reasoning", "The reasoning, step by step");
  if (!p->out->failed) p->out->blocks[p->out->n_blocks - 1].new_page = true;
  put_extent(p);
  for (uint32_t i = 0; i < t->n_items;) {
    const pel_tree_item *item = &t->items[i];
    if (!is_line(p, item)) { /* an anchor remains where it is named */
      i += item->span;
      continue;
    }
    if (item->depth == 0) p->source = NULL;
    begin_claim(p, item, item->depth);
    if (item->kind == PEL_ITEM_MORE) put_more(p, item);
    if (item->kind == PEL_ITEM_REFERENCE) put_reference(p, item);
    if (item->kind == PEL_ITEM_NODE) put_node(p, item);
    if (item->depth == 0 && item->kind == PEL_ITEM_NODE) p->source = pel_passage_source(p->r, pel_node_passage(t, item->node));
    i++;
  }
  p->source = NULL;
  report_block(p, PEL_REPORT_PICTURE, 0);
}
