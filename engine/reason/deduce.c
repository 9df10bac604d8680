#include "engine/reason/deduce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/write.h"

enum { DEEPEST = 48 /* unknown facts decided one after the other in one way */ };

typedef struct exploring {
  const pel_world *w;
  const pel_deduce_options *o;
  pel_deduction *d;
  char *question, *denial;
  pel_error *err;
} exploring;

static bool keep_answer(pel_way *way, const char *text) {
  for (size_t i = 0; i < way->n_answers; i++)
    if (strcmp(way->answers[i], text) == 0) return true;
  char **answers = realloc(way->answers, (way->n_answers + 1) * sizeof *answers);
  if (!answers) return false;
  way->answers = answers;
  return (answers[way->n_answers++] = strdup(text)) != NULL;
}

/* The usual errors of rules without the interpreter's words for them. */
static void put_error(const char *error, char reason[200]) {
  static const struct {
    const char *start, *words;
  } usual[] = {{"evaluation_error(zero_divisor)", "it divides by zero"}, {"evaluation_error(undefined)", "it computes what is not defined"}, {"evaluation_error(float_overflow)", "a number becomes too large"},
               {"instantiation_error", "it needs a value that nothing gives"}};
  static const char missing[] = "existence_error(procedure,";
  const char *words = error;
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (strncmp(error, usual[i].start, strlen(usual[i].start)) == 0) words = usual[i].words;
  if (strncmp(error, missing, sizeof missing - 1) == 0)
    snprintf(reason, 200, "a rule went wrong: nothing says what %.*s is", (int)strcspn(error + sizeof missing - 1, ")"), error + sizeof missing - 1);
  else
    snprintf(reason, 200, "a rule went wrong: %s", words);
}

/* Asks one goal; its answers go to `way` when that is given. */
static pel_status ask(exploring *e, const char *goal, pel_unknowns *u, pel_way *way, pel_answer *last, bool *found, char reason[200], pel_machine **stopped) {
  pel_machine *m;
  PEL_TRY(pel_machine_create(e->w->program, &e->o->limits, &m, e->err));
  m->unknowns = u;
  m->cancelled = e->o->cancelled;
  m->user = e->o->user;
  e->d->runs++;
  pel_status status = pel_machine_ask(m, goal, e->err);
  *found = false;
  bool open = status == PEL_OK && pel_copy_out(&m->heap, m->goal, 1 << 20, &m->scratch) && m->scratch.n_locals > 0;
  for (size_t n = 0; status == PEL_OK && n < PEL_MOST_ANSWERS; n++) {
    *last = pel_machine_next(m);
    if (*last != PEL_ANSWER_YES) break;
    *found = true;
    if (!way) break;
    pel_text_out text = {.most = 1 << 20};
    size_t top = m->heap.top;
    bool ok = pel_write(&m->heap, m->goal, PEL_WRITE_QUOTED, &text) && keep_answer(way, text.text);
    m->heap.top = top;
    free(text.text);
    if (!ok) status = pel_fail_memory(e->err, "an answer", text.size);
    if (!open) break; /* it is so: more proofs of it say nothing more */
  }
  if (status == PEL_OK && *last == PEL_ANSWER_STOPPED) pel_machine_reason(m, reason, 200);
  if (status == PEL_OK && *last == PEL_ANSWER_ERROR) {
    char what[140];
    pel_machine_error_text(m, what, sizeof what);
    put_error(what, reason);
  }
  bool undecided = status == PEL_OK && *last == PEL_ANSWER_STOPPED && m->stopped == PEL_STOPPED_UNDECIDED;
  if (status == PEL_OK && *last == PEL_ANSWER_STOPPED && m->stopped == PEL_STOPPED_CANCELLED) status = pel_fail(e->err, PEL_ERR_CANCELLED, "stopped");
  if (undecided) *stopped = m;
  else pel_machine_destroy(m);
  return status;
}

