/* A model's answer as a claim of its own: its words, what it attended to, and whether the pack says the same. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/reason/audit.h"
#include "engine/reason/model_verdict.h"

static pel_status put_number(audit *a, const char *name, size_t value) {
  char text[24];
  snprintf(text, sizeof text, "%zu", value);
  return pel_audit_attribute(a, a->asked, name, text);
}

pel_status pel_audit_asked(audit *a) {
  const pel_audit_model *m = a->o->model;
  PEL_TRY(pel_audit_span(a, PEL_SPAN_LLM, "ask", "ok", 0));
  a->asked = a->n_spans;
  PEL_TRY(pel_audit_attribute(a, a->asked, "model", m->name));
  PEL_TRY(put_number(a, "facts told", a->c->n_facts));
  PEL_TRY(put_number(a, "passages told", m->told ? m->told->n_passages : 0));
  return m->told && m->told->n_cut ? put_number(a, "passages cut", m->told->n_cut) : PEL_OK;
}

/* "Internal Revenue Code, s. 2(a)" */
static pel_status tell_source(audit *a, int64_t passage, int64_t *id) {
  pel_passage p;
  pel_source source = {.title = ""};
  char says[1700];
  int64_t cited;
  PEL_TRY(pel_cite_passage(a->t.cite, passage, &cited, a->err));
  PEL_TRY(pel_pack_passage(a->w->pack, passage, &p, a->err));
  if (p.source) PEL_TRY(pel_pack_source(a->w->pack, p.source, &source, a->err));
  const char *place = *p.path ? p.path : p.label;
  snprintf(says, sizeof says, "%.800s%s%.800s", source.title, *source.title && *place ? ", " : "", *source.title || *place ? place : "a passage");
  return pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_SOURCE, .state = PEL_STATE_HOLDS, .says = says, .passage = cited}, id);
}

/* What the model was told, each with the share of its attention: facts as the case numbers them, then passages. */
static pel_status tell_attention(audit *a, int64_t claim) {
  const pel_audit_model *m = a->o->model;
  size_t n = a->c->n_facts, n_passages = m->told ? m->told->n_passages : 0;
  for (size_t i = 0; m->attended && i < n + n_passages; i++) {
    int64_t to;
    if (isnan(m->attended[i])) continue;
    PEL_TRY(i < n ? pel_tell_case_fact(&a->t, i, &to) : tell_source(a, m->told->found.items[i - n].passage, &to));
    PEL_TRY(pel_tell_weighted_edge(&a->t, claim, to, PEL_EDGE_ATTENDED, i < n ? pel_case_get_fact(a->w->of, i)->id : "passage", m->attended[i]));
  }
  return PEL_OK;
}

static int64_t characters(const char *text) {
  int64_t n = 0;
  for (; *text; text++) n += ((unsigned char)*text & 0xc0) != 0x80;
  return n;
}

pel_status pel_audit_model_claim(audit *a, pel_node_state state, int64_t root, const char *answer) {
  const pel_audit_model *m = a->o->model;
  char says[1700];
  int64_t claim, check, span = a->t.span;
  const char *verdict = a->result->model_agrees = pel_model_verdict(m->answer, state, a->c->question, answer);
  pel_document text = {.id = *a->c->text ? 3 : 2, .name = "answer", .text = *m->answer ? m->answer : "(nothing)"};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_DOCUMENT, &text, a->err));
  bool agrees = strcmp(verdict, "agrees") == 0, against = strcmp(verdict, "contradicts") == 0;
  pel_node_state shown = agrees ? PEL_STATE_HOLDS : against ? PEL_STATE_CONFLICT : PEL_STATE_UNKNOWN;
  snprintf(says, sizeof says, "The model says: \"%.1500s\"", m->answer);
  pel_node node = {.kind = PEL_NODE_CLAIM, .state = shown, .says = says, .by = m->name, .note = "a language model's words; nothing else rests on them", .document = text.id, .to = characters(text.text)};
  a->t.span = a->asked;
  PEL_TRY(pel_tell_node(&a->t, node, &claim));
  snprintf(says, sizeof says, agrees ? "The model and the pack agree" : against ? "The model contradicts the pack" : "The model's words neither agree with the pack nor contradict it");
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = shown, .says = says}, &check));
  PEL_TRY(pel_tell_edge(&a->t, root, claim, against ? PEL_EDGE_CONTRADICTS : PEL_EDGE_CITES, "the model"));
  PEL_TRY(pel_tell_edge(&a->t, claim, check, PEL_EDGE_BECAUSE, ""));
  a->t.span = span;
  return tell_attention(a, claim);
}
