/* A recorded search as a picture, GraphML, DOT and JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/analysis/string_build.h"
#include "src/core/export_tree_parts.h"
#include "src/core/graph_text.h"
#include "src/core/text_out.h"
#include "src/plot/search_tree.h"
#include "src/plot/tree_look.h"

#define ALLOWED \
  (1u << PEL_FORMAT_PNG | 1u << PEL_FORMAT_SVG | 1u << PEL_FORMAT_PDF | 1u << PEL_FORMAT_GRAPHML | 1u << PEL_FORMAT_DOT | 1u << PEL_FORMAT_JSON)

static bool of_search(const pel_search_view *v, int64_t id) {
  return id >= 1 && id <= (int64_t)v->reasoning->n_search_nodes && v->reasoning->search_nodes[id - 1].span == v->span;
}

static bool is_shown(const pel_search_view *v, uint32_t node) { return v->item_of[node] != PEL_SEARCH_NONE; }

static bool on_line(const pel_search_view *v, uint32_t node) {
  return is_shown(v, node) && v->items[v->item_of[node]].line_from != PEL_SEARCH_NONE;
}

/* "Dravet syndrome [holds] N 95, 0.86" */
static void add_label(pel_string *s, const pel_search_view *v, uint32_t node) {
  const pel_search_node *n = &v->reasoning->search_nodes[node];
  char value[32];
  pel_string_add_sentence(s, n->says);
  pel_string_addf(s, " [%s] N %lld", pel_state_word(n->state), (long long)v->visits[node]);
  if (v->visits[node] > 0 && !v->by_proof_numbers) pel_string_addf(s, ", %s", pel_format_fixed(value, sizeof value, pel_search_value(v, node), 2));
}

/* ---- GraphML: the whole search ---- */

static void put_keys(pel_outfile *f) {
  static const pel_graph_key keys[] = {{"label", "node", "string"}, {"kind", "node", "string"},   {"state", "node", "string"},   {"visits", "node", "double"},
                                       {"value", "node", "double"}, {"prior", "node", "double"}, {"shown", "node", "boolean"}, {"searched_most", "node", "boolean"},
                                       {"on_path", "node", "boolean"}};
  pel_graph_keys(f, keys, sizeof keys / sizeof *keys);
}

static void put_node(pel_outfile *f, const pel_search_view *v, uint32_t node) {
  const pel_search_node *n = &v->reasoning->search_nodes[node];
  const pel_theme *theme = pel_theme_get(false);
  pel_string label = {0};
  add_label(&label, v, node);
  pel_graph_put(f, "<node id=\"");
  pel_graph_id(f, 'n', n->id);
  pel_graph_put(f, "\">");
  pel_graph_data(f, "label", n->says);
  pel_graph_data(f, "kind", pel_search_kind_name(n->kind));
  pel_graph_data(f, "state", pel_node_state_name(n->state));
  pel_graph_number(f, "visits", (double)v->visits[node]);
  pel_graph_number(f, "value", pel_search_value(v, node));
  pel_graph_number(f, "prior", n->prior);
  pel_graph_data(f, "shown", is_shown(v, node) ? "true" : "false");
  pel_graph_data(f, "searched_most", on_line(v, node) ? "true" : "false");
  pel_graph_data(f, "on_path", pel_search_view_met(v, node) ? "true" : "false");
  pel_graph_put(f, "<data key=\"ng\"><y:ShapeNode><y:Geometry height=\"50\" width=\"226\"/><y:Fill color=\"");
  pel_graph_color(f, pel_state_tint(theme, n->state, 0.08f));
  pel_graph_put(f, "\"/><y:BorderStyle color=\"");
  pel_graph_color(f, pel_state_color(theme, n->state));
  pel_graph_put(f, pel_state_stroke(n->state).on > 0 ? "\" type=\"dashed\" width=\"1.5\"/>" : "\" type=\"line\" width=\"1.5\"/>");
  pel_graph_put(f, "<y:NodeLabel autoSizePolicy=\"node_width\" configuration=\"CroppingLabel\" fontSize=\"11\">");
  pel_graph_xml(f, label.size ? label.text : "");
  pel_graph_put(f, "</y:NodeLabel><y:Shape type=\"");
  pel_graph_put(f, n->kind == PEL_SEARCH_ALL ? "octagon" : "roundrectangle");
  pel_graph_put(f, "\"/></y:ShapeNode></data></node>\n");
  pel_string_clear(&label);
}

