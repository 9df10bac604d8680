/* A pack's rules, vocabulary and cases as the language reads them. */
#pragma once
#include <pellucid/pack.h>

struct pel_program;

/* The functor of a vocabulary's pattern, by the program's operators. PEL_ERR_INPUT: it is no term, and why. */
pel_status pel_pattern_functor(struct pel_program *p, const char *text, uint32_t *functor, pel_error *err);

/* Says what a pack would stumble over when it is used: rules, patterns, cases and expectations that cannot be read, and, as warnings, calls of what nothing
 * defines. `each` returning false stops. Only for packs whose rows are known to be sound. */
pel_status pel_pack_check_rules(pel_pack *pack, bool (*each)(void *user, bool warning, const char *text), void *user, pel_error *err);
