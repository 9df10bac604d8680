/* Guidelines against their test files. The clauses are those that a pack gets; a case's inputs are facts beside them. */
#include <pellucid/gdl2.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/knowledge/gdl2.h"
#include "engine/knowledge/gdl2_yaml.h"
#include "engine/logic/machine.h"

typedef struct checker {
  const char *path;
  bool (*each)(void *user, const pel_gdl2_result *result);
  void *user;
  pel_gdl2_totals *totals;
  pel_gdl2_tests *tests;
  pel_gdl2_guideline *g;
  pel_program *program;
  const char *now; /* the present, as test files write it */
  bool cancelled;
} checker;

/* ---- the program ---- */

static pel_status consult(pel_program *p, const char *file, const char *text, pel_error *err) {
  pel_consult how = {.file = file};
  return pel_program_consult(p, text, strlen(text), &how, err);
}

static pel_status add_clause(void *user, const pel_gdl2_clause *clause, pel_error *err) {
  checker *c = user;
  return consult(c->program, c->g->id, clause->text, err);
}

/* Takes the clauses of a predicate away, so that facts can take their place. */
static void wipe(pel_program *p, const char *slug, const char *name, uint32_t arity) {
  char full[600];
  snprintf(full, sizeof full, "%.500s%s", slug, name);
  uint32_t predicate = pel_program_predicate(p, pel_functor_intern(&p->symbols, pel_atom_intern(&p->symbols, full, strlen(full)), arity));
  if (predicate != PEL_NO_SYMBOL) pel_program_wipe(p, predicate);
}

/* The facts of a case: what is given, and what the present is. */
static pel_status set_facts(checker *c, const pel_gdl2_case *test, pel_error *err) {
  pel_gdl2_out o = {0};
  wipe(c->program, c->g->slug, "_given", 2);
  wipe(c->program, "gdl2_now", "", 1);
  pel_gdl2_putf(&o, "%s_given(nothing, null).\ngdl2_now(", c->g->slug);
  pel_gdl2_put_value(&o, c->now, "DV_DATE_TIME");
  pel_gdl2_put(&o, ").\n");
  for (size_t i = 0; i < test->given.n; i++) {
    const pel_gdl2_pair *p = &test->given.items[i];
    const pel_gdl2_element *e = pel_gdl2_find_element(c->g, p->element);
    pel_gdl2_putf(&o, "%s_given('", c->g->slug);
    pel_gdl2_put_name(&o, p->element);
    pel_gdl2_put(&o, "', ");
    pel_gdl2_put_value(&o, p->value, e ? e->type : NULL);
    pel_gdl2_put(&o, ").\n");
  }
  pel_status status = o.failed ? pel_fail(err, PEL_ERR_MEMORY, "out of memory") : consult(c->program, "case", pel_buffer_text(&o.buffer), err);
  free(o.buffer.text);
  return status;
}

/* What is concluded for an element, as text; "" when nothing is. `reason` is filled in when it could not be run. */
static char *conclude(checker *c, const char *element, char *reason, size_t size) {
  pel_gdl2_out o = {0};
  pel_machine *m = NULL;
  pel_error err = {0};
  char *got = NULL;
  pel_gdl2_putf(&o, "%s_conclude(", c->g->slug);
  pel_gdl2_put_name(&o, element);
  pel_gdl2_put(&o, ", V), gdl2_text(V, T)");
  pel_logic_limits limits = {.steps = 2000000, .memory = (uint64_t)128 << 20, .depth = 100000, .seconds = 10};
  if (o.failed || pel_machine_create(c->program, &limits, &m, &err) != PEL_OK || pel_machine_ask(m, pel_buffer_text(&o.buffer), &err) != PEL_OK)
    snprintf(reason, size, "%.180s", *err.text ? err.text : "out of memory");
  else {
    pel_answer a = pel_machine_next(m);
    if (a == PEL_ANSWER_NO) got = strdup("");
    else if (a == PEL_ANSWER_YES) {
      pel_cell text = pel_arg(&m->heap, pel_arg(&m->heap, m->goal, 1), 1);
      size_t bytes = 0, length;
      const char *at = pel_tag(text) == PEL_TAG_BOX && pel_box(&m->heap, text) == PEL_BOX_STRING ? pel_string_bytes(&m->heap, text, &bytes, &length) : "";
      got = strndup(at, bytes);
    } else if (a == PEL_ANSWER_STOPPED) pel_machine_reason(m, reason, size);
    else snprintf(reason, size, "the rules gave an error");
  }
  pel_machine_destroy(m);
  free(o.buffer.text);
  return got;
}

