#include "engine/reason/rule_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/reason/fault.h"

pel_status pel_rule_words_open(pel_rule_words *x, audit *a, const pel_deduction *d, const pel_rule_goals *goals, int64_t root) {
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1}; /* only to read goals */
  *x = (pel_rule_words){.a = a, .d = d, .goals = goals, .root = root};
  return pel_machine_create(a->w->program, &limits, &x->reader, a->err);
}

void pel_rule_words_close(pel_rule_words *x) { pel_machine_destroy(x->reader); }

const pel_seen_goal *pel_rule_words_goal(const pel_rule_words *x, uint64_t key) {
  uint32_t id = pel_horn_id_of(key);
  pel_horn_part part = pel_horn_part_of(key);
  bool atom = (part == PEL_HORN_ATOM || part == PEL_HORN_FACT) && id < x->goals->n_atoms && x->goals->seen[id] != PEL_NO_SYMBOL;
  return atom ? &x->goals->watch->goals[x->goals->seen[id]] : NULL;
}

/* ---- words ---- */

static void put(pel_rule_words *x, const char *text) {
  size_t n = strlen(x->says);
  snprintf(x->says + n, sizeof x->says - n, "%s", text);
}

static bool read_goal(pel_rule_words *x, const char *text, pel_cell *goal) {
  bool read = pel_machine_ask(x->reader, text, NULL) == PEL_OK;
  if (read) *goal = pel_deref(&x->reader->heap, x->reader->goal);
  return read;
}

static void put_phrase(pel_rule_words *x, pel_cell goal, bool denied) {
  pel_text_out says = {.most = 1600};
  pel_phrase(x->a->w, &x->reader->heap, goal, denied, &says, NULL);
  put(x, says.text ? says.text : "");
  free(says.text);
}

static void put_goal(pel_rule_words *x, const char *text, bool denied) {
  pel_cell goal;
  pel_text_out arithmetic = {.most = 1600};
  if (!read_goal(x, text, &goal)) return put(x, text);
  if (pel_phrase_arithmetic(x->a->w, &x->reader->heap, goal, &arithmetic)) put(x, arithmetic.text);
  else put_phrase(x, goal, denied);
  free(arithmetic.text);
}

/* What is supposed in a way, without the "if". */
static void put_way(pel_rule_words *x, uint32_t way) {
  pel_text_out words = {.most = 600};
  bool said = pel_way_words(x->a->w, &x->d->ways[way].unknowns, &words, NULL) == PEL_OK && words.size > 3;
  put(x, said ? words.text + 3 : "what is not known turns out so");
  free(words.text);
}

static void put_rule(pel_rule_words *x, uint32_t clause) {
  const pel_rule_row *row = pel_world_rule(x->a->w, clause);
  char place[300];
  snprintf(place, sizeof place, "the rule at %.200s, line %lld", row ? row->file : "", row ? (long long)row->line : 0);
  put(x, row && *row->label ? row->label : row ? place : "a rule of the interpreter's own");
}

/* \+ G, of which either nothing was found or an exception applies. */
static void put_absent(pel_rule_words *x, const pel_seen_goal *g) {
  pel_cell goal;
  if (!read_goal(x, g->text, &goal)) return put(x, g->text);
  pel_cell inner = pel_arg(&x->reader->heap, goal, 0);
  if (g->told || !pel_tells_assumption(&x->a->t, &x->reader->heap, inner)) return put_phrase(x, goal, false);
  put(x, "an exception applies: ");
  put_phrase(x, inner, false);
}

static void put_collected(pel_rule_words *x, const char *text) {
  pel_cell goal;
  if (!read_goal(x, text, &goal)) return put(x, text);
  put(x, "all that is found: ");
  put_phrase(x, pel_arg(&x->reader->heap, goal, 1), false);
}

static void put_seen(pel_rule_words *x, uint32_t atom, const pel_seen_goal *g) {
  char fault[160];
  if (x->goals->way_of[atom] != PEL_NO_SYMBOL) put(x, "if "), put_way(x, x->goals->way_of[atom]), put(x, ": ");
  else if (x->goals->supposed[atom]) put(x, "in that case: ");
  switch (g->part) {
    case PEL_PART_ABSENT: return put_absent(x, g);
    case PEL_PART_ALL: return put_collected(x, g->text);
    case PEL_PART_EXCLUDED: put(x, "a rule that is not in force then: "); return put_rule(x, g->clause);
    case PEL_PART_WRONG: pel_fault_words(g->text, fault, sizeof fault); put(x, "it went wrong, and a rule says what to do then: "); return put(x, fault);
    case PEL_PART_ASKED: put(x, "asked for in these words: "); return put_goal(x, g->text, false);
    default: return put_goal(x, g->text, false);
  }
}

/* ---- nodes ---- */

static int64_t told(const pel_rule_words *x, const char *kind, const char *text) {
  char *key = NULL;
  int64_t node = asprintf(&key, "%s:%s", kind, text) < 0 ? 0 : pel_told(&x->a->t, key);
  free(key);
  return node;
}

static int64_t clause_node(const pel_rule_words *x, uint32_t clause, const char *text) {
  char number[16];
  snprintf(number, sizeof number, "%u", clause);
  return clause == PEL_NO_SYMBOL ? 0 : told(x, number, text);
}

