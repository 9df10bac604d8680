#include "engine/text/wordpiece.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/text/unicode.h"
#include "engine/text/vocab.h"

enum {
  WORD_CHARS_MAX = 100,
  FILE_BYTES_MAX = 1 << 26,
  PARTS_MAX = 32, /* code points of a canonical decomposition; the longest is 4 */
};

static const char *const special_names[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
enum { PAD, UNK, CLS, SEP, MASK, N_SPECIALS };

struct pel_wordpiece {
  pel_rows token;
  size_t n, n_slots, longest; /* n_slots is a power of two; longest: bytes */
  int32_t *slots;             /* open addressing: an id, or -1 */
  uint64_t key;               /* of the hash: random, so that no file can aim for collisions */
  pel_token_id special[N_SPECIALS];
};

/* ---- the vocabulary ---- */

static size_t slot_of(const pel_wordpiece *w, const char *text, size_t size) {
  size_t at = pel_vocab_hash(w->key, text, size) & (w->n_slots - 1);
  for (; w->slots[at] >= 0; at = (at + 1) & (w->n_slots - 1)) {
    pel_bytes other = pel_rows_at(&w->token, (size_t)w->slots[at]);
    if (other.size == size && memcmp(other.data, text, size) == 0) break;
  }
  return at;
}

static pel_token_id find(const pel_wordpiece *w, const char *text, size_t size) {
  return w->slots[slot_of(w, text, size)];
}

static size_t count_lines(const char *data, size_t size) {
  size_t n = size && data[size - 1] != '\n';
  for (size_t i = 0; i < size; i++) n += data[i] == '\n';
  return n;
}

/* Copies the lines without their ends ("\n" or "\r\n"). */
static void copy_lines(pel_wordpiece *w, const char *data, size_t size) {
  size_t used = 0, at = 0;
  for (size_t i = 0; i < w->n; i++) {
    const char *end = memchr(data + at, '\n', size - at);
    size_t n = end ? (size_t)(end - data) - at : size - at, next = at + n + 1;
    if (n && data[at + n - 1] == '\r') n--;
    memcpy(w->token.data + used, data + at, n);
    w->token.start[i + 1] = used += n;
    if (n > w->longest) w->longest = n;
    at = next;
  }
}

/* Of several lines with one text the last counts, as in a table that is filled line by line. */
static pel_status build(pel_wordpiece *w, const char *data, size_t size, pel_error *err) {
  w->n = count_lines(data, size);
  w->n_slots = 16;
  while (w->n_slots < w->n * 2) w->n_slots *= 2;
  w->token.data = pel_alloc(size, 1);
  w->token.start = pel_alloc(w->n + 1, sizeof *w->token.start);
  w->slots = pel_alloc(w->n_slots, sizeof *w->slots);
  if (!w->token.data || !w->token.start || !w->slots)
    return pel_fail_memory(err, "vocabulary", size + w->n_slots * sizeof *w->slots);
  memset(w->slots, 0xff, w->n_slots * sizeof *w->slots);
  w->key = pel_vocab_random_key();
  copy_lines(w, data, size);
  for (size_t i = 0; i < w->n; i++) {
    pel_bytes text = pel_rows_at(&w->token, i);
    w->slots[slot_of(w, text.data, text.size)] = (int32_t)i;
  }
  return PEL_OK;
}

static pel_status find_specials(pel_wordpiece *w, const char *name, pel_error *err) {
  for (int i = 0; i < N_SPECIALS; i++) {
    w->special[i] = find(w, special_names[i], strlen(special_names[i]));
    if (w->special[i] < 0 && (i == UNK || i == CLS || i == SEP))
      return pel_fail(err, PEL_ERR_INPUT, "%s: no line is %s; name the vocab.txt of a BERT model", name,
                      special_names[i]);
  }
  return PEL_OK;
}

pel_status pel_wordpiece_open_memory(const char *data, size_t size, const char *name, pel_wordpiece **out,
                                     pel_error *err) {
  pel_wordpiece *w = pel_alloc(1, sizeof *w);
  if (!w) return pel_fail_memory(err, "vocabulary", sizeof *w);
  pel_status status = build(w, data, size, err);
  if (status == PEL_OK) status = find_specials(w, name, err);
  if (status == PEL_OK) *out = w;
  else pel_wordpiece_close(w);
  return status;
}

pel_status pel_wordpiece_open(const char *path, pel_wordpiece **out, pel_error *err) {
  char *data;
  size_t size;
  PEL_TRY(pel_file_read(path, "vocabulary", FILE_BYTES_MAX, &data, &size, err));
  pel_status status = pel_wordpiece_open_memory(data, size, path, out, err);
  free(data);
  return status;
}

void pel_wordpiece_close(pel_wordpiece *w) {
  if (!w) return;
  free(w->token.data);
  free(w->token.start);
  free(w->slots);
  free(w);
}

size_t pel_wordpiece_count(const pel_wordpiece *w) { return w->n; }

/* ---- characters ---- */

static bool is_ideograph(int32_t c) {
  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x20000 && c <= 0x2a6df) ||
         (c >= 0x2a700 && c <= 0x2b73f) || (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

/* What cleaning takes out. Of the controls that are white space it leaves three, so that a form feed joins two words. */
static bool is_removed(int32_t c) {
  if (c <= 0 || c == 0xfffd) return true;
  if (c == '\t' || c == '\n' || c == '\r') return false;
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO: return true;
    default: return false;
  }
}

static bool is_punctuation(int32_t c) {
  if (c < 0x80) return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
  return pel_char_classes(c) & PEL_CHAR_PUNCT;
}

/* ---- words ---- */

typedef struct writer {
  const pel_wordpiece *w;
  pel_token_id *ids;
  size_t n, room;                /* room: tokens before [SEP] */
  int32_t word[WORD_CHARS_MAX];  /* the characters of the word so far */
  uint8_t order[WORD_CHARS_MAX]; /* their canonical combining classes */
  size_t n_chars, run;           /* n_chars may go past the room; run: where characters of class 0 end */
} writer;

static void put(writer *o, pel_token_id id) {
  if (o->n < o->room) o->ids[o->n++] = id;
}

/* The longest token that starts the bytes from..end; *next is where it ends. Pieces end between characters because the
 * starts of characters are the only places that are tried. */
static pel_token_id longest_piece(const pel_wordpiece *w, const char *bytes, const size_t *start, size_t from,
                                  size_t n_chars, size_t *next) {
  char piece[2 + 4 * WORD_CHARS_MAX] = "##";
  size_t prefix = from ? 2 : 0;
  for (size_t end = n_chars; end > from; end--) {
    size_t n = start[end] - start[from];
    if (prefix + n > w->longest) continue;
    memcpy(piece + prefix, bytes + start[from], n);
    pel_token_id id = find(w, piece, prefix + n);
    if (id >= 0) {
      *next = end;
      return id;
    }
  }
  return -1;
}

static void end_word(writer *o) {
  char bytes[4 * WORD_CHARS_MAX];
  size_t start[WORD_CHARS_MAX + 1] = {0}, n = o->n_chars, n_ids = 0;
  pel_token_id ids[WORD_CHARS_MAX];
  o->n_chars = o->run = 0;
  if (!n) return;
  if (n > WORD_CHARS_MAX) {
    put(o, o->w->special[UNK]);
    return;
  }
  for (size_t i = 0; i < n; i++)
    start[i + 1] = start[i] + (size_t)utf8proc_encode_char(o->word[i], (utf8proc_uint8_t *)bytes + start[i]);
  for (size_t at = 0; at < n;) {
    pel_token_id id = longest_piece(o->w, bytes, start, at, n, &at);
    if (id < 0) {
      put(o, o->w->special[UNK]);
      return;
    }
    ids[n_ids++] = id;
  }
  for (size_t i = 0; i < n_ids; i++) put(o, ids[i]);
}

/* A character of the decomposed text joins the word, at its place in canonical order. */
static void add_char(writer *o, int32_t c) {
  const utf8proc_property_t *p = utf8proc_get_property(c);
  uint8_t class = (uint8_t)p->combining_class;
  if (p->category == UTF8PROC_CATEGORY_MN) { /* an accent */
    if (!class) o->run = o->n_chars;
    return;
  }
  c = utf8proc_tolower(c);
  if (is_punctuation(c)) end_word(o);
  size_t at = o->n_chars++;
  if (at < WORD_CHARS_MAX) {
    for (; class && at > o->run && o->order[at - 1] > class; at--)
      o->word[at] = o->word[at - 1], o->order[at] = o->order[at - 1];
    o->word[at] = c, o->order[at] = class;
  }
  if (!class) o->run = o->n_chars;
  if (is_punctuation(c)) end_word(o);
}

static void add_decomposed(writer *o, int32_t c) {
  utf8proc_int32_t parts[PARTS_MAX];
  int last = 0;
  utf8proc_ssize_t n = c < 0x80 ? 0 : utf8proc_decompose_char(c, parts, PARTS_MAX, UTF8PROC_DECOMPOSE, &last);
  if (n < 1 || n > PARTS_MAX) add_char(o, c);
  else
    for (utf8proc_ssize_t i = 0; i < n; i++) add_char(o, parts[i]);
}

static void add_code(writer *o, int32_t c) {
  if (is_removed(c)) return;
  if (pel_is_space(c)) {
    end_word(o);
  } else if (is_ideograph(c)) {
    end_word(o);
    add_decomposed(o, c);
    end_word(o);
  } else {
    add_decomposed(o, c);
  }
}

/* The special token whose name stands here, its length in *size. */
static pel_token_id special_at(const pel_wordpiece *w, const char *text, size_t left, size_t *size) {
  for (int i = 0; i < N_SPECIALS && text[0] == '['; i++) {
    *size = strlen(special_names[i]);
    if (w->special[i] >= 0 && *size <= left && memcmp(text, special_names[i], *size) == 0) return w->special[i];
  }
  return -1;
}

size_t pel_wordpiece_encode(const pel_wordpiece *w, const char *text, size_t size, pel_token_id *ids, size_t most) {
  writer o = {.w = w, .ids = ids, .room = most - 1};
  put(&o, w->special[CLS]);
  for (size_t at = 0; at < size && o.n < o.room;) {
    size_t bytes;
    pel_token_id special = special_at(w, text + at, size - at, &bytes);
    if (special >= 0) {
      end_word(&o);
      put(&o, special);
    } else {
      int32_t code;
      bytes = pel_utf8((const uint8_t *)text + at, size - at, &code);
      add_code(&o, code);
    }
    at += bytes;
  }
  end_word(&o);
  o.ids[o.n++] = w->special[SEP];
  return o.n;
}
