/* The conclusion of an audit as nodes: each answer with its proof in every way in which the unknown facts may be, and what is not known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/control.h"
#include "engine/reason/audit.h"
#include "engine/reason/opposite.h"

enum { MOST_CONCLUSIONS = 5, MOST_WAYS = 32, MOST_TRIES = 20000 };


/* ---- the search, as it went ---- */

typedef struct log {
  audit *a;
  size_t n, left_out;
  pel_machine *m;
  pel_status status;
} search_log;

static void on_try(void *user, int outcome, uint32_t call, uint32_t parent, uint32_t clause, pel_cell goal) {
  static const pel_resolution_outcome kinds[] = {PEL_TRY_CALLED, PEL_TRY_RESOLVED, PEL_TRY_FAILED, PEL_TRY_EXCLUDED};
  search_log *l = user;
  if (l->status != PEL_OK) return;
  bool library = clause != UINT32_MAX && clause < l->a->w->program->n_library;
  if (l->n >= MOST_TRIES || library) {
    l->left_out += !library;
    return;
  }
  pel_text_out text = {.most = 2000};
  if (outcome == PEL_TRIED_CALLED && !pel_write(&l->m->heap, goal, PEL_WRITE_QUOTED, &text)) text.size = 0;
  int64_t id = 0, passage = 0;
  if (clause != UINT32_MAX) l->status = pel_tell_clause(&l->a->t, clause, &id, &passage);
  pel_resolution row = {.span = 1, .goal = call, .parent = parent, .outcome = kinds[outcome], .clause = id, .text = outcome == PEL_TRIED_CALLED && text.size && !text.full ? text.text : ""};
  if (outcome == PEL_TRIED_CALLED && !*row.text) row.text = "(a goal too long to keep)";
  if (l->status == PEL_OK) l->status = l->a->sink.put(l->a->sink.user, PEL_ROW_RESOLUTION, &row, l->a->err);
  free(text.text);
  l->n++;
}

/* ---- one proof ---- */

static pel_status run_recorded(audit *a, const char *goal, pel_unknowns *u, search_log *log, pel_machine **out) {
  pel_machine *m;
  pel_logic_limits limits = pel_audit_deducing(a).limits;
  PEL_TRY(pel_machine_create(a->w->program, &limits, &m, a->err));
  m->unknowns = u;
  m->record = true;
  if (log) {
    log->m = m;
    m->on_try = on_try;
    m->try_user = log;
  }
  pel_status status = pel_machine_ask(m, goal, a->err);
  if (status != PEL_OK) return pel_machine_destroy(m), status;
  *out = m;
  return PEL_OK;
}

/* A proof and what the check says of it. Without its acceptance nothing is concluded. */
typedef struct checked {
  pel_proof proof;
  bool kept, accepted;
  char why[300];
} checked;

static pel_status check_proof(audit *a, pel_machine *m, checked *out) {
  pel_proof_report report = {0};
  pel_error why = {0};
  *out = (checked){.accepted = true};
  pel_status taken = pel_proof_take(m, &out->proof, &why);
  out->kept = taken == PEL_OK;
  if (taken != PEL_OK && taken != PEL_ERR_UNSUPPORTED) return pel_fail(a->err, taken, "%s", why.text);
  double start = pel_clock_seconds();
  pel_status status = out->kept ? pel_proof_check(a->w->program, &out->proof, m->unknowns, &report, &why) : taken;
  a->checking += pel_clock_seconds() - start;
  a->result->n_steps += out->proof.n_steps;
  a->result->n_assumptions += report.assumptions;
  a->n_rerun += report.rerun;
  if (status == PEL_OK) return PEL_OK;
  out->accepted = a->result->checked = false;
  a->result->state = PEL_STATE_UNKNOWN;
  snprintf(out->why, sizeof out->why, "%s: %.200s", out->kept ? "the proof was not accepted when it was checked" : "the proof is too large to be kept and checked, so nothing is concluded from it", out->kept && status == PEL_ERR_CHECK ? report.reason : why.text);
  snprintf(a->fault, sizeof a->fault, "%.200s", out->kept && status == PEL_ERR_CHECK ? report.reason : why.text);
  free(a->result->reason);
  a->result->reason = strdup(out->why);
  return PEL_OK;
}

