#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/report_html_style.h"
#include "src/core/report_parts.h"
#include "src/plot/picture.h"

typedef enum open_list { NO_LIST, ITEMS, CLAIMS, TABLE } open_list;

typedef struct html {
  const pel_report *r;
  const pel_report_picture *picture;
  pel_outfile *file;
  open_list open;
  bool head_row, section;
  unsigned n_columns;
  const pel_report_work *work;
  pel_error *err;
  pel_status status;
} html;

static void put(html *h, const char *text) { pel_outfile_puts(h->file, text); }

/* ---- text ---- */

static void put_escaped(html *h, const char *text) {
  for (const char *at = text; *at;) {
    size_t n = strcspn(at, "&<>\"'");
    pel_outfile_write(h->file, at, n);
    at += n;
    if (!*at) break;
    put(h, *at == '&' ? "&amp;" : *at == '<' ? "&lt;" : *at == '>' ? "&gt;" : *at == '"' ? "&quot;" : "&#39;");
    at++;
  }
}

static void put_id(html *h, const char *id) {
  if (!id) return;
  put(h, " id=\"");
  put_escaped(h, id);
  put(h, "\"");
}

/* Tags of a run, outermost first; a link is the innermost. */
static void put_run(html *h, const pel_report_run *run) {
  static const struct { unsigned style; const char *open, *close; } tags[] = {
      {PEL_RUN_STRONG, "<b>", "</b>"}, {PEL_RUN_MUTED, "<small>", "</small>"}, {PEL_RUN_CODE, "<code>", "</code>"}, {PEL_RUN_MARK, "<mark>", "</mark>"}};
  if (run->id) put(h, "<span"), put_id(h, run->id), put(h, ">");
  for (int i = 0; i < 4; i++)
    if (run->style & tags[i].style) put(h, tags[i].open);
  if (run->link) {
    put(h, "<a href=\"");
    put_escaped(h, run->link);
    put(h, *run->link == '#' ? "\">" : "\" rel=\"noopener noreferrer\">");
  }
  put_escaped(h, run->text);
  if (run->link) put(h, "</a>");
  for (int i = 3; i >= 0; i--)
    if (run->style & tags[i].style) put(h, tags[i].close);
  if (run->id) put(h, "</span>");
}

static void put_runs(html *h, const pel_report_block *b) {
  for (size_t i = 0; i < b->n_runs; i++) put_run(h, &b->runs[i]);
}

/* ---- blocks ---- */

static void close_list(html *h, open_list next) {
  if (h->open == next && next != TABLE) return;
  if (h->open == ITEMS || h->open == CLAIMS) put(h, "</ul>\n");
  if (h->open == TABLE) put(h, "</tbody></table></div>\n");
  h->open = next;
  if (next == ITEMS) put(h, "<ul class=\"list\">\n");
  if (next == CLAIMS) put(h, "<ul class=\"tree\">\n");
}

static void put_heading(html *h, const pel_report_block *b) {
  char tag[8];
  if (b->level == 2) {
    put(h, h->section ? "</section>\n" : "");
    put(h, b->new_page ? "<section class=\"page\"" : "<section");
    if (b->id) put(h, " aria-labelledby=\""), put_escaped(h, b->id), put(h, "\"");
    put(h, ">\n");
    h->section = true;
  }
  snprintf(tag, sizeof tag, "<h%u", b->level);
  put(h, tag), put_id(h, b->id), put(h, ">");
  put_runs(h, b);
  snprintf(tag, sizeof tag, "</h%u>\n", b->level);
  put(h, tag);
}

static void put_cell(html *h, const pel_report_block *b, unsigned cell, bool head) {
  put(h, !head ? "<td>" : h->head_row ? "<th scope=\"col\">" : "<th scope=\"row\">");
  for (size_t i = 0; i < b->n_runs; i++)
    if (b->runs[i].cell == cell) put_run(h, &b->runs[i]);
  put(h, head ? "</th>" : "</td>");
}

