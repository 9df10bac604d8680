/* How far confidences can be trusted, as a picture, CSV and JSON. */
#include "engine/base/status.h"
#include "src/analysis/confidence_makeup.h"
#include "src/core/export_tree_parts.h"
#include "src/core/text_out.h"
#include "src/plot/reliability.h"

#define ALLOWED (1u << PEL_FORMAT_PNG | 1u << PEL_FORMAT_SVG | 1u << PEL_FORMAT_PDF | 1u << PEL_FORMAT_CSV | 1u << PEL_FORMAT_JSON)

static void write_csv(const pel_reliability *bins, size_t n, pel_outfile *f) {
  pel_outfile_puts(f, "low,high,n,confidence,accuracy,accuracy_low,accuracy_high\r\n");
  for (size_t i = 0; i < n; i++) {
    const pel_reliability *b = &bins[i];
    const double rest[] = {b->high, (double)b->n, b->confidence, b->accuracy, b->accuracy_low, b->accuracy_high};
    pel_json_double(f, b->low);
    for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) pel_csv_number(f, rest[k]);
    pel_outfile_puts(f, "\r\n");
  }
}

/* What the conclusion's confidence is made of. */
static void write_makeup(const pel_confidence_makeup *m, pel_outfile *f) {
  pel_json_number(f, "confidence", m->confidence, true);
  pel_json_number(f, "no_answer_below", m->level, true);
  pel_json_number(f, "log_odds_of_the_mean_case", m->usual, true);
  pel_json_name(f, "parts", true);
  pel_outfile_puts(f, "[");
  for (size_t i = 0; i < m->n; i++) {
    pel_outfile_puts(f, i ? ",\n{" : "\n{");
    pel_json_text(f, "part", m->parts[i].says, false);
    pel_json_number(f, "adds", m->parts[i].adds, true);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]");
}

static void write_json(const pel_reasoning *r, const pel_reliability_sum *sum, const char *hash, pel_outfile *f) {
  const pel_reliability *bins = r->reliability + sum->first;
  pel_confidence_makeup makeup;
  pel_outfile_puts(f, "{\"format\": \"pellucid reliability\", \"version\": 1");
  pel_json_text(f, "trace", hash, true);
  pel_json_number(f, "span", (double)sum->span, true);
  pel_json_number(f, "n", (double)sum->n, true);
  pel_json_number(f, "expected_calibration_error", sum->error, true);
  if (pel_confidence_makeup_of(r, sum->span, &makeup)) write_makeup(&makeup, f);
  pel_json_name(f, "bins", true);
  pel_outfile_puts(f, "[");
  for (size_t i = 0; i < sum->n_bins; i++) {
    const pel_reliability *b = &bins[i];
    pel_outfile_puts(f, i ? ",\n{" : "\n{");
    pel_json_number(f, "low", b->low, false);
    pel_json_number(f, "high", b->high, true);
    pel_json_number(f, "n", (double)b->n, true);
    pel_json_number(f, "confidence", b->confidence, true);
    pel_json_number(f, "accuracy", b->accuracy, true);
    pel_json_number(f, "accuracy_low", b->accuracy_low, true);
    pel_json_number(f, "accuracy_high", b->accuracy_high, true);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]}\n");
}

pel_status pel_export_reliability_of(const pel_reasoning *r, const pel_reasoning_origin *origin, const pel_export_options *o, const pel_tree_choice *choice,
                                     const char *path, pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  pel_reliability_sum sum;
  pel_caption caption;
  pel_reliability_data data = {r, choice->span};
  pel_diagram_maker maker = pel_reliability_maker(&data);
  PEL_TRY(pel_export_format_of(path, ALLOWED, &format, err));
  if (!pel_reliability_sum_of(r, choice->span, &sum))
    return pel_fail(err, choice->span ? PEL_ERR_USAGE : PEL_ERR_UNSUPPORTED, choice->span ? "stage %lld has no calibration" : "the trace holds no calibration",
                    (long long)choice->span);
  PEL_TRY(pel_outfile_open(path, o->force, &file, err));
  pel_status status = PEL_OK;
  pel_caption_reliability(&data, origin->hash, &caption);
  if (format == PEL_FORMAT_CSV) write_csv(r->reliability + sum.first, sum.n_bins, file);
  else if (format == PEL_FORMAT_JSON) write_json(r, &sum, origin->hash, file);
  else status = pel_export_diagram(&maker, &caption, origin, o, format, file, err);
  return pel_export_finish(file, status, err);
}

pel_status pel_export_reliability(pel_trace *trace, const pel_export_options *o, const pel_tree_choice *choice, const char *path, pel_error *err) {
  return pel_export_from_trace(trace, pel_export_reliability_of, o, choice, path, err);
}
