/* pellucid eval phenopackets: how often the diagnosis of a published case is among the first that its findings lead to, and what the confidence is worth. */
#include <json-c/json.h>
#include <math.h>
#include <pellucid/phenotype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/cli/eval.h"
#include "src/cli/eval_phenopackets_stages.h"
#include "src/cli/phenopackets.h"
#include "src/core/outfile.h"

enum { HITS = 4, MACRO = 4, ROWS = PEL_PHENOTYPE_METHODS + 2, COVERAGES = 5, RESAMPLES = 300 };
static const char *const hit_names[HITS] = {"top_1", "top_3", "top_10", "mrr"};
static const double coverages[COVERAGES] = {1, 0.8, 0.6, 0.4, 0.2};

typedef struct hits { /* of one way to rank */
  char name[64];
  size_t n;
  double value[HITS];
  pel_interval interval[HITS];
} hits;

typedef enum confidence_map { MAP_PARTS, MAP_STEPS, MAP_SHARE, MAP_OTHERS, MAPS } confidence_map;

typedef struct trust { /* of one map of confidence */
  const char *name;
  pel_confidence_figures f, low, high;
  pel_confidence_bin bins[PEL_RELIABILITY_BINS];
  double risk[COVERAGES];
} trust;

typedef struct eval_run {
  const char *folder, *pack_path, *catalogue, *save;
  bool json, force, without_asked, without_excluded, without_frequency, without_content;
  uint32_t folds;
  phenopackets cases;
  pel_phenotypes *p;
  pel_phenotypes_info info;
  pel_phenotype_study study;
  hits hits[ROWS];
  trust trust[MAPS];
  stages_worth stages;
  size_t own; /* covered cases whose diagnosis has an annotation from their own publication */
  size_t own_nothing_left;
  double seconds_load;
} eval_run;

/* ---- figures ---- */

static double rank_of(const pel_phenotype_outcome *o, int row) {
  if (row < PEL_PHENOTYPE_METHODS) return o->rank[row];
  return row == PEL_PHENOTYPE_METHODS ? o->rank_catalogue : o->rank_without_own;
}

static pel_status measure_row(const eval_run *r, int row, hits *out, pel_error *err) {
  static const char *const more[] = {"learnt, among the diseases of its own catalogue", "learnt, without its own publication's annotations"};
  size_t n = 0;
  double *values = pel_alloc(r->study.n_covered * HITS, sizeof *values);
  uint32_t *groups = pel_alloc(r->study.n_covered, sizeof *groups);
  pel_status status = values && groups ? PEL_OK : pel_fail_memory(err, "the figures", r->study.n_covered * HITS * sizeof *values);
  for (size_t i = 0; i < r->study.n && status == PEL_OK; i++) {
    const pel_phenotype_outcome *o = &r->study.outcomes[i];
    double rank = o->covered ? rank_of(o, row) : NAN;
    if (isnan(rank)) continue;
    const double v[HITS] = {rank <= 1, rank <= 3, rank <= 10, 1 / rank};
    memcpy(values + n * HITS, v, sizeof v);
    groups[n++] = o->group;
    for (int k = 0; k < HITS; k++) out->value[k] += v[k];
  }
  out->n = n;
  for (int k = 0; k < HITS; k++) out->value[k] /= (double)n;
  snprintf(out->name, sizeof out->name, "%s", row < PEL_PHENOTYPE_METHODS ? pel_phenotype_method_name((pel_phenotype_method)row) : more[row - PEL_PHENOTYPE_METHODS]);
  if (status == PEL_OK) status = pel_cluster_bootstrap(values, groups, n, HITS, out->interval, err);
  free(values);
  free(groups);
  return status;
}

static const char *const map_names[MAPS] = {"all parts", "all parts, isotonic", "its share alone", "those after the first"};

static size_t take_predictions(const pel_phenotype_outcome *o, confidence_map map, pel_prediction *out) {
  if (map == MAP_OTHERS) return pel_phenotype_others(o, out);
  if (!o->covered) return 0;
  *out = (pel_prediction){map == MAP_PARTS ? o->confidence : map == MAP_STEPS ? o->isotonic : o->confidence_share, o->right, o->group};
  return 1;
}

