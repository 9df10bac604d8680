/* pellucid eval retrieval: what the retrieval stage finds of the facts that EntailmentBank's proofs rest on. */
#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <pellucid/retrieve.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/cli/eval.h"

enum { AT = 25, MAPS = PEL_RETRIEVE_MAPS, GATES = PEL_RETRIEVE_GATES };
typedef enum ranking { BY_WORDS, BY_VECTORS, BY_FUSED, BY_RRF, BY_GATED, RANKINGS } ranking;
typedef enum part { SIZE, PRECISION, RECALL, F1, TOP_PRECISION, TOP_RECALL, TOP_F1, PARTS } part;

static const char *const ranking_names[RANKINGS] = {"BM25", "dense", "fused", "RRF (control)", "fused, log_key gate"};
static const char *const part_names[PARTS] = {"size", "precision", "recall", "f1", "top_precision", "top_recall", "top_f1"};

typedef struct eval_run {
  const char *folder, *encoder_path, *pack_path, *candidates_path;
  bool json, train, hypothesis, by_text, force;
  pel_encoder *encoder;
  pel_pack *pack;
  pel_retriever *retriever;
  FILE *candidates;
  eval_bank bank;
  eval_measure recall[RANKINGS], support[MAPS][GATES][PARTS], fixed[MAPS][GATES]; /* fixed: F1 of the same number of passages for all questions */
  double seconds[3];
  char dense[40], encoder_name[72];
  double alpha;
  size_t *order; /* scratch */
  double *keys;
} eval_run;

/* ---- the pack of the facts ---- */

static pel_status add_facts(const eval_run *r, pel_pack_builder *b, pel_error *err) {
  pel_source source = {.key = "worldtree", .title = "WorldTree facts, as extended by EntailmentBank", .url = "https://allenai.org/data/entailmentbank"};
  int64_t id;
  PEL_TRY(pel_pack_add_source(b, &source, &id, err));
  for (size_t i = 0; i < r->bank.n_facts; i++) {
    pel_passage row = {.source = id, .path = r->bank.keys[i], .text = r->bank.texts[i]};
    PEL_TRY(pel_pack_add_passage(b, &row, NULL, err));
  }
  return PEL_OK;
}

static pel_status build_pack(eval_run *r, const char *path, pel_error *err) {
  char generator[64];
  snprintf(generator, sizeof generator, "pellucid %s", pel_version());
  pel_pack_header header = {.name = "worldtree", .title = "WorldTree facts", .language = "en", .generator = generator};
  pel_pack_encoder encoder = pel_retrieve_pack_encoder(r->encoder);
  pel_pack_builder *b;
  PEL_TRY(pel_pack_builder_create(path, false, &header, &b, err));
  pel_status status = add_facts(r, b, err);
  if (status == PEL_OK) status = pel_pack_builder_finish(b, &encoder, cli_progress_fraction, "vectors of the facts", err);
  else pel_pack_builder_abandon(b);
  cli_progress_end();
  return status;
}

/* Passage i + 1 has to be fact i. */
static pel_status check_pack(eval_run *r, pel_error *err) {
  const char *made = pel_pack_get_info(r->pack)->encoder, *wanted = r->encoder ? pel_encoder_sha256(r->encoder) : "hashed n-grams";
  bool same = (size_t)pel_pack_get_info(r->pack)->n_passages == r->bank.n_facts;
  for (size_t i = 0; i < r->bank.n_facts && same; i++) {
    pel_passage p;
    PEL_TRY(pel_pack_passage(r->pack, (int64_t)i + 1, &p, err));
    same = !strcmp(p.path, r->bank.keys[i]) && !strcmp(p.text, r->bank.texts[i]);
  }
  if (!same) return pel_fail(err, PEL_ERR_USAGE, "%s: not the facts of %s; name another --pack", r->pack_path, r->folder);
  return !strcmp(made, wanted) ? PEL_OK : pel_fail(err, PEL_ERR_USAGE, "%s: its vectors are of another encoder; name another --pack", r->pack_path);
}

