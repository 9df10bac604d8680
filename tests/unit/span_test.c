/* Reasoning in a trace: what was handed in comes back, alone or beside a run of a model; what may not be handed in is refused;
 * nothing half written is left. Takes the source folder as its argument. */
#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/span_source.h"
#include "tests/unit/trace_read_all.h"
#include "tests/unit/trace_source.h"

static const char *root = ".";
static char folder[] = "/tmp/pel_span_XXXXXX";
static char path[64], other[64];

static int files_in_folder(void) {
  int n = 0;
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
  closedir(d);
  return n;
}

static pel_trace *open_trace(const char *name) {
  pel_trace *t = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_trace_open(name, &t, &err) == PEL_OK, "%s", err.text);
  return t;
}

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

static void get_hash(const char *name, char out[65]) {
  pel_trace *t = open_trace(name);
  snprintf(out, 65, "%s", t ? pel_trace_get_info(t)->hash : "");
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

static const pel_trace_layer shapes[1] = {{.recorded = true, .n_head = 2, .n_kv_head = 1, .head_dim = 16, .scale = 0.25f}};

static void record_run(const char *name) {
  source *s = source_new(shapes, 1, 40, 30);
  pel_trace_layer layers[1];
  pel_trace_header header = source_header(s, layers);
  pel_trace_writer *w = NULL;
  CHECK(pel_trace_writer_open(name, true, &header, &w, NULL) == PEL_OK);
  source_run(s, w, 0, 40);
  CHECK(pel_trace_writer_close(w, 10, "a note", NULL) == PEL_OK);
  source_free(s);
}

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

/* ---- rows that no reader would take ---- */

static void refused_row(pel_span_row_kind kind, const void *row, const char *text) {
  pel_span_writer *w = NULL;
  pel_error err = {0};
  if (pel_span_writer_create(other, true, NULL, &w, &err) != PEL_OK) return;
  pel_span_sink sink = pel_span_writer_sink(w);
  CHECK_MSG(span_source_put(sink, 0, &err) == PEL_OK, "%s", err.text);
  pel_status status = sink.put(sink.user, kind, row, &err);
  CHECK_MSG(status == PEL_ERR_USAGE && strstr(err.text, text) && strstr(err.text, other), "%d, not %s: %s", (int)status, text, err.text);
  CHECK(sink.put(sink.user, PEL_ROW_DOCUMENT, &(pel_document){3, "", ""}, &err) == PEL_ERR_USAGE); /* the first failure stays */
  CHECK(pel_span_writer_close(w, "", &err) == PEL_ERR_USAGE);
  CHECK(access(other, F_OK) != 0);
}


static void test_refused(void) {
  pel_node n = span_source_nodes[2];
  n.id = 10;
#define NODE(text, member, value) \
  do { pel_node m = n; m.member = value; refused_row(PEL_ROW_NODE, &m, text); } while (0)
  NODE("count from 1", id, 9);
  NODE("count from 1", id, 11);
  NODE("`span`", span, 1000000);
  NODE("`span`", span, -1);
  NODE("`kind`", kind, PEL_NODE_KINDS);
  NODE("`state`", state, (pel_node_state)-1);
  NODE("control character", says, "a\rb");
  NODE("control character", note, "\x1b[0m");
  NODE("control character", term, "\xc2\x85");
  NODE("no UTF-8", says, "caf\xe9");
  NODE("no UTF-8", says, "\xed\xa0\x80");
  NODE("no UTF-8", says, "\xc0\x80");
  NODE("no UTF-8", says, "\xf4\x90\x80\x80");
  NODE("NULL", event, NULL);
  NODE("`clause`", clause, 3);
  NODE("`passage`", passage, 3);
  NODE("`document`", document, 3);
  NODE("characters", to, 23);
  NODE("characters", from, 22);
  NODE("characters", document, 0);
  NODE("negative", from, -1);
  NODE("`weight`", weight, 1.5);
  NODE("`confidence`", confidence, INFINITY);
  NODE("`low`", low, -0.1);
  do { pel_node m = n; m.low = 0.9, m.high = 0.1; refused_row(PEL_ROW_NODE, &m, "above"); } while (0);
  do { pel_node m = n; m.confidence = 0.7, m.low = NAN, m.high = NAN; refused_row(PEL_ROW_NODE, &m, "without what it is of"); } while (0);
  do { pel_node m = n; m.confidence = 0.7, m.low = 0.6, m.high = 0.8, m.event = ""; refused_row(PEL_ROW_NODE, &m, "without what it is of"); } while (0);
  do { pel_node m = n; m.confidence = 0.9, m.low = 0.6, m.high = 0.8, m.event = "right, of 100 cases"; refused_row(PEL_ROW_NODE, &m, "the interval around it"); } while (0);
  refused_row(PEL_ROW_SPAN, &(pel_span){2, 1, PEL_SPAN_LLM, "", "", 0}, "twice");
  refused_row(PEL_ROW_SPAN, &(pel_span){4, 4, PEL_SPAN_LLM, "", "", 0}, "`parent`");
  refused_row(PEL_ROW_SPAN, &(pel_span){0, 0, PEL_SPAN_LLM, "", "", 0}, "span");
  refused_row(PEL_ROW_SPAN, &(pel_span){4, 1, PEL_SPAN_LLM, "", "", NAN}, "`seconds`");
  refused_row(PEL_ROW_SOURCE, &(pel_source){4, "", "", "", "", "", "", "", ""}, "count from 1");
  refused_row(PEL_ROW_PASSAGE, &(pel_passage){3, 0, "", "", "", "", ""}, "`source`");
  refused_row(PEL_ROW_CLAUSE, &(pel_clause){3, "", "", 3, "", ""}, "`passage`");
  refused_row(PEL_ROW_EDGE, &(pel_edge){1, 10, PEL_EDGE_CITES, 5, "", NAN}, "`to_node`");
  refused_row(PEL_ROW_EDGE, &(pel_edge){0, 1, PEL_EDGE_CITES, 5, "", NAN}, "`from_node`");
  refused_row(PEL_ROW_EDGE, &(pel_edge){1, 2, PEL_EDGE_CITES, 0, "", NAN}, "came before");
  refused_row(PEL_ROW_EDGE, &(pel_edge){1, 2, PEL_EDGE_CITES, -1, "", NAN}, "`place`");
  refused_row(PEL_ROW_RETRIEVED, &(pel_retrieved){2, 1, 1, 0, 0, 0, 1, 0, 0}, "came before");
  refused_row(PEL_ROW_RETRIEVED, &(pel_retrieved){2, 3, 1, 0, 0, 0, 0, 0, 0}, "`gate`");
  refused_row(PEL_ROW_RETRIEVED, &(pel_retrieved){2, 0, 1, 0, 0, 0, 1, 0, 0}, "`rank`");
  refused_row(PEL_ROW_RETRIEVED, &(pel_retrieved){2, 3, 1, 0, 0, NAN, 1, 0, 0}, "`fused`");
  refused_row(PEL_ROW_RESOLUTION, &(pel_resolution){3, 2, 2, PEL_TRY_EXIT, 0, ""}, "`parent`");
  refused_row(PEL_ROW_RESOLUTION, &(pel_resolution){3, 0, 0, PEL_TRY_EXIT, 0, ""}, "`goal`");
  refused_row(PEL_ROW_PROOF_STEP, &(pel_proof_step){4, 1, "fact", 0, "", "4"}, "`uses`");
  refused_row(PEL_ROW_PROOF_STEP, &(pel_proof_step){4, 1, "fact", 0, "", "1  2"}, "`uses`");
  refused_row(PEL_ROW_PROOF_STEP, &(pel_proof_step){4, 1, "fact", 0, "", "1 "}, "`uses`");
  refused_row(PEL_ROW_PROOF_STEP, &(pel_proof_step){4, 1, "guess", 0, "", ""}, "`kind`");
  refused_row(PEL_ROW_GRAPH_NODE, &(pel_graph_node){4, 3, "", "", "", "", 0, 10}, "`node`");
  refused_row(PEL_ROW_GRAPH_EDGE, &(pel_graph_edge){3, 3, 1, 4, 1, "", 0, 0, 0, 0}, "`to_node`");
  refused_row(PEL_ROW_GRAPH_EDGE, &(pel_graph_edge){3, 3, 1, 2, 1, "", 2, 0, 0, 0}, "`backwards`");
  refused_row(PEL_ROW_GRAPH_EDGE, &(pel_graph_edge){3, 3, 1, 2, 1, "", 0, 1.5, 0, 0}, "`attention`");
  refused_row(PEL_ROW_GRAPH_PATH, &(pel_graph_path){3, 3, 3, "1 3", "", 0}, "`edges`");
  refused_row(PEL_ROW_GRAPH_PATH, &(pel_graph_path){3, 3, 0, "1", "", 0}, "`answer`");
  refused_row(PEL_ROW_SEARCH_NODE, &(pel_search_node){4, 3, PEL_SEARCH_KINDS, PEL_STATE_HOLDS, "", 0, 0, 0, 1, 1, 0, 0}, "`kind`");
  refused_row(PEL_ROW_SEARCH_NODE, &(pel_search_node){4, 3, PEL_SEARCH_ALL, PEL_STATE_HOLDS, "", 1, 1.5, 0, 1, 1, 0, 0}, "`total`");
  refused_row(PEL_ROW_SEARCH_NODE, &(pel_search_node){4, 3, PEL_SEARCH_ALL, PEL_STATE_HOLDS, "", 1, 1, 0, -1, 1, 0, 0}, "`proof`");
  refused_row(PEL_ROW_SEARCH_EDGE, &(pel_search_edge){1, 4, 7}, "`to_node`");
  refused_row(PEL_ROW_SEARCH_EDGE, &(pel_search_edge){1, 2, 0}, "came before");
  refused_row(PEL_ROW_SIMULATION, &(pel_simulation){3, 3, "", 0}, "`path`");
  refused_row(PEL_ROW_SIMULATION, &(pel_simulation){3, 3, "1 4", 0}, "`path`");
  refused_row(PEL_ROW_SIMULATION, &(pel_simulation){3, 3, "1 2", 2}, "`value`");
  refused_row(PEL_ROW_RELIABILITY, &(pel_reliability){3, 3, 0.6, 0.5, 0, 0, 0, 0, 0}, "`low` and `high`");
  refused_row(PEL_ROW_RELIABILITY, &(pel_reliability){3, 3, 0.5, 1, 3, 0.7, 0.2, 0.3, 0.4}, "interval");
  refused_row(PEL_ROW_KINDS, &n, "no kind");
  char *huge = malloc((2 << 20) + 2);
  memset(huge, 'a', (2 << 20) + 1);
  huge[(2 << 20) + 1] = 0;
  NODE("bytes", says, huge);
  huge[5000] = 0;
  NODE("bytes", by, huge);
  free(huge);
  pel_span_writer *w = NULL;
  pel_error err = {0};
  CHECK(pel_span_writer_create(other, false, NULL, &w, &err) == PEL_OK);
  pel_span_sink sink = pel_span_writer_sink(w);
  CHECK(sink.put(sink.user, PEL_ROW_ATTRIBUTE, &(pel_attribute){7, "a", "b"}, &err) == PEL_OK);
  CHECK(pel_span_writer_close(w, "", &err) == PEL_ERR_USAGE && strstr(err.text, "span 1"));
  CHECK(access(other, F_OK) != 0 && files_in_folder() == 1);
}

/* ---- names, disks and deaths ---- */

static void write_bytes(const char *name, const char *text) {
  FILE *f = fopen(name, "w");
  fputs(text, f);
  fclose(f);
}

static void test_names(void) {
  pel_span_writer *w = NULL, *v = NULL;
  pel_error err = {0};
  unlink(path), unlink(other);
  CHECK(pel_span_writer_create(path, false, NULL, &w, &err) == PEL_OK);
  CHECK(access(path, F_OK) != 0 && files_in_folder() == 1); /* only the temporary one */
  CHECK(pel_span_writer_create(path, false, NULL, &v, &err) == PEL_OK);
  CHECK(pel_span_writer_close(v, "", &err) == PEL_OK);
  struct stat st;
  CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == (0666 & ~022));
  CHECK(pel_span_writer_close(w, "", &err) == PEL_ERR_IO && strstr(err.text, "exists")); /* the other was first */
  CHECK(pel_span_writer_create(path, false, NULL, &w, &err) == PEL_ERR_IO && strstr(err.text, "exists"));
  CHECK(pel_span_writer_create(path, true, NULL, &w, &err) == PEL_OK);
  pel_span_writer_abandon(w);
  CHECK(stat(path, &st) == 0 && files_in_folder() == 1);
  write_bytes(other, "a model, say");
  CHECK(pel_span_writer_create(other, true, NULL, &w, &err) == PEL_ERR_IO && strstr(err.text, "no trace"));
  unlink(other);
  CHECK(pel_span_writer_create("/nowhere/at/all.pel", true, NULL, &w, &err) == PEL_ERR_IO);
  pel_span_writer_abandon(NULL);
  CHECK(pel_span_writer_close(NULL, "", &err) == PEL_OK);
}

