/* The actions of pellucid learn, a file each. */
#pragma once
#include <pellucid/learn.h>

#include "src/cli/cli.h"
#include "src/core/outfile.h"

extern const cli_command cli_learn;

/* argv[0] is the action's name. Each returns an exit status. */
int learn_links(int argc, char **argv);
int learn_rules(int argc, char **argv);
int learn_gnn(int argc, char **argv);

typedef struct learn_task { /* from a pack into a file, which is there as a whole or not at all */
  const char *pack, *output;
  bool force;
  pel_status (*learn)(void *user, const pel_pack_info *info, const pel_pack_graph *graph, pel_outfile *file, pel_error *err);
  void *user;
} learn_task;
pel_status learn_run(const learn_task *task, pel_error *err);
/* "Title, version, SHA-256 ...": what something was learnt from; cut between letters. */
enum { LEARN_NAME = 190 };
void learn_name(const pel_pack_info *info, char out[LEARN_NAME]);
/* How far links can be trusted, as text and into a JSON object. */
struct json_object;
void learn_print_trust(const pel_link_trust *t);
void learn_add_trust(struct json_object *o, const pel_link_trust *t);
/* Takes --work; false after a message. */
bool learn_take_work(uint64_t *out);
