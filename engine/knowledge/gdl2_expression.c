/* The expressions of GDL2: a parser with precedence (or, and, comparison, sum, product, power, sign), which brackets override. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/gdl2.h"

typedef struct parser {
  pel_gdl2_expression *e;
  const char *at;
  const char *fault;    /* NULL while all is well */
  const char *fault_at;
  int depth;
  bool memory;
} parser;

static pel_gdl2_node *parse_or(parser *p);

static void *fault(parser *p, const char *what) {
  if (!p->fault) p->fault = what, p->fault_at = p->at;
  return NULL;
}

static pel_gdl2_node *new_node(parser *p, pel_gdl2_kind kind) {
  pel_gdl2_node *n = pel_alloc(1, sizeof *n);
  if (!n) {
    p->memory = true;
    return fault(p, "out of memory");
  }
  *n = (pel_gdl2_node){.kind = kind, .made = p->e->nodes};
  return p->e->nodes = n;
}

static char *take(parser *p, const char *from, size_t size) {
  char *text = strndup(from, size);
  if (!text) p->memory = true, fault(p, "out of memory");
  return text;
}

static void skip_space(parser *p) {
  while (isspace((unsigned char)*p->at)) p->at++;
}

static bool starts(const parser *p, const char *text) { return strncmp(p->at, text, strlen(text)) == 0; }

