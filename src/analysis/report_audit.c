/* What an auditor asks last: what was considered and not used, who said what, what is open, how the trace was made. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "src/analysis/report_parts.h"
#include "src/analysis/review_points.h"
#include "src/analysis/tree_words.h"

#define GROUP_MOST 200
#define NEAR_MOST 12 /* candidates of a retrieval that just missed */
#define RETRIEVALS_MOST 100
#define REVIEWS_MOST 1000 /* the last ones */
#define OPEN_MOST 1000
#define STAGES_MOST 1000

/* ---- considered and not used ---- */

static void put_rejected_node(report_page *p, uint32_t v) {
  const pel_node *n = &p->r->nodes[v];
  report_block(p, PEL_REPORT_ITEM, 0);
  report_node_link(p, v);
  report_run(p, 0, NULL, ": ");
  report_sentence(p, 0, NULL, n->says);
  if (*n->note) report_run(p, 0, NULL, " ("), report_sentence(p, 0, NULL, n->note), report_run(p, 0, NULL, ")");
  report_run(p, 0, NULL, ".");
  report_place(p, v, " ");
}

static bool put_group(report_page *p, pel_node_state state, const char *heading, bool any) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < p->t->n_nodes; i++) {
    uint32_t v = p->t->reading[i];
    const pel_node *n = &p->r->nodes[v];
    bool comparison = n->kind == PEL_NODE_CHECK && state == PEL_STATE_REFUTED; /* it does not hold: nothing was refuted */
    if (n->state != state || n->kind == PEL_NODE_CONCLUSION || n->kind == PEL_NODE_QUESTION || comparison) continue;
    if (!found++) {
      if (!any) report_heading(p, 2, "rejected", "Considered and not used");
      report_heading(p, 3, NULL, heading);
    }
    if (found <= GROUP_MOST) put_rejected_node(p, v);
  }
  if (found > GROUP_MOST) {
    report_block(p, PEL_REPORT_ITEM, 0);
    report_runf(p, 0, "%u more.", found - GROUP_MOST);
  }
  return any || found;
}

static void put_number(report_page *p, double v) {
  char text[40];
  report_cell(p);
  report_run(p, 0, NULL, isfinite(v) ? pel_format_fixed(text, sizeof text, v, 3) : "\xe2\x80\x93");
}

static void put_candidate(report_page *p, const pel_retrieved *c) {
  const pel_passage *q = &p->r->passages[c->passage - 1];
  const pel_source *s = pel_passage_source(p->r, q);
  report_block(p, PEL_REPORT_ROW, 0);
  report_runf(p, 0, "%d", c->rank);
  report_cell(p);
  if (s) report_sentence(p, 0, NULL, s->title), report_run(p, 0, NULL, " ");
  report_sentence(p, 0, NULL, *q->path ? q->path : q->label);
  report_quote_link(p, q);
  put_number(p, c->lexical);
  put_number(p, c->dense);
  put_number(p, c->fused);
  put_number(p, c->margin);
}

/* The candidates of one stage are sorted by rank: those with weight come first. */
static void put_near_misses(report_page *p, size_t from, size_t to) {
  static const float widths[] = {0.08f, 0.44f, 0.12f, 0.12f, 0.12f, 0.12f};
  static const char *const head[] = {"Rank", "Passage", "Words", "Meaning", "Both", "Margin"};
  size_t found, weighted, put = 0;
  pel_retrieval_counts(p->r, p->r->retrieved[from].span, &found, &weighted);
  report_block(p, PEL_REPORT_TEXT, 0);
  report_runf(p, 0, "Passages looked up by the question's words: %zu found, %zu with weight. The rules do not use them%s. ", found, weighted,
              report_has_model(p) ? "; the language model was told those with weight" : "");
  report_run(p, 0, NULL, found == weighted ? "None was left out." : "Nearest to the threshold among those left out (margin: how far below it):");
  if (found == weighted) return;
  report_table(p, 6, widths, head);
  for (size_t i = from; i < to && put < NEAR_MOST; i++)
    if (p->r->retrieved[i].weight <= 0) put_candidate(p, &p->r->retrieved[i]), put++;
}

