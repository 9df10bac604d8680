/* Proofs of many programs are accepted, spoilt ones are refused, and hostile ones end. */
#include "engine/proof/check.h"
#include "engine/logic/unknown.h"

#include "tests/check.h"
#include "tests/logic/proof_corrupt.h"

static const char rules[] =
    "parent(tom, bob). parent(bob, ann). parent(ann, joe). parent(bob, pat). age(tom, 71). age(bob, 48). age(ann, 25). age(pat, 23). age(joe, 2).\n"
    "ancestor(X, Y) :- parent(X, Y).\n"
    "ancestor(X, Y) :- parent(X, Z), ancestor(Z, Y).\n"
    "adult(X) :- age(X, A), A >= 18.\n"
    "minor(X) :- age(X, _), \\+ adult(X).\n"
    "bracket(X, B) :- age(X, A), ( A >= 65 -> B = senior ; A >= 18 -> B = adult ; B = child ).\n"
    "childless(X) :- parent(_, X), \\+ parent(X, _).\n"
    "children(X, N) :- findall(Y, parent(X, Y), L), length(L, N).\n"
    "youngest(X) :- age(X, A), forall(age(_, B), A =< B).\n"
    "related(X, Y) :- ( ancestor(X, Y) ; ancestor(Y, X) ).\n"
    "factorial(0, 1) :- !.\n"
    "factorial(N, F) :- M is N - 1, factorial(M, G), F is N * G.\n"
    "all(P, L) :- findall(X, call(P, X), L).\n"
    "tax(Income, Tax) :- Tax is (Income - 9000) * 15 rdiv 100.\n"
    "label(X, L) :- age(X, A), atom_concat(X, '/', P), atomic_list_concat([P, A], L).\n"
    "safe(G, R) :- catch(G, error(E, _), R = E), ( var(R) -> R = fine ; true ).\n"
    "count(0). count(N) :- N > 0, M is N - 1, count(M).\n"
    "nested(L) :- findall(X-M, (parent(X, _), findall(Y, ancestor(X, Y), M)), L).\n"
    "same(X, X). dup(a). dup(a). dup(b).\n"
    "q0. q1 :- q0, q0. q2 :- q1, q1. q3 :- q2, q2. q4 :- q3, q3. never :- fail. wrap(X) :- dup(X), true, !.\n"
    "larger(X, Y, Z) :- X >= Y, !, Z = X. larger(_, Y, Y). either(X, R) :- ( X > 0, !, R = plus ; R = other ).\n"
    "quantity(q, '$unknown'(1)). maybe.\n";

static pel_program *program;

static void load(void) {
  pel_error err = {0};
  pel_consult how = {.file = "rules.pl"};
  CHECK(pel_program_create(&program, &err) == PEL_OK);
  CHECK_MSG(pel_program_consult(program, rules, strlen(rules), &how, &err) == PEL_OK, "%s", err.text);
}

/* The proof of the n-th answer, from 0. */
static bool prove_in(pel_unknowns *way, const char *goal, int n, pel_proof *out) {
  pel_machine *m;
  pel_error err = {0};
  if (pel_machine_create(program, &PEL_LOGIC_DEFAULTS, &m, &err) != PEL_OK) return false;
  m->record = true;
  m->unknowns = way;
  bool ok = pel_machine_ask(m, goal, &err) == PEL_OK;
  for (int i = 0; ok && i <= n; i++) ok = pel_machine_next(m) == PEL_ANSWER_YES;
  if (ok) ok = pel_proof_take(m, out, &err) == PEL_OK;
  if (!ok && *err.text) printf("  %s: %s\n", goal, err.text);
  pel_machine_destroy(m);
  return ok;
}

static bool prove(const char *goal, int n, pel_proof *out) { return prove_in(NULL, goal, n, out); }

