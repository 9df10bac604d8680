#include "src/core/reasoned.h"

#include <stdlib.h>
#include <string.h>

#include "src/analysis/token_label.h"

static char *safe_text(const char *text) {
  char *safe = text ? pel_text_safe(text, strlen(text)) : NULL, *copy = g_strdup(safe ? safe : "");
  free(safe);
  return copy;
}

static void load_words(pel_trace *trace, pel_reasoned *r) {
  char *name = safe_text(pel_trace_provenance(trace, "case")), *pack = safe_text(pel_trace_provenance(trace, "pack"));
  char *version = safe_text(pel_trace_provenance(trace, "pack_version"));
  r->question = safe_text(pel_trace_provenance(trace, "question"));
  r->goal = safe_text(pel_trace_parameter(trace, "case.question"));
  r->as_of = safe_text(pel_trace_parameter(trace, "case.as_of"));
  r->advice = safe_text(pel_trace_parameter(trace, "pack.advice"));
  r->pack_sha256 = safe_text(pel_trace_provenance(trace, "pack_sha256"));
  r->hash = g_strdup(pel_trace_get_info(trace)->hash ? pel_trace_get_info(trace)->hash : "");
  r->about = g_strconcat(name, *name && *pack ? " · " : "", pack, *pack && *version ? " " : "", version, NULL);
  g_free(name);
  g_free(pack);
  g_free(version);
}

/* What reviews say, of the reasoning that is there. A chain that is broken is told, not hidden: the reasoning can be read. */
static pel_status load_reviews(pel_trace *trace, pel_reasoned *r, pel_error *err) {
  pel_error fault = {0};
  pel_status status = pel_review_check(trace, &r->n_good, &fault);
  if (status == PEL_ERR_CHECK) r->chain_fault = g_strdup(fault.text);
  else if (status != PEL_OK) return *err = fault, status;
  if (!(r->last = pel_reviews_last(r->reasoning))) return pel_fail_memory(err, "reviews", r->reasoning->n_nodes);
  for (size_t i = 1; i <= r->reasoning->n_nodes; i++) r->n_open += pel_reasoned_open_point(r, (int64_t)i) != NULL;
  return PEL_OK;
}

/* What takes time to arrange. */
static pel_status load_views(pel_reasoned *r, pel_error *err) {
  PEL_TRY(pel_logic_tree_build(r->reasoning, &r->tree, err));
  if (r->reasoning->n_search_nodes) PEL_TRY(pel_search_view_build(r->reasoning, 0, 0, &r->search, err));
  return r->reasoning->n_graph_nodes ? pel_graph_view_build(r->reasoning, 0, 0, &r->graph, err) : PEL_OK;
}

static pel_status load(pel_trace *trace, pel_reasoned *r, bool tree, pel_error *err) {
  PEL_TRY(pel_reasoning_read(trace, &r->reasoning, err));
  if (!r->reasoning->n_nodes) return PEL_OK;
  PEL_TRY(load_reviews(trace, r, err));
  return tree ? load_views(r, err) : PEL_OK;
}

pel_status pel_reasoned_load(pel_trace *trace, pel_reasoned **out, pel_error *err) {
  pel_reasoned *r = g_new0(pel_reasoned, 1);
  pel_status status = load(trace, r, true, err);
  if (status == PEL_OK && r->tree) {
    load_words(trace, r);
    *out = r;
    return PEL_OK;
  }
  pel_reasoned_free(r);
  return status;
}

void pel_reasoned_free(pel_reasoned *r) {
  if (!r) return;
  pel_logic_tree_free(r->tree);
  pel_search_view_free(r->search);
  pel_graph_view_free(r->graph);
  pel_reasoning_free(r->reasoning);
  free(r->last);
  g_free(r->chain_fault);
  g_free(r->goal);
  g_free(r->as_of);
  g_free(r->question);
  g_free(r->about);
  g_free(r->advice);
  g_free(r->hash);
  g_free(r->pack_sha256);
  g_free(r);
}

