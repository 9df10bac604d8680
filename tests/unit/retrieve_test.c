/* The retrieval stage on a small pack: what is found and weighed, and that its rows make a trace. */
#include <math.h>
#include <pellucid/reasoning.h>
#include <pellucid/retrieve.h>
#include <unistd.h>

#include "engine/reason/cite.h"
#include "engine/reason/coverage.h"
#include "engine/reason/gate.h"
#include "engine/reason/record.h"
#include "tests/check.h"

static const char *const facts[] = {
    "the moon reflects sunlight towards the earth", "the moon is a kind of natural satellite", "the sun is a star", "a star produces light and heat",
    "copper conducts electricity", "an electrical conductor is a vehicle for the flow of electricity", "the earth rotates on its axis",
    "rotation of the earth causes day and night", "?!", "a mirror reflects light", "sunlight is a kind of light", "the moon orbits the earth",
    "a satellite orbits a planet", "reflecting sunlight makes an object shine"};
enum { FACTS = sizeof facts / sizeof *facts };
static const char question[] = "Why does the moon shine? It reflects sunlight.";

static char folder[] = "/tmp/pel_retrieve_XXXXXX", plain[64], vectors[64], trace_path[64];

static void build(const char *path, bool with_vectors) {
  pel_pack_header header = {.name = "sky", .title = "Sky", .language = "en", .generator = "the tests"};
  pel_source source = {.key = "first", .title = "First"}, other = {.key = "second", .title = "Second"};
  pel_pack_encoder ngrams = pel_retrieve_pack_encoder(NULL);
  pel_pack_builder *b;
  pel_error err = {0};
  int64_t ids[2];
  CHECK_MSG(pel_pack_builder_create(path, true, &header, &b, &err) == PEL_OK, "%s", err.text);
  CHECK(pel_pack_add_source(b, &source, &ids[0], &err) == PEL_OK && pel_pack_add_source(b, &other, &ids[1], &err) == PEL_OK);
  for (int i = 0; i < FACTS; i++) {
    char name[16];
    snprintf(name, sizeof name, "f%d", i + 1);
    pel_passage row = {.source = i == 4 ? 0 : ids[i % 2], .path = name, .text = facts[i]};
    CHECK(pel_pack_add_passage(b, &row, NULL, &err) == PEL_OK);
  }
  CHECK_MSG(pel_pack_builder_finish(b, with_vectors ? &ngrams : NULL, NULL, NULL, &err) == PEL_OK, "%s", err.text);
}

static pel_pack *open_pack(const char *path) {
  pel_pack *pack = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_pack_open(path, &pack, &err) == PEL_OK, "%s", err.text);
  return pack;
}

typedef struct search {
  pel_pack *pack;
  pel_retriever *retriever;
  pel_retrieval found;
} search;

static void ask(search *s, const char *path, const char *text, const pel_retrieve_options *o, const pel_span_sink *sink) {
  pel_error err = {0};
  *s = (search){.pack = open_pack(path)};
  CHECK(pel_retriever_open(s->pack, NULL, &s->retriever, &err) == PEL_OK);
  CHECK_MSG(pel_retrieve(s->retriever, text, o, sink, &s->found, &err) == PEL_OK, "%s", err.text);
}

static void done(search *s) {
  pel_retrieval_clear(&s->found);
  pel_retriever_close(s->retriever);
  pel_pack_close(s->pack);
}

/* ---- what is found ---- */

static void check_found(const pel_retrieval *f) {
  double sum = 0;
  for (size_t i = 0; i < f->n; i++) {
    const pel_retrieved_passage *p = &f->items[i];
    sum += p->weight;
    CHECK((p->weight > 0) == (i < f->support) && (p->margin > 0) == (i < f->support));
    CHECK(p->score >= 0 && p->score <= 1 + 1e-12 && p->gate > 0 && p->gate <= 1 && p->covered >= 0 && p->covered <= 1 + 1e-12);
    CHECK(fabs(p->attended - f->threshold - p->margin) < 1e-9);
    CHECK(i == 0 || p[-1].weight > p->weight || (p[-1].weight == p->weight && p[-1].attended >= p->attended));
    for (size_t j = 0; j < i; j++) CHECK(f->items[j].passage != p->passage);
  }
  CHECK(fabs(sum - 1) < 1e-12 && f->support >= 1 && f->support <= f->n);
}

