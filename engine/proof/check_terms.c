#include "engine/proof/check_terms.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/number.h"
#include "engine/proof/check_arithmetic.h"

enum { MOST_NUMBER_BYTES = 256 << 20 };

void pel_terms_clear(pel_terms *t) {
  for (size_t i = 0; i < t->n_numbers; i++) pel_exact_clear(&t->numbers[i]);
  for (size_t i = 0; i < t->n_ranges; i++) pel_exact_clear(&t->ranges[i].low), pel_exact_clear(&t->ranges[i].high);
  free(t->ranges);
  free(t->cells);
  free(t->numbers);
  free(t->strings);
  free(t->text);
  free(t->trail);
  free(t->stack);
  free(t->slots);
  *t = (pel_terms){0};
}

bool pel_terms_count(pel_terms *t, uint64_t work) {
  t->work += work;
  if (t->work > t->most_work && !t->over) t->over = "checking it takes more work than is allowed";
  return !t->over;
}

static const pel_term none = {PEL_TERM_NONE, 0};

/* n cells at the end; false: no room. */
static bool room(pel_terms *t, size_t n) {
  pel_term *cells = n <= t->most && t->n <= t->most - n ? pel_grow(t->cells, &t->capacity, t->n + n, sizeof *cells) : NULL;
  if (!cells) return t->over = t->over ? t->over : "its terms take more memory than is allowed", false;
  t->cells = cells;
  return true;
}

bool pel_term_is_integer(const pel_terms *t, pel_term x) {
  return x.kind == PEL_TERM_INT || (x.kind == PEL_TERM_NUMBER && pel_exact_is_integer(&t->numbers[x.value]));
}

bool pel_term_is_float(const pel_terms *t, pel_term x) { return x.kind == PEL_TERM_NUMBER && t->numbers[x.value].is_float; }

/* ---- makers ---- */

pel_term pel_term_var(pel_terms *t) {
  if (!room(t, 1)) return none;
  pel_term v = pel_term_make(PEL_TERM_VAR, (uint32_t)t->n);
  t->cells[t->n++] = v;
  return v;
}

static pel_term header(uint32_t atom, uint32_t arity) { return (pel_term){PEL_TERM_HEADER | arity << 4, atom}; }

pel_term pel_term_compound(pel_terms *t, uint32_t atom, uint32_t arity, const pel_term *args) {
  if (!room(t, (size_t)arity + 1)) return none;
  uint32_t at = (uint32_t)t->n;
  t->cells[t->n++] = header(atom, arity);
  for (uint32_t i = 0; i < arity; i++) {
    t->cells[t->n] = args ? args[i] : pel_term_make(PEL_TERM_VAR, (uint32_t)t->n);
    t->n++;
  }
  return pel_term_make(PEL_TERM_COMPOUND, at);
}

pel_term pel_term_number(pel_terms *t, pel_exact *n) {
  if (pel_exact_is_integer(n) && mpz_fits_sint_p(mpq_numref(n->q))) {
    pel_term x = pel_term_make(PEL_TERM_INT, (uint32_t)(int32_t)mpz_get_si(mpq_numref(n->q)));
    pel_exact_clear(n);
    return x;
  }
  pel_exact *numbers = pel_grow(t->numbers, &t->numbers_capacity, t->n_numbers + 1, sizeof *numbers);
  if (numbers) t->numbers = numbers;
  t->number_bytes += sizeof *n + (n->is_float ? 0 : (mpz_size(mpq_numref(n->q)) + mpz_size(mpq_denref(n->q))) * sizeof(mp_limb_t));
  if (!numbers || t->number_bytes > MOST_NUMBER_BYTES) {
    pel_exact_clear(n);
    return t->over = "its numbers take more memory than is allowed", none;
  }
  numbers[t->n_numbers] = *n;
  *n = (pel_exact){.is_float = true};
  return pel_term_make(PEL_TERM_NUMBER, (uint32_t)t->n_numbers++);
}

pel_term pel_term_int(pel_terms *t, int64_t value) {
  if (value >= INT32_MIN && value <= INT32_MAX) return pel_term_make(PEL_TERM_INT, (uint32_t)(int32_t)value);
  pel_exact n = pel_exact_of(value);
  return pel_term_number(t, &n);
}

bool pel_term_read_number(const pel_terms *t, pel_term x, pel_exact *out) {
  if (x.kind == PEL_TERM_INT) return *out = pel_exact_of((int32_t)x.value), true;
  if (x.kind != PEL_TERM_NUMBER) return false;
  const pel_exact *n = &t->numbers[x.value];
  *out = (pel_exact){.is_float = n->is_float, .f = n->f};
  if (n->is_float) return true;
  mpq_init(out->q);
  mpq_set(out->q, n->q);
  return true;
}

