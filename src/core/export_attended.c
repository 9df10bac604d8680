/* What a deduction over a graph attended to, as a picture, GraphML, DOT and JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/status.h"
#include "src/analysis/string_build.h"
#include "src/core/export_tree_parts.h"
#include "src/core/graph_text.h"
#include "src/core/text_out.h"
#include "src/plot/graph_plot.h"

#define ALLOWED \
  (1u << PEL_FORMAT_PNG | 1u << PEL_FORMAT_SVG | 1u << PEL_FORMAT_PDF | 1u << PEL_FORMAT_GRAPHML | 1u << PEL_FORMAT_DOT | 1u << PEL_FORMAT_JSON)

static bool of_graph(const pel_graph_view *v, int64_t id) {
  return id >= 1 && id <= (int64_t)v->reasoning->n_graph_nodes && v->reasoning->graph_nodes[id - 1].span == v->span;
}

/* ---- GraphML: the whole graph ---- */

static void put_keys(pel_outfile *f) {
  static const pel_graph_key keys[] = {{"label", "node", "string"}, {"key", "node", "string"},      {"type", "node", "string"},  {"role", "node", "string"},     {"score", "node", "double"},
                                       {"shown", "node", "boolean"}, {"relation", "edge", "string"}, {"layer", "edge", "double"}, {"attention", "edge", "double"}, {"weight", "edge", "double"},
                                       {"backwards", "edge", "boolean"}};
  pel_graph_keys(f, keys, sizeof keys / sizeof *keys);
}

static void put_node(pel_outfile *f, const pel_graph_view *v, uint32_t node) {
  const pel_graph_node *n = &v->reasoning->graph_nodes[node];
  pel_graph_put(f, "<node id=\"");
  pel_graph_id(f, 'n', n->id);
  pel_graph_put(f, "\">");
  pel_graph_data(f, "label", n->label);
  pel_graph_data(f, "key", n->key);
  pel_graph_data(f, "type", n->type);
  pel_graph_data(f, "role", n->role);
  pel_graph_number(f, "score", n->score);
  pel_graph_data(f, "shown", v->item_of[node] == PEL_GRAPH_NONE ? "false" : "true");
  pel_graph_put(f, "<data key=\"ng\"><y:ShapeNode><y:Geometry height=\"44\" width=\"186\"/><y:NodeLabel autoSizePolicy=\"node_width\" "
                   "configuration=\"CroppingLabel\" fontSize=\"11\">");
  pel_graph_xml(f, pel_graph_name(n));
  pel_graph_put(f, "</y:NodeLabel><y:Shape type=\"");
  pel_graph_put(f, pel_graph_is_asked(n) ? "rectangle" : pel_graph_is_answer(n) ? "hexagon" : "roundrectangle");
  pel_graph_put(f, "\"/></y:ShapeNode></data></node>\n");
}

static void put_edge(pel_outfile *f, const pel_graph_edge *e) {
  pel_graph_edge_begin(f, e->id, e->from, e->to);
  pel_graph_put(f, ">");
  pel_graph_data(f, "relation", e->relation);
  pel_graph_number(f, "layer", e->layer);
  pel_graph_number(f, "attention", e->attention);
  pel_graph_number(f, "weight", e->weight);
  pel_graph_data(f, "backwards", e->backwards ? "true" : "false");
  pel_graph_put(f, "</edge>\n");
}

static void write_graphml(const pel_graph_view *v, pel_outfile *f) {
  const pel_reasoning *r = v->reasoning;
  pel_graph_put(f, pel_graphml_head);
  put_keys(f);
  pel_graph_put(f, "<graph id=\"graph\" edgedefault=\"directed\">\n");
  for (uint32_t i = 0; i < r->n_graph_nodes; i++)
    if (r->graph_nodes[i].span == v->span) put_node(f, v, i);
  for (size_t i = 0; i < r->n_graph_edges; i++)
    if (of_graph(v, r->graph_edges[i].from) && of_graph(v, r->graph_edges[i].to)) put_edge(f, &r->graph_edges[i]);
  pel_graph_put(f, "</graph>\n</graphml>\n");
}

