/* Between the files of watch.h: where goals and ways are kept, each once. */
#pragma once
#include "engine/reason/watch.h"

pel_status pel_watch_store_create(pel_watch **out, pel_error *err);
void pel_watch_store_free(pel_watch *watch);
/* The number of a goal as it stands now. */
pel_status pel_watch_store_term(pel_watch *watch, pel_seen_part part, uint32_t run, const pel_heap *h, pel_cell goal, uint32_t clause, uint32_t *id, pel_error *err);
