/* The actions of pellucid learn, a file each. */
#pragma once
#include "src/cli/cli.h"

extern const cli_command cli_learn;

/* argv[0] is the action's name. Each returns an exit status. */
int learn_links(int argc, char **argv);
int learn_rules(int argc, char **argv);
int learn_gnn(int argc, char **argv);

/* Takes --work; false after a message. */
bool learn_take_work(uint64_t *out);
