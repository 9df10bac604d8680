#include "tests/unit/goal_source.h"

#include <string.h>

#include "engine/base/status.h"

uint64_t goal_source_key(int goal) { return (uint64_t)goal * 2654435761u + 17; }
int goal_source_goal(uint64_t key) { return (int)((key - 17) / 2654435761u); }

static pel_goal as_goal(const goal_source *s, int i) {
  const source_goal *g = &s->goals[i];
  return (pel_goal){.key = goal_source_key(i), .kind = g->kind, .status = g->leaf, .prior = g->prior, .value = g->value, .weight = g->weight};
}

static pel_status source_root(void *user, pel_goal *root, pel_error *err) {
  (void)err;
  *root = as_goal(user, 0);
  return PEL_OK;
}

static pel_status source_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  goal_source *s = user;
  int id = goal_source_goal(key);
  if (key < 17 || id >= s->n || goal_source_key(id) != key || s->goals[id].leaf != PEL_GOAL_OPEN) return pel_fail(err, PEL_ERR_CHECK, "no such goal");
  s->asked++;
  for (int i = 0; i < s->goals[id].n; i++) {
    pel_goal child = as_goal(s, s->goals[id].child[i]);
    pel_goal_list_add(children, &child);
  }
  return PEL_OK;
}

pel_goal_problem goal_source_problem(goal_source *source) { return (pel_goal_problem){.user = source, .root = source_root, .expand = source_expand}; }

static int below(pel_rng *rng, int n) { return (int)(pel_rng_next(rng) % (uint64_t)n); }

static double chance; /* of a leaf to be proved: one for each problem, so that some are hard to decide */

static pel_goal_status leaf_status(pel_rng *rng, bool unknowns) {
  if (unknowns && below(rng, 5) == 0) return PEL_GOAL_UNKNOWN;
  return pel_rng_uniform(rng) < chance ? PEL_GOAL_PROVED : PEL_GOAL_REFUTED;
}

static void describe(source_goal *g, pel_rng *rng, bool leaf, bool unknowns) {
  *g = (source_goal){.kind = below(rng, 2) ? PEL_GOAL_AND : PEL_GOAL_OR, .prior = pel_rng_uniform(rng), .value = pel_rng_uniform(rng), .weight = 1};
  if (leaf) g->leaf = leaf_status(rng, unknowns);
}

/* Kinds mostly alternate, so that neither a proof nor a refutation is near. */
static int grow(goal_source *s, pel_rng *rng, int depth, bool unknowns) {
  int id = s->n++;
  bool leaf = depth == 0 || s->n + 64 >= SOURCE_MOST || below(rng, 25) == 0;
  describe(&s->goals[id], rng, leaf && id, unknowns);
  if (below(rng, 20)) s->goals[id].kind = depth % 2 ? PEL_GOAL_AND : PEL_GOAL_OR;

  int n = s->goals[id].leaf || depth == 0 || below(rng, 20) == 0 ? 0 : 2 + below(rng, 2);
  for (int i = 0; i < n; i++) {
    int child = grow(s, rng, depth - 1, unknowns);
    s->goals[id].child[s->goals[id].n++] = child;
  }
  return id;
}

void goal_source_tree(goal_source *s, pel_rng *rng, int depth, bool unknowns) {
  s->n = 0;
  s->asked = 0;
  chance = 0.2 + 0.7 * pel_rng_uniform(rng);
  grow(s, rng, depth, unknowns);
}

void goal_source_graph(goal_source *s, pel_rng *rng, int n, bool circles, bool unknowns) {
  s->n = n;
  s->asked = 0;
  chance = 0.2 + 0.7 * pel_rng_uniform(rng);
  for (int i = 0; i < n; i++) {
    source_goal *g = &s->goals[i];
    describe(g, rng, i && (i == n - 1 || below(rng, 10) == 0), unknowns);
    g->n = g->leaf ? 0 : 1 + below(rng, 3);
    for (int c = 0; c < g->n; c++) g->child[c] = circles ? below(rng, n) : i + 1 < n ? i + 1 + below(rng, n - i - 1) : i;
    if (!circles && i + 1 == n) g->n = 0;
  }
}

/* True from nothing: with unknown leaves as `unknown`. */
static void least(const goal_source *s, bool unknown, bool *holds) {
  memset(holds, 0, (size_t)s->n * sizeof *holds);
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = s->n - 1; i >= 0; i--) {
      const source_goal *g = &s->goals[i];
      bool any = false, all = true;
      for (int c = 0; c < g->n; c++) {
        any |= holds[g->child[c]];
        all &= holds[g->child[c]];
      }
      bool now = g->leaf ? g->leaf == PEL_GOAL_PROVED || (g->leaf == PEL_GOAL_UNKNOWN && unknown) : g->kind == PEL_GOAL_OR ? any : all;
      changed |= now != holds[i];
      holds[i] = now;
    }
  }
}

void goal_source_truth(const goal_source *s, pel_goal_status *truth) {
  bool proved[SOURCE_MOST], kept[SOURCE_MOST];
  least(s, false, proved);
  least(s, true, kept);
  for (int i = 0; i < s->n; i++) truth[i] = proved[i] ? PEL_GOAL_PROVED : kept[i] ? PEL_GOAL_UNKNOWN : PEL_GOAL_REFUTED;
}
