#include "engine/search/horn.h"

#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

enum { NONE = 0xffffffffu };

typedef struct rule {
  uint32_t head, next; /* the next rule with this head */
  size_t first, n;     /* body */
  double confidence, prior;
  bool idle; /* its head is in its body */
} rule;

typedef struct atom {
  double probability; /* 0: not given */
  double best;       /* greatest confidence of a rule that concludes it */
  uint32_t first_rule, last_rule;
  bool denied, open;
} atom;

struct pel_horn {
  atom *atoms;
  rule *rules;
  uint32_t *bodies;
  uint32_t n_atoms;
  size_t n_rules, rule_room, n_bodies, body_room;
};

pel_status pel_horn_create(uint32_t n_atoms, pel_horn **out, pel_error *err) {
  pel_horn *h = pel_alloc(1, sizeof *h);
  if (h) *h = (pel_horn){.n_atoms = n_atoms, .atoms = pel_alloc(n_atoms, sizeof *h->atoms)};
  if (!h || !h->atoms) {
    pel_horn_free(h);
    return pel_fail_memory(err, "facts and rules", n_atoms * sizeof *h->atoms);
  }
  for (uint32_t i = 0; i < n_atoms; i++) h->atoms[i].first_rule = h->atoms[i].last_rule = NONE;
  *out = h;
  return PEL_OK;
}

void pel_horn_free(pel_horn *h) {
  if (!h) return;
  free(h->atoms);
  free(h->rules);
  free(h->bodies);
  free(h);
}

static pel_status check_atom(const pel_horn *h, uint32_t id, pel_error *err) {
  return id < h->n_atoms ? PEL_OK : pel_fail(err, PEL_ERR_USAGE, "there is no atom %u: they go up to %u", id, h->n_atoms);
}

static pel_status check_probability(double p, const char *what, pel_error *err) {
  return p > 0 && p <= 1 ? PEL_OK : pel_fail(err, PEL_ERR_USAGE, "a %s must be greater than 0 and at most 1", what);
}

pel_status pel_horn_fact(pel_horn *h, uint32_t id, double probability, pel_error *err) {
  PEL_TRY(check_atom(h, id, err));
  PEL_TRY(check_probability(probability, "probability", err));
  if (h->atoms[id].denied) return pel_fail(err, PEL_ERR_USAGE, "atom %u is denied and cannot be given as well", id);
  if (probability > h->atoms[id].probability) h->atoms[id].probability = probability;
  return PEL_OK;
}

pel_status pel_horn_deny(pel_horn *h, uint32_t id, pel_error *err) {
  PEL_TRY(check_atom(h, id, err));
  if (h->atoms[id].probability > 0) return pel_fail(err, PEL_ERR_USAGE, "atom %u is given and cannot be denied as well", id);
  h->atoms[id].denied = true;
  return PEL_OK;
}

pel_status pel_horn_open(pel_horn *h, uint32_t id, pel_error *err) {
  PEL_TRY(check_atom(h, id, err));
  h->atoms[id].open = true;
  return PEL_OK;
}

static pel_status reserve(pel_horn *h, size_t body, pel_error *err) {
  rule *rules = pel_grow(h->rules, &h->rule_room, h->n_rules + 1, sizeof *rules);
  if (rules) h->rules = rules;
  uint32_t *bodies = pel_grow(h->bodies, &h->body_room, h->n_bodies + body + 1, sizeof *bodies);
  if (bodies) h->bodies = bodies;
  return rules && bodies && h->n_rules < NONE - 1 ? PEL_OK : pel_fail_memory(err, "rules", (h->n_rules + 1) * sizeof *rules);
}

pel_status pel_horn_rule(pel_horn *h, uint32_t head, const uint32_t *body, size_t n, double confidence, uint32_t *number, pel_error *err) {
  PEL_TRY(check_atom(h, head, err));
  PEL_TRY(check_probability(confidence, "confidence", err));
  for (size_t i = 0; i < n; i++) PEL_TRY(check_atom(h, body[i], err));
  PEL_TRY(reserve(h, n, err));
  uint32_t id = (uint32_t)h->n_rules++;
  rule *r = &h->rules[id];
  *r = (rule){.head = head, .next = NONE, .first = h->n_bodies, .n = n, .confidence = confidence, .prior = confidence};
  for (size_t i = 0; i < n; i++) {
    h->bodies[h->n_bodies++] = body[i];
    r->idle |= body[i] == head;
  }
  if (number) *number = id;
  if (r->idle) return PEL_OK;
  atom *a = &h->atoms[head];
  if (a->last_rule == NONE) a->first_rule = id;
  else h->rules[a->last_rule].next = id;
  a->last_rule = id;
  if (r->confidence > a->best) a->best = r->confidence;
  return PEL_OK;
}

