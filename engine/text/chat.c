#include <pellucid/chat.h>

#include "engine/base/status.h"
#include "engine/text/chat_detect.h"
#include "engine/text/tokenizer.h"
#include "engine/text/unicode.h"

#include <stdlib.h>
#include <string.h>

/* ---- the prompt as parts ---- */

typedef enum part_kind {
  PART_TEXT,
  PART_MARKER,
  PART_BOS
} part_kind;

typedef struct part {
  part_kind kind;
  pel_segment_kind segment;
  const char *text;
  size_t size;
} part;

typedef struct message {
  const char *text; /* NULL: none */
  size_t size;
} message;

enum { PARTS_MAX = 24 };

typedef struct plan {
  const pel_tokenizer *tok;
  message system, user;
  part parts[PARTS_MAX];
  size_t n;
  bool opens_think;
} plan;

static void add(plan *p, part_kind kind, pel_segment_kind segment, const char *text, size_t size) {
  p->parts[p->n++] = (part){kind, segment, text, size};
}

static void marker(plan *p, const char *text) {
  add(p, PART_MARKER, PEL_SEGMENT_TEMPLATE, text, strlen(text));
}
static void literal(plan *p, const char *text) {
  add(p, PART_TEXT, PEL_SEGMENT_TEMPLATE, text, strlen(text));
}
static void bos(plan *p) { add(p, PART_BOS, PEL_SEGMENT_TEMPLATE, "", 0); }
static void system_text(plan *p, message m) { add(p, PART_TEXT, PEL_SEGMENT_SYSTEM, m.text, m.size); }
static void user_text(plan *p, message m) { add(p, PART_TEXT, PEL_SEGMENT_USER, m.text, m.size); }

static void bos_if_asked(plan *p) {
  if (pel_tokenizer_vocab(p->tok)->add_bos) bos(p);
}

/* The white space that templates strip: Unicode's, and the four ASCII separators. */
static bool stripped(int32_t c) { return pel_is_space(c) || (c >= 0x1c && c <= 0x1f); }

static message trim_end(message m) {
  size_t kept = 0;
  for (size_t at = 0; at < m.size;) {
    int32_t code;
    at += pel_utf8((const uint8_t *)m.text + at, m.size - at, &code);
    if (!stripped(code)) kept = at;
  }
  return (message){m.text, kept};
}

static message trim(message m) {
  m = trim_end(m);
  while (m.size) {
    int32_t code;
    uint32_t bytes = pel_utf8((const uint8_t *)m.text, m.size, &code);
    if (!stripped(code)) break;
    m.text += bytes;
    m.size -= bytes;
  }
  return m;
}

/* ---- the templates ---- */

static void chatml_with(plan *p, const char *default_system) {
  message system = p->system;
  if (!system.text && default_system) system = (message){default_system, strlen(default_system)};
  bos_if_asked(p);
  if (system.text) {
    marker(p, "<|im_start|>");
    literal(p, "system\n");
    system_text(p, system);
    marker(p, "<|im_end|>");
    literal(p, "\n");
  }
  marker(p, "<|im_start|>");
  literal(p, "user\n");
  user_text(p, p->user);
  marker(p, "<|im_end|>");
  literal(p, "\n");
  marker(p, "<|im_start|>");
  literal(p, "assistant\n");
}

static void think(plan *p) {
  marker(p, "<think>");
  literal(p, "\n");
  p->opens_think = true;
}

static void chatml(plan *p) { chatml_with(p, NULL); }
static void smollm2(plan *p) {
  chatml_with(p, "You are a helpful AI assistant named SmolLM, trained by Hugging Face");
}
static void qwen2(plan *p) { chatml_with(p, "You are a helpful assistant."); }
static void qwen25(plan *p) {
  chatml_with(p, "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.");
}
static void qwen3_thinking(plan *p) {
  chatml_with(p, NULL);
  think(p);
}

