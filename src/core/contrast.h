/* Two reasonings for a viewer that shows one of them and marks what is otherwise in the other: a recorded one (a) and a changed one (b). */
#pragma once
#include "src/analysis/diff.h"
#include "src/core/reasoned.h"

typedef enum pel_mark_kind {
  PEL_MARK_NONE,
  PEL_MARK_STATE, /* its state is another one there */
  PEL_MARK_OTHER, /* its words, rule, origin, ... are */
  PEL_MARK_ALONE  /* not there at all */
} pel_mark_kind;

typedef struct pel_mark {
  pel_mark_kind kind;
  pel_node_state there; /* of STATE */
  uint32_t missing;     /* nodes of the other one that stand directly below it there and are not here */
} pel_mark;

typedef struct pel_contrast_line {
  pel_diff_subject subject;
  unsigned what;          /* 0: only in one */
  int64_t node_a, node_b; /* 0: none */
  char *says_a, *says_b;  /* "" where it is not there */
} pel_contrast_line;

typedef struct pel_contrast {
  const pel_reasoned *a, *b; /* borrowed */
  pel_diff *diff;
  pel_mark *marks_a, *marks_b; /* [n_nodes] */
  pel_contrast_line *lines;    /* nodes in reading order, then the others */
  size_t n_lines, n_nodes, begins; /* as in pel_diff; links, and nodes that only moved, are left out */
  size_t n_steps;              /* nodes that differ, but conclusions */
} pel_contrast;

/* Both trees must live as long as it does; what is folded in them makes no difference. */
pel_status pel_contrast_make(const pel_reasoned *a, const pel_reasoned *b, pel_contrast **out, pel_error *err);
void pel_contrast_free(pel_contrast *contrast); /* takes NULL */
/* The node on the other side, or 0. */
int64_t pel_contrast_other(const pel_contrast *contrast, bool in_b, int64_t node);
/* The nearest node above it that the other side has as well, on the other side; 0: none. */
int64_t pel_contrast_nearest(const pel_contrast *contrast, bool in_b, int64_t node);
