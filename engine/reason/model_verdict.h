/* What a model's words claim, beside what a pack concludes. English. */
#pragma once
#include <pellucid/reasoning.h>

/* 1: yes, -1: no, 0: neither, or it hedges. The first yes or no that stands at the start of a sentence (or after a colon) as an answer of its own decides: "No doubt", "yes or no?" are
 * none. A hedge before it or in its sentence takes it back. */
int pel_says_yes_or_no(const char *text);

/* "agrees", "contradicts", "says nothing" (static). `answer`: the first instance of the question, as the rules write it, or NULL: words that name each value in it, without a
 * negation or a hedge, agree. */
const char *pel_model_verdict(const char *text, pel_node_state state, const char *question, const char *answer);
