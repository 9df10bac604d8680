/* Rule files: clauses one after the other, and the few declarations that mean something here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/program.h"
#include "engine/logic/reader.h"

typedef struct consult {
  pel_program *p;
  const pel_consult *how;
  pel_heap heap;
  pel_reader reader;
  uint32_t file;
  uint32_t *declared; /* predicates that this file declared: its clauses add to those of others */
  size_t n_declared;
} consult;

static pel_status place(consult *c, size_t at, const char *what, pel_error *err) {
  uint32_t line, column;
  pel_reader_place(&c->reader, at, &line, &column);
  return pel_fail(err, PEL_ERR_INPUT, "%s:%u:%u: %s", c->how->file, line, column, what);
}

static bool is_declared(const consult *c, uint32_t predicate) {
  for (size_t i = 0; i < c->n_declared; i++)
    if (c->declared[i] == predicate) return true;
  return false;
}

/* name/arity, or several of them with commas or in a list */
static pel_status declare(consult *c, pel_cell what, pel_error *err) {
  const pel_heap *h = &c->heap;
  while (pel_is_compound(h, what, PEL_ATOM_COMMA, 2) || pel_is_compound(h, what, PEL_ATOM_DOT, 2)) {
    PEL_TRY(declare(c, pel_arg(h, what, 0), err));
    what = pel_arg(h, what, 1);
  }
  if (what == pel_make_atom(PEL_ATOM_NIL)) return PEL_OK;
  bool indicator = pel_is_compound(h, what, PEL_ATOM_SLASH, 2);
  pel_cell name = indicator ? pel_arg(h, what, 0) : 0, arity = indicator ? pel_arg(h, what, 1) : 0;
  if (!indicator || !pel_is_atom(name) || pel_tag(arity) != PEL_TAG_INT || pel_int_value(arity) < 0 || pel_int_value(arity) > PEL_MAX_ARITY)
    return place(c, c->reader.start, "a declaration names predicates as name/arity", err);
  uint32_t functor = pel_functor_intern(&c->p->symbols, (uint32_t)pel_index(name), (uint32_t)pel_int_value(arity));
  uint32_t predicate = pel_program_predicate(c->p, functor);
  uint32_t *declared = predicate == PEL_NO_SYMBOL ? NULL : realloc(c->declared, (c->n_declared + 1) * sizeof *declared);
  if (!declared) return pel_fail_memory(err, "a declaration", sizeof *declared);
  c->declared = declared;
  declared[c->n_declared++] = predicate;
  c->p->predicates[predicate].declared = true;
  return PEL_OK;
}

static bool is_name(const consult *c, pel_cell goal, const char *name, uint32_t arity) {
  if (pel_tag(goal) != PEL_TAG_STRUCT) return arity == 0 && pel_is_atom(goal) && strcmp(pel_atom_text(&c->p->symbols, (uint32_t)pel_index(goal)), name) == 0;
  const pel_functor *f = pel_functor_of(&c->heap, goal);
  return f->arity == arity && strcmp(pel_atom_text(&c->p->symbols, f->atom), name) == 0;
}

/* :- op(700, xfx, ===) */
static pel_status set_operator(consult *c, pel_cell goal, pel_error *err) {
  static const char *const types[] = {"xfx", "xfy", "yfx", "fy", "fx", "xf", "yf"};
  pel_cell priority = pel_arg(&c->heap, goal, 0), type = pel_arg(&c->heap, goal, 1), name = pel_arg(&c->heap, goal, 2);
  int t = 0;
  while (t < 7 && !(pel_is_atom(type) && strcmp(pel_atom_text(&c->p->symbols, (uint32_t)pel_index(type)), types[t]) == 0)) t++;
  bool ok = t < 7 && pel_tag(priority) == PEL_TAG_INT && pel_int_value(priority) >= 0 && pel_int_value(priority) <= 1200 && pel_is_atom(name) &&
            name != pel_make_atom(PEL_ATOM_COMMA) && name != pel_make_atom(PEL_ATOM_BAR) && name != pel_make_atom(PEL_ATOM_NIL) &&
            name != pel_make_atom(PEL_ATOM_CURLY);
  if (!ok) return place(c, c->reader.start, "an operator is declared as op(Priority, Type, name): 0 to 1200, xfx, xfy, yfx, fy, fx, xf or yf", err);
  if (c->p->operators.n > 1000) return place(c, c->reader.start, "too many operators", err);
  if (!pel_operator_set(&c->p->operators, (uint32_t)pel_index(name), (int)pel_int_value(priority), (pel_operator_type)t))
    return pel_fail_memory(err, "an operator", sizeof(pel_operator));
  return PEL_OK;
}

