/* pellucid export: pictures and data from a trace. */
#include "src/core/export.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "src/cli/cli.h"
#include "src/core/export_tree.h"

#define WHATS "attention, heads, tokens, tensors, tree, retrieval, reliability, timeline, search, graph"

typedef struct export_args {
  pel_export_options o;
  const char *trace, *what, *output;
  bool has_layer, has_head, has_scale;
  pel_tree_choice tree;
  int64_t *collapsed, *opened;
  size_t collapsed_room, opened_room;
} export_args;

enum { OPT_ROWS = 256, OPT_COLS, OPT_SCALE, OPT_NO_SINK, OPT_PALETTE, OPT_SIZE, OPT_DARK, OPT_BY, OPT_LAYER, OPT_HEAD, OPT_FORCE,
       OPT_AVERAGE, OPT_VALUE_WEIGHTED, OPT_LEVEL, OPT_RANGE, OPT_DIRECTION, OPT_COVER, OPT_ALL, OPT_COLLAPSE, OPT_OPEN, OPT_QUOTATIONS, OPT_SPAN, OPT_AT, OPT_TOP };

static const struct option options[] = {
    {"layer", required_argument, NULL, OPT_LAYER}, {"head", required_argument, NULL, OPT_HEAD}, {"rows", required_argument, NULL, OPT_ROWS},
    {"cols", required_argument, NULL, OPT_COLS}, {"scale", required_argument, NULL, OPT_SCALE}, {"no-sink", no_argument, NULL, OPT_NO_SINK},
    {"palette", required_argument, NULL, OPT_PALETTE}, {"size", required_argument, NULL, OPT_SIZE}, {"dark", no_argument, NULL, OPT_DARK},
    {"by", required_argument, NULL, OPT_BY},
    {"average", required_argument, NULL, OPT_AVERAGE}, {"value-weighted", no_argument, NULL, OPT_VALUE_WEIGHTED},
    {"level", required_argument, NULL, OPT_LEVEL}, {"range", required_argument, NULL, OPT_RANGE},
    {"direction", required_argument, NULL, OPT_DIRECTION}, {"cover", required_argument, NULL, OPT_COVER}, {"all", no_argument, NULL, OPT_ALL},
    {"collapse", required_argument, NULL, OPT_COLLAPSE}, {"open", required_argument, NULL, OPT_OPEN}, {"quotations", no_argument, NULL, OPT_QUOTATIONS}, {"span", required_argument, NULL, OPT_SPAN},
    {"at", required_argument, NULL, OPT_AT}, {"top", required_argument, NULL, OPT_TOP},
    {"output", required_argument, NULL, 'o'}, {"force", no_argument, NULL, OPT_FORCE}, {0}};

/* ---- the tree's own options ---- */

static bool take_direction(export_args *a, const char *arg) {
  bool down = strcmp(arg, "down") == 0;
  a->tree.direction = down ? PEL_TREE_DOWN : PEL_TREE_RIGHT;
  return down || strcmp(arg, "right") == 0 || cli_usage(&cli_export, "--direction takes right or down, not '%s'", arg) == CLI_OK;
}

static bool take_cover(export_args *a, const char *arg) {
  double percent;
  if (!pel_parse_double(arg, &percent) || !(percent > 0 && percent <= 100))
    return cli_usage(&cli_export, "--cover takes a percentage above 0, at most 100, not '%s'", arg) == CLI_OK;
  a->tree.cover = percent / 100;
  return true;
}

/* "4,17": ids of nodes. */
static bool take_ids(const char *option, const char *arg, int64_t **ids, size_t *room, size_t *n) {
  for (const char *at = arg; *at;) {
    char *end;
    long long id = *at >= '0' && *at <= '9' ? strtoll(at, &end, 10) : 0;
    int64_t *grown = pel_grow(*ids, room, *n + 1, sizeof *grown);
    if (grown) *ids = grown;
    if (id < 1 || !grown || (*end && *end != ',')) return cli_usage(&cli_export, "%s takes ids of nodes such as 4,17, not '%s'", option, arg) == CLI_OK;
    grown[(*n)++] = id;
    at = end + (*end == ',');
  }
  return true;
}

