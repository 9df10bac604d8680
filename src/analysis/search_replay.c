#include "src/analysis/search_replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

struct pel_search_replay {
  const pel_reasoning *reasoning;
  int64_t span;
  uint32_t *simulations; /* [n] indices of those of the stage */
  int64_t n, done;       /* done: counted so far; 0: what is in the numbers is the file's */
  uint32_t *stamp;       /* [n_search_nodes] the last simulation that visited a node, from 1 */
};

bool pel_search_replay_new(const pel_reasoning *r, int64_t span, pel_search_replay **out) {
  pel_search_replay *p = pel_alloc(1, sizeof *p);
  if (!p) return false;
  p->reasoning = r, p->span = span;
  p->simulations = pel_alloc(r->n_simulations, sizeof *p->simulations);
  p->stamp = pel_alloc(r->n_search_nodes, sizeof *p->stamp);
  if (!p->simulations || !p->stamp) {
    pel_search_replay_free(p);
    return false;
  }
  for (size_t i = 0; i < r->n_simulations; i++)
    if (r->simulations[i].span == span) p->simulations[p->n++] = (uint32_t)i;
  *out = p;
  return true;
}

void pel_search_replay_free(pel_search_replay *p) {
  if (!p) return;
  free(p->simulations);
  free(p->stamp);
  free(p);
}

int64_t pel_search_replay_count(const pel_search_replay *p) { return p->n; }

bool pel_search_path_next(const char **at, size_t n, uint32_t *node) {
  char *end;
  long long id = strtoll(*at, &end, 10);
  if (end == *at || id < 1 || (unsigned long long)id > n) return false;
  *node = (uint32_t)(id - 1);
  *at = end;
  return true;
}

static void count(pel_search_replay *p, uint32_t turn, int64_t *visits, double *totals) {
  const pel_simulation *s = &p->reasoning->simulations[p->simulations[turn]];
  uint32_t node;
  for (const char *at = s->path; pel_search_path_next(&at, p->reasoning->n_search_nodes, &node);) {
    if (p->stamp[node] == turn + 1) continue;
    p->stamp[node] = turn + 1;
    visits[node]++;
    totals[node] += s->value;
  }
}

const pel_simulation *pel_search_replay_last(const pel_search_replay *p) { return p->done ? &p->reasoning->simulations[p->simulations[p->done - 1]] : NULL; }
bool pel_search_replay_met(const pel_search_replay *p, uint32_t node) { return p->done && p->stamp[node] == p->done; }

/* ---- against the file ---- */

static void compare(const pel_search_replay *p, const int64_t *visits, const double *totals, pel_search_agreement *out) {
  for (size_t i = 0; i < p->reasoning->n_search_nodes; i++) {
    const pel_search_node *n = &p->reasoning->search_nodes[i];
    if (n->span != p->span) continue;
    double counted = visits[i] ? totals[i] / (double)visits[i] : NAN, recorded = n->visits ? n->total / (double)n->visits : NAN;
    out->nodes++;
    out->visits += visits[i] != n->visits;
    out->values += isnan(counted) != isnan(recorded) || fabs(counted - recorded) > 1e-9;
  }
}

bool pel_search_replay_compare(const pel_search_replay *of, pel_search_agreement *out) {
  size_t n = of->reasoning->n_search_nodes;
  int64_t *visits = pel_alloc(n, sizeof *visits);
  double *totals = pel_alloc(n, sizeof *totals);
  pel_search_replay *p = NULL;
  *out = (pel_search_agreement){0};
  bool good = visits && totals && pel_search_replay_new(of->reasoning, of->span, &p);
  if (good && p->n) pel_search_replay_to(p, p->n, visits, totals);
  if (good) compare(p, visits, totals, out);
  pel_search_replay_free(p);
  free(visits);
  free(totals);
  return good;
}

/* ---- to a moment ---- */

void pel_search_replay_to(pel_search_replay *p, int64_t at, int64_t *visits, double *totals) {
  const pel_reasoning *r = p->reasoning;
  if (at <= 0) {
    for (size_t i = 0; i < r->n_search_nodes; i++) visits[i] = r->search_nodes[i].visits, totals[i] = r->search_nodes[i].total;
    p->done = 0;
    return;
  }
  if (at > p->n) at = p->n;
  if (!p->done || at < p->done) {
    memset(visits, 0, r->n_search_nodes * sizeof *visits);
    for (size_t i = 0; i < r->n_search_nodes; i++) totals[i] = 0;
    memset(p->stamp, 0, r->n_search_nodes * sizeof *p->stamp);
    p->done = 0;
  }
  for (; p->done < at; p->done++) count(p, (uint32_t)p->done, visits, totals);
}

void pel_search_replay_rebind(pel_search_replay *p, const pel_reasoning *r) { p->reasoning = r; }
