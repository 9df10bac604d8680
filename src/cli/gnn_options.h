/* The options of learning a graph network, shared by 'pellucid learn gnn' and 'pellucid eval kg --method gnn'. */
#pragma once
#include <pellucid/gnn.h>

#include "src/cli/cli.h"

enum { GNN_OPTION_FIRST = 1000, GNN_OPTION_LAST = 1100 };

/* For getopt_long, without the empty row at its end; each value lies between GNN_OPTION_FIRST and GNN_OPTION_LAST. */
#define GNN_OPTIONS                                                                                                                                                       \
  {"layers", required_argument, NULL, 1000}, {"dim", required_argument, NULL, 1001}, {"attention", required_argument, NULL, 1002}, {"gate", required_argument, NULL, 1003},   \
      {"act", required_argument, NULL, 1004}, {"epochs", required_argument, NULL, 1005}, {"patience", required_argument, NULL, 1006},                                      \
      {"batch", required_argument, NULL, 1007}, {"rate", required_argument, NULL, 1008}, {"decay", required_argument, NULL, 1009},                                         \
      {"weight-decay", required_argument, NULL, 1010}, {"dropout", required_argument, NULL, 1011}, {"graph-share", required_argument, NULL, 1012},                         \
      {"most-entities", required_argument, NULL, 1013}, {"epoch-queries", required_argument, NULL, 1014}, {"validation", required_argument, NULL, 1015},                   \
      {"minutes", required_argument, NULL, 1016}, {"resume", no_argument, NULL, 1017}, {"seed", required_argument, NULL, 1018}, {"average", required_argument, NULL, 1019}

/* Takes one of them; false after a usage message. */
bool gnn_take_option(const cli_command *command, int option, const char *text, pel_gnn_options *out);

/* "UMLS" and other published sets by their folder's name: what was chosen for them on their validation split. False when the set is not known. */
bool gnn_options_of_set(const char *set, pel_gnn_options *out);

/* A line of progress on standard error; false once interrupted. For pel_gnn_train. */
bool gnn_show_progress(const pel_gnn_progress *progress, void *user);
const char *gnn_end_text(pel_gnn_end end);
