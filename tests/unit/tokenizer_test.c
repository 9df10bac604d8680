/* Every vocabulary of the fixtures against the ids that its authors' tokenizer gives. */
#include <pellucid/tokenizer.h>

#include "engine/base/rng.h"
#include "tests/check.h"

#include <errno.h>
#include <stdint.h>
#include <time.h>

static const char *fixtures;
static const char separator[] = "\n__ggml_vocab_test__\n";

static const char *const supported[] = {"gpt-2",          "llama-bpe", "llama-spm", "qwen2", "deepseek-llm",
                                        "deepseek-coder", "starcoder", "refact",    "phi-3"};
static const char *const refused[] = {"bert-bge", "falcon", "mpt"};

static char *read_file(const char *name, const char *suffix, size_t *size) {
  char path[1024];
  snprintf(path, sizeof path, "%s/tokenizers/ggml-vocab-%s.gguf%s", fixtures, name, suffix);
  FILE *f = fopen(path, "rb");
  if (!f) return NULL;
  size_t capacity = 1 << 20;
  char *data = calloc(1, capacity);
  *size = data ? fread(data, 1, capacity - 1, f) : 0;
  fclose(f);
  return data;
}

static pel_tokenizer *open_vocabulary(const char *name) {
  char path[1024];
  snprintf(path, sizeof path, "%s/tokenizers/ggml-vocab-%s.gguf", fixtures, name);
  pel_tokenizer *tok = NULL;
  pel_error err;
  pel_status status = pel_tokenizer_open(path, &tok, &err);
  CHECK_MSG(status == PEL_OK, "%s: %s", name, err.text);
  return tok;
}

static void check_text(const char *name, size_t number, const pel_tokenizer *tok, const char *text,
                       size_t size, char *line) {
  pel_token_id *ids;
  size_t n, i = 0;
  pel_error err;
  pel_status status = pel_tokenizer_encode(tok, text, size, 0, &ids, &n, &err);
  CHECK_MSG(status == PEL_OK, "%s, text %zu: %s", name, number, err.text);
  if (status != PEL_OK) return;
  for (char *word = strtok(line, " "); word; word = strtok(NULL, " "), i++)
    if (i >= n || atoi(word) != ids[i]) break;
  char *rest = strtok(NULL, "");
  CHECK_MSG(i == n && !rest, "%s, text %zu differs at token %zu (got %d)", name, number, i,
            i < n ? ids[i] : -1);
  char *back;
  size_t back_size;
  CHECK(pel_tokenizer_decode(tok, ids, n, false, &back, &back_size, &err) == PEL_OK);
  CHECK_MSG(back_size == size && memcmp(back, text, size) == 0, "%s, text %zu does not come back", name,
            number);
  pel_free(back);
  pel_free(ids);
}

static void check_vocabulary(const char *name) {
  size_t in_size, out_size, number = 0;
  char *in = read_file(name, ".inp", &in_size), *out = read_file(name, ".out", &out_size);
  pel_tokenizer *tok = open_vocabulary(name);
  CHECK(in && out);
  if (in && out && tok) {
    char *line = out;
    for (char *text = in; text && *text; number++) { /* the file ends with a separator */
      char *next = strstr(text, separator), *end = strchr(line, '\n');
      size_t size = next ? (size_t)(next - text) : strlen(text);
      if (end) *end = 0;
      check_text(name, number, tok, text, size, line);
      text = next ? next + sizeof separator - 1 : NULL;
      line = end ? end + 1 : line + strlen(line);
    }
    printf("  %s: %zu texts\n", name, number);
    CHECK(number >= 46);
  }
  pel_tokenizer_close(tok);
  free(in);
  free(out);
}

static void all_vocabularies(void) {
  for (size_t i = 0; i < sizeof supported / sizeof *supported; i++) check_vocabulary(supported[i]);
}

static void others_are_refused_by_name(void) {
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    char path[1024];
    snprintf(path, sizeof path, "%s/tokenizers/ggml-vocab-%s.gguf", fixtures, refused[i]);
    pel_tokenizer *tok = NULL;
    pel_error err = {0};
    pel_status status = pel_tokenizer_open(path, &tok, &err);
    CHECK(status == PEL_ERR_UNSUPPORTED);
    CHECK_MSG(strstr(err.text, "tokenizer.ggml.") && strstr(err.text, "gpt"), "%s", err.text);
    pel_tokenizer_close(tok);
  }
}

