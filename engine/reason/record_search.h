/* A search for a proof and a refutation as rows of a trace: the goals it has seen, and its simulations in order. */
#pragma once
#include <pellucid/span.h>

#include "engine/search/and_or.h"

enum { PEL_RECORD_SIMULATIONS = 20000, PEL_RECORD_GOALS = 50000, PEL_RECORD_STEPS = 400000 /* of all simulations together */ }; /* of one search; what is left out is counted */

typedef struct pel_search_log pel_search_log; /* collects while a search runs */

/* *sink is borrowed by the search, and lives as long as the log. */
pel_status pel_search_log_create(pel_search_log **out, const pel_search_sink **sink, pel_error *err);
void pel_search_log_free(pel_search_log *log); /* NULL is allowed */

typedef struct pel_search_words { /* what the goals of a search say */
  void *user;
  /* A goal in the domain's words, and the logic tree's node that it is, or 0. `says` is borrowed until the next call. */
  void (*goal)(void *user, uint64_t key, const char **says, int64_t *node);
  pel_node_state (*state)(void *user, uint64_t key, pel_goal_status status); /* what becomes of a goal by that; NULL: holds or likely, refuted, unknown */
  pel_node_state proved; /* what a proof makes of a goal: holds, or likely where its facts are only probable */
} pel_search_words;

/* Puts the rows of stage `span`. A trace holds one search. *left_out counts what was not kept. */
pel_status pel_search_log_put(const pel_search_log *log, const pel_search *search, const pel_search_words *words, int64_t span, const pel_span_sink *sink, size_t *left_out,
                              pel_error *err);