static const char *const goals[] = {
    "ancestor(tom, X)", "ancestor(X, joe)", "adult(X)", "minor(X)", "bracket(X, B)", "childless(X)", "children(bob, N)", "youngest(X)", "related(joe, X)",
    "factorial(25, F)", "all(parent(bob), L)", "tax(20000, T)", "tax(20001, T)", "label(ann, L)", "safe(X is foo + 1, R)", "safe(X is 2 + 1, R)", "nested(L)",
    "once(ancestor(X, Y))", "forall(parent(X, _), adult(X))", "between(1, 3, X)", "length(L, 2)", "member(X, [a, B, c])", "append(X, Y, [1, 2])",
    "findall(X, member(X, [A, B]), L), A = 1", "setof(X-Y, ancestor(X, Y), L)", "bagof(Y, ancestor(X, Y), L)", "aggregate_all(sum(A), age(_, A), S)",
    "aggregate_all(max(A-X), age(X, A), M)", "X = f(Y, Z), copy_term(X, W), Y = 1", "sub_atom(hello, B, 2, 0, S)", "format(atom(A), \"~w ~a\", [foo(X), bar])",
    "X is 2 ** 100, Y is 7 rdiv 3, Z is 2 / 3, W is sqrt(2), V is max(1, 1.0), U is cot(1.0)", "X is inf, Y is nan, Z is -inf", "var(X), X = 3, nonvar(X)",
    "X \\== Y, X = 1, Y = 1", "(X = 1 ; X = 2), \\+ X = 1", "(member(X, [1, 2]) *-> true ; X = none)", "(fail *-> true ; X = none)", "maplist(succ, [1, 2], L)",
    "msort([c, B, 1, \"s\", 2.0, f(x), 1.0], L), sort(0, @>=, [1, 3, 2, 3], M), predsort(compare, [c, a, b], P)", "nth1(I, [a, b], E)",
    "X = \"_G1 isn't\", Y = 'it''s _G5 (', Z = {a, B}, W = - 1, V = -(1), U = 1 - (-1), T = [a|b], S = '\\n'", "dup(X)", "findall(X, dup(X), L)",
    "split_string(\"a,b\", \",\", \"\", P)", "q4", "wrap(X)", "call(parent, X, Y), ignore(fail)", "X =.. [f, 1, Y], functor(X, N, A)",
    "catch(atom_length(X, Y), error(E, _), true)", "catch(member(X, [1, 2]), _, true)", "findall(X, member(X, [1, 2]), L, T)", "number_codes(X, \"12\")"};

static void accepted(void) {
  size_t proofs = 0, steps = 0, assumed = 0, rerun = 0;
  for (size_t g = 0; g < sizeof goals / sizeof *goals; g++) {
    pel_proof proof;
    for (int n = 0; n < 20 && prove(goals[g], n, &proof); n++) {
      pel_proof_report report;
      pel_error err = {0};
      CHECK_MSG(pel_proof_check(program, &proof, NULL, &report, &err) == PEL_OK, "%s: %s", goals[g], report.reason);
      CHECK(report.checked == proof.n_steps && report.fault == SIZE_MAX && !*report.reason);
      proofs++;
      steps += proof.n_steps;
      assumed += report.assumptions;
      rerun += report.rerun;
      pel_proof_clear(&proof);
    }
  }
  printf("  %zu proofs, %zu steps, %zu assumptions, %zu run again\n", proofs, steps, assumed, rerun);
  CHECK(proofs > 80 && assumed > 0 && rerun > 0);
}

static void steps_of_a_proof(void) {
  pel_proof p;
  pel_proof_report r;
  if (!prove("minor(X), same(Y, Z)", 0, &p)) {
    CHECK(!"a proof");
    return;
  }
  CHECK_STR(p.question, "','(minor(joe),same(_G1,_G1))");
  CHECK_STR(p.asked, "','(minor(_G2),same(_G1,_G3))");
  CHECK(p.n_steps == 4 && p.n_roots == 2 && p.roots[0] == 2 && p.roots[1] == 3);
  CHECK_STR(p.steps[0].goal, "age(joe,2)");
  CHECK(p.steps[0].kind == PEL_STEP_FACT && p.steps[0].n_uses == 0);
  CHECK_STR(p.steps[1].goal, "\\+(adult(joe))");
  CHECK(p.steps[1].kind == PEL_STEP_ABSENT);
  CHECK(p.steps[2].kind == PEL_STEP_RULE && p.steps[2].n_uses == 2 && p.steps[2].uses[0] == 0 && p.steps[2].uses[1] == 1);
  CHECK(pel_proof_check(program, &p, NULL, &r, NULL) == PEL_OK && r.assumptions == 1 && r.rerun == 0);
  /* A question that was asked with its answer: the proof as it is still fits. */
  free(p.asked);
  p.asked = NULL;
  CHECK(pel_proof_check(program, &p, NULL, &r, NULL) == PEL_OK);
  pel_proof_clear(&p);
  CHECK_STR(pel_step_kind_name(PEL_STEP_COLLECT), "collect");
  CHECK_STR(pel_step_kind_name((pel_step_kind)9), "unknown");
}

