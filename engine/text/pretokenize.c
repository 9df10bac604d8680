#include "engine/text/pretokenize.h"

#include "engine/text/unicode.h"

#include <string.h>

/* A stage finds its first match at or after `at` in text[0..end): the match's end is returned, its start
 * stored. No match: both are `end`. A match is never empty. Nothing before `at` is looked at. */
typedef size_t (*stage_fn)(const uint8_t *text, size_t at, size_t end, size_t *start);

enum { STAGES_MAX = 6 };

struct pel_splitter {
  const char *name;
  stage_fn stages[STAGES_MAX + 1]; /* NULL ends them */
};

typedef struct range {
  int32_t first, last;
} range;

/* The letters of the "deepseek-llm" expression: cased letters, as a list of ranges that its authors froze. */
static const range deepseek_letters[] = {
    {0x41, 0x5a},       {0x61, 0x7a},       {0xb5, 0xb5},       {0xc0, 0xd6},       {0xd8, 0xf6},
    {0xf8, 0x1ba},      {0x1bc, 0x1bf},     {0x1c4, 0x293},     {0x295, 0x2af},     {0x370, 0x373},
    {0x376, 0x377},     {0x37b, 0x37d},     {0x37f, 0x37f},     {0x386, 0x386},     {0x388, 0x38a},
    {0x38c, 0x38c},     {0x38e, 0x3a1},     {0x3a3, 0x3f5},     {0x3f7, 0x481},     {0x48a, 0x52f},
    {0x531, 0x556},     {0x10a0, 0x10c5},   {0x13a0, 0x13f5},   {0x13f8, 0x13fd},   {0x1c90, 0x1cba},
    {0x1cbd, 0x1cbf},   {0x1d00, 0x1d2b},   {0x1d6b, 0x1d77},   {0x1d79, 0x1d9a},   {0x1e00, 0x1f15},
    {0x1f18, 0x1f1d},   {0x1f20, 0x1f45},   {0x1f48, 0x1f4d},   {0x1f50, 0x1f57},   {0x1f59, 0x1f59},
    {0x1f5b, 0x1f5b},   {0x1f5d, 0x1f5d},   {0x1f5f, 0x1f7d},   {0x1f80, 0x1fb4},   {0x1fb6, 0x1fbc},
    {0x1fbe, 0x1fbe},   {0x1fc2, 0x1fc4},   {0x1fc6, 0x1fcc},   {0x1fd0, 0x1fd3},   {0x1fd6, 0x1fdb},
    {0x1fe0, 0x1fec},   {0x1ff2, 0x1ff4},   {0x1ff6, 0x1ffc},   {0x2102, 0x2102},   {0x2107, 0x2107},
    {0x210a, 0x2113},   {0x2115, 0x2115},   {0x2119, 0x211d},   {0x2124, 0x2124},   {0x2126, 0x2126},
    {0x2128, 0x2128},   {0x212a, 0x212d},   {0x212f, 0x2134},   {0x2139, 0x2139},   {0x213c, 0x213f},
    {0x2145, 0x2149},   {0x214e, 0x214e},   {0x2183, 0x2184},   {0x2c00, 0x2c7b},   {0x2c7e, 0x2ce4},
    {0x2ceb, 0x2cee},   {0x2cf2, 0x2cf3},   {0xa640, 0xa66d},   {0xa680, 0xa69b},   {0xa722, 0xa76f},
    {0xa771, 0xa787},   {0xa78b, 0xa78e},   {0xab70, 0xabbf},   {0xfb00, 0xfb06},   {0xfb13, 0xfb17},
    {0xff21, 0xff3a},   {0xff41, 0xff5a},   {0x10400, 0x1044f}, {0x104b0, 0x104d3}, {0x104d8, 0x104fb},
    {0x10c80, 0x10cb2}, {0x10cc0, 0x10cf2}, {0x118a0, 0x118df}, {0x1e900, 0x1e943},
};

typedef bool (*set_fn)(pel_char c);

static bool is_letter(pel_char c) { return c.classes & PEL_CHAR_LETTER; }
static bool is_number(pel_char c) { return c.classes & PEL_CHAR_NUMBER; }
static bool is_space(pel_char c) { return c.classes & PEL_CHAR_SPACE; }
static bool is_punct(pel_char c) { return c.classes & PEL_CHAR_PUNCT; }
static bool is_newline(pel_char c) { return c.code == '\n' || c.code == '\r'; }
static bool is_ascii_digit(pel_char c) { return c.code >= '0' && c.code <= '9'; }
/* What is neither space, letter nor number: symbols, marks, controls and broken bytes too. */
static bool is_other(pel_char c) {
  return c.bytes && !(c.classes & (PEL_CHAR_SPACE | PEL_CHAR_LETTER | PEL_CHAR_NUMBER));
}

