/* The logic tree for other programs that draw graphs: GraphML (yEd, Gephi) and DOT (graphviz). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/analysis/tree_words.h"
#include "src/core/export_tree_parts.h"
#include "src/core/graph_text.h"
#include "src/plot/palette.h"
#include "src/plot/tree_look.h"

/* "2.1 She kept up ... (not found)" */
static void add_label(pel_string *s, const pel_logic_tree *t, uint32_t v) {
  const pel_node *n = &t->reasoning->nodes[v];
  char number[PEL_TREE_NUMBER];
  pel_tree_number(t, v, number);
  if (*number) pel_string_addf(s, "%s ", number);
  pel_string_add_sentence(s, n->says);
  pel_string_addf(s, " [%s]", pel_state_word(n->state));
}

/* ---- GraphML ---- */

static void put_keys(pel_outfile *f) {
  static const pel_graph_key keys[] = {
      {"label", "node", "string"}, {"number", "node", "string"},    {"kind", "node", "string"},    {"state", "node", "string"},
      {"note", "node", "string"},  {"place", "node", "string"},     {"origin", "node", "string"},  {"influence", "node", "double"},
      {"shown", "node", "boolean"}, {"confidence", "node", "double"}, {"event", "node", "string"}, {"relation", "edge", "string"},
      {"rule", "edge", "string"},  {"weight", "edge", "double"}};
  pel_graph_keys(f, keys, sizeof keys / sizeof *keys);
}

static void put_shape(pel_outfile *f, const pel_logic_tree *t, uint32_t v, const char *label) {
  static const char *const shapes[PEL_NODE_KINDS] = {"rectangle", "roundrectangle", "rectangle", "parallelogram", "roundrectangle", "hexagon", "ellipse"};
  const pel_node *n = &t->reasoning->nodes[v];
  const pel_theme *theme = pel_theme_get(false);
  pel_graph_put(f, "<data key=\"ng\"><y:ShapeNode><y:Geometry height=\"60\" width=\"260\"/><y:Fill color=\"");
  pel_graph_color(f, pel_state_tint(theme, n->state, 0.08f));
  pel_graph_put(f, "\"/><y:BorderStyle color=\"");
  pel_graph_color(f, pel_state_color(theme, n->state));
  pel_graph_put(f, pel_state_stroke(n->state).on > 0 ? "\" type=\"dashed\" width=\"1.5\"/>" : "\" type=\"line\" width=\"1.5\"/>");
  pel_graph_put(f, "<y:NodeLabel autoSizePolicy=\"node_width\" configuration=\"CroppingLabel\" fontSize=\"11\">");
  pel_graph_xml(f, label);
  pel_graph_put(f, "</y:NodeLabel><y:Shape type=\"");
  pel_graph_put(f, shapes[(unsigned)n->kind < PEL_NODE_KINDS ? n->kind : PEL_NODE_CLAIM]);
  pel_graph_put(f, "\"/></y:ShapeNode></data>");
}

static void put_graphml_node(pel_outfile *f, const pel_logic_tree *t, uint32_t v) {
  const pel_node *n = &t->reasoning->nodes[v];
  char number[PEL_TREE_NUMBER];
  pel_string label = {0}, place = {0}, origin = {0};
  add_label(&label, t, v);
  pel_add_place(&place, t, v, NULL);
  pel_add_origin(&origin, t->reasoning, n, true);
  pel_graph_put(f, "<node id=\"");
  pel_graph_id(f, 'n', n->id);
  pel_graph_put(f, "\">");
  pel_graph_data(f, "label", n->says);
  pel_graph_data(f, "number", pel_tree_number(t, v, number));
  pel_graph_data(f, "kind", pel_node_kind_name(n->kind));
  pel_graph_data(f, "state", pel_node_state_name(n->state));
  pel_graph_data(f, "note", n->note);
  pel_graph_data(f, "place", place.size ? place.text : "");
  pel_graph_data(f, "origin", origin.size ? origin.text : "");
  pel_graph_number(f, "influence", (double)t->nodes[v].influence);
  pel_graph_data(f, "shown", t->item_of[v] == PEL_TREE_NONE ? "false" : "true");
  pel_graph_number(f, "confidence", n->confidence);
  pel_graph_data(f, "event", n->event);
  put_shape(f, t, v, label.size ? label.text : "");
  pel_graph_put(f, "</node>\n");
  pel_string_clear(&label);
  pel_string_clear(&place);
  pel_string_clear(&origin);
}

