/* The pipeline: a case meets a pack, stage after stage, each recorded. */
#include "engine/reason/audit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/control.h"
#include "engine/reason/tell.h"

enum { MOST_CONCLUSIONS = 5, MOST_TRIES = 20000, MOST_MISSING = 12 };

double pel_audit_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool look(void *user) { /* as the machine asks: true stops */
  const pel_audit_options *o = user;
  return o->progress && !o->progress(-1, o->user);
}

static pel_deduce_options deducing(const audit *a) {
  pel_audit_limits l = a->o->limits;
  return (pel_deduce_options){.limits = {l.steps, l.memory, 1000000, l.seconds}, .runs = l.runs, .cancelled = look, .user = (void *)a->o};
}

pel_status pel_audit_span(audit *a, pel_span_kind kind, const char *name, const char *status, double seconds) {
  pel_span row = {.id = ++a->n_spans, .kind = kind, .name = name, .status = status, .seconds = seconds};
  return a->sink.put(a->sink.user, PEL_ROW_SPAN, &row, a->err);
}

pel_status pel_audit_attribute(audit *a, int64_t span, const char *name, const char *value) {
  pel_attribute row = {.span = span, .name = name, .value = value};
  return a->sink.put(a->sink.user, PEL_ROW_ATTRIBUTE, &row, a->err);
}

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

/* ---- conclusions ---- */

