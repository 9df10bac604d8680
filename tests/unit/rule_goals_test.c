/* Goals that runs of the rules saw, put to a search, against the interpreter: random rules with variables, cuts, conditions, \+, findall, errors, denial, unknown facts and quantities. */
#include "engine/reason/rule_goals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/search/explain.h"
#include "engine/search/proof_number.h"
#include "engine/search/replay.h"
#include "tests/check.h"
#include "tests/unit/made_rules.h"

enum { PROGRAMS = 600, LEVELS = 5, RULES = 14, VALUES = 3, AUDITED = 20 /* one of so many is audited as a whole */ };

static const pel_deduce_options options = {.limits = {200000, (uint64_t)64 << 20, 10000, 20}, .runs = 400};
static const pel_search_limits patient = {.expansions = 200000, .seconds = -1, .seed = 1};

/* Forms of a goal; @ is a goal of a lower level, ~ an argument: a variable or a value. */
static const char *const forms[] = {
    "@", "@", "@", "@", "@", "@", "@", "\\+ @", "\\+ @", "(@ -> @ ; @)", "(@ ; @)", "(@, !)", "once(@)", "ignore(@)", "forall(@, @)", "\\+ (@, \\+ @)", "~ = ~", "~ == ~", "member(~, [1, 2])",
    "(findall(W, p0(W), L), length(L, N), N >= ~)", "(findall(V-W, p1(V, W), L), L \\== [])", "catch(@, _, fail)", "(@ -> fail ; true)", "call(@)", "not(@)", "neg(a(~))", "findall(x, @, [])",
    "(between(1, 2, ~), @)", "catch((X > 1, @), _, true)", "maplist(p0, [~])", "aggregate_all(count, @, 1)", "quantity(q, 1)", "(quantity(q, V), V > 1)", "(quantity(q, V), V =< ~)", "fail", "Z > 1", "undefined(~)", "u", "\\+ u", "v(~)"};

static void put_argument(pel_rng *rng, text *t) {
  uint32_t k = below(rng, 6);
  if (k < 3) put(t, "%c", "XYZ"[k]);
  else put(t, "%u", k - 2);
}

static void put_goal(pel_rng *rng, uint32_t level, text *t) {
  uint32_t to = below(rng, level);
  put(t, "p%u(", to);
  put_argument(rng, t);
  if (to) put(t, ", "), put_argument(rng, t);
  put(t, ")");
}

static void put_form(pel_rng *rng, uint32_t level, text *t) {
  for (const char *c = forms[below(rng, sizeof forms / sizeof *forms)]; *c; c++) {
    if (*c == '@') put_goal(rng, level, t);
    else if (*c == '~') put_argument(rng, t);
    else put(t, "%c", *c);
  }
}

/* Layered, so that nothing goes round in a circle: p0 and a are facts. */
static void write_rules(pel_rng *rng, text *t) {
  put(t, ":- dynamic p0/1, p1/2, p2/2, p3/2, p4/2, a/1, u/0, v/1, goal/1.\n:- discontiguous p1/2, p2/2, p3/2, p4/2, goal/1, neg/1.\n");
  for (int v = 1; v <= VALUES; v++) {
    if (below(rng, 2)) put(t, "p0(%d).\n", v);
    if (below(rng, 3) == 0) put(t, "neg(a(%d)).\n", v);
    if (below(rng, 3) == 0) put(t, "p1(%d, %u).\n", v, 1 + below(rng, VALUES));
  }
  for (uint32_t r = 0; r < RULES; r++) {
    uint32_t level = 1 + r * LEVELS / RULES;
    if (level < LEVELS) put(t, "p%u(X, %s) :- ", level, below(rng, 3) ? "Y" : "1");
    else put(t, "%s :- ", below(rng, 3) ? "goal(X)" : "neg(goal(X))");
    for (uint32_t i = 0, n = 1 + below(rng, 3); i < n; i++) put(t, "%s", i ? ", " : ""), put_form(rng, level < LEVELS ? level : LEVELS, t);
    put(t, ".\n");
  }
}

static pel_goal_status search(pel_goal_problem *problem, pel_goal_proof **proof) {
  pel_search *s;
  *proof = NULL;
  CHECK(pel_search_proof_number(problem, &patient, NULL, NULL, &s, NULL) == PEL_OK);
  pel_goal_status status = s->status;
  if (status == PEL_GOAL_PROVED) CHECK(pel_search_proof(s, PEL_PROOF_FEWEST_LEAVES, proof, NULL) == PEL_OK);
  if (status == PEL_GOAL_REFUTED) CHECK(pel_search_refutation(s, proof, NULL) == PEL_OK);
  pel_search_free(s);
  return status;
}

