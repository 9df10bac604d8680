/* libFuzzer: the input is a graph network's file. A refusal is one line that names the file; what is accepted computes on a small graph, forward and backward, without leaving its arrays. Built and
 * started by tests/fuzz/run.sh. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/learn/gnn_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_NUMBERS = 1 << 18 }; /* a larger network than that is read, not run: time */

static pel_graph *graph_for(uint32_t relations) {
  pel_triple triples[6];
  pel_graph *g;
  for (uint32_t i = 0; i < 6; i++) triples[i] = (pel_triple){i % 4, i % relations, (i + 1) % 5};
  if (pel_graph_create(5, relations, triples, 6, &g, NULL) != PEL_OK) abort();
  return g;
}

static void compute(const gnn_file *file) {
  const pel_path_level *level = pel_path_level_named("plain");
  size_t total = pel_path_layout_of(&file->shape).total;
  pel_graph *g = graph_for(file->shape.n_relations);
  pel_path_plan plan = {0};
  pel_path_work work = {0};
  double scores[5], by_score[5] = {1, -1, 0.5, 0, 2};
  float *turned = pel_alloc_aligned(pel_path_turned_total(&file->shape), sizeof *turned), *gradient = pel_alloc_aligned(total, sizeof *gradient);
  if (!turned || !gradient || pel_path_plan_make(&plan, g, file->shape.layers, 1, NULL, 0, NULL) != PEL_OK) abort();
  level->turn(&file->shape, file->weights, turned);
  pel_path_pass pass = {.shape = &file->shape, .plan = &plan, .query = 2 * file->shape.n_relations - 1, .weights = file->weights, .turned = turned, .work = &work};
  if (level->forward(&pass, scores, NULL) != PEL_OK) abort();
  level->backward(&pass, by_score, gradient, NULL);
  free(turned), free(gradient);
  pel_path_plan_clear(&plan);
  pel_path_work_clear(&work);
  pel_graph_free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gnn_file file;
  pel_error err;
  pel_status status = size ? gnn_file_read_memory(data, size, "fuzz.safetensors", &file, &err) : PEL_ERR_INPUT;
  if (size && status != PEL_OK && (strncmp(err.text, "fuzz.safetensors: ", 18) || strchr(err.text, '\n'))) abort();
  if (status != PEL_OK) return 0;
  for (uint32_t r = 0; file.relations && r < file.shape.n_relations; r++)
    if (strlen(file.relations[r]) > size) abort();
  if (pel_path_layout_of(&file.shape).total < MOST_NUMBERS) compute(&file);
  gnn_file_clear(&file);
  return 0;
}
