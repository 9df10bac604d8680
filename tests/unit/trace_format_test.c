/* docs/trace-format.md against the library: the page's Python reader gives the same map, and a hash written
 * from the page alone is the trace's. Takes the source folder as its argument; needs python3 with numpy. */
#include <math.h>
#include <pellucid/trace.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/trace/writer.h"
#include "tests/check.h"
#include "tests/unit/trace_source.h"

static const char *root = ".";
static char folder[] = "/tmp/pel_format_XXXXXX";
static char path[64];
enum { N = 300 };

static const pel_trace_layer shapes[2] = {
    {.recorded = true, .n_head = 4, .n_kv_head = 2, .head_dim = 64, .scale = 0.125f},
    {.recorded = true,
     .n_head = 2,
     .n_kv_head = 1,
     .head_dim = 256,
     .window = 40,
     .scale = 0.0625f,
     .softcap = 20},
};

static int run(const char *format, const char *a, const char *b) {
  char command[800];
  snprintf(command, sizeof command, format, a, b);
  return system(command);
}

/* The array behind an .npy header of version 1. */
static bool read_npy(const char *name, float *out, size_t n) {
  FILE *f = fopen(name, "rb");
  unsigned char head[10];
  bool ok = f && fread(head, 1, 10, f) == 10 && memcmp(head, "\x93NUMPY\x01", 7) == 0 &&
            fseek(f, 10 + head[8] + 256 * head[9], SEEK_SET) == 0 && fread(out, sizeof *out, n, f) == n &&
            fgetc(f) == EOF;
  if (f) fclose(f);
  return ok;
}

static void check_head(pel_trace *t, uint32_t layer, uint32_t head) {
  char arguments[200], npy[100];
  float *theirs = malloc(N * N * sizeof *theirs), *ours = malloc(N * N * sizeof *ours), worst = 0;
  snprintf(npy, sizeof npy, "%s/map.npy", folder);
  snprintf(arguments, sizeof arguments, "%s %u %u %s", path, layer, head, npy);
  CHECK(run("python3 %s/reader.py %s", folder, arguments) == 0);
  CHECK(read_npy(npy, theirs, N * N));
  CHECK(pel_trace_map(t, layer, head, (pel_range){0, N}, (pel_range){0, N}, ours, NULL) == PEL_OK);
  for (size_t i = 0; i < N * N; i++) worst = fmaxf(worst, fabsf(theirs[i] - ours[i]));
  CHECK_MSG(worst < 4e-6f, "off by %g", (double)worst);
  free(theirs), free(ours);
  unlink(npy);
}

static void test_reader(void) {
  pel_trace *t;
  char command[400];
  snprintf(command, sizeof command,
           "python3 %s/tests/data/extract_reader.py %s/docs/trace-format.md > %s/reader.py", root, root,
           folder);
  CHECK(system(command) == 0);
  if (pel_trace_open(path, &t, NULL) != PEL_OK) return;
  check_head(t, 0, 3);
  check_head(t, 1, 1);
  pel_trace_close(t);
  snprintf(command, sizeof command, "%s/reader.py", folder);
  unlink(command);
}

static void test_hash(void) { CHECK(run("python3 %s/tests/unit/trace_hash.py %s", root, path) == 0); }

static void test_tables(void) {
  char page[300];
  snprintf(page, sizeof page, "%s/tests/unit/trace_docs.py %s/docs/trace-format.md", root, root);
  CHECK(run("python3 %s %s", page, path) == 0);
}

int main(int argc, char **argv) {
  if (argc > 1) root = argv[1];
  if (system("python3 -c 'import numpy' 2>/dev/null") != 0) {
    printf("skipped: python3 with numpy is missing\n");
    return 77;
  }
  if (!mkdtemp(folder)) return 1;
  snprintf(path, sizeof path, "%s/run.pel", folder);
  source *s = source_new(shapes, 2, N, 40);
  pel_trace_layer layers[2];
  pel_trace_header header = source_header(s, layers);
  pel_trace_writer *w;
  if (pel_trace_writer_open(path, true, &header, &w, NULL) != PEL_OK) return 1;
  source_run(s, w, 0, 200);
  source_run(s, w, 200, N - 200);
  CHECK(pel_trace_writer_close(w, 10, "caf\xc3\xa9", NULL) == PEL_OK);
  RUN(test_reader);
  RUN(test_hash);
  RUN(test_tables);
  source_free(s);
  unlink(path);
  rmdir(folder);
  return check_result();
}
