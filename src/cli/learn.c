/* pellucid learn: what a pack's edges have to teach. This file only chooses. */
#include "src/cli/learn.h"

#include <string.h>

#include "engine/base/status.h"
#include "engine/base/text.h"
#include "src/cli/gnn_options.h"

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} actions[] = {{"rules", learn_rules}, {"links", learn_links}, {"gnn", learn_gnn}};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

static pel_status learn_into(const learn_task *t, pel_pack *pack, pel_outfile *file, pel_error *err) {
  pel_pack_graph *graph;
  PEL_TRY(pel_pack_graph_read(pack, &graph, err));
  pel_status status = t->learn(t->user, pel_pack_get_info(pack), graph, file, err);
  pel_pack_graph_free(graph);
  return status;
}

pel_status learn_run(const learn_task *t, pel_error *err) {
  pel_pack *pack;
  pel_outfile *file;
  PEL_TRY(cli_check_output(t->output, t->pack, "the pack itself", err));
  PEL_TRY(pel_pack_open(t->pack, &pack, err));
  pel_status status = pel_outfile_open(t->output, t->force, &file, err);
  if (status == PEL_OK) {
    status = learn_into(t, pack, file, err);
    if (status == PEL_OK) status = pel_outfile_commit(file, err);
    else pel_outfile_discard(file);
  }
  pel_pack_close(pack);
  return status;
}

void learn_name(const pel_pack_info *info, char out[LEARN_NAME]) {
  char title[61], version[41];
  snprintf(out, LEARN_NAME, "%s, %s, SHA-256 %.64s", pel_text_cut(title, sizeof title, *info->title ? info->title : info->name), pel_text_cut(version, sizeof version, *info->version ? info->version : "no version"), info->sha256);
}

bool learn_take_work(uint64_t *out) {
  if (!cli_u64(&cli_learn, "--work", optarg, out)) return false;
  if (*out) return true;
  cli_usage(&cli_learn, "--work takes a number over 0");
  return false;
}

static int run(int argc, char **argv) {
  if (argc < 2) return cli_usage(&cli_learn, "name what to learn: rules, links or gnn");
  for (int i = 0; i < N_ACTIONS; i++)
    if (strcmp(argv[1], actions[i].name) == 0) return actions[i].run(argc - 1, argv + 1);
  return cli_usage(&cli_learn, "nothing to learn called '%s'; there are rules, links and gnn", argv[1]);
}

const cli_command cli_learn = {
    "learn", "learn from the edges of a knowledge pack",
    "usage: pellucid learn rules X.pack -o FILE [OPTIONS]\n"
    "       pellucid learn links X.pack -o FILE [OPTIONS]\n"
    "       pellucid learn gnn X.pack -o X.safetensors [OPTIONS]\n\n"
    "rules looks for chains of edges that join what another edge joins as well, such as\n"
    "grandparent(X, Y) <- parent(X, A), parent(A, Y), counts how often that is so, and writes the rules as text, a line each\n"
    "with confidence, support and pairs, best first for each relation. Edges that the pack says are not so are left out.\n\n"
    "  -o, --output FILE       the rules\n"
    "      --force             replace that file\n"
    "      --length N          the longest chain: 1, 2 or 3 edges (2)\n"
    "      --support N         the fewest known cases of a rule (2)\n"
    "      --confidence C      the least share of its cases that are known, over 0 and at most 1 (0.01)\n"
    "      --most N            rules that are kept, the best (1000000)\n"
    "      --work N            steps along edges; a larger graph is sampled, which the file says (5000000000)\n"
    "  -t, --threads N         threads (all processors); the rules do not depend on it\n"
    "      --json              the summary as JSON\n\n"
    "links keeps the answers of some questions (entity, relation, ?) back, from either end, a fifth at a time; mines the rest; asks;\n"
    "and writes how far the answers and the chains that lead to them can be trusted. Kept in a pack (kb build --learnt), or given\n"
    "to an audit (--links), it makes the confidence of a link.\n\n"
    "  -o, --output FILE       the file\n"
    "      --force             replace that file\n"
    "      --length N          the longest chain: 1, 2 or 3 edges (3)\n"
    "      --work N            steps along edges of one mining of fifteen; a larger graph is sampled (5000000000)\n"
    "  -t, --threads N         threads (all processors)\n"
    "      --json              the summary as JSON\n\n"
    "gnn trains a graph network that walks the edges from a question and attends to those that lead to its answers. Some edges\n"
    "are held out; the epoch that answers them best is kept. The file is written after each epoch and now and then between:\n"
    "after Ctrl-C, --minutes or a crash the same command with --resume goes on, to the same weights.\n\n"
    "  -o, --output FILE       the weights (safetensors)\n"
    "      --force             replace that file\n"
    "      --held-out S        share of the edges that are held out, 0 to 0.5 (0.05)\n"
    "      --curve FILE        the loss curve as a picture: .png, .svg or .pdf\n"
    "      --links FILE        how far its answers can be trusted, by the edges held out (audit --gnn FILE --links FILE)\n"
    "  -t, --threads N         threads (all processors); the weights do not depend on it\n"
    "      --json              the summary as JSON\n" GNN_HELP "\n"
    "example: pellucid learn rules family.pack --length 3 -o family.rules\n"
    "example: pellucid learn gnn family.pack -o family.safetensors --curve family.png --minutes 30\n",
    run};
