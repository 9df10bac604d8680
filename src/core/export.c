#include "src/core/export.h"

#include "engine/base/status.h"
#include "src/core/export_parts.h"
#include "src/core/text_out.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "npy and safetensors are written as they lie in memory");

static const char *const suffixes[PEL_FORMATS] = {".png", ".svg",  ".pdf",        ".npy",
                                                  ".csv", ".json", ".safetensors", ".graphml", ".dot", ".md"};

pel_status pel_export_format_of(const char *path, unsigned allowed, pel_export_format *out, pel_error *err) {
  size_t length = strlen(path), at = 0;
  char list[80] = "";
  for (int i = 0; i < PEL_FORMATS; i++) {
    size_t n = strlen(suffixes[i]);
    if (!(allowed & 1u << i)) continue;
    if (length > n && strcasecmp(path + length - n, suffixes[i]) == 0) {
      *out = (pel_export_format)i;
      return PEL_OK;
    }
    at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at ? " " : "", suffixes[i]);
  }
  return pel_fail(err, PEL_ERR_USAGE, "%s: the name's suffix chooses the format; here it can be %s", path,
                  list);
}

pel_status pel_export_finish(pel_outfile *file, pel_status status, pel_error *err) {
  if (status == PEL_OK) return pel_outfile_commit(file, err);
  if (pel_outfile_failed(file)) status = pel_outfile_error(file, err);
  pel_outfile_discard(file);
  return status;
}

pel_status pel_export_step(const pel_export_options *options, const pel_outfile *file, double fraction,
                           pel_error *err) {
  if (pel_outfile_failed(file)) return pel_outfile_error(file, err);
  if (pel_progress_step(&options->progress, fraction)) return PEL_OK;
  return pel_fail(err, PEL_ERR_CANCELLED, "export stopped; nothing was written");
}

void pel_export_json_origin(pel_outfile *file, const pel_trace *trace) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  const char *model = info->model_name ? info->model_name : "", *hash = info->hash ? info->hash : "";
  pel_json_name(file, "model", false);
  pel_json_string(file, model, strlen(model));
  pel_json_name(file, "trace", true);
  pel_json_string(file, hash, strlen(hash));
}

#define PICTURES (1u << PEL_FORMAT_PNG | 1u << PEL_FORMAT_SVG | 1u << PEL_FORMAT_PDF)
#define NPY (1u << PEL_FORMAT_NPY)
#define CSV (1u << PEL_FORMAT_CSV)
#define JSON (1u << PEL_FORMAT_JSON)

pel_status pel_export_attention(pel_trace *trace, const pel_export_options *o, const char *path,
                                pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  PEL_TRY(pel_check_run(trace, err));
  PEL_TRY(pel_export_format_of(path, PICTURES | NPY | CSV | JSON, &format, err));
  if (o->of.average == PEL_AVERAGE_NONE) PEL_TRY(pel_check_head(trace, o->of.layer, o->of.head, err));
  PEL_TRY(pel_outfile_open(path, o->force, &file, err));
  pel_status status;
  switch (format) {
  case PEL_FORMAT_NPY:
    status = pel_export_map_npy(trace, o, file, err);
    break;
  case PEL_FORMAT_CSV:
    status = pel_export_map_csv(trace, o, file, err);
    break;
  case PEL_FORMAT_JSON:
    status = pel_export_map_json(trace, o, file, err);
    break;
  default:
    status = pel_export_map_picture(trace, o, format, file, err);
    break;
  }
  return pel_export_finish(file, status, err);
}

pel_status pel_export_heads(pel_trace *trace, const pel_export_options *o, const char *path, pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  PEL_TRY(pel_check_run(trace, err));
  PEL_TRY(pel_export_format_of(path, PICTURES | NPY | JSON, &format, err));
  if (o->no_sink)
    return pel_fail(err, PEL_ERR_USAGE,
                    "key 0 can be hidden in the picture of one head, not in the overview of all");
  PEL_TRY(pel_outfile_open(path, o->force, &file, err));
  pel_status status;
  switch (format) {
  case PEL_FORMAT_NPY:
    status = pel_export_heads_npy(trace, o, file, err);
    break;
  case PEL_FORMAT_JSON:
    status = pel_export_heads_json(trace, o, file, err);
    break;
  default:
    status = pel_export_heads_picture(trace, o, format, file, err);
    break;
  }
  return pel_export_finish(file, status, err);
}

pel_status pel_export_tokens(pel_trace *trace, const pel_export_options *o, const char *path,
                             pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  PEL_TRY(pel_check_run(trace, err));
  PEL_TRY(pel_export_format_of(path, PICTURES | CSV | JSON, &format, err));
  PEL_TRY(pel_outfile_open(path, o->force, &file, err));
  pel_status status;
  switch (format) {
  case PEL_FORMAT_CSV:
    status = pel_export_tokens_csv(trace, o, file, err);
    break;
  case PEL_FORMAT_JSON:
    status = pel_export_tokens_json(trace, o, file, err);
    break;
  default:
    status = pel_export_tokens_picture(trace, o, format, file, err);
    break;
  }
  return pel_export_finish(file, status, err);
}
