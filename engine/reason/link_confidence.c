/* How far the answers to a question about a link, and the chains that lead to them, can be trusted, when the pack or the options say how such ones fared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/graph/graph.h"
#include "engine/reason/confidence.h"
#include "engine/reason/link_audit.h"

enum { FILE_MOST = 1 << 16 };

/* ---- what was learnt ---- */

static uint32_t longest_of(const pel_chain_rules *rules) {
  size_t n;
  uint32_t longest = 0;
  const pel_chain_rule *all = pel_chain_rules_all(rules, &n);
  for (size_t i = 0; i < n; i++)
    if (all[i].length > longest) longest = all[i].length;
  return longest;
}

/* It was learnt from this graph, with such chains or with this network. */
static pel_status check_fits(const pel_link_audit *l, const pel_link_trust *t, const char *name) {
  uint32_t longest = longest_of(l->rules);
  if (pel_graph_print(l->graph->graph) != t->graph) return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: was learnt from another graph than this pack's: learn it from this one (pellucid learn links)", name);
  if (t->network && !l->gnn) return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: is about a network's answers: give the network as well (--gnn), or learn how far chains can be trusted (pellucid learn links)", name);
  if (t->network && pel_gnn_print(l->gnn) != t->network) return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: was learnt with another network than %s: learn the two together (pellucid learn gnn --links)", name, l->a->o->gnn);
  if (t->network || longest <= t->length) return PEL_OK;
  return pel_fail(l->a->err, PEL_ERR_INPUT, "%s: was learnt with chains of up to %u edges, these rules have %u: learn one of the two anew (--length)", name, t->length, longest);
}

/* What is about chains is kept apart from what is about the network's answers. */
static pel_status take(pel_link_audit *l, const char *name, const char *text, size_t size) {
  pel_link_trust t;
  PEL_TRY(pel_link_trust_parse(name, text, size, &t, l->a->err));
  PEL_TRY(check_fits(l, &t, name));
  if (t.network) l->of_network = t, l->has_network = true;
  else l->of_chains = t, l->has_chains = true;
  return PEL_OK;
}

static pel_status take_options(pel_link_audit *l) {
  char *text;
  size_t size;
  if (!l->a->o->links) return PEL_OK;
  PEL_TRY(pel_file_read(l->a->o->links, "file of links' confidence", FILE_MOST, &text, &size, l->a->err));
  pel_status status = take(l, l->a->o->links, text, size);
  free(text);
  return status;
}

static pel_status take_pack(pel_link_audit *l) {
  char *text, name[500];
  if (l->has_chains) return PEL_OK;
  PEL_TRY(pel_pack_learnt(l->rows.pack, PEL_LEARNT_LINKS, &text, l->a->err));
  if (!text) return PEL_OK;
  snprintf(name, sizeof name, "%.400s: what was learnt (links)", pel_pack_get_info(l->rows.pack)->path);
  pel_status status = take(l, name, text, strlen(text));
  free(text);
  return status;
}

pel_status pel_link_trust_open(pel_link_audit *l) {
  PEL_TRY(take_options(l));
  return take_pack(l);
}

const pel_link_trust *pel_link_trust_of(const pel_link_audit *l) {
  if (l->gnn) return l->has_network ? &l->of_network : NULL; /* its scores are others than those of chains */
  return l->has_chains ? &l->of_chains : NULL;
}

/* ---- the answers ---- */

/* What is known of the answer at this place among those that the pack does not state; NULL: nothing. Of chains, beyond what it does state, the first alone was asked for. */
static const pel_link_map *map_of(const pel_link_audit *l, size_t place) {
  const pel_link_trust *t = pel_link_trust_of(l);
  if (!t->network && l->answered) return place ? NULL : &t->of[PEL_LINK_FURTHER];
  return &t->of[place ? PEL_LINK_OTHER : PEL_LINK_FIRST];
}

