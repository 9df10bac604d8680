/* How far links can be trusted, as text: a line a figure, columns separated by tabs. */
#include <math.h>
#include <pellucid/learn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/status.h"

static const char FIRST_LINE[] = "# Pellucid link confidence, version 2";
enum { MOST_LINE = 400, COLUMNS = 4, TEXT = 16384 /* some 2,500 bytes a claim */ };

/* Of a map, by the names of the lines; offset is needed, the others may be NaN. */
static const struct {
  const char *name;
  size_t at;
} figures[] = {{"offset", offsetof(pel_link_map, offset)}, {"right", offsetof(pel_link_map, right)}, {"ece", offsetof(pel_link_map, ece)}, {"ece low", offsetof(pel_link_map, ece_range.low)},
               {"ece high", offsetof(pel_link_map, ece_range.high)}, {"brier skill", offsetof(pel_link_map, brier_skill)}, {"brier skill low", offsetof(pel_link_map, skill_range.low)},
               {"brier skill high", offsetof(pel_link_map, skill_range.high)}, {"brier skill of the score alone", offsetof(pel_link_map, score_skill)}, {"auroc", offsetof(pel_link_map, auroc)},
               {"aurc", offsetof(pel_link_map, aurc)}, {"ece of steps", offsetof(pel_link_map, steps_ece)}, {"brier skill of steps", offsetof(pel_link_map, steps_skill)},
               {"review", offsetof(pel_link_map, review)}, {"review low", offsetof(pel_link_map, review_range.low)}, {"review high", offsetof(pel_link_map, review_range.high)}};
enum { FIGURES = sizeof figures / sizeof *figures };
static double *figure_of(pel_link_map *m, int k) { return (double *)((char *)m + figures[k].at); }

/* ---- writing ---- */

typedef struct writing {
  char *text;
  size_t at;
} writing;

__attribute__((format(printf, 2, 3))) static void put(writing *w, const char *format, ...) {
  va_list list;
  va_start(list, format);
  w->at += (size_t)vsnprintf(w->text + w->at, TEXT - w->at, format, list); /* short lines of a known number: there is room */
  va_end(list);
}

static void put_figure(writing *w, const char *name, double value) {
  char number[40];
  put(w, "%s\t%s\n", name, pel_format_double(number, sizeof number, value));
}

static void put_head(writing *w, const pel_link_trust *t) {
  char from[sizeof t->learnt_from];
  snprintf(from, sizeof from, "%s", t->learnt_from);
  for (unsigned char *c = (unsigned char *)from; *c; c++)
    if (*c < 0x20 || *c == 0x7f) *c = ' ';
  put(w, "%s\nfrom\t%s\nasked\t%llu\nanswered\t%llu\nentities\t%llu\ngraph\t%llu\n", FIRST_LINE, from, (unsigned long long)t->asked, (unsigned long long)t->answered, (unsigned long long)t->entities,
      (unsigned long long)t->graph);
  if (t->network) put(w, "network\t%llu\n", (unsigned long long)t->network);
  else put(w, "length\t%u\n", t->length);
}

static void put_map(writing *w, pel_link_claim claim, const pel_link_map *m) {
  char slope[40], mean[40];
  put(w, "claim\t%s\ncases\t%llu\n", pel_link_claim_name(claim), (unsigned long long)m->n);
  for (int k = 0; k < FIGURES; k++) put_figure(w, figures[k].name, *figure_of((pel_link_map *)(uintptr_t)m, k));
  for (int k = 0; k < PEL_LINK_PARTS; k++)
    put(w, "part\t%s\t%s\t%s\n", pel_link_part_name((pel_link_part)k), pel_format_double(slope, sizeof slope, m->slope[k]), pel_format_double(mean, sizeof mean, m->mean[k]));
  for (int i = 0; i < PEL_RELIABILITY_BINS; i++) {
    const pel_confidence_bin *b = &m->bins[i];
    put(w, "bin\t%zu\t%s\t%.0f\n", b->n, b->n ? pel_format_double(mean, sizeof mean, b->confidence) : "0", b->n ? b->accuracy * (double)b->n : 0);
  }
}

