/* SPDX-License-Identifier: ISC */
/* Frames on their way through the stages, and the memory they live in. */
#ifndef BASE_FRAME_H
#define BASE_FRAME_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum frame_limit {
	FRAME_MAX = 9216 + 22,	/* the largest LAN's MTU, header, two tags */
	FRAME_HEADROOM = 64,	/* octets free before the data */
	FRAME_SIZE = 9472,	/* octets from the data on */
	FRAME_BATCH = 64,	/* frames that one turn takes */
	FRAME_SUPER = 65536,	/* octets of the largest super-frame or train */
	FRAME_BATCH_SUPER = 48,	/* of these, one call receives at most: the
				 * frames of one super-frame, where the
				 * underlay joins none. 16: 1/6 slower there */
	FRAME_BATCH_TRAINS = 4,	/* and where they are trains: of small ones, 64
				 * frames each, a socket of the usual size
				 * holds some 270 */
};

/** enum frame_gso - What a super-frame is made of */
enum frame_gso {
	FRAME_ORDINARY,		/* is one frame */
	FRAME_TCP4,
	FRAME_TCP6,
	FRAME_UDP,		/* over either IP */
	FRAME_GSO_NUM
};

/**
 * struct offload - What the kernel has left for others to do with a frame
 * @gso:	enum frame_gso; all zero: nothing was left
 * @partial:	The checksum that begins to sum at @csum_start and stands
 *		@csum_offset behind that holds the pseudo-header's sum only
 * @size:	Payload of each frame in a super-frame, but the last
 */
struct offload {
	uint8_t gso;
	bool partial;
	uint16_t size;
	uint16_t csum_start;
	uint16_t csum_offset;
};

/**
 * struct frame - Octets on their way; the memory is the batch's
 * @data:	First octet; FRAME_HEADROOM octets before it are free, and
 *		FRAME_SIZE from it on may be written
 * @len:	How many octets count
 * @offload:	What has still to be done with it
 */
struct frame {
	uint8_t *data;
	size_t len;
	struct offload offload;
};

/**
 * struct frame_batch - Room for the frames of one turn
 * @memory:	One piece, owned; pages not touched cost nothing
 * @frames:	Set to their places by frame_batch_at() and its like
 */
struct frame_batch {
	uint8_t *memory;
	struct frame frames[FRAME_BATCH + 1];	/* the last is to spare */
};

/**
 * struct turn - How much one source of frames may take in one turn
 * @room:	Frames in the last turn
 * @at:		When that began or, once it is known, ended
 */
struct turn {
	unsigned int room;
	struct mono at;
};

/* Others have waited long enough: some eight super-frames */
#define TURN_LONG	((struct mono){ 200000 })

unsigned int turn_room(struct turn *t, struct mono now);
void turn_over(struct turn *t, struct mono now);
bool turn_in_stream(const struct turn *t);

int frame_batch_init(struct frame_batch *b);
void frame_batch_free(struct frame_batch *b);

enum {
	FRAME_ALIGN = 64,
	FRAME_STRIDE = FRAME_HEADROOM + FRAME_SIZE,
	FRAME_SUPER_STRIDE = FRAME_HEADROOM + FRAME_SUPER + FRAME_SIZE,
	FRAME_BATCH_OCTETS = FRAME_SUPER_STRIDE * FRAME_BATCH_SUPER,
	FRAME_BATCH_MEMORY = FRAME_BATCH_OCTETS + FRAME_STRIDE,
};

static_assert(FRAME_STRIDE * FRAME_BATCH <= FRAME_BATCH_OCTETS,
	      "as many frames have no room in a batch");

static inline struct frame *frame_batch_place(struct frame_batch *b, size_t i,
					      size_t at)
{
	struct frame *f = &b->frames[i];

	f->data = b->memory + at + FRAME_HEADROOM;
	f->len = 0;
	f->offload = (struct offload){ 0 };
	return f;
}

/**
 * frame_batch_at() - One frame of a batch, empty, at its place
 * @b:	Batch
 * @i:	Which, below FRAME_BATCH
 *
 * Only the frames that a turn really uses are touched: memory that has to
 * be fetched first is what a lone frame on an idle line waits for longest.
 *
 * Return: the frame; valid until it is asked for again
 */
static inline struct frame *frame_batch_at(struct frame_batch *b, size_t i)
{
	return frame_batch_place(b, i, i * FRAME_STRIDE);
}

/**
 * frame_batch_super_at() - The same, with room for a super-frame or a train
 * @b:	Batch
 * @i:	Which, below FRAME_BATCH_SUPER
 *
 * FRAME_SUPER octets may be written, and FRAME_SIZE from wherever in them
 * a packet begins.
 *
 * Return: the frame; valid until it is asked for again
 */
static inline struct frame *frame_batch_super_at(struct frame_batch *b,
						 size_t i)
{
	return frame_batch_place(b, i, i * FRAME_SUPER_STRIDE);
}

/**
 * frame_batch_spare() - A frame beside those of a batch, empty
 * @b:	Batch
 *
 * For one that has to be put together, or has no room where it is.
 *
 * Return: the frame; valid until it is asked for again
 */
static inline struct frame *frame_batch_spare(struct frame_batch *b)
{
	return frame_batch_place(b, FRAME_BATCH, FRAME_BATCH_OCTETS);
}

/**
 * frame_batch_after() - The same, right behind the frame before
 * @b:	Batch
 * @i:	Which, below FRAME_BATCH; all frames before it have come
 *
 * Frames of any size, none of which needs to be written beyond its end, so
 * lie close together.
 *
 * Return: the frame; NULL if there is no room for a super-frame any more
 */
static inline struct frame *frame_batch_after(struct frame_batch *b, size_t i)
{
	size_t at = 0;

	if (i) {
		const struct frame *before = &b->frames[i - 1];

		at = (size_t)(before->data - b->memory) + before->len;
		at = (at + FRAME_ALIGN - 1) / FRAME_ALIGN * FRAME_ALIGN;
	}
	return at + FRAME_SUPER_STRIDE > FRAME_BATCH_OCTETS ? NULL :
	       frame_batch_place(b, i, at);
}

#endif
