#include "engine/reason/confidence.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/base/text.h"

bool pel_confidence_rate(const pel_confidence_bin *bins, double p, pel_node *row, size_t *n) {
  if (!(p >= 0 && p <= 1)) return false;
  const pel_confidence_bin *b = &bins[pel_reliability_bin(p)];
  if (!b->n) return false;
  row->confidence = p;
  row->low = fmin(p, b->wilson_low);
  row->high = fmax(p, b->wilson_high);
  *n = b->n;
  return true;
}

/* "50", with more digits where that would read as `other` does, which is another number. */
static const char *percent(double p, double other, char out[40]) {
  char beside[40];
  for (int digits = 0; digits < 6; digits++) {
    pel_format_fixed(out, 40, 100 * p, digits), pel_format_fixed(beside, sizeof beside, 100 * other, digits);
    if (p == other || strcmp(out, beside) != 0) break;
  }
  return out;
}

typedef struct line { /* cut where there is no room */
  char text[2000];
  size_t at;
} line;

__attribute__((format(printf, 2, 3))) static void add(line *l, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int n = vsnprintf(l->text + l->at, sizeof l->text - l->at, format, list);
  va_end(list);
  l->at = n < 0 || (size_t)n >= sizeof l->text - l->at ? sizeof l->text - 1 : l->at + (size_t)n;
}

/* "; deduce -0.73 (its share among those ranked -0.50, how far it leads -0.23)"; the part after it. */
static size_t say_stage(const pel_confidence_told *c, size_t from, line *out) {
  char number[40];
  double sum = 0;
  size_t to = from;
  for (; to < c->n && strcmp(c->parts[to].stage, c->parts[from].stage) == 0; to++) sum += c->parts[to].adds;
  add(out, "; %s %s (", c->parts[from].stage, pel_format_signed(number, sizeof number, sum, 2));
  for (size_t i = from; i < to; i++) add(out, "%s%s %s", i > from ? ", " : "", c->parts[i].says, pel_format_signed(number, sizeof number, c->parts[i].adds, 2));
  add(out, ")");
  return to;
}

static bool is_enough(const audit *a, const pel_confidence_told *c) { return c->confidence >= a->o->abstain && !c->refuted; }

static pel_status tell(audit *a, int64_t node, const pel_confidence_told *c) {
  char says[800], what[500], number[40], level[40];
  line note = {.at = 0};
  int64_t check;
  bool reaches = c->confidence >= a->o->abstain;
  snprintf(says, sizeof says, "%s has a confidence of %s %%, %s the %s %% at which an answer is given%s", pel_text_cut(what, sizeof what, c->what), percent(c->confidence, a->o->abstain, number),
           reaches ? "which reaches" : "below", percent(a->o->abstain, c->confidence, level), c->refuted ? "; but a finding refutes it" : "");
  add(&note, "log odds: the mean case %s", pel_format_signed(number, sizeof number, c->usual, 2));
  for (size_t i = 0; i < c->n;) i = say_stage(c, i, &note);
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = is_enough(a, c) ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN, .says = says, .note = note.text}, &check));
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
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "confidence", is_enough(a, c) ? "ok" : c->refuted ? "a finding refutes it" : "below the level at which an answer is given", 0));
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
