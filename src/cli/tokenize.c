/* pellucid tokenize: a text as the model's own tokens. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "src/analysis/token_label.h"
#include "src/cli/cli.h"

static const struct option options[] = {{"prompt", required_argument, NULL, 'p'}, {"file", required_argument, NULL, 'f'},
                                        {"special", no_argument, NULL, 's'}, {"json", no_argument, NULL, 'j'}, {0}};

typedef struct tokenize_args {
  const char *model, *text, *file;
  bool special, json;
} tokenize_args;

static bool parse(tokenize_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "p:f:", options, NULL)) != -1) switch (option) {
      case 'p': a->text = optarg; break;
      case 'f': a->file = optarg; break;
      case 's': a->special = true; break;
      case 'j': a->json = true; break;
      default: return cli_usage(&cli_tokenize, "an option is not known or lacks its value") == CLI_OK;
    }
  if (optind != argc - 1) return cli_usage(&cli_tokenize, "name one model file") == CLI_OK;
  if (!a->text == !a->file) return cli_usage(&cli_tokenize, "give the text with either -p TEXT or -f FILE") == CLI_OK;
  a->model = argv[optind];
  return true;
}

static void print_token(const pel_tokenizer *tok, pel_token_id id) {
  size_t size;
  const char *piece = pel_tokenizer_piece(tok, id, &size);
  char *label = pel_token_label(piece, size);
  printf("%d\t%s\n", id, label ? label : "");
  free(label);
}

static void print_json(const pel_token_id *ids, size_t n) {
  fputs("[", stdout);
  for (size_t i = 0; i < n; i++) printf("%s%d", i ? ", " : "", ids[i]);
  puts("]");
}

static int run(int argc, char **argv) {
  tokenize_args a = {0};
  pel_error err;
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  char *bytes = NULL;
  size_t size = a.text ? strlen(a.text) : 0, n;
  if (a.file && cli_read_file(a.file, &bytes, &size, &err) != PEL_OK) return cli_fail(&err);
  pel_tokenizer *tok;
  pel_token_id *ids;
  pel_status status = pel_tokenizer_open(a.model, &tok, &err);
  if (status == PEL_OK) {
    status = pel_tokenizer_encode(tok, a.file ? bytes : a.text, size, a.special ? PEL_ENCODE_SPECIAL : 0, &ids, &n, &err);
    if (status == PEL_OK) {
      if (a.json) print_json(ids, n);
      else for (size_t i = 0; i < n; i++) print_token(tok, ids[i]);
      pel_free(ids);
    }
    pel_tokenizer_close(tok);
  }
  free(bytes);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}

const cli_command cli_tokenize = {
    "tokenize", "a text as the model's own tokens",
    "usage: pellucid tokenize MODEL (-p TEXT | -f FILE) [--special] [--json]\n\n"
    "Prints a line a token: its id and what it stands for. --json prints the ids alone. Without --special, control tokens in\n"
    "the text are plain text. No BOS is added.\n\n"
    "example: pellucid tokenize SmolLM2-135M-Instruct.Q4_1.gguf -p 'Hello world'\n",
    run};
