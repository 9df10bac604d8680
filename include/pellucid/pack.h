/* A knowledge pack: entities, typed edges, rules, passages and their sources, in one SQLite file.
 *
 *   pel_pack *pack;
 *   if (pel_pack_open ("tax.pack", &pack, &err) != PEL_OK) ...
 *   pel_pack_search (pack, "surviving spouse", 10, hits, &n, &err);
 *   pel_pack_close (pack);
 *
 * A pack comes from a stranger: it is opened read-only and fenced in as a trace is, refused when its schema is not
 * the documented one (docs/pack-format.md), and its rules can compute, never act. One pel_pack serves one thread at a time. */
#pragma once
#include <pellucid/span.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct pel_pack pel_pack;

typedef struct pel_pack_info { /* strings borrowed until close */
  const char *name, *title, *version, *language; /* language: BCP 47, "en" */
  const char *sha256;                            /* logical hash over the documented tables, hex */
  const char *advice;                            /* the line that says that this is no advice */
  const char *generator;
  const char *encoder;                           /* what made the embeddings: a model's SHA-256, "hashed n-grams", or "" for none */
  int64_t n_sources, n_passages, n_entities, n_edges, n_rules, n_vocabulary, n_cases;
  const char *path;                              /* as it was opened */
} pel_pack_info;

PEL_API pel_status pel_pack_open(const char *path, pel_pack **out, pel_error *err);
PEL_API void pel_pack_close(pel_pack *pack);

/* Holds the pack's hash against its contents, once for as long as it is open. PEL_ERR_CHECK: something was changed after it was built. */
PEL_API pel_status pel_pack_verify(pel_pack *pack, pel_error *err);
PEL_API const pel_pack_info *pel_pack_get_info(const pel_pack *pack);

/* ---- rows. Ids count from 1 without gaps in each table. Strings handed to a callback are valid during the call. ---- */

typedef struct pel_rule { /* one clause of a rule file */
  int64_t id;
  const char *file;  /* of the rule file, as it was given to the build */
  int64_t line;
  const char *label; /* in the domain's words, or "" */
  const char *text;  /* as written, with its closing dot */
  int64_t passage;   /* what it says it puts into rules, or 0 */
  const char *valid_from, *valid_to; /* ISO dates, inclusive; "" for open */
  int64_t priority;
} pel_rule;

typedef enum pel_term_type { PEL_TERM_YESNO, PEL_TERM_QUANTITY, PEL_TERM_DATE, PEL_TERM_CHOICE, PEL_TERM_TEXT, PEL_TERM_STEP, PEL_TERM_TYPES } pel_term_type;
PEL_API const char *pel_term_type_name(pel_term_type type); /* "yesno", "quantity", "date", "choice", "text", "step" */

/* How a term of the rules reads in the domain's language: makes forms, because-sentences and errors. */
typedef struct pel_vocabulary {
  int64_t id;
  const char *term; /* pattern in the rules' syntax: "death_(Event)", "quantity(urea, Value)" */
  const char *says; /* "" of a step: it is passed over; "{Person} is {Value} years old"; {Variable} takes the variable's value in the domain's words */
  const char *denied; /* the same when it is not so; "" makes it from `says` */
  const char *asks; /* the question to ask for it, or "" */
  pel_term_type type;
  const char *unit;    /* of a quantity, UCUM-like: "mmol/L", or "" */
  const char *allowed; /* quantity: "0..300"; choice: "mild|moderate|severe"; "" for any */
  bool askable;        /* a case may say it: it becomes a field of the form */
} pel_vocabulary;

typedef struct pel_entity {
  int64_t id;
  const char *key;   /* "HP:0001250", "ORPHA:558" */
  const char *label; /* "Seizure" */
  const char *type;  /* "phenotype", "disease", ... */
  const char *synonyms; /* separated by newline */
} pel_entity;

typedef struct pel_relation { /* a typed edge */
  int64_t id, subject, object; /* entities */
  const char *relation;        /* "is_a", "has_phenotype" */
  double weight;               /* frequency or confidence in [0, 1], NaN: not stated */
  bool negated;                /* "excluded" */
  const char *qualifier;       /* what the source says further, "" for none */
  int64_t passage;
} pel_relation;

typedef struct pel_pack_case { /* a test case that the pack carries */
  int64_t id;
  const char *name;
  const char *text;     /* the case file */
  const char *expected; /* JSON: {"state": "holds", ...} */
} pel_pack_case;

