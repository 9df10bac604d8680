/* What the encoder asks of a model's files: a tiny model is made on the spot and works; each file with one thing wrong is refused
 * with one line that names it, the place and what to do. */
#include <math.h>
#include <unistd.h>

#include "engine/encoder/encoder.h"
#include "tests/check.h"
#include "tests/unit/safetensors_build.h"

static char folder[] = "/tmp/pellucid-encoder-XXXXXX";

static void write_file(const char *name, const void *data, size_t size) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "wb");
  CHECK(f && fwrite(data, 1, size, f) == size);
  if (f) fclose(f);
}

static void write_config(const char *more, const char *heads, const char *eps) {
  char text[1024];
  snprintf(text, sizeof text, "{\"model_type\":\"bert\",\"hidden_act\":\"gelu\",\"architectures\":[\"BertModel\"],\"hidden_size\":8,\"num_hidden_layers\":1,"
           "\"intermediate_size\":20,\"vocab_size\":5,\"max_position_embeddings\":6,\"num_attention_heads\":%s,\"layer_norm_eps\":%s%s}", heads, eps, more);
  write_file("config.json", text, strlen(text));
}

/* Every tensor of a model of width 8; the one named `omit` is left out, `reshape` gets a row more. */
static void write_weights(const char *omit, const char *reshape) {
  static const struct {
    const char *name;
    int rows, cols;
  } all[] = {{"embeddings.word_embeddings.weight", 5, 8}, {"embeddings.position_embeddings.weight", 6, 8}, {"embeddings.token_type_embeddings.weight", 2, 8},
             {"embeddings.LayerNorm.weight", 0, 8}, {"embeddings.LayerNorm.bias", 0, 8}, {"encoder.layer.0.attention.self.query.weight", 8, 8},
             {"encoder.layer.0.attention.self.query.bias", 0, 8}, {"encoder.layer.0.attention.self.key.weight", 8, 8}, {"encoder.layer.0.attention.self.key.bias", 0, 8},
             {"encoder.layer.0.attention.self.value.weight", 8, 8}, {"encoder.layer.0.attention.self.value.bias", 0, 8},
             {"encoder.layer.0.attention.output.dense.weight", 8, 8}, {"encoder.layer.0.attention.output.dense.bias", 0, 8},
             {"encoder.layer.0.attention.output.LayerNorm.weight", 0, 8}, {"encoder.layer.0.attention.output.LayerNorm.bias", 0, 8},
             {"encoder.layer.0.intermediate.dense.weight", 20, 8}, {"encoder.layer.0.intermediate.dense.bias", 0, 20},
             {"encoder.layer.0.output.dense.weight", 8, 20}, {"encoder.layer.0.output.dense.bias", 0, 8},
             {"encoder.layer.0.output.LayerNorm.weight", 0, 8}, {"encoder.layer.0.output.LayerNorm.bias", 0, 8}};
  static char header[1 << 14];
  static float data[4096];
  size_t used = 0, n = 0, size;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (omit && !strcmp(omit, all[i].name)) continue;
    int rows = all[i].rows + (reshape && !strcmp(reshape, all[i].name));
    size_t count = (size_t)(rows ? rows : 1) * (size_t)all[i].cols;
    used += (size_t)snprintf(header + used, sizeof header - used, "%c\"%s\":{\"dtype\":\"F32\",\"shape\":[", used ? ',' : '{', all[i].name);
    if (rows) used += (size_t)snprintf(header + used, sizeof header - used, "%d,", rows);
    used += (size_t)snprintf(header + used, sizeof header - used, "%d],\"data_offsets\":[%zu,%zu]}", all[i].cols, n * 4, (n + count) * 4);
    for (size_t j = 0; j < count; j++, n++) data[n] = (float)((n * 7919 + 13) % 101) / 50 - 1;
  }
  snprintf(header + used, sizeof header - used, "}");
  uint8_t *file = file_of(header, data, n * 4, &size);
  write_file("model.safetensors", file, size);
  free(file);
}

static void sound_folder(void) {
  static const char vocabulary[] = "[UNK]\n[CLS]\n[SEP]\na\n##b\n";
  write_config("", "2", "1e-12");
  write_weights(NULL, NULL);
  write_file("vocab.txt", vocabulary, sizeof vocabulary - 1);
}

static void folder_refused(pel_status want, const char *file, const char *part) {
  pel_encoder *e = (pel_encoder *)1;
  pel_error err = {0};
  pel_status status = pel_encoder_open(folder, NULL, &e, &err);
  CHECK_MSG(status == want, "%s: status %d", part, status);
  CHECK(e == (pel_encoder *)1);
  CHECK_MSG(!strchr(err.text, '\n') && strstr(err.text, folder) == err.text && strstr(err.text, file) && strstr(err.text, part), "\"%s\" lacks %s, %s", err.text, file, part);
  if (status == PEL_OK) pel_encoder_close(e);
}

