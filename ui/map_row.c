/* The numbers of the row that is pointed at, and what is said of it. */
#include <glib/gi18n.h>

#include "src/analysis/caption.h"
#include "ui/map_parts.h"
#include "ui/words.h"

/* ---- one row's numbers: for the exact value, its rank, and what its value carries ---- */

void pel_map_free_row(gpointer data) {
  row_data *r = data;
  g_clear_object(&r->self);
  pel_overview_unref(r->overview);
  g_free(r->shown);
  g_free(r->other);
  g_free(r);
}

static bool somebody_waits(double fraction, void *user) {
  row_data *r = user;
  (void)fraction;
  return !g_atomic_int_get(&r->stale);
}

static pel_status read_row(pel_trace *trace, const row_data *r, const pel_map_choice *of, float *out, pel_error *err) {
  pel_map_source source;
  pel_status status = pel_map_source_open(trace, of, &r->overview->units[of->level], &source, err);
  if (status != PEL_OK) return status;
  pel_progress progress = {somebody_waits, (void *)r};
  source.no_sink = r->no_sink;
  status = pel_map_source_rows(&source, (pel_range){r->row, r->row + 1}, (pel_range){0, r->row + 1}, &progress, out, err);
  pel_map_source_close(&source);
  return status;
}

static pel_status load_row(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  row_data *r = data;
  pel_map_choice other = r->of;
  (void)document;
  if (g_atomic_int_get(&r->stale)) return err->status = PEL_ERR_CANCELLED;
  pel_status status = read_row(trace, r, &r->of, r->shown, err);
  other.value_weighted = !other.value_weighted;
  if (status == PEL_OK && read_row(trace, r, &other, r->other, err) != PEL_OK && !g_atomic_int_get(&r->stale)) g_clear_pointer(&r->other, g_free); /* a trace without norms */
  return status;
}

static void take_row(pel_status status, const pel_error *err, void *data) {
  row_data *r = data, *kept;
  PelMapWidget *self = r->self;
  (void)err;
  if (r != self->asked) return;
  self->asked = NULL;
  if (status != PEL_OK) return;
  kept = g_new(row_data, 1);
  *kept = *r;
  kept->self = NULL;
  r->shown = r->other = NULL, r->overview = NULL;
  g_clear_pointer(&self->rows, pel_map_free_row);
  self->rows = kept;
  pel_map_describe(self);
  if (self->locked) pel_map_emit_locked(self, true);
}

/* Whether these are numbers of the row that is pointed at. */
bool pel_map_is_this_row(const PelMapWidget *self, const row_data *r) { return r && r->row == self->row && r->no_sink == self->look.no_sink && pel_same_choice(&r->of, &self->look.of); }

void pel_map_want_row(PelMapWidget *self) {
  if (pel_map_is_this_row(self, self->rows) || pel_map_is_this_row(self, self->asked) || !self->document || !self->has_head || self->row >= pel_map_units(self)) return;
  float *shown = g_try_new(float, self->row + 1), *other = g_try_new(float, self->row + 1);
  if (self->asked) g_atomic_int_set(&self->asked->stale, 1);
  if (!shown || !other) {
    g_free(shown);
    g_free(other);
    return;
  }
  row_data *r = g_new(row_data, 1);
  *r = (row_data){g_object_ref(self), pel_overview_ref(self->overview), self->look.of, self->row, self->look.no_sink, shown, other, 0};
  self->asked = r;
  pel_document_run(self->document, &(pel_work){load_row, take_row, pel_map_free_row, r});
}

/* ---- what is pointed at, in words ---- */

static pel_range open_keys(const PelMapWidget *self) {
  const pel_look *l = &self->look;
  uint32_t window = l->of.average == PEL_AVERAGE_ALL ? 0 : self->overview->windows[l->of.layer], first = 0;
  const pel_units *units = &self->overview->units[l->of.level];
  uint32_t token = pel_units_tokens(units, (pel_range){self->row, self->row + 1}).start;
  if (window && token + 1 > window) first = pel_units_at(units, token + 1 - window);
  if (first == 0 && l->no_sink && pel_units_sink_alone(units)) first = 1;
  return (pel_range){first, self->row + 1};
}

static void say_weight(PelMapWidget *self, GString *s) {
  pel_range open = open_keys(self);
  const float *w = self->rows->shown;
  char number[40];
  uint32_t rank = 1;
  for (uint32_t k = open.start; k < open.end; k++) rank += w[k] > w[self->key];
  pel_weight_text(number, sizeof number, (double)w[self->key]);
  if (self->key < open.start) g_string_append_printf(s, _(": %s, hidden as the sink"), number);
  else g_string_append_printf(s, _(": %s, rank %u of %u"), number, rank, open.end - open.start);
  if (!self->rows->other) return;
  pel_weight_text(number, sizeof number, (double)self->rows->other[self->key]);
  g_string_append_printf(s, self->look.of.value_weighted ? _(" · raw weight %s") : _(" · value-weighted %s"), number);
}

static char *sentence(PelMapWidget *self) {
  if (!self->overview || !self->has_head) return g_strdup("");
  char *name = pel_words_choice(&self->look.of);
  if (!self->pointed && !self->locked) return name;
  pel_level level = self->look.of.level;
  char *query = pel_words_unit(self->overview, level, false, self->row), *key = pel_words_unit(self->overview, level, true, self->key);
  GString *s = g_string_new(name);
  g_string_append_printf(s, " · %s → %s", query, key);
  if (self->key > self->row) g_string_append(s, _(": later than the query, not visible"));
  else if (self->key < open_keys(self).start && self->key > 0) g_string_append(s, _(": outside the layer's window"));
  else if (pel_map_is_this_row(self, self->rows)) say_weight(self, s);
  if (self->locked) g_string_append(s, _(" · locked"));
  g_free(name);
  g_free(query);
  g_free(key);
  return g_string_free(s, FALSE);
}

void pel_map_describe(PelMapWidget *self) {
  char *text = sentence(self);
  if (g_strcmp0(text, self->description) == 0) {
    g_free(text);
    return;
  }
  g_free(self->description);
  self->description = text;
  char *heard = g_strdup_printf("%s: %s", _("Attention map"), text); /* a change of name is what screen readers say */
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, heard, -1);
  g_free(heard);
  g_signal_emit_by_name(self, "described", text);
}
