#include "engine/reason/confidence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"

bool pel_confidence_rate(const pel_confidence_bin *bins, double p, pel_node *row, size_t *n) {
  if (!(p >= 0 && p <= 1)) return false;
  int bin = (int)(p * PEL_RELIABILITY_BINS);
  const pel_confidence_bin *b = &bins[bin < PEL_RELIABILITY_BINS ? bin : PEL_RELIABILITY_BINS - 1];
  if (!b->n) return false;
  row->confidence = p;
  row->low = fmin(p, b->wilson_low);
  row->high = fmax(p, b->wilson_high);
  *n = b->n;
  return true;
}

/* "+0.34", "-0.20". */
static const char *signed_number(double value, char out[40]) {
  out[0] = value < 0 ? '-' : '+';
  pel_format_fixed(out + 1, 39, fabs(value), 2);
  return out;
}

/* "; deduce -0.73 (its share among all diseases -0.50, how far it leads -0.23)"; the part after it. */
static size_t say_stage(const pel_confidence_told *c, size_t from, char *out, size_t size, size_t *at) {
  char number[40];
  double sum = 0;
  size_t to = from;
  for (; to < c->n && strcmp(c->parts[to].stage, c->parts[from].stage) == 0; to++) sum += c->parts[to].adds;
  *at += (size_t)snprintf(out + *at, size - *at, "; %s %s (", c->parts[from].stage, signed_number(sum, number));
  for (size_t i = from; i < to; i++) *at += (size_t)snprintf(out + *at, size - *at, "%s%s %s", i > from ? ", " : "", c->parts[i].says, signed_number(c->parts[i].adds, number));
  *at += (size_t)snprintf(out + *at, size - *at, ")");
  return to;
}

static pel_status tell(audit *a, int64_t node, const pel_confidence_told *c) {
  char says[700], what[500], note[2000], number[40], level[40];
  int64_t check;
  bool enough = c->confidence >= a->o->abstain;
  snprintf(says, sizeof says, "%s has a confidence of %s %%, %s the %s %% at which an answer is given", pel_text_cut(what, sizeof what, c->what), pel_format_fixed(number, sizeof number, 100 * c->confidence, 0),
           enough ? "which reaches" : "below", pel_format_significant(level, sizeof level, 100 * a->o->abstain, 2));
  size_t at = (size_t)snprintf(note, sizeof note, "log odds: the mean case %s", signed_number(c->usual, number));
  for (size_t i = 0; i < c->n;) i = say_stage(c, i, note, sizeof note, &at);
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = enough ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN, .says = says, .note = note}, &check));
  return pel_tell_edge(&a->t, node, check, PEL_EDGE_BECAUSE, "confidence");
}

static pel_status put_bins(audit *a, const pel_confidence_bin *bins) {
  for (int i = 0; i < PEL_RELIABILITY_BINS; i++) {
    const pel_confidence_bin *b = &bins[i];
    pel_reliability row = {.id = i + 1, .span = a->n_spans, .low = (double)i / PEL_RELIABILITY_BINS, .high = (double)(i + 1) / PEL_RELIABILITY_BINS, .n = (int64_t)b->n,
                           .confidence = b->n ? b->confidence : NAN, .accuracy = b->n ? b->accuracy : NAN, .accuracy_low = b->n ? b->wilson_low : NAN, .accuracy_high = b->n ? b->wilson_high : NAN};
    PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_RELIABILITY, &row, a->err));
  }
  return PEL_OK;
}

pel_status pel_audit_confidence(audit *a, int64_t node, const pel_confidence_told *c) {
  char name[160];
  a->t.span = a->n_spans + 1;
  PEL_TRY(tell(a, node, c));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "confidence", c->confidence >= a->o->abstain ? "ok" : "below the level at which an answer is given", 0));
  PEL_TRY(pel_audit_number(a, "confidence of the first answer", c->confidence));
  PEL_TRY(pel_audit_number(a, "no answer below", a->o->abstain));
  PEL_TRY(pel_audit_number(a, "log odds of the mean case", c->usual));
  for (size_t i = 0; i < c->n; i++) {
    snprintf(name, sizeof name, "log odds by %s: %s", c->parts[i].stage, c->parts[i].says);
    PEL_TRY(pel_audit_number(a, name, c->parts[i].adds));
  }
  PEL_TRY(pel_audit_count(a, "calibrated on cases", c->cases));
  PEL_TRY(pel_audit_number(a, "calibration error", c->ece));
  return put_bins(a, c->bins);
}