/* A declaration that means something here. */
static pel_status declaration(consult *c, pel_cell goal, bool *known, pel_error *err) {
  static const char *const declarations[] = {"discontiguous", "dynamic", "multifile"};
  *known = true;
  for (size_t i = 0; i < 3; i++)
    if (is_name(c, goal, declarations[i], 1)) return declare(c, pel_arg(&c->heap, goal, 0), err);
  if (is_name(c, goal, "op", 3)) return set_operator(c, goal, err);
  /* What only says which library's predicates are used: they are all here. */
  bool load = is_name(c, goal, "use_module", 1) || is_name(c, goal, "use_module", 2) || is_name(c, goal, "ensure_loaded", 1);
  *known = (load && is_name(c, pel_arg(&c->heap, goal, 0), "library", 1)) || is_name(c, goal, "style_check", 1) || is_name(c, goal, "module", 2);
  return PEL_OK;
}

static pel_status directive(consult *c, pel_cell goal, bool query, pel_error *err) {
  bool known = false;
  if (!query) PEL_TRY(declaration(c, goal, &known, err));
  uint32_t line, column;
  pel_reader_place(&c->reader, c->reader.start, &line, &column);
  if (known) {
    if (c->how->declaration) c->how->declaration(c->how->user, c->reader.text + c->reader.start, c->reader.end - c->reader.start, line);
    return PEL_OK;
  }
  if (c->how->directive) return c->how->directive(c->how->user, c->p, &c->heap, goal, query, line, err);
  return place(c, c->reader.start, "a pack's rules only compute: of directives, discontiguous, dynamic, multifile, op and use_module(library(...)) are understood", err);
}

/* A variable where a goal stands becomes call(Variable): a cut in what it will be is then its own. The body is changed in place. */
static bool wrap_variables(consult *c, pel_cell *body) {
  pel_heap *h = &c->heap;
  size_t n = 0, capacity = 0;
  uint64_t *todo = NULL; /* cells of the heap that hold goals */
  bool ok = true;
  if (pel_is_var(*body)) return (*body = pel_new_compound(h, PEL_ATOM_CALL, 1, body)) != 0;
  for (pel_cell goal = *body;;) {
    bool control = pel_is_compound(h, goal, PEL_ATOM_COMMA, 2) || pel_is_compound(h, goal, PEL_ATOM_SEMICOLON, 2) || pel_is_compound(h, goal, PEL_ATOM_BAR, 2) ||
                   pel_is_compound(h, goal, PEL_ATOM_ARROW, 2) || pel_is_compound(h, goal, PEL_ATOM_SOFT_ARROW, 2);
    uint64_t *grown = control ? pel_grow(todo, &capacity, n + 2, sizeof *todo) : todo;
    if (control && !grown) ok = false;
    todo = grown ? grown : todo;
    if (control && ok) todo[n++] = pel_index(goal) + 2, todo[n++] = pel_index(goal) + 1;
    if (!ok || n == 0) break;
    uint64_t at = todo[--n];
    goal = pel_deref(h, h->cells[at]);
    if (pel_is_var(goal)) {
      pel_cell call = pel_new_compound(h, PEL_ATOM_CALL, 1, &goal);
      if (!call) ok = false;
      else h->cells[at] = goal = call;
    }
  }
  free(todo);
  return ok;
}

