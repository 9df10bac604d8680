/* Learning a graph network: the same weights for any number of threads and after any interruption; a planted rule is learnt, and named as the reason;
 * files that are not what they should be are refused. */
#include <pellucid/gnn.h>

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/rng.h"
#include "engine/format/safetensors.h"
#include "engine/format/safetensors_write.h"
#include "engine/learn/link_trust.h"
#include "tests/check.h"

enum { PEOPLE = 60, PARENT = 0, GRANDPARENT = 1, LIKES = 2, RELATIONS = 3 };

static char folder[] = "/tmp/pellucid-gnn-XXXXXX";

static char *in_folder(char out[100], const char *name) {
  snprintf(out, 100, "%s/%s", folder, name);
  return out;
}

/* A forest of families: i's children are 2i + 1 and 2i + 2; grandparents follow; who likes whom is noise. */
typedef struct family {
  pel_graph *learn, *all;
  pel_triple held_out[64];
  size_t n_held_out;
} family;

static void add(pel_triple *list, size_t *n, uint32_t s, uint32_t r, uint32_t o) { list[(*n)++] = (pel_triple){s, r, o}; }

static family make_family(void) {
  pel_triple learn[400], all[400];
  size_t n = 0, n_all = 0;
  pel_rng rng = {4};
  family f = {0};
  for (uint32_t i = 1; i < PEOPLE; i++) {
    uint32_t parent = (i - 1) / 2;
    add(learn, &n, parent, PARENT, i);
    if (!parent) continue;
    if (i % 5 == 0) add(f.held_out, &f.n_held_out, (parent - 1) / 2, GRANDPARENT, i);
    else add(learn, &n, (parent - 1) / 2, GRANDPARENT, i);
  }
  for (int i = 0; i < 40; i++) add(learn, &n, (uint32_t)(pel_rng_next(&rng) % PEOPLE), LIKES, (uint32_t)(pel_rng_next(&rng) % PEOPLE));
  for (size_t i = 0; i < n; i++) all[n_all++] = learn[i];
  for (size_t i = 0; i < f.n_held_out; i++) all[n_all++] = f.held_out[i];
  CHECK(pel_graph_create(PEOPLE, RELATIONS, learn, n, &f.learn, NULL) == PEL_OK);
  CHECK(pel_graph_create(PEOPLE, RELATIONS, all, n_all, &f.all, NULL) == PEL_OK);
  return f;
}

static void free_family(family *f) { pel_graph_free(f->learn), pel_graph_free(f->all); }

static const char *const names[RELATIONS] = {"parent", "grandparent", "likes"};

static pel_gnn_data data_of(const family *f) {
  return (pel_gnn_data){.relation_names = names, .learn = f->learn, .validation_graph = f->learn, .validation_known = f->all, .validation = f->held_out, .n_validation = f->n_held_out};
}

static pel_gnn_options small_options(void) {
  pel_gnn_options o;
  pel_gnn_options_default(&o);
  o.layers = 3, o.dim = 16, o.epochs = 4, o.batch = 8, o.rate = 1e-2, o.dropout = 0.1, o.force = true, o.patience = 0;
  return o;
}

static pel_gnn_result train(const family *f, const pel_gnn_options *o, const char *path, bool (*progress)(const pel_gnn_progress *, void *), void *user) {
  pel_gnn_data data = data_of(f);
  pel_gnn_result r = {0};
  pel_error err = {0};
  CHECK_MSG(pel_gnn_train(&data, o, path, progress, user, &r, &err) == PEL_OK, "%s", err.text);
  return r;
}

