#include "engine/reason/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/units.h"
#include "engine/logic/decimal.h"
#include "engine/logic/reader.h"
#include "engine/logic/write.h"

typedef struct building {
  pel_world *w;
  const char *as_of;
  pel_rule_clause where; /* of the text that is being read */
  size_t capacity;
  pel_status status;
  pel_error *err;
} building;

static bool mark_clause(void *user, pel_program *p, const pel_heap *heap, pel_cell head, pel_cell body, const char *text, size_t size, pel_rule_clause *where) {
  building *b = user;
  (void)p, (void)heap, (void)head, (void)body, (void)text, (void)size;
  where->id = b->where.id;
  where->line = b->where.line;
  where->excluded = b->where.excluded;
  where->undecided = b->where.undecided;
  return true;
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
  b->where = (pel_rule_clause){.id = row->id, .line = (uint32_t)row->line, .excluded = early || late};
  pel_consult how = {.user = b, .file = row->file, .clause = mark_clause};
  b->status = pel_program_consult(w->program, row->text, strlen(row->text), &how, b->err);
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

/* ---- the case ---- */

static pel_status fact_fail(const pel_case *of, size_t i, const char *key, const char *what, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: $.facts[%zu].%s: %s", pel_case_get_info(of)->name, i, key, what);
}

/* A decimal as it is written, or the rules' own spelling of a fraction. */
static bool exact(const char *text, mpq_t out) {
  pel_number n;
  bool fraction = strchr(text, 'r') != NULL;
  if (fraction ? !pel_number_parse(text, strlen(text), &n) : pel_decimal_parse(text, strlen(text), &n) != NULL) return false;
  pel_number_get_q(&n, out);
  pel_number_clear(&n);
  return true;
}

static const pel_term_words *words_of(const pel_world *w, const char *functor, const char *name) {
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

/* A quantity in the vocabulary's unit, exact. */
static pel_status convert(const pel_world *w, size_t i, const pel_case_fact *f, char **out, pel_error *err) {
  const pel_term_words *t = words_of(w, "quantity", f->name);
  const char *from_base, *to_base, *from_times, *from_plus, *to_times, *to_plus;
  char what[300];
  mpq_t value, times, plus;
  if (t && *t->unit && !*f->unit) {
    snprintf(what, sizeof what, "\"unit\" is missing: the pack reckons %.60s in %.40s", f->name, t->unit);
    return fact_fail(w->of, i, "unit", what, err);
  }
  if (!exact(f->value, value)) return fact_fail(w->of, i, "value", "is no number that can be computed with", err);
  if (t && strcmp(t->unit, f->unit) != 0) {
    bool known = *t->unit && pel_unit_to_base(f->unit, &from_base, &from_times, &from_plus) && pel_unit_to_base(t->unit, &to_base, &to_times, &to_plus) && strcmp(from_base, to_base) == 0;
    if (!known) {
      mpq_clear(value);
      snprintf(what, sizeof what, "\"%.40s\" cannot be converted: the pack reckons %.60s in %.40s", f->unit, f->name, *t->unit ? t->unit : "no unit");
      return fact_fail(w->of, i, "unit", what, err);
    }
    exact(from_times, times), exact(from_plus, plus);
    mpq_mul(value, value, times), mpq_add(value, value, plus);
    mpq_clear(times), mpq_clear(plus);
    exact(to_times, times), exact(to_plus, plus);
    mpq_sub(value, value, plus), mpq_div(value, value, times);
    mpq_clear(times), mpq_clear(plus);
  }
  pel_number n = pel_number_take_q(value);
  *out = pel_number_format(&n);
  pel_number_clear(&n);
  return *out ? PEL_OK : pel_fail_memory(err, "a quantity", 64);
}

static pel_status consult_fact(building *b, size_t i, const char *key, const char *text, pel_error *err) {
  pel_error inner = {0};
  pel_consult how = {.user = b, .file = "case", .clause = mark_clause};
  b->where.line = (uint32_t)i + 1;
  size_t before = b->w->program->n_clauses;
  pel_status status = pel_program_consult(b->w->program, text, strlen(text), &how, &inner);
  if (status == PEL_OK && b->w->program->n_clauses == before) return fact_fail(b->w->of, i, key, "is no fact", err);
  if (status == PEL_OK) return PEL_OK;
  const char *what = strncmp(inner.text, "case:", 5) == 0 && strchr(inner.text, ' ') ? strchr(inner.text, ' ') + 1 : inner.text;
  return fact_fail(b->w->of, i, key, what, err);
}

static bool quote(pel_world *w, const char *text, pel_text_out *out) {
  uint32_t atom = pel_atom_intern(&w->program->symbols, text, strlen(text));
  pel_heap h = {.program = w->program};
  if (atom == PEL_NO_SYMBOL) return false;
  pel_write_atom(&h, atom, true, out);
  return !out->full;
}

static pel_unknown_item *add_unknown(pel_world *w, size_t fact, bool quantity) {
  pel_unknown_item *items = realloc(w->unknown, (w->n_unknown + 1) * sizeof *items);
  if (!items) return NULL;
  w->unknown = items;
  int32_t number = quantity ? ++w->n_unknown_quantities : ++w->n_unknown_facts;
  items[w->n_unknown] = (pel_unknown_item){fact, number, quantity, false};
  return &items[w->n_unknown++];
}

static pel_status add_text(building *b, size_t i, const char *key, pel_text_out *out, pel_error *err) {
  pel_put(out, ".", 1);
  pel_status status = out->full ? pel_fail_memory(err, "a fact", out->size) : consult_fact(b, i, key, out->text, err);
  free(out->text);
  return status;
}

static pel_status add_term(building *b, size_t i, const pel_case_fact *f, pel_error *err) {
  pel_text_out out = {.most = 1 << 20};
  if (!f->known) {
    pel_unknown_item *u = add_unknown(b->w, i, false);
    if (!u) return pel_fail_memory(err, "a case", sizeof *u);
    b->where.undecided = u->number;
  }
  if (f->denied) pel_put(&out, "neg((", 5);
  pel_put(&out, f->name, strlen(f->name));
  if (f->denied) pel_put(&out, "))", 2);
  PEL_TRY(add_text(b, i, "term", &out, err));
  b->where.undecided = 0;
  if (!*f->date || strstr(f->name, ":-") || f->denied || !f->known) return PEL_OK;
  pel_text_out dated = {.most = 1 << 20};
  pel_put(&dated, "dated((", 7);
  pel_put(&dated, f->name, strlen(f->name));
  pel_put(&dated, "), \"", 4);
  pel_put(&dated, f->date, strlen(f->date));
  pel_put(&dated, "\")", 2);
  return add_text(b, i, "date", &dated, err);
}

/* functor(name, value) */
static pel_status add_named(building *b, size_t i, const char *functor, const pel_case_fact *f, const char *value, const char *key, pel_error *err) {
  pel_text_out out = {.most = 1 << 20};
  pel_put(&out, functor, strlen(functor));
  pel_put(&out, "(", 1);
  if (!quote(b->w, f->name, &out)) return free(out.text), pel_fail_memory(err, "a fact", 64);
  pel_put(&out, ", ", 2);
  pel_put(&out, value, strlen(value));
  pel_put(&out, ")", 1);
  return add_text(b, i, key, &out, err);
}

static pel_status add_quantity(building *b, size_t i, const pel_case_fact *f, pel_error *err) {
  char *value = NULL, unknown[40];
  if (!f->known) {
    pel_unknown_item *u = add_unknown(b->w, i, true);
    if (!u) return pel_fail_memory(err, "a case", sizeof *u);
    snprintf(unknown, sizeof unknown, "'$unknown'(%d)", u->number);
    return add_named(b, i, "quantity", f, unknown, "quantity", err);
  }
  PEL_TRY(convert(b->w, i, f, &value, err));
  pel_status status = add_named(b, i, "quantity", f, value, "quantity", err);
  free(value);
  return status;
}

/* Each way in which it may be is a fact that is not known. Without a list of ways there is nothing to try. */
static pel_status add_unknown_choice(building *b, size_t i, const pel_case_fact *f, const char *functor, pel_error *err) {
  const pel_term_words *t = words_of(b->w, functor, f->name);
  const char *ways = t && t->type == PEL_TERM_CHOICE ? t->allowed : "";
  do {
    size_t size = strcspn(ways, "|");
    char *way = strndup(ways, size);
    pel_unknown_item *u = way ? add_unknown(b->w, i, false) : NULL;
    pel_text_out quoted = {.most = 1 << 16};
    bool ok = u && (size ? quote(b->w, way, &quoted) : (pel_put(&quoted, "_", 1), true));
    if (u) u->closed = size == 0, b->where.undecided = u->number;
    pel_status status = ok ? add_named(b, i, functor, f, quoted.text, "value", err) : pel_fail_memory(err, "a case", size);
    free(way);
    free(quoted.text);
    b->where.undecided = 0;
    if (status != PEL_OK) return status;
    ways += size + (ways[size] == '|');
  } while (*ways);
  return PEL_OK;
}

static pel_status add_fact(building *b, size_t i, const pel_case_fact *f, pel_error *err) {
  b->where = (pel_rule_clause){.id = PEL_FACT_IDS + (int64_t)i};
  if (f->form == PEL_FACT_TERM) return add_term(b, i, f, err);
  if (f->form == PEL_FACT_QUANTITY) return add_quantity(b, i, f, err);
  const char *functor = f->form == PEL_FACT_CHOICE ? "choice" : "date_of";
  if (!f->known) return add_unknown_choice(b, i, f, functor, err);
  pel_text_out out = {.most = 1 << 16};
  if (f->form == PEL_FACT_DATE) {
    pel_put(&out, "\"", 1);
    pel_put(&out, f->value, strlen(f->value));
    pel_put(&out, "\"", 1);
  } else if (!quote(b->w, f->value, &out)) return free(out.text), pel_fail_memory(err, "a fact", 64);
  pel_status status = add_named(b, i, functor, f, out.text, "value", err);
  free(out.text);
  return status;
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
    if (predicate != PEL_NO_SYMBOL) p->predicates[predicate].declared = true;
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
  for (size_t i = 0; status == PEL_OK && i < pel_case_get_info(of)->n_facts; i++) status = add_fact(&b, i, pel_case_get_fact(of, i), err);
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

/* ---- what is unknown ---- */

static bool take_end(const char *text, size_t size, pel_range_end *end) {
  char copy[64];
  mpq_t q;
  if (size == 0) return true;
  if (size >= sizeof copy) return false;
  memcpy(copy, text, size);
  copy[size] = 0;
  if (!exact(copy, q)) return false;
  end->value = pel_number_take_q(q);
  end->there = true;
  return true;
}

pel_status pel_world_unknowns(const pel_world *w, pel_unknowns *out, pel_error *err) {
  pel_unknowns u = {.n_facts = (size_t)w->n_unknown_facts, .n_quantities = (size_t)w->n_unknown_quantities};
  u.facts = pel_alloc(u.n_facts + 1, 1);
  u.quantities = pel_alloc(u.n_quantities + 1, sizeof *u.quantities);
  if (!u.facts || !u.quantities) return free(u.facts), free(u.quantities), pel_fail_memory(err, "unknown facts", u.n_facts);
  for (size_t i = 0; i < w->n_unknown; i++) {
    const pel_unknown_item *item = &w->unknown[i];
    const pel_term_words *t = item->quantity ? words_of(w, "quantity", pel_case_get_fact(w->of, item->fact)->name) : NULL;
    const char *dots = t ? strstr(t->allowed, "..") : NULL;
    pel_unknown_quantity *q = item->quantity ? &u.quantities[item->number - 1] : NULL;
    if (dots && !(take_end(t->allowed, (size_t)(dots - t->allowed), &q->low) && take_end(dots + 2, strlen(dots + 2), &q->high))) {
      pel_unknowns_clear(&u);
      return pel_fail(err, PEL_ERR_INPUT, "the pack's vocabulary: \"%.60s\" is no range; write it as 0..300", t->allowed);
    }
  }
  *out = u;
  return PEL_OK;
}

static void copy_end(const pel_range_end *from, pel_range_end *to) {
  *to = *from;
  if (!from->there) return;
  mpq_t q;
  pel_number_get_q(&from->value, q);
  to->value = pel_number_take_q(q);
}

pel_status pel_unknowns_copy(const pel_unknowns *from, pel_unknowns *out, pel_error *err) {
  pel_unknowns u = {.n_facts = from->n_facts, .n_quantities = from->n_quantities};
  u.facts = pel_alloc(u.n_facts + 1, 1);
  u.quantities = pel_alloc(u.n_quantities + 1, sizeof *u.quantities);
  if (!u.facts || !u.quantities) return free(u.facts), free(u.quantities), pel_fail_memory(err, "unknown facts", u.n_facts);
  memcpy(u.facts, from->facts, u.n_facts);
  for (size_t i = 0; i < u.n_quantities; i++) {
    copy_end(&from->quantities[i].low, &u.quantities[i].low);
    copy_end(&from->quantities[i].high, &u.quantities[i].high);
  }
  *out = u;
  return PEL_OK;
}

void pel_unknowns_clear(pel_unknowns *u) {
  for (size_t i = 0; i < u->n_quantities; i++) {
    pel_number_clear(&u->quantities[i].low.value);
    pel_number_clear(&u->quantities[i].high.value);
  }
  pel_number_clear(&u->bound);
  free(u->facts);
  free(u->quantities);
  *u = (pel_unknowns){0};
}
