#include "src/core/diff_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "src/analysis/token_label.h"
#include "src/analysis/tree_words.h"
#include "src/core/diff_parts.h"
#include "src/core/outfile.h"

#define PREMISES_MOST 6

/* ---- making ---- */

static pel_status load(compared_side *s, pel_error *err) {
  PEL_TRY(pel_reasoning_read(s->trace, &s->reasoning, err));
  if (!s->reasoning->n_nodes) return pel_fail(err, PEL_ERR_USAGE, "%s: holds no reasoning, so nothing to compare", s->name);
  PEL_TRY(pel_logic_tree_build(s->reasoning, &s->tree, err));
  return pel_logic_tree_update(s->tree, err);
}

static void add_setting(pel_comparison *c, const char *name, const char *a, const char *b) {
  a = a ? a : "";
  b = b ? b : "";
  if (strcmp(a, b)) c->settings[c->n_settings++] = (compared_setting){name, a, b};
}

static size_t count_parameters(const pel_trace *t) {
  const char *name, *value;
  size_t n = 0;
  while (pel_trace_parameter_at(t, n, &name, &value)) n++;
  return n;
}

/* Of what the machine did (threads) nothing follows. */
static pel_status compare_settings(pel_comparison *c, pel_error *err) {
  static const char *const keys[] = {"question", "case", "case_sha256", "pack", "pack_version", "pack_sha256", "reasoning_generator"};
  const pel_trace_info *x = pel_trace_get_info(c->a.trace), *y = pel_trace_get_info(c->b.trace);
  const char *name, *value;
  c->settings = pel_alloc(count_parameters(c->a.trace) + count_parameters(c->b.trace) + 16, sizeof *c->settings);
  if (!c->settings) return pel_fail_memory(err, "a comparison", 16);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    add_setting(c, keys[i], pel_trace_provenance(c->a.trace, keys[i]), pel_trace_provenance(c->b.trace, keys[i]));
  add_setting(c, "model", x->model_name, y->model_name);
  add_setting(c, "model_sha256", x->model_sha256, y->model_sha256);
  for (size_t i = 0; pel_trace_parameter_at(c->a.trace, i, &name, &value); i++)
    if (strncmp(name, "machine.", 8)) add_setting(c, name, value, pel_trace_parameter(c->b.trace, name));
  for (size_t i = 0; pel_trace_parameter_at(c->b.trace, i, &name, &value); i++)
    if (strncmp(name, "machine.", 8) && !pel_trace_parameter(c->a.trace, name)) add_setting(c, name, "", value);
  return PEL_OK;
}

pel_status pel_comparison_make(pel_trace *a, const char *name_a, pel_trace *b, const char *name_b, pel_comparison **out, pel_error *err) {
  pel_comparison *c = pel_alloc(1, sizeof *c);
  if (!c) return pel_fail_memory(err, "a comparison", sizeof *c);
  c->a = (compared_side){.trace = a, .name = name_a};
  c->b = (compared_side){.trace = b, .name = name_b};
  pel_status status = load(&c->a, err);
  if (status == PEL_OK) status = load(&c->b, err);
  if (status == PEL_OK) status = compare_settings(c, err);
  if (status == PEL_OK) status = pel_diff_build(c->a.tree, c->b.tree, &c->diff, err);
  if (status == PEL_OK) status = pel_diff_tokens_find(a, b, &c->tokens, err);
  if (status == PEL_OK) *out = c;
  else pel_comparison_free(c);
  return status;
}

void pel_comparison_free(pel_comparison *c) {
  if (!c) return;
  pel_diff_free(c->diff);
  pel_logic_tree_free(c->a.tree);
  pel_logic_tree_free(c->b.tree);
  pel_reasoning_free(c->a.reasoning);
  pel_reasoning_free(c->b.reasoning);
  free(c->settings);
  free(c);
}

bool pel_comparison_same(const pel_comparison *c) { return !c->diff->n_entries && !c->tokens.differ; }

/* ---- what is said of a row ---- */

static bool is_node(const pel_diff_entry *e) { return e->subject <= PEL_DIFF_STEP; }

static void add_passage(pel_string *s, const pel_reasoning *r, int64_t id) {
  const pel_passage *p = &r->passages[id - 1];
  const pel_source *source = pel_passage_source(r, p);
  if (source) pel_string_add_sentence(s, source->title), pel_string_add(s, " ");
  pel_string_add_sentence(s, *p->path ? p->path : p->label);
}

