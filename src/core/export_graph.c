/* The logic tree for other programs that draw graphs: GraphML (yEd, Gephi) and DOT (graphviz). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/analysis/tree_words.h"
#include "src/core/export_tree_parts.h"
#include "src/plot/palette.h"
#include "src/plot/tree_look.h"

#define WRAP 36 /* characters of a label's line in DOT */

static void put(pel_outfile *f, const char *text) { pel_outfile_puts(f, text); }

static void put_double(pel_outfile *f, double v) {
  char text[40];
  put(f, pel_format_double(text, sizeof text, v));
}

static void put_id(pel_outfile *f, char letter, int64_t id) {
  char text[32];
  snprintf(text, sizeof text, "%c%lld", letter, (long long)id);
  put(f, text);
}

static void put_color(pel_outfile *f, pel_rgb c) {
  char text[16];
  snprintf(text, sizeof text, "#%06x", (unsigned)pel_rgb_pack(c));
  put(f, text);
}

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

static void put_xml(pel_outfile *f, const char *text) {
  for (const char *p = text; *p; p++) {
    unsigned char c = (unsigned char)*p;
    bool nonchar = c == 0xef && (unsigned char)p[1] == 0xbf && (unsigned char)p[2] >= 0xbe; /* U+FFFE, U+FFFF */
    if (c == '&') put(f, "&amp;");
    else if (c == '<') put(f, "&lt;");
    else if (c == '>') put(f, "&gt;");
    else if (c == '"') put(f, "&quot;");
    else if ((c < 32 && c != '\n' && c != '\t') || c == 127) put(f, "\xef\xbf\xbd");
    else if (nonchar) put(f, "\xef\xbf\xbd"), p += 2;
    else pel_outfile_write(f, p, 1);
  }
}

static void put_data(pel_outfile *f, const char *key, const char *text) {
  if (!*text) return;
  put(f, "<data key=\"");
  put(f, key);
  put(f, "\">");
  put_xml(f, text);
  put(f, "</data>");
}

static void put_number(pel_outfile *f, const char *key, double v) {
  char text[40];
  if (isfinite(v)) put_data(f, key, pel_format_double(text, sizeof text, v));
}

static const char graphml_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xmlns:y=\"http://www.yworks.com/xml/graphml\" xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns "
    "http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd\">\n";

static void put_keys(pel_outfile *f) {
  static const char *const keys[][3] = {
      {"label", "node", "string"}, {"number", "node", "string"},    {"kind", "node", "string"},    {"state", "node", "string"},
      {"note", "node", "string"},  {"place", "node", "string"},     {"origin", "node", "string"},  {"influence", "node", "double"},
      {"shown", "node", "boolean"}, {"confidence", "node", "double"}, {"event", "node", "string"}, {"relation", "edge", "string"},
      {"rule", "edge", "string"},  {"weight", "edge", "double"}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    char text[200];
    snprintf(text, sizeof text, "<key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n", keys[i][0], keys[i][1], keys[i][0], keys[i][2]);
    put(f, text);
  }
  put(f, "<key id=\"ng\" for=\"node\" yfiles.type=\"nodegraphics\"/>\n<key id=\"eg\" for=\"edge\" yfiles.type=\"edgegraphics\"/>\n");
}

static void put_shape(pel_outfile *f, const pel_logic_tree *t, uint32_t v, const char *label) {
  static const char *const shapes[PEL_NODE_KINDS] = {"rectangle", "roundrectangle", "rectangle", "parallelogram", "roundrectangle", "hexagon", "ellipse"};
  const pel_node *n = &t->reasoning->nodes[v];
  const pel_theme *theme = pel_theme_get(false);
  put(f, "<data key=\"ng\"><y:ShapeNode><y:Geometry height=\"60\" width=\"260\"/><y:Fill color=\"");
  put_color(f, pel_state_tint(theme, n->state, 0.08f));
  put(f, "\"/><y:BorderStyle color=\"");
  put_color(f, pel_state_color(theme, n->state));
  put(f, pel_state_stroke(n->state).on > 0 ? "\" type=\"dashed\" width=\"1.5\"/>" : "\" type=\"line\" width=\"1.5\"/>");
  put(f, "<y:NodeLabel autoSizePolicy=\"node_width\" configuration=\"CroppingLabel\" fontSize=\"11\">");
  put_xml(f, label);
  put(f, "</y:NodeLabel><y:Shape type=\"");
  put(f, shapes[(unsigned)n->kind < PEL_NODE_KINDS ? n->kind : PEL_NODE_CLAIM]);
  put(f, "\"/></y:ShapeNode></data>");
}

