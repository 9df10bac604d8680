/* pellucid info: what a trace is about. */
#include <json-c/json.h>
#include <pellucid/reasoning.h>
#include <stdlib.h>
#include <string.h>

#include "src/analysis/token_label.h"
#include "src/cli/cli.h"

static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};

static const char *const parameters[] = {"temperature", "top_k", "top_p", "min_p", "repeat_penalty", "seed", "n_predict",
                                         "n_context", "batch", "machine.threads", "chat_template", "prompt_logprobs"};
enum { N_PARAMETERS = sizeof parameters / sizeof *parameters };

/* "0:30", "0:4,7", "none" of the layers that are in the file. */
static void recorded_layers(const pel_trace *trace, uint32_t n, char *out, size_t size) {
  size_t at = 0;
  out[0] = 0;
  for (uint32_t l = 0; l < n; l++) {
    if (!pel_trace_get_layer(trace, l)->recorded) continue;
    uint32_t end = l + 1;
    while (end < n && pel_trace_get_layer(trace, end)->recorded) end++;
    if (at + 32 < size)
      at += (size_t)(end == l + 1 ? snprintf(out + at, size - at, "%s%u", at ? "," : "", l)
                                  : snprintf(out + at, size - at, "%s%u:%u", at ? "," : "", l, end));
    l = end;
  }
  if (!at) snprintf(out, size, "none");
}

/* A stranger's text: on one line, and it moves no cursor. */
static void put(const char *before, const char *text) {
  char *safe = pel_text_safe(text, strlen(text));
  printf("%s%s", before, safe ? safe : "?");
  free(safe);
}

static void print_model(pel_trace *trace, const pel_trace_info *i) {
  char layers[256];
  recorded_layers(trace, i->n_layers, layers, sizeof layers);
  put("model:     ", i->model_name), put(" (", i->architecture), put("), ", i->model_file);
  put("\nsha-256:   ", i->model_sha256);
  put("\nrecorded:  ", i->created), put(" by ", i->generator), put(", kernels ", i->kernels);
  printf("\ntokens:    %u, %u of them prompt; attention of %u rows\n", i->n_tokens, i->n_prompt, i->n_rows);
  printf("layers:    %u, recorded %s; up to %u heads\n", i->n_layers, layers, i->n_head_max);
}

static bool is_empty(const pel_reasoning *r) { return !r->n_spans && !r->n_nodes && !r->n_documents && !r->n_attributes; }

static const char *origin(const pel_trace *trace, const char *key) {
  const char *value = pel_trace_provenance(trace, key);
  return value ? value : "";
}

static size_t count_kind(const pel_reasoning *r, pel_node_kind kind) {
  size_t n = 0;
  for (size_t i = 0; i < r->n_nodes; i++) n += r->nodes[i].kind == kind;
  return n;
}

static void print_reasoning(const pel_trace *trace, const pel_reasoning *r) {
  size_t n = 0;
  put("question:  ", *origin(trace, "question") ? origin(trace, "question") : "not said");
  put("\ncase:      ", *origin(trace, "case") ? origin(trace, "case") : "not named");
  if (*origin(trace, "case_sha256")) put(", sha-256 ", origin(trace, "case_sha256"));
  put("\npack:      ", *origin(trace, "pack") ? origin(trace, "pack") : "not named");
  if (*origin(trace, "pack_version")) put(" ", origin(trace, "pack_version"));
  if (*origin(trace, "pack_sha256")) put(", sha-256 ", origin(trace, "pack_sha256"));
  put("\nreasoned:  ", origin(trace, "reasoning_created")), put(" by ", origin(trace, "reasoning_generator"));
  printf("\nreasoning: %zu stages, %zu nodes", r->n_spans, r->n_nodes);
  for (int k = 0; k < PEL_NODE_KINDS; k++) {
    size_t of_kind = count_kind(r, (pel_node_kind)k);
    if (of_kind) printf("%s%zu %s", n++ ? ", " : " (", of_kind, pel_node_kind_name((pel_node_kind)k));
  }
  printf("%s, %zu edges, %zu sources, %zu passages, %zu steps of proof, %zu steps of search\n", n ? ")" : "", r->n_edges, r->n_sources,
         r->n_passages, r->n_steps, r->n_resolutions);
  if (r->n_graph_nodes) printf("graph:     %zu nodes, %zu edges, %zu paths\n", r->n_graph_nodes, r->n_graph_edges, r->n_graph_paths);
  if (r->n_search_nodes) printf("search:    %zu nodes, %zu simulations\n", r->n_search_nodes, r->n_simulations);
  printf("reviews:   %zu\n", r->n_reviews);
}

static void print_text(pel_trace *trace, const pel_trace_info *i, const pel_reasoning *r) {
  if (i->n_layers) print_model(trace, i);
  else puts("model:     none; this trace holds reasoning alone");
  if (!i->n_layers || !is_empty(r)) print_reasoning(trace, r);
  printf("state:     %s", i->complete ? "complete" : "cut short, or still being written");
  put(*i->note ? ": " : "", i->note);
  put("\nhash:      ", *i->hash ? i->hash : "none");
  fputs("\nsettings: ", stdout);
  for (int p = 0; p < N_PARAMETERS; p++) {
    const char *value = pel_trace_parameter(trace, parameters[p]);
    if (value) printf(" %s", parameters[p]), put("=", value);
  }
  putchar('\n');
}

