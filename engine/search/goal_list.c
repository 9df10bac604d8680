#include "engine/search/goal_list.h"

#include <math.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

static double within(double x, double otherwise) {
  if (isnan(x)) return otherwise;
  return x < 0 ? 0 : x > 1 ? 1 : x;
}

void pel_goal_list_clean(pel_goal *goal) {
  if (!(goal->prior >= 0) || isinf(goal->prior)) goal->prior = 0;
  goal->prior = goal->prior > 1e30 ? 1e30 : goal->prior;
  goal->value = within(goal->value, 0.5);
  goal->weight = within(goal->weight, 1);
}

bool pel_goal_list_add(pel_goal_list *list, const pel_goal *child) {
  if (list->n >= list->most || list->no_memory) {
    list->cut = true;
    return false;
  }
  pel_goal *grown = pel_grow(list->goals, &list->room, list->n + 1, sizeof *grown);
  if (!grown) {
    list->no_memory = true;
    return false;
  }
  list->goals = grown;
  list->goals[list->n] = *child;
  pel_goal_list_clean(&list->goals[list->n++]);
  return true;
}

pel_status pel_goal_list_ask(pel_goal_list *list, const pel_goal_problem *problem, uint64_t key, pel_error *err) {
  list->n = 0;
  list->cut = list->no_memory = false;
  PEL_TRY(problem->expand(problem->user, key, list, err));
  if (list->no_memory) return pel_fail_memory(err, "the children of a goal", list->n * sizeof *list->goals);
  return PEL_OK;
}

const char *pel_goal_status_name(pel_goal_status status) {
  static const char *const names[] = {"open", "proved", "refuted", "unknown"};
  return (unsigned)status < sizeof names / sizeof *names ? names[status] : "";
}

const char *pel_search_end_name(pel_search_end end) {
  static const char *const names[] = {"decided", "settled", "exhausted", "expansions", "simulations", "time", "memory", "depth", "cancelled"};
  return (unsigned)end < sizeof names / sizeof *names ? names[end] : "";
}
