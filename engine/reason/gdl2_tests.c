/* Guidelines against their test files. The clauses are those that a pack gets; a case's inputs are facts beside them. Each proof goes through the checker. */
#include <pellucid/gdl2.h>

#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/knowledge/gdl2_run.h"
#include "engine/proof/check.h"

typedef struct checker {
  const char *path;
  bool (*each)(void *user, const pel_gdl2_result *result);
  void *user;
  pel_gdl2_totals *totals;
  pel_gdl2_tests *tests;
  pel_gdl2_run run;
  const char *now; /* the present, as test files write it */
  bool cancelled, checked; /* checked: the checker accepts what the present output rests on */
} checker;

static pel_status look_at_proof(void *user, pel_machine *m, pel_error *err) {
  checker *c = user;
  pel_proof proof;
  pel_proof_report report;
  pel_status status = pel_proof_take(m, &proof, err);
  if (status == PEL_OK) {
    status = pel_proof_check(m->program, &proof, NULL, &report, err);
    pel_proof_clear(&proof);
  }
  c->checked &= status == PEL_OK;
  c->totals->proofs++;
  c->totals->accepted += status == PEL_OK;
  return status == PEL_ERR_CHECK || status == PEL_ERR_UNSUPPORTED ? PEL_OK : status;
}

static void report(checker *c, const pel_gdl2_case *test, const pel_gdl2_pair *p, const char *got, const char *reason) {
  pel_gdl2_result r = {.file = pel_import_name(c->path), .test_case = test && test->id ? test->id : "", .element = p ? p->element : "",
                       .name = p ? p->name : "", .expected = p ? p->value : "", .got = got ? got : "", .reason = reason, .checked = c->checked};
  r.outcome = *reason || !got ? PEL_GDL2_NOT_RUN : pel_gdl2_same(r.expected, got) ? PEL_GDL2_EQUAL : PEL_GDL2_DIFFERENT;
  if (p) {
    c->totals->outputs++;
    *(r.outcome == PEL_GDL2_EQUAL ? &c->totals->equal : r.outcome == PEL_GDL2_DIFFERENT ? &c->totals->different : &c->totals->not_run) += 1;
  } else {
    c->totals->silent++;
    c->totals->silent_equal += r.outcome == PEL_GDL2_EQUAL;
  }
  if (c->each && !c->each(c->user, &r)) c->cancelled = true;
}

/* ---- a file ---- */

/* The first output that is concluded, or "". */
static char *conclude_any(checker *c, char *reason, size_t size) {
  char *got = strdup("");
  for (size_t i = 0; i < c->run.g->n_elements && got && !*got && !*reason; i++) {
    if (!pel_gdl2_is_output(c->run.g, &c->run.g->elements[i])) continue;
    free(got);
    got = pel_gdl2_run_conclude(&c->run, c->run.g->elements[i].code, reason, size);
  }
  return got;
}

static void run_case(checker *c, const pel_gdl2_case *test) {
  pel_error err = {0};
  pel_status status = pel_gdl2_run_case(&c->run, c->now, test, &err);
  c->totals->cases++;
  for (size_t i = 0; i < test->expected.n + (test->expected.n == 0) && !c->cancelled; i++) {
    const pel_gdl2_pair *p = test->expected.n ? &test->expected.items[i] : NULL;
    char reason[200] = "";
    c->checked = true;
    char *got = status == PEL_OK ? p ? pel_gdl2_run_conclude(&c->run, p->element, reason, sizeof reason) : conclude_any(c, reason, sizeof reason) : NULL;
    if (status != PEL_OK) snprintf(reason, sizeof reason, "%.180s", err.text);
    report(c, test, p, got, reason);
    free(got);
  }
}

/* Counts everything of the file as not run. */
static void give_up(checker *c, const char *reason) {
  for (size_t k = 0; c->tests && k < c->tests->n && !c->cancelled; k++) {
    const pel_gdl2_case *test = &c->tests->cases[k];
    c->totals->cases++;
    for (size_t i = 0; i < test->expected.n + (test->expected.n == 0) && !c->cancelled; i++)
      report(c, test, test->expected.n ? &test->expected.items[i] : NULL, NULL, reason);
  }
  if (!c->tests) report(c, NULL, NULL, NULL, reason);
}

/* The present of a file that does not say it: the first of the days below on which most of the expected outputs hold. */
static const char *choose_now(checker *c) {
  enum { FIRST = 2015, LAST = 2026 };
  static const char *const usual[] = {"2019-11-28T00:00:00+01:00", "2019-11-27T12:00:00+01:00"}; /* what most files that say it have, and the day before */
  static _Thread_local char days[LAST - FIRST + 1][2][32];
  const char *best = NULL;
  int64_t most = -1;
  pel_gdl2_totals *kept = c->totals;
  bool (*each)(void *, const pel_gdl2_result *) = c->each;
  c->each = NULL;
  c->run.look = NULL;
  for (int i = 0; i < 2; i++) {
    pel_gdl2_totals tried = {0};
    c->now = usual[i], c->totals = &tried;
    for (size_t k = 0; k < c->tests->n; k++) run_case(c, &c->tests->cases[k]);
    if (tried.equal > most) most = tried.equal, best = c->now;
  }
  for (int year = FIRST; year <= LAST; year++)
    for (int half = 0; half < 2; half++) {
      pel_gdl2_totals tried = {0};
      snprintf(days[year - FIRST][half], sizeof days[0][0], "%d-%s", year, half ? "12-31T00:00+01:00" : "06-01T00:00+01:00");
      c->now = days[year - FIRST][half];
      c->totals = &tried;
      for (size_t i = 0; i < c->tests->n; i++) run_case(c, &c->tests->cases[i]);
      if (tried.equal > most) most = tried.equal, best = c->now;
    }
  c->totals = kept;
  c->each = each;
  c->run.look = look_at_proof;
  return best;
}

pel_status pel_gdl2_check(const char *tests, const char *const *guidelines, size_t n_guidelines,
                          bool (*each)(void *user, const pel_gdl2_result *result), void *user, pel_gdl2_totals *totals, pel_error *err) {
  checker c = {.path = tests, .each = each, .user = user, .totals = totals, .checked = true};
  pel_error fault = {0};
  pel_status status = pel_gdl2_tests_read(tests, &c.tests, &fault);
  const char *path = status == PEL_OK ? pel_gdl2_guideline_of(tests, c.tests, guidelines, n_guidelines) : NULL;
  if (status == PEL_OK && path) status = pel_gdl2_run_open(path, &c.run, &fault);
  if (status == PEL_ERR_MEMORY) pel_fail(err, status, "%s", fault.text);
  else if (status != PEL_OK) give_up(&c, fault.text), status = PEL_OK;
  else if (!path) totals->absent++;
  else {
    bool dated = pel_gdl2_needs_now(c.run.g) && !c.tests->now;
    c.run.look = look_at_proof, c.run.user = &c;
    totals->guidelines++;
    totals->mended += c.tests->mended;
    totals->dated += dated;
    c.now = c.tests->now ? c.tests->now : dated ? choose_now(&c) : "2020-01-01T00:00+01:00";
    for (size_t i = 0; i < c.tests->n && !c.cancelled; i++) run_case(&c, &c.tests->cases[i]);
  }
  if (status == PEL_OK && c.cancelled) status = pel_fail(err, PEL_ERR_CANCELLED, "%s: cancelled", tests);
  pel_gdl2_run_close(&c.run);
  pel_gdl2_tests_free(c.tests);
  return status;
}