/* The turn is trimmed as a whole: after a system message the user's leading space is inside it, and stays. */
static void llama2(plan *p) {
  message user = p->system.text ? trim_end(p->user) : trim(p->user);
  bos(p);
  literal(p, "[INST] ");
  if (p->system.text) {
    literal(p, "<<SYS>>\n");
    system_text(p, p->system);
    literal(p, user.size ? "\n<</SYS>>\n\n" : "\n<</SYS>>");
  }
  user_text(p, user);
  literal(p, " [/INST]");
}

static void llama3_turn(plan *p, const char *role) {
  marker(p, "<|start_header_id|>");
  literal(p, role);
  marker(p, "<|end_header_id|>");
  literal(p, "\n\n");
}

static void llama3_with(plan *p, const char *dates) {
  bos(p);
  if (p->system.text || dates) {
    llama3_turn(p, "system");
    if (dates) literal(p, dates);
    if (p->system.text) system_text(p, trim(p->system));
    marker(p, "<|eot_id|>");
  }
  llama3_turn(p, "user");
  user_text(p, trim(p->user));
  marker(p, "<|eot_id|>");
  llama3_turn(p, "assistant");
}

static void llama3(plan *p) { llama3_with(p, NULL); }

/* The template asks for today's date and falls back on this one. We always take the fallback: the same
 * question gives the same tokens on every day. */
static void llama31(plan *p) {
  llama3_with(p, "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n");
}

static void gemma(plan *p) {
  bos(p);
  marker(p, "<start_of_turn>");
  literal(p, "user\n");
  if (p->system.text) {
    system_text(p, p->system);
    literal(p, "\n\n");
  }
  user_text(p, trim(p->user));
  marker(p, "<end_of_turn>");
  literal(p, "\n");
  marker(p, "<start_of_turn>");
  literal(p, "model\n");
}

static void deepseek_v3(plan *p) {
  bos(p);
  if (p->system.text) system_text(p, p->system);
  marker(p, "<\xef\xbd\x9cUser\xef\xbd\x9c>");
  user_text(p, p->user);
  marker(p,
         "<\xef\xbd\x9c"
         "Assistant\xef\xbd\x9c>");
}

static void deepseek_r1(plan *p) {
  deepseek_v3(p);
  think(p);
}

static void deepseek_coder(plan *p) {
  static const char known[] =
      "You are an AI programming assistant, utilizing the Deepseek Coder model, developed by Deepseek "
      "Company, and you only "
      "answer questions related to computer science. For politically sensitive questions, security and "
      "privacy issues, and "
      "other non-computer science questions, you will refuse to answer\n";
  bos(p);
  system_text(p, p->system.text ? p->system : (message){known, sizeof known - 1});
  literal(p, "### Instruction:\n");
  user_text(p, p->user);
  literal(p, "\n### Response:\n");
}

static void deepseek_llm(plan *p) {
  bos(p);
  if (p->system.text) {
    system_text(p, p->system);
    literal(p, "\n\n");
  }
  literal(p, "User: ");
  user_text(p, p->user);
  literal(p, "\n\nAssistant:");
}

static void none(plan *p) {
  if (pel_tokenizer_vocab(p->tok)->add_bos) add(p, PART_BOS, PEL_SEGMENT_TEXT, "", 0);
  add(p, PART_TEXT, PEL_SEGMENT_TEXT, p->user.text, p->user.size);
}

static const struct {
  const char *name;
  void (*lay_out)(plan *);
} templates[] = {
    {"chatml", chatml},
    {"smollm2", smollm2},
    {"qwen2", qwen2},
    {"qwen2.5", qwen25},
    {"qwen3", chatml},
    {"qwen3-thinking", qwen3_thinking},
    {"llama2", llama2},
    {"llama3", llama3},
    {"llama3.1", llama31},
    {"gemma", gemma},
    {"deepseek-r1", deepseek_r1},
    {"deepseek-v3", deepseek_v3},
    {"deepseek-coder", deepseek_coder},
    {"deepseek-llm", deepseek_llm},
    {"none", none},
};

