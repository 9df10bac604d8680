/* pellucid kb build: files into a pack. */
#include <pellucid/retrieve.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "engine/base/status.h"
#include "src/cli/kb.h"

typedef pel_status (*importer)(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);

static pel_status import_rules(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);
static pel_status import_gdl2(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);

static const char GDL2_TESTS[] = "gdl2-tests"; /* which need the guidelines among the inputs */

static const struct format {
  const char *name;
  const char *suffixes[3];
  importer read;
} formats[] = {
    {"gdl2", {".gdl2.json"}, import_gdl2}, {GDL2_TESTS, {".yml", ".yaml"}, NULL}, {"obographs", {".json"}, pel_import_obographs}, {"obo", {".obo"}, pel_import_obo},
    {"hpoa", {".hpoa"}, pel_import_hpoa},           {"tsv", {".tsv"}, pel_import_tsv},
    {"text", {".md", ".markdown", ".txt"}, pel_import_text}, {"rules", {".pl"}, import_rules},
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

enum { OPT_FORMAT = 256, OPT_NAME, OPT_TITLE, OPT_VERSION, OPT_LANGUAGE, OPT_SOURCE, OPT_URL, OPT_SOURCE_VERSION, OPT_LICENCE, OPT_ENCODER, OPT_LEARNT, OPT_FORCE, MOST_LEARNT = 8 };

static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                        {"format", required_argument, NULL, OPT_FORMAT},
                                        {"name", required_argument, NULL, OPT_NAME},
                                        {"title", required_argument, NULL, OPT_TITLE},
                                        {"version", required_argument, NULL, OPT_VERSION},
                                        {"language", required_argument, NULL, OPT_LANGUAGE},
                                        {"source", required_argument, NULL, OPT_SOURCE},
                                        {"source-url", required_argument, NULL, OPT_URL},
                                        {"source-version", required_argument, NULL, OPT_SOURCE_VERSION},
                                        {"licence", required_argument, NULL, OPT_LICENCE},
                                        {"encoder", required_argument, NULL, OPT_ENCODER},
                                        {"learnt", required_argument, NULL, OPT_LEARNT},
                                        {"force", no_argument, NULL, OPT_FORCE},
                                        {0}};

typedef struct build_args {
  char **inputs;
  int n;
  const char *output, *encoder;
  const struct format *format;
  pel_pack_header header;
  pel_source source; /* title NULL: each input is its own */
  bool force;
  const char *learnt[MOST_LEARNT];
  int n_learnt;
} build_args;

static const struct format *find_format(const char *name) {
  for (int i = 0; i < N_FORMATS; i++)
    if (strcmp(formats[i].name, name) == 0) return &formats[i];
  return NULL;
}

static const struct format *format_of_file(const char *path) {
  size_t size = strlen(path);
  for (int i = 0; i < N_FORMATS; i++)
    for (int j = 0; j < 3 && formats[i].suffixes[j]; j++) {
      size_t n = strlen(formats[i].suffixes[j]);
      if (size > n && strcasecmp(path + size - n, formats[i].suffixes[j]) == 0) return &formats[i];
    }
  return NULL;
}

static bool is_folder(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Rules cite by themselves; the source of the command line is not theirs. */
static pel_status import_rules(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  (void)source;
  return pel_import_rules(b, path, NULL, done, err);
}

/* A guideline names its sources itself. */
static pel_status import_gdl2(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  (void)source;
  return pel_import_gdl2(b, path, done, err);
}

static bool take_option(build_args *a, int option) {
  switch (option) {
    case 'o': a->output = optarg; break;
    case OPT_FORMAT:
      a->format = find_format(optarg);
      if (!a->format) return cli_usage(&cli_kb, "--format takes gdl2, gdl2-tests, obographs, obo, hpoa, tsv, text or rules, not '%s'", optarg) == CLI_OK;
      break;
    case OPT_NAME: a->header.name = optarg; break;
    case OPT_TITLE: a->header.title = optarg; break;
    case OPT_VERSION: a->header.version = optarg; break;
    case OPT_LANGUAGE: a->header.language = optarg; break;
    case OPT_SOURCE: a->source.title = optarg; break;
    case OPT_URL: a->source.url = optarg; break;
    case OPT_SOURCE_VERSION: a->source.version = optarg; break;
    case OPT_LICENCE: a->source.licence = optarg; break;
    case OPT_ENCODER: a->encoder = strcmp(optarg, "none") ? optarg : NULL; break;
    case OPT_LEARNT:
      if (a->n_learnt == MOST_LEARNT) return cli_usage(&cli_kb, "kb build: --learnt is given too often; a pack keeps one file of each kind") == CLI_OK;
      a->learnt[a->n_learnt++] = optarg;
      break;
    case OPT_FORCE: a->force = true; break;
    default: return cli_usage(&cli_kb, "kb build: an option is not known or lacks its value") == CLI_OK;
  }
  return true;
}

static bool parse(build_args *a, int argc, char **argv) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
    if (!take_option(a, option)) return false;
  a->inputs = argv + optind;
  a->n = argc - optind;
  if (!a->n) return cli_usage(&cli_kb, "kb build: name the files to read") == CLI_OK;
  if (is_folder(a->inputs[0]) && a->n > 1) return cli_usage(&cli_kb, "kb build: a folder is a pack of its own; name nothing beside it") == CLI_OK;
  if (is_folder(a->inputs[0]) && (a->format || a->header.name || a->header.title || a->header.version || a->header.language || a->source.title || a->n_learnt))
    return cli_usage(&cli_kb, "kb build: what a folder's pack is called, where it comes from, and what was learnt for it, stands in its pack.json") == CLI_OK;
  if (!a->output) return cli_usage(&cli_kb, "kb build: name the pack with -o X.pack") == CLI_OK;
  for (int i = 0; i < a->n; i++)
    if (!a->format && !is_folder(a->inputs[i]) && !format_of_file(a->inputs[i]))
      return cli_usage(&cli_kb, "kb build: the name of '%s' does not say what it is; add --format", a->inputs[i]) == CLI_OK;
  return true;
}

