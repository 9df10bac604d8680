/* An audit that the window runs: the rules in a thread of their own, a case from memory against a pack, into a trace that is then read as any other.
 *
 *   pel_auditing *a = pel_auditing_start (&options, changed, self);
 *   ... pel_auditing_get (a, &state) whenever `changed` is called, on the main loop ...
 *   pel_auditing_stop (a);       // nothing is left behind
 *   pel_auditing_release (a);    // nothing is called back any more; one that goes on is stopped
 */
#pragma once
#include <glib.h>
#include <pellucid/audit.h>

typedef struct pel_auditing pel_auditing;

typedef struct pel_auditing_options { /* copied */
  const char *pack, *pack_sha256; /* sha256: the pack has to be this one; "" for whatever it is */
  const char *json;               /* the case */
  const char *output;
  bool force;
  bool secret; /* the file is for the user alone, mode 0600 */
} pel_auditing_options;

typedef struct pel_auditing_state {
  bool ended;
  double seconds;
  pel_status status;
  char error[600];
  pel_node_state state; /* of the conclusion */
} pel_auditing_state;

pel_auditing *pel_auditing_start(const pel_auditing_options *options, void (*changed)(void *user), void *user);
void pel_auditing_get(pel_auditing *auditing, pel_auditing_state *out);
void pel_auditing_stop(pel_auditing *auditing);
void pel_auditing_release(pel_auditing *auditing); /* takes NULL */
const char *pel_auditing_output(const pel_auditing *auditing);
/* Waits until no audit runs any more: nothing is then half written. For the end of a program. */
void pel_auditing_wait_all(void);
