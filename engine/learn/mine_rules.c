/* Counting the pairs that each body joins and the heads that are known of them, a unit of bodies at a time. Counts are whole numbers, each unit's are its own, and the
 * rules are put in a strict order: whoever counts first, the result is the same. */
#include "engine/learn/mine_rules.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/base/status.h"
#include "engine/graph/chain_rule.h"
#include "engine/graph/chain_walk.h"

enum { SHOW_EVERY = 256 }; /* starts between two looks at progress and at cancelling */

typedef struct head_count {
  uint64_t key; /* (third step or 2 x n_relations) x 2 x n_relations + head */
  uint64_t support;
  uint32_t seen;  /* without the weights of a sample; stays at the greatest number */
  uint32_t place; /* in `places` */
} head_count;

typedef struct worker { /* room of one thread */
  pel_chain_walk walk;
  uint32_t near_start, near_asked; /* where the pairs of now begin; questions about its neighbours so far */
  bool near_marked;                /* its neighbours are in near_seen */
  uint32_t near_mark, *near_seen;  /* [entities]: under which mark an entity is a neighbour of the start */
  size_t *near_at;                /* [entities]: its first place in plan->near_to */
  uint64_t *pairs;                /* [2 x n_relations + 1] of the unit's bodies by their third step; the last: without one */
  size_t *bucket;                 /* [2 x n_relations + 1] runs of the middle entities by relation */
  uint32_t *touched, n_touched;   /* [2 x n_relations] relations with a bucket */
  size_t *runs, runs_capacity;    /* places in the plan's runs */
  uint32_t *run_from;             /* the middle entity of each */
  size_t from_capacity;
  head_count *heads; /* [n_heads] of the unit */
  uint32_t *places;  /* [n_places] open addressing: number of a head + 1 */
  size_t n_heads, heads_capacity, n_places;
  pel_chain_rule *found;
  size_t n_found, capacity;
  uint64_t all_found;
  bool failed;
} worker;

typedef struct mining {
  const pel_mine_plan *plan;
  const pel_mining *how;
  worker *workers;
  _Atomic uint64_t done; /* cost of the units that are finished */
  _Atomic bool stop;
  bool cancelled;
} mining;

/* ---- heads ---- */

static uint32_t head_place(const worker *w, uint64_t key) {
  size_t mask = w->n_places - 1, at = (key * 0x9e3779b97f4a7c15u >> 20) & mask;
  while (w->places[at] && w->heads[w->places[at] - 1].key != key) at = (at + 1) & mask;
  return (uint32_t)at;
}

static bool grow_heads(worker *w) {
  size_t n = w->n_places ? 2 * w->n_places : 1024;
  uint32_t *places = n > UINT32_MAX ? NULL : pel_alloc(n, sizeof *places);
  if (!places) return false;
  free(w->places);
  w->places = places;
  w->n_places = n;
  for (size_t i = 0; i < w->n_heads; i++) {
    w->heads[i].place = head_place(w, w->heads[i].key);
    places[w->heads[i].place] = (uint32_t)i + 1;
  }
  return true;
}

static void count_head(worker *w, uint64_t key, uint32_t weight) {
  head_count *heads = pel_grow(w->heads, &w->heads_capacity, w->n_heads + 1, sizeof *heads);
  if (heads) w->heads = heads;
  if (!heads || (2 * w->n_heads + 2 > w->n_places && !grow_heads(w))) {
    w->failed = true;
    return;
  }
  uint32_t place = head_place(w, key);
  if (!w->places[place]) {
    heads[w->n_heads++] = (head_count){.key = key, .place = place};
    w->places[place] = (uint32_t)w->n_heads;
  }
  head_count *h = &heads[w->places[place] - 1];
  h->support += weight;
  h->seen += h->seen < UINT32_MAX;
}

static void forget_heads(worker *w) {
  for (size_t i = 0; i < w->n_heads; i++) w->places[w->heads[i].place] = 0;
  w->n_heads = 0;
}

/* From here on pairs are of this start. */
static void begin_near(worker *w, uint32_t start) {
  w->near_start = start;
  w->near_asked = 0;
  w->near_marked = false;
}

static void mark_near(worker *w, const pel_mine_plan *p) {
  if (++w->near_mark == 0) {
    memset(w->near_seen, 0, p->graph->n_entities * sizeof *w->near_seen);
    w->near_mark = 1;
  }
  for (size_t i = p->graph->first[w->near_start]; i < p->graph->first[w->near_start + 1]; i++) {
    uint32_t to = p->near_to[i];
    if (w->near_seen[to] == w->near_mark) continue;
    w->near_seen[to] = w->near_mark;
    w->near_at[to] = i;
  }
  w->near_marked = true;
}