static void put_many(pel_span_sink sink, int n) {
  pel_error err;
  pel_node node = span_source_nodes[4];
  node.clause = 0;
  for (int i = 1; i <= n; i++) {
    node.id = i, node.span = 0;
    if (sink.put(sink.user, PEL_ROW_NODE, &node, &err) != PEL_OK) return;
    for (int k = 0; k < 2; k++)
      if (sink.put(sink.user, PEL_ROW_EDGE, &(pel_edge){i, 1 + (i * 7 + k) % i, PEL_EDGE_BECAUSE, k, "rule", 0.5}, &err) != PEL_OK) return;
  }
}

static void test_killed(void) {
  static const char *const names[] = {"alone", "append"};
  for (int mode = 0; mode < 2; mode++) {
    char before[65] = "", after[65] = "";
    unlink(path);
    if (mode) record_run(path), get_hash(path, before);
    for (int round = 0; round < 6; round++) {
      pid_t child = fork();
      if (child == 0) {
        pel_span_writer *w = NULL;
        if ((mode ? pel_span_writer_append(path, NULL, &w, NULL) : pel_span_writer_create(path, false, NULL, &w, NULL)) != PEL_OK) _exit(1);
        put_many(pel_span_writer_sink(w), 300000);
        for (;;) sleep(100);
      }
      usleep(20000 + 30000u * (unsigned)round);
      kill(child, SIGKILL);
      waitpid(child, NULL, 0);
    }
    if (mode) get_hash(path, after);
    CHECK_MSG(mode ? !strcmp(before, after) : access(path, F_OK) != 0, "%s", names[mode]);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
      char name[400];
      if (e->d_name[0] != '.' || strlen(e->d_name) < 3) continue;
      CHECK_MSG(strncmp(e->d_name, ".run.pel.", 9) == 0 && strlen(e->d_name) == 15, "%s", e->d_name);
      snprintf(name, sizeof name, "%s/%s", folder, e->d_name);
      unlink(name);
    }
    closedir(d);
  }
}

