// SPDX-License-Identifier: ISC
// Frames on their way through the stages, and the memory they live in.
//
// A turn of the loop reads up to FRAME_BATCH frames, carries them through
// all stages and is done with them: nothing is queued here, so one batch
// serves all channels and nothing is allocated on the way.

#include "base/frame.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/util.h"

/* Turns that follow each other so soon have a stream before them: four
 * times what a turn of one frame takes. Of one such it counts from its begin,
 * so that who asks and is answered is no stream. */
#define STREAM	((struct mono){ 50000 })

/**
 * turn_room() - How many frames a source may take in the turn that begins
 * @t:		Source's; all zero at first
 * @now:	Time
 *
 * One, where nothing came for a while: to look for a second frame, and to
 * make room for it, takes time for which whoever waits for the first one has
 * no use. Each turn of a stream takes twice as many as the one before.
 *
 * Return: 1 to FRAME_BATCH
 */
HOT unsigned int turn_room(struct turn *t, struct mono now)
{
	if (t->room && mono_before(now, mono_add(t->at, STREAM)))
		t->room = MIN(t->room * 2, FRAME_BATCH);
	else
		t->room = 1;
	t->at = now;
	return t->room;
}

/**
 * turn_over() - A turn has ended
 * @t:		Source's
 * @now:	Time
 *
 * To be said of a turn that took more than one frame, or a large one: it may
 * have taken long, and what waits by then is the same stream.
 */
HOT void turn_over(struct turn *t, struct mono now)
{
	t->at = now;
}

/**
 * turn_in_stream() - Does one turn follow another?
 * @t:	Source's
 *
 * Return: true if so
 */
HOT bool turn_in_stream(const struct turn *t)
{
	return t->room > 2;
}

/**
 * frame_batch_init() - Get the memory of a batch
 * @b:	Batch, owned by the caller
 *
 * Return: 0 or -ENOMEM
 */
int frame_batch_init(struct frame_batch *b)
{
	/* mapped, not malloc'ed, so that only touched pages are resident */
	b->memory = mmap(NULL, FRAME_BATCH_MEMORY,
			 PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (b->memory == MAP_FAILED) {
		b->memory = NULL;
		return -ENOMEM;
	}
	/* huge ones would all be */
	madvise(b->memory, FRAME_BATCH_MEMORY, MADV_NOHUGEPAGE);
	return 0;
}

/**
 * frame_batch_free() - Give the memory back
 * @b:	Batch
 */
void frame_batch_free(struct frame_batch *b)
{
	if (b->memory)
		munmap(b->memory, FRAME_BATCH_MEMORY);
	b->memory = NULL;
}
