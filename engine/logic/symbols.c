#include "engine/logic/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

static uint64_t hash_bytes(const char *text, size_t size) { /* FNV-1a, then mixed */
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < size; i++) h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
  return h ^ h >> 29;
}

static uint64_t hash_pair(uint32_t atom, uint32_t arity) {
  uint64_t h = ((uint64_t)atom << 20 ^ arity) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 32;
}

static bool grow_slots(uint32_t **slots, size_t *mask, size_t first, size_t n, uint64_t (*hash)(const pel_symbols *, size_t), const pel_symbols *s) {
  if (*slots && n * 2 <= *mask) return true;
  size_t size = *slots ? (*mask + 1) * 2 : 1024;
  uint32_t *fresh = pel_alloc(size, sizeof *fresh);
  if (!fresh) return false;
  for (size_t i = first; i < n; i++) {
    size_t at = hash(s, i) & (size - 1);
    while (fresh[at]) at = (at + 1) & (size - 1);
    fresh[at] = (uint32_t)i + 1;
  }
  free(*slots);
  *slots = fresh;
  *mask = size - 1;
  return true;
}

static uint64_t hash_atom(const pel_symbols *s, size_t i) { return hash_bytes(s->text + s->atoms[i].at, s->atoms[i].size); }
static uint64_t hash_functor(const pel_symbols *s, size_t i) { return hash_pair(s->functors[i].atom, s->functors[i].arity); }

/* Adds an atom that no slot leads to yet. */
static uint32_t add_atom(pel_symbols *s, const char *text, size_t size) {
  if (size > UINT32_MAX / 2 || s->n_atoms >= UINT32_MAX / 2) return PEL_NO_SYMBOL;
  /* `text` may lie in our own store, which moves when it grows. */
  bool own = s->text_size && text >= s->text && text < s->text + s->text_size;
  size_t offset = own ? (size_t)(text - s->text) : 0;
  char *store = pel_grow(s->text, &s->text_capacity, s->text_size + size + 1, 1);
  if (!store) return PEL_NO_SYMBOL;
  s->text = store;
  struct pel_atom *atoms = pel_grow(s->atoms, &s->atoms_capacity, s->n_atoms + 1, sizeof *atoms);
  if (!atoms) return PEL_NO_SYMBOL;
  s->atoms = atoms;
  memmove(store + s->text_size, own ? store + offset : text, size);
  store[s->text_size + size] = 0;
  atoms[s->n_atoms] = (struct pel_atom){s->text_size, (uint32_t)size};
  s->text_size += size + 1;
  return (uint32_t)s->n_atoms++;
}

uint32_t pel_atom_intern(pel_symbols *s, const char *text, size_t size) {
  if (!grow_slots(&s->atom_slots, &s->atom_mask, PEL_ATOM_NIL + 1, s->n_atoms, hash_atom, s)) return PEL_NO_SYMBOL;
  size_t at = hash_bytes(text, size) & s->atom_mask;
  for (; s->atom_slots[at]; at = (at + 1) & s->atom_mask) {
    const struct pel_atom *a = &s->atoms[s->atom_slots[at] - 1];
    if (a->size == size && memcmp(s->text + a->at, text, size) == 0) return s->atom_slots[at] - 1;
  }
  uint32_t atom = add_atom(s, text, size);
  if (atom != PEL_NO_SYMBOL) s->atom_slots[at] = atom + 1;
  return atom;
}

static size_t find_functor(const pel_symbols *s, uint32_t atom, uint32_t arity) {
  size_t at = hash_pair(atom, arity) & s->functor_mask;
  for (; s->functor_slots[at]; at = (at + 1) & s->functor_mask) {
    const pel_functor *f = &s->functors[s->functor_slots[at] - 1];
    if (f->atom == atom && f->arity == arity) break;
  }
  return at;
}

uint32_t pel_functor_find(const pel_symbols *s, uint32_t atom, uint32_t arity) {
  uint32_t slot = s->functor_slots ? s->functor_slots[find_functor(s, atom, arity)] : 0;
  return slot ? slot - 1 : PEL_NO_SYMBOL;
}

uint32_t pel_functor_intern(pel_symbols *s, uint32_t atom, uint32_t arity) {
  if (!grow_slots(&s->functor_slots, &s->functor_mask, 0, s->n_functors, hash_functor, s)) return PEL_NO_SYMBOL;
  size_t at = find_functor(s, atom, arity);
  if (s->functor_slots[at]) return s->functor_slots[at] - 1;
  pel_functor *functors = pel_grow(s->functors, &s->functors_capacity, s->n_functors + 1, sizeof *functors);
  if (!functors) return PEL_NO_SYMBOL;
  s->functors = functors;
  functors[s->n_functors] = (pel_functor){atom, arity, 0, 0};
  s->functor_slots[at] = (uint32_t)++s->n_functors;
  return (uint32_t)s->n_functors - 1;
}

bool pel_symbols_init(pel_symbols *s) {
  static const char *const known[] = {
#define PEL_ATOM_TEXT(name, text) text,
      PEL_KNOWN_ATOMS(PEL_ATOM_TEXT)
#undef PEL_ATOM_TEXT
  };
  *s = (pel_symbols){0};
  if (add_atom(s, known[PEL_ATOM_NIL], strlen(known[PEL_ATOM_NIL])) != PEL_ATOM_NIL) return false;
  for (size_t i = PEL_ATOM_NIL + 1; i < PEL_KNOWN_ATOM_COUNT; i++)
    if (pel_atom_intern(s, known[i], strlen(known[i])) != i) return false;
  return true;
}

void pel_symbols_clear(pel_symbols *s) {
  free(s->text);
  free(s->atoms);
  free(s->functors);
  free(s->atom_slots);
  free(s->functor_slots);
  *s = (pel_symbols){0};
}
