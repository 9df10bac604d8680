/* Inside the export of reasoning: each writes a whole document. */
#pragma once
#include "src/core/export_parts.h"
#include "src/core/export_tree.h"

void pel_export_tree_graphml(const pel_logic_tree *tree, pel_outfile *file);
void pel_export_tree_dot(const pel_logic_tree *tree, pel_tree_direction direction, const char *hash, pel_outfile *file);
void pel_export_tree_json(const pel_logic_tree *tree, const char *hash, pel_outfile *file);
