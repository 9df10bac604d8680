/* A guideline's rules as clauses.
 *
 * GDL2 runs its rules once, in order of priority, each on what the ones before it have left. That order becomes a chain of values: TotalScore,
 * TotalScore_1, TotalScore_2, ... A rule's conditions are a predicate of the values that they read, each of its assignments is another, and an element
 * that is concluded has one clause that goes through the chain. Only the rules on which that element can depend are in it, so that a proof shows
 * no others, and each of them is tried once: the work grows with the rules, whatever reads what. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/gdl2.h"

typedef struct slot { /* an element that some expression reads or sets, or a binding has */
  const char *code;
  char *name; /* of its variable */
  bool set, needed;
  int version, before; /* current, and before the rule that is being written */
} slot;

typedef struct chain {
  const pel_gdl2_guideline *g;
  pel_gdl2_each each;
  void *user;
  slot *slots;
  size_t n_slots, slots_capacity;
  bool *fired_needed;  /* of each rule */
  bool *included;      /* of each rule, for the element that is being concluded */
  bool **steps;        /* of each rule: its assignments that are included; the defaults come last */
  bool versions;       /* names are written with their versions */
  bool failed;         /* out of memory */
} chain;

/* What a clause reads, each once. */
typedef struct reads {
  chain *c;
  size_t *slots;
  bool *fired;
  size_t n, capacity, fired_capacity;
} reads;

/* ---- names ---- */

static slot *slot_of(chain *c, const char *code) {
  for (size_t i = 0; i < c->n_slots; i++)
    if (strcmp(c->slots[i].code, code) == 0) return &c->slots[i];
  return NULL;
}

static bool name_taken(const chain *c, const char *name) {
  for (size_t i = 0; i < c->n_slots; i++)
    if (c->slots[i].name && strcmp(c->slots[i].name, name) == 0) return true;
  return false;
}

/* "Total score" becomes TotalScore; what is too short or taken gets its code. */
static char *make_name(const chain *c, const char *code) {
  enum { MOST = 32 };
  char name[MOST + 64] = "";
  size_t n = 0;
  bool start = true;
  for (const char *t = pel_gdl2_text(c->g, code); *t && n < MOST; t++) {
    bool letter = isalpha((unsigned char)*t), digit = isdigit((unsigned char)*t);
    if ((letter || digit) && (n > 0 || letter)) name[n] = start || n == 0 ? (char)toupper((unsigned char)*t) : *t, n++;
    start = !letter && !digit;
  }
  name[n] = 0;
  if (n < 5 || name_taken(c, name)) {
    size_t at = n == 0 ? (size_t)sprintf(name, "Element") : n;
    name[at++] = '_';
    for (size_t i = 0; code[i] && i < 40; i++) name[at++] = isalnum((unsigned char)code[i]) ? code[i] : '_';
    name[at] = 0;
  }
  return strdup(name);
}

static void add_slot(void *user, const char *code, bool fired) {
  chain *c = user;
  if (fired || c->failed || slot_of(c, code)) return;
  slot *grown = pel_grow(c->slots, &c->slots_capacity, c->n_slots + 1, sizeof *grown);
  if (!grown) {
    c->failed = true;
    return;
  }
  c->slots = grown;
  c->slots[c->n_slots] = (slot){.code = code};
  c->n_slots++;
  char *name = make_name(c, code);
  c->slots[c->n_slots - 1].name = name;
  c->failed |= !name;
}

static void add_slots(chain *c, const pel_gdl2_list *list, bool assignments) {
  for (size_t i = 0; i < list->n; i++) {
    pel_gdl2_reads(list->items[i].root, add_slot, c);
    slot *s = assignments && !c->failed ? slot_of(c, list->items[i].root->left->code) : NULL;
    if (s) s->set = true;
  }
}

/* ---- reads ---- */

