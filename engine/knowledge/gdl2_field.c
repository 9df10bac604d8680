#include "engine/knowledge/gdl2_field.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

/* What an element is compared with. */
typedef struct options {
  const pel_gdl2_node **items;
  size_t n, capacity;
  const char *code;
  bool dated, memory;
} options;

static void add_option(options *o, const pel_gdl2_node *n) {
  for (size_t i = 0; i < o->n; i++)
    if (strcmp(o->items[i]->code, n->code) == 0) return;
  const pel_gdl2_node **grown = pel_grow(o->items, &o->capacity, o->n + 1, sizeof *grown);
  if (!grown) {
    o->memory = true;
    return;
  }
  o->items = grown;
  o->items[o->n++] = n;
}

static bool is_element(const pel_gdl2_node *n, const char *code) { return n->kind == PEL_GDL2_ELEMENT && strcmp(n->code, code) == 0; }

static bool mentions_now(const pel_gdl2_node *n) { return n && (n->kind == PEL_GDL2_NOW || mentions_now(n->left) || mentions_now(n->right)); }

/* What the element is compared with. */
static void look_for_options(options *o, const pel_gdl2_node *n) {
  if (!n) return;
  if (n->kind == PEL_GDL2_ELEMENT && n->attribute && strcmp(n->attribute, "year") == 0 && is_element(n, o->code)) o->dated = true;
  if (n->kind == PEL_GDL2_BINARY && (is_element(n->left, o->code) || is_element(n->right, o->code))) {
    const pel_gdl2_node *other = is_element(n->left, o->code) ? n->right : n->left;
    if (other->kind == PEL_GDL2_CODED || other->kind == PEL_GDL2_ORDINAL) add_option(o, other);
    if (mentions_now(other)) o->dated = true;
  }
  look_for_options(o, n->left);
  look_for_options(o, n->right);
}

static void look_in_list(options *o, const pel_gdl2_list *list) {
  for (size_t i = 0; i < list->n; i++) look_for_options(o, list->items[i].root);
}

static options options_of(const pel_gdl2_guideline *g, const char *code) {
  options o = {.code = code};
  look_in_list(&o, &g->preconditions);
  look_in_list(&o, &g->defaults);
  for (size_t i = 0; i < g->n_rules; i++) look_in_list(&o, &g->rules[i].when), look_in_list(&o, &g->rules[i].then);
  return o;
}

char *pel_gdl2_label(const char *value) {
  const char *colons = strstr(value, "::"), *bar = colons ? strchr(colons, '|') : NULL;
  char *label = bar ? strdup(bar + 1) : NULL;
  if (!label) return NULL;
  size_t size = strlen(label);
  if (size > 0 && label[size - 1] == '|') label[size - 1] = 0;
  for (char *c = label; *c; c++)
    if (*c == '|') *c = '/';
  return pel_import_line(label);
}

static const char *unit_in(const pel_gdl2_node *n, const char *code) {
  if (!n) return NULL;
  if (n->kind == PEL_GDL2_BINARY && (is_element(n->left, code) || is_element(n->right, code))) {
    const pel_gdl2_node *other = is_element(n->left, code) ? n->right : n->left, *own = is_element(n->left, code) ? n->left : n->right;
    if (other->kind == PEL_GDL2_NUMBER && other->unit && !strchr(other->unit, ',')) return other->unit;
    if (other->kind == PEL_GDL2_TEXT && own->attribute && strncmp(own->attribute, "unit", 4) == 0) return other->text;
  }
  const char *found = unit_in(n->left, code);
  return found ? found : unit_in(n->right, code);
}

static const char *unit_of(const pel_gdl2_guideline *g, const pel_gdl2_element *e) {
  if (e->units.n) return e->units.items[0] + strspn(e->units.items[0], " ");
  const char *found = NULL;
  for (size_t r = 0; r < g->n_rules && !found; r++)
    for (size_t i = 0; i < g->rules[r].when.n && !found; i++) found = unit_in(g->rules[r].when.items[i].root, e->code);
  return found ? found : "";
}

static bool add_text(pel_gdl2_field *f, const char *text) {
  char **grown = pel_grow(f->options, &f->capacity, f->n_options + 1, sizeof *grown);
  if (!grown) return false;
  f->options = grown;
  return (f->options[f->n_options++] = strdup(text));
}

/* Those that the guideline allows, or those that its rules name. */
static bool add_options(pel_gdl2_field *f, const pel_gdl2_element *e, const options *o) {
  bool ok = true;
  for (size_t i = 0; i < e->allowed.n && ok; i++) ok = add_text(f, e->allowed.items[i]);
  for (size_t i = 0; i < o->n && e->allowed.n == 0 && ok; i++) {
    const pel_gdl2_node *n = o->items[i];
    pel_gdl2_out value = {0};
    if (n->kind == PEL_GDL2_ORDINAL) pel_gdl2_putf(&value, "%s|", n->number);
    pel_gdl2_putf(&value, "%s::%s|%s|", n->terminology, n->code, n->text ? n->text : n->code);
    ok = !value.failed && add_text(f, pel_buffer_text(&value.buffer));
    free(value.buffer.text);
  }
  return ok;
}

static pel_term_type plain_type(const pel_gdl2_element *e, const options *o) {
  const char *type = e->type ? e->type : "";
  if (o->dated || strncmp(type, "DV_DATE", 7) == 0) return PEL_TERM_DATE;
  return strcmp(type, "DV_BOOLEAN") == 0 ? PEL_TERM_YESNO : strcmp(type, "DV_TEXT") == 0 ? PEL_TERM_TEXT : PEL_TERM_QUANTITY;
}

pel_status pel_gdl2_field_of(const pel_gdl2_guideline *g, const pel_gdl2_element *e, pel_gdl2_field *out, pel_error *err) {
  options o = options_of(g, e->code);
  pel_gdl2_out name = {0};
  pel_gdl2_putf(&name, "%s_", g->slug), pel_gdl2_put_name(&name, e->code);
  *out = (pel_gdl2_field){.name = name.buffer.text, .unit = ""};
  bool choice = e->allowed.n || o.n, ok = !o.memory && !name.failed && (!choice || add_options(out, e, &o));
  out->type = choice ? PEL_TERM_CHOICE : plain_type(e, &o);
  if (out->type == PEL_TERM_QUANTITY) out->unit = unit_of(g, e);
  free(o.items);
  return ok ? PEL_OK : pel_fail_memory(err, "a term", 64);
}

void pel_gdl2_field_clear(pel_gdl2_field *f) {
  for (size_t i = 0; i < f->n_options; i++) free(f->options[i]);
  free(f->options);
  free(f->name);
  *f = (pel_gdl2_field){0};
}
