/* pellucid report: a trace's reasoning as a document. */
#include "src/core/report.h"

#include <stdlib.h>
#include <string.h>

#include "src/cli/cli.h"

typedef struct report_args {
  pel_report_options o;
  const char *trace, *output;
} report_args;

enum { OPT_SIZE = 256, OPT_FORCE };

static const struct option options[] = {
    {"output", required_argument, NULL, 'o'}, {"size", required_argument, NULL, OPT_SIZE}, {"force", no_argument, NULL, OPT_FORCE}, {0}};

static bool take_size(report_args *a, const char *arg) {
  bool letter = !strcmp(arg, "letter") || !strcmp(arg, "Letter");
  a->o.paper = letter ? PEL_PAPER_LETTER : PEL_PAPER_A4;
  return letter || !strcmp(arg, "A4") || !strcmp(arg, "a4") || cli_usage(&cli_report, "--size takes A4 or letter, not '%s'", arg) == CLI_OK;
}

static bool take_option(report_args *a, int option) {
  switch (option) {
    case 'o': a->output = optarg; return true;
    case OPT_SIZE: return take_size(a, optarg);
    case OPT_FORCE: return a->o.force = true;
    default: return cli_usage(&cli_report, "an option is not known or lacks its value") == CLI_OK;
  }
}

static bool parse(report_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
    if (!take_option(a, option)) return false;
  if (optind != argc - 1) return cli_usage(&cli_report, "name one trace") == CLI_OK;
  if (!a->output) return cli_usage(&cli_report, "name the file to write with -o") == CLI_OK;
  a->trace = argv[optind];
  return true;
}

static bool stopped(void *user) {
  (void)user;
  return cli_interrupted();
}

static int run(int argc, char **argv) {
  report_args a = {0};
  pel_error err;
  pel_trace *trace;
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  const char *slash = strrchr(a.trace, '/');
  a.o.cancelled = stopped;
  a.o.name = slash ? slash + 1 : a.trace;
  if (pel_trace_open(a.trace, &trace, &err) != PEL_OK) return cli_fail(&err);
  pel_status status = pel_report_export(trace, &a.o, a.output, &err);
  const pel_trace_info *info = pel_trace_get_info(trace);
  if (status == PEL_OK && !info->complete)
    fprintf(stderr, "pellucid: note: %s was cut short%s%s; this is what it holds\n", a.trace, *info->note ? ": " : "", info->note);
  pel_trace_close(trace);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}

const cli_command cli_report = {
    "report", "a trace's reasoning as a document",
    "usage: pellucid report run.pel [--size A4|letter] [--force] -o X.html|pdf\n\n"
    "First page: the question, the conclusion, what it rests on, what is missing, who reviewed it, the trace's hash. Then the numbered\n"
    "reasoning, the case's text, every quotation with its source, what was considered and not used, the review log, open points,\n"
    "the rules as written, and how it was made. The HTML is one file that loads nothing. Exit status 4 when the trace's hash or the chain of\n"
    "its reviews does not hold; the report is written and says so.\n\n"
    "  -o, --output FILE      the report; the suffix chooses the format\n"
    "      --size SIZE        A4 (the default) or letter\n"
    "      --force            replace an existing file\n\n"
    "example: pellucid report case.pel -o case.pdf\n",
    run};
