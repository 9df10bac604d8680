/* Seeds of gnn_fuzz: the file of a small network after two epochs, one for each gate. usage: gnn_seeds FOLDER */
#include <pellucid/gnn.h>
#include <stdio.h>

int main(int argc, char **argv) {
  const pel_triple triples[] = {{0, 0, 1}, {1, 0, 2}, {0, 1, 2}, {2, 0, 3}, {1, 1, 3}, {3, 0, 4}, {2, 1, 4}};
  static const char *const names[] = {"parent", "grandparent"};
  pel_graph *g;
  if (argc != 2 || pel_graph_create(5, 2, triples, 7, &g, NULL) != PEL_OK) return 1;
  for (int gate = 0; gate < PEL_GNN_GATES; gate++) {
    char path[4096];
    pel_gnn_options o;
    pel_gnn_result done;
    pel_gnn_options_default(&o);
    o.layers = 2, o.dim = 8, o.epochs = 2, o.batch = 4, o.gate = (pel_gnn_gate)gate, o.force = true;
    pel_gnn_data data = {.relation_names = names, .learn = g, .validation_graph = g, .validation_known = g, .validation = triples, .n_validation = 2};
    snprintf(path, sizeof path, "%s/%s", argv[1], pel_gnn_gate_name(o.gate));
    if (pel_gnn_train(&data, &o, path, NULL, NULL, &done, NULL) != PEL_OK) return 1;
  }
  pel_graph_free(g);
  return 0;
}