static void spoilt(void) {
  size_t tried[CORRUPTION_COUNT] = {0}, identical[CORRUPTION_COUNT] = {0}, all = 0;
  uint64_t seed = 12;
  for (int round = 0; round < 6; round++)
    for (size_t g = 0; g < sizeof goals / sizeof *goals; g++) {
      pel_proof proof, bad;
      pel_proof_report r;
      if (!prove(goals[g], round / 2, &proof)) continue;
      for (int kind = 0; kind < CORRUPTION_COUNT; kind++) {
        corrupted made = corrupt(program, &proof, (corruption)kind, &seed, &bad);
        pel_error err = {0};
        pel_status status = made == CORRUPTED_NOT ? PEL_OK : pel_proof_check(program, &bad, NULL, &r, &err);
        if (made == CORRUPTED) {
          CHECK_MSG(status == PEL_ERR_CHECK && *r.reason && *err.text, "%s: %s: %s", goals[g], corruption_says[kind], corrupt_note);
          CHECK(r.fault == SIZE_MAX || r.fault < bad.n_steps);
          tried[kind]++;
          all++;
        } else if (made == CORRUPTED_IDENTICAL) {
          CHECK_MSG(status == PEL_OK, "%s: %s: identical, and refused: %s", goals[g], corrupt_note, r.reason);
          identical[kind]++;
        }
        pel_proof_clear(&bad);
      }
      pel_proof_clear(&proof);
    }
  for (int kind = 0; kind < CORRUPTION_COUNT; kind++) {
    printf("  %4zu refused, %zu identical: %s\n", tried[kind], identical[kind], corruption_says[kind]);
    CHECK(tried[kind] > 0);
  }
  printf("  %zu spoilt proofs\n", all);
  CHECK(all >= 1000);
}

/* ---- hostile proofs ---- */

/* Refused, with a reason that has `why` in it. */
static void refused(const pel_proof *p, const char *why) {
  pel_proof_report r;
  pel_error err = {0};
  pel_status status = pel_proof_check(program, p, NULL, &r, &err);
  CHECK_MSG(status == PEL_ERR_CHECK && strstr(r.reason, why) && *err.text, "status %d: \"%s\" instead of %s", (int)status, r.reason, why);
}

static uint32_t clause_of(const char *goal) {
  pel_proof p;
  uint32_t clause = UINT32_MAX;
  if (prove(goal, 0, &p)) {
    clause = p.steps[p.roots[0]].clause;
    pel_proof_clear(&p);
  }
  return clause;
}

static void out_of_range(void) {
  uint32_t fact = clause_of("dup(a)"), zero = 0, one = 1, far = UINT32_MAX, many[3] = {0, 0, 0};
  char goal[] = "dup(a)", question[] = "dup(a)", bad[] = "dup(a", empty[] = "", number[] = "12", other[] = "dup(_)";
  pel_step s = {.kind = PEL_STEP_FACT, .clause = fact, .goal = goal};
  pel_proof p = {.steps = &s, .n_steps = 1, .roots = &zero, .n_roots = 1, .question = question};
  CHECK(pel_proof_check(program, &p, NULL, NULL, NULL) == PEL_OK);
  p.roots = &one, refused(&p, "names step 1, and there are 1");
  p.roots = &far, refused(&p, "names step 4294967295");
  p.roots = NULL, refused(&p, "no list");
  p.roots = many, p.n_roots = 3, refused(&p, "which is said to be part");
  p.roots = &zero, p.n_roots = 0, refused(&p, "uses no further one");
  p.n_roots = 1;
  s.uses = &zero, s.n_uses = 1, refused(&p, "does not come before");
  s.uses = &far, refused(&p, "does not come before");
  s.uses = NULL, refused(&p, "no list");
  s.n_uses = 0, s.clause = UINT32_MAX, refused(&p, "it names rule 4294967295");
  s.clause = clause_of("parent(X, Y)"), refused(&p, "head is another");
  s.clause = fact, s.kind = (pel_step_kind)77, refused(&p, "no known kind");
  s.kind = PEL_STEP_FACT, s.goal = NULL, refused(&p, "says nothing");
  s.goal = bad, refused(&p, "cannot be read");
  s.goal = empty, refused(&p, "cannot be read");
  s.goal = number, refused(&p, "it needs dup/1");
  s.goal = other, refused(&p, "something else");
  s.goal = goal, p.question = NULL, refused(&p, "there is none");
  p.question = bad, refused(&p, "cannot be read");
  p.question = number, refused(&p, "no goal");
  p.question = question, p.steps = NULL, refused(&p, "no list");
  p.steps = &s, program->clauses[fact].excluded = true, refused(&p, "not in force");
  program->clauses[fact].excluded = false;
  pel_proof nothing = {.question = question};
  refused(&nothing, "uses no further one");
}

