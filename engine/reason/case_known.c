/* Facts that nothing in the pack asks for, and facts that say what the pack concludes itself. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/calls.h"
#include "engine/reason/case_check.h"
#include "engine/reason/phrase.h"

static const char NOBODY_ASKS[] = "no rule and no word of the pack names it: look at how the pack spells it";
static const char CONCLUDED[] = "the pack's rules conclude this themselves; as a fact it rests on the case's word alone";

enum { DEEPEST = 200 };

typedef struct known {
  const pel_world *w;
  const pel_heap *heap; /* of the goals that are being taken */
  struct asked {        /* goals that the rules and the question call, by name and number of arguments */
    const pel_heap *heap;
    pel_call call;
  } *asked;
  size_t n, capacity;
  bool open, full; /* open: what else is called shows only while the rules run; full: no memory */
} known;

static bool is_compound(pel_cell c) { return pel_tag(c) == PEL_TAG_STRUCT || pel_tag(c) == PEL_TAG_PATTERN; }
static bool is_open(pel_cell c) { return pel_is_var(c) || pel_tag(c) == PEL_TAG_LOCAL; }
static const pel_cell *cells_of(const pel_heap *h, pel_cell compound) { return pel_cells_at(h, pel_index(compound)); }

static const pel_functor *functor_of(const pel_heap *h, pel_cell compound) { return &h->program->symbols.functors[pel_index(*cells_of(h, compound))]; }

/* Whether there may be a thing that both are; what variables share is not looked at. */
static bool may_match(const pel_heap *ha, pel_cell a, const pel_heap *hb, pel_cell b, int depth) {
  a = pel_deref(ha, a), b = pel_deref(hb, b);
  if (is_open(a) || is_open(b) || depth > DEEPEST) return true;
  if (is_compound(a) != is_compound(b)) return false;
  if (!is_compound(a)) return pel_tag(a) == PEL_TAG_BOX ? pel_tag(b) == PEL_TAG_BOX : a == b;
  const pel_functor *f = functor_of(ha, a);
  if (f != functor_of(hb, b)) return false;
  for (uint32_t i = 1; i <= f->arity; i++)
    if (!may_match(ha, cells_of(ha, a)[i], hb, cells_of(hb, b)[i], depth + 1)) return false;
  return true;
}

/* ---- what is asked for ---- */

static void take_call(void *user, const pel_call *call) {
  known *k = user;
  struct asked *grown = pel_grow(k->asked, &k->capacity, k->n + 1, sizeof *grown);
  if (!grown) {
    k->full = true;
    return;
  }
  k->asked = grown;
  grown[k->n++] = (struct asked){k->heap, *call};
  bool piece = pel_goals_of(pel_atom_text(&k->w->program->symbols, call->atom), call->arity) == UINT32_MAX || call->atom == PEL_ATOM_CALL;
  if (piece && is_compound(call->goal) && is_open(pel_deref(k->heap, cells_of(k->heap, call->goal)[1]))) k->open = true;
}

static int by_predicate(const void *a, const void *b) {
  const pel_call *x = &((const struct asked *)a)->call, *y = &((const struct asked *)b)->call;
  if (x->atom != y->atom) return x->atom < y->atom ? -1 : 1;
  return (x->arity > y->arity) - (x->arity < y->arity);
}

