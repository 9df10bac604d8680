#include "engine/logic/program.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/builtins.h"
#include "engine/logic/control.h"
#include "engine/logic/copy.h"
#include "engine/logic/evaluate.h"
#include "engine/logic/unknown.h"

enum { INDEX_FROM = 8 /* clauses; fewer are looked through */ };

/* Clauses of a predicate by the key of their first argument: for each clause with a key the next one of the same slot. */
struct pel_index {
  size_t n_clauses; /* when it was made */
  size_t mask;
  uint32_t *slots;  /* place of the first clause of the slot + 1 */
  uint32_t *last;   /* of the last, while it is made */
  uint32_t *next;   /* [n_clauses]: place of the next clause of the same slot + 1 */
  uint32_t *open;   /* [n_clauses + 1]: place of the first clause without a key at or after this one */
};

static void free_index(struct pel_index *x) {
  if (!x) return;
  free(x->slots);
  free(x->next);
  free(x->open);
  free(x);
}

static uint64_t hash_key(pel_cell key) {
  key *= 0x9e3779b97f4a7c15u;
  return key ^ key >> 31;
}

pel_cell pel_index_key(const pel_heap *h, pel_cell c) {
  switch (pel_tag(c)) {
    case PEL_TAG_ATOM:
    case PEL_TAG_INT: return c;
    case PEL_TAG_STRUCT:
    case PEL_TAG_PATTERN: {
      pel_cell name = *pel_cells_at(h, pel_index(c));
      const pel_functor *f = &h->program->symbols.functors[pel_index(name)];
      return f->atom == PEL_ATOM_UNKNOWN && f->arity == 1 ? 0 : name; /* a quantity that nobody knows may be any number */
    }
    case PEL_TAG_BOX: {
      const pel_cell *box = pel_cells_at(h, pel_index(c));
      uint64_t hash = *box;
      for (uint64_t i = 1; i < pel_box_cells(*box); i++) hash = hash_key(hash ^ box[i]);
      return (hash << 3) | PEL_TAG_BOX;
    }
    default: return 0;
  }
}

static struct pel_index *make_index(const pel_program *p, const pel_predicate *d) {
  struct pel_index *x = pel_alloc(1, sizeof *x);
  size_t size = 16;
  while (size < d->n_clauses * 2) size *= 2;
  if (!x) return NULL;
  x->n_clauses = d->n_clauses;
  x->mask = size - 1;
  x->slots = pel_alloc(size, sizeof *x->slots);
  x->last = pel_alloc(size, sizeof *x->last);
  x->next = pel_alloc(d->n_clauses, sizeof *x->next);
  x->open = pel_alloc(d->n_clauses + 1, sizeof *x->open);
  if (!x->slots || !x->last || !x->next || !x->open) {
    free(x->last);
    free_index(x);
    return NULL;
  }
  x->open[d->n_clauses] = (uint32_t)d->n_clauses;
  for (size_t i = d->n_clauses; i-- > 0;) x->open[i] = p->clauses[d->clauses[i]].key ? x->open[i + 1] : (uint32_t)i;
  for (size_t i = 0; i < d->n_clauses; i++) {
    pel_cell key = p->clauses[d->clauses[i]].key;
    if (!key) continue;
    size_t slot = hash_key(key) & x->mask;
    if (x->last[slot]) x->next[x->last[slot] - 1] = (uint32_t)i + 1;
    else x->slots[slot] = (uint32_t)i + 1;
    x->last[slot] = (uint32_t)i + 1;
  }
  free(x->last);
  x->last = NULL;
  return x;
}

/* The first place at or after `from` whose clause has this key. Where the clause before was of this key, its chain goes on from there. */
static size_t next_of_key(const pel_program *p, const pel_predicate *d, const struct pel_index *x, pel_cell key, size_t from) {
  uint32_t at = x->slots[hash_key(key) & x->mask];
  if (from > 0 && p->clauses[d->clauses[from - 1]].key == key) at = x->next[from - 1];
  while (at && (at - 1 < from || p->clauses[d->clauses[at - 1]].key != key)) at = x->next[at - 1];
  return at ? at - 1 : d->n_clauses;
}

size_t pel_program_candidate(pel_program *p, uint32_t predicate, pel_cell key, size_t from) {
  pel_predicate *d = &p->predicates[predicate];
  if (from >= d->n_clauses || !key) return from < d->n_clauses ? from : d->n_clauses;
  if (d->n_clauses >= INDEX_FROM && (!d->index || d->index->n_clauses != d->n_clauses)) {
    free_index(d->index);
    d->index = make_index(p, d);
  }
  if (d->n_clauses >= INDEX_FROM && d->index) {
    size_t open = d->index->open[from], keyed = next_of_key(p, d, d->index, key, from);
    return open < keyed ? open : keyed;
  }
  while (from < d->n_clauses) {
    pel_cell own = p->clauses[d->clauses[from]].key;
    if (!own || own == key) break;
    from++;
  }
  return from;
}

