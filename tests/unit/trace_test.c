/* Writer and reader against each other and against the definition. */
#include <math.h>
#include <pellucid/trace.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/half.h"
#include "engine/trace/pyramid.h"
#include "engine/trace/writer.h"
#include "tests/check.h"
#include "tests/unit/trace_source.h"

static char folder[] = "/tmp/pel_trace_XXXXXX";
static char path[64];

static const pel_trace_layer shapes[4] = {
    {.recorded = true, .n_head = 4, .n_kv_head = 2, .head_dim = 64, .scale = 0.125f},
    {.recorded = false, .n_head = 4, .n_kv_head = 2, .head_dim = 64, .scale = 0.125f},
    {.recorded = true, .n_head = 2, .n_kv_head = 1, .head_dim = 256, .window = 40, .scale = 0.0625f},
    {.recorded = true, .n_head = 3, .n_kv_head = 3, .head_dim = 48, .softcap = 5, .scale = 0.2f},
};
enum { N_LAYERS = 4 };

static pel_trace_writer *open_writer(source *s, const uint64_t *mask) {
  pel_trace_layer copy[N_LAYERS];
  pel_trace_header header = source_header(s, copy);
  header.head_mask = mask;
  pel_trace_writer *w = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_trace_writer_open(path, true, &header, &w, &err) == PEL_OK, "%s", err.text);
  return w;
}

static pel_trace *open_trace(void) {
  pel_trace *t = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_trace_open(path, &t, &err) == PEL_OK, "%s", err.text);
  return t;
}

static void record(source *s, uint32_t n, uint32_t batch, const uint64_t *mask) {
  pel_trace_writer *w = open_writer(s, mask);
  for (uint32_t at = 0; at < n; at += batch) source_run(s, w, at, n - at < batch ? n - at : batch);
  pel_error err = {0};
  CHECK_MSG(pel_trace_writer_close(w, 10, "", &err) == PEL_OK, "%s", err.text);
}

static void check_map(pel_trace *t, const source *s, uint32_t layer, uint32_t head, pel_range rows,
                      pel_range cols) {
  uint32_t width = cols.end - cols.start;
  float *map = malloc(sizeof *map * (rows.end - rows.start) * width + 4),
        *exact = malloc(4 * (s->n_tokens + 1ul));
  double *plain = malloc(8 * (s->n_tokens + 1ul)), worst = 0;
  pel_error err = {0};
  CHECK_MSG(pel_trace_map(t, layer, head, rows, cols, map, &err) == PEL_OK, "%s", err.text);
  unsigned wrong = 0;
  for (uint32_t r = rows.start; r < rows.end; r++) {
    source_weights(s, layer, head, r, exact);
    source_weights_plain(s, layer, head, r, plain);
    for (uint32_t c = cols.start; c < cols.end; c++) {
      float got = map[(r - rows.start) * width + (c - cols.start)], want = c <= r ? exact[c] : 0;
      wrong += memcmp(&got, &want, 4) != 0;
      double off = fabs((double)got - (c <= r ? plain[c] : 0));
      if (off > worst) worst = off;
    }
  }
  CHECK_MSG(!wrong, "layer %u head %u: %u weights differ", layer, head, wrong);
  CHECK_MSG(worst < 2e-5, "layer %u head %u: off by %g", layer, head, worst);
  free(map), free(exact), free(plain);
}

