#include "src/plot/tree_look.h"

#include <math.h>

/* Hues after Okabe and Ito, darkened or lightened until they can be read as text on their ground. */
static const uint32_t light_states[PEL_STATES] = {
    [PEL_STATE_HOLDS] = 0x00694e,   [PEL_STATE_REFUTED] = 0xa83a00,  [PEL_STATE_NOT_FOUND] = 0x565b64, [PEL_STATE_UNKNOWN] = 0x6a3fa0,
    [PEL_STATE_ASSUMED] = 0x7d5a00, [PEL_STATE_EXCLUDED] = 0x5c6470, [PEL_STATE_OVERRIDDEN] = 0x8a2f6b, [PEL_STATE_CONFLICT] = 0xb00020,
    [PEL_STATE_LIKELY] = 0x00598f};
static const uint32_t dark_states[PEL_STATES] = {
    [PEL_STATE_HOLDS] = 0x4fc9a2,   [PEL_STATE_REFUTED] = 0xf08a4b,  [PEL_STATE_NOT_FOUND] = 0xb3b7c0, [PEL_STATE_UNKNOWN] = 0xbb9af0,
    [PEL_STATE_ASSUMED] = 0xe2b33c, [PEL_STATE_EXCLUDED] = 0x9aa3b0, [PEL_STATE_OVERRIDDEN] = 0xe08cc4, [PEL_STATE_CONFLICT] = 0xff6b7a,
    [PEL_STATE_LIKELY] = 0x6cb8ec};
static const uint32_t light_edges[PEL_EDGE_KINDS] = {
    [PEL_EDGE_BECAUSE] = 0x5b6470,     [PEL_EDGE_UNLESS] = 0x8a2f6b,       [PEL_EDGE_CITES] = 0x6d737d,
    [PEL_EDGE_CONTRADICTS] = 0xb00020, [PEL_EDGE_WOULD_CHANGE] = 0x6a3fa0, [PEL_EDGE_ATTENDED] = 0x1a5fb4};
static const uint32_t dark_edges[PEL_EDGE_KINDS] = {
    [PEL_EDGE_BECAUSE] = 0x9aa1ad,     [PEL_EDGE_UNLESS] = 0xe08cc4,       [PEL_EDGE_CITES] = 0x8d939d,
    [PEL_EDGE_CONTRADICTS] = 0xff6b7a, [PEL_EDGE_WOULD_CHANGE] = 0xbb9af0, [PEL_EDGE_ATTENDED] = 0x78aeed};

pel_rgb pel_state_color(const pel_theme *theme, pel_node_state s) {
  return pel_rgb_hex((theme->dark ? dark_states : light_states)[(unsigned)s < PEL_STATES ? s : PEL_STATE_UNKNOWN]);
}

pel_rgb pel_state_tint(const pel_theme *theme, pel_node_state s, float strength) {
  return pel_rgb_mix(theme->paper, pel_state_color(theme, s), strength);
}

pel_rgb pel_edge_color(const pel_theme *theme, pel_edge_kind k) {
  return pel_rgb_hex((theme->dark ? dark_edges : light_edges)[(unsigned)k < PEL_EDGE_KINDS ? k : PEL_EDGE_BECAUSE]);
}

pel_stroke pel_state_stroke(pel_node_state s) {
  switch (s) {
    case PEL_STATE_HOLDS: return (pel_stroke){1.2, 0, 0};
    case PEL_STATE_REFUTED: return (pel_stroke){2, 0, 0};
    case PEL_STATE_NOT_FOUND: return (pel_stroke){1.2, 1.5, 2.5};
    case PEL_STATE_UNKNOWN: return (pel_stroke){1.4, 8, 4};
    case PEL_STATE_ASSUMED: return (pel_stroke){1.4, 4, 3};
    case PEL_STATE_EXCLUDED: return (pel_stroke){0.8, 0, 0};
    case PEL_STATE_OVERRIDDEN: return (pel_stroke){1.2, 12, 3};
    case PEL_STATE_LIKELY: return (pel_stroke){1.6, 18, 2};
    default: return (pel_stroke){2.2, 10, 2};
  }
}

