/* What would change a conclusion: asked again without each fact that it rests on, with each thing that was taken not to be so, and, where nothing was found, with the smallest sets
 * of what is missing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/audit.h"

enum { MOST_FACTS = 40 };

/* The state in which the question is now; as before where these smaller limits, or the time for explaining, do not let it be told. */
static pel_status state_now(audit *a, pel_node_state before, pel_node_state *out) {
  pel_deduction d;
  pel_deduce_options how = {.limits = {300000, (uint64_t)64 << 20, 100000, 2}, .runs = 32, .cancelled = a->t.cancelled, .user = a->t.user};
  *out = before;
  if (pel_teller_is_late(&a->t)) return PEL_OK;
  PEL_TRY(pel_deduce(a->w, a->c->question, &how, &d, a->err));
  bool limited = false;
  for (size_t i = 0; i < d.n_ways; i++) limited |= d.ways[i].limited;
  if (!limited) *out = d.state;
  a->result->runs += d.runs;
  pel_deduction_clear(&d);
  return PEL_OK;
}

static const char *outcome(pel_node_state state, bool values) {
  switch (state) {
    case PEL_STATE_HOLDS: return "it would hold";
    case PEL_STATE_REFUTED: return "it would be refuted";
    case PEL_STATE_CONFLICT: return "it would be in conflict";
    case PEL_STATE_UNKNOWN: return values ? "it would depend on the value" : "it could not be decided";
    default: return "nothing would say so";
  }
}

/* "The temperature is 38.4 °C (without it: nothing would say so)". */
static pel_status tell_change(audit *a, int64_t root, int64_t node, const pel_text_out *says, const char *when, pel_node_state to) {
  char label[1200];
  snprintf(label, sizeof label, "%.1000s (%s: %s)", says->text ? says->text : "", when, outcome(to, strstr(says->text ? says->text : "", "\xe2\x80\xa6") != NULL));
  return pel_tell_edge(&a->t, root, node, PEL_EDGE_WOULD_CHANGE, says->size ? label : "");
}

static pel_status phrase_goal(audit *a, const char *goal, pel_text_out *says) {
  pel_machine *m; /* only to read the goal */
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  PEL_TRY(pel_machine_create(a->w->program, &limits, &m, a->err));
  if (pel_machine_ask(m, goal, NULL) == PEL_OK) pel_phrase(a->w, &m->heap, m->goal, false, says, NULL);
  pel_machine_destroy(m);
  return PEL_OK;
}

/* Facts of the case that the tree shows: each is taken away once. */
static pel_status without_facts(audit *a, pel_node_state state, int64_t root) {
  pel_program *p = a->w->program;
  int tried = 0;
  for (size_t i = 0; i < a->t.n_told && tried < MOST_FACTS; i++) {
    char *end;
    unsigned long clause = strtoul(a->t.told[i].key, &end, 10);
    if (*end != ':' || end == a->t.told[i].key || !pel_world_fact(a->w, (uint32_t)clause)) continue;
    pel_node_state other;
    p->clauses[clause].excluded = true;
    pel_status status = state_now(a, state, &other);
    p->clauses[clause].excluded = false;
    PEL_TRY(status);
    tried++;
    if (other == state) continue;
    pel_text_out says = {.most = 4000};
    pel_heap constants = {.program = p};
    pel_phrase(a->w, &constants, p->clauses[clause].head, false, &says, NULL);
    status = tell_change(a, root, a->t.told[i].node, &says, "without it", other);
    free(says.text);
    PEL_TRY(status);
  }
  return PEL_OK;
}

/* Adds a fact for as long as the question is asked again. *ok false: it cannot be a fact (a built-in predicate, a variable). */
static pel_status with_fact(audit *a, const char *const *facts, size_t n, pel_node_state before, pel_node_state *out, bool *ok) {
  pel_program *p = a->w->program;
  size_t first = p->n_clauses;
  *ok = true;
  for (size_t i = 0; i < n && *ok; i++) {
    char *text = NULL;
    pel_consult how = {.file = "supposed"};
    pel_error ignored;
    *ok = asprintf(&text, "%s.", facts[i]) > 0 && pel_program_consult(p, text, strlen(text), &how, &ignored) == PEL_OK;
    free(text);
  }
  pel_status status = *ok ? state_now(a, before, out) : PEL_OK;
  for (size_t i = first; i < p->n_clauses; i++) p->clauses[i].excluded = true;
  return status;
}

