/* pellucid: the command line. One file a subcommand; this one only chooses. */
#include <locale.h>
#include <string.h>

#include "src/cli/cli.h"
#include "src/cli/eval.h"
#include "src/cli/learn.h"

static const cli_command *const commands[] = {&cli_record, &cli_export,   &cli_verify, &cli_info, &cli_review, &cli_report, &cli_diff,
                                              &cli_models, &cli_tokenize, &cli_bench, &cli_kb, &cli_audit, &cli_learn, &cli_eval};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out) {
  fputs("pellucid records what a reasoning model does, exactly, and shows why it concluded what it did.\n\n"
        "usage: pellucid COMMAND [ARGUMENTS]\n\n", out);
  for (int i = 0; i < N_COMMANDS; i++) fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
  fputs("\n'pellucid COMMAND --help' tells more, with an example. Results go to standard output, messages to standard\n"
        "error. Exit status: 0 ok, 1 failure, 2 usage, 3 bad input, 4 a check failed, 130 interrupted.\n", out);
}

static const cli_command *find(const char *name) {
  for (int i = 0; i < N_COMMANDS; i++)
    if (strcmp(commands[i]->name, name) == 0) return commands[i];
  return NULL;
}

int main(int argc, char **argv) {
  setlocale(LC_ALL, "");
  cli_catch_signals();
  if (argc < 2) {
    print_help(stderr);
    return CLI_USAGE;
  }
  const char *name = argv[1];
  if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
    const cli_command *topic = argc > 2 ? find(argv[2]) : NULL;
    if (topic) fputs(topic->help, stdout);
    else print_help(stdout);
    return cli_finish(CLI_OK);
  }
  if (!strcmp(name, "--version")) {
    printf("pellucid %s\n", pel_version());
    return cli_finish(CLI_OK);
  }
  const cli_command *command = find(name);
  if (!command) {
    return cli_usage(NULL, "no command '%s'", name);
  }
  for (int i = 2; i < argc && strcmp(argv[i], "--"); i++)
    if (!strcmp(argv[i], "--help")) {
      fputs(command->help, stdout);
      return cli_finish(CLI_OK);
    }
  return cli_finish(command->run(argc - 1, argv + 1));
}
