/* Markdown and plain text: what stands under a heading is a passage, its path the headings that it stands under. A text
 * without headings is cut at empty lines. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/status.h"
#include "engine/knowledge/builder.h"
#include "engine/knowledge/import.h"

enum { LEVELS = 6 };

typedef struct outline {
  pel_pack_builder *b;
  const char *path;
  pel_import *done;
  int64_t source, line, start, paragraphs;
  bool markdown; /* by its name: underlined headings count */
  bool headings; /* the file has some */
  bool scanning; /* the first reading, which looks for them */
  char fence;    /* of the code block that is open, or 0 */
  char *titles[LEVELS];
  pel_buffer body, pending; /* pending: the line before, which may turn out to be a heading */
  bool has_pending;
} outline;

static bool is_blank(const char *line) { return line[strspn(line, " \t")] == 0; }

/* "## Title ##": its level, and the title in *title; 0 when it is none. */
static int heading_of(char *line, char **title) {
  size_t indent = strspn(line, " ");
  int level = (int)strspn(line + indent, "#");
  char *at = line + indent + level;
  if (indent > 3 || level < 1 || level > LEVELS || (*at && *at != ' ' && *at != '\t')) return 0;
  at += strspn(at, " \t");
  size_t size = strlen(at);
  while (size && (at[size - 1] == ' ' || at[size - 1] == '\t')) size--;
  size_t closing = size;
  while (closing && at[closing - 1] == '#') closing--;
  if (closing < size && (closing == 0 || at[closing - 1] == ' ')) size = closing;
  while (size && (at[size - 1] == ' ' || at[size - 1] == '\t')) size--;
  at[size] = 0;
  *title = at;
  return level;
}

/* The level of the line above an underline: 1 for "===", 2 for "---". */
static int underline_of(const char *line) {
  size_t n = strspn(line, *line == '=' ? "=" : "-");
  return n >= 2 && is_blank(line + n) ? (*line == '=' ? 1 : 2) : 0;
}

static bool take_fence(outline *o, const char *line) {
  line += strspn(line, " ");
  char mark = strncmp(line, "```", 3) == 0 ? '`' : strncmp(line, "~~~", 3) == 0 ? '~' : 0;
  if (!mark || (o->fence && o->fence != mark)) return o->fence != 0;
  o->fence = o->fence ? 0 : mark;
  return true;
}

/* ---- passages ---- */

static pel_status make_path(const outline *o, pel_buffer *path, pel_error *err) {
  bool ok = true;
  for (int i = 0; i < LEVELS && ok; i++)
    if (o->titles[i]) ok = (!path->size || pel_buffer_add(path, " > ", 3)) && pel_buffer_add(path, o->titles[i], strlen(o->titles[i]));
  char number[40];
  if (!path->size) {
    if (o->headings) snprintf(number, sizeof number, "before the first heading");
    else snprintf(number, sizeof number, "paragraph %lld", (long long)o->paragraphs);
    ok = ok && pel_buffer_add(path, number, strlen(number));
  }
  return ok ? PEL_OK : pel_fail_memory(err, "a path", path->size);
}

static bool is_taken(outline *o, const char *path) {
  sqlite3_stmt *st = o->b->find_passage;
  sqlite3_bind_int64(st, 1, o->source);
  sqlite3_bind_text(st, 2, path, -1, SQLITE_TRANSIENT);
  bool taken = sqlite3_step(st) == SQLITE_ROW;
  sqlite3_reset(st);
  return taken;
}

static pel_status set_number(pel_buffer *path, size_t size, int number, pel_error *err) {
  char text[24];
  int n = snprintf(text, sizeof text, " (%d)", number);
  path->size = size;
  return pel_buffer_add(path, text, (size_t)n) ? PEL_OK : pel_fail_memory(err, "a path", size);
}

/* Two sections of one name are told apart by a number: the first that is free, found by halving. */
static pel_status make_unique(outline *o, pel_buffer *path, pel_error *err) {
  size_t size = path->size;
  int taken = 1, vacant = 2;
  if (!is_taken(o, path->text)) return PEL_OK;
  for (;;) {
    PEL_TRY(set_number(path, size, vacant, err));
    if (!is_taken(o, path->text)) break;
    taken = vacant, vacant *= 2;
  }
  while (vacant - taken > 1) {
    int middle = taken + (vacant - taken) / 2;
    PEL_TRY(set_number(path, size, middle, err));
    if (is_taken(o, path->text)) taken = middle;
    else vacant = middle;
  }
  return set_number(path, size, vacant, err);
}

static const char *last_title(const outline *o) {
  for (int i = LEVELS; i-- > 0;)
    if (o->titles[i]) return o->titles[i];
  return "";
}

