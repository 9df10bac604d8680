/* Which node of one reasoning is which of the other. */
#pragma once
#include "src/analysis/diff.h"

/* Fills in of_a and of_b, which hold PEL_TREE_NONE; false: no memory. */
bool diff_align(pel_diff *diff);
