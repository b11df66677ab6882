// SPDX-License-Identifier: ISC
// A token bucket that may go into debt once.
//
// Whoever finds a token may take as many as are needed, and the next waits
// until the debt is paid. So a bucket of any depth passes frames of any
// length, and on the average no more than its rate.

#include "policy/bucket.h"

#include "base/util.h"

enum { NANO = 1000000000 };

/* Beyond it, rate times depth would not fit. */
#define RATE_MAX	UINT64_C(4000000000)

/**
 * bucket_init() - Make a full bucket
 * @b:		Filled in
 * @rate:	Tokens a second; 0: it is never empty
 * @span:	How long it takes to fill, at most a second; it holds a token
 *		at least
 * @now:	Time
 */
void bucket_init(struct bucket *b, uint64_t rate, struct mono span,
		 struct mono now)
{
	rate = MIN(rate, RATE_MAX);
	b->rate = rate;
	b->depth = (int64_t)rate * MIN(span.ns, NANO);
	b->depth = MAX(b->depth, NANO);
	b->level = b->depth;
	b->last = now;
}

/**
 * bucket_ready() - May something be taken?
 * @b:		Bucket
 * @now:	Time
 *
 * Return: true if so
 */
bool bucket_ready(struct bucket *b, struct mono now)
{
	int64_t passed = mono_sub(now, b->last).ns;

	if (!b->rate)
		return true;
	if (passed > 0) {
		int64_t missing = (b->depth - b->level) / (int64_t)b->rate;

		if (passed > missing)
			b->level = b->depth;
		else
			b->level += passed * (int64_t)b->rate;
		b->last = now;
	}
	return b->level > 0;
}

/**
 * bucket_take() - Take tokens
 * @b:		Bucket; bucket_ready() has just said yes
 * @tokens:	How many; more than there are makes a debt
 */
void bucket_take(struct bucket *b, uint32_t tokens)
{
	if (b->rate)
		b->level -= (int64_t)tokens * NANO;
}
