#include "engine/reason/watch.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/calls.h"
#include "engine/logic/control.h"
#include "engine/logic/write.h"
#include "engine/reason/watch_store.h"

enum { MOST_EVENTS_SEEN = 20000000, MOST_BODY = 2000, MOST_CALLS = 10 * PEL_WATCH_GOALS, MOST_KEPT = 1000000 /* goals of bodies */ };

typedef struct goals_held {
  uint32_t goals[MOST_BODY];
  size_t n;
} goals_held;

typedef struct called {
  uint32_t call, goal;
  uint32_t head, clause; /* whose body it is in */
  uint32_t first, n;     /* of prefixes: what held before it */
  bool done, apart;      /* apart: within \+ or findall, whose failure is none of the clause's */
} called;

struct watching {
  const pel_world *w;
  pel_machine *m;
  uint32_t run, top;
  called *calls; /* ascending by number */
  uint32_t *prefixes, *done; /* done: [events] the goal that an event proved, as of its last end */
  size_t n_calls, call_room, n_prefixes, prefix_room, done_room;
  uint64_t looked; /* at events */
  goals_held held; /* of the goal that is being looked at */
  bool full;
  pel_status status;
  pel_error err;
};

pel_status pel_watch_create(const pel_world *w, pel_watch **out, pel_error *err) {
  PEL_TRY(pel_watch_store_create(out, err));
  (*out)->own = pel_alloc(1, sizeof *(*out)->own);
  if ((*out)->own) return (*out)->own->w = w, PEL_OK;
  pel_watch_free(*out);
  return pel_fail_memory(err, "a run's goals", sizeof *(*out)->own);
}

void pel_watch_free(pel_watch *watch) {
  if (!watch) return;
  if (watch->own) free(watch->own->calls), free(watch->own->prefixes), free(watch->own->done);
  free(watch->own);
  pel_watch_store_free(watch);
}

/* ---- what is looked at ---- */

/* What the library does within its own predicates is computed, but those that run goals of the rules are followed. */
static bool is_hidden(const struct watching *o, uint32_t predicate) {
  const pel_predicate *p = &o->w->program->predicates[predicate];
  if (!p->library) return false;
  const pel_functor *f = &o->w->program->symbols.functors[p->functor];
  const char *name = pel_atom_text(&o->w->program->symbols, f->atom);
  return !pel_goals_of(*name == '$' ? name + 1 : name, f->arity);
}

static called *find_call(const struct watching *o, uint32_t number) {
  size_t low = 0, high = o->n_calls;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (o->calls[middle].call < number) low = middle + 1;
    else high = middle;
  }
  return low < o->n_calls && o->calls[low].call == number ? &o->calls[low] : NULL;
}

/* The goal whose clause's body the event stands for; false: nobody follows that body. */
static bool find_head(const struct watching *o, uint32_t event, uint32_t *head, uint32_t *clause) {
  *head = o->top;
  *clause = PEL_NO_SYMBOL;
  if (event == PEL_NO_EVENT) return true;
  const pel_event *e = &o->m->events[event];
  if (e->kind != PEL_EVENT_RULE || is_hidden(o, o->w->program->clauses[e->clause].predicate)) return false;
  const called *c = find_call(o, e->call);
  if (!c) return false;
  *head = c->goal;
  *clause = e->clause;
  return true;
}

/* Whether something runs within a \+ or a findall of this clause's body. */
static bool is_apart(const pel_machine *m, uint32_t event) {
  for (size_t i = m->n_choices; i-- > 0;) {
    if (event != PEL_NO_EVENT && m->choices[i].events <= event) return false;
    if (m->choices[i].kind == PEL_CHOICE_NOT || m->choices[i].kind == PEL_CHOICE_FINDALL) return true;
  }
  return false;
}

static bool go_on(pel_watch *t) { return !t->own->full && t->own->status == PEL_OK; }

static void keep_status(pel_watch *t, pel_status status) {
  if (t->own->status == PEL_OK) t->own->status = status;
}