static pel_status open_pack(eval_run *r, pel_error *err) {
  char temporary[4096], path[sizeof temporary + 16];
  const char *place = getenv("TMPDIR");
  snprintf(temporary, sizeof temporary, "%s/pellucid-eval-XXXXXX", place && *place ? place : P_tmpdir);
  bool kept = r->pack_path != NULL;
  if (kept && access(r->pack_path, F_OK) == 0) {
    PEL_TRY(pel_pack_open(r->pack_path, &r->pack, err));
    return check_pack(r, err);
  }
  if (!kept && !mkdtemp(temporary)) return pel_fail_errno(err, temporary, "cannot make a folder");
  snprintf(path, sizeof path, "%s/facts.pack", temporary);
  pel_status status = build_pack(r, kept ? r->pack_path : path, err);
  if (status == PEL_OK) status = pel_pack_open(kept ? r->pack_path : path, &r->pack, err);
  if (!kept) unlink(path), rmdir(temporary); /* open files stay readable */
  return status;
}

/* ---- one question ---- */

static bool is_gold(const eval_run *r, const eval_question *q, int64_t passage) {
  int64_t same = r->by_text ? r->bank.same[passage - 1] : passage;
  for (size_t i = 0; i < q->n_gold; i++)
    if (q->gold[i] == same) return true;
  return false;
}

static const double *sort_keys; /* qsort takes no user data */
static int by_key(const void *x, const void *y) {
  size_t a = *(const size_t *)x, b = *(const size_t *)y;
  if (sort_keys[a] != sort_keys[b]) return sort_keys[a] < sort_keys[b] ? 1 : -1;
  return (a > b) - (a < b);
}

static void sort(eval_run *r, size_t n) {
  for (size_t i = 0; i < n; i++) r->order[i] = i;
  sort_keys = r->keys;
  qsort(r->order, n, sizeof *r->order, by_key);
}

static size_t hits_of(const eval_run *r, const eval_question *q, const pel_retrieval *f, size_t most) {
  size_t hits = 0;
  for (size_t i = 0; i < most && i < f->n; i++) hits += is_gold(r, q, f->items[r->order[i]].passage);
  return hits;
}

/* Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009), over the candidates. */
static void rrf_keys(eval_run *r, const pel_retrieval *f, double *out) {
  memset(out, 0, f->n * sizeof *out);
  for (int which = 0; which < 2; which++) {
    for (size_t i = 0; i < f->n; i++) r->keys[i] = which ? f->items[i].dense : f->items[i].lexical;
    sort(r, f->n);
    for (size_t k = 0; k < f->n; k++)
      if (which || f->items[r->order[k]].lexical > 0) out[r->order[k]] += 1 / (60 + (double)k + 1);
  }
}

static bool rank_all(eval_run *r, size_t at, const pel_retrieval *f) {
  const eval_question *q = &r->bank.questions[at];
  double *rrf = pel_alloc(f->n, sizeof *rrf);
  if (!rrf) return false;
  rrf_keys(r, f, rrf);
  for (int by = 0; by < RANKINGS; by++) {
    for (size_t i = 0; i < f->n; i++) {
      const pel_retrieved_passage *p = &f->items[i];
      r->keys[i] = by == BY_WORDS ? p->lexical : by == BY_VECTORS ? p->dense : by == BY_FUSED ? p->score : by == BY_RRF ? rrf[i] : p->attended;
    }
    sort(r, f->n);
    r->recall[by].over[at] = (double)hits_of(r, q, f, AT);
    r->recall[by].under[at] = (double)q->n_gold;
  }
  free(rrf);
  return true;
}

static void put_part(eval_measure parts[PARTS], size_t at, part first, size_t hits, size_t size, size_t gold) {
  parts[first].over[at] = (double)hits, parts[first].under[at] = (double)size;
  parts[first + 1].over[at] = (double)hits, parts[first + 1].under[at] = (double)gold;
  parts[first + 2].over[at] = 2 * (double)hits, parts[first + 2].under[at] = (double)(size + gold);
}

static void judge_support(eval_run *r, size_t at, const pel_retrieval *f) {
  const eval_question *q = &r->bank.questions[at];
  eval_measure *parts = r->support[f->map][f->gate];
  size_t hits = 0;
  for (size_t i = 0; i < f->support; i++) hits += is_gold(r, q, f->items[i].passage);
  parts[SIZE].over[at] = (double)f->support, parts[SIZE].under[at] = 1;
  put_part(parts, at, PRECISION, hits, f->support, q->n_gold);
  for (size_t i = 0; i < f->n; i++) r->keys[i] = f->items[i].score;
  sort(r, f->n);
  put_part(parts, at, TOP_PRECISION, hits_of(r, q, f, f->support), f->support, q->n_gold);
}

