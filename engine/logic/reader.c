/* An operator-precedence parser: operands and operators wait on two stacks, so that only brackets nest on the C stack. */
#include "engine/logic/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/logic/lexer.h"
#include "engine/logic/number.h"
#include "engine/logic/utf8.h"

struct pel_operand {
  pel_cell term;
  int priority;
};

struct pel_pending { /* an operator whose right side is not complete */
  uint32_t atom;
  pel_operator op;
  bool prefix;
};

/* Where an expression ends although a comma or a bar could be an operator in it. */
enum { STOP_NOWHERE, STOP_COMMA, STOP_COMMA_BAR };

static bool expression(pel_reader *r, int stop, pel_cell *out);

void pel_reader_clear(pel_reader *r) {
  free(r->vars);
  free(r->operands);
  free(r->pending);
  free(r->items);
  free(r->buffer);
  r->vars = NULL;
  r->operands = NULL;
  r->pending = NULL;
  r->items = NULL;
  r->buffer = NULL;
}

void pel_reader_place(pel_reader *r, size_t at, uint32_t *line, uint32_t *column) {
  if (at < r->place_at || !r->place_line) r->place_at = r->place_start = 0, r->place_line = 1;
  for (; r->place_at < at && r->place_at < r->size; r->place_at++)
    if (r->text[r->place_at] == '\n') r->place_line++, r->place_start = r->place_at + 1;
  *line = r->place_line;
  *column = 1;
  for (size_t i = r->place_start; i < at && i < r->size; i++) *column += ((unsigned char)r->text[i] & 0xc0) != 0x80;
}

static bool fault(pel_reader *r, const char *name, const char *what) {
  if (r->token.kind != PEL_TOKEN_FAULT) pel_lex_fault(r, r->token.from, name, what);
  return false;
}

/* Something else should stand here. */
static bool fault_after_term(pel_reader *r, const char *what) {
  bool closes = r->token.kind == PEL_TOKEN_CLOSE || r->token.kind == PEL_TOKEN_CLOSE_LIST || r->token.kind == PEL_TOKEN_CLOSE_CURLY;
  return fault(r, closes ? "cannot_start_term" : "operator_expected", what);
}

static bool no_room(pel_reader *r) { return r->no_room = true, false; }

static bool push_operand(pel_reader *r, pel_cell term, int priority) {
  if (!term) return no_room(r);
  struct pel_operand *operands = pel_grow(r->operands, &r->operands_capacity, r->n_operands + 1, sizeof *operands);
  if (!operands) return no_room(r);
  r->operands = operands;
  operands[r->n_operands++] = (struct pel_operand){term, priority};
  return true;
}

static bool push_pending(pel_reader *r, uint32_t atom, const pel_operator *op, bool prefix) {
  struct pel_pending *pending = pel_grow(r->pending, &r->pending_capacity, r->n_pending + 1, sizeof *pending);
  if (!pending) return no_room(r);
  r->pending = pending;
  pending[r->n_pending++] = (struct pel_pending){atom, *op, prefix};
  return true;
}

static bool push_item(pel_reader *r, pel_cell c) {
  pel_cell *items = pel_grow(r->items, &r->items_capacity, r->n_items + 1, sizeof *items);
  if (!items) return no_room(r);
  r->items = items;
  items[r->n_items++] = c;
  return true;
}

/* Applies the topmost waiting operator to what lies on the stack. */
static bool reduce(pel_reader *r) {
  struct pel_pending p = r->pending[--r->n_pending];
  struct pel_operand right = r->operands[--r->n_operands];
  pel_cell args[2] = {right.term, right.term};
  if (right.priority > pel_operator_right(&p.op)) return fault(r, "operator_clash", "operators clash here: put brackets round one of them");
  if (!p.prefix) {
    struct pel_operand left = r->operands[--r->n_operands];
    if (left.priority > pel_operator_left(&p.op)) return fault(r, "operator_clash", "operators clash here: put brackets round one of them");
    args[0] = left.term;
  }
  return push_operand(r, pel_new_compound(r->heap, p.atom, p.prefix ? 1 : 2, args), p.op.priority);
}

static pel_cell variable(pel_reader *r) {
  const char *name = r->text + r->token.from;
  size_t size = r->token.to - r->token.from;
  if (size == 1 && *name == '_') return pel_new_var(r->heap);
  for (size_t i = 0; i < r->n_vars; i++)
    if (r->vars[i].size == size && memcmp(r->vars[i].name, name, size) == 0) return r->vars[i].var;
  pel_named_var *vars = pel_grow(r->vars, &r->vars_capacity, r->n_vars + 1, sizeof *vars);
  pel_cell var = vars ? pel_new_var(r->heap) : 0;
  if (vars) r->vars = vars;
  if (var) vars[r->n_vars++] = (pel_named_var){name, size, var};
  return var;
}