static void add_dates(pel_string *s, const char *from, const char *to) {
  if (*from || *to) pel_string_addf(s, ", in force %s to %s", *from ? from : "the beginning", *to ? to : "now");
}

static void add_row(pel_string *s, const pel_reasoning *r, pel_diff_subject subject, uint32_t i) {
  switch (subject) {
    case PEL_DIFF_EDGE:
      pel_string_addf(s, "%s, from \"", pel_edge_kind_name(r->edges[i].kind));
      pel_string_add_sentence(s, r->nodes[r->edges[i].from - 1].says);
      pel_string_add(s, "\" to \"");
      pel_string_add_sentence(s, r->nodes[r->edges[i].to - 1].says);
      pel_string_add(s, "\"");
      break;
    case PEL_DIFF_RULE:
      pel_string_add_sentence(s, r->clauses[i].label), pel_string_add(s, ": "), pel_string_add_sentence(s, r->clauses[i].text);
      add_dates(s, r->clauses[i].valid_from, r->clauses[i].valid_to);
      break;
    case PEL_DIFF_SOURCE:
      pel_string_add_sentence(s, r->sources[i].title);
      if (*r->sources[i].version) pel_string_add(s, ", version "), pel_string_add_sentence(s, r->sources[i].version);
      if (*r->sources[i].sha256) pel_string_addf(s, " (%.12s)", r->sources[i].sha256);
      break;
    case PEL_DIFF_PASSAGE:
      add_passage(s, r, i + 1);
      add_dates(s, r->passages[i].valid_from, r->passages[i].valid_to);
      break;
    case PEL_DIFF_DOCUMENT: pel_string_add_sentence(s, r->documents[i].name); break;
    case PEL_DIFF_RETRIEVED: {
      char text[40];
      add_passage(s, r, r->retrieved[i].passage);
      pel_string_addf(s, ", rank %d, weight %s", r->retrieved[i].rank, pel_format_double(text, sizeof text, r->retrieved[i].weight));
      break;
    }
    default: pel_string_add_sentence(s, r->nodes[i].says);
  }
}

void comparison_says(pel_string *s, const pel_comparison *c, const pel_diff_entry *e, bool in_b) {
  uint32_t i = in_b ? e->b : e->a;
  if (i != PEL_TREE_NONE) add_row(s, in_b ? c->b.reasoning : c->a.reasoning, e->subject, i);
}

void comparison_reason(pel_string *s, const pel_comparison *c, const pel_diff_entry *e, bool in_b) {
  const pel_logic_tree *t = in_b ? c->b.tree : c->a.tree;
  uint32_t v = in_b ? e->b : e->a, n = 0;
  if (v == PEL_TREE_NONE || !is_node(e)) return;
  const pel_node *node = &t->reasoning->nodes[v];
  pel_string part = {0};
  pel_string_add(s, pel_node_sentence(node));
  if (*node->note) pel_string_add(s, "; "), pel_string_add_sentence(s, node->note);
  pel_add_confidence(&part, node);
  if (part.size) pel_string_addf(s, "; %s", part.text);
  pel_string_clear(&part);
  pel_add_place(&part, t, v, NULL);
  if (part.size) pel_string_addf(s, "; %s", part.text);
  pel_string_clear(&part);
  if (node->kind == PEL_NODE_FACT || node->document) pel_add_origin(&part, t->reasoning, node, true);
  if (part.size) pel_string_addf(s, "; %s", part.text);
  pel_string_clear(&part);
  for (uint32_t i = t->out_start[v]; i < t->out_start[v + 1]; i++) {
    const pel_edge *edge = &t->reasoning->edges[t->out[i]];
    if (!pel_edge_is_reason(edge->kind)) continue;
    if (n++ < PREMISES_MOST) pel_string_add(s, n == 1 ? "; because " : ", "), pel_string_add_sentence(s, t->reasoning->nodes[edge->to - 1].says);
  }
  if (n > PREMISES_MOST) pel_string_addf(s, " and %u more", n - PREMISES_MOST);
}

