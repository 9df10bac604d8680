/* How engine code reports a failure. */
#pragma once
#include <pellucid/status.h>
#include <stddef.h>

/* Fills `err` (may be NULL) and returns `status`, so that `return pel_fail (...)` reads well. */
__attribute__((format(printf, 3, 4))) pel_status pel_fail(pel_error *err, pel_status status,
                                                          const char *format, ...);

/* PEL_ERR_MEMORY with a uniform text: "out of memory: WHAT (N bytes)", without the bytes where they are not known (0). */
pel_status pel_fail_memory(pel_error *err, const char *what, size_t bytes);

/* PEL_ERR_IO with errno's text: "PATH: WHAT: No space left on device". */
pel_status pel_fail_errno(pel_error *err, const char *path, const char *what);

/* Runs an expression that yields a pel_status and returns it when it is not PEL_OK. */
#define PEL_TRY(expr)                      \
  do {                                     \
    pel_status pel_try_ = (expr);          \
    if (pel_try_ != PEL_OK) return pel_try_; \
  } while (0)
