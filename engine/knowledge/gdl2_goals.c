/* Expressions of GDL2 as goals: what is fetched or computed comes before what uses it, so that each goal reads as a step of its own. */
#include <stdlib.h>
#include <string.h>

#include "engine/knowledge/gdl2.h"

typedef pel_gdl2_node node;
typedef pel_gdl2_out out;

/* Goals are written to `goals`, each with ", " after it; what is being made of them stands elsewhere until its goals are there. */
typedef struct writer {
  pel_gdl2_names *names;
  out goals;
} writer;

static void put_number(writer *w, const node *n, out *to);
static void put_value(writer *w, const node *n, out *to);

static bool is_op(const node *n, const char *op) { return n->op && strcmp(n->op, op) == 0; }
static bool is_one_of(const char *text, const char *const *list) {
  for (; *list; list++)
    if (strcmp(text, *list) == 0) return true;
  return false;
}

static bool is_period(const node *n) {
  static const char *const units[] = {"a", "mo", "wk", "d", "h", NULL};
  return n->kind == PEL_GDL2_NUMBER && n->unit && is_one_of(n->unit, units);
}

static bool text_is_number(const char *text) {
  out ignored = {0};
  bool number = pel_gdl2_put_number(&ignored, text, strlen(text));
  free(ignored.buffer.text);
  return number;
}

/* A code that no binding knows and no rule sets stands for its text in the ontology. */
static bool is_term(const writer *w, const node *n) {
  if (n->kind != PEL_GDL2_ELEMENT || !*pel_gdl2_text(w->names->g, n->code)) return false;
  return (n->attribute && strcmp(n->attribute, "term") == 0) || (!pel_gdl2_find_element(w->names->g, n->code) && !w->names->is_set(w->names->user, n->code));
}

static bool is_text(const writer *w, const node *n) {
  static const char *const attributes[] = {"label", "unit", "units", "code", "string", NULL};
  if (is_op(n, "+")) return is_text(w, n->left) || is_text(w, n->right);
  if (n->kind == PEL_GDL2_TEXT) return !text_is_number(n->text);
  return is_term(w, n) || (n->kind == PEL_GDL2_ELEMENT && n->attribute && is_one_of(n->attribute, attributes));
}

/* Whether the computed value is a floating-point number: elements hold exact ones only. */
static bool is_float(const node *n) {
  static const char *const always[] = {"exp", "sqrt", "log", "log10", "log1p", NULL}, *const never[] = {"round", "floor", "ceil", NULL};
  if (n->kind == PEL_GDL2_UNARY) return is_one_of(n->op, always) || (!is_one_of(n->op, never) && is_float(n->left));
  if (n->kind != PEL_GDL2_BINARY) return false;
  if (is_op(n, "^") && !(n->right->kind == PEL_GDL2_NUMBER && strlen(n->right->text) < 3 && strspn(n->right->text, "0123456789") == strlen(n->right->text))) return true;
  return is_float(n->left) || is_float(n->right);
}

/* A new variable, written where it is used; the caller writes the goal that binds it. */
static int new_variable(writer *w) { return ++w->names->made; }

static void put_variable(writer *w, out *to, const node *n, bool fired) { w->names->put(w->names->user, to, n->code, fired); }

/* ---- numbers ---- */

static void put_fetched(writer *w, const node *n, out *to) {
  int v = new_variable(w);
  bool now = n->kind == PEL_GDL2_NOW;
  if (now) pel_gdl2_putf(&w->goals, "gdl2_now(T%d), gdl2_number(%s, T%d, N%d), ", v, n->attribute ? n->attribute : "value", v, v);
  else {
    pel_gdl2_putf(&w->goals, "gdl2_number(%s, ", n->attribute ? n->attribute : "value");
    put_variable(w, &w->goals, n, false);
    pel_gdl2_putf(&w->goals, ", N%d), ", v);
  }
  pel_gdl2_putf(to, "N%d", v);
}

