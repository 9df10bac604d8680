/* phenotype.hpoa: which disease shows which phenotype, how often, by whose word. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/knowledge/import.h"

typedef enum column { DISEASE, NAME, NOT, PHENOTYPE, REFERENCE, EVIDENCE, ONSET, FREQUENCY, SEX, MODIFIER, ASPECT, COLUMNS } column;

/* As the header names them since 2018 and since 2023, without case, '#' and '_'. */
static const char *const names[COLUMNS][2] = {
    {"databaseid", ""}, {"diseasename", ""}, {"qualifier", ""}, {"hpoid", ""}, {"reference", "dbreference"}, {"evidence", "evidencecode"},
    {"onset", ""},      {"frequency", ""},   {"sex", ""},       {"modifier", ""}, {"aspect", ""}};

typedef struct hpoa {
  pel_pack_builder *b;
  const char *path;
  pel_import *done;
  int at[COLUMNS];
  char *fields[32];
  int n;
  int64_t line, source, passage;
  pel_buffer head, qualifier;
} hpoa;

static void split(hpoa *h, char *line) {
  h->n = 0;
  for (char *at = line; at && h->n < 32; h->n++) {
    h->fields[h->n] = at;
    at = strchr(at, '\t');
    if (at) *at++ = 0;
  }
}

static bool same_name(const char *field, const char *name) {
  for (; *field; field++) {
    if (*field == '_' || *field == '#' || *field == ' ') continue;
    if (tolower((unsigned char)*field) != *name++) return false;
  }
  return *name == 0;
}

static pel_status take_header(hpoa *h, pel_error *err) {
  for (int c = 0; c < COLUMNS; c++) {
    h->at[c] = -1;
    for (int i = 0; i < h->n && h->at[c] < 0; i++)
      if (same_name(h->fields[i], names[c][0]) || (*names[c][1] && same_name(h->fields[i], names[c][1]))) h->at[c] = i;
  }
  if (h->at[DISEASE] < 0 || h->at[PHENOTYPE] < 0)
    return pel_import_fail(h->path, h->line, err, "expected the header of phenotype.hpoa (database_id, disease_name, qualifier, hpo_id, ...)");
  return PEL_OK;
}

static const char *field(const hpoa *h, column c) { return h->at[c] >= 0 && h->at[c] < h->n ? h->fields[h->at[c]] : ""; }

/* The middle of the range that the ontology gives the term. */
static bool take_term(const char *text, double *out) {
  static const struct {
    const char *term;
    double share;
  } terms[] = {{"HP:0040280", 1}, {"HP:0040281", 0.895}, {"HP:0040282", 0.545}, {"HP:0040283", 0.17}, {"HP:0040284", 0.025}, {"HP:0040285", 0}};
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    if (strcmp(text, terms[i].term) == 0) {
      *out = terms[i].share;
      return true;
    }
  return false;
}

/* "3/7", "17%", "HP:0040283"; false when it is none of them. */
static bool take_frequency(const char *text, double *out) {
  char part[32];
  const char *slash = strchr(text, '/');
  size_t size = strlen(text), n = slash ? (size_t)(slash - text) : size - 1;
  double a, b;
  if (size >= sizeof part || take_term(text, out)) return size < sizeof part;
  memcpy(part, text, n);
  part[n] = 0;
  if (slash) {
    if (!pel_parse_double(part, &a) || !pel_parse_double(slash + 1, &b) || !(a >= 0 && a <= b && b > 0)) return false;
    *out = a / b;
    return isfinite(*out);
  }
  if (text[size - 1] != '%' || !pel_parse_double(part, &a) || !(a >= 0 && a <= 100)) return false;
  *out = a / 100;
  return true;
}

static const char *relation_of(const char *aspect) {
  switch (*aspect) {
    case 'I': return "has_inheritance";
    case 'C': return "has_clinical_course";
    case 'M': return "has_clinical_modifier";
    case 'H': return "has_past_medical_history";
    default: return "has_phenotype";
  }
}

