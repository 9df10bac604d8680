/* Inside the comparison of two traces. */
#pragma once
#include "src/analysis/string_build.h"
#include "src/core/diff_text.h"

typedef struct compared_side {
  pel_trace *trace;
  const char *name;
  pel_reasoning *reasoning;
  pel_logic_tree *tree;
} compared_side;

typedef struct compared_setting { /* "" where it is not there */
  const char *name, *a, *b;
} compared_setting;

struct pel_comparison {
  compared_side a, b;
  pel_diff *diff;
  compared_setting *settings; /* those that differ */
  size_t n_settings;
  pel_diff_tokens tokens;
};

/* What an entry is about on one side: a sentence. NULL row: "". Adds nothing when it is not there. */
void comparison_says(pel_string *s, const pel_comparison *c, const pel_diff_entry *e, bool in_b);
/* Of a node: its state and what it rests on. */
void comparison_reason(pel_string *s, const pel_comparison *c, const pel_diff_entry *e, bool in_b);
char *comparison_json(const pel_comparison *c);
/* The token at the first difference, as a label; owned by the caller. */
char *comparison_token(const pel_comparison *c, bool in_b);
