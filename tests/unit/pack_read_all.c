#include "tests/unit/pack_read_all.h"

#include <math.h>
#include <pellucid/tokenizer.h>
#include <stdlib.h>
#include <string.h>

static size_t sum; /* so that each byte is looked at */

static void touch(const char *text) { sum += strlen(text); }

static bool each_source(void *user, const pel_source *r) {
  touch(r->key), touch(r->title), touch(r->publisher), touch(r->version), touch(r->url), touch(r->licence), touch(r->retrieved), touch(r->sha256);
  (void)user;
  return true;
}

static bool each_passage(void *user, const pel_passage *r) {
  pel_source source;
  touch(r->path), touch(r->label), touch(r->text), touch(r->valid_from), touch(r->valid_to);
  if (r->source && pel_pack_source(user, r->source, &source, NULL) == PEL_OK) touch(source.title);
  return true;
}

static bool each_relation(void *user, const pel_relation *r) {
  pel_entity entity;
  touch(r->relation), touch(r->qualifier);
  if (!isnan(r->weight) && !(r->weight >= 0 && r->weight <= 1)) abort();
  if (r->id < 50 && pel_pack_entity(user, r->subject, &entity, NULL) == PEL_OK) touch(entity.label);
  return true;
}

static bool count_relation(void *user, const pel_relation *r) {
  (void)user;
  sum += (size_t)r->object;
  return true;
}

static bool each_entity(void *user, const pel_entity *r) {
  int64_t id;
  touch(r->key), touch(r->label), touch(r->type), touch(r->synonyms);
  if (r->id > 50) return true;
  if (pel_pack_find_entity(user, r->key, &id, NULL) == PEL_OK) sum += (size_t)id;
  pel_pack_relations(user, r->id, r->id % 2, count_relation, NULL, NULL);
  return true;
}

static bool each_rule(void *user, const pel_rule *r) {
  (void)user;
  touch(r->file), touch(r->label), touch(r->text), touch(r->valid_from), touch(r->valid_to);
  return true;
}

static bool each_term(void *user, const pel_vocabulary *r) {
  (void)user;
  touch(r->term), touch(r->says), touch(r->denied), touch(r->asks), touch(r->unit), touch(r->allowed), touch(pel_term_type_name(r->type));
  return true;
}

static bool each_case(void *user, const pel_pack_case *r) {
  (void)user;
  touch(r->name), touch(r->text), touch(r->expected);
  return true;
}

static bool each_finding(void *user, const char *finding) {
  (void)user;
  touch(finding);
  return true;
}

static pel_status search(pel_pack *p, pel_error *err) {
  static const char *const questions[] = {"the spouse of a taxpayer", "seizure household 45 meniere", "a of in is"};
  int64_t n_passages = pel_pack_get_info(p)->n_passages;
  pel_status status = PEL_OK;
  for (int i = 0; i < 3 && status == PEL_OK; i++) {
    pel_hit hits[5];
    size_t n = 0;
    status = pel_pack_search(p, questions[i], 5, hits, &n, err);
    for (size_t h = 0; h < n; h++)
      if (hits[h].passage < 1 || hits[h].passage > n_passages || !(hits[h].score > 0)) abort();
  }
  return status;
}

pel_status pack_read_all(const char *path, bool check, pel_error *err) {
  pel_pack *p;
  pel_status status = pel_pack_open(path, &p, err);
  if (status != PEL_OK) return status;
  const pel_pack_info *i = pel_pack_get_info(p);
  touch(i->name), touch(i->title), touch(i->version), touch(i->language), touch(i->sha256), touch(i->advice), touch(i->generator), touch(i->encoder);
  pel_status results[10] = {search(p, err)};
  pel_error others;
  float *vectors = NULL;
  uint32_t dim = 0;
  pel_error *e = results[0] == PEL_OK ? err : &others;
#define NEXT(n, call)                                      \
  do {                                                     \
    results[n] = call;                                     \
    if (results[n] != PEL_OK) e = &others;                 \
  } while (0)
  NEXT(1, pel_pack_sources(p, each_source, p, e));
  NEXT(2, pel_pack_passages(p, each_passage, p, e));
  NEXT(3, pel_pack_entities(p, each_entity, p, e));
  NEXT(4, pel_pack_relations(p, 0, false, each_relation, p, e));
  NEXT(5, pel_pack_rules(p, each_rule, p, e));
  NEXT(6, pel_pack_vocabulary(p, each_term, p, e));
  NEXT(7, pel_pack_cases(p, each_case, p, e));
  NEXT(8, pel_pack_embeddings(p, &vectors, &dim, e));
  for (size_t v = 0; v < (size_t)i->n_passages * dim; v++) sum += vectors[v] > 0;
  pel_free(vectors);
  if (check) NEXT(9, pel_pack_check(p, each_finding, NULL, NULL, NULL, e));
#undef NEXT
  pel_pack_close(p);
  for (int r = 0; r < 10; r++)
    if (results[r] != PEL_OK) return results[r];
  return PEL_OK;
}
