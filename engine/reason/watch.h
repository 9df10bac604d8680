/* What runs of the rules saw: ground goals, and the ways to each as they were tried, with the body's goals up to the one that did not hold.
 *
 * A goal is told as it was called when it came to nothing, and as it was proved when it held: `point(age, _1)` and `point(age, 1)` are two goals. A way has a goal's proof in it,
 * never the question for it, so that one way's goals hold together. */
#pragma once
#include "engine/reason/world.h"

enum { PEL_WATCH_GOALS = 20000 /* that are kept */ };

typedef enum pel_seen_part {
  PEL_PART_GOAL,     /* that clauses may conclude */
  PEL_PART_COMPUTED, /* the interpreter's own predicate */
  PEL_PART_ABSENT,   /* \+ */
  PEL_PART_ALL,      /* findall */
  PEL_PART_EXCLUDED, /* a rule that is not in force */
  PEL_PART_WRONG,    /* an error that a rule took up */
  PEL_PART_ASKED,    /* what did not hold when it was asked for in these words, though it came out as an answer to something more general */
  PEL_PART_OWN       /* the caller's */
} pel_seen_part;

typedef struct pel_seen_goal {
  char *text;        /* as the rules write it, variables as _1, _2; of an error what it is */
  pel_seen_part part;
  uint32_t run;      /* goals of different runs are different goals: they may suppose different things */
  uint32_t clause;   /* that gives it, or the rule that is not in force; PEL_NO_SYMBOL */
  bool given;        /* holds without a rule */
  bool open;         /* not followed to its end: something else may prove it */
  bool supposed;     /* itself something that nobody knows */
  bool told;         /* proved by a way, or given */
  bool asked, failed; /* called in these words: it held; it did not, or not before the run ended */
  uint32_t next;     /* in the table */
} pel_seen_goal;

typedef struct pel_seen_way {
  uint32_t head, clause; /* clause: PEL_NO_SYMBOL for what is no rule's */
  uint32_t first, n;     /* of bodies */
  bool failed;           /* its last goal did not hold */
} pel_seen_way;

typedef struct pel_watch {
  pel_seen_goal *goals;
  pel_seen_way *ways;
  uint32_t *bodies;
  size_t n_goals, n_ways, n_bodies;
  size_t left_out; /* goals that were called and are not kept */
  struct watching *own;
} pel_watch;

pel_status pel_watch_create(const pel_world *w, pel_watch **out, pel_error *err);
void pel_watch_free(pel_watch *watch);

/* The number of a goal, made when it is new. */
pel_status pel_watch_goal(pel_watch *watch, pel_seen_part part, uint32_t run, const char *text, uint32_t *id, pel_error *err);
/* head if all of the body; one that is there already is not added again. */
pel_status pel_watch_way(pel_watch *watch, uint32_t head, uint32_t clause, const uint32_t *body, size_t n, bool failed, pel_error *err);

/* From now on the machine, which has not been asked for an answer yet and keeps its events, tells this watch. What it is asked is the goal `top`. */
void pel_watch_begin(pel_watch *watch, pel_machine *m, uint32_t run, uint32_t top);
/* The machine's present answer proves `top`. */
pel_status pel_watch_answer(pel_watch *watch, pel_error *err);
/* All runs are over: what did not hold where it was asked for is another goal than what was proved in the same words. */
pel_status pel_watch_settle(pel_watch *watch, pel_error *err);
/* The run is over, or goes no further; `last` is what the machine said last. The machine is no longer needed. */
pel_status pel_watch_end(pel_watch *watch, pel_answer last, pel_error *err);
