/* A graph network that reads paths (after RED-GNN, Zhang and Yao, WWW 2022): learnt from a graph's triples, asked for the objects of a subject and a
 * relation, and explained by the steps that it attends to. It holds numbers of relations only, so it can be asked about a graph that it never saw
 * as long as the relations are the same. docs/methods.md has the formulae. */
#pragma once
#include <pellucid/graph.h>
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

enum { PEL_GNN_LAYERS_MAX = 8 };

/* What a gate's number g does to a step's score u: sigma (u + ln sigma (g)), which can take a step away; sigma (u x sigma (g)), which can only pull it
 * towards one half and is kept to be compared with; nothing. */
typedef enum pel_gnn_gate { PEL_GNN_GATE_LOG_KEY, PEL_GNN_GATE_LITERAL, PEL_GNN_GATE_NONE, PEL_GNN_GATES } pel_gnn_gate;
PEL_API const char *pel_gnn_gate_name(pel_gnn_gate gate); /* "log_key", "literal", "none" */
typedef enum pel_gnn_act { PEL_GNN_IDENTITY, PEL_GNN_RELU, PEL_GNN_TANH, PEL_GNN_ACTS } pel_gnn_act;
PEL_API const char *pel_gnn_act_name(pel_gnn_act act); /* "identity", "relu", "tanh" */

/* ---- learning ---- */

typedef struct pel_gnn_options {
  uint32_t layers, dim, attention; /* widths: multiples of 8 */
  pel_gnn_gate gate;
  pel_gnn_act act;
  uint64_t seed;
  uint32_t epochs;        /* at most */
  uint32_t patience;      /* epochs without a better validation before it stops; 0: never */
  uint32_t batch;         /* queries (subject, relation) a step of the weights */
  double rate, decay;     /* learning rate, and what it is multiplied by after each epoch */
  double weight_decay;    /* share of each weight that is taken away, times the rate (Loshchilov and Hutter 2019) */
  double dropout;         /* of activations; 0: none */
  double average;         /* the weights that are tried and kept are a running mean, of which a step keeps this share (Polyak and Juditsky 1992); 0: none */
  double graph_share;     /* of the triples that are the graph of an epoch, the others are asked for; 1: all are both, each without itself */
  uint32_t most_entities; /* that a query may reach; 0: no limit */
  uint32_t epoch_queries; /* at most; 0: all */
  uint32_t validation_triples; /* at most, evenly spaced; 0: all */
  /* What does not change the weights: */
  uint32_t threads;
  double minutes;          /* of this call, after which it stops as if interrupted; 0: no limit */
  double checkpoint_seconds; /* between two writes of the file inside an epoch; it is written after each epoch anyway */
  bool resume;             /* go on with what the file holds; PEL_ERR_USAGE when it was learnt otherwise */
  bool force;              /* replace the file */
} pel_gnn_options;

PEL_API void pel_gnn_options_default(pel_gnn_options *out);

typedef struct pel_gnn_data {
  const char *const *relation_names; /* [relations], kept in the file; NULL: none */
  const pel_graph *learn;            /* what is learnt from */
  /* Which epoch is best is decided by these: asked on `validation_graph` (`learn` itself, or a graph of other entities with the same relations); ranks
   * leave out what `validation_known` has. n_validation 0: the last epoch is the best. */
  const pel_graph *validation_graph, *validation_known;
  const pel_triple *validation;
  size_t n_validation;
} pel_gnn_data;

typedef struct pel_gnn_progress {
  uint32_t epoch, epochs;  /* from 1 */
  double fraction;         /* of the epoch */
  double loss;             /* mean of the epoch so far, nats an answer */
  double mrr, best_mrr;    /* of the last validation, of the best; NAN before the first */
  double seconds;          /* of learning, earlier calls included */
} pel_gnn_progress;

typedef struct pel_gnn_epoch { /* a point of the loss curve */
  double loss, mrr, seconds;   /* mrr NAN: without validation */
} pel_gnn_epoch;

typedef enum pel_gnn_end { PEL_GNN_ALL_EPOCHS, PEL_GNN_NO_BETTER, PEL_GNN_TIME, PEL_GNN_INTERRUPTED } pel_gnn_end;

typedef struct pel_gnn_result {
  uint32_t epochs, best_epoch; /* done; the one whose weights are kept, from 1 */
  double best_mrr, seconds;    /* NAN: no validation */
  size_t parameters;
  pel_gnn_end end;
} pel_gnn_result;

/* Learns and writes `path` (safetensors) after each epoch, whole or not at all: the best weights, and all that is needed to go on. Whatever ends it, Ctrl-C,
 * time or a kill, going on (options->resume) comes to the same weights, bit for bit, as if nothing had happened, with any number of threads.
 * `progress` (may be NULL) returns false to stop: the file is written and the result says PEL_GNN_INTERRUPTED. */
