/* Writes small valid traces for the fuzz target trace to start from: trace_seeds FOLDER */
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/span_source.h"
#include "tests/unit/trace_source.h"

/* Three layers: plain, windowed, soft-capped with grouped heads. */
static int write_trace(const char *folder, const char *name, uint32_t n_layers, uint32_t n_tokens, bool close) {
  static const pel_trace_layer shapes[] = {
      {true, 2, 1, 8, 0, 0.35f, 0}, {true, 2, 2, 4, 5, 0.5f, 0}, {true, 4, 2, 16, 0, 0.25f, 30}};
  pel_trace_layer copy[3];
  char path[4096];
  pel_trace_writer *w;
  pel_error err;
  snprintf(path, sizeof path, "%s/%s.pel", folder, name);
  source *s = source_new(shapes, n_layers, n_tokens, 9);
  pel_trace_header header = source_header(s, copy);
  if (pel_trace_writer_open(path, true, &header, &w, &err) != PEL_OK) return fprintf(stderr, "%s\n", err.text), 1;
  for (uint32_t at = 0; at < n_tokens; at += 16) source_run(s, w, at, n_tokens - at < 16 ? n_tokens - at : 16);
  /* Without closing, the process ends as if it had been killed, once what it has is written. */
  if (!close) usleep(700000);
  if (close && pel_trace_writer_close(w, n_tokens / 2, "", &err) != PEL_OK) return fprintf(stderr, "%s\n", err.text), 1;
  source_free(s);
  return 0;
}

/* Reasoning with reviews: alone, and beside the run in `beside`. */
static int write_reasoning(const char *folder, const char *name, const char *beside) {
  char path[4096];
  pel_span_writer *w = NULL;
  pel_error err = {0};
  snprintf(path, sizeof path, "%s/%s.pel", folder, name);
  pel_status status = beside ? PEL_OK : span_source_write(path, 0, &err);
  if (beside && write_trace(folder, name, 1, 20, true)) return 1;
  if (beside) status = pel_span_writer_append(path, &span_source_header, &w, &err);
  if (w) status = span_source_put(pel_span_writer_sink(w), 0, &err);
  if (w && status == PEL_OK) status = pel_span_writer_close(w, "", &err);
  for (int i = 0; i < 3 && status == PEL_OK; i++)
    status = pel_review_append(path, &(pel_review){.node = 1 + i, .verdict = "accepted", .name = "A"}, &err);
  return status == PEL_OK ? 0 : (fprintf(stderr, "%s\n", err.text), 1);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  if (write_reasoning(argv[1], "reasoning", NULL) || write_reasoning(argv[1], "both", "run")) return 1;
  return write_trace(argv[1], "one", 1, 20, true) || write_trace(argv[1], "three", 3, 70, true) ||
         write_trace(argv[1], "cut", 2, 40, false);
}
