/* Findings against diseases: a tiny ontology worked out by hand, then random ones, where what is reckoned for all diseases at once has to be what is reckoned for each. */
#include <math.h>
#include <pellucid/phenotype.h>
#include <unistd.h>

#include "engine/base/rng.h"
#include "engine/phenotype/differential.h"
#include "engine/phenotype/logit.h"
#include "tests/check.h"

#define NEAR(a, b) CHECK_MSG(fabs((a) - (b)) < 1e-5, "%.9g is not %.9g", (double)(a), (double)(b))

static char path[64];

static pel_pack_builder *begin(void) {
  pel_pack_builder *b = NULL;
  snprintf(path, sizeof path, "phenotype-test-%d.pack", (int)getpid());
  pel_pack_header header = {.name = "tiny", .title = "Tiny", .language = "en", .generator = "the tests"};
  pel_error err;
  if (pel_pack_builder_create(path, true, &header, &b, &err) != PEL_OK) printf("%s\n", err.text), exit(1);
  return b;
}

static pel_pack *finish(pel_pack_builder *b) {
  pel_pack *pack = NULL;
  pel_error err;
  if (pel_pack_builder_finish(b, NULL, NULL, NULL, &err) != PEL_OK || pel_pack_open(path, &pack, &err) != PEL_OK) printf("%s\n", err.text), exit(1);
  unlink(path);
  return pack;
}

static int64_t entity(pel_pack_builder *b, const char *key, const char *type) {
  int64_t id = 0;
  pel_entity e = {.key = key, .label = key, .type = type};
  CHECK(pel_pack_add_entity(b, &e, &id, NULL) == PEL_OK);
  return id;
}

static int64_t relate(pel_pack_builder *b, int64_t subject, const char *relation, int64_t object, double weight, bool negated, const char *qualifier) {
  int64_t id = 0;
  pel_relation r = {.subject = subject, .object = object, .relation = relation, .weight = weight, .negated = negated, .qualifier = qualifier};
  CHECK(pel_pack_add_relation(b, &r, &id, NULL) == PEL_OK);
  return id;
}

/* R has A and B below it; A has A1 and A2, B has B1. D1: A1 (3/4), B1 (1/2); D2: A (half); D3: B1, not A1; D4: A2 (very frequent). D5 has nothing. */
static int64_t relation_a1;
static pel_pack *tiny(void) {
  pel_pack_builder *b = begin();
  int64_t r = entity(b, "HP:R", "phenotype"), a = entity(b, "HP:A", "phenotype"), bb = entity(b, "HP:B", "phenotype"), a1 = entity(b, "HP:A1", "phenotype"),
          a2 = entity(b, "HP:A2", "phenotype"), b1 = entity(b, "HP:B1", "phenotype"), old = entity(b, "HP:OLD", "obsolete");
  int64_t d1 = entity(b, "OMIM:1", "disease"), d2 = entity(b, "OMIM:2", "disease"), d3 = entity(b, "ORPHA:3", "disease"), d4 = entity(b, "ORPHA:4", "disease");
  entity(b, "OMIM:5", "disease");
  relate(b, a, "is_a", r, NAN, false, ""), relate(b, bb, "is_a", r, NAN, false, "");
  relate(b, a1, "is_a", a, NAN, false, ""), relate(b, a2, "is_a", a, NAN, false, ""), relate(b, b1, "is_a", bb, NAN, false, "");
  relate(b, old, "replaced_by", a1, NAN, false, "");
  relation_a1 = relate(b, d1, "has_phenotype", a1, 0.75, false, "frequency: 3/4\nreference: PMID:1;PMID:12");
  relate(b, d1, "has_phenotype", b1, 0.5, false, "frequency: 1/2\nreference: PMID:2");
  relate(b, d2, "has_phenotype", a, 0.5, false, "frequency: 50%");
  relate(b, d3, "has_phenotype", b1, NAN, false, ""), relate(b, d3, "has_phenotype", a1, NAN, true, "");
  relate(b, d4, "has_phenotype", a2, 0.895, false, "frequency: HP:0040281");
  relate(b, d4, "has_inheritance", a1, NAN, false, "");
  return finish(b);
}

static pel_phenotypes *open_tiny(const pel_phenotype_options *o) {
  pel_phenotypes *p = NULL;
  pel_error err;
  pel_pack *pack = tiny();
  if (pel_phenotypes_open(pack, o, &p, &err) != PEL_OK) printf("%s\n", err.text), exit(1);
  pel_pack_close(pack);
  return p;
}

