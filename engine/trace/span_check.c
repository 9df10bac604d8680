#include "engine/trace/span_check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

/* ---- texts ---- */

/* Bytes of the character at `s`, 0 when it is none; its code point in *c. */
static size_t decode(const unsigned char *s, size_t left, uint32_t *c) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (s[0] < 0x80) {
    *c = s[0];
    return 1;
  }
  size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
  if (s[0] < 0xc2 || s[0] > 0xf4 || n > left) return 0;
  *c = s[0] & (0x7fu >> n);
  for (size_t i = 1; i < n; i++) {
    if ((s[i] & 0xc0) != 0x80) return 0;
    *c = *c << 6 | (s[i] & 0x3f);
  }
  return *c >= least[n] && *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff) ? n : 0;
}

static bool is_control(uint32_t c) { return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0); }

int64_t pel_utf8_characters(const char *text, size_t size, size_t *wrong) {
  const unsigned char *s = (const unsigned char *)text;
  int64_t n = 0;
  for (size_t at = 0; at < size; n++) {
    uint32_t c;
    size_t step = decode(s + at, size - at, &c);
    if (!step || is_control(c)) {
      *wrong = at;
      return -1;
    }
    at += step;
  }
  return n;
}

pel_status pel_text_check(const char *path, const char *what, const char *text, size_t most, pel_status status, pel_error *err) {
  size_t wrong = 0, size = text ? strlen(text) : 0;
  if (!text) return pel_fail(err, status, "%s: %s is NULL; \"\" stands for none", path, what);
  if (size > most) return pel_fail(err, status, "%s: %s has %zu bytes; at most %zu are kept", path, what, size, most);
  if (pel_utf8_characters(text, size, &wrong) >= 0) return PEL_OK;
  return pel_fail(err, status, "%s: %s: byte %zu (0x%02x) is a control character or no UTF-8", path, what, wrong,
                  (unsigned char)text[wrong]);
}

/* ---- columns ---- */

typedef struct row_place { /* what an error names */
  pel_row_check *check;
  int table;
  int64_t row;
  pel_error *err;
} row_place;

__attribute__((format(printf, 2, 3))) static pel_status refuse(const row_place *p, const char *format, ...) {
  char text[300];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return pel_fail(p->err, p->check->status, "%s: table %s, row %lld: %s", p->check->path, pel_span_tables[p->table].name,
                  (long long)p->row, text);
}

static pel_status check_text(const row_place *p, const pel_column *c, const char *text, int64_t *characters) {
  size_t most = c->type == PEL_COLUMN_SHORT ? PEL_SPAN_MOST_SHORT : PEL_SPAN_MOST_TEXT, wrong = 0;
  if (!text) return refuse(p, "`%s` is NULL; \"\" stands for none", c->name);
  size_t size = strlen(text);
  if (size > most) return refuse(p, "`%s` has %zu bytes; it may have %zu", c->name, size, most);
  int64_t n = pel_utf8_characters(text, size, &wrong);
  if (n < 0)
    return refuse(p, "`%s`: byte %zu (0x%02x) is a control character or no UTF-8", c->name, wrong, (unsigned char)text[wrong]);
  *characters = n;
  return PEL_OK;
}

static pel_status check_reference(const row_place *p, const pel_column *c, int64_t id) {
  pel_row_check *k = p->check;
  if (id == 0 && c->type == PEL_COLUMN_REF) return PEL_OK;
  bool late = c->table == PEL_ROW_SPAN && k->spans_come_late;
  int64_t most = late ? pel_span_tables[PEL_ROW_SPAN].most : k->n[c->table];
  if (id < 1 || id > most)
    return refuse(p, "`%s` is %lld, but there is no such row of table %s", c->name, (long long)id, pel_span_tables[c->table].name);
  if (late && id > k->last_span) k->last_span = id;
  return PEL_OK;
}

static pel_status check_number(const row_place *p, const pel_column *c, double v) {
  bool may_lack = c->type != PEL_COLUMN_NUMBER, share = c->type == PEL_COLUMN_SHARE;
  if (isnan(v) && may_lack) return PEL_OK;
  if (!isfinite(v)) return refuse(p, "`%s` is no finite number", c->name);
  if (share && (v < 0 || v > 1)) return refuse(p, "`%s` is not in [0, 1]", c->name);
  return PEL_OK;
}