static void finds(void) {
  search s;
  for (int m = 0; m < PEL_RETRIEVE_MAPS; m++)
    for (int g = 0; g < PEL_RETRIEVE_GATES; g++) {
      pel_retrieve_options o = {.map = (pel_retrieve_map)m, .gate = (pel_retrieve_gate)g};
      ask(&s, vectors, question, &o, NULL);
      check_found(&s.found);
      CHECK_MSG(s.found.items[0].passage == 1, "%s, %s: first is %lld", pel_retrieve_map_name(s.found.map), pel_retrieve_gate_name(s.found.gate),
                (long long)s.found.items[0].passage);
      CHECK(s.found.n == FACTS); /* vectors know all */
      CHECK(g != PEL_RETRIEVE_UNGATED || s.found.items[0].gate == 1);
      done(&s);
    }
}

static void which_vectors(void) {
  search s;
  ask(&s, vectors, question, NULL, NULL);
  CHECK_STR(s.found.dense, "stored vectors");
  CHECK_STR(s.found.encoder, "hashed n-grams");
  double cosine = NAN;
  for (size_t i = 0; i < s.found.n; i++)
    if (s.found.items[i].passage == 1) cosine = s.found.items[i].dense;
  done(&s);
  ask(&s, plain, question, NULL, NULL);
  CHECK_STR(s.found.dense, "hashed n-grams of candidates");
  check_found(&s.found);
  CHECK(s.found.n < FACTS && s.found.items[0].passage == 1 && s.found.items[0].dense == cosine);
  done(&s);
  pel_retrieve_options o = {.alpha = -1};
  ask(&s, vectors, question, &o, NULL);
  CHECK_STR(s.found.dense, "none");
  CHECK(isnan(s.found.items[0].dense) && s.found.alpha == 0 && !*s.found.encoder);
  check_found(&s.found);
  done(&s);
}

static void few_and_none(void) {
  search s;
  pel_retrieve_options o = {.most = 2};
  ask(&s, vectors, question, &o, NULL);
  CHECK(s.found.n >= 2 && s.found.n <= 4);
  check_found(&s.found);
  done(&s);
  ask(&s, plain, "zebra", NULL, NULL);
  CHECK(s.found.n == 0 && s.found.support == 0);
  done(&s);
  ask(&s, plain, "", NULL, NULL);
  CHECK(s.found.n == 0);
  done(&s);
  ask(&s, vectors, "?", NULL, NULL); /* no word: the vectors say nothing, all are the same */
  check_found(&s.found);
  done(&s);
}

static void sharpness(void) {
  size_t before = FACTS + 1;
  for (double sharp = 0.01; sharp < 200; sharp *= 8) {
    search s;
    pel_retrieve_options o = {.sharpness = sharp};
    ask(&s, vectors, question, &o, NULL);
    CHECK_MSG(s.found.support <= before, "sharpness %g: %zu after %zu", sharp, s.found.support, before);
    before = s.found.support;
    done(&s);
  }
  CHECK(before == 1);
}

static void same_again(void) { /* nothing of one question stays for the next */
  search s;
  pel_retrieval again;
  pel_error err;
  ask(&s, vectors, question, NULL, NULL);
  CHECK(pel_retrieve(s.retriever, "copper conducts", NULL, NULL, &again, &err) == PEL_OK && again.items[0].passage == 5);
  pel_retrieval_clear(&again);
  CHECK(pel_retrieve(s.retriever, question, NULL, NULL, &again, &err) == PEL_OK);
  CHECK(again.n == s.found.n && memcmp(again.items, s.found.items, again.n * sizeof *again.items) == 0);
  pel_retrieval_clear(&again);
  done(&s);
}

static void refusals(void) {
  search s;
  pel_error err;
  pel_retrieval out;
  const pel_retrieve_options bad[] = {{.alpha = 1.5}, {.alpha = NAN}, {.sharpness = -1}, {.sharpness = NAN}, {.most = 1u << 30}, {.map = (pel_retrieve_map)7},
                                      {.gate = (pel_retrieve_gate)9}, {.span = -1}};
  ask(&s, vectors, question, NULL, NULL);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK_MSG(pel_retrieve(s.retriever, question, &bad[i], NULL, &out, &err) == PEL_ERR_USAGE, "%zu", i);
  done(&s);
  CHECK_STR(pel_retrieve_map_name(PEL_RETRIEVE_MAPS), "");
  CHECK_STR(pel_retrieve_gate_name(PEL_RETRIEVE_GATES), "");
}