static pel_status measure_trust(const eval_run *r, confidence_map map, trust *out, pel_error *err) {
  pel_prediction *p = pel_alloc(r->study.n_covered * PEL_RATED, sizeof *p);
  size_t n = 0;
  for (size_t i = 0; i < r->study.n && p; i++) n += take_predictions(&r->study.outcomes[i], map, p + n);
  out->name = map_names[map];
  if (p && !n) { /* every case has one candidate: nobody comes after it */
    free(p);
    out->f.ece = out->f.ece_mass = out->f.brier = out->f.brier_skill = out->f.nll = out->f.auroc = out->f.aurc = out->f.e_aurc = out->f.accuracy = out->f.review_fifth = NAN;
    out->low = out->high = out->f;
    return PEL_OK;
  }
  bool ok = p && pel_confidence_measure(p, n, &out->f);
  for (int c = 0; c < COVERAGES && ok; c++) ok = pel_risk_at(p, n, coverages[c], &out->risk[c]);
  pel_status status = ok ? pel_confidence_bootstrap(p, n, RESAMPLES, &out->low, &out->high, err) : pel_fail_memory(err, "the figures", n * sizeof *p);
  if (ok) pel_reliability_widths(p, n, out->bins);
  free(p);
  return status;
}

static pel_status measure(eval_run *r, pel_error *err) {
  for (int row = 0; row < ROWS; row++) PEL_TRY(measure_row(r, row, &r->hits[row], err));
  for (int t = 0; t < MAPS; t++) PEL_TRY(measure_trust(r, (confidence_map)t, &r->trust[t], err));
  PEL_TRY(phenopackets_stages(&r->study, &r->stages, err));
  for (size_t i = 0; i < r->study.n; i++) {
    const pel_phenotype_outcome *o = &r->study.outcomes[i];
    r->own += o->covered && o->cites_own;
    r->own_nothing_left += o->covered && isnan(o->rank_without_own);
  }
  return PEL_OK;
}

/* "asked, ic": all that was left out while learning. */
static const char *without_of(const eval_run *r) {
  static char words[60];
  const char *const parts[] = {r->without_asked ? "asked" : "", r->without_excluded ? "excluded" : "", r->without_frequency ? "frequency" : "", r->without_content ? "ic" : ""};
  *words = 0;
  for (int i = 0; i < 4; i++)
    if (*parts[i]) snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s", *words ? ", " : "", parts[i]);
  return words;
}

/* ---- as text ---- */

static void put(double value, int digits) {
  char text[40];
  printf("%s", isfinite(value) ? pel_format_fixed(text, sizeof text, value, digits) : "-");
}

static void put_interval(double value, double low, double high, double unit, int digits) {
  put(unit * value, digits), printf(" ["), put(unit * low, digits), printf(", "), put(unit * high, digits), printf("]");
}

static void print_hits(const eval_run *r) {
  printf("\n%-50s %6s  top 1, %%            top 3, %%            top 10, %%           mean reciprocal rank\n", "", "cases");
  for (int row = 0; row < ROWS; row++) {
    const hits *h = &r->hits[row];
    printf("%-50s %6zu", h->name, h->n);
    for (int k = 0; k < HITS; k++) printf("  "), put_interval(h->value[k], h->interval[k].low, h->interval[k].high, k < 3 ? 100 : 1, k < 3 ? 1 : 3);
    putchar('\n');
  }
  printf("%zu of the covered cases have a diagnosis with an annotation from their own publication; %zu of them lose every annotation without it and are left out of that line\n", r->own,
         r->own_nothing_left);
}

