/* pellucid bench: speed, and the cost of recording measured beside the same run without it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/number.h"
#include "src/cli/cli.h"

typedef struct bench_args {
  const char *model, *folder;
  uint32_t prompt, generate, threads, repeats;
  bool record, logprobs, json;
} bench_args;

enum { OPT_RECORD = 256, OPT_REPEATS, OPT_LOGPROBS, OPT_FOLDER };

static const struct option options[] = {{"prompt", required_argument, NULL, 'p'}, {"generate", required_argument, NULL, 'n'},
                                        {"threads", required_argument, NULL, 't'}, {"repeats", required_argument, NULL, OPT_REPEATS},
                                        {"record", no_argument, NULL, OPT_RECORD}, {"prompt-logprobs", no_argument, NULL, OPT_LOGPROBS},
                                        {"folder", required_argument, NULL, OPT_FOLDER}, {"json", no_argument, NULL, 'j'}, {0}};

static bool parse(bench_args *a, int argc, char **argv) {
  const cli_command *c = &cli_bench;
  int option;
  bool ok = true;
  opterr = 0;
  while (ok && (option = getopt_long(argc, argv, "p:n:t:", options, NULL)) != -1) switch (option) {
      case 'p': ok = cli_u32(c, "--prompt", optarg, 1, 1u << 20, &a->prompt); break;
      case 'n': ok = cli_u32(c, "--generate", optarg, 0, 1u << 20, &a->generate); break;
      case 't': ok = cli_u32(c, "-t", optarg, 1, 64, &a->threads); break;
      case OPT_REPEATS: ok = cli_u32(c, "--repeats", optarg, 1, 1000, &a->repeats); break;
      case OPT_RECORD: a->record = true; break;
      case OPT_LOGPROBS: a->logprobs = true; break;
      case OPT_FOLDER: a->folder = optarg; break;
      case 'j': a->json = true; break;
      default: ok = cli_usage(c, "an option is not known or lacks its value") == CLI_OK;
    }
  if (ok && optind != argc - 1) ok = cli_usage(c, "name one model file") == CLI_OK;
  if (ok) a->model = argv[optind];
  return ok;
}

typedef struct series {
  double *prefill, *decode; /* tokens per second */
  uint32_t n;
} series;

static bool cancelled(void *user) {
  (void)user;
  return cli_interrupted();
}

/* One run on made-up tokens; generation never ends early, because nothing looks at what is generated. */
static pel_status run_once(const bench_args *a, pel_model *model, const pel_token_id *ids, const char *trace, series *out,
                           pel_error *err) {
  pel_record_options o = PEL_RECORD_DEFAULTS;
  o.ids = ids, o.n_ids = a->prompt, o.n_predict = a->generate + 1, o.threads = (int)a->threads;
  o.output = trace, o.force = true, o.no_prompt_logprobs = !a->logprobs, o.cancelled = cancelled, o.ignore_end = true;
  pel_record_result r;
  pel_status status = pel_record(model, &o, &r, err);
  if (status != PEL_OK) return status;
  out->prefill[out->n] = r.n_prompt / r.prefill_seconds;
  out->decode[out->n++] = r.decode_seconds > 0 ? (r.n_generated - 1) / r.decode_seconds : 0;
  return PEL_OK;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *values, uint32_t n) {
  double *sorted = malloc(n * sizeof *sorted);
  if (!sorted) return 0;
  memcpy(sorted, values, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, compare);
  double middle = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  free(sorted);
  return middle;
}

/* The median of the paired slow-downs in percent: 100 (plain / recorded - 1). */
static double cost(const double *plain, const double *recorded, uint32_t n) {
  double *each = malloc(n * sizeof *each);
  if (!each) return 0;
  for (uint32_t i = 0; i < n; i++) each[i] = recorded[i] > 0 ? 100 * (plain[i] / recorded[i] - 1) : 0;
  double middle = median(each, n);
  free(each);
  return middle;
}

static double fastest(const double *values, uint32_t n) {
  double best = 0;
  for (uint32_t i = 0; i < n; i++) best = values[i] > best ? values[i] : best;
  return best;
}

/* The slow-down between the fastest rounds of both: what other programs on the machine do to single rounds drops out. */
static double cost_of_fastest(const double *plain, const double *recorded, uint32_t n) {
  double slower = fastest(recorded, n);
  return slower > 0 ? 100 * (fastest(plain, n) / slower - 1) : 0;
}