/* The steps of a proof, under the conclusion that they prove; said there, too, when it was not accepted and the conclusion does not say it itself. */
static pel_status tell_steps(audit *a, checked *c, int64_t under, bool said) {
  pel_status status = c->kept ? pel_audit_steps(a, &c->proof) : PEL_OK;
  int64_t id = 0;
  if (status == PEL_OK && !c->accepted && !said) status = pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = PEL_STATE_UNKNOWN, .says = c->why}, &id);
  return status == PEL_OK ? pel_tell_edge(&a->t, under, id, PEL_EDGE_BECAUSE, "") : status;
}

/* The event that is the question itself, when it is one goal of one rule. */
static uint32_t root_event(const audit *a, const pel_machine *m) {
  uint32_t root = PEL_NO_EVENT;
  for (size_t i = 0; i < m->n_events; i++) {
    if (m->events[i].parent != PEL_NO_EVENT) continue;
    bool rule = m->events[i].kind == PEL_EVENT_RULE && pel_world_rule(a->w, m->events[i].clause);
    if (root != PEL_NO_EVENT || !rule) return PEL_NO_EVENT;
    root = (uint32_t)i;
  }
  return root;
}

/* The claim of a conclusion's node. One that is refuted says what was asked; under it is what is proved instead. */
static pel_status tell_claim(audit *a, pel_machine *m, pel_node_state state, const char *note, uint32_t *root, int64_t *id) {
  pel_text_out says = {.most = 8000}, term = {.most = 1 << 16};
  pel_cell goal = m->goal;
  int64_t clause = 0, passage = 0;
  *root = root_event(a, m);
  if (state == PEL_STATE_REFUTED && pel_is_compound(&m->heap, goal, PEL_ATOM_NEG, 1)) goal = pel_arg(&m->heap, goal, 0), *root = PEL_NO_EVENT;
  if (*root != PEL_NO_EVENT) PEL_TRY(pel_tell_clause(&a->t, m->events[*root].clause, &clause, &passage));
  pel_phrase(a->w, &m->heap, goal, false, &says, NULL);
  pel_write(&m->heap, goal, PEL_WRITE_QUOTED, &term);
  const char *words = says.text ? says.text : "an answer that is too long to be shown";
  pel_node node = {.kind = PEL_NODE_CONCLUSION, .state = state, .says = words, .term = term.full || !term.text ? "" : term.text, .note = note, .clause = clause, .passage = passage};
  pel_status status = pel_tell_node(&a->t, node, id);
  if (status == PEL_OK && !a->result->says) a->result->says = strdup(words);
  free(says.text);
  free(term.text);
  return status;
}

/* ---- answers ---- */

typedef struct telling { /* the answers told so far */
  audit *a;
  struct {
    char *text;
    int64_t node;
  } told[MOST_CONCLUSIONS];
  size_t n, left_out;
  int64_t first, under; /* under: the question's node, whose ways the answers are told of; 0: none */
} telling;

static int64_t node_of(const telling *t, const char *text) {
  for (size_t i = 0; i < t->n; i++)
    if (strcmp(t->told[i].text, text) == 0) return t->told[i].node;
  return 0;
}

