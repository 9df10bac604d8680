#include "engine/trace/layout.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

uint32_t pel_layout_block(uint32_t head_dim) {
  uint32_t tokens = PEL_TRACE_BLOCK_BYTES / (2 * head_dim) / 32 * 32;
  return tokens ? tokens : 32;
}

static pel_status check_shape(const pel_trace_layer *s, uint32_t layer, const char *what, pel_error *err) {
  const char *wrong = NULL;
  if (!s->n_head || s->n_head > PEL_TRACE_MAX_HEADS)
    wrong = "the count of query heads is not in 1..1024";
  else if (!s->n_kv_head || s->n_head % s->n_kv_head)
    wrong = "the count of key heads does not divide that of query heads";
  else if (!s->head_dim || s->head_dim > PEL_TRACE_MAX_HEAD_DIM)
    wrong = "head_dim is not in 1..1024";
  else if (!isfinite(s->scale) || !isfinite(s->softcap) || s->softcap < 0)
    wrong = "scale or soft cap is not a usable number";
  else if (s->window > 1u << 30)
    wrong = "the window is larger than any context";
  if (!wrong) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: table layer, row %u: %s", what, layer, wrong);
}

static bool has_bit(const uint8_t *heads, uint32_t h) { return heads[h / 8] >> h % 8 & 1; }

pel_status pel_layout_init(pel_layer_layout *out, const pel_trace_layer *shape, const uint8_t *heads,
                           uint32_t layer, const char *what, pel_error *err) {
  PEL_TRY(check_shape(shape, layer, what, err));
  pel_layer_layout l = {.shape = *shape, .block = pel_layout_block(shape->head_dim)};
  l.q_heads = pel_alloc(shape->n_head, sizeof *l.q_heads);
  l.k_heads = pel_alloc(shape->n_kv_head, sizeof *l.k_heads);
  l.q_index = pel_alloc(shape->n_head, sizeof *l.q_index);
  l.k_index = pel_alloc(shape->n_kv_head, sizeof *l.k_index);
  if (!l.q_heads || !l.k_heads || !l.q_index || !l.k_index) {
    pel_layout_clear(&l);
    return pel_fail_memory(err, "a layer of the trace", shape->n_head * sizeof *l.q_heads);
  }
  memset(l.k_index, 0xff, shape->n_kv_head * sizeof *l.k_index);
  uint32_t group = shape->n_head / shape->n_kv_head;
  for (uint32_t h = 0; h < shape->n_head; h++) {
    bool recorded = shape->recorded && has_bit(heads, h);
    l.q_index[h] = recorded ? (int16_t)l.n_q : -1;
    if (!recorded) continue;
    l.q_heads[l.n_q++] = (uint16_t)h;
    if (l.k_index[h / group] >= 0) continue;
    l.k_index[h / group] = (int16_t)l.n_k;
    l.k_heads[l.n_k++] = (uint16_t)(h / group);
  }
  *out = l;
  return PEL_OK;
}

void pel_layout_clear(pel_layer_layout *l) {
  free(l->q_heads);
  free(l->k_heads);
  free(l->q_index);
  free(l->k_index);
  *l = (pel_layer_layout){0};
}

static const char *const segment_names[PEL_SEGMENT_KINDS] = {
    [PEL_SEGMENT_TEMPLATE] = "template", [PEL_SEGMENT_SYSTEM] = "system", [PEL_SEGMENT_USER] = "user",
    [PEL_SEGMENT_THINK] = "think",       [PEL_SEGMENT_ANSWER] = "answer", [PEL_SEGMENT_TEXT] = "text",
};

const char *pel_trace_segment_name(pel_segment_kind kind) {
  return (unsigned)kind < PEL_SEGMENT_KINDS ? segment_names[kind] : NULL;
}

int pel_trace_segment_kind(const char *name) {
  for (int i = 0; i < PEL_SEGMENT_KINDS; i++)
    if (strcmp(segment_names[i], name) == 0) return i;
  return -1;
}
