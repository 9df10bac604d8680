/* Profiles from a pack: rows, then for each disease what they imply, then the lists by term and what each term tells. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "engine/phenotype/profiles.h"
#include "engine/phenotype/profiles_parts.h"

/* Of all diseases together: some ten times what the largest annotation of diseases comes to. */
enum { MOST_IMPLIED = 1 << 24 };

typedef struct reading {
  pel_profiles *p;
  uint32_t *disease_of; /* [entities + 1] */
  size_t keys_room, labels_room, entities_room, rows_room, strings_room, n_strings;
  uint32_t last_references, last_written; /* annotations of a disease mostly cite the same */
  bool failed;
} reading;

float pel_shrunk_share(const char *written, double weight) {
  const char *slash = strchr(written, '/');
  char part[32];
  double a, b;
  if (!slash || (size_t)(slash - written) >= sizeof part) return (float)weight;
  memcpy(part, written, (size_t)(slash - written));
  part[slash - written] = 0;
  if (!pel_parse_double(part, &a) || !pel_parse_double(slash + 1, &b) || !(a >= 0 && a <= b)) return (float)weight;
  return (float)((a + 0.5) / (b + 1));
}

/* ---- diseases ---- */

static bool push_disease(reading *r, const pel_entity *e) {
  pel_profiles *p = r->p;
  void *grown = pel_grow(p->keys, &r->keys_room, p->n + 1, sizeof *p->keys);
  if (grown) p->keys = grown;
  void *labels = grown ? pel_grow(p->labels, &r->labels_room, p->n + 1, sizeof *p->labels) : NULL;
  if (labels) p->labels = labels;
  void *entities = labels ? pel_grow(p->entities, &r->entities_room, p->n + 1, sizeof *p->entities) : NULL;
  if (!entities) return false;
  p->entities = entities;
  p->keys[p->n] = strdup(e->key);
  p->labels[p->n] = strdup(*e->label ? e->label : e->key);
  p->entities[p->n] = e->id;
  return p->keys[p->n++] && p->labels[p->n - 1];
}

static bool each_entity(void *user, const pel_entity *e) {
  reading *r = user;
  const char *catalogue = r->p->options.catalogue;
  if (strcmp(e->type, "disease") != 0 || e->id <= 0 || (uint64_t)e->id > r->p->ontology.n_entities) return true;
  if (catalogue && strncmp(e->key, catalogue, strlen(catalogue)) != 0) return true;
  r->failed = !push_disease(r, e);
  return !r->failed;
}

typedef struct named {
  char *key, *label;
  int64_t entity;
} named;

static int by_name(const void *x, const void *y) { return strcmp(((const named *)x)->key, ((const named *)y)->key); }

/* By key, so that ranks do not depend on the order of a file. */
static bool sort_diseases(reading *r) {
  pel_profiles *p = r->p;
  named *list = pel_alloc(p->n, sizeof *list);
  if (!list) return false;
  for (size_t i = 0; i < p->n; i++) list[i] = (named){p->keys[i], p->labels[i], p->entities[i]};
  qsort(list, p->n, sizeof *list, by_name);
  for (size_t i = 0; i < p->n; i++) {
    p->keys[i] = list[i].key, p->labels[i] = list[i].label, p->entities[i] = list[i].entity;
    r->disease_of[list[i].entity] = (uint32_t)i;
  }
  free(list);
  return true;
}

/* ---- rows ---- */

/* The value of "name: value" in lines, not terminated. */
static const char *line_of(const char *text, const char *name, size_t *size) {
  size_t n = strlen(name);
  for (const char *at = text; at && *at; at = strchr(at, '\n'), at = at ? at + 1 : NULL)
    if (strncmp(at, name, n) == 0) {
      *size = strcspn(at + n, "\n");
      return at + n;
    }
  *size = 0;
  return "";
}

static bool keep_string(reading *r, const char *text, size_t size, uint32_t *last, uint32_t *out) {
  const char *held = r->p->strings ? r->p->strings + *last : "";
  if (r->p->strings && strlen(held) == size && memcmp(held, text, size) == 0) return *out = *last, true;
  void *grown = pel_grow(r->p->strings, &r->strings_room, r->n_strings + size + 1, 1);
  if (!grown || r->n_strings + size + 1 > UINT32_MAX) return false;
  r->p->strings = grown;
  memcpy(r->p->strings + r->n_strings, text, size);
  r->p->strings[r->n_strings + size] = 0;
  *out = *last = (uint32_t)r->n_strings;
  r->n_strings += size + 1;
  return true;
}

