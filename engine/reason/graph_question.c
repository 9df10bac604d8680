#include "engine/reason/graph_question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/fact_term.h"

/* A compound's name, when it has `arity` values and no rule or fact defines it; NULL otherwise. */
static const char *undefined_name(const pel_heap *h, pel_cell term, uint32_t arity) {
  if (pel_tag(term) != PEL_TAG_STRUCT) return NULL;
  const pel_functor *f = pel_functor_of(h, term);
  if (f->arity != arity || (f->predicate && h->program->predicates[f->predicate - 1].kind != PEL_PREDICATE_UNDEFINED)) return NULL;
  return pel_atom_text(&h->program->symbols, f->atom);
}

/* The entity that an atom names; 0 for a variable. */
static pel_status read_entity(const pel_world *w, const pel_heap *h, pel_cell value, const char *where, int64_t *id, pel_error *err) {
  const char *name = pel_case_get_info(w->of)->name;
  *id = 0;
  value = pel_deref(h, value);
  if (pel_is_var(value)) return PEL_OK;
  if (!pel_is_atom(value)) return pel_fail(err, PEL_ERR_INPUT, "%s: %s: a name of the pack's graph is expected, such as 'HP:0001250'", name, where);
  const char *key = pel_atom_text(&w->program->symbols, (uint32_t)pel_index(value));
  PEL_TRY(pel_pack_find_entity(w->pack, key, id, err));
  return *id ? PEL_OK : pel_fail(err, PEL_ERR_INPUT, "%s: %s: the pack has no '%.100s'; pellucid kb search finds what it has", name, where, key);
}

static pel_status read_link(const pel_world *w, const pel_heap *h, pel_cell goal, pel_graph_question *q, pel_error *err) {
  const char *name = pel_case_get_info(w->of)->name;
  pel_cell relation = pel_arg(h, goal, 1);
  if (!pel_is_atom(relation)) return pel_fail(err, PEL_ERR_INPUT, "%s: $.question: linked needs the name of a relation, as in linked('A', treats, B)", name);
  const char *text = pel_atom_text(&w->program->symbols, (uint32_t)pel_index(relation));
  if (strlen(text) >= sizeof q->relation) return pel_fail(err, PEL_ERR_INPUT, "%s: $.question: no relation has a name of %zu bytes", name, strlen(text));
  snprintf(q->relation, sizeof q->relation, "%s", text);
  q->kind = PEL_ASK_LINK;
  PEL_TRY(read_entity(w, h, pel_arg(h, goal, 0), "$.question", &q->subject, err));
  PEL_TRY(read_entity(w, h, pel_arg(h, goal, 2), "$.question", &q->object, err));
  return q->subject || q->object ? PEL_OK : pel_fail(err, PEL_ERR_INPUT, "%s: $.question: linked needs at least one end, as in linked('A', treats, B)", name);
}

/* The pack or the case has something that the question may be about. */
static pel_status check_defined(const pel_world *w, const pel_heap *h, pel_cell goal, pel_error *err) {
  const pel_functor *f = pel_tag(goal) == PEL_TAG_STRUCT ? pel_functor_of(h, goal) : NULL;
  if (!f || f->predicate) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: $.question: neither the pack nor the case has rules or facts called %.100s with %u value%s", pel_case_get_info(w->of)->name, pel_atom_text(&w->program->symbols, f->atom), f->arity,
                  f->arity == 1 ? "" : "s");
}

static pel_status read_goal(const pel_world *w, const pel_machine *m, pel_graph_question *q, pel_error *err) {
  const pel_heap *h = &m->heap;
  pel_cell goal = pel_deref(h, m->goal);
  const char *one = undefined_name(h, goal, 1), *three = undefined_name(h, goal, 3);
  if (three && strcmp(three, "linked") == 0) return read_link(w, h, goal, q, err);
  if (!one || strcmp(one, "diagnosis") != 0) return check_defined(w, h, goal, err);
  q->kind = PEL_ASK_DIAGNOSIS;
  return read_entity(w, h, pel_arg(h, goal, 0), "$.question", &q->object, err);
}

pel_status pel_graph_question_read(const pel_world *w, pel_graph_question *out, pel_error *err) {
  pel_machine *m;
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  pel_graph_question q = {.kind = PEL_ASK_RULES};
  pel_error inner = {0};
  PEL_TRY(pel_machine_create(w->program, &limits, &m, err));
  pel_status status = pel_machine_ask(m, pel_case_get_info(w->of)->question, &inner);
  if (status != PEL_OK) pel_fail(err, status, "%s: $.question: %s", pel_case_get_info(w->of)->name, inner.text);
  else status = read_goal(w, m, &q, err);
  pel_machine_destroy(m);
  if (status == PEL_OK) *out = q;
  return status;
}

/* ---- findings ---- */

static pel_status read_finding(const pel_world *w, pel_heap *h, size_t i, pel_finding *out, bool *is, pel_error *err) {
  const pel_case_fact *f = pel_case_get_fact(w->of, i);
  pel_fact_term t;
  char where[60];
  *is = false;
  if (f->form != PEL_FACT_TERM) return PEL_OK;
  h->top = 0;
  PEL_TRY(pel_fact_term_read(h, f->name, &t, err));
  if (t.rule || pel_tag(t.term) != PEL_TAG_STRUCT) return PEL_OK;
  const pel_functor *functor = pel_functor_of(h, t.term);
  if (functor->arity != 1 || strcmp(pel_atom_text(&w->program->symbols, functor->atom), "finding") != 0) return PEL_OK;
  snprintf(where, sizeof where, "$.facts[%zu].term", i);
  *out = (pel_finding){.fact = i, .known = f->known, .excluded = f->denied != t.denied};
  PEL_TRY(read_entity(w, h, pel_arg(h, t.term, 0), where, &out->entity, err));
  *is = out->entity != 0;
  return *is ? PEL_OK : pel_fail(err, PEL_ERR_INPUT, "%s: %s: which finding is it? finding('HP:0001250') names one", pel_case_get_info(w->of)->name, where);
}

pel_status pel_graph_findings(const pel_world *w, pel_finding **out, size_t *n, pel_error *err) {
  size_t all = pel_case_get_info(w->of)->n_facts, kept = 0;
  pel_finding *list = pel_alloc(all + 1, sizeof *list);
  pel_heap heap = {.program = w->program, .most = 1 << 22};
  if (!list) return pel_fail_memory(err, "findings", all * sizeof *list);
  pel_status status = PEL_OK;
  for (size_t i = 0; i < all && status == PEL_OK; i++) {
    bool is;
    status = read_finding(w, &heap, i, &list[kept], &is, err);
    kept += status == PEL_OK && is;
  }
  pel_heap_clear(&heap);
  if (status == PEL_OK) *out = list, *n = kept;
  else free(list);
  return status;
}