/* The first place in near_to of the start's neighbour `to`, or the end of the start's places. Few questions are searched for; with many all neighbours are marked. */
static size_t find_near(worker *w, const pel_mine_plan *p, uint32_t to) {
  size_t lo = p->graph->first[w->near_start], end = p->graph->first[w->near_start + 1], hi = end;
  if (!w->near_marked && 8 * (size_t)++w->near_asked > end - lo) mark_near(w, p);
  if (w->near_marked) return w->near_seen[to] == w->near_mark ? w->near_at[to] : end;
  while (lo < hi) {
    size_t middle = lo + (hi - lo) / 2;
    if (p->near_to[middle] < to) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

/* A pair that a body joins: `third` is its third step. `most`: heads below this count, so that a body that reads the same from both ends counts each head once. */
static void count_pair(worker *w, const pel_mine_plan *p, uint32_t end, uint32_t third, uint32_t most) {
  uint32_t weight = p->weight[w->near_start], n = 2 * p->graph->n_relations;
  w->pairs[third] += weight;
  for (size_t i = find_near(w, p, end); i < p->graph->first[w->near_start + 1] && p->near_to[i] == end; i++)
    if (p->near_relation[i] < most) count_head(w, (uint64_t)third * n + p->near_relation[i], weight);
}

/* ---- bodies ---- */

/* Below 0: this body is walked and its reverse is not; 0: it reads the same from both ends. */
static int beside_reverse(const pel_graph *g, const uint32_t *body, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) {
    uint32_t other = pel_graph_backwards(g, body[length - 1 - i]);
    if (body[i] != other) return body[i] < other ? -1 : 1;
  }
  return 0;
}

static uint32_t heads_of(const pel_graph *g, int side) { return side ? 2 * g->n_relations : g->n_relations; }

static void one_step(worker *w, const pel_mine_plan *p, uint32_t start, uint32_t relation) {
  size_t n;
  const pel_hop *step = pel_graph_along(p->graph, start, relation, &n);
  begin_near(w, start);
  for (size_t i = 0; i < n; i++)
    if (step[i].to != start) count_pair(w, p, step[i].to, 2 * p->graph->n_relations, 2 * p->graph->n_relations);
}

/* The runs of the middle entities that may be a third step, put together by relation: bucket [r] is then behind the last of r. */
static bool gather_runs(worker *w, const pel_mine_plan *p, const pel_mine_unit *u) {
  size_t total = 0;
  w->n_touched = 0;
  uint32_t body[3] = {u->first, u->second};
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < w->walk.n_middle; i++) {
      uint32_t from = w->walk.middle[i];
      for (size_t r = p->runs_first[from]; r < p->runs_first[from + 1]; r++) {
        uint32_t third = body[2] = p->run_relation[r];
        if (beside_reverse(p->graph, body, 3) > 0) continue;
        if (pass) w->runs[w->bucket[third]] = r, w->run_from[w->bucket[third]++] = from;
        else if (!w->bucket[third]++) w->touched[w->n_touched++] = third;
      }
    }
    for (uint32_t t = 0; t < w->n_touched && !pass; t++) {
      size_t n = w->bucket[w->touched[t]];
      w->bucket[w->touched[t]] = total;
      total += n;
    }
    size_t *runs = pass ? w->runs : pel_grow(w->runs, &w->runs_capacity, total, sizeof *runs);
    if (runs) w->runs = runs;
    uint32_t *from = pass ? w->run_from : pel_grow(w->run_from, &w->from_capacity, total, sizeof *from);
    if (from) w->run_from = from;
    if (!runs || !from) return false;
  }
  return true;
}

static void third_steps(worker *w, const pel_mine_plan *p, const pel_mine_unit *u, uint32_t start) {
  if (!gather_runs(w, p, u)) {
    w->failed = true;
    return;
  }
  const pel_graph *g = p->graph;
  size_t at = 0;
  for (uint32_t t = 0; t < w->n_touched; t++) {
    uint32_t third = w->touched[t], body[3] = {u->first, u->second, third}, mark = pel_chain_walk_mark(&w->walk);
    uint32_t most = heads_of(g, beside_reverse(g, body, 3));
    for (; at < w->bucket[third]; at++) {
      uint32_t from = w->run_from[at];
      for (size_t i = p->run_start[w->runs[at]]; i < p->run_start[w->runs[at] + 1]; i++) {
        uint32_t to = g->steps[i].to;
        if (w->walk.seen[to] == mark || !pel_chain_walk_ends(&w->walk, start, from, to)) continue;
        w->walk.seen[to] = mark;
        count_pair(w, p, to, third, most);
      }
    }
    w->bucket[third] = 0;
  }
}

