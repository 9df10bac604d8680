#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/encoder/encoder.h"
#include "engine/format/json.h"

enum { FILE_BYTES_MAX = 1 << 20, TOKENS_DEFAULT = 256 };

typedef struct member {
  const char *key;
  uint64_t *number; /* where the value goes: one of these is set */
  double *real;
  bool *flag;
  const char *word; /* or the only text that will do */
  bool needed;
} member;

typedef struct reader {
  const char *path;
  pel_json json;
  pel_error *err;
} reader;

static pel_status read_member(reader *r, const member *m) {
  char text[64];
  if (m->number) pel_json_u64(&r->json, m->number);
  else if (m->real) pel_json_double(&r->json, m->real);
  else if (m->flag) pel_json_bool(&r->json, m->flag);
  else if (pel_json_string(&r->json, text, sizeof text) && strcmp(text, m->word))
    return pel_fail(r->err, PEL_ERR_UNSUPPORTED,
                    "%s: key '%s': '%s' is not supported ('%s' is); use a model like all-MiniLM-L6-v2", r->path, m->key,
                    text, m->word);
  if (r->json.fault)
    return pel_fail(r->err, PEL_ERR_INPUT, "%s: key '%s', offset %zu: %s; the file is damaged, download it again",
                    r->path, m->key, r->json.at, r->json.fault);
  return PEL_OK;
}

static const member *member_named(const member *members, size_t n, const char *key, uint32_t *seen) {
  for (size_t i = 0; i < n; i++)
    if (!strcmp(members[i].key, key)) {
      *seen |= 1u << i;
      return &members[i];
    }
  return NULL;
}

static pel_status read_object(reader *r, const member *members, size_t n) {
  char key[128];
  uint32_t seen = 0;
  pel_json *j = &r->json;
  pel_json_enter(j, '{');
  while (pel_json_more(j, '}')) {
    if (!pel_json_key(j, key, sizeof key)) break;
    const member *m = member_named(members, n, key, &seen);
    if (m) PEL_TRY(read_member(r, m));
    else pel_json_skip(j);
  }
  if (!pel_json_end(j))
    return pel_fail(r->err, PEL_ERR_INPUT, "%s: offset %zu: %s; the file is damaged, download it again", r->path, j->at,
                    j->fault);
  for (size_t i = 0; i < n; i++)
    if (members[i].needed && !(seen & 1u << i))
      return pel_fail(r->err, PEL_ERR_INPUT, "%s: key '%s' is missing; download the file again", r->path,
                      members[i].key);
  return PEL_OK;
}