static void print_number(const char *name, double value, bool json, bool last) {
  char text[40];
  pel_format_fixed(text, sizeof text, value, 2);
  if (json) printf("  \"%s\": %s%s\n", name, text, last ? "" : ",");
  else printf("%-32s %s\n", name, text);
}

static void print(const bench_args *a, const series *plain, const series *recorded) {
  if (a->json) puts("{");
  print_number("prompt_tokens", a->prompt, a->json, false);
  print_number("generated_tokens", a->generate, a->json, false);
  print_number("repeats", plain->n, a->json, false);
  print_number("prefill_tokens_per_s", median(plain->prefill, plain->n), a->json, false);
  print_number("decode_tokens_per_s", median(plain->decode, plain->n), a->json, !a->record);
  if (a->record) {
    print_number("recorded_prefill_tokens_per_s", median(recorded->prefill, plain->n), a->json, false);
    print_number("recorded_decode_tokens_per_s", median(recorded->decode, plain->n), a->json, false);
    print_number("prefill_cost_percent", cost(plain->prefill, recorded->prefill, plain->n), a->json, false);
    print_number("decode_cost_percent", cost(plain->decode, recorded->decode, plain->n), a->json, false);
    print_number("prefill_cost_of_fastest_percent", cost_of_fastest(plain->prefill, recorded->prefill, plain->n), a->json, false);
    print_number("decode_cost_of_fastest_percent", cost_of_fastest(plain->decode, recorded->decode, plain->n), a->json, true);
  }
  if (a->json) puts("}");
}

static pel_status measure(const bench_args *a, pel_model *model, series *plain, series *recorded, pel_error *err) {
  char trace[4096];
  snprintf(trace, sizeof trace, "%s/pellucid-bench-%ld.pel", a->folder ? a->folder : "/tmp", (long)getpid());
  pel_token_id *ids = malloc(a->prompt * sizeof *ids);
  uint32_t n_vocab = pel_model_get_info(model)->n_vocab;
  for (uint32_t i = 0; ids && i < a->prompt; i++) ids[i] = (pel_token_id)((i * 7919u + 13) % n_vocab);
  pel_status status = ids ? PEL_OK : PEL_ERR_MEMORY;
  for (uint32_t i = 0; i < a->repeats && status == PEL_OK; i++) {
    cli_progress("round %u of %u", i + 1, a->repeats);
    /* Which of the two goes first changes from round to round. */
    if (a->record && i % 2) status = run_once(a, model, ids, trace, recorded, err);
    if (status == PEL_OK) status = run_once(a, model, ids, NULL, plain, err);
    if (a->record && i % 2 == 0 && status == PEL_OK) status = run_once(a, model, ids, trace, recorded, err);
  }
  if (a->record) unlink(trace);
  free(ids);
  cli_progress_end();
  return status;
}

static int run(int argc, char **argv) {
  bench_args a = {.prompt = 512, .generate = 64, .repeats = 3};
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  pel_error err = {PEL_ERR_MEMORY, "out of memory"};
  pel_model *model;
  pel_model_options loading = {.threads = (int)a.threads, .progress = cli_progress_fraction, .user = "loading the model:"};
  if (pel_model_open(a.model, &loading, &model, &err) != PEL_OK) return cli_fail(&err);
  series plain = {malloc(a.repeats * sizeof(double)), malloc(a.repeats * sizeof(double)), 0};
  series recorded = {malloc(a.repeats * sizeof(double)), malloc(a.repeats * sizeof(double)), 0};
  pel_status status = PEL_ERR_MEMORY;
  if (plain.prefill && plain.decode && recorded.prefill && recorded.decode) status = measure(&a, model, &plain, &recorded, &err);
  if (status == PEL_OK) print(&a, &plain, &recorded);
  free(plain.prefill), free(plain.decode), free(recorded.prefill), free(recorded.decode);
  pel_model_close(model);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}

const cli_command cli_bench = {
    "bench", "measure speed and the cost of recording",
    "usage: pellucid bench MODEL [--prompt N] [--generate N] [-t THREADS] [--repeats R] [--record [--folder DIR]]\n"
    "                            [--prompt-logprobs] [--json]\n\n"
    "Prefill and decode speed on made-up tokens, medians over the repeats. --record runs each round twice, with and without\n"
    "a trace, in changing order, and prints the median of the paired slow-downs. --prompt-logprobs adds the prompt's\n"
    "log-probabilities to the recorded runs.\n\n"
    "example: pellucid bench SmolLM2-135M-Instruct.Q4_1.gguf --prompt 512 --generate 64 --record --repeats 5\n",
    run};
