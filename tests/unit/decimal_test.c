/* Decimal numbers of cases and packs: exact, and of a size that somebody can mean. */
#include "engine/logic/decimal.h"
#include "tests/check.h"

/* The number as the rules write it, or what is wrong with it. */
static char *read(const char *text) {
  pel_number n;
  const char *wrong = pel_decimal_parse(text, strlen(text), &n);
  if (wrong) return strdup(wrong);
  char *out = pel_number_format(&n);
  pel_number_clear(&n);
  return out;
}

static void expect(const char *text, const char *expected) {
  char *got = read(text);
  CHECK_MSG(got && strcmp(got, expected) == 0, "%s: %s, not %s", text, got ? got : "(nothing)", expected);
  free(got);
}

static void test_decimal_values(void) {
  static const char *const rows[][2] = {
      {"0", "0"},       {"-0", "0"},      {"12", "12"},         {"-7", "-7"},     {"0.1", "1r10"},   {"-2.50", "-5r2"}, {"8.0", "8"}, {"00.5", "1r2"},
      {"1e5", "100000"}, {"1E+2", "100"}, {"12e-3", "3r250"}, {"1.5e3", "1500"}, {"1.5e-1", "3r20"}, {"0e400", "0"}, {"99999999999999999999999", "99999999999999999999999"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect(rows[i][0], rows[i][1]);
}

static void test_decimal_not_numbers(void) {
  static const char *const texts[] = {"", "-", ".", ".5", "5.", "1.e3", "e3", "1e", "1e+", "1e-", "1ee3", "1e3.5", "1.2.3", "+1", " 1", "1 ", "0x10", "1r3", "1_000", "inf", "NaN", "--1", "1-"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) expect(texts[i], "is no number");
}

/* n digits after "0.". */
static void fraction(char out[200], size_t n, char digit) {
  memcpy(out, "0.", 2);
  memset(out + 2, digit, n);
  out[n + 2] = 0;
}

static void test_decimal_sizes(void) {
  char text[200], *long_one = read("1e400");
  CHECK(strlen(long_one) == 401 && strspn(long_one + 1, "0") == 400);
  free(long_one);
  long_one = read("-1e-400");
  CHECK(strncmp(long_one, "-1r1", 4) == 0 && strlen(long_one) == 404);
  free(long_one);
  static const char *const far[] = {"1e401", "-1e401", "-1e-401", "1e999999999999", "1e-999999999999", "1e99999999999999999999999999", "0e500"};
  for (size_t i = 0; i < sizeof far / sizeof *far; i++) expect(far[i], "has an exponent beyond 400");
  fraction(text, 119, '0');
  expect(text, "0");
  fraction(text, 120, '1');
  expect(text, "has more than 120 digits");
  fraction(text, 130, '0');
  expect(text, "has more than 120 digits");
  pel_number n = pel_number_of_int(5);
  CHECK(pel_decimal_parse("12e", 2, &n) == NULL && n.i == 12);
  CHECK(pel_decimal_parse("12e", 3, &n) != NULL && n.i == 12);
}

int main(void) {
  RUN(test_decimal_values);
  RUN(test_decimal_not_numbers);
  RUN(test_decimal_sizes);
  return check_result();
}
