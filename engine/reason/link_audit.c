#include "engine/reason/link_audit.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/graph/graph.h"

enum { MINING_WORK = 200000000 }; /* what an audit itself may spend on chains when it is given none */

/* ---- the graph and its chains ---- */

static pel_status find_relation(pel_link_audit *l) {
  uint32_t n = pel_graph_relations(l->graph->graph);
  for (uint32_t r = 0; r < n; r++)
    if (strcmp(l->graph->relations[r], l->q->relation) == 0) return l->relation = r, PEL_OK;
  const char *some = n ? l->graph->relations[0] : "none";
  return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: $.question: the pack has no relation '%.100s'; it has %.100s%s", l->a->c->name, l->q->relation, some, n > 1 ? " and others (pellucid kb info lists them)" : "");
}

static bool go_on(double fraction, void *user) {
  (void)fraction;
  return pel_audit_goes_on(user);
}

static pel_status get_rules(pel_link_audit *l) {
  audit *a = l->a;
  uint32_t n = pel_graph_relations(l->graph->graph);
  char *text, name[500];
  if (a->o->chains) return pel_chain_rules_read(a->o->chains, l->graph->relations, n, &l->rules, &l->mined, a->err);
  PEL_TRY(pel_pack_learnt(l->rows.pack, PEL_LEARNT_CHAINS, &text, a->err));
  snprintf(name, sizeof name, "%.400s: what was learnt (chains)", pel_pack_get_info(l->rows.pack)->path);
  pel_status status = text ? pel_chain_rules_parse(name, text, strlen(text), l->graph->relations, n, &l->rules, &l->mined, a->err) : PEL_OK;
  free(text);
  if (status != PEL_OK || l->rules) return status;
  pel_mining how = {.work = MINING_WORK, .most = PEL_LINK_RULES, .progress = go_on, .user = a};
  pel_error inner = {0};
  status = pel_chain_rules_mine(l->graph->graph, &how, &l->rules, &l->mined, &inner);
  return status == PEL_OK ? PEL_OK : pel_fail(a->err, status, "%s: %s", pel_pack_get_info(l->rows.pack)->path, inner.text);
}

/* ---- answers ---- */

typedef struct stating {
  const pel_link_audit *l;
  int64_t object;
  pel_link_answer *answer;
} stating;

static bool see_stated(void *user, const pel_relation *r) {
  stating *s = user;
  if (r->object != s->object || strcmp(r->relation, s->l->q->relation) != 0) return true;
  s->answer->stated = r->id;
  s->answer->negated = r->negated;
  return true;
}

static pel_status add_answer(pel_link_audit *l, uint32_t entity, double score) {
  int64_t other = (int64_t)entity + 1;
  pel_link_answer *x = &l->answers[l->n_answers];
  *x = (pel_link_answer){.subject = l->backwards ? other : l->q->subject, .object = l->backwards ? l->q->object : other, .score = score};
  stating s = {l, x->object, x};
  PEL_TRY(pel_pack_relations(l->rows.pack, x->subject, false, see_stated, &s, l->a->err));
  PEL_TRY(pel_edge_words(&l->rows, x->subject, l->q->relation, x->object, x->says, sizeof x->says));
  l->n_answers++;
  return PEL_OK;
}

/* What the pack states comes before what is only likely, and leaves a place for that. Each by score, of equals the first. `scores` is used up. */
static pel_status take_stated(pel_link_audit *l, double *scores, uint32_t start, uint32_t relation) {
  size_t n;
  const pel_hop *all = pel_graph_along(l->graph->graph, start, relation, &n);
  while (l->n_answers + 1 < PEL_LINK_ANSWERS) {
    const pel_hop *best = NULL;
    for (size_t i = 0; i < n; i++)
      if (scores[all[i].to] >= 0 && (!best || scores[all[i].to] > scores[best->to])) best = &all[i];
    if (!best) break;
    PEL_TRY(add_answer(l, best->to, scores[best->to]));
    scores[best->to] = -1;
  }
  for (size_t i = 0; i < n; i++) {
    l->not_listed += scores[all[i].to] >= 0;
    scores[all[i].to] = -1;
  }
  return PEL_OK;
}

static pel_status take_best(pel_link_audit *l, double *scores, uint32_t n, uint32_t start) {
  while (l->n_answers < PEL_LINK_ANSWERS) {
    uint32_t best = 0;
    for (uint32_t e = 1; e < n; e++)
      if (scores[e] > scores[best]) best = e;
    if (!n || !(scores[best] > 0)) return PEL_OK;
    double score = scores[best];
    scores[best] = 0;
    if (best != start) PEL_TRY(add_answer(l, best, score));
  }
  return PEL_OK;
}

