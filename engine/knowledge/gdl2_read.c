/* Reads a guideline: JSON, event by event, of which the values at the paths below are kept and all else is passed over. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/gdl2.h"
#include "engine/knowledge/json_stream.h"

enum { MOST_PARTS = 12, MOST_RULES = 10000, PATH_BYTES = 400 };

typedef struct reader {
  pel_gdl2_guideline *g;
  pel_json json;
  char *parts[MOST_PARTS]; /* keys on the way to a value; "" inside a list */
  int n;                   /* of them, more than are kept when it is deep */
} reader;

static pel_status no_memory(const reader *r, pel_error *err) { return pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", r->g->path); }

/* A new zeroed item at the end of a list of the guideline; NULL: out of memory. */
#define APPEND(list, n, capacity) append((void **)&(list), &(n), &(capacity), sizeof *(list))
static void *append(void **list, size_t *n, size_t *capacity, size_t size) {
  void *grown = pel_grow(*list, capacity, *n + 1, size);
  if (!grown) return NULL;
  *list = grown;
  char *item = (char *)grown + *n * size;
  memset(item, 0, size);
  ++*n;
  return item;
}

static bool add_text(pel_gdl2_texts *list, const char *text) {
  char **item = APPEND(list->items, list->n, list->capacity);
  return item && (*item = strdup(text));
}

static bool add_expression(pel_gdl2_list *list, const char *text) {
  pel_gdl2_expression *e = APPEND(list->items, list->n, list->capacity);
  return e && (e->source = strdup(text));
}

static bool keep(char **field, const char *text) {
  free(*field);
  return (*field = strdup(text));
}

/* ---- the parts of a guideline, found by their codes or made; the last one is looked at first since a file gives one after the other ---- */

static pel_gdl2_element *element_of(pel_gdl2_guideline *g, const char *code) {
  for (size_t i = g->n_elements; i-- > 0;)
    if (strcmp(g->elements[i].code, code) == 0) return &g->elements[i];
  pel_gdl2_element *e = APPEND(g->elements, g->n_elements, g->elements_capacity);
  if (!e) return NULL;
  if (!(e->code = strdup(code))) return g->n_elements--, NULL;
  return e;
}

static pel_gdl2_rule *rule_of(pel_gdl2_guideline *g, const char *code) {
  for (size_t i = g->n_rules; i-- > 0;)
    if (strcmp(g->rules[i].code, code) == 0) return &g->rules[i];
  pel_gdl2_rule *r = APPEND(g->rules, g->n_rules, g->rules_capacity);
  if (!r) return NULL;
  r->order = g->n_rules;
  if (!(r->code = strdup(code))) return g->n_rules--, NULL;
  return r;
}

static pel_gdl2_term *term_of(pel_gdl2_guideline *g, const char *language, const char *code) {
  for (size_t i = g->n_terms; i-- > 0;)
    if (strcmp(g->terms[i].code, code) == 0 && strcmp(g->terms[i].language, language) == 0) return &g->terms[i];
  pel_gdl2_term *t = APPEND(g->terms, g->n_terms, g->terms_capacity);
  if (!t) return NULL;
  t->code = strdup(code), t->language = strdup(language);
  if (!t->code || !t->language) return free(t->code), free(t->language), g->n_terms--, NULL;
  return t;
}

static pel_gdl2_binding *binding_of(pel_gdl2_guideline *g, const char *terminology, const char *code) {
  for (size_t i = g->n_bindings; i-- > 0;)
    if (strcmp(g->bindings[i].code, code) == 0 && strcmp(g->bindings[i].terminology, terminology) == 0) return &g->bindings[i];
  pel_gdl2_binding *b = APPEND(g->bindings, g->n_bindings, g->bindings_capacity);
  if (!b) return NULL;
  b->code = strdup(code), b->terminology = strdup(terminology);
  if (!b->code || !b->terminology) return free(b->code), free(b->terminology), g->n_bindings--, NULL;
  return b;
}

static bool add_detail(pel_gdl2_guideline *g, const char *language, const char *name, const char *text) {
  pel_gdl2_detail *d = APPEND(g->details, g->n_details, g->details_capacity);
  if (!d) return false;
  d->language = strdup(language), d->name = strdup(name), d->text = strdup(text);
  return d->language && d->name && d->text;
}

/* ---- values ---- */

/* Whether the path is `pattern`: keys joined by '/', '*' for any, "[]" for a list's item. */
static bool at_path(const reader *r, const char *pattern) {
  for (int i = 0; i < r->n; i++) {
    size_t size = strcspn(pattern, "/");
    const char *part = i < MOST_PARTS ? r->parts[i] : "?";
    bool any = size == 1 && *pattern == '*', item = size == 2 && pattern[0] == '[' && !*part;
    if (!any && !item && (strlen(part) != size || memcmp(part, pattern, size) != 0)) return false;
    pattern += size;
    if ((*pattern == '/') != (i + 1 < r->n)) return false;
    pattern += *pattern == '/';
  }
  return !*pattern;
}

static bool take_rule(reader *r, const char *text) {
  pel_gdl2_rule *rule = rule_of(r->g, r->parts[2]);
  if (!rule) return false;
  if (at_path(r, "definition/rules/*/when/[]")) return add_expression(&rule->when, text);
  if (at_path(r, "definition/rules/*/then/[]")) return add_expression(&rule->then, text);
  if (at_path(r, "definition/rules/*/description")) return keep(&rule->description, text);
  if (at_path(r, "definition/rules/*/priority")) rule->priority = strtoll(text, NULL, 10);
  return true;
}

static bool take_binding(reader *r, const char *text) {
  if (at_path(r, "definition/data_bindings/*/type")) return strcmp(text, "OUTPUT") != 0 || add_text(&r->g->outputs, r->parts[2]);
  if (at_path(r, "definition/data_bindings/*/model_id")) return add_text(&r->g->models, r->parts[2]) && add_text(&r->g->models, text);
  if (!at_path(r, "definition/data_bindings/*/elements/*/*") && !at_path(r, "definition/data_bindings/*/elements/*/*/[]")) return true;
  pel_gdl2_element *e = element_of(r->g, r->parts[4]);
  const char *name = r->parts[5];
  if (!e || (!e->binding && !keep(&e->binding, r->parts[2]))) return false;
  if (strcmp(name, "data_type") == 0) return keep(&e->type, text);
  if (strcmp(name, "path") == 0) return keep(&e->path, text);
  if (strcmp(name, "units") == 0) return add_text(&e->units, text);
  if (strcmp(name, "allowed_values") == 0) return add_text(&e->allowed, text);
  return true;
}

static bool take_term(reader *r, const char *text) {
  bool says = at_path(r, "ontology/term_definitions/*/terms/*/text"), tells = at_path(r, "ontology/term_definitions/*/terms/*/description");
  if (!says && !tells) return true;
  pel_gdl2_term *t = term_of(r->g, r->parts[2], r->parts[4]);
  return t && keep(says ? &t->text : &t->description, text);
}

/* A string or a number: false when there is no memory for it. */
static bool take_value(reader *r, const char *text) {
  pel_gdl2_guideline *g = r->g;
  const char *first = r->n > 0 ? r->parts[0] : "", *second = r->n > 1 ? r->parts[1] : "";
  if (at_path(r, "id")) return keep(&g->id, text);
  if (at_path(r, "concept")) return keep(&g->concept, text);
  if (at_path(r, "language/original_language")) return keep(&g->language, strstr(text, "::") ? strstr(text, "::") + 2 : text);
  if (at_path(r, "description/other_details/references")) return keep(&g->references, text);
  if (at_path(r, "description/details/*/*")) return add_detail(g, r->parts[2], r->parts[3], text);
  if (at_path(r, "definition/pre_conditions/[]")) return add_expression(&g->preconditions, text);
  if (at_path(r, "definition/default_actions/[]")) return add_expression(&g->defaults, text);
  if (strcmp(first, "definition") == 0 && strcmp(second, "rules") == 0 && r->n > 3) return take_rule(r, text);
  if (strcmp(first, "definition") == 0 && strcmp(second, "data_bindings") == 0 && r->n > 3) return take_binding(r, text);
  if (strcmp(first, "ontology") == 0 && strcmp(second, "term_definitions") == 0 && r->n > 3) return take_term(r, text);
  if (at_path(r, "ontology/term_bindings/*/bindings/*/codes/[]")) {
    pel_gdl2_binding *b = binding_of(g, r->parts[2], r->parts[4]);
    return b && add_text(&b->codes, text);
  }
  return true;
}

static bool push(reader *r, const char *part) {
  if (r->n < MOST_PARTS && !keep(&r->parts[r->n], part)) return false;
  r->n++;
  return true;
}

/* Reads the one object of the file; the stack of keys says where a value stands. */
static pel_status read_all(reader *r, pel_error *err) {
  bool list[PEL_JSON_DEPTH + 1];
  int depth = 0;
  for (;;) {
    pel_json_stream_event event;
    PEL_TRY(pel_json_stream_next(&r->json, &event, err));
    if (event == PEL_JSON_END) return PEL_OK;
    bool opens = event == PEL_JSON_OBJECT || event == PEL_JSON_ARRAY, closes = event == PEL_JSON_OBJECT_END || event == PEL_JSON_ARRAY_END;
    bool item = depth > 0 && list[depth - 1] && !closes;
    bool ok = true;
    if (event == PEL_JSON_KEY) {
      if (!push(r, pel_buffer_text(&r->json.text))) return no_memory(r, err);
      continue;
    }
    if (item) ok = push(r, "");
    if (opens) list[depth++] = event == PEL_JSON_ARRAY;
    else if (closes) depth--;
    else if (event == PEL_JSON_STRING || event == PEL_JSON_NUMBER) ok = ok && take_value(r, pel_buffer_text(&r->json.text));
    if (!ok) return no_memory(r, err);
    if (!opens && r->n > 0) r->n--; /* the value is done, or the container that it ends */
    if (r->g->n_rules > MOST_RULES) return pel_json_stream_fail(&r->json, err, "more than %d rules; no guideline has so many", MOST_RULES);
  }
}

/* ---- what comes after ---- */

static pel_status parse_list(const pel_gdl2_guideline *g, pel_gdl2_list *list, const char *where, bool assignments, pel_error *err) {
  for (size_t i = 0; i < list->n; i++) {
    char what[PATH_BYTES];
    snprintf(what, sizeof what, "%.200s: $.definition.%.60s[%zu]", g->path, where, i);
    PEL_TRY(pel_gdl2_parse(&list->items[i], what, err));
    bool assignment = list->items[i].root->op && strcmp(list->items[i].root->op, "=") == 0;
    if (assignment != assignments)
      return pel_fail(err, PEL_ERR_INPUT, "%s: %s", what, assignments ? "an assignment such as $gt0005=1 is expected" : "a condition is expected, not an assignment");
  }
  return PEL_OK;
}

static pel_status parse_expressions(pel_gdl2_guideline *g, pel_error *err) {
  PEL_TRY(parse_list(g, &g->preconditions, "pre_conditions", false, err));
  PEL_TRY(parse_list(g, &g->defaults, "default_actions", true, err));
  for (size_t i = 0; i < g->n_rules; i++) {
    char where[80];
    snprintf(where, sizeof where, "rules.%.40s.when", g->rules[i].code);
    PEL_TRY(parse_list(g, &g->rules[i].when, where, false, err));
    snprintf(where, sizeof where, "rules.%.40s.then", g->rules[i].code);
    PEL_TRY(parse_list(g, &g->rules[i].then, where, true, err));
  }
  return PEL_OK;
}

static int by_priority(const void *a, const void *b) {
  const pel_gdl2_rule *x = a, *y = b;
  if (x->priority != y->priority) return x->priority > y->priority ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

static bool make_slug(pel_gdl2_guideline *g) {
  size_t size = strlen(g->id), n = 0;
  if (!(g->slug = pel_alloc(size + 3, 1))) return false;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)g->id[i];
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'), digit = c >= '0' && c <= '9';
    if (n == 0 && !letter) g->slug[n++] = 'g', g->slug[n++] = '_';
    g->slug[n++] = (char)(letter ? c | 0x20 : digit ? c : '_');
  }
  return true;
}

