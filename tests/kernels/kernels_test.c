/* Every kernel level against the plain reference, bit for bit, on random and odd shapes, with guard zones around every
 * output; and the reference against double-precision arithmetic on dequantised weights. */
#include "engine/kernels/kernels.h"

#include <math.h>

#include "engine/base/half.h"
#include "engine/base/mem.h"
#include "engine/base/rng.h"
#include "engine/format/gguf.h"
#include "engine/kernels/levels.h"
#include "engine/kernels/exp.h"
#include "engine/kernels/gelu.h"
#include "tests/check.h"

#define GUARD 64
#define GUARD_VALUE 0x5a5a5a5au

extern const pel_kernels pel_kernels_avx512_emulated __attribute__((weak));

static const pel_kernels *level; /* under test */
static pel_rng rng = {42};

static float uniform(float lo, float hi) { return lo + (hi - lo) * (float)pel_rng_uniform(&rng); }

/* n words with a guard zone on both sides. */
static float *guarded(size_t n) {
  uint32_t *p = pel_alloc_aligned(n + 2 * GUARD, 4);
  for (size_t i = 0; i < n + 2 * GUARD; i++) p[i] = GUARD_VALUE;
  return (float *)p + GUARD;
}

static bool guards_hold(const float *x, size_t n) {
  const uint32_t *p = (const uint32_t *)x;
  for (size_t i = 1; i <= GUARD; i++)
    if (p[-(ptrdiff_t)i] != GUARD_VALUE || p[n - 1 + i] != GUARD_VALUE) return false;
  return true;
}

static void release(float *x) { free(x - GUARD); }

static float *random_floats(size_t n, float spread) {
  float *x = guarded(n);
  for (size_t i = 0; i < n; i++) x[i] = uniform(-spread, spread);
  return x;
}

/* Random bytes of a tensor type, with scales that are ordinary numbers. */
static uint8_t *random_tensor(uint32_t type, size_t n) {
  const pel_tensor_format *f = pel_tensor_format_of(type);
  size_t bytes = n / f->block * f->block_bytes;
  uint8_t *p = pel_alloc(bytes, 1);
  for (size_t i = 0; i < bytes; i++) p[i] = (uint8_t)pel_rng_next(&rng);
  for (size_t b = 0; b < n / f->block; b++) {
    uint8_t *block = p + b * f->block_bytes;
    uint16_t d = pel_float_to_half(uniform(-0.02f, 0.02f)), m = pel_float_to_half(uniform(-0.3f, 0.3f));
    switch (type) {
      case PEL_TYPE_F32: { float v = uniform(-1, 1); memcpy(block, &v, 4); break; }
      case PEL_TYPE_F16: { uint16_t h = pel_float_to_half(uniform(-1, 1)); memcpy(block, &h, 2); break; }
      case PEL_TYPE_BF16: block[1] = (uint8_t)(0x3d + (block[1] & 1)); break;
      case PEL_TYPE_Q2_K: memcpy(block + 80, &d, 2); memcpy(block + 82, &d, 2); break;
      case PEL_TYPE_Q3_K: memcpy(block + 108, &d, 2); break;
      case PEL_TYPE_Q6_K: memcpy(block + 208, &d, 2); break;
      case PEL_TYPE_Q4_K: case PEL_TYPE_Q5_K: memcpy(block, &d, 2); memcpy(block + 2, &d, 2); break;
      case PEL_TYPE_Q4_1: case PEL_TYPE_Q5_1: memcpy(block, &d, 2); memcpy(block + 2, &m, 2); break;
      default: memcpy(block, &d, 2);
    }
  }
  return p;
}

typedef struct acts_buffers {
  pel_acts acts;
  float *x, *scale, *sum16, *sum32;
  float *q; /* as words */
} acts_buffers;

static acts_buffers make_acts(size_t n, size_t cols) {
  acts_buffers b;
  b.x = random_floats(n * cols, 2);
  for (size_t i = 0; i < n * cols; i += 97) b.x[i] *= 50; /* outliers */
  for (size_t i = 0; i < cols && i < 32; i++) b.x[i] = 0; /* a group of zeros */
  b.scale = guarded(n * cols / 32 + 1);
  b.sum16 = guarded(n * cols / 16 + 1);
  b.sum32 = guarded(n * cols / 32 + 1);
  b.q = guarded(n * cols / 2 + 1);
  b.acts = (pel_acts){b.x, (int16_t *)b.q, b.scale, b.sum16, b.sum32, cols};
  return b;
}

