#include "src/analysis/caption.h"

#include "engine/base/mem.h"
#include "engine/base/number.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMES "\xc3\x97"
#define EN_DASH "\xe2\x80\x93"

/* ---- numbers ---- */

static char *scientific(char *out, size_t size, double v, int digits) {
  int exponent = (int)floor(log10(fabs(v)));
  double mantissa = v / pow(10, exponent);
  char text[32];
  pel_format_fixed(text, sizeof text, mantissa, digits);
  if (fabs(mantissa) + 0.5 * pow(10, -digits) >= 10) { /* 9.97 rounds to 10.0 */
    exponent++;
    pel_format_fixed(text, sizeof text, mantissa / 10, digits);
  }
  snprintf(out, size, "%se%c%02d", text, exponent < 0 ? '-' : '+', abs(exponent));
  return out;
}

char *pel_weight_text(char *out, size_t size, double w) {
  if (!isfinite(w) || w == 0) {
    snprintf(out, size, "%s", w == 0 ? "0" : "not a number");
    return out;
  }
  return fabs(w) < 0.00095 ? scientific(out, size, w, 1) : pel_format_fixed(out, size, w, 4);
}

char *pel_quantity_text(char *out, size_t size, double v) {
  if (!isfinite(v) || v == 0) {
    snprintf(out, size, "%s", v == 0 ? "0" : "not a number");
    return out;
  }
  double a = fabs(v);
  if (a < 0.00095 || a >= 1e6) return scientific(out, size, v, 1);
  return pel_format_fixed(out, size, v, a < 0.1 ? 4 : a < 10 ? 2 : a < 1000 ? 1 : 0);
}

/* 32768 as "32,768". */
static char *count_text(char *out, size_t size, uint32_t n) {
  if (n >= 1000000)
    snprintf(out, size, "%u,%03u,%03u", n / 1000000, n / 1000 % 1000, n % 1000);
  else if (n >= 10000)
    snprintf(out, size, "%u,%03u", n / 1000, n % 1000);
  else
    snprintf(out, size, "%u", n);
  return out;
}

/* ---- parts ---- */

void pel_caption_add(pel_caption *c, const char *format, ...) {
  if (c->n_facts == PEL_CAPTION_FACTS) return;
  va_list args;
  va_start(args, format);
  char text[600];
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  char *safe = pel_text_safe(text, strlen(text));
  if (safe) pel_label_quote(safe, c->facts[c->n_facts++], sizeof c->facts[0]);
  free(safe);
}

static void add_trace(pel_caption *c, const pel_trace_info *info) {
  if (info->hash && info->hash[0])
    pel_caption_add(c, "trace %.12s", info->hash);
  else
    pel_caption_add(c, "trace without a hash (%s)", info->complete ? "not written" : "not closed");
}

/* What the trace does not hold, so that nobody takes a part for the whole. */
static void add_recorded(pel_caption *c, const pel_trace *trace) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  uint32_t recorded = 0, all = 0;
  for (uint32_t l = 0; l < info->n_layers; l++) {
    uint32_t n_head = pel_trace_get_layer(trace, l)->n_head;
    for (uint32_t h = 0; h < n_head; h++) recorded += pel_trace_has_head(trace, l, h);
    all += n_head;
  }
  if (recorded < all) pel_caption_add(c, "the trace holds %u of %u heads", recorded, all);
}

static void add_model(pel_caption *c, const pel_trace_info *info) {
  pel_caption_add(c, "%s", info->model_name && info->model_name[0] ? info->model_name : "model without a name");
}

/* "queries 0–39" or "all 40 queries". */
static void range_text(char *out, size_t size, const char *one, const char *what, pel_range r, uint32_t n) {
  char of[24];
  if (r.start == 0 && r.end == n)
    snprintf(out, size, "all %s %s", count_text(of, sizeof of, n), what);
  else if (r.end - r.start == 1)
    snprintf(out, size, "%s %u of %s", one, r.start, count_text(of, sizeof of, n));
  else
    snprintf(out, size, "%s %u" EN_DASH "%u of %s", what, r.start, r.end - 1, count_text(of, sizeof of, n));
}

