/* Inside the logic tree: how much each node bears on the conclusion, and which few bear most. */
#pragma once
#include "src/analysis/logic_tree.h"

/* Fills influence and reach of all nodes; parents and the reading order are known. */
pel_status pel_tree_influence(pel_logic_tree *tree, pel_error *err);
/* Marks as kept the nodes that cover the share. */
pel_status pel_tree_keep(pel_logic_tree *tree, double share, pel_error *err);
