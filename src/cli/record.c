/* pellucid record: a prompt in, text and a trace out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/file.h"
#include "engine/base/status.h"
#include "src/cli/cli.h"

typedef struct record_args {
  pel_record_options o;
  const char *model, *text, *file, *layers, *heads;
  char *file_text;
  bool no_trace, has_output;
  int output_error; /* errno of standard output, when it failed */
  double last_shown;
} record_args;

enum { OPT_SYSTEM = 256, OPT_RAW, OPT_TEMP, OPT_TOP_K, OPT_TOP_P, OPT_MIN_P, OPT_PENALTY, OPT_SEED, OPT_CTX, OPT_NO_TRACE,
       OPT_FORCE, OPT_NO_LOGPROBS, OPT_LAYERS, OPT_HEADS, OPT_TEMPLATE, OPT_SPECIAL, OPT_BATCH };

static const struct option options[] = {
    {"prompt", required_argument, NULL, 'p'}, {"file", required_argument, NULL, 'f'}, {"system", required_argument, NULL, OPT_SYSTEM},
    {"raw", no_argument, NULL, OPT_RAW}, {"predict", required_argument, NULL, 'n'}, {"temp", required_argument, NULL, OPT_TEMP},
    {"top-k", required_argument, NULL, OPT_TOP_K}, {"top-p", required_argument, NULL, OPT_TOP_P}, {"min-p", required_argument, NULL, OPT_MIN_P},
    {"repeat-penalty", required_argument, NULL, OPT_PENALTY}, {"seed", required_argument, NULL, OPT_SEED}, {"threads", required_argument, NULL, 't'},
    {"ctx", required_argument, NULL, OPT_CTX}, {"output", required_argument, NULL, 'o'}, {"no-trace", no_argument, NULL, OPT_NO_TRACE},
    {"force", no_argument, NULL, OPT_FORCE}, {"no-prompt-logprobs", no_argument, NULL, OPT_NO_LOGPROBS},
    {"layers", required_argument, NULL, OPT_LAYERS}, {"heads", required_argument, NULL, OPT_HEADS},
    {"chat-template", required_argument, NULL, OPT_TEMPLATE}, {"special", no_argument, NULL, OPT_SPECIAL},
    {"batch", required_argument, NULL, OPT_BATCH}, {0}};

/* A second one would silently replace the first: nobody means that of a prompt or a file. */
static bool once(const char **value, const char *name, const char *arg) {
  if (*value) return cli_usage(&cli_record, "give %s only once", name) == CLI_OK;
  *value = arg;
  return true;
}

static bool take_option(record_args *a, int option, const char *arg) {
  const cli_command *c = &cli_record;
  pel_sampler_options *s = &a->o.sampler;
  uint32_t threads;
  switch (option) {
    case 'p': return once(&a->text, "-p", arg);
    case 'f': return once(&a->file, "-f", arg);
    case 'o': a->has_output = true; return once(&a->o.output, "-o", arg);
    case 'n': return cli_u32(c, "-n", arg, 0, 1u << 24, &a->o.n_predict);
    case 't':
      if (!cli_u32(c, "-t", arg, 1, 64, &threads)) return false;
      a->o.threads = (int)threads;
      return true;
    case OPT_SYSTEM: a->o.system = arg; a->o.system_size = strlen(arg); return true;
    case OPT_RAW: return a->o.raw = true;
    case OPT_TEMP: return cli_float(c, "--temp", arg, &s->temperature);
    case OPT_TOP_K: return cli_u32(c, "--top-k", arg, 0, UINT32_MAX, &s->top_k);
    case OPT_TOP_P: return cli_float(c, "--top-p", arg, &s->top_p);
    case OPT_MIN_P: return cli_float(c, "--min-p", arg, &s->min_p);
    case OPT_PENALTY: return cli_float(c, "--repeat-penalty", arg, &s->repeat_penalty);
    case OPT_SEED: return cli_u64(c, "--seed", arg, &s->seed);
    case OPT_CTX: return cli_u32(c, "--ctx", arg, 1, 1u << 24, &a->o.n_context);
    case OPT_NO_TRACE: return a->no_trace = true;
    case OPT_FORCE: return a->o.force = true;
    case OPT_NO_LOGPROBS: return a->o.no_prompt_logprobs = true;
    case OPT_LAYERS: a->layers = arg; return true;
    case OPT_HEADS: a->heads = arg; return true;
    case OPT_TEMPLATE: a->o.chat_template = arg; return true;
    case OPT_SPECIAL: return a->o.special = true;
    case OPT_BATCH: return cli_u32(c, "--batch", arg, 1, PEL_BATCH_MAX, &a->o.batch);
    default: return cli_usage(c, "an option is not known or lacks its value") == CLI_OK;
  }
}