static void covers(void) {
  pel_pack *pack = open_pack(plain);
  pel_coverage *c = pel_coverage_new(pack);
  pel_error err;
  pel_passage all = {.label = "the moon", .text = "shines"}, half = {.label = "", .text = "moon mirror"}, none = {.label = "", .text = "?!"};
  double covered, shared;
  CHECK(pel_coverage_ask(c, "The moon, the MOON shines", &err) == PEL_OK);
  CHECK(pel_coverage_of(c, &all, &covered, &shared, &err) == PEL_OK && fabs(covered - 1) < 1e-12 && fabs(shared - 1) < 1e-12);
  CHECK(pel_coverage_of(c, &half, &covered, &shared, &err) == PEL_OK && covered > 0 && covered < 0.6 && shared > 0 && shared < 0.5);
  CHECK(pel_coverage_of(c, &none, &covered, &shared, &err) == PEL_OK && covered == 0 && shared == 0);
  CHECK(pel_coverage_ask(c, "mirror", &err) == PEL_OK);
  CHECK(pel_coverage_of(c, &all, &covered, &shared, &err) == PEL_OK && covered == 0 && shared == 0);
  pel_coverage_free(c);
  pel_pack_close(pack);
  const pel_retrieve_constants *k = pel_retrieve_constants_of(true);
  pel_gate_input low = {.shared = 0.1, .covered = 0.2, .spread = 0.1}, high = {.shared = 0.9, .covered = 0.2, .spread = 0.1}, clear = {.shared = 0.9, .covered = 0.2, .spread = 0.3};
  CHECK(pel_gate_logit(k, &low) < pel_gate_logit(k, &high) && pel_gate_logit(k, &high) < pel_gate_logit(k, &clear)); /* the question has a say */
}

/* ---- rows ---- */

typedef struct rows {
  size_t n[PEL_ROW_KINDS];
  int64_t sources, passages;
  int fail_at, put;
} rows;

static pel_status count_row(void *user, pel_span_row_kind kind, const void *row, pel_error *err) {
  rows *r = user;
  (void)err;
  r->n[kind]++;
  if (kind == PEL_ROW_SOURCE) CHECK(((const pel_source *)row)->id == ++r->sources);
  if (kind == PEL_ROW_PASSAGE) {
    const pel_passage *p = row;
    CHECK(p->id == ++r->passages && p->source >= 0 && p->source <= r->sources); /* its source came before */
    CHECK(strcmp(p->text, facts[4]) != 0 || p->source == 0);
  }
  if (kind == PEL_ROW_RETRIEVED) CHECK(((const pel_retrieved *)row)->passage <= r->passages);
  return ++r->put == r->fail_at ? PEL_ERR_FULL : PEL_OK;
}

static void cites_once(void) {
  pel_pack *pack = open_pack(plain);
  rows r = {0};
  pel_span_sink sink = {&r, count_row};
  pel_cite *cite;
  pel_error err;
  int64_t id = 0, first = 0;
  CHECK(pel_cite_create(pack, &sink, &cite, &err) == PEL_OK);
  CHECK(pel_cite_passage(cite, 6, &first, &err) == PEL_OK && first == 1);
  CHECK(pel_cite_passage(cite, 5, &id, &err) == PEL_OK && id == 2);
  CHECK(pel_cite_passage(cite, 8, &id, &err) == PEL_OK && id == 3);
  CHECK(pel_cite_passage(cite, 6, &id, &err) == PEL_OK && id == first);
  CHECK(pel_cite_source(cite, 2, &id, &err) == PEL_OK && id == 1 && r.n[PEL_ROW_SOURCE] == 1 && r.n[PEL_ROW_PASSAGE] == 3);
  CHECK(pel_cite_passage(cite, 0, &id, &err) == PEL_ERR_USAGE && pel_cite_passage(cite, FACTS + 1, &id, &err) == PEL_ERR_USAGE);
  CHECK(pel_cite_source(cite, 3, &id, &err) == PEL_ERR_USAGE);
  r.fail_at = r.put + 1;
  CHECK(pel_cite_passage(cite, 1, &id, &err) == PEL_ERR_FULL);
  CHECK(pel_cite_passage(cite, 2, &id, &err) == PEL_OK);
  pel_cite_free(cite);
  pel_cite_free(NULL);
  pel_pack_close(pack);
}

