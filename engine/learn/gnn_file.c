/* The file of a graph network: the weights to use as tensors by name, and under "train." all that is needed to go on with its learning. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/format/safetensors_write.h"
#include "engine/learn/gnn_state.h"

enum { SHAPE = 7, COUNTS = 6, NUMBERS = 9, MOST_ITEMS = PEL_PATH_LAYERS_MAX * 12 + 16, MOST_CURVE = 1 << 20 };

/* ---- where it comes from ---- */

static uint64_t mix(uint64_t h, uint64_t x) {
  pel_rng rng = {h ^ (x * 0xff51afd7ed558ccdu)};
  return pel_rng_next(&rng);
}

static uint64_t mix_triples(uint64_t h, const pel_triple *t, size_t n) {
  h = mix(h, n);
  for (size_t i = 0; i < n; i++) h = mix(mix(mix(h, t[i].subject), t[i].relation), t[i].object);
  return h;
}

gnn_origin gnn_origin_of(const pel_gnn_data *d, const pel_gnn_options *o) {
  gnn_origin x = {.options = {o->layers, o->dim, o->attention, o->gate, o->act, (double)(o->seed >> 32), (double)(o->seed & UINT32_MAX), o->batch, o->rate, o->decay,
                              o->weight_decay, o->dropout, o->graph_share, o->most_entities, o->epoch_queries, o->validation_triples, o->average}};
  x.data = mix_triples(mix(d->learn->n_entities, d->learn->n_relations), d->learn->triples, d->learn->n_triples);
  x.data = mix_triples(x.data, d->validation, d->n_validation);
  if (d->n_validation && d->validation_graph != d->learn) x.data = mix_triples(x.data, d->validation_graph->triples, d->validation_graph->n_triples);
  return x;
}

/* ---- writing ---- */

typedef struct listing {
  pel_safetensors_item items[MOST_ITEMS];
  char names[MOST_ITEMS][PEL_PATH_NAME_MAX];
  size_t n;
} listing;

static void list(listing *l, const char *name, const char *dtype, uint64_t rows, uint64_t columns, const void *data) {
  snprintf(l->names[l->n], sizeof l->names[l->n], "%s", name);
  pel_safetensors_item *item = &l->items[l->n];
  *item = (pel_safetensors_item){.name = l->names[l->n], .dtype = dtype, .n_dims = rows ? 2 : 1, .data = data};
  item->shape[0] = rows ? rows : columns;
  if (rows) item->shape[1] = columns;
  l->n++;
}

static void list_weights(listing *l, const pel_path_shape *shape, const float *weights) {
  for (size_t i = 0; i < pel_path_tensor_count(shape); i++) {
    pel_path_tensor t = pel_path_tensor_at(shape, i);
    list(l, t.name, "F32", t.rows > 1 ? t.rows : 0, t.columns, weights + t.at);
  }
}

static char *join_names(const char *const *names, uint32_t n, size_t *size) {
  char *text = NULL;
  FILE *f = names ? open_memstream(&text, size) : NULL;
  if (!f) return NULL;
  for (uint32_t i = 0; i < n; i++) fwrite(names[i], 1, strlen(names[i]) + 1, f);
  if (fclose(f) == 0) return text;
  free(text);
  return NULL;
}

