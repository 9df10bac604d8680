/* How often the first answer that mined chains lead to is right, asked of the graph itself: the answers of some questions are kept back, and the rules mined without them. */
#include <math.h>
#include <pellucid/learn.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"
#include "engine/graph/graph.h"
#include "engine/nn/logistic.h"

enum { FOLDS = PEL_LINK_FOLDS, LEAST = 50, RESAMPLES = 300 };
_Static_assert((int)PEL_LINK_PARTS <= (int)PEL_LOGISTIC_MOST, "the map takes every part");

const char *pel_link_part_name(pel_link_part part) {
  static const char *const names[] = {"score", "lead", "found"};
  return (unsigned)part < PEL_LINK_PARTS ? names[part] : "";
}

const char *pel_link_part_says(pel_link_part part) {
  static const char *const says[] = {"the best chain's confidence", "how far it leads", "how many answers chains lead to"};
  return (unsigned)part < PEL_LINK_PARTS ? says[part] : "";
}

bool pel_link_parts_of(const double *scores, uint32_t n, uint32_t start, uint32_t *first, double parts[PEL_LINK_PARTS]) {
  double best = 0, second = 0;
  uint32_t found = 0;
  for (uint32_t e = 0; e < n; e++) {
    if (e == start || !(scores[e] > 0)) continue;
    found++;
    if (scores[e] > best) second = best, best = scores[e], *first = e;
    else second = fmax(second, scores[e]);
  }
  if (!found) return false;
  double share = fmin(best, 1 - 1e-9);
  parts[PEL_LINK_SCORE] = log(share / (1 - share));
  parts[PEL_LINK_LEAD] = best - second;
  parts[PEL_LINK_FOUND] = log(found);
  return true;
}

static pel_logistic map_of(const pel_link_trust *t) {
  pel_logistic m = {.offset = t->offset};
  memcpy(m.slope, t->slope, sizeof t->slope);
  memcpy(m.mean, t->mean, sizeof t->mean);
  return m;
}

double pel_link_confidence(const pel_link_trust *t, const double parts[PEL_LINK_PARTS]) {
  pel_logistic m = map_of(t);
  return pel_logistic_map(&m, parts, PEL_LINK_PARTS);
}

/* ---- asking ---- */

static pel_rng mixed(uint32_t entity, uint32_t relation, uint64_t salt) { return (pel_rng){((uint64_t)entity << 32 | relation) + salt * 0x9e3779b97f4a7c15u}; }

static uint64_t hash_of(uint32_t entity, uint32_t relation, uint64_t salt) {
  pel_rng rng = mixed(entity, relation, salt);
  return pel_rng_next(&rng);
}

uint64_t pel_graph_print(const pel_graph *graph) {
  size_t n;
  const pel_triple *all = pel_graph_triples(graph, &n);
  uint64_t sum = pel_graph_entities(graph);
  for (size_t i = 0; i < n; i++) sum += hash_of(all[i].subject, all[i].relation, all[i].object);
  return sum >> 11; /* a double holds it */
}

typedef struct asked { /* a question that rules lead somewhere from */
  double parts[PEL_LINK_PARTS];
  uint32_t fold, entity; /* fold: of the map, by the entity */
  bool right;
} asked;

typedef struct learning {
  const pel_graph *whole;
  const pel_triple *triples;
  size_t n;
  pel_mining how;
  double share; /* of the questions that are asked */
  asked *list;
  size_t n_list, room;
  uint64_t n_asked;
  double *scores;
  const pel_mining *given;
  int run; /* of 2 FOLDS */
  pel_error *err;
} learning;

static uint32_t entity_of(const pel_triple *t, bool backwards) { return backwards ? t->object : t->subject; }
static uint32_t fold_of(const pel_triple *t, bool backwards) { return (uint32_t)(hash_of(entity_of(t, backwards), t->relation, backwards) % FOLDS); }
static bool is_asked(const learning *l, const pel_triple *t, bool backwards) {
  pel_rng rng = mixed(entity_of(t, backwards), t->relation, 2 + backwards);
  return pel_rng_uniform(&rng) < l->share;
}