static void content_by_hand(void) {
  pel_phenotypes *p = open_tiny(NULL);
  const pel_profiles *q = &p->profiles;
  const pel_ontology *o = &q->ontology;
  NEAR(q->content[pel_ontology_find(o, "HP:R")], 0);
  NEAR(q->content[pel_ontology_find(o, "HP:A")], log(4.0 / 3));
  NEAR(q->content[pel_ontology_find(o, "HP:A1")], log(4));
  NEAR(q->gain[pel_ontology_find(o, "HP:A1")], log(3));
  NEAR(q->content[pel_ontology_find(o, "HP:B1")], log(2));
  NEAR(q->gain[pel_ontology_find(o, "HP:B1")], 0);
  CHECK(pel_ontology_find(o, "HP:OLD") == pel_ontology_find(o, "HP:A1"));
  CHECK(pel_ontology_find(o, "HP:NO") == PEL_NO_TERM);
  CHECK(pel_ontology_is(o, pel_ontology_find(o, "HP:A1"), pel_ontology_find(o, "HP:R")) && !pel_ontology_is(o, pel_ontology_find(o, "HP:A1"), pel_ontology_find(o, "HP:B")));
  pel_phenotypes_info info = pel_phenotypes_get_info(p);
  CHECK(info.n_diseases == 4 && info.n_terms == 6 && info.n_annotations == 5 && info.n_denied == 1);
  CHECK(pel_phenotypes_has_disease(p, "OMIM:1") && !pel_phenotypes_has_disease(p, "OMIM:5") && !pel_phenotypes_has_disease(p, "OMIM:9"));
  pel_profile d1 = pel_profile_of(q, pel_profiles_find(q, "OMIM:1"));
  CHECK(d1.n_annotations == 2 && d1.n_implied == 5);
  NEAR(d1.annotations[0].share, 3.5 / 5); /* (3 + 1/2) / (4 + 1) */
  NEAR(pel_shrunk_share("1/1", 1), 0.75);
  NEAR(pel_shrunk_share("45%", 0.45), 0.45);
  pel_phenotypes_close(p);
}

static void features_by_hand(void) {
  pel_phenotypes *p = open_tiny(NULL);
  const pel_profiles *q = &p->profiles;
  uint32_t a1 = pel_ontology_find(&q->ontology, "HP:A1"), b1 = pel_ontology_find(&q->ontology, "HP:B1");
  pel_findings f = {&a1, &b1, 1, 1};
  pel_case_view v;
  CHECK(pel_case_view_create(q, &f, &v, NULL) == PEL_OK);
  pel_features_of_all(&v, &p->scratch, p->features);
  const float *d1 = p->features + pel_profiles_find(q, "OMIM:1") * (size_t)PEL_FEATURES, *d2 = p->features + pel_profiles_find(q, "OMIM:2") * (size_t)PEL_FEATURES,
              *d3 = p->features + pel_profiles_find(q, "ORPHA:3") * (size_t)PEL_FEATURES, *d4 = p->features + pel_profiles_find(q, "ORPHA:4") * (size_t)PEL_FEATURES;
  /* D1 has A1 in 0.7: the likelihood ratio against the quarter of diseases that have it is 2.8. */
  NEAR(d1[PEL_F_EXACT], 1);
  NEAR(d1[PEL_F_EXACT_CONTENT], log(4));
  NEAR(d1[PEL_F_EXACT_SHARE], log(0.7));
  NEAR(d1[PEL_F_RATIO], log(2.8));
  NEAR(d1[PEL_F_RATIO_MEAN], log(2.8));
  NEAR(d1[PEL_F_EXCLUDED_SOMETIMES], 1);
  NEAR(d1[PEL_F_EXCLUDED_LOG], -log(1 - 0.95 * 0.5));
  NEAR(d1[PEL_F_EXCLUDED_OFTEN], 0);
  NEAR(d1[PEL_F_SOMETIMES_FOUND], 1);  /* A1, 0.7 */
  NEAR(d1[PEL_F_SOMETIMES_MISSED], 1); /* B1, 0.5 */
  NEAR(d1[PEL_F_MISSED_LOG], -log(1 - 0.9 * 0.5));
  NEAR(d1[PEL_F_BACK_WEIGHED], 0.7 * log(4) / (0.7 * log(4) + 0.5 * log(2)));
  NEAR(d1[PEL_F_NODE_GAIN], log(4));
  NEAR(d1[PEL_F_NODE_SHARE], log(0.7));
  NEAR(d1[PEL_F_NODE_GAIN_PART], 1);
  /* D2 has A: A1 is a kind of it. A tells less than half the patients having it takes away: no ratio. */
  NEAR(d2[PEL_F_SPECIFIC], 1);
  NEAR(d2[PEL_F_SPECIFIC_CONTENT], log(4.0 / 3));
  NEAR(d2[PEL_F_RATIO], 0);
  NEAR(d2[PEL_F_FOREIGN_MEAN], 1);
  NEAR(d2[PEL_F_NODE_LEFT], 1);
  NEAR(d2[PEL_F_SOMETIMES_FOUND], 1);
  NEAR(d2[PEL_F_EXCLUDED_LOG], 0);
  /* D3 is said not to have A1, and has B1, which is excluded, without a number. */
  NEAR(d3[PEL_F_DENIED], 1);
  NEAR(d3[PEL_F_NONE_CONTENT], log(4));
  NEAR(d3[PEL_F_EXCLUDED_SOMETIMES], 1);
  NEAR(d3[PEL_F_UNSTATED_MISSED], 1);
  /* D4 shares only A, which tells too little to be called related; A1 is not what it has. */
  NEAR(d4[PEL_F_RELATED], 0);
  NEAR(d4[PEL_F_NONE_CONTENT], log(4));
  NEAR(d4[PEL_F_OFTEN_MISSED], 1);
  NEAR(d4[PEL_F_NODE_LEFT], 1);
  pel_case_view_clear(&v);
  pel_phenotypes_close(p);
}

