/* What a language model said, as a chapter: its words, whether they are the pack's, what it attended to. */
#include <string.h>

#include "src/analysis/model_answer.h"
#include "src/analysis/report_parts.h"
#include "src/analysis/tree_words.h"

static bool is_told_beside(const report_page *p, uint32_t node) {
  const pel_tree_node *n = &p->t->nodes[node];
  return n->edge == PEL_TREE_NONE || p->r->edges[n->edge].kind == PEL_EDGE_CITES;
}

bool report_is_model(const report_page *p, const pel_tree_item *item) {
  if (item->edge == PEL_TREE_NONE) return false;
  const pel_edge *e = &p->r->edges[item->edge];
  if (e->kind == PEL_EDGE_ATTENDED) return pel_is_model_answer(p->r, (uint32_t)(e->from - 1));
  return e->kind == PEL_EDGE_CITES && pel_is_model_answer(p->r, (uint32_t)(e->to - 1));
}

bool report_has_model(const report_page *p) {
  uint32_t v = 0;
  while (v < p->r->n_nodes && !pel_is_model_answer(p->r, v)) v++;
  return v < p->r->n_nodes;
}

void report_model_short(report_page *p) {
  pel_model_answer a;
  for (uint32_t from = 0; pel_model_answer_read(p->r, from, &a); from++) {
    from = a.node;
    report_heading(p, 3, NULL, "What a language model said");
    report_block(p, PEL_REPORT_ITEM, 0);
    report_run(p, 0, NULL, pel_model_claim_words(&a));
    report_run(p, 0, NULL, "; nothing rests on it. ");
    report_run(p, 0, "#model", "Its words and what it looked at");
    report_run(p, 0, NULL, ".");
    pel_model_answer_clear(&a);
  }
}

static void put_looked(report_page *p, const pel_edge *e) {
  const pel_node *to = &p->r->nodes[e->to - 1];
  bool passage = pel_looked_at_passage(p->r, e), quoted = passage && to->passage >= 1 && to->passage <= (int64_t)p->r->n_passages;
  char number[40];
  report_block(p, PEL_REPORT_ROW, 0);
  report_run(p, 0, NULL, pel_share_text(e->weight, number));
  report_cell(p);
  report_sentence(p, 0, NULL, e->label);
  report_cell(p);
  report_sentence(p, 0, NULL, to->says);
  if (to->state != PEL_STATE_HOLDS) report_runf(p, 0, ": %s", pel_state_sentence(to->state));
  if (quoted) report_quote_link(p, &p->r->passages[to->passage - 1]);
  if (passage) return;
  report_run(p, 0, NULL, " ");
  report_node_link(p, (uint32_t)(e->to - 1));
}

static void put_answer(report_page *p, const pel_model_answer *a) {
  static const float widths[] = {0.12f, 0.14f, 0.74f};
  static const char *const head[] = {"Share", "Told as", "What it says"};
  char facts[40], passages[40];
  report_block(p, PEL_REPORT_TEXT, 0);
  if (is_told_beside(p, a->node)) report_block_id(p, "n%u", a->node + 1);
  if (*a->model) report_sentence(p, PEL_RUN_STRONG, NULL, a->model);
  else report_run(p, PEL_RUN_STRONG, NULL, "A model");
  report_run(p, 0, NULL, " was asked the same. ");
  report_run(p, PEL_RUN_STRONG, NULL, pel_model_claim_words(a));
  report_run(p, 0, NULL, "; nothing rests on its words:");
  report_block(p, PEL_REPORT_QUOTE, 0);
  const char *words = *a->text ? a->text : "(nothing)";
  report_exact(p, 0, words, strlen(words));
  if (!a->n_looked) return;
  report_block(p, PEL_REPORT_TEXT, 0);
  report_runf(p, 0, "What it looked at while it answered, as shares of its attention, mean over layers, heads and tokens of the answer: facts %s, passages %s; the rest lay on the "
              "prompt's other words and on its own.", pel_share_text(a->on_facts, facts), pel_share_text(a->on_passages, passages));
  report_table(p, 3, widths, head);
  for (size_t i = 0; i < a->n_looked; i++) put_looked(p, a->looked[i]);
}

void report_model(report_page *p) {
  pel_model_answer a;
  bool any = false;
  for (uint32_t from = 0; pel_model_answer_read(p->r, from, &a); from++) {
    from = a.node;
    if (!any) report_heading(p, 2, "model", "What a language model said");
    any = true;
    put_answer(p, &a);
    pel_model_answer_clear(&a);
  }
}
