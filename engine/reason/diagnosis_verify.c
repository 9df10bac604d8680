/* A differential put to a search: some disease explains the findings; a disease does when each of them fits it. How well a finding fits a disease is
 * reckoned beside the disease that it fits best, so that a value is 1 where nothing fits better. What a disease never has, or always has and is excluded, refutes it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/diagnosis_audit.h"
#include "engine/reason/verify.h"
#include "engine/search/horn.h"

enum { MOST_FINDINGS = 60, MOST_ATOMS = 1 + PEL_DIAGNOSIS_SHOWN * MOST_FINDINGS, SIMULATIONS = 400 };

typedef struct fitting { /* what an atom stands for: that a finding fits a candidate */
  size_t candidate, reason;
} fitting;

typedef struct verifying {
  pel_diagnosis_audit *d;
  pel_horn *horn;
  fitting atoms[MOST_ATOMS];
  uint32_t n_atoms;
  pel_horn_query query;
  pel_goal_problem problem;
  size_t left_out;
  char words[1200];
} verifying;

static bool is_of_case(const pel_phenotype_reason *r) { return *r->finding != 0; }

/* The most that any of the candidates gets from this finding. */
static double best_for(const verifying *v, const char *finding) {
  double best = -INFINITY;
  for (size_t c = 0; c < v->d->n_shown; c++) {
    const pel_phenotype_reasons *why = &v->d->shown[c].why;
    for (size_t i = 0; i < why->n; i++)
      if (is_of_case(&why->items[i]) && strcmp(why->items[i].finding, finding) == 0 && why->items[i].adds > best) best = why->items[i].adds;
  }
  return best;
}

/* The case's findings as a candidate meets them; what refutes it first, so that no limit hides it. */
static size_t take_reasons(const verifying *v, size_t c, size_t out[MOST_FINDINGS], size_t *all) {
  const pel_phenotype_reasons *why = &v->d->shown[c].why;
  size_t n = 0;
  *all = 0;
  for (int refuting = 1; refuting >= 0; refuting--)
    for (size_t i = 0; i < why->n; i++) {
      if (!is_of_case(&why->items[i]) || pel_phenotype_refutes(&why->items[i]) != (refuting == 1)) continue;
      if (n < MOST_FINDINGS) out[n++] = i;
      ++*all;
    }
  return n;
}

/* A candidate is a rule: that its findings all fit concludes the root. Its prior is its share beside the greatest. */
static pel_status pose_candidate(verifying *v, size_t c) {
  pel_error *err = v->d->a->err;
  const pel_phenotype_reasons *why = &v->d->shown[c].why;
  size_t reasons[MOST_FINDINGS], all, n = take_reasons(v, c, reasons, &all);
  uint32_t body[MOST_FINDINGS], rule;
  double first = v->d->best[0].share, share = v->d->shown[c].disease.share;
  if (all - n > v->left_out) v->left_out = all - n;
  for (size_t i = 0; i < n; i++) {
    const pel_phenotype_reason *r = &why->items[reasons[i]];
    uint32_t atom = v->n_atoms++;
    v->atoms[atom] = (fitting){c, reasons[i]};
    body[i] = atom;
    if (pel_phenotype_refutes(r)) PEL_TRY(pel_horn_deny(v->horn, atom, err));
    else PEL_TRY(pel_horn_fact(v->horn, atom, fmax(1e-6, exp(r->adds - best_for(v, r->finding))), err));
  }
  PEL_TRY(pel_horn_rule(v->horn, 0, body, n, 1, &rule, err));
  return pel_horn_prior(v->horn, rule, first > 0 && share > 0 ? fmin(1, share / first) : 0, err);
}

static pel_status pose(verifying *v) {
  PEL_TRY(pel_horn_create(MOST_ATOMS, &v->horn, v->d->a->err));
  v->n_atoms = 1;
  for (size_t c = 0; c < v->d->n_shown; c++) PEL_TRY(pose_candidate(v, c));
  v->query = (pel_horn_query){.horn = v->horn, .goal = 0};
  v->problem = pel_horn_problem(&v->query);
  return PEL_OK;
}

static void say_atom(verifying *v, uint32_t atom, int64_t *node) {
  const fitting *f = &v->atoms[atom];
  const pel_diagnosis_candidate *c = &v->d->shown[f->candidate];
  const pel_phenotype_reason *r = &c->why.items[f->reason];
  bool excluded = r->kind == PEL_REASON_EXCLUDED;
  snprintf(v->words, sizeof v->words, "%s%.300s fits %.300s", excluded ? "That there is no " : "", r->finding_label, pel_disease_name(&c->disease));
  *node = c->reason_nodes[f->reason];
}

static void say_candidate(verifying *v, uint32_t candidate, int64_t *node) {
  const pel_diagnosis_candidate *c = &v->d->shown[candidate];
  snprintf(v->words, sizeof v->words, "It is %.500s: every finding has to fit", pel_disease_name(&c->disease));
  *node = c->node;
}

/* A rule's number is its candidate's. */
static void say(void *user, uint64_t key, const char **says, int64_t *node) {
  verifying *v = user;
  uint32_t id = pel_horn_id_of(key);
  pel_horn_part part = pel_horn_part_of(key);
  *node = 0;
  *says = v->words;
  snprintf(v->words, sizeof v->words, "One disease of the pack explains the findings");
  if (part == PEL_HORN_ELSE) snprintf(v->words, sizeof v->words, "something else that is not among the first %zu", v->d->n_shown);
  else if (part == PEL_HORN_RULE && id < v->d->n_shown) say_candidate(v, id, node);
  else if (id && id < v->n_atoms) say_atom(v, id, node);
}

/* Among those shown: the one that is concluded, which the asked one may stand before. */
static uint32_t first_of(const verifying *v) {
  for (uint32_t i = 0; i < v->d->n_shown; i++)
    if (v->d->shown[i].disease.entity == v->d->best[0].entity) return i;
  return 0;
}

pel_status pel_diagnosis_verify(pel_diagnosis_audit *d) {
  verifying *v = pel_alloc(1, sizeof *v);
  if (!v) return pel_fail_memory(d->a->err, "a search", sizeof *v);
  v->d = d;
  pel_status status = pose(v);
  pel_verification how = {&v->problem, SIMULATIONS, pel_horn_key(PEL_HORN_RULE, first_of(v)), d->shown[first_of(v)].node, {.user = v, .goal = say, .proved = PEL_STATE_LIKELY}, NULL};
  if (status == PEL_OK) status = pel_audit_verify(d->a, &how);
  if (status == PEL_OK && v->left_out) status = pel_audit_count(d->a, "findings that are not listed", v->left_out);
  pel_horn_free(v->horn);
  free(v);
  return status;
}
