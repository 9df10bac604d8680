/* pellucid eval: the engine against sets with known answers. This file chooses the set. */
#include "src/cli/eval.h"

#include <string.h>

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} sets[] = {{"gdl2", eval_gdl2}};
enum { N_SETS = sizeof sets / sizeof *sets };

static int run(int argc, char **argv) {
  if (argc < 2) return cli_usage(&cli_eval, "name a set: gdl2");
  for (int i = 0; i < N_SETS; i++)
    if (strcmp(argv[1], sets[i].name) == 0) return sets[i].run(argc - 1, argv + 1);
  return cli_usage(&cli_eval, "no set '%s'; there is gdl2", argv[1]);
}

const cli_command cli_eval = {
    "eval", "Hold the engine against a set with known answers",
    "usage: pellucid eval gdl2 FOLDER [--json] [--failures]\n\n"
    "Runs a set and says how much of what it expects came out.\n\n"
    "  gdl2   FOLDER holds openEHR GDL2 guidelines (X.gdl2.json) with test files (X.test.yml, X.fixture.yml), in\n"
    "         folders at any depth: each case's inputs are given to the guideline's rules, and what they conclude is\n"
    "         held against the expected outputs\n\n"
    "  --json       one JSON object on standard output\n"
    "  --failures   a line for every output that is different or was not run\n\n"
    "Exit status 4 when something is different or was not run.\n\n"
    "example: pellucid eval gdl2 guidelines --failures\n",
    run,
};
