/* SPDX-License-Identifier: ISC */
/* Frames on their way through the stages, and the memory they live in. */
#ifndef BASE_FRAME_H
#define BASE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum frame_limit {
	FRAME_MAX = 9216 + 22,	/* the largest LAN's MTU, header, two tags */
	FRAME_HEADROOM = 64,	/* octets free before the data */
	FRAME_SIZE = 9472,	/* octets from the data on */
	FRAME_BATCH = 64,	/* frames that one turn takes */
};

/**
 * struct frame - Octets on their way; the memory is the batch's
 * @data:	First octet; FRAME_HEADROOM octets before it are free, and
 *		FRAME_SIZE from it on may be written
 * @len:	How many octets count
 */
struct frame {
	uint8_t *data;
	size_t len;
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
	return f;
}

#endif
