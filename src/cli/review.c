/* pellucid review: what people say about the nodes of a trace, and adding to it. */
#include <json-c/json.h>
#include <pellucid/reasoning.h>
#include <stdlib.h>
#include <string.h>

#include "src/analysis/review_points.h"
#include "src/analysis/token_label.h"
#include "src/cli/cli.h"

typedef struct review_args {
  const char *trace;
  pel_review entry;
  bool json, adds, has_node;
} review_args;

enum { OPT_NODE = 256, OPT_ACCEPT, OPT_DISPUTE, OPT_EVIDENCE, OPT_WITHDRAW, OPT_NAME, OPT_REASON };

static const struct option options[] = {
    {"node", required_argument, NULL, OPT_NODE},
    {"accept", no_argument, NULL, OPT_ACCEPT},
    {"dispute", no_argument, NULL, OPT_DISPUTE},
    {"needs-evidence", no_argument, NULL, OPT_EVIDENCE},
    {"withdraw", no_argument, NULL, OPT_WITHDRAW},
    {"name", required_argument, NULL, OPT_NAME},
    {"reason", required_argument, NULL, OPT_REASON}, {"json", no_argument, NULL, 'j'}, {0}};

static bool take_verdict(review_args *a, const char *verdict) {
  if (a->entry.verdict) return cli_usage(&cli_review, "one of --accept, --dispute, --needs-evidence, --withdraw is enough") == CLI_OK;
  a->entry.verdict = verdict;
  return a->adds = true;
}

static bool take_option(review_args *a, int option) {
  uint32_t node;
  switch (option) {
    case 'j': return a->json = true;
    case OPT_NODE:
      if (!cli_u32(&cli_review, "--node", optarg, 1, PEL_REASONING_MAX_NODES, &node)) return false;
      a->entry.node = node;
      return a->has_node = true;
    case OPT_ACCEPT: return take_verdict(a, "accepted");
    case OPT_DISPUTE: return take_verdict(a, "disputed");
    case OPT_EVIDENCE: return take_verdict(a, "needs evidence");
    case OPT_WITHDRAW: return take_verdict(a, "withdrawn");
    case OPT_NAME: a->entry.name = optarg; return a->adds = true;
    case OPT_REASON: a->entry.reason = optarg; return a->adds = true;
    default: return cli_usage(&cli_review, "an option is not known or lacks its value") == CLI_OK;
  }
}

static bool parse(review_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
    if (!take_option(a, option)) return false;
  if (optind != argc - 1) return cli_usage(&cli_review, "name one trace") == CLI_OK;
  a->trace = argv[optind];
  if (a->adds && !a->entry.verdict)
    return cli_usage(&cli_review, "--name and --reason go with one of --accept, --dispute, --needs-evidence, --withdraw") == CLI_OK;
  if (a->adds && !a->has_node) return cli_usage(&cli_review, "--node says which node is meant") == CLI_OK;
  if (a->adds && !(a->entry.name && *a->entry.name)) return cli_usage(&cli_review, "--name says who gives the review") == CLI_OK;
  return true;
}

/* ---- output ---- */

/* A stranger's text: on one line, and it moves no cursor. */
static void put(const char *before, const char *text) {
  char *safe = pel_text_safe(text, strlen(text));
  printf("%s%s", before, safe ? safe : "?");
  free(safe);
}

static void print_review(const pel_reasoning *r, const pel_review *v) {
  const pel_node *node = &r->nodes[v->node - 1];
  printf("%lld  node %lld", (long long)v->id, (long long)v->node), put(": ", node->says);
  put("\n   ", v->verdict), put(" by ", v->name), put(", ", v->date);
  if (*v->reason) put(": ", v->reason);
  putchar('\n');
}

static void print_text(const pel_reasoning *r, const pel_review *const *last) {
  size_t n_open = 0;
  for (size_t i = 0; i < r->n_reviews; i++) print_review(r, &r->reviews[i]);
  for (size_t i = 0; i < r->n_nodes; i++) n_open += pel_open_point(&r->nodes[i], last[i + 1]) != NULL;
  printf("%zu reviews, chain holds; %zu open points%s\n", r->n_reviews, n_open, n_open ? ":" : "");
  for (size_t i = 0; i < r->n_nodes; i++) {
    const char *why = pel_open_point(&r->nodes[i], last[i + 1]);
    if (why) printf("  node %zu, %s", i + 1, why), put(": ", r->nodes[i].says), putchar('\n');
  }
}

