/* A link's best answer put to a search: goals are the answer, its chains, and their edges. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/link_audit.h"
#include "engine/reason/verify.h"
#include "engine/search/explain.h"
#include "engine/search/horn.h"
#include "engine/search/proof_number.h"

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
  if (v->x->stated) PEL_TRY(v->x->negated ? pel_horn_deny(v->horn, 0, err) : pel_horn_fact(v->horn, 0, 1, err));
  for (size_t i = 0; i < v->x->n_reasons; i++) {
    const pel_link_reason *r = &v->x->reasons[i];
    uint32_t body[PEL_CHAIN_LONGEST];
    for (uint32_t k = 0; k < r->why.rule->length; k++) {
      body[k] = atom_of(v, r->why.triples[k], r->facts[k]);
      PEL_TRY(pel_horn_fact(v->horn, body[k], probability(v->l->graph->weights[r->why.triples[k]]), err));
    }
    uint32_t number;
    PEL_TRY(pel_horn_rule(v->horn, 0, body, r->why.rule->length, r->why.rule->confidence, &number, err));
    if (v->l->gnn) PEL_TRY(pel_horn_prior(v->horn, number, r->attention, err)); /* the search looks first where the network did */
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
static pel_status tell_critical(void *user, const pel_search *s) {
  verifying *v = user;
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

pel_status pel_link_verify(pel_link_audit *l) {
  if (!l->n_answers || !(l->answers[0].n_reasons || l->answers[0].stated)) return PEL_OK;
  verifying *v = pel_alloc(1, sizeof *v);
  if (!v) return pel_fail_memory(l->a->err, "a search", sizeof *v);
  v->l = l;
  v->x = &l->answers[0];
  pel_status status = pose(v);
  pel_verification how = {&v->problem, SIMULATIONS, pel_horn_key(PEL_HORN_ATOM, 0), v->x->node, {.user = v, .goal = say, .proved = v->x->stated ? PEL_STATE_HOLDS : PEL_STATE_LIKELY}, tell_critical};
  if (status == PEL_OK) status = pel_audit_verify(l->a, &how);
  pel_horn_free(v->horn);
  free(v);
  return status;
}