/* Every tensor but what tells of time. */
static bool same_weights(const char *a, const char *b) {
  pel_safetensors *x, *y;
  bool same = true;
  CHECK(pel_safetensors_open(a, &x, NULL) == PEL_OK && pel_safetensors_open(b, &y, NULL) == PEL_OK);
  CHECK(pel_safetensors_count(x) == pel_safetensors_count(y));
  for (size_t i = 0; i < pel_safetensors_count(x); i++) {
    const pel_safetensor *t = pel_safetensors_at(x, i), *u = pel_safetensors_find(y, t->name);
    if (!strcmp(t->name, "train.numbers") || !strcmp(t->name, "train.curve")) continue;
    bool is = u && u->bytes == t->bytes && memcmp(u->data, t->data, t->bytes) == 0;
    if (!is) printf("  %s differs\n", t->name);
    same = same && is;
  }
  pel_safetensors_close(x), pel_safetensors_close(y);
  return same;
}

static void threads_make_no_difference(void) {
  char one[100], more[100];
  family f = make_family();
  pel_gnn_options o = small_options();
  train(&f, &o, in_folder(one, "one"), NULL, NULL);
  for (uint32_t threads = 2; threads <= 3; threads++) {
    o.threads = threads;
    train(&f, &o, in_folder(more, "more"), NULL, NULL);
    CHECK(same_weights(one, more));
  }
  o.threads = 1;
  o.graph_share = 1;
  train(&f, &o, in_folder(one, "one"), NULL, NULL);
  o.threads = 3;
  train(&f, &o, in_folder(more, "more"), NULL, NULL);
  CHECK(same_weights(one, more));
  free_family(&f);
}

typedef struct stopper {
  int calls, at;
} stopper;

static bool stop_at(const pel_gnn_progress *p, void *user) {
  stopper *s = user;
  (void)p;
  return ++s->calls != s->at;
}

static void going_on_comes_to_the_same(void) {
  char whole[100], parts[100];
  family f = make_family();
  pel_gnn_options o = small_options();
  train(&f, &o, in_folder(whole, "whole"), NULL, NULL);
  in_folder(parts, "parts");
  unlink(parts);
  o.resume = true;
  int stops = 0;
  for (;;) {
    stopper s = {.at = 5}; /* in the middle of epochs, and once at an end */
    pel_gnn_result r = train(&f, &o, parts, stop_at, &s);
    if (r.end != PEL_GNN_INTERRUPTED) break;
    if (++stops > 100) break;
    o.threads = 1 + (uint32_t)stops % 3;
  }
  CHECK(stops > 3 && stops <= 100);
  CHECK(same_weights(whole, parts));
  pel_gnn_data data = data_of(&f);
  pel_gnn_result r;
  pel_error err;
  o.rate = 2e-2;
  CHECK(pel_gnn_train(&data, &o, parts, NULL, NULL, &r, &err) == PEL_ERR_USAGE && strstr(err.text, "other options"));
  o.rate = 1e-2;
  data.n_validation--;
  CHECK(pel_gnn_train(&data, &o, parts, NULL, NULL, &r, &err) == PEL_ERR_USAGE && strstr(err.text, "other data"));
  o.resume = o.force = false;
  CHECK(pel_gnn_train(&data, &o, parts, NULL, NULL, &r, &err) == PEL_ERR_IO && strstr(err.text, "exists already"));
  free_family(&f);
}

static double mean_reciprocal_rank(pel_gnn *gnn, const family *f) {
  double scores[PEOPLE], sum = 0;
  for (size_t i = 0; i < f->n_held_out; i++) {
    const pel_triple *t = &f->held_out[i];
    CHECK(pel_gnn_score(gnn, f->learn, t->subject, t->relation, scores, NULL) == PEL_OK);
    sum += 0.5 / pel_graph_filtered_rank(f->all, scores, t->subject, t->relation, t->object);
    CHECK(pel_gnn_score(gnn, f->learn, t->object, t->relation + RELATIONS, scores, NULL) == PEL_OK);
    sum += 0.5 / pel_graph_filtered_rank(f->all, scores, t->object, t->relation + RELATIONS, t->subject);
  }
  return sum / (double)f->n_held_out;
}

