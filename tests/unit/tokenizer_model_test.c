/* Whole models: a long real text against the ids that the reference implementation gave. */
#include <pellucid/tokenizer.h>

#include "tests/check.h"

#include <stdint.h>
#include <time.h>

static const char *fixtures, *smollm, *gemma;

static char *read_all(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  if (!f) return NULL;
  size_t capacity = 1 << 20;
  char *data = calloc(1, capacity);
  *size = data ? fread(data, 1, capacity - 1, f) : 0;
  fclose(f);
  return data;
}

static void check_reference(const char *model, const char *reference, size_t least) {
  char path[1024];
  size_t text_size, json_size, n = 0, i = 0;
  snprintf(path, sizeof path, "%s/real/text.txt", fixtures);
  char *text = read_all(path, &text_size);
  snprintf(path, sizeof path, "%s/real/%s", fixtures, reference);
  char *json = read_all(path, &json_size);
  const char *list = json ? strstr(json, "\"tokens\"") : NULL;
  pel_tokenizer *tok = NULL;
  pel_token_id *ids = NULL;
  pel_error err;
  CHECK(text && list);
  pel_status status = pel_tokenizer_open(model, &tok, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  if (text && list && tok) {
    CHECK(pel_tokenizer_encode(tok, text, text_size, PEL_ENCODE_BOS, &ids, &n, &err) == PEL_OK);
    char *at = strchr(list, '['), *end;
    for (at = at ? at + 1 : NULL; at; at = end + 1, i++) {
      long id = strtol(at, &end, 10);
      CHECK_MSG(i < n && ids[i] == id, "token %zu is %d, the reference has %ld", i, i < n ? ids[i] : -1,
                id);
      if (i >= n || ids[i] != id || *end != ',') break;
    }
    CHECK_MSG(i + 1 >= least, "only %zu tokens compared", i + 1);
    char *back;
    size_t size;
    CHECK(pel_tokenizer_decode(tok, ids, n, false, &back, &size, &err) == PEL_OK);
    CHECK(size == text_size && memcmp(back, text, size) == 0);
    pel_free(back);
    printf("  %zu tokens agree\n", i + 1);
  }
  pel_free(ids);
  pel_tokenizer_close(tok);
  free(json);
  free(text);
}

static void smollm_agrees_with_the_reference(void) {
  if (smollm) check_reference(smollm, "smollm2-135m-instruct-q4_1.json", 4096);
}
static void gemma_agrees_with_the_reference(void) {
  if (gemma) check_reference(gemma, "gemma-3-270m-q4_k_m.json", 2048);
}

static void check_end(const char *model, const char *text) {
  pel_tokenizer *tok;
  pel_error err;
  if (!model || pel_tokenizer_open(model, &tok, &err) != PEL_OK) return;
  pel_token_id id = pel_tokenizer_find(tok, text);
  CHECK_MSG(id >= 0 && pel_tokenizer_is_end(tok, id) && pel_tokenizer_is_control(tok, id), "%s is %d", text,
            id);
  pel_token_id *ids;
  size_t n;
  CHECK(pel_tokenizer_encode(tok, text, strlen(text), 0, &ids, &n, &err) == PEL_OK);
  for (size_t i = 0; i < n; i++) CHECK(!pel_tokenizer_is_control(tok, ids[i]));
  pel_free(ids);
  CHECK(pel_tokenizer_encode(tok, text, strlen(text), PEL_ENCODE_SPECIAL, &ids, &n, &err) == PEL_OK);
  CHECK(n == 1 && ids[0] == id);
  pel_free(ids);
  pel_tokenizer_close(tok);
}

static void ends_are_known(void) {
  check_end(smollm, "<|im_end|>");
  check_end(smollm, "<|endoftext|>");
  check_end(gemma, "<eos>");
  check_end(gemma, "<end_of_turn>");
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void check_time(const char *model) {
  enum { N = 100000 };
  static const char equal[] = "a \n7=";
  pel_tokenizer *tok;
  pel_error err;
  double start = seconds();
  if (!model || pel_tokenizer_open(model, &tok, &err) != PEL_OK) return;
  printf("  opened in %.3f s\n", seconds() - start);
  char *text = malloc(N);
  for (const char *c = equal; text && *c; c++) {
    pel_token_id *ids;
    size_t n;
    memset(text, *c, N);
    start = seconds();
    CHECK(pel_tokenizer_encode(tok, text, N, 0, &ids, &n, &err) == PEL_OK);
    CHECK_MSG(seconds() - start < 1, "'%c' takes %.3f s", *c, seconds() - start);
    pel_free(ids);
  }
  free(text);
  pel_tokenizer_close(tok);
}

static void time_is_linear(void) {
  check_time(smollm);
  check_time(gemma);
}

/* The vocabulary of SmolLM2 has no token for some bytes: the text is refused, not changed. */
static void missing_bytes_are_refused(void) {
  pel_tokenizer *tok;
  pel_error err;
  if (!smollm || pel_tokenizer_open(smollm, &tok, &err) != PEL_OK) return;
  pel_token_id *ids = NULL;
  size_t n;
  CHECK(pel_tokenizer_encode(tok, "ab\x04", 3, 0, &ids, &n, &err) == PEL_ERR_UNSUPPORTED);
  CHECK_MSG(strstr(err.text, "0x04 at offset 2"), "%s", err.text);
  CHECK(ids == NULL);
  pel_tokenizer_close(tok);
}

int main(void) {
  fixtures = check_need("PELLUCID_FIXTURES");
  smollm = getenv("PELLUCID_MODEL_SMOLLM2");
  gemma = getenv("PELLUCID_MODEL_GEMMA3");
  if (!smollm && !gemma) {
    printf("skipped: neither PELLUCID_MODEL_SMOLLM2 nor PELLUCID_MODEL_GEMMA3 is set\n");
    return 77;
  }
  RUN(smollm_agrees_with_the_reference);
  RUN(gemma_agrees_with_the_reference);
  RUN(ends_are_known);
  RUN(time_is_linear);
  RUN(missing_bytes_are_refused);
  return check_result();
}