static void put_graphml_edge(pel_outfile *f, const pel_edge *e, size_t i) {
  const char *word = pel_edge_kind_name(e->kind);
  pel_graph_edge_begin(f, (int64_t)i + 1, e->from, e->to);
  pel_graph_put(f, ">");
  pel_graph_data(f, "relation", word);
  pel_graph_data(f, "rule", e->label);
  pel_graph_number(f, "weight", e->weight);
  pel_graph_put(f, "<data key=\"eg\"><y:PolyLineEdge><y:LineStyle color=\"");
  pel_graph_color(f, pel_edge_color(pel_theme_get(false), e->kind));
  pel_graph_put(f, pel_edge_stroke(e->kind).on > 0 ? "\" type=\"dashed\" width=\"1.3\"/>" : "\" type=\"line\" width=\"1.3\"/>");
  pel_graph_put(f, "<y:Arrows source=\"none\" target=\"standard\"/><y:EdgeLabel fontSize=\"9\">");
  pel_graph_xml(f, *e->label ? e->label : word);
  pel_graph_put(f, "</y:EdgeLabel></y:PolyLineEdge></data></edge>\n");
}

void pel_export_tree_graphml(const pel_logic_tree *t, pel_outfile *f) {
  const pel_reasoning *r = t->reasoning;
  pel_graph_put(f, pel_graphml_head);
  put_keys(f);
  pel_graph_put(f, "<graph id=\"reasoning\" edgedefault=\"directed\">\n");
  for (uint32_t i = 0; i < t->n_nodes; i++) put_graphml_node(f, t, t->reading[i]);
  for (size_t i = 0; i < r->n_edges; i++)
    if (r->edges[i].from >= 1 && r->edges[i].to >= 1) put_graphml_edge(f, &r->edges[i], i);
  pel_graph_put(f, "</graph>\n</graphml>\n");
}

/* ---- DOT ---- */

static void put_dot_node(pel_outfile *f, const pel_logic_tree *t, uint32_t v) {
  static const char *const shapes[PEL_NODE_KINDS] = {"box", "box", "tab", "note", "box", "underline", "component"};
  const pel_node *n = &t->reasoning->nodes[v];
  const pel_theme *theme = pel_theme_get(false);
  bool broken = pel_state_stroke(n->state).on > 0 || n->kind == PEL_NODE_ASSUMPTION;
  pel_string label = {0}, place = {0};
  add_label(&label, t, v);
  pel_add_place(&place, t, v, NULL);
  pel_graph_put(f, "  ");
  pel_graph_id(f, 'n', n->id);
  pel_graph_put(f, " [label=");
  pel_graph_quoted(f, label.size ? label.text : "", true);
  pel_graph_put(f, ", tooltip=");
  pel_graph_quoted(f, place.size ? place.text : pel_state_sentence(n->state), false);
  pel_graph_put(f, ", shape=");
  pel_graph_put(f, shapes[(unsigned)n->kind < PEL_NODE_KINDS ? n->kind : PEL_NODE_CLAIM]);
  pel_graph_put(f, n->kind == PEL_NODE_CONCLUSION ? ", peripheries=2" : "");
  pel_graph_put(f, broken ? ", style=\"filled,dashed\", color=\"" : ", style=\"filled\", color=\"");
  pel_graph_color(f, pel_state_color(theme, n->state));
  pel_graph_put(f, "\", fillcolor=\"");
  pel_graph_color(f, pel_state_tint(theme, n->state, 0.08f));
  pel_graph_put(f, "\"];\n");
  pel_string_clear(&label);
  pel_string_clear(&place);
}

