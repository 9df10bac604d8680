/* pellucid diff: what two traces of one question say otherwise. */
#include <stdlib.h>

#include "engine/base/status.h"
#include "src/cli/cli.h"
#include "src/core/diff_text.h"

typedef struct diff_args {
  const char *a, *b, *output;
  bool json, force;
} diff_args;

enum { OPT_FORCE = 256 };

static const struct option options[] = {
    {"json", no_argument, NULL, 'j'}, {"output", required_argument, NULL, 'o'}, {"force", no_argument, NULL, OPT_FORCE}, {0}};

static bool take_option(diff_args *d, int option) {
  switch (option) {
    case 'j': return d->json = true;
    case 'o': d->output = optarg; return true;
    case OPT_FORCE: return d->force = true;
    default: return cli_usage(&cli_diff, "an option is not known or lacks its value") == CLI_OK;
  }
}

static bool parse(diff_args *d, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
    if (!take_option(d, option)) return false;
  if (optind != argc - 2) return cli_usage(&cli_diff, "name two traces") == CLI_OK;
  if (d->json && d->output) return cli_usage(&cli_diff, "--json prints, -o writes a file whose suffix chooses the format: one of them") == CLI_OK;
  d->a = argv[optind];
  d->b = argv[optind + 1];
  return true;
}

static pel_status tell(const diff_args *d, const pel_comparison *c, pel_error *err) {
  if (d->output) return pel_comparison_save(c, d->output, d->force, err);
  char *text = pel_comparison_write(c, d->json ? PEL_COMPARISON_JSON : PEL_COMPARISON_TEXT);
  if (!text) return pel_fail_memory(err, "a comparison", 0);
  fputs(text, stdout);
  free(text);
  return PEL_OK;
}

static int compare(const diff_args *d, pel_trace *a, pel_trace *b) {
  pel_error err;
  pel_comparison *c;
  if (pel_comparison_make(a, d->a, b, d->b, &c, &err) != PEL_OK) return cli_fail(&err);
  bool same = pel_comparison_same(c);
  pel_status status = tell(d, c, &err);
  pel_comparison_free(c);
  return status != PEL_OK ? cli_fail(&err) : same ? CLI_OK : CLI_CHECK_FAILED;
}

static int run(int argc, char **argv) {
  diff_args d = {0};
  pel_error err;
  pel_trace *a, *b;
  if (!parse(&d, argc, argv)) return CLI_USAGE;
  if (pel_trace_open(d.a, &a, &err) != PEL_OK) return cli_fail(&err);
  if (pel_trace_open(d.b, &b, &err) != PEL_OK) {
    pel_trace_close(a);
    return cli_fail(&err);
  }
  int status = compare(&d, a, b);
  pel_trace_close(a);
  pel_trace_close(b);
  return status;
}

const cli_command cli_diff = {
    "diff", "what two traces of one question say otherwise",
    "usage: pellucid diff a.pel b.pel [--json]\n"
    "       pellucid diff a.pel b.pel [--force] -o X.json|md\n\n"
    "Aligns two recorded reasonings: facts, steps, rules, sources, what was looked up, the conclusion. It says what is only in one and\n"
    "what changed, the first difference in reading order with both sides' reasons, and the step that it comes from; of two runs of a\n"
    "model the first token that is another one. Exit status 0 when the two are the same in substance, 4 when they differ. Settings,\n"
    "reviews, times and the order of steps alone are no difference.\n\n"
    "      --json             the same as JSON\n"
    "  -o, --output FILE      into a file; the suffix chooses the format\n"
    "      --force            replace an existing file\n\n"
    "example: pellucid diff before.pel after.pel\n",
    run};
