/* The pack's passages that bear on the case's question, as stages of the audit. */
#include <pellucid/retrieve.h>
#include <stdlib.h>

#include "engine/base/status.h"
#include "engine/reason/audit.h"
#include "engine/reason/record.h"

static const char *question_of(const pel_case_info *c) { return *c->asks ? c->asks : c->question; }

pel_status pel_audit_look_up(const pel_audit_options *o, const pel_case_info *c, pel_pack *pack, pel_retrieval *out, pel_error *err) {
  pel_retriever *r;
  *out = (pel_retrieval){0};
  if (!o->retrieve || pel_pack_get_info(pack)->n_passages == 0) return PEL_OK;
  PEL_TRY(pel_retriever_open(pack, o->encoder, &r, err));
  pel_status status = pel_retrieve(r, question_of(c), NULL, NULL, out, err);
  pel_retriever_close(r);
  return status;
}

pel_status pel_audit_retrieve(audit *a, pel_pack *pack) {
  pel_retrieval looked_up = {0};
  const pel_briefing *told = a->o->model ? a->o->model->told : NULL;
  if (!a->o->retrieve || pel_pack_get_info(pack)->n_passages == 0) return PEL_OK;
  if (!told) PEL_TRY(pel_audit_look_up(a->o, a->c, pack, &looked_up, a->err));
  pel_status status = pel_retrieval_record(told ? &told->found : &looked_up, question_of(a->c), a->n_spans + 1, 0, a->t.cite, &a->sink, a->err);
  a->n_spans += 2;
  pel_retrieval_clear(&looked_up);
  return status;
}
