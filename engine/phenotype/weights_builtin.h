/* Learnt weights, as 'pellucid eval phenopackets FOLDER --pack X.pack --save X.json' gives them; docs/measurements.md says of what. */
#pragma once
#include <pellucid/phenotype.h>

#include "engine/phenotype/features.h"

static const pel_phenotype_weights builtin = {.slope = 1, .weight = {[PEL_F_RATIO] = 1, [PEL_F_EXCLUDED_LOG] = -1}};
