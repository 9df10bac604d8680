/* Reviews: entries that hold on to each other. Whatever is changed in one, or in the trace, breaks the chain there; two
 * programs that append at once both get in. */
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/span_source.h"
#include "tests/unit/trace_read_all.h"

static char folder[] = "/tmp/pel_review_XXXXXX";
static char path[64];
enum { ENTRIES = 4 };

static const pel_review given[ENTRIES] = {
    {.node = 1, .verdict = "accepted", .name = "Dr. A. Smith", .date = "2024-06-01T10:00:00Z", .reason = "as in the guideline"},
    {.node = 3, .verdict = "disputed", .name = "Zo\xc3\xab", .date = "2024-06-02", .reason = ""},
    {.node = 3, .verdict = "withdrawn", .name = "Zo\xc3\xab", .date = NULL, .reason = NULL},
    {.node = 9, .verdict = "needs evidence", .name = "B", .date = "", .reason = "two\nlines"},
};

static void make_reviewed(void) {
  pel_error err = {0};
  CHECK_MSG(span_source_write(path, 0, &err) == PEL_OK, "%s", err.text);
  for (int i = 0; i < ENTRIES; i++) CHECK_MSG(pel_review_append(path, &given[i], &err) == PEL_OK, "%s", err.text);
}

static pel_status check_chain(size_t *n, pel_error *err) {
  pel_trace *t = NULL;
  pel_status status = pel_trace_open(path, &t, err);
  if (status == PEL_OK) status = pel_review_check(t, n, err);
  pel_trace_close(t);
  return status;
}

static int files_beside(void) {
  char command[200];
  snprintf(command, sizeof command, "exit $(ls -A %s | wc -l)", folder);
  return WEXITSTATUS(system(command));
}

static void test_append(void) {
  make_reviewed();
  pel_error err = {0};
  size_t n = 0;
  CHECK_MSG(check_chain(&n, &err) == PEL_OK && n == ENTRIES, "%s", err.text);
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text); /* the trace's own hash is as it was */
  CHECK(files_beside() == 1);
  pel_trace *t = NULL;
  pel_reasoning *r = NULL;
  if (pel_trace_open(path, &t, &err) != PEL_OK || pel_reasoning_read(t, &r, &err) != PEL_OK) return;
  CHECK(r->n_reviews == ENTRIES);
  CHECK_STR(r->reviews[0].previous, pel_trace_get_info(t)->hash);
  for (size_t i = 0; i < r->n_reviews; i++) {
    const pel_review *a = &r->reviews[i], *b = &given[i];
    CHECK(a->id == (int64_t)i + 1 && a->node == b->node && strlen(a->hash) == 64);
    CHECK_STR(a->verdict, b->verdict);
    CHECK_STR(a->name, b->name);
    CHECK_STR(a->reason, b->reason ? b->reason : "");
    if (b->date && *b->date) CHECK_STR(a->date, b->date);
    else CHECK(strlen(a->date) == 20 && a->date[10] == 'T' && a->date[19] == 'Z');
    if (i) CHECK_STR(a->previous, r->reviews[i - 1].hash);
  }
  pel_reasoning_free(r);
  pel_trace_close(t);
}

static void refused(pel_review review, pel_status expected, const char *text) {
  pel_error err = {0};
  pel_status status = pel_review_append(path, &review, &err);
  CHECK_MSG(status == expected && strstr(err.text, text), "%d, not '%s': %s", (int)status, text, err.text);
}