/* The present answer: a node of its own, or another proof under the one that it has. */
static pel_status tell_answer(telling *t, pel_machine *m, const char *text, pel_node_state state, const char *note) {
  audit *a = t->a;
  int64_t id = node_of(t, text);
  bool fresh = id == 0;
  uint32_t root = root_event(a, m);
  checked c;
  if (fresh && t->n == MOST_CONCLUSIONS) return t->left_out++, PEL_OK;
  PEL_TRY(check_proof(a, m, &c));
  pel_status status = fresh ? tell_claim(a, m, c.accepted ? state : PEL_STATE_UNKNOWN, c.accepted ? note : c.why, &root, &id) : PEL_OK;
  if (status == PEL_OK && fresh) {
    t->told[t->n].node = id;
    if (!(t->told[t->n++].text = strdup(text))) status = pel_fail_memory(a->err, "an answer", strlen(text));
    if (!t->first) t->first = id;
    if (state == PEL_STATE_UNKNOWN && status == PEL_OK) status = pel_tell_edge(&a->t, t->under, id, PEL_EDGE_BECAUSE, "one way");
  }
  if (status == PEL_OK) status = pel_tell_proof(&a->t, m, id, root);
  if (status == PEL_OK) status = tell_steps(a, &c, id, fresh);
  pel_proof_clear(&c.proof);
  return status;
}

/* Whether it is an answer in every way in which the unknown facts may be. */
static bool is_common(const pel_deduction *d, const char *answer) {
  for (size_t i = 0; i < d->n_ways; i++) {
    bool here = false;
    for (size_t j = 0; j < d->ways[i].n_answers && !here; j++) here = strcmp(d->ways[i].answers[j], answer) == 0;
    if (!here) return false;
  }
  return true;
}

/* The state of an answer: that of the whole, but for those whose opposite is not proved, and those that come out in some ways only. */
static pel_node_state state_of(const pel_deduction *d, const pel_way *way, size_t answer, pel_node_state whole) {
  if (whole == PEL_STATE_UNKNOWN || !is_common(d, way->answers[answer])) return PEL_STATE_UNKNOWN;
  return way->denied[answer] ? PEL_STATE_CONFLICT : PEL_STATE_HOLDS;
}

typedef enum selection { ALL_ANSWERS, OF_EVERY_WAY, OF_SOME_WAYS } selection;

/* Answers of one way, each once. The search is told with the first selection that is taken of it. */
static pel_status tell_way(telling *t, const pel_deduction *d, pel_way *way, pel_node_state whole, selection which, const char *note) {
  search_log log = {.a = t->a};
  pel_machine *m;
  size_t left = 0;
  bool *done = pel_alloc(way->n_answers + 1, 1);
  if (!done) return pel_fail_memory(t->a->err, "answers", way->n_answers);
  for (size_t i = 0; i < way->n_answers; i++) {
    done[i] = which != ALL_ANSWERS && is_common(d, way->answers[i]) != (which == OF_EVERY_WAY);
    left += !done[i];
  }
  if (which == OF_SOME_WAYS && !left) return free(done), PEL_OK;
  pel_status status = run_recorded(t->a, t->a->c->question, &way->unknowns, which == OF_SOME_WAYS ? NULL : &log, &m);
  if (status != PEL_OK) return free(done), status;
  while (status == PEL_OK && left > 0 && pel_machine_next(m) == PEL_ANSWER_YES) {
    pel_text_out text = {.most = 1 << 20};
    pel_write(&m->heap, m->goal, PEL_WRITE_QUOTED, &text);
    size_t i = 0;
    while (i < way->n_answers && !(text.text && strcmp(way->answers[i], text.text) == 0)) i++;
    bool fresh = i < way->n_answers && !done[i];
    if (fresh) {
      pel_node_state state = state_of(d, way, i, whole);
      done[i] = true;
      left--;
      status = tell_answer(t, m, text.text, state, state == PEL_STATE_CONFLICT ? "the facts and rules prove it, and its opposite, too" : note);
    }
    free(text.text);
  }
  if (status == PEL_OK) status = log.status;
  t->a->left_out += log.left_out;
  pel_machine_destroy(m);
  free(done);
  return status;
}

