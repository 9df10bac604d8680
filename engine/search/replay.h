/* A proof or a refutation as a list of steps, and a checker of it that shares nothing with the searches: it asks the problem itself what each goal's
 * children are, and goes through the list once, forwards. */
#pragma once
#include "engine/search/and_or.h"

typedef struct pel_goal_step {
  uint64_t goal;
  pel_goal_kind kind;
  size_t first, n; /* its children: children[first] .. children[first + n - 1] */
} pel_goal_step;

/* A proof: each step's children are leaves that the problem calls proved, or goals of earlier steps; an AND step has all its children, an OR
 * step the one that proves it. A refutation: an OR step has all its children, an AND step the one that fails; each child is a leaf that
 * is refuted, or the goal of some step: goals that only rest on each other have nothing to rest on. The last step is the root's; a root that is a leaf has none. */
typedef struct pel_goal_proof {
  pel_goal_status shows; /* PEL_GOAL_PROVED or PEL_GOAL_REFUTED */
  pel_goal_step *steps;  /* [n_steps] */
  uint64_t *children;    /* [n_children] */
  size_t n_steps, n_children;
  double leaves; /* of the proof as a tree: a leaf used twice counts twice */
  double value;  /* of the proof: weights of its AND goals times probabilities of its leaves */
} pel_goal_proof;
void pel_goal_proof_free(pel_goal_proof *proof);

/* PEL_OK: it shows what it says of the problem's root. PEL_ERR_CHECK: it does not, and err says which step. */
pel_status pel_goal_replay(const pel_goal_problem *problem, const pel_goal_proof *proof, pel_error *err);
