/* What is not known, as it is tried out: each fact's state so far, each quantity's range. */
#include "engine/reason/world.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/decimal.h"

static bool take_end(const char *text, size_t size, pel_range_end *end) {
  if (size == 0) return true;
  return end->there = pel_decimal_parse(text, size, &end->value) == NULL;
}

pel_status pel_world_unknowns(const pel_world *w, pel_unknowns *out, pel_error *err) {
  pel_unknowns u = {.n_facts = (size_t)w->n_unknown_facts, .n_quantities = (size_t)w->n_unknown_quantities};
  u.facts = pel_alloc(u.n_facts + 1, 1);
  u.quantities = pel_alloc(u.n_quantities + 1, sizeof *u.quantities);
  if (!u.facts || !u.quantities) return free(u.facts), free(u.quantities), pel_fail_memory(err, "unknown facts", u.n_facts);
  for (size_t i = 0; i < w->n_unknown; i++) {
    const pel_unknown_item *item = &w->unknown[i];
    const pel_term_words *t = item->quantity ? pel_world_words(w, "quantity", pel_case_get_fact(w->of, item->fact)->name) : NULL;
    const char *dots = t ? strstr(t->allowed, "..") : NULL;
    pel_unknown_quantity *q = item->quantity ? &u.quantities[item->number - 1] : NULL;
    if (dots && !(take_end(t->allowed, (size_t)(dots - t->allowed), &q->low) && take_end(dots + 2, strlen(dots + 2), &q->high))) {
      pel_unknowns_clear(&u);
      return pel_fail(err, PEL_ERR_INPUT, "the pack's vocabulary: \"%.60s\" is no range; write it as 0..300", t->allowed);
    }
  }
  *out = u;
  return PEL_OK;
}

static void copy_end(const pel_range_end *from, pel_range_end *to) {
  *to = *from;
  if (!from->there) return;
  mpq_t q;
  pel_number_get_q(&from->value, q);
  to->value = pel_number_take_q(q);
}

pel_status pel_unknowns_copy(const pel_unknowns *from, pel_unknowns *out, pel_error *err) {
  pel_unknowns u = {.n_facts = from->n_facts, .n_quantities = from->n_quantities};
  u.facts = pel_alloc(u.n_facts + 1, 1);
  u.quantities = pel_alloc(u.n_quantities + 1, sizeof *u.quantities);
  if (!u.facts || !u.quantities) return free(u.facts), free(u.quantities), pel_fail_memory(err, "unknown facts", u.n_facts);
  memcpy(u.facts, from->facts, u.n_facts);
  for (size_t i = 0; i < u.n_quantities; i++) {
    u.quantities[i].computed = from->quantities[i].computed;
    copy_end(&from->quantities[i].low, &u.quantities[i].low);
    copy_end(&from->quantities[i].high, &u.quantities[i].high);
  }
  *out = u;
  return PEL_OK;
}

void pel_unknowns_clear(pel_unknowns *u) {
  for (size_t i = 0; i < u->n_quantities; i++) {
    pel_number_clear(&u->quantities[i].low.value);
    pel_number_clear(&u->quantities[i].high.value);
  }
  pel_number_clear(&u->bound);
  free(u->facts);
  free(u->quantities);
  *u = (pel_unknowns){0};
}