static uint32_t goal_of(pel_watch *t, pel_seen_part part, pel_cell goal, uint32_t clause) {
  uint32_t id = 0;
  keep_status(t, pel_watch_store_term(t, part, t->own->run, &t->own->m->heap, goal, clause, &id, &t->own->err));
  t->own->full |= t->n_goals >= PEL_WATCH_GOALS || t->n_bodies >= MOST_KEPT || t->own->n_prefixes >= MOST_KEPT || t->own->n_calls >= MOST_CALLS;
  return id;
}

static void give(pel_watch *t, uint32_t id) { t->goals[id].given = t->goals[id].told = true; }

static void add_way(pel_watch *t, uint32_t head, uint32_t clause, const uint32_t *body, size_t n, bool failed) {
  keep_status(t, pel_watch_way(t, head, clause, body, n, failed, &t->own->err));
}

static pel_seen_part part_of(const pel_machine *m, pel_cell goal) { return pel_is_compound(&m->heap, goal, PEL_ATOM_NOT, 1) ? PEL_PART_ABSENT : PEL_PART_COMPUTED; }

static bool is_unknown_text(const char *text) { return strstr(text, "$unknown") != NULL; }

/* ---- what held so far in a body ---- */

static uint32_t collected(pel_watch *t, uint32_t event, size_t n_events);

static uint32_t leaf_of(pel_watch *t, pel_seen_part part, pel_cell goal) {
  uint32_t id = goal_of(t, part, goal, PEL_NO_SYMBOL);
  if (go_on(t)) give(t, id), t->goals[id].supposed |= is_unknown_text(t->goals[id].text);
  return id;
}

/* The goal that an event stands for. `again`: it is the copy of one that a findall kept. */
static uint32_t proved_by(pel_watch *t, uint32_t event, size_t n_events, bool again) {
  const pel_event *e = &t->own->m->events[event];
  if (e->kind == PEL_EVENT_COLLECT) return collected(t, event, n_events);
  if (e->kind != PEL_EVENT_RULE) return leaf_of(t, part_of(t->own->m, e->goal), e->goal);
  if (!again && !is_hidden(t->own, t->own->w->program->clauses[e->clause].predicate)) return t->own->done[event];
  if (is_hidden(t->own, t->own->w->program->clauses[e->clause].predicate)) return leaf_of(t, PEL_PART_COMPUTED, e->goal);
  uint32_t id = goal_of(t, PEL_PART_GOAL, e->goal, PEL_NO_SYMBOL);
  if (go_on(t) && !t->goals[id].told) give(t, id);
  return id;
}

static void take_body(pel_watch *t, uint32_t event, size_t n_events, bool again, goals_held *out) {
  out->n = 0;
  for (size_t i = event == PEL_NO_EVENT ? 0 : event + 1; i < n_events && go_on(t); i++) {
    t->own->full |= ++t->own->looked > MOST_EVENTS_SEEN || out->n == MOST_BODY;
    if (t->own->m->events[i].parent == event && go_on(t)) out->goals[out->n++] = proved_by(t, (uint32_t)i, n_events, again);
  }
}

/* All that a findall found, resting on what made each. */
static uint32_t collected(pel_watch *t, uint32_t event, size_t n_events) {
  uint32_t id = goal_of(t, PEL_PART_ALL, t->own->m->events[event].goal, PEL_NO_SYMBOL);
  goals_held *found = pel_alloc(1, sizeof *found);
  if (!found) return keep_status(t, pel_fail_memory(&t->own->err, "a run's goals", sizeof *found)), id;
  take_body(t, event, n_events, true, found);
  if (go_on(t)) add_way(t, id, PEL_NO_SYMBOL, found->goals, found->n, false), t->goals[id].told = true;
  free(found);
  return id;
}

/* ---- as it happens ---- */

