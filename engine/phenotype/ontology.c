#include "engine/phenotype/ontology.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

/* All lists of ancestors together: some twenty times what the largest ontologies of findings have. A chain of N terms has N (N + 1) / 2. */
enum { MOST_ANCESTORS = 1 << 24 };

typedef struct edge {
  uint32_t from, to;
} edge;

typedef struct reading {
  pel_ontology *o;
  size_t n_keys_room, n_edges, edges_room, n_terms_room, n_labels_room, n_names_room;
  edge *edges;                /* term is_a term */
  edge *replaced;             /* entity replaced_by entity */
  size_t n_replaced, replaced_room;
  bool failed;
} reading;

static bool inside(const pel_ontology *o, int64_t entity) { return entity > 0 && (uint64_t)entity <= o->n_entities; }

static bool each_entity(void *user, const pel_entity *e) {
  reading *r = user;
  pel_ontology *o = r->o;
  bool term = strcmp(e->type, "phenotype") == 0;
  if (!term && strcmp(e->type, "obsolete") != 0) return true;
  if (!inside(o, e->id)) return true;
  r->failed = true;
  void *grown = pel_grow(o->keys, &r->n_keys_room, o->n_keys + 1, sizeof *o->keys);
  if (!grown) return false;
  o->keys = grown;
  char *key = strdup(e->key);
  if (!key) return false;
  /* A key that is obsolete gets its term when the edges are read; until then its entity is remembered in of_entity. */
  o->keys[o->n_keys++] = (pel_ontology_key){key, (uint32_t)e->id};
  if (term) {
    if (!(grown = pel_grow(o->labels, &r->n_labels_room, o->n + 1, sizeof *o->labels))) return false;
    o->labels = grown;
    if (!(grown = pel_grow(o->entities, &r->n_terms_room, o->n + 1, sizeof *o->entities))) return false;
    o->entities = grown;
    if (!(grown = pel_grow(o->names, &r->n_names_room, o->n + 1, sizeof *o->names))) return false;
    o->names = grown;
    o->labels[o->n] = strdup(*e->label ? e->label : e->key);
    o->names[o->n] = strdup(e->key);
    if (!o->labels[o->n] || !o->names[o->n]) return free(o->labels[o->n]), free(o->names[o->n]), false;
    o->entities[o->n] = e->id;
    o->of_entity[e->id] = (uint32_t)o->n++;
  }
  r->failed = false;
  return true;
}

static bool each_relation(void *user, const pel_relation *row) {
  reading *r = user;
  pel_ontology *o = r->o;
  bool is_a = strcmp(row->relation, "is_a") == 0;
  if ((!is_a && strcmp(row->relation, "replaced_by") != 0) || row->negated || !inside(o, row->subject) || !inside(o, row->object)) return true;
  if (is_a && (o->of_entity[row->subject] == PEL_NO_TERM || o->of_entity[row->object] == PEL_NO_TERM)) return true;
  edge **list = is_a ? &r->edges : &r->replaced;
  size_t *n = is_a ? &r->n_edges : &r->n_replaced;
  void *grown = pel_grow(*list, is_a ? &r->edges_room : &r->replaced_room, *n + 1, sizeof **list);
  if (!grown) {
    r->failed = true;
    return false;
  }
  *list = grown;
  (*list)[(*n)++] = is_a ? (edge){o->of_entity[row->subject], o->of_entity[row->object]} : (edge){(uint32_t)row->subject, (uint32_t)row->object};
  return true;
}

/* ---- parents, order, ancestors ---- */

static bool fill_parents(pel_ontology *o, const edge *edges, size_t n) {
  o->parent_first = pel_alloc(o->n + 2, sizeof *o->parent_first);
  o->parents = pel_alloc(n, sizeof *o->parents);
  if (!o->parent_first || !o->parents) return false;
  for (size_t i = 0; i < n; i++) o->parent_first[edges[i].from + 2]++;
  for (size_t t = 0; t < o->n; t++) o->parent_first[t + 2] += o->parent_first[t + 1];
  for (size_t i = 0; i < n; i++) o->parents[o->parent_first[edges[i].from + 1]++] = edges[i].to;
  return true;
}