static void print_trust(const eval_run *r) {
  printf("\nconfidence that the first answer is the diagnosis, of cases kept back; the share alone is the control:\n");
  for (int i = 0; i < MAPS; i++) {
    const trust *t = &r->trust[i];
    printf("%-21s calibration error ", t->name), put_interval(t->f.ece, t->low.ece, t->high.ece, 1, 3);
    printf(" (bins of equal size "), put(t->f.ece_mass, 3);
    printf("), Brier "), put(t->f.brier, 3), printf(", skill "), put_interval(t->f.brier_skill, t->low.brier_skill, t->high.brier_skill, 1, 3);
    printf(", log loss "), put(t->f.nll, 3), printf(", AUROC "), put_interval(t->f.auroc, t->low.auroc, t->high.auroc, 1, 3);
    printf(",\n                      area under risk and coverage "), put_interval(t->f.aurc, t->low.aurc, t->high.aurc, 1, 3), printf(", above the best order "), put(t->f.e_aurc, 3), putchar('\n');
  }
  const trust *t = &r->trust[0];
  printf("\nof all parts:\nconfidence        cases  said   was   95 %% interval\n");
  for (int b = 0; b < PEL_RELIABILITY_BINS; b++) {
    const pel_confidence_bin *bin = &t->bins[b];
    if (!bin->n) continue;
    put(bin->low, 2), printf(" to "), put(bin->high, 2), printf("  %8zu  ", bin->n);
    put(bin->confidence, 3), printf("  "), put(bin->accuracy, 3), printf("  ["), put(bin->wilson_low, 3), printf(", "), put(bin->wilson_high, 3), printf("]\n");
  }
  printf("wrong first answers when only the most confident cases are answered:");
  for (int c = 0; c < COVERAGES; c++) printf("%s ", c ? "," : ""), put(100 * t->risk[c], 1), printf(" %% of "), put(100 * coverages[c], 0), printf(" %%");
  printf("\nof all wrong first answers, "), put_interval(t->f.review_fifth, t->low.review_fifth, t->high.review_fifth, 100, 1);
  printf(" %% lie among the 20 %% of cases with the least confidence (20 %% in a random order, "), put(100 * fmin(1, 0.2 / (1 - t->f.accuracy)), 1), printf(" %% in the best)\n");
}

static void print_text(const eval_run *r) {
  printf("%zu cases; %zu (", r->study.n, r->study.n_covered), put(100 * (double)r->study.n_covered / (double)r->study.n, 1);
  printf(" %%) have a diagnosis with annotations in the pack, from %zu publications; %u folds by publication\n", r->study.n_groups, r->folds);
  printf("pack: %zu diseases%s%s%s with %zu findings over %zu terms; %zu findings of the cases have no term there\n", r->info.n_diseases, r->catalogue ? " (keys that begin with " : "",
         r->catalogue ? r->catalogue : "", r->catalogue ? ")" : "", r->info.n_annotations, r->info.n_terms, r->study.unknown_terms);
  if (*without_of(r)) printf("without %s\n", without_of(r));
  printf("seconds: "), put(r->seconds_load, 2), printf(" to load, "), put(r->study.seconds_rank, 4), printf(" a case\n");
  print_hits(r);
  print_trust(r);
  stages_print(&r->stages);
}

/* ---- as JSON ---- */

static struct json_object *hits_json(const hits *h) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "name", json_object_new_string(h->name));
  json_object_object_add(o, "cases", json_object_new_int64((int64_t)h->n));
  for (int k = 0; k < HITS; k++) {
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, json_object_new_double(h->interval[k].low));
    json_object_array_add(list, json_object_new_double(h->interval[k].high));
    cli_add_number(o, hit_names[k], h->value[k]);
    char name[32];
    snprintf(name, sizeof name, "%s_interval", hit_names[k]);
    json_object_object_add(o, name, list);
  }
  return o;
}

static struct json_object *trust_json(const trust *t) {
  struct json_object *o = json_object_new_object(), *bins = json_object_new_array(), *risk = json_object_new_array();
  json_object_object_add(o, "map", json_object_new_string(t->name));
  const struct { const char *name; double value; } f[] = {{"ece", t->f.ece}, {"ece_low", t->low.ece}, {"ece_high", t->high.ece}, {"ece_equal_mass", t->f.ece_mass}, {"brier", t->f.brier},
    {"brier_skill", t->f.brier_skill}, {"brier_skill_low", t->low.brier_skill}, {"brier_skill_high", t->high.brier_skill}, {"log_loss", t->f.nll}, {"auroc", t->f.auroc},
    {"aurc", t->f.aurc}, {"aurc_low", t->low.aurc}, {"aurc_high", t->high.aurc}, {"e_aurc", t->f.e_aurc}, {"accuracy", t->f.accuracy}, {"wrong_in_least_confident_fifth", t->f.review_fifth},
    {"wrong_in_least_confident_fifth_low", t->low.review_fifth}, {"wrong_in_least_confident_fifth_high", t->high.review_fifth}};
  for (size_t i = 0; i < sizeof f / sizeof *f; i++) cli_add_number(o, f[i].name, f[i].value);
  for (int b = 0; b < PEL_RELIABILITY_BINS; b++) {
    struct json_object *bin = json_object_new_object();
    const pel_confidence_bin *q = &t->bins[b];
    json_object_object_add(bin, "n", json_object_new_int64((int64_t)q->n));
    cli_add_number(bin, "low", q->low), cli_add_number(bin, "high", q->high), cli_add_number(bin, "confidence", q->confidence), cli_add_number(bin, "accuracy", q->accuracy);
    cli_add_number(bin, "accuracy_low", q->wilson_low), cli_add_number(bin, "accuracy_high", q->wilson_high);
    json_object_array_add(bins, bin);
  }
  for (int c = 0; c < COVERAGES; c++) {
    struct json_object *at = json_object_new_object();
    cli_add_number(at, "coverage", coverages[c]), cli_add_number(at, "risk", t->risk[c]);
    json_object_array_add(risk, at);
  }
  json_object_object_add(o, "bins", bins);
  json_object_object_add(o, "risk_coverage", risk);
  return o;
}