static void write_candidates(eval_run *r, size_t at, const pel_retrieval *f) {
  char n[5][40];
  for (size_t i = 0; i < f->n; i++) {
    const pel_retrieved_passage *p = &f->items[i];
    const double values[] = {p->lexical, p->dense, p->score, p->covered, p->shared};
    for (int k = 0; k < 5; k++) pel_format_double(n[k], sizeof n[k], values[k]);
    fprintf(r->candidates, "%zu\t%zu\t%lld\t%d\t%s\t%s\t%s\t%s\t%s\n", at + 1, r->bank.questions[at].n_gold, (long long)p->passage,
            is_gold(r, &r->bank.questions[at], p->passage), n[0], n[1], n[2], n[3], n[4]);
  }
}

static pel_status ask(eval_run *r, size_t at, pel_retrieve_map map, pel_retrieve_gate gate, pel_error *err) {
  const eval_question *q = &r->bank.questions[at];
  pel_retrieve_options o = {.map = map, .gate = gate};
  pel_retrieval f;
  PEL_TRY(pel_retrieve(r->retriever, r->hypothesis ? q->hypothesis : q->question, &o, NULL, &f, err));
  bool first = map == 0 && gate == PEL_RETRIEVE_LOG_KEY;
  pel_status status = !first || rank_all(r, at, &f) ? PEL_OK : pel_fail_memory(err, "rankings", f.n * sizeof(double));
  if (status == PEL_OK && f.support) judge_support(r, at, &f);
  if (first) {
    r->seconds[0] += f.seconds_lexical, r->seconds[1] += f.seconds_dense, r->seconds[2] += f.seconds_rest;
    snprintf(r->dense, sizeof r->dense, "%s", f.dense);
    snprintf(r->encoder_name, sizeof r->encoder_name, "%s", f.encoder);
    r->alpha = f.alpha;
    if (r->candidates) write_candidates(r, at, &f);
  }
  pel_retrieval_clear(&f);
  return status;
}

/* The other control: the same number of passages for every question, the mean size of the supports. */
static pel_status ask_fixed(eval_run *r, size_t at, pel_error *err) {
  const eval_question *q = &r->bank.questions[at];
  pel_retrieve_options o = {.gate = PEL_RETRIEVE_UNGATED};
  pel_retrieval f;
  PEL_TRY(pel_retrieve(r->retriever, r->hypothesis ? q->hypothesis : q->question, &o, NULL, &f, err));
  for (size_t i = 0; i < f.n; i++) r->keys[i] = f.items[i].score;
  sort(r, f.n);
  for (int m = 0; m < MAPS; m++)
    for (int g = 0; g < GATES; g++) {
      double mean = 0, n = 0;
      for (size_t i = 0; i < r->bank.n_questions; i++) mean += r->support[m][g][SIZE].over[i], n += r->support[m][g][SIZE].under[i];
      size_t size = n > 0 ? (size_t)(mean / n + 0.5) : 0;
      r->fixed[m][g].over[at] = 2 * (double)hits_of(r, q, &f, size);
      r->fixed[m][g].under[at] = (double)(size + q->n_gold);
    }
  pel_retrieval_clear(&f);
  return PEL_OK;
}

static pel_status ask_all(eval_run *r, pel_error *err) {
  size_t n = r->bank.n_questions;
  for (size_t at = 0; at < n; at++) {
    if (!cli_progress_fraction((double)at / (double)n, "asking")) return pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    if (!r->bank.questions[at].n_gold) continue;
    for (int m = 0; m < MAPS; m++)
      for (int g = 0; g < GATES; g++) PEL_TRY(ask(r, at, (pel_retrieve_map)m, (pel_retrieve_gate)g, err));
  }
  for (size_t at = 0; at < n; at++) {
    if (!cli_progress_fraction((double)at / (double)n, "controls")) return pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
    if (r->bank.questions[at].n_gold) PEL_TRY(ask_fixed(r, at, err));
  }
  return PEL_OK;
}

