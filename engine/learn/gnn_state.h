/* All of a training of the graph network that must survive it, and the parts that work on it. */
#pragma once
#include <pellucid/gnn.h>

#include "engine/base/pool.h"
#include "engine/graph/graph.h"
#include "engine/nn/path_compute.h"

typedef struct gnn_state {
  pel_path_shape shape;
  size_t total; /* parameters, with the room between tensors */
  float *weights, *mean, *square; /* [total]: as they are now; Adam's two moments */
  float *average;                 /* [total]: their running mean */
  float *best;                    /* [total]: those of the best validation */
  uint64_t steps;                 /* of the weights */
  uint64_t epoch, batch;          /* epochs done; batches done of the next */
  uint64_t best_epoch;            /* from 1; 0: none yet */
  uint64_t random, epoch_random;  /* the generator now, and at the start of the epoch that is not done */
  double rate, power_1, power_2;  /* learning rate; beta^steps, for Adam's correction */
  double loss_sum, loss_count;    /* of the epoch that is not done */
  double best_mrr, last_mrr;      /* NAN: none yet */
  double seconds;
  double *curve; /* [n_curve x 3]: loss, mrr, seconds */
  size_t n_curve, curve_capacity;
} gnn_state;

pel_path_shape gnn_shape_of(const pel_gnn_options *options, uint32_t n_relations);
pel_status gnn_state_create(const pel_gnn_options *options, uint32_t n_relations, gnn_state *out, pel_error *err);
void gnn_state_clear(gnn_state *s);
pel_status gnn_state_add_curve(gnn_state *s, double loss, double mrr, pel_error *err);
/* The weights to use: of the best validation, or as they are where there was none. */
static inline const float *gnn_state_weights(const gnn_state *s) { return s->best_epoch ? s->best : s->average; }

/* ---- gnn_file.c ---- */

/* What has to be the same for going on to make sense: the options that change weights, and the data. */
typedef struct gnn_origin {
  double options[24];
  uint64_t data;
} gnn_origin;
enum { GNN_ORIGIN_OPTIONS = 24, GNN_FILE_VERSION = 1 };

gnn_origin gnn_origin_of(const pel_gnn_data *data, const pel_gnn_options *options);
pel_status gnn_file_write(const char *path, const gnn_state *s, const gnn_origin *origin, const char *const *relation_names, pel_error *err);
/* The whole state, for going on. `out` was created for the same options. */
pel_status gnn_file_resume(const char *path, const gnn_origin *origin, gnn_state *out, pel_error *err);

typedef struct gnn_file { /* what is needed to ask */
  pel_path_shape shape;
  float *weights;
  char *names;             /* of relations, each terminated, one after the other; NULL: none */
  const char **relations;  /* [n_relations] into `names`; NULL: none */
  pel_gnn_epoch *curve;
  size_t n_curve;
  uint32_t best_epoch;
} gnn_file;
pel_status gnn_file_read(const char *path, gnn_file *out, pel_error *err);
/* The same over bytes in memory; `name` stands for the path in messages. */
pel_status gnn_file_read_memory(const void *data, size_t size, const char *name, gnn_file *out, pel_error *err);
void gnn_file_clear(gnn_file *file);

/* ---- gnn_epoch.c: an epoch's graph and its queries ---- */

typedef struct gnn_query {
  uint32_t subject, relation;
  uint32_t first, n; /* answers */
} gnn_query;

typedef struct gnn_epoch {
  pel_graph *graph;
  gnn_query *queries;
  size_t n;
  uint32_t *answers;
} gnn_epoch;

/* Draws an epoch from the generator: which triples are the graph, which are asked for and in which order. */
pel_status gnn_epoch_make(const pel_graph *learn, const pel_gnn_options *options, pel_rng *rng, gnn_epoch *out, pel_error *err);
void gnn_epoch_clear(gnn_epoch *epoch);
/* Triples both ways, as queries in the order of subject and relation, each with all its answers. */
pel_status gnn_queries_of(const pel_triple *triples, size_t n, uint32_t n_relations, gnn_query **queries, size_t *n_queries, uint32_t **answers, pel_error *err);

/* ---- gnn_batch.c: a step of the weights ---- */

typedef struct gnn_worker gnn_worker;
typedef struct gnn_learner {
  const pel_gnn_options *options;
  const pel_graph *learn; /* every triple: what is true is no counter-example */
  const pel_path_level *level;
  pel_pool *pool;
  gnn_worker *workers; /* [threads] */
  float *slots;        /* [batch x total]: a gradient a query, added up in their order whoever made them */
  float *turned;
  double *losses;      /* [batch] */
  uint32_t *counted;   /* [batch]: answers that were reached */
  gnn_state *state;
} gnn_learner;

pel_status gnn_learner_create(const pel_gnn_options *options, const pel_graph *learn, gnn_state *state, pel_pool *pool, gnn_learner *out, pel_error *err);
void gnn_learner_clear(gnn_learner *learner);
/* Learns from queries [n <= batch] of an epoch. */
pel_status gnn_learn_batch(gnn_learner *learner, const gnn_epoch *epoch, const gnn_query *queries, size_t n, pel_error *err);

/* ---- gnn_validate.c ---- */

/* The filtered mean reciprocal rank of the validation triples, both ways. */
pel_status gnn_validate(const pel_gnn_data *data, const pel_gnn_options *options, const pel_path_shape *shape, const float *weights, pel_pool *pool, double *mrr, pel_error *err);

/* A score that is no number would be best of all: nothing is greater than it. */
bool gnn_all_finite(const double *scores, size_t n);
/* Softmax of the scores [n] in place. */
void gnn_softmax(double *scores, size_t n);
