/* Runs the queries of rule files, takes the proof of every answer and checks it, then spoils it in many ways: each must be refused.
 *
 * usage: proof_run [--answers N] [--corruptions N] [--seed N] [--show yes] [--sara FOLDER] FILE...
 * --sara: the folder of the statutory reasoning data set (its statutes are loaded before each of its cases), or "env": what PELLUCID_SARA says. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/logic/machine.h"
#include "tests/logic/proof_corrupt.h"

typedef struct runner {
  uint64_t most_answers, corruptions, seed, kind;
  bool show;
  const char *file;
  size_t files, proofs, steps, assumptions, rerun, unsupported, wrong, another, largest;
  size_t tried[CORRUPTION_COUNT], refused[CORRUPTION_COUNT], identical[CORRUPTION_COUNT];
  double seconds;
} runner;

typedef struct queries {
  pel_term_copy *items;
  size_t n;
} queries;

static pel_status on_directive(void *user, pel_program *p, const pel_heap *heap, pel_cell goal, bool query, uint32_t line, pel_error *err) {
  (void)p;
  (void)query;
  (void)line;
  queries *q = user;
  q->items = realloc(q->items, (q->n + 1) * sizeof *q->items);
  q->items[q->n] = (pel_term_copy){0};
  if (!pel_copy_out((pel_heap *)heap, goal, (size_t)1 << 26, &q->items[q->n])) {
    if (err) snprintf(err->text, sizeof err->text, "a query is too large");
    return PEL_ERR_MEMORY;
  }
  q->n++;
  return PEL_OK;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Whether it is what the interpreter itself gives for another answer of the question: then it was no corruption. */
static bool is_other_answer(pel_program *p, const pel_proof *bad) {
  pel_logic_limits limits = {.steps = 400000, .memory = (uint64_t)256 << 20, .depth = 300000, .seconds = 20};
  pel_machine *m;
  if (!bad->asked || pel_machine_create(p, &limits, &m, NULL) != PEL_OK) return false;
  m->record = true;
  bool found = false;
  if (pel_machine_ask(m, bad->asked, NULL) == PEL_OK)
    for (int n = 0; !found && n < 200 && pel_machine_next(m) == PEL_ANSWER_YES; n++) {
      pel_proof other;
      if (pel_proof_take(m, &other, NULL) != PEL_OK) continue;
      found = same_proofs(p, &other, bad);
      pel_proof_clear(&other);
    }
  pel_machine_destroy(m);
  return found;
}

static void print_proof(const pel_proof *proof) {
  for (size_t i = 0; i < proof->n_steps; i++) {
    const pel_step *s = &proof->steps[i];
    printf("    %zu %s %u %s <-", i, pel_step_kind_name(s->kind), s->clause, s->goal);
    for (size_t u = 0; u < s->n_uses; u++) printf(" %u", s->uses[u]);
    puts("");
  }
}

static void spoil(runner *r, pel_program *p, const pel_proof *proof) {
  for (uint64_t n = 0; n < r->corruptions; n++) {
    corruption kind = (corruption)(r->kind++ % CORRUPTION_COUNT);
    pel_proof bad;
    pel_proof_report report;
    corrupted made = corrupt(p, proof, kind, &r->seed, &bad);
    pel_status status = made == CORRUPTED_NOT ? PEL_OK : pel_proof_check(p, &bad, NULL, &report, NULL);
    if (made == CORRUPTED && status == PEL_OK && is_other_answer(p, &bad)) made = CORRUPTED_IDENTICAL;
    bool same_question = made != CORRUPTED_NOT && bad.question && strcmp(bad.question, proof->question) == 0;
    pel_proof_clear(&bad);
    if (made == CORRUPTED_NOT) continue;
    r->tried[kind]++;
    if (made == CORRUPTED_IDENTICAL) {
      r->identical[kind]++;
      if (status != PEL_OK) r->wrong++, printf("%s: an identical proof is refused: %s: %s\n", r->file, corrupt_note, report.reason);
    } else if (status == PEL_ERR_CHECK) {
      r->refused[kind]++;
      if (r->show) printf("  %s (%s): %s\n", corruption_says[kind], corrupt_note, report.reason);
    } else if (same_question) r->another++; /* it follows from the rules, by a way that a cut or a condition had put aside */
    else {
      r->wrong++;
      printf("%s: %s is accepted: %s\n", r->file, corruption_says[kind], corrupt_note);
      if (proof->n_steps < 40) print_proof(proof);
    }
  }
}

