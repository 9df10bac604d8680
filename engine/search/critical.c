/* What a conclusion depends on: each leaf of a proof is taken away, and the search is made again. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/search/explain.h"
#include "engine/search/goal_list.h"
#include "engine/search/proof_number.h"

static int by_number(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

static size_t distinct(uint64_t *keys, size_t n) {
  size_t kept = 0;
  if (n) qsort(keys, n, sizeof *keys, by_number);
  for (size_t i = 0; i < n; i++)
    if (!kept || keys[kept - 1] != keys[i]) keys[kept++] = keys[i];
  return kept;
}

pel_status pel_goal_proof_leaves(const pel_goal_proof *proof, uint64_t **keys, size_t *n, pel_error *err) {
  uint64_t *goals = pel_alloc(proof->n_steps, sizeof *goals), *leaves = pel_alloc(proof->n_children, sizeof *leaves);
  if (!goals || !leaves) {
    free(goals);
    free(leaves);
    return pel_fail_memory(err, "the leaves of a proof", proof->n_children * sizeof *leaves);
  }
  size_t kept = 0;
  for (size_t i = 0; i < proof->n_steps; i++) goals[i] = proof->steps[i].goal;
  if (proof->n_steps) qsort(goals, proof->n_steps, sizeof *goals, by_number);
  for (size_t i = 0; i < proof->n_children; i++)
    if (!bsearch(&proof->children[i], goals, proof->n_steps, sizeof *goals, by_number)) leaves[kept++] = proof->children[i];
  free(goals);
  *n = distinct(leaves, kept);
  *keys = leaves;
  return PEL_OK;
}

/* The problem without one leaf: of it nothing is known. */
typedef struct reduced {
  const pel_goal_problem *whole;
  uint64_t leaf;
} reduced;

static pel_status reduced_root(void *user, pel_goal *root, pel_error *err) {
  const reduced *r = user;
  return r->whole->root(r->whole->user, root, err);
}

static pel_status reduced_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  const reduced *r = user;
  PEL_TRY(r->whole->expand(r->whole->user, key, children, err));
  for (size_t i = 0; i < children->n; i++)
    if (children->goals[i].key == r->leaf && children->goals[i].status == PEL_GOAL_PROVED) children->goals[i].status = PEL_GOAL_UNKNOWN;
  return PEL_OK;
}

static pel_status try_without(const pel_goal_problem *whole, const pel_search_limits *limits, pel_critical *c, pel_error *err) {
  reduced r = {whole, c->leaf};
  const pel_goal_problem problem = {.user = &r, .root = reduced_root, .expand = reduced_expand};
  const pel_proof_number_options options = {.proof_only = true};
  pel_search *search;
  PEL_TRY(pel_search_proof_number(&problem, limits, &options, NULL, &search, err));
  bool proved = search->status == PEL_GOAL_PROVED, reached = search->end == PEL_END_DECIDED || search->end == PEL_END_SETTLED;
  c->end = search->end;
  c->decided = proved || (reached && !search->cut);
  c->critical = c->decided && !proved;
  pel_search_free(search);
  return PEL_OK;
}

pel_status pel_goal_critical(const pel_goal_problem *problem, const pel_search_limits *limits, const pel_goal_proof *proof, pel_critical **out, size_t *n, pel_error *err) {
  uint64_t *keys;
  size_t count;
  PEL_TRY(pel_goal_proof_leaves(proof, &keys, &count, err));
  pel_critical *all = pel_alloc(count, sizeof *all);
  pel_status status = all ? PEL_OK : pel_fail_memory(err, "the leaves of a proof", count * sizeof *all);
  for (size_t i = 0; i < count && status == PEL_OK; i++) {
    all[i].leaf = keys[i];
    status = try_without(problem, limits, &all[i], err);
  }
  free(keys);
  if (status != PEL_OK) {
    free(all);
    return status;
  }
  *out = all;
  *n = count;
  return PEL_OK;
}
