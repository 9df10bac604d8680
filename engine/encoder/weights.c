#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/encoder/encoder.h"
#include "engine/format/gguf.h"

typedef struct loader {
  const pel_safetensors *file;
  const char *prefix; /* "", or "bert." as whole task models have it */
  pel_error *err;
} loader;

static bool shape_is(const pel_safetensor *t, uint64_t rows, uint64_t cols) {
  if (!rows) return t->n_dims == 1 && t->shape[0] == cols;
  return t->n_dims == 2 && t->shape[0] == rows && t->shape[1] == cols;
}

/* The tensor [rows, cols], or [cols] with rows 0. */
static pel_status find(const loader *l, const char *name, uint64_t rows, uint64_t cols, const pel_safetensor **out) {
  char full[PEL_SAFETENSORS_NAME_MAX + 1], due[64];
  snprintf(full, sizeof full, "%s%s", l->prefix, name);
  const pel_safetensor *t = pel_safetensors_find(l->file, full);
  if (!t)
    return pel_fail(l->err, PEL_ERR_INPUT, "%s: tensor '%s' is missing; use a BERT encoder such as all-MiniLM-L6-v2",
                    pel_safetensors_path(l->file), full);
  if (rows) snprintf(due, sizeof due, "[%llu, %llu]", (unsigned long long)rows, (unsigned long long)cols);
  else snprintf(due, sizeof due, "[%llu]", (unsigned long long)cols);
  if (!shape_is(t, rows, cols))
    return pel_fail(
        l->err, PEL_ERR_INPUT,
        "%s: tensor '%s': by config.json its shape is %s, here it is another; take both files from one model",
        pel_safetensors_path(l->file), full, due);
  *out = t;
  return PEL_OK;
}

static pel_status load_floats(const loader *l, const char *name, uint64_t rows, uint64_t cols, float *out) {
  const pel_safetensor *t = NULL;
  PEL_TRY(find(l, name, rows, cols, &t));
  return pel_safetensors_floats(l->file, t, 0, t->count, out, l->err);
}

static pel_status load_vector(const loader *l, const char *name, uint64_t n, float **out) {
  *out = pel_alloc(n, sizeof **out);
  return *out ? load_floats(l, name, 0, n, *out) : pel_fail_memory(l->err, "weights", n * sizeof **out);
}

static pel_status load_table(const loader *l, const char *name, uint64_t rows, uint64_t cols, float **out) {
  const pel_safetensor *t = NULL;
  PEL_TRY(find(l, name, rows, cols, &t)); /* before memory is taken for what a configuration claims */
  *out = pel_alloc(t->count, sizeof **out);
  return *out ? load_floats(l, name, rows, cols, *out) : pel_fail_memory(l->err, "weights", t->count * sizeof **out);
}

static pel_status load_matrix(const loader *l, const char *name, uint64_t rows, uint64_t cols, pel_matrix *out) {
  float *values = NULL;
  pel_status status = load_table(l, name, rows, cols, &values);
  if (status == PEL_OK && !pel_matrix_init(out, PEL_TYPE_F32, rows, cols))
    status = pel_fail_memory(l->err, "weights", pel_matrix_bytes(PEL_TYPE_F32, rows, cols));
  if (status == PEL_OK) pel_matrix_fill(out, PEL_TYPE_F32, (const uint8_t *)values, 0, pel_matrix_strips(out));
  free(values);
  return status;
}