static bool same_question(const pel_triple *a, const pel_triple *b, bool backwards) { return a->relation == b->relation && entity_of(a, backwards) == entity_of(b, backwards); }

static bool goes_on(double fraction, void *user) {
  const learning *l = user;
  return !l->given->progress || l->given->progress((l->run + fraction) / (2 * FOLDS), l->given->user);
}

static pel_status leave_out(const learning *l, uint32_t fold, bool backwards, pel_graph **out) {
  size_t kept = 0;
  pel_triple *list = pel_alloc(l->n + 1, sizeof *list);
  if (!list) return pel_fail_memory(l->err, "a graph", l->n * sizeof *list);
  for (size_t i = 0; i < l->n; i++)
    if (fold_of(&l->triples[i], backwards) != fold) list[kept++] = l->triples[i];
  pel_status status = pel_graph_create(pel_graph_entities(l->whole), pel_graph_relations(l->whole), list, kept, out, l->err);
  free(list);
  return status;
}

static pel_status ask(learning *l, const pel_chain_rules *rules, const pel_graph *graph, const pel_triple *t, bool backwards) {
  uint32_t start = entity_of(t, backwards), relation = backwards ? pel_graph_backwards(graph, t->relation) : t->relation, first;
  asked q = {.fold = (uint32_t)(hash_of(start, 0, 4) % FOLDS), .entity = start};
  PEL_TRY(pel_chain_rules_score(rules, graph, start, relation, l->scores, l->err));
  l->n_asked++;
  if (!pel_link_parts_of(l->scores, pel_graph_entities(graph), start, &first, q.parts)) return PEL_OK;
  q.right = pel_graph_has(l->whole, start, relation, first);
  asked *list = pel_grow(l->list, &l->room, l->n_list + 1, sizeof *list);
  if (!list) return pel_fail_memory(l->err, "questions", l->n_list * sizeof *list);
  l->list = list;
  list[l->n_list++] = q;
  return PEL_OK;
}

/* `order`: the triples in an order in which those of a question stand together. */
static pel_status ask_fold(learning *l, const pel_triple *order, uint32_t fold, bool backwards) {
  pel_graph *less;
  pel_chain_rules *rules = NULL;
  pel_mined mined;
  PEL_TRY(leave_out(l, fold, backwards, &less));
  pel_status status = pel_chain_rules_mine(less, &l->how, &rules, &mined, l->err);
  for (size_t i = 0; i < l->n && status == PEL_OK; i++) {
    const pel_triple *t = &order[i];
    if ((i && same_question(t, &order[i - 1], backwards)) || fold_of(t, backwards) != fold || !is_asked(l, t, backwards)) continue;
    status = goes_on(1, l) ? ask(l, rules, less, t, backwards) : pel_fail(l->err, PEL_ERR_CANCELLED, "interrupted");
  }
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
  for (uint32_t fold = 0; fold < FOLDS && status == PEL_OK; fold++) status = ask_fold(l, l->triples, fold, false);
  for (uint32_t fold = 0; fold < FOLDS && status == PEL_OK; fold++) status = ask_fold(l, turned, fold, true);
  free(turned);
  return status;
}

/* ---- fitting ---- */

typedef struct fitting {
  const learning *l;
  double *x;
  bool *right;
  pel_prediction *p;
} fitting;

static pel_status fit(const fitting *f, uint32_t without, const bool *used, pel_logistic *out) {
  size_t n = 0;
  for (size_t i = 0; i < f->l->n_list; i++) {
    const asked *q = &f->l->list[i];
    if (q->fold == without) continue;
    memcpy(f->x + n * PEL_LINK_PARTS, q->parts, sizeof q->parts);
    f->right[n++] = q->right;
  }
  return pel_logistic_fit(f->x, f->right, n, PEL_LINK_PARTS, used, out, f->l->err);
}

