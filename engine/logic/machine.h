/* The machine that runs goals against a program: depth first, clauses in order, as Prolog does.
 *
 *   pel_machine *m;
 *   pel_machine_create (program, &PEL_LOGIC_DEFAULTS, &m, &err);
 *   pel_machine_ask (m, "s2_a(alice, S, H, D, 2016)", &err);
 *   while ((answer = pel_machine_next (m)) == PEL_ANSWER_YES) ...
 *
 * It computes and nothing else: there is no predicate that reads, writes, loads, starts or changes anything, and every
 * run ends: at a limit the answer is PEL_ANSWER_STOPPED with the reason. Nothing recurses on the C stack but the writing of terms, to a set depth. */
#pragma once
#include <pellucid/status.h>

#include "engine/logic/copy.h"
#include "engine/logic/program.h"

typedef struct pel_logic_limits {
  uint64_t steps;   /* calls */
  uint64_t memory;  /* bytes of terms, goals, alternatives, proof and names */
  uint32_t depth;   /* calls inside calls */
  double seconds;   /* wall clock */
} pel_logic_limits;
#define PEL_LOGIC_DEFAULTS ((pel_logic_limits){20000000, (uint64_t)512 << 20, 1000000, 60})

typedef enum pel_answer { PEL_ANSWER_YES, PEL_ANSWER_NO, PEL_ANSWER_ERROR, PEL_ANSWER_STOPPED } pel_answer;

typedef enum pel_stop_reason {
  PEL_STOPPED_NOT, PEL_STOPPED_STEPS, PEL_STOPPED_MEMORY, PEL_STOPPED_DEPTH, PEL_STOPPED_TIME, PEL_STOPPED_CANCELLED,
  PEL_STOPPED_UNDECIDED, /* an unknown fact was met: m->undecided says which */
  PEL_STOPPED_UNKNOWN    /* more was asked of an unknown quantity than how it compares: this was known from the start */
} pel_stop_reason;

/* What made a goal true, in the order in which it happened. */
typedef enum pel_event_kind {
  PEL_EVENT_RULE,    /* a clause's head matched; its body follows, with this event as parent */
  PEL_EVENT_BUILTIN,
  PEL_EVENT_ABSENT,  /* \+: nothing found */
  PEL_EVENT_COLLECT, /* findall: the events of its solutions follow, with this one as parent */
} pel_event_kind;

#define PEL_NO_EVENT UINT32_MAX

typedef struct pel_event {
  pel_cell goal;
  uint32_t clause; /* index into the program's clauses, of a rule */
  uint32_t parent; /* event, or PEL_NO_EVENT */
  uint32_t call;   /* number of the call */
  pel_event_kind kind;
} pel_event;

typedef struct pel_frame { /* what is still to be done */
  pel_cell goal;
  uint32_t next;   /* frame after this one */
  uint32_t cut;    /* alternatives that '!' leaves */
  uint32_t parent; /* event whose clause's body this is in */
  uint32_t depth;
  int kind;
} pel_frame;

typedef struct pel_choice { /* where to go on when something fails */
  int kind;
  size_t heap, trail, events;
  uint32_t frames, next; /* frames in use; the frame to go on with */
  pel_cell goal, condition; /* condition: of an if whose else this is, or 0 */
  uint32_t cut, parent, depth;
  uint32_t predicate;
  size_t clause;        /* next candidate */
  uint32_t call;
  size_t results;       /* findall: first of its results */
} pel_choice;

typedef struct pel_solution { /* of a findall: template and events as one term */
  pel_term_copy term;
} pel_solution;