static void check_reason(pel_gnn *gnn, const family *f) {
  const pel_triple *t = &f->held_out[2];
  pel_gnn_explanation x;
  CHECK(pel_gnn_explain(gnn, f->learn, t->subject, t->relation, t->object, PEL_GNN_BY_WEIGHT, 5, &x, NULL) == PEL_OK);
  CHECK(x.n_paths > 0 && x.n_steps > 0);
  for (size_t i = 0; i < x.n_paths; i++) {
    const pel_gnn_path *p = &x.paths[i];
    uint32_t at = t->subject;
    for (uint32_t k = 0; k < p->n; k++) {
      CHECK(p->steps[k].from == at);
      at = p->steps[k].to;
    }
    CHECK(at == t->object && p->attention > 0 && p->attention <= 1);
    if (i) CHECK(p->weight <= x.paths[i - 1].weight + 1e-12);
  }
  const pel_gnn_path *best = &x.paths[0];
  CHECK_MSG(best->n == 2 && best->steps[0].relation == PARENT && best->steps[1].relation == PARENT, "%u steps, relation %u", best->n, best->steps[0].relation);
  for (size_t i = 0; i < x.n_steps; i++) CHECK(x.steps[i].attention >= 0 && x.steps[i].attention <= 1 && x.steps[i].layer >= 1 && x.steps[i].layer <= 3);
  pel_gnn_explanation_clear(&x);
}

static void check_curves(pel_gnn *gnn, const family *f) {
  const uint32_t counts[] = {0, 2, 4, 400};
  double deletion[4], insertion[4], all[2] = {0};
  for (size_t i = 0; i < f->n_held_out; i++)
    for (int random = 0; random < 2; random++) {
      const pel_triple *t = &f->held_out[i];
      CHECK(pel_gnn_curves(gnn, f->learn, t->subject, t->relation, t->object, random ? PEL_GNN_AT_RANDOM : PEL_GNN_BY_WEIGHT, 7 + i, counts, 4, deletion, insertion, NULL) == PEL_OK);
      CHECK(fabs(deletion[0] - insertion[3]) < 0.2 && insertion[0] == 0 && deletion[3] == 0);
      all[random] += deletion[1] / (double)f->n_held_out;
    }
  CHECK_MSG(all[0] < 0.5 * all[1], "without the two facts that count most %g, without two others %g", all[0], all[1]);
}

static void a_planted_rule_is_learnt_and_named(void) {
  char path[100];
  family f = make_family();
  pel_gnn_options o = small_options();
  o.epochs = 30;
  pel_gnn_result r = train(&f, &o, in_folder(path, "family"), NULL, NULL);
  pel_gnn *gnn;
  pel_gnn_info info;
  CHECK(pel_gnn_open(path, &gnn, NULL) == PEL_OK);
  pel_gnn_get_info(gnn, &info);
  CHECK(info.n_relations == RELATIONS && info.layers == 3 && info.dim == 16 && info.parameters == r.parameters && info.n_curve == 30 && info.best_epoch == r.best_epoch);
  CHECK_STR(pel_gnn_relation(gnn, GRANDPARENT), "grandparent");
  double mrr = mean_reciprocal_rank(gnn, &f);
  CHECK_MSG(mrr > 0.9 && fabs(mrr - r.best_mrr) < 1e-9, "MRR %g, while learning %g", mrr, r.best_mrr);
  check_reason(gnn, &f);
  check_curves(gnn, &f);
  double scores[PEOPLE];
  pel_graph *other;
  CHECK(pel_graph_create(3, 2, (const pel_triple[]){{0, 0, 1}}, 1, &other, NULL) == PEL_OK);
  CHECK(pel_gnn_score(gnn, other, 0, 0, scores, NULL) == PEL_ERR_USAGE);
  CHECK(pel_gnn_score(gnn, f.learn, PEOPLE, 0, scores, NULL) == PEL_ERR_USAGE);
  CHECK(pel_gnn_score(gnn, f.learn, 0, 2 * RELATIONS, scores, NULL) == PEL_ERR_USAGE);
  pel_graph_free(other);
  pel_gnn_close(gnn);
  free_family(&f);
}

