/* pellucid kb: knowledge packs. This file chooses the action, and holds the short ones. */
#include <pellucid/audit.h>

#include "src/cli/kb.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "src/analysis/token_label.h"
#include "src/core/relation_kinds.h"

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} actions[] = {{"build", kb_build}, {"info", kb_info}, {"search", kb_search}, {"check", kb_check}, {"test", kb_test}};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

void kb_put(const char *text, size_t most) {
  size_t size = strlen(text), n = 0, at = 0;
  for (; at < size && (!most || n < most); at++) n += at + 1 == size || (text[at + 1] & 0xc0) != 0x80;
  char *safe = pel_text_safe(text, at);
  printf("%s%s", safe ? safe : "?", at < size ? " ..." : "");
  free(safe);
}

/* The one pack that an action names, opened; false after a message, *status is then what to exit with. */
static bool open_pack(const char *path, pel_pack **pack, int *status) {
  pel_error err;
  if (pel_pack_open(path, pack, &err) == PEL_OK) return true;
  *status = cli_fail(&err);
  return false;
}

/* ---- info ---- */

static void put_field(const char *name, const char *value) {
  printf("%-10s", name);
  kb_put(value, 0);
  putchar('\n');
}

static bool put_source(void *user, const pel_source *s) {
  const char *const parts[] = {s->version, s->licence, s->url};
  (void)user;
  printf("source:   ");
  kb_put(*s->title ? s->title : s->key, 200);
  for (int i = 0; i < 3; i++)
    if (*parts[i]) printf(", "), kb_put(parts[i], 200);
  putchar('\n');
  return true;
}

static void put_info(const pel_pack_info *i) {
  put_field("name:", i->name);
  put_field("title:", i->title);
  put_field("version:", i->version);
  put_field("language:", i->language);
  put_field("made by:", i->generator);
  printf("%-10s%lld passages of %lld sources, %lld entities, %lld edges\n", "holds:", (long long)i->n_passages, (long long)i->n_sources,
         (long long)i->n_entities, (long long)i->n_edges);
  printf("%-10s%lld, %lld terms in words, %lld test cases\n", "rules:", (long long)i->n_rules, (long long)i->n_vocabulary, (long long)i->n_cases);
  put_field("vectors:", *i->encoder ? i->encoder : "none");
  put_field("hash:", i->sha256);
  put_field("note:", i->advice);
}

static void add_text(struct json_object *o, const char *name, const char *value) {
  json_object_object_add(o, name, json_object_new_string(value));
}

static void add_number(struct json_object *o, const char *name, int64_t value) { json_object_object_add(o, name, json_object_new_int64(value)); }

static bool add_source(void *user, const pel_source *s) {
  struct json_object *o = json_object_new_object();
  const char *const values[][2] = {{"key", s->key}, {"title", s->title}, {"publisher", s->publisher}, {"version", s->version},
                                   {"url", s->url}, {"licence", s->licence}, {"retrieved", s->retrieved}, {"sha256", s->sha256}};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) add_text(o, values[i][0], values[i][1]);
  json_object_array_add(user, o);
  return true;
}

static struct json_object *info_json(const pel_pack_info *i) {
  struct json_object *o = json_object_new_object();
  const char *const texts[][2] = {{"name", i->name}, {"title", i->title}, {"version", i->version}, {"language", i->language},
                                  {"generator", i->generator}, {"encoder", i->encoder}, {"sha256", i->sha256}, {"advice", i->advice}};
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) add_text(o, texts[t][0], texts[t][1]);
  add_number(o, "n_sources", i->n_sources), add_number(o, "n_passages", i->n_passages), add_number(o, "n_entities", i->n_entities);
  add_number(o, "n_edges", i->n_edges), add_number(o, "n_rules", i->n_rules), add_number(o, "n_vocabulary", i->n_vocabulary);
  add_number(o, "n_cases", i->n_cases);
  return o;
}

