/* pellucid learn rules: chain rules from a pack's edges, into a file. */
#include <json-c/json.h>
#include <pellucid/learn.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/number.h"
#include "engine/base/pool.h"
#include "engine/base/status.h"
#include "src/cli/learn.h"

enum { OPT_FORCE = 256, OPT_LENGTH, OPT_SUPPORT, OPT_CONFIDENCE, OPT_MOST, OPT_WORK, OPT_JSON };

typedef struct rule_args {
  const char *pack, *output;
  pel_mining how;
  bool force, json;
} rule_args;

typedef struct summary {
  size_t edges, negated, rules, by_length[PEL_CHAIN_LONGEST + 1];
  uint32_t entities, relations;
  pel_mined mined;
  double seconds;
} summary;

/* ---- arguments ---- */

static bool take_confidence(double *out) {
  if (pel_parse_double(optarg, out) && *out > 0 && *out <= 1) return true;
  cli_usage(&cli_learn, "--confidence takes a number over 0 and at most 1, not '%s'", optarg);
  return false;
}

static bool take_option(rule_args *a, int option) {
  switch (option) {
    case 'o': return a->output = optarg, true;
    case 't': return cli_u32(&cli_learn, "--threads", optarg, 1, PEL_POOL_MAX, &a->how.threads);
    case OPT_FORCE: return a->force = true;
    case OPT_JSON: return a->json = true;
    case OPT_LENGTH: return cli_u32(&cli_learn, "--length", optarg, 1, PEL_CHAIN_LONGEST, &a->how.length);
    case OPT_SUPPORT: return cli_u32(&cli_learn, "--support", optarg, 1, UINT32_MAX, &a->how.support);
    case OPT_CONFIDENCE: return take_confidence(&a->how.confidence);
    case OPT_MOST: return cli_u32(&cli_learn, "--most", optarg, 1, 100000000, &a->how.most);
    case OPT_WORK: return learn_take_work(&a->how.work);
    default: cli_usage(&cli_learn, "learn rules: an option is not known or lacks its value"); return false;
  }
}

static bool read_args(int argc, char **argv, rule_args *a) {
  static const struct option options[] = {{"output", required_argument, NULL, 'o'}, {"threads", required_argument, NULL, 't'}, {"force", no_argument, NULL, OPT_FORCE},
                                          {"length", required_argument, NULL, OPT_LENGTH}, {"support", required_argument, NULL, OPT_SUPPORT},
                                          {"confidence", required_argument, NULL, OPT_CONFIDENCE}, {"most", required_argument, NULL, OPT_MOST},
                                          {"work", required_argument, NULL, OPT_WORK}, {"json", no_argument, NULL, OPT_JSON}, {0}};
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:t:", options, NULL)) != -1)
    if (!take_option(a, option)) return false;
  if (optind != argc - 1) return cli_usage(&cli_learn, "learn rules: name one pack"), false;
  if (!a->output) return cli_usage(&cli_learn, "learn rules: name the file for the rules with -o"), false;
  a->pack = argv[optind];
  return true;
}

/* ---- the work ---- */

static bool write_text(void *file, const char *text) { return pel_outfile_puts(file, text) && !cli_interrupted(); }

static pel_status write_rules(pel_outfile *file, const pel_pack_info *info, const pel_pack_graph *g, const pel_chain_rules *rules, const pel_mined *mined, pel_error *err) {
  char name[LEARN_NAME];
  learn_name(info, name);
  pel_status status = pel_chain_rules_write(rules, g->relations, name, mined, write_text, file, err);
  if (status == PEL_ERR_CANCELLED && pel_outfile_failed(file)) status = pel_outfile_error(file, err);
  return status;
}

typedef struct learning {
  const rule_args *a;
  summary *s;
} learning;

static pel_status learn(void *user, const pel_pack_info *info, const pel_pack_graph *g, pel_outfile *file, pel_error *err) {
  const rule_args *a = ((learning *)user)->a;
  summary *s = ((learning *)user)->s;
  pel_chain_rules *rules = NULL;
  pel_error inner = {0};
  pel_graph_triples(g->graph, &s->edges);
  s->negated = g->negated;
  s->entities = pel_graph_entities(g->graph), s->relations = pel_graph_relations(g->graph);
  pel_status status = s->edges ? pel_chain_rules_mine(g->graph, &a->how, &rules, &s->mined, &inner) : pel_fail(&inner, PEL_ERR_INPUT, "holds no edges to learn from");
  if (status != PEL_OK) pel_fail(err, status, "%s: %s", a->pack, inner.text);
  if (status == PEL_OK) status = write_rules(file, info, g, rules, &s->mined, err);
  const pel_chain_rule *all = status == PEL_OK ? pel_chain_rules_all(rules, &s->rules) : NULL;
  for (size_t i = 0; all && i < s->rules; i++) s->by_length[all[i].length]++;
  pel_chain_rules_free(rules);
  return status;
}

/* ---- what came of it ---- */

static void print_text(const rule_args *a, const summary *s) {
  char seconds[40];
  printf("%zu rules from %zu edges of %u entities and %u relations in %s s: %zu of one step, %zu of two, %zu of three\n", s->rules, s->edges, s->entities, s->relations,
         pel_format_fixed(seconds, sizeof seconds, s->seconds, 1), s->by_length[1], s->by_length[2], s->by_length[3]);
  if (s->negated) printf("%zu edges that the pack says are not so were left out\n", s->negated);
  if (s->mined.found > s->rules) printf("%llu further rules, the worst, were left out; --most says how many are kept\n", (unsigned long long)(s->mined.found - s->rules));
  if (s->mined.sampled) printf("a sample: paths were followed from %u of %u entities; --work says how many steps there may be\n", s->mined.starts, s->mined.all);
  printf("written to %s\n", a->output);
}

static void print_json(const summary *s) {
  const struct {
    const char *name;
    uint64_t value;
  } numbers[] = {{"rules", s->rules}, {"found", s->mined.found}, {"of_one_step", s->by_length[1]}, {"of_two", s->by_length[2]}, {"of_three", s->by_length[3]}, {"edges", s->edges},
                 {"negated_edges", s->negated}, {"entities", s->entities}, {"relations", s->relations}, {"starts", s->mined.starts}, {"steps", s->mined.work}};
  struct json_object *o = json_object_new_object();
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) json_object_object_add(o, numbers[i].name, json_object_new_uint64(numbers[i].value));
  json_object_object_add(o, "sampled", json_object_new_boolean(s->mined.sampled));
  json_object_object_add(o, "seconds", json_object_new_double(s->seconds));
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
  json_object_put(o);
}

int learn_rules(int argc, char **argv) {
  rule_args a = {.how = {.length = 2, .threads = (uint32_t)pel_cpu_count(), .progress = cli_progress_fraction, .user = "learning"}};
  if (!read_args(argc, argv, &a)) return CLI_USAGE;
  summary s = {0};
  pel_error err;
  double start = pel_clock_seconds();
  pel_status status = learn_run(&(learn_task){a.pack, a.output, a.force, learn, &(learning){&a, &s}}, &err);
  s.seconds = pel_clock_seconds() - start;
  cli_progress_end();
  if (status != PEL_OK) return cli_fail(&err);
  if (a.json) print_json(&s);
  else print_text(&a, &s);
  return cli_finish(CLI_OK);
}