static void put_pair(writer *w, const node *n, const char *op, out *to) {
  pel_gdl2_put(to, "(");
  put_number(w, n->left, to);
  pel_gdl2_put(to, op);
  put_number(w, n->right, to);
  pel_gdl2_put(to, ")");
}

static void put_call(writer *w, const char *name, const node *n, out *to) {
  pel_gdl2_putf(to, "%s(", name);
  put_number(w, n, to);
  pel_gdl2_put(to, ")");
}

static void put_power(writer *w, const node *n, out *to) {
  bool e = is_op(n->left, "exp") && n->left->left->kind == PEL_GDL2_NUMBER && strcmp(n->left->left->text, "1") == 0;
  if (e) put_call(w, "exp", n->right, to);
  else if (!is_float(n)) put_pair(w, n, " ^ ", to);
  else {
    put_call(w, "float", n->left, to);
    pel_gdl2_put(to, " ** ");
    put_call(w, "float", n->right, to);
  }
}

/* log10 of a power of ten is exact, as its users expect; the interpreter has no function for it. */
static void put_log10(writer *w, const node *n, out *to) {
  int v = new_variable(w);
  out inner = {0};
  put_number(w, n->left, &inner);
  pel_gdl2_putf(&w->goals, "gdl2_log10(%s, N%d), ", pel_buffer_text(&inner.buffer), v);
  pel_gdl2_putf(to, "N%d", v);
  w->goals.failed |= inner.failed;
  free(inner.buffer.text);
}

static void put_function(writer *w, const node *n, out *to) {
  static const struct {
    const char *name, *before, *after;
  } functions[] = {{"abs", "abs(", ")"}, {"ceil", "ceiling(", ")"}, {"exp", "exp(", ")"}, {"floor", "floor(", ")"}, {"log", "log(", ")"},
                   {"log1p", "log(1 + ", ")"}, {"round", "floor(", " + 1r2)"}, {"sqrt", "sqrt(", ")"}, {"-", "-(", ")"}, {"max", "(", ")"}, {"min", "(", ")"}};
  if (is_op(n, "log10")) {
    put_log10(w, n, to);
    return;
  }
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (is_op(n, functions[i].name)) {
      pel_gdl2_put(to, functions[i].before);
      put_number(w, n->left, to);
      pel_gdl2_put(to, functions[i].after);
      return;
    }
  pel_gdl2_put(&w->goals, "fail, ");
  pel_gdl2_put(to, "0");
}

static void put_binary_number(writer *w, const node *n, out *to) {
  if (is_op(n, "+")) put_pair(w, n, " + ", to);
  else if (is_op(n, "-")) put_pair(w, n, " - ", to);
  else if (is_op(n, "*")) put_pair(w, n, " * ", to);
  else if (is_op(n, "/")) put_pair(w, n, is_float(n->left) || is_float(n->right) ? " / " : " rdiv ", to);
  else if (is_op(n, "^")) put_power(w, n, to);
  else if (is_op(n, "max") || is_op(n, "min")) {
    pel_gdl2_put(to, n->op);
    put_pair(w, n, ", ", to);
  } else {
    pel_gdl2_put(&w->goals, "fail, "); /* a condition is no number */
    pel_gdl2_put(to, "0");
  }
}

static void put_span(writer *w, const node *n, out *to) {
  int v = new_variable(w);
  pel_gdl2_put(&w->goals, "gdl2_span(");
  pel_gdl2_put_number(&w->goals, n->text, strlen(n->text));
  pel_gdl2_putf(&w->goals, ", \"%s\", N%d), ", n->unit, v);
  pel_gdl2_putf(to, "N%d", v);
}

