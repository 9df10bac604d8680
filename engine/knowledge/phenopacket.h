/* A GA4GH phenopacket (JSON, version 1 or 2) as a case: its phenotypic features become findings that are so or are excluded, and what is asked is the diagnosis.
 * Format: https://phenopacket-schema.readthedocs.io */
#pragma once
#include "engine/knowledge/json_document.h"

bool pel_is_phenopacket(const pel_doc_place *root);
/* The case in the form of docs/case-format.md; *out is to be put. A diagnosis that the packet itself names is left out: it would be the answer. Errors name the JSON path. */
pel_status pel_phenopacket_case(const pel_doc_place *root, struct json_object **out, pel_error *err);
