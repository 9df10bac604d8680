/* Tables separated by tabs: edges (subject, relation, object [, weight]), or with a header that names no subject, entities (key, label,
 * type, synonyms). A header line is one whose first names are known; it may give the columns in any order. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/knowledge/import.h"

typedef enum column { SUBJECT, RELATION, OBJECT, WEIGHT, QUALIFIER, KEY, LABEL, TYPE, SYNONYMS, COLUMNS } column;
enum { FIELDS = 64 };

typedef struct table {
  pel_pack_builder *b;
  const char *path;
  pel_import *done;
  int at[COLUMNS]; /* field of a column, or -1 */
  int64_t line, source, passage;
  char *fields[FIELDS];
  int n;
  bool scanning; /* a first reading, for what the fourth column is */
  bool counts;   /* it holds numbers above 1: no weights */
} table;

static column find_column(const char *name) {
  static const struct {
    const char *name;
    column column;
  } known[] = {{"subject", SUBJECT},   {"head", SUBJECT},   {"source", SUBJECT}, {"from", SUBJECT},     {"relation", RELATION}, {"predicate", RELATION},
               {"object", OBJECT},     {"tail", OBJECT},    {"target", OBJECT},  {"to", OBJECT},        {"weight", WEIGHT},     {"confidence", WEIGHT},
               {"frequency", WEIGHT},  {"qualifier", QUALIFIER}, {"key", KEY},   {"id", KEY},           {"label", LABEL},       {"name", LABEL},
               {"type", TYPE},         {"category", TYPE},  {"synonyms", SYNONYMS}};
  if (*name == '#') name++;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcasecmp(name, known[i].name) == 0) return known[i].column;
  return COLUMNS;
}

static void split(table *t, char *line) {
  t->n = 0;
  for (char *at = line; at && t->n < FIELDS; t->n++) {
    t->fields[t->n] = at;
    at = strchr(at, '\t');
    if (at) *at++ = 0;
  }
  for (int i = 0; i < t->n; i++) pel_import_line(t->fields[i]);
}

/* Whether the fields are a header: it names both ends and the relation, or a key and a label. */
static bool take_header(table *t) {
  int at[COLUMNS];
  for (int i = 0; i < COLUMNS; i++) at[i] = -1;
  for (int i = t->n; i-- > 0;) at[find_column(t->fields[i]) % COLUMNS] = find_column(t->fields[i]) == COLUMNS ? at[0] : i;
  bool edges = at[SUBJECT] >= 0 && at[RELATION] >= 0 && at[OBJECT] >= 0, entities = at[KEY] >= 0 && (at[LABEL] >= 0 || at[TYPE] >= 0);
  if (!edges && !entities) return false;
  memcpy(t->at, at, sizeof at);
  if (edges) t->at[KEY] = -1;
  return true;
}

static const char *field(const table *t, column c) { return t->at[c] >= 0 && t->at[c] < t->n ? t->fields[t->at[c]] : ""; }

static pel_status add_entity(table *t, const char *key, int64_t *id, pel_error *err) {
  pel_entity row = {.key = key};
  if (t->at[KEY] >= 0) row = (pel_entity){.key = key, .label = field(t, LABEL), .type = field(t, TYPE), .synonyms = field(t, SYNONYMS)};
  pel_status status = pel_pack_add_entity(t->b, &row, id, err);
  return pel_import_at(t->path, t->line, status, err);
}

/* What the edges cite: the file itself, by its name. */
static pel_status cite(table *t, pel_error *err) {
  if (!t->source || t->passage) return PEL_OK;
  pel_passage row = {.source = t->source, .path = pel_import_name(t->path), .text = pel_import_name(t->path)};
  PEL_TRY(pel_import_at(t->path, t->line, pel_pack_add_passage(t->b, &row, &t->passage, err), err));
  t->done->passages++;
  return PEL_OK;
}

static pel_status take_edge(table *t, pel_error *err) {
  pel_relation row = {.relation = field(t, RELATION), .weight = NAN, .qualifier = field(t, QUALIFIER)};
  const char *weight = field(t, WEIGHT);
  bool lacks = !*field(t, SUBJECT) || !*field(t, RELATION) || !*field(t, OBJECT);
  if (lacks) {
    if (!t->scanning) pel_import_skip(t->done, t->path, t->line, "lacks a subject, a relation or an object");
    return PEL_OK;
  }
  if (t->scanning) {
    t->counts = t->counts || (pel_parse_double(weight, &row.weight) && row.weight > 1);
    return PEL_OK;
  }
  if (*weight && (!pel_parse_double(weight, &row.weight) || !(row.weight >= 0 && row.weight <= 1)))
    return pel_import_fail(t->path, t->line, err, "weight '%.40s' is no number from 0 to 1; mend it, or name the column otherwise in a header line",
                           weight);
  PEL_TRY(cite(t, err));
  PEL_TRY(add_entity(t, field(t, SUBJECT), &row.subject, err));
  PEL_TRY(add_entity(t, field(t, OBJECT), &row.object, err));
  row.passage = t->passage;
  t->done->relations++;
  return pel_import_at(t->path, t->line, pel_pack_add_relation(t->b, &row, NULL, err), err);
}

static pel_status take_line(table *t, char *line, int64_t number, bool *first, pel_error *err) {
  t->line = number;
  if (!*line) return PEL_OK;
  bool header = *first;
  *first = false;
  if (*line == '#' && !header) return PEL_OK;
  split(t, line);
  if (header && take_header(t)) return PEL_OK;
  if (*line == '#') {
    *first = true; /* remarks may stand before the header */
    return PEL_OK;
  }
  if (t->at[KEY] < 0) return take_edge(t, err);
  if (t->scanning) return PEL_OK;
  if (!*field(t, KEY)) pel_import_skip(t->done, t->path, number, "lacks a key");
  else PEL_TRY(add_entity(t, field(t, KEY), NULL, err));
  return PEL_OK;
}

static pel_status read_table(table *t, int64_t *rows, pel_error *err) {
  static const int usual[COLUMNS] = {0, 1, 2, 3, -1, -1, -1, -1, -1};
  pel_lines lines;
  memcpy(t->at, usual, sizeof usual);
  if (t->counts) t->at[WEIGHT] = -1, t->at[QUALIFIER] = 3;
  PEL_TRY(pel_lines_open(&lines, t->b, t->path, err));
  bool more = true, first = true;
  pel_status status = PEL_OK;
  for (*rows = 0; status == PEL_OK && (status = pel_lines_next(&lines, &more, err)) == PEL_OK && more; ++*rows)
    status = take_line(t, lines.line, lines.number, &first, err);
  pel_lines_close(&lines);
  return status;
}

pel_status pel_import_tsv(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  table t = {.b = b, .path = path, .done = done, .source = source, .scanning = true};
  int64_t skipped = done->skipped, edges = done->relations, rows;
  PEL_TRY(read_table(&t, &rows, err));
  t.scanning = false;
  PEL_TRY(read_table(&t, &rows, err));
  if (rows && done->relations == edges && done->skipped == skipped + rows)
    return pel_import_fail(path, 1, err, "no line has three columns separated by tabs (subject, relation, object)");
  return PEL_OK;
}
