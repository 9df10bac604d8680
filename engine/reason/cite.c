#include "engine/reason/cite.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"

struct pel_cite {
  pel_pack *pack;
  pel_span_sink sink;
  int64_t *sources, *passages; /* by the pack's id: the trace's, 0 for not yet */
  char **places; /* by the pack's id of the passage */
  int64_t n_sources, n_passages;
};

pel_status pel_cite_create(pel_pack *pack, const pel_span_sink *sink, pel_cite **out, pel_error *err) {
  const pel_pack_info *info = pel_pack_get_info(pack);
  pel_cite *c = pel_alloc(1, sizeof *c);
  if (c) {
    *c = (pel_cite){.pack = pack, .sink = *sink};
    c->sources = pel_alloc((size_t)info->n_sources + 1, sizeof *c->sources);
    c->passages = pel_alloc((size_t)info->n_passages + 1, sizeof *c->passages);
    c->places = pel_alloc((size_t)info->n_passages + 1, sizeof *c->places);
  }
  if (!c || !c->sources || !c->passages || !c->places) {
    pel_cite_free(c);
    return pel_fail_memory(err, "numbers of passages", (size_t)info->n_passages * sizeof(int64_t));
  }
  *out = c;
  return PEL_OK;
}

void pel_cite_free(pel_cite *c) {
  if (!c) return;
  for (int64_t i = 1; c->places && i <= pel_pack_get_info(c->pack)->n_passages; i++) free(c->places[i]);
  free(c->sources);
  free(c->passages);
  free(c->places);
  free(c);
}

const char *pel_cite_place(const pel_cite *c, int64_t passage) {
  bool there = passage >= 1 && passage <= pel_pack_get_info(c->pack)->n_passages && c->places[passage];
  return there ? c->places[passage] : "";
}

static pel_status check_id(int64_t id, int64_t n, const char *what, pel_error *err) {
  return id >= 1 && id <= n ? PEL_OK : pel_fail(err, PEL_ERR_USAGE, "the pack has no %s %lld", what, (long long)id);
}

pel_status pel_cite_source(pel_cite *c, int64_t source, int64_t *id, pel_error *err) {
  PEL_TRY(check_id(source, pel_pack_get_info(c->pack)->n_sources, "source", err));
  if (!c->sources[source]) {
    pel_source row;
    PEL_TRY(pel_pack_source(c->pack, source, &row, err));
    row.id = c->n_sources + 1;
    PEL_TRY(c->sink.put(c->sink.user, PEL_ROW_SOURCE, &row, err));
    c->sources[source] = ++c->n_sources;
  }
  *id = c->sources[source];
  return PEL_OK;
}

pel_status pel_cite_passage(pel_cite *c, int64_t passage, int64_t *id, pel_error *err) {
  PEL_TRY(check_id(passage, pel_pack_get_info(c->pack)->n_passages, "passage", err));
  if (!c->passages[passage]) {
    pel_passage row;
    PEL_TRY(pel_pack_passage(c->pack, passage, &row, err));
    if (row.source) PEL_TRY(pel_cite_source(c, row.source, &row.source, err));
    row.id = c->n_passages + 1;
    if (!(c->places[passage] = strdup(row.path))) return pel_fail_memory(err, "a passage", strlen(row.path));
    PEL_TRY(c->sink.put(c->sink.user, PEL_ROW_PASSAGE, &row, err));
    c->passages[passage] = ++c->n_passages;
  }
  *id = c->passages[passage];
  return PEL_OK;
}
