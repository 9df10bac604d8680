/* The writer of reasoning: rows that no reader would take, names that are taken, a death, a full disk; nothing half written is left. */
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/unit/span_place.h"
#include "tests/unit/span_source.h"
#include "tests/unit/trace_read_all.h"

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
  pel_error err = {0};
  n.id = 10;
  CHECK(span_source_write(path, 0, &err) == PEL_OK);
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

static pel_span_writer *write_conclusions(void) {
  static const pel_node nodes[] = {{.id = 1, .kind = PEL_NODE_CONCLUSION, .state = PEL_STATE_HOLDS, .says = "So it is", .term = "", .note = "by a rule", .by = "", .date = "", .event = "", .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN},
                                   {.id = 2, .kind = PEL_NODE_CLAIM, .state = PEL_STATE_HOLDS, .says = "A step", .term = "", .note = "", .by = "", .date = "", .event = "", .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN},
                                   {.id = 3, .kind = PEL_NODE_CONCLUSION, .state = PEL_STATE_LIKELY, .says = "And so", .term = "", .note = "", .by = "", .date = "", .event = "", .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN}};
  pel_span_writer *w = NULL;
  pel_error err = {0};
  CHECK(pel_span_writer_create(path, true, NULL, &w, &err) == PEL_OK);
  pel_span_sink sink = pel_span_writer_sink(w);
  for (int i = 0; i < 3; i++) CHECK_MSG(sink.put(sink.user, PEL_ROW_NODE, &nodes[i], &err) == PEL_OK, "%s", err.text);
  return w;
}

static void test_withdrawn(void) {
  pel_error err = {0};
  pel_reasoning *r = NULL;
  pel_span_writer *w = write_conclusions();
  CHECK_MSG(pel_span_writer_withdraw(w, "the check came to something else", &err) == PEL_OK && pel_span_writer_close(w, "", &err) == PEL_OK, "%s", err.text);
  pel_trace *t = open_trace(path);
  CHECK_MSG(pel_reasoning_read(t, &r, &err) == PEL_OK, "%s", err.text);
  for (int i = 0; i < 3; i++) {
    bool claim = i == 1;
    CHECK(r->nodes[i].state == (claim ? PEL_STATE_HOLDS : PEL_STATE_UNKNOWN));
    CHECK_STR(r->nodes[i].note, claim ? "" : "the check came to something else");
  }
  pel_reasoning_free(r);
  pel_trace_close(t);
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
  w = write_conclusions();
  CHECK(pel_span_writer_withdraw(w, "\x01", &err) == PEL_ERR_USAGE && strstr(err.text, "why nothing is concluded"));
  CHECK(pel_span_writer_close(w, "", &err) == PEL_ERR_USAGE); /* nothing is kept of what went wrong */
}

int main(void) {
  if (!make_folder()) return 1;
  RUN(test_refused);
  RUN(test_names);
  RUN(test_killed);
  RUN(test_disk_full);
  RUN(test_large);
  RUN(test_withdrawn);
  remove_folder();
  return check_result();
}