pel_status gnn_file_write(const char *path, const gnn_state *s, const gnn_origin *origin, const char *const *relation_names, pel_error *err) {
  const int64_t shape[SHAPE] = {GNN_FILE_VERSION, s->shape.n_relations, s->shape.layers, s->shape.dim, s->shape.attention, s->shape.gate, s->shape.act};
  const uint64_t counts[COUNTS] = {s->steps, s->epoch, s->batch, s->best_epoch, s->random, s->epoch_random};
  const double numbers[NUMBERS] = {s->rate, s->power_1, s->power_2, s->loss_sum, s->loss_count, s->best_mrr, s->last_mrr, s->seconds, 0};
  size_t names_size = 0;
  char *names = join_names(relation_names, s->shape.n_relations, &names_size);
  listing *l = pel_alloc(1, sizeof *l);
  if (!l || (relation_names && !names)) {
    free(l), free(names);
    return pel_fail_memory(err, "the file's header", sizeof *l);
  }
  list(l, "gnn.shape", "I64", 0, SHAPE, shape);
  if (names) list(l, "gnn.relations", "U8", 0, names_size, names);
  list_weights(l, &s->shape, gnn_state_weights(s));
  list(l, "train.counts", "U64", 0, COUNTS, counts);
  list(l, "train.numbers", "F64", 0, NUMBERS, numbers);
  list(l, "train.options", "F64", 0, GNN_ORIGIN_OPTIONS, origin->options);
  list(l, "train.data", "U64", 0, 1, &origin->data);
  list(l, "train.curve", "F64", s->n_curve, 3, s->curve ? s->curve : numbers);
  if (!s->n_curve) l->items[l->n - 1].n_dims = 2, l->items[l->n - 1].shape[0] = 0, l->items[l->n - 1].shape[1] = 3;
  list(l, "train.weights", "F32", 0, s->total, s->weights);
  list(l, "train.average", "F32", 0, s->total, s->average);
  list(l, "train.mean", "F32", 0, s->total, s->mean);
  list(l, "train.square", "F32", 0, s->total, s->square);
  pel_status status = pel_safetensors_write(path, l->items, l->n, err);
  free(l), free(names);
  return status;
}

/* ---- reading ---- */

static pel_status find(const pel_safetensors *f, const char *name, const char *dtype, uint64_t rows, uint64_t columns, const pel_safetensor **out, pel_error *err) {
  const pel_safetensor *t = pel_safetensors_find(f, name);
  if (!t) return pel_fail(err, PEL_ERR_INPUT, "%s: tensor '%s' is missing; this is no graph network of 'pellucid learn gnn'", pel_safetensors_path(f), name);
  bool vector = t->n_dims == 1 && t->shape[0] == columns && rows <= 1, matrix = t->n_dims == 2 && t->shape[0] == rows && t->shape[1] == columns;
  if (strcmp(t->dtype, dtype) || !(vector || matrix))
    return pel_fail(err, PEL_ERR_INPUT, "%s: tensor '%s' is not %s of %llu x %llu, as the network's shape has it; the file is damaged or not one network's", pel_safetensors_path(f), name,
                    dtype, (unsigned long long)(rows ? rows : 1), (unsigned long long)columns);
  *out = t;
  return PEL_OK;
}

static pel_status read_wide(const pel_safetensors *f, const char *name, const char *dtype, uint64_t rows, uint64_t columns, void *out, pel_error *err) {
  const pel_safetensor *t = NULL;
  PEL_TRY(find(f, name, dtype, rows, columns, &t, err));
  if (t->bytes) memcpy(out, t->data, t->bytes);
  return PEL_OK;
}

static pel_status read_floats(const pel_safetensors *f, const char *name, uint64_t rows, uint64_t columns, float *out, pel_error *err) {
  const pel_safetensor *t = NULL;
  PEL_TRY(find(f, name, "F32", rows, columns, &t, err));
  return pel_safetensors_floats(f, t, 0, t->count, out, err);
}

static pel_status read_shape(const pel_safetensors *f, pel_path_shape *out, pel_error *err) {
  int64_t x[SHAPE];
  pel_error why;
  PEL_TRY(read_wide(f, "gnn.shape", "I64", 0, SHAPE, x, err));
  if (x[0] != GNN_FILE_VERSION) return pel_fail(err, PEL_ERR_UNSUPPORTED, "%s: version %lld of a graph network; this program reads version %d", pel_safetensors_path(f), (long long)x[0], GNN_FILE_VERSION);
  for (int i = 1; i < SHAPE; i++)
    if (x[i] < 0 || x[i] > UINT32_MAX) return pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'gnn.shape', element %d is out of range; the file is damaged", pel_safetensors_path(f), i);
  pel_path_shape s = {.n_relations = (uint32_t)x[1], .layers = (uint32_t)x[2], .dim = (uint32_t)x[3], .attention = (uint32_t)x[4], .gate = (pel_gate)x[5], .act = (pel_path_act)x[6]};
  if (pel_path_shape_check(&s, &why) != PEL_OK) return pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'gnn.shape': %.400s", pel_safetensors_path(f), why.text);
  *out = s;
  return PEL_OK;
}

