/* A pack gives back what was put in, ranks by the documented formula, and is all there or not at all. */
#include <dirent.h>
#include <math.h>
#include <pellucid/tokenizer.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/rng.h"
#include "engine/knowledge/words.h"
#include "tests/check.h"
#include "tests/unit/pack_source.h"

static char folder[] = "/tmp/pel_pack_XXXXXX", path[64], other[64];

static pel_pack *open_pack(const char *name) {
  pel_error err = {0};
  pel_pack *p = NULL;
  CHECK_MSG(pel_pack_open(name, &p, &err) == PEL_OK, "%s", err.text);
  return p;
}

static int entries_of_folder(void) {
  int n = 0;
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
  if (d) closedir(d);
  return n;
}

/* ---- round trip ---- */

static int64_t at; /* rows seen */

static bool same_source(void *user, const pel_source *r) {
  (void)user;
  const pel_source *w = &pack_sources[at++];
  CHECK(r->id == at);
  CHECK_STR(r->key, w->key);
  CHECK_STR(r->title, w->title);
  CHECK_STR(r->publisher, w->publisher);
  CHECK_STR(r->version, w->version);
  CHECK_STR(r->url, w->url);
  CHECK_STR(r->licence, w->licence);
  CHECK_STR(r->retrieved, w->retrieved);
  CHECK_STR(r->sha256, w->sha256);
  return true;
}

static bool same_passage(void *user, const pel_passage *r) {
  (void)user;
  const pel_passage *w = &pack_passages[at++];
  CHECK(r->id == at && r->source == w->source);
  CHECK_STR(r->path, w->path);
  CHECK_STR(r->label, w->label);
  CHECK_STR(r->text, w->text);
  CHECK_STR(r->valid_from, w->valid_from);
  CHECK_STR(r->valid_to, w->valid_to);
  return true;
}

static bool same_entity(void *user, const pel_entity *r) {
  (void)user;
  const pel_entity *w = &pack_entities[at++];
  CHECK(r->id == at);
  CHECK_STR(r->key, w->key);
  CHECK_STR(r->label, w->label);
  CHECK_STR(r->type, w->type);
  CHECK_STR(r->synonyms, w->synonyms);
  return true;
}

static bool same_relation(void *user, const pel_relation *r) {
  (void)user;
  const pel_relation *w = &pack_relations[r->id - 1];
  at++;
  CHECK(r->subject == w->subject && r->object == w->object && r->negated == w->negated && r->passage == w->passage);
  CHECK(isnan(w->weight) ? isnan(r->weight) : r->weight == w->weight);
  CHECK_STR(r->relation, w->relation);
  CHECK_STR(r->qualifier, w->qualifier);
  return true;
}

static bool same_rule(void *user, const pel_rule *r) {
  (void)user;
  const pel_rule *w = &pack_rules[at++];
  CHECK(r->id == at && r->line == w->line && r->passage == w->passage && r->priority == w->priority);
  CHECK_STR(r->file, w->file);
  CHECK_STR(r->label, w->label);
  CHECK_STR(r->text, w->text);
  CHECK_STR(r->valid_from, w->valid_from);
  CHECK_STR(r->valid_to, w->valid_to);
  return true;
}

static bool same_term(void *user, const pel_vocabulary *r) {
  (void)user;
  const pel_vocabulary *w = &pack_terms[at++];
  CHECK(r->id == at && r->type == w->type && r->askable == w->askable);
  CHECK_STR(r->term, w->term);
  CHECK_STR(r->says, w->says);
  CHECK_STR(r->denied, w->denied);
  CHECK_STR(r->asks, w->asks);
  CHECK_STR(r->unit, w->unit);
  CHECK_STR(r->allowed, w->allowed);
  return true;
}

static bool same_case(void *user, const pel_pack_case *r) {
  (void)user;
  const pel_pack_case *w = &pack_cases[at++];
  CHECK(r->id == at);
  CHECK_STR(r->name, w->name);
  CHECK_STR(r->text, w->text);
  CHECK_STR(r->expected, w->expected);
  return true;
}