static bool each_relation(void *user, const pel_relation *row) {
  reading *r = user;
  pel_profiles *p = r->p;
  if (strcmp(row->relation, "has_phenotype") != 0) return true;
  uint64_t n = p->ontology.n_entities;
  if (row->subject <= 0 || row->object <= 0 || (uint64_t)row->subject > n || (uint64_t)row->object > n) return true;
  uint32_t disease = r->disease_of[row->subject], term = p->ontology.of_entity[row->object];
  if (disease == PEL_NO_TERM || term == PEL_NO_TERM) return true;
  r->failed = true;
  void *grown = pel_grow(p->rows, &r->rows_room, p->n_rows + 1, sizeof *p->rows);
  if (!grown) return false;
  p->rows = grown;
  pel_annotation_row made = {.disease = disease, .term = term, .relation = row->id, .share = NAN, .negated = row->negated || row->weight == 0};
  size_t size;
  const char *text = line_of(row->qualifier, "frequency: ", &size);
  if (!keep_string(r, text, size, &r->last_written, &made.written)) return false;
  if (!isnan(row->weight)) made.share = pel_shrunk_share(p->strings + made.written, row->weight);
  text = line_of(row->qualifier, "reference: ", &size);
  if (!keep_string(r, text, size, &r->last_references, &made.references)) return false;
  p->rows[p->n_rows++] = made;
  r->failed = false;
  return true;
}

static int by_row(const void *x, const void *y) {
  const pel_annotation_row *a = x, *b = y;
  if (a->disease != b->disease) return a->disease < b->disease ? -1 : 1;
  if (a->term != b->term) return a->term < b->term ? -1 : 1;
  return (a->relation > b->relation) - (a->relation < b->relation);
}

/* ---- profiles, lists by term ---- */

static bool put(void **to, size_t *room, size_t *n, const void *from, size_t more, size_t size) {
  void *grown = pel_grow(*to, room, *n + more, size);
  if (!grown || *n + more > UINT32_MAX) return false;
  *to = grown;
  if (more) memcpy((char *)grown + *n * size, from, more * size);
  *n += more;
  return true;
}

static pel_status fill_profiles(pel_profiles *p, const char *path, pel_error *err) {
  pel_profile_scratch s;
  size_t room[3] = {0};
  bool ok = pel_profile_scratch_create(p, &s);
  for (uint32_t d = 0; d < p->n && ok && p->n_implied <= MOST_IMPLIED; d++) {
    ok = pel_profile_build(p, d, NULL, &s) && put((void **)&p->annotations, &room[0], &p->n_annotations, s.annotations, s.n_annotations, sizeof *s.annotations) &&
         put((void **)&p->implied, &room[1], &p->n_implied, s.implied, s.n_implied, sizeof *s.implied) &&
         put((void **)&p->denied, &room[2], &p->n_denied, s.denied, s.n_denied, sizeof *s.denied);
    p->annotation_first[d + 1] = (uint32_t)p->n_annotations;
    p->implied_first[d + 1] = (uint32_t)p->n_implied;
    p->denied_first[d + 1] = (uint32_t)p->n_denied;
  }
  pel_profile_scratch_clear(&s);
  if (!ok) return pel_fail_memory(err, "the diseases' phenotypes", 0);
  if (p->n_implied <= MOST_IMPLIED) return PEL_OK;
  return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: its diseases have more than %d findings with all that these are kinds of; leave out diseases or is_a edges", path, (int)MOST_IMPLIED);
}

static bool fill_postings(pel_profiles *p) {
  p->posting_first = pel_alloc(p->ontology.n + 2, sizeof *p->posting_first);
  p->denying_first = pel_alloc(p->ontology.n + 2, sizeof *p->denying_first);
  p->postings = pel_alloc(p->n_implied, sizeof *p->postings);
  p->denying = pel_alloc(p->n_denied, sizeof *p->denying);
  if (!p->posting_first || !p->denying_first || !p->postings || !p->denying) return false;
  for (size_t i = 0; i < p->n_implied; i++) p->posting_first[p->implied[i].term + 2]++;
  for (size_t i = 0; i < p->n_denied; i++) p->denying_first[p->denied[i] + 2]++;
  for (size_t t = 0; t < p->ontology.n; t++) p->posting_first[t + 2] += p->posting_first[t + 1], p->denying_first[t + 2] += p->denying_first[t + 1];
  for (uint32_t d = 0; d < p->n; d++) {
    for (uint32_t i = p->implied_first[d]; i < p->implied_first[d + 1]; i++) {
      const pel_implied *m = &p->implied[i];
      p->postings[p->posting_first[m->term + 1]++] = (pel_posting){d, m->share, m->log_share, m->log_above, m->direct};
    }
    for (uint32_t i = p->denied_first[d]; i < p->denied_first[d + 1]; i++) p->denying[p->denying_first[p->denied[i] + 1]++] = d;
  }
  return true;
}

