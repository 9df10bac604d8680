#include "src/analysis/units.h"

#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LABEL_BYTES 92 /* of a unit's label */
#define JOIN_BYTES 256 /* of its text that are looked at for it */

static const char *const names[PEL_LEVELS][2] = {
    {"token", "tokens"}, {"word", "words"}, {"sentence", "sentences"}, {"segment", "segments"}};

const char *pel_level_name(pel_level level) { return (unsigned)level < PEL_LEVELS ? names[level][0] : "?"; }
const char *pel_level_names(pel_level level) { return (unsigned)level < PEL_LEVELS ? names[level][1] : "?"; }

bool pel_level_parse(const char *name, pel_level *out) {
  for (int i = 0; i < PEL_LEVELS; i++)
    if (strcmp(name, names[i][0]) == 0) {
      *out = (pel_level)i;
      return true;
    }
  return false;
}

/* ---- characters ---- */

typedef enum kind { OTHER, SPACE, NEWLINE, LETTER, SMALL, IDEOGRAPH, STOP, WIDE_STOP, CLOSING, BROKEN } kind;

static bool is_ideograph(utf8proc_int32_t c) {
  return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

static kind kind_of(utf8proc_int32_t c) {
  switch (c) {
  case '\n':
  case '\r':
    return NEWLINE;
  case '\t':
    return SPACE;
  case '.':
  case '!':
  case '?':
  case 0x2026: /* ... */
  case 0x061f: /* Arabic question mark, full stop */
  case 0x06d4:
  case 0x0964: /* danda */
    return STOP;
  case 0x3002: /* ideographic full stop, full-width ! and ? */
  case 0xff01:
  case 0xff1f:
    return WIDE_STOP;
  default:
    break;
  }
  if (is_ideograph(c) && utf8proc_category(c) == UTF8PROC_CATEGORY_LO) return IDEOGRAPH;
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_ZS:
    return SPACE;
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
    return NEWLINE;
  case UTF8PROC_CATEGORY_LL:
    return SMALL;
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LT:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO:
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ND:
    return LETTER;
  case UTF8PROC_CATEGORY_PE:
  case UTF8PROC_CATEGORY_PF:
    return CLOSING;
  default:
    return c == '"' || c == '\'' ? CLOSING : OTHER;
  }
}

typedef struct ends { /* what is at the two ends of a token */
  kind first, last;
  bool stop;      /* closes a sentence when white space follows */
  bool wide_stop; /* closes it at once */
  bool newline;   /* has one */
  kind first_solid; /* the first that is no space */
} ends;

static ends ends_of(const char *bytes, size_t size) {
  ends e = {.first = OTHER, .last = OTHER, .first_solid = SPACE};
  for (size_t i = 0; i < size;) {
    utf8proc_int32_t c;
    utf8proc_ssize_t step =
        utf8proc_iterate((const utf8proc_uint8_t *)bytes + i, (utf8proc_ssize_t)(size - i), &c);
    kind k = step > 0 ? kind_of(c) : BROKEN;
    if (i == 0) e.first = k;
    if (e.first_solid == SPACE) e.first_solid = k;
    e.newline |= k == NEWLINE;
    if (k == STOP || k == WIDE_STOP)
      e.stop = k == STOP, e.wide_stop = k == WIDE_STOP;
    else if (k != CLOSING)
      e.stop = e.wide_stop = false;
    e.last = k;
    i += step > 0 ? (size_t)step : 1;
  }
  return e;
}

/* ---- where units end ---- */

static bool in_word(kind k) { return k == LETTER || k == SMALL || k == BROKEN; }

static bool ends_word(const ends *before, const ends *after) {
  if (before->last == BROKEN && after->first == BROKEN) return false; /* a character cut by the tokenizer */
  return !(in_word(before->last) && in_word(after->first));
}

typedef struct sentence { /* of the text so far */
  bool stopped, wide;     /* a stop came, and only closing marks since */
} sentence;

static bool ends_sentence(sentence *s, const ends *before, const ends *after) {
  bool only_closing = before->first == CLOSING && before->last == CLOSING;
  s->stopped = before->stop || (only_closing && s->stopped);
  s->wide = before->wide_stop || (only_closing && s->wide);
  if (before->newline && !after->newline) return true;
  if (after->first == CLOSING) return false;
  if (s->wide) return true;
  return s->stopped && (after->first == SPACE || before->last == SPACE) && after->first_solid != SMALL;
}

static bool is_control(const pel_trace_token *t) { /* such as <|im_start|>: text of its own */
  return t->piece_size > 4 && t->piece[0] == '<' && t->piece[1] == '|' && t->piece[t->piece_size - 1] == '>';
}

