#include "src/core/graph_text.h"

#include <math.h>
#include <stdio.h>

#include "engine/base/number.h"

#define WRAP 36 /* characters of a label's line in DOT */

void pel_graph_put(pel_outfile *f, const char *text) { pel_outfile_puts(f, text); }

void pel_graph_double(pel_outfile *f, double v) {
  char text[40];
  pel_graph_put(f, pel_format_double(text, sizeof text, v));
}

void pel_graph_id(pel_outfile *f, char letter, int64_t id) {
  char text[32];
  snprintf(text, sizeof text, "%c%lld", letter, (long long)id);
  pel_graph_put(f, text);
}

void pel_graph_color(pel_outfile *f, pel_rgb c) {
  char text[16];
  snprintf(text, sizeof text, "#%06x", (unsigned)pel_rgb_pack(c));
  pel_graph_put(f, text);
}

void pel_graph_xml(pel_outfile *f, const char *text) {
  for (const char *p = text; *p; p++) {
    unsigned char c = (unsigned char)*p;
    bool nonchar = c == 0xef && (unsigned char)p[1] == 0xbf && (unsigned char)p[2] >= 0xbe; /* U+FFFE, U+FFFF */
    if (c == '&') pel_graph_put(f, "&amp;");
    else if (c == '<') pel_graph_put(f, "&lt;");
    else if (c == '>') pel_graph_put(f, "&gt;");
    else if (c == '"') pel_graph_put(f, "&quot;");
    else if ((c < 32 && c != '\n' && c != '\t') || c == 127) pel_graph_put(f, "\xef\xbf\xbd");
    else if (nonchar) pel_graph_put(f, "\xef\xbf\xbd"), p += 2;
    else pel_outfile_write(f, p, 1);
  }
}

void pel_graph_data(pel_outfile *f, const char *key, const char *text) {
  if (!*text) return;
  pel_graph_put(f, "<data key=\"");
  pel_graph_put(f, key);
  pel_graph_put(f, "\">");
  pel_graph_xml(f, text);
  pel_graph_put(f, "</data>");
}

void pel_graph_number(pel_outfile *f, const char *key, double v) {
  char text[40];
  if (isfinite(v)) pel_graph_data(f, key, pel_format_double(text, sizeof text, v));
}

void pel_graph_edge_begin(pel_outfile *f, int64_t id, int64_t from, int64_t to) {
  pel_graph_put(f, "<edge id=\"");
  pel_graph_id(f, 'e', id);
  pel_graph_put(f, "\" source=\"");
  pel_graph_id(f, 'n', from);
  pel_graph_put(f, "\" target=\"");
  pel_graph_id(f, 'n', to);
  pel_graph_put(f, "\"");
}

const char pel_graphml_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xmlns:y=\"http://www.yworks.com/xml/graphml\" xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns "
    "http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd\">\n";

/* A quoted string of DOT, broken into lines at spaces. A backslash begins an escape there, so that one stands as two. */
void pel_graph_quoted(pel_outfile *f, const char *text, bool wrapped) {
  size_t column = 0;
  pel_graph_put(f, "\"");
  for (const char *p = text; *p; p++) {
    unsigned char c = (unsigned char)*p;
    column += (c & 0xc0) != 0x80;
    bool brk = c == '\n' || (wrapped && c == ' ' && column > WRAP);
    if (brk) pel_graph_put(f, "\\n"), column = 0;
    else if (c == '"' || c == '\\') pel_graph_put(f, "\\"), pel_outfile_write(f, p, 1);
    else if (c < 32 || c == 127) pel_graph_put(f, " ");
    else pel_outfile_write(f, p, 1);
  }
  pel_graph_put(f, "\"");
}

void pel_graph_keys(pel_outfile *f, const pel_graph_key *keys, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char text[200];
    snprintf(text, sizeof text, "<key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n", keys[i].name, keys[i].of, keys[i].name, keys[i].type);
    pel_graph_put(f, text);
  }
  pel_graph_put(f, "<key id=\"ng\" for=\"node\" yfiles.type=\"nodegraphics\"/>\n<key id=\"eg\" for=\"edge\" yfiles.type=\"edgegraphics\"/>\n");
}