static void own_publication_is_left_out(void) {
  pel_phenotypes *p = open_tiny(NULL);
  const pel_profiles *q = &p->profiles;
  uint32_t d1 = pel_profiles_find(q, "OMIM:1");
  pel_profile less;
  CHECK(pel_profile_cites(q, d1, "PMID:12") && pel_profile_cites(q, d1, "PMID:2") && !pel_profile_cites(q, d1, "PMID:3") && !pel_profile_cites(q, d1, "MID:1"));
  CHECK(pel_profile_without(q, d1, "PMID:1", &less, NULL) == PEL_OK);
  CHECK(less.n_annotations == 1 && less.annotations[0].term == pel_ontology_find(&q->ontology, "HP:B1") && less.n_implied == 3);
  pel_profile_free(&less);
  pel_phenotypes_close(p);
}

static double sum_of(const pel_phenotype_reasons *why) {
  double sum = 0;
  for (size_t i = 0; i < why->n; i++) sum += why->items[i].adds;
  return sum;
}

static void reasons_by_hand(void) {
  pel_phenotypes *p = open_tiny(NULL);
  const char *observed[] = {"HP:OLD", "HP:UNHEARD"}, *excluded[] = {"HP:B"};
  pel_phenotype_case c = {observed, excluded, 2, 1};
  pel_ranked_disease best[8];
  pel_ranking r = {.diseases = best, .room = 8};
  pel_phenotype_weights w = {.slope = {[PEL_RATING_SHARE] = 1}};
  w.weight[PEL_F_RATIO] = 2, w.weight[PEL_F_EXCLUDED_LOG] = -1, w.weight[PEL_F_SOMETIMES_MISSED] = -0.25, w.weight[PEL_F_SIZE] = 0.5;
  CHECK(pel_phenotype_rank(p, &w, &c, &r, NULL) == PEL_OK);
  CHECK_MSG(r.n == r.candidates && r.n < pel_phenotypes_get_info(p).n_diseases && r.unknown == 1, "%zu ranked, %zu candidates", r.n, r.candidates);
  CHECK_STR(best[0].key, "OMIM:1");
  double excluded_log = -log(1 - 0.95 * 0.5), score = 2 * log(2.8) - excluded_log - 0.25 + 0.5 * log(2);
  NEAR(best[0].score, score);
  double sum = 0;
  for (size_t i = 0; i < r.n; i++) sum += best[i].share;
  NEAR(sum, 1);
  pel_rating rating;
  CHECK(pel_phenotype_rate(p, &w, &c, &rating, NULL) == PEL_OK);
  NEAR(rating.confidence[0], best[0].share); /* slope 1, offset 0: as it is */
  w.slope[PEL_RATING_LEAD] = 2, w.mean[PEL_RATING_LEAD] = 3, w.slope[PEL_RATING_FINDINGS] = 1, w.mean[PEL_RATING_FINDINGS] = 0.5;
  CHECK(pel_phenotype_rate(p, &w, &c, &rating, NULL) == PEL_OK);
  NEAR(rating.adds[PEL_RATING_LEAD], 2 * (best[0].score - best[1].score - 3));
  NEAR(rating.adds[PEL_RATING_FINDINGS], -0.5);
  for (size_t k = 1; k < PEL_RATED; k++) CHECK(k < r.n ? rating.confidence[k] == 0.5 : isnan(rating.confidence[k]));
  pel_error err;
  const char *both[] = {"HP:A1"}; /* what HP:OLD has become */
  pel_phenotype_case contradicts = {observed, both, 2, 1};
  CHECK(pel_phenotype_rank(p, &w, &contradicts, &r, &err) == PEL_ERR_INPUT && strstr(err.text, "HP:A1 is said to be there and not to be there"));
  pel_phenotype_reasons why;
  CHECK(pel_phenotype_explain(p, &w, &c, "OMIM:1", &why, NULL) == PEL_OK);
  CHECK(why.n == 4);
  CHECK(why.items[0].kind == PEL_REASON_EXACT && why.items[0].relation == relation_a1);
  CHECK_STR(why.items[0].finding, "HP:A1");
  CHECK_STR(why.items[0].written, "3/4");
  CHECK_STR(why.items[0].references, "PMID:1;PMID:12");
  NEAR(why.items[0].adds, 2 * log(2.8));
  CHECK(why.items[1].kind == PEL_REASON_EXCLUDED);
  CHECK_STR(why.items[1].matched, "HP:B1");
  NEAR(why.items[1].adds, -excluded_log);
  CHECK(why.items[2].kind == PEL_REASON_MISSING);
  CHECK_STR(why.items[2].matched, "HP:B1");
  NEAR(why.items[2].adds, -0.25);
  CHECK(why.items[3].kind == PEL_REASON_DISEASE);
  NEAR(why.items[3].adds, 0.5 * log(2));
  NEAR(why.score, score);
  NEAR(sum_of(&why), score);
  pel_phenotype_reasons_clear(&why);
  CHECK(pel_phenotype_explain(p, &w, &c, "ORPHA:3", &why, NULL) == PEL_OK);
  CHECK(why.items[0].kind == PEL_REASON_DENIED);
  pel_phenotype_reasons_clear(&why);
  CHECK(pel_phenotype_explain(p, &w, &c, "OMIM:2", &why, NULL) == PEL_OK);
  CHECK(why.items[0].kind == PEL_REASON_SPECIFIC && isfinite(why.items[0].frequency));
  CHECK_STR(why.items[0].matched, "HP:A");
  pel_phenotype_reasons_clear(&why);
  CHECK(pel_phenotype_explain(p, &w, &c, "OMIM:5", &why, &err) == PEL_ERR_USAGE && strstr(err.text, "OMIM:5"));
  pel_phenotype_case none = {.observed = observed + 1, .n_observed = 1};
  CHECK(pel_phenotype_rank(p, &w, &none, &r, &err) == PEL_ERR_USAGE && strstr(err.text, "none of the 1"));
  pel_phenotypes_close(p);
}