char *comparison_token(const pel_comparison *c, bool in_b) {
  pel_trace_token token;
  pel_trace *trace = in_b ? c->b.trace : c->a.trace;
  if (c->tokens.position >= pel_trace_get_info(trace)->n_tokens) return strdup("the end of the text");
  if (pel_trace_get_token(trace, c->tokens.position, &token, NULL) != PEL_OK) return strdup("?");
  return pel_token_label(token.piece, token.piece_size);
}

/* ---- text and Markdown ---- */

typedef struct page {
  const pel_comparison *c;
  bool markdown;
  pel_string s;
} page;

/* A stranger's words: on one line, nothing in them moves a cursor or is a mark. */
static void put(page *p, const char *text) {
  char *safe = text && *text ? pel_text_safe(text, strlen(text)) : NULL;
  for (const char *c = safe ? safe : ""; *c; c++) {
    if (p->markdown && strchr("\\`*_[]<>#|~", *c)) pel_string_add(&p->s, "\\");
    pel_string_add_bytes(&p->s, c, 1);
  }
  free(safe);
}

static void put_part(page *p, const char *before, pel_string *part, const char *after) {
  if (part->size) pel_string_add(&p->s, before), put(p, part->text), pel_string_add(&p->s, after);
  pel_string_clear(part);
}

static void heading(page *p, const char *text) { pel_string_addf(&p->s, p->markdown ? "\n## %s\n\n" : "\n%s\n", text); }

static void put_number(page *p, const pel_diff_entry *e) {
  char number[PEL_TREE_NUMBER];
  bool in_b = e->a == PEL_TREE_NONE;
  if (!is_node(e)) return;
  pel_tree_number(in_b ? p->c->b.tree : p->c->a.tree, in_b ? e->b : e->a, number);
  if (*number) pel_string_addf(&p->s, " %s", number);
}

static void put_changes(page *p, unsigned what) {
  bool first = true;
  for (unsigned i = 0; i < PEL_CHANGES; i++)
    if (what & 1u << i) pel_string_addf(&p->s, "%s%s", first ? "" : ", ", pel_change_name(1u << i)), first = false;
}

static void put_entry(page *p, const pel_diff_entry *e) {
  pel_string a = {0}, b = {0};
  comparison_says(&a, p->c, e, false);
  comparison_says(&b, p->c, e, true);
  pel_string_addf(&p->s, "%s %s", p->markdown ? "-" : e->a == PEL_TREE_NONE ? "  +" : e->b == PEL_TREE_NONE ? "  -" : "  ~", pel_diff_subject_name(e->subject));
  put_number(p, e);
  if (e->a == PEL_TREE_NONE) pel_string_add(&p->s, ", only in b: ");
  else if (e->b == PEL_TREE_NONE) pel_string_add(&p->s, ", only in a: ");
  else pel_string_add(&p->s, ", "), put_changes(p, e->what), pel_string_add(&p->s, ": ");
  bool same = a.text && b.text && !strcmp(a.text, b.text);
  put_part(p, "", &a, "");
  if (!same) put_part(p, e->a != PEL_TREE_NONE ? " -> " : "", &b, "");
  pel_string_clear(&b);
  if (is_node(e) && e->what & PEL_CHANGE_STATE)
    pel_string_addf(&p->s, " (%s -> %s)", pel_state_sentence(p->c->a.reasoning->nodes[e->a].state), pel_state_sentence(p->c->b.reasoning->nodes[e->b].state));
  pel_string_add(&p->s, "\n");
}

static void put_side(page *p, const pel_diff_entry *e, bool in_b) {
  pel_string says = {0}, why = {0};
  comparison_says(&says, p->c, e, in_b);
  comparison_reason(&why, p->c, e, in_b);
  if (!says.size) pel_string_add(&says, "is not there");
  pel_string_addf(&p->s, p->markdown ? "- **%s:** " : "  %s: ", in_b ? "b" : "a");
  put_part(p, "", &says, "");
  put_part(p, " (", &why, ")");
  pel_string_add(&p->s, "\n");
}

static void put_divergence(page *p, const char *lead, const pel_diff_entry *e) {
  heading(p, lead);
  pel_string_addf(&p->s, p->markdown ? "%s" : "  %s", pel_diff_subject_name(e->subject));
  put_number(p, e);
  pel_string_add(&p->s, e->what ? ": " : "\n");
  if (e->what) put_changes(p, e->what), pel_string_add(&p->s, p->markdown ? "\n\n" : "\n");
  put_side(p, e, false);
  put_side(p, e, true);
}

