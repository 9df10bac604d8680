#include "engine/reason/verify_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/base/text.h"

enum { LINE = 1500 };

void pel_verify_say(const pel_search_words *words, const pel_search *s, size_t id, char out[PEL_VERIFY_WORDS]) {
  const char *says;
  int64_t node;
  words->goal(words->user, pel_search_node_at(s, id).key, &says, &node);
  pel_text_cut(out, PEL_VERIFY_WORDS, says);
}

pel_status pel_verify_tell(audit *a, int64_t node, pel_node_state state, const char *says, const char *note) {
  int64_t check;
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = state, .says = says, .note = note}, &check));
  return pel_tell_edge(&a->t, node, check, state == PEL_STATE_REFUTED ? PEL_EDGE_CONTRADICTS : PEL_EDGE_BECAUSE, "verification");
}

void pel_verify_doubt(audit *a, const char *reason) {
  a->withdrawn = true;
  a->result->state = PEL_STATE_UNKNOWN;
  free(a->result->reason);
  a->result->reason = strdup(reason);
}

pel_status pel_verify_replay(audit *a, const pel_goal_problem *problem, const pel_goal_proof *proof, int64_t node, bool *accepted) {
  pel_error why = {0};
  char says[300];
  pel_status status = pel_goal_replay(problem, proof, &why);
  *accepted = status == PEL_OK;
  if (*accepted) return PEL_OK;
  if (status != PEL_ERR_CHECK) return pel_fail(a->err, status, "%s", why.text);
  snprintf(says, sizeof says, "the search's proof was not accepted when it was checked: %.200s", why.text);
  pel_verify_doubt(a, says);
  return pel_verify_tell(a, node, PEL_STATE_UNKNOWN, says, "");
}

pel_status pel_verify_put_line(audit *a, const pel_search_words *words, const pel_search *s) {
  size_t *nodes, n, at = 0;
  char one[PEL_VERIFY_WORDS], line[LINE] = "";
  PEL_TRY(pel_search_principal(s, &nodes, &n, a->err));
  for (size_t i = 0; i < n && at + PEL_VERIFY_WORDS + 8 < sizeof line; i++) {
    pel_verify_say(words, s, nodes[i], one);
    at += (size_t)snprintf(line + at, sizeof line - at, "%s%s", i ? " > " : "", one);
  }
  free(nodes);
  return pel_audit_attribute(a, a->n_spans, "line searched most", line);
}

pel_status pel_verify_put_smallest(audit *a, const pel_search *s) {
  pel_goal_proof *proof;
  uint64_t *leaves;
  size_t n;
  if (s->status != PEL_GOAL_PROVED) return PEL_OK;
  PEL_TRY(pel_search_proof(s, PEL_PROOF_FEWEST_LEAVES, &proof, a->err));
  pel_status status = pel_goal_proof_leaves(proof, &leaves, &n, a->err);
  pel_goal_proof_free(proof);
  if (status != PEL_OK) return status;
  free(leaves);
  return pel_audit_count(a, "smallest proof, facts", n);
}
