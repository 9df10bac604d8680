/* pellucid eval kg: the missing edges of a published graph, by one method or another.
 *
 * A method is a struct of functions (kg_method): prepared once with the set, then asked for the scores of every entity as an answer of
 * (subject, relation, ?). eval_kg.c reads the folder, ranks, and prints; it knows nothing of how a method works. */
#pragma once
#include <json-c/json.h>
#include <pellucid/gnn.h>
#include <pellucid/graph.h>

#include "engine/base/names.h"
#include "src/cli/eval.h"
#include "src/cli/gnn_options.h"

typedef struct kg_triples {
  pel_triple *items;
  size_t n, capacity;
} kg_triples;

typedef struct kg_set {
  char *name; /* what the folder is called, "neurallp_umls": by it the published figures are found */
  pel_names relations, learn_entities, ask_entities;
  kg_triples facts, train; /* to learn from: `facts` only support (Neural LP's sets), `train` is also what may be asked while learning; numbers of learn_entities */
  kg_triples given;        /* what is known when the questions are asked, numbers of ask_entities; of a set that is not inductive, facts and train */
  kg_triples valid, test;  /* ask_entities */
  bool inductive;          /* learnt on one graph, asked on another, with other entities and the same relations */
  pel_graph *learn;        /* facts and train */
  pel_graph *ask;          /* given */
  pel_graph *known;        /* given, valid and test, and whatever else is true: what a rank leaves out */
} kg_set;

typedef struct kg_options { /* what the command line says to a method; a method reads what it knows */
  uint32_t length;          /* of a rule's body; 0: the method's own */
  uint32_t threads;
  uint64_t work;            /* steps of mining before it samples; 0: the method's own */
  const char *save;         /* a file for what was learnt, NULL for none */
  bool force;
  pel_gnn_options gnn;      /* of the graph network */
  uint32_t explain;         /* test questions whose explanations are tried; 0: none */
  const char *curves;       /* a file for a picture of that, NULL for none */
  bool dark;                /* that picture */
  bool (*progress)(double fraction, void *user);
  void *user;
} kg_options;

typedef struct kg_method {
  const char *name, *says; /* "rules"; what it is, in a line */
  /* Learns from set->learn (facts and train) and gets ready to be asked on set->ask. *state is freed by `free`. */
  pel_status (*prepare)(const kg_set *set, const kg_options *options, void **state, pel_error *err);
  /* Scores of set->ask's entities as answers of (subject, relation, ?), greater is better; `relation` may be a backward one (r + n_relations). The triple
   * that is asked for is never in set->ask. */
  pel_status (*score)(void *state, uint32_t subject, uint32_t relation, double *scores, pel_error *err);
  /* What there is to say of what was learnt: adds to `o`, and a line for a person into `line`, also when it fails. May be NULL. */
  pel_status (*tell)(void *state, struct json_object *o, char *line, size_t size, pel_error *err);
  void (*free)(void *state);
} kg_method;

extern const kg_method kg_rules;    /* eval_kg_rules.c */
extern const kg_method kg_gnn;      /* eval_kg_gnn.c */
extern const kg_method kg_frequent; /* eval_kg_frequent.c: the control */

/* The folders that are known: facts, train, valid, test.txt; train, valid, test.txt; train, inference, inference_validation, inference_test.txt. */
pel_status kg_set_read(const char *folder, kg_set *out, pel_error *err);
/* That the output is no file of the set, by another name either. */
pel_status kg_set_check_output(const char *folder, const char *output, pel_error *err);
void kg_set_clear(kg_set *set);