static void put_tokens(page *p) {
  char number[32], *a = comparison_token(p->c, false), *b = comparison_token(p->c, true);
  heading(p, "The model's text");
  snprintf(number, sizeof number, "%u", p->c->tokens.position);
  pel_string_addf(&p->s, "%sfirst differing token %s: ", p->markdown ? "" : "  ", number);
  put(p, a), pel_string_add(&p->s, " -> "), put(p, b), pel_string_add(&p->s, "\n");
  free(a), free(b);
}

static void put_settings(page *p) {
  heading(p, "Settings that differ");
  for (size_t i = 0; i < p->c->n_settings; i++) {
    const compared_setting *s = &p->c->settings[i];
    pel_string_add(&p->s, p->markdown ? "- " : "  ");
    put(p, s->name), pel_string_add(&p->s, ": "), put(p, *s->a ? s->a : "none"), pel_string_add(&p->s, " -> "), put(p, *s->b ? s->b : "none");
    pel_string_add(&p->s, "\n");
  }
}

static void put_counts(page *p) {
  const pel_diff *d = p->c->diff;
  size_t n[PEL_DIFF_SUBJECTS] = {0};
  bool first = true;
  for (size_t i = 0; i < d->n_entries; i++) n[d->entries[i].subject]++;
  pel_string_add(&p->s, "The two differ: ");
  for (int i = 0; i < PEL_DIFF_SUBJECTS; i++)
    if (n[i]) pel_string_addf(&p->s, "%s%zu %s%s", first ? "" : ", ", n[i], pel_diff_subject_name((pel_diff_subject)i), n[i] == 1 ? "" : "s"), first = false;
  if (p->c->tokens.differ) pel_string_add(&p->s, first ? "the model's text" : ", the model's text");
  pel_string_add(&p->s, ".\n");
}

static char *write_words(const pel_comparison *c, bool markdown) {
  page p = {.c = c, .markdown = markdown};
  const pel_diff *d = c->diff;
  if (markdown) pel_string_add(&p.s, "# "), put(&p, "Two reasonings compared"), pel_string_add(&p.s, "\n\n");
  pel_string_add(&p.s, "a: "), put(&p, c->a.name), pel_string_addf(&p.s, markdown ? "  \nb: " : "\nb: "), put(&p, c->b.name);
  pel_string_add(&p.s, markdown ? "\n\n" : "\n");
  if (pel_comparison_same(c)) pel_string_add(&p.s, "The two are the same in substance.\n");
  else put_counts(&p);
  if (d->n_nodes) put_divergence(&p, "First difference", &d->entries[0]);
  if (d->n_nodes && d->begins) put_divergence(&p, "Where it comes from", &d->entries[d->begins]);
  if (d->n_entries) heading(&p, "All differences");
  for (size_t i = 0; i < d->n_entries; i++) put_entry(&p, &d->entries[i]);
  if (c->tokens.differ) put_tokens(&p);
  if (c->n_settings) put_settings(&p);
  return pel_string_take(&p.s);
}

char *pel_comparison_write(const pel_comparison *c, pel_comparison_form form) {
  return form == PEL_COMPARISON_JSON ? comparison_json(c) : write_words(c, form == PEL_COMPARISON_MARKDOWN);
}

pel_status pel_comparison_save(const pel_comparison *c, const char *path, bool force, pel_error *err) {
  size_t n = strlen(path);
  bool json = n > 5 && !strcasecmp(path + n - 5, ".json"), markdown = n > 3 && !strcasecmp(path + n - 3, ".md");
  pel_outfile *file;
  if (!json && !markdown) return pel_fail(err, PEL_ERR_USAGE, "%s: the name's suffix chooses the format; here it can be .json .md", path);
  char *text = pel_comparison_write(c, json ? PEL_COMPARISON_JSON : PEL_COMPARISON_MARKDOWN);
  if (!text) return pel_fail_memory(err, "a comparison", n);
  pel_status status = pel_outfile_open(path, force, &file, err);
  if (status == PEL_OK) {
    pel_outfile_puts(file, text);
    status = pel_outfile_commit(file, err);
  }
  free(text);
  return status;
}
