/* Comments, then a rule a line: confidence, support, pairs, rule, separated by tabs. */
#include "engine/learn/rule_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/graph/chain_rule.h"
#include "engine/learn/rule_text.h"

static const char FIRST_LINE[] = "# Pellucid chain rules, version 2", SAMPLED[] = "# sampled: ";
enum { MOST_BYTES = 1 << 30, MOST_LINE = 65536, DIGITS = 6 };

/* ---- writing ---- */

static void safe_line(char *text) {
  for (unsigned char *c = (unsigned char *)text; *c; c++)
    if (*c < 0x20 || *c == 0x7f) *c = ' ';
}

static pel_status write_head(const pel_chain_rules *rules, const char *pack, const pel_mined *mined, bool (*write)(void *user, const char *text), void *user, pel_error *err) {
  char *text = NULL, *from = strdup(pack), how[200] = "; all paths were followed";
  if (!from) return pel_fail_memory(err, "a file of rules", 0);
  safe_line(from);
  if (mined && mined->sampled)
    snprintf(how, sizeof how, " of a sample; support and pairs are estimates\n%s%u of %u entities", SAMPLED, mined->starts, mined->all);
  int n = asprintf(&text, "%s\n# mined from %s\n# %zu rules%s\n# confidence = support / (pairs + %d); pairs (X, Y) that a path of the body joins, support: those of which the head is known\n"
                   "# confidence\tsupport\tpairs\trule\n", FIRST_LINE, from, rules->n, how, PEL_CHAIN_UNSEEN);
  free(from);
  if (n < 0) return pel_fail_memory(err, "a file of rules", 0);
  bool written = write(user, text);
  free(text);
  return written ? PEL_OK : pel_fail(err, PEL_ERR_CANCELLED, "writing rules was stopped");
}

pel_status pel_chain_rules_write(const pel_chain_rules *rules, char *const *relations, const char *pack, const pel_mined *mined, bool (*write)(void *user, const char *text), void *user,
                                 pel_error *err) {
  PEL_TRY(write_head(rules, pack, mined, write, user, err));
  for (size_t i = 0; i < rules->n; i++) {
    const pel_chain_rule *r = &rules->items[i];
    char *text = pel_chain_rule_text(r, relations, rules->n_relations), *line = NULL, number[40];
    int n = !text ? -1 : asprintf(&line, "%s\t%" PRIu64 "\t%" PRIu64 "\t%s\n", pel_format_fixed(number, sizeof number, r->confidence, DIGITS), r->support, r->pairs, text);
    free(text);
    if (n < 0) return pel_fail_memory(err, "a file of rules", 0);
    bool written = write(user, line);
    free(line);
    if (!written) return pel_fail(err, PEL_ERR_CANCELLED, "writing rules was stopped");
  }
  return PEL_OK;
}

/* ---- reading ---- */

typedef struct reading {
  const char *path;
  pel_names relations;
  pel_mined mined;
  pel_chain_rule *rules;
  size_t *lines; /* of each rule */
  size_t n, capacity, lines_capacity;
} reading;

