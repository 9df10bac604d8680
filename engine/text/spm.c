#include "engine/text/spm.h"

#include "engine/base/checked.h"
#include "engine/base/status.h"
#include "engine/text/unicode.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define SPACE_MARK 0x2581

typedef struct symbol {
  uint32_t start, size; /* in the spelled text; size 0 once it was merged into its left neighbour */
  uint32_t left, next;  /* NONE at the ends */
  bool opaque;          /* stays as it is: a broken byte, or a true U+2581 */
} symbol;

typedef struct note {
  float score;
  uint32_t at, size; /* symbol, and bytes of both together: tells notes that are out of date */
} note;

typedef struct merger {
  const pel_vocab *vocab;
  char *spelled; /* the text with U+2581 for spaces */
  symbol *symbols;
  size_t n_symbols;
  note *heap;
  size_t n_heap;
  pel_ids *ids;
  pel_error *err;
} merger;

/* Higher scores first, the leftmost of equals. */
static bool before(note a, note b) { return a.score > b.score || (a.score == b.score && a.at < b.at); }

static void heap_push(merger *m, note item) {
  size_t at = m->n_heap++;
  for (size_t parent; at > 0 && before(item, m->heap[parent = (at - 1) / 2]); at = parent)
    m->heap[at] = m->heap[parent];
  m->heap[at] = item;
}

static note heap_pop(merger *m) {
  note top = m->heap[0], item = m->heap[--m->n_heap];
  size_t at = 0;
  for (size_t child; (child = 2 * at + 1) < m->n_heap; at = child) {
    if (child + 1 < m->n_heap && before(m->heap[child + 1], m->heap[child])) child++;
    if (!before(m->heap[child], item)) break;
    m->heap[at] = m->heap[child];
  }
  m->heap[at] = item;
  return top;
}

/* The token with this text, unless it is one that merging must not make: control and byte tokens never, and
 * user-defined ones were found before. */
static pel_token_id find_plain(const pel_vocab *v, const char *text, size_t size) {
  if (size > v->longest) return -1;
  pel_token_id id = pel_vocab_find(v, text, size);
  return id >= 0 && pel_vocab_is_plain(v, (size_t)id) ? id : -1;
}

static void consider(merger *m, uint32_t at) {
  uint32_t next = at == NONE ? NONE : m->symbols[at].next;
  if (next == NONE || m->symbols[at].opaque || m->symbols[next].opaque) return;
  uint32_t size = m->symbols[at].size + m->symbols[next].size;
  pel_token_id id = find_plain(m->vocab, m->spelled + m->symbols[at].start, size);
  if (id >= 0) heap_push(m, (note){m->vocab->score[id], at, size});
}

static void merge_all(merger *m) {
  while (m->n_heap) {
    note item = heap_pop(m);
    symbol *left = &m->symbols[item.at];
    if (!left->size || left->next == NONE) continue;
    symbol *right = &m->symbols[left->next];
    if (left->size + right->size != item.size) continue;
    left->size = item.size;
    right->size = 0;
    left->next = right->next;
    if (left->next != NONE) m->symbols[left->next].left = item.at;
    consider(m, left->left);
    consider(m, item.at);
  }
}

static pel_status push(merger *m, pel_token_id id) {
  return pel_ids_push(m->ids, id) ? PEL_OK : pel_fail_memory(m->err, "tokens", m->ids->n * sizeof id);
}

static pel_status push_bytes(merger *m, const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    pel_token_id id = m->vocab->byte_id[(uint8_t)bytes[i]];
    if (id < 0)
      return pel_fail(m->err, PEL_ERR_UNSUPPORTED,
                      "the text needs the byte 0x%02X, and the vocabulary of %s has no token for "
                      "it; remove it from the text",
                      (uint8_t)bytes[i], m->vocab->path);
    PEL_TRY(push(m, id));
  }
  return PEL_OK;
}

static pel_status push_symbol(merger *m, const symbol *s) {
  const char *text = m->spelled + s->start;
  pel_token_id id = s->opaque ? -1 : find_plain(m->vocab, text, s->size);
  if (id >= 0) return push(m, id);
  bool space = !s->opaque && s->size == 3 && memcmp(text, "\xe2\x96\x81", 3) == 0;
  return space ? push_bytes(m, " ", 1) : push_bytes(m, text, s->size);
}

static void add_symbol(merger *m, size_t start, size_t size, bool opaque) {
  uint32_t i = (uint32_t)m->n_symbols++;
  m->symbols[i] = (symbol){(uint32_t)start, (uint32_t)size, i ? i - 1 : NONE, i + 1, opaque};
}

static void spell(merger *m, const char *text, size_t size, bool prefix) {
  size_t n = 0;
  for (size_t at = 0; at < size || prefix;) {
    int32_t code = ' ';
    uint32_t bytes = prefix ? 0 : pel_utf8((const uint8_t *)text + at, size - at, &code);
    prefix = false;
    if (code == ' ')
      memcpy(m->spelled + n, "\xe2\x96\x81", 3);
    else
      memcpy(m->spelled + n, text + at, bytes);
    uint32_t spelled = code == ' ' ? 3 : bytes;
    add_symbol(m, n, spelled, code < 0 || code == SPACE_MARK);
    n += spelled;
    at += bytes;
  }
  if (m->n_symbols) m->symbols[m->n_symbols - 1].next = NONE;
}

pel_status pel_spm_encode(const pel_vocab *vocab, const char *text, size_t size, bool prefix, pel_ids *ids,
                          pel_error *err) {
  if (!size) return PEL_OK;
  if (size > UINT32_MAX / 4)
    return pel_fail(err, PEL_ERR_UNSUPPORTED, "a text of %zu bytes is too long; the limit is 1 GiB", size);
  merger m = {.vocab = vocab, .ids = ids, .err = err};
  size_t most = size + 1; /* symbols; and two notes a merge on top of one a pair */
  m.spelled = pel_alloc(3 * most, 1);
  m.symbols = pel_alloc(most, sizeof *m.symbols);
  m.heap = pel_alloc(3 * most, sizeof *m.heap);
  pel_status status = PEL_OK;
  if (!m.spelled || !m.symbols || !m.heap) {
    status = pel_fail_memory(err, "text", most * (3 + sizeof *m.symbols + 3 * sizeof *m.heap));
  } else {
    spell(&m, text, size, prefix);
    for (uint32_t i = 0; i + 1 < m.n_symbols; i++) consider(&m, i);
    merge_all(&m);
    for (uint32_t at = 0; at != NONE && status == PEL_OK; at = m.symbols[at].next)
      status = push_symbol(&m, &m.symbols[at]);
  }
  free(m.spelled);
  free(m.symbols);
  free(m.heap);
  return status;
}