static void check_rows(pel_trace *t, const source *s, uint32_t layer, uint32_t head, uint32_t n) {
  const source_layer *l = &s->layers[layer];
  float *m = malloc(4ul * n), *z = malloc(4ul * n), *e = malloc(4ul * n), *k = malloc(4ul * n),
        *v = malloc(4ul * n);
  pel_range all = {0, n};
  CHECK(pel_trace_rows(t, layer, head, all, m, z, e, k, NULL) == PEL_OK);
  CHECK(pel_trace_keys(t, layer, head, all, NULL, v, NULL) == PEL_OK);
  for (uint32_t i = 0; i < n; i++) {
    size_t at = (size_t)i * l->shape.n_head + head;
    CHECK(m[i] == l->m[at] && z[i] == l->z[at] && e[i] == l->entropy[at]);
    CHECK(k[i] == pel_half_to_float(pel_float_to_half(l->sink[at])));
    CHECK(s->no_norms ? isnan(v[i]) : v[i] == pel_half_to_float(l->norm[at]));
  }
  uint16_t *q = malloc(2ul * n * l->shape.head_dim);
  uint32_t kv = head / (l->shape.n_head / l->shape.n_kv_head), d = l->shape.head_dim;
  CHECK(pel_trace_queries(t, layer, head, all, q, NULL) == PEL_OK);
  for (uint32_t i = 0; i < n; i++)
    CHECK(memcmp(q + i * d, l->q + ((size_t)i * l->shape.n_head + head) * d, d * 2) == 0);
  CHECK(pel_trace_key_rows(t, layer, kv, all, q, NULL) == PEL_OK);
  for (uint32_t i = 0; i < n; i++)
    CHECK(memcmp(q + i * d, l->k + ((size_t)i * l->shape.n_kv_head + kv) * d, d * 2) == 0);
  free(m), free(z), free(e), free(k), free(v), free(q);
}

/* Received mass and pyramid against plain sums of the exact weights. */
static void check_overview(pel_trace *t, const source *s, uint32_t layer, uint32_t head, uint32_t n) {
  float *got = malloc(4ul * n), *w = malloc(4ul * n);
  double *received = calloc(n, 8);
  pel_pyramid p = {0};
  CHECK(pel_trace_pyramid(t, layer, head, &p, NULL) == PEL_OK);
  CHECK(p.side == (n + p.block - 1) / p.block && p.block >= 32);
  double *sum = calloc((size_t)p.side * p.side + 1, 8), *max = calloc((size_t)p.side * p.side + 1, 8);
  for (uint32_t r = 0; r < n; r++) {
    source_weights(s, layer, head, r, w);
    for (uint32_t c = 0; c <= r; c++) {
      size_t at = (size_t)(r / p.block) * p.side + c / p.block;
      received[c] += (double)w[c];
      sum[at] += (double)w[c];
      if ((double)w[c] > max[at]) max[at] = (double)w[c];
    }
  }
  CHECK(pel_trace_keys(t, layer, head, (pel_range){0, n}, got, NULL, NULL) == PEL_OK);
  unsigned off = 0;
  for (uint32_t i = 0; i < n; i++) off += fabs((double)got[i] - received[i]) > 1e-7 * n + 1e-6 * received[i];
  CHECK_MSG(!off, "layer %u head %u: %u received masses are off", layer, head, off);
  off = 0;
  for (size_t i = 0; i < (size_t)p.side * p.side; i++) {
    off += fabs((double)p.sum[i] - sum[i]) > 0.033 * sum[i] + 2e-6 * p.block;
    off += fabs((double)p.max[i] - max[i]) > 0.033 * max[i] + 2e-7;
  }
  CHECK_MSG(!off, "layer %u head %u: %u pyramid entries are off", layer, head, off);
  pel_pyramid_clear(&p);
  free(got), free(w), free(received), free(sum), free(max);
}

static void check_everything(pel_trace *t, const source *s, uint32_t n) {
  CHECK(pel_trace_get_info(t)->n_rows == n);
  for (uint32_t i = 0; i < s->n_layers; i++)
    for (uint32_t h = 0; h < s->layers[i].shape.n_head; h++) {
      if (!pel_trace_has_head(t, i, h)) continue;
      check_map(t, s, i, h, (pel_range){0, n}, (pel_range){0, n});
      check_rows(t, s, i, h, n);
      check_overview(t, s, i, h, n);
    }
}

static void check_verifies(pel_trace *t, bool hashed) {
  pel_verify_report report;
  pel_error err = {0};
  CHECK_MSG(pel_trace_verify(t, NULL, NULL, &report, &err) == PEL_OK, "%s", err.text);
  CHECK(report.hash_present == hashed && report.hash_matches == hashed && report.rows_wrong == 0);
}