static pel_status end_passage(outline *o, pel_error *err) {
  pel_buffer *body = &o->body;
  if (body->text) pel_import_text_of(body->text);
  while (body->size && strchr(" \t\n", body->text[body->size - 1])) body->text[--body->size] = 0;
  if (!body->size) return PEL_OK;
  o->paragraphs++;
  pel_buffer path = {0};
  pel_status status = make_path(o, &path, err);
  if (status == PEL_OK) status = make_unique(o, &path, err);
  if (status == PEL_OK) {
    pel_passage row = {.source = o->source, .path = path.text, .label = last_title(o), .text = body->text};
    status = pel_import_at(o->path, o->start, pel_pack_add_passage(o->b, &row, NULL, err), err);
    o->done->passages += status == PEL_OK;
  }
  free(path.text);
  pel_buffer_clear(body);
  return status;
}

static pel_status begin_section(outline *o, int level, const char *title, pel_error *err) {
  o->headings = true;
  if (o->scanning) return PEL_OK;
  PEL_TRY(end_passage(o, err));
  for (int i = level - 1; i < LEVELS; i++) {
    free(o->titles[i]);
    o->titles[i] = NULL;
  }
  if (!*title) return PEL_OK;
  o->titles[level - 1] = strdup(title);
  if (!o->titles[level - 1]) return pel_fail_memory(err, "a heading", strlen(title));
  pel_import_line(o->titles[level - 1]);
  return PEL_OK;
}

static pel_status add_text(outline *o, const char *line, pel_error *err) {
  if (o->scanning || (is_blank(line) && !o->body.size)) return PEL_OK;
  if (!o->body.size) o->start = o->line;
  if (o->body.size > PEL_KB_TEXT_BYTES)
    return pel_import_fail(o->path, o->start, err, "the section that begins here is over %d bytes; divide it by headings", PEL_KB_TEXT_BYTES);
  bool ok = pel_buffer_add(&o->body, line, strlen(line)) && pel_buffer_add(&o->body, "\n", 1);
  return ok ? PEL_OK : pel_fail_memory(err, "a passage", o->body.size);
}

/* ---- lines ---- */

static pel_status put_pending(outline *o, pel_error *err) {
  if (!o->has_pending) return PEL_OK;
  o->has_pending = false;
  return add_text(o, pel_buffer_text(&o->pending), err);
}

static pel_status take_line(outline *o, char *line, pel_error *err) {
  char *title;
  bool code = take_fence(o, line);
  int level = code ? 0 : heading_of(line, &title);
  int above = o->markdown && o->has_pending && !code ? underline_of(line) : 0;
  if (above) {
    o->has_pending = false;
    char *text = o->pending.text + strspn(o->pending.text, " \t");
    return begin_section(o, above, text, err);
  }
  PEL_TRY(put_pending(o, err));
  if (level) return begin_section(o, level, title, err);
  if (!o->headings && !o->scanning && is_blank(line) && !o->fence) return end_passage(o, err);
  if (!o->markdown || code || is_blank(line)) return add_text(o, line, err);
  pel_buffer_clear(&o->pending);
  if (!pel_buffer_add(&o->pending, line, strlen(line))) return pel_fail_memory(err, "a line", strlen(line));
  o->has_pending = true;
  return PEL_OK;
}

static pel_status read_outline(outline *o, pel_error *err) {
  pel_lines lines;
  PEL_TRY(pel_lines_open(&lines, o->b, o->path, err));
  bool more = true;
  pel_status status = PEL_OK;
  o->fence = 0, o->has_pending = false;
  while (status == PEL_OK && (status = pel_lines_next(&lines, &more, err)) == PEL_OK && more) {
    o->line = lines.number;
    status = take_line(o, lines.line, err);
    if (o->scanning && o->headings) break;
  }
  if (status == PEL_OK) status = put_pending(o, err);
  if (status == PEL_OK && !o->scanning) status = end_passage(o, err);
  pel_lines_close(&lines);
  return status;
}

pel_status pel_import_text(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  const char *dot = strrchr(pel_import_name(path), '.');
  outline o = {.b = b, .path = path, .done = done, .source = source, .scanning = true,
               .markdown = dot && (strcasecmp(dot, ".md") == 0 || strcasecmp(dot, ".markdown") == 0)};
  int64_t before = done->passages;
  pel_status status = read_outline(&o, err);
  o.scanning = false;
  if (status == PEL_OK) status = read_outline(&o, err);
  if (status == PEL_OK && done->passages == before) status = pel_fail(err, PEL_ERR_INPUT, "%s: holds no text", path);
  for (int i = 0; i < LEVELS; i++) free(o.titles[i]);
  free(o.body.text);
  free(o.pending.text);
  return status;
}
