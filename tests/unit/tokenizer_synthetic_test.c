/* Small vocabularies that the test builds itself: what each rule of the tokenizers does, and broken
 * vocabularies. */
#include "tests/unit/tokenizer_build.h"

#include "engine/base/rng.h"
#include "tests/check.h"

#include <math.h>

static build_vocab vocab;

/* A byte-level vocabulary: the alphabet, four merges, two control tokens and a user-defined one. */
static void small_bpe(build *b, const char *pre) {
  memset(&vocab, 0, sizeof vocab);
  build_alphabet(&vocab);
  build_merge(&vocab, "h", "e");
  build_merge(&vocab, "l", "l");
  build_merge(&vocab, "he", "ll");
  build_merge(&vocab, "\xc4\xa0", "hell"); /* with a space before */
  build_token(&vocab, "<|eos|>", 7, 3, 0);
  build_token(&vocab, "<|im_end|>", 10, 4, 0);
  build_token(&vocab, "<tag>", 5, 4, 0);
  build_token(&vocab, "<tag><tag>", 10, 4, 0);
  build_string(b, "tokenizer.ggml.model", "gpt2");
  if (pre) build_string(b, "tokenizer.ggml.pre", pre);
  build_number(b, "tokenizer.ggml.bos_token_id", (uint32_t)vocab.n - 4);
  build_number(b, "tokenizer.ggml.eos_token_id", (uint32_t)vocab.n - 4);
}

