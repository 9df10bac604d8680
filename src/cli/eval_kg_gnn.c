/* A method of pellucid eval kg: the graph network, learnt from the set, its best epoch chosen on the validation split. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"
#include "src/cli/eval_kg.h"
#include "src/cli/eval_kg_explain.h"

typedef struct gnn_method {
  const kg_set *set;
  pel_gnn *gnn;
  pel_gnn_options options;
  pel_gnn_result learnt;
  uint32_t explain;
  kg_curves curves; /* no path: no picture */
} gnn_method;

static pel_status learn(gnn_method *m, const kg_options *o, const char *path, pel_error *err) {
  const kg_set *set = m->set;
  pel_gnn_data data = {.relation_names = (const char *const *)set->relations.items, .learn = set->learn, .validation_graph = set->inductive ? set->ask : set->learn,
                       .validation_known = set->known, .validation = set->valid.items, .n_validation = set->valid.n};
  cli_catch_signals();
  m->options.force = o->force || !o->save;
  PEL_TRY(pel_gnn_train(&data, &m->options, path, gnn_show_progress, NULL, &m->learnt, err));
  cli_progress_end();
  if (m->learnt.end == PEL_GNN_INTERRUPTED) return pel_fail(err, PEL_ERR_CANCELLED, "interrupted; what was learnt is in %s", path);
  return PEL_OK;
}

/* Without --save what was learnt goes to a file that is gone afterwards. */
static pel_status temporary(char path[], size_t size, pel_error *err) {
  const char *folder = getenv("TMPDIR");
  snprintf(path, size, "%s/pellucid-gnn-XXXXXX", folder && *folder ? folder : P_tmpdir);
  int fd = mkstemp(path);
  if (fd < 0) return pel_fail_errno(err, path, "can't create");
  close(fd);
  return PEL_OK;
}

/* That the picture can be written is known before hours have passed. */
static pel_status open_curves(gnn_method *m, const kg_options *o, pel_error *err) {
  m->curves = (kg_curves){.path = o->curves, .dark = o->dark};
  if (!o->curves) return PEL_OK;
  if (o->save) PEL_TRY(cli_check_output(o->curves, o->save, "the file of the weights", err));
  return pel_outfile_open(o->curves, o->force || o->gnn.resume, &m->curves.file, err);
}

static void free_state(void *state) {
  gnn_method *m = state;
  pel_gnn_close(m->gnn);
  pel_outfile_discard(m->curves.file);
  free(m);
}

static pel_status prepare(const kg_set *set, const kg_options *options, void **state, pel_error *err) {
  char own[4096] = "";
  gnn_method *m = pel_alloc(1, sizeof *m);
  if (!m) return pel_fail_memory(err, "a method", sizeof *m);
  m->set = set;
  m->options = options->gnn;
  m->options.threads = options->threads;
  m->explain = options->explain;
  const char *path = options->save ? options->save : own;
  pel_status status = open_curves(m, options, err);
  if (status == PEL_OK && !options->save) status = temporary(own, sizeof own, err);
  if (status == PEL_OK) status = learn(m, options, path, err);
  if (status == PEL_OK) status = pel_gnn_open(path, &m->gnn, err);
  if (status == PEL_OK) pel_gnn_limit(m->gnn, m->options.most_entities);
  if (!options->save) unlink(own);
  if (status == PEL_OK) *state = m;
  else free_state(m);
  return status;
}

static pel_status score(void *state, uint32_t subject, uint32_t relation, double *scores, pel_error *err) {
  gnn_method *m = state;
  return pel_gnn_score(m->gnn, m->set->ask, subject, relation, scores, err);
}

static void tell_learning(const gnn_method *m, struct json_object *o, char *line, size_t size) {
  const pel_gnn_options *x = &m->options;
  char mrr[40], rate[40];
  snprintf(line, size, "%u layers of width %u, gate %s, %zu parameters; %u epochs in %.0f s (%s), epoch %u kept: validation MRR %s", x->layers, x->dim, pel_gnn_gate_name(x->gate),
           m->learnt.parameters, m->learnt.epochs, m->learnt.seconds, gnn_end_text(m->learnt.end), m->learnt.best_epoch, pel_format_fixed(mrr, sizeof mrr, m->learnt.best_mrr, 3));
  json_object_object_add(o, "layers", json_object_new_int64(x->layers));
  json_object_object_add(o, "dim", json_object_new_int64(x->dim));
  json_object_object_add(o, "gate", json_object_new_string(pel_gnn_gate_name(x->gate)));
  json_object_object_add(o, "act", json_object_new_string(pel_gnn_act_name(x->act)));
  json_object_object_add(o, "rate", json_object_new_double_s(x->rate, pel_format_double(rate, sizeof rate, x->rate)));
  json_object_object_add(o, "parameters", json_object_new_uint64(m->learnt.parameters));
  json_object_object_add(o, "epochs", json_object_new_int64(m->learnt.epochs));
  json_object_object_add(o, "best_epoch", json_object_new_int64(m->learnt.best_epoch));
  if (!isnan(m->learnt.best_mrr)) json_object_object_add(o, "validation_mrr", json_object_new_double(m->learnt.best_mrr));
  json_object_object_add(o, "seconds", json_object_new_double(m->learnt.seconds));
  json_object_object_add(o, "end", json_object_new_string(gnn_end_text(m->learnt.end)));
}

static pel_status tell(void *state, struct json_object *o, char *line, size_t size, pel_error *err) {
  gnn_method *m = state;
  tell_learning(m, o, line, size);
  if (!m->explain) return PEL_OK;
  size_t n = strlen(line);
  PEL_TRY(kg_explain(m->set, m->gnn, m->explain, m->curves.path ? &m->curves : NULL, o, line + n, size - n, err));
  if (!m->curves.path) return PEL_OK;
  pel_outfile *file = m->curves.file;
  m->curves.file = NULL;
  return pel_outfile_commit(file, err);
}

const kg_method kg_gnn = {"gnn", "a graph network that reads paths", prepare, score, tell, free_state};