static void check_tokens(pel_trace *t, uint32_t n) {
  CHECK(pel_trace_get_info(t)->n_tokens == n);
  for (uint32_t i = 0; i < n; i++) {
    pel_trace_token k;
    char piece[32];
    CHECK(pel_trace_get_token(t, i, &k, NULL) == PEL_OK);
    snprintf(piece, sizeof piece, " w%u", i);
    CHECK(k.id == (int)i * 3 && k.piece_size == strlen(piece) && memcmp(k.piece, piece, k.piece_size) == 0);
    CHECK(k.segment == (i < 10 ? PEL_SEGMENT_USER : PEL_SEGMENT_ANSWER) && k.n_alternatives == i % 6);
    CHECK(i ? k.logprob == -0.5f * (float)i : isnan(k.logprob));
    CHECK(k.entropy == 1.25f && k.margin == 0.5f);
    if (k.n_alternatives) CHECK(k.alternatives[0].id == (int)i && k.alternatives[0].logprob == -1.0f);
  }
  pel_trace_token k;
  CHECK(pel_trace_get_token(t, n, &k, NULL) == PEL_ERR_USAGE);
}

static void check_batches(pel_trace *t, uint32_t n, uint32_t batch) {
  uint32_t first, size, i = 0;
  bool end = false;
  for (; i * batch < n; i++) {
    CHECK(pel_trace_batch(t, i, &first, &size, &end, NULL) == PEL_OK && !end);
    CHECK(first == i * batch && size == (n - first < batch ? n - first : batch));
  }
  CHECK(pel_trace_batch(t, i, &first, &size, &end, NULL) == PEL_OK && end);
  CHECK(pel_trace_batch(t, 0, &first, &size, &end, NULL) == PEL_OK && !end && first == 0);
  CHECK(pel_trace_batch(t, i - 1, &first, &size, &end, NULL) == PEL_OK && !end && first == (i - 1) * batch);
}

static void test_round_trip(void) {
  for (int kind = 0; kind < 4; kind++) {
    static const uint32_t counts[] = {20, 300, 600, 1}, batches[] = {20, 128, 7, 1};
    source *s = source_new(shapes, N_LAYERS, counts[kind] + 1, 7);
    s->norms_first = kind == 1;
    s->no_norms = kind == 2;
    record(s, counts[kind], batches[kind], NULL);
    pel_trace *t = open_trace();
    const pel_trace_info *info = pel_trace_get_info(t);
    CHECK(info->complete && info->n_layers == N_LAYERS && info->n_recorded_layers == 3 &&
          info->n_head_max == 4);
    CHECK(strlen(info->hash) == 64 && info->n_prompt == (counts[kind] < 10 ? counts[kind] : 10));
    CHECK_STR(info->model_name, "made up");
    CHECK_STR(info->note, "");
    CHECK_STR(pel_trace_parameter(t, "seed"), "42");
    CHECK(!pel_trace_parameter(t, "none"));
    CHECK(!pel_trace_get_layer(t, 1)->recorded && pel_trace_get_layer(t, 2)->window == 40 &&
          !pel_trace_get_layer(t, 4));
    CHECK(pel_trace_visible(t, 2, 100).start == 61 && pel_trace_visible(t, 2, 100).end == 101);
    check_tokens(t, counts[kind]);
    check_batches(t, counts[kind], batches[kind]);
    check_everything(t, s, counts[kind]);
    check_verifies(t, true);
    pel_trace_close(t);
    char journal[80];
    snprintf(journal, sizeof journal, "%s-journal", path);
    CHECK(access(journal, F_OK) != 0);
    source_free(s);
  }
}

static void test_tiles(void) {
  source *s = source_new(shapes, N_LAYERS, 700, 8);
  record(s, 700, 100, NULL);
  pel_trace *t = open_trace();
  const pel_range some[] = {{0, 64}, {501, 530}, {130, 700}, {37, 38}, {5, 5}, {512, 513}};
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++) {
      check_map(t, s, 0, 3, some[i], some[j]);
      check_map(t, s, 2, 1, some[i], some[j]);
      check_map(t, s, 3, 0, some[i], some[j]);
    }
  float w[4];
  CHECK(pel_trace_map(t, 0, 0, (pel_range){699, 701}, (pel_range){0, 2}, w, NULL) == PEL_ERR_USAGE);
  CHECK(pel_trace_map(t, 0, 4, (pel_range){0, 2}, (pel_range){0, 2}, w, NULL) == PEL_ERR_USAGE);
  CHECK(pel_trace_map(t, 1, 0, (pel_range){0, 2}, (pel_range){0, 2}, w, NULL) == PEL_ERR_USAGE);
  CHECK(pel_trace_map(t, 9, 0, (pel_range){0, 2}, (pel_range){0, 2}, w, NULL) == PEL_ERR_USAGE);
  CHECK(pel_trace_map(t, 0, 0, (pel_range){2, 1}, (pel_range){0, 2}, w, NULL) == PEL_ERR_USAGE);
  pel_trace_close(t);
  source_free(s);
}

