/* How far links can be trusted: the best answers and their parts, what is learnt of a graph whose answers are known, the file that keeps it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/learn/link_trust.h"
#include "tests/check.h"

static void the_best_come_first(void) {
  const double scores[] = {0.2, 0.9, 0.5, 0, 0.5, 0.1, 0.7, 0.5, 0.3};
  uint32_t answers[PEL_LINK_PLACES];
  double parts[PEL_LINK_PLACES][PEL_LINK_PARTS];
  CHECK(pel_link_best(scores, 9, 1, answers, parts) == 5); /* 1 is who is asked about */
  const uint32_t expected[] = {6, 2, 4, 7, 8};
  for (int k = 0; k < 5; k++) CHECK_MSG(answers[k] == expected[k], "place %d: %u", k, answers[k]);
  CHECK(fabs(parts[0][PEL_LINK_SCORE] - log(0.7 / 0.3)) < 1e-12 && fabs(parts[0][PEL_LINK_LEAD] - 0.2) < 1e-12 && parts[0][PEL_LINK_FOUND] == log(7));
  CHECK(fabs(parts[4][PEL_LINK_LEAD] + 0.4) < 1e-12 && parts[1][PEL_LINK_LEAD] == parts[3][PEL_LINK_LEAD]);
  CHECK(pel_link_best(scores, 2, 1, answers, parts) == 1 && parts[0][PEL_LINK_LEAD] == 0.2 && pel_link_best(scores + 3, 1, 5, answers, parts) == 0);
}

static void what_is_stated_is_no_answer(void) {
  const pel_triple triples[] = {{0, 0, 1}, {0, 0, 2}, {3, 0, 1}};
  pel_graph *g;
  pel_error err;
  double scores[] = {0.1, 0.2, 0.3, 0.4};
  CHECK(pel_graph_create(4, 1, triples, 3, &g, &err) == PEL_OK);
  CHECK(pel_link_unstated(g, 0, 0, scores) && scores[1] == 0 && scores[2] == 0 && scores[3] == 0.4);
  pel_link_share(scores, 4);
  CHECK(fabs(scores[0] - 0.2) < 1e-12 && fabs(scores[3] - 0.8) < 1e-12);
  CHECK(!pel_link_unstated(g, 1, 0, scores) && pel_link_unstated(g, 1, 1, scores) && scores[0] == 0 && scores[3] == 0); /* 1: the same backwards */
  pel_graph_free(g);
}

enum { FAMILIES = 300, EACH = 4, ENTITIES = FAMILIES * EACH };

/* Who is two steps away along `next` is the third's `far` in so many of a hundred families, else somebody else's. */
static pel_graph *families(uint32_t percent) {
  static pel_triple list[3 * FAMILIES];
  pel_graph *g;
  pel_error err;
  size_t n = 0;
  for (uint32_t f = 0; f < FAMILIES; f++) {
    uint32_t a = f * EACH, other = (f * 7 + 3) % FAMILIES * EACH;
    list[n++] = (pel_triple){a, 0, a + 1};
    list[n++] = (pel_triple){a + 1, 0, a + 2};
    list[n++] = (pel_triple){a, 1, (pel_link_hash(f, 0, 9) % 100 < percent ? a : other) + 2};
  }
  CHECK(pel_graph_create(ENTITIES, 2, list, n, &g, &err) == PEL_OK);
  return g;
}

static void confidence_is_what_is_right(void) {
  for (uint32_t percent = 60; percent <= 90; percent += 30) {
    pel_graph *g = families(percent);
    pel_link_trust t = {0};
    pel_error err;
    CHECK_MSG(pel_link_trust_learn(g, &(pel_mining){.length = 2}, &t, &err) == PEL_OK, "%s", err.text);
    const pel_link_map *m = &t.of[PEL_LINK_FIRST];
    CHECK_MSG(m->n >= 300 && m->ece < 0.1, "%llu cases, error %g", (unsigned long long)m->n, m->ece);
    CHECK(t.answered <= t.asked && t.graph == pel_graph_print(g) && t.length == 2 && !t.network);
    CHECK(fabs(pel_link_confidence(m, m->mean) - m->right) < 0.1);
    CHECK(isnan(pel_link_confidence(&(pel_link_map){0}, m->mean)));
    pel_graph_free(g);
  }
}

/* Of a thousand answers every fifth has a low score and is right half the time, of the others 7 of 8 are: so half of the wrong ones are in the last fifth. */
static void who_begins_with_the_least_finds_the_wrong_ones(void) {
  enum { N = 1000 };
  static pel_link_case list[N];
  for (uint32_t i = 0; i < N; i++) {
    bool low = i % 5 == 0;
    uint32_t turn = i / 5;
    list[i] = (pel_link_case){.entity = i, .fold = turn % PEL_LINK_FOLDS, .parts = {low ? -2 : 2, 0, 1}, .right = low ? turn / PEL_LINK_FOLDS % 2 == 0 : turn / PEL_LINK_FOLDS % 8 != 0};
  }
  pel_link_cases c = {.list = list, .n = N, .asked = N, .answered = N};
  pel_link_trust t = {.network = 1};
  pel_error err;
  CHECK_MSG(pel_link_cases_fit(&c, &t, &err) == PEL_OK, "%s", err.text);
  const pel_link_map *m = &t.of[PEL_LINK_FIRST];
  CHECK_MSG(fabs(m->right - 0.8) < 1e-12 && fabs(m->review - 0.5) < 1e-12, "right %g, found %g", m->right, m->review);
  CHECK(m->review_range.low > 0.35 && m->review_range.low < 0.5 && m->review_range.high > 0.5 && m->review_range.high < 0.65);
  CHECK_MSG(m->steps_ece < 0.01 && fabs(m->steps_skill - m->brier_skill) < 0.01, "steps %g, %g; curve %g", m->steps_ece, m->steps_skill, m->brier_skill);
}

static void the_file_keeps_it(void) {
  pel_graph *g = families(80);
  pel_link_trust t = {0}, back;
  pel_error err;
  char *text, *again;
  CHECK(pel_link_trust_learn(g, &(pel_mining){.length = 2}, &t, &err) == PEL_OK);
  CHECK(pel_link_trust_text(&t, &text, &err) == PEL_OK);
  CHECK_MSG(pel_link_trust_parse("x", text, strlen(text), &back, &err) == PEL_OK, "%s", err.text);
  for (int c = 0; c < PEL_LINK_CLAIMS; c++) {
    const double parts[PEL_LINK_PARTS] = {0.3, 0.1, 1.5};
    double p = pel_link_confidence(&t.of[c], parts), q = pel_link_confidence(&back.of[c], parts);
    CHECK(t.of[c].n == back.of[c].n && (p == q || (isnan(p) && isnan(q))));
    CHECK(!t.of[c].n || (t.of[c].steps_ece == back.of[c].steps_ece && t.of[c].review_range.high == back.of[c].review_range.high));
  }
  CHECK(back.graph == t.graph && back.asked == t.asked && pel_link_trust_text(&back, &again, &err) == PEL_OK);
  free(text), free(again);
  pel_graph_free(g);
}

int main(void) {
  RUN(the_best_come_first);
  RUN(what_is_stated_is_no_answer);
  RUN(confidence_is_what_is_right);
  RUN(who_begins_with_the_least_finds_the_wrong_ones);
  RUN(the_file_keeps_it);
  return check_result();
}
