/* Inside the report: blocks as they are made, and what its chapters share. Failures are kept in report->failed. */
#pragma once
#include "src/analysis/report.h"
#include "src/analysis/string_build.h"

typedef struct report_page {
  pel_report *out;
  const pel_logic_tree *t;
  const pel_reasoning *r;
  const pel_report_origin *o;
  const pel_review **last; /* [n_nodes + 1] */
  uint32_t *quote;         /* [n_passages] number of the quotation, 0: none */
  uint32_t n_quotes;
  int64_t *quoted;         /* [n_quotes] passages by number */
  const pel_source *source; /* of the conclusion at hand, in the tree: not named again below it */
} report_page;

/* A block at the end of the report; runs are added to the last block. NULL: no memory. */
pel_report_block *report_block(report_page *p, pel_report_kind kind, unsigned level);
void report_block_id(report_page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A heading; `id` may be NULL. */
void report_heading(report_page *p, unsigned level, const char *id, const char *text);
/* A table; `head` [n_columns], or NULL where the first column heads the rows. */
void report_table(report_page *p, unsigned n_columns, const float *widths, const char *const *head);
/* A row of two cells, the second left out when it is "" or NULL. */
void report_fact(report_page *p, const char *name, const char *value);

/* Words on one line, whatever they hold; nothing for "". `link` may be NULL. */
void report_run(report_page *p, unsigned style, const char *link, const char *text);
/* The same of a sentence: without its full stop. */
void report_sentence(report_page *p, unsigned style, const char *link, const char *text);
/* Takes the text out of `part`. */
void report_taken(report_page *p, unsigned style, const char *link, pel_string *part);
void report_runf(report_page *p, unsigned style, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* From now on the runs of a row are those of the next cell. */
void report_cell(report_page *p);
/* The id of the last run. */
void report_run_id(report_page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An exact text, its lines kept: as the last block's. */
void report_exact(report_page *p, unsigned style, const char *text, size_t size);

/* A link to a node: its number or, where it has none, a word; nothing to lead to is no link. */
void report_node_link(report_page *p, uint32_t node);
/* A link to the quotation of a passage: "[Q3]". Nothing when it is not quoted. */
void report_quote_link(report_page *p, const pel_passage *passage);
/* "s. 2(a)(1)(B) [Q3]" behind `before`; false when the node rests on nothing. */
bool report_place(report_page *p, uint32_t node, const char *before);
/* Where a fact comes from, with a link into the case's text. */
bool report_fact_origin(report_page *p, uint32_t node, const char *before);

/* At the end: takes away links to places that are not in the report. */
void report_settle_links(pel_report *report);

/* ---- chapters ---- */

void report_summary(report_page *p);
void report_tree(report_page *p);
void report_model(report_page *p);
bool report_has_model(const report_page *p);
/* One line of the first page, when a model was asked. */
void report_model_short(report_page *p);
/* Whether an item of the tree is told in the model's chapter instead: its answer as something beside the conclusion, and what it looked at. */
bool report_is_model(const report_page *p, const pel_tree_item *item);
void report_documents(report_page *p);
void report_quotations(report_page *p);
void report_rules(report_page *p);
void report_rejected(report_page *p);
void report_reviews(report_page *p);
void report_open(report_page *p);
void report_made(report_page *p);