static void print_json(struct json_object *o) {
  puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static const struct option plain_options[] = {{"json", no_argument, NULL, 'j'}, {"sources", required_argument, NULL, 's'}, {0}};

/* The options of info, check and test, and the pack's name in *path; false after a message. NULL: it does not take that option. */
static bool parse_plain(int argc, char **argv, const char **path, bool *json, const char **sources) {
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", plain_options, NULL)) != -1) {
    if (option == 's' && sources) {
      *sources = optarg;
      continue;
    }
    if (option != 'j') return cli_usage(&cli_kb, "kb %s: an option is not known or lacks its value", argv[0]) == CLI_OK;
    if (!json) return cli_usage(&cli_kb, "kb %s takes no --json", argv[0]) == CLI_OK;
    *json = true;
  }
  if (optind != argc - 1) return cli_usage(&cli_kb, "kb %s: name one pack", argv[0]) == CLI_OK;
  *path = argv[optind];
  return true;
}

static void put_kinds(const pel_relation_kinds *k, struct json_object *list) {
  for (size_t i = 0; i < k->n; i++) {
    const pel_relation_kind *r = &k->items[i];
    if (list) {
      struct json_object *o = json_object_new_object();
      add_text(o, "relation", r->name), add_number(o, "n", r->n), add_number(o, "negated", r->negated);
      json_object_array_add(list, o);
      continue;
    }
    printf("edges:    %lld ", (long long)r->n);
    kb_put(r->name, 200);
    if (r->negated) printf(" (%lld of them denied)", (long long)r->negated);
    putchar('\n');
  }
}

static pel_status add_learnt(pel_pack *pack, struct json_object *list, pel_error *err) {
  char words[KB_LEARNT_WORDS];
  for (int k = 0; k < PEL_LEARNT_KINDS; k++) {
    PEL_TRY(kb_describe_learnt(pack, (pel_learnt_kind)k, words, err));
    if (!*words) continue;
    struct json_object *o = json_object_new_object();
    add_text(o, "kind", pel_learnt_name((pel_learnt_kind)k)), add_text(o, "says", words);
    json_object_array_add(list, o);
  }
  return PEL_OK;
}

static void put_learnt(struct json_object *list) {
  for (size_t i = 0; i < json_object_array_length(list); i++) {
    struct json_object *o = json_object_array_get_idx(list, i);
    printf("learnt:   %s: ", json_object_get_string(json_object_object_get(o, "kind")));
    kb_put(json_object_get_string(json_object_object_get(o, "says")), 0), putchar('\n');
  }
}

static pel_status put_text(pel_pack *pack, const pel_relation_kinds *kinds, struct json_object *learnt, pel_error *err) {
  put_info(pel_pack_get_info(pack));
  PEL_TRY(pel_pack_sources(pack, put_source, NULL, err));
  put_kinds(kinds, NULL);
  put_learnt(learnt);
  return PEL_OK;
}

int kb_info(int argc, char **argv) {
  const char *path = NULL;
  bool json = false;
  pel_pack *pack;
  pel_error err;
  int status = CLI_USAGE;
  if (!parse_plain(argc, argv, &path, &json, NULL) || !open_pack(path, &pack, &status)) return status;
  pel_relation_kinds kinds = {0};
  struct json_object *sources = json_object_new_array(), *edges = json_object_new_array(), *learnt = json_object_new_array(), *o = info_json(pel_pack_get_info(pack));
  json_object_object_add(o, "sources", sources);
  json_object_object_add(o, "edges", edges);
  json_object_object_add(o, "learnt", learnt);
  pel_status done = pel_pack_sources(pack, add_source, sources, &err); /* all is read before a line of it is said */
  if (done == PEL_OK) done = pel_relation_kinds_count(pack, &kinds, &err);
  if (done == PEL_OK) done = add_learnt(pack, learnt, &err);
  if (done == PEL_OK && json) put_kinds(&kinds, edges), print_json(o);
  if (done == PEL_OK && !json) done = put_text(pack, &kinds, learnt, &err);
  pel_relation_kinds_clear(&kinds);
  json_object_put(o);
  pel_pack_close(pack);
  return done == PEL_OK ? CLI_OK : cli_fail(&err);
}

