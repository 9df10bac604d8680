/* Ground rules with one planted proof among rules that lead nowhere. */
#pragma once
#include "engine/search/horn.h"

typedef struct planted_shape {
  int depth;        /* of the planted proof, in rules */
  int body;         /* atoms in a body */
  int distractors;  /* further rules for each atom of the proof */
  int blind;        /* depth to which distractors go on before nothing supports them */
  double known;     /* share of a distractor's atoms that are facts all the same */
  double informed;  /* 0: confidences say nothing; 1: the planted rules' are drawn higher, but overlapping; -1: lower */
  bool certain;     /* every confidence is 1 */
  bool circles;     /* distractors may lead back to any atom so far */
} planted_shape;

/* Atom 0 is the goal. The proof holds; nothing else does unless by chance. *out is owned by the caller. */
pel_horn *planted_horn(const planted_shape *shape, uint64_t seed);