static pel_way *add_way(exploring *e, pel_unknowns *u) {
  pel_way *ways = pel_grow(e->d->ways, &e->d->capacity, e->d->n_ways + 1, sizeof *ways);
  if (!ways) return NULL;
  e->d->ways = ways;
  pel_way *way = &ways[e->d->n_ways++];
  *way = (pel_way){0};
  if (u) {
    way->unknowns = *u; /* taken over */
    *u = (pel_unknowns){0};
  }
  return way;
}

static void clear_way(pel_way *way) {
  for (size_t i = 0; i < way->n_answers; i++) free(way->answers[i]);
  free(way->answers);
  pel_unknowns_clear(&way->unknowns);
  *way = (pel_way){0};
}

/* The unknown thing that stopped a run: index into world->unknown. */
static size_t stopped_at(const exploring *e, const pel_machine *m) {
  bool quantity = m->undecided == 0;
  int32_t number = quantity ? m->unknowns->quantity : m->undecided;
  size_t i = 0;
  while (i < e->w->n_unknown && !(e->w->unknown[i].quantity == quantity && e->w->unknown[i].number == number)) i++;
  return i;
}

static pel_status explore(exploring *e, pel_unknowns *u, int depth, unsigned *states);

static pel_status leaf(exploring *e, pel_unknowns *u, pel_way *made, pel_node_state state, const char *reason, unsigned *states) {
  pel_way *way = add_way(e, u);
  if (!way) return pel_fail_memory(e->err, "a conclusion", sizeof *way);
  way->answers = made->answers;
  way->n_answers = made->n_answers;
  made->answers = NULL;
  made->n_answers = 0;
  way->state = state;
  snprintf(way->reason, sizeof way->reason, "%s", reason);
  *states |= 1u << state;
  return PEL_OK;
}

/* Both ways from where a run was stopped. Takes u over. */
static pel_status branch(exploring *e, pel_machine *m, pel_unknowns *u, int depth, unsigned *states) {
  size_t item = stopped_at(e, m);
  unsigned halves[2] = {0, 0};
  pel_status status = PEL_OK;
  for (int half = 0; half < 2 && status == PEL_OK; half++) {
    pel_unknowns next;
    status = pel_unknowns_copy(u, &next, e->err);
    if (status != PEL_OK) break;
    bool ok = true;
    if (m->undecided) next.facts[m->undecided - 1] = half ? -1 : 1;
    else if (u->relation == PEL_RELATION_EQUAL || u->relation == PEL_RELATION_DIFFERENT) {
      /* Not equal is two ranges: the one above stands for both where the one below is empty of further bounds; it is split when it is asked for. */
      ok = pel_unknown_narrow(&next.quantities[u->quantity - 1], half ? PEL_RELATION_GREATER : PEL_RELATION_EQUAL, &u->bound, true);
    } else ok = pel_unknown_narrow(&next.quantities[u->quantity - 1], u->relation, &u->bound, half == 0);
    if (ok) status = explore(e, &next, depth + 1, &halves[half]);
    pel_unknowns_clear(&next);
    if (half == 1 && status == PEL_OK && !m->undecided && (u->relation == PEL_RELATION_EQUAL || u->relation == PEL_RELATION_DIFFERENT)) {
      status = pel_unknowns_copy(u, &next, e->err);
      if (status == PEL_OK && pel_unknown_narrow(&next.quantities[u->quantity - 1], PEL_RELATION_LESS, &u->bound, true)) status = explore(e, &next, depth + 1, &halves[1]);
      pel_unknowns_clear(&next);
    }
  }
  if (item < e->w->n_unknown && halves[0] != halves[1]) e->d->matters[item] = true;
  *states |= halves[0] | halves[1];
  return status;
}

/* Whether the opposite is proved: of the question, or, when it has answers, of one of them. */
static pel_status ask_denial(exploring *e, pel_unknowns *u, const pel_way *made, pel_answer *last, bool *denied, char reason[200], pel_machine **stopped) {
  if (made->n_answers == 0) return ask(e, e->denial, u, NULL, last, denied, reason, stopped);
  pel_status status = PEL_OK;
  *denied = false;
  for (size_t i = 0; i < made->n_answers && status == PEL_OK && !*denied && !*stopped; i++) {
    char *goal = NULL;
    if (asprintf(&goal, "neg((%s))", made->answers[i]) < 0) return pel_fail_memory(e->err, "an answer", 64);
    status = ask(e, goal, u, NULL, last, denied, reason, stopped);
    free(goal);
  }
  return status;
}