static pel_status run_recorded(audit *a, const char *goal, pel_unknowns *u, search_log *log, pel_machine **out) {
  pel_machine *m;
  pel_logic_limits limits = deducing(a).limits;
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

static pel_status take_proof(audit *a, pel_machine *m) {
  pel_proof proof;
  pel_proof_report report = {0};
  PEL_TRY(pel_proof_take(m, &proof, a->err));
  pel_error why = {0};
  pel_status checked = pel_proof_check(a->w->program, &proof, &report, &why);
  a->result->n_steps += proof.n_steps;
  a->result->n_assumptions += report.assumptions;
  a->n_rerun += report.rerun;
  if (checked != PEL_OK) {
    a->result->checked = false;
    snprintf(a->fault, sizeof a->fault, "%.*s", (int)sizeof a->fault - 1, checked == PEL_ERR_CHECK ? report.reason : why.text);
  }
  pel_status status = pel_audit_steps(a, &proof);
  pel_proof_clear(&proof);
  return status;
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

/* One answer and what it rests on. *id is the conclusion's node. A refuted one says what was asked; under it is what is proved instead. */
static pel_status conclude(audit *a, pel_machine *m, pel_node_state state, const char *note, bool denied, int64_t *id) {
  pel_text_out says = {.most = 8000}, term = {.most = 1 << 16};
  pel_cell goal = m->goal;
  uint32_t root = root_event(a, m);
  int64_t clause = 0, passage = 0;
  if (denied && state == PEL_STATE_REFUTED && pel_is_compound(&m->heap, goal, PEL_ATOM_NEG, 1)) goal = pel_arg(&m->heap, goal, 0), root = PEL_NO_EVENT;
  if (root != PEL_NO_EVENT) PEL_TRY(pel_tell_clause(&a->t, m->events[root].clause, &clause, &passage));
  pel_phrase(a->w, &m->heap, goal, false, &says, NULL);
  pel_write(&m->heap, goal, PEL_WRITE_QUOTED, &term);
  pel_node node = {.kind = PEL_NODE_CONCLUSION, .state = state, .says = says.text, .term = term.text, .note = note, .clause = clause, .passage = passage};
  pel_status status = says.text && term.text ? pel_tell_node(&a->t, node, id) : pel_fail_memory(a->err, "a conclusion", 64);
  if (status == PEL_OK && !a->result->says) a->result->says = strdup(says.text);
  free(says.text);
  free(term.text);
  if (status == PEL_OK) status = pel_tell_proof(&a->t, m, *id, root);
  if (status == PEL_OK) status = take_proof(a, m);
  return status;
}

/* Answers of a goal in one way, each with its proof. */
static pel_status tell_answers(audit *a, const char *goal, pel_way *way, pel_node_state state, const char *note, bool denied, int64_t *first) {
  search_log log = {.a = a};
  pel_machine *m;
  char **seen = pel_alloc(MOST_CONCLUSIONS, sizeof *seen);
  size_t n = 0;
  if (!seen) return pel_fail_memory(a->err, "a conclusion", 64);
  pel_status status = run_recorded(a, goal, &way->unknowns, &log, &m);
  if (status != PEL_OK) return free(seen), status;
  for (int tries = 0; status == PEL_OK && n < MOST_CONCLUSIONS && tries < 200 && pel_machine_next(m) == PEL_ANSWER_YES; tries++) {
    pel_text_out text = {.most = 1 << 16};
    bool fresh = pel_write(&m->heap, m->goal, PEL_WRITE_QUOTED, &text);
    for (size_t i = 0; i < n; i++) fresh &= strcmp(seen[i], text.text) != 0;
    int64_t id;
    if (fresh) {
      seen[n++] = text.text;
      status = conclude(a, m, state, note, denied, &id);
      if (status == PEL_OK && !*first) *first = id;
    } else free(text.text);
    if (way->n_answers <= n || denied) break;
  }
  if (status == PEL_OK) status = log.status;
  a->left_out += log.left_out;
  pel_machine_destroy(m);
  for (size_t i = 0; i < n; i++) free(seen[i]);
  free(seen);
  return status;
}

static pel_status tell_question(audit *a, pel_node_state state, const char *note, int64_t *id) {
  pel_machine *m;
  pel_text_out says = {.most = 8000};
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  PEL_TRY(pel_machine_create(a->w->program, &limits, &m, a->err));
  pel_status status = pel_machine_ask(m, a->c->question, a->err);
  if (status == PEL_OK) {
    pel_phrase(a->w, &m->heap, m->goal, false, &says, NULL);
    pel_node node = {.kind = PEL_NODE_CONCLUSION, .state = state, .says = says.text, .term = a->c->question, .note = note};
    status = says.text ? pel_tell_node(&a->t, node, id) : pel_fail_memory(a->err, "a conclusion", 64);
    if (status == PEL_OK && !a->result->says) a->result->says = strdup(says.text);
  }
  free(says.text);
  pel_machine_destroy(m);
  return status;
}

static pel_way *way_of(pel_deduction *d, pel_node_state state) {
  for (size_t i = 0; i < d->n_ways; i++)
    if (d->ways[i].state == state) return &d->ways[i];
  return &d->ways[0];
}

static bool answers_differ(const pel_deduction *d) {
  for (size_t i = 1; i < d->n_ways; i++) {
    if (d->ways[i].n_answers != d->ways[0].n_answers) return true;
    for (size_t j = 0; j < d->ways[0].n_answers; j++)
      if (strcmp(d->ways[i].answers[j], d->ways[0].answers[j]) != 0) return true;
  }
  return false;
}

/* Each further value that the question may have, in its own words. */
static pel_status tell_other_values(audit *a, pel_deduction *d, int64_t under) {
  for (size_t i = 1; i < d->n_ways; i++)
    for (size_t j = 0; j < d->ways[i].n_answers && j < MOST_CONCLUSIONS; j++) {
      bool same = false;
      for (size_t k = 0; k < i; k++)
        for (size_t l = 0; l < d->ways[k].n_answers; l++) same |= strcmp(d->ways[k].answers[l], d->ways[i].answers[j]) == 0;
      if (same) continue;
      int64_t first = 0;
      PEL_TRY(tell_answers(a, d->ways[i].answers[j], &d->ways[i], PEL_STATE_UNKNOWN, "if what is not known turns out so", false, &first));
      PEL_TRY(pel_tell_edge(&a->t, under, first, PEL_EDGE_CONTRADICTS, "or"));
    }
  return PEL_OK;
}

static pel_status tell_conclusion(audit *a, pel_deduction *d, int64_t *root) {
  const char *question = a->c->question;
  char *denial = NULL, note[400];
  pel_status status = PEL_OK;
  if (asprintf(&denial, "neg((%s))", question) < 0) return pel_fail_memory(a->err, "a question", 64);
  *root = 0;
  switch (d->state) {
    case PEL_STATE_HOLDS:
      snprintf(note, sizeof note, "%s", answers_differ(d) ? "so in every way in which the unknown facts may be, but not with the same values" : "");
      status = tell_answers(a, question, &d->ways[0], PEL_STATE_HOLDS, note, false, root);
      if (status == PEL_OK) status = tell_other_values(a, d, *root);
      break;
    case PEL_STATE_REFUTED: status = tell_answers(a, denial, &d->ways[0], PEL_STATE_REFUTED, "", true, root); break;
    case PEL_STATE_CONFLICT: {
      int64_t against = 0;
      status = tell_answers(a, question, &d->ways[0], PEL_STATE_CONFLICT, "the facts and rules prove it, and its opposite, too", false, root);
      if (status == PEL_OK) status = tell_answers(a, denial, &d->ways[0], PEL_STATE_CONFLICT, "the facts and rules prove this, and its opposite, too", true, &against);
      if (status == PEL_OK) status = pel_tell_edge(&a->t, *root, against, PEL_EDGE_CONTRADICTS, "");
      break;
    }
    case PEL_STATE_NOT_FOUND:
      status = tell_question(a, PEL_STATE_NOT_FOUND, "that nothing proves it does not mean that it is not so", root);
      if (status == PEL_OK) status = pel_tell_failure(&a->t, question, &d->ways[0].unknowns, *root, true, a->missing, MOST_MISSING, &a->n_missing);
      break;
    default:
      status = tell_question(a, PEL_STATE_UNKNOWN, d->reason, root);
      for (int i = 0; status == PEL_OK && i < 3; i++) { /* one way of each outcome */
        static const pel_node_state outcomes[] = {PEL_STATE_HOLDS, PEL_STATE_REFUTED, PEL_STATE_CONFLICT};
        pel_way *way = way_of(d, outcomes[i]);
        int64_t id = 0;
        if (way->state != outcomes[i]) continue;
        status = tell_answers(a, outcomes[i] == PEL_STATE_REFUTED ? denial : question, way, PEL_STATE_UNKNOWN, "if what is not known turns out so", outcomes[i] == PEL_STATE_REFUTED, &id);
        if (status == PEL_OK) status = pel_tell_edge(&a->t, *root, id, PEL_EDGE_BECAUSE, "one way");
      }
      if (status == PEL_OK && way_of(d, PEL_STATE_NOT_FOUND)->state == PEL_STATE_NOT_FOUND)
        status = pel_tell_failure(&a->t, question, &way_of(d, PEL_STATE_NOT_FOUND)->unknowns, *root, false, a->missing, MOST_MISSING, &a->n_missing);
  }
  free(denial);
  return status;
}

/* ---- what is not known ---- */

/* What is said further of each fact that is not known; "" of those that no rule asked for. */
static const char **about_facts(const audit *a, const pel_deduction *d) {
  const char **about = pel_alloc(pel_case_get_info(a->w->of)->n_facts + 1, sizeof *about);
  for (size_t i = 0; about && i < pel_case_get_info(a->w->of)->n_facts; i++) about[i] = "";
  for (size_t i = 0; about && i < a->w->n_unknown; i++)
    if (d->met[i])
      about[a->w->unknown[i].fact] = d->matters[i] ? "the conclusion depends on it" : answers_differ(d) ? "it does not change the conclusion, but its values" : "it does not change the conclusion";
  return about;
}

static pel_status tell_unknown(audit *a, pel_deduction *d, int64_t root) {
  pel_audit_result *r = a->result;
  r->missing = pel_alloc(a->w->n_unknown + 1, sizeof *r->missing);
  r->matters = pel_alloc(a->w->n_unknown + 1, 1);
  if (!r->missing || !r->matters) return pel_fail_memory(a->err, "unknown facts", 64);
  for (size_t i = 0; i < a->w->n_unknown; i++) {
    size_t fact = a->w->unknown[i].fact;
    const pel_case_fact *f = pel_case_get_fact(a->w->of, fact);
    int64_t id, before = a->t.n_nodes;
    char says[1800];
    bool seen = !d->met[i];
    for (size_t j = 0; j < r->n_missing; j++) seen |= strcmp(r->missing[j], f->id) == 0;
    if (seen) continue;
    PEL_TRY(pel_tell_case_fact(&a->t, fact, &id));
    snprintf(says, sizeof says, "%.1600s (the conclusion depends on it)", *f->says ? f->says : f->name);
    if (d->matters[i]) PEL_TRY(pel_tell_edge(&a->t, root, id, PEL_EDGE_WOULD_CHANGE, says));
    else if (id > before) PEL_TRY(pel_tell_edge(&a->t, root, id, PEL_EDGE_BECAUSE, ""));
    r->matters[r->n_missing] = d->matters[i];
    if (!(r->missing[r->n_missing++] = strdup(f->id))) return pel_fail_memory(a->err, "unknown facts", 64);
  }
  return PEL_OK;
}

/* ---- the whole ---- */

static pel_status put_documents(audit *a) {
  pel_document json = {.id = 1, .name = "case", .text = a->c->json}, text = {.id = 2, .name = "text", .text = a->c->text};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_DOCUMENT, &json, a->err));
  if (!*a->c->text) return PEL_OK;
  a->t.document = 2;
  return a->sink.put(a->sink.user, PEL_ROW_DOCUMENT, &text, a->err);
}

