/* A term of an ontology and what becomes of it in a pack, whichever file it came from. */
#pragma once
#include "engine/knowledge/import.h"

typedef struct pel_term {
  pel_buffer key, label, synonyms, definition;
  pel_buffer others;   /* its further ids, a line each */
  pel_buffer replaced; /* the id of the term to use instead */
  bool obsolete;
} pel_term;

void pel_term_clear(pel_term *term);
void pel_term_free(pel_term *term);

/* An entity; a passage of its definition (path: the key, label: the label); each further id an entity of type "obsolete" with the edge
 * "replaced_by" to it, and an obsolete term such an edge to the one to use instead. A term without a key or a label is skipped. *id may be NULL. */
pel_status pel_term_import(pel_pack_builder *b, pel_term *term, int64_t source, const char *path, int64_t line, pel_import *done, int64_t *id,
                           pel_error *err);
/* An edge between keys; ends that are no entity yet become one without a label. */
pel_status pel_term_edge(pel_pack_builder *b, const char *subject, const char *relation, const char *object, pel_import *done, pel_error *err);

/* "http://purl.obolibrary.org/obo/HP_0000001" -> "HP:0000001"; anything else stays. In place. Returns `key`. */
char *pel_term_shorten(char *key);