static void write_graphml(const pel_search_view *v, pel_outfile *f) {
  const pel_reasoning *r = v->reasoning;
  pel_graph_put(f, pel_graphml_head);
  put_keys(f);
  pel_graph_put(f, "<graph id=\"search\" edgedefault=\"directed\">\n");
  for (uint32_t i = 0; i < r->n_search_nodes; i++)
    if (r->search_nodes[i].span == v->span) put_node(f, v, i);
  for (size_t i = 0; i < r->n_search_edges; i++) {
    const pel_search_edge *e = &r->search_edges[i];
    if (!of_search(v, e->from) || !of_search(v, e->to)) continue;
    pel_graph_edge_begin(f, (int64_t)i + 1, e->from, e->to);
    pel_graph_put(f, "/>\n");
  }
  pel_graph_put(f, "</graph>\n</graphml>\n");
}

/* ---- DOT: what is shown ---- */

static void put_dot_item(pel_outfile *f, const pel_search_view *v, uint32_t item) {
  const pel_search_item *i = &v->items[item];
  const pel_search_node *n = &v->reasoning->search_nodes[i->node];
  const pel_theme *theme = pel_theme_get(false);
  pel_string label = {0};
  if (i->more) {
    pel_string_addf(&label, "+%u more: ", i->hidden);
    pel_string_add_sentence(&label, n->says);
  } else
    add_label(&label, v, i->node);
  pel_graph_put(f, "  ");
  pel_graph_id(f, 'i', item);
  pel_graph_put(f, " [label=");
  pel_graph_quoted(f, label.size ? label.text : "", true);
  pel_graph_put(f, i->more ? ", shape=plaintext" : n->kind == PEL_SEARCH_ALL ? ", shape=octagon" : ", shape=box");
  if (!i->more) {
    pel_graph_put(f, pel_state_stroke(n->state).on > 0 ? ", style=\"filled,dashed\", color=\"" : ", style=\"filled\", color=\"");
    pel_graph_color(f, pel_state_color(theme, n->state));
    pel_graph_put(f, "\", fillcolor=\"");
    pel_graph_color(f, pel_state_tint(theme, n->state, pel_search_is_dim(v, item) ? 0.02f : 0.08f));
    pel_graph_put(f, i->path_from != PEL_SEARCH_NONE ? "\", peripheries=2" : "\"");
  }
  pel_graph_put(f, "];\n");
  pel_string_clear(&label);
}

static void put_dot_edge(pel_outfile *f, const pel_search_view *v, uint32_t from, uint32_t to, bool cross) {
  double all = (double)v->visits[v->items[0].node], n = (double)v->visits[v->items[to].node];
  pel_graph_put(f, "  ");
  pel_graph_id(f, 'i', from);
  pel_graph_put(f, " -> ");
  pel_graph_id(f, 'i', to);
  pel_graph_put(f, cross ? " [style=dashed, constraint=false, color=\"#8d939d\"" : " [color=\"#5b6470\"");
  if (v->items[to].line_from == from) pel_graph_put(f, ", color=\"#1a5fb4\"");
  if (!cross && !v->items[to].more && all > 0) {
    pel_graph_put(f, ", penwidth=");
    pel_graph_double(f, round(10 * (1 + 6 * sqrt(fmin(n / all, 1)))) / 10);
  }
  pel_graph_put(f, "];\n");
}

static void write_dot(const pel_search_view *v, const char *hash, pel_outfile *f) {
  pel_string label = {0};
  pel_string_addf(&label, "trace %.12s", hash && *hash ? hash : "without a hash");
  pel_graph_put(f, "digraph search {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n  label=");
  pel_graph_quoted(f, label.size ? label.text : "", false);
  pel_string_clear(&label);
  pel_graph_put(f, ";\n");
  for (uint32_t i = 0; i < v->n_items; i++) put_dot_item(f, v, i);
  for (uint32_t i = 1; i < v->n_items; i++) put_dot_edge(f, v, v->items[i].parent, i, false);
  for (uint32_t i = 0; i < v->n_cross; i++) put_dot_edge(f, v, v->cross[i].from, v->cross[i].to, true);
  pel_graph_put(f, "}\n");
}

/* ---- JSON: the whole search ---- */

static double proof_number(int64_t n) { return n >= PEL_PROOF_NEVER ? INFINITY : (double)n; }

static void put_truth(pel_outfile *f, const char *name, bool value) {
  pel_json_name(f, name, true);
  pel_outfile_puts(f, value ? "true" : "false");
}