PEL_API pel_status pel_gnn_train(const pel_gnn_data *data, const pel_gnn_options *options, const char *path, bool (*progress)(const pel_gnn_progress *progress, void *user), void *user,
                                 pel_gnn_result *out, pel_error *err);

/* ---- asking ---- */

typedef struct pel_gnn pel_gnn;

typedef struct pel_gnn_info {
  uint32_t n_relations, layers, dim, attention;
  pel_gnn_gate gate;
  pel_gnn_act act;
  size_t parameters;
  const pel_gnn_epoch *curve; /* [n_curve], borrowed; what the file tells of its learning */
  size_t n_curve;
  uint32_t best_epoch; /* from 1; 0: not told */
} pel_gnn_info;

/* The file is taken for a stranger's: shapes, sizes and numbers are checked. */
PEL_API pel_status pel_gnn_open(const char *path, pel_gnn **out, pel_error *err);
PEL_API void pel_gnn_close(pel_gnn *gnn);
PEL_API void pel_gnn_get_info(const pel_gnn *gnn, pel_gnn_info *out);
/* The name that the relation had when it was learnt; NULL when the file tells none. */
PEL_API const char *pel_gnn_relation(const pel_gnn *gnn, uint32_t relation);
/* A number of its shape and weights: the same network has the same. */
PEL_API uint64_t pel_gnn_print(const pel_gnn *gnn);
PEL_API void pel_gnn_limit(pel_gnn *gnn, uint32_t most_entities); /* that a question may reach; 0, the usual: no limit */

/* Scores [entities] of (subject, relation, ?): the softmax over the entities that the question reaches, 0 for the others; relation may be a backward
 * one. One thread a pel_gnn. */
PEL_API pel_status pel_gnn_score(pel_gnn *gnn, const pel_graph *graph, uint32_t subject, uint32_t relation, double *scores, pel_error *err);

/* ---- explaining ---- */

typedef struct pel_gnn_step {
  uint32_t layer;                /* from 1 */
  uint32_t from, relation, to;   /* entities; relation 2 x n_relations: stays where it is */
  uint32_t triple;               /* of the graph; UINT32_MAX: stays */
  double attention;              /* alpha, 0 .. 1 */
  double weight;                 /* how the answer's score changes if this step counts more: its derivative */
} pel_gnn_step;

typedef struct pel_gnn_path {
  pel_gnn_step steps[PEL_GNN_LAYERS_MAX];
  uint32_t n;       /* steps that go somewhere */
  double attention; /* product over all layers, those that stay included */
  double weight;    /* mean derivative a step */
} pel_gnn_path;

typedef enum pel_gnn_ranking { PEL_GNN_BY_ATTENTION, PEL_GNN_BY_WEIGHT, PEL_GNN_BY_SHORTEST_PATH, PEL_GNN_AT_RANDOM, PEL_GNN_RANKINGS } pel_gnn_ranking;
PEL_API const char *pel_gnn_ranking_name(pel_gnn_ranking ranking); /* "attention", "gradient", "shortest path", "random" */

typedef struct pel_gnn_explanation {
  double score; /* of the answer, as pel_gnn_score gives it */
  pel_gnn_step *steps; /* every step of every layer that can still come to the answer, by layer */
  size_t n_steps;
  pel_gnn_path *paths; /* from the subject to the answer, best first, without a path twice */
  size_t n_paths;
} pel_gnn_explanation;

/* Why `answer` has its score: by PEL_GNN_BY_ATTENTION the paths are those of the greatest product of attentions, by PEL_GNN_BY_WEIGHT of the greatest sum of
 * derivatives; at most `most` of them. An answer that is not reached has no steps. */
PEL_API pel_status pel_gnn_explain(pel_gnn *gnn, const pel_graph *graph, uint32_t subject, uint32_t relation, uint32_t answer, pel_gnn_ranking by, size_t most, pel_gnn_explanation *out,
                                   pel_error *err);
PEL_API void pel_gnn_explanation_clear(pel_gnn_explanation *explanation);

/* Deletion and insertion: the answer's share (against the scores that entities have on the whole graph, those that it knows as answers left out) when the first counts[i] triples of a ranking are taken out of the graph, and when only they are left. Rankings
 * are over the triples that can lie on a path to the answer; `random` breaks their ties and is the control PEL_GNN_AT_RANDOM. */
PEL_API pel_status pel_gnn_curves(pel_gnn *gnn, const pel_graph *graph, uint32_t subject, uint32_t relation, uint32_t answer, pel_gnn_ranking ranking, uint64_t random, const uint32_t *counts,
                                  size_t n, double *deletion, double *insertion, pel_error *err);

#ifdef __cplusplus
}
#endif
