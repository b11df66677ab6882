/* SPDX-License-Identifier: ISC */
/* Frames on their way through the stages, and the memory they live in. */
#ifndef BASE_FRAME_H
#define BASE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum frame_limit {
	FRAME_MAX = 9216 + 22,	/* the largest LAN's MTU, header, two tags */
	FRAME_HEADROOM = 64,	/* octets free before the data */
	FRAME_SIZE = 9472,	/* octets from the data on */
	FRAME_BATCH = 64,	/* frames that one turn takes */
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
 * @frames:	Set to their places by frame_batch_at()
 */
struct frame_batch {
	uint8_t *memory;
	struct frame frames[FRAME_BATCH];
};

/**
 * struct turn - How much one source of frames may take in one turn
 * @room:	Frames in the last turn
 * @at:		When that was
 */
struct turn {
	unsigned int room;
	struct mono at;
};

unsigned int turn_room(struct turn *t, struct mono now);

int frame_batch_init(struct frame_batch *b);
void frame_batch_free(struct frame_batch *b);

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
	struct frame *f = &b->frames[i];

	f->data = b->memory + i * (FRAME_HEADROOM + FRAME_SIZE) +
		  FRAME_HEADROOM;
	f->len = 0;
	f->offload = (struct offload){ 0 };
	return f;
}

#endif
