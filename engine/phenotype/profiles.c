#include "engine/phenotype/profiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/phenotype/profiles_parts.h"

static const float LEAST_SHARE = 0.01f; /* an annotation says that it occurs */

static int rising(const void *x, const void *y) {
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  return (a > b) - (a < b);
}

/* ---- one profile from its rows ---- */

bool pel_profile_scratch_create(const pel_profiles *p, pel_profile_scratch *s) {
  *s = (pel_profile_scratch){.at = pel_alloc(p->ontology.n, sizeof *s->at)};
  return s->at != NULL;
}

void pel_profile_scratch_clear(pel_profile_scratch *s) {
  free(s->at), free(s->annotations), free(s->implied), free(s->denied);
  *s = (pel_profile_scratch){0};
}

static bool cites(const pel_profiles *p, const pel_annotation_row *row, const char *reference) {
  const char *at = p->strings + row->references;
  size_t n = strlen(reference);
  while ((at = strstr(at, reference))) {
    bool begins = at == p->strings + row->references || at[-1] == ';';
    if (begins && (at[n] == 0 || at[n] == ';')) return true;
    at += n;
  }
  return false;
}

bool pel_profile_cites(const pel_profiles *p, uint32_t disease, const char *reference) {
  if (!*reference) return false;
  for (uint32_t i = p->row_first[disease]; i < p->row_first[disease + 1]; i++)
    if (cites(p, &p->rows[i], reference)) return true;
  return false;
}

static bool add_denied(pel_profile_scratch *s, uint32_t term) {
  void *grown = pel_grow(s->denied, &s->denied_room, s->n_denied + 1, sizeof *s->denied);
  if (!grown) return false;
  s->denied = grown;
  if (!s->n_denied || s->denied[s->n_denied - 1] != term) s->denied[s->n_denied++] = term;
  return true;
}

/* Rows of one term become an annotation. */
static bool add_annotation(const pel_profiles *p, pel_profile_scratch *s, const uint32_t *rows, size_t n) {
  double sum = 0, stated = 0;
  for (size_t i = 0; i < n; i++) {
    float share = p->rows[rows[i]].share;
    if (!isnan(share) && !p->options.without_frequency) sum += share, stated++;
  }
  void *grown = pel_grow(s->annotations, &s->annotations_room, s->n_annotations + 1, sizeof *s->annotations);
  if (!grown) return false;
  s->annotations = grown;
  float share = stated > 0 ? (float)(sum / stated) : PEL_SHARE_UNSTATED;
  share = fmaxf(share, LEAST_SHARE);
  s->annotations[s->n_annotations++] = (pel_annotation){p->rows[rows[0]].term, rows[0], share, -log1pf(-0.9f * share), stated > 0};
  return true;
}

static int by_implied(const void *x, const void *y) { return rising(&((const pel_implied *)x)->term, &((const pel_implied *)y)->term); }

/* Every term above the annotations, with the greatest share below it. */
static bool imply(const pel_profiles *p, pel_profile_scratch *s) {
  s->n_implied = 0;
  for (size_t a = 0; a < s->n_annotations; a++) {
    size_t n;
    const uint32_t *above = pel_ancestors(&p->ontology, s->annotations[a].term, &n);
    void *grown = pel_grow(s->implied, &s->implied_room, s->n_implied + n, sizeof *s->implied);
    if (!grown) return false;
    s->implied = grown;
    for (size_t i = 0; i < n; i++) {
      uint32_t *at = &s->at[above[i]];
      if (!*at) {
        s->implied[s->n_implied++] = (pel_implied){.term = above[i]};
        *at = (uint32_t)s->n_implied;
      }
      pel_implied *to = &s->implied[*at - 1];
      if (s->annotations[a].share > to->share) to->share = s->annotations[a].share;
      to->direct |= above[i] == s->annotations[a].term;
    }
  }
  for (size_t i = 0; i < s->n_implied; i++) s->implied[i].log_share = logf(s->implied[i].share);
  for (size_t i = 0; i < s->n_implied; i++) { /* every parent of an implied term is implied */
    pel_implied *to = &s->implied[i];
    const pel_ontology *o = &p->ontology;
    for (uint32_t q = o->parent_first[to->term]; q < o->parent_first[to->term + 1]; q++) {
      float above = s->implied[s->at[o->parents[q]] - 1].log_share;
      if (q == o->parent_first[to->term] || above < to->log_above) to->log_above = above;
    }
  }
  for (size_t i = 0; i < s->n_implied; i++) s->at[s->implied[i].term] = 0;
  if (s->n_implied) qsort(s->implied, s->n_implied, sizeof *s->implied, by_implied);
  return true;
}