static void free_acts(acts_buffers *b) {
  release(b->x), release(b->scale), release(b->sum16), release(b->sum32), release(b->q);
}

static const uint32_t types[] = {PEL_TYPE_F32, PEL_TYPE_F16, PEL_TYPE_BF16, PEL_TYPE_Q8_0, PEL_TYPE_Q4_0, PEL_TYPE_Q4_1,
                                 PEL_TYPE_Q5_0, PEL_TYPE_Q5_1, PEL_TYPE_Q2_K, PEL_TYPE_Q3_K, PEL_TYPE_Q4_K, PEL_TYPE_Q5_K,
                                 PEL_TYPE_Q6_K};

/* Against double precision on the dequantised weights: the outliers make a 16-bit step as
 * large as 0.003, so that sums of ordinary terms are good to three digits; a wrong nibble shows as an error near 1. */
static void compare_with_double(uint32_t type, const uint8_t *src, size_t rows, const acts_buffers *b, size_t n, const float *y) {
  size_t cols = b->acts.cols;
  float *w = pel_alloc(rows * cols, sizeof *w);
  pel_dequantize(type, src, rows * cols, w);
  double worst = 0;
  for (size_t t = 0; t < n; t++)
    for (size_t r = 0; r < rows; r++) {
      double sum = 0, size = 0;
      for (size_t c = 0; c < cols; c++) {
        double p = (double)w[r * cols + c] * (double)b->x[t * cols + c];
        sum += p;
        size += p * p;
      }
      double error = fabs(sum - (double)y[t * rows + r]) / (sqrt(size) + 1e-9);
      if (error > worst) worst = error;
    }
  CHECK_MSG(worst < 1e-3, "type %u: error %g of the terms' norm", type, worst);
  free(w);
}

static void check_matmul(uint32_t type, size_t rows, size_t cols, size_t n) {
  uint8_t *src = random_tensor(type, rows * cols);
  pel_matrix w;
  CHECK(pel_matrix_init(&w, type, rows, cols));
  CHECK(pel_matrix_bytes(type, rows, cols) == pel_matrix_strips(&w) * w.strip_bytes);
  pel_matrix_fill(&w, type, src, 0, pel_matrix_strips(&w));
  acts_buffers b = make_acts(n, cols);
  void *scratch = pel_alloc_aligned(pel_matmul_scratch(cols), 1);
  float *want = guarded(n * rows), *got = guarded(n * rows), *alone = guarded(rows);
  if (cols % 32 == 0) pel_kernels_ref.quantize(&b.acts, 0, n);
  pel_kernels_ref.matmul(&w, 0, pel_matrix_strips(&w), &b.acts, n, want, rows, scratch);
  level->matmul(&w, 0, pel_matrix_strips(&w), &b.acts, n, got, rows, scratch);
  CHECK_MSG(memcmp(want, got, n * rows * 4) == 0, "%s type %u %zux%zu n %zu", level->name, type, rows, cols, n);
  CHECK(guards_hold(got, n * rows));
  if (level == &pel_kernels_ref) compare_with_double(type, src, rows, &b, n, want);
  pel_acts last = b.acts; /* the last token alone must get the same bits as in the batch */
  last.x += (n - 1) * cols, last.q += (n - 1) * cols, last.scale += (n - 1) * cols / 32;
  last.sum16 += (n - 1) * cols / 16, last.sum32 += (n - 1) * cols / 32;
  level->matmul(&w, 0, pel_matrix_strips(&w), &last, 1, alone, rows, scratch);
  CHECK(memcmp(alone, want + (n - 1) * rows, rows * 4) == 0);
  release(want), release(got), release(alone), free(scratch), free(w.data), free(src), free_acts(&b);
}

static void matmul_of_every_type(void) {
  static const size_t shapes[][3] = {{16, 256, 1}, {40, 512, 4}, {7, 256, 5}, {80, 768, 7}, {33, 256, 13}};
  for (size_t t = 0; t < sizeof types / sizeof *types; t++)
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) check_matmul(types[t], shapes[s][0], shapes[s][1], shapes[s][2]);
  check_matmul(PEL_TYPE_Q4_1, 48, 96, 9);
  check_matmul(PEL_TYPE_F32, 70, 37, 8); /* float types take any width */
  check_matmul(PEL_TYPE_F16, 65, 1, 3);
}

