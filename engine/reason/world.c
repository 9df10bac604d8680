#include "engine/reason/world.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/reader.h"
#include "engine/reason/case_facts.h"

typedef struct building {
  pel_world *w;
  const char *as_of;
  size_t capacity;
  pel_status status;
  pel_error *err;
} building;

static bool mark_clause(void *user, pel_program *p, const pel_heap *heap, pel_cell head, pel_cell body, const char *text, size_t size, pel_rule_clause *where) {
  const pel_rule_clause *marks = user;
  (void)p, (void)heap, (void)head, (void)body, (void)text, (void)size;
  where->id = marks->id;
  where->line = marks->line;
  where->excluded = marks->excluded;
  where->undecided = marks->undecided;
  return true;
}

pel_status pel_world_consult(pel_world *w, const char *file, const char *text, pel_rule_clause marks, pel_error *err) {
  pel_consult how = {.user = &marks, .file = file, .clause = mark_clause};
  return pel_program_consult(w->program, text, strlen(text), &how, err);
}

/* ---- the pack ---- */

static bool add_rule(void *user, const pel_rule *row) {
  building *b = user;
  pel_world *w = b->w;
  pel_rule_row *rules = pel_grow(w->rules, &b->capacity, w->n_rules + 1, sizeof *rules);
  if (!rules) return b->status = pel_fail_memory(b->err, "the rules", sizeof *rules), false;
  w->rules = rules;
  pel_rule_row *r = &rules[w->n_rules];
  *r = (pel_rule_row){strdup(row->label), strdup(row->text), strdup(row->valid_from), strdup(row->valid_to), strdup(row->file), row->passage, row->line};
  w->n_rules++;
  if (!r->label || !r->text || !r->from || !r->to || !r->file) return b->status = pel_fail_memory(b->err, "the rules", sizeof *rules), false;
  bool early = *r->from && strcmp(b->as_of, r->from) < 0, late = *r->to && strcmp(b->as_of, r->to) > 0;
  b->status = pel_world_consult(w, row->file, row->text, (pel_rule_clause){.id = row->id, .line = (uint32_t)row->line, .excluded = early || late}, b->err);
  return b->status == PEL_OK;
}

/* Names of the pattern's variables by their numbers as locals. */
static bool name_variables(pel_term_words *t, const pel_reader *r, const pel_term_copy *copy) {
  t->names = pel_alloc(copy->n_locals + 1, sizeof *t->names);
  for (size_t i = 0; t->names && i < copy->n_vars; i++) {
    const char *name = "";
    size_t size = 0;
    for (size_t j = 0; j < r->n_vars; j++)
      if (r->vars[j].var == copy->vars[i]) name = r->vars[j].name, size = r->vars[j].size;
    if (!(t->names[i] = strndup(name, size))) return false;
  }
  return t->names != NULL;
}

static bool add_words(void *user, const pel_vocabulary *row) {
  building *b = user;
  pel_world *w = b->w;
  pel_term_words *words = pel_grow(w->words, &w->words_capacity, w->n_words + 1, sizeof *words);
  pel_heap heap = {.program = w->program, .most = 1 << 16};
  pel_reader r = {.heap = &heap, .operators = &w->program->operators, .text = row->term, .size = strlen(row->term), .closed = true};
  pel_term_copy copy = {0};
  pel_cell term;
  if (!words) return b->status = pel_fail_memory(b->err, "the vocabulary", sizeof *words), false;
  w->words = words;
  if (pel_read_term(&r, &term) != PEL_READ_TERM || !(pel_is_atom(term) || pel_tag(term) == PEL_TAG_STRUCT)) {
    b->status = pel_fail(b->err, PEL_ERR_INPUT, "the pack's vocabulary, entry %lld: \"%.100s\" is no term: %s", (long long)row->id, row->term, r.fault);
  } else {
    pel_term_words *t = &words[w->n_words];
    *t = (pel_term_words){.type = row->type, .askable = row->askable, .says = strdup(row->says), .denied = strdup(row->denied), .asks = strdup(row->asks), .unit = strdup(row->unit), .allowed = strdup(row->allowed)};
    w->n_words++;
    t->functor = pel_tag(term) == PEL_TAG_STRUCT ? (uint32_t)pel_index(*pel_cells_at(&heap, pel_index(term))) : pel_functor_intern(&w->program->symbols, (uint32_t)pel_index(term), 0);
    bool ok = pel_copy_out(&heap, term, 1 << 16, &copy) && name_variables(t, &r, &copy);
    t->n_locals = copy.n_locals;
    ok = ok && pel_copy_to_constants(w->program, &copy, &t->pattern);
    uint32_t predicate = ok ? pel_program_predicate(w->program, t->functor) : PEL_NO_SYMBOL;
    if (predicate == PEL_NO_SYMBOL) b->status = pel_fail_memory(b->err, "the vocabulary", sizeof *t);
    else w->program->predicates[predicate].declared = true;
  }
  pel_copy_clear(&copy);
  pel_reader_clear(&r);
  pel_heap_clear(&heap);
  return b->status == PEL_OK;
}

