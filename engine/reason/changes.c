/* What would change a conclusion: asked again without each fact that it rests on, with each thing that was taken not to be so, and, where nothing was found, with the smallest sets
 * of what is missing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/audit.h"

enum { MOST_FACTS = 40, MOST_SETS = 8, MOST_MISSING = PEL_AUDIT_MISSING };

/* What comes of the question: its state and, where it holds, its answers, one a line. */
typedef struct outcome {
  pel_node_state state;
  char *answers; /* NULL: none, or they do not count */
} outcome;

typedef struct changing {
  audit *a;
  int64_t root;
  outcome before;
  size_t not_tried; /* facts, assumptions and sets beyond what there was time and room for */
} changing;

static bool same_outcome(const outcome *x, const outcome *y) {
  return x->state == y->state && (x->answers == y->answers || (x->answers && y->answers && strcmp(x->answers, y->answers) == 0));
}

static char *answers_of(const pel_deduction *d) {
  pel_text_out all = {.most = 1 << 16};
  if (d->state != PEL_STATE_HOLDS && d->state != PEL_STATE_CONFLICT) return NULL;
  for (size_t i = 0; i < d->n_ways; i++)
    for (size_t j = 0; j < d->ways[i].n_answers; j++) {
      pel_put(&all, d->ways[i].answers[j], strlen(d->ways[i].answers[j]));
      pel_put(&all, "\n", 1);
    }
  return all.text;
}

/* What comes of the question now; *told false where these smaller limits, or the time for explaining, do not let it be told. */
static pel_status ask_now(audit *a, outcome *out, bool *told) {
  pel_deduction d;
  pel_deduce_options how = {.limits = {300000, (uint64_t)64 << 20, 100000, 2}, .runs = 32, .cancelled = a->t.cancelled, .user = a->t.user};
  *out = (outcome){0};
  *told = false;
  if (pel_teller_is_late(&a->t)) return PEL_OK;
  PEL_TRY(pel_deduce(a->w, a->c->question, &how, &d, a->err));
  *told = true;
  for (size_t i = 0; i < d.n_ways; i++) *told &= !d.ways[i].limited;
  *out = (outcome){d.state, answers_of(&d)};
  a->result->runs += d.runs;
  pel_deduction_clear(&d);
  return PEL_OK;
}

/* The same, and whether that is another outcome than before. The caller frees out->answers. */
static pel_status ask_whether_changed(changing *c, outcome *out, bool *changed) {
  bool told;
  PEL_TRY(ask_now(c->a, out, &told));
  *changed = told && !same_outcome(out, &c->before);
  c->not_tried += !told;
  return PEL_OK;
}

static pel_status phrase_goal(audit *a, const char *goal, pel_text_out *says);

/* Of a conclusion that holds in another way: its first answers in words. */
static pel_status put_answers(audit *a, const outcome *to, pel_text_out *out) {
  const char *line = to->answers;
  for (int n = 0; line && *line; n++) {
    size_t size = strcspn(line, "\n");
    char *goal = strndup(line, size);
    if (!goal) return pel_fail_memory(a->err, "an answer", size);
    if (n) pel_put(out, n < 3 ? "; " : "; ...", n < 3 ? 2 : 5);
    pel_status status = n < 3 ? phrase_goal(a, goal, out) : PEL_OK;
    free(goal);
    if (status != PEL_OK || n == 3) return status;
    line += size + (line[size] != 0);
  }
  return PEL_OK;
}

static const char *state_words(pel_node_state state, bool values) {
  switch (state) {
    case PEL_STATE_HOLDS: return "it would hold";
    case PEL_STATE_REFUTED: return "it would be refuted";
    case PEL_STATE_CONFLICT: return "it would be in conflict";
    case PEL_STATE_UNKNOWN: return values ? "it would depend on the value" : "it could not be decided";
    default: return "nothing would prove it";
  }
}