static void put_table(html *h, const pel_report_block *b) {
  char text[64];
  h->head_row = b->n_runs > 0;
  h->n_columns = b->n_columns;
  put(h, "<div class=\"scroll\"><table><colgroup>");
  for (unsigned i = 0; i < b->n_columns; i++) {
    snprintf(text, sizeof text, "<col style=\"width:%d%%\">", (int)(b->widths[i] * 100 + 0.5f));
    put(h, text);
  }
  put(h, "</colgroup>");
  if (h->head_row) {
    put(h, "<thead><tr>");
    for (unsigned i = 0; i < b->n_columns; i++) put_cell(h, b, i, true);
    put(h, "</tr></thead>");
  }
  put(h, "<tbody>\n");
}

static void put_row(html *h, const pel_report_block *b) {
  bool head_row = h->head_row;
  put(h, "<tr>");
  h->head_row = false;
  for (unsigned i = 0; i < h->n_columns; i++) put_cell(h, b, i, i == 0 && !head_row);
  h->head_row = head_row;
  put(h, "</tr>\n");
}

static void put_claim(html *h, const pel_report_block *b) {
  char text[80];
  unsigned depth = b->level < 12 ? b->level : 12;
  snprintf(text, sizeof text, "<li%s aria-level=\"%u\" style=\"--d:%u\"", b->number ? "" : " class=\"bare\"", b->level + 1, depth);
  put(h, text), put_id(h, b->id), put(h, ">");
  if (b->number) put(h, "<span class=\"no\">"), put_escaped(h, b->number), put(h, "</span>");
  put_runs(h, b);
  put(h, "</li>\n");
}

static void put_verdict(html *h, const pel_report_block *b) {
  put(h, "<p class=\"verdict ");
  put_escaped(h, pel_node_state_name(b->state));
  put(h, "\">");
  put_runs(h, b);
  put(h, "</p>\n");
}

/* ---- the picture ---- */

typedef struct svg_part { /* what stands before <svg is for files of their own */
  html *h;
  bool begun;
} svg_part;

static bool write_svg(const void *data, size_t size, void *user) {
  svg_part *part = user;
  if (!part->begun) {
    const char *at = memmem(data, size, "<svg", 4);
    if (!at) return true;
    part->begun = true;
    size -= (size_t)(at - (const char *)data);
    data = at;
  }
  return pel_outfile_write(part->h->file, data, size);
}

static void draw_page(const void *page, pel_canvas *canvas) { pel_tree_page_draw(page, canvas); }

static pel_status put_drawing(html *h, bool dark, double width, double height) {
  pel_plot_style style = {.theme = pel_theme_get(dark)};
  pel_tree_page *page;
  svg_part part = {h, false};
  PEL_TRY(pel_tree_page_layout(&h->picture->data, &style, width, height, &page, h->err));
  char *text = pel_caption_text(&h->picture->caption);
  pel_picture picture = {PEL_PICTURE_SVG, width, height, "The reasoning as a tree", text ? text : "", "", draw_page, page};
  put(h, dark ? "<div class=\"scroll on-dark\" tabindex=\"0\" role=\"group\" aria-label=\"The reasoning as a tree\">"
            : "<div class=\"scroll on-light\" tabindex=\"0\" role=\"group\" aria-label=\"The reasoning as a tree\">");
  pel_status status = pel_picture_write(&picture, write_svg, &part, h->err);
  put(h, "</div>\n");
  free(text);
  pel_tree_page_free(page);
  return status;
}

static void put_picture(html *h) {
  const pel_logic_tree *t = h->picture->tree;
  double width, height;
  char some[120] = "";
  if (h->status != PEL_OK) return;
  pel_tree_page_size(&h->picture->data, &(pel_plot_style){0}, &width, &height);
  if (pel_picture_check_size(PEL_PICTURE_SVG, width, height, NULL) != PEL_OK) { /* a report without its picture is one all the same */
    put(h, "<p>The tree is too large to be drawn here. The numbered lines above say it in words.</p>\n");
    return;
  }
  put(h, "<figure>\n");
  h->status = put_drawing(h, false, width, height);
  if (h->status == PEL_OK) h->status = put_drawing(h, true, width, height);
  if (t->n_shown < t->n_nodes) snprintf(some, sizeof some, " A part of it: %u of its %u nodes.", t->n_shown, t->n_nodes);
  put(h, "<figcaption>The reasoning as a tree."), put(h, some);
  put(h, " The numbered lines above say the same in words.</figcaption></figure>\n");
}