static void put_dot_edge(pel_outfile *f, const pel_edge *e) {
  static const char *const heads[PEL_EDGE_KINDS] = {"normal", "tee", "odot", "obox", "odiamond", "onormal"};
  bool reason = e->kind == PEL_EDGE_BECAUSE || e->kind == PEL_EDGE_UNLESS;
  pel_graph_put(f, "  ");
  pel_graph_id(f, 'n', e->from);
  pel_graph_put(f, " -> ");
  pel_graph_id(f, 'n', e->to);
  pel_graph_put(f, " [label=");
  pel_graph_quoted(f, *e->label ? e->label : e->kind == PEL_EDGE_BECAUSE ? "" : pel_edge_word(e->kind), false);
  pel_graph_put(f, ", arrowhead=");
  pel_graph_put(f, heads[(unsigned)e->kind < PEL_EDGE_KINDS ? e->kind : PEL_EDGE_BECAUSE]);
  pel_graph_put(f, ", color=\"");
  pel_graph_color(f, pel_edge_color(pel_theme_get(false), e->kind));
  pel_graph_put(f, pel_edge_stroke(e->kind).on > 0 ? "\", style=dashed" : "\"");
  if (isfinite(e->weight) && e->weight > 0 && e->weight <= 1) {
    pel_graph_put(f, ", penwidth=");
    pel_graph_double(f, 1 + 2 * e->weight);
  }
  pel_graph_put(f, reason ? "];\n" : ", constraint=false];\n");
}

static void put_dot_stub(pel_outfile *f, const pel_logic_tree *t, uint32_t item) {
  const pel_tree_item *i = &t->items[item];
  char count[40];
  pel_string label = {0};
  snprintf(count, sizeof count, "+%u more", i->hidden);
  pel_string_addf(&label, "%s; foremost: ", count);
  pel_string_add_sentence(&label, t->reasoning->nodes[i->node].says);
  pel_graph_put(f, "  ");
  pel_graph_id(f, 'm', item);
  pel_graph_put(f, " [label=");
  pel_graph_quoted(f, label.size ? label.text : count, true);
  pel_graph_put(f, ", shape=plaintext];\n");
  if (i->parent != PEL_TREE_NONE) {
    pel_graph_put(f, "  ");
    pel_graph_id(f, 'n', t->reasoning->nodes[t->items[i->parent].node].id);
    pel_graph_put(f, " -> ");
    pel_graph_id(f, 'm', item);
    pel_graph_put(f, " [style=dotted, arrowhead=none];\n");
  }
  pel_string_clear(&label);
}

void pel_export_tree_dot(const pel_logic_tree *t, pel_tree_direction direction, const char *hash, pel_outfile *f) {
  pel_graph_put(f, "digraph reasoning {\n  rankdir=");
  pel_graph_put(f, direction == PEL_TREE_DOWN ? "TB" : "LR");
  pel_graph_put(f, ";\n  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9];\n  label=");
  pel_string label = {0};
  pel_string_addf(&label, "trace %.12s", hash && *hash ? hash : "without a hash");
  pel_graph_quoted(f, label.size ? label.text : "", false);
  pel_string_clear(&label);
  pel_graph_put(f, ";\n");
  for (uint32_t i = 0; i < t->n_items; i++) {
    if (t->items[i].kind == PEL_ITEM_NODE) put_dot_node(f, t, t->items[i].node);
    if (t->items[i].kind == PEL_ITEM_MORE) put_dot_stub(f, t, i);
  }
  for (uint32_t i = 0; i < t->n_items; i++) {
    const pel_tree_item *item = &t->items[i];
    bool drawn = item->edge != PEL_TREE_NONE && t->item_of[item->node] != PEL_TREE_NONE;
    if (drawn) put_dot_edge(f, &t->reasoning->edges[item->edge]);
  }
  pel_graph_put(f, "}\n");
}