const char *pel_reasoned_open_point(const pel_reasoned *r, int64_t id) {
  if (id < 1 || id > (int64_t)r->reasoning->n_nodes) return NULL;
  return pel_open_point(&r->reasoning->nodes[id - 1], r->last[id]);
}

const char *pel_reasoned_case(const pel_reasoned *r) {
  for (size_t i = 0; i < r->reasoning->n_documents; i++)
    if (!strcmp(r->reasoning->documents[i].name, "case")) return r->reasoning->documents[i].text;
  return NULL;
}

bool pel_reasoned_supposable(const pel_reasoned *r, int64_t id) {
  if (id < 1 || id > (int64_t)r->reasoning->n_nodes || !pel_reasoned_case(r) || !*r->pack_sha256) return false;
  const pel_node *n = &r->reasoning->nodes[id - 1];
  bool given = n->kind == PEL_NODE_FACT && strcmp(n->by, "the pack"), open = n->kind == PEL_NODE_QUESTION || n->kind == PEL_NODE_ASSUMPTION;
  return *n->term && (given || open);
}

/* ---- a review ---- */

typedef struct review_work {
  pel_reasoned *into, *now; /* now: what was read after it, without a tree */
  pel_review entry;
  pel_reviewed_func done;
  void *user;
} review_work;

static void free_review(gpointer data) {
  review_work *w = data;
  g_free((char *)w->entry.verdict);
  g_free((char *)w->entry.name);
  g_free((char *)w->entry.reason);
  pel_reasoned_free(w->now);
  g_free(w);
}

static pel_status append(pel_document *document, pel_trace *trace, void *data, pel_error *err) {
  review_work *w = data;
  PEL_TRY(pel_review_append(pel_document_path(document), &w->entry, err));
  w->now = g_new0(pel_reasoned, 1);
  return load(trace, w->now, false, err);
}

static void take_now(pel_reasoned *r, pel_reasoned *now) {
  pel_reasoned before = *r;
  r->reasoning = now->reasoning, r->last = now->last, r->n_open = now->n_open, r->n_good = now->n_good, r->chain_fault = now->chain_fault;
  r->tree->reasoning = r->reasoning;
  if (r->search) pel_search_view_rebind(r->search, r->reasoning);
  if (r->graph) r->graph->reasoning = r->reasoning;
  now->reasoning = before.reasoning, now->last = before.last, now->chain_fault = before.chain_fault;
}

static bool same_rows(const pel_reasoning *a, const pel_reasoning *b) {
  return a->n_nodes == b->n_nodes && a->n_edges == b->n_edges && a->n_spans == b->n_spans && a->n_search_nodes == b->n_search_nodes && a->n_search_edges == b->n_search_edges &&
         a->n_simulations == b->n_simulations && a->n_graph_nodes == b->n_graph_nodes && a->n_graph_edges == b->n_graph_edges && a->n_graph_paths == b->n_graph_paths;
}

static void appended(pel_status status, const pel_error *err, void *data) {
  review_work *w = data;
  bool same = status == PEL_OK && same_rows(w->now->reasoning, w->into->reasoning);
  if (same) take_now(w->into, w->now);
  w->done(status, status == PEL_OK ? same ? "" : "the trace was changed by somebody else; open it again" : err->text, w->user);
}

void pel_reasoned_review(pel_reasoned *r, pel_document *document, const pel_review *entry, pel_reviewed_func done, void *user) {
  review_work *w = g_new0(review_work, 1);
  *w = (review_work){.into = r, .done = done, .user = user};
  w->entry = (pel_review){.node = entry->node, .verdict = g_strdup(entry->verdict), .name = g_strdup(entry->name), .date = "", .reason = g_strdup(entry->reason)};
  pel_document_run(document, &(pel_work){append, appended, free_review, w});
}
