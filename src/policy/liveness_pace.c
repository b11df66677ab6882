// SPDX-License-Identifier: ISC
// How often a line bears messages of liveness.

#include "base/util.h"
#include "policy/liveness.h"

enum {
	STUFFED = 102,		/* per cent of a message, on average */
	NANO = 1000000000,
};

/**
 * liveness_stretch() - Make intervals so long that a slow line bears them
 * @pace:	Its interval is made longer if need be
 * @rate:	The line's, bit/s, more than 0
 * @octets:	That one message takes there, but for what is stuffed in
 * @thousandths:	Most of the line that messages may take in one
 *		direction, at the shortest that jitter makes an interval
 */
void liveness_stretch(struct liveness_pace *pace, uint64_t rate,
		      size_t octets, unsigned int thousandths)
{
	uint64_t bits = octets * 8 * STUFFED / 100;
	uint64_t part = rate * thousandths * (1000 - pace->jitter);
	struct mono least = {
		(int64_t)DIV_ROUND_UP(bits * NANO * 1000, part / 1000)
	};

	if (mono_before(pace->interval, least))
		pace->interval = least;
}