/* Terms up to `close`, separated by commas, onto r->items; a list may have a tail. */
static bool arguments(pel_reader *r, int close, pel_cell *tail) {
  for (;;) {
    pel_cell item;
    if (!expression(r, tail ? STOP_COMMA_BAR : STOP_COMMA, &item) || !push_item(r, item)) return false;
    if (r->token.kind == PEL_TOKEN_COMMA) {
      pel_lex(r);
      continue;
    }
    if (tail && r->token.kind == PEL_TOKEN_BAR) {
      pel_lex(r);
      if (!expression(r, STOP_COMMA_BAR, tail)) return false;
    }
    if (r->token.kind != close) return fault_after_term(r, close == PEL_TOKEN_CLOSE ? "a comma or ')' is missing here" : "a comma or ']' is missing here");
    pel_lex(r);
    return true;
  }
}

static bool compound(pel_reader *r, uint32_t name) {
  size_t from = r->n_items;
  pel_lex(r);
  if (r->token.kind == PEL_TOKEN_CLOSE) { /* name() */
    pel_lex(r);
    return push_operand(r, pel_new_compound(r->heap, name, 0, NULL), 0);
  }
  if (!arguments(r, PEL_TOKEN_CLOSE, NULL)) return false;
  if (r->n_items - from > PEL_MAX_ARITY) return fault(r, "too_many_arguments", "too many arguments");
  bool ok = push_operand(r, pel_new_compound(r->heap, name, (uint32_t)(r->n_items - from), r->items + from), 0);
  r->n_items = from;
  return ok;
}

static bool list(pel_reader *r) {
  size_t from = r->n_items;
  pel_cell tail = pel_make_atom(PEL_ATOM_NIL);
  pel_lex(r);
  if (r->token.kind == PEL_TOKEN_CLOSE_LIST) {
    pel_lex(r);
    if (r->token.kind == PEL_TOKEN_OPEN_CALL) return compound(r, PEL_ATOM_NIL);
    return push_operand(r, tail, 0);
  }
  if (!arguments(r, PEL_TOKEN_CLOSE_LIST, &tail)) return false;
  bool ok = push_operand(r, pel_new_list(r->heap, r->items + from, r->n_items - from, tail), 0);
  r->n_items = from;
  return ok;
}

static bool bracketed(pel_reader *r, int close) {
  pel_cell inner;
  pel_lex(r);
  if (close == PEL_TOKEN_CLOSE_CURLY && r->token.kind == close) {
    pel_lex(r);
    if (r->token.kind == PEL_TOKEN_OPEN_CALL) return compound(r, PEL_ATOM_CURLY);
    return push_operand(r, pel_make_atom(PEL_ATOM_CURLY), 0);
  }
  if (!expression(r, STOP_NOWHERE, &inner)) return false;
  if (r->token.kind != close) return fault_after_term(r, close == PEL_TOKEN_CLOSE ? "')' is missing here" : "'}' is missing here");
  pel_lex(r);
  return push_operand(r, close == PEL_TOKEN_CLOSE ? inner : pel_new_compound(r->heap, PEL_ATOM_CURLY, 1, &inner), 0);
}

static bool ends_term(const pel_reader *r) {
  int k = r->token.kind;
  return k == PEL_TOKEN_END || k == PEL_TOKEN_DOT || k == PEL_TOKEN_CLOSE || k == PEL_TOKEN_CLOSE_LIST || k == PEL_TOKEN_CLOSE_CURLY ||
         k == PEL_TOKEN_COMMA || k == PEL_TOKEN_BAR;
}

/* Whether a prefix operator before this token stands for itself: at a term's end, or before an infix operator that is not itself
 * the start of a term. */
static bool stands_alone(pel_reader *r) {
  if (ends_term(r)) return true;
  if (r->token.kind != PEL_TOKEN_ATOM) return false;
  uint32_t atom = (uint32_t)pel_index(r->token.value);
  if (!pel_operator_infix(r->operators, atom) || pel_operator_prefix(r->operators, atom)) return false;
  return !(r->at < r->size && r->text[r->at] == '(');
}

/* A name where an operand is expected. *prefix: it was an operator, and its operand is still to come. */
static bool name_operand(pel_reader *r, bool *prefix) {
  bool quoted = r->token.kind == PEL_TOKEN_QUOTED;
  uint32_t atom = (uint32_t)pel_index(r->token.value);
  if (!quoted && atom == PEL_ATOM_MINUS && r->at < r->size && r->text[r->at] >= '0' && r->text[r->at] <= '9') { /* -1 is a number */
    pel_lex(r);
    if (r->token.kind == PEL_TOKEN_FAULT) return false;
    pel_number n;
    if (!pel_number_read(r->heap, r->token.value, &n)) return fault(r, "illegal_number", "this is no number");
    pel_number_negate(&n);
    pel_cell value = pel_number_write(r->heap, &n);
    pel_number_clear(&n);
    pel_lex(r);
    return push_operand(r, value, 0);
  }
  pel_cell value = r->token.value;
  pel_lex(r);
  if (r->token.kind == PEL_TOKEN_OPEN_CALL) return compound(r, atom);
  const pel_operator *op = quoted ? NULL : pel_operator_prefix(r->operators, atom);
  if (op && !stands_alone(r)) {
    *prefix = true;
    return push_pending(r, atom, op, true);
  }
  return push_operand(r, value, 0);
}

