/* Reasoning in a trace: what was handed in comes back, alone or beside a run of a model. Takes the source folder as its argument. */
#include <math.h>
#include <sqlite3.h>

#include "tests/unit/span_place.h"
#include "tests/unit/span_source.h"
#include "tests/unit/trace_read_all.h"

static const char *root = ".";

static void same_number(double a, double b) { CHECK_MSG(a == b || (isnan(a) && isnan(b)), "%g is not %g", a, b); }

/* ---- what comes back ---- */

#define SAME(member) ({ CHECK(a->member == b->member); })
#define SAME_TEXT(member) ({ CHECK_STR(a->member, b->member); })

static void same_node(const pel_node *a, const pel_node *b) {
  SAME(id), SAME(span), SAME(kind), SAME(state), SAME(clause), SAME(passage), SAME(document), SAME(from), SAME(to);
  SAME_TEXT(says), SAME_TEXT(note), SAME_TEXT(term), SAME_TEXT(by), SAME_TEXT(date), SAME_TEXT(event);
  same_number(a->weight, b->weight), same_number(a->confidence, b->confidence);
  same_number(a->low, b->low), same_number(a->high, b->high);
}

static void same_parts(const pel_reasoning *r) {
  for (size_t i = 0; i < 3; i++) {
    const pel_span *a = &r->spans[i], *b = &span_source_spans[i];
    SAME(id), SAME(parent), SAME(kind), SAME_TEXT(name), SAME_TEXT(status), SAME(seconds);
  }
  for (size_t i = 0; i < 3; i++) {
    const pel_attribute *a = &r->attributes[i], *b = &span_source_attributes[i];
    SAME(span), SAME_TEXT(name), SAME_TEXT(value);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_source *a = &r->sources[i], *b = &span_source_sources[i];
    SAME(id), SAME_TEXT(key), SAME_TEXT(title), SAME_TEXT(publisher), SAME_TEXT(version), SAME_TEXT(url), SAME_TEXT(licence);
    SAME_TEXT(retrieved), SAME_TEXT(sha256);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_passage *a = &r->passages[i], *b = &span_source_passages[i];
    SAME(id), SAME(source), SAME_TEXT(path), SAME_TEXT(label), SAME_TEXT(text), SAME_TEXT(valid_from), SAME_TEXT(valid_to);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_document *a = &r->documents[i], *b = &span_source_documents[i];
    SAME(id), SAME_TEXT(name), SAME_TEXT(text);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_clause *a = &r->clauses[i], *b = &span_source_clauses[i];
    SAME(id), SAME_TEXT(label), SAME_TEXT(text), SAME(passage), SAME_TEXT(valid_from), SAME_TEXT(valid_to);
  }
}

static void same_edges(const pel_reasoning *r) {
  for (size_t i = 0; i < 7; i++) {
    const pel_edge *a = &r->edges[i], *b = &span_source_edges[i];
    SAME(from), SAME(to), SAME(kind), SAME(order), SAME_TEXT(label);
    same_number(a->weight, b->weight);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_retrieved *a = &r->retrieved[i], *b = &span_source_retrieved[i];
    SAME(span), SAME(rank), SAME(passage), SAME(fused), SAME(gate), SAME(weight), SAME(margin);
    same_number(a->lexical, b->lexical), same_number(a->dense, b->dense);
  }
  for (size_t i = 0; i < 3; i++) {
    const pel_proof_step *a = &r->steps[i], *b = &span_source_steps[i];
    SAME(id), SAME(node), SAME_TEXT(kind), SAME(clause), SAME_TEXT(text), SAME_TEXT(uses);
  }
}

static void same_graph(const pel_reasoning *r) {
  for (size_t i = 0; i < 3; i++) {
    const pel_graph_node *a = &r->graph_nodes[i], *b = &span_source_graph_nodes[i];
    SAME(id), SAME(span), SAME_TEXT(key), SAME_TEXT(label), SAME_TEXT(type), SAME_TEXT(role), SAME(node);
    same_number(a->score, b->score);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_graph_edge *a = &r->graph_edges[i], *b = &span_source_graph_edges[i];
    SAME(id), SAME(span), SAME(from), SAME(to), SAME(layer), SAME_TEXT(relation), SAME(backwards), SAME(passage);
    same_number(a->attention, b->attention), same_number(a->weight, b->weight);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_graph_path *a = &r->graph_paths[i], *b = &span_source_graph_paths[i];
    SAME(id), SAME(span), SAME(answer), SAME_TEXT(edges), SAME_TEXT(rule), SAME(score);
  }
}

