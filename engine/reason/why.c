/* Why a goal does not hold: each rule that could conclude it is followed as far as it goes. Goals travel as text, so that every look is a query of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/tell.h"

enum { MOST_RUNS = 400, MOST_RULES = 3, MOST_LITERALS = 64, NONE = MOST_LITERALS, DEEPEST = 6, TEXT = 1 << 16 };

typedef struct why {
  pel_teller *t;
  pel_unknowns *u;
  char **missing;
  size_t most, *n_missing;
  int runs;
  bool told; /* the node above stands for the goal itself */
  bool open; /* the last query reached a limit: whether it holds is not known */
} why;

typedef struct near { /* a rule that could conclude the goal */
  uint32_t clause;
  char *head, *literals[MOST_LITERALS];
  bool open[MOST_LITERALS];  /* those that could not be followed to their end */
  bool holds[MOST_LITERALS]; /* those that hold together, taken greedily from the first on */
  size_t n, n_hold;
} near;

static char *write_cell(const pel_world *w, const pel_heap *h, pel_cell c) {
  pel_text_out out = {.most = TEXT};
  pel_heap constants = {.program = w->program};
  if (!pel_write(h ? h : &constants, c, PEL_WRITE_QUOTED, &out)) return free(out.text), NULL;
  return out.text;
}

static bool is_over(why *y) { return y->runs >= MOST_RUNS || pel_teller_is_late(y->t); }

/* Runs a query to its first answer; the machine is the caller's to destroy. NULL: it does not hold, could not be asked, or (y->open) reached a limit. */
static pel_machine *first_answer(why *y, const char *query, bool record) {
  pel_machine *m;
  pel_logic_limits limits = {300000, (uint64_t)64 << 20, 100000, 2};
  y->open = true;
  if (++y->runs > MOST_RUNS || pel_teller_is_late(y->t) || pel_machine_create(y->t->w->program, &limits, &m, NULL) != PEL_OK) return NULL;
  m->unknowns = y->u;
  m->record = record;
  m->cancelled = y->t->cancelled;
  m->user = y->t->user;
  pel_answer answer = pel_machine_ask(m, query, NULL) == PEL_OK ? pel_machine_next(m) : PEL_ANSWER_NO;
  y->open = answer == PEL_ANSWER_STOPPED;
  if (answer == PEL_ANSWER_YES) return m;
  pel_machine_destroy(m);
  return NULL;
}

/* '$why'(WANTED), GOAL = HEAD, the literals that hold and, when it is one, the one more. */
static char *make_query(const char *goal, const near *r, const char *wanted, size_t one_more) {
  pel_text_out q = {.most = TEXT * 4};
  pel_put(&q, "'$why'((", 8);
  pel_put(&q, wanted, strlen(wanted));
  pel_put(&q, ")) = _W, (", 10);
  pel_put(&q, goal, strlen(goal));
  pel_put(&q, ") = (", 5);
  pel_put(&q, r->head, strlen(r->head));
  pel_put(&q, ")", 1);
  for (size_t i = 0; i < r->n; i++) {
    if (!r->holds[i] && i != one_more) continue;
    pel_put(&q, ", (", 3);
    pel_put(&q, r->literals[i], strlen(r->literals[i]));
    pel_put(&q, ")", 1);
  }
  if (q.full) return free(q.text), NULL;
  return q.text;
}

/* What is wanted as those literals leave it; NULL when they do not hold. */
static char *instance(why *y, const char *goal, const near *r, const char *wanted, size_t one_more) {
  char *query = make_query(goal, r, wanted, one_more);
  pel_machine *m = query ? first_answer(y, query, false) : NULL;
  free(query);
  if (!m) return NULL;
  pel_cell holder = pel_arg(&m->heap, pel_arg(&m->heap, m->goal, 0), 0);
  char *text = write_cell(y->t->w, &m->heap, pel_arg(&m->heap, holder, 0));
  pel_machine_destroy(m);
  return text;
}

static void clear_near(near *r) {
  free(r->head);
  for (size_t i = 0; i < r->n; i++) free(r->literals[i]);
  *r = (near){0};
}