static void one_answer(runner *r, pel_program *p, pel_machine *m) {
  pel_proof proof;
  pel_proof_report report;
  pel_error err = {0};
  pel_status status = pel_proof_take(m, &proof, &err);
  if (status != PEL_OK) {
    r->unsupported++;
    if (status != PEL_ERR_UNSUPPORTED) r->wrong++;
    printf("%s: no proof: %s\n", r->file, err.text);
    return;
  }
  double start = now();
  status = pel_proof_check(p, &proof, NULL, &report, &err);
  r->seconds += now() - start;
  r->proofs++;
  r->steps += proof.n_steps;
  if (proof.n_steps > r->largest) r->largest = proof.n_steps;
  r->assumptions += report.assumptions;
  r->rerun += report.rerun;
  if (status != PEL_OK) {
    r->wrong++;
    printf("%s: a proof is refused: %s: %s\n", r->file, proof.question, report.reason);
    if (proof.n_steps < 60) print_proof(&proof);
  } else spoil(r, p, &proof);
  pel_proof_clear(&proof);
}

static void run_query(runner *r, pel_program *p, pel_term_copy *goal) {
  pel_logic_limits limits = {.steps = 400000, .memory = (uint64_t)256 << 20, .depth = 300000, .seconds = 20};
  pel_machine *m;
  pel_cell root;
  uint32_t n_locals = goal->n_locals;
  if (!pel_copy_to_constants(p, goal, &root) || pel_machine_create(p, &limits, &m, NULL) != PEL_OK) return;
  m->record = true;
  if (pel_machine_ask_term(m, root, n_locals, NULL) == PEL_OK)
    for (uint64_t n = 0; n < r->most_answers && pel_machine_next(m) == PEL_ANSWER_YES; n++) one_answer(r, p, m);
  pel_machine_destroy(m);
}

static char *read_file(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  if (!f) return NULL;
  size_t capacity = 1 << 16;
  char *text = malloc(capacity);
  *size = 0;
  for (size_t n; text && (n = fread(text + *size, 1, capacity - *size, f)) > 0;)
    if ((*size += n) == capacity) text = realloc(text, capacity *= 2);
  fclose(f);
  return text;
}

/* `from` written as `to` of the same length, wherever it is. */
static void replace(char *text, size_t size, const char *from, const char *to) {
  size_t n = strlen(from);
  for (char *at = text; (at = memmem(at, size - (size_t)(at - text), from, n)) != NULL; at += n) memcpy(at, to, n);
}

static bool consult(pel_program *p, const char *path, queries *q) {
  size_t size = 0;
  pel_error err = {0};
  char *text = read_file(path, &size);
  pel_consult how = {.file = path, .directive = on_directive, .user = q};
  if (text) replace(text, size, "Year_duration rdiv 2", "Year_duration    / 2");
  bool ok = text && pel_program_consult(p, text, size, &how, &err) == PEL_OK;
  if (!ok) printf("%s: %s\n", path, text ? err.text : "cannot be read");
  free(text);
  return ok;
}

static void clear_queries(queries *q) {
  for (size_t i = 0; i < q->n; i++) pel_copy_clear(&q->items[i]);
  free(q->items);
  *q = (queries){0};
}

static bool load_statutes(pel_program *p, const char *folder) {
  static const char *const files[] = {"events", "utils", "section1", "section2", "section63", "section68", "section151", "section152", "section3301", "section3306", "section7703"};
  queries q = {0};
  bool ok = true;
  for (size_t i = 0; ok && i < sizeof files / sizeof *files; i++) {
    char path[1000];
    snprintf(path, sizeof path, "%s/statutes/prolog/%s.pl", folder, files[i]);
    ok = consult(p, path, &q);
  }
  clear_queries(&q);
  return ok;
}

