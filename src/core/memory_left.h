/* How much more memory this process may take: the least that its limits leave. */
#pragma once
#include <stdint.h>

/* Bytes that RLIMIT_DATA, RLIMIT_AS and the control group leave; UINT64_MAX where none of them limits. */
uint64_t pel_memory_left(void);