static bool take_collapse(export_args *a, const char *arg) {
  bool taken = take_ids("--collapse", arg, &a->collapsed, &a->collapsed_room, &a->tree.n_collapsed);
  a->tree.collapsed = a->collapsed;
  return taken;
}

static bool take_open(export_args *a, const char *arg) {
  bool taken = take_ids("--open", arg, &a->opened, &a->opened_room, &a->tree.n_opened);
  a->tree.opened = a->opened;
  return taken;
}

static bool take_span(export_args *a, const char *arg) {
  uint32_t id;
  if (!cli_u32(&cli_export, "--span", arg, 1, UINT32_MAX - 1, &id)) return false;
  a->tree.span = id;
  return true;
}

static bool take_at(export_args *a, const char *arg) {
  uint32_t at;
  if (!cli_u32(&cli_export, "--at", arg, 1, UINT32_MAX - 1, &at)) return false;
  a->tree.at = at;
  return true;
}

static bool take_option(export_args *a, int option, const char *arg) {
  const cli_command *c = &cli_export;
  switch (option) {
    case 'o': a->output = arg; return true;
    case OPT_LAYER: return a->has_layer = cli_u32(c, "--layer", arg, 0, 65535, &a->o.of.layer);
    case OPT_HEAD: return a->has_head = cli_u32(c, "--head", arg, 0, 65535, &a->o.of.head);
    case OPT_ROWS: return cli_range(c, "--rows", arg, &a->o.rows);
    case OPT_COLS: return cli_range(c, "--cols", arg, &a->o.cols);
    case OPT_VALUE_WEIGHTED: return a->o.of.value_weighted = true;
    case OPT_AVERAGE:
      return pel_average_parse(arg, &a->o.of.average) || cli_usage(c, "--average takes layer or all, not '%s'", arg) == CLI_OK;
    case OPT_LEVEL:
      return pel_level_parse(arg, &a->o.of.level) || cli_usage(c, "--level takes token, word, sentence or segment, not '%s'", arg) == CLI_OK;
    case OPT_RANGE: return cli_colors(c, "--range", arg, &a->o.low, &a->o.high);
    case OPT_NO_SINK: return a->o.no_sink = true;
    case OPT_DARK: return a->o.dark = true;
    case OPT_FORCE: return a->o.force = true;
    case OPT_SIZE: return cli_size(c, "--size", arg, &a->o.width, &a->o.height);
    case OPT_SCALE:
      return (a->has_scale = pel_scale_parse(arg, &a->o.scale)) || cli_usage(c, "--scale takes linear, log, row or rank, not '%s'", arg) == CLI_OK;
    case OPT_PALETTE:
      return pel_palette_parse(arg, &a->o.palette) ||
             cli_usage(c, "--palette takes viridis, cividis, magma, inferno, grey or diverging, not '%s'", arg) == CLI_OK;
    case OPT_BY:
      return pel_signal_parse(arg, &a->o.by) || cli_usage(c, "--by takes logprob, entropy, margin, received or sink, not '%s'", arg) == CLI_OK;
    case OPT_DIRECTION: return take_direction(a, arg);
    case OPT_COVER: return take_cover(a, arg);
    case OPT_ALL: return a->tree.all = true;
    case OPT_COLLAPSE: return take_collapse(a, arg);
    case OPT_OPEN: return take_open(a, arg);
    case OPT_QUOTATIONS: return a->tree.quotations = true;
    case OPT_SPAN: return take_span(a, arg);
    case OPT_AT: return take_at(a, arg);
    case OPT_TOP: return cli_u32(c, "--top", arg, 1, PEL_SEARCH_TOP_MOST, &a->tree.top);
    default: return cli_usage(c, "an option is not known or lacks its value") == CLI_OK;
  }
}

static bool parse(export_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
    if (!take_option(a, option, optarg)) return false;
  if (optind != argc - 2) return cli_usage(&cli_export, "name a trace and one of " WHATS) == CLI_OK;
  a->trace = argv[optind];
  a->what = argv[optind + 1];
  if (!a->output) return cli_usage(&cli_export, "name the file to write with -o") == CLI_OK;
  return true;
}