static void test_head_mask(void) {
  source *s = source_new(shapes, N_LAYERS, 100, 9);
  const uint64_t mask[1] = {4}; /* head 2 only: layer 2 has none */
  record(s, 100, 33, mask);
  pel_trace *t = open_trace();
  CHECK(pel_trace_has_head(t, 0, 2) && !pel_trace_has_head(t, 0, 0) && !pel_trace_has_head(t, 2, 0));
  CHECK(pel_trace_get_info(t)->n_recorded_layers == 2);
  check_everything(t, s, 100);
  check_verifies(t, true);
  uint16_t rows[64];
  CHECK(pel_trace_key_rows(t, 0, 1, (pel_range){0, 1}, rows, NULL) == PEL_OK);
  CHECK(pel_trace_key_rows(t, 0, 0, (pel_range){0, 1}, rows, NULL) == PEL_ERR_USAGE);
  pel_trace_close(t);
  source_free(s);
}

/* The hash tells runs apart and does not see how they were batched into blocks, or SQLite's bytes. */
static void test_hash(void) {
  char first[65], second[65];
  source *s = source_new(shapes, N_LAYERS, 200, 10);
  for (int i = 0; i < 3; i++) {
    record(s, 200, 64, NULL);
    if (i == 2) {
      sqlite3 *db;
      sqlite3_open(path, &db);
      CHECK(sqlite3_exec(db, "PRAGMA page_size = 4096; VACUUM", NULL, NULL, NULL) == SQLITE_OK);
      sqlite3_close(db);
    }
    pel_trace *t = open_trace();
    strcpy(i ? second : first, pel_trace_get_info(t)->hash);
    check_verifies(t, true);
    pel_trace_close(t);
    if (i) CHECK_STR(first, second);
  }
  source_free(s);
  s = source_new(shapes, N_LAYERS, 200, 11);
  record(s, 200, 64, NULL);
  pel_trace *t = open_trace();
  CHECK(strcmp(first, pel_trace_get_info(t)->hash) != 0);
  pel_trace_close(t);
  source_free(s);
}

/* Column sums that come from two threads, tiles of a head in any order, give the same bits. */
static void test_threads(void) {
  char hash[65] = "";
  for (int i = 0; i < 2; i++) {
    source *s = source_new(shapes, N_LAYERS, 400, 17);
    s->two_threads = i == 1;
    record(s, 400, 200, NULL);
    pel_trace *t = open_trace();
    check_verifies(t, true);
    if (i) CHECK_STR(pel_trace_get_info(t)->hash, hash);
    memcpy(hash, pel_trace_get_info(t)->hash, sizeof hash);
    pel_trace_close(t);
    source_free(s);
  }
}

static void wait_for_rows(pel_trace *t, uint32_t n) {
  bool grew;
  for (int i = 0; i < 100 && pel_trace_get_info(t)->n_rows < n; i++) {
    CHECK(pel_trace_refresh(t, &grew, NULL) == PEL_OK);
    usleep(30000);
  }
  CHECK_MSG(pel_trace_get_info(t)->n_rows == n, "%u rows of %u", pel_trace_get_info(t)->n_rows, n);
}