/* A SentencePiece vocabulary with byte tokens; "<unk>", "<s>", "</s>" come first. */
static void small_spm(build *b) {
  memset(&vocab, 0, sizeof vocab);
  build_token(&vocab, "<unk>", 5, 2, 0);
  build_token(&vocab, "<s>", 3, 3, 0);
  build_token(&vocab, "</s>", 4, 3, 0);
  build_byte_tokens(&vocab);
  static const char *const texts[] = {
      "\xe2\x96\x81",     "h", "e", "l", "o", "<", "s", ">", "<s", "ll", "he", "hell", "hello",
      "\xe2\x96\x81hello"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    build_token(&vocab, texts[i], strlen(texts[i]), 1, -(float)i);
  build_token(&vocab, "<b>", 3, 4, 0);
  build_token(&vocab, "h", 1, 1, -50); /* a text twice: official files have this */
  build_string(b, "tokenizer.ggml.model", "llama");
  build_number(b, "tokenizer.ggml.bos_token_id", 1);
  build_number(b, "tokenizer.ggml.eos_token_id", 2);
}

static pel_tokenizer *finish(build *b) {
  pel_tokenizer *tok = NULL;
  pel_error err;
  build_tokens(b, &vocab);
  pel_status status = build_open(b, &tok, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  return tok;
}

/* The pieces of an encoded text, joined by '|'. */
static const char *pieces(const pel_tokenizer *tok, const char *text, unsigned flags) {
  static char out[512];
  pel_token_id *ids;
  size_t n, at = 0;
  pel_error err;
  if (pel_tokenizer_encode(tok, text, strlen(text), flags, &ids, &n, &err) != PEL_OK)
    return err.text[0] ? "error" : "";
  out[0] = 0;
  for (size_t i = 0; i < n; i++) {
    size_t size;
    const char *piece = pel_tokenizer_piece(tok, ids[i], &size);
    at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s", i ? "|" : "", (int)size, piece);
  }
  pel_free(ids);
  return out;
}

static void check_split(const char *pre, const char *text, const char *expected) {
  build b = {0};
  small_bpe(&b, pre);
  vocab.n_merges = 0; /* joins everything within a piece: a chain of merges on top of the alphabet */
  static const char letters[] = "abcdefgh";
  for (size_t i = 0; i + 1 < sizeof letters - 1; i++) {
    char left[16], right[2] = {letters[i + 1], 0};
    snprintf(left, sizeof left, "%.*s", (int)i + 1, letters);
    build_merge(&vocab, left, right);
  }
  pel_tokenizer *tok = finish(&b);
  if (!tok) return;
  CHECK_STR(pieces(tok, text, 0), expected);
  pel_tokenizer_close(tok);
}

static void bpe_merges_by_rank(void) {
  build b = {0};
  small_bpe(&b, "gpt-2");
  pel_tokenizer *tok = finish(&b);
  if (!tok) return;
  CHECK_STR(pieces(tok, "hello hell", 0), "hell|o| hell");
  CHECK_STR(pieces(tok, "he'll", 0), "he|'|ll");
  CHECK_STR(pieces(tok, "lll", 0), "ll|l");
  CHECK_STR(pieces(tok, "", 0), "");
  CHECK(pel_tokenizer_count(tok) == vocab.n);
  pel_tokenizer_close(tok);
}

static void splitters_cut_where_they_should(void) {
  check_split("gpt-2", "ab'abc", "ab|'|abc");
  check_split("llama-bpe", "ab'abc", "ab|'|abc");
  check_split("smollm", "abc7abc", "abc|7|abc");
  check_split("deepseek-coder", "abc\nabc", "abc|\n|abc");
  check_split("deepseek-llm", "abc7abc", "abc|7|abc");
  check_split("default", "abc+abc", "abc|+|abc");
  check_split(NULL, "abc", "abc"); /* no name: "default" */
}

static void special_tokens_follow_their_kind(void) {
  build b = {0};
  small_bpe(&b, "gpt-2");
  pel_tokenizer *tok = finish(&b);
  if (!tok) return;
  CHECK_STR(pieces(tok, "he<|eos|>", 0), "he|<|||e|o|s|||>");
  CHECK_STR(pieces(tok, "he<|eos|>", PEL_ENCODE_SPECIAL), "he|<|eos|>");
  CHECK_STR(pieces(tok, "<tag>he<tag><tag><tag>", 0), "<tag>|he|<tag><tag>|<tag>");
  pel_token_id end = pel_tokenizer_find(tok, "<|im_end|>");
  CHECK(pel_tokenizer_is_control(tok, end) &&
        pel_tokenizer_is_end(tok, end)); /* though the file calls it user-defined */
  CHECK_STR(pieces(tok, "<|im_end|>", 0), "<|||i|m|_|e|n|d|||>");
  CHECK(pel_tokenizer_is_end(tok, pel_tokenizer_find(tok, "<|eos|>")));
  CHECK(!pel_tokenizer_is_end(tok, pel_tokenizer_find(tok, "he")));
  CHECK(pel_tokenizer_find(tok, " hell") >= 0 && pel_tokenizer_find(tok, "nothing") == -1);
  size_t size = 1;
  CHECK(!pel_tokenizer_piece(tok, -1, &size) && size == 0);
  CHECK(!pel_tokenizer_piece(tok, (pel_token_id)vocab.n, &size) && size == 0);
  pel_tokenizer_close(tok);
}

static void bos_follows_the_flag(void) {
  for (int flag = -1; flag < 2; flag++) {
    build b = {0};
    small_bpe(&b, "gpt-2");
    if (flag >= 0) build_flag(&b, "tokenizer.ggml.add_bos_token", flag);
    pel_tokenizer *tok = finish(&b);
    if (!tok) continue;
    CHECK_STR(pieces(tok, "he", PEL_ENCODE_BOS), flag == 1 ? "<|eos|>|he" : "he");
    pel_tokenizer_close(tok);
  }
  build b = {0};
  small_bpe(&b, "llama-bpe");
  pel_tokenizer *tok = finish(&b);
  if (tok) CHECK_STR(pieces(tok, "he", PEL_ENCODE_BOS), "<|eos|>|he");
  pel_tokenizer_close(tok);
}

static void sentencepiece_merges_by_score(void) {
  build b = {0};
  small_spm(&b);
  pel_tokenizer *tok = finish(&b);
  if (!tok) return;
  CHECK_STR(pieces(tok, "hello", 0), " hello");
  CHECK_STR(pieces(tok, "hello", PEL_ENCODE_BOS), "<s>| hello");
  CHECK_STR(pieces(tok, "x", 0), " |x");      /* a byte token */
  CHECK_STR(pieces(tok, "<s>", 0), " |<s|>"); /* never the control token */
  CHECK_STR(pieces(tok, "<s>", PEL_ENCODE_SPECIAL), "<s>");
  CHECK_STR(pieces(tok, "h<b>h", 0), " |h|<b>| |h");
  CHECK(pel_tokenizer_bos(tok) == 1 && pel_tokenizer_is_end(tok, 2));
  pel_tokenizer_close(tok);
}

static void check_round_trips(pel_tokenizer *tok, uint64_t seed) {
  static const char *const parts[] = {" ",   "  ",      "\xe2\x96\x81", "\xe2\x96", "<tag>", "<b>",
                                      "<s>", "<|eos|>", "hello",        "\n",       "\0"};
  pel_rng rng = {seed};
  for (size_t round = 0; tok && round < 3000; round++) {
    char text[80], *back;
    size_t size = 0, n, back_size;
    while (size < 60 && pel_rng_next(&rng) % 12) {
      const char *part = parts[pel_rng_next(&rng) % (sizeof parts / sizeof *parts)];
      size_t length = strlen(part);
      memcpy(text + size, part, length);
      size += length;
      if (pel_rng_next(&rng) % 2) text[size++] = (char)pel_rng_next(&rng);
    }
    pel_token_id *ids;
    pel_error err;
    pel_status status =
        pel_tokenizer_encode(tok, text, size, (unsigned)round % 2 * PEL_ENCODE_SPECIAL, &ids, &n, &err);
    CHECK_MSG(status == PEL_OK, "%s", err.text);
    if (status != PEL_OK) continue;
    CHECK(pel_tokenizer_decode(tok, ids, n, true, &back, &back_size, &err) == PEL_OK);
    CHECK_MSG(back_size == size && memcmp(back, text, size) == 0, "seed %llu, round %zu",
              (unsigned long long)seed, round);
    pel_free(back);
    pel_free(ids);
  }
  pel_tokenizer_close(tok);
}

static void every_text_comes_back(void) {
  static const char *const names[] = {"gpt-2",        "llama-bpe",      "qwen2",  "smollm",
                                      "deepseek-llm", "deepseek-coder", "default"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    build b = {0};
    small_bpe(&b, names[i]);
    check_round_trips(finish(&b), i);
  }
  for (int prefix = 0; prefix < 2; prefix++) {
    build b = {0};
    small_spm(&b);
    build_flag(&b, "tokenizer.ggml.add_space_prefix", prefix);
    check_round_trips(finish(&b), 100 + (uint64_t)prefix);
  }
}

static void bytes_without_token_are_refused(void) {
  build b = {0};
  small_spm(&b);
  vocab.text[3 + 'x'][4] = '0'; /* the byte token of 'x' becomes a second one of another byte */
  pel_tokenizer *tok = finish(&b);
  if (!tok) return;
  pel_token_id *ids = NULL;
  size_t n;
  pel_error err = {0};
  CHECK(pel_tokenizer_encode(tok, "x", 1, 0, &ids, &n, &err) == PEL_ERR_UNSUPPORTED && !ids);
  CHECK_MSG(strstr(err.text, "byte 0x78"), "%s", err.text);
  CHECK(pel_tokenizer_decode(tok, (pel_token_id[]){99999}, 1, true, (char **)&ids, &n, &err) ==
        PEL_ERR_USAGE);
  pel_tokenizer_close(tok);
}

typedef enum breakage {
  BAD_PRE,
  BAD_KIND,
  BAD_SCORE,
  BAD_MERGE_SHAPE,
  BAD_MERGE_NAME,
  BAD_MERGE_CONTROL,
  BAD_BYTE,
  BAD_BOS,
  BAD_COUNT,
  BREAKAGES
} breakage;

static void broken(breakage what, build *b) {
  if (what == BAD_BYTE || what == BAD_SCORE)
    small_spm(b);
  else
    small_bpe(b, what == BAD_PRE ? "falcon" : "gpt-2");
  if (what == BAD_KIND) vocab.kind[7] = 99;
  if (what == BAD_SCORE) vocab.score[7] = NAN;
  if (what == BAD_MERGE_SHAPE) strcpy(vocab.merge[1], "hell");
  if (what == BAD_MERGE_NAME) strcpy(vocab.merge[1], "zz qq");
  if (what == BAD_MERGE_CONTROL) vocab.kind[256] = 3; /* "he" */
  if (what == BAD_BYTE) memcpy(vocab.text[10], "<0x-1>", 6);
  build_tokens(b, &vocab);
  if (what == BAD_BOS) build_number(b, "tokenizer.ggml.eot_token_id", (uint32_t)vocab.n);
  if (what == BAD_COUNT) b->n_keys--; /* the last key, the merges, is left out */
}

static void broken_vocabularies_name_the_key(void) {
  static const char *const keys[BREAKAGES] = {
      "tokenizer.ggml.pre",    "tokenizer.ggml.token_type",   "tokenizer.ggml.scores",
      "tokenizer.ggml.merges", "tokenizer.ggml.merges",       "tokenizer.ggml.merges",
      "tokenizer.ggml.tokens", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.merges"};
  for (breakage i = 0; i < BREAKAGES; i++) {
    build b = {0};
    broken(i, &b);
    pel_tokenizer *tok = NULL;
    pel_error err = {0};
    pel_status status = build_open(&b, &tok, &err);
    CHECK_MSG(status == (i == BAD_PRE ? PEL_ERR_UNSUPPORTED : PEL_ERR_INPUT), "case %d: status %d: %s", i,
              status, err.text);
    CHECK_MSG(strstr(err.text, keys[i]), "case %d: %s", i, err.text);
    CHECK(!tok);
    pel_tokenizer_close(tok);
  }
}

int main(void) {
  RUN(bpe_merges_by_rank);
  RUN(splitters_cut_where_they_should);
  RUN(special_tokens_follow_their_kind);
  RUN(bos_follows_the_flag);
  RUN(sentencepiece_merges_by_score);
  RUN(every_text_comes_back);
  RUN(bytes_without_token_are_refused);
  RUN(broken_vocabularies_name_the_key);
  return check_result();
}
