/* A link's best answer put to a search: goals are the answer, its chains, and their edges. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/link_audit.h"
#include "engine/reason/record_search.h"
#include "engine/search/explain.h"
#include "engine/search/horn.h"
#include "engine/search/proof_number.h"
#include "engine/search/puct.h"

enum { MOST_ATOMS = 1 + PEL_LINK_REASONS * PEL_CHAIN_LONGEST, SIMULATIONS = 2000 };

typedef struct verifying {
  pel_link_audit *l;
  const pel_link_answer *x;
  pel_horn *horn;
  uint32_t triple_of[MOST_ATOMS]; /* of an edge's atom */
  int64_t node_of[MOST_ATOMS];    /* of the logic tree */
  uint32_t n_atoms;
  pel_horn_query query;
  pel_goal_problem problem;
  char words[PEL_LINK_PATH];
} verifying;

/* Atom 0 is the answer, the others are the edges of its chains, each once. */
static uint32_t atom_of(verifying *v, uint32_t triple, int64_t node) {
  for (uint32_t i = 1; i < v->n_atoms; i++)
    if (v->triple_of[i] == triple) return i;
  v->triple_of[v->n_atoms] = triple;
  v->node_of[v->n_atoms] = node;
  return v->n_atoms++;
}

static double probability(double weight) { return weight > 0 && weight <= 1 ? weight : 1; }

static pel_status pose(verifying *v) {
  pel_error *err = v->l->a->err;
  v->n_atoms = 1;
  v->node_of[0] = v->x->node;
  PEL_TRY(pel_horn_create(MOST_ATOMS, &v->horn, err));
  if (v->x->stated && !v->x->negated) PEL_TRY(pel_horn_fact(v->horn, 0, 1, err));
  for (size_t i = 0; i < v->x->n_reasons; i++) {
    const pel_link_reason *r = &v->x->reasons[i];
    uint32_t body[PEL_CHAIN_LONGEST];
    for (uint32_t k = 0; k < r->why.rule->length; k++) {
      body[k] = atom_of(v, r->why.triples[k], r->facts[k]);
      PEL_TRY(pel_horn_fact(v->horn, body[k], probability(v->l->graph->weights[r->why.triples[k]]), err));
    }
    PEL_TRY(pel_horn_rule(v->horn, 0, body, r->why.rule->length, r->why.rule->confidence, NULL, err));
  }
  v->query = (pel_horn_query){.horn = v->horn, .goal = 0};
  v->problem = pel_horn_problem(&v->query);
  return PEL_OK;
}

static pel_status say_triple(verifying *v, uint32_t triple) {
  size_t n;
  const pel_triple *t = pel_graph_triples(v->l->graph->graph, &n) + triple;
  return pel_edge_words(&v->l->rows, (int64_t)t->subject + 1, v->l->graph->relations[t->relation], (int64_t)t->object + 1, v->words, sizeof v->words);
}

static void say(void *user, uint64_t key, const char **says, int64_t *node) {
  verifying *v = user;
  uint32_t id = pel_horn_id_of(key);
  pel_horn_part part = pel_horn_part_of(key);
  *node = 0;
  *says = v->words;
  snprintf(v->words, sizeof v->words, "%s", part == PEL_HORN_ELSE ? "something else that the pack does not have" : v->x->says);
  if (part == PEL_HORN_RULE && id < v->x->n_reasons) {
    *node = v->x->reasons[id].node;
    pel_link_path(v->l, v->x, &v->x->reasons[id], v->words, sizeof v->words);
  }
  if (part == PEL_HORN_FACT && !id) snprintf(v->words, sizeof v->words, "the pack says so: %.900s", v->x->says);
  if (part == PEL_HORN_ELSE || part == PEL_HORN_RULE || id >= v->n_atoms) return;
  *node = v->node_of[id];
  if (id) say_triple(v, v->triple_of[id]);
}

static pel_status tell_one(verifying *v, uint32_t atom) {
  char label[PEL_LINK_PATH + 60];
  PEL_TRY(say_triple(v, v->triple_of[atom]));
  snprintf(label, sizeof label, "if it were not so that %s: no chain would lead there", v->words);
  return pel_tell_edge(&v->l->a->t, v->x->node, v->node_of[atom], PEL_EDGE_WOULD_CHANGE, label);
}