/* ---- the result ---- */

static size_t asked(const eval_run *r) {
  size_t n = 0;
  for (size_t i = 0; i < r->bank.n_questions; i++) n += r->bank.questions[i].n_gold > 0;
  return n;
}

static void put_number(double value, int digits) {
  char text[40];
  printf("%s", pel_format_fixed(text, sizeof text, value, digits));
}

static void put_interval(double value, double low, double high, int digits) {
  put_number(value, digits);
  printf(" ["), put_number(low, digits), printf(", "), put_number(high, digits), printf("]");
}

static void print_support(const eval_run *r, int m, int g) {
  const eval_measure *p = r->support[m][g];
  printf("%-11s %-8s", pel_retrieve_map_name((pel_retrieve_map)m), pel_retrieve_gate_name((pel_retrieve_gate)g));
  for (int k = 0; k < PARTS; k++) {
    printf("  ");
    put_number(eval_estimate_of(&p[k], NULL).macro, k == SIZE ? 1 : 3);
  }
  eval_estimate same = eval_estimate_of(&p[F1], &p[TOP_F1]), fixed = eval_estimate_of(&p[F1], &r->fixed[m][g]);
  printf("   "), put_interval(same.macro, same.macro_low, same.macro_high, 3);
  printf("   "), put_interval(fixed.macro, fixed.macro_low, fixed.macro_high, 3);
  putchar('\n');
}

static void print_text(const eval_run *r) {
  const eval_bank *b = &r->bank;
  double n = (double)asked(r);
  printf("EntailmentBank %s: %zu questions, %zu leaf facts, of which %zu are among the %zu facts by their %s and %zu are not\n", r->train ? "train" : "dev",
         b->n_questions, b->leaves, b->found, b->n_facts, r->by_text ? "words" : "key", b->leaves - b->found);
  printf("asked with the %s: %zu questions, those with a fact to find; vectors: %s (%s), alpha ", r->hypothesis ? "hypothesis" : "question and its answer",
         asked(r), r->encoder_name, r->dense);
  put_number(r->alpha, 2);
  printf("\nms a question: words "), put_number(1e3 * r->seconds[0] / n, 2);
  printf(", vectors "), put_number(1e3 * r->seconds[1] / n, 2);
  printf(", fusing, gate and attention "), put_number(1e3 * r->seconds[2] / n, 2);
  printf("\n\nrecall@%d              macro                    micro                    macro, less BM25            macro, less dense\n", AT);
  for (int by = 0; by < RANKINGS; by++) {
    eval_estimate e = eval_estimate_of(&r->recall[by], NULL), words = eval_estimate_of(&r->recall[by], &r->recall[BY_WORDS]),
                  vectors = eval_estimate_of(&r->recall[by], &r->recall[BY_VECTORS]);
    printf("%-21s ", ranking_names[by]);
    put_interval(e.macro, e.macro_low, e.macro_high, 3), printf("  ");
    put_interval(e.micro, e.micro_low, e.micro_high, 3), printf("  ");
    put_interval(words.macro, words.macro_low, words.macro_high, 3), printf("  ");
    put_interval(vectors.macro, vectors.macro_low, vectors.macro_high, 3), putchar('\n');
  }
  eval_estimate gate = eval_estimate_of(&r->recall[BY_GATED], &r->recall[BY_FUSED]);
  printf("%-21s ", "  less fused"), put_interval(gate.macro, gate.macro_low, gate.macro_high, 3), printf("  ");
  put_interval(gate.micro, gate.micro_low, gate.micro_high, 3), putchar('\n');
  printf("\nsupport              size  precision recall F1, as many of the best fused: precision recall F1   F1, less these   F1, less the mean size for all\n");
  for (int m = 0; m < MAPS; m++)
    for (int g = 0; g < GATES; g++) print_support(r, m, g);
}

static struct json_object *estimate_json(const eval_measure *m, const eval_measure *less) {
  eval_estimate e = eval_estimate_of(m, less);
  const double values[] = {e.macro, e.macro_low, e.macro_high, e.micro, e.micro_low, e.micro_high};
  static const char *const names[] = {"macro", "macro_low", "macro_high", "micro", "micro_low", "micro_high"};
  struct json_object *o = json_object_new_object();
  for (int i = 0; i < 6; i++) cli_add_number(o, names[i], values[i]);
  return o;
}