static pel_status load_layer(const loader *l, const pel_encoder_config *c, uint32_t index, pel_encoder_layer *out) {
  const struct {
    const char *name;
    uint32_t rows, cols;
    pel_matrix *matrix;
  } matrices[] = {{"attention.self.query.weight", c->n_embd, c->n_embd, &out->q},
                  {"attention.self.key.weight", c->n_embd, c->n_embd, &out->k},
                  {"attention.self.value.weight", c->n_embd, c->n_embd, &out->v},
                  {"attention.output.dense.weight", c->n_embd, c->n_embd, &out->attention_out},
                  {"intermediate.dense.weight", c->n_ff, c->n_embd, &out->up},
                  {"output.dense.weight", c->n_embd, c->n_ff, &out->down}};
  const struct {
    const char *name;
    uint32_t n;
    float **vector;
  } vectors[] = {{"attention.output.dense.bias", c->n_embd, &out->attention_out_bias},
                 {"attention.output.LayerNorm.weight", c->n_embd, &out->attention_norm},
                 {"attention.output.LayerNorm.bias", c->n_embd, &out->attention_norm_bias},
                 {"intermediate.dense.bias", c->n_ff, &out->up_bias},
                 {"output.dense.bias", c->n_embd, &out->down_bias},
                 {"output.LayerNorm.weight", c->n_embd, &out->out_norm},
                 {"output.LayerNorm.bias", c->n_embd, &out->out_norm_bias}};
  static const char *const biases[] = {"query", "key", "value"};
  char name[128];
  for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) {
    snprintf(name, sizeof name, "encoder.layer.%u.%s", index, matrices[i].name);
    PEL_TRY(load_matrix(l, name, matrices[i].rows, matrices[i].cols, matrices[i].matrix));
  }
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    snprintf(name, sizeof name, "encoder.layer.%u.%s", index, vectors[i].name);
    PEL_TRY(load_vector(l, name, vectors[i].n, vectors[i].vector));
  }
  out->qkv_bias = pel_alloc(3 * (size_t)c->n_embd, sizeof *out->qkv_bias);
  if (!out->qkv_bias) return pel_fail_memory(l->err, "weights", 12 * (size_t)c->n_embd);
  for (size_t i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "encoder.layer.%u.attention.self.%s.bias", index, biases[i]);
    PEL_TRY(load_floats(l, name, 0, c->n_embd, out->qkv_bias + i * c->n_embd));
  }
  return PEL_OK;
}

/* The loaded form is f32, whatever the file has; the buffer for one matrix comes on top. */
static pel_status check_memory(const loader *l, const pel_encoder_config *c) {
  uint64_t values = 0, most = 0, available = pel_memory_available();
  for (size_t i = 0; i < pel_safetensors_count(l->file); i++) {
    uint64_t n = pel_safetensors_at(l->file, i)->count; /* at most the bytes of the file: no overflow */
    values += n;
    if (n > most) most = n;
  }
  uint64_t scratch = (uint64_t)c->n_tokens * (7 * (uint64_t)c->n_embd + c->n_ff + c->n_tokens + 64);
  uint64_t bytes = (values + most + scratch) * sizeof(float);
  if (bytes < available) return PEL_OK;
  return pel_fail(l->err, PEL_ERR_MEMORY,
                  "%s: the encoder needs %.2f GB of memory, %.2f GB are free; close other programs",
                  pel_safetensors_path(l->file), (double)bytes / 1e9, (double)available / 1e9);
}

pel_status pel_encoder_weights_load(const pel_safetensors *file, const pel_encoder_config *c, pel_encoder_weights *out,
                                    pel_error *err) {
  loader l = {file, pel_safetensors_find(file, "bert.embeddings.word_embeddings.weight") ? "bert." : "", err};
  PEL_TRY(check_memory(&l, c));
  PEL_TRY(load_table(&l, "embeddings.word_embeddings.weight", c->n_vocab, c->n_embd, &out->word));
  PEL_TRY(load_table(&l, "embeddings.position_embeddings.weight", c->n_positions, c->n_embd, &out->position));
  PEL_TRY(load_table(&l, "embeddings.token_type_embeddings.weight", 2, c->n_embd, &out->kind));
  PEL_TRY(load_vector(&l, "embeddings.LayerNorm.weight", c->n_embd, &out->norm));
  PEL_TRY(load_vector(&l, "embeddings.LayerNorm.bias", c->n_embd, &out->norm_bias));
  out->layer = pel_alloc(c->n_layers, sizeof *out->layer);
  if (!out->layer) return pel_fail_memory(err, "layers", c->n_layers * sizeof *out->layer);
  for (uint32_t i = 0; i < c->n_layers; i++) PEL_TRY(load_layer(&l, c, i, &out->layer[i]));
  return PEL_OK;
}

static void clear_layer(pel_encoder_layer *l) {
  pel_matrix *matrices[] = {&l->q, &l->k, &l->v, &l->attention_out, &l->up, &l->down};
  for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) free(matrices[i]->data);
  free(l->qkv_bias);
  free(l->attention_out_bias);
  free(l->up_bias);
  free(l->down_bias);
  free(l->attention_norm);
  free(l->attention_norm_bias);
  free(l->out_norm);
  free(l->out_norm_bias);
}

void pel_encoder_weights_clear(pel_encoder_weights *w, uint32_t n_layers) {
  for (uint32_t i = 0; w->layer && i < n_layers; i++) clear_layer(&w->layer[i]);
  free(w->layer);
  free(w->word);
  free(w->position);
  free(w->kind);
  free(w->norm);
  free(w->norm_bias);
  memset(w, 0, sizeof *w);
}
