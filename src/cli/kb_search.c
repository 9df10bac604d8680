/* pellucid kb search: passages by words, or by the whole retrieval stage. */
#include <json-c/json.h>
#include <math.h>
#include <pellucid/retrieve.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/cli/kb.h"

enum { OPT_JSON = 256, OPT_DENSE, OPT_ENCODER, OPT_EXPLAIN };
static const struct option options[] = {{"json", no_argument, NULL, OPT_JSON},       {"most", required_argument, NULL, 'n'},
                                        {"dense", no_argument, NULL, OPT_DENSE},     {"encoder", required_argument, NULL, OPT_ENCODER},
                                        {"explain", no_argument, NULL, OPT_EXPLAIN}, {0}};

typedef struct search_args {
  const char *path, *encoder;
  char *words;
  uint32_t most;
  bool json, fused, explain;
} search_args;

typedef struct shown { /* one passage found */
  int rank;
  int64_t passage;
  double score;
  const pel_retrieved_passage *why; /* NULL: words alone */
} shown;

static char *join_words(int n, char **words) {
  size_t size = 1;
  for (int i = 0; i < n; i++) size += strlen(words[i]) + 1;
  char *out = calloc(size, 1), *at = out;
  for (int i = 0; out && i < n; i++) at += sprintf(at, "%s%s", i ? " " : "", words[i]);
  return out;
}

static bool parse(search_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "n:", options, NULL)) != -1) switch (option) {
      case OPT_JSON: a->json = true; break;
      case OPT_DENSE: a->fused = true; break;
      case OPT_ENCODER: a->encoder = optarg, a->fused = true; break;
      case OPT_EXPLAIN: a->explain = a->fused = true; break;
      case 'n':
        if (!cli_u32(&cli_kb, "-n", optarg, 1, 100000, &a->most)) return false;
        break;
      default: return cli_usage(&cli_kb, "kb search: an option is not known or lacks its value") == CLI_OK;
    }
  if (argc - optind < 2) return cli_usage(&cli_kb, "kb search: name a pack and the words to search for") == CLI_OK;
  a->path = argv[optind];
  a->words = join_words(argc - optind - 1, argv + optind + 1);
  return a->words != NULL;
}

/* ---- one passage ---- */

static void put_number(const char *name, double value, int digits) {
  char text[40];
  if (!isnan(value)) printf("  %s %s", name, pel_format_fixed(text, sizeof text, value, digits));
}

static void put_why(const pel_retrieved_passage *p) {
  printf("            ");
  put_number("words", p->lexical, 3), put_number("vectors", p->dense, 3), put_number("fused", p->score, 3), put_number("gate", p->gate, 3);
  put_number("weight", p->weight, 4), put_number("margin", p->margin, 4);
  putchar('\n');
}

static void put_passage(const shown *hit, const pel_source *s, const pel_passage *p, bool explain) {
  const char *title = *s->title ? s->title : s->key;
  char score[32];
  printf("%3d  %7s  ", hit->rank, pel_format_fixed(score, sizeof score, hit->score, 3));
  kb_put(title, 80);
  if (*title && *p->path) printf(" > ");
  kb_put(p->path, 120);
  printf("\n              ");
  kb_put(p->text, 160);
  putchar('\n');
  if (explain && hit->why) put_why(hit->why);
}

static struct json_object *passage_json(const shown *hit, const pel_source *s, const pel_passage *p) {
  struct json_object *o = json_object_new_object();
  const char *const texts[][2] = {{"source", s->title}, {"source_key", s->key}, {"path", p->path}, {"label", p->label}, {"text", p->text},
                                  {"valid_from", p->valid_from}, {"valid_to", p->valid_to}};
  json_object_object_add(o, "rank", json_object_new_int64(hit->rank));
  json_object_object_add(o, "passage", json_object_new_int64(hit->passage));
  json_object_object_add(o, "score", json_object_new_double(hit->score));
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) json_object_object_add(o, texts[i][0], json_object_new_string(texts[i][1]));
  const pel_retrieved_passage *w = hit->why;
  if (!w) return o;
  cli_add_number(o, "lexical", w->lexical), cli_add_number(o, "dense", w->dense), cli_add_number(o, "fused", w->score), cli_add_number(o, "gate", w->gate);
  cli_add_number(o, "weight", w->weight), cli_add_number(o, "margin", w->margin);
  return o;
}

