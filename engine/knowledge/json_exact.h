/* What a JSON parser passes over in silence: a key that stands twice in an object, and whole numbers of more than 64 bits. */
#pragma once
#include "engine/knowledge/json_document.h"

/* Walks `root` beside the text that it was parsed from without a fault. A whole number that does not fit becomes one that keeps its own text
 * (json_object_get_string gives it as written); a key that stands twice is refused. */
pel_status pel_doc_make_exact(const char *file, const char *text, size_t size, struct json_object *root, pel_error *err);
