#include "engine/logic/operators.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

static const struct {
  int priority;
  pel_operator_type type;
  const char *names; /* separated by a space */
} usual[] = {
    {1200, PEL_XFX, ":- --> =>"},
    {1200, PEL_FX, ":- ?-"},
    {1100, PEL_XFY, ";"},
    {1105, PEL_XFY, "|"},
    {1050, PEL_XFY, "-> *->"},
    {1000, PEL_XFY, ","},
    {800, PEL_XFX, ":="},
    {900, PEL_FY, "\\+"},
    {700, PEL_XFX, "< = =.. =@= =:= =< == =\\= > >= @< @=< @> @>= \\= \\== \\=@= as is >:< :<"},
    {600, PEL_XFY, ":"},
    {500, PEL_YFX, "+ - /\\ \\/"},
    {400, PEL_YFX, "* / // mod rdiv << >> div rem xor"},
    {200, PEL_XFX, "**"},
    {200, PEL_XFY, "^"},
    {200, PEL_FY, "- + \\"},
    {100, PEL_YFX, "."},
    {1, PEL_FX, "$"},
    {1150, PEL_FX, "dynamic discontiguous initialization meta_predicate module_transparent multifile public thread_initialization thread_local table volatile"},
};

bool pel_operators_init(pel_operators *o, pel_symbols *symbols) {
  *o = (pel_operators){0};
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    for (const char *name = usual[i].names; *name;) {
      size_t size = strcspn(name, " ");
      uint32_t atom = pel_atom_intern(symbols, name, size);
      if (atom == PEL_NO_SYMBOL || !pel_operator_set(o, atom, usual[i].priority, usual[i].type)) return false;
      name += size + (name[size] == ' ');
    }
  return true;
}

void pel_operators_clear(pel_operators *o) {
  free(o->items);
  *o = (pel_operators){0};
}

static int place(pel_operator_type type) { return type == PEL_FY || type == PEL_FX ? 0 : type == PEL_XF || type == PEL_YF ? 2 : 1; }

static pel_operator *find(const pel_operators *o, uint32_t atom, int where) {
  for (size_t i = 0; i < o->n; i++)
    if (o->items[i].atom == atom && place(o->items[i].type) == where) return &o->items[i];
  return NULL;
}

bool pel_operator_set(pel_operators *o, uint32_t atom, int priority, pel_operator_type type) {
  pel_operator *there = find(o, atom, place(type));
  if (!there) {
    pel_operator *items = pel_grow(o->items, &o->capacity, o->n + 1, sizeof *items);
    if (!items) return false;
    o->items = items;
    there = &items[o->n++];
  }
  *there = (pel_operator){atom, priority, type};
  return true;
}

static const pel_operator *active(const pel_operator *o) { return o && o->priority > 0 ? o : NULL; }
const pel_operator *pel_operator_prefix(const pel_operators *o, uint32_t atom) { return active(find(o, atom, 0)); }
const pel_operator *pel_operator_infix(const pel_operators *o, uint32_t atom) { return active(find(o, atom, 1)); }
const pel_operator *pel_operator_postfix(const pel_operators *o, uint32_t atom) { return active(find(o, atom, 2)); }