static void add_read(void *user, const char *code, bool fired) {
  reads *r = user;
  chain *c = r->c;
  size_t at = 0;
  if (fired)
    while (at < c->g->n_rules && strcmp(c->g->rules[at].code, code) != 0) at++;
  else at = (size_t)(slot_of(c, code) - c->slots);
  for (size_t i = 0; i < r->n; i++)
    if (r->slots[i] == at && r->fired[i] == fired) return;
  size_t *slots = pel_grow(r->slots, &r->capacity, r->n + 1, sizeof *slots);
  if (slots) r->slots = slots;
  bool *flags = slots ? pel_grow(r->fired, &r->fired_capacity, r->n + 1, sizeof *flags) : NULL;
  if (!flags) {
    c->failed = true;
    return;
  }
  r->fired = flags;
  r->slots[r->n] = at;
  r->fired[r->n++] = fired;
}

static reads reads_of_list(chain *c, const pel_gdl2_list *list) {
  reads r = {.c = c};
  for (size_t i = 0; i < list->n; i++) pel_gdl2_reads(list->items[i].root, add_read, &r);
  return r;
}

static reads reads_of_step(chain *c, const pel_gdl2_expression *e) {
  reads r = {.c = c};
  pel_gdl2_reads(e->root->right, add_read, &r);
  return r;
}

static void clear_reads(reads *r) {
  free(r->slots);
  free(r->fired);
}

static void put_slot(chain *c, pel_gdl2_out *o, const slot *s, int version) {
  pel_gdl2_put(o, s->name);
  if (c->versions && version) pel_gdl2_putf(o, "_%d", version);
}

static void put_rule_flag(pel_gdl2_out *o, const char *code) {
  pel_gdl2_put(o, "Fired_");
  pel_gdl2_put_name(o, code);
}

static void put_element(void *user, pel_gdl2_out *o, const char *code, bool fired) {
  chain *c = user;
  if (fired) put_rule_flag(o, code);
  else put_slot(c, o, slot_of(c, code), slot_of(c, code)->version);
}

static bool is_set(void *user, const char *code) {
  const slot *s = slot_of(user, code);
  return s && s->set;
}

/* The variables of what is read, for a head or a call: "A, B". `version_of` a call is that of `before` for conditions. */
static void put_arguments(chain *c, pel_gdl2_out *o, const reads *r, bool before, size_t rule) {
  for (size_t i = 0; i < r->n; i++) {
    if (i) pel_gdl2_put(o, ", ");
    bool known = !r->fired[i] || r->slots[i] < c->g->n_rules;
    if (!r->fired[i]) put_slot(c, o, &c->slots[r->slots[i]], before ? c->slots[r->slots[i]].before : c->slots[r->slots[i]].version);
    else if (c->versions && (!known || r->slots[i] >= rule)) pel_gdl2_put(o, "no"); /* it comes later, or nowhere */
    else if (known) put_rule_flag(o, c->g->rules[r->slots[i]].code);
    else pel_gdl2_put(o, "Fired_unknown");
  }
}

/* ---- clauses of rules ---- */

static void put_predicate(const chain *c, pel_gdl2_out *o, const char *code, int step) {
  pel_gdl2_putf(o, "%s_", c->g->slug);
  pel_gdl2_put_name(o, code);
  if (step >= 0) pel_gdl2_putf(o, "_then_%d", step + 1);
}

static pel_status emit(chain *c, pel_gdl2_out *o, pel_gdl2_clause clause, pel_error *err) {
  pel_status status = PEL_OK;
  if (o->failed || c->failed) status = pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", c->g->path);
  clause.text = pel_buffer_text(&o->buffer);
  if (status == PEL_OK) status = c->each(c->user, &clause, err);
  free(o->buffer.text);
  *o = (pel_gdl2_out){0};
  return status;
}

static void put_source(pel_gdl2_out *o, const pel_gdl2_list *list) {
  for (size_t i = 0; i < list->n; i++) {
    if (i) pel_gdl2_put(o, "\n");
    pel_gdl2_put(o, list->items[i].source);
  }
}