pel_term pel_term_string(pel_terms *t, const char *text, size_t size) {
  struct pel_term_string *strings = pel_grow(t->strings, &t->strings_capacity, t->n_strings + 1, sizeof *strings);
  if (strings) t->strings = strings;
  char *all = strings && t->text_size + size < t->most * sizeof(pel_term) ? pel_grow(t->text, &t->text_capacity, t->text_size + size + 1, 1) : NULL;
  if (!all) return t->over = "its texts take more memory than is allowed", none;
  t->text = all;
  memcpy(all + t->text_size, text, size);
  strings[t->n_strings] = (struct pel_term_string){t->text_size, size};
  t->text_size += size;
  return pel_term_make(PEL_TERM_STRING, (uint32_t)t->n_strings++);
}

const char *pel_term_text(const pel_terms *t, pel_term string, size_t *size) {
  *size = t->strings[string.value].size;
  return t->text + t->strings[string.value].at;
}

pel_term pel_term_list(pel_terms *t, const pel_term *items, size_t n, pel_term tail) {
  for (size_t i = n; i > 0 && !t->over; i--) {
    pel_term pair[2] = {items[i - 1], tail};
    tail = pel_term_compound(t, PEL_ATOM_DOT, 2, pair);
  }
  return t->over ? none : tail;
}

size_t pel_term_spine(pel_terms *t, pel_term list, pel_term *tail) {
  size_t n = 0;
  for (list = pel_term_deref(t, list); pel_term_is(t, list, PEL_ATOM_DOT, 2) && pel_terms_count(t, 1); n++) list = pel_term_arg(t, list, 1);
  if (tail) *tail = list;
  return n;
}

bool pel_term_items(pel_terms *t, pel_term list, pel_term **items, size_t *n) {
  pel_term tail;
  size_t count = pel_term_spine(t, list, &tail);
  if (t->over || !pel_term_same(tail, pel_term_atom(PEL_ATOM_NIL))) return false;
  pel_term *out = pel_alloc(count + 1, sizeof *out);
  if (!out) return t->over = "there is no memory", false;
  list = pel_term_deref(t, list);
  for (size_t i = 0; i < count; i++, list = pel_term_arg(t, list, 1)) out[i] = pel_term_arg(t, list, 0);
  *items = out;
  *n = count;
  return true;
}

/* ---- from the interpreter's ---- */

static pel_term from_box(pel_terms *t, pel_heap *h, pel_cell c) {
  if (pel_box(h, c) == PEL_BOX_STRING) {
    size_t size;
    const char *text = pel_string_bytes(h, c, &size, NULL);
    return pel_term_string(t, text, size);
  }
  pel_exact out = {.is_float = pel_box(h, c) == PEL_BOX_FLOAT};
  if (out.is_float) out.f = pel_float_value(h, c);
  else {
    pel_number n;
    pel_number_read(h, c, &n);
    pel_number_get_q(&n, out.q);
    pel_number_clear(&n);
  }
  return pel_term_number(t, &out);
}

static bool add_slot(pel_terms *t, pel_term x) {
  pel_term *slots = pel_grow(t->slots, &t->slots_capacity, t->n_slots + 1, sizeof *slots);
  if (!slots) return t->over = "there is no memory", false;
  t->slots = slots;
  slots[t->n_slots++] = x;
  return true;
}

/* One cell; `place` is where it will stand, for a variable that is met the first time (SIZE_MAX: nowhere yet). A compound's arguments are copied as they are. */
static pel_term from_cell(pel_terms *t, pel_heap *h, pel_cell c, bool patterns, size_t place) {
  c = pel_deref(h, c);
  switch (pel_tag(c)) {
    case PEL_TAG_ATOM: return pel_term_atom((uint32_t)pel_index(c));
    case PEL_TAG_INT: return pel_term_int(t, pel_int_value(c));
    case PEL_TAG_BOX: return from_box(t, h, c);
    case PEL_TAG_LOCAL:
      if (patterns) return pel_term_make(PEL_TERM_LOCAL, (uint32_t)pel_index(c));
      return pel_index(c) < t->n_slots ? t->slots[pel_index(c)] : none;
    case PEL_TAG_REF: {
      pel_term var = place == SIZE_MAX ? pel_term_var(t) : pel_term_make(PEL_TERM_VAR, (uint32_t)place);
      h->cells[pel_index(c)] = pel_make(PEL_TAG_LOCAL, t->n_slots);
      return add_slot(t, var) ? var : none;
    }
    case PEL_TAG_STRUCT:
    case PEL_TAG_PATTERN: {
      const pel_functor *f = &h->program->symbols.functors[pel_index(*pel_cells_at(h, pel_tag(c) == PEL_TAG_PATTERN ? pel_index(c) | PEL_CONSTANT : pel_index(c)))];
      uint32_t at = (uint32_t)t->n;
      if (!room(t, (size_t)f->arity + 1) || !pel_terms_count(t, f->arity)) return none;
      const pel_cell *from = pel_cells_at(h, pel_tag(c) == PEL_TAG_PATTERN ? pel_index(c) | PEL_CONSTANT : pel_index(c));
      t->cells[at] = header(f->atom, f->arity);
      memcpy(&t->cells[at + 1], from + 1, f->arity * sizeof *from);
      t->n += (size_t)f->arity + 1;
      return pel_term_make(patterns && pel_tag(c) == PEL_TAG_PATTERN ? PEL_TERM_PATTERN : PEL_TERM_COMPOUND, at);
    }
    default: return none;
  }
}

