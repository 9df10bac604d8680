/* The pack's passages that bear on the case's question, as stages of the audit. */
#include <pellucid/retrieve.h>
#include <stdlib.h>

#include "engine/base/status.h"
#include "engine/reason/audit.h"
#include "engine/reason/record.h"

pel_status pel_audit_retrieve(audit *a, pel_pack *pack) {
  pel_retriever *r;
  pel_retrieval found;
  const char *question = *a->c->asks ? a->c->asks : a->c->question;
  if (pel_pack_get_info(pack)->n_passages == 0) return PEL_OK;
  PEL_TRY(pel_retriever_open(pack, a->o->encoder, &r, a->err));
  pel_status status = pel_retrieve(r, question, NULL, NULL, &found, a->err);
  if (status == PEL_OK) {
    status = pel_retrieval_record(&found, question, a->n_spans + 1, 0, a->t.cite, &a->sink, a->err);
    a->n_spans += 2;
    pel_retrieval_clear(&found);
  }
  pel_retriever_close(r);
  return status;
}
