/* Conclusions over what is unknown, against trying every way: random rules with negation and denial, unknown facts, unknown quantities. */
#include <pellucid/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/made_rules.h"

enum { ATOMS = 5, RULES = 9, PROGRAMS = 150, VALUES = 9, WAYS = 243 /* 3 to the ATOMS */ };

/* %u of the goal by the number. */
static void put_goal(text *t, const char *goal, uint32_t number) {
  const char *at = strstr(goal, "%u");
  put(t, "%.*s%u%s", (int)(at - goal), goal, number, at + 2);
}

/* What is asked of the quantity beside comparisons: the number stands for %u. Those from FIRST_COMPUTED on cannot be told of a quantity that nobody knows. */
static const char *const of_quantity[] = {
    "quantity(q, %u)", "(quantity(q, V), V = %u)", "(quantity(q, V), %u = V)", "(quantity(q, V), V \\= %u)", "(quantity(q, V), V == %u)", "(quantity(q, V), V \\== %u)",
    "(quantity(q, V), V @< %u)", "(quantity(q, V), V @>= %u)", "(quantity(q, V), compare(<, V, %u))", "(quantity(q, V), compare(O, V, %u), O == (>))",
    "(quantity(q, V), few(V), V > %u)", "(quantity(q, V), many(V), V > %u)", "(quantity(q, V), band(V, B), (B == low ; V > %u))", "(quantity(q, V), memberchk(V, [1, %u, 4]))",
    "(quantity(q, V), same(f(V), f(%u)))", "(quantity(q, V), f(V, a) == f(%u, a))", "findall(x, (quantity(q, V), V = %u), [])", "(quantity(q, V), number(V), V < %u)",
    "(quantity(q, V), \\+ atom(V), \\+ compound(V), \\+ V = high, V < %u)", "(quantity(q, V), copy_term(V, W), W > %u)", "(quantity(q, V), (V = %u -> f0 ; f1))",
    "(quantity(q, V), \\+ V = %u)", "(quantity(q, V), V = W, W = %u)", "(quantity(q, V), (compound(V) ; callable(V) ; V = [_|_] ; V @> a ; V < %u))",
    "(quantity(q, V), quantity(q, W), V == W, V > %u)", "(quantity(q, V), V =< %u, V = W, quantity(q, W))", "(quantity(q, V), V @> 2.0, V @< %u.0)", "(quantity(q, V), V \\= %u.0)",
    "(quantity(q, V), W is V * 2, W > %u)", "(quantity(q, V), V + 1 > %u)", "catch((quantity(q, V), W is V + 1, W > %u), _, fail)", "catch((quantity(q, V), atom_length(V, L), L > %u), _, true)",
    "(quantity(q, V), integer(V), V > %u)", "(quantity(q, V), sort([V, 3], [3|_]), V > %u)", "(quantity(q, V), functor(V, N, 0), N > %u)", "(quantity(q, V), between(0, %u, V))",
    "(quantity(q, V), atom_concat(V, '', A), A \\== '%u')", "(quantity(q, V), V =@= %u)", "catch((quantity(q, V), call(V)), error(type_error(_, _), _), %u > 2)",
    "(quantity(q, V), length(L, V), length(L, %u))", "(quantity(q, V), succ(W, V), W > %u)", "(quantity(q, V), aggregate_all(sum(X), (X = V ; X = 1), S), S > %u)"};
enum { OF_QUANTITY = sizeof of_quantity / sizeof *of_quantity, FIRST_COMPUTED = 28 };

/* Layered, so that negation never goes round in a circle: d0 .. d3 over facts f0 .. f4 and the quantity q. With `wide`, more is asked of the quantity than how it compares. */
static bool write_rules(pel_rng *rng, bool wide, text *t) {
  bool computes = false;
  uint32_t most = wide && below(rng, 3) == 0 ? OF_QUANTITY : FIRST_COMPUTED;
  put(t, ":- dynamic f0/0, f1/0, f2/0, f3/0, f4/0, d0/0, d1/0, d2/0, goal/0.\n");
  if (wide) put(t, "few(1). few(3). few(6). many(0). many(2). many(4). many(5). many(7). many(11). many(12). many(13). many(a). same(X, X). band(2, low). band(5, high). band(_, any).\n");
  static const char *const heads[] = {"d0", "d1", "d2", "goal", "neg(goal)"};
  for (int r = 0; r < RULES; r++) {
    uint32_t level = (uint32_t)r * 5 / RULES;
    put(t, "%s :- ", heads[level]);
    uint32_t n = 1 + below(rng, 3);
    for (uint32_t i = 0; i < n; i++) {
      put(t, "%s%s", i ? ", " : "", below(rng, 3) == 0 ? "\\+ " : "");
      uint32_t kind = below(rng, wide ? 5 : 4);
      if (kind == 4) {
        uint32_t which = below(rng, most);
        computes |= which >= FIRST_COMPUTED;
        put(t, "%s", below(rng, 4) ? "" : "\\+ ");
        put_goal(t, of_quantity[which], below(rng, VALUES));
      } else if (kind == 0) put(t, "(quantity(q, V%u), V%u %s %u)", i, i, (const char *const[]){"<", ">", "=<", ">=", "=:="}[below(rng, 5)], 1 + 2 * below(rng, 4));
      else if (kind == 1 && level > 0) put(t, "d%u", below(rng, level < 3 ? level : 3));
      else put(t, below(rng, 3) ? "f%u" : "neg(f%u)", below(rng, ATOMS));
    }
    put(t, ".\n");
  }
  return computes;
}

