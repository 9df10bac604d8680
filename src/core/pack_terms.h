/* The entities of a pack's graph, found by their words while these are typed.
 *
 *   pel_pack_terms *terms;
 *   pel_pack_terms_read (pack, &terms, &err);                    // keeps what it needs; on any thread
 *   pel_term_hit hits[30];
 *   guint n = pel_pack_terms_search (terms, PEL_TERMS_FINDINGS, "seiz", hits, 30, &all);
 *   pel_pack_terms_get (terms, hits[0].term)->label;             // "Seizure"
 *
 * A term is found by its key, and by a label or synonym that has each of the words, as the beginning of one of its own or within it. Case and accents do not count. Nothing
 * is changed after reading: any number of threads may search. */
#pragma once
#include <glib.h>
#include <pellucid/pack.h>

#define PEL_NO_TERM_ROW G_MAXUINT

typedef struct pel_pack_terms pel_pack_terms;

typedef struct pel_pack_term {
  char *key, *label, *type; /* label: the key where the pack has none */
} pel_pack_term;

typedef enum pel_terms_kind { PEL_TERMS_ALL, PEL_TERMS_FINDINGS, PEL_TERMS_DISEASES } pel_terms_kind;

typedef struct pel_term_hit {
  guint term;
  const char *synonym; /* by which it was found, as the pack writes it; NULL: by its label or key. Borrowed from the terms */
} pel_term_hit;

pel_status pel_pack_terms_read(pel_pack *pack, pel_pack_terms **out, pel_error *err);
void pel_pack_terms_free(pel_pack_terms *terms); /* takes NULL */
guint pel_pack_terms_count(const pel_pack_terms *terms, pel_terms_kind kind);
const pel_pack_term *pel_pack_terms_get(const pel_pack_terms *terms, guint term);
/* By key; PEL_NO_TERM_ROW: the pack has none. */
guint pel_pack_terms_find(const pel_pack_terms *terms, const char *key);
/* By key, or by a label that only one term of the kind has, whatever its case. */
guint pel_pack_terms_named(const pel_pack_terms *terms, pel_terms_kind kind, const char *words);
/* Best first: the whole name, its beginning, words in it, parts of words; labels before synonyms, short names before long ones. *all (may be NULL): how many there are. */
guint pel_pack_terms_search(const pel_pack_terms *terms, pel_terms_kind kind, const char *words, pel_term_hit *hits, guint most, guint *all);
