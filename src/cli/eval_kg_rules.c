/* The method "rules" of pellucid eval kg: chain rules are mined and applied. */
#include <pellucid/learn.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/eval_kg.h"

typedef struct rules_state {
  const pel_graph *ask;
  pel_chain_rules *rules;
  pel_mined mined;
  uint32_t length;
} rules_state;

static pel_status prepare(const kg_set *set, const kg_options *o, void **out, pel_error *err) {
  rules_state *s = pel_alloc(1, sizeof *s);
  if (!s) return pel_fail_memory(err, "rules", sizeof *s);
  *s = (rules_state){.ask = set->ask, .length = o->length ? o->length : 2};
  const pel_mining how = {.length = s->length, .threads = o->threads, .work = o->work, .progress = o->progress, .user = o->user};
  pel_status status = pel_chain_rules_mine(set->learn, &how, &s->rules, &s->mined, err);
  if (status == PEL_OK) *out = s;
  else free(s);
  return status;
}

static pel_status score(void *state, uint32_t subject, uint32_t relation, double *scores, pel_error *err) {
  const rules_state *s = state;
  return pel_chain_rules_score(s->rules, s->ask, subject, relation, scores, err);
}

static pel_status tell(void *state, struct json_object *o, char *line, size_t size, pel_error *err) {
  (void)err;
  const rules_state *s = state;
  size_t n, by_length[PEL_CHAIN_LONGEST + 1] = {0};
  const pel_chain_rule *all = pel_chain_rules_all(s->rules, &n);
  for (size_t i = 0; i < n; i++) by_length[all[i].length]++;
  int at = snprintf(line, size, "%zu rules of at most %u steps (%zu of one, %zu of two, %zu of three)", n, s->length, by_length[1], by_length[2], by_length[3]);
  if (at > 0 && (size_t)at < size && s->mined.sampled)
    snprintf(line + at, size - (size_t)at, "; a sample: paths followed from %u of %u entities", s->mined.starts, s->mined.all);
  json_object_object_add(o, "rules", json_object_new_uint64(n));
  json_object_object_add(o, "found", json_object_new_uint64(s->mined.found));
  json_object_object_add(o, "longest", json_object_new_int64(s->length));
  json_object_object_add(o, "sampled", json_object_new_boolean(s->mined.sampled));
  json_object_object_add(o, "starts", json_object_new_int64(s->mined.starts));
  json_object_object_add(o, "steps", json_object_new_uint64(s->mined.work));
  return PEL_OK;
}

static void clear(void *state) {
  rules_state *s = state;
  pel_chain_rules_free(s->rules);
  free(s);
}

const kg_method kg_rules = {"rules", "chain rules, mined", prepare, score, tell, clear};