/* `total` numbers are only allocated once the file has shown that it holds the largest tensor of each layer. */
static pel_status read_weights(const pel_safetensors *f, const pel_path_shape *shape, float **out, pel_error *err) {
  const pel_safetensor *t = NULL;
  for (size_t i = 0; i < pel_path_tensor_count(shape); i++) {
    pel_path_tensor x = pel_path_tensor_at(shape, i);
    PEL_TRY(find(f, x.name, "F32", x.rows, x.columns, &t, err));
  }
  size_t total = pel_path_layout_of(shape).total;
  float *weights = pel_alloc_aligned(total, sizeof *weights);
  if (!weights) return pel_fail_memory(err, "the weights", total * sizeof *weights);
  pel_status status = PEL_OK;
  for (size_t i = 0; i < pel_path_tensor_count(shape) && status == PEL_OK; i++) {
    pel_path_tensor x = pel_path_tensor_at(shape, i);
    status = read_floats(f, x.name, x.rows, x.columns, weights + x.at, err);
  }
  if (status == PEL_OK) *out = weights;
  else free(weights);
  return status;
}

static pel_status read_names(const pel_safetensors *f, gnn_file *out, pel_error *err) {
  const pel_safetensor *t = pel_safetensors_find(f, "gnn.relations");
  if (!t) return PEL_OK;
  if (strcmp(t->dtype, "U8") || t->n_dims != 1 || !t->count || t->data[t->count - 1])
    return pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'gnn.relations' is no list of names; the file is damaged", pel_safetensors_path(f));
  size_t n = 0;
  for (uint64_t i = 0; i < t->count; i++) n += !t->data[i];
  if (n != out->shape.n_relations) return pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'gnn.relations' has %zu names for %u relations; the file is damaged", pel_safetensors_path(f), n, out->shape.n_relations);
  out->names = pel_alloc(t->count, 1);
  out->relations = pel_alloc(n, sizeof *out->relations);
  if (!out->names || !out->relations) return pel_fail_memory(err, "names of relations", t->count);
  memcpy(out->names, t->data, t->count);
  const char *at = out->names;
  for (size_t i = 0; i < n; i++, at += strlen(at) + 1) out->relations[i] = at;
  return PEL_OK;
}

static pel_status curve_length(const pel_safetensors *f, size_t *n, pel_error *err) {
  const pel_safetensor *t = pel_safetensors_find(f, "train.curve");
  if (t && (strcmp(t->dtype, "F64") || t->n_dims != 2 || t->shape[1] != 3 || t->shape[0] > MOST_CURVE))
    return pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'train.curve' is no loss curve; the file is damaged", pel_safetensors_path(f));
  *n = t ? (size_t)t->shape[0] : 0;
  return PEL_OK;
}

static pel_status read_story(const pel_safetensors *f, gnn_file *out, pel_error *err) {
  uint64_t counts[COUNTS];
  PEL_TRY(curve_length(f, &out->n_curve, err));
  if (!out->n_curve) return PEL_OK;
  out->curve = pel_alloc(out->n_curve, sizeof *out->curve);
  if (!out->curve) return pel_fail_memory(err, "the loss curve", out->n_curve * sizeof *out->curve);
  _Static_assert(sizeof(pel_gnn_epoch) == 3 * sizeof(double), "a row of the curve");
  PEL_TRY(read_wide(f, "train.curve", "F64", out->n_curve, 3, out->curve, err));
  PEL_TRY(read_wide(f, "train.counts", "U64", 0, COUNTS, counts, err));
  if (counts[3] > out->n_curve) return pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'train.counts' names epoch %llu of %zu as the best; the file is damaged", pel_safetensors_path(f),
                                                (unsigned long long)counts[3], out->n_curve);
  out->best_epoch = (uint32_t)counts[3];
  return PEL_OK;
}

static pel_status read_all(pel_safetensors *f, gnn_file *out, pel_error *err) {
  gnn_file x = {0};
  pel_status status = read_shape(f, &x.shape, err);
  if (status == PEL_OK) status = read_weights(f, &x.shape, &x.weights, err);
  if (status == PEL_OK) status = read_names(f, &x, err);
  if (status == PEL_OK) status = read_story(f, &x, err);
  pel_safetensors_close(f);
  if (status == PEL_OK) *out = x;
  else gnn_file_clear(&x);
  return status;
}

pel_status gnn_file_read(const char *path, gnn_file *out, pel_error *err) {
  pel_safetensors *f;
  PEL_TRY(pel_safetensors_open(path, &f, err));
  return read_all(f, out, err);
}

