/* What kinds of edges a pack has, and how many of each. */
#pragma once
#include <pellucid/pack.h>

typedef struct pel_relation_kind {
  char *name;
  int64_t n, negated;
} pel_relation_kind;

typedef struct pel_relation_kinds { /* frequent ones first */
  pel_relation_kind *items;
  size_t n, room;
} pel_relation_kinds;

/* Reads all edges. */
pel_status pel_relation_kinds_count(pel_pack *pack, pel_relation_kinds *out, pel_error *err);
void pel_relation_kinds_clear(pel_relation_kinds *kinds);
