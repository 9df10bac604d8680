/* What an audit says of facts that are hardly meant as they stand: a line of the tree and of the result for each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/reason/audit.h"
#include "engine/reason/case_check.h"

enum { MOST = 40 };

static pel_status keep(audit *a, const char *text) {
  pel_audit_result *r = a->result;
  if (!r->warnings) r->warnings = pel_alloc(MOST + 1, sizeof *r->warnings);
  if (!r->warnings || !(r->warnings[r->n_warnings] = strdup(text))) return pel_fail_memory(a->err, "a warning", strlen(text));
  r->n_warnings++;
  return PEL_OK;
}

/* The fact in the pack's words. */
static void phrase(const audit *a, size_t fact, pel_text_out *out) {
  pel_heap constants = {.program = a->w->program};
  const pel_program *p = a->w->program;
  size_t i = p->n_library;
  while (i < p->n_clauses && p->clauses[i].id != PEL_FACT_IDS + (int64_t)fact) i++;
  if (i < p->n_clauses) pel_phrase(a->w, &constants, p->clauses[i].head, false, out, NULL);
}

static pel_status tell(audit *a, size_t fact, const char *doubt) {
  char says[1500];
  int64_t id;
  pel_text_out words = {.most = 8000};
  phrase(a, fact, &words);
  const char *name = pel_case_get_fact(a->w->of, fact)->id, *text = words.text && !words.full ? words.text : pel_case_get_fact(a->w->of, fact)->name;
  char id_cut[81], cut[601];
  pel_text_cut(id_cut, sizeof id_cut, name), pel_text_cut(cut, sizeof cut, text);
  snprintf(says, sizeof says, "Warning about %s (%s): %.300s", id_cut, cut, doubt);
  pel_status status = pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = PEL_STATE_UNKNOWN, .says = says}, &id);
  snprintf(says, sizeof says, "$.facts[%zu]: %s: %.300s", fact, cut, doubt);
  free(words.text);
  return status == PEL_OK ? keep(a, says) : status;
}

pel_status pel_audit_doubts(audit *a) {
  const char **doubts;
  size_t n = pel_case_get_info(a->w->of)->n_facts, found = 0;
  int64_t id;
  char says[100];
  PEL_TRY(pel_case_doubts(a->w, &doubts, a->err));
  pel_status status = PEL_OK;
  for (size_t i = 0; i < n && status == PEL_OK; i++)
    if (doubts[i] && found++ < MOST) status = tell(a, i, doubts[i]);
  free(doubts);
  if (found <= MOST || status != PEL_OK) return status;
  snprintf(says, sizeof says, "Warning: %zu more facts like these", found - MOST);
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = PEL_STATE_UNKNOWN, .says = says}, &id));
  return keep(a, says);
}
