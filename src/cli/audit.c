/* pellucid audit: a case against a knowledge pack. */
#include <pellucid/audit.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/analysis/because_text.h"
#include "src/cli/audit_json.h"
#include "src/cli/cli.h"
#include "src/core/audit_model.h"
#include "src/core/private_folder.h"

enum { OPT_KB = 256, OPT_MODEL, OPT_ENCODER, OPT_JSON, OPT_FORCE, OPT_STEPS, OPT_NO_RETRIEVE, OPT_TEMPLATE, OPT_CHAINS, OPT_LINKS, OPT_GNN, OPT_WEIGHTS, OPT_ABSTAIN };

static const struct option options[] = {{"kb", required_argument, NULL, OPT_KB}, {"model", required_argument, NULL, OPT_MODEL}, {"encoder", required_argument, NULL, OPT_ENCODER}, {"predict", required_argument, NULL, 'n'}, {"threads", required_argument, NULL, 't'}, {"output", required_argument, NULL, 'o'}, {"json", no_argument, NULL, OPT_JSON},
                                        {"force", no_argument, NULL, OPT_FORCE}, {"steps", required_argument, NULL, OPT_STEPS},
                                        {"no-retrieve", no_argument, NULL, OPT_NO_RETRIEVE}, {"chat-template", required_argument, NULL, OPT_TEMPLATE},
                                        {"chains", required_argument, NULL, OPT_CHAINS}, {"links", required_argument, NULL, OPT_LINKS}, {"gnn", required_argument, NULL, OPT_GNN},
                                        {"weights", required_argument, NULL, OPT_WEIGHTS}, {"abstain", required_argument, NULL, OPT_ABSTAIN}, {0}};

typedef struct audit_args {
  pel_audit_options o;
  bool json;
  const char *model, *encoder, *chat_template;
  uint32_t predict, threads;
} audit_args;

static bool parse(audit_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:n:t:", options, NULL)) != -1) switch (option) {
      case OPT_KB: a->o.pack_path = optarg; break;
      case OPT_MODEL: a->model = optarg; break;
      case OPT_ENCODER: a->encoder = optarg; break;
      case 'n':
        if (!cli_u32(&cli_audit, "-n", optarg, 1, 4096, &a->predict)) return false;
        break;
      case 't':
        if (!cli_u32(&cli_audit, "-t", optarg, 1, 64, &a->threads)) return false;
        break;
      case 'o': a->o.output = optarg; break;
      case OPT_JSON: a->json = true; break;
      case OPT_FORCE: a->o.force = true; break;
      case OPT_TEMPLATE: a->chat_template = optarg; break;
      case OPT_CHAINS: a->o.chains = optarg; break;
      case OPT_LINKS: a->o.links = optarg; break;
      case OPT_GNN: a->o.gnn = optarg; break;
      case OPT_WEIGHTS: a->o.weights = optarg; break;
      case OPT_ABSTAIN:
        if (!pel_parse_double(optarg, &a->o.abstain) || !(a->o.abstain >= 0 && a->o.abstain <= 1)) return cli_usage(&cli_audit, "--abstain takes a number from 0 to 1, not '%s'", optarg) == CLI_OK;
        a->o.level_asked = true;
        break;
      case OPT_NO_RETRIEVE: a->o.retrieve = false; break;
      case OPT_STEPS:
        if (!cli_u64(&cli_audit, "--steps", optarg, &a->o.limits.steps)) return false;
        break;
      default: return cli_usage(&cli_audit, "an option is not known or lacks its value") == CLI_OK;
    }
  if (optind != argc - 1) return cli_usage(&cli_audit, "name one case file") == CLI_OK;
  if (!a->o.pack_path) return cli_usage(&cli_audit, "name the pack with --kb PACK") == CLI_OK;
  a->o.case_path = argv[optind];
  return true;
}

