/* A whole reasoning as JSON; src/core/export_tree.h says what is in it. */
#include <string.h>

#include "src/core/export_tree_parts.h"
#include "src/core/text_out.h"

typedef struct object { /* a JSON object that is being written */
  pel_outfile *f;
  bool any;
} object;

static void name(object *o, const char *key) {
  pel_json_name(o->f, key, o->any);
  o->any = true;
}

static void text(object *o, const char *key, const char *value) {
  name(o, key);
  pel_json_string(o->f, value, strlen(value));
}

static void number(object *o, const char *key, double value) {
  name(o, key);
  pel_json_double(o->f, value);
}

static void truth(object *o, const char *key, bool value) {
  name(o, key);
  pel_outfile_puts(o->f, value ? "true" : "false");
}

/* Ids count from 1; 0 is none. */
static void id_or_null(object *o, const char *key, int64_t id) {
  name(o, key);
  if (id > 0)
    pel_json_uint(o->f, (uint64_t)id);
  else
    pel_outfile_puts(o->f, "null");
}

static object begin(pel_outfile *f, size_t i) {
  pel_outfile_puts(f, i ? ",\n{" : "\n{");
  return (object){f, false};
}

static void array(pel_outfile *f, const char *key) {
  pel_json_name(f, key, true);
  pel_outfile_puts(f, "[");
}

static void put_node(pel_outfile *f, const pel_logic_tree *t, uint32_t v, size_t i) {
  const pel_node *n = &t->reasoning->nodes[v];
  const pel_tree_node *at = &t->nodes[v];
  char place[PEL_TREE_NUMBER];
  object o = begin(f, i);
  id_or_null(&o, "id", n->id);
  text(&o, "number", pel_tree_number(t, v, place));
  text(&o, "kind", pel_node_kind_name(n->kind));
  text(&o, "state", pel_node_state_name(n->state));
  text(&o, "says", n->says);
  text(&o, "note", n->note);
  text(&o, "term", n->term);
  id_or_null(&o, "parent", at->parent == PEL_TREE_NONE ? 0 : (int64_t)at->parent + 1);
  number(&o, "influence", (double)at->influence);
  truth(&o, "shown", t->item_of[v] != PEL_TREE_NONE);
  truth(&o, "collapsed", at->collapsed);
  id_or_null(&o, "clause", n->clause);
  id_or_null(&o, "passage", n->passage);
  id_or_null(&o, "document", n->document);
  number(&o, "from", (double)n->from);
  number(&o, "to", (double)n->to);
  text(&o, "by", n->by);
  text(&o, "date", n->date);
  number(&o, "weight", n->weight);
  number(&o, "confidence", n->confidence);
  number(&o, "low", n->low);
  number(&o, "high", n->high);
  text(&o, "event", n->event);
  pel_outfile_puts(f, "}");
}

static void put_edges(pel_outfile *f, const pel_reasoning *r) {
  array(f, "edges");
  for (size_t i = 0; i < r->n_edges; i++) {
    const pel_edge *e = &r->edges[i];
    object o = begin(f, i);
    id_or_null(&o, "from", e->from);
    id_or_null(&o, "to", e->to);
    text(&o, "kind", pel_edge_kind_name(e->kind));
    number(&o, "order", e->order);
    text(&o, "label", e->label);
    number(&o, "weight", e->weight);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]");
}

static void put_clauses(pel_outfile *f, const pel_reasoning *r) {
  array(f, "clauses");
  for (size_t i = 0; i < r->n_clauses; i++) {
    const pel_clause *c = &r->clauses[i];
    object o = begin(f, i);
    id_or_null(&o, "id", c->id);
    text(&o, "label", c->label);
    text(&o, "text", c->text);
    id_or_null(&o, "passage", c->passage);
    text(&o, "valid_from", c->valid_from);
    text(&o, "valid_to", c->valid_to);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]");
}

static void put_passages(pel_outfile *f, const pel_reasoning *r) {
  array(f, "passages");
  for (size_t i = 0; i < r->n_passages; i++) {
    const pel_passage *p = &r->passages[i];
    object o = begin(f, i);
    id_or_null(&o, "id", p->id);
    id_or_null(&o, "source", p->source);
    text(&o, "path", p->path);
    text(&o, "label", p->label);
    text(&o, "text", p->text);
    text(&o, "valid_from", p->valid_from);
    text(&o, "valid_to", p->valid_to);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]");
}

static void put_sources(pel_outfile *f, const pel_reasoning *r) {
  array(f, "sources");
  for (size_t i = 0; i < r->n_sources; i++) {
    const pel_source *s = &r->sources[i];
    object o = begin(f, i);
    id_or_null(&o, "id", s->id);
    text(&o, "key", s->key);
    text(&o, "title", s->title);
    text(&o, "publisher", s->publisher);
    text(&o, "version", s->version);
    text(&o, "url", s->url);
    text(&o, "licence", s->licence);
    text(&o, "retrieved", s->retrieved);
    text(&o, "sha256", s->sha256);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]");
}

static void put_documents(pel_outfile *f, const pel_reasoning *r) {
  array(f, "documents");
  for (size_t i = 0; i < r->n_documents; i++) {
    object o = begin(f, i);
    id_or_null(&o, "id", r->documents[i].id);
    text(&o, "name", r->documents[i].name);
    text(&o, "text", r->documents[i].text);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]");
}

static void put_reviews(pel_outfile *f, const pel_reasoning *r) {
  array(f, "reviews");
  for (size_t i = 0; i < r->n_reviews; i++) {
    const pel_review *v = &r->reviews[i];
    object o = begin(f, i);
    id_or_null(&o, "id", v->id);
    id_or_null(&o, "node", v->node);
    text(&o, "verdict", v->verdict);
    text(&o, "name", v->name);
    text(&o, "date", v->date);
    text(&o, "reason", v->reason);
    text(&o, "previous", v->previous);
    text(&o, "hash", v->hash);
    pel_outfile_puts(f, "}");
  }
  pel_outfile_puts(f, "]");
}

void pel_export_tree_json(const pel_logic_tree *t, const char *hash, pel_outfile *f) {
  object o = {f, false};
  pel_outfile_puts(f, "{");
  text(&o, "format", "pellucid tree");
  number(&o, "version", 1);
  text(&o, "trace", hash);
  number(&o, "cover", t->cover);
  number(&o, "covered", t->covered);
  number(&o, "nodes_shown", t->n_shown);
  array(f, "nodes");
  for (uint32_t i = 0; i < t->n_nodes; i++) put_node(f, t, i, i);
  pel_outfile_puts(f, "]");
  put_edges(f, t->reasoning);
  put_clauses(f, t->reasoning);
  put_passages(f, t->reasoning);
  put_sources(f, t->reasoning);
  put_documents(f, t->reasoning);
  put_reviews(f, t->reasoning);
  pel_outfile_puts(f, "}\n");
}