/* The edges without which no chain leads there any more: taking one away would change the answer. */
static pel_status tell_critical(verifying *v, const pel_search *s) {
  audit *a = v->l->a;
  pel_goal_proof *proof = NULL;
  pel_critical *leaves = NULL;
  size_t n = 0;
  pel_search_limits limits = {.expansions = 2000, .seconds = -1};
  if (s->status != PEL_GOAL_PROVED) return PEL_OK;
  PEL_TRY(pel_search_proof(s, PEL_PROOF_GREATEST_VALUE, &proof, a->err));
  pel_status status = pel_goal_critical(&v->problem, &limits, proof, &leaves, &n, a->err);
  for (size_t i = 0; i < n && status == PEL_OK; i++) {
    uint32_t id = pel_horn_id_of(leaves[i].leaf);
    if (leaves[i].critical && id && id < v->n_atoms) status = tell_one(v, id);
  }
  free(leaves);
  pel_goal_proof_free(proof);
  return status;
}

/* The best proof goes through the checker, which shares nothing with the search. */
static pel_status check_proof(verifying *v, const pel_search *s) {
  audit *a = v->l->a;
  pel_goal_proof *proof = NULL;
  pel_error why = {0};
  if (s->status != PEL_GOAL_PROVED) return PEL_OK;
  PEL_TRY(pel_search_proof(s, PEL_PROOF_GREATEST_VALUE, &proof, a->err));
  pel_status status = pel_goal_replay(&v->problem, proof, &why);
  a->result->n_steps = proof->n_steps;
  a->result->checked = status == PEL_OK;
  pel_goal_proof_free(proof);
  return status == PEL_OK || status == PEL_ERR_CHECK ? PEL_OK : pel_fail(a->err, status, "%s", why.text);
}

static pel_status put_number(audit *a, const char *name, double value) {
  char text[40];
  snprintf(text, sizeof text, "%.6g", value);
  return pel_audit_attribute(a, a->n_spans, name, text);
}

static pel_status record(verifying *v, const pel_search_log *log, const pel_search *s, double start) {
  audit *a = v->l->a;
  size_t left_out;
  pel_search_words words = {.user = v, .goal = say, .proved = v->x->stated ? PEL_STATE_HOLDS : PEL_STATE_LIKELY};
  PEL_TRY(pel_search_log_put(log, s, &words, a->n_spans + 1, &v->l->n_goals, &v->l->n_simulations, &a->sink, &left_out, a->err));
  PEL_TRY(tell_critical(v, s));
  PEL_TRY(check_proof(v, s));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "verify", a->result->checked ? "ok" : "the proof does not follow", pel_clock_seconds() - start));
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "came to", pel_goal_status_name(s->status)));
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "ended", pel_search_end_name(s->end)));
  PEL_TRY(put_number(a, "goals expanded", (double)s->expansions));
  PEL_TRY(put_number(a, "simulations", (double)s->simulations));
  PEL_TRY(put_number(a, "value", s->value));
  PEL_TRY(put_number(a, "entropy of the root's visits, nats", pel_search_entropy(s)));
  return left_out ? put_number(a, "goals and simulations that are not listed", (double)left_out) : PEL_OK;
}

static pel_status search(verifying *v) {
  audit *a = v->l->a;
  const pel_search_sink *sink;
  pel_search_log *log;
  pel_search *s = NULL;
  double start = pel_clock_seconds();
  pel_search_limits limits = {.simulations = SIMULATIONS, .seconds = -1, .seed = 1};
  pel_puct_options how = {.go_on = true};
  PEL_TRY(pel_search_log_create(&log, &sink, a->err));
  pel_status status = pel_search_puct(&v->problem, &limits, &how, sink, &s, a->err);
  if (status == PEL_OK) status = record(v, log, s, start);
  pel_search_free(s);
  pel_search_log_free(log);
  return status;
}

pel_status pel_link_verify(pel_link_audit *l) {
  if (!l->n_answers || !(l->answers[0].n_reasons || l->answers[0].stated)) return PEL_OK;
  verifying *v = pel_alloc(1, sizeof *v);
  if (!v) return pel_fail_memory(l->a->err, "a search", sizeof *v);
  v->l = l;
  v->x = &l->answers[0];
  pel_status status = pose(v);
  if (status == PEL_OK) status = search(v);
  pel_horn_free(v->horn);
  free(v);
  return status;
}
