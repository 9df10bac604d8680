/* An open trace with a thread of its own: work on it is queued there, results come back on the caller's main loop.
 *
 *   pel_document *d = pel_document_open ("run.pel", opened, self);
 *   pel_document_run (d, &(pel_work){load_map, take_map, free_map, data});
 *   pel_document_close (d);                    // from now on nothing is called back
 *
 * Work that is queued last is done first: what a person waits for is what was asked for just now. Work of lower urgency is
 * done when nothing more urgent is there; it looks at pel_document_waiting () now and then, and when that is true returns
 * PEL_ERR_CANCELLED with its state kept in `data`, to be queued again by its `done`. All functions are called from the main
 * loop's thread; only `work` runs elsewhere. */
#pragma once
#include <glib.h>

#include <pellucid/trace.h>

typedef struct pel_document pel_document;

/* On the document's thread. Long work asks pel_document_cancelled () now and then. */
typedef pel_status (*pel_work_func)(pel_document *document, pel_trace *trace, void *data, pel_error *err);
/* On the main loop. `err` is set when status is not PEL_OK. */
typedef void (*pel_done_func)(pel_status status, const pel_error *err, void *data);

typedef struct pel_work {
  pel_work_func work; /* NULL: opening alone */
  pel_done_func done;
  GDestroyNotify free_data; /* after `done`, or instead of it when the document was closed; may be NULL */
  void *data;
} pel_work;

/* Opens in the background; `opened` says how that went. When it failed only pel_document_close may follow. */
pel_document *pel_document_open(const char *path, pel_done_func opened, void *data);
typedef enum pel_urgency {
  PEL_URGENCY_NOW,        /* milliseconds, or somebody stares at its absence */
  PEL_URGENCY_SLOW,       /* seconds of work that somebody waits for; newest first */
  PEL_URGENCY_BACKGROUND, /* nobody asked; oldest first */
  PEL_URGENCIES
} pel_urgency;

void pel_document_run(pel_document *document, const pel_work *work); /* now */
void pel_document_run_later(pel_document *document, pel_urgency urgency, const pel_work *work);
/* Takes NULL. Does not wait: what runs is told to stop, what is queued is dropped. */
void pel_document_close(pel_document *document);

bool pel_document_cancelled(const pel_document *document); /* any thread */
/* Any thread: something more urgent is queued, or the document was closed. */
bool pel_document_waiting(pel_document *document, pel_urgency mine);
const char *pel_document_path(const pel_document *document);