static pel_goal_status status_of(const pel_rule_goals *g, uint32_t atom) {
  pel_horn_query query = g->query;
  query.goal = atom;
  pel_goal_problem problem = pel_horn_problem(&query);
  pel_goal_proof *proof;
  pel_goal_status status = search(&problem, &proof);
  CHECK(!proof || pel_goal_replay(&problem, proof, NULL) == PEL_OK);
  pel_goal_proof_free(proof);
  return status;
}

/* Of a side as a way to the question: each is decided, also when the other was proved first. */
static pel_goal_status way_status(const pel_rule_goals *g, uint32_t side) {
  pel_goal_problem problem = pel_horn_problem(&g->query);
  const pel_proof_number_options how = {.go_on = true};
  pel_search *s;
  CHECK(pel_search_proof_number(&problem, &patient, &how, NULL, &s, NULL) == PEL_OK);
  size_t id = pel_search_find(s, pel_horn_key(PEL_HORN_RULE, side));
  pel_goal_status status = id == SIZE_MAX ? PEL_GOAL_OPEN : pel_search_node_at(s, id).status;
  CHECK(g->rules[side].kind == PEL_WAY_SIDE && g->rules[side].number == side);
  pel_search_free(s);
  return status;
}

/* What the deduction says of a side: in every way, in none, or in some. */
static pel_goal_status expected(const pel_deduction *d, pel_rule_side side, bool *doubtful) {
  int so = 0, not = 0;
  *doubtful = false;
  for (size_t i = 0; i < d->n_ways; i++) {
    pel_node_state s = d->ways[i].state;
    bool proved = s == PEL_STATE_CONFLICT || s == (side == PEL_SIDE_FOR ? PEL_STATE_HOLDS : PEL_STATE_REFUTED);
    if (s == PEL_STATE_UNKNOWN || *d->ways[i].doubt) *doubtful = true;
    so += proved;
    not += !proved && s != PEL_STATE_UNKNOWN;
  }
  return so == (int)d->n_ways ? PEL_GOAL_PROVED : not == (int)d->n_ways ? PEL_GOAL_REFUTED : PEL_GOAL_UNKNOWN;
}

/* Each goal without variables that was decided on the way: the interpreter by itself says the same. What was proved as an answer to something more general is left out: with \\+ or a cut it need not hold
 * when it is asked for. */
static void check_goals(const pel_world *w, pel_deduction *d, const pel_rule_goals *g, const char *rules, int counts[]) {
  for (uint32_t i = 0; i < g->watch->n_goals; i++) {
    const pel_seen_goal *s = &g->watch->goals[i];
    if (s->part == PEL_PART_OWN || s->part == PEL_PART_WRONG || s->part == PEL_PART_EXCLUDED || s->part == PEL_PART_ALL || s->part == PEL_PART_ASKED || (s->told && (s->failed || (s->part == PEL_PART_GOAL && !s->asked))) || s->open || strstr(s->text, "_1") || strstr(s->text, "$unknown")) continue;
    pel_machine *m;
    CHECK(pel_machine_create(w->program, &options.limits, &m, NULL) == PEL_OK);
    m->unknowns = &d->ways[s->run].unknowns;
    CHECK(pel_machine_ask(m, s->text, NULL) == PEL_OK);
    pel_answer says = pel_machine_next(m);
    pel_goal_status status = status_of(g, (uint32_t)(g->n_atoms - g->watch->n_goals + i));
    if (says == PEL_ANSWER_YES || says == PEL_ANSWER_NO) {
      CHECK_MSG(status == (says == PEL_ANSWER_YES ? PEL_GOAL_PROVED : PEL_GOAL_REFUTED), "%s is %s in the search:\n%s", s->text, pel_goal_status_name(status), rules);
      counts[says == PEL_ANSWER_YES]++;
    }
    pel_machine_destroy(m);
  }
}