static pel_status add(consult *c, pel_cell head, pel_cell body, pel_error *err) {
  pel_reader *r = &c->reader;
  uint32_t line, column;
  pel_reader_place(r, r->start, &line, &column);
  pel_rule_clause where = {.file = c->file, .line = line, .id = c->how->library ? -1 : 0};
  if (c->how->clause && !c->how->clause(c->how->user, c->p, &c->heap, head, body, r->text + r->start, r->end - r->start, &where)) return PEL_OK;
  if (!wrap_variables(c, &body)) return pel_fail_memory(err, "a rule", r->size);
  if (c->how->replace && (pel_tag(head) == PEL_TAG_STRUCT || pel_tag(head) == PEL_TAG_ATOM)) {
    uint32_t functor = pel_tag(head) == PEL_TAG_STRUCT ? (uint32_t)pel_index(*pel_cells_at(&c->heap, pel_index(head)))
                                                      : pel_functor_intern(&c->p->symbols, (uint32_t)pel_index(head), 0);
    uint32_t predicate = pel_program_predicate(c->p, functor);
    if (predicate != PEL_NO_SYMBOL && c->p->predicates[predicate].n_clauses && c->p->predicates[predicate].file != c->file && !is_declared(c, predicate) &&
        !c->p->predicates[predicate].library)
      pel_program_wipe(c->p, predicate);
  }
  pel_error inner = {0};
  pel_status status = pel_program_add(c->p, &c->heap, head, body, &where, &inner);
  if (status == PEL_ERR_INPUT) return place(c, r->start, inner.text, err);
  return status == PEL_OK ? PEL_OK : pel_fail(err, status, "%s", inner.text);
}

static pel_status clause(consult *c, pel_cell term, pel_error *err) {
  const pel_heap *h = &c->heap;
  if (pel_is_compound(h, term, PEL_ATOM_NECK, 1)) return directive(c, pel_arg(h, term, 0), false, err);
  if (pel_is_compound(h, term, PEL_ATOM_QUERY, 1)) return directive(c, pel_arg(h, term, 0), true, err);
  if (pel_is_compound(h, term, PEL_ATOM_DCG, 2)) return place(c, c->reader.start, "grammar rules (-->) are not read: write the clause out", err);
  if (is_name(c, term, "=>", 2)) return place(c, c->reader.start, "rules with => are not read: write the clause with :-", err);
  if (pel_is_compound(h, term, PEL_ATOM_NECK, 2)) return add(c, pel_arg(h, term, 0), pel_arg(h, term, 1), err);
  return add(c, term, pel_make_atom(PEL_ATOM_TRUE), err);
}

pel_status pel_program_consult(pel_program *p, const char *text, size_t size, const pel_consult *how, pel_error *err) {
  consult c = {.p = p, .how = how, .heap = {.program = p, .most = (size_t)1 << 26}};
  c.reader = (pel_reader){.heap = &c.heap, .operators = &p->operators, .text = text, .size = size};
  c.file = pel_program_file(p, how->file);
  pel_status status = PEL_OK;
  for (size_t i = 0; how->replace && i < p->n_predicates; i++) /* read again: what it gave before goes */
    if (p->predicates[i].n_clauses && p->predicates[i].file == c.file && !p->predicates[i].library) pel_program_wipe(p, (uint32_t)i);
  if (size >= 2 && text[0] == '#' && text[1] == '!') /* a script's first line */
    while (c.reader.at < size && text[c.reader.at] != '\n') c.reader.at++;
  for (pel_cell term; status == PEL_OK;) {
    c.heap.top = 0;
    pel_read read = pel_read_term(&c.reader, &term);
    if (read == PEL_READ_END) break;
    if (read == PEL_READ_TERM) status = clause(&c, pel_deref(&c.heap, term), err);
    else if (read == PEL_READ_FAULT) status = place(&c, c.reader.fault_at, c.reader.fault, err);
    else status = pel_fail_memory(err, "a rule", size);
  }
  pel_reader_clear(&c.reader);
  pel_heap_clear(&c.heap);
  free(c.declared);
  return status;
}