pel_status gnn_file_read_memory(const void *data, size_t size, const char *name, gnn_file *out, pel_error *err) {
  pel_safetensors *f;
  PEL_TRY(pel_safetensors_open_memory(data, size, name, &f, err));
  return read_all(f, out, err);
}

void gnn_file_clear(gnn_file *x) {
  free(x->weights), free(x->names), free(x->relations), free(x->curve);
  *x = (gnn_file){0};
}

/* ---- going on ---- */

static pel_status check_origin(const pel_safetensors *f, const gnn_origin *now, pel_error *err) {
  gnn_origin then;
  PEL_TRY(read_wide(f, "train.options", "F64", 0, GNN_ORIGIN_OPTIONS, then.options, err));
  PEL_TRY(read_wide(f, "train.data", "U64", 0, 1, &then.data, err));
  if (memcmp(then.options, now->options, sizeof then.options))
    return pel_fail(err, PEL_ERR_USAGE, "%s: was learnt with other options; go on with the same ones, or begin anew under another name", pel_safetensors_path(f));
  if (then.data != now->data) return pel_fail(err, PEL_ERR_USAGE, "%s: was learnt from other data; go on with the same, or begin anew under another name", pel_safetensors_path(f));
  return PEL_OK;
}

static pel_status read_state(const pel_safetensors *f, gnn_state *s, pel_error *err) {
  uint64_t c[COUNTS];
  double x[NUMBERS];
  PEL_TRY(read_wide(f, "train.counts", "U64", 0, COUNTS, c, err));
  PEL_TRY(read_wide(f, "train.numbers", "F64", 0, NUMBERS, x, err));
  PEL_TRY(read_floats(f, "train.weights", 0, s->total, s->weights, err));
  PEL_TRY(read_floats(f, "train.average", 0, s->total, s->average, err));
  PEL_TRY(read_floats(f, "train.mean", 0, s->total, s->mean, err));
  PEL_TRY(read_floats(f, "train.square", 0, s->total, s->square, err));
  for (size_t i = 0; i < pel_path_tensor_count(&s->shape); i++) {
    pel_path_tensor t = pel_path_tensor_at(&s->shape, i);
    PEL_TRY(read_floats(f, t.name, t.rows, t.columns, s->best + t.at, err));
  }
  size_t n = 0;
  PEL_TRY(curve_length(f, &n, err));
  double *curve = pel_grow(s->curve, &s->curve_capacity, 3 * n + 3, sizeof *curve);
  if (!curve) return pel_fail_memory(err, "the loss curve", 3 * n * sizeof *curve);
  s->curve = curve;
  PEL_TRY(read_wide(f, "train.curve", "F64", n, 3, curve, err));
  if (c[1] != n || c[3] > n || !(x[0] > 0) || !isfinite(x[0]) || !(x[1] >= 0 && x[1] <= 1) || !(x[2] >= 0 && x[2] <= 1))
    return pel_fail(err, PEL_ERR_INPUT, "%s: the state of its learning contradicts itself; the file is damaged, begin anew", pel_safetensors_path(f));
  s->n_curve = n;
  s->steps = c[0], s->epoch = c[1], s->batch = c[2], s->best_epoch = c[3], s->random = c[4], s->epoch_random = c[5];
  s->rate = x[0], s->power_1 = x[1], s->power_2 = x[2], s->loss_sum = x[3], s->loss_count = x[4], s->best_mrr = x[5], s->last_mrr = x[6], s->seconds = x[7];
  return PEL_OK;
}

pel_status gnn_file_resume(const char *path, const gnn_origin *origin, gnn_state *out, pel_error *err) {
  pel_safetensors *f;
  pel_path_shape shape;
  PEL_TRY(pel_safetensors_open(path, &f, err));
  pel_status status = read_shape(f, &shape, err);
  if (status == PEL_OK) status = check_origin(f, origin, err);
  if (status == PEL_OK && memcmp(&shape, &out->shape, sizeof shape)) status = pel_fail(err, PEL_ERR_INPUT, "%s: tensor 'gnn.shape' contradicts 'train.options'; the file is damaged", path);
  if (status == PEL_OK) status = read_state(f, out, err);
  pel_safetensors_close(f);
  return status;
}
