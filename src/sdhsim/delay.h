/* SPDX-License-Identifier: ISC */
/* A delay line of whole frames: the length of the fibre. */
#ifndef SDHSIM_DELAY_H
#define SDHSIM_DELAY_H

#include <stddef.h>

#include "sdhsim/stm1.h"

enum {
	DELAY_MAX = 1000 * STM1_FRAMES_MS,	/* frames: one second */
};

/**
 * struct delay - Frames on their way; delay_set() begins it, zeroed
 * @frames:	Room for @depth + 1, owned
 * @depth:	How many are on their way
 * @next:	Where the next one goes
 */
struct delay {
	uint8_t *frames;
	size_t depth;
	size_t next;
};

int delay_set(struct delay *d, size_t depth);
uint8_t *delay_step(struct delay *d, const uint8_t frame[STM1_OCTETS]);
void delay_free(struct delay *d);

#endif
