/* How far the first answer to a question about a link can be trusted, when the pack or the options say how such answers fared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/reason/confidence.h"
#include "engine/reason/link_audit.h"

enum { FILE_MOST = 1 << 16 };

/* It was learnt from this graph, with such chains. */
static pel_status check_fits(const pel_link_audit *l, const char *name) {
  size_t n;
  uint32_t longest = 0;
  const pel_chain_rule *rules = pel_chain_rules_all(l->rules, &n);
  for (size_t i = 0; i < n; i++)
    if (rules[i].length > longest) longest = rules[i].length;
  if (pel_graph_print(l->graph->graph) != l->trust.graph) return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: was learnt from another graph than this pack's: learn it from this one (pellucid learn links)", name);
  if (longest <= l->trust.length) return PEL_OK;
  return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: was learnt with chains of up to %u edges, these rules have %u: learn one of the two anew (--length)", name, l->trust.length, longest);
}

pel_status pel_link_trust_open(pel_link_audit *l) {
  audit *a = l->a;
  char *text, name[500];
  size_t size = 0;
  if (l->gnn) return PEL_OK; /* its scores are others */
  if (a->o->links) PEL_TRY(pel_file_read(a->o->links, "file of links' confidence", FILE_MOST, &text, &size, a->err));
  else PEL_TRY(pel_pack_learnt(l->rows.pack, PEL_LEARNT_LINKS, &text, a->err));
  if (!text) return PEL_OK;
  if (!a->o->links) size = strlen(text);
  snprintf(name, sizeof name, "%.400s%s", a->o->links ? a->o->links : pel_pack_get_info(l->rows.pack)->path, a->o->links ? "" : ": what was learnt (links)");
  pel_status status = pel_link_trust_parse(name, text, size, &l->trust, a->err);
  free(text);
  if (status == PEL_OK) status = check_fits(l, name);
  l->trusted = status == PEL_OK;
  return status;
}

/* Only a question that the pack itself does not answer is like those that were asked. */
static bool is_answered(const pel_link_audit *l, uint32_t start) {
  size_t n;
  const pel_triple *all = pel_graph_triples(l->graph->graph, &n);
  for (size_t i = 0; i < n; i++)
    if (all[i].relation == l->relation && (l->backwards ? all[i].object : all[i].subject) == start) return true;
  return false;
}

void pel_link_rate(pel_link_audit *l, const double *scores, uint32_t n, uint32_t start) {
  uint32_t first;
  l->confidence = NAN;
  if (!l->trusted || !pel_link_parts_of(scores, n, start, &first, l->parts) || is_answered(l, start)) return;
  l->first = (int64_t)first + 1;
  l->confidence = pel_link_confidence(&l->trust, l->parts);
}

bool pel_link_is_rated(const pel_link_audit *l, const pel_link_answer *x) { return l->confidence >= 0 && !x->stated && (l->backwards ? x->subject : x->object) == l->first; }

void pel_link_rate_node(const pel_link_audit *l, const pel_link_answer *x, pel_node *row, char event[400]) {
  size_t n;
  if (!pel_link_is_rated(l, x) || !pel_confidence_rate(l->trust.bins, l->confidence, row, &n)) return;
  snprintf(event, 400, "that the first answer to a question which the pack itself does not answer is right, calibrated on %llu such questions whose answers were kept back, %zu of them with a confidence like this",
           (unsigned long long)l->trust.answered, n);
  row->event = event;
}

pel_status pel_link_tell_confidence(pel_link_audit *l) {
  pel_confidence_part parts[PEL_LINK_PARTS];
  char what[1100], says[450];
  for (size_t i = 0; i < l->n_answers; i++) {
    const pel_link_answer *x = &l->answers[i];
    if (!pel_link_is_rated(l, x)) continue;
    for (int k = 0; k < PEL_LINK_PARTS; k++) parts[k] = (pel_confidence_part){"deduce", pel_link_part_says((pel_link_part)k), l->trust.slope[k] * (l->parts[k] - l->trust.mean[k])};
    snprintf(what, sizeof what, "That %s", pel_text_cut(says, sizeof says, x->says));
    pel_confidence_told told = {what, l->confidence, l->trust.offset, parts, PEL_LINK_PARTS, l->trust.bins, l->trust.answered, l->trust.ece, false};
    return pel_audit_confidence(l->a, x->node, &told);
  }
  return PEL_OK;
}