static pel_status find_answers(pel_link_audit *l) {
  uint32_t n = pel_graph_entities(l->graph->graph), start = (uint32_t)(l->backwards ? l->q->object : l->q->subject) - 1;
  uint32_t relation = l->backwards ? l->relation + pel_graph_relations(l->graph->graph) : l->relation;
  double *scores = pel_alloc(n, sizeof *scores);
  if (!scores) return pel_fail_memory(l->a->err, "scores", n * sizeof *scores);
  pel_status status = l->gnn ? pel_gnn_score(l->gnn, l->graph->graph, start, relation, scores, l->a->err) : pel_chain_rules_score(l->rules, l->graph->graph, start, relation, scores, l->a->err);
  if (status == PEL_OK) status = pel_link_rate(l, scores, n, start, relation);
  if (status == PEL_OK && l->q->subject && l->q->object) status = add_answer(l, (uint32_t)l->q->object - 1, scores[l->q->object - 1]);
  else {
    if (status == PEL_OK) status = take_stated(l, scores, start, relation);
    if (status == PEL_OK) status = take_best(l, scores, n, start);
  }
  free(scores);
  return status;
}

static pel_status find_reasons(pel_link_audit *l, pel_link_answer *x) {
  pel_chain_reason reasons[PEL_LINK_REASONS];
  PEL_TRY(pel_chain_rules_explain(l->rules, l->graph->graph, l->graph->weights, (uint32_t)x->subject - 1, l->relation, (uint32_t)x->object - 1, x == l->answers ? PEL_LINK_REASONS : PEL_LINK_FEWER, reasons, &x->n_reasons, l->a->err));
  for (size_t i = 0; i < x->n_reasons; i++) {
    x->reasons[i] = (pel_link_reason){.why = reasons[i], .text = pel_chain_rule_text(reasons[i].rule, l->graph->relations, pel_graph_relations(l->graph->graph))};
    if (!x->reasons[i].text) return pel_fail_memory(l->a->err, "a chain", 200);
  }
  return PEL_OK;
}

/* ---- the tree ---- */

static pel_node_state state_of(const pel_link_audit *l, const pel_link_answer *x) {
  if (x->stated) return x->negated ? PEL_STATE_REFUTED : PEL_STATE_HOLDS;
  if (!x->n_reasons && !(x->score > 0)) return PEL_STATE_NOT_FOUND;
  double c = pel_link_confidence_of(l, x);
  bool counts = pel_link_trust_of(l) || l->a->o->level_asked; /* else nothing is known of any answer, and none was asked for */
  return c < l->a->o->abstain || (isnan(c) && counts) ? PEL_STATE_UNKNOWN : PEL_STATE_LIKELY;
}

pel_status pel_link_path(const pel_link_audit *l, const pel_link_answer *x, const pel_link_reason *reason, char *out, size_t size) {
  size_t n, at;
  const pel_triple *all = pel_graph_triples(l->graph->graph, &n);
  char name[320];
  int64_t here = x->subject;
  PEL_TRY(pel_entity_words(&l->rows, here, false, name, sizeof name));
  at = (size_t)snprintf(out, size, "%s", name);
  for (uint32_t i = 0; i < reason->why.rule->length; i++) {
    const pel_triple *t = &all[reason->why.triples[i]];
    here = (int64_t)t->subject + 1 == here ? (int64_t)t->object + 1 : (int64_t)t->subject + 1;
    PEL_TRY(pel_entity_words(&l->rows, here, false, name, sizeof name));
    at += (size_t)snprintf(out + at, size - at, " \xe2\x86\x92 %s", name);
  }
  return PEL_OK;
}

/* A chain as a rule of the trace, and as a claim: how often the pack itself bears it out. */
static pel_status tell_reason(pel_link_audit *l, pel_link_answer *x, pel_link_reason *reason) {
  audit *a = l->a;
  const pel_chain_rule *rule = reason->why.rule;
  const char *about = l->mined.sampled ? "about " : "";
  char says[PEL_LINK_PATH + 200], joined[PEL_LINK_PATH], event[PEL_LINK_EVENT];
  PEL_TRY(pel_link_path(l, x, reason, joined, sizeof joined));
  pel_clause clause = {.id = ++a->t.n_clauses, .label = "a chain of the pack's edges", .text = reason->text, .valid_from = "", .valid_to = ""};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_CLAUSE, &clause, a->err));
  snprintf(says, sizeof says, "%s: of %s%" PRIu64 " pairs that are joined like this in the pack, %s%" PRIu64 " are linked so", joined, about, rule->pairs, about, rule->support);
  pel_node node = {.kind = PEL_NODE_CLAIM, .state = PEL_STATE_HOLDS, .says = says, .term = reason->text, .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN};
  pel_link_rate_chain(l, rule, &node, event);
  PEL_TRY(pel_tell_rated_node(&a->t, node, &reason->node));
  return pel_tell_weighted_edge(&a->t, x->node, reason->node, PEL_EDGE_BECAUSE, "chain", rule->confidence);
}

