/* What a conclusion's confidence is made of, as the attributes of its stage say (docs/trace-format.md): log odds, part by part. */
#pragma once
#include <pellucid/reasoning.h>

enum { PEL_MAKEUP_MOST = 12 };

typedef struct pel_makeup_part { /* "deduce: its share among all diseases", borrowed from the reasoning */
  const char *says;
  double adds; /* to the log odds */
} pel_makeup_part;

typedef struct pel_confidence_makeup {
  double confidence; /* of the conclusion */
  double level;      /* below which no answer is given; NaN: not said */
  double usual;      /* log odds of the mean case; NaN: nothing is said of what it is made of */
  pel_makeup_part parts[PEL_MAKEUP_MOST];
  size_t n;
} pel_confidence_makeup;

/* Of the stage `span`. false: it names no confidence in [0, 1]. */
bool pel_confidence_makeup_of(const pel_reasoning *reasoning, int64_t span, pel_confidence_makeup *out);