/* An arithmetic expression of the rules' syntax. */
static void put_number(writer *w, const node *n, out *to) {
  switch (n->kind) {
    case PEL_GDL2_NUMBER:
      if (is_period(n)) put_span(w, n, to);
      else pel_gdl2_put_number(to, n->text, strlen(n->text));
      break;
    case PEL_GDL2_ELEMENT:
    case PEL_GDL2_NOW: put_fetched(w, n, to); break;
    case PEL_GDL2_UNARY: put_function(w, n, to); break;
    case PEL_GDL2_BINARY: put_binary_number(w, n, to); break;
    case PEL_GDL2_ORDINAL: pel_gdl2_put_number(to, n->number, strlen(n->number)); break;
    default:
      if (n->kind != PEL_GDL2_TEXT || !pel_gdl2_put_number(to, n->text, strlen(n->text))) {
        pel_gdl2_put(&w->goals, "fail, ");
        pel_gdl2_put(to, "0");
      }
  }
}

/* ---- values ---- */

/* gdl2_is(N1, expression): the value, exact from here on. */
static void put_computed(writer *w, const node *n, out *to) {
  out inner = {0};
  put_number(w, n, &inner);
  int v = new_variable(w);
  pel_gdl2_putf(&w->goals, "gdl2_is(N%d, ", v);
  pel_gdl2_put(&w->goals, pel_buffer_text(&inner.buffer));
  pel_gdl2_put(&w->goals, "), ");
  pel_gdl2_putf(to, "N%d", v);
  w->goals.failed |= inner.failed;
  free(inner.buffer.text);
}

/* A date moved by a period: $currentDateTime-60,a */
static void put_shifted(writer *w, const node *n, out *to) {
  out inner = {0};
  put_value(w, n->left, &inner);
  int v = new_variable(w);
  pel_gdl2_put(&w->goals, "gdl2_shift(");
  pel_gdl2_put(&w->goals, pel_buffer_text(&inner.buffer));
  pel_gdl2_put(&w->goals, is_op(n, "-") ? ", -" : ", ");
  pel_gdl2_put_number(&w->goals, n->right->text, strlen(n->right->text));
  pel_gdl2_putf(&w->goals, ", \"%s\", D%d), ", n->right->unit, v);
  pel_gdl2_putf(to, "D%d", v);
  w->goals.failed |= inner.failed;
  free(inner.buffer.text);
}

static void put_parts(writer *w, const node *n, out *to, bool *first) {
  if (is_op(n, "+") && is_text(w, n)) {
    put_parts(w, n->left, to, first);
    put_parts(w, n->right, to, first);
    return;
  }
  if (!*first) pel_gdl2_put(to, ", ");
  *first = false;
  put_value(w, n, to);
}

static void put_joined(writer *w, const node *n, out *to) {
  out inner = {0};
  bool first = true;
  put_parts(w, n, &inner, &first);
  int v = new_variable(w);
  pel_gdl2_put(&w->goals, "gdl2_join([");
  pel_gdl2_put(&w->goals, pel_buffer_text(&inner.buffer));
  pel_gdl2_putf(&w->goals, "], T%d), ", v);
  pel_gdl2_putf(to, "T%d", v);
  w->goals.failed |= inner.failed;
  free(inner.buffer.text);
}

static size_t digits_after_point(const char *number) {
  const char *point = strchr(number, '.');
  return point ? strspn(point + 1, "0123456789") : 0;
}

static void put_coded(const node *n, out *to) {
  if (n->kind == PEL_GDL2_ORDINAL) {
    pel_gdl2_put(to, "ordinal(");
    pel_gdl2_put_number(to, n->number, strlen(n->number));
    pel_gdl2_put(to, ", ");
  } else pel_gdl2_put(to, "coded(");
  pel_gdl2_put_string(to, n->terminology, strlen(n->terminology));
  pel_gdl2_put(to, ", ");
  pel_gdl2_put_string(to, n->code, strlen(n->code));
  pel_gdl2_put(to, ", ");
  pel_gdl2_put_string(to, n->text ? n->text : "", n->text ? strlen(n->text) : 0);
  pel_gdl2_put(to, ")");
}

