#include "ui/head_measure.h"

#include <glib/gi18n.h>
#include <math.h>

const char *pel_measure_name(pel_head_measure measure) {
  static const char *const names[PEL_MEASURES] = {N_("Entropy"), N_("Sink"), N_("Received"), N_("Distance"), N_("Previous"), N_("Induction")};
  return _(names[measure]);
}

const char *pel_measure_explanation(pel_head_measure measure) {
  static const char *const texts[PEL_MEASURES] = {
      N_("Mean entropy of its rows, in nats: small for a head that looks at few tokens"),
      N_("Mean weight on key 0, where attention goes that has nowhere to go"),
      N_("The most attention that one key received, in queries' worth"),
      N_("How many tokens back it looks on average: small for a local head"),
      N_("Mean weight of the token just before the query"),
      N_("Mean weight of the token that followed the query's last earlier copy")};
  return _(texts[measure]);
}

static double of_head(const pel_overview *o, pel_head_measure measure, size_t i) {
  const pel_head_summary *s = &o->heads.heads[i];
  const pel_head_scores *scores = o->scores ? &o->scores[i] : NULL;
  if (s->state != PEL_HEAD_RECORDED) return (double)NAN;
  switch (measure) {
    case PEL_MEASURE_ENTROPY: return o->has_heads ? (double)s->entropy : (double)NAN;
    case PEL_MEASURE_SINK: return o->has_heads ? (double)s->sink : (double)NAN;
    case PEL_MEASURE_RECEIVED: return o->has_heads ? (double)s->received_max : (double)NAN;
    case PEL_MEASURE_DISTANCE: return scores ? (double)scores->distance : (double)NAN;
    case PEL_MEASURE_PREVIOUS: return scores ? (double)scores->previous : (double)NAN;
    default: return scores ? (double)scores->induction : (double)NAN;
  }
}

double pel_measure_value(const pel_overview *o, pel_head_measure measure, uint32_t layer, uint32_t head) {
  const pel_heads_view *v = &o->heads;
  if (head < v->n_heads) return of_head(o, measure, pel_heads_index(v, layer, head));
  uint32_t first = layer < v->n_layers ? layer : 0, last = layer < v->n_layers ? layer + 1 : v->n_layers, n = 0;
  double sum = 0;
  for (size_t i = (size_t)first * v->n_heads; i < (size_t)last * v->n_heads; i++)
    if (v->heads[i].state == PEL_HEAD_RECORDED) sum += of_head(o, measure, i), n++;
  return n ? sum / n : (double)NAN;
}

char *pel_measure_text(pel_head_measure measure, double value) {
  if (isnan(value)) return g_strdup("–");
  if (measure == PEL_MEASURE_ENTROPY) return g_strdup_printf("%.2f", value);
  if (measure == PEL_MEASURE_RECEIVED || measure == PEL_MEASURE_DISTANCE) return g_strdup_printf("%.1f", value);
  return g_strdup_printf("%.1f %%", 100 * value);
}
