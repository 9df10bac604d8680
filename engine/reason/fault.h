/* Errors of rules in words. */
#pragma once
#include <stddef.h>

/* "it divides by zero" for "evaluation_error(zero_divisor)"; no word of the interpreter is left. */
void pel_fault_words(const char *error, char *out, size_t size);
