/* Asks a graph for what it knows: the answers of some questions, or some edges, are kept back, chains are mined from the rest, and the questions put to them. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/graph/graph.h"
#include "engine/learn/link_trust.h"

enum { FOLDS = PEL_LINK_FOLDS };

uint64_t pel_graph_print(const pel_graph *graph) {
  size_t n;
  const pel_triple *all = pel_graph_triples(graph, &n);
  uint64_t sum = pel_graph_entities(graph);
  for (size_t i = 0; i < n; i++) sum += pel_link_hash(all[i].subject, all[i].relation, all[i].object);
  return sum >> 11; /* a double holds it */
}

typedef struct learning {
  const pel_graph *whole;
  const pel_triple *triples;
  size_t n;
  pel_mining how;
  double share; /* of the questions that are asked */
  pel_link_cases cases;
  double *scores;
  const pel_mining *given;
  int run; /* of 3 FOLDS */
  pel_error *err;
} learning;

static uint32_t entity_of(const pel_triple *t, bool backwards) { return backwards ? t->object : t->subject; }
static bool is_asked(const learning *l, const pel_triple *t, bool backwards) {
  pel_rng rng = pel_link_rng(entity_of(t, backwards), t->relation, 2 + backwards);
  return pel_rng_uniform(&rng) < l->share;
}

static bool same_question(const pel_triple *a, const pel_triple *b, bool backwards) { return a->relation == b->relation && entity_of(a, backwards) == entity_of(b, backwards); }

static bool goes_on(double fraction, void *user) {
  const learning *l = user;
  return !l->given->progress || l->given->progress((l->run + fraction) / (3 * FOLDS), l->given->user);
}

typedef enum left_out { BY_SUBJECT, BY_OBJECT, BY_EDGE } left_out; /* whole questions, of either end; edges one by one */

static uint32_t part_of(const pel_triple *t, left_out by) {
  uint64_t h = by == BY_EDGE ? pel_link_hash(t->subject, t->object, 5 + t->relation) : pel_link_hash(entity_of(t, by == BY_OBJECT), t->relation, by == BY_OBJECT);
  return (uint32_t)(h % FOLDS);
}

static pel_status leave_out(const learning *l, uint32_t fold, left_out by, pel_graph **out) {
  size_t kept = 0;
  pel_triple *list = pel_alloc(l->n + 1, sizeof *list);
  if (!list) return pel_fail_memory(l->err, "a graph", l->n * sizeof *list);
  for (size_t i = 0; i < l->n; i++)
    if (part_of(&l->triples[i], by) != fold) list[kept++] = l->triples[i];
  pel_status status = pel_graph_create(pel_graph_entities(l->whole), pel_graph_relations(l->whole), list, kept, out, l->err);
  free(list);
  return status;
}

/* With `further` what chains say beyond the answers that are left; a question without any is none then. */
static pel_status ask(learning *l, const pel_chain_rules *rules, const pel_graph *graph, const pel_triple *t, bool backwards, bool further) {
  uint32_t start = entity_of(t, backwards), relation = backwards ? pel_graph_backwards(graph, t->relation) : t->relation;
  PEL_TRY(pel_chain_rules_score(rules, graph, start, relation, l->scores, l->err));
  if (further && !pel_link_unstated(graph, start, relation, l->scores)) return PEL_OK;
  return pel_link_cases_add(&l->cases, l->scores, l->whole, &(pel_link_asked){start, relation, further}, l->err);
}

/* Each question that something was left out of, once. `order`: the triples in an order in which those of a question stand together. */
static pel_status ask_part(learning *l, const pel_chain_rules *rules, const pel_graph *graph, const pel_triple *order, uint32_t fold, left_out by, bool backwards) {
  const pel_triple *before = NULL; /* the last one that was left out */
  pel_status status = PEL_OK;
  for (size_t i = 0; i < l->n && status == PEL_OK; i++) {
    const pel_triple *t = &order[i];
    if (part_of(t, by) != fold) continue;
    bool again = before && same_question(t, before, backwards);
    before = t;
    if (again || !is_asked(l, t, backwards)) continue;
    status = goes_on(1, l) ? ask(l, rules, graph, t, backwards, by == BY_EDGE) : pel_fail(l->err, PEL_ERR_CANCELLED, "interrupted");
  }
  return status;
}

/* `turned`: the triples by their objects. */
static pel_status ask_fold(learning *l, const pel_triple *turned, uint32_t fold, left_out by) {
  pel_graph *less;
  pel_chain_rules *rules = NULL;
  pel_mined mined;
  PEL_TRY(leave_out(l, fold, by, &less));
  pel_status status = pel_chain_rules_mine(less, &l->how, &rules, &mined, l->err);
  if (status == PEL_OK && by != BY_OBJECT) status = ask_part(l, rules, less, l->triples, fold, by, false);
  if (status == PEL_OK && by != BY_SUBJECT) status = ask_part(l, rules, less, turned, fold, by, true);
  pel_chain_rules_free(rules);
  pel_graph_free(less);
  l->run++;
  return status;
}

static int by_object(const void *x, const void *y) {
  const pel_triple *a = x, *b = y;
  if (a->object != b->object) return a->object < b->object ? -1 : 1;
  if (a->relation != b->relation) return a->relation < b->relation ? -1 : 1;
  return (a->subject > b->subject) - (a->subject < b->subject);
}

static size_t count_questions(const pel_triple *order, size_t n, bool backwards) {
  size_t questions = 0;
  for (size_t i = 0; i < n; i++) questions += !i || !same_question(&order[i], &order[i - 1], backwards);
  return questions;
}

static pel_status ask_all(learning *l) {
  pel_triple *turned = pel_alloc(l->n + 1, sizeof *turned);
  if (!turned) return pel_fail_memory(l->err, "a graph", l->n * sizeof *turned);
  memcpy(turned, l->triples, l->n * sizeof *turned);
  if (l->n) qsort(turned, l->n, sizeof *turned, by_object);
  l->share = (double)PEL_LINK_QUESTIONS / (double)(count_questions(l->triples, l->n, false) + count_questions(turned, l->n, true) + 1);
  pel_status status = PEL_OK;
  for (int by = BY_SUBJECT; by <= BY_EDGE; by++)
    for (uint32_t fold = 0; fold < FOLDS && status == PEL_OK; fold++) status = ask_fold(l, turned, fold, (left_out)by);
  free(turned);
  return status;
}

pel_status pel_link_trust_learn(const pel_graph *graph, const pel_mining *how, pel_link_trust *out, pel_error *err) {
  learning l = {.whole = graph, .how = how ? *how : (pel_mining){0}, .err = err};
  pel_mining none = {0};
  l.given = how ? how : &none;
  l.how.progress = goes_on, l.how.user = &l;
  if (!l.how.most) l.how.most = PEL_LINK_RULES;
  l.triples = pel_graph_triples(graph, &l.n);
  l.scores = pel_alloc(pel_graph_entities(graph), sizeof *l.scores);
  pel_link_trust made = {.length = l.how.length ? l.how.length : PEL_CHAIN_LONGEST, .graph = pel_graph_print(graph)};
  pel_status status = l.scores ? ask_all(&l) : pel_fail_memory(err, "scores", pel_graph_entities(graph) * sizeof *l.scores);
  if (status == PEL_OK) status = pel_link_cases_fit(&l.cases, &made, err);
  if (status == PEL_OK) *out = made;
  free(l.cases.list);
  free(l.scores);
  return status;
}
