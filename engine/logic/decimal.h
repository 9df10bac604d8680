/* Decimal numbers as people and laboratories write them: 12, -0.50, 1.5E3. */
#pragma once
#include "engine/logic/number.h"

/* More would ask for more memory than the text has bytes. */
enum { PEL_DECIMAL_DIGITS = 120, PEL_DECIMAL_EXPONENT = 400 };

/* Reads the whole of text[0, size) exactly: an integer or a rational, to be cleared. NULL when it is one, else what is wrong with it, as the end of a sentence
 * ("is no number"); *out is then untouched. */
const char *pel_decimal_parse(const char *text, size_t size, pel_number *out);
