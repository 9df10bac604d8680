/* pellucid learn gnn: a graph network from a pack's edges, into a file of weights. */
#include <json-c/json.h>
#include <math.h>
#include <pellucid/learn.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/pool.h"
#include "engine/base/rng.h"
#include "engine/base/status.h"
#include "src/cli/gnn_options.h"
#include "src/cli/learn.h"
#include "src/cli/picture.h"
#include "src/plot/learncurve.h"

enum { OPT_FORCE = 256, OPT_HELD_OUT, OPT_CURVE, OPT_LINKS, OPT_JSON };

typedef struct gnn_args {
  const char *pack, *output, *curve, *links;
  pel_gnn_options options;
  double held_out; /* share of the edges that decide which epoch is best */
  bool json;
} gnn_args;

typedef struct split { /* the pack's edges: what is learnt from, what is held out; each with a graph of its own */
  pel_pack_graph *from;
  pel_graph *learn, *all; /* `all` borrowed from `from` */
  pel_triple *held_out;
  size_t n_held_out, n_learnt;
  char name[LEARN_NAME]; /* of the pack */
  pel_link_trust trust;  /* with --links, once there is a network to ask */
} split;

/* ---- arguments ---- */

static bool take_share(double *out) {
  if (pel_parse_double(optarg, out) && *out >= 0 && *out <= 0.5) return true;
  return cli_usage(&cli_learn, "--held-out takes a share from 0 to 0.5, not '%s'", optarg) == CLI_OK;
}

static bool take_option(gnn_args *a, int option) {
  if (option >= GNN_OPTION_FIRST && option <= GNN_OPTION_LAST) return gnn_take_option(&cli_learn, option, optarg, &a->options);
  switch (option) {
    case 'o': return a->output = optarg, true;
    case 't': return cli_u32(&cli_learn, "--threads", optarg, 1, PEL_POOL_MAX, &a->options.threads);
    case OPT_FORCE: return a->options.force = true;
    case OPT_HELD_OUT: return take_share(&a->held_out);
    case OPT_CURVE: return a->curve = optarg, true;
    case OPT_LINKS: return a->links = optarg, true;
    case OPT_JSON: return a->json = true;
    default: cli_usage(&cli_learn, "learn gnn: an option is not known or lacks its value"); return false;
  }
}

static bool read_args(int argc, char **argv, gnn_args *a) {
  static const struct option options[] = {{"output", required_argument, NULL, 'o'}, {"threads", required_argument, NULL, 't'}, {"force", no_argument, NULL, OPT_FORCE},
                                          {"held-out", required_argument, NULL, OPT_HELD_OUT}, {"curve", required_argument, NULL, OPT_CURVE}, {"links", required_argument, NULL, OPT_LINKS}, {"json", no_argument, NULL, OPT_JSON},
                                          GNN_OPTIONS, {0}};
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:t:", options, NULL)) != -1)
    if (!take_option(a, option)) return false;
  if (optind != argc - 1) return cli_usage(&cli_learn, "learn gnn: name one pack"), false;
  if (!a->output) return cli_usage(&cli_learn, "learn gnn: name the file for the weights with -o"), false;
  if (a->curve && !cli_is_picture(a->curve)) return cli_usage(&cli_learn, "learn gnn: --curve takes a .png, .svg or .pdf, not '%s'", a->curve), false;
  a->pack = argv[optind];
  return true;
}

/* ---- the edges ---- */

static void clear_split(split *s) {
  pel_graph_free(s->learn);
  pel_pack_graph_free(s->from);
  free(s->held_out);
}

/* Which edges are held out is drawn from the seed: the same for the same pack and options. */
static pel_status split_edges(const gnn_args *a, split *s, pel_error *err) {
  size_t n, at = 0;
  s->all = s->from->graph;
  const pel_triple *all = pel_graph_triples(s->all, &n);
  if (n < 4) return pel_fail(err, PEL_ERR_INPUT, "%s: holds %zu edges, too few to learn from", a->pack, n);
  pel_triple *learn = pel_alloc(n, sizeof *learn);
  s->held_out = pel_alloc(n, sizeof *s->held_out);
  if (!learn || !s->held_out) {
    free(learn);
    return pel_fail_memory(err, "edges", n * sizeof *learn);
  }
  pel_rng rng = {a->options.seed ^ 0x5851f42d4c957f2du};
  for (size_t i = 0; i < n; i++) {
    if (pel_rng_uniform(&rng) < a->held_out) s->held_out[s->n_held_out++] = all[i];
    else learn[at++] = all[i];
  }
  s->n_learnt = at;
  pel_status status = pel_graph_create(pel_graph_entities(s->all), pel_graph_relations(s->all), learn, at, &s->learn, err);
  free(learn);
  return status;
}