/* Terms after their parents (Kahn 1962). */
static pel_status fill_order(pel_ontology *o, const edge *edges, size_t n, const char *path, pel_error *err) {
  uint32_t *left = pel_alloc(o->n, sizeof *left), *child_first = pel_alloc(o->n + 2, sizeof *left), *children = pel_alloc(n, sizeof *left);
  o->order = pel_alloc(o->n, sizeof *o->order);
  bool ok = left && child_first && children && o->order;
  size_t done = 0, taken = 0;
  for (size_t i = 0; i < n && ok; i++) left[edges[i].from]++, child_first[edges[i].to + 2]++;
  for (size_t t = 0; t < o->n && ok; t++) child_first[t + 2] += child_first[t + 1];
  for (size_t i = 0; i < n && ok; i++) children[child_first[edges[i].to + 1]++] = edges[i].from;
  for (uint32_t t = 0; t < o->n && ok; t++)
    if (!left[t]) o->order[done++] = t;
  for (; taken < done && ok; taken++)
    for (uint32_t i = child_first[o->order[taken]]; i < child_first[o->order[taken] + 1]; i++)
      if (--left[children[i]] == 0) o->order[done++] = children[i];
  uint32_t stuck = 0;
  while (ok && done < o->n && !left[stuck]) stuck++;
  pel_status status = !ok ? pel_fail_memory(err, "the order of terms", 0)
                      : done < o->n ? pel_fail(err, PEL_ERR_INPUT, "%s: terms go in a circle: '%.80s' is a kind of itself; mend its is_a edges", path, o->labels[stuck])
                                    : PEL_OK;
  free(left), free(child_first), free(children);
  return status;
}

static int rising(const void *x, const void *y) {
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  return (a > b) - (a < b);
}

static size_t gather(const pel_ontology *o, uint32_t const *const *of, const uint32_t *sizes, uint32_t t, uint32_t *scratch, uint32_t *stamp) {
  size_t n = 0;
  scratch[n++] = t;
  stamp[t] = t + 1;
  for (uint32_t p = o->parent_first[t]; p < o->parent_first[t + 1]; p++)
    for (uint32_t i = 0; i < sizes[o->parents[p]]; i++) {
      uint32_t a = of[o->parents[p]][i];
      if (stamp[a] == t + 1) continue;
      stamp[a] = t + 1;
      scratch[n++] = a;
    }
  qsort(scratch, n, sizeof *scratch, rising);
  return n;
}

static pel_status fill_ancestors(pel_ontology *o, const char *path, pel_error *err) {
  uint32_t **of = pel_alloc(o->n, sizeof *of), *sizes = pel_alloc(o->n, sizeof *sizes), *scratch = pel_alloc(o->n, sizeof *scratch), *stamp = pel_alloc(o->n, sizeof *stamp);
  o->ancestor_first = pel_alloc(o->n + 1, sizeof *o->ancestor_first);
  bool ok = of && sizes && scratch && stamp && o->ancestor_first;
  uint64_t all = 0;
  for (size_t i = 0; i < o->n && ok && all <= MOST_ANCESTORS; i++) {
    uint32_t t = o->order[i];
    sizes[t] = (uint32_t)gather(o, (uint32_t const *const *)of, sizes, t, scratch, stamp);
    all += sizes[t];
    of[t] = pel_alloc(sizes[t], sizeof **of);
    ok = of[t] != NULL;
    if (ok) memcpy(of[t], scratch, sizes[t] * sizeof **of);
  }
  bool few = all <= MOST_ANCESTORS;
  ok = ok && (o->ancestors = pel_alloc(all, sizeof *o->ancestors));
  for (size_t t = 0; t < o->n && ok && few; t++) {
    o->ancestor_first[t + 1] = o->ancestor_first[t] + sizes[t];
    memcpy(o->ancestors + o->ancestor_first[t], of[t], sizes[t] * sizeof **of);
  }
  for (size_t t = 0; t < o->n && of; t++) free(of[t]);
  free(of), free(sizes), free(scratch), free(stamp);
  if (!ok) return pel_fail_memory(err, "the terms' ancestors", 0);
  return few ? PEL_OK : pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: its terms have more than %d others above them, all together; leave out is_a edges", path, (int)MOST_ANCESTORS);
}