/* The edges of a chain as facts of the tree and as steps of the graph. */
static pel_status tell_steps(pel_link_audit *l, pel_link_answer *x, pel_link_reason *reason) {
  size_t n, at = 0;
  const pel_triple *all = pel_graph_triples(l->graph->graph, &n);
  char path[120];
  int64_t here = x->subject, answer;
  for (uint32_t i = 0; i < reason->why.rule->length; i++) {
    uint32_t t = reason->why.triples[i];
    int64_t subject = (int64_t)all[t].subject + 1, object = (int64_t)all[t].object + 1, step;
    bool backwards = subject != here;
    pel_edge_row edge;
    PEL_TRY(pel_edge_row_read(&l->rows, l->graph->ids[t], &edge));
    PEL_TRY(pel_tell_edge_fact(&l->rows, &edge, &reason->facts[i]));
    PEL_TRY(pel_tell_edge(&l->a->t, reason->node, reason->facts[i], PEL_EDGE_BECAUSE, ""));
    pel_graph_step row = {.edge = &edge, .layer = (int32_t)i + 1, .backwards = backwards, .attention = NAN};
    PEL_TRY(pel_graph_rows_step(&l->rows, &row, &step));
    at += (size_t)snprintf(path + at, sizeof path - at, "%s%lld", i ? " " : "", (long long)step);
    here = backwards ? subject : object;
  }
  PEL_TRY(pel_graph_rows_node(&l->rows, l->backwards ? x->subject : x->object, "answer", x->score > 0 ? x->score : NAN, x->node, &answer));
  return pel_graph_rows_path(&l->rows, answer, path, reason->text, reason->why.rule->confidence);
}

static const char *note_of(const pel_link_audit *l, const pel_link_answer *x, pel_node_state state) {
  switch (state) {
    case PEL_STATE_HOLDS: return "the pack says so itself";
    case PEL_STATE_REFUTED: return "the pack says that it is not so";
    case PEL_STATE_UNKNOWN:
      if (pel_link_confidence_of(l, x) >= 0) return "chains of the pack's edges lead there, but the confidence is too low: no answer is given";
      if (pel_link_trust_of(l)) return "chains of the pack's edges lead there, but nothing is known of how often such an answer is right: none is given";
      return "chains of the pack's edges lead there, but it has no confidence that could reach the level asked for: none is given (pellucid learn links)";
    case PEL_STATE_LIKELY:
      if (!x->n_reasons) return "the pack does not say it, but the graph network ranks it here; no chain leads there";
      if (pel_link_confidence_of(l, x) >= 0) return "the pack does not say it, but chains of its edges lead there";
      return "the pack does not say it, but chains of its edges lead there; how often such chains are right is counted in the pack itself, not on cases that were kept apart";
    default: return "no chain of the pack's edges leads there";
  }
}

static pel_status tell_answer(pel_link_audit *l, pel_link_answer *x) {
  audit *a = l->a;
  pel_node_state state = state_of(l, x);
  char event[PEL_LINK_EVENT] = "";
  const char *note = note_of(l, x, state);
  int64_t graph_node;
  pel_edge_row edge;
  pel_node row = {.kind = PEL_NODE_CONCLUSION, .state = state, .says = x->says, .note = note, .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN};
  pel_link_rate_node(l, x, &row, event);
  PEL_TRY(pel_tell_rated_node(&a->t, row, &x->node));
  if (state == PEL_STATE_UNKNOWN && x == l->answers) free(a->result->reason), a->result->reason = strdup(note);
  PEL_TRY(pel_graph_rows_node(&l->rows, l->backwards ? x->subject : x->object, "answer", x->score > 0 ? x->score : NAN, x->node, &graph_node));
  if (x->stated) {
    int64_t fact;
    PEL_TRY(pel_edge_row_read(&l->rows, x->stated, &edge));
    PEL_TRY(pel_tell_edge_fact(&l->rows, &edge, &fact));
    PEL_TRY(pel_tell_edge(&a->t, x->node, fact, x->negated ? PEL_EDGE_CONTRADICTS : PEL_EDGE_BECAUSE, ""));
  }
  PEL_TRY(pel_link_network_explain(l, x, graph_node));
  for (size_t i = 0; i < x->n_reasons; i++) {
    PEL_TRY(tell_reason(l, x, &x->reasons[i]));
    PEL_TRY(tell_steps(l, x, &x->reasons[i]));
  }
  return PEL_OK;
}