/* The because-text of what was written. */
static pel_status print_text(pel_trace *trace, const pel_reasoning *r, pel_error *err) {
  pel_logic_tree *tree;
  pel_status status = pel_logic_tree_build(r, &tree, err);
  if (status == PEL_OK) {
    const char *advice = pel_trace_parameter(trace, "pack.advice");
    pel_because_options o = {.asks = pel_trace_provenance(trace, "question"), .closing = advice && *advice ? advice : "This is no advice.", .trace = pel_trace_get_info(trace)->hash};
    char *text = pel_because_text(tree, &o);
    if (text) fputs(text, stdout);
    free(text);
    pel_logic_tree_free(tree);
  }
  return status;
}

static int show(const audit_args *a, const pel_audit_result *r, const char *output, bool kept) {
  pel_error err = {0};
  pel_trace *trace;
  pel_reasoning *reasoning = NULL;
  if (pel_trace_open(output, &trace, &err) != PEL_OK) return cli_fail(&err);
  pel_status status = pel_reasoning_read(trace, &reasoning, &err);
  if (status == PEL_OK && a->json) status = cli_audit_json(r, trace, reasoning, kept ? output : NULL, &err);
  else if (status == PEL_OK) status = print_text(trace, reasoning, &err);
  pel_reasoning_free(reasoning);
  pel_trace_close(trace);
  if (status != PEL_OK) return cli_fail(&err);
  if (kept && !a->json) printf("\nwritten to %s; look at it with: pellucid export %s tree -o tree.svg\n", output, output);
  return CLI_OK;
}

static bool stop_model(void *user) {
  (void)user;
  return cli_interrupted();
}

/* What is wrong with the pack, the case or the question shows before a model runs for minutes. */
static pel_status try_without_model(const audit_args *a, const pel_case *of, pel_error *err) {
  pel_audit_options o = a->o;
  pel_audit_result result = {0};
  o.given = of;
  o.output = NULL;
  o.retrieve = false;
  pel_status status = pel_audit(&o, &result, err);
  pel_audit_result_clear(&result);
  return status;
}

/* The model's run first, into the trace; then the reasoning, into the same. */
static pel_status with_model(audit_args *a, pel_audit_result *result, pel_error *err) {
  pel_case *of;
  pel_model *model;
  pel_asked asked = {0};
  pel_briefing told = {0};
  pel_model_options loading = {.threads = (int)a->threads, .progress = cli_progress_fraction, .user = "loading the model:"};
  pel_record_options record = PEL_RECORD_DEFAULTS;
  record.n_predict = a->predict;
  record.threads = (int)a->threads;
  record.chat_template = a->chat_template;
  record.force = a->o.force;
  record.generator = a->o.generator;
  record.cancelled = stop_model;
  pel_status status = pel_case_open(a->o.case_path, &of, err);
  if (status != PEL_OK) return status;
  a->o.given = of;
  status = try_without_model(a, of, err);
  if (status == PEL_OK) status = pel_audit_brief(&a->o, &told, err);
  if (status == PEL_OK) status = pel_model_open(a->model, &loading, &model, err);
  cli_progress_end();
  if (status == PEL_OK) {
    status = pel_ask_model(model, of, &told, a->o.output, &record, &asked, err);
    pel_model_close(model);
  }
  const char *slash = strrchr(a->model, '/');
  pel_audit_model said = {.name = slash ? slash + 1 : a->model, .answer = asked.answer, .told = &told, .attended = asked.attended};
  a->o.append = true;
  a->o.model = &said;
  if (status == PEL_OK) status = pel_audit(&a->o, result, err);
  a->o.given = NULL;
  a->o.model = NULL;
  pel_asked_clear(&asked);
  pel_briefing_clear(&told);
  pel_case_close(of);
  return status;
}