/* The first goal of that name and number of arguments. */
static size_t first_asked(const known *k, uint32_t atom, uint32_t arity) {
  struct asked wanted = {.call = {.atom = atom, .arity = arity}};
  size_t low = 0, high = k->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (by_predicate(&k->asked[middle], &wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void take_all(known *k, const pel_heap *constants, const pel_machine *question) {
  const pel_program *p = k->w->program;
  k->heap = constants;
  for (size_t i = p->n_library; i < p->n_clauses; i++) pel_goal_calls(constants, p->clauses[i].body, take_call, k);
  k->heap = &question->heap;
  if (question->goal) pel_goal_calls(&question->heap, question->goal, take_call, k);
  if (k->n) qsort(k->asked, k->n, sizeof *k->asked, by_predicate);
}

/* ---- one fact ---- */

typedef struct looked { /* a fact as the rules see it */
  const pel_case_fact *f;
  pel_cell term; /* in the constant store, without neg */
  uint32_t atom, arity, compared; /* arguments that count: of a quantity its name alone */
} looked;

/* Whether the goal asks for the fact; *by_name: not only for whatever there may be. */
static bool asks_for(const struct asked *a, const pel_heap *constants, const looked *l, bool *by_name) {
  uint32_t written = is_compound(a->call.goal) ? functor_of(a->heap, a->call.goal)->arity : 0, n = written < l->compared ? written : l->compared;
  *by_name = n == 0;
  for (uint32_t i = 1; i <= n; i++) {
    pel_cell one = pel_deref(a->heap, cells_of(a->heap, a->call.goal)[i]);
    if (!may_match(a->heap, one, constants, cells_of(constants, l->term)[i], 0)) return false;
    *by_name |= !is_open(one);
  }
  return true;
}

static bool has_words(const pel_world *w, const looked *l) {
  for (size_t i = 0; i < w->n_words; i++) {
    const pel_functor *f = &w->program->symbols.functors[w->words[i].functor];
    if (f->atom == l->atom && f->arity == l->arity) return true;
  }
  return false;
}

/* A rule that asks for the date of whatever fact. */
static bool asks_for_date(const known *k, const pel_heap *constants, const looked *l) {
  uint32_t dated = pel_atom_intern(&k->w->program->symbols, "dated", 5);
  for (size_t i = first_asked(k, dated, 2); i < k->n && k->asked[i].call.atom == dated && k->asked[i].call.arity == 2; i++) {
    const struct asked *a = &k->asked[i];
    if (is_compound(a->call.goal) && may_match(a->heap, cells_of(a->heap, a->call.goal)[1], constants, l->term, 0)) return true;
  }
  return false;
}

static const pel_predicate *predicate_of(const known *k, const looked *l) {
  const pel_program *p = k->w->program;
  uint32_t functor = pel_functor_find(&p->symbols, l->atom, l->arity), number = functor == PEL_NO_SYMBOL ? 0 : p->symbols.functors[functor].predicate;
  return number ? &p->predicates[number - 1] : NULL;
}

/* Whether a clause of the pack may say the same; `rules`: one with conditions. */
static bool pack_says(const known *k, const pel_heap *constants, const looked *l, bool rules) {
  const pel_predicate *own = predicate_of(k, l);
  for (size_t i = 0; own && i < own->n_clauses; i++) {
    const pel_rule_clause *c = &k->w->program->clauses[own->clauses[i]];
    if (c->id >= PEL_FACT_IDS) return false; /* the case's own come last */
    bool of_pack = c->id > 0 && !(rules && c->body == pel_make_atom(PEL_ATOM_TRUE));
    if (of_pack && may_match(constants, c->head, constants, l->term, 0)) return true;
  }
  return false;
}

static bool is_known(const known *k, const pel_heap *constants, const looked *l) {
  bool words = has_words(k->w, l), by_name;
  if (l->compared < l->arity ? pel_world_words(k->w, pel_atom_text(&k->w->program->symbols, l->atom), l->f->name) != NULL : pel_phrase_entry(k->w, constants, l->term) != NULL) return true;
  for (size_t i = first_asked(k, l->atom, l->arity); i < k->n && k->asked[i].call.atom == l->atom && k->asked[i].call.arity == l->arity; i++)
    if (asks_for(&k->asked[i], constants, l, &by_name) && (by_name || !words)) return true;
  return pack_says(k, constants, l, false) || (k->open && !words) || (*l->f->date && asks_for_date(k, constants, l));
}

/* Only the rules conclude it: neither the vocabulary nor a declaration says that a case may. A step says nothing of the world, whoever says it. */
static bool is_concluded(const known *k, const pel_heap *constants, const looked *l) {
  const pel_term_words *words = pel_phrase_entry(k->w, constants, l->term);
  const pel_predicate *own = predicate_of(k, l);
  return own && !(words && words->type != PEL_TERM_STEP ? words->askable : own->declared) && pack_says(k, constants, l, true);
}

/* The fact of a clause, without its neg; false when it is none, or a rule of the case's own. */
static bool take_fact(const known *k, const pel_heap *constants, const pel_rule_clause *c, looked *l) {
  if (c->id < PEL_FACT_IDS || c->body != pel_make_atom(PEL_ATOM_TRUE)) return false;
  pel_cell term = c->head;
  while (is_compound(term) && functor_of(constants, term)->atom == PEL_ATOM_NEG && functor_of(constants, term)->arity == 1) term = cells_of(constants, term)[1];
  if (!is_compound(term) && !pel_is_atom(term)) return false;
  *l = (looked){.f = pel_case_get_fact(k->w->of, (size_t)(c->id - PEL_FACT_IDS)), .term = term, .atom = (uint32_t)pel_index(term)};
  if (is_compound(term)) l->atom = functor_of(constants, term)->atom, l->arity = functor_of(constants, term)->arity;
  l->compared = l->f && l->f->form != PEL_FACT_TERM ? 1 : l->arity;
  return l->f != NULL;
}

static void look(const known *k, const pel_heap *constants, const char **doubts) {
  const pel_program *p = k->w->program;
  int64_t last = 0;
  for (size_t i = p->n_library; i < p->n_clauses; i++) {
    looked l;
    if (p->clauses[i].id == last || !take_fact(k, constants, &p->clauses[i], &l)) continue;
    last = p->clauses[i].id; /* a fact's further clauses are its date, or the other ways in which it may be */
    doubts[last - PEL_FACT_IDS] = is_concluded(k, constants, &l) ? CONCLUDED : is_known(k, constants, &l) ? NULL : NOBODY_ASKS;
  }
}

pel_status pel_case_doubts(const pel_world *w, const char ***out, pel_error *err) {
  pel_heap constants = {.program = w->program};
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  known k = {.w = w};
  pel_machine *m; /* only to read the question */
  PEL_TRY(pel_machine_create(w->program, &limits, &m, err));
  const char **doubts = pel_alloc(pel_case_get_info(w->of)->n_facts + 1, sizeof *doubts);
  pel_status status = pel_machine_ask(m, pel_case_get_info(w->of)->question, err);
  if (status == PEL_OK) take_all(&k, &constants, m);
  if (status == PEL_OK && (!doubts || k.full)) status = pel_fail_memory(err, "a case's facts", 64);
  if (status == PEL_OK) look(&k, &constants, doubts);
  pel_machine_destroy(m);
  free(k.asked);
  if (status == PEL_OK) *out = doubts;
  else free(doubts);
  return status;
}