static const char *name_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static pel_status add_source(const build_args *a, pel_pack_builder *b, int input, int64_t *id, pel_error *err) {
  pel_source row = a->source;
  if (row.title && input) return PEL_OK; /* one for all, added before the first */
  row.key = row.title ? a->header.name : name_of(a->inputs[input]);
  char hash[PEL_SHA256_HEX] = "";
  if (!row.title) row.title = row.key;
  if (!a->source.title || a->n == 1) { /* one source of several files has no one hash */
    pel_status status = pel_pack_file_sha256(a->inputs[input], hash, err);
    if (status != PEL_OK) return status;
  }
  row.sha256 = hash;
  return pel_pack_add_source(b, &row, id, err);
}

static pel_status import_tests(const build_args *a, pel_pack_builder *b, const char *path, pel_import *done, pel_error *err) {
  const char **guidelines = calloc((size_t)a->n, sizeof *guidelines);
  size_t n = 0;
  if (!guidelines) return pel_fail_memory(err, "the names of the inputs", (size_t)a->n);
  for (int i = 0; i < a->n; i++)
    if (!a->format && format_of_file(a->inputs[i])->read == import_gdl2) guidelines[n++] = a->inputs[i];
  pel_status status = pel_import_gdl2_tests(b, path, guidelines, n, done, err);
  free(guidelines);
  return status;
}

static pel_status read_inputs(const build_args *a, pel_pack_builder *b, pel_import *done, pel_error *err) {
  int64_t source = 0;
  for (int i = 0; i < a->n; i++) {
    const struct format *format = a->format ? a->format : format_of_file(a->inputs[i]);
    char label[64];
    snprintf(label, sizeof label, "reading %.48s", name_of(a->inputs[i]));
    pel_pack_builder_watch(b, cli_progress_fraction, label);
    pel_status status = add_source(a, b, i, &source, err);
    if (status == PEL_OK) status = format->read ? format->read(b, a->inputs[i], source, done, err) : import_tests(a, b, a->inputs[i], done, err);
    pel_pack_builder_watch(b, NULL, NULL);
    if (status != PEL_OK) return status;
  }
  pel_status status = PEL_OK;
  for (int i = 0; i < a->n_learnt && status == PEL_OK; i++) status = pel_import_learnt(b, a->learnt[i], done, err);
  return status;
}

static void report(const build_args *a, const pel_import *done) {
  kb_put(a->output, 0);
  printf(": %lld passages, %lld edges", (long long)done->passages, (long long)done->relations);
  if (done->rules) printf(", %lld rules", (long long)done->rules);
  if (done->cases) printf(", %lld cases", (long long)done->cases);
  if (done->entities) printf(", %lld terms", (long long)done->entities);
  if (done->learnt) printf(", %lld learnt file%s", (long long)done->learnt, done->learnt == 1 ? "" : "s");
  putchar('\n');
  if (done->skipped) fprintf(stderr, "pellucid: %lld rows were left out; the first: %s\n", (long long)done->skipped, done->first_skipped);
  if (done->skipped_cases) fprintf(stderr, "pellucid: %lld test cases were left out; the first: %s\n", (long long)done->skipped_cases, done->first_skipped_case);
}

static pel_status read_and_finish(const build_args *a, const pel_pack_encoder *vectors, const char *label, pel_import *done, pel_error *err) {
  pel_pack_builder *b;
  pel_status status = pel_pack_builder_create(a->output, a->force, &a->header, &b, err);
  if (status != PEL_OK) return status;
  status = read_inputs(a, b, done, err);
  if (status == PEL_OK) return pel_pack_builder_finish(b, vectors, cli_progress_fraction, (void *)label, err);
  pel_pack_builder_abandon(b);
  return status;
}

static int build(const build_args *a) {
  const char *label = a->encoder ? "making index and vectors" : "making the index";
  pel_encoder *encoder = NULL;
  pel_import done = {0};
  pel_error err = {0};
  bool folder = is_folder(a->inputs[0]);
  pel_status status = a->encoder && strcmp(a->encoder, "ngrams") ? pel_encoder_open(a->encoder, NULL, &encoder, &err) : PEL_OK;
  pel_pack_encoder made = pel_retrieve_pack_encoder(encoder), *vectors = a->encoder ? &made : NULL;
  if (status == PEL_OK)
    status = folder ? pel_pack_build_folder(a->inputs[0], a->output, a->force, vectors, a->header.generator, cli_progress_fraction, (void *)label, &done, &err)
                    : read_and_finish(a, vectors, label, &done, &err);
  pel_encoder_close(encoder);
  cli_progress_end();
  if (status != PEL_OK) return cli_fail(&err);
  report(a, &done);
  return CLI_OK;
}

int kb_build(int argc, char **argv) {
  char generator[64], name[256];
  snprintf(generator, sizeof generator, "pellucid %s", pel_version());
  build_args a = {.header = {.generator = generator}};
  if (!parse(&a, argc, argv)) return CLI_USAGE;
  snprintf(name, sizeof name, "%.255s", name_of(a.output));
  char *dot = strrchr(name, '.');
  if (dot && dot > name) *dot = 0;
  if (!a.header.name) a.header.name = name;
  if (!a.header.title) a.header.title = a.header.name;
  return build(&a);
}
