/* What is left when a recording ends badly: killed, out of disk, or with a commit half done. */
#include <pellucid/trace.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/trace/writer.h"
#include "tests/check.h"
#include "tests/unit/trace_read_all.h"
#include "tests/unit/trace_source.h"

static char folder[] = "/tmp/pel_crash_XXXXXX";
static char path[64], journal[80];

static const pel_trace_layer shapes[2] = {
    {.recorded = true, .n_head = 4, .n_kv_head = 2, .head_dim = 64, .scale = 0.125f},
    {.recorded = true, .n_head = 2, .n_kv_head = 1, .head_dim = 256, .window = 40, .scale = 0.0625f},
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static pel_trace_writer *open_writer(source *s) {
  pel_trace_layer copy[2];
  pel_trace_header header = source_header(s, copy);
  pel_trace_writer *w = NULL;
  return pel_trace_writer_open(path, true, &header, &w, NULL) == PEL_OK ? w : NULL;
}

/* Says each token on `out`, as a run does on standard output. */
static _Noreturn void record_for_ever(source *s, int out, unsigned pause) {
  pel_trace_writer *w = open_writer(s);
  if (!w) _exit(1);
  for (uint32_t i = 0; i < s->n_tokens; i++) {
    if (source_token(w, i, NULL) != PEL_OK || write(out, &i, sizeof i) != sizeof i) _exit(1);
    source_batch(s, pel_trace_writer_probe(w), i, 1);
    usleep(pause);
  }
  for (;;) sleep(100);
}

static void check_map(pel_trace *t, const source *s, uint32_t layer, uint32_t row) {
  float *got = malloc(4ul * (row + 1)), *want = malloc(4ul * (row + 1));
  CHECK(pel_trace_map(t, layer, 1, (pel_range){row, row + 1}, (pel_range){0, row + 1}, got, NULL) == PEL_OK);
  source_weights(s, layer, 1, row, want);
  CHECK(memcmp(got, want, 4ul * (row + 1)) == 0);
  free(got), free(want);
}

static void check_killed(const source *s, uint32_t said) {
  pel_trace *t = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_trace_open(path, &t, &err) == PEL_OK, "%s", err.text);
  if (!t) return;
  const pel_trace_info *info = pel_trace_get_info(t);
  CHECK_MSG(info->n_tokens >= said, "%u tokens in the trace, %u were said a second before", info->n_tokens,
            said);
  CHECK(!info->complete && info->n_rows + 1 >= info->n_tokens);
  for (uint32_t row = info->n_rows; row-- > 0 && row + 5 > info->n_rows;) {
    check_map(t, s, 0, row);
    check_map(t, s, 1, row);
  }
  pel_verify_report report;
  CHECK_MSG(pel_trace_verify(t, NULL, NULL, &report, &err) == PEL_OK, "%s", err.text);
  CHECK(!report.hash_present && report.rows_checked == 6ull * info->n_rows);
  pel_trace_close(t);
}

static void test_killed(void) {
  source *s = source_new(shapes, 2, 3000, 20);
  srand(7);
  for (int round = 0; round < 6; round++) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      record_for_ever(s, ends[1], round % 2 ? 300 : 3000);
    }
    close(ends[1]);
    double until = now() + 1.2 + rand() % 1000 * 1e-3;
    uint32_t token, said = 0;
    struct {
      double at;
      uint32_t n;
    } *log = malloc(4000 * sizeof *log);
    size_t n_log = 0;
    while (now() < until && n_log < 3000 && read(ends[0], &token, sizeof token) == sizeof token) {
      log[n_log].at = now();
      log[n_log++].n = token + 1;
    }
    if (now() < until) usleep((unsigned)((until - now()) * 1e6));
    double end = now();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    for (size_t i = 0; i < n_log; i++)
      if (log[i].at <= end - 1) said = log[i].n;
    free(log);
    close(ends[0]);
    check_killed(s, said);
  }
  source_free(s);
}

static void record(source *s, uint32_t n) {
  pel_trace_writer *w = open_writer(s);
  for (uint32_t at = 0; at < n; at += 50) source_run(s, w, at, n - at < 50 ? n - at : 50);
  CHECK(pel_trace_writer_close(w, 10, "", NULL) == PEL_OK);
}