static void test_refused(void) {
  make_reviewed();
  refused((pel_review){.node = 10, .verdict = "accepted", .name = "A"}, PEL_ERR_USAGE, "node 10");
  refused((pel_review){.node = 0, .verdict = "accepted", .name = "A"}, PEL_ERR_USAGE, "node 0");
  refused((pel_review){.node = 1, .verdict = "great", .name = "A"}, PEL_ERR_USAGE, "verdict");
  refused((pel_review){.node = 1, .verdict = "accepted", .name = ""}, PEL_ERR_USAGE, "name");
  refused((pel_review){.node = 1, .verdict = "accepted", .name = "A\r"}, PEL_ERR_USAGE, "control");
  refused((pel_review){.node = 1, .verdict = "accepted", .name = "A", .reason = "\xff"}, PEL_ERR_USAGE, "UTF-8");
  pel_error err;
  size_t n = 0;
  CHECK(check_chain(&n, &err) == PEL_OK && n == ENTRIES);
  char before[64];
  memcpy(before, path, sizeof before);
  snprintf(path, sizeof path, "%s/none.pel", folder);
  refused((pel_review){.node = 1, .verdict = "accepted", .name = "A"}, PEL_ERR_IO, "none.pel");
  memcpy(path, before, sizeof before);
}

static void change(const char *sql) {
  sqlite3 *db;
  char *message = NULL;
  sqlite3_open(path, &db);
  int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
  CHECK_MSG(rc == SQLITE_OK, "%s: %s", sql, message);
  sqlite3_free(message);
  sqlite3_close(db);
}

/* `good` entries hold, and the next one is named. */
static void breaks(const char *sql, size_t good) {
  pel_error err = {0};
  char named[40];
  size_t n = 99;
  make_reviewed();
  change(sql);
  snprintf(named, sizeof named, "review %zu:", good + 1);
  pel_status status = check_chain(&n, &err);
  CHECK_MSG(status == PEL_ERR_CHECK && n == good && strstr(err.text, named), "%s: %d, %zu good: %s", sql, (int)status, n, err.text);
  refused((pel_review){.node = 1, .verdict = "accepted", .name = "A"}, PEL_ERR_CHECK, named);
  pel_trace *t = NULL;
  pel_verify_report report = {0};
  if (pel_trace_open(path, &t, &err) != PEL_OK) return;
  CHECK_MSG(pel_trace_verify(t, NULL, NULL, &report, &err) == PEL_ERR_CHECK, "%s passes", sql);
  CHECK(report.first_fault[0]);
  pel_trace_close(t);
}

static void test_tampered(void) {
  static const char *const fields[][2] = {{"node", "4"},         {"verdict", "'disputed'"}, {"name", "'Eve'"}, {"date", "'2024-01-01'"},
                                          {"reason", "'other'"}, {"previous", "hash"},      {"hash", "previous"}};
  char sql[200];
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
    for (size_t entry = 1; entry <= ENTRIES; entry++) {
      if (entry == 2 && f == 1) continue; /* that one is disputed */
      snprintf(sql, sizeof sql, "UPDATE review SET %s = %s WHERE id = %zu", fields[f][0], fields[f][1], entry);
      breaks(sql, entry - 1);
    }
  breaks("UPDATE review SET id = 5 WHERE id = 4", 3);
  breaks("DELETE FROM review WHERE id = 1", 0);
  breaks("DELETE FROM review WHERE id = 2", 1);
  breaks("DELETE FROM review WHERE id = 2; UPDATE review SET id = id - 1 WHERE id > 2", 1);
  breaks("INSERT INTO review SELECT 5, node, verdict, name, date, reason, previous, hash FROM review WHERE id = 4", 4);
  breaks("UPDATE provenance SET value = replace (value, substr (value, 1, 1), 'g') WHERE key = 'hash'", 0);
  breaks("UPDATE review SET name = name || char (0) || 'x' WHERE id = 3", 2);
  /* no two entries say the same by moving a border between their texts */
  breaks("UPDATE review SET name = 'Dr. A. Smit', date = 'h' || date WHERE id = 1", 0);
  /* what the trace says is held by the first link through its hash */
  make_reviewed();
  change("UPDATE node SET says = 'x' WHERE id = 1");
  pel_error err;
  CHECK(trace_read_all(path, true, &err) == PEL_ERR_CHECK && strstr(err.text, "hash"));
}