static bool set_models(pel_gdl2_guideline *g) {
  for (size_t i = 0; i < g->n_elements; i++)
    for (size_t m = 0; m + 1 < g->models.n; m += 2)
      if (strcmp(g->models.items[m], g->elements[i].binding) == 0 && !keep(&g->elements[i].model, g->models.items[m + 1])) return false;
  return true;
}

static pel_status finish(reader *r, pel_error *err) {
  pel_gdl2_guideline *g = r->g;
  if (!g->id || !*g->id) return pel_fail(err, PEL_ERR_INPUT, "%s: $.id is missing; is this a GDL2 guideline?", g->path);
  if (g->n_rules == 0 && g->defaults.n == 0)
    return pel_fail(err, PEL_ERR_INPUT, "%s: $.definition.rules is empty: there is nothing to conclude by", g->path);
  if (!make_slug(g) || !set_models(g)) return no_memory(r, err);
  PEL_TRY(parse_expressions(g, err));
  if (g->n_rules) qsort(g->rules, g->n_rules, sizeof *g->rules, by_priority);
  return PEL_OK;
}

pel_status pel_gdl2_read(const char *path, const pel_pack_builder *b, pel_gdl2_guideline **out, pel_error *err) {
  reader r = {.g = pel_alloc(1, sizeof *r.g)};
  if (!r.g || !(r.g->path = strdup(path))) {
    pel_gdl2_free(r.g);
    return pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", path);
  }
  pel_status status = pel_json_stream_open(&r.json, b, path, err);
  if (status == PEL_OK) {
    status = read_all(&r, err);
    pel_json_stream_close(&r.json);
  }
  if (status == PEL_OK) status = finish(&r, err);
  for (int i = 0; i < MOST_PARTS; i++) free(r.parts[i]);
  if (status == PEL_OK) *out = r.g;
  else pel_gdl2_free(r.g);
  return status;
}

