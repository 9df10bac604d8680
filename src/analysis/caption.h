/* What stands with a picture in words: so that it can be judged, and made again, without the program. */
#pragma once
#include "src/analysis/view_heads.h"
#include "src/analysis/view_map.h"
#include "src/analysis/view_tokens.h"

#define PEL_CAPTION_FACTS 16

typedef struct pel_caption { /* all strings are valid UTF-8 on one line */
  char title[240];
  char facts[PEL_CAPTION_FACTS][240]; /* short statements, to be set in lines between dots */
  uint32_t n_facts;
} pel_caption;

void pel_caption_map(const pel_trace *trace, const pel_map_view *view, pel_caption *out);
void pel_caption_heads(const pel_trace *trace, const pel_heads_view *view, pel_caption *out);
void pel_caption_tokens(const pel_trace *trace, const pel_tokens_view *view, pel_caption *out);

/* One more fact, quoted so that it stays on one line; dropped where there is no room. */
__attribute__((format(printf, 2, 3))) void pel_caption_add(pel_caption *caption, const char *format, ...);

/* The whole caption in one line, title first; owned by the caller, NULL when there is no memory. */
char *pel_caption_text(const pel_caption *caption);

/* Weights and probabilities for people: "0.1234", "1.2e-05", "0". Independent of the locale. */
char *pel_weight_text(char *out, size_t size, double weight);
/* Like it, for any quantity: about three digits. */
char *pel_quantity_text(char *out, size_t size, double value);
