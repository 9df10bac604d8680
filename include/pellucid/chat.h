/* Chat templates: from messages to the exact tokens that the model was trained on.
 *
 * A template is recognised by its text in the file, never by running it. Message texts are encoded without
 * special tokens, so a user's "<|im_end|>" stays text; only the template's own markers become control tokens. */
#pragma once
#include <pellucid/tokenizer.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef enum pel_segment_kind { /* what a stretch of tokens is, in a trace and on pictures */
  PEL_SEGMENT_TEMPLATE,         /* markers that the template adds, BOS included */
  PEL_SEGMENT_SYSTEM,
  PEL_SEGMENT_USER,
  PEL_SEGMENT_THINK, /* between <think> and </think> */
  PEL_SEGMENT_ANSWER,
  PEL_SEGMENT_TEXT, /* a raw prompt, no template */
  PEL_SEGMENT_KINDS
} pel_segment_kind;

/* "template", "system", "user", "think", "answer", "text". */
PEL_API const char *pel_segment_name(pel_segment_kind kind);

typedef struct pel_segment {
  pel_segment_kind kind;
  size_t start, end; /* token positions, half-open */
} pel_segment;

typedef struct pel_prompt {
  pel_token_id *ids; /* [n] */
  size_t n;
  pel_segment *segments; /* [n_segments], a partition of 0..n */
  size_t n_segments;
  bool opens_think; /* the template itself ends inside <think>: generation starts in a think segment */
} pel_prompt;

/* The names that --chat-template takes: "chatml, llama2, llama3, gemma, deepseek-r1, ...". */
PEL_API const char *pel_chat_templates(void);

/* The template's name that fits the file's own template text, or NULL with an error that lists the names when it
 * is unknown or the file has none. Static storage. */
PEL_API const char *pel_chat_detect(const pel_tokenizer *tok, pel_error *err);

/* Builds the prompt of one system (may be NULL) and one user message, ending where the assistant's answer begins.
 * `name` is one of the names above; NULL detects; "none" applies no template (one TEXT segment, BOS by the file's flag).
 * `special`: control tokens in the messages are recognised. *out is owned by the caller: pel_prompt_clear. */
PEL_API pel_status pel_chat_build(const pel_tokenizer *tok, const char *name, const char *system, size_t system_size,
                                  const char *user, size_t user_size, bool special, pel_prompt *out, pel_error *err);
PEL_API void pel_prompt_clear(pel_prompt *prompt);

#ifdef __cplusplus
}
#endif
