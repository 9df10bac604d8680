/* What an explanation is made of, for the files that explain. */
#pragma once
#include "engine/learn/gnn_model.h"
#include "engine/nn/path_beam.h"

typedef struct gnn_account { /* of the last question (gnn_ask), for one answer; each [layers][steps of the plan] */
  double *alpha[PEL_PATH_LAYERS_MAX];  /* attention */
  double *weight[PEL_PATH_LAYERS_MAX]; /* derivative of the answer's score by the step's message */
  double *worth[PEL_PATH_LAYERS_MAX];  /* what paths are ranked by */
  double *through[PEL_PATH_LAYERS_MAX]; /* the best path to the answer that takes the step; -infinity: none does */
} gnn_account;

pel_status gnn_account_take(pel_gnn *gnn, uint32_t place, gnn_account *out, pel_error *err);
/* Fills worth and through. */
pel_status gnn_account_worth(pel_gnn *gnn, uint32_t place, pel_gnn_ranking by, gnn_account *account, pel_error *err);
void gnn_account_clear(gnn_account *account);
