#include "engine/text/alphabet.h"

#include "engine/text/unicode.h"

static bool stands_for_itself(int32_t c) {
  return (c >= 0x21 && c <= 0x7e) || (c >= 0xa1 && c <= 0xac) || (c >= 0xae && c <= 0xff);
}

/* The bytes that are spelled from U+0100 on, in order: 00-20, 7F-A0, AD. */
static int32_t letter_of(uint8_t byte) {
  if (stands_for_itself(byte)) return byte;
  if (byte <= 0x20) return 0x100 + byte;
  if (byte <= 0xa0) return 0x121 + (byte - 0x7f);
  return 0x143;
}

static int32_t byte_of(int32_t letter) {
  if (letter < 0x100) return stands_for_itself(letter) ? letter : -1;
  if (letter <= 0x120) return letter - 0x100;
  if (letter <= 0x142) return letter - 0x121 + 0x7f;
  return letter == 0x143 ? 0xad : -1;
}

size_t pel_alphabet_spell(uint8_t byte, char out[2]) {
  int32_t c = letter_of(byte);
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  out[0] = (char)(0xc0 | c >> 6);
  out[1] = (char)(0x80 | (c & 0x3f));
  return 2;
}

bool pel_alphabet_read(pel_bytes spelled, char *out, size_t *size) {
  const uint8_t *s = (const uint8_t *)spelled.data;
  size_t n = 0;
  for (size_t at = 0; at < spelled.size;) {
    int32_t code;
    at += pel_utf8(s + at, spelled.size - at, &code);
    int32_t byte = code < 0 ? -1 : byte_of(code);
    if (byte < 0) return false;
    out[n++] = (char)byte;
  }
  *size = n;
  return true;
}
