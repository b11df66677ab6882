// SPDX-License-Identifier: ISC
// A delay line of whole frames: the length of the fibre.

#include "sdhsim/delay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * delay_set() - Change how long the line is
 * @d:		The line; what was on its way is lost, and instead of it there
 *		are octets of zero
 * @depth:	Frames, at most DELAY_MAX
 *
 * Return: 0; -ERANGE; or -ENOMEM, and nothing has changed
 */
int delay_set(struct delay *d, size_t depth)
{
	struct delay_frame *frames;

	if (depth > DELAY_MAX)
		return -ERANGE;
	frames = calloc(depth + 1, sizeof(*frames));
	if (!frames)
		return -ENOMEM;
	free(d->frames);
	*d = (struct delay){ .frames = frames, .depth = depth };
	return 0;
}

/**
 * delay_step() - One frame goes in, one comes out
 * @d:		The line
 * @frame:	Copied
 * @own:	How many of its channel's octets are the sender's own
 *
 * Return: the frame that arrives, for the caller to change; good until the
 * next call
 */
struct delay_frame *delay_step(struct delay *d,
			       const uint8_t frame[STM1_OCTETS], size_t own)
{
	struct delay_frame *in = &d->frames[d->next];

	memcpy(in->octets, frame, STM1_OCTETS);
	in->own = (uint8_t)own;
	d->next = (d->next + 1) % (d->depth + 1);
	return &d->frames[d->next];
}

/**
 * delay_free() - End a line
 * @d:	The line
 */
void delay_free(struct delay *d)
{
	free(d->frames);
	*d = (struct delay){ 0 };
}