/* Bytes that a vocabulary has no token for are refused by name; all else must come back. */
static void random_text(pel_rng *rng, char *text, size_t size) {
  static const char *const parts[] = {"a",
                                      " ",
                                      "  ",
                                      "\n",
                                      "\t",
                                      "7",
                                      "é",
                                      "中",
                                      "\xe2\x96\x81",
                                      "<|im_end|>",
                                      "</s>",
                                      "'ll",
                                      "\xf0\x9f\xa6\x99",
                                      "\xcc\x81",
                                      "...",
                                      "the",
                                      "\r\n",
                                      "\xc2\xa0",
                                      "\xe3\x80\x80"};
  size_t n = 0;
  while (n < size) {
    const char *part = parts[pel_rng_next(rng) % (sizeof parts / sizeof *parts)];
    char byte = (char)(pel_rng_next(rng) & 0xff);
    size_t length = strlen(part);
    if (pel_rng_next(rng) % 4 == 0 || n + length > size)
      text[n++] = byte;
    else
      memcpy(text + n, part, length), n += length;
  }
}

static void round_trips(void) {
  for (size_t i = 0; i < sizeof supported / sizeof *supported; i++) {
    pel_tokenizer *tok = open_vocabulary(supported[i]);
    if (!tok) continue;
    pel_rng rng = {7 + i};
    size_t refusals = 0;
    for (size_t round = 0; round < 600; round++) {
      char text[64], *back;
      size_t size = pel_rng_next(&rng) % sizeof text, n, back_size;
      random_text(&rng, text, size);
      pel_token_id *ids;
      pel_error err;
      unsigned flags = round % 2 ? PEL_ENCODE_SPECIAL : 0;
      if (pel_tokenizer_encode(tok, text, size, flags, &ids, &n, &err) != PEL_OK) {
        CHECK_MSG(strstr(err.text, "no token for it"), "%s", err.text);
        refusals++;
        continue;
      }
      CHECK(pel_tokenizer_decode(tok, ids, n, true, &back, &back_size, &err) == PEL_OK);
      CHECK_MSG(back_size == size && memcmp(back, text, size) == 0, "%s, round %zu", supported[i], round);
      pel_free(back);
      pel_free(ids);
    }
    printf("  %s: %zu of 600 refused for a byte without token\n", supported[i], refusals);
    pel_tokenizer_close(tok);
  }
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double time_of(const pel_tokenizer *tok, const char *text, size_t size) {
  pel_token_id *ids;
  size_t n;
  pel_error err;
  double start = seconds();
  pel_status status = pel_tokenizer_encode(tok, text, size, PEL_ENCODE_SPECIAL, &ids, &n, &err);
  double taken = seconds() - start;
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  if (status == PEL_OK) pel_free(ids);
  return taken;
}

static void time_is_linear(void) {
  static const char equal[] = "a \n7'.<\t";
  enum {
    RUN = 100000,
    MIXED = 1 << 20
  };
  char *text = malloc(MIXED);
  if (!text) return;
  for (size_t i = 0; i < sizeof supported / sizeof *supported; i++) {
    pel_tokenizer *tok = open_vocabulary(supported[i]);
    if (!tok) continue;
    double worst = 0;
    for (const char *c = equal; *c; c++) {
      memset(text, *c, RUN);
      double taken = time_of(tok, text, RUN);
      if (taken > worst) worst = taken;
    }
    size_t n, at = 0;
    char *in = read_file(supported[i], ".inp", &n);
    for (; in && at + n <= MIXED; at += n) memcpy(text + at, in, n);
    double mixed = time_of(tok, text, at);
    CHECK_MSG(worst < 1 && mixed < 3, "%s: %.3f s, %.3f s", supported[i], worst, mixed);
    printf("  %s: at most %.3f s for 100,000 equal characters, %.3f s for 1 MB\n", supported[i], worst,
           mixed);
    free(in);
    pel_tokenizer_close(tok);
  }
  free(text);
}

int main(void) {
  fixtures = check_need("PELLUCID_FIXTURES");
  RUN(all_vocabularies);
  RUN(others_are_refused_by_name);
  RUN(round_trips);
  RUN(time_is_linear);
  return check_result();
}
