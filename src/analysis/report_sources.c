/* The words that a reasoning rests on: the case's text with what was found in it, quotations, rules as written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/analysis/model_answer.h"
#include "src/analysis/report_parts.h"
#include "src/analysis/tree_words.h"

#define CITED_MOST 40

/* ---- the case's text ---- */

typedef struct mark { /* the words of a fact */
  int64_t from, to;
  uint32_t node;
} mark;

static int by_place(const void *a, const void *b) {
  const mark *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to > y->to ? -1 : 1;
  return x->node < y->node ? -1 : x->node > y->node;
}

static size_t marks_of(const report_page *p, int64_t document, mark *out) {
  size_t n = 0;
  for (uint32_t i = 0; i < p->r->n_nodes; i++) {
    const pel_node *node = &p->r->nodes[i];
    if (node->document == document && node->to > node->from && p->t->item_of[i] != PEL_TREE_NONE) out[n++] = (mark){node->from, node->to, i};
  }
  qsort(out, n, sizeof *out, by_place);
  return n;
}

static const char *skip_characters(const char *at, int64_t n) {
  while (n > 0 && *at) {
    at++;
    while (((unsigned char)*at & 0xc0) == 0x80) at++;
    n--;
  }
  return at;
}

/* " [2.1]" behind the words, of each fact that has them. */
static void put_mark_links(report_page *p, const mark *marks, size_t n) {
  for (size_t i = 0; i < n; i++) {
    report_run(p, PEL_RUN_MUTED, NULL, i ? " " : " [");
    report_run_id(p, "t%u", marks[i].node + 1);
    report_node_link(p, marks[i].node);
  }
  report_run(p, PEL_RUN_MUTED, NULL, "]");
}

/* Marks that overlap become one, with the links of all. */
static void put_marked(report_page *p, const char *text, const mark *marks, size_t n) {
  const char *at = text;
  int64_t place = 0;
  report_block(p, PEL_REPORT_QUOTE, 0);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    int64_t to = marks[i].to;
    while (end < n && marks[end].from < to) {
      if (marks[end].to > to) to = marks[end].to;
      end++;
    }
    const char *first = skip_characters(at, marks[i].from - place), *last = skip_characters(first, to - marks[i].from);
    report_exact(p, 0, at, (size_t)(first - at));
    report_exact(p, PEL_RUN_MARK, first, (size_t)(last - first));
    put_mark_links(p, marks + i, end - i);
    at = last;
    place = to;
    i = end;
  }
  report_exact(p, 0, at, strlen(at));
}

/* A model's answer stands in its chapter, unless a part of it only is the claim. */
static bool is_whole_answer(const report_page *p, const mark *marks, size_t n) {
  if (n != 1 || !pel_is_model_answer(p->r, marks[0].node) || marks[0].from) return false;
  return !*skip_characters(p->r->documents[p->r->nodes[marks[0].node].document - 1].text, marks[0].to);
}

void report_documents(report_page *p) {
  mark *marks = pel_alloc(p->r->n_nodes, sizeof *marks);
  bool any = false;
  if (!marks) p->out->failed = true;
  for (size_t i = 0; marks && i < p->r->n_documents; i++) {
    const pel_document *d = &p->r->documents[i];
    size_t n = marks_of(p, (int64_t)i + 1, marks);
    bool text = !strcmp(d->name, "text"), answer = !strcmp(d->name, "answer");
    if (!text && !answer && !n) continue; /* a case file is known by its hash */
    if (answer && is_whole_answer(p, marks, n)) continue;
    if (!any) report_heading(p, 2, "texts", "What was read");
    any = true;
    report_heading(p, 3, NULL, text ? "The case's text" : answer ? "The model's answer" : d->name);
    put_marked(p, d->text, marks, n);
  }
  free(marks);
}

/* ---- quotations ---- */

static void put_quote_facts(report_page *p, const pel_passage *q, const pel_source *s) {
  pel_string part = {0};
  if (s && *s->version) pel_string_add(&part, "Version "), pel_string_add_sentence(&part, s->version);
  if (*q->valid_from || *q->valid_to)
    pel_string_addf(&part, "%sin force %s to %s", part.size ? "; " : "", *q->valid_from ? q->valid_from : "the beginning", *q->valid_to ? q->valid_to : "now");
  if (s && *s->publisher) pel_string_add(&part, part.size ? "; " : ""), pel_string_add_sentence(&part, s->publisher);
  if (s && *s->licence) pel_string_add(&part, part.size ? "; " : ""), pel_string_add_sentence(&part, s->licence);
  if (s && *s->retrieved) pel_string_addf(&part, "%sretrieved %s", part.size ? "; " : "", s->retrieved);
  if (part.size) pel_string_add(&part, ". ");
  if (!part.size && !(s && (*s->url || *s->sha256))) return;
  report_block(p, PEL_REPORT_TEXT, 0);
  report_taken(p, PEL_RUN_MUTED, NULL, &part);
  if (s) report_run(p, PEL_RUN_MUTED, s->url, s->url);
  if (s && *s->sha256) report_run(p, PEL_RUN_MUTED, NULL, *s->url ? " \xc2\xb7 Content hash " : "Content hash "), report_run(p, PEL_RUN_MUTED | PEL_RUN_CODE, NULL, s->sha256);
}

