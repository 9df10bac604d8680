/* Rules that tests make up as text, and a pack of them. */
#pragma once
#include <pellucid/pack.h>

#include "engine/base/rng.h"

typedef struct text {
  char s[16384];
  size_t n;
} text;

__attribute__((format(printf, 2, 3))) void put(text *t, const char *format, ...);
uint32_t below(pel_rng *rng, uint32_t n);
/* A pack of these rules, with the quantity q of 0 to 8, built in the folder, which is left empty. NULL with err->text when it can't be built. */
pel_pack *make_pack(const char *folder, const char *rules, pel_error *err);
