/* Units of measure: UCUM's spellings and the usual ones. */
#pragma once
#include <stdbool.h>

/* What one of a unit is in the base unit of what it measures: value_in_base = value x times + plus. The numbers are exact, as the rules write them ("1r1000").
 * Two units convert when their bases are the same text. False: the unit is not known. */
bool pel_unit_to_base(const char *name, const char **base, const char **times, const char **plus);