static void options_leave_out(void) {
  pel_phenotypes *p = open_tiny(&(pel_phenotype_options){.catalogue = "ORPHA:"});
  CHECK(pel_phenotypes_get_info(p).n_diseases == 2 && !pel_phenotypes_has_disease(p, "OMIM:1"));
  pel_phenotypes_close(p);
  p = open_tiny(&(pel_phenotype_options){.without_frequency = true, .without_content = true});
  pel_profile d1 = pel_profile_of(&p->profiles, pel_profiles_find(&p->profiles, "OMIM:1"));
  CHECK(d1.annotations[0].share == PEL_SHARE_UNSTATED && !d1.annotations[0].stated);
  NEAR(p->profiles.content[pel_ontology_find(&p->profiles.ontology, "HP:R")], 1);
  pel_phenotypes_close(p);
}

/* ---- random ontologies ---- */

enum { TERMS = 80, DISEASES = 30 };

static pel_pack *random_pack(pel_rng *rng) {
  pel_pack_builder *b = begin();
  int64_t terms[TERMS], diseases[DISEASES];
  char key[32], written[64];
  for (int t = 0; t < TERMS; t++) {
    snprintf(key, sizeof key, "HP:%04d", t);
    terms[t] = entity(b, key, "phenotype");
    for (int k = 0; t && k < 1 + (pel_rng_uniform(rng) < 0.3); k++) relate(b, terms[t], "is_a", terms[(int)(pel_rng_uniform(rng) * t)], NAN, false, "");
  }
  for (int d = 0; d < DISEASES; d++) {
    snprintf(key, sizeof key, "%s:%d", d % 3 ? "OMIM" : "ORPHA", d);
    diseases[d] = entity(b, key, "disease");
    for (int k = 0; k < 1 + (int)(8 * pel_rng_uniform(rng)); k++) {
      double share = pel_rng_uniform(rng);
      snprintf(written, sizeof written, "frequency: %d%%\nreference: PMID:%d", (int)(100 * share), k);
      bool stated = pel_rng_uniform(rng) < 0.6;
      relate(b, diseases[d], "has_phenotype", terms[(int)(pel_rng_uniform(rng) * TERMS)], stated ? (int)(100 * share) / 100.0 : NAN, pel_rng_uniform(rng) < 0.1, stated ? written : "");
    }
  }
  return finish(b);
}

static pel_phenotype_case random_case(pel_rng *rng, char keys[16][16], const char *list[16]) {
  pel_phenotype_case c = {.n_observed = 1 + (size_t)(7 * pel_rng_uniform(rng)), .n_excluded = (size_t)(6 * pel_rng_uniform(rng))};
  for (int i = 0; i < 16; i++) {
    snprintf(keys[i], 16, "HP:%04d", (int)(pel_rng_uniform(rng) * TERMS) / 2 * 2 + (i < 8) * (TERMS > 2)); /* what is there is never excluded: odd and even */
    list[i] = keys[i];
  }
  c.observed = list, c.excluded = list + 8;
  return c;
}