typedef struct pel_machine {
  pel_program *program;
  pel_heap heap;
  pel_logic_limits limits;
  pel_cell *trail;
  size_t n_trail, trail_capacity;
  pel_frame *frames;
  size_t n_frames, frames_capacity;
  pel_choice *choices;
  size_t n_choices, choices_capacity;
  pel_event *events;
  size_t n_events, events_capacity;
  pel_solution *solutions;
  size_t n_solutions, solutions_capacity;
  size_t solution_cells; /* in all of them */
  pel_cell *work; /* scratch of unify and compare */
  size_t work_capacity;
  pel_cell *locals; /* scratch of clauses */
  size_t locals_capacity;

  uint32_t next;   /* frame to go on with */
  uint32_t parent; /* of the frame that was run last: an event, when events are kept */
  uint64_t steps;
  double until;    /* monotonic seconds */
  pel_stop_reason stopped;
  pel_term_copy ball; /* of the last throw */
  pel_term_copy caught; /* of the first error that a rule caught */
  size_t n_caught;
  pel_term_copy scratch;
  bool started, ended;
  bool record;     /* events are kept */
  bool (*cancelled)(void *user); /* asked now and then; NULL: never */
  void *user;

  /* Told of every try (pel_tried of control.h), in order; NULL: nobody listens. `clause` is an index or UINT32_MAX. `call` counts calls from 1, `parent` is a call or 0. */
  void (*on_try)(void *user, int outcome, uint32_t call, uint32_t parent, uint32_t clause, pel_cell goal);
  void *try_user;
  uint32_t calls;

  /* Told of what becomes of goals (pel_seen of control.h), in order, while events are kept; NULL: nobody listens. `event`: of PEL_SEEN_DONE the rule's, else the one in whose clause's body it
   * happened, or PEL_NO_EVENT. The events are those that stood before, the variables as they were then. */
  void (*on_seen)(void *user, int seen, uint32_t event, pel_cell goal);
  void *seen_user;

  /* Unknown facts and quantities of the case; see unknown.h. */
  struct pel_unknowns *unknowns;
  int32_t undecided;

  pel_cell goal; /* of the query */
} pel_machine;

pel_status pel_machine_create(pel_program *program, const pel_logic_limits *limits, pel_machine **out, pel_error *err);
void pel_machine_destroy(pel_machine *m);
/* Starts a query: text in the rules' syntax, without a dot. Earlier answers are gone. */
pel_status pel_machine_ask(pel_machine *m, const char *goal, pel_error *err);
/* The same for a term that lies in the constant store, its variables as locals. */
pel_status pel_machine_ask_term(pel_machine *m, pel_cell goal, uint32_t n_locals, pel_error *err);
/* The next answer: bindings are in m->goal, what made it true in m->events. */
pel_answer pel_machine_next(pel_machine *m);
/* After PEL_ANSWER_ERROR: the error as the rules write it, cut to fit. */
void pel_machine_error_text(pel_machine *m, char *out, size_t size);
/* The first error that a rule caught with catch/3, in the same way. Returns how many there were since the query was asked. */
size_t pel_machine_caught(pel_machine *m, char *out, size_t size);
/* In words, for PEL_ANSWER_STOPPED: "a limit of 20000000 steps was reached". */
void pel_machine_reason(const pel_machine *m, char *out, size_t size);

/* ---- for built-in predicates ---- */

bool pel_unify(pel_machine *m, pel_cell a, pel_cell b); /* also false, with m->stopped, at a limit */
void pel_bind(pel_machine *m, pel_cell var, pel_cell value);
/* As an outcome: PEL_STOP when a limit was met meanwhile. A zero cell means that there was no room. */
pel_outcome pel_unify_outcome(pel_machine *m, pel_cell a, pel_cell b);
pel_outcome pel_stop_memory(pel_machine *m);
/* For what takes long in one step: true, with m->stopped, when the time is over or the run was cancelled. */
bool pel_look_at_clock(pel_machine *m);
/* Whether a text of so many bytes may be made. */
bool pel_has_room(const pel_machine *m, uint64_t bytes);
uint64_t pel_text_room(const pel_machine *m); /* the most bytes that one may have */
/* Bytes in use. */
uint64_t pel_machine_memory(const pel_machine *m);
/* Standard order: variables, numbers, atoms, strings, compounds. *ok false: at a limit. */
int pel_compare_terms(pel_machine *m, pel_cell a, pel_cell b, bool *ok);

/* Binds the variables of a term to '$VAR'(0), '$VAR'(1), ... for good: of a term that is only written any more. */
void pel_number_variables(pel_machine *m, pel_cell c);

pel_outcome pel_throw(pel_machine *m, pel_cell ball);
pel_outcome pel_throw_instantiation(pel_machine *m);
pel_outcome pel_throw_type(pel_machine *m, const char *type, pel_cell culprit);
pel_outcome pel_throw_domain(pel_machine *m, const char *domain, pel_cell culprit);
pel_outcome pel_throw_evaluation(pel_machine *m, const char *what);
pel_outcome pel_throw_representation(pel_machine *m, const char *what);
