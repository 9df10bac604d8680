/* Facts and quantities that nobody knows, in the proof check: a proof is of one way in which they may be, and rests on it. What that way leaves open is not shown. */
#pragma once
#include "engine/logic/unknown.h"
#include "engine/proof/check_terms.h"

/* Takes copies of the ranges; the facts stay the caller's. False: no memory. */
bool pel_check_unknowns_take(pel_terms *t, const pel_unknowns *u);
/* 1: the way supposes the fact; -1: it supposes that it is not so; 0: neither. */
int8_t pel_check_supposed(const pel_terms *t, int32_t fact);

/* The number of the quantity that the term is, from 1; 0: it is none. */
uint32_t pel_check_quantity(const pel_terms *t, pel_term x);
/* Whether one is the term or inside it. */
bool pel_check_mentions(pel_terms *t, pel_term x);
/* How its values can compare with a number: bit 0 less, 1 equal, 2 greater. Nothing (0) with one that is not a number. */
int pel_check_possible(const pel_terms *t, uint32_t quantity, const pel_exact *n);

/* Of two terms of which one is a quantity, and which are not the same. With t->open set it is not known, and the answer says nothing. */
bool pel_check_same_quantity(pel_terms *t, pel_term a, pel_term b);
int pel_check_quantity_order(pel_terms *t, pel_term a, pel_term b);
