#include "engine/reason/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/reason/verify_parts.h"
#include "engine/search/puct.h"

static pel_status check_proof(audit *a, const pel_verification *v, const pel_search *s) {
  pel_goal_proof *proof = NULL;
  bool accepted;
  if (s->status != PEL_GOAL_PROVED) return PEL_OK;
  PEL_TRY(pel_search_proof(s, PEL_PROOF_GREATEST_VALUE, &proof, a->err));
  a->result->n_steps = proof->n_steps;
  pel_status status = pel_verify_replay(a, v->problem, proof, v->node, &accepted);
  a->result->checked = accepted;
  pel_goal_proof_free(proof);
  return status;
}

/* ---- what the search makes of the conclusion ---- */

/* The way to the root, other than the conclusion, of the greatest value; SIZE_MAX: there is none. */
static size_t best_other(const pel_search *s, size_t conclusion) {
  size_t best = SIZE_MAX, child;
  for (size_t k = 0; conclusion && pel_search_child(s, 0, k, &child, NULL, NULL); k++)
    if (child != conclusion && pel_search_node_at(s, child).status == PEL_GOAL_PROVED && (best == SIZE_MAX || pel_search_node_at(s, child).q > pel_search_node_at(s, best).q)) best = child;
  return best;
}

/* The first part that refutes a goal; itself when it has none. */
static size_t refuted_part(const pel_search *s, size_t id) {
  size_t child;
  for (size_t k = 0; pel_search_child(s, id, k, &child, NULL, NULL); k++)
    if (pel_search_node_at(s, child).status == PEL_GOAL_REFUTED) return child;
  return id;
}

static pel_status tell_verdict(audit *a, const pel_verification *v, const pel_search *s) {
  char says[PEL_VERIFY_WORDS + 200], note[PEL_VERIFY_WORDS + 200] = "", words[PEL_VERIFY_WORDS], value[2][40];
  size_t id = pel_search_find(s, v->conclusion), other = id == SIZE_MAX ? SIZE_MAX : best_other(s, id);
  pel_goal_status status = id == SIZE_MAX ? PEL_GOAL_UNKNOWN : pel_search_node_at(s, id).status;
  double own = id == SIZE_MAX ? 0 : pel_search_node_at(s, id).q, best = other == SIZE_MAX ? 0 : pel_search_node_at(s, other).q;
  pel_format_significant(value[0], sizeof value[0], own, 3), pel_format_significant(value[1], sizeof value[1], best, 3);
  if (status == PEL_GOAL_REFUTED) {
    pel_verify_say(&v->words, s, refuted_part(s, id), words);
    snprintf(says, sizeof says, "The search for a proof and a refutation refutes it: %s is not so", words);
    return pel_verify_tell(a, v->node, PEL_STATE_REFUTED, says, "");
  }
  if (status != PEL_GOAL_PROVED) return pel_verify_tell(a, v->node, PEL_STATE_UNKNOWN, "The search for a proof and a refutation finds neither", "");
  if (other != SIZE_MAX) pel_verify_say(&v->words, s, other, words);
  if (best > own) {
    snprintf(says, sizeof says, "The search for a proof and a refutation finds a better proof of something else: %s", words);
    snprintf(note, sizeof note, "value %s beside %s", value[1], value[0]);
    return pel_verify_tell(a, v->node, PEL_STATE_UNKNOWN, says, note);
  }
  if (other == SIZE_MAX) snprintf(note, sizeof note, "value %s", value[0]);
  else snprintf(note, sizeof note, "value %s; the next best: %s, value %s", value[0], words, value[1]);
  return pel_verify_tell(a, v->node, v->words.proved == PEL_STATE_HOLDS ? PEL_STATE_HOLDS : PEL_STATE_LIKELY, "The search for a proof and a refutation finds a proof of it", note);
}

/* ---- figures ---- */

static pel_status put_why_not(audit *a, const pel_verification *v, const pel_search *s) {
  pel_why_not why;
  char child[PEL_VERIFY_WORDS], part[PEL_VERIFY_WORDS], line[2 * PEL_VERIFY_WORDS + 40];
  if (!pel_search_why_not(s, &why) || why.child_status != PEL_GOAL_REFUTED) return PEL_OK;
  pel_verify_say(&v->words, s, why.child, child), pel_verify_say(&v->words, s, why.part, part);
  snprintf(line, sizeof line, "%s, which fails at: %s", child, part);
  return pel_audit_attribute(a, a->n_spans, "strongest refutation", line);
}

static pel_status put_figures(audit *a, const pel_verification *v, const pel_search *s, size_t left_out) {
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "came to", pel_goal_status_name(s->status)));
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "ended", pel_search_end_name(s->end)));
  PEL_TRY(pel_audit_count(a, "goals expanded", s->expansions));
  PEL_TRY(pel_audit_count(a, "simulations", s->simulations));
  PEL_TRY(pel_audit_number(a, "value", s->value));
  PEL_TRY(pel_verify_put_line(a, &v->words, s));
  PEL_TRY(pel_verify_put_smallest(a, s));
  PEL_TRY(put_why_not(a, v, s));
  PEL_TRY(pel_audit_number(a, "entropy of the root's visits, nats", pel_search_entropy(s)));
  return left_out ? pel_audit_count(a, "goals and simulations that are not listed", left_out) : PEL_OK;
}

static pel_status record(audit *a, const pel_verification *v, const pel_search_log *log, const pel_search *s, double start) {
  size_t left_out;
  PEL_TRY(pel_search_log_put(log, s, &v->words, a->n_spans + 1, &a->sink, &left_out, a->err));
  a->t.span = a->n_spans + 1;
  PEL_TRY(tell_verdict(a, v, s));
  if (v->found) PEL_TRY(v->found(v->words.user, s));
  PEL_TRY(check_proof(a, v, s));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "verify", a->result->checked ? "ok" : "the proof does not follow", pel_clock_seconds() - start));
  return put_figures(a, v, s, left_out);
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
