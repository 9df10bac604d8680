#include "src/analysis/model_answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

#define N_(String) (String) /* for the catalogue: the window translates them */

bool pel_is_model_answer(const pel_reasoning *r, uint32_t v) {
  if (v >= r->n_nodes) return false;
  const pel_node *n = &r->nodes[v];
  bool found = n->document >= 1 && n->document <= (int64_t)r->n_documents;
  return n->kind == PEL_NODE_CLAIM && found && strcmp(r->documents[n->document - 1].name, "answer") == 0;
}

bool pel_looked_at_passage(const pel_reasoning *r, const pel_edge *e) { return r->nodes[e->to - 1].kind == PEL_NODE_SOURCE; }

static bool is_looked_at(const pel_reasoning *r, const pel_edge *e, uint32_t v) {
  return e->kind == PEL_EDGE_ATTENDED && e->from == (int64_t)v + 1 && e->to >= 1 && e->to <= (int64_t)r->n_nodes && isfinite(e->weight);
}

static int by_weight(const void *x, const void *y) {
  const pel_edge *a = *(const pel_edge *const *)x, *b = *(const pel_edge *const *)y;
  if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
  return (a->order > b->order) - (a->order < b->order);
}

static const char *claim_of(pel_node_state state) {
  return state == PEL_STATE_HOLDS ? "agrees" : state == PEL_STATE_CONFLICT ? "contradicts" : "says nothing";
}

const char *pel_model_claim_words(const pel_model_answer *a) {
  return !strcmp(a->claim, "agrees")        ? N_("It agrees with what the pack concludes")
         : !strcmp(a->claim, "contradicts") ? N_("It contradicts what the pack concludes")
                                            : N_("It neither agrees with what the pack concludes nor contradicts it");
}

bool pel_model_answer_read(const pel_reasoning *r, uint32_t from, pel_model_answer *out) {
  while (from < r->n_nodes && !pel_is_model_answer(r, from)) from++;
  if (from >= r->n_nodes) return false;
  const pel_node *n = &r->nodes[from];
  pel_model_answer a = {.node = from, .model = n->by, .text = r->documents[n->document - 1].text, .claim = claim_of(n->state)};
  size_t count = 0;
  for (size_t i = 0; i < r->n_edges; i++) count += is_looked_at(r, &r->edges[i], from);
  if (!(a.looked = pel_alloc(count + 1, sizeof *a.looked))) return false;
  for (size_t i = 0; i < r->n_edges; i++)
    if (is_looked_at(r, &r->edges[i], from)) a.looked[a.n_looked++] = &r->edges[i];
  qsort(a.looked, a.n_looked, sizeof *a.looked, by_weight);
  for (size_t i = 0; i < a.n_looked; i++) *(pel_looked_at_passage(r, a.looked[i]) ? &a.on_passages : &a.on_facts) += a.looked[i]->weight;
  *out = a;
  return true;
}

void pel_model_answer_clear(pel_model_answer *a) {
  free(a->looked);
  *a = (pel_model_answer){0};
}
