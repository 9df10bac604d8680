/* A chain rule as text: grandparent(X, Y) <- parent(X, A), parent(A, Y). A backward step has its ends exchanged: parent(A, X). */
#pragma once
#include <pellucid/learn.h>

#include "engine/base/names.h"

/* Reads a rule's head, length and body from text [size]; figures are left alone. What is wrong goes into `fault`, a line; false then. `relations` are the names that
 * there are. */
bool pel_chain_rule_parse(const char *text, size_t size, const pel_names *relations, pel_chain_rule *out, char *fault, size_t fault_size);
