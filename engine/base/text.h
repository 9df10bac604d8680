/* Text as a trace takes it. */
#pragma once

/* Control characters but newline and tab become spaces, in place. NULL is left alone. What is no UTF-8 stays: whoever stores it refuses it. */
static inline void pel_blank_controls(char *text) {
  for (unsigned char *c = (unsigned char *)text; c && *c; c++)
    if ((*c < 32 && *c != '\n' && *c != '\t') || *c == 127) *c = ' ';
}
