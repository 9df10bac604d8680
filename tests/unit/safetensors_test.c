/* The readers of safetensors and JSON: small files are made on the spot, sound ones and ones with one thing wrong. Each refusal
 * is one line that names the file, the place and what to do. */
#include "engine/format/safetensors.h"

#include <math.h>

#include "engine/format/json.h"
#include "tests/check.h"
#include "tests/unit/safetensors_build.h"

static pel_safetensors *opened(const uint8_t *file, size_t size) {
  pel_safetensors *f = NULL;
  pel_error err = {0};
  pel_status status = pel_safetensors_open_memory(file, size, "x.safetensors", &f, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  return f;
}

static void one_line(const pel_error *err, const char *part) {
  CHECK_MSG(strncmp(err->text, "x.safetensors: ", 15) == 0 && !strchr(err->text, '\n') && strstr(err->text, part), "\"%s\" lacks \"%s\"", err->text, part);
}

static void refused(const char *header, size_t n_data, pel_status want, const char *part) {
  size_t size;
  uint8_t *file = file_of(header, NULL, n_data, &size);
  pel_safetensors *f = (pel_safetensors *)1;
  pel_error err = {0};
  pel_status status = pel_safetensors_open_memory(file, size, "x.safetensors", &f, &err);
  CHECK_MSG(status == want, "%s: status %d", header, status);
  CHECK(f == (pel_safetensors *)1);
  one_line(&err, part);
  free(file);
}

/* ---- sound files ---- */

static void values_of_every_type(void) {
  static const char header[] = "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[8,12]},"
                               "\"a\":{\"data_offsets\":[0,8],\"shape\":[1,2],\"dtype\":\"F32\"},"
                               " \"c\" : {\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[12,16]},\"n\\u00e9\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[16,24]},"
                               "\"scalar\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[24,25]},\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[25,25]}}  ";
  static const float two[] = {1.5f, -2};
  static const uint16_t more[] = {0x3c00, 0xc000, 0x3f80, 0xc000};
  uint8_t data[25] = {0};
  memcpy(data, two, 8), memcpy(data + 8, more, 8);
  size_t size;
  uint8_t *file = file_of(header, data, sizeof data, &size);
  pel_safetensors *f = opened(file, size);
  if (!f) return;
  CHECK(pel_safetensors_count(f) == 6 && !pel_safetensors_find(f, "d") && !pel_safetensors_at(f, 6));
  const pel_safetensor *a = pel_safetensors_find(f, "a"), *b = pel_safetensors_find(f, "b"), *c = pel_safetensors_find(f, "c");
  const pel_safetensor *e = pel_safetensors_find(f, "n\xc3\xa9"), *one = pel_safetensors_find(f, "scalar"), *none = pel_safetensors_find(f, "none");
  CHECK(a && b && c && e && one && none);
  CHECK(a->n_dims == 2 && a->shape[0] == 1 && a->shape[1] == 2 && a->shape[2] == 1 && a->count == 2 && a->bytes == 8);
  CHECK(one->n_dims == 0 && one->count == 1 && none->count == 0);
  float out[2] = {0};
  pel_error err = {0};
  CHECK(pel_safetensors_floats(f, a, 0, 2, out, &err) == PEL_OK && out[0] == 1.5f && out[1] == -2);
  CHECK(pel_safetensors_floats(f, b, 0, 2, out, &err) == PEL_OK && out[0] == 1 && out[1] == -2);
  CHECK(pel_safetensors_floats(f, c, 1, 1, out, &err) == PEL_OK && out[0] == -2);
  CHECK(pel_safetensors_floats(f, e, 0, 1, out, &err) == PEL_ERR_UNSUPPORTED);
  one_line(&err, "type I64");
  CHECK(pel_safetensors_floats(f, a, 1, 2, out, &err) == PEL_ERR_USAGE);
  CHECK(pel_safetensors_floats(f, a, UINT64_MAX, 1, out, &err) == PEL_ERR_USAGE);
  pel_safetensors_close(f);
  free(file);
}

static void no_numbers(void) {
  static const float values[] = {NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < 3; i++) {
    float data[3] = {1, 2, values[i]}, out[3];
    size_t size;
    uint8_t *file = file_of("{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", data, sizeof data, &size);
    pel_safetensors *f = opened(file, size);
    pel_error err = {0};
    CHECK(pel_safetensors_floats(f, pel_safetensors_find(f, "w"), 0, 3, out, &err) == PEL_ERR_INPUT);
    one_line(&err, "tensor 'w', element 2");
    pel_safetensors_close(f);
    free(file);
  }
}

/* ---- malformed ones ---- */

#define ENTRY(name, shape, from, to) "\"" name "\":{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"

static void headers(void) {
  refused("", 0, PEL_ERR_INPUT, "offset 8: an object is due");
  refused("[]", 0, PEL_ERR_INPUT, "offset 8: an object is due");
  refused("{", 0, PEL_ERR_INPUT, "offset 9");
  refused("{\"a\"}", 0, PEL_ERR_INPUT, "':' is due");
  refused("{} x", 0, PEL_ERR_INPUT, "something stands after the end");
  refused("{" ENTRY("a", "1", "0", "4") ",}", 4, PEL_ERR_INPUT, "a string is due");
  refused("{" ENTRY("a", "1", "0", "4") ENTRY("b", "1", "4", "8") "}", 8, PEL_ERR_INPUT, "',' or '}' is due");
  refused("{" ENTRY("", "1", "0", "4") "}", 4, PEL_ERR_INPUT, "no name");
  refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, PEL_ERR_INPUT, "missing");
  refused("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, PEL_ERR_INPUT, "twice");
  refused("{\"a\":{\"dtype\":\"F32\",\"strides\":[1]}}", 4, PEL_ERR_INPUT, "not dtype");
  refused("{\"a\":{\"dtype\":7}}", 4, PEL_ERR_INPUT, "a string is due");
  refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1]}}", 4, PEL_ERR_INPUT, "a whole number");
  refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0]}}", 4, PEL_ERR_INPUT, "a whole number");
  refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551616]}}", 4, PEL_ERR_INPUT, "64 bits");
  refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1]}}", 4, PEL_ERR_INPUT, "8 dimensions");
  refused("{\"a\":{\"data_offsets\":[0]}}", 4, PEL_ERR_INPUT, "two offsets");
  refused("{\"a\":{\"data_offsets\":[0,1,2]}}", 4, PEL_ERR_INPUT, "two offsets");
  refused("{\"a\\u0000b\":{}}", 4, PEL_ERR_INPUT, "zero byte");
}

