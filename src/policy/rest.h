/* SPDX-License-Identifier: ISC */
/* Resting: a line that hardly anything crosses is watched less closely. */
#ifndef POLICY_REST_H
#define POLICY_REST_H

#include <stdbool.h>
#include <stdint.h>

enum {
	REST_BUSY = 4,		/* packets of data in a second: not calm */
	REST_CALM = 3,		/* calm seconds in a row, and it rests */
};

/**
 * struct rest - What has crossed a line, and whether it rests
 * @resting:	It does
 * @calm:	Calm seconds before the running one, up to REST_CALM
 * @crossed:	Packets of data in the running second, both directions
 */
struct rest {
	bool resting;
	uint8_t calm;
	uint32_t crossed;
};

/**
 * rest_crossed() - Packets of data cross the line
 * @r:	All zero is new
 * @n:	How many
 *
 * Return: true if the line rests, and must not any more: rest_end()
 */
static inline bool rest_crossed(struct rest *r, unsigned int n)
{
	r->crossed += n;
	return r->resting && r->crossed >= REST_BUSY;
}

void rest_end(struct rest *r);
void rest_tick(struct rest *r, bool may);

#endif
