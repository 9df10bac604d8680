/* A growing list of token ids: what the encoders write into. */
#pragma once
#include <pellucid/tokenizer.h>

#include "engine/base/mem.h"

typedef struct pel_ids {
  pel_token_id *data;
  size_t n, capacity;
} pel_ids;

/* False when memory is short. */
static inline bool pel_ids_push(pel_ids *ids, pel_token_id id) {
  if (ids->n == ids->capacity) {
    pel_token_id *grown = pel_grow(ids->data, &ids->capacity, ids->n + 1, sizeof *grown);
    if (!grown) return false;
    ids->data = grown;
  }
  ids->data[ids->n++] = id;
  return true;
}
