#include "src/analysis/search_replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

struct pel_search_replay {
  const pel_reasoning *reasoning;
  uint32_t *simulations; /* [n] indices of those of the stage */
  int64_t n, done;       /* done: counted so far; 0: what is in the numbers is the file's */
  uint32_t *stamp;       /* [n_search_nodes] the last simulation that visited a node, from 1 */
};

bool pel_search_replay_new(const pel_reasoning *r, int64_t span, pel_search_replay **out) {
  pel_search_replay *p = pel_alloc(1, sizeof *p);
  if (!p) return false;
  p->reasoning = r;
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

static void count(pel_search_replay *p, uint32_t turn, int64_t *visits, double *totals) {
  const pel_simulation *s = &p->reasoning->simulations[p->simulations[turn]];
  for (const char *at = s->path; *at;) {
    char *end;
    long long id = strtoll(at, &end, 10);
    if (end == at) return;
    at = end;
    if (id < 1 || id > (long long)p->reasoning->n_search_nodes || p->stamp[id - 1] == turn + 1) continue;
    p->stamp[id - 1] = turn + 1;
    visits[id - 1]++;
    totals[id - 1] += s->value;
  }
}

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
