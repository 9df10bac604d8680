#include "engine/reason/deduce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/write.h"
#include "engine/reason/fault.h"
#include "engine/reason/opposite.h"

enum { DEEPEST = 48 /* unknown facts decided one after the other in one way */ };

typedef struct exploring {
  const pel_world *w;
  const pel_deduce_options *o;
  pel_deduction *d;
  char *question, *denial;
  pel_error *err;
} exploring;

/* What one goal gave. */
typedef struct asked {
  pel_answer last;
  bool limited; /* it ended at a limit */
  bool found, more; /* more: answers beyond those that are kept */
  char reason[200]; /* why the search ended early */
  char caught[200]; /* what went wrong in a rule that said what to do then */
  pel_machine *stopped; /* at something unknown; the caller's to destroy */
} asked;

bool pel_keep_once(char ***texts, size_t *n, const char *text) {
  for (size_t i = 0; i < *n; i++)
    if (strcmp((*texts)[i], text) == 0) return true;
  char **grown = realloc(*texts, (*n + 1) * sizeof *grown);
  if (!grown) return false;
  *texts = grown;
  if (!(grown[*n] = strdup(text))) return false;
  ++*n;
  return true;
}

static bool keep_answer(pel_way *way, const char *text) {
  bool *denied = realloc(way->denied, way->n_answers + 1);
  if (!denied) return false;
  way->denied = denied;
  denied[way->n_answers] = false;
  return pel_keep_once(&way->answers, &way->n_answers, text);
}

static pel_status take_answer(exploring *e, pel_machine *m, pel_way *way) {
  pel_text_out text = {.most = 1 << 20};
  size_t top = m->heap.top;
  pel_write(&m->heap, m->goal, PEL_WRITE_QUOTED, &text);
  bool ok = text.text && !text.full && keep_answer(way, text.text);
  m->heap.top = top;
  free(text.text);
  return ok ? PEL_OK : text.full ? pel_fail(e->err, PEL_ERR_INPUT, "an answer to the question is longer than a megabyte") : pel_fail_memory(e->err, "an answer", text.size);
}

static void end_of_search(exploring *e, pel_machine *m, asked *a, pel_status *status) {
  char error[300], fault[140];
  if (pel_machine_caught(m, error, sizeof error)) {
    pel_fault_words(error, fault, sizeof fault);
    snprintf(a->caught, sizeof a->caught, "a rule went wrong, and the rules say what to do then: %s", fault);
  }
  if (a->last == PEL_ANSWER_STOPPED) pel_machine_reason(m, a->reason, sizeof a->reason), a->limited = m->stopped != PEL_STOPPED_UNKNOWN;
  if (a->last == PEL_ANSWER_ERROR) {
    char what[300], words[180];
    pel_machine_error_text(m, what, sizeof what);
    pel_fault_words(what, words, sizeof words);
    snprintf(a->reason, sizeof a->reason, "a rule went wrong: %.170s", words);
  }
  if (a->last == PEL_ANSWER_STOPPED && m->stopped == PEL_STOPPED_CANCELLED) *status = pel_fail(e->err, PEL_ERR_CANCELLED, "stopped");
  if (a->last == PEL_ANSWER_STOPPED && m->stopped == PEL_STOPPED_UNDECIDED) a->stopped = m;
}

static bool same_copy(const pel_term_copy *a, const pel_term_copy *b) {
  return a->root == b->root && a->n_cells == b->n_cells && a->n_locals == b->n_locals && memcmp(a->cells, b->cells, a->n_cells * sizeof *a->cells) == 0;
}

/* Asks one goal; its answers go to `way` when that is given. Without one it is found at the first answer that leaves its variables open, as a denial of all of its
 * instances does. */