static void clear_telling(telling *t) {
  for (size_t i = 0; i < t->n; i++) free(t->told[i].text);
}

/* What is proved against the question or an answer, in one way. `under`: the node that it speaks against, 0: it is a conclusion of its own. */
static pel_status tell_against(audit *a, const char *goal, pel_way *way, pel_node_state state, const char *note, int64_t under, int64_t *id) {
  pel_machine *m;
  char *opposite = NULL;
  uint32_t root;
  PEL_TRY(pel_opposite(a->w, goal, &opposite, a->err));
  search_log log = {.a = a};
  pel_status status = run_recorded(a, opposite, &way->unknowns, &log, &m);
  free(opposite);
  PEL_TRY(status);
  bool found = pel_next_general(m) == PEL_ANSWER_YES, fresh = !*id;
  checked c = {.accepted = true};
  if (found) status = check_proof(a, m, &c);
  if (found && fresh && status == PEL_OK) {
    status = tell_claim(a, m, c.accepted ? state : PEL_STATE_UNKNOWN, c.accepted ? note : c.why, &root, id);
    if (status == PEL_OK && under) status = pel_tell_edge(&a->t, under, *id, PEL_EDGE_CONTRADICTS, "");
  }
  if (found && status == PEL_OK) status = pel_tell_proof(&a->t, m, *id, state == PEL_STATE_REFUTED ? PEL_NO_EVENT : root_event(a, m));
  if (found && status == PEL_OK) status = tell_steps(a, &c, *id, fresh);
  pel_proof_clear(&c.proof);
  if (status == PEL_OK) status = log.status;
  a->left_out += log.left_out;
  pel_machine_destroy(m);
  return status;
}

/* The question itself, as a conclusion or, in one way, as a claim. */
static pel_status tell_question(audit *a, pel_node_kind kind, pel_node_state state, const char *note, int64_t *id) {
  pel_machine *m;
  pel_text_out says = {.most = 8000};
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  PEL_TRY(pel_machine_create(a->w->program, &limits, &m, a->err));
  pel_status status = pel_machine_ask(m, a->c->question, a->err);
  if (status == PEL_OK) {
    pel_phrase(a->w, &m->heap, m->goal, false, &says, NULL);
    pel_node node = {.kind = kind, .state = state, .says = says.text, .term = a->c->question, .note = note};
    status = says.text ? pel_tell_node(&a->t, node, id) : pel_fail_memory(a->err, "a conclusion", 64);
    if (status == PEL_OK && !a->result->says) a->result->says = strdup(says.text);
  }
  free(says.text);
  pel_machine_destroy(m);
  return status;
}

/* ---- the whole ---- */

static bool answers_differ(const pel_deduction *d) {
  for (size_t i = 1; i < d->n_ways; i++) {
    if (d->ways[i].n_answers != d->ways[0].n_answers) return true;
    for (size_t j = 0; j < d->ways[0].n_answers; j++)
      if (strcmp(d->ways[i].answers[j], d->ways[0].answers[j]) != 0) return true;
  }
  return false;
}

/* What is said of a conclusion beside its state. */
static void put_note(const pel_deduction *d, char *out, size_t size) {
  size_t n = (size_t)snprintf(out, size, "%s", answers_differ(d) ? "so in every way in which the unknown facts may be, but not with the same values" : "");
  const char *doubt = "";
  for (size_t i = 0; i < d->n_ways && !*doubt; i++) doubt = d->ways[i].doubt;
  if (*doubt) n += (size_t)snprintf(out + n, size - n, "%s%s", n ? "; " : "", doubt);
  if (d->n_ways > MOST_WAYS && n < size) n += (size_t)snprintf(out + n, size - n, "%sof the %zu ways the proofs of the first %d are shown", n ? "; " : "", d->n_ways, MOST_WAYS);
  if (d->ways[0].n_answers > MOST_CONCLUSIONS && n < size) snprintf(out + n, size - n, "%sof %zu answers the first %d are shown", n ? "; " : "", d->ways[0].n_answers, MOST_CONCLUSIONS);
}

