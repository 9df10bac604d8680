#include "engine/proof/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/reader.h"
#include "engine/proof/check_unknown.h"
#include "engine/proof/check_walk.h"

/* Of a check: cells and work in cells, tries beyond those that a proof of that size needs, steps of goals whose error is looked for again. */
enum { MOST_CELLS = 1 << 26, MOST_WORK = 400000000, MOST_TRIES = 1000000, TRIES_A_STEP = 100, RERUN_STEPS = 5000000 };

/* ---- the list itself ---- */

static pel_status fault(pel_proof_report *r, size_t step, const char *reason, pel_error *err) {
  r->fault = step;
  snprintf(r->reason, sizeof r->reason, "%s", reason);
  return pel_fail(err, PEL_ERR_CHECK, "%s", r->reason);
}

static pel_status fault_at(pel_proof_report *r, const pel_proof *proof, size_t step, const char *why, pel_error *err) {
  char reason[240], says[PEL_CLIPPED];
  pel_check_clip(proof->steps[step].goal ? proof->steps[step].goal : "(nothing)", says);
  snprintf(reason, sizeof reason, "step %zu, %s: %.160s", step, says, why);
  return fault(r, step, reason, err);
}

/* Every number refers to something, and to what comes before. */
static pel_status check_list(const pel_proof *proof, pel_proof_report *r, pel_error *err) {
  char why[120];
  if (proof->n_steps >= PEL_NO_STEP || (proof->n_steps && !proof->steps)) return fault(r, SIZE_MAX, "the proof: it has no list of steps", err);
  for (size_t i = 0; i < proof->n_steps; i++) {
    const pel_step *s = &proof->steps[i];
    if ((unsigned)s->kind > PEL_STEP_COLLECT) return fault_at(r, proof, i, "it is of no known kind", err);
    if (!s->goal) return fault_at(r, proof, i, "it says nothing", err);
    if (s->n_uses && !s->uses) return fault_at(r, proof, i, "it has no list of the steps that it uses", err);
    for (size_t u = 0; u < s->n_uses; u++) {
      if (s->uses[u] < i) continue;
      snprintf(why, sizeof why, "it uses step %u, which does not come before it", s->uses[u]);
      return fault_at(r, proof, i, why, err);
    }
  }
  if (proof->n_roots && !proof->roots) return fault(r, SIZE_MAX, "the question: its proof has no list of steps", err);
  if (!proof->question) return fault(r, SIZE_MAX, "the question: there is none", err);
  for (size_t i = 0; i < proof->n_roots; i++)
    if (proof->roots[i] >= proof->n_steps) {
      snprintf(why, sizeof why, "the question: its proof names step %u, and there are %zu", proof->roots[i], proof->n_steps);
      return fault(r, SIZE_MAX, why, err);
    }
  return PEL_OK;
}

/* ---- what is written ---- */

/* A goal from text. As it is written, its variables are names; as it is asked, they are open. */
static bool read_goal(pel_terms *t, pel_heap *heap, const char *text, bool asked, pel_term *out, char *why, size_t size) {
  heap->top = 0;
  pel_reader r = {.heap = heap, .operators = &t->program->operators, .text = text, .size = strlen(text), .closed = true};
  pel_cell cell;
  pel_read read = pel_read_term(&r, &cell);
  t->n_slots = 0;
  bool ok = read == PEL_READ_TERM;
  if (!ok) snprintf(why, size, "it cannot be read: %.80s", read == PEL_READ_FAULT ? r.fault : read == PEL_READ_END ? "there is nothing" : "it is too large");
  for (size_t i = 0; ok && !asked && i < r.n_vars; i++) {
    pel_cell var = pel_deref(heap, r.vars[i].var);
    uint32_t atom = pel_atom_intern(&t->program->symbols, r.vars[i].name, r.vars[i].size);
    pel_term *slots = pel_grow(t->slots, &t->slots_capacity, t->n_slots + 1, sizeof *slots);
    if (slots) t->slots = slots;
    ok = slots && atom != PEL_NO_SYMBOL && pel_is_var(var);
    if (!ok) break;
    heap->cells[pel_index(var)] = pel_make(PEL_TAG_LOCAL, t->n_slots);
    slots[t->n_slots++] = pel_term_make(PEL_TERM_NAMED, atom);
  }
  if (ok) *out = pel_term_from_cells(t, heap, cell, false);
  if (ok && !out->kind) snprintf(why, size, "it cannot be read: %s", t->over ? t->over : "it is too large"), ok = false;
  pel_reader_clear(&r);
  return ok;
}

static pel_status read_all(pel_walk *w, pel_term *asked, pel_term *question, pel_proof_report *r, pel_error *err) {
  const pel_proof *proof = w->proof;
  pel_heap heap = {.program = w->t->program, .most = (size_t)1 << 26};
  char why[160], whole[200];
  pel_status status = PEL_OK;
  for (size_t i = 0; status == PEL_OK && i < proof->n_steps; i++)
    if (!read_goal(w->t, &heap, proof->steps[i].goal, false, &w->written[i], why, sizeof why)) status = fault_at(r, proof, i, why, err);
  const char *from = proof->asked ? proof->asked : proof->question;
  if (status == PEL_OK && (!read_goal(w->t, &heap, from, true, asked, why, sizeof why) || !read_goal(w->t, &heap, proof->question, false, question, why, sizeof why))) {
    snprintf(whole, sizeof whole, "the question: %s", why);
    status = fault(r, SIZE_MAX, whole, err);
  }
  pel_heap_clear(&heap);
  return status;
}