static void more_steps(worker *w, const pel_mine_plan *p, const pel_mine_unit *u, uint32_t start) {
  const uint32_t body[2] = {u->first, u->second}, none = 2 * p->graph->n_relations;
  int side = beside_reverse(p->graph, body, 2);
  pel_chain_walk_two(&w->walk, start, u->first, u->second);
  if (!w->walk.n_middle) return;
  begin_near(w, start);
  for (size_t i = 0; side <= 0 && i < w->walk.n_middle; i++) count_pair(w, p, w->walk.middle[i], none, heads_of(p->graph, side));
  if (p->length > 2) third_steps(w, p, u, start);
}

/* ---- rules of a unit ---- */

static int by_worth(const void *a, const void *b) { return pel_chain_rule_compare(a, b); }

/* Keeps the best: those of all units come out the same, however often this is done. */
static void keep_best(worker *w, size_t most) {
  if (w->n_found <= most) return;
  qsort(w->found, w->n_found, sizeof *w->found, by_worth);
  w->n_found = most;
}

static void add_rule(worker *w, const mining *m, const pel_mine_unit *u, uint32_t third, uint32_t head, const head_count *count) {
  const pel_graph *g = m->plan->graph;
  uint32_t n = 2 * g->n_relations;
  pel_chain_rule walked = {.length = u->second == n ? 1 : third == n ? 2 : 3, .body = {u->first, u->second == n ? 0 : u->second, third == n ? 0 : third}}, rule = walked;
  if (count->seen < m->how->support) return;
  if (walked.length == 1 && head == u->first) return;
  rule.head = head % g->n_relations;
  rule.pairs = w->pairs[third], rule.support = count->support;
  rule.confidence = pel_chain_confidence(rule.support, rule.pairs);
  if (rule.confidence < m->how->confidence) return;
  if (head >= g->n_relations) pel_chain_rule_way(g, &walked, true, rule.body);
  w->all_found++;
  size_t most = m->how->most;
  pel_chain_rule *found = pel_grow(w->found, &w->capacity, w->n_found + 1, sizeof *found);
  if (!found) {
    w->failed = true;
    return;
  }
  w->found = found;
  found[w->n_found++] = rule;
  if (w->n_found >= 2 * most) keep_best(w, most);
}

static void take_rules(worker *w, const mining *m, const pel_mine_unit *u) {
  uint32_t n = 2 * m->plan->graph->n_relations;
  for (size_t i = 0; i < w->n_heads; i++) add_rule(w, m, u, (uint32_t)(w->heads[i].key / n), (uint32_t)(w->heads[i].key % n), &w->heads[i]);
  forget_heads(w);
  memset(w->pairs, 0, ((size_t)n + 1) * sizeof *w->pairs);
}

static void look(mining *m, int thread) {
  if (thread || !m->how->progress) return;
  double fraction = m->plan->n_units ? (double)atomic_load(&m->done) / (double)(m->plan->cost + 1) : 1;
  if (!m->how->progress(fraction < 1 ? fraction : 1, m->how->user)) m->cancelled = true, atomic_store(&m->stop, true);
}

static void run_unit(mining *m, const pel_mine_unit *u, int thread) {
  const pel_mine_plan *p = m->plan;
  worker *w = &m->workers[thread];
  size_t from = p->starts_first[u->first], to = p->starts_first[u->first + 1];
  for (size_t i = from; i < to && !w->failed; i++) {
    if (i % SHOW_EVERY == 0) look(m, thread);
    if (atomic_load_explicit(&m->stop, memory_order_relaxed)) return;
    if (u->second == 2 * p->graph->n_relations) one_step(w, p, p->starts_of[i], u->first);
    else more_steps(w, p, u, p->starts_of[i]);
  }
  take_rules(w, m, u);
  if (w->failed) atomic_store(&m->stop, true);
  atomic_fetch_add(&m->done, u->cost);
}