static void put_graphml_node(pel_outfile *f, const pel_logic_tree *t, uint32_t v) {
  const pel_node *n = &t->reasoning->nodes[v];
  char number[PEL_TREE_NUMBER];
  pel_string label = {0}, place = {0}, origin = {0};
  add_label(&label, t, v);
  pel_add_place(&place, t, v, NULL);
  pel_add_origin(&origin, t->reasoning, n, true);
  put(f, "<node id=\"");
  put_id(f, 'n', n->id);
  put(f, "\">");
  put_data(f, "label", n->says);
  put_data(f, "number", pel_tree_number(t, v, number));
  put_data(f, "kind", pel_node_kind_name(n->kind));
  put_data(f, "state", pel_node_state_name(n->state));
  put_data(f, "note", n->note);
  put_data(f, "place", place.size ? place.text : "");
  put_data(f, "origin", origin.size ? origin.text : "");
  put_number(f, "influence", (double)t->nodes[v].influence);
  put_data(f, "shown", t->item_of[v] == PEL_TREE_NONE ? "false" : "true");
  put_number(f, "confidence", n->confidence);
  put_data(f, "event", n->event);
  put_shape(f, t, v, label.size ? label.text : "");
  put(f, "</node>\n");
  pel_string_clear(&label);
  pel_string_clear(&place);
  pel_string_clear(&origin);
}

static void put_graphml_edge(pel_outfile *f, const pel_edge *e, size_t i) {
  const char *word = pel_edge_kind_name(e->kind);
  put(f, "<edge id=\"");
  put_id(f, 'e', (int64_t)i + 1);
  put(f, "\" source=\"");
  put_id(f, 'n', e->from);
  put(f, "\" target=\"");
  put_id(f, 'n', e->to);
  put(f, "\">");
  put_data(f, "relation", word);
  put_data(f, "rule", e->label);
  put_number(f, "weight", e->weight);
  put(f, "<data key=\"eg\"><y:PolyLineEdge><y:LineStyle color=\"");
  put_color(f, pel_edge_color(pel_theme_get(false), e->kind));
  put(f, pel_edge_stroke(e->kind).on > 0 ? "\" type=\"dashed\" width=\"1.3\"/>" : "\" type=\"line\" width=\"1.3\"/>");
  put(f, "<y:Arrows source=\"none\" target=\"standard\"/><y:EdgeLabel fontSize=\"9\">");
  put_xml(f, *e->label ? e->label : word);
  put(f, "</y:EdgeLabel></y:PolyLineEdge></data></edge>\n");
}

void pel_export_tree_graphml(const pel_logic_tree *t, pel_outfile *f) {
  const pel_reasoning *r = t->reasoning;
  put(f, graphml_head);
  put_keys(f);
  put(f, "<graph id=\"reasoning\" edgedefault=\"directed\">\n");
  for (uint32_t i = 0; i < t->n_nodes; i++) put_graphml_node(f, t, t->reading[i]);
  for (size_t i = 0; i < r->n_edges; i++)
    if (r->edges[i].from >= 1 && r->edges[i].to >= 1) put_graphml_edge(f, &r->edges[i], i);
  put(f, "</graph>\n</graphml>\n");
}

/* ---- DOT ---- */

/* A quoted string of DOT, broken into lines at spaces. A backslash begins an escape there, so that one stands as two. */
static void put_dot(pel_outfile *f, const char *text, bool wrapped) {
  size_t column = 0;
  put(f, "\"");
  for (const char *p = text; *p; p++) {
    unsigned char c = (unsigned char)*p;
    column += (c & 0xc0) != 0x80;
    bool brk = c == '\n' || (wrapped && c == ' ' && column > WRAP);
    if (brk) put(f, "\\n"), column = 0;
    else if (c == '"' || c == '\\') put(f, "\\"), pel_outfile_write(f, p, 1);
    else if (c < 32 || c == 127) put(f, " ");
    else pel_outfile_write(f, p, 1);
  }
  put(f, "\"");
}

