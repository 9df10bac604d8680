#include "src/core/audit_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "src/analysis/token_label.h"

typedef struct grown {
  char *text;
  size_t size, capacity;
} grown;

static bool add(grown *g, const char *text, size_t size) {
  char *bigger = pel_grow(g->text, &g->capacity, g->size + size + 1, 1);
  if (!bigger) return false;
  g->text = bigger;
  memcpy(bigger + g->size, text, size);
  bigger[g->size += size] = 0;
  return true;
}

/* A heading and one of `lines` a line; nothing for none. */
static bool add_list(grown *g, const char *heading, char *const *lines, size_t n) {
  bool ok = n == 0 || add(g, heading, strlen(heading));
  for (size_t i = 0; ok && i < n; i++) ok = add(g, "- ", 2) && add(g, lines[i], strlen(lines[i])) && add(g, "\n", 1);
  return ok;
}

/* The facts one a line, the passages, then the question. */
static bool write_prompt(const pel_case *of, const pel_briefing *told, grown *g) {
  const pel_case_info *c = pel_case_get_info(of);
  const char *asks = *c->asks ? c->asks : c->question;
  static const char middle[] = "\nQuestion: ", tail[] = "\nAnswer with yes or no, or with the value asked for, and then say why in one sentence.";
  return add_list(g, "Facts:\n", told->facts, told->n_facts) && add_list(g, "\nPassages:\n", told->passages, told->n_passages) &&
         add(g, middle, sizeof middle - 1) && add(g, asks, strlen(asks)) && add(g, tail, sizeof tail - 1);
}

/* The prompt as its tokens spell it, with where each token starts. */
static bool read_prompt(pel_trace *t, uint32_t n, grown *text, size_t *starts, pel_error *err) {
  for (uint32_t i = 0; i < n; i++) {
    pel_trace_token token;
    if (pel_trace_get_token(t, i, &token, err) != PEL_OK) return false;
    starts[i] = text->size;
    if (!add(text, (const char *)token.piece, token.piece_size)) return false;
  }
  starts[n] = text->size;
  return true;
}

/* Share of rows [from, to) that lies on keys [a, b), mean over layers and heads. */
static pel_status share(pel_trace *t, uint32_t from, uint32_t to, uint32_t a, uint32_t b, double *out, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(t);
  float *w = pel_alloc((size_t)(to - from) * (b - a), sizeof *w);
  double sum = 0;
  uint64_t heads = 0;
  if (!w) return pel_fail_memory(err, "attention", (size_t)(to - from) * (b - a) * sizeof *w);
  pel_status status = PEL_OK;
  for (uint32_t layer = 0; layer < info->n_layers && status == PEL_OK; layer++) {
    const pel_trace_layer *l = pel_trace_get_layer(t, layer);
    for (uint32_t head = 0; status == PEL_OK && l && l->recorded && head < l->n_head; head++) {
      if (!pel_trace_has_head(t, layer, head)) continue;
      status = pel_trace_map(t, layer, head, (pel_range){from, to}, (pel_range){a, b}, w, err);
      for (size_t i = 0; status == PEL_OK && i < (size_t)(to - from) * (b - a); i++) sum += (double)w[i];
      heads++;
    }
  }
  free(w);
  if (status == PEL_OK) *out = heads ? fmin(1, sum / (double)heads / (double)(to - from)) : NAN;
  return status;
}

/* The keys [*a, *b) whose tokens hold the words, which are looked for behind `*at`; false when they are not there. */
static bool find_words(const grown *text, const size_t *starts, uint32_t n, const char *words, size_t *at, uint32_t *a, uint32_t *b) {
  const char *found = text->text && *words ? strstr(text->text + *at, words) : NULL;
  if (!found) return false;
  size_t first = (size_t)(found - text->text), end = first + strlen(words);
  *at = end;
  for (*a = 0; *a + 1 < n && starts[*a + 1] <= first;) ++*a;
  for (*b = *a; *b < n && starts[*b] < end;) ++*b;
  return true;
}

