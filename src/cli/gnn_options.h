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

/* What --help says of them. */
#define GNN_HELP                                                                                                                \
  "      --layers N          steps that a path may have: 1 to 8 (4)\n"                                                          \
  "      --dim N             width of what is known of an entity: a multiple of 8, up to 256 (48)\n"                            \
  "      --attention N       width of the attention: a multiple of 8, up to 64 (8)\n"                                           \
  "      --gate G            of the attention: log_key (the usual), literal or none\n"                                          \
  "      --act A             after each layer: relu (the usual), tanh or identity\n"                                            \
  "      --epochs N          at most (40)\n"                                                                                    \
  "      --patience N        epochs without a better validation before it stops, 0: never (10)\n"                               \
  "      --batch N           queries a step of the weights, 1 to 4096 (16)\n"                                                   \
  "      --rate R            learning rate (0.003)\n"                                                                           \
  "      --decay D           what the rate is multiplied by after each epoch (0.98)\n"                                          \
  "      --weight-decay D    share of each weight that is taken away, times the rate (0.0001)\n"                                \
  "      --dropout P         share of activations left out while learning, up to 0.9 (0)\n"                                     \
  "      --average A         share that the running mean of the weights keeps at each step, 0: none (0.995)\n"                  \
  "      --graph-share S     of the edges that are an epoch's graph, the others are asked for; 1: all are both (0.75)\n"        \
  "      --most-entities N   that a query may reach, 0: no limit (0)\n"                                                         \
  "      --epoch-queries N   at most in an epoch, 0: all (0)\n"                                                                 \
  "      --validation N      edges asked for after each epoch, evenly spaced, 0: all (1000)\n"                                  \
  "      --seed N            (1); the same seed, data and options give the same weights\n"                                      \
  "      --minutes M         stop after so long; --resume goes on (no limit)\n"                                                 \
  "      --resume            go on with what the file holds\n"

/* Takes one of them; false after a usage message. */
bool gnn_take_option(const cli_command *command, int option, const char *text, pel_gnn_options *out);
bool gnn_take_minutes(const cli_command *command, const char *text, double *out); /* of --minutes */

/* For a published set, by its folder's name, what was chosen for it on its validation split; else the usual. docs/methods.md has the same table. */
void gnn_options_of_set(const char *set, pel_gnn_options *out);

/* A line of progress on standard error; false once interrupted. For pel_gnn_train. */
bool gnn_show_progress(const pel_gnn_progress *progress, void *user);
const char *gnn_end_text(pel_gnn_end end);