/* "frequency: 3/7" and the like, a line each. */
static bool make_qualifier(hpoa *h) {
  static const struct {
    column column;
    const char *name;
  } parts[] = {{FREQUENCY, "frequency: "}, {ONSET, "onset: "}, {SEX, "sex: "}, {MODIFIER, "modifier: "}, {EVIDENCE, "evidence: "}, {REFERENCE, "reference: "}};
  pel_buffer_clear(&h->qualifier);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    const char *text = field(h, parts[i].column);
    if (!*text) continue;
    if (h->qualifier.size && !pel_buffer_add(&h->qualifier, "\n", 1)) return false;
    if (!pel_buffer_add(&h->qualifier, parts[i].name, strlen(parts[i].name)) || !pel_buffer_add(&h->qualifier, text, strlen(text))) return false;
  }
  return true;
}

/* What the annotations cite: the file, in the words of its first lines. */
static pel_status cite(hpoa *h, pel_error *err) {
  if (!h->source || h->passage) return PEL_OK;
  const char *name = pel_import_name(h->path);
  pel_passage row = {.source = h->source, .path = name, .text = h->head.size ? h->head.text : name};
  PEL_TRY(pel_import_at(h->path, h->line, pel_pack_add_passage(h->b, &row, &h->passage, err), err));
  h->done->passages++;
  return PEL_OK;
}

static pel_status add_rows(hpoa *h, pel_relation *row, pel_error *err) {
  pel_entity disease = {.key = field(h, DISEASE), .label = field(h, NAME), .type = "disease"};
  pel_entity phenotype = {.key = field(h, PHENOTYPE), .type = "phenotype"};
  PEL_TRY(cite(h, err));
  PEL_TRY(pel_pack_add_entity(h->b, &disease, &row->subject, err));
  PEL_TRY(pel_pack_add_entity(h->b, &phenotype, &row->object, err));
  row->passage = h->passage;
  PEL_TRY(pel_pack_add_relation(h->b, row, NULL, err));
  h->done->relations++;
  return PEL_OK;
}

static pel_status take_annotation(hpoa *h, pel_error *err) {
  const char *frequency = field(h, FREQUENCY), *qualifier = field(h, NOT);
  pel_relation row = {.relation = relation_of(field(h, ASPECT)), .weight = NAN};
  for (int i = 0; i < h->n; i++) pel_import_line(h->fields[i]);
  if (!*field(h, DISEASE) || !*field(h, PHENOTYPE)) {
    pel_import_skip(h->done, h->path, h->line, "lacks a disease or a phenotype");
    return PEL_OK;
  }
  if (*qualifier && strcmp(qualifier, "NOT") != 0)
    return pel_import_fail(h->path, h->line, err, "qualifier '%.40s' is neither empty nor NOT; mend it", qualifier);
  if (*frequency && !take_frequency(frequency, &row.weight))
    return pel_import_fail(h->path, h->line, err, "frequency '%.40s' is no ratio (3/7), percentage (17%%) or frequency term (HP:0040283); mend it", frequency);
  row.negated = *qualifier || strcmp(frequency, "HP:0040285") == 0;
  if (!make_qualifier(h)) return pel_fail_memory(err, "an annotation", 0);
  row.qualifier = pel_buffer_text(&h->qualifier);
  return pel_import_at(h->path, h->line, add_rows(h, &row, err), err);
}

static pel_status take_line(hpoa *h, char *line, bool *head, pel_error *err) {
  if (!*line) return PEL_OK;
  if (*head && *line == '#' && !strchr(line, '\t')) {
    pel_import_line(line);
    bool ok = (!h->head.size || pel_buffer_add(&h->head, "\n", 1)) && pel_buffer_add(&h->head, line + 1, strlen(line + 1));
    return ok ? PEL_OK : pel_fail_memory(err, "the file's head", 0);
  }
  split(h, line);
  if (!*head) return take_annotation(h, err);
  *head = false;
  return take_header(h, err);
}

pel_status pel_import_hpoa(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  pel_lines lines;
  hpoa h = {.b = b, .path = path, .done = done, .source = source};
  PEL_TRY(pel_lines_open(&lines, b, path, err));
  bool more = true, head = true;
  pel_status status = PEL_OK;
  while (status == PEL_OK && (status = pel_lines_next(&lines, &more, err)) == PEL_OK && more) {
    h.line = lines.number;
    status = take_line(&h, lines.line, &head, err);
  }
  if (status == PEL_OK && head) status = pel_import_fail(path, lines.number + 1, err, "ends before the header line of phenotype.hpoa");
  pel_lines_close(&lines);
  free(h.head.text);
  free(h.qualifier.text);
  return status;
}
