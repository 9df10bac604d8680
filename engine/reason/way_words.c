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

static uint32_t clause_of(const pel_world *w, size_t fact) {
  uint32_t i = (uint32_t)w->program->n_clauses;
  while (i-- > 0)
    if (w->program->clauses[i].id == PEL_FACT_IDS + (int64_t)fact) return i;
  return UINT32_MAX;
}

pel_status pel_way_words(const pel_world *w, const pel_unknowns *way, pel_text_out *out, pel_error *err) {
  pel_unknowns before;
  pel_heap constants = {.program = w->program};
  PEL_TRY(pel_world_unknowns(w, &before, err));
  for (size_t i = 0; i < w->n_unknown; i++) {
    const pel_unknown_item *item = &w->unknown[i];
    uint32_t clause = clause_of(w, item->fact);
    bool decided = item->quantity ? is_narrowed(&before, way, item->number) : way->facts[item->number - 1] != 0;
    if (!decided || clause == UINT32_MAX) continue;
    pel_put(out, out->size ? ", and " : "if ", out->size ? 6 : 3);
    phrasing p = {.w = w, .h = &constants, .out = out, .before = &before, .way = way};
    pel_phrase_goal(&p, w->program->clauses[clause].head, !item->quantity && way->facts[item->number - 1] < 0, 0);
  }
  pel_unknowns_clear(&before);
  return PEL_OK;
}

void pel_unknown_words(const pel_world *w, const bool *chosen, pel_text_out *out) {
  pel_heap constants = {.program = w->program};
  for (size_t i = 0; i < w->n_unknown; i++) {
    uint32_t clause = chosen[i] ? clause_of(w, w->unknown[i].fact) : UINT32_MAX;
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
