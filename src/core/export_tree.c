#include "src/core/export_tree.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "src/analysis/because_text.h"
#include "src/core/export_tree_parts.h"
#include "src/plot/picture.h"
#include "src/plot/tree_page.h"

#define ALLOWED                                                                                                          \
  (1u << PEL_FORMAT_PNG | 1u << PEL_FORMAT_SVG | 1u << PEL_FORMAT_PDF | 1u << PEL_FORMAT_GRAPHML | 1u << PEL_FORMAT_DOT | \
   1u << PEL_FORMAT_JSON | 1u << PEL_FORMAT_MARKDOWN)

/* ---- picture ---- */

static void draw_page(const void *page, pel_canvas *canvas) { pel_tree_page_draw(page, canvas); }

static pel_status write_tree_picture(const pel_logic_tree *tree, const pel_reasoning_origin *origin, const pel_export_options *o,
                                     const pel_tree_choice *choice, pel_export_format format, pel_outfile *file, pel_error *err) {
  pel_caption caption;
  pel_tree_page *page;
  pel_plot_style style = pel_export_style(o);
  double width, height;
  pel_caption_tree(tree, origin->asks, origin->hash, &caption);
  pel_tree_page_data data = {tree, &caption, {.direction = choice->direction}};
  pel_tree_page_size(&data, &style, &width, &height);
  PEL_TRY(pel_export_settle_size(o, format, &width, &height, err));
  PEL_TRY(pel_tree_page_layout(&data, &style, width, height, &page, err));
  pel_status status = pel_export_write_picture(origin->created, &caption, format, width, height, draw_page, page, file, err);
  pel_tree_page_free(page);
  return status;
}

/* ---- text ---- */

static pel_status write_text(const pel_logic_tree *tree, const pel_reasoning_origin *origin, const pel_tree_choice *choice, pel_outfile *file,
                             pel_error *err) {
  pel_because_options o = {.asks = origin->asks, .markdown = true, .quotations = choice->quotations, .closing = choice->closing, .trace = origin->hash};
  char *text = pel_because_text(tree, &o);
  if (!text) return pel_fail_memory(err, "the text of a tree", tree->n_nodes);
  pel_outfile_puts(file, text);
  free(text);
  return PEL_OK;
}

/* ---- all ---- */

static pel_status check_ids(const pel_logic_tree *tree, const int64_t *ids, size_t n, const char *what, pel_error *err) {
  for (size_t i = 0; i < n; i++)
    if (ids[i] < 1 || ids[i] > (int64_t)tree->n_nodes)
      return pel_fail(err, PEL_ERR_USAGE, "no node %lld can be %s: the reasoning has nodes 1 to %u", (long long)ids[i], what, tree->n_nodes);
  return PEL_OK;
}

static pel_status choose(pel_logic_tree *tree, const pel_tree_choice *choice, pel_error *err) {
  double cover = choice->all ? 1 : choice->cover > 0 ? choice->cover : pel_tree_default_cover(tree);
  PEL_TRY(check_ids(tree, choice->opened, choice->n_opened, "opened", err));
  PEL_TRY(check_ids(tree, choice->collapsed, choice->n_collapsed, "collapsed", err));
  for (size_t i = 0; i < choice->n_opened; i++) pel_logic_tree_open(tree, choice->opened[i], true);
  for (size_t i = 0; i < choice->n_collapsed; i++) pel_logic_tree_collapse(tree, choice->collapsed[i], true);
  PEL_TRY(pel_logic_tree_cover(tree, cover, err));
  return pel_logic_tree_update(tree, err);
}

static pel_status write_tree(const pel_logic_tree *tree, const pel_reasoning_origin *origin, const pel_export_options *o,
                             const pel_tree_choice *choice, pel_export_format format, pel_outfile *file, pel_error *err) {
  switch (format) {
    case PEL_FORMAT_GRAPHML: pel_export_tree_graphml(tree, file); return PEL_OK;
    case PEL_FORMAT_DOT: pel_export_tree_dot(tree, choice->direction, origin->hash, file); return PEL_OK;
    case PEL_FORMAT_JSON: pel_export_tree_json(tree, origin->hash, file); return PEL_OK;
    case PEL_FORMAT_MARKDOWN: return write_text(tree, origin, choice, file, err);
    default: return write_tree_picture(tree, origin, o, choice, format, file, err);
  }
}

pel_status pel_export_tree_of(const pel_reasoning *reasoning, const pel_reasoning_origin *origin, const pel_export_options *o,
                              const pel_tree_choice *choice, const char *path, pel_error *err) {
  pel_export_format format;
  pel_outfile *file;
  pel_logic_tree *tree;
  PEL_TRY(pel_export_format_of(path, ALLOWED, &format, err));
  PEL_TRY(pel_logic_tree_build(reasoning, &tree, err));
  pel_status status = choose(tree, choice, err);
  if (status == PEL_OK) status = pel_outfile_open(path, o->force, &file, err);
  if (status == PEL_OK) status = pel_export_finish(file, write_tree(tree, origin, o, choice, format, file, err), err);
  pel_logic_tree_free(tree);
  return status;
}

pel_status pel_export_from_trace(pel_trace *trace, pel_export_of *export, const pel_export_options *o, const pel_tree_choice *choice,
                             const char *path, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(trace);
  char hash[PEL_TRACE_HASH] = "";
  pel_error changed;
  pel_reasoning_origin origin = {hash, info->created ? info->created : "", pel_trace_provenance(trace, "question")};
  pel_reasoning *reasoning;
  PEL_TRY(pel_reasoning_read(trace, &reasoning, err));
  pel_status checked = pel_trace_check_hash(trace, o->progress.step, o->progress.user, hash, &changed);
  bool told = checked == PEL_OK || checked == PEL_ERR_CHECK;
  pel_status status = told ? export(reasoning, &origin, o, choice, path, err) : pel_fail(err, checked, "%s", changed.text);
  pel_reasoning_free(reasoning);
  if (status == PEL_OK && checked != PEL_OK)
    status = pel_fail(err, PEL_ERR_CHECK, "%.400s; the file was written, with the hash of what the trace holds", changed.text);
  return status;
}

pel_status pel_export_tree(pel_trace *trace, const pel_export_options *o, const pel_tree_choice *choice, const char *path, pel_error *err) {
  return pel_export_from_trace(trace, pel_export_tree_of, o, choice, path, err);
}

pel_status pel_export_retrieval(pel_trace *trace, const pel_export_options *o, const pel_tree_choice *choice, const char *path,
                                pel_error *err) {
  return pel_export_from_trace(trace, pel_export_retrieval_of, o, choice, path, err);
}