PEL_API pel_status pel_pack_rules(pel_pack *pack, bool (*each)(void *user, const pel_rule *rule), void *user, pel_error *err);
PEL_API pel_status pel_pack_vocabulary(pel_pack *pack, bool (*each)(void *user, const pel_vocabulary *term), void *user, pel_error *err);
PEL_API pel_status pel_pack_cases(pel_pack *pack, bool (*each)(void *user, const pel_pack_case *test), void *user, pel_error *err);
PEL_API pel_status pel_pack_sources(pel_pack *pack, bool (*each)(void *user, const pel_source *source), void *user, pel_error *err);
PEL_API pel_status pel_pack_passages(pel_pack *pack, bool (*each)(void *user, const pel_passage *passage), void *user, pel_error *err);
PEL_API pel_status pel_pack_entities(pel_pack *pack, bool (*each)(void *user, const pel_entity *entity), void *user, pel_error *err);
/* Edges of `entity` as subject (or, with `backwards`, as object); entity 0: all edges in order of id. */
PEL_API pel_status pel_pack_relations(pel_pack *pack, int64_t entity, bool backwards,
                                      bool (*each)(void *user, const pel_relation *relation), void *user, pel_error *err);
/* One row by id, its strings valid until the next call of the same function; PEL_ERR_USAGE when there is none. */
PEL_API pel_status pel_pack_passage(pel_pack *pack, int64_t id, pel_passage *out, pel_error *err);
PEL_API pel_status pel_pack_source(pel_pack *pack, int64_t id, pel_source *out, pel_error *err);
PEL_API pel_status pel_pack_entity(pel_pack *pack, int64_t id, pel_entity *out, pel_error *err);
PEL_API pel_status pel_pack_relation(pel_pack *pack, int64_t id, pel_relation *out, pel_error *err);
/* *id is 0 when there is none of that key. */
PEL_API pel_status pel_pack_find_entity(pel_pack *pack, const char *key, int64_t *id, pel_error *err);

/* ---- what was learnt for the pack: kept in it, and used by an audit that is not told otherwise ---- */

typedef enum pel_learnt_kind {
  PEL_LEARNT_PHENOTYPE, /* weights of findings, with their reliability (phenotype.h) */
  PEL_LEARNT_CHAINS,    /* chain rules (learn.h) */
  PEL_LEARNT_LINKS,     /* how far what chains lead to can be trusted (learn.h) */
  PEL_LEARNT_KINDS
} pel_learnt_kind;
PEL_API const char *pel_learnt_name(pel_learnt_kind kind); /* "phenotype", "chains", "links" */
/* The text of its file, owned by the caller (pel_free); NULL when the pack has none. */
PEL_API pel_status pel_pack_learnt(pel_pack *pack, pel_learnt_kind kind, char **out, pel_error *err);

/* ---- search ---- */

typedef struct pel_hit {
  int64_t passage;
  double score; /* BM25 with k1 = 1.2, b = 0.75 and idf = ln(1 + (N - df + 0.5) / (df + 0.5)); greater is better */
} pel_hit;

/* Passages that share a word with `text` (words are taken as they are, no query syntax), best first, ties by id.
 * *n_hits is at most `most`. */
PEL_API pel_status pel_pack_search(pel_pack *pack, const char *text, size_t most, pel_hit *hits, size_t *n_hits, pel_error *err);
/* Vectors of all passages, [n_passages, dim] f32 of unit length in the order of ids, made by info->encoder; *out is owned by the caller (pel_free). dim 0 and NULL when
 * the pack holds none. */
PEL_API pel_status pel_pack_embeddings(pel_pack *pack, float **out, uint32_t *dim, pel_error *err);

/* ---- checking ---- */

/* Reads everything: SQLite's own structure, each row, the index for search, the logical hash; then what is allowed but hardly meant: passages
 * without text, dates in wrong order, terms and cases that are there twice, rules, terms and cases that cannot be read. A line that begins with "warning: " is no
 * finding: a rule calls what nothing in the pack defines. `each` is called with a line a finding (false stops). PEL_ERR_CHECK when
 * there was one. */
PEL_API pel_status pel_pack_check(pel_pack *pack, bool (*each)(void *user, const char *finding), void *user,
                                  bool (*progress)(double fraction, void *user), void *progress_user, pel_error *err);

/* Each source, and the file below `folder` that has its SHA-256: NULL when none has, "" when the source names no SHA-256. Without a folder no file is looked for.
 * What the pack holds of a source's text is under the pack's own hash, which pel_pack_check makes anew. */
PEL_API pel_status pel_pack_check_sources(pel_pack *pack, const char *folder, bool (*each)(void *user, const char *key, const char *sha256, const char *file), void *user,
                                          pel_error *err);
enum { PEL_SHA256_HEX = 65 };
/* What the build puts into a source's sha256: of the file's bytes, in hex. */
PEL_API pel_status pel_pack_file_sha256(const char *path, char out[PEL_SHA256_HEX], pel_error *err);

/* ---- building. All or nothing: the file takes its name when it is finished. ---- */

typedef struct pel_pack_builder pel_pack_builder;

typedef struct pel_pack_header {
  const char *name, *title, *version, *language, *advice, *generator; /* advice "" takes the usual line */
} pel_pack_header;