pel_stroke pel_edge_stroke(pel_edge_kind k) {
  switch (k) {
    case PEL_EDGE_UNLESS: return (pel_stroke){1.4, 7, 3};
    case PEL_EDGE_CITES: return (pel_stroke){1.2, 1.5, 3};
    case PEL_EDGE_CONTRADICTS: return (pel_stroke){1.8, 11, 3};
    case PEL_EDGE_WOULD_CHANGE: return (pel_stroke){1.4, 4, 4};
    case PEL_EDGE_ATTENDED: return (pel_stroke){1, 0, 0};
    default: return (pel_stroke){1.3, 0, 0};
  }
}

/* ---- signs of states ---- */

typedef struct pen { /* a sign in its own coordinates: the square from -1 to 1 */
  pel_canvas *canvas;
  pel_point m;
  double r;
} pen;

static pel_point on(const pen *p, double x, double y) { return (pel_point){p->m.x + x * p->r, p->m.y + y * p->r}; }

static void strokes(const pen *p, const double (*xy)[2], size_t n, double width, pel_rgb color) {
  pel_point points[8];
  for (size_t i = 0; i < n && i < 8; i++) points[i] = on(p, xy[i][0], xy[i][1]);
  p->canvas->class->stroke(p->canvas, points, n, false, width * p->r, color);
}

static void cross(const pen *p, double reach, double width, pel_rgb color) {
  const double a[2][2] = {{-reach, -reach}, {reach, reach}}, b[2][2] = {{-reach, reach}, {reach, -reach}};
  strokes(p, a, 2, width, color);
  strokes(p, b, 2, width, color);
}

/* A question mark of lines, the same with every font. */
static void question(const pen *p, pel_rgb color) {
  static const double hook[][2] = {{-0.3, -0.25}, {-0.25, -0.5}, {0, -0.6}, {0.25, -0.48}, {0.28, -0.2}, {0.02, 0.05}, {0, 0.25}};
  static const double dot[][2] = {{0, 0.45}, {0, 0.65}};
  strokes(p, hook, 7, 0.2, color);
  strokes(p, dot, 2, 0.2, color);
}

static void triangle(const pen *p, pel_rgb color, pel_rgb ground) {
  const pel_point corners[3] = {on(p, 0, -1), on(p, 1, 0.85), on(p, -1, 0.85)};
  static const double stem[][2] = {{0, -0.4}, {0, 0.3}}, dot[][2] = {{0, 0.45}, {0, 0.65}};
  p->canvas->class->polygon(p->canvas, corners, 3, color);
  strokes(p, stem, 2, 0.22, ground);
  strokes(p, dot, 2, 0.22, ground);
}

static void arrow_over(const pen *p, pel_rgb color) {
  static const double bow[][2] = {{-0.6, 0.45}, {-0.5, -0.2}, {0, -0.45}, {0.45, -0.25}, {0.55, 0.2}};
  static const double head[][2] = {{0.2, 0.05}, {0.56, 0.4}, {0.8, -0.05}};
  strokes(p, bow, 5, 0.2, color);
  strokes(p, head, 3, 0.2, color);
}

void pel_state_icon(pel_canvas *canvas, const pel_theme *theme, pel_node_state s, pel_point middle, double size) {
  static const double check[][2] = {{-0.48, 0.02}, {-0.12, 0.4}, {0.5, -0.35}};
  static const double minus[][2] = {{-0.45, 0}, {0.45, 0}};
  static const double wave[][2] = {{-0.5, 0.1}, {-0.3, -0.12}, {-0.1, -0.08}, {0.1, 0.08}, {0.3, 0.12}, {0.5, -0.1}};
  static const double slash[][2] = {{-0.65, 0.65}, {0.65, -0.65}};
  pen p = {canvas, middle, size / 2};
  pel_rgb c = pel_state_color(theme, s), ground = theme->paper;
  double ring = 0.2 * p.r;
  if (s == PEL_STATE_HOLDS || s == PEL_STATE_REFUTED) {
    pel_canvas_disc(canvas, middle, p.r, c);
    if (s == PEL_STATE_HOLDS) strokes(&p, check, 3, 0.26, ground);
    if (s == PEL_STATE_REFUTED) cross(&p, 0.42, 0.26, ground);
    return;
  }
  if (s == PEL_STATE_CONFLICT) {
    triangle(&p, c, ground);
    return;
  }
  if (s == PEL_STATE_OVERRIDDEN) {
    pel_canvas_frame(canvas, (pel_box){middle.x - p.r, middle.y - p.r, size, size}, ring, c);
    arrow_over(&p, c);
    return;
  }
  if (s == PEL_STATE_ASSUMED) canvas->class->dash(canvas, 0.45 * p.r, 0.3 * p.r);
  pel_canvas_ring(canvas, middle, p.r - ring / 2, ring, c);
  canvas->class->dash(canvas, 0, 0);
  if (s == PEL_STATE_NOT_FOUND) strokes(&p, minus, 2, 0.22, c);
  if (s == PEL_STATE_UNKNOWN) question(&p, c);
  if (s == PEL_STATE_ASSUMED) strokes(&p, wave, 6, 0.2, c);
  if (s == PEL_STATE_LIKELY) strokes(&p, check, 3, 0.2, c); /* the sign of what holds, in a ring and not on a disc */
  if (s == PEL_STATE_EXCLUDED) strokes(&p, slash, 2, 0.22, c);
}

