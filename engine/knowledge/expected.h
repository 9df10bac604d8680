/* What a pack's test case is to come to: the form of its JSON. */
#pragma once
#include "engine/knowledge/json_document.h"

/* Refuses what no audit could be held against: unknown keys, a state that is none, lists that are none. Errors name the place. */
pel_status pel_expected_check(const pel_doc_place *expected, pel_error *err);