static bool operand(pel_reader *r, bool *prefix) {
  *prefix = false;
  pel_cell c;
  switch (r->token.kind) {
    case PEL_TOKEN_ATOM:
    case PEL_TOKEN_QUOTED: return name_operand(r, prefix);
    case PEL_TOKEN_VAR:
      c = variable(r);
      pel_lex(r);
      if (r->token.kind == PEL_TOKEN_OPEN_CALL) return fault(r, "operator_expected", "a variable cannot be called like this: use call(...)");
      return push_operand(r, c, 0);
    case PEL_TOKEN_VALUE:
      c = r->token.value;
      pel_lex(r);
      return push_operand(r, c, 0);
    case PEL_TOKEN_OPEN:
    case PEL_TOKEN_OPEN_CALL: return bracketed(r, PEL_TOKEN_CLOSE);
    case PEL_TOKEN_OPEN_CURLY: return bracketed(r, PEL_TOKEN_CLOSE_CURLY);
    case PEL_TOKEN_OPEN_LIST: return list(r);
    case PEL_TOKEN_END: return fault(r, "end_of_clause", "the text ends where a term should be");
    case PEL_TOKEN_DOT: return fault(r, "end_of_clause", "a term is missing here");
    case PEL_TOKEN_COMMA:
    case PEL_TOKEN_BAR: return fault(r, "quoted_punctuation", "a term is missing here");
    default: return fault(r, "cannot_start_term", "a term is missing here");
  }
}

static const pel_operator *infix(pel_reader *r, int stop, uint32_t *atom) {
  if (r->token.kind == PEL_TOKEN_COMMA && stop == STOP_NOWHERE) *atom = PEL_ATOM_COMMA;
  else if (r->token.kind == PEL_TOKEN_BAR && stop != STOP_COMMA_BAR) *atom = PEL_ATOM_BAR;
  else if (r->token.kind == PEL_TOKEN_ATOM) *atom = (uint32_t)pel_index(r->token.value);
  else return NULL;
  const pel_operator *op = pel_operator_infix(r->operators, *atom);
  return op ? op : pel_operator_postfix(r->operators, *atom);
}

static bool expression_inner(pel_reader *r, int stop, pel_cell *out) {
  size_t bottom = r->n_pending;
  for (;;) {
    bool prefix;
    if (r->no_room || r->token.kind == PEL_TOKEN_FAULT || !operand(r, &prefix)) return false;
    if (prefix) continue;
    uint32_t atom;
    const pel_operator *op;
    bool postfix = false;
    do {
      op = infix(r, stop, &atom);
      if (!op) break;
      while (r->n_pending > bottom && r->pending[r->n_pending - 1].op.priority <= pel_operator_left(op))
        if (!reduce(r)) return false;
      postfix = op->type == PEL_XF || op->type == PEL_YF;
      if (postfix) {
        struct pel_operand left = r->operands[--r->n_operands];
        if (left.priority > pel_operator_left(op)) return fault(r, "operator_clash", "operators clash here: put brackets round one of them");
        if (!push_operand(r, pel_new_compound(r->heap, atom, 1, &left.term), op->priority)) return false;
        pel_lex(r);
      }
    } while (postfix);
    if (!op) break;
    if (!push_pending(r, atom, op, false)) return false;
    pel_lex(r);
  }
  while (r->n_pending > bottom)
    if (!reduce(r)) return false;
  *out = r->operands[--r->n_operands].term;
  return true;
}

static bool expression(pel_reader *r, int stop, pel_cell *out) {
  if (r->nesting >= PEL_READ_NESTING) return fault(r, "too_deep", "brackets are nested too deeply");
  r->nesting++;
  bool ok = expression_inner(r, stop, out);
  r->nesting--;
  return ok;
}

pel_read pel_read_term(pel_reader *r, pel_cell *out) {
  r->n_vars = r->n_operands = r->n_pending = r->n_items = 0;
  r->nesting = 0;
  r->no_room = false;
  pel_lex(r);
  r->start = r->token.from;
  if (r->token.kind == PEL_TOKEN_END) return PEL_READ_END;
  if (r->token.kind == PEL_TOKEN_FAULT) return r->no_room ? PEL_READ_NO_ROOM : PEL_READ_FAULT;
  bool ok = expression(r, STOP_NOWHERE, out);
  if (r->no_room) return PEL_READ_NO_ROOM;
  if (!ok) return PEL_READ_FAULT;
  r->end = r->token.kind == PEL_TOKEN_DOT ? r->token.to : r->token.from;
  if (r->token.kind == PEL_TOKEN_DOT && !r->closed) return PEL_READ_TERM;
  if (r->closed && r->token.kind == PEL_TOKEN_DOT) pel_lex(r);
  if (r->closed && r->token.kind == PEL_TOKEN_END) return PEL_READ_TERM;
  fault_after_term(r, r->token.kind == PEL_TOKEN_END ? "the clause has no dot at its end" : "an operator or a dot is missing here");
  return PEL_READ_FAULT;
}