/* slug_gt0031(TotalScore) :- ... */
static pel_status write_conditions(chain *c, const char *name, const pel_gdl2_list *when, pel_gdl2_clause clause, pel_error *err) {
  pel_gdl2_out o = {0}, source = {0};
  pel_gdl2_names names = {.g = c->g, .put = put_element, .is_set = is_set, .user = c};
  reads r = reads_of_list(c, when);
  put_predicate(c, &o, name, -1);
  if (r.n) {
    pel_gdl2_put(&o, "(");
    put_arguments(c, &o, &r, false, 0);
    pel_gdl2_put(&o, ")");
  }
  if (when->n) pel_gdl2_put(&o, " :-");
  for (size_t i = 0; i < when->n; i++) {
    pel_gdl2_put(&o, i ? ",\n    " : "\n    ");
    pel_gdl2_put_condition(&o, &names, when->items[i].root);
  }
  pel_gdl2_put(&o, ".\n");
  put_source(&source, when);
  clause.source = pel_buffer_text(&source.buffer);
  c->failed |= source.failed;
  pel_status status = emit(c, &o, clause, err);
  clear_reads(&r);
  free(source.buffer.text);
  return status;
}

/* Whether the rule also sets an attribute of the element whose name begins so. */
static bool sets(const pel_gdl2_list *then, const char *code, const char *attribute) {
  for (size_t i = 0; i < then->n; i++) {
    const pel_gdl2_node *to = then->items[i].root->left;
    if (strcmp(to->code, code) == 0 && to->attribute && strncmp(to->attribute, attribute, strlen(attribute)) == 0) return true;
  }
  return false;
}

/* slug_gt0031_then_1(_, text("low")).  What is set is a constant: true when it was written. */
static bool put_constant_step(chain *c, pel_gdl2_out *o, const char *name, int step, const char *goals, size_t n_reads) {
  static const char sets[] = "New = ";
  bool constant = n_reads == 0 && strncmp(goals, sets, sizeof sets - 1) == 0;
  if (!constant) return false;
  put_predicate(c, o, name, step);
  pel_gdl2_put(o, "(_, "), pel_gdl2_put(o, goals + sizeof sets - 1), pel_gdl2_put(o, ").\n");
  return true;
}

/* slug_gt0031_then_1(Age, Old, New) :- ..., !.  and, where a value may lack, a second clause that keeps the old one. */
static pel_status write_step(chain *c, const char *name, const pel_gdl2_list *then, size_t step, pel_gdl2_clause clause, pel_error *err) {
  pel_gdl2_out o = {0}, goals = {0};
  pel_gdl2_names names = {.g = c->g, .put = put_element, .is_set = is_set, .user = c};
  const pel_gdl2_expression *e = &then->items[step];
  reads r = reads_of_step(c, e);
  const char *code = e->root->left->code;
  bool precision = sets(then, code, "precision"), last = true;
  for (size_t i = step + 1; i < then->n; i++) last = last && strcmp(then->items[i].root->left->code, code) != 0;
  pel_gdl2_put_assignment(&goals, &names, e->root, precision || sets(then, code, "unit"), precision && last);
  clause.source = e->source;
  bool constant = put_constant_step(c, &o, name, (int)step, pel_buffer_text(&goals.buffer), r.n);
  if (!constant) put_predicate(c, &o, name, (int)step);
  if (!constant) {
    pel_gdl2_put(&o, "(");
    put_arguments(c, &o, &r, false, 0);
    pel_gdl2_put(&o, r.n ? ", Old, New) :-\n    " : "Old, New) :-\n    ");
    pel_gdl2_put(&o, pel_buffer_text(&goals.buffer));
    pel_gdl2_put(&o, ", !.\n");
  }
  c->failed |= goals.failed;
  free(goals.buffer.text);
  pel_status status = emit(c, &o, clause, err);
  if (status == PEL_OK && !constant) {
    put_predicate(c, &o, name, (int)step);
    pel_gdl2_put(&o, "(");
    for (size_t i = 0; i < r.n; i++) pel_gdl2_put(&o, "_, ");
    pel_gdl2_put(&o, "Old, Old).\n");
    status = emit(c, &o, clause, err);
  }
  clear_reads(&r);
  return status;
}