static void test_follow(void) {
  source *s = source_new(shapes, N_LAYERS, 600, 12);
  pel_trace_writer *w = open_writer(s, NULL);
  pel_trace *t = open_trace();
  CHECK(pel_trace_get_info(t)->n_tokens == 0 && !pel_trace_get_info(t)->complete);
  bool grew = true;
  CHECK(pel_trace_refresh(t, &grew, NULL) == PEL_OK && !grew);
  static const uint32_t steps[] = {5, 1, 1, 120, 1, 3, 300, 90, 1};
  uint32_t at = 0;
  for (int i = 0; i < 9; i++) {
    source_run(s, w, at, steps[i]);
    at += steps[i];
    wait_for_rows(t, at);
    check_tokens(t, at);
    CHECK(pel_trace_get_info(t)->n_prompt == (at < 10 ? at : 10));
    check_map(t, s, 0, 1, (pel_range){0, at}, (pel_range){0, at});
    check_map(t, s, 2, 0, (pel_range){at - 1, at}, (pel_range){0, at});
    check_rows(t, s, 3, 2, at);
    if (i % 4 == 0) check_overview(t, s, 0, 1, at);
    if (i % 4 == 0) check_verifies(t, false);
  }
  CHECK(pel_trace_writer_close(w, 8, "a note", NULL) == PEL_OK);
  CHECK(pel_trace_refresh(t, &grew, NULL) == PEL_OK && grew);
  CHECK(pel_trace_get_info(t)->complete && pel_trace_get_info(t)->n_prompt == 8);
  CHECK_STR(pel_trace_get_info(t)->note, "a note");
  check_everything(t, s, at);
  check_verifies(t, true);
  pel_trace_close(t);
  source_free(s);
}

/* A run that was cancelled between two layers: only rows that all layers have count, across a block's border
 * too. */
static void test_cancelled_batch(void) {
  static const uint32_t whole[] = {100, 127, 500, 128}, more[] = {20, 3, 200, 300};
  for (int i = 0; i < 4; i++) {
    source *s = source_new(shapes, N_LAYERS, 800, 13);
    s->no_norms = i == 2;
    pel_trace_writer *w = open_writer(s, NULL);
    source_run(s, w, 0, whole[i]);
    s->stop_layer = 3;
    source_run(s, w, whole[i], more[i]);
    pel_error err = {0};
    CHECK_MSG(pel_trace_writer_close(w, 5, "cancelled", &err) == PEL_OK, "%s", err.text);
    pel_trace *t = open_trace();
    CHECK(pel_trace_get_info(t)->n_tokens == whole[i] + more[i]);
    check_everything(t, s, whole[i]);
    check_verifies(t, true);
    pel_trace_close(t);
    source_free(s);
  }
}

/* The last sampled token is never run; attention that came before its token counts when the token is there.
 */
static void test_counts(void) {
  source *s = source_new(shapes, N_LAYERS, 60, 14);
  pel_trace_writer *w = open_writer(s, NULL);
  source_batch(s, pel_trace_writer_probe(w), 0, 50);
  for (uint32_t i = 0; i < 51; i++) source_token(w, i, NULL);
  CHECK(pel_trace_writer_close(w, 5, "", NULL) == PEL_OK);
  pel_trace *t = open_trace();
  CHECK(pel_trace_get_info(t)->n_tokens == 51 && pel_trace_get_info(t)->n_rows == 50);
  check_verifies(t, true);
  pel_trace_close(t);
  w = open_writer(s, NULL);
  source_batch(s, pel_trace_writer_probe(w), 0, 50);
  for (uint32_t i = 0; i < 30; i++) source_token(w, i, NULL);
  CHECK(pel_trace_writer_close(w, 5, "", NULL) == PEL_OK);
  t = open_trace();
  check_everything(t, s, 30);
  check_verifies(t, true);
  pel_trace_close(t);
  w = open_writer(s, NULL); /* nothing at all */
  CHECK(pel_trace_writer_close(w, 5, "", NULL) == PEL_OK);
  t = open_trace();
  CHECK(pel_trace_get_info(t)->n_tokens == 0 && pel_trace_get_info(t)->n_prompt == 0);
  pel_pyramid p;
  CHECK(pel_trace_pyramid(t, 0, 0, &p, NULL) == PEL_OK && p.side == 0);
  pel_pyramid_clear(&p);
  check_verifies(t, true);
  pel_trace_close(t);
  source_free(s);
}