static char *repeat(const char *start, const char *part, size_t n, const char *middle, const char *end_part) {
  size_t size = strlen(start) + n * (strlen(part) + strlen(end_part)) + strlen(middle) + 3; /* and room for two more */
  char *text = malloc(size), *at = text;
  at = stpcpy(at, start);
  for (size_t i = 0; i < n; i++) at = stpcpy(at, part);
  at = stpcpy(at, middle);
  for (size_t i = 0; i < n; i++) at = stpcpy(at, end_part);
  return text;
}

static void deep_and_wide(void) {
  uint32_t zero = 0;
  char question[] = "dup(X)", length[] = "'$length'(L, 2000000000)", power[] = "X is 7 ** 100000000";
  pel_step s = {.kind = PEL_STEP_FACT, .clause = clause_of("dup(a)")};
  pel_proof p = {.steps = &s, .n_steps = 1, .roots = &zero, .n_roots = 1, .question = question};
  s.goal = repeat("", "dup(", 100000, "a", ")");
  refused(&p, "cannot be read");
  free(s.goal);
  s.goal = repeat("dup([", "a,", 1000000, "a", "");
  strcat(s.goal, "])");
  refused(&p, "");
  free(s.goal);
  s = (pel_step){.kind = PEL_STEP_BUILTIN, .goal = length};
  p.question = length, refused(&p, "memory");
  s.goal = power, p.question = power, refused(&p, "cannot be computed");
  /* A variable inside its own value, twice, compared: no end of its own. */
  char circle[] = "','(=(X,f(X)),','(=(Y,f(Y)),==(X,Y)))", a[] = "=(X,f(X))", b[] = "=(Y,f(Y))", c[] = "==(X,Y)";
  pel_step three[3] = {{.kind = PEL_STEP_BUILTIN, .goal = a}, {.kind = PEL_STEP_BUILTIN, .goal = b}, {.kind = PEL_STEP_BUILTIN, .goal = c}};
  uint32_t roots[3] = {0, 1, 2};
  pel_proof round = {.steps = three, .n_steps = 3, .roots = roots, .n_roots = 3, .question = circle};
  refused(&round, "");
}

/* Each step used twice by the next: 2^63 ways down, in 64 steps. */
static void doubled(void) {
  enum { N = 64 };
  pel_step steps[N];
  uint32_t uses[N][2], root = N - 1, fact, rule;
  pel_program *was = program;
  pel_error err = {0};
  const char text[] = "d(0). d(N) :- d(M), d(M).\n:- discontiguous d/1.\n";
  pel_consult how = {.file = "doubled.pl"};
  char goal[] = "d(_)", zero[] = "d(0)", question[] = "d(X)";
  CHECK(pel_program_create(&program, &err) == PEL_OK && pel_program_consult(program, text, strlen(text), &how, &err) == PEL_OK);
  fact = (uint32_t)program->n_clauses - 2, rule = fact + 1;
  for (uint32_t i = 0; i < N; i++) {
    uses[i][0] = uses[i][1] = i - 1;
    steps[i] = (pel_step){.kind = i ? PEL_STEP_RULE : PEL_STEP_FACT, .clause = i ? rule : fact, .goal = i ? goal : zero, .uses = i ? uses[i] : NULL, .n_uses = i ? 2 : 0};
  }
  pel_proof p = {.steps = steps, .n_steps = N, .roots = &root, .n_roots = 1, .question = question};
  refused(&p, "more tries than are allowed");
  pel_program_destroy(program);
  program = was;
}

/* Terms that double with each step, and are then looked at. */
static void doubled_terms(void) {
  enum { N = 60 };
  pel_step steps[N];
  uint32_t roots[N];
  char question[N * 40] = "", *at = question;
  for (uint32_t i = 0; i < N; i++) {
    char text[80];
    snprintf(text, sizeof text, i + 1 < N ? "=(X%u,f(X%u,X%u))" : "ground(f(X%u,X0,X0))", i + 1 < N ? i + 1 : 0, i, i);
    if (i + 1 == N) snprintf(text, sizeof text, "\\==(X%u,X%u)", i - 1, i);
    steps[i] = (pel_step){.kind = PEL_STEP_BUILTIN, .goal = strdup(text)};
    roots[i] = i;
    at += sprintf(at, "%s%s", i ? ", " : "", text);
  }
  pel_proof p = {.steps = steps, .n_steps = N, .roots = roots, .n_roots = N, .question = question};
  refused(&p, "");
  for (uint32_t i = 0; i < N; i++) free(steps[i].goal);
}