/* ---- DOT: what is shown ---- */

static void put_dot_item(pel_outfile *f, const pel_graph_view *v, uint32_t item) {
  const pel_graph_item *i = &v->items[item];
  char more[40];
  snprintf(more, sizeof more, "+%u more", i->hidden);
  const pel_graph_node *n = i->more ? NULL : &v->reasoning->graph_nodes[i->node];
  pel_graph_put(f, "  ");
  pel_graph_id(f, 'i', item);
  pel_graph_put(f, " [label=");
  pel_graph_quoted(f, n ? pel_graph_name(n) : more, true);
  pel_graph_put(f, !n ? ", shape=plaintext];\n" : pel_graph_is_asked(n) ? ", shape=box, style=bold];\n" : pel_graph_is_answer(n) ? ", shape=box, peripheries=2];\n" : ", shape=box, style=rounded];\n");
}

static void put_dot_line(pel_outfile *f, const pel_graph_view *v, const pel_graph_line *l) {
  const pel_graph_edge *e = &v->reasoning->graph_edges[l->first];
  pel_graph_put(f, "  ");
  pel_graph_id(f, 'i', l->from);
  pel_graph_put(f, " -> ");
  pel_graph_id(f, 'i', l->to);
  pel_graph_put(f, " [label=");
  pel_graph_quoted(f, e->relation, false);
  pel_graph_put(f, l->paths ? ", color=\"#1a5fb4\"" : ", color=\"#5b6470\"");
  if (isfinite(l->attention)) {
    pel_graph_put(f, ", penwidth=");
    pel_graph_double(f, round(10 * (1 + 5 * fmin(fmax(l->attention, 0), 1))) / 10);
  }
  pel_graph_put(f, "];\n");
}

static void write_dot(const pel_graph_view *v, const char *hash, pel_outfile *f) {
  pel_string label = {0};
  pel_string_addf(&label, "trace %.12s", hash && *hash ? hash : "without a hash");
  pel_graph_put(f, "digraph graph_attended {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9];\n  label=");
  pel_graph_quoted(f, label.size ? label.text : "", false);
  pel_string_clear(&label);
  pel_graph_put(f, ";\n");
  for (uint32_t i = 0; i < v->n_items; i++) put_dot_item(f, v, i);
  for (uint32_t i = 0; i < v->n_lines; i++) put_dot_line(f, v, &v->lines[i]);
  pel_graph_put(f, "}\n");
}

/* ---- JSON: the whole graph ---- */

static void put_truth(pel_outfile *f, const char *name, bool value) {
  pel_json_name(f, name, true);
  pel_outfile_puts(f, value ? "true" : "false");
}

static void put_json_node(pel_outfile *f, const pel_graph_view *v, uint32_t node) {
  const pel_graph_node *n = &v->reasoning->graph_nodes[node];
  pel_json_number(f, "id", (double)n->id, false);
  pel_json_text(f, "key", n->key, true);
  pel_json_text(f, "label", n->label, true);
  pel_json_text(f, "type", n->type, true);
  pel_json_text(f, "role", n->role, true);
  pel_json_number(f, "score", n->score, true);
  pel_json_number(f, "node", n->node ? (double)n->node : NAN, true);
  put_truth(f, "shown", v->item_of[node] != PEL_GRAPH_NONE);
}

static void put_json_edge(pel_outfile *f, const pel_graph_edge *e) {
  pel_json_number(f, "id", (double)e->id, false);
  pel_json_number(f, "from", (double)e->from, true);
  pel_json_number(f, "to", (double)e->to, true);
  pel_json_number(f, "layer", e->layer, true);
  pel_json_text(f, "relation", e->relation, true);
  put_truth(f, "backwards", e->backwards);
  pel_json_number(f, "attention", e->attention, true);
  pel_json_number(f, "weight", e->weight, true);
  pel_json_number(f, "passage", e->passage ? (double)e->passage : NAN, true);
}

