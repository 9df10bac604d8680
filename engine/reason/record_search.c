#include "engine/reason/record_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/tell.h"

typedef struct kept_simulation {
  size_t first, length; /* in `keys` */
  double value;
} kept_simulation;

struct pel_search_log {
  pel_search_sink sink;
  uint64_t *keys;
  kept_simulation *kept;
  size_t n_keys, key_room, n, room;
  uint64_t left_out;
};

/* While the search runs goals have no numbers yet, so their keys are kept. */
static pel_status keep(void *user, const pel_goal_descent *d, pel_error *err) {
  pel_search_log *l = user;
  if (l->n == PEL_RECORD_SIMULATIONS || l->n_keys + d->length > PEL_RECORD_STEPS) return l->left_out++, PEL_OK;
  uint64_t *keys = pel_grow(l->keys, &l->key_room, l->n_keys + d->length, sizeof *keys);
  if (keys) l->keys = keys;
  kept_simulation *kept = pel_grow(l->kept, &l->room, l->n + 1, sizeof *kept);
  if (kept) l->kept = kept;
  if (!keys || !kept) return pel_fail_memory(err, "simulations", d->length * sizeof *keys);
  for (size_t i = 0; i < d->length; i++) keys[l->n_keys + i] = d->path[i];
  kept[l->n++] = (kept_simulation){l->n_keys, d->length, d->value};
  l->n_keys += d->length;
  return PEL_OK;
}

pel_status pel_search_log_create(pel_search_log **out, const pel_search_sink **sink, pel_error *err) {
  pel_search_log *l = pel_alloc(1, sizeof *l);
  if (!l) return pel_fail_memory(err, "a record of a search", sizeof *l);
  l->sink = (pel_search_sink){.user = l, .simulation = keep};
  *out = l;
  *sink = &l->sink;
  return PEL_OK;
}

void pel_search_log_free(pel_search_log *l) {
  if (!l) return;
  free(l->keys);
  free(l->kept);
  free(l);
}

/* ---- rows ---- */

typedef struct putting {
  const pel_search *s;
  const pel_search_words *words;
  const pel_span_sink *sink;
  int64_t span;
  size_t n; /* goals that are kept */
  pel_error *err;
} putting;

static double share(double v) { return v > 0 ? (v < 1 ? v : 1) : 0; }
static int64_t proof_number(uint32_t n) { return n >= PEL_PN_INFINITE ? PEL_PROOF_NEVER : n; }

static pel_node_state state_of(const putting *p, const pel_goal_seen *g) {
  if (p->words->state) return p->words->state(p->words->user, g->key, g->status);
  if (g->status == PEL_GOAL_REFUTED) return PEL_STATE_REFUTED;
  return g->status == PEL_GOAL_PROVED ? p->words->proved : PEL_STATE_UNKNOWN;
}

static pel_status put_goal(const putting *p, size_t i) {
  pel_goal_seen g = pel_search_node_at(p->s, i);
  pel_search_node row = {.id = (int64_t)i + 1, .span = p->span, .kind = g.kind == PEL_GOAL_AND ? PEL_SEARCH_ALL : PEL_SEARCH_ANY, .state = state_of(p, &g), .visits = (int64_t)g.n,
                         .total = share(g.w / (double)(g.n ? g.n : 1)) * (double)g.n, .prior = share(g.prior), .proof = proof_number(g.pn), .disproof = proof_number(g.dn), .first = (int64_t)g.first_visit};
  char says[PEL_TOLD_LINE];
  p->words->goal(p->words->user, g.key, &row.says, &row.node);
  pel_told_line(row.says, says);
  row.says = says;
  return p->sink->put(p->sink->user, PEL_ROW_SEARCH_NODE, &row, p->err);
}

static pel_status put_children(const putting *p, size_t i) {
  size_t child;
  int32_t place = 0;
  for (size_t k = 0; pel_search_child(p->s, i, k, &child, NULL, NULL); k++) {
    if (child >= p->n) continue;
    pel_search_edge row = {.from = (int64_t)i + 1, .to = (int64_t)child + 1, .order = place++};
    PEL_TRY(p->sink->put(p->sink->user, PEL_ROW_SEARCH_EDGE, &row, p->err));
  }
  return PEL_OK;
}

/* "1 4 9"; the part that was kept, false when not even the root was. */
static bool write_path(const putting *p, const uint64_t *keys, size_t length, char *out, size_t size) {
  size_t at = 0;
  for (size_t i = 0; i < length && at + 24 < size; i++) {
    size_t id = pel_search_find(p->s, keys[i]);
    if (id >= p->n) break;
    at += (size_t)snprintf(out + at, size - at, "%s%lld", at ? " " : "", (long long)id + 1);
  }
  return at > 0;
}

static pel_status put_simulations(const putting *p, const pel_search_log *l) {
  int64_t put = 0;
  enum { MOST = 1 << 16 };
  char *path = malloc(MOST);
  pel_status status = path ? PEL_OK : pel_fail_memory(p->err, "a path", MOST);
  for (size_t i = 0; i < l->n && status == PEL_OK; i++) {
    const kept_simulation *k = &l->kept[i];
    if (!write_path(p, l->keys + k->first, k->length, path, MOST)) continue;
    pel_simulation row = {.id = put + 1, .span = p->span, .path = path, .value = share(k->value)};
    status = p->sink->put(p->sink->user, PEL_ROW_SIMULATION, &row, p->err);
    put += status == PEL_OK;
  }
  free(path);
  return status;
}

pel_status pel_search_log_put(const pel_search_log *l, const pel_search *s, const pel_search_words *words, int64_t span, const pel_span_sink *sink, size_t *left_out,
                              pel_error *err) {
  size_t all = pel_search_nodes(s);
  putting p = {.s = s, .words = words, .sink = sink, .span = span, .n = all < PEL_RECORD_GOALS ? all : PEL_RECORD_GOALS, .err = err};
  for (size_t i = 0; i < p.n; i++) PEL_TRY(put_goal(&p, i));
  for (size_t i = 0; i < p.n; i++) PEL_TRY(put_children(&p, i));
  PEL_TRY(put_simulations(&p, l));
  *left_out = (size_t)l->left_out + (all - p.n);
  return PEL_OK;
}
