/* A case's facts as clauses, and what it does not know. */
#pragma once
#include "engine/logic/number.h"
#include "engine/reason/world.h"

/* Errors name the JSON path of the fact. */
pel_status pel_world_add_facts(pel_world *w, pel_error *err);
/* The value of a known quantity, the i-th fact, in the vocabulary's unit, exact. Errors name the place in the case. */
pel_status pel_fact_quantity(const pel_world *w, size_t i, pel_number *out, pel_error *err);
