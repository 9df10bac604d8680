/* libFuzzer: the input is a rule file. Each of its terms is written and read back; then it is consulted, and its queries run
 * with small limits. Built and started by tests/fuzz/run.sh. */
#include <stdlib.h>
#include <string.h>

#include "engine/logic/machine.h"
#include "engine/logic/reader.h"
#include "engine/logic/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_QUERIES = 8, MOST_ANSWERS = 4 };

static const pel_logic_limits limits = {.steps = 20000, .memory = 16 << 20, .depth = 20000, .seconds = 0.2};

typedef struct queries {
  pel_term_copy items[MOST_QUERIES];
  size_t n;
} queries;

static pel_status on_directive(void *user, pel_program *p, const pel_heap *heap, pel_cell goal, bool query, uint32_t line, pel_error *err) {
  (void)p;
  (void)query;
  (void)line;
  (void)err;
  queries *q = user;
  if (q->n < MOST_QUERIES && pel_copy_out((pel_heap *)heap, goal, 1 << 20, &q->items[q->n])) q->n++;
  return PEL_OK;
}

/* Names of variables differ from one text to the next: they are numbered. */
static char *text_of(pel_machine *m, pel_cell c) {
  pel_text_out out = {.most = 1 << 20};
  pel_number_variables(m, c);
  if (pel_write(&m->heap, c, PEL_WRITE_QUOTED | PEL_WRITE_NUMBERVARS, &out)) return out.text;
  free(out.text);
  return NULL;
}

static void read_back(pel_machine *m, const char *text) {
  pel_reader r = {.heap = &m->heap, .operators = &m->program->operators, .text = text, .size = strlen(text), .closed = true};
  pel_cell term;
  if (pel_read_term(&r, &term) == PEL_READ_TERM) {
    char *again = text_of(m, term);
    if (again && strcmp(again, text)) abort();
    free(again);
  }
  pel_reader_clear(&r);
}

/* Whether anything in the text is a term; what is written of a term is read as the same. */
static bool has_terms(const uint8_t *data, size_t size) {
  static pel_program *program;
  pel_machine *m;
  pel_error err;
  size_t n = 0;
  if (!program && pel_program_create(&program, &err) != PEL_OK) abort();
  if (pel_machine_create(program, &limits, &m, &err) != PEL_OK) abort();
  pel_reader r = {.heap = &m->heap, .operators = &program->operators, .text = (const char *)data, .size = size};
  for (pel_cell term; n < 64 && pel_read_term(&r, &term) == PEL_READ_TERM; n++) {
    char *text = text_of(m, term);
    if (text && !memchr(data, 0, size)) read_back(m, text);
    free(text);
  }
  pel_reader_clear(&r);
  pel_machine_destroy(m);
  return n > 0;
}

static void run_query(pel_program *p, pel_term_copy *goal) {
  pel_machine *m;
  pel_error err;
  pel_cell root;
  char text[200];
  uint32_t n_locals = goal->n_locals;
  if (!pel_copy_to_constants(p, goal, &root) || pel_machine_create(p, &limits, &m, &err) != PEL_OK) abort();
  m->record = true;
  if (pel_machine_ask_term(m, root, n_locals, &err) == PEL_OK)
    for (int i = 0; i < MOST_ANSWERS; i++) {
      pel_answer a = pel_machine_next(m);
      if (a == PEL_ANSWER_ERROR) pel_machine_error_text(m, text, sizeof text);
      if (a == PEL_ANSWER_STOPPED) pel_machine_reason(m, text, sizeof text);
      if (a != PEL_ANSWER_YES) break;
      pel_text_out out = {.most = 1 << 16};
      pel_write(&m->heap, m->goal, PEL_WRITE_QUOTED, &out);
      free(out.text);
    }
  if (pel_machine_memory(m) > limits.memory * 2) abort();
  pel_machine_destroy(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pel_program *p;
  pel_error err = {0};
  queries q = {0};
  if (!has_terms(data, size)) return 0;
  if (pel_program_create(&p, &err) != PEL_OK) abort();
  pel_consult how = {.file = "fuzz.pl", .directive = on_directive, .user = &q};
  pel_status status = pel_program_consult(p, (const char *)data, size, &how, &err);
  if (status != PEL_OK && (strncmp(err.text, "fuzz.pl:", 8) || strchr(err.text, '\n')) && status != PEL_ERR_MEMORY) abort();
  for (size_t i = 0; i < q.n; i++) run_query(p, &q.items[i]);
  for (size_t i = 0; i < q.n; i++) pel_copy_clear(&q.items[i]);
  pel_program_destroy(p);
  return 0;
}
