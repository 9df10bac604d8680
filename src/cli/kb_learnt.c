/* What was learnt for a pack and is kept in it, in words; reading it is the check that audits can use it. */
#include <inttypes.h>
#include <pellucid/learn.h>
#include <pellucid/phenotype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/cli/kb.h"

static pel_status describe_phenotype(const char *name, const char *text, char words[KB_LEARNT_WORDS], pel_error *err) {
  pel_phenotype_weights w;
  char ece[40];
  PEL_TRY(pel_phenotype_weights_parse(name, text, strlen(text), &w, err));
  snprintf(words, KB_LEARNT_WORDS, "weights of findings, from %.160s; excluded findings %s; calibration error %s", w.learnt_from, pel_phenotype_weights_excluded(&w), pel_format_fixed(ece, sizeof ece, w.ece, 3));
  return PEL_OK;
}

static pel_status describe_chains(pel_pack *pack, const char *name, const char *text, char words[KB_LEARNT_WORDS], pel_error *err) {
  pel_pack_graph *g;
  pel_chain_rules *rules = NULL;
  pel_mined mined = {0};
  size_t n = 0;
  PEL_TRY(pel_pack_graph_read(pack, &g, err));
  pel_status status = pel_chain_rules_parse(name, text, strlen(text), g->relations, pel_graph_relations(g->graph), &rules, &mined, err);
  if (status == PEL_OK) pel_chain_rules_all(rules, &n);
  snprintf(words, KB_LEARNT_WORDS, "%zu chain rules%s", n, mined.sampled ? ", of a sample" : "");
  pel_chain_rules_free(rules);
  pel_pack_graph_free(g);
  return status;
}

/* That it is for this pack's graph. */
static pel_status check_graph(pel_pack *pack, const char *name, const pel_link_trust *t, pel_error *err) {
  pel_pack_graph *g;
  PEL_TRY(pel_pack_graph_read(pack, &g, err));
  bool same = pel_graph_print(g->graph) == t->graph;
  pel_pack_graph_free(g);
  return same ? PEL_OK : pel_fail(err, PEL_ERR_INPUT, "%s: was learnt from another graph than this pack's: learn it from this one (pellucid learn links)", name);
}

static pel_status describe_links(pel_pack *pack, const char *name, const char *text, char words[KB_LEARNT_WORDS], pel_error *err) {
  pel_link_trust t;
  char right[40], ece[40];
  PEL_TRY(pel_link_trust_parse(name, text, strlen(text), &t, err));
  PEL_TRY(check_graph(pack, name, &t, err));
  const pel_link_map *first = &t.of[PEL_LINK_FIRST];
  snprintf(words, KB_LEARNT_WORDS, "confidence of links%s, from %" PRIu64 " questions; the first answer is right in %s %%, calibration error %s", t.network ? " as a graph network ranks them" : "", t.answered, pel_format_fixed(right, sizeof right, 100 * first->right, 1),
           pel_format_fixed(ece, sizeof ece, first->ece, 3));
  return PEL_OK;
}

pel_status kb_describe_learnt(pel_pack *pack, pel_learnt_kind kind, char words[KB_LEARNT_WORDS], pel_error *err) {
  char *text, name[500];
  *words = 0;
  PEL_TRY(pel_pack_learnt(pack, kind, &text, err));
  if (!text) return PEL_OK;
  snprintf(name, sizeof name, "%.400s: what was learnt (%s)", pel_pack_get_info(pack)->path, pel_learnt_name(kind));
  pel_status status = kind == PEL_LEARNT_PHENOTYPE ? describe_phenotype(name, text, words, err) : kind == PEL_LEARNT_CHAINS ? describe_chains(pack, name, text, words, err) : describe_links(pack, name, text, words, err);
  free(text);
  return status;
}
