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

/* The clause of a thing that is not known: of a fact there are two, it and its denial. */
static uint32_t clause_of(const pel_world *w, const pel_unknown_item *item) {
  uint32_t i = (uint32_t)w->program->n_clauses;
  while (i-- > 0) {
    const pel_rule_clause *c = &w->program->clauses[i];
    if (c->id == PEL_FACT_IDS + (int64_t)item->fact && (item->quantity || c->undecided == item->number)) return i;
  }
  return UINT32_MAX;
}

static bool is_denial(const pel_unknown_item *item) { return !item->quantity && item->opposite && item->opposite < item->number; }

/* What is supposed of one thing; false: nothing, or nothing beside what is said of its opposite. */
static bool is_supposed(const pel_unknowns *before, const pel_unknowns *way, const pel_unknown_item *item) {
  if (item->quantity) return is_narrowed(before, way, item->number);
  if (way->facts[item->number - 1] > 0) return true;
  int8_t opposite = item->opposite ? way->facts[item->opposite - 1] : 0;
  return way->facts[item->number - 1] < 0 && (is_denial(item) ? opposite == 0 : opposite <= 0);
}

pel_status pel_way_words(const pel_world *w, const pel_unknowns *way, pel_text_out *out, pel_error *err) {
  pel_unknowns before;
  pel_heap constants = {.program = w->program};
  PEL_TRY(pel_world_unknowns(w, &before, err));
  for (size_t i = 0; i < w->n_unknown; i++) {
    const pel_unknown_item *item = &w->unknown[i];
    uint32_t clause = is_supposed(&before, way, item) ? clause_of(w, item) : UINT32_MAX;
    if (clause == UINT32_MAX) continue;
    bool absent = !item->quantity && way->facts[item->number - 1] < 0;
    phrasing p = {.w = w, .h = &constants, .out = out, .before = &before, .way = way};
    pel_phrase_put(&p, out->size ? ", and " : "if ");
    bool neither = absent && item->opposite && way->facts[item->opposite - 1] < 0; /* nor its opposite */
    if (absent) pel_phrase_put(&p, neither ? "nothing says whether " : "nothing says: ");
    pel_phrase_goal(&p, w->program->clauses[clause].head, false, 0);
  }
  pel_unknowns_clear(&before);
  return PEL_OK;
}

void pel_unknown_words(const pel_world *w, const bool *chosen, pel_text_out *out) {
  pel_heap constants = {.program = w->program};
  for (size_t i = 0, said = SIZE_MAX; i < w->n_unknown; i++) {
    const pel_unknown_item *item = &w->unknown[i];
    if (!chosen[i] || item->fact == said) continue;
    said = item->fact; /* once, whether it or its denial matters */
    pel_unknown_item itself = *item;
    if (is_denial(item)) itself.number = item->opposite;
    uint32_t clause = clause_of(w, &itself);
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
