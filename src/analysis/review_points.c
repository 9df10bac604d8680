#include "src/analysis/review_points.h"

#include <string.h>

#include "engine/base/mem.h"

const pel_review **pel_reviews_last(const pel_reasoning *r) {
  const pel_review **last = pel_alloc(r->n_nodes + 1, sizeof *last);
  const char *withdrawn = pel_verdict_name(PEL_VERDICT_WITHDRAWN);
  for (size_t i = 0; last && i < r->n_reviews; i++)
    last[r->reviews[i].node] = strcmp(r->reviews[i].verdict, withdrawn) ? &r->reviews[i] : NULL;
  return last;
}

const char *pel_open_point(const pel_node *node, const pel_review *last) {
  if (last) return strcmp(last->verdict, pel_verdict_name(PEL_VERDICT_ACCEPTED)) ? last->verdict : NULL;
  if (node->kind == PEL_NODE_QUESTION || (node->kind == PEL_NODE_FACT && node->state == PEL_STATE_UNKNOWN)) return "missing";
  return node->state == PEL_STATE_CONFLICT ? "in conflict" : NULL;
}

const char *pel_verdict_name(pel_verdict verdict) {
  static const char *const names[PEL_VERDICTS] = {"accepted", "disputed", "needs evidence", "withdrawn"};
  return (unsigned)verdict < PEL_VERDICTS ? names[verdict] : "";
}