_Static_assert(sizeof(pel_term) == sizeof(pel_cell), "a cell's place holds one of the interpreter's until it is looked at");

pel_term pel_term_from_cells(pel_terms *t, pel_heap *h, pel_cell c, bool patterns) {
  size_t todo = t->n;
  pel_term root = from_cell(t, h, c, patterns, SIZE_MAX);
  while (!t->over && root.kind && todo < t->n) {
    pel_term head = t->cells[todo++];
    if ((head.kind & 15) != PEL_TERM_HEADER) continue; /* a variable by itself */
    for (uint32_t i = head.kind >> 4; i > 0 && !t->over; i--, todo++) {
      pel_cell raw;
      memcpy(&raw, &t->cells[todo], sizeof raw);
      pel_term made = from_cell(t, h, raw, patterns, todo);
      if (!made.kind) return none;
      t->cells[todo] = made;
    }
  }
  return t->over ? none : root;
}

/* ---- to the interpreter's ---- */

static pel_cell to_number(pel_terms *t, pel_term x, pel_heap *h) {
  if (x.kind == PEL_TERM_INT) return pel_make_int((int32_t)x.value);
  pel_exact n;
  pel_term_read_number(t, x, &n);
  pel_number out = n.is_float ? pel_number_of_float(n.f) : pel_number_take_q(n.q);
  pel_cell c = pel_number_write(h, &out);
  pel_number_clear(&out);
  return c;
}

typedef struct outward {
  pel_terms *t;
  pel_heap *h;
  pel_cell *vars;
  size_t vars_capacity;
  struct waiting { /* a compound whose arguments are still to be made */
    pel_term from;
    uint64_t at;
  } *waiting;
  size_t n, capacity;
} outward;

static pel_cell to_var(outward *o, pel_term x) {
  pel_terms *t = o->t;
  pel_cell made = pel_new_var(o->h);
  pel_cell *grown = pel_grow(o->vars, &o->vars_capacity, t->n_slots + 1, sizeof *grown);
  if (grown) o->vars = grown;
  if (!made || !grown || !add_slot(t, x)) return 0;
  grown[t->n_slots - 1] = made;
  t->cells[x.value] = pel_term_make(PEL_TERM_LOCAL, (uint32_t)t->n_slots - 1); /* marked until the end of the conversion */
  return made;
}

static pel_cell to_cell(outward *o, pel_term x) {
  pel_terms *t = o->t;
  x = pel_term_deref(t, x);
  switch (x.kind) {
    case PEL_TERM_ATOM: return pel_make_atom(x.value);
    case PEL_TERM_INT:
    case PEL_TERM_NUMBER: return to_number(t, x, o->h);
    case PEL_TERM_STRING: {
      size_t size;
      const char *text = pel_term_text(t, x, &size);
      return pel_new_string(o->h, text, size);
    }
    case PEL_TERM_VAR: return to_var(o, x);
    case PEL_TERM_LOCAL: return o->vars[x.value];
    case PEL_TERM_COMPOUND: {
      struct waiting *grown = pel_grow(o->waiting, &o->capacity, o->n + 1, sizeof *grown);
      if (!grown || !pel_terms_count(t, pel_term_arity(t, x))) return 0;
      o->waiting = grown;
      pel_cell made = pel_new_compound(o->h, pel_term_name(t, x), pel_term_arity(t, x), NULL);
      if (made) grown[o->n++] = (struct waiting){x, pel_index(made)};
      return made;
    }
    default: return 0;
  }
}

pel_cell pel_term_to_cells(pel_terms *t, pel_term x, pel_heap *h, pel_cell **vars) {
  outward o = {.t = t, .h = h};
  t->n_slots = 0;
  pel_cell root = to_cell(&o, x);
  bool ok = root != 0;
  while (ok && o.n > 0) {
    struct waiting w = o.waiting[--o.n];
    for (uint32_t i = 0; ok && i < pel_term_arity(t, w.from); i++) {
      pel_cell made = to_cell(&o, t->cells[w.from.value + 1 + i]);
      ok = made != 0;
      if (ok) h->cells[w.at + 1 + i] = made;
    }
  }
  for (size_t k = 0; k < t->n_slots; k++) t->cells[t->slots[k].value] = t->slots[k];
  free(o.waiting);
  *vars = o.vars;
  return ok ? root : 0;
}
