/* What a text is searched by: its words, without case and accents, English ones without their endings. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { PEL_WORD_BYTES = 64 }; /* the rest of a longer word is left out */

/* Calls `each` with every word of the text in order (`word` ends in a NUL); false stops, and is what is returned. Bytes that are no UTF-8 end a word. */
bool pel_words(const char *text, size_t size, bool stems, bool (*each)(void *user, const char *word, size_t size), void *user);

/* Cuts the ending of an English word in a-z, in place (M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980).
 * Returns its new length. */
size_t pel_stem(char *word, size_t size);
