/* Rule files in Prolog syntax: each clause a row, with the notes that stand before it. */
#include "engine/knowledge/import_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/status.h"
#include "engine/knowledge/builder.h"
#include "engine/knowledge/import.h"
#include "engine/logic/calendar.h"
#include "engine/logic/program.h"

enum { MOST_BYTES = 64 << 20, FIELD = 1000 };

typedef struct notes {
  char label[FIELD], from[16], to[16];
  int64_t passage, priority;
  bool dated; /* it says itself when it is in force */
} notes;

typedef struct reading {
  pel_pack_builder *b;
  const char *name, *sections;
  const char *text, *last_end; /* of the clause before */
  notes now;
  bool noted;         /* `now` is of notes that were written */
  uint32_t predicate; /* that they are for, once it is known */
  pel_import *done;
  pel_status status;
  pel_error *err;
} reading;

static bool starts(const char *line, const char *end, const char *word, const char **rest) {
  size_t n = strlen(word);
  if ((size_t)(end - line) < n || memcmp(line, word, n) != 0) return false;
  line += n;
  while (line < end && (*line == ' ' || *line == '\t')) line++;
  *rest = line;
  return true;
}

static bool take_date(const char **at, const char *end, char out[16]) {
  int64_t days;
  while (*at < end && **at == ' ') ++*at;
  size_t n = 0;
  while (*at + n < end && n < 11 && (*at)[n] != ' ' && (*at)[n] != '.') n++;
  out[0] = 0;
  if (n == 0) return true;
  if (n != 10 || !pel_parse_iso_date(*at, n, &days)) return false;
  memcpy(out, *at, n);
  out[n] = 0;
  *at += n;
  return true;
}

static unsigned line_of(const reading *r, const char *at) {
  unsigned line = 1;
  for (const char *c = r->text; c < at; c++) line += *c == '\n';
  return line;
}

static pel_status bad_note(const reading *r, const char *at, const char *what) {
  return pel_fail(r->err, PEL_ERR_INPUT, "%s:%u: %s", r->name, line_of(r, at), what);
}

/* "KEY PATH" */
static pel_status take_cite(reading *r, const char *at, const char *end) {
  char key[FIELD], path[FIELD];
  const char *space = memchr(at, ' ', (size_t)(end - at));
  if (!space || space - at >= FIELD || end - space >= FIELD) return bad_note(r, at, "a note cites as \"%@ cites: SOURCE PLACE\"");
  snprintf(key, sizeof key, "%.*s", (int)(space - at), at);
  while (space < end && *space == ' ') space++;
  snprintf(path, sizeof path, "%.*s", (int)(end - space), space);
  r->now.passage = pel_pack_builder_passage(r->b, key, path);
  if (r->now.passage) return PEL_OK;
  return pel_fail(r->err, PEL_ERR_INPUT, "%s:%u: the source \"%.60s\" has no passage \"%.100s\"; it is to be there before the rule that cites it", r->name, line_of(r, at), key, path);
}

/* One line after "%@". */
static pel_status take_note(reading *r, const char *at, const char *end) {
  const char *rest;
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  while (end > at && (end[-1] == ' ' || end[-1] == '\r' || end[-1] == '\t')) end--;
  if (starts(at, end, "label:", &rest)) {
    if (end - rest >= FIELD) return bad_note(r, at, "a label of over 999 bytes");
    snprintf(r->now.label, sizeof r->now.label, "%.*s", (int)(end - rest), rest);
    return PEL_OK;
  }
  if (starts(at, end, "cites:", &rest)) return take_cite(r, rest, end);
  if (starts(at, end, "in force:", &rest)) {
    bool ok = take_date(&rest, end, r->now.from);
    while (ok && rest < end && *rest == ' ') rest++;
    ok = ok && end - rest >= 2 && memcmp(rest, "..", 2) == 0;
    if (ok) rest += 2;
    ok = ok && take_date(&rest, end, r->now.to) && rest == end;
    r->now.dated = true;
    return ok ? PEL_OK : bad_note(r, at, "dates are given as \"%@ in force: 1997-05-07 .. 2010-12-31\"; either may be left out");
  }
  if (starts(at, end, "priority:", &rest)) return r->now.priority = strtoll(rest, NULL, 10), PEL_OK;
  return bad_note(r, at, "a note is one of label:, cites:, in force:, priority:");
}

/* The notes between the clause before and this one. New ones take the place of the old. */
static pel_status take_notes(reading *r, const char *clause) {
  bool fresh = false;
  for (const char *at = r->last_end; at < clause;) {
    const char *end = memchr(at, '\n', (size_t)(clause - at));
    if (!end) end = clause;
    const char *c = at;
    while (c < end && (*c == ' ' || *c == '\t')) c++;
    if (end - c >= 2 && c[0] == '%' && c[1] == '@') {
      if (!fresh) r->now = (notes){0};
      fresh = true;
      PEL_TRY(take_note(r, c + 2, end));
    }
    at = end + 1;
  }
  if (fresh) r->noted = true, r->predicate = PEL_NO_SYMBOL;
  return PEL_OK;
}

