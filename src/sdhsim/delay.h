/* SPDX-License-Identifier: ISC */
/* A delay line of whole frames: the length of the fibre. */
#ifndef SDHSIM_DELAY_H
#define SDHSIM_DELAY_H

#include <stddef.h>
#include <stdint.h>

#include "sdhsim/stm1.h"

enum {
	DELAY_MAX = 1000 * STM1_FRAMES_MS,	/* frames: one second */
};

/**
 * struct delay_frame - One of them
 * @octets:	The frame
 * @own:	So many of its channel's octets are the sender's own; what
 *		follows them was put in since the sender had no more
 */
struct delay_frame {
	uint8_t octets[STM1_OCTETS];
	uint8_t own;
};

/**
 * struct delay - Frames on their way; delay_set() begins it, zeroed
 * @frames:	Room for @depth + 1, owned
 * @depth:	How many are on their way
 * @next:	Where the next one goes
 */
struct delay {
	struct delay_frame *frames;
	size_t depth;
	size_t next;
};

int delay_set(struct delay *d, size_t depth);
struct delay_frame *delay_step(struct delay *d,
			       const uint8_t frame[STM1_OCTETS], size_t own);
void delay_free(struct delay *d);

#endif
