/* The sets of pellucid eval, one file each. */
#pragma once
#include "src/cli/cli.h"

/* argv[0] is the set's name. Each returns an exit status. */
int eval_gdl2(int argc, char **argv);
