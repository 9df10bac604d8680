#include "engine/reason/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/search.h"
#include "engine/knowledge/words.h"

typedef struct known_word { /* what was once looked up stays: the words of the passages come again and again */
  char text[PEL_WORD_BYTES + 1];
  double idf;
  uint64_t asked, counted; /* the last question, the last text in which it was */
} known_word;

struct pel_coverage {
  pel_pack *pack;
  known_word *words;
  size_t n, capacity;
  uint32_t *slots; /* index + 1 of a word by its hash */
  size_t n_slots;
  uint64_t question, text;
  double asked;          /* idf of the question's words */
  double theirs, common; /* of the passage at hand; of its words that the question holds */
  pel_status status;
  pel_error *err;
};

pel_coverage *pel_coverage_new(pel_pack *pack) {
  pel_coverage *c = pel_alloc(1, sizeof *c);
  if (c) c->pack = pack;
  return c;
}

void pel_coverage_free(pel_coverage *c) {
  if (!c) return;
  free(c->words);
  free(c->slots);
  free(c);
}

static uint32_t *slot_of(pel_coverage *c, const char *word) {
  uint64_t h = 14695981039346656037u;
  for (const char *at = word; *at; at++) h = (h ^ (unsigned char)*at) * 1099511628211u;
  size_t i = (size_t)(h ^ h >> 32) & (c->n_slots - 1);
  while (c->slots[i] && strcmp(c->words[c->slots[i] - 1].text, word) != 0) i = (i + 1) & (c->n_slots - 1);
  return &c->slots[i];
}

static bool make_room(pel_coverage *c) {
  if (c->n * 2 >= c->n_slots) {
    size_t n = c->n_slots ? c->n_slots * 2 : 1024;
    uint32_t *slots = pel_alloc(n, sizeof *slots);
    if (!slots) return false;
    free(c->slots);
    c->slots = slots, c->n_slots = n;
    for (size_t i = 0; i < c->n; i++) *slot_of(c, c->words[i].text) = (uint32_t)i + 1;
  }
  known_word *words = pel_grow(c->words, &c->capacity, c->n + 1, sizeof *words);
  if (words) c->words = words;
  return words != NULL;
}

static known_word *look_up(pel_coverage *c, const char *word, size_t size) {
  if (!make_room(c)) {
    c->status = pel_fail_memory(c->err, "words of passages", c->n * sizeof *c->words);
    return NULL;
  }
  uint32_t *slot = slot_of(c, word);
  if (*slot) return &c->words[*slot - 1];
  known_word *w = &c->words[c->n];
  *w = (known_word){.idf = 0};
  memcpy(w->text, word, size + 1);
  c->status = pel_pack_word_idf(c->pack, word, &w->idf, c->err);
  if (c->status != PEL_OK) return NULL;
  *slot = (uint32_t)++c->n;
  return w;
}

static bool ask_word(void *user, const char *word, size_t size) {
  pel_coverage *c = user;
  known_word *w = look_up(c, word, size);
  if (!w) return false;
  if (w->asked != c->question) c->asked += w->idf;
  w->asked = c->question;
  return true;
}

static bool count_word(void *user, const char *word, size_t size) {
  pel_coverage *c = user;
  known_word *w = look_up(c, word, size);
  if (!w) return false;
  if (w->counted == c->text) return true;
  w->counted = c->text;
  c->theirs += w->idf;
  if (w->asked == c->question) c->common += w->idf;
  return true;
}

static pel_status take(pel_coverage *c, const char *text, bool (*each)(void *, const char *, size_t), pel_error *err) {
  c->err = err;
  c->status = PEL_OK;
  if (!pel_pack_words(c->pack, text, each, c) && c->status == PEL_OK) return pel_fail_memory(err, "words of a text", strlen(text));
  return c->status;
}

pel_status pel_coverage_ask(pel_coverage *c, const char *question, pel_error *err) {
  c->question++;
  c->asked = 0;
  return take(c, question, ask_word, err);
}

pel_status pel_coverage_of(pel_coverage *c, const pel_passage *passage, double *covered, double *shared, pel_error *err) {
  c->text++;
  c->theirs = c->common = 0;
  PEL_TRY(take(c, passage->label, count_word, err));
  PEL_TRY(take(c, passage->text, count_word, err));
  *covered = c->asked > 0 ? c->common / c->asked : 0;
  *shared = c->theirs > 0 ? c->common / c->theirs : 0;
  return PEL_OK;
}
