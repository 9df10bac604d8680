/* The byte alphabet of byte-level BPE: every byte is spelled as one printable character. Printable Latin-1
 * bytes stand for themselves, the other 68 are counted up from U+0100. */
#pragma once
#include "engine/format/gguf.h"

/* The UTF-8 spelling of a byte: 1 or 2 bytes in out, the length returned. */
size_t pel_alphabet_spell(uint8_t byte, char out[2]);
/* Decodes a spelling into out (at least size bytes); false when a character is not of the alphabet. */
bool pel_alphabet_read(pel_bytes spelled, char *out, size_t *size);
