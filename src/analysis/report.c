#include "src/analysis/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/analysis/report_parts.h"
#include "src/analysis/review_points.h"
#include "src/analysis/token_label.h"
#include "src/analysis/tree_words.h"

#define LIST_MOST 10 /* lines of a list on the first page */
#define VERDICTS_MOST 8
#define TITLE_MOST 1000
#define ENTRY_SEPARATOR " \xc2\xb7 "

static const char no_advice[] =
    "This report says what was recorded: which rules were applied to which facts, and what followed. It is no medical, legal or technical advice, and "
    "does not replace the judgement of a person who knows the case.";

/* ---- the conclusion ---- */

static void put_verdict(report_page *p, uint32_t v) {
  const pel_node *n = &p->r->nodes[v];
  pel_string part = {0};
  pel_report_block *b = report_block(p, PEL_REPORT_VERDICT, 0);
  if (b) b->state = n->state;
  report_sentence(p, PEL_RUN_STRONG, NULL, n->says);
  report_runf(p, PEL_RUN_STRONG, ": %s", pel_verdict_words(n->state, pel_tree_assumes(p->t)));
  if (*n->note) report_run(p, 0, NULL, "; "), report_sentence(p, 0, NULL, n->note);
  report_run(p, 0, NULL, ".");
  pel_add_confidence(&part, n);
  if (part.size) report_run(p, 0, NULL, " "), report_taken(p, 0, NULL, &part), report_run(p, 0, NULL, ".");
  if (report_place(p, v, " ") && *n->date) report_runf(p, PEL_RUN_MUTED, ", as in force %s", n->date);
}

static bool is_conclusion(const report_page *p, uint32_t v) { return p->r->nodes[v].kind == PEL_NODE_CONCLUSION; }

static void put_verdicts(report_page *p) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < p->t->n_roots; i++) {
    uint32_t v = p->t->roots[i];
    if ((is_conclusion(p, v) || i == 0) && n++ < VERDICTS_MOST) put_verdict(p, v);
  }
  if (n <= VERDICTS_MOST) return;
  report_block(p, PEL_REPORT_TEXT, 0);
  report_runf(p, 0, "%u more conclusions are in ", n - VERDICTS_MOST);
  report_run(p, 0, "#reasoning", "the reasoning");
  report_run(p, 0, NULL, ".");
}

/* ---- lists of the first page ---- */

typedef bool chooses(const pel_logic_tree *t, uint32_t v);

static bool is_fact(const pel_logic_tree *t, uint32_t v) {
  const pel_node *n = &t->reasoning->nodes[v];
  return n->kind == PEL_NODE_FACT && !pel_is_missing(t, v) && !pel_is_assumption(t, v);
}

static void put_entry(report_page *p, uint32_t v) {
  const pel_node *n = &p->r->nodes[v];
  report_block(p, PEL_REPORT_ITEM, 0);
  report_sentence(p, 0, NULL, n->says);
  if (n->kind == PEL_NODE_FACT && n->state != PEL_STATE_HOLDS && n->state != PEL_STATE_UNKNOWN) report_runf(p, 0, ": %s", pel_state_sentence(n->state));
  if (*n->note) report_run(p, 0, NULL, " ("), report_sentence(p, 0, NULL, n->note), report_run(p, 0, NULL, ")");
  report_run(p, 0, NULL, ".");
  report_fact_origin(p, v, " ");
  report_run(p, PEL_RUN_MUTED, NULL, ENTRY_SEPARATOR);
  report_node_link(p, v);
}

/* In order of influence facts would be torn apart: reading order it is. */
static uint32_t put_list(report_page *p, const char *heading, chooses *chosen) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < p->t->n_nodes; i++) {
    uint32_t v = p->t->reading[i];
    if (!chosen(p->t, v)) continue;
    if (!n++) report_heading(p, 3, NULL, heading);
    if (n <= LIST_MOST) put_entry(p, v);
  }
  if (n > LIST_MOST) {
    report_block(p, PEL_REPORT_ITEM, 0);
    report_runf(p, 0, "%u more, in ", n - LIST_MOST);
    report_run(p, 0, "#reasoning", "the reasoning");
    report_run(p, 0, NULL, ".");
  }
  return n;
}

