/* Rule files whose text is there already. */
#pragma once
#include <pellucid/pack.h>

/* `sections` (may be NULL): key of the source whose sections the names of the predicates follow; s2_a_1_B cites "s. 2(a)(1)(B)" of it. */
pel_status pel_import_rules_text(pel_pack_builder *b, const char *name, const char *sections, const char *text, size_t size, pel_import *done, pel_error *err);
