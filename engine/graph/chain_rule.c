#include "engine/graph/chain_rule.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

static int by_number(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

static int by_body(const pel_chain_rule *a, const pel_chain_rule *b) {
  int c = by_number(a->length, b->length);
  for (uint32_t i = 0; i < a->length && !c; i++) c = by_number(a->body[i], b->body[i]);
  return c;
}

int pel_chain_rule_compare(const pel_chain_rule *a, const pel_chain_rule *b) {
  if (a->confidence != b->confidence) return a->confidence > b->confidence ? -1 : 1;
  int c = by_number(b->support, a->support);
  if (!c) c = by_number(a->length, b->length);
  if (!c) c = by_number(a->head, b->head);
  return c ? c : by_body(a, b);
}

static int by_head(const void *a, const void *b) {
  const pel_chain_rule *x = a, *y = b;
  int c = by_number(x->head, y->head);
  return c ? c : pel_chain_rule_compare(x, y);
}

static int by_words(const void *a, const void *b) { /* the same rule, whatever its figures */
  const pel_chain_rule *x = *(const pel_chain_rule *const *)a, *y = *(const pel_chain_rule *const *)b;
  int c = by_number(x->head, y->head);
  return c ? c : by_body(x, y);
}

double pel_chain_confidence(uint64_t support, uint64_t pairs) { return (double)support / ((double)pairs + PEL_CHAIN_UNSEEN); }

const char *pel_chain_rule_fault(uint32_t n_relations, const pel_chain_rule *r) {
  if (r->length < 1 || r->length > PEL_CHAIN_LONGEST) return "a body has one to three steps";
  bool known = r->head < n_relations;
  for (uint32_t k = 0; k < r->length; k++) known &= r->body[k] < 2 * n_relations;
  if (!known) return "a relation is not there";
  if (r->length == 1 && r->body[0] == r->head) return "the body is the head";
  if (r->support > r->pairs || !(r->confidence >= 0 && r->confidence <= 1)) return "support is no greater than pairs, and a confidence at most 1";
  return NULL;
}

pel_status pel_chain_rules_twice(const pel_chain_rule *rules, size_t n, size_t places[2], bool *found, pel_error *err) {
  const pel_chain_rule **order = pel_alloc(n, sizeof *order);
  if (!order) return pel_fail_memory(err, "rules", n * sizeof *order);
  for (size_t i = 0; i < n; i++) order[i] = &rules[i];
  qsort(order, n, sizeof *order, by_words);
  *found = false;
  for (size_t i = 1; i < n && !*found; i++)
    if (!by_words(&order[i - 1], &order[i])) {
      size_t a = (size_t)(order[i - 1] - rules), b = (size_t)(order[i] - rules);
      places[0] = a < b ? a : b, places[1] = a < b ? b : a;
      *found = true;
    }
  free(order);
  return PEL_OK;
}

static pel_status check(uint32_t n_relations, const pel_chain_rule *rules, size_t n, pel_error *err) {
  for (size_t i = 0; i < n; i++) {
    const char *fault = pel_chain_rule_fault(n_relations, &rules[i]);
    if (fault) return pel_fail(err, PEL_ERR_USAGE, "rule %zu: %s", i, fault);
  }
  size_t places[2];
  bool twice;
  PEL_TRY(pel_chain_rules_twice(rules, n, places, &twice, err));
  return twice ? pel_fail(err, PEL_ERR_USAGE, "rules %zu and %zu are the same", places[0], places[1]) : PEL_OK;
}

pel_status pel_chain_rules_create(uint32_t n_relations, const pel_chain_rule *rules, size_t n, pel_chain_rules **out, pel_error *err) {
  if (n_relations > UINT32_MAX / 2) return pel_fail(err, PEL_ERR_USAGE, "%u relations are too many", n_relations);
  PEL_TRY(check(n_relations, rules, n, err));
  pel_chain_rules *r = pel_alloc(1, sizeof *r);
  if (!r) return pel_fail_memory(err, "rules", sizeof *r);
  *r = (pel_chain_rules){n_relations, pel_alloc(n, sizeof *rules), n, pel_alloc((size_t)n_relations + 1, sizeof *r->first)};
  if (!r->items || !r->first) {
    pel_chain_rules_free(r);
    return pel_fail_memory(err, "rules", n * sizeof *rules);
  }
  if (n) memcpy(r->items, rules, n * sizeof *rules);
  for (size_t i = 0; i < n; i++) /* what stands behind the body counts for nothing */
    for (uint32_t k = r->items[i].length; k < PEL_CHAIN_LONGEST; k++) r->items[i].body[k] = 0;
  qsort(r->items, n, sizeof *r->items, by_head);
  for (size_t i = 0; i < n; i++) r->first[r->items[i].head + 1]++;
  for (uint32_t h = 0; h < n_relations; h++) r->first[h + 1] += r->first[h];
  *out = r;
  return PEL_OK;
}

void pel_chain_rules_free(pel_chain_rules *r) {
  if (!r) return;
  free(r->items);
  free(r->first);
  free(r);
}

const pel_chain_rule *pel_chain_rules_all(const pel_chain_rules *r, size_t *n) {
  *n = r->n;
  return r->items;
}

void pel_chain_rule_way(const pel_graph *g, const pel_chain_rule *rule, bool backwards, uint32_t way[PEL_CHAIN_LONGEST]) {
  for (uint32_t i = 0; i < rule->length; i++) way[i] = backwards ? pel_graph_backwards(g, rule->body[rule->length - 1 - i]) : rule->body[i];
}