static pel_status show(pel_pack *pack, const shown *hit, bool explain, struct json_object *list, pel_error *err) {
  pel_passage passage;
  pel_source source = {.key = "", .title = ""};
  pel_status status = pel_pack_passage(pack, hit->passage, &passage, err);
  if (status == PEL_OK && passage.source) status = pel_pack_source(pack, passage.source, &source, err);
  if (status != PEL_OK) return status;
  if (list) json_object_array_add(list, passage_json(hit, &source, &passage));
  else put_passage(hit, &source, &passage, explain);
  return PEL_OK;
}

/* ---- the two searches ---- */

static pel_status search_words(const search_args *a, pel_pack *pack, struct json_object *list, size_t *n, pel_error *err) {
  pel_hit *hits = calloc(a->most, sizeof *hits);
  if (!hits) *err = (pel_error){PEL_ERR_MEMORY, "out of memory: the passages found; use a smaller -n"};
  pel_status status = hits ? pel_pack_search(pack, a->words, a->most, hits, n, err) : PEL_ERR_MEMORY;
  for (size_t i = 0; i < *n && status == PEL_OK; i++) {
    shown hit = {(int)i + 1, hits[i].passage, hits[i].score, NULL};
    status = show(pack, &hit, false, list, err);
  }
  free(hits);
  return status;
}

static void put_summary(const pel_retrieval *f) {
  char text[40];
  printf("%zu candidates; vectors: %s; %s, gate %s, alpha %s", f->n, f->dense, pel_retrieve_map_name(f->map), pel_retrieve_gate_name(f->gate),
         pel_format_fixed(text, sizeof text, f->alpha, 2));
  printf(", threshold %s; %zu in the support\n", pel_format_fixed(text, sizeof text, f->threshold, 4), f->support);
}

static pel_status show_found(const search_args *a, pel_pack *pack, const pel_retrieval *f, struct json_object *list, pel_error *err) {
  if (a->explain && !list && f->n) put_summary(f);
  for (size_t i = 0; i < f->n && i < a->most; i++) {
    const pel_retrieved_passage *p = &f->items[i];
    if (a->explain && !list && i == f->support) puts("left out:");
    shown hit = {(int)i + 1, p->passage, p->weight, p};
    pel_status status = show(pack, &hit, a->explain, list, err);
    if (status != PEL_OK) return status;
  }
  return PEL_OK;
}

static pel_status search_fused(const search_args *a, pel_pack *pack, struct json_object *list, size_t *n, pel_error *err) {
  pel_encoder *encoder = NULL;
  pel_retriever *retriever = NULL;
  pel_retrieval found = {0};
  pel_retrieve_options o = {.most = a->most > 200 ? a->most : 200};
  pel_status status = a->encoder ? pel_encoder_open(a->encoder, NULL, &encoder, err) : PEL_OK;
  if (status == PEL_OK) status = pel_retriever_open(pack, encoder, &retriever, err);
  if (status == PEL_OK) status = pel_retrieve(retriever, a->words, &o, NULL, &found, err);
  if (status == PEL_OK) status = show_found(a, pack, &found, list, err);
  *n = found.n;
  pel_retrieval_clear(&found);
  pel_retriever_close(retriever);
  pel_encoder_close(encoder);
  return status;
}

int kb_search(int argc, char **argv) {
  search_args a = {.most = 10};
  pel_pack *pack = NULL;
  pel_error err;
  size_t n = 0;
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  struct json_object *list = a.json ? json_object_new_array() : NULL;
  pel_status status = pel_pack_open(a.path, &pack, &err);
  if (status == PEL_OK) status = (a.fused ? search_fused : search_words)(&a, pack, list, &n, &err);
  if (status == PEL_OK && list) puts(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
  if (status == PEL_OK && !n && !list) puts("no passage shares a word with that");
  json_object_put(list);
  free(a.words);
  pel_pack_close(pack);
  return status == PEL_OK ? CLI_OK : cli_fail(&err);
}
