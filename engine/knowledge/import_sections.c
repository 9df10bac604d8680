#include "engine/knowledge/import_sections.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/import.h"

enum { PLACE = 400, LEVELS = 12 };

typedef struct place { /* the passage that is being read */
  pel_pack_builder *b;
  const char *path;
  int64_t source, line;
  pel_import *done;
  char where[PLACE], label[PLACE], from[16], to[16];
  pel_buffer text;
  bool open;
} place;

static pel_status close_place(place *p, pel_error *err) {
  if (!p->open) return PEL_OK;
  p->open = false;
  while (p->text.size && isspace((unsigned char)p->text.text[p->text.size - 1])) p->text.text[--p->text.size] = 0;
  pel_passage row = {.source = p->source, .path = p->where, .label = p->label, .text = pel_buffer_text(&p->text), .valid_from = p->from, .valid_to = p->to};
  pel_status status = pel_pack_add_passage(p->b, &row, NULL, err);
  pel_buffer_clear(&p->text);
  if (status != PEL_OK) return pel_import_at(p->path, p->line, status, err);
  p->done->passages++;
  return PEL_OK;
}

static pel_status add_line(place *p, const char *line, pel_error *err) {
  if (!p->open || (!p->text.size && !line[strspn(line, " \t")])) return PEL_OK;
  bool ok = (!p->text.size || pel_buffer_add(&p->text, "\n", 1)) && pel_buffer_add(&p->text, line, strlen(line));
  return ok ? PEL_OK : pel_fail_memory(err, "a passage", p->text.size);
}

static void copy_trimmed(char *out, const char *from, size_t size) {
  while (size && isspace((unsigned char)*from)) from++, size--;
  while (size && isspace((unsigned char)from[size - 1])) size--;
  if (size >= PLACE) size = PLACE - 1;
  memcpy(out, from, size);
  out[size] = 0;
}

static pel_status open_heading(place *p, const char *line, int64_t number, pel_error *err) {
  PEL_TRY(close_place(p, err));
  line += strspn(line, "#");
  const char *bar = strchr(line, '|');
  copy_trimmed(p->where, line, bar ? (size_t)(bar - line) : strlen(line));
  copy_trimmed(p->label, bar ? bar + 1 : "", bar ? strlen(bar + 1) : 0);
  p->from[0] = p->to[0] = 0;
  p->line = number;
  p->open = true;
  return *p->where ? PEL_OK : pel_import_fail(p->path, number, err, "a heading names the place in the source: \"## s. 121(a) | General rule\"");
}

/* {in force 1997-05-07 to 2010-12-31} */
static pel_status take_dates(place *p, const char *line, int64_t number, bool *taken, pel_error *err) {
  *taken = strncmp(line, "{in force", 9) == 0;
  if (!*taken) return PEL_OK;
  const char *at = line + 9, *to = strstr(line, " to ");
  if (strncmp(at, " from ", 6) == 0) at += 6;
  char from[PLACE] = "", until[PLACE] = "";
  size_t end = strcspn(at, "}");
  if (to && to < at + end) {
    copy_trimmed(from, at, to > at ? (size_t)(to - at) : 0);
    copy_trimmed(until, to + 4, (size_t)(at + end - to - 4));
  } else copy_trimmed(from, at, end);
  if (strlen(from) > 10 || strlen(until) > 10) return pel_import_fail(p->path, number, err, "dates are given as {in force 1997-05-07 to 2010-12-31}");
  strcpy(p->from, from);
  strcpy(p->to, until);
  return PEL_OK;
}

pel_status pel_import_places(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  pel_lines lines;
  PEL_TRY(pel_lines_open(&lines, b, path, err));
  place p = {.b = b, .path = path, .source = source, .done = done};
  pel_status status;
  bool more = true;
  while ((status = pel_lines_next(&lines, &more, err)) == PEL_OK && more) {
    bool taken = false;
    pel_import_text_of(lines.line);
    if (strncmp(lines.line, "## ", 3) == 0) status = open_heading(&p, lines.line, lines.number, err);
    else {
      if (p.open && !p.text.size) status = take_dates(&p, lines.line, lines.number, &taken, err);
      if (status == PEL_OK && !taken) status = add_line(&p, lines.line, err);
    }
    if (status != PEL_OK) break;
  }
  if (status == PEL_OK) status = close_place(&p, err);
  free(p.text.text);
  pel_lines_close(&lines);
  return status;
}

/* "(a) Text": the label's letters in `label`; 0 when the line starts otherwise. */
static size_t label_of(const char *line, char label[16]) {
  size_t n = line[0] == '(' ? strspn(line + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") : 0;
  if (n == 0 || n > 6 || line[n + 1] != ')') return 0;
  memcpy(label, line + 1, n);
  label[n] = 0;
  return n + 2;
}

typedef struct statute {
  place p;
  char labels[LEVELS][16], number[32];
  int depth;
} statute;

static void write_where(statute *s) {
  size_t n = (size_t)snprintf(s->p.where, PLACE, "s. %s", s->number);
  for (int i = 0; i < s->depth; i++) n += (size_t)snprintf(s->p.where + n, PLACE - n, "(%s)", s->labels[i]);
}

static pel_status statute_line(statute *s, char *line, int64_t number, pel_error *err) {
  char label[16];
  size_t indent = strspn(line, " "), level = indent / 4, size = label_of(line + indent, label);
  if (strncmp(line, "\xc2\xa7", 2) == 0) { /* § */
    PEL_TRY(close_place(&s->p, err));
    size_t n = strcspn(line + 2, ". ");
    snprintf(s->number, sizeof s->number, "%.*s", (int)(n < 30 ? n : 30), line + 2);
    s->depth = 0;
  } else if (size && level < LEVELS && (int)level <= s->depth && *s->number) {
    PEL_TRY(close_place(&s->p, err));
    memcpy(s->labels[level], label, sizeof label);
    s->depth = (int)level + 1;
  } else {
    if (!*s->number && line[indent]) return pel_import_fail(s->p.path, number, err, "a statute starts with its section: \"\xc2\xa7"
                                                                                     "2. Title\"");
    return add_line(&s->p, line + indent, err);
  }
  write_where(s);
  s->p.line = number;
  s->p.open = true;
  const char *rest = s->depth ? line + indent + size : line + 2 + strcspn(line + 2, " ");
  copy_trimmed(s->p.label, rest, strlen(rest) > 120 ? 0 : strlen(rest));
  return add_line(&s->p, line + indent, err);
}

pel_status pel_import_statute(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  pel_lines lines;
  PEL_TRY(pel_lines_open(&lines, b, path, err));
  statute s = {.p = {.b = b, .path = path, .source = source, .done = done}};
  pel_status status;
  bool more = true;
  while ((status = pel_lines_next(&lines, &more, err)) == PEL_OK && more)
    if ((status = statute_line(&s, pel_import_text_of(lines.line), lines.number, err)) != PEL_OK) break;
  if (status == PEL_OK) status = close_place(&s.p, err);
  free(s.p.text.text);
  pel_lines_close(&lines);
  return status;
}