/* "The temperature is 38.4 °C (without it: nothing would prove it)". */
static pel_status tell_change(changing *c, int64_t node, const pel_text_out *says, const char *when, const outcome *to) {
  char label[1200];
  pel_text_out words = {.most = 600};
  const char *fact = says->text ? says->text : "", *state = state_words(to->state, strstr(fact, "\xe2\x80\xa6") != NULL);
  pel_status status = PEL_OK;
  if (to->answers && to->state == c->before.state) status = put_answers(c->a, to, &words);
  else pel_put(&words, state, strlen(state));
  snprintf(label, sizeof label, "%.550s (%s: %.580s)", fact, when, words.text ? words.text : "");
  if (*label >= 'a' && *label <= 'z') *label = (char)(*label - 32);
  if (status == PEL_OK) status = pel_tell_edge(&c->a->t, c->root, node, PEL_EDGE_WOULD_CHANGE, says->size ? label : "");
  free(words.text);
  return status;
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
static pel_status without_fact(changing *c, uint32_t clause, int64_t node) {
  pel_program *p = c->a->w->program;
  outcome to;
  bool changed;
  p->clauses[clause].excluded = true;
  pel_status status = ask_whether_changed(c, &to, &changed);
  p->clauses[clause].excluded = false;
  PEL_TRY(status);
  pel_text_out says = {.most = 4000};
  pel_heap constants = {.program = p};
  if (changed) {
    pel_phrase(c->a->w, &constants, p->clauses[clause].head, false, &says, NULL);
    status = tell_change(c, node, &says, "without it", &to);
  }
  free(says.text);
  free(to.answers);
  return status;
}

static pel_status without_facts(changing *c) {
  audit *a = c->a;
  int tried = 0;
  for (size_t i = 0; i < a->t.n_told; i++) {
    char *end;
    unsigned long clause = strtoul(a->t.told[i].key, &end, 10);
    if (*end != ':' || end == a->t.told[i].key || !pel_world_fact(a->w, (uint32_t)clause)) continue;
    if (++tried > MOST_FACTS) c->not_tried++;
    else PEL_TRY(without_fact(c, (uint32_t)clause, a->t.told[i].node));
  }
  return PEL_OK;
}

/* Adds facts for as long as the question is asked again. *changed stays false when one cannot be a fact (a built-in predicate, a variable). The caller frees out->answers. */
static pel_status with_facts(changing *c, const char *const *facts, size_t n, outcome *out, bool *changed) {
  pel_program *p = c->a->w->program;
  size_t first = p->n_clauses;
  bool ok = true;
  *out = (outcome){0};
  *changed = false;
  for (size_t i = 0; i < n && ok; i++) {
    char *text = NULL;
    pel_consult how = {.file = "supposed"};
    pel_error ignored;
    ok = asprintf(&text, "%s.", facts[i]) > 0 && pel_program_consult(p, text, strlen(text), &how, &ignored) == PEL_OK;
    free(text);
  }
  pel_status status = ok ? ask_whether_changed(c, out, changed) : PEL_OK;
  for (size_t i = first; i < p->n_clauses; i++) p->clauses[i].excluded = true;
  return status;
}

/* What was taken not to be so: each is supposed to be so once. */
static pel_status with_assumption(changing *c, const char *goal, int64_t node) {
  outcome to;
  bool changed;
  PEL_TRY(with_facts(c, &goal, 1, &to, &changed));
  pel_text_out says = {.most = 4000};
  pel_status status = changed ? phrase_goal(c->a, goal, &says) : PEL_OK;
  if (changed && status == PEL_OK) status = tell_change(c, node, &says, "if something said so", &to);
  free(says.text);
  free(to.answers);
  return status;
}

static pel_status with_assumptions(changing *c) {
  audit *a = c->a;
  int tried = 0;
  for (size_t i = 0; i < a->t.n_told; i++) {
    if (strncmp(a->t.told[i].key, "-:", 2) != 0) continue;
    if (++tried > MOST_FACTS) c->not_tried++;
    else PEL_TRY(with_assumption(c, a->t.told[i].key + 2, a->t.told[i].node));
  }
  return PEL_OK;
}

/* ---- what is missing ---- */

/* Whether these missing things together change the outcome. Sets are bits: of audit.missing. */
static pel_status try_set(changing *c, uint32_t members, outcome *out, bool *changed) {
  const char *goals[MOST_MISSING];
  size_t n = 0;
  for (int i = 0; i < MOST_MISSING; i++)
    if (members >> i & 1) goals[n++] = c->a->missing[i];
  return with_facts(c, goals, n, out, changed);
}

/* A set of missing things is a node of its own, unless it is one thing that the tree shows already. */
static pel_status tell_set(changing *c, uint32_t members, const outcome *to) {
  pel_text_out says = {.most = 4000};
  pel_status status = PEL_OK;
  const char *first = NULL;
  size_t n = 0;
  for (int i = 0; i < MOST_MISSING && status == PEL_OK; i++) {
    if (!(members >> i & 1)) continue;
    if (n++) pel_put(&says, ", together with: ", 17);
    else first = c->a->missing[i];
    status = phrase_goal(c->a, c->a->missing[i], &says);
  }
  int64_t id = n == 1 ? pel_told_missing(&c->a->t, first) : 0;
  pel_node node = {.kind = PEL_NODE_QUESTION, .state = PEL_STATE_NOT_FOUND, .says = says.text, .term = first};
  if (status == PEL_OK && !id) status = pel_tell_node(&c->a->t, node, &id);
  if (status == PEL_OK) status = tell_change(c, id, &says, n == 1 ? "if something said so" : "if something said all of it", to);
  free(says.text);
  return status;
}

/* Leaves out of a set that changes the outcome what is not needed, first what belongs to sets that were found, last `keep`. Nothing can be left out of what remains. */
static pel_status shrink(changing *c, uint32_t *set, uint32_t found, int keep) {
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < MOST_MISSING; i++) {
      uint32_t bit = 1u << i;
      int turn = i == keep ? 2 : found & bit ? 0 : 1;
      outcome to;
      bool changed;
      if (turn != round || !(*set & bit) || *set == bit) continue;
      PEL_TRY(try_set(c, *set & ~bit, &to, &changed));
      free(to.answers);
      if (changed) *set &= ~bit;
    }
  return PEL_OK;
}

