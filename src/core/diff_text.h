/* The difference of two traces' reasoning in words and as JSON.
 *
 *   {"format": "pellucid diff", "version": 1, "a": {"file", "trace"}, "b": {...}, "same": bool,
 *    "counts": {"fact": n, "step": n, ...},
 *    "first": entry or null, "begins": entry or null,
 *    "changes": [{"subject", "change": "changed" | "only in a" | "only in b", "what": ["state", ...], "a": side or null, "b": side or null}, ...],
 *    "settings": [{"name", "a", "b"}, ...],
 *    "tokens": {"position", "a", "b"} or null}
 * A side of a node is {"node", "number", "says", "state", "reason"}, of another row {"says"}. Settings (versions, parameters) say why two
 * reasonings may differ; alone they make no difference. */
#pragma once
#include "src/analysis/diff.h"

typedef struct pel_comparison pel_comparison;

/* Opens nothing and closes nothing: the traces stay the caller's, until free. `name_a`, `name_b`: of the files, as they are told. */
pel_status pel_comparison_make(pel_trace *a, const char *name_a, pel_trace *b, const char *name_b, pel_comparison **out, pel_error *err);
void pel_comparison_free(pel_comparison *comparison);
bool pel_comparison_same(const pel_comparison *comparison);

typedef enum pel_comparison_form { PEL_COMPARISON_TEXT, PEL_COMPARISON_MARKDOWN, PEL_COMPARISON_JSON } pel_comparison_form;
/* Owned by the caller; NULL: no memory. */
char *pel_comparison_write(const pel_comparison *comparison, pel_comparison_form form);
/* By the suffix of `path`, .md or .json. */
pel_status pel_comparison_save(const pel_comparison *comparison, const char *path, bool force, pel_error *err);
