#include "engine/text/bpe.h"

#include "engine/base/status.h"
#include "engine/text/alphabet.h"

#include <stdlib.h>
#include <string.h>

#define KEY_MERGES "tokenizer.ggml.merges"

/* ---- the rules ---- */

static uint64_t pair_of(pel_token_id left, pel_token_id right) {
  return (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
}

static size_t slot_of(const pel_merges *m, pel_token_id left, pel_token_id right) {
  size_t at = pel_vocab_hash_pair(m->key, pair_of(left, right)) & (m->n_slots - 1);
  for (; m->slots[at] >= 0; at = (at + 1) & (m->n_slots - 1)) {
    const pel_merge *rule = &m->rules[m->slots[at]];
    if (rule->left == left && rule->right == right) break;
  }
  return at;
}

static pel_status bad_rule(const pel_vocab *v, size_t i, const char *what, pel_error *err) {
  return pel_fail(err, PEL_ERR_INPUT, "%s: key '" KEY_MERGES "', item %zu: %s; convert the model again",
                  v->path, i, what);
}

/* The pieces must join too, not only the spellings: decoding then gives back what was encoded. */
static bool joins(const pel_vocab *v, const pel_merge *rule) {
  pel_bytes left = pel_rows_at(&v->piece, (size_t)rule->left),
            right = pel_rows_at(&v->piece, (size_t)rule->right);
  pel_bytes merged = pel_rows_at(&v->piece, (size_t)rule->merged);
  return merged.size == left.size + right.size && memcmp(merged.data, left.data, left.size) == 0 &&
         memcmp(merged.data + left.size, right.data, right.size) == 0;
}

static pel_status read_rule(const pel_vocab *v, size_t i, pel_bytes text, char *joined, pel_merge *rule,
                            pel_error *err) {
  const char *space = text.size > 1 ? memchr(text.data + 1, ' ', text.size - 1) : NULL;
  if (!space || space + 1 == text.data + text.size)
    return bad_rule(v, i, "it is no pair of texts with a space between", err);
  size_t left = (size_t)(space - text.data), right = text.size - left - 1;
  memcpy(joined, text.data, left);
  memcpy(joined + left, space + 1, right);
  rule->left = pel_vocab_find(v, text.data, left);
  rule->right = pel_vocab_find(v, space + 1, right);
  rule->merged = pel_vocab_find(v, joined, left + right);
  if (rule->left < 0 || rule->right < 0 || rule->merged < 0)
    return bad_rule(v, i, "it names a text that is no token of the vocabulary", err);
  if (pel_vocab_is_control(v, (size_t)rule->left) || pel_vocab_is_control(v, (size_t)rule->right) ||
      pel_vocab_is_control(v, (size_t)rule->merged))
    return bad_rule(v, i, "it builds on a control token", err);
  if (!joins(v, rule))
    return bad_rule(v, i, "the merged token does not stand for the text of its parts", err);
  return PEL_OK;
}

static pel_status read_rules(pel_merges *m, const pel_vocab *v, const pel_bytes *texts, pel_error *err) {
  size_t longest = 1;
  for (size_t i = 0; i < m->n; i++)
    if (texts[i].size > longest) longest = texts[i].size;
  char *joined = pel_alloc(longest, 1);
  if (!joined) return pel_fail_memory(err, "merge rules", longest);
  pel_status status = PEL_OK;
  for (size_t i = 0; i < m->n && status == PEL_OK; i++) {
    pel_merge *rule = &m->rules[i];
    status = read_rule(v, i, texts[i], joined, rule, err);
    if (status != PEL_OK) break;
    size_t slot = slot_of(m, rule->left, rule->right);
    if (m->slots[slot] < 0) m->slots[slot] = (int32_t)i; /* a rule that is said twice has its first rank */
  }
  free(joined);
  return status;
}

pel_status pel_merges_load(pel_merges *m, const pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  memset(m, 0, sizeof *m);
  pel_bytes *texts;
  PEL_TRY(pel_gguf_strings(gguf, KEY_MERGES, &texts, &m->n, err));
  m->key = pel_vocab_random_key();
  for (m->n_slots = 16; m->n_slots < m->n * 2;) m->n_slots *= 2;
  m->rules = pel_alloc(m->n, sizeof *m->rules);
  m->slots = pel_alloc(m->n_slots, sizeof *m->slots);
  pel_status status = PEL_OK;
  if (!m->rules || !m->slots)
    status = pel_fail_memory(err, "merge rules", m->n * sizeof *m->rules);
  else if (m->n > INT32_MAX / 4)
    status = pel_fail(err, PEL_ERR_INPUT, "%s: key '" KEY_MERGES "' has too many items", v->path);
  else {
    memset(m->slots, 0xff, m->n_slots * sizeof *m->slots);
    status = read_rules(m, v, texts, err);
  }
  free(texts);
  if (status != PEL_OK) pel_merges_clear(m);
  return status;
}

void pel_merges_clear(pel_merges *m) {
  free(m->rules);
  free(m->slots);
  memset(m, 0, sizeof *m);
}

/* ---- merging ---- */

typedef struct symbol {
  pel_token_id id;     /* -1 once it was merged into its left neighbour */
  uint32_t left, next; /* positions; NONE at the ends */
} symbol;

#define NONE UINT32_MAX

typedef struct merger {
  const pel_merges *merges;
  const pel_vocab *vocab;
  const char *text; /* the whole text, for positions in messages */
  symbol *symbols;  /* one per byte of the piece */
  size_t symbols_capacity;
  uint64_t *heap; /* rank << 32 | position: the least is the next merge, the leftmost of equals */
  size_t n_heap, heap_capacity;
  char *spelled;
  size_t spelled_capacity;
  pel_ids *ids;
  pel_error *err;
} merger;

static pel_status no_memory(merger *m) {
  return pel_fail_memory(m->err, "tokens", m->ids->n * sizeof *m->ids->data);
}

static void heap_push(merger *m, uint64_t item) {
  size_t at = m->n_heap++;
  for (size_t parent; at > 0 && m->heap[parent = (at - 1) / 2] > item; at = parent)
    m->heap[at] = m->heap[parent];
  m->heap[at] = item;
}

static uint64_t heap_pop(merger *m) {
  uint64_t top = m->heap[0], item = m->heap[--m->n_heap];
  size_t at = 0;
  for (size_t child; (child = 2 * at + 1) < m->n_heap; at = child) {
    if (child + 1 < m->n_heap && m->heap[child + 1] < m->heap[child]) child++;
    if (m->heap[child] >= item) break;
    m->heap[at] = m->heap[child];
  }
  m->heap[at] = item;
  return top;
}

/* Notes the merge of the symbol at `at` with its right neighbour, if there is a rule. */
static void consider(merger *m, uint32_t at) {
  uint32_t next = at == NONE ? NONE : m->symbols[at].next;
  if (next == NONE) return;
  int32_t rank = m->merges->slots[slot_of(m->merges, m->symbols[at].id, m->symbols[next].id)];
  if (rank >= 0) heap_push(m, (uint64_t)(uint32_t)rank << 32 | at);
}

static void merge_all(merger *m) {
  while (m->n_heap) {
    uint64_t item = heap_pop(m);
    const pel_merge *rule = &m->merges->rules[item >> 32];
    uint32_t at = (uint32_t)item, next = m->symbols[at].next;
    /* A neighbour may have been merged away since the note was made. */
    if (m->symbols[at].id != rule->left || next == NONE || m->symbols[next].id != rule->right) continue;
    m->symbols[at].id = rule->merged;
    m->symbols[next].id = -1;
    uint32_t after = m->symbols[at].next = m->symbols[next].next;
    if (after != NONE) m->symbols[after].left = at;
    consider(m, m->symbols[at].left);
    consider(m, at);
  }
}

/* Two notes for every merge at most, and one for every pair at the start: three per byte hold them all. */
static bool reserve(merger *m, size_t size) {
  symbol *symbols = pel_grow(m->symbols, &m->symbols_capacity, size, sizeof *symbols);
  if (!symbols) return false;
  m->symbols = symbols;
  uint64_t *heap = pel_grow(m->heap, &m->heap_capacity, 3 * size, sizeof *heap);
  if (!heap) return false;
  m->heap = heap;
  return true;
}

/* The token that a whole piece is, or -1; only where the vocabulary asks for it. */
static pel_status whole_word(merger *m, const uint8_t *piece, size_t size, pel_token_id *id) {
  *id = -1;
  if (!m->vocab->whole_words || size > m->vocab->longest) return PEL_OK;
  char *spelled = pel_grow(m->spelled, &m->spelled_capacity, 2 * size, 1);
  if (!spelled) return no_memory(m);
  m->spelled = spelled;
  size_t n = 0;
  for (size_t i = 0; i < size; i++) n += pel_alphabet_spell(piece[i], spelled + n);
  pel_token_id found = pel_vocab_find(m->vocab, spelled, n);
  if (found >= 0 && pel_vocab_is_plain(m->vocab, (size_t)found)) *id = found;
  return PEL_OK;
}

static pel_status encode_piece(void *context, const uint8_t *piece, size_t size) {
  merger *m = context;
  pel_token_id whole;
  PEL_TRY(whole_word(m, piece, size, &whole));
  if (whole >= 0) return pel_ids_push(m->ids, whole) ? PEL_OK : no_memory(m);
  if (!reserve(m, size)) return no_memory(m);
  for (size_t i = 0; i < size; i++) {
    pel_token_id id = m->vocab->byte_id[piece[i]];
    if (id < 0)
      return pel_fail(m->err, PEL_ERR_UNSUPPORTED,
                      "the text has the byte 0x%02X at offset %zu, and the vocabulary of %s has "
                      "no token for it; remove it from the text",
                      piece[i], (size_t)((const char *)piece + i - m->text), m->vocab->path);
    m->symbols[i] = (symbol){id, i ? (uint32_t)i - 1 : NONE, i + 1 < size ? (uint32_t)i + 1 : NONE};
  }
  m->n_heap = 0;
  for (size_t i = 0; i + 1 < size; i++) consider(m, (uint32_t)i);
  merge_all(m);
  for (uint32_t at = 0; at != NONE; at = m->symbols[at].next)
    if (!pel_ids_push(m->ids, m->symbols[at].id)) return no_memory(m);
  return PEL_OK;
}

pel_status pel_bpe_encode(const pel_merges *merges, const pel_vocab *vocab, const char *text, size_t size,
                          pel_ids *ids, pel_error *err) {
  merger m = {.merges = merges, .vocab = vocab, .text = text, .ids = ids, .err = err};
  pel_status status = pel_split(vocab->splitter, (const uint8_t *)text, size, encode_piece, &m);
  free(m.symbols);
  free(m.heap);
  free(m.spelled);
  return status;
}