pel_status pel_link_rate(pel_link_audit *l, const double *scores, uint32_t n, uint32_t start, uint32_t relation) {
  const pel_link_trust *t = pel_link_trust_of(l);
  uint32_t answers[PEL_LINK_PLACES];
  double *left = pel_alloc(n, sizeof *left);
  if (!left) return pel_fail_memory(l->a->err, "scores", n * sizeof *left);
  memcpy(left, scores, n * sizeof *left);
  l->answered = pel_link_unstated(l->graph->graph, start, relation, left);
  if (l->gnn) pel_link_share(left, n);
  if (t) l->n_rated = pel_link_best(left, n, start, answers, l->parts);
  free(left);
  for (size_t k = 0; k < l->n_rated; k++) {
    const pel_link_map *m = map_of(l, k);
    l->rated[k] = (int64_t)answers[k] + 1;
    l->confidence[k] = m ? pel_link_confidence(m, l->parts[k]) : NAN;
  }
  return PEL_OK;
}

/* Its place among the answers that are rated; n_rated: none of them. */
static size_t place_of(const pel_link_audit *l, const pel_link_answer *x) {
  size_t k = 0;
  while (k < l->n_rated && (x->stated || l->rated[k] != (l->backwards ? x->subject : x->object) || !(l->confidence[k] >= 0))) k++;
  return k;
}

double pel_link_confidence_of(const pel_link_audit *l, const pel_link_answer *x) {
  size_t k = place_of(l, x);
  return k < l->n_rated ? l->confidence[k] : NAN;
}

static const char *question_of(const pel_link_audit *l) { return l->gnn || l->answered ? "beyond what the pack itself states" : "to a question which the pack itself does not answer"; }

void pel_link_rate_node(const pel_link_audit *l, const pel_link_answer *x, pel_node *row, char event[PEL_LINK_EVENT]) {
  size_t n, k = place_of(l, x);
  if (k == l->n_rated) return;
  const pel_link_map *m = map_of(l, k);
  if (!pel_confidence_rate(m->bins, l->confidence[k], row, &n)) return;
  snprintf(event, PEL_LINK_EVENT, "that %s answer%s %s is right, where there is one to be found: calibrated on %llu such answers that were kept back, %zu of them with a confidence like this", k ? "one of the next" : "the first", k ? "s" : "", question_of(l),
           (unsigned long long)m->n, n);
  row->event = event;
}

void pel_link_rate_chain(const pel_link_audit *l, const pel_chain_rule *rule, pel_node *row, char event[PEL_LINK_EVENT]) {
  const pel_link_map *m = &l->of_chains.of[PEL_LINK_CHAIN];
  const double parts[PEL_LINK_PARTS] = {[PEL_LINK_SCORE] = pel_link_odds(rule->confidence)};
  size_t n;
  if (!l->has_chains || l->answered || !pel_confidence_rate(m->bins, pel_link_confidence(m, parts), row, &n)) return;
  snprintf(event, PEL_LINK_EVENT, "that an answer is right whose best chain has such a count, of %zu like it that were kept back", n);
  row->event = event;
}

/* ---- what it is made of ---- */

static const char *part_says(const pel_link_trust *t, size_t place, pel_link_part part) {
  switch (part) {
    case PEL_LINK_SCORE: return t->network ? "its share among the answers" : "the best chain's confidence";
    case PEL_LINK_LEAD: return place ? "how far it is behind" : "how far it leads";
    default: return t->network ? "how many answers the network reaches" : "how many answers chains lead to";
  }
}

static pel_status tell(pel_link_audit *l, const pel_link_answer *x, size_t place) {
  const pel_link_trust *t = pel_link_trust_of(l);
  const pel_link_map *m = map_of(l, place);
  pel_confidence_part parts[PEL_LINK_PARTS];
  char what[1100], says[450];
  for (int k = 0; k < PEL_LINK_PARTS; k++) parts[k] = (pel_confidence_part){"deduce", part_says(t, place, (pel_link_part)k), m->slope[k] * (l->parts[place][k] - m->mean[k])};
  snprintf(what, sizeof what, "That %s", pel_text_cut(says, sizeof says, x->says));
  pel_confidence_told told = {what, l->confidence[place], m->offset, parts, PEL_LINK_PARTS, m->bins, m->n, m->ece, false};
  return pel_audit_confidence(l->a, x->node, &told);
}

pel_status pel_link_tell_confidence(pel_link_audit *l) {
  for (size_t i = 0; i < l->n_answers; i++) {
    size_t place = place_of(l, &l->answers[i]);
    if (place < l->n_rated) return tell(l, &l->answers[i], place); /* answers are in order: it is the foremost of them */
  }
  return PEL_OK;
}