static bool name_char(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* A word and not the start of a longer one. */
static bool take_word(parser *p, const char *word) {
  size_t size = strlen(word);
  if (!starts(p, word) || name_char(p->at[size])) return false;
  p->at += size;
  return true;
}

static bool take_text(parser *p, const char *text) {
  skip_space(p);
  if (!starts(p, text)) return false;
  p->at += strlen(text);
  return true;
}

/* |label|, when one stands here. */
static char *take_label(parser *p) {
  const char *end;
  if (*p->at != '|' || p->at[1] == '|' || !(end = strchr(p->at + 1, '|'))) return NULL;
  char *label = take(p, p->at + 1, (size_t)(end - p->at - 1));
  p->at = end + 1;
  return label;
}

/* Bytes of "terminology::code" here, and of the terminology alone; 0 when there is none. */
static size_t coded_size(const char *at, size_t *terminology) {
  size_t n = 0;
  while (name_char(at[n]) || at[n] == '-' || at[n] == '.') n++;
  if (n == 0 || at[n] != ':' || at[n + 1] != ':') return 0;
  *terminology = n;
  n += 2;
  size_t from = n;
  while (name_char(at[n]) || ((at[n] == '-' || at[n] == '.') && name_char(at[n + 1]))) n++;
  return n == from ? 0 : n;
}

static pel_gdl2_node *take_coded(parser *p, pel_gdl2_kind kind) {
  size_t terminology, size = coded_size(p->at, &terminology);
  pel_gdl2_node *n = size ? new_node(p, kind) : fault(p, "a code such as local::at0005 is expected");
  if (!n) return NULL;
  n->terminology = take(p, p->at, terminology);
  n->code = take(p, p->at + terminology + 2, size - terminology - 2);
  p->at += size;
  n->text = take_label(p);
  return n;
}

static size_t number_size(const char *at) {
  size_t n = 0, digits = 0;
  for (; isdigit((unsigned char)at[n]); n++) digits++;
  if (at[n] == '.' && isdigit((unsigned char)at[n + 1]))
    for (n++; isdigit((unsigned char)at[n]); n++) digits++;
  if (digits == 0) return 0;
  if ((at[n] == 'e' || at[n] == 'E') && (isdigit((unsigned char)at[n + 1]) || ((at[n + 1] == '-' || at[n + 1] == '+') && isdigit((unsigned char)at[n + 2]))))
    for (n += 2; isdigit((unsigned char)at[n]);) n++;
  return n;
}

static bool unit_char(char c) { return name_char(c) || (c && strchr(".%*[]{}/^", c)) || (unsigned char)c >= 0x80; }

/* ,unit right after a number: "145,mm[Hg]", "0.5,1". */
static void take_unit(parser *p, pel_gdl2_node *n) {
  size_t size = 0;
  if (*p->at != ',' || !unit_char(p->at[1])) return;
  while (unit_char(p->at[1 + size])) size++;
  if (strspn(p->at + 1, "0123456789.") == size && p->at[1 + size] == ',' && isdigit((unsigned char)p->at[2 + size])) size += 2; /* 96,100,2 */
  n->unit = take(p, p->at + 1, size);
  p->at += 1 + size;
}

static pel_gdl2_node *take_number(parser *p, bool negative) {
  size_t size = number_size(p->at), terminology;
  char sign[64];
  if (size == 0 || size > 60) return fault(p, size ? "the number has too many digits" : "a number is expected");
  snprintf(sign, sizeof sign, "%s%.*s", negative ? "-" : "", (int)size, p->at);
  p->at += size;
  pel_gdl2_node *n;
  if (*p->at == '|' && coded_size(p->at + 1, &terminology)) {
    p->at++;
    if (!(n = take_coded(p, PEL_GDL2_ORDINAL))) return NULL;
    n->number = take(p, sign, strlen(sign));
    return n;
  }
  if (!(n = new_node(p, PEL_GDL2_NUMBER))) return NULL;
  n->text = take(p, sign, strlen(sign));
  take_unit(p, n);
  return n;
}

static pel_gdl2_node *take_string(parser *p) {
  const char *from = p->at + 1, *end = strchr(from, '\'');
  if (!end) return fault(p, "the text has no closing '");
  pel_gdl2_node *n = new_node(p, PEL_GDL2_TEXT);
  if (n) n->text = take(p, from, (size_t)(end - from));
  p->at = end + 1;
  return n;
}

static void take_attribute(parser *p, pel_gdl2_node *n) {
  size_t size = 0;
  if (*p->at != '.' || !isalpha((unsigned char)p->at[1])) return;
  while (name_char(p->at[1 + size])) size++;
  n->attribute = take(p, p->at + 1, size);
  p->at += 1 + size;
}

/* $gt0005|Age|.magnitude */
static pel_gdl2_node *take_element(parser *p) {
  p->at++;
  bool now = take_word(p, "currentDateTime") || take_word(p, "currentDate");
  pel_gdl2_node *n = new_node(p, now ? PEL_GDL2_NOW : PEL_GDL2_ELEMENT);
  size_t size = 2;
  if (!n) return NULL;
  if (!now) {
    if (p->at[0] != 'g' || (p->at[1] != 't' && p->at[1] != 'c') || !isdigit((unsigned char)p->at[2])) return fault(p, "an element such as $gt0005 is expected");
    while (isdigit((unsigned char)p->at[size]) || (p->at[size] == '.' && isdigit((unsigned char)p->at[size + 1]))) size++;
    n->code = take(p, p->at, size);
    p->at += size;
  }
  free(take_label(p));
  take_attribute(p, n);
  return n;
}

static pel_gdl2_node *binary(parser *p, const char *op, pel_gdl2_node *left, pel_gdl2_node *right) {
  pel_gdl2_node *n = left && right ? new_node(p, PEL_GDL2_BINARY) : NULL;
  if (n) n->op = op, n->left = left, n->right = right;
  return n;
}

static pel_gdl2_node *unary(parser *p, const char *op, pel_gdl2_node *left) {
  pel_gdl2_node *n = left ? new_node(p, PEL_GDL2_UNARY) : NULL;
  if (n) n->op = op, n->left = left;
  return n;
}

static pel_gdl2_node *take_function(parser *p, const char *name) {
  if (!take_text(p, "(")) return fault(p, "a function's ( is expected");
  pel_gdl2_node *n = parse_or(p), *second = NULL;
  bool pair = strcmp(name, "max") == 0 || strcmp(name, "min") == 0;
  if (n && pair && take_text(p, ",") && !(second = parse_or(p))) return NULL;
  if (n && !take_text(p, ")")) return fault(p, "a function's ) is expected");
  return second ? binary(p, name, n, second) : unary(p, name, n);
}

/* (...): also the number of "(-19),1". */
static pel_gdl2_node *take_bracket(parser *p) {
  p->at++;
  pel_gdl2_node *n = parse_or(p);
  if (!n) return NULL;
  if (!take_text(p, ")")) return fault(p, "a ) is expected");
  if (n->kind == PEL_GDL2_NUMBER && !n->unit) take_unit(p, n);
  return n;
}

static pel_gdl2_node *take_primary(parser *p) {
  static const char *const functions[] = {"abs", "ceil", "exp", "floor", "log10", "log1p", "log", "round", "sqrt", "max", "min", "fired"};
  size_t terminology;
  skip_space(p);
  if (*p->at == '(') return take_bracket(p);
  if (*p->at == '$') return take_element(p);
  if (*p->at == '\'') return take_string(p);
  if (coded_size(p->at, &terminology)) return take_coded(p, PEL_GDL2_CODED);
  if (isdigit((unsigned char)*p->at) || *p->at == '.') return take_number(p, false);
  if (take_word(p, "null")) return new_node(p, PEL_GDL2_NULL);
  bool yes = take_word(p, "true");
  if (yes || take_word(p, "false")) {
    pel_gdl2_node *n = new_node(p, PEL_GDL2_BOOLEAN);
    if (n) n->value = yes;
    return n;
  }
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (take_word(p, functions[i])) return take_function(p, functions[i]);
  if (take_word(p, "e")) { /* the constant */
    pel_gdl2_node *one = new_node(p, PEL_GDL2_NUMBER);
    if (one) one->text = take(p, "1", 1);
    return unary(p, "exp", one);
  }
  return fault(p, *p->at ? "a value is expected" : "the expression ends where a value is expected");
}

static pel_gdl2_node *parse_sign(parser *p) {
  skip_space(p);
  if (++p->depth > PEL_GDL2_DEPTH) return fault(p, "brackets are nested too deeply");
  pel_gdl2_node *n;
  if (*p->at == '-' && (isdigit((unsigned char)p->at[1]) || p->at[1] == '.')) p->at++, n = take_number(p, true);
  else if (*p->at == '-') p->at++, n = unary(p, "-", parse_sign(p));
  else if (*p->at == '+') p->at++, n = parse_sign(p);
  else if (*p->at == '!' && p->at[1] != '=') p->at++, n = unary(p, "!", parse_sign(p));
  else if (take_word(p, "not")) n = unary(p, "!", parse_sign(p));
  else n = take_primary(p);
  p->depth--;
  return n;
}

static pel_gdl2_node *parse_power(parser *p) {
  pel_gdl2_node *n = parse_sign(p);
  if (++p->depth > PEL_GDL2_DEPTH) return fault(p, "powers are nested too deeply");
  if (n && take_text(p, "^")) n = binary(p, "^", n, parse_power(p));
  p->depth--;
  return n;
}

static pel_gdl2_node *parse_product(parser *p) {
  pel_gdl2_node *n = parse_power(p);
  for (;;) {
    if (n && take_text(p, "*")) n = binary(p, "*", n, parse_power(p));
    else if (n && take_text(p, "/")) n = binary(p, "/", n, parse_power(p));
    else return n;
  }
}

static pel_gdl2_node *parse_sum(parser *p) {
  pel_gdl2_node *n = parse_product(p);
  for (;;) {
    if (n && take_text(p, "+")) n = binary(p, "+", n, parse_product(p));
    else if (n && take_text(p, "-")) n = binary(p, "-", n, parse_product(p));
    else return n;
  }
}

static pel_gdl2_node *parse_comparison(parser *p) {
  static const char *const ops[] = {"==", "!=", ">=", "<=", ">", "<"};
  pel_gdl2_node *n = parse_sum(p);
  if (!n) return NULL;
  skip_space(p);
  if (starts(p, "!is_a") || starts(p, "is_a")) {
    bool not = take_text(p, "!");
    p->at += strlen("is_a");
    n = binary(p, "is_a", n, parse_sum(p));
    return not ? unary(p, "!", n) : n;
  }
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
    if (take_text(p, ops[i])) return binary(p, ops[i], n, parse_sum(p));
  return n;
}

static pel_gdl2_node *parse_and(parser *p) {
  pel_gdl2_node *n = parse_comparison(p);
  while (n && (take_text(p, "&&") || (skip_space(p), take_word(p, "and")))) n = binary(p, "&&", n, parse_comparison(p));
  return n;
}

static pel_gdl2_node *parse_or(parser *p) {
  if (++p->depth > PEL_GDL2_DEPTH) return fault(p, "brackets are nested too deeply");
  pel_gdl2_node *n = parse_and(p);
  while (n && (take_text(p, "||") || (skip_space(p), take_word(p, "or")))) n = binary(p, "||", n, parse_and(p));
  p->depth--;
  return n;
}

static size_t column_of(const char *from, const char *at) {
  size_t column = 1;
  for (const char *c = from; c < at; c++) column += ((unsigned char)*c & 0xc0) != 0x80;
  return column;
}

/* An assignment's element, or a condition. */
static pel_gdl2_node *parse_all(parser *p) {
  pel_gdl2_node *n = parse_or(p);
  if (n && n->kind == PEL_GDL2_ELEMENT && take_text(p, "=")) n = binary(p, "=", n, parse_or(p));
  skip_space(p);
  if (n && !p->fault && *p->at) p->e->leftover = column_of(p->e->source, p->at);
  return n;
}

pel_status pel_gdl2_parse(pel_gdl2_expression *e, const char *what, pel_error *err) {
  parser p = {.e = e, .at = e->source};
  if (strlen(e->source) > PEL_GDL2_EXPRESSION_BYTES) return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: the expression is longer than 16 KiB", what);
  e->root = parse_all(&p);
  if (e->root && !p.fault) return PEL_OK;
  if (p.memory) return pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", what);
  const char *at = p.fault_at ? p.fault_at : p.at;
  return pel_fail(err, PEL_ERR_INPUT, "%s: column %zu: %s", what, column_of(e->source, at), p.fault ? p.fault : "this is no expression");
}

void pel_gdl2_expression_clear(pel_gdl2_expression *e) {
  while (e->nodes) {
    pel_gdl2_node *n = e->nodes;
    char *const texts[] = {n->text, n->unit, n->terminology, n->code, n->attribute, n->number};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
    e->nodes = n->made;
    free(n);
  }
  free(e->source);
  *e = (pel_gdl2_expression){0};
}