static void put_quoted(out *to, const char *name, const char *text) {
  pel_gdl2_putf(to, "%s(", name);
  pel_gdl2_put_string(to, text, strlen(text));
  pel_gdl2_put(to, ")");
}

static void put_constant(const node *n, out *to) {
  if (n->kind == PEL_GDL2_TEXT) put_quoted(to, "text", n->text);
  else if (n->kind == PEL_GDL2_BOOLEAN) pel_gdl2_put(to, n->value ? "boolean(true)" : "boolean(false)");
  else if (n->kind == PEL_GDL2_NULL) pel_gdl2_put(to, "null");
  else if (n->kind != PEL_GDL2_NUMBER) put_coded(n, to);
  else if (!n->unit) pel_gdl2_put_number(to, n->text, strlen(n->text));
  else if (strchr(n->unit, ',')) {
    pel_gdl2_put(to, "proportion(");
    pel_gdl2_put_number(to, n->text, strlen(n->text));
    pel_gdl2_put(to, ", ");
    pel_gdl2_put_number(to, n->unit, strcspn(n->unit, ","));
    pel_gdl2_putf(to, ", %s)", strchr(n->unit, ',') + 1);
  } else {
    pel_gdl2_put(to, "quantity(");
    pel_gdl2_put_number(to, n->text, strlen(n->text));
    pel_gdl2_put(to, ", ");
    pel_gdl2_put_string(to, n->unit, strlen(n->unit));
    pel_gdl2_putf(to, ", %zu)", digits_after_point(n->text));
  }
}

static void put_attribute(writer *w, const node *n, out *to) {
  int v = new_variable(w);
  pel_gdl2_putf(&w->goals, "gdl2_attribute(%s, ", n->attribute);
  put_variable(w, &w->goals, n, false);
  pel_gdl2_putf(&w->goals, ", V%d), ", v);
  pel_gdl2_putf(to, "V%d", v);
}

static void put_now(writer *w, const node *n, out *to) {
  int v = new_variable(w);
  if (n->attribute && strcmp(n->attribute, "value") != 0) {
    put_fetched(w, n, to);
    return;
  }
  pel_gdl2_putf(&w->goals, "gdl2_now(T%d), ", v);
  pel_gdl2_putf(to, "T%d", v);
}

/* A value as elements hold it, or a number. */
static void put_value(writer *w, const node *n, out *to) {
  if (is_term(w, n)) put_quoted(to, "text", pel_gdl2_text(w->names->g, n->code));
  else if (n->kind == PEL_GDL2_ELEMENT && n->attribute) put_attribute(w, n, to);
  else if (n->kind == PEL_GDL2_ELEMENT) put_variable(w, to, n, false);
  else if (n->kind == PEL_GDL2_NOW) put_now(w, n, to);
  else if (n->kind == PEL_GDL2_BINARY && (is_op(n, "+") || is_op(n, "-")) && is_period(n->right)) put_shifted(w, n, to);
  else if (n->kind == PEL_GDL2_BINARY && is_text(w, n)) put_joined(w, n, to);
  else if (n->kind == PEL_GDL2_BINARY || n->kind == PEL_GDL2_UNARY) put_computed(w, n, to);
  else put_constant(n, to);
}

/* ---- conditions ---- */

static void put_all_of(writer *w, const node *n, out *to);

/* The goals that were gathered, then the test. */
static void flush(writer *w, out *to) {
  pel_gdl2_put(to, pel_buffer_text(&w->goals.buffer));
  pel_buffer_clear(&w->goals.buffer);
}

static void put_null_test(writer *w, const node *n, bool equal, out *to) {
  const node *element = n->left->kind == PEL_GDL2_NULL ? n->right : n->left;
  if (element->kind == PEL_GDL2_ELEMENT && !is_term(w, element)) put_variable(w, to, element, false);
  else pel_gdl2_put(to, "value");
  pel_gdl2_put(to, equal ? " == null" : " \\== null");
}

