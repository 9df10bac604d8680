/* Inside the report's export: its forms, and the picture that both have. */
#pragma once
#include "src/analysis/report.h"
#include "src/core/outfile.h"
#include "src/core/report.h"
#include "src/plot/tree_page.h"

typedef struct pel_report_picture { /* of the tree, pruned until it can be read on a page */
  pel_logic_tree *tree;
  pel_caption caption;
  const char *asks, *hash; /* borrowed */
  pel_tree_page_data data;
} pel_report_picture;

typedef struct pel_report_work { /* whether to go on with it; cancelled may be NULL */
  bool (*cancelled)(void *user);
  void *user;
  const char *path; /* of the report */
} pel_report_work;

/* PEL_ERR_CANCELLED once it was. */
pel_status pel_report_asked(const pel_report_work *work, pel_error *err);

pel_status pel_report_picture_make(const pel_reasoning *reasoning, const char *asks, const char *hash, const pel_report_work *work, pel_report_picture *out,
                                   pel_error *err);
/* Nothing below `depth` is shown any more; false when nothing was. */
bool pel_report_picture_shrink(pel_report_picture *picture, uint32_t depth);
void pel_report_picture_clear(pel_report_picture *picture);

pel_status pel_report_html(const pel_report *report, const pel_report_picture *picture, pel_paper paper, const pel_report_work *work, pel_outfile *file,
                           pel_error *err);
/* A picture that is too large for a page to be read is shrunk; a text that fills tens of pages is cut, and says how much is left out. */
pel_status pel_report_pdf(const pel_report *report, pel_report_picture *picture, pel_paper paper, const char *created, const pel_report_work *work,
                          pel_outfile *file, pel_error *err);
