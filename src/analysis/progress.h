/* How long work says how far it is, and is told to stop. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct pel_progress {
  bool (*step)(double fraction, void *user); /* fraction in [0, 1]; false cancels; NULL: nobody watches */
  void *user;
} pel_progress;

/* False when the caller asked to stop. `progress` may be NULL. */
static inline bool pel_progress_step(const pel_progress *progress, double fraction) {
  return !progress || !progress->step || progress->step(fraction, progress->user);
}