/* ---- looking things up ---- */

const pel_gdl2_element *pel_gdl2_find_element(const pel_gdl2_guideline *g, const char *code) {
  for (size_t i = 0; i < g->n_elements; i++)
    if (strcmp(g->elements[i].code, code) == 0) return &g->elements[i];
  return NULL;
}

/* English before the guideline's own language before any. */
static int rank_of(const pel_gdl2_guideline *g, const char *language) {
  return strcmp(language, "en") == 0 ? 3 : g->language && strcmp(language, g->language) == 0 ? 2 : 1;
}

static const char *best_term(const pel_gdl2_guideline *g, const char *code, bool description) {
  const char *best = "";
  int rank = 0;
  for (size_t i = 0; i < g->n_terms; i++) {
    const pel_gdl2_term *t = &g->terms[i];
    const char *text = description ? t->description : t->text;
    if (text && strcmp(t->code, code) == 0 && rank_of(g, t->language) > rank) best = text, rank = rank_of(g, t->language);
  }
  return best;
}

const char *pel_gdl2_text(const pel_gdl2_guideline *g, const char *code) { return best_term(g, code, false); }
const char *pel_gdl2_term_description(const pel_gdl2_guideline *g, const char *code) { return best_term(g, code, true); }

const char *pel_gdl2_detail_of(const pel_gdl2_guideline *g, const char *name) {
  const char *best = "";
  int rank = 0;
  for (size_t i = 0; i < g->n_details; i++)
    if (strcmp(g->details[i].name, name) == 0 && rank_of(g, g->details[i].language) > rank)
      best = g->details[i].text, rank = rank_of(g, g->details[i].language);
  return best;
}

