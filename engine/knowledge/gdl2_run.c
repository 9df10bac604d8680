#include "engine/knowledge/gdl2_run.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"

/* ---- the program ---- */

static pel_status consult(pel_program *p, const char *file, const char *text, pel_error *err) {
  pel_consult how = {.file = file};
  return pel_program_consult(p, text, strlen(text), &how, err);
}

static pel_status add_clause(void *user, const pel_gdl2_clause *clause, pel_error *err) {
  pel_gdl2_run *r = user;
  r->spans |= strstr(clause->text, "gdl2_span(") != NULL;
  return consult(r->program, r->g->id, clause->text, err);
}

pel_status pel_gdl2_run_open(const char *guideline, pel_gdl2_run *out, pel_error *err) {
  PEL_TRY(pel_gdl2_read(guideline, NULL, &out->g, err));
  PEL_TRY(pel_program_create(&out->program, err));
  PEL_TRY(consult(out->program, "gdl2_library.pl", pel_gdl2_library, err));
  return pel_gdl2_clauses(out->g, add_clause, out, err);
}

void pel_gdl2_run_close(pel_gdl2_run *r) {
  pel_program_destroy(r->program);
  pel_gdl2_free(r->g);
  *r = (pel_gdl2_run){0};
}

/* Takes the clauses of a predicate away, so that facts can take their place. */
static void wipe(pel_program *p, const char *slug, const char *name, uint32_t arity) {
  char full[600];
  snprintf(full, sizeof full, "%.500s%s", slug, name);
  uint32_t predicate = pel_program_predicate(p, pel_functor_intern(&p->symbols, pel_atom_intern(&p->symbols, full, strlen(full)), arity));
  if (predicate != PEL_NO_SYMBOL) pel_program_wipe(p, predicate);
}

/* ---- facts ---- */

void pel_gdl2_put_given(pel_gdl2_out *o, const pel_gdl2_guideline *g, const pel_gdl2_pair *input) {
  const pel_gdl2_element *e = pel_gdl2_find_element(g, input->element);
  pel_gdl2_putf(o, "%s_given('", g->slug);
  pel_gdl2_put_name(o, input->element);
  pel_gdl2_put(o, "', ");
  pel_gdl2_put_value(o, input->value, e ? e->type : NULL);
  pel_gdl2_put(o, ")");
}

void pel_gdl2_put_now(pel_gdl2_out *o, const char *now) {
  pel_gdl2_put(o, "gdl2_now(");
  pel_gdl2_put_value(o, now, "DV_DATE_TIME");
  pel_gdl2_put(o, ")");
}

pel_status pel_gdl2_run_facts(pel_gdl2_run *r, const char *now, const char *clauses, pel_error *err) {
  pel_gdl2_out o = {0};
  wipe(r->program, r->g->slug, "_given", 2);
  wipe(r->program, "gdl2_now", "", 1);
  pel_gdl2_putf(&o, "%s_given(nothing, null).\n", r->g->slug);
  pel_gdl2_put_now(&o, now);
  pel_gdl2_put(&o, ".\n");
  pel_gdl2_put(&o, clauses);
  pel_status status = o.failed ? pel_fail(err, PEL_ERR_MEMORY, "out of memory") : consult(r->program, "case", pel_buffer_text(&o.buffer), err);
  free(o.buffer.text);
  return status;
}

pel_status pel_gdl2_run_case(pel_gdl2_run *r, const char *now, const pel_gdl2_case *test, pel_error *err) {
  pel_gdl2_out o = {0};
  for (size_t i = 0; i < test->given.n; i++) {
    pel_gdl2_put_given(&o, r->g, &test->given.items[i]);
    pel_gdl2_put(&o, ".\n");
  }
  pel_status status = o.failed ? pel_fail(err, PEL_ERR_MEMORY, "out of memory") : pel_gdl2_run_facts(r, now, pel_buffer_text(&o.buffer), err);
  free(o.buffer.text);
  return status;
}

static bool reads_now(const pel_gdl2_node *n) { return n && (n->kind == PEL_GDL2_NOW || reads_now(n->left) || reads_now(n->right)); }

static bool list_reads_now(const pel_gdl2_list *list) {
  for (size_t i = 0; i < list->n; i++)
    if (reads_now(list->items[i].root)) return true;
  return false;
}

bool pel_gdl2_needs_now(const pel_gdl2_guideline *g) {
  if (list_reads_now(&g->preconditions) || list_reads_now(&g->defaults)) return true;
  for (size_t i = 0; i < g->n_rules; i++)
    if (list_reads_now(&g->rules[i].when) || list_reads_now(&g->rules[i].then)) return true;
  return false;
}

/* ---- answers ---- */

char *pel_gdl2_run_conclude(pel_gdl2_run *r, const char *element, char *reason, size_t size) {
  pel_gdl2_out o = {0};
  pel_machine *m = NULL;
  pel_error err = {0};
  char *got = NULL;
  pel_gdl2_putf(&o, "%s_conclude(", r->g->slug);
  pel_gdl2_put_name(&o, element);
  pel_gdl2_put(&o, ", V), gdl2_text(V, T)");
  pel_logic_limits limits = {.steps = 2000000, .memory = (uint64_t)128 << 20, .depth = 100000, .seconds = 10};
  pel_status status = o.failed ? PEL_ERR_MEMORY : pel_machine_create(r->program, &limits, &m, &err);
  if (status == PEL_OK) {
    m->record = r->look != NULL;
    status = pel_machine_ask(m, pel_buffer_text(&o.buffer), &err);
  }
  if (status != PEL_OK)
    snprintf(reason, size, "%.180s", *err.text ? err.text : "out of memory");
  else {
    pel_answer a = pel_machine_next(m);
    if (a == PEL_ANSWER_NO) got = strdup("");
    else if (a == PEL_ANSWER_YES) {
      pel_cell text = pel_arg(&m->heap, pel_arg(&m->heap, m->goal, 1), 1);
      size_t bytes = 0, length;
      const char *at = pel_tag(text) == PEL_TAG_BOX && pel_box(&m->heap, text) == PEL_BOX_STRING ? pel_string_bytes(&m->heap, text, &bytes, &length) : "";
      if (!r->look || r->look(r->user, m, &err) == PEL_OK) got = strndup(at, bytes);
      else snprintf(reason, size, "%.180s", err.text);
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
bool pel_gdl2_same(const char *expected, const char *got) {
  char *a = plain(expected), *b = plain(got);
  size_t x = a ? code_size(a) : 0, y = b ? code_size(b) : 0;
  bool equal = a && b && (x ? x == y && memcmp(a, b, x) == 0 : strcmp(a, b) == 0 || same_number(a, b));
  free(a), free(b);
  return equal;
}

/* ---- which guideline ---- */

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

const char *pel_gdl2_guideline_of(const char *path, const pel_gdl2_tests *tests, const char *const *guidelines, size_t n) {
  const char *own = pel_import_name(path), *end = strstr(own, ".test.yml");
  if (!end) end = strstr(own, ".fixture.yml");
  const char *names[] = {own, tests->guideline};
  size_t sizes[] = {end ? (size_t)(end - own) : 0, names[1] ? strlen(names[1]) : 0};
  for (int least = 3; least > 0; least--)
    for (int which = 0; which < 2; which++)
      for (size_t i = 0; i < n; i++)
        if (sizes[which] && likeness(guidelines[i], names[which], sizes[which]) >= least) return guidelines[i];
  return NULL;
}