void report_rejected(report_page *p) {
  bool any = put_group(p, PEL_STATE_EXCLUDED, "Not in force on the date of the case", false);
  any = put_group(p, PEL_STATE_OVERRIDDEN, "Set aside by an exception", any);
  any = put_group(p, PEL_STATE_REFUTED, "Refuted: the opposite is proved", any);
  any = put_group(p, PEL_STATE_NOT_FOUND, "Nothing found that says so", any);
  if (p->r->n_retrieved) {
    if (!any) report_heading(p, 2, "rejected", "Considered and not used");
    report_heading(p, 3, NULL, "Passages that were looked up");
  }
  size_t n = 0;
  for (size_t i = 0, end; i < p->r->n_retrieved; i = end) {
    if (n++ == RETRIEVALS_MOST) {
      report_block(p, PEL_REPORT_TEXT, 0);
      report_run(p, 0, NULL, "What else was looked up is in the trace.");
      break;
    }
    for (end = i; end < p->r->n_retrieved && p->r->retrieved[end].span == p->r->retrieved[i].span; end++) {}
    put_near_misses(p, i, end);
  }
}

/* ---- reviews ---- */

static void put_entry(report_page *p, const pel_review *v) {
  report_block(p, PEL_REPORT_ROW, 0);
  report_runf(p, 0, "%lld", (long long)v->id);
  report_cell(p);
  report_node_link(p, (uint32_t)(v->node - 1));
  report_run(p, 0, NULL, ": ");
  report_sentence(p, 0, NULL, p->r->nodes[v->node - 1].says);
  report_cell(p);
  report_run(p, PEL_RUN_STRONG, NULL, v->verdict);
  if (*v->reason) report_run(p, 0, NULL, ": "), report_sentence(p, 0, NULL, v->reason);
  report_cell(p);
  report_run(p, 0, NULL, v->name);
  report_cell(p);
  report_run(p, 0, NULL, v->date);
  report_cell(p);
  report_runf(p, PEL_RUN_CODE, "%.16s", v->hash);
}

void report_reviews(report_page *p) {
  static const float widths[] = {0.06f, 0.30f, 0.14f, 0.18f, 0.15f, 0.17f};
  static const char *const head[] = {"No.", "Node", "Verdict", "By", "When", "Entry's hash"};
  report_heading(p, 2, "reviews", "Review log");
  report_block(p, PEL_REPORT_TEXT, 0);
  if (p->o->broken) {
    report_runf(p, PEL_RUN_STRONG, "The chain is BROKEN after %zu entries: ", p->o->n_chained);
    report_run(p, 0, NULL, p->o->broken);
    report_run(p, 0, NULL, ". What stands below it may have been changed or removed.");
  } else if (p->r->n_reviews)
    report_run(p, 0, NULL, "Each entry holds the hash of the one before, the first that of the trace. The chain holds.");
  else
    report_run(p, 0, NULL, "Nobody has reviewed this reasoning.");
  size_t first = p->r->n_reviews > REVIEWS_MOST ? p->r->n_reviews - REVIEWS_MOST : 0;
  if (first) {
    report_runf(p, 0, " Shown here: the last %d entries; %zu more came before them, all of which ", REVIEWS_MOST, first);
    report_runf(p, PEL_RUN_CODE, "pellucid review %s", p->o->file ? p->o->file : "run.pel");
    report_run(p, 0, NULL, " lists.");
  }
  if (p->r->n_reviews) report_table(p, 6, widths, head);
  for (size_t i = first; i < p->r->n_reviews; i++) put_entry(p, &p->r->reviews[i]);
}

void report_open(report_page *p) {
  size_t n = 0;
  report_heading(p, 2, "open", "Open points");
  for (uint32_t i = 0; i < p->t->n_nodes; i++) {
    uint32_t v = p->t->reading[i];
    const char *why = pel_open_point(&p->r->nodes[v], p->last[v + 1]);
    if (!why) continue;
    if (n++ >= OPEN_MOST) continue;
    report_block(p, PEL_REPORT_ITEM, 0);
    report_node_link(p, v);
    report_runf(p, PEL_RUN_STRONG, " %s", why);
    report_run(p, 0, NULL, ": ");
    report_sentence(p, 0, NULL, p->r->nodes[v].says);
    if (p->last[v + 1] && *p->last[v + 1]->reason) {
      report_run(p, 0, NULL, " (");
      report_run(p, 0, NULL, p->last[v + 1]->name);
      report_run(p, 0, NULL, ": ");
      report_sentence(p, 0, NULL, p->last[v + 1]->reason);
      report_run(p, 0, NULL, ")");
    }
    report_run(p, 0, NULL, ".");
  }
  if (n > OPEN_MOST) {
    report_block(p, PEL_REPORT_ITEM, 0);
    report_runf(p, 0, "%zu more, which ", n - OPEN_MOST);
    report_runf(p, PEL_RUN_CODE, "pellucid review %s", p->o->file ? p->o->file : "run.pel");
    report_run(p, 0, NULL, " lists.");
  }
  if (n) return;
  report_block(p, PEL_REPORT_TEXT, 0);
  report_run(p, 0, NULL, "None: nothing is disputed, nothing is missing.");
}