static void on_called(pel_watch *t, uint32_t event, pel_cell goal, goals_held *held) {
  struct watching *o = t->own;
  uint32_t head, clause;
  if (!find_head(o, event, &head, &clause)) return;
  bool tuple = pel_tag(goal) == PEL_TAG_STRUCT;
  uint32_t functor = tuple ? (uint32_t)pel_index(*pel_cells_at(&o->m->heap, pel_index(goal))) : pel_functor_find(&o->w->program->symbols, (uint32_t)pel_index(goal), 0);
  bool hidden = is_hidden(o, o->w->program->symbols.functors[functor].predicate - 1);
  take_body(t, event, o->m->n_events, false, held);
  uint32_t id = goal_of(t, hidden ? PEL_PART_COMPUTED : PEL_PART_GOAL, goal, PEL_NO_SYMBOL);
  called *calls = pel_grow(o->calls, &o->call_room, o->n_calls + 1, sizeof *calls);
  if (calls) o->calls = calls;
  uint32_t *prefixes = pel_grow(o->prefixes, &o->prefix_room, o->n_prefixes + held->n + 1, sizeof *prefixes);
  if (prefixes) o->prefixes = prefixes;
  if (!calls || !prefixes) return keep_status(t, pel_fail_memory(&o->err, "a run's goals", held->n));
  if (held->n) memcpy(prefixes + o->n_prefixes, held->goals, held->n * sizeof *prefixes);
  calls[o->n_calls++] = (called){.call = o->m->calls, .goal = id, .head = head, .clause = clause, .first = (uint32_t)o->n_prefixes, .n = (uint32_t)held->n, .apart = is_apart(o->m, event)};
  o->n_prefixes += held->n;
}

static void on_done(pel_watch *t, uint32_t event, pel_cell goal, goals_held *held) {
  struct watching *o = t->own;
  const pel_event *e = &o->m->events[event];
  const pel_rule_clause *c = &o->w->program->clauses[e->clause];
  called *call = find_call(o, e->call);
  bool hidden = is_hidden(o, c->predicate), fact = c->body == pel_make_atom(PEL_ATOM_TRUE);
  uint32_t *done = pel_grow(o->done, &o->done_room, event + 1, sizeof *done);
  if (!done) return keep_status(t, pel_fail_memory(&o->err, "a run's goals", event));
  o->done = done;
  if (!call) return;
  call->done = true;
  uint32_t number = e->clause, id = goal_of(t, hidden ? PEL_PART_COMPUTED : PEL_PART_GOAL, goal, PEL_NO_SYMBOL);
  done[event] = id;
  if (!go_on(t)) return;
  pel_seen_goal *g = &t->goals[id];
  if (fact && !hidden && !g->given) g->clause = number;
  g->supposed |= (fact && (c->undecided || is_unknown_text(g->text)));
  if (fact || hidden) return give(t, id);
  take_body(t, event, o->m->n_events, false, held);
  if (go_on(t)) add_way(t, id, number, held->goals, held->n, false), t->goals[id].told = true;
}

static void on_failed(pel_watch *t, uint32_t event, pel_cell goal, goals_held *held) {
  uint32_t head, clause;
  if (!find_head(t->own, event, &head, &clause) || is_apart(t->own->m, event)) return;
  take_body(t, event, t->own->m->n_events, false, held);
  if (!go_on(t) || held->n == MOST_BODY) return;
  uint32_t id = goal_of(t, part_of(t->own->m, goal), goal, PEL_NO_SYMBOL);
  held->goals[held->n++] = id;
  if (go_on(t)) t->goals[id].supposed |= is_unknown_text(t->goals[id].text), add_way(t, head, clause, held->goals, held->n, true);
}

/* The rule that took the error up goes on as if the goal had not held. */
static void on_thrown(pel_watch *t, uint32_t event, goals_held *held) {
  char says[300];
  size_t n_events = t->own->m->n_events;
  uint32_t head, clause, id;
  while (!find_head(t->own, event, &head, &clause)) n_events = event, event = t->own->m->events[event].parent;
  if (is_apart(t->own->m, event)) return;
  take_body(t, event, n_events, false, held);
  pel_machine_error_text(t->own->m, says, sizeof says);
  keep_status(t, pel_watch_goal(t, PEL_PART_WRONG, t->own->run, says, &id, &t->own->err));
  if (!go_on(t) || held->n == MOST_BODY) return;
  held->goals[held->n++] = id;
  add_way(t, head, clause, held->goals, held->n, true);
}

