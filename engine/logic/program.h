/* A program: clauses by predicate, in the order in which they were read, with where each comes from. */
#pragma once
#include <pellucid/status.h>

#include "engine/logic/heap.h"
#include "engine/logic/operators.h"

struct pel_machine;

/* What a built-in predicate answers. */
typedef enum pel_outcome { PEL_FAIL, PEL_TRUE, PEL_THROW, PEL_STOP } pel_outcome;

typedef pel_outcome (*pel_builtin)(struct pel_machine *m, const pel_cell *args); /* args are dereferenced */

typedef struct pel_rule_clause {
  pel_cell head, body;    /* in the constant store, variables as PEL_TAG_LOCAL */
  pel_cell key;           /* of the first argument, for indexing; 0: it can match anything */
  uint32_t n_locals;
  uint32_t predicate;     /* index */
  int64_t id;             /* the caller's number of it: a pack's rule or a case's fact; 0 for the library's own */
  uint32_t file, line;    /* index into the program's file names, and where it starts, from 1 */
  bool excluded;          /* not in force: it never fires, and tries of it are told */
  int32_t undecided;      /* number of an unknown fact from 1, or 0 */
} pel_rule_clause;

typedef enum pel_predicate_kind { PEL_PREDICATE_UNDEFINED, PEL_PREDICATE_CLAUSES, PEL_PREDICATE_BUILTIN, PEL_PREDICATE_CONTROL } pel_predicate_kind;

/* What a built-in predicate does where an argument is, or holds, a quantity that nobody knows. */
typedef enum pel_unknown_use {
  PEL_UNKNOWN_NEEDED,  /* it needs to know it, also inside a list or another term */
  PEL_UNKNOWN_WITHIN,  /* it needs to know it when it is the argument itself */
  PEL_UNKNOWN_HANDLED  /* it knows of such quantities, or passes them on */
} pel_unknown_use;

typedef struct pel_predicate {
  uint32_t functor;
  pel_predicate_kind kind;
  bool library;    /* comes with the interpreter */
  bool declared;   /* dynamic, discontiguous, multifile, or in a pack's vocabulary: without clauses it fails */
  uint32_t file;   /* that its clauses came from, when it has any */
  uint32_t *clauses; /* indices into the program's clauses */
  size_t n_clauses, capacity;
  struct pel_index *index; /* by first argument, made when it is first needed */
  union {
    pel_builtin builtin;
    int control;
  };
  pel_unknown_use unknown_use;
} pel_predicate;

typedef struct pel_program {
  pel_symbols symbols;
  pel_cell *cells; /* the constant store */
  size_t n_cells, cells_capacity;
  pel_rule_clause *clauses;
  size_t n_clauses, clauses_capacity;
  pel_predicate *predicates;
  size_t n_predicates, predicates_capacity;
  char **files;
  size_t n_files, files_capacity;
  pel_operators operators;
  size_t n_library; /* clauses of the library: the first ones */
} pel_program;

/* With the built-in predicates and the library in it. Owned by the caller. */
pel_status pel_program_create(pel_program **out, pel_error *err);
void pel_program_destroy(pel_program *p);

/* Index of the predicate of a functor, made when it is not there; PEL_NO_SYMBOL: out of memory. */
uint32_t pel_program_predicate(pel_program *p, uint32_t functor);
/* Index of a file name, made when it is not there. */
uint32_t pel_program_file(pel_program *p, const char *name);

/* Adds the clause `head :- body`, terms of `heap`. `where` fills in id, file, line, excluded, undecided. PEL_ERR_INPUT when the head is no head or
 * the predicate is the interpreter's own. */
pel_status pel_program_add(pel_program *p, const pel_heap *heap, pel_cell head, pel_cell body, const pel_rule_clause *where, pel_error *err);
/* Takes all clauses from a predicate. */
void pel_program_wipe(pel_program *p, uint32_t predicate);

/* The key of a (dereferenced) first argument; 0 for a variable. */
pel_cell pel_index_key(const pel_heap *h, pel_cell argument);

/* The first clause of a predicate, at `from` or after it, that may match `key`: its place in predicate->clauses, or n_clauses. */
size_t pel_program_candidate(pel_program *p, uint32_t predicate, pel_cell key, size_t from);

/* ---- reading rule files ---- */

typedef struct pel_consult {
  void *user;
  const char *file;
  /* Called for each clause before it is added, `text` (with its dot) and line as in the file: fills in id, excluded, undecided; NULL: nothing is filled in. false drops the clause. */
  bool (*clause)(void *user, pel_program *p, const pel_heap *heap, pel_cell head, pel_cell body, const char *text, size_t size, pel_rule_clause *where);
  /* Called for ":- Goal" that is no declaration and for "?- Goal"; NULL: an error. */
  pel_status (*directive)(void *user, pel_program *p, const pel_heap *heap, pel_cell goal, bool query, uint32_t line, pel_error *err);
  /* Called for declarations, which are understood here; NULL: nobody is told. */
  void (*declaration)(void *user, const char *text, size_t size, uint32_t line);
  /* A file's clauses replace those that another file gave for the same predicate, as SWI-Prolog does; else they are added. */
  bool replace;
  bool library;
} pel_consult;

/* Reads clauses until the end of the text. An error names file, line and column; what came before it stays. */
pel_status pel_program_consult(pel_program *p, const char *text, size_t size, const pel_consult *how, pel_error *err);