/* "12:" means to the end. */
static void end_range(pel_range *range, uint32_t n) {
  if (range->end == UINT32_MAX) range->end = n;
}

static pel_status export_to(export_args *a, pel_trace *trace, bool *known, pel_error *err) {
  *known = true;
  if (!strcmp(a->what, "attention")) return pel_export_attention(trace, &a->o, a->output, err);
  if (!strcmp(a->what, "heads")) return pel_export_heads(trace, &a->o, a->output, err);
  if (!strcmp(a->what, "tokens")) return pel_export_tokens(trace, &a->o, a->output, err);
  if (!strcmp(a->what, "tensors")) return pel_export_tensors(trace, &a->o, a->output, err);
  *known = false;
  return PEL_OK;
}

static bool names_heads(const export_args *a) {
  switch (a->o.of.average) {
    case PEL_AVERAGE_ALL: return !a->has_layer && !a->has_head;
    case PEL_AVERAGE_LAYER: return a->has_layer && !a->has_head;
    default: return a->has_layer && a->has_head;
  }
}

static bool step(double fraction, void *user) { return cli_progress_fraction(fraction, user); }

static int run_parsed(export_args *args) {
  export_args a = *args;
  pel_error err;
  pel_trace *trace;
  if (!strcmp(a.what, "attention") && !names_heads(&a))
    return cli_usage(&cli_export, "attention needs --layer and --head, --layer and --average layer, or --average all");
  a.o.one_head = a.has_layer && a.has_head;
  a.o.progress = (pel_progress){step, "exporting:"};
  if (pel_trace_open(a.trace, &trace, &err) != PEL_OK) return cli_fail(&err);
  const pel_trace_info *info = pel_trace_get_info(trace);
  if (!info->n_layers) {
    fprintf(stderr, "pellucid: %s: holds no run of a model, only reasoning; there is nothing of this kind to export\n", a.trace);
    pel_trace_close(trace);
    return CLI_USAGE;
  }
  uint32_t n = strcmp(a.what, "tokens") ? info->n_rows : info->n_tokens;
  pel_units units = {0};
  if (a.o.of.level != PEL_LEVEL_TOKEN && pel_units_load(trace, a.o.of.level, &units, &err) == PEL_OK) n = units.n;
  pel_units_clear(&units);
  end_range(&a.o.rows, n);
  end_range(&a.o.cols, n);
  bool known;
  pel_status status = export_to(&a, trace, &known, &err);
  cli_progress_end();
  const char *note = pel_trace_get_info(trace)->note;
  if (status == PEL_OK && known && !pel_trace_get_info(trace)->complete)
    fprintf(stderr, "pellucid: note: %s was cut short%s%s; this is what it holds\n", a.trace, *note ? ": " : "", note);
  pel_trace_close(trace);
  if (!known) return cli_usage(&cli_export, "'%s' is none of " WHATS, a.what);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}

/* ---- reasoning ---- */

typedef pel_status export_reasoning(pel_trace *, const pel_export_options *, const pel_tree_choice *, const char *, pel_error *);

static export_reasoning *reasoning_export(const char *what) {
  static const struct {
    const char *what;
    export_reasoning *export;
  } known[] = {{"tree", pel_export_tree}, {"retrieval", pel_export_retrieval}, {"reliability", pel_export_reliability}, {"timeline", pel_export_timeline}, {"search", pel_export_search}, {"graph", pel_export_graph}};
  for (size_t i = 0; what && i < sizeof known / sizeof *known; i++)
    if (!strcmp(what, known[i].what)) return known[i].export;
  return NULL;
}

static int run_reasoning(const export_args *a) {
  pel_error err;
  pel_trace *trace;
  if (pel_trace_open(a->trace, &trace, &err) != PEL_OK) return cli_fail(&err);
  pel_status status = reasoning_export(a->what)(trace, &a->o, &a->tree, a->output, &err);
  const pel_trace_info *info = pel_trace_get_info(trace);
  if (status == PEL_OK && !info->complete)
    fprintf(stderr, "pellucid: note: %s was cut short%s%s; this is what it holds\n", a->trace, *info->note ? ": " : "", info->note);
  pel_trace_close(trace);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}

