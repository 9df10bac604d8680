/* Cases that are rule files themselves: they load the rules, add facts, and end in a goal that has to hold. */
#include <dirent.h>
#include <pellucid/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/machine.h"
#include "engine/logic/write.h"
#include "engine/proof/check.h"

enum { PATH = 1024, MOST_BYTES = 16 << 20, NESTING = 8, GOALS = 16 };

typedef struct loading {
  const char *folder, *file;
  void (*edit)(char *text);
  int depth;
  pel_term_copy goals[GOALS];
  size_t n_goals;
} loading;

static pel_status load(loading *l, pel_program *p, const char *path, pel_error *err);

static pel_status load_named(loading *l, pel_program *p, const pel_heap *heap, pel_cell name, pel_error *err) {
  char path[PATH];
  pel_text_out out = {.most = PATH};
  if (!pel_write(heap, name, 0, &out)) return free(out.text), pel_fail(err, PEL_ERR_INPUT, "%s: a file name that is too long", l->file);
  const char *slash = strrchr(l->file, '/');
  snprintf(path, sizeof path, "%.*s/%s.pl", slash ? (int)(slash - l->file) : 1, slash ? l->file : ".", out.text);
  FILE *beside = fopen(path, "rb"); /* beside the file that loads it, or from the folder */
  if (beside) fclose(beside);
  else snprintf(path, sizeof path, "%s/%s.pl", l->folder, out.text);
  free(out.text);
  return load(l, p, path, err);
}

static pel_status on_directive(void *user, pel_program *p, const pel_heap *heap, pel_cell goal, bool query, uint32_t line, pel_error *err) {
  loading *l = user;
  (void)query;
  if (pel_is_compound(heap, goal, PEL_ATOM_DOT, 2)) {
    for (; pel_is_compound(heap, goal, PEL_ATOM_DOT, 2); goal = pel_arg(heap, goal, 1)) PEL_TRY(load_named(l, p, heap, pel_arg(heap, goal, 0), err));
    return PEL_OK;
  }
  if (pel_is_atom(goal) && strcmp(pel_atom_text(&p->symbols, (uint32_t)pel_index(goal)), "halt") == 0) return PEL_OK;
  if (l->n_goals == GOALS || !pel_copy_out((pel_heap *)heap, goal, 1 << 20, &l->goals[l->n_goals]))
    return pel_fail(err, PEL_ERR_INPUT, "%s:%u: too many goals, or too large a one", l->file, line);
  l->n_goals++;
  return PEL_OK;
}

static pel_status load(loading *l, pel_program *p, const char *path, pel_error *err) {
  char *text;
  size_t size;
  if (l->depth == NESTING) return pel_fail(err, PEL_ERR_INPUT, "%s: files load one another in a circle", path);
  PEL_TRY(pel_file_read(path, "rule file", MOST_BYTES, &text, &size, err));
  if (l->edit) l->edit(text);
  const char *before = l->file;
  l->file = path;
  l->depth++;
  pel_consult how = {.user = l, .file = path, .directive = on_directive, .replace = true};
  pel_status status = pel_program_consult(p, text, size, &how, err);
  l->file = before;
  l->depth--;
  free(text);
  return status;
}

typedef struct found {
  char reason[200], sections[2000], not_met[2000];
} found;

/* "s152_d_2_A" as "s. 152(d)(2)(A)", once. */
static void add_section(const char *name, char out[2000]) {
  char place[100];
  size_t digits = name[0] == 's' ? strspn(name + 1, "0123456789") : 0, n;
  if (!digits || digits > 8 || (name[1 + digits] && name[1 + digits] != '_')) return;
  n = (size_t)snprintf(place, sizeof place, "s. %.*s", (int)digits, name + 1);
  for (const char *c = name + 1 + digits; *c == '_';) {
    size_t size = strcspn(++c, "_");
    if (size == 0 || size > 4) break;
    n += (size_t)snprintf(place + n, sizeof place - n, "(%.*s)", (int)size, c);
    c += size;
  }
  for (const char *at = out; (at = strstr(at, place)); at++)
    if ((at == out || at[-1] == ' ') && (at[n] == ',' || !at[n])) return;
  size_t there = strlen(out);
  if (there + n + 3 < 2000) snprintf(out + there, 2000 - there, "%s%s", there ? ", " : "", place);
}

/* The sections of a goal that nothing proves: of each of its parts. */
static void add_not_met(const pel_program *p, const pel_heap *h, pel_cell goal, char out[2000]) {
  goal = pel_deref(h, goal);
  if (pel_is_compound(h, goal, PEL_ATOM_COMMA, 2) || pel_is_compound(h, goal, PEL_ATOM_SEMICOLON, 2)) {
    add_not_met(p, h, pel_arg(h, goal, 0), out);
    add_not_met(p, h, pel_arg(h, goal, 1), out);
  } else if (pel_tag(goal) == PEL_TAG_STRUCT)
    add_section(pel_atom_text(&p->symbols, pel_functor_of(h, goal)->atom), out);
}