/* ---- check ---- */

static bool put_finding(void *user, const char *finding) {
  (void)user;
  cli_progress_end();
  kb_put(finding, 0);
  putchar('\n');
  return !cli_interrupted();
}

typedef struct source_files {
  const char *folder;
  size_t n, named, missing;
} source_files;

static bool put_source_file(void *user, const char *key, const char *sha256, const char *file) {
  source_files *s = user;
  s->n++;
  s->named += *sha256 != 0;
  if (!s->folder || !*sha256) return !cli_interrupted();
  s->missing += !file;
  kb_put("source ", 0), kb_put(key, 0);
  if (file) kb_put(": is as in ", 0), kb_put(file, 0);
  else kb_put(": no file in ", 0), kb_put(s->folder, 0), kb_put(" has its SHA-256 ", 0), kb_put(sha256, 0);
  putchar('\n');
  return !cli_interrupted();
}

/* Says what was compared with what. */
static pel_status check_sources(pel_pack *pack, const char *folder, source_files *s, pel_error *err) {
  *s = (source_files){.folder = folder};
  pel_status status = pel_pack_check_sources(pack, folder, put_source_file, s, err);
  if (status != PEL_OK) return status;
  printf("compared: %lld passages with the pack's hash and its index; ", (long long)pel_pack_get_info(pack)->n_passages);
  if (folder) printf("%zu of %zu sources with the files in ", s->named, s->n), kb_put(folder, 0), putchar('\n');
  else printf("no source with its file (%zu of %zu name its SHA-256: --sources FOLDER)\n", s->named, s->n);
  return PEL_OK;
}

/* What was learnt can be used. */
static pel_status check_learnt(pel_pack *pack, pel_error *err) {
  char words[KB_LEARNT_WORDS];
  pel_error inner;
  for (int k = 0; k < PEL_LEARNT_KINDS; k++)
    if (kb_describe_learnt(pack, (pel_learnt_kind)k, words, &inner) != PEL_OK) return pel_fail(err, PEL_ERR_CHECK, "%s", inner.text);
  return PEL_OK;
}

int kb_check(int argc, char **argv) {
  const char *path = NULL, *folder = NULL;
  pel_pack *pack;
  pel_error err;
  source_files sources;
  int status = CLI_USAGE;
  if (!parse_plain(argc, argv, &path, NULL, &folder) || !open_pack(path, &pack, &status)) return status;
  pel_status done = pel_pack_check(pack, put_finding, NULL, cli_progress_fraction, "checking", &err);
  cli_progress_end();
  if (done == PEL_OK) done = check_learnt(pack, &err);
  if (done == PEL_OK) done = check_sources(pack, folder, &sources, &err);
  if (done == PEL_OK && sources.missing) done = pel_fail(&err, PEL_ERR_CHECK, "%s: for %zu of its sources there is no file in %s that is as it was", path, sources.missing, folder);
  status = done == PEL_OK ? CLI_OK : cli_fail(&err);
  if (done == PEL_OK) {
    kb_put(path, 0);
    printf(": ok, hash %s\n", pel_pack_get_info(pack)->sha256);
  }
  pel_pack_close(pack);
  return status;
}

typedef struct tested {
  size_t passed, failed;
} tested;

static bool put_case(void *user, const char *name, bool passed, const char *difference) {
  tested *t = user;
  t->passed += passed;
  t->failed += !passed;
  printf("%s %s%s%s\n", passed ? "ok  " : "FAIL", name, passed ? "" : ": ", difference);
  return !cli_interrupted();
}