/* ---- comparison ---- */

/* Runs of white space, a written-out \\n among them, as one blank, none at the ends; the unit 1 left out; a text that was printed as DvText(value=...) without that. Owned by the caller. */
static char *plain(const char *text) {
  size_t size = strlen(text);
  char *out = pel_alloc(size + 1, 1);
  if (!out) return NULL;
  static const char wrapper[] = "DvText(value=";
  bool wrapped = strncmp(text, wrapper, sizeof wrapper - 1) == 0 && size > sizeof wrapper && text[size - 1] == ')';
  size_t n = 0, from = wrapped ? sizeof wrapper - 1 : 0, to = wrapped ? size - 1 : size;
  for (size_t i = from; i < to; i++) {
    bool newline = text[i] == '\\' && i + 1 < to && text[i + 1] == 'n', space = newline || isspace((unsigned char)text[i]);
    i += newline;
    if (!space) out[n++] = text[i];
    else if (n > 0 && out[n - 1] != ' ') out[n++] = ' ';
  }
  if (n > 0 && out[n - 1] == ' ') n--;
  if (n > 2 && out[n - 2] == ',' && out[n - 1] == '1' && strcspn(out, ",") == n - 2) n -= 2;
  out[n] = 0;
  return out;
}

/* Bytes of "1|local::at0005" before a label; 0 when the text is no code. */
static size_t code_size(const char *text) {
  const char *colons = strstr(text, "::"), *bar = colons ? strchr(colons, '|') : NULL;
  return bar && !memchr(text, ' ', (size_t)(bar - text)) ? (size_t)(bar - text) : 0;
}

/* Whether both are plain numbers and the same one: "2" and "2.0". */
static bool same_number(const char *a, const char *b) {
  pel_gdl2_out x = {0}, y = {0};
  bool numbers = pel_gdl2_put_number(&x, a, strlen(a)) && pel_gdl2_put_number(&y, b, strlen(b));
  double p, q;
  numbers = numbers && pel_parse_double(a, &p) && pel_parse_double(b, &q) && p == q;
  free(x.buffer.text), free(y.buffer.text);
  return numbers;
}

/* A code is what an ordinal or a coded text says; its label is only how that reads. */
static bool same(const char *expected, const char *got) {
  char *a = plain(expected), *b = plain(got);
  size_t x = a ? code_size(a) : 0, y = b ? code_size(b) : 0;
  bool equal = a && b && (x ? x == y && memcmp(a, b, x) == 0 : strcmp(a, b) == 0 || same_number(a, b));
  free(a), free(b);
  return equal;
}

static void report(checker *c, const pel_gdl2_case *test, const pel_gdl2_pair *p, const char *got, const char *reason) {
  pel_gdl2_result r = {.file = pel_import_name(c->path), .test_case = test && test->id ? test->id : "", .element = p ? p->element : "",
                       .name = p ? p->name : "", .expected = p ? p->value : "", .got = got ? got : "", .reason = reason};
  r.outcome = *reason || !got ? PEL_GDL2_NOT_RUN : same(r.expected, got) ? PEL_GDL2_EQUAL : PEL_GDL2_DIFFERENT;
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
  for (size_t i = 0; i < c->g->n_elements && got && !*got && !*reason; i++) {
    if (!pel_gdl2_is_output(c->g, &c->g->elements[i])) continue;
    free(got);
    got = conclude(c, c->g->elements[i].code, reason, size);
  }
  return got;
}

