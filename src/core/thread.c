#include "src/core/thread.h"

#include <glib.h>
#include <pthread.h>

enum { LIBRARIES_STACK = 2 << 20, OWN_STACK = 8 << 20 };

void pel_thread_small_stacks(void) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  if (pthread_attr_setstacksize(&attributes, LIBRARIES_STACK) == 0) (void)pthread_setattr_default_np(&attributes); /* else they have the system's */
  pthread_attr_destroy(&attributes);
}

void pel_thread_start(const char *name, void *(*run)(void *data), void *data) {
  pthread_attr_t attributes;
  pthread_t thread;
  int fault = pthread_attr_init(&attributes);
  if (fault == 0) {
    pthread_attr_setstacksize(&attributes, OWN_STACK);
    fault = pthread_create(&thread, &attributes, run, data);
    pthread_attr_destroy(&attributes);
  }
  if (fault != 0) g_error("no thread for “%s”: %s; close other programs or allow this one more", name, g_strerror(fault));
  pthread_setname_np(thread, name);
  pthread_detach(thread);
}
