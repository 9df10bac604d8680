/* What a pack says that its own case comes to, held against what the audit gives. */
#pragma once
#include "engine/knowledge/json_document.h"
#include "engine/logic/write.h"
#include "engine/reason/audit.h"

/* Whether `expected` asks for something that only the recorded tree tells: "cites", "assumes". */
bool pel_expected_needs_tree(const pel_doc_place *expected);
/* `out` gets what differs, nothing when all is as expected. `tree` may be NULL when it is not needed. PEL_ERR_INPUT names the JSON path. */
pel_status pel_expected_compare(const pel_doc_place *expected, const pel_audit_result *result, const pel_reasoning *tree, pel_text_out *out, pel_error *err);
