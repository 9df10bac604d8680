/* The whole test harness: a failed check prints where and what, the program goes on, main returns check_result ().
 * Programs print one line "ok NAME" or "not ok NAME" a test, so that a runner can count them. Exit 77 means skipped. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_failures, check_failures_before;

#define CHECK(cond)                                                             \
  do {                                                                          \
    if (!(cond)) {                                                              \
      check_failures++;                                                         \
      printf("  %s:%d: %s: failed: %s\n", __FILE__, __LINE__, __func__, #cond); \
    }                                                                           \
  } while (0)

/* With a printf-style explanation of the values at hand. */
#define CHECK_MSG(cond, ...)                                                    \
  do {                                                                          \
    if (!(cond)) {                                                              \
      check_failures++;                                                         \
      printf("  %s:%d: %s: failed: %s: ", __FILE__, __LINE__, __func__, #cond); \
      printf(__VA_ARGS__);                                                      \
      putchar('\n');                                                            \
    }                                                                           \
  } while (0)

#define CHECK_STR(a, b) CHECK_MSG(strcmp((a), (b)) == 0, "\"%s\" is not \"%s\"", (a), (b))

/* RUN (test_function): runs it and prints its line. */
#define RUN(test)                                                                 \
  do {                                                                            \
    check_failures_before = check_failures;                                       \
    test();                                                                       \
    printf("%s %s\n", check_failures == check_failures_before ? "ok" : "not ok", #test); \
    fflush(stdout);                                                               \
  } while (0)

static inline int check_result(void) { return check_failures ? 1 : 0; }

/* Ends the program as skipped when an environment variable with a path to test data is not set. */
static inline const char *check_need(const char *variable) {
  const char *value = getenv(variable);
  if (value && *value) return value;
  printf("skipped: %s is not set\n", variable);
  exit(77);
}
