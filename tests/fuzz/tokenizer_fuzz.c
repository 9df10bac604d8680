/* libFuzzer: any text must come back from a small vocabulary, and any vocabulary must be refused or work.
 * The first byte chooses the splitter and the kind of tokenizer; the next few plant tokens, kinds and
 * merges into the vocabulary, taken from the input itself; the rest is the text. */
#include "tests/unit/tokenizer_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static build_vocab vocab;

static void plant(const uint8_t **data, size_t *size, size_t count) {
  for (size_t i = 0; i<count && * size> 2; i++) {
    size_t length = (*data)[0] % 12;
    int32_t kind = (*data)[1] % 8;
    *data += 2;
    *size -= 2;
    if (length > *size) length = *size;
    build_token(&vocab, (const char *)*data, length, kind, (float)length);
    char text[12] = "";
    if (length) memcpy(text, *data, length);
    if (kind == 0 && length > 1) /* a rule for the planted token: its first byte and the rest */
      snprintf(vocab.merge[vocab.n_merges++], 64, "%.1s %s", text, text + 1);
    *data += length;
    *size -= length;
  }
}

static pel_tokenizer *make(const uint8_t **data, size_t *size) {
  static const char *const names[] = {"gpt-2",        "llama-bpe",      "qwen2",  "smollm",
                                      "deepseek-llm", "deepseek-coder", "default"};
  uint8_t choice = (*data)[0], planted = (*data)[1] % 8;
  build b = {0};
  *data += 2;
  *size -= 2;
  memset(&vocab, 0, sizeof vocab);
  if (choice & 0x80)
    build_byte_tokens(&vocab);
  else
    build_alphabet(&vocab);
  if (!(choice & 0x80)) {
    build_merge(&vocab, "a", "a");
    build_merge(&vocab, "aa", "aa");
    build_merge(&vocab, "\xc4\xa0", "a");
  } else {
    static const char *const texts[] = {"\xe2\x96\x81",
                                        "a",
                                        "aa",
                                        "aaa",
                                        ("\xe2\x96\x81"
                                         "a"),
                                        "\n",
                                        "\n\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
      build_token(&vocab, texts[i], strlen(texts[i]), 1, -(float)i);
  }
  build_token(&vocab, "<|im_end|>", 10, 3, 0);
  plant(data, size, planted);
  build_string(&b, "tokenizer.ggml.model", choice & 0x80 ? "llama" : "gpt2");
  build_string(&b, "tokenizer.ggml.pre", names[choice % (sizeof names / sizeof *names)]);
  build_flag(&b, "tokenizer.ggml.add_space_prefix", choice & 0x40);
  build_tokens(&b, &vocab);
  pel_tokenizer *tok = NULL;
  pel_error err;
  pel_status status = build_open(&b, &tok, &err);
  if (status != PEL_OK && !planted) abort();
  if (status != PEL_OK && !strstr(err.text, "tokenizer.ggml.")) abort();
  return status == PEL_OK ? tok : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3) return 0;
  pel_tokenizer *tok = make(&data, &size);
  if (!tok) return 0;
  for (unsigned flags = 0; flags < 2; flags++) {
    pel_token_id *ids;
    size_t n, back_size;
    char *back;
    pel_error err;
    if (pel_tokenizer_encode(tok, (const char *)data, size, flags, &ids, &n, &err) != PEL_OK) abort();
    if (pel_tokenizer_decode(tok, ids, n, true, &back, &back_size, &err) != PEL_OK) abort();
    if (back_size != size || (size && memcmp(back, data, size) != 0)) abort();
    pel_free(back);
    pel_free(ids);
  }
  pel_tokenizer_close(tok);
  return 0;
}
