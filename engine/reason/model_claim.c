/* A model's answer as a claim of its own: its words, what it attended to, and whether the pack says the same. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/reason/audit.h"
#include "engine/reason/model_verdict.h"

pel_status pel_audit_model_claim(audit *a, pel_node_state state, int64_t root) {
  const pel_audit_model *m = a->o->model;
  char says[1700];
  int64_t claim, check;
  const char *verdict = a->result->model_agrees = pel_model_verdict(m->answer, state, a->c->question, a->result->n_answers ? a->result->answers[0] : NULL);
  pel_document text = {.id = *a->c->text ? 3 : 2, .name = "answer", .text = *m->answer ? m->answer : "(nothing)"};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_DOCUMENT, &text, a->err));
  bool agrees = strcmp(verdict, "agrees") == 0, against = strcmp(verdict, "contradicts") == 0;
  pel_node_state shown = agrees ? PEL_STATE_HOLDS : against ? PEL_STATE_CONFLICT : PEL_STATE_UNKNOWN;
  snprintf(says, sizeof says, "The model says: \"%.1500s\"", m->answer);
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CLAIM, .state = shown, .says = says, .by = m->name, .note = "a language model's words; nothing else rests on them"}, &claim));
  snprintf(says, sizeof says, agrees ? "The model and the pack agree" : against ? "The model contradicts the pack" : "The pack says nothing that decides what the model says");
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = shown, .says = says}, &check));
  PEL_TRY(pel_tell_edge(&a->t, root, claim, against ? PEL_EDGE_CONTRADICTS : PEL_EDGE_CITES, "the model"));
  PEL_TRY(pel_tell_edge(&a->t, claim, check, PEL_EDGE_BECAUSE, ""));
  for (size_t i = 0; m->attended && i < a->c->n_facts; i++) {
    int64_t fact;
    if (isnan(m->attended[i])) continue;
    PEL_TRY(pel_tell_case_fact(&a->t, i, &fact));
    PEL_TRY(pel_tell_weighted_edge(&a->t, claim, fact, PEL_EDGE_ATTENDED, m->attended[i]));
  }
  return PEL_OK;
}
