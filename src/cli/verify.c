/* pellucid verify: does a trace say what the model did? */
#include <json-c/json.h>
#include <pellucid/reasoning.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/cli/cli.h"

typedef struct verify_args {
  const char *trace, *model;
  bool json;
  uint32_t threads;
} verify_args;

static const struct option options[] = {{"model", required_argument, NULL, 'm'}, {"json", no_argument, NULL, 'j'},
                                        {"threads", required_argument, NULL, 't'}, {0}};

static bool parse(verify_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "t:", options, NULL)) != -1) {
    if (option == 'm') a->model = optarg;
    else if (option == 'j') a->json = true;
    else if (option == 't' && !cli_u32(&cli_verify, "-t", optarg, 1, 64, &a->threads)) return false;
    else if (option == '?') return cli_usage(&cli_verify, "an option is not known or lacks its value") == CLI_OK;
  }
  if (optind != argc - 1) return cli_usage(&cli_verify, "name one trace") == CLI_OK;
  a->trace = argv[optind];
  return true;
}

typedef struct review_chain {
  size_t n; /* entries that hold */
  bool known, holds;
} review_chain;

static review_chain look_at_reviews(pel_trace *trace) {
  review_chain c = {0};
  pel_error err;
  pel_status status = pel_review_check(trace, &c.n, &err);
  c.holds = status == PEL_OK;
  c.known = c.holds || status == PEL_ERR_CHECK;
  return c;
}

static struct json_object *reviews_json(const review_chain *c) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "entries_that_hold", json_object_new_uint64(c->n));
  json_object_object_add(o, "chain_holds", json_object_new_boolean(c->holds));
  return o;
}

static void print_json(const pel_trace_info *info, const pel_verify_report *r, const review_chain *reviews, const pel_replay_report *replay,
                       const char *fault) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "ok", json_object_new_boolean(!fault));
  json_object_object_add(o, "complete", json_object_new_boolean(info->complete));
  json_object_object_add(o, "rows_checked", json_object_new_uint64(r->rows_checked));
  json_object_object_add(o, "rows_wrong", json_object_new_uint64(r->rows_wrong));
  json_object_object_add(o, "hash_present", json_object_new_boolean(r->hash_present));
  json_object_object_add(o, "hash_matches", json_object_new_boolean(r->hash_matches));
  json_object_object_add(o, "hash", json_object_new_string(info->hash));
  json_object_object_add(o, "reviews", reviews->known ? reviews_json(reviews) : NULL);
  if (replay) {
    struct json_object *m = json_object_new_object();
    json_object_object_add(m, "values", json_object_new_uint64(replay->values));
    json_object_object_add(m, "different", json_object_new_uint64(replay->different));
    json_object_object_add(m, "largest_difference", json_object_new_double((double)replay->largest_difference));
    json_object_object_add(m, "same_model", json_object_new_boolean(replay->same_model));
    json_object_object_add(o, "model", m);
  }
  json_object_object_add(o, "fault", fault ? json_object_new_string(fault) : NULL);
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

static void print_text(const pel_trace_info *info, const pel_verify_report *r, const review_chain *reviews,
                       const pel_replay_report *replay) {
  if (r->hash_present) printf("hash: %s, %s\n", info->hash, r->hash_matches ? "matches" : "DOES NOT MATCH");
  else printf("hash: none, the trace was cut short%s%s\n", *info->note ? ": " : "", info->note);
  printf("rows: %llu rebuilt from Q and K, %llu wrong\n", (unsigned long long)r->rows_checked, (unsigned long long)r->rows_wrong);
  if (reviews->known && reviews->holds) printf("reviews: %zu, chain holds\n", reviews->n);
  else if (reviews->known) printf("reviews: the chain is BROKEN after %zu\n", reviews->n);
  char largest[32];
  if (replay)
    printf("model: %llu Q and K values replayed, %llu different, largest difference %s; %s\n", (unsigned long long)replay->values,
           (unsigned long long)replay->different, pel_format_float(largest, sizeof largest, replay->largest_difference),
           replay->same_model ? "the recorded model file" : "NOT the recorded model file");
}

static pel_status replay_model(const verify_args *a, pel_trace *trace, pel_replay_report *report, pel_error *err) {
  pel_model *model;
  pel_model_options loading = {.threads = (int)a->threads, .progress = cli_progress_fraction, .user = "loading the model:"};
  pel_status status = pel_model_open(a->model, &loading, &model, err);
  if (status != PEL_OK) return status;
  status = pel_replay(trace, model, (int)a->threads, cli_progress_fraction, "replaying:", report, err);
  pel_model_close(model);
  return status;
}

static int run(int argc, char **argv) {
  verify_args a = {0};
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  pel_error err = {0};
  pel_trace *trace;
  if (pel_trace_open(a.trace, &trace, &err) != PEL_OK) return cli_fail(&err);
  pel_verify_report report = {0};
  pel_replay_report replay = {0};
  bool replayed = false;
  pel_status status = pel_trace_verify(trace, cli_progress_fraction, "checking:", &report, &err);
  if (status == PEL_OK && a.model) {
    status = replay_model(&a, trace, &replay, &err);
    replayed = status == PEL_OK || (status == PEL_ERR_CHECK && replay.values);
  }
  cli_progress_end();
  bool judged = status == PEL_OK || status == PEL_ERR_CHECK;
  const pel_trace_info *info = pel_trace_get_info(trace);
  review_chain reviews = judged ? look_at_reviews(trace) : (review_chain){0};
  if (judged && a.json) print_json(info, &report, &reviews, replayed ? &replay : NULL, status == PEL_OK ? NULL : err.text);
  else if (judged) print_text(info, &report, &reviews, replayed ? &replay : NULL);
  int result = status == PEL_OK ? CLI_OK : cli_fail(&err);
  if (status == PEL_OK && !a.json) puts("ok");
  pel_trace_close(trace);
  return result;
}

const cli_command cli_verify = {
    "verify", "check a trace, alone or against its model",
    "usage: pellucid verify run.pel [--model MODEL] [--json] [-t THREADS]\n\n"
    "Checks the database, the logical hash, the reasoning with the chain of its reviews, and rebuilds m and Z of every\n"
    "attention row from the stored queries and keys with the same bits. With --model it also runs the recorded batches\n"
    "again and compares every Q and K value. Exit status 4 when anything differs.\n\n"
    "example: pellucid verify sky.pel --model SmolLM2-135M-Instruct.Q4_1.gguf\n",
    run};