/* A directive that loads files or stops the program is no question. */
static bool is_question(const pel_program *p, const pel_term_copy *goal) {
  if (pel_tag(goal->root) == PEL_TAG_ATOM) return strcmp(pel_atom_text(&p->symbols, (uint32_t)pel_index(goal->root)), "halt") != 0;
  if (pel_tag(goal->root) != PEL_TAG_PATTERN) return false;
  return p->symbols.functors[pel_index(goal->cells[pel_index(goal->root)])].atom != PEL_ATOM_DOT;
}

static void run_file(runner *r, const char *path, const char *sara) {
  pel_program *p;
  queries q = {0};
  r->file = path;
  if (pel_program_create(&p, NULL) != PEL_OK) return;
  if (!sara || load_statutes(p, sara)) {
    r->files++;
    if (consult(p, path, &q))
      for (size_t i = 0; i < q.n; i++)
        if (is_question(p, &q.items[i])) run_query(r, p, &q.items[i]);
  }
  clear_queries(&q);
  pel_program_destroy(p);
}

static int is_rule_file(const struct dirent *e) {
  size_t n = strlen(e->d_name);
  return n > 3 && strcmp(e->d_name + n - 3, ".pl") == 0;
}

static void run_cases(runner *r, const char *folder) {
  char path[1000];
  struct dirent **names;
  snprintf(path, sizeof path, "%s/cases", folder);
  int n = scandir(path, &names, is_rule_file, alphasort);
  if (n <= 0) r->wrong++, printf("%s: no cases\n", path);
  for (int i = 0; i < n; i++) {
    snprintf(path, sizeof path, "%s/cases/%s", folder, names[i]->d_name);
    run_file(r, path, folder);
    free(names[i]);
  }
  if (n >= 0) free(names);
}

static int report(const runner *r) {
  size_t tried = 0, refused = 0, identical = 0;
  for (int k = 0; k < CORRUPTION_COUNT; k++) {
    if (r->tried[k]) printf("%6zu of %6zu refused, %4zu identical: %s\n", r->refused[k], r->tried[k], r->identical[k], corruption_says[k]);
    tried += r->tried[k];
    refused += r->refused[k];
    identical += r->identical[k];
  }
  printf("%zu files, %zu proofs (%zu too large), %zu steps (at most %zu in one), %zu assumptions, %zu run again, checked in %.2f s\n", r->files, r->proofs, r->unsupported,
         r->steps, r->largest, r->assumptions, r->rerun, r->seconds);
  printf("%zu corruptions, %zu refused, %zu identical, %zu another proof of the same conclusion (at most 1 in 10,000); %zu wrong\n", tried, refused, identical,
         r->another, r->wrong);
  return r->wrong || !r->proofs || r->another > 1 + tried / 10000 ? 1 : 0;
}

int main(int argc, char **argv) {
  runner r = {.most_answers = 5, .corruptions = CORRUPTION_COUNT, .seed = 1};
  const char *sara = NULL;
  int i = 1;
  for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
    const char *o = argv[i], *v = argv[i + 1];
    if (strcmp(o, "--answers") == 0) r.most_answers = strtoull(v, NULL, 10);
    else if (strcmp(o, "--corruptions") == 0) r.corruptions = strtoull(v, NULL, 10);
    else if (strcmp(o, "--seed") == 0) r.seed = strtoull(v, NULL, 10);
    else if (strcmp(o, "--show") == 0) r.show = true;
    else if (strcmp(o, "--sara") == 0) sara = v;
    else return fprintf(stderr, "proof_run: %s is not known\n", o), 2;
  }
  if (sara && strcmp(sara, "env") == 0) {
    sara = getenv("PELLUCID_SARA");
    if (!sara || !*sara) return puts("skipped: PELLUCID_SARA is not set"), 77;
  }
  if (sara && i >= argc) run_cases(&r, sara);
  for (; i < argc; i++) run_file(&r, argv[i], sara);
  return report(&r);
}