static void run_units(void *job, size_t lo, size_t hi, int thread) {
  mining *m = job;
  for (size_t i = lo; i < hi && !atomic_load(&m->stop); i++) run_unit(m, &m->plan->units[i], thread);
}

/* ---- all of it ---- */

static bool make_worker(worker *w, const pel_mine_plan *p, pel_error *err) {
  size_t n = 2 * (size_t)p->graph->n_relations, entities = p->graph->n_entities;
  if (pel_chain_walk_create(p->graph, &w->walk, err) != PEL_OK) return false;
  w->near_seen = pel_alloc(entities, sizeof *w->near_seen);
  w->near_at = pel_alloc(entities, sizeof *w->near_at);
  w->pairs = pel_alloc(n + 1, sizeof *w->pairs);
  w->bucket = pel_alloc(n + 1, sizeof *w->bucket);
  w->touched = pel_alloc(n, sizeof *w->touched);
  return w->near_seen && w->near_at && w->pairs && w->bucket && w->touched && grow_heads(w);
}

static void clear_workers(mining *m, int n) {
  for (int i = 0; m->workers && i < n; i++) {
    worker *w = &m->workers[i];
    pel_chain_walk_clear(&w->walk);
    free(w->near_seen), free(w->near_at), free(w->pairs), free(w->bucket), free(w->touched);
    free(w->runs), free(w->run_from), free(w->heads), free(w->places), free(w->found);
  }
  free(m->workers);
}

/* The first worker gets the rules of all, the best of them. */
static bool gather(mining *m, int n) {
  worker *all = &m->workers[0];
  for (int i = 1; i < n; i++) {
    worker *w = &m->workers[i];
    pel_chain_rule *found = pel_grow(all->found, &all->capacity, all->n_found + w->n_found, sizeof *found);
    if (!found) return false;
    all->found = found;
    if (w->n_found) memcpy(found + all->n_found, w->found, w->n_found * sizeof *found);
    all->n_found += w->n_found;
    all->all_found += w->all_found;
  }
  keep_best(all, m->how->most);
  return true;
}

static pel_status run(mining *m, int threads, pel_chain_rules **out, pel_mined *done, pel_error *err) {
  const pel_mine_plan *p = m->plan;
  pel_pool *pool;
  m->workers = pel_alloc((size_t)threads, sizeof *m->workers);
  bool room = m->workers != NULL;
  for (int i = 0; room && i < threads; i++) room = make_worker(&m->workers[i], p, err);
  if (!room) return pel_fail_memory(err, "mining rules", (size_t)threads * p->graph->n_entities * 24);
  PEL_TRY(pel_pool_create(threads, &pool, err));
  pel_pool_run(pool, p->n_units, 1, run_units, m);
  pel_pool_destroy(pool);
  if (m->cancelled) return pel_fail(err, PEL_ERR_CANCELLED, "mining was cancelled");
  if (atomic_load(&m->stop) || !gather(m, threads)) return pel_fail_memory(err, "mined rules", 0);
  const worker *all = &m->workers[0];
  PEL_TRY(pel_chain_rules_create(p->graph->n_relations, all->found, all->n_found, out, err));
  if (done) *done = (pel_mined){p->sampled, p->starts, p->graph->n_entities, p->cost, all->all_found};
  return PEL_OK;
}

pel_status pel_chain_rules_mine(const pel_graph *g, const pel_mining *how, pel_chain_rules **out, pel_mined *done, pel_error *err) {
  pel_mining usual = *how;
  if (!usual.length) usual.length = PEL_CHAIN_LONGEST;
  if (!usual.support) usual.support = 2;
  if (usual.confidence <= 0) usual.confidence = 0.01;
  if (!usual.threads) usual.threads = 1;
  if (!usual.work) usual.work = 5000000000u;
  if (!usual.most) usual.most = 1000000;
  if (usual.length > PEL_CHAIN_LONGEST || usual.threads > PEL_POOL_MAX || !(usual.confidence <= 1))
    return pel_fail(err, PEL_ERR_USAGE, "a body has 1 to %d steps, a confidence is at most 1, threads are 1 to %d", PEL_CHAIN_LONGEST, PEL_POOL_MAX);
  pel_mine_plan plan;
  PEL_TRY(pel_mine_plan_make(g, usual.length, usual.work, &plan, err));
  mining m = {.plan = &plan, .how = &usual};
  pel_status status = run(&m, (int)usual.threads, out, done, err);
  clear_workers(&m, (int)usual.threads);
  pel_mine_plan_clear(&plan);
  return status;
}