/* The limit on file sizes is what a full disk is to a writer. */
static int write_with_limit(rlim_t limit, bool joins) {
  pid_t child = fork();
  if (child == 0) {
    struct rlimit rl = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &rl);
    pel_span_writer *w = NULL;
    pel_error err = {0};
    pel_status status = joins ? pel_span_writer_append(path, NULL, &w, &err) : pel_span_writer_create(path, false, NULL, &w, &err);
    if (status == PEL_OK) {
      put_many(pel_span_writer_sink(w), 20000);
      status = pel_span_writer_close(w, "", &err);
    }
    _exit(status == PEL_OK ? 0 : status == PEL_ERR_IO && strstr(err.text, "disk full") ? 10 : 20);
  }
  int result = 0;
  waitpid(child, &result, 0);
  return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

static void test_disk_full(void) {
  unlink(path);
  for (rlim_t limit = 20000; limit < 2000000; limit += 300000) {
    CHECK_MSG(write_with_limit(limit, false) == 10, "limit %lu", (unsigned long)limit);
    CHECK(files_in_folder() == 0);
  }
  record_run(path);
  char before[65], after[65];
  struct stat st;
  get_hash(path, before);
  stat(path, &st);
  for (rlim_t limit = (rlim_t)st.st_size; limit < 2000000; limit += 200000) {
    CHECK_MSG(write_with_limit(limit, true) == 10, "limit %lu", (unsigned long)limit);
    CHECK(files_in_folder() == 1);
  }
  get_hash(path, after);
  CHECK_STR(before, after);
  pel_error err;
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
  CHECK(write_with_limit(1 << 30, true) == 0);
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
}