static void same_search(const pel_reasoning *r) {
  for (size_t i = 0; i < 3; i++) {
    const pel_search_node *a = &r->search_nodes[i], *b = &span_source_search_nodes[i];
    SAME(id), SAME(span), SAME(kind), SAME(state), SAME_TEXT(says), SAME(visits), SAME(total), SAME(proof), SAME(disproof), SAME(first), SAME(node);
    same_number(a->prior, b->prior);
    const pel_search_edge *e = &r->search_edges[i], *f = &span_source_search_edges[i];
    CHECK(e->from == f->from && e->to == f->to && e->order == f->order);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_simulation *a = &r->simulations[i], *b = &span_source_simulations[i];
    SAME(id), SAME(span), SAME_TEXT(path), SAME(value);
  }
  for (size_t i = 0; i < 2; i++) {
    const pel_reliability *a = &r->reliability[i], *b = &span_source_reliability[i];
    SAME(id), SAME(span), SAME(low), SAME(high), SAME(n);
    same_number(a->confidence, b->confidence), same_number(a->accuracy, b->accuracy);
    same_number(a->accuracy_low, b->accuracy_low), same_number(a->accuracy_high, b->accuracy_high);
  }
}

static bool same_resolution(void *user, const pel_resolution *a) {
  const pel_resolution *b = &span_source_resolutions[(*(int *)user)++];
  SAME(span), SAME(goal), SAME(parent), SAME(outcome), SAME(clause), SAME_TEXT(text);
  return true;
}

static bool stop(void *user, const pel_resolution *r) {
  (void)r;
  return ++*(int *)user < 2;
}

static void same_reasoning(pel_trace *t) {
  pel_reasoning *r = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_reasoning_read(t, &r, &err) == PEL_OK, "%s", err.text);
  if (!r) return;
  CHECK(r->n_spans == 3 && r->n_attributes == 3 && r->n_sources == 2 && r->n_passages == 2 && r->n_documents == 2);
  CHECK(r->n_clauses == 2 && r->n_nodes == 9 && r->n_edges == 7 && r->n_retrieved == 2 && r->n_steps == 3 && r->n_reviews == 0);
  CHECK(r->n_resolutions == 6);
  CHECK(r->n_graph_nodes == 3 && r->n_graph_edges == 2 && r->n_graph_paths == 2 && r->n_search_nodes == 3 && r->n_search_edges == 3);
  CHECK(r->n_simulations == 2 && r->n_reliability == 2);
  same_graph(r);
  same_search(r);
  same_parts(r);
  for (size_t i = 0; i < 9; i++) same_node(&r->nodes[i], &span_source_nodes[i]);
  same_edges(r);
  pel_reasoning_free(r);
  int n = 0;
  CHECK(pel_reasoning_resolutions(t, same_resolution, &n, &err) == PEL_OK && n == 6);
  n = 0;
  CHECK(pel_reasoning_resolutions(t, stop, &n, &err) == PEL_OK && n == 2);
}

static void test_alone(void) {
  pel_error err = {0};
  CHECK_MSG(span_source_write(path, 0, &err) == PEL_OK, "%s", err.text);
  CHECK(files_in_folder() == 1);
  pel_trace *t = open_trace(path);
  if (!t) return;
  const pel_trace_info *i = pel_trace_get_info(t);
  CHECK(i->complete && i->n_layers == 0 && i->n_tokens == 0 && i->n_rows == 0 && i->n_prompt == 0 && i->n_head_max == 0);
  CHECK_STR(i->model_name, "");
  CHECK_STR(i->generator, "test 1.0");
  CHECK_STR(pel_trace_provenance(t, "question"), "curb(N)");
  CHECK_STR(pel_trace_provenance(t, "pack_sha256"), "22bb");
  CHECK(pel_trace_provenance(t, "hash") == NULL);
  CHECK_STR(pel_trace_parameter(t, "retrieve.alpha"), "1.5");
  bool grew = true, end;
  uint32_t first, n;
  CHECK(pel_trace_refresh(t, &grew, &err) == PEL_OK && !grew);
  CHECK(pel_trace_get_layer(t, 0) == NULL && !pel_trace_has_head(t, 0, 0));
  CHECK(pel_trace_batch(t, 0, &first, &n, &end, &err) == PEL_OK && end);
  same_reasoning(t);
  pel_verify_report report = {0};
  CHECK_MSG(pel_trace_verify(t, NULL, NULL, &report, &err) == PEL_OK, "%s", err.text);
  CHECK(report.hash_matches && report.rows_checked == 0);
  pel_trace_close(t);
}

