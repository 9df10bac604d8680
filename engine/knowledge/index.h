/* The index for search: for each word the passages that hold it and how often, and how many words each passage has.
 *
 * A posting block (a row of `posting`) is the passages of one word in order of id, each as two numbers in LEB128: the id less the id
 * before (the first: less `first` - 1, so always 1), and how often the word is in it. */
#pragma once
#include <pellucid/status.h>
#include <sqlite3.h>

#include "engine/knowledge/layout.h"

typedef struct pel_index pel_index;

/* NULL: out of memory. */
pel_index *pel_index_new(sqlite3 *db, bool stems);
void pel_index_free(pel_index *index);
/* The next passage, in order of id from 1: the words of its label, then of its text. Writes to the database now and then, so that
 * memory stays bounded. Returns an SQLite code. */
int pel_index_add(pel_index *index, const pel_passage *passage);
int pel_index_finish(pel_index *index);

/* Reads a number of a block; false at its end, or where it is malformed. */
static inline bool pel_index_number(const uint8_t **at, const uint8_t *end, uint64_t *out) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 63 && *at < end; shift += 7) {
    uint8_t byte = *(*at)++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *out = value;
      return true;
    }
  }
  return false;
}