uint32_t pel_program_predicate(pel_program *p, uint32_t functor) {
  if (functor == PEL_NO_SYMBOL) return PEL_NO_SYMBOL;
  uint32_t there = p->symbols.functors[functor].predicate;
  if (there) return there - 1;
  pel_predicate *predicates = pel_grow(p->predicates, &p->predicates_capacity, p->n_predicates + 1, sizeof *predicates);
  if (!predicates) return PEL_NO_SYMBOL;
  p->predicates = predicates;
  predicates[p->n_predicates] = (pel_predicate){.functor = functor};
  p->symbols.functors[functor].predicate = (uint32_t)++p->n_predicates;
  return (uint32_t)p->n_predicates - 1;
}

uint32_t pel_program_file(pel_program *p, const char *name) {
  for (size_t i = 0; i < p->n_files; i++)
    if (strcmp(p->files[i], name) == 0) return (uint32_t)i;
  char **files = pel_grow(p->files, &p->files_capacity, p->n_files + 1, sizeof *files);
  char *copy = strdup(name);
  if (files) p->files = files;
  if (!files || !copy) return free(copy), 0;
  files[p->n_files] = copy;
  return (uint32_t)p->n_files++;
}

void pel_program_wipe(pel_program *p, uint32_t predicate) {
  pel_predicate *d = &p->predicates[predicate];
  d->n_clauses = 0;
  free_index(d->index);
  d->index = NULL;
}

static pel_status check_head(pel_program *p, const pel_heap *heap, pel_cell head, uint32_t *predicate, bool library, pel_error *err) {
  if (pel_tag(head) != PEL_TAG_ATOM && pel_tag(head) != PEL_TAG_STRUCT)
    return pel_fail(err, PEL_ERR_INPUT, "a clause must start with a name, not with a variable, a number or a text");
  uint32_t functor = pel_tag(head) == PEL_TAG_ATOM ? pel_functor_intern(&p->symbols, (uint32_t)pel_index(head), 0)
                                                  : (uint32_t)pel_index(*pel_cells_at(heap, pel_index(head)));
  *predicate = pel_program_predicate(p, functor);
  if (*predicate == PEL_NO_SYMBOL) return pel_fail_memory(err, "a rule", sizeof(pel_predicate));
  pel_predicate *d = &p->predicates[*predicate];
  if (d->kind == PEL_PREDICATE_BUILTIN || d->kind == PEL_PREDICATE_CONTROL) {
    const pel_functor *f = &p->symbols.functors[d->functor];
    return pel_fail(err, PEL_ERR_INPUT, "%.60s/%u is built in and cannot be defined anew: choose another name", pel_atom_text(&p->symbols, f->atom), f->arity);
  }
  if (d->library && !library) { /* a file's own definition takes the place of the library's */
    pel_program_wipe(p, *predicate);
    d->library = false;
  }
  return PEL_OK;
}

pel_status pel_program_add(pel_program *p, const pel_heap *heap, pel_cell head, pel_cell body, const pel_rule_clause *where, pel_error *err) {
  uint32_t predicate = 0;
  PEL_TRY(check_head(p, heap, head, &predicate, where->id < 0, err));
  pel_cell pair[2] = {head, body};
  pel_heap *h = (pel_heap *)heap;
  size_t top = h->top;
  pel_cell whole = pel_new_compound(h, PEL_ATOM_NECK, 2, pair), root;
  pel_term_copy copy = {0};
  pel_rule_clause c = *where;
  bool ok = whole && pel_copy_out(h, whole, (size_t)1 << 27, &copy) && pel_copy_to_constants(p, &copy, &root);
  c.n_locals = copy.n_locals;
  pel_copy_clear(&copy);
  h->top = top;
  pel_rule_clause *clauses = ok ? pel_grow(p->clauses, &p->clauses_capacity, p->n_clauses + 1, sizeof *clauses) : NULL;
  if (clauses) p->clauses = clauses;
  pel_predicate *d = &p->predicates[predicate];
  uint32_t *list = clauses ? pel_grow(d->clauses, &d->capacity, d->n_clauses + 1, sizeof *list) : NULL;
  if (!list) return pel_fail_memory(err, "a rule", sizeof *clauses);
  d->clauses = list;
  const pel_cell *cells = p->cells + (pel_index(root) & ~PEL_CONSTANT);
  c.head = cells[1];
  c.body = cells[2];
  pel_heap constants = {.program = p};
  bool compound = pel_tag(c.head) == PEL_TAG_STRUCT || pel_tag(c.head) == PEL_TAG_PATTERN;
  c.key = compound && pel_functor_of(&constants, c.head)->arity ? pel_index_key(&constants, pel_cells_at(&constants, pel_index(c.head))[1]) : 0;
  c.predicate = predicate;
  d->kind = PEL_PREDICATE_CLAUSES;
  if (where->id < 0) d->library = true, c.id = 0;
  if (d->n_clauses == 0) d->file = c.file;
  list[d->n_clauses++] = (uint32_t)p->n_clauses;
  clauses[p->n_clauses++] = c;
  return PEL_OK;
}

