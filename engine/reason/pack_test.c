/* A pack's own cases: each is audited, and held against what the pack says that it comes to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/expected.h"

typedef struct kept {
  char *name, *text, *expected;
} kept;

typedef struct testing {
  pel_pack *pack;
  kept *cases;
  size_t n_cases, capacity;
  pel_status status; /* of reading the cases */
  pel_error *err;
} testing;

/* The cases are kept apart: the audits read the pack meanwhile. */
static bool keep(void *user, const pel_pack_case *row) {
  testing *t = user;
  kept *cases = pel_grow(t->cases, &t->capacity, t->n_cases + 1, sizeof *cases);
  if (!cases) return t->status = pel_fail_memory(t->err, "a pack's cases", sizeof *cases), false;
  t->cases = cases;
  kept *k = &cases[t->n_cases++];
  *k = (kept){strdup(row->name), strdup(row->text), strdup(row->expected)};
  if (!k->name || !k->text || !k->expected) return t->status = pel_fail_memory(t->err, "a pack's cases", strlen(row->text)), false;
  return true;
}

static pel_status read_tree(const char *path, pel_reasoning **out, pel_error *err) {
  pel_trace *trace;
  PEL_TRY(pel_trace_open(path, &trace, err));
  pel_status status = pel_reasoning_read(trace, out, err);
  pel_trace_close(trace);
  return status;
}

/* What the tree shows is recorded as for a reader, in a folder of our own that is gone afterwards. */
static pel_status audit_recorded(pel_audit_options *o, pel_audit_result *result, pel_reasoning **tree, pel_error *err) {
  char folder[] = P_tmpdir "/pellucid-test-XXXXXX", path[sizeof folder + 16];
  if (!mkdtemp(folder)) return pel_fail_errno(err, P_tmpdir, "cannot make a folder for a case's trace");
  snprintf(path, sizeof path, "%s/case.pel", folder);
  o->output = path;
  o->generator = "pellucid kb test";
  pel_status status = pel_audit(o, result, err);
  if (status == PEL_OK) {
    status = read_tree(path, tree, err);
    if (status != PEL_OK) pel_audit_result_clear(result);
  }
  unlink(path);
  rmdir(folder);
  return status;
}

static pel_status audit_one(const testing *t, const kept *k, const pel_doc_place *expected, pel_text_out *out, pel_error *err) {
  pel_case *of;
  pel_reasoning *tree = NULL;
  pel_audit_options o = PEL_AUDIT_DEFAULTS;
  pel_audit_result result = {0};
  PEL_TRY(pel_case_parse(k->name, k->text, strlen(k->text), &of, err));
  o.given = of;
  o.pack = t->pack;
  o.retrieve = false;
  pel_status status = pel_expected_needs_tree(expected) ? audit_recorded(&o, &result, &tree, err) : pel_audit(&o, &result, err);
  pel_case_close(of);
  PEL_TRY(status);
  status = pel_expected_compare(expected, &result, tree, out, err);
  pel_reasoning_free(tree);
  pel_audit_result_clear(&result);
  return status;
}

static pel_status test_one(const testing *t, const kept *k, pel_text_out *out, pel_error *err) {
  struct json_object *json;
  PEL_TRY(pel_doc_parse(k->name, k->expected, strlen(k->expected), &json, err));
  pel_doc_place expected = {.file = k->name, .path = "expected", .value = json};
  pel_status status = audit_one(t, k, &expected, out, err);
  json_object_put(json);
  return status;
}

pel_status pel_pack_test(const char *path, bool (*each)(void *user, const char *name, bool passed, const char *difference), void *user, pel_error *err) {
  testing t = {.err = err};
  size_t failed = 0;
  bool go = true;
  PEL_TRY(pel_pack_open(path, &t.pack, err));
  pel_status status = pel_pack_cases(t.pack, keep, &t, err);
  if (status == PEL_OK) status = t.status;
  for (size_t i = 0; i < t.n_cases; i++) {
    kept *k = &t.cases[i];
    pel_text_out difference = {.most = 1 << 20};
    pel_error one = {0};
    if (status == PEL_OK && go) {
      pel_status tested = test_one(&t, k, &difference, &one);
      const char *says = tested != PEL_OK ? one.text : difference.size ? difference.text : "";
      failed += *says != 0;
      if (tested == PEL_ERR_MEMORY) status = pel_fail(err, tested, "%s", one.text);
      else go = each(user, k->name, !*says, says);
    }
    free(difference.text);
    free(k->name), free(k->text), free(k->expected);
  }
  free(t.cases);
  pel_pack_close(t.pack);
  if (status == PEL_OK && t.n_cases == 0) return pel_fail(err, PEL_ERR_CHECK, "%s: holds no test cases, so nothing was tested; docs/pack-format.md says how a pack gets some", path);
  if (status == PEL_OK && failed) return pel_fail(err, PEL_ERR_CHECK, "%s: %zu of its %zu cases did not come out as the pack expects", path, failed, t.n_cases);
  return status;
}