/* ---- hostile files ---- */

static void refused(const char *path, pel_status want, const char *part) {
  pel_gnn *gnn = (pel_gnn *)1;
  pel_error err = {0};
  pel_status status = pel_gnn_open(path, &gnn, &err);
  CHECK_MSG(status == want && gnn == (pel_gnn *)1 && strstr(err.text, part) && !strchr(err.text, '\n') && !strncmp(err.text, path, strlen(path)), "%d: \"%s\" lacks \"%s\"", status, err.text, part);
}

/* The file again, with one tensor made other. */
static void write_other(const char *from, const char *to, const char *name, const void *data, const char *dtype, uint64_t elements) {
  pel_safetensors *f;
  CHECK(pel_safetensors_open(from, &f, NULL) == PEL_OK);
  size_t n = pel_safetensors_count(f), kept = 0;
  pel_safetensors_item *items = calloc(n, sizeof *items);
  for (size_t i = 0; i < n; i++) {
    const pel_safetensor *t = pel_safetensors_at(f, i);
    pel_safetensors_item *x = &items[kept++];
    *x = (pel_safetensors_item){.name = t->name, .dtype = t->dtype, .n_dims = t->n_dims, .data = t->data};
    memcpy(x->shape, t->shape, sizeof x->shape);
    if (strcmp(t->name, name)) continue;
    if (!data) kept--;
    else if (dtype) *x = (pel_safetensors_item){.name = t->name, .dtype = dtype, .n_dims = 1, .shape = {elements}, .data = data};
    else x->data = data;
  }
  CHECK(pel_safetensors_write(to, items, kept, NULL) == PEL_OK);
  free(items);
  pel_safetensors_close(f);
}

static void strange_files_are_refused(void) {
  char good[100], bad[100];
  in_folder(good, "family"), in_folder(bad, "bad");
  float numbers[4096] = {0};
  numbers[3] = NAN;
  write_other(good, bad, "score", numbers, NULL, 0), refused(bad, PEL_ERR_INPUT, "element 3 is not a finite number");
  write_other(good, bad, "gru.state", NULL, NULL, 0), refused(bad, PEL_ERR_INPUT, "tensor 'gru.state' is missing");
  write_other(good, bad, "layer.1.message", numbers, "F32", 256), refused(bad, PEL_ERR_INPUT, "tensor 'layer.1.message' is not F32 of 16 x 16");
  write_other(good, bad, "layer.0.relation", numbers, "F32", 7), refused(bad, PEL_ERR_INPUT, "layer.0.relation");
  int64_t shape[7] = {1, RELATIONS, 3, 16, 8, 0, 1};
  shape[0] = 9, write_other(good, bad, "gnn.shape", shape, NULL, 0), refused(bad, PEL_ERR_UNSUPPORTED, "version 9");
  shape[0] = 1, shape[2] = 1000, write_other(good, bad, "gnn.shape", shape, NULL, 0), refused(bad, PEL_ERR_INPUT, "1000 layers");
  shape[2] = 3, shape[3] = -16, write_other(good, bad, "gnn.shape", shape, NULL, 0), refused(bad, PEL_ERR_INPUT, "out of range");
  shape[3] = 24, write_other(good, bad, "gnn.shape", shape, NULL, 0), refused(bad, PEL_ERR_INPUT, "as the network's shape has it");
  shape[3] = 16, shape[1] = 1 << 20, write_other(good, bad, "gnn.shape", shape, NULL, 0), refused(bad, PEL_ERR_INPUT, "layer.0.relation");
  write_other(good, bad, "gnn.relations", "parent\0likes", "U8", 13), refused(bad, PEL_ERR_INPUT, "has 2 names for 3 relations");
  write_other(good, bad, "gnn.relations", "parent", "U8", 6), refused(bad, PEL_ERR_INPUT, "no list of names");
  struct stat st;
  CHECK(stat(good, &st) == 0);
  for (off_t size = 0; size < st.st_size; size += 1 + st.st_size / 40) {
    char command[300];
    snprintf(command, sizeof command, "head -c %lld %s > %s", (long long)size, good, bad);
    CHECK(system(command) == 0);
    refused(bad, PEL_ERR_INPUT, "");
  }
}

