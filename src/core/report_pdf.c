/* A report as PDF: blocks flow down a column from page to page. All is laid out twice, first to count the pages. */
#include <cairo-pdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/analysis/string_build.h"
#include "src/core/pdf_catalog.h"
#include "src/core/report_parts.h"
#include "src/core/report_pdf_pieces.h"
#include "src/core/report_pdf_text.h"
#include "src/plot/type.h"

#define SIDE 54.0
#define TOP 50.0
#define BOTTOM 62.0
#define BODY 9.6
#define TABLE_SIZE 8.6
#define CELL_GAP 8.0
#define CELL_PAD 2.2
#define INDENT 15.0   /* of a claim below another */
#define INDENT_MOST 8 /* deeper ones keep their numbers, not their indent */
#define NUMBER_GAP 6.0
#define NUMBER_MOST 110.0 /* a longer one is shortened: its place is seen by its neighbours */
#define QUOTE_INDENT 12.0
#define KEEP_LINES 3 /* of what follows a heading */
#define QUOTE_MOST 200000 /* of an exact text that is shown, counted as in report_pdf_pieces.h */
#define TEXT_MOST 6000
#define CELL_MOST 150000  /* of a table's cell */
#define LATE_MOST 300     /* of any text, once a report is as long as */
#define ALL_MOST 1000000
#define TITLE_MOST 300   /* bytes of a bookmark */

typedef struct pdf {
  const pel_report *r;
  pel_report_picture *picture;
  cairo_surface_t *surface;
  cairo_t *cr;
  PangoContext *context;
  pel_type *type;
  double width, height, y;
  int page, n_pages;
  bool dry; /* counts pages, draws nothing */
  int outline[4];
  size_t table; /* the table whose rows are at hand */
  unsigned n_made_ids;
  char *title; /* of the document, not too long */
  size_t set; /* how much text was, towards ALL_MOST */
  const pel_report_work *work;
  pel_error *err;
  pel_status status;
} pdf;

static double bottom(const pdf *p) { return p->height - BOTTOM; }

static bool goes_on(pdf *p) {
  if (p->status == PEL_OK) p->status = pel_report_asked(p->work, p->err);
  return p->status == PEL_OK;
}

/* ---- long texts ---- */

static text_pieces pieces_of(const pdf *p, const pel_report_block *b, unsigned cell, size_t most) {
  return (text_pieces){.block = b, .cell = cell, .single = b->kind == PEL_REPORT_TABLE || b->kind == PEL_REPORT_ROW, .most = p->set > ALL_MOST ? LATE_MOST : most};
}

static bool next_piece(pdf *p, text_pieces *from, text_piece *out) {
  if (!goes_on(p)) return false;
  bool more = pieces_next(from, out);
  if (from->failed) p->status = pel_fail_memory(p->err, "a report", PIECE_SIZE);
  for (size_t i = 0; more && i < out->block.n_runs; i++)
    if (out->block.runs[i].cell == from->cell) p->set += strlen(out->block.runs[i].text);
  return more;
}

/* ---- pages ---- */

static void draw_line_of(pdf *p, const char *text, double x, double y, double anchor, double room) {
  char *fitted = pel_type_fit(p->type, text, 8, room);
  PangoLayout *layout = pel_type_layout(p->type, fitted ? fitted : "", 8, false);
  PangoRectangle box;
  pango_layout_get_extents(layout, NULL, &box);
  cairo_set_source_rgb(p->cr, 0.3, 0.3, 0.3);
  cairo_move_to(p->cr, x - anchor * pango_units_to_double(box.width), y);
  pango_cairo_show_layout(p->cr, layout);
  cairo_set_source_rgb(p->cr, 0, 0, 0);
  g_object_unref(layout);
  free(fitted);
}

/* In place, at a character. */
static void cut_title(char *text) {
  size_t n = text ? strlen(text) : 0;
  if (n <= TITLE_MOST) return;
  for (n = TITLE_MOST; n && ((unsigned char)text[n] & 0xc0) == 0x80; n--) {}
  text[n] = 0;
}

static void draw_foot(pdf *p, double width, double height) {
  char text[64];
  if (p->dry) return;
  snprintf(text, sizeof text, "Page %d of %d", p->page, p->n_pages);
  draw_line_of(p, p->title, SIDE, height - BOTTOM + 24, 0, width - 2 * SIDE - 90);
  draw_line_of(p, text, width - SIDE, height - BOTTOM + 24, 1, 80);
}

static void end_page(pdf *p, double width, double height) {
  draw_foot(p, width, height);
  if (!p->dry) cairo_show_page(p->cr);
  p->page++;
  p->y = TOP;
}

