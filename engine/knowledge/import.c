#include "engine/knowledge/import.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/builder.h"

pel_status pel_import_open(const char *path, FILE **out, uint64_t *size, pel_error *err) {
  struct stat st;
  if (stat(path, &st) != 0) return pel_fail_errno(err, path, "cannot read the file");
  if (!S_ISREG(st.st_mode)) return pel_fail(err, PEL_ERR_INPUT, "%s: is no regular file; give the path of one", path);
  FILE *f = fopen(path, "rbe");
  if (!f) return pel_fail_errno(err, path, "cannot read the file");
  int first = getc(f), second = getc(f);
  rewind(f);
  bool packed = (first == 0x1f && second == 0x8b) || (first == 'P' && second == 'K') || (first == 0x28 && second == 0xb5);
  if (packed) {
    fclose(f);
    return pel_fail(err, PEL_ERR_INPUT, "%s: is compressed; unpack it first (gunzip, unzip or unzstd)", path);
  }
  *out = f;
  *size = (uint64_t)st.st_size;
  return PEL_OK;
}

pel_status pel_lines_open(pel_lines *l, const pel_pack_builder *builder, const char *path, pel_error *err) {
  *l = (pel_lines){.builder = builder, .path = path};
  return pel_import_open(path, &l->file, &l->total, err);
}

void pel_lines_close(pel_lines *l) {
  if (l->file) fclose(l->file);
  free(l->line);
  *l = (pel_lines){0};
}

static size_t first_bad_byte(const char *text, size_t size) {
  size_t good = 0;
  while (good < size && (text[good] > 0)) good++;
  return good + 1;
}

/* With its newline, so that an empty line is told from the end of the file. */
static pel_status read_line(pel_lines *l, bool *more, pel_error *err) {
  l->size = 0;
  for (int c = 0; c != '\n' && (c = getc_unlocked(l->file)) != EOF;) {
    if (l->size >= PEL_IMPORT_LINE_BYTES)
      return pel_import_fail(l->path, l->number + 1, err, "longer than %d bytes; is it a text file?", PEL_IMPORT_LINE_BYTES);
    if (l->size + 2 > l->capacity) {
      char *line = pel_grow(l->line, &l->capacity, l->size + 2, 1);
      if (!line) return pel_fail_memory(err, "a line", l->size);
      l->line = line;
    }
    l->line[l->size++] = (char)c;
  }
  if (ferror(l->file)) return pel_fail_errno(err, l->path, "cannot read the file");
  *more = l->size > 0;
  return PEL_OK;
}

pel_status pel_lines_next(pel_lines *l, bool *more, pel_error *err) {
  PEL_TRY(read_line(l, more, err));
  if (!*more) return PEL_OK;
  l->number++;
  l->read += l->size;
  if (l->number == 1 && l->size >= 3 && memcmp(l->line, "\xef\xbb\xbf", 3) == 0) memmove(l->line, l->line + 3, l->size -= 3);
  if (l->size && l->line[l->size - 1] == '\n') l->size--;
  if (l->size && l->line[l->size - 1] == '\r') l->size--;
  l->line[l->size] = 0;
  if (memchr(l->line, 0, l->size)) return pel_import_fail(l->path, l->number, err, "holds a NUL byte; is it a text file (and not UTF-16)?");
  if (!pel_kb_is_utf8(l->line, l->size))
    return pel_import_fail(l->path, l->number, err, "is not UTF-8 (at byte %zu or after); convert the file (iconv -f latin1 -t utf-8)",
                           first_bad_byte(l->line, l->size));
  if (l->number % 1024 == 0) return pel_builder_look_up(l->builder, l->total ? (double)l->read / (double)l->total : -1, err);
  return PEL_OK;
}

pel_status pel_import_fail(const char *path, int64_t line, pel_error *err, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return pel_fail(err, PEL_ERR_INPUT, "%s: line %lld: %s", path, (long long)line, text);
}

pel_status pel_import_at(const char *path, int64_t line, pel_status status, pel_error *err) {
  if (status != PEL_ERR_INPUT || !err) return status;
  pel_error inner = *err;
  return pel_import_fail(path, line, err, "%.380s; mend the row, or take it out", inner.text);
}

static void say_first(char first[200], const char *path, int64_t line, const char *text) {
  char place[32] = "";
  if (line) snprintf(place, sizeof place, ", line %lld", (long long)line);
  int n = snprintf(first, 200, "%.60s%s: %s", pel_import_name(path), place, text);
  if (n >= 200) { /* cut between characters */
    size_t size = 199;
    while (size && !pel_kb_is_utf8(first, size)) size--;
    first[size] = 0;
  }
  pel_import_line(first);
}

void pel_import_skip(pel_import *done, const char *path, int64_t line, const char *format, ...) {
  if (done->skipped++) return;
  char text[200];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  say_first(done->first_skipped, path, line, text);
}

void pel_import_skip_case(pel_import *done, const char *path, int64_t line, const char *format, ...) {
  if (done->skipped_cases++) return;
  char text[200];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  say_first(done->first_skipped_case, path, line, text);
}

static char *clean(char *text, bool one_line) {
  for (unsigned char *c = (unsigned char *)text; *c; c++) {
    bool keeps = !one_line && (*c == '\n' || *c == '\t');
    if ((*c < 0x20 && !keeps) || *c == 0x7f) *c = ' ';
    if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) c[0] = c[1] = ' '; /* U+0080 .. U+009F */
  }
  return text;
}

char *pel_import_line(char *text) { return clean(text, true); }
char *pel_import_text_of(char *text) { return clean(text, false); }

const char *pel_import_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

const char *pel_import_type(const char *key) {
  static const char *const types[][2] = {{"HP:", "phenotype"},     {"MP:", "phenotype"},   {"MONDO:", "disease"}, {"DOID:", "disease"},
                                         {"ORPHA:", "disease"},    {"Orphanet:", "disease"}, {"OMIM:", "disease"},  {"DECIPHER:", "disease"},
                                         {"HGNC:", "gene"},        {"NCBIGene:", "gene"}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strncmp(key, types[i][0], strlen(types[i][0])) == 0) return types[i][1];
  return "class";
}

bool pel_buffer_add(pel_buffer *b, const char *text, size_t size) {
  char *grown = pel_grow(b->text, &b->capacity, b->size + size + 1, 1);
  if (!grown) return false;
  b->text = grown;
  memcpy(grown + b->size, text, size);
  b->size += size;
  grown[b->size] = 0;
  return true;
}