static void stops_with_the_sink(void) {
  search s;
  rows all = {0};
  pel_span_sink sink = {&all, count_row};
  ask(&s, vectors, question, NULL, &sink);
  pel_error err;
  for (int at = 1; at <= all.put; at++) {
    rows r = {.fail_at = at};
    pel_span_sink failing = {&r, count_row};
    pel_retrieval out = {.n = 99};
    CHECK(pel_retrieve(s.retriever, question, NULL, &failing, &out, &err) == PEL_ERR_FULL && out.n == 99 && r.put == at);
  }
  done(&s);
}

static const char *attribute(const pel_reasoning *r, int64_t span, const char *name) {
  for (size_t i = 0; i < r->n_attributes; i++)
    if (r->attributes[i].span == span && strcmp(r->attributes[i].name, name) == 0) return r->attributes[i].value;
  return "";
}

static void check_trace(const pel_retrieval *f) {
  pel_trace *trace = NULL;
  pel_reasoning *r = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_trace_open(trace_path, &trace, &err) == PEL_OK && pel_reasoning_read(trace, &r, &err) == PEL_OK, "%s", err.text);
  if (!r) return;
  CHECK(r->n_spans == 3 && r->spans[1].kind == PEL_SPAN_RETRIEVER && r->spans[2].kind == PEL_SPAN_RERANKER && r->spans[2].parent == 1);
  size_t n = f->support + PEL_RECORD_EXCLUDED < f->n ? f->support + PEL_RECORD_EXCLUDED : f->n;
  CHECK(r->n_retrieved == n && r->n_passages == n && r->n_sources == 2);
  for (size_t i = 0; i < n && i < r->n_retrieved; i++) {
    const pel_retrieved *row = &r->retrieved[i];
    CHECK(row->span == 3 && row->rank == (int)i + 1 && row->weight == f->items[i].weight && row->margin == f->items[i].margin);
    CHECK_STR(r->passages[row->passage - 1].text, facts[f->items[i].passage - 1]);
  }
  CHECK_STR(attribute(r, 2, "question"), "Why does the moon shine?\n It reflects sunlight.");
  CHECK_STR(attribute(r, 2, "encoder"), "hashed n-grams");
  CHECK_STR(attribute(r, 3, "method"), "sparsemax");
  CHECK_STR(attribute(r, 3, "gate"), "log_key");
  CHECK(atoi(attribute(r, 2, "candidates")) == (int)f->n && atoi(attribute(r, 3, "support")) == (int)f->support);
  CHECK(*attribute(r, 3, "alpha") && *attribute(r, 3, "temperature") && *attribute(r, 3, "threshold"));
  pel_reasoning_free(r);
  pel_trace_close(trace);
}

static void makes_a_trace(void) {
  pel_span_writer *writer;
  pel_error err = {0};
  pel_span_header header = {.generator = "the tests", .question = question};
  CHECK_MSG(pel_span_writer_create(trace_path, true, &header, &writer, &err) == PEL_OK, "%s", err.text);
  pel_span_sink sink = pel_span_writer_sink(writer);
  search s;
  pel_retrieve_options o = {.span = 2, .parent = 1};
  ask(&s, vectors, "Why does the moon shine?\n\x01It reflects sunlight.", &o, &sink);
  pel_span run = {.id = 1, .kind = PEL_SPAN_CHAIN, .name = "run", .status = "ok"};
  CHECK(sink.put(sink.user, PEL_ROW_SPAN, &run, &err) == PEL_OK);
  CHECK_MSG(pel_span_writer_close(writer, "", &err) == PEL_OK, "%s", err.text);
  check_trace(&s.found);
  done(&s);
  CHECK(pel_span_writer_create(trace_path, true, &header, &writer, &err) == PEL_OK); /* nothing found is a result, too */
  sink = pel_span_writer_sink(writer);
  ask(&s, plain, "zebra", NULL, &sink);
  CHECK_MSG(pel_span_writer_close(writer, "", &err) == PEL_OK, "%s", err.text);
  done(&s);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(plain, sizeof plain, "%s/plain.pack", folder);
  snprintf(vectors, sizeof vectors, "%s/vectors.pack", folder);
  snprintf(trace_path, sizeof trace_path, "%s/run.pel", folder);
  build(plain, false);
  build(vectors, true);
  RUN(finds);
  RUN(which_vectors);
  RUN(few_and_none);
  RUN(sharpness);
  RUN(same_again);
  RUN(refusals);
  RUN(covers);
  RUN(cites_once);
  RUN(stops_with_the_sink);
  RUN(makes_a_trace);
  unlink(plain), unlink(vectors), unlink(trace_path), rmdir(folder);
  return check_result();
}
