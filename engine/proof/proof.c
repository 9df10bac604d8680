#include "engine/proof/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/reader.h"
#include "engine/logic/write.h"

enum { MOST_STEPS = 200000, MOST_TEXT = 64 << 20, DEEPEST = PEL_READ_NESTING - 10 };

const char *pel_step_kind_name(pel_step_kind kind) {
  static const char *const names[] = {"fact", "rule", "builtin", "absent", "collect"};
  return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "unknown";
}

void pel_proof_clear(pel_proof *proof) {
  if (!proof) return;
  for (size_t i = 0; proof->steps && i < proof->n_steps; i++) {
    free(proof->steps[i].goal);
    free(proof->steps[i].uses);
  }
  free(proof->steps);
  free(proof->roots);
  free(proof->question);
  free(proof->asked);
  *proof = (pel_proof){0};
}

/* ---- goals as text ---- */

typedef struct namer { /* variables get their numbers in the order in which they are met */
  pel_machine *m;
  uint32_t *numbers; /* [heap cells]; 0: not met yet */
  uint32_t met;
  size_t size;       /* of all text */
  pel_text_out raw, named;
} namer;

static pel_status too_large(pel_error *err, const char *why) {
  return pel_fail(err, PEL_ERR_UNSUPPORTED, "the proof is too large to be kept: %s; ask for less at once", why);
}

static bool is_name_part(const char *text, size_t at) { return at > 0 && (text[at - 1] == '_' || pel_is_name_char((unsigned char)text[at - 1]) || (unsigned char)text[at - 1] >= 0x80); }

/* Copies the text with _G<cell> as _G<number>, outside quotes. False: brackets are nested too deep. */
static bool rename_variables(namer *n, const char *text, size_t size) {
  size_t depth = 0;
  char quote = 0;
  for (size_t i = 0; i < size;) {
    size_t run = 1;
    char name[24];
    if (quote) {
      if (text[i] == '\\') run = 2;
      else if (text[i] == quote) quote = 0;
    } else if (text[i] == '\'' || text[i] == '"') quote = text[i];
    else if (text[i] == '(' || text[i] == '[') {
      if (++depth > DEEPEST) return false;
    } else if (text[i] == ')' || text[i] == ']') depth--;
    else if (text[i] == '_' && i + 1 < size && text[i + 1] == 'G' && !is_name_part(text, i)) {
      char *end;
      unsigned long long cell = strtoull(text + i + 2, &end, 10);
      uint32_t *number = &n->numbers[cell < n->m->heap.top ? cell : 0];
      if (!*number) *number = ++n->met;
      pel_put(&n->named, name, (size_t)snprintf(name, sizeof name, "_G%u", *number));
      i = (size_t)(end - text);
      continue;
    }
    if (run > size - i) run = size - i;
    pel_put(&n->named, text + i, run);
    i += run;
  }
  return true;
}

static pel_status goal_text(namer *n, pel_cell goal, char **out, pel_error *err) {
  n->raw.size = n->named.size = 0;
  n->raw.full = n->named.full = false;
  n->raw.most = n->named.most = MOST_TEXT - n->size;
  if (!pel_write(&n->m->heap, goal, PEL_WRITE_QUOTED | PEL_WRITE_IGNORE_OPS, &n->raw) || !rename_variables(n, n->raw.text, n->raw.size) || n->named.full)
    return too_large(err, "a goal of it is too deep, or all its goals have more than 64 MB");
  n->size += n->named.size + 1;
  *out = strndup(n->named.text ? n->named.text : "", n->named.size);
  return *out ? PEL_OK : pel_fail_memory(err, "a proof", n->named.size);
}

/* The question with its bindings taken off for as long as it is written. */
static pel_status asked_text(namer *n, char **out, pel_error *err) {
  pel_machine *m = n->m;
  pel_cell *values = pel_alloc(m->n_trail + 1, sizeof *values);
  if (!values) return pel_fail_memory(err, "a proof", m->n_trail * sizeof *values);
  for (size_t i = m->n_trail; i > 0; i--) {
    pel_cell var = m->trail[i - 1];
    values[i - 1] = m->heap.cells[pel_index(var)];
    m->heap.cells[pel_index(var)] = var;
  }
  pel_status status = goal_text(n, m->goal, out, err);
  for (size_t i = 0; i < m->n_trail; i++) m->heap.cells[pel_index(m->trail[i])] = values[i];
  free(values);
  return status;
}

/* ---- steps ---- */

/* Events by parent: those of event e are order[first[e]] to order[first[e + 1]], in the order of the events; parent 0 is the question, e + 1 event e. */
typedef struct family {
  uint32_t *first, *order, *step; /* step: of each event */
} family;

static void clear_family(family *f) {
  free(f->first);
  free(f->order);
  free(f->step);
}

