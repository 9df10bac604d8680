#include "src/analysis/report_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "src/analysis/token_label.h"
#include "src/analysis/tree_words.h"

/* ---- blocks ---- */

pel_report_block *report_block(report_page *p, pel_report_kind kind, unsigned level) {
  pel_report *r = p->out;
  pel_report_block *grown = r->failed ? NULL : pel_grow(r->blocks, &r->room, r->n_blocks + 1, sizeof *grown);
  if (!grown) {
    r->failed = true;
    return NULL;
  }
  r->blocks = grown;
  pel_report_block *b = &grown[r->n_blocks++];
  *b = (pel_report_block){.kind = kind, .level = level};
  return b;
}

static pel_report_block *last_block(report_page *p) {
  return p->out->failed || !p->out->n_blocks ? NULL : &p->out->blocks[p->out->n_blocks - 1];
}

static char *keep(report_page *p, char *text) {
  if (!text) p->out->failed = true;
  return text;
}

static char *format_text(report_page *p, const char *format, va_list args) {
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0) text = NULL;
  return keep(p, text);
}

void report_block_id(report_page *p, const char *format, ...) {
  pel_report_block *b = last_block(p);
  va_list args;
  va_start(args, format);
  if (b) b->id = format_text(p, format, args);
  va_end(args);
}

void report_heading(report_page *p, unsigned level, const char *id, const char *text) {
  report_block(p, PEL_REPORT_HEADING, level);
  if (id) report_block_id(p, "%s", id);
  report_run(p, 0, NULL, text);
}

void report_table(report_page *p, unsigned n_columns, const float *widths, const char *const *head) {
  pel_report_block *b = report_block(p, PEL_REPORT_TABLE, 0);
  if (!b) return;
  b->n_columns = n_columns;
  memcpy(b->widths, widths, n_columns * sizeof *widths);
  for (unsigned i = 0; head && i < n_columns; i++) {
    if (i) report_cell(p);
    report_run(p, PEL_RUN_STRONG, NULL, head[i]);
  }
}

void report_fact(report_page *p, const char *name, const char *value) {
  if (!value || !*value) return;
  report_block(p, PEL_REPORT_ROW, 0);
  report_run(p, 0, NULL, name);
  report_cell(p);
  report_run(p, 0, NULL, value);
}

/* ---- runs ---- */

/* Takes `text`. Where a link is no place in the report, only an address of the web is one. */
static void add_run(report_page *p, unsigned style, const char *link, char *text) {
  pel_report_block *b = last_block(p);
  pel_report_run *grown = b && keep(p, text) ? pel_grow(b->runs, &b->room, b->n_runs + 1, sizeof *grown) : NULL;
  if (!grown) {
    p->out->failed = true;
    free(text);
    return;
  }
  b->runs = grown;
  pel_report_run *run = &grown[b->n_runs++];
  bool leads = link && (*link == '#' || !strncmp(link, "https://", 8) || !strncmp(link, "http://", 7));
  *run = (pel_report_run){.text = text, .style = style, .cell = b->kind == PEL_REPORT_TABLE || b->kind == PEL_REPORT_ROW ? b->level : 0};
  if (leads) run->link = keep(p, strdup(link));
}

static bool is_cancelled(report_page *p) {
  if (p->o->cancelled && !p->out->failed && p->o->cancelled(p->o->user)) p->out->failed = p->out->cancelled = true;
  return p->out->cancelled;
}

void report_run(report_page *p, unsigned style, const char *link, const char *text) {
  if (text && *text && !is_cancelled(p) && !p->out->failed) add_run(p, style, link, pel_text_safe(text, strlen(text)));
}

void report_taken(report_page *p, unsigned style, const char *link, pel_string *part) {
  char *text = keep(p, pel_string_take(part));
  report_run(p, style, link, text);
  free(text);
}

void report_sentence(report_page *p, unsigned style, const char *link, const char *text) {
  pel_string part = {0};
  if (p->out->failed) return;
  pel_string_add_sentence(&part, text);
  report_taken(p, style, link, &part);
}

void report_runf(report_page *p, unsigned style, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = format_text(p, format, args);
  va_end(args);
  report_run(p, style, NULL, text);
  free(text);
}

/* Of tables and rows `level` counts the cell at hand. */
void report_cell(report_page *p) {
  pel_report_block *b = last_block(p);
  if (b) b->level++;
}

void report_run_id(report_page *p, const char *format, ...) {
  pel_report_block *b = last_block(p);
  va_list args;
  va_start(args, format);
  if (b && b->n_runs) {
    free(b->runs[b->n_runs - 1].id);
    b->runs[b->n_runs - 1].id = format_text(p, format, args);
  }
  va_end(args);
}