/* The tree's node of a goal: of the fact that gives it, of what is missing, of what nothing says. A goal that a clause proved is that clause's way. */
static int64_t goal_node(pel_rule_words *x, uint32_t atom, const pel_seen_goal *g) {
  pel_cell goal;
  if (atom == x->goals->of_side[PEL_SIDE_FOR]) return x->root;
  if (g->clause != PEL_NO_SYMBOL && g->part == PEL_PART_GOAL) return clause_node(x, g->clause, g->text);
  if (g->part == PEL_PART_GOAL) return told(x, "?", g->text);
  if (g->part != PEL_PART_ABSENT || !read_goal(x, g->text, &goal)) return 0;
  pel_text_out inner = {.most = 4000};
  pel_write(&x->reader->heap, pel_arg(&x->reader->heap, goal, 0), PEL_WRITE_QUOTED, &inner);
  int64_t node = inner.text ? told(x, "-", inner.text) : 0;
  if (!node && inner.text) node = told(x, "#", inner.text);
  free(inner.text);
  return node;
}

/* ---- ways ---- */

static void say_way(pel_rule_words *x, const struct pel_rule_made *r, int64_t *node) {
  const pel_rule_goals *g = x->goals;
  if (r->kind == PEL_WAY_SIDE) return put(x, r->number == PEL_SIDE_AGAINST ? "that it is not so" : "that it is so");
  if (r->kind == PEL_WAY_CASES) return put(x, "in every way in which what is not known may be");
  if (r->kind == PEL_WAY_CASE) return put(x, "one way: "), put_way(x, r->number);
  if (r->kind == PEL_WAY_PARTS) return put(x, "all parts of it");
  const pel_seen_way *w = &g->watch->ways[r->number];
  put_rule(x, w->clause);
  *node = clause_node(x, w->clause, g->watch->goals[w->head].text);
}

static void say_question(pel_rule_words *x) {
  if (*x->a->c->asks) return put(x, x->a->c->asks);
  put_goal(x, x->a->c->question, false);
}

void pel_rule_words_say(void *user, uint64_t key, const char **says, int64_t *node) {
  pel_rule_words *x = user;
  uint32_t id = pel_horn_id_of(key);
  pel_horn_part part = pel_horn_part_of(key);
  const pel_seen_goal *g = pel_rule_words_goal(x, key);
  *node = 0;
  *says = x->says;
  x->says[0] = 0;
  if (part == PEL_HORN_ELSE) put(x, "something else: it was not followed to its end");
  else if (part == PEL_HORN_RULE && id < x->goals->n_rules) say_way(x, &x->goals->rules[id], node);
  else if (g) put_seen(x, id, g), *node = goal_node(x, id, g);
  else if (!id) say_question(x), *node = x->root;
  else if (id < x->goals->n_atoms && x->goals->way_of[id] != PEL_NO_SYMBOL) put(x, "not known whether "), put_way(x, x->goals->way_of[id]);
  else put(x, id == x->goals->of_side[PEL_SIDE_AGAINST] ? "the opposite of the question" : "the question"), *node = id == x->goals->of_side[PEL_SIDE_FOR] ? x->root : 0;
  if (x->says[0] >= 'a' && x->says[0] <= 'z') x->says[0] = (char)(x->says[0] - 32);
}

/* ---- states ---- */

bool pel_rule_words_assumed(pel_rule_words *x, const pel_seen_goal *g) {
  pel_cell goal;
  return g->part == PEL_PART_ABSENT && read_goal(x, g->text, &goal) && pel_tells_assumption(&x->a->t, &x->reader->heap, pel_arg(&x->reader->heap, goal, 0));
}

static pel_node_state unproved(pel_rule_words *x, const pel_seen_goal *g) {
  if (g->part == PEL_PART_EXCLUDED) return PEL_STATE_EXCLUDED;
  if (g->part == PEL_PART_COMPUTED) return PEL_STATE_REFUTED;
  if (g->part == PEL_PART_ABSENT) return pel_rule_words_assumed(x, g) ? PEL_STATE_OVERRIDDEN : PEL_STATE_REFUTED;
  return PEL_STATE_NOT_FOUND;
}

/* Whether a goal, or what a way leads to, rests on what is only supposed. */
static bool is_supposed(const pel_rule_goals *g, uint64_t key) {
  uint32_t id = pel_horn_id_of(key);
  if (pel_horn_part_of(key) != PEL_HORN_RULE) return id < g->n_atoms && g->supposed[id];
  bool seen = id < g->n_rules && (g->rules[id].kind == PEL_WAY_CLAUSE || g->rules[id].kind == PEL_WAY_PARTS);
  return seen && g->supposed[g->n_atoms - g->watch->n_goals + g->watch->ways[g->rules[id].number].head];
}

pel_node_state pel_rule_words_state(void *user, uint64_t key, pel_goal_status status) {
  pel_rule_words *x = user;
  const pel_seen_goal *g = pel_rule_words_goal(x, key);
  uint32_t id = pel_horn_id_of(key);
  if (!g && !id && pel_horn_part_of(key) == PEL_HORN_ATOM) return x->verdict;
  if (status == PEL_GOAL_REFUTED) return g ? unproved(x, g) : PEL_STATE_NOT_FOUND;
  if (status != PEL_GOAL_PROVED || is_supposed(x->goals, key)) return PEL_STATE_UNKNOWN;
  return g && pel_rule_words_assumed(x, g) ? PEL_STATE_ASSUMED : PEL_STATE_HOLDS;
}