/* Each line that was told has a span of its own: they are found in the order in which they stand. */
static pel_status measure(const pel_briefing *told, const char *output, pel_asked *out, pel_error *err) {
  pel_trace *t;
  grown text = {0};
  PEL_TRY(pel_trace_open(output, &t, err));
  const pel_trace_info *info = pel_trace_get_info(t);
  uint32_t n = info->n_prompt, from = n ? n - 1 : 0, to = info->n_rows; /* the row of the last prompt token is the one that chose the answer's first */
  size_t *starts = pel_alloc((size_t)n + 1, sizeof *starts), at = 0;
  pel_status status = starts && read_prompt(t, n, &text, starts, err) ? PEL_OK : pel_fail_memory(err, "a prompt", n);
  for (size_t i = 0; i < told->n_facts + told->n_passages && status == PEL_OK; i++) {
    const char *words = i < told->n_facts ? told->facts[i] : told->passages[i - told->n_facts];
    uint32_t a, b;
    out->attended[i] = NAN;
    if (from < to && find_words(&text, starts, n, words, &at, &a, &b)) status = share(t, from, to, a, b, &out->attended[i], err);
  }
  free(starts);
  free(text.text);
  pel_trace_close(t);
  return status;
}

typedef struct listening {
  grown answer;
  const pel_record_options *record;
} listening;

static void on_text(void *user, const char *bytes, size_t size) {
  listening *l = user;
  add(&l->answer, bytes, size);
  if (l->record->on_text) l->record->on_text(l->record->user, bytes, size);
}

static bool on_cancel(void *user) {
  listening *l = user;
  return l->record->cancelled && l->record->cancelled(l->record->user);
}

/* A model spells in pieces, which may be no whole characters: those that are none, and control characters, become a mark. */
static void mend(char *text) {
  size_t size = text ? strlen(text) : 0;
  for (size_t i = 0, n; i < size; i += n) {
    for (n = 1; n <= 4 && i + n <= size && !pel_utf8_valid(text + i, n);) n++;
    bool valid = n <= 4 && i + n <= size, control = valid && n == 2 && (unsigned char)text[i] == 0xc2 && (unsigned char)text[i + 1] < 0xa0;
    if (!valid) n = 1;
    if (!valid || control) memset(text + i, '?', n);
  }
  pel_blank_controls(text);
}

pel_status pel_ask_model(pel_model *model, const pel_case *of, const pel_briefing *told, const char *output, const pel_record_options *record, pel_asked *out,
                         pel_error *err) {
  grown prompt = {0};
  listening l = {.record = record};
  pel_record_options o = *record;
  pel_record_result result;
  pel_asked made = {.attended = pel_alloc(told->n_facts + told->n_passages + 1, sizeof(double))};
  if (!made.attended || !write_prompt(of, told, &prompt)) return free(made.attended), free(prompt.text), pel_fail_memory(err, "a prompt", prompt.size);
  o.prompt = prompt.text;
  o.prompt_size = prompt.size;
  o.output = output;
  o.user = &l;
  o.on_text = on_text;
  o.cancelled = on_cancel;
  o.on_start = NULL;
  o.on_progress = NULL;
  pel_status status = pel_record(model, &o, &result, err);
  free(prompt.text);
  if (status == PEL_OK && !l.answer.text && !add(&l.answer, "", 0)) status = pel_fail_memory(err, "an answer", 1);
  made.answer = l.answer.text;
  mend(made.answer);
  if (status == PEL_OK) status = measure(told, output, &made, err);
  if (status == PEL_OK) *out = made;
  else pel_asked_clear(&made);
  return status;
}

void pel_asked_clear(pel_asked *asked) {
  free(asked->answer);
  free(asked->attended);
  *asked = (pel_asked){0};
}
