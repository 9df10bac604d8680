/* A number for each different name, from 0 in order of first appearance. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pel_names { /* zeroed: empty */
  char **items;            /* [n], owned */
  uint32_t n, *places;     /* open addressing: number + 1 */
  size_t capacity, n_places;
} pel_names;

/* The name's number, a new one where it has none; false: out of memory. */
bool pel_names_number(pel_names *names, const char *name, uint32_t *out);
/* The same for `size` bytes without a zero among them; false: there is no such name. */
bool pel_names_find(const pel_names *names, const char *name, size_t size, uint32_t *out);
void pel_names_clear(pel_names *names);