/* ---- document ---- */

static void put_block(html *h, const pel_report_block *b) {
  if (h->status == PEL_OK) h->status = pel_report_asked(h->work, h->err);
  if (h->status != PEL_OK) return;
  open_list list = b->kind == PEL_REPORT_ITEM ? ITEMS : b->kind == PEL_REPORT_CLAIM ? CLAIMS : b->kind == PEL_REPORT_TABLE ? TABLE : NO_LIST;
  if (b->kind != PEL_REPORT_ROW) close_list(h, list);
  switch (b->kind) {
    case PEL_REPORT_HEADING: put_heading(h, b); break;
    case PEL_REPORT_VERDICT: put_verdict(h, b); break;
    case PEL_REPORT_ITEM: put(h, "<li"), put_id(h, b->id), put(h, ">"), put_runs(h, b), put(h, "</li>\n"); break;
    case PEL_REPORT_CLAIM: put_claim(h, b); break;
    case PEL_REPORT_QUOTE: put(h, "<blockquote dir=\"auto\">"), put_runs(h, b), put(h, "</blockquote>\n"); break;
    case PEL_REPORT_TABLE: put_table(h, b); break;
    case PEL_REPORT_ROW: put_row(h, b); break;
    case PEL_REPORT_PICTURE: put_picture(h); break;
    default: put(h, "<p"), put_id(h, b->id), put(h, ">"), put_runs(h, b), put(h, "</p>\n"); break;
  }
}

static void put_contents(html *h) {
  put(h, "<nav aria-label=\"Contents\"><ul>\n");
  for (size_t i = 0; i < h->r->n_blocks; i++) {
    const pel_report_block *b = &h->r->blocks[i];
    if (b->kind != PEL_REPORT_HEADING || b->level != 2 || !b->id) continue;
    put(h, "<li><a href=\"#"), put_escaped(h, b->id), put(h, "\">"), put_runs(h, b), put(h, "</a></li>\n");
  }
  put(h, "</ul></nav>\n");
}

static void put_head(html *h, pel_paper paper) {
  put(h, "<!DOCTYPE html>\n<html lang=\"");
  put_escaped(h, h->r->language);
  put(h, "\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
         "<meta name=\"generator\" content=\"Pellucid " PEL_VERSION "\">\n<meta name=\"description\" content=\"");
  put_escaped(h, h->r->subject);
  put(h, "\">\n<title>");
  put_escaped(h, h->r->title);
  put(h, "</title>\n<style>\n");
  put(h, report_style);
  put(h, paper == PEL_PAPER_LETTER ? "@page{size:letter;margin:18mm 17mm}\n" : "@page{size:A4;margin:18mm 17mm}\n");
  put(h, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#summary\">Skip to the conclusion</a>\n<header>\n");
}

/* The title and what follows it up to the first chapter head the page. */
static size_t put_title(html *h) {
  size_t i = 0;
  for (; i < h->r->n_blocks && !(h->r->blocks[i].kind == PEL_REPORT_HEADING && h->r->blocks[i].level == 2); i++) put_block(h, &h->r->blocks[i]);
  close_list(h, NO_LIST);
  put(h, "</header>\n");
  put_contents(h);
  put(h, "<main>\n");
  return i;
}

pel_status pel_report_html(const pel_report *report, const pel_report_picture *picture, pel_paper paper, const pel_report_work *work, pel_outfile *file,
                           pel_error *err) {
  html h = {.r = report, .picture = picture, .work = work, .file = file, .err = err, .status = PEL_OK};
  put_head(&h, paper);
  for (size_t i = put_title(&h); i < report->n_blocks; i++) put_block(&h, &report->blocks[i]);
  close_list(&h, NO_LIST);
  put(&h, h.section ? "</section>\n" : "");
  put(&h, "</main>\n<footer>Made by Pellucid " PEL_VERSION " from a recorded trace. The report holds everything it shows; it loads nothing.</footer>\n"
          "</body>\n</html>\n");
  return h.status;
}
