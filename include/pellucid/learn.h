/* What is learnt from a graph: chain rules, mined, kept in a text file, applied, and given as reasons.
 *
 *   pel_pack_graph *from;
 *   pel_pack_graph_read (pack, &from, &err);
 *   pel_chain_rules_mine (from->graph, &(pel_mining){.length = 2}, &rules, &mined, &err);
 *   pel_chain_rules_score (rules, from->graph, subject, relation, scores, &err);
 *
 * A chain rule says that whoever is at the two ends of a path of certain relations is in the relation of its head:
 *   grandparent (X, Y) <- parent (X, A), parent (A, Y)
 * Methods, with sources: docs/methods.md, "Chain rules"; the file: docs/rule-file.md. */
#pragma once
#include <pellucid/confidence.h>
#include <pellucid/gnn.h>
#include <pellucid/graph.h>
#include <pellucid/pack.h>
#ifdef __cplusplus
extern "C" {
#endif

enum {
  PEL_CHAIN_LONGEST = 3,
  PEL_CHAIN_UNSEEN = 10 /* pairs that are taken to be against a rule before any is seen */
};

typedef struct pel_chain_rule { /* head (X, Y) <- body[0] (X, A), body[1] (A, B), body[2] (B, Y) */
  uint32_t head;                /* never backwards */
  uint32_t length;              /* of the body, 1 .. PEL_CHAIN_LONGEST */
  uint32_t body[PEL_CHAIN_LONGEST]; /* may be backward ones: r + n_relations */
  uint64_t pairs;               /* (X, Y) that a path of the body joins which visits nothing twice */
  uint64_t support;             /* of these, the ones of which the head is known */
  double confidence;            /* support / (pairs + PEL_CHAIN_UNSEEN) */
} pel_chain_rule;

typedef struct pel_chain_rules pel_chain_rules; /* never changes; any number of threads may read it */

/* Copies the rules. PEL_ERR_USAGE when a number is out of range, a body is its own head, or a rule is there twice. Free with pel_chain_rules_free. */
PEL_API pel_status pel_chain_rules_create(uint32_t n_relations, const pel_chain_rule *rules, size_t n, pel_chain_rules **out, pel_error *err);
PEL_API void pel_chain_rules_free(pel_chain_rules *rules);
/* In order of the head, then best first: greater confidence, greater support, shorter body; borrowed. */
PEL_API const pel_chain_rule *pel_chain_rules_all(const pel_chain_rules *rules, size_t *n);

/* Scores of all entities of `graph` as answers of (subject, relation, ?), greater is better; `relation` may be a backward one. 0: no rule leads there. Otherwise the
 * confidence of the best rule that does; of two with the same, the one whose sorted list of further confidences is greater gets the next double above it. A path visits
 * nothing twice, so none of them is the asked triple. */
PEL_API pel_status pel_chain_rules_score(const pel_chain_rules *rules, const pel_graph *graph, uint32_t subject, uint32_t relation, double *scores, pel_error *err);

typedef struct pel_chain_reason { /* a rule that leads to an answer, and the best path along which it does */
  const pel_chain_rule *rule;     /* of the rules */
  uint32_t triples[PEL_CHAIN_LONGEST]; /* rule->length places in the graph's triples, from the subject asked about to the answer */
  double weight;                  /* product of the triples' weights */
  uint64_t paths;                 /* of this rule between the two */
} pel_chain_reason;

/* At most `most` reasons for (subject, relation, object), best rule first; *n is 0 when no rule leads there. `weights` [triples of the graph] says which path is best, NULL or
 * NaN counts 1; of equals the first. */
PEL_API pel_status pel_chain_rules_explain(const pel_chain_rules *rules, const pel_graph *graph, const double *weights, uint32_t subject, uint32_t relation, uint32_t object,
                                           size_t most, pel_chain_reason *reasons, size_t *n, pel_error *err);

/* ---- mining ---- */

typedef struct pel_mining { /* zeroed: the usual */
  uint32_t length;          /* the longest body: 1 to 3 (3) */
  uint32_t support;         /* the least (2) */
  double confidence;        /* the least (0.01) */
  uint32_t threads;         /* (1); the result does not depend on it */
  uint64_t work;            /* steps along edges; a graph that needs more is sampled (5,000,000,000) */
  uint32_t most;            /* rules that are kept, the best (1,000,000) */
  bool (*progress)(double fraction, void *user); /* in the caller's thread; false cancels. May be NULL */
  void *user;
} pel_mining;

typedef struct pel_mined {
  bool sampled;            /* pairs and support are estimates */
  uint32_t starts, all;    /* entities that paths were followed from, of all */
  uint64_t work;           /* steps along edges, at most */
  uint64_t found;          /* rules of enough support and confidence, with those that `most` left out */
} pel_mined;

PEL_API pel_status pel_chain_rules_mine(const pel_graph *graph, const pel_mining *how, pel_chain_rules **out, pel_mined *done, pel_error *err);

/* ---- a pack's relations as a graph ---- */

typedef struct pel_pack_graph { /* entity i of the pack is i - 1 here; negated edges are left out */
  pel_graph *graph;
  char **relations; /* [relations of the graph], in order of first appearance */
  double *weights;  /* [triples of the graph]; NaN: not stated. Of edges that are there more than once the greatest */
  int64_t *ids;     /* [triples of the graph]: the pack's edge that the weight is of */
  size_t negated;   /* edges left out */
} pel_pack_graph;

PEL_API pel_status pel_pack_graph_read(pel_pack *pack, pel_pack_graph **out, pel_error *err);
PEL_API void pel_pack_graph_free(pel_pack_graph *graph);

/* ---- as text ---- */

/* "grandparent(X, Y) <- parent(X, A), parent(A, Y)"; a backward step has its ends exchanged. Owned by the caller (pel_free); NULL: out of memory. */
PEL_API char *pel_chain_rule_text(const pel_chain_rule *rule, char *const *relations, uint32_t n_relations);

/* ---- the file (docs/rule-file.md) ---- */

/* The rules as text, a piece a call; `write` returns false to stop. `pack` names what they were mined from, in the file's head. */
PEL_API pel_status pel_chain_rules_write(const pel_chain_rules *rules, char *const *relations, const char *pack, const pel_mined *mined, bool (*write)(void *user, const char *text),
                                         void *user, pel_error *err);
/* The same of text, which stays as it is; `name` is what errors call it. */
PEL_API pel_status pel_chain_rules_parse(const char *name, const char *text, size_t size, char *const *relations, uint32_t n_relations, pel_chain_rules **out, pel_mined *mined, pel_error *err);
/* Reads such a file against the relations of a graph. `mined`, which may be NULL, is told whether the rules are of a sample, and of which: sampled, starts and all; the rest is 0.
 * Errors name the line. */
PEL_API pel_status pel_chain_rules_read(const char *path, char *const *relations, uint32_t n_relations, pel_chain_rules **out, pel_mined *mined, pel_error *err);

/* ---- how far what chains or a network lead to can be trusted (docs/methods.md, "Chain rules") ---- */

enum { PEL_LINK_PLACES = 5 /* answers that have a confidence each */ };

typedef enum pel_link_part { /* numbers of the scores of a question's answers */
  PEL_LINK_SCORE,   /* ln (score / (1 - score)) */
  PEL_LINK_LEAD,    /* of the first answer its score less the second's, of another one its score less the first's */
  PEL_LINK_FOUND,   /* ln of how many answers there are */
  PEL_LINK_PARTS
} pel_link_part;
PEL_API const char *pel_link_part_name(pel_link_part part); /* in files: "score"; "" when out of range */

PEL_API double pel_link_odds(double score); /* PEL_LINK_SCORE of it; finite above 0 */
/* Of scores [n_entities] in [0, 1]: the best answers to a question about `start`, best first, of equals the first, and their parts. How many there are; 0: nothing has a score. */
PEL_API size_t pel_link_best(const double *scores, uint32_t n_entities, uint32_t start, uint32_t answers[PEL_LINK_PLACES], double parts[PEL_LINK_PLACES][PEL_LINK_PARTS]);

typedef enum pel_link_claim { /* what a confidence is of */
  PEL_LINK_FIRST,   /* that the first answer is right: of chains, to a question which the graph does not answer; of a network, beyond what the graph states */
  PEL_LINK_OTHER,   /* ... one of those after it, to the fifth place */
  PEL_LINK_CHAIN,   /* ... an answer of which the best chain has such a count, whatever its place: of PEL_LINK_SCORE alone */
  PEL_LINK_FURTHER, /* ... the first answer of chains beyond those that the graph states */
  PEL_LINK_CLAIMS
} pel_link_claim;
PEL_API const char *pel_link_claim_name(pel_link_claim claim); /* in files: "first" */

typedef struct pel_link_map {
  uint64_t n;                                                 /* claims that it was fitted on; 0: too few, there is no confidence */
  double offset, slope[PEL_LINK_PARTS], mean[PEL_LINK_PARTS]; /* confidence: 1 / (1 + exp (-(offset + sum of slope (part - mean)))) */
  double right;                                               /* share of right ones */
  double ece, brier_skill, auroc, aurc;                       /* of confidences by maps that were fitted on other entities */
  pel_interval ece_range, skill_range;                        /* 95 %, by entity */
  double score_skill;                                         /* Brier skill of the score alone: the control */
  double steps_ece, steps_skill;                              /* of isotonic steps over the same log odds, in place of the logistic curve */
  double review;                                              /* of the wrong ones, the share among the fifth of least confidence; NaN when none is wrong */
  pel_interval review_range;
  pel_confidence_bin bins[PEL_RELIABILITY_BINS];
} pel_link_map;

typedef struct pel_link_trust {
  pel_link_map of[PEL_LINK_CLAIMS];
  uint64_t asked, answered, entities; /* questions whose answers were kept back; those with any answer; entities that these are about */
  uint32_t length;                    /* of the chains, at most; 0: answers of a network */
  uint64_t graph;                     /* pel_graph_print of what it was learnt from: it is for no other */
  uint64_t network;                   /* pel_gnn_print of the network; 0: chains */
  char learnt_from[200];
} pel_link_trust;

enum {
  PEL_LINK_FOLDS = 5,
  PEL_LINK_QUESTIONS = 4000, /* about as many are asked at most */
  PEL_LINK_RULES = 200000    /* of the chains that an audit mines itself the best are kept: so many */
};

/* As an audit mines (PEL_LINK_RULES), unless `how` says otherwise. Keeps the answers of a fifth of the questions (entity, relation, ?) back in turn, from either end, mines the rest, and asks; then, for what chains say beyond what is stated, a fifth of the edges. Maps are fitted by fifths of the
 * entities. PEL_ERR_INPUT: too few questions have an answer. */
PEL_API pel_status pel_link_trust_learn(const pel_graph *graph, const pel_mining *how, pel_link_trust *out, pel_error *err);

typedef struct pel_link_held_out { /* edges that a network was not learnt from */
  const pel_graph *learnt, *whole; /* without and with them, entities and relations numbered alike */
  const pel_triple *triples;
  size_t n;
} pel_link_held_out;

/* Asks a network for edges held out, from either end, on the graph without them. What that graph states itself is no answer. `progress` may be NULL; false cancels. */
PEL_API pel_status pel_link_trust_network(pel_gnn *network, const pel_link_held_out *of, bool (*progress)(double fraction, void *user), void *user, pel_link_trust *out, pel_error *err);
/* Takes what the graph states out of the scores [entities] of (entity, relation, ?): false when it states nothing. */
PEL_API bool pel_link_unstated(const pel_graph *graph, uint32_t entity, uint32_t relation, double *scores);
PEL_API void pel_link_share(double *scores, uint32_t n_entities); /* makes scores sum to 1 */
PEL_API double pel_link_confidence(const pel_link_map *map, const double parts[PEL_LINK_PARTS]);
/* A number of a graph's edges, as entities and relations are numbered: the same graph has the same. */
PEL_API uint64_t pel_graph_print(const pel_graph *graph);
/* The file (docs/rule-file.md). `text` [size] has a zero byte behind; errors name the line. */
PEL_API pel_status pel_link_trust_parse(const char *name, const char *text, size_t size, pel_link_trust *out, pel_error *err);
PEL_API pel_status pel_link_trust_text(const pel_link_trust *trust, char **out, pel_error *err); /* owned by the caller (pel_free) */

#ifdef __cplusplus
}
#endif