/* s2_a_1_B of section 2, (a)(1)(B): the passage of the longest part of it that there is. */
static int64_t section_of(const reading *r, const char *name) {
  char path[200];
  size_t digits = name[0] == 's' ? strspn(name + 1, "0123456789") : 0;
  if (!r->sections || !digits || digits > 8) return 0;
  size_t n = (size_t)snprintf(path, sizeof path, "s. %.*s", (int)digits, name + 1), ends[12] = {n}, parts = 1;
  for (const char *c = name + 1 + digits; *c == '_' && parts < 12;) {
    size_t size = strcspn(++c, "_");
    if (size == 0 || size > 8 || n + size + 3 > sizeof path) break;
    n += (size_t)snprintf(path + n, sizeof path - n, "(%.*s)", (int)size, c);
    ends[parts++] = n;
    c += size;
  }
  while (parts-- > 0) {
    path[ends[parts]] = 0;
    int64_t id = pel_pack_builder_passage(r->b, r->sections, path);
    if (id) return id;
  }
  return 0;
}

static pel_status add_row(reading *r, const char *text, size_t size, uint32_t line, const char *name) {
  char *copy = strndup(text, size);
  if (!copy) return pel_fail_memory(r->err, "a rule", size);
  pel_rule row = {.file = r->name, .line = line, .label = r->now.label, .text = copy, .passage = r->now.passage, .valid_from = r->now.from,
                  .valid_to = r->now.to, .priority = r->now.priority};
  if (!row.passage && name) row.passage = section_of(r, name);
  char from[PEL_KB_DATE_SIZE], to[PEL_KB_DATE_SIZE];
  pel_builder_passage_dates(r->b, row.passage, from, to);
  if (!r->now.dated) row.valid_from = from, row.valid_to = to; /* what puts a passage into rules is law when the passage is */
  pel_status status = pel_pack_add_rule(r->b, &row, NULL, r->err);
  free(copy);
  r->done->rules += status == PEL_OK;
  return status;
}

static bool on_clause(void *user, pel_program *p, const pel_heap *heap, pel_cell head, pel_cell body, const char *text, size_t size, pel_rule_clause *where) {
  reading *r = user;
  (void)body;
  if (r->status != PEL_OK) return false;
  r->status = take_notes(r, text);
  bool named = pel_tag(head) == PEL_TAG_STRUCT || pel_is_atom(head);
  uint32_t atom = pel_tag(head) == PEL_TAG_STRUCT ? pel_functor_of(heap, head)->atom : (uint32_t)pel_index(head);
  uint32_t functor = pel_tag(head) == PEL_TAG_STRUCT ? (uint32_t)pel_index(*pel_cells_at(heap, pel_index(head))) : named ? pel_functor_intern(&p->symbols, atom, 0) : 0;
  if (r->noted && r->predicate == PEL_NO_SYMBOL) r->predicate = functor;
  else if (!r->noted || r->predicate != functor) r->now = (notes){0}, r->noted = false;
  if (r->status == PEL_OK) r->status = add_row(r, text, size, where->line, named ? pel_atom_text(&p->symbols, atom) : NULL);
  r->last_end = text + size;
  return r->status == PEL_OK;
}

static void on_declaration(void *user, const char *text, size_t size, uint32_t line) {
  reading *r = user;
  notes kept = r->now;
  r->now = (notes){0};
  if (r->status == PEL_OK) r->status = add_row(r, text, size, line, NULL);
  r->now = kept;
  r->last_end = text + size;
}

pel_status pel_import_rules_text(pel_pack_builder *b, const char *name, const char *sections, const char *text, size_t size, pel_import *done, pel_error *err) {
  pel_program *p;
  reading r = {.b = b, .name = name, .sections = sections, .text = text, .last_end = text, .done = done, .err = err, .predicate = PEL_NO_SYMBOL};
  PEL_TRY(pel_program_create(&p, err));
  pel_consult how = {.user = &r, .file = name, .clause = on_clause, .declaration = on_declaration};
  pel_error inner = {0};
  pel_status status = pel_program_consult(p, text, size, &how, &inner);
  if (r.status == PEL_OK && status != PEL_OK) pel_fail(err, status, "%s", inner.text);
  pel_program_destroy(p);
  return r.status != PEL_OK ? r.status : status;
}

pel_status pel_import_rules(pel_pack_builder *b, const char *path, const char *name, pel_import *done, pel_error *err) {
  char *text;
  size_t size;
  PEL_TRY(pel_file_read(path, "rule file", MOST_BYTES, &text, &size, err));
  pel_status status = pel_import_rules_text(b, name ? name : pel_import_name(path), NULL, text, size, done, err);
  free(text);
  return status;
}