static bool declare(pel_program *p, const char *name, uint32_t arity, pel_predicate_kind kind, int control, pel_builtin builtin) {
  uint32_t atom = pel_atom_intern(&p->symbols, name, strlen(name));
  uint32_t predicate = atom == PEL_NO_SYMBOL ? PEL_NO_SYMBOL : pel_program_predicate(p, pel_functor_intern(&p->symbols, atom, arity));
  if (predicate == PEL_NO_SYMBOL) return false;
  pel_predicate *d = &p->predicates[predicate];
  d->kind = kind;
  d->library = true;
  if (kind == PEL_PREDICATE_CONTROL) d->control = control;
  else d->builtin = builtin;
  d->unknown_use = pel_unknown_use_of(name, arity);
  return true;
}

static bool declare_all(pel_program *p) {
  static const struct {
    const char *name;
    uint32_t arity;
    int control;
  } controls[] = {{",", 2, PEL_CONTROL_CONJUNCTION}, {"true", 0, PEL_CONTROL_TRUE}, {"otherwise", 0, PEL_CONTROL_TRUE}, {"fail", 0, PEL_CONTROL_FAIL},
                  {"false", 0, PEL_CONTROL_FAIL},    {"!", 0, PEL_CONTROL_CUT},     {";", 2, PEL_CONTROL_DISJUNCTION},  {"|", 2, PEL_CONTROL_DISJUNCTION},
                  {"->", 2, PEL_CONTROL_IF},         {"*->", 2, PEL_CONTROL_SOFT_IF}, {"\\+", 1, PEL_CONTROL_NOT},      {"findall", 3, PEL_CONTROL_FINDALL},
                  {"findall", 4, PEL_CONTROL_FINDALL}, {"catch", 3, PEL_CONTROL_CATCH}};
  static const pel_builtin_entry *const tables[] = {pel_builtins_type, pel_builtins_arithmetic, pel_builtins_term, pel_builtins_text,
                                                    pel_builtins_text_split, pel_builtins_text_case, pel_builtins_list, pel_builtins_date, pel_builtins_format};
  bool ok = true;
  for (size_t i = 0; ok && i < sizeof controls / sizeof *controls; i++)
    ok = declare(p, controls[i].name, controls[i].arity, PEL_PREDICATE_CONTROL, controls[i].control, NULL);
  for (uint32_t n = 1; ok && n <= 8; n++) ok = declare(p, "call", n, PEL_PREDICATE_CONTROL, PEL_CONTROL_CALL, NULL);
  for (size_t t = 0; ok && t < sizeof tables / sizeof *tables; t++)
    for (const pel_builtin_entry *e = tables[t]; ok && e->name; e++) ok = declare(p, e->name, e->arity, PEL_PREDICATE_BUILTIN, 0, e->call);
  return ok;
}

pel_status pel_program_create(pel_program **out, pel_error *err) {
  pel_program *p = pel_alloc(1, sizeof *p);
  if (!p || !pel_symbols_init(&p->symbols) || !pel_operators_init(&p->operators, &p->symbols) || !declare_all(p) || !pel_evaluate_init(p)) {
    pel_program_destroy(p);
    return pel_fail_memory(err, "the rules' built-in predicates", sizeof *p);
  }
  pel_consult library = {.file = "the library", .library = true};
  pel_status status = pel_program_consult(p, pel_library_text, strlen(pel_library_text), &library, err);
  p->n_library = p->n_clauses;
  if (status != PEL_OK) pel_program_destroy(p);
  else *out = p;
  return status;
}

void pel_program_destroy(pel_program *p) {
  if (!p) return;
  for (size_t i = 0; i < p->n_predicates; i++) {
    free(p->predicates[i].clauses);
    free_index(p->predicates[i].index);
  }
  for (size_t i = 0; i < p->n_files; i++) free(p->files[i]);
  free(p->files);
  free(p->predicates);
  free(p->clauses);
  free(p->cells);
  pel_operators_clear(&p->operators);
  pel_symbols_clear(&p->symbols);
  free(p);
}