int kb_test(int argc, char **argv) {
  const char *path = NULL;
  pel_error err = {0};
  tested t = {0};
  if (!parse_plain(argc, argv, &path, NULL, NULL)) return CLI_USAGE;
  cli_catch_signals();
  pel_status done = pel_pack_test(path, put_case, &t, &err);
  if (done == PEL_OK || done == PEL_ERR_CHECK) printf("%zu passed, %zu failed\n", t.passed, t.failed);
  return done == PEL_OK ? cli_finish(CLI_OK) : cli_fail(&err);
}

/* ---- the command ---- */

static int run(int argc, char **argv) {
  if (argc < 2) return cli_usage(&cli_kb, "name what to do: build, info, search, check or test");
  for (int i = 0; i < N_ACTIONS; i++)
    if (strcmp(argv[1], actions[i].name) == 0) return actions[i].run(argc - 1, argv + 1);
  return cli_usage(&cli_kb, "no action '%s'; there are build, info, search, check and test", argv[1]);
}

const cli_command cli_kb = {
    "kb", "knowledge packs: build, search and check them",
    "usage: pellucid kb build INPUT... -o X.pack [OPTIONS]\n"
    "       pellucid kb info X.pack [--json]\n"
    "       pellucid kb search X.pack WORDS... [-n N] [--dense] [--encoder FOLDER] [--explain] [--json]\n"
    "       pellucid kb check X.pack [--sources FOLDER]\n"
    "       pellucid kb test X.pack\n\n"
    "A pack holds passages of sources, entities, typed edges, rules and test cases in one file.\n\n"
    "build reads files into a new pack:\n"
    "  -o, --output FILE       the pack\n"
    "      --format F          what the inputs are, when their names do not say it: obographs (.json), obo (.obo),\n"
    "                          hpoa (.hpoa), tsv (.tsv: subject, relation, object [, weight]), text (.md, .txt), rules (.pl),\n"
    "                          gdl2 (.gdl2.json), gdl2-tests (.yml: the guideline's tests become the pack's test cases);\n"
    "                          a folder with a pack.json is a pack of its own, with all that it names\n"
    "      --name N            short name of the pack (the file's name)\n"
    "      --title T           its title (the name)\n"
    "      --version V         its version, such as 2024.1\n"
    "      --language L        of its texts, such as de (en; English words are found by their stems)\n"
    "      --source TITLE      the source that all inputs come from (otherwise each input is one, by its file name)\n"
    "      --source-url URL, --source-version V, --licence L\n"
    "      --encoder E         vectors of all passages as well: by the sentence encoder of this folder, or ngrams (hashed\n"
    "                          n-grams of characters), or none (the usual)\n"
    "      --learnt FILE       keep what was learnt for this pack in it, so that audits use it: chain rules, how far links can be\n"
    "                          trusted (learn rules, learn links), weights of findings (eval phenopackets --save); again for another\n"
    "      --force             replace an existing pack\n\n"
    "search ranks the passages that share a word with WORDS, best first, by BM25:\n"
    "  -n, --most N            passages at most (10)\n"
    "      --json              the same as JSON, whole passages (info: likewise)\n"
    "      --dense             by words and vectors, weighed by sparse attention: passages with a weight come first, what\n"
    "                          comes after them has weight 0\n"
    "      --encoder FOLDER    the same with a sentence encoder (--dense alone: hashed n-grams)\n"
    "      --explain           the same, with each passage's scores, gate, weight and margin\n\n"
    "check reads everything, prints a line a finding, and says what it compared; exit status 4 when there is one.\n"
    "A line that begins with warning: is no finding: a rule calls what nothing in the pack defines.\n"
    "      --sources FOLDER    also look below FOLDER for the file of each source, by its SHA-256\n"
    "test audits the pack's own cases; exit status 4 when one does not come out as the pack says, or when there is none.\n\n"
    "example: pellucid kb build hp.obo phenotype.hpoa -o hpo.pack --title 'Human Phenotype Ontology'\n",
    run};