static void add_text(struct json_object *o, const char *name, const char *value) {
  json_object_object_add(o, name, json_object_new_string(value));
}

static struct json_object *review_json(const pel_reasoning *r, const pel_review *v) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "id", json_object_new_int64(v->id));
  json_object_object_add(o, "node", json_object_new_int64(v->node));
  add_text(o, "says", r->nodes[v->node - 1].says);
  add_text(o, "verdict", v->verdict);
  add_text(o, "name", v->name);
  add_text(o, "date", v->date);
  add_text(o, "reason", v->reason);
  add_text(o, "previous", v->previous);
  add_text(o, "hash", v->hash);
  return o;
}

static void print_json(const pel_reasoning *r, const pel_review *const *last) {
  struct json_object *o = json_object_new_object(), *reviews = json_object_new_array(), *open = json_object_new_array();
  for (size_t i = 0; i < r->n_reviews; i++) json_object_array_add(reviews, review_json(r, &r->reviews[i]));
  for (size_t i = 0; i < r->n_nodes; i++) {
    const char *why = pel_open_point(&r->nodes[i], last[i + 1]);
    if (!why) continue;
    struct json_object *point = json_object_new_object();
    json_object_object_add(point, "node", json_object_new_int64((int64_t)i + 1));
    add_text(point, "says", r->nodes[i].says);
    add_text(point, "why", why);
    json_object_array_add(open, point);
  }
  json_object_object_add(o, "reviews", reviews);
  json_object_object_add(o, "chain_holds", json_object_new_boolean(true));
  json_object_object_add(o, "open", open);
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

/* A changed trace or a chain that does not hold is told instead of what stands in it. */
static int list(const review_args *a) {
  pel_trace *trace;
  pel_reasoning *r = NULL;
  pel_error err;
  if (pel_trace_open(a->trace, &trace, &err) != PEL_OK) return cli_fail(&err);
  char hash[PEL_TRACE_HASH];
  pel_status status = pel_trace_check_hash(trace, cli_progress_fraction, "checking:", hash, &err);
  cli_progress_end();
  if (status == PEL_OK) status = pel_review_check(trace, NULL, &err);
  if (status == PEL_OK) status = pel_reasoning_read(trace, &r, &err);
  int result = status == PEL_OK ? CLI_OK : cli_fail(&err);
  if (status == PEL_OK && !r->n_nodes) {
    fprintf(stderr, "pellucid: %s: holds no reasoning, so nothing that could be reviewed\n", a->trace);
    result = CLI_USAGE;
  } else if (status == PEL_OK) {
    const pel_review **last = pel_reviews_last(r);
    if (last) (a->json ? print_json : print_text)(r, last);
    else result = CLI_FAILED;
    free(last);
  }
  pel_reasoning_free(r);
  pel_trace_close(trace);
  return result;
}

static int run(int argc, char **argv) {
  review_args a = {0};
  pel_error err;
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  if (!a.adds && a.has_node) return cli_usage(&cli_review, "--node goes with one of --accept, --dispute, --needs-evidence, --withdraw");
  if (!a.adds) return list(&a);
  return pel_review_append(a.trace, &a.entry, &err) == PEL_OK ? CLI_OK : cli_fail(&err);
}

const cli_command cli_review = {
    "review", "what people say about a trace's reasoning",
    "usage: pellucid review run.pel [--json]\n"
    "       pellucid review run.pel --node N --accept|--dispute|--needs-evidence|--withdraw --name NAME [--reason TEXT]\n\n"
    "Lists the reviews of a trace's reasoning and its open points: nodes that are disputed, need evidence, are in conflict, or ask for something\n"
    "that nobody has answered. With a verdict it appends one. Entries are only ever added; each holds the hash of the one before,\n"
    "the first that of the trace, so that what is changed later shows (exit status 4). The trace's hash is checked first: of a trace that was\n"
    "changed nothing is listed, and to it nothing is added.\n\n"
    "      --node N           the node, by its number\n"
    "      --accept, --dispute, --needs-evidence, --withdraw\n"
    "                         the verdict; --withdraw takes back what was said about the node before\n"
    "      --name NAME        who gives it\n"
    "      --reason TEXT      why\n"
    "      --json             the list as JSON\n\n"
    "example: pellucid review case.pel --node 12 --accept --name 'Dr. A. Smith' --reason 'as in the chart'\n",
    run};
