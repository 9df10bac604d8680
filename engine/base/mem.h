/* Allocation that checks its arithmetic. All of it is released with free(). */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* n x size bytes, zeroed; NULL on overflow or when there is none. n x size == 0 gives a valid pointer. */
void *pel_alloc(size_t n, size_t size);

/* The same, aligned to 64 bytes (a cache line, and the widest vector). */
void *pel_alloc_aligned(size_t n, size_t size);

/* Grows an array to hold at least `need` items: returns the new array or NULL (the old one stays valid). */
void *pel_grow(void *array, size_t *capacity, size_t need, size_t size);

/* Bytes of memory that this process may still take: the least of MemAvailable, the address-space
 * limit and the cgroup's limit. UINT64_MAX when the system does not say. */
uint64_t pel_memory_available(void);

/* Peak resident set of this process in bytes. */
uint64_t pel_memory_peak(void);