static bool is_punct_or_math(pel_char c) {
  return is_punct(c) || (c.code > 0 && c.code < 128 && strchr("$+<=>^~|", c.code));
}

static bool is_deepseek_letter(pel_char c) {
  size_t low = 0, high = sizeof deepseek_letters / sizeof *deepseek_letters;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (c.code > deepseek_letters[middle].last)
      low = middle + 1;
    else
      high = middle;
  }
  return low < sizeof deepseek_letters / sizeof *deepseek_letters && c.code >= deepseek_letters[low].first;
}

/* [!-/:-~], full-width forms of the same, general quotation marks, ideographic space to full stop. */
static bool is_deepseek_punct(pel_char c) {
  int32_t x = c.code;
  return (x >= 0x21 && x <= 0x2f) || (x >= 0x3a && x <= 0x7e) || (x >= 0xff01 && x <= 0xff0f) ||
         (x >= 0xff1a && x <= 0xff5e) || (x >= 0x2018 && x <= 0x201f) || (x >= 0x3000 && x <= 0x3002);
}

static bool is_deepseek_cjk(pel_char c) {
  return (c.code >= 0x800 && c.code <= 0x9fa5) || (c.code >= 0xac00 && c.code <= 0xd7ff);
}

/* The end of the run of characters in the set that starts at `at`. */
static size_t run(const uint8_t *text, size_t at, size_t end, set_fn set) {
  for (pel_char c; at < end; at += c.bytes)
    if (!set(c = pel_char_at(text, at, end))) break;
  return at;
}

static size_t find_set(const uint8_t *text, size_t at, size_t end, set_fn set, size_t most, size_t *start) {
  pel_char c;
  for (; at < end && !set(c = pel_char_at(text, at, end)); at += c.bytes) continue;
  *start = at;
  for (size_t n = 0; at < end && n < most && set(c = pel_char_at(text, at, end)); n++) at += c.bytes;
  return at;
}

static size_t stage_newline(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return find_set(text, at, end, is_newline, 1, start);
}
static size_t stage_number(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return find_set(text, at, end, is_number, 1, start);
}
static size_t stage_numbers(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return find_set(text, at, end, is_number, SIZE_MAX, start);
}
static size_t stage_cjk(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return find_set(text, at, end, is_deepseek_cjk, SIZE_MAX, start);
}
static size_t stage_punct_or_math(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return find_set(text, at, end, is_punct_or_math, SIZE_MAX, start);
}

/* [0-9][0-9][0-9] */
static size_t stage_three_digits(const uint8_t *text, size_t at, size_t end, size_t *start) {
  for (;;) {
    size_t stop = find_set(text, at, end, is_ascii_digit, 3, start);
    if (stop - *start == 3 || *start == end) return stop;
    at = stop; /* the run was shorter, and is over */
    if (at == end) return *start = end;
  }
}

/* \s?X+ */
static size_t spaced_run(const uint8_t *text, size_t at, size_t end, set_fn set, size_t *start) {
  while (at < end) {
    pel_char c = pel_char_at(text, at, end);
    size_t next = at + c.bytes;
    if (set(c) || (is_space(c) && set(pel_char_at(text, next, end)))) {
      *start = at;
      return run(text, next, end, set);
    }
    at = next;
  }
  return *start = end;
}

static size_t stage_spaced_letters(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return spaced_run(text, at, end, is_letter, start);
}
static size_t stage_spaced_punct(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return spaced_run(text, at, end, is_punct, start);
}
static size_t stage_deepseek_letters(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return spaced_run(text, at, end, is_deepseek_letter, start);
}
static size_t stage_deepseek_punct(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return spaced_run(text, at, end, is_deepseek_punct, start);
}

/* \s+$ */
static size_t stage_trailing_space(const uint8_t *text, size_t at, size_t end, size_t *start) {
  size_t space = at;
  for (pel_char c; at < end; at += c.bytes)
    if (!is_space(c = pel_char_at(text, at, end))) space = at + c.bytes;
  *start = space;
  return end;
}

/* 's 't 're 've 'm 'll 'd after an apostrophe at `at`: the end, or 0 when there is none. */
static size_t contraction(const uint8_t *text, size_t at, size_t end, bool any_case) {
  static const char tails[][3] = {"s", "t", "re", "ve", "m", "ll", "d"};
  if (text[at] != '\'') return 0;
  for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
    size_t n = strlen(tails[i]), j = 0;
    if (end - at - 1 < n) continue;
    for (; j < n; j++) {
      uint8_t c = text[at + 1 + j];
      if (any_case && c >= 'A' && c <= 'Z') c |= 0x20;
      if (c != (uint8_t)tails[i][j]) break;
    }
    if (j == n) return at + 1 + n;
  }
  return 0;
}

/* \s+(?!\S)|\s+ from a space at `from`: the run leaves its last space to what follows, unless it is alone
 * or ends the text. */