static void check_case(pel_phenotypes *p, const pel_phenotype_case *c, const pel_phenotype_weights *w) {
  pel_case_terms terms;
  pel_case_view v;
  CHECK(pel_case_terms_of(&p->profiles.ontology, c, &terms, NULL) == PEL_OK);
  pel_findings f = pel_findings_of(&terms);
  CHECK(pel_case_view_create(&p->profiles, &f, &v, NULL) == PEL_OK);
  pel_features_of_all(&v, &p->scratch, p->features);
  for (uint32_t d = 0; d < p->profiles.n; d++) {
    pel_profile profile = pel_profile_of(&p->profiles, d);
    pel_parts parts;
    double sum[PEL_FEATURES];
    if (!profile.n_annotations) continue;
    CHECK(pel_parts_of(&v, &profile, &parts, NULL) == PEL_OK);
    pel_parts_sum(&parts, sum);
    for (int k = 0; k < PEL_FEATURES; k++) {
      float all = p->features[(size_t)d * PEL_FEATURES + (size_t)k];
      CHECK_MSG(fabs(sum[k] - all) < 1e-4, "disease %u, %s: %g is not %g", d, pel_feature_of((pel_feature)k)->name, sum[k], (double)all);
    }
    pel_parts_clear(&parts);
  }
  pel_case_view_clear(&v);
  pel_case_terms_clear(&terms);
  pel_ranked_disease best[DISEASES];
  pel_ranking r = {.diseases = best, .room = DISEASES};
  CHECK(pel_phenotype_rank(p, w, c, &r, NULL) == PEL_OK);
  for (size_t i = 0; i < r.n; i++) {
    pel_phenotype_reasons why;
    CHECK(!i || best[i - 1].score >= best[i].score);
    CHECK(pel_phenotype_explain(p, w, c, best[i].key, &why, NULL) == PEL_OK);
    CHECK_MSG(fabs(why.score - best[i].score) < 1e-3, "%s: %g explained of %g", best[i].key, why.score, best[i].score);
    pel_phenotype_reasons_clear(&why);
  }
}

/* What verification says of the first, reckoned from the explanations alone: each finding beside the disease that it fits best. */
static void fit_is_that_of_the_explanations(void) {
  pel_rng rng = {9};
  pel_pack *pack = random_pack(&rng);
  pel_phenotypes *p;
  CHECK(pel_phenotypes_open(pack, NULL, &p, NULL) == PEL_OK);
  pel_pack_close(pack);
  pel_phenotype_weights w = *pel_phenotype_weights_builtin();
  w.diseases = 0; /* whatever the pack's number */
  for (int k = 0; k < PEL_RATING_INPUTS; k++) w.slope[k] = 1, w.mean[k] = 0; /* what a part adds is its number */
  for (int trial = 0; trial < 12; trial++) {
    char keys[16][16];
    const char *list[16];
    pel_phenotype_case c = random_case(&rng, keys, list);
    pel_ranked_disease best[PEL_RATED];
    pel_phenotype_reasons why[PEL_RATED];
    pel_ranking r = {.diseases = best, .room = PEL_RATED};
    pel_rating rating;
    if (pel_phenotype_rank(p, &w, &c, &r, NULL) != PEL_OK) continue;
    CHECK(pel_phenotype_rate(p, &w, &c, &rating, NULL) == PEL_OK);
    for (size_t k = 0; k < r.n; k++) CHECK(pel_phenotype_explain(p, &w, &c, best[k].key, &why[k], NULL) == PEL_OK);
    double sum[PEL_RATED] = {0}, other = -INFINITY, odds = rating.usual;
    for (size_t k = 0; k < r.n; k++)
      for (size_t i = 0; i < why[k].n; i++) {
        const pel_phenotype_reason *x = &why[k].items[i];
        double most = -INFINITY;
        if (!*x->finding) continue;
        for (size_t j = 0; j < r.n; j++)
          for (size_t m = 0; m < why[j].n; m++)
            if (strcmp(why[j].items[m].finding, x->finding) == 0) most = fmax(most, why[j].items[m].adds);
        sum[k] += x->adds - most;
      }
    for (size_t k = 1; k < r.n; k++) other = fmax(other, sum[k]);
    CHECK_MSG(fabs(rating.adds[PEL_RATING_PROOF] - (sum[0] - other)) < 1e-6, "%g, not %g", rating.adds[PEL_RATING_PROOF], sum[0] - other);
    CHECK(fabs(rating.adds[PEL_RATING_LEAD] - (best[0].score - best[1].score)) < 1e-9 && fabs(rating.adds[PEL_RATING_SHARE] - log(best[0].share / (1 - best[0].share))) < 1e-6);
    for (int k = 0; k < PEL_RATING_INPUTS; k++) odds += rating.adds[k];
    CHECK(fabs(rating.confidence[0] - 1 / (1 + exp(-odds))) < 1e-12);
    pel_phenotype_weights among = w;
    among.diseases = 1000000;
    CHECK(pel_phenotype_rate(p, &among, &c, &rating, NULL) == PEL_OK && isnan(rating.confidence[0]) && isnan(rating.confidence[PEL_RATED - 1]));
    for (size_t k = 0; k < r.n; k++) pel_phenotype_reasons_clear(&why[k]);
  }
  pel_phenotypes_close(p);
}

/* Whoever was asked about other cases before says the same as somebody who was not, to the bit. */
static void check_as_fresh(pel_pack *pack, pel_phenotypes *old, const pel_phenotype_case *c) {
  pel_phenotypes *fresh;
  pel_ranked_disease before[DISEASES], after[DISEASES];
  pel_ranking a = {.diseases = before, .room = DISEASES}, b = {.diseases = after, .room = DISEASES};
  pel_status status = pel_phenotype_rank(old, NULL, c, &a, NULL);
  CHECK(pel_phenotypes_open(pack, NULL, &fresh, NULL) == PEL_OK);
  CHECK(pel_phenotype_rank(fresh, NULL, c, &b, NULL) == status && a.n == b.n && a.candidates == b.candidates);
  for (size_t i = 0; status == PEL_OK && i < a.n; i++) CHECK(before[i].entity == after[i].entity && before[i].score == after[i].score && before[i].share == after[i].share);
  pel_phenotypes_close(fresh);
}