static void quantize_is_the_reference(void) {
  acts_buffers a = make_acts(5, 96), b = make_acts(5, 96);
  memcpy(b.x, a.x, 5 * 96 * 4);
  pel_kernels_ref.quantize(&a.acts, 0, 5);
  level->quantize(&b.acts, 0, 5);
  CHECK(memcmp(a.q, b.q, 5 * 96 * 2) == 0 && memcmp(a.scale, b.scale, 15 * 4) == 0);
  CHECK(memcmp(a.sum16, b.sum16, 30 * 4) == 0 && memcmp(a.sum32, b.sum32, 15 * 4) == 0);
  CHECK(guards_hold(b.scale, 16) && guards_hold(b.sum16, 31) && guards_hold(b.q, 241));
  for (int i = 0; i < 5 * 96; i++) {
    float back = (float)a.acts.q[i] * a.scale[i / 32];
    CHECK(fabsf(back - a.x[i]) <= a.scale[i / 32] * 0.51f);
  }
  free_acts(&a), free_acts(&b);
}

typedef struct attention_case {
  uint32_t n_keys, head_dim, n_rows;
  uint32_t first, window; /* row r sits at key first + r */
  float softcap;
} attention_case;

typedef struct attention_result {
  float *s[PEL_ROWS_MAX], *out[PEL_ROWS_MAX], *sum, *most;
  pel_row rows[PEL_ROWS_MAX];
} attention_result;

static void run_attention(const pel_kernels *k, const attention_case *c, const float *q, const uint16_t *keys,
                          const uint16_t *values, uint32_t base, attention_result *r) {
  size_t n = pel_key_blocks(c->n_keys) * 16, padded = (c->head_dim + 15) / 16 * 16;
  pel_row_spec spec = {c->head_dim, 0.125f, c->softcap};
  r->sum = guarded(n), r->most = guarded(n / 32 + 1);
  memset(r->sum, 0, n * 4), memset(r->most, 0, (n / 32 + 1) * 4);
  for (uint32_t i = 0; i < c->n_rows; i++) {
    r->s[i] = guarded(n);
    r->out[i] = guarded(padded);
    uint32_t at = c->first + i;
    r->rows[i] = (pel_row){.q = q + i * c->head_dim, .s = r->s[i], .base = base, .hi = at + 1,
                           .lo = c->window && at + 1 > c->window ? at + 1 - c->window : 0};
  }
  k->score_rows(&spec, r->rows, c->n_rows, keys);
  for (uint32_t i = 0; i < c->n_rows; i++) k->softmax_row(&r->rows[i], true);
  k->mix_rows(r->rows, c->n_rows, values, n, c->head_dim, r->out);
  k->column_rows(r->rows, c->n_rows, (uint32_t *)r->sum, r->most);
}

static void free_attention(attention_result *r, uint32_t n_rows) {
  for (uint32_t i = 0; i < n_rows; i++) release(r->s[i]), release(r->out[i]);
  release(r->sum), release(r->most);
}

/* Row 0 against the definition in double precision. */
static void attention_is_softmax(const attention_case *c, const float *q, const uint16_t *keys, const attention_result *r,
                                 uint32_t base) {
  const pel_row *row = &r->rows[0];
  double m = -1e300, z = 0, h = 0;
  double *s = pel_alloc(c->n_keys, sizeof *s);
  for (uint32_t key = row->lo; key < row->hi; key++) {
    double dot = 0;
    for (uint32_t i = 0; i < c->head_dim; i++)
      dot += (double)q[i] * (double)pel_half_to_float(keys[((size_t)(key / 16) * c->head_dim + i) * 16 + key % 16]);
    s[key] = dot * 0.125;
    if (c->softcap > 0) s[key] = (double)c->softcap * tanh(s[key] / (double)c->softcap);
    if (s[key] > m) m = s[key];
  }
  for (uint32_t key = row->lo; key < row->hi; key++) z += exp(s[key] - m), h += exp(s[key] - m) * (s[key] - m);
  CHECK(fabs(m - (double)row->m) < 1e-4 && fabs(z / (double)row->z - 1) < 1e-4);
  CHECK(fabs(log(z) - h / z - (double)row->entropy) < 1e-3);
  for (uint32_t key = row->lo; key < row->hi; key++)
    CHECK(fabs(exp(s[key] - m) / z - (double)row->s[key - base] / (double)row->z) < 1e-5);
  free(s);
}

