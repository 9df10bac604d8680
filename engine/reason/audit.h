/* What the stages of an audit share. */
#pragma once
#include <pellucid/audit.h>

#include "engine/proof/check.h"
#include "engine/reason/tell.h"

enum { PEL_AUDIT_MISSING = 12 };

typedef struct audit {
  const pel_audit_options *o;
  const pel_case_info *c;
  pel_world *w;
  pel_span_sink sink;
  pel_teller t;
  pel_audit_result *result;
  int64_t n_spans, n_proof_steps, asked; /* asked: the stage of the model, 0 without */
  size_t left_out, n_rerun; /* tries of the search that were not recorded; steps that the checker computed with the interpreter's own code */
  char *missing[PEL_AUDIT_MISSING]; /* goals that nothing says, of a conclusion that was not found */
  size_t n_missing;
  double deducing, checking; /* seconds */
  size_t not_tried; /* changes that were not tried for want of time */
  bool withdrawn; /* verification does not bear out what was concluded */
  char fault[240];
  pel_error *err;
} audit;

pel_status pel_audit_span(audit *a, pel_span_kind kind, const char *name, const char *status, double seconds);
bool pel_audit_goes_on(const audit *a);
/* PEL_ERR_CANCELLED when somebody has stopped the audit. */
pel_status pel_audit_go_on(const audit *a);
pel_status pel_audit_attribute(audit *a, int64_t span, const char *name, const char *value);
/* A figure of the last stage: a count, or a number of six digits. */
pel_status pel_audit_count(audit *a, const char *name, uint64_t n);
pel_status pel_audit_number(audit *a, const char *name, double value);
pel_deduce_options pel_audit_deducing(const audit *a);
/* The nodes of the conclusion; *root is the first of them. */
pel_status pel_audit_conclusion(audit *a, pel_deduction *d, int64_t *root);
/* What is said further of each fact of the case that is not known, "" of those that no rule asked for: [facts], free(); NULL: no memory. */
const char **pel_audit_about_facts(const audit *a, const pel_deduction *d);
/* The unknown facts that the conclusion met, under it. */
pel_status pel_audit_unknown(audit *a, pel_deduction *d, int64_t root);
/* What is to be said of facts that are hardly meant as they stand. */
pel_status pel_audit_doubts(audit *a);
/* Rows of the last proof's steps, each at the node that shows it. */
pel_status pel_audit_steps(audit *a, const pel_proof *proof);
/* Which facts, assumptions and missing facts would change the conclusion, found by asking again without or with them. */
pel_status pel_audit_changes(audit *a, pel_deduction *d, int64_t root);
/* The deduction put to a search for a proof and a refutation; where a trace is written. */
pel_status pel_audit_verify_rules(audit *a, pel_deduction *d, int64_t root);
/* That a model was asked, as a stage, with what it was told. */
pel_status pel_audit_asked(audit *a);
/* What a model said, beside what the pack says. `root` is the conclusion's node, `answer` what a text that agrees would name; NULL: nothing to name. */
pel_status pel_audit_model_claim(audit *a, pel_node_state state, int64_t root, const char *answer);
/* Looks the question up in the pack's passages, or takes what was looked up for the model. */
pel_status pel_audit_retrieve(audit *a, pel_pack *pack);
/* The question of a case as passages are looked up for it; an empty result where the pack has none. */
pel_status pel_audit_look_up(const pel_audit_options *o, const pel_case_info *c, pel_pack *pack, pel_retrieval *out, pel_error *err);
