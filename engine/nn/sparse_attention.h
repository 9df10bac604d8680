/* Attention that gives exact zeros: a distribution over scored candidates whose support is a finite list.
 *
 * sparsemax (Martins and Astudillo 2016) is the Euclidean projection of the scores onto the simplex; alpha-entmax (Peters, Niculae
 * and Martins 2019) joins it (alpha = 2) with softmax (alpha = 1). All are computed in double precision; adding a constant to every
 * score changes nothing. */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum pel_attention_map { PEL_MAP_SPARSEMAX, PEL_MAP_ENTMAX15, PEL_MAP_SOFTMAX, PEL_MAPS } pel_attention_map;
/* "sparsemax", "entmax-1.5", "softmax"; "" when out of range. */
const char *pel_attention_map_name(pel_attention_map map);

typedef struct pel_attention {
  double *weights; /* [n], sum 1; exact zeros outside the support */
  double *margins; /* [n], score less threshold: > 0 for exactly the support (softmax: infinity) */
  double threshold; /* in the units of the scores; -infinity for softmax, which excludes nothing */
  size_t support;   /* how many weights are not 0 */
} pel_attention;

/* `weights` and `margins` are the caller's, of n numbers each. By sorting, O(n log n), exact but for rounding. PEL_ERR_USAGE for n = 0 and
 * for scores that are not finite. */
pel_status pel_sparse_attend(pel_attention_map map, const double *scores, size_t n, pel_attention *out, pel_error *err);

/* The general alpha-entmax, alpha >= 1, by bisection on its threshold: what the tests hold the exact forms against. */
pel_status pel_sparse_attend_bisect(double alpha, const double *scores, size_t n, pel_attention *out, pel_error *err);

/* What a gate's logit g does to a score s. */
typedef enum pel_gate {
  PEL_GATE_LOG_KEY, /* s + ln sigma (g): a closed gate takes a candidate away */
  PEL_GATE_LITERAL, /* s * sigma (g): pulls a score towards 0, so a closed gate *raises* a negative one; kept to be compared with */
  PEL_GATE_NONE,    /* s */
  PEL_GATES
} pel_gate;
const char *pel_gate_name(pel_gate gate); /* "log_key", "literal", "none"; "" when out of range */

double pel_sigmoid(double x);
double pel_log_sigmoid(double x); /* ln sigma (x), finite for every finite x */
double pel_gated(pel_gate gate, double score, double logit);