static void add_ranges(pel_caption *c, const pel_map_view *v) {
  char rows[80], cols[80], n[24], one[2][24], many[2][24];
  bool whole = v->rows.start == 0 && v->rows.end == v->n_units && v->cols.start == 0 && v->cols.end == v->n_units;
  bool tokens = v->of.level == PEL_LEVEL_TOKEN;
  for (int key = 0; key < 2; key++) {
    const char *side = key ? "key" : "query";
    snprintf(one[key], sizeof one[key], tokens ? "%s" : "%s %s", side, pel_level_name(v->of.level));
    snprintf(many[key], sizeof many[key], tokens ? (key ? "keys" : "queries") : "%s %s", side,
             pel_level_names(v->of.level));
  }
  if (whole) {
    pel_caption_add(c, tokens ? "all %s queries " TIMES " keys" : "all %s " TIMES " %s %s", count_text(n, sizeof n, v->n_units),
             n, pel_level_names(v->of.level));
    return;
  }
  range_text(rows, sizeof rows, one[0], many[0], v->rows, v->n_units);
  range_text(cols, sizeof cols, one[1], many[1], v->cols, v->n_units);
  pel_caption_add(c, "%s", rows);
  pel_caption_add(c, "%s", cols);
}

/* 1.0000 as "1": the ends of a range are said briefly. */
static char *without_zeros(char *text) {
  if (strchr(text, 'e') || !strchr(text, '.')) return text;
  char *end = text + strlen(text);
  while (end[-1] == '0')
    *--end = 0;
  if (end[-1] == '.') *--end = 0;
  return text;
}

static char *range_end_text(char *out, size_t size, float weight) {
  return without_zeros(pel_weight_text(out, size, (double)weight));
}

static void add_scale(pel_caption *c, pel_scale scale, float low, float high, bool clipped, bool above) {
  static const char *const names[PEL_SCALES] = {
      "log scale", "linear scale", "row scale, each row divided by its largest weight",
      "rank scale, the place of each weight in its row"};
  char a[32], b[32];
  range_end_text(a, sizeof a, low);
  range_end_text(b, sizeof b, high);
  if ((scale == PEL_SCALE_ROW || scale == PEL_SCALE_RANK) && !(low > 0) && !(high < 1))
    pel_caption_add(c, "%s", names[scale]);
  else
    pel_caption_add(c, "%s, %s%s to %s%s", names[(unsigned)scale < PEL_SCALES ? scale : 0], a, clipped ? " and below" : "", b,
             above ? " and above" : "");
}

static void add_choice(pel_caption *c, const pel_map_view *v) {
  if (v->of.average == PEL_AVERAGE_NONE)
    pel_caption_add(c, "layer %u, head %u", v->of.layer, v->of.head);
  else if (v->of.average == PEL_AVERAGE_LAYER)
    pel_caption_add(c, "layer %u, mean of %u heads", v->of.layer, v->n_heads);
  else
    pel_caption_add(c, "mean of %u heads", v->n_heads);
  if (v->of.value_weighted) pel_caption_add(c, "each weight times the norm of its key's value");
  if (v->of.level != PEL_LEVEL_TOKEN)
    pel_caption_add(c, "a cell is the attention that a %s's tokens pay on average to all tokens of another",
             pel_level_name(v->of.level));
}

static void title_map(pel_caption *c, const pel_map_view *v) {
  char whose[80], by[32] = "";
  if (v->of.average == PEL_AVERAGE_NONE)
    snprintf(whose, sizeof whose, "layer %u, head %u", v->of.layer, v->of.head);
  else if (v->of.average == PEL_AVERAGE_LAYER)
    snprintf(whose, sizeof whose, "layer %u, mean of its heads", v->of.layer);
  else
    snprintf(whose, sizeof whose, "mean of all heads");
  if (v->of.level != PEL_LEVEL_TOKEN) snprintf(by, sizeof by, ", by %s", pel_level_name(v->of.level));
  snprintf(c->title, sizeof c->title, "%s, %s%s", v->of.value_weighted ? "Value-weighted attention" : "Attention", whose, by);
}