/* Diseases without an annotation (negated rows apart) are no candidates and do not count. */
static bool fill_content(pel_profiles *p) {
  const pel_ontology *o = &p->ontology;
  p->content = pel_alloc(o->n, sizeof *p->content);
  p->gain = pel_alloc(o->n, sizeof *p->gain);
  if (!p->content || !p->gain) return false;
  double all = 0;
  for (size_t d = 0; d < p->n; d++) all += p->implied_first[d + 1] > p->implied_first[d];
  for (size_t t = 0; t < o->n; t++) {
    double have = p->posting_first[t + 1] - p->posting_first[t];
    p->content[t] = p->options.without_content ? 1 : -log(fmax(have, 0.5) / fmax(all, 1));
    if (p->content[t] < 0) p->content[t] = 0;
  }
  for (size_t t = 0; t < o->n; t++) {
    double above = 0;
    for (uint32_t q = o->parent_first[t]; q < o->parent_first[t + 1]; q++) above = fmax(above, p->content[o->parents[q]]);
    p->gain[t] = p->options.without_content ? 1 : fmax(0, p->content[t] - above);
  }
  if (!(p->sums = pel_alloc(p->n, sizeof *p->sums))) return false;
  for (uint32_t d = 0; d < p->n; d++) {
    pel_profile profile = pel_profile_of(p, d);
    p->sums[d] = pel_profile_sum(p, &profile);
  }
  return true;
}

static pel_status build(reading *r, const char *path, pel_error *err) {
  pel_profiles *p = r->p;
  if (!p->n_rows) return pel_fail(err, PEL_ERR_INPUT, "%s: has no disease with phenotypes; build one from the ontology and phenotype.hpoa ('pellucid kb build')", path);
  qsort(p->rows, p->n_rows, sizeof *p->rows, by_row);
  p->row_first = pel_alloc(p->n + 1, sizeof *p->row_first);
  p->annotation_first = pel_alloc(p->n + 1, sizeof *p->row_first);
  p->implied_first = pel_alloc(p->n + 1, sizeof *p->row_first);
  p->denied_first = pel_alloc(p->n + 1, sizeof *p->row_first);
  if (!p->row_first || !p->annotation_first || !p->implied_first || !p->denied_first) return pel_fail_memory(err, "the diseases", 0);
  for (size_t i = 0; i < p->n_rows; i++) p->row_first[p->rows[i].disease + 1]++;
  for (size_t d = 0; d < p->n; d++) p->row_first[d + 1] += p->row_first[d];
  PEL_TRY(fill_profiles(p, path, err));
  return fill_postings(p) && fill_content(p) ? PEL_OK : pel_fail_memory(err, "the diseases' phenotypes", 0);
}

pel_status pel_profiles_read(pel_pack *pack, const pel_profiles_options *options, pel_profiles *out, pel_error *err) {
  pel_profiles p = {.options = options ? *options : (pel_profiles_options){0}};
  PEL_TRY(pel_ontology_read(pack, &p.ontology, err));
  size_t n = p.ontology.n_entities;
  reading r = {.p = &p, .disease_of = pel_alloc(n + 1, sizeof *r.disease_of)};
  pel_status status = r.disease_of ? PEL_OK : pel_fail_memory(err, "the diseases", n * sizeof *r.disease_of);
  if (status == PEL_OK) memset(r.disease_of, 0xff, (n + 1) * sizeof *r.disease_of);
  if (status == PEL_OK) status = pel_pack_entities(pack, each_entity, &r, err);
  if (status == PEL_OK && !r.failed) r.failed = !sort_diseases(&r);
  if (status == PEL_OK && !r.failed) status = pel_pack_relations(pack, 0, false, each_relation, &r, err);
  if (status == PEL_OK && r.failed) status = pel_fail_memory(err, "the diseases", 0);
  if (status == PEL_OK) status = build(&r, pel_pack_get_info(pack)->path, err);
  free(r.disease_of);
  p.options.catalogue = NULL; /* the caller's string */
  if (status == PEL_OK) *out = p;
  else pel_profiles_clear(&p);
  return status;
}
