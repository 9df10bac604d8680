/* A model's answer as a claim of its own: its words, what it attended to, and whether the pack says the same. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/status.h"
#include "engine/reason/audit.h"

/* 1: it starts with a yes, -1: with a no, 0: neither is among its first words. */
static int yes_or_no(const char *answer) {
  for (int words = 0; *answer && words < 12; words++) {
    while (*answer && !isalpha((unsigned char)*answer)) answer++;
    size_t n = 0;
    while (isalpha((unsigned char)answer[n])) n++;
    if (n == 3 && strncasecmp(answer, "yes", 3) == 0) return 1;
    if (n == 2 && strncasecmp(answer, "no", 2) == 0) return -1;
    answer += n;
  }
  return 0;
}

static bool contains_word(const char *text, const char *word, size_t n) {
  for (const char *at = text; (at = strcasestr(at, word)); at++) {
    bool starts = at == text || !isalnum((unsigned char)at[-1]);
    if (starts && !isalnum((unsigned char)at[n])) return true;
  }
  return false;
}

/* Whether the text names every value that the question asked for, as its first answer has them. */
static bool names_answer(const audit *a, const char *text) {
  const pel_audit_result *r = a->result;
  if (!r->n_answers) return false;
  size_t named = 0, words = 0;
  for (const char *c = r->answers[0]; *c;) {
    size_t n = 0;
    while (isalnum((unsigned char)c[n]) || c[n] == '_') n++;
    char word[100];
    if (n && n < sizeof word && !strstr(a->c->question, (snprintf(word, sizeof word, "%.*s", (int)n, c), word))) {
      words++;
      named += contains_word(text, word, n);
    }
    c += n ? n : 1;
  }
  return words && named == words;
}

static const char *judge(const audit *a, pel_node_state state) {
  const char *answer = a->o->model->answer;
  int said = yes_or_no(answer);
  if (state == PEL_STATE_UNKNOWN || state == PEL_STATE_CONFLICT) return "says nothing";
  if (names_answer(a, answer)) return "agrees";
  if (said == 0) return "says nothing";
  if (state == PEL_STATE_NOT_FOUND) return said < 0 ? "agrees" : "says nothing";
  return (said > 0) == (state == PEL_STATE_HOLDS) ? "agrees" : "contradicts";
}

pel_status pel_audit_model_claim(audit *a, pel_node_state state, int64_t root) {
  const pel_audit_model *m = a->o->model;
  char says[1700];
  int64_t claim, check;
  const char *verdict = a->result->model_agrees = judge(a, state);
  pel_document text = {.id = *a->c->text ? 3 : 2, .name = "answer", .text = *m->answer ? m->answer : "(nothing)"};
  PEL_TRY(a->sink.put(a->sink.user, PEL_ROW_DOCUMENT, &text, a->err));
  bool agrees = strcmp(verdict, "agrees") == 0, against = strcmp(verdict, "contradicts") == 0;
  pel_node_state shown = agrees ? PEL_STATE_HOLDS : against ? PEL_STATE_CONFLICT : PEL_STATE_UNKNOWN;
  snprintf(says, sizeof says, "The model says: \"%.1500s\"", m->answer);
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CLAIM, .state = shown, .says = says, .by = m->name, .note = "a language model's words; nothing else rests on them"}, &claim));
  snprintf(says, sizeof says, agrees ? "The model and the pack agree" : against ? "The model contradicts the pack" : "The pack says nothing that decides what the model says");
  PEL_TRY(pel_tell_node(&a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = shown, .says = says}, &check));
  PEL_TRY(pel_tell_edge(&a->t, root, claim, against ? PEL_EDGE_CONTRADICTS : PEL_EDGE_CITES, "the model"));
  PEL_TRY(pel_tell_edge(&a->t, claim, check, PEL_EDGE_BECAUSE, ""));
  for (size_t i = 0; m->attended && i < a->c->n_facts; i++) {
    int64_t fact;
    if (isnan(m->attended[i])) continue;
    PEL_TRY(pel_tell_case_fact(&a->t, i, &fact));
    PEL_TRY(pel_tell_weighted_edge(&a->t, claim, fact, PEL_EDGE_ATTENDED, m->attended[i]));
  }
  return PEL_OK;
}