/* A missing file is an error only when it is needed. */
static pel_status read_json(const char *folder, const char *name, bool needed, const member *members, size_t n,
                            pel_error *err) {
  char *path = pel_encoder_path(folder, name), *text = NULL;
  size_t size = 0;
  if (!path) return pel_fail_memory(err, "path", strlen(folder));
  pel_status status = PEL_OK;
  if (needed || access(path, F_OK) == 0) {
    status = pel_file_read(path, "configuration", FILE_BYTES_MAX, &text, &size, err);
    reader r = {.path = path, .json = {.text = text, .size = size}, .err = err};
    if (status == PEL_OK) status = read_object(&r, members, n);
  }
  free(text);
  free(path);
  return status;
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct facts { /* as the files have them, before they are checked */
  uint64_t embd, layers, heads, ff, vocab, positions, tokens;
  double eps;
} facts;

static pel_status read_model(const char *folder, facts *f, pel_error *err) {
  const member members[] = {
      {.key = "model_type", .word = "bert", .needed = true},
      {.key = "hidden_act", .word = "gelu", .needed = true},
      {.key = "position_embedding_type", .word = "absolute"},
      {.key = "hidden_size", .number = &f->embd, .needed = true},
      {.key = "num_hidden_layers", .number = &f->layers, .needed = true},
      {.key = "num_attention_heads", .number = &f->heads, .needed = true},
      {.key = "intermediate_size", .number = &f->ff, .needed = true},
      {.key = "vocab_size", .number = &f->vocab, .needed = true},
      {.key = "max_position_embeddings", .number = &f->positions, .needed = true},
      {.key = "layer_norm_eps", .real = &f->eps},
  };
  return read_json(folder, "config.json", true, members, COUNT(members), err);
}

static pel_status read_sentence(const char *folder, facts *f, pel_error *err) {
  bool small = true, mean = true, cls = false, most = false, root = false;
  const member sentence[] = {{.key = "max_seq_length", .number = &f->tokens}};
  const member tokenizer[] = {{.key = "do_lower_case", .flag = &small}};
  const member pooling[] = {{.key = "pooling_mode_mean_tokens", .flag = &mean},
                            {.key = "pooling_mode_cls_token", .flag = &cls},
                            {.key = "pooling_mode_max_tokens", .flag = &most},
                            {.key = "pooling_mode_mean_sqrt_len_tokens", .flag = &root}};
  PEL_TRY(read_json(folder, "sentence_bert_config.json", false, sentence, COUNT(sentence), err));
  PEL_TRY(read_json(folder, "tokenizer_config.json", false, tokenizer, COUNT(tokenizer), err));
  PEL_TRY(read_json(folder, "1_Pooling/config.json", false, pooling, COUNT(pooling), err));
  if (!small)
    return pel_fail(
        err, PEL_ERR_UNSUPPORTED,
        "%s/tokenizer_config.json: key 'do_lower_case': a model of cased text is not supported; use an uncased one",
        folder);
  if (!mean || cls || most || root)
    return pel_fail(
        err, PEL_ERR_UNSUPPORTED,
        "%s/1_Pooling/config.json: only pooling_mode_mean_tokens is supported; use a model like all-MiniLM-L6-v2",
        folder);
  return PEL_OK;
}

static pel_status check_range(const char *folder, const char *key, uint64_t value, uint64_t least, uint64_t most,
                              pel_error *err) {
  if (value >= least && value <= most) return PEL_OK;
  return pel_fail(err, PEL_ERR_INPUT,
                  "%s/config.json: key '%s' is %llu, it must be %llu to %llu; use a model like all-MiniLM-L6-v2",
                  folder, key, (unsigned long long)value, (unsigned long long)least, (unsigned long long)most);
}

static pel_status check(const char *folder, const facts *f, pel_error *err) {
  PEL_TRY(check_range(folder, "hidden_size", f->embd, 1, PEL_ENCODER_WIDTH_MAX, err));
  PEL_TRY(check_range(folder, "num_hidden_layers", f->layers, 1, PEL_ENCODER_LAYERS_MAX, err));
  PEL_TRY(check_range(folder, "num_attention_heads", f->heads, 1, f->embd, err));
  PEL_TRY(check_range(folder, "intermediate_size", f->ff, 1, PEL_ENCODER_WIDTH_MAX, err));
  PEL_TRY(check_range(folder, "vocab_size", f->vocab, 3, INT32_MAX / 4, err));
  PEL_TRY(check_range(folder, "max_position_embeddings", f->positions, 2, 1 << 20, err));
  if (f->embd % f->heads)
    return pel_fail(
        err, PEL_ERR_INPUT,
        "%s/config.json: key 'num_attention_heads': %llu heads do not divide 'hidden_size' of %llu; download it again",
        folder, (unsigned long long)f->heads, (unsigned long long)f->embd);
  if (!(f->eps > 0 && f->eps < 1))
    return pel_fail(err, PEL_ERR_INPUT,
                    "%s/config.json: key 'layer_norm_eps' must be between 0 and 1; download it again", folder);
  return PEL_OK;
}

pel_status pel_encoder_config_read(const char *folder, pel_encoder_config *out, pel_error *err) {
  facts f = {.tokens = TOKENS_DEFAULT, .eps = 1e-12};
  PEL_TRY(read_model(folder, &f, err));
  PEL_TRY(read_sentence(folder, &f, err));
  PEL_TRY(check(folder, &f, err));
  if (f.tokens > f.positions) f.tokens = f.positions;
  if (f.tokens < 2 || f.tokens > PEL_ENCODER_TOKENS_MAX)
    return pel_fail(err, PEL_ERR_INPUT,
                    "%s/sentence_bert_config.json: key 'max_seq_length' is %llu, it must be 2 to %d; correct it",
                    folder, (unsigned long long)f.tokens, PEL_ENCODER_TOKENS_MAX);
  *out = (pel_encoder_config){.n_embd = (uint32_t)f.embd,
                              .n_layers = (uint32_t)f.layers,
                              .n_head = (uint32_t)f.heads,
                              .head_dim = (uint32_t)(f.embd / f.heads),
                              .n_ff = (uint32_t)f.ff,
                              .n_vocab = (uint32_t)f.vocab,
                              .n_positions = (uint32_t)f.positions,
                              .n_tokens = (uint32_t)f.tokens,
                              .eps = (float)f.eps};
  return PEL_OK;
}
