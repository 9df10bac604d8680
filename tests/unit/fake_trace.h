/* A made-up trace behind the public reader's functions, for tests of what draws and exports: no file, the
 * same numbers everywhere. 4 layers x 6 heads (3 key heads, head_dim 8); layer 1 has a window of 8 keys;
 * layer 2 was not recorded; head 4 of layer 3 was not recorded. Tokens are a mix of scripts, cut characters
 * and bytes that are no UTF-8. */
#pragma once
#include <pellucid/trace.h>

#define FAKE_TOKENS 40
#define FAKE_LAYERS 4
#define FAKE_HEADS 6
#define FAKE_WINDOW 8

/* Any count; the 40 tokens repeat. Freed by pel_trace_close. */
pel_trace *fake_trace_new(uint32_t n_tokens);
/* The same with n plain tokens alone. */
pel_trace *fake_trace_new_plain(uint32_t n_tokens);
/* From now on pel_trace_map fails (0: never; n: in its n-th call). */
void fake_trace_fail_map(pel_trace *trace, int at_call);