static void run_case(checker *c, const pel_gdl2_case *test) {
  pel_error err = {0};
  pel_status status = set_facts(c, test, &err);
  c->totals->cases++;
  for (size_t i = 0; i < test->expected.n + (test->expected.n == 0) && !c->cancelled; i++) {
    const pel_gdl2_pair *p = test->expected.n ? &test->expected.items[i] : NULL;
    char reason[200] = "";
    char *got = status == PEL_OK ? p ? conclude(c, p->element, reason, sizeof reason) : conclude_any(c, reason, sizeof reason) : NULL;
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

/* How alike a guideline's file name is to a name: 3 the same, 2 in letters and digits, 1 but for the version, 0 not. */
static int likeness(const char *path, const char *name, size_t size) {
  const char *stem = pel_import_name(path), *end = strstr(stem, ".gdl2.json");
  size_t n = end ? (size_t)(end - stem) : 0, i = 0, k = 0;
  if (n == size && memcmp(stem, name, n) == 0) return 3;
  for (;; i++, k++) {
    while (i < n && !isalnum((unsigned char)stem[i])) i++;
    while (k < size && !isalnum((unsigned char)name[k])) k++;
    if (i >= n || k >= size) return i >= n && k >= size ? 2 : 0;
    if (tolower((unsigned char)stem[i]) == tolower((unsigned char)name[k])) continue;
    bool versions = i > 2 && k > 2 && strncmp(&stem[i - 2], ".v", 2) == 0 && strncmp(&name[k - 2], ".v", 2) == 0;
    return versions && strspn(&stem[i], "0123456789") == n - i && strspn(&name[k], "0123456789") >= size - k ? 1 : 0;
  }
}

/* The guideline of the file's own name, or the one that it names. */
static const char *guideline_of(const checker *c, const char *const *guidelines, size_t n) {
  const char *own = pel_import_name(c->path), *end = strstr(own, ".test.yml");
  if (!end) end = strstr(own, ".fixture.yml");
  const char *names[] = {own, c->tests->guideline};
  size_t sizes[] = {end ? (size_t)(end - own) : 0, names[1] ? strlen(names[1]) : 0};
  for (int least = 3; least > 0; least--)
    for (int which = 0; which < 2; which++)
      for (size_t i = 0; i < n; i++)
        if (sizes[which] && likeness(guidelines[i], names[which], sizes[which]) >= least) return guidelines[i];
  return NULL;
}

static bool reads_now(const pel_gdl2_node *n) { return n && (n->kind == PEL_GDL2_NOW || reads_now(n->left) || reads_now(n->right)); }

static bool list_reads_now(const pel_gdl2_list *list) {
  for (size_t i = 0; i < list->n; i++)
    if (reads_now(list->items[i].root)) return true;
  return false;
}

static bool needs_now(const pel_gdl2_guideline *g) {
  if (list_reads_now(&g->preconditions) || list_reads_now(&g->defaults)) return true;
  for (size_t i = 0; i < g->n_rules; i++)
    if (list_reads_now(&g->rules[i].when) || list_reads_now(&g->rules[i].then)) return true;
  return false;
}

/* The present of a file that does not say it: the first of the days below on which most of the expected outputs hold. */
static const char *choose_now(checker *c) {
  enum { FIRST = 2015, LAST = 2026 };
  static _Thread_local char days[LAST - FIRST + 1][2][32];
  const char *best = NULL;
  int64_t most = -1;
  pel_gdl2_totals *kept = c->totals;
  bool (*each)(void *, const pel_gdl2_result *) = c->each;
  c->each = NULL;
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
  return best;
}

static pel_status load(checker *c, const char *path, pel_error *err) {
  PEL_TRY(pel_gdl2_read(path, NULL, &c->g, err));
  PEL_TRY(pel_program_create(&c->program, err));
  PEL_TRY(consult(c->program, "gdl2_library.pl", pel_gdl2_library, err));
  return pel_gdl2_clauses(c->g, add_clause, c, err);
}

pel_status pel_gdl2_check(const char *tests, const char *const *guidelines, size_t n_guidelines,
                          bool (*each)(void *user, const pel_gdl2_result *result), void *user, pel_gdl2_totals *totals, pel_error *err) {
  checker c = {.path = tests, .each = each, .user = user, .totals = totals};
  pel_error fault = {0};
  pel_status status = pel_gdl2_tests_read(tests, &c.tests, &fault);
  const char *path = status == PEL_OK ? guideline_of(&c, guidelines, n_guidelines) : NULL;
  if (status == PEL_OK && path) status = load(&c, path, &fault);
  if (status == PEL_ERR_MEMORY) pel_fail(err, status, "%s", fault.text);
  else if (status != PEL_OK) give_up(&c, fault.text), status = PEL_OK;
  else if (!path) totals->absent++;
  else {
    bool dated = needs_now(c.g) && !c.tests->now;
    totals->guidelines++;
    totals->mended += c.tests->mended;
    totals->dated += dated;
    c.now = c.tests->now ? c.tests->now : dated ? choose_now(&c) : "2020-01-01T00:00+01:00";
    for (size_t i = 0; i < c.tests->n && !c.cancelled; i++) run_case(&c, &c.tests->cases[i]);
  }
  if (status == PEL_OK && c.cancelled) status = pel_fail(err, PEL_ERR_CANCELLED, "%s: cancelled", tests);
  pel_program_destroy(c.program);
  pel_gdl2_free(c.g);
  pel_gdl2_tests_free(c.tests);
  return status;
}