static pel_status bad(const reading *r, size_t line, const char *what, pel_error *err) { return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: %s", r->path, line, what); }

static bool whole_number(const char *text, uint64_t *out) {
  if (*text < '0' || *text > '9') return false;
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  *out = value;
  return !errno && !*end;
}

static pel_status read_sample(reading *r, size_t line, const char *text, pel_error *err) {
  char some[11], of[11];
  int end = 0;
  uint64_t starts, all;
  bool whole = sscanf(text, "%10[0-9] of %10[0-9] entities%n", some, of, &end) == 2 && end && !text[end] && whole_number(some, &starts) && whole_number(of, &all);
  if (!whole || starts > all || all > UINT32_MAX) return bad(r, line, "is not \"# sampled: N of M entities\", N no greater than M", err);
  r->mined = (pel_mined){.sampled = true, .starts = (uint32_t)starts, .all = (uint32_t)all};
  return PEL_OK;
}

/* The figures and the rule of a line, whose tabs are made zeros. */
static pel_status read_line(reading *r, size_t line, char *text, pel_error *err) {
  char *fields[4] = {text}, fault[300], shown[40];
  int n = 1;
  for (char *tab = text; (tab = strchr(tab, '\t')); n++) {
    *tab++ = 0;
    if (n < 4) fields[n] = tab;
  }
  if (n != 4) {
    snprintf(fault, sizeof fault, "has %d column%s, not 4: confidence, support, pairs, rule, separated by tabs", n, n == 1 ? "" : "s");
    return bad(r, line, fault, err);
  }
  pel_chain_rule rule = {0};
  double confidence;
  if (!whole_number(fields[1], &rule.support) || !whole_number(fields[2], &rule.pairs) || rule.support > rule.pairs)
    return bad(r, line, "support and pairs are whole numbers, support no greater than pairs", err);
  rule.confidence = pel_chain_confidence(rule.support, rule.pairs);
  pel_format_fixed(shown, sizeof shown, rule.confidence, DIGITS);
  if (!pel_parse_double(fields[0], &confidence) || !(confidence >= rule.confidence - 1e-6 && confidence <= rule.confidence + 1e-6)) {
    snprintf(fault, sizeof fault, "the confidence is support / (pairs + %d), %s, not '%.40s'", PEL_CHAIN_UNSEEN, shown, fields[0]);
    return bad(r, line, fault, err);
  }
  if (!pel_chain_rule_parse(fields[3], strlen(fields[3]), &r->relations, &rule, fault, sizeof fault)) return bad(r, line, fault, err);
  const char *wrong = pel_chain_rule_fault(r->relations.n, &rule);
  if (wrong) return bad(r, line, wrong, err);
  pel_chain_rule *rules = pel_grow(r->rules, &r->capacity, r->n + 1, sizeof *rules);
  if (rules) r->rules = rules;
  size_t *lines = pel_grow(r->lines, &r->lines_capacity, r->n + 1, sizeof *lines);
  if (lines) r->lines = lines;
  if (!rules || !lines) return pel_fail_memory(err, r->path, 0);
  lines[r->n] = line;
  rules[r->n++] = rule;
  return PEL_OK;
}

static pel_status read_lines(reading *r, char *text, size_t size, pel_error *err) {
  char *at = text, *end = text + size;
  for (size_t line = 1; at < end; line++) {
    char *stop = memchr(at, '\n', (size_t)(end - at));
    if (!stop) stop = end;
    if (memchr(at, 0, (size_t)(stop - at))) return bad(r, line, "holds a zero byte; a file of rules is text", err);
    if (stop - at > MOST_LINE) return bad(r, line, "is longer than 65,536 bytes", err);
    char *next = stop + 1;
    if (stop > at && stop[-1] == '\r') stop--;
    *stop = 0;
    if (line == 1 && strcmp(at, FIRST_LINE)) return bad(r, line, "is not \"# Pellucid chain rules, version 2\"; is this a file of chain rules?", err);
    if (strncmp(at, SAMPLED, sizeof SAMPLED - 1) == 0) PEL_TRY(read_sample(r, line, at + sizeof SAMPLED - 1, err));
    else if (*at && *at != '#') PEL_TRY(read_line(r, line, at, err));
    at = next;
  }
  return text == end ? bad(r, 1, "is missing; the file is empty", err) : PEL_OK;
}

static pel_status make(const reading *r, pel_chain_rules **out, pel_error *err) {
  size_t twice[2];
  bool found;
  PEL_TRY(pel_chain_rules_twice(r->rules, r->n, twice, &found, err));
  if (!found) return pel_chain_rules_create(r->relations.n, r->rules, r->n, out, err);
  return pel_fail(err, PEL_ERR_INPUT, "%s: line %zu: the rule of line %zu is here again", r->path, r->lines[twice[1]], r->lines[twice[0]]);
}

pel_status pel_chain_rules_read_text(const char *name, char *text, size_t size, char *const *relations, uint32_t n_relations, pel_chain_rules **out, pel_mined *mined,
                                     pel_error *err) {
  reading r = {.path = name};
  pel_status status = PEL_OK;
  for (uint32_t i = 0, number; i < n_relations && status == PEL_OK; i++) {
    if (!pel_names_number(&r.relations, relations[i], &number)) status = pel_fail_memory(err, "names of relations", 0);
    else if (number != i) status = pel_fail(err, PEL_ERR_USAGE, "two relations have the name '%s'", relations[i]);
  }
  if (status == PEL_OK) status = read_lines(&r, text, size, err);
  if (status == PEL_OK) status = make(&r, out, err);
  if (status == PEL_OK && mined) *mined = r.mined;
  free(r.rules);
  free(r.lines);
  pel_names_clear(&r.relations);
  return status;
}

pel_status pel_chain_rules_read(const char *path, char *const *relations, uint32_t n_relations, pel_chain_rules **out, pel_mined *mined, pel_error *err) {
  char *text;
  size_t size;
  PEL_TRY(pel_file_read(path, "rules", MOST_BYTES, &text, &size, err));
  pel_status status = pel_chain_rules_read_text(path, text, size, relations, n_relations, out, mined, err);
  free(text);
  return status;
}

pel_status pel_chain_rules_parse(const char *name, const char *text, size_t size, char *const *relations, uint32_t n_relations, pel_chain_rules **out, pel_mined *mined, pel_error *err) {
  char *copy = malloc(size + 1);
  if (!copy) return pel_fail_memory(err, "rules", size);
  memcpy(copy, text, size);
  copy[size] = 0;
  pel_status status = pel_chain_rules_read_text(name, copy, size, relations, n_relations, out, mined, err);
  free(copy);
  return status;
}
