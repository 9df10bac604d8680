/* Questions that the graph of a pack answers, not its rules:
 *
 *   diagnosis(Disease)                  which disease of the pack explains the case's findings
 *   diagnosis('OMIM:154700')            whether this one does
 *   linked('DB:1', treats, Disease)     what the graph leads to, by the chains that its own edges are mostly part of
 *
 * A pack whose rules define diagnosis/1 or linked/3 is asked by its rules, as ever. */
#pragma once
#include "engine/reason/world.h"

typedef enum pel_graph_ask { PEL_ASK_RULES, PEL_ASK_DIAGNOSIS, PEL_ASK_LINK } pel_graph_ask;

typedef struct pel_graph_question { /* ids of the pack's entities, 0: asked for */
  pel_graph_ask kind;
  int64_t subject, object; /* of a diagnosis, `object` is the disease */
  char relation[200];      /* of a link */
} pel_graph_question;

/* Reads the case's question. Errors name the case's $.question: that it can't be read, that the pack and the case have nothing that it may be about, or an entity that
 * the pack does not have. */
pel_status pel_graph_question_read(const pel_world *w, pel_graph_question *out, pel_error *err);

typedef struct pel_finding { /* finding(Key) of the case */
  int64_t entity;
  size_t fact; /* of the case */
  bool known, excluded;
} pel_finding;

/* The findings of the case in its order; *out is to be freed. An entity that the pack does not have is an error that names the fact. */
pel_status pel_graph_findings(const pel_world *w, pel_finding **out, size_t *n, pel_error *err);
