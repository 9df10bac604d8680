/* What the goals and ways of a search over rules say, and what becomes of them in the words of an audit: nothing is called refuted for want of a proof. */
#pragma once
#include "engine/reason/audit.h"
#include "engine/reason/record_search.h"
#include "engine/reason/rule_goals.h"

typedef struct pel_rule_words {
  audit *a;
  const pel_deduction *d;
  const pel_rule_goals *goals;
  int64_t root;           /* the conclusion's node */
  pel_node_state verdict; /* what the search makes of the question */
  pel_machine *reader;
  char says[1800];
} pel_rule_words;

pel_status pel_rule_words_open(pel_rule_words *words, audit *a, const pel_deduction *d, const pel_rule_goals *goals, int64_t root);
void pel_rule_words_close(pel_rule_words *words);
/* As pel_search_words asks; `user` is a pel_rule_words. */
void pel_rule_words_say(void *user, uint64_t key, const char **says, int64_t *node);
pel_node_state pel_rule_words_state(void *user, uint64_t key, pel_goal_status status);
/* The goal of a run that an atom or a fact of the search is; NULL: it is none. */
const pel_seen_goal *pel_rule_words_goal(const pel_rule_words *words, uint64_t key);
/* Whether that is taken as so because nothing says otherwise. */
bool pel_rule_words_assumed(pel_rule_words *words, const pel_seen_goal *goal);