static bool take_clause(const pel_world *w, uint32_t clause, near *r) {
  const pel_rule_clause *c = &w->program->clauses[clause];
  pel_heap constants = {.program = w->program};
  *r = (near){.clause = clause, .head = write_cell(w, NULL, c->head)};
  pel_cell body = c->body;
  while (r->head && r->n < MOST_LITERALS - 1) {
    bool pair = (pel_tag(body) == PEL_TAG_STRUCT || pel_tag(body) == PEL_TAG_PATTERN) &&
                w->program->symbols.functors[pel_index(*pel_cells_at(&constants, pel_index(body)))].atom == PEL_ATOM_COMMA &&
                w->program->symbols.functors[pel_index(*pel_cells_at(&constants, pel_index(body)))].arity == 2;
    pel_cell first = pair ? pel_cells_at(&constants, pel_index(body))[1] : body;
    if (!(r->literals[r->n] = write_cell(w, NULL, first))) return false;
    r->n++;
    if (!pair) return true;
    body = pel_cells_at(&constants, pel_index(body))[2];
  }
  return r->head != NULL;
}

static pel_status explain(why *y, const char *goal, int64_t under, int depth);

static pel_status tell_excluded(why *y, const near *r, int64_t under) {
  const pel_rule_row *row = pel_world_rule(y->t->w, r->clause);
  char says[1200];
  int64_t id, passage = 0;
  const char *as_of = pel_case_get_info(y->t->w->of)->as_of;
  if (row && row->passage) PEL_TRY(pel_cite_passage(y->t->cite, row->passage, &passage, y->t->err));
  snprintf(says, sizeof says, "A rule that is not in force on %s (%s%s%s%s): %.800s", as_of, row && *row->from ? "in force from " : "in force", row ? row->from : "",
           row && *row->to ? " until " : "", row ? row->to : "", row && *row->label ? row->label : r->head);
  PEL_TRY(pel_tell_node(y->t, (pel_node){.kind = PEL_NODE_CLAIM, .state = PEL_STATE_EXCLUDED, .says = says, .term = r->head, .passage = passage}, &id));
  return pel_tell_edge(y->t, under, id, PEL_EDGE_BECAUSE, "");
}

static pel_status tell_open(why *y, const char *literal, int64_t under) {
  pel_text_out says = {.most = 8000};
  char line[1800];
  int64_t id;
  pel_machine *m; /* only to read it */
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  PEL_TRY(pel_machine_create(y->t->w->program, &limits, &m, y->t->err));
  if (pel_machine_ask(m, literal, NULL) == PEL_OK) pel_phrase(y->t->w, &m->heap, m->goal, false, &says, NULL);
  snprintf(line, sizeof line, "%.1700s", says.text ? says.text : "");
  free(says.text);
  pel_machine_destroy(m);
  PEL_TRY(pel_tell_node(y->t, (pel_node){.kind = PEL_NODE_CLAIM, .state = PEL_STATE_UNKNOWN, .says = line, .term = literal, .note = "it could not be followed to its end"}, &id));
  return pel_tell_edge(y->t, under, id, PEL_EDGE_BECAUSE, "");
}

/* What holds of a rule, and what does not. */
static pel_status tell_near(why *y, const char *goal, const near *r, int64_t under, int depth) {
  if (r->n_hold) {
    char *query = make_query(goal, r, "true", NONE);
    pel_machine *m = query ? first_answer(y, query, true) : NULL;
    free(query);
    pel_status status = m ? pel_tell_proof(y->t, m, under, PEL_NO_EVENT) : PEL_OK;
    if (m) pel_machine_destroy(m);
    PEL_TRY(status);
  }
  for (size_t i = 0; i < r->n && !is_over(y); i++) {
    char *literal = r->holds[i] ? NULL : instance(y, goal, r, r->literals[i], NONE);
    if (!literal) continue;
    pel_status status = r->open[i] ? tell_open(y, literal, under) : explain(y, literal, under, depth + 1);
    free(literal);
    PEL_TRY(status);
  }
  return PEL_OK;
}

static int by_missing(const void *x, const void *y) {
  const near *a = x, *b = y;
  size_t ma = a->n - a->n_hold, mb = b->n - b->n_hold;
  if (ma != mb) return ma < mb ? -1 : 1;
  return (a->clause > b->clause) - (a->clause < b->clause);
}