static pel_status stage_deduce(audit *a) {
  double start = pel_audit_now();
  pel_deduction d;
  pel_deduce_options how = deducing(a);
  int64_t root;
  PEL_TRY(pel_deduce(a->w, a->c->question, &how, &d, a->err));
  pel_audit_result *r = a->result;
  r->state = d.state;
  r->checked = true;
  r->model_agrees = "";
  r->reason = strdup(d.reason);
  r->runs = d.runs;
  a->t.about_facts = about_facts(a, &d);
  pel_status status = a->t.about_facts ? tell_conclusion(a, &d, &root) : pel_fail_memory(a->err, "unknown facts", 64);
  for (size_t i = 0; status == PEL_OK && i < d.n_ways; i++)
    for (size_t j = 0; j < d.ways[i].n_answers; j++) status = pel_audit_keep_answer(r, d.ways[i].answers[j]) ? PEL_OK : pel_fail_memory(a->err, "an answer", 64);
  if (status == PEL_OK) status = tell_unknown(a, &d, root);
  if (status == PEL_OK) status = pel_audit_changes(a, &d, root);
  if (status == PEL_OK && a->o->model) status = pel_audit_model_claim(a, d.state, root);
  if (status == PEL_OK) status = pel_tell_finish(&a->t);
  char number[40], says[300];
  snprintf(says, sizeof says, "%s%.200s", d.state == PEL_STATE_UNKNOWN ? "unknown: " : "ok", d.state == PEL_STATE_UNKNOWN ? d.reason : "");
  if (status == PEL_OK) status = pel_audit_span(a, PEL_SPAN_CHAIN, "deduce", says, pel_audit_now() - start);
  snprintf(number, sizeof number, "%u", r->runs);
  if (status == PEL_OK) status = pel_audit_attribute(a, a->n_spans, "runs", number);
  snprintf(number, sizeof number, "%zu", a->left_out);
  if (status == PEL_OK && a->left_out) status = pel_audit_attribute(a, a->n_spans, "tries left out", number);
  free(a->t.about_facts);
  a->t.about_facts = NULL;
  pel_deduction_clear(&d);
  return status;
}

