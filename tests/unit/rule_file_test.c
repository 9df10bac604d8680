/* A pack's edges as a graph, chain rules as text, their file: what is written is read, and what is wrong is named with its line. */
#include <math.h>
#include <pellucid/tokenizer.h>
#include <unistd.h>

#include "engine/graph/chain_rule.h"
#include "engine/learn/rule_text.h"
#include "tests/check.h"

static char folder[] = "/tmp/pellucid-rules-XXXXXX";

static char *in_folder(const char *name) {
  static char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

/* ---- the pack ---- */

static void build_pack(const char *path, const pel_relation *rows, int n) {
  const pel_pack_header header = {"t", "t", "1", "en", "", "test"};
  pel_pack_builder *b;
  pel_error err;
  CHECK_MSG(pel_pack_builder_create(path, true, &header, &b, &err) == PEL_OK, "%s", err.text);
  const pel_source source = {.key = "s", .title = "S"};
  const pel_passage passage = {.source = 1, .path = "p", .text = "words"};
  pel_pack_add_source(b, &source, NULL, NULL);
  pel_pack_add_passage(b, &passage, NULL, NULL);
  const char *const keys[] = {"a", "b", "c", "d"};
  for (int i = 0; i < 4; i++) CHECK(pel_pack_add_entity(b, &(pel_entity){.key = keys[i], .label = keys[i]}, NULL, &err) == PEL_OK);
  for (int i = 0; i < n; i++) CHECK_MSG(pel_pack_add_relation(b, &rows[i], NULL, &err) == PEL_OK, "%s", err.text);
  CHECK_MSG(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK, "%s", err.text);
}

static void a_pack_is_a_graph(void) {
  const pel_relation rows[] = {
      {.subject = 1, .object = 2, .relation = "treats", .weight = 0.5, .passage = 1}, {.subject = 2, .object = 3, .relation = "is_a", .weight = NAN, .passage = 1},
      {.subject = 1, .object = 2, .relation = "treats", .weight = 0.75, .qualifier = "again", .passage = 1}, {.subject = 3, .object = 1, .relation = "treats", .weight = 1, .negated = true, .passage = 1},
      {.subject = 1, .object = 2, .relation = "treats", .weight = NAN, .qualifier = "not stated", .passage = 1}, {.subject = 4, .object = 4, .relation = "is_a", .weight = 0.25, .passage = 1}};
  build_pack(in_folder("t.pack"), rows, 6);
  pel_pack *pack;
  pel_pack_graph *g;
  pel_error err;
  size_t n;
  CHECK_MSG(pel_pack_open(in_folder("t.pack"), &pack, &err) == PEL_OK, "%s", err.text);
  CHECK_MSG(pel_pack_graph_read(pack, &g, &err) == PEL_OK, "%s", err.text);
  const pel_triple *t = pel_graph_triples(g->graph, &n);
  CHECK(n == 3 && pel_graph_entities(g->graph) == 4 && pel_graph_relations(g->graph) == 2 && g->negated == 1);
  CHECK_STR(g->relations[0], "treats");
  CHECK_STR(g->relations[1], "is_a");
  CHECK(t[0].subject == 0 && t[0].relation == 0 && t[0].object == 1 && g->weights[0] == 0.75 && g->ids[0] == 3);
  CHECK(t[1].subject == 1 && t[1].relation == 1 && t[1].object == 2 && isnan(g->weights[1]) && g->ids[1] == 2);
  CHECK(t[2].subject == 3 && t[2].object == 3 && g->weights[2] == 0.25 && g->ids[2] == 6);
  pel_pack_graph_free(g);
  pel_pack_close(pack);
  build_pack(in_folder("t.pack"), NULL, 0);
  CHECK(pel_pack_open(in_folder("t.pack"), &pack, &err) == PEL_OK && pel_pack_graph_read(pack, &g, &err) == PEL_OK);
  pel_graph_triples(g->graph, &n);
  CHECK(n == 0 && pel_graph_relations(g->graph) == 0);
  pel_pack_graph_free(g);
  pel_pack_close(pack);
}

/* ---- text ---- */

static char *relations[] = {"parent", "is a", "say \"x\\\"", "tab\there", "größer", ""};
enum { RELATIONS = 6 };

static bool parse(const char *text, pel_chain_rule *out, char *fault) {
  pel_names names = {0};
  uint32_t number;
  for (int i = 0; i < RELATIONS; i++) pel_names_number(&names, relations[i], &number);
  bool ok = pel_chain_rule_parse(text, strlen(text), &names, out, fault, 300);
  pel_names_clear(&names);
  return ok;
}

static bool same(const pel_chain_rule *a, const pel_chain_rule *b) { return !pel_chain_rule_compare(a, b) && a->pairs == b->pairs; }

static void rules_read_as_they_are_written(void) {
  char fault[300];
  for (uint32_t i = 0; i < 3 * 6 * 12 * 12 * 12; i += 7) {
    pel_chain_rule rule = {.length = 1 + i % 3, .head = i / 3 % 6}, back = {0};
    for (uint32_t k = 0, rest = i / 18; k < rule.length; k++, rest /= 12) rule.body[k] = rest % 12;
    char *text = pel_chain_rule_text(&rule, relations, RELATIONS);
    CHECK_MSG(parse(text, &back, fault) && same(&back, &rule), "%s: %s", text, fault);
    pel_free(text);
  }
  const pel_chain_rule rule = {.length = 3, .head = 1, .body = {0, RELATIONS + 4, 3}};
  char *text = pel_chain_rule_text(&rule, relations, RELATIONS);
  CHECK_STR(text, "\"is a\"(X, Y) <- parent(X, A), größer(B, A), \"tab\\x09here\"(B, Y)");
  pel_free(text);
}

static void refuse(const char *text, const char *says) {
  pel_chain_rule rule = {0};
  char fault[300] = "";
  CHECK_MSG(!parse(text, &rule, fault) && strstr(fault, says), "%s: \"%s\" does not say \"%s\"", text, fault, says);
}

static void bad_rules_are_refused(void) {
  refuse("", "a name is missing");
  refuse("parent(X, Y)", "followed by <-");
  refuse("parent(Y, X) <- parent(X, Y)", "X and Y, in this order");
  refuse("parent(X, Y) <- child(X, Y)", "no relation 'child' among the 6");
  refuse("parent(X, Y) <- is a(X, Y)", "no relation 'is'");
  refuse("parent(X, Y) <- \"is a(X, Y)", "has no end");
  refuse("parent(X, Y) <- \"is\\ a\"(X, Y)", "a backslash");
  refuse("parent(X, Y) <- \"\\x00\"(X, Y)", "in no name");
  refuse("parent(X, Y) <- parent(X, A), parent(X, Y)", "a chain from X");
  refuse("parent(X, Y) <- parent(X, B), parent(B, Y)", "a chain from X");
  refuse("parent(X, Y) <- parent(X, A)", "a chain from X");
  refuse("parent(X, Y) <- parent(X, Z)", "two of X, A, B and Y");
  refuse("parent(X, Y) <- parent(X, Y) .", "behind the rule");
  refuse("parent(X, Y) <- parent(X, A), parent(A, B), parent(B, A), parent(A, Y)", "at most three");
}

/* ---- the file ---- */

static bool write_to(void *file, const char *text) { return fputs(text, file) >= 0; }

static void the_file_comes_back(void) {
  const pel_chain_rule rules[] = {{.head = 2, .length = 3, .body = {1, 9, 3}, .pairs = 40, .support = 30, .confidence = pel_chain_confidence(30, 40)},
                                  {.head = 0, .length = 1, .body = {6}, .pairs = 1234567, .support = 3, .confidence = pel_chain_confidence(3, 1234567)},
                                  {.head = 0, .length = 2, .body = {5, 4}, .pairs = 2, .support = 2, .confidence = pel_chain_confidence(2, 2)}};
  pel_chain_rules *made, *read;
  pel_error err;
  const pel_mined mined = {.sampled = true, .starts = 5, .all = 9};
  CHECK(pel_chain_rules_create(RELATIONS, rules, 3, &made, &err) == PEL_OK);
  FILE *f = fopen(in_folder("a.rules"), "w");
  CHECK(pel_chain_rules_write(made, relations, "a pack\nof two lines", &mined, write_to, f, &err) == PEL_OK);
  fclose(f);
  pel_mined told;
  CHECK_MSG(pel_chain_rules_read(in_folder("a.rules"), relations, RELATIONS, &read, &told, &err) == PEL_OK, "%s", err.text);
  for (size_t i = 0; i < 3; i++) CHECK(read->n == 3 && same(&read->items[i], &made->items[i]));
  CHECK(told.sampled && told.starts == 5 && told.all == 9);
  pel_chain_rules_free(read);
  pel_chain_rules_free(made);
}

/* What no mark is in, as it is in a file of an earlier version, was counted to the end. */
static void a_file_without_the_mark_reads(void) {
  pel_chain_rules *rules;
  pel_mined told = {.sampled = true};
  pel_error err;
  FILE *f = fopen(in_folder("a.rules"), "w");
  fputs("# Pellucid chain rules, version 2\n# 1 rules; all paths were followed\n0.5\t10\t10\tparent(X, Y) <- gr\xc3\xb6\xc3\x9f" "er(X, Y)\n", f);
  fclose(f);
  CHECK_MSG(pel_chain_rules_read(in_folder("a.rules"), relations, RELATIONS, &rules, &told, &err) == PEL_OK, "%s", err.text);
  CHECK(rules->n == 1 && !told.sampled);
  pel_chain_rules_free(rules);
  CHECK(pel_chain_rules_read(in_folder("a.rules"), relations, RELATIONS, &rules, NULL, &err) == PEL_OK);
  pel_chain_rules_free(rules);
}

static void refuse_file(const char *text, size_t size, const char *says) {
  FILE *f = fopen(in_folder("bad.rules"), "w");
  fwrite(text, 1, size, f);
  fclose(f);
  pel_chain_rules *rules = NULL;
  pel_error err = {0};
  CHECK(pel_chain_rules_read(in_folder("bad.rules"), relations, RELATIONS, &rules, NULL, &err) != PEL_OK && !rules);
  CHECK_MSG(strstr(err.text, says) && strstr(err.text, "bad.rules"), "\"%s\" does not say \"%s\"", err.text, says);
}

#define HEAD "# Pellucid chain rules, version 2\n"
#define REFUSE(text, says) refuse_file(text, sizeof text - 1, says)

static void bad_files_are_refused(void) {
  pel_chain_rules *rules = NULL;
  pel_error err;
  CHECK(pel_chain_rules_read(in_folder("none.rules"), relations, RELATIONS, &rules, NULL, &err) == PEL_ERR_IO && strstr(err.text, "none.rules"));
  REFUSE("", "the file is empty");
  REFUSE("0.5\t10\t10\tparent(X, Y) <- größer(X, Y)\n", "line 1: is not \"# Pellucid chain rules");
  REFUSE(HEAD "\n0.5\t5\tparent(X, Y) <- größer(X, Y)\n", "line 3: has 3 columns, not 4");
  REFUSE(HEAD "0.5\t10\t10\tparent(X, Y) <- größer(X, Y)\tmore\n", "line 2: has 5 columns, not 4");
  REFUSE(HEAD "0.6\t10\t10\tparent(X, Y) <- größer(X, Y)\n", "line 2: the confidence is support / (pairs + 10), 0.500000, not '0.6'");
  REFUSE(HEAD "0.5\t6\t5\tparent(X, Y) <- größer(X, Y)\n", "line 2: support and pairs");
  REFUSE(HEAD "0.5\t-5\t5\tparent(X, Y) <- größer(X, Y)\n", "line 2: support and pairs");
  REFUSE(HEAD "0.5\t5\t99999999999999999999999\tparent(X, Y) <- größer(X, Y)\n", "line 2: support and pairs");
  REFUSE(HEAD "nan\t5\t5\tparent(X, Y) <- größer(X, Y)\n", "line 2: the confidence");
  REFUSE(HEAD "# a remark\n0.5\t10\t10\tparent(X, Y) <- child(X, Y)\n", "line 3: there is no relation 'child'");
  REFUSE(HEAD "0.5\t10\t10\tparent(X, Y) <- parent(X, Y)\n", "line 2: the body is the head");
  REFUSE(HEAD "# sampled: some entities\n", "line 2: is not \"# sampled: N of M entities\"");
  REFUSE(HEAD "# sampled: 9 of 5 entities\n", "line 2: is not");
  REFUSE(HEAD "# sampled: 5 of 5000000000 entities\n", "line 2: is not");
  REFUSE(HEAD "# sampled: 5 of 9 entities or so\n", "line 2: is not");
  REFUSE(HEAD "0.5\t10\t10\tparent(X, Y) <- größer(X, Y)\n\n0.5\t10\t10\tparent(X,Y)<-größer(X,Y)\n", "line 4: the rule of line 2 is here again");
  REFUSE(HEAD "0.5\t10\t10\tparent(X, Y) <- \0(X, Y)\n", "line 2: holds a zero byte");
  static char huge[100000] = HEAD;
  memset(huge + sizeof HEAD - 1, 'x', sizeof huge - sizeof HEAD);
  refuse_file(huge, sizeof huge - 1, "line 2: is longer than 65,536 bytes");
  char *same[] = {"a", "a"};
  CHECK(pel_chain_rules_read(in_folder("a.rules"), same, 2, &rules, NULL, &err) == PEL_ERR_USAGE);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  RUN(a_pack_is_a_graph);
  RUN(rules_read_as_they_are_written);
  RUN(bad_rules_are_refused);
  RUN(the_file_comes_back);
  RUN(a_file_without_the_mark_reads);
  RUN(bad_files_are_refused);
  const char *const made[] = {"t.pack", "a.rules", "bad.rules"};
  for (int i = 0; i < 3; i++) unlink(in_folder(made[i]));
  rmdir(folder);
  return check_result();
}