/* ---- how it was made ---- */

/* Indices of attributes: by stage, in the order in which they came. */
static size_t *attributes_by_span(report_page *p) {
  const pel_reasoning *r = p->r;
  size_t *start = pel_alloc(r->n_spans + 2, sizeof *start), *out = pel_alloc(r->n_attributes + 1, sizeof *out);
  if (!start || !out) {
    free(start), free(out);
    p->out->failed = true;
    return NULL;
  }
  for (size_t i = 0; i < r->n_attributes; i++) start[r->attributes[i].span + 1]++;
  for (size_t i = 1; i < r->n_spans + 2; i++) start[i] += start[i - 1];
  for (size_t i = 0; i < r->n_attributes; i++) out[start[r->attributes[i].span]++] = i;
  free(start);
  return out;
}

static void put_stages(report_page *p) {
  static const float widths[] = {0.24f, 0.26f, 0.50f};
  static const char *const head[] = {"Stage", "Ended", "Parameters and results"};
  if (!p->r->n_spans) return;
  report_heading(p, 3, NULL, "Stages");
  report_table(p, 3, widths, head);
  size_t *start = attributes_by_span(p), n = 0;
  for (size_t i = 0; start && i < p->r->n_spans && i < STAGES_MOST; i++) {
    const pel_span *s = &p->r->spans[i];
    bool first = true;
    report_block(p, PEL_REPORT_ROW, 0);
    report_run(p, 0, NULL, s->name);
    report_cell(p);
    report_run(p, 0, NULL, s->status);
    report_cell(p);
    for (; n < p->r->n_attributes && p->r->attributes[start[n]].span == s->id; n++) {
      const pel_attribute *a = &p->r->attributes[start[n]];
      if (!first) report_run(p, 0, NULL, "; ");
      report_run(p, 0, NULL, a->name), report_run(p, 0, NULL, " "), report_run(p, 0, NULL, a->value);
      first = false;
    }
  }
  free(start);
  if (p->r->n_spans <= STAGES_MOST) return;
  report_block(p, PEL_REPORT_TEXT, 0);
  report_runf(p, 0, "%zu more stages are in the trace.", p->r->n_spans - STAGES_MOST);
}

static void put_counts(report_page *p) {
  pel_string s = {0};
  pel_string_addf(&s, "%u nodes, %zu edges, %zu sources, %zu passages, %zu tries in the search, %zu steps of proof", p->t->n_nodes, p->r->n_edges,
                  p->r->n_sources, p->r->n_passages, p->r->n_resolutions, p->r->n_steps);
  char *text = pel_string_take(&s);
  report_fact(p, "Recorded", text);
  free(text);
}

static void put_commands(report_page *p) {
  report_heading(p, 3, NULL, "To check it and to make it again");
  report_block(p, PEL_REPORT_TEXT, 0);
  report_run(p, 0, NULL, "The file that this report was made from, and the chain of its reviews: ");
  report_runf(p, PEL_RUN_CODE, "pellucid verify %s", p->o->file ? p->o->file : "run.pel");
  report_block(p, PEL_REPORT_TEXT, 0);
  if (p->o->command && *p->o->command) {
    report_run(p, 0, NULL, "The trace, from inputs of the hashes above: ");
    report_run(p, PEL_RUN_CODE, NULL, p->o->command);
    return;
  }
  report_run(p, 0, NULL, "The trace holds no command that made it. The same program with inputs of the hashes above gives a trace with the same hash.");
}

void report_made(report_page *p) {
  static const float widths[] = {0.30f, 0.70f};
  report_heading(p, 2, "made", "How this was made");
  report_table(p, 2, widths, NULL);
  report_fact(p, "Trace", p->o->file);
  report_fact(p, "Hash", p->o->hash);
  report_fact(p, "Question as the rules write it", p->o->question);
  for (size_t i = 0; i < p->o->n_made; i++) report_fact(p, p->o->made[i].name, p->o->made[i].value);
  put_counts(p);
  put_stages(p);
  put_commands(p);
}
