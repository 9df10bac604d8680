/* The stages of a run with their times, as a picture, CSV, JSON and text. */
#include <stdlib.h>

#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/analysis/string_build.h"
#include "src/core/export_tree_parts.h"
#include "src/core/text_out.h"
#include "src/plot/timeline.h"

#define ALLOWED \
  (1u << PEL_FORMAT_PNG | 1u << PEL_FORMAT_SVG | 1u << PEL_FORMAT_PDF | 1u << PEL_FORMAT_CSV | 1u << PEL_FORMAT_JSON | 1u << PEL_FORMAT_MARKDOWN)

static void write_csv(const pel_reasoning *r, const pel_stage_times *t, pel_outfile *f) {
  pel_outfile_puts(f, "id,parent,kind,name,status,start,seconds\r\n");
  for (uint32_t i = 0; i < t->n; i++) {
    const pel_span *s = &r->spans[t->stages[i].span];
    pel_json_double(f, (double)s->id);
    pel_csv_number(f, (double)s->parent);
    pel_csv_text(f, pel_span_kind_name(s->kind));
    pel_csv_text(f, s->name);
    pel_csv_text(f, s->status);
    pel_csv_number(f, t->stages[i].start);
    pel_csv_number(f, t->stages[i].seconds);
    pel_outfile_puts(f, "\r\n");
  }
}

static void write_json(const pel_reasoning *r, const pel_stage_times *t, const char *hash, pel_outfile *f) {
  pel_outfile_puts(f, "{\"format\": \"pellucid timeline\", \"version\": 1");
  pel_json_text(f, "trace", hash, true);
  pel_json_number(f, "seconds", t->total, true);
  pel_json_text(f, "order", PEL_TIMELINE_RULE, true);
  pel_json_name(f, "stages", true);
  pel_outfile_puts(f, "[");
  for (uint32_t i = 0; i < t->n; i++) {
    const pel_span *s = &r->spans[t->stages[i].span];
    pel_outfile_puts(f, i ? ",\n{" : "\n{");
    pel_json_number(f, "id", (double)s->id, false);
    pel_json_number(f, "parent", (double)s->parent, true);
    pel_json_text(f, "kind", pel_span_kind_name(s->kind), true);
    pel_json_text(f, "name", s->name, true);
    pel_json_text(f, "status", s->status, true);
    pel_json_number(f, "start", t->stages[i].start, true);
    pel_json_number(f, "seconds", t->stages[i].seconds, true);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]}\n");
}

/* A list in lists, as deep as the stages are. */
static pel_status write_text(const pel_reasoning *r, const pel_stage_times *t, const char *hash, pel_outfile *f, pel_error *err) {
  pel_string s = {0};
  char text[40];
  pel_string_addf(&s, "# Where the time went\n\n%u stages, %s. ", t->n, pel_seconds_text(t->total, text));
  pel_string_addf(&s, "Trace %.12s. Note: %s.\n\n", *hash ? hash : "without a hash", PEL_TIMELINE_RULE);
  for (uint32_t i = 0; i < t->n && !s.failed; i++) {
    const pel_span *span = &r->spans[t->stages[i].span];
    pel_string_addf(&s, "%*s- %lld ", (int)(2 * (t->stages[i].depth < 20 ? t->stages[i].depth : 20)), "", (long long)span->id);
    pel_string_add_sentence(&s, span->name);
    pel_string_addf(&s, " (%s): %s", pel_stage_word(span->kind), pel_seconds_text(t->stages[i].seconds, text));
    if (pel_stage_end_of(span) != PEL_STAGE_OK) pel_string_add(&s, "; "), pel_string_add_sentence(&s, span->status);
    pel_string_add(&s, "\n");
  }
  char *whole = pel_string_take(&s);
  if (!whole) return pel_fail_memory(err, "the text of a timeline", t->n);
  pel_outfile_puts(f, whole);
  free(whole);
  return PEL_OK;
}

static pel_status write_picture(const pel_reasoning *r, const pel_reasoning_origin *origin, const pel_export_options *o, pel_export_format format,
                                pel_outfile *file, pel_error *err) {
  pel_timeline_data data = {.reasoning = r};
  pel_diagram_maker maker = pel_timeline_maker(&data);
  pel_caption caption;
  PEL_TRY(pel_caption_timeline(&data, origin->hash, &caption, err));
  return pel_export_diagram(&maker, &caption, origin, o, format, file, err);
}

pel_status pel_export_timeline_of(const pel_reasoning *r, const pel_reasoning_origin *origin, const pel_export_options *o, const pel_tree_choice *choice,
                                  const char *path, pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  pel_stage_times times;
  (void)choice;
  PEL_TRY(pel_export_format_of(path, ALLOWED, &format, err));
  if (!r->n_spans) return pel_fail(err, PEL_ERR_UNSUPPORTED, "the trace holds no stages of a reasoning");
  PEL_TRY(pel_stage_times_make(r, &times, err));
  pel_status status = pel_outfile_open(path, o->force, &file, err);
  if (status == PEL_OK) {
    if (format == PEL_FORMAT_CSV) write_csv(r, &times, file);
    else if (format == PEL_FORMAT_JSON) write_json(r, &times, origin->hash, file);
    else if (format == PEL_FORMAT_MARKDOWN) status = write_text(r, &times, origin->hash, file, err);
    else status = write_picture(r, origin, o, format, file, err);
    status = pel_export_finish(file, status, err);
  }
  pel_stage_times_clear(&times);
  return status;
}

pel_status pel_export_timeline(pel_trace *trace, const pel_export_options *o, const pel_tree_choice *choice, const char *path, pel_error *err) {
  return pel_export_from_trace(trace, pel_export_timeline_of, o, choice, path, err);
}
