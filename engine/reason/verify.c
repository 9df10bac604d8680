#include "engine/reason/verify.h"

#include "engine/base/clock.h"
#include "engine/base/status.h"
#include "engine/search/explain.h"
#include "engine/search/puct.h"

/* The best proof goes through the checker, which shares nothing with the search. */
static pel_status check_proof(audit *a, const pel_goal_problem *problem, const pel_search *s) {
  pel_goal_proof *proof = NULL;
  pel_error why = {0};
  if (s->status != PEL_GOAL_PROVED) return PEL_OK;
  PEL_TRY(pel_search_proof(s, PEL_PROOF_GREATEST_VALUE, &proof, a->err));
  pel_status status = pel_goal_replay(problem, proof, &why);
  a->result->n_steps = proof->n_steps;
  a->result->checked = status == PEL_OK;
  pel_goal_proof_free(proof);
  return status == PEL_OK || status == PEL_ERR_CHECK ? PEL_OK : pel_fail(a->err, status, "%s", why.text);
}

static pel_status put_figures(audit *a, const pel_search *s, size_t left_out) {
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "came to", pel_goal_status_name(s->status)));
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "ended", pel_search_end_name(s->end)));
  PEL_TRY(pel_audit_count(a, "goals expanded", s->expansions));
  PEL_TRY(pel_audit_count(a, "simulations", s->simulations));
  PEL_TRY(pel_audit_number(a, "value", s->value));
  PEL_TRY(pel_audit_number(a, "entropy of the root's visits, nats", pel_search_entropy(s)));
  return left_out ? pel_audit_count(a, "goals and simulations that are not listed", left_out) : PEL_OK;
}

static pel_status record(audit *a, const pel_verification *v, const pel_search_log *log, const pel_search *s, double start) {
  size_t left_out;
  PEL_TRY(pel_search_log_put(log, s, &v->words, a->n_spans + 1, &a->sink, &left_out, a->err));
  if (v->found) PEL_TRY(v->found(v->words.user, s));
  PEL_TRY(check_proof(a, v->problem, s));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "verify", a->result->checked ? "ok" : "the proof does not follow", pel_clock_seconds() - start));
  return put_figures(a, s, left_out);
}

pel_status pel_audit_verify(audit *a, const pel_verification *v) {
  const pel_search_sink *sink;
  pel_search_log *log;
  pel_search *s = NULL;
  double start = pel_clock_seconds();
  pel_search_limits limits = {.simulations = v->simulations, .seconds = -1, .seed = 1};
  pel_puct_options how = {.go_on = true};
  PEL_TRY(pel_search_log_create(&log, &sink, a->err));
  pel_status status = pel_search_puct(v->problem, &limits, &how, sink, &s, a->err);
  if (status == PEL_OK) status = record(a, v, log, s, start);
  pel_search_free(s);
  pel_search_log_free(log);
  return status;
}