/* ---- at the end ---- */

/* What the steps established, now that all is known, is what they say: no more and no less, with the same variables throughout. */
static pel_status compare_all(pel_walk *w, pel_term asked, pel_term question, pel_proof_report *r, pel_error *err) {
  size_t n_used = w->t->program->symbols.n_atoms;
  uint8_t *gone = pel_alloc(w->n_entries + 1, 1), *used = pel_alloc(n_used + 1, 1);
  pel_status status = gone && used ? PEL_OK : pel_fail_memory(err, "a proof", w->n_entries + n_used);
  for (size_t i = 0; status == PEL_OK && i < w->n_entries; i++)
    if (w->entries[i].step == PEL_NO_STEP) memset(gone + w->entries[i].from, 1, w->entries[i].to - w->entries[i].from), gone[i] = 1;
  w->t->written = true;
  for (size_t i = 0; status == PEL_OK && i < w->n_entries; i++) {
    const pel_walk_entry *e = &w->entries[i];
    if (gone[i]) continue;
    w->marks[e->step] |= PEL_MARK_SEEN;
    if (!pel_term_is_written(w->t, e->goal, w->written[e->step], used, n_used))
      status = fault_at(r, w->proof, e->step, w->t->over ? w->t->over : "what follows is something else", err);
  }
  if (status == PEL_OK && !pel_term_is_written(w->t, asked, question, used, n_used))
    status = fault(r, SIZE_MAX, w->t->over ? w->t->over : "the question: what is proved is something else", err);
  free(gone);
  free(used);
  return status;
}

static pel_status count_all(const pel_walk *w, pel_proof_report *r, pel_error *err) {
  for (size_t i = 0; i < w->proof->n_steps; i++) {
    if (!(w->marks[i] & PEL_MARK_SEEN)) return fault_at(r, w->proof, i, "no step uses it, nor does the question", err);
    r->checked++;
    r->assumptions += (w->marks[i] & PEL_MARK_ASSUMED) != 0;
    r->rerun += (w->marks[i] & PEL_MARK_RERUN) != 0;
  }
  return PEL_OK;
}

static pel_status walk(pel_walk *w, pel_proof_report *r, pel_error *err) {
  pel_term asked, question;
  PEL_TRY(read_all(w, &asked, &question, r, err));
  if (!pel_walk_run(w, asked)) {
    char reason[240];
    snprintf(reason, sizeof reason, "the proof: %s", w->t->over ? w->t->over : "");
    r->checked = w->checked < w->proof->n_steps ? w->checked : w->proof->n_steps;
    return fault(r, w->t->over ? SIZE_MAX : w->fault, w->t->over ? reason : w->reason, err);
  }
  pel_status status = compare_all(w, asked, question, r, err);
  while (status == PEL_ERR_CHECK && !w->t->over && pel_walk_again(w)) { /* another reading of a body may be the one that was meant */
    pel_proof_report other = {.fault = SIZE_MAX};
    if (compare_all(w, asked, question, &other, NULL) == PEL_OK) *r = other, status = PEL_OK;
  }
  PEL_TRY(status);
  return count_all(w, r, err);
}

pel_status pel_proof_check(pel_program *program, const pel_proof *proof, pel_unknowns *unknowns, pel_proof_report *report, pel_error *err) {
  pel_proof_report own, *r = report ? report : &own;
  *r = (pel_proof_report){.fault = SIZE_MAX};
  PEL_TRY(check_list(proof, r, err));
  pel_terms t = {.program = program, .most = MOST_CELLS, .most_work = MOST_WORK};
  pel_walk w = {.t = &t, .proof = proof, .fault = SIZE_MAX, .rerun_steps = RERUN_STEPS};
  w.most_tries = MOST_TRIES + TRIES_A_STEP * (uint64_t)proof->n_steps;
  w.written = pel_alloc(proof->n_steps + 1, sizeof *w.written);
  w.cuts = pel_alloc(program->n_predicates + 1, sizeof *w.cuts);
  w.marks = pel_alloc(proof->n_steps + 1, sizeof *w.marks);
  w.heads = pel_alloc(program->n_clauses + 1, sizeof *w.heads);
  w.bodies = pel_alloc(program->n_clauses + 1, sizeof *w.bodies);
  pel_status status = w.written && w.marks && w.cuts && w.heads && w.bodies ? PEL_OK : pel_fail_memory(err, "a proof", proof->n_steps * sizeof *w.written);
  pel_logic_limits limits = {.steps = RERUN_STEPS, .memory = (uint64_t)256 << 20, .depth = 100000, .seconds = 5};
  if (status == PEL_OK && unknowns && !pel_check_unknowns_take(&t, unknowns)) status = pel_fail_memory(err, "a proof", unknowns->n_quantities);
  if (status == PEL_OK) status = pel_machine_create(program, &limits, &w.m, err);
  if (status == PEL_OK) w.m->unknowns = unknowns;
  if (status == PEL_OK) status = walk(&w, r, err);
  pel_walk_clear(&w);
  pel_terms_clear(&t);
  return status;
}