static void put_is_a(writer *w, const node *n, out *to) {
  const pel_gdl2_guideline *g = w->names->g;
  out inner = {0};
  put_value(w, n->left, &inner);
  flush(w, to);
  pel_gdl2_putf(to, "gdl2_is_a(%s, [", pel_buffer_text(&inner.buffer));
  const char *code = n->right->code ? n->right->code : "", *separator = "";
  for (size_t i = 0; i < g->n_bindings; i++)
    for (size_t c = 0; strcmp(g->bindings[i].code, code) == 0 && c < g->bindings[i].codes.n; c++, separator = ", ") {
      const char *full = g->bindings[i].codes.items[c], *colons = strstr(full, "::");
      pel_gdl2_put(to, separator);
      put_quoted(to, "code", colons ? colons + 2 : full);
    }
  pel_gdl2_put(to, "])");
  w->goals.failed |= inner.failed;
  free(inner.buffer.text);
}

static const char *comparison_of(const node *n) {
  static const char *const names[][2] = {{"==", "gdl2_equal"}, {"!=", "gdl2_different"}, {"<", "gdl2_less"},
                                         {">", "gdl2_greater"}, {"<=", "gdl2_at_most"}, {">=", "gdl2_at_least"}};
  for (size_t i = 0; n->kind == PEL_GDL2_BINARY && i < sizeof names / sizeof *names; i++)
    if (is_op(n, names[i][0])) return names[i][1];
  return NULL;
}

static void put_comparison(writer *w, const node *n, out *to) {
  bool equality = is_op(n, "==") || is_op(n, "!=");
  if (equality && (n->left->kind == PEL_GDL2_NULL || n->right->kind == PEL_GDL2_NULL)) {
    put_null_test(w, n, is_op(n, "=="), to);
    return;
  }
  out left = {0}, right = {0};
  put_value(w, n->left, &left);
  put_value(w, n->right, &right);
  bool grouped = w->goals.buffer.size > 0, negated = is_op(n, "!=") && grouped; /* what cannot be fetched is different from anything */
  if (grouped) pel_gdl2_put(to, negated ? "\\+ ( " : "( ");
  flush(w, to);
  pel_gdl2_putf(to, "%s(", negated ? "gdl2_equal" : comparison_of(n));
  pel_gdl2_put(to, pel_buffer_text(&left.buffer));
  pel_gdl2_put(to, ", ");
  pel_gdl2_put(to, pel_buffer_text(&right.buffer));
  pel_gdl2_put(to, grouped ? ") )" : ")");
  w->goals.failed |= left.failed || right.failed;
  free(left.buffer.text);
  free(right.buffer.text);
}

static void put_group(writer *w, const char *before, const node *left, const char *between, const node *right, out *to) {
  pel_gdl2_put(to, before);
  put_all_of(w, left, to);
  if (right) {
    pel_gdl2_put(to, between);
    put_all_of(w, right, to);
  }
  pel_gdl2_put(to, " )");
}

static void put_all_of(writer *w, const node *n, out *to) {
  if (is_op(n, "&&")) put_group(w, "( ", n->left, ", ", n->right, to);
  else if (is_op(n, "||")) put_group(w, "( ", n->left, " ; ", n->right, to);
  else if (is_op(n, "!")) put_group(w, "\\+ ( ", n->left, "", NULL, to);
  else if (is_op(n, "fired") && n->left->kind == PEL_GDL2_ELEMENT) {
    put_variable(w, to, n->left, true);
    pel_gdl2_put(to, " == yes");
  } else if (is_op(n, "is_a")) put_is_a(w, n, to);
  else if (comparison_of(n)) put_comparison(w, n, to);
  else if (n->kind == PEL_GDL2_BOOLEAN) pel_gdl2_put(to, n->value ? "true" : "fail");
  else if (n->kind == PEL_GDL2_ELEMENT && !n->attribute) {
    pel_gdl2_put(to, "gdl2_equal(");
    put_variable(w, to, n, false);
    pel_gdl2_put(to, ", boolean(true))");
  } else pel_gdl2_put(to, "fail"); /* no condition: it is never true */
}