static void put_dot_node(pel_outfile *f, const pel_logic_tree *t, uint32_t v) {
  static const char *const shapes[PEL_NODE_KINDS] = {"box", "box", "tab", "note", "box", "underline", "component"};
  const pel_node *n = &t->reasoning->nodes[v];
  const pel_theme *theme = pel_theme_get(false);
  bool broken = pel_state_stroke(n->state).on > 0 || n->kind == PEL_NODE_ASSUMPTION;
  pel_string label = {0}, place = {0};
  add_label(&label, t, v);
  pel_add_place(&place, t, v, NULL);
  put(f, "  ");
  put_id(f, 'n', n->id);
  put(f, " [label=");
  put_dot(f, label.size ? label.text : "", true);
  put(f, ", tooltip=");
  put_dot(f, place.size ? place.text : pel_state_sentence(n->state), false);
  put(f, ", shape=");
  put(f, shapes[(unsigned)n->kind < PEL_NODE_KINDS ? n->kind : PEL_NODE_CLAIM]);
  put(f, n->kind == PEL_NODE_CONCLUSION ? ", peripheries=2" : "");
  put(f, broken ? ", style=\"filled,dashed\", color=\"" : ", style=\"filled\", color=\"");
  put_color(f, pel_state_color(theme, n->state));
  put(f, "\", fillcolor=\"");
  put_color(f, pel_state_tint(theme, n->state, 0.08f));
  put(f, "\"];\n");
  pel_string_clear(&label);
  pel_string_clear(&place);
}

static void put_dot_edge(pel_outfile *f, const pel_edge *e) {
  static const char *const heads[PEL_EDGE_KINDS] = {"normal", "tee", "odot", "obox", "odiamond", "onormal"};
  bool reason = e->kind == PEL_EDGE_BECAUSE || e->kind == PEL_EDGE_UNLESS;
  put(f, "  ");
  put_id(f, 'n', e->from);
  put(f, " -> ");
  put_id(f, 'n', e->to);
  put(f, " [label=");
  put_dot(f, *e->label ? e->label : e->kind == PEL_EDGE_BECAUSE ? "" : pel_edge_word(e->kind), false);
  put(f, ", arrowhead=");
  put(f, heads[(unsigned)e->kind < PEL_EDGE_KINDS ? e->kind : PEL_EDGE_BECAUSE]);
  put(f, ", color=\"");
  put_color(f, pel_edge_color(pel_theme_get(false), e->kind));
  put(f, pel_edge_stroke(e->kind).on > 0 ? "\", style=dashed" : "\"");
  if (isfinite(e->weight) && e->weight > 0 && e->weight <= 1) {
    put(f, ", penwidth=");
    put_double(f, 1 + 2 * e->weight);
  }
  put(f, reason ? "];\n" : ", constraint=false];\n");
}

static void put_dot_stub(pel_outfile *f, const pel_logic_tree *t, uint32_t item) {
  const pel_tree_item *i = &t->items[item];
  char count[40];
  pel_string label = {0};
  snprintf(count, sizeof count, "+%u more", i->hidden);
  pel_string_addf(&label, "%s; foremost: ", count);
  pel_string_add_sentence(&label, t->reasoning->nodes[i->node].says);
  put(f, "  ");
  put_id(f, 'm', item);
  put(f, " [label=");
  put_dot(f, label.size ? label.text : count, true);
  put(f, ", shape=plaintext];\n");
  if (i->parent != PEL_TREE_NONE) {
    put(f, "  ");
    put_id(f, 'n', t->reasoning->nodes[t->items[i->parent].node].id);
    put(f, " -> ");
    put_id(f, 'm', item);
    put(f, " [style=dotted, arrowhead=none];\n");
  }
  pel_string_clear(&label);
}

void pel_export_tree_dot(const pel_logic_tree *t, pel_tree_direction direction, const char *hash, pel_outfile *f) {
  put(f, "digraph reasoning {\n  rankdir=");
  put(f, direction == PEL_TREE_DOWN ? "TB" : "LR");
  put(f, ";\n  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9];\n  label=");
  pel_string label = {0};
  pel_string_addf(&label, "trace %.12s", hash && *hash ? hash : "without a hash");
  put_dot(f, label.size ? label.text : "", false);
  pel_string_clear(&label);
  put(f, ";\n");
  for (uint32_t i = 0; i < t->n_items; i++) {
    if (t->items[i].kind == PEL_ITEM_NODE) put_dot_node(f, t, t->items[i].node);
    if (t->items[i].kind == PEL_ITEM_MORE) put_dot_stub(f, t, i);
  }
  for (uint32_t i = 0; i < t->n_items; i++) {
    const pel_tree_item *item = &t->items[i];
    bool drawn = item->edge != PEL_TREE_NONE && t->item_of[item->node] != PEL_TREE_NONE;
    if (drawn) put_dot_edge(f, &t->reasoning->edges[item->edge]);
  }
  put(f, "}\n");
}