/* ---- keys ---- */

static int by_key(const void *x, const void *y) { return strcmp(((const pel_ontology_key *)x)->key, ((const pel_ontology_key *)y)->key); }

/* Follows replaced_by until it comes to a term; what is replaced by several is the first of them. */
static void resolve_replaced(reading *r) {
  pel_ontology *o = r->o;
  for (int round = 0; round < 4; round++)
    for (size_t i = 0; i < r->n_replaced; i++) {
      uint32_t *from = &o->of_entity[r->replaced[i].from];
      if (*from == PEL_NO_TERM) *from = o->of_entity[r->replaced[i].to];
    }
  size_t kept = 0;
  for (size_t i = 0; i < o->n_keys; i++) {
    uint32_t term = o->of_entity[o->keys[i].term];
    if (term == PEL_NO_TERM) free(o->keys[i].key);
    else o->keys[kept++] = (pel_ontology_key){o->keys[i].key, term};
  }
  o->n_keys = kept;
  if (kept) qsort(o->keys, kept, sizeof *o->keys, by_key);
}

static pel_status build(reading *r, const char *path, pel_error *err) {
  pel_ontology *o = r->o;
  if (!fill_parents(o, r->edges, r->n_edges)) return pel_fail_memory(err, "the terms' parents", 0);
  PEL_TRY(fill_order(o, r->edges, r->n_edges, path, err));
  PEL_TRY(fill_ancestors(o, path, err));
  resolve_replaced(r);
  return PEL_OK;
}

pel_status pel_ontology_read(pel_pack *pack, pel_ontology *out, pel_error *err) {
  pel_ontology o = {.n_entities = (size_t)pel_pack_get_info(pack)->n_entities};
  reading r = {.o = &o};
  if (o.n_entities >= PEL_NO_TERM) return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: has %zu entities; fewer than %u are read", pel_pack_get_info(pack)->path, o.n_entities, PEL_NO_TERM);
  if (!(o.of_entity = pel_alloc(o.n_entities + 1, sizeof *o.of_entity))) return pel_fail_memory(err, "the pack's terms", o.n_entities * sizeof *o.of_entity);
  memset(o.of_entity, 0xff, (o.n_entities + 1) * sizeof *o.of_entity);
  pel_status status = pel_pack_entities(pack, each_entity, &r, err);
  if (status == PEL_OK && !r.failed) status = pel_pack_relations(pack, 0, false, each_relation, &r, err);
  if (status == PEL_OK && r.failed) status = pel_fail_memory(err, "the pack's terms", 0);
  if (status == PEL_OK) status = build(&r, pel_pack_get_info(pack)->path, err);
  free(r.edges);
  free(r.replaced);
  if (status == PEL_OK) *out = o;
  else pel_ontology_clear(&o);
  return status;
}

void pel_ontology_clear(pel_ontology *o) {
  for (size_t i = 0; i < o->n; i++) free(o->labels[i]), free(o->names[i]);
  for (size_t i = 0; i < o->n_keys; i++) free(o->keys[i].key);
  free(o->labels), free(o->names), free(o->entities), free(o->keys), free(o->of_entity);
  free(o->parent_first), free(o->parents), free(o->ancestor_first), free(o->ancestors), free(o->order);
  *o = (pel_ontology){0};
}

/* ---- asking ---- */

uint32_t pel_ontology_find(const pel_ontology *o, const char *key) {
  pel_ontology_key wanted = {(char *)key, 0}, *found = bsearch(&wanted, o->keys, o->n_keys, sizeof wanted, by_key);
  return found ? found->term : PEL_NO_TERM;
}

bool pel_ontology_is(const pel_ontology *o, uint32_t term, uint32_t above) {
  size_t n;
  const uint32_t *list = pel_ancestors(o, term, &n);
  return bsearch(&above, list, n, sizeof *list, rising) != NULL;
}
