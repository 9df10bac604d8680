/* Rules applied to a question: the greatest confidence counts, ties are broken by the further ones (as AnyBURL does, Meilicke et al. 2019). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/graph/chain_rule.h"
#include "engine/graph/chain_walk.h"

/* Of an answer so many confidences are compared. Answers that agree in all of them count as equal. */
enum { MOST_COMPARED = 256 };

typedef struct hit {
  uint32_t entity, place; /* of a rule's confidence among the different ones, the greatest is 0 */
} hit;

typedef struct answer {
  uint32_t entity, n;
  const uint32_t *places; /* [n] ascending */
} answer;

typedef struct asked {
  hit *hits;
  size_t n_hits, capacity;
  uint32_t *count;  /* [entities] hits of each */
  uint32_t *ends;   /* [entities] */
  uint32_t *places; /* [n_hits], the hits in order of their entity */
  answer *answers;
  size_t n_answers;
} asked;

static pel_status collect(asked *q, pel_chain_walk *w, const pel_chain_rules *rules, uint32_t head, bool backwards, uint32_t subject, pel_error *err) {
  uint32_t place = 0;
  for (size_t i = rules->first[head]; i < rules->first[head + 1]; i++) {
    const pel_chain_rule *rule = &rules->items[i];
    if (i > rules->first[head]) place += rule->confidence != rule[-1].confidence;
    uint32_t way[PEL_CHAIN_LONGEST];
    size_t n;
    pel_chain_rule_way(w->graph, rule, backwards, way);
    pel_chain_walk_body(w, subject, way, rule->length, q->ends, &n);
    hit *hits = pel_grow(q->hits, &q->capacity, q->n_hits + n, sizeof *hits);
    if (!hits) return pel_fail_memory(err, "answers", (q->n_hits + n) * sizeof *hits);
    q->hits = hits;
    for (size_t k = 0; k < n; k++)
      if (q->count[q->ends[k]] < MOST_COMPARED) {
        q->n_answers += !q->count[q->ends[k]]++;
        hits[q->n_hits++] = (hit){q->ends[k], place};
      }
  }
  return PEL_OK;
}

/* The hits by entity: as they come the places of each are ascending already. */
static pel_status group(asked *q, uint32_t n_entities, pel_error *err) {
  q->places = pel_alloc(q->n_hits, sizeof *q->places);
  q->answers = pel_alloc(q->n_answers, sizeof *q->answers);
  if (!q->places || !q->answers) return pel_fail_memory(err, "answers", q->n_hits * sizeof *q->places);
  size_t at = 0, n = 0;
  for (uint32_t e = 0; e < n_entities; e++) {
    if (!q->count[e]) continue;
    q->answers[n] = (answer){e, 0, q->places + at};
    at += q->count[e];
    q->count[e] = (uint32_t)n++;
  }
  for (size_t i = 0; i < q->n_hits; i++) {
    answer *a = &q->answers[q->count[q->hits[i].entity]];
    q->places[(size_t)(a->places - q->places) + a->n++] = q->hits[i].place;
  }
  return PEL_OK;
}

/* The worse one first. */
static int by_places(const void *x, const void *y) {
  const answer *a = x, *b = y;
  for (uint32_t i = 0; i < a->n && i < b->n; i++)
    if (a->places[i] != b->places[i]) return a->places[i] > b->places[i] ? -1 : 1;
  return a->n < b->n ? -1 : a->n > b->n;
}

static int worse_first(const void *x, const void *y) {
  int c = by_places(x, y);
  const answer *a = x, *b = y;
  return c ? c : a->entity < b->entity ? -1 : a->entity > b->entity;
}

/* The confidence at a place. */
static double *confidences(const pel_chain_rules *rules, uint32_t head) {
  size_t first = rules->first[head], n = rules->first[head + 1] - first, at = 0;
  double *values = pel_alloc(n, sizeof *values);
  for (size_t i = 0; values && i < n; i++) {
    if (i && rules->items[first + i].confidence != rules->items[first + i - 1].confidence) at++;
    values[at] = rules->items[first + i].confidence;
  }
  return values;
}

static void give_scores(const asked *q, const double *values, double *scores) {
  double before = 0;
  for (size_t i = 0; i < q->n_answers; i++) {
    const answer *a = &q->answers[i];
    double own = values[a->places[0]];
    if (!i || by_places(a - 1, a)) before = own > before ? own : nextafter(before, INFINITY);
    scores[a->entity] = before;
  }
}

static void clear(asked *q) {
  free(q->hits), free(q->count), free(q->ends), free(q->places), free(q->answers);
}

pel_status pel_chain_rules_score(const pel_chain_rules *rules, const pel_graph *g, uint32_t subject, uint32_t relation, double *scores, pel_error *err) {
  if (subject >= g->n_entities || g->n_relations != rules->n_relations || relation >= 2 * g->n_relations)
    return pel_fail(err, PEL_ERR_USAGE, "the question names what the graph does not have, or the rules are of another graph's relations");
  bool backwards = relation >= g->n_relations;
  uint32_t head = backwards ? relation - g->n_relations : relation;
  pel_chain_walk w;
  PEL_TRY(pel_chain_walk_create(g, &w, err));
  asked q = {.count = pel_alloc(g->n_entities, sizeof *q.count), .ends = pel_alloc(g->n_entities, sizeof *q.ends)};
  double *values = confidences(rules, head);
  pel_status status = q.count && q.ends && values ? collect(&q, &w, rules, head, backwards, subject, err) : pel_fail_memory(err, "answers", 2 * (size_t)g->n_entities * sizeof *q.count);
  if (status == PEL_OK) status = group(&q, g->n_entities, err);
  if (status == PEL_OK) {
    memset(scores, 0, g->n_entities * sizeof *scores);
    qsort(q.answers, q.n_answers, sizeof *q.answers, worse_first);
    give_scores(&q, values, scores);
  }
  free(values);
  clear(&q);
  pel_chain_walk_clear(&w);
  return status;
}