static void check_program(const pel_world *w, const char *question, const char *rules, int sides[], int goals[]) {
  pel_deduction d;
  pel_rule_goals *g;
  pel_error err = {0};
  CHECK(pel_deduce(w, question, &options, &d, &err) == PEL_OK);
  pel_status status = pel_rule_goals_create(w, question, &d, &options, &g, &err);
  CHECK_STR(err.text, "");
  if (status != PEL_OK) return pel_deduction_clear(&d);
  for (int side = 0; side < PEL_SIDES; side++) {
    bool doubtful;
    pel_goal_status want = expected(&d, (pel_rule_side)side, &doubtful), found = status_of(g, g->of_side[side]), as_way = way_status(g, (uint32_t)side);
    CHECK_MSG(found == want || (doubtful && (found == PEL_GOAL_UNKNOWN || want == PEL_GOAL_UNKNOWN)), "side %d of %s is %s, should be %s in %zu ways:\n%s", side, question, pel_goal_status_name(found), pel_goal_status_name(want), d.n_ways, rules);
    CHECK_MSG(as_way == found, "the way is %s, the side %s", pel_goal_status_name(as_way), pel_goal_status_name(found));
    if (found == want) sides[side * 4 + (int)found]++;
  }
  check_goals(w, &d, g, rules, goals);
  pel_rule_goals_free(g);
  pel_deduction_clear(&d);
}

/* A whole audit concludes the same with the search as without: it never comes to something else. */
static void check_audit(pel_pack *pack, const pel_case *of, const char *folder, const char *rules) {
  char path[300];
  pel_audit_result with = {0}, without = {0};
  pel_audit_options o = PEL_AUDIT_DEFAULTS;
  o.pack = pack;
  o.given = of;
  o.retrieve = false;
  CHECK(pel_audit(&o, &without, NULL) == PEL_OK);
  snprintf(path, sizeof path, "%s/r.pel", folder);
  o.output = path;
  o.force = true;
  o.generator = "test";
  pel_error err = {0};
  CHECK(pel_audit(&o, &with, &err) == PEL_OK);
  CHECK_STR(err.text, "");
  CHECK_MSG(with.state == without.state && with.checked == without.checked, "%s (%s), without the search %s:\n%s", pel_node_state_name(with.state), with.reason, pel_node_state_name(without.state), rules);
  unlink(path);
  pel_audit_result_clear(&with);
  pel_audit_result_clear(&without);
}

static void test_rule_goals_random(void) {
  char folder[] = P_tmpdir "/pellucid-goals-XXXXXX";
  int sides[8] = {0}, goals[2] = {0};
  pel_rng rng = {.state = 20260311};
  CHECK(mkdtemp(folder) != NULL);
  for (int n = 0; n < PROGRAMS; n++) {
    text rules = {.n = 0}, json = {.n = 0};
    bool unknown = below(&rng, 2);
    write_rules(&rng, &rules);
    put(&json, "{\"pellucid_case\": 1, \"as_of\": \"2020-01-01\", \"question\": \"goal(1)\", \"facts\": [{\"id\": \"q\", \"quantity\": \"q\", \"value\": %s}", unknown && below(&rng, 2) ? "null" : "2");
    if (unknown) put(&json, ", {\"id\": \"u\", \"term\": \"u\", \"value\": null}, {\"id\": \"v\", \"term\": \"v(1)\", \"value\": null}");
    put(&json, "]}");
    pel_error built = {0};
    pel_pack *pack = make_pack(folder, rules.s, &built);
    CHECK_MSG(pack, "%s\n%s", built.text, rules.s);
    pel_case *of;
    pel_world *w;
    pel_error err = {0};
    if (!pack) break;
    CHECK(pel_case_parse("case", json.s, json.n, &of, &err) == PEL_OK && pel_world_create(pack, of, &w, &err) == PEL_OK);
    CHECK_STR(err.text, "");
    check_program(w, below(&rng, 2) ? "goal(1)" : "goal(X)", rules.s, sides, goals);
    pel_world_destroy(w);
    if (n % AUDITED == 0) check_audit(pack, of, folder, rules.s);
    pel_case_close(of);
    pel_pack_close(pack);
  }
  rmdir(folder);
  printf("for: proved %d, refuted %d, unknown %d; against: proved %d, refuted %d, unknown %d; goals proved %d, not %d\n", sides[PEL_GOAL_PROVED], sides[PEL_GOAL_REFUTED], sides[PEL_GOAL_UNKNOWN], sides[4 + PEL_GOAL_PROVED],
         sides[4 + PEL_GOAL_REFUTED], sides[4 + PEL_GOAL_UNKNOWN], goals[1], goals[0]);
  for (int side = 0; side < 8; side += 4) CHECK(sides[side + PEL_GOAL_PROVED] > 20 && sides[side + PEL_GOAL_REFUTED] > 20 && sides[side + PEL_GOAL_UNKNOWN] > 5);
  CHECK(goals[0] > 500 && goals[1] > 500);
}

int main(void) {
  RUN(test_rule_goals_random);
  return check_result();
}