/* More and more excluded findings, then fewer and fewer observed ones. */
static void ask_about_parts(pel_pack *pack, pel_phenotypes *old, const pel_phenotype_case *whole) {
  for (size_t n = 0; n <= whole->n_excluded + whole->n_observed; n++) {
    pel_phenotype_case c = *whole;
    c.n_excluded = n < whole->n_excluded ? n : whole->n_excluded, c.n_observed -= n - c.n_excluded;
    check_as_fresh(pack, old, &c);
  }
}

static void what_was_asked_before_changes_nothing(void) {
  enum { MANY = 70 };
  _Static_assert((int)MANY > (int)PEL_KEPT_MATCHES && (int)MANY < (int)TERMS, "more findings than are kept");
  pel_rng rng = {12};
  pel_pack *pack = random_pack(&rng);
  pel_phenotypes *old;
  char keys[MANY][16];
  const char *many[2 * MANY];
  CHECK(pel_phenotypes_open(pack, NULL, &old, NULL) == PEL_OK);
  for (int trial = 0; trial < 8; trial++) {
    pel_phenotype_case c = random_case(&rng, keys, many);
    ask_about_parts(pack, old, &c);
  }
  for (int i = 0; i < MANY; i++) {
    snprintf(keys[i], sizeof keys[i], "HP:%04d", i);
    many[i] = many[MANY + i] = keys[i];
  }
  for (int i = 0; i < MANY; i++) check_as_fresh(pack, old, &(pel_phenotype_case){.observed = many + i, .n_observed = MANY - 1}); /* each in turn is away */
  pel_phenotypes_close(old);
  pel_pack_close(pack);
}

static void explanations_sum_to_the_score(void) {
  pel_rng rng = {5};
  for (int trial = 0; trial < 6; trial++) {
    pel_pack *pack = random_pack(&rng);
    pel_phenotypes *p;
    CHECK(pel_phenotypes_open(pack, NULL, &p, NULL) == PEL_OK);
    pel_pack_close(pack);
    pel_phenotype_weights w = {.slope = {[PEL_RATING_SHARE] = 1}};
    for (int k = 0; k < PEL_FEATURES; k++) w.weight[k] = pel_rng_uniform(&rng) - 0.5;
    for (int i = 0; i < 8; i++) {
      char keys[16][16];
      const char *list[16];
      pel_phenotype_case c = random_case(&rng, keys, list);
      check_case(p, &c, i % 2 ? &w : NULL);
    }
    pel_phenotypes_close(p);
  }
}

/* ---- learning, files, faults ---- */

/* Of two diseases that differ in one number, the right one has it in three of four cases: the weight is ln 3. */
static void logit_by_hand(void) {
  float rows[8][PEL_FEATURES] = {{0}};
  pel_choice choices[4];
  bool off[PEL_FEATURES] = {0};
  double w[PEL_FEATURES];
  for (int i = 0; i < 4; i++) {
    rows[2 * i][PEL_F_RATIO] = 1;
    rows[2 * i][PEL_F_ASKED] = 1;
    rows[2 * i][PEL_F_DENIED] = 1; /* may only lower a score */
    choices[i] = (pel_choice){(size_t)(2 * i), 2, (size_t)(2 * i + (i == 3)), 1, 0};
  }
  off[PEL_F_ASKED] = true;
  pel_choices c = {.rows = rows, .choices = choices, .n_rows = 8, .n_choices = 4};
  CHECK(pel_logit_fit(&c, PEL_NO_FOLD, off, 1e-9, w, NULL) == PEL_OK);
  CHECK_MSG(fabs(w[PEL_F_RATIO] - log(3)) < 1e-3, "%g", w[PEL_F_RATIO]);
  CHECK(w[PEL_F_ASKED] == 0 && w[PEL_F_DENIED] == 0);
  pel_error err;
  CHECK(pel_logit_fit(&c, 0, off, 1e-9, w, &err) == PEL_ERR_USAGE && strstr(err.text, "nothing to learn from"));
}

/* Loss and slopes by their definition. */
static void slopes_of(const pel_choices *c, const double *w, double ridge, const double *deviation, double out[PEL_FEATURES]) {
  for (int k = 0; k < PEL_FEATURES; k++) out[k] = 2 * ridge * deviation[k] * deviation[k] * w[k];
  for (size_t i = 0; i < c->n_choices; i++) {
    const pel_choice *q = &c->choices[i];
    double p[64], sum = 0;
    for (size_t r = 0; r < q->n; r++) {
      p[r] = 0;
      for (int k = 0; k < PEL_FEATURES; k++) p[r] += w[k] * c->rows[q->first + r][k];
      sum += p[r] = exp(p[r]);
    }
    for (size_t r = 0; r < q->n; r++)
      for (int k = 0; k < PEL_FEATURES; k++) out[k] += (p[r] / sum - (q->first + r == q->right)) * c->rows[q->first + r][k] / (double)c->n_choices;
  }
}