static void test_round_trip(void) {
  pel_error err = {0};
  CHECK_MSG(pack_build(path, false, &err) == PEL_OK, "%s", err.text);
  CHECK(entries_of_folder() == 1);
  pel_pack *p = open_pack(path);
  const pel_pack_info *i = pel_pack_get_info(p);
  CHECK_STR(i->name, "tiny");
  CHECK_STR(i->title, "A tiny pack");
  CHECK_STR(i->version, "2024.1");
  CHECK_STR(i->language, "en");
  CHECK_STR(i->advice, "No advice at all.");
  CHECK_STR(i->generator, "the tests");
  CHECK_STR(i->encoder, "ones");
  CHECK(strlen(i->sha256) == 64 && i->n_sources == PACK_SOURCES && i->n_passages == PACK_PASSAGES && i->n_entities == PACK_ENTITIES);
  CHECK(i->n_edges == PACK_RELATIONS && i->n_rules == PACK_RULES && i->n_vocabulary == PACK_TERMS && i->n_cases == PACK_CASES);
  at = 0;
  CHECK(pel_pack_sources(p, same_source, NULL, &err) == PEL_OK && at == PACK_SOURCES);
  at = 0;
  CHECK(pel_pack_passages(p, same_passage, NULL, &err) == PEL_OK && at == PACK_PASSAGES);
  at = 0;
  CHECK(pel_pack_entities(p, same_entity, NULL, &err) == PEL_OK && at == PACK_ENTITIES);
  at = 0;
  CHECK(pel_pack_relations(p, 0, false, same_relation, NULL, &err) == PEL_OK && at == PACK_RELATIONS);
  at = 0;
  CHECK(pel_pack_relations(p, 2, false, same_relation, NULL, &err) == PEL_OK && at == 2);
  at = 0;
  CHECK(pel_pack_relations(p, 3, true, same_relation, NULL, &err) == PEL_OK && at == 2);
  at = 0;
  CHECK(pel_pack_relations(p, 4, false, same_relation, NULL, &err) == PEL_OK && at == 0);
  at = 0;
  CHECK(pel_pack_rules(p, same_rule, NULL, &err) == PEL_OK && at == PACK_RULES);
  at = 0;
  CHECK(pel_pack_vocabulary(p, same_term, NULL, &err) == PEL_OK && at == PACK_TERMS);
  at = 0;
  CHECK(pel_pack_cases(p, same_case, NULL, &err) == PEL_OK && at == PACK_CASES);
  pel_pack_close(p);
}

static void test_one_row(void) {
  pel_error err = {0};
  pel_pack *p = open_pack(path);
  pel_passage passage;
  pel_source source;
  pel_entity entity;
  CHECK(pel_pack_passage(p, 3, &passage, &err) == PEL_OK);
  CHECK(pel_pack_source(p, 1, &source, &err) == PEL_OK);
  CHECK(pel_pack_entity(p, 4, &entity, &err) == PEL_OK);
  CHECK_STR(passage.label, "Seizure"); /* still lent */
  CHECK_STR(source.key, "irc");
  CHECK_STR(entity.label, "e");
  CHECK(pel_pack_passage(p, 0, &passage, &err) == PEL_ERR_USAGE && pel_pack_passage(p, 8, &passage, &err) == PEL_ERR_USAGE);
  CHECK(pel_pack_entity(p, -1, &entity, &err) == PEL_ERR_USAGE && strstr(err.text, "no entity -1"));
  pel_relation edge;
  CHECK(pel_pack_relation(p, 1, &edge, &err) == PEL_OK && edge.id == 1 && edge.subject > 0 && edge.object > 0 && *edge.relation);
  CHECK(pel_pack_relation(p, 0, &edge, &err) == PEL_ERR_USAGE && strstr(err.text, "no relation 0"));
  int64_t id = -1;
  CHECK(pel_pack_find_entity(p, "HP:2", &id, &err) == PEL_OK && id == 3);
  CHECK(pel_pack_find_entity(p, "HP:none", &id, &err) == PEL_OK && id == 0);
  float *vectors = NULL;
  uint32_t dim = 0;
  CHECK(pel_pack_embeddings(p, &vectors, &dim, &err) == PEL_OK && dim == PACK_DIM);
  for (int i = 0; i < PACK_PASSAGES * PACK_DIM && vectors; i++) CHECK(vectors[i] == (float)(i / PACK_DIM % PACK_DIM == i % PACK_DIM));
  pel_free(vectors);
  pel_pack_close(p);
}