static pel_status stage_check(audit *a) {
  const pel_audit_result *r = a->result;
  char text[200];
  if (!r->n_steps) return PEL_OK;
  snprintf(text, sizeof text, "%s%.150s", r->checked ? "ok" : "the proof does not follow: ", r->checked ? "" : a->fault);
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "check", text, 0));
  snprintf(text, sizeof text, "%zu", r->n_steps);
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "steps", text));
  snprintf(text, sizeof text, "%zu", r->n_assumptions);
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "assumptions", text));
  snprintf(text, sizeof text, "%zu", a->n_rerun);
  return pel_audit_attribute(a, a->n_spans, "computed again by the same code", text);
}

static pel_status put_nothing(void *user, pel_span_row_kind kind, const void *row, pel_error *err) {
  (void)user, (void)kind, (void)row, (void)err;
  return PEL_OK;
}

static pel_status run_stages(audit *a, pel_pack *pack) {
  PEL_TRY(put_documents(a));
  PEL_TRY(pel_cite_create(pack, &a->sink, &a->t.cite, a->err));
  a->t.w = a->w;
  a->t.sink = &a->sink;
  a->t.err = a->err;
  a->t.span = 1;
  PEL_TRY(stage_deduce(a));
  PEL_TRY(stage_check(a));
  return a->o->retrieve ? pel_audit_retrieve(a, pack) : PEL_OK;
}