/* A process that dies in the middle of a commit, its pages already in the file. */
static void die_in_commit(void) {
  pid_t child = fork();
  if (child == 0) {
    sqlite3 *db;
    sqlite3_open(path, &db);
    sqlite3_exec(db,
                 "PRAGMA journal_mode = TRUNCATE; PRAGMA cache_size = 1; BEGIN;"
                 "UPDATE attention_query SET data = zeroblob (length (data));"
                 "UPDATE attention_row SET data = zeroblob (length (data));",
                 NULL, NULL, NULL);
    kill(getpid(), SIGKILL);
  }
  waitpid(child, NULL, 0);
  struct stat st;
  CHECK(stat(journal, &st) == 0 && st.st_size > 512);
}

static void test_half_commit(void) {
  source *s = source_new(shapes, 2, 300, 21);
  pel_error err = {0};
  record(s, 300);
  die_in_commit();
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
  record(s, 300);
  die_in_commit();
  /* Where it cannot be undone, the text says so. Only an ordinary user is kept from writing. */
  CHECK(chmod(path, 0444) == 0 && chmod(journal, 0444) == 0 && chmod(folder, 0555) == 0);
  if (geteuid() != 0 || seteuid(65534) == 0) {
    CHECK(trace_read_all(path, true, &err) == PEL_ERR_IO && strstr(err.text, "cut off in the middle"));
    if (getuid() == 0) CHECK(seteuid(0) == 0);
  }
  CHECK(chmod(folder, 0755) == 0 && chmod(path, 0644) == 0 && chmod(journal, 0644) == 0);
  CHECK(trace_read_all(path, true, &err) == PEL_OK);
  source_free(s);
}

static void test_read_only_folder(void) {
  source *s = source_new(shapes, 2, 60, 22);
  record(s, 60);
  CHECK(chmod(path, 0444) == 0 && chmod(folder, 0555) == 0);
  pel_error err = {0};
  if (geteuid() != 0 || seteuid(65534) == 0) {
    CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
    if (getuid() == 0) CHECK(seteuid(0) == 0);
  }
  chmod(folder, 0755);
  source_free(s);
}

/* No byte of a file may lie beyond `limit`: to SQLite the disk is full there. */
static pel_status record_with_limit(source *s, rlim_t limit) {
  pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit size = {limit, limit};
    setrlimit(RLIMIT_FSIZE, &size);
    pel_trace_writer *w = open_writer(s);
    if (!w) _exit(100);
    for (uint32_t at = 0; at < s->n_tokens; at += 25) {
      source_run(s, w, at, 25);
      if (at % 200 == 0) usleep(450000); /* a commit */
    }
    pel_error err = {0};
    pel_status status = pel_trace_writer_close(w, 10, "", &err);
    if (status == PEL_ERR_IO && !strstr(err.text, "disk full")) _exit(101);
    _exit(status);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? (pel_status)WEXITSTATUS(status) : PEL_ERR_CHECK;
}

static void test_disk_full(void) {
  source *s = source_new(shapes, 2, 1000, 23);
  pel_error err = {0};
  CHECK(record_with_limit(s, 1000 << 20) == PEL_OK);
  for (rlim_t limit = 1 << 20; limit <= 5 << 19; limit += 512 << 10) {
    pel_status status = record_with_limit(s, limit);
    CHECK_MSG(status == PEL_ERR_IO, "status %d with %lu bytes", (int)status, (unsigned long)limit);
    CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
    pel_trace *t;
    if (pel_trace_open(path, &t, &err) != PEL_OK) continue;
    const pel_trace_info *info = pel_trace_get_info(t);
    CHECK_MSG(!info->complete && strncmp(info->note, "disk full", 9) == 0, "note '%s'", info->note);
    CHECK(info->n_rows > 0 || limit == 1 << 20);
    pel_trace_close(t);
    CHECK(access(journal, F_OK) != 0);
  }
  CHECK(record_with_limit(s, 100000) == (pel_status)100); /* no room for the header */
  CHECK(access(path, F_OK) != 0 && access(journal, F_OK) != 0);
  source_free(s);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  chmod(folder, 0755);
  snprintf(path, sizeof path, "%s/run.pel", folder);
  snprintf(journal, sizeof journal, "%s-journal", path);
  RUN(test_killed);
  RUN(test_half_commit);
  RUN(test_read_only_folder);
  RUN(test_disk_full);
  unlink(path);
  unlink(journal);
  rmdir(folder);
  return check_result();
}
