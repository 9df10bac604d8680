#include "engine/text/vocab.h"

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/text/alphabet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define KEY_MODEL "tokenizer.ggml.model"
#define KEY_PRE "tokenizer.ggml.pre"
#define KEY_TOKENS "tokenizer.ggml.tokens"
#define KEY_TYPES "tokenizer.ggml.token_type"
#define KEY_SCORES "tokenizer.ggml.scores"
#define KEY_TEMPLATE "tokenizer.chat_template"

/* The bar and the gap of DeepSeek's markers. */
#define BAR "\xef\xbd\x9c"
#define GAP "\xe2\x96\x81" /* U+2581, also SentencePiece's spelling of a space */

/* Turn ends: generation stops at them. Files often forget to mark them as control tokens. */
static const char *const end_texts[] = {
    "<|im_end|>",      "<|eot_id|>",    "<|eom_id|>",
    "<|end_of_text|>", "<end_of_turn>", "<|endoftext|>",
    "<|end|>",         "<|EOT|>",       ("<" BAR "end" GAP "of" GAP "sentence" BAR ">")};
/* Turn markers of the chat templates: a user's text must not forge them, whatever kind the file
 * gives them. */
static const char *const marker_texts[] = {"<|im_start|>",
                                           "<|start_header_id|>",
                                           "<|end_header_id|>",
                                           "<|begin_of_text|>",
                                           "<start_of_turn>",
                                           ("<" BAR "User" BAR ">"),
                                           ("<" BAR "Assistant" BAR ">"),
                                           ("<" BAR "begin" GAP "of" GAP "sentence" BAR ">")};

static pel_status wrong(const pel_vocab *v, const char *key, pel_error *err, const char *what,
                        long long at) {
  if (at < 0)
    return pel_fail(err, PEL_ERR_INPUT, "%s: key '%s': %s; convert the model again", v->path, key, what);
  return pel_fail(err, PEL_ERR_INPUT, "%s: key '%s', item %lld: %s; convert the model again", v->path, key,
                  at, what);
}

/* ---- hash ---- */

uint64_t pel_vocab_random_key(void) {
  uint64_t key = 0;
  if (getrandom(&key, sizeof key, 0) != sizeof key) key = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u;
  return (key & 0x0fffffffffffffffu) | 1;
}

/* Multiplication modulo the prime 2^61 - 1. */
static uint64_t multiply(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  uint64_t sum = (uint64_t)(product & 0x1fffffffffffffffu) + (uint64_t)(product >> 61);
  return sum >= 0x1fffffffffffffffu ? sum - 0x1fffffffffffffffu : sum;
}

static uint64_t scatter(uint64_t h) { return (h * 0x9e3779b97f4a7c15u) >> 20; }

/* A polynomial in the key whose coefficients are the text, seven bytes at a time. */
uint64_t pel_vocab_hash(uint64_t key, const void *data, size_t size) {
  const uint8_t *bytes = data;
  uint64_t h = size + 1;
  for (size_t at = 0; at < size; at += 7) {
    uint64_t chunk = 0;
    memcpy(&chunk, bytes + at, size - at < 7 ? size - at : 7);
    h = multiply(h, key) + chunk;
  }
  return scatter(multiply(h, key));
}

uint64_t pel_vocab_hash_pair(uint64_t key, uint64_t pair) {
  return scatter(multiply(multiply(pair >> 32, key) + (uint32_t)pair, key));
}

static size_t slot_of(const pel_vocab *v, pel_bytes text) {
  size_t at = pel_vocab_hash(v->key, text.data, text.size) & (v->n_slots - 1);
  for (; v->slots[at] >= 0; at = (at + 1) & (v->n_slots - 1)) {
    pel_bytes other = pel_rows_at(&v->raw, (size_t)v->slots[at]);
    if (other.size == text.size && memcmp(other.data, text.data, text.size) == 0) break;
  }
  return at;
}

pel_token_id pel_vocab_find(const pel_vocab *v, const char *text, size_t size) {
  return size ? v->slots[slot_of(v, (pel_bytes){text, size})] : -1;
}

/* Of several tokens with one text the first is kept: official files have such. Tokens without text are in
 * no slot. */
static pel_status build_slots(pel_vocab *v, pel_error *err) {
  v->n_slots = 16;
  while (v->n_slots < v->n * 2) v->n_slots *= 2;
  v->slots = pel_alloc(v->n_slots, sizeof *v->slots);
  if (!v->slots) return pel_fail_memory(err, "token table", v->n_slots * sizeof *v->slots);
  memset(v->slots, 0xff, v->n_slots * sizeof *v->slots);
  v->key = pel_vocab_random_key();
  for (size_t i = 0; i < v->n; i++) {
    pel_bytes text = pel_rows_at(&v->raw, i);
    size_t slot = text.size ? slot_of(v, text) : 0;
    if (text.size && v->slots[slot] < 0) v->slots[slot] = (int32_t)i;
  }
  return PEL_OK;
}