static void put_json_path(pel_outfile *f, const pel_graph_path *p) {
  const char *list = p->edges;
  bool first = true;
  pel_json_number(f, "answer", (double)p->answer, false);
  pel_json_number(f, "score", p->score, true);
  pel_json_text(f, "rule", p->rule, true);
  pel_json_name(f, "edges", true);
  pel_outfile_puts(f, "[");
  for (int64_t id; (id = pel_graph_next_id(&list)); first = false) {
    pel_outfile_puts(f, first ? "" : ", ");
    pel_json_uint(f, (uint64_t)id);
  }
  pel_outfile_puts(f, "]");
}

static void write_json(const pel_graph_view *v, const char *hash, pel_outfile *f) {
  const pel_reasoning *r = v->reasoning;
  const char *between = "\n{";
  pel_outfile_puts(f, "{\"format\": \"pellucid graph\", \"version\": 1");
  pel_json_text(f, "trace", hash, true);
  pel_json_number(f, "span", (double)v->span, true);
  pel_outfile_puts(f, ", \"nodes\": [");
  for (uint32_t i = 0; i < r->n_graph_nodes; i++)
    if (r->graph_nodes[i].span == v->span) pel_outfile_puts(f, between), put_json_node(f, v, i), between = "},\n{";
  pel_outfile_puts(f, "}], \"edges\": [");
  between = "\n{";
  for (size_t i = 0; i < r->n_graph_edges; i++)
    if (of_graph(v, r->graph_edges[i].from) && of_graph(v, r->graph_edges[i].to)) pel_outfile_puts(f, between), put_json_edge(f, &r->graph_edges[i]), between = "},\n{";
  pel_outfile_puts(f, *between == '}' ? "}], \"paths\": [" : "], \"paths\": [");
  between = "\n{";
  for (size_t i = 0; i < r->n_graph_paths; i++)
    if (r->graph_paths[i].span == v->span) pel_outfile_puts(f, between), put_json_path(f, &r->graph_paths[i]), between = "},\n{";
  pel_outfile_puts(f, *between == '}' ? "}]}\n" : "]}\n");
}

/* ---- all ---- */

static pel_status write_view(const pel_graph_view *v, const pel_reasoning_origin *origin, const pel_export_options *o, pel_export_format format, pel_outfile *file, pel_error *err) {
  pel_diagram_maker maker = pel_graph_plot_maker(v);
  pel_caption caption;
  switch (format) {
    case PEL_FORMAT_GRAPHML: write_graphml(v, file); return PEL_OK;
    case PEL_FORMAT_DOT: write_dot(v, origin->hash, file); return PEL_OK;
    case PEL_FORMAT_JSON: write_json(v, origin->hash, file); return PEL_OK;
    default: pel_caption_graph(v, origin->hash, &caption); return pel_export_diagram(&maker, &caption, origin, o, format, file, err);
  }
}

pel_status pel_export_graph_of(const pel_reasoning *r, const pel_reasoning_origin *origin, const pel_export_options *o, const pel_tree_choice *choice, const char *path,
                               pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  pel_graph_view *view;
  PEL_TRY(pel_export_format_of(path, ALLOWED, &format, err));
  if (r->n_graph_nodes == 0) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no graph");
  pel_status status = pel_graph_view_build(r, choice->span, choice->top, &view, err);
  if (status == PEL_ERR_UNSUPPORTED) return pel_fail(err, PEL_ERR_USAGE, "stage %lld attended to no graph", (long long)choice->span);
  if (status != PEL_OK) return status;
  status = pel_outfile_open(path, o->force, &file, err);
  if (status == PEL_OK) status = pel_export_finish(file, write_view(view, origin, o, format, file, err), err);
  pel_graph_view_free(view);
  return status;
}

pel_status pel_export_graph(pel_trace *trace, const pel_export_options *o, const pel_tree_choice *choice, const char *path, pel_error *err) {
  return pel_export_from_trace(trace, pel_export_graph_of, o, choice, path, err);
}
