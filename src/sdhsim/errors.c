// SPDX-License-Identifier: ISC
// Bit errors: independent, at a rate, at the cost of the errors alone.
//
// Theory of operation
// -------------------
// Where each bit is wrong with the same probability whatever became of the
// others, the number of good bits between two errors has the geometric
// distribution. So the gaps are drawn, not the bits: a line with an error
// rate of 1e-6 costs a comparison a frame and a logarithm each 50 frames.

#include "sdhsim/errors.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>

#define GAP_NEVER	UINT64_MAX
#define GAP_LONGEST	1e18	/* more than a century at 155 Mbit/s */

/* SplitMix64: any seed will do, zero too. */
static uint64_t draw(struct errors *e)
{
	uint64_t z = e->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static uint64_t draw_gap(struct errors *e)
{
	double unit, gap;

	if (e->rate <= 0)
		return GAP_NEVER;
	/* more than 0 and at most 1, in steps of 2^-53 */
	unit = ((double)(draw(e) >> 11) + 1) * 0x1p-53;
	gap = log(unit) * e->scale;
	return gap < GAP_LONGEST ? (uint64_t)gap : GAP_NEVER;
}

/**
 * errors_init() - Begin without errors
 * @e:		The state
 * @seed:	Of the generator; the same one gives the same errors
 */
void errors_init(struct errors *e, uint64_t seed)
{
	*e = (struct errors){ .random = seed, .gap = GAP_NEVER };
}

/**
 * errors_set() - Change the rate, from the next bit on
 * @e:		The state
 * @rate:	Errors by bits, 0 to 0.5
 *
 * Return: 0, or -ERANGE
 */
int errors_set(struct errors *e, double rate)
{
	if (!(rate >= 0 && rate <= 0.5))
		return -ERANGE;
	e->rate = rate;
	e->scale = rate > 0 ? 1 / log1p(-rate) : 0;
	e->gap = draw_gap(e);
	return 0;
}

/**
 * errors_apply() - Let a piece of the line pass
 * @e:		The state
 * @octets:	The bits, the high bit of each octet first; some are flipped
 * @bits:	How many
 *
 * Return: how many were flipped
 */
unsigned int errors_apply(struct errors *e, uint8_t *octets, uint64_t bits)
{
	unsigned int flipped = 0;
	uint64_t at;

	for (at = e->gap; at < bits; flipped++) {
		uint64_t gap = draw_gap(e);

		octets[at / 8] ^= (uint8_t)(0x80 >> at % 8);
		at = gap == GAP_NEVER ? gap : at + 1 + gap;
	}
	e->gap = at == GAP_NEVER ? at : at - bits;
	return flipped;
}
