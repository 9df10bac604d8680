#include "engine/reason/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *start, *words;
} usual[] = {
    {"evaluation_error(zero_divisor)", "it divides by zero"},
    {"evaluation_error(undefined)", "it computes what is not defined"},
    {"evaluation_error", "a number becomes too large"},
    {"instantiation_error", "it needs a value that nothing gives"},
    {"type_error(evaluable", "it computes with what is no number"},
    {"type_error", "a value is of another kind than it needs"},
    {"domain_error", "a value is outside of what it can take"},
    {"representation_error", "a value is too large"},
    {"resource_error", "it needs more room than there is"},
    {"syntax_error", "a text cannot be read as what it should be"},
};

void pel_fault_words(const char *error, char *out, size_t size) {
  static const char missing[] = "existence_error(procedure,";
  const char *words = "an error that has no words of its own";
  if (strncmp(error, missing, sizeof missing - 1) == 0) {
    const char *name = error + sizeof missing - 1, *slash = strrchr(name, '/');
    int arity = slash ? atoi(slash + 1) : 0;
    snprintf(out, size, "nothing says what %.*s is", slash ? (int)(slash - name) : (int)strcspn(name, ")"), name);
    size_t n = strlen(out);
    if (arity && n + 40 < size) snprintf(out + n, size - n, ", of %d value%s", arity, arity == 1 ? "" : "s");
    return;
  }
  for (size_t i = sizeof usual / sizeof *usual; i-- > 0;)
    if (strncmp(error, usual[i].start, strlen(usual[i].start)) == 0) words = usual[i].words;
  snprintf(out, size, "%s", words);
}
