/* Records a prompt, then reads one exact attention weight back. Build it with what is installed:
 *   cc record_and_read.c $(pkg-config --cflags --libs pellucid) -o record_and_read
 *   ./record_and_read model.gguf run.pel */
#include <pellucid/record.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc != 3) return fputs("usage: record_and_read MODEL run.pel\n", stderr), 2;
  pel_error err = {0};
  pel_model *model = NULL;
  pel_trace *trace = NULL;
  pel_record_options options = PEL_RECORD_DEFAULTS;
  options.prompt = "Why is the sky blue?", options.prompt_size = strlen(options.prompt);
  options.raw = true, options.n_predict = 8, options.output = argv[2];
  float weight;
  pel_status status = pel_model_open(argv[1], NULL, &model, &err);
  if (!status) status = pel_record(model, &options, NULL, &err);
  if (!status) status = pel_trace_open(argv[2], &trace, &err);
  if (!status) status = pel_trace_map(trace, 0, 0, (pel_range){3, 4}, (pel_range){1, 2}, &weight, &err);
  if (status) fprintf(stderr, "%s\n", err.text);
  else printf("layer 0, head 0: token 3 looks at token 1 with weight %.9g\n", (double)weight);
  pel_trace_close(trace);
  pel_model_close(model);
  return status ? 1 : 0;
}
