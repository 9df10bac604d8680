/* The walk through a proof: from the question down, each step's rule is applied to the goal as it is asked, and the steps that it uses are taken up in
 * their order. Which clause is used is what the step says, so nothing is searched for; what a body leaves open (which side of a disjunction) is tried. */
#pragma once
#include "engine/proof/check.h"
#include "engine/proof/check_builtins.h"

enum { PEL_MARK_ASSUMED = 1, PEL_MARK_RERUN = 2, PEL_MARK_SEEN = 4 };

#define PEL_NO_STEP UINT32_MAX

typedef enum pel_walk_kind { PEL_WALK_GOAL, PEL_WALK_EXIT, PEL_WALK_SOLUTION, PEL_WALK_COMMIT /* a condition holds: no other way of it counts */ } pel_walk_kind;

typedef struct pel_walk_frame { /* what is still to be done */
  pel_walk_kind kind;
  pel_term goal;
  uint32_t next;
  uint32_t step, at;     /* EXIT: where to go on: the step whose body it is, and its next use */
  uint32_t index;        /* EXIT: the entry; SOLUTION: the solution */
} pel_walk_frame;

typedef enum pel_walk_other { PEL_OTHER_GOAL, PEL_OTHER_ELSE, PEL_OTHER_RECOVERY } pel_walk_other;

typedef struct pel_walk_choice { /* another way to read a body */
  pel_walk_other kind;
  pel_term goal, condition;
  size_t trail, n_frames, n_entries, n_collects, n_solutions, n_decisions;
  uint32_t next, step, at;
} pel_walk_choice;

typedef struct pel_walk_entry { /* what a step turned out to establish */
  uint32_t step;     /* PEL_NO_STEP: the entries [from, to) are replaced by those after this one: copies, of a solution that was collected */
  uint32_t from, to;
  pel_term goal;
} pel_walk_entry;

typedef struct pel_walk_collect {
  pel_term goal;
  uint32_t entry, next, step, at; /* where to go on when it is done */
  size_t n;                       /* solutions */
} pel_walk_collect;

typedef struct pel_walk_solution {
  uint32_t collect, from; /* first of its entries */
  size_t number, trail;
  size_t decisions_before, decisions; /* where those of the solution before it start, and its own */
  pel_term before;                    /* list of the solutions before it, the newest first */
} pel_walk_solution;

typedef struct pel_walk {
  pel_terms *t;
  pel_machine *m; /* for what runs again */
  const pel_proof *proof;
  pel_term *written;         /* [n_steps]: their goals as they say them */
  pel_term *heads, *bodies;  /* [clauses]: made when they are first needed */
  uint8_t *marks;            /* [n_steps] */
  uint8_t *cuts;             /* [predicates]: whether a clause of it has a cut; 0: not looked yet */
  pel_walk_frame *frames;
  size_t n_frames, frames_capacity;
  pel_walk_choice *choices;
  size_t n_choices, choices_capacity;
  pel_walk_entry *entries;
  size_t n_entries, entries_capacity;
  pel_walk_collect *collects;
  size_t n_collects, collects_capacity;
  pel_walk_solution *solutions;
  size_t n_solutions, solutions_capacity;
  uint32_t *decisions; /* clauses and sides of disjunctions, as they were chosen: solutions come in their order */
  size_t n_decisions, decisions_capacity;
  pel_term *scratch; /* locals of a clause, terms to copy */
  size_t scratch_capacity;
  uint32_t step, at; /* whose body is read (n_steps: the question), and its next use */
  uint32_t next;     /* frame */
  uint64_t tries, most_tries, rerun_steps;
  uint64_t score;    /* of the fault: how far the walk had come */
  size_t fault;      /* step, or SIZE_MAX: the question */
  size_t checked;    /* entries when it was met */
  char reason[240];
} pel_walk;

/* Whether the steps prove `question`. False: see fault, reason and t->over. */
bool pel_walk_run(pel_walk *w, pel_term question);
/* Whether they prove it in another way, too: what was found did not fit in the end. */
bool pel_walk_again(pel_walk *w);
void pel_walk_clear(pel_walk *w);

enum { PEL_CLIPPED = 48 };
/* The text, or its beginning and "...", cut between characters. */
void pel_check_clip(const char *text, char out[PEL_CLIPPED]);

/* ---- between check_walk.c and check_step.c ---- */

/* The next use must be a step for this goal; it is applied. False: it does not follow (pel_walk_fail was told). */
bool pel_walk_step(pel_walk *w, pel_term goal);
/* The next use must be a step that says that nothing was found. */
bool pel_walk_absent(pel_walk *w, pel_term negation);
bool pel_walk_solution_done(pel_walk *w, uint32_t solution);
/* What a step established is compared with what it says; the walk goes on where it was used. */
bool pel_walk_leave(pel_walk *w, uint32_t entry);

/* False always. The fault that was met furthest on is kept. `close`: the step was the expected one but for a detail. */
__attribute__((format(printf, 4, 5))) bool pel_walk_fail(pel_walk *w, uint32_t step, bool close, const char *format, ...);
uint32_t pel_walk_frame_add(pel_walk *w, pel_walk_frame frame); /* 0: no memory (t->over is set) */
pel_term *pel_walk_scratch(pel_walk *w, size_t n);              /* NULL: the same */
bool pel_walk_decide(pel_walk *w, uint32_t decision);
uint32_t pel_walk_entry_add(pel_walk *w, pel_walk_entry entry);
static inline size_t pel_walk_uses(const pel_walk *w, uint32_t step) {
  return step == w->proof->n_steps ? w->proof->n_roots : w->proof->steps[step].n_uses;
}
static inline uint32_t pel_walk_use(const pel_walk *w, uint32_t step, uint32_t at) {
  return step == w->proof->n_steps ? w->proof->roots[at] : w->proof->steps[step].uses[at];
}