/* known[i]: -1 unknown, 0 absent, 1 so, 2 denied. value < 0: unknown. */
static void write_case(const int *known, int value, text *t) {
  put(t, "{\"pellucid_case\": 1, \"as_of\": \"2020-01-01\", \"question\": \"goal\", \"facts\": [");
  for (int i = 0; i < ATOMS; i++)
    if (known[i]) put(t, "{\"id\": \"f%d\", \"term\": \"f%d\", \"value\": %s}, ", i, i, known[i] < 0 ? "null" : known[i] == 1 ? "true" : "false");
  if (value < 0) put(t, "{\"id\": \"q\", \"quantity\": \"q\", \"value\": null}]}");
  else put(t, "{\"id\": \"q\", \"quantity\": \"q\", \"value\": %d}]}", value);
}

static pel_node_state conclude(pel_pack *pack, const int *known, int value, pel_audit_result *result) {
  text json = {.n = 0};
  pel_case *of;
  pel_error err = {0};
  write_case(known, value, &json);
  pel_audit_options o = PEL_AUDIT_DEFAULTS;
  o.pack = pack;
  o.retrieve = false;
  o.limits.runs = 100000;
  pel_status read = pel_case_parse("case", json.s, json.n, &of, &err);
  CHECK_STR(err.text, "");
  if (read != PEL_OK) return PEL_STATES;
  o.given = of;
  pel_status status = pel_audit(&o, result, &err);
  pel_case_close(of);
  CHECK_STR(err.text, "");
  return status == PEL_OK ? result->state : PEL_STATES;
}

/* Each way in which the unknown ones may be, one after the other. */
static pel_node_state try_all(pel_pack *pack, const int *known, int value) {
  pel_node_state common = PEL_STATES;
  for (int n = 0; n < WAYS; n++) {
    int way[ATOMS];
    bool needed = true;
    for (int i = 0, digits = n; i < ATOMS; i++, digits /= 3) {
      way[i] = known[i] < 0 ? digits % 3 : known[i];
      if (known[i] >= 0 && digits % 3) needed = false;
    }
    for (int v = 0; needed && v < VALUES; v++) {
      if (value >= 0 && v != value) continue;
      pel_audit_result r = {0};
      pel_node_state state = conclude(pack, way, v, &r);
      pel_audit_result_clear(&r);
      if (common == PEL_STATES) common = state;
      else if (state != common) return PEL_STATE_UNKNOWN;
    }
  }
  return common;
}

/* Where a program computes with what is not known, it may be said to be unknown where every way agrees, and nothing else. */
static void every_way(uint64_t seed, bool wide, int programs, int counts[PEL_STATES + 1]) {
  char folder[] = P_tmpdir "/pellucid-deduce-XXXXXX";
  CHECK(mkdtemp(folder) != NULL);
  pel_rng rng = {.state = seed};
  for (int n = 0; n < programs; n++) {
    text rules = {.n = 0};
    int known[ATOMS], unknown = 0;
    bool computes = write_rules(&rng, wide, &rules);
    for (int i = 0; i < ATOMS; i++) known[i] = (int)below(&rng, wide ? 3 : 4) - 1, unknown += known[i] < 0;
    int value = below(&rng, wide ? 8 : 2) ? -1 : (int)below(&rng, VALUES);
    pel_error built = {0};
    pel_pack *pack = make_pack(folder, rules.s, &built);
    CHECK(pack);
    CHECK_STR(built.text, "");
    if (!pack) break;
    pel_audit_result r = {0};
    pel_node_state state = conclude(pack, known, value, &r), expected = try_all(pack, known, value);
    counts[state]++;
    bool right = state == expected || (computes && value < 0 && state == PEL_STATE_UNKNOWN);
    CHECK(right);
    CHECK_MSG(r.checked, "program %d:\n%s", n, rules.s);
    if (!right) fprintf(stderr, "program %d: %s, every way: %s\n%s", n, pel_node_state_name(state), pel_node_state_name(expected), rules.s);
    bool any = false;
    for (size_t i = 0; i < r.n_missing; i++) any |= r.matters[i];
    CHECK(any == (state == PEL_STATE_UNKNOWN));
    pel_audit_result_clear(&r);
    pel_pack_close(pack);
  }
  rmdir(folder);
  printf("holds %d, refuted %d, not found %d, unknown %d, conflict %d\n", counts[PEL_STATE_HOLDS], counts[PEL_STATE_REFUTED], counts[PEL_STATE_NOT_FOUND], counts[PEL_STATE_UNKNOWN], counts[PEL_STATE_CONFLICT]);
  CHECK(counts[PEL_STATE_HOLDS] > 5 && counts[PEL_STATE_REFUTED] > 5 && counts[PEL_STATE_NOT_FOUND] > 5 && counts[PEL_STATE_UNKNOWN] > 5 && counts[PEL_STATE_CONFLICT] > 2);
}

