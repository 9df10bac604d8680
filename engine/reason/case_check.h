/* What a case says, held against itself and against the pack: what is refused, and what is told as a warning. */
#pragma once
#include "engine/reason/world.h"

/* Refuses a value outside of what the vocabulary allows, and two values of one quantity at the same date. */
pel_status pel_case_check_values(const pel_world *w, pel_error *err);

/* What is to be said of facts that are taken but hardly meant: (*out)[facts of the case], NULL of those that are in order; free() the array alone. */
pel_status pel_case_doubts(const pel_world *w, const char ***out, pel_error *err);
