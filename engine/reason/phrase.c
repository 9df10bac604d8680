#include "engine/reason/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/number.h"
#include "engine/reason/phrase_parts.h"

static const char ELLIPSIS[] = "\xe2\x80\xa6"; /* whatever it may be, or more of it than is told */

static bool is_open(pel_cell c) { return pel_is_var(c) || pel_tag(c) == PEL_TAG_LOCAL; }

void pel_phrase_put(phrasing *p, const char *text) { pel_put(p->out, text, strlen(text)); }

/* An atom's text with blanks for underscores. */
static void put_words(phrasing *p, const char *text, size_t size) {
  while (size > 1 && text[size - 1] == '_') size--;
  for (size_t i = 0; i < size; i++) pel_put(p->out, text[i] == '_' ? " " : text + i, 1);
}

/* ---- the vocabulary ---- */

/* Whether the goal is an instance of the pattern; the variables' values in `values`. */
static bool matches(const pel_world *w, const pel_heap *h, const pel_term_words *t, pel_cell pattern, pel_cell goal, pel_cell *values, int depth) {
  pel_heap constants = {.program = w->program};
  goal = pel_deref(h, goal);
  switch (pel_tag(pattern)) {
    case PEL_TAG_LOCAL: {
      pel_cell *v = &values[pel_index(pattern)];
      if (*v) return *v == goal;
      *v = goal;
      return true;
    }
    case PEL_TAG_STRUCT:
    case PEL_TAG_PATTERN: {
      if (!pel_phrase_is_compound(goal) || depth > PEL_PHRASE_DEEPEST) return false;
      const pel_cell *p = pel_cells_at(&constants, pel_index(pattern));
      if (*pel_cells_at(h, pel_index(goal)) != *p) return false;
      uint32_t arity = w->program->symbols.functors[pel_index(*p)].arity;
      for (uint32_t i = 0; i < arity; i++)
        if (!matches(w, h, t, p[i + 1], pel_arg(h, goal, i), values, depth + 1)) return false;
      return true;
    }
    case PEL_TAG_BOX: {
      if (pel_tag(goal) != PEL_TAG_BOX) return false;
      const pel_cell *a = pel_cells_at(&constants, pel_index(pattern)), *b = pel_cells_at(h, pel_index(goal));
      return *a == *b && memcmp(a, b, pel_box_cells(*a) * sizeof *a) == 0;
    }
    default: return pattern == goal || is_open(goal);
  }
}

static const pel_term_words *find(const pel_world *w, const pel_heap *h, pel_cell goal, pel_cell **values) {
  uint32_t functor = pel_phrase_is_compound(goal) ? (uint32_t)pel_index(*pel_cells_at(h, pel_index(goal)))
                     : pel_is_atom(goal) ? pel_functor_find(&w->program->symbols, (uint32_t)pel_index(goal), 0) : PEL_NO_SYMBOL;
  for (size_t i = 0; i < w->n_words; i++) {
    const pel_term_words *t = &w->words[i];
    if (t->functor != functor) continue;
    pel_cell *v = pel_alloc(t->n_locals + 1, sizeof *v);
    if (v && matches(w, h, t, t->pattern, goal, v, 0)) return *values = v, t;
    free(v);
  }
  return NULL;
}

const pel_term_words *pel_phrase_entry(const pel_world *w, const pel_heap *h, pel_cell goal) {
  pel_cell *values = NULL;
  const pel_term_words *t = find(w, h, pel_deref(h, goal), &values);
  free(values);
  return t;
}

/* Text with {Variable} filled in. */
static void fill(phrasing *p, const pel_term_words *t, const pel_cell *values, const char *text, int depth) {
  while (*text) {
    size_t plain = strcspn(text, "{");
    pel_put(p->out, text, plain);
    text += plain;
    if (!*text) break;
    size_t size = strcspn(++text, "}");
    uint32_t i = 0;
    while (i < t->n_locals && !(strlen(t->names[i]) == size && memcmp(t->names[i], text, size) == 0)) i++;
    if (i < t->n_locals && values[i]) pel_phrase_value(p, values[i], depth + 1);
    else pel_put(p->out, text, size);
    text += size + (text[size] == '}');
  }
}

/* ---- values ---- */

