/* What a row or column of a map stands for: a token, or the tokens of a word, a sentence, a segment together.
 *
 * A *word* goes on from one token to the next while letters, digits and marks follow each other without white
 * space between; ideographs, symbols and control tokens stand alone, and a token that begins with white space
 * begins a word. A *sentence* ends after . ! ? or an ellipsis (closing quotes and brackets included) when white
 * space and no small letter follows, after their ideographic kin at once, and at a newline. A *segment* is a
 * run of tokens of one kind: system, user, think, answer. Every unit lies inside one segment, and units are
 * whole tokens: one that has letters of two words counts to the first of them. */
#pragma once
#include "src/analysis/token_label.h"

typedef enum pel_level {
  PEL_LEVEL_TOKEN,
  PEL_LEVEL_WORD,
  PEL_LEVEL_SENTENCE,
  PEL_LEVEL_SEGMENT,
  PEL_LEVELS
} pel_level;

const char *pel_level_name(pel_level level);  /* "token", "word", "sentence", "segment" */
const char *pel_level_names(pel_level level); /* "tokens", "words", ... */
bool pel_level_parse(const char *name, pel_level *out);

typedef struct pel_units {
  pel_level level;
  uint32_t n;       /* units */
  uint32_t *starts; /* [n + 1] first token of each, then the end; NULL at the level of tokens */
} pel_units;

/* Of the tokens that have attention. */
pel_status pel_units_load(pel_trace *trace, pel_level level, pel_units *out, pel_error *err);
void pel_units_clear(pel_units *units);

pel_range pel_units_tokens(const pel_units *units, pel_range range); /* the tokens of some units */
/* Whether the first unit is token 0, the sink, and nothing else. */
bool pel_units_sink_alone(const pel_units *units);
uint32_t pel_units_at(const pel_units *units, uint32_t token);       /* the unit that holds a token */

/* A label for each unit of the range, at most some 90 bytes long. */
pel_status pel_units_labels(pel_trace *trace, const pel_units *units, pel_range range, pel_labels *out,
                            pel_error *err);