/* What is supposed in a way; of several with its outcome it is one. */
static pel_status name_way(audit *a, const pel_deduction *d, const pel_way *way, char *out, size_t size) {
  pel_text_out words = {.most = 500};
  size_t alike = 0;
  for (size_t i = 0; i < d->n_ways; i++) alike += d->ways[i].state == way->state;
  pel_status status = pel_way_words(a->w, &way->unknowns, &words, a->err);
  if (status == PEL_OK) snprintf(out, size, "%s%s", alike > 1 ? "for example " : "", words.size ? words.text : "if what is not known turns out so");
  free(words.text);
  return status;
}

/* What is an answer in some ways only. */
static pel_status tell_others(telling *t, pel_deduction *d) {
  for (size_t i = 0; i < d->n_ways && i < MOST_WAYS; i++) {
    char words[600];
    PEL_TRY(name_way(t->a, d, &d->ways[i], words, sizeof words));
    PEL_TRY(tell_way(t, d, &d->ways[i], d->state, OF_SOME_WAYS, words));
  }
  return PEL_OK;
}

/* A question with answers, in all ways. Where an answer's opposite is proved, that stands beside it. */
static pel_status tell_found(audit *a, pel_deduction *d, const char *note, int64_t *root) {
  telling t = {.a = a};
  pel_status status = PEL_OK;
  for (size_t i = 0; i < d->n_ways && i < MOST_WAYS && status == PEL_OK; i++) status = tell_way(&t, d, &d->ways[i], d->state, OF_EVERY_WAY, note);
  if (!t.first && status == PEL_OK) status = tell_question(a, PEL_NODE_CONCLUSION, d->state, note, &t.first), t.under = t.first; /* some answer in every way, and none in all */
  if (status == PEL_OK) status = tell_others(&t, d);
  for (size_t i = 0; i < d->ways[0].n_answers && status == PEL_OK; i++) {
    int64_t against = 0, id = node_of(&t, d->ways[0].answers[i]);
    if (d->ways[0].denied[i] && id)
      status = tell_against(a, d->ways[0].answers[i], &d->ways[0], PEL_STATE_CONFLICT, "the facts and rules prove this, and its opposite, too", id, &against);
  }
  *root = t.first;
  clear_telling(&t);
  return status == PEL_OK && !*root ? tell_question(a, PEL_NODE_CONCLUSION, d->state, note, root) : status;
}

static pel_status tell_refuted(audit *a, pel_deduction *d, const char *note, int64_t *root) {
  pel_status status = PEL_OK;
  for (size_t i = 0; i < d->n_ways && i < MOST_WAYS && status == PEL_OK; i++) status = tell_against(a, a->c->question, &d->ways[i], PEL_STATE_REFUTED, note, 0, root);
  return status == PEL_OK && !*root ? tell_question(a, PEL_NODE_CONCLUSION, PEL_STATE_REFUTED, note, root) : status;
}

static pel_way *way_of(pel_deduction *d, pel_node_state state) {
  for (size_t i = 0; i < d->n_ways; i++)
    if (d->ways[i].state == state) return &d->ways[i];
  return NULL;
}

/* The way in which nothing is found, with what comes nearest. */
static pel_status tell_nothing(audit *a, const pel_deduction *d, pel_way *way, int64_t root) {
  char words[600];
  int64_t id;
  PEL_TRY(name_way(a, d, way, words, sizeof words));
  PEL_TRY(tell_question(a, PEL_NODE_CLAIM, PEL_STATE_NOT_FOUND, words, &id));
  PEL_TRY(pel_tell_edge(&a->t, root, id, PEL_EDGE_BECAUSE, "one way"));
  return pel_tell_failure(&a->t, a->c->question, &way->unknowns, id, true, a->missing, PEL_AUDIT_MISSING, &a->n_missing);
}

