/* Threads of the window and how much stack each has. A stack is reserved whole when its thread begins, so that a dozen threads of the
 * libraries' at the system's 8 MB are most of what a process under a memory limit (RLIMIT_DATA) may take. */
#ifndef PELLUCID_CORE_THREAD_H
#define PELLUCID_CORE_THREAD_H

/* Threads that are made otherwise from now on, by libraries and by the engine (its pool, a trace's writer), have 2 MB. To be called before the first of them. */
void pel_thread_small_stacks(void);

/* Runs run(data) on a thread of its own, with the usual 8 MB, for readers and checkers recurse as deep as their limits let them; nobody waits for it. name: up to
 * 15 bytes, for debuggers. Where the system has no thread to give, the program ends with a word on it, as with g_thread_new(). */
void pel_thread_start(const char *name, void *(*run)(void *data), void *data);

#endif