const char *pel_chat_templates(void) {
  return "chatml, smollm2, qwen2, qwen2.5, qwen3, qwen3-thinking, llama2, llama3, llama3.1, gemma, "
         "deepseek-r1, "
         "deepseek-v3, deepseek-coder, deepseek-llm, none";
}

const char *pel_segment_name(pel_segment_kind kind) {
  static const char *const names[PEL_SEGMENT_KINDS] = {"template", "system", "user",
                                                       "think",    "answer", "text"};
  return (unsigned)kind < PEL_SEGMENT_KINDS ? names[kind] : NULL;
}

const char *pel_chat_detect(const pel_tokenizer *tok, pel_error *err) {
  const pel_vocab *v = pel_tokenizer_vocab(tok);
  const char *name = v->chat_template ? pel_chat_recognise(v->chat_template, v->chat_template_size) : NULL;
  if (!name)
    pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: %s; choose one with --chat-template NAME|none: %s", v->path,
             v->chat_template ? "the chat template of key 'tokenizer.chat_template' is not known"
                              : "the file has no chat template (key 'tokenizer.chat_template')",
             pel_chat_templates());
  return name;
}

/* ---- from parts to tokens ---- */

typedef struct builder {
  const plan *plan;
  bool special;
  pel_ids ids;
  pel_segment *segments;
  size_t n_segments, segments_capacity;
  pel_error *err;
} builder;

static pel_status no_memory(builder *b) {
  return pel_fail_memory(b->err, "prompt", b->ids.n * sizeof(pel_token_id));
}

/* The tokens from where the last segment ended up to `end` are of this kind. */
static pel_status cover(builder *b, pel_segment_kind kind, size_t end) {
  size_t start = b->n_segments ? b->segments[b->n_segments - 1].end : 0;
  if (end == start) return PEL_OK;
  if (b->n_segments && b->segments[b->n_segments - 1].kind == kind) {
    b->segments[b->n_segments - 1].end = end;
    return PEL_OK;
  }
  pel_segment *grown = pel_grow(b->segments, &b->segments_capacity, b->n_segments + 1, sizeof *grown);
  if (!grown) return no_memory(b);
  b->segments = grown;
  b->segments[b->n_segments++] = (pel_segment){kind, start, end};
  return PEL_OK;
}

/* The id of a marker: a token of its own, never a word that merging makes. -1 when the vocabulary
 * has none. */
static pel_token_id marker_id(const builder *b, const part *m) {
  const pel_vocab *v = pel_tokenizer_vocab(b->plan->tok);
  if (m->kind == PART_BOS) return v->bos;
  pel_token_id id = pel_vocab_find(v, m->text, m->size);
  return id >= 0 && !pel_vocab_is_plain(v, (size_t)id) ? id : -1;
}

static pel_status add_marker(builder *b, const part *m, const char *name) {
  pel_token_id id = marker_id(b, m);
  const pel_vocab *v = pel_tokenizer_vocab(b->plan->tok);
  if (id < 0 && m->kind == PART_BOS) return PEL_OK; /* a file that names no BOS was trained without */
  if (id < 0)
    return pel_fail(b->err, PEL_ERR_UNSUPPORTED,
                    "%s: the chat template '%s' needs the token '%s', which the vocabulary does "
                    "not have; choose another with --chat-template NAME|none: %s",
                    v->path, name, m->text, pel_chat_templates());
  if (!pel_ids_push(&b->ids, id)) return no_memory(b);
  return cover(b, m->segment, b->ids.n);
}

/* Each token belongs to the part that holds most of its bytes, the earlier of equals: in "User: " + "Hello"
 * the token " Hello" is the user's. */
static pel_status cover_parts(builder *b, const part *parts, size_t n, size_t first_id) {
  size_t offset = 0, part_start = 0, at = 0; /* parts[at] starts at part_start <= offset */
  bool fresh = true;
  for (size_t i = first_id; i < b->ids.n; i++) {
    size_t size = 0, most = 0, best = at;
    pel_tokenizer_step(b->plan->tok, b->ids.data[i], &fresh, &size);
    for (size_t j = at, start = part_start; j < n && start < offset + size; start += parts[j++].size) {
      size_t from = start > offset ? start : offset, to = start + parts[j].size;
      if (to > offset + size) to = offset + size;
      if (to <= from || to - from <= most) continue;
      most = to - from;
      best = j;
    }
    PEL_TRY(cover(b, parts[best].segment, i + 1));
    offset += size;
    while (at + 1 < n && part_start + parts[at].size <= offset) part_start += parts[at++].size;
  }
  return PEL_OK;
}

