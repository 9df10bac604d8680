/* The one definition of each feature, for all diseases at once (features.c) and for one disease part by part (parts.c): both add by these. */
#pragma once
#include <math.h>

#include "engine/phenotype/features.h"

typedef struct pel_finding_match {
  float content;   /* of the most telling shared term */
  float ratio;     /* greatest ln (share) + content over shared terms, at least 0 */
  float share;     /* logarithm, at the finding itself; of use when `has` */
  bool has, direct, specific; /* has it or a kind of it; annotated with it; annotated with something that it is a kind of */
} pel_finding_match;

static inline void pel_match_add(pel_finding_match *m, bool self, bool direct, float content, float log_share) {
  if (content > m->content) m->content = content;
  if (log_share + content > m->ratio) m->ratio = log_share + content;
  if (self) m->has = true, m->direct = direct, m->share = log_share;
  else m->specific |= direct;
}

/* Shared terms below this tell nothing: more than one disease in seven has them. */
#define PEL_RELATED_CONTENT 2.0f

static inline pel_match pel_match_kind(const pel_finding_match *m) {
  return m->has ? m->direct ? PEL_MATCH_EXACT : PEL_MATCH_GENERAL : m->specific ? PEL_MATCH_SPECIFIC : m->content > PEL_RELATED_CONTENT ? PEL_MATCH_RELATED : PEL_MATCH_NONE;
}

static inline void pel_add_finding(float *x, const pel_finding_match *m, float content, float over) {
  pel_match kind = pel_match_kind(m);
  if (kind == PEL_MATCH_NONE) x[PEL_F_NONE_CONTENT] += content;
  else {
    x[3 * (int)kind]++;
    x[3 * (int)kind + 1] += m->content;
    x[3 * (int)kind + 2] += m->ratio - m->content;
  }
  x[PEL_F_RATIO] += m->ratio;
  x[PEL_F_RATIO_MEAN] += m->ratio * over;
  x[PEL_F_RESNIK] += m->content;
  x[PEL_F_RESNIK_MEAN] += m->content * over;
  if (!m->has) x[PEL_F_FOREIGN_MEAN] += over;
}

/* `part`: the node's share that goes to one finding; 1 for all. */
static inline void pel_add_node(float *x, const pel_case_view *v, float gain, float share, float log_share, float log_above, float spread, float part) {
  x[PEL_F_NODE_GAIN] += part * gain;
  x[PEL_F_NODE_GAIN_PART] += part * gain / (float)v->gain_sum;
  x[PEL_F_NODE_SHARE] += part * (log_share - log_above);
  x[PEL_F_NODE_WEIGHED] += part * share * gain;
  x[PEL_F_NODE_WEIGHED_PART] += part * share * gain / (float)v->gain_sum;
  if (spread > 0) x[PEL_F_NODE_COVERS] += part * share * gain / spread;
}

static inline void pel_add_left(float *x, const pel_case_view *v, float part) {
  x[PEL_F_NODE_LEFT] += part;
  x[PEL_F_NODE_LEFT_PART] += part / (float)v->n_nodes;
}

/* 0 found, 1 half found, 2 not. */
static inline int pel_annotation_state(float best, float content) { return best >= content - 1e-6f ? 0 : best > content / 2 ? 1 : 2; }

static inline int pel_share_bin(const pel_annotation *a) { return !a->stated ? 3 : a->share >= 0.8f ? 0 : a->share >= 0.3f ? 1 : 2; }

static inline void pel_add_annotation(float *x, const pel_annotation *a, float best, float content, float weight, float n) {
  int state = pel_annotation_state(best, content);
  x[PEL_F_OFTEN_FOUND + 3 * pel_share_bin(a) + state]++;
  if (state == 2) x[PEL_F_MISSED_LOG] += a->missed;
  if (weight > 0) x[PEL_F_BACK_WEIGHED] += a->share * best / weight;
  x[PEL_F_BACK_MEAN] += best / n;
}

static inline void pel_add_excluded(float *x, float share, float content) {
  x[share >= 0.8f ? PEL_F_EXCLUDED_OFTEN : share >= 0.3f ? PEL_F_EXCLUDED_SOMETIMES : PEL_F_EXCLUDED_SELDOM]++;
  x[PEL_F_EXCLUDED_LOG] -= log1pf(-0.95f * share);
  x[PEL_F_ASKED]++;
  x[PEL_F_ASKED_CONTENT] += content;
}

static inline void pel_add_disease(float *x, const pel_profile_sums *s) {
  x[PEL_F_SIZE] = s->log_size;
  x[PEL_F_WEIGHT] = s->log_weight;
  x[PEL_F_SPREAD] = s->log_spread;
}