/* In which rule of the pack a search ended early, by an error or at a limit. */
static pel_status tell_end_of_search(audit *a, pel_way *way, int64_t root) {
  pel_machine *m;
  pel_answer last = PEL_ANSWER_YES;
  int64_t id, clause = 0, passage = 0;
  char says[600];
  PEL_TRY(run_recorded(a, a->c->question, &way->unknowns, NULL, &m));
  for (int n = 0; last == PEL_ANSWER_YES && n <= PEL_MOST_ANSWERS; n++) last = pel_machine_next(m);
  uint32_t event = last == PEL_ANSWER_ERROR || last == PEL_ANSWER_STOPPED ? m->parent : PEL_NO_EVENT;
  while (event < m->n_events && !(m->events[event].kind == PEL_EVENT_RULE && pel_world_rule(a->w, m->events[event].clause))) event = m->events[event].parent;
  const pel_rule_row *row = event < m->n_events ? pel_world_rule(a->w, m->events[event].clause) : NULL;
  pel_status status = row ? pel_tell_clause(&a->t, m->events[event].clause, &clause, &passage) : PEL_OK;
  if (row) snprintf(says, sizeof says, "%s the rule at %.120s, line %lld%s%.300s", last == PEL_ANSWER_ERROR ? "It went wrong in" : "The search ended in", row->file, (long long)row->line, *row->label ? ": " : "", row->label);
  pel_node node = {.kind = PEL_NODE_CHECK, .state = PEL_STATE_UNKNOWN, .says = says, .note = way->reason, .clause = clause, .passage = passage};
  if (row && status == PEL_OK) status = pel_tell_node(&a->t, node, &id);
  if (row && status == PEL_OK) status = pel_tell_edge(&a->t, root, id, PEL_EDGE_BECAUSE, "");
  pel_machine_destroy(m);
  return status;
}

/* Not decided: one way of each outcome. */
static pel_status tell_undecided(audit *a, pel_deduction *d, int64_t *root) {
  char note[1200];
  pel_text_out on = {.most = 900};
  if (strcmp(d->reason, PEL_DEPENDS) == 0) pel_unknown_words(a->w, d->matters, &on);
  snprintf(note, sizeof note, "%s%s%s", d->reason, on.size ? ": " : "", on.size ? on.text : "");
  free(on.text);
  PEL_TRY(tell_question(a, PEL_NODE_CONCLUSION, PEL_STATE_UNKNOWN, note, root));
  static const pel_node_state outcomes[] = {PEL_STATE_HOLDS, PEL_STATE_CONFLICT};
  for (int i = 0; i < 2; i++) {
    pel_way *way = way_of(d, outcomes[i]);
    if (!way) continue;
    telling t = {.a = a, .under = *root};
    char words[600];
    PEL_TRY(name_way(a, d, way, words, sizeof words));
    pel_status status = tell_way(&t, d, way, PEL_STATE_UNKNOWN, ALL_ANSWERS, words);
    clear_telling(&t);
    PEL_TRY(status);
  }
  pel_way *refuted = way_of(d, PEL_STATE_REFUTED), *nothing = way_of(d, PEL_STATE_NOT_FOUND);
  int64_t id = 0;
  char words[600];
  if (refuted) PEL_TRY(name_way(a, d, refuted, words, sizeof words));
  if (refuted) PEL_TRY(tell_against(a, a->c->question, refuted, PEL_STATE_UNKNOWN, words, 0, &id));
  PEL_TRY(pel_tell_edge(&a->t, *root, id, PEL_EDGE_BECAUSE, "one way"));
  pel_way *ended = way_of(d, PEL_STATE_UNKNOWN);
  if (ended) PEL_TRY(tell_end_of_search(a, ended, *root));
  return nothing ? tell_nothing(a, d, nothing, *root) : PEL_OK;
}

