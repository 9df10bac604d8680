#include "src/core/relation_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

enum { MOST_KINDS = 10000 }; /* a pack with more tells of the first */

static bool count(void *user, const pel_relation *r) {
  pel_relation_kinds *k = user;
  size_t i = 0;
  while (i < k->n && strcmp(k->items[i].name, r->relation) != 0) i++;
  if (i == k->n) {
    pel_relation_kind *items = i < MOST_KINDS ? pel_grow(k->items, &k->room, i + 1, sizeof *items) : NULL;
    if (!items) return i == MOST_KINDS;
    k->items = items;
    items[i] = (pel_relation_kind){.name = strdup(r->relation)};
    if (!items[i].name) return false;
    k->n++;
  }
  k->items[i].n++;
  k->items[i].negated += r->negated;
  for (; i && k->items[i].n > k->items[i - 1].n; i--) { /* the frequent ones first, so that they are found soon */
    pel_relation_kind other = k->items[i - 1];
    k->items[i - 1] = k->items[i];
    k->items[i] = other;
  }
  return true;
}

pel_status pel_relation_kinds_count(pel_pack *pack, pel_relation_kinds *out, pel_error *err) {
  *out = (pel_relation_kinds){0};
  return pel_pack_relations(pack, 0, false, count, out, err);
}

void pel_relation_kinds_clear(pel_relation_kinds *k) {
  for (size_t i = 0; i < k->n; i++) free(k->items[i].name);
  free(k->items);
  *k = (pel_relation_kinds){0};
}