static pel_status look_at_proof(pel_program *p, pel_machine *m, pel_rule_test *test, found *f, pel_error *err) {
  pel_proof proof;
  pel_proof_report report;
  for (size_t i = 0; i < m->n_events; i++) {
    const pel_event *e = &m->events[i];
    if (e->kind == PEL_EVENT_RULE) add_section(pel_atom_text(&p->symbols, p->symbols.functors[p->predicates[p->clauses[e->clause].predicate].functor].atom), f->sections);
    if (e->kind == PEL_EVENT_ABSENT) add_not_met(p, &m->heap, pel_arg(&m->heap, e->goal, 0), f->not_met);
  }
  double start = pel_clock_seconds();
  pel_status status = pel_proof_take(m, &proof, err);
  if (status == PEL_OK) {
    status = pel_proof_check(p, &proof, NULL, &report, err);
    test->proof_steps += proof.n_steps;
    pel_proof_clear(&proof);
  }
  test->checked &= status == PEL_OK;
  test->check_seconds += pel_clock_seconds() - start;
  return status == PEL_ERR_CHECK || status == PEL_ERR_UNSUPPORTED ? PEL_OK : status; /* a proof that is too long to be kept is not accepted */
}

static pel_status run_goal(pel_program *p, pel_term_copy *goal, const pel_rule_testing *how, pel_rule_test *test, found *f, pel_error *err) {
  pel_machine *m;
  pel_cell root;
  uint32_t n_locals = goal->n_locals;
  pel_logic_limits limits = {2000000000, (uint64_t)2 << 30, 1000000, 120}; /* a case either ends within two minutes or is not decided */
  if (!pel_copy_to_constants(p, goal, &root)) return pel_fail_memory(err, "a goal", goal->n_cells);
  PEL_TRY(pel_machine_create(p, &limits, &m, err));
  m->record = true, m->cancelled = how->cancelled, m->user = how->user;
  double start = pel_clock_seconds();
  pel_status status = pel_machine_ask_term(m, root, n_locals, err);
  if (status == PEL_OK) {
    pel_answer a = pel_machine_next(m);
    test->state = a == PEL_ANSWER_YES ? PEL_STATE_HOLDS : a == PEL_ANSWER_NO ? PEL_STATE_NOT_FOUND : PEL_STATE_UNKNOWN;
    if (a == PEL_ANSWER_STOPPED) pel_machine_reason(m, f->reason, sizeof f->reason);
    if (a == PEL_ANSWER_ERROR) pel_machine_error_text(m, f->reason, sizeof f->reason);
    test->steps += m->steps;
    test->run_seconds += pel_clock_seconds() - start;
    if (m->stopped == PEL_STOPPED_CANCELLED || (how->cancelled && how->cancelled(how->user))) status = pel_fail(err, PEL_ERR_CANCELLED, "stopped");
    else if (a == PEL_ANSWER_YES) status = look_at_proof(p, m, test, f, err);
  }
  pel_machine_destroy(m);
  return status;
}

static pel_status run_case(const char *folder, const pel_rule_testing *how, const char *path, pel_rule_test *test, found *f, pel_error *err) {
  pel_program *p;
  loading l = {.folder = folder, .file = path, .edit = how->edit};
  double start = pel_clock_seconds();
  PEL_TRY(pel_program_create(&p, err));
  pel_status status = load(&l, p, path, err);
  test->load_seconds = pel_clock_seconds() - start;
  test->state = PEL_STATE_HOLDS;
  test->goals = l.n_goals;
  test->checked = true;
  for (size_t i = 0; i < l.n_goals; i++) {
    if (status == PEL_OK && test->state == PEL_STATE_HOLDS) status = run_goal(p, &l.goals[i], how, test, f, err);
    pel_copy_clear(&l.goals[i]);
  }
  test->checked &= test->state == PEL_STATE_HOLDS;
  pel_program_destroy(p);
  return status;
}

static int is_case(const struct dirent *d) {
  size_t n = strlen(d->d_name);
  return n > 3 && strcmp(d->d_name + n - 3, ".pl") == 0;
}

pel_status pel_rule_tests(const char *folder, const pel_rule_testing *how, pel_error *err) {
  char path[PATH];
  struct dirent **names;
  snprintf(path, sizeof path, "%s/cases", folder);
  int n = scandir(path, &names, is_case, alphasort);
  if (n < 0) return pel_fail_errno(err, path, "cannot read the folder of cases");
  pel_status status = PEL_OK;
  bool go = true;
  for (int i = 0; i < n; i++) {
    found f = {"", "", ""};
    pel_rule_test test = {.file = names[i]->d_name, .reason = f.reason, .sections = f.sections, .not_met = f.not_met};
    snprintf(path, sizeof path, "%s/cases/%s", folder, names[i]->d_name);
    if (status == PEL_OK && go) status = run_case(folder, how, path, &test, &f, err);
    if (status == PEL_OK && go) go = how->each(how->user, &test);
    free(names[i]);
  }
  free(names);
  return status == PEL_OK && !go ? pel_fail(err, PEL_ERR_CANCELLED, "stopped") : status;
}