static pel_status write_rule(chain *c, const pel_gdl2_rule *rule, pel_error *err) {
  pel_gdl2_clause clause = {.label = pel_gdl2_text(c->g, rule->code), .code = rule->code, .priority = rule->priority, .part = PEL_GDL2_WHEN};
  PEL_TRY(write_conditions(c, rule->code, &rule->when, clause, err));
  clause.part = PEL_GDL2_THEN;
  for (size_t i = 0; i < rule->then.n; i++) PEL_TRY(write_step(c, rule->code, &rule->then, i, clause, err));
  return PEL_OK;
}

/* ---- the chain of one element ---- */

static void need_reads(chain *c, const reads *r, size_t rule) {
  for (size_t i = 0; i < r->n; i++)
    if (!r->fired[i]) c->slots[r->slots[i]].needed = true;
    else if (r->slots[i] < rule) c->fired_needed[r->slots[i]] = true;
}

/* Which assignments of a list bear on what is needed after it; true when one does. */
static bool need_steps(chain *c, const pel_gdl2_list *then, size_t rule) {
  bool any = false;
  for (size_t i = then->n; i-- > 0;) {
    bool needed = slot_of(c, then->items[i].root->left->code)->needed;
    c->steps[rule][i] = needed;
    if (!needed) continue;
    reads r = reads_of_step(c, &then->items[i]);
    need_reads(c, &r, rule);
    clear_reads(&r);
    any = true;
  }
  return any;
}

/* From the last rule back to the first. */
static void need_all(chain *c, size_t target) {
  const pel_gdl2_guideline *g = c->g;
  for (size_t i = 0; i < c->n_slots; i++) c->slots[i].needed = i == target, c->slots[i].version = c->slots[i].before = 0;
  memset(c->fired_needed, 0, g->n_rules * sizeof *c->fired_needed);
  for (size_t i = g->n_rules; i-- > 0;) {
    c->included[i] = need_steps(c, &g->rules[i].then, i);
    c->included[i] |= c->fired_needed[i];
    if (!c->included[i]) continue;
    reads r = reads_of_list(c, &g->rules[i].when);
    need_reads(c, &r, i);
    clear_reads(&r);
  }
  need_steps(c, &g->defaults, g->n_rules);
  reads r = reads_of_list(c, &g->preconditions);
  need_reads(c, &r, 0);
  clear_reads(&r);
}

static void put_conditions_call(chain *c, pel_gdl2_out *o, const char *name, const pel_gdl2_list *when, size_t rule) {
  reads r = reads_of_list(c, when);
  put_predicate(c, o, name, -1);
  if (r.n) {
    pel_gdl2_put(o, "(");
    put_arguments(c, o, &r, true, rule);
    pel_gdl2_put(o, ")");
  }
  clear_reads(&r);
}

static void put_step_call(chain *c, pel_gdl2_out *o, const char *name, const pel_gdl2_list *then, size_t step, size_t rule) {
  reads r = reads_of_step(c, &then->items[step]);
  slot *s = slot_of(c, then->items[step].root->left->code);
  put_predicate(c, o, name, (int)step);
  pel_gdl2_put(o, "(");
  put_arguments(c, o, &r, false, rule);
  if (r.n) pel_gdl2_put(o, ", ");
  put_slot(c, o, s, s->version);
  pel_gdl2_put(o, ", ");
  put_slot(c, o, s, ++s->version);
  pel_gdl2_put(o, ")");
  clear_reads(&r);
}