static void test_refusals(void) {
  source *s = source_new(shapes, N_LAYERS, 60, 15);
  pel_trace_layer copy[N_LAYERS];
  pel_trace_header header = source_header(s, copy);
  pel_trace_writer *w = NULL;
  pel_error err;
  record(s, 20, 20, NULL);
  CHECK(pel_trace_writer_open(path, false, &header, &w, &err) == PEL_ERR_IO && !w);
  CHECK(strstr(err.text, "exists"));
  CHECK(pel_trace_writer_open("/no/such/folder/run.pel", false, &header, &w, &err) == PEL_ERR_IO);
  CHECK(pel_trace_writer_open(folder, true, &header, &w, &err) == PEL_ERR_USAGE);
  uint64_t none = 0;
  header.head_mask = &none;
  CHECK(pel_trace_writer_open(path, true, &header, &w, &err) == PEL_ERR_USAGE);
  pel_trace *t = open_trace(); /* a refused header replaces nothing */
  pel_trace_close(t);
  w = open_writer(s, NULL); /* rows out of order */
  source_run(s, w, 0, 5);
  source_batch(s, pel_trace_writer_probe(w), 7, 2);
  CHECK(pel_trace_writer_close(w, 5, "", &err) == PEL_ERR_USAGE);
  t = NULL;
  CHECK(pel_trace_open("/no/such/file", &t, &err) == PEL_ERR_IO && !t);
  CHECK(pel_trace_open(folder, &t, &err) == PEL_ERR_INPUT && !t);
  CHECK(pel_trace_open("/dev/null", &t, &err) == PEL_ERR_INPUT && !t);
  source_free(s);
}

/* The block doubles as the side would pass 256, in the sums as in a plain count. */
static void test_doubling(void) {
  pel_pyramid_sums p;
  pel_pyramid_sums_init(&p);
  const uint32_t n = 256 * 32 * 8 + 77; /* blocks of 512: past the point where sums become 64-bit */
  uint32_t sum[64];
  float max[2] = {0.25f, 0.5f};
  for (int i = 0; i < 64; i++) sum[i] = PEL_COLUMN_ONE / 2;
  for (uint32_t first = 0; first < n; first += 32) { /* half on the own tile, half on the one before */
    uint32_t base = first >= 32 ? first - 32 : 0;
    CHECK(
        pel_pyramid_sums_add(&p, first, n - first < 32 ? n - first : 32, base, first + 32 - base, sum, max));
  }
  CHECK(pel_pyramid_sums_flush(&p) && p.rows == n && p.end == n);
  CHECK(p.block == pel_pyramid_block(n) && p.block == 512);
  uint32_t side = pel_pyramid_side(n);
  uint8_t *codes = malloc(2 * pel_triangle(side));
  float value[256];
  pel_log_table(value);
  pel_pyramid_encode(&p, n, codes);
  /* a diagonal block: 16 tiles of 32 keys on the diagonal and 15 before it, each 32 halves */
  float want = 31 * 16, got = value[codes[pel_triangle(5) + 5]] * 512;
  CHECK_MSG(fabsf(got - want) < 0.033f * want, "%g", (double)got);
  CHECK(fabsf(value[codes[pel_triangle(6) + 5]] * 512 - 16) < 0.6f);
  CHECK(codes[pel_triangle(6) + 4] == 0);
  CHECK(fabsf(value[codes[pel_triangle(side) + pel_triangle(6) + 5]] - 0.25f) < 0.01f);
  float received;
  pel_pyramid_received(&p, 1000, 1, &received);
  CHECK(received == 1.0f);
  free(codes);
  pel_pyramid_sums_clear(&p);
  for (int c = 1; c < 256; c++) CHECK(pel_log_encode((double)value[c]) == c);
  CHECK(pel_log_encode(0) == 0 && pel_log_encode(NAN) == 0 && pel_log_encode(2) == 255 &&
        pel_log_encode(1e-300) == 0);
}

static void test_read_only_folder(void) {
  source *s = source_new(shapes, N_LAYERS, 60, 16);
  record(s, 60, 20, NULL);
  CHECK(chmod(path, 0444) == 0 && chmod(folder, 0555) == 0);
  pel_trace *t = open_trace();
  check_everything(t, s, 60);
  check_verifies(t, true);
  pel_trace_close(t);
  chmod(folder, 0755);
  source_free(s);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(path, sizeof path, "%s/run %%41?.pel", folder); /* a name that a URI would change */
  RUN(test_round_trip);
  RUN(test_tiles);
  RUN(test_head_mask);
  RUN(test_hash);
  RUN(test_threads);
  RUN(test_follow);
  RUN(test_cancelled_batch);
  RUN(test_counts);
  RUN(test_refusals);
  RUN(test_doubling);
  RUN(test_read_only_folder);
  unlink(path);
  rmdir(folder);
  return check_result();
}