static size_t space_run(const uint8_t *text, size_t from, size_t end) {
  size_t last = from;
  pel_char c;
  for (size_t at = from; at < end; at += c.bytes) {
    if (!is_space(c = pel_char_at(text, at, end))) return last > from ? last : at;
    last = at;
  }
  return end;
}

/* 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
static size_t stage_gpt2(const uint8_t *text, size_t at, size_t end, size_t *start) {
  *start = at;
  size_t stop = contraction(text, at, end, false);
  if (stop) return stop;
  size_t body = text[at] == ' ' ? at + 1 : at;
  pel_char c = pel_char_at(text, body, end);
  if (is_letter(c)) return run(text, body, end, is_letter);
  if (is_number(c)) return run(text, body, end, is_number);
  if (is_other(c)) return run(text, body, end, is_other);
  return space_run(text, at, end);
}

/* \s*[\r\n]+ : up to the last newline of a run of spaces, or 0 when the run has none. */
static size_t through_last_newline(const uint8_t *text, size_t at, size_t end) {
  size_t found = 0;
  for (pel_char c; at < end; at += c.bytes) {
    if (!is_space(c = pel_char_at(text, at, end))) break;
    if (is_newline(c)) found = at + c.bytes;
  }
  return found;
}

/* (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,most}
 * and then | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+ */
static size_t modern(const uint8_t *text, size_t at, size_t end, size_t most, size_t *start) {
  *start = at;
  size_t stop = contraction(text, at, end, true);
  if (stop) return stop;
  pel_char c = pel_char_at(text, at, end);
  size_t next = at + c.bytes;
  if (is_letter(c)) return run(text, next, end, is_letter);
  if (is_number(c)) return find_set(text, at, end, is_number, most, start);
  if (!is_newline(c) && is_letter(pel_char_at(text, next, end))) return run(text, next, end, is_letter);
  size_t body = c.code == ' ' ? next : at;
  if (is_other(pel_char_at(text, body, end)))
    return run(text, run(text, body, end, is_other), end, is_newline);
  stop = through_last_newline(text, at, end);
  return stop ? stop : space_run(text, at, end);
}

static size_t stage_llama3(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return modern(text, at, end, 3, start);
}
static size_t stage_qwen2(const uint8_t *text, size_t at, size_t end, size_t *start) {
  return modern(text, at, end, 1, start);
}

static const pel_splitter splitters[] = {
    {"gpt-2", {stage_gpt2}},
    {"default", {stage_punct_or_math, stage_gpt2, stage_numbers, stage_three_digits}},
    {"llama-bpe", {stage_llama3}},
    {"llama3", {stage_llama3}},
    {"llama-v3", {stage_llama3}},
    {"qwen2", {stage_qwen2}},
    {"deepseek-r1-qwen", {stage_qwen2}},
    {"smollm", {stage_number, stage_gpt2}},
    {"starcoder", {stage_number, stage_gpt2}},
    {"refact", {stage_number, stage_gpt2}},
    {"deepseek-coder", {stage_newline, stage_spaced_letters, stage_spaced_punct, stage_cjk, stage_number}},
    {"deepseek-llm",
     {stage_newline, stage_deepseek_letters, stage_deepseek_punct, stage_trailing_space, stage_cjk,
      stage_numbers}},
};

const pel_splitter *pel_splitter_find(pel_bytes name) {
  for (size_t i = 0; i < sizeof splitters / sizeof *splitters; i++)
    if (name.size == strlen(splitters[i].name) && memcmp(name.data, splitters[i].name, name.size) == 0)
      return &splitters[i];
  return NULL;
}

const char *pel_splitter_names(void) {
  return "gpt-2, default, llama-bpe, llama3, llama-v3, qwen2, deepseek-r1-qwen, smollm, starcoder, refact, "
         "deepseek-coder, deepseek-llm";
}

typedef struct split_job {
  const pel_splitter *splitter;
  const uint8_t *text;
  pel_piece_fn piece;
  void *context;
} split_job;

/* Depth is the count of stages. */
static pel_status split_from(const split_job *job, size_t stage, size_t at, size_t end) {
  if (at == end) return PEL_OK;
  stage_fn find = job->splitter->stages[stage];
  if (!find) return job->piece(job->context, job->text + at, end - at);
  while (at < end) {
    size_t start = end, stop = find(job->text, at, end, &start);
    pel_status status = split_from(job, stage + 1, at, start);
    if (status == PEL_OK) status = split_from(job, stage + 1, start, stop);
    if (status != PEL_OK) return status;
    at = stop;
  }
  return PEL_OK;
}

pel_status pel_split(const pel_splitter *splitter, const uint8_t *text, size_t size, pel_piece_fn piece,
                     void *context) {
  split_job job = {splitter, text, piece, context};
  return split_from(&job, 0, 0, size);
}