/* Many numbers that go together, of very different units, some of which may only lower a score: at the end nothing is left to gain. */
static void logit_reaches_the_minimum(void) {
  enum { CHOICES = 300, EACH = 20 };
  static float rows[CHOICES * EACH][PEL_FEATURES];
  static pel_choice choices[CHOICES];
  bool off[PEL_FEATURES] = {0};
  double w[PEL_FEATURES], slope[PEL_FEATURES], deviation[PEL_FEATURES] = {0}, mean[PEL_FEATURES] = {0};
  pel_rng rng = {9};
  for (size_t r = 0; r < CHOICES * EACH; r++) {
    double common = pel_rng_uniform(&rng);
    for (int k = 0; k < PEL_FEATURES; k++) rows[r][k] = (float)((common + 0.3 * pel_rng_uniform(&rng)) * (k % 3 ? 1 : 20));
  }
  for (size_t i = 0; i < CHOICES; i++) {
    size_t best = i * EACH;
    for (size_t r = i * EACH; r < (i + 1) * EACH; r++)
      if (rows[r][PEL_F_RATIO] - 5 * rows[r][PEL_F_EXCLUDED_LOG] > rows[best][PEL_F_RATIO] - 5 * rows[best][PEL_F_EXCLUDED_LOG]) best = r;
    choices[i] = (pel_choice){i * EACH, EACH, pel_rng_uniform(&rng) < 0.9 ? best : i * EACH + 3, 1, 0};
  }
  pel_choices c = {.rows = rows, .choices = choices, .n_rows = CHOICES * EACH, .n_choices = CHOICES};
  for (size_t r = 0; r < c.n_rows; r++)
    for (int k = 0; k < PEL_FEATURES; k++) mean[k] += rows[r][k] / (double)c.n_rows;
  for (size_t r = 0; r < c.n_rows; r++)
    for (int k = 0; k < PEL_FEATURES; k++) deviation[k] += pow(rows[r][k] - mean[k], 2) / (double)c.n_rows;
  for (int k = 0; k < PEL_FEATURES; k++) deviation[k] = sqrt(deviation[k]);
  CHECK(pel_logit_fit(&c, PEL_NO_FOLD, off, 1e-4, w, NULL) == PEL_OK);
  slopes_of(&c, w, 1e-4, deviation, slope);
  bool bound = false;
  for (int k = 0; k < PEL_FEATURES; k++) {
    bool held = pel_feature_of((pel_feature)k)->sign < 0 && w[k] == 0;
    bound |= held;
    CHECK_MSG((held ? slope[k] < 1e-3 : fabs(slope[k]) < 1e-3 * deviation[k] + 1e-4), "%s: weight %g, slope %g", pel_feature_of((pel_feature)k)->name, w[k], slope[k]);
    CHECK(pel_feature_of((pel_feature)k)->sign >= 0 || w[k] <= 0);
  }
  CHECK(bound && w[PEL_F_EXCLUDED_LOG] < 0 && w[PEL_F_RATIO] > 0);
}

static void write_file(const char *text) {
  FILE *f = fopen(path, "w");
  fputs(text, f);
  fclose(f);
}

static void weights_as_a_file(void) {
  pel_phenotype_weights w = *pel_phenotype_weights_builtin(), back;
  char *text;
  pel_error err;
  snprintf(w.learnt_from, sizeof w.learnt_from, "a \"test\"");
  w.cases = 12, w.ece = 0.03;
  CHECK(pel_phenotype_weights_text(&w, &text, &err) == PEL_OK);
  snprintf(path, sizeof path, "phenotype-test-%d.json", (int)getpid());
  write_file(text);
  CHECK_MSG(pel_phenotype_weights_read(path, &back, &err) == PEL_OK, "%s", err.text);
  CHECK(memcmp(w.weight, back.weight, sizeof w.weight) == 0 && memcmp(back.slope, w.slope, sizeof w.slope) == 0 && memcmp(back.mean, w.mean, sizeof w.mean) == 0 && back.offset == w.offset && back.other_slope == w.other_slope && back.other_offset == w.other_offset && back.cases == 12 && back.ece == 0.03);
  CHECK_STR(back.learnt_from, "a \"test\"");
  char *at = strstr(text, "\"exact_share\"");
  memcpy(at, "\"exact_shore\"", 13);
  write_file(text);
  CHECK(pel_phenotype_weights_read(path, &back, &err) == PEL_ERR_INPUT && strstr(err.text, "name is not known") && strstr(err.text, "byte"));
  free(text);
  write_file("{\"pellucid_phenotype\": 1}");
  CHECK(pel_phenotype_weights_read(path, &back, &err) == PEL_ERR_INPUT && strstr(err.text, "version"));
  write_file("{\"pellucid_phenotype\": 2, \"calibration\": {}, \"weights\": {\"exact\": 1}}");
  CHECK(pel_phenotype_weights_read(path, &back, &err) == PEL_ERR_INPUT && strstr(err.text, "'exact_content' is not in it"));
  write_file("{\"pellucid_phenotype\": 2, \"weights\": {\"excluded_log\": 1}}");
  CHECK(pel_phenotype_weights_read(path, &back, &err) == PEL_ERR_INPUT && strstr(err.text, "may not be above 0"));
  write_file("{\"pellucid_phenotype\": 2, \"calibration\": {\"parts\": {\"sheer\": [1, 0]}}}");
  CHECK(pel_phenotype_weights_read(path, &back, &err) == PEL_ERR_INPUT && strstr(err.text, "part's name is not known"));
  write_file("{\"pellucid_phenotype\": 2, \"calibration\": {\"parts\": {\"share\": [1]}}}");
  CHECK(pel_phenotype_weights_read(path, &back, &err) == PEL_ERR_INPUT && strstr(err.text, "slope and mean"));
  unlink(path);
  CHECK(pel_phenotype_weights_read(path, &back, &err) == PEL_ERR_IO);
}