static void check_attention(attention_case c) {
  size_t blocks = pel_key_blocks(c.n_keys), padded = (c.head_dim + 15) / 16 * 16;
  float *q = guarded(c.n_rows * c.head_dim);
  for (size_t i = 0; i < c.n_rows * c.head_dim; i++) q[i] = pel_half_to_float(pel_float_to_half(uniform(-3, 3)));
  uint16_t *rows = pel_alloc(c.n_keys * c.head_dim, 2), *keys = pel_alloc(blocks * c.head_dim * 16, 2);
  uint16_t *values = pel_alloc(blocks * 16 * padded, 2);
  for (size_t i = 0; i < (size_t)c.n_keys * c.head_dim; i++) rows[i] = pel_float_to_half(uniform(-3, 3));
  for (size_t i = 0; i < blocks * 16 * padded; i++) values[i] = pel_float_to_half(uniform(-1, 1));
  pel_pack_keys(rows, c.head_dim, 0, c.n_keys, c.head_dim, keys);
  uint32_t lo = c.window && c.first + 1 > c.window ? c.first + 1 - c.window : 0, base = lo / 32 * 32;
  attention_result want, got;
  run_attention(&pel_kernels_ref, &c, q, keys, values, base, &want);
  run_attention(level, &c, q, keys, values, base, &got);
  size_t n = blocks * 16;
  for (uint32_t i = 0; i < c.n_rows; i++) {
    const pel_row *a = &want.rows[i], *b = &got.rows[i];
    CHECK(a->from == b->from && a->to == b->to);
    CHECK_MSG(a->m == b->m && a->z == b->z && a->entropy == b->entropy, "%s hd %u row %u: m %a %a z %a %a", level->name,
              c.head_dim, i, a->m, b->m, a->z, b->z);
    CHECK(memcmp(a->s + (a->from - base), b->s + (b->from - base), (a->to - a->from) * 4) == 0);
    CHECK(memcmp(want.out[i], got.out[i], padded * 4) == 0);
    CHECK(guards_hold(got.s[i], n) && guards_hold(got.out[i], padded));
  }
  CHECK(memcmp(want.sum, got.sum, n * 4) == 0 && memcmp(want.most, got.most, (n / 32) * 4) == 0);
  CHECK(guards_hold(got.sum, n));
  if (level == &pel_kernels_ref) attention_is_softmax(&c, q, keys, &want, base);
  free_attention(&want, c.n_rows), free_attention(&got, c.n_rows);
  release(q), free(rows), free(keys), free(values);
}

static void attention_rows(void) {
  for (uint32_t n_rows = 1; n_rows <= PEL_ROWS_MAX; n_rows++) {
    check_attention((attention_case){97, 64, n_rows, 90, 0, 0});
    check_attention((attention_case){200, 48, n_rows, 150, 20, 0});
    check_attention((attention_case){33, 13, n_rows, 0, 0, 30});
  }
  check_attention((attention_case){600, 256, 5, 590, 64, 0});
  check_attention((attention_case){1, 64, 1, 0, 0, 0});
}

static void check_layer_norm(const float *x, const float *w, size_t n, float *want, float *got) {
  float *bias = random_floats(n, 3);
  pel_kernels_ref.layer_norm(x, w, bias, n, 1e-5f, want), level->layer_norm(x, w, bias, n, 1e-5f, got);
  CHECK(memcmp(want, got, n * 4) == 0 && guards_hold(got, n));
  double mean = 0, variance = 0;
  for (size_t i = 0; i < n; i++) mean += (double)x[i] / (double)n;
  for (size_t i = 0; i < n; i++) variance += ((double)x[i] - mean) * ((double)x[i] - mean) / (double)n;
  for (size_t i = 0; i < n; i++)
    CHECK(fabs(((double)x[i] - mean) / sqrt(variance + 1e-5) * (double)w[i] + (double)bias[i] - (double)got[i]) < 1e-5);
  release(bias);
}