/* The rules whose heads match, the nearest first; those that are not in force are told at once. */
static pel_status find_near(why *y, const char *goal, const pel_predicate *p, int64_t under, near *out, size_t *n) {
  *n = 0;
  for (size_t i = 0; i < p->n_clauses && *n < 32 && !is_over(y); i++) {
    near r;
    bool excluded = y->t->w->program->clauses[p->clauses[i]].excluded;
    bool bodiless = y->t->w->program->clauses[p->clauses[i]].body == pel_make_atom(PEL_ATOM_TRUE);
    if (bodiless && !excluded) continue;
    if (!take_clause(y->t->w, p->clauses[i], &r)) {
      clear_near(&r);
      continue;
    }
    char *matched = instance(y, goal, &r, "true", NONE);
    bool matches = matched != NULL;
    free(matched);
    pel_status status = matches && excluded ? tell_excluded(y, &r, under) : PEL_OK;
    if (!matches || excluded) {
      clear_near(&r);
      PEL_TRY(status);
      continue;
    }
    for (size_t k = 0; k < r.n; k++) {
      char *holds = instance(y, goal, &r, "true", k);
      r.holds[k] = holds != NULL;
      r.open[k] = y->open;
      r.n_hold += holds != NULL;
      free(holds);
    }
    out[(*n)++] = r;
  }
  qsort(out, *n, sizeof *out, by_missing);
  return PEL_OK;
}

static void keep_missing(why *y, const char *goal) {
  for (size_t i = 0; i < *y->n_missing; i++)
    if (strcmp(y->missing[i], goal) == 0) return;
  if (*y->n_missing < y->most && (y->missing[*y->n_missing] = strdup(goal))) ++*y->n_missing;
}

/* A goal of a predicate: the node, and under it the rules that come nearest. */
static pel_status explain_predicate(why *y, const pel_heap *h, pel_cell term, const char *goal, const pel_predicate *p, int64_t under, int depth) {
  pel_text_out says = {.most = 8000};
  char line[1810];
  int64_t id;
  near rules[32];
  size_t n = 0;
  bool has_rules = false;
  for (size_t i = 0; p && i < p->n_clauses; i++) has_rules |= y->t->w->program->clauses[p->clauses[i]].body != pel_make_atom(PEL_ATOM_TRUE) || y->t->w->program->clauses[p->clauses[i]].excluded;
  pel_phrase(y->t->w, h, term, false, &says, NULL);
  snprintf(line, sizeof line, "%.1700s", says.text ? says.text : "");
  free(says.text);
  id = pel_told_missing(y->t, goal);
  if (id) return pel_tell_edge(y->t, under, id, PEL_EDGE_BECAUSE, "");
  pel_node node = {.kind = has_rules ? PEL_NODE_CLAIM : PEL_NODE_QUESTION, .state = PEL_STATE_NOT_FOUND, .says = line, .term = goal};
  if (y->told && depth == 0 && has_rules) id = under;
  else PEL_TRY(pel_tell_node(y->t, node, &id));
  PEL_TRY(pel_tell_edge(y->t, under, id, PEL_EDGE_BECAUSE, ""));
  PEL_TRY(pel_keep_missing(y->t, goal, id));
  if (!has_rules) keep_missing(y, goal);
  if (!has_rules || depth >= DEEPEST) return PEL_OK;
  pel_status status = find_near(y, goal, p, id, rules, &n);
  for (size_t i = 0; i < n; i++) {
    if (status == PEL_OK && i < MOST_RULES) status = tell_near(y, goal, &rules[i], id, depth);
    clear_near(&rules[i]);
  }
  return status;
}

