/* Tokens as people read them.
 *
 * A *label* is one token alone, on an axis or in a sentence: a space is seen as U+2423, a newline as U+21B5,
 * a tab as U+21E5; bytes that are no UTF-8 are hex (<E4>), control and invisible format characters are <07>
 * or <U+202E>, so that nothing in a stranger's text can reorder or hide what stands beside it.
 *
 * *Running text* is many tokens read as a text: bytes of consecutive tokens that complete a character become
 * that character, which then belongs to all of these tokens in equal parts. */
#pragma once
#include "engine/base/status.h"
#include <pellucid/trace.h>

/* Owned by the caller; NULL when there is no memory. Always valid UTF-8, one line, never empty. */
char *pel_token_label(const char *piece, size_t size);

/* Text from a file (a model's name, a note) made safe to draw: as a label, but its spaces stay spaces. */
char *pel_text_safe(const char *text, size_t size);

bool pel_utf8_valid(const char *text, size_t size);

/* Copies a label for use inside a sentence. Right-to-left text is put between U+2068 and U+2069, so that it
 * does not reorder the words around it; long text is cut at a character and ends in U+2026. Always
 * terminated. */
void pel_label_quote(const char *label, char *out, size_t size);

typedef struct pel_labels { /* of the tokens first .. first + n - 1 */
  uint32_t first, n;
  char **text; /* [n] */
} pel_labels;

/* Of a token of more than 200 bytes, the beginning. */
pel_status pel_labels_load(pel_trace *trace, pel_range range, pel_labels *out, pel_error *err);
void pel_labels_clear(pel_labels *labels);
/* The label of a position, or "" when it is not among them. */
const char *pel_labels_at(const pel_labels *labels, uint32_t position);

typedef struct pel_text_piece { /* one token of a running text */
  const char *bytes;
  size_t size;
  pel_segment_kind segment;
} pel_text_piece;

typedef struct pel_text_span { /* bytes start .. end of the text belong to a token, or 1 / parts of them */
  uint32_t token;              /* index among the pieces */
  uint32_t start, end;
  uint16_t part, parts;
} pel_text_span;

typedef struct pel_paragraph { /* ends at a newline or where the segment changes */
  uint32_t start, end;         /* bytes */
  pel_segment_kind segment;
  bool opens_segment;
} pel_paragraph;

typedef struct pel_running_text {
  char *text; /* terminated, valid UTF-8 without newlines: they are U+21B5, and end a paragraph */
  size_t size;
  pel_text_span *spans; /* in the order of the text */
  size_t n_spans;
  pel_paragraph *paragraphs;
  size_t n_paragraphs;
} pel_running_text;

pel_status pel_running_text_build(const pel_text_piece *pieces, uint32_t n, pel_running_text *out,
                                  pel_error *err);
void pel_running_text_clear(pel_running_text *text);