/* Neighbouring texts are encoded as one, because tokens may reach from a template's text into a message. */
static pel_status add_texts(builder *b, const part *parts, size_t n) {
  size_t total = 0, first_id = b->ids.n;
  for (size_t i = 0; i < n; i++) {
    if (parts[i].size > INT32_MAX)
      return pel_fail(b->err, PEL_ERR_UNSUPPORTED, "a message of %zu bytes is too long; the limit is 1 GiB",
                      parts[i].size);
    total += parts[i].size;
  }
  char *text = pel_alloc(total, 1);
  if (!text) return pel_fail_memory(b->err, "prompt", total);
  for (size_t i = 0, at = 0; i < n; at += parts[i++].size)
    if (parts[i].size) memcpy(text + at, parts[i].text, parts[i].size);
  pel_status status = pel_tokenizer_append(b->plan->tok, text, total, b->special, &b->ids, b->err);
  free(text);
  return status == PEL_OK ? cover_parts(b, parts, n, first_id) : status;
}

static pel_status build(builder *b, const char *name) {
  const plan *p = b->plan;
  for (size_t i = 0; i < p->n;) {
    if (p->parts[i].kind != PART_TEXT) {
      PEL_TRY(add_marker(b, &p->parts[i++], name));
      continue;
    }
    size_t end = i;
    while (end < p->n && p->parts[end].kind == PART_TEXT) end++;
    PEL_TRY(add_texts(b, &p->parts[i], end - i));
    i = end;
  }
  return PEL_OK;
}

/* A template opens <think> also where the vocabulary has no token for it: then it is text. */
static void settle_think(plan *p) {
  builder b = {.plan = p};
  for (size_t i = 0; i < p->n; i++)
    if (p->parts[i].kind == PART_MARKER && strcmp(p->parts[i].text, "<think>") == 0 &&
        marker_id(&b, &p->parts[i]) < 0)
      p->parts[i].kind = PART_TEXT;
}

static pel_status lay_out(plan *p, const char *name, pel_error *err) {
  for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
    if (strcmp(templates[i].name, name) != 0) continue;
    if (templates[i].lay_out == none && p->system.text)
      return pel_fail(err, PEL_ERR_USAGE,
                      "the chat template 'none' has no place for a system message; put it into the prompt");
    templates[i].lay_out(p);
    settle_think(p);
    return PEL_OK;
  }
  return pel_fail(err, PEL_ERR_USAGE, "'%s' is no chat template; these are: %s", name,
                  pel_chat_templates());
}

pel_status pel_chat_build(const pel_tokenizer *tok, const char *name, const char *system,
                          size_t system_size, const char *user, size_t user_size, bool special,
                          pel_prompt *out, pel_error *err) {
  if (!name && !(name = pel_chat_detect(tok, err))) return PEL_ERR_UNSUPPORTED;
  plan p = {.tok = tok,
            .system = {system, system ? system_size : 0},
            .user = {user ? user : "", user ? user_size : 0}};
  PEL_TRY(lay_out(&p, name, err));
  builder b = {.plan = &p, .special = special, .err = err};
  pel_status status = build(&b, name);
  if (status != PEL_OK) {
    free(b.ids.data);
    free(b.segments);
    return status;
  }
  *out = (pel_prompt){b.ids.data, b.ids.n, b.segments, b.n_segments, p.opens_think};
  return PEL_OK;
}

void pel_prompt_clear(pel_prompt *prompt) {
  if (!prompt) return;
  free(prompt->ids);
  free(prompt->segments);
  *prompt = (pel_prompt){0};
}
