/* The pipeline: a case meets a pack, stage after stage, each recorded. */
#include "engine/reason/audit.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/reason/case_check.h"
#include "engine/reason/diagnosis_audit.h"
#include "engine/reason/link_audit.h"
#include "engine/reason/tell.h"

enum { EXPLAINING = 3 /* times as long as one run of the rules may take */ };

static bool look(void *user) { /* as the machine asks: true stops */
  const pel_audit_options *o = user;
  return o->progress && !o->progress(-1, o->user);
}

pel_deduce_options pel_audit_deducing(const audit *a) {
  pel_audit_limits l = a->o->limits;
  return (pel_deduce_options){.limits = {l.steps, l.memory, 1000000, l.seconds}, .runs = l.runs, .cancelled = look, .user = (void *)a->o};
}

pel_status pel_audit_span(audit *a, pel_span_kind kind, const char *name, const char *status, double seconds) {
  pel_span row = {.id = ++a->n_spans, .kind = kind, .name = name, .status = status, .seconds = seconds};
  return a->sink.put(a->sink.user, PEL_ROW_SPAN, &row, a->err);
}

bool pel_audit_goes_on(const audit *a) { return !look((void *)a->o); }
pel_status pel_audit_go_on(const audit *a) { return pel_audit_goes_on(a) ? PEL_OK : pel_fail(a->err, PEL_ERR_CANCELLED, "stopped"); }

pel_status pel_audit_attribute(audit *a, int64_t span, const char *name, const char *value) {
  char line[PEL_TOLD_LINE];
  pel_told_line(value, line);
  pel_attribute row = {.span = span, .name = name, .value = line};
  return a->sink.put(a->sink.user, PEL_ROW_ATTRIBUTE, &row, a->err);
}

pel_status pel_audit_count(audit *a, const char *name, uint64_t n) {
  char number[40];
  snprintf(number, sizeof number, "%" PRIu64, n);
  return pel_audit_attribute(a, a->n_spans, name, number);
}

pel_status pel_audit_number(audit *a, const char *name, double value) {
  char number[40];
  double unit = value != 0 && isfinite(value) ? pow(10, 5 - floor(log10(fabs(value)))) : 1;
  return pel_audit_attribute(a, a->n_spans, name, pel_format_double(number, sizeof number, round(value * unit) / unit));
}

/* ---- the whole ---- */

/* A trace keeps the case and its text, and a document of a trace has a limit. */
static pel_status check_size(const pel_case_info *c, pel_error *err) {
  size_t json = strlen(c->json), text = strlen(c->text);
  if (json <= PEL_SPAN_MOST_TEXT && text <= PEL_SPAN_MOST_TEXT) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT, "%s: the case has %zu bytes, its text %zu: an audit keeps both in its trace, each at most %d bytes; leave out what the question does not need", c->name, json, text, (int)PEL_SPAN_MOST_TEXT);
}

static pel_status put_documents(audit *a) {
  pel_document json = {.id = 1, .name = "case", .text = a->c->json}, text = {.id = 2, .name = "text", .text = a->c->text};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_DOCUMENT, &json, a->err));
  if (!*a->c->text) return PEL_OK;
  a->t.document = 2;
  return a->sink.put(a->sink.user, PEL_ROW_DOCUMENT, &text, a->err);
}