static void new_page(pdf *p) { end_page(p, p->width, p->height); }

static bool at_top(const pdf *p) { return p->y <= TOP + 0.5; }

/* ---- structure ---- */

static const char *tag_of(const pel_report_block *b) {
  static const char *const headings[] = {"H1", "H1", "H2", "H3"};
  if (b->kind == PEL_REPORT_HEADING) return headings[b->level < 4 ? b->level : 3];
  return b->kind == PEL_REPORT_QUOTE ? "BlockQuote" : "P";
}

static void begin_tag(pdf *p, const char *tag) {
  if (!p->dry) cairo_tag_begin(p->cr, tag, NULL);
}

static void end_tag(pdf *p, const char *tag) {
  if (!p->dry) cairo_tag_end(p->cr, tag);
}

/* A bookmark leads to the heading's own place. */
static void add_bookmark(pdf *p, const pel_report_block *b) {
  char id[32], target[200];
  pel_string text = {0};
  if (p->dry) return;
  if (!b->id) {
    snprintf(id, sizeof id, "made%u", ++p->n_made_ids);
    pdf_place(p->cr, id, SIDE, p->y);
  }
  snprintf(target, sizeof target, "dest='%s'", b->id ? b->id : id);
  for (size_t i = 0; i < b->n_runs && text.size < TITLE_MOST; i++) pel_string_add(&text, b->runs[i].text);
  cut_title(text.text);
  unsigned level = b->level < 4 ? b->level : 3;
  int parent = level == 1 ? CAIRO_PDF_OUTLINE_ROOT : p->outline[level - 1];
  int added = cairo_pdf_surface_add_outline(p->surface, parent, text.text ? text.text : "", target, level < 2 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
  for (unsigned i = level; i < 4; i++) p->outline[i] = added;
  pel_string_clear(&text);
}

/* ---- text ---- */

typedef struct form { /* how a kind of block stands on the page */
  double size, before, after, indent, bar; /* bar: width of the line beside it */
  bool bold;
} form;

static form form_of(const pel_report_block *b) {
  switch (b->kind) {
    case PEL_REPORT_HEADING:
      if (b->level == 1) return (form){19, 0, 3, 0, 0, true};
      return b->level == 2 ? (form){14, 20, 5, 0, 0, true} : (form){10.6, 11, 3, 0, 0, true};
    case PEL_REPORT_VERDICT: return (form){11.6, 7, 7, 14, 4, false};
    case PEL_REPORT_ITEM: return (form){BODY, 1.2, 1.2, 12, 0, false};
    case PEL_REPORT_CLAIM: return (form){BODY, 2, 2, INDENT * fmin(b->level, INDENT_MOST), 0, false};
    case PEL_REPORT_QUOTE: return (form){BODY, 4, 6, QUOTE_INDENT, 1.2, false};
    default: return (form){BODY, 2.5, 2.5, 0, 0, false};
  }
}

/* A number stands in a column of its own, as wide as the number needs. */
static double number_width(pdf *p, const pel_report_block *b) {
  if (b->kind != PEL_REPORT_CLAIM || (!b->number && !b->level)) return 0;
  if (!b->number) return INDENT + 4;
  double width = fmin(pel_type_width(p->type, b->number, BODY, true), NUMBER_MOST) + NUMBER_GAP;
  return fmax(width, INDENT + 4);
}

static void draw_sign(pdf *p, const pel_report_block *b, const form *f, double x) {
  if (p->dry) return;
  const char *sign = b->kind == PEL_REPORT_ITEM ? "\xe2\x80\xa2" : b->number;
  if (!sign) return;
  char *fitted = pel_type_width(p->type, sign, f->size, true) > NUMBER_MOST ? pel_type_fit(p->type, sign, f->size * 1.06, NUMBER_MOST) : NULL;
  PangoLayout *layout = pel_type_layout(p->type, fitted ? fitted : sign, f->size, b->kind == PEL_REPORT_CLAIM);
  PangoRectangle box;
  pango_layout_get_extents(layout, NULL, &box);
  double h = fmax(pango_units_to_double(box.height), f->size * 1.28);
  cairo_move_to(p->cr, x, p->y + (h - pango_units_to_double(box.height)) / 2);
  pango_cairo_show_layout(p->cr, layout);
  g_object_unref(layout);
  free(fitted);
}

static void draw_bar(pdf *p, const form *f, double h) {
  if (p->dry || f->bar <= 0) return;
  cairo_rectangle(p->cr, SIDE, p->y, f->bar, h);
  cairo_set_source_rgb(p->cr, 0.25, 0.25, 0.25);
  cairo_fill(p->cr);
  cairo_set_source_rgb(p->cr, 0, 0, 0);
}

/* How many lines go on this page: none where a lone line would be left at its foot or on top of the next. */
static int lines_here(const pdf *p, const set_text *s) {
  int left = s->n_lines - s->next, n = set_fits(s, bottom(p) - p->y);
  if (n >= left) return left;
  if (left - n == 1 && n > 2) n--;
  return n < 2 && !at_top(p) ? 0 : n > 0 ? n : 1;
}

static void put_lines(pdf *p, const pel_report_block *b, set_text *s, const form *f, double x, bool first) {
  while (s->next < s->n_lines) {
    int n = lines_here(p, s);
    if (n == 0) {
      new_page(p);
      continue;
    }
    double h = set_height(s, s->next, n);
    if (first && b->id && !p->dry) pdf_place(p->cr, b->id, SIDE, fmax(p->y - 4, 0));
    if (first && b->kind == PEL_REPORT_HEADING) add_bookmark(p, b);
    begin_tag(p, tag_of(b));
    if (first) draw_sign(p, b, f, b->kind == PEL_REPORT_ITEM ? SIDE + 2 : SIDE + f->indent);
    draw_bar(p, f, h);
    set_draw(s, p->cr, x, p->y, n, p->dry);
    end_tag(p, tag_of(b));
    p->y += h;
    first = false;
  }
}

static void put_text(pdf *p, const pel_report_block *b) {
  form f = form_of(b);
  text_pieces all = pieces_of(p, b, 0, b->kind == PEL_REPORT_QUOTE ? QUOTE_MOST : TEXT_MOST);
  double x = SIDE + f.indent + number_width(p, b);
  if (!at_top(p)) p->y += f.before;
  for (text_piece piece; next_piece(p, &all, &piece); pieces_clear(&piece)) {
    set_text s;
    set_make(&s, p->context, &piece.block, 0, &(text_style){f.size, f.bold, p->width - SIDE - x});
    put_lines(p, b, &s, &f, x, piece.first);
    set_clear(&s);
  }
  p->y += f.after;
}

/* ---- tables ---- */

typedef struct row {
  set_text cells[PEL_REPORT_COLUMNS];
  text_piece texts[PEL_REPORT_COLUMNS]; /* that they are set from */
  double x[PEL_REPORT_COLUMNS];
  unsigned n;
} row;

static void make_row(pdf *p, const pel_report_block *b, row *out) {
  const pel_report_block *table = &p->r->blocks[p->table];
  double x = SIDE, whole = p->width - 2 * SIDE;
  *out = (row){.n = table->n_columns};
  for (unsigned i = 0; i < out->n; i++) {
    double width = table->widths[i] * whole - (i + 1 < out->n ? CELL_GAP : 0);
    text_pieces all = pieces_of(p, b, i, CELL_MOST);
    if (!next_piece(p, &all, &out->texts[i])) break;
    out->x[i] = x;
    set_make(&out->cells[i], p->context, &out->texts[i].block, i, &(text_style){TABLE_SIZE, false, width});
    x += table->widths[i] * whole;
  }
}

static void clear_row(row *w) {
  for (unsigned i = 0; i < w->n; i++) {
    set_clear(&w->cells[i]);
    pieces_clear(&w->texts[i]);
  }
}

static double row_height(const row *w) {
  double h = 0;
  for (unsigned i = 0; i < w->n; i++) h = fmax(h, set_height(&w->cells[i], w->cells[i].next, w->cells[i].n_lines));
  return h + 2 * CELL_PAD;
}

static bool row_left(const row *w) {
  for (unsigned i = 0; i < w->n; i++)
    if (w->cells[i].next < w->cells[i].n_lines) return true;
  return false;
}

static void draw_rule(pdf *p, double width) {
  if (p->dry) return;
  cairo_set_source_rgb(p->cr, 0.6, 0.6, 0.6);
  cairo_rectangle(p->cr, SIDE, p->y, p->width - 2 * SIDE, width);
  cairo_fill(p->cr);
  cairo_set_source_rgb(p->cr, 0, 0, 0);
}

/* As much of the row as fits. */
static void draw_part(pdf *p, row *w, bool head) {
  double room = bottom(p) - p->y - 2 * CELL_PAD, most = 0;
  begin_tag(p, "TR");
  for (unsigned i = 0; i < w->n; i++) {
    set_text *s = &w->cells[i];
    int n = set_fits(s, room), left = s->n_lines - s->next;
    if (n < 1 && left > 0 && at_top(p)) n = 1;
    most = fmax(most, set_height(s, s->next, n));
    begin_tag(p, head || (i == 0 && !p->r->blocks[p->table].n_runs) ? "TH" : "TD");
    set_draw(s, p->cr, w->x[i], p->y + CELL_PAD, n, p->dry);
    end_tag(p, head || (i == 0 && !p->r->blocks[p->table].n_runs) ? "TH" : "TD");
  }
  end_tag(p, "TR");
  p->y += most + 2 * CELL_PAD;
  draw_rule(p, head ? 0.8 : 0.35);
}

static void put_table_head(pdf *p) {
  row w;
  if (!p->r->blocks[p->table].n_runs) return;
  make_row(p, &p->r->blocks[p->table], &w);
  draw_part(p, &w, true);
  clear_row(&w);
}

static void put_row(pdf *p, const pel_report_block *b) {
  row w;
  make_row(p, b, &w);
  double h = row_height(&w);
  if (p->y + h > bottom(p) && (h < (bottom(p) - TOP) / 2 || bottom(p) - p->y < 60)) {
    new_page(p);
    put_table_head(p);
  }
  while (row_left(&w)) {
    draw_part(p, &w, false);
    if (row_left(&w)) new_page(p), put_table_head(p);
  }
  clear_row(&w);
}

static void put_table(pdf *p, const pel_report_block *b) {
  p->table = (size_t)(b - p->r->blocks);
  p->y += 4;
  if (bottom(p) - p->y < 70) new_page(p);
  put_table_head(p);
}

/* ---- the picture: on a page of its own, across, at the end ---- */

#define PICTURE_SIDE 40.0
#define FIT_LEAST 0.5 /* smaller letters cannot be read */
#define DEEPEST 12

static double fit_of(const pel_tree_page_data *data, const pel_plot_style *style, double width, double height) {
  double w, h;
  pel_tree_page_size(data, style, &w, &h);
  return fmin(fmin(width / w, height / h), 1);
}

/* The way of growing that leaves larger letters. */
static double choose_direction(pel_report_picture *picture, const pel_plot_style *style, double width, double height) {
  pel_tree_page_data down = picture->data;
  down.options.direction = PEL_TREE_DOWN;
  picture->data.options.direction = PEL_TREE_RIGHT;
  double right_fit = fit_of(&picture->data, style, width, height), down_fit = fit_of(&down, style, width, height);
  if (down_fit <= 1.15 * right_fit) return right_fit;
  picture->data.options.direction = PEL_TREE_DOWN;
  return down_fit;
}

static void draw_picture(pdf *p, double w, double h) {
  pel_plot_style style = {0};
  pel_tree_page *page;
  pel_canvas_cairo canvas;
  double width, height, fit = choose_direction(p->picture, &style, w, h);
  for (uint32_t depth = DEEPEST; fit < FIT_LEAST && depth > 0; depth--)
    if (pel_report_picture_shrink(p->picture, depth)) fit = choose_direction(p->picture, &style, w, h);
  pel_tree_page_size(&p->picture->data, &style, &width, &height);
  p->status = pel_tree_page_layout(&p->picture->data, &style, width, height, &page, p->err);
  if (p->status != PEL_OK) return;
  cairo_save(p->cr);
  cairo_translate(p->cr, PICTURE_SIDE + fmax(0, (w - width * fit) / 2), PICTURE_SIDE);
  cairo_scale(p->cr, fit, fit);
  begin_tag(p, "Figure");
  pel_tree_page_draw(page, pel_canvas_cairo_init(&canvas, p->cr));
  end_tag(p, "Figure");
  cairo_restore(p->cr);
  pel_tree_page_free(page);
}

static void put_picture(pdf *p) {
  double width = p->height, height = p->width;
  if (!at_top(p)) new_page(p);
  if (!p->dry) {
    cairo_pdf_surface_set_size(p->surface, width, height); /* before anything on the page: it begins it again */
    pdf_place(p->cr, "picture", 0, 0);
    cairo_pdf_surface_add_outline(p->surface, p->outline[1], "The reasoning as a picture", "dest='picture'", 0);
    draw_picture(p, width - 2 * PICTURE_SIDE, height - PICTURE_SIDE - BOTTOM);
  }
  end_page(p, width, height);
  if (!p->dry) cairo_pdf_surface_set_size(p->surface, p->width, p->height);
}

/* ---- flow ---- */

/* What must follow a heading on its page. */
static double kept_below(pdf *p, size_t i) {
  double h = 0;
  for (; i < p->r->n_blocks; i++) {
    const pel_report_block *b = &p->r->blocks[i];
    form f = form_of(b);
    if (b->kind == PEL_REPORT_TABLE) return h + 60;
    if (b->kind == PEL_REPORT_PICTURE) return h;
    set_text s;
    text_piece piece;
    text_pieces all = pieces_of(p, b, 0, b->kind == PEL_REPORT_QUOTE ? QUOTE_MOST : TEXT_MOST);
    double x = SIDE + f.indent + number_width(p, b);
    if (!pieces_next(&all, &piece)) break;
    set_make(&s, p->context, &piece.block, 0, &(text_style){f.size, f.bold, p->width - SIDE - x});
    int n = b->kind == PEL_REPORT_HEADING || b->kind == PEL_REPORT_VERDICT || s.n_lines <= KEEP_LINES + 1 ? s.n_lines : KEEP_LINES;
    h += f.before + set_height(&s, 0, n) + f.after;
    set_clear(&s);
    pieces_clear(&piece);
    if (b->kind != PEL_REPORT_HEADING) break;
  }
  return h;
}

static void put_block(pdf *p, size_t i) {
  const pel_report_block *b = &p->r->blocks[i];
  bool heading = b->kind == PEL_REPORT_HEADING || b->kind == PEL_REPORT_VERDICT;
  if (b->new_page && !at_top(p)) new_page(p);
  if (heading && !at_top(p) && p->y + kept_below(p, i) > bottom(p)) new_page(p);
  switch (b->kind) {
    case PEL_REPORT_TABLE: put_table(p, b); break;
    case PEL_REPORT_ROW: put_row(p, b); break;
    case PEL_REPORT_PICTURE: break; /* the last page */
    default: put_text(p, b); break;
  }
}

static void put_all(pdf *p, bool dry) {
  p->dry = dry;
  p->page = 1;
  p->y = TOP;
  p->set = 0;
  begin_tag(p, "Document");
  for (size_t i = 0; i < p->r->n_blocks && goes_on(p); i++) put_block(p, i);
  if (p->status == PEL_OK) put_picture(p);
  end_tag(p, "Document");
  p->n_pages = p->page - 1;
}

/* ---- document ---- */

static cairo_status_t take_bytes(void *user, const unsigned char *data, unsigned size) {
  g_byte_array_append(user, data, size);
  return CAIRO_STATUS_SUCCESS;
}

static void set_metadata(pdf *p, const char *created) {
  cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, p->title);
  cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT, p->r->subject);
  cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Pellucid " PEL_VERSION);
  /* The recording's time: the same trace gives the same file. */
  if (created && *created) cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
}

