/* Inside the export of reasoning: each writes a whole document. */
#pragma once
#include "src/core/export_parts.h"
#include "src/core/export_tree.h"
#include "src/plot/diagram.h"

void pel_export_tree_graphml(const pel_logic_tree *tree, pel_outfile *file);
void pel_export_tree_dot(const pel_logic_tree *tree, pel_tree_direction direction, const char *hash, pel_outfile *file);
void pel_export_tree_json(const pel_logic_tree *tree, const char *hash, pel_outfile *file);

typedef pel_status pel_export_of(const pel_reasoning *, const pel_reasoning_origin *, const pel_export_options *, const pel_tree_choice *, const char *,
                                 pel_error *);
/* Reads a trace's reasoning and exports it. */
pel_status pel_export_from_trace(pel_trace *trace, pel_export_of *export, const pel_export_options *o, const pel_tree_choice *choice, const char *path,
                                 pel_error *err);
/* Any diagram as a picture. */
pel_status pel_export_diagram(const pel_diagram_maker *maker, const pel_caption *caption, const pel_reasoning_origin *origin, const pel_export_options *o,
                              pel_export_format format, pel_outfile *file, pel_error *err);
