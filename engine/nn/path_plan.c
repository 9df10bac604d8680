#include "engine/nn/path_plan.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

typedef struct maker {
  pel_path_plan *plan;
  const pel_graph *graph;
  const uint8_t *left_out;
  uint32_t n_nodes, n_runs, n_steps, most;
} maker;

static pel_status prepare(pel_path_plan *p, const pel_graph *g, pel_error *err) {
  for (uint32_t i = 0; p->place && p->layers && i < p->nodes[p->layers]; i++) p->place[p->entity[i]] = PEL_PATH_NOT_REACHED;
  p->layers = 0;
  if (p->place && p->n_entities == g->n_entities) return PEL_OK;
  uint32_t *place = pel_alloc(g->n_entities, sizeof *place);
  if (!place) return pel_fail_memory(err, "places of entities", g->n_entities * sizeof *place);
  memset(place, 0xff, g->n_entities * sizeof *place);
  free(p->place);
  p->place = place;
  p->n_entities = g->n_entities;
  return PEL_OK;
}

static pel_status room(uint32_t **array, size_t *capacity, size_t need, pel_error *err) {
  uint32_t *grown = pel_grow(*array, capacity, need, sizeof **array);
  if (!grown) return pel_fail_memory(err, "the steps of a query", need * sizeof **array);
  *array = grown;
  return PEL_OK;
}

static pel_status room_for(maker *m, size_t steps, pel_error *err) {
  pel_path_plan *p = m->plan;
  if (m->n_steps + steps + 1 > UINT32_MAX / 2) return pel_fail(err, PEL_ERR_INPUT, "a query reaches too many steps; use fewer layers or a limit of entities");
  PEL_TRY(room(&p->to, &p->to_capacity, m->n_steps + steps + 1, err));
  PEL_TRY(room(&p->triple, &p->triple_capacity, m->n_steps + steps + 1, err));
  PEL_TRY(room(&p->entity, &p->entity_capacity, m->n_nodes + steps + 1, err));
  pel_path_run *runs = pel_grow(p->runs, &p->run_capacity, m->n_runs + steps + 1, sizeof *runs);
  if (!runs) return pel_fail_memory(err, "the steps of a query", (m->n_runs + steps + 1) * sizeof *runs);
  p->runs = runs;
  return PEL_OK;
}

static bool reach(maker *m, uint32_t entity, uint32_t *place) {
  uint32_t *at = &m->plan->place[entity];
  if (*at == PEL_PATH_NOT_REACHED) {
    if (m->most && m->n_nodes >= m->most) {
      m->plan->cut = true;
      return false;
    }
    *at = m->n_nodes;
    m->plan->entity[m->n_nodes++] = entity;
  }
  *place = *at;
  return true;
}

static void add_step(maker *m, uint32_t source, uint32_t relation, uint32_t to, uint32_t triple) {
  pel_path_plan *p = m->plan;
  pel_path_run *last = m->n_runs ? &p->runs[m->n_runs - 1] : NULL;
  if (!last || last->source != source || last->relation != relation) p->runs[m->n_runs++] = (pel_path_run){source, relation, m->n_steps, m->n_steps};
  p->to[m->n_steps] = to;
  p->triple[m->n_steps++] = triple;
  p->runs[m->n_runs - 1].end = m->n_steps;
}

static pel_status walk_from(maker *m, uint32_t source, pel_error *err) {
  const pel_graph *g = m->graph;
  uint32_t entity = m->plan->entity[source], to;
  size_t lo = g->first[entity], hi = g->first[entity + 1];
  PEL_TRY(room_for(m, hi - lo, err));
  for (size_t i = lo; i < hi; i++) {
    const pel_hop *step = &g->steps[i];
    if (m->left_out && m->left_out[step->triple]) continue;
    if (reach(m, step->to, &to)) add_step(m, source, step->relation, to, step->triple);
  }
  add_step(m, source, 2 * g->n_relations, source, PEL_PATH_NO_TRIPLE);
  return PEL_OK;
}

pel_status pel_path_plan_make(pel_path_plan *plan, const pel_graph *graph, uint32_t layers, uint32_t subject, const uint8_t *left_out, uint32_t most, pel_error *err) {
  if (subject >= graph->n_entities || !layers || layers > PEL_PATH_LAYERS_MAX) return pel_fail(err, PEL_ERR_USAGE, "a query about entity %u, which is not there", subject);
  PEL_TRY(prepare(plan, graph, err));
  maker m = {.plan = plan, .graph = graph, .left_out = left_out, .most = most};
  PEL_TRY(room_for(&m, 1, err));
  plan->cut = false;
  plan->entity[0] = subject;
  plan->place[subject] = 0;
  plan->nodes[0] = m.n_nodes = 1;
  plan->runs_of[0] = 0;
  uint32_t source = 0;
  for (uint32_t l = 1; l <= layers; l++) {
    pel_status status = PEL_OK;
    while (status == PEL_OK && source < plan->nodes[l - 1]) status = walk_from(&m, source++, err);
    plan->nodes[l] = m.n_nodes;
    plan->runs_of[l] = m.n_runs;
    plan->layers = l; /* so that a plan that failed half-way is cleaned as well */
    if (status != PEL_OK) return status;
  }
  return PEL_OK;
}

void pel_path_plan_clear(pel_path_plan *p) {
  free(p->entity);
  free(p->runs);
  free(p->to);
  free(p->triple);
  free(p->place);
  *p = (pel_path_plan){0};
}
