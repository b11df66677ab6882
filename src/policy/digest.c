// SPDX-License-Identifier: ISC
// A digest of many times: least, mean, most and percentiles of them.
//
// However many they are, it takes the same memory: they are counted in bins
// of a microsecond at first, and of a thirty-second part of their size
// above, so that a percentile is right to 3 %.

#include "policy/digest.h"

#include "base/util.h"

enum {
	FINE_BITS = 5,
	FINE = 1 << FINE_BITS,		/* bins for each doubling */
	LINEAR = 2 * FINE,		/* bins of a microsecond */
};

static unsigned int bin_of(struct mono span)
{
	uint64_t us = (uint64_t)MAX(span.ns, 0) / 1000;
	unsigned int shift = 0, bin;

	while (us >> shift >= LINEAR)
		shift++;
	bin = shift * FINE + (unsigned int)(us >> shift);
	return MIN(bin, (unsigned int)DIGEST_BINS - 1);
}

/* The largest time that the bin counts */
static struct mono top_of(unsigned int bin)
{
	unsigned int shift = bin < LINEAR ? 0 : bin / FINE - 1;
	uint64_t us = ((uint64_t)(bin - shift * FINE) + 1) << shift;

	return (struct mono){ (int64_t)us * 1000 - 1 };
}

/**
 * digest_add() - Take one more
 * @d:		Digest
 * @span:	How long it took
 */
void digest_add(struct digest *d, struct mono span)
{
	if (!d->count || mono_before(span, d->least))
		d->least = span;
	if (!d->count || mono_before(d->most, span))
		d->most = span;
	d->sum = mono_add(d->sum, span);
	d->count++;
	d->bin[bin_of(span)]++;
}

/**
 * digest_mean() - The mean of all
 * @d:	Digest
 *
 * Return: the mean; 0 of none
 */
struct mono digest_mean(const struct digest *d)
{
	return (struct mono){ d->count ? d->sum.ns / (int64_t)d->count : 0 };
}

/**
 * digest_percentile() - What so many of a hundred did not exceed
 * @d:		Digest
 * @percent:	1 to 100
 *
 * Return: the time, never above the most nor below the least; 0 of none
 */
struct mono digest_percentile(const struct digest *d, unsigned int percent)
{
	uint64_t rank = (d->count * percent + 99) / 100, seen = 0;
	struct mono top;

	for (unsigned int i = 0; i < DIGEST_BINS && rank; i++) {
		seen += d->bin[i];
		if (seen < rank)
			continue;
		top = top_of(i);
		return mono_before(top, d->most) &&
		       i + 1 < DIGEST_BINS ? top : d->most;
	}
	return MONO_ZERO;
}
