/* libFuzzer: the input is a file of chain rules. What is read is written and read again as the same, and applied to a small graph, where every reason is a path. Built and started by
 * tests/fuzz/run.sh. */
#include <stdlib.h>
#include <string.h>

#include "engine/graph/chain_rule.h"
#include "engine/learn/rule_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *relations[] = {"parent", "child", "is a", "q\"\\\t", "größer"};
enum { RELATIONS = 5, ENTITIES = 8, TRIPLES = 40 };

typedef struct text {
  char *at;
  size_t size, capacity;
} text;

static bool append(void *user, const char *piece) {
  text *t = user;
  size_t n = strlen(piece);
  if (t->size + n + 1 > t->capacity) {
    t->capacity = 2 * (t->size + n + 1);
    t->at = realloc(t->at, t->capacity);
    if (!t->at) abort();
  }
  memcpy(t->at + t->size, piece, n);
  t->size += n;
  t->at[t->size] = 0;
  return true;
}

static void read_back(const pel_chain_rules *rules, const pel_mined *mined) {
  text t = {0};
  pel_chain_rules *again;
  pel_mined told;
  pel_error err;
  if (pel_chain_rules_write(rules, relations, "fuzz", mined, append, &t, &err) != PEL_OK) abort();
  if (pel_chain_rules_read_text("again", t.at, t.size, relations, RELATIONS, &again, &told, &err) != PEL_OK) abort();
  if (again->n != rules->n || told.sampled != mined->sampled || told.starts != mined->starts || told.all != mined->all) abort();
  for (size_t i = 0; i < rules->n; i++)
    if (pel_chain_rule_compare(&again->items[i], &rules->items[i]) || again->items[i].pairs != rules->items[i].pairs) abort();
  pel_chain_rules_free(again);
  free(t.at);
}

static void apply(const pel_chain_rules *rules, const pel_graph *g) {
  double scores[ENTITIES];
  pel_chain_reason why[3];
  size_t n;
  for (uint32_t relation = 0; relation < 2 * RELATIONS; relation++) {
    if (pel_chain_rules_score(rules, g, 0, relation, scores, NULL) != PEL_OK) abort();
    for (uint32_t o = 0; o < ENTITIES; o++)
      if (pel_chain_rules_explain(rules, g, NULL, 0, relation, o, 3, why, &n, NULL) != PEL_OK || (n > 0) != (scores[o] > 0)) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static pel_graph *graph;
  pel_triple triples[TRIPLES];
  for (uint32_t i = 0; i < TRIPLES; i++) triples[i] = (pel_triple){i * 7 % ENTITIES, i % RELATIONS, (i * i + 3 * i) % ENTITIES};
  if (!graph && pel_graph_create(ENTITIES, RELATIONS, triples, TRIPLES, &graph, NULL) != PEL_OK) abort();
  char *copy = malloc(size + 1);
  if (!copy) abort();
  if (size) memcpy(copy, data, size);
  copy[size] = 0;
  pel_chain_rules *rules;
  pel_mined mined;
  pel_error err = {0};
  pel_status status = pel_chain_rules_read_text("fuzz.rules", copy, size, relations, RELATIONS, &rules, &mined, &err);
  if (status != PEL_OK && (strncmp(err.text, "fuzz.rules: line ", 17) || strchr(err.text, '\n'))) abort();
  if (status == PEL_OK) {
    read_back(rules, &mined);
    apply(rules, graph);
    pel_chain_rules_free(rules);
  }
  free(copy);
  return 0;
}