/* \+ G does not hold because G does: the exception, with what makes it hold. */
static pel_status explain_exception(why *y, const pel_heap *h, pel_cell inner, int64_t under) {
  pel_text_out says = {.most = 8000};
  char line[1800], *goal = write_cell(y->t->w, h, inner);
  int64_t id;
  pel_machine *m = goal ? first_answer(y, goal, true) : NULL;
  pel_phrase(y->t->w, h, inner, false, &says, NULL);
  snprintf(line, sizeof line, "%s%.1700s", m ? "An exception applies: " : "Whether this exception applies could not be decided: ", says.text ? says.text : "");
  free(says.text);
  pel_node node = {.kind = PEL_NODE_CLAIM, .state = m ? PEL_STATE_OVERRIDDEN : PEL_STATE_UNKNOWN, .says = line, .term = goal};
  pel_status status = pel_tell_node(y->t, node, &id);
  if (status == PEL_OK) status = pel_tell_edge(y->t, under, id, PEL_EDGE_UNLESS, "");
  if (m && status == PEL_OK) status = pel_tell_proof(y->t, m, id, PEL_NO_EVENT);
  pel_machine_destroy(m);
  free(goal);
  return status;
}

/* A comparison, or an exception, about a value that something else that is missing would have given says nothing yet. */
static bool waits(why *y, const pel_heap *h, pel_cell term, const char *goal, bool compares) {
  char query[4000];
  if (!compares && !pel_is_compound(h, term, PEL_ATOM_NOT, 1)) return false;
  snprintf(query, sizeof query, "ground((%.3900s))", goal);
  pel_machine *m = first_answer(y, query, false);
  pel_machine_destroy(m);
  return !m;
}

static pel_status explain(why *y, const char *goal, int64_t under, int depth) {
  pel_machine *m; /* only to read the goal: it is not run */
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  PEL_TRY(pel_machine_create(y->t->w->program, &limits, &m, y->t->err));
  if (pel_machine_ask(m, goal, NULL) != PEL_OK) return pel_machine_destroy(m), PEL_OK;
  const pel_heap *h = &m->heap;
  pel_cell term = pel_deref(h, m->goal);
  pel_text_out arithmetic = {.most = 4000};
  const pel_symbols *s = &y->t->w->program->symbols;
  uint32_t functor = pel_tag(term) == PEL_TAG_STRUCT ? (uint32_t)pel_index(*pel_cells_at(h, pel_index(term))) : pel_functor_find(s, (uint32_t)pel_index(term), 0);
  uint32_t number = functor == PEL_NO_SYMBOL ? 0 : s->functors[functor].predicate;
  const pel_predicate *p = number ? &y->t->w->program->predicates[number - 1] : NULL;
  pel_status status = PEL_OK;
  int64_t id;
  bool compares = pel_phrase_arithmetic(y->t->w, h, term, &arithmetic);
  if (waits(y, h, term, goal, compares)) {
  } else if (pel_is_compound(h, term, PEL_ATOM_NOT, 1)) status = explain_exception(y, h, pel_arg(h, term, 0), under);
  else if (pel_is_compound(h, term, PEL_ATOM_COMMA, 2) || pel_is_compound(h, term, PEL_ATOM_SEMICOLON, 2)) {
    for (uint32_t i = 0; i < 2 && status == PEL_OK && depth < DEEPEST * 4; i++) {
      char *part = write_cell(y->t->w, h, pel_arg(h, term, i));
      pel_machine *holds = part ? first_answer(y, part, false) : NULL;
      if (holds) pel_machine_destroy(holds);
      else if (part && y->open) status = tell_open(y, part, under);
      else if (part) status = explain(y, part, under, depth + 1);
      free(part);
    }
  } else if (compares) {
    char line[1800];
    snprintf(line, sizeof line, "%.1700s", arithmetic.text);
    status = pel_tell_node(y->t, (pel_node){.kind = PEL_NODE_CHECK, .state = PEL_STATE_REFUTED, .says = line, .term = goal}, &id);
    if (status == PEL_OK) status = pel_tell_edge(y->t, under, id, PEL_EDGE_BECAUSE, "");
  } else if (!p || p->kind == PEL_PREDICATE_CLAUSES || p->kind == PEL_PREDICATE_UNDEFINED) {
    bool library = p && p->library;
    if (!library) status = explain_predicate(y, h, term, goal, p, under, depth);
  }
  free(arithmetic.text);
  pel_machine_destroy(m);
  return status;
}

pel_status pel_tell_failure(pel_teller *t, const char *goal, pel_unknowns *u, int64_t under, bool told, char **missing, size_t most, size_t *n_missing) {
  why y = {.told = told, .t = t, .u = u, .missing = missing, .most = most, .n_missing = n_missing};
  return explain(&y, goal, under, 0);
}
