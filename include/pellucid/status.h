/* Status codes and error texts: the one error convention of the library.
 *
 * Every function that can fail returns a pel_status (0 is success), leaves its
 * out-parameters untouched on failure, and writes one line into the pel_error
 * that the caller handed in (NULL is allowed when the text is not wanted). */
#pragma once
#ifdef __cplusplus
extern "C" {
#endif

#define PEL_API __attribute__((visibility("default")))

typedef enum pel_status {
  PEL_OK = 0,
  PEL_ERR_USAGE,       /* the caller asked for something that makes no sense */
  PEL_ERR_INPUT,       /* a file from outside is malformed */
  PEL_ERR_UNSUPPORTED, /* well formed, but not something this version can do */
  PEL_ERR_MEMORY,      /* does not fit, or an allocation failed */
  PEL_ERR_IO,          /* the system refused: disk full, permission, missing file */
  PEL_ERR_CANCELLED,   /* a probe, a signal or the caller asked to stop */
  PEL_ERR_FULL,        /* the context holds no further token */
  PEL_ERR_CHECK,       /* a verification found a difference */
} pel_status;

/* One line, no newline at its end: file, place, what is wrong, what to do. */
typedef struct pel_error {
  pel_status status;
  char text[600];
} pel_error;

/* "1.2.3" of the library that is linked; static storage. */
PEL_API const char *pel_version(void);

#ifdef __cplusplus
}
#endif