static pel_status tell_nothing(pel_link_audit *l) {
  char says[700], end[330];
  int64_t node, known = l->q->subject ? l->q->subject : l->q->object;
  PEL_TRY(pel_entity_words(&l->rows, known, true, end, sizeof end));
  snprintf(says, sizeof says, "Nothing is linked with %s by '%s', and no chain of the pack's edges leads anywhere", end, l->q->relation);
  PEL_TRY(pel_tell_node(&l->a->t, (pel_node){.kind = PEL_NODE_CONCLUSION, .state = PEL_STATE_NOT_FOUND, .says = says}, &node));
  l->root = node;
  l->a->result->says = strdup(says);
  l->a->result->state = PEL_STATE_NOT_FOUND;
  return PEL_OK;
}

static pel_status tell_all(pel_link_audit *l) {
  audit *a = l->a;
  int64_t asked;
  PEL_TRY(pel_graph_rows_node(&l->rows, l->q->subject ? l->q->subject : l->q->object, "asked", NAN, 0, &asked));
  if (!l->n_answers) return tell_nothing(l);
  for (size_t i = 0; i < l->n_answers; i++) PEL_TRY(tell_answer(l, &l->answers[i]));
  l->root = l->answers[0].node;
  a->result->state = state_of(l, &l->answers[0]);
  a->result->says = strdup(l->answers[0].says);
  for (size_t i = 0; i < l->n_answers; i++)
    if (!pel_keep_once(&a->result->answers, &a->result->n_answers, l->answers[i].says)) return pel_fail_memory(a->err, "an answer", sizeof l->answers[i].says);
  return PEL_OK;
}

static pel_status stage_deduce(pel_link_audit *l) {
  audit *a = l->a;
  double start = pel_clock_seconds();
  size_t n;
  char number[40];
  a->t.span = l->rows.span = a->n_spans + 1;
  PEL_TRY(pel_pack_graph_read(l->rows.pack, &l->graph, a->err));
  PEL_TRY(find_relation(l));
  PEL_TRY(get_rules(l));
  PEL_TRY(pel_link_network_open(l));
  PEL_TRY(pel_link_trust_open(l));
  PEL_TRY(find_answers(l));
  for (size_t i = 0; i < l->n_answers; i++) PEL_TRY(find_reasons(l, &l->answers[i]));
  PEL_TRY(tell_all(l));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_CHAIN, "deduce over the graph", "ok", pel_clock_seconds() - start));
  pel_chain_rules_all(l->rules, &n);
  snprintf(number, sizeof number, "%zu", n);
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "chain rules", number));
  if (l->mined.sampled) {
    snprintf(number, sizeof number, "%u of %u", l->mined.starts, l->mined.all);
    PEL_TRY(pel_audit_attribute(a, a->n_spans, "mined from a sample of the entities", number));
  }
  if (pel_link_trust_of(l)) PEL_TRY(pel_audit_attribute(a, a->n_spans, "confidence learnt from", pel_link_trust_of(l)->learnt_from));
  if (l->not_listed) PEL_TRY(pel_audit_count(a, "answers that the pack states and that are not listed", l->not_listed));
  return pel_audit_attribute(a, a->n_spans, "ranked by", l->gnn ? "a graph network" : "chain rules");
}

/* A model that names what was asked for agrees. */
static pel_status hear_model(pel_link_audit *l) {
  audit *a = l->a;
  char answer[330];
  if (!a->o->model) return PEL_OK;
  if (!l->n_answers || (l->q->subject && l->q->object)) return pel_audit_model_claim(a, a->result->state, l->root, NULL);
  PEL_TRY(pel_entity_words(&l->rows, l->backwards ? l->answers[0].subject : l->answers[0].object, false, answer, sizeof answer));
  return pel_audit_model_claim(a, a->result->state, l->root, answer);
}

pel_status pel_audit_link(audit *a, pel_pack *pack, const pel_graph_question *q) {
  pel_link_audit *l = pel_alloc(1, sizeof *l); /* large: not on the stack */
  if (!l) return pel_fail_memory(a->err, "an audit", sizeof *l);
  *l = (pel_link_audit){.a = a, .q = q, .backwards = !q->subject};
  pel_status status = pel_graph_rows_create(a, pack, &l->rows);
  if (status == PEL_OK) status = stage_deduce(l);
  if (status == PEL_OK) status = pel_link_verify(l);
  if (status == PEL_OK) status = pel_link_tell_confidence(l);
  if (status == PEL_OK) status = hear_model(l);
  for (size_t i = 0; i < l->n_answers; i++)
    for (size_t k = 0; k < l->answers[i].n_reasons; k++) free(l->answers[i].reasons[k].text);
  pel_graph_rows_clear(&l->rows);
  pel_gnn_close(l->gnn);
  pel_chain_rules_free(l->rules);
  pel_pack_graph_free(l->graph);
  free(l);
  return status;
}
