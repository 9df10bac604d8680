#include "engine/knowledge/check_rules.h"

#include <pellucid/audit.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/expected.h"
#include "engine/logic/calls.h"
#include "engine/logic/reader.h"

enum { HEAP = 1 << 22, MOST_WARNINGS = 100 };

typedef struct looking {
  pel_program *p;
  bool (*each)(void *user, bool warning, const char *text);
  void *user;
  pel_status status; /* of what is no finding */
  pel_error *err;
  bool stopped, broken; /* broken: a rule cannot be read, so what is defined is not known */
  const pel_rule_clause *clause; /* whose calls are looked at */
  size_t n_warnings;
  bool *warned; /* [functors] */
} looking;

__attribute__((format(printf, 3, 4))) static bool say(looking *l, bool warning, const char *format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (!l->stopped && !l->each(l->user, warning, text)) l->stopped = true;
  return !l->stopped;
}

/* ---- what is there ---- */

/* Of a pattern or a fact, which may be denied or be a rule's head. */
static uint32_t functor_of(pel_heap *heap, pel_cell term) {
  pel_program *p = heap->program;
  term = pel_deref(heap, term);
  if (pel_is_compound(heap, term, PEL_ATOM_NECK, 2)) term = pel_arg(heap, term, 0);
  while (pel_is_compound(heap, term, PEL_ATOM_NEG, 1)) term = pel_arg(heap, term, 0);
  if (pel_is_atom(term)) return pel_functor_intern(&p->symbols, (uint32_t)pel_index(term), 0);
  return pel_tag(term) == PEL_TAG_STRUCT ? (uint32_t)pel_index(*pel_cells_at(heap, pel_index(term))) : PEL_NO_SYMBOL;
}

pel_status pel_pattern_functor(pel_program *p, const char *text, uint32_t *functor, pel_error *err) {
  pel_heap heap = {.program = p, .most = HEAP};
  pel_reader r = {.heap = &heap, .operators = &p->operators, .text = text, .size = strlen(text), .closed = true};
  pel_cell term;
  pel_status status = PEL_OK;
  pel_read read = pel_read_term(&r, &term);
  uint32_t found = read == PEL_READ_TERM ? functor_of(&heap, term) : PEL_NO_SYMBOL;
  if (read == PEL_READ_NO_ROOM) status = pel_fail_memory(err, "a term", r.size);
  else if (found == PEL_NO_SYMBOL) status = pel_fail(err, PEL_ERR_INPUT, "\"%.100s\" is no term%s%s", text, *r.fault ? ": " : "", r.fault);
  else *functor = found;
  pel_reader_clear(&r);
  pel_heap_clear(&heap);
  return status;
}

static bool declare(looking *l, uint32_t functor) {
  uint32_t predicate = functor == PEL_NO_SYMBOL ? PEL_NO_SYMBOL : pel_program_predicate(l->p, functor);
  if (predicate == PEL_NO_SYMBOL) return l->status = pel_fail_memory(l->err, "a predicate", 64), false;
  l->p->predicates[predicate].declared = true;
  return true;
}

/* What a case's facts become, and what they deny. */
static bool declare_given(looking *l) {
  static const struct {
    const char *name;
    uint32_t arity;
  } given[] = {{"quantity", 2}, {"choice", 2}, {"date_of", 2}, {"dated", 2}, {"neg", 1}};
  for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
    uint32_t atom = pel_atom_intern(&l->p->symbols, given[i].name, strlen(given[i].name));
    if (!declare(l, atom == PEL_NO_SYMBOL ? atom : pel_functor_intern(&l->p->symbols, atom, given[i].arity))) return false;
  }
  return true;
}

static bool mark_clause(void *user, pel_program *p, const pel_heap *heap, pel_cell head, pel_cell body, const char *text, size_t size, pel_rule_clause *where) {
  const pel_rule *row = user;
  (void)p, (void)heap, (void)head, (void)body, (void)text, (void)size;
  where->id = row->id;
  where->line = (uint32_t)row->line;
  return true;
}

static bool take_rule(void *user, const pel_rule *row) {
  looking *l = user;
  pel_error inner = {0};
  pel_consult how = {.user = (void *)row, .file = row->file, .clause = mark_clause};
  pel_status status = pel_program_consult(l->p, row->text, strlen(row->text), &how, &inner);
  if (status == PEL_OK) return true;
  if (status != PEL_ERR_INPUT) return l->status = pel_fail(l->err, status, "%s", inner.text), false;
  l->broken = true;
  const char *space = strchr(inner.text, ' '); /* after "file:line:column:" of the row's own text */
  return say(l, false, "rule %lld (%.200s, line %lld): %.300s", (long long)row->id, row->file, (long long)row->line, space ? space + 1 : inner.text);
}