/* ---- reading the keys ---- */

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "<0xAB>" exactly: the byte, or -1. */
static int byte_token(pel_bytes text) {
  if (text.size != 6 || memcmp(text.data, "<0x", 3) != 0 || text.data[5] != '>') return -1;
  int high = hex_digit(text.data[3]), low = hex_digit(text.data[4]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static pel_status copy_tokens(pel_vocab *v, const pel_bytes *texts, size_t n, pel_error *err) {
  size_t total = 0; /* the file holds all of them, so the sum can't overflow */
  for (size_t i = 0; i < n; i++) total += texts[i].size;
  pel_rows *rows[] = {&v->raw, &v->piece};
  for (size_t r = 0; r < 2; r++) { /* a piece is never longer than its spelling */
    rows[r]->data = pel_alloc(total, 1);
    rows[r]->start = pel_alloc(n + 1, sizeof *rows[r]->start);
    if (!rows[r]->data || !rows[r]->start) return pel_fail_memory(err, "token texts", total);
  }
  for (size_t i = 0, at = 0; i < n; i++) {
    if (texts[i].size) memcpy(v->raw.data + at, texts[i].data, texts[i].size);
    v->raw.start[i + 1] = at += texts[i].size;
  }
  v->n = n;
  return PEL_OK;
}

static pel_status load_tokens(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  pel_bytes *texts;
  size_t n;
  PEL_TRY(pel_gguf_strings(gguf, KEY_TOKENS, &texts, &n, err));
  pel_status status = n && n <= INT32_MAX / 4
                          ? copy_tokens(v, texts, n, err)
                          : wrong(v, KEY_TOKENS, err, "the vocabulary is empty or too large", -1);
  free(texts);
  return status;
}

/* An array that must have one element of this kind for each token. */
static pel_status token_array(const pel_vocab *v, const pel_gguf *gguf, const char *key, pel_gguf_kind kind,
                              const uint8_t **data, pel_error *err) {
  pel_gguf_array array;
  PEL_TRY(pel_gguf_get_array(gguf, key, &array, err));
  bool integer = kind == PEL_GGUF_I32 && array.kind == PEL_GGUF_U32;
  if (array.kind != kind && !integer)
    return wrong(
        v, key, err,
        kind == PEL_GGUF_F32 ? "its elements must be of type f32" : "its elements must be of type i32", -1);
  if (array.count != v->n)
    return pel_fail(err, PEL_ERR_INPUT,
                    "%s: key '%s' has %llu elements for %zu tokens; convert the model again", v->path, key,
                    (unsigned long long)array.count, v->n);
  *data = array.data;
  return PEL_OK;
}

static pel_status load_kinds(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  v->kind = pel_alloc(v->n, 1);
  v->is_end = pel_alloc(v->n, 1);
  if (!v->kind || !v->is_end) return pel_fail_memory(err, "token kinds", 2 * v->n);
  for (size_t i = 0; i < v->n; i++) /* what a file without the key means */
    v->kind[i] =
        v->sentencepiece && byte_token(pel_rows_at(&v->raw, i)) >= 0 ? PEL_TOKEN_BYTE : PEL_TOKEN_NORMAL;
  if (!pel_gguf_has(gguf, KEY_TYPES)) return PEL_OK;
  const uint8_t *data = NULL;
  PEL_TRY(token_array(v, gguf, KEY_TYPES, PEL_GGUF_I32, &data, err));
  for (size_t i = 0; i < v->n; i++) {
    int32_t kind;
    memcpy(&kind, data + 4 * i, 4);
    if (kind < 0 || kind > PEL_TOKEN_BYTE)
      return wrong(v, KEY_TYPES, err, "no token type has this number", (long long)i);
    v->kind[i] = kind ? (uint8_t)kind : PEL_TOKEN_NORMAL;
    if (v->kind[i] == PEL_TOKEN_BYTE && !v->sentencepiece) v->kind[i] = PEL_TOKEN_NORMAL;
  }
  return PEL_OK;
}

static pel_status load_scores(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  bool has = pel_gguf_has(gguf, KEY_SCORES);
  if (!v->sentencepiece && !has) return PEL_OK;
  const uint8_t *data = NULL;
  PEL_TRY(token_array(v, gguf, KEY_SCORES, PEL_GGUF_F32, &data, err));
  if (!v->sentencepiece)
    return PEL_OK; /* BPE has no use for them, but a wrong array speaks of a broken file */
  v->score = pel_alloc(v->n, sizeof *v->score);
  if (!v->score) return pel_fail_memory(err, "token scores", v->n * sizeof *v->score);
  memcpy(v->score, data, v->n * sizeof *v->score);
  for (size_t i = 0; i < v->n; i++)
    if (isnan(v->score[i])) return wrong(v, KEY_SCORES, err, "the score is not a number", (long long)i);
  return PEL_OK;
}

/* ---- pieces and bytes ---- */

static size_t unescape_spaces(pel_bytes raw, char *out) {
  size_t n = 0;
  for (size_t at = 0; at < raw.size;) {
    bool mark = raw.size - at >= 3 && memcmp(raw.data + at, GAP, 3) == 0;
    out[n++] = mark ? ' ' : raw.data[at];
    at += mark ? 3 : 1;
  }
  return n;
}

static size_t copy_bytes(pel_bytes raw, char *out) {
  if (raw.size) memcpy(out, raw.data, raw.size);
  return raw.size;
}

static pel_status sentencepiece_piece(pel_vocab *v, size_t i, pel_bytes raw, char *out, size_t *size,
                                      pel_error *err) {
  if (v->kind[i] != PEL_TOKEN_BYTE) {
    *size = pel_vocab_is_control(v, i) ? copy_bytes(raw, out) : unescape_spaces(raw, out);
    return PEL_OK;
  }
  int byte = byte_token(raw);
  if (byte < 0)
    return wrong(v, KEY_TOKENS, err, "a byte token must be spelled <0x00> to <0xFF>", (long long)i);
  if (v->byte_id[byte] < 0) v->byte_id[byte] = (pel_token_id)i;
  out[0] = (char)byte;
  *size = 1;
  return PEL_OK;
}

static void bpe_piece(pel_vocab *v, size_t i, pel_bytes raw, char *out, size_t *size) {
  if (!pel_vocab_is_plain(v, i) || !pel_alphabet_read(raw, out, size)) {
    *size = copy_bytes(raw, out);
    return;
  }
  if (*size == 1 && v->byte_id[(uint8_t)out[0]] < 0) v->byte_id[(uint8_t)out[0]] = (pel_token_id)i;
}

static pel_status build_pieces(pel_vocab *v, pel_error *err) {
  memset(v->byte_id, 0xff, sizeof v->byte_id);
  for (size_t i = 0, at = 0; i < v->n; i++) {
    pel_bytes raw = pel_rows_at(&v->raw, i);
    size_t size = 0;
    if (v->sentencepiece)
      PEL_TRY(sentencepiece_piece(v, i, raw, v->piece.data + at, &size, err));
    else
      bpe_piece(v, i, raw, v->piece.data + at, &size);
    v->piece.start[i + 1] = at += size;
    if (!pel_vocab_is_control(v, i) && raw.size > v->longest) v->longest = raw.size;
  }
  return PEL_OK;
}

/* ---- special tokens ---- */

/* An id from the file, -1 when the key is absent. */
static pel_status special_id(const pel_vocab *v, const pel_gguf *gguf, const char *key, pel_token_id *out,
                             pel_error *err) {
  *out = -1;
  if (!pel_gguf_has(gguf, key)) return PEL_OK;
  uint32_t id;
  PEL_TRY(pel_gguf_u32(gguf, key, &id, err));
  if (id >= v->n)
    return pel_fail(err, PEL_ERR_INPUT,
                    "%s: key '%s' names token %u of a vocabulary of %zu; convert the model again", v->path,
                    key, id, v->n);
  *out = (pel_token_id)id;
  return PEL_OK;
}

/* Marks a known marker as a control token, unless it is one already; its id, or -1. */
static pel_token_id promote(pel_vocab *v, const char *text) {
  pel_token_id id = pel_vocab_find(v, text, strlen(text));
  if (id >= 0 && (v->kind[id] == PEL_TOKEN_NORMAL || v->kind[id] == PEL_TOKEN_USER))
    v->kind[id] = PEL_TOKEN_CONTROL;
  return id;
}

static pel_status load_specials(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  static const char *const end_keys[] = {"tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"};
  PEL_TRY(special_id(v, gguf, "tokenizer.ggml.bos_token_id", &v->bos, err));
  PEL_TRY(special_id(v, gguf, "tokenizer.ggml.eos_token_id", &v->eos, err));
  if (v->sentencepiece && v->bos < 0) v->bos = promote(v, "<s>");
  if (v->sentencepiece && v->eos < 0) v->eos = promote(v, "</s>");
  if (v->eos >= 0) v->is_end[v->eos] = 1;
  for (size_t i = 0; i < sizeof end_keys / sizeof *end_keys; i++) {
    pel_token_id id;
    PEL_TRY(special_id(v, gguf, end_keys[i], &id, err));
    if (id >= 0) v->is_end[id] = 1;
  }
  for (size_t i = 0; i < sizeof marker_texts / sizeof *marker_texts; i++) promote(v, marker_texts[i]);
  for (size_t i = 0; i < sizeof end_texts / sizeof *end_texts; i++) {
    pel_token_id id = promote(v, end_texts[i]);
    if (id >= 0 && v->kind[id] == PEL_TOKEN_CONTROL) v->is_end[id] = 1;
  }
  return PEL_OK;
}

static pel_status load_flag(const pel_gguf *gguf, const char *key, bool *flag, pel_error *err) {
  return pel_gguf_has(gguf, key) ? pel_gguf_bool(gguf, key, flag, err) : PEL_OK;
}

/* ---- the whole ---- */

static bool equals(pel_bytes a, const char *text) {
  return a.size == strlen(text) && memcmp(a.data, text, a.size) == 0;
}

static pel_status load_splitter(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  pel_bytes name = {"default", 7};
  if (pel_gguf_has(gguf, KEY_PRE)) PEL_TRY(pel_gguf_string(gguf, KEY_PRE, &name, err));
  v->splitter = pel_splitter_find(name);
  if (!v->splitter)
    return pel_fail(err, PEL_ERR_UNSUPPORTED,
                    "%s: key '%s': the splitter '%.*s' is not supported; these are: %s", v->path, KEY_PRE,
                    (int)(name.size < 80 ? name.size : 80), name.data, pel_splitter_names());
  /* As the Llama 3 authors have it: a piece that is a token stays whole, and texts start with BOS. */
  v->whole_words = v->add_bos =
      equals(name, "llama-bpe") || equals(name, "llama3") || equals(name, "llama-v3");
  return PEL_OK;
}

static pel_status load_model(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  pel_bytes model;
  PEL_TRY(pel_gguf_string(gguf, KEY_MODEL, &model, err));
  v->sentencepiece = equals(model, "llama");
  if (!v->sentencepiece && !equals(model, "gpt2"))
    return pel_fail(err, PEL_ERR_UNSUPPORTED,
                    "%s: key '%s': the tokenizer '%.*s' is not supported; these are: "
                    "gpt2 (byte-level BPE), llama (SentencePiece)",
                    v->path, KEY_MODEL, (int)(model.size < 80 ? model.size : 80), model.data);
  v->add_bos = v->add_space_prefix = v->sentencepiece;
  if (!v->sentencepiece) PEL_TRY(load_splitter(v, gguf, err));
  PEL_TRY(load_flag(gguf, "tokenizer.ggml.add_bos_token", &v->add_bos, err));
  PEL_TRY(load_flag(gguf, "tokenizer.ggml.add_space_prefix", &v->add_space_prefix, err));
  if (!v->sentencepiece) v->add_space_prefix = false;
  return PEL_OK;
}

static pel_status load_template(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  if (!pel_gguf_has(gguf, KEY_TEMPLATE)) return PEL_OK;
  pel_bytes text;
  PEL_TRY(pel_gguf_string(gguf, KEY_TEMPLATE, &text, err));
  v->chat_template = pel_alloc(text.size + 1, 1);
  if (!v->chat_template) return pel_fail_memory(err, "chat template", text.size);
  v->chat_template_size = copy_bytes(text, v->chat_template);
  return PEL_OK;
}

pel_status pel_vocab_load(pel_vocab *v, const pel_gguf *gguf, pel_error *err) {
  memset(v, 0, sizeof *v);
  v->bos = v->eos = -1;
  v->path = strdup(pel_gguf_path(gguf));
  if (!v->path) return pel_fail_memory(err, "path", 0);
  PEL_TRY(load_model(v, gguf, err));
  PEL_TRY(load_tokens(v, gguf, err));
  PEL_TRY(load_kinds(v, gguf, err));
  PEL_TRY(load_scores(v, gguf, err));
  PEL_TRY(build_slots(v, err));
  PEL_TRY(load_specials(v, gguf, err));
  PEL_TRY(build_pieces(v, err));
  return load_template(v, gguf, err);
}

void pel_vocab_clear(pel_vocab *v) {
  free(v->path);
  free(v->raw.data);
  free(v->raw.start);
  free(v->piece.data);
  free(v->piece.start);
  free(v->kind);
  free(v->score);
  free(v->is_end);
  free(v->slots);
  free(v->chat_template);
  memset(v, 0, sizeof *v);
}
