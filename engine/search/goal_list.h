/* Children of one goal, as a problem gives them. */
#pragma once
#include "engine/search/and_or.h"

struct pel_goal_list {
  pel_goal *goals;
  size_t n, room;
  uint32_t most;
  bool cut;       /* more were offered than are taken */
  bool no_memory;
};

/* Empties it and asks the problem. */
pel_status pel_goal_list_ask(pel_goal_list *list, const pel_goal_problem *problem, uint64_t key, pel_error *err);
void pel_goal_list_clean(pel_goal *goal);