/* ---- search ---- */

typedef struct bag { /* the words of a text, in order */
  char (*words)[PEL_WORD_BYTES + 1];
  int n;
} bag;

static bool put_word(void *user, const char *word, size_t size) {
  bag *b = user;
  b->words = realloc(b->words, (size_t)(b->n + 1) * sizeof *b->words);
  memcpy(b->words[b->n++], word, size + 1);
  return true;
}

static void clear(bag *bags, int n) {
  for (int i = 0; i < n; i++) free(bags[i].words), bags[i] = (bag){0};
}

static int count_of(const bag *b, const char *word) {
  int n = 0;
  for (int i = 0; i < b->n; i++) n += strcmp(b->words[i], word) == 0;
  return n;
}

/* The formula of the header, each word of the question once: df and the mean length are given. */
static double naive_score(const bag *passage, const bag *question, const int *df, int n, double mean) {
  double score = 0;
  for (int w = 0; w < question->n; w++) {
    int tf = count_of(passage, question->words[w]);
    if (!df[w] || !tf) continue;
    double idf = log(1 + (n - df[w] + 0.5) / (df[w] + 0.5));
    score += idf * tf * (1.2 + 1) / (tf + 1.2 * (1 - 0.75 + 0.75 * passage->n / mean));
  }
  return score;
}

/* df[w] of the question's words, 0 for one that came before. Returns the mean length. */
static double count_words(const bag *bags, int n, const bag *question, int *df) {
  double total = 0;
  for (int i = 0; i < n; i++) total += bags[i].n;
  for (int w = 0; w < question->n; w++) {
    bool before = false;
    df[w] = 0;
    for (int v = 0; v < w; v++) before = before || strcmp(question->words[v], question->words[w]) == 0;
    for (int i = 0; i < n && !before; i++) df[w] += count_of(&bags[i], question->words[w]) > 0;
  }
  return total / n;
}

static void check_ranking(pel_pack *p, const bag *bags, int n, const char *text) {
  static bag question;
  pel_hit *hits = calloc((size_t)n, sizeof *hits);
  size_t n_hits = 0, matched = 0;
  pel_error err = {0};
  pel_words(text, strlen(text), true, put_word, &question);
  CHECK_MSG(pel_pack_search(p, text, (size_t)n, hits, &n_hits, &err) == PEL_OK, "%s", err.text);
  int df[100];
  double mean = count_words(bags, n, &question, df);
  for (int i = 0; i < n; i++) matched += naive_score(&bags[i], &question, df, n, mean) > 0;
  CHECK_MSG(n_hits == matched, "%zu hits, %zu passages match '%s'", n_hits, matched, text);
  for (size_t i = 0; i < n_hits; i++) {
    double expected = naive_score(&bags[hits[i].passage - 1], &question, df, n, mean);
    CHECK_MSG(fabs(hits[i].score - expected) < 1e-12 * (1 + expected), "passage %d: %g, not %g", (int)hits[i].passage, hits[i].score, expected);
    if (i) CHECK(hits[i - 1].score > hits[i].score || (hits[i - 1].score == hits[i].score && hits[i - 1].passage < hits[i].passage));
  }
  pel_hit best[3];
  size_t n_best = 0;
  CHECK(pel_pack_search(p, text, 3, best, &n_best, &err) == PEL_OK && n_best == (n_hits < 3 ? n_hits : 3));
  for (size_t i = 0; i < n_best; i++) CHECK(best[i].passage == hits[i].passage && best[i].score == hits[i].score);
  free(hits);
  clear(&question, 1);
}