static int run(int argc, char **argv) {
  export_args a = {0};
  int status = !parse(&a, argc, argv) ? CLI_USAGE : reasoning_export(a.what) ? run_reasoning(&a) : run_parsed(&a);
  free(a.collapsed);
  free(a.opened);
  return status;
}

const cli_command cli_export = {
    "export", "pictures and data from a trace",
    "usage: pellucid export run.pel attention --layer L --head H [--rows A:B] [--cols A:B] [OPTIONS] -o X.png|svg|pdf|npy|csv|json\n"
    "       pellucid export run.pel attention (--layer L --average layer | --average all) ...\n"
    "       pellucid export run.pel heads [OPTIONS] -o X.png|svg|pdf|npy|json\n"
    "       pellucid export run.pel tokens [--by SIGNAL] [--layer L --head H] [OPTIONS] -o X.png|svg|pdf|csv|json\n"
    "       pellucid export run.pel tensors -o X.safetensors\n"
    "       pellucid export run.pel tree [--direction D] [--cover P | --all] [--collapse IDS] [--open IDS] [OPTIONS] -o X.png|svg|pdf|graphml|dot|json|md\n"
    "       pellucid export run.pel retrieval [--span ID] [OPTIONS] -o X.png|svg|pdf|csv|json\n"
    "       pellucid export run.pel reliability [--span ID] [OPTIONS] -o X.png|svg|pdf|csv|json\n"
    "       pellucid export run.pel timeline [OPTIONS] -o X.png|svg|pdf|csv|json|md\n"
    "       pellucid export run.pel search [--at SIMULATION] [--top N] [--span ID] [OPTIONS] -o X.png|svg|pdf|graphml|dot|json\n"
    "       pellucid export run.pel graph [--top N] [--span ID] [OPTIONS] -o X.png|svg|pdf|graphml|dot|json\n\n"
    "Layers, heads, rows and columns count from 0; ranges are half-open. Data files hold exact weights whatever\n"
    "the scale (heads.npy: the blocks of the overview, exact up to 512 tokens, to about 3 % beyond).\n\n"
    "      --average A      layer or all: the mean of the recorded heads of a layer, or of all layers\n"
    "      --value-weighted  each weight times the norm of its key's value, as the head's output sees it\n"
    "      --level L        token, word, sentence or segment: exact sums; rows and columns then count these\n"
    "      --scale S        linear, log (the default), row or rank\n"
    "      --range LOW:HIGH  weights of the first and the last colour (chosen from what is drawn)\n"
    "      --no-sink        leave key 0 out of the picture and its colours\n"
    "      --by SIGNAL      logprob, entropy, margin, received or sink\n"
    "      --direction D    tree: right (the default) or down\n"
    "      --cover P        tree: the nodes that carry P per cent of the influence on the conclusion (95)\n"
    "      --all            tree: every node\n"
    "      --collapse IDS   tree: nodes below which nothing is shown, by id, such as 4,17\n"
    "      --open IDS       tree: nodes of which all reasons are shown, whatever the share\n"
    "      --quotations     tree as md: the cited passages in full\n"
    "      --at SIMULATION  search: visits and values as after so many simulations, with the last one's path (the end)\n"
    "      --top N          search: the nodes visited most (40); graph: entities (30); 1000 at most\n"
    "      --span ID        retrieval, reliability, search, graph: the stage (the first that has any)\n"
    "      --palette NAME   viridis, cividis, magma, inferno, grey or diverging\n"
    "      --size WxH       px, points in a PDF\n"
    "      --dark           light text on a dark ground\n"
    "      --force          replace an existing file\n\n"
    "example: pellucid export sky.pel attention --layer 12 --head 5 --scale log --no-sink -o head.pdf\n"
    "         pellucid export case.pel tree --quotations -o why.md\n",
    run};