pel_status pel_audit_conclusion(audit *a, pel_deduction *d, int64_t *root) {
  char note[1000], absent[1100];
  put_note(d, note, sizeof note);
  snprintf(absent, sizeof absent, "that nothing proves it does not mean that it is not so%s%s", *note ? "; " : "", note);
  *root = 0;
  switch (d->state) {
    case PEL_STATE_HOLDS:
    case PEL_STATE_CONFLICT: return tell_found(a, d, note, root);
    case PEL_STATE_REFUTED: return tell_refuted(a, d, note, root);
    case PEL_STATE_NOT_FOUND:
      PEL_TRY(tell_question(a, PEL_NODE_CONCLUSION, PEL_STATE_NOT_FOUND, absent, root));
      return pel_tell_failure(&a->t, a->c->question, &d->ways[0].unknowns, *root, true, a->missing, PEL_AUDIT_MISSING, &a->n_missing);
    default: return tell_undecided(a, d, root);
  }
}

/* ---- what is not known ---- */

/* A fact of the case is several unknown things when it may be in several ways: they stand side by side. Whether the rules asked for one of them, and whether the conclusion
 * depends on one. Gives the first that is of the next fact. */
static size_t look_at_fact(const audit *a, const pel_deduction *d, size_t first, bool *met, bool *matters) {
  size_t i = first;
  *met = *matters = false;
  for (; i < a->w->n_unknown && a->w->unknown[i].fact == a->w->unknown[first].fact; i++) {
    *met |= d->met[i];
    *matters |= d->met[i] && d->matters[i];
  }
  return i;
}

/* What is said further of each fact that is not known; "" of those that no rule asked for. */
const char **pel_audit_about_facts(const audit *a, const pel_deduction *d) {
  const char **about = pel_alloc(pel_case_get_info(a->w->of)->n_facts + 1, sizeof *about);
  bool met, matters;
  for (size_t i = 0; about && i < pel_case_get_info(a->w->of)->n_facts; i++) about[i] = "";
  for (size_t i = 0, next; about && i < a->w->n_unknown; i = next) {
    next = look_at_fact(a, d, i, &met, &matters);
    if (met)
      about[a->w->unknown[i].fact] = matters ? "the conclusion depends on it" : answers_differ(d) ? "it does not change the conclusion, but its values" : "it does not change the conclusion";
  }
  return about;
}

pel_status pel_audit_unknown(audit *a, pel_deduction *d, int64_t root) {
  pel_audit_result *r = a->result;
  r->missing = pel_alloc(a->w->n_unknown + 1, sizeof *r->missing);
  r->matters = pel_alloc(a->w->n_unknown + 1, 1);
  if (!r->missing || !r->matters) return pel_fail_memory(a->err, "unknown facts", 64);
  for (size_t i = 0, next; i < a->w->n_unknown; i = next) {
    size_t fact = a->w->unknown[i].fact;
    const pel_case_fact *f = pel_case_get_fact(a->w->of, fact);
    int64_t id, before = a->t.n_nodes;
    char says[1800];
    bool met, matters;
    next = look_at_fact(a, d, i, &met, &matters);
    if (!met) continue;
    PEL_TRY(pel_tell_case_fact(&a->t, fact, &id));
    snprintf(says, sizeof says, "%.1600s (the conclusion depends on it)", *f->says ? f->says : f->name);
    if (matters) PEL_TRY(pel_tell_edge(&a->t, root, id, PEL_EDGE_WOULD_CHANGE, says));
    else if (id > before) PEL_TRY(pel_tell_edge(&a->t, root, id, PEL_EDGE_BECAUSE, ""));
    r->matters[r->n_missing] = matters;
    if (!(r->missing[r->n_missing++] = strdup(f->id))) return pel_fail_memory(a->err, "unknown facts", 64);
  }
  return PEL_OK;
}