/* ---- the curve ---- */

static void draw_curve(const void *plot, pel_canvas *canvas) { pel_learncurve_draw(plot, canvas); }

static pel_status draw_to(const gnn_args *a, const pel_gnn_info *info, pel_outfile *file, pel_error *err) {
  const pel_plot_style style = {0};
  pel_learncurve_data data = {.title = "How the graph network learnt", .epochs = info->curve, .n = info->n_curve, .best = info->best_epoch};
  pel_picture picture = {.width = 720, .height = 520, .title = data.title, .description = "Loss and validation mean reciprocal rank of each epoch", .draw = draw_curve};
  pel_learncurve *plot;
  PEL_TRY(pel_learncurve_layout(&data, &style, picture.width, picture.height, &plot, err));
  picture.plot = plot;
  pel_status status = cli_draw_picture(a->curve, picture, file, err);
  pel_learncurve_free(plot);
  return status;
}

/* The file is done with afterwards; of a network that was interrupted before an epoch was over there is nothing to draw. */
static pel_status write_curve(const gnn_args *a, pel_outfile *file, pel_error *err) {
  pel_gnn *gnn;
  pel_gnn_info info = {0};
  pel_status status = pel_gnn_open(a->output, &gnn, err);
  if (status == PEL_OK) {
    pel_gnn_get_info(gnn, &info);
    if (info.n_curve) status = draw_to(a, &info, file, err);
    pel_gnn_close(gnn);
  }
  if (status == PEL_OK && info.n_curve) return pel_outfile_commit(file, err);
  pel_outfile_discard(file);
  return status;
}

/* ---- how far its answers can be trusted ---- */

static pel_status ask_network(const gnn_args *a, pel_gnn *gnn, split *s, pel_outfile *file, pel_error *err) {
  const pel_link_held_out of = {s->learn, s->all, s->held_out, s->n_held_out};
  pel_error inner = {0};
  char *text;
  pel_status status = pel_link_trust_network(gnn, &of, cli_progress_fraction, "asking", &s->trust, &inner);
  if (status != PEL_OK) return pel_fail(err, status, "%s: %s; hold more edges out (--held-out)", a->links, inner.text);
  snprintf(s->trust.learnt_from, sizeof s->trust.learnt_from, "%s", s->name);
  PEL_TRY(pel_link_trust_text(&s->trust, &text, err));
  pel_outfile_puts(file, text);
  free(text);
  return PEL_OK;
}

/* The file is done with afterwards. */
static pel_status write_links(const gnn_args *a, split *s, pel_outfile *file, pel_error *err) {
  pel_gnn *gnn;
  pel_status status = pel_gnn_open(a->output, &gnn, err);
  if (status == PEL_OK) {
    pel_gnn_limit(gnn, a->options.most_entities);
    status = ask_network(a, gnn, s, file, err);
    pel_gnn_close(gnn);
  }
  if (status == PEL_OK) return pel_outfile_commit(file, err);
  pel_outfile_discard(file);
  return status;
}

/* ---- the work ---- */

static pel_status read_edges(const gnn_args *a, split *s, pel_error *err) {
  pel_pack *pack;
  PEL_TRY(pel_pack_open(a->pack, &pack, err));
  pel_status status = pel_pack_graph_read(pack, &s->from, err);
  learn_name(pel_pack_get_info(pack), s->name);
  pel_pack_close(pack);
  return status == PEL_OK ? split_edges(a, s, err) : status;
}

static pel_status check_outputs(const gnn_args *a, pel_error *err) {
  PEL_TRY(cli_check_output(a->output, a->pack, "the pack itself", err));
  if (a->curve) PEL_TRY(cli_check_output(a->curve, a->pack, "the pack itself", err));
  if (a->curve) PEL_TRY(cli_check_output(a->curve, a->output, "the file of the weights", err));
  if (a->links) PEL_TRY(cli_check_output(a->links, a->pack, "the pack itself", err));
  if (a->links) PEL_TRY(cli_check_output(a->links, a->output, "the file of the weights", err));
  return a->links && a->curve ? cli_check_output(a->links, a->curve, "the picture of the curve", err) : PEL_OK;
}

typedef struct outputs { /* open, that they can be written is known before hours have passed; NULL: not asked for, or done with */
  pel_outfile *curve, *links;
} outputs;

static pel_status open_outputs(const gnn_args *a, outputs *out, pel_error *err) {
  bool force = a->options.force || a->options.resume;
  if (a->curve) PEL_TRY(pel_outfile_open(a->curve, force, &out->curve, err));
  return a->links ? pel_outfile_open(a->links, force, &out->links, err) : PEL_OK;
}

