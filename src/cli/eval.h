/* The sets of pellucid eval, a file each, and what they share. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/cli/cli.h"

extern const cli_command cli_eval;

/* argv[0] is the set's name; each returns an exit status. */
int eval_retrieval(int argc, char **argv);
int eval_sara(int argc, char **argv);
int eval_gdl2(int argc, char **argv);
int eval_kg(int argc, char **argv);
int eval_phenopackets(int argc, char **argv);
int eval_drugmechdb(int argc, char **argv);

/* ---- eval_stats.c ---- */

typedef struct eval_measure { /* a ratio a question */
  double *over, *under; /* under 0: the question does not count */
  size_t n;
} eval_measure;

typedef struct eval_estimate {
  double macro, macro_low, macro_high; /* mean of the questions' ratios, 95 % interval */
  double micro, micro_low, micro_high; /* ratio of the sums */
} eval_estimate;

bool eval_measure_new(eval_measure *m, size_t n); /* false: out of memory */
void eval_measure_clear(eval_measure *m);
double eval_ratio(const eval_measure *m); /* of the sums: the estimate's micro, without its interval */
/* Percentile bootstrap over questions (Efron 1979), 2,000 resamples from a fixed seed. With `less` the difference to it, question by
 * question from the same resamples. */
eval_estimate eval_estimate_of(const eval_measure *m, const eval_measure *less);

/* ---- eval_entailmentbank.c ---- */

typedef struct eval_question {
  char *question, *hypothesis; /* the question with its answer; what is to be proved */
  int64_t *gold;               /* passages that its proof rests on, each once */
  size_t n_gold, n_leaves;     /* leaves: those that are not among the facts as well */
} eval_question;

typedef struct eval_bank {
  char **keys, **texts; /* facts in order of the file; passage i + 1 of a pack is fact i */
  int64_t *same;        /* the first passage with this text */
  size_t n_facts;
  eval_question *questions;
  size_t n_questions, leaves, found;
} eval_bank;

/* Reads worldtree_corpus_sentences_extended.json and task_1.dev.jsonl or, with `train`, task_1.train.tsv. Which facts are meant is told from their keys or,
 * with `by_text` (train has no keys), from their words: a fact of the same words is then as good. */
pel_status eval_bank_read(const char *folder, bool train, bool by_text, eval_bank *out, pel_error *err);
void eval_bank_clear(eval_bank *bank);