static void put_rules(report_page *p) {
  bool first = true;
  if (!p->n_quotes) return;
  report_block(p, PEL_REPORT_ITEM, 0);
  report_run(p, 0, NULL, "Sources: ");
  for (uint32_t i = 0; i < p->n_quotes && i < 2 * LIST_MOST; i++) {
    const pel_passage *q = &p->r->passages[p->quoted[i]];
    const pel_source *s = pel_passage_source(p->r, q);
    bool same = i && p->r->passages[p->quoted[i - 1]].source == q->source;
    if (!first) report_run(p, 0, NULL, "; ");
    if (s && !same) report_sentence(p, 0, NULL, s->title), report_run(p, 0, NULL, ", ");
    report_sentence(p, 0, NULL, *q->path ? q->path : q->label);
    report_quote_link(p, q);
    first = false;
  }
  if (p->n_quotes > 2 * LIST_MOST) report_runf(p, 0, "; %u more", p->n_quotes - 2 * LIST_MOST);
  report_run(p, 0, NULL, ".");
}

static void put_would_change(report_page *p) {
  uint32_t n = 0;
  for (size_t i = 0; i < p->r->n_edges; i++) {
    const pel_edge *e = &p->r->edges[i];
    if (e->kind != PEL_EDGE_WOULD_CHANGE || n++ >= LIST_MOST) continue;
    if (n == 1) report_heading(p, 3, NULL, "What would change it");
    report_block(p, PEL_REPORT_ITEM, 0);
    report_sentence(p, 0, NULL, *e->label ? e->label : p->r->nodes[e->to - 1].says);
    report_run(p, PEL_RUN_MUTED, NULL, ENTRY_SEPARATOR);
    report_node_link(p, (uint32_t)(e->to - 1));
  }
  if (n <= LIST_MOST) return;
  report_block(p, PEL_REPORT_ITEM, 0);
  report_runf(p, 0, "%u more, in ", n - LIST_MOST);
  report_run(p, 0, "#reasoning", "the reasoning");
  report_run(p, 0, NULL, ".");
}

/* ---- who reviewed, which file ---- */

/* Each reviewer once, with the number of nodes on which their word is the last. */
static void put_reviewers(report_page *p, uint32_t n_open) {
  uint32_t reviewed = 0, n = 0;
  for (size_t i = 1; i <= p->r->n_nodes; i++) reviewed += p->last[i] != NULL;
  report_heading(p, 3, NULL, "Who reviewed it");
  for (size_t i = 0; i < p->r->n_reviews && n <= LIST_MOST; i++) {
    const pel_review *v = &p->r->reviews[i];
    uint32_t given = 0, standing = 0, before = 0;
    for (size_t k = 0; k < i && !before; k++) before = !strcmp(p->r->reviews[k].name, v->name);
    if (before || n++ >= LIST_MOST) continue;
    for (size_t k = i; k < p->r->n_reviews; k++)
      if (!strcmp(p->r->reviews[k].name, v->name)) given++, standing += p->last[p->r->reviews[k].node] == &p->r->reviews[k];
    report_block(p, PEL_REPORT_ITEM, 0);
    report_run(p, 0, NULL, v->name);
    report_runf(p, 0, ": %u %s, %u of them the last word on a node, since %.10s.", given, given == 1 ? "entry" : "entries", standing, v->date);
  }
  report_block(p, PEL_REPORT_ITEM, 0);
  if (p->r->n_reviews) report_runf(p, 0, "%u of %u nodes reviewed. ", reviewed, p->t->n_nodes);
  else report_run(p, 0, NULL, "Nobody has reviewed this reasoning. ");
  report_run(p, 0, n_open ? "#open" : NULL, n_open ? "Open points" : "No open points");
  if (n_open) report_runf(p, 0, ": %u", n_open);
  report_run(p, 0, NULL, ".");
}

static void put_identity(report_page *p) {
  static const float widths[] = {0.22f, 0.78f};
  pel_string chain = {0};
  report_table(p, 2, widths, NULL);
  report_fact(p, "Trace", p->o->hash && *p->o->hash ? p->o->hash : "without a hash: it was cut short");
  if (p->o->note && *p->o->note) report_fact(p, "Note", p->o->note);
  report_fact(p, "Checked", p->o->checked);
  if (p->o->broken) pel_string_addf(&chain, "BROKEN after %zu entries: %s", p->o->n_chained, p->o->broken);
  else pel_string_addf(&chain, "%zu %s, each with the hash of the one before: the chain holds", p->r->n_reviews, p->r->n_reviews == 1 ? "entry" : "entries");
  char *text = pel_string_take(&chain);
  report_fact(p, "Reviews", p->o->broken || p->r->n_reviews ? text : "");
  free(text);
}

static uint32_t count_open(const report_page *p) {
  uint32_t n = 0;
  for (size_t i = 0; i < p->r->n_nodes; i++) n += pel_open_point(&p->r->nodes[i], p->last[i + 1]) != NULL;
  return n;
}