pel_status pel_horn_prior(pel_horn *h, uint32_t number, double prior, pel_error *err) {
  if (number >= h->n_rules) return pel_fail(err, PEL_ERR_USAGE, "there is no rule %u: there are %zu", number, h->n_rules);
  if (!(prior >= 0 && prior <= 1e9)) return pel_fail(err, PEL_ERR_USAGE, "a prior is at least 0");
  h->rules[number].prior = prior;
  return PEL_OK;
}

/* ---- as goals ---- */

/* What an atom's best proof is worth at most, as far as can be seen from here: as much as the fact, or as its best rule. */
static double guess_atom(const atom *a) {
  if (a->denied) return 0;
  return a->probability > a->best ? a->probability : a->best;
}

static double guess_rule(const pel_horn *h, const rule *r) {
  double value = r->confidence;
  for (size_t i = 0; i < r->n; i++) value *= guess_atom(&h->atoms[h->bodies[r->first + i]]);
  return value;
}

static pel_goal atom_goal(const pel_horn_query *q, uint32_t id) {
  const atom *a = &q->horn->atoms[id];
  pel_goal goal = {.key = pel_horn_key(PEL_HORN_ATOM, id), .kind = PEL_GOAL_OR, .value = guess_atom(a), .weight = 1, .prior = 1};
  if (a->denied) goal.status = PEL_GOAL_REFUTED;
  else if (a->first_rule != NONE) goal.status = PEL_GOAL_OPEN;
  else if (a->probability > 0) goal.status = PEL_GOAL_PROVED;
  else goal.status = q->closed_world && !a->open ? PEL_GOAL_REFUTED : PEL_GOAL_UNKNOWN;
  return goal;
}

static pel_status horn_root(void *user, pel_goal *root, pel_error *err) {
  const pel_horn_query *q = user;
  PEL_TRY(check_atom(q->horn, q->goal, err));
  *root = atom_goal(q, q->goal);
  return PEL_OK;
}

static void expand_rule(const pel_horn_query *q, const rule *r, pel_goal_list *children) {
  for (size_t i = 0; i < r->n; i++) {
    pel_goal child = atom_goal(q, q->horn->bodies[r->first + i]);
    if (!pel_goal_list_add(children, &child)) return;
  }
}

static void expand_atom(const pel_horn_query *q, uint32_t id, pel_goal_list *children) {
  const pel_horn *h = q->horn;
  const atom *a = &h->atoms[id];
  double p = a->probability;
  pel_goal fact = {.key = pel_horn_key(PEL_HORN_FACT, id), .kind = PEL_GOAL_AND, .status = PEL_GOAL_PROVED, .prior = p, .value = p, .weight = 1};
  pel_goal other = {.key = pel_horn_key(PEL_HORN_ELSE, id), .kind = PEL_GOAL_AND, .status = PEL_GOAL_UNKNOWN, .weight = 1};
  if (p > 0 && !pel_goal_list_add(children, &fact)) return;
  for (uint32_t i = a->first_rule; i != NONE; i = h->rules[i].next) {
    const rule *r = &h->rules[i];
    pel_goal child = {.key = pel_horn_key(PEL_HORN_RULE, i), .kind = PEL_GOAL_AND, .prior = r->prior, .value = guess_rule(h, r), .weight = r->confidence};
    if (!pel_goal_list_add(children, &child)) return;
  }
  if (!q->closed_world || a->open) pel_goal_list_add(children, &other);
}

static pel_status horn_expand(void *user, uint64_t key, pel_goal_list *children, pel_error *err) {
  const pel_horn_query *q = user;
  uint32_t id = pel_horn_id_of(key);
  pel_horn_part part = pel_horn_part_of(key);
  bool known = key == pel_horn_key(part, id) && (part == PEL_HORN_ATOM ? id < q->horn->n_atoms : part == PEL_HORN_RULE && id < q->horn->n_rules);
  if (!known) return pel_fail(err, PEL_ERR_USAGE, "goal %llu has no children here", (unsigned long long)key);
  if (part == PEL_HORN_RULE) expand_rule(q, &q->horn->rules[id], children);
  else expand_atom(q, id, children);
  return PEL_OK;
}

pel_goal_problem pel_horn_problem(const pel_horn_query *query) { return (pel_goal_problem){.user = (void *)(uintptr_t)query, .root = horn_root, .expand = horn_expand}; }