static void element_kernels(void) {
  static const size_t sizes[] = {1, 7, 15, 16, 17, 64, 100, 577};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    size_t n = sizes[s];
    float *x = random_floats(n, 20), *w = random_floats(n, 2), *a = guarded(n), *b = guarded(n);
    pel_kernels_ref.rms_norm(x, w, n, 1e-5f, a), level->rms_norm(x, w, n, 1e-5f, b);
    CHECK(memcmp(a, b, n * 4) == 0);
    pel_kernels_ref.rms_norm(x, NULL, n, 1e-5f, a), level->rms_norm(x, NULL, n, 1e-5f, b);
    CHECK(memcmp(a, b, n * 4) == 0);
    memcpy(a, x, n * 4), memcpy(b, x, n * 4);
    pel_kernels_ref.silu_mul(a, w, n), level->silu_mul(b, w, n);
    CHECK(memcmp(a, b, n * 4) == 0);
    CHECK(fabs((double)a[0] - (double)x[0] / (1 + exp(-(double)x[0])) * (double)w[0]) < 1e-4);
    memcpy(a, x, n * 4), memcpy(b, x, n * 4);
    pel_kernels_ref.gelu_mul(a, w, n), level->gelu_mul(b, w, n);
    CHECK(memcmp(a, b, n * 4) == 0 && guards_hold(b, n));
    memcpy(a, x, n * 4), memcpy(b, x, n * 4);
    pel_kernels_ref.gelu_erf(a, n), level->gelu_erf(b, n);
    CHECK(memcmp(a, b, n * 4) == 0 && guards_hold(b, n));
    check_layer_norm(x, w, n, a, b);
    release(x), release(w), release(a), release(b);
  }
}

/* Every half there is, and every rounding case of single precision near them. */
static void halves(void) {
  static uint16_t h[65536], back[65536];
  static float a[65536], b[65536];
  for (uint32_t i = 0; i < 65536; i++) h[i] = (uint16_t)i;
  pel_kernels_ref.float_from_half(h, a, 65536), level->float_from_half(h, b, 65536);
  for (uint32_t i = 0; i < 65536; i++) CHECK_MSG(memcmp(&a[i], &b[i], 4) == 0, "%04x", i);
  for (int step = -2; step <= 2; step++) {
    for (uint32_t i = 0; i < 65536; i++) {
      uint32_t bits;
      memcpy(&bits, &a[i], 4);
      bits += (uint32_t)(step * 4095 + (step == 0));
      memcpy(&b[i], &bits, 4);
      if (isnan(b[i])) b[i] = 0;
    }
    pel_kernels_ref.half_from_float(b, h, 65536), level->half_from_float(b, back, 65536);
    CHECK(memcmp(h, back, sizeof h) == 0);
  }
}

static void exp_is_accurate(void) {
  double worst = 0;
  for (float x = -85.9f; x < 0; x += 0.001f) {
    double error = fabs((double)pel_exp(x) / exp((double)x) - 1);
    if (error > worst) worst = error;
  }
  CHECK_MSG(worst < 1.2e-7, "%g", worst);
  CHECK(pel_exp(0) == 1 && pel_exp(-87) == 0 && pel_exp(-INFINITY) == 0 && pel_exp(NAN) == 0);
}

static void gelu_is_accurate(void) {
  double worst = 0;
  for (float x = -14; x < 14; x += 0.0005f) {
    double want = (double)x * 0.5 * erfc(-(double)x / sqrt(2));
    double error = fabs((double)pel_gelu_erf(x) - want) / fmax(1, fabs((double)x));
    if (error > worst) worst = error;
  }
  CHECK_MSG(worst < 1.2e-7, "%g", worst);
  CHECK(pel_gelu_erf(0) == 0 && pel_gelu_erf(1e20f) == 1e20f && pel_gelu_erf(-1e20f) == 0);
}

int main(void) {
  const pel_kernels *all[] = {&pel_kernels_ref, pel_kernels_named("avx2"), pel_kernels_named("avx512"),
                              &pel_kernels_avx512_emulated};
  RUN(exp_is_accurate);
  RUN(gelu_is_accurate);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (!all[i]) {
      printf("skipped: level %zu does not run on this machine\n", i);
      continue;
    }
    level = all[i];
    printf("# level %s%s\n", level->name, i == 3 ? " (emulated)" : "");
    RUN(quantize_is_the_reference);
    RUN(matmul_of_every_type);
    RUN(attention_rows);
    RUN(element_kernels);
    RUN(halves);
  }
  return check_result();
}
