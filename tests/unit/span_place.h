/* What the tests of reasoning in a trace share: a folder of their own with two names in it, a trace, its hash, a recorded run of a model. */
#pragma once
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/trace_source.h"

static char folder[] = "/tmp/pel_span_XXXXXX";
static char path[64], other[64];

static inline bool make_folder(void) {
  if (!mkdtemp(folder)) return false;
  umask(022);
  snprintf(path, sizeof path, "%s/run.pel", folder);
  snprintf(other, sizeof other, "%s/other.pel", folder);
  return true;
}

static inline void remove_folder(void) {
  unlink(path);
  unlink(other);
  rmdir(folder);
}

static inline int files_in_folder(void) {
  int n = 0;
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
  closedir(d);
  return n;
}

static inline pel_trace *open_trace(const char *name) {
  pel_trace *t = NULL;
  pel_error err = {0};
  CHECK_MSG(pel_trace_open(name, &t, &err) == PEL_OK, "%s", err.text);
  return t;
}

static inline void get_hash(const char *name, char out[65]) {
  pel_trace *t = open_trace(name);
  snprintf(out, 65, "%s", t ? pel_trace_get_info(t)->hash : "");
  pel_trace_close(t);
}

static inline void record_run(const char *name) {
  static const pel_trace_layer shapes[1] = {{.recorded = true, .n_head = 2, .n_kv_head = 1, .head_dim = 16, .scale = 0.25f}};
  source *s = source_new(shapes, 1, 40, 30);
  pel_trace_layer layers[1];
  pel_trace_header header = source_header(s, layers);
  pel_trace_writer *w = NULL;
  CHECK(pel_trace_writer_open(name, true, &header, &w, NULL) == PEL_OK);
  source_run(s, w, 0, 40);
  CHECK(pel_trace_writer_close(w, 10, "a note", NULL) == PEL_OK);
  source_free(s);
}
