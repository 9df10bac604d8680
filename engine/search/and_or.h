/* AND/OR search for a proof and a refutation. What a goal is, only the caller knows: here it is a number with children.
 *
 * An OR goal holds when one child does, an AND goal when all do; an OR goal without children is refuted, an AND goal without children
 * proved. A leaf is proved, refuted or unknown (nothing says), and refuted < unknown < proved: OR takes the greatest, AND the least. A world in which
 * what is not known may still be true ("open") is said by an unknown child under each OR goal. Equal keys are the same goal, so children may lead back
 * to an ancestor: such a goal fails on that path only, and what is decided is the least fixed point: nothing holds because of itself.
 *
 * Three searches work on it: proof numbers (proof_number.h), Monte-Carlo (puct.h), and iterative deepening as the control (deepening.h). */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum pel_goal_kind { PEL_GOAL_OR, PEL_GOAL_AND } pel_goal_kind;

/* Of a leaf as the caller gives it, and of any goal as a search leaves it. */
typedef enum pel_goal_status {
  PEL_GOAL_OPEN,    /* a leaf: may be expanded; afterwards: not decided */
  PEL_GOAL_PROVED,
  PEL_GOAL_REFUTED,
  PEL_GOAL_UNKNOWN, /* a leaf of which nothing is known; afterwards: neither a proof nor a refutation exists */
} pel_goal_status;
/* "open", "proved", "refuted", "unknown"; "" when out of range. */
const char *pel_goal_status_name(pel_goal_status status);

typedef struct pel_goal {
  uint64_t key; /* the same key: the same goal, of one kind and one leaf status */
  pel_goal_kind kind;
  pel_goal_status status;
  double prior;  /* >= 0, how promising among its siblings under an OR goal; anything else counts as 0, all 0 as equal */
  double value;  /* in [0, 1]. A decided leaf: its probability if proved. An open goal: a guess. NaN counts as 0.5 */
  double weight; /* in [0, 1], of an AND goal: what its value is multiplied with, the confidence of a rule. NaN counts as 1 */
} pel_goal;

/* Where a problem puts children. false: no more are taken, and the goal can then no longer be refuted (OR) or proved (AND) by them. */
typedef struct pel_goal_list pel_goal_list;
bool pel_goal_list_add(pel_goal_list *list, const pel_goal *child);

/* Owned by the caller, who outlives every search. Called from one thread. Anything but PEL_OK ends a search with that status. */
typedef struct pel_goal_problem {
  void *user;
  pel_status (*root)(void *user, pel_goal *root, pel_error *err);
  /* The children of an open goal, the same ones each time it is asked. */
  pel_status (*expand)(void *user, uint64_t key, pel_goal_list *children, pel_error *err);
  /* Optional: a sample of an open goal's value in [0, 1], a rollout; `random` is a number to seed it with. NULL: the goal's own value. */
  double (*sample)(void *user, uint64_t key, uint64_t random);
} pel_goal_problem;

/* 0 stands for the default written beside it. */
typedef struct pel_search_limits {
  uint64_t expansions;  /* 2,000; goals whose children were asked for */
  uint64_t simulations; /* of the Monte-Carlo search: none; of proof numbers: not used */
  double seconds;       /* 1; < 0: none. Which goal is expanded never depends on the clock, only how many are */
  uint64_t bytes;       /* 256 MB for goals and their children */
  uint32_t children;    /* 100,000 of one goal */
  uint32_t depth;       /* 10,000 below the root; deeper goals stay unknown (deepening: 64, at most 1,000) */
  uint64_t seed;        /* of ties and samples */
  bool (*cancelled)(void *user); /* NULL: never. Asked before each expansion and simulation */
  void *user;
} pel_search_limits;

/* Why a search ended. */
typedef enum pel_search_end {
  PEL_END_DECIDED,   /* proved or refuted */
  PEL_END_SETTLED,   /* neither can be: something needed is unknown (or was cut off, see pel_search.cut) */
  PEL_END_EXHAUSTED, /* decided, and nothing is left to look at */
  PEL_END_EXPANSIONS,
  PEL_END_SIMULATIONS,
  PEL_END_TIME,
  PEL_END_MEMORY,
  PEL_END_DEPTH,
  PEL_END_CANCELLED,
} pel_search_end;
/* "decided", "settled", "exhausted", "expansions", ...; "" when out of range. */
const char *pel_search_end_name(pel_search_end end);

/* What is recorded of a goal. */
typedef struct pel_goal_seen {
  uint64_t key;
  pel_goal_kind kind;
  pel_goal_status status;
  uint32_t id, parent; /* in order of discovery from 0; who first had it as a child, the root itself for the root */
  uint32_t depth;      /* least number of steps from the root by which it was discovered */
  uint32_t pn, dn;     /* proof and disproof number, PEL_PN_INFINITE for none */
  uint64_t n;          /* visits */
  double w, q, prior;  /* sum of the visits' values; value now; prior under `parent`, of all its siblings 1 */
  uint64_t first_visit; /* simulation, from 1; 0: never */
} pel_goal_seen;
#define PEL_PN_INFINITE 0x40000000u

/* What is recorded of a simulation (of the proof-number search: of a descent that ended in an expansion). */
typedef struct pel_goal_descent {
  uint64_t number;       /* from 1 */
  const uint64_t *path;  /* [length] keys from the root, borrowed during the call */
  size_t length;
  double value;          /* of the last goal on it */
} pel_goal_descent;

/* Either may be NULL. Simulations come as they happen; nodes at the end, each once, in order of discovery. */
typedef struct pel_search_sink {
  void *user;
  pel_status (*simulation)(void *user, const pel_goal_descent *simulation, pel_error *err);
  pel_status (*node)(void *user, const pel_goal_seen *node, pel_error *err);
} pel_search_sink;

/* The result. The fields are to be read only; goals by pel_search_node_at. */
typedef struct pel_search {
  pel_goal_status status; /* of the root: proved, refuted or unknown */
  pel_search_end end;
  bool cut;  /* a limit of children or depth cut something off: without it an unknown root might be decided */
  bool full; /* memory was full: from then on no goals were added (Monte-Carlo), or goals were forgotten (proof numbers) */
  uint64_t expansions; /* calls of expand */
  uint64_t simulations;
  uint64_t forgotten; /* goals taken out of memory again */
  size_t peak_bytes;  /* of goals, children and their index */
  double value;       /* of the root */
  double value_at[64]; /* [n_values]: the root's value after simulation 2^k */
  int n_values;
  struct pel_goal_graph *graph;
} pel_search;
void pel_search_free(pel_search *search);

/* ---- what a search has seen ---- */

size_t pel_search_nodes(const pel_search *search);
pel_goal_seen pel_search_node_at(const pel_search *search, size_t id); /* id 0 is the root */
/* *child of node `id`, from 0, in the caller's order; its visits from here; false when there is none. */
bool pel_search_child(const pel_search *search, size_t id, size_t i, size_t *child, uint64_t *visits, double *prior);
/* The node with this key, or SIZE_MAX. */
size_t pel_search_find(const pel_search *search, uint64_t key);

/* The order of what is otherwise equal: the less comes first. By key and seed alone, so that no place in a list is favoured. */
static inline uint64_t pel_goal_tie(uint64_t seed, uint64_t key) {
  uint64_t z = key + (seed + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