bool pel_gdl2_is_output(const pel_gdl2_guideline *g, const pel_gdl2_element *e) {
  for (size_t i = 0; i < g->outputs.n; i++)
    if (e->binding && strcmp(g->outputs.items[i], e->binding) == 0) return true;
  return false;
}

/* ---- the end ---- */

static void free_texts(pel_gdl2_texts *list) {
  for (size_t i = 0; i < list->n; i++) free(list->items[i]);
  free(list->items);
}

static void free_list(pel_gdl2_list *list) {
  for (size_t i = 0; i < list->n; i++) pel_gdl2_expression_clear(&list->items[i]);
  free(list->items);
}

void pel_gdl2_free(pel_gdl2_guideline *g) {
  if (!g) return;
  for (size_t i = 0; i < g->n_elements; i++) {
    free(g->elements[i].code), free(g->elements[i].type), free(g->elements[i].binding), free(g->elements[i].path), free(g->elements[i].model);
    free_texts(&g->elements[i].units), free_texts(&g->elements[i].allowed);
  }
  for (size_t i = 0; i < g->n_rules; i++) {
    free(g->rules[i].code), free(g->rules[i].description);
    free_list(&g->rules[i].when), free_list(&g->rules[i].then);
  }
  for (size_t i = 0; i < g->n_terms; i++) free(g->terms[i].language), free(g->terms[i].code), free(g->terms[i].text), free(g->terms[i].description);
  for (size_t i = 0; i < g->n_bindings; i++) free(g->bindings[i].terminology), free(g->bindings[i].code), free_texts(&g->bindings[i].codes);
  for (size_t i = 0; i < g->n_details; i++) free(g->details[i].language), free(g->details[i].name), free(g->details[i].text);
  free_list(&g->preconditions), free_list(&g->defaults), free_texts(&g->outputs), free_texts(&g->models);
  free(g->elements), free(g->rules), free(g->terms), free(g->bindings), free(g->details);
  char *const texts[] = {g->path, g->id, g->concept, g->language, g->references, g->slug};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  free(g);
}