static void test_search(void) {
  static bag bags[PACK_PASSAGES];
  static const char *const questions[] = {"spouse", "the spouse's death of a taxpayer", "household HEAD", "meniere cafe naive", "seizures",
                                          "\xe6\x97\xa5\xe6\x9c\xac", "45 mmhg", "nothing here matches", "", "\" OR * NEAR(", "spouse spouse spouse"};
  for (int i = 0; i < PACK_PASSAGES; i++) {
    pel_words(pack_passages[i].label, strlen(pack_passages[i].label), true, put_word, &bags[i]);
    pel_words(pack_passages[i].text, strlen(pack_passages[i].text), true, put_word, &bags[i]);
  }
  pel_pack *p = open_pack(path);
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) check_ranking(p, bags, PACK_PASSAGES, questions[i]);
  pel_hit hit;
  size_t n = 9;
  CHECK(pel_pack_search(p, "spouse", 0, &hit, &n, NULL) == PEL_OK && n == 0);
  CHECK(pel_pack_search(p, "meniere", 1, &hit, &n, NULL) == PEL_OK && n == 1 && hit.passage == 4);
  pel_pack_close(p);
  clear(bags, PACK_PASSAGES);
}

/* Enough passages for several blocks of lengths, and words that are in most of them. */
static void test_search_many(void) {
  enum { N = 9000 };
  static bag bags[N];
  pel_rng rng = {3};
  pel_error err = {0};
  pel_pack_builder *b;
  CHECK(pel_pack_builder_create(other, true, &pack_header, &b, &err) == PEL_OK);
  for (int i = 0; i < N; i++) {
    char text[400] = "";
    int words = (int)(pel_rng_next(&rng) % 20);
    for (int w = 0; w < words; w++) {
      unsigned long r = pel_rng_next(&rng);
      snprintf(text + strlen(text), sizeof text - strlen(text), "w%lu ", r % 3 ? r % 5 : r % 4001);
    }
    pel_words(text, strlen(text), true, put_word, &bags[i]);
    pel_passage row = {.text = text};
    CHECK(pel_pack_add_passage(b, &row, NULL, &err) == PEL_OK);
  }
  CHECK_MSG(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK, "%s", err.text);
  pel_pack *p = open_pack(other);
  check_ranking(p, bags, N, "w1 w17 w3000");
  CHECK_STR(pel_pack_get_info(p)->encoder, "");
  float *vectors = (float *)&vectors;
  uint32_t dim = 7;
  CHECK(pel_pack_embeddings(p, &vectors, &dim, &err) == PEL_OK && dim == 0 && !vectors);
  pel_pack_close(p);
  clear(bags, N);
}

/* ---- words ---- */

