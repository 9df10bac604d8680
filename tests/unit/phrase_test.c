/* Goals in words: the rules' own predicates, what is not found, numbers, and terms without end. */
#include "engine/reason/phrase.h"

#include "tests/check.h"

static pel_program *program;

/* `before` is run first, then the phrase is of `goal` as that left it; both share their variables. */
static const char *phrase(const char *before, const char *goal) {
  static char said[5000];
  char *query = NULL;
  pel_error err = {0};
  pel_machine *m;
  pel_logic_limits limits = {1000000, (uint64_t)256 << 20, 1000000, 10};
  pel_world w = {.program = program};
  pel_text_out out = {.most = 8000};
  CHECK(asprintf(&query, "%s, '$said'((%s)) = Said", before, goal) > 0);
  strcpy(said, "");
  if (pel_machine_create(program, &limits, &m, &err) == PEL_OK) {
    if (pel_machine_ask(m, query, &err) == PEL_OK && pel_machine_next(m) == PEL_ANSWER_YES) {
      pel_cell last = m->goal;
      while (pel_is_compound(&m->heap, last, PEL_ATOM_COMMA, 2)) last = pel_arg(&m->heap, last, 1);
      pel_phrase(&w, &m->heap, pel_arg(&m->heap, pel_arg(&m->heap, last, 0), 0), false, &out, NULL);
      snprintf(said, sizeof said, "%s", out.text ? out.text : "");
    }
    pel_machine_destroy(m);
  }
  CHECK_STR(err.text, "");
  free(out.text);
  free(query);
  return said;
}

static void test_phrase_own_predicates(void) {
  static const char *const pairs[][2] = {
      {"member(red, [blue, red])", "red is one of blue, red"},
      {"memberchk(red, [])", "red is one of none"},
      {"neg(member(red, [blue]))", "red is not one of blue"},
      {"call(bad)", "bad"},
      {"neg(call(bad))", "not: bad"},
      {"call(likes(ann), bob)", "likes ann, bob"},
      {"X = 3", "\xe2\x80\xa6 is 3"},
      {"a == b", "a is b"},
      {"a \\= b", "a is not b"},
      {"a \\== b", "a is not b"},
      {"neg(a \\== b)", "a is b"},
      {"X is 3", "\xe2\x80\xa6 is 3"},
      {"once(happy(ann))", "happy: ann"},
      {"ignore(happy(ann))", "whether or not happy: ann"},
      {"findall(X, happy(X), [ann, bob])", "all that is found: ann, bob, where happy"},
      {"setof(X, Y^likes(X, Y, now), L)", "all that is found: \xe2\x80\xa6, where likes: now"},
      {"aggregate_all(count, happy(_), 2)", "the number of times that happy is 2"},
      {"forall(happy(X), rich(X))", "in every case in which happy: rich"},
      {"(a -> b ; c)", "if a, then b, otherwise c"},
      {"neg(3 > 4)", "not so: 3 is more than 4"},
      {"3 + 1 >= max(1, 2) * 2", "3 + 1 is at least max(1, 2) \xc3\x97 2"},
      {"own(a)", "own: a"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) CHECK_STR(phrase("true", pairs[i][0]), pairs[i][1]);
}

static void test_phrase_what_is_not_found(void) {
  CHECK_STR(phrase("true", "\\+ happy(ann)"), "nothing found that says: happy: ann");
  CHECK_STR(phrase("true", "not(happy(ann))"), "nothing found that says: happy: ann");
  CHECK_STR(phrase("true", "\\+ \\+ happy(ann)"), "happy: ann");
  CHECK_STR(phrase("true", "\\+ (a, b)"), "nothing found that says: a, and b");
  CHECK_STR(phrase("true", "\\+ 3 > 4"), "not so: 3 is more than 4");
  CHECK_STR(phrase("true", "neg((a, b))"), "not: a, or not: b");
}

static void test_phrase_numbers(void) {
  static const char *const pairs[][2] = {
      {"X is 3 rdiv 2", "1.5"}, {"X is 1 rdiv 3", "1/3"}, {"X = 2.0", "2"}, {"X = 1.0e300", "1e300"}, {"X = 1.0Inf", "infinity"}, {"X = -1.0Inf", "minus infinity"}, {"X = 1.5NaN", "not a number"},
      {"X is 15 rdiv 10**301", "1.5e-300"}, {"X is -15 rdiv 10**301", "-1.5e-300"}, {"X is 10**22 + 1", "about 1e22"}, {"X is 2 * 10**25", "2e25"},
      {"X is 12345678901234567890", "12345678901234567890"}, {"X is 10**40 rdiv 3", "about 3.33333333333333e39"}, {"X is (10**20+1) rdiv 10**20", "about 1"},
      {"X is (10**15-1) rdiv (10**15) * 10**30 + 1 rdiv 3", "about 9.99999999999999e29"}, {"X is 5 rdiv 1000", "0.005"}, {"X is 0", "0"}, {"X is 99999999999999999999 rdiv 100", "999999999999999999.99"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    char expected[200];
    snprintf(expected, sizeof expected, "value: %s", pairs[i][1]);
    CHECK_STR(phrase(pairs[i][0], "value(X)"), expected);
  }
  CHECK_STR(phrase("true", "3 < inf"), "3 is less than infinity");
}

static void test_phrase_without_end(void) {
  CHECK(strstr(phrase("X = [X]", "value(X)"), "value: \xe2\x80\xa6") != NULL);
  CHECK(strlen(phrase("X = [X, X]", "value(X)")) < 4500);
  CHECK(strlen(phrase("X = f(X, X, X)", "value(X)")) < 4500);
  CHECK(strlen(phrase("X = 1 + X", "X > 2")) < 4500);
  CHECK(strlen(phrase("X = (a, X)", "X")) < 4500);
  CHECK(strstr(phrase("numlist(1, 60000, L), foldl(add, L, 0, X)", "value(X)"), "\xe2\x80\xa6") != NULL);
  CHECK(strstr(phrase("numlist(1, 60000, L), foldl(add, L, 0, X)", "Y is X"), "\xe2\x80\xa6") != NULL);
  CHECK(strstr(phrase("numlist(1, 60000, L), foldl(nest, L, 0, X)", "value(X)"), "\xe2\x80\xa6") != NULL);
  CHECK(strstr(phrase("numlist(1, 60000, L)", "value(L)"), "49, 50, \xe2\x80\xa6") != NULL);
}

int main(void) {
  static const char rules[] = ":- dynamic value/1.\nadd(N, S, S + N).\nnest(_, S, [S]).\nown(a).\n";
  pel_error err = {0};
  pel_consult how = {.file = "r.pl"};
  if (pel_program_create(&program, &err) != PEL_OK || pel_program_consult(program, rules, strlen(rules), &how, &err) != PEL_OK) return printf("not ok: %s\n", err.text), 1;
  RUN(test_phrase_own_predicates);
  RUN(test_phrase_what_is_not_found);
  RUN(test_phrase_numbers);
  RUN(test_phrase_without_end);
  pel_program_destroy(program);
  return check_result();
}