void pel_gdl2_put_condition(pel_gdl2_out *o, pel_gdl2_names *names, const pel_gdl2_node *n) {
  writer w = {.names = names};
  put_all_of(&w, n, o);
  o->failed |= w.goals.failed;
  free(w.goals.buffer.text);
}

/* ---- assignments ---- */

static const char *kind_of(const pel_gdl2_element *e, bool quantity) {
  return quantity || (e && e->type && strcmp(e->type, "DV_QUANTITY") == 0) ? "quantity" : "count";
}

/* Whether the right side gives a plain number, which takes the shape that its element has. */
static bool is_plain_number(const writer *w, const node *n) {
  static const char *const attributes[] = {"magnitude", "value", "count", "year", "day", "precision", "numerator", "denominator", NULL};
  if (is_text(w, n)) return false;
  if (n->kind == PEL_GDL2_NUMBER) return !n->unit;
  if (n->kind == PEL_GDL2_TEXT) return true;
  if (n->kind == PEL_GDL2_ELEMENT || n->kind == PEL_GDL2_NOW) return n->attribute && is_one_of(n->attribute, attributes);
  return (n->kind == PEL_GDL2_BINARY && !((is_op(n, "+") || is_op(n, "-")) && is_period(n->right))) || n->kind == PEL_GDL2_UNARY;
}

static bool is_whole(const node *n) { return n->kind == PEL_GDL2_NUMBER && strspn(n->text, "-0123456789") == strlen(n->text); }

void pel_gdl2_put_assignment(pel_gdl2_out *o, pel_gdl2_names *names, const pel_gdl2_node *assignment, bool quantity, bool rounded) {
  static const char *const fields[] = {"unit", "units", "precision", "numerator", "denominator", NULL};
  writer w = {.names = names};
  const node *to = assignment->left, *from = assignment->right;
  const pel_gdl2_element *e = pel_gdl2_find_element(names->g, to->code);
  bool field = to->attribute && is_one_of(to->attribute, fields), magnitude = to->attribute && strcmp(to->attribute, "magnitude") == 0;
  bool unit = field && to->attribute[0] == 'u';
  bool number = is_plain_number(&w, from) && !unit && !(from->kind == PEL_GDL2_TEXT && !magnitude && !field);
  out value = {0};
  if (number && from->kind != PEL_GDL2_NUMBER) put_computed(&w, from, &value);
  else if (number) put_number(&w, from, &value);
  else put_value(&w, from, &value);
  flush(&w, o);
  bool with = field || magnitude;
  const char *shape = with ? "gdl2_with(" : !number ? "New = " : is_whole(from) ? "New = count(" : "New = real(";
  pel_gdl2_put(o, shape);
  if (with) pel_gdl2_putf(o, "%s, ", field ? to->attribute : kind_of(e, quantity));
  pel_gdl2_put(o, pel_buffer_text(&value.buffer));
  if (with) pel_gdl2_put(o, rounded ? ", Old, Set), gdl2_settled(Set, New)" : ", Old, New)");
  else if (number) pel_gdl2_put(o, ")");
  o->failed |= w.goals.failed || value.failed;
  free(value.buffer.text);
  free(w.goals.buffer.text);
}

void pel_gdl2_reads(const pel_gdl2_node *n, void (*each)(void *user, const char *code, bool fired), void *user) {
  if (!n) return;
  if (n->kind == PEL_GDL2_ELEMENT) each(user, n->code, false);
  else if (is_op(n, "fired") && n->left->kind == PEL_GDL2_ELEMENT) each(user, n->left->code, true);
  else pel_gdl2_reads(n->left, each, user), pel_gdl2_reads(n->right, each, user);
}