static int run(int argc, char **argv) {
  audit_args a = {.o = PEL_AUDIT_DEFAULTS, .predict = 96};
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  pel_error err = {0};
  pel_audit_result result = {0};
  char *path = NULL, generator[64];
  bool kept = a.o.output != NULL;
  if (!kept) { /* the text comes from a trace; nobody asked to keep this one */
    const char *place = getenv("TMPDIR");
    pel_private_place(place && *place ? place : P_tmpdir);
    pel_private_clean();
    a.o.output = path = pel_private_path("run.pel");
    if (!path) return fprintf(stderr, "pellucid: cannot make a folder for temporary files\n"), CLI_FAILED;
  }
  snprintf(generator, sizeof generator, "pellucid %s", pel_version());
  a.o.generator = generator;
  cli_catch_signals();
  a.o.progress = cli_progress_fraction;
  a.o.user = "deducing:";
  pel_status status = a.encoder ? pel_encoder_open(a.encoder, NULL, &a.o.encoder, &err) : PEL_OK;
  if (status == PEL_OK) status = a.model ? with_model(&a, &result, &err) : pel_audit(&a.o, &result, &err);
  pel_encoder_close(a.o.encoder);
  cli_progress_end();
  int code = status == PEL_OK ? show(&a, &result, a.o.output, kept) : cli_fail(&err);
  if (code == CLI_OK && !result.checked) {
    fprintf(stderr, "pellucid: a proof was not accepted, or was too large, when it was to be checked: nothing is concluded from it\n");
    code = CLI_CHECK_FAILED;
  }
  pel_audit_result_clear(&result);
  if (!kept) pel_private_end();
  free(path);
  return cli_finish(code);
}

const cli_command cli_audit = {
    "audit", "check a case against a knowledge pack",
    "usage: pellucid audit CASE.json --kb PACK [-o run.pel] [--model MODEL [-n N] [-t N]]\n"
    "                      [--encoder DIR] [--chains FILE] [--links FILE] [--gnn FILE]\n"
    "                      [--weights FILE] [--abstain P] [--json] [--steps N] [--no-retrieve] [--force]\n\n"
    "Prints the conclusion, which may be unknown, and what it rests on: assumptions first, then each step with its source.\n"
    "With -o the whole reasoning is kept as a trace, to be drawn, reviewed, reported.\n\n"
    "  --kb PACK       the knowledge pack (pellucid kb build)\n"
    "  -o, --output    trace file to write\n"
    "  --model MODEL   also put the facts, the passages found and the question to a language model, in the same trace: its words,\n"
    "                  its attention on each fact and passage, and whether its claim agrees with the pack\n"
    "  -n, --predict N tokens that it may answer with (96)\n"
    "  --chat-template T  a template by name, or 'none', when the model's own is not recognised\n"
    "  -t, --threads N threads of the model (all processors)\n"
    "  --encoder DIR   sentence encoder for finding passages (tools/get-model.sh minilm); hashed n-grams without\n"
    "  --chains FILE   chain rules for a question to the pack's graph (pellucid learn rules); otherwise those that the pack\n"
    "                  keeps, or mined on the spot\n"
    "  --links FILE    how far the answers to such a question can be trusted (pellucid learn links); otherwise what the pack\n"
    "                  keeps; with neither they have no confidence\n"
    "  --gnn FILE      a graph network that ranks the answers of such a question (pellucid learn gnn)\n"
    "  --weights FILE  for a diagnosis: learnt weights (pellucid eval phenopackets); otherwise those that the pack\n"
    "                  keeps, or that are built in\n"
    "  --abstain P     give no diagnosis or link whose confidence is below P (0.5); with P chosen, none that has no confidence\n"
    "  --json          the conclusion as JSON: state, answers, the tree line by line, what is assumed, missing, would change it\n"
    "  --steps N       steps of one run of the rules at most (5000000)\n"
    "  --no-retrieve   without looking the question up in the pack's passages\n"
    "  --force         replace an existing trace\n\n"
    "example: pellucid audit data/packs/pneumonia/cases/severe.json --kb pneumonia.pack -o run.pel\n",
    run};
