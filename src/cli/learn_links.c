/* pellucid learn links: how far what a pack's chains lead to can be trusted, into a file. */
#include <json-c/json.h>
#include <pellucid/learn.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/number.h"
#include "engine/base/pool.h"
#include "engine/base/status.h"
#include "src/cli/learn.h"

enum { OPT_FORCE = 256, OPT_LENGTH, OPT_WORK, OPT_JSON };

typedef struct link_args {
  const char *pack, *output;
  pel_mining how;
  bool force, json;
} link_args;

static bool take_option(link_args *a, int option) {
  switch (option) {
    case 'o': return a->output = optarg, true;
    case 't': return cli_u32(&cli_learn, "--threads", optarg, 1, PEL_POOL_MAX, &a->how.threads);
    case OPT_FORCE: return a->force = true;
    case OPT_JSON: return a->json = true;
    case OPT_LENGTH: return cli_u32(&cli_learn, "--length", optarg, 1, PEL_CHAIN_LONGEST, &a->how.length);
    case OPT_WORK: return learn_take_work(&a->how.work);
    default: cli_usage(&cli_learn, "learn links: an option is not known or lacks its value"); return false;
  }
}

static bool read_args(int argc, char **argv, link_args *a) {
  static const struct option options[] = {{"output", required_argument, NULL, 'o'}, {"threads", required_argument, NULL, 't'}, {"force", no_argument, NULL, OPT_FORCE},
                                          {"length", required_argument, NULL, OPT_LENGTH}, {"work", required_argument, NULL, OPT_WORK}, {"json", no_argument, NULL, OPT_JSON}, {0}};
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:t:", options, NULL)) != -1)
    if (!take_option(a, option)) return false;
  if (optind != argc - 1) return cli_usage(&cli_learn, "learn links: name one pack"), false;
  if (!a->output) return cli_usage(&cli_learn, "learn links: name the file with -o"), false;
  a->pack = argv[optind];
  return true;
}

typedef struct learning {
  const link_args *a;
  pel_link_trust *t;
} learning;

static pel_status learn(void *user, const pel_pack_info *info, const pel_pack_graph *g, pel_outfile *file, pel_error *err) {
  const learning *l = user;
  pel_error inner = {0};
  char *text;
  pel_status status = pel_link_trust_learn(g->graph, &l->a->how, l->t, &inner);
  if (status != PEL_OK) return pel_fail(err, status, "%s: %s", l->a->pack, inner.text);
  learn_name(info, l->t->learnt_from);
  PEL_TRY(pel_link_trust_text(l->t, &text, err));
  pel_outfile_puts(file, text);
  free(text);
  return PEL_OK;
}

static void print_text(const link_args *a, const pel_link_trust *t, double seconds) {
  char n[40];
  learn_print_trust(t);
  printf("in %s s, written to %s\n", pel_format_fixed(n, sizeof n, seconds, 1), a->output);
}

static void print_json(const pel_link_trust *t, double seconds) {
  struct json_object *o = json_object_new_object();
  learn_add_trust(o, t);
  cli_add_number(o, "seconds", seconds);
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
  json_object_put(o);
}

int learn_links(int argc, char **argv) {
  link_args a = {.how = {.length = 3, .threads = (uint32_t)pel_cpu_count(), .progress = cli_progress_fraction, .user = "asking"}};
  if (!read_args(argc, argv, &a)) return CLI_USAGE;
  pel_link_trust t = {0};
  pel_error err;
  double start = pel_clock_seconds();
  pel_status status = learn_run(&(learn_task){a.pack, a.output, a.force, learn, &(learning){&a, &t}}, &err);
  cli_progress_end();
  if (status != PEL_OK) return cli_fail(&err);
  if (a.json) print_json(&t, pel_clock_seconds() - start);
  else print_text(&a, &t, pel_clock_seconds() - start);
  return cli_finish(CLI_OK);
}