pel_status pel_link_trust_text(const pel_link_trust *t, char **out, pel_error *err) {
  writing w = {.text = malloc(TEXT)};
  if (!w.text) return pel_fail_memory(err, "how far links can be trusted", TEXT);
  put_head(&w, t);
  for (int k = 0; k < PEL_LINK_CLAIMS; k++)
    if (t->of[k].n) put_map(&w, (pel_link_claim)k, &t->of[k]);
  *out = w.text;
  return PEL_OK;
}

/* ---- reading ---- */

typedef struct seen { /* of a map's lines */
  int n_bins;
  bool offset, cases, part[PEL_LINK_PARTS];
} seen;

typedef struct reading {
  pel_link_trust t;
  pel_link_map *map; /* the lines now are of this one; NULL: of the head */
  seen of[PEL_LINK_CLAIMS], *lines;
  bool asked, answered, entities, graph;
} reading;

static bool finite_number(const char *text, double *out) { return pel_parse_double(text, out) && isfinite(*out) && fabs(*out) <= 0x1p53; }

static bool whole_number(const char *text, uint64_t *out) {
  double value;
  if (!finite_number(text, &value) || value < 0 || value != floor(value)) return false;
  return *out = (uint64_t)value, true;
}

/* From here on the lines are of this claim's map. */
static const char *take_claim(reading *r, const char *name) {
  for (int k = 0; k < PEL_LINK_CLAIMS; k++) {
    if (strcmp(name, pel_link_claim_name((pel_link_claim)k)) != 0) continue;
    if (r->of[k].cases || r->map == &r->t.of[k]) return "this claim is there already";
    r->map = &r->t.of[k], r->lines = &r->of[k];
    for (int f = 0; f < FIGURES; f++) *figure_of(r->map, f) = NAN; /* what is not said is not known */
    return NULL;
  }
  return "a claim is first, other, chain or further";
}

static const char *take_part(reading *r, char **fields) {
  int k = 0;
  while (k < PEL_LINK_PARTS && strcmp(pel_link_part_name((pel_link_part)k), fields[1]) != 0) k++;
  if (k == PEL_LINK_PARTS) return "this part's name is not known";
  r->lines->part[k] = true;
  return finite_number(fields[2], &r->map->slope[k]) && finite_number(fields[3], &r->map->mean[k]) ? NULL : "a part has a slope and a mean";
}

static const char *take_bin(reading *r, char **fields) {
  uint64_t n, right;
  double confidence;
  if (r->lines->n_bins == PEL_RELIABILITY_BINS) return "there are 15 bins, and this is one more";
  if (!whole_number(fields[1], &n) || !finite_number(fields[2], &confidence) || !whole_number(fields[3], &right) || right > n || !(confidence >= 0 && confidence <= 1)) return "a bin has a count, a mean confidence and how many were right";
  int i = r->lines->n_bins++;
  r->map->bins[i] = pel_reliability_kept(i, (double)n, confidence, (double)right);
  return NULL;
}

static const char *take_map_line(reading *r, char **fields, int n) {
  if (n == COLUMNS && strcmp(fields[0], "part") == 0) return take_part(r, fields);
  if (n == COLUMNS && strcmp(fields[0], "bin") == 0) return take_bin(r, fields);
  if (n != 2) return "this line is not known";
  if (strcmp(fields[0], "cases") == 0) return r->lines->cases = true, whole_number(fields[1], &r->map->n) && r->map->n ? NULL : "a whole number, at least 1, is expected";
  r->lines->offset |= strcmp(fields[0], figures[0].name) == 0;
  for (int k = 0; k < FIGURES; k++)
    if (strcmp(fields[0], figures[k].name) == 0) return finite_number(fields[1], figure_of(r->map, k)) || (k && strcmp(fields[1], "nan") == 0) ? NULL : "a number is expected";
  return "this line is not known";
}