static void print_json(const eval_run *r) {
  struct json_object *o = json_object_new_object(), *ranks = json_object_new_array(), *trusts = json_object_new_array();
  const struct { const char *name; size_t value; } counts[] = {{"cases", r->study.n}, {"covered", r->study.n_covered}, {"publications", r->study.n_groups}, {"folds", r->folds},
    {"diseases", r->info.n_diseases}, {"annotations", r->info.n_annotations}, {"terms", r->info.n_terms}, {"unknown_findings", r->study.unknown_terms},
    {"annotated_by_own_publication", r->own}, {"nothing_left_without_it", r->own_nothing_left}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) json_object_object_add(o, counts[i].name, json_object_new_int64((int64_t)counts[i].value));
  json_object_object_add(o, "catalogue", json_object_new_string(r->catalogue ? r->catalogue : ""));
  json_object_object_add(o, "without", json_object_new_string(without_of(r)));
  cli_add_number(o, "seconds_load", r->seconds_load), cli_add_number(o, "seconds_a_case", r->study.seconds_rank);
  for (int row = 0; row < ROWS; row++) json_object_array_add(ranks, hits_json(&r->hits[row]));
  for (int t = 0; t < MAPS; t++) json_object_array_add(trusts, trust_json(&r->trust[t]));
  json_object_object_add(o, "ranks", ranks);
  json_object_object_add(o, "confidence", trusts);
  json_object_object_add(o, "stages", stages_json(&r->stages));
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

/* ---- the command ---- */

enum { OPT_PACK = 256, OPT_FOLDS, OPT_WITHOUT, OPT_CATALOGUE, OPT_SAVE, OPT_FORCE, OPT_JSON };
static const struct option options[] = {{"pack", required_argument, NULL, OPT_PACK}, {"folds", required_argument, NULL, OPT_FOLDS}, {"without", required_argument, NULL, OPT_WITHOUT},
                                        {"catalogue", required_argument, NULL, OPT_CATALOGUE}, {"save", required_argument, NULL, OPT_SAVE},
                                        {"force", no_argument, NULL, OPT_FORCE}, {"json", no_argument, NULL, OPT_JSON}, {0}};

static bool take_without(eval_run *r) {
  if (!strcmp(optarg, "asked")) return r->without_asked = true;
  if (!strcmp(optarg, "excluded")) return r->without_excluded = true;
  if (!strcmp(optarg, "frequency")) return r->without_frequency = true;
  if (!strcmp(optarg, "ic")) return r->without_content = true;
  for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++)
    if (!strcmp(optarg, pel_phenotype_stage_name((pel_phenotype_stage)s))) return r->stages.asked[s] = true;
  return cli_usage(&cli_eval, "--without takes retrieve, deduce, verify, asked, excluded, frequency or ic, not '%s'", optarg) == CLI_OK;
}

