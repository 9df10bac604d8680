/* The rules' own predicates in words. */
#include <string.h>

#include "engine/reason/phrase_parts.h"

/* {1} is a value, {=1} a goal. */
static const struct {
  const char *name;
  uint32_t arity;
  const char *says, *denied; /* NULL: "it is not so that" before what it says */
} words[] = {
    {"member", 2, "{1} is one of {2}", "{1} is not one of {2}"},
    {"memberchk", 2, "{1} is one of {2}", "{1} is not one of {2}"},
    {"=", 2, "{1} is {2}", "{1} is not {2}"},
    {"==", 2, "{1} is {2}", "{1} is not {2}"},
    {"is", 2, "{1} is {2}", "{1} is not {2}"},
    {"\\=", 2, "{1} is not {2}", "{1} is {2}"},
    {"\\==", 2, "{1} is not {2}", "{1} is {2}"},
    {"@<", 2, "{1} comes before {2}", NULL},
    {"@>", 2, "{1} comes after {2}", NULL},
    {"@=<", 2, "{1} does not come after {2}", "{1} comes after {2}"},
    {"@>=", 2, "{1} does not come before {2}", "{1} comes before {2}"},
    {"between", 3, "{3} lies between {1} and {2}", NULL},
    {"length", 2, "the number of these is {2}: {1}", NULL},
    {"sum_list", 2, "{2} is the sum of these: {1}", NULL},
    {"sumlist", 2, "{2} is the sum of these: {1}", NULL},
    {"max_list", 2, "{2} is the largest of these: {1}", NULL},
    {"min_list", 2, "{2} is the smallest of these: {1}", NULL},
    {"sort", 2, "in order, each once: {2}", NULL},
    {"msort", 2, "in order: {2}", NULL},
    {"subset", 2, "{2} includes all of {1}", NULL},
    {"append", 3, "{1} and then {2} make {3}", NULL},
    {"number", 1, "{1} is a number", NULL},
    {"integer", 1, "{1} is a whole number", NULL},
    {"var", 1, "{1} is not known", "{1} is known"},
    {"nonvar", 1, "{1} is known", "{1} is not known"},
    {"ground", 1, "{1} is known", "{1} is not known"},
    {"true", 0, "nothing more is needed", NULL},
    {"fail", 0, "this is never so", NULL},
    {"false", 0, "this is never so", NULL},
    {"!", 0, "no other way is tried", NULL},
    {"findall", 3, "all that is found: {3}, where {=2}", NULL},
    {"bagof", 3, "all that is found: {3}, where {=2}", NULL},
    {"setof", 3, "all that is found: {3}, where {=2}", NULL},
    {"forall", 2, "in every case in which {=1}: {=2}", NULL},
    {"ignore", 1, "whether or not {=1}", NULL},
    {"->", 2, "if {=1}, then {=2}", NULL},
    {"*->", 2, "if {=1}, then {=2}", NULL},
    {"catch", 3, "{=1}, or, where that goes wrong, {=3}", NULL},
};

/* aggregate_all(sum(X), Goal, Sum) and the like. */
static const struct {
  const char *name;
  const char *says;
} totals[] = {{"count", "the number of times that {=2} is {3}"}, {"sum", "the sum over all cases in which {=2} is {3}"}, {"max", "the largest of all cases in which {=2} is {3}"},
              {"min", "the smallest of all cases in which {=2} is {3}"}, {"bag", "all that is found: {3}, where {=2}"}, {"set", "all that is found: {3}, where {=2}"}};

static const char *name_of(const phrasing *p, pel_cell c, uint32_t *arity) {
  const pel_symbols *s = &p->h->program->symbols;
  *arity = 0;
  if (pel_is_atom(c)) return pel_atom_text(s, (uint32_t)pel_index(c));
  if (pel_tag(c) != PEL_TAG_STRUCT) return "";
  *arity = pel_functor_of(p->h, c)->arity;
  return pel_atom_text(s, pel_functor_of(p->h, c)->atom);
}

/* A pack may have rules of its own by that name. */
static bool is_own(const phrasing *p, pel_cell goal) {
  const pel_program *program = p->w->program;
  const pel_symbols *s = &program->symbols;
  uint32_t functor = pel_is_atom(goal) ? pel_functor_find(s, (uint32_t)pel_index(goal), 0) : (uint32_t)pel_index(*pel_cells_at(p->h, pel_index(goal)));
  uint32_t number = functor == PEL_NO_SYMBOL ? 0 : s->functors[functor].predicate;
  return number && program->predicates[number - 1].kind == PEL_PREDICATE_CLAUSES && !program->predicates[number - 1].library;
}

static void fill(phrasing *p, pel_cell goal, const char *text, int depth) {
  while (*text) {
    size_t plain = strcspn(text, "{");
    pel_put(p->out, text, plain);
    text += plain;
    if (!*text) return;
    bool inner = text[1] == '=';
    pel_cell argument = pel_deref(p->h, pel_arg(p->h, goal, (uint32_t)(text[inner ? 2 : 1] - '1')));
    uint32_t arity;
    while (inner && strcmp(name_of(p, argument, &arity), "^") == 0 && arity == 2) argument = pel_deref(p->h, pel_arg(p->h, argument, 1)); /* V^Goal */
    if (inner) pel_phrase_goal(p, argument, false, depth + 1);
    else pel_phrase_value(p, argument, depth + 1);
    text += inner ? 4 : 3;
  }
}

static bool put_words(phrasing *p, pel_cell goal, const char *says, const char *denied, bool is_denied, int depth) {
  if (is_denied && !denied) pel_phrase_put(p, "it is not so that ");
  fill(p, goal, is_denied && denied ? denied : says, depth);
  return true;
}

/* call(G), once(G): the goal itself. call(G, More...): its words, then all values. */
static bool put_call(phrasing *p, pel_cell goal, uint32_t arity, bool denied, int depth) {
  pel_cell inner = pel_deref(p->h, pel_arg(p->h, goal, 0));
  if (arity == 1) return pel_phrase_goal(p, inner, denied, depth + 1), true;
  if (denied) pel_phrase_put(p, "it is not so that ");
  pel_phrase_value(p, inner, depth + 1);
  for (uint32_t i = 1; i < arity && i < 20; i++) {
    pel_phrase_put(p, i > 1 || pel_tag(inner) == PEL_TAG_STRUCT ? ", " : ": ");
    pel_phrase_value(p, pel_arg(p->h, goal, i), depth + 1);
  }
  return true;
}

bool pel_phrase_builtin(phrasing *p, pel_cell goal, bool denied, int depth) {
  uint32_t arity, part;
  const char *name = name_of(p, goal, &arity);
  if (!*name || is_own(p, goal)) return false;
  if ((strcmp(name, "call") == 0 && arity) || (strcmp(name, "once") == 0 && arity == 1)) return put_call(p, goal, arity, denied, depth);
  if (strcmp(name, "aggregate_all") == 0 && arity == 3) {
    const char *total = name_of(p, pel_deref(p->h, pel_arg(p->h, goal, 0)), &part);
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
      if (strcmp(total, totals[i].name) == 0) return put_words(p, goal, totals[i].says, NULL, denied, depth);
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (words[i].arity == arity && strcmp(name, words[i].name) == 0) return put_words(p, goal, words[i].says, words[i].denied, denied, depth);
  return false;
}