static void test_deduce_every_way(void) {
  int counts[PEL_STATES + 1] = {0};
  every_way(20260101, false, PROGRAMS, counts);
}

/* What an unknown quantity is to rules that do more with it than compare it. */
static void test_deduce_more_than_compare(void) {
  int counts[PEL_STATES + 1] = {0};
  every_way(20260204, true, 2 * PROGRAMS, counts);
}

/* One rule, the quantity not known: what is told, and that it is told to matter. */
static void test_deduce_single_rules(void) {
  static const struct {
    const char *rule;
    pel_node_state state;
  } all[] = {{"goal :- quantity(q, 3).", PEL_STATE_UNKNOWN},
             {"goal :- quantity(q, X), \\+ X = 3.", PEL_STATE_UNKNOWN},
             {"goal :- quantity(q, X), \\+ number(X).", PEL_STATE_NOT_FOUND},
             {"goal :- quantity(q, X), number(X).", PEL_STATE_HOLDS},
             {"goal :- findall(X, (quantity(q, X), X = 5), []).", PEL_STATE_UNKNOWN},
             {"neg(goal) :- quantity(q, S), S \\== 1.", PEL_STATE_UNKNOWN},
             {"goal :- quantity(q, X), Y is X * 2, Y >= 0.", PEL_STATE_UNKNOWN},
             {"goal :- catch((quantity(q, X), Y is X * 2, Y > 100), _, true).", PEL_STATE_UNKNOWN},
             {"goal. neg(goal) :- quantity(q, X), Y is X * 2, Y > 4.", PEL_STATE_UNKNOWN},
             {"neg(goal). goal :- quantity(q, X), Y is X * 2, Y > 4.", PEL_STATE_UNKNOWN},
             {"goal :- quantity(q, X), X = 9.", PEL_STATE_NOT_FOUND},
             {"goal :- quantity(q, X), X \\= 9.", PEL_STATE_HOLDS},
             {"goal :- quantity(q, X), X < inf.", PEL_STATE_HOLDS},
             {"goal :- quantity(q, X), X > nan.", PEL_STATE_NOT_FOUND},
             {"goal :- quantity(q, X), \\+ X = _.", PEL_STATE_NOT_FOUND},
             {"goal :- quantity(q, X), X > 2.5, X < 2.25.", PEL_STATE_NOT_FOUND},
             {"goal :- quantity(q, X), (X > 2.5 ; X =< 2.5).", PEL_STATE_HOLDS},
             {"goal :- quantity(q, X), catch(X, _, true).", PEL_STATE_UNKNOWN},
             {"goal :- quantity(q, X), catch(call(X, a), _, true).", PEL_STATE_UNKNOWN},
             {"goal :- quantity(q, X), (X = 3 ; \\+ X = 3).", PEL_STATE_HOLDS}};
  char folder[] = P_tmpdir "/pellucid-deduce-XXXXXX";
  const int known[ATOMS] = {0};
  CHECK(mkdtemp(folder) != NULL);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char rules[400];
    snprintf(rules, sizeof rules, ":- dynamic goal/0.\n:- discontiguous goal/0, neg/1.\n%s\n", all[i].rule);
    pel_error built = {0};
    pel_pack *pack = make_pack(folder, rules, &built);
    CHECK(pack);
    CHECK_STR(built.text, "");
    pel_audit_result r = {0};
    pel_node_state state = conclude(pack, known, -1, &r);
    CHECK_MSG(state == all[i].state, "%s: %s", all[i].rule, pel_node_state_name(state));
    CHECK_MSG(r.checked, "%s", all[i].rule);
    CHECK_MSG((r.n_missing && r.matters[0]) == (state == PEL_STATE_UNKNOWN), "%s", all[i].rule);
    pel_audit_result_clear(&r);
    pel_pack_close(pack);
  }
  rmdir(folder);
}

int main(void) {
  RUN(test_deduce_every_way);
  RUN(test_deduce_more_than_compare);
  RUN(test_deduce_single_rules);
  return check_result();
}
