/* What a retrieval found, as a picture, CSV and JSON. */
#include <string.h>

#include "engine/base/status.h"
#include "src/core/export_tree_parts.h"
#include "src/core/text_out.h"
#include "src/plot/retrieval.h"

#define ALLOWED (1u << PEL_FORMAT_PNG | 1u << PEL_FORMAT_SVG | 1u << PEL_FORMAT_PDF | 1u << PEL_FORMAT_CSV | 1u << PEL_FORMAT_JSON)

typedef struct place { /* of a candidate: "" for what it has not */
  const char *source, *path, *label, *text;
} place;

static place place_of(const pel_reasoning *r, const pel_retrieved *x) {
  place p = {"", "", "", ""};
  if (x->passage < 1 || x->passage > (int64_t)r->n_passages) return p;
  const pel_passage *q = &r->passages[x->passage - 1];
  p = (place){"", q->path, q->label, q->text};
  if (q->source >= 1 && q->source <= (int64_t)r->n_sources) p.source = r->sources[q->source - 1].title;
  return p;
}

/* ---- csv ---- */

static void write_csv(const pel_reasoning *r, size_t first, size_t n, pel_outfile *f) {
  pel_outfile_puts(f, "rank,passage,source,path,lexical,dense,fused,gate,weight,margin,text\r\n");
  for (size_t i = first; i < first + n; i++) {
    const pel_retrieved *x = &r->retrieved[i];
    place p = place_of(r, x);
    pel_json_double(f, x->rank);
    pel_csv_number(f, (double)x->passage);
    pel_csv_text(f, p.source);
    pel_csv_text(f, p.path);
    const double numbers[] = {x->lexical, x->dense, x->fused, x->gate, x->weight, x->margin};
    for (size_t k = 0; k < 6; k++) pel_csv_number(f, numbers[k]);
    pel_csv_text(f, p.text);
    pel_outfile_puts(f, "\r\n");
  }
}

/* ---- json ---- */

static void json_candidate(const pel_reasoning *r, const pel_retrieved *x, pel_outfile *f) {
  place p = place_of(r, x);
  pel_json_name(f, "rank", false);
  pel_json_double(f, x->rank);
  pel_json_number(f, "passage", (double)x->passage, true);
  pel_json_text(f, "source", p.source, true);
  pel_json_text(f, "path", p.path, true);
  pel_json_text(f, "label", p.label, true);
  pel_json_text(f, "text", p.text, true);
  pel_json_number(f, "lexical", x->lexical, true);
  pel_json_number(f, "dense", x->dense, true);
  pel_json_number(f, "fused", x->fused, true);
  pel_json_number(f, "gate", x->gate, true);
  pel_json_number(f, "weight", x->weight, true);
  pel_json_number(f, "margin", x->margin, true);
}

static void write_json(const pel_reasoning *r, int64_t span, const char *hash, size_t first, size_t n, pel_outfile *f) {
  pel_outfile_puts(f, "{\"format\": \"pellucid retrieval\", \"version\": 1");
  pel_json_text(f, "trace", hash, true);
  pel_json_number(f, "span", (double)span, true);
  pel_json_name(f, "candidates", true);
  pel_outfile_puts(f, "[");
  for (size_t i = first; i < first + n; i++) {
    pel_outfile_puts(f, i > first ? ",\n{" : "\n{");
    json_candidate(r, &r->retrieved[i], f);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]}\n");
}

/* ---- picture ---- */

static void draw(const void *plot, pel_canvas *canvas) { pel_retrieval_draw(plot, canvas); }

static pel_status write_picture(const pel_reasoning *r, int64_t span, const pel_reasoning_origin *origin, const pel_export_options *o,
                                pel_export_format format, pel_outfile *file, pel_error *err) {
  pel_caption caption;
  pel_retrieval *plot;
  pel_plot_style style = pel_export_style(o);
  pel_retrieval_data data = {.reasoning = r, .span = span, .caption = &caption};
  double width, height;
  pel_caption_retrieval(r, span, origin->hash, &caption);
  pel_retrieval_size(&data, &style, &width, &height);
  PEL_TRY(pel_export_settle_size(o, format, &width, &height, err));
  PEL_TRY(pel_retrieval_layout(&data, &style, width, height, &plot, err));
  pel_status status = pel_export_write_picture(origin->created, &caption, format, width, height, draw, plot, file, err);
  pel_retrieval_free(plot);
  return status;
}

pel_status pel_export_retrieval_of(const pel_reasoning *r, const pel_reasoning_origin *origin, const pel_export_options *o,
                                   const pel_tree_choice *choice, const char *path, pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  size_t first, n;
  PEL_TRY(pel_export_format_of(path, ALLOWED, &format, err));
  int64_t span = pel_retrieval_span(r, choice->span);
  if (!span)
    return pel_fail(err, choice->span ? PEL_ERR_USAGE : PEL_ERR_UNSUPPORTED,
                    choice->span ? "stage %lld retrieved nothing" : "the trace holds no retrieval", (long long)choice->span);
  n = pel_retrieval_rows(r, span, &first);
  PEL_TRY(pel_outfile_open(path, o->force, &file, err));
  pel_status status = PEL_OK;
  if (format == PEL_FORMAT_CSV)
    write_csv(r, first, n, file);
  else if (format == PEL_FORMAT_JSON)
    write_json(r, span, origin->hash, first, n, file);
  else
    status = write_picture(r, span, origin, o, format, file, err);
  return pel_export_finish(file, status, err);
}