/* What was taken not to be so: each is supposed to be so once. */
static pel_status with_assumptions(audit *a, pel_node_state state, int64_t root) {
  int tried = 0;
  for (size_t i = 0; i < a->t.n_told && tried < MOST_FACTS; i++) {
    const char *key = a->t.told[i].key;
    pel_node_state other;
    bool ok;
    if (strncmp(key, "-:", 2) != 0) continue;
    const char *goal = key + 2;
    PEL_TRY(with_fact(a, &goal, 1, state, &other, &ok));
    tried++;
    if (!ok || other == state) continue;
    pel_text_out says = {.most = 4000};
    pel_status status = phrase_goal(a, goal, &says);
    if (status == PEL_OK) status = tell_change(a, root, a->t.told[i].node, &says, "if something said so", other);
    free(says.text);
    PEL_TRY(status);
  }
  return PEL_OK;
}

/* A set of missing things is a node of its own, unless it is one thing that the tree shows already. */
static pel_status tell_set(audit *a, const char *const *goals, size_t n, pel_node_state to, int64_t root) {
  pel_text_out says = {.most = 4000};
  pel_status status = PEL_OK;
  for (size_t i = 0; i < n && status == PEL_OK; i++) {
    if (i) pel_put(&says, ", together with: ", 17);
    status = phrase_goal(a, goals[i], &says);
  }
  int64_t id = n == 1 ? pel_told_missing(&a->t, goals[0]) : 0;
  pel_node node = {.kind = PEL_NODE_QUESTION, .state = PEL_STATE_NOT_FOUND, .says = says.text, .term = goals[0]};
  if (status == PEL_OK && !id) status = pel_tell_node(&a->t, node, &id);
  if (status == PEL_OK) status = tell_change(a, root, id, &says, n == 1 ? "if something said so" : "if something said all of it", to);
  free(says.text);
  return status;
}

/* The smallest sets of what is missing that change the conclusion: one alone, else pairs, else all. */
static pel_status with_missing(audit *a, pel_node_state state, int64_t root) {
  bool alone[16] = {false};
  pel_node_state other;
  bool ok, any = false;
  size_t n = a->n_missing;
  for (size_t i = 0; i < n; i++) {
    const char *one = a->missing[i];
    PEL_TRY(with_fact(a, &one, 1, state, &other, &ok));
    alone[i] = ok && other != state;
    any |= alone[i];
    if (alone[i]) PEL_TRY(tell_set(a, &one, 1, other, root));
  }
  for (size_t i = 0; i < n && n <= 10; i++)
    for (size_t j = i + 1; j < n; j++) {
      const char *pair[] = {a->missing[i], a->missing[j]};
      if (alone[i] || alone[j]) continue;
      PEL_TRY(with_fact(a, pair, 2, state, &other, &ok));
      any |= ok && other != state;
      if (ok && other != state) PEL_TRY(tell_set(a, pair, 2, other, root));
    }
  if (any || n < 3) return PEL_OK;
  PEL_TRY(with_fact(a, (const char *const *)a->missing, n, state, &other, &ok));
  return ok && other != state ? tell_set(a, (const char *const *)a->missing, n, other, root) : PEL_OK;
}

pel_status pel_audit_changes(audit *a, pel_deduction *d, int64_t root) {
  pel_node_state now; /* with these limits and nothing changed: what differs from it would say nothing */
  pel_node_state other = d->state == PEL_STATE_UNKNOWN ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN;
  PEL_TRY(state_now(a, other, &now));
  if (now != d->state) return PEL_OK;
  PEL_TRY(without_facts(a, d->state, root));
  PEL_TRY(with_assumptions(a, d->state, root));
  return with_missing(a, d->state, root);
}

pel_status pel_audit_steps(audit *a, const pel_proof *proof) {
  int64_t base = a->n_proof_steps;
  for (size_t i = 0; i < proof->n_steps; i++) {
    const pel_step *s = &proof->steps[i];
    char *uses = pel_alloc(s->n_uses + 1, 24);
    if (!uses) return pel_fail_memory(a->err, "a proof", s->n_uses);
    for (size_t j = 0, n = 0; j < s->n_uses; j++) n += (size_t)snprintf(uses + n, 24, "%s%lld", j ? " " : "", (long long)(base + s->uses[j] + 1));
    int64_t node = s->event < a->t.n_event_nodes ? a->t.event_nodes[s->event] : 0, clause = 0, passage = 0;
    bool of_clause = s->kind == PEL_STEP_FACT || s->kind == PEL_STEP_RULE;
    pel_status status = of_clause ? pel_tell_clause(&a->t, s->clause, &clause, &passage) : PEL_OK;
    pel_proof_step row = {.id = ++a->n_proof_steps, .node = node, .kind = pel_step_kind_name(s->kind), .clause = clause, .text = s->goal, .uses = uses};
    if (status == PEL_OK) status = a->sink.put(a->sink.user, PEL_ROW_PROOF_STEP, &row, a->err);
    free(uses);
    PEL_TRY(status);
  }
  return PEL_OK;
}
