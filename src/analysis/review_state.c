#include "src/analysis/review_state.h"

#include <string.h>

#include "engine/base/mem.h"

const pel_review **pel_review_last_words(const pel_reasoning *r) {
  const pel_review **last = pel_alloc(r->n_nodes + 1, sizeof *last);
  const char *withdrawn = pel_verdict_name(PEL_VERDICT_WITHDRAWN);
  for (size_t i = 0; last && i < r->n_reviews; i++) {
    int64_t node = r->reviews[i].node;
    if (node >= 1 && node <= (int64_t)r->n_nodes) last[node] = strcmp(r->reviews[i].verdict, withdrawn) ? &r->reviews[i] : NULL;
  }
  return last;
}

const char *pel_review_open_point(const pel_node *node, const pel_review *last) {
  if (last) return strcmp(last->verdict, pel_verdict_name(PEL_VERDICT_ACCEPTED)) ? last->verdict : NULL;
  return node->kind == PEL_NODE_QUESTION ? "missing" : NULL;
}

const char *pel_verdict_name(pel_verdict verdict) {
  static const char *const names[PEL_VERDICTS] = {"accepted", "disputed", "needs evidence", "withdrawn"};
  return (unsigned)verdict < PEL_VERDICTS ? names[verdict] : "";
}
