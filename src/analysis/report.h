/* The report of a recorded reasoning: what it says, as a list of blocks in reading order, made once for every form (HTML, PDF).
 *
 *   pel_report *r;
 *   pel_report_build (tree, &origin, &r, &err);
 *   for (size_t i = 0; i < r->n_blocks; i++) ...      // a writer knows blocks and runs, nothing of reasoning
 *   pel_report_free (r);
 *
 * First page: question, conclusion, what it rests on, what is missing, who reviewed it, the trace's hash. Then the numbered tree,
 * the case's text, every quotation, what was considered and not used, reviews, open points, rules as written, how it was made.
 * All texts are valid UTF-8 without control or reordering characters; only those of QUOTE and of code have newlines. Every link that begins
 * with '#' leads to the id of a block or run of the same report; all others are http or https addresses. */
#pragma once
#include "src/analysis/logic_tree.h"

enum { PEL_RUN_STRONG = 1, PEL_RUN_MUTED = 2, PEL_RUN_CODE = 4, PEL_RUN_MARK = 8 };

typedef struct pel_report_run { /* words of one style */
  char *text;
  unsigned style;
  char *link;    /* or NULL */
  char *id;      /* what links lead to, or NULL */
  unsigned cell; /* column, in TABLE and ROW */
} pel_report_run;

typedef enum pel_report_kind {
  PEL_REPORT_HEADING, /* level 1 is the title, once */
  PEL_REPORT_VERDICT, /* a conclusion with its state, set apart */
  PEL_REPORT_TEXT,
  PEL_REPORT_ITEM,  /* of a list, level: depth from 0 */
  PEL_REPORT_CLAIM, /* a line of the tree, likewise; `number` before it */
  PEL_REPORT_QUOTE, /* exact words */
  PEL_REPORT_TABLE, /* its rows follow; its runs are the head, without which the first column of each row is */
  PEL_REPORT_ROW,
  PEL_REPORT_PICTURE /* of the tree; its runs say what it shows */
} pel_report_kind;

#define PEL_REPORT_COLUMNS 6

typedef struct pel_report_block {
  pel_report_kind kind;
  unsigned level;
  char *id;     /* or NULL */
  char *number; /* or NULL */
  pel_node_state state; /* of VERDICT and CLAIM */
  pel_report_run *runs;
  size_t n_runs, room;
  unsigned n_columns;                /* of TABLE */
  float widths[PEL_REPORT_COLUMNS];  /* shares, sum 1 */
  bool new_page;                     /* begins one, on paper */
} pel_report_block;

typedef struct pel_report {
  pel_report_block *blocks;
  size_t n_blocks, room;
  char *title, *subject; /* of the document */
  const char *language;  /* BCP 47, static */
  bool failed, cancelled; /* failed: no memory, or cancelled; never in what build returns */
} pel_report;

typedef struct pel_report_fact { /* a line of "how it was made" */
  const char *name, *value;
} pel_report_fact;

typedef struct pel_report_origin { /* "" or NULL for what is not known; borrowed */
  const char *file, *hash, *note;
  const char *asks, *title, *as_of; /* the question in words, the case's title and date */
  const char *question;             /* as the rules write it */
  const pel_report_fact *made;      /* [n_made] */
  size_t n_made;
  const char *command;              /* to make the trace again */
  const char *advice;               /* the pack's own caution */
  const char *checked;              /* what a check of the file found, one sentence */
  const char *broken;               /* why the chain of reviews does not hold, or NULL */
  size_t n_chained;                 /* entries that hold */
  bool (*cancelled)(void *user);    /* asked often; NULL: never */
  void *user;
} pel_report_origin;

/* PEL_ERR_CANCELLED: origin->cancelled said so. The tree is reported as far as it is shown (pel_logic_tree_cover); what that leaves out is said. */
pel_status pel_report_build(const pel_logic_tree *tree, const pel_report_origin *origin, pel_report **out, pel_error *err);
void pel_report_free(pel_report *report);