static void test_hash(void) {
  char a[65], b[65];
  pel_error err = {0};
  CHECK(span_source_write(path, 0, &err) == PEL_OK && span_source_write(other, 12.5, &err) == PEL_OK);
  get_hash(path, a), get_hash(other, b);
  CHECK_STR(a, b); /* neither how long it took nor which machine */
  CHECK(strlen(a) == 64);
  char command[300];
  snprintf(command, sizeof command, "python3 %s/tests/unit/trace_hash.py %s > /dev/null", root, path);
  CHECK(system("python3 -c ''") != 0 || system(command) == 0);
  static const char *const changes[] = {
      "UPDATE node SET says = 'x' WHERE id = 9", "UPDATE edge SET weight = 0.5 WHERE from_node = 1",
      "DELETE FROM resolution WHERE id = 6",     "UPDATE retrieved SET margin = 0.5",
      "UPDATE provenance SET value = 'x' WHERE key = 'pack_sha256'", "UPDATE parameter SET value = '2' WHERE name = 'retrieve.alpha'",
      "UPDATE attribute SET value = '' WHERE id = 1", "UPDATE document SET text = text || ' '", "DELETE FROM proof_step WHERE id = 3",
      "UPDATE graph_edge SET attention = 0.5 WHERE id = 1", "UPDATE search_node SET visits = 7 WHERE id = 1", "UPDATE simulation SET value = 0.25 WHERE id = 1",
      "UPDATE reliability SET n = 41 WHERE id = 2", "DELETE FROM search_edge WHERE place = 4", "UPDATE graph_path SET rule = ''", "UPDATE graph_node SET role = ''"};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    sqlite3 *db;
    CHECK(span_source_write(path, 0, &err) == PEL_OK);
    sqlite3_open(path, &db);
    CHECK(sqlite3_exec(db, changes[i], NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    CHECK_MSG(trace_read_all(path, true, &err) == PEL_ERR_CHECK, "%s: %s", changes[i], err.text);
  }
  unlink(other);
}

/* ---- beside a run of a model ---- */

static void append(const char *name, pel_status expected) {
  pel_span_writer *w = NULL;
  pel_error err = {0};
  pel_status status = pel_span_writer_append(name, &span_source_header, &w, &err);
  if (status == PEL_OK) {
    CHECK_MSG(span_source_put(pel_span_writer_sink(w), 0, &err) == PEL_OK, "%s", err.text);
    status = pel_span_writer_close(w, "cancelled", &err);
  }
  CHECK_MSG(status == expected, "status %d: %s", (int)status, err.text);
}

static void copy_file(const char *from, const char *to) {
  char command[1200];
  snprintf(command, sizeof command, "cp '%s' '%s' && chmod u+w '%s'", from, to, to);
  CHECK(system(command) == 0);
}

static void check_appended(const char *name, const char *note) {
  pel_error err = {0};
  CHECK_MSG(trace_read_all(name, true, &err) == PEL_OK, "%s", err.text);
  pel_trace *t = open_trace(name);
  if (!t) return;
  CHECK(pel_trace_get_info(t)->n_tokens > 0);
  CHECK_STR(pel_trace_get_info(t)->note, note);
  CHECK_STR(pel_trace_provenance(t, "case"), "patient 7");
  CHECK_STR(pel_trace_provenance(t, "reasoning_generator"), "test 1.0");
  same_reasoning(t);
  pel_trace_close(t);
}

/* A reasoning with a review, of the version before graphs and searches: it reads, its hash and its chain hold, and it can be reviewed further. */
static void test_earlier_version(void) {
  char sample[600];
  pel_error err = {0};
  snprintf(sample, sizeof sample, "%s/tests/data/trace-1.1.pel", root);
  copy_file(sample, path);
  pel_trace *t = open_trace(path);
  pel_reasoning *r = NULL;
  pel_verify_report report = {0};
  CHECK_MSG(t && pel_trace_verify(t, NULL, NULL, &report, &err) == PEL_OK && report.hash_matches, "%s", err.text);
  CHECK_MSG(pel_reasoning_read(t, &r, &err) == PEL_OK && r->n_nodes > 20 && r->n_reviews == 1 && r->n_search_nodes == 0, "%s", err.text);
  pel_reasoning_free(r);
  pel_trace_close(t);
  CHECK_MSG(pel_review_append(path, &(pel_review){.node = 1, .verdict = "disputed", .name = "B"}, &err) == PEL_OK, "%s", err.text);
  t = open_trace(path);
  size_t checked = 0;
  CHECK(pel_review_check(t, &checked, &err) == PEL_OK && checked == 2);
  pel_trace_close(t);
}

static void test_append(void) {
  char before[65], after[65], sample[600];
  record_run(path);
  get_hash(path, before);
  append(path, PEL_OK);
  get_hash(path, after);
  CHECK(strcmp(before, after) != 0 && files_in_folder() == 1);
  check_appended(path, "a note; cancelled");
  append(path, PEL_ERR_USAGE); /* it holds some already */
  pel_error err;
  CHECK(span_source_write(path, 0, &err) == PEL_OK);
  append(path, PEL_ERR_USAGE); /* no run of a model */
  /* a trace of the format's first version, which has no tables for it */
  snprintf(sample, sizeof sample, "%s/tests/data/trace-1.0.pel", root);
  copy_file(sample, path);
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
  pel_trace *t = open_trace(path);
  pel_reasoning *r = NULL;
  CHECK(t && pel_reasoning_read(t, &r, &err) == PEL_OK && r->n_nodes == 0 && r->n_resolutions == 0);
  pel_reasoning_free(r);
  pel_trace_close(t);
  CHECK(pel_review_append(path, &(pel_review){.node = 1, .verdict = "accepted", .name = "A"}, &err) == PEL_ERR_USAGE);
  append(path, PEL_OK);
  check_appended(path, "cancelled");
  /* a run that was changed is not given a hash that holds */
  record_run(path);
  sqlite3 *db;
  sqlite3_open(path, &db);
  CHECK(sqlite3_exec(db, "UPDATE token SET id = 4 WHERE pos = 3", NULL, NULL, NULL) == SQLITE_OK);
  sqlite3_close(db);
  append(path, PEL_ERR_CHECK);
  CHECK(files_in_folder() == 1);
}

static void test_parameters(void) {
  pel_span_writer *w = NULL;
  pel_error err = {0};
  record_run(path);
  CHECK(pel_span_writer_append(path, NULL, &w, &err) == PEL_OK);
  CHECK(pel_span_writer_parameter(w, "limits.steps", "9", &err) == PEL_OK);
  CHECK(pel_span_writer_close(w, NULL, &err) == PEL_OK);
  pel_trace *t = open_trace(path);
  CHECK(t && pel_trace_parameter(t, "limits.steps") && pel_trace_parameter(t, "seed"));
  pel_trace_close(t);
  record_run(path);
  CHECK(pel_span_writer_append(path, NULL, &w, &err) == PEL_OK);
  CHECK(pel_span_writer_parameter(w, "seed", "9", &err) == PEL_ERR_USAGE); /* of the recorded run */
  CHECK(pel_span_writer_close(w, NULL, &err) == PEL_ERR_USAGE);
  CHECK(files_in_folder() == 1);
}

int main(int argc, char **argv) {
  if (argc > 1) root = argv[1];
  if (!make_folder()) return 1;
  RUN(test_alone);
  RUN(test_hash);
  RUN(test_append);
  RUN(test_earlier_version);
  RUN(test_parameters);
  remove_folder();
  return check_result();
}