static const char *take_line(reading *r, char **fields, int n) {
  pel_link_trust *t = &r->t;
  uint64_t length;
  bool network;
  const struct {
    const char *name;
    uint64_t *to;
    bool *seen;
  } counts[] = {{"asked", &t->asked, &r->asked}, {"answered", &t->answered, &r->answered}, {"entities", &t->entities, &r->entities}, {"graph", &t->graph, &r->graph}, {"network", &t->network, &network}};
  if (n == 2 && strcmp(fields[0], "claim") == 0) return take_claim(r, fields[1]);
  if (r->map) return take_map_line(r, fields, n);
  if (n != 2) return "this line is not known, or comes before its claim";
  if (strcmp(fields[0], "from") == 0) return snprintf(t->learnt_from, sizeof t->learnt_from, "%s", fields[1]), NULL;
  if (strcmp(fields[0], "length") == 0) return whole_number(fields[1], &length) && length >= 1 && length <= PEL_CHAIN_LONGEST ? t->length = (uint32_t)length, NULL : "chains have 1 to 3 edges";
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    if (strcmp(fields[0], counts[i].name) == 0) return *counts[i].seen = true, whole_number(fields[1], counts[i].to) ? NULL : "a whole number is expected";
  return "this line is not known, or comes before its claim";
}

/* The columns of a line, which is cut up. */
static int split(char *line, char *fields[COLUMNS + 1]) {
  int n = 1;
  fields[0] = line;
  for (char *tab = line; n <= COLUMNS && (tab = strchr(tab, '\t')); n++) {
    *tab++ = 0;
    fields[n] = tab;
  }
  return n;
}

static const char *what_lacks(const reading *r) {
  if (!r->asked || !r->answered || !r->entities || !r->graph || !r->t.length == !r->t.network) return "the lines 'asked', 'answered', 'entities', 'graph', and either 'length' or 'network' are needed";
  for (int c = 0; c < PEL_LINK_CLAIMS; c++) {
    const seen *s = &r->of[c];
    if (c != PEL_LINK_FIRST && !s->cases && r->map != &r->t.of[c]) continue; /* of too few cases none is made */
    if (!s->cases) return c == PEL_LINK_FIRST ? "the claim 'first' is needed, with its cases" : "the line 'cases' of a claim is missing";
    if (!s->offset) return "the line 'offset' of a claim is missing";
    if (s->n_bins != PEL_RELIABILITY_BINS) return "there are fewer than 15 bins of a claim";
    for (int k = 0; k < PEL_LINK_PARTS; k++)
      if (!s->part[k]) return "a part of a claim is missing";
  }
  return NULL;
}

pel_status pel_link_trust_parse(const char *name, const char *text, size_t size, pel_link_trust *out, pel_error *err) {
  reading r = {0};
  size_t line = 0;
  for (const char *at = text, *end = text + size; at < end;) {
    char cut[MOST_LINE + 1], *fields[COLUMNS + 1] = {0};
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    size_t n = (size_t)((stop ? stop : end) - at);
    line++;
    if (memchr(at, 0, n)) return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: holds a zero byte; this file is text", name, line);
    if (n > MOST_LINE) return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: is longer than %d bytes", name, line, (int)MOST_LINE);
    snprintf(cut, sizeof cut, "%.*s", (int)(n && at[n - 1] == '\r' ? n - 1 : n), at);
    if (line == 1 && strcmp(cut, FIRST_LINE) != 0) return pel_fail(err, PEL_ERR_INPUT, "%s: line 1: is not \"%s\"; learn it anew (pellucid learn links)", name, FIRST_LINE);
    const char *fault = *cut && *cut != '#' ? take_line(&r, fields, split(cut, fields)) : NULL;
    if (fault) return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: %s", name, line, fault);
    at += n + (stop != NULL);
  }
  const char *lacks = line ? what_lacks(&r) : "the file is empty";
  if (lacks) return pel_fail(err, PEL_ERR_INPUT, "%s: %s; learn it anew (pellucid learn links)", name, lacks);
  *out = r.t;
  return PEL_OK;
}