/* ---- size and speed ---- */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void test_large(void) {
  pel_span_writer *w = NULL;
  pel_error err = {0};
  double start = now();
  CHECK(pel_span_writer_create(path, true, NULL, &w, &err) == PEL_OK);
  put_many(pel_span_writer_sink(w), 30000);
  CHECK_MSG(pel_span_writer_close(w, "", &err) == PEL_OK, "%s", err.text);
  double written = now();
  pel_trace *t = open_trace(path);
  pel_reasoning *r = NULL;
  double opened = now();
  CHECK_MSG(pel_reasoning_read(t, &r, &err) == PEL_OK, "%s", err.text);
  double took = now() - opened;
  CHECK(r && r->n_nodes == 30000 && r->n_edges == 60000);
  printf("  30,000 nodes and 60,000 edges: written in %.3f s, read in %.3f s\n", written - start, took);
  CHECK_MSG(took < 3, "read in %.3f s", took); /* 0.3 s is expected; a sanitizer on a busy machine gets ten times that */
  pel_reasoning_free(r);
  pel_trace_close(t);
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
}

int main(int argc, char **argv) {
  if (argc > 1) root = argv[1];
  if (!mkdtemp(folder)) return 1;
  umask(022);
  snprintf(path, sizeof path, "%s/run.pel", folder);
  snprintf(other, sizeof other, "%s/other.pel", folder);
  RUN(test_alone);
  RUN(test_hash);
  RUN(test_append);
  RUN(test_earlier_version);
  RUN(test_parameters);
  RUN(test_refused);
  RUN(test_names);
  RUN(test_killed);
  RUN(test_disk_full);
  RUN(test_large);
  unlink(path);
  unlink(other);
  rmdir(folder);
  return check_result();
}
