/* One way in which what is not known may be, in words: "if the blood urea is more than 7 mmol/L". */
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/reason/phrase_parts.h"

static bool same_end(const pel_range_end *a, const pel_range_end *b) {
  return a->there == b->there && (!a->there || (a->open == b->open && pel_number_compare(&a->value, &b->value) == 0));
}

static bool is_narrowed(const pel_unknowns *before, const pel_unknowns *way, int32_t quantity) {
  const pel_unknown_quantity *a = &before->quantities[quantity - 1], *b = &way->quantities[quantity - 1];
  return !same_end(&a->low, &b->low) || !same_end(&a->high, &b->high);
}

/* The clause of an unknown quantity, or of the unknown fact of that number. */
static uint32_t clause_of(const pel_world *w, const pel_unknown_item *item, int32_t number) {
  uint32_t i = (uint32_t)w->program->n_clauses;
  while (i-- > 0)
    if (w->program->clauses[i].id == PEL_FACT_IDS + (int64_t)item->fact && (item->quantity || w->program->clauses[i].undecided == number)) return i;
  return UINT32_MAX;
}

static bool is_denial(const pel_unknown_item *item) { return item->opposite && item->opposite < item->number; }

/* A fact that is not so: its opposite is, and then says all; or its opposite is not so, either; or that was not asked. */
static void put_absent(phrasing *p, const pel_unknowns *way, const pel_unknown_item *item, pel_cell head) {
  bool neither = item->opposite && way->facts[item->opposite - 1] < 0;
  if (neither) pel_phrase_put(p, "nothing says whether ");
  else if (is_denial(item)) pel_phrase_put(p, "nothing says: ");
  pel_phrase_goal(p, head, !neither && !is_denial(item), 0);
}

/* Of two opposites one is told: the one that is so, or, when neither is, the first. */
static bool is_told_by_other(const pel_unknowns *way, const pel_unknown_item *item) {
  if (item->quantity || !item->opposite || way->facts[item->number - 1] > 0) return false;
  int8_t other = way->facts[item->opposite - 1];
  return other > 0 || (other < 0 && is_denial(item));
}

pel_status pel_way_words(const pel_world *w, const pel_unknowns *way, pel_text_out *out, pel_error *err) {
  pel_unknowns before;
  pel_heap constants = {.program = w->program};
  PEL_TRY(pel_world_unknowns(w, &before, err));
  for (size_t i = 0; i < w->n_unknown; i++) {
    const pel_unknown_item *item = &w->unknown[i];
    bool decided = item->quantity ? is_narrowed(&before, way, item->number) : way->facts[item->number - 1] != 0;
    if (!decided || is_told_by_other(way, item)) continue;
    uint32_t clause = clause_of(w, item, item->number);
    if (clause == UINT32_MAX) continue;
    pel_put(out, out->size ? ", and " : "if ", out->size ? 6 : 3);
    phrasing p = {.w = w, .h = &constants, .out = out, .before = &before, .way = way};
    pel_cell head = w->program->clauses[clause].head;
    if (!item->quantity && way->facts[item->number - 1] < 0) put_absent(&p, way, item, head);
    else pel_phrase_goal(&p, head, false, 0);
  }
  pel_unknowns_clear(&before);
  return PEL_OK;
}

void pel_unknown_words(const pel_world *w, const bool *chosen, pel_text_out *out) {
  pel_heap constants = {.program = w->program};
  for (size_t i = 0; i < w->n_unknown; i++) {
    const pel_unknown_item *item = &w->unknown[i];
    if (!chosen[i] || (is_denial(item) && i > 0 && chosen[i - 1])) continue; /* the denial of a fact stands behind it */
    uint32_t clause = clause_of(w, item, is_denial(item) ? item->opposite : item->number);
    if (clause == UINT32_MAX) continue;
    if (out->size) pel_put(out, "; ", 2);
    pel_phrase(w, &constants, w->program->clauses[clause].head, false, out, NULL);
  }
}

static void put_end(phrasing *p, const pel_range_end *end, const char *open, const char *closed) {
  pel_phrase_put(p, end->open ? open : closed);
  pel_phrase_read_number(p, &end->value);
}

void pel_phrase_quantity(phrasing *p, int64_t quantity) {
  bool known = p->way && quantity > 0 && (size_t)quantity <= p->way->n_quantities;
  if (!known) return pel_phrase_put(p, "\xe2\x80\xa6");
  const pel_unknown_quantity *q = &p->way->quantities[quantity - 1], *before = &p->before->quantities[quantity - 1];
  bool low = q->low.there && !same_end(&q->low, &before->low), high = q->high.there && !same_end(&q->high, &before->high);
  if (low && high && pel_number_compare(&q->low.value, &q->high.value) == 0) return pel_phrase_read_number(p, &q->low.value);
  if (low) put_end(p, &q->low, "more than ", "at least ");
  if (low && high) pel_phrase_put(p, " and ");
  if (high) put_end(p, &q->high, "less than ", "at most ");
}
