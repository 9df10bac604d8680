#include "tests/logic/proof_corrupt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/logic/reader.h"

const char *const corruption_says[CORRUPTION_COUNT] = {
#define X(name, says) says,
    CORRUPTIONS(X)
#undef X
};

char corrupt_note[400];

static uint64_t next(uint64_t *seed) {
  uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static size_t below(uint64_t *seed, size_t n) { return (size_t)(next(seed) % n); }

static void copy_proof(const pel_proof *from, pel_proof *out) {
  *out = (pel_proof){.n_steps = from->n_steps, .n_roots = from->n_roots};
  out->steps = calloc(from->n_steps + 1, sizeof *out->steps);
  for (size_t i = 0; i < from->n_steps; i++) {
    pel_step *s = &out->steps[i];
    *s = from->steps[i];
    s->goal = strdup(s->goal);
    s->uses = malloc((s->n_uses + 2) * sizeof *s->uses);
    if (s->n_uses) memcpy(s->uses, from->steps[i].uses, s->n_uses * sizeof *s->uses);
  }
  out->roots = malloc((from->n_roots + 2) * sizeof *out->roots);
  if (from->n_roots) memcpy(out->roots, from->roots, from->n_roots * sizeof *out->roots);
  out->question = strdup(from->question);
  out->asked = from->asked ? strdup(from->asked) : NULL;
}

/* ---- goals ---- */

typedef struct token {
  size_t from, to;
} token;

/* Arguments that are a single name, number, variable or text: what can be exchanged for something else. */
static size_t arguments(const char *text, token *out, size_t most) {
  size_t n = 0, i = 0;
  while (text[i]) {
    size_t from = i;
    unsigned char c = (unsigned char)text[i];
    if (c == '\'' || c == '"') {
      for (i++; text[i] && text[i] != text[from]; i++)
        if (text[i] == '\\' && text[i + 1]) i++;
      if (text[i]) i++;
    } else if (isalnum(c) || c == '_' || c >= 0x80) {
      while (isalnum((unsigned char)text[i]) || text[i] == '_' || (unsigned char)text[i] >= 0x80 || (text[i] == '.' && isdigit((unsigned char)text[i + 1]))) i++;
    } else {
      i++;
      continue;
    }
    bool alone = from > 0 && strchr("(,[|", text[from - 1]) && text[i] && strchr("),]|", text[i]);
    if (alone && n < most) out[n++] = (token){from, i};
  }
  return n;
}

static bool change_goal(char **goal, uint64_t *seed) {
  token tokens[64];
  size_t n = arguments(*goal, tokens, 64);
  if (!n) return false;
  token t = tokens[below(seed, n)];
  const char *others[] = {"corrupted", "77777777", "\"other\"", "corrupted(1)", "3.25"};
  const char *other = others[below(seed, 5)];
  char number[40];
  if (isdigit((unsigned char)(*goal)[t.from]) && t.to - t.from < 9) { /* by one: the nearest that is wrong */
    snprintf(number, sizeof number, "%ld", atol(*goal + t.from) + 1);
    other = number;
  }
  char *made = NULL;
  if (asprintf(&made, "%.*s%s%s", (int)t.from, *goal, other, *goal + t.to) < 0) return false;
  snprintf(corrupt_note, sizeof corrupt_note, "%.190s -> %.190s", *goal, made);
  bool same = strcmp(made, *goal) == 0;
  free(*goal);
  *goal = made;
  return !same;
}

/* A step of a kind, SIZE_MAX when there is none. */
static size_t step_of(const pel_proof *p, pel_step_kind kind, uint64_t *seed) {
  size_t start = p->n_steps ? below(seed, p->n_steps) : 0;
  for (size_t i = 0; i < p->n_steps; i++)
    if (p->steps[(start + i) % p->n_steps].kind == kind) return (start + i) % p->n_steps;
  return SIZE_MAX;
}

static corrupted change_one(pel_proof *p, pel_step_kind kind, uint64_t *seed) {
  size_t i = step_of(p, kind, seed);
  if (i == SIZE_MAX) return CORRUPTED_NOT;
  return change_goal(&p->steps[i].goal, seed) ? CORRUPTED : CORRUPTED_NOT;
}

/* ---- the list ---- */

static void drop_from(uint32_t *list, size_t *n, size_t at) {
  memmove(list + at, list + at + 1, (*n - at - 1) * sizeof *list);
  --*n;
}

static void renumber(uint32_t *list, size_t *n, uint32_t gone) {
  for (size_t u = 0; u < *n;)
    if (list[u] == gone) drop_from(list, n, u);
    else {
      if (list[u] > gone) list[u]--;
      u++;
    }
}

static corrupted drop_step(pel_proof *p, bool renumbered, uint64_t *seed) {
  if (p->n_steps == 0) return CORRUPTED_NOT;
  size_t gone = below(seed, p->n_steps);
  snprintf(corrupt_note, sizeof corrupt_note, "step %zu of %zu: %.300s", gone, p->n_steps, p->steps[gone].goal);
  free(p->steps[gone].goal);
  free(p->steps[gone].uses);
  memmove(&p->steps[gone], &p->steps[gone + 1], (p->n_steps - gone - 1) * sizeof *p->steps);
  p->n_steps--;
  if (!renumbered) return CORRUPTED;
  for (size_t i = 0; i < p->n_steps; i++) renumber(p->steps[i].uses, &p->steps[i].n_uses, (uint32_t)gone);
  renumber(p->roots, &p->n_roots, (uint32_t)gone);
  return CORRUPTED;
}

static bool same_pattern(const pel_program *p, pel_cell a, pel_cell b) {
  if (a == b) return true;
  if (pel_tag(a) != pel_tag(b)) return false;
  const pel_cell *x = p->cells + (pel_index(a) & ~PEL_CONSTANT), *y = p->cells + (pel_index(b) & ~PEL_CONSTANT);
  if (pel_tag(a) == PEL_TAG_BOX) return *x == *y && memcmp(x, y, pel_box_cells(*x) * sizeof *x) == 0;
  if (pel_tag(a) != PEL_TAG_STRUCT && pel_tag(a) != PEL_TAG_PATTERN) return false;
  if (*x != *y) return false;
  for (uint32_t i = 1; i <= p->symbols.functors[pel_index(*x)].arity; i++)
    if (!same_pattern(p, x[i], y[i])) return false;
  return true;
}

static bool same_clause(const pel_program *p, uint32_t a, uint32_t b) {
  if (a == b) return true;
  if (a >= p->n_clauses || b >= p->n_clauses || p->clauses[b].excluded) return false;
  return same_pattern(p, p->clauses[a].head, p->clauses[b].head) && same_pattern(p, p->clauses[a].body, p->clauses[b].body);
}

/* The same steps all the way down. */
static bool same_proof(const pel_program *program, const pel_proof *p, uint32_t a, uint32_t b) {
  const pel_step *x = &p->steps[a], *y = &p->steps[b];
  if (a == b) return true;
  if (x->kind != y->kind || !same_clause(program, x->clause, y->clause) || x->n_uses != y->n_uses || strcmp(x->goal, y->goal) != 0) return false;
  for (size_t u = 0; u < x->n_uses; u++)
    if (!same_proof(program, p, x->uses[u], y->uses[u])) return false;
  return true;
}

/* A step with at least `least` uses. */
static size_t user_of(const pel_proof *p, size_t least, uint64_t *seed) {
  size_t start = p->n_steps ? below(seed, p->n_steps) : 0;
  for (size_t i = 0; i < p->n_steps; i++)
    if (p->steps[(start + i) % p->n_steps].n_uses >= least) return (start + i) % p->n_steps;
  return SIZE_MAX;
}

/* Whether a goal of the heap is an instance of a clause's head; locals [n_locals], 0 at first. */
static bool is_instance(const pel_program *p, const pel_heap *h, pel_cell pattern, pel_cell goal, pel_cell *locals) {
  goal = pel_deref(h, goal);
  pel_heap constants = {.program = (pel_program *)p};
  switch (pel_tag(pattern)) {
    case PEL_TAG_LOCAL: {
      pel_cell *local = &locals[pel_index(pattern)];
      if (!*local) *local = goal;
      return *local == goal || pel_tag(goal) == PEL_TAG_STRUCT || pel_tag(goal) == PEL_TAG_BOX; /* of two compounds: perhaps */
    }
    case PEL_TAG_STRUCT:
    case PEL_TAG_PATTERN: {
      const pel_cell *x = pel_cells_at(&constants, pel_index(pattern));
      if (pel_tag(goal) != PEL_TAG_STRUCT || *pel_cells_at(h, pel_index(goal)) != *x) return false;
      for (uint32_t i = 1; i <= p->symbols.functors[pel_index(*x)].arity; i++)
        if (!is_instance(p, h, x[i], pel_arg(h, goal, i - 1), locals)) return false;
      return true;
    }
    case PEL_TAG_BOX: return pel_tag(goal) == PEL_TAG_BOX;
    default: return pattern == goal;
  }
}

/* A fact step that names another fact which says the same goal, too: it may still be right. */
static bool is_said_by(pel_program *p, uint32_t clause, const char *goal) {
  const pel_rule_clause *c = &p->clauses[clause];
  if (c->body != pel_make_atom(PEL_ATOM_TRUE)) return false;
  pel_heap heap = {.program = p, .most = 1 << 24};
  pel_reader r = {.heap = &heap, .operators = &p->operators, .text = goal, .size = strlen(goal), .closed = true};
  pel_cell cell, *locals = calloc(c->n_locals + 1, sizeof *locals);
  bool said = pel_read_term(&r, &cell) == PEL_READ_TERM && is_instance(p, &heap, p->clauses[clause].head, cell, locals);
  free(locals);
  pel_reader_clear(&r);
  pel_heap_clear(&heap);
  return said;
}

/* Where all solutions are collected, which of two equal clauses a solution uses says which solution it is: a proof with another may be wrong. */
static bool is_collected(const pel_proof *p, size_t step) {
  for (size_t i = step; i < p->n_steps; i++)
    for (size_t u = 0; u < p->steps[i].n_uses; u++)
      if (p->steps[i].uses[u] == step) return p->steps[i].kind == PEL_STEP_COLLECT || is_collected(p, i);
  return false;
}

static corrupted change_uses(const pel_program *program, pel_proof *p, corruption kind, uint64_t *seed) {
  size_t i = user_of(p, kind == CORRUPT_ORDER ? 2 : 1, seed);
  if (i == SIZE_MAX) return CORRUPTED_NOT;
  pel_step *s = &p->steps[i];
  size_t at = below(seed, s->n_uses), other = below(seed, i);
  snprintf(corrupt_note, sizeof corrupt_note, "use %zu of step %zu (%.150s), other %zu", at, i, s->goal, other);
  switch (kind) {
    case CORRUPT_DROP_USE: drop_from(s->uses, &s->n_uses, at); return CORRUPTED;
    case CORRUPT_TWICE:
      memmove(s->uses + at + 1, s->uses + at, (s->n_uses - at) * sizeof *s->uses);
      s->n_uses++;
      return CORRUPTED;
    case CORRUPT_ORDER: {
      size_t b = (at + 1) % s->n_uses;
      uint32_t x = s->uses[at];
      s->uses[at] = s->uses[b];
      s->uses[b] = x;
      const pel_step *one = &p->steps[x], *two = &p->steps[s->uses[at]];
      if (one->kind == PEL_STEP_FACT && two->kind == PEL_STEP_FACT && one->clause != two->clause && strcmp(one->goal, two->goal) == 0) return CORRUPTED_NOT;
      if (!same_proof(program, p, s->uses[at], x)) return CORRUPTED;
      return is_collected(p, x) ? CORRUPTED_NOT : CORRUPTED_IDENTICAL;
    }
    default:
      if (s->uses[at] == other) return CORRUPTED_NOT;
      s->uses[at] = (uint32_t)other;
      return CORRUPTED;
  }
}

static corrupted change_root(pel_proof *p, uint64_t *seed) {
  if (p->n_roots == 0) return CORRUPTED_NOT;
  size_t at = below(seed, p->n_roots), other = below(seed, p->n_steps);
  snprintf(corrupt_note, sizeof corrupt_note, "root %zu, other %zu", at, other);
  if (next(seed) & 1) drop_from(p->roots, &p->n_roots, at);
  else if (p->roots[at] == other) return CORRUPTED_NOT;
  else p->roots[at] = (uint32_t)other;
  return CORRUPTED;
}

/* Mostly another clause of the same predicate, which is the hardest to tell. */
static corrupted change_clause(pel_program *program, pel_proof *p, uint64_t *seed) {
  size_t i = step_of(p, next(seed) & 1 ? PEL_STEP_FACT : PEL_STEP_RULE, seed);
  if (i == SIZE_MAX) return CORRUPTED_NOT;
  pel_step *s = &p->steps[i];
  uint32_t before = s->clause;
  const pel_predicate *d = &program->predicates[program->clauses[before].predicate];
  if (d->n_clauses > 1 && next(seed) % 4) s->clause = d->clauses[below(seed, d->n_clauses)];
  else s->clause = (uint32_t)below(seed, program->n_clauses + 3);
  if (s->clause == before) return CORRUPTED_NOT;
  snprintf(corrupt_note, sizeof corrupt_note, "clause %u -> %u of step %zu: %.300s", before, s->clause, i, s->goal);
  if (s->clause >= program->n_clauses) return CORRUPTED;
  if (!same_clause(program, before, s->clause)) return s->kind == PEL_STEP_FACT && is_said_by(program, s->clause, s->goal) ? CORRUPTED_NOT : CORRUPTED;
  return is_collected(p, i) ? CORRUPTED_NOT : CORRUPTED_IDENTICAL;
}

static corrupted change_kind(pel_proof *p, uint64_t *seed) {
  if (p->n_steps == 0) return CORRUPTED_NOT;
  pel_step *s = &p->steps[below(seed, p->n_steps)];
  pel_step_kind before = s->kind;
  s->kind = (pel_step_kind)((s->kind + 1 + below(seed, 4)) % 5);
  if (s->clause == UINT32_MAX && s->kind <= PEL_STEP_RULE) s->clause = 0;
  snprintf(corrupt_note, sizeof corrupt_note, "%s -> %s: %.300s", pel_step_kind_name(before), pel_step_kind_name(s->kind), s->goal);
  return CORRUPTED;
}

corrupted corrupt(pel_program *program, const pel_proof *from, corruption kind, uint64_t *seed, pel_proof *out) {
  copy_proof(from, out);
  switch (kind) {
    case CORRUPT_DROP_STEP:
    case CORRUPT_DROP_STEP_ONLY: return drop_step(out, kind == CORRUPT_DROP_STEP, seed);
    case CORRUPT_FACT: return change_one(out, PEL_STEP_FACT, seed);
    case CORRUPT_BINDING: return change_one(out, PEL_STEP_RULE, seed);
    case CORRUPT_BUILTIN: return change_one(out, PEL_STEP_BUILTIN, seed);
    case CORRUPT_ABSENT: return change_one(out, PEL_STEP_ABSENT, seed);
    case CORRUPT_COLLECT: return change_one(out, PEL_STEP_COLLECT, seed);
    case CORRUPT_CLAUSE: return change_clause(program, out, seed);
    case CORRUPT_KIND: return change_kind(out, seed);
    case CORRUPT_QUESTION: return change_goal(&out->question, seed) ? CORRUPTED : CORRUPTED_NOT;
    case CORRUPT_ROOT: return change_root(out, seed);
    default: return change_uses(program, out, kind, seed);
  }
}

bool same_proofs(const pel_program *program, const pel_proof *a, const pel_proof *b) {
  if (a->n_steps != b->n_steps || a->n_roots != b->n_roots || strcmp(a->question, b->question) != 0) return false;
  for (size_t i = 0; i < a->n_steps; i++) {
    const pel_step *x = &a->steps[i], *y = &b->steps[i];
    bool clause = x->kind != PEL_STEP_FACT && x->kind != PEL_STEP_RULE ? true : same_clause(program, x->clause, y->clause);
    if (x->kind != y->kind || !clause || x->n_uses != y->n_uses || strcmp(x->goal, y->goal) != 0) return false;
    if (x->n_uses && memcmp(x->uses, y->uses, x->n_uses * sizeof *x->uses) != 0) return false;
  }
  return a->n_roots == 0 || memcmp(a->roots, b->roots, a->n_roots * sizeof *a->roots) == 0;
}
