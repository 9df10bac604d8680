/* What each stage of a diagnosis is worth, of a study that ranked without each of them as well. */
#pragma once
#include "src/cli/eval_stages.h"

/* Fills all but `asked`. PEL_ERR_MEMORY, or PEL_ERR_USAGE without a covered case. */
pel_status phenopackets_stages(const pel_phenotype_study *study, stages_worth *out, pel_error *err);