static pel_status finish(pdf *p, GByteArray *bytes, pel_outfile *file) {
  cairo_status_t status = cairo_status(p->cr);
  cairo_destroy(p->cr);
  cairo_surface_finish(p->surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(p->surface);
  cairo_surface_destroy(p->surface);
  if (p->status != PEL_OK) return p->status;
  if (status != CAIRO_STATUS_SUCCESS) return pel_fail(p->err, PEL_ERR_CHECK, "drawing failed: %s", cairo_status_to_string(status));
  pdf_name_language(bytes, p->r->language);
  pel_outfile_write(file, bytes->data, bytes->len);
  return PEL_OK;
}

pel_status pel_report_pdf(const pel_report *report, pel_report_picture *picture, pel_paper paper, const char *created, const pel_report_work *work,
                          pel_outfile *file, pel_error *err) {
  bool letter = paper == PEL_PAPER_LETTER;
  pdf p = {.r = report, .picture = picture, .width = letter ? 612 : 595.276, .height = letter ? 792 : 841.89, .work = work, .err = err, .status = PEL_OK};
  p.type = pel_type_new();
  p.title = strdup(report->title);
  if (!p.type || !p.title) return pel_type_free(p.type), free(p.title), pel_fail_memory(err, "a report", sizeof p);
  cut_title(p.title);
  p.context = pel_type_context(p.type);
  GByteArray *bytes = g_byte_array_new();
  p.surface = cairo_pdf_surface_create_for_stream(take_bytes, bytes, p.width, p.height);
  p.cr = cairo_create(p.surface);
  set_metadata(&p, created);
  put_all(&p, true);
  if (p.status == PEL_OK) put_all(&p, false);
  pel_status status = finish(&p, bytes, file);
  g_byte_array_unref(bytes);
  pel_type_free(p.type);
  free(p.title);
  return status;
}
