#include "engine/reason/graph_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"

pel_status pel_graph_rows_create(audit *a, pel_pack *pack, pel_graph_rows *out) {
  size_t n = (size_t)pel_pack_get_info(pack)->n_entities + 1;
  *out = (pel_graph_rows){.a = a, .pack = pack, .ids = pel_alloc(n, sizeof *out->ids)};
  return out->ids ? PEL_OK : pel_fail_memory(a->err, "the graph's entities", n * sizeof *out->ids);
}

void pel_graph_rows_clear(pel_graph_rows *rows) {
  free(rows->ids);
  rows->ids = NULL;
}

/* ---- rows ---- */

pel_status pel_graph_rows_node(pel_graph_rows *rows, int64_t entity, const char *role, double score, int64_t node, int64_t *id) {
  audit *a = rows->a;
  pel_entity e;
  *id = rows->ids[entity];
  if (*id) return PEL_OK;
  PEL_TRY(pel_pack_entity(rows->pack, entity, &e, a->err));
  char key[PEL_TOLD_LINE], label[PEL_TOLD_LINE], type[PEL_TOLD_LINE];
  pel_told_line(e.key, key), pel_told_line(e.label, label), pel_told_line(e.type, type);
  pel_graph_node row = {.id = rows->n_nodes + 1, .span = rows->span, .key = key, .label = label, .type = type, .role = role, .score = score, .node = node};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_GRAPH_NODE, &row, a->err));
  *id = rows->ids[entity] = ++rows->n_nodes;
  return PEL_OK;
}

pel_status pel_graph_rows_step(pel_graph_rows *rows, const pel_graph_step *s, int64_t *id) {
  audit *a = rows->a;
  const pel_edge_row *e = s->edge;
  char relation[PEL_TOLD_LINE];
  pel_told_line(e->relation, relation);
  pel_graph_edge row = {.id = rows->n_edges + 1, .span = rows->span, .relation = relation, .weight = e->weight, .layer = s->layer, .backwards = s->backwards, .attention = s->attention};
  PEL_TRY(pel_graph_rows_node(rows, s->backwards ? e->object : e->subject, "", NAN, 0, &row.from));
  PEL_TRY(pel_graph_rows_node(rows, s->backwards ? e->subject : e->object, "", NAN, 0, &row.to));
  if (e->passage) PEL_TRY(pel_cite_passage(a->t.cite, e->passage, &row.passage, a->err));
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_GRAPH_EDGE, &row, a->err));
  *id = ++rows->n_edges;
  return PEL_OK;
}

pel_status pel_graph_rows_link(pel_graph_rows *rows, int64_t from, int64_t to, const char *says) {
  audit *a = rows->a;
  char line[PEL_TOLD_LINE];
  pel_told_line(says, line);
  pel_graph_edge row = {.id = rows->n_edges + 1, .span = rows->span, .relation = line, .attention = NAN, .weight = NAN};
  PEL_TRY(pel_graph_rows_node(rows, from, "", NAN, 0, &row.from));
  PEL_TRY(pel_graph_rows_node(rows, to, "", NAN, 0, &row.to));
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_GRAPH_EDGE, &row, a->err));
  rows->n_edges++;
  return PEL_OK;
}

pel_status pel_graph_rows_path(pel_graph_rows *rows, int64_t answer, const char *edges, const char *rule, double score) {
  audit *a = rows->a;
  char line[PEL_TOLD_LINE];
  pel_told_line(rule, line);
  pel_graph_path row = {.id = rows->n_paths + 1, .span = rows->span, .answer = answer, .edges = edges, .rule = line, .score = score};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_GRAPH_PATH, &row, a->err));
  rows->n_paths++;
  return PEL_OK;
}

/* ---- words ---- */

pel_status pel_entity_words(const pel_graph_rows *rows, int64_t entity, bool key, char *out, size_t size) {
  pel_entity e;
  PEL_TRY(pel_pack_entity(rows->pack, entity, &e, rows->a->err));
  char name[301], short_key[81];
  pel_text_cut(name, size < sizeof name ? size : sizeof name, *e.label ? e.label : e.key);
  if (*e.label && key) snprintf(out, size, "%s (%s)", name, pel_text_cut(short_key, sizeof short_key, e.key));
  else snprintf(out, size, "%s", name);
  return PEL_OK;
}

pel_status pel_edge_words(const pel_graph_rows *rows, int64_t subject, const char *relation, int64_t object, char *out, size_t size) {
  char from[320], to[320], words[260];
  PEL_TRY(pel_entity_words(rows, subject, false, from, sizeof from));
  PEL_TRY(pel_entity_words(rows, object, false, to, sizeof to));
  pel_text_cut(words, sizeof words, relation);
  for (char *c = words; *c; c++)
    if (*c == '_') *c = ' ';
  snprintf(out, size, "%s %s %s", from, words, to);
  return PEL_OK;
}

pel_status pel_edge_row_read(const pel_graph_rows *rows, int64_t id, pel_edge_row *out) {
  pel_relation r;
  PEL_TRY(pel_pack_relation(rows->pack, id, &r, rows->a->err));
  *out = (pel_edge_row){.id = r.id, .subject = r.subject, .object = r.object, .passage = r.passage, .weight = r.weight, .negated = r.negated};
  pel_text_cut(out->relation, sizeof out->relation, r.relation);
  pel_text_cut(out->qualifier, sizeof out->qualifier, r.qualifier);
  return PEL_OK;
}

/* ---- a fact of the tree ---- */

/* "frequency: 3/7; onset: ..." on one line, and the weight where only a number is stated. */
static void qualify(const pel_edge_row *e, char out[1200]) {
  char number[40];
  size_t n = 0;
  for (const char *c = e->qualifier; *c && n + 3 < 1200; c++) {
    out[n++] = *c == '\n' ? ';' : *c;
    if (*c == '\n') out[n++] = ' ';
  }
  out[n] = 0;
  if (!*out && isfinite(e->weight)) snprintf(out, 1200, "stated with %s", pel_format_double(number, sizeof number, e->weight));
}

pel_status pel_tell_edge_fact(pel_graph_rows *rows, const pel_edge_row *e, int64_t *node) {
  audit *a = rows->a;
  char key[40], says[1000], note[1200];
  snprintf(key, sizeof key, "edge %lld", (long long)e->id);
  *node = pel_told(&a->t, key);
  if (*node) return PEL_OK;
  int64_t passage = 0;
  PEL_TRY(pel_edge_words(rows, e->subject, e->relation, e->object, says, sizeof says));
  qualify(e, note);
  if (e->passage) PEL_TRY(pel_cite_passage(a->t.cite, e->passage, &passage, a->err));
  pel_node row = {.kind = PEL_NODE_FACT, .state = e->negated ? PEL_STATE_REFUTED : PEL_STATE_HOLDS, .says = says, .note = note, .by = "the pack", .passage = passage};
  PEL_TRY(pel_tell_node(&a->t, row, node));
  return pel_keep_told(&a->t, key, *node);
}