static pel_status check_column(const row_place *p, const pel_column *c, const void *row, int64_t *characters) {
  const void *at = pel_column_member(c, row);
  switch (c->type) {
    case PEL_COLUMN_ID: {
      int64_t id = *(const int64_t *)at;
      if (p->table == PEL_ROW_SPAN && p->check->spans_come_late) return PEL_OK;
      return id == p->row ? PEL_OK : refuse(p, "`%s` is %lld; ids count from 1 without gaps", c->name, (long long)id);
    }
    case PEL_COLUMN_REF:
    case PEL_COLUMN_NEED: return check_reference(p, c, *(const int64_t *)at);
    case PEL_COLUMN_COUNT:
      return *(const int64_t *)at >= 0 ? PEL_OK : refuse(p, "`%s` is negative", c->name);
    case PEL_COLUMN_PLACE:
      return *(const int32_t *)at >= 0 ? PEL_OK : refuse(p, "`%s` is negative", c->name);
    case PEL_COLUMN_WORD:
      return *(const uint32_t *)at < c->n_words ? PEL_OK : refuse(p, "`%s` is not a known kind", c->name);
    case PEL_COLUMN_SHORT:
    case PEL_COLUMN_TEXT: return check_text(p, c, *(const char *const *)at, characters);
    default: return check_number(p, c, *(const double *)at);
  }
}

/* ---- what columns together must be ---- */

static pel_status check_span(const row_place *p, const pel_span *s) {
  pel_row_check *k = p->check;
  if (s->parent >= s->id) return refuse(p, "`parent` is %lld; a stage starts after the one that it belongs to", (long long)s->parent);
  if (s->seconds < 0) return refuse(p, "`seconds` is negative");
  if (!k->spans_come_late) return PEL_OK;
  if (s->id < 1 || s->id > pel_span_tables[PEL_ROW_SPAN].most)
    return refuse(p, "`id` is %lld; ids count from 1 to %lld", (long long)s->id, (long long)pel_span_tables[PEL_ROW_SPAN].most);
  size_t before = k->span_capacity;
  uint8_t *grown = pel_grow(k->has_span, &k->span_capacity, (size_t)s->id, 1);
  if (!grown) return pel_fail_memory(p->err, "spans of the trace", (size_t)s->id);
  memset(grown + before, 0, k->span_capacity - before);
  k->has_span = grown;
  if (grown[s->id - 1]) return refuse(p, "span %lld came twice", (long long)s->id);
  grown[s->id - 1] = 1;
  if (s->id > k->last_span) k->last_span = s->id;
  return PEL_OK;
}

static pel_status keep_size(const row_place *p, int64_t characters) {
  pel_row_check *k = p->check;
  int64_t *grown = pel_grow(k->document_size, &k->document_capacity, (size_t)p->row, sizeof *grown);
  if (!grown) return pel_fail_memory(p->err, "documents of the trace", (size_t)p->row * sizeof *grown);
  k->document_size = grown;
  grown[p->row - 1] = characters;
  return PEL_OK;
}

static pel_status check_node(const row_place *p, const pel_node *n) {
  int64_t size = n->document ? p->check->document_size[n->document - 1] : 0;
  if (n->from > n->to || n->to > size)
    return refuse(p, "characters %lld to %lld are not in its document, which has %lld", (long long)n->from, (long long)n->to,
                  (long long)size);
  if (n->low > n->high) return refuse(p, "`low` is above `high`");
  if (isfinite(n->confidence) && !(*n->event && n->low <= n->confidence && n->confidence <= n->high))
    return refuse(p, "`confidence` is a number without what it is of (`event`) and the interval around it (`low`, `high`)");
  return PEL_OK;
}

static pel_status check_retrieved(const row_place *p, const pel_retrieved *r) {
  if (r->rank < 1) return refuse(p, "`rank` is %d; ranks count from 1", (int)r->rank);
  if (!(r->gate > 0 && r->gate <= 1)) return refuse(p, "`gate` is not in (0, 1]");
  if (!(r->weight >= 0 && r->weight <= 1)) return refuse(p, "`weight` is not in [0, 1]");
  return PEL_OK;
}

static pel_status check_resolution(const row_place *p, const pel_resolution *r) {
  if (r->goal < 1) return refuse(p, "`goal` is 0; calls count from 1");
  if (r->parent >= r->goal) return refuse(p, "`parent` is %lld, a later call than %lld", (long long)r->parent, (long long)r->goal);
  return PEL_OK;
}

/* "3 4 9": numbers from 1 to `most`, one space between them; "" is an empty list. */
static bool is_list(const char *text, int64_t most) {
  for (const char *c = text; *c;) {
    char *end;
    long long id = *c >= '1' && *c <= '9' ? strtoll(c, &end, 10) : 0;
    if (id < 1 || id > most || (*end && (*end != ' ' || !end[1]))) return false;
    c = end + (*end == ' ');
  }
  return true;
}