/* ( slug_gt0031(A) -> slug_gt0031_then_1(B, B_1) ; B_1 = B ) */
static void put_rule_call(chain *c, pel_gdl2_out *o, size_t rule) {
  const pel_gdl2_rule *r = &c->g->rules[rule];
  for (size_t i = 0; i < c->n_slots; i++) c->slots[i].before = c->slots[i].version;
  pel_gdl2_put(o, "( ");
  put_conditions_call(c, o, r->code, &r->when, rule);
  const char *separator = " -> ";
  if (c->fired_needed[rule]) {
    pel_gdl2_put(o, separator), put_rule_flag(o, r->code), pel_gdl2_put(o, " = yes");
    separator = ", ";
  }
  for (size_t i = 0; i < r->then.n; i++)
    if (c->steps[rule][i]) pel_gdl2_put(o, separator), put_step_call(c, o, r->code, &r->then, i, rule), separator = ", ";
  separator = " ; ";
  if (c->fired_needed[rule]) {
    pel_gdl2_put(o, separator), put_rule_flag(o, r->code), pel_gdl2_put(o, " = no");
    separator = ", ";
  }
  for (size_t i = 0; i < c->n_slots; i++) {
    slot *s = &c->slots[i];
    if (s->version == s->before) continue;
    pel_gdl2_put(o, separator), put_slot(c, o, s, s->version), pel_gdl2_put(o, " = "), put_slot(c, o, s, s->before);
    separator = ", ";
  }
  pel_gdl2_put(o, " )");
}

static pel_status write_conclusion(chain *c, size_t target, pel_error *err) {
  const pel_gdl2_guideline *g = c->g;
  pel_gdl2_out o = {0};
  need_all(c, target);
  c->versions = true;
  pel_gdl2_out body = {0};
  for (size_t i = 0; i < c->n_slots; i++)
    if (c->slots[i].needed) pel_gdl2_putf(&body, "%s\n    %s_value(", body.buffer.size ? "," : "", g->slug), pel_gdl2_put_name(&body, c->slots[i].code), pel_gdl2_putf(&body, ", %s)", c->slots[i].name);
  const char *separator = ",\n    ";
  if (g->preconditions.n) {
    pel_gdl2_put(&body, separator), put_conditions_call(c, &body, "preconditions", &g->preconditions, 0);
  }
  for (size_t i = 0; i < g->defaults.n; i++)
    if (c->steps[g->n_rules][i]) pel_gdl2_put(&body, separator), put_step_call(c, &body, "defaults", &g->defaults, i, 0), separator = ",\n    ";
  for (size_t i = 0; i < g->n_rules; i++)
    if (c->included[i]) pel_gdl2_put(&body, separator), put_rule_call(c, &body, i), separator = ",\n    ";
  pel_gdl2_putf(&o, "%s_conclude(", g->slug), pel_gdl2_put_name(&o, c->slots[target].code), pel_gdl2_put(&o, ", ");
  put_slot(c, &o, &c->slots[target], c->slots[target].version);
  pel_gdl2_put(&o, ") :-");
  pel_gdl2_put(&o, pel_buffer_text(&body.buffer));
  pel_gdl2_put(&o, ",\n    ");
  put_slot(c, &o, &c->slots[target], c->slots[target].version);
  pel_gdl2_put(&o, " \\== null.\n");
  o.failed |= body.failed;
  free(body.buffer.text);
  c->versions = false;
  for (size_t i = 0; i < c->n_slots; i++) c->slots[i].version = c->slots[i].before = 0;
  pel_gdl2_clause clause = {.label = pel_gdl2_text(g, c->slots[target].code), .source = "", .code = c->slots[target].code, .part = PEL_GDL2_GUIDELINE};
  return emit(c, &o, clause, err);
}

/* ---- all of it ---- */