static pel_status open_writer(audit *a, const pel_pack_info *info, pel_span_writer **out) {
  const pel_audit_options *o = a->o;
  const char *name = *a->c->title ? a->c->title : "case";
  pel_span_header header = {.generator = o->generator, .question = *a->c->asks ? a->c->asks : a->c->question, .case_name = name, .case_sha256 = a->c->sha256,
                            .pack_name = info->name, .pack_version = info->version, .pack_sha256 = info->sha256};
  char number[40];
  PEL_TRY(o->append ? pel_span_writer_append(o->output, &header, out, a->err) : pel_span_writer_create(o->output, o->force, &header, out, a->err));
  a->sink = pel_span_writer_sink(*out);
  snprintf(number, sizeof number, "%llu", (unsigned long long)o->limits.steps);
  pel_status status = pel_span_writer_parameter(*out, "limits.steps", number, a->err);
  if (status == PEL_OK) status = pel_span_writer_parameter(*out, "case.as_of", a->c->as_of, a->err);
  if (status == PEL_OK) status = pel_span_writer_parameter(*out, "case.question", a->c->question, a->err);
  if (status == PEL_OK) status = pel_span_writer_parameter(*out, "pack.advice", info->advice, a->err);
  return status;
}

/* The question can be read, and the pack or the case has something that it may be about. */
static pel_status check_question(const pel_world *w, pel_error *err) {
  const pel_case_info *c = pel_case_get_info(w->of);
  pel_machine *m;
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  pel_error inner = {0};
  PEL_TRY(pel_machine_create(w->program, &limits, &m, err));
  pel_status status = pel_machine_ask(m, c->question, &inner);
  pel_cell goal = status == PEL_OK ? pel_deref(&m->heap, m->goal) : 0;
  const pel_symbols *s = &w->program->symbols;
  uint32_t number = pel_tag(goal) == PEL_TAG_STRUCT ? pel_functor_of(&m->heap, goal)->predicate : 1;
  if (status != PEL_OK) pel_fail(err, status, "%s: $.question: %s", c->name, inner.text);
  else if (!number) {
    const pel_functor *f = pel_functor_of(&m->heap, goal);
    status = pel_fail(err, PEL_ERR_INPUT, "%s: $.question: neither the pack nor the case has rules or facts called %.100s with %u values", c->name, pel_atom_text(s, f->atom), f->arity);
  }
  pel_machine_destroy(m);
  return status;
}

static pel_status audit_opened(const pel_audit_options *o, const pel_case *of, pel_pack *pack, pel_audit_result *result, pel_error *err) {
  pel_world *w;
  pel_span_writer *writer = NULL;
  PEL_TRY(pel_world_create(pack, of, &w, err));
  audit a = {.o = o, .c = pel_case_get_info(of), .w = w, .result = result, .err = err, .sink = {NULL, put_nothing}};
  pel_status status = check_question(w, err);
  if (status == PEL_OK && o->output) status = open_writer(&a, pel_pack_get_info(pack), &writer);
  if (status == PEL_OK) status = run_stages(&a, pack);
  if (writer && status == PEL_OK) status = pel_span_writer_close(writer, "", err);
  else pel_span_writer_abandon(writer);
  pel_cite_free(a.t.cite);
  pel_teller_clear(&a.t);
  for (size_t i = 0; i < a.n_missing; i++) free(a.missing[i]);
  pel_world_destroy(w);
  return status;
}

pel_status pel_audit(const pel_audit_options *o, pel_audit_result *result, pel_error *err) {
  pel_case *of = NULL;
  pel_pack *pack = NULL;
  pel_audit_result made = {0};
  pel_status status = o->given ? PEL_OK : pel_case_open(o->case_path, &of, err);
  if (status == PEL_OK && !o->pack) status = pel_pack_open(o->pack_path, &pack, err);
  if (status == PEL_OK) status = audit_opened(o, o->given ? o->given : of, o->pack ? o->pack : pack, &made, err);
  pel_case_close(of);
  pel_pack_close(pack);
  if (status == PEL_OK) *result = made;
  else pel_audit_result_clear(&made);
  return status;
}

bool pel_audit_keep_answer(pel_audit_result *r, const char *text) {
  for (size_t i = 0; i < r->n_answers; i++)
    if (strcmp(r->answers[i], text) == 0) return true;
  char **answers = realloc(r->answers, (r->n_answers + 1) * sizeof *answers);
  if (!answers) return false;
  r->answers = answers;
  return (answers[r->n_answers++] = strdup(text)) != NULL;
}

void pel_audit_result_clear(pel_audit_result *r) {
  for (size_t i = 0; i < r->n_answers; i++) free(r->answers[i]);
  for (size_t i = 0; i < r->n_missing; i++) free(r->missing[i]);
  free(r->answers);
  free(r->missing);
  free(r->matters);
  free(r->says);
  free(r->reason);
  *r = (pel_audit_result){0};
}