/* Larger sets: from all that is missing, one for each thing that no set has yet. */
static pel_status with_larger(changing *c, uint32_t all, uint32_t alone, uint32_t found, int sets) {
  uint32_t seen[MOST_SETS];
  outcome to;
  bool changed;
  int n = 0;
  for (int i = 0; i < MOST_MISSING && n + sets < MOST_SETS; i++) {
    uint32_t set = all & ~alone;
    if (!(set >> i & 1) || found >> i & 1) continue;
    PEL_TRY(try_set(c, set, &to, &changed));
    free(to.answers);
    if (!changed) return PEL_OK;
    PEL_TRY(shrink(c, &set, found, i));
    bool again = false;
    for (int k = 0; k < n; k++) again |= seen[k] == set;
    if (again || !(set & ~found)) continue;
    PEL_TRY(try_set(c, set, &to, &changed));
    pel_status status = changed ? tell_set(c, set, &to) : PEL_OK;
    free(to.answers);
    PEL_TRY(status);
    seen[n++] = set;
    found |= set;
  }
  return PEL_OK;
}

/* The smallest sets of what is missing that change the conclusion: one alone, pairs, then larger ones. */
static pel_status with_missing(changing *c) {
  uint32_t all = c->a->n_missing ? (uint32_t)((UINT64_C(1) << c->a->n_missing) - 1) : 0, alone = 0, found = 0;
  int sets = 0;
  for (int size = 1; size <= 2; size++)
    for (size_t i = 0; i < c->a->n_missing; i++)
      for (size_t j = size == 1 ? i : i + 1; j < (size == 1 ? i + 1 : c->a->n_missing); j++) {
        uint32_t set = 1u << i | 1u << j;
        outcome to;
        bool changed;
        if (set & alone || sets >= MOST_SETS) continue;
        PEL_TRY(try_set(c, set, &to, &changed));
        pel_status status = changed ? tell_set(c, set, &to) : PEL_OK;
        free(to.answers);
        PEL_TRY(status);
        if (!changed) continue;
        sets++;
        found |= set;
        if (size == 1) alone |= set;
      }
  return with_larger(c, all, alone, found, sets);
}

pel_status pel_audit_changes(audit *a, pel_deduction *d, int64_t root) {
  changing c = {.a = a, .root = root};
  bool told;
  PEL_TRY(ask_now(a, &c.before, &told)); /* with these limits and nothing changed: what differs from it would say nothing */
  pel_status status = PEL_OK;
  if (told && c.before.state == d->state) {
    status = without_facts(&c);
    if (status == PEL_OK) status = with_assumptions(&c);
    if (status == PEL_OK) status = with_missing(&c);
  } else c.not_tried = a->t.n_told;
  a->not_tried = c.not_tried;
  free(c.before.answers);
  return status;
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