static void put_json_node(pel_outfile *f, const pel_search_view *v, uint32_t node, bool first) {
  const pel_search_node *n = &v->reasoning->search_nodes[node];
  pel_outfile_puts(f, first ? "\n{" : ",\n{");
  pel_json_number(f, "id", (double)n->id, false);
  pel_json_text(f, "kind", pel_search_kind_name(n->kind), true);
  pel_json_text(f, "state", pel_node_state_name(n->state), true);
  pel_json_text(f, "says", n->says, true);
  pel_json_number(f, "visits", (double)v->visits[node], true);
  pel_json_number(f, "value", pel_search_value(v, node), true);
  pel_json_number(f, "prior", n->prior, true);
  pel_json_number(f, "proof", proof_number(n->proof), true);
  pel_json_number(f, "disproof", proof_number(n->disproof), true);
  pel_json_number(f, "first", (double)n->first, true);
  pel_json_number(f, "node", n->node ? (double)n->node : NAN, true);
  put_truth(f, "shown", is_shown(v, node));
  put_truth(f, "searched_most", on_line(v, node));
  put_truth(f, "on_path", pel_search_view_met(v, node));
  pel_outfile_puts(f, "}");
}

static void put_json_edges(pel_outfile *f, const pel_search_view *v) {
  const pel_reasoning *r = v->reasoning;
  bool first = true;
  for (size_t i = 0; i < r->n_search_edges; i++) {
    const pel_search_edge *e = &r->search_edges[i];
    if (!of_search(v, e->from)) continue;
    pel_outfile_puts(f, first ? "\n{" : ",\n{");
    pel_json_number(f, "from", (double)e->from, false);
    pel_json_number(f, "to", (double)e->to, true);
    pel_json_number(f, "order", e->order, true);
    pel_outfile_puts(f, "}");
    first = false;
  }
}

static void write_json(const pel_search_view *v, const char *hash, pel_outfile *f) {
  const pel_reasoning *r = v->reasoning;
  bool first = true;
  pel_outfile_puts(f, "{\"format\": \"pellucid search\", \"version\": 1");
  pel_json_text(f, "trace", hash, true);
  pel_json_number(f, "span", (double)v->span, true);
  pel_json_number(f, "simulations", (double)v->n_simulations, true);
  put_truth(f, "all_kept", v->all_kept);
  pel_json_number(f, "at", v->at ? (double)v->at : NAN, true);
  pel_json_number(f, "path_value", v->at ? v->path_value : NAN, true);
  if (v->agreement.nodes) pel_json_number(f, "visits_differ", v->agreement.visits, true), pel_json_number(f, "values_differ", v->agreement.values, true);
  pel_json_name(f, "nodes", true);
  pel_outfile_puts(f, "[");
  for (uint32_t i = 0; i < r->n_search_nodes; i++) {
    if (r->search_nodes[i].span != v->span) continue;
    put_json_node(f, v, i, first);
    first = false;
  }
  pel_outfile_puts(f, "]");
  pel_json_name(f, "edges", true);
  pel_outfile_puts(f, "[");
  put_json_edges(f, v);
  pel_outfile_puts(f, "]}\n");
}

/* ---- all ---- */

static pel_status write_view(const pel_search_view *v, const pel_reasoning_origin *origin, const pel_export_options *o, pel_export_format format, pel_outfile *file, pel_error *err) {
  pel_diagram_maker maker = pel_search_tree_maker(v);
  pel_caption caption;
  switch (format) {
    case PEL_FORMAT_GRAPHML: write_graphml(v, file); return PEL_OK;
    case PEL_FORMAT_DOT: write_dot(v, origin->hash, file); return PEL_OK;
    case PEL_FORMAT_JSON: write_json(v, origin->hash, file); return PEL_OK;
    default: pel_caption_search(v, origin->hash, &caption); return pel_export_diagram(&maker, &caption, origin, o, format, file, err);
  }
}

pel_status pel_export_search_of(const pel_reasoning *r, const pel_reasoning_origin *origin, const pel_export_options *o, const pel_tree_choice *choice, const char *path,
                                pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  pel_search_view *view;
  PEL_TRY(pel_export_format_of(path, ALLOWED, &format, err));
  if (r->n_search_nodes == 0) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no search");
  pel_status status = pel_search_view_build(r, choice->span, choice->top, &view, err);
  if (status == PEL_ERR_UNSUPPORTED) return pel_fail(err, PEL_ERR_USAGE, "stage %lld made no search", (long long)choice->span);
  if (status != PEL_OK) return status;
  if (choice->at > view->n_simulations)
    status = pel_fail(err, PEL_ERR_USAGE, "there is nothing after simulation %lld: the trace keeps %lld", (long long)choice->at, (long long)view->n_simulations);
  if (status == PEL_OK) status = pel_outfile_open(path, o->force, &file, err);
  if (status == PEL_OK) {
    pel_search_view_at(view, choice->at);
    status = pel_export_finish(file, write_view(view, origin, o, format, file, err), err);
  }
  pel_search_view_free(view);
  return status;
}

pel_status pel_export_search(pel_trace *trace, const pel_export_options *o, const pel_tree_choice *choice, const char *path, pel_error *err) {
  return pel_export_from_trace(trace, pel_export_search_of, o, choice, path, err);
}