static void tensors(void) {
  refused("{" ENTRY("w", "1", "0", "8") "}", 8, PEL_ERR_INPUT, "tensor 'w': its shape takes 4 bytes of F32, its data_offsets give 8");
  refused("{" ENTRY("w", "2", "0", "8") "}", 4, PEL_ERR_INPUT, "tensor 'w': its bytes 0 to 8 run past the end of the data of 4");
  refused("{" ENTRY("w", "1", "4", "0") "}", 4, PEL_ERR_INPUT, "tensor 'w'");
  refused("{" ENTRY("w", "1", "18446744073709551612", "18446744073709551615") "}", 4, PEL_ERR_INPUT, "run past the end");
  refused("{" ENTRY("w", "4294967296,4294967296", "0", "4") "}", 4, PEL_ERR_INPUT, "tensor 'w': its shape is larger than any file");
  refused("{" ENTRY("w", "4611686018427387905", "0", "4") "}", 4, PEL_ERR_INPUT, "tensor 'w': its shape is larger than any file");
  refused("{" ENTRY("w", "1", "0", "4") "}", 5, PEL_ERR_INPUT, "1 bytes stand behind the last tensor");
  refused("{}", 5, PEL_ERR_INPUT, "5 bytes stand behind the last tensor");
  refused("{" ENTRY("w", "1", "4", "8") "}", 8, PEL_ERR_INPUT, "tensor 'w': a gap");
  refused("{" ENTRY("v", "2", "0", "8") "," ENTRY("w", "1", "4", "8") "}", 8, PEL_ERR_INPUT, "tensor 'w': its data overlaps");
  refused("{" ENTRY("w", "1", "0", "4") "," ENTRY("w", "1", "4", "8") "}", 8, PEL_ERR_INPUT, "tensor 'w': it stands there twice");
  refused("{\"w\":{\"dtype\":\"F4\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, PEL_ERR_UNSUPPORTED, "tensor 'w': type 'F4'");
}

static void lengths(void) {
  uint8_t file[16] = {0};
  pel_safetensors *f;
  pel_error err = {0};
  CHECK(pel_safetensors_open_memory(file, 7, "x.safetensors", &f, &err) == PEL_ERR_INPUT);
  one_line(&err, "7 bytes is too short");
  memset(file, 0xff, 8);
  CHECK(pel_safetensors_open_memory(file, sizeof file, "x.safetensors", &f, &err) == PEL_ERR_INPUT);
  one_line(&err, "offset 0: a header of 18446744073709551615 bytes, the file has 16");
  CHECK(pel_safetensors_open("/nonexistent.safetensors", &f, &err) == PEL_ERR_IO);
  CHECK(pel_safetensors_open("/", &f, &err) == PEL_ERR_INPUT);
  char name[300], header[400];
  memset(name, 'n', sizeof name), name[sizeof name - 1] = 0;
  snprintf(header, sizeof header, "{\"%s\":{}}", name);
  refused(header, 0, PEL_ERR_INPUT, "too long");
}

/* ---- JSON ---- */

static bool skips(const char *text) {
  pel_json j = {.text = text, .size = strlen(text)};
  pel_json_skip(&j);
  return pel_json_end(&j);
}

static void json_grammar(void) {
  static const char *const good[] = {"{}", " [ ] ", "[1,-2.5e+3,0,true,false,null,\"\\\"\\u00e9\\ud83d\\ude00\"]", "{\"a\":{\"b\":[{}]},\"c\":0.1}", "-0"};
  static const char *const bad[] = {"", "{", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "1e", "+1", "tru", "\"\\x\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\n\"",
                                    "\"a", "[1 2]", "{\"a\" 1}", "nan", "[}", "\"\\u12g4\"", "\"\\u12@4\"", "\"\\u12`4\"", "1 1", "--1", "\"\\ud83d\\u0041\""};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK_MSG(skips(good[i]), "%s", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_MSG(!skips(bad[i]), "%s", bad[i]);
  char deep[201];
  memset(deep, '[', 100), memset(deep + 100, ']', 100), deep[200] = 0;
  CHECK(!skips(deep));
  deep[100 + 64] = 0;
  CHECK(skips(deep + 100 - 64));
}

static void json_values(void) {
  static const char text[] = "[\"\\u00e9\\ud83d\\ude00\\n\", 18446744073709551615, 1e-12, true]";
  pel_json j = {.text = text, .size = sizeof text - 1};
  char s[8];
  uint64_t n = 0;
  double d = 0;
  bool b = false;
  CHECK(pel_json_enter(&j, '[') && pel_json_more(&j, ']') && pel_json_string(&j, s, sizeof s));
  CHECK_STR(s, "\xc3\xa9\xf0\x9f\x98\x80\n");
  CHECK(pel_json_more(&j, ']') && pel_json_u64(&j, &n) && n == UINT64_MAX);
  CHECK(pel_json_more(&j, ']') && pel_json_double(&j, &d) && d == 1e-12);
  CHECK(pel_json_more(&j, ']') && pel_json_bool(&j, &b) && b);
  CHECK(!pel_json_more(&j, ']') && pel_json_end(&j));
  j = (pel_json){.text = text, .size = sizeof text - 1};
  CHECK(pel_json_enter(&j, '[') && pel_json_more(&j, ']') && !pel_json_string(&j, s, 7) && j.fault && j.at == 1);
  CHECK(!pel_json_more(&j, ']') && !pel_json_u64(&j, &n) && !pel_json_end(&j));
}

int main(void) {
  RUN(values_of_every_type);
  RUN(no_numbers);
  RUN(headers);
  RUN(tensors);
  RUN(lengths);
  RUN(json_grammar);
  RUN(json_values);
  return check_result();
}