PEL_API pel_status pel_pack_builder_create(const char *path, bool force, const pel_pack_header *header, pel_pack_builder **out, pel_error *err);
/* `progress` is called now and then by the importers, with the share of the file that is read; false cancels them. NULL: not at all. */
PEL_API void pel_pack_builder_watch(pel_pack_builder *b, bool (*progress)(double fraction, void *user), void *user);
/* Each takes the row (its id is ignored) and gives the id that it got in *id (may be NULL). Strings NULL are "". Dates, references, UTF-8 and
 * sizes are checked; the error names the row. */
PEL_API pel_status pel_pack_add_source(pel_pack_builder *b, const pel_source *row, int64_t *id, pel_error *err);
PEL_API pel_status pel_pack_add_passage(pel_pack_builder *b, const pel_passage *row, int64_t *id, pel_error *err);
PEL_API pel_status pel_pack_add_rule(pel_pack_builder *b, const pel_rule *row, int64_t *id, pel_error *err);
PEL_API pel_status pel_pack_add_vocabulary(pel_pack_builder *b, const pel_vocabulary *row, int64_t *id, pel_error *err);
/* An entity whose key is there already keeps its id; empty label, type or synonyms are filled in. */
PEL_API pel_status pel_pack_add_entity(pel_pack_builder *b, const pel_entity *row, int64_t *id, pel_error *err);
PEL_API pel_status pel_pack_add_relation(pel_pack_builder *b, const pel_relation *row, int64_t *id, pel_error *err);
PEL_API pel_status pel_pack_add_case(pel_pack_builder *b, const pel_pack_case *row, int64_t *id, pel_error *err);
/* Once for each kind; UTF-8, less than 16 MB. What it says is looked at when it is used. */
PEL_API pel_status pel_pack_add_learnt(pel_pack_builder *b, pel_learnt_kind kind, const char *text, pel_error *err);
/* Id of a passage by its source's key and its path; 0 when there is none. */
PEL_API int64_t pel_pack_builder_passage(pel_pack_builder *b, const char *source, const char *path);
/* Called by finish for the texts of the passages, in batches, to fill out[n, dim] with unit vectors. */
typedef struct pel_pack_encoder {
  void *user;
  const char *name; /* info->encoder */
  uint32_t dim;
  pel_status (*embed)(void *user, const char *const *texts, const size_t *sizes, size_t n, float *out, pel_error *err);
} pel_pack_encoder;
/* Index for search, embeddings (encoder NULL: none), logical hash; then the file has its name. Frees the builder in any case. `progress` may be NULL; false cancels. */
PEL_API pel_status pel_pack_builder_finish(pel_pack_builder *b, const pel_pack_encoder *encoder, bool (*progress)(double fraction, void *user), void *user, pel_error *err);
PEL_API void pel_pack_builder_abandon(pel_pack_builder *b);

/* ---- importers: each reads a file by streaming into a builder; errors name file, line or byte, and the mend ---- */

typedef struct pel_import { /* what was read; zeroed by the caller */
  int64_t sources, passages, entities, relations, rules, vocabulary, cases, learnt, skipped;
  char first_skipped[200]; /* why the first row was skipped, "" for none */
  int64_t skipped_cases;   /* test cases that were left out as a whole */
  char first_skipped_case[200];
} pel_import;

/* `source`: id of the row that the rows cite, or 0. */
PEL_API pel_status pel_import_obographs(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err); /* OBO Graphs JSON */
PEL_API pel_status pel_import_obo(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);       /* OBO 1.4 text */
PEL_API pel_status pel_import_hpoa(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);      /* phenotype.hpoa */
PEL_API pel_status pel_import_tsv(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err); /* subject, relation, object [, weight] */
/* Markdown or plain text: a passage a heading (its path: the headings' texts joined by " > ") or, without headings, a paragraph ("paragraph 3"). */
PEL_API pel_status pel_import_text(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);
/* A rule file in Prolog syntax; see docs/pack-format.md for the notes before clauses. `names` is what errors and rules call the file. */
PEL_API pel_status pel_import_rules(pel_pack_builder *b, const char *path, const char *name, pel_import *done, pel_error *err);
/* A file that was learnt; which kind it is, its beginning says. */
PEL_API pel_status pel_import_learnt(pel_pack_builder *b, const char *path, pel_import *done, pel_error *err);
/* An openEHR GDL2 guideline (JSON): sources, passages, vocabulary, and its rules as Horn clauses. */
PEL_API pel_status pel_import_gdl2(pel_pack_builder *b, const char *path, pel_import *done, pel_error *err);
/* A test file of such a guideline (YAML): its cases. `guidelines` are the paths of those that it may be for, which the pack gets by pel_import_gdl2. */
PEL_API pel_status pel_import_gdl2_tests(pel_pack_builder *b, const char *path, const char *const *guidelines, size_t n_guidelines, pel_import *done, pel_error *err);
/* A folder with pack.json: everything that it names. */
PEL_API pel_status pel_pack_build_folder(const char *folder, const char *output, bool force, const pel_pack_encoder *encoder, const char *generator,
                                         bool (*progress)(double, void *), void *user, pel_import *done, pel_error *err);

#ifdef __cplusplus
}
#endif