static pel_status find_starts(pel_trace *trace, uint32_t n, pel_units *u, pel_error *err) {
  pel_trace_token before = {0}, now;
  ends last = {0};
  sentence s = {0};
  for (uint32_t i = 0; i < n; i++) {
    PEL_TRY(pel_trace_get_token(trace, i, &now, err));
    ends e = ends_of(now.piece, now.piece_size);
    bool starts = i == 0 || now.segment != before.segment;
    if (i && u->level == PEL_LEVEL_WORD) starts |= is_control(&now) || is_control(&before) || ends_word(&last, &e);
    if (i && u->level == PEL_LEVEL_SENTENCE) starts |= ends_sentence(&s, &last, &e);
    if (starts) u->starts[u->n++] = i, s = (sentence){0};
    before = now, last = e;
  }
  u->starts[u->n] = n;
  return PEL_OK;
}

pel_status pel_units_load(pel_trace *trace, pel_level level, pel_units *out, pel_error *err) {
  uint32_t n = pel_trace_get_info(trace)->n_rows;
  pel_units u = {.level = level, .n = n};
  if (level != PEL_LEVEL_TOKEN) {
    u.n = 0;
    u.starts = pel_alloc((size_t)n + 1, sizeof *u.starts);
    if (!u.starts) return pel_fail_memory(err, "the list of words", ((size_t)n + 1) * sizeof *u.starts);
    pel_status status = find_starts(trace, n, &u, err);
    if (status != PEL_OK) {
      pel_units_clear(&u);
      return status;
    }
  }
  *out = u;
  return PEL_OK;
}

void pel_units_clear(pel_units *units) {
  if (!units) return;
  free(units->starts);
  *units = (pel_units){0};
}

pel_range pel_units_tokens(const pel_units *u, pel_range r) {
  return u->starts ? (pel_range){u->starts[r.start], u->starts[r.end]} : r;
}

bool pel_units_sink_alone(const pel_units *u) { return u->n > 0 && pel_units_tokens(u, (pel_range){0, 1}).end == 1; }

uint32_t pel_units_at(const pel_units *u, uint32_t token) {
  if (!u->starts) return token;
  uint32_t low = 0, high = u->n; /* the last unit that starts at the token or before */
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (u->starts[middle] <= token)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* ---- labels ---- */

static pel_status join(pel_trace *trace, pel_range tokens, char *out, size_t *size, pel_error *err) {
  *size = 0;
  for (uint32_t t = tokens.start; t < tokens.end && *size < JOIN_BYTES; t++) {
    pel_trace_token token;
    PEL_TRY(pel_trace_get_token(trace, t, &token, err));
    size_t take = token.piece_size < JOIN_BYTES - *size ? token.piece_size : JOIN_BYTES - *size;
    memcpy(out + *size, token.piece, take);
    *size += take;
  }
  return PEL_OK;
}

/* A sentence's spaces stay spaces, without those around it; a word is written as tokens are. */
static char *label_of(pel_level level, const char *bytes, size_t size) {
  char cut[LABEL_BYTES];
  size_t first = 0, end = size;
  while (first < end && strchr(" \n\r\t", bytes[first])) first++;
  while (end > first && strchr(" \n\r\t", bytes[end - 1])) end--;
  bool as_token = level == PEL_LEVEL_WORD || first == end;
  char *label = as_token ? pel_token_label(bytes, size) : pel_text_safe(bytes + first, end - first);
  if (!label || strlen(label) < sizeof cut) return label;
  pel_label_quote(label, cut, sizeof cut);
  free(label);
  return strdup(cut);
}

pel_status pel_units_labels(pel_trace *trace, const pel_units *u, pel_range range, pel_labels *out,
                            pel_error *err) {
  if (!u->starts) return pel_labels_load(trace, range, out, err);
  pel_labels labels = {range.start, range.end - range.start, NULL};
  labels.text = pel_alloc(labels.n ? labels.n : 1, sizeof *labels.text);
  if (!labels.text) return pel_fail_memory(err, "labels", labels.n * sizeof *labels.text);
  for (uint32_t i = 0; i < labels.n; i++) {
    char bytes[JOIN_BYTES];
    size_t size;
    uint32_t unit = range.start + i;
    pel_status status = join(trace, (pel_range){u->starts[unit], u->starts[unit + 1]}, bytes, &size, err);
    if (status == PEL_OK && !(labels.text[i] = label_of(u->level, bytes, size)))
      status = pel_fail_memory(err, "a label", size);
    if (status != PEL_OK) {
      pel_labels_clear(&labels);
      return status;
    }
  }
  *out = labels;
  return PEL_OK;
}