static bool parse(eval_run *r, int argc, char **argv) {
  int option;
  bool any = false;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) switch (option) {
      case OPT_PACK: r->pack_path = optarg; break;
      case OPT_CATALOGUE: r->catalogue = optarg; break;
      case OPT_SAVE: r->save = optarg; break;
      case OPT_FORCE: r->force = true; break;
      case OPT_JSON: r->json = true; break;
      case OPT_FOLDS:
        if (!cli_u32(&cli_eval, "--folds", optarg, 2, 20, &r->folds)) return false;
        break;
      case OPT_WITHOUT:
        if (!take_without(r)) return false;
        break;
      default: return cli_usage(&cli_eval, "eval phenopackets: an option is not known or lacks its value") == CLI_OK;
    }
  if (optind != argc - 1) return cli_usage(&cli_eval, "eval phenopackets: name the folder of the cases") == CLI_OK;
  if (r->catalogue && strlen(r->catalogue) >= sizeof r->study.weights.catalogue) return cli_usage(&cli_eval, "--catalogue takes the beginning of a key, not %zu bytes", strlen(r->catalogue)) == CLI_OK;
  if (r->save && (r->without_excluded || r->without_frequency || r->without_content)) return cli_usage(&cli_eval, "--save keeps no weights that were learnt with --without excluded, frequency or ic: an audit would use them otherwise") == CLI_OK;
  if (!r->pack_path) return cli_usage(&cli_eval, "eval phenopackets: name the pack of the ontology and its annotations with --pack") == CLI_OK;
  r->folder = argv[optind];
  for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++) any |= r->stages.asked[s];
  for (int s = 0; s < PEL_PHENOTYPE_STAGES; s++) r->stages.asked[s] |= !any;
  return true;
}

static pel_status load(eval_run *r, pel_error *err) {
  pel_pack *pack;
  pel_phenotype_options o = {r->catalogue, r->without_frequency, r->without_content};
  PEL_TRY(phenopackets_read(r->folder, &r->cases, err));
  PEL_TRY(pel_pack_open(r->pack_path, &pack, err));
  double begun = pel_clock_seconds();
  pel_status status = pel_phenotypes_open(pack, &o, &r->p, err);
  r->seconds_load = pel_clock_seconds() - begun;
  pel_pack_close(pack);
  if (status == PEL_OK) r->info = pel_phenotypes_get_info(r->p);
  return status;
}

/* The file is opened before the work, so that one that stands in the way is said at once. */
static pel_status save(eval_run *r, pel_outfile *f, pel_error *err) {
  char *text;
  snprintf(r->study.weights.learnt_from, sizeof r->study.weights.learnt_from, "%zu phenopackets of %zu publications, %zu diseases", r->study.n_covered, r->study.n_groups, r->info.n_diseases);
  r->study.weights.diseases = r->info.n_diseases;
  snprintf(r->study.weights.catalogue, sizeof r->study.weights.catalogue, "%s", r->catalogue ? r->catalogue : "");
  pel_status status = pel_phenotype_weights_text(&r->study.weights, &text, err);
  if (status != PEL_OK) {
    pel_outfile_discard(f);
    return status;
  }
  pel_outfile_puts(f, text);
  free(text);
  return pel_outfile_commit(f, err);
}

static pel_status check_save(const eval_run *r, pel_error *err) {
  char file[4096];
  if (!r->save) return PEL_OK;
  PEL_TRY(cli_check_output(r->save, r->pack_path, "the pack itself", err));
  PEL_TRY(cli_check_output(r->save, r->folder, "the file of the cases", err));
  snprintf(file, sizeof file, "%s/%s", r->folder, PHENOPACKETS_FILE);
  return cli_check_output(r->save, file, "the file of the cases", err);
}

static pel_status study(eval_run *r, pel_error *err) {
  pel_phenotype_study_options o = {.folds = r->folds, .without_asked = r->without_asked, .without_excluded = r->without_excluded, .progress = cli_progress_fraction, .user = "learning by folds"};
  pel_outfile *f = NULL;
  PEL_TRY(check_save(r, err));
  PEL_TRY(load(r, err));
  if (r->save) PEL_TRY(pel_outfile_open(r->save, r->force, &f, err));
  pel_status status = pel_phenotype_study_run(r->p, r->cases.examples, r->cases.n, &o, &r->study, err);
  cli_progress_end();
  if (status == PEL_OK) status = measure(r, err);
  if (status == PEL_OK && f) return save(r, f, err);
  if (f) pel_outfile_discard(f);
  return status;
}

int eval_phenopackets(int argc, char **argv) {
  eval_run r = {.folds = 5};
  pel_error err;
  if (!parse(&r, argc, argv)) return CLI_USAGE;
  cli_catch_signals();
  pel_status status = study(&r, &err);
  if (status == PEL_OK) (r.json ? print_json : print_text)(&r);
  pel_phenotype_study_clear(&r.study);
  pel_phenotypes_close(r.p);
  phenopackets_clear(&r.cases);
  return status == PEL_OK ? cli_finish(CLI_OK) : cli_fail(&err);
}
