#include "tests/unit/trace_read_all.h"

#include <pellucid/reasoning.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_ROWS = 96, MOST_HEADS = 12, MOST_TOKENS = 3000 };

static pel_status first_of(pel_status a, pel_status b) { return a != PEL_OK ? a : b; }

static pel_status read_tokens(pel_trace *t, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(t);
  pel_status status = PEL_OK;
  unsigned sum = 0;
  for (uint32_t i = 0; i < info->n_tokens && i < MOST_TOKENS && status == PEL_OK; i++) {
    pel_trace_token k;
    status = pel_trace_get_token(t, i, &k, err);
    if (status != PEL_OK) break;
    for (size_t j = 0; j < k.piece_size; j++) sum += (unsigned char)k.piece[j];
    for (uint32_t j = 0; j < k.n_alternatives; j++) sum += (unsigned char)k.alternatives[j].piece[0];
  }
  return sum == 0x7fffffff ? PEL_ERR_CHECK : status;
}

static pel_status read_map(pel_trace *t, uint32_t layer, uint32_t head, pel_error *err) {
  uint32_t n = pel_trace_get_info(t)->n_rows, from = n > MOST_ROWS ? n - MOST_ROWS : 0, size = n - from;
  float *map = malloc(((size_t)size * size + 1) * sizeof *map);
  pel_status status = pel_trace_map(t, layer, head, (pel_range){from, n}, (pel_range){0, size}, map, err);
  for (size_t i = 0; i < (size_t)size * size && status == PEL_OK; i++)
    if (!(map[i] >= 0)) status = PEL_ERR_CHECK;
  free(map);
  return status;
}

static pel_status read_head(pel_trace *t, uint32_t layer, uint32_t head, pel_error *err) {
  uint32_t n = pel_trace_get_info(t)->n_rows, some = n < 4096 ? n : 4096;
  const pel_trace_layer *shape = pel_trace_get_layer(t, layer);
  float *f = malloc((6 * (size_t)some + 1) * sizeof *f);
  uint16_t *h = malloc(((size_t)some * shape->head_dim + 1) * sizeof *h);
  pel_range range = {n - some, n};
  pel_status status = read_map(t, layer, head, err);
  status =
      first_of(status, pel_trace_rows(t, layer, head, range, f, f + some, f + 2 * some, f + 3 * some, err));
  status = first_of(status, pel_trace_keys(t, layer, head, range, f + 4 * some, f + 5 * some, err));
  status = first_of(status, pel_trace_queries(t, layer, head, range, h, err));
  status = first_of(status,
                    pel_trace_key_rows(t, layer, head / (shape->n_head / shape->n_kv_head), range, h, err));
  pel_pyramid p = {0};
  status = first_of(status, pel_trace_pyramid(t, layer, head, &p, err));
  pel_pyramid_clear(&p);
  free(f);
  free(h);
  return status;
}

static bool count_resolution(void *user, const pel_resolution *r) {
  return ++*(size_t *)user < MOST_TOKENS && r->text;
}

/* Every reference is followed, every text is looked at. */
static unsigned use_reasoning(const pel_reasoning *r) {
  unsigned sum = 0;
  for (size_t i = 0; i < r->n_nodes; i++) {
    const pel_node *n = &r->nodes[i];
    sum += (unsigned char)n->says[0] + (unsigned char)*pel_node_state_name(n->state);
    if (n->span) sum += (unsigned char)r->spans[n->span - 1].name[0];
    if (n->clause) sum += (unsigned char)r->clauses[n->clause - 1].text[0];
    if (n->passage) sum += (unsigned char)r->sources[r->passages[n->passage - 1].source - 1].title[0];
    if (n->document) sum += (unsigned char)r->documents[n->document - 1].text[0];
  }
  for (size_t i = 0; i < r->n_edges; i++)
    sum += (unsigned char)r->nodes[r->edges[i].from - 1].note[0] + (unsigned char)r->nodes[r->edges[i].to - 1].note[0];
  for (size_t i = 0; i < r->n_reviews; i++) sum += (unsigned char)r->nodes[r->reviews[i].node - 1].by[0];
  return sum;
}

static pel_status read_reasoning(pel_trace *t, pel_error *err) {
  pel_reasoning *r = NULL;
  pel_status status = pel_reasoning_read(t, &r, err);
  if (status == PEL_OK && use_reasoning(r) == 0x7fffffff) status = PEL_ERR_CHECK;
  pel_reasoning_free(r);
  size_t n = 0;
  status = first_of(status, pel_reasoning_resolutions(t, count_resolution, &n, err));
  return first_of(status, pel_review_check(t, NULL, err));
}

pel_status trace_read_all(const char *path, bool verify, pel_error *err) {
  pel_trace *t;
  pel_status status = pel_trace_open(path, &t, err);
  if (status != PEL_OK) return status;
  const pel_trace_info *info = pel_trace_get_info(t);
  bool grew;
  status = first_of(pel_trace_refresh(t, &grew, err), read_tokens(t, err));
  status = first_of(status, read_reasoning(t, err));
  unsigned heads = 0;
  for (uint32_t i = 0; i < info->n_layers; i++)
    for (uint32_t h = 0; h < pel_trace_get_layer(t, i)->n_head && heads < MOST_HEADS; h++)
      if (pel_trace_has_head(t, i, h)) {
        status = first_of(status, read_head(t, i, h, err));
        heads++;
      }
  pel_verify_report report;
  if (verify) status = first_of(status, pel_trace_verify(t, NULL, NULL, &report, err));
  pel_trace_close(t);
  return status;
}