/* What the vocabulary calls a thing ({"term": "covid19", "says": "COVID-19", "type": "text"}), else the label of the pack's entity of that key, else the atom's words. */
static void put_name(phrasing *p, uint32_t atom) {
  const pel_world *w = p->w;
  const char *text = pel_atom_text(&w->program->symbols, atom);
  for (size_t i = 0; i < w->n_words; i++)
    if (w->words[i].pattern == pel_make_atom(atom) && w->words[i].type == PEL_TERM_TEXT) return pel_phrase_put(p, w->words[i].says);
  pel_entity e;
  int64_t id = 0;
  if (w->pack && pel_pack_get_info(w->pack)->n_entities && pel_pack_find_entity(w->pack, text, &id, NULL) == PEL_OK && id && pel_pack_entity(w->pack, id, &e, NULL) == PEL_OK && *e.label)
    pel_phrase_put(p, e.label);
  else put_words(p, text, pel_atom_size(&w->program->symbols, atom));
}

/* {"term": "ordinal(Number, Code, Label)", "says": "{Label} ({Number})", "type": "text"} */
static bool put_described(phrasing *p, pel_cell c, int depth) {
  pel_cell *values = NULL;
  const pel_term_words *t = find(p->w, p->h, c, &values);
  bool described = t && t->type == PEL_TERM_TEXT;
  if (described) fill(p, t, values, t->says, depth);
  free(values);
  return described;
}

static void put_list(phrasing *p, pel_cell c, int depth) {
  size_t n = 0;
  for (; pel_is_compound(p->h, c, PEL_ATOM_DOT, 2) && n < 50; c = pel_deref(p->h, pel_arg(p->h, c, 1)), n++) {
    if (n) pel_phrase_put(p, ", ");
    pel_phrase_value(p, pel_arg(p->h, c, 0), depth + 1);
  }
  if (n == 50 && pel_is_compound(p->h, c, PEL_ATOM_DOT, 2)) pel_phrase_put(p, ", "), pel_phrase_put(p, ELLIPSIS);
}

void pel_phrase_value(phrasing *p, pel_cell c, int depth) {
  const pel_heap *h = p->h;
  const pel_symbols *s = &h->program->symbols;
  c = pel_deref(h, c);
  if (p->out->full || p->out->size > PEL_PHRASE_LONGEST) return;
  if (is_open(c) || depth > PEL_PHRASE_DEEPEST) pel_phrase_put(p, ELLIPSIS);
  else if (pel_is_number(h, c)) pel_phrase_number(p, c);
  else if (c == pel_make_atom(PEL_ATOM_NIL)) pel_phrase_put(p, "none");
  else if (pel_is_atom(c)) put_name(p, (uint32_t)pel_index(c));
  else if (pel_tag(c) == PEL_TAG_BOX) {
    size_t size;
    const char *text = pel_string_bytes(h, c, &size, NULL);
    pel_put(p->out, text, size);
  } else if (pel_is_compound(h, c, PEL_ATOM_UNKNOWN, 1)) pel_phrase_quantity(p, pel_int_value(pel_arg(h, c, 0)));
  else if (pel_is_compound(h, c, PEL_ATOM_DOT, 2)) put_list(p, c, depth);
  else if (!put_described(p, c, depth) && !pel_phrase_operation(p, c, depth)) {
    const pel_functor f = *pel_functor_of(h, c);
    put_words(p, pel_atom_text(s, f.atom), pel_atom_size(s, f.atom));
    for (uint32_t i = 0; i < f.arity && i < 20; i++) {
      pel_phrase_put(p, i ? ", " : " ");
      pel_phrase_value(p, pel_arg(h, c, i), depth + 1);
    }
  }
}

/* ---- goals ---- */

/* In the words of the rule file: "remarried: alice, 2016". */
static void put_plain(phrasing *p, pel_cell goal, bool denied, int depth) {
  const pel_symbols *s = &p->h->program->symbols;
  p->known = false;
  if (denied) pel_phrase_put(p, "not: ");
  if (!pel_phrase_is_compound(goal)) return pel_phrase_value(p, goal, depth);
  const pel_functor f = *pel_functor_of(p->h, goal);
  put_words(p, pel_atom_text(s, f.atom), pel_atom_size(s, f.atom));
  bool first = true;
  for (uint32_t i = 0; i < f.arity; i++) {
    pel_cell a = pel_deref(p->h, pel_arg(p->h, goal, i));
    if (is_open(a)) continue;
    pel_phrase_put(p, first ? ": " : ", ");
    pel_phrase_value(p, a, depth + 1);
    first = false;
  }
}