static void add_text(struct json_object *o, const char *name, const char *value) {
  json_object_object_add(o, name, json_object_new_string(value));
}

static struct json_object *layer_json(const pel_trace *trace, uint32_t l) {
  const pel_trace_layer *layer = pel_trace_get_layer(trace, l);
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "layer", json_object_new_int64(l));
  json_object_object_add(o, "recorded", json_object_new_boolean(layer->recorded));
  json_object_object_add(o, "n_head", json_object_new_int64(layer->n_head));
  json_object_object_add(o, "n_kv_head", json_object_new_int64(layer->n_kv_head));
  json_object_object_add(o, "head_dim", json_object_new_int64(layer->head_dim));
  json_object_object_add(o, "window", json_object_new_int64(layer->window));
  struct json_object *heads = json_object_new_array();
  for (uint32_t h = 0; h < layer->n_head; h++)
    if (pel_trace_has_head(trace, l, h)) json_object_array_add(heads, json_object_new_int64(h));
  json_object_object_add(o, "heads", heads);
  return o;
}

static struct json_object *reasoning_json(const pel_trace *trace, const pel_reasoning *r) {
  static const char *const keys[] = {"question", "case", "case_sha256", "pack", "pack_version", "pack_sha256",
                                     "reasoning_generator", "reasoning_created"};
  const struct {
    const char *name;
    size_t n;
  } counts[] = {{"stages", r->n_spans},       {"nodes", r->n_nodes},         {"edges", r->n_edges},
                {"sources", r->n_sources},    {"passages", r->n_passages},   {"documents", r->n_documents},
                {"clauses", r->n_clauses},    {"retrieved", r->n_retrieved}, {"resolutions", r->n_resolutions},
                {"proof_steps", r->n_steps},  {"reviews", r->n_reviews},
                {"graph_nodes", r->n_graph_nodes},   {"graph_edges", r->n_graph_edges},   {"graph_paths", r->n_graph_paths},
                {"search_nodes", r->n_search_nodes}, {"simulations", r->n_simulations}};
  struct json_object *o = json_object_new_object(), *kinds = json_object_new_object();
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) add_text(o, keys[k], origin(trace, keys[k]));
  for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
    json_object_object_add(o, counts[k].name, json_object_new_uint64(counts[k].n));
  for (int k = 0; k < PEL_NODE_KINDS; k++)
    json_object_object_add(kinds, pel_node_kind_name((pel_node_kind)k), json_object_new_uint64(count_kind(r, (pel_node_kind)k)));
  json_object_object_add(o, "node_kinds", kinds);
  return o;
}

static void print_json(pel_trace *trace, const pel_trace_info *i, const pel_reasoning *r) {
  struct json_object *o = json_object_new_object(), *set = json_object_new_object(), *layers = json_object_new_array();
  add_text(o, "model", i->model_name);
  add_text(o, "model_file", i->model_file);
  add_text(o, "model_sha256", i->model_sha256);
  add_text(o, "architecture", i->architecture);
  add_text(o, "created", i->created);
  add_text(o, "generator", i->generator);
  add_text(o, "kernels", i->kernels);
  add_text(o, "hash", i->hash);
  add_text(o, "note", i->note);
  json_object_object_add(o, "complete", json_object_new_boolean(i->complete));
  json_object_object_add(o, "n_tokens", json_object_new_int64(i->n_tokens));
  json_object_object_add(o, "n_prompt", json_object_new_int64(i->n_prompt));
  json_object_object_add(o, "n_rows", json_object_new_int64(i->n_rows));
  for (int p = 0; p < N_PARAMETERS; p++) {
    const char *value = pel_trace_parameter(trace, parameters[p]);
    if (value) add_text(set, parameters[p], value);
  }
  json_object_object_add(o, "settings", set);
  for (uint32_t l = 0; l < i->n_layers; l++) json_object_array_add(layers, layer_json(trace, l));
  json_object_object_add(o, "layers", layers);
  json_object_object_add(o, "reasoning", is_empty(r) && i->n_layers ? NULL : reasoning_json(trace, r));
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

static int run(int argc, char **argv) {
  bool json = false;
  int option;
  pel_error err;
  pel_trace *trace;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (option != 'j') return cli_usage(&cli_info, "an option is not known");
    json = true;
  }
  if (optind != argc - 1) return cli_usage(&cli_info, "name one trace");
  if (pel_trace_open(argv[optind], &trace, &err) != PEL_OK) return cli_fail(&err);
  pel_reasoning *reasoning;
  pel_status status = pel_reasoning_read(trace, &reasoning, &err);
  if (status == PEL_OK) {
    (json ? print_json : print_text)(trace, pel_trace_get_info(trace), reasoning);
    pel_reasoning_free(reasoning);
  }
  pel_trace_close(trace);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}

const cli_command cli_info = {
    "info", "what a trace is about",
    "usage: pellucid info run.pel [--json]\n\n"
    "Prints model, settings, counts, what was recorded and what was left out, what reasoning it holds, and the trace's hash.\n\n"
    "example: pellucid info sky.pel --json\n",
    run};
