/* The file of chain rules (docs/rule-file.md); the other functions are in pellucid/learn.h. */
#pragma once
#include <pellucid/learn.h>

/* Reads rules from text [size] with a zero byte behind, which is cut up; `name` is what errors call it. */
pel_status pel_chain_rules_read_text(const char *name, char *text, size_t size, char *const *relations, uint32_t n_relations, pel_chain_rules **out, pel_mined *mined,
                                     pel_error *err);
