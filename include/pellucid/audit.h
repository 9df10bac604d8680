/* Auditing a case against a knowledge pack: recorded stages that lead to a conclusion, each step with what it rests on.
 *
 *   pel_audit_options o = PEL_AUDIT_DEFAULTS;
 *   o.case_path = "alice.json"; o.pack_path = "tax.pack"; o.output = "run.pel";
 *   pel_audit (&o, &result, &err);
 */
#pragma once
#include <pellucid/encoder.h>
#include <pellucid/pack.h>
#include <pellucid/reasoning.h>
#include <pellucid/retrieve.h>
#ifdef __cplusplus
extern "C" {
#endif

/* ---- cases ---- */

typedef struct pel_case pel_case;

typedef enum pel_fact_form { PEL_FACT_TERM, PEL_FACT_QUANTITY, PEL_FACT_CHOICE, PEL_FACT_DATE } pel_fact_form;

typedef struct pel_case_fact {
  const char *id, *says, *by, *document, *date, *unit;
  pel_fact_form form;
  const char *name;  /* the term, or the name of the quantity, choice or date */
  const char *value; /* "true", "false", a number as written, a text; "" when unknown */
  bool known, denied; /* denied: a term whose value is false */
  int64_t from, to;  /* span in the case's text; 0, 0: none */
} pel_case_fact;

typedef struct pel_case_info { /* strings borrowed until close */
  const char *name; /* of its file: what errors call it */
  const char *title, *as_of, *question, *asks, *text, *json, *sha256;
  size_t n_facts;
} pel_case_info;

/* Reads a case file (docs/case-format.md). Errors name the JSON path. */
PEL_API pel_status pel_case_open(const char *path, pel_case **out, pel_error *err);
/* The same from memory; `name` is what errors call it. */
PEL_API pel_status pel_case_parse(const char *name, const char *json, size_t size, pel_case **out, pel_error *err);
PEL_API void pel_case_close(pel_case *c);
PEL_API const pel_case_info *pel_case_get_info(const pel_case *c);
PEL_API const pel_case_fact *pel_case_get_fact(const pel_case *c, size_t i);
/* The units that a case may use for a quantity: value in `to` = value in `from` x *times + *plus. False when the two do not convert; an audit refuses them. */
PEL_API bool pel_case_unit_converts(const char *from, const char *to, double *times, double *plus);
/* The i-th known spelling of a unit that converts to `unit`; NULL after the last. */
PEL_API const char *pel_case_unit_like(const char *unit, size_t i);

/* ---- audits ---- */

typedef struct pel_audit_limits {
  uint64_t steps, memory; /* of one run of the rules */
  double seconds;
  uint32_t runs;          /* at most, over all ways in which unknown facts may be, and what would change it */
} pel_audit_limits;

/* What a model is told of a case before it is asked: each fact as a sentence, and the passages that bear on the question. */
typedef struct pel_briefing { /* owned; pel_briefing_clear */
  char **facts;    /* [n_facts of the case]: "the blood urea is 8.1 mmol/L", in the pack's words and units where the case has none of its own */
  size_t n_facts;
  char **passages; /* [n_passages]: place and words, on one line; the first of found.items, in its order */
  size_t n_passages;
  size_t n_cut;    /* of these passages, those that are not told to their end */
  pel_retrieval found; /* what retrieval found; empty without it */
} pel_briefing;

/* What a model said to the same question, and how much of its attention lay on what it was told while it said so. */
typedef struct pel_audit_model {
  const char *name;         /* of the model */
  const char *answer;       /* its text */
  const pel_briefing *told; /* what it was told: the audit records the same retrieval; NULL: facts alone */
  const double *attended;   /* [n_facts, then n_passages]: share of the answer's attention on the words, mean over layers and heads; NaN: not in the prompt */
} pel_audit_model;

typedef struct pel_audit_options {
  const char *case_path, *pack_path;
  const pel_case *given; /* not NULL: this case instead of case_path */
  pel_pack *pack;        /* not NULL: this pack instead of pack_path; borrowed */
  const char *output;    /* trace file; NULL: none is written */
  bool force;
  bool append;           /* `output` is the closed trace of a model's run, to which the reasoning is added */
  const pel_audit_model *model; /* NULL: none was asked */
  const char *generator;
  pel_audit_limits limits;
  pel_encoder *encoder;  /* of the vectors that retrieval compares; NULL: hashed n-grams; borrowed */
  const char *chains;    /* file of chain rules for questions to the graph (pellucid learn rules); NULL: the pack's, else mined on the spot, within limits */
  const char *links;     /* file that says how far such answers can be trusted (pellucid learn links); NULL: the pack's, else they have no confidence */
  const char *gnn;       /* file of a graph network that ranks the answers of such questions (pellucid learn gnn); NULL: chain rules rank */
  const char *weights;   /* file of weights for diagnoses (pellucid eval phenopackets --save); NULL: the pack's, else those that are built in */
  double abstain;        /* a diagnosis or link with a lower confidence is none: the conclusion is unknown */
  bool level_asked;      /* somebody chose that level: a link of which no confidence is known does not reach it */
  bool retrieve;         /* look the question up in the pack's passages, too */
  void *user;
  bool (*progress)(double fraction, void *user); /* may be NULL; false stops: PEL_ERR_CANCELLED, and nothing is written */
} pel_audit_options;
#define PEL_AUDIT_DEFAULTS { .limits = {5000000, (uint64_t)512 << 20, 20, 400}, .abstain = 0.5, .retrieve = true }

typedef struct pel_audit_result { /* owned; pel_audit_result_clear */
  pel_node_state state;
  char *says;     /* the conclusion in words */
  char *reason;   /* why it is unknown, "" otherwise */
  char **answers; /* instances of the question, in the rules' syntax */
  size_t n_answers;
  char **missing; /* unknown facts that the conclusion met, ids */
  bool *matters;  /* [n_missing] whether the conclusion's state depends on it */
  size_t n_missing;
  size_t n_steps, n_assumptions; /* of the proof that was checked */
  const char *model_agrees; /* "agrees", "contradicts", "says nothing": the model's claim beside the pack's; "" without a model; static */
  bool checked;   /* the independent checker accepts every proof */
  uint32_t runs;
  char **warnings; /* of facts that are taken but hardly meant: "$.facts[2]: the fact in words: what is odd about it" */
  size_t n_warnings;
} pel_audit_result;

PEL_API pel_status pel_audit(const pel_audit_options *options, pel_audit_result *result, pel_error *err);
PEL_API void pel_audit_result_clear(pel_audit_result *result);
/* The first stages of the audit that `options` describe: the case's facts in words, and the passages that retrieval gives a weight (with
 * options->retrieve). Nothing is written. What is wrong with the case or the pack is an error here as in pel_audit. */
PEL_API pel_status pel_audit_brief(const pel_audit_options *options, pel_briefing *out, pel_error *err);
PEL_API void pel_briefing_clear(pel_briefing *briefing);

/* Runs the pack's own test cases. `each` gets the name, whether it came out as expected, and what differs ("" when nothing does). PEL_ERR_CHECK when one failed, or there is none. */
PEL_API pel_status pel_pack_test(const char *path, bool (*each)(void *user, const char *name, bool passed, const char *difference), void *user, pel_error *err);

/* ---- rule files with tests of their own ---- */

typedef struct pel_rule_test {
  const char *file;
  pel_node_state state; /* of its test goal: holds, not found, unknown */
  const char *reason;   /* of unknown */
  const char *sections;  /* that the proof rests on, by the names of its rules: "s. 1(a)(1), s. 2(a)"; "" when it holds by what was not found alone */
  const char *not_met;   /* sections that the proof rests on because nothing proves them */
  double load_seconds, run_seconds, check_seconds;
  uint64_t steps;        /* of the search */
  size_t goals;          /* that the file tests; 0: there is nothing to prove */
  size_t proof_steps;
  bool checked;          /* the independent checker accepts the proof of each goal */
} pel_rule_test;
typedef struct pel_rule_testing {
  void (*edit)(char *text);                            /* may change a file's text in place before it is read; may be NULL */
  bool (*each)(void *user, const pel_rule_test *test); /* false stops: PEL_ERR_CANCELLED */
  bool (*cancelled)(void *user);                       /* asked now and then while a goal runs, and before its proof is checked; true stops likewise; may be NULL */
  void *user;
} pel_rule_testing;
/* Runs cases/NAME.pl of `folder`, in the order of the names; a file that one of them loads stands beside it or in `folder`. */
PEL_API pel_status pel_rule_tests(const char *folder, const pel_rule_testing *how, pel_error *err);

#ifdef __cplusplus
}
#endif