/* Elements of one place in one archetype are one: what is given for another binding's element is given for this one. */
static pel_status write_aliases(chain *c, const pel_gdl2_element *e, pel_error *err) {
  const pel_gdl2_guideline *g = c->g;
  pel_gdl2_clause clause = {.label = pel_gdl2_text(g, e->code), .source = "", .code = e->code, .part = PEL_GDL2_GUIDELINE};
  for (size_t i = 0; i < g->n_elements && e->path && e->model; i++) {
    const pel_gdl2_element *other = &g->elements[i];
    if (other == e || !other->path || !other->model || strcmp(other->path, e->path) != 0 || strcmp(other->model, e->model) != 0) continue;
    pel_gdl2_out o = {0};
    pel_gdl2_putf(&o, "%s_value(", g->slug);
    pel_gdl2_put_name(&o, e->code);
    pel_gdl2_putf(&o, ", Value) :- %s_given(", g->slug);
    pel_gdl2_put_name(&o, other->code);
    pel_gdl2_put(&o, ", Value), !.\n");
    PEL_TRY(emit(c, &o, clause, err));
  }
  return PEL_OK;
}

static bool prepare(chain *c) {
  const pel_gdl2_guideline *g = c->g;
  for (size_t i = 0; i < g->n_elements; i++) add_slot(c, g->elements[i].code, false);
  add_slots(c, &g->preconditions, false), add_slots(c, &g->defaults, true);
  for (size_t i = 0; i < g->n_rules; i++) add_slots(c, &g->rules[i].when, false), add_slots(c, &g->rules[i].then, true);
  c->fired_needed = pel_alloc(g->n_rules + 1, sizeof *c->fired_needed);
  c->included = pel_alloc(g->n_rules + 1, sizeof *c->included);
  c->steps = pel_alloc(g->n_rules + 1, sizeof *c->steps);
  for (size_t i = 0; c->steps && i <= g->n_rules; i++) {
    c->steps[i] = pel_alloc((i < g->n_rules ? g->rules[i].then.n : g->defaults.n) + 1, sizeof **c->steps);
    c->failed |= !c->steps[i];
  }
  return !c->failed && c->fired_needed && c->included && c->steps;
}

static pel_status write_all(chain *c, pel_error *err) {
  const pel_gdl2_guideline *g = c->g;
  pel_gdl2_out o = {0};
  pel_gdl2_clause clause = {.label = "", .source = "", .code = "", .part = PEL_GDL2_GUIDELINE};
  pel_gdl2_putf(&o, "%s_value(Element, Value) :- %s_given(Element, Value), !.\n", g->slug, g->slug);
  PEL_TRY(emit(c, &o, clause, err));
  for (size_t i = 0; i < g->n_elements; i++) PEL_TRY(write_aliases(c, &g->elements[i], err));
  pel_gdl2_putf(&o, "%s_value(_, null).\n", g->slug);
  PEL_TRY(emit(c, &o, clause, err));
  clause = (pel_gdl2_clause){.label = "Preconditions", .source = "", .code = "preconditions", .part = PEL_GDL2_PRECONDITIONS};
  if (g->preconditions.n) PEL_TRY(write_conditions(c, "preconditions", &g->preconditions, clause, err));
  clause = (pel_gdl2_clause){.label = "Default actions", .source = "", .code = "defaults", .part = PEL_GDL2_DEFAULTS};
  for (size_t i = 0; i < g->defaults.n; i++) PEL_TRY(write_step(c, "defaults", &g->defaults, i, clause, err));
  for (size_t i = 0; i < g->n_rules; i++) PEL_TRY(write_rule(c, &g->rules[i], err));
  for (size_t i = 0; i < c->n_slots; i++)
    if (c->slots[i].set) PEL_TRY(write_conclusion(c, i, err));
  return PEL_OK;
}

pel_status pel_gdl2_clauses(const pel_gdl2_guideline *g, pel_gdl2_each each, void *user, pel_error *err) {
  chain c = {.g = g, .each = each, .user = user};
  pel_status status = prepare(&c) ? write_all(&c, err) : pel_fail(err, PEL_ERR_MEMORY, "%s: out of memory", g->path);
  for (size_t i = 0; i < c.n_slots; i++) free(c.slots[i].name);
  for (size_t i = 0; c.steps && i <= g->n_rules; i++) free(c.steps[i]);
  free(c.slots), free(c.fired_needed), free(c.included), free(c.steps);
  return status;
}
