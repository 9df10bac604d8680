#include "engine/base/names.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

static uint64_t hash_of(const char *name, size_t size) { /* FNV-1a */
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < size; i++) h = (h ^ (unsigned char)name[i]) * 0x100000001b3u;
  return h ^ h >> 32;
}

static uint32_t *place_of(const pel_names *names, const char *name, size_t size) {
  size_t at = hash_of(name, size) & (names->n_places - 1);
  for (; names->places[at]; at = (at + 1) & (names->n_places - 1)) {
    const char *item = names->items[names->places[at] - 1];
    if (!strncmp(item, name, size) && !item[size]) break;
  }
  return &names->places[at];
}

static bool make_room(pel_names *names) {
  if (2 * (size_t)names->n + 2 < names->n_places) return true;
  size_t n = names->n_places ? 2 * names->n_places : 64;
  uint32_t *places = pel_alloc(n, sizeof *places);
  if (!places) return false;
  free(names->places);
  names->places = places;
  names->n_places = n;
  for (uint32_t i = 0; i < names->n; i++) *place_of(names, names->items[i], strlen(names->items[i])) = i + 1;
  return true;
}

bool pel_names_number(pel_names *names, const char *name, uint32_t *out) {
  if (!make_room(names)) return false;
  uint32_t *place = place_of(names, name, strlen(name));
  if (!*place) {
    char **items = pel_grow(names->items, &names->capacity, (size_t)names->n + 1, sizeof *items);
    if (!items) return false;
    names->items = items;
    items[names->n] = strdup(name);
    if (!items[names->n]) return false;
    *place = ++names->n;
  }
  *out = *place - 1;
  return true;
}

bool pel_names_find(const pel_names *names, const char *name, size_t size, uint32_t *out) {
  uint32_t place = names->n_places ? *place_of(names, name, size) : 0;
  if (place) *out = place - 1;
  return place;
}

void pel_names_clear(pel_names *names) {
  for (uint32_t i = 0; i < names->n; i++) free(names->items[i]);
  free(names->items);
  free(names->places);
  *names = (pel_names){0};
}