static size_t parent_of(const pel_machine *m, size_t event) {
  uint32_t parent = m->events[event].parent;
  return parent == PEL_NO_EVENT ? 0 : (size_t)parent + 1;
}

static bool make_family(const pel_machine *m, family *f) {
  size_t n = m->n_events;
  f->first = pel_alloc(n + 3, sizeof *f->first);
  f->order = pel_alloc(n + 1, sizeof *f->order);
  f->step = pel_alloc(n + 1, sizeof *f->step);
  if (!f->first || !f->order || !f->step) return false;
  for (size_t e = 0; e < n; e++) f->first[parent_of(m, e) + 2]++;
  for (size_t p = 0; p <= n; p++) f->first[p + 2] += f->first[p + 1];
  for (size_t e = 0; e < n; e++) f->order[f->first[parent_of(m, e) + 1]++] = (uint32_t)e;
  return true;
}

static pel_step_kind kind_of(const pel_machine *m, const pel_event *e) {
  switch (e->kind) {
    case PEL_EVENT_BUILTIN: return PEL_STEP_BUILTIN;
    case PEL_EVENT_ABSENT: return PEL_STEP_ABSENT;
    case PEL_EVENT_COLLECT: return PEL_STEP_COLLECT;
    default: return m->program->clauses[e->clause].body == pel_make_atom(PEL_ATOM_TRUE) ? PEL_STEP_FACT : PEL_STEP_RULE;
  }
}

static uint32_t *steps_of(const family *f, size_t parent, size_t *n) {
  *n = f->first[parent + 1] - f->first[parent];
  uint32_t *uses = *n ? pel_alloc(*n, sizeof *uses) : NULL;
  for (size_t i = 0; uses && i < *n; i++) uses[i] = f->step[f->order[f->first[parent] + i]];
  return uses;
}

static pel_status add_step(namer *n, const family *f, uint32_t event, pel_proof *out, pel_error *err) {
  const pel_event *e = &n->m->events[event];
  pel_step *s = &out->steps[out->n_steps];
  *s = (pel_step){.kind = kind_of(n->m, e), .clause = e->kind == PEL_EVENT_RULE ? e->clause : UINT32_MAX, .event = event};
  f->step[event] = (uint32_t)out->n_steps++;
  s->uses = steps_of(f, (size_t)event + 1, &s->n_uses);
  if (s->n_uses && !s->uses) return pel_fail_memory(err, "a proof", s->n_uses * sizeof *s->uses);
  return goal_text(n, e->goal, &s->goal, err);
}

/* Premises first: the events as a tree, each after those below it. `at` is where each open event's children have come to. */
static pel_status add_steps(namer *n, const family *f, pel_proof *out, pel_error *err) {
  const pel_machine *m = n->m;
  uint32_t *at = pel_alloc(m->n_events + 2, sizeof *at);
  if (!at) return pel_fail_memory(err, "a proof", m->n_events * sizeof *at);
  for (size_t p = 0; p <= m->n_events; p++) at[p] = f->first[p];
  pel_status status = PEL_OK;
  size_t open = 0; /* the question, or event open - 1 */
  while (status == PEL_OK) {
    if (at[open] < f->first[open + 1]) {
      open = (size_t)f->order[at[open]++] + 1;
      continue;
    }
    if (open == 0) break;
    status = add_step(n, f, (uint32_t)open - 1, out, err);
    open = parent_of(m, open - 1);
  }
  free(at);
  return status;
}

pel_status pel_proof_take(pel_machine *m, pel_proof *out, pel_error *err) {
  if (m->n_events > MOST_STEPS) return too_large(err, "it has more than 200000 steps");
  pel_proof proof = {0};
  family f = {0};
  namer n = {.m = m, .numbers = pel_alloc(m->heap.top + 1, sizeof *n.numbers)};
  proof.steps = pel_alloc(m->n_events + 1, sizeof *proof.steps);
  pel_status status = n.numbers && proof.steps && make_family(m, &f) ? PEL_OK : pel_fail_memory(err, "a proof", m->n_events * sizeof *proof.steps);
  if (status == PEL_OK) status = goal_text(&n, m->goal, &proof.question, err);
  if (status == PEL_OK) status = asked_text(&n, &proof.asked, err);
  if (status == PEL_OK) status = add_steps(&n, &f, &proof, err);
  if (status == PEL_OK) {
    proof.roots = steps_of(&f, 0, &proof.n_roots);
    if (proof.n_roots && !proof.roots) status = pel_fail_memory(err, "a proof", proof.n_roots * sizeof *proof.roots);
  }
  free(n.numbers);
  free(n.raw.text);
  free(n.named.text);
  clear_family(&f);
  if (status != PEL_OK) pel_proof_clear(&proof);
  else *out = proof;
  return status;
}
