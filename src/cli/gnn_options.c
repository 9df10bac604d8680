#include "src/cli/gnn_options.h"

#include <math.h>
#include <string.h>

#include "engine/base/number.h"

static bool take_double(const cli_command *c, const char *option, const char *text, double *out) {
  if (pel_parse_double(text, out) && isfinite(*out)) return true;
  return cli_usage(c, "%s takes a number, not '%s'", option, text) == CLI_OK;
}

bool gnn_take_minutes(const cli_command *c, const char *text, double *out) {
  if (pel_parse_double(text, out) && isfinite(*out) && *out >= 0) return true;
  return cli_usage(c, "--minutes takes a number of minutes, 0 for no limit, not '%s'", text) == CLI_OK;
}

static bool take_gate(const cli_command *c, const char *text, pel_gnn_gate *out) {
  for (int g = 0; g < PEL_GNN_GATES; g++)
    if (!strcmp(text, pel_gnn_gate_name((pel_gnn_gate)g))) return *out = (pel_gnn_gate)g, true;
  return cli_usage(c, "--gate takes log_key, literal or none, not '%s'", text) == CLI_OK;
}

static bool take_act(const cli_command *c, const char *text, pel_gnn_act *out) {
  for (int a = 0; a < PEL_GNN_ACTS; a++)
    if (!strcmp(text, pel_gnn_act_name((pel_gnn_act)a))) return *out = (pel_gnn_act)a, true;
  return cli_usage(c, "--act takes identity, relu or tanh, not '%s'", text) == CLI_OK;
}

bool gnn_take_option(const cli_command *c, int option, const char *text, pel_gnn_options *o) {
  switch (option) {
    case 1000: return cli_u32(c, "--layers", text, 1, PEL_GNN_LAYERS_MAX, &o->layers);
    case 1001: return cli_u32(c, "--dim", text, 8, 256, &o->dim);
    case 1002: return cli_u32(c, "--attention", text, 8, 64, &o->attention);
    case 1003: return take_gate(c, text, &o->gate);
    case 1004: return take_act(c, text, &o->act);
    case 1005: return cli_u32(c, "--epochs", text, 1, 100000, &o->epochs);
    case 1006: return cli_u32(c, "--patience", text, 0, 100000, &o->patience);
    case 1007: return cli_u32(c, "--batch", text, 1, 4096, &o->batch);
    case 1008: return take_double(c, "--rate", text, &o->rate);
    case 1009: return take_double(c, "--decay", text, &o->decay);
    case 1010: return take_double(c, "--weight-decay", text, &o->weight_decay);
    case 1011: return take_double(c, "--dropout", text, &o->dropout);
    case 1012: return take_double(c, "--graph-share", text, &o->graph_share);
    case 1013: return cli_u32(c, "--most-entities", text, 0, UINT32_MAX, &o->most_entities);
    case 1014: return cli_u32(c, "--epoch-queries", text, 0, UINT32_MAX, &o->epoch_queries);
    case 1015: return cli_u32(c, "--validation", text, 0, UINT32_MAX, &o->validation_triples);
    case 1016: return gnn_take_minutes(c, text, &o->minutes);
    case 1017: return o->resume = true;
    case 1018: return cli_u64(c, "--seed", text, &o->seed);
    case 1019: return take_double(c, "--average", text, &o->average);
    default: return false;
  }
}

static const struct chosen {
  const char *set;
  uint32_t layers, dim, batch, epochs, patience, epoch_queries, validation;
  pel_gnn_act act;
} chosen[] = {
    {"neurallp_umls", 5, 48, 16, 100, 20, 0, 1000, PEL_GNN_TANH},
    {"neurallp_family", 3, 48, 32, 40, 10, 0, 1000, PEL_GNN_RELU},
    {"ilpc2022_small", 3, 32, 16, 60, 10, 2000, 400, PEL_GNN_RELU},
    {"WN18RR", 5, 32, 16, 60, 10, 4000, 400, PEL_GNN_RELU},
};

void gnn_options_of_set(const char *set, pel_gnn_options *out) {
  pel_gnn_options_default(out);
  for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
    const struct chosen *c = &chosen[i];
    if (strcmp(set, c->set)) continue;
    out->layers = c->layers, out->dim = c->dim, out->batch = c->batch, out->epochs = c->epochs, out->patience = c->patience;
    out->epoch_queries = c->epoch_queries, out->validation_triples = c->validation, out->act = c->act;
  }
}

bool gnn_show_progress(const pel_gnn_progress *p, void *user) {
  char loss[40], mrr[40], best[40];
  (void)user;
  pel_format_fixed(loss, sizeof loss, p->loss, 3);
  pel_format_fixed(mrr, sizeof mrr, p->mrr, 3);
  pel_format_fixed(best, sizeof best, p->best_mrr, 3);
  cli_progress("learning: epoch %u of at most %u, %.0f %%, loss %s; validation MRR %s, best %s; %.0f s", p->epoch, p->epochs, 100 * p->fraction, loss, isnan(p->mrr) ? "-" : mrr,
               isnan(p->best_mrr) ? "-" : best, p->seconds);
  return !cli_interrupted();
}

const char *gnn_end_text(pel_gnn_end end) {
  switch (end) {
    case PEL_GNN_ALL_EPOCHS: return "all epochs done";
    case PEL_GNN_NO_BETTER: return "no better validation for a while";
    case PEL_GNN_TIME: return "the time was over";
    default: return "interrupted";
  }
}