static pel_status explore(exploring *e, pel_unknowns *u, int depth, unsigned *states) {
  pel_way made = {0};
  pel_machine *stopped = NULL;
  pel_answer yes = PEL_ANSWER_NO, no = PEL_ANSWER_NO;
  bool found, denied = false;
  char reason[200] = "", reason_denied[200] = "";
  pel_status status = ask(e, e->question, u, &made, &yes, &found, reason, &stopped);
  if (status == PEL_OK && !stopped) status = ask_denial(e, u, &made, &no, &denied, reason_denied, &stopped);
  if (status == PEL_OK && stopped) {
    size_t item = stopped_at(e, stopped);
    if (item < e->w->n_unknown) e->d->met[item] = true;
    bool closed = item < e->w->n_unknown && e->w->unknown[item].closed;
    if (closed || depth >= DEEPEST || e->d->runs >= e->o->runs) {
      snprintf(reason, sizeof reason, closed ? "what the case does not know cannot be tried out" : "too many unknown facts: %u runs were made", e->d->runs);
      if (item < e->w->n_unknown) e->d->matters[item] = true;
      status = leaf(e, u, &made, PEL_STATE_UNKNOWN, reason, states);
    } else {
      clear_way(&made);
      status = branch(e, stopped, u, depth, states);
    }
    pel_machine_destroy(stopped);
  } else if (status == PEL_OK) {
    bool broken = !found && !denied && (yes == PEL_ANSWER_ERROR || yes == PEL_ANSWER_STOPPED);
    bool half = !found && !denied && !broken && (no == PEL_ANSWER_ERROR || no == PEL_ANSWER_STOPPED);
    pel_node_state state = found && denied ? PEL_STATE_CONFLICT : found ? PEL_STATE_HOLDS : denied ? PEL_STATE_REFUTED : broken || half ? PEL_STATE_UNKNOWN : PEL_STATE_NOT_FOUND;
    status = leaf(e, u, &made, state, broken ? reason : half ? reason_denied : "", states);
  }
  clear_way(&made);
  return status;
}

static void join(pel_deduction *d) {
  d->state = d->ways[0].state;
  snprintf(d->reason, sizeof d->reason, "%s", d->ways[0].reason);
  for (size_t i = 1; i < d->n_ways; i++)
    if (d->ways[i].state != d->state) {
      d->state = PEL_STATE_UNKNOWN;
      snprintf(d->reason, sizeof d->reason, "it depends on what is not known");
    }
}

pel_status pel_deduce(const pel_world *w, const char *question, const pel_deduce_options *options, pel_deduction *out, pel_error *err) {
  *out = (pel_deduction){0};
  exploring e = {.w = w, .o = options, .d = out, .err = err, .question = strdup(question)};
  if (asprintf(&e.denial, "neg((%s))", question) < 0) e.denial = NULL;
  out->met = pel_alloc(w->n_unknown + 1, 1);
  out->matters = pel_alloc(w->n_unknown + 1, 1);
  pel_unknowns u = {0};
  pel_status status = e.question && e.denial && out->met && out->matters ? pel_world_unknowns(w, &u, err) : pel_fail_memory(err, "a question", strlen(question));
  unsigned states = 0;
  if (status == PEL_OK) status = explore(&e, &u, 0, &states);
  pel_unknowns_clear(&u);
  free(e.question);
  free(e.denial);
  if (status == PEL_OK && out->n_ways == 0) status = pel_fail(err, PEL_ERR_INPUT, "the ranges of the unknown quantities leave nothing to try: look at the pack's vocabulary");
  if (status == PEL_OK) join(out);
  else pel_deduction_clear(out);
  return status;
}

void pel_deduction_clear(pel_deduction *d) {
  for (size_t i = 0; i < d->n_ways; i++) clear_way(&d->ways[i]);
  free(d->ways);
  free(d->met);
  free(d->matters);
  *d = (pel_deduction){0};
}