bool pel_profile_build(const pel_profiles *p, uint32_t disease, const char *without, pel_profile_scratch *s) {
  uint32_t same[256];
  size_t n_same = 0;
  s->n_annotations = s->n_denied = 0;
  for (uint32_t i = p->row_first[disease]; i < p->row_first[disease + 1]; i++) {
    const pel_annotation_row *row = &p->rows[i];
    if (without && cites(p, row, without)) continue;
    if (row->negated) {
      if (!add_denied(s, row->term)) return false;
      continue;
    }
    if (n_same && p->rows[same[0]].term != row->term) {
      if (!add_annotation(p, s, same, n_same)) return false;
      n_same = 0;
    }
    if (n_same < sizeof same / sizeof *same) same[n_same++] = i;
  }
  if (n_same && !add_annotation(p, s, same, n_same)) return false;
  return imply(p, s);
}

static void *copied(const void *from, size_t n, size_t size) {
  void *to = pel_alloc(n, size);
  if (to && n) memcpy(to, from, n * size);
  return to;
}

pel_status pel_profile_without(const pel_profiles *p, uint32_t disease, const char *reference, pel_profile *out, pel_error *err) {
  pel_profile_scratch s;
  bool ok = pel_profile_scratch_create(p, &s) && pel_profile_build(p, disease, reference, &s);
  pel_profile made = {0};
  if (ok)
    made = (pel_profile){copied(s.annotations, s.n_annotations, sizeof *s.annotations), copied(s.implied, s.n_implied, sizeof *s.implied), copied(s.denied, s.n_denied, sizeof *s.denied),
                         s.n_annotations, s.n_implied, s.n_denied};
  pel_profile_scratch_clear(&s);
  if (!ok || !made.annotations || !made.implied || !made.denied) {
    pel_profile_free(&made);
    return pel_fail_memory(err, "a disease", 0);
  }
  *out = made;
  return PEL_OK;
}

void pel_profile_free(pel_profile *profile) {
  free((void *)profile->annotations);
  free((void *)profile->implied);
  free((void *)profile->denied);
  *profile = (pel_profile){0};
}

pel_profile pel_profile_of(const pel_profiles *p, uint32_t d) {
  return (pel_profile){p->annotations + p->annotation_first[d], p->implied + p->implied_first[d], p->denied + p->denied_first[d], p->annotation_first[d + 1] - p->annotation_first[d],
                       p->implied_first[d + 1] - p->implied_first[d], p->denied_first[d + 1] - p->denied_first[d]};
}

pel_profile_sums pel_profile_sum(const pel_profiles *p, const pel_profile *d) {
  pel_profile_sums s = {0};
  for (size_t i = 0; i < d->n_annotations; i++) s.weight += d->annotations[i].share * (float)p->content[d->annotations[i].term];
  for (size_t i = 0; i < d->n_implied; i++) s.spread += d->implied[i].share * (float)p->gain[d->implied[i].term];
  s.log_size = d->n_annotations ? logf((float)d->n_annotations) : 0;
  s.log_weight = log1pf(s.weight), s.log_spread = log1pf(s.spread);
  return s;
}

/* Diseases are in the order of their keys. */
uint32_t pel_profiles_find(const pel_profiles *p, const char *key) {
  size_t low = 0, high = p->n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int c = strcmp(p->keys[middle], key);
    if (c == 0) return (uint32_t)middle;
    if (c < 0) low = middle + 1;
    else high = middle;
  }
  return PEL_NO_TERM;
}

void pel_profiles_clear(pel_profiles *p) {
  pel_ontology_clear(&p->ontology);
  for (size_t i = 0; i < p->n && p->keys; i++) free(p->keys[i]);
  for (size_t i = 0; i < p->n && p->labels; i++) free(p->labels[i]);
  free(p->keys), free(p->labels), free(p->entities), free(p->rows), free(p->row_first), free(p->annotation_first), free(p->implied_first), free(p->denied_first);
  free(p->annotations), free(p->implied), free(p->denied), free(p->posting_first), free(p->postings), free(p->denying_first), free(p->denying);
  free(p->content), free(p->gain), free(p->sums), free(p->strings);
  *p = (pel_profiles){0};
}
