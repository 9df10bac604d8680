#include "engine/logic/calls.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 1000 };

uint32_t pel_goals_of(const char *name, uint32_t arity) {
  static const struct {
    const char *name;
    uint32_t arity, goals;
  } takers[] = {{",", 2, 3}, {";", 2, 3}, {"->", 2, 3}, {"*->", 2, 3}, {"\\+", 1, 1}, {"call", 1, 1}, {"once", 1, 1}, {"ignore", 1, 1}, {"not", 1, 1}, {"forall", 2, 3}, {"findall", 3, 2}, {"findall", 4, 2},
                {"bagof", 3, 2}, {"setof", 3, 2}, {"aggregate_all", 3, 2}, {"aggregate_all", 4, 4}, {"catch", 3, 5}, {"^", 2, 2}};
  static const char *const pieces[] = {"call", "maplist", "include", "exclude", "partition", "foldl", "predsort"};
  for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
    if (takers[i].arity == arity && strcmp(takers[i].name, name) == 0) return takers[i].goals;
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
    if (strcmp(pieces[i], name) == 0) return UINT32_MAX;
  return 0;
}

/* How many arguments maplist and its like add to the goal that they are given. */
static uint32_t added_by(const char *name, uint32_t arity) {
  if (strcmp(name, "include") == 0 || strcmp(name, "exclude") == 0) return 1;
  if (strcmp(name, "partition") == 0) return arity == 6 ? 2 : 1;
  if (strcmp(name, "predsort") == 0) return 3;
  return arity ? arity - 1 : 0;
}

typedef struct visit {
  const pel_heap *h;
  void (*each)(void *user, const pel_call *call);
  void *user;
} visit;

static bool is_compound(pel_cell c) { return pel_tag(c) == PEL_TAG_STRUCT || pel_tag(c) == PEL_TAG_PATTERN; }

static void walk(const visit *v, pel_cell goal, uint32_t added, int depth) {
  const pel_symbols *s = &v->h->program->symbols;
  for (;;) { /* the last goal within a goal: a conjunction may be long */
    goal = pel_deref(v->h, goal);
    if (!(is_compound(goal) || pel_is_atom(goal))) return;
    const pel_functor *f = is_compound(goal) ? &s->functors[pel_index(*pel_cells_at(v->h, pel_index(goal)))] : NULL;
    uint32_t written = f ? f->arity : 0;
    pel_call call = {.goal = goal, .atom = f ? f->atom : (uint32_t)pel_index(goal), .arity = written + added};
    v->each(v->user, &call);
    const char *name = pel_atom_text(s, call.atom);
    uint32_t goals = pel_goals_of(name, call.arity), last = 0;
    added = goals == UINT32_MAX ? added_by(name, call.arity) : 0;
    if (goals == UINT32_MAX) goals = 1;
    for (uint32_t i = 0; i < written && i < 8; i++)
      if (goals >> i & 1) last = i + 1;
    for (uint32_t i = 1; i < last && depth < DEEPEST; i++)
      if (goals >> (i - 1) & 1) walk(v, pel_cells_at(v->h, pel_index(goal))[i], added, depth + 1);
    if (!last) return;
    goal = pel_cells_at(v->h, pel_index(goal))[last];
  }
}

void pel_goal_calls(const pel_heap *heap, pel_cell goal, void (*each)(void *user, const pel_call *call), void *user) {
  walk(&(visit){heap, each, user}, goal, 0, 0);
}
