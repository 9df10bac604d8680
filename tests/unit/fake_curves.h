/* Made-up deletion and insertion curves, for tests of what draws them. */
#pragma once
#include "src/plot/explaincurve.h"

/* 4 rankings over 0, 1, 3, 10, 30 and 100 facts: two whose lines end together, two that do not. */
const pel_explaincurve_data *fake_curves(void);