static bool parse(record_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "p:f:n:t:o:", options, NULL)) != -1)
    if (!take_option(a, option, optarg)) return false;
  if (optind != argc - 1) return cli_usage(&cli_record, "name one model file") == CLI_OK;
  a->model = argv[optind];
  if (!a->text == !a->file) return cli_usage(&cli_record, "give the prompt with either -p TEXT or -f FILE") == CLI_OK;
  if (a->no_trace && a->has_output) return cli_usage(&cli_record, "-o and --no-trace exclude each other") == CLI_OK;
  if (!a->no_trace && !a->has_output) a->o.output = "run.pel";
  return true;
}

/* ---- callbacks ---- */

static void on_text(void *user, const char *bytes, size_t size) {
  record_args *a = user;
  if (fwrite(bytes, 1, size, stdout) != size || fflush(stdout) != 0) a->output_error = errno ? errno : EIO;
}

static void on_start(void *user, const pel_record_plan *plan) {
  const record_args *a = user;
  char each[24], all[24], memory[24];
  fprintf(stderr, "%u prompt tokens, up to %u in all, %s of memory", plan->n_prompt, plan->n_context,
          cli_bytes(memory, (double)plan->session_bytes));
  if (a->o.output)
    fprintf(stderr, "; recording to %s: %s a token, about %s in all", a->o.output, cli_bytes(each, (double)plan->trace_bytes_a_token),
            cli_bytes(all, (double)plan->trace_bytes_most));
  fputc('\n', stderr);
}

static void on_progress(void *user, uint32_t done, uint32_t total) {
  record_args *a = user;
  double now = pel_clock_seconds();
  if (done < total && now - a->last_shown > 0.1) cli_progress("prompt: %u of %u tokens", done, total);
  else if (done == total) cli_progress_end();
  a->last_shown = now;
}

static bool cancelled(void *user) {
  const record_args *a = user;
  return cli_interrupted() || a->output_error;
}

/* ---- the run ---- */

static void report(const record_args *a, const pel_record_result *r) {
  static const char *const why[] = {"the model ended its turn", "-n reached", "the context is full (see --ctx)", "interrupted", "stopped by an error"};
  if (r->n_generated && !a->output_error) fputc('\n', stdout), fflush(stdout);
  fprintf(stderr, "prompt %u tokens", r->n_prompt);
  if (r->prefill_seconds > 0) fprintf(stderr, ", %.1f tokens/s", r->n_prompt / r->prefill_seconds);
  fprintf(stderr, "; generated %u", r->n_generated);
  if (r->decode_seconds > 0 && r->n_generated > 1) fprintf(stderr, ", %.1f tokens/s", (r->n_generated - 1) / r->decode_seconds);
  fprintf(stderr, " (%s)", why[r->stop]);
  if (r->waited_seconds > 0.05) fprintf(stderr, "; waited %.1f s for the disk", r->waited_seconds);
  if (a->o.output && r->n_prompt) fprintf(stderr, "; trace: %s", a->o.output);
  fputc('\n', stderr);
}

static bool choose(const record_args *a, const pel_model *model, bool **layers, bool **heads) {
  uint32_t n_layers = pel_model_get_info(model)->n_layers, n_head = pel_model_get_layer(model, 0)->n_head;
  if (a->layers) *layers = malloc(n_layers * sizeof **layers);
  if (a->heads) *heads = malloc(n_head * sizeof **heads);
  return (!a->layers || cli_set(&cli_record, "--layers", a->layers, *layers, n_layers)) &&
         (!a->heads || cli_set(&cli_record, "--heads", a->heads, *heads, n_head));
}

