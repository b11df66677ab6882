/* SPDX-License-Identifier: ISC */
/* Frames cut into fragments, and fragments made frames again. */
#ifndef CODEC_FRAGMENT_H
#define CODEC_FRAGMENT_H

#include <dccbridge/wire.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "codec/wire.h"

/**
 * struct fragment_plan - How a frame is cut
 * @len:	Octets of the frame
 * @unit:	Octets of each fragment but the last, which may be shorter
 * @count:	Fragments; 1 if the frame fits as a whole
 */
struct fragment_plan {
	size_t len;
	size_t unit;
	unsigned int count;
};

int fragment_plan(struct fragment_plan *plan, size_t len, size_t max);
void fragment_slice(const struct fragment_plan *plan, unsigned int index,
		    size_t *offset, size_t *length);

struct partial;
LIST_HEAD(partial_list, partial);
TAILQ_HEAD(partial_queue, partial);

/**
 * struct reassembly_pool - The frames in the making of one engine
 *
 * Private to fragment.c. Must outlive each struct reassembly that uses it.
 */
struct reassembly_pool {
	size_t size;			/* octets of a buffer */
	unsigned int cap;		/* most buffers that are ever made */
	unsigned int made;
	struct mono timeout;
	struct partial_list free;
	struct partial_queue used;	/* the last fragment oldest first */
	struct partial *lent;		/* what the last call handed out */
};

/**
 * enum reassembly_count - What a struct reassembly counts
 * @REASSEMBLY_FRAMES:		frames made of fragments
 * @REASSEMBLY_DUPLICATE:	fragments that were there already
 * @REASSEMBLY_LATE:		fragments of a frame that was already passed
 *				on or given up
 * @REASSEMBLY_MISMATCH:	frames dropped: lengths, flags or last indices
 *				of the fragments contradict each other
 * @REASSEMBLY_TOO_LONG:	frames dropped: longer than a buffer
 * @REASSEMBLY_OVERTAKEN:	frames given up: their class went on
 * @REASSEMBLY_TIMEOUT:		frames given up: nothing came any more
 * @REASSEMBLY_EVICTED:		frames given up: their buffer was needed
 * @REASSEMBLY_NO_MEMORY:	fragments dropped: no buffer to be had
 */
enum reassembly_count {
	REASSEMBLY_FRAMES,
	REASSEMBLY_DUPLICATE,
	REASSEMBLY_LATE,
	REASSEMBLY_MISMATCH,
	REASSEMBLY_TOO_LONG,
	REASSEMBLY_OVERTAKEN,
	REASSEMBLY_TIMEOUT,
	REASSEMBLY_EVICTED,
	REASSEMBLY_NO_MEMORY,
	REASSEMBLY_COUNT_NUM,
};

/**
 * struct reassembly - What one class of one path receives
 *
 * Must not be moved or freed before reassembly_reset().
 *
 * Private to fragment.c but for @count, by enum reassembly_count, which the
 * owner reads (and may clear).
 */
struct reassembly {
	struct reassembly_pool *pool;
	struct partial_list partials;	/* the latest begun first */
	unsigned int pending;		/* how many those are */
	uint64_t open;			/* in the window: in the making */
	uint64_t done;			/* the same: finished with */
	uint16_t newest;		/* bit 0 of both is this number */
	uint16_t astray;		/* last number outside the window */
	bool started;			/* @newest is valid */
	bool has_astray;
	bool in_order;			/* the line never changes the order */
	uint64_t count[REASSEMBLY_COUNT_NUM];
};

/**
 * struct reassembled - A frame, whole again
 * @data:	Not the caller's: see reassembly_add()
 * @len:	Octets
 * @type:	enum wire_type
 * @compressed:	C
 * @partial:	P
 * @zeros:	Z
 * @sequence:	Frame sequence
 */
struct reassembled {
	const uint8_t *data;
	size_t len;
	uint8_t type;
	bool compressed;
	bool partial;
	bool zeros;
	uint16_t sequence;
};

/* What suits lines of ordinary delay; a frame waits so long for its next */
#define REASSEMBLY_TIMEOUT_DEFAULT	mono_ms(2000)

void reassembly_pool_init(struct reassembly_pool *pool, size_t size,
			  unsigned int cap, struct mono timeout);
void reassembly_pool_free(struct reassembly_pool *pool);
size_t reassembly_pool_expire(struct reassembly_pool *pool, struct mono now);
struct mono reassembly_pool_deadline(const struct reassembly_pool *pool);

void reassembly_init(struct reassembly *r, struct reassembly_pool *pool,
		     bool in_order);
int reassembly_add(struct reassembly *r, struct mono now,
		   const struct wire_header *h, const uint8_t *data,
		   size_t len, struct reassembled *out);
void reassembly_reset(struct reassembly *r);

#endif
