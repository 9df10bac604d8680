/* A graph network that learns what drugs treat in the graph of one part, for pellucid eval drugmechdb --gnn. */
#pragma once
#include "src/cli/drugmechdb_ways.h"

/* Learnt for `minutes` at most (0: until its epochs are done) into a private file, which is gone afterwards. *out: pel_gnn_close. */
pel_status part_network(const part *p, double minutes, uint32_t threads, pel_gnn **out, pel_gnn_result *learnt, pel_error *err);
/* Its best way by attention where drug and disease stand; *n 0: its best paths all come back to where they were. */
pel_status ways_by_attention(const part *p, pel_gnn *gnn, const mechanism *m, found *out, size_t *n, pel_error *err);
