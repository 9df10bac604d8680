/* A case's facts as clauses, and what it does not know. */
#pragma once
#include "engine/reason/world.h"

/* Errors name the JSON path of the fact. */
pel_status pel_world_add_facts(pel_world *w, pel_error *err);
