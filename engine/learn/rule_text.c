#include "engine/learn/rule_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ends[PEL_CHAIN_LONGEST][PEL_CHAIN_LONGEST + 1] = {{"X", "Y"}, {"X", "A", "Y"}, {"X", "A", "B", "Y"}};

/* ---- writing ---- */

static bool is_plain(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_:.-", c)) || c >= 0x80; }

static void put_name(FILE *f, const char *name) {
  bool plain = *name;
  for (const char *c = name; *c; c++) plain &= is_plain((unsigned char)*c);
  if (plain) {
    fputs(name, f);
    return;
  }
  fputc('"', f);
  for (const char *c = name; *c; c++) {
    if (*c == '"' || *c == '\\') fprintf(f, "\\%c", *c);
    else if ((unsigned char)*c < 0x20 || *c == 0x7f) fprintf(f, "\\x%02x", (unsigned char)*c); /* so that a line stays one, and a terminal at rest */
    else fputc(*c, f);
  }
  fputc('"', f);
}

static void put_step(FILE *f, const char *name, const char *from, const char *to) {
  put_name(f, name);
  fprintf(f, "(%s, %s)", from, to);
}

char *pel_chain_rule_text(const pel_chain_rule *rule, char *const *relations, uint32_t n_relations) {
  char *text = NULL;
  size_t size;
  FILE *f = open_memstream(&text, &size);
  if (!f) return NULL;
  const char *const *v = ends[rule->length - 1];
  put_step(f, relations[rule->head], "X", "Y");
  for (uint32_t i = 0; i < rule->length; i++) {
    bool backwards = rule->body[i] >= n_relations;
    fputs(i ? ", " : " <- ", f);
    put_step(f, relations[rule->body[i] - (backwards ? n_relations : 0)], v[i + backwards], v[i + !backwards]);
  }
  if (fclose(f) == 0) return text;
  free(text);
  return NULL;
}

/* ---- reading ---- */

typedef struct cursor {
  const char *at, *end;
  char *name; /* room for the longest there can be */
  char *fault;
  size_t fault_size;
} cursor;

static bool fail(cursor *c, const char *what) {
  snprintf(c->fault, c->fault_size, "%s", what);
  return false;
}

static void skip_blanks(cursor *c) {
  while (c->at < c->end && *c->at == ' ') c->at++;
}

static bool take(cursor *c, const char *text) {
  skip_blanks(c);
  size_t n = strlen(text);
  if ((size_t)(c->end - c->at) < n || memcmp(c->at, text, n)) return false;
  c->at += n;
  return true;
}

static int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/* Behind the backslash. */
static bool take_escape(cursor *c, char *out) {
  if (c->at < c->end && (*c->at == '"' || *c->at == '\\')) return *out = *c->at++, true;
  if (c->end - c->at < 3 || *c->at != 'x' || hex(c->at[1]) < 0 || hex(c->at[2]) < 0) return fail(c, "a backslash is followed by \", another backslash, or x and two digits of 0-9a-f");
  *out = (char)(16 * hex(c->at[1]) + hex(c->at[2]));
  c->at += 3;
  return *out || fail(c, "\\x00 is in no name");
}

static bool take_name(cursor *c, size_t *size) {
  skip_blanks(c);
  size_t n = 0;
  bool quoted = c->at < c->end && *c->at == '"';
  c->at += quoted;
  for (; c->at < c->end && (quoted ? *c->at != '"' : is_plain((unsigned char)*c->at)); n++) {
    char byte = *c->at++;
    if (quoted && byte == '\\' && !take_escape(c, &byte)) return false;
    c->name[n] = byte;
  }
  if (quoted && c->at++ == c->end) return c->at = c->end, fail(c, "a name in quotes has no end");
  if (!n && !quoted) return fail(c, "a name is missing; one with blanks or signs stands in \"quotes\"");
  *size = n;
  return true;
}

/* A variable's place in the chain: X 0, A 1, B 2, Y PEL_CHAIN_LONGEST; -1: none. */
static int take_variable(cursor *c) {
  static const char names[] = "XABY";
  skip_blanks(c);
  const char *found = c->at < c->end ? memchr(names, *c->at, PEL_CHAIN_LONGEST + 1) : NULL;
  if (!found) return -1;
  c->at++;
  return (int)(found - names);
}

/* relation(V, W) */
static bool take_step(cursor *c, const pel_names *relations, uint32_t *relation, int *from, int *to) {
  size_t size;
  if (!take_name(c, &size)) return false;
  if (!pel_names_find(relations, c->name, size, relation)) {
    snprintf(c->fault, c->fault_size, "there is no relation '%.*s' among the %u that the rules are read for", size > 100 ? 100 : (int)size, c->name, relations->n);
    return false;
  }
  bool ok = take(c, "(") && (*from = take_variable(c)) >= 0 && take(c, ",") && (*to = take_variable(c)) >= 0 && take(c, ")");
  return ok || fail(c, "a relation is followed by two of X, A, B and Y: relation(X, A)");
}

static bool take_rule(cursor *c, const pel_names *relations, pel_chain_rule *rule) {
  int from, to, at = 0, next[PEL_CHAIN_LONGEST][2];
  if (!take_step(c, relations, &rule->head, &from, &to)) return false;
  if (from != 0 || to != PEL_CHAIN_LONGEST) return fail(c, "the head is of X and Y, in this order");
  if (!take(c, "<-")) return fail(c, "the head is followed by <-");
  for (rule->length = 0; rule->length == 0 || take(c, ","); rule->length++) {
    if (rule->length == PEL_CHAIN_LONGEST) return fail(c, "a body has at most three steps");
    if (!take_step(c, relations, &rule->body[rule->length], &next[rule->length][0], &next[rule->length][1])) return false;
  }
  skip_blanks(c);
  if (c->at != c->end) return fail(c, "something stands behind the rule");
  for (uint32_t i = 0; i < rule->length; i++) { /* X, then A, then B, then Y */
    int onward = i + 1 == rule->length ? PEL_CHAIN_LONGEST : at + 1;
    bool forwards = next[i][0] == at && next[i][1] == onward;
    if (!forwards && (next[i][1] != at || next[i][0] != onward)) return fail(c, "the steps of a body are a chain from X over A and B to Y");
    if (!forwards) rule->body[i] += relations->n;
    at = onward;
  }
  return true;
}

bool pel_chain_rule_parse(const char *text, size_t size, const pel_names *relations, pel_chain_rule *out, char *fault, size_t fault_size) {
  pel_chain_rule rule = *out;
  cursor c = {text, text + size, malloc(size + 1), fault, fault_size};
  bool ok = c.name ? take_rule(&c, relations, &rule) : fail(&c, "out of memory");
  free(c.name);
  if (ok) *out = rule;
  return ok;
}