void report_exact(report_page *p, unsigned style, const char *text, size_t size) {
  pel_string lines = {0};
  for (size_t i = 0; i < size && !is_cancelled(p);) {
    size_t n = 0;
    while (i + n < size && text[i + n] != '\n') n++;
    char *line = n ? pel_text_safe(text + i, n) : NULL;
    if (n && !keep(p, line)) break;
    if (line) pel_string_add(&lines, line);
    if (i + n < size) pel_string_add(&lines, "\n");
    free(line);
    i += n + 1;
  }
  if (size) add_run(p, style, NULL, pel_string_take(&lines));
}

/* ---- links ---- */

void report_node_link(report_page *p, uint32_t node) {
  char link[32], number[PEL_TREE_NUMBER];
  snprintf(link, sizeof link, "#n%u", node + 1);
  pel_tree_number(p->t, node, number);
  bool shown = p->t->item_of[node] != PEL_TREE_NONE;
  if (!*number) snprintf(number, sizeof number, "%s", p->r->nodes[node].kind == PEL_NODE_CONCLUSION ? "conclusion" : "node");
  report_run(p, 0, shown ? link : NULL, number);
}

void report_quote_link(report_page *p, const pel_passage *q) {
  char link[32];
  uint32_t number = q ? p->quote[q - p->r->passages] : 0;
  if (!number) return;
  snprintf(link, sizeof link, "#q%u", number);
  report_run(p, 0, NULL, " ");
  char text[32];
  snprintf(text, sizeof text, "[Q%u]", number);
  report_run(p, 0, link, text);
}

bool report_place(report_page *p, uint32_t node, const char *before) {
  pel_string part = {0};
  const pel_passage *q = pel_node_passage(p->t, node);
  pel_add_place(&part, p->t, node, p->source);
  bool any = part.size > 0 || q;
  if (any) report_run(p, PEL_RUN_MUTED, NULL, before);
  report_taken(p, PEL_RUN_MUTED, NULL, &part);
  report_quote_link(p, q);
  return any;
}

bool report_fact_origin(report_page *p, uint32_t node, const char *before) {
  const pel_node *n = &p->r->nodes[node];
  pel_string part = {0};
  char link[32];
  if (n->kind != PEL_NODE_FACT && n->kind != PEL_NODE_QUESTION && !n->document) return false;
  pel_add_origin(&part, p->r, n, true);
  if (!part.size) return false;
  report_run(p, PEL_RUN_MUTED, NULL, before);
  snprintf(link, sizeof link, "#t%lld", (long long)n->id);
  report_taken(p, PEL_RUN_MUTED, n->document && n->to > n->from ? link : NULL, &part);
  return true;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static size_t gather_ids(const pel_report *r, const char **out) {
  size_t n = 0;
  for (size_t i = 0; i < r->n_blocks; i++) {
    const pel_report_block *b = &r->blocks[i];
    if (b->id) out ? out[n] = b->id : NULL, n++;
    for (size_t k = 0; k < b->n_runs; k++)
      if (b->runs[k].id) out ? out[n] = b->runs[k].id : NULL, n++;
  }
  return n;
}

void report_settle_links(pel_report *r) {
  size_t n = r->failed ? 0 : gather_ids(r, NULL);
  const char **ids = pel_alloc(n + 1, sizeof *ids);
  if (!ids) r->failed = true;
  if (r->failed) {
    free(ids);
    return;
  }
  gather_ids(r, ids);
  qsort(ids, n, sizeof *ids, by_text);
  for (size_t i = 0; i < r->n_blocks; i++)
    for (size_t k = 0; k < r->blocks[i].n_runs; k++) {
      pel_report_run *run = &r->blocks[i].runs[k];
      const char *to = run->link ? run->link + 1 : NULL;
      if (!to || *run->link != '#' || bsearch(&to, ids, n, sizeof *ids, by_text)) continue;
      free(run->link);
      run->link = NULL;
    }
  free(ids);
}

/* ---- the end ---- */

void pel_report_free(pel_report *r) {
  if (!r) return;
  for (size_t i = 0; i < r->n_blocks; i++) {
    pel_report_block *b = &r->blocks[i];
    for (size_t k = 0; k < b->n_runs; k++) free(b->runs[k].text), free(b->runs[k].link), free(b->runs[k].id);
    free(b->runs);
    free(b->id);
    free(b->number);
  }
  free(r->blocks);
  free(r->title);
  free(r->subject);
  free(r);
}