static void a_small_encoder_works(void) {
  pel_encoder *e = NULL;
  pel_error err = {0};
  sound_folder();
  CHECK_MSG(pel_encoder_open(folder, &(pel_encoder_options){.threads = 1}, &e, &err) == PEL_OK, "%s", err.text);
  if (!e) return;
  const char *texts[] = {"a", "ab a abb aaaaa", "zzz"};
  float v[24], alone[8];
  double square = 0;
  CHECK(pel_encoder_dim(e) == 8 && pel_encoder_tokens_max(e) == 6);
  CHECK(pel_encoder_embed(e, texts, NULL, 3, v, NULL, NULL, &err) == PEL_OK);
  CHECK(pel_encoder_embed(e, texts + 1, NULL, 1, alone, NULL, NULL, &err) == PEL_OK);
  for (int i = 0; i < 8; i++) square += (double)v[i] * (double)v[i];
  CHECK(fabs(square - 1) < 1e-6 && !memcmp(alone, v + 8, sizeof alone));
  pel_encoder_close(e);
}

static void wrong_configurations(void) {
  sound_folder();
  write_config("", "3", "1e-12"), folder_refused(PEL_ERR_INPUT, "config.json", "'num_attention_heads': 3 heads");
  write_config("", "0", "1e-12"), folder_refused(PEL_ERR_INPUT, "config.json", "'num_attention_heads' is 0");
  write_config("", "\"2\"", "1e-12"), folder_refused(PEL_ERR_INPUT, "config.json", "'num_attention_heads', offset ");
  write_config("", "2", "0"), folder_refused(PEL_ERR_INPUT, "config.json", "'layer_norm_eps'");
  write_config(",\"position_embedding_type\":\"relative_key\"", "2", "1e-12"), folder_refused(PEL_ERR_UNSUPPORTED, "config.json", "'relative_key'");
  write_config("", "2", "1e-12 1"), folder_refused(PEL_ERR_INPUT, "config.json", "offset ");
  write_file("config.json", "{\"model_type\":\"roberta\"}", 24), folder_refused(PEL_ERR_UNSUPPORTED, "config.json", "'roberta'");
  write_file("config.json", "{\"model_type\":\"bert\"}", 21), folder_refused(PEL_ERR_INPUT, "config.json", "'hidden_act' is missing");
  sound_folder();
  write_file("sentence_bert_config.json", "{\"max_seq_length\":1}", 20), folder_refused(PEL_ERR_INPUT, "sentence_bert_config.json", "'max_seq_length' is 1");
  write_file("sentence_bert_config.json", "{}", 2);
  write_file("tokenizer_config.json", "{\"do_lower_case\":false}", 23), folder_refused(PEL_ERR_UNSUPPORTED, "tokenizer_config.json", "'do_lower_case'");
  write_file("tokenizer_config.json", "{}", 2);
}

static void wrong_weights(void) {
  sound_folder();
  write_weights("encoder.layer.0.output.dense.bias", NULL), folder_refused(PEL_ERR_INPUT, "model.safetensors", "'encoder.layer.0.output.dense.bias' is missing");
  write_weights(NULL, "encoder.layer.0.intermediate.dense.weight");
  folder_refused(PEL_ERR_INPUT, "model.safetensors", "'encoder.layer.0.intermediate.dense.weight': by config.json its shape is [20, 8]");
  write_weights(NULL, "embeddings.LayerNorm.bias"), folder_refused(PEL_ERR_INPUT, "model.safetensors", "its shape is [8]");
  write_file("model.safetensors", "short", 5), folder_refused(PEL_ERR_INPUT, "model.safetensors", "too short");
  sound_folder();
  write_file("vocab.txt", "[UNK]\n[CLS]\na\n", 14), folder_refused(PEL_ERR_INPUT, "vocab.txt", "no line is [SEP]");
  write_file("vocab.txt", "[UNK]\n[CLS]\n[SEP]\na\nb\nc\n", 24), folder_refused(PEL_ERR_INPUT, "vocab.txt", "6 lines");
}

static void remove_folder(void) {
  static const char *const names[] = {"config.json", "vocab.txt", "model.safetensors", "sentence_bert_config.json", "tokenizer_config.json"};
  char path[256];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  rmdir(folder);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  RUN(a_small_encoder_works);
  RUN(wrong_configurations);
  RUN(wrong_weights);
  remove_folder();
  return check_result();
}
