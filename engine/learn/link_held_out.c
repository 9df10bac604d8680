/* Asks a graph network for edges that it was not learnt from. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/graph/graph.h"
#include "engine/learn/link_trust.h"

typedef struct question {
  uint32_t entity, relation;
} question;

static int by_question(const void *x, const void *y) {
  const question *a = x, *b = y;
  if (a->entity != b->entity) return a->entity < b->entity ? -1 : 1;
  return (a->relation > b->relation) - (a->relation < b->relation);
}

/* Each once, from either end, evenly spaced where there are too many. */
static question *questions_of(const pel_link_held_out *of, size_t *n) {
  question *list = pel_alloc(2 * of->n + 1, sizeof *list);
  size_t all = 0;
  for (size_t i = 0; list && i < of->n; i++) {
    const pel_triple *t = &of->triples[i];
    list[2 * i] = (question){t->subject, t->relation};
    list[2 * i + 1] = (question){t->object, pel_graph_backwards(of->learnt, t->relation)};
  }
  if (list && of->n) qsort(list, 2 * of->n, sizeof *list, by_question);
  for (size_t i = 0; list && i < 2 * of->n; i++)
    if (!i || by_question(&list[i], &list[i - 1])) list[all++] = list[i];
  *n = all < PEL_LINK_QUESTIONS ? all : PEL_LINK_QUESTIONS;
  for (size_t i = 0; list && i < *n; i++) list[i] = list[i * all / *n];
  return list;
}

static pel_status ask(pel_gnn *network, const pel_link_held_out *of, const question *q, double *scores, pel_link_cases *cases, pel_error *err) {
  PEL_TRY(pel_gnn_score(network, of->learnt, q->entity, q->relation, scores, err));
  pel_link_unstated(of->learnt, q->entity, q->relation, scores);
  pel_link_share(scores, pel_graph_entities(of->learnt));
  return pel_link_cases_add(cases, scores, of->whole, &(pel_link_asked){q->entity, q->relation, false}, err);
}

pel_status pel_link_trust_network(pel_gnn *network, const pel_link_held_out *of, bool (*progress)(double fraction, void *user), void *user, pel_link_trust *out, pel_error *err) {
  pel_link_trust made = {.graph = pel_graph_print(of->whole), .network = pel_gnn_print(network)};
  pel_link_cases cases = {0};
  size_t n = 0;
  question *list = questions_of(of, &n);
  double *scores = pel_alloc(pel_graph_entities(of->learnt), sizeof *scores);
  pel_status status = list && scores ? PEL_OK : pel_fail_memory(err, "questions", 2 * of->n * sizeof *list);
  for (size_t i = 0; i < n && status == PEL_OK; i++)
    status = !progress || progress((double)i / (double)n, user) ? ask(network, of, &list[i], scores, &cases, err) : pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
  if (status == PEL_OK) status = pel_link_cases_fit(&cases, &made, err);
  if (status == PEL_OK) *out = made;
  free(list), free(scores), free(cases.list);
  return status;
}
