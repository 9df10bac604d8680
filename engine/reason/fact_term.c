#include "engine/reason/fact_term.h"

#include <string.h>

#include "engine/base/status.h"
#include "engine/logic/reader.h"

/* *size: of the term's text, without its dot. */
static pel_status read_one(pel_heap *heap, const char *text, pel_cell *out, size_t *size, pel_error *err) {
  pel_reader r = {.heap = heap, .operators = &heap->program->operators, .text = text, .size = strlen(text), .closed = true};
  pel_status status = PEL_OK;
  uint32_t line, column;
  pel_read read = pel_read_term(&r, out);
  if (read == PEL_READ_NO_ROOM) status = pel_fail_memory(err, "a fact", r.size);
  else if (read == PEL_READ_END) status = pel_fail(err, PEL_ERR_INPUT, "a term is missing here");
  else if (read == PEL_READ_FAULT && r.end && text[r.end - 1] == '.') status = pel_fail(err, PEL_ERR_INPUT, "a fact is one term; make a fact of each");
  else if (read == PEL_READ_FAULT) {
    pel_reader_place(&r, r.fault_at, &line, &column);
    status = pel_fail(err, PEL_ERR_INPUT, "%s (column %u)", r.fault, column);
  }
  *size = r.end && text[r.end - 1] == '.' ? r.end - 1 : r.end;
  pel_reader_clear(&r);
  return status;
}

static bool is_named(const pel_heap *h, pel_cell term, const char *name, uint32_t arity) {
  if (pel_tag(term) != PEL_TAG_STRUCT) return false;
  const pel_functor *f = pel_functor_of(h, term);
  return f->arity == arity && strcmp(pel_atom_text(&h->program->symbols, f->atom), name) == 0;
}

/* What stands for something else than that a thing is so. */
static pel_status check_form(const pel_heap *h, pel_cell term, pel_error *err) {
  if (pel_is_compound(h, term, PEL_ATOM_NECK, 1) || pel_is_compound(h, term, PEL_ATOM_QUERY, 1))
    return pel_fail(err, PEL_ERR_INPUT, "a case has no directives: write a fact, such as married(ann, bob)");
  if (pel_is_compound(h, term, PEL_ATOM_DCG, 2) || is_named(h, term, "=>", 2)) return pel_fail(err, PEL_ERR_INPUT, "rules with --> and => are not read: write the clause with :-");
  return PEL_OK;
}

/* A fact about what the language defines would change what every rule means. */
static pel_status check_name(const pel_heap *h, pel_cell term, pel_error *err) {
  pel_program *p = h->program;
  bool list = pel_is_compound(h, term, PEL_ATOM_DOT, 2) || (pel_is_atom(term) && pel_index(term) == PEL_ATOM_NIL);
  if (list || (pel_tag(term) != PEL_TAG_STRUCT && !pel_is_atom(term)))
    return pel_fail(err, PEL_ERR_INPUT, "a fact must start with a name, not with a variable, a number, a text or a list");
  uint32_t number = pel_is_atom(term) ? pel_functor_intern(&p->symbols, (uint32_t)pel_index(term), 0) : (uint32_t)pel_index(*pel_cells_at(h, pel_index(term)));
  if (number == PEL_NO_SYMBOL) return pel_fail_memory(err, "a fact", sizeof(pel_functor));
  const pel_functor *f = &p->symbols.functors[number];
  const pel_predicate *own = f->predicate ? &p->predicates[f->predicate - 1] : NULL;
  if (own && (own->library || own->kind == PEL_PREDICATE_BUILTIN || own->kind == PEL_PREDICATE_CONTROL))
    return pel_fail(err, PEL_ERR_INPUT, "%.60s/%u is built in, and a fact cannot change it: choose another name", pel_atom_text(&p->symbols, f->atom), f->arity);
  return PEL_OK;
}

pel_status pel_fact_term_read(pel_heap *heap, const char *text, pel_fact_term *out, pel_error *err) {
  pel_cell term;
  pel_fact_term made = {0};
  PEL_TRY(read_one(heap, text, &term, &made.size, err));
  const pel_cell whole = term = pel_deref(heap, term);
  for (; pel_is_compound(heap, term, PEL_ATOM_NEG, 1); term = pel_arg(heap, term, 0)) made.denied = !made.denied;
  made.term = term;
  PEL_TRY(check_form(heap, term, err));
  if (pel_is_compound(heap, term, PEL_ATOM_NECK, 2)) {
    if (term != whole) return pel_fail(err, PEL_ERR_INPUT, "a rule cannot be denied: deny what it concludes, or leave it out");
    made.rule = true;
    for (term = pel_arg(heap, term, 0); pel_is_compound(heap, term, PEL_ATOM_NEG, 1);) term = pel_arg(heap, term, 0);
  }
  PEL_TRY(check_name(heap, term, err));
  *out = made;
  return PEL_OK;
}