static pel_status ask(exploring *e, const char *goal, pel_unknowns *u, pel_way *way, asked *a) {
  pel_machine *m;
  pel_term_copy before = {0}, after = {0};
  *a = (asked){.last = PEL_ANSWER_NO};
  PEL_TRY(pel_machine_create(e->w->program, &e->o->limits, &m, e->err));
  m->unknowns = u;
  m->cancelled = e->o->cancelled;
  m->user = e->o->user;
  e->d->runs++;
  pel_status status = pel_machine_ask(m, goal, e->err);
  bool copied = status == PEL_OK && pel_copy_out(&m->heap, m->goal, 1 << 20, &before), open = copied && before.n_locals > 0;
  for (size_t n = 0; status == PEL_OK; n++) {
    a->last = pel_machine_next(m);
    if (a->last != PEL_ANSWER_YES) break;
    if (n == PEL_MOST_ANSWERS) {
      a->more = true;
      break;
    }
    a->found |= way || !open || (pel_copy_out(&m->heap, m->goal, 1 << 20, &after) && same_copy(&before, &after));
    if (way) status = take_answer(e, m, way);
    if (!open || (!way && a->found)) break; /* it is so: more proofs of it say nothing more */
  }
  pel_copy_clear(&before);
  pel_copy_clear(&after);
  if (status == PEL_OK) end_of_search(e, m, a, &status);
  if (!a->stopped) pel_machine_destroy(m);
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
  free(way->denied);
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

static pel_status leaf(exploring *e, pel_unknowns *u, pel_way *made, pel_node_state state, unsigned *states) {
  pel_way *way = add_way(e, u);
  if (!way) return pel_fail_memory(e->err, "a conclusion", sizeof *way);
  pel_unknowns taken = way->unknowns;
  *way = *made;
  way->unknowns = taken;
  way->state = state;
  *made = (pel_way){0};
  if (state != PEL_STATE_UNKNOWN || !way->limited) *states |= 1u << state; /* what a limit left open differs from nothing */
  return PEL_OK;
}

/* Ranges without a value in them are no way in which the quantity may be. */
static bool is_empty(const pel_unknown_quantity *q) {
  if (!q->low.there || !q->high.there) return false;
  int order = pel_number_compare(&q->low.value, &q->high.value);
  return order > 0 || (order == 0 && (q->low.open || q->high.open));
}

/* The relation of a half: of two halves, or of three parts where equality was asked for. */
static bool narrow(const pel_unknowns *u, pel_unknowns *next, int part) {
  pel_unknown_quantity *q = &next->quantities[u->quantity - 1];
  bool equality = u->relation == PEL_RELATION_EQUAL || u->relation == PEL_RELATION_DIFFERENT;
  static const int parts[] = {PEL_RELATION_EQUAL, PEL_RELATION_GREATER, PEL_RELATION_LESS};
  bool ok = equality ? pel_unknown_narrow(q, parts[part], &u->bound, true) : part < 2 && pel_unknown_narrow(q, u->relation, &u->bound, part == 0);
  return ok && !is_empty(q);
}

/* A fact is so, so its opposite is not; or it is not, which leaves its opposite open. */
static void decide(const exploring *e, size_t item, pel_unknowns *next, bool so) {
  const pel_unknown_item *u = &e->w->unknown[item];
  next->facts[u->number - 1] = so ? 1 : -1;
  if (so && u->opposite) next->facts[u->opposite - 1] = -1;
}

/* All ways from where a run was stopped: a fact is so or not, a quantity lies in each part of its range. */
static pel_status branch(exploring *e, pel_machine *m, pel_unknowns *u, int depth, unsigned *states) {
  size_t item = stopped_at(e, m);
  unsigned parts[3] = {0, 0, 0}, first = 0;
  bool differ = false;
  pel_status status = PEL_OK;
  for (int part = 0; part < 3 && status == PEL_OK; part++) {
    pel_unknowns next;
    status = pel_unknowns_copy(u, &next, e->err);
    if (status != PEL_OK) break;
    bool ok = m->undecided ? part < 2 : narrow(u, &next, part);
    if (m->undecided && item < e->w->n_unknown) decide(e, item, &next, part == 0);
    if (ok) status = explore(e, &next, depth + 1, &parts[part]);
    pel_unknowns_clear(&next);
    differ |= parts[part] && first && parts[part] != first;
    if (!first) first = parts[part];
    *states |= parts[part];
  }
  bool computed = !m->undecided && u->relation == PEL_RELATION_COMPUTED; /* what it is was needed, and nothing could be tried */
  if (item < e->w->n_unknown && (differ || (computed && *states & 1u << PEL_STATE_UNKNOWN))) e->d->matters[item] = true;
  return status;
}

/* Which of the answers have an opposite that is proved, too; of a question without an answer, whether its opposite is. */
static pel_status ask_opposites(exploring *e, pel_unknowns *u, pel_way *made, bool *denied, asked *a) {
  *denied = false;
  *a = (asked){.last = PEL_ANSWER_NO};
  if (made->n_answers == 0) {
    PEL_TRY(ask(e, e->denial, u, NULL, a));
    *denied = a->found;
    return PEL_OK;
  }
  asked early = {.last = PEL_ANSWER_NO};
  for (size_t i = 0; i < made->n_answers && !a->stopped; i++) {
    char *goal = NULL;
    PEL_TRY(pel_opposite(e->w, made->answers[i], &goal, e->err));
    pel_status status = ask(e, goal, u, NULL, a);
    free(goal);
    PEL_TRY(status);
    made->denied[i] = a->found;
    *denied |= a->found;
    if (!a->found && (a->last == PEL_ANSWER_STOPPED || a->last == PEL_ANSWER_ERROR) && !a->stopped) early = *a;
  }
  if (early.last != PEL_ANSWER_NO && !a->stopped) *a = early;
  return PEL_OK;
}

static bool ended_early(const asked *a) { return a->last == PEL_ANSWER_ERROR || a->last == PEL_ANSWER_STOPPED; }

/* A run that nothing stopped: its state, and what is left in doubt beside it. */
static pel_status conclude_way(exploring *e, pel_unknowns *u, pel_way *made, const asked *yes, const asked *no, bool denied, unsigned *states) {
  bool open = !yes->found && !denied && (ended_early(yes) || ended_early(no));
  pel_node_state state = yes->found && denied ? PEL_STATE_CONFLICT : yes->found ? PEL_STATE_HOLDS : denied ? PEL_STATE_REFUTED : open ? PEL_STATE_UNKNOWN : PEL_STATE_NOT_FOUND;
  made->limited = yes->limited || no->limited;
  if (open) snprintf(made->reason, sizeof made->reason, "%s", ended_early(yes) ? yes->reason : no->reason);
  else if (yes->found && ended_early(yes)) snprintf(made->doubt, sizeof made->doubt, "there may be further answers: %s", yes->reason);
  else if (yes->more) snprintf(made->doubt, sizeof made->doubt, "there are further answers: the first %d were taken", PEL_MOST_ANSWERS);
  else if (denied && !yes->found && ended_early(yes)) snprintf(made->doubt, sizeof made->doubt, "whether it is proved, too, could not be decided: %s", yes->reason);
  else if (!denied && ended_early(no)) snprintf(made->doubt, sizeof made->doubt, "whether its opposite is proved, too, could not be decided: %s", no->reason);
  else if (*yes->caught || *no->caught) snprintf(made->doubt, sizeof made->doubt, "%s", *yes->caught ? yes->caught : no->caught);
  return leaf(e, u, made, state, states);
}

static pel_status explore(exploring *e, pel_unknowns *u, int depth, unsigned *states) {
  pel_way made = {0};
  asked yes, no = {.last = PEL_ANSWER_NO};
  bool denied = false;
  pel_status status = ask(e, e->question, u, &made, &yes);
  if (status == PEL_OK && !yes.stopped) status = ask_opposites(e, u, &made, &denied, &no);
  pel_machine *stopped = yes.stopped ? yes.stopped : no.stopped;
  if (status == PEL_OK && stopped) {
    size_t item = stopped_at(e, stopped);
    if (item < e->w->n_unknown) e->d->met[item] = true;
    bool closed = item < e->w->n_unknown && e->w->unknown[item].closed;
    if (closed || depth >= DEEPEST || e->d->runs >= e->o->runs) {
      snprintf(made.reason, sizeof made.reason, closed ? "what the case does not know cannot be tried out" : "too many unknown facts: %u runs were made", e->d->runs);
      if (item < e->w->n_unknown && closed) e->d->matters[item] = true;
      made.limited = !closed;
      status = leaf(e, u, &made, PEL_STATE_UNKNOWN, states);
    } else {
      clear_way(&made);
      status = branch(e, stopped, u, depth, states);
    }
  } else if (status == PEL_OK) status = conclude_way(e, u, &made, &yes, &no, denied, states);
  pel_machine_destroy(stopped);
  clear_way(&made);
  return status;
}

pel_answer pel_next_general(pel_machine *m) {
  pel_answer last = PEL_ANSWER_YES;
  pel_term_copy before = {0}, after = {0};
  bool found = false, open = pel_copy_out(&m->heap, m->goal, 1 << 20, &before) && before.n_locals > 0;
  for (int n = 0; !found && n < PEL_MOST_ANSWERS && (last = pel_machine_next(m)) == PEL_ANSWER_YES; n++)
    found = !open || (pel_copy_out(&m->heap, m->goal, 1 << 20, &after) && same_copy(&before, &after));
  pel_copy_clear(&before);
  pel_copy_clear(&after);
  return found || last != PEL_ANSWER_YES ? last : PEL_ANSWER_NO;
}

/* Ways that were not followed to their end leave open whether it depends on anything: then that is the reason. */
static void join(pel_deduction *d) {
  const char *limit = NULL;
  bool differ = false, others_differ = false;
  size_t first = SIZE_MAX; /* of those that were followed */
  for (size_t i = 0; i < d->n_ways; i++) {
    bool limited = d->ways[i].limited && d->ways[i].state == PEL_STATE_UNKNOWN;
    if (limited && !limit) limit = d->ways[i].reason;
    differ |= d->ways[i].state != d->ways[0].state;
    if (!limited && first == SIZE_MAX) first = i;
    others_differ |= !limited && d->ways[i].state != d->ways[first].state;
  }
  d->state = differ ? PEL_STATE_UNKNOWN : d->ways[0].state;
  snprintf(d->reason, sizeof d->reason, "%s", others_differ ? PEL_DEPENDS : limit ? limit : d->ways[0].reason);
}

pel_status pel_deduce(const pel_world *w, const char *question, const pel_deduce_options *options, pel_deduction *out, pel_error *err) {
  *out = (pel_deduction){0};
  exploring e = {.w = w, .o = options, .d = out, .err = err, .question = strdup(question)};
  out->met = pel_alloc(w->n_unknown + 1, 1);
  out->matters = pel_alloc(w->n_unknown + 1, 1);
  pel_unknowns u = {0};
  pel_status status = e.question && out->met && out->matters ? pel_world_unknowns(w, &u, err) : pel_fail_memory(err, "a question", strlen(question));
  if (status == PEL_OK) status = pel_opposite(w, question, &e.denial, err);
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
