#include "src/cli/drugmechdb_gnn.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/gnn_options.h"
#include "src/core/private_folder.h"

/* PATHS: best ones that are looked at; MOST: entities that a question may reach, which bounds its memory. */
enum { PATHS = 8, MOST = 10000 };

/* ---- learning ---- */

/* Short epochs: what an epoch has not ended is not kept when the time is over. */
static pel_gnn_options options_of(double minutes, uint32_t threads) {
  pel_gnn_options o;
  pel_gnn_options_default(&o);
  o.layers = WAYS_LONGEST, o.dim = 32, o.epochs = 200, o.epoch_queries = 500, o.decay = 0.995, o.average = 0.99;
  o.most_entities = MOST, o.minutes = minutes, o.threads = threads, o.force = true;
  return o;
}

static pel_status learn(const part *p, const pel_gnn_options *options, const char *path, pel_gnn **out, pel_gnn_result *learnt, pel_error *err) {
  const pel_gnn_data data = {.learn = p->graph};
  PEL_TRY(pel_gnn_train(&data, options, path, gnn_show_progress, NULL, learnt, err));
  if (learnt->end == PEL_GNN_INTERRUPTED) return pel_fail(err, PEL_ERR_CANCELLED, "interrupted");
  PEL_TRY(pel_gnn_open(path, out, err));
  pel_gnn_limit(*out, MOST);
  return PEL_OK;
}

pel_status part_network(const part *p, double minutes, uint32_t threads, pel_gnn **out, pel_gnn_result *learnt, pel_error *err) {
  const pel_gnn_options options = options_of(minutes, threads);
  const char *place = getenv("TMPDIR");
  pel_private_place(place && *place ? place : P_tmpdir);
  pel_private_clean();
  char *path = pel_private_path("gnn.safetensors");
  if (!path) return pel_fail(err, PEL_ERR_IO, "%s: cannot make a folder for temporary files", place && *place ? place : P_tmpdir);
  pel_status status = learn(p, &options, path, out, learnt, err);
  pel_private_end();
  free(path);
  return status;
}

/* ---- asking ---- */

typedef struct mechanisms { /* the part of the graph where a way from the drug to the disease may go */
  pel_graph *graph;
  uint32_t *numbers; /* [triples of it]: of the part's graph */
} mechanisms;

static void mechanisms_clear(mechanisms *a) {
  pel_graph_free(a->graph);
  free(a->numbers);
}

static pel_status mechanisms_make(const part *p, const mechanism *m, mechanisms *out, pel_error *err) {
  pel_triple *list = pel_alloc(p->n_triples, sizeof *list);
  uint32_t n = 0;
  *out = (mechanisms){.numbers = pel_alloc(p->n_triples, sizeof *out->numbers)};
  pel_status status = list && out->numbers ? PEL_OK : pel_fail_memory(err, "a graph", p->n_triples * sizeof *list);
  for (uint32_t i = 0; status == PEL_OK && i < p->n_triples; i++)
    if (part_allows(p, m, &p->triples[i])) out->numbers[n] = i, list[n++] = p->triples[i]; /* in order, which the graph keeps */
  if (status == PEL_OK) status = pel_graph_create(pel_graph_entities(p->graph), pel_graph_relations(p->graph), list, n, &out->graph, err);
  free(list);
  return status;
}

/* Like the other methods' ways it visits nothing twice. */
static bool comes_back(const pel_gnn_path *path, uint32_t drug) {
  for (uint32_t i = 0; i < path->n; i++) {
    if (path->steps[i].to == drug) return true;
    for (uint32_t k = 0; k < i; k++)
      if (path->steps[k].to == path->steps[i].to) return true;
  }
  return false;
}

static void take_path(const part *p, const mechanisms *a, const pel_gnn_path *path, found *out) {
  out->n = path->n;
  for (uint32_t i = 0; i < path->n; i++) out->edges[i] = &p->triples[a->numbers[path->steps[i].triple]];
}

pel_status ways_by_attention(const part *p, pel_gnn *gnn, const mechanism *m, found *out, size_t *n, pel_error *err) {
  pel_gnn_explanation x = {0};
  mechanisms a;
  pel_status status = mechanisms_make(p, m, &a, err);
  if (status == PEL_OK) status = pel_gnn_explain(gnn, a.graph, m->drug, p->treats, m->disease, PEL_GNN_BY_ATTENTION, PATHS, &x, err);
  *n = 0;
  for (size_t i = 0; status == PEL_OK && i < x.n_paths && !*n; i++)
    if (!comes_back(&x.paths[i], m->drug)) take_path(p, &a, &x.paths[i], out), *n = 1;
  pel_gnn_explanation_clear(&x);
  mechanisms_clear(&a);
  return status;
}