/* What is built in was learnt without looked-for findings in favour, which left excluded ones nothing. */
static void excluded_findings_in_words(void) {
  pel_phenotype_weights w = *pel_phenotype_weights_builtin();
  CHECK(strstr(pel_phenotype_weights_excluded(&w), "do not change the order"));
  w.weight[PEL_F_EXCLUDED_LOG] = -1;
  CHECK(strstr(pel_phenotype_weights_excluded(&w), "count against"));
  w.weight[PEL_F_ASKED_CONTENT] = -0.5;
  CHECK(strstr(pel_phenotype_weights_excluded(&w), "count against"));
  w.weight[PEL_F_ASKED] = 0.1;
  CHECK(strstr(pel_phenotype_weights_excluded(&w), "also count for"));
}

static void a_circle_is_refused(void) {
  pel_pack_builder *b = begin();
  int64_t r = entity(b, "HP:1", "phenotype"), x = entity(b, "HP:2", "phenotype"), y = entity(b, "HP:3", "phenotype");
  relate(b, x, "is_a", r, NAN, false, ""), relate(b, x, "is_a", y, NAN, false, ""), relate(b, y, "is_a", x, NAN, false, "");
  pel_pack *pack = finish(b);
  pel_phenotypes *p;
  pel_error err;
  CHECK(pel_phenotypes_open(pack, NULL, &p, &err) == PEL_ERR_INPUT && strstr(err.text, "circle") && strstr(err.text, path) == err.text);
  pel_pack_close(pack);
  b = begin();
  entity(b, "HP:1", "phenotype");
  pack = finish(b);
  CHECK(pel_phenotypes_open(pack, NULL, &p, &err) == PEL_ERR_INPUT && strstr(err.text, "no disease with phenotypes") && strstr(err.text, path) == err.text);
  pel_pack_close(pack);
}

/* Each term a kind of the one before; diseases that have the last. */
static pel_pack *deep(int terms, int diseases) {
  pel_pack_builder *b = begin();
  char key[24];
  int64_t last = 0;
  for (int t = 0; t < terms; t++) {
    snprintf(key, sizeof key, "HP:%d", t);
    int64_t id = entity(b, key, "phenotype");
    if (last) relate(b, id, "is_a", last, NAN, false, "");
    last = id;
  }
  for (int d = 0; d < diseases; d++) {
    snprintf(key, sizeof key, "OMIM:%d", d);
    relate(b, entity(b, key, "disease"), "has_phenotype", last, NAN, false, "");
  }
  return finish(b);
}

/* A file of a few hundred kilobytes must not become gigabytes of ancestors. */
static void what_is_too_deep_is_refused(void) {
  pel_phenotypes *p;
  pel_error err;
  pel_pack *pack = deep(1000, 3);
  CHECK(pel_phenotypes_open(pack, NULL, &p, &err) == PEL_OK);
  pel_phenotypes_close(p);
  pel_pack_close(pack);
  pack = deep(5800, 1);
  CHECK(pel_phenotypes_open(pack, NULL, &p, &err) == PEL_ERR_UNSUPPORTED && strstr(err.text, "others above them") && strstr(err.text, path) == err.text);
  pel_pack_close(pack);
  pack = deep(3000, 5700);
  CHECK(pel_phenotypes_open(pack, NULL, &p, &err) == PEL_ERR_UNSUPPORTED && strstr(err.text, "its diseases have more than") && strstr(err.text, path) == err.text);
  pel_pack_close(pack);
}

int main(void) {
  RUN(content_by_hand);
  RUN(features_by_hand);
  RUN(own_publication_is_left_out);
  RUN(reasons_by_hand);
  RUN(options_leave_out);
  RUN(what_was_asked_before_changes_nothing);
  RUN(explanations_sum_to_the_score);
  RUN(fit_is_that_of_the_explanations);
  RUN(logit_by_hand);
  RUN(logit_reaches_the_minimum);
  RUN(weights_as_a_file);
  RUN(excluded_findings_in_words);
  RUN(a_circle_is_refused);
  RUN(what_is_too_deep_is_refused);
  return check_result();
}