static void on_seen(void *user, int seen, uint32_t event, pel_cell goal) {
  pel_watch *t = user;
  if (!go_on(t)) {
    t->left_out += seen == PEL_SEEN_CALLED;
    return;
  }
  goals_held *held = &t->own->held;
  if (seen == PEL_SEEN_CALLED) on_called(t, event, goal, held);
  else if (seen == PEL_SEEN_DONE) on_done(t, event, goal, held);
  else if (seen == PEL_SEEN_FAILED) on_failed(t, event, goal, held);
  else on_thrown(t, event, held);
}

/* A rule that would match but is not in force is a way that fails. */
static void on_try(void *user, int outcome, uint32_t call, uint32_t parent, uint32_t clause, pel_cell goal) {
  pel_watch *t = user;
  (void)parent;
  if (outcome != PEL_TRIED_EXCLUDED || !go_on(t) || !pel_world_rule(t->own->w, clause)) return;
  const called *c = find_call(t->own, call);
  if (!c) return;
  uint32_t head = c->goal, id = goal_of(t, PEL_PART_EXCLUDED, goal, clause);
  if (go_on(t)) add_way(t, head, clause, &id, 1, true);
}

void pel_watch_begin(pel_watch *t, pel_machine *m, uint32_t run, uint32_t top) {
  struct watching *o = t->own;
  o->m = m;
  o->run = run;
  o->top = top;
  o->n_calls = o->n_prefixes = 0;
  m->on_seen = on_seen;
  m->seen_user = t;
  m->on_try = on_try;
  m->try_user = t;
}

pel_status pel_watch_answer(pel_watch *t, pel_error *err) {
  goals_held *held = &t->own->held;
  if (go_on(t)) take_body(t, PEL_NO_EVENT, t->own->m->n_events, false, held);
  if (go_on(t)) add_way(t, t->own->top, PEL_NO_SYMBOL, held->goals, held->n, false);
  return t->own->status == PEL_OK ? PEL_OK : pel_fail(err, t->own->status, "%s", t->own->err.text);
}

/* Where the run ended early, what was still being tried is left open: after an error the calls that led there, at a limit all that came to nothing so far. */
static void leave_open(pel_watch *t, bool error) {
  struct watching *o = t->own;
  bool all = o->full || !error;
  t->goals[o->top].open = true;
  for (size_t i = 0; i < o->n_calls; i++)
    if (all && !o->calls[i].done) t->goals[o->calls[i].goal].open = true;
  for (uint32_t e = o->m->parent; e < o->m->n_events && !all; e = o->m->events[e].parent) {
    const called *c = o->m->events[e].kind == PEL_EVENT_RULE ? find_call(o, o->m->events[e].call) : NULL;
    if (c) t->goals[c->goal].open = true;
  }
}

pel_status pel_watch_end(pel_watch *t, pel_answer last, pel_error *err) {
  struct watching *o = t->own;
  uint32_t body[MOST_BODY + 1];
  if (o->full || last == PEL_ANSWER_STOPPED || last == PEL_ANSWER_ERROR) leave_open(t, last == PEL_ANSWER_ERROR);
  for (size_t i = 0; i < o->n_calls && o->status == PEL_OK; i++) {
    const called *c = &o->calls[i];
    if (c->done) t->goals[c->goal].asked = true;
    else t->goals[c->goal].failed = true;
    if (c->done || c->apart) continue;
    if (c->n) memcpy(body, o->prefixes + c->first, c->n * sizeof *body);
    body[c->n] = c->goal;
    add_way(t, c->head, c->clause, body, c->n + 1, true);
  }
  o->m->on_seen = NULL;
  o->m->on_try = NULL;
  o->m = NULL;
  return o->status == PEL_OK ? PEL_OK : pel_fail(err, o->status, "%s", o->err.text);
}
