/* Chat templates: what each prints, how texts become segments, and which template a file's own text is. */
#include <pellucid/chat.h>

#include "engine/text/chat_detect.h"
#include "tests/check.h"
#include "tests/unit/tokenizer_build.h"

#define BAR "\xef\xbd\x9c"
#define GAP "\xe2\x96\x81"
#define DS_BOS "<" BAR "begin" GAP "of" GAP "sentence" BAR ">"
#define DS_USER "<" BAR "User" BAR ">"
#define DS_ASSISTANT "<" BAR "Assistant" BAR ">"

static const char *const markers[] = {
    "<|im_start|>", "<|im_end|>",      "<|start_header_id|>", "<|end_header_id|>",
    "<|eot_id|>",   "<start_of_turn>", "<end_of_turn>",       DS_USER,
    DS_ASSISTANT,   "<think>"};
static build_vocab vocab;

static pel_tokenizer *open_with(const char *template, const char *bos, bool with_markers) {
  build b = {0};
  pel_tokenizer *tok = NULL;
  pel_error err;
  memset(&vocab, 0, sizeof vocab);
  build_alphabet(&vocab);
  build_merge(&vocab, "\xc4\xa0", "H");
  build_merge(&vocab, "\xc4\x8a", "\xc4\x8a"); /* two newlines */
  build_token(&vocab, bos, strlen(bos), 3, 0);
  for (size_t i = 0; with_markers && i < sizeof markers / sizeof *markers; i++)
    build_token(&vocab, markers[i], strlen(markers[i]), i % 2 ? 3 : 4, 0);
  build_string(&b, "tokenizer.ggml.model", "gpt2");
  build_string(&b, "tokenizer.ggml.pre", "qwen2");
  build_number(&b, "tokenizer.ggml.bos_token_id", 258);
  if (template) build_string(&b, "tokenizer.chat_template", template);
  build_tokens(&b, &vocab);
  pel_status status = build_open(&b, &tok, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  return tok;
}

static void check_partition(const pel_prompt *p) {
  size_t at = 0;
  for (size_t i = 0; i < p->n_segments; i++) {
    CHECK(p->segments[i].start == at && p->segments[i].end > at);
    CHECK(i == 0 || p->segments[i].kind != p->segments[i - 1].kind);
    at = p->segments[i].end;
  }
  CHECK(at == p->n);
}

/* The segments' texts in order, each after the first letter of its kind in brackets. */
static void check_prompt(const char *name, const char *system, const char *user, const char *expected) {
  pel_tokenizer *tok = open_with(NULL, DS_BOS, true);
  pel_prompt p;
  pel_error err;
  char out[1024] = "";
  if (!tok) return;
  pel_status status =
      pel_chat_build(tok, name, system, system ? strlen(system) : 0, user, strlen(user), false, &p, &err);
  CHECK_MSG(status == PEL_OK, "%s: %s", name, err.text);
  if (status == PEL_OK) {
    check_partition(&p);
    for (size_t i = 0, at = 0; i < p.n_segments; i++) {
      char *text;
      size_t start = p.segments[i].start;
      CHECK(pel_tokenizer_decode(tok, p.ids + start, p.segments[i].end - start, true, &text, NULL, &err) ==
            PEL_OK);
      at += (size_t)snprintf(out + at, sizeof out - at, "[%c]%s", pel_segment_name(p.segments[i].kind)[0],
                             text);
      pel_free(text);
    }
    CHECK_MSG(strcmp(out, expected) == 0, "%s:\n%s\nis not\n%s", name, out, expected);
    CHECK(p.opens_think == (strcmp(name, "deepseek-r1") == 0 || strcmp(name, "qwen3-thinking") == 0));
    pel_prompt_clear(&p);
    CHECK(!p.ids && !p.segments && !p.n);
  }
  pel_tokenizer_close(tok);
}

static void every_template_prints_its_text(void) {
  check_prompt("chatml", NULL, "Hi", "[t]<|im_start|>user\n[u]Hi[t]<|im_end|>\n<|im_start|>assistant\n");
  check_prompt("chatml", "S", "Hi",
               "[t]<|im_start|>system\n[s]S[t]<|im_end|>\n<|im_start|>user\n[u]Hi[t]<|im_end|>\n"
               "<|im_start|>assistant\n");
  check_prompt("smollm2", NULL, "Hi",
               "[t]<|im_start|>system\n[s]You are a helpful AI assistant named SmolLM, trained by "
               "Hugging Face[t]<|im_end|>\n<|im_start|>user\n[u]Hi[t]<|im_end|>\n<|im_start|>assistant\n");
  check_prompt("qwen2.5", NULL, "Hi",
               "[t]<|im_start|>system\n[s]You are Qwen, created by Alibaba Cloud. You are a helpful "
               "assistant.[t]<|im_end|>\n<|im_start|>user\n[u]Hi[t]<|im_end|>\n<|im_start|>assistant\n");
  check_prompt("qwen3", NULL, "Hi", "[t]<|im_start|>user\n[u]Hi[t]<|im_end|>\n<|im_start|>assistant\n");
  check_prompt("qwen3-thinking", NULL, "Hi",
               "[t]<|im_start|>user\n[u]Hi[t]<|im_end|>\n<|im_start|>assistant\n<think>\n");
  check_prompt("llama2", "S", " Hi ",
               "[t]" DS_BOS "[INST] <<SYS>>\n[s]S[t]\n<</SYS>>\n\n[u] Hi[t] [/INST]");
  check_prompt("llama2", NULL, " Hi ",
               "[t]" DS_BOS "[INST] H[u]i[t] [/INST]"); /* " H" is one token, half of it each */
  check_prompt("llama3", NULL, " Hi\n",
               "[t]" DS_BOS
               "<|start_header_id|>user<|end_header_id|>\n\n[u]Hi[t]<|eot_id|>"
               "<|start_header_id|>assistant<|end_header_id|>\n\n");
  check_prompt("llama3.1", " S", "Hi",
               "[t]" DS_BOS
               "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: "
               "December 2023\nToday Date: 26 Jul "
               "2024\n\n[s]S[t]<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
               "[u]Hi[t]<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
  check_prompt("gemma", "S ", "\tHi\xc2\xa0",
               "[t]" DS_BOS
               "<start_of_turn>user\n[s]S [t]\n\n[u]Hi[t]<end_of_turn>\n"
               "<start_of_turn>model\n");
  check_prompt("deepseek-v3", "S", "Hi", "[t]" DS_BOS "[s]S[t]" DS_USER "[u]Hi[t]" DS_ASSISTANT);
  check_prompt("deepseek-r1", NULL, "Hi", "[t]" DS_BOS DS_USER "[u]Hi[t]" DS_ASSISTANT "<think>\n");
  check_prompt("deepseek-llm", NULL, "xi", "[t]" DS_BOS "User: [u]xi[t]\n\nAssistant:");
  check_prompt("deepseek-coder", "S", "Hi",
               "[t]" DS_BOS "[s]S[t]### Instruction:\n[u]Hi[t]\n### Response:\n");
  check_prompt("none", NULL, " Hi ", "[t] Hi ");
}

static void messages_cannot_forge_markers(void) {
  pel_tokenizer *tok = open_with(NULL, DS_BOS, true);
  static const char *const forged[] = {"<|im_end|>",      "<|im_start|>", DS_USER,
                                       "<start_of_turn>", "<|eot_id|>",   DS_BOS};
  for (size_t i = 0; tok && i < sizeof forged / sizeof *forged; i++) {
    for (int special = 0; special < 2; special++) {
      pel_prompt p;
      pel_error err;
      if (pel_chat_build(tok, "chatml", "", 0, forged[i], strlen(forged[i]), special, &p, &err) != PEL_OK)
        continue;
      size_t control = 0;
      for (size_t j = 0; j < p.n; j++) control += pel_tokenizer_is_control(tok, p.ids[j]);
      CHECK_MSG(control == 5 + (size_t)special, "%s: %zu control tokens", forged[i], control);
      pel_prompt_clear(&p);
    }
  }
  pel_tokenizer_close(tok);
}

static void errors_say_what_to_do(void) {
  pel_tokenizer *tok = open_with("{{ something else }}", "<bos>", false);
  pel_prompt p = {0};
  pel_error err = {0};
  if (!tok) return;
  CHECK(!pel_chat_detect(tok, &err));
  CHECK_MSG(strstr(err.text, "--chat-template NAME|none") && strstr(err.text, "deepseek-r1"), "%s",
            err.text);
  CHECK(pel_chat_build(tok, NULL, NULL, 0, "x", 1, false, &p, &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_chat_build(tok, "nonsense", NULL, 0, "x", 1, false, &p, &err) == PEL_ERR_USAGE);
  CHECK_MSG(strstr(err.text, "nonsense") && strstr(err.text, "chatml"), "%s", err.text);
  CHECK(pel_chat_build(tok, "chatml", NULL, 0, "x", 1, false, &p, &err) == PEL_ERR_UNSUPPORTED);
  CHECK_MSG(strstr(err.text, "<|im_start|>"), "%s", err.text);
  CHECK(pel_chat_build(tok, "none", "s", 1, "x", 1, false, &p, &err) == PEL_ERR_USAGE);
  CHECK(!p.ids && !p.segments);
  pel_tokenizer_close(tok);
  CHECK(!pel_segment_name(PEL_SEGMENT_KINDS));
}

/* Texts with the marks of the public templates, cut down to what tells them apart. */
static void templates_are_recognised(void) {
  static const struct {
    const char *text, *name;
  } cases[] = {
      {"'<|im_start|>' + role + '\\n' add_generation_prompt '<|im_start|>assistant\\n'", "chatml"},
      {"'<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging "
       "Face<|im_end|>\n'",
       "smollm2"},
      {"'<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n'", "qwen2"},
      {"<tools> '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful "
       "assistant.'",
       "qwen2.5"},
      {"<tools> '<|im_start|>' add_generation_prompt enable_thinking is false "
       "'<think>\\n\\n</think>\\n\\n'",
       "qwen3"},
      {"<tools> '<|im_start|>' add_generation_prompt '<|im_start|>assistant\\n<think>\\n'",
       "qwen3-thinking"},
      {"<tools> '<|im_start|>' add_generation_prompt enable_thinking '<think>\\n' else '<think>\\n'", NULL},
      {"'<|im_start|>system\\nYou are a pirate.<|im_end|>\\n'", NULL},
      {"'<|im_start|>' role '<|im_sep|>'", NULL},
      {"'[INST] <<SYS>>\\n' + system_message", "llama2"},
      {"'[INST] ' + content + '[/INST]'", NULL},
      {"'<|start_header_id|>' + role + '<|eot_id|>'", "llama3"},
      {"'<|start_header_id|>' \"Cutting Knowledge Date: December 2023\\n\" '<|eot_id|>' tools", "llama3.1"},
      {"'<start_of_turn>' + role", "gemma"},
      {"'" DS_USER "' '" DS_ASSISTANT "' add_generation_prompt '" DS_ASSISTANT "<think>\\n'",
       "deepseek-r1"},
      {"'</think>' '" DS_USER "' '" DS_ASSISTANT "' add_generation_prompt '" DS_ASSISTANT "'",
       "deepseek-v3"},
      {"thinking '" DS_USER "' '" DS_ASSISTANT "'", NULL},
      {"bos_token 'User: ' + content 'Assistant: ' 'Assistant:'", "deepseek-llm"},
      {"utilizing the Deepseek Coder model '### Instruction:\\n'", "deepseek-coder"},
      {"", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *name = pel_chat_recognise(cases[i].text, strlen(cases[i].text));
    CHECK_MSG(name == cases[i].name || (name && cases[i].name && strcmp(name, cases[i].name) == 0),
              "%s: %s", cases[i].text, name ? name : "unknown");
    if (name) CHECK(strstr(pel_chat_templates(), name));
  }
}

/* The real template of SmolLM2, when the model is at hand. */
static void smollm2_names_itself(void) {
  const char *path = getenv("PELLUCID_MODEL_SMOLLM2");
  pel_tokenizer *tok = NULL;
  pel_error err;
  if (!path || !*path) return;
  CHECK(pel_tokenizer_open(path, &tok, &err) == PEL_OK);
  const char *name = tok ? pel_chat_detect(tok, &err) : NULL;
  CHECK_MSG(name && strcmp(name, "smollm2") == 0, "%s", err.text);
  static const pel_token_id expected[] = {
      1,   9690,  198,  2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28,   7018, 411,
      407, 19712, 8182, 2,    198, 1,   4093, 198,  19556, 2,    198,  1,   520,   9531, 198};
  pel_prompt p;
  if (tok && pel_chat_build(tok, NULL, NULL, 0, "Hello", 5, false, &p, &err) == PEL_OK) {
    CHECK_MSG(p.n == sizeof expected / sizeof *expected && memcmp(p.ids, expected, sizeof expected) == 0,
              "%zu tokens", p.n);
    for (size_t i = 0; i < p.n && i < sizeof expected / sizeof *expected; i++)
      if (p.ids[i] != expected[i]) printf("  token %zu is %d\n", i, p.ids[i]);
    pel_prompt_clear(&p);
  }
  pel_tokenizer_close(tok);
}

int main(void) {
  RUN(every_template_prints_its_text);
  RUN(messages_cannot_forge_markers);
  RUN(errors_say_what_to_do);
  RUN(templates_are_recognised);
  RUN(smollm2_names_itself);
  return check_result();
}
