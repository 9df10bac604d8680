/* A case put to a language model, recorded, and what its answer attended to. */
#pragma once
#include <pellucid/audit.h>
#include <pellucid/record.h>

typedef struct pel_asked {
  char *answer;     /* the generated text */
  double *attended; /* [n_facts, then n_passages]: share of the answer's attention on each one's words, mean over recorded layers and heads and the answer's tokens; NaN: not found in the prompt */
} pel_asked;

/* Puts what is told and the case's question to the model and records the run as `output`. `record` has the callbacks and the number of tokens to generate; its prompt and output are set here. */
pel_status pel_ask_model(pel_model *model, const pel_case *of, const pel_briefing *told, const char *output, const pel_record_options *record, pel_asked *out,
                         pel_error *err);
void pel_asked_clear(pel_asked *asked);