static void large(void) {
  pel_proof p;
  pel_proof_report r;
  CHECK(prove("count(60000)", 0, &p));
  CHECK(p.n_steps == 180001);
  CHECK_MSG(pel_proof_check(program, &p, NULL, &r, NULL) == PEL_OK, "%s", r.reason);
  pel_proof_clear(&p);
  pel_machine *m;
  pel_error err = {0};
  CHECK(pel_machine_create(program, &PEL_LOGIC_DEFAULTS, &m, &err) == PEL_OK);
  m->record = true;
  CHECK(pel_machine_ask(m, "count(70000)", &err) == PEL_OK && pel_machine_next(m) == PEL_ANSWER_YES);
  CHECK(pel_proof_take(m, &p, &err) == PEL_ERR_UNSUPPORTED && strstr(err.text, "200000 steps"));
  pel_machine_destroy(m);
}

/* A solution may not be counted twice, nor be left out of its place. */
static void counted_once(void) {
  pel_proof p;
  CHECK(prove("findall(X, dup(X), L)", 0, &p));
  CHECK(p.n_steps == 4);
  uint32_t first = p.steps[3].uses[0];
  p.steps[3].uses[0] = p.steps[3].uses[1];
  p.steps[3].uses[1] = first;
  refused(&p, "found after the one before");
  p.steps[3].uses[0] = p.steps[3].uses[1];
  refused(&p, "found after the one before");
  pel_proof_clear(&p);
}