static void test_words(void) {
  static const char *const pairs[][2] = {
      {"caresses", "caress"}, {"ponies", "poni"},      {"cats", "cat"},        {"agreed", "agre"},      {"plastered", "plaster"},
      {"motoring", "motor"},  {"sing", "sing"},        {"hopping", "hop"},     {"hoping", "hope"},      {"falling", "fall"},
      {"filing", "file"},     {"happy", "happi"},      {"sky", "sky"},         {"relational", "relat"}, {"digitizer", "digit"},
      {"operator", "oper"},   {"hopefulness", "hope"}, {"formality", "formal"}, {"triplicate", "triplic"}, {"electrical", "electr"},
      {"adoption", "adopt"},  {"replacement", "replac"}, {"adjustment", "adjust"}, {"probate", "probat"}, {"rate", "rate"},
      {"controll", "control"}, {"roll", "roll"},       {"conditional", "condit"}, {"is", "is"},         {"yes", "ye"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    char word[40];
    snprintf(word, sizeof word, "%s", pairs[i][0]);
    word[pel_stem(word, strlen(word))] = 0;
    CHECK_STR(word, pairs[i][1]);
  }
  static bag b;
  const char text[] = "\xc3\x89t\xc3\xa9\xff x\xcc\x81" "2 \xef\xac\x81n \xe6\x97\xa5\xe6\x9c\xac";
  pel_words(text, sizeof text - 1, false, put_word, &b);
  const char *const words[] = {"ete", "x2", "fin", "\xe6\x97\xa5", "\xe6\x9c\xac"};
  CHECK(b.n == 5);
  for (int i = 0; i < 5 && i < b.n; i++) CHECK_STR(b.words[i], words[i]);
  clear(&b, 1);
}

/* ---- all or nothing ---- */

static void test_hash_is_stable(void) {
  pel_error err = {0};
  CHECK(pack_build(other, true, &err) == PEL_OK);
  pel_pack *p = open_pack(path), *q = open_pack(other);
  CHECK_STR(pel_pack_get_info(p)->sha256, pel_pack_get_info(q)->sha256);
  pel_pack_close(p);
  pel_pack_close(q);
  pel_pack_header header = pack_header;
  header.generator = "somebody else";
  pel_pack_builder *b;
  char hashes[2][65];
  for (int i = 0; i < 2; i++) {
    CHECK(pel_pack_builder_create(other, true, i ? &header : &pack_header, &b, &err) == PEL_OK);
    CHECK(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK);
    p = open_pack(other);
    snprintf(hashes[i], 65, "%s", pel_pack_get_info(p)->sha256);
    pel_pack_close(p);
  }
  CHECK_STR(hashes[0], hashes[1]); /* who wrote it does not count */
}

static bool stop(double fraction, void *user) {
  (void)fraction, (void)user;
  return false;
}

static void test_all_or_nothing(void) {
  pel_error err = {0};
  pel_pack_builder *b = NULL;
  int before = entries_of_folder();
  CHECK(pel_pack_builder_create(path, false, &pack_header, &b, &err) == PEL_ERR_IO && strstr(err.text, "exists"));
  FILE *f = fopen(other, "w");
  fputs("precious", f);
  fclose(f);
  CHECK(pel_pack_builder_create(other, true, &pack_header, &b, &err) == PEL_ERR_IO && strstr(err.text, "no knowledge pack"));
  unlink(other);
  CHECK(pel_pack_builder_create(other, false, &pack_header, &b, &err) == PEL_OK);
  CHECK(access(other, F_OK) != 0);
  pel_pack_builder_abandon(b);
  CHECK(entries_of_folder() == before - 1);
  CHECK(pel_pack_builder_create(other, false, &pack_header, &b, &err) == PEL_OK);
  CHECK(pel_pack_add_passage(b, &pack_passages[4], NULL, &err) == PEL_OK);
  CHECK(pel_pack_builder_finish(b, NULL, stop, NULL, &err) == PEL_ERR_CANCELLED);
  CHECK(entries_of_folder() == before - 1);
  CHECK(pel_pack_builder_create(other, false, &pack_header, &b, &err) == PEL_OK);
  f = fopen(other, "w"); /* somebody else takes the name meanwhile */
  fclose(f);
  CHECK(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_ERR_IO && strstr(err.text, "exists"));
  CHECK(entries_of_folder() == before);
  struct stat st;
  CHECK(stat(other, &st) == 0 && st.st_size == 0);
  CHECK(pel_pack_builder_create("/nonexistent/x.pack", false, &pack_header, &b, &err) == PEL_ERR_IO);
  pel_pack_builder_abandon(NULL);
  pel_pack_close(NULL);
}

/* ---- refused rows ---- */

#define REFUSED(call, says)                                                   \
  do {                                                                        \
    pel_error e_ = {0};                                                       \
    pel_status s_ = (call);                                                   \
    CHECK_MSG(s_ == PEL_ERR_INPUT && strstr(e_.text, says), "%d %s", s_, e_.text); \
  } while (0)

static void test_refused_rows(void) {
  pel_error err = {0};
  pel_pack_builder *b;
  CHECK(pel_pack_builder_create(other, true, &pack_header, &b, &err) == PEL_OK);
  char *big = malloc((1 << 20) + 2);
  memset(big, 'a', (1 << 20) + 1);
  big[(1 << 20) + 1] = 0;
  CHECK(pel_pack_add_source(b, &pack_sources[0], NULL, &err) == PEL_OK);
  REFUSED(pel_pack_add_source(b, &pack_sources[0], NULL, &e_), "source 2 (irc): key is there already");
  REFUSED(pel_pack_add_source(b, &(pel_source){.title = "t"}, NULL, &e_), "source 2 (t): key is empty");
  REFUSED(pel_pack_add_source(b, &(pel_source){.key = "k", .retrieved = "2023-02-29"}, NULL, &e_), "retrieved is no ISO date");
  REFUSED(pel_pack_add_source(b, &(pel_source){.key = "k", .title = "a\nb"}, NULL, &e_), "title holds a line break");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.source = 2}, NULL, &e_), "source names a row that was not added");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.source = -1}, NULL, &e_), "source names a row");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.path = "p", .text = "\xc0\x80"}, NULL, &e_), "passage 1 (p): text is not UTF-8");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.text = "\xed\xa0\x80"}, NULL, &e_), "text is not UTF-8");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.text = "a\x1b[2J"}, NULL, &e_), "text holds a control character");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.text = "a\r\n"}, NULL, &e_), "text holds a control character");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.text = "\xc2\x85"}, NULL, &e_), "text holds a control character");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.text = big}, NULL, &e_), "text is too long");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.text = "x", .valid_from = "2016-13-01"}, NULL, &e_), "valid_from is no ISO date");
  REFUSED(pel_pack_add_passage(b, &(pel_passage){.text = "x", .valid_from = "2016-02-01", .valid_to = "2016-01-31"}, NULL, &e_), "valid_to is before valid_from");
  CHECK(pel_pack_add_entity(b, &(pel_entity){.key = "A"}, NULL, &err) == PEL_OK);
  REFUSED(pel_pack_add_entity(b, &(pel_entity){.key = ""}, NULL, &e_), "entity 2 (): key is empty");
  REFUSED(pel_pack_add_relation(b, &(pel_relation){.subject = 1, .object = 2, .relation = "r"}, NULL, &e_), "relation 1 (r): object names a row");
  REFUSED(pel_pack_add_relation(b, &(pel_relation){.subject = 0, .object = 1, .relation = "r"}, NULL, &e_), "subject names a row");
  REFUSED(pel_pack_add_relation(b, &(pel_relation){.subject = 1, .object = 1, .relation = "r", .weight = 1.5}, NULL, &e_), "weight is not in [0, 1]");
  REFUSED(pel_pack_add_relation(b, &(pel_relation){.subject = 1, .object = 1, .relation = "r", .weight = -INFINITY}, NULL, &e_), "weight is not in [0, 1]");
  REFUSED(pel_pack_add_relation(b, &(pel_relation){.subject = 1, .object = 1, .relation = "r", .passage = 1}, NULL, &e_), "passage names a row");
  REFUSED(pel_pack_add_rule(b, &(pel_rule){.file = "f.pl"}, NULL, &e_), "rule 1 (f.pl): text is empty");
  REFUSED(pel_pack_add_vocabulary(b, &(pel_vocabulary){.term = "t", .type = PEL_TERM_TYPES}, NULL, &e_), "type is no type");
  free(big);
  int64_t id = 0;
  pel_entity fuller = {.key = "A", .label = "label", .type = "type", .synonyms = "s"};
  CHECK(pel_pack_add_entity(b, &fuller, &id, &err) == PEL_OK && id == 1);
  fuller.label = "other";
  CHECK(pel_pack_add_entity(b, &fuller, &id, &err) == PEL_OK && id == 1);
  CHECK(pel_pack_add_passage(b, &(pel_passage){.source = 1, .path = "s. 1", .text = "x"}, &id, &err) == PEL_OK && id == 1);
  CHECK(pel_pack_builder_passage(b, "irc", "s. 1") == 1 && pel_pack_builder_passage(b, "irc", "s. 2") == 0 && pel_pack_builder_passage(b, "no", "s. 1") == 0);
  CHECK(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK);
  pel_pack *p = open_pack(other);
  pel_entity e;
  CHECK(pel_pack_entity(p, 1, &e, &err) == PEL_OK);
  CHECK_STR(e.label, "label");
  CHECK_STR(e.synonyms, "s");
  pel_pack_close(p);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(path, sizeof path, "%s/a.pack", folder);
  snprintf(other, sizeof other, "%s/b.pack", folder);
  RUN(test_words);
  RUN(test_round_trip);
  RUN(test_one_row);
  RUN(test_search);
  RUN(test_search_many);
  RUN(test_hash_is_stable);
  RUN(test_all_or_nothing);
  RUN(test_refused_rows);
  unlink(path), unlink(other);
  CHECK(rmdir(folder) == 0);
  return check_result();
}