/* The question put to the rules, and the conclusion told with its proofs. */
static pel_status stage_deduce(audit *a, pel_deduction *d, int64_t *root) {
  double start = pel_clock_seconds();
  pel_audit_result *r = a->result;
  char says[300];
  a->t.span = a->n_spans + 1;
  r->state = d->state;
  r->checked = true;
  r->model_agrees = "";
  r->reason = strdup(d->reason);
  r->runs = d->runs;
  pel_status status = pel_audit_conclusion(a, d, root);
  if (!r->checked) d->state = r->state, snprintf(d->reason, sizeof d->reason, "%.*s", (int)sizeof d->reason - 1, r->reason ? r->reason : "");
  for (size_t i = 0; status == PEL_OK && i < d->n_ways; i++)
    for (size_t j = 0; j < d->ways[i].n_answers; j++) status = pel_keep_once(&r->answers, &r->n_answers, d->ways[i].answers[j]) ? PEL_OK : pel_fail_memory(a->err, "an answer", 64);
  if (status == PEL_OK) status = pel_audit_unknown(a, d, *root);
  PEL_TRY(status);
  snprintf(says, sizeof says, "%s%.200s", d->state == PEL_STATE_UNKNOWN ? "unknown: " : "ok", d->state == PEL_STATE_UNKNOWN ? d->reason : "");
  PEL_TRY(pel_audit_span(a, PEL_SPAN_CHAIN, "deduce", says, a->deducing + pel_clock_seconds() - start));
  PEL_TRY(pel_audit_count(a, "runs", d->runs));
  return a->left_out ? pel_audit_count(a, "tries of the search that are not listed", a->left_out) : PEL_OK;
}

/* What would change it. */
static pel_status stage_explain(audit *a, pel_deduction *d, int64_t root) {
  double start = pel_clock_seconds();
  a->t.span = a->n_spans + 1;
  PEL_TRY(pel_audit_changes(a, d, root));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_CHAIN, "explain", "ok", pel_clock_seconds() - start));
  PEL_TRY(pel_audit_count(a, "runs", a->result->runs - d->runs));
  return a->not_tried ? pel_audit_count(a, "changes that were not tried", a->not_tried) : PEL_OK;
}

static pel_status reason_over(audit *a, pel_deduction *d) {
  int64_t root;
  PEL_TRY(stage_deduce(a, d, &root));
  PEL_TRY(stage_explain(a, d, root));
  if (a->o->output) PEL_TRY(pel_audit_verify_rules(a, d, root));
  PEL_TRY(pel_audit_go_on(a));
  if (a->o->model) PEL_TRY(pel_audit_model_claim(a, a->result->state, root, a->result->n_answers ? a->result->answers[0] : NULL));
  PEL_TRY(pel_audit_doubts(a));
  return pel_tell_finish(&a->t);
}

static pel_status stages_of_rules(audit *a) {
  pel_deduction d;
  pel_deduce_options how = pel_audit_deducing(a);
  pel_error inner = {0};
  double start = pel_clock_seconds();
  pel_status status = pel_deduce(a->w, a->c->question, &how, &d, &inner);
  if (status != PEL_OK) return pel_fail(a->err, status, "%s: $.question: %s", a->c->name, inner.text);
  a->deducing = pel_clock_seconds() - start;
  a->t.about_facts = pel_audit_about_facts(a, &d);
  status = a->t.about_facts ? reason_over(a, &d) : pel_fail_memory(a->err, "unknown facts", 64);
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
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "check", text, a->checking));
  PEL_TRY(pel_audit_count(a, "steps", r->n_steps));
  PEL_TRY(pel_audit_count(a, "assumptions", r->n_assumptions));
  return pel_audit_count(a, "steps computed with the same code as the rules", a->n_rerun);
}

static pel_status put_nothing(void *user, pel_span_row_kind kind, const void *row, pel_error *err) {
  (void)user, (void)kind, (void)row, (void)err;
  return PEL_OK;
}

static pel_status stages_of_graph(audit *a, pel_pack *pack, const pel_graph_question *q) {
  a->result->checked = true;
  a->result->model_agrees = "";
  a->result->reason = strdup("");
  PEL_TRY(q->kind == PEL_ASK_LINK ? pel_audit_link(a, pack, q) : pel_audit_diagnosis(a, pack, q));
  return pel_tell_finish(&a->t);
}