/* What is said not to hold is tried where that needs no rules. */
static void absences(void) {
  static const struct {
    const char *goal, *why;
  } all[] = {{"\\+(3 > 2)", "does hold"}, {"\\+(dup(a))", "a fact says it"}, {"\\+(dup(_))", "a fact says it"}, {"\\+(X = 1)", "does hold"},
             {"\\+((1 < 2, atom(a)))", "does hold"}, {"\\+(atom_length(abc, 3))", "does hold"}, {"\\+((fail ; true))", "does hold"}, {"\\+(\\+(1 > 2))", "does hold"},
             {"\\+(X > 1)", "cannot be computed"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    uint32_t root = 0;
    pel_step s = {.kind = PEL_STEP_ABSENT, .goal = strdup(all[i].goal)};
    pel_proof p = {.steps = &s, .n_steps = 1, .roots = &root, .n_roots = 1, .question = s.goal};
    refused(&p, all[i].why);
    free(s.goal);
  }
}

/* What a cut has put aside is no proof: larger(3, 2, 2) by the second clause, either(5, other) by the other side. */
static void cuts(void) {
  uint32_t root = 0, second = clause_of("larger(1, 2, X)"), other = clause_of("either(0, X)");
  pel_step s = {.kind = PEL_STEP_FACT, .clause = second, .goal = strdup("larger(1, 2, 2)")};
  pel_proof p = {.steps = &s, .n_steps = 1, .roots = &root, .n_roots = 1, .question = s.goal};
  CHECK(pel_proof_check(program, &p, NULL, NULL, NULL) == PEL_OK);
  free(s.goal);
  p.question = s.goal = strdup("larger(3, 2, 2)");
  refused(&p, "comes to a cut");
  free(s.goal);
  uint32_t use = 0;
  pel_step steps[2] = {{.kind = PEL_STEP_BUILTIN, .goal = strdup("other = other")},
                       {.kind = PEL_STEP_RULE, .clause = other, .goal = strdup("either(0, other)"), .uses = &use, .n_uses = 1}};
  root = 1;
  p = (pel_proof){.steps = steps, .n_steps = 2, .roots = &root, .n_roots = 1, .question = steps[1].goal};
  CHECK(pel_proof_check(program, &p, NULL, NULL, NULL) == PEL_OK);
  steps[1].goal[7] = '5';
  refused(&p, "");
  free(steps[0].goal);
  free(steps[1].goal);
}

/* A proof is of one way in which the unknown may be: it holds there and in no way that contradicts it. */
static pel_range_end end_at(int64_t value, bool open) { return (pel_range_end){.there = true, .open = open, .value = {.kind = PEL_NUMBER_INTEGER, .i = value}}; }

static bool holds_in(const pel_proof *p, pel_range_end low, pel_range_end high, int8_t fact) {
  int8_t facts[1] = {fact};
  pel_unknown_quantity q = {.low = low, .high = high};
  pel_unknowns u = {.facts = facts, .n_facts = 1, .quantities = &q, .n_quantities = 1};
  pel_proof_report r;
  bool holds = pel_proof_check(program, p, &u, &r, NULL) == PEL_OK;
  CHECK(!holds || r.assumptions > 0);
  return holds;
}

static void supposed(void) {
  static const struct {
    const char *goal;
    int64_t low, high; /* where it holds: above low, at most high; 100: no end */
  } all[] = {{"(quantity(q, X), X > 3)", 3, 100}, {"(quantity(q, X), X =< 7)", -100, 7}, {"(quantity(q, X), 5 > X, X > -1)", -1, 4}, {"(quantity(q, X), X \\= 3)", 3, 100},
             {"(quantity(q, X), \\+ X = 3)", 3, 100}, {"(quantity(q, X), compare(O, X, 9))", 9, 100}, {"\\+ quantity(q, 3)", 3, 100}, {"(quantity(q, X), X @< 4)", -100, 3}};
  pel_range_end none = {0};
  uint32_t maybe = clause_of("maybe");
  program->clauses[maybe].undecided = 1;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    int8_t facts[1] = {1};
    pel_unknown_quantity q = {.low = all[i].low == -100 ? none : end_at(all[i].low, true), .high = all[i].high == 100 ? none : end_at(all[i].high, false)};
    pel_unknowns u = {.facts = facts, .n_facts = 1, .quantities = &q, .n_quantities = 1};
    pel_proof p;
    CHECK_MSG(prove_in(&u, all[i].goal, 0, &p), "%s", all[i].goal);
    CHECK_MSG(holds_in(&p, q.low, q.high, 0), "%s", all[i].goal);
    CHECK_MSG(!holds_in(&p, none, none, 0), "%s", all[i].goal);
    CHECK_MSG(!holds_in(&p, q.high.there ? end_at(q.high.value.i, true) : none, q.low.there ? end_at(q.low.value.i, false) : none, 0), "%s", all[i].goal);
    pel_proof_clear(&p);
  }
  pel_unknown_quantity q = {0};
  int8_t facts[1] = {1};
  pel_unknowns u = {.facts = facts, .n_facts = 1, .quantities = &q, .n_quantities = 1};
  pel_proof p;
  CHECK(prove_in(&u, "maybe", 0, &p) && holds_in(&p, none, none, 1) && !holds_in(&p, none, none, -1) && !holds_in(&p, none, none, 0));
  pel_proof_clear(&p);
  facts[0] = -1;
  CHECK(prove_in(&u, "\\+ maybe", 0, &p) && holds_in(&p, none, none, -1) && !holds_in(&p, none, none, 1));
  pel_proof_clear(&p);
}

/* What cannot be told of an unknown quantity is no proof, whatever is said to be supposed. */
static void computed_with_the_unknown(void) {
  static const char *const all[] = {"integer('$unknown'(1))", "functor('$unknown'(1),'$unknown',1)", "'$unknown'(1) =@= '$unknown'(1)", "msort(['$unknown'(1)],['$unknown'(1)])",
                                    "atomic_list_concat([a,'$unknown'(1)],'a$unknown(1)')", "'$unknown'(1) =.. ['$unknown',1]", "compound('$unknown'(1))", "\\+ number('$unknown'(1))"};
  pel_range_end none = {0};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    uint32_t root = 0;
    pel_step s = {.kind = *all[i] == '\\' ? PEL_STEP_ABSENT : PEL_STEP_BUILTIN, .goal = strdup(all[i])};
    pel_proof p = {.steps = &s, .n_steps = 1, .roots = &root, .n_roots = 1, .question = s.goal};
    CHECK_MSG(!holds_in(&p, none, none, 0), "%s", all[i]);
    free(s.goal);
  }
}

int main(void) {
  load();
  RUN(supposed);
  RUN(computed_with_the_unknown);
  RUN(accepted);
  RUN(steps_of_a_proof);
  RUN(spoilt);
  RUN(out_of_range);
  RUN(deep_and_wide);
  RUN(doubled);
  RUN(doubled_terms);
  RUN(counted_once);
  RUN(absences);
  RUN(cuts);
  RUN(large);
  pel_program_destroy(program);
  return check_result();
}
