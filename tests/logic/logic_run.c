/* Runs the queries of rule files and prints every answer: what the comparison with SWI-Prolog and the hostile programs drive.
 *
 * usage: logic_run [--steps N] [--memory BYTES] [--depth N] [--seconds S] [--answers N] [--replace] FILE... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/logic/machine.h"
#include "engine/logic/write.h"

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

static void print_term(pel_machine *m, pel_cell c) {
  /* Variables as A, B, ... in the order in which they are met. */
  pel_term_copy copy = {0};
  pel_text_out out = {.most = 1 << 20};
  bool ok = pel_copy_out(&m->heap, c, out.most, &copy); /* what has more cells than the text may have bytes cannot be written */
  pel_cell *locals = calloc(copy.n_locals + 1, sizeof *locals);
  pel_cell made = ok ? pel_copy_in(&m->heap, &copy, locals) : 0;
  pel_number_variables(m, made);
  if (made && pel_write(&m->heap, made, PEL_WRITE_QUOTED | PEL_WRITE_IGNORE_OPS | PEL_WRITE_NUMBERVARS, &out)) puts(out.text);
  else puts("(too large to write)");
  free(out.text);
  free(locals);
  pel_copy_clear(&copy);
}

static void print_error(pel_machine *m) {
  pel_cell *locals = calloc(m->ball.n_locals + 1, sizeof *locals);
  pel_cell ball = pel_copy_in(&m->heap, &m->ball, locals);
  free(locals);
  printf("error: ");
  if (ball && pel_is_compound(&m->heap, ball, PEL_ATOM_ERROR, 2)) ball = pel_arg(&m->heap, ball, 0);
  print_term(m, ball);
}

static void run_query(pel_program *p, const pel_logic_limits *limits, pel_term_copy *goal, uint64_t most, bool record) {
  pel_machine *m;
  pel_error err = {0};
  pel_cell root;
  uint32_t n_locals = goal->n_locals;
  if (!pel_copy_to_constants(p, goal, &root) || pel_machine_create(p, limits, &m, &err) != PEL_OK) {
    puts("unknown: no memory");
    return;
  }
  m->record = record;
  if (pel_machine_ask_term(m, root, n_locals, &err) != PEL_OK) {
    printf("error: type_error(callable,goal)\n");
    pel_machine_destroy(m);
    return;
  }
  for (uint64_t n = 0;; n++) {
    pel_answer a = n < most ? pel_machine_next(m) : PEL_ANSWER_YES;
    char reason[200];
    pel_machine_reason(m, reason, sizeof reason);
    if (n >= most) puts("more");
    else if (a == PEL_ANSWER_NO) puts("no");
    else if (a == PEL_ANSWER_ERROR) print_error(m);
    else if (a == PEL_ANSWER_STOPPED) printf("unknown: %s\n", reason);
    if (a != PEL_ANSWER_YES || n >= most) break;
    size_t top = m->heap.top;
    print_term(m, m->goal);
    m->heap.top = top;
  }
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

static void run_file(const char *path, const pel_logic_limits *limits, uint64_t most, bool record) {
  pel_program *p;
  pel_error err = {0};
  queries q = {0};
  size_t size;
  char *text = read_file(path, &size);
  printf("== %s\n", path);
  if (!text || pel_program_create(&p, &err) != PEL_OK) {
    printf("error: %s\n", text ? err.text : "cannot read");
    free(text);
    return;
  }
  pel_consult how = {.file = path, .directive = on_directive, .user = &q};
  if (pel_program_consult(p, text, size, &how, &err) != PEL_OK) printf("error: syntax %s\n", err.text);
  else
    for (size_t i = 0; i < q.n; i++) {
      printf("?- %zu\n", i + 1);
      run_query(p, limits, &q.items[i], most, record);
    }
  for (size_t i = 0; i < q.n; i++) pel_copy_clear(&q.items[i]);
  free(q.items);
  free(text);
  pel_program_destroy(p);
}

int main(int argc, char **argv) {
  pel_logic_limits limits = PEL_LOGIC_DEFAULTS;
  uint64_t most = 1000;
  bool record = true;
  int i = 1;
  for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
    const char *o = argv[i], *v = argv[i + 1];
    if (strcmp(o, "--steps") == 0) limits.steps = strtoull(v, NULL, 10);
    else if (strcmp(o, "--memory") == 0) limits.memory = strtoull(v, NULL, 10);
    else if (strcmp(o, "--depth") == 0) limits.depth = (uint32_t)strtoull(v, NULL, 10);
    else if (strcmp(o, "--seconds") == 0) limits.seconds = strtod(v, NULL);
    else if (strcmp(o, "--answers") == 0) most = strtoull(v, NULL, 10);
    else if (strcmp(o, "--record") == 0) record = strcmp(v, "no") != 0;
    else return fprintf(stderr, "logic_run: %s is not known\n", o), 2;
  }
  for (; i < argc; i++) {
    run_file(argv[i], &limits, most, record);
    fflush(stdout);
  }
  return 0;
}