static pel_status run_stages(audit *a, pel_pack *pack, const pel_graph_question *q) {
  PEL_TRY(put_documents(a));
  PEL_TRY(pel_cite_create(pack, &a->sink, &a->t.cite, a->err));
  a->t.w = a->w;
  a->t.sink = &a->sink;
  a->t.err = a->err;
  a->t.cancelled = look;
  a->t.user = (void *)a->o;
  PEL_TRY(pel_audit_retrieve(a, pack));
  if (a->o->model) PEL_TRY(pel_audit_asked(a));
  a->t.deadline = pel_clock_seconds() + EXPLAINING * a->o->limits.seconds;
  if (q->kind != PEL_ASK_RULES) return stages_of_graph(a, pack, q);
  PEL_TRY(stages_of_rules(a));
  return stage_check(a);
}

static pel_status open_writer(audit *a, const pel_pack_info *info, pel_span_writer **out) {
  const pel_audit_options *o = a->o;
  const char *name = *a->c->title ? a->c->title : "case";
  pel_span_header header = {.generator = o->generator, .question = *a->c->asks ? a->c->asks : a->c->question, .case_name = name, .case_sha256 = a->c->sha256,
                            .pack_name = info->name, .pack_version = info->version, .pack_sha256 = info->sha256};
  char number[40];
  PEL_TRY(o->append ? pel_span_writer_append(o->output, &header, out, a->err) : pel_span_writer_create(o->output, o->force, &header, out, a->err));
  a->sink = pel_span_writer_sink(*out);
  pel_status status = PEL_OK;
  const struct {
    const char *name;
    uint64_t value;
  } limits[] = {{"limits.steps", o->limits.steps}, {"limits.memory", o->limits.memory}, {"limits.runs", o->limits.runs}};
  for (size_t i = 0; status == PEL_OK && i < sizeof limits / sizeof *limits; i++) {
    snprintf(number, sizeof number, "%llu", (unsigned long long)limits[i].value);
    status = pel_span_writer_parameter(*out, limits[i].name, number, a->err);
  }
  if (status == PEL_OK) status = pel_span_writer_parameter(*out, "limits.seconds", pel_format_double(number, sizeof number, o->limits.seconds), a->err);
  if (status == PEL_OK) status = pel_span_writer_parameter(*out, "case.as_of", a->c->as_of, a->err);
  if (status == PEL_OK) status = pel_span_writer_parameter(*out, "case.question", a->c->question, a->err);
  if (status == PEL_OK) status = pel_span_writer_parameter(*out, "pack.advice", info->advice, a->err);
  return status;
}

static pel_status audit_opened(const pel_audit_options *o, const pel_case *of, pel_pack *pack, pel_audit_result *result, pel_error *err) {
  pel_world *w;
  pel_span_writer *writer = NULL;
  PEL_TRY(check_size(pel_case_get_info(of), err));
  PEL_TRY(pel_pack_verify(pack, err));
  PEL_TRY(pel_world_create(pack, of, &w, err));
  audit a = {.o = o, .c = pel_case_get_info(of), .w = w, .result = result, .err = err, .sink = {NULL, put_nothing}};
  pel_graph_question q = {.kind = PEL_ASK_RULES};
  pel_status status = pel_graph_question_read(w, &q, err);
  if (status == PEL_OK) status = pel_case_check_values(w, err);
  if (status == PEL_OK && o->output) status = open_writer(&a, pel_pack_get_info(pack), &writer);
  if (status == PEL_OK) status = run_stages(&a, pack, &q);
  if (status == PEL_OK && writer && a.withdrawn) status = pel_span_writer_withdraw(writer, result->reason ? result->reason : "", err);
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

void pel_audit_result_clear(pel_audit_result *r) {
  for (size_t i = 0; i < r->n_answers; i++) free(r->answers[i]);
  for (size_t i = 0; i < r->n_missing; i++) free(r->missing[i]);
  for (size_t i = 0; i < r->n_warnings; i++) free(r->warnings[i]);
  free(r->warnings);
  free(r->answers);
  free(r->missing);
  free(r->matters);
  free(r->says);
  free(r->reason);
  *r = (pel_audit_result){0};
}