static void numbers_that_run_away_are_refused(void) {
  char good[100], bad[100];
  in_folder(good, "family"), in_folder(bad, "bad");
  float numbers[16];
  for (int i = 0; i < 16; i++) numbers[i] = i % 2 ? 3e38f : -3e38f;
  write_other(good, bad, "score", numbers, NULL, 0);
  family f = make_family();
  pel_gnn *gnn;
  double scores[PEOPLE];
  pel_error err;
  CHECK(pel_gnn_open(bad, &gnn, NULL) == PEL_OK);
  pel_status status = pel_gnn_score(gnn, f.learn, 3, GRANDPARENT, scores, &err);
  CHECK_MSG(status == PEL_OK || (status == PEL_ERR_INPUT && strstr(err.text, "too large")), "status %d", status);
  for (int e = 0; status == PEL_OK && e < PEOPLE; e++) CHECK(isfinite(scores[e]));
  pel_gnn_close(gnn);
  free_family(&f);
}

static void odd_options_are_refused(void) {
  family f = make_family();
  pel_gnn_data data = data_of(&f);
  pel_gnn_result r;
  char path[100];
  in_folder(path, "never");
  for (int i = 0; i < 8; i++) {
    pel_gnn_options o = small_options();
    if (i == 0) o.rate = NAN;
    if (i == 1) o.decay = 0;
    if (i == 2) o.dropout = 1;
    if (i == 3) o.graph_share = 0;
    if (i == 4) o.batch = 0;
    if (i == 5) o.dim = 17;
    if (i == 6) o.threads = 0;
    if (i == 7) o.average = 1;
    CHECK(pel_gnn_train(&data, &o, path, NULL, NULL, &r, NULL) == PEL_ERR_USAGE);
  }
  CHECK(access(path, F_OK) != 0);
  free_family(&f);
}

/* What one fifth of the entities says is judged by the others' answers: where there are none, nothing is said. */
static void answers_of_one_entity_say_nothing(void) {
  enum { N = 80 };
  static pel_link_case list[2 * N];
  pel_link_trust t = {.network = 1};
  pel_error err = {0};
  for (uint32_t i = 0; i < 2 * N; i++) list[i] = (pel_link_case){.parts = {i % 7, 0, 1}, .place = i >= N, .right = i % 3};
  const pel_link_cases cases = {.list = list, .n = 2 * N, .asked = N, .answered = N};
  CHECK(pel_link_cases_fit(&cases, &t, &err) == PEL_ERR_INPUT);
  CHECK_MSG(strstr(err.text, "about too few entities"), "%s", err.text);
  for (uint32_t i = 0; i < N; i++) list[i].entity = i, list[i].fold = i % PEL_LINK_FOLDS;
  t = (pel_link_trust){.network = 1};
  CHECK(pel_link_cases_fit(&cases, &t, &err) == PEL_OK);
  CHECK(t.of[PEL_LINK_FIRST].n == N && t.of[PEL_LINK_OTHER].n == 0);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  RUN(threads_make_no_difference);
  RUN(going_on_comes_to_the_same);
  RUN(a_planted_rule_is_learnt_and_named);
  RUN(strange_files_are_refused);
  RUN(numbers_that_run_away_are_refused);
  RUN(odd_options_are_refused);
  RUN(answers_of_one_entity_say_nothing);
  char path[100];
  const char *const files[] = {"one", "more", "whole", "parts", "family", "bad"};
  for (int i = 0; i < 6; i++) unlink(in_folder(path, files[i]));
  CHECK(rmdir(folder) == 0);
  return check_result();
}