/* Each question by the map of the other fifths of the entities. */
static pel_status predict(const fitting *f, const bool *used, pel_confidence_figures *out) {
  pel_logistic map;
  for (uint32_t fold = 0; fold < FOLDS; fold++) {
    PEL_TRY(fit(f, fold, used, &map));
    for (size_t i = 0; i < f->l->n_list; i++) {
      const asked *q = &f->l->list[i];
      if (q->fold == fold) f->p[i] = (pel_prediction){pel_logistic_map(&map, q->parts, PEL_LINK_PARTS), q->right, q->entity};
    }
  }
  return pel_confidence_measure(f->p, f->l->n_list, out) ? PEL_OK : pel_fail_memory(f->l->err, "a calibration", f->l->n_list * sizeof *f->p);
}

static pel_status fit_all(const fitting *f, pel_link_trust *out) {
  const bool score[PEL_LINK_PARTS] = {[PEL_LINK_SCORE] = true};
  pel_confidence_figures g, low, high;
  pel_logistic map;
  PEL_TRY(predict(f, score, &g));
  out->score_skill = g.brier_skill;
  PEL_TRY(predict(f, NULL, &g));
  out->right = g.accuracy, out->ece = g.ece, out->brier_skill = g.brier_skill, out->auroc = g.auroc, out->aurc = g.aurc;
  PEL_TRY(pel_confidence_bootstrap(f->p, f->l->n_list, RESAMPLES, &low, &high, f->l->err));
  out->ece_range = (pel_interval){low.ece, high.ece}, out->skill_range = (pel_interval){low.brier_skill, high.brier_skill};
  pel_reliability_widths(f->p, f->l->n_list, out->bins);
  PEL_TRY(fit(f, FOLDS, NULL, &map));
  out->offset = map.offset;
  memcpy(out->slope, map.slope, sizeof out->slope);
  memcpy(out->mean, map.mean, sizeof out->mean);
  return PEL_OK;
}

static pel_status count_entities(const learning *l, uint64_t *out) {
  bool *seen = pel_alloc(pel_graph_entities(l->whole), sizeof *seen);
  if (!seen) return pel_fail_memory(l->err, "entities", pel_graph_entities(l->whole));
  for (size_t i = 0; i < l->n_list; i++) *out += !seen[l->list[i].entity], seen[l->list[i].entity] = true;
  free(seen);
  return PEL_OK;
}

static pel_status finish(const learning *l, pel_link_trust *out) {
  if (l->n_list < LEAST) return pel_fail(l->err, PEL_ERR_INPUT, "chains lead somewhere from %zu of %llu questions: too few to say how far they can be trusted; at least %d are needed", l->n_list, (unsigned long long)l->n_asked, (int)LEAST);
  fitting f = {l, pel_alloc(l->n_list * PEL_LINK_PARTS, sizeof(double)), pel_alloc(l->n_list, sizeof(bool)), pel_alloc(l->n_list, sizeof(pel_prediction))};
  pel_link_trust made = {.asked = l->n_asked, .answered = l->n_list, .length = l->how.length ? l->how.length : PEL_CHAIN_LONGEST, .graph = pel_graph_print(l->whole)};
  pel_status status = f.x && f.right && f.p ? count_entities(l, &made.entities) : pel_fail_memory(l->err, "a calibration", l->n_list * sizeof *f.p);
  if (status == PEL_OK) status = fit_all(&f, &made);
  free(f.x), free(f.right), free(f.p);
  if (status == PEL_OK) *out = made;
  return status;
}

pel_status pel_link_trust_learn(const pel_graph *graph, const pel_mining *how, pel_link_trust *out, pel_error *err) {
  learning l = {.whole = graph, .how = how ? *how : (pel_mining){0}, .err = err};
  pel_mining none = {0};
  l.given = how ? how : &none;
  l.how.progress = goes_on, l.how.user = &l;
  l.triples = pel_graph_triples(graph, &l.n);
  l.scores = pel_alloc(pel_graph_entities(graph), sizeof *l.scores);
  pel_status status = l.scores ? ask_all(&l) : pel_fail_memory(err, "scores", pel_graph_entities(graph) * sizeof *l.scores);
  if (status == PEL_OK) status = finish(&l, out);
  free(l.list);
  free(l.scores);
  return status;
}