/* Claims that rest on each quotation, in reading order: counted, then sorted into one list. */
typedef struct citing {
  uint32_t *start; /* [n_quotes + 2] */
  uint32_t *node;
} citing;

static uint32_t quote_of(const report_page *p, uint32_t item) {
  if (p->t->items[item].kind != PEL_ITEM_NODE) return 0;
  const pel_passage *q = pel_node_passage(p->t, p->t->items[item].node);
  const pel_node *n = &p->r->nodes[p->t->items[item].node];
  return q && n->kind != PEL_NODE_SOURCE ? p->quote[q - p->r->passages] : 0;
}

static bool find_citing(report_page *p, citing *c) {
  c->start = pel_alloc(p->n_quotes + 2, sizeof *c->start);
  c->node = pel_alloc(p->t->n_items + 1, sizeof *c->node);
  if (!c->start || !c->node) return false;
  for (uint32_t i = 0; i < p->t->n_items; i++) c->start[quote_of(p, i) + 1]++;
  c->start[1] = 0; /* those that rest on nothing */
  for (uint32_t i = 2; i <= p->n_quotes + 1; i++) c->start[i] += c->start[i - 1];
  for (uint32_t i = 0; i < p->t->n_items; i++) {
    uint32_t q = quote_of(p, i);
    if (q) c->node[c->start[q]++] = p->t->items[i].node;
  }
  for (uint32_t i = p->n_quotes + 1; i > 0; i--) c->start[i] = c->start[i - 1];
  return true;
}

static void put_citing(report_page *p, const citing *c, uint32_t quote) {
  uint32_t n = c->start[quote + 1] - c->start[quote];
  if (!n) return;
  report_block(p, PEL_REPORT_TEXT, 0);
  report_run(p, PEL_RUN_MUTED, NULL, "Cited at ");
  for (uint32_t i = 0; i < n && i < CITED_MOST; i++) {
    if (i) report_run(p, PEL_RUN_MUTED, NULL, ", ");
    report_node_link(p, c->node[c->start[quote] + i]);
  }
  if (n > CITED_MOST) report_runf(p, PEL_RUN_MUTED, " and %u more", n - CITED_MOST);
}

static void put_quotation(report_page *p, uint32_t number, const citing *c) {
  const pel_passage *q = &p->r->passages[p->quoted[number - 1]];
  const pel_source *s = pel_passage_source(p->r, q);
  report_block(p, PEL_REPORT_HEADING, 3);
  report_block_id(p, "q%u", number);
  report_runf(p, 0, "Q%u ", number);
  if (s) report_sentence(p, 0, NULL, s->title);
  if (s && *q->path) report_run(p, 0, NULL, ", ");
  report_sentence(p, 0, NULL, q->path);
  if (*q->label && strcmp(q->label, q->path)) report_run(p, 0, NULL, s || *q->path ? ": " : ""), report_sentence(p, 0, NULL, q->label);
  report_block(p, PEL_REPORT_QUOTE, 0);
  report_exact(p, 0, q->text, strlen(q->text));
  put_quote_facts(p, q, s);
  put_citing(p, c, number);
}

void report_quotations(report_page *p) {
  citing c = {0};
  if (!p->n_quotes) return;
  if (!find_citing(p, &c)) p->out->failed = true;
  report_heading(p, 2, "quotations", "Quotations");
  for (uint32_t i = 1; i <= p->n_quotes && !p->out->failed; i++) {
    put_quotation(p, i, &c);
  }
  free(c.start);
  free(c.node);
}

/* ---- rules ---- */

/* Those that a shown node was concluded by, in the order of the pack. */
void report_rules(report_page *p) {
  static const float widths[] = {0.22f, 0.56f, 0.22f};
  static const char *const head[] = {"Rule", "As written", "In force"};
  bool *used = pel_alloc(p->r->n_clauses + 1, sizeof *used), any = false;
  if (!used) p->out->failed = true;
  for (uint32_t i = 0; used && i < p->r->n_nodes; i++)
    if (p->t->item_of[i] != PEL_TREE_NONE) used[p->r->nodes[i].clause] = true;
  for (size_t i = 1; used && i <= p->r->n_clauses; i++) {
    const pel_clause *c = &p->r->clauses[i - 1];
    if (!used[i]) continue;
    if (!any) report_heading(p, 2, "rules", "Rules as written"), report_table(p, 3, widths, head);
    any = true;
    report_block(p, PEL_REPORT_ROW, 0);
    report_run(p, 0, NULL, *c->label ? c->label : "rule");
    if (c->passage) report_quote_link(p, &p->r->passages[c->passage - 1]);
    report_cell(p);
    report_exact(p, PEL_RUN_CODE, c->text, strlen(c->text));
    report_cell(p);
    if (*c->valid_from || *c->valid_to)
      report_runf(p, 0, "%s to %s", *c->valid_from ? c->valid_from : "the beginning", *c->valid_to ? c->valid_to : "now");
  }
  free(used);
}