const pel_term_words *pel_world_words(const pel_world *w, const char *functor, const char *name) {
  pel_heap constants = {.program = w->program};
  for (size_t i = 0; i < w->n_words; i++) {
    const pel_term_words *t = &w->words[i];
    const pel_functor *f = &w->program->symbols.functors[t->functor];
    if (f->arity != 2 || strcmp(pel_atom_text(&w->program->symbols, f->atom), functor) != 0) continue;
    pel_cell first = pel_cells_at(&constants, pel_index(t->pattern))[1];
    if (pel_is_atom(first) && strcmp(pel_atom_text(&w->program->symbols, (uint32_t)pel_index(first)), name) == 0) return t;
  }
  return NULL;
}

/* Predicates that a case or a vocabulary gives, and neg/1: without facts they fail, they are not errors. */
static bool declare_given(pel_program *p) {
  static const struct {
    const char *name;
    uint32_t arity;
  } given[] = {{"quantity", 2}, {"choice", 2}, {"date_of", 2}, {"dated", 2}, {"neg", 1}};
  for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
    uint32_t atom = pel_atom_intern(&p->symbols, given[i].name, strlen(given[i].name));
    uint32_t predicate = atom == PEL_NO_SYMBOL ? PEL_NO_SYMBOL : pel_program_predicate(p, pel_functor_intern(&p->symbols, atom, given[i].arity));
    if (predicate == PEL_NO_SYMBOL) return false;
    p->predicates[predicate].declared = true;
  }
  return true;
}

/* What a fact denies is a predicate, too: that it is asked for is no error. */
static void declare_denied(pel_world *w) {
  pel_program *p = w->program;
  pel_heap constants = {.program = p};
  for (size_t i = 0; i < p->n_clauses; i++) {
    pel_cell head = p->clauses[i].head;
    if (pel_tag(head) != PEL_TAG_STRUCT && pel_tag(head) != PEL_TAG_PATTERN) continue;
    const pel_cell *cells = pel_cells_at(&constants, pel_index(head));
    if (p->symbols.functors[pel_index(*cells)].atom != PEL_ATOM_NEG || p->symbols.functors[pel_index(*cells)].arity != 1) continue;
    uint32_t functor = pel_tag(cells[1]) == PEL_TAG_STRUCT || pel_tag(cells[1]) == PEL_TAG_PATTERN ? (uint32_t)pel_index(*pel_cells_at(&constants, pel_index(cells[1])))
                       : pel_is_atom(cells[1]) ? pel_functor_intern(&p->symbols, (uint32_t)pel_index(cells[1]), 0) : PEL_NO_SYMBOL;
    uint32_t predicate = functor == PEL_NO_SYMBOL ? PEL_NO_SYMBOL : pel_program_predicate(p, functor);
    if (predicate != PEL_NO_SYMBOL && !p->predicates[predicate].n_clauses) p->predicates[predicate].declared = true;
  }
}

pel_status pel_world_create(pel_pack *pack, const pel_case *of, pel_world **out, pel_error *err) {
  pel_world *w = pel_alloc(1, sizeof *w);
  if (!w) return pel_fail_memory(err, "a case's rules", sizeof *w);
  building b = {.w = w, .as_of = pel_case_get_info(of)->as_of, .err = err};
  w->of = of;
  w->pack = pack;
  pel_status status = pel_program_create(&w->program, err);
  if (status == PEL_OK && !declare_given(w->program)) status = pel_fail_memory(err, "a case's rules", sizeof *w);
  if (status == PEL_OK) status = pel_pack_rules(pack, add_rule, &b, err);
  if (status == PEL_OK) status = b.status;
  if (status == PEL_OK) status = pel_pack_vocabulary(pack, add_words, &b, err);
  if (status == PEL_OK) status = b.status;
  if (status == PEL_OK) status = pel_world_add_facts(w, err);
  if (status == PEL_OK) declare_denied(w);
  if (status == PEL_OK) *out = w;
  else pel_world_destroy(w);
  return status;
}

void pel_world_destroy(pel_world *w) {
  if (!w) return;
  for (size_t i = 0; i < w->n_rules; i++) {
    pel_rule_row *r = &w->rules[i];
    free(r->label), free(r->text), free(r->from), free(r->to), free(r->file);
  }
  for (size_t i = 0; i < w->n_words; i++) {
    pel_term_words *t = &w->words[i];
    for (uint32_t j = 0; t->names && j < t->n_locals; j++) free(t->names[j]);
    free(t->names), free(t->says), free(t->denied), free(t->asks), free(t->unit), free(t->allowed);
  }
  free(w->rules);
  free(w->words);
  free(w->unknown);
  pel_program_destroy(w->program);
  free(w);
}

const pel_rule_row *pel_world_rule(const pel_world *w, uint32_t clause) {
  int64_t id = clause < w->program->n_clauses ? w->program->clauses[clause].id : 0;
  return id > 0 && (size_t)id <= w->n_rules ? &w->rules[id - 1] : NULL;
}

const pel_case_fact *pel_world_fact(const pel_world *w, uint32_t clause) {
  int64_t id = clause < w->program->n_clauses ? w->program->clauses[clause].id : 0;
  return id >= PEL_FACT_IDS ? pel_case_get_fact(w->of, (size_t)(id - PEL_FACT_IDS)) : NULL;
}