static pel_status check_step(const row_place *p, const pel_proof_step *s) {
  static const char *const kinds[] = {"fact", "rule", "builtin", "absent", "collect"};
  bool known = false;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) known = known || strcmp(s->kind, kinds[i]) == 0;
  if (!known) return refuse(p, "`kind` '%.20s' is unknown", s->kind);
  return is_list(s->uses, s->id - 1) ? PEL_OK : refuse(p, "`uses` is no list of earlier steps such as \"3 4 9\"");
}

static pel_status check_graph_edge(const row_place *p, const pel_graph_edge *e) {
  return e->backwards <= 1 ? PEL_OK : refuse(p, "`backwards` is neither 0 nor 1");
}

static pel_status check_graph_path(const row_place *p, const pel_graph_path *g) {
  return is_list(g->edges, p->check->n[PEL_ROW_GRAPH_EDGE]) ? PEL_OK : refuse(p, "`edges` is no list of graph edges such as \"3 9\"");
}

static pel_status check_search_node(const row_place *p, const pel_search_node *n) {
  return n->total >= 0 && n->total <= (double)n->visits ? PEL_OK : refuse(p, "`total` is not in [0, visits]");
}

static pel_status check_simulation(const row_place *p, const pel_simulation *s) {
  if (!*s->path || !is_list(s->path, p->check->n[PEL_ROW_SEARCH_NODE])) return refuse(p, "`path` is no list of search nodes such as \"1 4 9\"");
  return s->value >= 0 && s->value <= 1 ? PEL_OK : refuse(p, "`value` is not in [0, 1]");
}

static pel_status check_reliability(const row_place *p, const pel_reliability *r) {
  if (!(r->low >= 0 && r->low <= r->high && r->high <= 1)) return refuse(p, "`low` and `high` are no part of [0, 1]");
  if (r->n && !(r->accuracy_low <= r->accuracy && r->accuracy <= r->accuracy_high && r->confidence >= 0))
    return refuse(p, "`accuracy` is not inside its interval, or there is no `confidence`");
  return PEL_OK;
}

static pel_status check_review(const row_place *p, const pel_review *r) {
  static const char *const verdicts[] = {"accepted", "disputed", "needs evidence", "withdrawn"};
  for (int i = 0; i < 4; i++)
    if (strcmp(r->verdict, verdicts[i]) == 0)
      return r->name[0] ? PEL_OK : refuse(p, "a review needs a name");
  return refuse(p, "`verdict` '%.20s' is none of accepted, disputed, needs evidence, withdrawn", r->verdict);
}

static pel_status check_together(const row_place *p, const void *row, int64_t characters) {
  switch (p->table) {
    case PEL_ROW_SPAN: return check_span(p, row);
    case PEL_ROW_DOCUMENT: return keep_size(p, characters);
    case PEL_ROW_NODE: return check_node(p, row);
    case PEL_ROW_RETRIEVED: return check_retrieved(p, row);
    case PEL_ROW_RESOLUTION: return check_resolution(p, row);
    case PEL_ROW_PROOF_STEP: return check_step(p, row);
    case PEL_ROW_GRAPH_EDGE: return check_graph_edge(p, row);
    case PEL_ROW_GRAPH_PATH: return check_graph_path(p, row);
    case PEL_ROW_SEARCH_NODE: return check_search_node(p, row);
    case PEL_ROW_SIMULATION: return check_simulation(p, row);
    case PEL_ROW_RELIABILITY: return check_reliability(p, row);
    case PEL_ROW_REVIEW: return check_review(p, row);
    default: return PEL_OK;
  }
}

pel_status pel_row_check_next(pel_row_check *k, int table, const void *row, pel_error *err) {
  const pel_span_table *t = &pel_span_tables[table];
  row_place p = {k, table, k->n[table] + 1, err};
  int64_t characters = 0;
  if (p.row > t->most) return refuse(&p, "more than %lld rows", (long long)t->most);
  for (int i = 0; i < t->n_columns; i++) PEL_TRY(check_column(&p, &t->columns[i], row, &characters));
  PEL_TRY(check_together(&p, row, characters));
  k->n[table]++;
  return PEL_OK;
}

pel_status pel_row_check_end(const pel_row_check *k, pel_error *err) {
  for (int64_t id = 1; id <= k->last_span; id++)
    if ((size_t)id > k->span_capacity || !k->has_span[id - 1])
      return pel_fail(err, k->status, "%s: table span: span %lld was named but never came", k->path, (long long)id);
  return PEL_OK;
}

void pel_row_check_clear(pel_row_check *k) {
  free(k->has_span);
  free(k->document_size);
  k->has_span = NULL;
  k->document_size = NULL;
}
