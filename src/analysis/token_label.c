#include "src/analysis/token_label.h"

#include "engine/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LABEL_MOST 200 /* bytes of a token that its label tells; no axis has room for more */

#define SPACE_SEEN "\xe2\x90\xa3"   /* U+2423 */
#define NEWLINE_SEEN "\xe2\x86\xb5" /* U+21B5 */
#define RETURN_SEEN "\xe2\x90\x8d"  /* U+240D */
#define TAB_SEEN "\xe2\x87\xa5"     /* U+21E5 */
#define NOTHING_SEEN "\xe2\x88\x85" /* U+2205: a token without bytes */
#define DOTTED_CIRCLE "\xe2\x97\x8c"
#define SHOWN_MAX 16 /* bytes that one character needs at most once it is shown */

static bool is_joiner(utf8proc_int32_t c) { /* invisible, but changes how its neighbours look */
  return c == 0x200c || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

static bool is_emoji_tag(utf8proc_int32_t c) { return c >= 0xe0020 && c <= 0xe007f; }

static bool is_visible_format(utf8proc_int32_t c) { /* signs of Arabic, Syriac, Kaithi that enclose numbers */
  return (c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x70f || c == 0x8e2 || c == 0x110bd;
}

static bool is_noncharacter(utf8proc_int32_t c) {
  return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static bool is_hidden(utf8proc_int32_t c) {
  if (is_visible_format(c)) return false;
  if (is_noncharacter(c)) return true;
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_CC:
  case UTF8PROC_CATEGORY_CF:
  case UTF8PROC_CATEGORY_CO:
  case UTF8PROC_CATEGORY_CS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
    return true;
  case UTF8PROC_CATEGORY_ZS:
    return c != ' ';
  default:
    return c == 0x34f || c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0;
  }
}

static bool is_mark(utf8proc_int32_t c) {
  utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

/* How one character is shown; `alone`: nothing stands before it that it could join. Returns the bytes
 * written. */
static size_t show_character(utf8proc_int32_t c, bool alone, char out[SHOWN_MAX]) {
  const char *word = NULL;
  if (c == '\n') word = NEWLINE_SEEN;
  if (c == '\r') word = RETURN_SEEN;
  if (c == '\t') word = TAB_SEEN;
  if (word) return (size_t)snprintf(out, SHOWN_MAX, "%s", word);
  if (c < 0x80 && is_hidden(c)) return (size_t)snprintf(out, SHOWN_MAX, "<%02X>", (unsigned)c);
  bool joins = is_joiner(c) || is_emoji_tag(c);
  if (joins ? alone : is_hidden(c)) return (size_t)snprintf(out, SHOWN_MAX, "<U+%04X>", (unsigned)c);
  size_t n = 0;
  if (alone && is_mark(c)) {
    memcpy(out, DOTTED_CIRCLE, 3);
    n = 3;
  }
  return n + (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out + n);
}

/* Decodes one character at `text`; a byte that starts none gives -1 and length 1. */
static size_t next_character(const char *text, size_t size, utf8proc_int32_t *c) {
  utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, c);
  if (n > 0) return (size_t)n;
  *c = -1;
  return 1;
}

static char *show_text(const char *text, size_t size, bool show_spaces) {
  char *out = pel_alloc(size + 1, SHOWN_MAX);
  if (!out) return NULL;
  size_t n = 0;
  bool alone = true;
  for (size_t i = 0; i < size;) {
    utf8proc_int32_t c;
    size_t step = next_character(text + i, size - i, &c);
    if (c < 0)
      n += (size_t)snprintf(out + n, SHOWN_MAX, "<%02X>", (unsigned char)text[i]);
    else if (c == ' ' && show_spaces)
      n += (size_t)snprintf(out + n, SHOWN_MAX, SPACE_SEEN);
    else
      n += show_character(c, alone, out + n);
    alone = c < 0 || c == ' ' || is_hidden(c);
    i += step;
  }
  if (n == 0 && show_spaces) n = (size_t)snprintf(out, SHOWN_MAX, NOTHING_SEEN);
  out[n] = 0;
  char *fitted = realloc(out, n + 1);
  return fitted ? fitted : out;
}

/* A label is one line on an axis: of a token of kilobytes, which only a stranger's trace has, its beginning. */
#define LABEL_BYTES 512

char *pel_token_label(const char *piece, size_t size) {
  return show_text(piece, size < LABEL_BYTES ? size : LABEL_BYTES, true);
}

char *pel_text_safe(const char *text, size_t size) { return show_text(text, size, false); }

bool pel_utf8_valid(const char *text, size_t size) {
  for (size_t i = 0; i < size;) {
    utf8proc_int32_t c;
    i += next_character(text + i, size - i, &c);
    if (c < 0) return false;
  }
  return true;
}

static bool has_right_to_left(const char *text) {
  size_t size = strlen(text);
  for (size_t i = 0; i < size;) {
    utf8proc_int32_t c;
    i += next_character(text + i, size - i, &c);
    if (c < 0) continue;
    int bidi = utf8proc_get_property(c)->bidi_class;
    if (bidi == UTF8PROC_BIDI_CLASS_R || bidi == UTF8PROC_BIDI_CLASS_AL || bidi == UTF8PROC_BIDI_CLASS_AN)
      return true;
  }
  return false;
}

void pel_label_quote(const char *label, char *out, size_t size) {
  bool isolate = has_right_to_left(label);
  size_t room = size - 1 - (isolate ? 6 : 0), length = strlen(label), keep = length;
  if (length > room) {
    keep = 0;
    for (size_t i = 0; i < length;) {
      utf8proc_int32_t c;
      i += next_character(label + i, length - i, &c);
      if (i + 3 > room) break;
      keep = i;
    }
  }
  snprintf(out, size, "%s%.*s%s%s", isolate ? "\xe2\x81\xa8" : "", (int)keep, label,
           keep < length ? "\xe2\x80\xa6" : "", isolate ? "\xe2\x81\xa9" : "");
}

pel_status pel_labels_load(pel_trace *trace, pel_range range, pel_labels *out, pel_error *err) {
  pel_labels labels = {range.start, range.end - range.start, NULL};
  labels.text = pel_alloc(labels.n, sizeof *labels.text);
  if (!labels.text) return pel_fail_memory(err, "token labels", labels.n * sizeof *labels.text);
  for (uint32_t i = 0; i < labels.n; i++) {
    pel_trace_token token;
    pel_status status = pel_trace_get_token(trace, range.start + i, &token, err);
    if (status == PEL_OK) {
      labels.text[i] = pel_token_label(token.piece, token.piece_size < LABEL_MOST ? token.piece_size : LABEL_MOST);
      if (!labels.text[i]) status = pel_fail_memory(err, "a token's label", token.piece_size);
    }
    if (status != PEL_OK) {
      pel_labels_clear(&labels);
      return status;
    }
  }
  *out = labels;
  return PEL_OK;
}

void pel_labels_clear(pel_labels *labels) {
  if (!labels) return;
  for (uint32_t i = 0; labels->text && i < labels->n; i++)
    free(labels->text[i]);
  free(labels->text);
  *labels = (pel_labels){0};
}

const char *pel_labels_at(const pel_labels *labels, uint32_t position) {
  if (!labels || !labels->text || position < labels->first || position - labels->first >= labels->n)
    return "";
  return labels->text[position - labels->first];
}

/* ---- running text ---- */

typedef struct builder {
  pel_running_text out;
  size_t text_room, spans_room, paragraphs_room;
  char *bytes;     /* of the tokens of one segment, joined */
  uint32_t *owner; /* [bytes]: the token each came from */
  size_t bytes_room, owner_room;
  bool failed;
} builder;

static void append_text(builder *b, const char *text, size_t size) {
  char *grown = pel_grow(b->out.text, &b->text_room, b->out.size + size + 1, 1);
  if (!grown) {
    b->failed = true;
    return;
  }
  b->out.text = grown;
  memcpy(grown + b->out.size, text, size);
  b->out.size += size;
  grown[b->out.size] = 0;
}

static void append_span(builder *b, pel_text_span span) {
  pel_running_text *t = &b->out;
  pel_text_span *last = t->n_spans ? &t->spans[t->n_spans - 1] : NULL;
  if (last && span.parts == 1 && last->parts == 1 && last->token == span.token && last->end == span.start) {
    last->end = span.end;
    return;
  }
  pel_text_span *grown = pel_grow(t->spans, &b->spans_room, t->n_spans + 1, sizeof *grown);
  if (!grown) {
    b->failed = true;
    return;
  }
  t->spans = grown;
  grown[t->n_spans++] = span;
}

static void append_paragraph(builder *b, uint32_t start, pel_segment_kind segment, bool opens) {
  pel_running_text *t = &b->out;
  if (start == t->size) return;
  pel_paragraph *grown = pel_grow(t->paragraphs, &b->paragraphs_room, t->n_paragraphs + 1, sizeof *grown);
  if (!grown) {
    b->failed = true;
    return;
  }
  t->paragraphs = grown;
  grown[t->n_paragraphs++] = (pel_paragraph){start, (uint32_t)t->size, segment, opens};
}

/* The character at bytes i .. i + step, shared by every token that gave some of its bytes. */
static void append_character(builder *b, size_t i, size_t step, const char *shown, size_t shown_size) {
  uint32_t start = (uint32_t)b->out.size;
  append_text(b, shown, shown_size);
  if (b->failed) return;
  uint16_t parts = 1;
  for (size_t k = i + 1; k < i + step; k++)
    parts += b->owner[k] != b->owner[k - 1];
  uint16_t part = 0;
  for (size_t k = i; k < i + step && !b->failed; k++)
    if (k == i || b->owner[k] != b->owner[k - 1])
      append_span(b, (pel_text_span){b->owner[k], start, (uint32_t)b->out.size, part++, parts});
}

static size_t join_segment(builder *b, const pel_text_piece *pieces, uint32_t first, uint32_t end) {
  size_t n = 0;
  for (uint32_t t = first; t < end; t++)
    n += pieces[t].size;
  char *bytes = pel_grow(b->bytes, &b->bytes_room, n + 1, 1);
  if (bytes) b->bytes = bytes;
  uint32_t *owner = pel_grow(b->owner, &b->owner_room, n + 1, sizeof *owner);
  if (owner) b->owner = owner;
  b->failed |= !bytes || !owner;
  if (b->failed) return 0;
  size_t at = 0;
  for (uint32_t t = first; t < end; t++)
    for (size_t k = 0; k < pieces[t].size; k++, at++) {
      b->bytes[at] = pieces[t].bytes[k];
      b->owner[at] = t;
    }
  return n;
}

static void append_segment(builder *b, const pel_text_piece *pieces, uint32_t first, uint32_t end) {
  size_t n = join_segment(b, pieces, first, end);
  uint32_t start = (uint32_t)b->out.size;
  bool opens = true, alone = true;
  for (size_t i = 0; i < n && !b->failed;) {
    utf8proc_int32_t c;
    char shown[SHOWN_MAX];
    size_t step = next_character(b->bytes + i, n - i, &c), size;
    if (c < 0)
      size = (size_t)snprintf(shown, sizeof shown, "<%02X>", (unsigned char)b->bytes[i]);
    else if (utf8proc_category(c) == UTF8PROC_CATEGORY_ZS) /* a no-break space does its work in a text */
      size = (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)shown);
    else
      size = show_character(c, alone, shown);
    alone = c < 0 || c == ' ' || is_hidden(c);
    append_character(b, i, step, shown, size);
    if (c == '\n') {
      append_paragraph(b, start, pieces[first].segment, opens);
      start = (uint32_t)b->out.size;
      opens = false;
    }
    i += step;
  }
  if (!b->failed) append_paragraph(b, start, pieces[first].segment, opens);
}

pel_status pel_running_text_build(const pel_text_piece *pieces, uint32_t n, pel_running_text *out,
                                  pel_error *err) {
  builder b = {0};
  size_t total = 0;
  for (uint32_t i = 0; i < n; i++)
    total += pieces[i].size;
  if (total > UINT32_MAX / SHOWN_MAX)
    return pel_fail(err, PEL_ERR_USAGE, "%zu bytes of text are too many for one picture; choose fewer rows",
                    total);
  append_text(&b, "", 0);
  for (uint32_t first = 0; first < n && !b.failed;) {
    uint32_t end = first + 1;
    while (end < n && pieces[end].segment == pieces[first].segment)
      end++;
    append_segment(&b, pieces, first, end);
    first = end;
  }
  free(b.bytes);
  free(b.owner);
  if (b.failed) {
    pel_running_text_clear(&b.out);
    return pel_fail_memory(err, "the running text", total);
  }
  *out = b.out;
  return PEL_OK;
}

void pel_running_text_clear(pel_running_text *text) {
  if (!text) return;
  free(text->text);
  free(text->spans);
  free(text->paragraphs);
  *text = (pel_running_text){0};
}
