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
	uint8_t *frames;

	if (depth > DELAY_MAX)
		return -ERANGE;
	frames = calloc(depth + 1, STM1_OCTETS);
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
 *
 * Return: the frame that arrives, for the caller to change; good until the
 * next call
 */
uint8_t *delay_step(struct delay *d, const uint8_t frame[STM1_OCTETS])
{
	memcpy(d->frames + d->next * STM1_OCTETS, frame, STM1_OCTETS);
	d->next = (d->next + 1) % (d->depth + 1);
	return d->frames + d->next * STM1_OCTETS;
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
