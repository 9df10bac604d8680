/* Threads of the window and how much stack each has. A stack is reserved whole when its thread begins, so that a dozen threads of the
 * libraries' at the system's 8 MB are most of what a process under a memory limit (RLIMIT_DATA) may take. */
#ifndef PELLUCID_CORE_THREAD_H
#define PELLUCID_CORE_THREAD_H

/* Threads that others make from now on have 2 MB. To be called before the first of them. */
void pel_thread_small_stacks(void);

/* Runs run(data) on a thread of its own, with the 8 MB that terms nested to the readers' limits need; nobody waits for it. name: up to
 * 15 bytes, for debuggers. Where the system has no thread to give, the program ends with a word on it, as with g_thread_new(). */
void pel_thread_start(const char *name, void *(*run)(void *data), void *data);

#endif
