#include "engine/text/special.h"

#include "engine/base/mem.h"
#include "engine/base/status.h"

#include <stdlib.h>
#include <string.h>

/* Why reversed: reading the text from its end, the automaton of Aho and Corasick stands, at each position,
 * in the state of the longest stretch from there on that still ends a token; so the longest token that
 * starts there is known at once, and choosing from left to right needs no second look at any byte. */
struct pel_special_node {
  uint32_t parent, fail;
  uint32_t depth;
  pel_token_id any, user; /* the longest token that starts here: of all, of the user-defined; -1 */
  uint8_t byte;
};

static size_t slot_of(const pel_specials *s, uint32_t node, uint8_t byte) {
  size_t at = pel_vocab_hash_pair(s->key, (uint64_t)node << 32 | byte) & (s->n_slots - 1);
  for (; s->slots[at]; at = (at + 1) & (s->n_slots - 1)) {
    const pel_special_node *child = &s->nodes[s->slots[at]];
    if (child->parent == node && child->byte == byte) break;
  }
  return at;
}

static bool is_special(const pel_vocab *v, size_t id) {
  return v->kind[id] == PEL_TOKEN_USER || pel_vocab_is_control(v, id);
}

static void insert(pel_specials *s, const pel_vocab *v, size_t id) {
  pel_bytes text = pel_rows_at(&v->piece, id);
  uint32_t node = 0;
  for (size_t i = text.size; i-- > 0;) {
    uint8_t byte = (uint8_t)text.data[i];
    size_t slot = slot_of(s, node, byte);
    if (!s->slots[slot]) {
      uint32_t child = (uint32_t)s->n_nodes++;
      s->nodes[child] = (pel_special_node){node, 0, s->nodes[node].depth + 1, -1, -1, byte};
      s->slots[slot] = child;
    }
    node = s->slots[slot];
  }
  pel_special_node *last = &s->nodes[node];
  if (last->any < 0) last->any = (pel_token_id)id;
  if (last->user < 0 && v->kind[id] == PEL_TOKEN_USER) last->user = (pel_token_id)id;
}

static uint32_t step(const pel_specials *s, uint32_t node, uint8_t byte) {
  for (;; node = s->nodes[node].fail) {
    uint32_t child = s->slots[slot_of(s, node, byte)];
    if (child || !node) return child;
  }
}

/* Parents come before their children when nodes are taken by depth. */
static pel_status link_nodes(pel_specials *s, uint32_t deepest, pel_error *err) {
  uint32_t *order = pel_alloc(s->n_nodes, sizeof *order),
           *first = pel_alloc((size_t)deepest + 2, sizeof *first);
  if (!order || !first) {
    free(order);
    free(first);
    return pel_fail_memory(err, "special tokens", s->n_nodes * sizeof *order);
  }
  for (size_t i = 0; i < s->n_nodes; i++) first[s->nodes[i].depth + 1]++;
  for (size_t d = 1; d < (size_t)deepest + 2; d++) first[d] += first[d - 1];
  for (size_t i = 0; i < s->n_nodes; i++) order[first[s->nodes[i].depth]++] = (uint32_t)i;
  for (size_t i = 1; i < s->n_nodes; i++) {
    pel_special_node *node = &s->nodes[order[i]];
    node->fail = node->parent ? step(s, s->nodes[node->parent].fail, node->byte) : 0;
    if (node->any < 0) node->any = s->nodes[node->fail].any;
    if (node->user < 0) node->user = s->nodes[node->fail].user;
  }
  free(order);
  free(first);
  return PEL_OK;
}

pel_status pel_specials_build(pel_specials *s, const pel_vocab *v, pel_error *err) {
  memset(s, 0, sizeof *s);
  size_t total = 1, deepest = 0;
  for (size_t i = 0; i < v->n; i++) {
    if (!is_special(v, i)) continue;
    pel_bytes text = pel_rows_at(&v->piece, i);
    total += text.size;
    if (text.size > deepest) deepest = text.size;
    s->any_user |= v->kind[i] == PEL_TOKEN_USER && text.size;
  }
  if (total > INT32_MAX / 4)
    return pel_fail(err, PEL_ERR_INPUT,
                    "%s: key 'tokenizer.ggml.tokens': the control tokens' texts are too long", v->path);
  s->key = pel_vocab_random_key();
  for (s->n_slots = 16; s->n_slots < total * 2;) s->n_slots *= 2;
  s->slots = pel_alloc(s->n_slots, sizeof *s->slots);
  s->nodes = pel_alloc(total, sizeof *s->nodes);
  if (!s->slots || !s->nodes) return pel_fail_memory(err, "special tokens", total * sizeof *s->nodes);
  s->nodes[0] = (pel_special_node){0, 0, 0, -1, -1, 0};
  s->n_nodes = 1;
  for (size_t i = 0; i < v->n; i++)
    if (is_special(v, i) && pel_rows_at(&v->piece, i).size) insert(s, v, i);
  return link_nodes(s, (uint32_t)deepest, err);
}

void pel_specials_clear(pel_specials *s) {
  free(s->nodes);
  free(s->slots);
  memset(s, 0, sizeof *s);
}

/* Keeps, of hits from right to left, those that a reader from the left would take; in place, then in his
 * order. */
static size_t choose(const pel_vocab *v, pel_special_hit *hits, size_t n) {
  for (size_t i = 0; i < n / 2; i++) {
    pel_special_hit swapped = hits[i];
    hits[i] = hits[n - 1 - i];
    hits[n - 1 - i] = swapped;
  }
  size_t kept = 0, free_from = 0;
  for (size_t i = 0; i < n; i++) {
    if (hits[i].at < free_from) continue;
    free_from = hits[i].at + pel_rows_at(&v->piece, (size_t)hits[i].id).size;
    hits[kept++] = hits[i];
  }
  return kept;
}

pel_status pel_specials_find(const pel_specials *s, const pel_vocab *v, const char *text, size_t size,
                             bool control, pel_special_hit **hits, size_t *n, pel_error *err) {
  pel_special_hit *found = NULL;
  size_t count = 0, capacity = 0;
  uint32_t state = 0;
  for (size_t at = control || s->any_user ? size : 0; at-- > 0;) {
    state = step(s, state, (uint8_t)text[at]);
    pel_token_id id = control ? s->nodes[state].any : s->nodes[state].user;
    if (id < 0) continue;
    pel_special_hit *grown = pel_grow(found, &capacity, count + 1, sizeof *grown);
    if (!grown) {
      free(found);
      return pel_fail_memory(err, "special tokens", (count + 1) * sizeof *grown);
    }
    found = grown;
    found[count++] = (pel_special_hit){at, id};
  }
  *n = choose(v, found, count);
  *hits = found;
  return PEL_OK;
}
