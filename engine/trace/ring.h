/* A bounded queue of messages between the model's threads and the writer's: bytes in a ring, each message in
 * one piece. A producer waits while there is no room, and how long is counted; nothing is ever dropped. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pel_ring pel_ring;

typedef struct pel_message { /* the payload follows, 64-byte aligned */
  uint32_t kind, layer, first, n;
  size_t size; /* payload bytes */
} pel_message;

#define PEL_MESSAGE_HEAD 64 /* bytes from a message to its payload */
static inline void *pel_message_data(const pel_message *m) { return (char *)m + PEL_MESSAGE_HEAD; }

pel_ring *pel_ring_new(size_t capacity); /* NULL: out of memory */
void pel_ring_free(pel_ring *ring);
/* The largest payload that fits: a quarter of the ring. */
size_t pel_ring_most(const pel_ring *ring);

/* Room for a message; fill it and publish. Producers take turns: between the two calls others wait. */
pel_message *pel_ring_reserve(pel_ring *ring, size_t size);
void pel_ring_publish(pel_ring *ring);
/* No more messages will come. */
void pel_ring_end(pel_ring *ring);
double pel_ring_waited(const pel_ring *ring);

/* The oldest message, or NULL when none came until `timeout` seconds passed (< 0: forever) or the ring has
 * ended and is empty (*ended). */
const pel_message *pel_ring_next(pel_ring *ring, double timeout, bool *ended);
void pel_ring_release(pel_ring *ring);