static void print_json(const eval_run *r) {
  struct json_object *o = json_object_new_object(), *recall = json_object_new_object(), *support = json_object_new_array();
  double n = (double)asked(r);
  json_object_object_add(o, "split", json_object_new_string(r->train ? "train" : "dev"));
  json_object_object_add(o, "query", json_object_new_string(r->hypothesis ? "hypothesis" : "question"));
  json_object_object_add(o, "gold", json_object_new_string(r->by_text ? "text" : "key"));
  const struct { const char *name; size_t value; } counts[] = {{"questions", r->bank.n_questions}, {"asked", asked(r)}, {"facts", r->bank.n_facts},
                                                               {"leaves", r->bank.leaves}, {"leaves_among_facts", r->bank.found}};
  for (int i = 0; i < 5; i++) json_object_object_add(o, counts[i].name, json_object_new_int64((int64_t)counts[i].value));
  json_object_object_add(o, "dense", json_object_new_string(r->dense));
  json_object_object_add(o, "encoder", json_object_new_string(r->encoder_name));
  json_object_object_add(o, "alpha", json_object_new_double(r->alpha));
  static const char *const times[] = {"ms_words", "ms_vectors", "ms_rest"};
  for (int i = 0; i < 3; i++) json_object_object_add(o, times[i], json_object_new_double(n > 0 ? 1e3 * r->seconds[i] / n : 0));
  for (int by = 0; by < RANKINGS; by++) json_object_object_add(recall, ranking_names[by], estimate_json(&r->recall[by], NULL));
  json_object_object_add(recall, "fused less BM25", estimate_json(&r->recall[BY_FUSED], &r->recall[BY_WORDS]));
  json_object_object_add(recall, "fused less dense", estimate_json(&r->recall[BY_FUSED], &r->recall[BY_VECTORS]));
  json_object_object_add(recall, "gated less fused", estimate_json(&r->recall[BY_GATED], &r->recall[BY_FUSED]));
  json_object_object_add(o, "recall_at_25", recall);
  for (int i = 0; i < MAPS * GATES; i++) {
    int m = i / GATES, g = i % GATES;
    struct json_object *row = json_object_new_object();
    json_object_object_add(row, "map", json_object_new_string(pel_retrieve_map_name((pel_retrieve_map)m)));
    json_object_object_add(row, "gate", json_object_new_string(pel_retrieve_gate_name((pel_retrieve_gate)g)));
    for (int k = 0; k < PARTS; k++) json_object_object_add(row, part_names[k], estimate_json(&r->support[m][g][k], NULL));
    json_object_object_add(row, "f1_less_top", estimate_json(&r->support[m][g][F1], &r->support[m][g][TOP_F1]));
    json_object_object_add(row, "f1_less_fixed", estimate_json(&r->support[m][g][F1], &r->fixed[m][g]));
    json_object_array_add(support, row);
  }
  json_object_object_add(o, "support", support);
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(o);
}

/* ---- the command ---- */

enum { OPT_ENCODER = 256, OPT_PACK, OPT_QUERY, OPT_SPLIT, OPT_GOLD, OPT_CANDIDATES, OPT_FORCE, OPT_JSON, OPT_WITHOUT };
static const struct option options[] = {{"encoder", required_argument, NULL, OPT_ENCODER}, {"pack", required_argument, NULL, OPT_PACK},
                                        {"query", required_argument, NULL, OPT_QUERY},     {"split", required_argument, NULL, OPT_SPLIT},
                                        {"candidates", required_argument, NULL, OPT_CANDIDATES}, {"gold", required_argument, NULL, OPT_GOLD},
                                        {"force", no_argument, NULL, OPT_FORCE},           {"json", no_argument, NULL, OPT_JSON},
                                        {"without", required_argument, NULL, OPT_WITHOUT}, {0}};

static bool take_choice(const char *option, const char *second, const char *first, bool *is_second) {
  *is_second = strcmp(optarg, second) == 0;
  if (*is_second || strcmp(optarg, first) == 0) return true;
  return cli_usage(&cli_eval, "%s takes %s or %s, not '%s'", option, first, second, optarg) == CLI_OK;
}