static void test_two_at_once(void) {
  enum { EACH = 50 };
  pel_error err = {0};
  CHECK(span_source_write(path, 0, &err) == PEL_OK);
  pid_t child[2];
  for (int i = 0; i < 2; i++)
    if ((child[i] = fork()) == 0) {
      for (int k = 0; k < EACH; k++) {
        pel_review r = {.node = 1 + k % 9, .verdict = "accepted", .name = i ? "Ada" : "Ben"};
        if (pel_review_append(path, &r, &err) != PEL_OK) {
          printf("  %s\n", err.text);
          _exit(1);
        }
      }
      _exit(0);
    }
  /* a reader in the meantime sees one state or the next, and never a fault */
  size_t n = 0, last = 0;
  pel_trace *t = NULL;
  CHECK(pel_trace_open(path, &t, &err) == PEL_OK);
  while (t && last < 2 * EACH) {
    int left;
    CHECK_MSG(pel_review_check(t, &n, &err) == PEL_OK && n >= last, "%zu after %zu: %s", n, last, err.text);
    last = n;
    if (waitpid(-1, &left, WNOHANG) < 0) break;
    usleep(500);
  }
  pel_trace_close(t);
  for (int i = 0; i < 2; i++) waitpid(child[i], NULL, 0);
  CHECK_MSG(check_chain(&n, &err) == PEL_OK && n == 2 * EACH, "%zu: %s", n, err.text);
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
}

static void test_read_only(void) {
  make_reviewed();
  chmod(path, 0444);
  pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
    pel_error err = {0};
    size_t n = 0;
    pel_status status = pel_review_append(path, &given[0], &err);
    _exit(status == PEL_ERR_IO && strstr(err.text, "write access") && check_chain(&n, &err) == PEL_OK && n == ENTRIES ? 0 : 1);
  }
  int result = 1;
  waitpid(child, &result, 0);
  CHECK(result == 0);
  chmod(path, 0644);
}

/* Killed anywhere in an append: the entry is there or it is not. */
static void test_killed(void) {
  pel_error err = {0};
  CHECK(span_source_write(path, 0, &err) == PEL_OK);
  size_t before = 0, n = 0;
  for (int round = 0; round < 12; round++) {
    pid_t child = fork();
    if (child == 0)
      for (;;)
        if (pel_review_append(path, &given[0], NULL) != PEL_OK) _exit(1);
    usleep(3000 + 1700u * (unsigned)round);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK_MSG(check_chain(&n, &err) == PEL_OK && n >= before, "%zu after %zu: %s", n, before, err.text);
    before = n;
  }
  CHECK_MSG(trace_read_all(path, true, &err) == PEL_OK, "%s", err.text);
}

/* The limit on file sizes is what a full disk is to a writer. */
static void test_disk_full(void) {
  make_reviewed();
  pid_t child = fork();
  if (child == 0) {
    pel_error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){600, 600});
    pel_status status = pel_review_append(path, &given[0], &err);
    if (status != PEL_ERR_IO || !strstr(err.text, "disk full")) fprintf(stderr, "  %d: %s\n", (int)status, err.text);
    _exit(status == PEL_ERR_IO && strstr(err.text, "disk full") ? 0 : 1);
  }
  int result = 1;
  waitpid(child, &result, 0);
  pel_error err = {0};
  size_t n = 0;
  CHECK(result == 0);
  CHECK_MSG(check_chain(&n, &err) == PEL_OK && n == ENTRIES, "%zu: %s", n, err.text);
  CHECK(files_beside() == 1);
}

/* A file that SQLite would write with a log beside it is not added to. */
static void test_other_journal(void) {
  make_reviewed();
  change("PRAGMA journal_mode = WAL");
  refused((pel_review){.node = 1, .verdict = "accepted", .name = "A"}, PEL_ERR_INPUT, "journal mode");
  change("PRAGMA journal_mode = DELETE");
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  chmod(folder, 0755);
  snprintf(path, sizeof path, "%s/run.pel", folder);
  RUN(test_append);
  RUN(test_refused);
  RUN(test_tampered);
  RUN(test_two_at_once);
  RUN(test_read_only);
  RUN(test_killed);
  RUN(test_disk_full);
  RUN(test_other_journal);
  unlink(path);
  rmdir(folder);
  return check_result();
}