static bool is_absence(const pel_heap *h, pel_cell goal) {
  return pel_is_compound(h, goal, PEL_ATOM_NOT, 1) || (pel_tag(goal) == PEL_TAG_STRUCT && pel_functor_of(h, goal)->arity == 1 && strcmp(pel_atom_text(&h->program->symbols, pel_functor_of(h, goal)->atom), "not") == 0);
}

/* \+ G: that G is not found says nothing of whether it is so, unless G is computed. */
static void put_absence(phrasing *p, pel_cell inner, bool denied, int depth) {
  inner = pel_deref(p->h, inner);
  if (is_absence(p->h, inner)) return pel_phrase_goal(p, pel_arg(p->h, inner, 0), denied, depth + 1);
  const pel_term_words *t = pel_phrase_entry(p->w, p->h, inner);
  if (t && t->type == PEL_TERM_STEP && *t->says) return pel_phrase_goal(p, inner, !denied, depth + 1);
  if (denied) pel_phrase_put(p, "it is not so that ");
  if (pel_phrase_relation(p, inner, "not so: ", depth)) return;
  pel_phrase_put(p, "nothing found that says: ");
  pel_phrase_goal(p, inner, false, depth + 1);
}

/* A, B; A ; B; if, then, otherwise. */
static bool put_compound(phrasing *p, pel_cell goal, bool denied, int depth) {
  bool both = pel_is_compound(p->h, goal, PEL_ATOM_COMMA, 2), either = pel_is_compound(p->h, goal, PEL_ATOM_SEMICOLON, 2);
  if (!both && !either) return false;
  pel_cell first = pel_deref(p->h, pel_arg(p->h, goal, 0)), second = pel_arg(p->h, goal, 1);
  const char *name = pel_tag(first) == PEL_TAG_STRUCT && pel_functor_of(p->h, first)->arity == 2 ? pel_atom_text(&p->h->program->symbols, pel_functor_of(p->h, first)->atom) : "";
  if (either && (strcmp(name, "->") == 0 || strcmp(name, "*->") == 0)) {
    pel_phrase_goal(p, first, denied, depth + 1); /* "it is not so that" stands before the whole of it */
    pel_phrase_put(p, ", otherwise ");
    pel_phrase_goal(p, second, false, depth + 1);
    return true;
  }
  pel_phrase_goal(p, first, denied, depth + 1);
  pel_phrase_put(p, both != denied ? ", and " : ", or ");
  pel_phrase_goal(p, second, denied, depth + 1);
  return true;
}

void pel_phrase_goal(phrasing *p, pel_cell goal, bool denied, int depth) {
  pel_cell *values = NULL;
  goal = pel_deref(p->h, goal);
  if (depth > PEL_PHRASE_DEEPEST || p->out->size > PEL_PHRASE_LONGEST) return pel_phrase_put(p, ELLIPSIS);
  if (pel_is_compound(p->h, goal, PEL_ATOM_NEG, 1)) return pel_phrase_goal(p, pel_arg(p->h, goal, 0), !denied, depth + 1);
  if (is_absence(p->h, goal)) return put_absence(p, pel_arg(p->h, goal, 0), denied, depth);
  if (put_compound(p, goal, denied, depth)) return;
  if (pel_phrase_relation(p, goal, denied ? "not so: " : "", depth)) return;
  const pel_term_words *t = find(p->w, p->h, goal, &values);
  if (t) {
    if (denied && !*t->denied) pel_phrase_put(p, "it is not so that ");
    fill(p, t, values, denied && *t->denied ? t->denied : t->says, depth);
  } else if (!pel_phrase_builtin(p, goal, denied, depth)) put_plain(p, goal, denied, depth);
  free(values);
}

void pel_phrase(const pel_world *w, const pel_heap *h, pel_cell goal, bool denied, pel_text_out *out, bool *known) {
  phrasing p = {.w = w, .h = h, .out = out, .known = true};
  size_t start = out->size;
  pel_phrase_goal(&p, goal, denied, 0);
  for (size_t i = start; i < out->size; i++) /* a rule may write it as '\0\'; here it would end the sentence */
    if (!out->text[i]) out->text[i] = '?';
  if (known) *known = p.known;
}