static pel_status write_outputs(const gnn_args *a, split *s, const pel_gnn_result *done, outputs *out, pel_error *err) {
  pel_outfile *curve = out->curve, *links = out->links;
  out->curve = NULL;
  if (curve) PEL_TRY(write_curve(a, curve, err));
  if (!links || done->end == PEL_GNN_INTERRUPTED) return PEL_OK; /* what is learnt further is another network */
  out->links = NULL;
  return write_links(a, s, links, err);
}

static pel_status learn(const gnn_args *a, split *s, pel_gnn_result *done, pel_error *err) {
  outputs out = {0};
  PEL_TRY(check_outputs(a, err));
  PEL_TRY(read_edges(a, s, err));
  pel_gnn_data data = {.relation_names = (const char *const *)s->from->relations, .learn = s->learn, .validation_graph = s->learn, .validation_known = s->all, .validation = s->held_out,
                       .n_validation = s->n_held_out};
  pel_status status = open_outputs(a, &out, err);
  if (status == PEL_OK) status = pel_gnn_train(&data, &a->options, a->output, gnn_show_progress, NULL, done, err);
  if (status == PEL_OK) status = write_outputs(a, s, done, &out, err);
  pel_outfile_discard(out.curve);
  pel_outfile_discard(out.links);
  return status;
}

/* Of the edges held out, those that each epoch was asked. */
static size_t asked_of(const gnn_args *a, const split *s) {
  size_t most = a->options.validation_triples;
  return most && most < s->n_held_out ? most : s->n_held_out;
}

static void print_text(const gnn_args *a, const split *s, const pel_gnn_result *r) {
  char mrr[40], seconds[40];
  printf("%s: %zu parameters learnt from %zu edges of %u entities and %u relations; %u epochs in %s s (%s)\n", a->output, r->parameters, s->n_learnt, pel_graph_entities(s->all),
         pel_graph_relations(s->all), r->epochs, pel_format_fixed(seconds, sizeof seconds, r->seconds, 1), gnn_end_text(r->end));
  if (!isnan(r->best_mrr)) printf("epoch %u is kept: mean reciprocal rank %s on %zu of the %zu edges held out, asked for from both ends\n", r->best_epoch, pel_format_fixed(mrr, sizeof mrr, r->best_mrr, 3), asked_of(a, s), s->n_held_out);
  if (s->trust.answered) learn_print_trust(&s->trust);
  if (r->end == PEL_GNN_INTERRUPTED || r->end == PEL_GNN_TIME) printf("the same command with --resume goes on where it stopped\n");
}

static void print_json(const gnn_args *a, const split *s, const pel_gnn_result *r) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "file", json_object_new_string(a->output));
  json_object_object_add(o, "parameters", json_object_new_uint64(r->parameters));
  json_object_object_add(o, "edges", json_object_new_uint64(s->n_learnt));
  json_object_object_add(o, "held_out", json_object_new_uint64(s->n_held_out));
  json_object_object_add(o, "asked", json_object_new_uint64(asked_of(a, s)));
  json_object_object_add(o, "entities", json_object_new_uint64(pel_graph_entities(s->all)));
  json_object_object_add(o, "relations", json_object_new_uint64(pel_graph_relations(s->all)));
  json_object_object_add(o, "epochs", json_object_new_int64(r->epochs));
  json_object_object_add(o, "best_epoch", json_object_new_int64(r->best_epoch));
  if (!isnan(r->best_mrr)) json_object_object_add(o, "mrr", json_object_new_double(r->best_mrr));
  json_object_object_add(o, "seconds", json_object_new_double(r->seconds));
  json_object_object_add(o, "end", json_object_new_string(gnn_end_text(r->end)));
  if (s->trust.answered) {
    struct json_object *links = json_object_new_object();
    learn_add_trust(links, &s->trust);
    json_object_object_add(o, "links", links);
  }
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

int learn_gnn(int argc, char **argv) {
  gnn_args a = {.held_out = 0.05};
  split s = {0};
  pel_gnn_result done = {0};
  pel_error err = {0};
  pel_gnn_options_default(&a.options);
  a.options.threads = (uint32_t)pel_cpu_count();
  if (!read_args(argc, argv, &a)) return CLI_USAGE;
  cli_catch_signals();
  pel_status status = learn(&a, &s, &done, &err);
  cli_progress_end();
  if (status == PEL_OK) (a.json ? print_json : print_text)(&a, &s, &done);
  clear_split(&s);
  if (status != PEL_OK) return cli_fail(&err);
  return done.end == PEL_GNN_INTERRUPTED ? cli_finish(CLI_INTERRUPTED) : cli_finish(CLI_OK);
}