/* ---- captions ---- */

void pel_caption_map(const pel_trace *trace, const pel_map_view *v, pel_caption *out) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  char share[32];
  *out = (pel_caption){0};
  title_map(out, v);
  add_model(out, info);
  add_choice(out, v);
  add_ranges(out, v);
  add_scale(out, v->scale, v->low, v->high, v->clipped, v->clipped_above);
  if (v->window) pel_caption_add(out, "window of %u keys", v->window);
  if (v->block > 1) pel_caption_add(out, "each cell is the largest of %u" TIMES "%u weights", v->block, v->block);
  if (v->sink_hidden) pel_caption_add(out, "key 0 (sink) hidden");
  pel_caption_add(out, "%s %% of these rows' attention drawn",
           pel_format_fixed(share, sizeof share, v->mass_share * 100, 1));
  add_recorded(out, trace);
  add_trace(out, info);
}

void pel_caption_heads(const pel_trace *trace, const pel_heads_view *v, pel_caption *out) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  char n[24];
  *out = (pel_caption){0};
  snprintf(out->title, sizeof out->title, "Attention of all heads");
  add_model(out, info);
  pel_caption_add(out, "%u heads drawn, 100 %% of their attention", v->n_recorded);
  pel_caption_add(out, "%s queries (down) " TIMES " keys (across)", count_text(n, sizeof n, v->n_tokens));
  add_scale(out, v->scale, v->low, v->high, v->scale == PEL_SCALE_LOG, false);
  if (v->block > 1)
    pel_caption_add(out, "each cell is the largest of %u" TIMES "%u weights%s", v->block, v->block,
             v->exact ? "" : ", to about 3 %");
  add_recorded(out, trace);
  add_trace(out, info);
}

static void add_signal_range(pel_caption *c, const pel_tokens_view *v) {
  char a[32], b[32];
  without_zeros(pel_quantity_text(a, sizeof a, (double)v->low));
  without_zeros(pel_quantity_text(b, sizeof b, (double)v->high));
  if (v->signal == PEL_SIGNAL_LOGPROB)
    pel_caption_add(c, "colour from %s to %s%s", a, b, v->clipped ? " and below" : "");
  else
    pel_caption_add(c, "colour from %s%s to %s%s", a, v->clipped ? " and below" : "", b,
             v->log ? ", log scale" : "");
}

void pel_caption_tokens(const pel_trace *trace, const pel_tokens_view *v, pel_caption *out) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  char rows[80];
  *out = (pel_caption){0};
  snprintf(out->title, sizeof out->title, "Tokens by %s", pel_signal_title(v->signal));
  add_model(out, info);
  range_text(rows, sizeof rows, "token", "tokens", v->rows, v->n_tokens);
  pel_caption_add(out, "%s", rows);
  if (v->one_head) pel_caption_add(out, "layer %u, head %u", v->layer, v->head);
  if (!v->one_head && v->n_mean_heads) pel_caption_add(out, "mean over %u recorded heads", v->n_mean_heads);
  add_signal_range(out, v);
  add_recorded(out, trace);
  add_trace(out, info);
}

char *pel_caption_text(const pel_caption *c) {
  size_t size = strlen(c->title) + 2;
  for (uint32_t i = 0; i < c->n_facts; i++)
    size += strlen(c->facts[i]) + 5;
  char *out = pel_alloc(size, 1);
  if (!out) return NULL;
  size_t at = (size_t)snprintf(out, size, "%s", c->title);
  for (uint32_t i = 0; i < c->n_facts; i++)
    at += (size_t)snprintf(out + at, size - at, " \xc2\xb7 %s", c->facts[i]);
  return out;
}