static bool take_term(void *user, const pel_vocabulary *row) {
  looking *l = user;
  pel_error inner = {0};
  uint32_t functor;
  pel_status status = pel_pattern_functor(l->p, row->term, &functor, &inner);
  if (status == PEL_OK) return declare(l, functor);
  if (status != PEL_ERR_INPUT) return l->status = pel_fail(l->err, status, "%s", inner.text), false;
  return say(l, false, "vocabulary %lld: %.400s", (long long)row->id, inner.text);
}

static bool take_facts(looking *l, const pel_case *of) {
  for (size_t i = 0; i < pel_case_get_info(of)->n_facts; i++) {
    const pel_case_fact *f = pel_case_get_fact(of, i);
    uint32_t functor; /* what cannot be read is told by the audit of the case */
    if (f->form == PEL_FACT_TERM && pel_pattern_functor(l->p, f->name, &functor, NULL) == PEL_OK && !declare(l, functor)) return false;
  }
  return true;
}

static pel_status check_expected(const pel_pack_case *row, pel_error *err) {
  struct json_object *json;
  PEL_TRY(pel_doc_parse(row->name, row->expected, strlen(row->expected), &json, err));
  pel_doc_place at = {.file = row->name, .path = "expected", .value = json};
  pel_status status = pel_expected_check(&at, err);
  json_object_put(json);
  return status;
}

static bool take_case(void *user, const pel_pack_case *row) {
  looking *l = user;
  pel_error inner = {0};
  pel_case *of;
  if (!*row->text) return true; /* told already */
  pel_status status = pel_case_parse(row->name, row->text, strlen(row->text), &of, &inner);
  if (status == PEL_OK) {
    bool ok = take_facts(l, of);
    pel_case_close(of);
    if (!ok) return false;
    status = check_expected(row, &inner);
  }
  return status == PEL_OK || say(l, false, "case %lld: %.500s", (long long)row->id, inner.text);
}

/* ---- what is called ---- */

static void look_at_call(void *user, const pel_call *call) {
  looking *l = user;
  const pel_symbols *s = &l->p->symbols;
  const char *name = pel_atom_text(s, call->atom);
  uint32_t functor = pel_functor_find(s, call->atom, call->arity), number = functor == PEL_NO_SYMBOL ? 0 : s->functors[functor].predicate;
  const pel_predicate *own = number ? &l->p->predicates[number - 1] : NULL;
  if (l->stopped || (own && (own->kind != PEL_PREDICATE_UNDEFINED || own->declared)) || pel_goals_of(name, call->arity)) return;
  if (functor != PEL_NO_SYMBOL && l->warned[functor]) return;
  if (functor != PEL_NO_SYMBOL) l->warned[functor] = true;
  if (++l->n_warnings > MOST_WARNINGS) return;
  say(l, true, "%.200s, line %u: calls %.100s/%u, which neither rules nor vocabulary nor the pack's cases have, nor the language: is it spelled as it is meant? Otherwise facts of other cases have to give it", l->p->files[l->clause->file],
      l->clause->line, name, call->arity);
}

static void look_at_calls(looking *l) {
  pel_heap constants = {.program = l->p};
  l->warned = pel_alloc(l->p->symbols.n_functors + 1, sizeof *l->warned);
  if (!l->warned) l->status = pel_fail_memory(l->err, "predicates", l->p->symbols.n_functors);
  for (size_t i = l->p->n_library; i < l->p->n_clauses && l->warned && !l->stopped; i++) {
    l->clause = &l->p->clauses[i];
    pel_goal_calls(&constants, l->clause->body, look_at_call, l);
  }
  if (l->n_warnings > MOST_WARNINGS) say(l, true, "%zu more such calls", l->n_warnings - MOST_WARNINGS);
  free(l->warned);
}

pel_status pel_pack_check_rules(pel_pack *pack, bool (*each)(void *user, bool warning, const char *text), void *user, pel_error *err) {
  looking l = {.each = each, .user = user, .err = err};
  PEL_TRY(pel_program_create(&l.p, err));
  pel_status status = declare_given(&l) ? pel_pack_rules(pack, take_rule, &l, err) : l.status;
  if (status == PEL_OK && l.status == PEL_OK && !l.stopped) status = pel_pack_vocabulary(pack, take_term, &l, err);
  if (status == PEL_OK && l.status == PEL_OK && !l.stopped) status = pel_pack_cases(pack, take_case, &l, err);
  if (status == PEL_OK && l.status == PEL_OK && !l.stopped && !l.broken) look_at_calls(&l);
  pel_program_destroy(l.p);
  return status == PEL_OK ? l.status : status;
}