/* ---- signs of edges ---- */

typedef struct tip { /* coordinates along and across an edge that ends at `at` */
  pel_point at;
  double dx, dy, unit;
} tip;

static pel_point of(const tip *t, double back, double side) {
  return (pel_point){t->at.x - (back * t->dx + side * t->dy) * t->unit, t->at.y - (back * t->dy - side * t->dx) * t->unit};
}

static void line(pel_canvas *canvas, pel_point a, pel_point b, double width, pel_rgb c) {
  pel_canvas_line(canvas, a.x, a.y, b.x, b.y, width, c);
}

void pel_edge_head(pel_canvas *canvas, const pel_theme *theme, pel_edge_kind kind, pel_point at, double dx, double dy, double unit) {
  tip t = {at, dx, dy, unit};
  pel_rgb c = pel_edge_color(theme, kind);
  const pel_point arrow[3] = {of(&t, 0, 0), of(&t, 8, 4), of(&t, 8, -4)};
  const pel_point diamond[4] = {of(&t, 0, 0), of(&t, 5, 4), of(&t, 10, 0), of(&t, 5, -4)};
  switch (kind) {
    case PEL_EDGE_BECAUSE: canvas->class->polygon(canvas, arrow, 3, c); break;
    case PEL_EDGE_ATTENDED:
      canvas->class->polygon(canvas, arrow, 3, theme->paper);
      canvas->class->stroke(canvas, arrow, 3, true, 1 * unit, c);
      break;
    case PEL_EDGE_WOULD_CHANGE:
      canvas->class->polygon(canvas, diamond, 4, theme->paper);
      canvas->class->stroke(canvas, diamond, 4, true, 1.2 * unit, c);
      break;
    case PEL_EDGE_UNLESS: line(canvas, of(&t, 1.5, 6), of(&t, 1.5, -6), 2.4 * unit, c); break;
    case PEL_EDGE_CITES:
      pel_canvas_disc(canvas, of(&t, 3.5, 0), 3.5 * unit, theme->paper);
      pel_canvas_ring(canvas, of(&t, 3.5, 0), 3 * unit, 1.2 * unit, c);
      break;
    default:
      line(canvas, of(&t, 1, 4), of(&t, 9, -4), 1.8 * unit, c);
      line(canvas, of(&t, 9, 4), of(&t, 1, -4), 1.8 * unit, c);
      break;
  }
}

/* ---- words ---- */

const char *pel_kind_word(pel_node_kind k) {
  static const char *const words[PEL_NODE_KINDS] = {N_("conclusion"), N_("claim"), N_("fact"), N_("source"), N_("assumption"), N_("question"), N_("check")};
  return (unsigned)k < PEL_NODE_KINDS ? words[k] : "";
}

const char *pel_state_word(pel_node_state s) {
  static const char *const words[PEL_STATES] = {N_("holds"), N_("refuted"), N_("not found"), N_("unknown"),
                                                N_("assumed"), N_("excluded"), N_("overridden"), N_("conflict"), N_("likely")};
  return (unsigned)s < PEL_STATES ? words[s] : "";
}

const char *pel_edge_word(pel_edge_kind k) {
  static const char *const words[PEL_EDGE_KINDS] = {N_("because"), N_("unless"), N_("cites"), N_("contradicts"), N_("would change"), N_("attended to")};
  return (unsigned)k < PEL_EDGE_KINDS ? words[k] : "";
}
