/* The actions of pellucid learn, a file each. */
#pragma once
#include "src/cli/cli.h"

extern const cli_command cli_learn;

/* argv[0] is the action's name. Each returns an exit status. */
int learn_links(int argc, char **argv);
int learn_rules(int argc, char **argv);
int learn_gnn(int argc, char **argv);

/* What is learnt must not take the place of what it is learnt from, nor of another result, whatever --force says. PEL_ERR_USAGE; `what` says what `other` is. */
pel_status learn_check_output(const char *output, const char *other, const char *what, pel_error *err);
