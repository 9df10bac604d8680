/* A trace that is being looked at: opened, read in the order in which a person needs it, and followed while it is still being
 * written. All on the main loop's thread; what takes time happens on the document's. */
#pragma once
#include "src/core/overview.h"
#include "src/core/reasoned.h"

typedef struct pel_viewing pel_viewing;

typedef struct pel_viewing_events {
  void (*waiting)(void *user);                 /* there is nothing in the file yet; more will come */
  void (*opened)(void *user);                  /* the overview or the reasoning is there, or both */
  void (*failed)(const char *text, void *user); /* instead of opened; it can only be closed */
  void (*grew)(void *user);                    /* another overview is there; the one before lives until this returns */
  void (*more)(void *user);                    /* heads, signals or scores of the same overview came */
} pel_viewing_events;

/* `patient`: somebody is about to write the file; that it is not there yet is no failure. */
pel_viewing *pel_viewing_open(const char *path, bool patient, const pel_viewing_events *events, void *user);
void pel_viewing_close(pel_viewing *viewing); /* takes NULL; nothing is called back from now on */
/* No more is going to be written by whoever was waited for: a file that is not there is a failure from now on. */
void pel_viewing_expect_no_more(pel_viewing *viewing);

pel_document *pel_viewing_document(pel_viewing *viewing);
pel_overview *pel_viewing_overview(pel_viewing *viewing); /* NULL until opened and where no run of a model is in the trace; borrowed until it grew */
pel_reasoned *pel_viewing_reasoned(pel_viewing *viewing); /* NULL until opened and where there is none; lives as long as the viewing */
