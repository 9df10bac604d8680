#include "engine/reason/gate.h"

/* From tests/bench/fit_gate.py on the train questions of EntailmentBank (1,294 questions, 4,849 facts); docs/methods.md says how. */
static const pel_retrieve_constants with_vectors = {
    .alpha = 0.8,
    .one = -3.461, .covered = -1.845, .shared = 2.895, .spread = 9.438, .shared_spread = 3.250,
    .unit = 13.824,
    .sharpness = {[PEL_RETRIEVE_SPARSEMAX] = {[PEL_RETRIEVE_LOG_KEY] = 0.3, [PEL_RETRIEVE_LITERAL] = 0.25, [PEL_RETRIEVE_UNGATED] = 0.4},
                  [PEL_RETRIEVE_ENTMAX15] = {[PEL_RETRIEVE_LOG_KEY] = 1.2, [PEL_RETRIEVE_LITERAL] = 0.6, [PEL_RETRIEVE_UNGATED] = 1.2}}};

static const pel_retrieve_constants with_ngrams = {
    .alpha = 0.3,
    .one = -5.110, .covered = 0.229, .shared = 4.709, .spread = 3.412, .shared_spread = 1.581,
    .unit = 5.683,
    .sharpness = {[PEL_RETRIEVE_SPARSEMAX] = {[PEL_RETRIEVE_LOG_KEY] = 0.4, [PEL_RETRIEVE_LITERAL] = 0.4, [PEL_RETRIEVE_UNGATED] = 0.6},
                  [PEL_RETRIEVE_ENTMAX15] = {[PEL_RETRIEVE_LOG_KEY] = 1.2, [PEL_RETRIEVE_LITERAL] = 1.5, [PEL_RETRIEVE_UNGATED] = 2}}};

const pel_retrieve_constants *pel_retrieve_constants_of(bool with_encoder) { return with_encoder ? &with_vectors : &with_ngrams; }

double pel_gate_logit(const pel_retrieve_constants *c, const pel_gate_input *in) {
  return c->one + c->covered * in->covered + c->shared * in->shared + c->spread * in->spread + c->shared_spread * in->shared * in->spread;
}