static int record_with(record_args *a, pel_model *model) {
  bool *layers = NULL, *heads = NULL;
  pel_error err;
  pel_record_result result;
  int status = CLI_USAGE;
  if (choose(a, model, &layers, &heads)) {
    a->o.layers = layers, a->o.heads = heads;
    pel_status recorded = pel_record(model, &a->o, &result, &err);
    cli_progress_end();
    if (result.n_prompt || result.n_generated || result.stop == PEL_STOP_CANCELLED) report(a, &result);
    if (a->output_error) recorded = pel_fail(&err, PEL_ERR_IO, "can't write to standard output: %s; the trace holds what was recorded", strerror(a->output_error));
    status = recorded == PEL_OK ? CLI_OK : cli_interrupted() && recorded == PEL_ERR_CANCELLED ? CLI_INTERRUPTED : cli_fail(&err);
  }
  free(layers);
  free(heads);
  return status;
}

/* Before a model is loaded for nothing. */
static int check_output(const pel_record_options *o) {
  char *target;
  bool exists;
  pel_error err;
  if (!o->output) return CLI_OK;
  if (pel_file_target(o->output, &target, &exists, &err) != PEL_OK) return cli_fail(&err);
  free(target);
  if (!exists || o->force) return CLI_OK;
  fprintf(stderr, "pellucid: %s: the file exists; use --force to replace it, or another -o\n", o->output);
  return CLI_FAILED;
}

static int run(int argc, char **argv) {
  record_args a = {.o = PEL_RECORD_DEFAULTS};
  pel_error err;
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  a.o.prompt = a.text;
  a.o.prompt_size = a.text ? strlen(a.text) : 0;
  if (a.file && cli_read_file(a.file, &a.file_text, &a.o.prompt_size, &err) != PEL_OK) return cli_fail(&err);
  if (a.file) a.o.prompt = a.file_text;
  a.o.user = &a, a.o.on_text = on_text, a.o.on_start = on_start, a.o.on_progress = on_progress, a.o.cancelled = cancelled;
  char generator[64];
  snprintf(generator, sizeof generator, "pellucid %s", pel_version());
  a.o.generator = generator;
  int refused = check_output(&a.o);
  if (refused != CLI_OK) return free(a.file_text), refused;
  pel_model_options loading = {.threads = a.o.threads, .n_context = a.o.n_context ? a.o.n_context : a.o.n_predict, .progress = cli_progress_fraction, .user = "loading the model:"};
  pel_model *model;
  int status;
  if (pel_model_open(a.model, &loading, &model, &err) != PEL_OK) {
    status = cli_fail(&err);
  } else {
    cli_progress_end();
    status = record_with(&a, model);
    pel_model_close(model);
  }
  free(a.file_text);
  return status;
}

const cli_command cli_record = {
    "record", "run a model on a prompt and record it",
    "usage: pellucid record MODEL (-p TEXT | -f FILE) [OPTIONS]\n\n"
    "Runs a GGUF model, streams its text to standard output and records every attention row exactly.\n\n"
    "  -p, --prompt TEXT       the user's message\n"
    "  -f, --file FILE         the same from a file, byte for byte ('-': standard input)\n"
    "      --system TEXT       a system message instead of the template's own\n"
    "      --raw               no chat template; only the BOS that the file's own flag asks for\n"
    "      --chat-template T   a template by name, or 'none', when the file's own is not recognised\n"
    "      --special           control tokens in the texts are recognised (otherwise they are plain text)\n"
    "  -n, --predict N         tokens to generate at most (256); 0 records the prompt alone\n"
    "      --temp T            temperature; 0, the default, takes the most likely token\n"
    "      --top-k K, --top-p P, --min-p P, --repeat-penalty R, --seed S\n"
    "  -t, --threads N         threads (all processors)\n"
    "      --ctx N             tokens that the context holds (prompt + N of -n)\n"
    "      --batch N           prompt tokens a batch, 1 to 512 (512); the result has the same bits\n"
    "  -o, --output FILE       the trace (run.pel)\n"
    "      --no-trace          write none\n"
    "      --force             replace an existing trace\n"
    "      --layers SET        layers to record, such as 0:4,12 (all)\n"
    "      --heads SET         query heads to record (all)\n"
    "      --no-prompt-logprobs  leave out the prompt's log-probabilities (faster)\n\n"
    "example: pellucid record SmolLM2-135M-Instruct.Q4_1.gguf -p 'Why is the sky blue?' -n 64 -o sky.pel\n",
    run};