void report_summary(report_page *p) {
  report_heading(p, 1, "top", p->out->title);
  report_block(p, PEL_REPORT_TEXT, 0);
  report_run(p, PEL_RUN_MUTED, NULL, "Report of a recorded reasoning");
  if (p->o->title && *p->o->title) report_run(p, PEL_RUN_MUTED, NULL, ENTRY_SEPARATOR), report_run(p, PEL_RUN_MUTED, NULL, p->o->title);
  if (p->o->as_of && *p->o->as_of) report_runf(p, PEL_RUN_MUTED, ENTRY_SEPARATOR "as of %s", p->o->as_of);
  report_heading(p, 2, "summary", "In short");
  put_verdicts(p);
  if (!put_list(p, "What it rests on", is_fact) && p->n_quotes) report_heading(p, 3, NULL, "What it rests on");
  put_rules(p);
  put_list(p, "What is assumed", pel_is_assumption);
  put_list(p, "What is missing", pel_is_missing);
  put_list(p, "What is in conflict", pel_is_conflict);
  put_would_change(p);
  report_model_short(p);
  put_reviewers(p, count_open(p));
  put_identity(p);
  report_block(p, PEL_REPORT_TEXT, 0);
  if (p->o->advice && *p->o->advice) report_sentence(p, PEL_RUN_MUTED, NULL, p->o->advice), report_run(p, PEL_RUN_MUTED, NULL, ". ");
  report_run(p, PEL_RUN_MUTED, NULL, no_advice);
}

/* ---- whole ---- */

/* Each passage that a shown node rests on gets a number, in reading order. */
static void number_quotes(report_page *p) {
  for (uint32_t i = 0; i < p->t->n_items; i++) {
    const pel_tree_item *item = &p->t->items[i];
    if (item->kind != PEL_ITEM_NODE) continue;
    const pel_node *n = &p->r->nodes[item->node];
    const pel_passage *both[2] = {pel_node_passage(p->t, item->node), n->passage ? &p->r->passages[n->passage - 1] : NULL};
    for (int k = 0; k < 2; k++) {
      if (!both[k] || p->quote[both[k] - p->r->passages]) continue;
      p->quoted[p->n_quotes++] = both[k] - p->r->passages;
      p->quote[both[k] - p->r->passages] = p->n_quotes;
    }
  }
}

/* The whole is in the trace: a heading of pages is none. */
static void cut_title(char *text) {
  size_t n = TITLE_MOST - 3;
  while (n && ((unsigned char)text[n] & 0xc0) == 0x80) n--;
  strcpy(text + n, "\xe2\x80\xa6");
}

/* "Was Alice a surviving spouse in 2016?" */
static char *title_of(const report_page *p) {
  const char *asks = p->o->asks && *p->o->asks ? p->o->asks : p->r->nodes[p->t->roots[0]].says;
  pel_string part = {0};
  pel_string_add_sentence(&part, asks);
  char *text = pel_string_take(&part), *safe = text ? pel_text_safe(text, strlen(text)) : NULL;
  free(text);
  if (safe && strlen(safe) > TITLE_MOST) cut_title(safe);
  return safe;
}

static void write_all(report_page *p) {
  report_summary(p);
  report_tree(p);
  report_model(p);
  report_documents(p);
  report_quotations(p);
  report_rejected(p);
  report_reviews(p);
  report_open(p);
  report_rules(p);
  report_made(p);
}

pel_status pel_report_build(const pel_logic_tree *t, const pel_report_origin *origin, pel_report **out, pel_error *err) {
  report_page p = {.t = t, .r = t->reasoning, .o = origin};
  p.out = pel_alloc(1, sizeof *p.out);
  p.last = pel_reviews_last(p.r);
  p.quote = pel_alloc(p.r->n_passages + 1, sizeof *p.quote);
  p.quoted = pel_alloc(p.r->n_passages + 1, sizeof *p.quoted);
  bool cancelled = false, failed = !p.out || !p.last || !p.quote || !p.quoted;
  if (!failed) {
    p.out->language = "en";
    p.out->title = title_of(&p);
    p.out->subject = strdup("Report of a recorded reasoning");
    p.out->failed = !p.out->title || !p.out->subject;
    number_quotes(&p);
    write_all(&p);
    report_settle_links(p.out);
    failed = p.out->failed;
    cancelled = p.out->cancelled;
  }
  free(p.last);
  free(p.quote);
  free(p.quoted);
  if (failed) {
    pel_report_free(p.out);
    if (cancelled) return pel_fail(err, PEL_ERR_CANCELLED, "the report was cancelled");
    return pel_fail_memory(err, "a report", t->n_nodes);
  }
  *out = p.out;
  return PEL_OK;
}