static bool parse(eval_run *r, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) switch (option) {
      case OPT_ENCODER: r->encoder_path = optarg; break;
      case OPT_PACK: r->pack_path = optarg; break;
      case OPT_CANDIDATES: r->candidates_path = optarg; break;
      case OPT_FORCE: r->force = true; break;
      case OPT_JSON: r->json = true; break;
      case OPT_QUERY:
        if (!take_choice("--query", "hypothesis", "question", &r->hypothesis)) return false;
        break;
      case OPT_SPLIT:
        if (!take_choice("--split", "train", "dev", &r->train)) return false;
        break;
      case OPT_GOLD:
        if (!take_choice("--gold", "text", "key", &r->by_text)) return false;
        break;
      case OPT_WITHOUT: return cli_usage(&cli_eval, "eval retrieval: it measures this one stage by itself: there is nothing to leave out") == CLI_OK;
      default: return cli_usage(&cli_eval, "eval retrieval: an option is not known or lacks its value") == CLI_OK;
    }
  if (optind != argc - 1) return cli_usage(&cli_eval, "eval retrieval: name the folder of EntailmentBank") == CLI_OK;
  r->folder = argv[optind];
  r->by_text = r->by_text || r->train;
  return true;
}

static pel_status prepare(eval_run *r, pel_error *err) {
  PEL_TRY(eval_bank_read(r->folder, r->train, r->by_text, &r->bank, err));
  if (r->encoder_path) PEL_TRY(pel_encoder_open(r->encoder_path, NULL, &r->encoder, err));
  PEL_TRY(open_pack(r, err));
  PEL_TRY(pel_retriever_open(r->pack, r->encoder, &r->retriever, err));
  if (r->candidates_path && !(r->candidates = fopen(r->candidates_path, r->force ? "we" : "wxe")))
    return errno == EEXIST ? pel_fail(err, PEL_ERR_IO, "%s: exists; --force replaces it", r->candidates_path) : pel_fail_errno(err, r->candidates_path, "cannot write");
  if (r->candidates) fputs("question\tn_gold\tpassage\tgold\tlexical\tdense\tscore\tcovered\tshared\n", r->candidates);
  size_t n = r->bank.n_questions;
  bool room = (r->order = pel_alloc(1000, sizeof *r->order)) && (r->keys = pel_alloc(1000, sizeof *r->keys)); /* of twice 200 candidates */
  for (int i = 0; i < RANKINGS; i++) room = room && eval_measure_new(&r->recall[i], n);
  for (int i = 0; i < MAPS * GATES; i++) {
    for (int k = 0; k < PARTS; k++) room = room && eval_measure_new(&r->support[i / GATES][i % GATES][k], n);
    room = room && eval_measure_new(&r->fixed[i / GATES][i % GATES], n);
  }
  return room ? PEL_OK : pel_fail_memory(err, "measures of questions", n * sizeof(double));
}

static void clear(eval_run *r) {
  for (int i = 0; i < RANKINGS; i++) eval_measure_clear(&r->recall[i]);
  for (int i = 0; i < MAPS * GATES; i++) {
    for (int k = 0; k < PARTS; k++) eval_measure_clear(&r->support[i / GATES][i % GATES][k]);
    eval_measure_clear(&r->fixed[i / GATES][i % GATES]);
  }
  free(r->order);
  free(r->keys);
  pel_retriever_close(r->retriever);
  pel_pack_close(r->pack);
  pel_encoder_close(r->encoder);
  eval_bank_clear(&r->bank);
}

int eval_retrieval(int argc, char **argv) {
  eval_run r = {0};
  pel_error err;
  if (!parse(&r, argc, argv)) return CLI_USAGE;
  pel_status status = prepare(&r, &err);
  if (status == PEL_OK) status = ask_all(&r, &err);
  cli_progress_end();
  if (r.candidates && (fclose(r.candidates) != 0) && status == PEL_OK) status = pel_fail_errno(&err, r.candidates_path, "cannot write");
  if (status == PEL_OK) (r.json ? print_json : print_text)(&r);
  clear(&r);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}
