#include "engine/text/chat_detect.h"

#include <stdbool.h>
#include <string.h>

typedef struct script {
  const char *text;
  size_t size;
} script;

static const char *find(script s, const char *mark) {
  return s.text && s.size ? memmem(s.text, s.size, mark, strlen(mark)) : NULL;
}
static bool has(script s, const char *mark) { return find(s, mark) != NULL; }

static script after(script s, const char *at, size_t skip) {
  size_t from = (size_t)(at - s.text) + skip;
  return (script){s.text + from, s.size - from};
}

static size_t count(script s, const char *mark) {
  size_t n = 0;
  for (const char *at; (at = find(s, mark)); n++) s = after(s, at, strlen(mark));
  return n;
}

/* What follows the last question whether the assistant's turn is to be opened. */
static script opening(script s) {
  static const char question[] = "add_generation_prompt";
  for (const char *at; (at = find(s, question));) s = after(s, at, sizeof question - 1);
  return s;
}

/* A newline within a quoted text of the template's language: spelled \n, or as it is. */
static bool has_line(script s, const char *first, const char *second) {
  size_t n = strlen(first), m = strlen(second);
  for (const char *at; (at = find(s, first)); s = after(s, at, n)) {
    script rest = after(s, at, n);
    size_t newline = rest.size && rest.text[0] == '\n'                   ? 1
                     : rest.size > 1 && memcmp(rest.text, "\\n", 2) == 0 ? 2
                                                                         : 0;
    if (newline && rest.size >= newline + m && memcmp(rest.text + newline, second, m) == 0) return true;
  }
  return false;
}

typedef enum think_end {
  THINK_NONE,
  THINK_OPEN,
  THINK_UNKNOWN
} think_end;

/* How the assistant's turn begins: plainly, within <think>, or in a way that we do not know. */
static think_end thinks(script s) {
  script end = opening(s);
  size_t opened = count(end, "<think>");
  if (!opened) return has(end, "</think>") ? THINK_UNKNOWN : THINK_NONE;
  if (opened > 1) return THINK_UNKNOWN;
  if (has(end, "enable_thinking is false")) return has(end, "</think>") ? THINK_NONE : THINK_UNKNOWN;
  return has(end, "enable_thinking") || has(end, "</think>") ? THINK_UNKNOWN : THINK_OPEN;
}

static const char *chatml_kin(script s) {
  think_end think = thinks(s);
  if (think == THINK_UNKNOWN || has(s, "im_sep") || has(s, "Knowledge Cutoff")) return NULL;
  /* Is there a system message of its own? The text about tools is none. */
  bool named = count(s, "You are ") > count(s, "You are provided with function signatures");
  if (!named && has(s, "<tools>")) return think == THINK_OPEN ? "qwen3-thinking" : "qwen3";
  if (think == THINK_OPEN) return NULL;
  if (has(s, "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.")) return "qwen2.5";
  if (has(s, "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>"))
    return "smollm2";
  if (has_line(s, "<|im_start|>system", "You are a helpful assistant.<|im_end|>")) return "qwen2";
  return named || has(s, "<|im_start|>system") ? NULL : "chatml";
}

static const char *deepseek_kin(script s) {
  if (has(s, "thinking")) return NULL; /* later versions that switch between two modes */
  think_end think = thinks(s);
  return think == THINK_OPEN ? "deepseek-r1" : think == THINK_NONE ? "deepseek-v3" : NULL;
}

static const char *llama3_kin(script s) {
  if (!has(s, "<|eot_id|>") || has(s, "thinking")) return NULL;
  if (has(s, "Cutting Knowledge Date: December 2023")) return "llama3.1";
  return has(s, "tool") || has(s, "You are ") ? NULL : "llama3";
}

const char *pel_chat_recognise(const char *text, size_t size) {
  script s = {text, size};
  if (has(s, "<\xef\xbd\x9cUser\xef\xbd\x9c>") && has(s,
                                                      "<\xef\xbd\x9c"
                                                      "Assistant\xef\xbd\x9c>"))
    return deepseek_kin(s);
  if (has(s, "<|im_start|>")) return chatml_kin(s);
  if (has(s, "<|start_header_id|>")) return llama3_kin(s);
  if (has(s, "<start_of_turn>")) return has(s, "developer") ? NULL : "gemma";
  if (has(s, "[INST]") && has(s, "<<SYS>>")) return has(s, "system_message = '") ? NULL : "llama2";
  if (has(s, "### Instruction:") && has(s, "utilizing the Deepseek Coder model")) return "deepseek-coder";
  if (has(s, "'User: '") && has(s, "'Assistant:'") && has(s, "bos_token")) return "deepseek-llm";
  return NULL;
}
